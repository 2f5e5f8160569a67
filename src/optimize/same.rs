//! Parts of patterns that are the same: what follows from that, and the smaller pattern that is left.
//!
//! Two relationships that are the same one have the same ends; where a table has no loops, none between the same two nodes or none that
//! lead back, more follows, or nothing matches.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Direction, Expr, LabelTest, Pattern, PatternNode, PatternRel, Slot};

use super::Facts;

/// Which slots have the same: each with the least of those that do.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Names(BTreeMap<Slot, Slot>);

impl Names {
    pub fn of(&self, slot: Slot) -> Slot {
        self.0.get(&slot).copied().unwrap_or(slot)
    }

    /// The same where these are the same too.
    fn join(&mut self, [a, b]: [Slot; 2]) {
        let [a, b] = [self.of(a), self.of(b)];
        let (least, other) = (a.min(b), a.max(b));
        if least != other {
            self.0.values_mut().filter(|name| **name == other).for_each(|name| *name = least);
            self.0.insert(other, least);
        }
    }

    /// Takes back that a slot has what another one has; whether it did.
    pub fn part(&mut self, slot: Slot) -> bool {
        self.0.remove(&slot).is_some()
    }

    pub fn renamed(&self, exprs: &[Expr]) -> Vec<Expr> {
        let mut exprs = exprs.to_vec();
        for slot in exprs.iter_mut().flat_map(Expr::slots_mut) {
            *slot = self.of(*slot);
        }
        exprs
    }
}

/// Slots of two parts of a pattern that would have the same: those of two relationships and of their ends, or those of two nodes.
pub(super) type Same = Vec<[Slot; 2]>;

/// Whether two relationships of a pattern could be the same one. That would make one node of their starts, and one of their ends.
pub(super) fn may_share(pattern: &Pattern, a: &PatternRel, b: &PatternRel, facts: &Facts<'_>) -> bool {
    let is_met = |same: Same| closed(&[pattern], Names::default(), &same, facts, false).is_some();
    have_types_in_common(a, b) && (a.is_list() || b.is_list() || as_one(pattern, a, b).into_iter().any(is_met))
}

pub(super) fn have_types_in_common(a: &PatternRel, b: &PatternRel) -> bool {
    a.types.is_empty() || b.types.is_empty() || a.types.iter().any(|name| b.types.contains(name))
}

/// Its ends; the start first, if it has one.
fn ends(pattern: &Pattern, rel: &PatternRel) -> [Slot; 2] {
    let [left, right] = [rel.left, rel.right].map(|node| pattern.nodes[node].slot);
    if rel.direction == Direction::In { [right, left] } else { [left, right] }
}

/// The ways in which two single relationships could be the same one.
pub(super) fn as_one(pattern: &Pattern, a: &PatternRel, b: &PatternRel) -> Vec<Same> {
    let ([a_start, a_end], [b_start, b_end]) = (ends(pattern, a), ends(pattern, b));
    let mut ways = vec![vec![[a.slot, b.slot], [a_start, b_start], [a_end, b_end]]];
    if [a, b].iter().any(|rel| rel.direction == Direction::Both) {
        ways.push(vec![[a.slot, b.slot], [a_start, b_end], [a_end, b_start]]);
    }
    ways
}

/// What is the same where these slots are; `None` where nothing matches then. That relationships are the same because they are
/// between the same two nodes is looked up in the graph only if asked for.
pub(super) fn closed(
    patterns: &[&Pattern],
    mut names: Names,
    same: &[[Slot; 2]],
    facts: &Facts<'_>,
    by_twins: bool,
) -> Option<Names> {
    for pair in same {
        names.join(*pair);
    }
    loop {
        let is_met = |pattern: &&Pattern| {
            let is_loop = |rel: &&PatternRel| matches!(named_ends(pattern, rel, &names), [a, b] if a == b);
            singles(pattern).filter(is_loop).all(|rel| facts.may_be_loops(rel))
        };
        if !patterns.iter().all(is_met) {
            return None;
        }
        if let Some(ends) = patterns.iter().find_map(|pattern| ends_of_one(pattern, &names)) {
            for pair in ends {
                names.join(pair);
            }
            continue;
        }
        let mut twins = patterns
            .iter()
            .filter(|_| by_twins)
            .flat_map(|pattern| pairs(pattern).filter_map(|(a, b)| as_twins(pattern, a, b, &names, facts)));
        match twins.next() {
            None => return Some(names),
            Some(Twin::Never) => return None,
            Some(Twin::One(pair)) => names.join(pair),
        }
    }
}

