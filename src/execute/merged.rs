//! Sums by node: a list of what comes as long as it is short, then an array with a place for every node.

use std::cmp::Ordering;
use std::ops::Range;

use crate::graph::Hops;
use crate::value::{ArithmeticError, NodeId};

use super::nodes::Nodes;
use super::{Failure, Vector};

/// A list longer than one for each so many nodes becomes an array.
const SPARSE: usize = 16;

/// Numbers that are added up.
#[derive(Clone, Debug)]
pub(super) enum Total {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
}

impl Total {
    /// Of what the optimiser has found to be numbers.
    pub fn of(vector: Vector) -> Result<Self, Failure> {
        match vector {
            Vector::Ints(values) => Ok(Total::Ints(values)),
            Vector::Floats(values) => Ok(Total::Floats(values)),
            _ => Err(ArithmeticError::Types { operator: "+", left: "a number", right: "something else" }.into()),
        }
    }

    /// Each so many times.
    pub fn times(self, times: &[i64]) -> Result<Self, Failure> {
        Ok(match self {
            Total::Ints(values) => {
                let mut values = values;
                let overflows = values.iter_mut().zip(times).fold(false, |any, (value, times)| {
                    let (product, overflows) = value.overflowing_mul(*times);
                    *value = product;
                    any | overflows
                });
                if overflows {
                    return Err(too_large());
                }
                Total::Ints(values)
            }
            Total::Floats(values) => {
                Total::Floats(values.into_iter().zip(times).map(|(value, times)| value * *times as f64).collect())
            }
        })
    }

    fn zeros(&self, n: usize) -> Self {
        match self {
            Total::Ints(_) => Total::Ints(vec![0; n]),
            Total::Floats(_) => Total::Floats(vec![0.0; n]),
        }
    }

    fn append(&mut self, more: Self) -> Result<(), Failure> {
        match (self, more) {
            (Total::Ints(values), Total::Ints(more)) => values.extend(more),
            (Total::Floats(values), Total::Floats(more)) => values.extend(more),
            (Total::Ints(_), Total::Floats(_)) | (Total::Floats(_), Total::Ints(_)) => return Err(too_large()),
        }
        Ok(())
    }

    /// Adds each to that of a node.
    fn scatter(&self, nodes: &[NodeId], to: &mut Self) -> Result<(), Failure> {
        fn each<N: Number>(values: &[N], nodes: &[NodeId], to: &mut [N]) -> bool {
            nodes
                .iter()
                .zip(values)
                .fold(false, |overflows, (node, value)| overflows | value.add_to(&mut to[node.0 as usize]))
        }
        let overflows = match (self, to) {
            (Total::Ints(values), Total::Ints(to)) => each(values, nodes, to),
            (Total::Floats(values), Total::Floats(to)) => each(values, nodes, to),
            (Total::Ints(_), Total::Floats(_)) | (Total::Floats(_), Total::Ints(_)) => true,
        };
        if overflows { Err(too_large()) } else { Ok(()) }
    }

    /// Adds each to the one at its place.
    fn add_each(&self, to: &mut Self) -> Result<(), Failure> {
        fn each<N: Number>(values: &[N], to: &mut [N]) -> bool {
            values.iter().zip(to).fold(false, |overflows, (value, to)| overflows | value.add_to(to))
        }
        let overflows = match (self, to) {
            (Total::Ints(values), Total::Ints(to)) => each(values, to),
            (Total::Floats(values), Total::Floats(to)) => each(values, to),
            (Total::Ints(_), Total::Floats(_)) | (Total::Floats(_), Total::Ints(_)) => true,
        };
        if overflows { Err(too_large()) } else { Ok(()) }
    }

    /// Which of the numbers are not more than nothing: sums of others tell by themselves that something was added.
    fn not_positive(&self) -> Vec<usize> {
        fn which<N: PartialOrd + Default>(values: &[N]) -> Vec<usize> {
            let nothing = N::default();
            // Most often there are none, which is seen without a branch for each.
            if values.iter().map(|value| usize::from(*value > nothing)).sum::<usize>() == values.len() {
                return Vec::new();
            }
            (0..values.len()).filter(|at| values[*at].partial_cmp(&nothing) != Some(Ordering::Greater)).collect()
        }
        match self {
            Total::Ints(values) => which(values),
            Total::Floats(values) => which(values),
        }
    }

