//! Batch: rows in columns, each as narrow as its values allow, with one lineage per row when asked.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use crate::plan::Slot;
use crate::value::{Date, Day, NodeId, RelId, Value, order, order_floats};

use super::lineage::LineageId;
use super::live::Live;
use super::strings::Strings;
use super::{Failure, Operator, Worker};

/// Rows that an operator tries to give at once, unless a query says another number.
pub const BATCH: usize = 2048;

/// One slot of many rows.
#[derive(Clone, Debug, Default)]
pub enum Vector {
    /// No row has a value.
    #[default]
    Unset,
    /// Nodes.
    Nodes(Vec<NodeId>),
    /// Relationships.
    Rels(Vec<RelId>),
    /// Relationships of which each has the number after that of the one before.
    Run(Range<u32>),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Numbers.
    Floats(Vec<f64>),
    /// Truth values.
    Bools(Vec<bool>),
    /// Dates known to the day.
    Days(Vec<Day>),
    /// Texts.
    Texts(Vec<Arc<str>>),
    /// Texts that the query makes.
    Strings(Strings),
    /// Values of one of these kinds, or null: whether each row has one; something stands where there is none.
    Nullable(Box<Vector>, Vec<bool>),
    /// Anything.
    Values(Vec<Value>),
}

impl Vector {
    /// Values of one kind, of which only some are there.
    #[must_use]
    pub(super) fn nullable(values: Vector, are_there: Vec<bool>) -> Self {
        match values {
            Vector::Unset | Vector::Values(_) | Vector::Nullable(..) => are_there
                .iter()
                .enumerate()
                .map(|(row, is_there)| if *is_there { values.get(row) } else { Value::Null })
                .collect(),
            values if are_there.iter().all(|is_there| *is_there) => values,
            Vector::Run(run) => Vector::Nullable(Box::new(Vector::Rels(run.map(RelId).collect())), are_there),
            values => Vector::Nullable(Box::new(values), are_there),
        }
    }

    /// Values of one kind, and which of them are there, unless all are.
    pub(super) fn parts(self) -> (Vector, Option<Vec<bool>>) {
        match self {
            Vector::Nullable(values, are_there) => (*values, Some(are_there)),
            values => (values, None),
        }
    }

    /// Whether a row has no value.
    #[must_use]
    pub(super) fn is_null(&self, row: usize) -> bool {
        match self {
            Vector::Unset => true,
            Vector::Nullable(_, are_there) => !are_there[row],
            Vector::Values(values) => values[row].is_null(),
            _ => false,
        }
    }

