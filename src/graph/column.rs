//! One property of many things: typed values with their positions; mixed only where types differ.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::value::{Date, Day, Value, mark, mark_of_date, mark_of_number};

use super::deferred::Deferred;
use super::distinct::Texts;
use super::marked::{Marked, Standing};
use super::often::Often;
use super::rows::Rows;
use super::{Cell, ColumnBuilder};

/// The values of one property, by position.
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) rows: Rows,
    pub(super) values: Values,
    /// Where each value stands that is no text: made when some were looked for.
    marked: Often<Marked>,
    /// How many have the same value, once that is asked.
    alike: OnceLock<f64>,
}

/// Values that tell how many are the same: of a million that are all different, no two are taken for the same.
const SAMPLE: usize = 1024;

/// Look-ups, at least, before it is known where each value stands: each of them looks at all, which is quicker than to find that out.
const LOOK_UPS: usize = 4;

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
        standing.of(code).iter().map(|entry| *entry as usize).collect()
    }
}

/// A day of a column as a date.
pub(super) fn date(day: i32) -> Date {
    Date::exact(Day(day))
}

impl Default for Column {
    fn default() -> Self {
        Self::of(Rows::all(0), Values::Mixed(Vec::new()))
    }
}

impl Column {
    /// Of values and their positions.
    pub(super) fn of(rows: Rows, values: Values) -> Self {
        Self { rows, values, marked: Often::default(), alike: OnceLock::new() }
    }

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
        let mut found = self.like(wanted, 1);
        if !matches!(self.values, Values::Texts(_)) {
            found.retain(|row| self.get(*row) == *wanted);
        }
        found
    }

    /// The positions whose value may be equal to this one, in order; every one that is equal is among them, and no other text. So many
    /// look-ups are about to be made.
    #[must_use]
    pub fn like(&self, wanted: &Value, looks: usize) -> Vec<u32> {
        let rows = |places: &mut dyn Iterator<Item = usize>| places.map(|place| self.rows.row(place)).collect();
        match (&self.values, wanted) {
            (_, Value::Null) => Vec::new(),
            (Values::Texts(values), Value::Text(wanted)) => rows(&mut values.find(wanted).into_iter()),
            // Nothing but a text equals a text.
            (Values::Texts(_), _) => Vec::new(),
            _ => {
                let mark = mark(wanted);
                let make = || Marked::new((0..self.rows.len()).map(|place| self.mark(place)));
                let mut found: Vec<u32> = match self.marked.get_for(looks, LOOK_UPS, make) {
                    Some(marked) => rows(&mut marked.find(mark).iter().map(|place| *place as usize)),
                    None => rows(&mut (0..self.rows.len()).filter(|place| self.mark(*place) == mark)),
                };
                // Other values may have the mark of a text, and nobody compares what is found by one.
                if let Value::Text(_) = wanted {
                    found.retain(|row| self.get(*row) == *wanted);
                }
                found
            }
        }
    }

    /// How many positions have the same value, on average, as a sample tells it: one where no two of the sample have.
    #[must_use]
    pub fn alike(&self) -> f64 {
        *self.alike.get_or_init(|| {
            let n = self.rows.len();
            let sampled = n.min(SAMPLE);
            let mut marks: Vec<u64> = (0..sampled).map(|at| self.mark(at * n / sampled)).collect();
            marks.sort_unstable();
            let same: usize = marks.chunk_by(|a, b| a == b).map(|same| same.len() * (same.len() - 1) / 2).sum();
            let pairs = sampled * sampled.saturating_sub(1) / 2;
            (same as f64 / pairs.max(1) as f64 * n as f64).max(1.0)
        })
    }

    /// The mark of the value at a place.
    fn mark(&self, place: usize) -> u64 {
        match self.at(place) {
            Cell::Int(number) => mark_of_number(number as f64),
            Cell::Float(number) => mark_of_number(number),
            Cell::Date(date) => mark_of_date(date),
            other => mark(&other.into()),
        }
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

    /// Position by position what these positions have, of which none comes twice.
    pub(super) fn reordered(self, order: &[u32]) -> Self {
        const NONE: u32 = u32::MAX;
        fn pick<T: Clone>(values: &[T], places: &[u32]) -> Vec<T> {
            let mut picked = Vec::with_capacity(values.len());
            picked.extend(places.iter().filter(|place| **place != NONE).map(|place| values[*place as usize].clone()));
            picked
        }
        let bound = order.iter().max().map_or(0, |last| last + 1);
        let (places, rows) = match &self.rows {
            Rows::Range(range) if range.start == 0 && bound <= range.end => {
                (Cow::Borrowed(order), Rows::all(order.len()))
            }
            rows => {
                let place_of = rows.places(0..bound, NONE);
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
        Self::of(rows, values)
    }
}
