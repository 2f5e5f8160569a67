//! Rows in order.
//!
//! Holds all rows, and reserves them: each batch is sorted as it comes, and the sorted runs are merged as rows are asked for,
//! so that no step takes longer than a batch. Order: by the keys; stable, so equal rows keep the input order. Lineage:
//! unchanged.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::limits::Reservation;
use crate::plan::Expr;
use crate::value::{Value, order};

use super::eval::Row;
use super::{Batch, Failure, Input, LineageId, Operator, Worker};

pub(super) struct Sort<'p> {
    input: Input<'p>,
    keys: &'p [(Expr, bool)],
    runs: Option<(Merge<'p>, Reservation)>,
}

/// Sort keys, the row, its lineage.
struct Sorted {
    keys: Vec<Value>,
    row: Vec<Value>,
    lineage: LineageId,
}

/// The next row of a run.
struct Head<'p> {
    next: Sorted,
    run: usize,
    keys: &'p [(Expr, bool)],
}

fn by_keys(a: &[Value], b: &[Value], keys: &[(Expr, bool)]) -> Ordering {
    let pairs = a.iter().zip(b).zip(keys);
    let each = pairs.map(|((a, b), (_, down))| if *down { order(b, a) } else { order(a, b) });
    each.into_iter().find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

impl Ord for Head<'_> {
    /// The heap gives the largest first: that is the row that comes first, of equal ones that of the earlier run.
    fn cmp(&self, other: &Self) -> Ordering {
        by_keys(&other.next.keys, &self.next.keys, self.keys).then(other.run.cmp(&self.run))
    }
}
impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Head<'_> {}

/// Sorted runs, merged.
struct Merge<'p> {
    runs: Vec<std::vec::IntoIter<Sorted>>,
    heads: BinaryHeap<Head<'p>>,
    keys: &'p [(Expr, bool)],
}

impl<'p> Merge<'p> {
    fn new(runs: Vec<Vec<Sorted>>, keys: &'p [(Expr, bool)]) -> Self {
        let runs = runs.into_iter().map(Vec::into_iter).collect();
        let mut merge = Self { runs, heads: BinaryHeap::new(), keys };
        (0..merge.runs.len()).for_each(|run| merge.advance(run));
        merge
    }

    fn advance(&mut self, run: usize) {
        if let Some(next) = self.runs[run].next() {
            self.heads.push(Head { next, run, keys: self.keys });
        }
    }
}

impl Iterator for Merge<'_> {
    type Item = Sorted;

    fn next(&mut self) -> Option<Sorted> {
        let Head { next, run, .. } = self.heads.pop()?;
        self.advance(run);
        Some(next)
    }
}

impl<'p> Sort<'p> {
    pub(super) fn new(input: Input<'p>, keys: &'p [(Expr, bool)]) -> Self {
        Self { input, keys, runs: None }
    }

    fn sort(&mut self, worker: &mut Worker<'_>) -> Result<(Merge<'p>, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let mut runs = Vec::new();
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            let mut run = Vec::with_capacity(batch.len);
            for row in 0..batch.len {
                let mut here = Row::new(&batch, row);
                let keys: Vec<Value> =
                    self.keys.iter().map(|(key, _)| here.eval(key, worker)).collect::<Result<_, _>>()?;
                let row_values = batch.row(row, batch.columns.len());
                held.grow(keys.iter().chain(&row_values).map(Value::bytes).sum())?;
                // The order of rows says nothing of whether they are there.
                run.push(Sorted { keys, row: row_values, lineage: batch.lineage(row) });
            }
            run.sort_by(|a, b| by_keys(&a.keys, &b.keys, self.keys));
            runs.push(run);
        }
        Ok((Merge::new(runs, self.keys), held))
    }
}

impl Operator for Sort<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        worker.query.limits.checkpoint()?;
        if self.runs.is_none() {
            self.runs = Some(self.sort(worker)?);
        }
        let Some((rows, _)) = &mut self.runs else { return Ok(None) };
        let (values, lineage): (Vec<_>, Vec<_>) =
            rows.take(worker.query.batch).map(|sorted| (sorted.row, sorted.lineage)).unzip();
        let ids = worker.query.lineage.then_some(lineage);
        Ok(values.first().map(Vec::len).map(|width| Batch::from_rows(width, &values, ids)))
    }
}
