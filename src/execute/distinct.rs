//! Distinct rows.
//!
//! Holds them, and reserves them. Order: by the first row of each. Lineage: a distinct row merges its copies, because either suffices.

use crate::limits::Reservation;

use super::batch::Parts;
use super::numbers::{Rows, new};
use super::{Batch, Failure, Input, LineageId, Operator, Worker};

/// What is held for rows, roughly.
fn bytes(rows: &Batch) -> usize {
    rows.held() + 48 * rows.len
}

/// The numbers of the rows of a batch, and those of them that are new.
fn numbered(seen: &mut Option<Rows>, batch: &Batch) -> (Vec<u32>, Vec<u32>) {
    let seen = seen.get_or_insert_with(|| Rows::new(batch.columns.len()));
    let known = seen.len();
    let numbers = seen.number(batch.len, |place, numbers| numbers.of(&batch.columns[place], batch.len, &[]));
    let new = new(&numbers, known);
    (numbers, new)
}

/// Equal rows once.
pub(super) struct Distinct<'p> {
    input: Input<'p>,
    seen: Option<Rows>,
    held: Option<Reservation>,
    /// With lineage: all of them.
    given: Option<Parts>,
}

impl<'p> Distinct<'p> {
    pub(super) fn new(input: Input<'p>) -> Self {
        Self { input, seen: None, held: None, given: None }
    }

    /// With lineage every copy has to be seen before the first can be given.
    fn gather(&mut self, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
        let mut all = Batch::default();
        // Row by row: which of the different rows it is, and what it rests on.
        let (mut numbers, mut ids) = (Vec::<u32>::new(), Vec::new());
        let held = self.held.get_or_insert_with(|| worker.query.limits.reservation());
        while let Some(mut batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            let (of, new) = numbered(&mut self.seen, &batch);
            numbers.extend(of);
            let rests_on = batch.lineage.take().unwrap_or_default();
            held.grow(rests_on.len() * (size_of::<LineageId>() + size_of::<u32>()))?;
            ids.extend(rests_on);
            let new = batch.gather(&new);
            held.grow(2 * bytes(&new))?;
            all.append(new);
        }
        // The copies of each, side by side.
        let mut ends = vec![0_usize; all.len];
        for number in &numbers {
            ends[*number as usize] += 1;
        }
        let mut so_far = 0;
        for end in &mut ends {
            so_far += std::mem::replace(end, so_far);
        }
        let mut copies = vec![LineageId::NONE; ids.len()];
        for (number, id) in numbers.into_iter().zip(ids) {
            let place = &mut ends[number as usize];
            copies[*place] = id;
            *place += 1;
        }
        let mut from = 0;
        let merged = ends.into_iter().map(|end| worker.any(&copies[std::mem::replace(&mut from, end)..end]));
        all.lineage = Some(merged.collect());
        Ok(all)
    }
}

impl Operator for Distinct<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if worker.query.lineage {
            if self.given.is_none() {
                self.given = Some(Parts::new(self.gather(worker)?));
            }
            return Ok(self.given.as_mut().and_then(|given| given.next(worker.query.batch)));
        }
        let mut held = self.held.take().unwrap_or_else(|| worker.query.limits.reservation());
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            let (_, kept) = numbered(&mut self.seen, &batch);
            if !kept.is_empty() {
                let kept = batch.gather(&kept);
                held.grow(bytes(&kept))?;
                self.held = Some(held);
                return Ok(Some(kept));
            }
        }
        Ok(None)
    }
}
