//! The only door to the graph: a snapshot seen through a frame.
//!
//! Nothing above this file compares dates or asks for moods; an operator that walks a view cannot see what its frame
//! hides.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{Day, NodeId, NodeValue, Periods, RelId, RelValue, Value};

use super::csr::RelTable;
use super::snapshot::{StatementColumns, exists, flag};
use super::{Entity, Frame, KeyId, LabelId, Snapshot, State, Statement, Status, TypeId, ValidTime};

/// A frame made ready for one snapshot: what a known day changes is computed once.
#[derive(Clone, Debug)]
pub struct Lens {
    frame: Frame,
    hide: u8,
    known: Option<Known>,
}

/// What was known on a day.
#[derive(Clone, Debug)]
struct Known {
    day: Day,
    /// Per distinct metadata: known that day.
    metas: Vec<bool>,
    /// Chains by the entries known that day.
    status: BTreeMap<NodeId, Status>,
}

impl Lens {
    /// Makes `frame` ready for `snapshot`. Costs nothing but for a frame with a known day, where it costs the number of
    /// distinct metadata and chain entries.
    #[must_use]
    pub fn new(snapshot: &Snapshot, frame: Frame) -> Self {
        let including = frame.including;
        let bit = |shown: bool, bit: u8| if shown { 0 } else { bit };
        let hide = bit(including.unrealised, flag::UNREALISED)
            | bit(including.deprecated, flag::DEPRECATED)
            | bit(including.negated, flag::NEGATED);
        let known = frame.known.map(|day| Known {
            day,
            metas: snapshot.metas.iter().map(|meta| meta.known_on(day)).collect(),
            status: snapshot
                .chained()
                .map(|node| {
                    let entries = snapshot.chain(node).iter().map(|entry| snapshot.chain_entry(*entry));
                    (node, Status::compile(entries, Some(day)))
                })
                .collect(),
        });
        Self { frame, hide, known }
    }

    /// The frame.
    #[must_use]
    pub fn frame(&self) -> Frame {
        self.frame
    }
}

/// A relationship followed from one of its ends, and the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The relationship.
    pub rel: RelId,
    /// The node at its other end.
    pub node: NodeId,
}

/// A snapshot seen through a frame.
#[derive(Clone, Copy, Debug)]
pub struct GraphView<'g> {
    snapshot: &'g Snapshot,
    lens: &'g Lens,
    /// Statements that say *no* are seen too; only a pattern that asks for their polarity sets it.
    negated: bool,
}

impl<'g> GraphView<'g> {
    /// `snapshot` through `lens`, which was made for it.
    #[must_use]
    pub fn new(snapshot: &'g Snapshot, lens: &'g Lens) -> Self {
        Self { snapshot, lens, negated: false }
    }

    /// The same view, which sees statements that say *no* as well.
    #[must_use]
    pub fn with_negated(self) -> Self {
        Self { negated: true, ..self }
    }

