//! Following relationships: one hop, or a path of several.
//!
//! Streams: holds one input batch and one path. Order: input order, then by type, then the view's neighbour order; paths
//! depth first. Lineage: `join` of the row and every relationship followed, because all are needed; under a single-day
//! frame also the chain entry by which its measure is in force.

use std::ops::ControlFlow;

use crate::graph::{Entity, GraphView, Hops, State, Statement, Step, TypeId};
use crate::plan::{Direction, PatternRel, Slot};
use crate::value::{Day, NodeId, RelId, Value};

use super::closing::{Closing, side_to_look_up};
use super::live::Live;
use super::trail::Walk;
use super::{Batch, Days, Failure, Input, LineageId, Operator, Vector, Worker};

/// Which slots an expansion reads and fills.
#[derive(Clone, Copy)]
pub(super) struct Shape<'p> {
    pub from: Slot,
    pub to: Slot,
    pub into: bool,
    pub rel: &'p PatternRel,
    pub different_from: &'p [Slot],
}

pub(super) struct Expand<'p> {
    input: Input<'p>,
    pub shape: Shape<'p>,
    pub live: Live,
    /// Those that are followed, found when the first row is here: what comes before may have created them.
    types: Option<Vec<TypeId>>,
    /// What the start of the last row leads to, or its end is led to from.
    closing: Closing,
    /// The batch that is worked on and the row to go on with.
    current: Option<(Batch, usize)>,
}

impl<'p> Expand<'p> {
    pub(super) fn new(input: Input<'p>, shape: Shape<'p>, live: Live) -> Self {
        Self { input, shape, live, types: None, closing: Closing::default(), current: None }
    }
}

/// The types of these names; all that are stored where none is named.
pub(super) fn types(names: &[String], view: GraphView<'_>) -> Vec<TypeId> {
    let snapshot = view.snapshot();
    if names.is_empty() {
        return snapshot.stored_types().collect();
    }
    names.iter().filter_map(|name| snapshot.catalog().rel_type(name)).collect()
}

/// How many hops each start has, where that takes no look at any.
pub(super) fn count_hops(starts: &[NodeId], hops: &[Hops<'_>]) -> Option<Vec<i64>> {
    let mut counts = vec![0; starts.len()];
    hops.iter().try_for_each(|hops| hops.count_all(starts, &mut counts))?;
    Some(counts)
}

/// Matches of one expansion: the row each belongs to, the relationship or list of them, and the node reached.
#[derive(Default)]
pub(super) struct Found {
    pub rows: Vec<u32>,
    pub rels: Vec<RelId>,
    pub lists: Vec<Value>,
    pub nodes: Vec<NodeId>,
    pub lineage: Vec<LineageId>,
}

impl Found {
    /// Nothing yet, where about so many rows are expected.
    fn expecting(n: usize) -> Self {
        let mut found = Self::default();
        found.rows.reserve(n);
        found.nodes.reserve(n);
        found
    }

    /// Keeps of the hops from this one on those whose relationship passes; what is not asked for is not there.
    fn keep(&mut self, from: usize, mut passes: impl FnMut(RelId) -> bool) {
        fn only<T: Copy>(values: &mut Vec<T>, from: usize, kept: &[bool]) {
            if values.len() > from {
                let rest: Vec<T> = values.drain(from..).zip(kept).filter(|(_, kept)| **kept).map(|(v, _)| v).collect();
                values.extend(rest);
            }
        }
        let kept: Vec<bool> = self.rels[from..].iter().map(|rel| passes(*rel)).collect();
        if kept.iter().all(|kept| *kept) {
            return;
        }
        only(&mut self.rows, from, &kept);
        only(&mut self.rels, from, &kept);
        only(&mut self.nodes, from, &kept);
    }
}

impl Operator for Expand<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        loop {
            let (batch, mut row) = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(worker)? {
                    Some(batch) => (batch, 0),
                    None => return Ok(None),
                },
            };
            self.types.get_or_insert_with(|| types(&self.shape.rel.types, worker.view()));
            let mut found = Found::expecting(batch.len.min(worker.query.batch));
            if self.shape.rel.length.is_none() && !self.shape.into {
                row = self.hops(&batch, row, &mut found, worker)?;
            } else if let Some(next) = self.between(&batch, row, &mut found, worker)? {
                row = next;
            } else {
                while row < batch.len && found.rows.len() < worker.query.batch {
                    worker.query.limits.checkpoint()?;
                    self.row(&batch, row, &mut found, worker)?;
                    row += 1;
                }
            }
            let rows = std::mem::take(&mut found.rows);
            if row == batch.len && rows.iter().copied().eq(0..batch.len as u32) {
                // Each row has one match: the rows stay.
                return Ok(Some(self.out(batch.only(&self.live), found)));
            }
            let out = (!rows.is_empty()).then(|| self.out(batch.gather_live(&rows, &self.live), found));
            if row < batch.len {
                self.current = Some((batch, row));
            }
            if out.is_some() {
                return Ok(out);
            }
        }
    }
}

