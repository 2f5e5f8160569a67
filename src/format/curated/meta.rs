//! Metadata of a statement: when it holds, when it became known, in what mood, by whom, on which source.

use crate::diag::{Diagnostic, Span, code};
use crate::graph::{Citation, End, Meta, Modality, Start, Validity, WrittenPeriod};
use crate::value::Date;

use super::fields::Fields;
use super::part;
use super::reader::Reader;
use super::yaml::{Content, Yaml};

/// What a statement has without saying it.
#[derive(Clone, Debug, Default)]
pub(super) struct Inherited {
    /// Where it stands, if it does not say.
    pub citations: Vec<Citation>,
    /// A source was named there, though perhaps a wrong one: that is said once, where it is named.
    pub cited: bool,
    /// When it became known: the publication of its instrument.
    pub learnt: Option<Date>,
    /// When it begins to hold: likewise.
    pub from: Option<Date>,
}

/// What sort of thing the metadata is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A node: its citation does not say when it became known.
    Node,
    /// A relationship, figure, or entry of a chain or history.
    Statement,
    /// A relationship of a type that holds always.
    Timeless,
}

impl Reader {
    /// Takes the metadata keys of a mapping.
    pub fn meta(&mut self, fields: &mut Fields<'_>, inherited: &Inherited, of: Of) -> Meta {
        let validity = self.validity(fields, inherited, of);
        let (citations, cited) = match fields.take("cite") {
            Some(yaml) => (self.citations(yaml), !yaml.each().is_empty()),
            None => (inherited.citations.clone(), inherited.cited),
        };
        if citations.is_empty() && !cited {
            let missing = Diagnostic::new(code::NO_CITATION, "a statement without a source")
                .at(fields.start, "expected `cite: SOURCE` here, or on what it stands in");
            self.wrong(missing);
        }
        let known = fields.take("known").and_then(|yaml| self.date(yaml, "the day it became known"));
        let retracted = fields.take_entry("retracted");
        let withdrawn = retracted.and_then(|entry| self.date(&entry.value, "the day it was withdrawn"));
        if let (Some(entry), Some(known), Some(withdrawn)) = (retracted, known, withdrawn)
            && withdrawn.last() < known.first()
        {
            let wrong = Diagnostic::new(code::BAD_PERIOD, "withdrawn before it became known");
            self.wrong(wrong.at(entry.value.span, format!("expected a day after {known}")));
        }
        let learnt = known.or(inherited.learnt).or_else(|| match of {
            Of::Node => None,
            Of::Statement | Of::Timeless => self.earliest(&citations),
        });
        let modalities = Modality::ALL.map(|modality| (modality.word(), modality));
        Meta {
            validity,
            learnt,
            retracted: withdrawn,
            modality: fields
                .take("modality")
                .and_then(|yaml| self.word(yaml, "modality", &modalities))
                .unwrap_or_default(),
            negated: fields.take("not").is_some_and(|yaml| self.flag(yaml, "`not`")),
            deprecated: fields.take("rank").is_some_and(|yaml| {
                self.word(yaml, "rank", &[("normal", false), ("deprecated", true)]).unwrap_or_default()
            }),
            claimed_by: fields.take("claimed_by").map(|yaml| self.node_ids(yaml)).unwrap_or_default(),
            citations,
            note: fields.take("note").and_then(|yaml| self.text(yaml, "a note").map(ToOwned::to_owned)),
        }
    }

