//! Values of one property on their way into a column, one position after the other.

use crate::value::{Date, Value};

use super::Column;
use super::column::{TextValues, Values, date};
use super::distinct::Texts;
use super::rows::Rows;

/// Values of one property, pushed one position after the other. They stay typed arrays while all are of one type; a text costs
/// memory once, however often it comes.
///
/// # Examples
/// ```
/// use portolan::graph::ColumnBuilder;
/// use portolan::value::Value;
/// let mut shares = ColumnBuilder::default();
/// shares.push_float(0.25);
/// shares.push_null();
/// let mut more = ColumnBuilder::default();
/// more.push_float(0.5);
/// shares.append(more);
/// let column = shares.finish();
/// assert_eq!([column.get(0), column.get(1), column.get(2)], [Value::Float(0.25), Value::Null, Value::Float(0.5)]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ColumnBuilder {
    /// Positions so far.
    n: usize,
    /// Which of them have a value; none while all have.
    bits: Option<Vec<u64>>,
    values: Pushed,
}

#[derive(Clone, Debug, Default)]
enum Pushed {
    #[default]
    Nothing,
    Bools(Vec<bool>),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Days(Vec<i32>),
    Dates(Vec<Date>),
    Texts(Vec<u32>, Texts),
    Mixed(Vec<Value>),
}

impl Pushed {
    fn len(&self) -> usize {
        match self {
            Pushed::Nothing => 0,
            Pushed::Bools(values) => values.len(),
            Pushed::Ints(values) => values.len(),
            Pushed::Floats(values) => values.len(),
            Pushed::Days(values) => values.len(),
            Pushed::Dates(values) => values.len(),
            Pushed::Texts(values, _) => values.len(),
            Pushed::Mixed(values) => values.len(),
        }
    }

    fn pop(&mut self) {
        match self {
            Pushed::Nothing => {}
            Pushed::Bools(values) => drop(values.pop()),
            Pushed::Ints(values) => drop(values.pop()),
            Pushed::Floats(values) => drop(values.pop()),
            Pushed::Days(values) => drop(values.pop()),
            Pushed::Dates(values) => drop(values.pop()),
            Pushed::Texts(values, _) => drop(values.pop()),
            Pushed::Mixed(values) => drop(values.pop()),
        }
    }

    /// The same values as they are in the language.
    fn into_mixed(self) -> Vec<Value> {
        match self {
            Pushed::Nothing => Vec::new(),
            Pushed::Bools(values) => values.into_iter().map(Value::Bool).collect(),
            Pushed::Ints(values) => values.into_iter().map(Value::Int).collect(),
            Pushed::Floats(values) => values.into_iter().map(Value::Float).collect(),
            Pushed::Days(values) => values.into_iter().map(|day| Value::Date(date(day))).collect(),
            Pushed::Dates(values) => values.into_iter().map(Value::Date).collect(),
            Pushed::Texts(codes, texts) => {
                codes.into_iter().map(|code| Value::Text(texts.list()[code as usize].clone())).collect()
            }
            Pushed::Mixed(values) => values,
        }
    }

    fn mix(&mut self, value: Value) {
        let mut values = std::mem::take(self).into_mixed();
        values.push(value);
        *self = Pushed::Mixed(values);
    }

    fn text(&mut self, text: &str) {
        match self {
            Pushed::Texts(codes, texts) => codes.push(texts.intern(text)),
            Pushed::Nothing => {
                let mut texts = Texts::default();
                *self = Pushed::Texts(vec![texts.intern(text)], texts);
            }
            _ => self.mix(Value::text(text)),
        }
    }

    fn float(&mut self, value: f64) {
        match self {
            Pushed::Floats(values) => values.push(value),
            Pushed::Nothing => *self = Pushed::Floats(vec![value]),
            _ => self.mix(Value::Float(value)),
        }
    }

    fn int(&mut self, value: i64) {
        match self {
            Pushed::Ints(values) => values.push(value),
            Pushed::Nothing => *self = Pushed::Ints(vec![value]),
            _ => self.mix(Value::Int(value)),
        }
    }

    fn bool(&mut self, value: bool) {
        match self {
            Pushed::Bools(values) => values.push(value),
            Pushed::Nothing => *self = Pushed::Bools(vec![value]),
            _ => self.mix(Value::Bool(value)),
        }
    }

