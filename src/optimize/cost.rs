//! What a plan is expected to cost, in about nanoseconds: to choose among plans of the same rows.
//!
//! From counts per label, type and direction; conditions are taken to keep a part of the rows that depends on their form.

use crate::graph::LabelId;
use crate::plan::{Direction, Expr, LabelTest, PatternRel, Plan, Slot};
use crate::value::Value;

use super::Facts;

/// Costs for each row, or each hop.
mod each {
    pub const SCANNED: f64 = 1.0;
    pub const LISTED: f64 = 20.0;
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
    fn and(self, rows: f64, cost: f64) -> Self {
        Self { rows, cost: self.cost + cost, ordered: self.ordered }
    }
}

/// What a plan is expected to give and to cost.
pub(super) fn estimate(plan: &Plan, facts: &Facts<'_>) -> Estimate {
    match plan {
        Plan::ScanNodes { input, label, .. } => {
            let input = estimate(input, facts);
            let n = match label {
                None => facts.catalog().n_nodes(),
                Some(label) => facts.label(label).map_or(0, |label| facts.catalog().n_with_label(label)),
            };
            let rows = input.rows * n as f64;
            Estimate { ordered: true, ..input.and(rows, rows * each::SCANNED) }
        }
        Plan::SeekNodes { input, key, .. } => {
            let input = estimate(input, facts);
            let found = facts.expected(key);
            input.and(input.rows * found, input.rows * found * each::TESTED)
        }
        Plan::Expand { input, from, rel, into, .. } => {
            let fan_out = fan_out(rel, label_of(*from, input), facts);
            let input = estimate(input, facts);
            let hops = input.rows * fan_out;
            let rows = if *into { hops / ends(rel, facts).max(1.0) } else { hops };
            Estimate { ordered: false, ..input.and(rows, hops * each::LISTED) }
        }
        Plan::Fold { input, from, rel, also, to_end, conditions, sums, .. } => {
            let fan_out = fan_out(rel, label_of(*from, input), facts);
            let input = estimate(input, facts);
            let hops = input.rows * fan_out;
            // From its end a relationship stands anywhere, from its start beside the others of that node.
            let apart = if input.ordered && rel.direction == Direction::Out { 1.0 } else { each::APART };
            let tested = hops * conditions.len() as f64 * each::TESTED * apart;
            if *to_end {
                let folded = input.and(hops.min(ends(rel, facts)), hops * each::FOLDED + tested);
                return Estimate { ordered: true, ..folded };
            }
            let is_counted =
                conditions.is_empty() && also.is_none() && !sums.iter().any(|(_, sum)| reads_property(sum));
            let looked_at = if is_counted { input.rows } else { hops };
            input.and(input.rows, looked_at * each::FOLDED + tested)
        }
        Plan::Filter { input, condition } => {
            let kept = if is_met(condition, input) { 1.0 } else { part(condition, facts) };
            let input = estimate(input, facts);
            input.and(input.rows * kept, input.rows * each::TESTED)
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
            let n = if let Expr::List(items) = list.bare() { items.len() as f64 } else { A_LIST };
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
            None => Estimate { rows: 1.0, ..NOTHING },
            Some(input) => estimate(input, facts),
        },
    }
}

/// No rows.
const NOTHING: Estimate = Estimate { rows: 0.0, cost: 0.0, ordered: true };

/// Elements that a list is expected to have.
const A_LIST: f64 = 10.0;

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

/// Whether nodes were looked up by what a condition asks of them.
fn is_met(condition: &Expr, plan: &Plan) -> bool {
    let Expr::Compare(operator, a, b) = condition.bare() else { return false };
    let asks = |side: &Expr, slot: usize, key: &str| matches!(side.bare(), Expr::Property(of, other) if other == key && *of.bare() == Expr::Slot(slot));
    match plan {
        Plan::SeekNodes { slot, key, .. } => operator == "=" && (asks(a, *slot, key) || asks(b, *slot, key)),
        Plan::Filter { input, .. } => is_met(condition, input),
        _ => false,
    }
}

