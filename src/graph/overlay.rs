//! A snapshot with derived relationships and labels laid over it; everything else is shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::value::{NodeId, Periods, RelId, Value};

use super::csr::RelTable;
use super::snapshot::StatementColumns;
use super::{Column, KeyId, LabelId, Snapshot, TypeId};

/// A derived relationship.
#[derive(Clone, Debug, PartialEq)]
pub struct DerivedRel {
    /// Where it starts.
    pub start: NodeId,
    /// Where it ends.
    pub end: NodeId,
    /// Its properties.
    pub properties: Vec<(String, Value)>,
    /// The days on which it holds.
    pub periods: Periods,
}

impl Snapshot {
    /// This snapshot with one more type; `rels` are sorted by start, then end. Also the id of the first.
    #[must_use]
    pub fn with_type(&self, name: &str, rels: Vec<DerivedRel>) -> (Snapshot, RelId) {
        let mut overlaid = self.clone();
        let catalog = Arc::make_mut(&mut overlaid.catalog);
        let base = catalog.n_rels() as u32;
        let rel_type = TypeId(catalog.types.intern(name));
        let ends: Vec<_> = rels.iter().map(|rel| (rel.start, rel.end)).collect();
        let mut statements = StatementColumns::default();
        let mut columns: BTreeMap<KeyId, Vec<(u32, Value)>> = BTreeMap::new();
        for (row, rel) in rels.into_iter().enumerate() {
            statements.push_derived(&rel.periods);
            for (key, value) in rel.properties {
                columns.entry(KeyId(catalog.keys.intern(&key))).or_default().push((row as u32, value));
            }
        }
        let mut table = RelTable::new(base, catalog.n_nodes, &ends, statements);
        table.properties = columns.into_iter().map(|(key, entries)| (key, Column::new(entries))).collect();
        catalog.n_by_type.resize(rel_type.0 as usize, 0);
        catalog.n_by_type.push(ends.len());
        overlaid.rels.push(Arc::new(table));
        (overlaid, RelId(base))
    }

    /// This snapshot with one more label on these nodes.
    #[must_use]
    pub fn with_label(&self, name: &str, on: &BTreeSet<NodeId>) -> Snapshot {
        let mut overlaid = self.clone();
        let catalog = Arc::make_mut(&mut overlaid.catalog);
        let label = LabelId(catalog.labels.intern(name));
        let nodes = Arc::make_mut(&mut overlaid.nodes);
        let mut sets: BTreeMap<u32, u32> = BTreeMap::new();
        for node in on {
            let old = nodes.labels[node.0 as usize];
            let new = *sets.entry(old).or_insert_with(|| {
                let mut labels = nodes.label_sets[old as usize].clone();
                if !labels.contains(&label) {
                    labels.push(label);
                }
                labels.sort_by(|a, b| catalog.label_name(*a).cmp(catalog.label_name(*b)));
                nodes.label_sets.push(labels);
                nodes.label_sets.len() as u32 - 1
            });
            nodes.labels[node.0 as usize] = new;
        }
        let at = label.0 as usize;
        nodes.by_label.resize(nodes.by_label.len().max(at + 1), Vec::new());
        catalog.n_by_label.resize(catalog.n_by_label.len().max(at + 1), 0);
        let mut all: BTreeSet<NodeId> = nodes.by_label[at].iter().copied().collect();
        all.extend(on);
        nodes.by_label[at] = all.into_iter().collect();
        catalog.n_by_label[at] = nodes.by_label[at].len();
        overlaid.derived_labels.insert(name.to_owned());
        overlaid
    }

    /// Whether a label is given by a definition.
    #[must_use]
    pub fn is_derived_label(&self, name: &str) -> bool {
        self.derived_labels.contains(name)
    }

    /// Types that were stored, not derived: what a relationship pattern without a type matches.
    pub fn stored_types(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.n_stored_types).map(TypeId)
    }
}
