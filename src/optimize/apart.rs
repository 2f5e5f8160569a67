//! What has to differ is counted as if it need not; what is the same then is taken away.
//!
//! No relationship comes twice in a pattern, and `a <> b` keeps nodes apart: to see to that, rows would have to be listed. Where they
//! are only counted, those are counted in which nothing has to differ, and those in which two parts are the same, which are the rows
//! of a smaller pattern: what counts is the one number less the other.
//!
//! Source: the principle of inclusion and exclusion; for patterns Curticapean, Dell, Marx, "Homomorphisms are a good basis for
//! counting small subgraphs", STOC 2017.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::plan::{Aggregate, Direction, Expr, Pattern, PatternNode, PatternRel, Plan, Slot, SubqueryKind};
use crate::value::Value;

use super::Facts;
use super::reach::is_the_same_each_time;
use super::same::{Names, Same, as_one, closed, have_types_in_common, renamed};

/// Smaller patterns that a pattern is counted by; more are not worth their while.
const MOST: usize = 16;

/// Differences that are looked at: those of eight relationships that are followed either way.
const MOST_DIFFERENT: usize = 56;

/// Two nodes that a condition keeps apart.
fn kept_apart(condition: &Expr) -> Option<[Slot; 2]> {
    match condition.bare() {
        Expr::Compare(sign, a, b) if sign == "<>" => match (a.bare(), b.bare()) {
            (Expr::Slot(a), Expr::Slot(b)) => Some([*a, *b]),
            _ => None,
        },
        _ => None,
    }
}

/// The relationship between two nodes that a condition asks for, and the slots of these.
fn asked_for(condition: &Expr) -> Option<(PatternRel, [Slot; 2])> {
    let Expr::Subquery { kind: SubqueryKind::Exists, plan, .. } = condition.bare() else { return None };
    let pattern = match &**plan {
        Plan::Match { input, pattern } if **input == Plan::Argument => pattern,
        _ => return None,
    };
    let ([rel], [_, _]) = (pattern.rels.as_slice(), pattern.nodes.as_slice()) else { return None };
    let is_plain = pattern.nodes.iter().all(|node| node.bound && node.labels.is_none());
    if !is_plain || rel.is_list() || rel.left == rel.right || !pattern.conditions.is_empty() {
        return None;
    }
    Some((rel.clone(), [rel.left, rel.right].map(|node| pattern.nodes[node].slot)))
}

/// Whether there is never more than one such relationship between two nodes.
fn is_one(rel: &PatternRel, facts: &Facts<'_>) -> bool {
    facts.twins(rel).is_some_and(|twins| !twins.alike && (rel.direction != Direction::Both || !twins.opposite))
}

/// What must not be.
enum Different {
    /// These slots have the same.
    Same(Same),
    /// There is this relationship of the last pattern.
    Led(PatternRel),
}

/// Rows of patterns that are counted by group.
pub(super) struct Apart<'p> {
    /// The rows of each of these are counted together.
    ways: Vec<Way>,
    keys: &'p [Expr],
    aggregates: &'p [Aggregate],
}

/// Patterns in which nothing has to differ, and what must not be in what is counted.
struct Way {
    patterns: Vec<Pattern>,
    differences: Vec<Different>,
    /// Relationships that conditions ask for: each has to be the only one between its ends.
    asked_for: Vec<PatternRel>,
}

/// A smaller pattern: what is the same in it, and the relationships that are there as well, by their places among the differences.
type Smaller = (Names, Vec<usize>);

