//! One immutable version of the graph, in parts that versions share.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::value::{Day, NodeId, Period, Periods, RelId, Value};

use super::csr::PeriodColumn;
use super::{Catalog, ChainEntry, Column, KeyId, LabelId, Meta, RelTable, Schema, Source, SourceId, Status, TypeId};

/// A node or a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A node.
    Node(NodeId),
    /// A relationship.
    Rel(RelId),
}

/// One entry of a property history; a statement of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// Whose property.
    pub entity: Entity,
    /// Which property.
    pub key: KeyId,
    /// Its value then.
    pub value: Value,
    /// When, and what is said about it.
    pub meta: Meta,
}

/// What the graph says it holds completely.
#[derive(Clone, Debug, PartialEq)]
pub struct Completeness {
    /// A relationship type or a topic.
    pub what: String,
    /// Of what.
    pub of: NodeId,
    /// Until when.
    pub to: Option<Day>,
    /// Who says so.
    pub meta: Meta,
}

/// What is hidden, as bits of a statement.
pub(super) mod flag {
    pub const UNREALISED: u8 = 1;
    pub const DEPRECATED: u8 = 2;
    pub const NEGATED: u8 = 4;
    pub const UNDATED: u8 = 8;
}

/// What is said of the statements of one table, by row.
#[derive(Clone, Debug, Default)]
pub(super) struct StatementColumns {
    /// Index into [`Snapshot::metas`].
    pub meta: Vec<u32>,
    /// Bits of [`flag`], of the statement and its ends.
    pub flags: Vec<u8>,
    /// Days on which it holds: its own, its ends', the measure's in force.
    pub effective: PeriodColumn,
    /// Days on which it would hold, were a status known that is not.
    pub unknown: BTreeMap<u32, Periods>,
}

/// All nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    pub ids: Vec<Arc<str>>,
    pub by_id: HashMap<Arc<str>, NodeId>,
    /// Per node: its set in `label_sets`.
    pub labels: Vec<u32>,
    /// Distinct sets of labels, each sorted by name.
    pub label_sets: Vec<Vec<LabelId>>,
    /// Per label: its nodes, in order.
    pub by_label: Vec<Vec<NodeId>>,
    pub statements: StatementColumns,
}

/// All chains.
#[derive(Clone, Debug, Default)]
pub(super) struct Chains {
    pub entries: Vec<ChainEntry>,
    /// Per node: its entries, inherited ones included.
    pub of: BTreeMap<NodeId, Vec<u32>>,
    /// Per node: the last day somebody looked.
    pub checked: BTreeMap<NodeId, Day>,
    /// Per node: what its chain says, everything known.
    pub status: BTreeMap<NodeId, Status>,
}

/// All histories.
#[derive(Clone, Debug, Default)]
pub(super) struct Histories {
    pub entries: Vec<HistoryEntry>,
    pub of: BTreeMap<(Entity, KeyId), Vec<u32>>,
    pub keys: BTreeSet<KeyId>,
}

/// One version of the graph. Cloning shares every part.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) schema: Arc<Schema>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) nodes: Arc<Nodes>,
    pub(super) properties: BTreeMap<KeyId, Arc<Column>>,
    pub(super) rels: Vec<Arc<RelTable>>,
    pub(super) metas: Arc<Vec<Meta>>,
    pub(super) widest: Arc<Vec<Periods>>,
    pub(super) chains: Arc<Chains>,
    pub(super) histories: Arc<Histories>,
    pub(super) sources: Arc<Vec<Source>>,
    pub(super) complete: Arc<Vec<Completeness>>,
    /// Types from here on are derived.
    pub(super) n_stored_types: u32,
    pub(super) derived_labels: BTreeSet<String>,
}

impl Snapshot {
    /// The vocabulary.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Names and counts.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Documents, in the order of their ids.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// A document.
    #[must_use]
    pub fn source(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// What the graph says it holds completely.
    #[must_use]
    pub fn complete(&self) -> &[Completeness] {
        &self.complete
    }

    /// The node of a stable id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<NodeId> {
        self.nodes.by_id.get(id).copied()
    }

    /// A node's stable id.
    #[must_use]
    pub fn node_id(&self, node: NodeId) -> &Arc<str> {
        &self.nodes.ids[node.0 as usize]
    }

    /// All nodes' stable ids, in the order of nodes.
    #[must_use]
    pub fn node_ids(&self) -> &[Arc<str>] {
        &self.nodes.ids
    }

