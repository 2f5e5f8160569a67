//! Rows with the keys of an order.
//!
//! They are compared by the ranks of their keys, which are numbers, and only those of the same rank by the values.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use crate::parallel;
use crate::plan::Expr;
use crate::value::{Value, first_bytes};

use super::{Batch, Failure, Vector, Worker, row};

/// The rank of the first key of a row, and its number.
pub(super) type Ranked = (u64, u32);

/// Rows that are sorted in one step.
const RUN: usize = 1 << 16;
/// Rows of which some are found in one step.
const AT_ONCE: usize = 1 << 20;

/// The values of a key, and a rank for each: of lower rank is what comes first.
struct Key {
    values: Vector,
    ranks: Vec<u64>,
    down: bool,
}

impl Key {
    fn of(values: Vector, n: usize, down: bool) -> Self {
        let mut ranks = ranks(&values, n);
        if down {
            for rank in &mut ranks {
                *rank = !*rank;
            }
        }
        Self { values, ranks, down }
    }

    /// How two rows of the same rank stand.
    fn order(&self, a: usize, b: usize) -> Ordering {
        let ordering = self.values.order(a, b);
        if self.down { ordering.reverse() } else { ordering }
    }

    fn gather(&self, rows: &[u32]) -> Self {
        let ranks = rows.iter().map(|row| self.ranks[*row as usize]).collect();
        Self { values: self.values.gather(rows), ranks, down: self.down }
    }
}

/// Rows with their keys.
pub(super) struct Keyed {
    pub rows: Batch,
    keys: Vec<Key>,
}

impl Keyed {
    /// No rows yet.
    pub fn none(by: &[(Expr, bool)]) -> Self {
        let keys = by.iter().map(|(_, down)| Key::of(Vector::Unset, 0, *down)).collect();
        Self { rows: Batch::default(), keys }
    }

    /// Those rows of a batch that are `read` by the ranks of their first keys, zeros where there is none; and which these are.
    pub fn of(
        batch: Cow<'_, Batch>,
        by: &[(Expr, bool)],
        read: impl FnOnce(&[u64]) -> Vec<u32>,
        worker: &mut Worker<'_>,
    ) -> Result<(Self, Vec<u32>), Failure> {
        // The order of rows says nothing of whether they are there: what the keys rest on is left out.
        let key = |rows: &Batch, (key, down): &(Expr, bool), worker: &mut Worker<'_>| {
            Ok::<_, Failure>(Key::of(row::column(rows, key, worker)?.0, rows.len, *down))
        };
        let mut keyed = Self::none(by);
        if let Some(first) = by.first() {
            keyed.keys[0] = key(&batch, first, worker)?;
        }
        let read = match keyed.keys.first() {
            Some(first) => read(&first.ranks),
            None => read(&vec![0; batch.len]),
        };
        keyed.rows = if read.len() == batch.len {
            batch.into_owned()
        } else {
            keyed.keys.iter_mut().take(1).for_each(|first| *first = first.gather(&read));
            batch.gather(&read)
        };
        for (at, by) in by.iter().enumerate().skip(1) {
            keyed.keys[at] = key(&keyed.rows, by, worker)?;
        }
        Ok((keyed, read))
    }

    /// The rank of the first key of a row: rows of lower rank come first.
    pub fn first_rank(&self, row: u32) -> u64 {
        self.keys.first().map_or(0, |first| first.ranks[row as usize])
    }

    fn ranked(&self) -> Vec<Ranked> {
        (0..self.rows.len as u32).map(|row| (self.first_rank(row), row)).collect()
    }

    /// Which of two rows comes first.
    pub fn compare(&self, a: u32, b: u32) -> Ordering {
        self.compare_ranked(&(self.first_rank(a), a), &(self.first_rank(b), b))
    }

    fn compare_ranked(&self, a: &Ranked, b: &Ranked) -> Ordering {
        let ranks = a.0.cmp(&b.0);
        if ranks.is_ne() {
            return ranks;
        }
        let (a, b) = (a.1 as usize, b.1 as usize);
        let each = self.keys.iter().map(|key| key.ranks[a].cmp(&key.ranks[b]).then_with(|| key.order(a, b)));
        each.into_iter().find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// The rows at these places of the order, and in any order those that come before them; equal ones stay as they came.
    pub fn placed(&self, places: Range<usize>, worker: &Worker<'_>) -> Result<Vec<Ranked>, Failure> {
        let mut ranked = self.ranked();
        let n = ranked.len();
        if n <= AT_ONCE && (places.start > 0 || places.end < n) {
            worker.query.limits.checkpoint()?;
            let compare = |a: &Ranked, b: &Ranked| self.compare_ranked(a, b).then(a.1.cmp(&b.1));
            if places.end < n {
                ranked.select_nth_unstable_by(places.end, compare);
                ranked.truncate(places.end);
            }
            let start = places.start.min(ranked.len());
            if (1..ranked.len()).contains(&start) {
                ranked.select_nth_unstable_by(start, compare);
            }
            ranked[start..].sort_unstable_by(compare);
            return Ok(ranked);
        }
        self.sort(&mut ranked, worker)?;
        ranked.truncate(places.end);
        Ok(ranked)
    }

    /// Runs are sorted, then two of them at a time are put together.
    fn sort(&self, ranked: &mut [Ranked], worker: &Worker<'_>) -> Result<(), Failure> {
        let sorted = |rows: &mut [Ranked]| rows.sort_by(|a, b| self.compare_ranked(a, b));
        let mut run = RUN;
        loop {
            // As many at a time as there are threads.
            for runs in ranked.chunks_mut(run.saturating_mul(worker.threads)) {
                worker.query.limits.checkpoint()?;
                if worker.threads > 1 {
                    parallel::beside(runs.chunks_mut(run).collect(), sorted);
                } else {
                    sorted(runs);
                }
            }
            if run >= ranked.len() {
                return Ok(());
            }
            run *= 2;
        }
    }

    /// Leaves these, in this order.
    pub fn keep(&mut self, rows: &[u32]) {
        self.rows = self.rows.gather(rows);
        for key in &mut self.keys {
            *key = key.gather(rows);
        }
    }

    pub fn append(&mut self, other: Self) {
        let (len, more) = (self.rows.len, other.rows.len);
        for (key, other) in self.keys.iter_mut().zip(other.keys) {
            key.values.append(len, other.values, more);
            key.ranks.extend(other.ranks);
        }
        self.rows.append(other.rows);
    }

    pub fn held(&self) -> usize {
        let key = |key: &Key| key.values.held(self.rows.len) + size_of_val(&*key.ranks);
        self.rows.held() + self.keys.iter().map(key).sum::<usize>()
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
    first_bytes(text) >> (64 - BITS)
}

fn rank_of_float(value: f64) -> u64 {
    if value.is_nan() {
        return (1 << BITS) - 1;
    }
    // Both zeros are one. Of floats as bits the negative ones are turned round.
    let bits = (value + 0.0).to_bits();
    (if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }) >> (64 - BITS)
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
