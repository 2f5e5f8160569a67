//! Operators that look at one row at a time: filter, extend, project, page.
//!
//! Stream: hold one input batch. Order: input order. Lineage: the input row's; a filter on a derived label joins what
//! gives the label.

use crate::diag::code;
use crate::plan::{Expr, LabelTest, Slot};
use crate::value::Value;

use super::eval::Row;
use super::{Batch, Failure, Input, LineageId, Operator, Vector, Worker, asking, columnwise, values};

/// Gives one batch, once.
pub(super) struct Once(Option<Batch>);

impl Once {
    pub(super) fn new(batch: Batch) -> Self {
        Self(Some(batch))
    }
}

impl Operator for Once {
    fn next(&mut self, _: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        Ok(self.0.take().filter(|batch| batch.len > 0))
    }
}

/// A pattern that was not lowered before the plan was run: refused, since no rows would read like an answer.
pub(super) struct Unlowered;

impl Operator for Unlowered {
    fn next(&mut self, _: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        Err(Failure::Value(
            code::NOT_SUPPORTED,
            "the plan was not lowered: run it through `optimize` or `lower`".into(),
        ))
    }
}

/// Keeps rows for which a condition is true.
pub(super) struct Filter<'p> {
    input: Input<'p>,
    condition: &'p Expr,
}

impl<'p> Filter<'p> {
    pub(super) fn new(input: Input<'p>, condition: &'p Expr) -> Self {
        Self { input, condition }
    }
}

impl Operator for Filter<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            let (kept, evidence) = kept(&batch, self.condition, worker)?;
            if kept.is_empty() {
                continue;
            }
            let mut out = if kept.len() == batch.len { batch } else { batch.gather(&kept) };
            out.rests_on(&evidence, worker);
            if let (true, Expr::HasLabels(of, test)) = (worker.query.lineage, self.condition) {
                join_derived_labels(&mut out, of, test, worker)?;
            }
            return Ok(Some(out));
        }
        Ok(None)
    }
}

/// The rows for which a condition is true, and what that rests on beside the rows.
pub(super) fn kept(
    batch: &Batch,
    condition: &Expr,
    worker: &mut Worker<'_>,
) -> Result<(Vec<u32>, Vec<LineageId>), Failure> {
    let at_once = !worker.query.by_row;
    if let Some(truths) = at_once.then(|| columnwise::truths(condition, batch, worker)).flatten() {
        return Ok((truths.true_ones(), Vec::new()));
    }
    if let Some(truths) = asking::truths(condition, "a condition", batch, worker)? {
        return Ok((truths.true_ones(), Vec::new()));
    }
    let (mut kept, mut evidence) = (Vec::new(), Vec::new());
    for row in 0..batch.len as u32 {
        let mut here = Row::new(batch, row as usize);
        if here.holds(condition, worker)? {
            kept.push(row);
            evidence.push(here.evidence);
        }
    }
    Ok((kept, evidence))
}

/// Rows that passed a test on a derived label rest on what gives the label.
fn join_derived_labels(batch: &mut Batch, of: &Expr, test: &LabelTest, worker: &mut Worker<'_>) -> Result<(), Failure> {
    let snapshot = worker.view().snapshot();
    let derived: Vec<&str> = test.required().into_iter().filter(|label| snapshot.is_derived_label(label)).collect();
    for label in derived {
        for row in 0..batch.len {
            if let Value::Node(node) = Row::new(batch, row).eval(of, worker)?
                && let Some(lineage) = &mut batch.lineage
            {
                lineage[row] = worker.with_label(lineage[row], node, label);
            }
        }
    }
    Ok(())
}

/// Adds slots.
pub(super) struct Extend<'p> {
    input: Input<'p>,
    items: &'p [(Slot, Expr)],
}

impl<'p> Extend<'p> {
    pub(super) fn new(input: Input<'p>, items: &'p [(Slot, Expr)]) -> Self {
        Self { input, items }
    }
}

