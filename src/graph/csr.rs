//! One relationship type: adjacency in both directions as compressed sparse rows, and what is said of each relationship.
//!
//! Relationships of a type are numbered by (start, end, order of insertion), so that the row of a relationship in the
//! outgoing direction is its number: the outgoing lists need no array of ids.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::value::{Day, NodeId, Period, Periods, RelId};

use super::deferred::Deferred;
use super::holding::Holding;
use super::hops::Mask;
use super::memo::Memo;
use super::often::Often;
use super::parts::StatementColumns;
use super::same::Same;
use super::shape::Finite;
use super::{Column, Footer, KeyId, Shape, Twins};

/// All relationships of one type.
#[derive(Clone, Debug, Default)]
pub struct RelTable {
    /// The first relationship's id; the others follow.
    pub(super) base: u32,
    /// Per node: where its outgoing relationships begin; one entry more than nodes.
    pub(super) out_offsets: Vec<u32>,
    /// Where each relationship ends.
    pub(super) targets: Vec<NodeId>,
    /// Where each relationship starts.
    pub(super) starts: Vec<NodeId>,
    /// The same by end.
    incoming: OnceLock<Incoming>,
    /// What is said of each.
    pub(super) statements: StatementColumns,
    /// Properties.
    pub(super) properties: Properties,
    /// What frames do to them, while no change has altered one.
    pub(super) footers: Memo<Footer>,
    /// Which of them a frame shows, while no change has altered one.
    pub(super) masks: Memo<Arc<Mask>>,
    /// What all have in common, once that is asked.
    pub(super) shape: OnceLock<Arc<Shape>>,
    /// Whether some are between the same two nodes, once that is asked.
    pub(super) twins: OnceLock<Twins>,
    /// Of which properties each has a finite float, once that is asked.
    pub(super) finite: Finite,
    /// Between which numbers the nodes are where they start, and where they end, once that is asked.
    pub(super) spans: OnceLock<[Range<u32>; 2]>,
    /// How many hold on each day, once that is asked.
    pub(super) holding: OnceLock<Vec<Holding>>,
}

/// Relationships by their end.
#[derive(Clone, Debug)]
struct Incoming {
    /// Per node: where its incoming relationships begin.
    offsets: Vec<u32>,
    /// By (end, start): their rows.
    rows: Vec<u32>,
    /// The starts of relationships in the order of their ends: kept once many were followed that way.
    sources: Often<Vec<NodeId>>,
}

/// The part of a table that is followed against its direction before the starts are kept in that order: a fourth.
const PART: usize = 4;

/// The columns of a table by property.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties(BTreeMap<KeyId, Deferred<Column>>);

impl Properties {
    /// The column of a property.
    pub fn get(&self, key: KeyId) -> Option<&Column> {
        self.0.get(&key).map(|column| &**column)
    }

    /// The properties that some row has.
    pub fn keys(&self) -> std::collections::btree_map::Keys<'_, KeyId, Deferred<Column>> {
        self.0.keys()
    }

    /// Whether some row has a property.
    pub fn contains_key(&self, key: KeyId) -> bool {
        self.0.contains_key(&key)
    }
}

impl FromIterator<(KeyId, Deferred<Column>)> for Properties {
    fn from_iter<I: IntoIterator<Item = (KeyId, Deferred<Column>)>>(columns: I) -> Self {
        Self(columns.into_iter().collect())
    }
}

impl FromIterator<(KeyId, Column)> for Properties {
    fn from_iter<I: IntoIterator<Item = (KeyId, Column)>>(columns: I) -> Self {
        columns.into_iter().map(|(key, column)| (key, Deferred::from(column))).collect()
    }
}

/// Per node of so many: where its entries begin, and at the end where the last ones end.
pub(super) fn offsets(n_nodes: usize, nodes: &[NodeId]) -> Vec<u32> {
    let mut offsets = vec![0_u32; n_nodes + 1];
    for node in nodes {
        offsets[node.0 as usize + 1] += 1;
    }
    for i in 1..offsets.len() {
        offsets[i] += offsets[i - 1];
    }
    offsets
}

