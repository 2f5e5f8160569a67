//! Groups and distinct rows.
//!
//! Hold their groups, and reserve them. Order: by the first row of each. Lineage: a distinct row merges its copies, because
//! either suffices; a group joins its rows, because its aggregate needs them all (in a definition it merges them, because
//! each row derives the relationship by itself).

use std::cmp::Ordering;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::function::{self, Accumulator};
use crate::limits::Reservation;
use crate::plan::{Aggregate, Expr};
use crate::value::{Value, order};

use super::eval::Row;
use super::{BATCH, Batch, Failure, Input, LineageId, Operator, Worker};

/// Values that are one group when each is equivalent.
#[derive(Clone, Debug)]
struct Key(Vec<Value>);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().zip(&other.0).map(|(a, b)| order(a, b)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    }
}
impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Key {}

fn bytes(key: &Key) -> usize {
    key.0.iter().map(Value::bytes).sum::<usize>() + 48
}

/// Rows that were gathered, to be given in batches.
#[derive(Default)]
struct Given {
    rows: Vec<Vec<Value>>,
    lineage: Vec<LineageId>,
    next: usize,
}

impl Given {
    fn next(&mut self, lineage: bool) -> Option<Batch> {
        let rows = &self.rows[self.next..self.rows.len().min(self.next + BATCH)];
        let first = rows.first()?;
        let ids = lineage.then(|| self.lineage[self.next..self.next + rows.len()].to_vec());
        let batch = Batch::from_rows(first.len(), rows, ids);
        self.next += batch.len;
        Some(batch)
    }
}

/// One row per group.
pub(super) struct Group<'p> {
    input: Input<'p>,
    keys: &'p [Expr],
    aggregates: &'p [Aggregate],
    given: Option<(Given, Reservation)>,
}

/// The accumulator (`count(*)` has none), the values counted, and those seen before where `DISTINCT` asks.
type Tally = (Option<Box<dyn Accumulator>>, i64, BTreeSet<Key>);

/// A group in the making.
struct Making {
    aggregates: Vec<Tally>,
    /// What each of its rows rests on.
    lineage: Vec<LineageId>,
}

impl<'p> Group<'p> {
    pub(super) fn new(input: Input<'p>, keys: &'p [Expr], aggregates: &'p [Aggregate]) -> Self {
        Self { input, keys, aggregates, given: None }
    }

    fn making(&self) -> Making {
        let start = |aggregate: &Aggregate| {
            (function::aggregate(&aggregate.function).map(|function| (function.start)()), 0, BTreeSet::new())
        };
        Making { aggregates: self.aggregates.iter().map(start).collect(), lineage: Vec::new() }
    }

    fn gather(&mut self, worker: &mut Worker<'_>) -> Result<(Given, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let mut numbers: BTreeMap<Key, usize> = BTreeMap::new();
        let mut groups: Vec<(Key, Making)> = Vec::new();
        if self.keys.is_empty() {
            numbers.insert(Key(Vec::new()), 0);
            groups.push((Key(Vec::new()), self.making()));
        }
        let mut none = self.keys.is_empty();
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            none &= batch.len == 0;
            for row in 0..batch.len {
                let mut here = Row::new(&batch, row);
                let key = Key(self.keys.iter().map(|key| here.eval(key, worker)).collect::<Result<_, _>>()?);
                let number = if let Some(number) = numbers.get(&key) {
                    *number
                } else {
                    held.grow(bytes(&key) + self.aggregates.len() * 64)?;
                    numbers.insert(key.clone(), groups.len());
                    groups.push((key, self.making()));
                    groups.len() - 1
                };
                let making = &mut groups[number].1;
                for (aggregate, (accumulator, count, seen)) in self.aggregates.iter().zip(&mut making.aggregates) {
                    let arguments: Vec<Value> =
                        aggregate.arguments.iter().map(|a| here.eval(a, worker)).collect::<Result<_, _>>()?;
                    if arguments.first().is_some_and(Value::is_null) {
                        continue;
                    }
                    if aggregate.distinct {
                        let key = Key(arguments.clone());
                        held.grow(bytes(&key))?;
                        if !seen.insert(key) {
                            continue;
                        }
                    }
                    *count += 1;
                    if let Some(accumulator) = accumulator {
                        held.grow(arguments.first().map_or(0, Value::bytes))?;
                        accumulator.add(&arguments).map_err(|wrong| Failure::from(wrong).at(aggregate.place.0))?;
                    }
                }
                if worker.query.lineage {
                    held.grow(size_of::<LineageId>())?;
                    making.lineage.push(worker.join(batch.lineage(row), here.evidence));
                }
            }
        }
        worker.counted_none |= none;
        let mut given = Given::default();
        for (Key(mut row), making) in groups {
            for (accumulator, count, _) in making.aggregates {
                row.push(accumulator.map_or(Value::Int(count), Accumulator::finish));
            }
            given.rows.push(row);
            // Each row of a definition derives by itself; an aggregate needs them all.
            let rests_on = match making.lineage.as_slice() {
                [] => LineageId::NONE,
                rows if worker.query.alternatives => worker.any(rows),
                rows => worker.all(rows),
            };
            given.lineage.push(rests_on);
        }
        Ok((given, held))
    }
}

impl Operator for Group<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if self.given.is_none() {
            self.given = Some(self.gather(worker)?);
        }
        // Groups may have no column at all (`count(*)` of nothing asked): they are still rows.
        Ok(self.given.as_mut().and_then(|(given, _)| given.next(worker.query.lineage)))
    }
}

/// Equal rows once.
pub(super) struct Distinct<'p> {
    input: Input<'p>,
    seen: BTreeMap<Key, usize>,
    held: Option<Reservation>,
    given: Option<Given>,
}

impl<'p> Distinct<'p> {
    pub(super) fn new(input: Input<'p>) -> Self {
        Self { input, seen: BTreeMap::new(), held: None, given: None }
    }

    /// With lineage every copy has to be seen before the first can be given.
    fn gather(&mut self, worker: &mut Worker<'_>) -> Result<Given, Failure> {
        let mut given = Given::default();
        let mut copies: Vec<Vec<LineageId>> = Vec::new();
        let held = self.held.get_or_insert_with(|| worker.query.limits.reservation());
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            for row in 0..batch.len {
                let key = Key(batch.row(row, batch.columns.len()));
                let id = batch.lineage(row);
                if let Some(number) = self.seen.get(&key) {
                    held.grow(size_of::<LineageId>())?;
                    copies[*number].push(id);
                } else {
                    held.grow(2 * bytes(&key))?;
                    given.rows.push(key.0.clone());
                    copies.push(vec![id]);
                    self.seen.insert(key, given.rows.len() - 1);
                }
            }
        }
        given.lineage = copies.iter().map(|copies| worker.any(copies)).collect();
        Ok(given)
    }
}

impl Operator for Distinct<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if worker.query.lineage {
            if self.given.is_none() {
                self.given = Some(self.gather(worker)?);
            }
            return Ok(self.given.as_mut().and_then(|given| given.next(true)));
        }
        let mut held = self.held.take().unwrap_or_else(|| worker.query.limits.reservation());
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            let mut kept = Vec::new();
            for row in 0..batch.len {
                let key = Key(batch.row(row, batch.columns.len()));
                if let Entry::Vacant(place) = self.seen.entry(key) {
                    held.grow(bytes(place.key()))?;
                    place.insert(0);
                    kept.push(row as u32);
                }
            }
            if !kept.is_empty() {
                self.held = Some(held);
                return Ok(Some(batch.gather(&kept)));
            }
        }
        Ok(None)
    }
}
