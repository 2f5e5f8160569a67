//! The values of expressions in all rows of a batch: a loop over each operator's columns, typed where the columns are.
//!
//! `None` where it is not sure to give what [`Row`](super::eval::Row) gives row by row, errors included: a row that fails here may be
//! one that is not asked there. The caller then asks that.

use std::sync::Arc;

use crate::function;
use crate::plan::Expr;
use crate::value::{self, Numeric, Value};

use super::columnwise::{Operand, is_one, truths};
use super::eval::{index, property, slice};
use super::live::Live;
use super::{Batch, Vector, Worker};

/// The values of an expression in all rows.
pub(super) fn vector(expr: &Expr, batch: &Batch, worker: &Worker<'_>) -> Option<Vector> {
    let n = batch.len;
    let of = |expr: &Expr| vector(expr, batch, worker);
    match expr {
        Expr::Placed(expr, _) => of(expr),
        Expr::Slot(slot) => Some(batch.columns.get(*slot).cloned().unwrap_or_default()),
        Expr::Constant(_) | Expr::Parameter(_) => Some(Operand::of(expr, batch, worker)?.vector(n)),
        Expr::Property(of_what, key) => {
            if let Some(stored) = Operand::of_stored(expr, batch, worker) {
                return Some(stored.vector(n));
            }
            match of(of_what)? {
                Vector::Days(days) => value::component_of_days(&days, key).map(Vector::Ints),
                // What a property of an entity rests on is found row by row.
                _ if worker.query.lineage => None,
                values => each(n, |row| property(&values.get(row), key, worker).ok()),
            }
        }
        Expr::Index(list, at) if !worker.query.lineage => {
            let (list, at) = (of(list)?, of(at)?);
            each(n, |row| index(&list.get(row), &at.get(row), worker).ok())
        }
        Expr::Slice(list, from, to) => {
            let list = of(list)?;
            let [from, to] = [from, to].map(|bound| bound.as_ref().map(|bound| of(bound)));
            let bound = |bound: &Option<Option<Vector>>, row| match bound {
                None => Some(None),
                Some(bound) => Some(Some(bound.as_ref()?.get(row))),
            };
            each(n, |row| slice(&list.get(row), bound(&from, row)?, bound(&to, row)?).ok())
        }
        Expr::Negate(of_what) => match of(of_what)? {
            Vector::Floats(values) => Some(Vector::Floats(values.into_iter().map(|value| -value).collect())),
            values => each(n, |row| value::negate(&values.get(row)).ok()),
        },
        Expr::Arithmetic(operator, a, b) => arithmetic(*operator, of(a)?, of(b)?, n),
        Expr::List(items) => {
            let items: Vec<Vector> = items.iter().map(of).collect::<Option<_>>()?;
            Some((0..n).map(|row| Value::list(items.iter().map(|item| item.get(row)))).collect())
        }
        // What is the same for all rows is called once.
        Expr::Call(..) if n > 1 && is_one(expr) => Some(Operand::of(expr, batch, worker)?.vector(n)),
        Expr::Call(name, arguments) => call(name, arguments, batch, worker),
        Expr::Case(branches, otherwise) => case(branches, otherwise, batch, worker),
        Expr::Not(_)
        | Expr::And(..)
        | Expr::Or(..)
        | Expr::Xor(..)
        | Expr::Compare(..)
        | Expr::Text(..)
        | Expr::In(..)
        | Expr::IsNull(_)
        | Expr::HasLabels(..)
        | Expr::IsType(..) => Some(truths(expr, batch, worker)?.into_vector()),
        Expr::Local(_)
        | Expr::Map(_)
        | Expr::Comprehension { .. }
        | Expr::Quantified { .. }
        | Expr::Reduce { .. }
        | Expr::Path(_)
        | Expr::Index(..)
        | Expr::Subquery { .. } => None,
    }
}

/// A value for each of so many rows, unless one fails.
fn each(n: usize, value: impl FnMut(usize) -> Option<Value>) -> Option<Vector> {
    (0..n).map(value).collect()
}

