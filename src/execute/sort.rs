//! Rows in order.
//!
//! Holds all rows, or where only the first so many are read no more than twice as many and a batch, and reserves them. Order: by the
//! keys; stable, so equal rows keep the input order. Lineage: unchanged.
//!
//! Rows are compared by the rank of their first key, a number, and only those of the same rank by their keys. They are sorted in runs,
//! so that no step takes long, and the runs are merged as rows are asked for.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::limits::Reservation;
use crate::plan::Expr;
use crate::value::Value;

use super::eval::Row;
use super::{Batch, Failure, Input, Operator, Vector, Worker, row};

/// Rows that are sorted in one step.
const RUN: usize = 1 << 16;

pub(super) struct Sort<'p> {
    input: Input<'p>,
    keys: &'p [(Expr, bool)],
    first: &'p [Expr],
    sorted: Option<(Merge<'p>, Reservation)>,
}

/// Rows that are there, with their keys.
struct Rows<'p> {
    rows: Batch,
    keys: Vec<Vector>,
    /// Of the first key, such that lower ones come first.
    ranks: Vec<u64>,
    by: &'p [(Expr, bool)],
}

impl Rows<'_> {
    fn by_keys(&self, a: u32, b: u32) -> Ordering {
        let pairs = self.keys.iter().zip(self.by).map(|(column, (_, down))| {
            let ordering = column.order(a as usize, b as usize);
            if *down { ordering.reverse() } else { ordering }
        });
        pairs.into_iter().find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        self.ranks[a as usize].cmp(&self.ranks[b as usize]).then_with(|| self.by_keys(a, b)).then(a.cmp(&b))
    }

    /// These rows in order.
    fn sorted(&self, rows: Range<usize>) -> Vec<u32> {
        let mut ranked: Vec<(u64, u32)> = rows.map(|row| (self.ranks[row], row as u32)).collect();
        ranked.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.by_keys(a.1, b.1)).then(a.1.cmp(&b.1)));
        ranked.into_iter().map(|(_, row)| row).collect()
    }

    /// Leaves these rows, in this order.
    fn keep(&mut self, rows: &[u32]) {
        self.rows = self.rows.gather(rows);
        self.keys.iter_mut().for_each(|key| *key = key.gather(rows));
        self.ranks = rows.iter().map(|row| self.ranks[*row as usize]).collect();
    }

    fn append(&mut self, other: Self) {
        let (len, more) = (self.rows.len, other.rows.len);
        self.keys.iter_mut().zip(other.keys).for_each(|(key, other)| key.append(len, other, more));
        self.ranks.extend(other.ranks);
        self.rows.append(other.rows);
    }
}

/// What a rank has beside the kind of the value.
const BITS: u32 = 60;
const TEXT: u64 = 11;

/// A number for each value, no lower than that of one that comes before it in the order of values.
fn ranks(column: &Vector, n: usize) -> Vec<u64> {
    match column {
        Vector::Ints(values) => values.iter().map(|value| rank(&Value::Int(*value))).collect(),
        Vector::Floats(values) => values.iter().map(|value| rank(&Value::Float(*value))).collect(),
        Vector::Texts(texts) => texts.iter().map(|text| TEXT << BITS | rank_of_text(text)).collect(),
        Vector::Values(values) => values.iter().map(rank).collect(),
        other => (0..n).map(|row| rank(&other.get(row))).collect(),
    }
}

fn rank(value: &Value) -> u64 {
    let (kind, rank) = match value {
        Value::Map(_) => (0, 0),
        Value::Node(node) => (1, u64::from(node.0)),
        Value::Rel(rel) => (2, u64::from(rel.0)),
        Value::List(_) => (3, 0),
        Value::Path(_) => (4, 0),
        Value::DateTime(_) => (5, 0),
        Value::LocalDateTime(_) => (6, 0),
        Value::Date(date) => (7, (i64::from(date.first().0) + (1 << 32)) as u64),
        Value::Time(_) => (8, 0),
        Value::LocalTime(_) => (9, 0),
        Value::Duration(_) => (10, 0),
        Value::Text(text) => (TEXT, rank_of_text(text)),
        Value::Bool(value) => (12, u64::from(*value)),
        Value::Int(value) => (13, rank_of_float(*value as f64)),
        Value::Float(value) => (13, rank_of_float(*value)),
        Value::Null => (14, 0),
    };
    kind << BITS | rank
}

