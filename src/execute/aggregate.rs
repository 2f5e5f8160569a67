//! What aggregates make of the rows of groups.

use std::borrow::Cow;

use crate::function::{self, Accumulators};
use crate::limits::Reservation;
use crate::plan::{Aggregate, Expr};
use crate::value::Value;

use super::columnwise::Source;
use super::first::Firsts;
use super::kernel::Codes;
use super::numbers::{Numbers, Rows, new};
use super::seen::Seen;
use super::{Failure, Vector, Worker, columnwise};

/// Some values of each row of a batch: where they are stored texts, by number.
pub(super) struct Column {
    /// Where these are there, nothing else is.
    pub codes: Option<(Codes, Source)>,
    pub values: Vector,
}

impl Column {
    /// The numbers of the values.
    pub fn number(&self, numbers: &mut Numbers, expr: &Expr, n: usize, worker: &Worker<'_>) -> Vec<u32> {
        let texts = |source: Source| columnwise::texts_of(expr, source, worker);
        let known = numbers.source().map_or(&[][..], texts);
        match &self.codes {
            Some((codes, source)) => numbers.of_codes(codes, (*source, texts(*source)), known),
            None => numbers.of(&self.values, n, known),
        }
    }

    /// The values of some rows.
    pub fn gather(&self, rows: &[u32], expr: &Expr, worker: &Worker<'_>) -> Vector {
        let Some((codes, source)) = &self.codes else { return self.values.gather(rows) };
        let stored = columnwise::texts_of(expr, *source, worker);
        let text = |code: u32| Value::Text(stored[code as usize].clone());
        rows.iter().map(|row| codes[*row as usize].map_or(Value::Null, text)).collect()
    }

    /// Whether a row has no value.
    fn is_null(&self, row: usize) -> bool {
        match (&self.codes, &self.values) {
            (Some((codes, _)), _) => codes[row].is_none(),
            (None, values) => values.is_null(row),
        }
    }
}

/// An aggregate of all groups, in the making.
pub(super) struct Tallies<'p> {
    pub aggregate: &'p Aggregate,
    /// How many rows of each were counted, where nothing more is made of them.
    pub counts: Vec<i64>,
    /// What makes more of them.
    accumulators: Option<Box<dyn Accumulators>>,
    /// Where equal arguments count once: those that were met, and where there are several groups, those met in each.
    seen: Option<(Rows, Option<Vec<Seen>>)>,
    /// Where only the first arguments in an order are read.
    pub firsts: Option<Firsts<'p>>,
}

impl<'p> Tallies<'p> {
    /// `one`: all rows are one group.
    pub fn new(aggregate: &'p Aggregate, one: bool) -> Self {
        let groups = (!one).then(Vec::new);
        let seen = aggregate.distinct.then(|| (Rows::new(aggregate.arguments.len()), groups));
        let firsts = Firsts::of(aggregate);
        let start = function::aggregate(&aggregate.function).and_then(|function| function.start);
        let accumulators = start.filter(|_| firsts.is_none()).map(|start| start());
        Self { aggregate, counts: Vec::new(), accumulators, seen, firsts }
    }

    /// From now on there are so many groups.
    pub fn grow(&mut self, n_groups: usize) {
        match &mut self.accumulators {
            None => self.counts.resize(n_groups, 0),
            Some(accumulators) => accumulators.grow(n_groups),
        }
        if let Some((_, Some(groups))) = &mut self.seen {
            groups.resize_with(n_groups, Seen::default);
        }
        if let Some(firsts) = &mut self.firsts {
            firsts.grow(n_groups);
        }
    }