    /// What is behind the frame; for names, metadata and sources.
    #[must_use]
    pub fn snapshot(self) -> &'g Snapshot {
        self.snapshot
    }

    /// The frame.
    #[must_use]
    pub fn frame(self) -> Frame {
        self.lens.frame
    }

    fn hide(self) -> u8 {
        if self.negated { self.lens.hide & !flag::NEGATED } else { self.lens.hide }
    }

    /// Whether the frame shows this node.
    #[must_use]
    pub fn shows_node(self, node: NodeId) -> bool {
        let statements = &self.snapshot.nodes.statements;
        if statements.flags[node.0 as usize] & self.hide() != 0 {
            return false;
        }
        match &self.lens.known {
            None => self.holds(statements, node.0),
            Some(known) => {
                known.metas[statements.meta[node.0 as usize] as usize] && self.meets(&self.node_days(known, node))
            }
        }
    }

    /// Whether the frame shows this relationship.
    #[must_use]
    pub fn shows_rel(self, rel: RelId) -> bool {
        let (rel_type, table, row) = self.snapshot.locate(rel);
        self.shows_row(rel_type, table, row)
    }

    fn shows_row(self, rel_type: TypeId, table: &RelTable, row: u32) -> bool {
        let statements = &table.statements;
        if statements.flags[row as usize] & self.hide() != 0 {
            return false;
        }
        let Some(known) = &self.lens.known else { return self.holds(statements, row) };
        let nodes = &self.snapshot.nodes.statements;
        let (start, end) = (table.starts[row as usize], table.targets[row as usize]);
        let learnt = |meta: u32| known.metas[meta as usize];
        learnt(statements.meta[row as usize])
            && learnt(nodes.meta[start.0 as usize])
            && learnt(nodes.meta[end.0 as usize])
            && self.meets(&self.rel_days(known, rel_type, table, row))
    }

    /// The fast way, everything known: two comparisons in a single-day frame.
    fn holds(self, statements: &StatementColumns, row: u32) -> bool {
        match self.lens.frame.valid {
            ValidTime::All => true,
            ValidTime::AsOf(day) => {
                statements.effective.contains(row, day)
                    || (self.lens.frame.including.unknown
                        && statements.unknown.get(&row).is_some_and(|periods| periods.contains(day)))
            }
            ValidTime::During(period) => {
                statements.effective.get(row).overlaps(period)
                    || (self.lens.frame.including.unknown
                        && statements.unknown.get(&row).is_some_and(|periods| periods.overlaps(period)))
            }
        }
    }

    fn meets(self, days: &Periods) -> bool {
        match self.lens.frame.valid {
            ValidTime::All => true,
            ValidTime::AsOf(day) => days.contains(day),
            ValidTime::During(period) => days.overlaps(period),
        }
    }

    fn node_days(self, known: &Known, node: NodeId) -> Periods {
        self.snapshot
            .own(self.snapshot.nodes.statements.meta[node.0 as usize])
            .intersect(&exists(known.status.get(&node)))
    }

    fn rel_days(self, known: &Known, rel_type: TypeId, table: &RelTable, row: u32) -> Periods {
        let (start, end) = (table.starts[row as usize], table.targets[row as usize]);
        let lived = self
            .snapshot
            .own(table.statements.meta[row as usize])
            .intersect(&self.node_days(known, start))
            .intersect(&self.node_days(known, end));
        match known.status.get(&start) {
            Some(status) if self.clips(rel_type) => {
                let mut days = lived.intersect(&status.in_force);
                if self.lens.frame.including.unknown {
                    days = days.union(&lived.intersect(&status.unknown));
                }
                days
            }
            _ => lived,
        }
    }

    /// Whether a relationship of this type holds only while its measure is in force.
    #[must_use]
    pub fn clips(self, rel_type: TypeId) -> bool {
        let name = self.snapshot.catalog.type_name(rel_type);
        self.snapshot.schema.relationships.get(name.as_ref()).is_some_and(|def| def.in_force)
    }

    /// The nodes with a label that the frame shows, in order.
    pub fn nodes_with(self, label: LabelId) -> impl Iterator<Item = NodeId> + 'g {
        let nodes = self.snapshot.nodes.by_label.get(label.0 as usize).map_or(&[][..], Vec::as_slice);
        nodes.iter().copied().filter(move |node| self.shows_node(*node))
    }

    /// The nodes that the frame shows, in order.
    pub fn nodes(self) -> impl Iterator<Item = NodeId> + 'g {
        (0..self.snapshot.catalog.n_nodes() as u32).map(NodeId).filter(move |node| self.shows_node(*node))
    }

    /// Relationships of a type that leave a node, by their other end.
    pub fn outgoing(self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = Step> + 'g {
        let table = &*self.snapshot.rels[rel_type.0 as usize];
        table
            .out_rows(node)
            .filter(move |row| self.shows_row(rel_type, table, *row))
            .map(move |row| Step { rel: table.rel(row), node: table.targets[row as usize] })
    }

    /// Relationships of a type that reach a node, by their other end.
    pub fn incoming(self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = Step> + 'g {
        let table = &*self.snapshot.rels[rel_type.0 as usize];
        table
            .in_rows(node)
            .iter()
            .copied()
            .filter(move |row| self.shows_row(rel_type, table, *row))
            .map(move |row| Step { rel: table.rel(row), node: table.starts[row as usize] })
    }

    /// The relationships that the frame shows, by type, then start, then end.
    pub fn rels(self) -> impl Iterator<Item = RelId> + 'g {
        self.snapshot.rels().filter(move |rel| self.shows_rel(*rel))
    }

    /// Whether a node has a label.
    #[must_use]
    pub fn has_label(self, node: NodeId, label: LabelId) -> bool {
        self.snapshot.labels(node).contains(&label)
    }

    /// A property as of the frame's day, today in any other frame.
    #[must_use]
    pub fn property(self, entity: Entity, key: KeyId) -> Value {
        if self.snapshot.histories.keys.contains(&key) {
            let entries = self.snapshot.history(entity, key);
            if !entries.is_empty() {
                return self.history_on(entries, self.frame().day().unwrap_or_else(Day::today));
            }
        }
        self.snapshot.property(entity, key)
    }

    /// The value of the entry that holds on `day`; where two do (an inexact day), the later one.
    fn history_on(self, entries: &[u32], day: Day) -> Value {
        entries
            .iter()
            .rev()
            .map(|entry| self.snapshot.history_entry(*entry))
            .find(|entry| self.shows_statement(&entry.meta) && entry.meta.validity.periods().contains(day))
            .map_or(Value::Null, |entry| entry.value.clone())
    }

    fn shows_statement(self, meta: &super::Meta) -> bool {
        let including = self.frame().including;
        (including.unrealised || meta.modality.is_realised())
            && (including.deprecated || !meta.deprecated)
            && !meta.negated
            && self.frame().known.is_none_or(|day| meta.known_on(day))
    }

    /// All entries of a history that the frame's known day and moods show, in order.
    pub fn history(self, entity: Entity, key: KeyId) -> impl Iterator<Item = u32> + 'g {
        let entries = self.snapshot.history(entity, key).iter().copied();
        entries.filter(move |entry| self.shows_statement(&self.snapshot.history_entry(*entry).meta))
    }

    /// All properties as of the frame.
    #[must_use]
    pub fn properties(self, entity: Entity) -> BTreeMap<Arc<str>, Value> {
        let mut properties = self.snapshot.properties(entity);
        for (key, _) in self.snapshot.histories(entity) {
            let value = self.property(entity, key);
            if !value.is_null() {
                properties.insert(self.snapshot.catalog.key_name(key).clone(), value);
            }
        }
        properties
    }

    /// What a chain says, as known in the frame; `None` where the node has none.
    #[must_use]
    pub fn status(self, node: NodeId) -> Option<&'g Status> {
        match &self.lens.known {
            None => self.snapshot.status(node),
            Some(known) => known.status.get(&node),
        }
    }

    /// The state of a measure on a day, as known in the frame.
    #[must_use]
    pub fn state_on(self, node: NodeId, day: Day) -> Option<State> {
        let entries = self.snapshot.chain(node).iter().map(|entry| self.snapshot.chain_entry(*entry));
        self.status(node)?.on(entries, day, self.lens.known.as_ref().map(|known| known.day))
    }

    /// The chain entries that decide a node's state, as known in the frame.
    pub fn deciding(self, node: NodeId) -> impl Iterator<Item = Statement> + 'g {
        let known = self.frame().known;
        let entries = self.snapshot.chain(node).iter().copied();
        entries.filter(move |entry| self.snapshot.chain_entry(*entry).counts(known)).map(Statement::Status)
    }

    /// What an answer shows of a node.
    #[must_use]
    pub fn node_value(self, node: NodeId) -> NodeValue {
        let labels = self.snapshot.labels(node);
        NodeValue {
            id: self.snapshot.node_id(node).clone(),
            labels: labels.iter().map(|label| self.snapshot.catalog.label_name(*label).clone()).collect(),
            properties: self.properties(Entity::Node(node)),
        }
    }

    /// What an answer shows of a relationship.
    #[must_use]
    pub fn rel_value(self, rel: RelId) -> RelValue {
        let (rel_type, start, end) = self.snapshot.rel(rel);
        RelValue {
            id: self.snapshot.rel_id(rel),
            kind: self.snapshot.catalog.type_name(rel_type).clone(),
            start,
            end,
            properties: self.properties(Entity::Rel(rel)),
        }
    }
}
