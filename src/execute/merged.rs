//! Sums by node: a list of what comes as long as it is short, then an array with a place for every node.

use std::cmp::Ordering;

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

    /// Adds each to those of all nodes that the hops of a start lead to.
    fn spread(&self, starts: &[NodeId], hops: &[Hops<'_>], to: &mut Self) -> Result<(), Failure> {
        fn each<N: Number>(values: &[N], starts: &[NodeId], hops: &Hops<'_>, to: &mut [N]) -> bool {
            let mut overflows = false;
            for (start, value) in starts.iter().zip(values) {
                let mut add = |node: NodeId| overflows |= value.add_to(&mut to[node.0 as usize]);
                match hops.ends(*start) {
                    Some(ends) => ends.iter().for_each(|node| add(*node)),
                    None => hops.each(*start, |step| add(step.node)),
                }
            }
            overflows
        }
        let overflows = hops.iter().any(|hops| match (self, &mut *to) {
            (Total::Ints(values), Total::Ints(to)) => each(values, starts, hops, to),
            (Total::Floats(values), Total::Floats(to)) => each(values, starts, hops, to),
            (Total::Ints(_), Total::Floats(_)) | (Total::Floats(_), Total::Ints(_)) => true,
        });
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

/// Which of so many come with a first value that does not tell by itself that something came.
fn to_mark(n: usize, values: &[Total]) -> Vec<usize> {
    values.first().map_or_else(|| (0..n).collect(), Total::not_positive)
}

/// What sums are made of.
trait Number: Copy {
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

/// Nodes that were come to, with what came to each added up.
pub(super) struct Merged {
    bound: usize,
    n_sums: usize,
    /// As they came; none where there is an array.
    nodes: Vec<NodeId>,
    /// By place in `nodes`, or by node where there is an array.
    sums: Vec<Total>,
    /// Once there is an array: the nodes that were come to, but for those whose first sum tells by being positive.
    seen: Option<Nodes>,
}

impl Merged {
    /// Of nodes of numbers below `bound`.
    pub fn new(bound: usize, n_sums: usize) -> Self {
        Self { bound, n_sums, nodes: Vec::new(), sums: Vec::new(), seen: None }
    }

    /// Adds something to the sums of each of these nodes; gives how many bytes more are held.
    pub fn add(&mut self, nodes: Vec<NodeId>, values: Vec<Vector>) -> Result<usize, Failure> {
        if nodes.is_empty() {
            return Ok(0);
        }
        let values = values.into_iter().map(Total::of).collect::<Result<Vec<_>, _>>()?;
        let before = self.bytes();
        if self.seen.is_none() && !self.wants_array(nodes.len()) {
            self.nodes.extend(nodes);
            if self.sums.is_empty() {
                self.sums = values;
            } else {
                self.sums.iter_mut().zip(values).try_for_each(|(sum, more)| sum.append(more))?;
            }
            return Ok(self.bytes() - before);
        }
        self.make_array(&values)?;
        self.pour(&nodes, &values)?;
        Ok(self.bytes().saturating_sub(before))
    }

    /// Whether so many nodes more are too many for a list.
    pub fn wants_array(&self, more: usize) -> bool {
        self.seen.is_some() || (self.nodes.len() + more) * SPARSE > self.bound
    }

    /// Adds the values of each start to the sums of all nodes that its hops lead to; gives how many bytes more are held.
    pub fn spread(&mut self, starts: &[NodeId], values: Vec<Vector>, hops: &[Hops<'_>]) -> Result<usize, Failure> {
        let values = values.into_iter().map(Total::of).collect::<Result<Vec<_>, _>>()?;
        let before = self.bytes();
        self.make_array(&values)?;
        if let Some(seen) = &mut self.seen {
            for at in to_mark(starts.len(), &values) {
                for hops in hops {
                    hops.each(starts[at], |step| {
                        seen.insert(step.node);
                    });
                }
            }
        }
        values.iter().zip(&mut self.sums).try_for_each(|(values, sum)| values.spread(starts, hops, sum))?;
        Ok(self.bytes().saturating_sub(before))
    }

    /// Makes an array of the list, for values like these.
    fn make_array(&mut self, values: &[Total]) -> Result<(), Failure> {
        if self.seen.is_some() {
            return Ok(());
        }
        let listed = std::mem::take(&mut self.nodes);
        let sums: Vec<Total> = values.iter().map(|values| values.zeros(self.bound)).collect();
        let listed_sums = std::mem::replace(&mut self.sums, sums);
        self.seen = Some(Nodes::below(self.bound));
        self.pour(&listed, &listed_sums)
    }

    fn pour(&mut self, nodes: &[NodeId], values: &[Total]) -> Result<(), Failure> {
        if let Some(seen) = &mut self.seen {
            for at in to_mark(nodes.len(), values) {
                seen.insert(nodes[at]);
            }
        }
        values.iter().zip(&mut self.sums).try_for_each(|(values, sum)| values.scatter(nodes, sum))
    }

    /// Comes to a node of which nothing is added up; whether it is the first time.
    pub fn comes_to(&mut self, node: NodeId) -> bool {
        debug_assert_eq!(self.n_sums, 0);
        let (bound, listed) = (self.bound, &mut self.nodes);
        let seen = self.seen.get_or_insert_with(|| {
            let mut seen = Nodes::below(bound);
            for node in listed.drain(..) {
                seen.insert(node);
            }
            seen
        });
        seen.insert(node)
    }

    fn bytes(&self) -> usize {
        let seen = self.seen.as_ref().map_or(0, Nodes::bytes);
        size_of_val(self.nodes.as_slice()) + self.sums.iter().map(Total::bytes).sum::<usize>() + seen
    }

    /// The nodes in order, and their sums.
    pub fn finish(mut self) -> Result<(Vec<NodeId>, Vec<Total>), Failure> {
        let Some(mut seen) = self.seen.take() else {
            // As many places as there are different nodes: the same as an array of all.
            let mut nodes = self.nodes.clone();
            nodes.sort_unstable();
            nodes.dedup();
            let place = |node: &NodeId| NodeId(nodes.partition_point(|other| other < node) as u32);
            let places: Vec<NodeId> = self.nodes.iter().map(place).collect();
            let mut sums: Vec<Total> = self.sums.iter().map(|sum| sum.zeros(nodes.len())).collect();
            self.sums.iter().zip(&mut sums).try_for_each(|(values, sum)| values.scatter(&places, sum))?;
            return Ok((nodes, sums));
        };
        match self.sums.first() {
            Some(Total::Ints(sums)) => seen.insert_where(sums, |sum| *sum != 0),
            Some(Total::Floats(sums)) => seen.insert_where(sums, |sum| *sum != 0.0),
            None => {}
        }
        let nodes = seen.list();
        let sums = self.sums.iter().map(|sum| sum.gather(nodes.iter().map(|node| node.0 as usize))).collect();
        Ok((nodes, sums))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(bound: usize, parts: &[&[(u32, i64)]]) -> Result<(Vec<u32>, Vec<i64>), Failure> {
        let mut merged = Merged::new(bound, 1);
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
        let mut merged = Merged::new(2, 1);
        merged.add(vec![NodeId(1)], vec![Vector::Ints(vec![i64::MAX])])?;
        assert!(merged.add(vec![NodeId(1)], vec![Vector::Ints(vec![1])]).is_err());
        Ok(())
    }
}
