//! Rows in order.
//!
//! Holds all rows, or where only the first so many are read no more than twice as many and a batch, and reserves them. Order: by the
//! keys; stable, so equal rows keep the input order. Lineage: unchanged.

use std::borrow::Cow;
use std::ops::Range;

use crate::limits::Reservation;
use crate::plan::Expr;
use crate::value::Value;

use super::eval::Row;
use super::keyed::{Keyed, Ranked};
use super::{Batch, Failure, Input, Operator, Worker};

pub(super) struct Sort<'p> {
    input: Input<'p>,
    keys: &'p [(Expr, bool)],
    first: &'p [Expr],
    sorted: Option<(Sorted, Reservation)>,
}

/// Rows, and the order in which they are given.
struct Sorted {
    rows: Batch,
    order: std::vec::IntoIter<Ranked>,
}

impl<'p> Sort<'p> {
    /// `first`: rows after so many are not read, nor those that come before the last of them.
    pub(super) fn new(input: Input<'p>, keys: &'p [(Expr, bool)], first: &'p [Expr]) -> Self {
        Self { input, keys, first, sorted: None }
    }

    /// The places of the order that are read.
    fn places(&self, worker: &mut Worker<'_>) -> Range<usize> {
        let (unit, mut places) = (Batch::unit(false), 0..0_usize);
        for count in self.first {
            // What is no count is told by who reads the rows.
            let Ok(Value::Int(n @ 0..)) = Row::new(&unit, 0).eval(count, worker) else { return 0..usize::MAX };
            places = places.end..places.end.saturating_add(usize::try_from(n).unwrap_or(usize::MAX));
        }
        if self.first.is_empty() { 0..usize::MAX } else { places }
    }

    /// The next rows of the input with their keys, those left out whose rank is higher than the `last` that can be read.
    fn take(&mut self, last: Option<u64>, worker: &mut Worker<'_>) -> Result<Option<Keyed>, Failure> {
        let Some(rows) = self.input.next(worker)? else { return Ok(None) };
        worker.query.limits.checkpoint()?;
        let read = |ranks: &[u64]| {
            let is_read = |row: &u32| last.is_none_or(|last| ranks[*row as usize] <= last);
            (0..ranks.len() as u32).filter(is_read).collect()
        };
        Ok(Some(Keyed::of(Cow::Owned(rows), self.keys, read, worker)?.0))
    }

    fn sort(&mut self, worker: &mut Worker<'_>) -> Result<(Sorted, Reservation), Failure> {
        let places = self.places(worker);
        let most = places.end;
        let mut held = worker.query.limits.reservation();
        let mut all = Keyed::none(self.keys);
        let mut last = None;
        while let Some(more) = self.take(last, worker)? {
            held.grow(more.held())?;
            all.append(more);
            if all.rows.len >= most.saturating_mul(2).max(worker.query.batch) {
                let first: Vec<u32> = all.placed(0..most, worker)?.into_iter().map(|(_, row)| row).collect();
                all.keep(&first);
                last = most.checked_sub(1).map(|last| all.first_rank(last as u32));
                held = worker.query.limits.reservation();
                held.grow(all.held())?;
            }
        }
        held.grow(all.rows.len * size_of::<Ranked>())?;
        let order = all.placed(places, worker)?;
        Ok((Sorted { rows: all.rows, order: order.into_iter() }, held))
    }
}

impl Operator for Sort<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        worker.query.limits.checkpoint()?;
        if self.sorted.is_none() {
            self.sorted = Some(self.sort(worker)?);
        }
        let Some((Sorted { rows, order }, _)) = &mut self.sorted else { return Ok(None) };
        let next: Vec<u32> = order.take(worker.query.batch).map(|(_, row)| row).collect();
        Ok((!next.is_empty()).then(|| rows.gather(&next)))
    }
}
