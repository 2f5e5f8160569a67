//! What a statement gives.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::diag::Diagnostic;
use crate::graph::{Change, Entity, Footer, Frame, Snapshot, Statement};
use crate::question::Why;
use crate::question::silence::Silence;
use crate::value::{Entities, Value};

use super::Asked;

/// The rows of a statement and everything to be said about them.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// The nodes and relationships that the rows name.
    pub entities: Entities,
    /// The graph it was asked of, with what definitions derive in its frame, of several runs that of the last. Ids count in it;
    /// what looked otherwise in another run has one that it does not hold.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Warnings, such as a label that no node has.
    pub warnings: Vec<Diagnostic>,
    /// The frame it was asked in.
    pub frame: Frame,
    /// The frame that `CHANGES` begins with; `frame` is where it ends.
    pub compared: Option<Frame>,
    /// The statement itself assumes something.
    pub assuming: bool,
    /// The scenarios it was asked under, in their order.
    pub scenarios: Vec<String>,
    /// What the frame hid, of the types the query names; `None` where it names none.
    pub footer: Option<Footer>,
    /// The procedures that were asked about days of their own, with these in words: `trade.tariff as of 2025-10-15`.
    pub called: Vec<String>,
    /// What it says by absence, where it does, and for what the graph is stated to be complete.
    pub silence: Option<Silence>,
    /// What a statement that writes has changed.
    pub changes: Option<Changes>,
    /// The reasons, under `WHY`.
    pub why: Option<Why>,
    /// The plan, under `EXPLAIN`.
    pub plan: Option<String>,
    /// The plan with what each operator did, under `PROFILE`.
    pub profile: Option<String>,
    /// What was asked, and of what: to cite it.
    pub asked: Option<Asked>,
    /// Time taken from text to rows.
    pub elapsed: Duration,
}

/// How much a statement has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Changes {
    /// Nodes created.
    pub nodes_created: usize,
    /// Nodes deleted.
    pub nodes_deleted: usize,
    /// Relationships created.
    pub relationships_created: usize,
    /// Relationships deleted.
    pub relationships_deleted: usize,
    /// Properties set or removed, those of what was created left out.
    pub properties_set: usize,
    /// Labels added or removed, those of what was created left out.
    pub labels_set: usize,
    /// Entries of status chains added.
    pub status_entries: usize,
    /// Labels and relationship types defined.
    pub definitions: usize,
}

impl Changes {
    /// The changes of a delta, by kind.
    #[must_use]
    pub fn count(delta: &[Change]) -> Self {
        let mut changes = Self::default();
        for change in delta {
            let counter = match change {
                Change::CreateNode(_) => &mut changes.nodes_created,
                Change::CreateRel(_) => &mut changes.relationships_created,
                Change::Delete(Entity::Node(_)) => &mut changes.nodes_deleted,
                Change::Delete(Entity::Rel(_)) => &mut changes.relationships_deleted,
                Change::SetProperty { .. } | Change::AddEntry { .. } => &mut changes.properties_set,
                Change::SetLabel { .. } => &mut changes.labels_set,
                Change::AddStatus(_) => &mut changes.status_entries,
            };
            *counter += 1;
        }
        changes
    }
}

impl fmt::Display for Changes {
    /// `2 nodes created, 1 relationship created`; `nothing changed`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.nodes_created, "node", "created"),
            (self.relationships_created, "relationship", "created"),
            (self.nodes_deleted, "node", "deleted"),
            (self.relationships_deleted, "relationship", "deleted"),
            (self.properties_set, "property value", "set"),
            (self.labels_set, "label", "set"),
            (self.status_entries, "status entry", "added"),
            (self.definitions, "definition", "made"),
        ];
        let plural = |n: usize, word: &str| match (n, word.strip_suffix('y')) {
            (1, _) => format!("1 {word}"),
            (_, Some(stem)) => format!("{n} {stem}ies"),
            (_, None) => format!("{n} {word}s"),
        };
        let words: Vec<String> = parts
            .iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, word, done)| format!("{} {done}", plural(*n, word)))
            .collect();
        f.write_str(if words.is_empty() { "nothing changed".into() } else { words.join(", ") }.as_str())
    }
}

impl Answer {
    /// The statements that the rows name, and under `WHY` those they rest on.
    #[must_use]
    pub fn statements(&self) -> BTreeSet<Statement> {
        let nodes = self.entities.nodes.keys().map(|node| Entity::Node(*node));
        let rels = self.entities.rels.keys().map(|rel| Entity::Rel(*rel));
        let reasons = self.why.iter().flat_map(Why::statements);
        let holds = |of: &Statement| self.snapshot.as_ref().is_some_and(|snapshot| snapshot.holds(*of));
        nodes.chain(rels).map(Statement::Entity).chain(reasons).filter(holds).collect()
    }
}
