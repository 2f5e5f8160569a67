//! Searching paths: a program runs along every walk from a node that it allows.
//!
//! Streams: holds one input batch and the paths of one row. Order: input order, then by last node, then by length under a
//! selector and depth first without. Lineage: `join` of the row and every relationship of the path; with a selector the row also rests on the
//! absence of shorter paths, which can only be said.
//!
//! A walk is kept as its last hop with a link to the hop before, so that walks share what they have in common. Under
//! `WALK` a selector needs each state of the program at a node only as often as it keeps paths, which makes the search end
//! where there are cycles. Under the other restrictors what was walked decides what may follow: the shortest walks are
//! searched all the same, because where they meet the restrictor they are what is wanted, and only for the ends where they do
//! not everything is tried.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::graph::TypeId;
use crate::limits::Reservation;
use crate::plan::{Expr, Restrictor, Search, Selector, Slot, Step};
use crate::value::{self, NodeId, RelId, Value};

use super::eval::{Row, truth};
use super::expand::{collect_rels, for_each_step, joined};
use super::{BATCH, Batch, Failure, Input, Operator, Vector, Worker};

/// Which slots a search reads and fills.
#[derive(Clone, Copy)]
pub(super) struct Ends<'p> {
    pub from: Slot,
    pub to: Slot,
    pub into: bool,
    /// Gets the relationships of the path.
    pub path: Slot,
    pub different_from: &'p [Slot],
}

pub(super) struct Paths<'p> {
    input: Input<'p>,
    ends: Ends<'p>,
    search: &'p Search,
    /// Per step: the types it follows.
    types: Vec<Vec<TypeId>>,
    /// Registers whose value decides what may follow.
    telling: Vec<usize>,
    /// Registers that are seen in the end, or gathered into one that is.
    seen: Vec<usize>,
    /// A condition reads what was gathered on the way: no two walks are alike.
    by_history: bool,
    /// Per part: whether how it was walked decides what may follow.
    part_tells: Vec<bool>,
    current: Option<(Batch, usize)>,
    /// Paths of the last row that did not fit its batch.
    pending: VecDeque<Path>,
}

/// A path that was found.
struct Path {
    rels: Vec<RelId>,
    end: NodeId,
    shown: Vec<Value>,
}

/// A hop of a walk: the one before, the relationship, and the node it reached.
type Hop = (Option<usize>, RelId, NodeId);

/// A run of the program that stands somewhere.
#[derive(Clone)]
struct Run {
    at: usize,
    node: NodeId,
    hop: Option<usize>,
    /// The hop itself, to be put back when a depth-first search comes back to this run.
    last: Option<(RelId, NodeId)>,
    length: u64,
    counters: Vec<u64>,
    registers: Vec<Value>,
    /// The length at which each part began that is not yet at its end.
    parts: Vec<Option<u64>>,
    branches: Vec<usize>,
}

impl<'p> Paths<'p> {
    pub(super) fn new(input: Input<'p>, ends: Ends<'p>, search: &'p Search, worker: &Worker<'_>) -> Self {
        let snapshot = worker.view().snapshot();
        let of_step = |step: &Step| match step {
            Step::Follow { types, .. } if types.is_empty() => snapshot.stored_types().collect(),
            Step::Follow { types, .. } => types.iter().filter_map(|name| snapshot.catalog().rel_type(name)).collect(),
            _ => Vec::new(),
        };
        let types = search.program.iter().map(of_step).collect();
        let telling = telling(search);
        Self {
            input,
            ends,
            search,
            types,
            by_history: gathered(search).any(|register| telling.contains(&register)),
            part_tells: part_tells(search, &telling),
            telling,
            seen: seen(search),
            current: None,
            pending: VecDeque::new(),
        }
    }
}

/// Registers that a condition reads, or that two nodes of the pattern share.
fn telling(search: &Search) -> Vec<usize> {
    let mut met = HashSet::new();
    let shared = search.program.iter().filter_map(|step| match step {
        Step::Node(register, _) if !met.insert(*register) => Some(*register),
        _ => None,
    });
    let found: BTreeSet<usize> = search.conditions().flat_map(Expr::locals).chain(shared).collect();
    found.into_iter().filter(|register| *register < search.registers).collect()
}

