//! What a later version has that an earlier one has not, net: what was created and deleted again is no part of it.

use crate::value::{NodeId, RelId, Value};

use super::{Change, Entity, Snapshot};

/// What was done to a version until another came out of it by drafts. Numbers are those of the later one; what both have, has
/// the same number in both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// Nodes that were added.
    pub nodes: Vec<NodeId>,
    /// Relationships that were added.
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
        let is_old = |entity: Entity| match entity {
            Entity::Node(node) => node.0 < base.node_bound(),
            Entity::Rel(rel) => rel.0 < base.rel_bound(),
        };
        let is_kept = |entity: Entity| is_old(entity) && !next.is_gone(entity);
        let mut changes = Vec::new();
        let gone = || next.patch.gone.iter().filter(|entity| is_old(**entity) && !base.is_gone(**entity)).copied();
        changes.extend(gone().filter(|entity| matches!(entity, Entity::Rel(_))).map(Change::Delete));
        changes.extend(gone().filter(|entity| matches!(entity, Entity::Node(_))).map(Change::Delete));
        for node in next.patch.labels.keys().filter(|node| is_kept(Entity::Node(**node))) {
            let names = |graph: &Snapshot| -> Vec<String> {
                graph.labels(*node).iter().map(|label| graph.catalog.label_name(*label).to_string()).collect()
            };
            let (before, after) = (names(base), names(next));
            let change = |label: &String, on| Change::SetLabel { node: *node, label: label.clone(), on };
            changes.extend(before.iter().filter(|label| !after.contains(label)).map(|label| change(label, false)));
            changes.extend(after.iter().filter(|label| !before.contains(label)).map(|label| change(label, true)));
        }
        for ((key, of), value) in next.patch.values.iter().filter(|((_, of), _)| is_kept(*of)) {
            let name = next.catalog.key_name(*key);
            let before = base.catalog.key(name).map_or(Value::Null, |key| base.property(*of, key));
            if before != *value {
                changes.push(Change::SetProperty { of: *of, key: name.to_string(), value: value.clone() });
            }
        }
        let further =
            next.history_entries().skip_while(|(number, _)| (*number as usize) < base.histories.entries.len());
        for (_, entry) in further.filter(|(_, entry)| is_kept(entry.entity)) {
            // A value that had no days is an entry by now, and set to nothing above.
            let (key, value) = (next.catalog.key_name(entry.key).to_string(), entry.value.clone());
            changes.push(Change::AddEntry { of: entry.entity, key, value, meta: entry.meta.clone() });
        }
        let mut entries: Vec<(u32, Vec<NodeId>)> = Vec::new();
        for (number, _) in next.chain_entries().skip_while(|(number, _)| (*number as usize) < base.chain_bound()) {
            let of = next.chains.of.iter().filter(|(_, numbers)| numbers.contains(&number)).map(|(node, _)| *node);
            entries.push((number, of.collect()));
        }
        Self {
            nodes: (base.node_bound()..next.node_bound()).map(NodeId).filter(|node| next.has_node(*node)).collect(),
            rels: (base.rel_bound()..next.rel_bound())
                .map(RelId)
                .filter(|rel| !next.is_gone(Entity::Rel(*rel)))
                .collect(),
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
