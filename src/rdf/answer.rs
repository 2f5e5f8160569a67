//! An answer as RDF: each row an entity that was derived from statements (PROV-O).
//!
//! | IRI | what |
//! | --- | --- |
//! | `answer#row-1` | a row; `answer#NAME` is a column |
//! | `answer#row-1-way-1` | one set of statements that suffices for it |
//!
//! Statements and documents have the IRIs that an export gives them.
//!
//! Source: W3C, "PROV-O: The PROV Ontology", 2013.

use std::io::{self, BufWriter, Write};

use oxigraph::model::{Literal, NamedNode, Term, Triple as RdfTriple};

use crate::graph::{Entity, GraphView, Statement};
use crate::value::{Entities, NodeId, RelId, Value};

use super::iri::encode_name;
use super::triples::{Id, Mapping};
use super::write::serializer;
use super::{Base, Format, Style, literal, word};

const PROV: &str = "http://www.w3.org/ns/prov#";

/// A row and what it rests on.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its values, one a column.
    pub values: &'a [Value],
    /// The sets of statements each of which suffices for it, each statement with its words.
    pub ways: &'a [Vec<(Statement, String)>],
}

/// What rows name.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The graph that statements count in.
    pub view: GraphView<'a>,
    /// The nodes and relationships in the rows.
    pub entities: &'a Entities,
}

/// Writes rows with these columns and what they were derived from. `null` and maps are left out; a list is its elements.
///
/// # Errors
/// `out` failed.
pub fn write_answer<'a>(
    named: Named<'_>,
    columns: &[String],
    rows: impl IntoIterator<Item = Row<'a>>,
    format: Format,
    base: &Base,
    out: impl Write,
) -> io::Result<()> {
    let answer = format!("{}answer#", base.as_str());
    let serializer = serializer(format, base)?.with_prefix("prov", PROV).map_err(io::Error::other)?;
    let serializer = serializer.with_prefix("answer", answer.clone()).map_err(io::Error::other)?;
    let mapping = Mapping::new(named.view, Style::Reified, base.clone());
    let mut writing = Writing { mapping, entities: named.entities, base, answer, triples: Vec::new() };
    let mut writer = serializer.for_writer(BufWriter::new(out));
    for (at, row) in rows.into_iter().enumerate() {
        writing.row(at + 1, columns, row);
        for triple in writing.triples.drain(..) {
            writer.serialize_triple(triple.as_ref())?;
        }
    }
    writer.finish()?.flush()
}

struct Writing<'g> {
    mapping: Mapping<'g>,
    entities: &'g Entities,
    base: &'g Base,
    answer: String,
    triples: Vec<RdfTriple>,
}

impl Writing<'_> {
    fn row(&mut self, number: usize, columns: &[String], row: Row<'_>) {
        let subject = self.own(&format!("row-{number}"));
        self.is_a(&subject, "Entity");
        for (column, value) in columns.iter().zip(row.values) {
            let mut name = String::new();
            encode_name(column, &mut name);
            let predicate = self.own(&name);
            let mut terms = Vec::new();
            self.terms(value, &mut terms);
            self.triples.extend(terms.into_iter().map(|term| RdfTriple::new(subject.clone(), predicate.clone(), term)));
        }
        for (at, way) in row.ways.iter().enumerate() {
            let collection = self.own(&format!("row-{number}-way-{}", at + 1));
            self.say(&subject, "wasDerivedFrom", collection.clone());
            self.is_a(&collection, "Collection");
            let members: Vec<NamedNode> = way.iter().map(|(statement, _)| self.iri(&id(*statement))).collect();
            for member in members {
                self.say(&collection, "hadMember", member);
            }
        }
        for (statement, words) in row.ways.iter().flatten() {
            self.statement(*statement, words);
        }
    }

    fn statement(&mut self, statement: Statement, words: &str) {
        let subject = self.iri(&id(statement));
        self.is_a(&subject, "Entity");
        let label = NamedNode::new_unchecked("http://www.w3.org/2000/01/rdf-schema#label");
        self.triples.push(RdfTriple::new(subject.clone(), label, literal::text(words, self.base)));
        let meta = self.mapping.view.snapshot().meta(statement);
        if let Some(remark) = meta.remark() {
            let note = self.iri(&Id::Word(word::NOTE));
            self.triples.push(RdfTriple::new(subject.clone(), note, literal::text(&remark, self.base)));
        }
        let sources: Vec<_> = meta.citations.iter().map(|c| c.source).collect();
        for source in sources {
            let source = self.iri(&Id::Source(source));
            self.say(&subject, "hadPrimarySource", source);
        }
    }

    fn terms(&self, value: &Value, found: &mut Vec<Term>) {
        match value {
            Value::Node(node) => found.extend(self.node(*node)),
            Value::Rel(rel) => found.extend(self.rel(*rel)),
            Value::Path(path) => found.extend(path.rels.iter().filter_map(|rel| self.rel(*rel))),
            Value::List(list) => list.iter().for_each(|value| self.terms(value, found)),
            scalar => found.extend(literal::write(scalar, self.base).map(|literal: Literal| literal.into())),
        }
    }

    fn node(&self, node: NodeId) -> Option<Term> {
        Some(NamedNode::new_unchecked(self.base.node(&self.entities.nodes.get(&node)?.id)).into())
    }

    /// Its IRI; of what looked otherwise in another run only its id.
    fn rel(&self, rel: RelId) -> Option<Term> {
        if self.mapping.view.snapshot().holds(Statement::Entity(Entity::Rel(rel))) {
            return Some(self.iri(&Id::Rel(rel)).into());
        }
        Some(literal::text(&self.entities.rels.get(&rel)?.id, self.base).into())
    }

    fn iri(&self, id: &Id) -> NamedNode {
        NamedNode::new_unchecked(self.mapping.iri(id))
    }

    fn own(&self, name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{name}", self.answer))
    }

    fn is_a(&mut self, subject: &NamedNode, class: &str) {
        let kind = NamedNode::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#type");
        let class = NamedNode::new_unchecked(format!("{PROV}{class}"));
        self.triples.push(RdfTriple::new(subject.clone(), kind, class));
    }

    fn say(&mut self, subject: &NamedNode, word: &str, object: NamedNode) {
        let predicate = NamedNode::new_unchecked(format!("{PROV}{word}"));
        self.triples.push(RdfTriple::new(subject.clone(), predicate, object));
    }
}

fn id(statement: Statement) -> Id {
    match statement {
        Statement::Entity(Entity::Node(node)) => Id::Node(node),
        Statement::Entity(Entity::Rel(rel)) => Id::Rel(rel),
        Statement::Status(entry) => Id::Status(entry),
        Statement::History(entry) => Id::History(entry),
    }
}
