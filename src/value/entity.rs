//! Nodes, relationships and paths: their ids inside the engine, and what an answer shows of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Value;

/// A node of one graph version; a dense number, not the stable id a person writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct NodeId(pub u32);

/// A relationship of one graph version; a dense number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct RelId(pub u32);

/// An alternating sequence of nodes and relationships; there is always one node more.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Path {
    /// The nodes, first to last.
    pub nodes: Vec<NodeId>,
    /// The relationships between them.
    pub rels: Vec<RelId>,
}

/// What an answer shows of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeValue {
    /// The stable text id.
    pub id: Arc<str>,
    /// Labels, sorted.
    pub labels: Vec<Arc<str>>,
    /// Properties as of the frame.
    pub properties: BTreeMap<Arc<str>, Value>,
}

/// What an answer shows of a relationship.
#[derive(Clone, Debug, PartialEq)]
pub struct RelValue {
    /// The stable text id.
    pub id: Arc<str>,
    /// The type.
    pub kind: Arc<str>,
    /// Where it starts.
    pub start: NodeId,
    /// Where it ends.
    pub end: NodeId,
    /// Properties as of the frame.
    pub properties: BTreeMap<Arc<str>, Value>,
}

/// The nodes and relationships that an answer's values name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entities {
    /// By id.
    pub nodes: BTreeMap<NodeId, NodeValue>,
    /// By id.
    pub rels: BTreeMap<RelId, RelValue>,
}
