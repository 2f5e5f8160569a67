//! A YAML file as a tree of texts, each with its place.
//!
//! Nothing is typed here: `NO`, `2025-04-04` and `1.0` are texts, and the schema says what they mean. The parser's events are
//! taken as they are, because a detour over guessed types would lose what was written. Anchors, aliases and tags are refused:
//! a curated file is read by people.

use granit_parser::{Event, Options, Parser};

use crate::diag::{Code, Diagnostic, Span, code};

/// Levels that mappings and lists may be nested.
const MAX_DEPTH: usize = 32;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Yaml {
    pub span: Span,
    pub value: Content,
}

/// What stands there.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// Nothing after the colon.
    Empty,
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub at: Span,
    pub value: Yaml,
}

impl Yaml {
    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Content::Empty => "nothing",
            Content::Text(_) => "a text",
            Content::List(_) => "a list",
            Content::Map(_) => "a mapping",
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members of a list; anything else stands for itself.
    pub fn each(&self) -> &[Yaml] {
        match &self.value {
            Content::List(list) => list,
            _ => std::slice::from_ref(self),
        }
    }
}

/// The tree of a file.
pub(super) fn read(text: &str) -> Result<Yaml, Diagnostic> {
    let mut options = Options::default();
    options.emit_comments = false;
    let events = Parser::new_from_str_with_options(text, options);
    let mut tree = Tree { open: Vec::new(), done: None };
    let mut end = Span::new(text.len(), text.len());
    for event in events {
        let (event, place) = event.map_err(|wrong| {
            let at = wrong.marker().byte_offset().unwrap_or(0).min(text.len());
            Diagnostic::new(code::BAD_YAML, format!("not YAML: {}", wrong.info())).at(Span::new(at, at), "here")
        })?;
        let span = place.byte_range().map_or(end, |range| Span::new(range.start, range.end));
        end = Span::new(span.end, span.end);
        tree.take(event, span)?;
    }
    Ok(tree.done.unwrap_or(Yaml { span: Span::new(0, 0), value: Content::Empty }))
}

/// Where comments stand in a text that can be read.
pub(super) fn comments(text: &str) -> Vec<Span> {
    let mut options = Options::default();
    options.emit_comments = true;
    let events = Parser::new_from_str_with_options(text, options).map_while(Result::ok);
    let comments = events.filter(|(event, _)| matches!(event, Event::Comment(..)));
    comments.filter_map(|(_, place)| place.byte_range()).map(|range| Span::new(range.start, range.end)).collect()
}

/// A list or mapping whose end was not yet seen.
enum Open {
    List(Span, Vec<Yaml>),
    Map(Span, Vec<Entry>, Option<(String, Span)>),
}

struct Tree {
    open: Vec<Open>,
    done: Option<Yaml>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        let refused = |what: &str| refuse(code::BAD_YAML, span, format!("{what} in a curated file"), "write it out");
        if event.tag().is_some() {
            return Err(refused("a tag"));
        }
        match event {
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _)
                if anchor != 0 =>
            {
                Err(refused("an anchor"))
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => Err(refused("an alias")),
            Event::Scalar(text, style, ..) => {
                let plain = style == granit_parser::ScalarStyle::Plain;
                let empty = plain && (text.is_empty() || text == "~" || text == "null");
                let value = if empty { Content::Empty } else { Content::Text(text.into_owned()) };
                self.add(Yaml { span, value })
            }
            Event::SequenceStart(..) => self.enter(Open::List(span, Vec::new()), span),
            Event::MappingStart(..) => self.enter(Open::Map(span, Vec::new(), None), span),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(start, list)) => self.add(Yaml { span: start.to(span), value: Content::List(list) }),
                Some(Open::Map(start, map, _)) => self.add(Yaml { span: start.to(span), value: Content::Map(map) }),
                None => Ok(()),
            },
            Event::DocumentStart(..) if self.done.is_some() => {
                Err(refuse(code::BAD_YAML, span, "a second document".into(), "one file holds one document"))
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, open: Open, span: Span) -> Result<(), Diagnostic> {
        if self.open.len() == MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(refuse(code::WRONG_SHAPE, span, message, "too deep"));
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, yaml: Yaml) -> Result<(), Diagnostic> {
        match self.open.last_mut() {
            None => self.done = Some(yaml),
            Some(Open::List(_, list)) => list.push(yaml),
            Some(Open::Map(_, map, key)) => match key.take() {
                Some((key, at)) => map.push(Entry { key, at, value: yaml }),
                None => match yaml.value {
                    Content::Text(text) => *key = Some((text, yaml.span)),
                    _ => return Err(refuse(code::WRONG_SHAPE, yaml.span, "a key is a word".into(), "expected a key")),
                },
            },
        }
        Ok(())
    }
}

fn refuse(code: &'static Code, span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::new(code, message).at(span, label)
}

#[cfg(test)]
mod tests {
    use super::{Content, read};

    #[test]
    fn a_text_is_kept_as_it_was_written_and_knows_its_place() {
        let text = "a: NO\nb: [1.0, 'x: y']\nc:\n";
        let Ok(tree) = read(text) else { panic!("not read") };
        let Content::Map(entries) = tree.value else { panic!("not a mapping") };
        assert_eq!(entries[0].value.text(), Some("NO"));
        assert_eq!(entries[1].value.each()[0].text(), Some("1.0"));
        assert_eq!(entries[1].value.each()[1].span.of(text), "'x: y'");
        assert_eq!(entries[2].value.value, Content::Empty);
    }

    #[test]
    fn anchors_tags_second_documents_and_deep_nests_are_refused() {
        for text in ["a: &x 1", "a: *x", "a: !t 1", "a: 1\n---\nb: 2", "[a: ]: x", &"[".repeat(10_000)] {
            assert!(read(text).is_err(), "{}", &text[..text.len().min(20)]);
        }
    }
}
