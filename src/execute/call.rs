//! Rows of a procedure for each row.
//!
//! Holds what the procedure gives for one input batch, and reserves it. Order: input order, then the procedure's. Lineage: the
//! input row's; what a procedure read is not traced.

use crate::diag::code;
use crate::plan::{Expr, Slot};
use crate::procedure::Context;
use crate::value::Value;

use super::eval::Row;
use super::{Batch, Failure, Input, Operator, Worker};

pub(super) struct Call<'p> {
    input: Input<'p>,
    procedure: &'p str,
    arguments: &'p [Expr],
    yields: &'p [(usize, Slot)],
    optional: bool,
}

impl<'p> Call<'p> {
    pub(super) fn new(
        input: Input<'p>,
        procedure: &'p str,
        arguments: &'p [Expr],
        yields: &'p [(usize, Slot)],
        optional: bool,
    ) -> Self {
        Self { input, procedure, arguments, yields, optional }
    }
}

impl Operator for Call<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let Some(procedure) = worker.query.procedures.find(self.procedure) else {
            return Err(Failure::Value(code::UNKNOWN_PROCEDURE, format!("no procedure `{}`", self.procedure)));
        };
        while let Some(batch) = self.input.next(worker)? {
            let mut held = worker.query.limits.reservation();
            let (mut rows, mut found) = (Vec::new(), vec![Vec::new(); self.yields.len()]);
            for row in 0..batch.len {
                worker.query.limits.checkpoint()?;
                let mut here = Row::new(&batch, row);
                let values = self.arguments.iter().map(|a| here.eval(a, worker)).collect::<Result<_, _>>()?;
                let context = Context { view: worker.view(), limits: &worker.query.limits };
                let given = procedure.call(values, &context).map_err(|wrong| {
                    let failure = Failure::from(wrong);
                    self.arguments.last().map_or(failure.clone(), |last| failure.of(last))
                })?;
                held.grow(given.len() * (self.yields.len() + 1) * size_of::<Value>())?;
                if procedure.yields.is_empty() {
                    rows.push(row as u32);
                    continue;
                }
                if given.is_empty() && self.optional {
                    rows.push(row as u32);
                    for column in &mut found {
                        column.push(Value::Null);
                    }
                }
                for values in given {
                    rows.push(row as u32);
                    for ((place, _), column) in self.yields.iter().zip(&mut found) {
                        column.push(values.get(*place).cloned().unwrap_or_default());
                    }
                }
            }
            if !rows.is_empty() {
                let mut out = batch.gather(&rows);
                for ((_, slot), column) in self.yields.iter().zip(found) {
                    out.set(*slot, column.into_iter().collect());
                }
                return Ok(Some(out));
            }
        }
        Ok(None)
    }
}