/// Parts that restrict how they go on, or whose walk a condition reads.
fn part_tells(search: &Search, telling: &[usize]) -> Vec<bool> {
    let mut tells: Vec<bool> = search.parts.iter().map(|restrictor| *restrictor != Restrictor::Walk).collect();
    for step in &search.program {
        if let Step::Close(part, Some(register)) = step {
            tells[*part] |= telling.contains(register);
        }
    }
    tells
}

/// Registers that hold a list, or a part of the path.
fn gathered(search: &Search) -> impl Iterator<Item = usize> {
    search.program.iter().flat_map(|step| match step {
        Step::Gather(pairs) => pairs.iter().filter(|(from, to)| from != to).map(|(_, to)| *to).collect(),
        Step::Close(_, Some(register)) => vec![*register],
        _ => Vec::new(),
    })
}

/// Registers that are shown, and those that are gathered for it.
fn seen(search: &Search) -> Vec<usize> {
    let gathered = search.program.iter().flat_map(|step| match step {
        Step::Gather(pairs) => pairs.as_slice(),
        _ => &[],
    });
    let sources = gathered.filter(|(from, to)| from != to).map(|(from, _)| *from);
    search.shown.iter().map(|(register, _)| *register).chain(sources).collect()
}

impl Operator for Paths<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        loop {
            let (batch, row) = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(worker)? {
                    Some(batch) => (batch, 0),
                    None => return Ok(None),
                },
            };
            if self.pending.is_empty() {
                worker.query.limits.checkpoint()?;
                self.pending = self.row(&batch, row, worker)?.into();
            }
            let n = self.pending.len().min(BATCH);
            let out = (n > 0).then(|| {
                let paths: Vec<Path> = self.pending.drain(..n).collect();
                self.out(&batch, row, &paths, worker)
            });
            if !self.pending.is_empty() {
                self.current = Some((batch, row));
            } else if row + 1 < batch.len {
                self.current = Some((batch, row + 1));
            }
            if out.is_some() {
                return Ok(out);
            }
        }
    }
}

impl Paths<'_> {
    fn out(&self, batch: &Batch, row: usize, paths: &[Path], worker: &mut Worker<'_>) -> Batch {
        let mut out = batch.gather(&vec![row as u32; paths.len()]);
        let lists = paths.iter().map(|path| Value::list(path.rels.iter().map(|rel| Value::Rel(*rel))));
        out.set(self.ends.path, Vector::Values(lists.collect()));
        for (at, (_, slot)) in self.search.shown.iter().enumerate() {
            out.set(*slot, paths.iter().map(|path| path.shown[at].clone()).collect());
        }
        if !self.ends.into {
            out.set(self.ends.to, Vector::Nodes(paths.iter().map(|path| path.end).collect()));
        }
        if out.lineage.is_some() {
            let before = batch.lineage(row);
            let lineage = paths.iter().map(|path| path.rels.iter().fold(before, |id, rel| joined(id, *rel, worker)));
            out.lineage = Some(lineage.collect());
            worker.lineage.absent |= self.search.selector != Selector::All;
        }
        out
    }

    fn row(&self, batch: &Batch, row: usize, worker: &mut Worker<'_>) -> Result<Vec<Path>, Failure> {
        let Value::Node(start) = batch.get(self.ends.from, row) else { return Ok(Vec::new()) };
        let goal = match (self.ends.into, batch.get(self.ends.to, row)) {
            (false, _) => None,
            (true, Value::Node(node)) => Some(node),
            (true, _) => return Ok(Vec::new()),
        };
        let mut used = Vec::new();
        for slot in self.ends.different_from {
            collect_rels(&batch.get(*slot, row), &mut used);
        }
        let walker = |restrictor, goal| Walker {
            paths: self,
            batch,
            row,
            start,
            goal,
            used: &used,
            restrictor,
            depth_first: self.search.selector == Selector::All,
            hops: Vec::new(),
            found: BTreeMap::new(),
            known: HashSet::new(),
            held: worker.query.limits.reservation(),
        };
        let restrictor = self.search.restrictor;
        if self.search.selector == Selector::All {
            let mut walker = walker(restrictor, goal);
            walker.all(worker)?;
            return Ok(walker.found.into_values().flatten().collect());
        }
        if self.by_history && restrictor != Restrictor::Walk {
            let mut bound = walker(restrictor, goal);
            bound.shortest(worker)?;
            return Ok(bound.found.into_values().flatten().collect());
        }
        let mut free = walker(Restrictor::Walk, goal);
        free.shortest(worker)?;
        let mut kept = Vec::new();
        for (end, walks) in std::mem::take(&mut free.found) {
            let (good, bad): (Vec<Path>, Vec<Path>) =
                walks.into_iter().partition(|walk| allowed(restrictor, start, walk, worker));
            // Of every length there is one: then the others of these lengths are merely left out.
            let lengths = |paths: &[Path]| paths.iter().map(|path| path.rels.len()).collect::<BTreeSet<_>>();
            let groups = matches!(self.search.selector, Selector::ShortestGroups(_));
            if bad.is_empty() || (groups && lengths(&bad).is_subset(&lengths(&good))) {
                kept.extend(good);
            } else {
                let mut bound = walker(restrictor, Some(end));
                bound.shortest(worker)?;
                kept.extend(bound.found.into_values().flatten());
            }
        }
        Ok(kept)
    }
}

