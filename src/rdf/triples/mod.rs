//! The triples of a graph: the one place that says what they are.
//!
//! A triple belongs to the *block* of its subject: a node, a statement, a document, a name of the schema, the graph.
//! [`Mapping::blocks`] lists the blocks and [`Mapping::block`] makes the triples of one, so that a file is the blocks one
//! after the other, and a pattern of SPARQL is the few blocks it can meet.
//!
//! Every term has one [`Id`] and one IRI; no triple is made twice.

mod entity;
mod iris;
mod schema;
mod statement;

pub(super) use entity::is_writable;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Term, Triple as RdfTriple};

use crate::graph::{Entity, GraphView, KeyId, LabelId, SourceId, Statement};
use crate::value::{NodeId, RelId};

use super::word::{self, Word};
use super::{Base, Style};

/// A term, as small as what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Id {
    /// The graph as a whole: the base.
    Graph,
    /// `id/…`
    Node(NodeId),
    /// `src/…`
    Source(SourceId),
    /// `stmt/start/TYPE/end`
    Rel(RelId),
    /// `stmt/node+state/day`
    Status(u32),
    /// `stmt/owner@key/n`
    History(u32),
    /// `stmt/owner@key/0`: a stored value that a history hides.
    Stored(Entity, KeyId),
    /// `stmt/node+complete/what`
    Complete(u32),
    /// `ns/…`
    Name(Arc<str>),
    /// A word of a vocabulary.
    Word(Word),
    /// `…#part`
    Part(Arc<(Id, String)>),
    /// A literal.
    Literal(Arc<Literal>),
    /// A triple term.
    Triple(Arc<[Id; 3]>),
    /// Any other term; never one of the above.
    Other(Arc<Term>),
}

/// A triple of ids.
pub(super) type Triple = [Id; 3];

/// How a graph, seen through a frame, is triples.
pub(super) struct Mapping<'g> {
    pub view: GraphView<'g>,
    pub style: Style,
    pub base: Base,
    /// Per chain entry: its nodes by id, and its place among those of the same first node, state and day.
    entries: Vec<(Vec<NodeId>, usize)>,
    /// Per completeness: its place among those of the same node and topic.
    complete: Vec<usize>,
    /// The blocks of a part of the graph; `None` for all.
    part: Option<HashSet<Id>>,
    /// Labels as a person would write them, by labels as stored.
    specific: RefCell<BTreeMap<Vec<LabelId>, Vec<Arc<str>>>>,
}

impl<'g> Mapping<'g> {
    pub(super) fn new(view: GraphView<'g>, style: Style, base: Base) -> Self {
        let snapshot = view.snapshot();
        let mut of = vec![BTreeSet::new(); snapshot.chain_bound()];
        for node in snapshot.chained() {
            for entry in snapshot.chain(node) {
                of[*entry as usize].insert((snapshot.node_id(node).clone(), node));
            }
        }
        let mut seen = BTreeMap::new();
        let entries = (0..)
            .zip(of)
            .map(|(number, of)| {
                let entry = snapshot.chain_entry(number);
                let place = seen.entry((of.first().cloned(), entry.state, entry.on)).or_insert(0_usize);
                *place += 1;
                (of.into_iter().map(|(_, node)| node).collect(), *place)
            })
            .collect();
        let mut seen = BTreeMap::new();
        let complete = snapshot
            .complete()
            .iter()
            .map(|complete| {
                let place = seen.entry((complete.of, complete.what.clone())).or_insert(0_usize);
                *place += 1;
                *place
            })
            .collect();
        Self { view, style, base, entries, complete, part: None, specific: RefCell::default() }
    }

    /// Keeps only these statements with their entries, and whatever their triples name: both ends of a relationship, voices,
    /// documents, definitions.
    pub(super) fn restrict(&mut self, statements: &BTreeSet<Statement>) {
        let is_asked = |block: &Id| {
            let statement = match block {
                Id::Status(entry) => Statement::Status(*entry),
                Id::History(entry) => Statement::History(*entry),
                Id::Node(node) => Statement::Entity(Entity::Node(*node)),
                Id::Rel(rel) => Statement::Entity(Entity::Rel(*rel)),
                _ => return *block == Id::Graph,
            };
            statements.contains(&statement)
        };
        let snapshot = self.view.snapshot();
        let belongs = |block: &Id| {
            let of = |entity| statements.contains(&Statement::Entity(entity));
            match block {
                Id::Status(entry) => self.entries[*entry as usize].0.iter().any(|node| of(Entity::Node(*node))),
                Id::History(entry) => of(snapshot.history_entry(*entry).entity),
                Id::Stored(entity, _) => of(*entity),
                Id::Complete(number) => of(Entity::Node(snapshot.complete()[*number as usize].of)),
                _ => false,
            }
        };
        let mut part: HashSet<Id> = self.blocks().filter(|block| is_asked(block) || belongs(block)).collect();
        let mut open: Vec<Id> = part.iter().cloned().collect();
        // Plain triples are those of the relationships that are in it from the start.
        self.part = Some(part.clone());
        while let Some(block) = open.pop() {
            for named in self.block(&block).iter().flat_map(|[_, predicate, object]| [predicate, object]) {
                if matches!(named, Id::Node(_) | Id::Source(_) | Id::Name(_)) && part.insert(named.clone()) {
                    open.push(named.clone());
                }
            }
        }
        self.part = Some(part);
    }

