//! `WHY`: the statements each row rests on, with their sources.
//!
//! Reads the formulas that the rows carry, unfolds them into minimal sets, and numbers the statements in the order in which
//! the rows name them.

use rustc_hash::FxHashMap;

use crate::execute::derive::Derivations;
use crate::execute::{ALTERNATIVES, Lineage, LineageId};
use crate::graph::{Citation, Entity, GraphView, Meta, Snapshot, Statement};
use crate::value::NodeId;

use super::words::{name, validity, words};

/// One statement that a row rests on, as a numbered note says it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Footnote {
    /// From 1.
    pub number: usize,
    /// The statement.
    #[serde(skip)]
    pub of: Statement,
    /// The statement in words: `NdFeB magnet CONTAINS dysprosium`.
    pub statement: String,
    /// When it holds, in words; empty where timeless.
    pub validity: String,
    /// Its mood: fact, estimate, claim, ….
    pub modality: &'static str,
    /// Voices, speaker first.
    pub claimed_by: Vec<String>,
    /// Its places in documents.
    pub citations: Vec<Cited>,
    /// Nobody says so: the question assumes it.
    pub assumed: bool,
}

impl Footnote {
    /// The note in a line: the statement, when it holds, on whose word, and where that stands.
    #[must_use]
    pub fn line(&self) -> String {
        let mut text = self.statement.clone();
        if !self.validity.is_empty() {
            text = format!("{text}, {}", self.validity);
        }
        if self.modality != "fact" {
            let voices = self.claimed_by.join(", carried by ");
            let of = if voices.is_empty() { "" } else { " of " };
            text = format!("{text} ({}{of}{voices})", self.modality);
        }
        if self.assumed {
            return format!("{text} — assumed");
        }
        if self.citations.is_empty() {
            return format!("{text} — no source is given");
        }
        let cited: Vec<String> = self
            .citations
            .iter()
            .map(|cited| {
                let mut parts = vec![cited.publisher.clone(), cited.title.clone()];
                parts.extend(cited.date.clone());
                parts.extend(cited.at.clone());
                parts.join(", ")
            })
            .collect();
        format!("{text} — {}", cited.join("; "))
    }
}

/// A place in a document, as a note says it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Cited {
    /// The document's id.
    pub source: String,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
    /// Page, clause, table.
    pub at: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

/// The reasons for the rows of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Why {
    /// The statements, numbered in the order in which rows name them.
    pub footnotes: Vec<Footnote>,
    /// Per row: its alternative sets of footnote numbers; each set alone suffices.
    pub rows: Vec<Vec<Vec<usize>>>,
    /// What the reader should know: lineage of a group, a cap that cut.
    pub remarks: Vec<String>,
}

impl Why {
    /// Each row with the one set of statements that is shown with it.
    #[must_use]
    pub fn of(view: GraphView<'_>, rows: &[Vec<Statement>]) -> Self {
        let mut why = Why::default();
        for set in rows {
            let notes = set.iter().map(|statement| why.number(view, *statement)).collect();
            why.rows.push(vec![notes]);
        }
        why
    }

    /// Marks what the record does not hold: the question assumes it.
    pub fn mark_assumed(&mut self, record: &Snapshot) {
        for note in &mut self.footnotes {
            note.assumed = !record.holds(note.of);
        }
    }

    /// The number of a statement's note, which is made where there is none yet.
    fn number(&mut self, view: GraphView<'_>, statement: Statement) -> usize {
        if let Some(note) = self.footnotes.iter().find(|note| note.of == statement) {
            return note.number;
        }
        let next = self.footnotes.len() + 1;
        self.footnotes.push(footnote(view, next, statement));
        next
    }
}