    /// Takes the arguments of rows, each of the group `of` it.
    pub fn add(
        &mut self,
        of: &[u32],
        arguments: &[Column],
        held: &mut Reservation,
        worker: &Worker<'_>,
    ) -> Result<(), Failure> {
        let Some(first) = arguments.first() else {
            for of in of {
                self.counts[*of as usize] += 1;
            }
            return Ok(());
        };
        let placed = |wrong| Failure::from(wrong).at(self.aggregate.place.0);
        let is_single = arguments.len() == 1 && self.seen.is_none();
        let (values, of_there) = match &first.values {
            Vector::Nullable(values, are_there) if is_single => {
                let rows: Vec<u32> = (0..of.len() as u32).filter(|row| are_there[*row as usize]).collect();
                let of_there: Vec<u32> = rows.iter().map(|row| of[*row as usize]).collect();
                (Cow::Owned(values.gather(&rows)), Cow::Owned(of_there))
            }
            values => (Cow::Borrowed(values), Cow::Borrowed(of)),
        };
        let added = match (&mut self.accumulators, &*values) {
            (Some(accumulators), Vector::Ints(values)) if is_single => Some(accumulators.add_ints(&of_there, values)),
            (Some(accumulators), Vector::Floats(values)) if is_single => {
                Some(accumulators.add_floats(&of_there, values))
            }
            _ => None,
        };
        if let Some(added) = added {
            return added.map_err(placed);
        }
        let counted = self.counted(of, arguments, held, worker)?;
        let Some(accumulators) = &mut self.accumulators else {
            for row in &counted {
                self.counts[of[*row as usize] as usize] += 1;
            }
            return Ok(());
        };
        let gathered = arguments.iter().zip(&self.aggregate.arguments);
        let columns: Vec<Vector> = gathered.map(|(column, expr)| column.gather(&counted, expr, worker)).collect();
        held.grow(columns.iter().map(|column| column.held(counted.len())).sum())?;
        let mut given = vec![Value::Null; columns.len()];
        for (place, row) in counted.iter().enumerate() {
            given.iter_mut().zip(&columns).for_each(|(given, column)| *given = column.get(place));
            accumulators.add(of[*row as usize], &given).map_err(placed)?;
        }
        Ok(())
    }

    /// The rows that count: those that have a first argument, and where equal ones count once the first of them.
    fn counted(
        &mut self,
        of: &[u32],
        arguments: &[Column],
        held: &mut Reservation,
        worker: &Worker<'_>,
    ) -> Result<Vec<u32>, Failure> {
        let n = of.len();
        let is_there = |row: &u32| arguments.first().is_some_and(|first| !first.is_null(*row as usize));
        let Some((rows, groups)) = &mut self.seen else { return Ok((0..n as u32).filter(is_there).collect()) };
        let known = rows.len();
        let exprs = &self.aggregate.arguments;
        let numbers = rows.number(n, |place, numbers| arguments[place].number(numbers, &exprs[place], n, worker));
        let counted: Vec<u32> = match groups {
            None => new(&numbers, known).into_iter().filter(is_there).collect(),
            Some(groups) => {
                let n_numbers = rows.len() as usize;
                let is_new = |row: &u32| groups[of[*row as usize] as usize].insert(numbers[*row as usize], n_numbers);
                (0..n as u32).filter(is_there).filter(is_new).collect()
            }
        };
        // In a group, and among all numbers: see [`Seen`].
        held.grow(counted.len() * 8 * size_of::<u32>())?;
        Ok(counted)
    }

    /// Takes over what was made of later rows, each group being one of these; only where equal arguments count each time.
    pub fn join(&mut self, groups: &[u32], others: Self, worker: &Worker<'_>) -> Result<(), Failure> {
        if let Some((firsts, others)) = self.firsts.as_mut().zip(others.firsts) {
            return firsts.join(groups, others, worker);
        }
        for (group, count) in groups.iter().zip(others.counts) {
            self.counts[*group as usize] += count;
        }
        match self.accumulators.as_mut().zip(others.accumulators) {
            None => Ok(()),
            Some((accumulators, others)) => {
                accumulators.join(groups, others).map_err(|wrong| Failure::from(wrong).at(self.aggregate.place.0))
            }
        }
    }

    /// The values of the groups.
    pub fn finish(self, worker: &mut Worker<'_>) -> Result<Vector, Failure> {
        match (self.firsts, self.accumulators) {
            (Some(firsts), _) => firsts.finish(worker),
            (None, None) => Ok(Vector::Ints(self.counts)),
            (None, Some(accumulators)) => Ok(accumulators.finish().into_iter().collect()),
        }
    }
}
