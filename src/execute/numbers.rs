//! Numbers for values: equivalent values have the same, in the order in which they came (openCypher 9, "Orderability and equivalence":
//! `1` and `1.0` are equivalent, and so are two nulls, and two `NaN`).
//!
//! Numbers, texts, days and entities are hashed as such; the others are looked up by the order of values, in which equivalent ones
//! are equal. Rows of several values have the numbers of pairs of numbers.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::value::{Day, RelId, Value, order};

use super::Vector;
use super::columnwise::Source;
use super::member::whole;

/// A value by which it is looked up.
#[derive(Clone, Debug)]
struct Key(Value);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        order(&self.0, &other.0)
    }
}
impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Key {}

/// The numbers of some values.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    n: u32,
    /// By whole numbers that are as small as years and levels are.
    small: Vec<u32>,
    ints: FxHashMap<i64, u32>,
    floats: FxHashMap<u64, u32>,
    days: FxHashMap<Day, u32>,
    texts: FxHashMap<Arc<str>, u32>,
    nodes: Codes,
    rels: FxHashMap<RelId, u32>,
    others: BTreeMap<Key, u32>,
    /// Those of texts of one stored column, by their numbers there.
    codes: Codes,
    /// Which column that is.
    source: Option<Source>,
    /// Values come from elsewhere too: texts are looked up by what they say.
    is_spelled: bool,
}

/// Numbers of nodes, or of texts of a column, by the numbers that these have: an array as far as many of them came, a map beyond it.
#[derive(Debug, Default)]
struct Codes {
    /// [`NONE`] for those that did not come yet.
    many: Vec<u32>,
    few: FxHashMap<u32, u32>,
    /// The highest of the few.
    most: u32,
}

impl Codes {
    /// An array may have so many places for each that came.
    const PLACES: usize = 64;

    fn get(&self, code: u32) -> Option<u32> {
        match self.many.get(code as usize) {
            Some(number) => (*number != NONE).then_some(*number),
            None => self.few.get(&code).copied(),
        }
    }

    /// Those that came, with their numbers.
    fn each(&self) -> impl Iterator<Item = (u32, u32)> {
        let many = (0..).zip(self.many.iter().copied()).filter(|(_, number)| *number != NONE);
        many.chain(self.few.iter().map(|(code, number)| (*code, *number)))
    }

    /// Notes the number of one.
    fn set(&mut self, code: u32, number: u32) {
        if code as usize >= self.many.len() {
            self.most = self.most.max(code);
            let places = self.most as usize + 1 - self.many.len();
            if places > (self.few.len() + 1) * Self::PLACES {
                self.few.insert(code, number);
                return;
            }
            self.many.resize(self.many.len() + places, NONE);
            self.few.drain().for_each(|(code, number)| self.many[code as usize] = number);
            // An emptied map is gone through as far as it was filled.
            self.few = FxHashMap::default();
        }
        self.many[code as usize] = number;
    }

    /// The number of one; the next where it is new.
    fn number(&mut self, code: u32, n: &mut u32) -> u32 {
        self.get(code).unwrap_or_else(|| {
            self.set(code, *n);
            *n += 1;
            *n - 1
        })
    }
}

/// No number yet.
const NONE: u32 = u32::MAX;
/// Whole numbers below this are small.
const SMALL: usize = 4096;

/// Whether two values are one list.
fn is_same(a: &Value, b: &Value) -> bool {
    matches!((a, b), (Value::List(a), Value::List(b)) if Arc::ptr_eq(a, b))
}

/// The number of a key; the next where it is new.
fn number<K: Hash + Eq>(of: &mut FxHashMap<K, u32>, key: K, n: &mut u32) -> u32 {
    let number = *of.entry(key).or_insert(*n);
    *n += u32::from(number == *n);
    number
}

