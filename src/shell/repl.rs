//! The prompt: line editing, history, completion, colours.
//!
//! Enter runs what a semicolon or an empty line ends. It also runs a text that is whole at its first Enter, a line that was
//! typed or several that were pasted, unless it ends in a `CALL` that
//! wants a `YIELD` or a `RETURN`; a text that went on after an Enter waits for its
//! end, since nobody can tell whether an `ORDER BY` follows. Ctrl-C gives a text up or stops the query that runs; Ctrl-D leaves.

use std::borrow::Cow;
use std::cell::Cell;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};

use crate::diag::SourceText;
use crate::parse::{self, Progress};
use crate::session::Session;

use super::screen::counted;
use super::state::{Outcome, Shell};
use super::{command, complete, folder, highlight, keep, script};

/// Lines kept from session to session.
const HISTORY: usize = 2_000;

struct Assistant {
    session: Session,
    colour: bool,
    /// An Enter has led to a further line of the text.
    went_on: Cell<bool>,
}

impl Helper for Assistant {}
impl Hinter for Assistant {
    type Hint = String;
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete::complete(line, pos, &self.session))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.colour { Cow::Owned(highlight::highlight(line)) } else { Cow::Borrowed(line) }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.colour
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let more = goes_on(context.input(), self.went_on.get());
        self.went_on.set(more);
        Ok(if more { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// Whether Enter leads to a further line of a text; `went_on` where one has done so before.
fn goes_on(text: &str, went_on: bool) -> bool {
    // An empty line ends what could go on.
    if text.rsplit_once('\n').is_some_and(|(_, line)| line.trim().is_empty()) {
        return false;
    }
    let begun = &text[parse::lead(text)..];
    if begun.starts_with(':') {
        return command::end(begun).is_none();
    }
    match parse::progress(text) {
        Progress::Open | Progress::Call => true,
        Progress::Whole => went_on,
        Progress::Ended => false,
    }
}

/// Where the history is kept.
fn history() -> Option<PathBuf> {
    let folder = folder::state()?;
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

/// What somebody says to a question.
enum Reply {
    /// The first letter of a choice, and what follows the word.
    Chosen(char, String),
    /// Ctrl-C.
    GaveUp,
    /// Ctrl-D, or there is nobody any more.
    Ended,
}

/// Asks until one of these is chosen.
fn choose(question: &str, choices: &[char]) -> io::Result<Reply> {
    let mut editor: Editor<(), DefaultHistory> = Editor::new().map_err(io::Error::other)?;
    loop {
        match editor.readline(question) {
            Ok(line) => {
                let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
                let letter = word.chars().next().map(|letter| letter.to_ascii_lowercase());
                if let Some(letter) = letter.filter(|letter| choices.contains(letter)) {
                    return Ok(Reply::Chosen(letter, rest.trim().to_owned()));
                }
            }
            Err(ReadlineError::Interrupted) => return Ok(Reply::GaveUp),
            Err(ReadlineError::Eof) => return Ok(Reply::Ended),
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

/// Asks what to do with what earlier sessions left.
fn ask_about_lost(shell: &mut Shell) -> io::Result<()> {
    for lost in keep::tell_unusable(shell)? {
        shell.tell(&lost.told())?;
        lost.statements().iter().try_for_each(|line| shell.tell(line))?;
        match choose("(r)ecover them, (k)eep them for later, (d)iscard them? ", &['r', 'k', 'd'])? {
            Reply::Chosen('r', _) => keep::recover_one(shell, lost)?,
            Reply::Chosen('d', _) => keep::discard_one(shell, lost)?,
            Reply::Chosen(..) | Reply::GaveUp | Reply::Ended => shell.tell("kept; `:recover` does them again")?,
        }
    }
    Ok(())
}

/// Asks what to do with what was not saved; whether the user leaves.
fn leaves(shell: &mut Shell) -> io::Result<bool> {
    let n = keep::n_unsaved(shell);
    if n == 0 {
        return Ok(true);
    }
    let are = if n == 1 { "is" } else { "are" };
    shell.tell(&format!("{} of this session {are} in no file", counted(n, "statement")))?;
    let question = "(s)ave FILE.yaml, (l)eave and keep them for the next session, (d)iscard them, or stay (c)? ";
    match choose(question, &['s', 'l', 'd', 'c'])? {
        Reply::Chosen('l', _) | Reply::Ended => Ok(true),
        Reply::Chosen('d', _) => {
            keep::forget(shell)?;
            Ok(true)
        }
        Reply::Chosen('s', file) => {
            keep::save(shell, &file)?;
            Ok(keep::n_unsaved(shell) == 0)
        }
        Reply::Chosen(..) | Reply::GaveUp => Ok(false),
    }
}

/// Reads and runs until the user leaves.
pub(super) fn run(shell: &mut Shell) -> io::Result<()> {
    shell.interrupt.typed_into.store(true, Ordering::Relaxed);
    let config = Config::builder()
        .max_history_size(HISTORY)
        .and_then(|config| config.history_ignore_dups(true))
        .map(|config| config.completion_type(rustyline::CompletionType::List).build())
        .map_err(io::Error::other)?;
    let mut editor: Editor<Assistant, DefaultHistory> = Editor::with_config(config).map_err(io::Error::other)?;
    editor.set_helper(Some(Assistant {
        session: shell.session.clone(),
        colour: shell.colour.of_messages(),
        went_on: Cell::new(false),
    }));
    let history = history();
    if let Some(path) = &history {
        // The first session has none.
        let _ = editor.load_history(path);
    }
    let snapshot = shell.session.engine.snapshot();
    let catalog = snapshot.catalog();
    let greeting = format!(
        "{}: {} nodes, {} relationships. `:help` tells what can be asked, `:quit` leaves.",
        snapshot.schema().name,
        catalog.n_nodes(),
        catalog.n_rels()
    );
    shell.tell(&greeting)?;
    ask_about_lost(shell)?;
    loop {
        if shell.done {
            shell.done = false;
            if leaves(shell)? {
                break;
            }
        }
        if let Some(assistant) = editor.helper_mut() {
            assistant.session = shell.session.clone();
            assistant.went_on.set(false);
        }
        let scenarios = shell.session.scenarios.on();
        let prompt = if scenarios.is_empty() {
            "portolan> ".into()
        } else {
            format!("portolan assuming {}> ", scenarios.join(", "))
        };
        match editor.readline(&prompt) {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                let _ = editor.add_history_entry(line.as_str());
                if let Some(path) = &history {
                    // Kept at once, so that it is there however the session ends.
                    let _ = editor.append_history(path);
                }
                shell.interrupt.stopped.store(false, Ordering::Relaxed);
                script::run_text(shell, &SourceText::new("query", line))?;
            }
            Err(ReadlineError::Interrupted) => shell.tell("(`:quit` or Ctrl-D leaves)")?,
            Err(ReadlineError::Eof) => shell.done = true,
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    // Mistakes at a prompt were seen and put right there.
    shell.outcome = Outcome::Fine;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::goes_on;

    /// The lines of the statements of a transcript that have several.
    fn examples(manual: &str) -> Vec<Vec<&str>> {
        let mut found: Vec<Vec<&str>> = Vec::new();
        let mut begun = false;
        for line in manual.lines() {
            match line.strip_prefix("> ") {
                Some(line) if begun => found.last_mut().into_iter().for_each(|lines| lines.push(line)),
                Some(line) => found.push(vec![line]),
                None => {}
            }
            begun = line.strip_prefix("> ").is_some_and(|line| !line.ends_with(';'));
        }
        found.retain(|lines| lines.len() > 1);
        found
    }

    /// Where a text that is typed line by line ends.
    fn typed(lines: &[&str]) -> usize {
        let (mut text, mut went_on) = (String::new(), false);
        for (at, line) in lines.iter().enumerate() {
            text.push_str(line);
            went_on = goes_on(&text, went_on);
            if !went_on {
                return at + 1;
            }
            text.push('\n');
        }
        lines.len() + 1
    }

    #[test]
    fn every_example_of_the_manual_can_be_typed_line_by_line() {
        let examples = examples(include_str!("../../docs/language.md"));
        assert!(examples.len() > 5, "{examples:?}");
        let broken: Vec<_> = examples.iter().filter(|lines| typed(lines) != lines.len()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }

    #[test]
    fn every_example_of_the_readme_can_be_typed_with_an_empty_line_at_its_end() {
        let readme = include_str!("../../README.md");
        let (_, more) = readme.split_once("## More to ask\n").unwrap_or_default();
        let (block, _) = more.split_once("\n[docs").unwrap_or_default();
        let examples: Vec<Vec<&str>> = block.split("\n\n").map(|part| part.lines().map(str::trim).collect()).collect();
        assert_eq!(examples.len(), 8, "{examples:?}");
        for lines in examples.iter().map(|lines| [lines.as_slice(), &[""]].concat()) {
            let end = if lines.len() == 2 { 1 } else { lines.len() };
            assert_eq!(typed(&lines), end, "{lines:?}");
        }
    }

    #[test]
    fn a_line_that_is_whole_runs_at_once_and_a_call_waits_for_its_columns() {
        assert_eq!(typed(&["RETURN 1", "ORDER BY 1"]), 1);
        assert_eq!(typed(&["CALL db.labels()", "YIELD label", "RETURN label", "ORDER BY label", ""]), 5);
        assert_eq!(typed(&["CALL db.labels();"]), 1);
        assert_eq!(typed(&["CALL db.labels()", ""]), 2);
        assert_eq!(typed(&["MATCH (n)", "RETRUN n", "ORDER BY n"]), 2, "what is wrong is told at once");
        assert_eq!(typed(&[":mode csv", "RETURN 1"]), 1);
        assert!(!goes_on("MATCH (n)\nRETURN n", false), "what was pasted runs");
    }
}