/// Whether a path repeats only what it may.
fn allowed(restrictor: Restrictor, start: NodeId, path: &Path, worker: &Worker<'_>) -> bool {
    if restrictor == Restrictor::Walk {
        return true;
    }
    let mut nodes = vec![start];
    for rel in &path.rels {
        let (_, a, b) = worker.view().snapshot().rel(*rel);
        let last = nodes[nodes.len() - 1];
        nodes.push(if a == last { b } else { a });
    }
    let different = |nodes: &[NodeId]| nodes.iter().collect::<HashSet<_>>().len() == nodes.len();
    match restrictor {
        Restrictor::Walk => true,
        Restrictor::Trail => path.rels.iter().collect::<HashSet<_>>().len() == path.rels.len(),
        Restrictor::Acyclic => different(&nodes),
        Restrictor::Simple => different(&nodes[1..]) && (nodes.len() < 2 || different(&nodes[..nodes.len() - 1])),
    }
}

/// The walks of one row.
struct Walker<'a, 'p> {
    paths: &'a Paths<'p>,
    batch: &'a Batch,
    row: usize,
    start: NodeId,
    goal: Option<NodeId>,
    /// Relationships that the rest of the pattern has matched.
    used: &'a [RelId],
    restrictor: Restrictor,
    /// Only the hops of the walk in hand are kept.
    depth_first: bool,
    hops: Vec<Hop>,
    /// By their end, each in order of length.
    found: BTreeMap<NodeId, Vec<Path>>,
    /// Paths that were found, so that none is found twice by another run of the program.
    known: HashSet<(Vec<RelId>, Vec<Told>, Vec<usize>)>,
    held: Reservation,
}

/// A value of a register, as far as it tells runs apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Told {
    Nothing,
    Node(NodeId),
    Rel(RelId),
    List(Vec<Told>),
    Path(Vec<NodeId>, Vec<RelId>),
}

fn told(value: &Value) -> Told {
    match value {
        Value::Node(node) => Told::Node(*node),
        Value::Rel(rel) => Told::Rel(*rel),
        Value::List(list) => Told::List(list.iter().map(told).collect()),
        Value::Path(path) => Told::Path(path.nodes.clone(), path.rels.clone()),
        _ => Told::Nothing,
    }
}

/// Where a run stands, and whatever else decides how it can go on.
type State = (usize, NodeId, Vec<u64>, Vec<Told>, Vec<Told>);

