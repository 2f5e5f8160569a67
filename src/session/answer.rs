//! What a statement gives.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::diag::Diagnostic;
use crate::graph::{Entity, Footer, Frame, Snapshot, Statement};
use crate::question::Why;
use crate::value::{Entities, Value};

/// The rows of a statement and everything to be said about them.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// The nodes and relationships that the rows name.
    pub entities: Entities,
    /// The graph it was asked of, with what definitions derive in its frame: ids count in it.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Warnings, such as a label that no node has.
    pub warnings: Vec<Diagnostic>,
    /// The frame it was asked in.
    pub frame: Frame,
    /// What the frame hid, of the types the query names; `None` where it names none.
    pub footer: Option<Footer>,
    /// The reasons, under `WHY`.
    pub why: Option<Why>,
    /// The plan, under `EXPLAIN`.
    pub plan: Option<String>,
    /// Time taken from text to rows.
    pub elapsed: Duration,
}

impl Answer {
    /// The statements that the rows name, and under `WHY` those they rest on.
    #[must_use]
    pub fn statements(&self) -> BTreeSet<Statement> {
        let nodes = self.entities.nodes.keys().map(|node| Entity::Node(*node));
        let rels = self.entities.rels.keys().map(|rel| Entity::Rel(*rel));
        let reasons = self.why.iter().flat_map(|why| &why.footnotes).map(|note| note.of);
        nodes.chain(rels).map(Statement::Entity).chain(reasons).collect()
    }
}
