//! Loops over the values of one stored column as they lie in memory.
//!
//! Each gives `None` where the values or what they are compared with are of another kind than it knows.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::graph::{Beginning, Cells, Column, Flat, Typed};
use crate::value::{Day, NodeId, RelId, Value};

use super::Vector;
use super::comparison::Test;
use super::truth::Truths;

/// The values of some rows: a column, and where each row's value stands in it.
pub(super) struct Stored<'b> {
    /// None where no row has a value.
    column: Option<&'b Column>,
    places: Places,
}

enum Places {
    /// One after the other.
    Range(Range<usize>),
    /// Positions one after the other, of which some have no value.
    Gaps(Range<u32>),
    /// Anywhere; [`NOWHERE`] of a row that has no value.
    Each(Vec<u32>),
}

const NOWHERE: u32 = u32::MAX;

impl Places {
    /// Those of positions that follow one another.
    fn next(rows: Range<u32>, column: &Column) -> Self {
        if let Some(offset) = column.offset(&rows) {
            return Places::Range((rows.start - offset) as usize..(rows.end - offset) as usize);
        }
        match column.gaps(rows.clone()) {
            Some((first, words)) => {
                let is_full = words.map(|(word, _)| word.count_ones()).sum::<u32>() == rows.end - rows.start;
                if is_full { Places::Range(first..first + rows.len()) } else { Places::Gaps(rows) }
            }
            None => Places::Each(column.places(rows, NOWHERE)),
        }
    }
}

impl<'b> Stored<'b> {
    /// Those of nodes.
    pub fn of_nodes(nodes: &[NodeId], cells: &Cells<'b>) -> Self {
        Self::new(cells.of_nodes(), nodes.iter().map(|node| node.0))
    }

    /// Those of relationships, which have to be in one table.
    pub fn of_rels(rels: &[RelId], cells: &Cells<'b>) -> Option<Self> {
        let (column, first) = cells.of_rels(rels)?;
        Some(Self::new(column, rels.iter().map(|rel| rel.0 - first.0)))
    }

    /// Those of relationships that follow one another.
    pub fn of_run(run: &Range<u32>, cells: &Cells<'b>) -> Option<Self> {
        let (column, first) = cells.of_run(run)?;
        let places = match column {
            Some(column) => Places::next(run.start - first.0..run.end - first.0, column),
            None => Places::Each(vec![NOWHERE; run.len()]),
        };
        Some(Self { column, places })
    }

    fn new(column: Option<&'b Column>, positions: impl ExactSizeIterator<Item = u32> + Clone) -> Self {
        let n = positions.len();
        let places = match column {
            None => Places::Each(vec![NOWHERE; n]),
            Some(column) => {
                let first = positions.clone().next().unwrap_or(0);
                let range = first..first.saturating_add(n as u32);
                // All are looked at, with no branch to be guessed.
                let follow =
                    || positions.clone().zip(first..).map(|(at, next)| usize::from(at == next)).sum::<usize>() == n;
                let follows = positions.clone().nth(n / 2).is_none_or(|at| at == first + n as u32 / 2) && follow();
                let all = || {
                    let ends = positions.clone().fold((u32::MAX, 0), |(least, most), at| (at.min(least), at.max(most)));
                    ends.0..ends.1.saturating_add(1)
                };
                if follows {
                    Places::next(range, column)
                } else if let Some(offset) = column.offset(&all()) {
                    Places::Each(positions.map(|at| at - offset).collect())
                } else {
                    Places::Each(positions.map(|at| column.place(at).map_or(NOWHERE, |place| place as u32)).collect())
                }
            }
        };
        Self { column, places }
    }

    fn len(&self) -> usize {
        match &self.places {
            Places::Range(places) => places.len(),
            Places::Gaps(rows) => rows.len(),
            Places::Each(places) => places.len(),
        }
    }

    /// A value of each, by place; `None` of rows that have none.
    fn each<R>(&self, of: impl Fn(usize) -> R) -> Vec<Option<R>> {
        let each =
            |places: &[u32]| places.iter().map(|place| (*place != NOWHERE).then(|| of(*place as usize))).collect();
        match &self.places {
            Places::Range(places) => places.clone().map(|place| Some(of(place))).collect(),
            Places::Gaps(rows) => each(&self.spelled_out(rows)),
            Places::Each(places) => each(places),
        }
    }

    fn spelled_out(&self, rows: &Range<u32>) -> Vec<u32> {
        self.column.map_or_else(Vec::new, |column| column.places(rows.clone(), NOWHERE))
    }

