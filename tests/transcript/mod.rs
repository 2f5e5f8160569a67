//! Transcripts, which a reader can follow and a test repeats: `tests/golden/` and the manual are made of them.
//!
//! Lines after `>` are a statement, and what follows is its answer: rows as Markdown, the footer without the time, messages as
//! the shell writes them. `given STATEMENT` is run without being shown; `#` begins a comment.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use portolan::diag::SourceText;
use portolan::format::curated;
use portolan::graph::{Builder, Schema, Snapshot};
use portolan::limits::Limits;
use portolan::session::{Engine, Reading, Session};
use portolan::shell::render::{self, Room};
use portolan::shell::{footer, report};

type Read = OnceLock<(Snapshot, Vec<Arc<SourceText>>)>;

/// A session of its own on the graph that ships.
pub fn ships() -> Session {
    static READ: Read = OnceLock::new();
    of_folder("graph-data", &READ)
}

/// A session of its own on a small graph with something of everything.
#[allow(dead_code, reason = "not every test that has transcripts has some on it")]
pub fn small() -> Session {
    static READ: Read = OnceLock::new();
    of_folder("tests/golden/small", &READ)
}

fn of_folder(folder: &str, read: &Read) -> Session {
    let (snapshot, rules) = read.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let read = curated::read(&[folder]).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        (read.snapshot, read.rules)
    });
    session(snapshot.clone(), rules)
}

/// A session on an empty graph.
pub fn empty() -> Session {
    session(Builder::new(Schema::default()).finish(), &[])
}

fn session(snapshot: Snapshot, rules: &[Arc<SourceText>]) -> Session {
    let mut session = Engine::new(snapshot, rules).unwrap().session();
    session.reading = Reading::Within(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/csv"));
    session
}

/// A profile without the times, which differ from run to run.
fn untimed(profile: &str) -> String {
    let rows = |line: &str| line.rsplit_once("row").map_or(String::new(), |(before, _)| before.trim_end().to_owned());
    profile.lines().fold(String::new(), |shown, line| shown + &rows(line) + "\n")
}

/// What the shell would show for a statement.
pub fn answer(session: &Session, statement: &str) -> String {
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

/// The transcript with every answer as it is now; `name` is what a failure is told of.
pub fn repeat(text: &str, session: &Session, name: &str) -> String {
    let given = |statement: &str| {
        let done = session.run(statement, &Limits::default());
        assert!(done.is_ok(), "{name}: {statement}: {done:?}");
    };
    repeat_by(text, given, |lines| {
        let lines: Vec<&str> = lines.lines().map(str::trim_start).collect();
        answer(session, lines.join("\n").trim_end().trim_end_matches(';'))
    })
}

/// The transcript of something else than statements, whose answers are what `answer` gives for the lines after `>`.
pub fn repeat_by(text: &str, given: impl Fn(&str), answer: impl Fn(&str) -> String) -> String {
    let part =
        |line: &str| line.strip_prefix("> ").or_else(|| line.strip_prefix('>')).unwrap_or(line).to_owned() + "\n";
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(statement) = line.strip_prefix("given ") {
            given(statement.trim_end_matches(';'));
        }
        out.push_str(line);
        out.push('\n');
        if !line.starts_with('>') {
            continue;
        }
        let mut asked = part(line);
        while let Some(more) = lines.next_if(|line| line.starts_with('>')) {
            out.push_str(more);
            out.push('\n');
            asked.push_str(&part(more));
        }
        // The old answer is everything up to the next statement or comment.
        let ends = |line: &&str| line.starts_with('>') || line.starts_with('#') || line.starts_with("given ");
        while lines.next_if(|line| !ends(line)).is_some() {}
        out.push_str(answer(&asked).trim_end());
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

/// The first line on which two texts differ, as a failure tells it; `None` where they do not.
pub fn difference(name: &str, was: &str, now: &str) -> Option<String> {
    if was == now {
        return None;
    }
    let differs = was.lines().zip(now.lines()).position(|(a, b)| a != b);
    let at = differs.unwrap_or(was.lines().count().min(now.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("(nothing)").to_owned();
    Some(format!("{name}:{}\n  was {}\n  now {}\n", at + 1, line(was), line(now)))
}
