//! Tables by templates that say one cell a key: these go into columns, and no row becomes an entry.
//!
//! Only what is surely the same as row by row is read here. Where a cell, a row or an end is not as it should be, or a row repeats another,
//! the whole import is read again row by row, which knows what to say of it.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::format::columns::{Cells, Columns, Filled, Kind};
use crate::graph::{ColumnBuilder, End, NewNodes, NewRels, PropertyKind, RelDef, Schema, Start, WrittenPeriod};
use crate::value::{Date, NodeId};

use super::fields::{Fields, is_type};
use super::import::Mapping;
use super::meta::{Inherited, Of};
use super::part;
use super::progress::Stage;
use super::reader::Reader;
use super::template::{Part, parts};
use super::yaml::{Content, Entry, Yaml};

/// A template: what all rows say, and the column of each key that a cell fills.
pub(super) struct Plain<'t> {
    constant: Yaml,
    filled: Vec<(&'t str, usize)>,
}

impl<'t> Plain<'t> {
    fn of(template: &'t Yaml, mapping: &Mapping<'_>) -> Option<Self> {
        let Content::Map(entries) = &template.value else { return None };
        let (mut constant, mut filled) = (Vec::<Entry>::new(), Vec::<(&str, usize)>::new());
        for entry in entries {
            match cell(&entry.value) {
                Some(column) => {
                    let at = mapping.columns().iter().position(|known| known == column)?;
                    if mapping.words.contains_key(&at) {
                        return None;
                    }
                    filled.push((&entry.key, at));
                }
                None if !has_cell(&entry.value) => constant.push(entry.clone()),
                None => return None,
            }
        }
        let mut keys = HashSet::new();
        let is_once = entries.iter().all(|entry| keys.insert(entry.key.as_str()));
        is_once.then_some(Self { constant: Yaml { span: template.span, value: Content::Map(constant) }, filled })
    }

    /// A template of nodes without relationships, chains or keys by which a node is known.
    pub fn of_nodes(template: &'t Yaml, mapping: &Mapping<'_>, schema: &Schema) -> Option<Self> {
        let plain = Self::of(template, mapping)?;
        let is_known = |key: &str| key == "id" || plain_kind(key, schema).is_some_and(|_| !schema.properties[key].key);
        let constants = ["is", "cite", "known", "modality", "note", "from", "until", "through"];
        let fits = plain.filled.iter().all(|(key, _)| is_known(key))
            && plain.filled.iter().any(|(key, _)| *key == "id")
            && plain.constants().all(|key| constants.contains(&key));
        fits.then_some(plain)
    }

    /// A template of statements of one type, with the name of the type.
    pub fn of_statements(template: &'t Yaml, mapping: &Mapping<'_>, schema: &Schema) -> Option<(&'t str, Self)> {
        let plain = Self::of(template, mapping)?;
        let mut types = plain.filled.iter().map(|(key, _)| *key).filter(|key| is_type(key));
        let (kind, None) = (types.next()?, types.next()) else { return None };
        let is_known =
            |key: &str| key == kind || ["subject", "from", "until"].contains(&key) || plain_kind(key, schema).is_some();
        let def = schema.relationships.get(kind)?;
        let constants = ["cite", "known", "modality", "note", "not", "rank"];
        let fits = def.cardinality.is_none()
            && plain.filled.iter().all(|(key, _)| is_known(key))
            && plain.filled.iter().any(|(key, _)| *key == "subject")
            && plain.constants().all(|key| constants.contains(&key));
        fits.then_some((kind, plain))
    }

    fn constants(&self) -> impl Iterator<Item = &str> {
        let entries = if let Content::Map(entries) = &self.constant.value { entries.as_slice() } else { &[] };
        entries.iter().map(|entry| entry.key.as_str())
    }

    /// The column of a key.
    fn column(&self, key: &str) -> Option<usize> {
        self.filled.iter().find(|(filled, _)| *filled == key).map(|(_, at)| *at)
    }
}

