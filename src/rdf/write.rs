//! Write: the graph in one of the six formats.

use std::fmt;
use std::io::{self, BufWriter, Write};

use oxigraph::io::RdfSerializer;

use crate::diag::{Diagnostic, code};
use crate::graph::{Entity, GraphView, Snapshot, Statement};
use crate::value::NodeId;

use super::triples::{Mapping, is_writable};
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

/// Writes what `view` shows.
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
/// use portolan::rdf::{Base, Format, Style, write};
/// let mut builder = Builder::new(Schema::default());
/// builder.node(NewNode { id: "bmw".into(), labels: vec!["Company".into()], ..NewNode::default() }).unwrap();
/// let snapshot = builder.finish();
/// let lens = Lens::new(&snapshot, Frame::default());
/// let mut text = Vec::new();
/// let view = GraphView::new(&snapshot, &lens);
/// let written = write(view, Style::None, Format::Turtle, &Base::default(), &mut text).unwrap();
/// assert_eq!(written.triples, 1);
/// assert!(String::from_utf8(text).unwrap().ends_with("id:bmw a ns:Company .\n"));
/// ```
pub fn write(
    view: GraphView<'_>,
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
    let mapping = Mapping::new(view, style, base.clone());
    let mut writer = serializer(format, base)?.for_writer(BufWriter::new(out));
    let mut triples = 0;
    for block in mapping.blocks() {
        for triple in mapping.block(&block) {
            writer.serialize_triple(mapping.triple(&triple).as_ref())?;
            triples += 1;
        }
    }
    writer.finish()?.flush()?;
    Ok(Written { triples, lost: lost(view, style) })
}

/// A serializer that knows our prefixes.
pub(super) fn serializer(format: Format, base: &Base) -> Result<RdfSerializer, io::Error> {
    let standard = Space::STANDARD.map(|(_, prefix, iri)| (prefix, iri.to_owned()));
    let own = ["ns", "id", "stmt", "src", "meta"].map(|folder| (folder, format!("{}{folder}/", base.as_str())));
    let xsd = ("xsd", "http://www.w3.org/2001/XMLSchema#".to_owned());
    let mut serializer = RdfSerializer::from_format(format.library());
    for (prefix, iri) in own.into_iter().chain(standard).chain([xsd]) {
        serializer = serializer.with_prefix(prefix, iri).map_err(io::Error::other)?;
    }
    Ok(serializer)
}

/// What a style leaves out.
fn lost(view: GraphView<'_>, style: Style) -> Vec<Lost> {
    let snapshot = view.snapshot();
    let entities = || (0..snapshot.catalog().n_nodes() as u32).map(|node| Entity::Node(NodeId(node)));
    let rels = || snapshot.rels().map(Entity::Rel);
    let mut lost = Vec::new();
    let mut add = |what, count| {
        if count > 0 {
            lost.push(Lost { what, count });
        }
    };
    let unwritable = |entity| snapshot.properties(entity).values().filter(|value| !is_writable(value)).count();
    let histories = snapshot.history_entries();
    add(
        "values that no property can hold in RDF",
        entities().chain(rels()).map(unwritable).sum::<usize>()
            + histories.iter().filter(|entry| !is_writable(&entry.value)).count(),
    );
    if style == Style::None {
        let hidden = |entity: &Entity| match entity {
            Entity::Node(node) => !view.shows_node(*node),
            Entity::Rel(rel) => !view.shows_rel(*rel),
        };
        add("nodes that the frame hides", entities().filter(hidden).count());
        add("relationships that the frame hides", rels().filter(hidden).count());
        add("relationships with properties", rels().filter(|rel| !snapshot.properties(*rel).is_empty()).count());
        add("statements with metadata", entities().chain(rels()).filter(|entity| is_said(snapshot, *entity)).count());
        add("entries of status chains", snapshot.chain_entries().len());
        add("entries of histories", histories.len());
        add("documents", snapshot.sources().len());
        add("statements of completeness", snapshot.complete().len());
        let schema = snapshot.schema();
        add("definitions of the schema", schema.labels.len() + schema.relationships.len() + schema.properties.len());
    }
    lost
}

fn is_said(snapshot: &Snapshot, entity: Entity) -> bool {
    *snapshot.meta(Statement::Entity(entity)) != crate::graph::Meta::default()
}
