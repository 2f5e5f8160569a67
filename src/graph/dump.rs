//! The canonical text of a graph, and its hash: equal graphs, equal texts.
//!
//! One statement a line, each section sorted, ids instead of numbers, so that the order in which a reader found things
//! plays no part. What a definition derives is left out: it follows from the graph and its rules.
//!
//! Lists that mean a set (labels, the ends that a type allows, the nodes of a chain entry) are sorted; lists that mean an
//! order (periods, voices, citations, the entries of a history) are kept as they are.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::value::{Date, NodeId, RelId, Value};

use super::{Cardinality, Citation, End, Entity, Meta, PropertyKind, Schema, Snapshot, Start, Statement, Validity};

/// The canonical text of a graph.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, NewNode, Schema, dump};
/// let graph = |ids: [&str; 2]| {
///     let mut builder = Builder::new(Schema::default());
///     for id in ids {
///         builder.node(NewNode { id: id.into(), ..NewNode::default() }).unwrap();
///     }
///     builder.finish()
/// };
/// assert_eq!(dump(&graph(["bmw", "volkswagen"])), dump(&graph(["volkswagen", "bmw"])));
/// ```
#[must_use]
pub fn dump(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    write_all(snapshot, &mut |line| {
        text.push_str(line);
        text.push('\n');
    });
    text
}

/// SHA-256 of the canonical text, in hexadecimal: names a version of a graph.
#[must_use]
pub fn hash(snapshot: &Snapshot) -> String {
    digest(|line| write_all(snapshot, line))
}

