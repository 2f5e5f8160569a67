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
    mut input: Plan,
    mut keys: Vec<(Expr, bool)>,
    first: Vec<Expr>,
    facts: &Facts<'_>,
    left: impl FnOnce(Plan) -> Plan,
) -> Plan {
    let mut later = Vec::new();
    while let Plan::Project { input: below, items } = &mut input
        && facts.lasting
        && items.iter().all(|item| can_wait(item, below))
        && keys.iter().all(|(key, _)| matches!(key.bare(), Expr::Slot(_)))
    {
        for (key, _) in &mut keys {
            if let Expr::Slot(slot) = key.bare()
                && let Some(item) = items.get(*slot)
            {
                *key = item.clone();
            }
        }
        later.push(std::mem::take(items));
        input = std::mem::replace(&mut **below, Plan::Unit);
    }
    let left = left(Plan::Sort { input: Box::new(input), keys, first });
    later.into_iter().rev().fold(left, |input, items| Plan::Project { input: Box::new(input), items })
}

/// Whether an expression gives the same value without an error, however many rows it is asked of.
pub(super) fn can_wait(item: &Expr, input: &Plan) -> bool {
    match item.bare() {
        Expr::Slot(_) | Expr::Constant(_) | Expr::Parameter(_) => true,
        Expr::Property(of, _) => matches!(of.bare(), Expr::Slot(slot) if entity(*slot, input).is_some()),
        _ => false,
    }
}

/// What a slot has in every row where it has anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    Node,
    Rel,
}

/// Whether a slot has a node or nothing in every row, or a relationship or nothing.
pub(super) fn entity(slot: Slot, plan: &Plan) -> Option<Entity> {
    let below = |input: &Plan, exprs: &[Expr]| match exprs.get(slot)?.bare() {
        Expr::Slot(from) => entity(*from, input),
        _ => None,
    };
    match plan {
        Plan::ScanNodes { slot: found, .. } | Plan::SeekNodes { slot: found, .. } if *found == slot => {
            Some(Entity::Node)
        }
        Plan::Expand { to, .. } if *to == slot => Some(Entity::Node),
        Plan::Expand { rel, .. } if rel.slot == slot => (!rel.is_list()).then_some(Entity::Rel),
        Plan::Fold { to, to_end: true, .. } => (*to == slot).then_some(Entity::Node),
        Plan::Match { pattern, .. } if pattern.nodes.iter().any(|node| node.slot == slot) => Some(Entity::Node),
        Plan::Match { pattern, .. } if pattern.rels.iter().any(|rel| rel.slot == slot) => {
            pattern.rels.iter().any(|rel| rel.slot == slot && !rel.is_list()).then_some(Entity::Rel)
        }
        Plan::Match { input, .. }
        | Plan::ScanNodes { input, .. }
        | Plan::SeekNodes { input, .. }
        | Plan::Expand { input, .. }
        | Plan::Fold { input, .. }
        | Plan::Filter { input, .. }
        | Plan::Sort { input, .. }
        | Plan::Skip { input, .. }
        | Plan::Limit { input, .. } => entity(slot, input),
        Plan::Optional { input, inner, slots } => entity(slot, if slots.contains(&slot) { inner } else { input }),
        Plan::Extend { input, items } if items.iter().all(|(other, _)| *other != slot) => entity(slot, input),
        Plan::Project { input, items } => below(input, items),
        Plan::Group { input, keys, .. } => below(input, keys),
        _ => None,
    }
}
