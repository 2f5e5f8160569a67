//! What a plan is expected to cost, in about nanoseconds: to choose among plans of the same rows.
//!
//! From counts per label, type and direction. Courses of a pattern are compared by the same steps that plans consist of.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::graph::{LabelId, Population, Shape, TypeId};
use crate::plan::{Direction, Expr, LabelTest, PatternRel, Plan, Slot};
use crate::value::Value;

use super::Facts;
use super::find::{self, Sought};
use super::keep::part;

/// Costs for each row, or each hop.
mod each {
    pub const SCANNED: f64 = 1.0;
    pub const LISTED: f64 = 20.0;
    pub const CLOSED: f64 = 40.0;
    pub const FOLDED: f64 = 3.0;
    pub const TESTED: f64 = 4.0;
    pub const APART: f64 = 2.0;
    pub const GROUPED: f64 = 20.0;
}

/// Rows that are expected, and the cost of all of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub rows: f64,
    pub cost: f64,
    /// Rows come in the order of the nodes that were found last, so that what leaves them stands side by side.
    ordered: bool,
}

impl Estimate {
    /// One row, without any cost.
    pub const ONE: Self = Self { rows: 1.0, cost: 0.0, ordered: true };

    fn and(self, rows: f64, cost: f64) -> Self {
        Self { rows, cost: self.cost + cost, ordered: self.ordered }
    }

    /// After so many nodes were found for each row, one after the other.
    pub fn scanned(self, n: f64) -> Self {
        let rows = self.rows * n;
        Self { ordered: true, ..self.and(rows, rows * each::SCANNED) }
    }

    /// After so many nodes were looked up for each row.
    pub fn sought(self, n: f64) -> Self {
        self.and(self.rows * n, self.rows * n.max(1.0) * each::TESTED)
    }

    /// After a relationship was followed from such nodes.
    pub fn followed(self, rel: &PatternRel, from: Start, facts: &Facts<'_>) -> Self {
        let hops = self.rows * fan_out(rel, from, facts);
        Self { ordered: false, ..self.and(hops, hops * each::LISTED) }
    }

    /// After it was followed from such nodes to nodes with a label that are there already.
    pub fn closed(self, rel: &PatternRel, from: Start, to: Option<LabelId>, facts: &Facts<'_>) -> Self {
        let hops = self.rows * fan_out(rel, from, facts);
        // One of all the nodes that it may come to.
        let of_label = to.and_then(|to| Some(share(rel, to, facts)? / n_with(Some(to), facts).max(1.0)));
        let rows = hops * of_label.unwrap_or_else(|| 1.0 / ends(rel, facts).max(1.0));
        // A single one is looked up between its ends.
        let cost = if rel.is_list() { hops * each::LISTED } else { self.rows * each::CLOSED };
        Self { ordered: false, ..self.and(rows, cost) }
    }

    /// After a condition was tested that keeps this part.
    pub fn tested(self, kept: f64) -> Self {
        self.and(self.rows * kept, self.rows * each::TESTED)
    }
}

