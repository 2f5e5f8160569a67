//! From what a reader found to a snapshot: the only way to make one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::value::{Day, NodeId, Value};

use super::assemble::assemble;
use super::bulk::fits;
use super::distinct::Texts;
use super::{ChainEntry, Completeness, Ids, Meta, NewNodes, NewRels, Schema, Snapshot, Source, SourceId, Unfit};

/// A property that changes over time: key, then entries.
pub(super) type NewHistory = (String, Vec<(Value, Meta)>);

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
    pub(super) schema: Schema,
    pub(super) sources: Vec<Source>,
    source_ids: HashMap<Arc<str>, SourceId>,
    /// Nodes in the order they were added, each part with the number of its first.
    pub(super) nodes: Vec<(u32, NodePart)>,
    pub(super) ids: Texts,
    pub(super) rels: Vec<NewRel>,
    /// Those that came as tables; they come after the others.
    pub(super) rel_tables: Vec<NewRels>,
    pub(super) entries: Vec<NewEntry>,
    pub(super) checked: BTreeMap<NodeId, Day>,
    pub(super) complete: Vec<Completeness>,
}

/// Nodes that were added one after the other.
#[derive(Debug)]
pub(super) enum NodePart {
    /// One by one.
    Rows(Vec<NewNode>),
    /// As a table of so many rows, whose ids are with those of all nodes.
    Table(Box<NewNodes>, usize),
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
        let mut metas: Vec<&Meta> = Vec::new();
        for (_, part) in &self.nodes {
            match part {
                NodePart::Rows(nodes) => metas.extend(nodes.iter().flat_map(|node| said(&node.meta, &node.histories))),
                NodePart::Table(nodes, _) => metas.push(&nodes.meta),
            }
        }
        metas.extend(self.rels.iter().flat_map(|rel| said(&rel.meta, &rel.histories)));
        metas.extend(self.rel_tables.iter().map(|rels| &rels.meta));
        metas.extend(self.entries.iter().map(|entry| &entry.entry.meta));
        metas.extend(self.complete.iter().map(|complete| &complete.meta));
        let cited = metas.into_iter().flat_map(|meta| &meta.citations);
        cited.map(|cited| self.get_source(cited.source).id.clone()).collect()
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
        let n = self.n_nodes() as u32;
        let number = self.ids.intern(&node.id);
        if number < n {
            return Err(NodeId(number));
        }
        match self.nodes.last_mut() {
            Some((_, NodePart::Rows(nodes))) => nodes.push(node),
            Some((_, NodePart::Table(..))) | None => self.nodes.push((n, NodePart::Rows(vec![node]))),
        }
        Ok(NodeId(number))
    }

    /// Adds the nodes of a table, numbered in the order of its rows; all or none. Gives the first.
    ///
    /// # Errors
    /// A row has no id, or one that another node has; a column has more rows than there are ids.
    ///
    /// # Examples
    /// ```
    /// use portolan::graph::{Builder, ColumnBuilder, NewNodes, NewRels, Schema};
    /// use portolan::value::{NodeId, Value};
    /// let texts = |texts: [&str; 2]| {
    ///     let mut column = ColumnBuilder::default();
    ///     texts.iter().for_each(|text| column.push_text(text));
    ///     column
    /// };
    /// let mut builder = Builder::new(Schema::default());
    /// let (labels, ids) = (vec!["Material".to_owned()], texts(["ndfeb-magnet", "dysprosium"]));
    /// let properties = vec![("name".to_owned(), texts(["NdFeB magnet", "dysprosium"]))];
    /// builder.add_nodes(NewNodes { labels, ids, properties, ..NewNodes::default() }).unwrap();
    /// let (starts, ends) = (vec![NodeId(0)], vec![NodeId(1)]);
    /// builder.add_rels(NewRels { kind: "CONTAINS".into(), starts, ends, ..NewRels::default() }).unwrap();
    /// let graph = builder.finish();
    /// assert_eq!(graph.rel_id(graph.rels().next().unwrap()).as_ref(), "ndfeb-magnet/CONTAINS/dysprosium");
    /// ```
    pub fn add_nodes(&mut self, mut table: NewNodes) -> Result<NodeId, Unfit> {
        let rows = table.ids.len();
        for (key, column) in &table.properties {
            fits(key, column.len(), rows)?;
        }
        let (codes, ids) = std::mem::take(&mut table.ids).into_texts().map_err(|row| Unfit::NoId { row })?;
        let twice = codes.iter().zip(0..).position(|(code, row): (&u32, u32)| *code != row);
        let taken = ids.list().iter().position(|id| self.ids.find(id).is_some());
        if let Some(row) = twice.into_iter().chain(taken).min() {
            return Err(Unfit::Taken { row });
        }
        let first = self.n_nodes() as u32;
        if first == 0 {
            self.ids = ids;
        } else {
            ids.list().iter().for_each(|id| {
                self.ids.intern_shared(id);
            });
        }
        self.nodes.push((first, NodePart::Table(Box::new(table), rows)));
        Ok(NodeId(first))
    }

    /// The node of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<NodeId> {
        self.ids.find(id).map(NodeId)
    }

    /// The nodes added so far, to look up many by their ids.
    #[must_use]
    pub fn ids(&self) -> Ids<'_> {
        Ids::new(&self.ids)
    }

    /// The part a node is in, and its place there.
    fn part(&self, node: NodeId) -> Option<(usize, usize)> {
        let at = self.nodes.partition_point(|(first, _)| *first <= node.0).checked_sub(1)?;
        Some((at, (node.0 - self.nodes[at].0) as usize))
    }

    /// A node that was added one by one, not in a table.
    #[must_use]
    pub fn get(&self, node: NodeId) -> Option<&NewNode> {
        let (part, at) = self.part(node)?;
        match &self.nodes[part].1 {
            NodePart::Rows(nodes) => nodes.get(at),
            NodePart::Table(..) => None,
        }
    }

    /// A node that was added one by one, to be completed.
    pub fn get_mut(&mut self, node: NodeId) -> Option<&mut NewNode> {
        let (part, at) = self.part(node)?;
        match &mut self.nodes[part].1 {
            NodePart::Rows(nodes) => nodes.get_mut(at),
            NodePart::Table(..) => None,
        }
    }

    /// The id of a node that was added.
    #[must_use]
    pub fn id(&self, node: NodeId) -> &str {
        self.ids.list().get(node.0 as usize).map_or("", |id| id)
    }

    /// The labels of a node that was added, as written.
    #[must_use]
    pub fn labels(&self, node: NodeId) -> &[String] {
        let Some((part, at)) = self.part(node) else { return &[] };
        match &self.nodes[part].1 {
            NodePart::Rows(nodes) => nodes.get(at).map_or(&[], |node| &node.labels),
            NodePart::Table(nodes, _) => &nodes.labels,
        }
    }

    /// Adds a relationship.
    pub fn rel(&mut self, rel: NewRel) {
        self.rels.push(rel);
    }

    /// Adds the relationships of a table; all or none. Between the same nodes they come after those that were added one by one.
    ///
    /// # Errors
    /// Starts, ends and columns are not of the same rows; a node was not added; a day is no date.
    pub fn add_rels(&mut self, table: NewRels) -> Result<(), Unfit> {
        table.check(self.n_nodes())?;
        self.rel_tables.push(table);
        Ok(())
    }

    /// How many nodes were added so far.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.ids.list().len()
    }

    /// How many relationships were added so far.
    #[must_use]
    pub fn n_rels(&self) -> usize {
        self.rels.len() + self.rel_tables.iter().map(|table| table.starts.len()).sum::<usize>()
    }

    /// The relationships added one by one so far.
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
    pub fn finish(self) -> Snapshot {
        assemble(self)
    }
}

/// What is said about a thing and about the entries of its histories.
fn said<'a>(meta: &'a Meta, histories: &'a [(String, Vec<(Value, Meta)>)]) -> impl Iterator<Item = &'a Meta> {
    let entries = histories.iter().flat_map(|(_, entries)| entries.iter().map(|(_, meta)| meta));
    std::iter::once(meta).chain(entries)
}
