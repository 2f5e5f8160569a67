//! Rows in order.
//!
//! Holds all rows, and reserves them. Order: by the keys; stable, so equal rows keep the input order. Lineage: unchanged.

use std::cmp::Ordering;

use crate::limits::Reservation;
use crate::plan::Expr;
use crate::value::{Value, order};

use super::eval::Row;
use super::{BATCH, Batch, Failure, Input, LineageId, Operator, Worker};

pub(super) struct Sort<'p> {
    input: Input<'p>,
    keys: &'p [(Expr, bool)],
    sorted: Option<(std::vec::IntoIter<Sorted>, Reservation)>,
}

/// Sort keys, the row, its lineage.
type Sorted = (Vec<Value>, Vec<Value>, LineageId);

impl<'p> Sort<'p> {
    pub(super) fn new(input: Input<'p>, keys: &'p [(Expr, bool)]) -> Self {
        Self { input, keys, sorted: None }
    }

    fn sort(&mut self, worker: &mut Worker<'_>) -> Result<(std::vec::IntoIter<Sorted>, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let mut rows: Vec<Sorted> = Vec::new();
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            held.grow(batch.bytes() + batch.len * self.keys.len() * size_of::<Value>())?;
            for row in 0..batch.len {
                let mut here = Row::new(&batch, row);
                let keys = self.keys.iter().map(|(key, _)| here.eval(key, worker)).collect::<Result<_, _>>()?;
                rows.push((keys, batch.row(row, batch.columns.len()), batch.lineage(row)));
            }
        }
        rows.sort_by(|(a, ..), (b, ..)| {
            let pairs = a.iter().zip(b).zip(self.keys);
            pairs
                .map(|((a, b), (_, down))| if *down { order(b, a) } else { order(a, b) })
                .find(|o| o.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        Ok((rows.into_iter(), held))
    }
}

impl Operator for Sort<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if self.sorted.is_none() {
            self.sorted = Some(self.sort(worker)?);
        }
        let Some((rows, _)) = &mut self.sorted else { return Ok(None) };
        let (values, lineage): (Vec<_>, Vec<_>) = rows.take(BATCH).map(|(_, row, id)| (row, id)).unzip();
        Ok(values
            .first()
            .map(Vec::len)
            .map(|width| Batch::from_rows(width, &values, worker.query.lineage.then_some(lineage))))
    }
}
