//! Rows in order.
//!
//! Holds all rows, or where only the first so many are read no more than twice as many and a batch, and reserves them. Order: by the
//! keys; stable, so equal rows keep the input order. Lineage: unchanged.
//!
//! Rows are compared by the rank of their first key, a number, and only those of the same rank by their keys.

use std::cmp::Ordering;

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
    sorted: Option<(Sorted, Reservation)>,
}

/// Rows, and the order in which they are given.
struct Sorted {
    rows: Batch,
    order: std::vec::IntoIter<Ranked>,
}

/// A row by its number, and the rank of its first key.
type Ranked = (u64, u32);

/// Rows with their keys.
struct Rows<'p> {
    rows: Batch,
    keys: Vec<Vector>,
    /// Of the first key: lower ones come first.
    ranks: Vec<u64>,
    by: &'p [(Expr, bool)],
}

impl Rows<'_> {
    fn compare(&self, a: &Ranked, b: &Ranked) -> Ordering {
        a.0.cmp(&b.0).then_with(|| self.by_keys(a.1, b.1))
    }

    fn by_keys(&self, a: u32, b: u32) -> Ordering {
        let each = self.keys.iter().zip(self.by).map(|(column, (_, down))| {
            let ordering = column.order(a as usize, b as usize);
            if *down { ordering.reverse() } else { ordering }
        });
        each.into_iter().find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// All in order: runs are sorted, then two of them at a time are put together; equal ones stay as they came.
    fn sorted(&self, worker: &Worker<'_>) -> Result<Vec<Ranked>, Failure> {
        let mut ranked: Vec<Ranked> = self.ranks.iter().copied().zip(0..).collect();
        let mut run = RUN;
        loop {
            for rows in ranked.chunks_mut(run) {
                worker.query.limits.checkpoint()?;
                rows.sort_by(|a, b| self.compare(a, b));
            }
            if run >= ranked.len() {
                return Ok(ranked);
            }
            run *= 2;
        }
    }

    /// Leaves the first so many, in order.
    fn keep_first(&mut self, n: usize, worker: &Worker<'_>) -> Result<(), Failure> {
        let rows: Vec<u32> = self.sorted(worker)?.into_iter().take(n).map(|(_, row)| row).collect();
        self.rows = self.rows.gather(&rows);
        for key in &mut self.keys {
            *key = key.gather(&rows);
        }
        self.ranks = rows.iter().map(|row| self.ranks[*row as usize]).collect();
        Ok(())
    }

    fn append(&mut self, other: Self) {
        let (len, more) = (self.rows.len, other.rows.len);
        self.keys.iter_mut().zip(other.keys).for_each(|(key, other)| key.append(len, other, more));
        self.ranks.extend(other.ranks);
        self.rows.append(other.rows);
    }

    fn held(&self) -> usize {
        self.rows.held()
            + self.keys.iter().map(|key| key.held(self.rows.len)).sum::<usize>()
            + size_of_val(&*self.ranks)
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
        Vector::Strings(texts) => texts.iter().map(|text| TEXT << BITS | rank_of_text(text)).collect(),
        Vector::Values(values) => values.iter().map(rank).collect(),
        Vector::Nullable(values, are_there) => {
            let null = rank(&Value::Null);
            let ranks = ranks(values, n).into_iter().zip(are_there);
            ranks.map(|(rank, is_there)| if *is_there { rank } else { null }).collect()
        }
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

    /// The next rows of the input with their keys, those left out whose rank is higher than the `last` that can be read.
    fn take(&mut self, last: Option<u64>, worker: &mut Worker<'_>) -> Result<Option<Rows<'p>>, Failure> {
        let Some(mut rows) = self.input.next(worker)? else { return Ok(None) };
        worker.query.limits.checkpoint()?;
        let Some(((first, down), others)) = self.keys.split_first() else { return Ok(None) };
        // The order of rows says nothing of whether they are there: what the keys rest on is left out.
        let mut first = row::column(&rows, first, worker)?.0;
        let turn = if *down { u64::MAX } else { 0 };
        let mut ranks: Vec<u64> = ranks(&first, rows.len).into_iter().map(|rank| rank ^ turn).collect();
        if let Some(last) = last {
            let read: Vec<u32> = (0..rows.len as u32).filter(|row| ranks[*row as usize] <= last).collect();
            (rows, first) = (rows.gather(&read), first.gather(&read));
            ranks.retain(|rank| *rank <= last);
        }
        let others = others.iter().map(|(key, _)| Ok(row::column(&rows, key, worker)?.0));
        let keys = std::iter::once(Ok(first)).chain(others).collect::<Result<_, Failure>>()?;
        Ok(Some(Rows { rows, keys, ranks, by: self.keys }))
    }

    fn sort(&mut self, worker: &mut Worker<'_>) -> Result<(Sorted, Reservation), Failure> {
        let most = self.most(worker);
        let mut held = worker.query.limits.reservation();
        let keys = vec![Vector::Unset; self.keys.len()];
        let mut all = Rows { rows: Batch::default(), keys, ranks: Vec::new(), by: self.keys };
        let mut last = None;
        while let Some(more) = self.take(last, worker)? {
            held.grow(more.held())?;
            all.append(more);
            if all.rows.len >= most.saturating_mul(2).max(worker.query.batch) {
                all.keep_first(most, worker)?;
                last = all.ranks.last().copied();
                held = worker.query.limits.reservation();
                held.grow(all.held())?;
            }
        }
        held.grow(all.ranks.len() * size_of::<Ranked>())?;
        let mut order = all.sorted(worker)?;
        order.truncate(most);
        Ok((Sorted { rows: all.rows, order: order.into_iter() }, held))
    }
}

impl Operator for Sort<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        worker.query.limits.checkpoint()?;
        if self.sorted.is_none() {
            self.sorted = Some(self.sort(worker)?);
        }
        let Some((Sorted { rows, order }, _)) = &mut self.sorted else { return Ok(None) };
        let next: Vec<u32> = order.take(worker.query.batch).map(|(_, row)| row).collect();
        Ok((!next.is_empty()).then(|| rows.gather(&next)))
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
