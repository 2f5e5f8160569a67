//! The only door to the graph: a snapshot seen through a frame.
//!
//! Nothing above this file compares dates or asks for moods; an operator that walks a view cannot see what its frame
//! hides.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{Day, NodeId, NodeValue, Period, Periods, RelId, RelValue, Value};

use super::csr::RelTable;
use super::parts::{Said, StatementColumns, exists, flag};
use super::snapshot::Kept;
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
        let hide =
            bit(including.unrealised, flag::UNREALISED) | bit(including.deprecated, flag::DEPRECATED) | flag::NEGATED;
        let known = frame.known.map(|day| Known {
            day,
            metas: snapshot.metas().map(|meta| meta.known_on(day)).collect(),
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

impl Known {
    fn has_learnt(&self, snapshot: &Snapshot, entity: Entity) -> bool {
        self.metas[snapshot.meta_number(entity) as usize]
    }
}

/// A version with the lens it is seen through, to be kept while something else changes; [`GraphView`] borrows from it.
#[derive(Clone, Debug)]
pub struct SharedView {
    /// The version.
    pub snapshot: Arc<Snapshot>,
    /// The lens, made for it.
    pub lens: Arc<Lens>,
}

impl SharedView {
    /// A version seen through a frame.
    #[must_use]
    pub fn new(snapshot: Arc<Snapshot>, frame: Frame) -> Self {
        let lens = Arc::new(Lens::new(&snapshot, frame));
        Self { snapshot, lens }
    }

    /// The view.
    #[must_use]
    pub fn view(&self) -> GraphView<'_> {
        GraphView::new(&self.snapshot, &self.lens)
    }
}

/// What a frame asks of the rows of a table, settled before a row is looked at.
#[derive(Clone, Copy)]
pub(super) enum Test {
    /// All are shown.
    Nothing,
    /// Only whether they hold on this day, and each has one period.
    Day(Day),
    /// Everything.
    Everything,
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
        let patch = &self.snapshot.patch;
        let entity = Entity::Node(node);
        if patch.is_gone(entity) {
            return false;
        }
        let is_stored = (node.0 as usize) < self.snapshot.nodes.ids.len();
        if is_stored && !patch.nodes_altered {
            return self.row_shows_node(node);
        }
        match patch.said.get(&entity) {
            Some(said) => match &self.lens.known {
                None => self.said_holds(said),
                Some(known) => said.flags & self.hide() == 0 && self.shows_known_node(known, node),
            },
            None => self.row_shows_node(node),
        }
    }

    /// Whether the frame shows a node of the parts, by what they say of it.
    pub(super) fn row_shows_node(self, node: NodeId) -> bool {
        let statements = &self.snapshot.nodes.statements;
        match &self.lens.known {
            None => self.row_holds(statements, node.0),
            Some(known) => statements.flags[node.0 as usize] & self.hide() == 0 && self.shows_known_node(known, node),
        }
    }

    fn shows_known_node(self, known: &Known, node: NodeId) -> bool {
        known.has_learnt(self.snapshot, Entity::Node(node)) && self.meets(&self.node_days(known, node))
    }

    /// Whether the frame shows this relationship.
    #[must_use]
    pub fn shows_rel(self, rel: RelId) -> bool {
        match self.snapshot.locate(rel) {
            Kept::Row(rel_type, table, row) => self.shows_row(rel_type, table, row),
            Kept::Added(_) => self.shows_patched(rel),
        }
    }

    fn shows_row(self, rel_type: TypeId, table: &RelTable, row: u32) -> bool {
        if self.snapshot.patch.alters(rel_type) {
            return self.shows_patched(table.rel(row));
        }
        let statements = &table.statements;
        match &self.lens.known {
            None => self.row_holds(statements, row),
            Some(known) => statements.flags[row as usize] & self.hide() == 0 && self.shows_known(known, table.rel(row)),
        }
    }

    /// What has to be asked of each row of a table.
    pub(super) fn test(self, rel_type: TypeId, table: &RelTable) -> Test {
        let statements = &table.statements;
        match self.lens.frame.valid {
            _ if self.snapshot.patch.alters(rel_type) => Test::Everything,
            _ if self.shows_all(statements) => Test::Nothing,
            ValidTime::AsOf(day) if self.asks_only_days(statements) && statements.has_plain_days() => Test::Day(day),
            ValidTime::All | ValidTime::AsOf(_) | ValidTime::During(_) => Test::Everything,
        }
    }

    fn asks_only_days(self, statements: &StatementColumns) -> bool {
        self.lens.known.is_none() && statements.any_flag & self.hide() == 0
    }

    /// Whether the frame surely shows all of these, as they were built: known without looking at any.
    pub(super) fn shows_all(self, statements: &StatementColumns) -> bool {
        self.asks_only_days(statements)
            && match self.lens.frame.valid {
                ValidTime::All => true,
                ValidTime::AsOf(day) => statements.effective.all_contain(day),
                ValidTime::During(_) => false,
            }
    }

    pub(super) fn passes(self, test: Test, rel_type: TypeId, table: &RelTable, row: u32) -> bool {
        match test {
            Test::Nothing => true,
            Test::Day(day) => table.statements.effective.hull_contains(row, day),
            Test::Everything => self.shows_row(rel_type, table, row),
        }
    }

    /// A relationship of a type that was changed.
    pub(super) fn shows_patched(self, rel: RelId) -> bool {
        let entity = Entity::Rel(rel);
        if self.snapshot.patch.is_gone(entity) || self.snapshot.flags(entity) & self.hide() != 0 {
            return false;
        }
        match (&self.lens.known, self.snapshot.patch.said.get(&entity), self.snapshot.locate(rel)) {
            (Some(known), ..) => self.shows_known(known, rel),
            (None, Some(said), _) => self.days_hold(said),
            (None, None, Kept::Row(_, table, row)) => self.holds(&table.statements, row),
            (None, None, Kept::Added(_)) => true,
        }
    }

    fn shows_known(self, known: &Known, rel: RelId) -> bool {
        let (rel_type, start, end) = self.snapshot.rel(rel);
        let learnt = [Entity::Rel(rel), Entity::Node(start), Entity::Node(end)];
        learnt.into_iter().all(|entity| known.has_learnt(self.snapshot, entity))
            && self.meets(&self.rel_days(known, rel, (rel_type, start, end)))
    }

    /// Whether the frame shows a row, everything known.
    pub(super) fn row_holds(self, statements: &StatementColumns, row: u32) -> bool {
        let hide = self.hide();
        (statements.any_flag & hide == 0 || statements.flags[row as usize] & hide == 0) && self.holds(statements, row)
    }

    /// The fast way, everything known: two comparisons in a single-day frame.
    fn holds(self, statements: &StatementColumns, row: u32) -> bool {
        let including = self.lens.frame.including.unknown;
        match self.lens.frame.valid {
            ValidTime::All => true,
            ValidTime::AsOf(day) => {
                statements.effective.contains(row, day)
                    || (including && statements.unknown.get(&row).is_some_and(|periods| periods.contains(day)))
            }
            ValidTime::During(period) => {
                statements.effective.get(row).overlaps(period)
                    || (including && statements.unknown.get(&row).is_some_and(|periods| periods.overlaps(period)))
            }
        }
    }

    /// Whether the frame shows what this is said of, everything known.
    pub(super) fn said_holds(self, said: &Said) -> bool {
        said.flags & self.hide() == 0 && self.days_hold(said)
    }

    fn days_hold(self, said: &Said) -> bool {
        self.meets(&said.effective) || (self.lens.frame.including.unknown && self.meets(&said.unknown))
    }

    fn meets(self, days: &Periods) -> bool {
        match self.lens.frame.valid {
            ValidTime::All => true,
            ValidTime::AsOf(day) => days.contains(day),
            ValidTime::During(period) => days.overlaps(period),
        }
    }

    /// The days on which a single-day frame, all else as in this one, shows a thing, if it shows such things at all.
    #[must_use]
    pub fn days(self, entity: Entity) -> Periods {
        if let Some(known) = &self.lens.known {
            return match entity {
                Entity::Node(node) => self.node_days(known, node),
                Entity::Rel(rel) => self.rel_days(known, rel, self.snapshot.rel(rel)),
            };
        }
        let days = self.snapshot.effective(entity);
        if self.lens.frame.including.unknown { days.union(&self.snapshot.days_unknown(entity)) } else { days }
    }

    /// Whether it shows what was known on one day.
    pub(super) fn knows_a_day(self) -> bool {
        self.lens.known.is_some()
    }

    /// The same at the cost of a look, where they are one period or none; `None`: [`Self::days`] tells.
    #[must_use]
    pub fn period(self, entity: Entity) -> Option<Period> {
        let patch = &self.snapshot.patch;
        if self.lens.known.is_some() || (!patch.said.is_empty() && patch.said.contains_key(&entity)) {
            return None;
        }
        let (statements, row) = match entity {
            Entity::Node(node) => (&self.snapshot.nodes.statements, node.0),
            Entity::Rel(rel) => match self.snapshot.locate(rel) {
                Kept::Row(_, table, row) => (&table.statements, row),
                Kept::Added(_) => return None,
            },
        };
        let is_plain = !self.lens.frame.including.unknown || statements.unknown.is_empty();
        statements.effective.period(row).filter(|_| is_plain)
    }

    fn node_days(self, known: &Known, node: NodeId) -> Periods {
        self.snapshot.own_validity(Entity::Node(node)).intersect(&exists(known.status.get(&node)))
    }

    fn rel_days(self, known: &Known, rel: RelId, (rel_type, start, end): (TypeId, NodeId, NodeId)) -> Periods {
        let lived = self
            .snapshot
            .own_validity(Entity::Rel(rel))
            .intersect(&self.node_days(known, start))
            .intersect(&self.node_days(known, end));
        match known.status.get(&start) {
            Some(status) if self.snapshot.clips(rel_type) => {
                let mut days = lived.intersect(&status.in_force);
                if self.lens.frame.including.unknown {
                    days = days.union(&lived.intersect(&status.unknown));
                }
                days
            }
            _ => lived,
        }
    }

    /// Whether the frame surely shows all nodes, and all of them are those of the parts.
    fn shows_all_nodes(self) -> bool {
        let patch = &self.snapshot.patch;
        let is_patched = patch.nodes_altered || !patch.labels.is_empty() || !patch.gone.is_empty();
        !is_patched && self.shows_all(&self.snapshot.nodes.statements)
    }

    /// The nodes with a label that the frame shows, in a list.
    #[must_use]
    pub fn list_nodes_with(self, label: LabelId) -> Vec<NodeId> {
        match self.snapshot.nodes.by_label.get(label.0 as usize) {
            Some(nodes) if self.shows_all_nodes() => nodes.clone(),
            _ => self.nodes_with(label).collect(),
        }
    }

    /// How many nodes with a label the frame shows, or how many at all; none where that takes a look at each.
    #[must_use]
    pub fn count_nodes(self, label: Option<LabelId>) -> Option<usize> {
        if !self.shows_all_nodes() {
            return None;
        }
        match label {
            None => self.snapshot.patch.ids.is_empty().then(|| self.snapshot.node_bound() as usize),
            Some(label) => self.snapshot.nodes.by_label.get(label.0 as usize).map(Vec::len),
        }
    }

    /// The nodes with a label that the frame shows.
    pub fn nodes_with(self, label: LabelId) -> impl Iterator<Item = NodeId> + 'g {
        self.snapshot.labelled(label).filter(move |node| self.shows_node(*node))
    }

    /// The nodes that the frame shows, in order.
    pub fn nodes(self) -> impl Iterator<Item = NodeId> + 'g {
        (0..self.snapshot.node_bound()).map(NodeId).filter(move |node| self.shows_node(*node))
    }

    /// Relationships of a type that leave a node: the stored ones by their other end, then those that were added.
    pub fn outgoing(self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = Step> + 'g {
        let table = &*self.snapshot.rels[rel_type.0 as usize];
        let test = self.test(rel_type, table);
        let stored = table
            .out_rows(node)
            .filter(move |row| self.passes(test, rel_type, table, *row))
            .map(move |row| Step { rel: table.rel(row), node: table.targets[row as usize] });
        stored.chain(self.added(rel_type, self.snapshot.patch.leaving(rel_type, node)))
    }

    /// Relationships of a type that reach a node: the stored ones by their other end, then those that were added.
    pub fn incoming(self, rel_type: TypeId, node: NodeId) -> impl Iterator<Item = Step> + 'g {
        let table = &*self.snapshot.rels[rel_type.0 as usize];
        let test = self.test(rel_type, table);
        let stored = table
            .in_rows(node)
            .iter()
            .copied()
            .filter(move |row| self.passes(test, rel_type, table, *row))
            .map(move |row| Step { rel: table.rel(row), node: table.starts[row as usize] });
        stored.chain(self.added(rel_type, self.snapshot.patch.reaching(rel_type, node)))
    }

    fn added(
        self,
        rel_type: TypeId,
        rels: impl Iterator<Item = (RelId, NodeId)> + 'g,
    ) -> impl Iterator<Item = Step> + 'g {
        let touched = self.snapshot.patch.touches(rel_type);
        let shown = move |(rel, node): (RelId, NodeId)| self.shows_patched(rel).then_some(Step { rel, node });
        touched.then_some(rels).into_iter().flatten().filter_map(shown)
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
        if self.snapshot.histories.keys.contains(&key) && !self.snapshot.history(entity, key).is_empty() {
            let entry = self.entry_read(entity, key).map(|entry| self.snapshot.history_entry(entry));
            return entry.map_or(Value::Null, |entry| entry.value.clone());
        }
        self.snapshot.property(entity, key)
    }

    /// The entry of a history that [`Self::property`] reads: the one that holds on the day; where two do (an inexact day),
    /// the later one. An entry without an end of its own ends where the next one starts.
    #[must_use]
    pub fn entry_read(self, entity: Entity, key: KeyId) -> Option<u32> {
        let day = self.frame().day().unwrap_or_else(Day::today);
        // What has no end of its own ends where the next entry starts.
        let mut next = Day::MAX;
        for entry in self.snapshot.history(entity, key).iter().rev().copied() {
            let meta = &self.snapshot.history_entry(entry).meta;
            if !self.shows_statement(meta) {
                continue;
            }
            let periods = meta.validity.periods();
            if periods.contains(day) && (day < next || !meta.validity.is_endless()) {
                return Some(entry);
            }
            next = periods.as_slice().first().map_or(next, |period| period.from.min(next));
        }
        None
    }

    /// Whether the frame shows a statement by its known day, mood, rank and polarity; whatever the days in which it holds.
    #[must_use]
    pub fn shows_statement(self, meta: &super::Meta) -> bool {
        let including = self.frame().including;
        (including.unrealised || meta.modality.is_realised())
            && (including.deprecated || !meta.deprecated)
            && !meta.negated
            && self.frame().known.is_none_or(|day| meta.known_on(day))
    }

    /// What is stated to be complete, as the frame's known day and moods show it; whatever the days that it is complete for.
    pub fn complete(self) -> impl Iterator<Item = &'g super::Completeness> {
        self.snapshot.complete.iter().filter(move |complete| self.shows_statement(&complete.meta))
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
