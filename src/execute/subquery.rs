//! Subqueries in expressions, for all rows of a batch at once: the rows inside carry the number of the row around.
//!
//! Only where that is no more work than row by row: what is inside looks at one row after the other, and where it is only asked
//! whether there is a row, it follows no more than one relationship from each. Not where lineage is asked for, and not inside
//! comprehensions, whose variables a subquery may read.

use std::collections::BTreeSet;

use crate::plan::{Expr, PatternRel, Plan, Slot, SubqueryKind};
use crate::value::Value;

use super::eval::Row;
use super::expand::{count_hops, hops_of, seen, types};
use super::join::numbers;
use super::live::Live;
use super::truth::{Asked, Truths};
use super::{Batch, Failure, Given, Vector, Worker, build_for, columnwise, row};

/// A subquery that is asked of all rows at once.
#[derive(Clone, Copy)]
struct Shape<'e> {
    /// What finds the rows.
    rows: &'e Plan,
    /// What each of them gives.
    items: Option<&'e [Expr]>,
    reads: &'e [Slot],
    /// A slot above all others.
    number: Slot,
}

impl<'e> Shape<'e> {
    /// `None` of what is asked row by row.
    fn of(expr: &'e Expr) -> Option<Self> {
        let Expr::Subquery { kind, plan, width, reads, locals } = expr else { return None };
        let (rows, items) = match &**plan {
            Plan::Project { input, items } => (&**input, Some(items.as_slice())),
            rows => (rows, None),
        };
        let mut steps = 0;
        let number = (*width).max(above(rows, &mut steps)?);
        let can_be = match kind {
            SubqueryKind::Exists => steps <= 1,
            SubqueryKind::Count => true,
            SubqueryKind::Collect => items.is_some(),
        };
        (can_be && locals.is_empty()).then_some(Self { rows, items, reads, number })
    }

