//! Numbers that were met, of each group: a short list, then a bit for each number or a set, whichever is smaller.

use rustc_hash::FxHashSet;

/// As many are looked through one after the other.
const FEW: usize = 16;

/// Bits that are always kept, and for each number that was met, before a set is smaller.
const BITS: usize = 8192;
const BITS_OF_EACH: usize = 256;

/// Numbers of one group.
#[derive(Debug)]
pub(super) enum Seen {
    Few(Vec<u32>),
    Bits(Vec<u64>),
    Many(FxHashSet<u32>),
}

impl Default for Seen {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Seen {
    /// Meets one of so many numbers; whether it is new.
    pub fn insert(&mut self, number: u32, n: usize) -> bool {
        match self {
            Self::Few(few) if few.contains(&number) => false,
            Self::Few(few) if few.len() < FEW => {
                few.push(number);
                true
            }
            Self::Few(few) => {
                let few = std::mem::take(few);
                *self = if n <= BITS.max(few.len() * BITS_OF_EACH) {
                    Self::Bits(Vec::new())
                } else {
                    Self::Many(FxHashSet::default())
                };
                few.into_iter().chain([number]).for_each(|number| _ = self.insert(number, n));
                true
            }
            Self::Bits(bits) => {
                let (word, bit) = (number as usize / 64, 1 << (number % 64));
                if bits.len() <= word {
                    bits.resize(n.div_ceil(64).max(word + 1), 0);
                }
                let is_new = bits[word] & bit == 0;
                bits[word] |= bit;
                is_new
            }
            Self::Many(many) => many.insert(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{BITS, Seen};

    #[test]
    fn a_number_is_new_once_however_many_there_are() {
        for n in [10, 1000, BITS, 1_000_000] {
            let (mut seen, mut known) = (Seen::default(), BTreeSet::new());
            for at in 0..2000_usize {
                // The numbers grow as values come that were not there before.
                let so_far = n.min(20 + at * 40);
                let number = (at * at * 7919 % so_far) as u32;
                assert_eq!(seen.insert(number, so_far), known.insert(number), "{number} of {n}");
            }
        }
    }
}
