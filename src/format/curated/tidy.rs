//! `portolan fmt`: a file with its entries laid out in the canonical form of `layout`, and all else as it stands.
//!
//! Text in, text out: what an entry says, the order of its keys and of the entries, comments, blank lines and everything outside
//! entries stay, because people chose them. An entry with a comment inside stays as it is written: a comment belongs to a line, and
//! a layout that moves lines would part the two. So does one that would not be read as the same texts.

use crate::diag::{Diagnostic, Span};

use super::write::layout::Item;
use super::yaml::{self, Content, Entry, Yaml};

/// The text of a curated file, laid out anew. The vocabulary of a graph stays as it is: its tables are aligned by hand.
///
/// # Errors
/// The file is not YAML as curated files have it.
///
/// # Examples
/// ```
/// use portolan::format::curated::formatted;
/// let text = "nodes:\n  # Two of them.\n  - id: france\n    is:   'Country'\n    cite: atlas\n";
/// let anew = "nodes:\n  # Two of them.\n  - {id: france, is: Country, cite: atlas}\n";
/// assert_eq!(formatted(text).unwrap(), anew);
/// assert_eq!(formatted(anew).unwrap(), anew);
/// ```
pub fn formatted(text: &str) -> Result<String, Diagnostic> {
    let tree = yaml::read(text)?;
    let comments = yaml::comments(text);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    if let Content::Map(sections) = &tree.value
        && !sections.iter().any(|section| matches!(section.key.as_str(), "graph" | "labels"))
    {
        for part in sections.iter().flat_map(|section| parts(section, text)) {
            let line = text[part.span.end..].find('\n').map_or(text.len(), |at| part.span.end + at);
            let commented = comments.iter().any(|comment| (part.span.start..line).contains(&comment.start));
            if let Some(anew) = part.anew(text).filter(|_| !commented && part.span.start >= done) {
                out.push_str(&text[done..part.span.start]);
                out.push_str(&anew);
                done = part.span.end;
            }
        }
    }
    out.push_str(&text[done..]);
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    Ok(out)
}

/// What is laid out as one: a member of a section with its dash, or a key of the instrument with its value.
struct Part<'y> {
    span: Span,
    key: Option<&'y str>,
    value: &'y Yaml,
}

fn parts<'y>(section: &'y Entry, text: &str) -> Vec<Part<'y>> {
    let is_flow = text[section.value.span.start..].starts_with(['[', '{']);
    match &section.value.value {
        Content::List(members) if !is_flow => members.iter().filter_map(|member| of_list(member, text)).collect(),
        Content::Map(entries) if !is_flow => entries.iter().map(|entry| of_map(entry, text)).collect(),
        _ => Vec::new(),
    }
}

fn of_list<'y>(member: &'y Yaml, text: &str) -> Option<Part<'y>> {
    let before = text[..member.span.start].trim_end_matches([' ', '\n', '\r']);
    let start = before.strip_suffix('-')?.len();
    Some(Part { span: Span::new(start, end(member, text)), key: None, value: member })
}

fn of_map<'y>(entry: &'y Entry, text: &str) -> Part<'y> {
    let span = Span::new(entry.at.start, end(&entry.value, text).max(entry.at.end));
    Part { span, key: Some(&entry.key), value: &entry.value }
}

/// Where a value ends: of what stands in lines, the parser tells where the next thing begins.
fn end(yaml: &Yaml, text: &str) -> usize {
    let is_flow = text[yaml.span.start..].starts_with(['[', '{']);
    match &yaml.value {
        Content::List(members) if !is_flow => members.last().map_or(yaml.span.end, |last| end(last, text)),
        Content::Map(entries) if !is_flow => entries.last().map_or(yaml.span.end, |last| end(&last.value, text)),
        _ => yaml.span.end,
    }
}

