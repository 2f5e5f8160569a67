//! One relationship type: adjacency in both directions as compressed sparse rows, and what is said of each relationship.
//!
//! Relationships of a type are numbered by (start, end, order of insertion), so that the row of a relationship in the
//! outgoing direction is its number: the outgoing lists need no array of ids.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::value::{Day, NodeId, Period, Periods, RelId};

use super::holding::Holding;
use super::hops::Mask;
use super::memo::Memo;
use super::parts::StatementColumns;
use super::{Column, Footer, KeyId, Shape};

/// All relationships of one type.
#[derive(Clone, Debug)]
pub struct RelTable {
    /// The first relationship's id; the others follow.
    pub(super) base: u32,
    /// Per node: where its outgoing relationships begin; one entry more than nodes.
    pub(super) out_offsets: Vec<u32>,
    /// Where each relationship ends.
    pub(super) targets: Vec<NodeId>,
    /// Where each relationship starts.
    pub(super) starts: Vec<NodeId>,
    /// Per node: where its incoming relationships begin.
    pub(super) in_offsets: Vec<u32>,
    /// Incoming relationships by (end, start): their rows.
    pub(super) in_rows: Vec<u32>,
    /// What is said of each.
    pub(super) statements: StatementColumns,
    /// Properties.
    pub(super) properties: BTreeMap<KeyId, Column>,
    /// What frames do to them, while no change has altered one.
    pub(super) footers: Memo<Footer>,
    /// Which of them a frame shows, while no change has altered one.
    pub(super) masks: Memo<Arc<Mask>>,
    /// What all have in common, once that is asked.
    pub(super) shape: OnceLock<Shape>,
    /// How many hold on each day, once that is asked.
    pub(super) holding: OnceLock<Vec<Holding>>,
}

impl RelTable {
    /// Builds the table; `ends` are sorted by (start, end).
    pub(super) fn new(base: u32, n_nodes: usize, ends: &[(NodeId, NodeId)], statements: StatementColumns) -> Self {
        let offsets = |nodes: &mut dyn Iterator<Item = NodeId>| {
            let mut offsets = vec![0_u32; n_nodes + 1];
            for node in nodes {
                offsets[node.0 as usize + 1] += 1;
            }
            for i in 1..offsets.len() {
                offsets[i] += offsets[i - 1];
            }
            offsets
        };
        let out_offsets = offsets(&mut ends.iter().map(|(start, _)| *start));
        let in_offsets = offsets(&mut ends.iter().map(|(_, end)| *end));
        let mut next = in_offsets.clone();
        let mut in_rows = vec![0; ends.len()];
        for (row, (_, end)) in ends.iter().enumerate() {
            let slot = &mut next[end.0 as usize];
            in_rows[*slot as usize] = row as u32;
            *slot += 1;
        }
        Self {
            base,
            out_offsets,
            targets: ends.iter().map(|(_, end)| *end).collect(),
            starts: ends.iter().map(|(start, _)| *start).collect(),
            in_offsets,
            in_rows,
            statements,
            properties: BTreeMap::new(),
            footers: Memo::default(),
            masks: Memo::default(),
            shape: OnceLock::new(),
            holding: OnceLock::new(),
        }
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

    pub(super) fn rel(&self, row: u32) -> RelId {
        RelId(self.base + row)
    }

    /// The rows that leave a node; none where the node was added after the table was built.
    pub(super) fn out_rows(&self, node: NodeId) -> Range<u32> {
        between(&self.out_offsets, node)
    }

    /// The rows that reach a node.
    pub(super) fn in_rows(&self, node: NodeId) -> &[u32] {
        let rows = between(&self.in_offsets, node);
        &self.in_rows[rows.start as usize..rows.end as usize]
    }
}

fn between(offsets: &[u32], node: NodeId) -> Range<u32> {
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
    hulls: Vec<Period>,
    /// The days of every row.
    common: Period,
    /// Rows whose set is not one period; their columns hold the hull, or an empty period.
    overflow: BTreeMap<u32, Periods>,
}

impl Default for PeriodColumn {
    fn default() -> Self {
        Self { hulls: Vec::new(), common: Period::ALWAYS, overflow: BTreeMap::new() }
    }
}

impl PeriodColumn {
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

    /// The days of a row where they are one period or none.
    pub(super) fn period(&self, row: u32) -> Option<Period> {
        (self.overflow.is_empty() || !self.overflow.contains_key(&row)).then(|| self.hulls[row as usize])
    }

    pub(super) fn get(&self, row: u32) -> Periods {
        self.overflow.get(&row).cloned().unwrap_or_else(|| self.hulls[row as usize].into())
    }
}
