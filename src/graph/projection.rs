//! A compact copy of part of a view, for algorithms: petgraph's traits over plain arrays.

use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNodeIdentifiers, NodeCount,
    NodeIndexable, VisitMap, Visitable,
};

use crate::limits::{Limits, Stopped};
use crate::value::{NodeId, RelId};

use super::{GraphView, TypeId};

/// Nodes numbered from 0 and the relationships of some types between them, directed.
#[derive(Clone, Debug)]
pub struct Projection {
    offsets: Vec<u32>,
    targets: Vec<u32>,
    rels: Vec<RelId>,
}

impl Projection {
    /// Everything the view shows of these types; every node of the snapshot keeps its number.
    ///
    /// # Errors
    /// [`Stopped`] where the limits say so.
    pub fn new(view: GraphView<'_>, types: &[TypeId], limits: &Limits) -> Result<Self, Stopped> {
        let n_nodes = view.snapshot().node_bound();
        let mut projection = Self { offsets: vec![0], targets: Vec::new(), rels: Vec::new() };
        for node in 0..n_nodes {
            if node % 4096 == 0 {
                limits.checkpoint()?;
            }
            for rel_type in types {
                for step in view.outgoing(*rel_type, NodeId(node)) {
                    projection.targets.push(step.node.0);
                    projection.rels.push(step.rel);
                }
            }
            projection.offsets.push(projection.targets.len() as u32);
        }
        Ok(projection)
    }

    /// The relationship of an edge number.
    #[must_use]
    pub fn rel(&self, edge: usize) -> RelId {
        self.rels[edge]
    }

    fn row(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }
}

/// One edge of a projection.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    source: u32,
    target: u32,
    number: usize,
}

impl EdgeRef for Edge {
    type NodeId = u32;
    type EdgeId = usize;
    type Weight = ();
    fn source(&self) -> u32 {
        self.source
    }
    fn target(&self) -> u32 {
        self.target
    }
    fn weight(&self) -> &() {
        &()
    }
    fn id(&self) -> usize {
        self.number
    }
}

impl GraphBase for Projection {
    type EdgeId = usize;
    type NodeId = u32;
}

impl GraphProp for Projection {
    type EdgeType = petgraph::Directed;
}

impl Data for Projection {
    type NodeWeight = ();
    type EdgeWeight = ();
}

impl NodeCount for Projection {
    fn node_count(&self) -> usize {
        self.offsets.len() - 1
    }
}

impl NodeIndexable for Projection {
    fn node_bound(&self) -> usize {
        self.node_count()
    }
    fn to_index(&self, node: u32) -> usize {
        node as usize
    }
    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

impl petgraph::visit::NodeCompactIndexable for Projection {}

impl<'a> IntoNeighbors for &'a Projection {
    type Neighbors = std::iter::Copied<std::slice::Iter<'a, u32>>;
    fn neighbors(self, node: u32) -> Self::Neighbors {
        self.targets[self.row(node)].iter().copied()
    }
}

/// Edges of one node or of all.
pub type Edges<'a> = Box<dyn Iterator<Item = Edge> + 'a>;

impl<'a> IntoEdgeReferences for &'a Projection {
    type EdgeRef = Edge;
    type EdgeReferences = Edges<'a>;
    fn edge_references(self) -> Edges<'a> {
        Box::new((0..self.node_count() as u32).flat_map(move |node| self.edges(node)))
    }
}

impl<'a> IntoEdges for &'a Projection {
    type Edges = Edges<'a>;
    fn edges(self, node: u32) -> Edges<'a> {
        Box::new(self.row(node).map(move |number| Edge { source: node, target: self.targets[number], number }))
    }
}

impl IntoNodeIdentifiers for &Projection {
    type NodeIdentifiers = std::ops::Range<u32>;
    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..self.node_count() as u32
    }
}

/// Nodes that were visited.
#[derive(Clone, Debug)]
pub struct Visited(Vec<bool>);

impl VisitMap<u32> for Visited {
    fn visit(&mut self, node: u32) -> bool {
        !std::mem::replace(&mut self.0[node as usize], true)
    }
    fn is_visited(&self, node: &u32) -> bool {
        self.0[*node as usize]
    }
    fn unvisit(&mut self, node: u32) -> bool {
        std::mem::replace(&mut self.0[node as usize], false)
    }
}

impl Visitable for Projection {
    type Map = Visited;
    fn visit_map(&self) -> Visited {
        Visited(vec![false; self.node_count()])
    }
    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.resize(self.node_count(), false);
    }
}
