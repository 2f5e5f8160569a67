//! What a user sees: every `golden/**/*.test` is a transcript (`tests/transcript/`) that this test repeats.
//!
//! A file begins with a comment that says what holds. `graph: ships` asks the graph that ships, `graph: small` that in
//! `golden/small/`, otherwise an empty one;
//! `LOAD CSV` reads `golden/csv/`. Under `lines are: a curated file` the lines after `>` are a file beside
//! `golden/error/beside.yaml`, and its mistakes the answer; under `lines are: a command` they are run by a shell, and both its
//! outputs are the answer. `PORTOLAN_GOLDEN=rewrite cargo test --test golden` writes the answers anew; read the difference
//! before you keep it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod transcript;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use portolan::diag::code::{self, CODES, Code};
use portolan::diag::{Severity, SourceText};
use portolan::format::curated;
use portolan::shell::report;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "test") {
            found.push(path);
        }
    }
}

/// What is said about a curated file.
fn mistakes(text: &str) -> String {
    let beside = SourceText::new("beside.yaml", include_str!("golden/error/beside.yaml"));
    let read = curated::read_texts(vec![Arc::new(beside), Arc::new(SourceText::new("wrong.yaml", text))]);
    let wrong = read.map_or_else(|wrong| wrong, |read| read.warnings);
    let nowhere = SourceText::new("", "");
    wrong.iter().map(|diagnostic| report(diagnostic, &nowhere, false) + "\n").collect()
}

/// What somebody sees who types a command.
fn typed(command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_portolan")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", command]).current_dir(env!("CARGO_MANIFEST_DIR")).env("PATH", path).env("NO_COLOR", "1");
    // What one leaves, no other is told of.
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden-state");
    let _ = fs::remove_dir_all(&state);
    let output = shell.env("XDG_STATE_HOME", state).output().unwrap();
    [output.stdout, output.stderr].iter().map(|bytes| String::from_utf8_lossy(bytes)).collect()
}

/// The transcript with every answer as it is now.
fn repeat(text: &str, name: &str) -> String {
    let none = |given: &str| panic!("{name}: {given}");
    match text.lines().find_map(|line| line.strip_prefix("lines are: ")) {
        Some("a curated file") => transcript::repeat_by(text, none, mistakes),
        Some("a command") if cfg!(all(unix, feature = "shell", feature = "rdf")) => {
            transcript::repeat_by(text, none, typed)
        }
        Some("a command") => text.to_owned(),
        Some(other) => panic!("{name}: nothing is called `{other}`"),
        None if text.lines().any(|line| line == "graph: ships") => transcript::repeat(text, &transcript::ships(), name),
        None if text.lines().any(|line| line == "graph: small") => transcript::repeat(text, &transcript::small(), name),
        None => transcript::repeat(text, &transcript::empty(), name),
    }
}

#[test]
fn every_transcript_repeats_itself() {
    let rewrite = std::env::var_os("PORTOLAN_GOLDEN").is_some_and(|value| value == "rewrite");
    let mut found = Vec::new();
    files(&folder(), &mut found);
    assert!(found.len() > 5, "only {} transcripts", found.len());
    let mut wrong = String::new();
    for path in found {
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# "), "{name} does not say what holds");
        let now = repeat(&text, &name);
        if rewrite {
            fs::write(&path, now).unwrap();
        } else {
            wrong.extend(transcript::difference(&name, &text, &now));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Codes that a transcript cannot show, because they need a clock, a signal or another writer: each with the file and the
/// name of the test that meets it.
const ELSEWHERE: &[(&Code, &str, &str)] = &[
    (code::STOPPED, "tests/engine.rs", "a_stopped_query_ends_with_a_diagnostic"),
    (code::DEADLINE, "tests/shell.rs", "a_query_over_its_time_ends_with_a_message"),
    (
        code::OUT_OF_MEMORY,
        "tests/engine.rs",
        "a_query_that_holds_more_than_it_may_ends_with_a_diagnostic_and_the_session_goes_on",
    ),
    (code::CONFLICT, "tests/write.rs", "of_two_writers_the_second_is_told_and_changes_nothing"),
];

#[test]
fn every_code_is_met_by_a_transcript_or_by_a_named_test() {
    let mut found = Vec::new();
    files(&folder(), &mut found);
    let shown: String = found.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut wrong = Vec::new();
    for code in CODES {
        let severity = if code.severity == Severity::Error { "error" } else { "warning" };
        let in_transcript = shown.contains(&format!("\n{severity}[{}]: ", code.id));
        let elsewhere = ELSEWHERE.iter().find(|(other, ..)| other.id == code.id);
        match (in_transcript, elsewhere) {
            (false, None) => wrong.push(format!("{} is met by no transcript", code.id)),
            (true, Some(_)) => wrong.push(format!("{} is met by a transcript: it need not stand here", code.id)),
            (true, None) => {}
            (false, Some((_, file, name))) => {
                let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
                let body = text.split_once(&format!("fn {name}()")).map_or("", |(_, rest)| rest);
                let body = body.split_once("\n}\n").map_or(body, |(body, _)| body);
                if !body.contains(code.id) {
                    wrong.push(format!("`{name}` of {file} does not meet {}", code.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_ruling_has_its_transcript() {
    let mut found = Vec::new();
    files(&folder().join("ruling"), &mut found);
    for number in 1..=22 {
        let of: Vec<&PathBuf> = found
            .iter()
            .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(&format!("{number:02}-")))
            .collect();
        let [path] = of.as_slice() else { panic!("ruling {number} has {} transcripts", of.len()) };
        let text = fs::read_to_string(path).unwrap();
        assert!(
            text.starts_with(&format!("# Ruling {number}. ")),
            "{} does not say what ruling {number} is",
            path.display()
        );
        assert!(text.lines().any(|line| line.starts_with('>')), "{} asks nothing", path.display());
    }
    assert_eq!(found.len(), 22, "a ruling has one transcript");
}
