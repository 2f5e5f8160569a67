//! The lines of the canonical text of a graph: what each speaks of, and the parts of what it says.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::Arc;

use crate::value::{Date, NodeId, RelId, Value};

use super::{Cardinality, Citation, End, Entity, Meta, PropertyKind, Schema, Snapshot, Start, Statement, Validity};

/// A part of the canonical text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// What is declared.
    Schema,
    /// Documents.
    Source,
    /// Nodes.
    Node,
    /// Relationships, by type.
    Relationship,
    /// Entries of status chains.
    Status,
    /// What is stated to be complete.
    Complete,
}

impl Section {
    /// Every section, in the order of the text.
    pub const ALL: [Section; 6] =
        [Self::Schema, Self::Source, Self::Node, Self::Relationship, Self::Status, Self::Complete];
}

/// One line of the canonical text, and where the parts of what it says begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub text: String,
    /// What it speaks of; lines of two graphs with the same subject are about the same thing.
    pub subject: String,
    parts: Vec<(String, usize)>,
}

impl Line {
    /// A line that begins with what it speaks of.
    fn of(subject: String) -> Self {
        Self { text: subject.clone(), subject, parts: Vec::new() }
    }

    /// What comes next is this part.
    fn part(&mut self, name: impl Into<String>) -> &mut String {
        self.parts.push((name.into(), self.text.len()));
        &mut self.text
    }

    /// The parts that are there, in order: name and text.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        let ends = self.parts.iter().skip(1).map(|(_, at)| *at).chain([self.text.len()]);
        let parts = self.parts.iter().zip(ends).map(|((name, from), to)| (name.as_str(), self.text[*from..to].trim()));
        parts.filter(|(_, text)| !text.is_empty())
    }
}

/// The line of a relationship.
pub(super) fn line_of(snapshot: &Snapshot, rel: RelId) -> Line {
    let (rel_type, ..) = snapshot.rel(rel);
    Dump { snapshot }.rel(snapshot.catalog.type_name(rel_type), rel)
}

/// The lines of a section, in their order.
pub(super) fn lines(snapshot: &Snapshot, section: Section) -> Vec<Line> {
    let dump = Dump { snapshot };
    match section {
        Section::Schema => schema(&snapshot.schema),
        Section::Source => sorted(snapshot.sources.iter().map(source)),
        Section::Node => sorted(snapshot.nodes().map(|node| dump.node(node))),
        Section::Relationship => {
            let stored = snapshot.stored_types();
            let types: BTreeMap<&str, _> =
                stored.map(|rel_type| (snapshot.catalog.type_name(rel_type).as_ref(), rel_type)).collect();
            let of = |(name, rel_type)| sorted(snapshot.rels_of(rel_type).map(move |rel| dump.rel(name, rel)));
            types.into_iter().flat_map(of).collect()
        }
        Section::Status => dump.chains(),
        Section::Complete => sorted(snapshot.complete.iter().map(|complete| dump.complete(complete))),
    }
}

/// The part that says when something holds.
pub(super) const VALIDITY: &str = "validity";
/// What the name of a part of a history's entry begins with: then the entry, [`OF_ENTRY`], and the part of it.
pub(super) const HISTORY: &str = "history of ";
pub(super) const OF_ENTRY: char = '\t';

fn sorted(lines: impl Iterator<Item = Line>) -> Vec<Line> {
    let mut lines: Vec<Line> = lines.collect();
    lines.sort_unstable();
    lines
}

