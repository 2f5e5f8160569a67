//! How many of the cheapest paths between others pass each node.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::Direction;
use crate::limits::Stopped;
use crate::value::Value;

use super::option::wrong;
use super::pagerank::{SCORE, ranked};
use super::shortest::{Cost, TAKES};
use super::{Columns, Context, NODE, Network, OPTIONS_FIELD, Options, Procedure, ProcedureError, Run};

/// `graph.betweenness(options) :: (node :: NODE, score :: FLOAT)`: the share of cheapest paths that pass a node.
///
/// For each two other nodes, the share of the cheapest paths from one to the other that pass this one; the sum of these, the highest
/// first, equal ones in the order of the graph. With `direction: 'both'` a pair counts once, not once each way. Paths over parallel
/// relationships are different paths; costs are equal where the sums of weights are, as floats.
/// Time: nodes · edges, weighted nodes · (nodes + edges) · log nodes.
///
/// # Errors
/// A weight of 0, where going round for nothing would be as cheap; more than 1.8e308 cheapest paths from one node.
///
/// # Source
/// Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical Sociology 25, 2001.
pub(in super::super) static BETWEENNESS: Procedure = Procedure {
    name: Cow::Borrowed("graph.betweenness"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODE, SCORE]),
    summary: Cow::Borrowed(
        "Each node with the number of pairs of others whose cheapest paths pass it, the highest first; of several cheapest paths each \
         counts its share.",
    ),
    notes: Cow::Borrowed(
        "A pair counts in each direction in which a path leads; with `direction: 'both'` once. Not divided by the number of pairs. Equal \
         scores in the order of the graph. Paths over parallel relationships are different ones. A weight of 0 is an error. Takes `labels`, \
         `types`, `weight`, `default`, `direction`. The time grows with nodes times relationships. Brandes 2001.",
    ),
    example: (
        Cow::Borrowed("CALL graph.betweenness() YIELD node, score RETURN collect([elementId(node), score])[..2]"),
        Cow::Borrowed("[['ndfeb-magnet', 1.0], ['dysprosium', 0.0]]"),
    ),
    run: Run::Columns(betweenness),
};

fn betweenness(arguments: &[Value], context: &Context<'_>) -> Columns {
    let options = Options::read(&arguments[0], TAKES)?;
    let cut = options.cut(context)?;
    let mut network = Network::new(&cut, options, context)?;
    refuse_zero(&network)?;
    let mut scores = network.array(0.0, network.n_nodes() as usize)?;
    let mut paths = Paths::new(&mut network)?;
    for start in 0..network.n_nodes() {
        if network.is_weighted() {
            paths.by_weight(&network, start)?;
        } else {
            paths.by_length(&network, start)?;
        }
        if paths.count.iter().any(|count| count.is_infinite()) {
            let from = network.name(start);
            return Err(wrong(format!("more cheapest paths from `{from}` than can be counted (1.8e308)")));
        }
        paths.gather(&network, start, &mut scores)?;
    }
    if cut.direction == Direction::Both {
        for score in &mut scores {
            *score /= 2.0;
        }
    }
    Ok(ranked(&mut network, &scores)?)
}

fn refuse_zero(network: &Network<'_>) -> Result<(), ProcedureError> {
    for node in 0..network.n_nodes() {
        network.checkpoint_at(node)?;
        if let Some(edge) = network.row(node).find(|edge| network.edge(*edge).weight <= 0.0) {
            let rel = network.view.snapshot().rel_id(network.rel(edge));
            return Err(wrong(format!("the weight of `{rel}` is 0; expected a number above 0")));
        }
    }
    Ok(())
}

/// The cheapest paths from one node, whose arrays serve again and again.
struct Paths {
    cost: Vec<f64>,
    /// How many cheapest paths lead to each node.
    count: Vec<f64>,
    /// The nodes that are reached, the nearest first.
    order: Vec<u32>,
    /// The place of each in that order.
    places: Vec<u32>,
    /// What each passes on to those before it.
    share: Vec<f64>,
    queue: BinaryHeap<Reverse<(Cost, u32)>>,
}

const NONE: u32 = u32::MAX;

impl Paths {
    fn new(network: &mut Network<'_>) -> Result<Self, Stopped> {
        let n = network.n_nodes() as usize;
        if network.is_weighted() {
            // The queue holds an edge at most once.
            network.hold(network.n_edges() * size_of::<(Cost, u32)>())?;
        }
        Ok(Self {
            cost: network.array(f64::INFINITY, n)?,
            count: network.array(0.0, n)?,
            order: network.array(0, n)?,
            places: network.array(NONE, n)?,
            share: network.array(0.0, n)?,
            queue: BinaryHeap::new(),
        })
    }

    fn begin(&mut self, start: u32) {
        self.cost.fill(f64::INFINITY);
        self.count.fill(0.0);
        self.places.fill(NONE);
        self.share.fill(0.0);
        self.order.clear();
        self.queue.clear();
        self.cost[start as usize] = 0.0;
        self.count[start as usize] = 1.0;
    }

    fn settle(&mut self, node: u32) {
        self.places[node as usize] = self.order.len() as u32;
        self.order.push(node);
    }

    fn by_length(&mut self, network: &Network<'_>, start: u32) -> Result<(), Stopped> {
        self.begin(start);
        self.settle(start);
        let mut at = 0;
        while let Some(node) = self.order.get(at).copied() {
            network.limits.checkpoint()?;
            at += 1;
            let cost = self.cost[node as usize] + 1.0;
            for edge in network.row(node) {
                let target = network.edge(edge).target as usize;
                if self.places[target] == NONE {
                    self.cost[target] = cost;
                    self.settle(target as u32);
                }
                // It costs no more than this; as much: here is one more cheapest path.
                if self.cost[target] >= cost {
                    self.count[target] += self.count[node as usize];
                }
            }
        }
        Ok(())
    }

    fn by_weight(&mut self, network: &Network<'_>, start: u32) -> Result<(), Stopped> {
        self.begin(start);
        self.queue.push(Reverse((Cost(0.0, 0), start)));
        while let Some(Reverse((Cost(cost, _), node))) = self.queue.pop() {
            network.limits.checkpoint()?;
            if self.places[node as usize] != NONE {
                continue;
            }
            self.settle(node);
            for edge in network.row(node) {
                let edge = network.edge(edge);
                let (target, next) = (edge.target as usize, cost + edge.weight);
                // A weight too small to be seen beside the cost leads to what is settled.
                if self.places[target] != NONE || next > self.cost[target] {
                    continue;
                }
                if next < self.cost[target] {
                    self.cost[target] = next;
                    self.count[target] = 0.0;
                    self.queue.push(Reverse((Cost(next, 0), edge.target)));
                }
                self.count[target] += self.count[node as usize];
            }
        }
        Ok(())
    }

    /// Adds to each node what the paths from the start to those behind it are worth, from the farthest back.
    fn gather(&mut self, network: &Network<'_>, start: u32, scores: &mut [f64]) -> Result<(), Stopped> {
        for at in (0..self.order.len()).rev() {
            network.limits.checkpoint()?;
            let node = self.order[at] as usize;
            for edge in network.row(node as u32) {
                let edge = network.edge(edge);
                let target = edge.target as usize;
                let is_behind = self.places[target] != NONE && self.places[target] > at as u32;
                if is_behind && self.cost[node] + edge.weight <= self.cost[target] {
                    self.share[node] += self.count[node] / self.count[target] * (1.0 + self.share[target]);
                }
            }
            if node != start as usize {
                scores[node] += self.share[node];
            }
        }
        Ok(())
    }
}