    /// Those at these places.
    pub fn gather(&self, places: impl Iterator<Item = usize>) -> Self {
        match self {
            Total::Ints(values) => Total::Ints(places.map(|at| values[at]).collect()),
            Total::Floats(values) => Total::Floats(places.map(|at| values[at]).collect()),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Total::Ints(values) => size_of_val(values.as_slice()),
            Total::Floats(values) => size_of_val(values.as_slice()),
        }
    }
}

impl From<Total> for Vector {
    fn from(total: Total) -> Self {
        match total {
            Total::Ints(values) => Vector::Ints(values),
            Total::Floats(values) => Vector::Floats(values),
        }
    }
}

/// What sums are made of.
trait Number: Copy + Default + PartialOrd {
    /// Adds it to a sum; whether that is too large.
    fn add_to(self, sum: &mut Self) -> bool;
}

impl Number for i64 {
    #[inline]
    fn add_to(self, sum: &mut Self) -> bool {
        let (more, overflows) = sum.overflowing_add(self);
        *sum = more;
        overflows
    }
}

impl Number for f64 {
    #[inline]
    fn add_to(self, sum: &mut Self) -> bool {
        *sum += self;
        false
    }
}

fn too_large() -> Failure {
    ArithmeticError::Overflow("+").into()
}

/// What hops add to the nodes that they come to: a number of the node they start at, times one of the hop where there is one.
pub(super) struct Term<'g> {
    /// By start.
    pub of_start: Total,
    /// For each kind of hops: by [`Hops::row`]. Only where those of starts are floats.
    pub of_hop: Option<Vec<&'g [f64]>>,
}

/// Starts, and the kinds of hops that are followed from each.
#[derive(Clone, Copy)]
pub(super) struct Spread<'h> {
    pub starts: &'h [NodeId],
    pub hops: &'h [Hops<'h>],
}

impl Spread<'_> {
    /// Calls `visit` for the node that each hop comes to.
    #[inline]
    fn ends(self, mut visit: impl FnMut(NodeId)) {
        self.each(self.starts, |_, node| visit(node));
    }

    /// The same with a value of the start.
    #[inline]
    fn each<T>(self, of_starts: &[T], mut visit: impl FnMut(&T, NodeId)) {
        for hops in self.hops {
            for (start, value) in self.starts.iter().zip(of_starts) {
                match hops.ends(*start) {
                    Some(ends) => ends.iter().for_each(|node| visit(value, *node)),
                    None => hops.each_row(*start, |_, node| visit(value, node)),
                }
            }
        }
    }

    /// The same with that value times one of the hop.
    #[inline]
    fn products(self, of_starts: &[f64], of_hops: &[&[f64]], mut visit: impl FnMut(f64, NodeId)) {
        for (hops, of_hop) in self.hops.iter().zip(of_hops) {
            for (start, value) in self.starts.iter().zip(of_starts) {
                match hops.stored(*start) {
                    Some((rows, ends)) => {
                        ends.iter().zip(&of_hop[rows]).for_each(|(node, of_hop)| visit(value * of_hop, *node));
                    }
                    None => hops.each_row(*start, |row, node| visit(value * of_hop[row], node)),
                }
            }
        }
    }
}

impl Term<'_> {
    /// Adds them to sums by node, the first being that of the node `first`; whether each was more than nothing, so that the sums tell
    /// by themselves to which something was added.
    fn add_to(&self, to: &mut Total, first: u32, over: Spread<'_>) -> Result<bool, Failure> {
        fn add<N: Number>(values: &[N], to: &mut [N], first: u32, over: Spread<'_>) -> (bool, bool) {
            let mut overflows = false;
            over.each(values, |value, node| overflows |= value.add_to(&mut to[(node.0 - first) as usize]));
            (overflows, values.iter().all(|value| *value > N::default()))
        }
        let (overflows, all_positive) = match (&self.of_start, &self.of_hop, to) {
            (Total::Ints(values), None, Total::Ints(to)) => add(values, to, first, over),
            (Total::Floats(values), None, Total::Floats(to)) => add(values, to, first, over),
            (Total::Floats(values), Some(of_hops), Total::Floats(to)) => {
                let mut all_positive = true;
                over.products(values, of_hops, |product, node| {
                    all_positive &= product > 0.0;
                    to[(node.0 - first) as usize] += product;
                });
                (false, all_positive)
            }
            _ => (true, false),
        };
        if overflows { Err(too_large()) } else { Ok(all_positive) }
    }

    /// The same one by one.
    fn list(&self, n: usize, over: Spread<'_>) -> Total {
        fn repeated<N: Copy>(values: &[N], n: usize, over: Spread<'_>) -> Vec<N> {
            let mut list = Vec::with_capacity(n);
            over.each(values, |value, _| list.push(*value));
            list
        }
        match (&self.of_start, &self.of_hop) {
            (Total::Ints(values), _) => Total::Ints(repeated(values, n, over)),
            (Total::Floats(values), None) => Total::Floats(repeated(values, n, over)),
            (Total::Floats(values), Some(of_hops)) => {
                let mut list = Vec::with_capacity(n);
                over.products(values, of_hops, |product, _| list.push(product));
                Total::Floats(list)
            }
        }
    }
}

