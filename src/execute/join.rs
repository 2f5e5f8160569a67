//! Rows of two plans: optional matches and unions.
//!
//! Stream: hold one batch of each side. Order: input order; the first part's rows before the second's. Lineage: of a row
//! that matched, the match's; of one that did not, its own (what is absent is no statement).

use std::collections::VecDeque;

use crate::limits::Reservation;
use crate::plan::{Plan, Slot};

use super::live::Live;
use super::{Batch, Failure, Given, Input, Operator, Vector, Worker, build, build_for};

/// The matches of `inner` for each row, or the row with nulls.
pub(super) struct Optional<'p> {
    input: Input<'p>,
    inner: &'p Plan,
    slots: &'p [Slot],
    live: Live,
}

impl<'p> Optional<'p> {
    pub(super) fn new(input: Input<'p>, inner: &'p Plan, slots: &'p [Slot], live: Live) -> Self {
        Self { input, inner, slots, live }
    }

    /// The slots filled that are read later.
    fn filled(&self) -> impl Iterator<Item = Slot> {
        self.slots.iter().copied().filter(|slot| self.live.reads(*slot))
    }

    /// The matches of all rows, in their order; the number of the row that each belongs to is in a slot.
    fn found(&self, batch: &Batch, number: Slot, worker: &mut Worker<'_>) -> Result<(Batch, Reservation), Failure> {
        let live = Live::of_slots(self.filled().chain([number]));
        let mut argument = batch.only(&live.clone().below(self.inner));
        argument.set(number, Vector::Ints((0..batch.len as i64).collect()));
        let mut inner = build_for(self.inner, Given::argument(&argument), worker, live);
        let mut held = worker.query.limits.reservation();
        let mut found = Batch::default();
        while let Some(some) = inner.next(worker)? {
            held.grow(some.bytes())?;
            found.append(some);
        }
        let numbers = numbers(&found, number);
        if numbers.is_sorted() {
            return Ok((found, held));
        }
        let mut order: Vec<u32> = (0..found.len as u32).collect();
        order.sort_by_key(|place| numbers[*place as usize]);
        Ok((found.gather(&order), held))
    }
}

/// The numbers of the rows that others belong to.
pub(super) fn numbers(found: &Batch, number: Slot) -> &[i64] {
    match found.columns.get(number) {
        Some(Vector::Ints(numbers)) => numbers,
        _ => &[],
    }
}

impl Operator for Optional<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let Some(batch) = self.input.next(worker)? else { return Ok(None) };
        // The row's number rides along in a slot of its own, past all others.
        let number = self.slots.iter().max().map_or(0, |slot| slot + 1).max(batch.columns.len());
        let (mut found, _held) = self.found(&batch, number, worker)?;
        let (mut rows, mut matches) = (Vec::with_capacity(found.len), Vec::with_capacity(found.len));
        let mut next = 0;
        let mut numbers = numbers(&found, number).iter().peekable();
        for row in 0..batch.len as u32 {
            let before = rows.len();
            while numbers.next_if(|number| **number == i64::from(row)).is_some() {
                rows.push(row);
                matches.push(Some(next));
                next += 1;
            }
            if rows.len() == before {
                rows.push(row);
                matches.push(None);
            }
        }
        let any_absent = rows.len() > found.len;
        worker.lineage.absent |= any_absent && worker.query.lineage;
        worker.absent |= any_absent;
        let mut out = batch.gather_live(&rows, &self.live);
        out.columns.resize(number, Vector::Unset);
        for slot in self.filled() {
            let column = found.columns.get_mut(slot).map(std::mem::take).unwrap_or_default();
            out.columns[slot] = if any_absent { column.gather_some(&matches) } else { column };
        }
        if let (Some(ids), Some(of_matches)) = (&mut out.lineage, &found.lineage) {
            for (id, place) in ids.iter_mut().zip(matches) {
                *id = place.map_or(*id, |place| of_matches[place as usize]);
            }
        }
        Ok(Some(out))
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
        let (mut rows, mut found) = (Vec::new(), Batch::default());
        for row in 0..batch.len {
            worker.query.limits.checkpoint()?;
            let mut inner = build(self.inner, &batch.gather(&[row as u32]), worker);
            let before = rows.len();
            while let Some(mut given) = inner.next(worker)? {
                if self.slots.is_none() {
                    continue;
                }
                held.grow(given.bytes())?;
                rows.resize(rows.len() + given.len, row as u32);
                given.columns.truncate(n_columns);
                found.append(given);
            }
            if self.slots.is_none() || (self.optional && rows.len() == before) {
                worker.absent |= self.optional;
                rows.push(row as u32);
                let lineage = batch.lineage.as_ref().map(|ids| vec![ids[row]]);
                found.append(Batch { len: 1, columns: Vec::new(), lineage });
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let mut out = batch.gather(&rows);
        found.columns.resize(n_columns, Vector::Unset);
        for (slot, column) in self.slots.into_iter().flatten().zip(found.columns) {
            out.set(*slot, column);
        }
        if out.lineage.is_some() {
            out.lineage = found.lineage;
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
