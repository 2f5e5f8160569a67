//! Subqueries in expressions, for all rows of a batch at once: the rows inside carry the number of the row around.
//!
//! Only where that is no more work than row by row: what is inside looks at one row after the other, and where it is only asked
//! whether there is a row, it follows two relationships from each at most, the second from a few ends of the first until there is one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::plan::{Expr, PatternRel, Plan, Slot, SubqueryKind};
use crate::value::{NodeId, Value};

use super::closing::{Closing, side_to_look_up};
use super::expand::{count_hops, each_step_to, hops_of, seen, types};
use super::join::numbers;
use super::linked::Link;
use super::live::Live;
use super::{Batch, Failure, Given, Input, Vector, Worker, build_for, row};

/// A subquery that is asked of all rows at once.
#[derive(Clone, Copy)]
pub(super) struct Subquery<'e> {
    /// What finds the rows.
    rows: &'e Plan,
    inside: Inside<'e>,
    /// What each row gives.
    items: Option<&'e [Expr]>,
    reads: &'e [Slot],
    /// The rows around have no slot from this one on.
    width: Slot,
    /// The slot of the number: it is above all others.
    number: Slot,
}

/// What finds rows by looking at one after the other.
#[derive(Clone, Copy)]
struct Inside<'e> {
    /// It fills no slot from this one on.
    above: Slot,
    /// How often it comes from one row to several.
    steps: usize,
    /// What it does before it does so for the last time.
    before_last: &'e Plan,
}

impl<'e> Inside<'e> {
    fn of(plan: &'e Plan) -> Option<Self> {
        /// From a row to more than are listed at once.
        const MANY: usize = 3;
        let (input, filled, steps) = match plan {
            Plan::Argument => return Some(Self { above: 0, steps: 0, before_last: plan }),
            Plan::Filter { input, .. } => (input, None, 0),
            Plan::Extend { input, items } => (input, items.iter().map(|(slot, _)| *slot).max(), 0),
            Plan::Expand { input, rel, to, into, .. } => {
                let shown = rel.search.iter().flat_map(|search| &search.shown).map(|(_, slot)| *slot);
                let steps = match &rel.search {
                    Some(_) => MANY,
                    None => usize::from(!into || rel.is_list()),
                };
                (input, shown.chain([rel.slot, *to]).max(), steps)
            }
            Plan::ScanNodes { input, slot, .. } => (input, Some(*slot), MANY),
            Plan::SeekNodes { input, slot, .. } => (input, Some(*slot), 1),
            Plan::Unwind { input, slot, position, .. } => {
                (input, Some(position.map_or(*slot, |(place, _)| place.max(*slot))), MANY)
            }
            _ => return None,
        };
        let below = Self::of(input)?;
        Some(Self {
            above: filled.map_or(below.above, |slot| below.above.max(slot + 1)),
            steps: below.steps + steps,
            before_last: if steps > 0 { input } else { below.before_last },
        })
    }
}

impl<'e> Subquery<'e> {
    /// `None` of what is asked row by row.
    pub fn of(expr: &'e Expr) -> Option<Self> {
        let Expr::Subquery { kind, plan, width, reads, locals } = expr else { return None };
        let (rows, items) = match &**plan {
            Plan::Project { input, items } => (&**input, Some(items.as_slice())),
            rows => (rows, None),
        };
        let inside = Inside::of(rows)?;
        let can_be = match kind {
            SubqueryKind::Exists => inside.steps <= 2,
            SubqueryKind::Count => true,
            SubqueryKind::Collect => items.is_some(),
        };
        let number = inside.above.max(*width);
        (can_be && locals.is_empty()).then_some(Self { rows, inside, items, reads, width: *width, number })
    }

    /// The one relationship that a row follows, where nothing else is asked: from where, to where, and whether that is there already.
    fn single(self) -> Option<(Slot, &'e PatternRel, Slot, bool)> {
        let Plan::Expand { input, from, rel, to, into, different_from } = self.rows else { return None };
        let is_alone = **input == Plan::Argument && different_from.is_empty() && !rel.is_list();
        let is_read = self.items.into_iter().flatten().any(|item| !matches!(item.bare(), Expr::Slot(_)));
        (is_alone && !is_read).then_some((*from, rel, *to, *into))
    }