impl<'p> Apart<'p> {
    /// `None` where rows are not only counted, where nothing has to differ, or where it is not known how to do without.
    pub(super) fn of(plan: &'p Plan, facts: &Facts<'_>) -> Option<Self> {
        let Plan::Group { input, keys, aggregates } = plan else { return None };
        let patterns = patterns(input)?;
        if aggregates.is_empty() || !aggregates.iter().all(|aggregate| counts_rows(aggregate, &patterns)) {
            return None;
        }
        let arguments = aggregates.iter().flat_map(Aggregate::reads);
        let mut read = BTreeSet::new();
        let conditions = patterns.iter().flat_map(|pattern| &pattern.conditions);
        conditions.chain(keys).chain(arguments).for_each(|expr| expr.slots(&mut read));
        let mut next = patterns.iter().flat_map(Pattern::slots).max()? + 1;
        let lists = patterns.iter().flat_map(|pattern| &pattern.rels).filter(|rel| can_be_written_out(rel, &read));
        let lengths: Vec<u64> =
            lists.filter_map(|rel| rel.length).map(|(least, most)| most.unwrap_or(least) - least + 1).collect();
        if lengths.iter().product::<u64>() > MOST as u64 {
            return None;
        }
        let written_out = written_out(patterns, &read, &mut next);
        let ways = written_out.into_iter().map(|patterns| Way::of(patterns, &mut next, facts));
        let ways = ways.collect::<Option<Vec<_>>>()?;
        let is_other = !lengths.is_empty() || ways.iter().any(|way| !way.differences.is_empty());
        (is_other && keys.iter().all(is_the_same_each_time)).then_some(Self { ways, keys, aggregates })
    }

    /// The plans by which the rows are counted, and how often each counts; `None` where there are too many.
    ///
    /// Looks at each relationship of some types when that was not done before.
    pub(super) fn terms(&self, facts: &Facts<'_>) -> Option<Vec<(i64, Plan)>> {
        if !self.ways.iter().flat_map(|way| &way.asked_for).all(|rel| is_one(rel, facts)) {
            return None;
        }
        let mut terms = Vec::new();
        for way in &self.ways {
            for (smaller, times) in way.smaller(facts)? {
                terms.extend(self.counted(way, &smaller).map(|plan| (times, plan)));
            }
        }
        (!terms.is_empty() && terms.len() <= MOST).then_some(terms)
    }

    /// The groups of a smaller pattern; `None` where it has no rows.
    fn counted(&self, way: &Way, smaller: &Smaller) -> Option<Plan> {
        let mut filled = BTreeSet::new();
        let matched = |input: Plan, pattern: &Pattern| {
            let pattern = renamed(pattern, &smaller.0, &filled)?;
            filled.extend(pattern.slots());
            Some(Plan::Match { input: Box::new(input), pattern })
        };
        let input = Box::new(way.with(&smaller.1).iter().try_fold(Plan::Unit, matched)?);
        let mut aggregates = self.aggregates.to_vec();
        for aggregate in &mut aggregates {
            aggregate.arguments = smaller.0.renamed(&aggregate.arguments);
        }
        Some(Plan::Group { input, keys: smaller.0.renamed(self.keys()), aggregates })
    }

    /// The groups of these plans, each so many times, as those of one.
    ///
    /// Where all rows are one group, it has a key until it is known whether there are any: what a smaller pattern has none of is not
    /// what was counted and not found.
    pub(super) fn put_together(&self, terms: Vec<(i64, Plan)>) -> Plan {
        let (n_keys, aggregates) = (self.keys().len(), self.aggregates);
        let slots = |slots: Range<Slot>| slots.map(Expr::Slot).collect::<Vec<_>>();
        let numbers = || slots(n_keys..n_keys + aggregates.len());
        let parts = terms.into_iter().map(|(times, input)| {
            let times = |number| Expr::Arithmetic('*', Box::new(Expr::Constant(Value::Int(times))), Box::new(number));
            let items = slots(0..n_keys).into_iter().chain(numbers().into_iter().map(times)).collect();
            Plan::Project { input: Box::new(input), items }
        });
        let sums = || {
            let sum = |(of, number): (&Aggregate, Expr)| Aggregate {
                function: "sum".to_owned(),
                arguments: vec![number],
                ..of.clone()
            };
            aggregates.iter().zip(numbers()).map(sum).collect()
        };
        let input = Box::new(Plan::Union { parts: parts.collect() });
        let group = Plan::Group { input, keys: slots(0..n_keys), aggregates: sums() };
        // A group of which nothing is left was none.
        let condition =
            Expr::Compare(">".to_owned(), Box::new(Expr::Slot(n_keys)), Box::new(Expr::Constant(Value::Int(0))));
        let left = Plan::Filter { input: Box::new(group), condition };
        match self.keys {
            [] => Plan::Group { input: Box::new(left), keys: Vec::new(), aggregates: sums() },
            _ => left,
        }
    }

