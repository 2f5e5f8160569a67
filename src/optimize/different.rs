//! What differs from row to row is counted, and not compared: `count(DISTINCT b)` of rows that come to each node once.
//!
//! Also where a property is counted of which each node has one of its own, as `id` is.

use crate::plan::{Aggregate, Expr, Plan, Slot};

use super::Facts;

pub(super) fn different(mut plan: Plan, facts: &Facts<'_>) -> Plan {
    if let Plan::Group { input, aggregates, .. } = &mut plan
        && facts.lasting
    {
        for aggregate in aggregates.iter_mut().filter(|aggregate| counts_rows(aggregate, input, facts)) {
            (aggregate.function, aggregate.distinct) = ("*".to_owned(), false);
            aggregate.arguments.clear();
        }
    }
    plan
}

/// Whether what an aggregate counts is another in every row.
fn counts_rows(aggregate: &Aggregate, input: &Plan, facts: &Facts<'_>) -> bool {
    let ("count", true, [counted]) = (aggregate.function.as_str(), aggregate.distinct, aggregate.arguments.as_slice())
    else {
        return false;
    };
    match counted.bare() {
        Expr::Slot(slot) => is_another_each_time(*slot, input),
        Expr::Property(of, key) => {
            matches!(*of.bare(), Expr::Slot(slot) if is_another_each_time(slot, input)) && facts.each_has_its_own(key)
        }
        _ => false,
    }
}

/// Whether a slot has a node in every row, and no node twice.
fn is_another_each_time(slot: Slot, plan: &Plan) -> bool {
    match plan {
        Plan::Fold { to, to_end, .. } => *to_end && *to == slot,
        Plan::ScanNodes { input, slot: found, .. } => **input == Plan::Unit && *found == slot,
        Plan::Filter { input, .. } => is_another_each_time(slot, input),
        _ => false,
    }
}