impl Walker<'_, '_> {
    fn search(&self) -> &Search {
        self.paths.search
    }

    fn begin(&self) -> Run {
        Run {
            at: 0,
            node: self.start,
            hop: None,
            last: None,
            length: 0,
            counters: vec![0; self.search().counters],
            registers: vec![Value::Null; self.search().registers],
            parts: vec![None; self.search().parts.len()],
            branches: Vec::new(),
        }
    }

    /// Every path, depth first, on an explicit stack.
    fn all(&mut self, worker: &mut Worker<'_>) -> Result<(), Failure> {
        let mut stack = self.settle(self.begin(), worker)?;
        stack.reverse();
        while let Some(run) = stack.pop() {
            worker.query.limits.checkpoint()?;
            if let (Some((rel, node)), Some(hop)) = (run.last, run.hop) {
                self.hops.truncate(hop);
                self.hops.push((hop.checked_sub(1), rel, node));
            }
            let mut next = self.follow(&run, worker)?;
            next.reverse();
            stack.append(&mut next);
        }
        Ok(())
    }

    /// The paths that the selector keeps, by length.
    fn shortest(&mut self, worker: &mut Worker<'_>) -> Result<(), Failure> {
        let mut visits: HashMap<State, Vec<u64>> = HashMap::new();
        let mut layer = self.settle(self.begin(), worker)?;
        while !layer.is_empty() && !self.is_done() {
            let mut next = Vec::new();
            let mut met = HashSet::new();
            for run in layer {
                worker.query.limits.checkpoint()?;
                if self.restrictor == Restrictor::Walk {
                    let state = self.state(&run);
                    // Two runs of an ambiguous program along one path are one.
                    let seen = self.paths.seen.iter().map(|register| told(&run.registers[*register]));
                    let same = (state.clone(), self.rels(run.hop), seen.collect::<Vec<_>>());
                    if !met.insert((same, run.parts.clone(), run.branches.clone())) {
                        continue;
                    }
                    if !keeps(self.search().selector, visits.entry(state).or_default(), run.length) {
                        continue;
                    }
                }
                next.extend(self.follow(&run, worker)?);
            }
            layer = next;
        }
        Ok(())
    }

    /// Whether nothing longer than what was found can be kept.
    fn is_done(&self) -> bool {
        let Some(found) = self.goal.and_then(|goal| self.found.get(&goal)) else { return false };
        match self.search().selector {
            Selector::All => false,
            Selector::Shortest(k) => found.len() as u64 >= k,
            Selector::ShortestGroups(k) => n_lengths(found) >= k,
        }
    }

    fn state(&self, run: &Run) -> State {
        let telling = self.paths.telling.iter().map(|register| told(&run.registers[*register]));
        let parts = run.parts.iter().zip(&self.paths.part_tells);
        let told_parts = parts.filter_map(|(since, tells)| since.filter(|_| *tells)).map(|since| {
            let path = self.part(run, since);
            Told::Path(path.nodes, path.rels)
        });
        (run.at, run.node, run.counters.clone(), telling.collect(), told_parts.collect())
    }

    /// The hops of a run from a length on, the last first.
    fn back(&self, run: &Run, since: u64) -> impl Iterator<Item = &Hop> {
        let hops = std::iter::successors(run.hop, |at| self.hops[*at].0);
        hops.take((run.length - since) as usize).map(|at| &self.hops[at])
    }

    /// The walk of a run from a length on.
    fn part(&self, run: &Run, since: u64) -> value::Path {
        let mut rels: Vec<RelId> = self.back(run, since).map(|(_, rel, _)| *rel).collect();
        let mut nodes: Vec<NodeId> = self.back(run, since).map(|(.., node)| *node).collect();
        nodes.push(self.node_at(run, since));
        rels.reverse();
        nodes.reverse();
        value::Path { nodes, rels }
    }

