//! The first pass: sources, and every id with its labels, so that the second pass can link in any order.

use crate::diag::{Diagnostic, Span, code};
use crate::graph::{NewNode, Source};

use super::fields::Fields;
use super::part::{self, Part};
use super::reader::Reader;
use super::yaml::{Content, Yaml};

/// The value of a key, without taking it.
pub(super) fn get<'y>(yaml: &'y Yaml, key: &str) -> Option<&'y Yaml> {
    match &yaml.value {
        Content::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
        _ => None,
    }
}

impl Reader {
    /// Declares what a file declares.
    pub fn declare(&mut self, file: &Yaml) {
        if let Some(mut fields) = Fields::of(file, &part::FILE, self) {
            for section in part::SECTIONS {
                fields.take(section.name);
            }
            fields.finish(self);
        }
        for yaml in get(file, "sources").map(|yaml| self.members(yaml, "sources")).unwrap_or_default() {
            self.source(yaml);
        }
        if let Some(yaml) = get(file, "instrument") {
            self.declare_node(yaml, &part::INSTRUMENT, Some("Instrument"));
        }
        for (section, part) in [("measures", &part::MEASURE), ("nodes", &part::NODE)] {
            for yaml in get(file, section).map(|yaml| self.members(yaml, section)).unwrap_or_default() {
                self.progress.step();
                self.declare_node(yaml, part, None);
            }
        }
        for yaml in get(file, "figures").map(|yaml| self.members(yaml, "figures")).unwrap_or_default() {
            self.progress.step();
            let (id, span) = figure_id(yaml);
            self.declare_id(&id, span, vec!["Observation".to_owned()]);
        }
    }

    /// `part` is that of the second pass too, so that a wrong shape is one mistake.
    fn declare_node(&mut self, yaml: &Yaml, part: &'static Part, default: Option<&str>) {
        let Some(mut fields) = Fields::of(yaml, part, self) else { return };
        let id = fields.need("id", self).and_then(|id| self.text(id, "an id").map(|text| (text.to_owned(), id.span)));
        let labels = match (fields.take("is"), default) {
            (Some(yaml), _) if !yaml.each().is_empty() => self.written_labels(yaml),
            (None, Some(label)) => vec![label.to_owned()],
            (Some(_), _) | (None, None) => {
                let missing = Diagnostic::new(code::MISSING_KEY, "`is` is missing");
                self.wrong(missing.at(fields.start, "expected `is: LABEL`, what sort of thing it is"));
                Vec::new()
            }
        };
        if let Some((id, span)) = id {
            self.declare_id(&id, span, labels);
            // An act makes known what it does, wherever it is declared.
            let published = get(yaml, "published").and_then(Yaml::text).and_then(|text| text.parse().ok());
            if let (Some(node), Some(published)) = (self.builder.find(&id), published) {
                self.published.insert(node, published);
            }
        }
    }

    pub fn written_labels(&mut self, yaml: &Yaml) -> Vec<String> {
        for one in yaml.each() {
            let Some(label) = one.text() else { continue };
            let schema = self.builder.schema();
            let wrong = match schema.labels.get(label) {
                None => Diagnostic::new(code::UNKNOWN_IN_SCHEMA, format!("no label `{label}`"))
                    .at(one.span, "the schema does not declare it")
                    .nearest(label, schema.labels.keys().map(String::as_str)),
                Some(def) if def.derived => {
                    Diagnostic::new(code::UNKNOWN_IN_SCHEMA, format!("`{label}` is given by a rule"))
                        .at(one.span, "cannot be written here")
                }
                Some(_) => continue,
            };
            self.wrong(wrong);
        }
        self.texts(yaml, "a label")
    }

    fn declare_id(&mut self, id: &str, span: Span, labels: Vec<String>) {
        if id.is_empty() || id.chars().any(char::is_control) {
            let wrong = Diagnostic::new(code::BAD_VALUE, "an id is a short text without control characters");
            return self.wrong(wrong.at(span, "expected an id, such as `cn-2025-18`"));
        }
        if let Some((file, first)) = self.declared.get(id) {
            let place = file.position(first.start);
            let twice = Diagnostic::new(code::DUPLICATE_ID, format!("`{id}` is declared twice"))
                .at(span, "the second time")
                .note(format!("the first time at {}:{}:{}", file.name, place.line, place.column));
            return self.wrong(twice);
        }
        self.declared.insert(id.to_owned(), (self.file.clone(), span));
        // The id is not taken: `declared` holds every id of the builder.
        let _ = self.builder.node(NewNode { id: id.to_owned(), labels, ..NewNode::default() });
    }

    fn source(&mut self, yaml: &Yaml) {
        let Some(mut fields) = Fields::of(yaml, &part::SOURCE, self) else { return };
        let id = fields.need("id", self).and_then(|id| self.text(id, "an id").map(|text| (text.to_owned(), id.span)));
        let mut text =
            |key, reader: &mut Reader| fields.take(key).and_then(|yaml| reader.text(yaml, key).map(ToOwned::to_owned));
        let mut source = Source {
            publisher: text("publisher", self).unwrap_or_default(),
            title: text("title", self).unwrap_or_default(),
            url: text("url", self),
            locator: text("locator", self),
            kind: None,
            language: text("language", self),
            licence: text("licence", self),
            ..Source::default()
        };
        let kinds = part::KINDS.map(|kind| (kind, kind));
        source.kind =
            fields.take("kind").and_then(|yaml| self.word(yaml, "kind of source", &kinds)).map(ToOwned::to_owned);
        source.date = fields.take("date").and_then(|yaml| self.date(yaml, "the date of a document"));
        fields.finish(self);
        let Some((id, span)) = id else { return };
        if source.title.is_empty() || source.publisher.is_empty() {
            let wrong = Diagnostic::new(code::MISSING_KEY, format!("the source `{id}` has no title or no publisher"));
            self.wrong(wrong.at(span, "expected `publisher: …` and `title: …` beside it"));
        }
        source.id = id.as_str().into();
        if self.builder.source(source).is_err() {
            let twice = Diagnostic::new(code::DUPLICATE_ID, format!("the source `{id}` is declared twice"));
            self.wrong(twice.at(span, "the second time"));
        } else {
            self.sources.insert(id, (self.file.clone(), span));
        }
    }
}

/// The id of a figure: written, or what it is a figure of.
pub(super) fn figure_id(yaml: &Yaml) -> (String, Span) {
    if let Some(id) = get(yaml, "id")
        && let Some(text) = id.text()
    {
        return (text.to_owned(), id.span);
    }
    let words = |key: &str| -> String {
        let parts = get(yaml, key).map(Yaml::each).unwrap_or_default();
        parts.iter().filter_map(Yaml::text).collect::<Vec<_>>().join("+")
    };
    let source = get(yaml, "cite").map(|cite| {
        let first = &cite.each().first().unwrap_or(cite);
        get(first, "source").unwrap_or(first).text().unwrap_or_default().to_owned()
    });
    let parts =
        [words("indicator"), words("of"), words("in"), words("partner"), words("year"), source.unwrap_or_default()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let at = get(yaml, "indicator").map_or(yaml.span, |indicator| indicator.span);
    (format!("figure:{}", parts.join(":")), at)
}
