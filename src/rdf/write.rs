//! Write: the graph in one of the six formats.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufWriter, Write};

use oxigraph::io::RdfSerializer;

use crate::diag::{Diagnostic, code};
use crate::graph::{Entity, GraphView, Snapshot, SourceId, Statement};

use super::triples::{Id, Mapping, is_writable};
use super::word::Space;
use super::{Base, Format, Style};

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Triples in the file; each once.
    pub triples: usize,
    /// What the file does not hold.
    pub lost: Vec<Lost>,
}

/// Something the file does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// What, in the plural.
    pub what: &'static str,
    /// How many.
    pub count: usize,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.what)
    }
}

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The format cannot hold it; nothing was written.
    #[error(transparent)]
    Refused(Box<Diagnostic>),
    /// The place it goes to failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What of a graph is written.
#[derive(Clone, Copy, Debug)]
pub enum Extent<'a> {
    /// All of it.
    Whole,
    /// These statements, with everything they name: ends, voices, documents, definitions, their chains and histories.
    Of(&'a BTreeSet<Statement>),
}

/// Writes what `view` shows, or a part of it.
///
/// `reified` and `rdf12` write every statement of the graph with all that is said about it, so that [`read`](super::read())
/// gives the same graph back; the frame decides which of them are stated as plain triples too. `none` writes only what the
/// frame shows. The same graph and frame give the same bytes.
///
/// # Errors
/// [`WriteError::Refused`] where the format has no triple terms, [`WriteError::Io`] where `out` fails.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, Frame, GraphView, Lens, NewNode, Schema};
/// use portolan::rdf::{Base, Extent, Format, Style, write};
/// let mut builder = Builder::new(Schema::default());
/// builder.node(NewNode { id: "bmw".into(), labels: vec!["Company".into()], ..NewNode::default() }).unwrap();
/// let snapshot = builder.finish();
/// let lens = Lens::new(&snapshot, Frame::default());
/// let mut text = Vec::new();
/// let view = GraphView::new(&snapshot, &lens);
/// let written = write(view, Extent::Whole, Style::None, Format::Turtle, &Base::default(), &mut text).unwrap();
/// assert_eq!(written.triples, 1);
/// assert!(String::from_utf8(text).unwrap().ends_with("id:bmw a ns:Company .\n"));
/// ```
pub fn write(
    view: GraphView<'_>,
    extent: Extent<'_>,
    style: Style,
    format: Format,
    base: &Base,
    out: impl Write,
) -> Result<Written, WriteError> {
    let info = format.info();
    if style == Style::Rdf12 && !info.rdf12 {
        let what = format!("{} has no triple terms, which the style `rdf12` needs", info.title);
        let wrong = Diagnostic::new(code::NOT_IN_FORMAT, what)
            .help("write `reified` statements, or another format: Turtle, TriG, N-Triples, N-Quads, RDF/XML");
        return Err(WriteError::Refused(Box::new(wrong)));
    }
    let mut mapping = Mapping::new(view, style, base.clone());
    if let Extent::Of(statements) = extent {
        mapping.restrict(statements);
    }
    let mut writer = serializer(format, base)?.for_writer(BufWriter::new(out));
    let mut triples = 0;
    for block in mapping.blocks().filter(|block| mapping.includes(block)) {
        for triple in mapping.block(&block) {
            writer.serialize_triple(mapping.triple(&triple).as_ref())?;
            triples += 1;
        }
    }
    writer.finish()?.flush()?;
    Ok(Written { triples, lost: lost(&mapping) })
}

/// The prefixes that we write, and that a query need not declare.
pub(super) fn prefixes(base: &Base) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let own = ["ns", "id", "stmt", "src", "meta"].map(|folder| (folder, format!("{}{folder}/", base.as_str())));
    let standard = Space::STANDARD.map(|(_, prefix, iri)| (prefix, iri.to_owned()));
    own.into_iter().chain(standard).chain([("xsd", "http://www.w3.org/2001/XMLSchema#".to_owned())])
}

/// A serializer that knows our prefixes.
pub(super) fn serializer(format: Format, base: &Base) -> Result<RdfSerializer, io::Error> {
    prefixes(base).try_fold(RdfSerializer::from_format(format.library()), |serializer, (prefix, iri)| {
        serializer.with_prefix(prefix, iri).map_err(io::Error::other)
    })
}

/// What a style leaves out.
fn lost(mapping: &Mapping<'_>) -> Vec<Lost> {
    let (view, snapshot) = (mapping.view, mapping.view.snapshot());
    let nodes = || snapshot.nodes().filter(|node| mapping.includes(&Id::Node(*node)));
    let rels = || snapshot.rels().filter(|rel| mapping.includes(&Id::Rel(*rel))).map(Entity::Rel);
    let entities = || nodes().map(Entity::Node).chain(rels());
    let histories = || {
        let all = snapshot.history_entries().filter(|(number, _)| mapping.includes(&Id::History(*number)));
        all.map(|(_, entry)| entry)
    };
    let mut lost = Vec::new();
    let mut add = |what, count| {
        if count > 0 {
            lost.push(Lost { what, count });
        }
    };
    let unwritable = |entity| snapshot.properties(entity).values().filter(|value| !is_writable(value)).count();
    add(
        "values that no property can hold in RDF",
        entities().map(unwritable).sum::<usize>() + histories().filter(|entry| !is_writable(&entry.value)).count(),
    );
    if mapping.style == Style::None {
        let hidden = |entity: &Entity| match entity {
            Entity::Node(node) => !view.shows_node(*node),
            Entity::Rel(rel) => !view.shows_rel(*rel),
        };
        let within = |ids: &mut dyn Iterator<Item = Id>| ids.filter(|id| mapping.includes(id)).count();
        add("nodes that the frame hides", nodes().map(Entity::Node).filter(hidden).count());
        add("relationships that the frame hides", rels().filter(hidden).count());
        add("relationships with properties", rels().filter(|rel| !snapshot.properties(*rel).is_empty()).count());
        add("statements with metadata", entities().filter(|entity| is_said(snapshot, *entity)).count());
        add("entries of status chains", within(&mut snapshot.chain_entries().map(|(number, _)| Id::Status(number))));
        add("entries of histories", histories().count());
        add("documents", within(&mut (0..snapshot.sources().len() as u32).map(|id| Id::Source(SourceId(id)))));
        add("statements of completeness", within(&mut (0..snapshot.complete().len() as u32).map(Id::Complete)));
        add("definitions of the schema", within(&mut mapping.names().into_iter().map(Id::Name)));
    }
    lost
}

fn is_said(snapshot: &Snapshot, entity: Entity) -> bool {
    *snapshot.meta(Statement::Entity(entity)) != crate::graph::Meta::default()
}