/// What a plan is expected to give and to cost.
pub(super) fn estimate(plan: &Plan, facts: &Facts<'_>) -> Estimate {
    match plan {
        Plan::ScanNodes { input, label, .. } => {
            let n = match label {
                None => facts.catalog().n_nodes() as f64,
                Some(label) => n_with(facts.label(label), facts),
            };
            estimate(input, facts).scanned(n)
        }
        Plan::SeekNodes { input, key, value, each, .. } => {
            estimate(input, facts).sought(found(key, value, *each, facts))
        }
        Plan::Expand { input, from, rel, to, into, .. } => {
            let from = start(*from, input, facts);
            let before = estimate(input, facts);
            if *into {
                before.closed(rel, from, label_of(*to, input, facts), facts)
            } else {
                before.followed(rel, from, facts)
            }
        }
        Plan::Fold { input, from, rel, to, also, to_end, conditions, sums } => {
            let each_leads = fan_out(rel, start(*from, input, facts), facts);
            let by = |slot, rel| filled_by(slot, rel, *to, facts);
            let by_also = |slot| also.as_ref().and_then(|(_, also)| by(slot, also));
            let of = |slot| by(slot, rel).or_else(|| by_also(slot)).or_else(|| population(slot, input, facts));
            let kept = conditions.iter().map(|condition| part(condition, &of, facts)).product::<f64>();
            // Of all the nodes that it may come to, the other one leads to so many.
            let met = also.as_ref().map_or(1.0, |(other, also)| {
                fan_out(also, start(*other, input, facts), facts) / ends(rel, facts).max(1.0)
            });
            let input = estimate(input, facts);
            let hops = input.rows * each_leads;
            // From its end a relationship stands anywhere, from its start beside the others of that node.
            let apart = if input.ordered && rel.direction == Direction::Out { 1.0 } else { each::APART };
            let tested = hops * conditions.len() as f64 * each::TESTED * apart;
            if *to_end {
                let rows = (hops * kept * met).min(ends(rel, facts));
                return Estimate { ordered: true, ..input.and(rows, hops * each::FOLDED + tested) };
            }
            let is_counted =
                conditions.is_empty() && also.is_none() && !sums.iter().any(|(_, sum)| reads_property(sum));
            let looked_at = if is_counted { input.rows } else { hops };
            input.and(input.rows * (each_leads * kept * met).min(1.0), looked_at * each::FOLDED + tested)
        }
        Plan::Filter { input, condition } => {
            let kept = kept(condition, input, facts);
            estimate(input, facts).tested(kept)
        }
        Plan::Group { input, keys, .. } => {
            let input = estimate(input, facts);
            let groups = keys.iter().map(|key| different(key, input.rows, facts)).product::<f64>();
            input.and(groups.min(input.rows.max(1.0)), input.rows * each::GROUPED)
        }
        Plan::Distinct { input } => {
            let input = estimate(input, facts);
            input.and(input.rows, input.rows * each::GROUPED)
        }
        Plan::Limit { input, count } => {
            let input = estimate(input, facts);
            match count.bare() {
                Expr::Constant(Value::Int(n)) => input.and(input.rows.min(*n as f64), 0.0),
                _ => input,
            }
        }
        Plan::Unwind { input, list, .. } => {
            let input = estimate(input, facts);
            let n = facts.n_elements(list);
            input.and(input.rows * n, input.rows * n * each::LISTED)
        }
        Plan::Optional { input, inner, .. } | Plan::Apply { input, inner, optional: true, .. } => {
            let (input, inner) = (estimate(input, facts), estimate(inner, facts));
            input.and(input.rows * inner.rows.max(1.0), input.rows * inner.cost)
        }
        Plan::Apply { input, inner, slots, .. } => {
            let (input, inner) = (estimate(input, facts), estimate(inner, facts));
            input.and(input.rows * if slots.is_some() { inner.rows } else { 1.0 }, input.rows * inner.cost)
        }
        Plan::Union { parts } => parts.iter().map(|part| estimate(part, facts)).fold(NOTHING, |all, part| Estimate {
            rows: all.rows + part.rows,
            cost: all.cost + part.cost,
            ordered: false,
        }),
        other => match other.children().first() {
            None => Estimate::ONE,
            Some(input) => estimate(input, facts),
        },
    }
}

/// No rows.
const NOTHING: Estimate = Estimate { rows: 0.0, ..Estimate::ONE };

/// How many different values an expression is expected to have in so many rows.
fn different(key: &Expr, rows: f64, facts: &Facts<'_>) -> f64 {
    match key.bare() {
        Expr::Constant(_) | Expr::Parameter(_) => 1.0,
        Expr::Property(_, key) => facts.different(key).unwrap_or(rows),
        _ => rows,
    }
}

fn reads_property(expr: &Expr) -> bool {
    matches!(expr, Expr::Property(..)) || expr.children().into_iter().any(reads_property)
}

