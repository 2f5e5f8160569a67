//! What a node has of its own stands for the node: groups by `a.id` are groups by `a`, and of these `a.id` and `a.name` are read once for
//! each group, not for each row.
//!
//! The same for distinct rows.

use crate::plan::{Expr, Plan, Slot};

use super::Facts;
use super::top::{Entity, entity};

pub(super) fn identity(plan: Plan, facts: &Facts<'_>) -> Plan {
    match plan {
        Plan::Group { input, keys, aggregates } if facts.lasting => {
            let Some((mut items, kept)) = by_nodes(&keys, &input, facts) else {
                return Plan::Group { input, keys, aggregates };
            };
            items.extend((kept.len()..kept.len() + aggregates.len()).map(Expr::Slot));
            Plan::Project { input: Box::new(Plan::Group { input, keys: kept, aggregates }), items }
        }
        Plan::Distinct { input } if facts.lasting => match *input {
            Plan::Project { input, items } => match by_nodes(&items, &input, facts) {
                Some((shown, kept)) => {
                    let kept = Plan::Project { input, items: kept };
                    Plan::Project { input: Box::new(Plan::Distinct { input: Box::new(kept) }), items: shown }
                }
                None => Plan::Distinct { input: Box::new(Plan::Project { input, items }) },
            },
            other => Plan::Distinct { input: Box::new(other) },
        },
        other => other,
    }
}

/// What is read of groups, and by what they are made, with nodes in the place of what is theirs; `None` where nothing is.
fn by_nodes(keys: &[Expr], input: &Plan, facts: &Facts<'_>) -> Option<(Vec<Expr>, Vec<Expr>)> {
    let is_node = |slot: Slot| entity(slot, input) == Some(Entity::Node);
    // The node that a key is a property of.
    let of_node = |key: &Expr| match key.bare() {
        Expr::Property(of, _) => match of.bare() {
            Expr::Slot(slot) if is_node(*slot) => Some(*slot),
            _ => None,
        },
        _ => None,
    };
    let stands_for = |key: &Expr| match key.bare() {
        Expr::Slot(slot) if is_node(*slot) => Some(*slot),
        Expr::Property(_, name) if facts.each_has_its_own(name) => of_node(key),
        _ => None,
    };
    let nodes: Vec<Slot> = keys.iter().filter_map(stands_for).collect();
    let mut kept: Vec<Expr> = Vec::new();
    let mut place = |key: Expr| {
        let known = kept.iter().position(|other| *other == key);
        known.unwrap_or_else(|| {
            kept.push(key);
            kept.len() - 1
        })
    };
    let read = keys.iter().map(|key| match (key.bare(), of_node(key)) {
        (Expr::Property(_, name), Some(node)) if nodes.contains(&node) => {
            Expr::Property(Box::new(Expr::Slot(place(Expr::Slot(node)))), name.clone())
        }
        _ => Expr::Slot(place(key.clone())),
    });
    let read: Vec<Expr> = read.collect();
    let is_other = read.iter().any(|expr| !matches!(expr, Expr::Slot(_)));
    is_other.then_some((read, kept))
}
