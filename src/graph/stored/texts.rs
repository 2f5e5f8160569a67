//! Texts one after the other, compressed: their lengths, then all their bytes.

use std::sync::Arc;

use super::bytes::{Broken, Input, put_bytes, put_number};
use super::ints::{get_ints, put_ints};

/// A byte of compressed text stands for no more bytes than this.
const DENSEST: usize = 256;

/// Adds texts.
pub fn put_texts(out: &mut Vec<u8>, texts: &[Arc<str>]) {
    put_number(out, texts.len() as u64);
    put_ints(out, &texts.iter().map(|text| text.len() as u64).collect::<Vec<_>>());
    let mut all = Vec::with_capacity(texts.iter().map(|text| text.len()).sum());
    for text in texts {
        all.extend_from_slice(text.as_bytes());
    }
    put_bytes(out, &lz4_flex::block::compress(&all));
}

/// Reads texts.
pub fn get_texts(input: &mut Input<'_>) -> Result<Vec<Arc<str>>, Broken> {
    let n = input.small()? as usize;
    let lengths = get_ints(input, n)?;
    let compressed = input.bytes()?;
    let most = compressed.len().saturating_mul(DENSEST) as u64;
    let size = lengths.iter().try_fold(0_u64, |sum, length| sum.checked_add(*length)).filter(|size| *size <= most);
    let size = usize::try_from(size.ok_or(Broken)?).map_err(|_| Broken)?;
    let all = lz4_flex::block::decompress(compressed, size).map_err(|_| Broken)?;
    let all = str::from_utf8(&all).map_err(|_| Broken)?;
    if all.len() != size {
        return Err(Broken);
    }
    let mut at = 0;
    let text = |length: &u64| {
        let from = at;
        at += *length as usize;
        all.get(from..at).map(Into::into).ok_or(Broken)
    };
    lengths.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{Input, get_texts, put_texts};

    proptest! {
        #[test]
        fn texts_are_read_as_they_were_written(texts in vec(".{0,6}", 0..60)) {
            let texts: Vec<Arc<str>> = texts.into_iter().map(Into::into).collect();
            let mut out = Vec::new();
            put_texts(&mut out, &texts);
            let mut input = Input(&out);
            prop_assert_eq!(get_texts(&mut input), Ok(texts));
            prop_assert_eq!(input.end(), Ok(()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300)) {
            let _ = get_texts(&mut Input(&bytes));
        }
    }
}
