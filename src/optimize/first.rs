//! What is made of rows in order, without putting all of them in order: of `ORDER BY s.share WITH a, collect(b)[0] AS best` each group
//! keeps the first it met in that order, and rows that are only counted and added up need none.

use crate::plan::{Aggregate, Expr, Plan, Slot};
use crate::value::Value;

use super::Facts;
use super::top::can_wait;

/// Of a longer list all elements are kept.
const MOST: usize = 16;

pub(super) fn first(mut plan: Plan, facts: &Facts<'_>) -> Plan {
    match &mut plan {
        // What is written may delete what is read.
        _ if !facts.lasting => {}
        Plan::Group { input, aggregates, .. } if !aggregates.iter().any(reads_order) => {
            if let Some((unordered, _)) = without_order(input) {
                **input = unordered;
                while read_below(&mut plan).is_some() {}
            }
        }
        Plan::Project { .. } => keep_first(&mut plan),
        _ => {}
    }
    plan
}

/// Whether an aggregate makes something else of the same rows in another order.
fn reads_order(aggregate: &Aggregate) -> bool {
    aggregate.function == "collect" && aggregate.first.is_none()
}

/// Where a projection, and others below it, read a few elements of the lists of groups: only these are kept.
fn keep_first(plan: &mut Plan) {
    let Some(Plan::Group { input, keys, aggregates }) = group(plan) else { return };
    let n_keys = keys.len();
    let kept = aggregates.iter().zip(n_keys..).map(|(aggregate, slot)| {
        let (given, n) = read_of(plan, slot)?;
        let n = given.is_empty().then_some(n.max(1))?;
        let is_short = n == 1 || (n <= MOST && !aggregate.distinct);
        let can_be_told = matches!(**input, Plan::Project { .. }) || all_can_wait(aggregate, input);
        (reads_order(aggregate) && is_short && can_be_told).then_some(n)
    });
    let kept: Vec<Option<usize>> = kept.collect();
    if kept.iter().all(Option::is_none) {
        return;
    }
    for (kept, slot) in kept.iter().zip(n_keys..) {
        if *kept == Some(1) {
            read_heads(plan, slot);
        }
    }
    let Some(Plan::Group { input, aggregates, .. }) = group_mut(plan) else { return };
    for (aggregate, kept) in aggregates.iter_mut().zip(&kept) {
        aggregate.first = kept.or(aggregate.first);
        if *kept == Some(1) {
            // The first one is the first of different ones.
            (aggregate.function, aggregate.distinct) = ("head".to_owned(), false);
        }
    }
    if !aggregates.iter().any(reads_order)
        && let Some((unordered, order)) = without_order(input)
    {
        **input = unordered;
        for aggregate in aggregates.iter_mut().filter(|aggregate| aggregate.first.is_some()) {
            aggregate.order.clone_from(&order);
        }
    }
    // Values are made of rows that may be among the first: what can fail is made of all.
    for aggregate in aggregates.iter_mut().filter(|aggregate| aggregate.first.is_some()) {
        if let (false, Plan::Project { items, .. }) = (all_can_wait(aggregate, input), &**input) {
            let n = items.len();
            let below = std::mem::replace(&mut **input, Plan::Unit);
            let made = std::mem::replace(&mut aggregate.arguments, vec![Expr::Slot(n)]);
            let items = (0..n).map(Expr::Slot).chain(made).collect();
            **input = Plan::Project { input: Box::new(below), items };
        }
    }
    if let Some(group) = group_mut(plan) {
        while read_below(group).is_some() {}
    }
}

/// Reads what a projection below groups gives where it comes from, and not before: keys of an order only of rows that may be among the
/// first. Where nothing can fail and nothing is made twice.
fn read_below(group: &mut Plan) -> Option<()> {
    let Plan::Group { input, keys, aggregates } = group else { return None };
    let Plan::Project { input: below, items } = &mut **input else { return None };
    let exprs = || keys.iter().chain(aggregates.iter().flat_map(Aggregate::reads));
    let n_read = |slot: Slot| exprs().map(|expr| n_read(expr, slot)).sum::<Option<usize>>();
    for (slot, item) in items.iter().enumerate() {
        let is_slot = matches!(item.bare(), Expr::Slot(_));
        if !can_wait(item, below) || (n_read(slot)? > 1 && !is_slot) {
            return None;
        }
    }
    for expr in keys.iter_mut().chain(aggregates.iter_mut().flat_map(Aggregate::reads_mut)) {
        replace(expr, items);
    }
    let below = std::mem::replace(&mut **below, Plan::Unit);
    **input = below;
    Some(())
}

/// How often an expression reads a slot; `None` where it is not known.
fn n_read(expr: &Expr, slot: Slot) -> Option<usize> {
    match expr {
        Expr::Slot(read) => Some(usize::from(*read == slot)),
        Expr::Path(_) | Expr::Subquery { .. } => None,
        other => other.children().into_iter().map(|child| n_read(child, slot)).sum(),
    }
}

/// Puts what is in slots in the place of these.
fn replace(expr: &mut Expr, items: &[Expr]) {
    match expr {
        Expr::Slot(slot) => {
            if let Some(item) = items.get(*slot) {
                *expr = item.clone();
            }
        }
        other => other.children_mut().into_iter().for_each(|child| replace(child, items)),
    }
}

