//! A tree of texts as YAML in one canonical form: what fits on a few lines stands on these, in braces and brackets; what does not
//! has a line for each key or member. A text has quotes where it would be read as something else without.

use std::fmt::Write;

use crate::format::curated::yaml::{Content, Entry, Yaml};

/// Characters of a line, if what stands on it can be broken.
const WIDTH: usize = 130;
/// Lines that the braces of a mapping may span.
const LINES: usize = 6;

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::format::curated) enum Item {
    Text(String),
    /// A text that keeps its quotes, such as a code of digits.
    Quoted(String),
    List(Vec<Item>),
    Map(Vec<(String, Item)>),
}

impl From<&Yaml> for Item {
    fn from(yaml: &Yaml) -> Self {
        Self::of(yaml, &|_| false)
    }
}

impl Item {
    /// What was read, with the quotes that `is_quoted` tells of where other readers of YAML would take the text for a number.
    pub fn of(yaml: &Yaml, is_quoted: &impl Fn(&Yaml) -> bool) -> Self {
        match &yaml.value {
            Content::Empty => Item::List(Vec::new()),
            Content::Text(text) if is_quoted(yaml) && text.parse::<f64>().is_ok() => Item::Quoted(text.clone()),
            Content::Text(text) => Item::text(text),
            Content::List(members) => Item::List(members.iter().map(|member| Self::of(member, is_quoted)).collect()),
            Content::Map(entries) => {
                let entry = |entry: &Entry| (entry.key.clone(), Self::of(&entry.value, is_quoted));
                Item::Map(entries.iter().map(entry).collect())
            }
        }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Item::Text(text.into())
    }

    /// One member alone, several as a list.
    pub fn one_or_list(mut members: Vec<Item>) -> Self {
        if members.len() == 1 { members.remove(0) } else { Item::List(members) }
    }

    /// The form that stands on one line.
    fn flow(&self) -> String {
        let (open, parts, close) = self.parts();
        format!("{open}{}{close}", parts.join(", "))
    }

    /// What stands between braces or brackets.
    fn parts(&self) -> (&'static str, Vec<String>, &'static str) {
        match self {
            Item::Text(text) => ("", vec![scalar(text)], ""),
            Item::Quoted(text) => ("", vec![quoted(text)], ""),
            Item::List(members) => ("[", members.iter().map(Item::flow).collect(), "]"),
            Item::Map(entries) => {
                let part = |(key, value): &(String, Item)| format!("{}: {}", scalar(key), value.flow());
                ("{", entries.iter().map(part).collect(), "}")
            }
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Item::Text(_) | Item::Quoted(_))
    }

    /// Lines that braces or brackets may span: what has something nested in it is read better in lines of its own.
    fn most_lines(&self) -> usize {
        let is_flat = |item: &Item| match item {
            Item::Text(_) | Item::Quoted(_) => true,
            Item::List(members) => members.iter().all(Item::is_text),
            Item::Map(entries) => entries.iter().all(|(_, value)| value.is_text()),
        };
        match self {
            Item::List(_) if is_flat(self) => usize::MAX,
            Item::Map(entries) if entries.iter().all(|(_, value)| is_flat(value)) => LINES,
            _ => 1,
        }
    }

    /// The form in braces or brackets, the first line of which begins `column` characters in, and more lines `indent`; none where
    /// a part does not fit on a line, or there would be too many.
    fn filled(&self, column: usize, indent: usize) -> Option<String> {
        let (open, parts, close) = self.parts();
        let (last, others) = parts.split_last()?;
        let mut out = open.to_owned();
        let (mut at, mut lines) = (column + open.len(), 1);
        for part in others.iter().map(|part| format!("{part},")).chain([format!("{last}{close}")]) {
            let long = part.chars().count();
            let begins = out.len() == open.len();
            if !begins && at + 1 + long > WIDTH {
                let _ = write!(out, "\n{:indent$}", "");
                (at, lines) = (indent, lines + 1);
            } else if !begins {
                out.push(' ');
                at += 1;
            }
            out.push_str(&part);
            at += long;
            if at > WIDTH {
                return None;
            }
        }
        (lines <= self.most_lines()).then_some(out)
    }

    /// Writes it after what stands on the line already; more lines begin `indent` characters in.
    pub fn write(&self, out: &mut String, indent: usize) {
        let column = out.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let filled = self.filled(column, indent + 1);
        let after_dash = out.ends_with('-');
        match self {
            Item::Map(entries) if filled.is_none() && !entries.is_empty() => {
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at == 0 && after_dash {
                        out.push(' ');
                    } else {
                        let _ = write!(out, "\n{:indent$}", "");
                    }
                    let _ = write!(out, "{}:", scalar(key));
                    value.write(out, indent + 2);
                }
            }
            Item::List(members) if filled.is_none() && !members.is_empty() => {
                for member in members {
                    let _ = write!(out, "\n{:indent$}-", "");
                    member.write(out, indent + 2);
                }
            }
            _ => {
                let _ = write!(out, " {}", filled.unwrap_or_else(|| self.flow()));
            }
        }
    }
}