    /// Whether a block is in the part that is asked for.
    pub(super) fn includes(&self, block: &Id) -> bool {
        self.part.as_ref().is_none_or(|part| part.contains(block))
    }

    /// The blocks, in the order of a file.
    pub(super) fn blocks(&self) -> Box<dyn Iterator<Item = Id> + 'g> {
        let nodes = self.view.snapshot().nodes().map(Id::Node);
        if self.style == Style::None {
            return Box::new(nodes);
        }
        let snapshot = self.view.snapshot();
        let sources = (0..snapshot.sources().len() as u32).map(|source| Id::Source(SourceId(source)));
        let names = self.names().into_iter().map(Id::Name);
        let blocks = std::iter::once(Id::Graph).chain(names).chain(sources).chain(nodes);
        Box::new(blocks.chain(snapshot.rels().map(Id::Rel)).chain(self.entry_blocks()))
    }

    /// The blocks of entries: of chains, histories and completeness.
    pub(super) fn entry_blocks(&self) -> impl Iterator<Item = Id> + use<'g> {
        let snapshot = self.view.snapshot();
        let status = snapshot.chain_entries().map(|(number, _)| Id::Status(number));
        let complete = (0..snapshot.complete().len() as u32).map(Id::Complete);
        status.chain(complete).chain(self.history_blocks())
    }

    /// The blocks of histories, with the stored values that they hide.
    pub(super) fn history_blocks(&self) -> impl Iterator<Item = Id> + use<'g> {
        let snapshot = self.view.snapshot();
        snapshot.history_entries().flat_map(move |(number, entry)| {
            let first = snapshot.history(entry.entity, entry.key).first() == Some(&number);
            let hidden = first && !snapshot.property(entry.entity, entry.key).is_null();
            hidden.then_some(Id::Stored(entry.entity, entry.key)).into_iter().chain([Id::History(number)])
        })
    }

    /// The triples of a block; none where the id is no block, or the style leaves it out.
    pub(super) fn block(&self, subject: &Id) -> Vec<Triple> {
        let mut out = Triples { mapping: self, list: Vec::new() };
        match subject {
            Id::Node(node) => out.node(*node),
            _ if self.style == Style::None => {}
            Id::Graph => out.graph(),
            Id::Name(name) => out.definitions(name),
            Id::Source(source) => out.source(*source),
            Id::Rel(rel) => out.rel(*rel),
            Id::Status(entry) => out.status(*entry),
            Id::History(entry) => out.history(*entry),
            Id::Stored(entity, key) => out.stored(*entity, *key),
            Id::Complete(number) => out.complete(*number),
            Id::Word(_) | Id::Part(_) | Id::Literal(_) | Id::Triple(_) | Id::Other(_) => {}
        }
        // The parts after the whole, so that a file names each subject once.
        out.list.sort_by_key(|[subject, ..]| matches!(subject, Id::Part(_)));
        out.list
    }

    /// The triples of a block that have this predicate, with others or without; cheaper than the whole block where it has
    /// many.
    pub(super) fn block_with(&self, subject: &Id, predicate: &Id, object: Option<&Id>) -> Vec<Triple> {
        let mut out = Triples { mapping: self, list: Vec::new() };
        match (subject, predicate) {
            (Id::Node(node), Id::Word(word::TYPE)) if self.has_node(*node) => out.labels(*node),
            (Id::Node(node), _) if self.has_node(*node) && Self::is_name(predicate) => {
                if let Some(key) = Self::key_name(predicate) {
                    out.properties(subject, Entity::Node(*node), Some(key));
                }
                if let Id::Name(name) = predicate {
                    out.plain(*node, Some(name), object);
                }
            }
            (
                Id::Rel(rel),
                Id::Word(word::TYPE | word::SUBJECT | word::PREDICATE | word::OBJECT | word::REIFIES | word::DERIVED),
            ) if self.style != Style::None => out.states(*rel),
            _ => return self.block(subject),
        }
        out.list
    }

    /// Whether a predicate is that of a property or of a relationship type.
    fn is_name(predicate: &Id) -> bool {
        matches!(predicate, Id::Name(_) | Id::Word(word::LABEL))
    }

    /// Whether a node has a block in this style.
    fn has_node(&self, node: NodeId) -> bool {
        self.view.snapshot().has_node(node) && (self.style != Style::None || self.view.shows_node(node))
    }

    /// The block that a subject's triples belong to.
    pub(super) fn owner(subject: &Id) -> &Id {
        match subject {
            Id::Part(part) => Self::owner(&part.0),
            other => other,
        }
    }

    /// The predicate of a property.
    pub(super) fn key(name: &Arc<str>) -> Id {
        // The one property that a vocabulary has a word for without any loss.
        if &**name == "name" { Id::Word(word::LABEL) } else { Id::Name(name.clone()) }
    }

    /// The name of the property whose predicate this is.
    pub(super) fn key_name(predicate: &Id) -> Option<&str> {
        match predicate {
            Id::Word(word::LABEL) => Some("name"),
            Id::Name(name) if &**name != "name" => Some(name),
            _ => None,
        }
    }

    /// Whether a relationship is stated as a plain triple: realised, not denied, not deprecated, and seen in the frame.
    pub(super) fn is_plain(&self, rel: RelId) -> bool {
        let meta = self.view.snapshot().meta(Statement::Entity(Entity::Rel(rel)));
        let said = meta.modality.is_realised() && !meta.negated && !meta.deprecated;
        said && self.view.shows_rel(rel) && self.includes(&Id::Rel(rel))
    }

    /// Whether a relationship follows from a definition.
    pub(super) fn is_derived(&self, rel: RelId) -> bool {
        let snapshot = self.view.snapshot();
        !snapshot.stored_types().any(|stored| stored == snapshot.rel(rel).0)
    }

    /// The library's term.
    pub(super) fn term(&self, id: &Id) -> Term {
        match id {
            Id::Literal(literal) => Term::Literal((**literal).clone()),
            Id::Other(term) => (**term).clone(),
            Id::Triple(triple) => Term::Triple(Box::new(self.triple(triple))),
            _ => Term::NamedNode(self.named(id)),
        }
    }

    /// The library's triple; subject and predicate are IRIs in all that we make.
    pub(super) fn triple(&self, [subject, predicate, object]: &Triple) -> RdfTriple {
        let subject = match subject {
            Id::Other(term) => match &**term {
                Term::BlankNode(node) => NamedOrBlankNode::BlankNode(node.clone()),
                _ => NamedOrBlankNode::NamedNode(self.named(subject)),
            },
            _ => NamedOrBlankNode::NamedNode(self.named(subject)),
        };
        RdfTriple::new(subject, self.named(predicate), self.term(object))
    }

    fn named(&self, id: &Id) -> NamedNode {
        NamedNode::new_unchecked(self.iri(id))
    }
}

