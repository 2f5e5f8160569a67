//! The next version in the making: a transaction, or a what-if.
//!
//! A [`Draft`] is a version that changes can be made to; it is read through a [`GraphView`](super::GraphView) like any other,
//! so that a query sees what was changed before it. Keeping the draft's version commits it; dropping it forgets the
//! assumption. The version it came from never changes, and shares all that the draft did not touch: a change costs its own
//! size, not the graph's. The changes themselves, in order, are a [`Delta`].

use std::sync::Arc;

use crate::value::{NodeId, Period, Periods, RelId, Value};

use super::csr::RelTable;
use super::parts::{Entity, Said, flag};
use super::patch::{AddedRel, DERIVED};
use super::{KeyId, LabelId, Meta, NewEntry, NewNode, NewRel, Snapshot, Statement, TypeId, Validity};

/// One change to a graph. Numbers of nodes and relationships are those of the version it is applied to; what a change
/// creates gets the next number, so that equal changes to equal versions give equal numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Adds a node.
    CreateNode(NewNode),
    /// Adds a relationship.
    CreateRel(NewRel),
    /// Sets a property; `null` removes it.
    SetProperty {
        /// Of what.
        of: Entity,
        /// Which property.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Adds an entry to the history of a property. A value that had no days becomes the first entry, said as its owner is.
    AddEntry {
        /// Of what.
        of: Entity,
        /// Which property.
        key: String,
        /// Its value then.
        value: Value,
        /// When, and what is said about it.
        meta: Meta,
    },
    /// Gives a node a label and all broader ones, or takes it away with all narrower ones.
    SetLabel {
        /// The node.
        node: NodeId,
        /// The label.
        label: String,
        /// Whether it has it afterwards.
        on: bool,
    },
    /// Deletes a node without relationships, or a relationship.
    Delete(Entity),
    /// Adds an entry to status chains.
    AddStatus(NewEntry),
}

/// Changes in the order in which they were made.
pub type Delta = Vec<Change>;

/// Why a change cannot be made. Nothing is changed then.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Stable ids are unique.
    #[error("there is a node `{0}` already")]
    IdTaken(String),
    /// A property that the schema calls a key names one node.
    #[error("`{key}` {value} is taken: the node `{id}` has it")]
    KeyTaken {
        /// The property.
        key: String,
        /// Its value.
        value: Value,
        /// The node that has it.
        id: String,
    },
    /// A relationship needs both its ends.
    #[error("`{id}` still has {n_rels} relationship{}; `DETACH DELETE` deletes a node with its relationships", if *n_rels == 1 { "" } else { "s" })]
    Connected {
        /// The node.
        id: String,
        /// How many.
        n_rels: usize,
    },
    /// What was said by somebody cannot outlive who said it.
    #[error(
        "`{0}` cannot be deleted: what is said about other statements names it, as a voice, an act or what is complete"
    )]
    Named(String),
    /// It follows from a definition.
    #[error("a derived relationship cannot be changed: it follows from its definition")]
    Derived,
    /// Its values stand in a history.
    #[error("`{0}` is a history here: its entries say which value held when")]
    History(String),
    /// It was deleted before.
    #[error("what was deleted cannot be changed")]
    Gone,
    /// Ids are 32 bits wide.
    #[error("a graph holds at most {DERIVED} nodes and as many relationships")]
    Full,
}

/// A version of a graph that can be changed.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, Change, Draft, Frame, GraphView, Lens, NewNode, Schema};
/// let base = std::sync::Arc::new(Builder::new(Schema::default()).finish());
/// let mut draft = Draft::new(base.clone());
/// let node = NewNode { id: "terbium".into(), labels: vec!["Element".into()], ..NewNode::default() };
/// draft.apply(Change::CreateNode(node)).unwrap();
/// let lens = Lens::new(draft.version(), Frame::default());
/// assert_eq!(GraphView::new(draft.version(), &lens).nodes().count(), 1);
/// assert_eq!(base.nodes().count(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Draft {
    version: Arc<Snapshot>,
    delta: Delta,
}

