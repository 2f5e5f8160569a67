//! The graph as a dataset of SPARQL: a pattern is answered from the blocks it can meet, and nothing is copied.
//!
//! [`Pattern::blocks`] names the blocks that can hold a triple of a pattern, each once; their triples are then made and
//! compared. A subject is one block; a node as object is found by the relationships that reach it; a predicate says which
//! kind of block it stands in. What is left is a scan.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use oxigraph::model::Term;
use spareval::{InternalQuad, QueryableDataset};

use crate::graph::{Entity, KeyId, Snapshot, Statement, TypeId};
use crate::limits::{Limits, Stopped};
use crate::value::{NodeId, Value};

use super::literal;
use super::triples::{Id, Mapping, Triple};
use super::word;

type Blocks<'g> = Box<dyn Iterator<Item = Id> + 'g>;

/// A graph to be asked in SPARQL.
#[derive(Clone)]
pub(super) struct Dataset<'g> {
    pub mapping: Rc<Mapping<'g>>,
    limits: Limits,
    voices: Rc<OnceCell<BTreeMap<NodeId, Vec<Id>>>>,
}

impl<'g> Dataset<'g> {
    pub(super) fn new(mapping: Mapping<'g>, limits: Limits) -> Self {
        Self { mapping: Rc::new(mapping), limits, voices: Rc::default() }
    }

