//! Input that nobody types: standard input, `-f` files, `:read`. Statements end with a semicolon, commands with their line.

use std::io;

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::parse;

use super::command;
use super::state::Shell;

/// Runs a script; a mistake does not end it.
pub(super) fn run(shell: &mut Shell, name: &str, bytes: &[u8]) -> io::Result<()> {
    let text = readable(shell, name, bytes)?;
    let source = SourceText::new(name, text);
    let mut from = 0;
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        let pending = source.text[from..at].trim().is_empty();
        if pending && line.trim_start().starts_with(':') {
            command::run(shell, line.trim())?;
            from = at + line.len();
        } else if line.trim_end().ends_with(';') && !parse::is_incomplete(&source.text[from..at + line.len()]) {
            statements(shell, &source, Span::new(from, at + line.len()))?;
            from = at + line.len();
        }
        at += line.len();
        if shell.done {
            return Ok(());
        }
    }
    statements(shell, &source, Span::new(from, source.text.len()))
}

/// Runs the statements of a part of a script.
pub(super) fn statements(shell: &mut Shell, source: &SourceText, part: Span) -> io::Result<()> {
    let text = part.of(&source.text);
    match parse::split(text) {
        Ok(spans) => {
            for span in spans {
                shell.statement(span.of(text), source, part.start + span.start)?;
            }
            Ok(())
        }
        Err(wrong) => {
            shell.outcome = super::state::Outcome::Wrong;
            wrong.iter().try_for_each(|diagnostic| shell.say(diagnostic, source, part.start))
        }
    }
}

/// The text of the bytes; lines that are not UTF-8 are reported and left out.
fn readable(shell: &mut Shell, name: &str, bytes: &[u8]) -> io::Result<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let (mut text, mut bad) = (String::new(), Vec::new());
    for (i, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => {
                bad.push(i + 1);
                text.push('\n');
            }
        }
    }
    let first = bad.first().copied().unwrap_or(1);
    let message = match bad.len() {
        1 => format!("line {first} of {name} is not UTF-8 text"),
        n => format!("{n} lines of {name} are not UTF-8 text, the first is line {first}"),
    };
    shell.wrong(&Diagnostic::new(code::NOT_TEXT, message).help("they were left out; the rest was run"))?;
    Ok(text)
}
