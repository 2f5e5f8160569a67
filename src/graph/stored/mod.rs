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
mod nodes;
mod rels;
mod said;
mod statements;
mod texts;
mod value;
mod whole;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, SourceText, code};
use crate::parallel;

use super::catalog::Names;
use super::deferred::Deferred;
use super::distinct::Texts;
use super::parts::Ids;
use super::{Catalog, Column, KeyId, Meta, Schema, Snapshot, TypeId};

use bytes::{Input, put};
pub(super) use file::Sections;
use file::Writer;
use said::Bounds;

/// Sections that are written at the same time.
const AT_ONCE: usize = 16;

/// Why a graph cannot be stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unstored {
    /// It was changed since it was read.
    #[error("it was changed since it was read")]
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

/// Writes a graph and its rules.
///
/// # Errors
/// The graph was changed since it was read, or what it was read from is damaged; the file cannot be written.
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
        let written =
            parallel::map(parts.to_vec(), |part| (part.name(&snapshot.catalog), encoded(snapshot, rules, part)));
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
        Part::Metas => said::put_metas(&mut out, &snapshot.metas),
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

/// Opens a file that [`store`] wrote: names, counts, schema and rules are read, all else when it is first looked at.
///
/// # Errors
/// It is no such file, is cut or damaged, or was written by another version.
pub fn open(path: &Path) -> Result<Opened, Unopened> {
    let sections = Arc::new(Sections::open(File::open(path)?)?);
    let contents: Contents = at_once(&sections, Part::Contents)?;
    let schema: Schema = at_once(&sections, Part::Schema)?;
    let rules: Vec<(String, String)> = at_once(&sections, Part::Rules)?;
    let rules = rules.into_iter().map(|(name, text)| Arc::new(SourceText { name, text })).collect();
    match Opening::new(sections, &contents) {
        Some(opening) => Ok(Opened { snapshot: opening.snapshot(schema, &contents), rules }),
        None => Err(Unopened::Damaged { section: Part::Contents.name(&Catalog::default()) }),
    }
}

fn at_once<T: serde::de::DeserializeOwned>(sections: &Sections, part: Part) -> Result<T, Unopened> {
    let section = part.name(&Catalog::default());
    sections.read(&section, |input| input.get()).map_err(|_| Unopened::Damaged { section })
}

/// What the sections are read with.
struct Opening {
    sections: Arc<Sections>,
    catalog: Arc<Catalog>,
    ids: Ids,
    n_metas: usize,
    n_sources: usize,
    bounds: Bounds,
}