/// The reasons of rows with this lineage. `grouped`: a row stands for a group, so that its statements suffice but need not
/// be the fewest.
#[must_use]
pub fn why(
    view: GraphView<'_>,
    lineage: &Lineage,
    rows: &[LineageId],
    derivations: &Derivations,
    grouped: bool,
) -> Why {
    let mut numbers: FxHashMap<Statement, usize> = FxHashMap::default();
    let mut why = Why::default();
    let mut cut = false;
    for id in rows {
        let sets = if grouped {
            Vec::from_iter(lineage.sufficient(*id, derivations))
        } else {
            let (sets, more) = lineage.sets(*id, derivations);
            cut |= more;
            sets
        };
        let numbered = sets.iter().map(|set| {
            let ends = ends(view, set);
            let mut notes: Vec<usize> = set
                .iter()
                .filter(|statement| !is_bare_node(**statement, &ends))
                .map(|statement| {
                    let next = numbers.len() + 1;
                    *numbers.entry(*statement).or_insert_with(|| {
                        why.footnotes.push(footnote(view, next, *statement));
                        next
                    })
                })
                .collect();
            notes.sort_unstable();
            notes
        });
        let numbered: Vec<Vec<usize>> = numbered.collect();
        why.rows.push(numbered);
    }
    if grouped {
        why.remarks.push("a row of a group is shown with statements that suffice for it; there may be fewer".into());
    }
    if lineage.absent {
        why.remarks
            .push("a row may also rest on something that is not there: of that no statement can be cited".into());
    }
    if cut {
        why.remarks.push(format!("a row has more than {ALTERNATIVES} alternatives; the smallest are shown"));
    }
    why
}

/// A node that one of the relationships beside it has at an end: the relationship says that it is there.
fn is_bare_node(statement: Statement, ends: &[NodeId]) -> bool {
    match statement {
        Statement::Entity(Entity::Node(node)) => ends.binary_search(&node).is_ok(),
        Statement::Entity(Entity::Rel(_)) | Statement::Status(_) | Statement::History(_) => false,
    }
}

/// The nodes at the ends of the relationships of a set, in order.
fn ends(view: GraphView<'_>, set: &[Statement]) -> Vec<NodeId> {
    let mut ends = Vec::with_capacity(2 * set.len());
    for statement in set {
        if let Statement::Entity(Entity::Rel(rel)) = statement {
            let (_, start, end) = view.snapshot().rel(*rel);
            ends.extend([start, end]);
        }
    }
    ends.sort_unstable();
    ends
}

/// What is said of a statement and by whom, as note `number`.
#[must_use]
pub fn footnote(view: GraphView<'_>, number: usize, statement: Statement) -> Footnote {
    let snapshot = view.snapshot();
    let meta = snapshot.meta(statement);
    let timeless = match statement {
        Statement::Entity(Entity::Rel(rel)) => {
            let kind = snapshot.catalog().type_name(snapshot.rel(rel).0);
            snapshot.schema().relationships.get(kind.as_ref()).is_some_and(|def| def.timeless)
        }
        Statement::History(_) => false,
        // A node's period is that of what is said of it; an entry of a chain is told with its day.
        Statement::Entity(Entity::Node(_)) | Statement::Status(_) => true,
    };
    Footnote {
        number,
        of: statement,
        statement: words(snapshot, statement),
        validity: if timeless { String::new() } else { validity(&meta.validity) },
        modality: meta.modality.word(),
        claimed_by: meta.claimed_by.iter().map(|voice| name(snapshot, *voice)).collect(),
        citations: citations(snapshot, meta),
        assumed: false,
    }
}

fn citations(snapshot: &Snapshot, meta: &Meta) -> Vec<Cited> {
    let cited = |citation: &Citation| {
        let source = snapshot.source(citation.source);
        Cited {
            source: source.id.to_string(),
            publisher: source.publisher.clone(),
            title: source.title.clone(),
            date: source.date.map(|date| date.to_string()),
            at: citation.at.clone(),
            url: source.url.clone().or_else(|| source.locator.clone()),
        }
    };
    meta.citations.iter().map(cited).collect()
}
