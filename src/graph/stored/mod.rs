//! A graph in one file: written once, opened without being read.
//!
//! [`store`] writes a version of a graph and its rules, [`open`] reads names, counts and schema, and leaves every other section until
//! it is first looked at ([`Deferred`]). A section is the ids of nodes, their labels, one property of nodes or of a type of
//! relationships, the relationships of a type, all metadata, all chains and so on, so that a query reads what it asks for. What cannot
//! be read when it is looked at is replaced by as much of nothing, and noted ([`Snapshot::damage`]): whoever answers looks there first.
//!
//! The layout of the sections has one version, [`VERSION`](file::VERSION). A change of any type that is written, and of these files,
//! has the next one; `tests/stored/` keeps a file of the last.

mod bytes;
mod column;
mod file;
mod ints;
mod metas;
mod nodes;
mod opening;
mod rels;
mod said;
mod statements;
#[cfg(test)]
mod tests;
mod texts;
mod value;
mod whole;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, SourceText, code};
use crate::parallel;

use super::catalog::Names;
use super::{Catalog, KeyId, Snapshot, TypeId};

pub use opening::open;

use bytes::put;
pub(super) use file::Sections;
use file::Writer;

/// Sections that are written at the same time.
const AT_ONCE: usize = 16;

/// Why a graph cannot be stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unstored {
    /// A file holds what is there: no place of a deleted node, and nothing that follows from rules.
    #[error("nodes of it were deleted, or it holds what follows from rules; `export` writes it as RDF")]
    Changed,
    /// A section of the file it was opened from is damaged.
    #[error("{0}")]
    Damaged(String),
    /// It cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Why a file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unopened {
    /// It is no stored graph.
    #[error("it is no stored graph")]
    Foreign,
    /// Another version of the program wrote it.
    #[error("its layout has version {version}, and this program reads version {}", file::VERSION)]
    Version {
        /// That of its layout.
        version: u32,
    },
    /// It has no end.
    #[error("its end is missing: it was cut, or not written whole")]
    Cut,
    /// A section that is read at once is damaged.
    #[error("the section `{section}` is damaged")]
    Damaged {
        /// Which.
        section: String,
    },
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Unopened {
    /// What to tell who opens this file.
    #[must_use]
    pub fn told(&self, path: &Path) -> Diagnostic {
        let help = match self {
            Unopened::Foreign => "give a file that `portolan import … --to FILE.portolan` wrote",
            Unopened::Version { version } if *version > file::VERSION => "open it with a newer version of Portolan",
            Unopened::Version { .. } | Unopened::Cut | Unopened::Damaged { .. } => {
                "store the graph again: `portolan import … --to FILE.portolan`"
            }
            Unopened::Io(_) => "see that it is there, and who may read it",
        };
        Diagnostic::new(code::UNOPENED, format!("cannot open `{}`: {self}", path.display())).help(help)
    }
}

/// A graph and the files of its rules.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The graph.
    pub snapshot: Snapshot,
    /// Its rules.
    pub rules: Vec<Arc<SourceText>>,
}

/// What there is in a file, by name, and how much of it: read at once.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    n_nodes: u32,
    n_metas: u32,
    n_sources: u32,
    labels: Vec<(String, u32)>,
    types: Vec<(String, u32)>,
    keys: Vec<String>,
    /// Properties that nodes have.
    of_nodes: Vec<u32>,
    /// Properties that the relationships of each type have.
    of_types: Vec<Vec<u32>>,
}

/// A section.
#[derive(Clone, Copy, Debug)]
enum Part {
    Contents,
    Schema,
    Rules,
    Ids,
    Nodes,
    Property(KeyId),
    Rels(TypeId),
    RelProperty(TypeId, KeyId),
    Metas,
    Chains,
    Histories,
    Sources,
    Complete,
}

impl Part {
    /// What the directory calls it: names of a graph can be any text, and its numbers tell them apart.
    fn key(self) -> String {
        match self {
            Part::Property(key) => format!("property {}", key.0),
            Part::Rels(rel_type) => format!("type {}", rel_type.0),
            Part::RelProperty(rel_type, key) => format!("type {} property {}", rel_type.0, key.0),
            other => other.name(&Catalog::default()),
        }
    }

    /// What messages call it.
    fn name(self, catalog: &Catalog) -> String {
        match self {
            Part::Contents => "contents".to_owned(),
            Part::Schema => "schema".to_owned(),
            Part::Rules => "rules".to_owned(),
            Part::Ids => "ids".to_owned(),
            Part::Nodes => "nodes".to_owned(),
            Part::Property(key) => format!("{} of nodes", catalog.key_name(key)),
            Part::Rels(rel_type) => catalog.type_name(rel_type).to_string(),
            Part::RelProperty(rel_type, key) => {
                format!("{} of {}", catalog.key_name(key), catalog.type_name(rel_type))
            }
            Part::Metas => "metadata".to_owned(),
            Part::Chains => "chains".to_owned(),
            Part::Histories => "histories".to_owned(),
            Part::Sources => "sources".to_owned(),
            Part::Complete => "completeness".to_owned(),
        }
    }
}