/// Collects the triples of a block.
struct Triples<'m, 'g> {
    mapping: &'m Mapping<'g>,
    list: Vec<Triple>,
}

impl Triples<'_, '_> {
    fn push(&mut self, subject: &Id, predicate: Word, object: Id) {
        self.list.push([subject.clone(), Id::Word(predicate), object]);
    }

    fn push_text(&mut self, subject: &Id, predicate: Word, text: &str) {
        let literal = super::literal::text(text, &self.mapping.base);
        self.push(subject, predicate, Id::Literal(Arc::new(literal)));
    }

    /// Pushes a text that is there.
    fn push_some(&mut self, subject: &Id, predicate: Word, text: Option<&String>) {
        if let Some(text) = text {
            self.push_text(subject, predicate, text);
        }
    }

    /// Pushes a text that is not empty.
    fn push_filled(&mut self, subject: &Id, predicate: Word, text: &str) {
        if !text.is_empty() {
            self.push_text(subject, predicate, text);
        }
    }

    fn push_date(&mut self, subject: &Id, predicate: Word, date: crate::value::Date) {
        let literal = super::literal::date(date, &self.mapping.base);
        self.push(subject, predicate, Id::Literal(Arc::new(literal)));
    }

    /// Pushes `true` where it is.
    fn push_flag(&mut self, subject: &Id, predicate: Word, on: bool) {
        if on {
            self.push(subject, predicate, Id::Literal(Arc::new(Literal::from(true))));
        }
    }

    /// A part of a block with an IRI of its own.
    fn part(of: &Id, fragment: String) -> Id {
        Id::Part(Arc::new((of.clone(), fragment)))
    }
}