/// SHA-256 of lines, in hexadecimal.
#[must_use]
pub fn digest(write: impl FnOnce(&mut dyn FnMut(&str))) -> String {
    let mut digest = Sha256::new();
    write(&mut |line| {
        digest.update(line);
        digest.update("\n");
    });
    digest.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The canonical line of a relationship: tells it from others between the same nodes, unless they are equal.
#[must_use]
pub fn dump_rel(snapshot: &Snapshot, rel: RelId) -> String {
    let (rel_type, ..) = snapshot.rel(rel);
    Dump { snapshot }.rel(snapshot.catalog.type_name(rel_type), rel)
}

fn write_all(snapshot: &Snapshot, line: &mut dyn FnMut(&str)) {
    line("portolan graph 1");
    write_schema(&snapshot.schema, line);
    let dump = Dump { snapshot };
    sorted(snapshot.sources.iter().map(|source| format!("source {}", Source(source))), line);
    sorted(snapshot.nodes().map(|node| dump.node(node)), line);
    let stored = snapshot.stored_types().map(|rel_type| (snapshot.catalog.type_name(rel_type).as_ref(), rel_type));
    let types: BTreeMap<&str, _> = stored.collect();
    for (name, rel_type) in types {
        sorted(snapshot.rels_of(rel_type).map(|rel| dump.rel(name, rel)), line);
    }
    dump.chains(line);
    sorted(snapshot.complete.iter().map(|complete| dump.complete(complete)), line);
}

fn sorted(lines: impl Iterator<Item = String>, line: &mut dyn FnMut(&str)) {
    let mut lines: Vec<String> = lines.collect();
    lines.sort_unstable();
    for text in &lines {
        line(text);
    }
}

fn write_schema(schema: &Schema, line: &mut dyn FnMut(&str)) {
    let Schema { name, about, licence, base, cutoff, labels, relationships, properties } = schema;
    for (key, value) in [("name", name), ("about", about), ("base", base)] {
        if !value.is_empty() {
            line(&format!("schema {key} {}", quoted(value)));
        }
    }
    if let Some(licence) = licence {
        line(&format!("schema licence {}", quoted(licence)));
    }
    if let Some(day) = cutoff {
        line(&format!("schema cutoff {}", ShownDate(Date::exact(*day))));
    }
    for (name, def) in labels {
        let derived = flag(def.derived, " derived");
        line(&format!("label {} is {}{derived} about {}", quoted(name), set(&def.is), quoted(&def.about)));
    }
    for (name, def) in relationships {
        let flags = [flag(def.in_force, " in-force"), flag(def.timeless, " timeless")].concat();
        let cardinality = match def.cardinality {
            None => "",
            Some(Cardinality::ToOne) => " to-one",
            Some(Cardinality::FromOne) => " from-one",
        };
        let (from, to, about) = (set(&def.from), set(&def.to), quoted(&def.about));
        line(&format!("type {} from {from} to {to}{flags}{cardinality} about {about}", quoted(name)));
    }
    for (name, def) in properties {
        let kind = PropertyKind::ALL.iter().find(|(kind, _)| *kind == def.kind).map_or("", |(_, word)| word);
        let flags = [flag(def.list, " list"), flag(def.history, " history"), flag(def.key, " key")].concat();
        let (of, unit, about) = (set(&def.of), quoted(&def.unit), quoted(&def.about));
        line(&format!("property {} {kind} of {of}{flags} unit {unit} about {about}", quoted(name)));
    }
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

struct Dump<'g> {
    snapshot: &'g Snapshot,
}

impl Dump<'_> {
    fn node(&self, node: NodeId) -> String {
        let catalog = &self.snapshot.catalog;
        let labels = self.snapshot.labels(node).iter().map(|label| catalog.label_name(*label));
        let labels: Vec<&Arc<str>> = labels.filter(|name| !self.snapshot.is_derived_label(name)).collect();
        let mut text = format!("node {} {}", self.id(node), set(&labels));
        self.thing(&mut text, Entity::Node(node));
        if let Some(day) = self.snapshot.checked(node) {
            let _ = write!(text, " checked {}", ShownDate(Date::exact(day)));
        }
        text
    }

    fn rel(&self, name: &str, rel: RelId) -> String {
        let (_, start, end) = self.snapshot.rel(rel);
        let mut text = format!("rel {} {} {}", self.id(start), quoted(name), self.id(end));
        self.thing(&mut text, Entity::Rel(rel));
        text
    }

    /// Properties, metadata and histories of a node or relationship.
    fn thing(&self, text: &mut String, entity: Entity) {
        for (key, value) in self.snapshot.properties(entity) {
            let _ = write!(text, " {}: {}", quoted(&key), self.value(&value));
        }
        text.push_str(&self.meta(self.snapshot.meta(Statement::Entity(entity))));
        let histories: BTreeMap<_, _> = self
            .snapshot
            .histories(entity)
            .map(|(key, entries)| (self.snapshot.catalog.key_name(key).clone(), entries))
            .collect();
        for (key, entries) in histories {
            let _ = write!(text, " history {}", quoted(&key));
            for entry in entries {
                let entry = self.snapshot.history_entry(*entry);
                let _ = write!(text, " ({}{})", self.value(&entry.value), self.meta(&entry.meta));
            }
        }
    }

    fn chains(&self, line: &mut dyn FnMut(&str)) {
        let chains = &self.snapshot.chains;
        let mut of = vec![Vec::new(); chains.entries.len()];
        for (node, entries) in &chains.of {
            for entry in entries {
                of[*entry as usize].push(self.snapshot.node_id(*node));
            }
        }
        let entries = self.snapshot.chain_entries().map(|(number, entry)| {
            let of = &of[number as usize];
            let mut text = format!("status {} {} {}", set(of), entry.state.key(), ShownDate(entry.on));
            let _ = write!(text, "{}{}", ShownEnd(entry.end), flag(entry.de_facto, " de-facto"));
            if let Some(by) = entry.by {
                let _ = write!(text, " by {}", self.id(by));
            }
            if let Some(part) = &entry.part {
                let _ = write!(text, " part {}", quoted(part));
            }
            text + &self.meta(&entry.meta)
        });
        sorted(entries, line);
    }

    fn complete(&self, complete: &super::Completeness) -> String {
        let to = complete.to.map_or(String::new(), |day| format!(" to {}", ShownDate(Date::exact(day))));
        let (what, of) = (quoted(&complete.what), self.id(complete.of));
        format!("complete {what} of {of}{to}{}", self.meta(&complete.meta))
    }

    fn id(&self, node: NodeId) -> String {
        quoted(self.snapshot.node_id(node))
    }

    fn meta(&self, meta: &Meta) -> String {
        let Meta { validity, learnt, retracted, modality, negated, deprecated, claimed_by, citations, note } = meta;
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
        for (word, date) in [("learnt", learnt), ("retracted", retracted)] {
            if let Some(date) = date {
                let _ = write!(text, " {word} {}", ShownDate(*date));
            }
        }
        let modality = if *modality == super::Modality::Fact { "" } else { modality.word() };
        let _ = write!(text, "{}{modality}", flag(!modality.is_empty(), " "));
        let _ = write!(text, "{}{}", flag(*negated, " not"), flag(*deprecated, " deprecated"));
        if !claimed_by.is_empty() {
            let voices: Vec<String> = claimed_by.iter().map(|voice| self.id(*voice)).collect();
            let _ = write!(text, " claimed by [{}]", voices.join(", "));
        }
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
        if let Some(note) = note {
            let _ = write!(text, " note {}", quoted(note));
        }
        text
    }

    /// A value that shows its type: a text has quotes, a date, time or duration an `@`, a float a point.
    fn value(&self, value: &Value) -> String {
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

struct Source<'a>(&'a super::Source);

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let super::Source { id, publisher, title, date, url, locator, kind, language, licence } = self.0;
        write!(f, "{} publisher {} title {}", quoted(id), quoted(publisher), quoted(title))?;
        if let Some(date) = date {
            write!(f, " date {}", ShownDate(*date))?;
        }
        let texts = [("url", url), ("locator", locator), ("kind", kind), ("language", language), ("licence", licence)];
        for (word, text) in texts {
            if let Some(text) = text {
                write!(f, " {word} {}", quoted(text))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{dump, hash};
    use crate::graph::{Builder, Meta, Modality, NewNode, NewRel, Schema, Snapshot};
    use crate::value::{Duration, LocalTime, Value};

    fn graph(ids: [&str; 3], notes: [&str; 2], modality: Modality) -> Snapshot {
        let mut builder = Builder::new(Schema::default());
        for id in ids {
            let properties = vec![("name".to_owned(), Value::from(id)), ("size".to_owned(), Value::from(1))];
            let labels = vec!["B".to_owned(), "A".to_owned()];
            let node = NewNode { id: id.into(), labels, properties, ..NewNode::default() };
            assert!(builder.node(node).is_ok());
        }
        for note in notes {
            let meta = Meta { note: Some(note.into()), modality, ..Meta::default() };
            let (Some(start), Some(end)) = (builder.find("a"), builder.find("b")) else { continue };
            let kind = "USES".to_owned();
            builder.rel(NewRel { kind, start, end, properties: vec![], histories: vec![], meta });
        }
        builder.finish()
    }

    #[test]
    fn the_order_of_insertion_plays_no_part() {
        let one = graph(["a", "b", "c"], ["x", "y"], Modality::Fact);
        let other = graph(["c", "b", "a"], ["y", "x"], Modality::Fact);
        assert_eq!(dump(&one), dump(&other));
        assert_eq!(hash(&one), hash(&other));
        assert_eq!(hash(&one).len(), 64);
    }

    #[test]
    fn every_part_of_a_statement_is_in_it() {
        let fact = graph(["a", "b", "c"], ["x", "y"], Modality::Fact);
        for other in [
            graph(["a", "b", "d"], ["x", "y"], Modality::Fact),
            graph(["a", "b", "c"], ["x", "x"], Modality::Fact),
            graph(["a", "b", "c"], ["x", "y"], Modality::Claim),
        ] {
            assert_ne!(dump(&fact), dump(&other));
            assert_ne!(hash(&fact), hash(&other));
        }
    }

    #[test]
    fn a_date_is_not_the_text_that_looks_like_it() {
        let with = |value: Value| {
            let mut builder = Builder::new(Schema::default());
            let properties = vec![("on".to_owned(), value)];
            assert!(builder.node(NewNode { id: "a".into(), properties, ..NewNode::default() }).is_ok());
            dump(&builder.finish())
        };
        let date = "2025-04-04".parse().map_or(Value::Null, Value::Date);
        assert_ne!(with(date), with(Value::from("2025-04-04")));
        assert_ne!(with(Value::Int(1)), with(Value::Float(1.0)));
        let time = LocalTime::read("12:00").map_or(Value::Null, Value::LocalTime);
        assert_ne!(with(time), with(Value::from("12:00")));
        let duration = |text: &str| text.parse::<Duration>().map_or(Value::Null, Value::from);
        assert_ne!(with(duration("P1D")), with(Value::from("P1D")));
        assert_ne!(with(duration("P1D")), with(duration("PT24H")));
    }
}
