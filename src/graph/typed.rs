//! The values of a column as they lie in memory, for loops over many of them.

use std::sync::Arc;

use super::Column;
use super::column::Values;
use super::distinct::Flat;

/// The values of a column, by place: a position's place is told by [`Column::place`].
#[derive(Clone, Copy, Debug)]
pub enum Typed<'g> {
    /// Whole numbers.
    Ints(&'g [i64]),
    /// Numbers.
    Floats(&'g [f64]),
    /// Dates known to the day, as days from 1970-01-01.
    Days(&'g [i32]),
    /// Texts by their number, which is the place where there is none; and the text of each number.
    Texts(Option<&'g [u32]>, &'g [Arc<str>]),
    /// Anything else: it is read value by value.
    Other,
}

impl Column {
    /// The values as they lie in memory.
    #[must_use]
    pub fn typed(&self) -> Typed<'_> {
        match &self.values {
            Values::Ints(values) => Typed::Ints(values),
            Values::Floats(values) => Typed::Floats(values),
            Values::Days(values) => Typed::Days(values),
            Values::Texts(values) => Typed::Texts(values.codes.as_deref(), values.texts.list()),
            Values::Bools(_) | Values::Dates(_) | Values::Mixed(_) => Typed::Other,
        }
    }

    /// The number of a text of the column.
    #[must_use]
    pub fn code(&self, text: &str) -> Option<u32> {
        match &self.values {
            Values::Texts(values) => values.texts.find(text),
            _ => None,
        }
    }

    /// The place of each of its texts in the order of texts, by number; `None` of other values, and before as many were compared as there
    /// are texts: `more` are about to be.
    #[must_use]
    pub fn text_places(&self, more: usize) -> Option<&[u32]> {
        match &self.values {
            Values::Texts(values) => values.texts.places(more),
            _ => None,
        }
    }

    /// Its texts one after the other, and the number of each value's text, which is its place where there is none; `None` of
    /// other values.
    #[must_use]
    pub fn flat(&self) -> Option<(Option<&[u32]>, &Flat)> {
        match &self.values {
            Values::Texts(values) => Some((values.codes.as_deref(), values.texts.flat()?)),
            _ => None,
        }
    }

    /// Where the value of a position stands; `None` where it has none.
    #[must_use]
    pub fn place(&self, row: u32) -> Option<usize> {
        self.rows.place(row)
    }

    /// The same of positions that follow one another; `none` of those that have none.
    #[must_use]
    pub fn places(&self, rows: std::ops::Range<u32>, none: u32) -> Vec<u32> {
        self.rows.places(rows, none)
    }

    /// Of positions that follow one another: the place that the first value among them has, and whether each has one, in words of as
    /// many bits as are told, the lowest being the first. `None` where that is not kept in bits.
    #[must_use]
    pub fn gaps(&self, rows: std::ops::Range<u32>) -> Option<(usize, impl Iterator<Item = (u64, usize)> + Clone)> {
        self.rows.gaps(rows)
    }

    /// Whether each of so many positions has a value: then its place is the position.
    #[must_use]
    pub fn is_full(&self, n: usize) -> bool {
        self.offset(&(0..n as u32)) == Some(0)
    }

    /// By how much the place of each of these positions is lower than the position, where each has a value and all follow one another.
    #[must_use]
    pub fn offset(&self, rows: &std::ops::Range<u32>) -> Option<u32> {
        self.rows.offset(rows)
    }
}
