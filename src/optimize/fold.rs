//! Paths are counted, and not listed.
//!
//! Of most of the rows that a pattern gives, an aggregate reads little: `count(*)` by country asks nothing of the companies in
//! between. Rows that are equal in all that is read of them later are made one row, as soon as they are: with how many they
//! are, or with the sum of the products that `sum(u.share * s.share)` asks for; where equal rows count once, with nothing.
//! A hop is then followed from each node once, not from each path that leads to it.
//!
//! Not where what rows rest on is asked: each path is a reason of its own.
//!
//! Source: Yannakakis, "Algorithms for acyclic database schemes", VLDB 1981; Yan, Larson, "Eager aggregation and lazy aggregation",
//! VLDB 1995; for sums of products Abo Khamis, Ngo, Rudra, "FAQ: questions asked frequently", PODS 2016.

use std::collections::BTreeSet;

use crate::plan::{Aggregate, Direction, Expr, PatternRel, Plan, Slot, SubqueryKind};
use crate::value::Value;

use super::apart::Apart;
use super::cost::estimate;
use super::course::{self, Course};
use super::exchange::exchanged;
use super::order_pattern::{on_course, order_pattern, turned};
use super::reach::{counts_once, gives_the_same, is_the_same_each_time, is_the_same_meanwhile, mark};
use super::sum::{Sum, followed, is_optional};
use super::{Facts, rewrite};

/// A plan that is expected to take less, in about nanoseconds, is not worth counting in another way.
const SHORT: f64 = 20_000.0;

pub(super) fn fold(plan: Plan, facts: &Facts<'_>) -> Plan {
    if !facts.lasting {
        return plan;
    }
    let exchanged = exchanged(&plan, facts);
    let apart = Apart::of(&plan, facts);
    if exchanged.is_none() && apart.is_none() {
        return folded(plan, facts);
    }
    let cost = |plan: &Plan| estimate(&rewrite(plan.clone(), order_pattern, facts), facts).cost;
    let listed = folded(plan.clone(), facts);
    let cost_listed = cost(&listed);
    if cost_listed < SHORT {
        return listed;
    }
    let by_terms = |apart: &Apart<'_>| {
        let terms = apart.terms(facts)?.into_iter();
        Some(apart.put_together(terms.map(|(times, term)| (times, folded(term, facts))).collect()))
    };
    let of_all = exchanged.as_ref().and_then(|(of_all, times)| {
        let apart = Apart::of(of_all, facts)?;
        Some(apart.divided(by_terms(&apart)?, *times))
    });
    let ways = apart.as_ref().and_then(by_terms).into_iter().chain(of_all).map(|way| (cost(&way), way));
    // Of those that cost the same the first is taken.
    let costs = std::iter::once((cost_listed, listed)).chain(ways);
    costs.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(plan, |(_, way)| way)
}

/// The cheapest of the ways in which rows that are equal are made one, if there is one.
fn folded(plan: Plan, facts: &Facts<'_>) -> Plan {
    let folded = |input: &Plan| match &plan {
        Plan::Group { keys, aggregates, .. } => grouped(input, keys, aggregates, facts),
        Plan::Distinct { input: project } => match &**project {
            Plan::Project { items, .. } => {
                let input = Box::new(once(input, items)?);
                Some(Plan::Distinct { input: Box::new(Plan::Project { input, items: items.clone() }) })
            }
            _ => None,
        },
        _ => None,
    };
    let input = match &plan {
        Plan::Group { input, .. } => input,
        Plan::Distinct { input } => match &**input {
            Plan::Project { input, .. } => input,
            _ => return plan,
        },
        _ => return plan,
    };
    // Where to begin depends on what can be folded then.
    let last = read(&plan);
    let starts = match starts(input, facts) {
        starts if starts.is_empty() => vec![None],
        starts => starts.into_iter().map(Some).collect(),
    };
    let courses = starts.into_iter().map(|start| Some(Course { start, last: &last }));
    let lowered = |course: Option<Course<'_>>| lowered(input.as_ref().clone(), facts, course.as_ref());
    let mut ways: Vec<Plan> = Vec::new();
    for way in std::iter::once(None).chain(courses).filter_map(|course| folded(&lowered(course))) {
        // What is the same either way is no choice.
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    if ways.len() < 2 {
        return ways.pop().unwrap_or(plan);
    }
    let costs = ways.into_iter().map(|way| (estimate(&way, facts).cost, way));
    let cheapest = costs.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, way)| way);
    cheapest.unwrap_or(plan)
}