/// The ends of two directed relationships that are one, through a third that is followed either way, where these are not the same yet.
fn ends_of_one(pattern: &Pattern, names: &Names) -> Option<[[Slot; 2]; 2]> {
    pairs(pattern).find_map(|(a, b)| {
        let is_one = names.of(a.slot) == names.of(b.slot) && [a, b].iter().all(|rel| rel.direction != Direction::Both);
        let ([a_start, a_end], [b_start, b_end]) = (named_ends(pattern, a, names), named_ends(pattern, b, names));
        (is_one && (a_start != b_start || a_end != b_end)).then_some([[a_start, b_start], [a_end, b_end]])
    })
}

/// Any two single relationships of a pattern.
fn pairs(pattern: &Pattern) -> impl Iterator<Item = (&PatternRel, &PatternRel)> {
    singles(pattern).enumerate().flat_map(move |(n, a)| singles(pattern).skip(n + 1).map(move |b| (a, b)))
}

fn singles(pattern: &Pattern) -> impl Iterator<Item = &PatternRel> {
    pattern.rels.iter().filter(|rel| !rel.is_list())
}

fn named_ends(pattern: &Pattern, rel: &PatternRel, names: &Names) -> [Slot; 2] {
    ends(pattern, rel).map(|slot| names.of(slot))
}

/// What is known of two relationships between the same two nodes.
enum Twin {
    /// There are no such two.
    Never,
    /// They are the same one.
    One([Slot; 2]),
}

fn as_twins(pattern: &Pattern, a: &PatternRel, b: &PatternRel, names: &Names, facts: &Facts<'_>) -> Option<Twin> {
    let (a_ends, [b_start, b_end]) = (named_ends(pattern, a, names), named_ends(pattern, b, names));
    let leads_back = a_ends != [b_start, b_end];
    let is_between_others = leads_back && a_ends != [b_end, b_start];
    if is_between_others || a.types != b.types || names.of(a.slot) == names.of(b.slot) {
        return None;
    }
    let twins = facts.twins(a)?;
    let either_way = [a, b].iter().any(|rel| rel.direction == Direction::Both);
    match (either_way, leads_back) {
        // A loop leads back as well.
        (false, true) => (!twins.opposite && !facts.may_be_loops(a)).then_some(Twin::Never),
        (false, false) => (!twins.alike).then_some(Twin::One([a.slot, b.slot])),
        (true, _) => (!twins.alike && !twins.opposite).then_some(Twin::One([a.slot, b.slot])),
    }
}

/// A pattern whose slots have these names, after others have filled some; `None` where no relationship is of the types asked for.
pub(super) fn renamed(pattern: &Pattern, names: &Names, filled: &BTreeSet<Slot>) -> Option<Pattern> {
    let mut nodes: Vec<PatternNode> = Vec::new();
    let mut places = Vec::new();
    for node in &pattern.nodes {
        let slot = names.of(node.slot);
        let place = nodes.iter().position(|known| known.slot == slot);
        match place.and_then(|place| nodes.get_mut(place)) {
            Some(known) => known.labels = both(known.labels.take(), node.labels.clone()),
            None => nodes.push(PatternNode { slot, bound: filled.contains(&slot), labels: node.labels.clone() }),
        }
        places.push(place.unwrap_or(nodes.len() - 1));
    }
    let mut rels: Vec<PatternRel> = Vec::new();
    for rel in &pattern.rels {
        let rel =
            PatternRel { slot: names.of(rel.slot), left: places[rel.left], right: places[rel.right], ..rel.clone() };
        match rels.iter_mut().find(|known| known.slot == rel.slot) {
            Some(known) => *known = one_of_both(known, &rel)?,
            None => rels.push(rel),
        }
    }
    Some(Pattern { nodes, rels, conditions: names.renamed(&pattern.conditions), different: pattern.different })
}

/// A relationship that is what each of two has to be; `None` where that is of no type.
fn one_of_both(a: &PatternRel, b: &PatternRel) -> Option<PatternRel> {
    let types = match (a.types.is_empty(), b.types.is_empty()) {
        (true, _) => b.types.clone(),
        (_, true) => a.types.clone(),
        _ => a.types.iter().filter(|name| b.types.contains(name)).cloned().collect(),
    };
    let is_none = types.is_empty() && !(a.types.is_empty() && b.types.is_empty());
    // If one of them has a start, it is that of both.
    let directed = if a.direction == Direction::Both { b } else { a };
    let rel = PatternRel { slot: a.slot, types, negated: a.negated && b.negated, ..directed.clone() };
    (!is_none).then_some(rel)
}

fn both(a: Option<LabelTest>, b: Option<LabelTest>) -> Option<LabelTest> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => Some(LabelTest::And(Box::new(a), Box::new(b))),
        (a, b) => a.or(b),
    }
}
