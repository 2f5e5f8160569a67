//! Input that nobody types: standard input, `-f` files, `:read`. Statements end with a semicolon, commands with their line, or with the brace of a scenario.

use std::io;
use std::path::Path;

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::parse;

use super::command;
use super::state::Shell;

/// Runs a script in a file; or says why it cannot.
pub(super) fn run_file(shell: &mut Shell, path: &Path) -> io::Result<Result<(), String>> {
    let shown = path.display();
    let known = path.canonicalize().and_then(|canonical| Ok((std::fs::read(path)?, canonical)));
    let (bytes, canonical) = match known {
        Ok(known) => known,
        Err(error) => return Ok(Err(format!("cannot read `{shown}`: {error}"))),
    };
    if shell.reading.contains(&canonical) {
        return Ok(Err(format!("`{shown}` is being read already")));
    }
    shell.reading.push(canonical);
    let done = run(shell, &shown.to_string(), &bytes);
    shell.reading.pop();
    done.map(Ok)
}

/// Runs a script; a mistake does not end it.
pub(super) fn run(shell: &mut Shell, name: &str, bytes: &[u8]) -> io::Result<()> {
    let text = readable(shell, name, bytes)?;
    run_text(shell, &SourceText::new(name, text))
}

/// Runs statements and commands one after the other, until one is stopped.
pub(super) fn run_text(shell: &mut Shell, source: &SourceText) -> io::Result<()> {
    let text = &source.text;
    let mut from = parse::lead(text);
    while from < text.len() && !shell.done && !shell.is_stopped() {
        let rest = &text[from..];
        let end = if rest.starts_with(':') {
            let end = command::end(rest).unwrap_or(rest.len());
            command::run(shell, rest[..end].trim())?;
            from + end
        } else {
            let end = from + parse::first_end(rest);
            statements(shell, source, Span::new(from, end))?;
            end
        };
        from = end + parse::lead(&text[end..]);
    }
    Ok(())
}

/// Runs the statements of a part of a script.
fn statements(shell: &mut Shell, source: &SourceText, part: Span) -> io::Result<()> {
    let text = part.of(&source.text);
    match parse::split(text) {
        Ok(spans) => {
            for span in spans {
                if !shell.is_stopped() {
                    shell.statement(span.of(text), source, part.start + span.start)?;
                }
            }
            Ok(())
        }
        Err(wrong) => {
            shell.stop(&wrong);
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
    let left = if bad.len() == 1 { "it was" } else { "they were" };
    shell.wrong(&Diagnostic::new(code::NOT_TEXT, message).note(format!("{left} left out; the rest is run")))?;
    Ok(text)
}
