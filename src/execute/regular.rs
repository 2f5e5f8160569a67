//! Regular expressions, each compiled once.
//!
//! Holds the last few that a worker met: most often they are written in the statement; those that rows bring soon give way to others.

use std::sync::Arc;

use regex::bytes::Regex;
use rustc_hash::FxHashMap;

use crate::diag::code;

use super::Failure;

/// As many are kept.
const KEPT: usize = 64;

/// Compiled expressions by their text.
#[derive(Debug, Default)]
pub struct Patterns(FxHashMap<Arc<str>, Regex>);

/// One that the whole of a text has to match.
pub(super) fn compiled(pattern: &str) -> Result<Regex, Failure> {
    Regex::new(&format!("^(?:{pattern})$"))
        .map_err(|_| Failure::Value(code::ARGUMENT_VALUE, format!("`{pattern}` is not a regular expression")))
}

impl Patterns {
    /// Whether the whole of a text matches.
    pub fn matches(&mut self, pattern: &Arc<str>, text: &str) -> Result<bool, Failure> {
        if let Some(pattern) = self.0.get(pattern) {
            return Ok(pattern.is_match(text.as_bytes()));
        }
        let compiled = compiled(pattern)?;
        if self.0.len() == KEPT {
            self.0.clear();
        }
        let matches = compiled.is_match(text.as_bytes());
        self.0.insert(pattern.clone(), compiled);
        Ok(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_texts_however_many_others_came_before() -> Result<(), Failure> {
        let mut patterns = Patterns::default();
        let digits: Arc<str> = "[0-9]+".into();
        for n in 0..200 {
            assert!(patterns.matches(&digits, "417")? && !patterns.matches(&digits, "HS 417")?);
            assert!(patterns.matches(&format!("a{{{n}}}").into(), &"a".repeat(n))?);
        }
        assert!(patterns.0.len() <= KEPT);
        assert!(patterns.matches(&"(".into(), "(").is_err());
        Ok(())
    }
}
