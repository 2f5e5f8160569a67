//! From what a reader found to a snapshot: the only way to make one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::value::{Day, NodeId, Value};

use super::catalog::Names;
use super::csr::RelTable;
use super::parts::{Chains, Histories, Nodes, Said, StatementColumns};
use super::patch::Patch;
use super::{
    Catalog, ChainEntry, Column, Completeness, Entity, KeyId, LabelId, Meta, Schema, Snapshot, Source, SourceId, TypeId,
};

/// A node to be added.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewNode {
    /// The stable text id; unique.
    pub id: String,
    /// Labels as written; broader ones follow from the schema.
    pub labels: Vec<String>,
    /// Properties; a `null` is not stored.
    pub properties: Vec<(String, Value)>,
    /// Properties that change over time: key, then entries.
    pub histories: Vec<(String, Vec<(Value, Meta)>)>,
    /// What is said about it.
    pub meta: Meta,
}

/// A relationship to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRel {
    /// Its type.
    pub kind: String,
    /// Where it starts.
    pub start: NodeId,
    /// Where it ends.
    pub end: NodeId,
    /// Properties; a `null` is not stored.
    pub properties: Vec<(String, Value)>,
    /// Properties that change over time: key, then entries.
    pub histories: Vec<(String, Vec<(Value, Meta)>)>,
    /// What is said about it.
    pub meta: Meta,
}

/// A chain entry with the nodes whose chain it belongs to (an instrument and its clauses share one).
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// The nodes.
    pub of: Vec<NodeId>,
    /// The entry.
    pub entry: ChainEntry,
}

/// Collects nodes, relationships and what is said of them.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, NewNode, NewRel, Schema};
/// let mut builder = Builder::new(Schema::default());
/// let node = |id: &str| NewNode { id: id.into(), labels: vec!["Material".into()], ..NewNode::default() };
/// let magnet = builder.node(node("ndfeb-magnet")).unwrap();
/// let element = builder.node(node("dysprosium")).unwrap();
/// builder.rel(NewRel {
///     kind: "CONTAINS".into(), start: magnet, end: element,
///     properties: vec![], histories: vec![], meta: Default::default(),
/// });
/// assert_eq!(builder.finish().catalog().n_rels(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Builder {
    schema: Schema,
    sources: Vec<Source>,
    source_ids: HashMap<Arc<str>, SourceId>,
    nodes: Vec<NewNode>,
    by_id: HashMap<Arc<str>, NodeId>,
    rels: Vec<NewRel>,
    entries: Vec<NewEntry>,
    checked: BTreeMap<NodeId, Day>,
    complete: Vec<Completeness>,
}

