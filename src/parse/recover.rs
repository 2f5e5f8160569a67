//! Mistakes of syntax after the first.
//!
//! pest stops at the first. The clauses behind it are read on their own, so that one look shows what is wrong with each.
//! A clause is only taken up again outside of the brackets that the mistake stands in, and what could merely follow from
//! that mistake is not reported.

use pest::Parser;
use pest::error::Error;

use super::error::{explain, position};
use super::grammar::{Grammar, Rule};
use super::token::{Flaw, Lexeme, TokenKind, lexemes};
use crate::diag::{Diagnostic, Span};

/// Mistakes of one statement that are reported.
const MOST: usize = 5;

/// Words that begin a clause, wherever they stand.
const STARTS: &[&str] = &[
    "MATCH", "OPTIONAL", "WITH", "RETURN", "UNWIND", "CREATE", "MERGE", "DELETE", "DETACH", "REMOVE", "CALL", "FOREACH",
];
/// Words and signs after which they do not.
const NOT_AFTER: &[&str] = &["ON", "AS", "STARTS", "ENDS", "DETACH", "OPTIONAL", ".", ":", "$", "|", "&", "!"];
/// Words before which `WITH` does not.
const NOT_BEFORE: &[&str] = &["HEADERS", "ORDINALITY", "TIME"];

/// Every mistake of the statement at `span` of `text`; pest has found the first.
pub fn mistakes(text: &str, span: Span, first: &Error<Rule>) -> Vec<Diagnostic> {
    let statement = span.of(text);
    let tokens: Vec<Lexeme> =
        lexemes(statement).into_iter().filter(|lexeme| lexeme.kind != TokenKind::Comment).collect();
    let mut problems = vec![explain(text, span, first)];
    if tokens.iter().any(|lexeme| lexeme.flaw == Some(Flaw::Open)) {
        return problems;
    }
    let mut at = position(first);
    while problems.len() < MOST
        && let Some(start) = next_clause(statement, &tokens, at)
    {
        let rest = Span::new(span.start + start, span.end);
        let Err(error) = Grammar::parse(Rule::statement, rest.of(text)) else { break };
        let found = start + position(&error);
        if statement[found..].starts_with([')', ']', '}']) {
            break;
        }
        problems.push(explain(text, rest, &error));
        at = found.max(start + 1);
    }
    problems
}

/// Where the next clause begins, from a place on and outside of the brackets around it.
fn next_clause(statement: &str, tokens: &[Lexeme], from: usize) -> Option<usize> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.span.of(statement));
    let is = |at: usize, words: &[&str]| words.iter().any(|other| word(at).eq_ignore_ascii_case(other));
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.span.start >= from) {
        match word(at) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        let follows = at.checked_sub(1).is_some_and(|before| is(before, NOT_AFTER));
        let continues = is(at, &["WITH"]) && is(at + 1, NOT_BEFORE);
        if depth == 0 && at > 0 && is(at, STARTS) && !follows && !continues {
            return Some(token.span.start);
        }
    }
    None
}
