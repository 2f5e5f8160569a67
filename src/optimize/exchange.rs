//! Nodes that can be exchanged for one another: `a.id < b.id` says which of two is which.
//!
//! Where a pattern is the same with the two exchanged, half of the rows in which they differ have them in that order, and of three
//! nodes in a row a sixth. Rows that are only counted are then counted with nodes that differ, which takes no listing, and divided.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Direction, Expr, Pattern, PatternRel, Plan, Slot};

use super::Facts;
use super::apart::patterns;
use super::reach::is_the_same_each_time;

/// The same groups with nodes that differ in the place of nodes in order, and how many times as many rows each has.
///
/// `None` where no nodes are in order, or they cannot be exchanged.
pub(super) fn exchanged(plan: &Plan, facts: &Facts<'_>) -> Option<(Plan, i64)> {
    let Plan::Group { input, keys, aggregates } = plan else { return None };
    let mut patterns = patterns(input)?;
    let mut before: Vec<[Slot; 2]> = Vec::new();
    for pattern in &mut patterns {
        pattern.conditions.retain(|condition| match in_order(condition, facts) {
            Some(pair) => {
                before.push(pair);
                false
            }
            None => true,
        });
    }
    let mut times = 1_i64;
    for nodes in rows_of_nodes(&before)? {
        let others = before.iter().filter(|pair| !nodes.contains(&pair[0]));
        let others: Vec<Expr> = others.map(|pair| ordered(pair, "<")).collect();
        let free: BTreeSet<Slot> = patterns.iter().flat_map(|pattern| &pattern.nodes).map(|node| node.slot).collect();
        let free: Vec<Slot> = free.into_iter().filter(|slot| !nodes.contains(slot)).collect();
        let is_same = |pair: &[Slot]| {
            let [a, b] = pair else { return false };
            orders(&free).into_iter().any(|order| {
                let names = free.iter().copied().zip(order).chain([(*a, *b), (*b, *a)]);
                is_same_exchanged(&patterns, &others, keys, names.collect())
            })
        };
        if !nodes.windows(2).all(is_same) {
            return None;
        }
        times = (2..=nodes.len() as i64).try_fold(times, i64::checked_mul)?;
        let last = patterns.last_mut()?;
        for (n, a) in nodes.iter().enumerate() {
            last.conditions.extend(nodes[n + 1..].iter().map(|b| ordered(&[*a, *b], "<>")));
        }
    }
    if times == 1 {
        return None;
    }
    let matched = |input: Plan, pattern: Pattern| Plan::Match { input: Box::new(input), pattern };
    let input = Box::new(patterns.into_iter().fold(Plan::Unit, matched));
    Some((Plan::Group { input, keys: keys.clone(), aggregates: aggregates.clone() }, times))
}

fn ordered(pair: &[Slot; 2], sign: &str) -> Expr {
    let [a, b] = pair.map(|slot| Box::new(Expr::Slot(slot)));
    Expr::Compare(sign.to_owned(), a, b)
}

/// Two nodes of which the first must come before the second, by something that no two have the same.
fn in_order(condition: &Expr, facts: &Facts<'_>) -> Option<[Slot; 2]> {
    let Expr::Compare(sign, a, b) = condition.bare() else { return None };
    let slot = |of: &Expr| if let Expr::Slot(slot) = of.bare() { Some(*slot) } else { None };
    let pair = match (a.bare(), b.bare()) {
        (Expr::Property(a, one), Expr::Property(b, other)) if one == other && facts.each_has_its_own(one) => {
            [slot(a)?, slot(b)?]
        }
        (Expr::Call(one, a), Expr::Call(other, b)) if one == other && matches!(one.as_str(), "id" | "elementId") => {
            [slot(a.first()?)?, slot(b.first()?)?]
        }
        _ => return None,
    };
    match sign.as_str() {
        _ if pair[0] == pair[1] => None,
        "<" => Some(pair),
        ">" => Some([pair[1], pair[0]]),
        _ => None,
    }
}

/// The nodes that stand in a row, each before the next one; `None` where some stand otherwise.
fn rows_of_nodes(before: &[[Slot; 2]]) -> Option<Vec<Vec<Slot>>> {
    let mut left: BTreeSet<Slot> = before.iter().flatten().copied().collect();
    let mut rows: Vec<Vec<Slot>> = Vec::new();
    let is_first = |slot: &Slot, left: &BTreeSet<Slot>| before.iter().all(|[a, b]| b != slot || !left.contains(a));
    while let Some(first) = left.iter().copied().find(|slot| is_first(slot, &left)) {
        left.remove(&first);
        // It stands behind the last of a row that is known to come before it, or begins one.
        let behind: Vec<usize> =
            (0..rows.len()).filter(|row| rows[*row].iter().any(|other| before.contains(&[*other, first]))).collect();
        match behind.as_slice() {
            [] => rows.push(vec![first]),
            [row] if rows[*row].last().is_some_and(|last| before.contains(&[*last, first])) => rows[*row].push(first),
            _ => return None,
        }
    }
    left.is_empty().then_some(rows)
}

