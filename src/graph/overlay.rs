//! A snapshot with derived relationships and labels laid over it; everything else is shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::value::{NodeId, Periods, RelId, Value};

use super::csr::RelTable;
use super::parts::{Said, StatementColumns};
use super::patch::DERIVED;
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
    /// The type that the next one laid over it will be.
    #[must_use]
    pub fn next_type(&self) -> TypeId {
        TypeId(self.rels.len() as u32)
    }

    /// This snapshot with one more type; `rels` are sorted by start, then end. Also the id of the first.
    #[must_use]
    pub fn with_type(&self, name: &str, rels: Vec<DerivedRel>) -> (Snapshot, RelId) {
        let mut overlaid = self.clone();
        let last = overlaid.derived_types.iter().map(|rel_type| &overlaid.rels[rel_type.0 as usize]);
        let base = last.map(|table| table.base + table.len() as u32).max().unwrap_or(DERIVED);
        let n_nodes = overlaid.node_bound() as usize;
        let catalog = Arc::make_mut(&mut overlaid.catalog);
        let rel_type = TypeId(catalog.types.intern(name));
        debug_assert_eq!(rel_type.0 as usize, overlaid.rels.len(), "`{name}` is stored");
        let ends = rels.iter().map(|rel| (rel.start, rel.end)).unzip();
        let mut statements = StatementColumns::default();
        let mut columns: BTreeMap<KeyId, Vec<(u32, Value)>> = BTreeMap::new();
        for (row, rel) in rels.into_iter().enumerate() {
            // Nothing else is said about it.
            statements.push(Said { meta: 0, flags: 0, effective: rel.periods, unknown: Periods::default() });
            for (key, value) in rel.properties {
                columns.entry(KeyId(catalog.keys.intern(&key))).or_default().push((row as u32, value));
            }
        }
        let n_rels = statements.meta.len();
        let mut table = RelTable::new(base, n_nodes, ends, statements);
        table.properties = columns.into_iter().map(|(key, entries)| (key, Column::new(entries))).collect();
        catalog.n_by_type.resize(rel_type.0 as usize, 0);
        catalog.n_by_type.push(n_rels);
        overlaid.rels.push(table.into());
        overlaid.derived_types.insert(rel_type);
        if n_rels > 0 {
            overlaid.segments.push((base, rel_type));
        }
        (overlaid, RelId(base))
    }

    /// This snapshot with one more label on these nodes.
    #[must_use]
    pub fn with_label(&self, name: &str, on: &BTreeSet<NodeId>) -> Snapshot {
        let mut overlaid = self.clone();
        let label = LabelId(Arc::make_mut(&mut overlaid.catalog).labels.intern(name));
        for node in on {
            overlaid.set_label(*node, label, true);
        }
        overlaid.derived_labels.insert(name.to_owned());
        overlaid
    }

    /// Whether some label is given by a definition.
    #[must_use]
    pub fn has_derived_labels(&self) -> bool {
        !self.derived_labels.is_empty()
    }

    /// Whether a label is given by a definition.
    #[must_use]
    pub fn is_derived_label(&self, name: &str) -> bool {
        self.derived_labels.contains(name)
    }

    /// Whether a type is given by a definition.
    #[must_use]
    pub fn is_derived_type(&self, rel_type: TypeId) -> bool {
        self.derived_types.contains(&rel_type)
    }

    /// Types that were stored, not derived: what a relationship pattern without a type matches.
    pub fn stored_types(&self) -> impl Iterator<Item = TypeId> + use<'_> {
        (0..self.rels.len() as u32).map(TypeId).filter(|rel_type| !self.derived_types.contains(rel_type))
    }
}
