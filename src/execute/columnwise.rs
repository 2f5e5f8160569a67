//! Expressions a column at a time: what cannot fail and reads stored values, over all rows of a batch in one loop.
//!
//! Everything here gives `None` where it is not sure to give what [`Row`](super::eval::Row) gives row by row; the caller then asks
//! that. What is read here has no history, so that values rest on nothing beside their rows.

use std::ops::Range;
use std::sync::Arc;

use crate::graph::{Cell, Cells, Column, LabelId, Typed};
use crate::plan::{Expr, LabelTest};
use crate::value::{NodeId, RelId, Value};

use super::comparison::Test;
use super::kernel::{Codes, Stored, repeated};
use super::truth::{Asked, Truths};
use super::{Batch, Vector, Worker};

/// Something that each row has a value of, or all have the same.
enum Operand<'b> {
    Constant(Value),
    Nodes(&'b [NodeId], Cells<'b>),
    Rels(&'b [RelId], Cells<'b>),
    Run(Range<u32>, Cells<'b>),
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
                    let is_entity =
                        matches!(batch.columns.get(*slot)?, Vector::Nodes(_) | Vector::Rels(_) | Vector::Run(_));
                    return is_entity.then_some(Operand::Constant(Value::Null));
                };
                match batch.columns.get(*slot)? {
                    Vector::Nodes(nodes) => Some(Operand::Nodes(nodes, view.cells(key)?)),
                    Vector::Rels(rels) => Some(Operand::Rels(rels, view.cells(key)?)),
                    Vector::Run(run) => Some(Operand::Run(run.clone(), view.cells(key)?)),
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
            Operand::Run(run, cells) => cells.rel(RelId(run.start + row as u32)),
            Operand::Slot(vector) => match vector {
                Vector::Unset | Vector::Nodes(_) | Vector::Rels(_) | Vector::Run(_) => Cell::Null,
                Vector::Ints(values) => Cell::Int(values[row]),
                Vector::Floats(values) => Cell::Float(values[row]),
                Vector::Bools(values) => Cell::Bool(values[row]),
                Vector::Texts(values) => Cell::Text(&values[row]),
                Vector::Values(values) => Cell::from(&values[row]),
            },
        }
    }

    /// The values of these rows where they are those of a stored column.
    fn stored(&self, asked: Asked<'_>) -> Option<Stored<'b>> {
        match self {
            Operand::Nodes(nodes, cells) => Some(Stored::of_nodes(nodes, cells, asked)),
            Operand::Rels(rels, cells) => Stored::of_rels(rels, cells, asked),
            Operand::Run(run, cells) => Stored::of_run(run, cells, asked),
            Operand::Constant(_) | Operand::Slot(_) => None,
        }
    }

    /// Whether [`Self::cell`] tells all there is: nodes and relationships are no cells.
    fn is_of_values(&self) -> bool {
        !matches!(self, Operand::Slot(Vector::Nodes(_) | Vector::Rels(_) | Vector::Run(_)))
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
pub(super) fn truths(condition: &Expr, batch: &Batch, asked: Asked<'_>, worker: &Worker<'_>) -> Option<Truths> {
    match condition {
        Expr::Placed(of, _) => truths(of, batch, asked, worker),
        Expr::And(a, b) => both(a, b, false, batch, asked, worker),
        Expr::Or(a, b) => {
            let compared = unless_null(a, b).or_else(|| unless_null(b, a)).and_then(|(operator, of, with)| {
                let (of, Operand::Constant(with)) =
                    (Operand::of(of, batch, worker)?, Operand::of(with, batch, worker)?)
                else {
                    return None;
                };
                // Compared with a value, only what is not there is unknown.
                let stored = of.stored(asked).filter(|_| !matches!(with, Value::Null))?;
                Some(stored.compare(Test::of(operator)?, &with)?.or_unknown())
            });
            compared.or_else(|| both(a, b, true, batch, asked, worker))
        }
        Expr::Not(of) => Some(truths(of, batch, asked, worker)?.not()),
        Expr::IsNull(of) => {
            let mut of = Operand::of(of, batch, worker)?;
            if !of.is_of_values() {
                return Some(Truths::all(Some(false), asked.len()));
            }
            if let Some(stored) = of.stored(asked) {
                return Some(stored.are_null());
            }
            Some(asked.each(|row| Some(matches!(of.cell(row), Cell::Null))))
        }
        Expr::Compare(operator, a, b) => {
            let test = Test::of(operator)?;
            let (mut a, mut b) = (Operand::of(a, batch, worker)?, Operand::of(b, batch, worker)?);
            if !(a.is_of_values() && b.is_of_values()) {
                return None;
            }
            let compared = match (&a, &b) {
                (of, Operand::Constant(with)) => of.stored(asked).and_then(|of| of.compare(test, with)),
                (Operand::Constant(with), of) => of.stored(asked).and_then(|of| of.compare(test.turned(), with)),
                _ => None,
            };
            Some(compared.unwrap_or_else(|| asked.each(|row| test.holds(a.cell(row), b.cell(row)))))
        }
        Expr::Text(operator, a, b) => {
            let mut a = Operand::of(a, batch, worker)?;
            let Operand::Constant(Value::Text(part)) = Operand::of(b, batch, worker)? else { return None };
            let finder = memchr::memmem::Finder::new(part.as_bytes());
            match operator.as_str() {
                "STARTS WITH" => match a.stored(asked).and_then(|stored| stored.begin_with(part.as_bytes())) {
                    Some(truths) => Some(truths),
                    None => texts(&mut a, asked, |text| text.starts_with(part.as_bytes())),
                },
                "ENDS WITH" => texts(&mut a, asked, |text| text.ends_with(part.as_bytes())),
                "CONTAINS" => match a.stored(asked).and_then(|stored| stored.contain(&finder)) {
                    Some(truths) => Some(truths),
                    None => texts(&mut a, asked, |text| finder.find(text).is_some()),
                },
                "=~" => {
                    let pattern = worker.patterns.get(&part).ok()?;
                    texts(&mut a, asked, |text| pattern.is_match(text))
                }
                _ => None,
            }
        }
        Expr::HasLabels(of, test) => {
            let Expr::Slot(slot) = &**of else { return None };
            let Vector::Nodes(nodes) = batch.columns.get(*slot)? else { return None };
            Some(labelled(nodes, test, asked, worker))
        }
        _ => None,
    }
}

/// The parts of `x IS NULL OR x > y`: the sign, and the two that it compares.
fn unless_null<'e>(null: &Expr, compared: &'e Expr) -> Option<(&'e str, &'e Expr, &'e Expr)> {
    match (null.bare(), compared.bare()) {
        (Expr::IsNull(null), Expr::Compare(operator, of, with)) if null.bare() == of.bare() => {
            Some((operator, of, with))
        }
        _ => None,
    }
}

/// Whether all of these conditions are true in each row.
pub(super) fn all_true(conditions: &[Expr], batch: &Batch, worker: &Worker<'_>) -> Option<Truths> {
    let mut all = Truths::all(Some(true), batch.len);
    for condition in conditions {
        all = all.and(&truths(condition, batch, Asked::All(batch.len), worker)?);
    }
    Some(all)
}

/// Whether a text holds of each that is one; any other value gives null.
fn texts(of: &mut Operand<'_>, asked: Asked<'_>, holds: impl Fn(&[u8]) -> bool) -> Option<Truths> {
    if !of.is_of_values() {
        return None;
    }
    if let Some(truths) = of.stored(asked).and_then(|stored| stored.texts(&holds)) {
        return Some(truths);
    }
    let holds = |cell: Cell<'_>| if let Cell::Text(text) = cell { Some(holds(text.as_bytes())) } else { None };
    Some(asked.each(|row| holds(of.cell(row))))
}

/// Two truths of which one may decide; the second is asked where it may.
fn both(a: &Expr, b: &Expr, decides: bool, batch: &Batch, asked: Asked<'_>, worker: &Worker<'_>) -> Option<Truths> {
    /// Of fewer than one in so many rows the second is asked by itself.
    const FEW: usize = 8;
    let joined = |a: Truths, b: &Truths| if decides { a.or(b) } else { a.and(b) };
    let truths_of_a = truths(a, batch, asked, worker)?;
    if truths_of_a.n_other_than(decides) * FEW >= asked.len() {
        // All rows are asked at once: they lie one beside the other.
        return Some(joined(truths_of_a, &truths(b, batch, asked, worker)?));
    }
    let open = truths_of_a.other_than(decides);
    let rows: Vec<u32> = match asked {
        Asked::All(_) => open.clone(),
        Asked::Some(rows) => open.iter().map(|at| rows[*at as usize]).collect(),
    };
    let truths_of_b = truths(b, batch, Asked::Some(&rows), worker)?;
    let both = joined(truths_of_a.of_rows(&open), &truths_of_b);
    Some(truths_of_a.replace(&open, &both))
}

/// Whether nodes pass a test on their labels: each set of labels is tested once.
fn labelled(nodes: &[NodeId], test: &LabelTest, asked: Asked<'_>, worker: &Worker<'_>) -> Truths {
    let snapshot = worker.view().snapshot();
    let catalog = snapshot.catalog();
    let holds = |labels: &[LabelId]| {
        let has = |name: &str| catalog.label(name).is_some_and(|label| labels.contains(&label));
        test.holds(&has, !labels.is_empty())
    };
    let mut last: Option<(&[LabelId], bool)> = None;
    asked.each(|row| {
        let labels = snapshot.labels(nodes[row]);
        match last {
            Some((other, truth)) if std::ptr::eq(other, labels) => Some(truth),
            _ => {
                let truth = holds(labels);
                last = Some((labels, truth));
                Some(truth)
            }
        }
    })
}

/// The values of an expression in all rows.
pub(super) fn vector(expr: &Expr, batch: &Batch, worker: &Worker<'_>) -> Option<Vector> {
    match expr {
        Expr::Placed(of, _) => vector(of, batch, worker),
        Expr::Slot(slot) => Some(batch.columns.get(*slot).cloned().unwrap_or_default()),
        Expr::Property(..) | Expr::Constant(_) | Expr::Parameter(_) => {
            let mut operand = Operand::of(expr, batch, worker)?;
            let quickly = match &operand {
                Operand::Constant(value) => repeated(value, batch.len),
                stored => stored.stored(Asked::All(batch.len)).and_then(|stored| stored.vector()),
            };
            if quickly.is_some() {
                return quickly;
            }
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

/// The number that each row's text has in its column, and the text of each number, where an expression reads a stored text of nodes.
pub(super) fn codes<'b>(expr: &Expr, batch: &'b Batch, worker: &'b Worker<'_>) -> Option<Codes<'b>> {
    if worker.query.by_row {
        return None;
    }
    match Operand::of(expr, batch, worker)? {
        of @ Operand::Nodes(..) => of.stored(Asked::All(batch.len))?.codes(),
        _ => None,
    }
}

/// The texts of the column of nodes that an expression reads, by number.
pub(super) fn texts_of<'w>(expr: &Expr, worker: &'w Worker<'_>) -> &'w [Arc<str>] {
    let column = match expr {
        Expr::Placed(of, _) => return texts_of(of, worker),
        Expr::Property(_, key) => {
            let view = worker.view();
            let key = view.snapshot().catalog().key(key);
            key.and_then(|key| view.cells(key)).and_then(|cells| cells.of_nodes())
        }
        _ => None,
    };
    match column.map(Column::typed) {
        Some(Typed::Texts(_, texts)) => texts,
        _ => &[],
    }
}
