//! A tree of texts as YAML in one canonical form: what fits on a line stands on one, in braces and brackets; what does not
//! has a line for each key or member. A text has quotes where it would be read as something else without.

use std::fmt::Write;

use crate::format::curated::yaml::{Content, Yaml};

/// Characters of a line, if what stands on it can be broken.
const WIDTH: usize = 130;

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::format::curated) enum Item {
    Text(String),
    List(Vec<Item>),
    Map(Vec<(String, Item)>),
}

impl From<&Yaml> for Item {
    fn from(yaml: &Yaml) -> Self {
        match &yaml.value {
            Content::Empty => Item::List(Vec::new()),
            Content::Text(text) => Item::text(text),
            Content::List(members) => Item::List(members.iter().map(Item::from).collect()),
            Content::Map(entries) => {
                Item::Map(entries.iter().map(|entry| (entry.key.clone(), Item::from(&entry.value))).collect())
            }
        }
    }
}

impl Item {
    pub fn text(text: impl Into<String>) -> Self {
        Item::Text(text.into())
    }

    /// One member alone, several as a list.
    pub fn one_or_list(mut members: Vec<Item>) -> Self {
        if members.len() == 1 { members.remove(0) } else { Item::List(members) }
    }

    /// The form that stands on one line.
    fn flow(&self) -> String {
        match self {
            Item::Text(text) => scalar(text),
            Item::List(members) => {
                format!("[{}]", members.iter().map(Item::flow).collect::<Vec<_>>().join(", "))
            }
            Item::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), value.flow())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// Writes it after what stands on the line already; more lines begin `indent` characters in.
    pub fn write(&self, out: &mut String, indent: usize) {
        let flow = self.flow();
        let column = out.rsplit('\n').next().map_or(0, |line| line.chars().count());
        let fits = column + 1 + flow.chars().count() <= WIDTH;
        let after_dash = out.ends_with('-');
        match self {
            Item::Map(entries) if !fits && !entries.is_empty() => {
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
            Item::List(members) if !fits && !members.is_empty() => {
                for member in members {
                    let _ = write!(out, "\n{:indent$}-", "");
                    member.write(out, indent + 2);
                }
            }
            Item::Text(_) | Item::List(_) | Item::Map(_) => {
                let _ = write!(out, " {flow}");
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
    text.starts_with(first)
        && text.chars().all(|c| inner(c) || c == '#')
        && !text.ends_with(' ')
        // A comment begins with a space and a hash, a document ends with dots.
        && !text.contains(" #")
        && !text.starts_with("...")
        && !matches!(text, "null" | "~")
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
        let expected = format!(
            "top:\n  -\n    id: {}\n    of: [{{id: bmw, cite: \"a: b\"}}, {}]\n",
            "x".repeat(80),
            "x".repeat(60)
        );
        assert_eq!(written(&Item::List(vec![wide])), expected.replace("  -\n    id", "  - id"));
    }
}
