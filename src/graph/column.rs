//! One property of many things: typed values with their positions; mixed only where types differ.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::value::{Date, Day, Value};

use super::deferred::Deferred;
use super::distinct::Texts;
use super::rows::Rows;
use super::{Cell, ColumnBuilder};

/// The values of one property, by position.
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) rows: Rows,
    pub(super) values: Values,
}

#[derive(Clone, Debug)]
pub(super) enum Values {
    Bools(Vec<bool>),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    /// Dates that are all known to the day, and near enough to be counted in 32 bits.
    Days(Vec<i32>),
    Dates(Vec<Date>),
    Texts(TextValues),
    Mixed(Vec<Value>),
}

/// Texts, each distinct one once.
#[derive(Clone, Debug)]
pub(super) struct TextValues {
    /// Which text a value is; none where the first is the first, the second the second, and so on.
    pub codes: Option<Vec<u32>>,
    pub texts: Deferred<Texts>,
    /// Where each text stands; made when one is first looked for.
    pub standing: OnceLock<Standing>,
}

/// The entries of a column by their text.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Per code: where its entries begin in `entries`; one more at the end.
    offsets: Vec<u32>,
    entries: Vec<u32>,
}

impl Standing {
    fn new(codes: &[u32], n_texts: usize) -> Self {
        let mut offsets = vec![0_u32; n_texts + 1];
        for code in codes {
            offsets[*code as usize + 1] += 1;
        }
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut next = offsets.clone();
        let mut entries = vec![0; codes.len()];
        for (entry, code) in codes.iter().enumerate() {
            let place = &mut next[*code as usize];
            entries[*place as usize] = entry as u32;
            *place += 1;
        }
        Self { offsets, entries }
    }
}

impl TextValues {
    pub fn new(codes: Vec<u32>, texts: Deferred<Texts>) -> Self {
        let in_order = codes.len() == texts.list().len() && codes.iter().zip(0..).all(|(code, n)| *code == n);
        Self { codes: (!in_order).then_some(codes), texts, standing: OnceLock::new() }
    }

    pub fn code(&self, place: usize) -> u32 {
        self.codes.as_ref().map_or(place as u32, |codes| codes[place])
    }

    fn get(&self, place: usize) -> Option<&Arc<str>> {
        let code = match &self.codes {
            None => place,
            Some(codes) => *codes.get(place)? as usize,
        };
        self.texts.list().get(code)
    }

    /// The places of a text's values, in order.
    fn find(&self, text: &str) -> Vec<usize> {
        let Some(code) = self.texts.find(text) else { return Vec::new() };
        let Some(codes) = &self.codes else { return vec![code as usize] };
        let standing = self.standing.get_or_init(|| Standing::new(codes, self.texts.list().len()));
        let (from, to) = (standing.offsets[code as usize], standing.offsets[code as usize + 1]);
        standing.entries[from as usize..to as usize].iter().map(|entry| *entry as usize).collect()
    }
}

/// A day of a column as a date.
pub(super) fn date(day: i32) -> Date {
    Date::exact(Day(day))
}

impl Default for Column {
    fn default() -> Self {
        Self { rows: Rows::all(0), values: Values::Mixed(Vec::new()) }
    }
}

