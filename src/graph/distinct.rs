//! Things that are kept once each, numbered in the order they came, and found by what they are.

use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, OnceLock};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::value::first_bytes;

use super::often::Often;

/// Numbers by the hash of what they stand for. The hash is kept beside, so that a growing table reads nothing else.
type Numbers = HashTable<(u32, u32)>;

/// Half of a hash is kept; this makes a whole one of it, whose upper bits differ as well.
fn spread(half: u32) -> u64 {
    u64::from(half).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn half(of: &(impl Hash + ?Sized)) -> u32 {
    (FxBuildHasher.hash_one(of) >> 32) as u32
}

fn add(numbers: &mut Numbers, half: u32, number: u32) {
    numbers.insert_unique(spread(half), (half, number), |(half, _)| spread(*half));
}

/// Distinct texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    list: Vec<Arc<str>>,
    /// Made when a text is first looked for.
    numbers: OnceLock<Numbers>,
    /// Made when texts are first searched.
    flat: OnceLock<Flat>,
    /// The place of each in their order.
    places: Often<Vec<u32>>,
}

/// Texts one after the other, to be searched without a jump to each: a byte that no text has stands between two.
#[derive(Clone, Debug, Default)]
pub struct Flat {
    bytes: Vec<u8>,
    /// Where each begins, and after the last one where the next would.
    starts: Vec<u32>,
}

/// No byte of a text in UTF-8.
const BETWEEN: u8 = 0xFF;

/// Bytes that are compared at once.
const WORD: usize = 8;

impl Flat {
    fn new(texts: &[Arc<str>]) -> Option<Self> {
        let n: usize = texts.iter().map(|text| text.len() + 1).sum();
        u32::try_from(n).ok()?;
        let (mut bytes, mut starts) = (Vec::with_capacity(n), vec![0]);
        for text in texts {
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(BETWEEN);
            starts.push(bytes.len() as u32);
        }
        // So that a word of bytes can be read wherever a text begins.
        bytes.extend([BETWEEN; WORD]);
        Some(Self { bytes, starts })
    }

    /// The bytes of a text.
    #[must_use]
    pub fn get(&self, number: usize) -> &[u8] {
        &self.bytes[self.starts[number] as usize..self.starts[number + 1] as usize - 1]
    }

    /// Whether a text begins so.
    #[inline]
    #[must_use]
    pub fn begins_with(&self, number: usize, part: &Beginning<'_>) -> bool {
        let start = self.starts[number] as usize;
        let word = self.bytes[start..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        word & part.mask == part.word && (part.rest.is_empty() || self.bytes[start + WORD..].starts_with(part.rest))
    }

    /// The bytes of several, with the byte between.
    #[must_use]
    pub fn between(&self, numbers: std::ops::Range<usize>) -> &[u8] {
        &self.bytes[self.starts[numbers.start] as usize..self.starts[numbers.end] as usize]
    }

    /// Which text has a byte that comes so many after the beginning of a text.
    #[must_use]
    pub fn text_at(&self, number: usize, after: usize) -> usize {
        let byte = self.starts[number] + after as u32;
        number + self.starts[number..].partition_point(|start| *start <= byte) - 1
    }
}

/// What texts may begin with.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'p> {
    /// Its first bytes, and which bytes of a word these are.
    word: u64,
    mask: u64,
    rest: &'p [u8],
}

impl<'p> Beginning<'p> {
    /// These bytes.
    #[must_use]
    pub fn of(part: &'p [u8]) -> Self {
        let (first, rest) = part.split_at(part.len().min(WORD));
        let (mut word, mut mask) = ([0; WORD], [0; WORD]);
        word[..first.len()].copy_from_slice(first);
        mask[..first.len()].fill(u8::MAX);
        Self { word: u64::from_le_bytes(word), mask: u64::from_le_bytes(mask), rest }
    }
}

impl Texts {
    /// Of texts of which no two are equal.
    pub fn of(list: Vec<Arc<str>>) -> Self {
        Self { list, ..Self::default() }
    }

    fn numbers(&self) -> &Numbers {
        self.numbers.get_or_init(|| {
            let mut numbers = Numbers::with_capacity(self.list.len());
            for (text, number) in self.list.iter().zip(0..) {
                add(&mut numbers, half(&**text), number);
            }
            numbers
        })
    }

    /// The number of a text.
    pub fn find(&self, text: &str) -> Option<u32> {
        let half = half(text);
        let same = |(other, number): &(u32, u32)| *other == half && *self.list[*number as usize] == *text;
        self.numbers().find(spread(half), same).map(|(_, number)| *number)
    }

    /// The number of a text, which is new if it is not here yet.
    pub fn intern(&mut self, text: &str) -> u32 {
        self.intern_as(text, || text.into())
    }

    /// The same for a text that is somewhere already, and is then shared.
    pub fn intern_shared(&mut self, text: &Arc<str>) -> u32 {
        self.intern_as(text, || text.clone())
    }

