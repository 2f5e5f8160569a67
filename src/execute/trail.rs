//! Paths of several hops of one kind, as lists of their relationships.
//!
//! Depth first; where only the ends are asked for, each once, by sets of nodes, the nearest first.

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use crate::graph::{GraphView, Step, TypeId};
use crate::plan::{Direction, Expr};
use crate::value::{NodeId, RelId, Value};

use super::eval::Row;
use super::expand::{Expand, Found, for_each_step, joined};
use super::{Batch, Failure, LineageId, Worker};

impl Expand<'_> {
    /// The nodes that a path comes to, each once, by the fewest hops.
    ///
    /// Followed either way, a relationship there and back is no path, so that none comes back to where it began but round a cycle: the
    /// shortest closes by a relationship between two nodes that were come to by different first hops.
    pub(super) fn reach(
        &self,
        (batch, row): (&Batch, usize),
        start: NodeId,
        goal: Option<NodeId>,
        (least, most): (u64, Option<u64>),
        found: &mut Found,
        worker: &mut Worker<'_>,
    ) -> Result<(), Failure> {
        let mut held = worker.query.limits.reservation();
        let direction = self.shape.rel.direction;
        let mut come = |node: NodeId| {
            if goal.is_none_or(|goal| goal == node) {
                found.rows.push(row as u32);
                found.nodes.push(node);
                if worker.query.lineage {
                    found.lineage.push(batch.lineage(row));
                }
            }
        };
        // After how many hops it came to each node, and which of these was the first.
        let mut seen: FxHashMap<NodeId, (u64, RelId)> = FxHashMap::default();
        let mut is_back = least == 0;
        if is_back {
            come(start);
        }
        let (mut frontier, mut hops) = (vec![(start, None)], 0);
        while !frontier.is_empty() && most.is_none_or(|most| hops < most) {
            let mut next = Vec::new();
            for (from, first) in frontier {
                worker.query.limits.checkpoint()?;
                let mut steps = Vec::new();
                each_step(self.view(worker), self.types(), direction, from, |step| steps.push(step));
                for Step { rel, node } in steps {
                    let allowed = match &self.shape.rel.each {
                        None => true,
                        Some(condition) => allows(batch, row, condition, rel, worker)?,
                    };
                    if !allowed {
                        continue;
                    }
                    let first = first.unwrap_or(rel);
                    let before = if node == start { Some((0, rel)) } else { seen.get(&node).copied() };
                    let Some((other_hops, other_first)) = before else {
                        seen.insert(node, (hops + 1, first));
                        come(node);
                        next.push((node, Some(first)));
                        continue;
                    };
                    let closes = match direction {
                        Direction::Out | Direction::In => node == start,
                        Direction::Both => {
                            let is_loop = node == start && from == start;
                            (is_loop || other_first != first) && most.is_none_or(|most| hops + 1 + other_hops <= most)
                        }
                    };
                    if closes && !is_back {
                        is_back = true;
                        come(start);
                    }
                }
            }
            held.grow(next.len() * size_of::<(NodeId, (u64, RelId))>() * 2)?;
            (frontier, hops) = (next, hops + 1);
        }
        Ok(())
    }
}

/// A depth-first walk over paths without a repeated relationship.
pub(super) struct Walk<'a, 'p> {
    pub expand: &'a Expand<'p>,
    pub batch: &'a Batch,
    pub row: usize,
    pub goal: Option<NodeId>,
    pub least: u64,
    pub most: Option<u64>,
    /// Relationships that may not be followed: those of the rest of the pattern, then those of the path.
    pub used: Vec<RelId>,
    pub path: Vec<RelId>,
    /// What the row rests on with none of the path, with its first relationship, …: as far as it was asked for.
    pub rests: Vec<LineageId>,
}

impl Walk<'_, '_> {
    /// An explicit stack: a path may be longer than the program's own allows.
    pub fn from(&mut self, start: NodeId, found: &mut Found, worker: &mut Worker<'_>) -> Result<(), Failure> {
        self.arrive(start, found, worker);
        let mut stack = vec![self.steps(start, worker)?];
        while let Some(steps) = stack.last_mut() {
            worker.query.limits.checkpoint()?;
            match steps.pop() {
                None => {
                    stack.pop();
                    self.back();
                }
                Some(step) => {
                    self.path.push(step.rel);
                    self.used.push(step.rel);
                    if worker.days.is_some() && self.holds_never(worker) {
                        self.back();
                        continue;
                    }
                    self.arrive(step.node, found, worker);
                    stack.push(self.steps(step.node, worker)?);
                }
            }
        }
        Ok(())
    }

    fn back(&mut self) {
        self.path.pop();
        self.used.pop();
        self.rests.truncate(self.path.len() + 1);
    }

    /// What the row rests on with all of the path.
    fn rests_on(&mut self, worker: &mut Worker<'_>) -> LineageId {
        let mut id = self.rests.last().copied().unwrap_or(LineageId::NONE);
        while let Some(rel) = self.path.get(self.rests.len() - 1) {
            id = joined(id, *rel, worker);
            self.rests.push(id);
        }
        id
    }

    fn holds_never(&mut self, worker: &mut Worker<'_>) -> bool {
        let id = self.rests_on(worker);
        worker.never(id)
    }

    /// The ways on from a node, last first.
    fn steps(&self, node: NodeId, worker: &mut Worker<'_>) -> Result<Vec<Step>, Failure> {
        let mut steps = Vec::new();
        if self.most.is_some_and(|most| self.path.len() as u64 >= most) {
            return Ok(steps);
        }
        let shape = &self.expand.shape;
        let _ = for_each_step(self.expand.view(worker), self.expand.types(), shape.rel.direction, node, &mut |step| {
            if !self.used.contains(&step.rel) {
                steps.push(step);
            }
            ControlFlow::Continue(())
        });
        if let Some(condition) = &shape.rel.each {
            let mut kept = Vec::with_capacity(steps.len());
            for step in steps {
                if allows(self.batch, self.row, condition, step.rel, worker)? {
                    kept.push(step);
                }
            }
            steps = kept;
        }
        steps.reverse();
        Ok(steps)
    }

    fn arrive(&mut self, node: NodeId, found: &mut Found, worker: &mut Worker<'_>) {
        if (self.path.len() as u64) < self.least || self.goal.is_some_and(|goal| goal != node) {
            return;
        }
        found.rows.push(self.row as u32);
        if self.expand.live.reads(self.expand.shape.rel.slot) {
            found.lists.push(Value::list(self.path.iter().map(|rel| Value::Rel(*rel))));
        }
        found.nodes.push(node);
        if worker.query.lineage {
            found.lineage.push(self.rests_on(worker));
        }
    }
}

/// Whether a relationship meets the condition on each.
pub(super) fn allows(
    batch: &Batch,
    row: usize,
    condition: &Expr,
    rel: RelId,
    worker: &mut Worker<'_>,
) -> Result<bool, Failure> {
    let mut row = Row::new(batch, row);
    row.locals.push(Value::Rel(rel));
    row.holds(condition, worker)
}

/// Calls `visit` for each relationship of these types; a loop is met once.
fn each_step(view: GraphView<'_>, types: &[TypeId], direction: Direction, node: NodeId, mut visit: impl FnMut(Step)) {
    let _ = for_each_step(view, types, direction, node, &mut |step| {
        visit(step);
        ControlFlow::Continue(())
    });
}
