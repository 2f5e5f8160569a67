//! How much can get from one node to another, and what stands in the way of more.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::limits::{Limits, Reservation, Stopped};
use crate::value::{NodeId, RelId, Value};

use super::option::wrong;
use super::{
    Context, END, Field, Network, OPTIONS_FIELD, Options, Procedure, ProcedureError, RELATIONSHIP, Rows, Run, START,
    Type, column,
};

/// `graph.max_flow(start, end, options) :: (relationship, flow :: FLOAT, capacity :: FLOAT, total :: FLOAT)`: a greatest flow.
///
/// Capacities are the weights, and flows are in their unit; without a weight each relationship carries 1, and the flow counts
/// paths that share no relationship. Time: nodes² · edges at worst.
///
/// # Errors
/// Where start and end are the same node.
///
/// # Source
/// Dinic, "Algorithm for solution of a problem of maximum flow in a network with power estimation", Soviet Mathematics Doklady 11,
/// 1970.
pub(in super::super) static MAX_FLOW: Procedure = Procedure {
    name: Cow::Borrowed("graph.max_flow"),
    arguments: Cow::Borrowed(&[START, END, OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[RELATIONSHIP, FLOW, CAPACITY, TOTAL]),
    summary: Cow::Borrowed(
        "The most that can flow from one node to another: the relationships that carry some of it, and how much; `total` arrives at \
         the end.",
    ),
    notes: Cow::Borrowed(
        "Weights are capacities, and flows are in their unit; without `weight` each relationship carries 1, and `total` counts the paths \
         that share no relationship. With `direction: 'both'` a relationship carries its capacity either way. No row where nothing can \
         flow; that start and end are the same node is an error. Takes `labels`, `types`, `weight`, `default`, `direction`. Dinic 1970.",
    ),
    example: (
        Cow::Borrowed(
            "MATCH (a:Product)-[:CONTAINS]->(:Product), (b:Element) CALL graph.max_flow(a, b) YIELD relationship, flow, capacity, total \
             RETURN collect([elementId(relationship), flow, capacity, total])",
        ),
        Cow::Borrowed(
            "[['electric-car/CONTAINS/ndfeb-magnet', 1.0, 1.0, 1.0], ['ndfeb-magnet/CONTAINS/dysprosium', 1.0, 1.0, 1.0]]",
        ),
    ),
    run: Run::Built(max_flow),
};
const FLOW: Field = column("flow", Type::Float);
const CAPACITY: Field = column("capacity", Type::Float);
const TOTAL: Field = column("total", Type::Float);

/// `graph.min_cut(start, end, options) :: (relationship, capacity :: FLOAT)`: the least that cuts the end off.
///
/// Of several cuts that are equally small, the one nearest to the start. Its capacities sum to the greatest flow, but for rounding.
///
/// # Errors
/// Where start and end are the same node.
///
/// # Source
/// Ford and Fulkerson, "Maximal flow through a network", Canadian Journal of Mathematics 8, 1956; found as `graph.max_flow`.
pub(in super::super) static MIN_CUT: Procedure = Procedure {
    name: Cow::Borrowed("graph.min_cut"),
    arguments: Cow::Borrowed(&[START, END, OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[RELATIONSHIP, CAPACITY]),
    summary: Cow::Borrowed(
        "The relationships of least capacity together without which nothing could flow from one node to another.",
    ),
    notes: Cow::Borrowed(
        "Capacities as of `graph.max_flow`, whose `total` is their sum; of equally small cuts the one nearest to the start. No row where \
         nothing can flow; that start and end are the same node is an error. Takes `labels`, `types`, `weight`, `default`, `direction`. \
         Ford and Fulkerson 1956.",
    ),
    example: (
        Cow::Borrowed(
            "MATCH (a:Product)-[:CONTAINS]->(:Product), (b:Element) CALL graph.min_cut(a, b) YIELD relationship, capacity \
             RETURN collect([elementId(relationship), capacity])",
        ),
        Cow::Borrowed("[['electric-car/CONTAINS/ndfeb-magnet', 1.0]]"),
    ),
    run: Run::Built(min_cut),
};

fn max_flow(arguments: &[Value], context: &Context<'_>) -> Rows {
    let (network, residual) = filled(arguments, context)?;
    // Either way along a relationship counts against the other.
    let mut flows: BTreeMap<RelId, (f64, f64)> = BTreeMap::new();
    for number in 0..network.n_edges() {
        let (edge, flow) = (network.edge(number), residual.flow(number));
        let way = |(start, end)| if start == end || start == network.node(edge.source) { 1.0 } else { -1.0 };
        let (_, start, end) = context.view.snapshot().rel(network.rel(number));
        flows.entry(network.rel(number)).or_insert((0.0, edge.weight)).0 += way((start, end)) * flow;
    }
    let row = |(rel, (flow, capacity)): (RelId, (f64, f64))| {
        let numbers = [flow.abs(), capacity, residual.total].map(Value::Float);
        (flow != 0.0).then(|| std::iter::once(Value::Rel(rel)).chain(numbers).collect())
    };
    Ok(flows.into_iter().filter_map(row).collect())
}

fn min_cut(arguments: &[Value], context: &Context<'_>) -> Rows {
    let (network, residual) = filled(arguments, context)?;
    let edges = (0..network.n_edges()).map(|number| network.edge(number));
    let across =
        edges.filter(|edge| edge.weight > 0.0 && residual.is_near(edge.source) && !residual.is_near(edge.target));
    let mut cut: Vec<(RelId, f64)> = across.map(|edge| (network.rel(edge.number), edge.weight)).collect();
    cut.sort_unstable_by_key(|(rel, _)| *rel);
    Ok(cut.into_iter().map(|(rel, capacity)| vec![Value::Rel(rel), Value::Float(capacity)]).collect())
}

/// A network through which no more can flow.
fn filled<'q>(arguments: &[Value], context: &Context<'q>) -> Result<(Network<'q>, Residual<'q>), ProcedureError> {
    let takes = ["labels", "types", "weight", "default", "direction"];
    let options = Options::read(&arguments[2], &takes)?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let (start, end) = (network.place(&arguments[0], "start")?, network.place(&arguments[1], "end")?);
    if start == end {
        return Err(wrong(format!("`{}` is both start and end; expected two nodes", network.name(start))));
    }
    // What is told of each relationship.
    network.hold(network.n_edges() * 4 * size_of::<Value>())?;
    let edges = (0..network.n_edges()).map(|number| network.edge(number));
    let edges = edges.map(|edge| (edge.source, edge.target, edge.weight));
    let mut residual = Residual::new(network.n_nodes() as usize, edges, context.limits)?;
    residual.fill(start, end)?;
    Ok((network, residual))
}

/// The fewest nodes without which no way leads from a start to any of some ends, in the order of the graph; of sets that are equally small the
/// one nearest to the start. `None` where a way passes no node that can be lost: the start, the ends and what `stays` cannot.
///
/// As many ways share no node that can be lost (Menger, "Zur allgemeinen Kurventheorie", Fundamenta Mathematicae 10, 1927): each such node
/// becomes an edge that carries 1, between one node that ways come to and one that they leave, and every way as much as there can be.
pub(in super::super) fn node_cut(
    ways: &BTreeSet<(NodeId, NodeId)>,
    start: NodeId,
    ends: &BTreeSet<NodeId>,
    stays: impl Fn(NodeId) -> bool,
    limits: &Limits,
) -> Result<Option<Vec<NodeId>>, Stopped> {
    let mut held = limits.reservation();
    held.grow(ways.len() * 2 * size_of::<NodeId>())?;
    let passed = ways.iter().flat_map(|(from, to)| [*from, *to]);
    let mut nodes: Vec<NodeId> = passed.chain(ends.iter().copied()).chain([start]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    limits.checkpoint()?;
    let (n, all) = (nodes.len() as u32, nodes.len() as f64 + 1.0);
    let number = |node: NodeId| nodes.partition_point(|other| *other < node) as u32;
    let is_lost = |node: NodeId| node != start && !ends.contains(&node) && !stays(node);
    held.grow((nodes.len() + ways.len() + ends.len()) * size_of::<(u32, u32, f64)>())?;
    let through = nodes.iter().zip(0..).map(|(node, at)| (2 * at, 2 * at + 1, if is_lost(*node) { 1.0 } else { all }));
    let along = ways.iter().map(|(from, to)| (2 * number(*from) + 1, 2 * number(*to), all));
    let out = ends.iter().map(|end| (2 * number(*end) + 1, 2 * n, all));
    let edges: Vec<(u32, u32, f64)> = through.chain(along).chain(out).collect();
    let mut residual = Residual::new(2 * nodes.len() + 1, edges.into_iter(), limits)?;
    residual.fill(2 * number(start), 2 * n)?;
    if residual.total >= all {
        return Ok(None);
    }
    let is_cut = |at: usize| residual.is_near(2 * at as u32) && !residual.is_near(2 * at as u32 + 1);
    Ok(Some(nodes.iter().enumerate().filter(|(at, _)| is_cut(*at)).map(|(_, node)| *node).collect()))
}

/// What can still flow. Edge `e` is arc `2e` along it and arc `2e + 1` back, on which what flows can be taken back.
struct Residual<'q> {
    /// Where each arc leads.
    heads: Vec<u32>,
    /// The arcs of each node begin here.
    offsets: Vec<u32>,
    arcs: Vec<u32>,
    /// How much more each arc carries.
    room: Vec<f64>,
    /// How many arcs with room are between the start and each node.
    levels: Vec<u32>,
    /// The arc of each node that is tried next.
    next: Vec<u32>,
    total: f64,
    limits: &'q Limits,
    _held: Reservation,
}

const FAR: u32 = u32::MAX;

impl<'q> Residual<'q> {
    /// Between nodes that are numbered from 0, over edges of a source, a target and a capacity.
    fn new(
        n: usize,
        edges: impl ExactSizeIterator<Item = (u32, u32, f64)>,
        limits: &'q Limits,
    ) -> Result<Self, Stopped> {
        limits.checkpoint()?;
        let mut held = limits.reservation();
        let n_arcs = 2 * edges.len();
        held.grow(n_arcs * (2 * size_of::<u32>() + size_of::<f64>()) + 3 * (n + 1) * size_of::<u32>())?;
        let mut offsets = vec![0; n + 1];
        let (mut heads, mut room) = (Vec::with_capacity(n_arcs), Vec::with_capacity(n_arcs));
        for (source, target, capacity) in edges {
            heads.extend([target, source]);
            room.extend([capacity, 0.0]);
            offsets[source as usize + 1] += 1;
            offsets[target as usize + 1] += 1;
        }
        for node in 0..n {
            offsets[node + 1] += offsets[node];
        }
        limits.checkpoint()?;
        let (mut next, mut arcs) = (offsets.clone(), vec![0; n_arcs]);
        for arc in 0..n_arcs {
            let node = heads[arc ^ 1] as usize;
            arcs[next[node] as usize] = arc as u32;
            next[node] += 1;
        }
        Ok(Self { heads, offsets, arcs, room, levels: vec![FAR; n], next, total: 0.0, limits, _held: held })
    }

    /// What flows along an edge.
    fn flow(&self, edge: usize) -> f64 {
        self.room[2 * edge + 1]
    }

    /// Whether more could get from the start to a node.
    fn is_near(&self, node: u32) -> bool {
        self.levels[node as usize] != FAR
    }

    fn head(&self, arc: u32) -> u32 {
        self.heads[arc as usize]
    }

    /// Lets flow what can, over ways of ever more arcs.
    fn fill(&mut self, start: u32, end: u32) -> Result<(), Stopped> {
        while self.level(start, end)? {
            self.block(start, end)?;
        }
        Ok(())
    }

    /// Counts arcs from the start; whether the end is reached.
    fn level(&mut self, start: u32, end: u32) -> Result<bool, Stopped> {
        self.levels.fill(FAR);
        self.levels[start as usize] = 0;
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            self.limits.checkpoint()?;
            for at in self.offsets[node as usize]..self.offsets[node as usize + 1] {
                let arc = self.arcs[at as usize];
                let head = self.head(arc) as usize;
                if self.room[arc as usize] > 0.0 && self.levels[head] == FAR {
                    self.levels[head] = self.levels[node as usize] + 1;
                    queue.push_back(head as u32);
                }
            }
        }
        Ok(self.levels[end as usize] != FAR)
    }

    /// Fills ways along rising levels until none is left.
    fn block(&mut self, start: u32, end: u32) -> Result<(), Stopped> {
        let n = self.next.len();
        self.next.copy_from_slice(&self.offsets[..n]);
        let mut way: Vec<u32> = Vec::new();
        loop {
            self.limits.checkpoint()?;
            let node = way.last().map_or(start, |arc| self.head(*arc));
            if node == end {
                self.send(&mut way);
            } else if let Some(arc) = self.advance(node) {
                way.push(arc);
            } else {
                let Some(arc) = way.pop() else { return Ok(()) };
                let tail = self.head(arc ^ 1) as usize;
                self.next[tail] += 1;
            }
        }
    }

    /// The next arc of a node that leads on.
    fn advance(&mut self, node: u32) -> Option<u32> {
        let level = self.levels[node as usize] + 1;
        while self.next[node as usize] < self.offsets[node as usize + 1] {
            let arc = self.arcs[self.next[node as usize] as usize];
            if self.room[arc as usize] > 0.0 && self.levels[self.head(arc) as usize] == level {
                return Some(arc);
            }
            self.next[node as usize] += 1;
        }
        None
    }

    /// Lets flow as much as the narrowest arc of a way carries, and goes back to before it.
    fn send(&mut self, way: &mut Vec<u32>) {
        let amount = way.iter().map(|arc| self.room[*arc as usize]).fold(f64::INFINITY, f64::min);
        for arc in way.iter() {
            self.room[*arc as usize] -= amount;
            self.room[*arc as usize ^ 1] += amount;
        }
        self.total += amount;
        let full = way.iter().position(|arc| self.room[*arc as usize] <= 0.0);
        way.truncate(full.unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    /// Whether ways lead from node 0 to the end without these nodes.
    fn reaches(ways: &BTreeSet<(NodeId, NodeId)>, end: NodeId, without: &[NodeId]) -> bool {
        let (mut seen, mut next) = (BTreeSet::from([NodeId(0)]), vec![NodeId(0)]);
        while let Some(node) = next.pop() {
            let steps = ways.iter().filter(|(from, to)| *from == node && !without.contains(to));
            next.extend(steps.map(|(_, to)| *to).filter(|to| seen.insert(*to)));
        }
        seen.contains(&end)
    }

    #[test]
    fn a_node_cut_is_as_small_as_any_and_the_nearest_to_the_start() {
        const N: u32 = 9;
        let (start, end) = (NodeId(0), NodeId(N - 1));
        let mut random = 7_u64;
        for round in 0..300 {
            let mut below = |n: u32| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 33) as u32 % n
            };
            let n_ways = 8 + below(16);
            let ways: BTreeSet<_> = (0..n_ways).map(|_| (NodeId(below(N)), NodeId(below(N)))).collect();
            let ends = BTreeSet::from([end]);
            let found = node_cut(&ways, start, &ends, |_| false, &Limits::default()).unwrap();
            let sets =
                (0..1_u32 << (N - 2)).map(|set| (1..N - 1).filter(move |at| set >> (at - 1) & 1 == 1).map(NodeId));
            let sets = sets.map(Iterator::collect::<Vec<NodeId>>).filter(|set| !reaches(&ways, end, set));
            let sets: Vec<Vec<NodeId>> = sets.collect();
            let least = sets.iter().map(Vec::len).min();
            assert_eq!(found.as_ref().map(Vec::len), least, "{round}: {ways:?}");
            // What is found before the nearest cut is found before each other.
            let Some(found) = found else { continue };
            assert!(sets.contains(&found), "{round}: {ways:?}");
            for set in sets.iter().filter(|set| Some(set.len()) == least) {
                let is_before = |node: &NodeId| set.contains(node) || reaches(&ways, *node, set);
                assert!(found.iter().all(is_before), "{round}: {found:?} is not before {set:?} in {ways:?}");
            }
        }
    }
}