    /// Of positions of which some have no value: see [`Column::gaps`].
    fn gaps(&self, rows: &Range<u32>) -> Option<(usize, impl Iterator<Item = (u64, usize)> + Clone + use<'b>)> {
        self.column?.gaps(rows.clone())
    }

    /// Whether something holds of each value.
    fn test<T: Copy>(&self, values: &[T], holds: impl Fn(T) -> bool) -> Truths {
        match &self.places {
            Places::Range(places) => Truths::known(values[places.clone()].iter().map(|value| holds(*value))),
            Places::Gaps(rows) => {
                let Some((first, words)) = self.gaps(rows) else { return Truths::all(None, rows.len()) };
                let n = words.clone().map(|(word, _)| word.count_ones() as usize).sum::<usize>();
                let there = Truths::known(values[first..first + n].iter().map(|value| holds(*value)));
                there.spread(words, rows.len())
            }
            Places::Each(places) if values.is_empty() => Truths::all(None, places.len()),
            Places::Each(places) => {
                let last = values.len() - 1;
                let truth = |place: &u32| (*place != NOWHERE, holds(values[(*place as usize).min(last)]));
                Truths::where_there(places.iter().map(truth))
            }
        }
    }

    fn compared<T: Copy + PartialOrd>(&self, values: &[T], test: Test, with: T) -> Truths {
        match test {
            Test::Equal => self.test(values, |value| value == with),
            Test::Differs => self.test(values, |value| value != with),
            Test::Less => self.test(values, |value| value < with),
            Test::AtMost => self.test(values, |value| value <= with),
            Test::Greater => self.test(values, |value| value > with),
            Test::AtLeast => self.test(values, |value| value >= with),
        }
    }

    /// How each compares with a value.
    pub fn compare(&self, test: Test, with: &Value) -> Option<Truths> {
        /// Whole numbers up to this are floats as well.
        const EXACT: u64 = 1 << 53;
        let Some(column) = self.column else { return Some(Truths::all(None, self.len())) };
        match (column.typed(), with) {
            (_, Value::Null) => Some(Truths::all(None, self.len())),
            (Typed::Ints(values), Value::Int(with)) => Some(self.compared(values, test, *with)),
            (Typed::Floats(values), Value::Float(with)) => Some(self.compared(values, test, *with)),
            (Typed::Floats(values), Value::Int(with)) if with.unsigned_abs() <= EXACT => {
                Some(self.compared(values, test, *with as f64))
            }
            (Typed::Days(values), Value::Date(with)) => {
                let day = with.day().filter(|day| ![Day::MIN, Day::MAX].contains(day))?;
                Some(self.compared(values, test, day.0))
            }
            (Typed::Texts(codes, _), Value::Text(with)) if matches!(test, Test::Equal | Test::Differs) => {
                let wanted = column.code(with);
                let holds = |code: u32| (Some(code) == wanted) == (test == Test::Equal);
                Some(match codes {
                    Some(codes) => self.test(codes, holds),
                    None => self.each(|place| holds(place as u32)).into_iter().collect(),
                })
            }
            _ => None,
        }
    }

    /// Whether something holds of each text, by its bytes.
    pub fn texts(&self, holds: impl Fn(&[u8]) -> bool) -> Option<Truths> {
        self.numbered(|texts, number| holds(texts.get(number)))
    }

    /// Whether each text begins so.
    pub fn begin_with(&self, part: &[u8]) -> Option<Truths> {
        let part = Beginning::of(part);
        self.numbered(|texts, number| texts.begins_with(number, &part))
    }

    /// Whether something holds of each text, by its number.
    fn numbered(&self, holds: impl Fn(&Flat, usize) -> bool) -> Option<Truths> {
        let Some(column) = self.column else { return Some(Truths::all(None, self.len())) };
        let (codes, texts) = column.flat()?;
        Some(match (&self.places, codes) {
            (Places::Range(places), None) => Truths::known(places.clone().map(|place| holds(texts, place))),
            (Places::Range(places), Some(codes)) => {
                Truths::known(codes[places.clone()].iter().map(|code| holds(texts, *code as usize)))
            }
            (Places::Gaps(_) | Places::Each(_), _) => {
                let number = |place: usize| codes.map_or(place, |codes| codes[place] as usize);
                self.each(|place| holds(texts, number(place))).into_iter().collect()
            }
        })
    }

