//! `WHY`: the statements each row rests on, with their sources.
//!
//! An answer keeps the formulas of its rows. They are unfolded into minimal sets for the rows that are asked about, and the
//! statements numbered and put in words in the order in which these rows name them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::execute::derive::Derivations;
use crate::execute::{ALTERNATIVES, Lineage, LineageId};
use crate::graph::{Citation, Entity, Meta, Snapshot, Statement};
use crate::value::NodeId;

use super::words::{validity, words};

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
    /// A remark on it, in one line.
    pub note: Option<String>,
    /// Its places in documents.
    pub citations: Vec<Cited>,
    /// Nobody says so: the question assumes it.
    pub assumed: bool,
}

impl Footnote {
    /// The note in a line: the statement, when it holds, on whose word, with which remark, and where that stands.
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
        if let Some(note) = &self.note {
            text = format!("{text} — note: {note}");
        }
        if self.assumed {
            return format!("{text} — assumed");
        }
        if self.citations.is_empty() {
            return format!("{text} — no source is given");
        }
        let cited: Vec<String> = self.citations.iter().map(Cited::line).collect();
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

impl Cited {
    /// Publisher, title, date and place in a line.
    #[must_use]
    pub fn line(&self) -> String {
        let mut parts = vec![self.publisher.clone(), self.title.clone()];
        parts.extend(self.date.clone());
        parts.extend(self.at.clone());
        parts.join(", ")
    }
}

/// The reasons for the rows of an answer, told for those that are asked about.
#[derive(Clone, Debug)]
pub struct Why {
    /// What the reader should know whichever rows are told of: lineage of a group, something absent.
    pub remarks: Vec<String>,
    /// The graph it was asked of, with what the question assumes.
    graph: Arc<Snapshot>,
    /// The graph without.
    record: Option<Arc<Snapshot>>,
    rests_on: RestsOn,
}

/// What rows rest on.
#[derive(Clone, Debug)]
enum RestsOn {
    Formulas { lineage: Arc<Lineage>, rows: Vec<LineageId>, derivations: Arc<Derivations>, grouped: bool },
    Statements(Vec<Vec<Statement>>),
}

/// The reasons for some rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// The statements, numbered in the order in which the rows name them; the number is one more than the place.
    pub footnotes: Vec<Footnote>,
    /// Per row: its alternative sets of footnote numbers; each set alone suffices.
    pub rows: Vec<Vec<Vec<usize>>>,
    /// What the reader should know: lineage of a group, something absent, a cap that cut.
    pub remarks: Vec<String>,
}

impl Reasons {
    /// The note of this number.
    #[must_use]
    pub fn note(&self, number: usize) -> Option<&Footnote> {
        self.footnotes.get(number.checked_sub(1)?)
    }
}

impl Why {
    /// Of rows with this lineage. `grouped`: a row stands for a group, so that its statements suffice but need not be the
    /// fewest.
    #[must_use]
    pub fn new(
        graph: Arc<Snapshot>,
        lineage: Lineage,
        rows: Vec<LineageId>,
        derivations: Arc<Derivations>,
        grouped: bool,
    ) -> Self {
        let mut remarks = Vec::new();
        if grouped {
            remarks.push("a row of a group is shown with statements that suffice for it; there may be fewer".into());
        }
        if lineage.absent {
            let absent = "a row may also rest on something that is not there: of that no statement can be cited";
            remarks.push(absent.into());
        }
        if lineage.called {
            let called = "a procedure is cited with what it gave: it may also rest on other things that it read";
            remarks.push(called.into());
        }
        let rests_on = RestsOn::Formulas { lineage: Arc::new(lineage), rows, derivations, grouped };
        Self { remarks, graph, record: None, rests_on }
    }

    /// Of rows each of which has one set of statements that is shown with it.
    #[must_use]
    pub fn of(graph: Arc<Snapshot>, rows: Vec<Vec<Statement>>) -> Self {
        Self { remarks: Vec::new(), graph, record: None, rests_on: RestsOn::Statements(rows) }
    }