impl Expand<'_> {
    /// The rows with their matches.
    fn out(&self, mut out: Batch, found: Found) -> Batch {
        if self.live.reads(self.shape.rel.slot) {
            let is_list = self.shape.rel.length.is_some();
            out.set(self.shape.rel.slot, if is_list { Vector::Values(found.lists) } else { Vector::Rels(found.rels) });
        }
        if !self.shape.into && self.live.reads(self.shape.to) {
            out.set(self.shape.to, Vector::Nodes(found.nodes));
        }
        if out.lineage.is_some() {
            out.lineage = Some(found.lineage);
        }
        out
    }

    /// Single hops to any node, of rows from this one on; the row after the last.
    fn hops(
        &self,
        batch: &Batch,
        mut row: usize,
        found: &mut Found,
        worker: &mut Worker<'_>,
    ) -> Result<usize, Failure> {
        let Shape { from, to, rel, different_from, .. } = self.shape;
        let lineage = worker.query.lineage;
        let as_before = lineage && self.always_hold(worker);
        let rels = (lineage && !as_before) || !different_from.is_empty() || self.live.reads(rel.slot);
        let nodes = self.live.reads(to);
        let hops = hops_of(self.types(), rel.direction, self.view(worker));
        if let ([hops], Some(Vector::Nodes(starts))) = (hops.as_slice(), batch.columns.get(from))
            && row == 0
            && batch.len <= worker.query.batch
            && !(rels || lineage)
            && let Some(ends) = hops.one_each(starts)
        {
            (found.rows, found.nodes) = ((0..batch.len as u32).collect(), ends);
            return Ok(batch.len);
        }
        let mut used = Vec::new();
        while row < batch.len && found.rows.len() < worker.query.batch {
            worker.query.limits.checkpoint()?;
            if let Some(start) = node(batch, from, row) {
                let before = found.rows.len();
                for hops in &hops {
                    let n = hops.extend(start, rels.then_some(&mut found.rels), nodes.then_some(&mut found.nodes));
                    found.rows.resize(found.rows.len() + n, row as u32);
                }
                if !different_from.is_empty() {
                    self.used(batch, row, &mut used);
                    found.keep(before, |rel| !used.contains(&rel));
                }
            }
            row += 1;
        }
        drop(hops);
        if as_before {
            found.lineage.extend(found.rows.iter().map(|row| batch.lineage(*row as usize)));
        } else if lineage {
            let ids = self.joined(batch, found, worker);
            let mut kept = ids.iter().map(|id| !worker.never(*id));
            found.keep(0, |_| kept.next().unwrap_or_default());
            found.lineage.extend(ids.into_iter().filter(|id| !worker.never(*id)));
        }
        Ok(row)
    }

    /// Single hops between two nodes of each row, of rows from this one on; the row after the last. `None` where each is looked up by itself.
    fn between(
        &mut self,
        batch: &Batch,
        mut row: usize,
        found: &mut Found,
        worker: &Worker<'_>,
    ) -> Result<Option<usize>, Failure> {
        let Shape { from, to, into, rel, different_from } = self.shape;
        let nodes = [from, to].map(|slot| batch.columns.get(slot));
        let [Some(Vector::Nodes(starts)), Some(Vector::Nodes(ends))] = nodes else { return Ok(None) };
        if !into || rel.is_list() || worker.query.lineage {
            return Ok(None);
        }
        let (view, back) = (self.view(worker), rel.reversed());
        let [leaving, coming] = [rel, &back].map(|rel| hops_of(self.types(), rel.direction, view));
        // Of a long batch some rows are looked at, which choose for themselves.
        let last = batch.len.min(row + 4 * worker.query.batch);
        let (nodes, hops) = ([&starts[row..last], &ends[row..last]], [&leaving[..], &coming]);
        let Some(marked) = side_to_look_up(nodes, hops) else { return Ok(None) };
        let with_rels = !different_from.is_empty() || self.live.reads(rel.slot);
        let mut closing = std::mem::take(&mut self.closing);
        closing.forget();
        let (mut used, bound) = (Vec::new(), view.snapshot().node_bound());
        for (of, other) in nodes[marked].iter().zip(nodes[1 - marked]) {
            if found.rows.len() >= worker.query.batch {
                break;
            }
            worker.query.limits.checkpoint()?;
            closing.begin(*of, hops[marked], bound, with_rels);
            if let Some((times, rels)) = closing.to(*other) {
                let before = found.rows.len();
                found.rows.resize(before + times, row as u32);
                found.rels.extend_from_slice(rels);
                if !different_from.is_empty() {
                    self.used(batch, row, &mut used);
                    found.keep(before, |rel| !used.contains(&rel));
                }
            }
            row += 1;
        }
        self.closing = closing;
        Ok(Some(row))
    }

    /// What each row rests on with the relationship that it follows.
    fn joined(&self, batch: &Batch, found: &Found, worker: &mut Worker<'_>) -> Vec<LineageId> {
        let steps = found.rows.iter().zip(&found.rels).map(|(row, rel)| (batch.lineage(*row as usize), *rel));
        if let ([rel_type], Some(days)) = (self.types(), worker.days.as_mut().filter(|days| days.is_closed())) {
            let view = seen(GraphView::new(worker.draft.version(), &worker.lens), self.shape.rel);
            if let Some(rel_days) = view.days_of_type(*rel_type) {
                return steps.map(|(id, rel)| days.within(id, rel_days.of(rel))).collect();
            }
        }
        steps.map(|(id, rel)| joined(id, rel, worker)).collect()
    }

    /// The relationships that a row may not follow again.
    fn used(&self, batch: &Batch, row: usize, used: &mut Vec<RelId>) {
        used.clear();
        for slot in self.shape.different_from {
            match batch.columns.get(*slot) {
                Some(Vector::Rels(rels)) => used.push(rels[row]),
                _ => collect_rels(&batch.get(*slot, row), used),
            }
        }
    }

    fn row(&self, batch: &Batch, row: usize, found: &mut Found, worker: &mut Worker<'_>) -> Result<(), Failure> {
        let Some(start) = node(batch, self.shape.from, row) else { return Ok(()) };
        let goal = if self.shape.into {
            let Some(goal) = node(batch, self.shape.to, row) else { return Ok(()) };
            Some(goal)
        } else {
            None
        };
        let mut used = Vec::new();
        self.used(batch, row, &mut used);
        let Some((least, most)) = self.shape.rel.length else {
            let before = found.nodes.len();
            let (types, direction) = (self.types(), self.shape.rel.direction);
            let is_met = |step: &Step| goal.is_none_or(|goal| goal == step.node) && !used.contains(&step.rel);
            let mut meet = |step: Step| {
                if is_met(&step) {
                    found.rels.push(step.rel);
                    found.nodes.push(step.node);
                }
            };
            if let Some(goal) = goal {
                each_step_to(self.view(worker), types, direction, (start, goal), &mut meet);
            }
            if worker.query.lineage {
                let steps: Vec<(RelId, NodeId)> = found.rels.drain(before..).zip(found.nodes.drain(before..)).collect();
                for (rel, node) in steps {
                    let id = joined(batch.lineage(row), rel, worker);
                    if !worker.never(id) {
                        found.lineage.push(id);
                        found.rels.push(rel);
                        found.nodes.push(node);
                    }
                }
            }
            found.rows.resize(found.nodes.len(), row as u32);
            return Ok(());
        };
        let rel = self.shape.rel;
        let told_once = !worker.query.lineage || (rel.each.is_none() && self.always_hold(worker));
        if rel.reach && told_once && !self.live.reads(rel.slot) && least <= 1 {
            return self.reach((batch, row), start, goal, (least, most), found, worker);
        }
        let rests = vec![batch.lineage(row)];
        let mut walk = Walk { expand: self, batch, row, goal, least, most, used, path: Vec::new(), rests };
        walk.from(start, found, worker)
    }

    /// Whether it is asked how long rows hold, and they hold as long after they followed such a relationship as before.
    fn always_hold(&self, worker: &Worker<'_>) -> bool {
        let view = self.view(worker);
        let all_hold = |days: &Days| self.types().iter().all(|rel_type| view.all_hold(*rel_type, days.window()));
        worker.days.as_ref().is_some_and(all_hold)
    }

    pub(super) fn types(&self) -> &[TypeId] {
        self.types.as_deref().unwrap_or_default()
    }

    pub(super) fn view<'w>(&self, worker: &'w Worker<'_>) -> GraphView<'w> {
        seen(worker.view(), self.shape.rel)
    }
}