/// Nodes that were come to, with what came to each added up.
pub(super) struct Merged {
    /// The numbers that they may have.
    span: Range<u32>,
    /// As they came; none where there is an array.
    nodes: Vec<NodeId>,
    /// By place in `nodes`, or by node from the first of the span on where there is an array.
    sums: Vec<Total>,
    /// Once there is an array: the nodes that were come to, counted from the first of the span, but for those whose first sum tells by
    /// being positive.
    seen: Option<Nodes>,
}

impl Merged {
    /// Of nodes of these numbers.
    pub fn new(span: Range<u32>) -> Self {
        Self { span, nodes: Vec::new(), sums: Vec::new(), seen: None }
    }

    /// Adds something to the sums of each of these nodes; gives how many bytes more are held.
    pub fn add(&mut self, nodes: Vec<NodeId>, values: Vec<Vector>) -> Result<usize, Failure> {
        if nodes.is_empty() {
            return Ok(0);
        }
        let values = values.into_iter().map(Total::of).collect::<Result<Vec<_>, _>>()?;
        let before = self.bytes();
        if self.wants_array(nodes.len()) {
            self.make_array(&values)?;
            self.pour(nodes, &values)?;
        } else {
            self.list(nodes, values)?;
        }
        Ok(self.bytes().saturating_sub(before))
    }

    /// Whether sums have a place for every node.
    pub fn is_array(&self) -> bool {
        self.seen.is_some()
    }

    /// Whether so many nodes more are too many for a list.
    fn wants_array(&self, more: usize) -> bool {
        self.is_array() || (self.nodes.len() + more) * SPARSE > self.span.len()
    }

    /// Adds what each start gives to the sums of all nodes that its hops lead to, `n` of them; gives how many bytes more are held.
    pub fn spread(&mut self, terms: &[Term<'_>], n: usize, over: Spread<'_>) -> Result<usize, Failure> {
        let before = self.bytes();
        if self.wants_array(n) {
            self.make_array(terms.iter().map(|term| &term.of_start))?;
            let first = self.span.start;
            for (at, (term, sum)) in terms.iter().zip(&mut self.sums).enumerate() {
                let all_positive = term.add_to(sum, first, over)?;
                if let (0, false, Some(seen)) = (at, all_positive, &mut self.seen) {
                    over.ends(|node| _ = seen.insert(NodeId(node.0 - first)));
                }
            }
        } else {
            let mut nodes = Vec::with_capacity(n);
            over.ends(|node| nodes.push(node));
            self.list(nodes, terms.iter().map(|term| term.list(n, over)).collect())?;
        }
        Ok(self.bytes().saturating_sub(before))
    }

    fn list(&mut self, nodes: Vec<NodeId>, values: Vec<Total>) -> Result<(), Failure> {
        self.nodes.extend(nodes);
        if self.sums.is_empty() {
            self.sums = values;
            return Ok(());
        }
        self.sums.iter_mut().zip(values).try_for_each(|(sum, more)| sum.append(more))
    }

    /// Makes an array of the list, for values like these.
    fn make_array<'v>(&mut self, values: impl IntoIterator<Item = &'v Total>) -> Result<(), Failure> {
        if self.seen.is_some() {
            return Ok(());
        }
        let listed = std::mem::take(&mut self.nodes);
        let sums = values.into_iter().map(|values| values.zeros(self.span.len())).collect();
        let listed_sums = std::mem::replace(&mut self.sums, sums);
        self.seen = Some(Nodes::below(self.span.len()));
        self.pour(listed, &listed_sums)
    }

    fn pour(&mut self, mut nodes: Vec<NodeId>, values: &[Total]) -> Result<(), Failure> {
        for node in &mut nodes {
            node.0 -= self.span.start;
        }
        if let (Some(seen), Some(first)) = (&mut self.seen, values.first()) {
            for at in first.not_positive() {
                seen.insert(nodes[at]);
            }
        }
        values.iter().zip(&mut self.sums).try_for_each(|(values, sum)| values.scatter(&nodes, sum))
    }

