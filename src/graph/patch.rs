//! What changes made of a snapshot: everything added, altered or removed since its parts were built.
//!
//! A version is parts that never change and one patch over them. The patch is made of persistent maps, so that a version
//! costs its own changes and shares all others with the version before it. A relationship type that no change has
//! touched is read from its plain arrays as if there were no patch.

use std::ops::Range;
use std::sync::Arc;

use imbl::{HashMap, OrdMap, OrdSet, Vector};

use crate::value::{NodeId, Periods, RelId, Value, mark};

use super::marked::SetMarks;
use super::parts::{Entity, Said};
use super::{KeyId, LabelId, Meta, TypeId};

/// Derived relationships are numbered from here on, so that they never share a number with one that is added later.
pub(super) const DERIVED: u32 = 1 << 31;

/// A relationship that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AddedRel {
    pub rel_type: TypeId,
    pub start: NodeId,
    pub end: NodeId,
}

/// Relationships by type, one end, the other end.
type Adjacency = OrdSet<(TypeId, NodeId, NodeId, RelId)>;

/// Changes to the parts of a snapshot.
#[derive(Clone, Debug, Default)]
pub(super) struct Patch {
    /// Nodes after those of the parts.
    pub ids: Vector<Arc<str>>,
    pub by_id: HashMap<Arc<str>, NodeId>,
    /// Labels of added nodes, and of those whose labels changed.
    pub labels: OrdMap<NodeId, Arc<[LabelId]>>,
    /// Labels that nodes gained; whether a node still has one, `labels` says.
    pub gained: OrdSet<(LabelId, NodeId)>,
    /// Values set; null where one was removed.
    pub values: OrdMap<(KeyId, Entity), Value>,
    /// The nodes among them by their values.
    marks: SetMarks,
    /// What is said of added statements, and of those whose days changed; nothing of an added relationship of which nothing is, which holds
    /// on all days.
    pub said: OrdMap<Entity, Said>,
    /// Metadata after that of the parts, with its days.
    pub metas: Vector<(Meta, Periods)>,
    pub meta_numbers: HashMap<Meta, u32>,
    /// Relationships after those of the parts.
    pub rels: Vector<AddedRel>,
    pub outgoing: Adjacency,
    pub incoming: Adjacency,
    /// What was deleted.
    pub gone: OrdSet<Entity>,
    /// Types with a relationship that was added or deleted, or whose days changed.
    pub touched: OrdSet<TypeId>,
    /// Those of them of which a relationship in the tables was deleted, or has other days: not only added ones.
    pub altered: OrdSet<TypeId>,
    /// Of some node in the parts something else is said.
    pub nodes_altered: bool,
}

