//! A set of nodes: a bit for each, as their numbers are dense, and a bit for each word of these that has one, so that a small set of a large
//! graph is gone through, and emptied, by what is in it.
//!
//! Bits are kept by the thread, empty, for the next set.

use std::cell::RefCell;

use crate::value::NodeId;

/// Nodes of numbers below a bound.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    words: Vec<u64>,
    /// Of each word, whether anything may be in it; also of some beyond the last.
    used: Vec<u64>,
}

thread_local! {
    /// Empty sets.
    static SPARE: RefCell<Vec<Nodes>> = const { RefCell::new(Vec::new()) };
}

/// Sets that a thread keeps.
const KEPT: usize = 4;
/// Words of a set that is kept, at most: 4 MiB.
const LARGEST: usize = 1 << 19;

impl Drop for Nodes {
    fn drop(&mut self) {
        if self.words.is_empty() || self.words.len() > LARGEST {
            return;
        }
        // A thread that ends keeps nothing.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < KEPT {
                let mut nodes = std::mem::take(self);
                nodes.clear();
                spare.push(nodes);
            }
        });
    }
}

/// The places of the bits of a word that are set.
#[inline]
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (word != 0).then_some(word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        place
    })
}

impl Nodes {
    /// None of so many.
    pub fn below(bound: usize) -> Self {
        let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
        let mut nodes = spare.ok().flatten().unwrap_or_default();
        nodes.grow(bound);
        nodes
    }

    /// Makes room for numbers below a bound.
    pub fn grow(&mut self, bound: usize) {
        self.words.resize(bound.div_ceil(64).max(self.words.len()), 0);
        self.used.resize(self.words.len().div_ceil(64), 0);
    }

    /// Takes all out.
    fn clear(&mut self) {
        for (used, words) in self.used.iter_mut().zip(self.words.chunks_mut(64)) {
            match std::mem::take(used) {
                u64::MAX => words.fill(0),
                some => ones(some).for_each(|at| words[at] = 0),
            }
        }
    }

    #[inline]
    pub fn has(&self, node: NodeId) -> bool {
        self.words[(node.0 / 64) as usize] >> (node.0 % 64) & 1 == 1
    }

    /// Takes a node in; whether it is new.
    #[inline]
    pub fn insert(&mut self, node: NodeId) -> bool {
        let place = (node.0 / 64) as usize;
        let (word, bit) = (&mut self.words[place], 1 << (node.0 % 64));
        if *word == 0 {
            self.used[place / 64] |= 1 << (place % 64);
        }
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Takes many in, of which it is not noted where they are.
    #[inline]
    pub fn insert_many(&mut self, nodes: impl Iterator<Item = NodeId>) {
        nodes.for_each(|node| self.words[(node.0 / 64) as usize] |= 1 << (node.0 % 64));
        self.used.fill(u64::MAX);
    }

    #[inline]
    pub fn remove(&mut self, node: NodeId) {
        self.words[(node.0 / 64) as usize] &= !(1 << (node.0 % 64));
    }

    /// Takes in all of others.
    pub fn insert_all(&mut self, others: &Self) {
        self.words.iter_mut().zip(&others.words).for_each(|(word, more)| *word |= more);
        self.used.iter_mut().zip(&others.used).for_each(|(used, more)| *used |= more);
    }

    /// Takes in those of which something holds, given for each node in order.
    pub fn insert_where<T>(&mut self, of_each: &[T], holds: impl Fn(&T) -> bool) {
        for (place, (word, some)) in self.words.iter_mut().zip(of_each.chunks(64)).enumerate() {
            for (bit, one) in some.iter().enumerate() {
                *word |= u64::from(holds(one)) << bit;
            }
            self.used[place / 64] |= u64::from(*word != 0) << (place % 64);
        }
    }

    /// Calls `visit` for the words in which there may be some, with their places.
    #[inline]
    fn each_word(&self, mut visit: impl FnMut(usize, u64)) {
        for (first, (used, words)) in (0..).step_by(64).zip(self.used.iter().zip(self.words.chunks(64))) {
            match *used {
                u64::MAX => (first..).zip(words).for_each(|(place, word)| visit(place, *word)),
                some => ones(some).for_each(|at| visit(first + at, words[at])),
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        let mut count = 0;
        self.each_word(|_, word| count += word.count_ones() as usize);
        count
    }

    /// Where each stands among all in order.
    pub fn places(&self) -> Places<'_> {
        let before = self.words.iter().scan(0, |n, word| {
            let before = *n;
            *n += word.count_ones();
            Some(before)
        });
        Places { nodes: self, before: before.collect() }
    }

    /// In order.
    pub fn list(&self) -> Vec<NodeId> {
        let mut nodes = Vec::with_capacity(self.count());
        self.each_word(|place, word| nodes.extend(ones(word).map(|at| NodeId((place * 64 + at) as u32))));
        nodes
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        size_of_val(self.words.as_slice()) + size_of_val(self.used.as_slice())
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
        self.before[word] + (self.nodes.words[word] & below).count_ones()
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

    #[test]
    fn a_set_is_empty_whatever_was_in_the_one_before() {
        for bound in [10_000, 70, 20_000, 10_000] {
            let mut nodes = Nodes::below(bound);
            assert_eq!((nodes.count(), nodes.list()), (0, Vec::new()));
            let all = (0..bound as u32).step_by(7).map(NodeId);
            all.clone().for_each(|node| assert!(nodes.insert(node)));
            nodes.remove(NodeId(7));
            let left: Vec<NodeId> = all.filter(|node| node.0 != 7).collect();
            assert_eq!((nodes.count(), nodes.list()), (left.len(), left));
            nodes.insert_many((0..bound as u32).map(NodeId));
            assert_eq!(nodes.count(), bound);
        }
    }
}