fn arithmetic(operator: char, a: Vector, b: Vector, n: usize) -> Option<Vector> {
    if let ('+' | '|', Vector::Texts(a), Vector::Texts(b)) = (operator, &a, &b) {
        let mut joined = String::new();
        let join = |(a, b): (&Arc<str>, &Arc<str>)| {
            joined.clear();
            joined.push_str(a);
            joined.push_str(b);
            Arc::from(joined.as_str())
        };
        return Some(Vector::Texts(a.iter().zip(b).map(join).collect()));
    }
    let one_by_one = |a: Vector, b: Vector| each(n, |row| value::combined(operator, &a.get(row), &b.get(row)).ok());
    let Some(of) = Numeric::of(operator) else { return one_by_one(a, b) };
    let floats =
        |a: Vec<f64>, b: Vec<f64>| Some(Vector::Floats(a.into_iter().zip(b).map(|(a, b)| (of.floats)(a, b)).collect()));
    let widened = |values: Vec<i64>| values.into_iter().map(|value| value as f64).collect();
    match (a, b) {
        (Vector::Floats(a), Vector::Floats(b)) => floats(a, b),
        (Vector::Ints(a), Vector::Floats(b)) => floats(widened(a), b),
        (Vector::Floats(a), Vector::Ints(b)) => floats(a, widened(b)),
        (Vector::Ints(a), Vector::Ints(b)) if operator == '^' => floats(widened(a), widened(b)),
        (Vector::Ints(a), Vector::Ints(b)) => {
            let values = a.into_iter().zip(b).map(|(a, b)| (of.ints)(a, b));
            values.collect::<Option<_>>().map(Vector::Ints)
        }
        (a, b) => one_by_one(a, b),
    }
}

fn call(name: &str, arguments: &[Expr], batch: &Batch, worker: &Worker<'_>) -> Option<Vector> {
    let function = function::scalar(name)?;
    // What such a value rests on, and what is told beside it, is found row by row.
    if worker.query.lineage || function::asks_of_the_day(function) {
        return None;
    }
    let arguments: Vec<Vector> =
        arguments.iter().map(|argument| vector(argument, batch, worker)).collect::<Option<_>>()?;
    let context = worker.context();
    let mut given = vec![Value::Null; arguments.len()];
    each(batch.len, |row| {
        for (given, argument) in given.iter_mut().zip(&arguments) {
            *given = argument.get(row);
        }
        if function.strict && given.iter().any(Value::is_null) {
            return Some(Value::Null);
        }
        (function.eval)(&given, &context).ok()
    })
}

/// `CASE`: each branch for the rows that come to it.
fn case(branches: &[(Expr, Expr)], otherwise: &Expr, batch: &Batch, worker: &Worker<'_>) -> Option<Vector> {
    let mut open: Vec<u32> = (0..batch.len as u32).collect();
    let of_rows = |rows: &[u32], expr: &Expr| batch.gather_live(rows, &Live::of(expr));
    // The values of one branch after the other, and where each row's value stands among them.
    let (mut values, mut n, mut places) = (Vector::Unset, 0, vec![0; batch.len]);
    let mut take = |rows: &[u32], then: &Expr| {
        if rows.is_empty() {
            return Some(());
        }
        values.append(n, vector(then, &of_rows(rows, then), worker)?, rows.len());
        rows.iter().zip(n as u32..).for_each(|(row, place)| places[*row as usize] = place);
        n += rows.len();
        Some(())
    };
    for (when, then) in branches {
        if open.is_empty() {
            break;
        }
        let truths = truths(when, &of_rows(&open, when), worker)?;
        let pick = |which: Vec<u32>| which.into_iter().map(|at| open[at as usize]).collect::<Vec<u32>>();
        let (met, left) = (pick(truths.true_ones()), pick(truths.other_than(true)));
        take(&met, then)?;
        open = left;
    }
    take(&open, otherwise)?;
    Some(values.gather(&places))
}
