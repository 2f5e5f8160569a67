//! Where only which rows there are is asked, and not how often, a path of variable length is followed from node to node, each
//! node once: whoever asks what can be reached does not wait for all the ways that lead there.
//!
//! A path may not follow a relationship twice. That makes no difference here: the shortest way to a node repeats no node but, where
//! it leads back to its start, that one, so that it repeats no relationship; it is found whenever any way is, where one hop or none
//! is the least asked for. Followed either way, a relationship there and back would be a way back: such are left as they are.

use crate::plan::{Aggregate, Direction, Expr, Plan};

use super::Facts;

pub(super) fn reach(mut plan: Plan, _: &Facts<'_>) -> Plan {
    match &mut plan {
        Plan::Distinct { input } => mark(input),
        Plan::Group { input, keys, aggregates } if aggregates.iter().all(counts_once) => {
            let exprs = keys.iter().chain(aggregates.iter().flat_map(Aggregate::reads));
            if exprs.into_iter().all(is_the_same_each_time) {
                mark(input);
            }
        }
        _ => {}
    }
    plan
}

/// Whether equal rows add nothing to an aggregate.
pub(super) fn counts_once(aggregate: &Aggregate) -> bool {
    aggregate.distinct || matches!(aggregate.function.as_str(), "min" | "max") || aggregate.first == Some(1)
}

/// Whether equal rows give equal values.
pub(super) fn is_the_same_each_time(expr: &Expr) -> bool {
    let changes = match expr {
        Expr::Call(name, _) => matches!(name.to_lowercase().as_str(), "rand" | "randomuuid"),
        Expr::Subquery { .. } => true,
        _ => false,
    };
    !changes && expr.children().into_iter().all(is_the_same_each_time)
}

/// Marks what is expanded in operators that give equal rows for equal rows.
pub(super) fn mark(plan: &mut Plan) {
    if !plan.expressions_mut().into_iter().all(|expr| is_the_same_each_time(expr)) {
        return;
    }
    match plan {
        Plan::Project { input, .. }
        | Plan::Filter { input, .. }
        | Plan::Extend { input, .. }
        | Plan::ScanNodes { input, .. }
        | Plan::SeekNodes { input, .. } => mark(input),
        Plan::Expand { input, rel, different_from, .. } => {
            let is_short = rel.search.is_none() && rel.length.is_some_and(|(least, _)| least <= 1);
            rel.reach = is_short && rel.direction != Direction::Both && different_from.is_empty();
            mark(input);
        }
        _ => {}
    }
}
