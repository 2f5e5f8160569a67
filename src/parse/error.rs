//! A refusal of pest, in words.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::build::{MAX_NESTING, too_deep};
use super::grammar::Rule;
use super::keyword::{KEYWORDS, is_keyword};
use super::token::{Flaw, Lexeme, TokenKind, lexemes};
use super::{expect, foreign};
use crate::diag::{Diagnostic, Span, code, nearest};

/// Byte of the farthest place that was reached.
pub fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// What was wrong with the statement at `span` of `text`.
pub fn explain(text: &str, span: Span, error: &Error<Rule>) -> Diagnostic {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
        // The only other refusal is that of pest's stack guard.
        return too_deep(span, MAX_NESTING);
    };
    let statement = span.of(text);
    let at = position(error);
    let lexemes = lexemes(statement);
    let lexemes: Vec<&Lexeme> = lexemes.iter().filter(|lexeme| lexeme.kind != TokenKind::Comment).collect();
    let shift = |place: Span| Span::new(place.start + span.start, place.end + span.start);
    if let Some(open) = lexemes.iter().find(|lexeme| lexeme.flaw == Some(Flaw::Open)) {
        let quote = open.span.of(statement).chars().next().unwrap_or('\'');
        return Diagnostic::new(code::SYNTAX, "a quote is not closed")
            .at(shift(open.span), format!("expected a closing `{quote}`"));
    }
    let expected = expect::sentence(positives);
    let found = lexemes.iter().position(|lexeme| lexeme.span.end > at);
    let Some(found) = found else {
        let end = Span::new(span.end, span.end);
        let problem = Diagnostic::new(code::SYNTAX, "the query ends too early").at(end, expected);
        return match unclosed(statement, &lexemes) {
            Some(open) => problem.at(shift(open), "this bracket is not closed"),
            None => problem,
        };
    };
    let lexeme = lexemes[found];
    let word = lexeme.span.of(statement);
    let kind = if expect::in_relationship(positives) { code::INVALID_RELATIONSHIP_PATTERN } else { code::SYNTAX };
    let problem = Diagnostic::new(kind, format!("unexpected {}", shown(word))).at(shift(lexeme.span), expected);
    let token = |at: usize| lexemes.get(at).map(|lexeme| lexeme.span.of(statement));
    let word_before = found.checked_sub(1).and_then(token);
    if let Some(help) = foreign::instead(word, word_before, token(found + 1)) {
        return problem.help(help);
    }
    if let Some(help) =
        word_before.filter(|_| lexeme.kind == TokenKind::Text).and_then(|kind| foreign::typed(kind, word))
    {
        return problem.help(help);
    }
    if lexeme.kind == TokenKind::Name
        && let Some(keyword) = misspelt(word, &expect::keywords(positives))
    {
        return problem.help(format!("did you mean `{keyword}`?"));
    }
    // `RETURN DISTNCT name`: the word before was taken for a name.
    let before =
        found.checked_sub(1).and_then(|before| lexemes.get(before)).filter(|before| before.kind == TokenKind::Name);
    match before.and_then(|before| misspelt(before.span.of(statement), &[])) {
        Some(keyword) => problem.help(format!(
            "did you mean `{keyword}` in place of `{}`?",
            before.map_or("", |before| before.span.of(statement))
        )),
        None if word.starts_with('`') || !is_keyword(word) => problem,
        None if expect::is_name(positives, word) => {
            problem.help(format!("to use `{word}` as a name, put it in back-ticks"))
        }
        None => problem,
    }
}

/// The keyword that `word` was probably meant to be; one of `wanted` if possible.
fn misspelt(word: &str, wanted: &[String]) -> Option<String> {
    if is_keyword(word) || word.starts_with('`') {
        return None;
    }
    // A short name, or one of another length, is near to some keyword by chance; only what is expected there counts.
    let length = word.chars().count();
    let near = |keyword: &&str| length >= 4 && keyword.len().abs_diff(length) <= 1;
    let all = KEYWORDS.iter().map(|keyword| keyword.word).filter(near);
    let found = nearest(word, wanted.iter().map(String::as_str)).or_else(|| nearest(word, all));
    found.map(str::to_owned)
}

/// A token as the message quotes it: short, and on one line.
fn shown(word: &str) -> String {
    const LONGEST: usize = 30;
    let line = word.lines().next().unwrap_or("");
    if line.chars().count() > LONGEST || line.len() < word.len() {
        format!("`{}…`", line.chars().take(LONGEST).collect::<String>())
    } else {
        format!("`{line}`")
    }
}

/// The last bracket that nothing closes.
fn unclosed(statement: &str, lexemes: &[&Lexeme]) -> Option<Span> {
    let mut open = Vec::new();
    for lexeme in lexemes.iter().filter(|lexeme| lexeme.kind == TokenKind::Bracket) {
        if matches!(lexeme.span.of(statement), "(" | "[" | "{") {
            open.push(lexeme.span);
        } else {
            open.pop();
        }
    }
    open.pop()
}