/// The column of a text that is one cell and nothing else.
fn cell(yaml: &Yaml) -> Option<&str> {
    match *parts(yaml.text()?).as_slice() {
        [Part::Text(""), Part::Cell { column, first: None }, Part::Text("")] => Some(column),
        _ => None,
    }
}

fn has_cell(yaml: &Yaml) -> bool {
    match &yaml.value {
        Content::Empty => false,
        Content::Text(text) => parts(text).len() > 1,
        Content::List(list) => list.iter().any(has_cell),
        Content::Map(map) => map.iter().any(|entry| has_cell(&entry.value)),
    }
}

/// The type of a property that is one value, not the id of a node.
fn plain_kind(key: &str, schema: &Schema) -> Option<PropertyKind> {
    let def = schema.properties.get(key)?;
    (!def.list && def.kind != PropertyKind::Id).then_some(def.kind)
}

/// Rows of plain statements that were said, by their hash: a row that may repeat another is a matter for entries.
#[derive(Default)]
pub(super) struct Said {
    hasher: RandomState,
    rows: Mutex<HashSet<u64>>,
}

impl Said {
    fn is_new(&self, row: &impl std::hash::Hash) -> bool {
        let hash = self.hasher.hash_one(row);
        self.rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(hash)
    }
}

impl Reader {
    /// Adds the nodes of a table by a template; none where something is not as it should be.
    pub fn plain_nodes(&mut self, plain: &Plain<'_>, mapping: &Mapping<'_>) -> Option<()> {
        let before = self.problems.len();
        let mut fields = Fields::of(&plain.constant, &part::NODE, self)?;
        let labels = fields.take("is").map(|yaml| self.written_labels(yaml)).filter(|labels| !labels.is_empty())?;
        let meta = self.meta(&mut fields, &Inherited::default(), Of::Node);
        if self.problems.len() > before || !fields.is_done() {
            return None;
        }
        let mut closed: Vec<String> = Vec::new();
        for label in &labels {
            closed.extend(self.builder.schema().closure(label));
        }
        self.are_had(plain, &closed)?;
        let is_id = |cells: &Cells<'_>, table: &Columns| {
            plain.column("id").is_some_and(|at| !table.cell(cells, at).chars().any(char::is_control))
        };
        let odd = AtomicBool::new(false);
        let wanted = |cells: &Cells<'_>, table: &Columns| {
            if !is_id(cells, table) {
                odd.store(true, Ordering::Relaxed);
            }
            true
        };
        let mut filled = self.filled(plain, mapping, |_| None, wanted)?;
        let at = filled.iter().position(|(key, _)| *key == "id")?;
        let ids = filled.remove(at).1.values();
        let mut properties = vec![("id".to_owned(), ids.clone())];
        properties.extend(filled.into_iter().map(|(key, column)| (key.to_owned(), column.values())));
        if odd.into_inner() {
            return None;
        }
        self.builder.add_nodes(NewNodes { labels, ids, properties, meta }).ok().map(|_| ())
    }

    /// Adds the statements of a table by a template; none where something is not as it should be.
    pub fn plain_statements(
        &mut self,
        (kind, plain): (&str, &Plain<'_>),
        mapping: &Mapping<'_>,
        said: &Said,
    ) -> Option<()> {
        let def = self.builder.schema().relationships.get(kind).cloned()?;
        let before = self.problems.len();
        let mut fields = Fields::of(&plain.constant, &part::STATEMENT, self)?;
        let (meta, properties) = self.said(kind, &def, &mut fields, &Inherited::default());
        if self.problems.len() > before || !properties.values.is_empty() || !properties.histories.is_empty() {
            return None;
        }
        self.are_had(plain, &[kind.to_owned()])?;
        let ends = [plain.column("subject")?, plain.column(kind)?];
        let constant = said.hasher.hash_one(format!("{kind} {meta:?}"));
        let odd = AtomicBool::new(false);
        let wanted = |cells: &Cells<'_>, table: &Columns| {
            if ends.iter().any(|at| table.cell(cells, *at).is_empty()) {
                return false;
            }
            let day = |key| plain.column(key).and_then(|at| table.cell(cells, at).parse::<Date>().ok());
            let (from, to) =
                (day("from").map_or(Start::Unknown, Start::On), day("until").map_or(End::Unknown, End::Until));
            let row: Vec<(&str, &str)> = plain.filled.iter().map(|(key, at)| (*key, table.cell(cells, *at))).collect();
            let period = WrittenPeriod { from, to };
            if period.widest().is_empty() || !said.is_new(&(constant, row)) {
                odd.store(true, Ordering::Relaxed);
            }
            true
        };
        let is_end = |key: &str| (key == "subject" || key == kind).then_some(Kind::Node);
        let day = |key: &str| (key == "from" || key == "until").then_some(Kind::Value(PropertyKind::Date));
        let filled = self.filled(plain, mapping, |key| is_end(key).or_else(|| day(key)), wanted)?;
        if odd.into_inner() {
            return None;
        }
        let mut rels = NewRels { kind: kind.to_owned(), meta, ..NewRels::default() };
        for (key, column) in filled {
            match key {
                "subject" => rels.starts = column.nodes(),
                "from" => rels.days.get_or_insert_with(no_days)[0] = column.values(),
                "until" => rels.days.get_or_insert_with(no_days)[1] = column.values(),
                key if key == kind => rels.ends = column.nodes(),
                key => rels.properties.push((key.to_owned(), column.values())),
            }
        }
        self.are_allowed(&def, &rels)?;
        self.builder.add_rels(rels).ok()
    }

    /// Whether the schema gives these things the properties that cells fill.
    fn are_had(&self, plain: &Plain<'_>, owners: &[String]) -> Option<()> {
        let schema = self.builder.schema();
        let is_had = |key: &str| {
            schema
                .properties
                .get(key)
                .is_none_or(|def| def.of.is_empty() || def.of.iter().any(|of| owners.contains(of)))
        };
        plain.filled.iter().all(|(key, _)| is_had(key)).then_some(())
    }

    /// The columns of the keys that cells fill, of the rows that are wanted and not left out.
    fn filled<'t>(
        &self,
        plain: &Plain<'t>,
        mapping: &Mapping<'_>,
        kind: impl Fn(&str) -> Option<Kind>,
        wanted: impl Fn(&Cells<'_>, &Columns) -> bool + Sync,
    ) -> Option<Vec<(&'t str, Filled)>> {
        let table = mapping.in_columns()?;
        let schema = self.builder.schema();
        let kind_of = |key: &str| {
            let value = || plain_kind(key, schema).unwrap_or(PropertyKind::Text);
            kind(key).unwrap_or_else(|| Kind::Value(value()))
        };
        let kinds: Vec<(usize, Kind)> = plain.filled.iter().map(|(key, at)| (*at, kind_of(key))).collect();
        let ids = self.builder.ids();
        self.progress.begin(Stage::Rows, table.n_lines());
        let columns = table
            .read_some(&kinds, Some(&ids), |cells| {
                self.progress.step();
                !mapping.leaves_out(|at| Some(cells.get(at))) && wanted(cells, table)
            })
            .ok()?;
        Some(plain.filled.iter().map(|(key, _)| *key).zip(columns).collect())
    }

    /// Whether the type allows the labels of every end.
    fn are_allowed(&mut self, def: &RelDef, rels: &NewRels) -> Option<()> {
        let mut known = vec![None; self.builder.n_nodes()];
        for (allowed, nodes) in [(&def.from, &rels.starts), (&def.to, &rels.ends)] {
            known.fill(None);
            let mut is_allowed = |node: &NodeId| {
                *known[node.0 as usize].get_or_insert_with(|| Schema::allows(allowed, &self.labels(*node)))
            };
            if !allowed.is_empty() && !nodes.iter().all(&mut is_allowed) {
                return None;
            }
        }
        Some(())
    }
}

fn no_days() -> [ColumnBuilder; 2] {
    Default::default()
}
