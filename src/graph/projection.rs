//! A compact copy of part of a view, for algorithms: petgraph's traits over plain arrays.
//!
//! The frame is settled here: what the view hides is not copied, and an algorithm cannot tell.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNodeIdentifiers,
    NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
};

use crate::limits::{Limits, Reservation, Stopped};
use crate::parallel;
use crate::value::{NodeId, RelId, Value};

use super::{Entity, GraphView, Hops, KeyId, LabelId, TypeId};

/// Which way a relationship is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// From its start to its end.
    #[default]
    Out,
    /// From its end to its start.
    In,
    /// Either way: one edge each, and a single one where both ends are the same node.
    Both,
}

/// Where the weight of an edge comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// A property of the relationship; `None` where nothing in the graph has it.
    pub key: Option<KeyId>,
    /// What counts where it is missing.
    pub default: Option<f64>,
}

/// Which part of a view a projection copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cut {
    /// Only nodes with one of these labels; `None`: all of them.
    pub labels: Option<Vec<LabelId>>,
    /// Only relationships of these types.
    pub types: Vec<TypeId>,
    /// Which way they are followed.
    pub direction: Direction,
    /// What they weigh; `None`: 1 each.
    pub weight: Option<Weight>,
    /// Nodes that are left out.
    pub without: BTreeSet<NodeId>,
    /// Only which nodes lead to which is asked: edges have no relationship.
    pub bare: bool,
}

impl Cut {
    fn takes(&self, view: GraphView<'_>, node: NodeId) -> bool {
        let labelled = |labels: &Vec<LabelId>| labels.iter().any(|label| view.snapshot().labels(node).contains(label));
        self.labels.as_ref().is_none_or(labelled) && view.shows_node(node) && !self.without.contains(&node)
    }
}

/// The last projection of a view, for whoever asks for the same cut again.
#[derive(Debug, Default)]
pub struct Cuts(Mutex<Option<(Cut, Arc<Projection>)>>);

impl Cuts {
    /// The projection of a cut. The view is the same each time, and so are the limits.
    ///
    /// # Errors
    /// As of [`Projection::new`].
    pub fn cut(&self, view: GraphView<'_>, cut: &Cut, limits: &Limits) -> Result<Arc<Projection>, CutError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, projection)) = &*kept
            && last == cut
        {
            return Ok(projection.clone());
        }
        // What is kept from before is given back first.
        *kept = None;
        let projection = Arc::new(Projection::new(view, cut, limits)?);
        *kept = Some((cut.clone(), projection.clone()));
        Ok(projection)
    }
}

/// Why nothing was cut.
#[derive(Clone, Debug, PartialEq)]
pub enum CutError {
    /// Stopped by its limits.
    Stopped(Stopped),
    /// What a relationship has as its weight is no finite number of at least 0; null where it has none.
    Weight(RelId, Value),
}

impl From<Stopped> for CutError {
    fn from(stopped: Stopped) -> Self {
        CutError::Stopped(stopped)
    }
}

/// Nodes numbered from 0 in the order of the graph, and directed edges between them, numbered by the node they leave.
#[derive(Debug)]
pub struct Projection {
    members: Members,
    offsets: Vec<u32>,
    /// Where each edge begins; made when that is first asked.
    sources: OnceLock<Vec<u32>>,
    targets: Vec<u32>,
    rels: Vec<RelId>,
    /// Empty where every edge weighs 1.
    weights: Vec<f64>,
    held: Reservation,
}

/// The nodes of a cut, numbered from 0 in the order of the graph.
#[derive(Debug)]
pub struct Members {
    nodes: Vec<NodeId>,
    numbers: Numbers,
    _held: Reservation,
}

#[derive(Debug)]
enum Numbers {
    /// Nodes follow one another from this one on.
    From(u32),
    /// By node; [`NONE`] of those that are not among them.
    Each(Vec<u32>),
}