    /// How many rows it is of; none where no row has a value.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Vector::Unset => 0,
            Vector::Nodes(values) => values.len(),
            Vector::Rels(values) => values.len(),
            Vector::Run(run) => run.len(),
            Vector::Ints(values) => values.len(),
            Vector::Floats(values) => values.len(),
            Vector::Bools(values) => values.len(),
            Vector::Days(values) => values.len(),
            Vector::Texts(values) => values.len(),
            Vector::Strings(values) => values.len(),
            Vector::Nullable(_, are_there) => are_there.len(),
            Vector::Values(values) => values.len(),
        }
    }

    /// Bytes of each row, without what texts and other values point to.
    fn width(&self) -> usize {
        match self {
            Vector::Unset | Vector::Run(_) => 0,
            Vector::Nodes(_) | Vector::Rels(_) | Vector::Days(_) => 4,
            Vector::Bools(_) => 1,
            Vector::Ints(_) | Vector::Floats(_) | Vector::Strings(_) => 8,
            Vector::Texts(_) => 16,
            Vector::Nullable(values, _) => values.width() + 1,
            Vector::Values(_) => size_of::<Value>(),
        }
    }

    /// Bytes that so many rows keep from being freed.
    pub(super) fn held(&self, n: usize) -> usize {
        let values = match self {
            Vector::Nullable(values, _) => values.held(n) - values.width() * n,
            Vector::Texts(texts) => texts.iter().map(|text| text.len()).sum(),
            Vector::Strings(texts) => texts.bytes(),
            Vector::Values(values) => values.iter().map(|value| value.bytes() - size_of::<Value>()).sum(),
            _ => 0,
        };
        self.width() * n + values
    }

    /// Whether it is of no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Value {
        match self {
            Vector::Unset => Value::Null,
            Vector::Nodes(nodes) => Value::Node(nodes[row]),
            Vector::Rels(rels) => Value::Rel(rels[row]),
            Vector::Run(run) => Value::Rel(RelId(run.start + row as u32)),
            Vector::Ints(values) => Value::Int(values[row]),
            Vector::Floats(values) => Value::Float(values[row]),
            Vector::Bools(values) => Value::Bool(values[row]),
            Vector::Days(values) => Value::Date(Date::exact(values[row])),
            Vector::Texts(values) => Value::Text(values[row].clone()),
            Vector::Strings(values) => Value::from(values.get(row)),
            Vector::Nullable(values, are_there) => {
                if are_there[row] {
                    values.get(row)
                } else {
                    Value::Null
                }
            }
            Vector::Values(values) => values[row].clone(),
        }
    }

    /// How two rows stand in the order of values.
    pub(super) fn order(&self, a: usize, b: usize) -> Ordering {
        match self {
            Vector::Ints(values) => values[a].cmp(&values[b]),
            Vector::Floats(values) => order_floats(values[a], values[b]),
            Vector::Texts(values) => values[a].cmp(&values[b]),
            Vector::Strings(values) => values.get(a).cmp(values.get(b)),
            Vector::Values(values) => order(&values[a], &values[b]),
            other => order(&other.get(a), &other.get(b)),
        }
    }

    /// The rows of these numbers, in this order.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Vector {
        fn pick<T: Clone>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|row| values[*row as usize].clone()).collect()
        }
        match self {
            Vector::Unset => Vector::Unset,
            Vector::Nodes(values) => Vector::Nodes(pick(values, rows)),
            Vector::Rels(values) => Vector::Rels(pick(values, rows)),
            Vector::Run(run) => Vector::Rels(rows.iter().map(|row| RelId(run.start + row)).collect()),
            Vector::Ints(values) => Vector::Ints(pick(values, rows)),
            Vector::Floats(values) => Vector::Floats(pick(values, rows)),
            Vector::Bools(values) => Vector::Bools(pick(values, rows)),
            Vector::Days(values) => Vector::Days(pick(values, rows)),
            Vector::Texts(values) => Vector::Texts(pick(values, rows)),
            Vector::Strings(values) => Vector::Strings(rows.iter().map(|row| values.get(*row as usize)).collect()),
            Vector::Nullable(values, are_there) => Vector::nullable(values.gather(rows), pick(are_there, rows)),
            Vector::Values(values) => Vector::Values(pick(values, rows)),
        }
    }

    /// The rows of these numbers, in this order; null where there is no number.
    pub(super) fn gather_some(&self, rows: &[Option<u32>]) -> Vector {
        if self.is_empty() {
            return Vector::Unset;
        }
        let value = |row: &Option<u32>| row.map_or(Value::Null, |row| self.get(row as usize));
        match self {
            Vector::Values(_) => Vector::Values(rows.iter().map(value).collect()),
            _ => {
                let are_there = rows.iter().map(|row| row.is_some_and(|row| !self.is_null(row as usize))).collect();
                let values = if let Vector::Nullable(values, _) = self { values } else { self };
                let rows: Vec<u32> = rows.iter().map(|row| row.unwrap_or(0)).collect();
                Vector::nullable(values.gather(&rows), are_there)
            }
        }
    }

    /// The rows of these numbers, which follow one another.
    #[must_use]
    pub fn part(&self, rows: Range<usize>) -> Vector {
        match self {
            Vector::Unset => Vector::Unset,
            Vector::Nodes(values) => Vector::Nodes(values[rows].to_vec()),
            Vector::Rels(values) => Vector::Rels(values[rows].to_vec()),
            Vector::Run(run) => Vector::Run(run.start + rows.start as u32..run.start + rows.end as u32),
            Vector::Ints(values) => Vector::Ints(values[rows].to_vec()),
            Vector::Floats(values) => Vector::Floats(values[rows].to_vec()),
            Vector::Bools(values) => Vector::Bools(values[rows].to_vec()),
            Vector::Days(values) => Vector::Days(values[rows].to_vec()),
            Vector::Texts(values) => Vector::Texts(values[rows].to_vec()),
            Vector::Strings(values) => Vector::Strings(rows.map(|row| values.get(row)).collect()),
            Vector::Nullable(values, are_there) => {
                Vector::nullable(values.part(rows.clone()), are_there[rows].to_vec())
            }
            Vector::Values(values) => Vector::Values(values[rows].to_vec()),
        }
    }

    /// Adds the values of another; the first `len` are there already.
    pub(super) fn append(&mut self, len: usize, other: Vector, more: usize) {
        if more == 0 {
            return;
        }
        let are_nullable = matches!(self, Vector::Nullable(..)) || matches!(other, Vector::Nullable(..));
        if len > 0 && are_nullable && self.is_like(&other) {
            let ((mut values, are_there), (others, others_there)) = (std::mem::take(self).parts(), other.parts());
            values.append(len, others, more);
            let mut are_there = are_there.unwrap_or_else(|| vec![true; len]);
            are_there.extend(others_there.unwrap_or_else(|| vec![true; more]));
            *self = Vector::Nullable(Box::new(values), are_there);
            return;
        }
        // What is typed stays so where there is nothing more: it is not made anew for each that comes.
        let is_typed = len > 0 && !matches!(self, Vector::Unset | Vector::Values(_));
        if is_typed && (0..more).all(|row| other.is_null(row)) {
            let (mut values, are_there) = std::mem::take(self).parts();
            values.append(len, values.gather(&vec![0; more]), more);
            let mut are_there = are_there.unwrap_or_else(|| vec![true; len]);
            are_there.resize(len + more, false);
            *self = Vector::Nullable(Box::new(values), are_there);
            return;
        }
        match (&mut *self, other) {
            (Vector::Unset, Vector::Unset) => {}
            (Vector::Nodes(values), Vector::Nodes(others)) => values.extend(others),
            (Vector::Rels(values), Vector::Rels(others)) => values.extend(others),
            (Vector::Ints(values), Vector::Ints(others)) => values.extend(others),
            (Vector::Floats(values), Vector::Floats(others)) => values.extend(others),
            (Vector::Bools(values), Vector::Bools(others)) => values.extend(others),
            (Vector::Days(values), Vector::Days(others)) => values.extend(others),
            (Vector::Texts(values), Vector::Texts(others)) => values.extend(others),
            (Vector::Strings(values), Vector::Strings(others)) => values.append(&others),
            (_, other) if len == 0 => *self = other,
            (Vector::Values(values), other) => values.extend((0..more).map(|row| other.get(row))),
            (_, other) => {
                let values = (0..len).map(|row| self.get(row)).chain((0..more).map(|row| other.get(row)));
                *self = values.collect();
            }
        }
    }

    /// Whether its values are nodes or relationships.
    pub(super) fn is_of_entities(&self) -> bool {
        match self {
            Vector::Nodes(_) | Vector::Rels(_) | Vector::Run(_) => true,
            Vector::Nullable(values, _) => values.is_of_entities(),
            _ => false,
        }
    }

    /// Whether the values of two are of the same kind.
    fn is_like(&self, other: &Self) -> bool {
        let [kind, other] = [self, other].map(|vector| match vector {
            Vector::Nullable(values, _) => std::mem::discriminant(&**values),
            values => std::mem::discriminant(values),
        });
        kind == other
    }
}

