//! Whether two nodes of a row are linked by hops that a subquery asks for: all that one of them leads to is marked, once for all rows
//! that follow one another with it, and the other is looked up. Of two hops the first is marked, and the other node's are looked through.
//!
//! Holds a bit for each node of the graph, as long as the statement. Only where nothing is asked of the row but these two nodes. Of two hops
//! from the one of which fewer are marked; otherwise from the one that differs less often from row to row, and not where it leads to far
//! more than there are rows to ask for.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::graph::Hops;
use crate::limits::Reservation;
use crate::plan::{Expr, PatternRel, Plan, Slot};
use crate::value::NodeId;

use super::expand::{each_step_to, hops_of, seen, types};
use super::live::Live;
use super::nodes::Nodes;
use super::{Batch, Failure, Given, Vector, Worker, build_for};

/// Rows that follow one another with the same node, on average, from which on it is worth while.
const MANY: usize = 8;

/// Nodes that are marked in the time in which a row is asked for otherwise; it lists the first hops for that, so many of them in the time
/// in which a node is marked.
const MARKED: usize = 32;
const LISTED: usize = 8;

/// Hops from a node of the row to another one.
#[derive(Debug, PartialEq)]
pub(super) struct Link {
    from: Slot,
    to: Slot,
    /// The first one first, each from the node that the one before comes to.
    hops: Vec<Hop>,
    conditions: Vec<Expr>,
}

/// A hop, and those that may not have the same relationship.
#[derive(Clone, Debug, PartialEq)]
struct Hop {
    rel: PatternRel,
    to: Slot,
    different_from: Vec<Slot>,
}

impl Link {
    /// Of rows that have no slot from `width` on; `None` of a subquery of another shape.
    pub fn of(plan: &Plan, width: Slot) -> Option<Self> {
        let Plan::Expand { to: goal, .. } = without_filters(plan) else { return None };
        let (mut hops, mut conditions, mut plan, mut next) = (Vec::new(), Vec::new(), plan, *goal);
        loop {
            match plan {
                Plan::Filter { input, condition } => {
                    conditions.push(condition.clone());
                    plan = input;
                }
                Plan::Expand { input, from, rel, to, into, different_from } => {
                    if *to != next || *into != hops.is_empty() || rel.search.is_some() || rel.negated {
                        return None;
                    }
                    hops.push(Hop { rel: rel.clone(), to: *to, different_from: different_from.clone() });
                    (plan, next) = (input, *from);
                }
                Plan::Argument => break,
                _ => return None,
            }
        }
        hops.reverse();
        let asked: Vec<&Expr> = conditions.iter().chain(hops.iter().flat_map(|hop| hop.rel.reads())).collect();
        let mut read = BTreeSet::new();
        for expr in &asked {
            expr.slots(&mut read);
        }
        let never_fails = !asked.into_iter().any(can_fail);
        let is_alone =
            never_fails && next < width && *goal < width && next != *goal && read.iter().all(|slot| *slot >= width);
        is_alone.then_some(Self { from: next, to: *goal, hops, conditions })
    }

    /// The same from the other end; `None` where a list would be another one.
    fn reversed(&self) -> Option<Self> {
        if self.hops.iter().any(|hop| hop.rel.is_list()) {
            return None;
        }
        let ends = std::iter::once(self.from).chain(self.hops.iter().map(|hop| hop.to));
        let differ =
            |a: &Hop, b: &Hop| a.different_from.contains(&b.rel.slot) || b.different_from.contains(&a.rel.slot);
        let hops = self.hops.iter().enumerate().zip(ends).map(|((at, hop), to)| {
            let later = self.hops[at + 1..].iter().filter(|other| differ(hop, other));
            Hop { rel: hop.rel.reversed(), to, different_from: later.map(|other| other.rel.slot).collect() }
        });
        let hops: Vec<Hop> = hops.collect();
        let hops = hops.into_iter().rev().collect();
        Some(Self { from: self.to, to: self.from, hops, conditions: self.conditions.clone() })
    }

