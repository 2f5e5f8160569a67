//! What all relationships of a type have in common, for the optimiser to rely on.

use std::collections::BTreeSet;

use crate::value::NodeId;

use super::csr::RelTable;
use super::parts::Nodes;
use super::{Cell, KeyId, LabelId, Snapshot, TypeId};

/// Added relationships that are looked at one by one; of more nothing is known.
const FEW: usize = 1024;

/// What all relationships of a type have in common, whatever frame they are seen through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Labels that each start has.
    pub starts: BTreeSet<LabelId>,
    /// Labels that each end has.
    pub ends: BTreeSet<LabelId>,
    /// Some relationship ends where it starts.
    pub has_loops: bool,
    /// Properties of which each has a finite float.
    pub floats: BTreeSet<KeyId>,
}

impl Shape {
    /// Of all in a table.
    pub(super) fn of(table: &RelTable, nodes: &Nodes) -> Self {
        let labels = |ends: &[NodeId]| {
            let mut sets = vec![false; nodes.label_sets.len()];
            ends.iter().for_each(|node| sets[nodes.labels[node.0 as usize] as usize] = true);
            let met = sets.iter().zip(&nodes.label_sets).filter(|(met, _)| **met);
            let met = met.map(|(_, labels)| labels.iter().copied().collect::<BTreeSet<_>>());
            met.reduce(|all, labels| &all & &labels).unwrap_or_default()
        };
        let is_float = |cell: Cell<'_>| matches!(cell, Cell::Float(value) if value.is_finite());
        let floats =
            table.properties.iter().filter(|(_, column)| (0..table.len() as u32).all(|row| is_float(column.cell(row))));
        Self {
            starts: labels(&table.starts),
            ends: labels(&table.targets),
            has_loops: table.starts.iter().zip(&table.targets).any(|(start, end)| start == end),
            floats: floats.map(|(key, _)| *key).collect(),
        }
    }
}

impl Snapshot {
    /// What all relationships of a type have in common; `None` where a change has made that hard to say.
    ///
    /// Costs a look at each relationship of the type when it is asked for the first time.
    #[must_use]
    pub fn shape(&self, rel_type: TypeId) -> Option<Shape> {
        let n_stored = self.nodes.ids.len() as u32;
        let relabelled = self.patch.labels.range(..NodeId(n_stored)).next().is_some();
        let table = &*self.rels[rel_type.0 as usize];
        if relabelled || table.starts.iter().chain(&table.targets).any(|node| node.0 >= n_stored) {
            return None;
        }
        let mut shape = table.shape.get_or_init(|| Shape::of(table, &self.nodes)).clone();
        shape.floats.retain(|key| !self.is_historic(*key) && self.patch.set_values(*key).next().is_none());
        for (n, rel) in self.patch.rels_of(rel_type).enumerate() {
            if n == FEW {
                return None;
            }
            let (_, start, end) = self.rel(rel);
            let is_first = n == 0 && table.is_empty();
            for (labels, node) in [(&mut shape.starts, start), (&mut shape.ends, end)] {
                let here = self.labels(node).iter().copied().collect();
                *labels = if is_first { here } else { &*labels & &here };
            }
            shape.has_loops |= start == end;
            // Its values stand elsewhere.
            shape.floats.clear();
        }
        Some(shape)
    }
}
