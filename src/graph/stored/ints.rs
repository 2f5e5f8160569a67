//! Whole numbers in blocks: each block packs what its numbers are above its least into as few bits as the largest needs. Of the
//! ways to write a sequence (the numbers, the steps between them, how often each repeats) the shortest is taken.

use super::bytes::{Broken, Input, put_number, room, unzigzag, zigzag};

/// Numbers that are packed alike.
const BLOCK: usize = 128;

const PLAIN: u8 = 0;
const STEPS: u8 = 1;
const RUNS: u8 = 2;

/// Adds numbers.
pub fn put_ints(out: &mut Vec<u8>, numbers: &[u64]) {
    let steps = || {
        let mut before = 0_u64;
        numbers.iter().map(move |number| zigzag(number.wrapping_sub(std::mem::replace(&mut before, *number)) as i64))
    };
    let (plain, stepped, runs) =
        (size(numbers.iter().copied()), size(steps()), numbers.chunk_by(|a, b| a == b).count() * 6);
    if runs < plain && runs < stepped {
        out.push(RUNS);
        for run in numbers.chunk_by(|a, b| a == b) {
            put_number(out, run.len() as u64);
            put_number(out, run[0]);
        }
    } else if stepped < plain {
        out.push(STEPS);
        pack(out, steps());
    } else {
        out.push(PLAIN);
        pack(out, numbers.iter().copied());
    }
}

/// Reads so many numbers.
pub fn get_ints(input: &mut Input<'_>, n: usize) -> Result<Vec<u64>, Broken> {
    get_as(input, n, Ok)
}

/// Reads so many numbers as something else.
pub fn get_as<T>(
    input: &mut Input<'_>,
    n: usize,
    mut make: impl FnMut(u64) -> Result<T, Broken>,
) -> Result<Vec<T>, Broken>
where
    T: Clone,
{
    let kind = input.byte()?;
    match kind {
        RUNS => {
            let mut numbers = Vec::new();
            while numbers.len() < n {
                let times = usize::try_from(input.number()?).map_err(|_| Broken)?;
                if times == 0 || times > n - numbers.len() {
                    return Err(Broken);
                }
                let value = make(input.number()?)?;
                numbers.try_reserve_exact(times).map_err(|_| Broken)?;
                numbers.resize(numbers.len() + times, value);
            }
            Ok(numbers)
        }
        PLAIN | STEPS => {
            // A block takes two bytes at least.
            if n.div_ceil(BLOCK) > input.0.len() {
                return Err(Broken);
            }
            let mut numbers = room(n)?;
            let mut before = 0_u64;
            unpack(input, n, |number| {
                let number = if kind == STEPS { before.wrapping_add(unzigzag(number) as u64) } else { number };
                before = number;
                numbers.push(make(number)?);
                Ok(())
            })?;
            Ok(numbers)
        }
        _ => Err(Broken),
    }
}

/// Bits that the largest needs above the least.
fn width(least: u64, largest: u64) -> u32 {
    64 - (largest - least).leading_zeros()
}

/// Calls `each` with every block, its least number and its width.
fn blocks(mut numbers: impl Iterator<Item = u64>, mut each: impl FnMut(&[u64], u64, u32)) {
    let mut block = Vec::with_capacity(BLOCK);
    loop {
        block.clear();
        block.extend(numbers.by_ref().take(BLOCK));
        let (Some(least), Some(largest)) = (block.iter().min(), block.iter().max()) else { return };
        each(&block, *least, width(*least, *largest));
    }
}

/// About how many bytes they take packed.
fn size(numbers: impl Iterator<Item = u64>) -> usize {
    let mut size = 0;
    blocks(numbers, |block, least, width| {
        size += 2 + (64 - least.leading_zeros() as usize) / 7 + block.len() * width as usize / 8;
    });
    size
}

fn pack(out: &mut Vec<u8>, numbers: impl Iterator<Item = u64>) {
    blocks(numbers, |block, least, width| {
        out.push(width as u8);
        put_number(out, least);
        let (mut bits, mut n_bits) = (0_u128, 0);
        for number in block {
            bits |= u128::from(number - least) << n_bits;
            n_bits += width;
            while n_bits >= 8 {
                out.push(bits as u8);
                bits >>= 8;
                n_bits -= 8;
            }
        }
        if n_bits > 0 {
            out.push(bits as u8);
        }
    });
}

fn unpack(input: &mut Input<'_>, n: usize, mut each: impl FnMut(u64) -> Result<(), Broken>) -> Result<(), Broken> {
    let mut left = n;
    while left > 0 {
        let in_block = left.min(BLOCK);
        left -= in_block;
        let width = u32::from(input.byte()?);
        let least = input.number()?;
        if width > 64 {
            return Err(Broken);
        }
        let packed = input.take((in_block * width as usize).div_ceil(8))?;
        let mask = if width == 64 { u64::MAX } else { (1 << width) - 1 };
        for place in 0..in_block {
            let bit = place * width as usize;
            let bits = if width <= 56 { word(packed, bit / 8) >> (bit % 8) } else { wide(packed, bit / 8, bit % 8) };
            each(least.wrapping_add(bits & mask))?;
        }
    }
    Ok(())
}

/// Eight bytes from here on, zeros after the last.
fn word(bytes: &[u8], at: usize) -> u64 {
    if let Some(whole) = bytes.get(at..at + 8).and_then(|whole| whole.try_into().ok()) {
        return u64::from_le_bytes(whole);
    }
    bytes.iter().skip(at).take(8).rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// The same where nine bytes may be needed.
fn wide(bytes: &[u8], at: usize, shift: usize) -> u64 {
    let above = u128::from(bytes.get(at + 8).copied().unwrap_or_default()) << 64;
    ((above | u128::from(word(bytes, at))) >> shift) as u64
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{Input, get_ints, put_ints};

    proptest! {
        #[test]
        fn numbers_are_read_as_they_were_written(
            parts in vec((0_u32..64, any::<u64>(), vec(any::<u64>(), 0..200), 0_u8..3), 0..4),
        ) {
            let mut numbers: Vec<u64> = Vec::new();
            for (shift, first, part, kind) in parts {
                match kind {
                    0 => numbers.extend(part.iter().map(|number| number >> shift)),
                    1 => numbers.extend(part.iter().scan(first, |sum, step| {
                        *sum = sum.wrapping_add(step >> shift);
                        Some(*sum)
                    })),
                    _ => numbers.resize(numbers.len() + part.len(), first),
                }
            }
            let mut out = Vec::new();
            put_ints(&mut out, &numbers);
            let mut input = Input(&out);
            prop_assert_eq!(get_ints(&mut input, numbers.len()), Ok(numbers));
            prop_assert_eq!(input.end(), Ok(()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300), n in 0_usize..5000) {
            if let Ok(numbers) = get_ints(&mut Input(&bytes), n) {
                prop_assert_eq!(numbers.len(), n);
            }
        }
    }
}
