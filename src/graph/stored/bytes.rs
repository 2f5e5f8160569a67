//! Numbers, texts and structures in bytes, and back. Reading never panics: bytes that say nothing are [`Broken`].

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes that are not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// Structures of maps and lists nest no deeper than this.
pub const DEEPEST: usize = 128;

/// Adds a number in as few groups of seven bits as it needs.
pub fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Adds bytes after their length.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Adds a structure after its length.
pub fn put(out: &mut Vec<u8>, thing: &impl Serialize) {
    // Writing to memory what derives its form does not fail; if it did, reading it would.
    put_bytes(out, &postcard::to_stdvec(thing).unwrap_or_default());
}

/// A number that may be negative as one that is small where it is near zero.
pub fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// And back.
pub fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Bytes that are read from the front.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next so many bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    /// A byte.
    pub fn byte(&mut self) -> Result<u8, Broken> {
        Ok(self.take(1)?[0])
    }

    /// A number.
    pub fn number(&mut self) -> Result<u64, Broken> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                // The tenth group has one bit.
                return if shift == 63 && byte > 1 { Err(Broken) } else { Ok(number) };
            }
        }
        Err(Broken)
    }

    /// A number of 32 bits.
    pub fn small(&mut self) -> Result<u32, Broken> {
        u32::try_from(self.number()?).map_err(|_| Broken)
    }

    /// Bytes after their length.
    pub fn bytes(&mut self) -> Result<&'a [u8], Broken> {
        let n = usize::try_from(self.number()?).map_err(|_| Broken)?;
        self.take(n)
    }

    /// A text.
    pub fn text(&mut self) -> Result<&'a str, Broken> {
        str::from_utf8(self.bytes()?).map_err(|_| Broken)
    }

    /// A structure after its length.
    pub fn get<T: DeserializeOwned>(&mut self) -> Result<T, Broken> {
        match postcard::take_from_bytes(self.bytes()?) {
            Ok((thing, [])) => Ok(thing),
            _ => Err(Broken),
        }
    }

    /// That everything was read.
    pub fn end(self) -> Result<(), Broken> {
        if self.0.is_empty() { Ok(()) } else { Err(Broken) }
    }
}

/// Room for so many things; refused where memory has none.
pub fn room<T>(n: usize) -> Result<Vec<T>, Broken> {
    let mut room = Vec::new();
    room.try_reserve_exact(n).map_err(|_| Broken)?;
    Ok(room)
}

#[cfg(test)]
mod tests {
    use super::{Input, put_number, unzigzag, zigzag};

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for number in [0, 1, 127, 128, 300, 1 << 40, u64::MAX] {
            let mut out = Vec::new();
            put_number(&mut out, number);
            let mut input = Input(&out);
            assert_eq!((input.number(), input.end()), (Ok(number), Ok(())));
            assert_eq!(zigzag(unzigzag(number)), number);
        }
        assert!(Input(&[0xFF; 10]).number().is_err() && Input(&[0x80]).number().is_err());
    }
}
