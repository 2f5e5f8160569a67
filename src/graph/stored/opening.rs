//! A graph from a file: what is read at once, and what when it is first looked at.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diag::SourceText;
use crate::graph::catalog::Names;
use crate::graph::deferred::Deferred;
use crate::graph::distinct::Texts;
use crate::graph::parts::Ids;
use crate::graph::{Catalog, Column, KeyId, Meta, Schema, Snapshot, Source, TypeId};

use super::bytes::{Broken, Input};
use super::file::Sections;
use super::said::{self, Bounds};
use super::{Contents, Opened, Part, Unopened, column, metas, nodes, rels, texts};

/// Opens a file that [`store`](super::store()) wrote: names, counts, schema and rules are read, all else when it is first looked at.
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

fn at_once<T: DeserializeOwned>(sections: &Sections, part: Part) -> Result<T, Unopened> {
    let section = part.key();
    sections.whole(&section).map_err(|_| Unopened::Damaged { section })
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
                if texts.len() == n { Ok(Texts::of(texts)) } else { Err(Broken) }
            };
            source.read_or(&Part::Ids.key(), "ids", read, || Texts::of(vec!["".into(); n]))
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
        read: impl Fn(&mut Input<'_>) -> Result<T, Broken> + Send + Sync + 'static,
        instead: impl Fn() -> T + Send + Sync + 'static,
    ) -> Deferred<T> {
        let (sections, key, name) = (self.sections.clone(), part.key(), part.name(&self.catalog));
        Deferred::new(move || sections.read_or(&key, &name, &read, &instead))
    }

    fn column(&self, part: Part, bound: usize) -> Deferred<Column> {
        let ids = self.ids.texts.clone();
        self.part(part, move |input| column::get_column(input, bound, &ids), Column::default)
    }

    fn snapshot(&self, schema: Schema, contents: &Contents) -> Snapshot {
        let (n_nodes, n_metas, n_sources, bounds) = (self.ids.len(), self.n_metas, self.n_sources, self.bounds);
        let (ids, n_labels) = (self.ids.clone(), contents.labels.len());
        let unlabelled = {
            let ids = ids.clone();
            move || nodes::no_nodes(&ids, n_labels)
        };
        let metas = self.part(
            Part::Metas,
            move |input| metas::get_metas(input, n_metas, &bounds),
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
            nodes: self.part(Part::Nodes, move |input| nodes::get_nodes(input, &ids, n_labels, n_metas), unlabelled),
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
                move || vec![Source::default(); n_sources],
            ),
            complete: self.part(Part::Complete, move |input| said::get_complete(input, &bounds), Default::default),
            n_stored_rels: base as u32,
            patch: Arc::default(),
            derived_types: BTreeSet::new(),
            derived_labels: BTreeSet::new(),
            from: Some(self.sections.clone()),
            settled: None,
        }
    }
}
