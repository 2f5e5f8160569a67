//! Things found by what they have: by the mark that equal values share ([`mark`](crate::value::mark)).
//!
//! What is found may be equal to what is looked for, and nothing that is equal is missed: who asks compares.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use imbl::OrdSet;

use crate::value::NodeId;

use super::KeyId;
use super::distinct::Distinct;

/// The entries of a column by code: those of one value have one.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Per code: where its entries begin in `entries`; one more at the end.
    offsets: Vec<u32>,
    entries: Vec<u32>,
}

impl Standing {
    /// Of the code of each entry, among so many.
    pub fn new(codes: &[u32], n_codes: usize) -> Self {
        let mut offsets = vec![0_u32; n_codes + 1];
        for code in codes {
            offsets[*code as usize + 1] += 1;
        }
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut next = offsets.clone();
        let mut entries = vec![0; codes.len()];
        for (entry, code) in codes.iter().enumerate() {
            let place = &mut next[*code as usize];
            entries[*place as usize] = entry as u32;
            *place += 1;
        }
        Self { offsets, entries }
    }

    /// The entries of a code, in order.
    pub fn of(&self, code: u32) -> &[u32] {
        &self.entries[self.offsets[code as usize] as usize..self.offsets[code as usize + 1] as usize]
    }
}

/// The entries of a column by their marks.
#[derive(Debug)]
pub(super) struct Marked {
    /// The code of a mark is its number.
    marks: Distinct<u64>,
    standing: Standing,
}

impl Marked {
    /// Of the mark of each entry.
    pub fn new(marks: impl Iterator<Item = u64>) -> Self {
        let mut distinct = Distinct::default();
        let codes: Vec<u32> = marks.map(|mark| distinct.intern(mark)).collect();
        let standing = Standing::new(&codes, distinct.len());
        Self { marks: distinct, standing }
    }

    /// The entries that have this mark, in order.
    pub fn find(&self, mark: u64) -> &[u32] {
        self.marks.find(&mark).map_or(&[], |code| self.standing.of(code))
    }
}

/// Nodes by the marks of the values that were set of a property.
type Nodes = OrdSet<(u64, NodeId)>;

/// Nodes by what was set of them: of a property, once a value of it was looked for, and kept up from then on.
#[derive(Debug, Default)]
pub(super) struct SetMarks(RwLock<BTreeMap<KeyId, Nodes>>);

impl Clone for SetMarks {
    fn clone(&self) -> Self {
        Self(RwLock::new(self.0.read().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl SetMarks {
    /// A node has a value with this mark from now on; with those it had before it may still be found.
    pub fn add(&mut self, key: KeyId, mark: impl FnOnce() -> u64, node: NodeId) {
        let known = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(nodes) = known.get_mut(&key) {
            nodes.insert((mark(), node));
        }
    }

    /// The nodes that may have a value with this mark, in order; `all` are those with a value that was set, and its mark.
    pub fn find<I: Iterator<Item = (u64, NodeId)>>(
        &self,
        key: KeyId,
        mark: u64,
        all: impl FnOnce() -> I,
    ) -> Vec<NodeId> {
        let of = |nodes: &Nodes| {
            let range = (mark, NodeId(0))..=(mark, NodeId(u32::MAX));
            nodes.range(range).map(|(_, node)| *node).collect()
        };
        if let Some(nodes) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return of(nodes);
        }
        let nodes: Nodes = all().collect();
        let found = of(&nodes);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, nodes);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Marked, SetMarks};
    use crate::graph::KeyId;
    use crate::value::{NodeId, Value, mark};

    #[test]
    fn entries_are_found_by_a_value_that_equals_theirs() {
        let values: Vec<Value> =
            (0..1000).map(|n| if n % 3 == 0 { Value::Int(n % 70) } else { Value::Float(n as f64) }).collect();
        let marked = Marked::new(values.iter().map(mark));
        for (wanted, kind) in [
            (Value::Int(6), "both"),
            (Value::Float(6.0), "both"),
            (Value::Float(400.0), "one"),
            (Value::Int(-1), "none"),
        ] {
            let like: Vec<u32> =
                (0..1000).filter(|at| crate::value::equal(&values[*at as usize], &wanted) == Some(true)).collect();
            let found = marked.find(mark(&wanted));
            assert!(like.iter().all(|entry| found.contains(entry)) && found.is_sorted(), "{kind}: {found:?}");
            assert_eq!(found.len(), like.len(), "{kind}: no two of these values have one mark");
        }
    }

    #[test]
    fn nodes_are_found_by_what_was_set_before_the_first_look_and_after_it() {
        let (key, other) = (KeyId(0), KeyId(1));
        let mut set = SetMarks::default();
        set.add(key, || 5, NodeId(1));
        let all = || [(5, NodeId(1)), (7, NodeId(2)), (5, NodeId(0))].into_iter();
        assert_eq!(set.find(key, 5, all), [NodeId(0), NodeId(1)]);
        set.add(key, || 7, NodeId(0));
        set.add(other, || 7, NodeId(9));
        let nobody = || -> std::iter::Empty<_> { panic!("it was looked for before") };
        assert_eq!(set.clone().find(key, 7, nobody), [NodeId(0), NodeId(2)]);
    }
}
