//! Regular expressions, each compiled once.
//!
//! Holds the last few that a statement met: most often they are written in the statement; those that rows bring soon give way to others.

use std::sync::{Arc, Mutex, PoisonError};

use regex::bytes::Regex;
use rustc_hash::FxHashMap;

use crate::diag::code;

use super::Failure;

/// As many are kept.
const KEPT: usize = 64;

/// Compiled expressions by their text; those who work on parts of a statement share them.
#[derive(Debug, Default)]
pub struct Patterns(Mutex<FxHashMap<Arc<str>, Regex>>);

impl Patterns {
    /// One that the whole of a text has to match.
    pub(super) fn get(&self, pattern: &Arc<str>) -> Result<Regex, Failure> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(compiled) = kept.get(pattern) {
            return Ok(compiled.clone());
        }
        let compiled = Regex::new(&format!("^(?:{pattern})$"))
            .map_err(|_| Failure::Value(code::ARGUMENT_VALUE, format!("`{pattern}` is not a regular expression")))?;
        if kept.len() == KEPT {
            kept.clear();
        }
        kept.insert(pattern.clone(), compiled.clone());
        Ok(compiled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_texts_however_many_others_came_before() -> Result<(), Failure> {
        let patterns = Patterns::default();
        let matches =
            |pattern: &Arc<str>, text: &str| Ok::<_, Failure>(patterns.get(pattern)?.is_match(text.as_bytes()));
        let digits: Arc<str> = "[0-9]+".into();
        for n in 0..200 {
            assert!(matches(&digits, "417")? && !matches(&digits, "HS 417")?);
            assert!(matches(&format!("a{{{n}}}").into(), &"a".repeat(n))?);
        }
        assert!(patterns.0.lock().is_ok_and(|kept| kept.len() <= KEPT));
        assert!(patterns.get(&"(".into()).is_err());
        Ok(())
    }
}