    /// A node's labels, sorted by name, broader ones included.
    #[must_use]
    pub fn labels(&self, node: NodeId) -> &[LabelId] {
        &self.nodes.label_sets[self.nodes.labels[node.0 as usize] as usize]
    }

    /// The nodes with a label, in order; whatever a frame hides.
    #[must_use]
    pub fn labelled(&self, label: LabelId) -> &[NodeId] {
        self.nodes.by_label.get(label.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// A relationship's stable id: `start/TYPE/end`, with `/n` after it for the n-th of several between the same nodes.
    #[must_use]
    pub fn rel_id(&self, rel: RelId) -> Arc<str> {
        let (rel_type, table, row) = self.locate(rel);
        let (start, end) = (table.starts[row as usize], table.targets[row as usize]);
        let twins = table.out_rows(start).filter(|r| table.targets[*r as usize] == end);
        let place = twins.take_while(|r| *r < row).count();
        let base = format!("{}/{}/{}", self.node_id(start), self.catalog.type_name(rel_type), self.node_id(end));
        if place == 0 { base.into() } else { format!("{base}/{}", place + 1).into() }
    }

    /// Type and ends of a relationship.
    #[must_use]
    pub fn rel(&self, rel: RelId) -> (TypeId, NodeId, NodeId) {
        let (rel_type, table, row) = self.locate(rel);
        (rel_type, table.starts[row as usize], table.targets[row as usize])
    }

    /// All relationships, by type, then start, then end.
    pub fn rels(&self) -> impl Iterator<Item = RelId> + '_ {
        self.rels.iter().flat_map(|table| (0..table.len() as u32).map(|row| table.rel(row)))
    }

    /// Relationships of a type, by start, then end.
    pub fn rels_of(&self, rel_type: TypeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        (0..table.len() as u32).map(|row| table.rel(row))
    }

    /// Relationships of a type that leave a node, by their other end; whatever a frame hides.
    pub fn leaving(&self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        table.out_rows(node).map(|row| table.rel(row))
    }

    /// Relationships of a type that reach a node, by their other end; whatever a frame hides.
    pub fn reaching(&self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        table.in_rows(node).iter().map(|row| table.rel(*row))
    }

    /// Relationships of a type between two nodes, in the order of their ids; whatever a frame hides.
    pub fn between(&self, rel_type: TypeId, start: NodeId, end: NodeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        let rows = table.out_rows(start);
        let targets = &table.targets[rows.start as usize..rows.end as usize];
        let first = rows.start + targets.partition_point(|target| *target < end) as u32;
        let last = rows.start + targets.partition_point(|target| *target <= end) as u32;
        (first..last).map(|row| table.rel(row))
    }

    /// What is said about a statement.
    #[must_use]
    pub fn meta(&self, statement: super::Statement) -> &Meta {
        match statement {
            super::Statement::Entity(Entity::Node(node)) => {
                &self.metas[self.nodes.statements.meta[node.0 as usize] as usize]
            }
            super::Statement::Entity(Entity::Rel(rel)) => {
                let (_, table, row) = self.locate(rel);
                &self.metas[table.statements.meta[row as usize] as usize]
            }
            super::Statement::Status(entry) => &self.chains.entries[entry as usize].meta,
            super::Statement::History(entry) => &self.histories.entries[entry as usize].meta,
        }
    }

    /// The numbers of the entries of a node's chain, its instrument's included.
    #[must_use]
    pub fn chain(&self, node: NodeId) -> &[u32] {
        self.chains.of.get(&node).map_or(&[], Vec::as_slice)
    }

    /// All nodes that have a chain.
    pub fn chained(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.chains.of.keys().copied()
    }

    /// All chain entries, by number.
    #[must_use]
    pub fn chain_entries(&self) -> &[ChainEntry] {
        &self.chains.entries
    }

    /// A chain entry.
    #[must_use]
    pub fn chain_entry(&self, entry: u32) -> &ChainEntry {
        &self.chains.entries[entry as usize]
    }

    /// The last day somebody looked for a later act on this node; the graph's cut-off day where its chain does not say.
    #[must_use]
    pub fn horizon(&self, node: NodeId) -> Option<Day> {
        self.chains.checked.get(&node).copied().or(self.schema.cutoff)
    }

    /// The last day somebody looked, where it was written.
    #[must_use]
    pub fn checked(&self, node: NodeId) -> Option<Day> {
        self.chains.checked.get(&node).copied()
    }

    /// What the chain of a node says, everything known; `None` where it has none.
    #[must_use]
    pub fn status(&self, node: NodeId) -> Option<&Status> {
        self.chains.status.get(&node)
    }

    /// The numbers of the entries of a property's history.
    #[must_use]
    pub fn history(&self, entity: Entity, key: KeyId) -> &[u32] {
        self.histories.of.get(&(entity, key)).map_or(&[], Vec::as_slice)
    }

    /// The histories of a thing, by property.
    pub fn histories(&self, entity: Entity) -> impl Iterator<Item = (KeyId, &[u32])> + '_ {
        let range = (entity, KeyId(0))..=(entity, KeyId(u32::MAX));
        self.histories.of.range(range).map(|((_, key), entries)| (*key, entries.as_slice()))
    }