    /// The node where a run was at a length.
    fn node_at(&self, run: &Run, length: u64) -> NodeId {
        if length == 0 {
            return self.start;
        }
        let mut hops = std::iter::successors(run.hop, |at| self.hops[*at].0);
        hops.nth((run.length - length) as usize).map_or(self.start, |at| self.hops[at].2)
    }

    /// The relationships of a walk.
    fn rels(&self, mut hop: Option<usize>) -> Vec<RelId> {
        let mut rels = Vec::new();
        while let Some(at) = hop {
            let (before, rel, _) = self.hops[at];
            rels.push(rel);
            hop = before;
        }
        rels.reverse();
        rels
    }

    /// Whether a walk may go on along a relationship.
    fn may(&self, run: &Run, rel: RelId, node: NodeId) -> bool {
        let parts = run.parts.iter().zip(&self.search().parts);
        let mut open = parts.filter_map(|(since, restrictor)| since.map(|since| (*restrictor, since)));
        !self.used.contains(&rel)
            && self.allows(self.restrictor, run, 0, rel, node)
            && open.all(|(restrictor, since)| self.allows(restrictor, run, since, rel, node))
    }

    /// Whether a restrictor on what was walked from a length on lets it go on along a relationship.
    fn allows(&self, restrictor: Restrictor, run: &Run, since: u64, rel: RelId, node: NodeId) -> bool {
        let reached = |node| self.back(run, since).any(|(.., other)| *other == node);
        match restrictor {
            Restrictor::Walk => true,
            Restrictor::Trail => self.back(run, since).all(|(_, other, _)| *other != rel),
            Restrictor::Acyclic => node != self.node_at(run, since) && !reached(node),
            // It may come back to where it began, and then goes no further.
            Restrictor::Simple => !reached(self.node_at(run, since)) && !reached(node),
        }
    }

    /// The runs that a relationship takes on, each before the next relationship.
    fn follow(&mut self, run: &Run, worker: &mut Worker<'_>) -> Result<Vec<Run>, Failure> {
        let search = self.paths.search;
        let Some(Step::Follow { register, direction, condition, .. }) = search.program.get(run.at) else {
            return Ok(Vec::new());
        };
        let mut steps = Vec::new();
        let _ = for_each_step(worker.view(), &self.paths.types[run.at], *direction, run.node, &mut |step| {
            if self.may(run, step.rel, step.node) {
                steps.push(step);
            }
            ControlFlow::Continue(())
        });
        let mut next = Vec::new();
        for step in steps {
            let mut run = run.clone();
            run.registers[*register] = Value::Rel(step.rel);
            if !self.holds(condition.as_ref(), &run, worker)? {
                continue;
            }
            if self.depth_first {
                self.hops.truncate(run.hop.map_or(0, |hop| hop + 1));
            } else {
                self.held.grow(size_of::<Hop>())?;
            }
            self.hops.push((run.hop, step.rel, step.node));
            (run.hop, run.last) = (Some(self.hops.len() - 1), Some((step.rel, step.node)));
            (run.at, run.node, run.length) = (run.at + 1, step.node, run.length + 1);
            next.extend(self.settle(run, worker)?);
        }
        Ok(next)
    }

