//! Groups and distinct rows.
//!
//! Hold their groups, and reserve them. Order: by the first row of each. Lineage: a distinct row merges its copies, because
//! either suffices; a group joins its rows, because its aggregate needs them all (in a definition it merges them, because
//! each row derives the relationship by itself).

use rustc_hash::FxHashSet;

use crate::function::{self, Accumulators};
use crate::limits::Reservation;
use crate::plan::{Aggregate, Expr};
use crate::value::Value;

use super::batch::Parts;
use super::numbers::{Numbers, Rows, new};
use super::{Batch, Failure, Input, LineageId, Operator, Vector, Worker, columnwise, row};

/// What is held for rows of these values, roughly.
fn bytes(columns: &[Vector], n: usize) -> usize {
    columns.iter().map(|column| column.held(n)).sum::<usize>() + 48 * n
}

/// Groups.
pub(super) struct Group<'p> {
    input: Input<'p>,
    keys: &'p [Expr],
    aggregates: &'p [Aggregate],
    /// The input changes nothing: the numbers of stored texts stay what they are.
    lasting: bool,
    given: Option<(Parts, Reservation)>,
}

/// Some values of each row of a batch: where they are stored texts, by number.
struct Column {
    /// Where these are there, nothing else is.
    codes: Option<Vec<Option<u32>>>,
    values: Vector,
}

impl Column {
    /// The numbers of the values.
    fn number(&self, numbers: &mut Numbers, expr: &Expr, n: usize, worker: &Worker<'_>) -> Vec<u32> {
        let stored = columnwise::texts_of(expr, worker);
        match &self.codes {
            Some(codes) => numbers.of_codes(codes, stored),
            None => numbers.of(&self.values, n, stored),
        }
    }

    /// The values of some rows.
    fn gather(&self, rows: &[u32], expr: &Expr, worker: &Worker<'_>) -> Vector {
        let Some(codes) = &self.codes else { return self.values.gather(rows) };
        let stored = columnwise::texts_of(expr, worker);
        let text = |code: u32| Value::Text(stored[code as usize].clone());
        rows.iter().map(|row| codes[*row as usize].map_or(Value::Null, text)).collect()
    }

    /// Whether a row has no value.
    fn is_null(&self, row: usize) -> bool {
        match (&self.codes, &self.values) {
            (Some(codes), _) => codes[row].is_none(),
            (None, Vector::Unset) => true,
            (None, Vector::Values(values)) => values[row].is_null(),
            (None, _) => false,
        }
    }
}

/// An aggregate of all groups, in the making.
struct Tallies<'p> {
    aggregate: &'p Aggregate,
    /// How many rows of each were counted.
    counts: Vec<i64>,
    /// What makes more of them than a count.
    accumulators: Option<Box<dyn Accumulators>>,
    /// Where equal arguments count once: those that were met, and where there are several groups, those met in each.
    seen: Option<(Rows, Option<Vec<FxHashSet<u32>>>)>,
}

impl<'p> Tallies<'p> {
    /// `one`: all rows are one group.
    fn new(aggregate: &'p Aggregate, one: bool) -> Self {
        let groups = (!one).then(Vec::new);
        let seen = aggregate.distinct.then(|| (Rows::new(aggregate.arguments.len()), groups));
        let function = function::aggregate(&aggregate.function).filter(|_| aggregate.function != "count");
        let accumulators = function.map(|function| (function.start)());
        Self { aggregate, counts: Vec::new(), accumulators, seen }
    }

    /// From now on there are so many groups.
    fn grow(&mut self, n_groups: usize) {
        self.counts.resize(n_groups, 0);
        if let Some((_, Some(groups))) = &mut self.seen {
            groups.resize_with(n_groups, FxHashSet::default);
        }
        if let Some(accumulators) = &mut self.accumulators {
            accumulators.grow(n_groups);
        }
    }

    /// Takes the arguments of so many rows, each of the group `of` it; gives the bytes that are held for them.
    fn add(
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
        let added = match (&mut self.accumulators, &first.values) {
            (Some(accumulators), Vector::Ints(values)) if is_single => Some(accumulators.add_ints(of, values)),
            (Some(accumulators), Vector::Floats(values)) if is_single => Some(accumulators.add_floats(of, values)),
            _ => None,
        };
        if let Some(added) = added {
            return added.map_err(placed);
        }
        let mut counted: Vec<u32> = (0..of.len() as u32).filter(|row| !first.is_null(*row as usize)).collect();
        if let Some((rows, groups)) = &mut self.seen {
            let n = of.len();
            let known = rows.len();
            let numbers = rows.number(n, |place, numbers| {
                arguments[place].number(numbers, &self.aggregate.arguments[place], n, worker)
            });
            match groups {
                None => {
                    counted = new(&numbers, known);
                    counted.retain(|row| !first.is_null(*row as usize));
                }
                Some(groups) => counted.retain(|row| groups[of[*row as usize] as usize].insert(numbers[*row as usize])),
            }
            held.grow(counted.len() * 2 * size_of::<u32>())?;
        }
        for row in &counted {
            self.counts[of[*row as usize] as usize] += 1;
        }
        let Some(accumulators) = &mut self.accumulators else { return Ok(()) };
        let gathered = arguments.iter().zip(&self.aggregate.arguments);
        let columns: Vec<Vector> = gathered.map(|(column, expr)| column.gather(&counted, expr, worker)).collect();
        held.grow(bytes(&columns, counted.len()))?;
        let mut given = vec![Value::Null; columns.len()];
        for (place, row) in counted.iter().enumerate() {
            given.iter_mut().zip(&columns).for_each(|(given, column)| *given = column.get(place));
            accumulators.add(of[*row as usize], &given).map_err(placed)?;
        }
        Ok(())
    }

