//! The prompt: line editing, history, completion, colours. Enter runs a statement that is whole, and an empty
//! line one that is not; Ctrl-C gives a line up or
//! stops the query that runs; Ctrl-D leaves.

use std::borrow::Cow;
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
use crate::parse;
use crate::session::Session;

use super::screen::counted;
use super::state::{Outcome, Shell};
use super::{command, complete, folder, highlight, keep, script};

/// Lines kept from session to session.
const HISTORY: usize = 2_000;

struct Assistant {
    session: Session,
    colour: bool,
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
        let text = context.input();
        // An empty line ends what could go on.
        let ended = text.rsplit_once('\n').is_some_and(|(_, line)| line.trim().is_empty());
        let begun = &text[parse::lead(text)..];
        let open = if begun.starts_with(':') { command::end(begun).is_none() } else { parse::is_incomplete(text) };
        let more = !ended && open;
        Ok(if more { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
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
    editor.set_helper(Some(Assistant { session: shell.session.clone(), colour: shell.colour.of_messages() }));
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
