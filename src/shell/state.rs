//! The shell between two statements: session, mode, limits, and where results go.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::diag::{Diagnostic, SourceText, code};
use crate::limits::Limits;
use crate::session::{Answer, Asked, Changes, Session};

use super::footer::footer;
use super::interrupt::{Attending, Interrupt, Stoppable};
use super::render::{RENDERERS, Renderer, Room};
use super::report;
use super::screen::{self, Colour};

/// Rows that a table shows on a screen, until `:rows` says otherwise.
const ROWS: usize = 40;

/// The end of the shell's work, as exit codes tell it; of several mistakes the greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    #[default]
    Fine,
    /// A statement or command was wrong.
    Wrong,
    /// The user stopped it.
    Stopped,
}

/// Which answers are followed by how to cite them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Citing {
    /// Those of which `:cite` asks it.
    #[default]
    Asked,
    Every,
}

/// A shell.
pub(super) struct Shell {
    pub session: Session,
    pub mode: &'static Renderer,
    pub colour: Colour,
    pub timing: bool,
    /// Rows that a table on a screen shows at most.
    pub rows: Option<usize>,
    pub timeout: Option<Duration>,
    pub memory: usize,
    pub interrupt: Arc<Interrupt>,
    /// Where results go instead of standard output.
    pub file: Option<(String, File)>,
    /// What was asked last, for `:cite`.
    pub last: Option<Asked>,
    /// Which answers are followed by how to cite them.
    pub citing: Citing,
    /// Scripts that are being read, the innermost last.
    pub reading: Vec<PathBuf>,
    pub done: bool,
    /// Where the graph was read from.
    pub paths: Vec<PathBuf>,
    /// Files that this session wrote, and may write again.
    pub saved: BTreeSet<PathBuf>,
    /// Files that `:export` wrote in this session, and may write again.
    pub exported: BTreeSet<PathBuf>,
    /// The user knows what becomes of what the session changes.
    pub told: bool,
    pub outcome: Outcome,
}

impl Shell {
    pub fn new(session: Session, colour: Colour) -> Self {
        Self {
            session,
            mode: RENDERERS[0],
            colour,
            timing: true,
            rows: Some(ROWS),
            timeout: None,
            memory: usize::MAX,
            interrupt: Arc::default(),
            file: None,
            last: None,
            citing: Citing::default(),
            reading: Vec::new(),
            done: false,
            paths: Vec::new(),
            saved: BTreeSet::new(),
            exported: BTreeSet::new(),
            told: false,
            outcome: Outcome::Fine,
        }
    }

    /// Runs a statement and shows what it gives.
    pub fn statement(&mut self, text: &str, source: &SourceText, offset: usize) -> io::Result<()> {
        let limits = self.limits();
        let _attending = self.attend(&limits);
        match self.session.run(text, &limits) {
            Ok(answer) => {
                self.show(&answer, &limits)?;
                for warning in &answer.warnings {
                    self.say(warning, source, offset)?;
                }
                self.footer(&answer)?;
                if let Some(asked) = answer.asked.clone().filter(|_| answer.plan.is_none()) {
                    self.last = Some(asked);
                    self.cite_last()?;
                }
                if answer.changes.is_some_and(|changes| changes != Changes::default()) && !self.told {
                    self.told = true;
                    self.tell_of_changes()?;
                }
                Ok(())
            }
            Err(wrong) => {
                self.stop(&wrong);
                wrong.iter().try_for_each(|diagnostic| self.say(diagnostic, source, offset))
            }
        }
    }

    /// Says what becomes of changes. A script is told at its end.
    fn tell_of_changes(&self) -> io::Result<()> {
        let is_typed = self.interrupt.typed_into.load(Ordering::Relaxed);
        match self.session.engine.log(|_| ()) {
            Some(()) if is_typed => {
                self.tell("the files are as they were; `:save FILE.yaml` writes what this session adds")
            }
            Some(()) => Ok(()),
            None => self.tell("what this session changes is gone when it ends; the files are as they were"),
        }
    }

    /// What a statement may use from now on.
    pub fn limits(&self) -> Limits {
        Limits::new(self.memory, self.timeout)
    }

    /// Whether Ctrl-C stopped what ran last.
    pub fn is_stopped(&self) -> bool {
        self.interrupt.stopped.load(Ordering::Relaxed)
    }