    /// Whether each text contains what is looked for: texts that lie one beside the other are searched as one.
    pub fn contain(&self, part: &Finder<'_>) -> Option<Truths> {
        let Some(Some((None, flat))) = self.column.map(Column::flat) else {
            return self.texts(|text| part.find(text).is_some());
        };
        let Places::Range(places) = &self.places else { return self.texts(|text| part.find(text).is_some()) };
        if part.needle().is_empty() {
            return Some(Truths::all(Some(true), places.len()));
        }
        let mut which = Vec::new();
        let mut from = 0;
        while from < places.len() {
            let (first, bytes) = (places.start + from, flat.between(places.start + from..places.end));
            let Some(found) = part.find(bytes) else { break };
            let at = flat.text_at(first, found);
            which.push((at - places.start) as u32);
            from = at - places.start + 1;
        }
        let found = Truths::all(Some(true), which.len());
        Some(Truths::all(Some(false), places.len()).replace(&which, &found))
    }

    /// Whether each row has no value.
    pub fn are_null(&self) -> Truths {
        match &self.places {
            Places::Range(places) => Truths::all(Some(false), places.len()),
            Places::Gaps(rows) => match self.gaps(rows) {
                Some((_, words)) => Truths::bits(words, rows.len()).not(),
                None => Truths::all(Some(true), rows.len()),
            },
            Places::Each(places) => Truths::known(places.iter().map(|place| *place == NOWHERE)),
        }
    }

    /// How each text compares with the one beside it, where both are of one column and that is told by their numbers or places.
    pub fn compare_texts(&self, test: Test, other: &Self) -> Option<Truths> {
        let column = self.column.filter(|column| other.column.is_some_and(|other| std::ptr::eq(*column, other)))?;
        let (mut codes, mut others) = (self.codes()?, other.codes()?);
        if !matches!(test, Test::Equal | Test::Differs) {
            let places = column.text_places(codes.len())?;
            for code in codes.iter_mut().chain(&mut others).flatten() {
                *code = places[*code as usize];
            }
        }
        Some(
            codes
                .into_iter()
                .zip(others)
                .map(|(a, b)| a.zip(b).map(|(a, b)| test.of_ordering(Some(a.cmp(&b)))))
                .collect(),
        )
    }

    /// The numbers or days, and which of them are there, unless all are; some value stands where none is.
    pub fn numbers(&self) -> Option<(Vector, Option<Truths>)> {
        fn all<T: Copy>(values: &[T], stored: &Stored<'_>) -> Option<(Vec<T>, Option<Truths>)> {
            let some = *values.first()?;
            Some(match &stored.places {
                Places::Range(places) => (values[places.clone()].to_vec(), None),
                Places::Gaps(_) | Places::Each(_) => {
                    let each = stored.each(|place| values[place]);
                    let are_there = each.iter().any(Option::is_none).then(|| stored.are_null().not());
                    (each.into_iter().map(|value| value.unwrap_or(some)).collect(), are_there)
                }
            })
        }
        let (vector, are_there) = match self.column?.typed() {
            Typed::Ints(values) => all(values, self).map(|(values, there)| (Vector::Ints(values), there))?,
            Typed::Floats(values) => all(values, self).map(|(values, there)| (Vector::Floats(values), there))?,
            Typed::Days(values) => {
                let (days, there) = all(values, self)?;
                (Vector::Days(days.into_iter().map(Day).collect()), there)
            }
            Typed::Texts(..) | Typed::Other => return None,
        };
        Some((vector, are_there))
    }

    /// The values, where all are of one kind.
    pub fn vector(&self) -> Option<Vector> {
        if let Typed::Texts(codes, texts) = self.column?.typed() {
            let some = texts.first()?;
            let text = |place: usize| texts[codes.map_or(place, |codes| codes[place] as usize)].clone();
            let each = self.each(text);
            let are_there = each.iter().map(Option::is_some).collect();
            let texts = each.into_iter().map(|text| text.unwrap_or_else(|| some.clone())).collect();
            return Some(Vector::nullable(Vector::Texts(texts), are_there));
        }
        Some(match self.numbers()? {
            (values, None) => values,
            (values, Some(are_there)) => Vector::nullable(values, are_there.into_bools()),
        })
    }

    /// The number of each text.
    pub fn codes(&self) -> Option<Codes> {
        let Typed::Texts(codes, _) = self.column?.typed() else { return None };
        Some(self.each(|place| codes.map_or(place as u32, |codes| codes[place])))
    }
}

/// The number that each row's text has in its column, if it has one.
pub(super) type Codes = Vec<Option<u32>>;

/// A value for each of so many rows.
pub(super) fn repeated(value: &Value, n: usize) -> Vector {
    match value {
        Value::Bool(value) => Vector::Bools(vec![*value; n]),
        Value::Int(value) => Vector::Ints(vec![*value; n]),
        Value::Float(value) => Vector::Floats(vec![*value; n]),
        Value::Text(value) => Vector::Texts(vec![value.clone(); n]),
        other => (0..n).map(|_| other.clone()).collect(),
    }
}
