//! Parse: text becomes a tree.
//!
//! Text → [`parse`] → [`ast::Statement`]. Afterwards the form is right: every part has its place in the text, literals
//! are values, and the tree is shallow enough for recursion. What the names mean is not known, and a clause may stand
//! where it has no business: that is for bind, which can say so better.
//!
//! 1. `scan` looks the text over once: length, nesting, broken tokens, where statements end.
//! 2. pest reads one statement by `grammar/query.pest`; `error` turns its refusal into words.
//! 3. `statement`, `clause`, `update`, `pattern`, `expr` and `literal` build the tree.
//! 4. `print` is the way back.
//!
//! Invariant: pest's `Rule` never leaves this folder; parsing reads no catalog and no graph.

pub mod ast;
mod build;
mod clause;
mod error;
mod expect;
mod expr;
mod foreign;
mod grammar;
pub mod keyword;
mod literal;
mod pattern;
mod print;
mod print_expr;
#[cfg(test)]
mod print_laws;
mod print_pattern;
mod recover;
mod scan;
mod statement;
mod token;
mod types;
mod update;

#[cfg(test)]
mod tests;

use pest::Parser;

pub use build::{MAX_DEPTH, MAX_NESTING};
pub use keyword::{KEYWORDS, Keyword};
pub use print::{print, print_clause, print_define, print_expression, print_path};
pub use scan::{MAX_LENGTH, first_end, lead};
pub use token::{TokenKind, tokens};

use crate::diag::{Diagnostic, Span, code};
use ast::{At, Statement};
use build::Build;
use grammar::{Grammar, Rule};

/// The statement that `text` is; a semicolon may end it.
///
/// # Errors
/// All mistakes that can be told from one reading, in source order: the first syntax error, or every bad literal.
///
/// # Examples
/// ```
/// use portolan::parse::parse;
/// assert!(parse("AS OF '2025-10-21' WHY MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name").is_ok());
/// assert_eq!(parse("MTCH (m) RETURN m").unwrap_err()[0].help, ["did you mean `MATCH`?"]);
/// ```
pub fn parse(text: &str) -> Result<Statement, Vec<Diagnostic>> {
    let found = scan::scan(text)?;
    closed(text, &found)?;
    match found.statements.as_slice() {
        [] => {
            let end = Span::new(text.len(), text.len());
            Err(vec![
                Diagnostic::new(code::SYNTAX, "there is nothing to run").at(end, "expected a clause such as `MATCH`"),
            ])
        }
        [one] => read(text, *one),
        [_, second, ..] => Err(vec![
            Diagnostic::new(code::SYNTAX, "more than one statement").at(*second, "expected one statement only"),
        ]),
    }
}

/// The statements of a script, separated by semicolons, each with its place; places count from the start of `text`.
///
/// # Errors
/// The mistakes of all statements, in source order.
pub fn parse_script(text: &str) -> Result<Vec<At<Statement>>, Vec<Diagnostic>> {
    let (mut statements, mut problems) = (Vec::new(), Vec::new());
    let found = scan::scan(text)?;
    closed(text, &found)?;
    for span in found.statements {
        match read(text, span) {
            Ok(statement) => statements.push(At::new(statement, span)),
            Err(mut found) => problems.append(&mut found),
        }
    }
    if problems.is_empty() { Ok(statements) } else { Err(problems) }
}

/// Where the statements of a script stand, without reading them.
///
/// # Errors
/// What keeps a text from being looked at: its length, its depth, an open comment.
pub fn split(text: &str) -> Result<Vec<crate::diag::Span>, Vec<Diagnostic>> {
    let found = scan::scan(text)?;
    closed(text, &found)?;
    Ok(found.statements)
}

/// How far a text has come that somebody types line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It becomes right by writing on at best: a bracket, quote or comment is open, the last statement breaks off where more is
    /// expected, or it ends, without a semicolon, in a clause that cannot be the last.
    Open,
    /// The last statement ends, without a semicolon, in a call of a procedure that says not which columns are wanted, or not what
    /// becomes of them: that may follow.
    Call,
    /// It is whole, and a further clause might follow: no semicolon ends it.
    Whole,
    /// Nothing follows that belongs to it: a semicolon ends it, there is nothing in it, or it is wrong whatever follows.
    Ended,
}

/// How far a text has come.
#[must_use]
pub fn progress(text: &str) -> Progress {
    let Ok(scan) = scan::scan(text) else { return Progress::Ended };
    if !scan.open.is_empty() {
        return Progress::Open;
    }
    let Some(last) = scan.statements.last().filter(|_| !scan.finished) else { return Progress::Ended };
    let statement = last.of(text);
    match Grammar::parse(Rule::statement, statement) {
        Err(error) if error::position(&error) >= statement.len() => Progress::Open,
        Err(_) => Progress::Ended,
        Ok(_) => read(text, *last).map_or(Progress::Ended, |statement| {
            if statement.wants_more() {
                Progress::Open
            } else if statement.ends_in_call() {
                Progress::Call
            } else {
                Progress::Whole
            }
        }),
    }
}

/// A comment that nothing closes would swallow whatever follows it.
fn closed(text: &str, found: &scan::Scan) -> Result<(), Vec<Diagnostic>> {
    match found.open.iter().find(|open| open.of(text).starts_with("/*")) {
        Some(open) => {
            Err(vec![Diagnostic::new(code::SYNTAX, "a comment is not closed").at(*open, "expected a closing `*/`")])
        }
        None => Ok(()),
    }
}

fn read(text: &str, span: Span) -> Result<Statement, Vec<Diagnostic>> {
    let pairs =
        Grammar::parse(Rule::statement, span.of(text)).map_err(|error| recover::mistakes(text, span, &error))?;
    let build = Build::new(span.of(text), span.start);
    let statement = pairs.into_iter().next().map(|pair| build.statement(pair));
    let problems = build.problems();
    match statement {
        Some(statement) if problems.is_empty() => Ok(statement),
        _ => Err(problems),
    }
}