impl Members {
    /// What the view shows of a cut. Memory: 4 bytes a node, 4 more for each of the graph where they do not follow one another.
    ///
    /// # Errors
    /// [`Stopped`] where the limits say so.
    pub fn new(view: GraphView<'_>, cut: &Cut, limits: &Limits) -> Result<Self, Stopped> {
        let bound = view.snapshot().node_bound();
        let mut held = limits.reservation();
        held.grow(bound as usize * size_of::<u32>())?;
        let nodes = match cut.labels.as_deref() {
            Some([label]) if cut.without.is_empty() => {
                limits.checkpoint()?;
                let mut nodes = view.list_nodes_with(*label);
                nodes.sort_unstable();
                nodes
            }
            _ => {
                let mut nodes = Vec::new();
                for node in (0..bound).map(NodeId) {
                    if node.0 % STRIDE == 0 {
                        limits.checkpoint()?;
                    }
                    if cut.takes(view, node) {
                        nodes.push(node);
                    }
                }
                nodes
            }
        };
        let first = nodes.first().map_or(0, |node| node.0);
        if nodes.iter().zip(first..).all(|(node, number)| node.0 == number) {
            return Ok(Self { nodes, numbers: Numbers::From(first), _held: held });
        }
        held.grow(bound as usize * size_of::<u32>())?;
        let mut numbers = vec![NONE; bound as usize];
        nodes.iter().zip(0..).for_each(|(node, number)| numbers[node.0 as usize] = number);
        Ok(Self { nodes, numbers: Numbers::Each(numbers), _held: held })
    }

    /// The nodes by number.
    #[must_use]
    pub fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// The number of a node, where it is among them.
    #[must_use]
    pub fn number(&self, node: NodeId) -> Option<u32> {
        match &self.numbers {
            Numbers::From(first) => node.0.checked_sub(*first).filter(|number| (*number as usize) < self.nodes.len()),
            Numbers::Each(numbers) => numbers.get(node.0 as usize).copied().filter(|number| *number != NONE),
        }
    }
}

/// Nodes between two looks at the limits.
const STRIDE: u32 = 1024;
/// No node of a projection.
const NONE: u32 = u32::MAX;

