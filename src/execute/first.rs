//! The first values of each group in an order, of which only so many are read.
//!
//! Each group keeps them as they come; what is not among the first so far is left where it is. Values that are null are none.

use std::borrow::Cow;

use crate::limits::Reservation;
use crate::plan::{Aggregate, Expr};
use crate::value::Value;

use super::keyed::Keyed;
use super::{Batch, Failure, Vector, Worker, row};

/// Where there is no value yet.
const NONE: u32 = u32::MAX;

/// The first values of all groups, in the making.
pub(super) struct Firsts<'p> {
    aggregate: &'p Aggregate,
    /// Whether a row has a value.
    is_there: Expr,
    /// So many of each group.
    most: usize,
    /// Rows that are among the first or were so.
    met: Keyed,
    /// So many places for each group: the numbers of its first rows, in order.
    places: Vec<u32>,
    /// The rank of the last of each group: rows of a higher one are not among its first.
    last: Vec<u64>,
    held: Option<Reservation>,
}

impl<'p> Firsts<'p> {
    /// `None` where all values are read.
    pub fn of(aggregate: &'p Aggregate) -> Option<Self> {
        let (most, argument) = (aggregate.first?, aggregate.arguments.first()?);
        Some(Self {
            aggregate,
            is_there: Expr::Not(Box::new(Expr::IsNull(Box::new(argument.clone())))),
            most,
            met: Keyed::none(&aggregate.order),
            places: Vec::new(),
            last: Vec::new(),
            held: None,
        })
    }

    /// From now on there are so many groups.
    pub fn grow(&mut self, n_groups: usize) {
        self.places.resize(n_groups * self.most, NONE);
        self.last.resize(n_groups, u64::MAX);
    }

    /// Takes rows, each of the group `of` it.
    pub fn add(&mut self, of: &[u32], batch: &Batch, worker: &mut Worker<'_>) -> Result<(), Failure> {
        let (there, _) = row::kept(batch, &self.is_there, worker)?;
        let (batch, of) = if there.len() == batch.len {
            (Cow::Borrowed(batch), Cow::Borrowed(of))
        } else {
            (Cow::Owned(batch.gather(&there)), there.iter().map(|row| of[*row as usize]).collect())
        };
        let (more, read) = Keyed::of(batch, &self.aggregate.order, |ranks| self.may_be_first(&of, ranks), worker)?;
        self.take(read.iter().map(|row| of[*row as usize]), more, worker)?;
        if self.met.rows.len > 2 * self.places.len() + worker.query.batch {
            self.forget(worker)?;
        }
        Ok(())
    }

    /// The rows that may be among the first of their groups, by their ranks.
    fn may_be_first(&mut self, of: &[u32], ranks: &[u64]) -> Vec<u32> {
        let has_order = !self.aggregate.order.is_empty();
        if has_order && self.most == 1 {
            // There is a row of this rank: the first one is of none that is higher.
            for (of, rank) in of.iter().zip(ranks) {
                let last = &mut self.last[*of as usize];
                *last = (*last).min(*rank);
            }
        }
        let is_read = |row: &u32| {
            let (rank, last) = (ranks[*row as usize], self.last[of[*row as usize] as usize]);
            // Without an order who comes later is behind.
            rank < last || (rank == last && has_order)
        };
        (0..ranks.len() as u32).filter(is_read).collect()
    }

    /// Takes rows, each of the group `of` it.
    fn take(&mut self, of: impl Iterator<Item = u32>, more: Keyed, worker: &Worker<'_>) -> Result<(), Failure> {
        self.held.get_or_insert_with(|| worker.query.limits.reservation()).grow(more.held())?;
        let before = self.met.rows.len as u32;
        self.met.append(more);
        for (row, of) in (before..).zip(of) {
            self.offer(of as usize, row);
        }
        Ok(())
    }

    /// Puts a row among the first of its group, behind all that do not come after it, if it is one of them.
    fn offer(&mut self, group: usize, row: u32) {
        let places = &mut self.places[group * self.most..][..self.most];
        let comes_before = |other: &u32| *other == NONE || self.met.compare(row, *other).is_lt();
        let Some(at) = places.iter().position(comes_before) else { return };
        places[at..].rotate_right(1);
        places[at] = row;
        if let Some(last) = places.last().filter(|last| **last != NONE) {
            self.last[group] = self.met.first_rank(*last);
        }
    }

    /// Forgets rows that are not among the first any more.
    fn forget(&mut self, worker: &Worker<'_>) -> Result<(), Failure> {
        let first: Vec<u32> = self.places.iter().copied().filter(|place| *place != NONE).collect();
        self.met.keep(&first);
        let filled = self.places.iter_mut().filter(|place| **place != NONE);
        filled.zip(0..).for_each(|(place, row)| *place = row);
        let mut held = worker.query.limits.reservation();
        held.grow(self.met.held())?;
        self.held = Some(held);
        Ok(())
    }

    /// Takes over what was made of later rows, each group being one of these.
    pub fn join(&mut self, groups: &[u32], mut later: Self, worker: &Worker<'_>) -> Result<(), Failure> {
        later.forget(worker)?;
        let places = groups.iter().zip(later.places.chunks(self.most));
        let of = places.flat_map(|(group, places)| places.iter().filter(|place| **place != NONE).map(|_| *group));
        self.take(of, later.met, worker)
    }

    /// The values of the groups, or lists of them.
    pub fn finish(mut self, worker: &mut Worker<'_>) -> Result<Vector, Failure> {
        self.forget(worker)?;
        let values = row::column(&self.met.rows, &self.aggregate.arguments[0], worker)?.0;
        let n = self.met.rows.len;
        let is_there = |place: &u32| (*place != NONE).then_some(*place);
        if self.aggregate.function == "head" {
            let each: Vec<Option<u32>> = self.places.iter().map(is_there).collect();
            return Ok(if n == each.len() { values } else { values.gather_some(&each) });
        }
        let list = |places: &[u32]| {
            let first = places.iter().map_while(is_there).map(|place| values.get(place as usize));
            Value::list(first.collect::<Vec<_>>())
        };
        Ok(self.places.chunks(self.most).map(list).collect())
    }
}
