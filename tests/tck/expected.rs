//! The list of scenarios that are known to fail. It only shrinks: what is in it and passes must leave it.

use std::collections::{BTreeMap, BTreeSet};

/// Where the list is, from the repository.
pub const FILE: &str = "tests/tck/expected_failures.txt";

/// A scenario that failed, why in a few words, and why in full.
pub type Failed = (String, String, String);

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
pub fn write(failures: &[Failed]) -> String {
    let mut lines = vec![HEADER.to_owned()];
    for (reason, keys) in by_reason(failures) {
        lines.push(format!("# {}: {reason}", keys.len()));
        lines.extend(keys.into_iter().map(str::to_owned));
        lines.push(String::new());
    }
    lines.join("\n")
}

/// Keys by reason; the most frequent reason first.
#[must_use]
pub fn by_reason(failures: &[Failed]) -> Vec<(&str, Vec<&str>)> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, reason, _) in failures {
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
    failures: &[Failed],
    is_all: bool,
) -> Vec<String> {
    let failed: BTreeSet<&String> = failures.iter().map(|(key, ..)| key).collect();
    let unexpected = failures.iter().filter(|(key, ..)| !list.contains(key));
    let unexpected = unexpected.map(|(key, _, message)| format!("fails, but is not in the list: {key}\n  {message}"));
    let passing = list.intersection(run).filter(|key| !failed.contains(key));
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
        let failure = |key: &str, reason: &str| (key.to_owned(), reason.to_owned(), String::new());
        let text = write(&[failure("a | b | -", "R"), failure("c | d | e | 2", "S"), failure("f | g | 1", "S")]);
        assert_eq!(read(&text), set(&["a | b | -", "c | d | e | 2", "f | g | 1"]));
        assert!(text.find("# 2: S").unwrap() < text.find("# 1: R").unwrap());
    }

    #[test]
    fn the_list_must_name_the_failures_and_nothing_else() {
        let run = set(&["a", "b", "c"]);
        let check = |list: &[&str], failed: &[&str], is_all| {
            let failed: Vec<_> = failed.iter().map(|key| ((*key).to_owned(), String::new(), String::new())).collect();
            disagreements(&set(list), &run, &failed, is_all).len()
        };
        assert_eq!(check(&["a"], &["a"], true), 0);
        assert_eq!(check(&[], &["a"], true), 1);
        assert_eq!(check(&["a", "b"], &["a"], true), 1);
        assert_eq!(check(&["a", "d"], &["a"], true), 1);
        assert_eq!(check(&["a", "d"], &["a"], false), 0);
    }
}
