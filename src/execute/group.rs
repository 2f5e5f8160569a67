//! Groups.
//!
//! Hold their groups, and reserve them. Order: by the first row of each. Lineage: a group joins its rows, because its aggregate needs
//! them all (in a definition it merges them, because each row derives the relationship by itself).
//!
//! Where no aggregate is of different arguments, threads group a part of the rows each, and their groups are put together in the
//! order of the parts.

use crate::limits::Reservation;
use crate::plan::{Aggregate, Expr};

use super::aggregate::{Column, Tallies};
use super::batch::Parts;
use super::numbers::{Rows, new};
use super::split::{self, Split};
use super::{Batch, Failure, Input, LineageId, Operator, Vector, Worker, columnwise, row};

/// Groups.
pub(super) struct Group<'p> {
    source: Source<'p>,
    shape: Shape<'p>,
    given: Option<(Parts, Reservation)>,
}

/// Where the rows come from.
pub(super) enum Source<'p> {
    /// All from one operator.
    Whole(Input<'p>),
    /// From some that are each given a part of the rows below.
    Split(Split<'p>),
    /// They were all taken.
    Over,
}

/// What is grouped by what.
#[derive(Clone, Copy)]
pub(super) struct Shape<'p> {
    pub keys: &'p [Expr],
    pub aggregates: &'p [Aggregate],
    /// The input changes nothing: the numbers of stored texts stay what they are.
    pub lasting: bool,
}

impl Shape<'_> {
    /// Whether groups of parts of the rows make groups of all.
    pub fn can_be_split(self) -> bool {
        self.aggregates.iter().all(|aggregate| !aggregate.distinct)
    }

    /// The values of expressions; what they rest on is joined to `evidence`.
    fn columns(
        &self,
        exprs: &[Expr],
        by_code: bool,
        batch: &Batch,
        evidence: &mut [LineageId],
        worker: &mut Worker<'_>,
    ) -> Result<Vec<Column>, Failure> {
        let column = |expr: &Expr| {
            let codes = if by_code && self.lasting { columnwise::codes(expr, batch, worker) } else { None };
            if codes.is_some() {
                return Ok(Column { codes, values: Vector::Unset });
            }
            let (values, more) = row::column(batch, expr, worker)?;
            for (id, more) in evidence.iter_mut().zip(more) {
                *id = worker.join(*id, more);
            }
            Ok(Column { codes: None, values })
        };
        exprs.iter().map(column).collect()
    }
}

/// Groups in the making.
struct Groups<'p> {
    shape: Shape<'p>,
    n: usize,
    numbers: Rows,
    /// By key.
    keys: Vec<Vector>,
    tallies: Vec<Tallies<'p>>,
    /// What the rows of each rest on.
    rest_on: Vec<Vec<LineageId>>,
    held: Reservation,
    /// All rows are one group, and there is none.
    none: bool,
}

impl<'p> Groups<'p> {
    fn new(shape: Shape<'p>, worker: &Worker<'_>) -> Self {
        let is_one = shape.keys.is_empty();
        let mut groups = Self {
            shape,
            n: 0,
            numbers: Rows::new(shape.keys.len()),
            keys: vec![Vector::Unset; shape.keys.len()],
            tallies: shape.aggregates.iter().map(|aggregate| Tallies::new(aggregate, is_one)).collect(),
            rest_on: Vec::new(),
            held: worker.query.limits.reservation(),
            none: is_one,
        };
        groups.grow(usize::from(is_one), worker);
        groups
    }

    /// From now on there are so many.
    fn grow(&mut self, n: usize, worker: &Worker<'_>) {
        self.n = n;
        for tallies in &mut self.tallies {
            tallies.grow(n);
        }
        self.rest_on.resize(if worker.query.lineage { n } else { 0 }, Vec::new());
    }

    /// The groups of rows with these keys, of which there may be new ones.
    fn of(&mut self, keys: &[Column], n: usize, worker: &Worker<'_>) -> Result<Vec<u32>, Failure> {
        let exprs = self.shape.keys;
        let of = self.numbers.number(n, |place, numbers| keys[place].number(numbers, &exprs[place], n, worker));
        if !exprs.is_empty() {
            let new = new(&of, self.n as u32);
            for ((known, key), expr) in self.keys.iter_mut().zip(keys).zip(exprs) {
                let more = key.gather(&new, expr, worker);
                self.held.grow(more.held(new.len()))?;
                known.append(self.n, more, new.len());
            }
            self.held.grow(new.len() * (48 + self.tallies.len() * 64))?;
            self.grow(self.n + new.len(), worker);
        }
        Ok(of)
    }