/// The slots that are read of rows of which it matters what they are, and not only how many.
fn read(plan: &Plan) -> BTreeSet<Slot> {
    match plan {
        Plan::Group { keys, aggregates, .. } => {
            let arguments = aggregates.iter().filter(|of| counts_once(of)).flat_map(Aggregate::reads);
            slots(keys.iter().chain(arguments))
        }
        Plan::Distinct { input } => match &**input {
            Plan::Project { items, .. } => slots(items),
            _ => BTreeSet::new(),
        },
        _ => BTreeSet::new(),
    }
}

/// The nodes of the last pattern that a plan may begin with.
fn starts(plan: &Plan, facts: &Facts<'_>) -> Vec<usize> {
    match plan {
        Plan::Filter { input, .. } | Plan::Optional { input, .. } => starts(input, facts),
        Plan::Match { pattern, .. } => course::starts(pattern, facts),
        _ => Vec::new(),
    }
}

/// The plan with its patterns in order, the last one on this course.
fn lowered(plan: Plan, facts: &Facts<'_>, course: Option<&Course<'_>>) -> Plan {
    match plan {
        Plan::Filter { input, condition } => {
            Plan::Filter { input: Box::new(lowered(*input, facts, course)), condition }
        }
        Plan::Match { input, pattern } => {
            let input = Box::new(lowered(*input, facts, None));
            on_course(Plan::Match { input, pattern }, facts, course)
        }
        Plan::Optional { input, inner, slots } => {
            Plan::Optional { input: Box::new(lowered(*input, facts, course)), inner, slots }
        }
        other => other,
    }
}

/// What is read of rows of which equal ones count once.
fn once(input: &Plan, read: &[Expr]) -> Option<Plan> {
    if !read.iter().all(is_the_same_each_time) {
        return None;
    }
    let mut folding = Folding { sums: Vec::new(), folded: false, next: 0 };
    let mut input = input.clone();
    mark(&mut input);
    let plan = folding.go(input, slots(read));
    folding.folded.then_some(plan)
}

fn grouped(input: &Plan, keys: &[Expr], aggregates: &[Aggregate], facts: &Facts<'_>) -> Option<Plan> {
    if aggregates.iter().all(counts_once) {
        let read: Vec<Expr> = keys.iter().chain(aggregates.iter().flat_map(Aggregate::reads)).cloned().collect();
        let input = Box::new(once(input, &read)?);
        return Some(Plan::Group { input, keys: keys.to_vec(), aggregates: aggregates.to_vec() });
    }
    let mut next = bound(input)?;
    let mut live = slots(keys);
    let (mut sums, mut summed) = (Vec::new(), Vec::new());
    for aggregate in aggregates {
        let sum = if counts_once(aggregate) { None } else { Some(Sum::of(aggregate, next, input, facts)?) };
        let Some(sum) = sum else {
            live.extend(slots(aggregate.reads()));
            summed.push(aggregate.clone());
            continue;
        };
        let arguments = vec![Expr::Slot(next)];
        summed.push(Aggregate { function: "sum".to_owned(), distinct: false, arguments, ..aggregate.clone() });
        sums.push(sum);
        next += 1;
    }
    let read = keys.iter().chain(aggregates.iter().flat_map(Aggregate::reads));
    if !read.into_iter().all(is_the_same_each_time) {
        return None;
    }
    let mut folding = Folding { sums, folded: false, next };
    let input = folding.go(input.clone(), live);
    folding.folded.then(|| Plan::Group { input: Box::new(input), keys: keys.to_vec(), aggregates: summed })
}

/// The slots that are read.
fn slots<'e>(exprs: impl IntoIterator<Item = &'e Expr>) -> BTreeSet<Slot> {
    let mut found = BTreeSet::new();
    exprs.into_iter().for_each(|expr| expr.slots(&mut found));
    found
}

/// A plan under these filters, the outermost first.
fn filtered(plan: Plan, filters: Vec<Expr>) -> Plan {
    filters.into_iter().rev().fold(plan, |input, condition| Plan::Filter { input: Box::new(input), condition })
}

