//! petgraph's algorithms, stoppable.

use std::cell::{Cell, RefCell};

use petgraph::Direction;
use petgraph::visit::{GraphBase, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeIndexable, Visitable};

use crate::graph::{Entering, Projection, Visited};
use crate::limits::{Limits, Stopped};

use super::Network;

/// A graph that looks at the limits when it is asked for neighbours. Once they say stop it has none, so that whoever walks along
/// it soon comes to an end; what was found is then to be thrown away.
pub(super) struct Watched<'n> {
    projection: &'n Projection,
    entering: Entering,
    limits: &'n Limits,
    asked: Cell<u32>,
    stopped: RefCell<Option<Stopped>>,
}

/// Nodes between two looks at the limits.
const STRIDE: u32 = 64;

impl<'n> Watched<'n> {
    pub fn new(network: &'n Network<'_>) -> Result<Self, Stopped> {
        let (projection, limits) = (network.projection(), network.limits);
        let entering = projection.entering(limits)?;
        Ok(Self { projection, entering, limits, asked: Cell::new(0), stopped: RefCell::new(None) })
    }

    /// What an algorithm found, unless it was stopped.
    pub fn whole<T>(&self, found: T) -> Result<T, Stopped> {
        self.stopped.borrow().map_or(Ok(found), Err)
    }

    fn goes_on(&self) -> bool {
        self.asked.set(self.asked.get().wrapping_add(1));
        if self.asked.get().is_multiple_of(STRIDE)
            && let Err(stopped) = self.limits.checkpoint()
        {
            self.stopped.replace(Some(stopped));
        }
        self.stopped.borrow().is_none()
    }
}

impl GraphBase for Watched<'_> {
    type EdgeId = usize;
    type NodeId = u32;
}

impl NodeIndexable for Watched<'_> {
    fn node_bound(&self) -> usize {
        self.projection.node_bound()
    }
    fn to_index(&self, node: u32) -> usize {
        node as usize
    }
    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

impl Visitable for Watched<'_> {
    type Map = Visited;
    fn visit_map(&self) -> Visited {
        self.projection.visit_map()
    }
    fn reset_map(&self, map: &mut Visited) {
        self.projection.reset_map(map);
    }
}

impl IntoNodeIdentifiers for &Watched<'_> {
    type NodeIdentifiers = std::ops::Range<u32>;
    fn node_identifiers(self) -> Self::NodeIdentifiers {
        self.projection.node_identifiers()
    }
}

/// The nodes at the other ends of edges.
pub(super) struct Neighbors<'a> {
    projection: &'a Projection,
    leaving: std::ops::Range<usize>,
    entering: std::slice::Iter<'a, u32>,
}

impl Iterator for Neighbors<'_> {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        match self.leaving.next() {
            Some(edge) => Some(self.projection.edge(edge).target),
            None => self.entering.next().map(|edge| self.projection.edge(*edge as usize).source),
        }
    }
}

impl<'a> IntoNeighbors for &'a Watched<'_> {
    type Neighbors = Neighbors<'a>;
    fn neighbors(self, node: u32) -> Neighbors<'a> {
        self.neighbors_directed(node, Direction::Outgoing)
    }
}

impl<'a> IntoNeighborsDirected for &'a Watched<'_> {
    type NeighborsDirected = Neighbors<'a>;
    fn neighbors_directed(self, node: u32, direction: Direction) -> Neighbors<'a> {
        let mut neighbors = Neighbors { projection: self.projection, leaving: 0..0, entering: [].iter() };
        if self.goes_on() {
            match direction {
                Direction::Outgoing => neighbors.leaving = self.projection.row(node),
                Direction::Incoming => neighbors.entering = self.entering.row(node).iter(),
            }
        }
        neighbors
    }
}
