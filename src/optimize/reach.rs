//! Where only which rows there are is asked, and not how often, a path of variable length is followed from node to node, each
//! node once: whoever asks what can be reached does not wait for all the ways that lead there.
//!
//! A path may not follow a relationship twice. That makes no difference here: the shortest way to a node repeats no node but, where
//! it leads back to its start, that one, so that it repeats no relationship; it is found whenever any way is, where one hop or none
//! is the least asked for. Followed either way, a relationship there and back would be a way back, which whoever follows it knows.

use crate::plan::{Aggregate, Expr, Plan};

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

/// Whether equal rows give equal values, without a look at other rows.
pub(super) fn is_the_same_each_time(expr: &Expr) -> bool {
    is_certain(expr, false)
}

/// Whether equal rows give equal values, as long as the graph stays as it is.
pub(super) fn is_the_same_meanwhile(expr: &Expr) -> bool {
    is_certain(expr, true)
}

fn is_certain(expr: &Expr, by_subqueries: bool) -> bool {
    let changes = match expr {
        Expr::Call(name, _) => matches!(name.to_lowercase().as_str(), "rand" | "randomuuid"),
        Expr::Subquery { plan, .. } => !by_subqueries || !gives_the_same(&mut plan.as_ref().clone()),
        _ => false,
    };
    !changes && expr.children().into_iter().all(|part| is_certain(part, by_subqueries))
}

/// Whether a plan gives equal rows for equal rows, as long as the graph stays as it is. (Nothing is changed.)
pub(super) fn gives_the_same(plan: &mut Plan) -> bool {
    let is_matched = matches!(
        plan,
        Plan::Unit
            | Plan::Argument
            | Plan::Match { .. }
            | Plan::ScanNodes { .. }
            | Plan::SeekNodes { .. }
            | Plan::Expand { .. }
            | Plan::Filter { .. }
            | Plan::Extend { .. }
            | Plan::Project { .. }
    );
    is_matched
        && plan.expressions_mut().into_iter().all(|expr| is_the_same_meanwhile(expr))
        && plan.children_mut().into_iter().all(gives_the_same)
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
            rel.reach = is_short && different_from.is_empty();
            mark(input);
        }
        _ => {}
    }
}