    /// Takes rows.
    fn add(&mut self, batch: &Batch, worker: &mut Worker<'_>) -> Result<(), Failure> {
        self.none &= batch.len == 0;
        let mut evidence = vec![LineageId::NONE; if worker.query.lineage { batch.len } else { 0 }];
        let keys = self.shape.columns(self.shape.keys, true, batch, &mut evidence, worker)?;
        let of = self.of(&keys, batch.len, worker)?;
        for tallies in &mut self.tallies {
            if let Some(firsts) = &mut tallies.firsts {
                firsts.add(&of, batch, worker)?;
                continue;
            }
            let aggregate = tallies.aggregate;
            let arguments =
                self.shape.columns(&aggregate.arguments, aggregate.distinct, batch, &mut evidence, worker)?;
            if self.shape.keys.is_empty() && arguments.is_empty() {
                tallies.counts[0] += batch.len as i64;
            } else {
                tallies.add(&of, &arguments, &mut self.held, worker)?;
            }
        }
        if worker.query.lineage {
            for (row, of) in of.iter().enumerate() {
                self.held.grow(size_of::<LineageId>())?;
                self.rest_on[*of as usize].push(worker.join(batch.lineage(row), evidence[row]));
            }
        }
        Ok(())
    }

    /// Those of all rows of an operator.
    fn of_all(shape: Shape<'p>, mut input: Input<'p>, worker: &mut Worker<'_>) -> Result<Self, Failure> {
        let mut groups = Self::new(shape, worker);
        while let Some(batch) = input.next(worker)? {
            worker.query.limits.checkpoint()?;
            groups.add(&batch, worker)?;
        }
        Ok(groups)
    }

    /// Takes over the groups of later rows.
    fn join(&mut self, later: Self, worker: &Worker<'_>) -> Result<(), Failure> {
        let mut of = Vec::with_capacity(later.n);
        while of.len() < later.n {
            worker.query.limits.checkpoint()?;
            let some = of.len()..later.n.min(of.len() + worker.query.batch);
            let key = |key: &Vector| Column { codes: None, values: key.part(some.clone()) };
            let keys: Vec<Column> = later.keys.iter().map(key).collect();
            of.extend(self.of(&keys, some.len(), worker)?);
        }
        for (tallies, later) in self.tallies.iter_mut().zip(later.tallies) {
            tallies.join(&of, later, worker)?;
        }
        self.none &= later.none;
        self.held.join(later.held);
        Ok(())
    }

    /// A row for each.
    fn finish(self, worker: &mut Worker<'_>) -> Result<(Parts, Reservation), Failure> {
        worker.counted_none |= self.none;
        let mut columns = self.keys;
        for tallies in self.tallies {
            columns.push(tallies.finish(worker)?);
        }
        let lineage = worker.query.lineage.then(|| {
            let joined = self.rest_on.iter().map(|rows| match rows.as_slice() {
                [] => LineageId::NONE,
                // Each row of a definition derives by itself; an aggregate needs them all.
                rows if worker.query.alternatives => worker.any(rows),
                rows => worker.all(rows),
            });
            joined.collect()
        });
        Ok((Parts::new(Batch { len: self.n, columns, lineage }), self.held))
    }
}

impl<'p> Group<'p> {
    pub(super) fn new(source: Source<'p>, shape: Shape<'p>) -> Self {
        Self { source, shape, given: None }
    }

    fn groups(&mut self, worker: &mut Worker<'_>) -> Result<Groups<'p>, Failure> {
        match std::mem::replace(&mut self.source, Source::Over) {
            Source::Whole(input) => Groups::of_all(self.shape, input, worker),
            Source::Split(split) => self.by_parts(split, worker),
            Source::Over => Ok(Groups::new(self.shape, worker)),
        }
    }

    /// The groups of all rows, each thread of a part of them.
    fn by_parts(&self, mut split: Split<'p>, worker: &mut Worker<'_>) -> Result<Groups<'p>, Failure> {
        let mut held = worker.query.limits.reservation();
        let (shape, rows) = (self.shape, split.rows(worker, &mut held)?);
        let works = split.works(&rows, None, worker);
        if works.batches(worker).is_none() {
            return Groups::of_all(shape, split.over(&rows, 0..rows.len, worker), worker);
        }
        let parts: Vec<_> =
            works.parts(worker.threads).into_iter().map(|part| split.over(&rows, part, worker)).collect();
        let of_parts = split::at_once(parts.into_iter(), worker, |input, worker| Groups::of_all(shape, input, worker))?;
        let mut of_parts = of_parts.into_iter();
        let mut groups = of_parts.next().unwrap_or_else(|| Groups::new(shape, worker));
        for later in of_parts {
            groups.join(later, worker)?;
        }
        Ok(groups)
    }
}

impl Operator for Group<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if self.given.is_none() {
            self.given = Some(self.groups(worker)?.finish(worker)?);
        }
        // Groups may have no column at all (`count(*)` of nothing asked): they are still rows.
        Ok(self.given.as_mut().and_then(|(given, _)| given.next(worker.query.batch)))
    }
}
