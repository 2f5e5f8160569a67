//! A small tolerant lexer: what the text consists of, whether or not it is a query.
//!
//! The shell colours its line with it, and the parser measures a text with it before pest sees it.

use super::keyword::is_keyword;
use crate::diag::Span;

/// What a token is, for colouring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word of the language, where one can stand.
    Keyword,
    /// Any other name.
    Name,
    /// A label or relationship type.
    Label,
    /// A text in quotes.
    Text,
    /// A number.
    Number,
    /// `$name`.
    Parameter,
    /// A comment.
    Comment,
    /// A sign.
    Operator,
    /// `( ) [ ] { }`.
    Bracket,
    /// A character that means nothing outside texts and comments.
    Unknown,
}

/// What is wrong with one token on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A quote, back-tick or comment that is not closed.
    Open,
    /// A number that is none.
    Number,
}

/// A token as the scanner sees it: words are not yet told apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme {
    pub span: Span,
    pub kind: TokenKind,
    pub flaw: Option<Flaw>,
}

/// The tokens of `text` in order; white space is left out, nothing else is.
///
/// # Examples
/// ```
/// use portolan::parse::{tokens, TokenKind};
/// let kinds: Vec<_> = tokens("MATCH (m:Measure)").into_iter().map(|(_, kind)| kind).collect();
/// assert_eq!(
///     kinds,
///     [TokenKind::Keyword, TokenKind::Bracket, TokenKind::Name, TokenKind::Operator, TokenKind::Label, TokenKind::Bracket]
/// );
/// ```
#[must_use]
pub fn tokens(text: &str) -> Vec<(Span, TokenKind)> {
    let lexemes = lexemes(text);
    // What the brackets around a word are: a colon makes a label in `(` and `[`, but a value follows it in `{`.
    let mut brackets: Vec<char> = Vec::new();
    let mut before = "";
    let mut in_labels = false;
    let mut tokens = Vec::with_capacity(lexemes.len());
    for (at, lexeme) in lexemes.iter().enumerate() {
        let word = lexeme.span.of(text);
        let after = lexemes.get(at + 1).map_or("", |next| next.span.of(text));
        let kind = match lexeme.kind {
            TokenKind::Name if before == ":" && brackets.last() != Some(&'{') => TokenKind::Label,
            TokenKind::Name if in_labels && matches!(before, "|" | "&" | "!") => TokenKind::Label,
            TokenKind::Name
                if before != "." && after != ":" && is_keyword(word) && !(after == "(" && is_function(word)) =>
            {
                TokenKind::Keyword
            }
            kind => kind,
        };
        match word {
            "(" | "[" | "{" => brackets.extend(word.chars()),
            ")" | "]" | "}" => {
                brackets.pop();
            }
            _ => {}
        }
        in_labels = kind == TokenKind::Label || in_labels && matches!(word, "|" | "&" | "!" | ":");
        if kind != TokenKind::Comment {
            before = word;
        }
        tokens.push((lexeme.span, kind));
    }
    tokens
}