/// The node in a slot of a row.
pub(super) fn node(batch: &Batch, slot: Slot, row: usize) -> Option<NodeId> {
    match batch.columns.get(slot)? {
        Vector::Nodes(nodes) => Some(nodes[row]),
        Vector::Nullable(values, are_there) => match &**values {
            Vector::Nodes(nodes) if are_there[row] => Some(nodes[row]),
            _ => None,
        },
        Vector::Values(values) => match &values[row] {
            Value::Node(node) => Some(*node),
            _ => None,
        },
        _ => None,
    }
}

/// The view in which a part of a pattern is looked for: what is denied is met by who asks for denials.
pub(super) fn seen<'g>(view: GraphView<'g>, rel: &PatternRel) -> GraphView<'g> {
    if rel.negated { view.with_negated() } else { view }
}

/// The relationships of these types, followed this way.
pub(super) fn hops_of<'g>(types: &[TypeId], direction: Direction, view: GraphView<'g>) -> Vec<Hops<'g>> {
    let of = |rel_type: &TypeId| match direction {
        Direction::Out => vec![view.hops(*rel_type, true)],
        Direction::In => vec![view.hops(*rel_type, false)],
        Direction::Both => vec![view.hops(*rel_type, true), view.hops(*rel_type, false).without_loops()],
    };
    types.iter().flat_map(of).collect()
}