impl Builder {
    /// Nothing yet.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self { schema, ..Self::default() }
    }

    /// The vocabulary.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Adds a document; of two with one id the first stays, and its number is returned as the error.
    ///
    /// # Errors
    /// The id is taken.
    pub fn source(&mut self, source: Source) -> Result<SourceId, SourceId> {
        if let Some(id) = self.source_ids.get(&source.id) {
            return Err(*id);
        }
        let id = SourceId(self.sources.len() as u32);
        self.source_ids.insert(source.id.clone(), id);
        self.sources.push(source);
        Ok(id)
    }

    /// The document of an id.
    #[must_use]
    pub fn find_source(&self, id: &str) -> Option<SourceId> {
        self.source_ids.get(id).copied()
    }

    /// The documents added so far.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The ids of the documents that something cites.
    #[must_use]
    pub fn cited(&self) -> BTreeSet<Arc<str>> {
        let nodes = self.nodes.iter().flat_map(|node| said(&node.meta, &node.histories));
        let rels = self.rels.iter().flat_map(|rel| said(&rel.meta, &rel.histories));
        let entries = self.entries.iter().map(|entry| &entry.entry.meta);
        let complete = self.complete.iter().map(|complete| &complete.meta);
        let metas = nodes.chain(rels).chain(entries).chain(complete);
        metas.flat_map(|meta| &meta.citations).map(|cited| self.get_source(cited.source).id.clone()).collect()
    }

    /// A document.
    #[must_use]
    pub fn get_source(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// Adds a node.
    ///
    /// # Errors
    /// The node that has the id already.
    pub fn node(&mut self, node: NewNode) -> Result<NodeId, NodeId> {
        if let Some(taken) = self.by_id.get(node.id.as_str()) {
            return Err(*taken);
        }
        let id = NodeId(self.nodes.len() as u32);
        self.by_id.insert(node.id.as_str().into(), id);
        self.nodes.push(node);
        Ok(id)
    }

    /// The node of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<NodeId> {
        self.by_id.get(id).copied()
    }

    /// A node that was added.
    #[must_use]
    pub fn get(&self, node: NodeId) -> &NewNode {
        &self.nodes[node.0 as usize]
    }

    /// A node that was added, to be completed.
    pub fn get_mut(&mut self, node: NodeId) -> &mut NewNode {
        &mut self.nodes[node.0 as usize]
    }

    /// Adds a relationship.
    pub fn rel(&mut self, rel: NewRel) {
        self.rels.push(rel);
    }

    /// How many nodes were added so far.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The relationships added so far.
    #[must_use]
    pub fn rels(&self) -> &[NewRel] {
        &self.rels
    }

    /// Adds a chain entry.
    pub fn status(&mut self, entry: NewEntry) {
        self.entries.push(entry);
    }

    /// Says when somebody last looked for a later act.
    pub fn checked(&mut self, node: NodeId, day: Day) {
        self.checked.insert(node, day);
    }

    /// Says what the graph holds completely.
    pub fn complete(&mut self, complete: Completeness) {
        self.complete.push(complete);
    }

    /// The snapshot.
    #[must_use]
    pub fn finish(mut self) -> Snapshot {
        let n_nodes = self.nodes.len();
        let (mut labels, mut types, mut keys) = (Names::default(), Names::default(), Names::default());
        let mut metas = Metas::default();
        // Number 0 is what derived relationships carry: nothing is said about them.
        metas.intern(Meta::default());
        let chains = self.chains();

        // Nodes.
        let mut nodes = Nodes { by_id: std::mem::take(&mut self.by_id), ..Nodes::default() };
        let mut columns: BTreeMap<KeyId, Vec<(u32, Value)>> = BTreeMap::new();
        let mut histories = Histories::default();
        let mut sets: HashMap<Vec<String>, u32> = HashMap::new();
        let mut own_of_node = Vec::with_capacity(n_nodes);
        for (row, node) in std::mem::take(&mut self.nodes).into_iter().enumerate() {
            let id = NodeId(row as u32);
            let mut closed: Vec<String> = node.labels.iter().flat_map(|label| self.schema.closure(label)).collect();
            closed.sort_unstable();
            closed.dedup();
            let set = *sets.entry(closed).or_insert_with_key(|closed| {
                nodes.label_sets.push(closed.iter().map(|label| LabelId(labels.intern(label))).collect());
                nodes.label_sets.len() as u32 - 1
            });
            nodes.labels.push(set);
            for (key, value) in node.properties {
                columns.entry(KeyId(keys.intern(&key))).or_default().push((row as u32, value));
            }
            for (key, entries) in node.histories {
                histories.add(Entity::Node(id), KeyId(keys.intern(&key)), entries);
            }
            nodes.ids.push(node.id.into());
            let mut said = Said::of_node(0, &node.meta, chains.status.get(&id));
            said.meta = metas.intern(node.meta);
            own_of_node.push(said.effective.clone());
            nodes.statements.push(said);
        }
        nodes.by_label = vec![Vec::new(); labels.iter().len()];
        for (row, set) in nodes.labels.iter().enumerate() {
            for label in &nodes.label_sets[*set as usize] {
                nodes.by_label[label.0 as usize].push(NodeId(row as u32));
            }
        }

        // Relationships, one table a type.
        let mut by_type: BTreeMap<TypeId, Vec<NewRel>> = BTreeMap::new();
        for rel in std::mem::take(&mut self.rels) {
            by_type.entry(TypeId(types.intern(&rel.kind))).or_default().push(rel);
        }
        let mut rels = Vec::with_capacity(by_type.len());
        let mut base = 0;
        for (rel_type, mut table) in by_type {
            table.sort_by_key(|rel| (rel.start, rel.end));
            let in_force = self.schema.relationships.get(types.name(rel_type.0).as_ref()).is_some_and(|d| d.in_force);
            let ends: Vec<_> = table.iter().map(|rel| (rel.start, rel.end)).collect();
            let mut statements = StatementColumns::default();
            let mut columns: BTreeMap<KeyId, Vec<(u32, Value)>> = BTreeMap::new();
            for (row, rel) in table.into_iter().enumerate() {
                let (start, end) = (rel.start.0 as usize, rel.end.0 as usize);
                let status = if in_force { chains.status.get(&rel.start) } else { None };
                let ends = [start, end].map(|node| (nodes.statements.flags[node], &own_of_node[node]));
                let mut said = Said::of_rel(0, &rel.meta, ends, status);
                said.meta = metas.intern(rel.meta);
                statements.push(said);
                for (key, value) in rel.properties {
                    columns.entry(KeyId(keys.intern(&key))).or_default().push((row as u32, value));
                }
                for (key, entries) in rel.histories {
                    let entity = Entity::Rel(crate::value::RelId(base + row as u32));
                    histories.add(entity, KeyId(keys.intern(&key)), entries);
                }
            }
            let mut built = RelTable::new(base, n_nodes, &ends, statements);
            built.properties = columns.into_iter().map(|(key, entries)| (key, Column::new(entries))).collect();
            base += ends.len() as u32;
            rels.push(Arc::new(built));
        }

        let catalog = Catalog {
            n_nodes,
            n_by_label: nodes.by_label.iter().map(Vec::len).collect(),
            n_by_type: rels.iter().map(|table| table.len()).collect(),
            labels,
            types,
            keys,
        };
        let segments = rels.iter().zip(0..).map(|(table, rel_type)| (table.base, TypeId(rel_type))).collect();
        let widest = metas.list.iter().map(|meta| meta.validity.periods()).collect();
        Snapshot {
            schema: Arc::new(self.schema),
            catalog: Arc::new(catalog),
            nodes: Arc::new(nodes),
            properties: columns.into_iter().map(|(key, entries)| (key, Arc::new(Column::new(entries)))).collect(),
            rels,
            metas: Arc::new(metas.list),
            widest: Arc::new(widest),
            chains: Arc::new(chains),
            histories: Arc::new(histories),
            sources: Arc::new(self.sources),
            complete: Arc::new(self.complete),
            patch: Arc::<Patch>::default(),
            n_stored_rels: base,
            segments,
            derived_types: std::collections::BTreeSet::new(),
            derived_labels: std::collections::BTreeSet::new(),
        }
    }

    fn chains(&mut self) -> Chains {
        let checked = std::mem::take(&mut self.checked).into_iter().collect();
        let mut chains = Chains { checked, ..Chains::default() };
        for NewEntry { of, entry } in std::mem::take(&mut self.entries) {
            chains.add(&of, entry);
        }
        let nodes: Vec<NodeId> = chains.of.keys().copied().collect();
        for node in nodes {
            chains.compile(node);
        }
        chains
    }
}

/// What is said about a thing and about the entries of its histories.
fn said<'a>(meta: &'a Meta, histories: &'a [(String, Vec<(Value, Meta)>)]) -> impl Iterator<Item = &'a Meta> {
    let entries = histories.iter().flat_map(|(_, entries)| entries.iter().map(|(_, meta)| meta));
    std::iter::once(meta).chain(entries)
}

/// Distinct metadata, each once.
#[derive(Default)]
struct Metas {
    list: Vec<Meta>,
    numbers: HashMap<Meta, u32>,
}

impl Metas {
    fn intern(&mut self, meta: Meta) -> u32 {
        if let Some(number) = self.numbers.get(&meta) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(meta.clone());
        self.numbers.insert(meta, number);
        number
    }
}
