//! What hangs together, whichever way relationships point.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::graph::{Members, Step};
use crate::limits::Stopped;
use crate::parallel;
use crate::value::{NodeId, Value};

use super::{Column, Columns, Context, Field, NODE, OPTIONS_FIELD, Options, Procedure, Run, Type, column};

/// `graph.components(options) :: (node :: NODE, component :: INTEGER, size :: INTEGER)`: weakly connected components.
///
/// Components are numbered from 1 by size, the largest first, then by their first node; `size` counts nodes. Time: nearly linear in the
/// relationships of nodes outside the largest component.
///
/// # Source
/// Galler and Fischer, "An improved equivalence algorithm", Communications of the ACM 7, 1964.
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
/// Nodes that a thread looks at before it takes others.
const PART: usize = 4096;
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
    held.grow(n * size_of::<u32>())?;
    let sets = Sets::new(n as u32);
    let [out, come] = [true, false]
        .map(|outgoing| cut.types.iter().map(|rel_type| context.view.hops(*rel_type, outgoing)).collect::<Vec<_>>());
    let link = |number: u32, step: Step| _ = members.number(step.node).map(|other| sets.link(number, other));
    each(&members, context, |number, node| {
        for hops in &out {
            hops.first(node, FIRST, |step| link(number, step));
        }
    })?;
    let largest = most_often((0..n).step_by((n / ASKED).max(1)).map(|number| sets.least(number as u32)));
    each(&members, context, |number, node| {
        if Some(sets.least(number)) != largest {
            for hops in out.iter().chain(&come) {
                hops.each(node, |step| link(number, step));
            }
        }
    })?;
    Ok(columns(members.nodes(), |number| sets.least(number), context)?)
}

/// Does something for each of the nodes, by all threads.
fn each(members: &Members, context: &Context<'_>, work: impl Fn(u32, NodeId) + Sync) -> Result<(), Stopped> {
    let parts = members.nodes().chunks(PART).zip((0..).step_by(PART)).collect();
    let done = parallel::beside(parts, |(nodes, first): (&[NodeId], u32)| {
        context.limits.checkpoint()?;
        nodes.iter().zip(first..).for_each(|(node, number)| work(number, *node));
        Ok(())
    });
    done.into_iter().collect()
}

/// Sets of numbers, which several threads join at once. A set is known by its least number.
struct Sets {
    /// Of each number one of its set that is less; itself where it is the least.
    parents: Vec<AtomicU32>,
}

impl Sets {
    /// Each by itself.
    fn new(n: u32) -> Self {
        Self { parents: (0..n).map(AtomicU32::new).collect() }
    }

    #[inline]
    fn parent(&self, number: u32) -> u32 {
        self.parents[number as usize].load(Ordering::Relaxed)
    }

    /// Makes one set of those of two numbers: whichever is led to more is led to where the other is, and what it was led to comes next.
    /// A thread that does the same at once leads it elsewhere, and goes on as well, so that all come to be of one set.
    ///
    /// Source: Rem's algorithm with splicing, in Patwary, Blair, Manne, "Experiments on union-find algorithms for the disjoint-set
    /// data structure", SEA 2010.
    #[inline]
    fn link(&self, mut a: u32, mut b: u32) {
        loop {
            let (mut of_a, mut of_b) = (self.parent(a), self.parent(b));
            if of_a == of_b {
                return;
            }
            if of_a < of_b {
                (a, b, of_a, of_b) = (b, a, of_b, of_a);
            }
            let parent = &self.parents[a as usize];
            if a != of_a {
                parent.store(of_b, Ordering::Relaxed);
                a = of_a;
            } else if parent.compare_exchange(a, of_b, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                return;
            }
        }
    }

    /// The least of the set of a number, as far as sets are joined by now.
    #[inline]
    fn least(&self, mut number: u32) -> u32 {
        loop {
            let parent = self.parent(number);
            if parent == number {
                return number;
            }
            number = parent;
        }
    }
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

#[cfg(test)]
mod tests {
    use super::{Sets, parallel};

    #[test]
    fn sets_that_threads_join_at_once_are_those_that_one_joins() {
        let pairs: Vec<(u32, u32)> = (0..4000_u32).map(|at| (at * 7919 % 3000, at * 104_729 % 3000)).collect();
        let (alone, together) = (Sets::new(3000), Sets::new(3000));
        for (a, b) in &pairs {
            alone.link(*a, *b);
        }
        parallel::beside(pairs.chunks(16).collect(), |pairs| pairs.iter().for_each(|(a, b)| together.link(*b, *a)));
        let least = |sets: &Sets| (0..3000).map(|number| sets.least(number)).collect::<Vec<_>>();
        assert_eq!(least(&alone), least(&together));
        assert!(least(&alone).iter().any(|number| *number != 0));
    }
}