impl Numbers {
    /// Those of the values of so many rows; `stored`: the texts of the column whose codes came before.
    pub fn of(&mut self, values: &Vector, n: usize, stored: &[Arc<str>]) -> Vec<u32> {
        /// Those of values of which the same often follow one another.
        fn runs<T: Copy + PartialEq>(values: &[T], mut number: impl FnMut(T) -> u32) -> Vec<u32> {
            let mut last = None;
            let of = |value: &T| match last {
                Some((other, number)) if other == *value => number,
                _ => {
                    let number = number(*value);
                    last = Some((*value, number));
                    number
                }
            };
            values.iter().map(of).collect()
        }
        self.spell_out(stored);
        match values {
            Vector::Unset => (0..n).map(|_| self.of_value(&Value::Null)).collect(),
            Vector::Nodes(values) => runs(values, |value| self.nodes.number(value.0, &mut self.n)),
            Vector::Rels(values) => values.iter().map(|value| number(&mut self.rels, *value, &mut self.n)).collect(),
            Vector::Run(run) => run.clone().map(|rel| number(&mut self.rels, RelId(rel), &mut self.n)).collect(),
            Vector::Ints(values) => self.of_ints(values),
            Vector::Days(values) => runs(values, |value| number(&mut self.days, value, &mut self.n)),
            Vector::Floats(values) => values.iter().map(|value| self.of_float(*value)).collect(),
            Vector::Bools(values) => values.iter().map(|value| self.of_value(&Value::Bool(*value))).collect(),
            Vector::Texts(values) => values.iter().map(|value| self.of_text(value)).collect(),
            Vector::Strings(values) => values.iter().map(|value| self.of_str(value)).collect(),
            Vector::Values(values) => {
                let mut last: Option<(&Value, u32)> = None;
                let of = |value| match last {
                    Some((other, number)) if is_same(other, value) => number,
                    _ => last.insert((value, self.of_value(value))).1,
                };
                values.iter().map(of).collect()
            }
            Vector::Nullable(values, are_there) => {
                // The first null has the number that comes then.
                let first = are_there.iter().position(|is_there| !is_there).unwrap_or(n);
                let mut numbers = self.of(&values.part(0..first), first, stored);
                let null = self.of_value(&Value::Null);
                let rest: Vec<u32> = (first as u32..n as u32).filter(|row| are_there[*row as usize]).collect();
                let mut rest = self.of(&values.gather(&rest), rest.len(), stored).into_iter();
                let number = |is_there: &bool| if *is_there { rest.next() } else { None };
                numbers.extend(are_there[first..].iter().map(number).map(|number| number.unwrap_or(null)));
                numbers
            }
        }
    }

    fn spell_out(&mut self, stored: &[Arc<str>]) {
        if !std::mem::replace(&mut self.is_spelled, true) {
            let known = self.codes.each().map(|(code, number)| (stored[code as usize].clone(), number));
            self.texts.extend(known);
        }
    }

    /// The column whose codes came last.
    pub fn source(&self) -> Option<Source> {
        self.source
    }

    /// Those of texts by their numbers in a stored column, with the texts of these; `stored`: those of the column whose codes came before.
    pub fn of_codes(
        &mut self,
        codes: &[Option<u32>],
        (source, texts): (Source, &[Arc<str>]),
        stored: &[Arc<str>],
    ) -> Vec<u32> {
        if self.source.replace(source).is_some_and(|before| before != source) {
            self.spell_out(stored);
            self.codes = Codes::default();
        }
        let of = |code: &Option<u32>| {
            let Some(code) = code else { return self.of_value(&Value::Null) };
            if let Some(number) = self.codes.get(*code) {
                return number;
            }
            let number = if self.is_spelled { self.of_text(&texts[*code as usize]) } else { self.n };
            self.codes.set(*code, number);
            self.n = self.n.max(number + 1);
            number
        };
        codes.iter().map(of).collect()
    }

    fn of_text(&mut self, text: &Arc<str>) -> u32 {
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        number(&mut self.texts, text.clone(), &mut self.n)
    }

    fn of_str(&mut self, text: &str) -> u32 {
        match self.texts.get(text) {
            Some(number) => *number,
            None => number(&mut self.texts, text.into(), &mut self.n),
        }
    }

    fn of_ints(&mut self, values: &[i64]) -> Vec<u32> {
        // All are looked at, with no branch to be guessed.
        let most = values.iter().fold(0, |most, value| most.max(*value as u64));
        if most >= SMALL as u64 {
            return values.iter().map(|value| self.of_int(*value)).collect();
        }
        if self.small.len() <= most as usize {
            self.small.resize((most as usize + 1).next_power_of_two(), NONE);
        }
        let (small, n) = (&mut self.small[..], &mut self.n);
        let number = |value: &i64| {
            let number = &mut small[*value as usize];
            if *number == NONE {
                *number = *n;
                *n += 1;
            }
            *number
        };
        values.iter().map(number).collect()
    }

    fn of_int(&mut self, value: i64) -> u32 {
        let Some(place) = usize::try_from(value).ok().filter(|place| *place < SMALL) else {
            return number(&mut self.ints, value, &mut self.n);
        };
        if self.small.len() <= place {
            self.small.resize((place + 1).next_power_of_two(), NONE);
        }
        if self.small[place] == NONE {
            self.small[place] = self.n;
            self.n += 1;
        }
        self.small[place]
    }

