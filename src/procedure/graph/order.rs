//! Each node after all that lead to it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::Entering;
use crate::value::Value;

use super::option::wrong;
use super::{Context, Field, NODE, Network, OPTIONS_FIELD, Options, Procedure, Rows, Run, Type, column};

/// `graph.topological_order(options) :: (node :: NODE, place :: INTEGER)`: each node after all that lead to it.
///
/// Places count from 1. Where several nodes may come next, the first in the order of the graph does. Time: edges + nodes · log
/// nodes.
///
/// # Errors
/// Where the relationships go round a cycle; one is named.
///
/// # Source
/// Kahn, "Topological sorting of large networks", Communications of the ACM 5, 1962.
pub(in super::super) static TOPOLOGICAL_ORDER: Procedure = Procedure {
    name: Cow::Borrowed("graph.topological_order"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODE, PLACE]),
    summary: Cow::Borrowed("The nodes in an order in which each comes after all that lead to it, placed from 1."),
    notes: Cow::Borrowed(
        "Where several nodes may come next, the first in the order of the graph does. A cycle is an error that names the nodes of one. \
         Takes `labels`, `types`, `direction` (`'out'` or `'in'`). Kahn 1962.",
    ),
    example: (
        Cow::Borrowed(
            "CALL graph.topological_order({labels: ['Product', 'Material'], direction: 'in'}) YIELD node, place \
             RETURN collect([place, elementId(node)])",
        ),
        Cow::Borrowed("[[1, 'dysprosium'], [2, 'ndfeb-magnet'], [3, 'electric-car']]"),
    ),
    run: Run::Built(topological_order),
};
const PLACE: Field = column("place", Type::Integer);

fn topological_order(arguments: &[Value], context: &Context<'_>) -> Rows {
    let options = Options::read(&arguments[0], &["labels", "types", "direction"])?;
    let mut network = Network::new(&options.cut_one_way(context)?, options, context)?;
    let n = network.n_nodes() as usize;
    network.hold(n * 2 * size_of::<Value>())?;
    let entering = network.entering(context.limits)?;
    // How many edges of each node come from nodes that have no place yet.
    let mut before = network.array(0_u32, n)?;
    let mut ready = BinaryHeap::new();
    for node in 0..n as u32 {
        before[node as usize] = entering.row(node).len() as u32;
        if before[node as usize] == 0 {
            ready.push(Reverse(node));
        }
    }
    let mut rows = Vec::with_capacity(n);
    while let Some(Reverse(node)) = ready.pop() {
        context.limits.checkpoint()?;
        rows.push(vec![network.node_value(node), Value::Int(rows.len() as i64 + 1)]);
        for edge in network.row(node) {
            let target = network.edge(edge).target;
            before[target as usize] -= 1;
            if before[target as usize] == 0 {
                ready.push(Reverse(target));
            }
        }
    }
    match before.iter().position(|before| *before > 0) {
        None => Ok(rows),
        Some(node) => {
            let cycle = cycle(&network, &entering, &before, node as u32);
            Err(wrong(format!("a cycle has no order: {}", named(&network, &cycle))))
        }
    }
}

/// A cycle of nodes that have no place: each of them has one before it that has none either.
fn cycle(network: &Network<'_>, entering: &Entering, before: &[u32], from: u32) -> Vec<u32> {
    let (mut met, mut back, mut node) = (vec![usize::MAX; before.len()], Vec::new(), from);
    while met[node as usize] == usize::MAX {
        met[node as usize] = back.len();
        back.push(node);
        let sources = entering.row(node).iter().map(|edge| network.edge(*edge as usize).source);
        node = sources.filter(|source| before[*source as usize] > 0).min().unwrap_or(node);
    }
    let mut cycle = back.split_off(met[node as usize]);
    cycle.reverse();
    let first = cycle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(at, _)| at);
    cycle.rotate_left(first);
    cycle
}

/// How many nodes of a cycle a message names.
const SHOWN: usize = 12;

fn named(network: &Network<'_>, cycle: &[u32]) -> String {
    let names = cycle.iter().take(SHOWN).map(|node| format!("`{}` → ", network.name(*node)));
    let more = if cycle.len() > SHOWN { format!("{} more → ", cycle.len() - SHOWN) } else { String::new() };
    names.collect::<String>() + &more + &format!("`{}`", network.name(cycle[0]))
}