/// By its first bytes.
fn rank_of_text(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let n = text.len().min(8);
    bytes[..n].copy_from_slice(&text.as_bytes()[..n]);
    u64::from_be_bytes(bytes) >> (64 - BITS)
}

fn rank_of_float(value: f64) -> u64 {
    if value.is_nan() {
        return (1 << BITS) - 1;
    }
    // Both zeros are one. Of floats as bits the negative ones are turned round.
    let bits = (value + 0.0).to_bits();
    (if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }) >> (64 - BITS)
}

/// The next row of a run.
struct Head<'r, 'p> {
    rows: &'r Rows<'p>,
    row: u32,
    run: usize,
}

impl Ord for Head<'_, '_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rows.compare(self.row, other.row)
    }
}
impl PartialOrd for Head<'_, '_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Head<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Head<'_, '_> {}

/// Sorted runs, merged.
struct Merge<'p> {
    rows: Rows<'p>,
    runs: Vec<Vec<u32>>,
    /// How many of each were given.
    given: Vec<usize>,
}

impl Merge<'_> {
    /// The next rows.
    fn next(&mut self, at_most: usize) -> Option<Batch> {
        let rows = match self.runs.as_slice() {
            [run] => run.iter().skip(self.given[0]).take(at_most).copied().collect(),
            _ => self.merged(at_most),
        };
        if let ([_], [given]) = (self.runs.as_slice(), self.given.as_mut_slice()) {
            *given += rows.len();
        }
        (!rows.is_empty()).then(|| self.rows.rows.gather(&rows))
    }

    fn merged(&mut self, at_most: usize) -> Vec<u32> {
        let head = |run: usize, given: usize| {
            let row = *self.runs[run].get(given)?;
            Some(Reverse(Head { rows: &self.rows, row, run }))
        };
        let mut heads: BinaryHeap<_> =
            self.given.iter().enumerate().filter_map(|(run, given)| head(run, *given)).collect();
        let mut rows = Vec::with_capacity(at_most.min(RUN));
        while rows.len() < at_most {
            let Some(Reverse(next)) = heads.pop() else { break };
            rows.push(next.row);
            self.given[next.run] += 1;
            heads.extend(head(next.run, self.given[next.run]));
        }
        rows
    }
}

impl<'p> Sort<'p> {
    /// `first`: rows after so many are not read.
    pub(super) fn new(input: Input<'p>, keys: &'p [(Expr, bool)], first: &'p [Expr]) -> Self {
        Self { input, keys, first, sorted: None }
    }

    /// How many rows are read at most.
    fn most(&self, worker: &mut Worker<'_>) -> usize {
        if self.first.is_empty() {
            return usize::MAX;
        }
        let (unit, mut most) = (Batch::unit(false), 0_usize);
        for count in self.first {
            // What is no count is told by who reads the rows.
            let Ok(Value::Int(n @ 0..)) = Row::new(&unit, 0).eval(count, worker) else { return usize::MAX };
            most = most.saturating_add(usize::try_from(n).unwrap_or(usize::MAX));
        }
        most
    }

