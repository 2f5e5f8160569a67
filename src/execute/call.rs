//! Rows of a procedure for each row.
//!
//! Holds what the procedure gives for one input batch, and reserves it. Order: input order, then the procedure's. Lineage: `join`
//! of the input row and of every node, relationship and path that the procedure gave with the row, and under `WHY` of the statements that
//! the procedure says it rests on; what else it read is not traced.

use crate::diag::{Diagnostic, code};
use crate::graph::{Cuts, Entity, Statement};
use crate::limits::Reservation;
use crate::plan::{Expr, Place, Slot};
use crate::procedure::{Cited, Column, Context, Found, Told};
use crate::value::Value;

use super::batch::Parts;
use super::eval::Row;
use super::expand::joined;
use super::lineage::LineageId;
use super::{Batch, Failure, Input, Operator, Vector, Worker};

pub(super) struct Call<'p> {
    input: Input<'p>,
    procedure: &'p str,
    place: Place,
    arguments: &'p [Expr],
    yields: &'p [(usize, Slot)],
    optional: bool,
    /// What the last call gave column by column.
    whole: Option<(Parts, Reservation)>,
}

impl<'p> Call<'p> {
    pub(super) fn new(
        input: Input<'p>,
        (procedure, place): (&'p str, Place),
        arguments: &'p [Expr],
        yields: &'p [(usize, Slot)],
        optional: bool,
    ) -> Self {
        Self { input, procedure, place, arguments, yields, optional, whole: None }
    }
}

impl From<Column> for Vector {
    fn from(column: Column) -> Self {
        match column {
            Column::Nodes(nodes) => Vector::Nodes(nodes),
            Column::Ints(values) => Vector::Ints(values),
            Column::Floats(values) => Vector::Floats(values),
        }
    }
}

impl Operator for Call<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let Some(procedure) = worker.query.procedures.find(self.procedure) else {
            return Err(Failure::Value(code::UNKNOWN_PROCEDURE, format!("no procedure `{}`", self.procedure)));
        };
        'batches: loop {
            if let Some(some) = self.whole.as_mut().and_then(|(whole, _)| whole.next(worker.query.batch)) {
                return Ok(Some(some));
            }
            self.whole = None;
            let Some(batch) = self.input.next(worker)? else { return Ok(None) };
            let mut held = worker.query.limits.reservation();
            let (mut rows, mut found) = (Vec::new(), vec![Vec::new(); self.yields.len()]);
            let (mut lineage, cuts, told) = (Vec::new(), Cuts::default(), Told::default());
            for row in 0..batch.len {
                worker.query.limits.checkpoint()?;
                let mut here = Row::new(&batch, row);
                let values: Vec<Value> =
                    self.arguments.iter().map(|a| here.eval(a, worker)).collect::<Result<_, _>>()?;
                worker.query.called.note(procedure, &values);
                let context = Context { view: worker.view(), limits: &worker.query.limits, cuts: &cuts, told: &told };
                let given = procedure.call(values, &context).map_err(|wrong| Failure::from(wrong).at(self.place.0))?;
                let before = batch.lineage(row);
                worker.lineage.called |= worker.query.lineage;
                let given = match given {
                    Found::Columns(columns) if batch.len == 1 && !worker.query.lineage && !self.optional => {
                        // They are as they have to be.
                        let warned = told.all().into_iter().map(|warning| warning.at(self.place.0, "this call"));
                        worker.warn(warned);
                        let columns: Vec<Vector> = columns.into_iter().map(Vector::from).collect();
                        let n = columns.first().map_or(0, Vector::len);
                        held.grow(n * (self.yields.len() + 1) * size_of::<u64>())?;
                        let mut whole = batch.gather(&vec![0; n]);
                        for (place, slot) in self.yields {
                            whole.set(*slot, columns.get(*place).cloned().unwrap_or_default());
                        }
                        self.whole = Some((Parts::new(whole), held));
                        continue 'batches;
                    }
                    given => given.rows(),
                };
                held.grow(given.len() * (self.yields.len() + 1) * size_of::<Value>())?;
                if procedure.yields.is_empty() {
                    rows.push(row as u32);
                    lineage.push(before);
                    continue;
                }
                if given.is_empty() && self.optional {
                    worker.absent = true;
                    rows.push(row as u32);
                    lineage.push(before);
                    for column in &mut found {
                        column.push(Value::Null);
                    }
                }
                for Cited { values, rests_on: cited } in given {
                    rows.push(row as u32);
                    if batch.lineage.is_some() {
                        let shown = values.iter().fold(before, |id, value| rests_on(id, value, worker));
                        lineage.push(if is_why(worker) { cites(shown, &cited, worker) } else { shown });
                    }
                    for ((place, _), column) in self.yields.iter().zip(&mut found) {
                        column.push(values.get(*place).cloned().unwrap_or_default());
                    }
                }
            }
            let placed = |warning: Diagnostic| warning.at(self.place.0, "this call");
            worker.warn(told.all().into_iter().map(placed));
            if !rows.is_empty() {
                let mut out = batch.gather(&rows);
                if out.lineage.is_some() {
                    out.lineage = Some(lineage);
                }
                for ((_, slot), column) in self.yields.iter().zip(found) {
                    out.set(*slot, column.into_iter().collect());
                }
                return Ok(Some(out));
            }
        }
    }
}

/// Whether lineage is asked for to be read: what a definition or a period rests on holds on days of its own, and a procedure that takes a
/// day reads statements as of that day.
fn is_why(worker: &Worker<'_>) -> bool {
    worker.query.lineage && !worker.query.alternatives && worker.days.is_none()
}

/// The lineage of a row that rests on these statements as well.
fn cites(id: LineageId, cited: &[Statement], worker: &mut Worker<'_>) -> LineageId {
    cited.iter().fold(id, |id, statement| worker.with(id, *statement))
}

/// The lineage of a row that shows this value as well.
fn rests_on(id: LineageId, value: &Value, worker: &mut Worker<'_>) -> LineageId {
    match value {
        Value::Node(node) => worker.with(id, Statement::Entity(Entity::Node(*node))),
        Value::Rel(rel) => joined(id, *rel, worker),
        Value::Path(path) if path.rels.is_empty() => {
            path.nodes.iter().fold(id, |id, node| worker.with(id, Statement::Entity(Entity::Node(*node))))
        }
        Value::Path(path) => path.rels.iter().fold(id, |id, rel| joined(id, *rel, worker)),
        Value::List(list) => list.iter().fold(id, |id, value| rests_on(id, value, worker)),
        _ => id,
    }
}