    /// The groups of a plan that counts each row so many times.
    pub(super) fn divided(&self, plan: Plan, times: i64) -> Plan {
        let by = || Box::new(Expr::Constant(Value::Int(times)));
        let number = |slot| Expr::Arithmetic('/', Box::new(Expr::Slot(slot)), by());
        let (n_keys, n) = (self.keys.len(), self.keys.len() + self.aggregates.len());
        let items = (0..n_keys).map(Expr::Slot).chain((n_keys..n).map(number)).collect();
        Plan::Project { input: Box::new(plan), items }
    }

    /// What makes a group of a smaller pattern.
    fn keys(&self) -> &[Expr] {
        match self.keys {
            [] => &[Expr::Constant(Value::Null)],
            keys => keys,
        }
    }
}

/// Whether an aggregate is the number of rows.
fn counts_rows(aggregate: &Aggregate, patterns: &[Pattern]) -> bool {
    let is_matched = |slot| patterns.iter().any(|pattern| pattern.slots().contains(&slot));
    match (aggregate.function.as_str(), aggregate.arguments.as_slice()) {
        ("*", []) => true,
        ("count", [counted]) if !aggregate.distinct => {
            matches!(counted.bare(), Expr::Slot(slot) if is_matched(*slot))
        }
        _ => false,
    }
}

/// Whether it is a list of few relationships that nobody reads.
fn can_be_written_out(rel: &PatternRel, read: &BTreeSet<Slot>) -> bool {
    /// More hops are more ways and more differences than are worth their while.
    const LONGEST: u64 = 4;
    let is_short = matches!(rel.length, Some((least, Some(most))) if 0 < least && least <= most && most <= LONGEST);
    is_short && rel.each.is_none() && rel.search.is_none() && !read.contains(&rel.slot)
}

/// The same rows by patterns in which each list of relationships is as many single ones.
fn written_out(patterns: Vec<Pattern>, read: &BTreeSet<Slot>, next: &mut Slot) -> Vec<Vec<Pattern>> {
    let in_pattern =
        |pattern: &Pattern| pattern.rels.iter().position(|rel| pattern.different && can_be_written_out(rel, read));
    let found = patterns.iter().enumerate().find_map(|(at, pattern)| Some((at, in_pattern(pattern)?)));
    let Some((at, list)) = found else { return vec![patterns] };
    let mut all = Vec::new();
    let Some((least, Some(most))) = patterns[at].rels[list].length else { return vec![patterns] };
    for n in least..=most {
        let mut patterns = patterns.clone();
        let Pattern { nodes, rels, .. } = &mut patterns[at];
        let of_list = rels.remove(list);
        let mut left = of_list.left;
        for hop in 1..=n {
            let right = if hop == n { of_list.right } else { nodes.len() };
            if hop < n {
                nodes.push(PatternNode { slot: *next, bound: false, labels: None });
                *next += 1;
            }
            rels.push(PatternRel { slot: *next, left, right, length: None, ..of_list.clone() });
            *next += 1;
            left = right;
        }
        all.extend(written_out(patterns, read, next));
    }
    all
}

impl Way {
    /// What is counted by these patterns; `None` where relationships of a list have to differ, or something cannot be renamed.
    fn of(patterns: Vec<Pattern>, next: &mut Slot, facts: &Facts<'_>) -> Option<Self> {
        let mut way = Self { patterns, differences: Vec::new(), asked_for: Vec::new() };
        let mut same = Vec::new();
        for pattern in way.patterns.iter_mut().filter(|pattern| pattern.different) {
            for (n, a) in pattern.rels.iter().enumerate() {
                for b in pattern.rels[n + 1..].iter().filter(|b| have_types_in_common(a, b)) {
                    if a.is_list() || b.is_list() {
                        return None;
                    }
                    same.extend(as_one(pattern, a, b));
                }
            }
            pattern.different = false;
        }
        let nodes: BTreeSet<Slot> =
            way.patterns.iter().flat_map(|pattern| &pattern.nodes).map(|node| node.slot).collect();
        let are_here = |slots: &[Slot; 2]| slots.iter().all(|slot| nodes.contains(slot));
        let conditions: Vec<_> =
            way.patterns.iter_mut().map(|pattern| std::mem::take(&mut pattern.conditions)).collect();
        for (at, conditions) in conditions.into_iter().enumerate() {
            for condition in conditions {
                if let Some(pair) = kept_apart(&condition).filter(are_here) {
                    same.push(vec![pair]);
                    continue;
                }
                let (not, asked) = match condition.bare() {
                    Expr::Not(of) => (true, &**of),
                    asked => (false, asked),
                };
                match asked_for(asked).filter(|(_, ends)| are_here(ends)) {
                    Some((rel, ends)) => {
                        let rel = way.between(rel, ends, *next);
                        way.asked_for.push(rel.clone());
                        *next += 1;
                        if not {
                            way.differences.push(Different::Led(rel));
                        } else {
                            way.patterns.last_mut()?.rels.push(rel);
                        }
                    }
                    None if is_the_same_each_time(&condition) => way.patterns[at].conditions.push(condition),
                    None => return None,
                }
            }
        }
        if way.patterns.iter().flat_map(|pattern| &pattern.rels).any(|rel| rel.search.is_some() || rel.each.is_some()) {
            return None;
        }
        if same.len() > MOST_DIFFERENT {
            return None;
        }
        let patterns: Vec<&Pattern> = way.patterns.iter().collect();
        same.retain(|same| closed(&patterns, Names::default(), same, facts, false).is_some());
        way.differences.extend(same.into_iter().map(Different::Same));
        Some(way)
    }

