//! One line of a log: length, checksum, content. A line is there as a whole or not at all.
//!
//! The checksum goes over the line before it too, so that no line can be lost from the middle, or change its place.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Characters of a checksum.
const WIDTH: usize = 16;

/// The checksum of what was written so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain(String);

impl Chain {
    /// The line of a content, and the checksum after it.
    pub fn line(&self, content: &str) -> (String, Chain) {
        let next = self.after(content);
        (format!("{} {} {content}\n", content.len(), next.0), next)
    }

    fn after(&self, content: &str) -> Chain {
        Chain(checksum(&[&self.0, content]))
    }
}

/// The beginning of the SHA-256 of texts, one after the other.
pub(super) fn checksum(texts: &[&str]) -> String {
    let digest = texts.iter().fold(Sha256::new(), Digest::chain_update).finalize();
    let mut hex = String::new();
    for byte in digest.iter().take(WIDTH / 2) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// A line that is not as it was written; its number counts from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    pub line: usize,
}

/// The contents of the lines. What follows the last line end was not written to its end, and is left out.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<&str>, Damage> {
    let mut contents = Vec::new();
    let mut chain = Chain::default();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(line) = line.strip_suffix(b"\n") else { break };
        let damage = Damage { line: contents.len() + 1 };
        let line = std::str::from_utf8(line).map_err(|_| damage)?;
        let mut parts = line.splitn(3, ' ');
        let (Some(length), Some(checksum), Some(content)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(damage);
        };
        chain = chain.after(content);
        if length.parse() != Ok(content.len()) || checksum != chain.0 {
            return Err(damage);
        }
        contents.push(content);
    }
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use super::{Chain, Damage, read};

    fn log(contents: &[&str]) -> String {
        let mut chain = Chain::default();
        let mut text = String::new();
        for content in contents {
            let (line, next) = chain.line(content);
            text += &line;
            chain = next;
        }
        text
    }

    #[test]
    fn cut_anywhere_it_holds_the_lines_that_are_whole() {
        let text = log(&["one", "", "three ü"]);
        for cut in 0..=text.len() {
            let bytes = &text.as_bytes()[..cut];
            let whole = bytes.split(|byte| *byte == b'\n').count() - 1;
            assert_eq!(read(bytes).map(|lines| lines.len()), Ok(whole), "{cut}");
        }
    }

    #[test]
    fn a_changed_byte_or_a_missing_line_is_damage() {
        let text = log(&["one", "two", "three"]);
        // The last line end is what makes the last line whole.
        for at in 0..text.len() - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert!(read(&bytes).is_err(), "{at}");
        }
        let without: String =
            text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != 1).map(|(_, l)| l).collect();
        assert_eq!(read(without.as_bytes()), Err(Damage { line: 2 }));
    }
}
