//! Which positions of a column have a value.

use std::ops::Range;

/// Positions that have a value.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    /// Those that follow one another: nodes of one label often do.
    Range(Range<u32>),
    /// These, in order.
    Few(Vec<u32>),
    /// Those whose bits are set; and how many of them are before each word, with all of them at the end.
    Many { bits: Vec<u64>, before: Vec<u32> },
}

/// Positions to each of which one value comes at least, where bits are kept of them.
const SPARSEST: usize = 32;

impl Rows {
    /// Of positions in order.
    pub fn of(rows: Vec<u32>) -> Self {
        match (rows.first(), rows.last()) {
            (Some(first), Some(last)) if (last - first) as usize + 1 == rows.len() => Rows::Range(*first..last + 1),
            (None, None) => Self::all(0),
            _ => Self::spelled(rows),
        }
    }

    /// So many from 0.
    pub fn all(n: usize) -> Self {
        Rows::Range(0..n as u32)
    }

    /// Positions in order, one by one or as bits, whichever is less.
    pub fn spelled(rows: Vec<u32>) -> Self {
        let bound = rows.last().map_or(0, |last| *last as usize + 1);
        if bound / rows.len().max(1) > SPARSEST {
            return Rows::Few(rows);
        }
        let mut bits = vec![0_u64; bound.div_ceil(64)];
        for row in &rows {
            bits[*row as usize / 64] |= 1 << (row % 64);
        }
        Self::many(bits)
    }

    /// Of bits, of which some is set.
    pub fn of_bits(bits: Vec<u64>) -> Self {
        let n: usize = bits.iter().map(|word| word.count_ones() as usize).sum();
        let bound = bits.iter().rposition(|word| *word != 0).map_or(0, |at| {
            let word = bits[at];
            at * 64 + 64 - word.leading_zeros() as usize
        });
        let first = set(&bits).next().unwrap_or_default();
        if first as usize + n == bound {
            return Rows::Range(first..bound as u32);
        }
        if bound / n > SPARSEST {
            return Rows::Few(set(&bits).collect());
        }
        let mut bits = bits;
        bits.truncate(bound.div_ceil(64));
        bits.shrink_to_fit();
        Self::many(bits)
    }

    fn many(bits: Vec<u64>) -> Self {
        let mut n = 0;
        let mut before = Vec::with_capacity(bits.len() + 1);
        for word in &bits {
            before.push(n);
            n += word.count_ones();
        }
        before.push(n);
        Rows::Many { bits, before }
    }

    /// How many positions have a value.
    pub fn len(&self) -> usize {
        match self {
            Rows::Range(rows) => rows.len(),
            Rows::Few(rows) => rows.len(),
            Rows::Many { before, .. } => before.last().map_or(0, |n| *n as usize),
        }
    }

    /// The place of a position's value.
    pub fn place(&self, row: u32) -> Option<usize> {
        match self {
            Rows::Range(rows) => rows.contains(&row).then(|| (row - rows.start) as usize),
            Rows::Few(rows) => place(rows, row),
            Rows::Many { bits, before } => {
                let (word, bit) = (row as usize / 64, 1_u64 << (row % 64));
                let here = *bits.get(word)?;
                (here & bit != 0).then(|| (before[word] + (here & (bit - 1)).count_ones()) as usize)
            }
        }
    }

    /// By how much the place of each of these positions is lower than the position, where each has a value and all follow one another.
    pub fn offset(&self, positions: &Range<u32>) -> Option<u32> {
        let Rows::Range(rows) = self else { return None };
        (rows.start <= positions.start && positions.end <= rows.end).then_some(rows.start)
    }

    /// Of positions that follow one another: the place that the first value among them has, and whether each has one, in words of bits;
    /// `None` where no bits are kept.
    pub fn gaps(&self, positions: Range<u32>) -> Option<(usize, impl Iterator<Item = (u64, usize)> + Clone)> {
        let Rows::Many { bits, before } = self else { return None };
        let word_of = |row: u32| bits.get((row / 64) as usize).copied().unwrap_or_default();
        let below = word_of(positions.start) & ((1 << (positions.start % 64)) - 1);
        let so_far = before.get((positions.start / 64) as usize).or(before.last()).copied().unwrap_or_default();
        let words = positions.start / 64..positions.end.div_ceil(64);
        let words = words.map(move |word| {
            let (from, to) = (positions.start.max(word * 64), positions.end.min(word * 64 + 64));
            let unused = 64 - (to - from);
            (word_of(from) >> (from % 64) << unused >> unused, (to - from) as usize)
        });
        Some(((so_far + below.count_ones()) as usize, words))
    }