    /// Runs the program until it follows a relationship; what comes to its end is a path.
    fn settle(&mut self, run: Run, worker: &mut Worker<'_>) -> Result<Vec<Run>, Failure> {
        let search = self.paths.search;
        let mut settled = Vec::new();
        let mut open = vec![run];
        while let Some(mut run) = open.pop() {
            worker.query.limits.checkpoint()?;
            let Some(step) = search.program.get(run.at) else {
                self.arrive(&run)?;
                continue;
            };
            match step {
                Step::Follow { .. } => {
                    settled.push(run);
                    continue;
                }
                Step::Node(register, condition) => {
                    let here = Value::Node(run.node);
                    let held = &run.registers[*register];
                    if !held.is_null() && told(held) != told(&here) {
                        continue;
                    }
                    run.registers[*register] = here;
                    if !self.holds(condition.as_ref(), &run, worker)? {
                        continue;
                    }
                }
                Step::Test(condition) => {
                    if !self.holds(Some(condition), &run, worker)? {
                        continue;
                    }
                }
                Step::Either(ways) => {
                    open.extend(ways.iter().rev().map(|way| Run { at: *way, ..run.clone() }));
                    continue;
                }
                Step::Jump(to) => {
                    run.at = *to;
                    open.push(run);
                    continue;
                }
                Step::Begin(counter, lists) => {
                    run.counters[*counter] = 0;
                    for list in lists {
                        run.registers[*list] = Value::list([]);
                    }
                }
                Step::Repeat { counter, least, most, body } => {
                    let rounds = run.counters[*counter];
                    if most.is_none_or(|most| rounds < most) {
                        let mut again = run.clone();
                        // Beyond `least` the number of rounds no longer matters where there is no end.
                        again.counters[*counter] = if most.is_none() { (rounds + 1).min(*least) } else { rounds + 1 };
                        again.at = *body;
                        // The round comes after the way out, so that shorter paths come first.
                        open.push(again);
                    }
                    if rounds < *least {
                        continue;
                    }
                    run.counters[*counter] = 0;
                }
                Step::Gather(pairs) => {
                    for (from, to) in pairs {
                        let value = std::mem::take(&mut run.registers[*from]);
                        if let Value::List(list) = &run.registers[*to] {
                            run.registers[*to] = Value::list(list.iter().cloned().chain([value]));
                        }
                    }
                }
                Step::Branch(number) => run.branches.push(*number),
                Step::Open(part) => run.parts[*part] = Some(run.length),
                Step::Close(part, register) => {
                    let since = run.parts[*part].take().unwrap_or(run.length);
                    if let Some(register) = register {
                        run.registers[*register] = Value::Path(Arc::new(self.part(&run, since)));
                    }
                }
            }
            run.at += 1;
            open.push(run);
        }
        Ok(settled)
    }

    fn holds(&self, condition: Option<&Expr>, run: &Run, worker: &mut Worker<'_>) -> Result<bool, Failure> {
        let Some(condition) = condition else { return Ok(true) };
        let mut row = Row::new(self.batch, self.row);
        row.locals.clone_from(&run.registers);
        let value = row.eval(condition, worker)?;
        Ok(truth(&value, "a condition")? == Some(true))
    }

    /// A path is complete.
    fn arrive(&mut self, run: &Run) -> Result<(), Failure> {
        if self.goal.is_some_and(|goal| goal != run.node) {
            return Ok(());
        }
        let rels = self.rels(run.hop);
        let shown: Vec<Value> =
            self.search().shown.iter().map(|(register, _)| run.registers[*register].clone()).collect();
        if !self.known.insert((rels.clone(), shown.iter().map(told).collect(), run.branches.clone())) {
            return Ok(());
        }
        let selector = self.search().selector;
        let found = self.found.entry(run.node).or_default();
        let is_kept = match selector {
            Selector::All => true,
            Selector::Shortest(k) => (found.len() as u64) < k,
            Selector::ShortestGroups(k) => {
                n_lengths(found) < k || found.last().is_some_and(|path| path.rels.len() == rels.len())
            }
        };
        if is_kept {
            self.held.grow(size_of::<Path>() + 2 * size_of_val(rels.as_slice()))?;
            found.push(Path { rels, end: run.node, shown });
        }
        Ok(())
    }
}

/// Different lengths of paths that are in order of length.
fn n_lengths(paths: &[Path]) -> u64 {
    paths.chunk_by(|a, b| a.rels.len() == b.rels.len()).count() as u64
}

/// Whether a state needs to be gone on from once more, at this length.
fn keeps(selector: Selector, visits: &mut Vec<u64>, length: u64) -> bool {
    let keep = match selector {
        Selector::All => true,
        Selector::Shortest(k) => (visits.len() as u64) < k,
        Selector::ShortestGroups(k) => {
            if visits.last() == Some(&length) {
                return true;
            }
            (visits.len() as u64) < k
        }
    };
    if keep {
        visits.push(length);
    }
    keep
}