    /// The first of two hops by itself, and the other, where nothing is asked of that: what both nodes lead to links them.
    fn halves(&self) -> Option<(Self, Hop)> {
        let [first, last] = &self.hops[..] else { return None };
        let mut read = BTreeSet::new();
        self.conditions.iter().chain(first.rel.reads()).for_each(|expr| expr.slots(&mut read));
        let is_apart = !first.rel.is_list() && !last.rel.is_list() && !read.contains(&last.rel.slot);
        if !is_apart || last.rel.reads().next().is_some() {
            return None;
        }
        let half =
            Self { from: self.from, to: first.to, hops: vec![first.clone()], conditions: self.conditions.clone() };
        Some((half, last.clone()))
    }

    /// Hops that are followed first from these nodes, once from each that follows itself.
    fn n_first(&self, nodes: &[NodeId], worker: &Worker<'_>) -> usize {
        let rel = &self.hops[0].rel;
        let view = seen(worker.view(), rel);
        let hops = hops_of(&types(&rel.types, view), rel.direction, view);
        let of = |run: &[NodeId]| hops.iter().map(|hops| hops.most(run[0])).sum::<usize>();
        nodes.chunk_by(|a, b| a == b).map(of).sum()
    }

    /// The relationship of the only hop, where nothing is asked of it, nor of the node it leads to.
    fn bare(&self) -> Option<&PatternRel> {
        match &self.hops[..] {
            [hop] if self.conditions.is_empty() && hop.rel.reads().next().is_none() => Some(&hop.rel),
            _ => None,
        }
    }

    /// A plan that gives all that a node leads to, in the slot `end`.
    fn plan(&self, end: Slot) -> Plan {
        let (mut plan, mut from) = (Plan::Argument, self.from);
        for hop in &self.hops {
            let to = if hop.to == self.to { end } else { hop.to };
            let (rel, different_from) = (hop.rel.clone(), hop.different_from.clone());
            plan = Plan::Expand { input: Box::new(plan), from, rel, to, into: false, different_from };
            from = to;
        }
        self.conditions.iter().rev().fold(plan, |input, condition| {
            let condition = condition.clone();
            Plan::Filter { input: Box::new(input), condition }
        })
    }

    /// Which rows are linked, each as far as that was found out; `None` where it is quicker to ask each row. `free` and those above it are
    /// slots of nothing else.
    ///
    /// # Errors
    /// What a condition fails with; a limit that is reached.
    pub fn linked(
        self,
        batch: &Batch,
        free: Slot,
        worker: &mut Worker<'_>,
    ) -> Result<Option<Vec<Option<bool>>>, Failure> {
        let nodes = |slot: Slot| match batch.columns.get(slot) {
            Some(Vector::Nodes(nodes)) if !nodes.is_empty() => Some(nodes.as_slice()),
            _ => None,
        };
        let (Some(froms), Some(tos)) = (nodes(self.from), nodes(self.to)) else { return Ok(None) };
        let n_runs = |nodes: &[NodeId]| nodes.chunk_by(|a, b| a == b).count();
        let reversed = self.reversed().map(|link| (link, [tos, froms], n_runs(tos)));
        let ways: Vec<(Self, [&[NodeId]; 2], usize)> =
            std::iter::once((self, [froms, tos], n_runs(froms))).chain(reversed).collect();
        let halves = ways.iter().filter_map(|(link, nodes, n_runs)| {
            let (half, last) = link.halves().filter(|_| froms.len() >= MANY)?;
            let is_quick = half.bare().is_some() || n_runs * 2 <= froms.len();
            is_quick.then(|| (half.n_first(nodes[0], worker), half, last, *nodes))
        });
        // The one of which fewer nodes are marked.
        if let Some((_, half, last, nodes)) = halves.min_by_key(|(n_marked, ..)| *n_marked) {
            let middle = half.to;
            return by_marks(half, middle, worker, |half, marks, worker| {
                marks.look_through(half, &last, nodes, worker).map(Some)
            });
        }
        let Some((link, nodes, n_runs)) = ways.into_iter().min_by_key(|(.., n_runs)| *n_runs) else { return Ok(None) };
        by_marks(link, free, worker, |link, marks, worker| {
            let so_far = if marks.of == Some(nodes[0][0]) { marks.asked } else { 0 };
            let is_worth_while = n_runs * MANY <= so_far + nodes[0].len();
            is_worth_while.then(|| marks.look_up(link, nodes, worker)).transpose()
        })
    }
}

