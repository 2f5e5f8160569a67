//! Rows of two plans: optional matches and unions.
//!
//! Stream: hold one batch of each side. Order: input order; the first part's rows before the second's. Lineage: of a row
//! that matched, the match's; of one that did not, its own (what is absent is no statement).

use std::collections::VecDeque;

use crate::limits::Reservation;
use crate::plan::{Plan, Slot};
use crate::value::Value;

use super::{Batch, Failure, Input, Operator, Vector, Worker, build};

/// The matches of `inner` for each row, or the row with nulls.
pub(super) struct Optional<'p> {
    input: Input<'p>,
    inner: &'p Plan,
    slots: &'p [Slot],
}

impl<'p> Optional<'p> {
    pub(super) fn new(input: Input<'p>, inner: &'p Plan, slots: &'p [Slot]) -> Self {
        Self { input, inner, slots }
    }
}

impl Operator for Optional<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let Some(batch) = self.input.next(worker)? else { return Ok(None) };
        // The row's number rides along in a slot of its own, past all others.
        let number = self.slots.iter().max().map_or(0, |slot| slot + 1).max(batch.columns.len());
        let width = number;
        let mut argument = batch.clone();
        argument.set(number, Vector::Ints((0..batch.len as i64).collect()));
        let mut inner = build(self.inner, &argument, worker);
        let mut matched: Vec<Vec<(Vec<Value>, super::LineageId)>> = vec![Vec::new(); batch.len];
        let mut held = worker.query.limits.reservation();
        while let Some(found) = inner.next(worker)? {
            held.grow(found.bytes())?;
            for row in 0..found.len {
                if let Value::Int(of) = found.get(number, row) {
                    matched[of as usize].push((found.row(row, width), found.lineage(row)));
                }
            }
        }
        let (mut rows, mut lineage) = (Vec::new(), Vec::new());
        for (row, found) in matched.into_iter().enumerate() {
            if found.is_empty() {
                let mut values = batch.row(row, width);
                for slot in self.slots {
                    values[*slot] = Value::Null;
                }
                rows.push(values);
                lineage.push(batch.lineage(row));
                worker.lineage.absent |= worker.query.lineage;
                worker.absent = true;
            }
            for (values, id) in found {
                rows.push(values);
                lineage.push(id);
            }
        }
        Ok(Some(Batch::from_rows(width, &rows, worker.query.lineage.then_some(lineage))))
    }
}

/// The rows of a subquery for each row by itself. Holds its input and its rows where the subquery writes: what is before it
/// may not be read on while it changes, and what is after it sees all that it wrote.
pub(super) struct Apply<'p> {
    input: Input<'p>,
    inner: &'p Plan,
    slots: Option<&'p [Slot]>,
    optional: bool,
    /// Rows to come, where the subquery writes and has written.
    done: Option<(VecDeque<Batch>, Reservation)>,
}

impl<'p> Apply<'p> {
    pub(super) fn new(input: Input<'p>, inner: &'p Plan, slots: Option<&'p [Slot]>, optional: bool) -> Self {
        Self { input, inner, slots, optional, done: None }
    }

    /// Reads all input, then runs the subquery for each row of it.
    fn all(&mut self, worker: &mut Worker<'_>) -> Result<(VecDeque<Batch>, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let mut ahead = Vec::new();
        while let Some(batch) = self.input.next(worker)? {
            held.grow(batch.bytes())?;
            ahead.push(batch);
        }
        let mut done = VecDeque::new();
        for batch in ahead {
            if let Some(out) = self.rows(&batch, worker)? {
                held.grow(out.bytes())?;
                done.push_back(out);
            }
        }
        Ok((done, held))
    }

    fn rows(&self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let n_columns = self.slots.map_or(0, <[Slot]>::len);
        let mut held = worker.query.limits.reservation();
        let (mut rows, mut found, mut lineage) = (Vec::new(), vec![Vec::new(); n_columns], Vec::new());
        for row in 0..batch.len {
            worker.query.limits.checkpoint()?;
            let mut inner = build(self.inner, &batch.gather(&[row as u32]), worker);
            let before = rows.len();
            while let Some(given) = inner.next(worker)? {
                if self.slots.is_none() {
                    continue;
                }
                held.grow(given.bytes())?;
                for place in 0..given.len {
                    rows.push(row as u32);
                    lineage.push(given.lineage(place));
                    found.iter_mut().enumerate().for_each(|(column, all)| all.push(given.get(column, place)));
                }
            }
            if self.slots.is_none() || (self.optional && rows.len() == before) {
                worker.absent |= self.optional;
                rows.push(row as u32);
                lineage.push(batch.lineage(row));
                for all in &mut found {
                    all.push(Value::Null);
                }
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let mut out = batch.gather(&rows);
        for (slot, column) in self.slots.into_iter().flatten().zip(found) {
            out.set(*slot, column.into_iter().collect());
        }
        if out.lineage.is_some() {
            out.lineage = Some(lineage);
        }
        Ok(Some(out))
    }
}

impl Operator for Apply<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if self.inner.writes() {
            if self.done.is_none() {
                self.done = Some(self.all(worker)?);
            }
            return Ok(self.done.as_mut().and_then(|(batches, _)| batches.pop_front()));
        }
        while let Some(batch) = self.input.next(worker)? {
            if let Some(out) = self.rows(&batch, worker)? {
                return Ok(Some(out));
            }
        }
        Ok(None)
    }
}

/// Rows of the first, then of the second.
pub(super) struct Union<'p> {
    parts: VecDeque<Input<'p>>,
}

impl<'p> Union<'p> {
    pub(super) fn new(parts: Vec<Input<'p>>) -> Self {
        Self { parts: parts.into() }
    }
}

impl Operator for Union<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        while let Some(part) = self.parts.front_mut() {
            if let Some(batch) = part.next(worker)? {
                return Ok(Some(batch));
            }
            self.parts.pop_front();
        }
        Ok(None)
    }
}
