//! Hops that are added up and not listed: rows that are equal in what is read later are one row.
//!
//! By the node they start at: streams, in input order. By the node they come to: holds a sum for each such node; gives them in the
//! order of nodes. No lineage: the optimiser folds only where none is asked for.

use std::collections::BTreeSet;

use crate::graph::Hops;
use crate::limits::Reservation;
use crate::plan::{Expr, Slot};
use crate::value::{NodeId, Value};

use super::batch::Parts;
use super::expand::{count_hops, node};
use super::hop::{self, AT_ONCE, Finder, hops_at_once};
use super::live::Live;
use super::merged::{Merged, Spread, Term, Total};
use super::nodes::Nodes;
use super::split::{self, Split};
use super::trail::allows;
use super::truth::Truths;
use super::{Batch, Failure, Input, Operator, Vector, Worker, columnwise, drained, row};

/// What is followed, and what is added up.
#[derive(Clone, Copy)]
pub(super) struct Shape<'p> {
    pub hop: hop::Shape<'p>,
    pub to_end: bool,
    pub sums: &'p [(Slot, Expr)],
}

/// Nodes that are marked together.
const MARKED: usize = 1024;

/// Where its rows come from.
pub(super) enum Source<'p> {
    /// From here.
    Whole(Input<'p>),
    /// From parts of what gives them.
    Split(Split<'p>),
    /// There are no more.
    Over,
}

/// Nodes that hops came to.
enum Ends {
    /// With nothing.
    Met(Nodes),
    /// With what was added up.
    Merged(Merged),
}

impl Ends {
    /// These and others.
    fn join(self, others: Self) -> Result<Self, Failure> {
        Ok(match (self, others) {
            (Ends::Met(mut met), Ends::Met(more)) => {
                met.insert_all(&more);
                Ends::Met(met)
            }
            (Ends::Merged(merged), Ends::Merged(more)) => Ends::Merged(merged.join(more)?),
            (all, _) => all,
        })
    }
}

pub(super) struct Fold<'p> {
    source: Source<'p>,
    shape: Shape<'p>,
    live: Live,
    finder: Finder<'p>,
    /// What is added up, where each sum is one of such products.
    products: Option<Vec<Product<'p>>>,
    /// The nodes that were come to, with their sums.
    given: Option<Parts>,
}

/// A sum of products: of what does not depend on the hop, and of a property of it.
#[derive(Clone, Copy)]
struct Product<'p> {
    of_start: Option<&'p Expr>,
    of_hop: Option<&'p str>,
}

impl<'p> Product<'p> {
    /// `None` of a sum of another shape.
    fn of(sum: &'p Expr, hop: hop::Shape<'_>) -> Option<Self> {
        let reads_hop = |expr: &Expr| {
            let mut reads = BTreeSet::new();
            expr.slots(&mut reads);
            reads.into_iter().any(|slot| hop.fills(slot))
        };
        let property = |expr: &'p Expr| match expr.bare() {
            Expr::Property(of, key) if matches!(**of, Expr::Slot(slot) if slot == hop.rel.slot) => Some(key.as_str()),
            _ => None,
        };
        match sum.bare() {
            _ if !reads_hop(sum) => Some(Self { of_start: Some(sum), of_hop: None }),
            Expr::Arithmetic('*', a, b) if !reads_hop(a) => {
                Some(Self { of_start: Some(a), of_hop: Some(property(b)?) })
            }
            _ => Some(Self { of_start: None, of_hop: Some(property(sum)?) }),
        }
    }

    fn of_starts(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Total, Failure> {
        match self.of_start {
            Some(of_start) => Total::of(row::column(batch, of_start, worker)?.0),
            None => Ok(Total::Floats(vec![1.0; batch.len])),
        }
    }
}

impl<'p> Fold<'p> {
    pub(super) fn new(source: Source<'p>, shape: Shape<'p>, live: Live) -> Self {
        let mut reads = BTreeSet::new();
        shape.sums.iter().for_each(|(_, sum)| sum.slots(&mut reads));
        let products = shape.sums.iter().map(|(_, sum)| Product::of(sum, shape.hop)).collect();
        let finder = Finder::new(shape.hop, shape.to_end, reads);
        Self { source, shape, live, finder, products, given: None }
    }

    /// What each of these rows adds to the sums.
    fn sums(&self, rows: &Batch, worker: &mut Worker<'_>) -> Result<Vec<Vector>, Failure> {
        self.shape.sums.iter().map(|(_, sum)| Ok(row::column(rows, sum, worker)?.0)).collect()
    }