impl Column {
    /// A column of `(position, value)` pairs; of two with one position the later stays, nulls are left out.
    #[must_use]
    pub fn new(mut entries: Vec<(u32, Value)>) -> Self {
        entries.retain(|(_, value)| !value.is_null());
        entries.sort_by_key(|(row, _)| *row);
        entries.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(&mut later.1, &mut earlier.1);
            }
            same
        });
        let mut builder = ColumnBuilder::default();
        for (row, value) in entries {
            builder.skip_to(row as usize);
            builder.push(value);
        }
        builder.finish()
    }

    /// The value at a position; `Null` where there is none.
    #[must_use]
    pub fn get(&self, row: u32) -> Value {
        self.cell(row).into()
    }

    /// The same where it is stored.
    #[must_use]
    pub fn cell(&self, row: u32) -> Cell<'_> {
        self.rows.place(row).map_or(Cell::Null, |place| self.at(place))
    }

    fn at(&self, place: usize) -> Cell<'_> {
        match &self.values {
            Values::Bools(values) => values.get(place).map_or(Cell::Null, |value| Cell::Bool(*value)),
            Values::Ints(values) => values.get(place).map_or(Cell::Null, |value| Cell::Int(*value)),
            Values::Floats(values) => values.get(place).map_or(Cell::Null, |value| Cell::Float(*value)),
            Values::Days(values) => values.get(place).map_or(Cell::Null, |day| Cell::Date(date(*day))),
            Values::Dates(values) => values.get(place).map_or(Cell::Null, |value| Cell::Date(*value)),
            Values::Texts(values) => values.get(place).map_or(Cell::Null, Cell::Text),
            Values::Mixed(values) => values.get(place).map_or(Cell::Null, Cell::from),
        }
    }

    /// The positions that have this very value (by structure), in order.
    #[must_use]
    pub fn find(&self, wanted: &Value) -> Vec<u32> {
        if let Values::Texts(values) = &self.values {
            let Value::Text(wanted) = wanted else { return Vec::new() };
            return values.find(wanted).into_iter().map(|place| self.rows.row(place)).collect();
        }
        let places = self.rows.iter().enumerate();
        places.filter(|(place, _)| Value::from(self.at(*place)) == *wanted).map(|(_, row)| row).collect()
    }

    /// Distinct texts of the column, for completion.
    #[must_use]
    pub fn texts(&self) -> &[Arc<str>] {
        match &self.values {
            Values::Texts(values) => values.texts.list(),
            _ => &[],
        }
    }

    /// Where it says of every position what these texts do, it shares them.
    pub(super) fn share(&mut self, texts: &Deferred<Texts>) {
        if let (Some(0), Values::Texts(own)) = (self.rows.offset(&(0..0)), &mut self.values)
            && own.codes.is_none()
            && own.texts.list() == texts.list()
        {
            own.texts = texts.clone();
        }
    }

    /// Position by position what these positions have.
    pub(super) fn reordered(self, order: &[u32]) -> Self {
        const NONE: u32 = u32::MAX;
        fn pick<T: Clone>(values: &[T], places: &[u32]) -> Vec<T> {
            let mut picked = Vec::with_capacity(values.len());
            picked.extend(places.iter().filter(|place| **place != NONE).map(|place| values[*place as usize].clone()));
            picked
        }
        let (places, rows) = match &self.rows {
            all @ Rows::Range(range) if *range == (0..order.len() as u32) => (Cow::Borrowed(order), all.clone()),
            rows => {
                let place_of = rows.places(0..order.len() as u32, NONE);
                let places: Vec<u32> = order.iter().map(|row| place_of[*row as usize]).collect();
                let mut bits = vec![0_u64; places.len().div_ceil(64)];
                for (row, _) in places.iter().enumerate().filter(|(_, place)| **place != NONE) {
                    bits[row / 64] |= 1 << (row % 64);
                }
                (Cow::Owned(places), Rows::of_bits(bits))
            }
        };
        let values = match self.values {
            Values::Bools(values) => Values::Bools(pick(&values, &places)),
            Values::Ints(values) => Values::Ints(pick(&values, &places)),
            Values::Floats(values) => Values::Floats(pick(&values, &places)),
            Values::Days(values) => Values::Days(pick(&values, &places)),
            Values::Dates(values) => Values::Dates(pick(&values, &places)),
            Values::Texts(values) => {
                let codes =
                    places.iter().filter(|place| **place != NONE).map(|place| values.code(*place as usize)).collect();
                Values::Texts(TextValues::new(codes, values.texts))
            }
            Values::Mixed(values) => Values::Mixed(pick(&values, &places)),
        };
        Self { rows, values }
    }
}