    /// The same, where the question assumes what this record does not hold.
    pub fn assume_beyond(&mut self, record: Arc<Snapshot>) {
        self.record = Some(record);
    }

    /// The sets of statements of a row, each of which suffices; whether there are more.
    #[must_use]
    pub fn sets(&self, row: usize) -> (Vec<Vec<Statement>>, bool) {
        let lean = |set: &mut Vec<Statement>| {
            let ends = ends(&self.graph, set);
            set.retain(|statement| !is_bare_node(*statement, &ends));
        };
        match &self.rests_on {
            RestsOn::Statements(rows) => (rows.get(row).cloned().into_iter().collect(), false),
            RestsOn::Formulas { lineage, rows, derivations, grouped } => match rows.get(row) {
                None => (Vec::new(), false),
                Some(id) if *grouped => {
                    let mut set = lineage.sufficient(*id, derivations);
                    set.iter_mut().for_each(lean);
                    (Vec::from_iter(set), false)
                }
                Some(id) => lineage.lean_sets(*id, derivations, lean),
            },
        }
    }

    /// The statements that the rows rest on.
    #[must_use]
    pub fn statements(&self) -> BTreeSet<Statement> {
        (0..self.len()).flat_map(|row| self.sets(row).0).flatten().collect()
    }

    fn len(&self) -> usize {
        match &self.rests_on {
            RestsOn::Formulas { rows, .. } => rows.len(),
            RestsOn::Statements(rows) => rows.len(),
        }
    }

    /// The reasons for all rows.
    #[must_use]
    pub fn all(&self) -> Reasons {
        self.reasons(0..self.len())
    }

    /// The reasons for these rows, in this order.
    #[must_use]
    pub fn reasons(&self, rows: impl IntoIterator<Item = usize>) -> Reasons {
        let mut numbers: FxHashMap<Statement, usize> = FxHashMap::default();
        let mut reasons = Reasons { remarks: self.remarks.clone(), ..Reasons::default() };
        let mut cut = false;
        for row in rows {
            let (sets, more) = self.sets(row);
            cut |= more;
            let mut number = |statement: Statement| {
                let next = numbers.len() + 1;
                *numbers.entry(statement).or_insert_with(|| {
                    let assumed = self.record.as_ref().is_some_and(|record| !record.holds(statement));
                    reasons.footnotes.push(Footnote { assumed, ..footnote(&self.graph, next, statement) });
                    next
                })
            };
            let numbered = sets.into_iter().map(|set| {
                let mut notes: Vec<usize> = set.into_iter().map(&mut number).collect();
                if matches!(self.rests_on, RestsOn::Formulas { .. }) {
                    notes.sort_unstable();
                }
                notes
            });
            reasons.rows.push(numbered.collect());
        }
        if cut {
            let cut = format!("a row has more than {ALTERNATIVES} alternatives; the smallest are shown");
            reasons.remarks.push(cut);
        }
        reasons
    }
}

/// A node that one of the relationships beside it has at an end: the relationship says that it is there.
fn is_bare_node(statement: Statement, ends: &[NodeId]) -> bool {
    match statement {
        Statement::Entity(Entity::Node(node)) => ends.binary_search(&node).is_ok(),
        Statement::Entity(Entity::Rel(_)) | Statement::Status(_) | Statement::History(_) => false,
    }
}

/// The nodes at the ends of the relationships of a set, in order.
fn ends(graph: &Snapshot, set: &[Statement]) -> Vec<NodeId> {
    let mut ends = Vec::with_capacity(2 * set.len());
    for statement in set {
        if let Statement::Entity(Entity::Rel(rel)) = statement {
            let (_, start, end) = graph.rel(*rel);
            ends.extend([start, end]);
        }
    }
    ends.sort_unstable();
    ends
}

/// What is said of a statement and by whom, as note `number`.
#[must_use]
pub fn footnote(snapshot: &Snapshot, number: usize, statement: Statement) -> Footnote {
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
        claimed_by: meta.claimed_by.iter().map(|voice| snapshot.name(*voice).to_string()).collect(),
        note: meta.remark(),
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
