//! How often a node is led to from another one: what closes a cycle is a look at the bits of that one's relationships.
//!
//! Holds a bit for each node of the graph, and what the last node leads to.

use crate::graph::Hops;
use crate::value::{NodeId, RelId};

use super::nodes::Nodes;

/// How often the relationships of one node lead to each other node.
#[derive(Default)]
pub(super) struct Closing {
    of: Option<NodeId>,
    /// The nodes they lead to.
    met: Nodes,
    /// The same in order, once for each relationship.
    ends: Vec<NodeId>,
}

impl Closing {
    /// Looks at the relationships of a node, if it is another one than the last.
    pub fn begin(&mut self, node: NodeId, hops: &[Hops<'_>], bound: u32) {
        if self.of == Some(node) {
            return;
        }
        self.met.grow(bound as usize);
        for node in self.ends.drain(..) {
            self.met.remove(node);
        }
        for hops in hops {
            hops.extend(node, None, Some(&mut self.ends));
        }
        self.ends.sort_unstable();
        for node in &self.ends {
            self.met.insert(*node);
        }
        self.of = Some(node);
    }

    /// Whether one of them leads to a node.
    pub fn leads_to(&self, node: NodeId) -> bool {
        self.met.has(node)
    }

    /// Calls `visit` for each hop of a node that some of them lead to as well, with its relationship if that is asked for and with how
    /// many do; how many hops were looked at.
    #[inline]
    pub fn each(
        &self,
        hops: &Hops<'_>,
        start: NodeId,
        with_rels: bool,
        mut visit: impl FnMut(Option<RelId>, NodeId, usize),
    ) -> usize {
        if let Some(ends) = hops.ends(start).filter(|_| !with_rels) {
            for end in ends.iter().filter(|end| self.met.has(**end)) {
                visit(None, *end, self.times(*end));
            }
            return ends.len();
        }
        let mut n = 0;
        hops.each(start, |step| {
            n += 1;
            if self.met.has(step.node) {
                visit(Some(step.rel), step.node, self.times(step.node));
            }
        });
        n
    }

    fn times(&self, node: NodeId) -> usize {
        let from = self.ends.partition_point(|end| *end < node);
        self.ends[from..].iter().take_while(|end| **end == node).count()
    }
}