/// Calls `visit` for each relationship of these types between two nodes, which are found and not looked for; a loop is met once.
pub(super) fn each_step_to(
    view: GraphView<'_>,
    types: &[TypeId],
    direction: Direction,
    (node, other): (NodeId, NodeId),
    mut visit: impl FnMut(Step),
) {
    let mut between = |rel_type: TypeId, start: NodeId, end: NodeId| {
        let rels = view.snapshot().between(rel_type, start, end).filter(|rel| view.shows_rel(*rel));
        rels.for_each(|rel| visit(Step { rel, node: other }));
    };
    for rel_type in types {
        if direction != Direction::In {
            between(*rel_type, node, other);
        }
        if direction == Direction::In || (direction == Direction::Both && node != other) {
            between(*rel_type, other, node);
        }
    }
}

/// Calls `visit` for each relationship of these types, until it breaks off; a loop is met once.
pub(super) fn for_each_step(
    view: GraphView<'_>,
    types: &[TypeId],
    direction: Direction,
    node: NodeId,
    visit: &mut impl FnMut(Step) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for rel_type in types {
        if direction != Direction::In {
            view.outgoing(*rel_type, node).try_for_each(&mut *visit)?;
        }
        if direction != Direction::Out {
            let both = direction == Direction::Both;
            view.incoming(*rel_type, node).filter(|step| !both || step.node != node).try_for_each(&mut *visit)?;
        }
    }
    ControlFlow::Continue(())
}

pub(super) fn collect_rels(value: &Value, rels: &mut Vec<RelId>) {
    match value {
        Value::Rel(rel) => rels.push(*rel),
        Value::List(list) => list.iter().for_each(|value| collect_rels(value, rels)),
        _ => {}
    }
}

/// The lineage of a row that followed `rel` as well.
pub(super) fn joined(id: LineageId, rel: RelId, worker: &mut Worker<'_>) -> LineageId {
    let id = worker.with(id, Statement::Entity(Entity::Rel(rel)));
    let view = worker.view();
    match view.frame().day().and_then(|day| in_force_by(view, rel, day)) {
        Some(entry) => worker.with(id, entry),
        None => id,
    }
}

/// The chain entry by which a measure's relationship is seen on a day.
pub(super) fn in_force_by(view: GraphView<'_>, rel: RelId, day: Day) -> Option<Statement> {
    let snapshot = view.snapshot();
    let (rel_type, start, _) = snapshot.rel(rel);
    if !snapshot.clips(rel_type) {
        return None;
    }
    let entry = |statement: &Statement| match statement {
        Statement::Status(number) => Some(snapshot.chain_entry(*number)),
        Statement::Entity(_) | Statement::History(_) => None,
    };
    view.deciding(start)
        .filter(|statement| {
            entry(statement).is_some_and(|e| e.state == State::InForce && e.on.first() <= day && day < e.end.day())
        })
        .max_by_key(|statement| entry(statement).map(|e| e.on.first()))
}