/// A number above every slot of the rows of a plan; `None` where it is not known here.
fn bound(plan: &Plan) -> Option<Slot> {
    let above = |slot: Slot, input: &Plan| Some(bound(input)?.max(slot + 1));
    match plan {
        Plan::Unit | Plan::Argument => Some(0),
        Plan::ScanNodes { input, slot, .. } | Plan::SeekNodes { input, slot, .. } => above(*slot, input),
        Plan::Expand { input, from, rel, to, .. } => {
            let shown = rel.search.iter().flat_map(|search| &search.shown).map(|(_, slot)| *slot);
            above(shown.chain([*from, *to, rel.slot]).max()?, input)
        }
        Plan::Match { input, pattern } => {
            let shown =
                |rel: &PatternRel| rel.search.iter().flat_map(|search| search.shown.clone()).collect::<Vec<_>>();
            let of_rels =
                pattern.rels.iter().flat_map(|rel| shown(rel).into_iter().map(|(_, slot)| slot).chain([rel.slot]));
            above(pattern.nodes.iter().map(|node| node.slot).chain(of_rels).max()?, input)
        }
        Plan::Filter { input, .. } | Plan::Distinct { input } | Plan::Sort { input, .. } => bound(input),
        Plan::Skip { input, .. } | Plan::Limit { input, .. } => bound(input),
        Plan::Extend { input, items } => above(items.iter().map(|(slot, _)| *slot).max()?, input),
        Plan::Unwind { input, slot, position, .. } => {
            above(position.map_or(*slot, |(place, _)| place.max(*slot)), input)
        }
        Plan::Optional { input, inner, slots } => {
            let filled = slots.iter().map(|slot| slot + 1).max().unwrap_or(0);
            Some(bound(input)?.max(bound(inner)?).max(filled))
        }
        Plan::Project { items, .. } => Some(items.len()),
        Plan::Group { keys, aggregates, .. } => Some(keys.len() + aggregates.len()),
        _ => None,
    }
}

struct Folding {
    /// None where equal rows count once.
    sums: Vec<Sum>,
    folded: bool,
    /// A slot that nothing fills yet, nor one after it.
    next: Slot,
}

/// A hop that may be folded.
struct Hop {
    from: Slot,
    rel: PatternRel,
    to: Slot,
    /// Another node and relationship that lead to the same end.
    also: Option<(Slot, PatternRel)>,
}

impl Hop {
    /// The relationships that are followed.
    fn rels(&self) -> impl Iterator<Item = &PatternRel> {
        std::iter::once(&self.rel).chain(self.also.iter().map(|(_, also)| also))
    }
}

/// How a hop is folded.
struct Way {
    to_end: bool,
    /// Tested of each hop, in order.
    on_hop: Vec<Expr>,
    /// Tested afterwards, the last first.
    after: Vec<Expr>,
    /// Slots that are read of the rows before.
    read: BTreeSet<Slot>,
}

impl Folding {
    /// The same plan as far as these slots are read of its rows, and how many are equal in them.
    fn go(&mut self, plan: Plan, mut live: BTreeSet<Slot>) -> Plan {
        let (mut plan, mut filters) = unfiltered(plan);
        while self.is_unread(&plan, &filters, &live)
            && let Plan::Extend { input, .. } = plan
        {
            let (below, more) = unfiltered(*input);
            plan = below;
            filters.extend(more);
        }
        if !filters.iter().all(is_the_same_meanwhile) {
            return self.times(filtered(plan, filters));
        }
        if let Some((hop, inner, input)) = hop(&plan)
            && let Some(way) = self.way(&hop, [filters.clone(), inner].concat(), &live)
        {
            let input = Box::new(self.go(input, way.read));
            let rels: Vec<Slot> = hop.rels().map(|rel| rel.slot).collect();
            let sums = self.sums.iter().map(|sum| (sum.slot, sum.over(&rels))).collect();
            self.sums.iter_mut().for_each(|sum| sum.started = true);
            self.folded = true;
            let Hop { from, rel, to, also } = hop;
            let fold = Plan::Fold { input, from, rel, to, also, to_end: way.to_end, conditions: way.on_hop, sums };
            return filtered(fold, way.after);
        }
        live.extend(slots(&filters));
        match plan {
            Plan::Expand { input, from, rel, to, into, different_from } => {
                live.remove(&rel.slot);
                if into {
                    live.insert(to);
                } else {
                    live.remove(&to);
                }
                live.insert(from);
                live.extend(&different_from);
                live.extend(slots(rel.reads()));
                let input = Box::new(self.go(*input, live));
                let of_rel = self.sums.iter_mut().filter(|sum| sum.reads(rel.slot));
                let items: Vec<(Slot, Expr)> = of_rel
                    .map(|sum| {
                        let item = (sum.slot, sum.over(&[rel.slot]));
                        sum.started = true;
                        item
                    })
                    .collect();
                let plan = filtered(Plan::Expand { input, from, rel, to, into, different_from }, filters);
                if items.is_empty() { plan } else { Plan::Extend { input: Box::new(plan), items } }
            }
            Plan::ScanNodes { input, slot, label } => {
                live.remove(&slot);
                let input = Box::new(self.go(*input, live));
                filtered(Plan::ScanNodes { input, slot, label }, filters)
            }
            Plan::SeekNodes { input, slot, key, value, each } => {
                live.remove(&slot);
                live.extend(slots([&value]));
                let input = Box::new(self.go(*input, live));
                filtered(Plan::SeekNodes { input, slot, key, value, each }, filters)
            }
            Plan::Optional { input, inner, slots } => match self.counted(&input, &inner, &slots, &live) {
                Some(count) => {
                    count.slots(&mut live);
                    filtered(self.optional(*input, count, &slots, live), filters)
                }
                None => self.times(filtered(Plan::Optional { input, inner, slots }, filters)),
            },
            other => filtered(other, filters),
        }
    }