impl FromIterator<Value> for Vector {
    /// As narrow as the values allow.
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let values: Vec<Value> = values.into_iter().collect();
        let are_there = || values.iter().map(|value| !value.is_null()).collect::<Vec<bool>>();
        // Where there is no value, another one stands.
        macro_rules! narrow {
            ($kind:ident, $vector:ident, $some:expr) => {
                if values.iter().all(|value| matches!(value, Value::$kind(_) | Value::Null)) {
                    let (are_there, some) = (are_there(), $some.clone());
                    let of = |value| if let Value::$kind(value) = value { value } else { some.clone() };
                    return Vector::nullable(Vector::$vector(values.into_iter().map(of).collect()), are_there);
                }
            };
        }
        match values.iter().find(|value| !value.is_null()) {
            Some(Value::Node(some)) => narrow!(Node, Nodes, some),
            Some(Value::Rel(some)) => narrow!(Rel, Rels, some),
            Some(Value::Int(some)) => narrow!(Int, Ints, some),
            Some(Value::Float(some)) => narrow!(Float, Floats, some),
            Some(Value::Bool(some)) => narrow!(Bool, Bools, some),
            Some(Value::Text(some)) => narrow!(Text, Texts, some),
            Some(Value::Date(some)) => {
                let day = |value: &Value| match value {
                    Value::Date(date) => date.exact_day(),
                    Value::Null => some.exact_day(),
                    _ => None,
                };
                if let Some(days) = values.iter().map(day).collect() {
                    return Vector::nullable(Vector::Days(days), are_there());
                }
            }
            _ => {}
        }
        Vector::Values(values)
    }
}

