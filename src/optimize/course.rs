//! In which order a pattern is matched: the course that is expected to cost least.
//!
//! From each node that it may be worth while to begin with, greedily: the next step is the one that leaves the fewest rows, with all
//! conditions tested that can be tested then. Of these courses the cheapest is taken. A node that is looked up by a value that one
//! node has may come at any time; a relationship between two nodes that are there leaves few rows, and so comes soon.
//!
//! Source: Fegaras, "A new heuristic for optimizing large queries", DEXA 1998 (greedy by the rows that a join leaves).

use std::collections::BTreeSet;

use crate::graph::{LabelId, Population};
use crate::plan::{Expr, Pattern, PatternRel, Plan, Slot};

use super::Facts;
use super::cost::{self, Estimate};
use super::find::{self, Sought};
use super::keep::part;

/// The next thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A node is found by itself: by this condition, or by its label.
    Find { node: usize, by: Option<usize> },
    /// A relationship is followed.
    Follow { rel: usize, from_left: bool },
}

/// How to begin, and what is left for the end.
pub(super) struct Course<'a> {
    /// The node of this place in the pattern is found first.
    pub start: usize,
    /// Relationships that lead to these slots are followed last: they are read later, and nothing else is.
    pub last: &'a BTreeSet<Slot>,
}

/// So many more rows does a step seem to leave that is left for the end.
const LATER: f64 = 1e12;

/// Patterns of more nodes are begun in one way.
const MOST: usize = 12;

/// The steps of the cheapest course, or of the cheapest that is such a one.
pub(super) fn cheapest(pattern: &Pattern, input: &Plan, facts: &Facts<'_>, course: Option<&Course<'_>>) -> Vec<Step> {
    let choosing = Choosing::new(pattern, facts, course);
    let begun = choosing.begun(input);
    let starts = course.map_or_else(|| choosing.starts(), |course| vec![course.start]);
    let is_alone = starts.len() <= 1;
    let from = |start: &usize| {
        let step = choosing.find(*start, &begun);
        choosing.go_on(choosing.after(&begun, step, !is_alone), !is_alone)
    };
    let courses = starts.iter().filter(|start| !begun.filled(pattern.nodes[**start].slot)).map(from);
    let cheapest = courses.min_by(|a, b| a.estimate.cost.total_cmp(&b.estimate.cost));
    cheapest.unwrap_or_else(|| choosing.go_on(begun, false)).steps
}

/// The nodes that it may be worth while to begin with; none where something is there already.
pub(super) fn starts(pattern: &Pattern, facts: &Facts<'_>) -> Vec<usize> {
    Choosing::new(pattern, facts, None).starts()
}

/// The steps in the order of the text, with nothing looked up.
pub(super) fn in_order(pattern: &Pattern, facts: &Facts<'_>) -> Vec<Step> {
    let choosing = Choosing { sought: vec![Vec::new(); pattern.nodes.len()], ..Choosing::new(pattern, facts, None) };
    let mut so_far = choosing.begun(&Plan::Unit);
    loop {
        let follow = choosing.follows(&so_far).next();
        let find = || (0..pattern.nodes.len()).find(|node| !so_far.filled(pattern.nodes[*node].slot));
        let Some(step) = follow.or_else(|| find().map(|node| Step::Find { node, by: None })) else {
            return so_far.steps;
        };
        so_far = choosing.after(&so_far, step, false);
    }
}

struct Choosing<'a> {
    pattern: &'a Pattern,
    facts: &'a Facts<'a>,
    course: Option<&'a Course<'a>>,
    /// The slots of the pattern that each condition reads.
    reads: Vec<Vec<Slot>>,
    /// Those that what is asked of the hops of each relationship reads.
    asked: Vec<Vec<Slot>>,
    /// The conditions that each node can be looked up by.
    sought: Vec<Vec<LookUp>>,
}

#[derive(Clone)]
struct LookUp {
    condition: usize,
    reads: Vec<Slot>,
    expected: f64,
}

/// What was done, and what is known then.
#[derive(Clone)]
struct SoFar {
    steps: Vec<Step>,
    /// Slots that have a value.
    filled: Vec<Slot>,
    /// Relationships that were followed.
    followed: Vec<bool>,
    /// Conditions that were tested.
    tested: Vec<bool>,
    /// A label that each node has.
    labels: Vec<Option<LabelId>>,
    estimate: Estimate,
}

impl SoFar {
    fn filled(&self, slot: Slot) -> bool {
        self.filled.contains(&slot)
    }

    fn has(&self, slots: &[Slot]) -> bool {
        slots.iter().all(|slot| self.filled(*slot))
    }
}

