//! The cheapest path between two nodes.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::graph::Edge;
use crate::limits::Stopped;
use crate::value::Value;

use super::{Context, END, Field, Network, OPTIONS_FIELD, Options, Procedure, Rows, Run, START, Type, column};

/// `graph.shortest_path(start, end, options) :: (path :: PATH, cost :: FLOAT)`: a cheapest path.
///
/// Cost is the sum of the weights, in their unit; without a weight, the number of relationships. No row where no path leads there.
/// Time: (nodes + edges) · log nodes.
///
/// # Source
/// Dijkstra, "A note on two problems in connexion with graphs", Numerische Mathematik 1, 1959.
pub(in super::super) static SHORTEST_PATH: Procedure = Procedure {
    name: Cow::Borrowed("graph.shortest_path"),
    arguments: Cow::Borrowed(&[START, END, OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[PATH, COST]),
    summary: Cow::Borrowed("A path from one node to another that costs least."),
    notes: Cow::Borrowed(
        "The cost is the sum of the weights, without `weight` the number of relationships; of paths that cost the same one with the \
         fewest relationships. From a node to itself the path of no relationship, for 0. No row where no path leads there. Takes \
         `labels`, `types`, `weight`, `default`, `direction`. Dijkstra 1959.",
    ),
    example: (
        Cow::Borrowed(
            "MATCH (a:Product)-[:CONTAINS]->(:Product), (b:Element) CALL graph.shortest_path(a, b) YIELD path, cost \
             RETURN [[n IN nodes(path) | elementId(n)], cost]",
        ),
        Cow::Borrowed("[['electric-car', 'ndfeb-magnet', 'dysprosium'], 2.0]"),
    ),
    run: Run::Built(shortest_path),
};
pub(super) const PATH: Field = column("path", Type::Path);
pub(super) const COST: Field = column("cost", Type::Float);
/// The options of a path.
pub(super) const TAKES: &[&str] = &["labels", "types", "weight", "default", "direction"];

fn shortest_path(arguments: &[Value], context: &Context<'_>) -> Rows {
    let options = Options::read(&arguments[2], TAKES)?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let (start, end) = (network.place(&arguments[0], "start")?, network.place(&arguments[1], "end")?);
    let mut search = Search::new(&mut network)?;
    let found = search.run(&network, start, end, |_| true)?;
    Ok(found.into_iter().map(|edges| vec![network.path(start, &edges), Value::Float(cost(&network, &edges))]).collect())
}

/// What edges cost together, added up from the first on.
pub(super) fn cost(network: &Network<'_>, edges: &[usize]) -> f64 {
    edges.iter().map(|edge| network.edge(*edge).weight).fold(0.0, |sum, weight| sum + weight)
}

/// What a way costs: its weight, then its relationships. No weight is a NaN.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Cost(pub f64, pub u32);

impl Eq for Cost {}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

const FAR: Cost = Cost(f64::INFINITY, u32::MAX);

/// Dijkstra's search, whose arrays serve again and again.
pub(super) struct Search {
    cost: Vec<Cost>,
    /// The edge by which each node is reached.
    by: Vec<usize>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
}

impl Search {
    pub fn new(network: &mut Network<'_>) -> Result<Self, Stopped> {
        let n = network.n_nodes() as usize;
        // The queue holds an edge at most once.
        network.hold(n * size_of::<u32>() + network.n_edges() * size_of::<(Cost, u32)>())?;
        Ok(Self {
            cost: network.array(FAR, n)?,
            by: network.array(0, n)?,
            touched: Vec::new(),
            queue: BinaryHeap::new(),
        })
    }

    /// The edges of a cheapest way over those that may be taken.
    pub fn run(
        &mut self,
        network: &Network<'_>,
        start: u32,
        end: u32,
        may: impl Fn(&Edge) -> bool,
    ) -> Result<Option<Vec<usize>>, Stopped> {
        self.queue.clear();
        for node in self.touched.drain(..) {
            self.cost[node as usize] = FAR;
        }
        self.reach(start, Cost(0.0, 0), 0);
        while let Some(Reverse((cost, node))) = self.queue.pop() {
            network.limits.checkpoint()?;
            if cost != self.cost[node as usize] {
                continue;
            }
            if node == end {
                return Ok(Some(self.way(network, start, end)));
            }
            for number in network.row(node) {
                let edge = network.edge(number);
                let next = Cost(cost.0 + edge.weight, cost.1 + 1);
                if next < self.cost[edge.target as usize] && may(&edge) {
                    self.reach(edge.target, next, number);
                }
            }
        }
        Ok(None)
    }

    fn reach(&mut self, node: u32, cost: Cost, by: usize) {
        if self.cost[node as usize] == FAR {
            self.touched.push(node);
        }
        self.cost[node as usize] = cost;
        self.by[node as usize] = by;
        self.queue.push(Reverse((cost, node)));
    }

    fn way(&self, network: &Network<'_>, start: u32, end: u32) -> Vec<usize> {
        let (mut edges, mut node) = (Vec::new(), end);
        while node != start {
            let edge = network.edge(self.by[node as usize]);
            edges.push(edge.number);
            node = edge.source;
        }
        edges.reverse();
        edges
    }
}
