//! What a later version has that an earlier one has not, net: what was created and deleted again is no part of it.

use std::collections::BTreeSet;

use crate::value::{NodeId, RelId, Value};

use super::{Change, Entity, KeyId, Snapshot};

/// What was done to a version until another came out of it by drafts. Numbers are those of the later one, and of what was deleted those
/// of the earlier one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// Nodes that were added.
    pub nodes: Vec<NodeId>,
    /// Relationships that were added, in the order in which they were.
    pub rels: Vec<RelId>,
    /// Chain entries that were added, with the nodes whose chain they belong to.
    pub entries: Vec<(u32, Vec<NodeId>)>,
    /// What was deleted of the earlier version, and changed in it: relationships are deleted first, then nodes.
    pub changes: Vec<Change>,
}

impl Difference {
    /// What was done to `base` until it was `next`.
    #[must_use]
    pub fn between(base: &Snapshot, next: &Snapshot) -> Self {
        // Things are told by their first numbers, which both versions have.
        let before = |first: Entity| match first {
            Entity::Node(node) => (node.0 < base.node_bound()).then_some(first),
            Entity::Rel(rel) => base.numbered(rel).map(Entity::Rel),
        };
        let after = |first: Entity| {
            let now = match first {
                Entity::Node(_) => Some(first),
                Entity::Rel(rel) => next.numbered(rel).map(Entity::Rel),
            };
            now.filter(|entity| !next.is_gone(*entity))
        };
        let kept = |first: Entity| Some((before(first)?, after(first)?));
        let touched = Touched::between(base, next);
        let mut changes = Vec::new();
        let gone = || touched.gone.iter().filter_map(|first| before(*first)).filter(|entity| !base.is_gone(*entity));
        changes.extend(gone().filter(|entity| matches!(entity, Entity::Rel(_))).map(Change::Delete));
        changes.extend(gone().filter(|entity| matches!(entity, Entity::Node(_))).map(Change::Delete));
        for node in touched.labels.into_iter().filter(|node| kept(Entity::Node(*node)).is_some()) {
            let names = |graph: &Snapshot| -> Vec<String> {
                graph.labels(node).iter().map(|label| graph.catalog.label_name(*label).to_string()).collect()
            };
            let (before, after) = (names(base), names(next));
            let change = |label: &String, on| Change::SetLabel { node, label: label.clone(), on };
            changes.extend(before.iter().filter(|label| !after.contains(label)).map(|label| change(label, false)));
            changes.extend(after.iter().filter(|label| !before.contains(label)).map(|label| change(label, true)));
        }
        for (key, first) in touched.values {
            let Some((was, is)) = kept(first) else { continue };
            let (name, value) = (next.catalog.key_name(key), next.property(is, key));
            let before = base.catalog.key(name).map_or(Value::Null, |key| base.property(was, key));
            if before != value {
                changes.push(Change::SetProperty { of: is, key: name.to_string(), value });
            }
        }
        let further =
            next.history_entries().skip_while(|(number, _)| (*number as usize) < base.histories.entries.len());
        for (_, entry) in further.filter(|(_, entry)| next.earlier(base, entry.entity).is_some()) {
            // A value that had no days is an entry by now, and set to nothing above.
            let (key, value) = (next.catalog.key_name(entry.key).to_string(), entry.value.clone());
            changes.push(Change::AddEntry { of: entry.entity, key, value, meta: entry.meta.clone() });
        }
        let mut entries: Vec<(u32, Vec<NodeId>)> = Vec::new();
        for (number, _) in next.chain_entries().skip_while(|(number, _)| (*number as usize) < base.chain_bound()) {
            let of = next.chains.of.iter().filter(|(_, numbers)| numbers.contains(&number)).map(|(node, _)| *node);
            entries.push((number, of.collect()));
        }
        let added = (base.first_bound()..next.first_bound()).map(|first| Entity::Rel(RelId(first)));
        let rel = |entity| if let Entity::Rel(rel) = entity { Some(rel) } else { None };
        Self {
            nodes: (base.node_bound()..next.node_bound()).map(NodeId).filter(|node| next.has_node(*node)).collect(),
            rels: added.filter_map(after).filter_map(rel).collect(),
            entries,
            changes,
        }
    }

    /// Whether a relationship of the earlier version has entries of histories that were added.
    #[must_use]
    pub fn has_entry(&self, rel: RelId) -> bool {
        let of_rel = |change: &Change| matches!(change, Change::AddEntry { of, .. } if *of == Entity::Rel(rel));
        self.changes.iter().any(of_rel)
    }

    /// Whether nothing was done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What may have been changed, by first numbers.
struct Touched {
    gone: BTreeSet<Entity>,
    labels: BTreeSet<NodeId>,
    values: BTreeSet<(KeyId, Entity)>,
}

impl Touched {
    fn between(base: &Snapshot, next: &Snapshot) -> Self {
        let patch = &next.patch;
        let mut touched = Self {
            gone: patch.gone.iter().map(|entity| next.first_entity(*entity)).collect(),
            labels: patch.labels.keys().copied().collect(),
            values: patch.values.keys().map(|(key, entity)| (*key, next.first_entity(*entity))).collect(),
        };
        if let Some(settled) = &next.settled {
            touched.gone.extend(&settled.gone);
            touched.labels.extend(&settled.labels);
            touched.values.extend(&settled.values);
            // What stood in the patch of `base` was moved into parts as it was by then.
            let nodes = (base.nodes.ids.len() as u32..base.node_bound()).map(NodeId);
            let rels = (base.n_stored_rels..base.rel_bound()).map(RelId);
            touched.labels.extend(nodes.clone());
            for entity in nodes.map(Entity::Node).chain(rels.map(Entity::Rel)) {
                let first = base.first_entity(entity);
                touched.values.extend((0..next.catalog.keys().len() as u32).map(|key| (KeyId(key), first)));
            }
        }
        touched
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Difference;
    use crate::graph::{Builder, Change, Draft, Entity, NewNode, Schema};
    use crate::value::{NodeId, Value};

    fn node(id: &str) -> NewNode {
        NewNode { id: id.into(), properties: vec![("p".into(), Value::Int(1))], ..NewNode::default() }
    }

    fn set(node: u32, value: i64) -> Change {
        Change::SetProperty { of: Entity::Node(NodeId(node)), key: "p".into(), value: Value::Int(value) }
    }

    #[test]
    fn what_was_undone_is_no_part_of_it() {
        let mut builder = Builder::new(Schema::default());
        assert!(builder.node(node("a")).is_ok() && builder.node(node("b")).is_ok());
        let base = Arc::new(builder.finish());
        let done = |changes: &[Change]| {
            let mut draft = Draft::new(base.clone());
            for change in changes {
                assert!(draft.apply(change.clone()).is_ok());
            }
            Difference::between(&base, draft.version())
        };
        let label = |on| Change::SetLabel { node: NodeId(0), label: "L".into(), on };
        let delete = |node| Change::Delete(Entity::Node(NodeId(node)));
        assert!(done(&[]).is_empty());
        assert!(done(&[set(0, 2), set(0, 1), label(true), label(false)]).is_empty());
        assert!(done(&[Change::CreateNode(node("c")), delete(2)]).is_empty());
        assert_eq!(done(&[set(0, 2), label(true)]).changes, [label(true), set(0, 2)]);
        assert_eq!(done(&[set(1, 2), delete(1)]).changes, [delete(1)]);
        assert_eq!(done(&[Change::CreateNode(node("c")), set(2, 5)]).nodes, [NodeId(2)]);
    }
}
