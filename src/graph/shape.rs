//! What all relationships of a type have in common, for the optimiser to rely on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::value::NodeId;

use super::csr::{RelTable, offsets};
use super::parts::Nodes;
use super::{KeyId, LabelId, Snapshot, TypeId, Typed};

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
    /// How many start at nodes with a label, and how many end there.
    pub with: [BTreeMap<LabelId, u32>; 2],
    /// How many each has beside itself, as it was stored.
    pub beside: Beside,
}

/// Pairs of relationships of a type that meet at a node, each with itself as well: where few nodes have most, one that was come to
/// by a relationship has more than others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Both start there.
    pub starts: u64,
    /// Both end there.
    pub ends: u64,
    /// One ends and one starts there.
    pub across: u64,
}

impl Beside {
    /// Of all in a table.
    fn of(table: &RelTable) -> Self {
        let leaving = table.out_offsets().windows(2).map(|rows| u64::from(rows[1] - rows[0]));
        let counted;
        let coming = match table.known_in_offsets() {
            Some(known) => known,
            None => {
                counted = offsets(table.out_offsets().len().saturating_sub(1), &table.targets);
                &counted
            }
        };
        let mut beside = Self::default();
        for (leaving, coming) in leaving.zip(coming.windows(2).map(|rows| u64::from(rows[1] - rows[0]))) {
            beside.starts += leaving * leaving;
            beside.ends += coming * coming;
            beside.across += coming * leaving;
        }
        beside
    }
}

impl Shape {
    /// Of all in a table.
    pub(super) fn of(table: &RelTable, nodes: &Nodes) -> Self {
        let [starts, ends] = [Some(table.out_offsets()), table.known_in_offsets()].map(|offsets| {
            let mut n_of_set = vec![0_u32; nodes.label_sets.len()];
            match offsets {
                Some(offsets) => {
                    for (rows, labels) in offsets.windows(2).zip(&nodes.labels) {
                        n_of_set[*labels as usize] += rows[1] - rows[0];
                    }
                }
                None => {
                    for node in &table.targets {
                        n_of_set[nodes.labels[node.0 as usize] as usize] += 1;
                    }
                }
            }
            let met = || n_of_set.iter().zip(&nodes.label_sets).filter(|(n, _)| **n > 0);
            let sets = met().map(|(_, labels)| labels.iter().copied().collect::<BTreeSet<_>>());
            let common = sets.reduce(|all, labels| &all & &labels).unwrap_or_default();
            let mut with = BTreeMap::new();
            for (n, labels) in met() {
                for label in labels {
                    *with.entry(*label).or_default() += n;
                }
            }
            (common, with)
        });
        let (with, beside) = ([starts.1, ends.1], Beside::of(table));
        Self { has_loops: loops(table), starts: starts.0, ends: ends.0, with, beside }
    }
}

/// Which relationships of a type are between the same two nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Twins {
    /// Two that lead from the one to the other.
    pub alike: bool,
    /// One that leads back, of those that are no loops.
    pub opposite: bool,
}

impl Twins {
    /// Of all in a table.
    fn of(table: &RelTable) -> Self {
        let mut twins = Self::default();
        for node in (0..table.out_offsets().len().saturating_sub(1) as u32).map(NodeId) {
            let rows = table.out_rows(node);
            let ends = &table.targets[rows.start as usize..rows.end as usize];
            twins.alike |= ends.windows(2).any(|pair| pair[0] == pair[1]);
            if !twins.opposite && !ends.is_empty() {
                // Both lists are in the order of nodes.
                let mut ends = ends.iter().peekable();
                let mut starts = table.in_rows(node).iter().map(|row| table.starts[*row as usize]);
                twins.opposite = starts.any(|start| {
                    while ends.next_if(|end| **end < start).is_some() {}
                    start != node && ends.peek() == Some(&&start)
                });
            }
            if twins.alike && twins.opposite {
                break;
            }
        }
        twins
    }
}

/// Whether some relationship ends where it starts.
fn loops(table: &RelTable) -> bool {
    // Many are compared without a branch for each.
    const CHUNK: usize = 4096;
    let mut chunks = table.starts.chunks(CHUNK).zip(table.targets.chunks(CHUNK));
    chunks.any(|(starts, ends)| starts.iter().zip(ends).map(|(start, end)| u32::from(start == end)).sum::<u32>() > 0)
}

