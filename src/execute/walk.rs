//! A program runs along every walk from a node that it allows.
//!
//! A walk is kept as its last hop with a link to the hop before, so that walks share what they have in common. Under
//! `WALK` a selector needs each state of the program at a node only as often as it keeps paths, which makes the search end
//! where there are cycles. Under the other restrictors what was walked decides what may follow: the shortest walks are
//! searched all the same, because where they meet the restrictor they are what is wanted, and only for the ends where they do
//! not everything is tried.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::limits::{Limits, Reservation};
use crate::plan::{Expr, Restrictor, Search, Selector, Step};
use crate::value::{self, NodeId, RelId, Value};

use super::automaton::Automaton;
use super::eval::Row;
use super::expand::for_each_step;
use super::{Batch, Failure, Worker};

/// A path that was found.
pub(super) struct Path {
    pub rels: Vec<RelId>,
    pub end: NodeId,
    pub shown: Vec<Value>,
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

/// Whether a path repeats only what it may.
pub(super) fn allowed(restrictor: Restrictor, start: NodeId, path: &Path, worker: &Worker<'_>) -> bool {
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

/// Where walks begin.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub batch: &'a Batch,
    pub row: usize,
    pub start: NodeId,
    /// Relationships that the rest of the pattern has matched.
    pub used: &'a [RelId],
}

/// The walks of one row.
pub(super) struct Walker<'a, 'p> {
    automaton: &'a Automaton<'p>,
    place: Place<'a>,
    restrictor: Restrictor,
    goal: Option<NodeId>,
    /// Only the hops of the walk in hand are kept.
    depth_first: bool,
    hops: Vec<Hop>,
    /// By their end, each in order of length.
    pub found: BTreeMap<NodeId, Vec<Path>>,
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

impl<'a, 'p> Walker<'a, 'p> {
    pub fn new(
        automaton: &'a Automaton<'p>,
        place: Place<'a>,
        restrictor: Restrictor,
        goal: Option<NodeId>,
        limits: &Limits,
    ) -> Self {
        Self {
            automaton,
            place,
            restrictor,
            goal,
            depth_first: automaton.search.selector == Selector::All,
            hops: Vec::new(),
            found: BTreeMap::new(),
            known: HashSet::new(),
            held: limits.reservation(),
        }
    }

    fn search(&self) -> &Search {
        self.automaton.search
    }

    fn begin(&self) -> Run {
        Run {
            at: 0,
            node: self.place.start,
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
    pub fn all(&mut self, worker: &mut Worker<'_>) -> Result<(), Failure> {
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
    pub fn shortest(&mut self, worker: &mut Worker<'_>) -> Result<(), Failure> {
        let mut visits: HashMap<State, Vec<Visit>> = HashMap::new();
        let mut layer = self.settle(self.begin(), worker)?;
        while !layer.is_empty() && !self.is_done() {
            let mut next = Vec::new();
            let mut met = HashSet::new();
            for run in layer {
                worker.query.limits.checkpoint()?;
                if self.restrictor == Restrictor::Walk {
                    let state = self.state(&run);
                    // Two runs of an ambiguous program along one path are one.
                    let seen = self.automaton.seen.iter().map(|register| told(&run.registers[*register]));
                    let same = (state.clone(), self.rels(run.hop), seen.collect::<Vec<_>>(), run.counters.clone());
                    if !met.insert((same, run.parts.clone(), run.branches.clone())) {
                        continue;
                    }
                    let visit = Visit { length: run.length, rounds: run.counters.clone() };
                    if !keeps(self.search().selector, visits.entry(state).or_default(), visit) {
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
        let telling = self.automaton.telling.iter().map(|register| told(&run.registers[*register]));
        let parts = run.parts.iter().zip(&self.automaton.part_tells);
        let told_parts = parts.filter_map(|(since, tells)| since.filter(|_| *tells)).map(|since| {
            let path = self.part(run, since);
            Told::Path(path.nodes, path.rels)
        });
        // Of rounds beyond the least only how many are left matters, which `Visit` compares.
        let rounds = run.counters.iter().zip(&self.automaton.least).map(|(rounds, least)| *rounds.min(least));
        (run.at, run.node, rounds.collect(), telling.collect(), told_parts.collect())
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
            return self.place.start;
        }
        let mut hops = std::iter::successors(run.hop, |at| self.hops[*at].0);
        hops.nth((run.length - length) as usize).map_or(self.place.start, |at| self.hops[at].2)
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
        !self.place.used.contains(&rel)
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
        let search = self.automaton.search;
        let Some(Step::Follow { register, direction, condition, .. }) = search.program.get(run.at) else {
            return Ok(Vec::new());
        };
        let mut steps = Vec::new();
        let _ = for_each_step(worker.view(), &self.automaton.types[run.at], *direction, run.node, &mut |step| {
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
        let search = self.automaton.search;
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
        let mut row = Row::new(self.place.batch, self.place.row);
        row.locals.clone_from(&run.registers);
        row.holds(condition, worker)
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

/// A run that came to a state: after how many hops, and how many rounds of each repetition.
#[derive(PartialEq)]
struct Visit {
    length: u64,
    rounds: Vec<u64>,
}

impl Visit {
    /// Whatever may follow the other run may follow this one, which is no longer.
    fn replaces(&self, other: &Visit) -> bool {
        self.length <= other.length && self.rounds.iter().zip(&other.rounds).all(|(mine, others)| mine <= others)
    }
}

/// Whether a state needs to be gone on from once more, by this run.
fn keeps(selector: Selector, visits: &mut Vec<Visit>, visit: Visit) -> bool {
    let before = visits.iter().filter(|before| before.replaces(&visit));
    let keep = match selector {
        Selector::All => true,
        Selector::Shortest(k) => (before.count() as u64) < k,
        Selector::ShortestGroups(k) => {
            let shorter: BTreeSet<u64> =
                before.map(|before| before.length).filter(|length| *length < visit.length).collect();
            (shorter.len() as u64) < k
        }
    };
    if keep && (matches!(selector, Selector::Shortest(_)) || !visits.contains(&visit)) {
        visits.push(visit);
    }
    keep
}