impl Draft {
    /// A draft that is equal to `base` so far.
    #[must_use]
    pub fn new(base: Arc<Snapshot>) -> Self {
        Self { version: base, delta: Delta::new() }
    }

    /// The graph as it is with the changes made so far.
    #[must_use]
    pub fn version(&self) -> &Arc<Snapshot> {
        &self.version
    }

    /// The changes made so far.
    #[must_use]
    pub fn delta(&self) -> &[Change] {
        &self.delta
    }

    /// The changed version and its changes.
    #[must_use]
    pub fn finish(self) -> (Arc<Snapshot>, Delta) {
        (self.version, self.delta)
    }

    /// Makes a change; gives what it created. A value or label that is there already is no change.
    ///
    /// # Errors
    /// [`Refusal`]; nothing is changed then.
    pub fn apply(&mut self, change: Change) -> Result<Option<Entity>, Refusal> {
        // Copies the version where somebody else holds it too, which is once per draft: a copy shares every part.
        let version = Arc::make_mut(&mut self.version);
        let created = match &change {
            Change::CreateNode(node) => Some(Entity::Node(version.create_node(node)?)),
            Change::CreateRel(rel) => Some(Entity::Rel(version.create_rel(rel)?)),
            Change::SetProperty { of, key, value } => {
                if !version.set_property(*of, key, value)? {
                    return Ok(None);
                }
                None
            }
            Change::AddEntry { of, key, value, meta } => {
                version.add_entry(*of, key, value, meta)?;
                None
            }
            Change::SetLabel { node, label, on } => {
                version.is_there(Entity::Node(*node))?;
                if !version.set_labels(*node, label, *on) {
                    return Ok(None);
                }
                None
            }
            Change::Delete(Entity::Node(node)) => {
                version.delete_node(*node)?;
                None
            }
            Change::Delete(Entity::Rel(rel)) => {
                version.delete_rel(*rel)?;
                None
            }
            Change::AddStatus(entry) => {
                version.add_status(entry)?;
                None
            }
        };
        self.delta.push(change);
        Ok(created)
    }
}

impl Snapshot {
    fn is_there(&self, entity: Entity) -> Result<(), Refusal> {
        match entity {
            Entity::Rel(rel) if self.is_derived_rel(rel) => Err(Refusal::Derived),
            _ if self.patch.is_gone(entity) => Err(Refusal::Gone),
            _ => Ok(()),
        }
    }

    fn create_node(&mut self, new: &NewNode) -> Result<NodeId, Refusal> {
        if self.node(&new.id).is_some() {
            return Err(Refusal::IdTaken(new.id.clone()));
        }
        let labels: Vec<String> = new.labels.iter().flat_map(|label| self.schema.closure(label)).collect();
        for (key, value) in &new.properties {
            self.is_free(key, value, &labels, |other| **self.node_id(other) == *new.id)?;
        }
        let node = NodeId(self.node_bound());
        if node.0 >= DERIVED {
            return Err(Refusal::Full);
        }
        let id: Arc<str> = new.id.as_str().into();
        let patch = Arc::make_mut(&mut self.patch);
        patch.ids.push_back(id.clone());
        patch.by_id.insert(id, node);
        patch.labels.insert(node, Arc::default());
        Arc::make_mut(&mut self.catalog).n_nodes += 1;
        for label in &new.labels {
            self.set_labels(node, label, true);
        }
        let entity = Entity::Node(node);
        self.set_all(entity, &new.properties, &new.histories);
        let said = Said::of_node(self.meta_of(&new.meta), &new.meta, None);
        Arc::make_mut(&mut self.patch).said.insert(entity, said);
        Ok(node)
    }

