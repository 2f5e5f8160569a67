//! The parts a snapshot is made of. Each stands behind an `Arc`, never changes, and is shared by the versions that have it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use imbl::{OrdMap, OrdSet, Vector};

use crate::value::{Day, NodeId, Period, Periods, RelId, Value};

use super::csr::PeriodColumn;
use super::deferred::Deferred;
use super::distinct::Texts;
use super::memo::Memo;
use super::same::Same;
use super::{ChainEntry, Hidden, KeyId, LabelId, Meta, Status};

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
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
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
    use crate::graph::Meta;

    pub const UNREALISED: u8 = 1;
    pub const DEPRECATED: u8 = 2;
    pub const NEGATED: u8 = 4;
    pub const UNDATED: u8 = 8;
    /// What a relationship has from its ends.
    pub const INHERITED: u8 = UNREALISED | DEPRECATED;

    /// The bits of a statement by itself.
    pub fn of(meta: &Meta) -> u8 {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        bit(!meta.modality.is_realised(), UNREALISED)
            | bit(meta.deprecated, DEPRECATED)
            | bit(meta.negated, NEGATED)
            | bit(!meta.validity.is_dated(), UNDATED)
    }
}

/// What is said of the statements of one table, by row.
#[derive(Clone, Debug, Default)]
pub(super) struct StatementColumns {
    /// Index into [`Snapshot::metas`](super::Snapshot).
    pub meta: Same<u32>,
    /// Bits of [`flag`], of the statement and its ends.
    pub flags: Same<u8>,
    /// Bits of any of them.
    pub any_flag: u8,
    /// Days on which it holds: its own, its ends', the measure's in force.
    pub effective: PeriodColumn,
    /// Days on which it would hold, were a status known that is not.
    pub unknown: BTreeMap<u32, Periods>,
}

impl StatementColumns {
    pub fn push(&mut self, said: Said) {
        if !said.unknown.is_empty() {
            self.unknown.insert(self.meta.len() as u32, said.unknown);
        }
        self.push_plain(said.meta, said.flags, &said.effective);
    }

    /// A row that nothing hides by a status that is not known.
    pub fn push_plain(&mut self, meta: u32, flags: u8, effective: &Periods) {
        self.flags.push(flags);
        self.any_flag |= flags;
        self.effective.push(effective);
        self.meta.push(meta);
    }

    /// So many rows of which nothing is said that would hide one on some day.
    pub fn plain(meta: u32, flags: u8, days: &Periods, n: usize) -> Self {
        let effective = PeriodColumn::all(days, n);
        Self {
            meta: Same::All(meta, n),
            flags: Same::All(flags, n),
            any_flag: if n == 0 { 0 } else { flags },
            effective,
            unknown: BTreeMap::new(),
        }
    }

    /// Forgets what only growing needs.
    pub fn shrink(&mut self) {
        self.meta.shrink();
        self.flags.shrink();
        self.effective.shrink();
    }

    /// Whether the days of every row are one period, of which everything is known.
    pub fn has_plain_days(&self) -> bool {
        self.unknown.is_empty() && self.effective.is_simple()
    }
}

/// What is said of one statement, as far as a frame asks: a row of [`StatementColumns`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub meta: u32,
    pub flags: u8,
    pub effective: Periods,
    pub unknown: Periods,
}

impl Said {
    /// Of a node with this metadata, its own days and what its chain says.
    pub fn of_node(meta: u32, of: &Meta, status: Option<&Status>) -> Self {
        let effective = of.validity.periods().intersect(&exists(status));
        Self { meta, flags: flag::of(of), effective, unknown: Periods::default() }
    }

