//! One immutable version of the graph, in parts that versions share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::value::{Day, NodeId, Periods, RelId, Value};

use super::deferred::Deferred;
use super::parts::{Chains, Completeness, Entity, Histories, HistoryEntry, Nodes, flag};
use super::patch::{AddedRel, DERIVED, Patch};
use super::settle::Settled;
use super::stored::Sections;
use super::{
    Catalog, ChainEntry, Column, KeyId, LabelId, Meta, RelTable, Schema, Source, SourceId, Statement, Status, TypeId,
};

/// Where a relationship is kept.
pub(super) enum Kept<'g> {
    /// In a row of a table.
    Row(TypeId, &'g RelTable, u32),
    /// In the patch.
    Added(&'g AddedRel),
}

/// One version of the graph. Cloning shares every part.
#[derive(Clone)]
pub struct Snapshot {
    pub(super) schema: Arc<Schema>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) nodes: Deferred<Nodes>,
    pub(super) properties: BTreeMap<KeyId, Deferred<Column>>,
    pub(super) rels: Vec<Deferred<RelTable>>,
    pub(super) metas: Deferred<Vec<Meta>>,
    pub(super) widest: Deferred<Vec<Periods>>,
    pub(super) chains: Deferred<Chains>,
    pub(super) histories: Deferred<Histories>,
    pub(super) sources: Deferred<Vec<Source>>,
    pub(super) complete: Deferred<Vec<Completeness>>,
    /// What changed since the parts were built.
    pub(super) patch: Arc<Patch>,
    /// Relationships in the tables of stored types.
    pub(super) n_stored_rels: u32,
    /// Where the numbers of a table's relationships begin, in order; empty tables have none.
    pub(super) segments: Vec<(u32, TypeId)>,
    pub(super) derived_types: BTreeSet<TypeId>,
    pub(super) derived_labels: BTreeSet<String>,
    /// The file that it was opened from.
    pub(super) from: Option<Arc<Sections>>,
    /// How it was settled, if its parts were built anew since the graph was read.
    pub(super) settled: Option<Arc<Settled>>,
}