impl<'a> Choosing<'a> {
    fn new(pattern: &'a Pattern, facts: &'a Facts<'a>, course: Option<&'a Course<'a>>) -> Self {
        let own = pattern.slots();
        let of_pattern =
            |slots: BTreeSet<Slot>| slots.into_iter().filter(|slot| own.contains(slot)).collect::<Vec<_>>();
        let read = |exprs: &mut dyn Iterator<Item = &Expr>| {
            let mut slots = BTreeSet::new();
            exprs.for_each(|expr| expr.slots(&mut slots));
            of_pattern(slots)
        };
        let look_up = |slot: Slot, (condition, expr): (usize, &Expr)| {
            let sought = Sought::of(expr, slot)?;
            Some(LookUp { condition, reads: of_pattern(sought.reads()), expected: sought.expected(facts)? })
        };
        let conditions = || pattern.conditions.iter().enumerate();
        Self {
            reads: pattern.conditions.iter().map(|condition| read(&mut std::iter::once(condition))).collect(),
            asked: pattern.rels.iter().map(|rel| read(&mut rel.reads())).collect(),
            sought: pattern
                .nodes
                .iter()
                .map(|node| conditions().filter_map(|condition| look_up(node.slot, condition)).collect())
                .collect(),
            pattern,
            facts,
            course,
        }
    }

    /// Before the first step.
    fn begun(&self, input: &Plan) -> SoFar {
        let Pattern { nodes, rels, conditions, .. } = self.pattern;
        let filled: Vec<Slot> = nodes.iter().filter(|node| node.bound).map(|node| node.slot).collect();
        let known = |slot: Slot| match cost::population(slot, input, self.facts) {
            Some(Population::Nodes(label)) => Some(label),
            _ => None,
        };
        let labels = nodes.iter().map(|node| match find::label(node, self.facts) {
            Some((name, _)) => self.facts.label(name),
            None if node.bound => known(node.slot),
            None => None,
        });
        let so_far = SoFar {
            steps: Vec::with_capacity(nodes.len() + rels.len()),
            followed: vec![false; rels.len()],
            tested: vec![false; conditions.len()],
            labels: labels.collect(),
            estimate: Estimate::ONE,
            filled,
        };
        self.tested(so_far, false)
    }

    /// The nodes that it may be worth while to begin with: those that are one node, if there are such.
    fn starts(&self) -> Vec<usize> {
        let nodes = &self.pattern.nodes;
        if nodes.iter().any(|node| node.bound) {
            return Vec::new();
        }
        let nothing: &[Slot] = &[];
        let n = |node: usize| {
            self.cheapest_look_up(node, |reads| reads == nothing).map_or_else(|| self.n_scanned(node), |by| by.expected)
        };
        let all = 0..nodes.len();
        let single: Vec<usize> = all.clone().filter(|node| n(*node) <= 1.0).collect();
        if !single.is_empty() {
            return single;
        }
        if nodes.len() <= MOST {
            all.collect()
        } else {
            all.min_by(|a, b| n(*a).total_cmp(&n(*b))).into_iter().collect()
        }
    }

    fn n_scanned(&self, node: usize) -> f64 {
        let label = find::label(&self.pattern.nodes[node], self.facts);
        label.map_or(self.facts.catalog().n_nodes() as f64, |(_, n)| n)
    }

    fn cheapest_look_up(&self, node: usize, ready: impl Fn(&[Slot]) -> bool) -> Option<&LookUp> {
        let ready = self.sought[node].iter().filter(|by| ready(&by.reads));
        ready.min_by(|a, b| a.expected.total_cmp(&b.expected)).filter(|by| by.expected <= self.n_scanned(node).max(1.0))
    }

    /// How a node is found by itself.
    fn find(&self, node: usize, so_far: &SoFar) -> Step {
        Step::Find { node, by: self.cheapest_look_up(node, |reads| so_far.has(reads)).map(|by| by.condition) }
    }

    /// Goes on to the end.
    fn go_on(&self, mut so_far: SoFar, estimated: bool) -> SoFar {
        loop {
            let next: Vec<Step> = self.next(&so_far);
            let estimated = estimated || next.len() > 1;
            let after = next.into_iter().map(|step| self.after(&so_far, step, estimated));
            let left = |after: &SoFar| self.left(after);
            let best =
                after.min_by(|a, b| left(a).total_cmp(&left(b)).then(a.estimate.cost.total_cmp(&b.estimate.cost)));
            match best {
                Some(best) => so_far = best,
                None => return so_far,
            }
        }
    }

    /// Rows that are left after the last step, or seem to be.
    fn left(&self, after: &SoFar) -> f64 {
        let read_later = |slot: Slot| self.course.is_some_and(|course| course.last.contains(&slot));
        let is_later = match after.steps.last() {
            Some(Step::Follow { rel, from_left }) => {
                let rel = &self.pattern.rels[*rel];
                read_later(rel.slot) || read_later(self.pattern.nodes[ends(rel, *from_left).1].slot)
            }
            _ => false,
        };
        after.estimate.rows * if is_later { LATER } else { 1.0 }
    }