fn schema(schema: &Schema) -> Vec<Line> {
    let Schema { name, about, licence, base, cutoff, labels, relationships, properties } = schema;
    let mut lines = Vec::new();
    let mut line = |subject: String, parts: &[(&str, String)]| {
        let mut line = Line::of(subject);
        for (name, text) in parts {
            line.part(*name).push_str(text);
        }
        lines.push(line);
    };
    let licence = licence.as_deref().unwrap_or_default();
    for (key, value) in [("name", name.as_str()), ("about", about), ("base", base), ("licence", licence)] {
        if !value.is_empty() {
            line(format!("schema {key}"), &[("value", format!(" {}", quoted(value)))]);
        }
    }
    if let Some(day) = cutoff {
        line("schema cutoff".to_owned(), &[("value", format!(" {}", ShownDate(Date::exact(*day))))]);
    }
    for (name, def) in labels {
        let parts = [
            ("is", format!(" is {}", set(&def.is))),
            ("derived", flag(def.derived, " derived").to_owned()),
            ("about", format!(" about {}", quoted(&def.about))),
        ];
        line(format!("label {}", quoted(name)), &parts);
    }
    for (name, def) in relationships {
        let cardinality = match def.cardinality {
            None => "",
            Some(Cardinality::ToOne) => " to-one",
            Some(Cardinality::FromOne) => " from-one",
        };
        let parts = [
            ("from", format!(" from {}", set(&def.from))),
            ("to", format!(" to {}", set(&def.to))),
            ("effect", flag(def.in_force, " in-force").to_owned()),
            ("timeless", flag(def.timeless, " timeless").to_owned()),
            ("one", cardinality.to_owned()),
            ("about", format!(" about {}", quoted(&def.about))),
        ];
        line(format!("type {}", quoted(name)), &parts);
    }
    for (name, def) in properties {
        let kind = PropertyKind::ALL.iter().find(|(kind, _)| *kind == def.kind).map_or("", |(_, word)| word);
        let denominator = match def.denominator.as_str() {
            "" => String::new(),
            of => format!(" denominator {}", quoted(of)),
        };
        let parts = [
            ("type", format!(" {kind}")),
            ("of", format!(" of {}", set(&def.of))),
            ("list", flag(def.list, " list").to_owned()),
            ("history", flag(def.history, " history").to_owned()),
            ("key", flag(def.key, " key").to_owned()),
            ("unit", format!(" unit {}", quoted(&def.unit))),
            ("denominator", denominator),
            ("about", format!(" about {}", quoted(&def.about))),
        ];
        line(format!("property {}", quoted(name)), &parts);
    }
    lines
}

fn flag(on: bool, word: &'static str) -> &'static str {
    if on { word } else { "" }
}

/// A text in quotes, with the escapes of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Names that mean a set.
fn set<T: AsRef<str>>(names: &[T]) -> String {
    let mut names: Vec<String> = names.iter().map(|name| quoted(name.as_ref())).collect();
    names.sort_unstable();
    names.dedup();
    format!("[{}]", names.join(", "))
}

#[derive(Clone, Copy)]
struct Dump<'g> {
    snapshot: &'g Snapshot,
}

