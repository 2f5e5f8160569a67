//! The prompt: line editing, history, completion, colours. Enter runs a statement that is whole, and an empty
//! line one that is not; Ctrl-C gives a line up or
//! stops the query that runs; Ctrl-D leaves.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use etcetera::{BaseStrategy, choose_base_strategy};
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

use super::state::{Outcome, Shell};
use super::{complete, highlight, script};

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
        let more = !ended && !text[parse::lead(text)..].starts_with(':') && parse::is_incomplete(text);
        Ok(if more { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

/// Where the history is kept: the state folder of the user.
fn history() -> Option<PathBuf> {
    let folders = choose_base_strategy().ok()?;
    let folder = folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("portolan");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
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
    while !shell.done {
        if let Some(assistant) = editor.helper_mut() {
            assistant.session = shell.session.clone();
        }
        match editor.readline("portolan> ") {
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
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    // Mistakes at a prompt were seen and put right there.
    shell.outcome = Outcome::Fine;
    Ok(())
}