impl Opening {
    /// None where the counts contradict each other.
    fn new(sections: Arc<Sections>, contents: &Contents) -> Option<Self> {
        fn named<'a>(of: impl Iterator<Item = &'a String>) -> Option<Names> {
            let (mut names, mut n) = (Names::default(), 0);
            for name in of {
                (names.intern(name) == n).then_some(())?;
                n += 1;
            }
            Some(names)
        }
        let counts = |of: &[(String, u32)]| of.iter().map(|(_, n)| *n as usize).collect::<Vec<_>>();
        let catalog = Catalog {
            labels: named(contents.labels.iter().map(|(name, _)| name))?,
            types: named(contents.types.iter().map(|(name, _)| name))?,
            keys: named(contents.keys.iter())?,
            n_nodes: contents.n_nodes as usize,
            n_by_label: counts(&contents.labels),
            n_by_type: counts(&contents.types),
        };
        let n_rels = catalog.n_rels();
        let mut keys = contents.of_types.iter().flatten().chain(&contents.of_nodes);
        let fits = contents.n_metas > 0
            && contents.of_types.len() == contents.types.len()
            && keys.all(|key| (*key as usize) < contents.keys.len())
            && u32::try_from(n_rels).is_ok()
            && (n_rels == 0 || contents.n_nodes > 0);
        let n = contents.n_nodes as usize;
        let source = sections.clone();
        let texts = Deferred::new(move || {
            let read = |input: &mut Input<'_>| {
                let texts = texts::get_texts(input)?;
                if texts.len() == n { Ok(Texts::of(texts)) } else { Err(bytes::Broken) }
            };
            source.read_or("ids", read, || Texts::of(vec!["".into(); n]))
        });
        let (n_metas, n_sources) = (contents.n_metas as usize, contents.n_sources as usize);
        let bounds = Bounds { nodes: n, rels: n_rels, keys: contents.keys.len(), sources: n_sources };
        let catalog = Arc::new(catalog);
        fits.then(|| Self { sections, catalog, ids: Ids::new(n, texts), n_metas, n_sources, bounds })
    }

    /// A part that is read when it is first looked at; `instead` stands in for one that cannot be.
    fn part<T: Default>(
        &self,
        part: Part,
        read: impl Fn(&mut Input<'_>) -> Result<T, bytes::Broken> + Send + Sync + 'static,
        instead: impl Fn() -> T + Send + Sync + 'static,
    ) -> Deferred<T> {
        let (sections, name) = (self.sections.clone(), part.name(&self.catalog));
        Deferred::new(move || sections.read_or(&name, &read, &instead))
    }

    fn column(&self, part: Part, bound: usize) -> Deferred<Column> {
        let ids = self.ids.texts.clone();
        self.part(part, move |input| column::get_column(input, bound, &ids), Column::default)
    }

    fn snapshot(&self, schema: Schema, contents: &Contents) -> Snapshot {
        let (n_nodes, n_metas, n_sources, bounds) = (self.ids.len(), self.n_metas, self.n_sources, self.bounds);
        let (ids, n_labels) = (self.ids.clone(), contents.labels.len());
        let no_nodes = {
            let ids = ids.clone();
            move || nodes::no_nodes(&ids, n_labels)
        };
        let metas = self.part(
            Part::Metas,
            move |input| said::get_metas(input, n_metas, &bounds),
            move || vec![Meta::default(); n_metas],
        );
        let widest = {
            let metas = metas.clone();
            Deferred::new(move || metas.iter().map(|meta| meta.validity.periods()).collect::<Vec<_>>())
        };
        let (mut base, mut rels, mut segments) = (0, Vec::new(), Vec::new());
        for (keys, rel_type) in contents.of_types.iter().zip((0..).map(TypeId)) {
            let n = self.catalog.n_of_type(rel_type);
            let columns: Vec<(KeyId, Deferred<Column>)> = keys
                .iter()
                .map(|key| (KeyId(*key), self.column(Part::RelProperty(rel_type, KeyId(*key)), n)))
                .collect();
            let counts = [base, n, n_nodes, n_metas];
            let also = columns.clone();
            rels.push(self.part(
                Part::Rels(rel_type),
                move |input| {
                    let mut table = rels::get_rels(input, counts)?;
                    table.properties = columns.iter().cloned().collect();
                    Ok(table)
                },
                move || {
                    let mut table = rels::no_rels(counts);
                    table.properties = also.iter().cloned().collect();
                    table
                },
            ));
            segments.push((base as u32, rel_type));
            base += n;
        }
        let of_nodes = contents.of_nodes.iter().map(|key| KeyId(*key));
        Snapshot {
            schema: Arc::new(schema),
            catalog: self.catalog.clone(),
            nodes: self.part(Part::Nodes, move |input| nodes::get_nodes(input, &ids, n_labels, n_metas), no_nodes),
            properties: of_nodes.map(|key| (key, self.column(Part::Property(key), n_nodes))).collect(),
            rels,
            segments,
            metas,
            widest,
            chains: self.part(Part::Chains, move |input| said::get_chains(input, &bounds), Default::default),
            histories: self.part(Part::Histories, move |input| said::get_histories(input, &bounds), Default::default),
            sources: self.part(
                Part::Sources,
                move |input| said::get_sources(input, n_sources),
                move || vec![Default::default(); n_sources],
            ),
            complete: self.part(Part::Complete, move |input| said::get_complete(input, &bounds), Default::default),
            n_stored_rels: base as u32,
            patch: Arc::default(),
            derived_types: BTreeSet::new(),
            derived_labels: BTreeSet::new(),
            from: Some(self.sections.clone()),
        }
    }
}
