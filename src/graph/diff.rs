//! What is different between two versions of a graph, statement by statement.
//!
//! Two graphs have no difference exactly if their canonical texts are equal. Statements that speak of the same thing (the same
//! node; the same relationship between the same nodes; the same state of the same act; …) are one that changed; of several
//! such statements those belong together that have most in common.

use std::collections::BTreeMap;

use super::Snapshot;
use super::line::{HISTORY, Line, OF_ENTRY, Section, VALIDITY, lines};

/// Pairs that are compared to find those that have most in common; beyond that they are taken as they come.
const MOST_PAIRS: usize = 10_000;

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Became {
    /// Only the second graph has it.
    Added,
    /// Only the first graph has it.
    Removed,
    /// Both have it, and say different things of it.
    Changed,
}

/// What a difference is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A line of the schema.
    Schema,
    /// A definition.
    Definition,
    /// A document.
    Source,
    /// A node.
    Node,
    /// A relationship.
    Relationship,
    /// An entry of a property's history.
    History,
    /// An entry of a status chain.
    Status,
    /// A statement of completeness.
    Completeness,
}

impl Kind {
    /// Every kind with its name, in the order of differences.
    pub const ALL: [(Kind, &'static str, &'static str); 8] = [
        (Kind::Schema, "line of the schema", "lines of the schema"),
        (Kind::Definition, "definition", "definitions"),
        (Kind::Source, "source", "sources"),
        (Kind::Node, "node", "nodes"),
        (Kind::Relationship, "relationship", "relationships"),
        (Kind::History, "history entry", "history entries"),
        (Kind::Status, "status entry", "status entries"),
        (Kind::Completeness, "statement of completeness", "statements of completeness"),
    ];

    fn of(section: Section) -> Self {
        match section {
            Section::Schema => Self::Schema,
            Section::Source => Self::Source,
            Section::Node => Self::Node,
            Section::Relationship => Self::Relationship,
            Section::Status => Self::Status,
            Section::Complete => Self::Completeness,
        }
    }
}

/// A part of a statement that is not the same in both graphs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Part {
    /// Its name: a property's key, `validity`, `citations`, …
    pub name: String,
    /// What the first graph says.
    pub was: Option<String>,
    /// What the second graph says.
    pub is: Option<String>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// What it is in.
    pub kind: Kind,
    /// What became of it.
    pub became: Became,
    /// What the statement speaks of: `bmw USES ndfeb-magnet`.
    pub subject: String,
    /// Of what was added or removed everything said, of what changed what is different.
    pub parts: Vec<Part>,
}

/// Every difference from one graph to another, by kind, then by what it speaks of. What definitions derive is left out.
#[must_use]
pub fn diff(from: &Snapshot, to: &Snapshot) -> Vec<Difference> {
    let mut found = Vec::new();
    for section in Section::ALL {
        let (removed, added) = only(lines(from, section), lines(to, section));
        let mut subjects: BTreeMap<String, [Vec<Line>; 2]> = BTreeMap::new();
        for (side, lines) in [removed, added].into_iter().enumerate() {
            for line in lines {
                subjects.entry(line.subject.clone()).or_default()[side].push(line);
            }
        }
        let kind = Kind::of(section);
        for (subject, [removed, added]) in subjects {
            let subject =
                plain(subject.split_once(' ').filter(|_| section != Section::Schema).map_or(&*subject, |s| s.1));
            for (was, is) in paired(removed, added) {
                compare(kind, &subject, was.as_ref(), is.as_ref(), &mut found);
            }
        }
    }
    // The entries of histories were found with what they are of.
    found.sort_by_key(|difference| difference.kind);
    found
}

/// The lines that one side has and the other has not.
fn only(mut from: Vec<Line>, mut to: Vec<Line>) -> (Vec<Line>, Vec<Line>) {
    // Those of a section are in the order of types first.
    from.sort_unstable();
    to.sort_unstable();
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut from, mut to) = (from.into_iter().peekable(), to.into_iter().peekable());
    loop {
        let order = match (from.peek(), to.peek()) {
            (Some(a), Some(b)) => a.text.cmp(&b.text),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return (removed, added),
        };
        if order.is_le() {
            removed.extend(from.next().filter(|_| order.is_lt()));
        }
        if order.is_ge() {
            added.extend(to.next().filter(|_| order.is_gt()));
        }
    }
}

