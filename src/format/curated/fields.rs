//! The keys of one mapping, taken one by one; what nobody takes is an unknown key.

use std::collections::HashMap;

use crate::diag::{Diagnostic, Span, code};

use super::part::Part;
use super::reader::Reader;
use super::yaml::{Content, Entry, Yaml};

/// A mapping that is being read.
pub(super) struct Fields<'y> {
    pub span: Span,
    /// The first key, to point at the mapping without underlining all of it.
    pub start: Span,
    open: Vec<&'y Entry>,
    part: &'static Part,
}

/// Whether a key is a relationship type: capitals, digits and underscores.
pub(super) fn is_type(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

impl<'y> Fields<'y> {
    /// The keys of a mapping; anything else is a mistake.
    pub fn of(yaml: &'y Yaml, part: &'static Part, reader: &mut Reader) -> Option<Self> {
        match &yaml.value {
            Content::Map(entries) => {
                let mut firsts: HashMap<&str, &Entry> = HashMap::new();
                let mut open = Vec::with_capacity(entries.len());
                for entry in entries {
                    if let Some(first) = firsts.get(entry.key.as_str()) {
                        let twice = Diagnostic::new(code::DUPLICATE_KEY, format!("`{}` is written twice", entry.key));
                        reader.wrong(twice.at(entry.at, "the second time").at(first.at, "the first time"));
                    } else {
                        firsts.insert(&entry.key, entry);
                        open.push(entry);
                    }
                }
                let start = entries.first().map_or(yaml.span, |entry| entry.at);
                Some(Self { span: yaml.span, start, open, part })
            }
            _ => {
                let message = format!("{} is a mapping, not {}", part.what, yaml.kind());
                let wrong = Diagnostic::new(code::WRONG_SHAPE, message);
                reader.wrong(wrong.at(yaml.span, "expected `key: value` pairs"));
                None
            }
        }
    }

    /// No keys: a statement that only inherits.
    pub fn nothing(span: Span) -> Self {
        Self { span, start: span, open: Vec::new(), part: &super::part::TARGET }
    }

    /// Whether a key is written.
    pub fn has(&self, key: &str) -> bool {
        self.open.iter().any(|entry| entry.key == key)
    }

    /// Whether something is left that nobody took.
    pub fn is_done(&self) -> bool {
        self.open.is_empty()
    }

    /// Takes a key.
    pub fn take(&mut self, key: &'static str) -> Option<&'y Yaml> {
        self.take_entry(key).map(|entry| &entry.value)
    }

    /// Takes a key with its place.
    pub fn take_entry(&mut self, key: &'static str) -> Option<&'y Entry> {
        debug_assert!(self.part.names().any(|name| name == key), "{} has no key `{key}`", self.part.what);
        let at = self.open.iter().position(|entry| entry.key == key)?;
        Some(self.open.remove(at))
    }

    /// Takes a key that must be there.
    pub fn need(&mut self, key: &'static str, reader: &mut Reader) -> Option<&'y Yaml> {
        debug_assert!(self.part.needs.contains(&key), "{} can do without `{key}`", self.part.what);
        let found = self.take(key);
        if found.is_none() {
            let near = crate::diag::nearest(key, self.open.iter().map(|entry| entry.key.as_str()));
            let misspelt = near.and_then(|near| self.open.iter().position(|entry| entry.key == near));
            let missing = Diagnostic::new(code::MISSING_KEY, format!("`{key}` is missing"));
            // A misspelt key is one mistake, not a missing key and an unknown one.
            reader.wrong(match misspelt.map(|at| self.open.remove(at)) {
                Some(entry) => missing
                    .at(entry.at, format!("expected `{key}`"))
                    .help(format!("is `{}` meant to be `{key}`?", entry.key)),
                None => missing.at(self.start, format!("expected `{key}: …` in here")),
            });
        }
        found
    }

    /// Takes the keys that are relationship types.
    pub fn take_types(&mut self) -> Vec<&'y Entry> {
        let (types, rest) = self.open.iter().partition(|entry| is_type(&entry.key));
        self.open = rest;
        types
    }

    /// Takes everything that is left: properties.
    pub fn take_rest(&mut self) -> Vec<&'y Entry> {
        std::mem::take(&mut self.open)
    }

    /// What it is, with every key that it may have.
    pub fn part(&self) -> &'static Part {
        self.part
    }

    /// Reports what nobody took.
    pub fn finish(mut self, reader: &mut Reader) {
        for entry in self.take_rest() {
            reader.unknown_key(entry, &self.part.names().collect::<Vec<_>>());
        }
    }
}