    fn date(&mut self, value: Date) {
        let day = value.days().and_then(|day| i32::try_from(day).ok());
        match (&mut *self, day) {
            (Pushed::Days(values), Some(day)) => values.push(day),
            (Pushed::Nothing, Some(day)) => *self = Pushed::Days(vec![day]),
            (Pushed::Nothing, None) => *self = Pushed::Dates(vec![value]),
            (Pushed::Dates(values), _) => values.push(value),
            (Pushed::Days(days), None) => {
                let mut dates: Vec<Date> = days.iter().map(|day| date(*day)).collect();
                dates.push(value);
                *self = Pushed::Dates(dates);
            }
            _ => self.mix(Value::Date(value)),
        }
    }

    fn value(&mut self, value: Value) {
        match value {
            Value::Bool(value) => self.bool(value),
            Value::Int(value) => self.int(value),
            Value::Float(value) => self.float(value),
            Value::Date(value) => self.date(value),
            Value::Text(text) => match self {
                Pushed::Texts(codes, texts) => codes.push(texts.intern_shared(&text)),
                Pushed::Nothing => {
                    let mut texts = Texts::default();
                    *self = Pushed::Texts(vec![texts.intern_shared(&text)], texts);
                }
                _ => self.mix(Value::Text(text)),
            },
            other => self.mix(other),
        }
    }

    fn reserve(&mut self, n: usize) {
        match self {
            Pushed::Nothing => {}
            Pushed::Bools(values) => values.reserve_exact(n),
            Pushed::Ints(values) => values.reserve_exact(n),
            Pushed::Floats(values) => values.reserve_exact(n),
            Pushed::Days(values) => values.reserve_exact(n),
            Pushed::Dates(values) => values.reserve_exact(n),
            Pushed::Texts(values, _) => values.reserve_exact(n),
            Pushed::Mixed(values) => values.reserve_exact(n),
        }
    }

    fn append(&mut self, other: Self) {
        match (&mut *self, other) {
            (Pushed::Nothing, other) => *self = other,
            (_, Pushed::Nothing) => {}
            (Pushed::Bools(all), Pushed::Bools(more)) => all.extend(more),
            (Pushed::Ints(all), Pushed::Ints(more)) => all.extend(more),
            (Pushed::Floats(all), Pushed::Floats(more)) => all.extend(more),
            (Pushed::Days(all), Pushed::Days(more)) => all.extend(more),
            (Pushed::Dates(all), Pushed::Dates(more)) => all.extend(more),
            (Pushed::Texts(codes, texts), Pushed::Texts(more, of_more)) => {
                let numbers: Vec<u32> = of_more.list().iter().map(|text| texts.intern_shared(text)).collect();
                codes.extend(more.into_iter().map(|code| numbers[code as usize]));
            }
            (_, other) => other.into_mixed().into_iter().for_each(|value| self.value(value)),
        }
    }
}

impl ColumnBuilder {
    /// Positions so far, those without a value too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is no position yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The next position has no value.
    pub fn push_null(&mut self) {
        self.skip_to(self.n + 1);
    }

    /// Positions from here up to this one, without it, have no value.
    pub(super) fn skip_to(&mut self, n: usize) {
        if n > self.n {
            let bits = self.bits.get_or_insert_with(|| full(self.n));
            self.n = n;
            bits.resize(n.div_ceil(64), 0);
        }
    }

    fn mark(&mut self) {
        if let Some(bits) = &mut self.bits {
            bits.resize((self.n + 1).div_ceil(64), 0);
            bits[self.n / 64] |= 1 << (self.n % 64);
        }
        self.n += 1;
    }

    /// The next position has this text.
    pub fn push_text(&mut self, text: &str) {
        self.mark();
        self.values.text(text);
    }

    /// The next position has this number.
    pub fn push_float(&mut self, value: f64) {
        self.mark();
        self.values.float(value);
    }

    /// The next position has this whole number.
    pub fn push_int(&mut self, value: i64) {
        self.mark();
        self.values.int(value);
    }

    /// The next position has this truth value.
    pub fn push_bool(&mut self, value: bool) {
        self.mark();
        self.values.bool(value);
    }

    /// The next position has this date.
    pub fn push_date(&mut self, value: Date) {
        self.mark();
        self.values.date(value);
    }

