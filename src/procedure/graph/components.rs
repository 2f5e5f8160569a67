//! What hangs together, whichever way relationships point.

use std::borrow::Cow;

use petgraph::unionfind::UnionFind;

use crate::graph::Members;
use crate::limits::Stopped;
use crate::value::{NodeId, Value};

use super::{Column, Columns, Context, Field, NODE, OPTIONS_FIELD, Options, Procedure, Run, Type, column};

/// `graph.components(options) :: (node :: NODE, component :: INTEGER, size :: INTEGER)`: weakly connected components.
///
/// Components are numbered from 1 by size, the largest first, then by their first node; `size` counts nodes. Time: linear, but
/// for the inverse of Ackermann's function, in the relationships of nodes outside the largest component.
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
    run: Run::Columns(components),
};
pub(super) const COMPONENT: Field = column("component", Type::Integer);
pub(super) const SIZE: Field = column("size", Type::Integer);

/// Relationships of each node that are followed before it is known which component is the largest.
const FIRST: usize = 2;
/// Nodes that are asked which component they are of, to find the largest one.
const ASKED: usize = 1024;

/// Most relationships of a large component say nothing new. Some of each node are followed; then the nodes of the component that is
/// the largest by then are left alone: whatever leads out of it is met from its other end.
///
/// Source: Sutton, Ben-Nun, Barak, "Optimizing parallel graph connectivity computation via subgraph sampling", IPDPS 2018.
fn components(arguments: &[Value], context: &Context<'_>) -> Columns {
    let options = Options::read(&arguments[0], &["labels", "types"])?;
    let cut = options.cut(context)?;
    let members = Members::new(context.view, &cut, context.limits)?;
    let n = members.nodes().len();
    let mut held = context.limits.reservation();
    // A parent and a rank each.
    held.grow(n * 5)?;
    let mut sets = UnionFind::new(n);
    let [out, come] = [true, false]
        .map(|outgoing| cut.types.iter().map(|rel_type| context.view.hops(*rel_type, outgoing)).collect::<Vec<_>>());
    for (node, number) in members.nodes().iter().zip(0_u32..) {
        checkpoint_at(number, context)?;
        for hops in &out {
            hops.first(*node, FIRST, |step| members.number(step.node).map(|other| sets.union(number, other)));
        }
    }
    let largest = most_often((0..n).step_by((n / ASKED).max(1)).map(|number| sets.find(number as u32)));
    for (node, number) in members.nodes().iter().zip(0_u32..) {
        checkpoint_at(number, context)?;
        if Some(sets.find(number)) == largest {
            continue;
        }
        for hops in out.iter().chain(&come) {
            hops.each(*node, |step| {
                members.number(step.node).map(|other| sets.union(number, other));
            });
        }
    }
    Ok(columns(members.nodes(), |number| sets.find_mut(number), context)?)
}

/// What comes most often.
fn most_often(found: impl Iterator<Item = u32>) -> Option<u32> {
    let mut found: Vec<u32> = found.collect();
    found.sort_unstable();
    found.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).and_then(|same| same.first().copied())
}

/// Looks at the limits every so many nodes of a loop over all of them.
fn checkpoint_at(number: u32, context: &Context<'_>) -> Result<(), Stopped> {
    if number.is_multiple_of(1024) { context.limits.checkpoint() } else { Ok(()) }
}

/// Nodes that have the same representative are one component.
pub(super) fn columns(
    nodes: &[NodeId],
    mut of: impl FnMut(u32) -> u32,
    context: &Context<'_>,
) -> Result<Vec<Column>, Stopped> {
    let n = nodes.len();
    let mut held = context.limits.reservation();
    held.grow(n * (3 * size_of::<u32>() + 3 * size_of::<u64>()))?;
    let mut sizes = vec![0_u32; n];
    let (mut firsts, mut sets) = (Vec::new(), Vec::with_capacity(n));
    for number in 0..n as u32 {
        checkpoint_at(number, context)?;
        let of = of(number);
        sets.push(of);
        if sizes[of as usize] == 0 {
            firsts.push(of);
        }
        sizes[of as usize] += 1;
    }
    // They were met by their first node, and the sort is stable.
    firsts.sort_by_key(|of| std::cmp::Reverse(sizes[*of as usize]));
    // By representative: its rank, and the row of its next node.
    let (mut rank_of, mut next) = (vec![0_u32; n], vec![0_usize; n]);
    let mut row = 0;
    for (of, rank) in firsts.iter().zip(1..) {
        rank_of[*of as usize] = rank;
        next[*of as usize] = row;
        row += sizes[*of as usize] as usize;
    }
    let (mut node, mut component, mut size) = (vec![NodeId(0); n], vec![0_i64; n], vec![0_i64; n]);
    for (at, of) in nodes.iter().zip(&sets) {
        let row = &mut next[*of as usize];
        node[*row] = *at;
        component[*row] = i64::from(rank_of[*of as usize]);
        size[*row] = i64::from(sizes[*of as usize]);
        *row += 1;
    }
    Ok(vec![Column::Nodes(node), Column::Ints(component), Column::Ints(size)])
}