impl fmt::Debug for Snapshot {
    /// How much there is: a graph is too long to be read this way. For all of it see [`dump`](super::dump()).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Snapshot");
        debug.field("nodes", &self.catalog.n_nodes()).field("relationships", &self.catalog.n_rels());
        debug.finish_non_exhaustive()
    }
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
        let node = self.patch.by_id.get(id).copied().or_else(|| self.nodes.ids.find(id));
        node.filter(|node| !self.patch.is_gone(Entity::Node(*node)))
    }

    /// A node's stable id.
    #[must_use]
    pub fn node_id(&self, node: NodeId) -> &Arc<str> {
        let at = node.0 as usize;
        self.nodes.ids.get(at).unwrap_or_else(|| &self.patch.ids[at - self.nodes.ids.len()])
    }

    /// The node with this id, or else those with this name, or else those of which it is an alias.
    #[must_use]
    pub fn called(&self, text: &str) -> Vec<NodeId> {
        if let Some(node) = self.node(text) {
            return vec![node];
        }
        let named = self.catalog.key("name").map(|key| self.find_nodes(key, &Value::from(text))).unwrap_or_default();
        if !named.is_empty() {
            return named;
        }
        let is_it = |alias: &str| alias == text;
        self.nodes().filter(|node| self.aliases(*node).iter().any(|alias| is_it(alias))).collect()
    }

    /// Other names of a node.
    #[must_use]
    pub fn aliases(&self, node: NodeId) -> Vec<Arc<str>> {
        match self.catalog.key("aliases").map(|key| self.property(Entity::Node(node), key)) {
            Some(Value::List(list)) => {
                let text = |alias: &Value| if let Value::Text(alias) = alias { Some(alias.clone()) } else { None };
                list.iter().filter_map(text).collect()
            }
            Some(Value::Text(alias)) => vec![alias],
            _ => Vec::new(),
        }
    }

    /// A node's name, else its id.
    #[must_use]
    pub fn name(&self, node: NodeId) -> Arc<str> {
        match self.catalog.key("name").map(|key| self.property(Entity::Node(node), key)) {
            Some(Value::Text(name)) => name,
            _ => self.node_id(node).clone(),
        }
    }

    /// All nodes, in order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<'_> {
        (0..self.node_bound()).map(NodeId).filter(|node| !self.patch.is_gone(Entity::Node(*node)))
    }

    /// A number above that of every node.
    #[must_use]
    pub fn node_bound(&self) -> u32 {
        (self.nodes.ids.len() + self.patch.ids.len()) as u32
    }

    /// A number above that of every stored relationship.
    #[must_use]
    pub fn rel_bound(&self) -> u32 {
        self.n_stored_rels + self.patch.rels.len() as u32
    }

    /// Whether a node or relationship was deleted, which its number can outlive within a statement.
    #[must_use]
    pub fn is_gone(&self, entity: Entity) -> bool {
        self.patch.is_gone(entity)
    }

    /// Whether there is a node of this number.
    #[must_use]
    pub fn has_node(&self, node: NodeId) -> bool {
        node.0 < self.node_bound() && !self.patch.is_gone(Entity::Node(node))
    }

    /// Whether it holds this statement; a later version may hold more of them, or fewer.
    #[must_use]
    pub fn holds(&self, statement: Statement) -> bool {
        match statement {
            Statement::Entity(Entity::Node(node)) => self.has_node(node),
            Statement::Entity(Entity::Rel(rel)) if self.is_derived_rel(rel) => {
                let mut tables = self.derived_types.iter().map(|rel_type| &self.rels[rel_type.0 as usize]);
                tables.any(|table| (table.base..table.base + table.len() as u32).contains(&rel.0))
            }
            Statement::Entity(entity @ Entity::Rel(rel)) => {
                rel.0 < self.n_stored_rels + self.patch.rels.len() as u32 && !self.patch.is_gone(entity)
            }
            Statement::Status(entry) => (entry as usize) < self.chains.entries.len(),
            Statement::History(entry) => {
                (entry as usize) < self.histories.entries.len() && !self.histories.gone.contains(&entry)
            }
        }
    }

    /// A node's labels, sorted by name, broader ones included.
    #[must_use]
    pub fn labels(&self, node: NodeId) -> &[LabelId] {
        match self.patch.labels.get(&node) {
            Some(labels) => labels,
            None => self.stored_labels(node),
        }
    }

    /// The names of a node's labels as a list: one for all nodes that have the same.
    #[must_use]
    pub fn label_list(&self, node: NodeId) -> Value {
        let names = |labels: &[LabelId]| {
            Value::list(labels.iter().map(|label| Value::Text(self.catalog.label_name(*label).clone())))
        };
        match (self.patch.labels.get(&node), self.nodes.labels.get(node.0 as usize)) {
            (None, Some(set)) => {
                let lists = || self.nodes.label_sets.iter().map(|set| names(set)).collect();
                self.nodes.label_lists.get_or_init(lists)[*set as usize].clone()
            }
            (labels, _) => names(labels.map_or(&[], |labels| labels)),
        }
    }

    /// A node's labels in the parts; none where it was added.
    pub(super) fn stored_labels(&self, node: NodeId) -> &[LabelId] {
        let set = self.nodes.labels.get(node.0 as usize);
        set.map_or(&[], |set| &self.nodes.label_sets[*set as usize])
    }

    /// The nodes with a label; whatever a frame hides.
    pub fn labelled(&self, label: LabelId) -> impl Iterator<Item = NodeId> + use<'_> {
        let stored = self.nodes.by_label.get(label.0 as usize).map_or(&[][..], Vec::as_slice).iter().copied();
        let gained = self.patch.gained.range((label, NodeId(0))..=(label, NodeId(u32::MAX))).map(|(_, node)| *node);
        // What a patch took away is still in the lists.
        let (patched, any_gone) = (!self.patch.labels.is_empty(), !self.patch.gone.is_empty());
        stored.chain(gained).filter(move |node| {
            (!patched || self.labels(*node).contains(&label))
                && (!any_gone || !self.patch.gone.contains(&Entity::Node(*node)))
        })
    }

    /// A relationship's stable id: `start/TYPE/end`, with `/n` after it for the n-th of several between the same nodes.
    #[must_use]
    pub fn rel_id(&self, rel: RelId) -> Arc<str> {
        let (rel_type, start, end) = self.rel(rel);
        let place = self.between(rel_type, start, end).take_while(|other| *other != rel).count();
        let base = format!("{}/{}/{}", self.node_id(start), self.catalog.type_name(rel_type), self.node_id(end));
        if place == 0 { base.into() } else { format!("{base}/{}", place + 1).into() }
    }

    /// Type and ends of a relationship.
    #[must_use]
    pub fn rel(&self, rel: RelId) -> (TypeId, NodeId, NodeId) {
        match self.locate(rel) {
            Kept::Row(rel_type, table, row) => (rel_type, table.starts[row as usize], table.targets[row as usize]),
            Kept::Added(rel) => (rel.rel_type, rel.start, rel.end),
        }
    }

    /// The type of each of some relationships; quickly where many of the same type follow one another.
    pub fn types_of(&self, rels: impl Iterator<Item = RelId>) -> impl Iterator<Item = TypeId> {
        let mut last = (0..0, TypeId(0));
        rels.map(move |rel| {
            if !last.0.contains(&rel.0) {
                last = match self.locate(rel) {
                    Kept::Row(rel_type, table, _) => (table.base..table.base + table.len() as u32, rel_type),
                    Kept::Added(added) => (rel.0..rel.0 + 1, added.rel_type),
                };
            }
            last.1
        })
    }

    /// All relationships, by type.
    pub fn rels(&self) -> impl Iterator<Item = RelId> + '_ {
        (0..self.rels.len() as u32).flat_map(|rel_type| self.rels_of(TypeId(rel_type)))
    }

    /// Relationships of a type, by start, then end; those that were added last.
    pub fn rels_of(&self, rel_type: TypeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        let stored = (0..table.len() as u32).map(|row| table.rel(row));
        self.present(rel_type, stored.chain(self.patch.rels_of(rel_type)))
    }

    /// Relationships of a type that leave a node, by their other end; whatever a frame hides.
    pub fn leaving(&self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        let stored = table.out_rows(node).map(|row| table.rel(row));
        self.present(rel_type, stored.chain(self.patch.leaving(rel_type, node).map(|(rel, _)| rel)))
    }

    /// Relationships of a type that reach a node, by their other end; whatever a frame hides.
    pub fn reaching(&self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        let stored = table.in_rows(node).iter().map(|row| table.rel(*row));
        self.present(rel_type, stored.chain(self.patch.reaching(rel_type, node).map(|(rel, _)| rel)))
    }

    /// Relationships of a type between two nodes, in the order of their ids; whatever a frame hides.
    pub fn between(&self, rel_type: TypeId, start: NodeId, end: NodeId) -> impl Iterator<Item = RelId> + use<'_> {
        let table = &*self.rels[rel_type.0 as usize];
        let rows = table.out_rows(start);
        let targets = &table.targets[rows.start as usize..rows.end as usize];
        let first = rows.start + targets.partition_point(|target| *target < end) as u32;
        let last = rows.start + targets.partition_point(|target| *target <= end) as u32;
        let added = self.patch.between(rel_type, start, end);
        self.present(rel_type, (first..last).map(|row| table.rel(row)).chain(added))
    }

    /// Those of these relationships of a type that were not deleted.
    fn present<'g>(
        &'g self,
        rel_type: TypeId,
        rels: impl Iterator<Item = RelId> + 'g,
    ) -> impl Iterator<Item = RelId> + 'g {
        let touched = self.patch.touches(rel_type);
        rels.filter(move |rel| !touched || !self.patch.is_gone(Entity::Rel(*rel)))
    }

    /// What is said about a statement.
    #[must_use]
    pub fn meta(&self, statement: Statement) -> &Meta {
        match statement {
            Statement::Entity(entity) => self.meta_at(self.meta_number(entity)).0,
            Statement::Status(entry) => &self.chains.entries[entry as usize].meta,
            Statement::History(entry) => &self.histories.entries[entry as usize].meta,
        }
    }

    /// The number of a thing's metadata.
    pub(super) fn meta_number(&self, entity: Entity) -> u32 {
        if let Some(said) = self.patch.said.get(&entity) {
            return said.meta;
        }
        match entity {
            Entity::Node(node) => self.nodes.statements.meta[node.0 as usize],
            Entity::Rel(rel) => match self.locate(rel) {
                Kept::Row(_, table, row) => table.statements.meta[row as usize],
                Kept::Added(_) => 0,
            },
        }
    }

    /// Metadata with the days it names, by number.
    pub(super) fn meta_at(&self, number: u32) -> (&Meta, &Periods) {
        let at = number as usize;
        match self.metas.get(at) {
            Some(meta) => (meta, &self.widest[at]),
            None => {
                let (meta, days) = &self.patch.metas[at - self.metas.len()];
                (meta, days)
            }
        }
    }

    /// All metadata, by number.
    pub(super) fn metas(&self) -> impl Iterator<Item = &Meta> {
        self.metas.iter().chain(self.patch.metas.iter().map(|(meta, _)| meta))
    }

    /// Bits of a thing: what hides it, whatever the day.
    pub(super) fn flags(&self, entity: Entity) -> u8 {
        if let Some(said) = self.patch.said.get(&entity) {
            return said.flags;
        }
        match entity {
            Entity::Node(node) => self.nodes.statements.flags[node.0 as usize],
            Entity::Rel(rel) => match self.locate(rel) {
                Kept::Row(_, table, row) => table.statements.flags[row as usize],
                // Nothing is said of it, nor on which days it holds.
                Kept::Added(_) => flag::UNDATED,
            },
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

    /// All chain entries with their numbers.
    pub fn chain_entries(&self) -> impl Iterator<Item = (u32, &ChainEntry)> {
        let entries = self.chains.entries.iter().enumerate().map(|(number, entry)| (number as u32, entry));
        entries.filter(|(number, _)| !self.chains.gone.contains(number))
    }

    /// A number above that of every chain entry.
    #[must_use]
    pub fn chain_bound(&self) -> usize {
        self.chains.entries.len()
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

    /// All history entries with their numbers.
    pub fn history_entries(&self) -> impl Iterator<Item = (u32, &HistoryEntry)> {
        let entries = self.histories.entries.iter().enumerate().map(|(number, entry)| (number as u32, entry));
        entries.filter(|(number, _)| !self.histories.gone.contains(number))
    }

    /// A history entry.
    #[must_use]
    pub fn history_entry(&self, entry: u32) -> &HistoryEntry {
        &self.histories.entries[entry as usize]
    }

    /// The stored properties of a thing, histories left out, by key name.
    #[must_use]
    pub fn properties(&self, entity: Entity) -> BTreeMap<Arc<str>, Value> {
        self.property_list(entity).into_iter().map(|(key, value)| (key.clone(), value)).collect()
    }

    /// The same, in no order.
    #[must_use]
    pub fn property_list(&self, entity: Entity) -> Vec<(&Arc<str>, Value)> {
        let value = |key| Some((self.catalog.key_name(key), self.property(entity, key))).filter(|(_, v)| !v.is_null());
        if self.patch.values.is_empty() {
            self.stored_keys(entity).filter_map(value).collect()
        } else {
            (0..self.catalog.keys().len() as u32).map(KeyId).filter_map(value).collect()
        }
    }

    /// Properties that things of this kind have in the parts.
    fn stored_keys(&self, entity: Entity) -> impl Iterator<Item = KeyId> {
        let (node, rel) = match entity {
            Entity::Node(_) => (Some(self.properties.keys()), None),
            Entity::Rel(rel) => match self.locate(rel) {
                Kept::Row(_, table, _) => (None, Some(table.properties.keys())),
                Kept::Added(_) => (None, None),
            },
        };
        node.into_iter().flatten().chain(rel.into_iter().flatten()).copied()
    }

    /// A stored property; histories left out.
    #[must_use]
    pub fn property(&self, entity: Entity, key: KeyId) -> Value {
        if let Some(value) = self.patch.value(entity, key) {
            return value.clone();
        }
        match entity {
            Entity::Node(node) => self.properties.get(&key).map_or(Value::Null, |column| column.get(node.0)),
            Entity::Rel(rel) => match self.locate(rel) {
                Kept::Row(_, table, row) => table.properties.get(key).map_or(Value::Null, |column| column.get(row)),
                Kept::Added(_) => Value::Null,
            },
        }
    }

    /// The nodes whose stored property has this very value (by structure).
    #[must_use]
    pub fn find_nodes(&self, key: KeyId, value: &Value) -> Vec<NodeId> {
        let mut nodes = self.nodes_like(key, value, 1);
        if !matches!(value, Value::Text(_)) {
            nodes.retain(|node| self.property(Entity::Node(*node), key) == *value);
        }
        nodes
    }

    /// The nodes whose stored property may be equal to this value, in order: every one whose is equal, and of texts no other. So many
    /// look-ups are about to be made.
    #[must_use]
    pub fn nodes_like(&self, key: KeyId, value: &Value, looks: usize) -> Vec<NodeId> {
        let stored = self.properties.get(&key).map(|column| column.like(value, looks)).unwrap_or_default();
        let mut nodes: Vec<NodeId> = stored.into_iter().map(NodeId).collect();
        if self.patch.is_empty() {
            return nodes;
        }
        nodes.retain(|node| self.patch.value(Entity::Node(*node), key).is_none());
        let set = self.patch.like(key, value).into_iter();
        let is_still = |node: &NodeId| match (self.patch.value(Entity::Node(*node), key), value) {
            (Some(Value::Text(set)), Value::Text(wanted)) => set == wanted,
            (Some(set), _) => !matches!(value, Value::Text(_)) && !set.is_null(),
            (None, _) => false,
        };
        nodes.extend(set.filter(is_still));
        nodes.retain(|node| !self.patch.is_gone(Entity::Node(*node)));
        nodes.sort_unstable();
        nodes
    }

    /// The texts that a property of nodes has, for completion.
    pub fn texts(&self, key: KeyId) -> impl Iterator<Item = String> + use<'_> {
        let stored = self.properties.get(&key).map(|column| column.texts()).unwrap_or_default();
        let set = self.patch.set_values(key).filter_map(|(_, value)| value.as_text().map(str::to_owned));
        stored.iter().map(ToString::to_string).chain(set)
    }

    /// Whether some relationship of a type may have a stored property.
    #[must_use]
    pub fn rel_has_key(&self, rel_type: TypeId, key: KeyId) -> bool {
        self.rels[rel_type.0 as usize].properties.contains_key(key) || self.patch.set_values(key).next().is_some()
    }

    /// Days on which a thing holds, everything known: its own, its ends', the measure's in force.
    #[must_use]
    pub fn effective(&self, entity: Entity) -> Periods {
        if let Some(said) = self.patch.said.get(&entity) {
            return said.effective.clone();
        }
        match entity {
            Entity::Node(node) => self.nodes.statements.effective.get(node.0),
            Entity::Rel(rel) => match self.locate(rel) {
                Kept::Row(_, table, row) => table.statements.effective.get(row),
                Kept::Added(_) => Periods::always(),
            },
        }
    }

    /// Days of which nobody knows whether the measure that clips a thing is in force.
    pub(super) fn days_unknown(&self, entity: Entity) -> Periods {
        if let Some(said) = self.patch.said.get(&entity) {
            return said.unknown.clone();
        }
        let (statements, row) = match entity {
            Entity::Node(node) => (&self.nodes.statements, node.0),
            Entity::Rel(rel) => match self.locate(rel) {
                Kept::Row(_, table, row) => (&table.statements, row),
                Kept::Added(_) => return Periods::default(),
            },
        };
        statements.unknown.get(&row).cloned().unwrap_or_default()
    }

    pub(super) fn locate(&self, rel: RelId) -> Kept<'_> {
        if rel.0 < DERIVED
            && let Some(added) = rel.0.checked_sub(self.n_stored_rels)
        {
            return Kept::Added(&self.patch.rels[added as usize]);
        }
        let index = self.segments.partition_point(|(first, _)| *first <= rel.0) - 1;
        let (first, rel_type) = self.segments[index];
        Kept::Row(rel_type, &self.rels[rel_type.0 as usize], rel.0 - first)
    }

    /// Whether a relationship follows from a definition.
    #[must_use]
    pub fn is_derived_rel(&self, rel: RelId) -> bool {
        rel.0 >= DERIVED
    }

    /// Days of a thing's own validity, whatever its ends.
    #[must_use]
    pub fn own_validity(&self, entity: Entity) -> &Periods {
        self.meta_at(self.meta_number(entity)).1
    }

    /// The statuses of measures clip what its type says: whether this is such a type.
    #[must_use]
    pub fn clips(&self, rel_type: TypeId) -> bool {
        let name = self.catalog.type_name(rel_type);
        self.schema.relationships.get(name.as_ref()).is_some_and(|def| def.in_force)
    }
}
