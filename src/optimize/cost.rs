//! What a plan is expected to cost, in about nanoseconds: to choose among plans of the same rows.
//!
//! From counts per label and type alone; conditions are taken to keep a part of the rows that depends on their form.

use crate::graph::LabelId;
use crate::plan::{Direction, Expr, PatternRel, Plan};

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
        Plan::Expand { input, rel, into, .. } => {
            let input = estimate(input, facts);
            let hops = input.rows * fan_out(rel, facts);
            let rows = if *into { hops / ends(rel, facts).max(1.0) } else { hops };
            Estimate { ordered: false, ..input.and(rows, hops * each::LISTED) }
        }
        Plan::Fold { input, rel, also, to_end, conditions, sums, .. } => {
            let input = estimate(input, facts);
            let hops = input.rows * fan_out(rel, facts);
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
            let input = estimate(input, facts);
            input.and(input.rows * part(condition), input.rows * each::TESTED)
        }
        Plan::Group { input, .. } | Plan::Distinct { input } => {
            let input = estimate(input, facts);
            input.and(input.rows, input.rows * each::GROUPED)
        }
        other => match other.children().first() {
            None => Estimate { rows: 1.0, cost: 0.0, ordered: true },
            Some(input) => estimate(input, facts),
        },
    }
}

fn reads_property(expr: &Expr) -> bool {
    matches!(expr, Expr::Property(..)) || expr.children().into_iter().any(reads_property)
}

/// The part of rows that a condition is expected to keep.
fn part(condition: &Expr) -> f64 {
    match condition {
        Expr::Placed(of, _) => part(of),
        Expr::Compare(operator, ..) if operator == "=" => 0.1,
        Expr::HasLabels(..) => 1.0,
        Expr::Text(..) => 0.1,
        Expr::And(a, b) => part(a) * part(b),
        _ => 0.5,
    }
}

/// Relationships of a node that a pattern follows.
fn fan_out(rel: &PatternRel, facts: &Facts<'_>) -> f64 {
    let (n_rels, n_from, _) = population(rel, facts);
    let one = n_rels / n_from.max(1.0);
    match rel.length {
        None => one,
        Some((_, most)) => one.max(1.5).powi(most.unwrap_or(4).min(4) as i32),
    }
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
