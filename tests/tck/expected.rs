//! The list of scenarios that are known to fail. It only shrinks: what is in it and passes must leave it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Where the list is, from the repository.
pub const FILE: &str = "tests/tck/expected_failures.txt";

const HEADER: &str = "\
# Scenarios of the openCypher suite that fail, by reason; `PORTOLAN_TCK_UPDATE=1 cargo test --test tck` writes this file.
# feature file | scenario name | example row number
";

/// The lines of the list; comments and blank lines left out.
#[must_use]
pub fn read(text: &str) -> BTreeSet<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// The list of these failures, each with its reason; the most frequent reason first.
#[must_use]
pub fn write(failures: &[(String, String)]) -> String {
    let mut text = HEADER.to_owned();
    for (reason, keys) in by_reason(failures) {
        let _ = writeln!(text, "\n# {}: {reason}", keys.len());
        for key in keys {
            let _ = writeln!(text, "{key}");
        }
    }
    text
}

/// Keys by reason; the most frequent reason first.
#[must_use]
pub fn by_reason(failures: &[(String, String)]) -> Vec<(&str, Vec<&str>)> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, reason) in failures {
        groups.entry(reason).or_default().push(key);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, keys)| std::cmp::Reverse(keys.len()));
    groups
}

/// What does not agree with the list: failures that are not in it, lines that pass, lines that name no scenario.
///
/// `run` holds the scenarios that ran, `is_all` says whether that is every one there is.
#[must_use]
pub fn disagreements(
    list: &BTreeSet<String>,
    run: &BTreeSet<String>,
    failed: &BTreeSet<String>,
    is_all: bool,
) -> Vec<String> {
    let unexpected = failed.difference(list).map(|key| format!("fails, but is not in the list: {key}"));
    let passing = list.intersection(run).filter(|key| !failed.contains(*key));
    let passing = passing.map(|key| format!("passes, but is in the list: {key}"));
    let unknown = list.difference(run).filter(|_| is_all).map(|key| format!("is in the list, but no scenario: {key}"));
    unexpected.chain(passing).chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::{disagreements, read, write};
    use std::collections::BTreeSet;

    fn set(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_list_is_read_as_it_was_written() {
        let failure = |key: &str, reason: &str| (key.to_owned(), reason.to_owned());
        let text = write(&[failure("a | b | -", "R"), failure("c | d | e | 2", "S"), failure("f | g | 1", "S")]);
        assert_eq!(read(&text), set(&["a | b | -", "c | d | e | 2", "f | g | 1"]));
        assert!(text.find("# 2: S").unwrap() < text.find("# 1: R").unwrap());
    }

    #[test]
    fn the_list_must_name_the_failures_and_nothing_else() {
        let run = set(&["a", "b", "c"]);
        let check =
            |list: &[&str], failed: &[&str], is_all| disagreements(&set(list), &run, &set(failed), is_all).len();
        assert_eq!(check(&["a"], &["a"], true), 0);
        assert_eq!(check(&[], &["a"], true), 1);
        assert_eq!(check(&["a", "b"], &["a"], true), 1);
        assert_eq!(check(&["a", "d"], &["a"], true), 1);
        assert_eq!(check(&["a", "d"], &["a"], false), 0);
    }
}
