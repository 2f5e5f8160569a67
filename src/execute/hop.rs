//! Single hops of rows, found some thousands at a time, of which those are kept that meet conditions: one relationship each, or
//! two that lead to the same node.
//!
//! Holds the hops of a few thousand rows at most. Order: that of the rows; of one row any.

use std::collections::BTreeSet;

use crate::graph::{Hops, TypeId};
use crate::plan::{Expr, PatternRel, Slot};
use crate::value::{NodeId, RelId};

use super::closing::{self, Closing};
use super::expand::{hops_of, node, seen, types};
use super::{Batch, Failure, Vector, Worker, columnwise, row};

/// So many hops may be followed before the limits are looked at again: some milliseconds.
pub(super) const AT_ONCE: usize = 1 << 20;

/// Nodes whose hops are fetched together.
const FETCHED: usize = 64;

/// What is followed.
#[derive(Clone, Copy)]
pub(super) struct Shape<'p> {
    pub from: Slot,
    pub rel: &'p PatternRel,
    pub to: Slot,
    /// Another node, and what leads from it to the same end.
    pub also: Option<&'p (Slot, PatternRel)>,
    pub conditions: &'p [Expr],
}

impl Shape<'_> {
    /// Whether a slot has something else from hop to hop of a row.
    pub fn fills(&self, slot: Slot) -> bool {
        slot == self.rel.slot || slot == self.to || self.also.is_some_and(|(_, also)| slot == also.slot)
    }
}

/// Hops of some rows. What nothing reads is not there.
#[derive(Default)]
struct Found {
    /// The row of each.
    rows: Vec<u32>,
    /// Its end.
    nodes: Vec<NodeId>,
    /// Its relationship, and the other one that leads there.
    rels: [Vec<RelId>; 2],
}

/// Hops that meet the conditions.
pub(super) struct Kept {
    /// The row of each.
    pub rows: Vec<u32>,
    /// Its end.
    pub nodes: Vec<NodeId>,
    /// The same as rows of which more may be asked.
    pub hops: Batch,
}

/// Hops that are looked at together.
pub(super) fn hops_at_once(worker: &Worker<'_>) -> usize {
    2 * worker.query.batch
}

/// What is followed of these types.
fn hops<'g>(rel: &PatternRel, types: &[TypeId], worker: &'g Worker<'_>) -> Vec<Hops<'g>> {
    hops_of(types, rel.direction, seen(worker.view(), rel))
}

/// Finds the hops of rows.
pub(super) struct Finder<'p> {
    shape: Shape<'p>,
    /// The end of a hop is asked for.
    ends: bool,
    /// Slots that conditions read, and what is done with a hop.
    reads: BTreeSet<Slot>,
    types: Option<[Vec<TypeId>; 2]>,
    /// What one of the two nodes leads to, if it is the first, if it is that of `also`.
    closing: [Closing; 2],
    /// Which of the two it is, for the rows of this batch.
    marked: usize,
}

impl<'p> Finder<'p> {
    pub fn new(shape: Shape<'p>, ends: bool, mut reads: BTreeSet<Slot>) -> Self {
        shape.conditions.iter().for_each(|condition| condition.slots(&mut reads));
        let ends = ends || reads.contains(&shape.to);
        Self { shape, ends, reads, types: None, closing: Default::default(), marked: 0 }
    }

    /// Whether neither conditions nor what is done with a hop looks at it, and nothing else has to lead to its end.
    pub fn asks_nothing(&self) -> bool {
        let Shape { also, conditions, .. } = self.shape;
        also.is_none() && conditions.is_empty() && !self.reads.iter().any(|slot| self.shape.fills(*slot))
    }

    /// Whether nothing is read but the relationship.
    pub fn reads_only_the_hop(&self) -> bool {
        self.shape.also.is_none() && self.reads.iter().all(|slot| *slot == self.shape.rel.slot)
    }

    pub fn hops<'g>(&mut self, worker: &'g Worker<'_>) -> Vec<Hops<'g>> {
        let rel = self.shape.rel;
        let [types, _] = self.types(worker);
        hops(rel, types, worker)
    }

    fn types(&mut self, worker: &Worker<'_>) -> &[Vec<TypeId>; 2] {
        let Shape { rel, also, .. } = self.shape;
        self.types.get_or_insert_with(|| {
            let of = |rel: &PatternRel| types(&rel.types, worker.view());
            [of(rel), also.map_or_else(Vec::new, |(_, also)| of(also))]
        })
    }

    /// The next hops that meet the conditions; `None` after those of the last row.
    ///
    /// # Errors
    /// What a condition fails with; a limit that is reached.
    pub fn next_kept(
        &mut self,
        batch: &Batch,
        row: &mut usize,
        worker: &mut Worker<'_>,
    ) -> Result<Option<Kept>, Failure> {
        if *row == batch.len {
            return Ok(None);
        }
        worker.query.limits.checkpoint()?;
        let (found, next) = match self.shape.also {
            Some((other, also)) => self.find_closed(batch, *row, (*other, also), worker),
            None => self.find_open(batch, *row, worker),
        };
        *row = next;
        self.kept(batch, found, worker).map(Some)
    }