    /// The next position has this value; none where it is null.
    pub fn push(&mut self, value: Value) {
        if value.is_null() {
            return self.push_null();
        }
        self.mark();
        self.values.value(value);
    }

    /// The values of a column among so many positions, to be gone on with.
    pub(super) fn resumed(column: &Column, n: usize) -> Self {
        let values = match &column.values {
            _ if column.rows.len() == 0 => Pushed::Nothing,
            Values::Bools(values) => Pushed::Bools(values.clone()),
            Values::Ints(values) => Pushed::Ints(values.clone()),
            Values::Floats(values) => Pushed::Floats(values.clone()),
            Values::Days(values) => Pushed::Days(values.clone()),
            Values::Dates(values) => Pushed::Dates(values.clone()),
            Values::Texts(values) => {
                let codes = (0..column.rows.len()).map(|place| values.code(place)).collect();
                Pushed::Texts(codes, (*values.texts).clone())
            }
            Values::Mixed(values) => Pushed::Mixed(values.clone()),
        };
        let bits = (!column.is_full(n)).then(|| {
            let mut bits = vec![0_u64; n.div_ceil(64)];
            for row in column.rows.iter() {
                bits[row as usize / 64] |= 1 << (row % 64);
            }
            bits
        });
        Self { n, bits, values }
    }

    /// A position that is the last or comes after it has this value, whatever was said of it before.
    pub(super) fn set(&mut self, row: usize, value: Value) {
        if row + 1 == self.n && self.has(row) {
            self.n = row;
            self.values.pop();
            if let Some(bits) = &mut self.bits {
                bits[row / 64] &= !(1 << (row % 64));
            }
        }
        self.skip_to(row);
        self.push(value);
    }

    fn has(&self, row: usize) -> bool {
        self.bits.as_ref().is_none_or(|bits| bits[row / 64] >> (row % 64) & 1 == 1)
    }

    /// All of these, one after the other.
    #[must_use]
    pub fn concat(parts: Vec<Self>) -> Self {
        let n_values: usize = parts.iter().map(|part| part.values.len()).sum();
        let mut all = Self::default();
        for part in parts {
            all.append(part);
            let rest = n_values - all.values.len();
            all.values.reserve(rest);
        }
        all
    }

    /// What another has comes next.
    pub fn append(&mut self, other: Self) {
        if self.n == 0 {
            *self = other;
            return;
        }
        if self.bits.is_some() || other.bits.is_some() {
            let bits = self.bits.get_or_insert_with(|| full(self.n));
            bits.resize((self.n + other.n).div_ceil(64), 0);
            let more = other.bits.unwrap_or_else(|| full(other.n));
            let (word, shift) = (self.n / 64, self.n % 64);
            for (at, here) in more.into_iter().enumerate() {
                bits[word + at] |= here << shift;
                // Bits beyond the other's positions are not set, so that none is lost at the end.
                if shift > 0 && here >> (64 - shift) != 0 {
                    bits[word + at + 1] |= here >> (64 - shift);
                }
            }
        }
        self.n += other.n;
        self.values.append(other.values);
    }

    /// The values position by position; none where there is none.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        let column = self.clone().finish();
        (0..self.n as u32).map(|row| column.get(row)).collect()
    }

    /// The dates position by position; `None` where some value is no date.
    pub(super) fn dates(&self) -> Option<Vec<Option<Date>>> {
        let value: Box<dyn Fn(usize) -> Date> = match &self.values {
            Pushed::Nothing => return Some(vec![None; self.n]),
            Pushed::Days(days) => Box::new(|place| date(days[place])),
            Pushed::Dates(dates) => Box::new(|place| dates[place]),
            _ => return None,
        };
        let mut place = 0;
        let mut dates = Vec::with_capacity(self.n);
        for row in 0..self.n {
            let has = self.has(row);
            dates.push(has.then(|| value(place)));
            place += usize::from(has);
        }
        Some(dates)
    }

    /// The distinct texts and which of them each position has.
    ///
    /// # Errors
    /// The first position that has no text.
    pub(super) fn into_texts(self) -> Result<(Vec<u32>, Texts), usize> {
        match self.values {
            Pushed::Texts(codes, texts) if codes.len() == self.n => Ok((codes, texts)),
            Pushed::Nothing if self.n == 0 => Ok((Vec::new(), Texts::default())),
            _ => {
                let values = self.into_values();
                Err(values.iter().position(|value| value.as_text().is_none()).unwrap_or(0))
            }
        }
    }

    /// The column.
    #[must_use]
    pub fn finish(self) -> Column {
        let n = self.values.len();
        let values = match self.values {
            Pushed::Nothing => return Column::default(),
            Pushed::Bools(values) => Values::Bools(shrunk(values)),
            Pushed::Ints(values) => Values::Ints(shrunk(values)),
            Pushed::Floats(values) => Values::Floats(shrunk(values)),
            Pushed::Days(values) => Values::Days(shrunk(values)),
            Pushed::Dates(values) => Values::Dates(shrunk(values)),
            Pushed::Texts(codes, mut texts) => {
                texts.shrink();
                Values::Texts(TextValues::new(shrunk(codes), texts.into()))
            }
            Pushed::Mixed(values) => Values::Mixed(shrunk(values)),
        };
        Column::of(self.bits.map_or(Rows::all(n), Rows::of_bits), values)
    }
}

