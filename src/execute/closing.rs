//! How often a node is led to from another one: what closes a cycle is a look at the bits of that one's relationships.
//!
//! Holds a bit for each node of the graph, and what the last node leads to.

use crate::graph::Hops;
use crate::value::{NodeId, RelId};

use super::nodes::Nodes;

/// Rows by which it is told which of two nodes to mark.
const LOOKED_AT: usize = 256;

/// Relationships that are walked in the time in which one is marked, and taken off again.
const WALKED: usize = 4;

/// Relationships that are marked in the time in which one is looked up.
const LOOKED_UP: usize = 8;

/// Of two nodes of each row, the one whose relationships are marked, while the other is looked up among them; `None` where it is less to
/// look for a relationship between each two.
pub(super) fn side_to_look_up(nodes: [&[NodeId]; 2], hops: [&[Hops<'_>]; 2]) -> Option<usize> {
    let enough = LOOKED_UP * nodes[0].len();
    let [first, second] = [0, 1].map(|side| to_mark(nodes[side], hops[side], enough));
    (first.min(second) <= enough).then_some(usize::from(second < first))
}

/// How many relationships have to be marked for these nodes: of those that follow one another as they are, once. More than enough are not
/// counted.
fn to_mark(nodes: &[NodeId], hops: &[Hops<'_>], enough: usize) -> usize {
    let mut n = 0;
    for node in nodes.chunk_by(|a, b| a == b).filter_map(|same| same.first()) {
        for hops in hops {
            n += hops.most_up_to(*node, enough.saturating_sub(n));
        }
        if n > enough {
            break;
        }
    }
    n
}

fn most(node: NodeId, hops: &[Hops<'_>]) -> usize {
    hops.iter().map(|hops| hops.most(node)).sum()
}

/// Of two nodes of each row, the one whose relationships are marked, while those of the other are walked: as the first rows tell.
pub(super) fn side_to_mark(nodes: [&[NodeId]; 2], hops: [&[Hops<'_>]; 2]) -> usize {
    let [first, second] = [0, 1].map(|side| {
        let nodes = &nodes[side][..nodes[side].len().min(LOOKED_AT)];
        (to_mark(nodes, hops[side], usize::MAX), nodes.iter().map(|node| most(*node, hops[side])).sum::<usize>())
    });
    usize::from(WALKED * first.0 + second.1 >= WALKED * second.0 + first.1)
}

/// How often the relationships of one node lead to each other node.
#[derive(Default)]
pub(super) struct Closing {
    of: Option<NodeId>,
    /// The nodes they lead to.
    met: Nodes,
    /// The same in order, once for each relationship.
    ends: Vec<NodeId>,
    /// The relationships, where they are asked for.
    rels: Vec<RelId>,
}

impl Closing {
    /// The next node is looked at also if it is the last one: its relationships may be others now.
    pub fn forget(&mut self) {
        self.of = None;
    }

    /// Looks at the relationships of a node, if it is another one than the last.
    pub fn begin(&mut self, node: NodeId, hops: &[Hops<'_>], bound: u32, with_rels: bool) {
        if self.of == Some(node) {
            return;
        }
        self.met.grow(bound as usize);
        for node in self.ends.drain(..) {
            self.met.remove(node);
        }
        self.rels.clear();
        for hops in hops {
            hops.extend(node, with_rels.then_some(&mut self.rels), Some(&mut self.ends));
        }
        if with_rels && !self.ends.is_sorted() {
            let mut both: Vec<(NodeId, RelId)> = self.ends.drain(..).zip(self.rels.drain(..)).collect();
            both.sort_unstable();
            (self.ends, self.rels) = both.into_iter().unzip();
        } else {
            self.ends.sort_unstable();
        }
        for node in &self.ends {
            self.met.insert(*node);
        }
        self.of = Some(node);
    }

    /// Whether one of them leads to a node.
    pub fn leads_to(&self, node: NodeId) -> bool {
        self.met.has(node)
    }

    /// How many of them lead to a node, and which, if that was asked for; `None` where none does.
    #[inline]
    pub fn to(&self, node: NodeId) -> Option<(usize, &[RelId])> {
        self.met.has(node).then(|| self.of_met(node))
    }

    /// The same of a node that some lead to.
    fn of_met(&self, node: NodeId) -> (usize, &[RelId]) {
        let from = self.ends.partition_point(|end| *end < node);
        let n = self.ends[from..].iter().take_while(|end| **end == node).count();
        (n, self.rels.get(from..from + n).unwrap_or_default())
    }

    /// Calls `visit` for each hop of a node that some of them lead to as well, with its relationship if that is asked for, with how
    /// many do, and which, if that was asked for; how many hops were looked at.
    #[inline]
    pub fn each(
        &self,
        hops: &Hops<'_>,
        start: NodeId,
        with_rels: bool,
        mut visit: impl FnMut(Option<RelId>, NodeId, usize, &[RelId]),
    ) -> usize {
        if let Some(ends) = hops.ends(start).filter(|_| !with_rels) {
            for end in ends.iter().filter(|end| self.met.has(**end)) {
                let (times, rels) = self.of_met(*end);
                visit(None, *end, times, rels);
            }
            return ends.len();
        }
        let mut n = 0;
        hops.each(start, |step| {
            n += 1;
            if self.met.has(step.node) {
                let (times, rels) = self.of_met(step.node);
                visit(Some(step.rel), step.node, times, rels);
            }
        });
        n
    }
}