    fn snapshot(&self) -> &'g Snapshot {
        self.mapping.view.snapshot()
    }

    fn types(&self) -> impl Iterator<Item = TypeId> + use<'g> {
        (0..self.snapshot().catalog().types().len() as u32).map(TypeId)
    }

    fn nodes(&self) -> Blocks<'g> {
        Box::new(self.snapshot().nodes().map(Id::Node))
    }

    fn rels(&self) -> Blocks<'g> {
        Box::new(self.snapshot().rels().map(Id::Rel))
    }

    fn leaving(&self, node: NodeId) -> impl Iterator<Item = Id> + use<'g> {
        let snapshot = self.snapshot();
        self.types().flat_map(move |rel_type| snapshot.leaving(rel_type, node)).map(Id::Rel)
    }

    fn reaching(&self, node: NodeId) -> impl Iterator<Item = Id> + use<'g> {
        let snapshot = self.snapshot();
        self.types().flat_map(move |rel_type| snapshot.reaching(rel_type, node)).map(Id::Rel)
    }

    /// The blocks that can hold a triple of this pattern, each once.
    fn blocks(&self, subject: Option<&Id>, predicate: Option<&Id>, object: Option<&Id>) -> Blocks<'g> {
        if let Some(subject) = subject {
            return Box::new(std::iter::once(Mapping::owner(subject).clone()));
        }
        match predicate {
            Some(Id::Word(word)) => self.with_word(*word, object),
            Some(name @ Id::Name(_)) => self.with_name(name, object),
            Some(_) => Box::new(std::iter::empty()),
            None => self.with_object(object),
        }
    }

    fn with_word(&self, predicate: word::Word, object: Option<&Id>) -> Blocks<'g> {
        let snapshot = self.snapshot();
        match (predicate, object) {
            (word::TYPE, Some(Id::Name(label))) => {
                let label = snapshot.catalog().label(label);
                Box::new(label.into_iter().flat_map(|label| snapshot.labelled(label)).map(Id::Node))
            }
            (word::TYPE, Some(Id::Word(word::NODE))) => self.nodes(),
            (word::TYPE, Some(Id::Word(word::STATEMENT))) => Box::new(self.rels().chain(self.mapping.history_blocks())),
            (word::TYPE, Some(Id::Word(_))) => self.few(),
            (word::TYPE, Some(_)) => Box::new(std::iter::empty()),
            (word::LABEL, _) => self.with_name(&Id::Word(word::LABEL), object),
            (word::SUBJECT, Some(Id::Node(node))) => {
                let entity = Entity::Node(*node);
                Box::new(self.leaving(*node).chain(self.histories(move |of, _| of == entity)))
            }
            (word::SUBJECT, Some(Id::Rel(rel))) => {
                let entity = Entity::Rel(*rel);
                self.histories(move |of, _| of == entity)
            }
            (word::PREDICATE, Some(said @ (Id::Name(_) | Id::Word(word::LABEL)))) => {
                let rel_type = if let Id::Name(name) = said { snapshot.catalog().rel_type(name) } else { None };
                let rels = rel_type.into_iter().flat_map(|rel_type| snapshot.rels_of(rel_type)).map(Id::Rel);
                let key = Mapping::key_name(said).and_then(|name| snapshot.catalog().key(name));
                Box::new(rels.chain(self.histories(move |_, of| Some(of) == key)))
            }
            (word::OBJECT, Some(Id::Node(node))) => Box::new(self.reaching(*node)),
            (word::OBJECT, Some(_)) => Box::new(self.mapping.history_blocks()),
            (word::REIFIES, Some(Id::Triple(triple))) => match &**triple {
                [Id::Node(start), Id::Name(name), Id::Node(end)] => {
                    let (start, end) = (*start, *end);
                    let rel_type = snapshot.catalog().rel_type(name).into_iter();
                    Box::new(rel_type.flat_map(move |kind| snapshot.between(kind, start, end)).map(Id::Rel))
                }
                _ => Box::new(self.mapping.history_blocks()),
            },
            (word::REIFIES | word::SUBJECT | word::PREDICATE | word::OBJECT, None) => {
                Box::new(self.rels().chain(self.mapping.history_blocks()))
            }
            (word::REIFIES | word::SUBJECT | word::PREDICATE, Some(_)) => Box::new(std::iter::empty()),
            (word::CHECKED, _) => self.nodes(),
            (word::FIRST, Some(Id::Node(voice))) => self.said_by(*voice),
            _ if word::is_of_many(predicate) => self.mapping.blocks(),
            _ => self.few(),
        }
    }

    /// All blocks but nodes, relationships and entries of histories' owners: the graph, names, documents, entries.
    fn few(&self) -> Blocks<'g> {
        let many = |block: &Id| matches!(block, Id::Node(_) | Id::Rel(_));
        let sources =
            (0..self.snapshot().sources().len() as u32).map(|source| Id::Source(crate::graph::SourceId(source)));
        let names = self.mapping.names().into_iter().map(Id::Name);
        let few = std::iter::once(Id::Graph).chain(names).chain(sources).chain(self.mapping.entry_blocks());
        Box::new(few.filter(move |block| !many(block)))
    }

    /// The entries of histories of some things and properties.
    fn histories(&self, wanted: impl Fn(Entity, KeyId) -> bool + 'g) -> Blocks<'g> {
        let snapshot = self.snapshot();
        Box::new(self.mapping.history_blocks().filter(move |block| match block {
            Id::History(number) => {
                let entry = snapshot.history_entry(*number);
                wanted(entry.entity, entry.key)
            }
            Id::Stored(entity, key) => wanted(*entity, *key),
            _ => false,
        }))
    }

    /// A property, or plain triples of a type.
    fn with_name(&self, predicate: &Id, object: Option<&Id>) -> Blocks<'g> {
        let snapshot = self.snapshot();
        let catalog = snapshot.catalog();
        let rel_type = if let Id::Name(name) = predicate { catalog.rel_type(name) } else { None };
        let key = Mapping::key_name(predicate).and_then(|name| catalog.key(name));
        match (rel_type, key, object) {
            (Some(rel_type), _, Some(Id::Node(end))) => {
                let mut last = None;
                let starts = snapshot.reaching(rel_type, *end).map(move |rel| snapshot.rel(rel).1);
                Box::new(starts.filter(move |start| last.replace(*start) != Some(*start)).map(Id::Node))
            }
            (Some(rel_type), None, None) => {
                let mut last = None;
                let starts = snapshot.rels_of(rel_type).map(move |rel| snapshot.rel(rel).1);
                Box::new(starts.filter(move |start| last.replace(*start) != Some(*start)).map(Id::Node))
            }
            (Some(_), Some(key), None) => Box::new(self.nodes().chain(self.rels_with(key))),
            (_, Some(key), object) if !matches!(object, Some(Id::Node(_))) => {
                Box::new(self.nodes_with(key, object).chain(self.rels_with(key)))
            }
            _ => Box::new(std::iter::empty()),
        }
    }

    /// Nodes that have a property, with this value where one is asked for.
    fn nodes_with(&self, key: KeyId, object: Option<&Id>) -> Blocks<'g> {
        let snapshot = self.snapshot();
        let value = match object {
            Some(Id::Literal(found)) if !snapshot.is_historic(key) => literal::read(found, &self.mapping.base).ok(),
            _ => None,
        };
        // `NaN` equals nothing, and so cannot be looked up.
        let value = value.filter(|value| !matches!(value, Value::Float(value) if value.is_nan()));
        if let Some(value) = value {
            return Box::new(snapshot.find_nodes(key, &value).into_iter().map(Id::Node));
        }
        let has = move |block: &Id| match block {
            Id::Node(node) => {
                let entity = Entity::Node(*node);
                !snapshot.property(entity, key).is_null() || !snapshot.history(entity, key).is_empty()
            }
            _ => false,
        };
        Box::new(self.nodes().filter(has))
    }

    /// Relationships of the types that have a property.
    fn rels_with(&self, key: KeyId) -> impl Iterator<Item = Id> + use<'g> {
        let snapshot = self.snapshot();
        let historic = snapshot.is_historic(key);
        let types = self.types().filter(move |kind| historic || snapshot.rel_has_key(*kind, key));
        types.flat_map(|rel_type| snapshot.rels_of(rel_type)).map(Id::Rel)
    }

    fn with_object(&self, object: Option<&Id>) -> Blocks<'g> {
        let snapshot = self.snapshot();
        match object {
            Some(Id::Node(node)) => {
                let starts =
                    self.types().flat_map(move |kind| snapshot.reaching(kind, *node)).map(|rel| snapshot.rel(rel).1);
                let around: BTreeSet<_> =
                    self.leaving(*node).chain(self.reaching(*node)).filter_map(|block| rel_of(&block)).collect();
                let nodes: BTreeSet<NodeId> = starts.collect();
                let also = |block: &Id| match block {
                    Id::Node(node) => !nodes.contains(node),
                    Id::Rel(rel) => !around.contains(rel),
                    _ => true,
                };
                let said: Vec<Id> = self.said_by(*node).filter(also).collect();
                let found = nodes.into_iter().map(Id::Node).chain(around.into_iter().map(Id::Rel));
                Box::new(found.chain(said))
            }
            Some(Id::Rel(_)) => Box::new(self.mapping.history_blocks()),
            Some(Id::Triple(_)) => Box::new(self.rels().chain(self.mapping.history_blocks())),
            _ => self.mapping.blocks(),
        }
    }

    /// Nodes and relationships that a voice claims, and all entries.
    fn said_by(&self, voice: NodeId) -> Blocks<'g> {
        let snapshot = self.snapshot();
        let voices = self.voices.get_or_init(|| {
            let mut voices: BTreeMap<NodeId, Vec<Id>> = BTreeMap::new();
            for block in self.nodes().chain(self.rels()) {
                let entity = match block {
                    Id::Node(node) => Entity::Node(node),
                    Id::Rel(rel) => Entity::Rel(rel),
                    _ => continue,
                };
                let claimed: BTreeSet<_> = snapshot.meta(Statement::Entity(entity)).claimed_by.iter().collect();
                for voice in claimed {
                    voices.entry(*voice).or_default().push(block.clone());
                }
            }
            voices
        });
        let said = voices.get(&voice).cloned().unwrap_or_default();
        Box::new(said.into_iter().chain(self.mapping.entry_blocks()))
    }
}