/// Some rows.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Number of rows.
    pub len: usize,
    /// By slot; slots past the end are null.
    pub columns: Vec<Vector>,
    /// One per row, where lineage is asked for.
    pub lineage: Option<Vec<LineageId>>,
}

impl Batch {
    /// One row without slots.
    #[must_use]
    pub fn unit(lineage: bool) -> Self {
        Self { len: 1, columns: Vec::new(), lineage: lineage.then(|| vec![LineageId::NONE]) }
    }

    /// Rows of values.
    #[must_use]
    pub fn from_rows(width: usize, rows: &[Vec<Value>], lineage: Option<Vec<LineageId>>) -> Self {
        let columns = (0..width).map(|slot| rows.iter().map(|row| row[slot].clone()).collect()).collect();
        Self { len: rows.len(), columns, lineage }
    }

    /// The value of a slot of a row.
    #[must_use]
    pub fn get(&self, slot: Slot, row: usize) -> Value {
        self.columns.get(slot).map_or(Value::Null, |column| column.get(row))
    }

    /// The lineage of a row.
    #[must_use]
    pub fn lineage(&self, row: usize) -> LineageId {
        self.lineage.as_ref().map_or(LineageId::NONE, |lineage| lineage[row])
    }

    /// Fills a slot.
    pub fn set(&mut self, slot: Slot, column: Vector) {
        if self.columns.len() <= slot {
            self.columns.resize(slot + 1, Vector::Unset);
        }
        self.columns[slot] = column;
    }

    /// Joins to each row what its values rest on beside it; nothing where lineage is not asked for.
    pub(super) fn rests_on(&mut self, evidence: &[LineageId], worker: &mut Worker<'_>) {
        for (id, more) in self.lineage.iter_mut().flatten().zip(evidence) {
            *id = worker.join(*id, *more);
        }
    }

    /// The rows of these numbers, in this order, with the slots that are read later.
    pub(super) fn gather_live(&self, rows: &[u32], live: &Live) -> Batch {
        let column =
            |(slot, column): (Slot, &Vector)| if live.reads(slot) { column.gather(rows) } else { Vector::Unset };
        Batch {
            len: rows.len(),
            columns: self.columns.iter().enumerate().map(column).collect(),
            lineage: self.lineage.as_ref().map(|ids| rows.iter().map(|row| ids[*row as usize]).collect()),
        }
    }

    /// All rows with the slots that are read.
    pub(super) fn only(&self, live: &Live) -> Batch {
        let column = |(slot, column): (Slot, &Vector)| if live.reads(slot) { column.clone() } else { Vector::Unset };
        Batch {
            len: self.len,
            columns: self.columns.iter().enumerate().map(column).collect(),
            lineage: self.lineage.clone(),
        }
    }