impl Part<'_> {
    /// Its text in the canonical form; none where it would not be read as the same, or does not stand alone on its lines.
    fn anew(&self, text: &str) -> Option<String> {
        let line = text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text[line..self.span.start];
        let rest = text[self.span.end..].split('\n').next().unwrap_or_default();
        if !indent.bytes().all(|byte| byte == b' ') || !rest.trim().is_empty() {
            return None;
        }
        let begins = self.key.map_or_else(|| "-".to_owned(), |key| format!("{key}:"));
        let mut out = format!("{indent}{begins}");
        let is_quoted = |yaml: &Yaml| text[yaml.span.start..].starts_with(['"', '\'']);
        Item::of(self.value, &is_quoted).write(&mut out, indent.len() + 2);
        let read = yaml::read(&out).ok()?;
        let again = match &read.value {
            Content::List(members) => members.first()?,
            Content::Map(entries) => &entries.first().filter(|entry| Some(entry.key.as_str()) == self.key)?.value,
            _ => return None,
        };
        is_same(again, self.value).then(|| out[indent.len()..].to_owned())
    }
}

/// Whether two trees hold the same texts, wherever they stand.
fn is_same(a: &Yaml, b: &Yaml) -> bool {
    match (&a.value, &b.value) {
        (Content::Empty, Content::Empty) => true,
        (Content::Text(a), Content::Text(b)) => a == b,
        (Content::List(a), Content::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Content::Map(a), Content::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && is_same(&a.value, &b.value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{formatted, is_same};
    use crate::format::curated::yaml;

    /// Pieces of which files, right and wrong ones, are put together.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("nodes:\n"),
            Just("instrument:\n"),
            Just("  - "),
            Just("- "),
            Just("    - "),
            Just("id: a"),
            Just("name: b c"),
            Just("{id: a, cite: [b, 'c d']}"),
            Just("\n"),
            Just("\n    "),
            Just("\n      "),
            Just("  "),
            Just(", "),
            Just("# no\n"),
            Just(" # no"),
            Just("note: |\n        two\n        lines\n"),
            Just("note: >-\n      two\n      lines"),
            Just("\"ä\\n\""),
            Just("is:"),
            Just("null"),
            Just("~"),
            Just("[x,\n     y]"),
            Just("? q\n: r"),
            Just("{"),
            Just("]"),
            Just("\r\n"),
            Just("–’é"),
            Just("'2025-04-04'"),
            Just("key: "),
            Just("---\n"),
            Just("..."),
            Just("\t"),
            Just("\u{feff}"),
            Just("x y z x y z x y z x y z x y z"),
        ];
        let lines = prop_oneof![
            Just("  - id: a"),
            Just("  - {id: a,   is: b}"),
            Just("  - {id: a,"),
            Just("     is: b}"),
            Just("    is: [x,  y]"),
            Just("    cite:"),
            Just("      - {source: s, at: 'p. 1'}"),
            Just("      source: s"),
            Just("    note: >"),
            Just("      two"),
            Just("# between"),
            Just("    # inside"),
            Just("    name: \"a: b\"   # after"),
            Just(""),
            Just("   "),
            Just("figures:"),
            Just("instrument:"),
            Just("  key: 'v'"),
            Just("  status:"),
            Just("    - announced:   2025"),
            Just("      by: c"),
            Just("  -"),
            Just("    text: one"),
            Just("     and more of it"),
            Just("    empty:"),
            Just("    on: {}"),
            Just("  - plain  text"),
        ];
        let in_lines = prop::collection::vec(lines, 0..12).prop_map(|lines| format!("nodes:\n{}\n", lines.join("\n")));
        prop_oneof![3 => in_lines, 1 => prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_file_laid_out_anew_holds_the_same_texts_and_is_laid_out_once(text in texts()) {
            if let Ok(anew) = formatted(&text) {
                let (Ok(before), Ok(after)) = (yaml::read(&text), yaml::read(&anew)) else {
                    return Err(TestCaseError::fail(format!("{text:?} became {anew:?}")));
                };
                prop_assert!(is_same(&before, &after), "{text:?} became {anew:?}");
                prop_assert_eq!(formatted(&anew).ok(), Some(anew.clone()), "{:?}", text);
                let comments = |text: &str| yaml::comments(text).len();
                prop_assert_eq!(comments(&text), comments(&anew), "{:?} became {:?}", text, anew);
            }
        }
    }
}
