//! The first rows of an order: those that come after are dropped while rows are sorted, and what is shown of rows is read of those
//! that are left.
//!
//! What is put off are properties of nodes and relationships, which can be read of any row without an error. Not where rows carry what
//! they rest on: there the end of a query may be cut off, so that rows of several runs are put in order together.

use crate::plan::{Expr, Plan, Slot};

use super::Facts;

pub(super) fn top(plan: Plan, facts: &Facts<'_>) -> Plan {
    let (limit, under) = match plan {
        Plan::Limit { input, count } if is_fixed(&count) => (count, *input),
        other => return other,
    };
    let limited = |input| Plan::Limit { input: Box::new(input), count: limit.clone() };
    match under {
        Plan::Sort { input, keys, .. } => {
            let first = vec![limit.clone()];
            put_off(*input, keys, first, facts, limited)
        }
        Plan::Skip { input, count } if is_fixed(&count) => match *input {
            Plan::Sort { input, keys, .. } => {
                let first = vec![count.clone(), limit.clone()];
                put_off(*input, keys, first, facts, |input| limited(Plan::Skip { input: Box::new(input), count }))
            }
            other => limited(Plan::Skip { input: Box::new(other), count }),
        },
        other => limited(other),
    }
}

/// Whether a count is the same whenever it is asked.
fn is_fixed(count: &Expr) -> bool {
    matches!(count.bare(), Expr::Constant(_) | Expr::Parameter(_))
}

/// Sorts rows, and makes of those that are `left` what was made of all.
fn put_off(
    input: Plan,
    mut keys: Vec<(Expr, bool)>,
    first: Vec<Expr>,
    facts: &Facts<'_>,
    left: impl FnOnce(Plan) -> Plan,
) -> Plan {
    let (below, items) = match input {
        Plan::Project { input, items }
            if facts.lasting
                && items.iter().all(|item| can_wait(item, &input))
                && keys.iter().all(|(key, _)| matches!(key.bare(), Expr::Slot(_))) =>
        {
            (input, items)
        }
        other => return left(Plan::Sort { input: Box::new(other), keys, first }),
    };
    for (key, _) in &mut keys {
        if let Expr::Slot(slot) = key.bare()
            && let Some(item) = items.get(*slot)
        {
            *key = item.clone();
        }
    }
    Plan::Project { input: Box::new(left(Plan::Sort { input: below, keys, first })), items }
}

/// Whether an expression gives the same value without an error, however many rows it is asked of.
pub(super) fn can_wait(item: &Expr, input: &Plan) -> bool {
    match item.bare() {
        Expr::Slot(_) | Expr::Constant(_) | Expr::Parameter(_) => true,
        Expr::Property(of, _) => matches!(of.bare(), Expr::Slot(slot) if is_entity(*slot, input)),
        _ => false,
    }
}

/// Whether a slot has a node, a relationship or nothing in every row.
fn is_entity(slot: Slot, plan: &Plan) -> bool {
    match plan {
        Plan::ScanNodes { slot: found, .. } | Plan::SeekNodes { slot: found, .. } if *found == slot => true,
        Plan::Expand { rel, to, .. } if *to == slot || (rel.slot == slot && !rel.is_list()) => true,
        Plan::Fold { to, to_end: true, .. } => *to == slot,
        Plan::Match { pattern, .. } if pattern.nodes.iter().any(|node| node.slot == slot) => true,
        Plan::Match { pattern, .. } if pattern.rels.iter().any(|rel| rel.slot == slot && !rel.is_list()) => true,
        Plan::Match { input, .. }
        | Plan::ScanNodes { input, .. }
        | Plan::SeekNodes { input, .. }
        | Plan::Expand { input, .. }
        | Plan::Fold { input, .. }
        | Plan::Filter { input, .. }
        | Plan::Sort { input, .. }
        | Plan::Skip { input, .. }
        | Plan::Limit { input, .. } => is_entity(slot, input),
        Plan::Optional { input, inner, slots } => {
            if slots.contains(&slot) {
                is_entity(slot, inner)
            } else {
                is_entity(slot, input)
            }
        }
        Plan::Extend { input, items } => items.iter().all(|(other, _)| *other != slot) && is_entity(slot, input),
        Plan::Project { input, items } => {
            matches!(items.get(slot).map(Expr::bare), Some(Expr::Slot(from)) if is_entity(*from, input))
        }
        Plan::Group { input, keys, .. } => {
            matches!(keys.get(slot).map(Expr::bare), Some(Expr::Slot(from)) if is_entity(*from, input))
        }
        _ => false,
    }
}
