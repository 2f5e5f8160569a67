//! The truths of a condition in many rows, joined a row of bytes at a time.

use super::Vector;

/// True, false or unknown for each of some rows, in three-valued logic (openCypher 9, "Logical operations").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Truths(Vec<u8>);

const UNKNOWN: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;

fn byte(truth: Option<bool>) -> u8 {
    truth.map_or(UNKNOWN, known)
}

/// Without a branch, as loops over many need it.
fn known(truth: bool) -> u8 {
    FALSE - u8::from(truth)
}

impl Truths {
    /// The same for so many rows.
    pub fn all(truth: Option<bool>, n: usize) -> Self {
        Self(vec![byte(truth); n])
    }

    /// Of rows that are all known.
    pub fn known(truths: impl Iterator<Item = bool>) -> Self {
        Self(truths.map(known).collect())
    }

    /// Of rows of which each has a bit, in words of so many bits, the lowest being the first; all are known.
    pub fn bits(words: impl Iterator<Item = (u64, usize)>, n: usize) -> Self {
        let mut truths = Vec::with_capacity(n);
        for (word, n) in words {
            truths.extend((0..n).map(|bit| known(word >> bit & 1 == 1)));
        }
        Self(truths)
    }

    /// Each where the next bit is set, and unknown where it is not.
    pub fn spread(mut self, words: impl Iterator<Item = (u64, usize)>, n: usize) -> Self {
        // One is looked at beyond the last.
        self.0.push(UNKNOWN);
        let (mut truths, mut at) = (Vec::with_capacity(n), 0);
        for (word, n) in words {
            truths.extend((0..n).map(|bit| {
                let is_there = word >> bit & 1;
                let truth = self.0[at] * is_there as u8;
                at += is_there as usize;
                truth
            }));
        }
        Self(truths)
    }

    /// Of values of which some are not there, by whether they are: where one is not, the truth is unknown.
    pub fn where_there(truths: impl Iterator<Item = (bool, bool)>) -> Self {
        Self(truths.map(|(is_there, truth)| known(truth) * u8::from(is_there)).collect())
    }

    pub fn not(mut self) -> Self {
        for truth in &mut self.0 {
            *truth = (*truth & TRUE) << 1 | *truth >> 1;
        }
        self
    }

    /// The same, but true where it is unknown.
    pub fn or_unknown(mut self) -> Self {
        for truth in &mut self.0 {
            *truth |= u8::from(*truth == UNKNOWN);
        }
        self
    }

    pub fn and(mut self, others: &Self) -> Self {
        for (truth, other) in self.0.iter_mut().zip(&others.0) {
            *truth = *truth & *other & TRUE | (*truth | *other) & FALSE;
        }
        self
    }

    pub fn or(mut self, others: &Self) -> Self {
        for (truth, other) in self.0.iter_mut().zip(&others.0) {
            *truth = (*truth | *other) & TRUE | *truth & *other & FALSE;
        }
        self
    }

    /// The same where others are true, and unknown elsewhere.
    pub fn known_where(mut self, others: &Self) -> Self {
        for (truth, other) in self.0.iter_mut().zip(&others.0) {
            *truth *= u8::from(*other == TRUE);
        }
        self
    }

    pub fn xor(mut self, others: &Self) -> Self {
        for (truth, other) in self.0.iter_mut().zip(&others.0) {
            let are_known = u8::from(*truth != UNKNOWN && *other != UNKNOWN);
            *truth = known(truth != other) * are_known;
        }
        self
    }

    /// In which rows it is true.
    pub fn into_bools(self) -> Vec<bool> {
        self.0.into_iter().map(|truth| truth == TRUE).collect()
    }

    /// The truths as values.
    pub fn into_vector(self) -> Vector {
        let values = Vector::Bools(self.0.iter().map(|truth| *truth == TRUE).collect());
        if !self.0.contains(&UNKNOWN) {
            return values;
        }
        Vector::nullable(values, self.0.into_iter().map(|truth| truth != UNKNOWN).collect())
    }

    /// In how many rows it is another one than this.
    pub fn n_other_than(&self, truth: bool) -> usize {
        let truth = known(truth);
        self.0.iter().filter(|other| **other != truth).count()
    }

    /// The rows in which it is another one than this.
    pub fn other_than(&self, truth: bool) -> Vec<u32> {
        let truth = known(truth);
        self.which(|other| other != truth)
    }

