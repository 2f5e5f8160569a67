//! What a clause that writes does to each row.

use serde::{Deserialize, Serialize};

use super::{Expr, Slot};

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

    /// The map of its properties, to be rewritten.
    pub fn properties_mut(&mut self) -> Option<&mut Expr> {
        match self {
            NewItem::Node { properties, .. } | NewItem::Rel { properties, .. } => properties.as_mut(),
        }
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
}

impl Assignment {
    /// The expressions it evaluates, to be rewritten.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Assignment::Property { of, value, .. } => vec![of, value],
            Assignment::Properties { of, map, .. } => vec![of, map],
            Assignment::Labels { of, .. } => vec![of],
        }
    }
}
