//! The values of expressions in all rows of a batch: a loop over each operator's columns, typed where the columns are.
//!
//! `None` where it is not sure to give what [`Row`](super::eval::Row) gives row by row, errors included: a row that fails here may be
//! one that is not asked there. The caller then asks that.

use std::fmt::Write;

use crate::function::{self, ScalarFunction};
use crate::graph::Cell;
use crate::plan::{Expr, PathStep};
use crate::value::{self, Numeric, Value};

use super::columnwise::{Operand, is_one, truths};
use super::eval::{index, property, slice};
use super::live::Live;
use super::strings::Strings;
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
            match of(of_what)?.parts() {
                (Vector::Days(days), are_there) => {
                    Some(with_nulls(Vector::Ints(value::component_of_days(&days, key)?), are_there))
                }
                // What a property of an entity rests on is found row by row.
                _ if worker.query.lineage => None,
                (entities, Some(are_there)) if entities.is_of_entities() => {
                    let rows = Batch { len: n, columns: vec![entities], lineage: None };
                    let of_all = Expr::Property(Box::new(Expr::Slot(0)), key.clone());
                    let (values, have_one) = Operand::of_stored(&of_all, &rows, worker)?.vector(n).parts();
                    let are_there = both_there(Some(&are_there), have_one.as_deref());
                    Some(with_nulls(values, are_there))
                }
                (values, are_there) => {
                    let values = with_nulls(values, are_there);
                    each(n, |row| property(&values.get(row), key, worker).ok())
                }
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
        Expr::Negate(of_what) => match of(of_what)?.parts() {
            (Vector::Floats(values), are_there) => {
                Some(with_nulls(Vector::Floats(values.into_iter().map(|value| -value).collect()), are_there))
            }
            (values, are_there) => {
                let values = with_nulls(values, are_there);
                each(n, |row| value::negate(&values.get(row)).ok())
            }
        },
        Expr::Arithmetic(operator, a, b) => {
            let (mut a, mut b) = (Operand::of(a, batch, worker)?, Operand::of(b, batch, worker)?);
            let are_texts = matches!(operator, '+' | '|') && a.begins_with_text(n) && b.begins_with_text(n);
            let joined = are_texts.then(|| joined(&mut a, &mut b, n)).flatten();
            joined.or_else(|| arithmetic(*operator, a.vector(n), b.vector(n), n))
        }
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

/// Values of which only some are there.
fn with_nulls(values: Vector, are_there: Option<Vec<bool>>) -> Vector {
    match are_there {
        Some(are_there) => Vector::nullable(values, are_there),
        None => values,
    }
}

/// Where both are there.
fn both_there(a: Option<&[bool]>, b: Option<&[bool]>) -> Option<Vec<bool>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.iter().zip(b).map(|(a, b)| *a && *b).collect()),
        (a, b) => a.or(b).map(<[bool]>::to_vec),
    }
}

/// Texts, each with that of the other beside it; `None` where another value is among them.
fn joined(a: &mut Operand<'_>, b: &mut Operand<'_>, n: usize) -> Option<Vector> {
    let (mut texts, mut are_there) = (Strings::expecting(n), Vec::with_capacity(n));
    for row in 0..n {
        let both = match (a.cell(row), b.cell(row)) {
            (Cell::Null, other) | (other, Cell::Null) if matches!(other, Cell::Null) || other.text().is_some() => None,
            (a, b) => Some([a.text()?, b.text()?]),
        };
        are_there.push(both.is_some());
        texts.push(|all| both.into_iter().flatten().for_each(|text| all.push_str(text)));
    }
    Some(Vector::nullable(Vector::Strings(texts), are_there))
}

/// What a function makes of the text of each row, where its other arguments are the same for all; `None` where it fails, and where another
/// value is among them.
fn written(function: &ScalarFunction, arguments: &[Expr], batch: &Batch, worker: &Worker<'_>) -> Option<Vector> {
    let write = function::writer(function)?;
    let (first, rest) = arguments.split_first().filter(|(_, rest)| rest.iter().all(is_one))?;
    let one = Batch::unit(false);
    let rest: Vec<Value> = rest.iter().map(|of| Some(vector(of, &one, worker)?.get(0))).collect::<Option<_>>()?;
    let mut of = Operand::of(first, batch, worker)?;
    if rest.iter().any(Value::is_null) || !of.is_of_values() {
        return None;
    }
    let (mut texts, mut are_there) = (Strings::expecting(batch.len), Vec::with_capacity(batch.len));
    for row in 0..batch.len {
        let text = match of.cell(row) {
            Cell::Null => None,
            other => Some(other.text()?),
        };
        are_there.push(text.is_some());
        let mut is_written = true;
        texts.push(|all| is_written = text.is_none_or(|text| write(text, &rest, all).is_ok()));
        is_written.then_some(())?;
    }
    Some(Vector::nullable(Vector::Strings(texts), are_there))
}

