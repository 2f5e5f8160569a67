//! What a user sees: every `golden/**/*.test` is a transcript (`tests/transcript/`) that this test repeats.
//!
//! A file begins with a comment that says what holds. `graph: ships` asks the graph that ships, otherwise an empty one;
//! `LOAD CSV` reads `golden/csv/`. `PORTOLAN_GOLDEN=rewrite cargo test --test golden` writes the answers anew; read the difference before you keep it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod transcript;

use std::fs;
use std::path::{Path, PathBuf};

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
        let ships = text.lines().any(|line| line == "graph: ships");
        let session = if ships { transcript::ships() } else { transcript::empty() };
        let now = transcript::repeat(&text, &session, &name);
        if rewrite {
            fs::write(&path, now).unwrap();
        } else {
            wrong.extend(transcript::difference(&name, &text, &now));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
