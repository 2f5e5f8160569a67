//! Expressions a column at a time: what cannot fail and reads stored values, over all rows of a batch in one loop.
//!
//! Everything here gives `None` where it is not sure to give what [`Row`](super::eval::Row) gives row by row; the caller then asks
//! that. What is read here has no history, so that values rest on nothing beside their rows.

use crate::graph::{Cell, Cells, LabelId};
use crate::plan::{Expr, LabelTest};
use crate::value::{NodeId, RelId, Value};

use super::comparison::Test;
use super::{Batch, Vector, Worker};

/// Something that each row has a value of, or all have the same.
enum Operand<'b> {
    Constant(Value),
    Nodes(&'b [NodeId], Cells<'b>),
    Rels(&'b [RelId], Cells<'b>),
    Slot(&'b Vector),
}

impl<'b> Operand<'b> {
    fn of(expr: &Expr, batch: &'b Batch, worker: &'b Worker<'_>) -> Option<Self> {
        match expr {
            Expr::Placed(of, _) => Self::of(of, batch, worker),
            Expr::Constant(value) => Some(Operand::Constant(value.clone())),
            Expr::Parameter(name) => {
                Some(Operand::Constant(worker.query.params.get(name).cloned().unwrap_or_default()))
            }
            Expr::Slot(slot) => batch.columns.get(*slot).map(Operand::Slot),
            Expr::Property(of, key) => {
                let Expr::Slot(slot) = &**of else { return None };
                let view = worker.view();
                let Some(key) = view.snapshot().catalog().key(key) else {
                    let is_entity = matches!(batch.columns.get(*slot)?, Vector::Nodes(_) | Vector::Rels(_));
                    return is_entity.then_some(Operand::Constant(Value::Null));
                };
                match batch.columns.get(*slot)? {
                    Vector::Nodes(nodes) => Some(Operand::Nodes(nodes, view.cells(key)?)),
                    Vector::Rels(rels) => Some(Operand::Rels(rels, view.cells(key)?)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn cell(&mut self, row: usize) -> Cell<'_> {
        match self {
            Operand::Constant(value) => Cell::from(&*value),
            Operand::Nodes(nodes, cells) => cells.node(nodes[row]),
            Operand::Rels(rels, cells) => cells.rel(rels[row]),
            Operand::Slot(vector) => match vector {
                Vector::Unset | Vector::Nodes(_) | Vector::Rels(_) => Cell::Null,
                Vector::Ints(values) => Cell::Int(values[row]),
                Vector::Floats(values) => Cell::Float(values[row]),
                Vector::Bools(values) => Cell::Bool(values[row]),
                Vector::Texts(values) => Cell::Text(&values[row]),
                Vector::Values(values) => Cell::from(&values[row]),
            },
        }
    }

    /// Whether [`Self::cell`] tells all there is: nodes and relationships are no cells.
    fn is_of_values(&self) -> bool {
        !matches!(self, Operand::Slot(Vector::Nodes(_) | Vector::Rels(_)))
    }
}

/// The nodes of which an expression reads a stored property, and its values.
pub(super) fn of_nodes<'b>(expr: &Expr, batch: &'b Batch, worker: &'b Worker<'_>) -> Option<(&'b [NodeId], Cells<'b>)> {
    match Operand::of(expr, batch, worker)? {
        Operand::Nodes(nodes, cells) if !worker.query.by_row => Some((nodes, cells)),
        _ => None,
    }
}

/// The truth of a condition in each of these rows.
pub(super) fn truths(condition: &Expr, batch: &Batch, rows: &[u32], worker: &Worker<'_>) -> Option<Vec<Option<bool>>> {
    match condition {
        Expr::Placed(of, _) => truths(of, batch, rows, worker),
        Expr::And(a, b) => both(a, b, Some(false), batch, rows, worker),
        Expr::Or(a, b) => both(a, b, Some(true), batch, rows, worker),
        Expr::Not(of) => {
            Some(truths(of, batch, rows, worker)?.into_iter().map(|truth| truth.map(|truth| !truth)).collect())
        }
        Expr::IsNull(of) => {
            let mut of = Operand::of(of, batch, worker)?;
            if !of.is_of_values() {
                return Some(vec![Some(false); rows.len()]);
            }
            Some(rows.iter().map(|row| Some(matches!(of.cell(*row as usize), Cell::Null))).collect())
        }
        Expr::Compare(operator, a, b) => {
            let test = Test::of(operator)?;
            let (mut a, mut b) = (Operand::of(a, batch, worker)?, Operand::of(b, batch, worker)?);
            if !(a.is_of_values() && b.is_of_values()) {
                return None;
            }
            Some(rows.iter().map(|row| test.holds(a.cell(*row as usize), b.cell(*row as usize))).collect())
        }
        Expr::Text(operator, a, b) => {
            let mut a = Operand::of(a, batch, worker)?;
            let Operand::Constant(Value::Text(part)) = Operand::of(b, batch, worker)? else { return None };
            let finder = memchr::memmem::Finder::new(part.as_bytes());
            let holds: Box<dyn Fn(&str) -> bool> = match operator.as_str() {
                "STARTS WITH" => Box::new(|text| text.starts_with(&*part)),
                "ENDS WITH" => Box::new(|text| text.ends_with(&*part)),
                "CONTAINS" => Box::new(|text| finder.find(text.as_bytes()).is_some()),
                _ => return None,
            };
            let of = |cell: Cell<'_>| if let Cell::Text(text) = cell { Some(holds(text)) } else { None };
            a.is_of_values().then(|| rows.iter().map(|row| of(a.cell(*row as usize))).collect())
        }
        Expr::HasLabels(of, test) => {
            let Expr::Slot(slot) = &**of else { return None };
            let Vector::Nodes(nodes) = batch.columns.get(*slot)? else { return None };
            Some(labelled(nodes, test, rows, worker))
        }
        _ => None,
    }
}

/// Two truths of which one may decide; the second is asked where it may.
fn both(
    a: &Expr,
    b: &Expr,
    decides: Option<bool>,
    batch: &Batch,
    rows: &[u32],
    worker: &Worker<'_>,
) -> Option<Vec<Option<bool>>> {
    let mut truths_of_a = truths(a, batch, rows, worker)?;
    let open: Vec<usize> = (0..rows.len()).filter(|at| truths_of_a[*at] != decides).collect();
    let asked: Vec<u32> = open.iter().map(|at| rows[*at]).collect();
    for (at, b) in open.into_iter().zip(truths(b, batch, &asked, worker)?) {
        // Of two that do not decide, an unknown one leaves both unknown.
        truths_of_a[at] = if b == decides { b } else { truths_of_a[at].and(b) };
    }
    Some(truths_of_a)
}

/// Whether nodes pass a test on their labels: each set of labels is tested once.
fn labelled(nodes: &[NodeId], test: &LabelTest, rows: &[u32], worker: &Worker<'_>) -> Vec<Option<bool>> {
    let snapshot = worker.view().snapshot();
    let catalog = snapshot.catalog();
    let holds = |labels: &[LabelId]| {
        let has = |name: &str| catalog.label(name).is_some_and(|label| labels.contains(&label));
        test.holds(&has, !labels.is_empty())
    };
    let mut last: Option<(&[LabelId], bool)> = None;
    let mut truth = |row: &u32| {
        let labels = snapshot.labels(nodes[*row as usize]);
        match last {
            Some((other, truth)) if std::ptr::eq(other, labels) => Some(truth),
            _ => {
                let truth = holds(labels);
                last = Some((labels, truth));
                Some(truth)
            }
        }
    };
    rows.iter().map(&mut truth).collect()
}

/// The values of an expression in all rows.
pub(super) fn vector(expr: &Expr, batch: &Batch, worker: &Worker<'_>) -> Option<Vector> {
    match expr {
        Expr::Placed(of, _) => vector(of, batch, worker),
        Expr::Slot(slot) => Some(batch.columns.get(*slot).cloned().unwrap_or_default()),
        Expr::Property(..) | Expr::Constant(_) | Expr::Parameter(_) => {
            let mut operand = Operand::of(expr, batch, worker)?;
            Some((0..batch.len).map(|row| Value::from(operand.cell(row))).collect())
        }
        Expr::Arithmetic(operator, a, b) => {
            let of: fn(f64, f64) -> f64 = match operator {
                '+' => |a, b| a + b,
                '-' => |a, b| a - b,
                '*' => |a, b| a * b,
                _ => return None,
            };
            let (Vector::Floats(a), Vector::Floats(b)) = (vector(a, batch, worker)?, vector(b, batch, worker)?) else {
                return None;
            };
            Some(Vector::Floats(a.into_iter().zip(b).map(|(a, b)| of(a, b)).collect()))
        }
        _ => None,
    }
}