    fn create_rel(&mut self, new: &NewRel) -> Result<RelId, Refusal> {
        self.is_there(Entity::Node(new.start))?;
        self.is_there(Entity::Node(new.end))?;
        let rel = RelId(self.rel_bound());
        if rel.0 >= DERIVED {
            return Err(Refusal::Full);
        }
        let catalog = Arc::make_mut(&mut self.catalog);
        let rel_type = TypeId(catalog.types.intern(&new.kind));
        let at = rel_type.0 as usize;
        if at == self.rels.len() {
            catalog.n_by_type.push(0);
            self.rels.push(RelTable::default().into());
        }
        catalog.n_by_type[at] += 1;
        let patch = Arc::make_mut(&mut self.patch);
        patch.rels.push_back(AddedRel { rel_type, start: new.start, end: new.end });
        patch.outgoing.insert((rel_type, new.start, new.end, rel));
        patch.incoming.insert((rel_type, new.end, new.start, rel));
        let entity = Entity::Rel(rel);
        self.set_all(entity, &new.properties, &new.histories);
        let meta = self.meta_of(&new.meta);
        let is_plain =
            meta == 0 && !self.clips(rel_type) && self.hides_nothing(new.start) && self.hides_nothing(new.end);
        if is_plain {
            // What is true of an added one of which nothing is said.
            self.touch(rel, rel_type);
        } else {
            self.say_of_rel(rel, meta);
        }
        Ok(rel)
    }

    fn set_all(&mut self, entity: Entity, properties: &[(String, Value)], histories: &[(String, Vec<(Value, Meta)>)]) {
        for (key, value) in properties.iter().filter(|(_, value)| !value.is_null()) {
            let key = self.key(key);
            Arc::make_mut(&mut self.patch).set(entity, key, value.clone());
        }
        for (key, entries) in histories {
            let key = self.key(key);
            self.histories.to_mut().add(entity, key, entries.clone());
        }
    }

    fn key(&mut self, name: &str) -> KeyId {
        match self.catalog.key(name) {
            Some(key) => key,
            None => KeyId(Arc::make_mut(&mut self.catalog).keys.intern(name)),
        }
    }

    /// The number of metadata, equal ones once.
    fn meta_of(&mut self, meta: &Meta) -> u32 {
        if *meta == Meta::default() {
            return 0;
        }
        let next = (self.metas.len() + self.patch.metas.len()) as u32;
        let patch = Arc::make_mut(&mut self.patch);
        if let Some(number) = patch.meta_numbers.get(meta) {
            return *number;
        }
        patch.metas.push_back((meta.clone(), meta.validity.periods()));
        patch.meta_numbers.insert(meta.clone(), next);
        next
    }

    /// Refuses the value of a key that another node has: a file with both could not be read.
    fn is_free(
        &self,
        key: &str,
        value: &Value,
        labels: &[String],
        is_same: impl Fn(NodeId) -> bool,
    ) -> Result<(), Refusal> {
        let Some(def) = self.schema.properties.get(key) else { return Ok(()) };
        let taken = |node: NodeId| Refusal::KeyTaken {
            key: key.to_owned(),
            value: value.clone(),
            id: self.node_id(node).to_string(),
        };
        // The stable id of a node that files declare is this property of it, whether or not the schema calls it a key.
        if key == "id" {
            let other = value.as_text().and_then(|id| self.node(id)).filter(|node| !is_same(*node));
            return other.map_or(Ok(()), |node| Err(taken(node)));
        }
        let names = |labels: &[String]| def.of.is_empty() || def.of.iter().any(|label| labels.contains(label));
        let Some(key_id) = self.catalog.key(key).filter(|_| def.key && !value.is_null() && names(labels)) else {
            return Ok(());
        };
        let has_it = |node: &NodeId| !is_same(*node) && names(&self.label_names(*node));
        self.find_nodes(key_id, value).into_iter().find(has_it).map_or(Ok(()), |node| Err(taken(node)))
    }

    fn label_names(&self, node: NodeId) -> Vec<String> {
        self.labels(node).iter().map(|label| self.catalog.label_name(*label).to_string()).collect()
    }

    /// Whether the value is another one than before.
    fn set_property(&mut self, of: Entity, key: &str, value: &Value) -> Result<bool, Refusal> {
        self.is_there(of)?;
        if let Entity::Node(node) = of {
            self.is_free(key, value, &self.label_names(node), |other| other == node)?;
        }
        let key_id = self.key(key);
        if !self.history(of, key_id).is_empty() {
            return Err(Refusal::History(key.to_owned()));
        }
        let differs = self.property(of, key_id) != *value;
        if differs {
            Arc::make_mut(&mut self.patch).set(of, key_id, value.clone());
        }
        Ok(differs)
    }