    /// In how many rows it is true of each of so many that follow one another.
    pub fn n_true_of(&self, lens: impl Iterator<Item = usize>) -> impl Iterator<Item = u32> {
        // A bit for each, and words of bits are counted: the lowest bits of eight bytes come to lie one beside the other in the highest
        // byte of the product.
        let bits = |bytes: [u8; 8]| {
            let ones = u64::from_le_bytes(bytes) & (u64::from(TRUE) * 0x0101_0101_0101_0101);
            ones.wrapping_mul(0x0102_0408_1020_4080) >> 56
        };
        let (eights, rest) = self.0.as_chunks::<8>();
        let mut last = [UNKNOWN; 8];
        last[..rest.len()].copy_from_slice(rest);
        let mut words = vec![0; eights.len() / 8 + 1];
        for (at, eight) in eights.iter().chain([&last]).enumerate() {
            words[at / 8] |= bits(*eight) << (at % 8 * 8);
        }
        let mut at = 0;
        lens.map(move |len| {
            let mut n = 0;
            let end = at + len;
            while at < end {
                let (word, shift, n_here) = (words[at / 64], at % 64, (64 - at % 64).min(end - at));
                n += (word >> shift << (64 - n_here)).count_ones();
                at += n_here;
            }
            n
        })
    }

    /// The rows in which it is true.
    pub fn true_ones(&self) -> Vec<u32> {
        self.which(|truth| truth == TRUE)
    }

    fn which(&self, wanted: impl Fn(u8) -> bool) -> Vec<u32> {
        // Each row is written down, and the next one over it unless it is wanted: no branch is guessed.
        let mut rows = vec![0; self.0.len()];
        let mut n = 0;
        for (row, truth) in self.0.iter().enumerate() {
            rows[n] = row as u32;
            n += usize::from(wanted(*truth));
        }
        rows.truncate(n);
        rows
    }

    /// What it is in some rows, given for each of all; the others stay.
    pub fn replace(mut self, rows: &[u32], by: &Self) -> Self {
        for (row, truth) in rows.iter().zip(&by.0) {
            self.0[*row as usize] = *truth;
        }
        self
    }

    /// What it is in these rows.
    pub fn of_rows(&self, rows: &[u32]) -> Self {
        Self(rows.iter().map(|row| self.0[*row as usize]).collect())
    }
}

impl FromIterator<Option<bool>> for Truths {
    fn from_iter<I: IntoIterator<Item = Option<bool>>>(truths: I) -> Self {
        Self(truths.into_iter().map(byte).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Truths;

    const THREE: [Option<bool>; 3] = [Some(true), Some(false), None];

    #[test]
    fn many_truths_are_joined_as_one_is_by_the_tables_of_three_valued_logic() {
        let (ones, others): (Vec<_>, Vec<_>) = THREE.iter().flat_map(|one| THREE.map(|other| (*one, other))).unzip();
        let [ones, others] = [ones, others].map(|truths| truths.into_iter().collect::<Truths>());
        // True, false and unknown, by their first letters.
        let table = |letters: &str| -> Truths {
            let truth = |letter| if letter == 'u' { None } else { Some(letter == 't') };
            letters.chars().map(truth).collect()
        };
        assert_eq!(ones.clone().and(&others), table("tfufffufu"));
        assert_eq!(ones.clone().or(&others), table("ttttfutuu"));
        assert_eq!(ones.clone().xor(&others), table("ftutfuuuu"));
        assert_eq!(ones.clone().known_where(&others), table("tuufuuuuu"));
        assert_eq!(ones.clone().not(), table("ffftttuuu"));
        assert_eq!(ones.clone().or_unknown(), table("tttfffttt"));
        assert_eq!(ones.true_ones(), [0, 1, 2]);
        assert_eq!((ones.n_other_than(false), ones.other_than(false)), (6, vec![0, 1, 2, 6, 7, 8]));
    }

    #[test]
    fn what_is_not_there_is_unknown() {
        let some = [(true, true), (true, false), (false, true), (false, false)];
        assert_eq!(Truths::where_there(some.into_iter()), [Some(true), Some(false), None, None].into_iter().collect());
        let words = || [(0b011, 3), (0b1, 1)].into_iter();
        let there = Truths::known([true, false, true].into_iter()).spread(words(), 4);
        assert_eq!(there, [Some(true), Some(false), None, Some(true)].into_iter().collect());
        assert_eq!(Truths::bits(words(), 4), Truths::known([true, true, false, true].into_iter()));
        let all = Truths::known([true, false, true, true].into_iter());
        assert_eq!(all.of_rows(&[1, 2]), [Some(false), Some(true)].into_iter().collect());
        assert_eq!(all.n_true_of([1, 0, 3].into_iter()).collect::<Vec<_>>(), [1, 0, 2]);
        let many = Truths::known((0..200).map(|n| n % 3 == 0));
        let counts: Vec<u32> = many.n_true_of([7, 60, 0, 100, 33].into_iter()).collect();
        assert_eq!(counts, [3, 20, 0, 33, 11]);
        assert_eq!(all.replace(&[0, 3], &Truths::all(None, 2)).true_ones(), [2]);
    }
}
