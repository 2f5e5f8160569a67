//! From ids to IRIs and back.

use std::fmt::Write;
use std::sync::Arc;

use oxigraph::model::{NamedOrBlankNode, Term};

use crate::graph::{Entity, SourceId};
use crate::rdf::iri::{decode_id, decode_name, encode_id, encode_name};
use crate::value::RelId;

use super::{Id, Mapping};

impl Mapping<'_> {
    /// The IRI of an id; empty for what has none.
    pub(in crate::rdf) fn iri(&self, id: &Id) -> String {
        let snapshot = self.view.snapshot();
        let mut iri = self.base.as_str().to_owned();
        match id {
            Id::Graph => {}
            Id::Node(node) => {
                iri.push_str("id/");
                encode_id(snapshot.node_id(*node), &mut iri);
            }
            Id::Source(source) => {
                iri.push_str("src/");
                encode_id(&snapshot.source(*source).id, &mut iri);
            }
            Id::Name(name) => {
                iri.push_str("ns/");
                encode_name(name, &mut iri);
            }
            Id::Word(word) => return self.base.word(*word),
            Id::Part(part) => {
                iri = self.iri(&part.0);
                iri.push('#');
                iri.push_str(&part.1);
            }
            Id::Rel(rel) => {
                iri.push_str("stmt/");
                self.push_rel(*rel, &mut iri);
            }
            Id::Status(number) => {
                iri.push_str("stmt/");
                let entry = snapshot.chain_entry(*number);
                let (of, place) = &self.entries[*number as usize];
                if let Some(node) = of.first() {
                    encode_id(snapshot.node_id(*node), &mut iri);
                }
                let _ = write!(iri, "+{}/", entry.state.key());
                match entry.on.day().filter(|_| entry.on.to_string().parse() != Ok(entry.on)) {
                    Some(day) => encode_id(&format!("day{}", day.0), &mut iri),
                    None => encode_id(&entry.on.to_string(), &mut iri),
                }
                push_place(*place, &mut iri);
            }
            Id::Complete(number) => {
                iri.push_str("stmt/");
                let complete = &snapshot.complete()[*number as usize];
                encode_id(snapshot.node_id(complete.of), &mut iri);
                iri.push_str("+complete/");
                encode_id(&complete.what, &mut iri);
                push_place(self.complete[*number as usize], &mut iri);
            }
            Id::History(number) => {
                let entry = snapshot.history_entry(*number);
                let place = snapshot.history(entry.entity, entry.key).iter().position(|other| other == number);
                self.push_history(entry.entity, entry.key, place.map_or(1, |place| place + 1), &mut iri);
            }
            Id::Stored(entity, key) => self.push_history(*entity, *key, 0, &mut iri),
            Id::Other(term) => match &**term {
                Term::NamedNode(node) => return node.as_str().to_owned(),
                _ => return String::new(),
            },
            Id::Literal(_) | Id::Triple(_) => return String::new(),
        }
        iri
    }

    /// `start/TYPE/end`, and `/n` for the n-th of several.
    fn push_rel(&self, rel: RelId, iri: &mut String) {
        let snapshot = self.view.snapshot();
        let (rel_type, start, end) = snapshot.rel(rel);
        encode_id(snapshot.node_id(start), iri);
        iri.push('/');
        encode_id(snapshot.catalog().type_name(rel_type), iri);
        iri.push('/');
        encode_id(snapshot.node_id(end), iri);
        let first = snapshot.between(rel_type, start, end).next().map_or(0, |first| rel.0 - first.0);
        push_place(first as usize + 1, iri);
    }

    fn push_history(&self, entity: Entity, key: crate::graph::KeyId, place: usize, iri: &mut String) {
        let snapshot = self.view.snapshot();
        iri.push_str("stmt/");
        match entity {
            Entity::Node(node) => encode_id(snapshot.node_id(node), iri),
            Entity::Rel(rel) => self.push_rel(rel, iri),
        }
        iri.push('@');
        encode_id(snapshot.catalog().key_name(key), iri);
        let _ = write!(iri, "/{place}");
    }

    /// The id of a term: one of ours where it is in the graph or is a word, the term itself otherwise.
    pub(in crate::rdf) fn id(&self, term: Term) -> Id {
        match term {
            Term::NamedNode(node) => match self.find(node.as_str()) {
                Some(id) => id,
                None => Id::Other(Arc::new(Term::NamedNode(node))),
            },
            Term::Literal(literal) => Id::Literal(Arc::new(literal)),
            Term::Triple(triple) => {
                let subject = match triple.subject {
                    NamedOrBlankNode::NamedNode(node) => Term::NamedNode(node),
                    NamedOrBlankNode::BlankNode(node) => Term::BlankNode(node),
                };
                let predicate = Term::NamedNode(triple.predicate);
                Id::Triple(Arc::new([self.id(subject), self.id(predicate), self.id(triple.object)]))
            }
            Term::BlankNode(_) => Id::Other(Arc::new(term)),
        }
    }

    /// The id of one of our IRIs; `None` where it is none, or names nothing in the graph.
    fn find(&self, iri: &str) -> Option<Id> {
        if let Some(word) = self.base.find_word(iri) {
            return Some(Id::Word(word));
        }
        let path = self.base.strip(iri)?;
        if path.is_empty() {
            return Some(Id::Graph);
        }
        if let Some((whole, fragment)) = iri.split_once('#') {
            let whole = self.find(whole)?;
            let has_parts = !matches!(whole, Id::Word(_) | Id::Name(_) | Id::Graph | Id::Source(_));
            return has_parts.then(|| Id::Part(Arc::new((whole, fragment.to_owned()))));
        }
        let (kind, rest) = path.split_once('/')?;
        let snapshot = self.view.snapshot();
        let id = match kind {
            "ns" => Id::Name(decode_name(rest)?.into()),
            "id" => Id::Node(snapshot.node(&decode_id(rest)?)?),
            "src" => {
                let id = decode_id(rest)?;
                let place = snapshot.sources().iter().position(|source| *source.id == *id)?;
                Id::Source(SourceId(place as u32))
            }
            "stmt" => self.find_statement(rest)?,
            _ => return None,
        };
        // Of two spellings only the one that we write is the same term.
        (self.iri(&id) == iri).then_some(id)
    }

    fn find_statement(&self, path: &str) -> Option<Id> {
        let snapshot = self.view.snapshot();
        if let Some((owner, entry)) = path.split_once('@') {
            let entity = match snapshot.node(&decode_id(owner).unwrap_or_default()) {
                Some(node) if !owner.contains('/') => Entity::Node(node),
                _ => Entity::Rel(self.find_rel(owner)?),
            };
            let (key, place) = entry.split_once('/')?;
            let key = snapshot.catalog().key(&decode_id(key)?)?;
            let entries = snapshot.history(entity, key);
            return match place.parse::<usize>().ok()? {
                0 if !entries.is_empty() && !snapshot.property(entity, key).is_null() => Some(Id::Stored(entity, key)),
                place => entries.get(place.checked_sub(1)?).map(|entry| Id::History(*entry)),
            };
        }
        let Some((owner, entry)) = path.split_once('+') else { return self.find_rel(path).map(Id::Rel) };
        let wanted = format!("{}stmt/{path}", self.base.as_str());
        if entry.starts_with("complete/") {
            let mut all = (0..snapshot.complete().len() as u32).map(Id::Complete);
            return all.find(|id| self.iri(id) == wanted);
        }
        let of = decode_id(owner).and_then(|id| snapshot.node(&id));
        let chain = of.map_or(&[][..], |node| snapshot.chain(node));
        let found = chain.iter().map(|entry| Id::Status(*entry)).find(|id| self.iri(id) == wanted);
        // An entry of no node stands in no chain.
        let orphan = |(number, (of, _)): (usize, &(Vec<_>, usize))| of.is_empty().then_some(Id::Status(number as u32));
        found.or_else(|| self.entries.iter().enumerate().filter_map(orphan).find(|id| self.iri(id) == wanted))
    }

    fn find_rel(&self, path: &str) -> Option<RelId> {
        let snapshot = self.view.snapshot();
        let mut parts = path.split('/');
        let mut next = || parts.next().and_then(decode_id);
        let (start, rel_type, end) = (next()?, next()?, next()?);
        let place = match parts.next() {
            None => 1,
            Some(place) => place.parse::<usize>().ok()?,
        };
        let (start, end) = (snapshot.node(&start)?, snapshot.node(&end)?);
        snapshot.between(snapshot.catalog().rel_type(&rel_type)?, start, end).nth(place.checked_sub(1)?)
    }
}

/// `/n` for the n-th of several that would else be called the same.
fn push_place(place: usize, iri: &mut String) {
    if place > 1 {
        let _ = write!(iri, "/{place}");
    }
}
