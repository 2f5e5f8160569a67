//! Graph algorithms, one a file, over the [`Projection`](crate::graph::Projection) that their options name.
//!
//! The frame is the query's: a projection is cut from the view, and no algorithm compares dates. Rows come in an order that
//! depends on the graph only. Every loop over nodes looks at the limits, no stack is as deep as the graph, and what is held for
//! each node or edge is reserved.
//!
//! petgraph's algorithms are used where they are right for this: its strong components by Kosaraju, under
//! [`Watched`](watch::Watched), which stops them. Where ours stands in for one of petgraph 0.8, it is because
//! - `UnionFind` is joined by one thread, and components are found by all;
//! - `dijkstra` and `astar` give nodes, but of parallel relationships a path has to say which; `k_shortest_path` gives the costs
//!   of walks;
//! - `tarjan_scc` calls itself for every step of a path; `toposort` tells one node of a cycle, in an order of its own;
//! - `dominators::simple_fast` goes round until nothing changes, quadratic at worst, and panics where its neighbours end early;
//! - `bridges` goes by neighbours: it takes each of two parallel relationships for a bridge; `articulation_points` has its idea;
//! - `dinics` and `ford_fulkerson` subtract flows from capacities, which for floats need not come out at zero;
//! - `page_rank` is quadratic in the nodes, has no weights and adds random jumps to unlinked pairs only.

mod betweenness;
mod components;
mod dominators;
mod flow;
mod k_shortest;
mod lowpoint;
mod network;
mod option;
mod order;
mod pagerank;
mod shortest;
mod strong;
#[cfg(test)]
mod tests;
mod watch;

use std::borrow::Cow;

use crate::value::Value;

use super::{Column, Columns, Context, Field, Procedure, ProcedureError, Rows, Run, Type, column};
use network::Network;
use option::Options;

pub(super) use betweenness::BETWEENNESS;
pub(super) use components::COMPONENTS;
pub(super) use dominators::{DOMINATORS, dominators_of};
pub(super) use flow::{MAX_FLOW, MIN_CUT, node_cut};
pub(super) use k_shortest::K_SHORTEST;
pub(super) use lowpoint::{ARTICULATION_POINTS, BRIDGES};
pub(super) use order::TOPOLOGICAL_ORDER;
pub(super) use pagerank::PAGERANK;
pub(super) use shortest::SHORTEST_PATH;
pub(super) use strong::{CYCLES, STRONG_COMPONENTS};

/// What holds of every procedure with `options`, in words of the manual.
pub const OPTIONS: &str = "\
Each works on the part of the graph that the frame shows and `options` names: `labels: ['Company']`, nodes with one of these \
labels, narrower ones included, all without it; `types: ['SUPPLIES']`, relationships of these types, all that are stored without \
it, a derived one where its name is written out. Where an algorithm takes them: `weight: 'share'`, a property of the relationship \
that is a finite number of at least 0, 1 for each without it; `default: 1.0`, what counts where that property is missing, an error \
without it; `direction: 'out'`, the way relationships are followed, `'out'`, `'in'` or `'both'`. An option that is null is not \
given; one that an algorithm does not take is an error. Parallel relationships and loops count as they are. Rows come in an order \
that depends on the graph only; nodes have the order in which `MATCH (n)` finds them.";

/// The last argument of each.
const OPTIONS_FIELD: Field =
    Field { name: Cow::Borrowed("options"), kind: Type::Map, nullable: false, default: Some(no_options) };
const START: Field = column("start", Type::Node);
const END: Field = column("end", Type::Node);
const NODE: Field = column("node", Type::Node);
const RELATIONSHIP: Field = column("relationship", Type::Relationship);

fn no_options() -> Value {
    Value::map::<&str>([])
}