impl Operator for Extend<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let Some(mut batch) = self.input.next(worker)? else { return Ok(None) };
        worker.query.limits.checkpoint()?;
        for (slot, item) in self.items {
            let (column, evidence) = column(&batch, item, worker)?;
            batch.set(*slot, column);
            batch.rests_on(&evidence, worker);
        }
        Ok(Some(batch))
    }
}

/// An expression over every row of a batch, and where lineage is asked for what its values rest on beside the rows.
pub(super) fn column(batch: &Batch, expr: &Expr, worker: &mut Worker<'_>) -> Result<(Vector, Vec<LineageId>), Failure> {
    if let Some(column) = (!worker.query.by_row).then(|| values::vector(expr, batch, worker)).flatten() {
        return Ok((column, Vec::new()));
    }
    if let Some(column) = asking::vector(expr, batch, worker)? {
        return Ok((column, Vec::new()));
    }
    let mut evidence = Vec::new();
    let values = (0..batch.len).map(|row| {
        let mut here = Row::new(batch, row);
        let value = here.eval(expr, worker)?;
        if worker.query.lineage {
            evidence.push(here.evidence);
        }
        Ok(value)
    });
    let column = values.collect::<Result<Vector, Failure>>()?;
    Ok((column, evidence))
}

/// New rows of exactly these values.
pub(super) struct Project<'p> {
    input: Input<'p>,
    items: &'p [Expr],
}

impl<'p> Project<'p> {
    pub(super) fn new(input: Input<'p>, items: &'p [Expr]) -> Self {
        Self { input, items }
    }
}

impl Operator for Project<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let Some(mut batch) = self.input.next(worker)? else { return Ok(None) };
        worker.query.limits.checkpoint()?;
        let mut columns = Vec::with_capacity(self.items.len());
        for item in self.items {
            let (column, evidence) = column(&batch, item, worker)?;
            columns.push(column);
            batch.rests_on(&evidence, worker);
        }
        Ok(Some(Batch { len: batch.len, columns, lineage: batch.lineage.take() }))
    }
}

/// `SKIP` and `LIMIT`.
pub(super) struct Page<'p> {
    input: Input<'p>,
    count: &'p Expr,
    keep: bool,
    left: Option<u64>,
    drains: bool,
}

impl<'p> Page<'p> {
    pub(super) fn skip(input: Input<'p>, count: &'p Expr) -> Self {
        Self { input, count, keep: false, left: None, drains: false }
    }

    /// `drains`: the input changes the graph, and does so whole whatever is kept of its rows.
    pub(super) fn limit(input: Input<'p>, count: &'p Expr, drains: bool) -> Self {
        Self { input, count, keep: true, left: None, drains }
    }

    fn left(&mut self, worker: &mut Worker<'_>) -> Result<u64, Failure> {
        if let Some(left) = self.left {
            return Ok(left);
        }
        let unit = Batch::unit(false);
        let clause = if self.keep { "LIMIT" } else { "SKIP" };
        let (code, found) = match Row::new(&unit, 0).eval(self.count, worker)? {
            Value::Int(n) if n >= 0 => return Ok(n as u64),
            Value::Int(n) => (code::NEGATIVE_COUNT, n.to_string()),
            other => (code::COUNT_TYPE, other.described().to_owned()),
        };
        let message = format!("`{clause}` is {found}; expected a whole number from 0 on");
        Err(Failure::Value(code, message).of(self.count))
    }
}

impl Operator for Page<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let mut left = self.left(worker)?;
        loop {
            self.left = Some(left);
            if self.keep && left == 0 {
                while self.drains && self.input.next(worker)?.is_some() {}
                return Ok(None);
            }
            let Some(batch) = self.input.next(worker)? else { return Ok(None) };
            let n = (batch.len as u64).min(left);
            left -= n;
            self.left = Some(left);
            let rows: Vec<u32> =
                if self.keep { (0..n as u32).collect() } else { (n as u32..batch.len as u32).collect() };
            if !rows.is_empty() {
                return Ok(Some(if rows.len() == batch.len { batch } else { batch.gather(&rows) }));
            }
        }
    }
}