    fn intern_as(&mut self, text: &str, make: impl FnOnce() -> Arc<str>) -> u32 {
        if let Some(number) = self.find(text) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(make());
        (self.flat, self.places) = (OnceLock::new(), Often::default());
        if let Some(numbers) = self.numbers.get_mut() {
            add(numbers, half(text), number);
        }
        number
    }

    /// All of them one after the other; `None` of more than 4 GiB.
    pub fn flat(&self) -> Option<&Flat> {
        let flat = self.flat.get_or_init(|| Flat::new(&self.list).unwrap_or_default());
        (flat.starts.len() == self.list.len() + 1).then_some(flat)
    }

    /// The place of each in the order of texts, by number: kept once as many were compared as there are; `more` are about to be.
    pub fn places(&self, more: usize) -> Option<&[u32]> {
        let places = self.places.get_for(more, self.list.len(), || {
            // Most differ in their first bytes, which need not be fetched again.
            let mut order: Vec<(u64, u32)> = self.list.iter().map(|text| first_bytes(text)).zip(0..).collect();
            let text = |number: u32| &*self.list[number as usize];
            order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a.1).cmp(text(b.1))));
            let mut places = vec![0; order.len()];
            for ((_, number), place) in order.into_iter().zip(0..) {
                places[number as usize] = place;
            }
            places
        });
        places.map(Vec::as_slice)
    }

    /// All of them, by number.
    pub fn list(&self) -> &[Arc<str>] {
        &self.list
    }

    /// Forgets what only growing needs.
    pub fn shrink(&mut self) {
        self.list.shrink_to_fit();
    }
}

/// Distinct things of another kind.
#[derive(Clone, Debug)]
pub(super) struct Distinct<T> {
    list: Vec<T>,
    numbers: Numbers,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self { list: Vec::new(), numbers: Numbers::new() }
    }
}

impl<T: Hash + Eq> Distinct<T> {
    /// The number of a thing, which is new if it is not here yet.
    pub fn intern(&mut self, thing: T) -> u32 {
        if let Some(number) = self.find(&thing) {
            return number;
        }
        let number = self.list.len() as u32;
        add(&mut self.numbers, half(&thing), number);
        self.list.push(thing);
        number
    }

    /// The number of a thing.
    pub fn find(&self, thing: &T) -> Option<u32> {
        let half = half(thing);
        let same = |(other, number): &(u32, u32)| *other == half && self.list[*number as usize] == *thing;
        self.numbers.find(spread(half), same).map(|(_, number)| *number)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// All of them, by number.
    pub fn into_list(self) -> Vec<T> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::{Distinct, Texts};

    #[test]
    fn equal_texts_have_one_number_and_every_text_is_found() {
        let mut texts = Texts::default();
        let words: Vec<String> = (0..1000).map(|n| format!("w{}", n % 700)).collect();
        let numbers: Vec<u32> = words.iter().map(|word| texts.intern(word)).collect();
        assert_eq!(texts.list().len(), 700);
        for (word, number) in words.iter().zip(numbers) {
            assert_eq!(texts.find(word), Some(number));
            assert_eq!(&*texts.list()[number as usize], word);
        }
        assert_eq!(texts.find("none"), None);
        let read = Texts::of(texts.list().to_vec());
        assert_eq!(read.find("w699"), texts.find("w699"));
    }

    #[test]
    fn a_text_has_the_place_that_it_has_in_order_once_many_were_compared() {
        let words =
            ["wolfram", "dysprosium", "", "wolfram carbide", "terbium", "dysprosium oxide", "w", "wolfram\0", "zinc é"];
        let mut texts = Texts::of(words.map(Into::into).to_vec());
        assert_eq!(texts.places(words.len() - 1), None);
        let mut sorted = words;
        sorted.sort_unstable();
        let places = words.map(|word| sorted.iter().position(|other| *other == word).unwrap_or(usize::MAX) as u32);
        assert_eq!(texts.places(1), Some(&places[..]));
        texts.intern("aluminium");
        assert_eq!(texts.places(1), None);
        assert_eq!(texts.places(20).map(<[u32]>::len), Some(words.len() + 1));
    }

    #[test]
    fn texts_are_found_again_where_they_lie_one_after_the_other() {
        let texts = Texts::of(["ab", "", "bc", "abc"].map(Into::into).to_vec());
        let Some(flat) = texts.flat() else { panic!("short texts lie one after the other") };
        let all: Vec<&[u8]> = (0..4).map(|number| flat.get(number)).collect();
        assert_eq!(all, [&b"ab"[..], b"", b"bc", b"abc"]);
        assert_eq!(flat.between(1..3), b"\xFFbc\xFF");
        for (number, text) in all.iter().enumerate() {
            let before: usize = all[..number].iter().map(|text| text.len() + 1).sum();
            assert!(
                (0..=text.len()).all(|at| flat.text_at(0, before + at) == number && flat.text_at(number, at) == number)
            );
        }
    }

    #[test]
    fn equal_things_have_one_number() {
        let mut things = Distinct::default();
        assert_eq!([5, 7, 5, 9].map(|n| things.intern(n)), [0, 1, 0, 2]);
        assert_eq!(things.into_list(), [5, 7, 9]);
    }
}
