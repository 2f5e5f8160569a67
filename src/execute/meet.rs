//! One shortest path between two given nodes or all of them, where nothing but their relationships' types is asked: searched from both
//! ends at once, each time from the end that has come to fewer nodes.
//!
//! Between two different nodes a shortest walk repeats no node, so that it meets every restrictor.
//!
//! Source: Pohl, "Bi-directional search", 1971, with steps of a whole level, so that the first meeting is on a shortest path.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::graph::{Hops, TypeId};
use crate::limits::Reservation;
use crate::plan::{Direction, Expr, Search, Selector, Step};
use crate::value::{NodeId, RelId, Value};

use super::automaton::Automaton;
use super::expand::hops_of;
use super::nodes::Nodes;
use super::{Failure, Worker};

/// What is asked of a path that has nothing else asked of it.
pub(super) struct Meeting<'a> {
    types: &'a [TypeId],
    direction: Direction,
    /// Most hops.
    most: u64,
    /// All shortest paths, and not one of them.
    all: bool,
}

impl<'a> Meeting<'a> {
    /// Of a search that asks for paths of one kind of relationship, of at least one hop at most.
    pub fn of(automaton: &'a Automaton<'_>) -> Option<Self> {
        let Search { program, shown, parts, selector, .. } = automaton.search;
        let all = *selector == Selector::ShortestGroups(1);
        let is_plain = (all || *selector == Selector::Shortest(1))
            && shown.is_empty()
            && parts.is_empty()
            && automaton.telling.is_empty()
            && automaton.search.conditions().all(|condition| *condition == Expr::Constant(Value::Bool(true)));
        let (mut followed, mut most) = (None, 1);
        for (at, step) in program.iter().enumerate().filter(|_| is_plain) {
            match step {
                Step::Node(..) | Step::Test(_) | Step::Begin(..) | Step::Gather(_) => {}
                Step::Follow { direction, .. } if followed.is_none() => followed = Some((at, *direction)),
                // The first round is entered by its end.
                Step::Jump(to) if matches!(program.get(*to), Some(Step::Repeat { .. })) => {}
                Step::Repeat { least: 0 | 1, most: until, .. } => most = until.unwrap_or(u64::MAX),
                _ => return None,
            }
        }
        followed.map(|(at, direction)| Self { types: &automaton.types[at], direction, most, all })
    }

    /// The relationships of each path between two different nodes; none where no path is short enough.
    pub fn between(
        &self,
        start: NodeId,
        goal: NodeId,
        used: &[RelId],
        worker: &Worker<'_>,
    ) -> Result<Vec<Vec<RelId>>, Failure> {
        let bound = worker.view().snapshot().node_bound();
        let back = match self.direction {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
            Direction::Both => Direction::Both,
        };
        let mut sides = [(start, self.direction), (goal, back)]
            .map(|(from, direction)| Side::new(from, hops_of(self.types, direction, worker.view()), bound, self.all));
        let mut held = worker.query.limits.reservation();
        held.grow(if self.all { 4 } else { 2 } * bound.div_ceil(8) as usize)?;
        while sides[0].depth + sides[1].depth < self.most {
            if sides.iter().any(|side| side.frontier.is_empty()) {
                return Ok(Vec::new());
            }
            let [a, b] = &mut sides;
            let (side, other) = if a.frontier.len() <= b.frontier.len() { (a, b) } else { (b, a) };
            let before = side.n_held();
            let met = side.step(other, used, worker)?;
            held.grow((side.n_held() - before) * size_of::<Came>())?;
            match met.as_slice() {
                [] => {}
                [middle] if !self.all => {
                    let mut path = sides[0].way(*middle);
                    path.reverse();
                    path.extend(sides[1].way(*middle));
                    return Ok(vec![path]);
                }
                _ => return joined(&sides, &met, &mut held, worker),
            }
        }
        Ok(Vec::new())
    }
}