    /// The next rows of the input with their keys.
    fn take(&mut self, worker: &mut Worker<'_>) -> Result<Option<Rows<'p>>, Failure> {
        let Some(rows) = self.input.next(worker)? else { return Ok(None) };
        worker.query.limits.checkpoint()?;
        // The order of rows says nothing of whether they are there: what the keys rest on is left out.
        let keys = self.keys.iter().map(|(key, _)| Ok(row::column(&rows, key, worker)?.0));
        let keys = keys.collect::<Result<Vec<Vector>, Failure>>()?;
        let down = self.keys.first().is_some_and(|(_, down)| *down);
        let mut ranks = keys.first().map_or_else(Vec::new, |key| ranks(key, rows.len));
        if down {
            for rank in &mut ranks {
                *rank = !*rank;
            }
        }
        Ok(Some(Rows { rows, keys, ranks, by: self.keys }))
    }

    fn sort(&mut self, worker: &mut Worker<'_>) -> Result<(Merge<'p>, Reservation), Failure> {
        let most = self.most(worker);
        let mut held = worker.query.limits.reservation();
        let rows = Batch::default();
        let mut all = Rows { rows, keys: vec![Vector::Unset; self.keys.len()], ranks: Vec::new(), by: self.keys };
        let mut runs: Vec<Vec<u32>> = Vec::new();
        let (mut from, mut last) = (0, None);
        while let Some(mut more) = self.take(worker)? {
            if let Some(last) = last {
                let before: Vec<u32> =
                    (0..more.rows.len as u32).filter(|row| more.ranks[*row as usize] <= last).collect();
                if before.len() < more.rows.len {
                    more.keep(&before);
                }
            }
            held.grow(more.rows.held() + more.rows.len * (self.keys.len() + 1) * size_of::<u64>())?;
            all.append(more);
            let n = all.rows.len;
            if most < RUN {
                if n >= (2 * most).max(worker.query.batch) {
                    let mut first = all.sorted(0..n);
                    first.truncate(most);
                    all.keep(&first);
                    last = all.ranks.last().copied();
                    held = worker.query.limits.reservation();
                    held.grow(all.rows.held())?;
                }
            } else if n - from >= RUN {
                runs.push(all.sorted(from..n));
                from = n;
            }
        }
        runs.push(all.sorted(from..all.rows.len));
        let given = vec![0; runs.len()];
        Ok((Merge { rows: all, runs, given }, held))
    }
}

impl Operator for Sort<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        worker.query.limits.checkpoint()?;
        if self.sorted.is_none() {
            self.sorted = Some(self.sort(worker)?);
        }
        Ok(self.sorted.as_mut().and_then(|(rows, _)| rows.next(worker.query.batch)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{rank, ranks};
    use crate::execute::Vector;
    use crate::value::{Date, Value, order};

    fn values() -> Vec<Value> {
        let floats = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1.5, -1.5, 1e300, 9_007_199_254_740_993.0];
        let ints = [0, 1, -1, i64::MAX, i64::MIN, (1 << 53) + 1, 1 << 53, 7];
        let texts = ["", "a", "a\0", "aaaaaaaa", "aaaaaaab", "aaaaaaaab", "ä", "z"];
        let dates = ["2025", "2025-11", "2025-11-03", "~2025", "1969-12-31"]
            .into_iter()
            .filter_map(|date| Date::read(date).ok());
        let mut values: Vec<Value> = floats.into_iter().map(Value::Float).collect();
        values.extend(ints.map(Value::Int));
        values.extend(texts.map(Value::from));
        values.extend(dates.map(Value::Date));
        values.extend([
            Value::Null,
            Value::Bool(true),
            Value::Bool(false),
            Value::list([Value::Int(1)]),
            Value::list([]),
        ]);
        values
    }

    #[test]
    fn a_rank_is_no_lower_than_that_of_a_value_that_comes_before() {
        for a in values() {
            for b in values() {
                if order(&a, &b).is_le() {
                    assert!(rank(&a) <= rank(&b), "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn a_column_has_the_ranks_of_its_values() {
        let texts: Vec<Arc<str>> = vec!["b".into(), "a".into()];
        for column in [Vector::Texts(texts), Vector::Ints(vec![3, -3]), Vector::Floats(vec![0.5, f64::NAN])] {
            let each: Vec<u64> = (0..2).map(|row| rank(&column.get(row))).collect();
            assert_eq!(ranks(&column, 2), each);
        }
    }
}