    /// All of the nodes that the hops of all rows come to.
    fn gather(&mut self, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
        let (ends, _held) = match std::mem::replace(&mut self.source, Source::Over) {
            Source::Whole(input) => self.ends(input, worker)?,
            Source::Split(split) => self.ends_by_parts(split, worker)?,
            Source::Over => return Ok(Batch::default()),
        };
        Ok(match ends {
            // Often it is asked only how many they are.
            Ends::Met(met) if !self.live.reads(self.shape.hop.to) => Batch { len: met.count(), ..Batch::default() },
            Ends::Met(met) => self.of_ends(met.list(), Vec::new()),
            Ends::Merged(merged) => {
                let (nodes, sums) = merged.finish()?;
                self.of_ends(nodes, sums)
            }
        })
    }

    /// The same, each thread of a part of the rows.
    fn ends_by_parts(&mut self, mut split: Split<'p>, worker: &mut Worker<'_>) -> Result<(Ends, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let rows = split.rows(worker, &mut held)?;
        let works = split.works(&rows, Some((self.shape.hop.from, self.shape.hop.rel)), worker);
        if works.batches(worker).is_none() {
            return self.ends(split.over(&rows, 0..rows.len, worker), worker);
        }
        let tasks = works
            .parts(worker.threads)
            .into_iter()
            .map(|part| (Self::new(Source::Over, self.shape, self.live.clone()), split.over(&rows, part, worker)));
        let tasks: Vec<_> = tasks.collect();
        let ends = split::at_once(tasks.into_iter(), worker, |(mut fold, input), worker| fold.ends(input, worker))?;
        ends.into_iter()
            .map(Ok)
            .reduce(|all, more| {
                let ((all, mut held), (more, more_held)) = (all?, more?);
                held.join(more_held);
                Ok((all.join(more)?, held))
            })
            .unwrap_or_else(|| Ok((Ends::Met(Nodes::default()), held)))
    }

    /// The nodes that the hops of these rows come to.
    fn ends(&mut self, mut input: Input<'p>, worker: &mut Worker<'_>) -> Result<(Ends, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        if self.shape.sums.is_empty() {
            let mut met = Nodes::below(worker.view().snapshot().node_bound() as usize);
            held.grow(met.bytes())?;
            if let Some((least, most)) = self.shape.hop.rel.length {
                self.reach(input, (least, most), &mut met, worker)?;
            } else {
                while let Some(batch) = input.next(worker)? {
                    self.meet(&batch, &mut met, worker)?;
                }
            }
            return Ok((Ends::Met(met), held));
        }
        let spans = self.finder.hops(worker).iter().map(Hops::span).collect::<Vec<_>>().into_iter();
        let span = spans.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or_default();
        let mut merged = Merged::new(span);
        while let Some(batch) = input.next(worker)? {
            if let Some(more) = self.spread(&batch, &mut merged, worker)? {
                held.grow(more)?;
                continue;
            }
            let mut row = 0;
            while let Some(kept) = self.finder.next_kept(&batch, &mut row, worker)? {
                let values = self.sums(&kept.hops, worker)?;
                held.grow(merged.add(kept.nodes, values)?)?;
            }
        }
        Ok((Ends::Merged(merged), held))
    }

    fn of_ends(&self, nodes: Vec<NodeId>, sums: Vec<Total>) -> Batch {
        let mut all = Batch { len: nodes.len(), ..Batch::default() };
        all.set(self.shape.hop.to, Vector::Nodes(nodes));
        self.with_sums(all, sums)
    }

    /// Takes in the nodes that the hops of these rows come to.
    fn meet(&mut self, batch: &Batch, met: &mut Nodes, worker: &mut Worker<'_>) -> Result<(), Failure> {
        let hop::Shape { from, also, conditions, .. } = self.shape.hop;
        if also.is_none() && conditions.is_empty() {
            let hops = self.finder.hops(worker);
            // Ends are read before they are marked: one that is far does not hold up the next.
            let mut ends = Vec::with_capacity(2 * MARKED);
            for row in 0..batch.len {
                worker.query.limits.checkpoint()?;
                if let Some(start) = node(batch, from, row) {
                    for hops in &hops {
                        hops.extend(start, None, Some(&mut ends));
                    }
                }
                if ends.len() >= MARKED || row + 1 == batch.len {
                    met.insert_many(ends.drain(..));
                }
            }
            return Ok(());
        }
        let mut row = 0;
        while let Some(kept) = self.finder.next_kept(batch, &mut row, worker)? {
            met.insert_many(kept.nodes.into_iter());
        }
        Ok(())
    }

