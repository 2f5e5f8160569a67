//! The prompt: line editing, history, completion, colours. Enter runs a statement that is whole; Ctrl-C gives a line up or
//! stops the query that runs; Ctrl-D leaves.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};

use crate::diag::{SourceText, Span};
use crate::parse;
use crate::session::Engine;

use super::state::{Outcome, Shell};
use super::{command, complete, highlight, script};

/// Lines kept from session to session.
const HISTORY: usize = 2_000;

struct Assistant {
    engine: Engine,
    colour: bool,
}

impl Helper for Assistant {}
impl Hinter for Assistant {
    type Hint = String;
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete::complete(line, pos, &self.engine))
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
        let more = !text.trim_start().starts_with(':') && parse::is_incomplete(text);
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
    let config = Config::builder()
        .max_history_size(HISTORY)
        .and_then(|config| config.history_ignore_dups(true))
        .map(|config| config.completion_type(rustyline::CompletionType::List).build())
        .map_err(io::Error::other)?;
    let mut editor: Editor<Assistant, DefaultHistory> = Editor::with_config(config).map_err(io::Error::other)?;
    editor.set_helper(Some(Assistant { engine: shell.session.engine.clone(), colour: shell.colour.of_messages() }));
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
        match editor.readline("portolan> ") {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                let _ = editor.add_history_entry(line.as_str());
                if line.trim_start().starts_with(':') {
                    command::run(shell, line.trim())?;
                } else {
                    let source = SourceText::new("query", line.clone());
                    script::statements(shell, &source, Span::new(0, line.len()))?;
                }
            }
            Err(ReadlineError::Interrupted) => shell.tell("(`:quit` or Ctrl-D leaves)")?,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    if let Some(path) = &history {
        let _ = editor.save_history(path);
    }
    // Mistakes at a prompt were seen and put right there.
    shell.outcome = Outcome::Fine;
    Ok(())
}