/// The places of entries by node, in their order where the node is the same.
pub(super) fn by_node(offsets: &[u32], nodes: impl Iterator<Item = (NodeId, u32)>) -> Vec<u32> {
    let mut next = offsets.to_vec();
    let mut places = vec![0; offsets.last().map_or(0, |n| *n as usize)];
    for (node, place) in nodes {
        let slot = &mut next[node.0 as usize];
        places[*slot as usize] = place;
        *slot += 1;
    }
    places
}

impl RelTable {
    /// Builds the table of relationships that are sorted by (start, end), among so many nodes.
    pub(super) fn new(
        base: u32,
        n_nodes: usize,
        (starts, targets): (Vec<NodeId>, Vec<NodeId>),
        statements: StatementColumns,
    ) -> Self {
        Self { base, out_offsets: offsets(n_nodes, &starts), targets, starts, statements, ..Self::default() }
    }

    /// Sorts the relationships by their ends, as the first look at what reaches a node would.
    pub(super) fn sort_incoming(&self) -> &Self {
        self.incoming();
        self
    }

    #[inline]
    fn incoming(&self) -> &Incoming {
        self.incoming.get_or_init(|| {
            let offsets = offsets(self.out_offsets.len().saturating_sub(1), &self.targets);
            let rows = by_node(&offsets, self.targets.iter().copied().zip(0..));
            Incoming { offsets, rows, sources: Often::default() }
        })
    }

    /// Number of relationships.
    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The numbers between which all nodes are where they end; where they start, if they are followed against their direction.
    pub(super) fn span(&self, outgoing: bool) -> Range<u32> {
        let of = |nodes: &[NodeId]| {
            let (least, most) =
                nodes.iter().fold((u32::MAX, 0), |(least, most), node| (least.min(node.0), most.max(node.0 + 1)));
            least.min(most)..most
        };
        self.spans.get_or_init(|| [of(&self.starts), of(&self.targets)])[usize::from(outgoing)].clone()
    }

    #[inline]
    pub(super) fn rel(&self, row: u32) -> RelId {
        RelId(self.base + row)
    }

    /// Per node: where the rows that leave it begin, and at the end where the last ones end.
    pub(super) fn out_offsets(&self) -> &[u32] {
        &self.out_offsets
    }

    /// The same of the rows that reach it.
    pub(super) fn in_offsets(&self) -> &[u32] {
        &self.incoming().offsets
    }

    /// The same, if relationships are sorted by their ends already.
    pub(super) fn known_in_offsets(&self) -> Option<&[u32]> {
        self.incoming.get().map(|incoming| incoming.offsets.as_slice())
    }

    /// The rows that leave a node; none where the node was added after the table was built.
    #[inline]
    pub(super) fn out_rows(&self, node: NodeId) -> Range<u32> {
        between(&self.out_offsets, node)
    }

    /// The rows that reach a node.
    #[inline]
    pub(super) fn in_rows(&self, node: NodeId) -> &[u32] {
        let incoming = self.incoming();
        let rows = between(&incoming.offsets, node);
        &incoming.rows[rows.start as usize..rows.end as usize]
    }

    /// The starts of the rows that reach a node, in their order, where they are kept side by side.
    #[inline]
    pub(super) fn sources(&self, node: NodeId) -> Option<&[NodeId]> {
        let incoming = self.incoming();
        let rows = between(&incoming.offsets, node);
        let by_end = || incoming.rows.iter().map(|row| self.starts[*row as usize]).collect();
        let starts = incoming.sources.get_for(rows.len(), self.starts.len() / PART, by_end)?;
        Some(&starts[rows.start as usize..rows.end as usize])
    }
}

#[inline]
pub(super) fn between(offsets: &[u32], node: NodeId) -> Range<u32> {
    let at = node.0 as usize;
    match offsets.get(at..at + 2) {
        Some(&[from, to]) => from..to,
        _ => 0..0,
    }
}

