//! The base of our IRIs, and how ids and names are written in them.

use std::fmt::Write;
use std::sync::Arc;

use oxigraph::model::NamedNode;

use crate::diag::{Diagnostic, code};

use super::word::{Space, Word};

/// What our IRIs begin with.
///
/// # Examples
/// ```
/// use portolan::rdf::Base;
/// assert_eq!(Base::default().node("cn-2025-18#1"), "https://w3id.org/portolan/id/cn-2025-18%231");
/// assert!(Base::new("portolan").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base(Arc<str>);

impl Default for Base {
    fn default() -> Self {
        Self("https://w3id.org/portolan/".into())
    }
}

impl Base {
    /// A base of one's own.
    ///
    /// # Errors
    /// It is not an absolute IRI that ends in `/`, without query and fragment.
    pub fn new(iri: &str) -> Result<Self, Diagnostic> {
        if iri.ends_with('/') && !iri.contains(['#', '?']) && NamedNode::new(iri).is_ok() {
            return Ok(Self(iri.into()));
        }
        Err(Diagnostic::new(code::BAD_BASE, format!("`{iri}` cannot be the base of IRIs"))
            .help("write an absolute IRI that ends in `/`, such as `https://example.org/trade/`"))
    }

    /// The IRI itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The IRI of the node of this id.
    #[must_use]
    pub fn node(&self, id: &str) -> String {
        let mut iri = format!("{}id/", self.0);
        encode_id(id, &mut iri);
        iri
    }

    /// The IRI of a label, a relationship type or a property.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        let mut iri = format!("{}ns/", self.0);
        encode_name(name, &mut iri);
        iri
    }

    pub(super) fn word(&self, word: Word) -> String {
        match Space::STANDARD.iter().find(|(space, ..)| *space == word.space) {
            Some((_, _, prefix)) => format!("{prefix}{}", word.local),
            None => format!("{}meta/{}", self.0, word.local),
        }
    }

    pub(super) fn find_word(&self, iri: &str) -> Option<Word> {
        if let Some(local) = iri.strip_prefix(self.as_str()).and_then(|rest| rest.strip_prefix("meta/")) {
            return Word::find(Space::Meta, local);
        }
        let (space, _, prefix) = Space::STANDARD.iter().find(|(_, _, prefix)| iri.starts_with(prefix))?;
        Word::find(*space, &iri[prefix.len()..])
    }

    /// The part of our IRI after the base.
    pub(super) fn strip<'a>(&self, iri: &'a str) -> Option<&'a str> {
        iri.strip_prefix(self.as_str())
    }
}

/// An id as a segment of a path: all but letters, digits and `-._~` of ASCII as `%` and two digits.
///
/// Source: RFC 3986, section 2.1. A segment of dots alone would be resolved away (section 5.2.4), so its dots are encoded.
pub(super) fn encode_id(id: &str, into: &mut String) {
    let dots = id.bytes().all(|byte| byte == b'.');
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') || (byte == b'.' && !dots) {
            into.push(byte as char);
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

/// The id of a segment; `None` where it is not one that [`encode_id`] writes.
pub(super) fn decode_id(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [byte, after @ ..] = rest {
        if *byte == b'%' {
            let hex = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    let id = String::from_utf8(bytes).ok()?;
    let mut again = String::with_capacity(segment.len());
    encode_id(&id, &mut again);
    (again == segment).then_some(id)
}

/// A name that is an XML name too, so that RDF/XML can use it as a tag: other characters as `_x` and their number in
/// hexadecimal and `_`.
///
/// Source: ISO/IEC 9075-14 (SQL/XML), section 9.1, with as many digits as are needed.
pub(super) fn encode_name(name: &str, into: &mut String) {
    if name.is_empty() {
        into.push_str("_x_");
    }
    for (at, c) in name.char_indices() {
        let plain = c.is_ascii_alphabetic()
            || (c == '_' && !name[at..].starts_with("_x"))
            || (at > 0 && (c.is_ascii_digit() || c == '-'));
        if plain {
            into.push(c);
        } else {
            let _ = write!(into, "_x{:X}_", u32::from(c));
        }
    }
}

/// The name of a segment; `None` where it is not one that [`encode_name`] writes.
pub(super) fn decode_name(segment: &str) -> Option<String> {
    let mut name = String::with_capacity(segment.len());
    let mut rest = segment;
    while let Some(at) = rest.find("_x") {
        name.push_str(&rest[..at]);
        let (hex, after) = rest[at + 2..].split_once('_')?;
        if !hex.is_empty() {
            name.push(char::from_u32(u32::from_str_radix(hex, 16).ok()?)?);
        }
        rest = after;
    }
    name.push_str(rest);
    let mut again = String::with_capacity(segment.len());
    encode_name(&name, &mut again);
    (again == segment).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{decode_id, decode_name, encode_id, encode_name};

    #[test]
    fn every_id_and_every_name_comes_back() {
        for text in ["", ".", "..", "a b", "cn-2025-18#1", "ü/%41", "_x", "_x41_", "x__x", "1st", "-a", "a:b", "\u{0}"]
        {
            let (mut id, mut name) = (String::new(), String::new());
            encode_id(text, &mut id);
            encode_name(text, &mut name);
            assert_eq!(decode_id(&id).as_deref(), Some(text));
            assert_eq!(decode_name(&name).as_deref(), Some(text), "{name}");
        }
    }

    #[test]
    fn what_we_do_not_write_is_not_read() {
        assert_eq!(decode_id("%41"), None);
        assert_eq!(decode_id("%4"), None);
        assert_eq!(decode_id("a/b"), None);
        assert_eq!(decode_name("_x41_"), None);
        assert_eq!(decode_name("_x4"), None);
    }
}
