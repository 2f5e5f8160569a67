//! The cheapest paths between two nodes, one after the other.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::graph::Edge;
use crate::value::Value;

use super::option::unfit;
use super::shortest::{COST, Cost, PATH, Search, TAKES, cost};
use super::{
    Context, END, Field, Network, OPTIONS_FIELD, Options, Procedure, ProcedureError, Rows, Run, START, Type, column,
};

/// `graph.k_shortest(start, end, k, options) :: (rank :: INTEGER, path :: PATH, cost :: FLOAT)`: the `k` cheapest paths.
///
/// No path comes to a node twice; paths over parallel relationships are different paths. Fewer rows where there are fewer.
/// Time: for each row a search from each node of its path.
///
/// # Source
/// Yen, "Finding the K shortest loopless paths in a network", Management Science 17, 1971; Lawler, "A procedure for computing
/// the K best solutions …", Management Science 18, 1972 (no path is found twice).
pub(in super::super) static K_SHORTEST: Procedure = Procedure {
    name: Cow::Borrowed("graph.k_shortest"),
    arguments: Cow::Borrowed(&[START, END, K, OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[RANK, PATH, COST]),
    summary: Cow::Borrowed("The `k` paths from one node to another that cost least, cheapest first, ranked from 1."),
    notes: Cow::Borrowed(
        "No path comes to a node twice; paths over parallel relationships are different ones. Costs as of `graph.shortest_path`; \
         equal costs by the number of relationships. Fewer rows where there are fewer paths. Takes `labels`, `types`, `weight`, \
         `default`, `direction`. Yen 1971, with the amendment of Lawler 1972.",
    ),
    example: (
        Cow::Borrowed(
            "MATCH (a:Product)-[:CONTAINS]->(:Product), (b:Element) CALL graph.k_shortest(a, b, 3) YIELD rank, path, cost \
             RETURN collect([rank, length(path), cost])",
        ),
        Cow::Borrowed("[[1, 2, 2.0]]"),
    ),
    run: Run::Built(k_shortest),
};
const K: Field = column("k", Type::Integer);
const RANK: Field = column("rank", Type::Integer);

fn k_shortest(arguments: &[Value], context: &Context<'_>) -> Rows {
    let options = Options::read(&arguments[3], TAKES)?;
    let Value::Int(k @ 1..) = arguments[2] else {
        return Err(unfit("k", &arguments[2], "at least 1"));
    };
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let (start, end) = (network.place(&arguments[0], "start")?, network.place(&arguments[1], "end")?);
    let found = cheapest(&mut network, start, end, k.cast_unsigned())?;
    let row = |(at, way): (usize, &Way)| {
        vec![Value::Int(at as i64 + 1), network.path(start, &way.edges), Value::Float(way.cost.0)]
    };
    Ok(found.iter().enumerate().map(row).collect())
}

/// A path, and where it left the one that it was found from. Ordered by cost, then by its edges.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    cost: Cost,
    edges: Vec<usize>,
    left: usize,
}

impl Way {
    fn new(network: &Network<'_>, edges: Vec<usize>, left: usize) -> Self {
        Self { cost: Cost(cost(network, &edges), edges.len() as u32), edges, left }
    }
}

fn cheapest(network: &mut Network<'_>, start: u32, end: u32, k: u64) -> Result<Vec<Way>, ProcedureError> {
    let mut search = Search::new(network)?;
    let mut passed = network.array(false, network.n_nodes() as usize)?;
    let Some(first) = search.run(network, start, end, |_| true)? else { return Ok(Vec::new()) };
    let mut found = vec![Way::new(network, first, 0)];
    let mut waiting: BTreeSet<Way> = BTreeSet::new();
    while (found.len() as u64) < k {
        let Some(last) = found.last() else { break };
        let mut spur = start;
        for at in 0..last.edges.len() {
            if at >= last.left {
                // What begins like this one and was found already is not to be found again.
                let root = &last.edges[..at];
                let taken = found.iter().filter(|way| way.edges.len() > at && way.edges[..at] == *root);
                let taken: FxHashSet<usize> = taken.map(|way| way.edges[at]).collect();
                let may = |edge: &Edge| {
                    !passed[edge.target as usize] && (edge.source != spur || !taken.contains(&edge.number))
                };
                if let Some(rest) = search.run(network, spur, end, may)? {
                    let edges = [root, &rest].concat();
                    network.hold(edges.len() * size_of::<usize>() + size_of::<Way>())?;
                    waiting.insert(Way::new(network, edges, at));
                }
            }
            passed[spur as usize] = true;
            spur = network.edge(last.edges[at]).target;
        }
        passed[start as usize] = false;
        for edge in &last.edges {
            passed[network.edge(*edge).target as usize] = false;
        }
        match waiting.pop_first() {
            Some(next) => found.push(next),
            None => break,
        }
    }
    Ok(found)
}
