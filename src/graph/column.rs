//! One property of many things: typed values with their positions; mixed only where types differ.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::value::{Date, Value};

use super::Cell;

/// The values of one property, by position.
#[derive(Clone, Debug)]
pub struct Column {
    rows: Rows,
    values: Values,
}

/// Which positions have a value.
#[derive(Clone, Debug)]
enum Rows {
    /// Every one from 0.
    All,
    /// These, in order.
    Few(Vec<u32>),
    /// Those whose bits are set; and how many of them are before each word.
    Many { rows: Vec<u32>, bits: Vec<u64>, before: Vec<u32> },
}

/// Positions to each of which one value comes at least, where bits are kept of them.
const SPARSEST: usize = 32;

impl Rows {
    /// Of positions in order.
    fn new(rows: Vec<u32>) -> Self {
        let Some(last) = rows.last() else { return Rows::Few(rows) };
        let bound = *last as usize + 1;
        if rows.len() == bound {
            return Rows::All;
        }
        if bound / rows.len() > SPARSEST {
            return Rows::Few(rows);
        }
        let mut bits = vec![0_u64; bound.div_ceil(64)];
        for row in &rows {
            bits[*row as usize / 64] |= 1 << (row % 64);
        }
        let counted = bits.iter().scan(0, |before, word| {
            let here = *before;
            *before += word.count_ones();
            Some(here)
        });
        Rows::Many { before: counted.collect(), bits, rows }
    }

    /// The place of a position's value.
    fn place(&self, row: u32) -> Option<usize> {
        match self {
            Rows::All => Some(row as usize),
            Rows::Few(rows) => place(rows, row),
            Rows::Many { bits, before, .. } => {
                let (word, bit) = (row as usize / 64, 1_u64 << (row % 64));
                let here = *bits.get(word)?;
                (here & bit != 0).then(|| (before[word] + (here & (bit - 1)).count_ones()) as usize)
            }
        }
    }

    fn row(&self, place: usize) -> u32 {
        match self {
            Rows::All => place as u32,
            Rows::Few(rows) | Rows::Many { rows, .. } => rows[place],
        }
    }
}

#[derive(Clone, Debug)]
enum Values {
    Bools(Vec<bool>),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Dates(Vec<Date>),
    /// Each distinct text once.
    Texts {
        codes: Vec<u32>,
        dictionary: Vec<Arc<str>>,
        /// Where each text stands; made when one is first looked for.
        index: OnceLock<TextIndex>,
    },
    Mixed(Vec<Value>),
}

/// Texts of a column and the entries that have them.
#[derive(Clone, Debug)]
struct TextIndex {
    codes: HashMap<Arc<str>, u32>,
    /// Per code: where its entries begin in `entries`; one more at the end.
    offsets: Vec<u32>,
    entries: Vec<u32>,
}

impl TextIndex {
    fn new(codes: &[u32], dictionary: &[Arc<str>]) -> Self {
        let mut offsets = vec![0_u32; dictionary.len() + 1];
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
        Self { codes: dictionary.iter().cloned().zip(0..).collect(), offsets, entries }
    }

    fn find(&self, text: &str) -> &[u32] {
        let Some(code) = self.codes.get(text) else { return &[] };
        let at = *code as usize;
        &self.entries[self.offsets[at] as usize..self.offsets[at + 1] as usize]
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
        let rows = Rows::new(entries.iter().map(|(row, _)| *row).collect());
        Self { rows, values: Values::new(entries.into_iter().map(|(_, value)| value).collect()) }
    }

    /// The value at a position; `Null` where there is none.
    #[must_use]
    pub fn get(&self, row: u32) -> Value {
        self.cell(row).into()
    }

    /// The same where it is stored.
    #[must_use]
    pub fn cell(&self, row: u32) -> Cell<'_> {
        let Some(index) = self.rows.place(row) else { return Cell::Null };
        match &self.values {
            Values::Bools(values) => values.get(index).map_or(Cell::Null, |value| Cell::Bool(*value)),
            Values::Ints(values) => values.get(index).map_or(Cell::Null, |value| Cell::Int(*value)),
            Values::Floats(values) => values.get(index).map_or(Cell::Null, |value| Cell::Float(*value)),
            Values::Dates(values) => values.get(index).map_or(Cell::Null, |value| Cell::Date(*value)),
            Values::Texts { codes, dictionary, .. } => {
                codes.get(index).map_or(Cell::Null, |code| Cell::Text(&dictionary[*code as usize]))
            }
            Values::Mixed(values) => values.get(index).map_or(Cell::Null, Cell::from),
        }
    }

    /// The positions that have this very value (by structure), in order.
    #[must_use]
    pub fn find(&self, wanted: &Value) -> Vec<u32> {
        let n = match &self.values {
            Values::Texts { codes, dictionary, index } => {
                let Value::Text(wanted) = wanted else { return Vec::new() };
                let index = index.get_or_init(|| TextIndex::new(codes, dictionary));
                return index.find(wanted).iter().map(|entry| self.row(*entry as usize)).collect();
            }
            Values::Bools(values) => values.len(),
            Values::Ints(values) => values.len(),
            Values::Floats(values) => values.len(),
            Values::Dates(values) => values.len(),
            Values::Mixed(values) => values.len(),
        };
        (0..n).map(|i| self.row(i)).filter(|row| self.get(*row) == *wanted).collect()
    }

    /// Distinct texts of the column, for completion.
    #[must_use]
    pub fn texts(&self) -> &[Arc<str>] {
        match &self.values {
            Values::Texts { dictionary, .. } => dictionary,
            _ => &[],
        }
    }

    fn row(&self, index: usize) -> u32 {
        self.rows.row(index)
    }
}

/// Where a position stands among sorted ones. Things of one kind are often numbered one after the other: there it is tried first.
fn place(rows: &[u32], row: u32) -> Option<usize> {
    let in_sequence = row.checked_sub(*rows.first()?)? as usize;
    if rows.get(in_sequence) == Some(&row) { Some(in_sequence) } else { rows.binary_search(&row).ok() }
}

impl Values {
    fn new(values: Vec<Value>) -> Self {
        fn all<T>(values: &[Value], of: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
            values.iter().map(of).collect()
        }
        if let Some(texts) = all(&values, |v| if let Value::Text(text) = v { Some(text.clone()) } else { None }) {
            let mut codes = HashMap::new();
            let mut dictionary: Vec<Arc<str>> = Vec::new();
            let codes = texts
                .into_iter()
                .map(|text| {
                    *codes.entry(text).or_insert_with_key(|text| {
                        dictionary.push(text.clone());
                        dictionary.len() as u32 - 1
                    })
                })
                .collect();
            return Values::Texts { codes, dictionary, index: OnceLock::new() };
        }
        all(&values, |v| if let Value::Int(v) = v { Some(*v) } else { None })
            .map(Values::Ints)
            .or_else(|| all(&values, |v| if let Value::Float(v) = v { Some(*v) } else { None }).map(Values::Floats))
            .or_else(|| all(&values, |v| if let Value::Date(v) = v { Some(*v) } else { None }).map(Values::Dates))
            .or_else(|| all(&values, |v| if let Value::Bool(v) = v { Some(*v) } else { None }).map(Values::Bools))
            .unwrap_or(Values::Mixed(values))
    }
}