/// Keywords that are also names of functions.
fn is_function(word: &str) -> bool {
    ["count", "collect", "exists", "all", "any", "none", "single", "reduce"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

/// The names in a dotted name.
pub(super) fn words(text: &str) -> Vec<&str> {
    let names = lexemes(text).into_iter().filter(|lexeme| lexeme.kind == TokenKind::Name);
    names.map(|lexeme| lexeme.span.of(text)).collect()
}

/// Everything but comments.
pub(super) fn words_and_signs(text: &str) -> Vec<&str> {
    let all = lexemes(text).into_iter().filter(|lexeme| lexeme.kind != TokenKind::Comment);
    all.map(|lexeme| lexeme.span.of(text)).collect()
}

/// Cuts `text` into lexemes.
pub(super) fn lexemes(text: &str) -> Vec<Lexeme> {
    Lexer::new(text).collect()
}

/// Reads one lexeme after the other.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

/// Signs of more than one character, longest first.
const SIGNS: &[&str] = &["|+|", "..", "<>", "<=", ">=", "=~", "+=", "||", "::", "->", "<-"];

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|character| !wanted(character)).unwrap_or(rest.len());
    }

    fn sign(&mut self, first: char) -> (TokenKind, Option<Flaw>) {
        let long = SIGNS.iter().find(|sign| self.rest().starts_with(**sign));
        self.at += long.map_or(first.len_utf8(), |sign| sign.len());
        let known = long.is_some() || "+-*/%^=<>.,:;|&!?".contains(first);
        (if known { TokenKind::Operator } else { TokenKind::Unknown }, None)
    }

    fn quoted(&mut self, quote: char) -> Option<Flaw> {
        self.at += 1;
        let mut rest = self.rest().char_indices();
        while let Some((at, character)) = rest.next() {
            if character == '\\' && quote != '`' {
                rest.next();
            } else if character == quote {
                self.at += at + 1;
                // A doubled back-tick is one back-tick of the name.
                if quote == '`' && self.rest().starts_with('`') {
                    return self.quoted_again();
                }
                return None;
            }
        }
        self.at = self.text.len();
        Some(Flaw::Open)
    }

    /// The rest of a back-ticked name after a doubled back-tick; a loop, so that a long row of them does not nest.
    fn quoted_again(&mut self) -> Option<Flaw> {
        while self.rest().starts_with('`') {
            self.at += 1;
            let Some(end) = self.rest().find('`') else {
                self.at = self.text.len();
                return Some(Flaw::Open);
            };
            self.at += end + 1;
        }
        None
    }

    fn starts_decimal(&self) -> bool {
        let mut rest = self.rest().bytes();
        rest.next() == Some(b'.') && rest.next().is_some_and(|digit| digit.is_ascii_digit())
    }

    fn number(&mut self) -> Option<Flaw> {
        let start = self.at;
        let radix = self.rest().get(..2).map(str::to_ascii_lowercase);
        if matches!(radix.as_deref(), Some("0x" | "0o")) {
            self.at += 2;
            self.skip_while(is_name_part);
            let digits = &self.text[start + 2..self.at];
            let radix = if radix.as_deref() == Some("0x") { 16 } else { 8 };
            let good = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return (!good).then_some(Flaw::Number);
        }
        self.skip_while(|digit| digit.is_ascii_digit());
        if self.starts_decimal() {
            self.at += 1;
            self.skip_while(|digit| digit.is_ascii_digit());
        }
        let exponent = self.rest().strip_prefix(['e', 'E']);
        if let Some(digits) = exponent.map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest))
            && digits.starts_with(|digit: char| digit.is_ascii_digit())
        {
            self.at = self.text.len() - digits.len();
            self.skip_while(|digit| digit.is_ascii_digit());
        }
        let end = self.at;
        self.skip_while(is_name_part);
        (self.at > end).then_some(Flaw::Number)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        self.skip_while(is_space);
        let start = self.at;
        let first = self.rest().chars().next()?;
        let (kind, flaw) = match first {
            '/' if self.rest().starts_with("//") => {
                self.skip_while(|character| character != '\n' && character != '\r');
                (TokenKind::Comment, None)
            }
            '/' if self.rest().starts_with("/*") => {
                let end = self.rest()[2..].find("*/");
                self.at = end.map_or(self.text.len(), |end| start + end + 4);
                (TokenKind::Comment, end.is_none().then_some(Flaw::Open))
            }
            '\'' | '"' => (TokenKind::Text, self.quoted(first)),
            '`' => (TokenKind::Name, self.quoted(first)),
            '$' => {
                self.at += 1;
                let flaw = if self.rest().starts_with('`') {
                    self.quoted('`')
                } else {
                    self.skip_while(is_name_part);
                    None
                };
                (TokenKind::Parameter, flaw)
            }
            '(' | ')' | '[' | ']' | '{' | '}' => {
                self.at += 1;
                (TokenKind::Bracket, None)
            }
            _ if first.is_ascii_digit() || self.starts_decimal() => (TokenKind::Number, self.number()),
            _ if is_name_start(first) => {
                self.skip_while(is_name_part);
                (TokenKind::Name, None)
            }
            _ => self.sign(first),
        };
        Some(Lexeme { span: Span::new(start, self.at), kind, flaw })
    }
}

pub(super) fn is_name_start(character: char) -> bool {
    character == '_' || pest::unicode::XID_START(character)
}

pub(super) fn is_name_part(character: char) -> bool {
    character == '_' || pest::unicode::XID_CONTINUE(character)
}

fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{180e}' | '\u{1c}'..='\u{1f}')
}