/// Nodes that are expected to have a value, or one of a list.
fn found(key: &str, value: &Expr, each: bool, facts: &Facts<'_>) -> f64 {
    facts.found_by(key).unwrap_or(1.0) * if each { facts.n_elements(value) } else { 1.0 }
}

/// The part of a plan's rows that a condition keeps.
fn kept(condition: &Expr, plan: &Plan, facts: &Facts<'_>) -> f64 {
    if let Expr::HasLabels(of, test) = condition.bare()
        && let Expr::Slot(slot) = of.bare()
        && let Some(rel) = led_by(*slot, plan)
    {
        return labelled(test, rel, facts);
    }
    if let Expr::HasLabels(of, LabelTest::Is(label)) = condition.bare()
        && let Plan::SeekNodes { slot, key, value, each, .. } = plan
        && *of.bare() == Expr::Slot(*slot)
        && !facts.is_of_one(key)
    {
        let asked = find::asked(*slot, key, value, *each);
        let label = facts.label(label);
        let of_label = part(&asked, &|_| label.map(Population::Nodes), facts) * n_with(label, facts);
        return (of_label / found(key, value, *each, facts).max(1.0)).min(1.0);
    }
    if is_met(condition, plan) { 1.0 } else { part(condition, &|slot| population(slot, plan, facts), facts) }
}

/// Whether nodes were looked up by what a condition asks of them.
fn is_met(condition: &Expr, plan: &Plan) -> bool {
    match plan {
        Plan::SeekNodes { slot, key, value, each, .. } => {
            Sought::of(condition, *slot).is_some_and(|sought| sought.is(key, value, *each))
        }
        Plan::Filter { input, .. } => is_met(condition, input),
        _ => false,
    }
}

/// The relationship that leads to the node in a slot, where nothing but conditions came after it.
fn led_by(slot: Slot, plan: &Plan) -> Option<&PatternRel> {
    match plan {
        Plan::Expand { rel, to, into: false, .. } | Plan::Fold { rel, to, to_end: true, .. } if *to == slot => {
            Some(rel)
        }
        Plan::Filter { input, .. } => led_by(slot, input),
        _ => None,
    }
}

/// The part of the relationships that lead to a node with such labels.
pub(super) fn labelled(test: &LabelTest, rel: &PatternRel, facts: &Facts<'_>) -> f64 {
    let share = |name: &str| facts.label(name).map_or(Some(0.0), |label| share(rel, label, facts));
    test.required().into_iter().filter_map(share).fold(1.0, f64::min)
}