fn arithmetic(operator: char, a: Vector, b: Vector, n: usize) -> Option<Vector> {
    let ((a, a_there), (b, b_there)) = (a.parts(), b.parts());
    let are_there = both_there(a_there.as_deref(), b_there.as_deref());
    if let Some(values) = combined(operator, &a, &b, are_there.as_deref()) {
        return Some(with_nulls(values, are_there));
    }
    let (a, b) = (with_nulls(a, a_there), with_nulls(b, b_there));
    each(n, |row| value::combined(operator, &a.get(row), &b.get(row)).ok())
}

/// Values of two kinds combined, where nothing fails in a row that has both.
fn combined(operator: char, a: &Vector, b: &Vector, are_there: Option<&[bool]>) -> Option<Vector> {
    let of = Numeric::of(operator)?;
    let floats = |a: &[f64], b: &[f64]| Vector::Floats(a.iter().zip(b).map(|(a, b)| (of.floats)(*a, *b)).collect());
    let widened = |values: &[i64]| values.iter().map(|value| *value as f64).collect::<Vec<_>>();
    match (a, b) {
        (Vector::Floats(a), Vector::Floats(b)) => Some(floats(a, b)),
        (Vector::Ints(a), Vector::Floats(b)) => Some(floats(&widened(a), b)),
        (Vector::Floats(a), Vector::Ints(b)) => Some(floats(a, &widened(b))),
        (Vector::Ints(a), Vector::Ints(b)) if operator == '^' => Some(floats(&widened(a), &widened(b))),
        (Vector::Ints(a), Vector::Ints(b)) => {
            let values = a.iter().zip(b).enumerate().map(|(row, (a, b))| {
                let is_missing = || are_there.is_some_and(|are_there| !are_there[row]);
                (of.ints)(*a, *b).or_else(|| is_missing().then_some(0))
            });
            values.collect::<Option<_>>().map(Vector::Ints)
        }
        _ => None,
    }
}

/// How long a path is, which need not be made for it.
fn length(steps: &[PathStep], batch: &Batch, row: usize) -> Value {
    let of = |step: &PathStep| match (step, batch.get(step.slot(), row)) {
        (PathStep::Node(_), Value::Node(_)) => Some(0),
        (PathStep::Rel(_), Value::Rel(_)) => Some(1),
        (PathStep::Rel(_), Value::List(hops)) => Some(hops.len()),
        _ => None,
    };
    steps.iter().map(of).sum::<Option<usize>>().map_or(Value::Null, |n| Value::Int(n as i64))
}

fn call(name: &str, arguments: &[Expr], batch: &Batch, worker: &Worker<'_>) -> Option<Vector> {
    let function = function::scalar(name)?;
    // What such a value rests on, and what is told beside it, is found row by row.
    if worker.query.lineage || function::asks_of_the_day(function) {
        return None;
    }
    if let ("length", [Expr::Path(steps)]) = (function.name, arguments) {
        return Some((0..batch.len).map(|row| length(steps, batch, row)).collect());
    }
    if let Some(written) = written(function, arguments, batch, worker) {
        return Some(written);
    }
    let columns: Vec<Vector> =
        arguments.iter().map(|argument| vector(argument, batch, worker)).collect::<Option<_>>()?;
    match (function.name, columns.as_slice()) {
        ("coalesce", _) => return Some(first_there(columns, batch.len)),
        ("toString", [Vector::Ints(values)]) => {
            let mut texts = Strings::expecting(values.len());
            for value in values {
                texts.push(|all| _ = write!(all, "{value}"));
            }
            return Some(Vector::Strings(texts));
        }
        _ if batch.len == 0 => return Some(Vector::Unset),
        _ => {}
    }
    let context = worker.context();
    let mut given: Vec<Value> = columns.iter().map(|column| column.get(0)).collect();
    // What is the same in all rows is given once.
    let differ: Vec<usize> = (0..columns.len()).filter(|at| !is_one(&arguments[*at])).collect();
    each(batch.len, |row| {
        for at in &differ {
            given[*at] = columns[*at].get(row);
        }
        if function.strict && given.iter().any(Value::is_null) {
            return Some(Value::Null);
        }
        (function.eval)(&given, &context).ok()
    })
}

/// Of each row the first that is there.
fn first_there(columns: Vec<Vector>, n: usize) -> Vector {
    let mut columns = columns.into_iter();
    let mut first = columns.next().unwrap_or_default();
    for next in columns {
        let missing: Vec<u32> = (0..n as u32).filter(|row| first.is_null(*row as usize)).collect();
        if missing.is_empty() {
            break;
        }
        let mut places: Vec<u32> = (0..n as u32).collect();
        missing.iter().zip(n as u32..).for_each(|(row, place)| places[*row as usize] = place);
        first.append(n, next.gather(&missing), missing.len());
        first = first.gather(&places);
    }
    first
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