    /// The values of the groups.
    fn finish(self) -> Vector {
        match self.accumulators {
            None => Vector::Ints(self.counts),
            Some(accumulators) => accumulators.finish().into_iter().collect(),
        }
    }
}

impl<'p> Group<'p> {
    /// `lasting`: the input changes nothing.
    pub(super) fn new(input: Input<'p>, keys: &'p [Expr], aggregates: &'p [Aggregate], lasting: bool) -> Self {
        Self { input, keys, aggregates, lasting, given: None }
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
            if let Some((codes, _)) = codes {
                return Ok(Column { codes: Some(codes), values: Vector::Unset });
            }
            let (values, more) = row::column(batch, expr, worker)?;
            for (id, more) in evidence.iter_mut().zip(more) {
                *id = worker.join(*id, more);
            }
            Ok(Column { codes: None, values })
        };
        exprs.iter().map(column).collect()
    }

    fn gather(&mut self, worker: &mut Worker<'_>) -> Result<(Parts, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let is_one = self.keys.is_empty();
        let mut n_groups = usize::from(is_one);
        let mut numbers = Rows::new(self.keys.len());
        let mut keys_of = vec![Vector::Unset; self.keys.len()];
        let mut tallies: Vec<Tallies<'p>> =
            self.aggregates.iter().map(|aggregate| Tallies::new(aggregate, is_one)).collect();
        for tallies in &mut tallies {
            tallies.grow(n_groups);
        }
        // What the rows of each group rest on.
        let mut rest_on: Vec<Vec<LineageId>> = vec![Vec::new(); n_groups];
        let mut none = is_one;
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            none &= batch.len == 0;
            let mut evidence = vec![LineageId::NONE; if worker.query.lineage { batch.len } else { 0 }];
            let keys = self.columns(self.keys, true, &batch, &mut evidence, worker)?;
            // Which group each row is of.
            let of = numbers
                .number(batch.len, |place, numbers| keys[place].number(numbers, &self.keys[place], batch.len, worker));
            if !is_one {
                let new = new(&of, n_groups as u32);
                let more: Vec<Vector> =
                    keys.iter().zip(self.keys).map(|(key, expr)| key.gather(&new, expr, worker)).collect();
                held.grow(bytes(&more, new.len()) + new.len() * self.aggregates.len() * 64)?;
                keys_of.iter_mut().zip(more).for_each(|(keys, more)| keys.append(n_groups, more, new.len()));
                n_groups += new.len();
                for tallies in &mut tallies {
                    tallies.grow(n_groups);
                }
                rest_on.resize(if worker.query.lineage { n_groups } else { 0 }, Vec::new());
            }
            for tallies in &mut tallies {
                let aggregate = tallies.aggregate;
                let arguments =
                    self.columns(&aggregate.arguments, aggregate.distinct, &batch, &mut evidence, worker)?;
                if is_one && arguments.is_empty() {
                    tallies.counts[0] += batch.len as i64;
                } else {
                    tallies.add(&of, &arguments, &mut held, worker)?;
                }
            }
            if worker.query.lineage {
                for (row, of) in of.iter().enumerate() {
                    held.grow(size_of::<LineageId>())?;
                    rest_on[*of as usize].push(worker.join(batch.lineage(row), evidence[row]));
                }
            }
        }
        worker.counted_none |= none;
        let columns = keys_of.into_iter().chain(tallies.into_iter().map(Tallies::finish)).collect();
        let lineage = worker.query.lineage.then(|| {
            let joined = rest_on.iter().map(|rows| match rows.as_slice() {
                [] => LineageId::NONE,
                // Each row of a definition derives by itself; an aggregate needs them all.
                rows if worker.query.alternatives => worker.any(rows),
                rows => worker.all(rows),
            });
            joined.collect()
        });
        Ok((Parts::new(Batch { len: n_groups, columns, lineage }), held))
    }
}

impl Operator for Group<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if self.given.is_none() {
            self.given = Some(self.gather(worker)?);
        }
        // Groups may have no column at all (`count(*)` of nothing asked): they are still rows.
        Ok(self.given.as_mut().and_then(|(given, _)| given.next(worker.query.batch)))
    }
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
            held.grow(2 * bytes(&new.columns, new.len))?;
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
                held.grow(bytes(&kept.columns, kept.len))?;
                self.held = Some(held);
                return Ok(Some(kept));
            }
        }
        Ok(None)
    }
}