    /// A relationship between these nodes, in the last pattern.
    fn between(&mut self, rel: PatternRel, ends: [Slot; 2], slot: Slot) -> PatternRel {
        let [left, right] = ends.map(|end| {
            let Some(Pattern { nodes, .. }) = self.patterns.last_mut() else { return 0 };
            nodes.iter().position(|node| node.slot == end).unwrap_or_else(|| {
                nodes.push(PatternNode { slot: end, bound: true, labels: None });
                nodes.len() - 1
            })
        });
        PatternRel { slot, left, right, ..rel }
    }

    /// Its patterns, with the relationships of these differences.
    fn with(&self, led: &[usize]) -> Vec<Pattern> {
        let mut patterns = self.patterns.clone();
        for difference in led {
            if let (Some(last), Different::Led(rel)) = (patterns.last_mut(), &self.differences[*difference]) {
                last.rels.push(rel.clone());
            }
        }
        patterns
    }

    /// The smaller patterns by which it is counted, and how often each counts; `None` where there are too many.
    fn smaller(&self, facts: &Facts<'_>) -> Option<Vec<(Smaller, i64)>> {
        let smaller = |(names, led): &Smaller, difference: Option<usize>| {
            let (mut led, mut same) = (led.clone(), &Vec::new());
            match difference.map(|at| (at, &self.differences[at])) {
                Some((at, Different::Led(_))) => led.push(at),
                Some((_, Different::Same(pairs))) => same = pairs,
                None => {}
            }
            let patterns = self.with(&led);
            let mut names = closed(&patterns.iter().collect::<Vec<_>>(), names.clone(), same, facts, true)?;
            // What turns out to be a relationship of the pattern is there already.
            led.retain(|at| match &self.differences[*at] {
                Different::Led(rel) => !names.part(rel.slot),
                Different::Same(_) => true,
            });
            Some((names, led))
        };
        let mut terms = vec![(smaller(&Smaller::default(), None)?, 1)];
        for difference in 0..self.differences.len() {
            let taken = terms.iter().filter_map(|(term, times)| Some((smaller(term, Some(difference))?, -times)));
            for (term, times) in taken.collect::<Vec<_>>() {
                match terms.iter_mut().find(|(known, _)| *known == term) {
                    Some((_, so_far)) => *so_far += times,
                    None => terms.push((term, times)),
                }
            }
            terms.retain(|(_, times)| *times != 0);
            if terms.len() > MOST {
                return None;
            }
        }
        Some(terms)
    }
}

/// The patterns that a plan consists of, the first one first, each with the conditions on its rows.
pub(super) fn patterns(plan: &Plan) -> Option<Vec<Pattern>> {
    match plan {
        Plan::Unit => Some(Vec::new()),
        Plan::Match { input, pattern } => {
            let mut patterns = patterns(input)?;
            patterns.push(pattern.clone());
            Some(patterns)
        }
        Plan::Filter { input, condition } => {
            let mut patterns = patterns(input)?;
            patterns.last_mut()?.conditions.push(condition.clone());
            Some(patterns)
        }
        _ => None,
    }
}