/// Bits of so many positions, all set.
fn full(n: usize) -> Vec<u64> {
    let mut bits = vec![u64::MAX; n.div_ceil(64)];
    if let Some(last) = bits.last_mut().filter(|_| !n.is_multiple_of(64)) {
        *last = (1 << (n % 64)) - 1;
    }
    bits
}

fn shrunk<T>(mut values: Vec<T>) -> Vec<T> {
    values.shrink_to_fit();
    values
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::ColumnBuilder;
    use crate::value::{Date, Day, Value, equal};

    fn value((kind, n): (u8, u8)) -> Value {
        match kind {
            0..=3 => Value::Null,
            4 => Value::Int(i64::from(n)),
            5 => Value::Float(f64::from(n)),
            6 => Value::Bool(n % 2 == 0),
            7 => Value::Date(Date::exact(Day(i32::from(n)))),
            8 => "2025-11".parse().map_or(Value::Null, Value::Date),
            _ => Value::text(&format!("t{}", n % 5)),
        }
    }

    fn built(values: &[Value]) -> ColumnBuilder {
        let mut builder = ColumnBuilder::default();
        for value in values {
            builder.push(value.clone());
        }
        builder
    }

    proptest! {
        #[test]
        fn a_column_has_what_was_pushed_and_appended(
            parts in vec((0_u8..10, vec((any::<u8>(), any::<u8>()), 0..200)), 0..4),
            order in any::<u64>(),
        ) {
            let mut all = Vec::new();
            let mut builder = ColumnBuilder::default();
            for (kind, part) in parts {
                // Most parts have one type and nulls, as columns of files have.
                let kind_of = |k: u8| if k.is_multiple_of(3) { 0 } else if k == 4 { 5 } else { kind };
                let values: Vec<Value> = part.into_iter().map(|(k, n)| value((kind_of(k), n))).collect();
                builder.append(built(&values));
                all.extend(values);
            }
            prop_assert_eq!(builder.clone().into_values(), all.clone());
            let column = builder.finish();
            for (row, value) in all.iter().enumerate() {
                prop_assert_eq!(&column.get(row as u32), value);
                if !value.is_null() {
                    let like = column.like(value, 1);
                    let equals = |at: &u32| equal(&all[*at as usize], value) == Some(true);
                    prop_assert!((0..all.len() as u32).filter(equals).all(|at| like.contains(&at)));
                    let found = column.find(value);
                    let want: Vec<u32> = (0..all.len()).filter(|at| all[*at] == *value).map(|at| at as u32).collect();
                    prop_assert_eq!(found, want);
                }
            }
            let mut rows: Vec<u32> = (0..all.len() as u32).collect();
            rows.sort_by_key(|row| u64::from(*row).wrapping_mul(order | 1) >> 7);
            let other = column.reordered(&rows);
            for (at, row) in rows.iter().enumerate() {
                prop_assert_eq!(&other.get(at as u32), &all[*row as usize]);
            }
            // Some of it, and gone on with.
            rows.truncate(all.len() / 2);
            let half = other.reordered(&(0..rows.len() as u32).collect::<Vec<_>>());
            let mut builder = ColumnBuilder::resumed(&half, rows.len());
            builder.append(built(&all));
            let both: Vec<Value> = rows.iter().map(|row| all[*row as usize].clone()).chain(all.iter().cloned()).collect();
            prop_assert_eq!(builder.into_values(), both);
        }
    }
}