    /// How many rows each row has.
    fn counts(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Vec<i64>, Failure> {
        let counts = match self.hop() {
            Some((from, rel)) => hops(batch, from, rel, worker),
            None => None,
        };
        let counts = match counts {
            Some(counts) => counts,
            None => {
                let mut counts = vec![0; batch.len];
                self.each(batch, worker, |rows, _| {
                    rows.iter().for_each(|row| counts[*row as usize] += 1);
                    Ok(())
                })?;
                counts
            }
        };
        worker.absent |= counts.contains(&0);
        Ok(counts)
    }

    /// The relationship that each row has one of, where nothing else is asked of it.
    fn hop(self) -> Option<(Slot, &'e PatternRel)> {
        match self.rows {
            Plan::Expand { input, from, rel, into: false, different_from, .. } => {
                let is_alone = **input == Plan::Argument && different_from.is_empty() && !rel.is_list();
                let is_read = self.items.into_iter().flatten().any(|item| !matches!(item.bare(), Expr::Slot(_)));
                (is_alone && !is_read).then_some((*from, rel))
            }
            _ => None,
        }
    }

    /// The values of the rows that each row has.
    fn lists(self, batch: &Batch, worker: &mut Worker<'_>) -> Result<Vector, Failure> {
        let mut held = worker.query.limits.reservation();
        let mut lists = vec![Vec::new(); batch.len];
        self.each(batch, worker, |rows, values| {
            held.grow(size_of_val(rows) + rows.len() * size_of::<Value>())?;
            rows.iter().enumerate().for_each(|(place, row)| lists[*row as usize].push(values.get(place)));
            Ok(())
        })?;
        worker.absent |= lists.iter().any(Vec::is_empty);
        Ok(Vector::Values(lists.into_iter().map(Value::list).collect()))
    }

    /// Calls `visit` for some rows inside after the other, with the numbers of the rows around and what they give.
    fn each(
        self,
        batch: &Batch,
        worker: &mut Worker<'_>,
        mut visit: impl FnMut(&[i64], &Vector) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut read = BTreeSet::from([self.number]);
        self.items.into_iter().flatten().for_each(|item| item.slots(&mut read));
        let mut argument = batch.only(&Live::of_slots(self.reads.iter().copied()));
        argument.columns.truncate(self.number);
        argument.set(self.number, Vector::Ints((0..batch.len as i64).collect()));
        let mut rows = build_for(self.rows, Given::argument(&argument), worker, Live::of_slots(read));
        while let Some(found) = rows.next(worker)? {
            worker.query.limits.checkpoint()?;
            let given = self.items.into_iter().flatten().map(|item| Ok(row::column(&found, item, worker)?.0));
            let given = given.collect::<Result<Vec<_>, Failure>>()?;
            visit(numbers(&found, self.number), given.first().unwrap_or(&Vector::Unset))?;
        }
        Ok(())
    }
}

/// A slot above all that a plan fills, and how often it comes from one row to several. `None` where it does not look at one row after
/// the other.
fn above(plan: &Plan, steps: &mut usize) -> Option<Slot> {
    /// More than is followed where it is only asked whether there is a row.
    const MANY: usize = 2;
    let (input, filled) = match plan {
        Plan::Argument => return Some(0),
        Plan::Filter { input, .. } => (input, None),
        Plan::Extend { input, items } => (input, items.iter().map(|(slot, _)| *slot).max()),
        Plan::Expand { input, rel, to, .. } => {
            *steps += if rel.search.is_some() { MANY } else { 1 };
            let shown = rel.search.iter().flat_map(|search| &search.shown).map(|(_, slot)| *slot);
            (input, shown.chain([rel.slot, *to]).max())
        }
        Plan::ScanNodes { input, slot, .. } => {
            *steps += MANY;
            (input, Some(*slot))
        }
        Plan::SeekNodes { input, slot, .. } => {
            *steps += 1;
            (input, Some(*slot))
        }
        Plan::Unwind { input, slot, position, .. } => {
            *steps += MANY;
            (input, Some(position.map_or(*slot, |(place, _)| place.max(*slot))))
        }
        _ => return None,
    };
    let below = above(input, steps)?;
    Some(filled.map_or(below, |slot| below.max(slot + 1)))
}

/// How many relationships each row has, without a look at one.
fn hops(batch: &Batch, from: Slot, rel: &PatternRel, worker: &Worker<'_>) -> Option<Vec<i64>> {
    let Vector::Nodes(starts) = batch.columns.get(from)? else { return None };
    let types = types(&rel.types, worker.view());
    count_hops(starts, &hops_of(&types, rel.direction, seen(worker.view(), rel)))
}

fn is_at_once(batch: &Batch, worker: &Worker<'_>) -> bool {
    batch.len > 1 && !worker.query.by_row && !worker.query.lineage && worker.days.is_none()
}

/// The truth of a condition, which a failure calls `what`, in all rows, where it asks for subqueries that can be asked at once.
pub(super) fn truths(
    condition: &Expr,
    what: &str,
    batch: &Batch,
    worker: &mut Worker<'_>,
) -> Result<Option<Truths>, Failure> {
    if !is_at_once(batch, worker) {
        return Ok(None);
    }
    match condition {
        Expr::Placed(of, place) => truths(of, what, batch, worker).map_err(|failure| failure.at(place.0)),
        Expr::Not(of) => Ok(truths(of, "the operand of `NOT`", batch, worker)?.map(Truths::not)),
        Expr::And(a, b) if asks(a) || asks(b) => both(a, b, false, batch, worker).map(Some),
        Expr::Or(a, b) if asks(a) || asks(b) => both(a, b, true, batch, worker).map(Some),
        Expr::Subquery { kind: SubqueryKind::Exists, .. } => match Shape::of(condition) {
            None => Ok(None),
            Some(shape) => {
                let counts = shape.counts(batch, worker)?;
                Ok(Some(Truths::known(counts.into_iter().map(|n| n > 0))))
            }
        },
        other => match taken(other, batch, worker)? {
            None => Ok(None),
            Some((rest, with)) => all_truths(&rest, what, &with, worker).map(Some),
        },
    }
}

/// The values of an expression in all rows, where it asks for subqueries that can be asked at once.
pub(super) fn vector(expr: &Expr, batch: &Batch, worker: &mut Worker<'_>) -> Result<Option<Vector>, Failure> {
    if !is_at_once(batch, worker) {
        return Ok(None);
    }
    match expr {
        Expr::Placed(of, place) => vector(of, batch, worker).map_err(|failure| failure.at(place.0)),
        Expr::Subquery { kind, .. } => match (Shape::of(expr), kind) {
            (None, _) => Ok(None),
            (Some(shape), SubqueryKind::Exists) => {
                let counts = shape.counts(batch, worker)?;
                Ok(Some(Vector::Bools(counts.into_iter().map(|n| n > 0).collect())))
            }
            (Some(shape), SubqueryKind::Count) => shape.counts(batch, worker).map(|counts| Some(Vector::Ints(counts))),
            (Some(shape), SubqueryKind::Collect) => shape.lists(batch, worker).map(Some),
        },
        other => match taken(other, batch, worker)? {
            None => Ok(None),
            Some((rest, with)) => Ok(Some(row::column(&with, &rest, worker)?.0)),
        },
    }
}

/// Whether an expression asks for a subquery.
fn asks(expr: &Expr) -> bool {
    matches!(expr, Expr::Subquery { .. }) || expr.children().into_iter().any(asks)
}

/// The truth of each of these rows, somehow.
fn all_truths(expr: &Expr, what: &str, batch: &Batch, worker: &mut Worker<'_>) -> Result<Truths, Failure> {
    if let Some(truths) = columnwise::truths(expr, batch, Asked::All(batch.len), worker) {
        return Ok(truths);
    }
    if let Some(truths) = truths(expr, what, batch, worker)? {
        return Ok(truths);
    }
    (0..batch.len).map(|row| Row::new(batch, row).truth(expr, what, worker)).collect()
}

/// Two truths of which one may decide; the second is asked of the other rows only.
fn both(a: &Expr, b: &Expr, decides: bool, batch: &Batch, worker: &mut Worker<'_>) -> Result<Truths, Failure> {
    let what = if decides { "an operand of `OR`" } else { "an operand of `AND`" };
    let joined = |a: Truths, b: &Truths| if decides { a.or(b) } else { a.and(b) };
    let of_a = all_truths(a, what, batch, worker)?;
    let open = of_a.other_than(decides);
    if open.len() == batch.len {
        return Ok(joined(of_a, &all_truths(b, what, batch, worker)?));
    }
    if open.is_empty() {
        return Ok(of_a);
    }
    let mut read = BTreeSet::new();
    b.slots(&mut read);
    let of_b = all_truths(b, what, &batch.gather_live(&open, &Live::of_slots(read)), worker)?;
    let of_both = joined(of_a.of_rows(&open), &of_b);
    Ok(of_a.replace(&open, &of_both))
}

/// What is left of an expression when the subqueries are taken out of it that every row asks for, and the rows with their values in
/// slots. `None` where there are none.
fn taken(expr: &Expr, batch: &Batch, worker: &mut Worker<'_>) -> Result<Option<(Expr, Batch)>, Failure> {
    if !asks(expr) {
        return Ok(None);
    }
    let mut read = BTreeSet::new();
    expr.slots(&mut read);
    let next = read.last().map_or(0, |slot| slot + 1);
    let (mut rest, mut subqueries) = (expr.clone(), Vec::new());
    take(&mut rest, next, &mut subqueries);
    if subqueries.is_empty() {
        return Ok(None);
    }
    let mut with = batch.only(&Live::of_slots(read));
    for (place, subquery) in subqueries.iter().enumerate() {
        let (column, _) = row::column(batch, subquery, worker)?;
        with.set(next + place, column);
    }
    Ok(Some((rest, with)))
}

/// Takes subqueries out of an expression, each of which a slot stands for then, as far as every row asks for them.
fn take(expr: &mut Expr, next: Slot, subqueries: &mut Vec<Expr>) {
    match expr {
        Expr::Subquery { .. } => {
            if Shape::of(expr).is_some() {
                let slot = Expr::Slot(next + subqueries.len());
                subqueries.push(std::mem::replace(expr, slot));
            }
        }
        Expr::And(a, _) | Expr::Or(a, _) => take(a, next, subqueries),
        Expr::Case(branches, _) => {
            if let Some((when, _)) = branches.first_mut() {
                take(when, next, subqueries);
            }
        }
        Expr::Comprehension { list, .. } | Expr::Quantified { list, .. } => take(list, next, subqueries),
        Expr::Reduce { init, list, .. } => {
            take(init, next, subqueries);
            take(list, next, subqueries);
        }
        other => other.children_mut().into_iter().for_each(|child| take(child, next, subqueries)),
    }
}