    /// Of a relationship with this metadata between these ends; `status` is its measure's, where that clips it.
    pub fn of_rel(meta: u32, of: &Meta, ends: [(u8, &Periods); 2], status: Option<&Status>) -> Self {
        let [(start, from), (end, to)] = ends;
        let lived = of.validity.periods().intersect(from).intersect(to);
        let flags = flag::of(of) | ((start | end) & flag::INHERITED);
        match status {
            None => Self { meta, flags, effective: lived, unknown: Periods::default() },
            Some(status) => {
                let unknown = lived.intersect(&status.unknown);
                Self { meta, flags, effective: lived.intersect(&status.in_force), unknown }
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

/// The stable ids of nodes, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    /// How many there are, which is known before they are read.
    n: usize,
    /// The texts; a property of nodes that is their id shares them.
    pub texts: Deferred<Texts>,
}

impl Ids {
    /// Of so many distinct texts.
    pub fn new(n: usize, texts: Deferred<Texts>) -> Self {
        Self { n, texts }
    }

    pub fn len(&self) -> usize {
        self.n
    }

    pub fn get(&self, at: usize) -> Option<&Arc<str>> {
        if at < self.n { self.texts.list().get(at) } else { None }
    }

    pub fn find(&self, id: &str) -> Option<NodeId> {
        self.texts.find(id).map(NodeId)
    }
}

/// All nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    pub ids: Ids,
    /// Per node: its set in `label_sets`.
    pub labels: Vec<u32>,
    /// Distinct sets of labels, each sorted by name.
    pub label_sets: Vec<Vec<LabelId>>,
    /// The same as lists of names, once one is asked for.
    pub label_lists: OnceLock<Vec<Value>>,
    /// Per label: its nodes, in order.
    pub by_label: Vec<Vec<NodeId>>,
    pub statements: StatementColumns,
    /// Per label set: how many of its nodes frames hide, while no change has altered what is said of one.
    pub hidden: Memo<Arc<[Hidden]>>,
}

impl Nodes {
    /// Lists the nodes of each of so many labels.
    pub fn list_labelled(&mut self, n_labels: usize) {
        self.by_label = vec![Vec::new(); n_labels];
        for (row, set) in self.labels.iter().enumerate() {
            for label in &self.label_sets[*set as usize] {
                self.by_label[label.0 as usize].push(NodeId(row as u32));
            }
        }
        self.by_label.iter_mut().for_each(Vec::shrink_to_fit);
    }
}

/// All chains.
#[derive(Clone, Debug, Default)]
pub(super) struct Chains {
    pub entries: Vector<ChainEntry>,
    /// Entries whose nodes were deleted.
    pub gone: OrdSet<u32>,
    /// Per node: its entries, inherited ones included.
    pub of: OrdMap<NodeId, Vec<u32>>,
    /// Per node: the last day somebody looked.
    pub checked: OrdMap<NodeId, Day>,
    /// Per node: what its chain says, everything known.
    pub status: OrdMap<NodeId, Status>,
}

impl Chains {
    /// Adds an entry to the chains of these nodes; [`Chains::compile`] has to follow.
    pub fn add(&mut self, of: &[NodeId], entry: ChainEntry) {
        let number = self.entries.len() as u32;
        self.entries.push_back(entry);
        for node in of {
            self.of.entry(*node).or_default().push(number);
        }
    }

    /// Drops the chain of a node; entries that no other node has are gone.
    pub fn forget(&mut self, node: NodeId) {
        let numbers = self.of.remove(&node).unwrap_or_default();
        self.checked.remove(&node);
        self.status.remove(&node);
        let still = |number: &u32| self.of.values().any(|numbers| numbers.contains(number));
        let gone: Vec<u32> = numbers.into_iter().filter(|number| !still(number)).collect();
        self.gone.extend(gone);
    }

    /// Works out anew what the chain of a node says.
    pub fn compile(&mut self, node: NodeId) {
        let numbers = self.of.get(&node).map_or(&[][..], Vec::as_slice);
        let status = Status::compile(numbers.iter().map(|number| &self.entries[*number as usize]), None);
        self.status.insert(node, status);
    }
}

/// All histories.
#[derive(Clone, Debug, Default)]
pub(super) struct Histories {
    pub entries: Vector<HistoryEntry>,
    /// Entries of what was deleted.
    pub gone: OrdSet<u32>,
    pub of: OrdMap<(Entity, KeyId), Vec<u32>>,
    pub keys: OrdSet<KeyId>,
}

impl Histories {
    /// Adds the entries in the order of their starts.
    pub fn add(&mut self, entity: Entity, key: KeyId, mut entries: Vec<(Value, Meta)>) {
        entries.sort_by_key(|(_, meta)| meta.validity.periods().as_slice().first().map(|p| p.from));
        for (value, meta) in entries {
            let number = self.entries.len() as u32;
            self.entries.push_back(HistoryEntry { entity, key, value, meta });
            self.of.entry((entity, key)).or_default().push(number);
        }
        self.keys.insert(key);
    }

    /// Puts the entries of a property in the order of their starts; what has none comes first.
    pub fn in_order(&mut self, entity: Entity, key: KeyId) {
        let entries = &self.entries;
        let start = |number: &u32| {
            let periods = entries[*number as usize].meta.validity.periods();
            periods.as_slice().first().map(|period| period.from)
        };
        if let Some(numbers) = self.of.get_mut(&(entity, key)) {
            numbers.sort_by_key(start);
        }
    }
}