impl Projection {
    /// What the view shows of a cut. Memory: 12 bytes a node, 12 bytes an edge, 8 more where it is weighted.
    ///
    /// # Errors
    /// [`CutError`] where the limits say so, or a weight is none.
    pub fn new(view: GraphView<'_>, cut: &Cut, limits: &Limits) -> Result<Self, CutError> {
        let members = Members::new(view, cut, limits)?;
        let mut held = limits.reservation();
        held.grow(members.nodes.len() * size_of::<u32>())?;
        let mut projection = Self {
            offsets: vec![0],
            sources: OnceLock::new(),
            targets: Vec::new(),
            rels: Vec::new(),
            weights: Vec::new(),
            members,
            held,
        };
        let [out, come] =
            [true, false].map(|out| cut.types.iter().map(|kind| view.hops(*kind, out)).collect::<Vec<_>>());
        let followed: Vec<Hops<'_>> = match cut.direction {
            Direction::Out => out,
            Direction::In => come,
            Direction::Both => out.into_iter().zip(come).flat_map(|(out, come)| [out, come.without_loops()]).collect(),
        };
        if cut.bare {
            projection.fill_bare(&followed, limits)?;
            return Ok(projection);
        }
        let per_edge = 3 * size_of::<u32>() + if cut.weight.is_some() { size_of::<f64>() } else { 0 };
        let mut n_held = 0;
        let (mut rels, mut ends) = (Vec::new(), Vec::new());
        for number in 0..projection.members.nodes.len() {
            let node = projection.members.nodes[number];
            for hops in &followed {
                hops.extend(node, Some(&mut rels), Some(&mut ends));
                for (rel, end) in rels.drain(..).zip(ends.drain(..)) {
                    if let Some(target) = projection.members.number(end) {
                        projection.weigh(view, cut, rel)?;
                        projection.targets.push(target);
                        projection.rels.push(rel);
                    }
                }
            }
            let n_edges = projection.targets.len();
            projection.offsets.push(n_edges as u32);
            if (number as u32).is_multiple_of(STRIDE) || n_edges - n_held > STRIDE as usize {
                limits.checkpoint()?;
                projection.held.grow((n_edges - n_held) * per_edge)?;
                n_held = n_edges;
            }
        }
        projection.held.grow((projection.targets.len() - n_held) * per_edge)?;
        Ok(projection)
    }

    /// The edges without what they are, by all threads.
    fn fill_bare(&mut self, followed: &[Hops<'_>], limits: &Limits) -> Result<(), Stopped> {
        let members = &self.members;
        let parts = parallel::beside(members.nodes.chunks(STRIDE as usize).collect(), |nodes: &[NodeId]| {
            limits.checkpoint()?;
            let (mut targets, mut lengths, mut ends) = (Vec::new(), Vec::with_capacity(nodes.len()), Vec::new());
            for node in nodes {
                let before = targets.len();
                for hops in followed {
                    hops.extend(*node, None, Some(&mut ends));
                }
                targets.extend(ends.drain(..).filter_map(|end| members.number(end)));
                lengths.push((targets.len() - before) as u32);
            }
            Ok((targets, lengths))
        });
        let parts = parts.into_iter().collect::<Result<Vec<(Vec<u32>, Vec<u32>)>, Stopped>>()?;
        let n_edges: usize = parts.iter().map(|(targets, _)| targets.len()).sum();
        self.held.grow(n_edges * size_of::<u32>())?;
        self.targets.reserve_exact(n_edges);
        self.offsets.reserve_exact(members.nodes.len());
        let mut end = 0;
        for (targets, lengths) in parts {
            self.targets.extend(targets);
            self.offsets.extend(lengths.into_iter().map(|length| {
                end += length;
                end
            }));
        }
        Ok(())
    }

    fn weigh(&mut self, view: GraphView<'_>, cut: &Cut, rel: RelId) -> Result<(), CutError> {
        if let Some(weight) = cut.weight {
            let value = weight.key.map_or(Value::Null, |key| view.property(Entity::Rel(rel), key));
            let number = match (&value, weight.default) {
                (Value::Int(whole), _) => *whole as f64,
                (Value::Float(number), _) => *number,
                (Value::Null, Some(default)) => default,
                _ => f64::NAN,
            };
            if !(number.is_finite() && number >= 0.0) {
                return Err(CutError::Weight(rel, value));
            }
            self.weights.push(number);
        }
        Ok(())
    }

    /// The nodes by number.
    #[must_use]
    pub fn nodes(&self) -> &[NodeId] {
        &self.members.nodes
    }

    /// The numbers of the nodes that a node leads to, once for each edge.
    #[must_use]
    pub fn targets(&self, node: u32) -> &[u32] {
        &self.targets[self.row(node)]
    }

    /// The node of a number.
    #[must_use]
    pub fn node(&self, number: u32) -> NodeId {
        self.members.nodes[number as usize]
    }

    /// The number of a node, where it is among them.
    #[must_use]
    pub fn number(&self, node: NodeId) -> Option<u32> {
        self.members.number(node)
    }

    /// How many edges there are.
    #[must_use]
    pub fn n_edges(&self) -> usize {
        self.targets.len()
    }

    /// Whether edges have weights of their own.
    #[must_use]
    pub fn is_weighted(&self) -> bool {
        !self.weights.is_empty()
    }

    /// The relationship of an edge.
    #[must_use]
    pub fn rel(&self, edge: usize) -> RelId {
        self.rels[edge]
    }

    /// An edge by its number.
    #[must_use]
    pub fn edge(&self, number: usize) -> Edge {
        let weight = self.weights.get(number).copied().unwrap_or(1.0);
        Edge { source: self.sources()[number], target: self.targets[number], weight, number }
    }

    fn sources(&self) -> &[u32] {
        self.sources.get_or_init(|| {
            let mut sources = Vec::with_capacity(self.targets.len());
            for node in 0..self.members.nodes.len() as u32 {
                sources.resize(self.offsets[node as usize + 1] as usize, node);
            }
            sources
        })
    }

    /// The numbers of the edges that leave a node.
    #[must_use]
    pub fn row(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }

    /// The edges by the node that they reach.
    ///
    /// # Errors
    /// [`Stopped`] where the limits say so.
    pub fn entering(&self, limits: &Limits) -> Result<Entering, Stopped> {
        limits.checkpoint()?;
        let mut held = limits.reservation();
        held.grow((self.offsets.len() + self.targets.len()) * size_of::<u32>())?;
        let mut offsets = vec![0_u32; self.offsets.len()];
        for target in &self.targets {
            offsets[*target as usize + 1] += 1;
        }
        for node in 1..offsets.len() {
            offsets[node] += offsets[node - 1];
        }
        limits.checkpoint()?;
        let (mut next, mut edges) = (offsets.clone(), vec![0; self.targets.len()]);
        for (edge, target) in self.targets.iter().enumerate() {
            edges[next[*target as usize] as usize] = edge as u32;
            next[*target as usize] += 1;
        }
        Ok(Entering { offsets, edges, _held: held })
    }
}