    fn validity(&mut self, fields: &mut Fields<'_>, inherited: &Inherited, of: Of) -> Validity {
        let period = self.period(fields);
        if let Some(entry) = fields.take_entry("periods") {
            if period.is_some() {
                let both = Diagnostic::new(code::BAD_PERIOD, "both `periods` and `from`, `until` or `through`");
                self.wrong(both.at(entry.at, "expected only one of them").help("put the first period into the list"));
            }
            let mut periods = Vec::new();
            for yaml in self.members(&entry.value, "periods") {
                if let Some(mut fields) = Fields::of(yaml, &part::PERIOD, self) {
                    periods.extend(self.period(&mut fields));
                    fields.finish(self);
                }
            }
            if self.members(&entry.value, "periods").is_empty() {
                let none = Diagnostic::new(code::BAD_PERIOD, "no period at all");
                self.wrong(none.at(entry.at, "expected at least one, such as `- {from: 2025-04-04}`"));
            }
            return Validity::In(periods);
        }
        match (period, inherited.from) {
            (Some(period), _) if period.from == Start::Always && period.to == End::Unknown => Validity::Always,
            (Some(period), _) => Validity::In(vec![period]),
            (None, _) if of == Of::Timeless => Validity::Always,
            (None, Some(from)) => Validity::In(vec![WrittenPeriod { from: Start::On(from), to: End::Unknown }]),
            (None, None) => Validity::Unknown,
        }
    }

    /// `from`, and `until` or `through`.
    fn period(&mut self, fields: &mut Fields<'_>) -> Option<WrittenPeriod> {
        let from = fields.take_entry("from").map(|entry| match entry.value.text() {
            Some("always") => Start::Always,
            _ => self.date(&entry.value, "the first day").map_or(Start::Unknown, Start::On),
        });
        let to = self.end(fields);
        if from.is_none() && to.is_none() {
            return None;
        }
        let period = WrittenPeriod { from: from.unwrap_or_default(), to: to.map_or(End::Unknown, |(end, _)| end) };
        if let Some((_, span)) = to
            && period.widest().is_empty()
        {
            let wrong = Diagnostic::new(code::BAD_PERIOD, "a period that ends before it begins");
            self.wrong(wrong.at(span, "expected a day after `from`"));
        }
        Some(period)
    }

    /// `until` or `through`, with its place.
    pub fn end(&mut self, fields: &mut Fields<'_>) -> Option<(End, Span)> {
        let until = fields.take_entry("until");
        let through = fields.take_entry("through");
        if let (Some(_), Some(second)) = (until, through) {
            let both = Diagnostic::new(code::BAD_PERIOD, "both `until` and `through`");
            self.wrong(
                both.at(second.at, "expected only one of them")
                    .help("`until` is the first day it no longer holds, `through` the last day it holds"),
            );
        }
        let end = match (until, through) {
            (Some(entry), _) => End::Until(self.date(&entry.value, "an end")?),
            (None, Some(entry)) => End::Through(self.date(&entry.value, "an end")?),
            (None, None) => return None,
        };
        Some((end, until.or(through).map_or(fields.span, |entry| entry.value.span)))
    }

    /// A citation, or a list of them.
    pub fn citations(&mut self, yaml: &Yaml) -> Vec<Citation> {
        yaml.each().iter().filter_map(|one| self.citation(one)).collect()
    }

    fn citation(&mut self, yaml: &Yaml) -> Option<Citation> {
        let Content::Map(_) = yaml.value else {
            return Some(Citation { source: self.source_id(yaml)?, at: None, quote: None, retrieved: None });
        };
        let mut fields = Fields::of(yaml, &part::CITATION, self)?;
        let source = fields.need("source", self).and_then(|yaml| self.source_id(yaml));
        let at = fields.take("at").and_then(|yaml| self.text(yaml, "a place in the document").map(ToOwned::to_owned));
        let quote = fields.take("quote").and_then(|yaml| self.text(yaml, "a quotation").map(ToOwned::to_owned));
        let retrieved = fields.take("retrieved").and_then(|yaml| self.day(yaml, "the day it was read"));
        fields.finish(self);
        Some(Citation { source: source?, at, quote, retrieved })
    }

    /// The date of the earliest document cited.
    fn earliest(&self, citations: &[Citation]) -> Option<Date> {
        citations.iter().filter_map(|cited| self.builder.get_source(cited.source).date).min_by_key(|date| date.first())
    }
}