    /// Adds up what the rows of a batch give to the ends of their hops, in one loop, where nothing else has to be seen of a hop; how
    /// many bytes more are held.
    fn spread(
        &mut self,
        batch: &Batch,
        merged: &mut Merged,
        worker: &mut Worker<'_>,
    ) -> Result<Option<usize>, Failure> {
        let hop::Shape { from, also, conditions, .. } = self.shape.hop;
        let (Some(Vector::Nodes(starts)), Some(products)) = (batch.columns.get(from), self.products.clone()) else {
            return Ok(None);
        };
        if also.is_some() || !conditions.is_empty() {
            return Ok(None);
        }
        worker.query.limits.checkpoint()?;
        let of_starts =
            products.iter().map(|product| product.of_starts(batch, worker)).collect::<Result<Vec<_>, _>>()?;
        let hops = self.finder.hops(worker);
        let terms = of_starts.into_iter().zip(&products).map(|(of_start, product)| {
            let floats = |key| hops.iter().map(|hops| hops.floats(key)).collect::<Option<Vec<_>>>();
            let of_hop = match product.of_hop {
                Some(key) => Some(floats(key).filter(|_| matches!(of_start, Total::Floats(_)))?),
                None => None,
            };
            Some(Term { of_start, of_hop })
        });
        let Some(terms) = terms.collect::<Option<Vec<_>>>() else { return Ok(None) };
        // An array takes any number of them: it need not be known how many there are.
        let all = hops.iter().map(Hops::most_of_all).sum::<Option<usize>>();
        let n = match all.filter(|all| merged.is_array() && *all <= AT_ONCE) {
            None => count_hops(starts, &hops).map(|counts| counts.iter().sum::<i64>() as usize),
            few => few,
        };
        match n {
            Some(n) if n <= AT_ONCE => merged.spread(&terms, n, Spread { starts, hops: &hops }).map(Some),
            _ => Ok(None),
        }
    }

    /// The nodes that are so many hops away from the start of some row: level by level, from each node once. The fewest hops allowed
    /// are none or one.
    fn reach(
        &mut self,
        mut input: Input<'p>,
        (least, most): (u64, Option<u64>),
        met: &mut Nodes,
        worker: &mut Worker<'_>,
    ) -> Result<(), Failure> {
        let mut begun = Nodes::below(worker.view().snapshot().node_bound() as usize);
        let mut frontier = Vec::new();
        while let Some(batch) = input.next(worker)? {
            let starts = (0..batch.len).filter_map(|row| node(&batch, self.shape.hop.from, row));
            frontier.extend(starts.filter(|start| begun.insert(*start)));
        }
        if least == 0 {
            for start in &frontier {
                met.insert(*start);
            }
        }
        let unit = Batch::unit(false);
        let mut hops_so_far = 0;
        while !frontier.is_empty() && most.is_none_or(|most| hops_so_far < most) {
            hops_so_far += 1;
            let mut next = Vec::new();
            for some in frontier.chunks(worker.query.batch) {
                worker.query.limits.checkpoint()?;
                let (mut rels, mut nodes) = (Vec::new(), Vec::new());
                let hops = self.finder.hops(worker);
                for start in some {
                    for hops in &hops {
                        match hops.ends(*start) {
                            Some(ends) if self.shape.hop.rel.each.is_none() => {
                                nodes.extend(ends.iter().filter(|end| met.insert(**end)));
                            }
                            _ => hops.each(*start, |step| {
                                if self.shape.hop.rel.each.is_some() {
                                    rels.push(step.rel);
                                    nodes.push(step.node);
                                } else if met.insert(step.node) {
                                    nodes.push(step.node);
                                }
                            }),
                        }
                    }
                }
                drop(hops);
                if let Some(each) = &self.shape.hop.rel.each {
                    let mut come = Vec::new();
                    for (rel, node) in rels.into_iter().zip(nodes) {
                        if allows(&unit, 0, each, rel, worker)? && met.insert(node) {
                            come.push(node);
                        }
                    }
                    nodes = come;
                }
                // Where it was begun it was gone on from already.
                next.extend(nodes.into_iter().filter(|node| !begun.has(*node)));
            }
            frontier = next;
        }
        Ok(())
    }

