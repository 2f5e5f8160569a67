//! Patterns become scans and expansions, on the cheapest course.
//!
//! A condition is tested as soon as everything it reads is there.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::graph::Shape;
use crate::plan::{Direction, Expr, LabelTest, Pattern, PatternRel, Plan, Slot};

use super::Facts;
use super::course::{self, Course, Step};
use super::find::{self, Sought};
use super::same;

pub(super) fn order_pattern(plan: Plan, facts: &Facts<'_>) -> Plan {
    on_course(plan, facts, None)
}

/// The same on a course.
pub(super) fn on_course(plan: Plan, facts: &Facts<'_>, course: Option<&Course<'_>>) -> Plan {
    match plan {
        Plan::Match { input, pattern } => {
            let steps = course::cheapest(&pattern, &input, facts, course);
            lower(*input, pattern, &steps, facts)
        }
        other => other,
    }
}

pub(super) fn text_order(plan: Plan, facts: &Facts<'_>) -> Plan {
    match plan {
        Plan::Match { input, pattern } => {
            let steps = course::in_order(&pattern, facts);
            lower(*input, pattern, &steps, facts)
        }
        other => other,
    }
}

/// The list of hops in a slot, from its other end.
pub(super) fn turned(list: Slot) -> Expr {
    Expr::Call("reverse".to_owned(), vec![Expr::Slot(list)])
}

fn lower(plan: Plan, mut pattern: Pattern, steps: &[Step], facts: &Facts<'_>) -> Plan {
    let own = pattern.slots();
    let conditions = std::mem::take(&mut pattern.conditions).into_iter().map(Some).collect();
    let (filled, done) = (BTreeSet::new(), vec![false; pattern.rels.len()]);
    Lowering { facts, pattern, own, conditions, filled, done }.run(plan, steps)
}

struct Lowering<'a> {
    facts: &'a Facts<'a>,
    /// Without its conditions.
    pattern: Pattern,
    /// Its slots.
    own: BTreeSet<Slot>,
    /// Conditions that are still to be tested.
    conditions: Vec<Option<Expr>>,
    /// Slots of the pattern that have a value by now.
    filled: BTreeSet<Slot>,
    /// Relationships that were followed.
    done: Vec<bool>,
}

impl Lowering<'_> {
    fn run(mut self, mut plan: Plan, steps: &[Step]) -> Plan {
        for node in 0..self.pattern.nodes.len() {
            if self.pattern.nodes[node].bound {
                plan = self.arrive(node, plan);
            }
        }
        plan = self.test(plan);
        for step in steps {
            plan = match *step {
                Step::Find { node, by } => self.find(node, by, plan),
                Step::Follow { rel, from_left } => self.expand(rel, from_left, plan),
            };
            plan = self.test(plan);
        }
        plan
    }

    fn find(&mut self, node: usize, by: Option<usize>, plan: Plan) -> Plan {
        let slot = self.pattern.nodes[node].slot;
        let input = Box::new(plan);
        let sought = |by: usize| {
            let sought = Sought::of(self.conditions[by].as_ref()?, slot)?;
            Some((by, sought.key.to_owned(), sought.value(), sought.each))
        };
        let plan = if let Some((by, key, value, each)) = by.and_then(sought) {
            // An `id` is looked up exactly; any other key is found by structure, which `1 = 1.0` is not.
            if key == "id" {
                self.conditions[by] = None;
            }
            Plan::SeekNodes { input, slot, key, value, each }
        } else {
            let label = find::label(&self.pattern.nodes[node], self.facts).map(|(name, _)| name.to_owned());
            if label.as_ref().is_some_and(|label| self.pattern.nodes[node].labels == Some(LabelTest::Is(label.clone())))
            {
                self.pattern.nodes[node].labels = None;
            }
            Plan::ScanNodes { input, slot, label }
        };
        self.arrive(node, plan)
    }

    fn expand(&mut self, index: usize, from_left: bool, plan: Plan) -> Plan {
        let mut rel = self.pattern.rels[index].clone();
        let different_from = self.different_from(&rel);
        self.imply_labels(&rel);
        let (from, to) = course::ends(&rel, from_left);
        if !from_left {
            rel = rel.reversed();
        }
        let into = self.filled.contains(&self.pattern.nodes[to].slot);
        self.done[index] = true;
        self.filled.extend(rel.slots());
        // A list of hops that was followed from its right end is turned round, so that it reads as written.
        let turn = rel.length.is_some() && !from_left;
        let slot = rel.slot;
        let (from, to_slot) = (self.pattern.nodes[from].slot, self.pattern.nodes[to].slot);
        let mut plan = Plan::Expand { input: Box::new(plan), from, rel, to: to_slot, into, different_from };
        if turn {
            plan = Plan::Extend { input: Box::new(plan), items: vec![(slot, turned(slot))] };
        }
        if into { plan } else { self.arrive(to, plan) }
    }

    /// Relationships matched before that this one may not be.
    fn different_from(&self, rel: &PatternRel) -> Vec<Slot> {
        if !self.pattern.different {
            return Vec::new();
        }
        let before = self.pattern.rels.iter().zip(&self.done).filter(|(_, done)| **done);
        before
            .filter(|(other, _)| same::may_share(&self.pattern, other, rel, self.facts))
            .map(|(other, _)| other.slot)
            .collect()
    }

    /// Drops tests of labels that all relationships of these types have at that end.
    fn imply_labels(&mut self, rel: &PatternRel) {
        // The ends of a path of some hops are ends of its first and its last.
        let has_hops = rel.search.is_none() && rel.length.is_none_or(|(least, _)| least > 0);
        if !has_hops {
            return;
        }
        for node in [rel.left, rel.right] {
            let Some(LabelTest::Is(label)) = &self.pattern.nodes[node].labels else { continue };
            let at_start = (node == rel.left) == (rel.direction == Direction::Out);
            let has = |label| {
                let shapes = self.facts.shapes(rel)?;
                let is_met = |shape: &Arc<Shape>| match rel.direction {
                    Direction::Both => shape.starts.contains(&label) && shape.ends.contains(&label),
                    _ if at_start => shape.starts.contains(&label),
                    _ => shape.ends.contains(&label),
                };
                Some(shapes.iter().all(is_met))
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
        for at in 0..self.conditions.len() {
            if self.conditions[at].as_ref().is_some_and(|condition| self.ready(condition))
                && let Some(condition) = self.conditions[at].take()
            {
                plan = Plan::Filter { input: Box::new(plan), condition };
            }
        }
        plan
    }

    /// Whether everything of this pattern that an expression reads has a value.
    fn ready(&self, expr: &Expr) -> bool {
        let mut slots = BTreeSet::new();
        expr.slots(&mut slots);
        slots.iter().all(|slot| self.filled.contains(slot) || !self.own.contains(slot))
    }
}
