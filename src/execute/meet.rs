//! One shortest path between two given nodes or all of them, where nothing but their relationships' types is asked: searched from both
//! ends at once, each time from the end that has come to fewer nodes.
//!
//! What searches from one node to many others is in `tree.rs`.
//!
//! Between two different nodes a shortest walk repeats no node, so that it meets every restrictor.
//!
//! Source: Pohl, "Bi-directional search", 1971, with steps of a whole level, so that the first meeting is on a shortest path.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::graph::{Hops, TypeId};
use crate::limits::Reservation;
use crate::plan::{Direction, Expr, Restrictor, Search, Selector, Step};
use crate::value::{NodeId, RelId, Value};

use super::automaton::Automaton;
use super::expand::hops_of;
use super::nodes::Nodes;
use super::{Failure, Worker};

/// What is asked of a path that has nothing else asked of it.
pub(super) struct Meeting<'a> {
    types: &'a [TypeId],
    direction: Direction,
    /// Fewest hops: one or none.
    least: u64,
    /// Most hops.
    pub most: u64,
    /// All shortest paths, and not one of them.
    pub all: bool,
    restrictor: Restrictor,
}

/// The paths from a node back to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Back {
    /// The empty one: no hop is asked for.
    Empty,
    /// None: no node may repeat.
    None,
    /// Found like those to others: what comes back to where it began has followed no relationship twice, or may have.
    LikeOthers,
    /// A relationship there and back is no path: the way back is by others.
    ByOthers,
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
        let (mut followed, mut least, mut most) = (None, 1, 1);
        for (at, step) in program.iter().enumerate().filter(|_| is_plain) {
            match step {
                Step::Node(..) | Step::Test(_) | Step::Begin(..) | Step::Gather(_) => {}
                Step::Follow { direction, .. } if followed.is_none() => followed = Some((at, *direction)),
                // The first round is entered by its end.
                Step::Jump(to) if matches!(program.get(*to), Some(Step::Repeat { .. })) => {}
                Step::Repeat { least: from @ (0 | 1), most: until, .. } => {
                    (least, most) = (*from, until.unwrap_or(u64::MAX));
                }
                _ => return None,
            }
        }
        let Search { restrictor, .. } = *automaton.search;
        followed.map(|(at, direction)| Self { types: &automaton.types[at], direction, least, most, all, restrictor })
    }

    /// What is found from a node back to it.
    pub fn back(&self) -> Back {
        match (self.least, self.restrictor, self.direction) {
            (0, ..) => Back::Empty,
            (_, Restrictor::Acyclic, _) => Back::None,
            (_, Restrictor::Trail, Direction::Both) => Back::ByOthers,
            _ => Back::LikeOthers,
        }
    }

    /// Relationships that a search from one node may look at.
    pub fn n_hops(&self, worker: &Worker<'_>) -> usize {
        let catalog = worker.view().snapshot().catalog();
        let n = self.types.iter().map(|of| catalog.n_of_type(*of)).sum::<usize>();
        if self.direction == Direction::Both { 2 * n } else { n }
    }

    /// A search from one end that has not begun: from where paths begin, or from where they end.
    pub fn side<'g>(&'g self, from: NodeId, forwards: bool, worker: &'g Worker<'_>) -> Side<'g> {
        let direction = match self.direction {
            Direction::Out if !forwards => Direction::In,
            Direction::In if !forwards => Direction::Out,
            direction => direction,
        };
        let bound = worker.view().snapshot().node_bound();
        Side::new(from, hops_of(self.types, direction, worker.view()), bound, self.all)
    }

    /// The relationships of each path between two different nodes; none where no path is short enough. Adds how many were looked at.
    pub fn between(
        &self,
        [start, goal]: [NodeId; 2],
        used: &[RelId],
        looked: &mut usize,
        worker: &Worker<'_>,
    ) -> Result<Vec<Vec<RelId>>, Failure> {
        let mut sides = [self.side(start, true, worker), self.side(goal, false, worker)];
        let mut held = worker.query.limits.reservation();
        held.grow(sides.iter().map(Side::bytes).sum())?;
        while sides[0].depth + sides[1].depth < self.most {
            if sides.iter().any(|side| side.frontier.is_empty()) {
                return Ok(Vec::new());
            }
            let [a, b] = &mut sides;
            let (side, other) = if a.frontier.len() <= b.frontier.len() { (a, b) } else { (b, a) };
            let before = side.bytes();
            let met = side.step(Some(other), used, looked, worker)?;
            held.grow(side.bytes() - before)?;
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

    /// The relationships of each path from a node back to it that follows none of them twice: a loop, two to the same node, or a first hop
    /// and a way back by others.
    pub fn round(
        &self,
        start: NodeId,
        used: &[RelId],
        held: &mut Reservation,
        worker: &Worker<'_>,
    ) -> Result<Vec<Vec<RelId>>, Failure> {
        let mut first = Vec::new();
        for hops in hops_of(self.types, self.direction, worker.view()) {
            hops.each(start, |step| first.push((step.node, step.rel)));
        }
        first.retain(|(_, rel)| !used.contains(rel));
        first.sort_unstable();
        let mut loops = first.iter().filter(|(node, _)| *node == start).map(|(_, rel)| vec![*rel]);
        let mut pairs = first.chunk_by(|a, b| a.0 == b.0).flat_map(|same| {
            let others = |rel: RelId| same.iter().map(|(_, other)| *other).filter(move |other| *other != rel);
            same.iter().flat_map(move |(_, rel)| others(*rel).map(|other| vec![*rel, other]))
        });
        let short: [&mut dyn Iterator<Item = Vec<RelId>>; 2] = [&mut loops, &mut pairs];
        for (length, found) in (1..=self.most).zip(short) {
            let mut paths = Vec::new();
            for path in found.take(if self.all { usize::MAX } else { 1 }) {
                worker.query.limits.checkpoint()?;
                held.grow(bytes(length as usize))?;
                paths.push(path);
            }
            if !paths.is_empty() {
                return Ok(paths);
            }
        }
        self.longer_round(start, &first, used, worker)
    }

    /// The same, where each is of three relationships at least.
    fn longer_round(
        &self,
        start: NodeId,
        first: &[(NodeId, RelId)],
        used: &[RelId],
        worker: &Worker<'_>,
    ) -> Result<Vec<Vec<RelId>>, Failure> {
        let (mut paths, mut most) = (Vec::new(), self.most);
        for (node, rel) in first {
            if most < 3 {
                break;
            }
            let back = Self { most: most - 1, ..*self };
            let ways = back.between([*node, start], &[used, &[*rel]].concat(), &mut 0, worker)?;
            let Some(length) = ways.first().map(|way| way.len() as u64 + 1) else { continue };
            if length < most || !self.all {
                paths.clear();
            }
            paths.extend(ways.into_iter().map(|way| [&[*rel], &way[..]].concat()));
            // Of all that are as long each is asked for, and else a shorter one.
            most = if self.all { length } else { length - 1 };
        }
        Ok(paths)
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
        let after = by_goal.all_to(*middle, held, worker)?;
        for mut before in by_start.all_to(*middle, held, worker)? {
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

/// From where and by which relationships a search came to each node.
pub(super) struct Ways {
    start: NodeId,
    came: FxHashMap<NodeId, Vec<(RelId, NodeId)>>,
}

impl Ways {
    /// The relationships of every way from a node back to the start; there are some only of one that was come to.
    pub fn all_to(
        &self,
        node: NodeId,
        held: &mut Reservation,
        worker: &Worker<'_>,
    ) -> Result<Vec<Vec<RelId>>, Failure> {
        let (mut begun, mut done) = (vec![(Vec::new(), node)], Vec::new());
        while let Some((way, node)) = begun.pop() {
            worker.query.limits.checkpoint()?;
            // The start may have been come to as well.
            let is_whole = node == self.start && !way.is_empty();
            let Some(before) = self.came.get(&node).filter(|_| !is_whole) else {
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
}

/// How a search came to a node.
#[derive(Clone, Copy)]
pub(super) struct Came {
    pub node: NodeId,
    /// By which relationship; of the start, none.
    by: Option<RelId>,
    /// The place of the node before.
    from: u32,
}

/// A search from one end.
pub(super) struct Side<'g> {
    hops: Vec<Hops<'g>>,
    pub depth: u64,
    /// Every node in the order in which it was come to, the start first.
    pub came: Vec<Came>,
    /// The places of those it came to last.
    pub frontier: Range<usize>,
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

    /// From now on the start is a node like others, which may be come to.
    pub fn may_come_back(&mut self) {
        self.came.iter().for_each(|start| self.seen.remove(start.node));
    }

    /// Goes one hop further; gives the nodes that the other side has come to as well, the first one if that is enough.
    pub fn step(
        &mut self,
        other: Option<&Side<'_>>,
        used: &[RelId],
        looked: &mut usize,
        worker: &Worker<'_>,
    ) -> Result<Vec<NodeId>, Failure> {
        self.depth += 1;
        let next = self.came.len();
        let Self { hops, came, frontier, seen, again, .. } = self;
        let mut met = Vec::new();
        for from in frontier.clone() {
            worker.query.limits.checkpoint()?;
            let start = came[from].node;
            for hops in &*hops {
                hops.each(start, |step| {
                    *looked += 1;
                    if used.contains(&step.rel) {
                        return;
                    }
                    let hop = Came { node: step.node, by: Some(step.rel), from: from as u32 };
                    if seen.insert(step.node) {
                        came.push(hop);
                        if let Some((last, _)) = again {
                            last.insert(step.node);
                        }
                        if (met.is_empty() || again.is_some()) && other.is_some_and(|other| other.seen.has(step.node)) {
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

    /// Bytes that it keeps.
    pub fn bytes(&self) -> usize {
        let (sets, others) = self.again.as_ref().map_or((1, 0), |(_, others)| (2, others.len()));
        sets * self.seen.bytes() + (self.came.len() + others) * size_of::<Came>()
    }

    /// From where and by which relationships it came to each node.
    pub fn ways(&self) -> Ways {
        let mut ways: FxHashMap<NodeId, Vec<(RelId, NodeId)>> = FxHashMap::default();
        let others = self.again.iter().flat_map(|(_, others)| others);
        for came in self.came.iter().chain(others) {
            if let Some(rel) = came.by {
                ways.entry(came.node).or_default().push((rel, self.came[came.from as usize].node));
            }
        }
        Ways { start: self.came[0].node, came: ways }
    }

    /// The relationships from a node back to the start.
    fn way(&self, node: NodeId) -> Vec<RelId> {
        way(&self.came, self.came.iter().rposition(|came| came.node == node).unwrap_or_default())
    }
}

/// The relationships from what was come to at a place back to the start.
pub(super) fn way(all: &[Came], mut at: usize) -> Vec<RelId> {
    let mut way = Vec::new();
    while let Came { by: Some(rel), from, .. } = all[at] {
        way.push(rel);
        at = from as usize;
    }
    way
}