/// The edges of a projection by the node that they reach.
#[derive(Debug)]
pub struct Entering {
    offsets: Vec<u32>,
    edges: Vec<u32>,
    _held: Reservation,
}

impl Entering {
    /// The numbers of the edges that reach a node.
    #[must_use]
    pub fn row(&self, node: u32) -> &[u32] {
        &self.edges[self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize]
    }
}

/// One edge of a projection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The node that it leaves.
    pub source: u32,
    /// The node that it reaches.
    pub target: u32,
    /// Finite and at least 0.
    pub weight: f64,
    /// Its place among the edges.
    pub number: usize,
}

impl EdgeRef for Edge {
    type NodeId = u32;
    type EdgeId = usize;
    type Weight = f64;
    fn source(&self) -> u32 {
        self.source
    }
    fn target(&self) -> u32 {
        self.target
    }
    fn weight(&self) -> &f64 {
        &self.weight
    }
    fn id(&self) -> usize {
        self.number
    }
}

/// Edges whose numbers follow one another.
#[derive(Clone, Debug)]
pub struct Edges<'a> {
    projection: &'a Projection,
    numbers: std::ops::Range<usize>,
}

impl Iterator for Edges<'_> {
    type Item = Edge;
    fn next(&mut self) -> Option<Edge> {
        self.numbers.next().map(|number| self.projection.edge(number))
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
    type EdgeWeight = f64;
}

impl NodeCount for Projection {
    fn node_count(&self) -> usize {
        self.members.nodes.len()
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

impl NodeCompactIndexable for Projection {}

impl<'a> IntoNeighbors for &'a Projection {
    type Neighbors = std::iter::Copied<std::slice::Iter<'a, u32>>;
    fn neighbors(self, node: u32) -> Self::Neighbors {
        self.targets[self.row(node)].iter().copied()
    }
}

impl<'a> IntoEdgeReferences for &'a Projection {
    type EdgeRef = Edge;
    type EdgeReferences = Edges<'a>;
    fn edge_references(self) -> Edges<'a> {
        Edges { projection: self, numbers: 0..self.n_edges() }
    }
}

impl<'a> IntoEdges for &'a Projection {
    type Edges = Edges<'a>;
    fn edges(self, node: u32) -> Edges<'a> {
        Edges { projection: self, numbers: self.row(node) }
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
