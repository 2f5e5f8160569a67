//! Diagnostics as text: the only place that draws one.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};

use crate::diag::{Diagnostic, SourceText, Span};

use super::Colour;
use super::screen::printable;

/// Characters of a line that are shown around the place.
const WINDOW: usize = 100;
/// Characters before the place that are shown, so that its column is the file's own; of a longer line, a part.
const LEFT: usize = 400;

/// Writes a message to standard error, with its place in `query`, or in the file it names itself.
pub(super) fn tell(diagnostic: &Diagnostic, query: &SourceText, colour: Colour) -> io::Result<()> {
    writeln!(io::stderr(), "{}", report(diagnostic, query, colour.of_messages()))
}

/// A message with its place in `query`, or in the file it names itself.
#[must_use]
pub fn report(diagnostic: &Diagnostic, query: &SourceText, colour: bool) -> String {
    let source = diagnostic.file.as_deref().unwrap_or(query);
    let level = if diagnostic.is_error() { Level::ERROR } else { Level::WARNING };
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.id);
    let mut group = Group::with_title(title);
    if let Some(first) = diagnostic.labels.first() {
        let window = Window::around(&source.text, first.span);
        let mut snippet = Snippet::source(window.text.clone()).line_start(window.line).path(source.name.clone());
        for (i, label) in diagnostic.labels.iter().enumerate() {
            let Some(span) = window.place(label.span) else { continue };
            let kind = if i == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            snippet = snippet.annotation(kind.span(span).label(printable(&label.text)));
        }
        group = group.element(snippet);
        if window.cut {
            let column = source.position(first.span.start).column;
            group = group.element(Level::NOTE.message(format!("the line is cut; the place is its column {column}")));
        }
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(printable(note)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

/// The lines of a text around a place, a long line cut to what a screen holds, control characters made visible.
struct Window {
    text: String,
    /// Where each shown character came from; one more for the end.
    bytes: Vec<usize>,
    line: usize,
    /// The line begins before what is shown.
    cut: bool,
}

impl Window {
    fn around(text: &str, span: Span) -> Self {
        let start = floor(text, span.start);
        let end = floor(text, span.end.max(start).min(start + WINDOW));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let from = if start - line_start > LEFT { floor(text, start - WINDOW / 2) } else { line_start };
        // The sign for what is cut takes no less room than a few characters.
        let to = if line_end - end > WINDOW + '…'.len_utf8() { floor(text, end + WINDOW) } else { line_end };
        let (mut shown, mut bytes) = (String::new(), Vec::new());
        for (at, c) in text[from..to].char_indices() {
            bytes.resize(shown.len() + 1, from + at);
            // A control character would move the cursor or colour the screen.
            match c {
                '\r' if text[from + at..].starts_with("\r\n") => {}
                c if c.is_control() && c != '\n' && c != '\t' => shown.push('\u{fffd}'),
                c => shown.push(c),
            }
        }
        bytes.resize(shown.len() + 1, to);
        if to < line_end {
            // What the renderer cuts it marks itself.
            shown.push('…');
            bytes.resize(shown.len() + 1, to);
        }
        Self {
            text: shown,
            bytes,
            line: text[..from].bytes().filter(|b| *b == b'\n').count() + 1,
            cut: from > line_start,
        }
    }

    /// Where a place of the text stands among the shown lines.
    fn place(&self, span: Span) -> Option<std::ops::Range<usize>> {
        let (first, last) = (*self.bytes.first()?, *self.bytes.last()?);
        if span.start < first || span.start > last {
            return None;
        }
        let shown = |byte: usize| {
            let mut at = self.bytes.partition_point(|b| *b < byte).min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at += 1;
            }
            at
        };
        Some(shown(span.start)..shown(span.end.min(last)).max(shown(span.start)))
    }
}

fn floor(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::report;
    use crate::diag::{Diagnostic, SourceText, Span, code};

    #[test]
    fn a_message_shows_the_line_the_place_what_was_expected_and_what_to_do() {
        let query = SourceText::new("query", "MATCH (n)\nRETRUN n");
        let wrong = Diagnostic::new(code::SYNTAX, "no clause `RETRUN`")
            .at(Span::new(10, 16), "expected a clause")
            .help("did you mean `RETURN`?");
        let expected = "\
error[P001]: no clause `RETRUN`
 --> query:2:1
  |
2 | RETRUN n
  | ^^^^^^ expected a clause
  |
  = help: did you mean `RETURN`?";
        assert_eq!(report(&wrong, &query, false), expected);
    }

    #[test]
    fn a_long_line_is_cut_and_a_control_character_is_not_sent_to_the_terminal() {
        let text = format!("{}\u{1b}[31m{}", "x".repeat(5000), "é".repeat(5000));
        let query = SourceText::new("query", text);
        let wrong = Diagnostic::new(code::INVALID_CHARACTER, "bad\u{7}").at(Span::new(5000, 5001), "here");
        let shown = report(&wrong, &query, false);
        assert!(shown.len() < 1000 && !shown.contains('\u{1b}') && !shown.contains('\u{7}'), "{shown}");
    }

    #[test]
    fn a_line_that_is_cut_on_the_right_ends_with_a_sign() {
        for (left, right) in [(0, 105), (5, 200), (30, 120), (120, 200), (135, 200), (300, 104), (390, 300), (600, 300)]
        {
            let query = SourceText::new("query", format!("{}yy{}", "x".repeat(left), "z".repeat(right)));
            let wrong = Diagnostic::new(code::SYNTAX, "bad").at(Span::new(left, left + 2), "here");
            let shown = report(&wrong, &query, false);
            let line = shown.lines().find(|line| line.starts_with("1 | ")).unwrap_or_default();
            assert!(
                line.contains("yyz") && (line.ends_with("z…") || line.ends_with("z...")),
                "{left} {right}: {shown}"
            );
        }
    }
}