    /// Adds an entry to a history, in the order of their starts.
    fn add_entry(&mut self, of: Entity, key: &str, value: &Value, meta: &Meta) -> Result<(), Refusal> {
        self.is_there(of)?;
        let key = self.key(key);
        let before = self.property(of, key);
        let mut entries = vec![(value.clone(), meta.clone())];
        if !before.is_null() {
            let owner = self.meta(Statement::Entity(of)).clone();
            entries.insert(0, (before, Meta { validity: Validity::Unknown, note: None, ..owner }));
            Arc::make_mut(&mut self.patch).set(of, key, Value::Null);
        }
        let histories = self.histories.to_mut();
        histories.add(of, key, entries);
        histories.in_order(of, key);
        Ok(())
    }

    /// Whether a label was added or taken away.
    fn set_labels(&mut self, node: NodeId, label: &str, on: bool) -> bool {
        let names: Vec<String> = if on {
            self.schema.closure(label)
        } else {
            let narrower = |name: &Arc<str>| self.schema.closure(name).iter().any(|broader| broader == label);
            let names = self.labels(node).iter().map(|label| self.catalog.label_name(*label));
            names.filter(|name| narrower(name)).map(ToString::to_string).collect()
        };
        let before = self.labels(node).len();
        for name in names {
            let label = match self.catalog.label(&name) {
                Some(label) => label,
                None => LabelId(Arc::make_mut(&mut self.catalog).labels.intern(&name)),
            };
            self.set_label(node, label, on);
        }
        self.labels(node).len() != before
    }

    /// Gives a node a label, or takes it away.
    pub(super) fn set_label(&mut self, node: NodeId, label: LabelId, on: bool) {
        let mut labels = self.labels(node).to_vec();
        if labels.contains(&label) == on {
            return;
        }
        if on {
            labels.push(label);
            labels.sort_by(|a, b| self.catalog.label_name(*a).cmp(self.catalog.label_name(*b)));
        } else {
            labels.retain(|other| *other != label);
        }
        let stored = self.stored_labels(node).contains(&label);
        let patch = Arc::make_mut(&mut self.patch);
        patch.labels.insert(node, labels.into());
        if on && !stored {
            patch.gained.insert((label, node));
        }
        self.count_label(label, on);
    }

    fn count_label(&mut self, label: LabelId, on: bool) {
        let counts = &mut Arc::make_mut(&mut self.catalog).n_by_label;
        let at = label.0 as usize;
        if counts.len() <= at {
            counts.resize(at + 1, 0);
        }
        if on { counts[at] += 1 } else { counts[at] -= 1 }
    }

    fn delete_node(&mut self, node: NodeId) -> Result<(), Refusal> {
        self.is_there(Entity::Node(node))?;
        let id = || self.node_id(node).to_string();
        let n_rels = self.rels_at(node).len();
        if n_rels > 0 {
            return Err(Refusal::Connected { id: id(), n_rels });
        }
        let entries = &self.chains.entries;
        let is_named = self.metas().chain(entries.iter().map(|e| &e.meta)).any(|meta| meta.claimed_by.contains(&node))
            || self.histories.entries.iter().any(|entry| entry.meta.claimed_by.contains(&node))
            || entries.iter().any(|entry| entry.by == Some(node))
            || self.complete.iter().any(|complete| complete.of == node);
        if is_named {
            return Err(Refusal::Named(id()));
        }
        for label in self.labels(node).to_vec() {
            self.count_label(label, false);
        }
        Arc::make_mut(&mut self.catalog).n_nodes -= 1;
        if self.chains.of.contains_key(&node) {
            self.chains.to_mut().forget(node);
            // Without its chain a frame with a known day no longer says of it what it said before.
            Arc::make_mut(&mut self.patch).nodes_altered = true;
        }
        self.forget(Entity::Node(node));
        Ok(())
    }