    /// Whether a plan does nothing but turn lists of hops round that are not read afterwards.
    fn is_unread(&self, plan: &Plan, filters: &[Expr], live: &BTreeSet<Slot>) -> bool {
        let Plan::Extend { items, .. } = plan else { return false };
        let read = live | &slots(filters);
        let is_turned = |(slot, item): &(Slot, Expr)| *item == turned(*slot) && !read.contains(slot);
        items.iter().all(|item| is_turned(item) && !self.sums.iter().any(|sum| sum.reads(item.0)))
    }

    /// How many rows may match, where nothing else is asked of them.
    fn counted(&self, input: &Plan, inner: &Plan, filled: &[Slot], live: &BTreeSet<Slot>) -> Option<Expr> {
        let mut inner = inner.clone();
        let is_asked_of = filled.iter().any(|slot| live.contains(slot));
        if is_asked_of || self.sums.is_empty() || !gives_the_same(&mut inner) {
            return None;
        }
        let width = bound(input)?;
        let mut reads = BTreeSet::new();
        inner.slots_read(&mut reads);
        let reads = reads.into_iter().filter(|slot| *slot < width).collect();
        Some(Expr::Subquery { kind: SubqueryKind::Count, plan: Box::new(inner), width, reads, locals: Vec::new() })
    }

    /// What may match is counted: a row is as many, or one where nothing does.
    fn optional(&mut self, input: Plan, count: Expr, filled: &[Slot], live: BTreeSet<Slot>) -> Plan {
        let input = Box::new(self.go(input, live));
        let slot = self.next;
        self.next += 1;
        self.folded = true;
        let number = |n| Expr::Constant(Value::Int(n));
        let is_none = Expr::Compare("=".to_owned(), Box::new(Expr::Slot(slot)), Box::new(number(0)));
        let of_row = Expr::Case(vec![(is_none, number(1))], Box::new(Expr::Slot(slot)));
        let mut items = Vec::new();
        for sum in &mut self.sums {
            let counts = sum.present.is_some_and(|present| filled.contains(&present));
            items.push((sum.slot, sum.times([if counts { Expr::Slot(slot) } else { of_row.clone() }])));
            sum.started = true;
        }
        let input = Box::new(Plan::Extend { input, items: vec![(slot, count)] });
        Plan::Extend { input, items }
    }

    /// A plan that is left as it is, with what its relationships add to the products.
    fn times(&mut self, plan: Plan) -> Plan {
        let mut items = Vec::new();
        for sum in &mut self.sums {
            let factors = sum.factors.iter().filter(|(slot, _)| followed(*slot, &plan).is_some());
            let present = sum.present.filter(|slot| is_optional(*slot, &plan)).map(|slot| {
                let is_null = Expr::IsNull(Box::new(Expr::Slot(slot)));
                let [none, one] = [0, 1].map(|n| Expr::Constant(Value::Int(n)));
                Expr::Case(vec![(is_null, none)], Box::new(one))
            });
            let factors: Vec<Expr> = factors.map(|(_, factor)| factor.clone()).chain(present).collect();
            if !factors.is_empty() {
                items.push((sum.slot, sum.times(factors)));
                sum.started = true;
            }
        }
        if items.is_empty() { plan } else { Plan::Extend { input: Box::new(plan), items } }
    }

