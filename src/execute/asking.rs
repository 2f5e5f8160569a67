//! Expressions that ask for subqueries, over all rows of a batch.
//!
//! What every row asks for is asked at once; what only some rows come to, of those. `None` where nothing can be asked at once: the
//! caller then goes row by row. Not where lineage is asked for, and not inside comprehensions, whose variables a subquery may read.

use std::collections::BTreeSet;

use crate::plan::{Expr, Slot, SubqueryKind};

use super::eval::Row;
use super::live::Live;
use super::subquery::Subquery;
use super::truth::Truths;
use super::{Batch, Failure, Vector, Worker, columnwise, row};

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
        Expr::Subquery { kind: SubqueryKind::Exists, .. } => match Subquery::of(condition) {
            None => Ok(None),
            Some(subquery) => Ok(Some(Truths::known(subquery.met(batch, worker)?.into_iter()))),
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
        Expr::Subquery { kind, .. } => match (Subquery::of(expr), kind) {
            (None, _) => Ok(None),
            (Some(subquery), SubqueryKind::Exists) => Ok(Some(Vector::Bools(subquery.met(batch, worker)?))),
            (Some(subquery), SubqueryKind::Count) => Ok(Some(Vector::Ints(subquery.counts(batch, worker)?))),
            (Some(subquery), SubqueryKind::Collect) => Ok(Some(Vector::Values(subquery.lists(batch, worker)?))),
        },
        Expr::Not(_) | Expr::And(..) | Expr::Or(..) if asks(expr) => {
            Ok(truths(expr, "an operand", batch, worker)?.map(Truths::into_vector))
        }
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
    if let Some(truths) = columnwise::truths(expr, batch, worker) {
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
    let of_b = all_truths(b, what, &batch.gather_live(&open, &Live::of(b)), worker)?;
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
            if Subquery::of(expr).is_some() {
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