/// Reads the first elements of lists, in the place of which there is nothing else now, as they are.
fn read_heads(plan: &mut Plan, list: Slot) -> Vec<Slot> {
    match plan {
        Plan::Filter { input, condition } => {
            let lists = read_heads(input, list);
            read_head(condition, &lists);
            lists
        }
        Plan::Project { input, items } => {
            let lists = read_heads(input, list);
            let given = (0..items.len()).filter(|slot| is_one_of(&items[*slot], &lists)).collect();
            for item in items {
                read_head(item, &lists);
            }
            given
        }
        _ => vec![list],
    }
}

fn read_head(expr: &mut Expr, lists: &[Slot]) {
    let head = match expr.bare() {
        Expr::Index(of, _) if is_one_of(of, lists) => Some((**of).clone()),
        Expr::Call(name, of) if name == "head" => of.iter().find(|of| is_one_of(of, lists)).cloned(),
        _ => None,
    };
    match head {
        Some(head) => *expr = head,
        None => expr.children_mut().into_iter().for_each(|child| read_head(child, lists)),
    }
}

fn all_can_wait(aggregate: &Aggregate, input: &Plan) -> bool {
    aggregate.arguments.iter().all(|argument| can_wait(argument, input))
}

/// The groups that a projection reads, with operators between that look at their rows one by one.
fn group(plan: &Plan) -> Option<&Plan> {
    match plan {
        Plan::Project { input, .. } | Plan::Filter { input, .. } => group(input),
        Plan::Group { .. } => Some(plan),
        _ => None,
    }
}

fn group_mut(plan: &mut Plan) -> Option<&mut Plan> {
    match plan {
        Plan::Project { input, .. } | Plan::Filter { input, .. } => group_mut(input),
        Plan::Group { .. } => Some(plan),
        _ => None,
    }
}

/// The slots in which a plan over groups gives a list of theirs as it is, and of how many of its elements it and those below it read;
/// `None`: any may be read.
fn read_of(plan: &Plan, list: Slot) -> Option<(Vec<Slot>, usize)> {
    let elements = |exprs: &[&Expr], lists: &[Slot]| {
        let each = exprs.iter().map(|expr| elements_read(expr, lists));
        each.collect::<Option<Vec<usize>>>().map(|each| each.into_iter().max().unwrap_or(0))
    };
    match plan {
        Plan::Group { .. } => Some((vec![list], 0)),
        Plan::Filter { input, condition } => {
            let (lists, n) = read_of(input, list)?;
            let more = elements(&[condition], &lists)?;
            Some((lists, n.max(more)))
        }
        Plan::Project { input, items } => {
            let (lists, n) = read_of(input, list)?;
            let (given, read): (Vec<_>, Vec<_>) =
                items.iter().enumerate().partition(|(_, item)| is_one_of(item, &lists));
            let read: Vec<&Expr> = read.into_iter().map(|(_, item)| item).collect();
            let more = elements(&read, &lists)?;
            Some((given.into_iter().map(|(slot, _)| slot).collect(), n.max(more)))
        }
        _ => None,
    }
}

fn is_one_of(expr: &Expr, lists: &[Slot]) -> bool {
    matches!(expr.bare(), Expr::Slot(slot) if lists.contains(slot))
}

/// Of how many first elements of lists in these slots an expression reads; `None`: of any.
fn elements_read(expr: &Expr, lists: &[Slot]) -> Option<usize> {
    let is_list = |of: &Expr| is_one_of(of, lists);
    let number = |at: &Expr| match at.bare() {
        Expr::Constant(Value::Int(at)) => usize::try_from(*at).ok(),
        _ => None,
    };
    match expr.bare() {
        Expr::Index(of, at) if is_list(of) => number(at)?.checked_add(1),
        Expr::Slice(of, from, Some(to)) if is_list(of) => {
            from.as_ref().map_or(Some(0), |from| number(from))?;
            // One is kept by itself, and not in a list.
            number(to).map(|to| to.max(2))
        }
        Expr::Call(name, of) if name == "head" && of.iter().all(is_list) => Some(1),
        Expr::Path(_) | Expr::Subquery { .. } => {
            let mut slots = std::collections::BTreeSet::new();
            expr.slots(&mut slots);
            lists.iter().all(|list| !slots.contains(list)).then_some(0)
        }
        other if is_list(other) => None,
        other => {
            let each = other.children().into_iter().map(|child| elements_read(child, lists));
            Some(each.collect::<Option<Vec<usize>>>()?.into_iter().max().unwrap_or(0))
        }
    }
}

/// The rows of a plan in no order, and the keys by which it puts them in order.
fn without_order(plan: &Plan) -> Option<(Plan, Vec<(Expr, bool)>)> {
    match plan {
        Plan::Sort { input, keys, first } if first.is_empty() => Some(((**input).clone(), keys.clone())),
        Plan::Filter { input, condition } => {
            let (input, keys) = without_order(input)?;
            Some((Plan::Filter { input: Box::new(input), condition: condition.clone() }, keys))
        }
        Plan::Project { input, items } => {
            let (input, keys) = without_order(input)?;
            let mut items = items.clone();
            let carried = keys.into_iter().map(|(key, down)| {
                items.push(key);
                (Expr::Slot(items.len() - 1), down)
            });
            let keys = carried.collect();
            Some((Plan::Project { input: Box::new(input), items }, keys))
        }
        _ => None,
    }
}