/// Periods by row, two days each, with an overflow for rows that have not exactly one period.
#[derive(Clone, Debug)]
pub(super) struct PeriodColumn {
    /// First and last bound side by side, as one look reads both.
    hulls: Same<Period>,
    /// The days of every row.
    common: Period,
    /// Rows whose set is not one period; their columns hold the hull, or an empty period.
    overflow: BTreeMap<u32, Periods>,
}

impl Default for PeriodColumn {
    fn default() -> Self {
        Self { hulls: Same::All(Period::ALWAYS, 0), common: Period::ALWAYS, overflow: BTreeMap::new() }
    }
}

impl PeriodColumn {
    /// So many rows with these days.
    pub(super) fn all(periods: &Periods, n: usize) -> Self {
        match periods.as_slice() {
            [period] => Self { hulls: Same::All(*period, n), common: *period, overflow: BTreeMap::new() },
            _ => {
                let mut column = Self::default();
                (0..n).for_each(|_| column.push(periods));
                column
            }
        }
    }

    /// Hull by row, the days of every row, and the sets of rows that have several periods.
    pub(super) fn parts(&self) -> (&Same<Period>, Period, &BTreeMap<u32, Periods>) {
        (&self.hulls, self.common, &self.overflow)
    }

    /// And back.
    pub(super) fn of_parts(hulls: Same<Period>, common: Period, overflow: BTreeMap<u32, Periods>) -> Self {
        Self { hulls, common, overflow }
    }

    /// Whether every row holds on every day.
    pub(super) fn is_always(&self) -> bool {
        self.overflow.is_empty() && (self.common == Period::ALWAYS)
    }

    /// Forgets what only growing needs.
    pub(super) fn shrink(&mut self) {
        self.hulls.shrink();
    }

    pub(super) fn push(&mut self, periods: &Periods) {
        let row = self.hulls.len() as u32;
        let slice = periods.as_slice();
        let (from, to) = match (slice.first(), slice.last()) {
            (Some(first), Some(last)) => (first.from, last.to),
            _ => (Day::MAX, Day::MIN),
        };
        self.hulls.push(Period::new(from, to));
        self.common = Period::new(self.common.from.max(from), self.common.to.min(to));
        if slice.len() > 1 {
            self.overflow.insert(row, periods.clone());
        }
    }

    pub(super) fn contains(&self, row: u32, day: Day) -> bool {
        self.hull_contains(row, day)
            && (self.overflow.is_empty() || self.overflow.get(&row).is_none_or(|periods| periods.contains(day)))
    }

    /// Whether no row has several periods, so that its hull is all there is.
    pub(super) fn is_simple(&self) -> bool {
        self.overflow.is_empty()
    }

    #[expect(clippy::needless_bitwise_bool, reason = "one branch is guessed wrong less often than two")]
    pub(super) fn hull_contains(&self, row: u32, day: Day) -> bool {
        let hull = self.hulls[row as usize];
        (hull.from <= day) & (day < hull.to)
    }

    /// Whether every row surely holds on this day, which is known without looking at any.
    pub(super) fn all_contain(&self, day: Day) -> bool {
        self.overflow.is_empty() && self.common.from <= day && day < self.common.to
    }

    /// Whether every row surely holds on every day of a period.
    pub(super) fn all_cover(&self, period: Period) -> bool {
        self.overflow.is_empty() && self.common.from <= period.from && period.to <= self.common.to
    }

    /// From the first day of a row to its last.
    #[inline]
    pub(super) fn hull(&self, row: u32) -> Period {
        self.hulls[row as usize]
    }

    /// The days of a row where they are one period or none.
    pub(super) fn period(&self, row: u32) -> Option<Period> {
        (self.overflow.is_empty() || !self.overflow.contains_key(&row)).then(|| self.hulls[row as usize])
    }

    pub(super) fn get(&self, row: u32) -> Periods {
        self.overflow.get(&row).cloned().unwrap_or_else(|| self.hulls[row as usize].into())
    }
}
