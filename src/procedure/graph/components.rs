//! What hangs together, whichever way relationships point.

use std::borrow::Cow;

use petgraph::unionfind::UnionFind;

use crate::limits::Stopped;
use crate::value::Value;

use super::{Context, Field, NODE, Network, OPTIONS_FIELD, Options, Procedure, Rows, Run, Type, column};

/// `graph.components(options) :: (node :: NODE, component :: INTEGER, size :: INTEGER)`: weakly connected components.
///
/// Components are numbered from 1 by size, the largest first, then by their first node; `size` counts nodes. Time: linear, but
/// for the inverse of Ackermann's function.
///
/// # Source
/// Galler and Fischer, "An improved equivalence algorithm", Communications of the ACM 7, 1964; petgraph's `UnionFind`.
pub(in super::super) static COMPONENTS: Procedure = Procedure {
    name: Cow::Borrowed("graph.components"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODE, COMPONENT, SIZE]),
    summary: Cow::Borrowed(
        "Each node with its component: the nodes that some path leads to, whichever way relationships point.",
    ),
    notes: Cow::Borrowed(
        "Components are numbered from 1, the largest first, equally large ones by their first node; `size` is the number of nodes. \
         A node without relationships is a component. Takes `labels`, `types`. Galler and Fischer 1964.",
    ),
    example: (
        Cow::Borrowed(
            "CALL graph.components() YIELD node, component, size RETURN collect([elementId(node), component, size])[2..4]",
        ),
        Cow::Borrowed("[['ndfeb-magnet', 1, 3], ['IEA', 2, 1]]"),
    ),
    run: Run::Built(components),
};
pub(super) const COMPONENT: Field = column("component", Type::Integer);
pub(super) const SIZE: Field = column("size", Type::Integer);

fn components(arguments: &[Value], context: &Context<'_>) -> Rows {
    let options = Options::read(&arguments[0], &["labels", "types"])?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let n = network.n_nodes();
    // A parent and a rank each.
    network.hold(n as usize * 5)?;
    let mut sets = UnionFind::new(n as usize);
    for node in 0..n {
        network.checkpoint_at(node)?;
        for edge in network.row(node) {
            sets.union(node, network.edge(edge).target);
        }
    }
    Ok(rows(&mut network, |node| sets.find(node))?)
}

/// Nodes that have the same representative are one component.
pub(super) fn rows(network: &mut Network<'_>, of: impl Fn(u32) -> u32) -> Result<Vec<Vec<Value>>, Stopped> {
    let n = network.n_nodes() as usize;
    network.hold(n * 3 * size_of::<Value>())?;
    let (mut place, mut sizes) = (network.array(u32::MAX, n)?, network.array(0_usize, n)?);
    let mut firsts = Vec::new();
    for node in 0..n as u32 {
        network.checkpoint_at(node)?;
        let of = of(node) as usize;
        if sizes[of] == 0 {
            firsts.push(of);
        }
        sizes[of] += 1;
    }
    // They were met by their first node, and the sort is stable.
    firsts.sort_by_key(|of| std::cmp::Reverse(sizes[*of]));
    for (rank, of) in firsts.iter().enumerate() {
        place[*of] = rank as u32;
    }
    let mut rows: Vec<(u32, u32, usize)> = Vec::with_capacity(n);
    for node in 0..n as u32 {
        let of = of(node) as usize;
        rows.push((place[of], node, sizes[of]));
    }
    rows.sort_unstable();
    let row = |(rank, node, size): (u32, u32, usize)| {
        vec![network.node_value(node), Value::Int(i64::from(rank) + 1), Value::Int(size as i64)]
    };
    Ok(rows.into_iter().map(row).collect())
}
