//! What is said about a statement, with ids instead of numbers.

use serde::{Deserialize, Serialize};

use crate::graph::{Citation, End, Meta, Modality, Snapshot, SourceId, Start, Validity, WrittenPeriod};
use crate::value::{Date, Day, NodeId};

use super::Unresolved;

/// Metadata; what is not said is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Said {
    #[serde(skip_serializing_if = "is_default")]
    always: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    periods: Option<Vec<Period>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retracted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modality: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    not: bool,
    #[serde(skip_serializing_if = "is_default")]
    deprecated: bool,
    #[serde(skip_serializing_if = "is_default")]
    claimed_by: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    cite: Vec<Cited>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// A period as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Period {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(flatten)]
    end: Ending,
}

/// An end as written; at most one of the two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Ending {
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    through: Option<String>,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cited {
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quote: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retrieved: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn date(text: &str) -> Result<Date, Unresolved> {
    text.parse().map_err(|wrong: crate::value::DateError| Unresolved::Unreadable(wrong.to_string()))
}

fn day(text: &str) -> Result<Day, Unresolved> {
    date(text)?.day().ok_or_else(|| Unresolved::Unreadable(format!("`{text}` is not a day")))
}

/// The node of an id.
pub(super) fn node(graph: &Snapshot, id: &str) -> Result<NodeId, Unresolved> {
    graph.node(id).ok_or_else(|| Unresolved::NoNode(id.to_owned()))
}

impl Ending {
    pub fn of(end: End) -> Self {
        match end {
            End::Unknown => Self::default(),
            End::Until(date) => Self { until: Some(date.to_string()), through: None },
            End::Through(date) => Self { until: None, through: Some(date.to_string()) },
        }
    }

    pub fn read(&self) -> Result<End, Unresolved> {
        match (&self.until, &self.through) {
            (None, None) => Ok(End::Unknown),
            (Some(day), None) => Ok(End::Until(date(day)?)),
            (None, Some(day)) => Ok(End::Through(date(day)?)),
            (Some(_), Some(_)) => Err(Unresolved::Unreadable("both `until` and `through`".to_owned())),
        }
    }
}

impl Said {
    pub fn of(graph: &Snapshot, meta: &Meta) -> Self {
        let Meta { validity, learnt, retracted, modality, negated, deprecated, claimed_by, citations, note } = meta;
        let period = |period: &WrittenPeriod| Period {
            from: match period.from {
                Start::Unknown => None,
                Start::Always => Some("always".to_owned()),
                Start::On(date) => Some(date.to_string()),
            },
            end: Ending::of(period.to),
        };
        let cited = |citation: &Citation| Cited {
            source: graph.source(citation.source).id.to_string(),
            at: citation.at.clone(),
            quote: citation.quote.clone(),
            retrieved: citation.retrieved.map(|day| Date::exact(day).to_string()),
        };
        Self {
            always: *validity == Validity::Always,
            periods: match validity {
                Validity::Unknown | Validity::Always => None,
                Validity::In(periods) => Some(periods.iter().map(period).collect()),
            },
            known: learnt.map(|date| date.to_string()),
            retracted: retracted.map(|date| date.to_string()),
            modality: Some(*modality).filter(|modality| *modality != Modality::Fact).map(|m| m.word().to_owned()),
            not: *negated,
            deprecated: *deprecated,
            claimed_by: claimed_by.iter().map(|voice| graph.node_id(*voice).to_string()).collect(),
            cite: citations.iter().map(cited).collect(),
            note: note.clone(),
        }
    }

    pub fn read(&self, graph: &Snapshot) -> Result<Meta, Unresolved> {
        let period = |period: &Period| {
            let from = match period.from.as_deref() {
                None => Start::Unknown,
                Some("always") => Start::Always,
                Some(day) => Start::On(date(day)?),
            };
            Ok(WrittenPeriod { from, to: period.end.read()? })
        };
        let validity = match &self.periods {
            Some(periods) => Validity::In(periods.iter().map(period).collect::<Result<_, Unresolved>>()?),
            None if self.always => Validity::Always,
            None => Validity::Unknown,
        };
        let cited = |cited: &Cited| {
            let found = graph.sources().iter().position(|source| *source.id == *cited.source);
            Ok(Citation {
                source: SourceId(found.ok_or_else(|| Unresolved::NoSource(cited.source.clone()))? as u32),
                at: cited.at.clone(),
                quote: cited.quote.clone(),
                retrieved: cited.retrieved.as_deref().map(day).transpose()?,
            })
        };
        let modality = match &self.modality {
            None => Modality::Fact,
            Some(word) => Modality::parse(word).ok_or_else(|| Unresolved::Unreadable(format!("no mood `{word}`")))?,
        };
        Ok(Meta {
            validity,
            learnt: self.known.as_deref().map(date).transpose()?,
            retracted: self.retracted.as_deref().map(date).transpose()?,
            modality,
            negated: self.not,
            deprecated: self.deprecated,
            claimed_by: self.claimed_by.iter().map(|id| node(graph, id)).collect::<Result<_, _>>()?,
            citations: self.cite.iter().map(cited).collect::<Result<_, Unresolved>>()?,
            note: self.note.clone(),
        })
    }
}
