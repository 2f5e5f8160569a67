//! Patterns become scans and expansions, the cheapest first.
//!
//! Greedy: from what is bound, take the step that is estimated to leave the fewest rows; where nothing is connected, start
//! at the node with the fewest candidates. A condition is tested as soon as everything it reads is there.

use std::collections::BTreeSet;

use crate::graph::Catalog;
use crate::plan::{Direction, Expr, LabelTest, Pattern, PatternRel, Plan, Slot};

use super::Facts;

pub(super) fn order_pattern(plan: Plan, facts: &Facts<'_>) -> Plan {
    lower(plan, facts, true, None)
}

/// How to begin, and what is left for the end.
pub(super) struct Course<'a> {
    /// The node of this place in the pattern is found first.
    pub start: usize,
    /// Relationships that lead to these slots are followed last: they are read later, and nothing else is.
    pub last: &'a BTreeSet<Slot>,
}

/// The same on a course.
pub(super) fn on_course(plan: Plan, facts: &Facts<'_>, course: Option<&Course<'_>>) -> Plan {
    lower(plan, facts, true, course)
}

pub(super) fn text_order(plan: Plan, facts: &Facts<'_>) -> Plan {
    lower(plan, facts, false, None)
}

fn lower(plan: Plan, facts: &Facts<'_>, by_cost: bool, course: Option<&Course<'_>>) -> Plan {
    match plan {
        Plan::Match { input, pattern } => {
            let catalog = facts.catalog();
            let (filled, done) = (BTreeSet::new(), vec![false; pattern.rels.len()]);
            Planner { facts, catalog, by_cost, course, pattern, filled, done }.run(*input)
        }
        other => other,
    }
}

/// So much more does a step seem to cost that is left for the end.
const LATER: f64 = 1e12;

struct Planner<'a> {
    facts: &'a Facts<'a>,
    catalog: &'a Catalog,
    by_cost: bool,
    course: Option<&'a Course<'a>>,
    pattern: Pattern,
    /// Slots of the pattern that have a value by now.
    filled: BTreeSet<Slot>,
    /// Relationships that were followed.
    done: Vec<bool>,
}

/// How a node is found where nothing leads to it.
enum Start {
    Seek(usize, String, Expr),
    Scan(Option<String>),
}