    fn of_float(&mut self, value: f64) -> u32 {
        match whole(value) {
            Some(value) => self.of_int(value),
            None => {
                let bits = if value.is_nan() { f64::NAN } else { value }.to_bits();
                number(&mut self.floats, bits, &mut self.n)
            }
        }
    }

    fn of_value(&mut self, value: &Value) -> u32 {
        match value {
            Value::Int(value) => self.of_int(*value),
            Value::Float(value) => self.of_float(*value),
            Value::Text(text) => self.of_text(text),
            Value::Node(node) => self.nodes.number(node.0, &mut self.n),
            Value::Rel(rel) => number(&mut self.rels, *rel, &mut self.n),
            Value::Date(date) => match date.exact_day() {
                Some(day) => number(&mut self.days, day, &mut self.n),
                None => self.of_other(value),
            },
            other => self.of_other(other),
        }
    }

    fn of_other(&mut self, value: &Value) -> u32 {
        let number = *self.others.entry(Key(value.clone())).or_insert(self.n);
        self.n += u32::from(number == self.n);
        number
    }
}

/// The numbers of pairs of numbers.
#[derive(Debug, Default)]
struct Pairs {
    n: u32,
    /// By the two where both are lower than [`LOW`].
    low: Vec<u32>,
    others: FxHashMap<(u32, u32), u32>,
}

/// Sectors by regions, years by kinds: often there are few of both.
const LOW: u32 = 64;

impl Pairs {
    /// Those of the numbers in two places of each row.
    fn of(&mut self, mut firsts: Vec<u32>, seconds: &[u32]) -> Vec<u32> {
        if self.low.is_empty() {
            self.low.resize((LOW * LOW) as usize, NONE);
        }
        let (low, others, n) = (&mut self.low[..], &mut self.others, &mut self.n);
        for (a, b) in firsts.iter_mut().zip(seconds) {
            if *a >= LOW || *b >= LOW {
                *a = number(others, (*a, *b), n);
                continue;
            }
            let number = &mut low[(*a * LOW + *b) as usize];
            if *number == NONE {
                *number = *n;
                *n += 1;
            }
            *a = *number;
        }
        firsts
    }
}

/// The numbers of rows of values.
#[derive(Debug)]
pub(super) struct Rows {
    /// Of each value of a row.
    of: Vec<Numbers>,
    /// Of the numbers of the first two, of these and that of the third, and so on.
    pairs: Vec<Pairs>,
    /// Rows of no values are all alike, if there is one.
    is_begun: bool,
}

impl Rows {
    /// Of so many values in a row.
    pub fn new(width: usize) -> Self {
        let pairs = (1..width).map(|_| Pairs::default()).collect();
        Self { of: (0..width).map(|_| Numbers::default()).collect(), pairs, is_begun: false }
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        match (self.pairs.last(), self.of.first()) {
            (Some(pairs), _) => pairs.n,
            (None, Some(values)) => values.n,
            (None, None) => u32::from(self.is_begun),
        }
    }

    /// Those of so many rows, by the numbers of the values of each: `of` gives those of the values in a place of all rows.
    pub fn number(&mut self, n: usize, mut of: impl FnMut(usize, &mut Numbers) -> Vec<u32>) -> Vec<u32> {
        self.is_begun |= n > 0;
        let mut numbers = self.of.iter_mut().enumerate().map(|(place, values)| of(place, values));
        let Some(mut rows) = numbers.next() else { return vec![0; n] };
        for (pairs, values) in self.pairs.iter_mut().zip(numbers) {
            rows = pairs.of(rows, &values);
        }
        rows
    }
}

/// Which of some rows are the first with their numbers, where so many numbers were known before.
pub(super) fn new(numbers: &[u32], mut known: u32) -> Vec<u32> {
    let mut rows = Vec::new();
    for (number, row) in numbers.iter().zip(0..) {
        if *number == known {
            known += 1;
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Codes;

    #[test]
    fn each_has_the_number_with_which_it_came_whether_they_follow_one_another_or_lie_apart() {
        let steps: [fn(u32) -> u32; 4] =
            [|n| n, |n| n.wrapping_mul(7919) % 1_000_000, |n| 500_000 + n % 700 * 3, |n| n % 90 * n % 70_000];
        for step in steps {
            let (mut codes, mut known, mut n) = (Codes::default(), BTreeMap::new(), 0);
            for code in (0..5000).map(step) {
                let next = known.len() as u32;
                let number = *known.entry(code).or_insert(next);
                assert_eq!(codes.number(code, &mut n), number, "{code}");
                assert_eq!(codes.get(code), Some(number));
            }
            assert_eq!(codes.each().collect::<BTreeMap<_, _>>(), known);
        }
    }
}