impl Dump<'_> {
    fn node(self, node: NodeId) -> Line {
        let catalog = &self.snapshot.catalog;
        let labels = self.snapshot.labels(node).iter().map(|label| catalog.label_name(*label));
        let labels: Vec<&Arc<str>> = labels.filter(|name| !self.snapshot.is_derived_label(name)).collect();
        let mut line = Line::of(format!("node {}", self.id(node)));
        let _ = write!(line.part("labels"), " {}", set(&labels));
        self.thing(&mut line, Entity::Node(node));
        if let Some(day) = self.snapshot.checked(node) {
            let _ = write!(line.part("checked"), " checked {}", ShownDate(Date::exact(day)));
        }
        line
    }

    fn rel(self, name: &str, rel: RelId) -> Line {
        let (_, start, end) = self.snapshot.rel(rel);
        let mut line = Line::of(format!("rel {} {} {}", self.id(start), quoted(name), self.id(end)));
        self.thing(&mut line, Entity::Rel(rel));
        line
    }

    /// Properties, metadata and histories of a node or relationship.
    fn thing(self, line: &mut Line, entity: Entity) {
        for (key, value) in self.snapshot.properties(entity) {
            let _ = write!(line.part(&*key), " {}: {}", quoted(&key), self.value(&value));
        }
        self.meta(line, self.snapshot.meta(Statement::Entity(entity)));
        let histories: BTreeMap<_, _> = self
            .snapshot
            .histories(entity)
            .map(|(key, entries)| (self.snapshot.catalog.key_name(key).clone(), entries))
            .collect();
        for (key, entries) in histories {
            let _ = write!(line.part(""), " history {}", quoted(&key));
            for entry in entries {
                let entry = self.snapshot.history_entry(*entry);
                let (value, said) = (self.value(&entry.value), self.said(&entry.meta));
                let when = said.iter().find(|(name, _)| *name == VALIDITY).map_or("", |(_, text)| text);
                let of = format!("{HISTORY}{key}{when}{OF_ENTRY}");
                let _ = write!(line.part(format!("{of}value")), " ({value}");
                for (name, text) in &said {
                    line.part(format!("{of}{name}")).push_str(text);
                }
                line.part("").push(')');
            }
        }
    }

    fn chains(self) -> Vec<Line> {
        let chains = &self.snapshot.chains;
        let mut of = vec![Vec::new(); chains.entries.len()];
        for (node, entries) in &chains.of {
            for entry in entries {
                of[*entry as usize].push(self.snapshot.node_id(*node));
            }
        }
        let entries = self.snapshot.chain_entries().map(|(number, entry)| {
            let of = &of[number as usize];
            let mut line = Line::of("status".to_owned());
            // An entry of an act is also one of its clauses: the act comes first, and more clauses make it no other.
            let first = of.iter().min().map_or("", |id| id.as_ref());
            line.subject = format!("status {} {}", quoted(first), entry.state.key());
            let _ = write!(line.part("of"), " {}", set(of));
            let _ = write!(line.part(""), " {}", entry.state.key());
            let _ = write!(line.part("on"), " {}", ShownDate(entry.on));
            let _ = write!(line.part("end"), "{}", ShownEnd(entry.end));
            line.part("de facto").push_str(flag(entry.de_facto, " de-facto"));
            if let Some(by) = entry.by {
                let _ = write!(line.part("by"), " by {}", self.id(by));
            }
            if let Some(part) = &entry.part {
                let _ = write!(line.part("part"), " part {}", quoted(part));
            }
            self.meta(&mut line, &entry.meta);
            line
        });
        sorted(entries)
    }

    fn complete(self, complete: &super::Completeness) -> Line {
        let mut line = Line::of(format!("complete {} of {}", quoted(&complete.what), self.id(complete.of)));
        if let Some(day) = complete.to {
            let _ = write!(line.part("to"), " to {}", ShownDate(Date::exact(day)));
        }
        self.meta(&mut line, &complete.meta);
        line
    }

    fn id(self, node: NodeId) -> String {
        quoted(self.snapshot.node_id(node))
    }

    fn meta(self, line: &mut Line, meta: &Meta) {
        for (name, text) in self.said(meta) {
            line.part(name).push_str(&text);
        }
    }

    /// What is said about a statement, part by part.
    fn said(self, meta: &Meta) -> Vec<(&'static str, String)> {
        let Meta { validity, learnt, retracted, modality, negated, deprecated, claimed_by, citations, note } = meta;
        let mut said = Vec::new();
        let mut text = String::new();
        match validity {
            Validity::Unknown => {}
            Validity::Always => text.push_str(" always"),
            Validity::In(periods) => {
                text.push_str(" in");
                for period in periods {
                    let from = match period.from {
                        Start::Unknown => String::new(),
                        Start::Always => " from always".to_owned(),
                        Start::On(date) => format!(" from {}", ShownDate(date)),
                    };
                    let _ = write!(text, " ({from}{})", ShownEnd(period.to));
                }
            }
        }
        said.push((VALIDITY, text));
        for (word, date) in [("learnt", learnt), ("retracted", retracted)] {
            if let Some(date) = date {
                said.push((word, format!(" {word} {}", ShownDate(*date))));
            }
        }
        let modality = if *modality == super::Modality::Fact { "" } else { modality.word() };
        said.push(("modality", format!("{}{modality}", flag(!modality.is_empty(), " "))));
        said.push(("polarity", flag(*negated, " not").to_owned()));
        said.push(("rank", flag(*deprecated, " deprecated").to_owned()));
        if !claimed_by.is_empty() {
            let voices: Vec<String> = claimed_by.iter().map(|voice| self.id(*voice)).collect();
            said.push(("claimed by", format!(" claimed by [{}]", voices.join(", "))));
        }
        let mut text = String::new();
        for Citation { source, at, quote, retrieved } in citations {
            let _ = write!(text, " cite ({}", quoted(&self.snapshot.source(*source).id));
            for (word, value) in [("at", at), ("quote", quote)] {
                if let Some(value) = value {
                    let _ = write!(text, " {word} {}", quoted(value));
                }
            }
            if let Some(day) = retrieved {
                let _ = write!(text, " retrieved {}", ShownDate(Date::exact(*day)));
            }
            text.push(')');
        }
        said.push(("citations", text));
        if let Some(note) = note {
            said.push(("note", format!(" note {}", quoted(note))));
        }
        said
    }

    /// A value that shows its type: a text has quotes, a date, time or duration an `@`, a float a point.
    fn value(self, value: &Value) -> String {
        let list = |values: &mut dyn Iterator<Item = String>| values.collect::<Vec<_>>().join(", ");
        match value {
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => value.to_string(),
            Value::Text(text) => quoted(text),
            Value::Date(date) => ShownDate(*date).to_string(),
            Value::LocalTime(time) => format!("@{time}"),
            Value::Time(time) => format!("@{time}"),
            Value::LocalDateTime(at) => format!("@{at}"),
            Value::DateTime(at) => format!("@{at}"),
            Value::Duration(duration) => format!("@{duration}"),
            Value::List(values) => format!("[{}]", list(&mut values.iter().map(|value| self.value(value)))),
            Value::Map(map) => {
                let mut entries = map.iter().map(|(key, value)| format!("{}: {}", quoted(key), self.value(value)));
                format!("{{{}}}", list(&mut entries))
            }
            Value::Node(node) => format!("({})", self.id(*node)),
            Value::Rel(rel) => format!("[{}]", quoted(&self.snapshot.rel_id(*rel))),
            Value::Path(path) => {
                let rels = path.rels.iter().map(|rel| self.value(&Value::Rel(*rel)));
                format!("<{}>", list(&mut path.nodes.iter().map(|node| self.value(&Value::Node(*node))).chain(rels)))
            }
        }
    }
}

/// A date after `@`.
struct ShownDate(Date);

impl fmt::Display for ShownDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}

struct ShownEnd(End);

impl fmt::Display for ShownEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            End::Unknown => Ok(()),
            End::Until(date) => write!(f, " until {}", ShownDate(date)),
            End::Through(date) => write!(f, " through {}", ShownDate(date)),
        }
    }
}

fn source(source: &super::Source) -> Line {
    let super::Source { id, publisher, title, date, url, locator, kind, language, licence } = source;
    let mut line = Line::of(format!("source {}", quoted(id)));
    for (word, text) in [("publisher", publisher), ("title", title)] {
        let _ = write!(line.part(word), " {word} {}", quoted(text));
    }
    if let Some(date) = date {
        let _ = write!(line.part("date"), " date {}", ShownDate(*date));
    }
    let texts = [("url", url), ("locator", locator), ("kind", kind), ("language", language), ("licence", licence)];
    for (word, text) in texts {
        if let Some(text) = text {
            let _ = write!(line.part(word), " {word} {}", quoted(text));
        }
    }
    line
}