    /// How many rows each row has, without a look at one: where they are its relationships, and nothing else is asked of them.
    fn hops(self, batch: &Batch, worker: &Worker<'_>) -> Option<Vec<i64>> {
        let (from, rel, _, false) = self.single()? else { return None };
        let Vector::Nodes(starts) = batch.columns.get(from)? else { return None };
        let types = types(&rel.types, worker.view());
        count_hops(starts, &hops_of(&types, rel.direction, seen(worker.view(), rel)))
    }

    /// Which rows have one, where that is a relationship between two nodes of the row.
    fn joined(self, batch: &Batch, worker: &Worker<'_>) -> Option<Result<Vec<bool>, Failure>> {
        let (from, rel, to, true) = self.single()? else { return None };
        match [batch.columns.get(from)?, batch.columns.get(to)?] {
            [Vector::Nodes(starts), Vector::Nodes(ends)] => Some(joined(rel, [starts, ends], worker)),
            _ => None,
        }
    }

    /// Which rows have one.
    pub fn met(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Vec<bool>, Failure> {
        let met = match (self.hops(batch, worker), self.joined(batch, worker)) {
            (Some(counts), _) => counts.into_iter().map(|n| n > 0).collect(),
            (None, Some(joined)) => joined?,
            (None, None) => match self.linked(batch, worker)? {
                None => self.met_from_rows(batch, worker)?,
                Some(linked) => {
                    let open = |row: &u32| linked[*row as usize].is_none();
                    let open: Vec<u32> = (0..batch.len as u32).filter(open).collect();
                    let mut met: Vec<bool> = linked.iter().map(|linked| linked.unwrap_or_default()).collect();
                    if !open.is_empty() {
                        for (row, is_met) in open.iter().zip(self.met_from_rows(&batch.gather(&open), worker)?) {
                            met[*row as usize] = is_met;
                        }
                    }
                    met
                }
            },
        };
        worker.absent |= met.contains(&false);
        Ok(met)
    }

    /// Which rows have one, where that is hops between two nodes of the row, as far as it was found out.
    fn linked(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Option<Vec<Option<bool>>>, Failure> {
        let asks_nothing = self.items.into_iter().flatten().all(|item| matches!(item.bare(), Expr::Slot(_)));
        match Link::of(self.rows, self.width).filter(|_| asks_nothing) {
            Some(link) => link.linked(batch, self.number + 1, worker),
            None => Ok(None),
        }
    }

    /// Which rows have one, found from each.
    fn met_from_rows(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Vec<bool>, Failure> {
        let mut met = vec![false; batch.len];
        let mut before = self.build(self.inside.before_last, batch, worker);
        while let Some(some) = before.next(worker)? {
            self.meet(&some, &mut met, worker)?;
        }
        Ok(met)
    }

    /// Does what is left to do from some rows, of each number a few first: of one that has a row by then the others need not be looked
    /// at.
    fn meet(self, some: &Batch, met: &mut [bool], worker: &mut Worker<'_>) -> Result<(), Failure> {
        let numbers_of_some = numbers(some, self.number);
        let mut last = None;
        let places: Vec<u32> = numbers_of_some
            .iter()
            .map(|number| {
                let place = last.filter(|(other, _)| other == number).map_or(0, |(_, place)| place + 1);
                last = Some((*number, place));
                place
            })
            .collect();
        let mut now = 0..1;
        loop {
            worker.query.limits.checkpoint()?;
            let is_open = |row: &u32| !met[numbers_of_some[*row as usize] as usize];
            let left = (0..some.len as u32).filter(|row| places[*row as usize] >= now.start).filter(is_open);
            let left: Vec<u32> = left.collect();
            if left.is_empty() {
                return Ok(());
            }
            let few: Vec<u32> = left.into_iter().filter(|row| places[*row as usize] < now.end).collect();
            let few = Arc::new(some.gather(&few));
            let (argument, all) = (Batch::default(), 0..few.len);
            let given = Given { argument: &argument, lowest: Some((self.inside.before_last, &few, &all)) };
            let mut rows = build_for(self.rows, given, worker, self.live());
            while let Some(found) = rows.next(worker)? {
                self.given(&found, worker)?;
                for number in numbers(&found, self.number) {
                    met[*number as usize] = true;
                }
            }
            now = now.end..now.end.saturating_mul(2);
        }
    }

    /// How many rows each row has.
    pub fn counts(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Vec<i64>, Failure> {
        let counts = match self.hops(batch, worker) {
            Some(counts) => counts,
            None => {
                let mut counts = vec![0; batch.len];
                let mut rows = self.build(self.rows, batch, worker);
                while let Some(found) = rows.next(worker)? {
                    self.given(&found, worker)?;
                    for number in numbers(&found, self.number) {
                        counts[*number as usize] += 1;
                    }
                }
                counts
            }
        };
        worker.absent |= counts.contains(&0);
        Ok(counts)
    }

    /// The values of the rows that each row has.
    pub fn lists(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Vec<Value>, Failure> {
        let mut held = worker.query.limits.reservation();
        let mut lists = vec![Vec::new(); batch.len];
        let mut rows = self.build(self.rows, batch, worker);
        while let Some(found) = rows.next(worker)? {
            held.grow(found.len * size_of::<Value>())?;
            let given = self.given(&found, worker)?;
            for (place, number) in numbers(&found, self.number).iter().enumerate() {
                lists[*number as usize].push(given.get(place));
            }
        }
        worker.absent |= lists.iter().any(Vec::is_empty);
        Ok(lists.into_iter().map(Value::list).collect())
    }

    /// What is read of the rows inside.
    fn live(self) -> Live {
        let mut read = BTreeSet::from([self.number]);
        self.items.into_iter().flatten().for_each(|item| item.slots(&mut read));
        Live::of_slots(read)
    }

    /// What finds the rows of all rows around, up to some step.
    fn build(self, step: &'e Plan, batch: &Batch, worker: &Worker<'_>) -> Input<'e> {
        let mut argument = batch.only(&Live::of_slots(self.reads.iter().copied()));
        argument.columns.truncate(self.number);
        argument.set(self.number, Vector::Ints((0..batch.len as i64).collect()));
        let (mut live, mut plan) = (self.live(), self.rows);
        while !std::ptr::eq(plan, step)
            && let Some(input) = plan.children().into_iter().next()
        {
            (live, plan) = (live.before(plan), input);
        }
        build_for(step, Given::argument(&argument), worker, live)
    }

    /// What rows give: the first column of it.
    fn given(self, rows: &Batch, worker: &mut Worker<'_>) -> Result<Vector, Failure> {
        worker.query.limits.checkpoint()?;
        let columns = self.items.into_iter().flatten().map(|item| Ok(row::column(rows, item, worker)?.0));
        Ok(columns.collect::<Result<Vec<_>, Failure>>()?.into_iter().next().unwrap_or_default())
    }
}

/// Whether such a relationship leads from each start to the end beside it.
///
/// What leads from a node is marked once for all rows that follow one another with it, where these are about as many.
fn joined(rel: &PatternRel, [starts, ends]: [&[NodeId]; 2], worker: &Worker<'_>) -> Result<Vec<bool>, Failure> {
    let view = seen(worker.view(), rel);
    let types = types(&rel.types, view);
    let back = rel.reversed();
    let [leaving, coming] = [rel, &back].map(|rel| hops_of(&types, rel.direction, view));
    let (nodes, hops) = ([starts, ends], [&leaving[..], &coming]);
    let Some(marked) = side_to_look_up(nodes, hops) else {
        let between = |(start, end): (&NodeId, &NodeId)| {
            let mut is_met = false;
            each_step_to(view, &types, rel.direction, (*start, *end), |_| is_met = true);
            is_met
        };
        return Ok(starts.iter().zip(ends).map(between).collect());
    };
    let mut closing = Closing::default();
    let mut met = Vec::with_capacity(starts.len());
    for (of, other) in nodes[marked].iter().zip(nodes[1 - marked]) {
        worker.query.limits.checkpoint()?;
        closing.begin(*of, hops[marked], view.snapshot().node_bound(), false);
        met.push(closing.leads_to(*other));
    }
    Ok(met)
}
