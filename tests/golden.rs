//! What a user sees: every `golden/**/*.test` is a transcript that a reader can follow and this test repeats.
//!
//! A file begins with a comment that says what holds. `graph: ships` asks the graph that ships, otherwise an empty one.
//! `LOAD CSV` reads `golden/csv/`. `given STATEMENT` is run without being shown. Lines after `>` are a statement, and what follows is its answer: rows as
//! Markdown, the footer without the time, messages as the shell writes them. `PORTOLAN_GOLDEN=rewrite cargo test --test
//! golden` writes the answers anew; read the difference before you keep it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use portolan::diag::SourceText;
use portolan::format::curated;
use portolan::graph::{Builder, Schema};
use portolan::limits::Limits;
use portolan::session::{Engine, Reading, Session};
use portolan::shell::render::{self, Room};
use portolan::shell::{footer, report};

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

fn session(text: &str) -> Session {
    static SHIPS: OnceLock<Engine> = OnceLock::new();
    if text.lines().any(|line| line == "graph: ships") {
        let engine = SHIPS.get_or_init(|| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
            let read = curated::read(&[folder]).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
            Engine::new(read.snapshot, &read.rules).unwrap()
        });
        return engine.session();
    }
    let mut session = Engine::new(Builder::new(Schema::default()).finish(), &[]).unwrap().session();
    session.reading = Reading::Within(folder().join("csv"));
    session
}

/// A profile without the times, which differ from run to run.
fn untimed(profile: &str) -> String {
    let rows = |line: &str| line.rsplit_once("row").map_or(String::new(), |(before, _)| before.trim_end().to_owned());
    profile.lines().fold(String::new(), |shown, line| shown + &rows(line) + "\n")
}

/// What the shell would show for a statement.
fn answer(session: &Session, statement: &str) -> String {
    let source = SourceText::new("query", statement);
    let mut shown = String::new();
    match session.run(statement, &Limits::default()) {
        Ok(answer) => {
            if let Some(plan) = &answer.plan {
                return plan.clone();
            }
            let mut table = Vec::new();
            let write = render::find("markdown").unwrap().write;
            write(&answer, Room { width: 120, rows: None }, &mut table).unwrap();
            shown.push_str(std::str::from_utf8(&table).unwrap());
            shown.push_str(&answer.profile.as_deref().map(untimed).unwrap_or_default());
            for warning in &answer.warnings {
                let _ = writeln!(shown, "{}", report(warning, &source, false));
            }
            let _ = writeln!(shown, "{}", footer(&answer, false));
        }
        Err(wrong) => {
            for diagnostic in wrong {
                let _ = writeln!(shown, "{}", report(&diagnostic, &source, false));
            }
        }
    }
    shown
}

/// The file with every answer as it is now.
fn repeat(path: &Path, text: &str) -> String {
    let session = session(text);
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(statement) = line.strip_prefix("given ") {
            let done = session.run(statement.trim_end_matches(';'), &Limits::default());
            assert!(done.is_ok(), "{}: {statement}: {done:?}", path.display());
        }
        out.push_str(line);
        out.push('\n');
        let Some(first) = line.strip_prefix('>') else { continue };
        let mut statement = first.trim_start().to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with('>')) {
            out.push_str(more);
            out.push('\n');
            statement.push('\n');
            statement.push_str(more.trim_start_matches('>').trim_start());
        }
        // The old answer is everything up to the next statement or comment.
        let ends = |line: &&str| line.starts_with('>') || line.starts_with('#') || line.starts_with("given ");
        while lines.next_if(|line| !ends(line)).is_some() {}
        out.push_str(answer(&session, statement.trim_end().trim_end_matches(';')).trim_end());
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

#[test]
fn every_transcript_repeats_itself() {
    let rewrite = std::env::var_os("PORTOLAN_GOLDEN").is_some_and(|value| value == "rewrite");
    let mut found = Vec::new();
    files(&folder(), &mut found);
    assert!(found.len() > 5, "only {} transcripts", found.len());
    let mut wrong = String::new();
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# "), "{} does not say what holds", path.display());
        let now = repeat(&path, &text);
        if rewrite {
            fs::write(&path, now).unwrap();
        } else if now != text {
            let differs = text.lines().zip(now.lines()).position(|(a, b)| a != b);
            let at = differs.unwrap_or(text.lines().count().min(now.lines().count()));
            let line = |text: &str| text.lines().nth(at).unwrap_or("(nothing)").to_owned();
            let _ = writeln!(wrong, "{}:{}\n  was {}\n  now {}", path.display(), at + 1, line(&text), line(&now));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