    /// Whether some thing has a history of this property.
    #[must_use]
    pub fn is_historic(&self, key: KeyId) -> bool {
        self.histories.keys.contains(&key)
    }

    /// All history entries, by number.
    #[must_use]
    pub fn history_entries(&self) -> &[HistoryEntry] {
        &self.histories.entries
    }

    /// A history entry.
    #[must_use]
    pub fn history_entry(&self, entry: u32) -> &HistoryEntry {
        &self.histories.entries[entry as usize]
    }

    /// The stored properties of a thing, histories left out, by key name.
    #[must_use]
    pub fn properties(&self, entity: Entity) -> BTreeMap<Arc<str>, Value> {
        let named =
            |(key, value): (KeyId, Value)| (!value.is_null()).then(|| (self.catalog.key_name(key).clone(), value));
        match entity {
            Entity::Node(node) => {
                self.properties.iter().map(|(key, column)| (*key, column.get(node.0))).filter_map(named).collect()
            }
            Entity::Rel(rel) => {
                let (_, table, row) = self.locate(rel);
                table.properties.iter().map(|(key, column)| (*key, column.get(row))).filter_map(named).collect()
            }
        }
    }

    /// A stored property; histories left out.
    #[must_use]
    pub fn property(&self, entity: Entity, key: KeyId) -> Value {
        match entity {
            Entity::Node(node) => self.properties.get(&key).map_or(Value::Null, |column| column.get(node.0)),
            Entity::Rel(rel) => {
                let (_, table, row) = self.locate(rel);
                table.properties.get(&key).map_or(Value::Null, |column| column.get(row))
            }
        }
    }

    /// A property's column over all nodes, by node number.
    #[must_use]
    pub fn node_column(&self, key: KeyId) -> Option<&Column> {
        self.properties.get(&key).map(Arc::as_ref)
    }

    /// A property's column over the relationships of a type, by their order.
    #[must_use]
    pub fn rel_column(&self, rel_type: TypeId, key: KeyId) -> Option<&Column> {
        self.rels[rel_type.0 as usize].properties.get(&key)
    }

    /// Days on which a thing holds, everything known: its own, its ends', the measure's in force.
    #[must_use]
    pub fn effective(&self, entity: Entity) -> Periods {
        match entity {
            Entity::Node(node) => self.nodes.statements.effective.get(node.0),
            Entity::Rel(rel) => {
                let (_, table, row) = self.locate(rel);
                table.statements.effective.get(row)
            }
        }
    }

    pub(super) fn locate(&self, rel: RelId) -> (TypeId, &RelTable, u32) {
        let index = self.rels.partition_point(|table| table.base <= rel.0) - 1;
        let table = &self.rels[index];
        (TypeId(index as u32), table, rel.0 - table.base)
    }

    pub(super) fn own(&self, meta: u32) -> &Periods {
        &self.widest[meta as usize]
    }

    /// Days of a relationship's own validity, whatever its ends.
    #[must_use]
    pub fn own_validity(&self, entity: Entity) -> &Periods {
        match entity {
            Entity::Node(node) => self.own(self.nodes.statements.meta[node.0 as usize]),
            Entity::Rel(rel) => {
                let (_, table, row) = self.locate(rel);
                self.own(table.statements.meta[row as usize])
            }
        }
    }
}

/// The days from a measure's first chain entry on; every day where there is no chain.
pub(super) fn exists(status: Option<&Status>) -> Periods {
    match status.map(|status| status.begins) {
        None => Periods::always(),
        Some(None) => Periods::default(),
        Some(Some(begins)) => Period::new(begins, Day::MAX).into(),
    }
}