fn rel_of(block: &Id) -> Option<crate::value::RelId> {
    if let Id::Rel(rel) = block { Some(*rel) } else { None }
}

impl<'g> QueryableDataset<'g> for Dataset<'g> {
    type InternalTerm = Id;
    type Error = Stopped;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Id>,
        predicate: Option<&Id>,
        object: Option<&Id>,
        graph_name: Option<Option<&Id>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Id>, Stopped>> + use<'g> {
        // All that there is stands in the default graph.
        let blocks: Blocks<'g> = match graph_name {
            Some(None) => self.blocks(subject, predicate, object),
            _ => Box::new(std::iter::empty()),
        };
        let pattern = [subject.cloned(), predicate.cloned(), object.cloned()];
        let Dataset { mapping, limits, .. } = self.clone();
        let mut over = false;
        let quads = blocks.map_while(move |block| {
            if over {
                return None;
            }
            if let Err(stopped) = limits.checkpoint() {
                over = true;
                return Some(vec![Err(stopped)]);
            }
            let [_, predicate, object] = &pattern;
            let triples = match predicate {
                Some(predicate) => mapping.block_with(&block, predicate, object.as_ref()),
                None => mapping.block(&block),
            };
            let meets = |triple: &Triple| {
                triple.iter().zip(&pattern).all(|(id, wanted)| wanted.as_ref().is_none_or(|wanted| wanted == id))
            };
            let quad =
                |[subject, predicate, object]: Triple| InternalQuad { subject, predicate, object, graph_name: None };
            Some(triples.into_iter().filter(meets).map(|triple| Ok(quad(triple))).collect())
        });
        quads.flatten()
    }

    fn internalize_term(&self, term: Term) -> Result<Id, Stopped> {
        Ok(self.mapping.id(term))
    }

    fn externalize_term(&self, term: Id) -> Result<Term, Stopped> {
        self.limits.checkpoint()?;
        Ok(self.mapping.term(&term))
    }
}
