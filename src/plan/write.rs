//! What a clause that writes does to each row.

use serde::{Deserialize, Serialize};

use super::{Expr, Slot};

/// What is said about a new statement: since when it holds, who says so, where it stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// The first day on which it holds.
    pub from: Option<Expr>,
    /// The first day on which it no longer does.
    pub until: Option<Expr>,
    /// The day on which it became known; `None`: that of the statement.
    pub known: Option<Expr>,
    /// The documents in which it stands, by their ids.
    pub citing: Vec<Expr>,
    /// Its mood; `None`: a fact.
    pub modality: Option<String>,
    /// The voices that say so, the speaker first: nodes, or their ids.
    pub claimed_by: Vec<Expr>,
}

impl Said {
    /// The expressions it evaluates, to be rewritten.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        let days = self.from.iter_mut().chain(&mut self.until).chain(&mut self.known);
        days.chain(&mut self.citing).chain(&mut self.claimed_by).collect()
    }
}

/// A node or relationship that is created for a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NewItem {
    /// A node.
    Node {
        /// The slot it fills.
        slot: Slot,
        /// Its labels as written.
        labels: Vec<String>,
        /// A map of its properties.
        properties: Option<Expr>,
        /// What is said about it.
        said: Said,
    },
    /// A relationship between two filled slots.
    Rel {
        /// The slot it fills.
        slot: Slot,
        /// Where it starts.
        start: Slot,
        /// Where it ends.
        end: Slot,
        /// Its type.
        kind: String,
        /// A map of its properties.
        properties: Option<Expr>,
        /// What is said about it.
        said: Said,
    },
}

impl NewItem {
    /// The slot it fills.
    #[must_use]
    pub fn slot(&self) -> Slot {
        match self {
            NewItem::Node { slot, .. } | NewItem::Rel { slot, .. } => *slot,
        }
    }

    /// The map of its properties.
    #[must_use]
    pub fn properties(&self) -> Option<&Expr> {
        match self {
            NewItem::Node { properties, .. } | NewItem::Rel { properties, .. } => properties.as_ref(),
        }
    }

    /// What is said about it.
    #[must_use]
    pub fn said(&self) -> &Said {
        match self {
            NewItem::Node { said, .. } | NewItem::Rel { said, .. } => said,
        }
    }

    /// The expressions it evaluates, to be rewritten.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        let (properties, said) = match self {
            NewItem::Node { properties, said, .. } | NewItem::Rel { properties, said, .. } => (properties, said),
        };
        properties.iter_mut().chain(said.expressions_mut()).collect()
    }
}

/// A change to a node or relationship that a row names; of `null` nothing is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Assignment {
    /// Sets a property; `null` removes it.
    Property {
        /// Of what.
        of: Expr,
        /// Which.
        key: String,
        /// Its value.
        value: Expr,
    },
    /// Adds an entry to the history of a property.
    Entry {
        /// Of what.
        of: Expr,
        /// Which property.
        key: String,
        /// Its value then.
        value: Expr,
        /// When, and what else is said about the entry.
        said: Box<Said>,
    },
    /// Sets all properties of a map, or of another node or relationship.
    Properties {
        /// Of what.
        of: Expr,
        /// The properties.
        map: Expr,
        /// Properties that are not in the map are removed.
        replace: bool,
    },
    /// Adds labels, or takes them away.
    Labels {
        /// Of which node.
        of: Expr,
        /// The labels.
        labels: Vec<String>,
        /// Whether the node has them afterwards.
        on: bool,
    },
    /// Adds an entry to the status chain of a measure.
    Status {
        /// Of which node.
        of: Expr,
        /// The state, by its key in curated files: `suspended`, `in_force`.
        state: String,
        /// Its days (`from` is there), and what else is said about the entry.
        said: Box<Said>,
    },
}

impl Assignment {
    /// The expressions it evaluates, to be rewritten.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Assignment::Property { of, value, .. } => vec![of, value],
            Assignment::Properties { of, map, .. } => vec![of, map],
            Assignment::Labels { of, .. } => vec![of],
            Assignment::Entry { of, value, said, .. } => {
                [of, value].into_iter().chain(said.expressions_mut()).collect()
            }
            Assignment::Status { of, said, .. } => std::iter::once(of).chain(said.expressions_mut()).collect(),
        }
    }
}
