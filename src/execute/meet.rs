//! One shortest path between two given nodes, where nothing but its relationships' types is asked of it: searched from both ends
//! at once, each time from the end that has come to fewer nodes.
//!
//! Between two different nodes a shortest walk repeats no node, so that it meets every restrictor.
//!
//! Source: Pohl, "Bi-directional search", 1971, with steps of a whole level, so that the first meeting is on a shortest path.

use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use crate::graph::TypeId;
use crate::plan::{Direction, Expr, Search, Selector, Step};
use crate::value::{NodeId, RelId, Value};

use super::automaton::Automaton;
use super::expand::for_each_step;
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
        let back = match self.direction {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
            Direction::Both => Direction::Both,
        };
        let mut sides = [Side::new(start, self.direction), Side::new(goal, back)];
        let mut held = worker.query.limits.reservation();
        while sides[0].depth + sides[1].depth < self.most {
            if sides.iter().any(|side| side.frontier.is_empty()) {
                return Ok(None);
            }
            let [a, b] = &mut sides;
            let (side, other) = if a.frontier.len() <= b.frontier.len() { (a, b) } else { (b, a) };
            let before = side.came.len();
            let met = side.step(self.types, other, used, worker)?;
            held.grow((side.came.len() - before) * size_of::<(NodeId, (RelId, NodeId))>())?;
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

/// A search from one end.
struct Side {
    start: NodeId,
    direction: Direction,
    depth: u64,
    /// The nodes it came to last.
    frontier: Vec<NodeId>,
    /// How it came to each node: by which relationship, from where.
    came: FxHashMap<NodeId, (RelId, NodeId)>,
}

impl Side {
    fn new(start: NodeId, direction: Direction) -> Self {
        Self { start, direction, depth: 0, frontier: vec![start], came: FxHashMap::default() }
    }

    fn has(&self, node: NodeId) -> bool {
        node == self.start || self.came.contains_key(&node)
    }

    /// Goes one hop further; gives a node that the other side has come to as well.
    fn step(
        &mut self,
        types: &[TypeId],
        other: &Side,
        used: &[RelId],
        worker: &Worker<'_>,
    ) -> Result<Option<NodeId>, Failure> {
        let mut next = Vec::new();
        self.depth += 1;
        for from in std::mem::take(&mut self.frontier) {
            worker.query.limits.checkpoint()?;
            let mut met = None;
            let _ = for_each_step(worker.view(), types, self.direction, from, &mut |step| {
                if !used.contains(&step.rel) && !self.has(step.node) {
                    self.came.insert(step.node, (step.rel, from));
                    if other.has(step.node) {
                        met = Some(step.node);
                        return ControlFlow::Break(());
                    }
                    next.push(step.node);
                }
                ControlFlow::Continue(())
            });
            if met.is_some() {
                return Ok(met);
            }
        }
        self.frontier = next;
        Ok(None)
    }

    /// The relationships from a node back to the start.
    fn way(&self, mut node: NodeId) -> Vec<RelId> {
        let mut way = Vec::new();
        while let Some((rel, from)) = self.came.get(&node) {
            way.push(*rel);
            node = *from;
        }
        way
    }
}