/// Every path over these nodes, which both sides have come to.
fn joined(
    sides: &[Side<'_>; 2],
    met: &[NodeId],
    held: &mut Reservation,
    worker: &Worker<'_>,
) -> Result<Vec<Vec<RelId>>, Failure> {
    let [by_start, by_goal] = sides.each_ref().map(Side::ways);
    let mut paths = Vec::new();
    for middle in met {
        let after = all_ways(&by_goal, *middle, held, worker)?;
        for mut before in all_ways(&by_start, *middle, held, worker)? {
            worker.query.limits.checkpoint()?;
            before.reverse();
            for after in &after {
                held.grow(bytes(before.len() + after.len()))?;
                paths.push([&before[..], after].concat());
            }
        }
    }
    Ok(paths)
}

/// Bytes of a list of so many relationships.
fn bytes(n: usize) -> usize {
    size_of::<Vec<RelId>>() + n * size_of::<RelId>()
}

/// From where and by which relationships a search came to each node; the start is not among them.
type Ways = FxHashMap<NodeId, Vec<(RelId, NodeId)>>;

/// The relationships of every way from a node back to the start.
fn all_ways(
    ways: &Ways,
    node: NodeId,
    held: &mut Reservation,
    worker: &Worker<'_>,
) -> Result<Vec<Vec<RelId>>, Failure> {
    let (mut begun, mut done) = (vec![(Vec::new(), node)], Vec::new());
    while let Some((way, node)) = begun.pop() {
        worker.query.limits.checkpoint()?;
        let Some(before) = ways.get(&node) else {
            done.push(way);
            continue;
        };
        for (rel, from) in before {
            held.grow(bytes(way.len() + 1))?;
            begun.push(([&way[..], &[*rel]].concat(), *from));
        }
    }
    Ok(done)
}

/// How a search came to a node.
#[derive(Clone, Copy)]
struct Came {
    node: NodeId,
    /// By which relationship; of the start, none.
    by: Option<RelId>,
    /// The place of the node before.
    from: u32,
}

/// A search from one end.
struct Side<'g> {
    hops: Vec<Hops<'g>>,
    depth: u64,
    /// Every node in the order in which it was come to, the start first.
    came: Vec<Came>,
    /// The places of those it came to last.
    frontier: Range<usize>,
    /// The nodes that it came to.
    seen: Nodes,
    /// Where all paths are asked for: the nodes it came to last, and other hops to them.
    again: Option<(Nodes, Vec<Came>)>,
}

impl<'g> Side<'g> {
    fn new(start: NodeId, hops: Vec<Hops<'g>>, bound: u32, all: bool) -> Self {
        let mut seen = Nodes::below(bound as usize);
        seen.insert(start);
        let came = vec![Came { node: start, by: None, from: 0 }];
        let again = all.then(|| (Nodes::below(bound as usize), Vec::new()));
        Self { hops, depth: 0, came, frontier: 0..1, seen, again }
    }

    /// Goes one hop further; gives the nodes that the other side has come to as well, the first one if that is enough.
    fn step(&mut self, other: &Side<'_>, used: &[RelId], worker: &Worker<'_>) -> Result<Vec<NodeId>, Failure> {
        self.depth += 1;
        let next = self.came.len();
        let Self { hops, came, frontier, seen, again, .. } = self;
        let mut met = Vec::new();
        for from in frontier.clone() {
            worker.query.limits.checkpoint()?;
            let start = came[from].node;
            for hops in &*hops {
                hops.each(start, |step| {
                    if used.contains(&step.rel) {
                        return;
                    }
                    let hop = Came { node: step.node, by: Some(step.rel), from: from as u32 };
                    if seen.insert(step.node) {
                        came.push(hop);
                        if let Some((last, _)) = again {
                            last.insert(step.node);
                        }
                        if (met.is_empty() || again.is_some()) && other.seen.has(step.node) {
                            met.push(step.node);
                        }
                    } else if let Some((last, others)) = again
                        && last.has(step.node)
                    {
                        others.push(hop);
                    }
                });
            }
            if !met.is_empty() && again.is_none() {
                return Ok(met);
            }
        }
        *frontier = next..came.len();
        if let Some((last, _)) = again {
            came[next..].iter().for_each(|came| last.remove(came.node));
        }
        Ok(met)
    }

    /// How many hops it keeps.
    fn n_held(&self) -> usize {
        self.came.len() + self.again.as_ref().map_or(0, |(_, others)| others.len())
    }

    /// From where and by which relationships it came to each node.
    fn ways(&self) -> Ways {
        let mut ways = Ways::default();
        let others = self.again.iter().flat_map(|(_, others)| others);
        for came in self.came.iter().chain(others) {
            if let Some(rel) = came.by {
                ways.entry(came.node).or_default().push((rel, self.came[came.from as usize].node));
            }
        }
        ways
    }

    /// The relationships from a node back to the start.
    fn way(&self, node: NodeId) -> Vec<RelId> {
        let mut way = Vec::new();
        let mut at = self.came.iter().rposition(|came| came.node == node).unwrap_or_default();
        while let Came { by: Some(rel), from, .. } = self.came[at] {
            way.push(rel);
            at = from as usize;
        }
        way
    }
}