    fn delete_rel(&mut self, rel: RelId) -> Result<(), Refusal> {
        self.is_there(Entity::Rel(rel))?;
        let (rel_type, start, end) = self.rel(rel);
        Arc::make_mut(&mut self.catalog).n_by_type[rel_type.0 as usize] -= 1;
        self.touch(rel, rel_type);
        let patch = Arc::make_mut(&mut self.patch);
        patch.outgoing.remove(&(rel_type, start, end, rel));
        patch.incoming.remove(&(rel_type, end, start, rel));
        self.forget(Entity::Rel(rel));
        Ok(())
    }

    fn forget(&mut self, entity: Entity) {
        let keys: Vec<KeyId> = self.histories(entity).map(|(key, _)| key).collect();
        for key in keys {
            let histories = self.histories.to_mut();
            let entries = histories.of.remove(&(entity, key)).unwrap_or_default();
            histories.gone.extend(entries);
        }
        Arc::make_mut(&mut self.patch).gone.insert(entity);
    }

    fn add_status(&mut self, new: &NewEntry) -> Result<(), Refusal> {
        for node in new.of.iter().chain(&new.entry.by) {
            self.is_there(Entity::Node(*node))?;
        }
        let chains = self.chains.to_mut();
        chains.add(&new.of, new.entry.clone());
        new.of.iter().for_each(|node| chains.compile(*node));
        for node in &new.of {
            let entity = Entity::Node(*node);
            let said =
                Said::of_node(self.meta_number(entity), self.meta(Statement::Entity(entity)), self.status(*node));
            let patch = Arc::make_mut(&mut self.patch);
            patch.said.insert(entity, said);
            patch.nodes_altered = true;
            for rel in self.rels_at(*node) {
                self.say_of_rel(rel, self.meta_number(Entity::Rel(rel)));
            }
        }
        Ok(())
    }

    /// The relationships at a node, a loop once.
    #[must_use]
    pub fn rels_at(&self, node: NodeId) -> Vec<RelId> {
        let types = (0..self.rels.len() as u32).map(TypeId);
        let mut rels: Vec<RelId> =
            types.flat_map(|t| self.leaving(t, node).chain(self.reaching(t, node)).collect::<Vec<_>>()).collect();
        rels.sort_unstable();
        rels.dedup();
        rels
    }

    /// Whether a node hides on no day what starts or ends at it.
    fn hides_nothing(&self, node: NodeId) -> bool {
        let is_plain = |flags: u8, days: &Periods| flags & flag::INHERITED == 0 && days.as_slice() == [Period::ALWAYS];
        match self.patch.said.get(&Entity::Node(node)) {
            Some(said) => is_plain(said.flags, &said.effective),
            None => {
                let of_nodes = &self.nodes.statements;
                let flags = of_nodes.flags[node.0 as usize];
                if of_nodes.effective.is_always() {
                    flags & flag::INHERITED == 0
                } else {
                    is_plain(flags, &of_nodes.effective.get(node.0))
                }
            }
        }
    }

    /// Works out anew what is said of a relationship with this metadata.
    fn say_of_rel(&mut self, rel: RelId, meta: u32) {
        let (rel_type, start, end) = self.rel(rel);
        let end_of = |node| (self.flags(Entity::Node(node)), self.effective(Entity::Node(node)));
        let ((from, from_days), (to, to_days)) = (end_of(start), end_of(end));
        let status = if self.clips(rel_type) { self.status(start) } else { None };
        let said = Said::of_rel(meta, self.meta_at(meta).0, [(from, &from_days), (to, &to_days)], status);
        Arc::make_mut(&mut self.patch).said.insert(Entity::Rel(rel), said);
        self.touch(rel, rel_type);
    }

    /// Remembers where a look at the tables does not suffice.
    fn touch(&mut self, rel: RelId, rel_type: TypeId) {
        let is_stored = rel.0 < self.n_stored_rels;
        let patch = Arc::make_mut(&mut self.patch);
        patch.touched.insert(rel_type);
        if is_stored {
            patch.altered.insert(rel_type);
        }
    }
}