    /// The places of positions that follow one another.
    pub fn places(&self, positions: Range<u32>, none: u32) -> Vec<u32> {
        let mut places = Vec::with_capacity(positions.len());
        match self {
            Rows::Many { bits, before } => {
                let mut row = positions.start;
                while row < positions.end {
                    let (word, shift) = ((row / 64) as usize, row % 64);
                    let here = bits.get(word).copied().unwrap_or_default();
                    let below = here & ((1 << shift) - 1);
                    let mut next = before.get(word).copied().unwrap_or_default() + below.count_ones();
                    let n = (64 - shift).min(positions.end - row);
                    places.extend((shift..shift + n).map(|bit| {
                        let has = (here >> bit) as u32 & 1;
                        let place = if has == 1 { next } else { none };
                        next += has;
                        place
                    }));
                    row += n;
                }
            }
            Rows::Range(_) | Rows::Few(_) => {
                places.extend(positions.map(|row| self.place(row).map_or(none, |place| place as u32)));
            }
        }
        places
    }

    /// The position of a place.
    pub fn row(&self, place: usize) -> u32 {
        match self {
            Rows::Range(rows) => rows.start + place as u32,
            Rows::Few(rows) => rows[place],
            Rows::Many { bits, before } => {
                let word = before.partition_point(|n| *n as usize <= place) - 1;
                let mut here = bits[word];
                for _ in 0..place - before[word] as usize {
                    here &= here - 1;
                }
                word as u32 * 64 + here.trailing_zeros()
            }
        }
    }

    /// The positions, in order.
    pub fn iter(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match self {
            Rows::Range(rows) => Box::new(rows.clone()),
            Rows::Few(rows) => Box::new(rows.iter().copied()),
            Rows::Many { bits, .. } => Box::new(set(bits)),
        }
    }
}

/// The numbers of bits that are set.
fn set(bits: &[u64]) -> impl Iterator<Item = u32> + '_ {
    bits.iter().zip((0..).step_by(64)).flat_map(|(word, first)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let at: u32 = rest.trailing_zeros();
            (rest != 0).then(|| {
                rest &= rest - 1;
                first + at
            })
        })
    })
}

/// Where a position stands among sorted ones. Things of one kind are often numbered one after the other: there it is tried first.
fn place(rows: &[u32], row: u32) -> Option<usize> {
    let in_sequence = row.checked_sub(*rows.first()?)? as usize;
    if rows.get(in_sequence) == Some(&row) { Some(in_sequence) } else { rows.binary_search(&row).ok() }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn places_and_positions_are_each_others_inverse() {
        let forms: [Vec<u32>; 7] = [
            vec![],
            (0..100).collect(),
            vec![3, 70_000],
            (0..1000).filter(|n| n % 3 != 1).collect(),
            (64..130).chain(200..201).collect(),
            (70..300).collect(),
            (70_000..70_003).collect(),
        ];
        for positions in forms {
            let mut bits = vec![0_u64; positions.last().map_or(0, |last| *last as usize / 64 + 3)];
            for row in &positions {
                bits[*row as usize / 64] |= 1 << (row % 64);
            }
            for rows in [Rows::of(positions.clone()), Rows::of_bits(bits), Rows::spelled(positions.clone())] {
                assert_eq!(rows.len(), positions.len());
                assert_eq!(rows.iter().collect::<Vec<_>>(), positions);
                for (place, row) in positions.iter().enumerate() {
                    assert_eq!((rows.row(place), rows.place(*row)), (*row, Some(place)));
                }
                for (from, to) in [(0, 300), (3, 64), (64, 128), (127, 129), (65_000, 70_010)] {
                    let each = (from..to).map(|row| rows.place(row).map_or(u32::MAX, |place| place as u32));
                    let each: Vec<u32> = each.collect();
                    assert_eq!(rows.places(from..to, u32::MAX), each);
                    if let Some((first, words)) = rows.gaps(from..to) {
                        let has = words.flat_map(|(word, n)| (0..n).map(move |bit| word >> bit & 1 == 1));
                        assert_eq!(
                            has.collect::<Vec<_>>(),
                            each.iter().map(|place| *place != u32::MAX).collect::<Vec<_>>()
                        );
                        let there = each.iter().find(|place| **place != u32::MAX);
                        assert!(there.is_none_or(|place| *place as usize == first), "from {from} to {to}");
                    }
                }
                for (from, to) in [(0, 50), (71, 300), (70, 301), (70_000, 70_003)] {
                    if let Some(offset) = rows.offset(&(from..to)) {
                        assert!((from..to).all(|row| rows.place(row) == Some((row - offset) as usize)));
                    }
                }
                let absent = |row: &u32| !positions.contains(row);
                assert!((0..300).filter(absent).all(|row| rows.place(row).is_none()));
            }
        }
    }
}
