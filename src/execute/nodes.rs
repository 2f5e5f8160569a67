//! A set of nodes: a bit for each, as their numbers are dense.

use crate::value::NodeId;

/// Nodes of numbers below a bound.
#[derive(Debug, Default)]
pub(super) struct Nodes(Vec<u64>);

impl Nodes {
    /// None of so many.
    pub fn below(bound: usize) -> Self {
        Self(vec![0; bound.div_ceil(64)])
    }

    /// Makes room for numbers below a bound.
    pub fn grow(&mut self, bound: usize) {
        self.0.resize(bound.div_ceil(64), 0);
    }

    #[inline]
    pub fn has(&self, node: NodeId) -> bool {
        self.0[(node.0 / 64) as usize] >> (node.0 % 64) & 1 == 1
    }

    /// Takes a node in; whether it is new.
    #[inline]
    pub fn insert(&mut self, node: NodeId) -> bool {
        let (word, bit) = (&mut self.0[(node.0 / 64) as usize], 1 << (node.0 % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    #[inline]
    pub fn remove(&mut self, node: NodeId) {
        self.0[(node.0 / 64) as usize] &= !(1 << (node.0 % 64));
    }

    /// Takes in all of others.
    pub fn insert_all(&mut self, others: &Self) {
        self.0.iter_mut().zip(&others.0).for_each(|(word, more)| *word |= more);
    }

    /// Takes in those of which something holds, given for each node in order.
    pub fn insert_where<T>(&mut self, of_each: &[T], holds: impl Fn(&T) -> bool) {
        for (word, some) in self.0.iter_mut().zip(of_each.chunks(64)) {
            for (bit, one) in some.iter().enumerate() {
                *word |= u64::from(holds(one)) << bit;
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Where each stands among all in order.
    pub fn places(&self) -> Places<'_> {
        let before = self.0.iter().scan(0, |n, word| {
            let before = *n;
            *n += word.count_ones();
            Some(before)
        });
        Places { nodes: self, before: before.collect() }
    }

    /// In order.
    pub fn list(&self) -> Vec<NodeId> {
        let mut nodes = Vec::with_capacity(self.count());
        for (word, first) in self.0.iter().zip((0..).step_by(64)) {
            let mut rest = *word;
            while rest != 0 {
                nodes.push(NodeId(first + rest.trailing_zeros()));
                rest &= rest - 1;
            }
        }
        nodes
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}

/// Where each of a set stands among all in order.
pub(super) struct Places<'n> {
    nodes: &'n Nodes,
    /// How many are before each word.
    before: Vec<u32>,
}

impl Places<'_> {
    /// That of a node of the set.
    #[inline]
    pub fn of(&self, node: NodeId) -> u32 {
        let (word, below) = ((node.0 / 64) as usize, (1 << (node.0 % 64)) - 1);
        self.before[word] + (self.nodes.0[word] & below).count_ones()
    }
}

#[cfg(test)]
mod tests {
    use super::{NodeId, Nodes};

    #[test]
    fn a_node_is_in_a_set_from_when_it_is_taken_in_until_it_is_taken_out() {
        let mut nodes = Nodes::below(130);
        assert!([129, 0, 64].map(NodeId).into_iter().all(|node| nodes.insert(node)));
        assert!(!nodes.insert(NodeId(64)) && nodes.has(NodeId(64)) && !nodes.has(NodeId(63)));
        nodes.remove(NodeId(64));
        nodes.insert_where(&[0, 5, 0, 7], |number| *number > 0);
        assert_eq!(nodes.list(), [0, 1, 3, 129].map(NodeId));
        let places = nodes.places();
        assert_eq!(nodes.list().into_iter().map(|node| places.of(node)).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(nodes.count(), 4);
        nodes.grow(200);
        assert!(nodes.insert(NodeId(199)) && nodes.has(NodeId(129)));
    }
}
