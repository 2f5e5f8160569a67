//! Log: what a session changes, on disk before it is acknowledged.
//!
//! A [`Log`] is one file a session: a header, then one [`Record`] a statement, each a line with its length and checksum,
//! synced before the statement is told to be done. A record names nodes and sources by their ids and relationships by their
//! ends, so that it can be made to another version of the graph. A log that its session did not remove is [`Left`] to the
//! next one.
//!
//! Invariant: a record is made whole or not at all, when it is written and when it is read.

mod change;
mod file;
mod left;
mod line;
mod said;
mod value;

pub use file::Log;
pub use left::{Left, Unusable, left};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::graph::{Change, Draft, Entity, Refusal, Snapshot};

use change::NamedChange;

/// What a log holds of one statement, or of a save.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Record {
    /// A statement that changed the graph.
    Changed {
        /// Its text.
        statement: String,
        /// What it changed.
        changes: Changes,
    },
    /// A definition.
    Defined {
        /// Its text.
        statement: String,
    },
    /// Everything before this stands in a file.
    Saved {
        /// The file.
        file: String,
        /// The hash of the graph with that file.
        graph: String,
        /// What the file could not hold, to be done to that graph; a statement is what was said about it.
        rest: Vec<Record>,
    },
}

impl Record {
    /// The text of its statement; none of a save.
    #[must_use]
    pub fn statement(&self) -> Option<&str> {
        match self {
            Record::Changed { statement, .. } | Record::Defined { statement } => Some(statement),
            Record::Saved { .. } => None,
        }
    }
}

/// Changes by names.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portolan::graph::{Builder, Change, Draft, NewNode, Schema, dump};
/// use portolan::log::Changes;
/// let base = Arc::new(Builder::new(Schema::default()).finish());
/// let mut draft = Draft::new(base.clone());
/// draft.apply(Change::CreateNode(NewNode { id: "terbium".into(), ..NewNode::default() })).unwrap();
/// let changes = Changes::of(&base, draft.delta()).unwrap();
/// assert_eq!(dump(&changes.apply(&base).unwrap()), dump(draft.version()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Changes(Vec<NamedChange>);

impl Changes {
    /// Names the changes of a delta that was made to `base`.
    ///
    /// # Errors
    /// Why a change cannot be named: no property holds such a value, or it was not made to `base`.
    pub fn of(base: &Arc<Snapshot>, delta: &[Change]) -> Result<Self, String> {
        let mut draft = Draft::new(base.clone());
        let mut named = Vec::with_capacity(delta.len());
        for change in delta {
            named.push(NamedChange::of(draft.version(), change)?);
            draft.apply(change.clone()).map_err(|refusal| refusal.to_string())?;
        }
        Ok(Self(named))
    }

    /// Names groups of changes that give `next` what it has and the graph of a file beside `base` has not. They are numbered as
    /// in `next`, and made in this order.
    ///
    /// # Errors
    /// No property holds such a value, or the order is another one.
    pub fn rest(base: &Arc<Snapshot>, next: &Snapshot, groups: &[&[Change]]) -> Result<Vec<Self>, String> {
        let mut draft = Draft::new(base.clone());
        let earlier = |entity: &Entity| next.earlier(base, *entity);
        let mut name = |change: &Change| {
            // As `base` numbers what it has.
            let of_old = match change {
                Change::SetProperty { of, key, value } => earlier(of).map(|of| {
                    let (key, value) = (key.clone(), value.clone());
                    Change::SetProperty { of, key, value }
                }),
                Change::SetLabel { node, .. } => earlier(&Entity::Node(*node)).map(|_| change.clone()),
                Change::Delete(_) => Some(change.clone()),
                // What is said in it may name what was added; what is said of a node tells no relationships apart.
                Change::AddEntry { .. } => None,
                Change::CreateNode(_) | Change::CreateRel(_) | Change::AddStatus(_) => None,
            };
            // The file may have added relationships that only what is said in them tells from those of `base`.
            match of_old {
                Some(change) => {
                    let named = NamedChange::among_others(draft.version(), &change)?;
                    draft.apply(change).map_err(|refusal| refusal.to_string())?;
                    Ok(named)
                }
                None => NamedChange::among_others(next, change),
            }
        };
        groups.iter().map(|group| group.iter().map(&mut name).collect::<Result<_, _>>().map(Self)).collect()
    }

    /// The version with all of these changes.
    ///
    /// # Errors
    /// [`Unresolved`], where one of them cannot be made: then none is.
    pub fn apply(&self, base: &Arc<Snapshot>) -> Result<Arc<Snapshot>, Unresolved> {
        let mut draft = Draft::new(base.clone());
        for named in &self.0 {
            let change = named.read(draft.version())?;
            draft.apply(change)?;
        }
        Ok(draft.finish().0)
    }
}

/// Why changes cannot be made to a version of the graph.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unresolved {
    /// Its id is not there.
    #[error("there is no node `{0}`")]
    NoNode(String),
    /// Its id is not there.
    #[error("there is no source `{0}`")]
    NoSource(String),
    /// There is none between these nodes.
    #[error("there is no relationship `{0}`")]
    NoRel(String),
    /// There are several, and there was one.
    #[error("there is more than one relationship `{0}`, and there was one")]
    SeveralRels(String),
    /// There are others, or what is said in it has changed.
    #[error("no relationship `{0}` is as it was")]
    NoSuchRel(String),
    /// The graph does not allow it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// It is not written as it should be.
    #[error("{0}")]
    Unreadable(String),
}
