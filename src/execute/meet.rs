//! One shortest path between two given nodes, where nothing but its relationships' types is asked of it: searched from both ends
//! at once, each time from the end that has come to fewer nodes.
//!
//! Between two different nodes a shortest walk repeats no node, so that it meets every restrictor.
//!
//! Source: Pohl, "Bi-directional search", 1971, with steps of a whole level, so that the first meeting is on a shortest path.

use std::ops::Range;

use crate::graph::{Hops, TypeId};
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
}

impl<'a> Meeting<'a> {
    /// Of a search that asks for one path of one kind of relationship, of at least one hop at most.
    pub fn of(automaton: &'a Automaton<'_>) -> Option<Self> {
        let Search { program, shown, parts, selector, .. } = automaton.search;
        let is_plain = *selector == Selector::Shortest(1)
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
        followed.map(|(at, direction)| Self { types: &automaton.types[at], direction, most })
    }

    /// The relationships of a shortest path between two different nodes; `None` where none is short enough.
    pub fn between(
        &self,
        start: NodeId,
        goal: NodeId,
        used: &[RelId],
        worker: &Worker<'_>,
    ) -> Result<Option<Vec<RelId>>, Failure> {
        let bound = worker.view().snapshot().node_bound();
        let back = match self.direction {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
            Direction::Both => Direction::Both,
        };
        let mut sides = [(start, self.direction), (goal, back)]
            .map(|(from, direction)| Side::new(from, hops_of(self.types, direction, worker.view()), bound));
        let mut held = worker.query.limits.reservation();
        held.grow(2 * bound.div_ceil(8) as usize)?;
        while sides[0].depth + sides[1].depth < self.most {
            if sides.iter().any(|side| side.frontier.is_empty()) {
                return Ok(None);
            }
            let [a, b] = &mut sides;
            let (side, other) = if a.frontier.len() <= b.frontier.len() { (a, b) } else { (b, a) };
            let before = side.came.len();
            let met = side.step(other, used, worker)?;
            held.grow((side.came.len() - before) * size_of::<Came>())?;
            if let Some(middle) = met {
                let mut path = sides[0].way(middle);
                path.reverse();
                path.extend(sides[1].way(middle));
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
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
}

impl<'g> Side<'g> {
    fn new(start: NodeId, hops: Vec<Hops<'g>>, bound: u32) -> Self {
        let mut seen = Nodes::below(bound as usize);
        seen.insert(start);
        Self { hops, depth: 0, came: vec![Came { node: start, by: None, from: 0 }], frontier: 0..1, seen }
    }

    /// Goes one hop further; gives a node that the other side has come to as well.
    fn step(&mut self, other: &Side<'_>, used: &[RelId], worker: &Worker<'_>) -> Result<Option<NodeId>, Failure> {
        self.depth += 1;
        let next = self.came.len();
        let Self { hops, came, frontier, seen, .. } = self;
        for from in frontier.clone() {
            worker.query.limits.checkpoint()?;
            let (start, mut met) = (came[from].node, None);
            for hops in &*hops {
                hops.each(start, |step| {
                    if !used.contains(&step.rel) && seen.insert(step.node) {
                        came.push(Came { node: step.node, by: Some(step.rel), from: from as u32 });
                        if met.is_none() && other.seen.has(step.node) {
                            met = Some(step.node);
                        }
                    }
                });
            }
            if met.is_some() {
                return Ok(met);
            }
        }
        self.frontier = next..self.came.len();
        Ok(None)
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