/// Writes a graph and its rules, with what was changed since it was read.
///
/// # Errors
/// Nodes were deleted from it, or it holds what follows from rules; what it was read from is damaged; the file cannot be written.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, NewNode, Schema, dump, open, store};
/// let mut builder = Builder::new(Schema::default());
/// builder.node(NewNode { id: "dysprosium".into(), ..NewNode::default() }).unwrap();
/// let graph = builder.finish();
/// let path = std::env::temp_dir().join("portolan-example.portolan");
/// store(&graph, &[], std::fs::File::create(&path).unwrap()).unwrap();
/// let opened = open(&path).unwrap();
/// assert_eq!(dump(&opened.snapshot), dump(&graph));
/// # std::fs::remove_file(&path).unwrap();
/// ```
pub fn store(snapshot: &Snapshot, rules: &[Arc<SourceText>], out: impl Write) -> Result<(), Unstored> {
    let settled = snapshot.has_only_changes().then(|| snapshot.settled());
    let snapshot = settled.as_ref().unwrap_or(snapshot);
    if !snapshot.is_as_built() {
        return Err(Unstored::Changed);
    }
    snapshot.read_all();
    if let Some(damage) = snapshot.damaged() {
        return Err(Unstored::Damaged(damage.to_owned()));
    }
    let mut parts = vec![Part::Contents, Part::Schema, Part::Rules, Part::Ids, Part::Nodes];
    parts.extend(snapshot.properties.keys().copied().map(Part::Property));
    for (table, rel_type) in snapshot.rels.iter().zip((0..).map(TypeId)) {
        parts.push(Part::Rels(rel_type));
        parts.extend(table.properties.keys().map(|key| Part::RelProperty(rel_type, *key)));
    }
    parts.extend([Part::Metas, Part::Chains, Part::Histories, Part::Sources, Part::Complete]);
    let mut writer = Writer::begin(out)?;
    for parts in parts.chunks(AT_ONCE) {
        let written = parallel::map(parts.to_vec(), |part| (part.key(), encoded(snapshot, rules, part)));
        for (name, bytes) in written {
            writer.section(name, &bytes)?;
        }
    }
    Ok(writer.end()?)
}

fn encoded(snapshot: &Snapshot, rules: &[Arc<SourceText>], part: Part) -> Vec<u8> {
    let mut out = Vec::new();
    let ids = &snapshot.nodes.ids.texts;
    match part {
        Part::Contents => put(&mut out, &contents(snapshot)),
        Part::Schema => put(&mut out, &*snapshot.schema),
        Part::Rules => put(&mut out, &rules.iter().map(|rules| (&rules.name, &rules.text)).collect::<Vec<_>>()),
        Part::Ids => texts::put_texts(&mut out, ids.list()),
        Part::Nodes => nodes::put_nodes(&mut out, &snapshot.nodes),
        Part::Property(key) => {
            if let Some(column) = snapshot.properties.get(&key) {
                column::put_column(&mut out, column, ids);
            }
        }
        Part::Rels(rel_type) => rels::put_rels(&mut out, &snapshot.rels[rel_type.0 as usize]),
        Part::RelProperty(rel_type, key) => {
            if let Some(column) = snapshot.rels[rel_type.0 as usize].properties.get(key) {
                column::put_column(&mut out, column, ids);
            }
        }
        Part::Metas => metas::put_metas(&mut out, &snapshot.metas),
        Part::Chains => said::put_chains(&mut out, &snapshot.chains),
        Part::Histories => said::put_histories(&mut out, &snapshot.histories),
        Part::Sources => put(&mut out, &*snapshot.sources),
        Part::Complete => put(&mut out, &*snapshot.complete),
    }
    out
}

fn contents(snapshot: &Snapshot) -> Contents {
    let Catalog { labels, types, keys, n_nodes, n_by_label, n_by_type } = &*snapshot.catalog;
    let counted = |names: &Names, counts: &[usize]| {
        names.iter().zip(counts).map(|(name, n)| (name.to_string(), *n as u32)).collect()
    };
    Contents {
        n_nodes: *n_nodes as u32,
        n_metas: snapshot.metas.len() as u32,
        n_sources: snapshot.sources.len() as u32,
        labels: counted(labels, n_by_label),
        types: counted(types, n_by_type),
        keys: keys.iter().map(ToString::to_string).collect(),
        of_nodes: snapshot.properties.keys().map(|key| key.0).collect(),
        of_types: snapshot.rels.iter().map(|table| table.properties.keys().map(|key| key.0).collect()).collect(),
    }
}