    /// With what was added up elsewhere, over nodes of the same numbers.
    pub fn join(mut self, others: Self) -> Result<Self, Failure> {
        let Some(more) = others.seen else {
            if self.wants_array(others.nodes.len()) {
                self.make_array(&others.sums)?;
                self.pour(others.nodes, &others.sums)?;
            } else {
                self.list(others.nodes, others.sums)?;
            }
            return Ok(self);
        };
        self.make_array(&others.sums)?;
        if let Some(seen) = &mut self.seen {
            seen.insert_all(&more);
        }
        others.sums.iter().zip(&mut self.sums).try_for_each(|(more, sum)| more.add_each(sum))?;
        Ok(self)
    }

    fn bytes(&self) -> usize {
        let seen = self.seen.as_ref().map_or(0, Nodes::bytes);
        size_of_val(self.nodes.as_slice()) + self.sums.iter().map(Total::bytes).sum::<usize>() + seen
    }

    /// The nodes in order, and their sums.
    pub fn finish(self) -> Result<(Vec<NodeId>, Vec<Total>), Failure> {
        let Self { span, nodes, sums, seen } = self;
        let Some(mut seen) = seen else {
            // As many places as there are different nodes: the same as an array of all.
            let mut come = Nodes::below(span.end as usize);
            for node in &nodes {
                come.insert(*node);
            }
            let places = come.places();
            let places: Vec<NodeId> = nodes.iter().map(|node| NodeId(places.of(*node))).collect();
            let come = come.list();
            let mut totals: Vec<Total> = sums.iter().map(|sum| sum.zeros(come.len())).collect();
            sums.iter().zip(&mut totals).try_for_each(|(values, total)| values.scatter(&places, total))?;
            return Ok((come, totals));
        };
        match sums.first() {
            Some(Total::Ints(sums)) => seen.insert_where(sums, |sum| *sum != 0),
            Some(Total::Floats(sums)) => seen.insert_where(sums, |sum| *sum != 0.0),
            None => {}
        }
        let mut nodes = seen.list();
        let sums = sums.iter().map(|sum| sum.gather(nodes.iter().map(|node| node.0 as usize))).collect();
        for node in &mut nodes {
            node.0 += span.start;
        }
        Ok((nodes, sums))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(bound: u32, parts: &[&[(u32, i64)]]) -> Result<(Vec<u32>, Vec<i64>), Failure> {
        let mut merged = Merged::new(0..bound);
        for part in parts {
            let nodes = part.iter().map(|(node, _)| NodeId(*node)).collect();
            merged.add(nodes, vec![Vector::Ints(part.iter().map(|(_, value)| *value).collect())])?;
        }
        let (nodes, sums) = merged.finish()?;
        let Some(Total::Ints(sums)) = sums.into_iter().next() else { return Ok((Vec::new(), Vec::new())) };
        Ok((nodes.into_iter().map(|node| node.0).collect(), sums))
    }

    #[test]
    fn a_short_list_and_an_array_give_the_same_sums() -> Result<(), Failure> {
        let parts: [&[(u32, i64)]; 3] = [&[(7, 1), (3, 2), (7, 4)], &[], &[(0, 5), (3, -2)]];
        let expected = (vec![0, 3, 7], vec![5, 0, 5]);
        for bound in [8, 8000, 64] {
            assert_eq!(merged(bound, &parts)?, expected);
        }
        Ok(())
    }

    #[test]
    fn a_node_that_came_with_nothing_or_less_is_there() -> Result<(), Failure> {
        let parts: [&[(u32, i64)]; 2] = [&[(5, 0), (2, 4), (2, -4)], &[(9, -1), (1, 3)]];
        for bound in [10, 1000] {
            assert_eq!(merged(bound, &parts)?, (vec![1, 2, 5, 9], vec![3, 0, 0, -1]));
        }
        Ok(())
    }

    #[test]
    fn a_sum_beyond_64_bits_is_refused() -> Result<(), Failure> {
        let mut merged = Merged::new(0..2);
        merged.add(vec![NodeId(1)], vec![Vector::Ints(vec![i64::MAX])])?;
        assert!(merged.add(vec![NodeId(1)], vec![Vector::Ints(vec![1])]).is_err());
        Ok(())
    }
}