/// Which of the lines of one subject belong together.
fn paired(removed: Vec<Line>, added: Vec<Line>) -> Vec<(Option<Line>, Option<Line>)> {
    let search = removed.len() * added.len() <= MOST_PAIRS;
    let mut open: Vec<Option<Line>> = added.into_iter().map(Some).collect();
    let mut pairs = Vec::new();
    for was in removed {
        let common =
            |is: &Line| if search { was.parts().filter(|part| is.parts().any(|p| p == *part)).count() } else { 0 };
        let candidates = open.iter().enumerate().filter_map(|(at, is)| Some((at, common(is.as_ref()?))));
        // The first of those that have most in common.
        let best = candidates.min_by_key(|(_, common)| std::cmp::Reverse(*common));
        let is = best.and_then(|(at, _)| open[at].take());
        pairs.push((Some(was), is));
    }
    pairs.extend(open.into_iter().flatten().map(|is| (None, Some(is))));
    pairs
}

/// Adds the difference of two lines about one thing; each entry of a history is a statement of its own.
fn compare(kind: Kind, subject: &str, was: Option<&Line>, is: Option<&Line>, found: &mut Vec<Difference>) {
    let said = |line: Option<&Line>| {
        let mut said: Vec<((String, usize), String)> = Vec::new();
        for (name, text) in line.into_iter().flat_map(Line::parts) {
            let times = said.iter().filter(|((other, _), _)| other == name).count();
            said.push(((name.to_owned(), times), text.to_owned()));
        }
        said
    };
    let (before, after) = (said(was), said(is));
    let text_of = |said: &[((String, usize), String)], name: &(String, usize)| {
        said.iter().find(|(other, _)| other == name).map(|(_, text)| text.clone())
    };
    let names = before.iter().chain(after.iter().filter(|(name, _)| text_of(&before, name).is_none()));
    let both = was.is_some() && is.is_some();
    let mut parts = Vec::new();
    let mut entries: Vec<(String, Vec<Part>)> = Vec::new();
    for (name, _) in names {
        let [was, is] = [&before, &after].map(|said| text_of(said, name));
        if was == is || name.0.is_empty() {
            continue;
        }
        let (entry, of) = name.0.rsplit_once(OF_ENTRY).unwrap_or(("", &name.0));
        let [was, is] = [was, is].map(|text| text.map(|text| words(of, &text)));
        let entry = plain(entry.trim_start_matches(HISTORY)).replace(" in (", "").replace(") (", ",").replace(')', "");
        if entry.is_empty() || !both {
            let name = if entry.is_empty() { of.to_owned() } else { format!("{entry}: {of}") };
            parts.push(Part { name, was, is });
            continue;
        }
        let part = Part { name: of.to_owned(), was, is };
        match entries.iter_mut().find(|(other, _)| *other == entry) {
            Some((_, parts)) => parts.push(part),
            None => entries.push((entry, vec![part])),
        }
    }
    for (entry, parts) in entries {
        // Every entry has a value: one side that has none of it has no such entry.
        let value = parts.iter().find(|part| part.name == "value");
        let became = value.map_or(Became::Changed, |part| became(part.was.is_some(), part.is.is_some()));
        found.push(Difference { kind: Kind::History, became, subject: format!("{subject}: {entry}"), parts });
    }
    if !parts.is_empty() || !both {
        found.push(Difference {
            kind,
            became: became(was.is_some(), is.is_some()),
            subject: subject.to_owned(),
            parts,
        });
    }
}

fn became(was: bool, is: bool) -> Became {
    match (was, is) {
        (false, _) => Became::Added,
        (true, false) => Became::Removed,
        (true, true) => Became::Changed,
    }
}

/// A part of the canonical text as a reader says it, without the name of the part.
fn words(name: &str, text: &str) -> String {
    let value = text.trim_start_matches('(');
    // A property's value keeps its quotes: a number is no text.
    if let Some((_, value)) = text.split_once("\": ").filter(|_| text.starts_with('"')) {
        return value.replace('@', "");
    }
    match name {
        VALIDITY => plain(text).trim_start_matches("in (").replace(") (", ",").trim_matches([' ', ')']).to_owned(),
        "citations" => {
            plain(text).trim_start_matches("cite (").replace(") cite (", "; ").trim_end_matches(')').to_owned()
        }
        "value" => value.replace('@', ""),
        _ => {
            let text = plain(text);
            text.strip_prefix(name).unwrap_or(&text).trim().to_owned()
        }
    }
}

/// Canonical text without its quotes and the signs before dates.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '@']) {
        out.push_str(&rest[..at]);
        let mut quoted = serde_json::Deserializer::from_str(&rest[at..]).into_iter::<String>();
        match quoted.next() {
            Some(Ok(text)) => {
                out.push_str(&text);
                rest = &rest[at + quoted.byte_offset()..];
            }
            _ => rest = &rest[at + 1..],
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn quotes_and_signs_of_dates_are_left_out_and_those_in_a_text_are_not() {
        assert_eq!(plain(r#"learnt @2025-04-04 cite ("a \"b\" @c")"#), r#"learnt 2025-04-04 cite (a "b" @c)"#);
    }
}