/// A text as a scalar that is read as this very text.
fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Whether a text means itself without quotes, wherever it stands.
fn is_plain(text: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || " _-./()+%;~–’".contains(c);
    let first = |c: char| c.is_alphanumeric() || "_./(~".contains(c);
    let below_zero = text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (text.starts_with(first) || below_zero)
        && text.chars().all(|c| inner(c) || c == '#')
        && !text.ends_with(' ')
        // A comment begins with a space and a hash, a document ends with dots.
        && !text.contains(" #")
        && !text.starts_with("...")
        && !is_taken_for_another(text)
}

/// Whether other readers of YAML would take a text without quotes for nothing, for a truth value, or for a number of another base.
fn is_taken_for_another(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    let is_octal = |digits: &str| digits.len() > 1 && digits.bytes().all(|byte| byte.is_ascii_digit());
    matches!(word.as_str(), "null" | "~" | "y" | "n" | "yes" | "no" | "on" | "off")
        || text.starts_with('0') && is_octal(text)
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // YAML breaks lines at some of these, and reads the others nowhere.
            c if c.is_control() || "\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}".contains(c) => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Item;
    use crate::format::curated::yaml::{self, Content, Yaml};

    fn written(item: &Item) -> String {
        let mut out = String::from("top:");
        item.write(&mut out, 2);
        out + "\n"
    }

    fn items() -> impl Strategy<Value = Item> {
        let texts = prop_oneof![
            any::<String>(),
            "[-a-z0-9 #:,{}&*!|>'\"%@`~?.\\[\\]]{0,12}",
            Just("null".to_owned()),
            Just("~".to_owned()),
            Just("NO".to_owned()),
            Just("- a".to_owned()),
            "[a-z ]{100,160}",
        ];
        let texts = texts.boxed();
        let leaf = texts.clone().prop_map(Item::Text);
        leaf.prop_recursive(3, 24, 5, move |inner| {
            let map = prop::collection::btree_map(texts.clone(), inner.clone(), 1..5);
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(Item::List),
                map.prop_map(|entries| Item::Map(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_written_is_read_as_the_same_texts(item in items()) {
            let text = written(&item);
            let read = yaml::read(&text);
            prop_assert!(read.is_ok(), "{text}\n{read:?}");
            let Ok(Yaml { value: Content::Map(entries), .. }) = read else { unreachable!() };
            prop_assert_eq!(Item::from(&entries[0].value), item, "{}", text);
        }
    }

    #[test]
    fn what_fits_on_a_line_stands_on_one() {
        let long = |n: usize| Item::text("x".repeat(n));
        let map = Item::Map(vec![("id".into(), Item::text("bmw")), ("cite".into(), Item::text("a: b"))]);
        assert_eq!(written(&Item::List(vec![map.clone()])), "top: [{id: bmw, cite: \"a: b\"}]\n");
        let wide = Item::Map(vec![("id".into(), long(80)), ("of".into(), Item::List(vec![map, long(60)]))]);
        let (x80, x60) = ("x".repeat(80), "x".repeat(60));
        let expected = format!("top:\n  - id: {x80}\n    of: [{{id: bmw, cite: \"a: b\"}}, {x60}]\n");
        assert_eq!(written(&Item::List(vec![wide])), expected);
    }

    #[test]
    fn what_has_nothing_nested_is_broken_between_its_parts() {
        let entry = |key: &str, long: usize| (key.to_owned(), Item::text("x".repeat(long)));
        let flat = Item::Map(vec![entry("id", 60), entry("name", 80), entry("cite", 4)]);
        let (x60, x80) = ("x".repeat(60), "x".repeat(80));
        let expected = format!("top:\n  - {{id: {x60},\n     name: {x80}, cite: xxxx}}\n");
        assert_eq!(written(&Item::List(vec![flat])), expected);
        let ids = Item::List((0..40).map(|n| Item::text(format!("node-{n}"))).collect());
        assert!(written(&ids).lines().all(|line| line.chars().count() <= super::WIDTH));
    }

    #[test]
    fn what_other_readers_take_for_a_number_or_a_truth_value_has_quotes() {
        let shown = |text: &str| super::scalar(text);
        assert_eq!(["NO", "on", "032", "null"].map(shown), ["\"NO\"", "\"on\"", "\"032\"", "\"null\""]);
        assert_eq!(["-0.5", "2804", "0.5", "0", "Norway"].map(shown), ["-0.5", "2804", "0.5", "0", "Norway"]);
    }
}