    /// A row so many times.
    #[must_use]
    pub fn repeated(&self, row: usize, n: usize) -> Batch {
        if self.columns.is_empty() && self.lineage.is_none() {
            return Batch { len: n, ..Batch::default() };
        }
        self.gather(&vec![row as u32; n])
    }

    /// The rows of these numbers, which follow one another.
    #[must_use]
    pub fn part(&self, rows: Range<usize>) -> Batch {
        Batch {
            len: rows.len(),
            columns: self.columns.iter().map(|column| column.part(rows.clone())).collect(),
            lineage: self.lineage.as_ref().map(|ids| ids[rows].to_vec()),
        }
    }

    /// The rows of these numbers, in this order.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Batch {
        self.gather_live(rows, &Live::default())
    }

    /// Adds the rows of another.
    pub fn append(&mut self, other: Batch) {
        let width = self.columns.len().max(other.columns.len());
        self.columns.resize(width, Vector::Unset);
        let others = other.columns.into_iter().chain(std::iter::repeat(Vector::Unset));
        for (column, more) in self.columns.iter_mut().zip(others) {
            column.append(self.len, more, other.len);
        }
        match (&mut self.lineage, other.lineage) {
            (Some(ids), Some(more)) => ids.extend(more),
            (none, more) => *none = more,
        }
        self.len += other.len;
    }

    /// All values of a row, `width` of them.
    #[must_use]
    pub fn row(&self, row: usize, width: usize) -> Vec<Value> {
        (0..width).map(|slot| self.get(slot, row)).collect()
    }

    /// Bytes that its rows keep from being freed, what texts and lists point to included.
    pub(super) fn held(&self) -> usize {
        self.columns.iter().map(|column| column.held(self.len)).sum::<usize>() + self.len * 4
    }

    /// Bytes it holds, roughly: what a reservation counts.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(|column| column.width() * self.len).sum::<usize>() + self.len * 4
    }
}

/// Rows that are all there, to be handed on some at a time.
#[derive(Debug)]
pub(super) struct Parts {
    all: Arc<Batch>,
    /// Those that are left.
    rows: Range<usize>,
}

impl Parts {
    pub fn new(all: Batch) -> Self {
        let rows = 0..all.len;
        Self::of(Arc::new(all), rows)
    }

    /// Some rows of those that others hand on as well.
    pub fn of(all: Arc<Batch>, rows: Range<usize>) -> Self {
        Self { all, rows }
    }

    /// The next rows; `None` where there are none left.
    pub fn next(&mut self, at_most: usize) -> Option<Batch> {
        let rows = self.rows.start..self.rows.end.min(self.rows.start.saturating_add(at_most));
        self.rows.start = rows.end;
        (!rows.is_empty()).then(|| self.all.part(rows))
    }
}

impl Operator for Parts {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        Ok(self.next(worker.query.batch))
    }
}

#[cfg(test)]
mod tests {
    use super::Vector;
    use crate::value::Value;

    #[test]
    fn a_typed_column_stays_typed_where_nothing_more_comes_and_has_all_that_came() {
        let nothing = || Vector::Values(vec![Value::Null; 2]);
        for first in
            [vec![Value::Int(7)], vec![Value::from("a"), Value::Null], vec![Value::Float(0.5), Value::Float(2.0)]]
        {
            let mut column: Vector = first.iter().cloned().collect();
            let n = first.len();
            column.append(n, nothing(), 2);
            column.append(n + 2, first.iter().cloned().collect(), n);
            column.append(2 * n + 2, Vector::Unset, 1);
            assert!(matches!(column, Vector::Nullable(..)), "{column:?}");
            let nulls = |n| vec![Value::Null; n];
            let expected = [first.clone(), nulls(2), first, nulls(1)].concat();
            let values: Vec<Value> = (0..expected.len()).map(|row| column.get(row)).collect();
            assert_eq!(values, expected);
        }
    }
}
