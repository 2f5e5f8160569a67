//! The first look at a text: is it short and flat enough to be read, are its tokens whole, where do statements end?
//!
//! Everything here is one pass, so that noise of any size gets its answer at once.

use super::build::{MAX_NESTING, too_deep};
use super::token::{Flaw, Lexeme, Lexer, TokenKind, lexemes};
use crate::diag::{Diagnostic, Span, code};

/// Longest text that is read, in bytes: 1 MiB.
pub const MAX_LENGTH: usize = 1 << 20;
/// A text of noise has as many mistakes as characters; nobody reads more than these.
const MAX_PROBLEMS: usize = 5;

/// What the first look found.
pub struct Scan {
    /// The statements between semicolons, those with nothing in them left out.
    pub statements: Vec<Span>,
    /// Brackets, quotes and comments that are still open at the end.
    pub open: Vec<Span>,
    /// Whether a semicolon is the last token.
    pub finished: bool,
}

/// Looks the text over.
pub fn scan(text: &str) -> Result<Scan, Vec<Diagnostic>> {
    if text.len() > MAX_LENGTH {
        return Err(vec![
            Diagnostic::new(code::TOO_LONG, "the text is too long")
                .at(Span::new(0, 0), format!("{} bytes, but at most {MAX_LENGTH} are read", text.len()))
                .help("read data with `LOAD CSV`, or end each statement with `;`"),
        ]);
    }
    let mut problems = Vec::new();
    let mut scan = Scan { statements: Vec::new(), open: Vec::new(), finished: false };
    let mut start: Option<usize> = None;
    let mut end = 0;
    let lexemes = lexemes(text);
    for (at, lexeme) in lexemes.iter().enumerate() {
        if lexeme.flaw == Some(Flaw::Open) {
            scan.open.push(lexeme.span);
        } else if let Some(problem) = flaw(text, &lexemes, at) {
            problems.push(problem);
            if problems.len() == MAX_PROBLEMS {
                return Err(problems);
            }
        }
        if lexeme.kind == TokenKind::Comment {
            continue;
        }
        scan.finished = false;
        match lexeme.span.of(text) {
            "(" | "[" | "{" => {
                scan.open.push(lexeme.span);
                if scan.open.len() > MAX_NESTING {
                    problems.push(too_deep(lexeme.span, MAX_NESTING));
                    return Err(problems);
                }
            }
            ")" | "]" | "}" => {
                scan.open.pop();
            }
            ";" => {
                scan.finished = true;
                scan.open.clear();
                if let Some(start) = start.take() {
                    scan.statements.push(Span::new(start, end));
                }
                continue;
            }
            _ => {}
        }
        start.get_or_insert(lexeme.span.start);
        end = lexeme.span.end;
    }
    if let Some(start) = start {
        scan.statements.push(Span::new(start, end));
    }
    if problems.is_empty() { Ok(scan) } else { Err(problems) }
}

/// Bytes of white space and comments before the first token.
#[must_use]
pub fn lead(text: &str) -> usize {
    Lexer::new(text).find(|lexeme| lexeme.kind != TokenKind::Comment).map_or(text.len(), |first| first.span.start)
}

/// Where the first statement of `text` ends: after its semicolon, or with the text. No more is read than that, so that a
/// long script can be cut statement by statement.
#[must_use]
pub fn first_end(text: &str) -> usize {
    Lexer::new(text).find(|lexeme| lexeme.span.of(text) == ";").map_or(text.len(), |end| end.span.end)
}

/// What is wrong with one token, if it is not merely unfinished.
fn flaw(text: &str, lexemes: &[Lexeme], at: usize) -> Option<Diagnostic> {
    let lexeme = lexemes.get(at)?;
    let word = lexeme.span.of(text);
    if lexeme.flaw == Some(Flaw::Number) {
        let key = lexemes.get(at + 1).is_some_and(|next| next.span.of(text) == ":");
        let (kind, message, expected) = if key {
            (code::SYNTAX, "a key starts with a letter", "a name, or any text in back-ticks")
        } else {
            (
                code::INVALID_NUMBER,
                "a number is malformed",
                "expected one such as `42`, `1.5`, `6e-7`, `0x2A` or `0o52`",
            )
        };
        let problem = Diagnostic::new(kind, message).at(lexeme.span, expected);
        let plain: String = word.chars().filter(|c| *c != '_').collect();
        let grouped = !key && plain.parse::<f64>().is_ok();
        return Some(if grouped { problem.help(format!("write `{plain}`")) } else { problem });
    }
    if lexeme.kind != TokenKind::Unknown {
        return None;
    }
    let character = word.chars().next()?;
    let shown = if character.is_control() { format!("U+{:04X}", u32::from(character)) } else { character.to_string() };
    let kind = if character.is_ascii() { code::SYNTAX } else { code::INVALID_CHARACTER };
    let problem = Diagnostic::new(kind, format!("`{shown}` means nothing here"));
    Some(match look_alike(character) {
        Some(meant) => problem.at(lexeme.span, "not a sign of the language").help(format!("did you mean `{meant}`?")),
        None => problem.at(lexeme.span, "expected only inside a text or a back-ticked name"),
    })
}

/// What word processors make of plain signs.
fn look_alike(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => "-",
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{b4}' => "'",
        '\u{201c}'..='\u{201e}' => "\"",
        '\u{2192}' | '\u{27f6}' => "->",
        '\u{2190}' | '\u{27f5}' => "<-",
        '\u{2260}' => "<>",
        '\u{2264}' => "<=",
        '\u{2265}' => ">=",
        _ => return None,
    })
}