/// What is known of the node or relationship in a slot, by the operators that found it.
pub(super) fn population(slot: Slot, plan: &Plan, facts: &Facts<'_>) -> Option<Population> {
    match plan {
        Plan::ScanNodes { slot: found, label, .. } if *found == slot => {
            facts.label(label.as_deref()?).map(Population::Nodes)
        }
        Plan::Filter { input, condition } => match condition.bare() {
            Expr::HasLabels(of, LabelTest::Is(label)) if *of.bare() == Expr::Slot(slot) => {
                facts.label(label).map(Population::Nodes)
            }
            _ => population(slot, input, facts),
        },
        Plan::Expand { input, rel, to, into, .. } => {
            let filled = if *into { rel.slot } else { *to };
            filled_by(slot, rel, filled, facts).or_else(|| population(slot, input, facts))
        }
        Plan::Fold { input, rel, to, to_end: true, .. } if *to == slot => filled_by(slot, rel, *to, facts),
        Plan::ScanNodes { input, .. }
        | Plan::SeekNodes { input, .. }
        | Plan::Extend { input, .. }
        | Plan::Fold { input, to_end: false, .. }
        | Plan::Distinct { input }
        | Plan::Sort { input, .. }
        | Plan::Skip { input, .. }
        | Plan::Limit { input, .. } => population(slot, input, facts),
        Plan::Project { input, items: values } | Plan::Group { input, keys: values, .. } => {
            match values.get(slot)?.bare() {
                Expr::Slot(before) => population(*before, input, facts),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What is known of what a slot has once a relationship was followed to a node.
fn filled_by(slot: Slot, rel: &PatternRel, to: Slot, facts: &Facts<'_>) -> Option<Population> {
    if slot == rel.slot {
        return single(rel, facts).map(Population::Rels);
    }
    if slot == to { end(rel, facts).map(Population::Nodes) } else { None }
}

/// The type of a relationship that is one, and of one type.
pub(super) fn single(rel: &PatternRel, facts: &Facts<'_>) -> Option<TypeId> {
    match rel.types.as_slice() {
        [name] if !rel.is_list() => facts.catalog().rel_type(name),
        _ => None,
    }
}

/// A label that a node surely has, by the operators that found it.
fn label_of(slot: Slot, plan: &Plan, facts: &Facts<'_>) -> Option<LabelId> {
    match population(slot, plan, facts)? {
        Population::Nodes(label) => Some(label),
        Population::Rels(_) => None,
    }
}

/// Nodes that have a label.
pub(super) fn n_with(label: Option<LabelId>, facts: &Facts<'_>) -> f64 {
    label.map_or(0.0, |label| facts.catalog().n_with_label(label) as f64)
}

/// What is known of nodes that a relationship is followed from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Start {
    /// A label that each has.
    pub label: Option<LabelId>,
    /// How they were come to.
    pub arrival: Option<Arrival>,
}

/// A relationship that nodes were come to by, each time one leads there: its type, and the way it was followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    rel_type: TypeId,
    direction: Direction,
}

impl Arrival {
    pub fn by(rel: &PatternRel, facts: &Facts<'_>) -> Option<Self> {
        single(rel, facts).map(|rel_type| Self { rel_type, direction: rel.direction })
    }

    /// Relationships of the same type that are followed from there.
    fn beside(self, rel: &PatternRel, facts: &Facts<'_>) -> Option<f64> {
        let rel_type = single(rel, facts).filter(|rel_type| *rel_type == self.rel_type)?;
        let (beside, n) = (facts.shape(rel_type)?.beside, facts.catalog().n_of_type(rel_type) as f64);
        let each = |pairs: u64| pairs as f64 / n.max(1.0);
        // At a start, and at an end.
        let leaving = [each(beside.starts), each(beside.across)];
        let coming = [each(beside.across), each(beside.ends)];
        let followed = match rel.direction {
            Direction::Out => leaving,
            Direction::In => coming,
            Direction::Both => [leaving[0] + coming[0], leaving[1] + coming[1]],
        };
        Some(match self.direction {
            Direction::In => followed[0],
            Direction::Out => followed[1],
            Direction::Both => f64::midpoint(followed[0], followed[1]),
        })
    }
}

/// What is known of the node in a slot.
fn start(slot: Slot, plan: &Plan, facts: &Facts<'_>) -> Start {
    Start { label: label_of(slot, plan, facts), arrival: arrival(slot, plan, facts) }
}

fn arrival(slot: Slot, plan: &Plan, facts: &Facts<'_>) -> Option<Arrival> {
    match plan {
        Plan::Expand { rel, to, into: false, .. } if *to == slot => Arrival::by(rel, facts),
        // There is a row for each relationship that leads away, as if it were come back by.
        Plan::Expand { input, from, rel, into: false, .. } if *from == slot => {
            arrival(slot, input, facts).or_else(|| Arrival::by(&rel.reversed(), facts))
        }
        Plan::Expand { input, .. }
        | Plan::Filter { input, .. }
        | Plan::Extend { input, .. }
        | Plan::Fold { input, to_end: false, .. } => arrival(slot, input, facts),
        _ => None,
    }
}

/// Relationships of a node that a pattern follows.
fn fan_out(rel: &PatternRel, from: Start, facts: &Facts<'_>) -> f64 {
    let beside = || from.arrival.and_then(|arrival| arrival.beside(rel, facts));
    let labelled = || from.label.and_then(|label| of_label(rel, label, facts));
    let one = beside().or_else(labelled).unwrap_or_else(|| {
        let (n_rels, n_from, _) = numbers(rel, facts);
        n_rels / n_from.max(1.0)
    });
    match rel.length {
        None if rel.search.is_some() => one.max(1.5).powi(MOST_HOPS as i32),
        None => one,
        Some((_, most)) => one.max(1.5).powi(most.unwrap_or(MOST_HOPS).min(MOST_HOPS) as i32),
    }
}

/// Hops of a path that are reckoned with, where there may be more.
const MOST_HOPS: u64 = 4;

/// The same of nodes with a label.
fn of_label(rel: &PatternRel, label: LabelId, facts: &Facts<'_>) -> Option<f64> {
    Some(n_at(rel, true, label, facts)? / n_with(Some(label), facts).max(1.0))
}

/// The part of the relationships that lead to nodes with a label.
fn share(rel: &PatternRel, label: LabelId, facts: &Facts<'_>) -> Option<f64> {
    Some((n_at(rel, false, label, facts)? / numbers(rel, facts).0.max(1.0)).min(1.0))
}

/// How many relationships, each way of following them, are followed from nodes with a label, or to such.
fn n_at(rel: &PatternRel, from: bool, label: LabelId, facts: &Facts<'_>) -> Option<f64> {
    let shapes = facts.shapes_now(rel)?;
    let of = |side: usize| shapes.iter().map(|shape| shape.with[side].get(&label).copied().unwrap_or(0)).sum::<u32>();
    Some(f64::from(match (rel.direction, from) {
        (Direction::Out, true) | (Direction::In, false) => of(0),
        (Direction::In, true) | (Direction::Out, false) => of(1),
        (Direction::Both, _) => of(0) + of(1),
    }))
}

/// A label that every node has which it leads to: the one that the fewest nodes have.
pub(super) fn end(rel: &PatternRel, facts: &Facts<'_>) -> Option<LabelId> {
    if rel.length.is_some_and(|(least, _)| least == 0) {
        return None;
    }
    let shapes = facts.shapes_now(rel)?;
    let ends = |shape: &Arc<Shape>| -> BTreeSet<LabelId> {
        match rel.direction {
            Direction::Out => shape.ends.clone(),
            Direction::In => shape.starts.clone(),
            Direction::Both => &shape.starts & &shape.ends,
        }
    };
    let common = shapes.iter().map(ends).reduce(|all, more| &all & &more)?;
    common.into_iter().min_by_key(|label| facts.catalog().n_with_label(*label))
}

/// Nodes that it may come to.
fn ends(rel: &PatternRel, facts: &Facts<'_>) -> f64 {
    numbers(rel, facts).2
}

/// Relationships of its types, nodes that they may be followed from, and nodes that they may lead to.
fn numbers(rel: &PatternRel, facts: &Facts<'_>) -> (f64, f64, f64) {
    let catalog = facts.catalog();
    let all = catalog.n_nodes() as f64;
    if rel.types.is_empty() {
        return (catalog.n_rels() as f64, all, all);
    }
    let (mut n_rels, mut starts, mut ends, mut either) = (0.0, 0.0, 0.0, 0.0);
    for rel_type in rel.types.iter().filter_map(|name| catalog.rel_type(name)) {
        let shape = facts.shape(rel_type).unwrap_or_default();
        let fewest = |labels: &BTreeSet<LabelId>| {
            labels.iter().map(|label| catalog.n_with_label(*label) as f64).fold(all, f64::min)
        };
        let (n_starts, n_ends) = (fewest(&shape.starts), fewest(&shape.ends));
        n_rels += catalog.n_of_type(rel_type) as f64;
        starts += n_starts;
        ends += n_ends;
        either += if shape.starts == shape.ends { n_starts } else { n_starts + n_ends };
    }
    let [starts, ends, either] = [starts, ends, either].map(|n| n.min(all));
    match rel.direction {
        Direction::Out => (n_rels, starts, ends),
        Direction::In => (n_rels, ends, starts),
        Direction::Both => (n_rels * 2.0, either, either),
    }
}