    /// What may be done next: a relationship that can be followed, a look-up of one node; only where there is nothing of these, any node.
    fn next(&self, so_far: &SoFar) -> Vec<Step> {
        let is_open = |node: &usize| !so_far.filled(self.pattern.nodes[*node].slot);
        let is_one =
            |node: usize| self.cheapest_look_up(node, |reads| so_far.has(reads)).is_some_and(|by| by.expected <= 1.0);
        let open = || (0..self.pattern.nodes.len()).filter(is_open);
        // A search between two nodes is far shorter than one from a node to all.
        let waits = |step: &Step| match step {
            Step::Follow { rel, from_left } => {
                let rel = &self.pattern.rels[*rel];
                let to = ends(rel, *from_left).1;
                rel.search.is_some() && is_open(&to) && is_one(to)
            }
            Step::Find { .. } => false,
        };
        let follows = self.follows(so_far).filter(|step| !waits(step));
        let single = open().filter(|node| is_one(*node)).map(|node| self.find(node, so_far));
        let mut next: Vec<Step> = follows.chain(single).collect();
        if next.is_empty() {
            next.extend(open().map(|node| self.find(node, so_far)));
        }
        next
    }

    /// The relationships that can be followed now.
    fn follows(&self, so_far: &SoFar) -> impl Iterator<Item = Step> {
        let open = (0..self.pattern.rels.len()).filter(|rel| !so_far.followed[*rel] && so_far.has(&self.asked[*rel]));
        open.flat_map(|rel| [true, false].map(|from_left| (rel, from_left))).filter_map(|(index, from_left)| {
            let rel = &self.pattern.rels[index];
            let (from, to) = ends(rel, from_left);
            let [from, to] = [from, to].map(|node| so_far.filled(self.pattern.nodes[node].slot));
            // A search goes from left to right only; a single one between two nodes is the same either way.
            let is_other = !from_left && (rel.search.is_some() || (to && !rel.is_list()));
            (from && !is_other).then_some(Step::Follow { rel: index, from_left })
        })
    }

    /// What is known after a step, with what that costs if it is asked.
    fn after(&self, so_far: &SoFar, step: Step, estimated: bool) -> SoFar {
        let mut after = so_far.clone();
        after.steps.push(step);
        match step {
            Step::Find { node, by } => {
                after.filled.push(self.pattern.nodes[node].slot);
                let found = by.and_then(|by| self.sought[node].iter().find(|look_up| look_up.condition == by));
                after.estimate = match found {
                    Some(LookUp { condition, expected, .. }) => {
                        after.tested[*condition] = true;
                        after.estimate.sought(*expected)
                    }
                    None => after.estimate.scanned(self.n_scanned(node)),
                };
            }
            Step::Follow { rel: index, from_left } => {
                let rel = &self.pattern.rels[index];
                let (from, to) = ends(rel, from_left);
                let slot = self.pattern.nodes[to].slot;
                let into = after.filled(slot);
                after.followed[index] = true;
                after.filled.extend(rel.slots());
                if estimated {
                    let turned;
                    let rel = if from_left {
                        rel
                    } else {
                        turned = rel.reversed();
                        &turned
                    };
                    after.estimate = self.followed(&after, rel, [from, to], into);
                    if !into && after.labels[to].is_none() {
                        after.labels[to] = cost::end(rel, self.facts);
                    }
                }
                if !into {
                    after.filled.push(slot);
                }
            }
        }
        self.tested(after, estimated)
    }

    /// What following a relationship, as seen from where it is followed, is expected to give; labels are tested then.
    fn followed(&self, so_far: &SoFar, rel: &PatternRel, [from, to]: [usize; 2], into: bool) -> Estimate {
        let label = so_far.labels[from];
        if into {
            return so_far.estimate.closed(rel, label, so_far.labels[to], self.facts);
        }
        let estimate = so_far.estimate.followed(rel, label, self.facts);
        match &self.pattern.nodes[to].labels {
            Some(test) => estimate.tested(cost::labelled(test, rel, self.facts)),
            None => estimate,
        }
    }

    /// Tests every condition that can be tested by now.
    fn tested(&self, mut so_far: SoFar, estimated: bool) -> SoFar {
        for (condition, reads) in self.reads.iter().enumerate() {
            if so_far.tested[condition] || !so_far.has(reads) {
                continue;
            }
            so_far.tested[condition] = true;
            if estimated {
                let of = |slot: Slot| self.population(slot, &so_far);
                let kept = part(&self.pattern.conditions[condition], &of, self.facts);
                so_far.estimate = so_far.estimate.tested(kept);
            }
        }
        so_far
    }

    fn population(&self, slot: Slot, so_far: &SoFar) -> Option<Population> {
        let node = self.pattern.nodes.iter().position(|node| node.slot == slot);
        match node {
            Some(node) => so_far.labels[node].map(Population::Nodes),
            None => {
                let rel = self.pattern.rels.iter().find(|rel| rel.slot == slot)?;
                cost::single(rel, self.facts).map(Population::Rels)
            }
        }
    }
}

/// The nodes that it is followed from, and to.
pub(super) fn ends(rel: &PatternRel, from_left: bool) -> (usize, usize) {
    if from_left { (rel.left, rel.right) } else { (rel.right, rel.left) }
}