/// What is found with what was marked for hops, which come to the slot `end`; what is done for a row is no step of the plan that is shown.
fn by_marks<T>(
    link: Link,
    end: Slot,
    worker: &mut Worker<'_>,
    look: impl FnOnce(&Link, &mut Marks, &mut Worker<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut links = std::mem::take(&mut worker.links);
    let mut marks = links.take(&link, end, worker);
    let profile = worker.profile.take();
    let found = look(&link, &mut marks, worker);
    worker.profile = profile;
    links.0.push((link, marks));
    worker.links = links;
    found
}

/// What was marked for the subqueries of a statement.
#[derive(Debug, Default)]
pub(super) struct Links(Vec<(Link, Marks)>);

impl Links {
    fn take(&mut self, link: &Link, end: Slot, worker: &Worker<'_>) -> Marks {
        // After a change of the graph it may lead to others.
        let n_changes = worker.draft.delta().len();
        self.0.retain(|(_, marks)| marks.n_changes == n_changes);
        match self.0.iter().position(|(other, _)| other == link) {
            Some(at) => self.0.swap_remove(at).1,
            None => Marks::new(link, end, worker),
        }
    }
}

/// Whether an expression may fail where it is asked of more than the rows around have to do with.
fn can_fail(expr: &Expr) -> bool {
    matches!(expr, Expr::Placed(..) | Expr::Subquery { .. }) || expr.children().into_iter().any(can_fail)
}

fn without_filters(mut plan: &Plan) -> &Plan {
    while let Plan::Filter { input, .. } = plan {
        plan = input;
    }
    plan
}

/// What a node leads to.
#[derive(Debug)]
struct Marks {
    plan: Arc<Plan>,
    from: Slot,
    end: Slot,
    /// Changes of the statement by then.
    n_changes: usize,
    of: Option<NodeId>,
    /// Rows that were asked for since it is this node.
    asked: usize,
    /// So many nodes were to be marked at most when it was tried last.
    tried: usize,
    /// All are marked.
    is_whole: bool,
    met: Nodes,
    all: Vec<NodeId>,
    held: Option<Reservation>,
}

impl Marks {
    fn new(link: &Link, end: Slot, worker: &Worker<'_>) -> Self {
        Self {
            plan: Arc::new(link.plan(end)),
            from: link.from,
            end,
            n_changes: worker.draft.delta().len(),
            of: None,
            asked: 0,
            tried: 0,
            is_whole: false,
            met: Nodes::below(worker.view().snapshot().node_bound() as usize),
            all: Vec::new(),
            held: None,
        }
    }

    /// Whether each start leads to the goal beside it, as far as it was worth while to find out.
    fn look_up(
        &mut self,
        link: &Link,
        [starts, goals]: [&[NodeId]; 2],
        worker: &mut Worker<'_>,
    ) -> Result<Vec<Option<bool>>, Failure> {
        let mut linked = Vec::with_capacity(starts.len());
        for rows in starts.chunk_by(|a, b| a == b) {
            if self.of != Some(rows[0]) {
                (self.of, self.asked, self.tried) = (Some(rows[0]), 0, 0);
            }
            self.asked += rows.len();
            let is_known = (self.tried > 0 && self.is_whole) || self.try_to_mark(link, rows[0], worker)?;
            let goals = &goals[linked.len()..linked.len() + rows.len()];
            linked.extend(goals.iter().map(|goal| is_known.then(|| self.met.has(*goal))));
        }
        Ok(linked)
    }

    /// Whether one of the `last` hops to the goal comes from a node that the start beside it leads to. Not found out where it is the
    /// same node, which one relationship could lead away from and back to.
    fn look_through(
        &mut self,
        half: &Link,
        last: &Hop,
        [starts, goals]: [&[NodeId]; 2],
        worker: &mut Worker<'_>,
    ) -> Result<Vec<Option<bool>>, Failure> {
        let rel = last.rel.reversed();
        let mut linked = Vec::with_capacity(starts.len());
        for rows in starts.chunk_by(|a, b| a == b) {
            if self.of != Some(rows[0]) || !self.is_whole {
                self.mark_first(half, rows[0], worker)?;
            }
            let view = seen(worker.view(), &rel);
            let types = types(&rel.types, view);
            let hops = hops_of(&types, rel.direction, view);
            // To go through them takes longer than to look each of the others up.
            let many = self.all.len() * MANY;
            let is_linked = |goal: &NodeId| {
                if *goal == rows[0] && !last.different_from.is_empty() {
                    return None;
                }
                if hops.iter().map(|hops| hops.most(*goal)).sum::<usize>() <= many {
                    return Some(hops.iter().any(|hops| self.comes_from_marked(hops, *goal)));
                }
                let leads_here = |from: &NodeId| {
                    let mut is_met = false;
                    each_step_to(view, &types, rel.direction, (*goal, *from), |_| is_met = true);
                    is_met
                };
                Some(self.all.iter().any(leads_here))
            };
            for goal in &goals[linked.len()..linked.len() + rows.len()] {
                worker.query.limits.checkpoint()?;
                linked.push(is_linked(goal));
            }
        }
        Ok(linked)
    }

    fn comes_from_marked(&self, hops: &Hops<'_>, goal: NodeId) -> bool {
        match hops.ends(goal) {
            Some(ends) => ends.iter().any(|end| self.met.has(*end)),
            None => {
                let mut is_met = false;
                hops.each(goal, |step| is_met |= self.met.has(step.node));
                is_met
            }
        }
    }

    /// Marks what a node leads to, and nothing else, if that is not too much for the rows that were asked for.
    fn try_to_mark(&mut self, link: &Link, start: NodeId, worker: &mut Worker<'_>) -> Result<bool, Failure> {
        let most = self.asked * MARKED.max(link.n_first(&[start], worker) / LISTED);
        if most < 2 * self.tried {
            return Ok(false);
        }
        self.tried = most;
        self.mark(start, most, worker)?;
        Ok(self.is_whole)
    }

    /// Forgets what was marked.
    fn clear(&mut self, worker: &Worker<'_>) -> Result<(), Failure> {
        for node in self.all.drain(..) {
            self.met.remove(node);
        }
        self.is_whole = false;
        self.held.insert(worker.query.limits.reservation()).grow(self.met.bytes())?;
        Ok(())
    }

    /// Marks what a node leads to, and nothing else; not all of it if that is more than so many.
    fn mark(&mut self, start: NodeId, most: usize, worker: &mut Worker<'_>) -> Result<(), Failure> {
        self.clear(worker)?;
        let mut argument = Batch { len: 1, ..Batch::default() };
        argument.set(self.from, Vector::Nodes(vec![start]));
        let plan = self.plan.clone();
        let mut rows = build_for(&plan, Given::argument(&argument), worker, Live::of_slots([self.end]));
        while let Some(found) = rows.next(worker)? {
            worker.query.limits.checkpoint()?;
            if let Some(Vector::Nodes(ends)) = found.columns.get(self.end) {
                self.take(ends)?;
            }
            if self.all.len() > most {
                return Ok(());
            }
        }
        self.is_whole = true;
        Ok(())
    }

    fn take(&mut self, ends: &[NodeId]) -> Result<(), Failure> {
        if let Some(held) = &mut self.held {
            held.grow(size_of_val(ends))?;
        }
        self.all.extend(ends);
        for end in ends {
            self.met.insert(*end);
        }
        Ok(())
    }

    /// Marks all that one hop leads to.
    fn mark_first(&mut self, half: &Link, start: NodeId, worker: &mut Worker<'_>) -> Result<(), Failure> {
        self.of = Some(start);
        let Some(rel) = half.bare() else { return self.mark(start, usize::MAX, worker) };
        self.clear(worker)?;
        let view = seen(worker.view(), rel);
        let mut ends = Vec::new();
        for hops in hops_of(&types(&rel.types, view), rel.direction, view) {
            hops.extend(start, None, Some(&mut ends));
        }
        self.take(&ends)?;
        self.is_whole = true;
        Ok(())
    }
}