    /// How a hop is folded under these filters, where these slots are read later; `None` where it has to be listed.
    fn way(&self, hop: &Hop, filters: Vec<Expr>, live: &BTreeSet<Slot>) -> Option<Way> {
        let Hop { from, rel, to, also } = hop;
        if !filters.iter().all(is_the_same_meanwhile) || !self.can_fold(rel) {
            return None;
        }
        let reads = |condition: &Expr, slot: Slot| slots([condition]).contains(&slot);
        // What a condition reads of a relationship is read while it is followed; of its end, where that is forgotten then.
        let reads_rel = |condition: &Expr| hop.rels().any(|rel| reads(condition, rel.slot));
        let (mut on_hop, mut after): (Vec<Expr>, Vec<Expr>) = filters.into_iter().partition(reads_rel);
        if !on_hop.iter().all(is_the_same_each_time) {
            return None;
        }
        // A subquery is asked of each end once.
        let asks = |condition: &Expr| reads(condition, *to) && !is_the_same_each_time(condition);
        if !live.contains(to) && !after.iter().any(asks) {
            let (of_end, rest): (Vec<Expr>, Vec<Expr>) = after.into_iter().partition(|condition| reads(condition, *to));
            on_hop.extend(of_end);
            after = rest;
        }
        on_hop.reverse();
        let later = live | &slots(&after);
        let to_end = later.contains(to);
        let is_allowed = if to_end {
            let alone = later.iter().all(|slot| slot == to);
            alone && (rel.length.is_none() || (on_hop.is_empty() && slots(rel.reads()).is_empty()))
        } else {
            rel.length.is_none()
        };
        if hop.rels().any(|rel| later.contains(&rel.slot)) || !is_allowed {
            return None;
        }
        let mut read = if to_end { BTreeSet::new() } else { later };
        read.extend(slots(on_hop.iter().chain(rel.reads())));
        for slot in hop.rels().map(|rel| rel.slot).chain([*to]) {
            read.remove(&slot);
        }
        read.insert(*from);
        read.extend(also.iter().map(|(other, _)| *other));
        Some(Way { to_end, on_hop, after, read })
    }

    /// Whether hops by it can be merged: one at a time; or of any number where only what they come to is asked.
    fn can_fold(&self, rel: &PatternRel) -> bool {
        let reaches = rel.reach && self.sums.is_empty() && rel.direction != Direction::Both;
        rel.search.is_none() && (rel.length.is_none() || reaches) && rel.reads().all(is_the_same_each_time)
    }
}

/// The hop that a plan ends with, the filters in it, and what it follows from: one relationship, or two that lead to the same node.
fn hop(plan: &Plan) -> Option<(Hop, Vec<Expr>, Plan)> {
    match plan {
        Plan::Expand { input, from, rel, to, into: false, different_from } if different_from.is_empty() => {
            let hop = Hop { from: *from, rel: rel.clone(), to: *to, also: None };
            Some((hop, Vec::new(), input.as_ref().clone()))
        }
        Plan::Expand { input, from, rel: closing, to, into: true, different_from }
            if different_from.is_empty() && !closing.is_list() =>
        {
            let (below, filters) = unfiltered(input.as_ref().clone());
            let (hop, _, input) = hop(&below).filter(|(hop, ..)| hop.also.is_none() && !hop.rel.is_list())?;
            let also = match (*from == hop.to, *to == hop.to) {
                (false, true) => (*from, closing.clone()),
                (true, false) => (*to, closing.reversed()),
                _ => return None,
            };
            Some((Hop { also: Some(also), ..hop }, filters, input))
        }
        _ => None,
    }
}

/// A plan without the filters that end it, and these, the last first.
fn unfiltered(mut plan: Plan) -> (Plan, Vec<Expr>) {
    let mut filters = Vec::new();
    while let Plan::Filter { input, condition } = plan {
        filters.push(condition);
        plan = *input;
    }
    (plan, filters)
}