/// Of which properties each relationship of a table has a finite float, as far as that was asked.
#[derive(Debug, Default)]
pub(super) struct Finite(Mutex<BTreeMap<KeyId, bool>>);

impl Clone for Finite {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Finite {
    fn of(&self, key: KeyId, table: &RelTable) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(key).or_insert_with(|| {
            let Some(column) = table.properties.get(key) else { return table.is_empty() };
            match column.typed() {
                Typed::Floats(values) => column.is_full(table.len()) && values.iter().all(|value| value.is_finite()),
                _ => false,
            }
        })
    }
}

impl Snapshot {
    /// What all relationships of a type have in common; `None` where a change has made that hard to say.
    ///
    /// Costs a look at each relationship of the type when it is asked for the first time.
    #[must_use]
    pub fn shape(&self, rel_type: TypeId) -> Option<Arc<Shape>> {
        let n_stored = self.nodes.ids.len() as u32;
        let relabelled = self.patch.labels.range(..NodeId(n_stored)).next().is_some();
        let table = &*self.rels[rel_type.0 as usize];
        if relabelled || (self.is_derived_type(rel_type) && self.node_bound() > n_stored) {
            return None;
        }
        let stored = table.shape.get_or_init(|| Arc::new(Shape::of(table, &self.nodes)));
        let mut added = self.patch.rels_of(rel_type).enumerate().peekable();
        if added.peek().is_none() {
            return Some(stored.clone());
        }
        let mut shape = Shape::clone(stored);
        for (n, rel) in added {
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
            for (with, node) in shape.with.iter_mut().zip([start, end]) {
                self.labels(node).iter().for_each(|label| *with.entry(*label).or_default() += 1);
            }
        }
        Some(Arc::new(shape))
    }

    /// Whether relationships of a type stand between the same two nodes, in some frame; `None` where a change has made that hard to say.
    ///
    /// Costs a look at each relationship of the type when it is asked for the first time.
    #[must_use]
    pub fn twins(&self, rel_type: TypeId) -> Option<Twins> {
        self.shape(rel_type)?;
        let table = &*self.rels[rel_type.0 as usize];
        self.patch.rels_of(rel_type).next().is_none().then(|| *table.twins.get_or_init(|| Twins::of(table)))
    }

    /// How many nodes have the same value of this property, on average; one where none is stored.
    #[must_use]
    pub fn alike(&self, key: KeyId) -> f64 {
        let Some(column) = self.properties.get(&key) else { return 1.0 };
        match column.typed() {
            Typed::Texts(codes, texts) => codes.map_or(1.0, |codes| codes.len() as f64 / texts.len().max(1) as f64),
            _ => column.alike(),
        }
    }

    /// Whether what nodes have of this property was stored, and is not all text.
    #[must_use]
    pub fn has_other_than_texts(&self, key: KeyId) -> bool {
        self.properties.contains_key(&key) && self.n_texts(key).is_none()
    }

    /// How many different texts nodes have of this property, as it was stored; `None` where they have other values too.
    #[must_use]
    pub fn n_texts(&self, key: KeyId) -> Option<usize> {
        match self.properties.get(&key)?.typed() {
            Typed::Texts(_, texts) => Some(texts.len()),
            _ => None,
        }
    }

    /// Whether every node has a text of this property, and no two have the same, in every frame.
    #[must_use]
    pub fn each_has_its_own(&self, key: KeyId) -> bool {
        let is_stored = !self.is_historic(key) && self.patch.set_values(key).next().is_none();
        // Where values have no number beside their place, the first is the first text, and so on.
        is_stored
            && self.properties.get(&key).is_some_and(|column| {
                matches!(column.typed(), Typed::Texts(None, _)) && column.is_full(self.node_bound() as usize)
            })
    }

    /// Whether each relationship of a type has a finite float of this property, in every frame.
    #[must_use]
    pub fn is_finite(&self, rel_type: TypeId, key: KeyId) -> bool {
        let table = &self.rels[rel_type.0 as usize];
        // What was added or set since stands elsewhere.
        !self.is_historic(key)
            && self.patch.set_values(key).next().is_none()
            && self.patch.rels_of(rel_type).next().is_none()
            && table.finite.of(key, table)
    }
}