    /// Has Ctrl-C stop what uses `limits`, until the result is dropped.
    pub fn attend(&self, limits: &Limits) -> Attending {
        Interrupt::attend(&self.interrupt, limits)
    }

    /// Shows why a text could not be run.
    pub fn failed(&mut self, wrong: &[Diagnostic], source: &SourceText) -> io::Result<()> {
        self.stop(wrong);
        wrong.iter().try_for_each(|diagnostic| self.say(diagnostic, source, 0))
    }

    /// Remembers for the exit code what went wrong.
    pub fn stop(&mut self, wrong: &[Diagnostic]) {
        let stopped = wrong.iter().any(|diagnostic| std::ptr::eq(diagnostic.code, code::STOPPED));
        self.outcome = self.outcome.max(if stopped { Outcome::Stopped } else { Outcome::Wrong });
    }

    /// Shows a message; its places count from `offset` of `source`.
    pub fn say(&self, diagnostic: &Diagnostic, source: &SourceText, offset: usize) -> io::Result<()> {
        let mut diagnostic = diagnostic.clone();
        if diagnostic.file.is_none() {
            for label in &mut diagnostic.labels {
                label.span.start += offset;
                label.span.end += offset;
            }
        }
        report::tell(&diagnostic, source, self.colour)
    }

    /// A mistake of a command or of the input.
    pub fn wrong(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        self.outcome = self.outcome.max(Outcome::Wrong);
        self.say(diagnostic, &SourceText::new("input", ""), 0)
    }

    /// How to cite the last answer, where every answer is to be cited: beside the results, which may be data for a program.
    pub fn cite_last(&self) -> io::Result<()> {
        let Some(asked) = self.last.as_ref().filter(|_| self.citing == Citing::Every) else { return Ok(()) };
        let citation = asked.citation();
        self.tell(&format!("{citation}\n{}", citation.bibtex()))?;
        self.unkept()
    }

    /// Says that only this session has what it cites, where that is so.
    pub fn unkept(&self) -> io::Result<()> {
        if super::keep::n_unsaved(self) > 0 || self.told {
            self.tell("this session changed the graph, and only this session has that version")?;
        }
        Ok(())
    }

    /// What a command did, for a person: standard error, so that results stay clean.
    #[expect(clippy::unused_self, reason = "where a shell speaks is the shell's to say")]
    pub fn tell(&self, text: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{}", screen::printable(text))
    }

    /// Writes to where results go.
    pub fn put(&mut self, text: &str) -> io::Result<()> {
        match &mut self.file {
            Some((_, file)) => writeln!(file, "{text}"),
            None => writeln!(io::stdout(), "{text}"),
        }
    }

    /// Writes rows, or a plan, to where results go, as long as `limits` are not told to stop.
    pub fn show(&mut self, answer: &Answer, limits: &Limits) -> io::Result<()> {
        if let Some(plan) = &answer.plan {
            return self.put(plan.trim_end());
        }
        match self.write(answer, limits) {
            // The error itself may be wrapped by the writer of a format.
            Err(_) if limits.is_cancelled() => {
                // What comes next begins on a line of its own.
                self.put("")?;
                let stopped = Diagnostic::new(code::STOPPED, "stopped").note("not all rows were written");
                self.failed(&[stopped], &SourceText::new("query", ""))
            }
            written => written,
        }
    }

    fn write(&mut self, answer: &Answer, limits: &Limits) -> io::Result<()> {
        let to_screen = self.file.is_none() && io::stdout().is_terminal();
        let room = Room { width: screen::width(), rows: self.rows.filter(|_| to_screen) };
        let out: &mut dyn Write = match &mut self.file {
            Some((_, file)) => file,
            None => &mut io::stdout().lock(),
        };
        let mut out = Stoppable::new(io::BufWriter::new(out), limits);
        (self.mode.write)(answer, room, &mut out)?;
        out.flush()
    }

    fn footer(&self, answer: &Answer) -> io::Result<()> {
        if answer.plan.is_some() {
            return Ok(());
        }
        if let Some(profile) = &answer.profile {
            self.tell(profile.trim_end())?;
        }
        self.tell(&footer(answer, self.timing))
    }
}