    /// The hops of rows from this one on, some thousands of them; the row after the last.
    fn find_open(&mut self, batch: &Batch, mut row: usize, worker: &Worker<'_>) -> (Found, usize) {
        let Shape { from, rel, .. } = self.shape;
        let (rels, ends) = (self.reads.contains(&rel.slot), self.ends);
        let hops = self.hops(worker);
        let mut found = Found::default();
        while row < batch.len && found.rows.len() < hops_at_once(worker) {
            if let Some(start) = node(batch, from, row) {
                let add = |hops: &Hops<'_>| {
                    hops.extend(start, rels.then_some(&mut found.rels[0]), ends.then_some(&mut found.nodes))
                };
                let n: usize = hops.iter().map(add).sum();
                found.rows.resize(found.rows.len() + n, row as u32);
            }
            row += 1;
        }
        (found, row)
    }

    /// Those to whose end something leads from the other node as well, once for each that does.
    fn find_closed(
        &mut self,
        batch: &Batch,
        mut row: usize,
        (other, also): (Slot, &PatternRel),
        worker: &Worker<'_>,
    ) -> (Found, usize) {
        let Shape { from, rel, .. } = self.shape;
        let bound = worker.view().snapshot().node_bound();
        let [types, closing_types] = self.types(worker);
        let sides = [hops(rel, types, worker), hops(also, closing_types, worker)];
        let slots = [from, other];
        if row == 0 {
            let nodes = slots.map(|slot| match batch.columns.get(slot) {
                Some(Vector::Nodes(nodes)) => nodes.as_slice(),
                _ => &[],
            });
            self.marked = closing::side_to_mark(nodes, [&sides[0], &sides[1]]);
        }
        let (marked, walked) = (self.marked, 1 - self.marked);
        let with_rels = [rel.slot, also.slot].map(|slot| self.reads.contains(&slot));
        let mut found = Found::default();
        let mut n_looked_at = 0;
        let mut fetched = row;
        while row < batch.len && found.rows.len() < hops_at_once(worker) && n_looked_at < AT_ONCE {
            if let (true, Some(Vector::Nodes(starts))) = (row == fetched, batch.columns.get(slots[walked])) {
                fetched = batch.len.min(row + FETCHED);
                for hops in &sides[walked] {
                    hops.fetch(&starts[row..fetched]);
                }
            }
            if let (Some(start), Some(other)) = (node(batch, slots[walked], row), node(batch, slots[marked], row)) {
                let closing = &mut self.closing[marked];
                closing.begin(other, &sides[marked], bound, with_rels[marked]);
                for hops in &sides[walked] {
                    n_looked_at += closing.each(hops, start, with_rels[walked], |rel, node, times, rels| {
                        found.rows.resize(found.rows.len() + times, row as u32);
                        found.nodes.resize(found.nodes.len() + times, node);
                        if let Some(rel) = rel.filter(|_| with_rels[walked]) {
                            found.rels[walked].resize(found.rels[walked].len() + times, rel);
                        }
                        if with_rels[marked] {
                            found.rels[marked].extend_from_slice(rels);
                        }
                    });
                }
            }
            row += 1;
        }
        (found, row)
    }

    /// Those that meet the conditions.
    fn kept(&self, batch: &Batch, found: Found, worker: &mut Worker<'_>) -> Result<Kept, Failure> {
        let Shape { rel, to, also, conditions, .. } = self.shape;
        let Found { mut rows, mut nodes, rels: [rels, also_rels] } = found;
        let mut hops = Batch { len: rows.len(), ..Batch::default() };
        for slot in self.reads.iter().filter(|slot| !self.shape.fills(**slot)) {
            if let Some(column) = batch.columns.get(*slot) {
                hops.set(*slot, column.gather(&rows));
            }
        }
        let of_hop = [(Some(rel.slot), rels), (also.map(|(_, also)| also.slot), also_rels)];
        for (slot, rels) in of_hop {
            if let Some(slot) = slot.filter(|slot| self.reads.contains(slot)) {
                hops.set(slot, Vector::Rels(rels));
            }
        }
        if self.reads.contains(&to) {
            hops.set(to, Vector::Nodes(nodes.clone()));
        }
        // What cannot fail is asked of all at once: they lie one beside the other as long as none is taken out.
        let at_once = conditions.len() > 1 && !worker.query.by_row;
        let all = at_once.then(|| columnwise::all_true(conditions, &hops, worker)).flatten();
        let mut keep = |kept: Vec<u32>, hops: &mut Batch| {
            if kept.len() < hops.len {
                *hops = hops.gather(&kept);
                rows = kept.iter().map(|at| rows[*at as usize]).collect();
                if !nodes.is_empty() {
                    nodes = kept.iter().map(|at| nodes[*at as usize]).collect();
                }
            }
        };
        match all {
            Some(all) => keep(all.true_ones(), &mut hops),
            None => {
                for condition in conditions {
                    let (kept, _) = row::kept(&hops, condition, worker)?;
                    keep(kept, &mut hops);
                }
            }
        }
        Ok(Kept { rows, nodes, hops })
    }
}