impl Planner<'_> {
    fn run(mut self, mut plan: Plan) -> Plan {
        for node in 0..self.pattern.nodes.len() {
            if self.pattern.nodes[node].bound {
                plan = self.arrive(node, plan);
            }
        }
        plan = self.test(plan);
        if let Some(node) = self.course.map(|course| course.start).filter(|node| !self.is_filled(*node)) {
            plan = self.start(node, plan);
            plan = self.test(plan);
        }
        loop {
            if let Some((rel, from_left)) = self.next_rel() {
                plan = self.expand(rel, from_left, plan);
            } else if let Some(node) = self.next_start() {
                plan = self.start(node, plan);
            } else {
                return plan;
            }
            plan = self.test(plan);
        }
    }

    fn is_filled(&self, node: usize) -> bool {
        self.filled.contains(&self.pattern.nodes[node].slot)
    }

    /// The next relationship to follow and whether from its left end.
    fn next_rel(&self) -> Option<(usize, bool)> {
        let mut best: Option<(f64, usize, bool)> = None;
        for (index, rel) in self.pattern.rels.iter().enumerate().filter(|(index, _)| !self.done[*index]) {
            for from_left in [true, false] {
                let (from, to) = if from_left { (rel.left, rel.right) } else { (rel.right, rel.left) };
                // A search goes from left to right only; what tells its hops apart must be there before.
                let backward = !from_left && rel.search.is_some();
                if !self.is_filled(from) || backward || !rel.reads().all(|expr| self.ready(expr)) {
                    continue;
                }
                // A search between two nodes is far shorter than one from a node to all.
                if self.by_cost && rel.search.is_some() && !self.is_filled(to) && self.find(to).1 <= 1.0 {
                    continue;
                }
                let cost = if self.is_filled(to) { 0.5 } else { self.fan_out(rel, from) * self.selectivity(to) };
                let cost = if self.by_cost { cost } else { index as f64 };
                let read_later = |slot| self.course.is_some_and(|course| course.last.contains(&slot));
                let cost =
                    if read_later(self.pattern.nodes[to].slot) || read_later(rel.slot) { cost * LATER } else { cost };
                if best.is_none_or(|(least, ..)| cost < least) {
                    best = Some((cost, index, from_left));
                }
            }
        }
        best.map(|(_, rel, from_left)| (rel, from_left))
    }

    /// The next node to find without a relationship that leads to it.
    fn next_start(&self) -> Option<usize> {
        let open = (0..self.pattern.nodes.len()).filter(|node| !self.is_filled(*node));
        if !self.by_cost {
            return open.min();
        }
        let cost = |node: usize| self.find(node).1;
        open.map(|node| (cost(node), node)).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, node)| node)
    }

    /// The cheapest way to find a node, with the number of candidates expected.
    fn find(&self, node: usize) -> (Start, f64) {
        let pattern = &self.pattern.nodes[node];
        if self.by_cost {
            for (index, condition) in self.pattern.conditions.iter().enumerate() {
                if let Some((key, value)) = equality(condition, pattern.slot)
                    && self.ready(value)
                {
                    let cost = self.facts.expected(key);
                    return (Start::Seek(index, key.to_owned(), value.clone()), cost);
                }
            }
        }
        let required = pattern.labels.as_ref().map(|labels| labels.required()).unwrap_or_default();
        let counted = required.into_iter().map(|name| (self.n_with(name), name));
        match counted.min_by_key(|(n, _)| *n) {
            Some((n, name)) => (Start::Scan(Some(name.to_owned())), n as f64),
            None => (Start::Scan(None), self.catalog.n_nodes() as f64),
        }
    }

    fn start(&mut self, node: usize, plan: Plan) -> Plan {
        let slot = self.pattern.nodes[node].slot;
        let input = Box::new(plan);
        let plan = match self.find(node).0 {
            Start::Seek(condition, key, value) => {
                // An `id` is looked up exactly; any other key is found by structure, which `1 = 1.0` is not.
                if key == "id" {
                    self.pattern.conditions.remove(condition);
                }
                Plan::SeekNodes { input, slot, key, value }
            }
            Start::Scan(label) => {
                let exact = label.as_ref().is_some_and(|label| {
                    self.pattern.nodes[node].labels == Some(crate::plan::LabelTest::Is(label.clone()))
                });
                if exact {
                    self.pattern.nodes[node].labels = None;
                }
                Plan::ScanNodes { input, slot, label }
            }
        };
        self.arrive(node, plan)
    }

    fn expand(&mut self, index: usize, from_left: bool, plan: Plan) -> Plan {
        let mut rel = self.pattern.rels[index].clone();
        let different_from = self.different_from(&rel);
        self.imply_labels(&rel);
        let (from, to) = if from_left { (rel.left, rel.right) } else { (rel.right, rel.left) };
        if !from_left {
            rel = rel.reversed();
        }
        let into = self.is_filled(to);
        self.done[index] = true;
        self.filled.insert(rel.slot);
        self.filled.extend(rel.search.iter().flat_map(|search| &search.shown).map(|(_, slot)| *slot));
        // A list of hops that was followed from its right end is turned round, so that it reads as written.
        let turn = rel.length.is_some() && !from_left;
        let slot = rel.slot;
        let (from, to_slot) = (self.pattern.nodes[from].slot, self.pattern.nodes[to].slot);
        let mut plan = Plan::Expand { input: Box::new(plan), from, rel, to: to_slot, into, different_from };
        if turn {
            let reversed = Expr::Call("reverse".to_owned(), vec![Expr::Slot(slot)]);
            plan = Plan::Extend { input: Box::new(plan), items: vec![(slot, reversed)] };
        }
        if into { plan } else { self.arrive(to, plan) }
    }

    /// Relationships matched before that this one may not be.
    fn different_from(&self, rel: &PatternRel) -> Vec<Slot> {
        if !self.pattern.different {
            return Vec::new();
        }
        let before = self.pattern.rels.iter().zip(&self.done).filter(|(_, done)| **done);
        before.filter(|(other, _)| self.may_share(other, rel)).map(|(other, _)| other.slot).collect()
    }

    /// Whether two relationships of the pattern could be the same one. Where one begins at the node that the other leads to, that
    /// would be a loop.
    fn may_share(&self, a: &PatternRel, b: &PatternRel) -> bool {
        let ends = |rel: &PatternRel| match rel.direction {
            Direction::Out => Some((rel.left, rel.right)),
            Direction::In => Some((rel.right, rel.left)),
            Direction::Both => None,
        };
        let is_loop = |(from, to), (other_from, other_to)| from == other_to || to == other_from;
        let would_be_loop = !a.is_list() && !b.is_list() && ends(a).zip(ends(b)).is_some_and(|(a, b)| is_loop(a, b));
        let shares = a.types.is_empty() || b.types.is_empty() || a.types.iter().any(|name| b.types.contains(name));
        let no_loops = || self.facts.shapes(a).is_some_and(|shapes| !shapes.iter().any(|shape| shape.has_loops));
        shares && !(would_be_loop && no_loops())
    }

    /// Drops tests of labels that all relationships of these types have at that end.
    fn imply_labels(&mut self, rel: &PatternRel) {
        // The ends of a path of some hops are ends of its first and its last.
        let has_hops = rel.search.is_none() && rel.length.is_none_or(|(least, _)| least > 0);
        if !has_hops || rel.direction == Direction::Both {
            return;
        }
        for node in [rel.left, rel.right] {
            let Some(LabelTest::Is(label)) = &self.pattern.nodes[node].labels else { continue };
            let at_start = (node == rel.left) == (rel.direction == Direction::Out);
            let has = |label| {
                let shapes = self.facts.shapes(rel)?;
                let mut ends = shapes.iter().map(|shape| if at_start { &shape.starts } else { &shape.ends });
                Some(ends.all(|labels| labels.contains(&label)))
            };
            let is_derived = self.facts.snapshot.is_derived_label(label);
            if !is_derived && self.facts.label(label).and_then(has) == Some(true) {
                self.pattern.nodes[node].labels = None;
            }
        }
    }

    /// A node has its value now: its labels are tested.
    fn arrive(&mut self, node: usize, plan: Plan) -> Plan {
        let slot = self.pattern.nodes[node].slot;
        self.filled.insert(slot);
        match self.pattern.nodes[node].labels.take() {
            None => plan,
            Some(test) => {
                let condition = Expr::HasLabels(Box::new(Expr::Slot(slot)), test);
                Plan::Filter { input: Box::new(plan), condition }
            }
        }
    }

    /// Tests every condition that can be tested by now.
    fn test(&mut self, mut plan: Plan) -> Plan {
        let (ready, later): (Vec<Expr>, Vec<Expr>) =
            std::mem::take(&mut self.pattern.conditions).into_iter().partition(|condition| self.ready(condition));
        self.pattern.conditions = later;
        for condition in ready {
            plan = Plan::Filter { input: Box::new(plan), condition };
        }
        plan
    }

    /// Whether everything of this pattern that an expression reads has a value.
    fn ready(&self, expr: &Expr) -> bool {
        let mut slots = BTreeSet::new();
        expr.slots(&mut slots);
        let of_pattern = |slot: &Slot| {
            let shown =
                |rel: &PatternRel| rel.search.iter().flat_map(|search| &search.shown).any(|(_, other)| other == slot);
            self.pattern.nodes.iter().any(|node| node.slot == *slot)
                || self.pattern.rels.iter().any(|rel| rel.slot == *slot || shown(rel))
        };
        slots.iter().all(|slot| self.filled.contains(slot) || !of_pattern(slot))
    }

    fn n_with(&self, label: &str) -> usize {
        self.catalog.label(label).map_or(0, |label| self.catalog.n_with_label(label))
    }

    /// Relationships expected from one node.
    fn fan_out(&self, rel: &PatternRel, from: usize) -> f64 {
        let n_rels = if rel.types.is_empty() {
            self.catalog.n_rels()
        } else {
            let known = rel.types.iter().filter_map(|name| self.catalog.rel_type(name));
            known.map(|rel_type| self.catalog.n_of_type(rel_type)).sum()
        };
        let labels = self.pattern.nodes[from].labels.as_ref().map(|labels| labels.required()).unwrap_or_default();
        let n_from = labels.into_iter().map(|name| self.n_with(name)).min().unwrap_or(self.catalog.n_nodes());
        let one = n_rels as f64 / (n_from.max(1)) as f64;
        let one = if rel.direction == Direction::Both { one * 2.0 } else { one };
        match rel.length {
            None if rel.search.is_some() => one.max(1.5).powi(4),
            None => one,
            Some((_, most)) => one.max(1.5).powi(most.unwrap_or(4).min(4) as i32),
        }
    }

    /// The part of all nodes that a node may be.
    fn selectivity(&self, node: usize) -> f64 {
        let all = self.catalog.n_nodes().max(1) as f64;
        (self.find(node).1 / all).clamp(1.0 / all, 1.0)
    }
}

/// The key and value of `slot.key = value`.
fn equality(condition: &Expr, slot: Slot) -> Option<(&str, &Expr)> {
    let Expr::Compare(operator, left, right) = condition else { return None };
    if operator != "=" {
        return None;
    }
    let of = |side: &Expr| matches!(side, Expr::Property(of, _) if **of == Expr::Slot(slot));
    let reads = |side: &Expr| {
        let mut slots = BTreeSet::new();
        side.slots(&mut slots);
        slots.contains(&slot)
    };
    match (left.as_ref(), right.as_ref()) {
        (side @ Expr::Property(_, key), value) if of(side) && !reads(value) => Some((key, value)),
        (value, side @ Expr::Property(_, key)) if of(side) && !reads(value) => Some((key, value)),
        _ => None,
    }
}
