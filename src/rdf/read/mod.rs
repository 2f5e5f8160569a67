//! Read: a file in one of the six formats becomes a graph.
//!
//! What [`write`](super::write()) wrote comes back as the same graph. Of other files what is said in our words is read: a
//! plain triple between two nodes is a relationship of which nothing else is known. What this graph has no place for is
//! left out, with a warning that names it.

mod document;
mod meta;
mod schema;
mod value;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use oxigraph::io::RdfParser;
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedOrBlankNode, Term};

use crate::diag::{Diagnostic, SourceText};
use crate::graph::{Builder, ChainEntry, Completeness, Meta, NewEntry, NewNode, NewRel, Schema, State};
use crate::value::{NodeId, Value};

use self::document::{Document, Predicate, name_of, subject_name};
use self::meta::number_after;
use super::word;
use super::{Base, Format};

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// The graph, not yet finished, so that more can be added.
    pub builder: Builder,
    /// What was left out.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a file.
///
/// # Errors
/// Every mistake: what the parser could not read, and statements that do not say what they must.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portolan::diag::SourceText;
/// use portolan::rdf::{Base, Format, read};
/// let text = "@prefix id: <https://w3id.org/portolan/id/> . @prefix ns: <https://w3id.org/portolan/ns/> .
///     id:bmw a ns:Company ; ns:USES id:ndfeb-magnet . id:ndfeb-magnet a ns:Product .";
/// let file = Arc::new(SourceText::new("bmw.ttl", text));
/// let read = read(&file, Format::Turtle, &Base::default()).unwrap();
/// assert_eq!(read.builder.finish().catalog().n_rels(), 1);
/// ```
pub fn read(file: &Arc<SourceText>, format: Format, base: &Base) -> Result<Read, Vec<Diagnostic>> {
    let mut reader = Reader {
        document: Document::parse(file, format, base)?,
        base: base.clone(),
        builder: Builder::default(),
        derived_labels: BTreeSet::new(),
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    let schema = reader.schema();
    reader.graph(schema);
    if !reader.errors.is_empty() {
        return Err(reader.errors);
    }
    reader.warnings.extend(reader.document.foreign());
    Ok(Read { builder: reader.builder, warnings: reader.warnings })
}

/// The base of the graph in a file that [`write`](super::write()) wrote: of the IRI that is said to be a graph in words under
/// itself. `None` where nothing says so.
#[must_use]
pub fn declared_base(file: &SourceText, format: Format) -> Option<Base> {
    let triples = RdfParser::from_format(format.library()).for_slice(file.text.as_bytes());
    triples.map_while(Result::ok).find_map(|quad| match (&quad.subject, &quad.object) {
        (NamedOrBlankNode::NamedNode(graph), Term::NamedNode(kind)) if quad.predicate == rdf::TYPE => {
            let base = Base::new(graph.as_str()).ok()?;
            (kind.as_str() == base.word(word::GRAPH)).then_some(base)
        }
        _ => None,
    })
}

struct Reader {
    document: Document,
    base: Base,
    builder: Builder,
    derived_labels: BTreeSet<String>,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

/// What a statement says: three terms.
type Said = (String, String, Term);

/// Histories by owner and property: place, value, and what is said.
type Entries = BTreeMap<(String, String), Vec<(usize, Value, Meta)>>;

impl Reader {
    fn graph(&mut self, schema: Schema) {
        self.builder = Builder::new(schema);
        self.sources();
        for at in 0..self.document.subjects.len() {
            let name = self.document.subjects[at].name.clone();
            if let Some(id) = self.node_id(&name) {
                // One subject a node: the id is not taken.
                let _ = self.builder.node(NewNode { id, ..NewNode::default() });
            }
        }
        // What says something, in the order of the file: first of all relationships, which histories then belong to.
        let mut stated: Vec<(usize, usize, Said)> = Vec::new();
        let mut entries: Vec<(usize, Said, bool)> = Vec::new();
        for at in 0..self.document.subjects.len() {
            let stored = self.take_class(at, word::STORED_VALUE);
            let history = self.take_class(at, word::HISTORY_ENTRY);
            let Some(said) = self.said(at) else { continue };
            if history || stored {
                entries.push((at, said, stored));
            } else {
                let name = &self.document.subjects[at].name;
                let segments = self.document.local(name, "stmt/").map_or(0, |path| path.split('/').count());
                let place = if segments == 4 { number_after(name, '/') } else { 1 };
                stated.push((at, place, said));
            }
        }
        stated.sort_by_key(|(_, place, _)| *place);
        let mut histories = self.histories(entries);
        let mut known: HashSet<(NodeId, String, NodeId)> = HashSet::new();
        for (at, _, said) in stated {
            self.rel(at, &said, &mut histories, &mut known);
        }
        for at in 0..self.document.subjects.len() {
            let name = self.document.subjects[at].name.clone();
            if let Some(node) = self.node_id(&name).and_then(|id| self.builder.find(&id)) {
                self.node(at, node, &mut histories, &known);
            } else if self.take_class(at, word::STATUS_ENTRY) {
                self.status(at);
            } else if self.take_class(at, word::COMPLETENESS) {
                self.complete(at);
            }
        }
        for (owner, key) in histories.into_keys() {
            let message = format!("<{owner}> has a history of `{key}`, and nothing else is said of it");
            self.errors.push(Diagnostic::new(crate::diag::code::BAD_RDF, message));
        }
    }

    /// What a subject says, reified or as a triple term; `None` where it is no statement.
    fn said(&mut self, at: usize) -> Option<Said> {
        if self.document.has(at, word::REIFIES) {
            return match self.one(at, word::REIFIES)? {
                Term::Triple(triple) => {
                    let predicate = triple.predicate.as_str().to_owned();
                    Some((subject_name(&triple.subject), predicate, triple.object))
                }
                other => {
                    self.wrong(at, format!("{other} is no triple term"));
                    None
                }
            };
        }
        let is_statement = self.take_class(at, word::STATEMENT);
        if !is_statement && !self.document.has(at, word::SUBJECT) {
            return None;
        }
        let terms = [word::SUBJECT, word::PREDICATE, word::OBJECT].map(|word| (word, self.one(at, word)));
        let missing: Vec<&str> = terms.iter().filter(|(_, term)| term.is_none()).map(|(word, _)| word.local).collect();
        if !missing.is_empty() {
            self.wrong(at, format!("a statement needs `{}`", missing.join("` and `")));
            return None;
        }
        let [(_, subject), (_, predicate), (_, object)] = terms;
        Some((name_of(&subject?)?, name_of(&predicate?)?, object?))
    }

    /// The name of a property whose predicate this is.
    fn key(&self, predicate: &str) -> Option<String> {
        if self.base.find_word(predicate) == Some(word::LABEL) {
            return Some("name".to_owned());
        }
        self.document.local(predicate, "ns/").and_then(super::iri::decode_name)
    }

    fn histories(&mut self, found: Vec<(usize, Said, bool)>) -> Entries {
        let mut entries = Entries::new();
        for (at, (owner, predicate, object), stored) in found {
            let Some(key) = self.key(&predicate) else {
                self.wrong(at, format!("<{predicate}> is no property of this graph"));
                continue;
            };
            let Some(value) = self.value(at, &object) else { continue };
            let meta = self.meta(at);
            let place = if stored { 0 } else { number_after(&self.document.subjects[at].name, '/').max(1) };
            entries.entry((owner, key)).or_default().push((place, value, meta));
        }
        for entries in entries.values_mut() {
            entries.sort_by_key(|(place, ..)| *place);
        }
        entries
    }

    fn rel(
        &mut self,
        at: usize,
        (subject, predicate, object): &Said,
        histories: &mut Entries,
        known: &mut HashSet<(NodeId, String, NodeId)>,
    ) {
        let kind = self.document.local(predicate, "ns/").and_then(super::iri::decode_name);
        let start = self.node_id(subject).and_then(|id| self.builder.find(&id));
        let Some(kind) = kind else {
            return self.wrong(at, format!("<{predicate}> is no relationship type of this graph"));
        };
        let Some(start) = start else {
            return self.wrong(at, format!("<{subject}> is no node that is described"));
        };
        let Some(end) = self.as_node(at, object) else { return };
        known.insert((start, kind.clone(), end));
        let derived = self.flag(at, word::DERIVED);
        let (properties, histories) = self.properties(at, histories);
        let meta = self.meta(at);
        // What follows from a definition is not stored.
        if !derived {
            self.builder.rel(NewRel { kind, start, end, properties, histories, meta });
        }
    }

    fn node(&mut self, at: usize, node: NodeId, histories: &mut Entries, known: &HashSet<(NodeId, String, NodeId)>) {
        self.take_class(at, word::NODE);
        let class = |object: &Term| match object {
            Term::NamedNode(class) => self.base.strip(class.as_str()).is_some_and(|path| path.starts_with("ns/")),
            _ => false,
        };
        let is_label = Predicate::Word(word::TYPE);
        let types = self.document.take_where(at, |fact| fact.predicate == is_label && class(&fact.object));
        let mut labels = Vec::new();
        for (_, object) in types {
            let label = name_of(&object).and_then(|iri| self.key_of_class(&iri));
            match label {
                Some(label) if self.derived_labels.contains(&label) => {}
                Some(label) => labels.push(label),
                None => self.wrong(at, format!("{object} is no label of this graph")),
            }
        }
        // Plain triples to nodes; those that a statement says too are known.
        let (base, prefix) = (self.base.clone(), format!("{}id/", self.base.as_str()));
        let to_node = |object: &Term| match object {
            Term::NamedNode(node) => {
                node.as_str().starts_with(&prefix) && base.strip(node.as_str()).is_some_and(|path| !path.contains('#'))
            }
            _ => false,
        };
        let plain =
            self.document.take_where(at, |fact| matches!(fact.predicate, Predicate::Name(_)) && to_node(&fact.object));
        for (predicate, object) in plain {
            let (Predicate::Name(kind), Some(end)) = (predicate, self.as_node(at, &object)) else { continue };
            let rel = (node, kind.to_string(), end);
            if !known.contains(&rel) {
                let (kind, meta) = (rel.1, Meta::default());
                self.builder.rel(NewRel { kind, start: node, end, properties: vec![], histories: vec![], meta });
            }
        }
        if let Some(day) = self.day(at, word::CHECKED) {
            self.builder.checked(node, day);
        }
        let (properties, histories) = self.properties(at, histories);
        let meta = self.meta(at);
        if let Some(new) = self.builder.get_mut(node) {
            new.labels = labels;
            new.properties = properties;
            new.histories = histories;
            new.meta = meta;
        }
    }

    fn key_of_class(&self, iri: &str) -> Option<String> {
        self.document.local(iri, "ns/").and_then(super::iri::decode_name)
    }

    /// The properties of a subject and their histories.
    #[expect(clippy::type_complexity, reason = "the two fields of a node or relationship")]
    fn properties(
        &mut self,
        at: usize,
        histories: &mut Entries,
    ) -> (Vec<(String, Value)>, Vec<(String, Vec<(Value, Meta)>)>) {
        let owner = self.document.subjects[at].name.to_string();
        let range = (owner.clone(), String::new())..;
        let keys: Vec<(String, String)> =
            histories.range(range).map(|(key, _)| key.clone()).take_while(|(of, _)| *of == owner).collect();
        let (mut stored, mut changing) = (Vec::new(), Vec::new());
        let mut historic = HashSet::new();
        for key in keys {
            let mut entries = histories.remove(&key).unwrap_or_default();
            if entries.first().is_some_and(|(place, ..)| *place == 0) {
                stored.push((key.1.clone(), entries.remove(0).1));
            }
            historic.insert(key.1.clone());
            changing.push((key.1, entries.into_iter().map(|(_, value, meta)| (value, meta)).collect()));
        }
        let is_property =
            |predicate: &Predicate| matches!(predicate, Predicate::Name(_) | Predicate::Word(word::LABEL));
        let found = self.document.take_where(at, |fact| is_property(&fact.predicate));
        let mut order: Vec<String> = Vec::new();
        let mut by_key: HashMap<String, Vec<Value>> = HashMap::new();
        for (predicate, object) in found {
            let key = match predicate {
                Predicate::Name(name) => name.to_string(),
                Predicate::Word(_) | Predicate::Other(_) => "name".to_owned(),
            };
            let Some(value) = self.value(at, &object) else { continue };
            // Of a property with a history a plain triple is what it was on some day.
            if !historic.contains(&key) {
                let values = by_key.entry(key).or_insert_with_key(|key| {
                    order.push(key.clone());
                    Vec::new()
                });
                values.push(value);
            }
        }
        for key in order {
            let mut values = by_key.remove(&key).unwrap_or_default();
            // Several values of one property are a list.
            let value = if values.len() == 1 { values.pop().unwrap_or_default() } else { Value::list(values) };
            stored.push((key, value));
        }
        (stored, changing)
    }

    fn status(&mut self, at: usize) {
        let mut of = Vec::new();
        for object in self.document.take(at, word::OF) {
            of.extend(self.as_node(at, &object));
        }
        let state = self.word(at, word::STATE).and_then(|word| State::parse(word.local));
        let on = self.date(at, word::ON);
        let end = self.end(at, word::ANNOUNCED_UNTIL, word::ANNOUNCED_THROUGH);
        let by = match self.one(at, word::BY) {
            Some(by) => self.as_node(at, &by),
            None => None,
        };
        let de_facto = self.flag(at, word::DE_FACTO);
        let part = self.text(at, word::PART);
        let meta = self.meta(at);
        let (Some(state), Some(on)) = (state, on) else {
            return self.wrong(at, "an entry of a status chain needs a `state` and a day `on` which it begins");
        };
        self.builder
            .status(NewEntry { of, entry: ChainEntry { state, on, end, by, de_facto, part, assumed: false, meta } });
    }

    fn complete(&mut self, at: usize) {
        let what = self.text(at, word::WHAT);
        let of = match self.one(at, word::OF) {
            Some(of) => self.as_node(at, &of),
            None => None,
        };
        let to = self.day(at, word::TO);
        let meta = self.meta(at);
        match (what, of) {
            (Some(what), Some(of)) => self.builder.complete(Completeness { what, of, to, meta }),
            _ => self.wrong(at, "a statement of completeness needs `what` and `of`"),
        }
    }
}