    /// The rows of a batch that have such a hop, with what their hops add up to.
    fn summed(&mut self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
        let (kept, sums) = if self.sums_read_hops() {
            let mut merged = Merged::new(0..batch.len as u32);
            let mut row = 0;
            while let Some(kept) = self.finder.next_kept(batch, &mut row, worker)? {
                let values = self.sums(&kept.hops, worker)?;
                merged.add(kept.rows.into_iter().map(NodeId).collect(), values)?;
            }
            let (rows, sums) = merged.finish()?;
            (rows.into_iter().map(|row| row.0).collect(), sums)
        } else {
            let times = self.times(batch, worker)?;
            let sums = self.shape.sums.iter().map(|(_, sum)| match sum.bare() {
                Expr::Constant(Value::Int(1)) => Ok(Total::Ints(times.clone())),
                sum => Total::of(row::column(batch, sum, worker)?.0)?.times(&times),
            });
            let sums = sums.collect::<Result<Vec<_>, Failure>>()?;
            let kept = Truths::known(times.iter().map(|times| *times > 0)).true_ones();
            if kept.len() == batch.len {
                return Ok(self.with_sums(batch.clone(), sums));
            }
            let sums = sums.into_iter().map(|sum| sum.gather(kept.iter().map(|row| *row as usize))).collect();
            (kept, sums)
        };
        Ok(self.with_sums(batch.gather_live(&kept, &self.live), sums))
    }

    fn with_sums(&self, mut rows: Batch, sums: Vec<Total>) -> Batch {
        for ((slot, _), sum) in self.shape.sums.iter().zip(sums) {
            rows.set(*slot, sum.into());
        }
        rows
    }

    /// How many hops of each row meet the conditions.
    fn times(&mut self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Vec<i64>, Failure> {
        if let Some(times) = self.counted(batch, worker) {
            return Ok(times);
        }
        if let Some(times) = self.counted_in_a_run(batch, worker)? {
            return Ok(times);
        }
        let (mut times, mut row) = (vec![0; batch.len], 0);
        while let Some(kept) = self.finder.next_kept(batch, &mut row, worker)? {
            for row in kept.rows {
                times[row as usize] += 1;
            }
        }
        Ok(times)
    }

    /// How many hops each row has, without a look at one, where nothing is asked of them.
    fn counted(&mut self, batch: &Batch, worker: &Worker<'_>) -> Option<Vec<i64>> {
        if !self.finder.asks_nothing() {
            return None;
        }
        let Some(Vector::Nodes(starts)) = batch.columns.get(self.shape.hop.from) else { return None };
        count_hops(starts, &self.finder.hops(worker))
    }

    /// How many hops of each row meet the conditions, where these read stored values of hops that lie one after the other.
    fn counted_in_a_run(&mut self, batch: &Batch, worker: &Worker<'_>) -> Result<Option<Vec<i64>>, Failure> {
        let hop::Shape { from, rel, conditions, .. } = self.shape.hop;
        let Some(Vector::Nodes(starts)) = batch.columns.get(from) else { return Ok(None) };
        if worker.query.by_row || !self.finder.reads_only_the_hop() {
            return Ok(None);
        }
        let mut times = Vec::with_capacity(starts.len());
        let hops = self.finder.hops(worker);
        let [hops] = hops.as_slice() else { return Ok(None) };
        let (Some(run), Some(counts)) = (hops.run(starts), count_hops(starts, std::slice::from_ref(hops))) else {
            return Ok(None);
        };
        let (mut first, mut counts) = (run.start, counts.as_slice());
        while !counts.is_empty() {
            worker.query.limits.checkpoint()?;
            let (mut n_starts, mut n) = (0, 0);
            while n < 4 * hops_at_once(worker) && n_starts < counts.len() {
                n += counts[n_starts] as usize;
                n_starts += 1;
            }
            let (some, rest) = counts.split_at(n_starts);
            let mut hops = Batch { len: n, ..Batch::default() };
            hops.set(rel.slot, Vector::Run(first..first + n as u32));
            let Some(all) = columnwise::all_true(conditions, &hops, worker) else { return Ok(None) };
            times.extend(all.n_true_of(some.iter().map(|count| *count as usize)).map(i64::from));
            (first, counts) = (first + n as u32, rest);
        }
        Ok(Some(times))
    }

    /// Whether what is added up differs from hop to hop.
    fn sums_read_hops(&self) -> bool {
        let mut reads = BTreeSet::new();
        self.shape.sums.iter().for_each(|(_, sum)| sum.slots(&mut reads));
        reads.into_iter().any(|slot| self.shape.hop.fills(slot))
    }
}

impl Operator for Fold<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if !self.shape.to_end {
            while let Source::Whole(input) = &mut self.source
                && let Some(batch) = input.next(worker)?
            {
                worker.query.limits.checkpoint()?;
                let out = self.summed(&batch, worker)?;
                if out.len > 0 {
                    return Ok(Some(out));
                }
            }
            return Ok(None);
        }
        if self.given.is_none() {
            self.given = Some(Parts::new(self.gather(worker)?));
        }
        Ok(self.given.as_mut().and_then(|given| given.next(worker.query.batch)))
    }

    fn all(&mut self, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
        if self.shape.to_end {
            return self.gather(worker);
        }
        drained(|| self.next(worker))
    }
}
