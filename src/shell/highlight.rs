//! Colours of a query, by its tokens.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::parse::{TokenKind, tokens};

fn style(kind: TokenKind) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match kind {
        TokenKind::Keyword => colour(AnsiColor::Blue).bold(),
        TokenKind::Label => colour(AnsiColor::Cyan),
        TokenKind::Text => colour(AnsiColor::Green),
        TokenKind::Number => colour(AnsiColor::Magenta),
        TokenKind::Parameter => colour(AnsiColor::Yellow),
        TokenKind::Comment => Style::new().dimmed(),
        TokenKind::Unknown => colour(AnsiColor::Red),
        TokenKind::Name | TokenKind::Operator | TokenKind::Bracket => Style::new(),
    }
}

/// `text` with the codes of its colours; without them it is `text`.
///
/// # Examples
/// ```
/// use portolan::shell::highlight::highlight;
/// assert_eq!(highlight("n.name"), "n.name");
/// assert!(highlight("RETURN 1").contains("RETURN"));
/// ```
#[must_use]
pub fn highlight(text: &str) -> String {
    let (mut coloured, mut at) = (String::with_capacity(text.len() * 2), 0);
    for (span, kind) in tokens(text) {
        coloured.push_str(text.get(at..span.start).unwrap_or_default());
        let style = style(kind);
        let _ = write!(coloured, "{style}{}{style:#}", span.of(text));
        at = span.end;
    }
    coloured.push_str(text.get(at..).unwrap_or_default());
    coloured
}