impl Patch {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        let things = self.ids.is_empty() && self.rels.is_empty() && self.gone.is_empty() && !self.nodes_altered;
        things && self.labels.is_empty() && self.values.is_empty() && self.said.is_empty()
    }

    /// Whether relationships of this type have to be looked up here.
    pub fn touches(&self, rel_type: TypeId) -> bool {
        !self.touched.is_empty() && self.touched.contains(&rel_type)
    }

    /// Whether relationships of this type in its table have to be looked up here.
    pub fn alters(&self, rel_type: TypeId) -> bool {
        !self.altered.is_empty() && self.altered.contains(&rel_type)
    }

    /// Whether something was deleted.
    pub fn is_gone(&self, entity: Entity) -> bool {
        !self.gone.is_empty() && self.gone.contains(&entity)
    }

    pub fn value(&self, entity: Entity, key: KeyId) -> Option<&Value> {
        if self.values.is_empty() { None } else { self.values.get(&(key, entity)) }
    }

    /// Sets a value, or removes it with null.
    pub fn set(&mut self, entity: Entity, key: KeyId, value: Value) {
        if let Entity::Node(node) = entity {
            self.marks.add(key, || mark(&value), node);
        }
        self.values.insert((key, entity), value);
    }

    /// The nodes whose value of a property was set, and may be equal to this one, in order.
    pub fn like(&self, key: KeyId, wanted: &Value) -> Vec<NodeId> {
        if self.values.is_empty() {
            return Vec::new();
        }
        self.marks.find(key, mark(wanted), || self.set_of_nodes(key).map(|(node, value)| (mark(value), node)))
    }

    /// Nodes and relationships whose value of a property was set.
    pub fn set_values(&self, key: KeyId) -> impl Iterator<Item = (Entity, &Value)> {
        let first = (key, Entity::Node(NodeId(0)));
        let last = (key, Entity::Rel(RelId(u32::MAX)));
        self.values.range(first..=last).map(|((_, entity), value)| (*entity, value))
    }

    /// The nodes among them.
    pub fn set_of_nodes(&self, key: KeyId) -> impl Iterator<Item = (NodeId, &Value)> {
        self.set_values(key).map_while(|(entity, value)| match entity {
            Entity::Node(node) => Some((node, value)),
            Entity::Rel(_) => None,
        })
    }

    /// And the relationships.
    pub fn set_of_rels(&self, key: KeyId) -> impl Iterator<Item = (RelId, &Value)> {
        let range = (key, Entity::Rel(RelId(0)))..=(key, Entity::Rel(RelId(u32::MAX)));
        self.values.range(range).filter_map(|((_, entity), value)| match entity {
            Entity::Rel(rel) => Some((*rel, value)),
            Entity::Node(_) => None,
        })
    }

    /// Whether a value of some property was set of one of these relationships.
    pub fn sets_some(&self, rels: Range<RelId>) -> bool {
        let mut next = self.values.keys().next().map(|(key, _)| *key);
        // From one property to the next.
        while let Some(key) = next {
            let range = (key, Entity::Rel(rels.start))..(key, Entity::Rel(rels.end));
            if self.values.range(range).next().is_some() {
                return true;
            }
            let after = (KeyId(key.0 + 1), Entity::Node(NodeId(0)));
            next = self.values.range(after..).next().map(|((key, _), _)| *key);
        }
        false
    }

    /// How much was changed: statements that were added, altered or deleted, and values that were set.
    pub fn n_changes(&self) -> usize {
        self.said.len().max(self.ids.len() + self.rels.len()) + self.gone.len() + self.values.len()
    }

    /// Added relationships of a type that leave a node, with their ends.
    pub fn leaving(&self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = (RelId, NodeId)> + use<'_> {
        at(&self.outgoing, rel_type, node)
    }

    /// Added relationships of a type that reach a node, with their starts.
    pub fn reaching(&self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = (RelId, NodeId)> + use<'_> {
        at(&self.incoming, rel_type, node)
    }

    /// Added relationships of a type between two nodes.
    pub fn between(&self, rel_type: TypeId, start: NodeId, end: NodeId) -> impl Iterator<Item = RelId> + use<'_> {
        let range = (rel_type, start, end, RelId(0))..=(rel_type, start, end, RelId(u32::MAX));
        self.outgoing.range(range).map(|(.., rel)| *rel)
    }

    /// The starts of the added relationships of a type, or their ends; a node may come again.
    pub fn nodes_of(&self, rel_type: TypeId, outgoing: bool) -> impl Iterator<Item = NodeId> + use<'_> {
        let adjacency = if outgoing { &self.outgoing } else { &self.incoming };
        of_type(adjacency, rel_type).map(|(node, _)| node)
    }

    /// Added relationships of a type, by start, then end.
    pub fn rels_of(&self, rel_type: TypeId) -> impl Iterator<Item = RelId> + use<'_> {
        of_type(&self.outgoing, rel_type).map(|(_, rel)| rel)
    }
}

fn of_type(adjacency: &Adjacency, rel_type: TypeId) -> impl Iterator<Item = (NodeId, RelId)> + use<'_> {
    let (first, last) = (NodeId(0), NodeId(u32::MAX));
    let range = (rel_type, first, first, RelId(0))..=(rel_type, last, last, RelId(u32::MAX));
    adjacency.range(range).map(|(_, node, _, rel)| (*node, *rel))
}

fn at(adjacency: &Adjacency, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = (RelId, NodeId)> + use<'_> {
    let range = (rel_type, node, NodeId(0), RelId(0))..=(rel_type, node, NodeId(u32::MAX), RelId(u32::MAX));
    adjacency.range(range).map(|(_, _, other, rel)| (*rel, *other))
}