/// The orders in which nodes can stand, theirs first; of many of them only this one.
fn orders(nodes: &[Slot]) -> Vec<Vec<Slot>> {
    const MOST: usize = 4;
    let mut orders = vec![Vec::new()];
    for _ in nodes {
        let longer = |order: Vec<Slot>| {
            let left = nodes.iter().filter(|node| !order.contains(node)).map(|node| [&order[..], &[*node]].concat());
            left.collect::<Vec<_>>()
        };
        orders = orders.into_iter().flat_map(longer).take(if nodes.len() > MOST { 1 } else { usize::MAX }).collect();
    }
    orders
}

/// Whether patterns, conditions on them and keys are the same with nodes exchanged.
fn is_same_exchanged(patterns: &[Pattern], more: &[Expr], keys: &[Expr], mut names: BTreeMap<Slot, Slot>) -> bool {
    let labels = |of: Slot| {
        let nodes = patterns.iter().flat_map(|pattern| &pattern.nodes).filter(|node| node.slot == of);
        nodes.filter_map(|node| node.labels.as_ref()).map(|labels| format!("{labels:?}")).collect::<BTreeSet<_>>()
    };
    if names.iter().any(|(one, other)| labels(*one) != labels(*other)) {
        return false;
    }
    let mut others: Vec<&Pattern> = patterns.iter().collect();
    for pattern in patterns {
        let found = others.iter().position(|other| as_exchanged(pattern, other, &mut names));
        let Some(found) = found else { return false };
        others.remove(found);
    }
    let plain = |exprs: &mut dyn Iterator<Item = &Expr>| exprs.map(|expr| told(expr, &BTreeMap::new())).collect();
    let renamed = |exprs: &mut dyn Iterator<Item = &Expr>| exprs.map(|expr| told(expr, &names)).collect();
    let conditions = || patterns.iter().flat_map(|pattern| &pattern.conditions).chain(more);
    let [mut before, mut after]: [Option<Vec<String>>; 2] = [plain(&mut conditions()), renamed(&mut conditions())];
    for conditions in [&mut before, &mut after].into_iter().flatten() {
        conditions.sort_unstable();
    }
    let [keys, keys_after]: [Option<Vec<String>>; 2] = [plain(&mut keys.iter()), renamed(&mut keys.iter())];
    before.is_some() && before == after && keys.is_some() && keys == keys_after
}

/// Whether a pattern with its nodes exchanged is another one; notes which relationship each of its own is then.
fn as_exchanged(pattern: &Pattern, other: &Pattern, names: &mut BTreeMap<Slot, Slot>) -> bool {
    if pattern.different != other.different || pattern.rels.len() != other.rels.len() {
        return false;
    }
    let nodes = |pattern: &Pattern, names: &BTreeMap<Slot, Slot>| {
        let name = |slot: Slot| names.get(&slot).copied().unwrap_or(slot);
        pattern.nodes.iter().map(|node| name(node.slot)).collect::<BTreeSet<_>>()
    };
    if nodes(pattern, names) != nodes(other, &BTreeMap::new()) {
        return false;
    }
    let mut left: Vec<&PatternRel> = other.rels.iter().collect();
    let mut found = Vec::new();
    for rel in &pattern.rels {
        let form = form(pattern, rel, names);
        let is_it = |rel: &&PatternRel| form.is_some() && self::form(other, rel, &BTreeMap::new()) == form;
        // One that is the same as before stays what it is.
        let same = left.iter().position(|other| other.slot == rel.slot && is_it(other));
        let Some(at) = same.or_else(|| left.iter().position(is_it)) else { return false };
        found.push((rel.slot, left.remove(at).slot));
    }
    names.extend(found);
    true
}

/// What a relationship is beside its slot, with its nodes exchanged; `None` where more is asked of it.
fn form(pattern: &Pattern, rel: &PatternRel, names: &BTreeMap<Slot, Slot>) -> Option<(PatternRel, [Slot; 2])> {
    let name = |slot: Slot| names.get(&slot).copied().unwrap_or(slot);
    let [left, right] = [rel.left, rel.right].map(|node| name(pattern.nodes[node].slot));
    let ends = match rel.direction {
        Direction::In => [right, left],
        Direction::Out => [left, right],
        Direction::Both => [left.min(right), left.max(right)],
    };
    let direction = if rel.direction == Direction::Both { Direction::Both } else { Direction::Out };
    let is_plain = rel.search.is_none() && rel.each.is_none();
    is_plain.then(|| (PatternRel { slot: 0, left: 0, right: 0, direction, ..rel.clone() }, ends))
}

/// An expression as text, by which it is known again, with its slots exchanged; `None` where that would take more.
fn told(expr: &Expr, names: &BTreeMap<Slot, Slot>) -> Option<String> {
    /// Without the places where it is written, and with sides that can be changed in one order.
    fn plain(expr: &mut Expr) {
        *expr = expr.bare().clone();
        expr.children_mut().into_iter().for_each(plain);
        if let Expr::Compare(sign, a, b) = expr
            && matches!(sign.as_str(), "=" | "<>")
            && format!("{a:?}") > format!("{b:?}")
        {
            std::mem::swap(a, b);
        }
    }
    if !is_the_same_each_time(expr) {
        return None;
    }
    let mut expr = expr.clone();
    for slot in expr.slots_mut() {
        *slot = names.get(slot).copied().unwrap_or(*slot);
    }
    plain(&mut expr);
    Some(format!("{expr:?}"))
}
