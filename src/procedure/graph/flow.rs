//! How much can get from one node to another, and what stands in the way of more.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use crate::limits::Stopped;
use crate::value::{RelId, Value};

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
    let is_near = |node: u32| residual.levels[node as usize] != FAR;
    let edges = (0..network.n_edges()).map(|number| network.edge(number));
    let across = edges.filter(|edge| edge.weight > 0.0 && is_near(edge.source) && !is_near(edge.target));
    let mut cut: Vec<(RelId, f64)> = across.map(|edge| (network.rel(edge.number), edge.weight)).collect();
    cut.sort_unstable_by_key(|(rel, _)| *rel);
    Ok(cut.into_iter().map(|(rel, capacity)| vec![Value::Rel(rel), Value::Float(capacity)]).collect())
}

/// A network through which no more can flow.
fn filled<'q>(arguments: &[Value], context: &Context<'q>) -> Result<(Network<'q>, Residual), ProcedureError> {
    let takes = ["labels", "types", "weight", "default", "direction"];
    let options = Options::read(&arguments[2], &takes)?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let (start, end) = (network.place(&arguments[0], "start")?, network.place(&arguments[1], "end")?);
    if start == end {
        return Err(wrong(format!("`{}` is both start and end; expected two nodes", network.name(start))));
    }
    // What is told of each relationship.
    network.hold(network.n_edges() * 4 * size_of::<Value>())?;
    let mut residual = Residual::new(&mut network)?;
    residual.fill(&network, start, end)?;
    Ok((network, residual))
}

/// What can still flow. Edge `e` is arc `2e` along it and arc `2e + 1` back, on which what flows can be taken back.
struct Residual {
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
}

const FAR: u32 = u32::MAX;

impl Residual {
    fn new(network: &mut Network<'_>) -> Result<Self, Stopped> {
        let (n, n_edges) = (network.n_nodes() as usize, network.n_edges());
        network.limits.checkpoint()?;
        let mut offsets = network.array(0, n + 1)?;
        let mut arcs = network.array(0, 2 * n_edges)?;
        let mut room = network.array(0.0, 2 * n_edges)?;
        for number in 0..n_edges {
            let edge = network.edge(number);
            room[2 * number] = edge.weight;
            offsets[edge.source as usize + 1] += 1;
            offsets[edge.target as usize + 1] += 1;
        }
        for node in 0..n {
            offsets[node + 1] += offsets[node];
        }
        network.limits.checkpoint()?;
        let mut next = network.array(0, n + 1)?;
        next.copy_from_slice(&offsets);
        for number in 0..n_edges {
            let edge = network.edge(number);
            for (node, arc) in [(edge.source, 2 * number), (edge.target, 2 * number + 1)] {
                arcs[next[node as usize] as usize] = arc as u32;
                next[node as usize] += 1;
            }
        }
        Ok(Self { offsets, arcs, room, levels: network.array(FAR, n)?, next, total: 0.0 })
    }

    /// What flows along an edge.
    fn flow(&self, edge: usize) -> f64 {
        self.room[2 * edge + 1]
    }

    fn head(network: &Network<'_>, arc: u32) -> u32 {
        let edge = network.edge(arc as usize / 2);
        if arc.is_multiple_of(2) { edge.target } else { edge.source }
    }

    /// Lets flow what can, over ways of ever more arcs.
    fn fill(&mut self, network: &Network<'_>, start: u32, end: u32) -> Result<(), Stopped> {
        while self.level(network, start, end)? {
            self.block(network, start, end)?;
        }
        Ok(())
    }

    /// Counts arcs from the start; whether the end is reached.
    fn level(&mut self, network: &Network<'_>, start: u32, end: u32) -> Result<bool, Stopped> {
        self.levels.fill(FAR);
        self.levels[start as usize] = 0;
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            network.limits.checkpoint()?;
            for at in self.offsets[node as usize]..self.offsets[node as usize + 1] {
                let arc = self.arcs[at as usize];
                let head = Self::head(network, arc) as usize;
                if self.room[arc as usize] > 0.0 && self.levels[head] == FAR {
                    self.levels[head] = self.levels[node as usize] + 1;
                    queue.push_back(head as u32);
                }
            }
        }
        Ok(self.levels[end as usize] != FAR)
    }

    /// Fills ways along rising levels until none is left.
    fn block(&mut self, network: &Network<'_>, start: u32, end: u32) -> Result<(), Stopped> {
        let n = self.next.len();
        self.next.copy_from_slice(&self.offsets[..n]);
        let mut way: Vec<u32> = Vec::new();
        loop {
            network.limits.checkpoint()?;
            let node = way.last().map_or(start, |arc| Self::head(network, *arc));
            if node == end {
                self.send(&mut way);
            } else if let Some(arc) = self.advance(network, node) {
                way.push(arc);
            } else {
                let Some(arc) = way.pop() else { return Ok(()) };
                self.next[Self::head(network, arc ^ 1) as usize] += 1;
            }
        }
    }

    /// The next arc of a node that leads on.
    fn advance(&mut self, network: &Network<'_>, node: u32) -> Option<u32> {
        let level = self.levels[node as usize] + 1;
        while self.next[node as usize] < self.offsets[node as usize + 1] {
            let arc = self.arcs[self.next[node as usize] as usize];
            if self.room[arc as usize] > 0.0 && self.levels[Self::head(network, arc) as usize] == level {
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