/// The part of rows that a condition is expected to keep.
fn part(condition: &Expr, facts: &Facts<'_>) -> f64 {
    match condition.bare() {
        Expr::Compare(operator, a, b) if operator == "=" => {
            let texts = [a, b].map(|side| match side.bare() {
                Expr::Property(_, key) => facts.different(key),
                _ => None,
            });
            texts.into_iter().flatten().fold(0.1, |_, texts| 1.0 / texts.max(1.0))
        }
        Expr::HasLabels(..) => 1.0,
        Expr::Text(..) => 0.1,
        Expr::And(a, b) => part(a, facts) * part(b, facts),
        Expr::Or(a, b) => (part(a, facts) + part(b, facts)).min(1.0),
        Expr::Not(of) => (1.0 - part(of, facts)).max(0.1),
        _ => 0.5,
    }
}

/// A label that a node surely has, by the operators that found it.
fn label_of(slot: Slot, plan: &Plan) -> Option<&str> {
    match plan {
        Plan::ScanNodes { slot: found, label, .. } if *found == slot => label.as_deref(),
        Plan::Filter { input, condition } => match condition.bare() {
            Expr::HasLabels(of, LabelTest::Is(label)) if *of.bare() == Expr::Slot(slot) => Some(label),
            _ => label_of(slot, input),
        },
        Plan::ScanNodes { input, .. } | Plan::SeekNodes { input, .. } | Plan::Extend { input, .. } => {
            label_of(slot, input)
        }
        Plan::Expand { input, .. } | Plan::Fold { input, to_end: false, .. } => label_of(slot, input),
        _ => None,
    }
}

/// Relationships of a node that a pattern follows; `label`: one that the node has.
fn fan_out(rel: &PatternRel, label: Option<&str>, facts: &Facts<'_>) -> f64 {
    let one = label.and_then(|label| of_label(rel, label, facts)).unwrap_or_else(|| {
        let (n_rels, n_from, _) = population(rel, facts);
        n_rels / n_from.max(1.0)
    });
    match rel.length {
        None => one,
        Some((_, most)) => one.max(1.5).powi(most.unwrap_or(4).min(4) as i32),
    }
}

/// The same of nodes with a label.
fn of_label(rel: &PatternRel, label: &str, facts: &Facts<'_>) -> Option<f64> {
    let label = facts.label(label)?;
    let shapes = facts.shapes(rel)?;
    let of = |side: usize| shapes.iter().map(|shape| shape.with[side].get(&label).copied().unwrap_or(0)).sum::<u32>();
    let n_rels = match rel.direction {
        Direction::Out => of(0),
        Direction::In => of(1),
        Direction::Both => of(0) + of(1),
    };
    Some(f64::from(n_rels) / facts.catalog().n_with_label(label).max(1) as f64)
}

/// Nodes that it may come to.
fn ends(rel: &PatternRel, facts: &Facts<'_>) -> f64 {
    population(rel, facts).2
}

/// Relationships of its types, nodes that they may be followed from, and nodes that they may lead to.
fn population(rel: &PatternRel, facts: &Facts<'_>) -> (f64, f64, f64) {
    let catalog = facts.catalog();
    let all = catalog.n_nodes() as f64;
    if rel.types.is_empty() {
        return (catalog.n_rels() as f64, all, all);
    }
    let (mut n_rels, mut starts, mut ends) = (0.0, 0.0, 0.0);
    for rel_type in rel.types.iter().filter_map(|name| catalog.rel_type(name)) {
        let shape = facts.snapshot.shape(rel_type).unwrap_or_default();
        let fewest = |labels: &std::collections::BTreeSet<LabelId>| {
            labels.iter().map(|label| catalog.n_with_label(*label) as f64).fold(all, f64::min)
        };
        n_rels += catalog.n_of_type(rel_type) as f64;
        starts += fewest(&shape.starts);
        ends += fewest(&shape.ends);
    }
    let (starts, ends) = (starts.min(all), ends.min(all));
    match rel.direction {
        Direction::Out => (n_rels, starts, ends),
        Direction::In => (n_rels, ends, starts),
        Direction::Both => (n_rels * 2.0, all, all),
    }
}
