//! How far a long load has come, on a terminal: one line that is written over, and gone once it is done.

use std::cell::Cell;
use std::convert::Infallible;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::diag::{Diagnostic, SourceText};
use crate::format::curated::{self, Curated, Progress, Rows};
use crate::parallel;

/// What is done sooner is not worth a line.
const QUIET: Duration = Duration::from_millis(500);
/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(100);

/// Reads curated files, as [`curated::read_watched`]; where messages go to a terminal, it tells how far that has come.
pub(super) fn read(
    texts: Vec<Arc<SourceText>>,
    unreadable: Vec<Diagnostic>,
    tables: Option<PathBuf>,
    rows: Rows,
) -> Result<Curated, Vec<Diagnostic>> {
    let progress = Arc::new(Progress::default());
    if !is_shown() {
        return curated::read_watched(texts, unreadable, tables, rows, &progress);
    }
    let watched = progress.clone();
    let work = move || curated::read_watched(texts, unreadable, tables, rows, &watched);
    let began = Instant::now();
    let written: Cell<Option<Instant>> = Cell::new(None);
    let read = parallel::attended(work, || {
        if began.elapsed() >= QUIET && written.get().is_none_or(|last| last.elapsed() >= EVERY) {
            written.set(Some(Instant::now()));
            write_over(&progress.words());
        }
        Ok::<(), Infallible>(())
    });
    if written.get().is_some() {
        write_over("");
    }
    match read {
        Ok(read) => read,
        Err(never) => match never {},
    }
}

/// Writes over the line. A terminal that cannot be written to shows nothing, and the load goes on.
fn write_over(line: &str) {
    let _ = write!(io::stderr(), "\r\x1b[2K{line}").and_then(|()| io::stderr().flush());
}

/// Only on a terminal that can write over a line, and never into a pipe or a file.
fn is_shown() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}
