//! Expressions a column at a time: what cannot fail and reads stored values, over all rows of a batch in one loop.
//!
//! Everything here gives `None` where it is not sure to give what [`Row`](super::eval::Row) gives row by row; the caller then asks
//! that. What is read here has no history, so that values rest on nothing beside their rows.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::function;
use crate::graph::{Cell, Cells, Column, LabelId, TypeId, Typed};
use crate::plan::{Expr, LabelTest};
use crate::value::{Date, NodeId, RelId, Value};

use super::comparison::Test;
use super::eval::is_lasting;
use super::kernel::{Codes, Stored, repeated};
use super::live::Live;
use super::member::{Last, Members};
use super::truth::Truths;
use super::values::vector;
use super::{Batch, Vector, Worker};

/// Something that each row has a value of, or all have the same.
pub(super) enum Operand<'b> {
    Constant(Value),
    Nodes(&'b [NodeId], Cells<'b>),
    Rels(&'b [RelId], Cells<'b>),
    Run(Range<u32>, Cells<'b>),
    Values(Cow<'b, Vector>),
}

impl<'b> Operand<'b> {
    pub fn of(expr: &Expr, batch: &'b Batch, worker: &'b Worker<'_>) -> Option<Self> {
        match expr {
            Expr::Placed(of, _) => Self::of(of, batch, worker),
            Expr::Constant(value) => Some(Operand::Constant(value.clone())),
            Expr::Parameter(name) => {
                Some(Operand::Constant(worker.query.params.get(name).cloned().unwrap_or_default()))
            }
            Expr::Slot(slot) => batch.columns.get(*slot).map(|column| Operand::Values(Cow::Borrowed(column))),
            _ => {
                if let Some(stored) = Self::of_stored(expr, batch, worker) {
                    return Some(stored);
                }
                if is_one(expr) {
                    return Some(Operand::Constant(vector(expr, &Batch::unit(false), worker)?.get(0)));
                }
                Some(Operand::Values(Cow::Owned(vector(expr, batch, worker)?)))
            }
        }
    }

    /// A property of nodes or relationships that is read where it is stored.
    pub fn of_stored(expr: &Expr, batch: &'b Batch, worker: &'b Worker<'_>) -> Option<Self> {
        let Expr::Property(of, key) = expr.bare() else { return None };
        let Expr::Slot(slot) = of.bare() else { return None };
        let (column, view) = (batch.columns.get(*slot)?, worker.view());
        let Some(key) = view.snapshot().catalog().key(key) else {
            let is_entity = matches!(column, Vector::Nodes(_) | Vector::Rels(_) | Vector::Run(_));
            return is_entity.then_some(Operand::Constant(Value::Null));
        };
        match column {
            Vector::Nodes(nodes) => Some(Operand::Nodes(nodes, view.cells(key)?)),
            Vector::Rels(rels) => Some(Operand::Rels(rels, view.cells(key)?)),
            Vector::Run(run) => Some(Operand::Run(run.clone(), view.cells(key)?)),
            _ => None,
        }
    }

    /// The values of so many rows.
    pub fn vector(mut self, n: usize) -> Vector {
        match self {
            Operand::Constant(value) => repeated(&value, n),
            Operand::Values(values) => values.into_owned(),
            _ => {
                let quickly = self.stored().and_then(|stored| stored.vector());
                quickly.unwrap_or_else(|| (0..n).map(|row| Value::from(self.cell(row))).collect())
            }
        }
    }

    /// The same of no texts, which are compared where they lie, and which are there, unless all are; some value stands where none is.
    fn numbers(&self, n: usize) -> Option<(Cow<'_, Vector>, Option<Truths>)> {
        match self {
            Operand::Constant(value) => Some((Cow::Owned(repeated(value, n)), None)),
            Operand::Values(values) => match &**values {
                Vector::Nullable(values, are_there) => {
                    Some((Cow::Borrowed(values), Some(Truths::known(are_there.iter().copied()))))
                }
                values => Some((Cow::Borrowed(values), None)),
            },
            stored => stored.stored()?.numbers().map(|(values, are_there)| (Cow::Owned(values), are_there)),
        }
    }

    pub fn cell(&mut self, row: usize) -> Cell<'_> {
        match self {
            Operand::Constant(value) => Cell::from(&*value),
            Operand::Nodes(nodes, cells) => cells.node(nodes[row]),
            Operand::Rels(rels, cells) => cells.rel(rels[row]),
            Operand::Run(run, cells) => cells.rel(RelId(run.start + row as u32)),
            Operand::Values(vector) => cell(vector, row),
        }
    }

    fn value(&mut self, row: usize) -> Value {
        match self {
            Operand::Values(vector) => vector.get(row),
            stored => stored.cell(row).into(),
        }
    }

    /// The values where they are those of a stored column.
    fn stored(&self) -> Option<Stored<'b>> {
        match self {
            Operand::Nodes(nodes, cells) => Some(Stored::of_nodes(nodes, cells)),
            Operand::Rels(rels, cells) => Stored::of_rels(rels, cells),
            Operand::Run(run, cells) => Stored::of_run(run, cells),
            Operand::Constant(_) | Operand::Values(_) => None,
        }
    }

    /// Whether the first value that is there is a text.
    pub fn begins_with_text(&mut self, n: usize) -> bool {
        let first = (0..n).find_map(|row| match self.cell(row) {
            Cell::Null => None,
            cell => Some(cell.text().is_some()),
        });
        first.unwrap_or_default()
    }

    /// Whether [`Self::cell`] tells all there is: nodes and relationships are no cells.
    pub fn is_of_values(&self) -> bool {
        match self {
            Operand::Values(vector) => !vector.is_of_entities(),
            _ => true,
        }
    }
}

/// The value of a row that is no node or relationship.
fn cell(vector: &Vector, row: usize) -> Cell<'_> {
    match vector {
        Vector::Unset | Vector::Nodes(_) | Vector::Rels(_) | Vector::Run(_) => Cell::Null,
        Vector::Ints(values) => Cell::Int(values[row]),
        Vector::Floats(values) => Cell::Float(values[row]),
        Vector::Bools(values) => Cell::Bool(values[row]),
        Vector::Days(values) => Cell::Date(Date::exact(values[row])),
        Vector::Texts(values) => Cell::Text(&values[row]),
        Vector::Strings(values) => Cell::Str(values.get(row)),
        Vector::Nullable(values, are_there) => {
            if are_there[row] {
                cell(values, row)
            } else {
                Cell::Null
            }
        }
        Vector::Values(values) => Cell::from(&values[row]),
    }
}

/// Whether an expression has one value for all rows.
pub(super) fn is_one(expr: &Expr) -> bool {
    match expr {
        Expr::Slot(_) | Expr::Local(_) | Expr::Path(_) | Expr::Subquery { .. } => false,
        Expr::Call(name, _) if !function::scalar(name).is_some_and(|function| function.constant) => false,
        _ => expr.children().into_iter().all(is_one),
    }
}

/// The truth of a condition in each row.
pub(super) fn truths(condition: &Expr, batch: &Batch, worker: &Worker<'_>) -> Option<Truths> {
    let n = batch.len;
    let operand = |expr| Operand::of(expr, batch, worker);
    match condition {
        Expr::Placed(of, _) => truths(of, batch, worker),
        Expr::And(a, b) => both(a, b, false, batch, worker),
        Expr::Or(a, b) => {
            let compared = unless_null(a, b).or_else(|| unless_null(b, a)).and_then(|(operator, of, with)| {
                let (of, Operand::Constant(with)) = (operand(of)?, operand(with)?) else { return None };
                // Compared with a value, only what is not there is unknown.
                let stored = of.stored().filter(|_| !matches!(with, Value::Null))?;
                Some(stored.compare(Test::of(operator)?, &with)?.or_unknown())
            });
            compared.or_else(|| both(a, b, true, batch, worker))
        }
        Expr::Xor(a, b) => Some(truths(a, batch, worker)?.xor(&truths(b, batch, worker)?)),
        Expr::Not(of) => Some(truths(of, batch, worker)?.not()),
        Expr::IsNull(of) => {
            let mut of = operand(of)?;
            if let Operand::Values(values) = &of {
                return Some(Truths::known((0..n).map(|row| values.is_null(row))));
            }
            let nulls = of.stored().map(|stored| stored.are_null());
            Some(nulls.unwrap_or_else(|| Truths::known((0..n).map(|row| matches!(of.cell(row), Cell::Null)))))
        }
        Expr::Compare(operator, a, b) => Some(compared(Test::of(operator)?, operand(a)?, operand(b)?, n)),
        Expr::Text(operator, a, b) => {
            let mut a = operand(a)?;
            let Operand::Constant(Value::Text(part)) = operand(b)? else { return None };
            let finder = memchr::memmem::Finder::new(part.as_bytes());
            match operator.as_str() {
                "STARTS WITH" => match a.stored().and_then(|stored| stored.begin_with(part.as_bytes())) {
                    Some(truths) => Some(truths),
                    None => texts(&mut a, n, |text| text.starts_with(part.as_bytes())),
                },
                "ENDS WITH" => texts(&mut a, n, |text| text.ends_with(part.as_bytes())),
                "CONTAINS" => match a.stored().and_then(|stored| stored.contain(&finder)) {
                    Some(truths) => Some(truths),
                    None => texts(&mut a, n, |text| finder.find(text).is_some()),
                },
                "=~" => {
                    let pattern = worker.patterns.get(&part).ok()?;
                    texts(&mut a, n, |text| pattern.is_match(text))
                }
                _ => None,
            }
        }
        Expr::In(of, list) => {
            let elements = match operand(list)? {
                Operand::Constant(Value::List(elements)) => elements,
                Operand::Values(lists) => return among_own(operand(of)?, &lists, n),
                _ => return None,
            };
            let members = || {
                if is_lasting(list) { worker.lists.of(&elements) } else { Arc::new(Members::of(&elements)) }
            };
            Some(among(operand(of)?, &elements, members, n))
        }
        Expr::IsType(of, wanted) => {
            let mut of = operand(of)?;
            Some(Truths::known((0..n).map(|row| wanted.holds(&of.value(row)))))
        }
        Expr::HasLabels(of, test) => {
            let Expr::Slot(slot) = &**of else { return None };
            let Vector::Nodes(nodes) = batch.columns.get(*slot)? else { return None };
            Some(labelled(nodes, test, worker))
        }
        _ => {
            let mut of = operand(condition)?;
            let truth = |value| match value {
                Value::Bool(truth) => Some(Some(truth)),
                Value::Null => Some(None),
                _ => None,
            };
            (0..n).map(|row| truth(of.value(row))).collect()
        }
    }
}

/// How each of two compares.
fn compared(test: Test, mut a: Operand<'_>, mut b: Operand<'_>, n: usize) -> Truths {
    if !(a.is_of_values() && b.is_of_values()) {
        return (0..n).map(|row| test.of_values(&a.value(row), &b.value(row))).collect();
    }
    let quickly = match (&a, &b) {
        (of, Operand::Constant(with)) => of.stored().and_then(|of| of.compare(test, with)),
        (Operand::Constant(with), of) => of.stored().and_then(|of| of.compare(test.turned(), with)),
        (a, b) => a.stored().zip(b.stored()).and_then(|(a, b)| a.compare_texts(test, &b)),
    };
    let by_column = || {
        let ((a, a_there), (b, b_there)) = (a.numbers(n)?, b.numbers(n)?);
        let truths = match (&*a, &*b) {
            (Vector::Ints(a), Vector::Ints(b)) => test.of_pairs(a, b),
            (Vector::Floats(a), Vector::Floats(b)) => test.of_pairs(a, b),
            (Vector::Days(a), Vector::Days(b)) => test.of_pairs(a, b),
            _ => return None,
        };
        let are_there = [a_there, b_there].into_iter().flatten();
        Some(are_there.fold(truths, |truths, are_there| truths.known_where(&are_there)))
    };
    let at_once = quickly.or_else(by_column);
    at_once.unwrap_or_else(|| (0..n).map(|row| test.holds(a.cell(row), b.cell(row))).collect())
}

/// Whether each is an element of a list; `members`: the same made ready.
fn among(mut of: Operand<'_>, list: &[Value], members: impl FnOnce() -> Arc<Members>, n: usize) -> Truths {
    if let (Some(stored), true) = (of.stored(), Members::are_few(list)) {
        let mut each = list.iter().map(|element| stored.compare(Test::Equal, element));
        let any = each.try_fold(Truths::all(Some(false), n), |any, one| Some(any.or(&one?)));
        if let Some(any) = any {
            return any;
        }
    }
    let members = members();
    (0..n).map(|row| members.has(&of.value(row))).collect()
}

/// Whether each is an element of a list of its own.
fn among_own(mut of: Operand<'_>, lists: &Vector, n: usize) -> Option<Truths> {
    let mut last = Last::default();
    let has = |row| match lists.get(row) {
        Value::List(own) => Some(last.has(&own, &of.value(row))),
        Value::Null => Some(None),
        _ => None,
    };
    (0..n).map(has).collect()
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
        all = all.and(&truths(condition, batch, worker)?);
    }
    Some(all)
}

/// Whether a text holds of each that is one; any other value gives null.
fn texts(of: &mut Operand<'_>, n: usize, holds: impl Fn(&[u8]) -> bool) -> Option<Truths> {
    if !of.is_of_values() {
        return None;
    }
    if let Some(truths) = of.stored().and_then(|stored| stored.texts(&holds)) {
        return Some(truths);
    }
    Some((0..n).map(|row| of.cell(row).text().map(|text| holds(text.as_bytes()))).collect())
}

/// Two truths of which one may decide; the second is asked where it may.
fn both(a: &Expr, b: &Expr, decides: bool, batch: &Batch, worker: &Worker<'_>) -> Option<Truths> {
    /// Of fewer than one in so many rows the second is asked by itself.
    const FEW: usize = 8;
    let joined = |a: Truths, b: &Truths| if decides { a.or(b) } else { a.and(b) };
    let truths_of_a = truths(a, batch, worker)?;
    if truths_of_a.n_other_than(decides) * FEW >= batch.len {
        // All rows are asked at once: they lie one beside the other.
        return Some(joined(truths_of_a, &truths(b, batch, worker)?));
    }
    let open = truths_of_a.other_than(decides);
    let truths_of_b = truths(b, &batch.gather_live(&open, &Live::of(b)), worker)?;
    let both = joined(truths_of_a.of_rows(&open), &truths_of_b);
    Some(truths_of_a.replace(&open, &both))
}

/// Whether nodes pass a test on their labels: each set of labels is tested once.
fn labelled(nodes: &[NodeId], test: &LabelTest, worker: &Worker<'_>) -> Truths {
    let snapshot = worker.view().snapshot();
    let catalog = snapshot.catalog();
    let holds = |labels: &[LabelId]| {
        let has = |name: &str| catalog.label(name).is_some_and(|label| labels.contains(&label));
        test.holds(&has, !labels.is_empty())
    };
    let mut last: Option<(&[LabelId], bool)> = None;
    let truth = |node: &NodeId| {
        let labels = snapshot.labels(*node);
        match last {
            Some((other, truth)) if std::ptr::eq(other, labels) => truth,
            _ => {
                let truth = holds(labels);
                last = Some((labels, truth));
                truth
            }
        }
    };
    Truths::known(nodes.iter().map(truth))
}

/// Where texts are stored by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The column of a property of nodes.
    Nodes,
    /// That of relationships of which this is the first.
    Rels(RelId),
    /// The types of relationships.
    Types,
}

/// The number that each row's text is stored by, and where, if an expression reads a stored text.
pub(super) fn codes(expr: &Expr, batch: &Batch, worker: &Worker<'_>) -> Option<(Codes, Source)> {
    if worker.query.by_row {
        return None;
    }
    if let Some(types) = types(expr, batch, worker) {
        return Some((types, Source::Types));
    }
    let stored = Operand::of_stored(expr, batch, worker)?;
    let source = match &stored {
        Operand::Nodes(..) => Source::Nodes,
        Operand::Rels(rels, cells) => Source::Rels(cells.of_rels(rels)?.1),
        Operand::Run(run, cells) => Source::Rels(cells.of_run(run)?.1),
        Operand::Constant(_) | Operand::Values(_) => return None,
    };
    Some((stored.stored()?.codes()?, source))
}

/// The number of each relationship's type, where an expression asks for types.
fn types(expr: &Expr, batch: &Batch, worker: &Worker<'_>) -> Option<Codes> {
    let Expr::Call(name, arguments) = expr.bare() else { return None };
    let [Expr::Slot(slot)] = [arguments.first()?.bare()] else { return None };
    if function::scalar(name)?.name != "type" {
        return None;
    }
    let snapshot = worker.view().snapshot();
    let codes = |types: &mut dyn Iterator<Item = TypeId>| Some(types.map(|of| Some(of.0)).collect());
    match batch.columns.get(*slot)? {
        Vector::Rels(rels) => codes(&mut snapshot.types_of(rels.iter().copied())),
        Vector::Run(run) => codes(&mut snapshot.types_of(run.clone().map(RelId))),
        _ => None,
    }
}

/// The texts, by number, that an expression reads.
pub(super) fn texts_of<'w>(expr: &Expr, source: Source, worker: &'w Worker<'_>) -> &'w [Arc<str>] {
    let view = worker.view();
    if source == Source::Types {
        return view.snapshot().catalog().type_names();
    }
    let Expr::Property(_, key) = expr.bare() else { return &[] };
    let cells = view.snapshot().catalog().key(key).and_then(|key| view.cells(key));
    let column = cells.and_then(|cells| match source {
        Source::Nodes => cells.of_nodes(),
        Source::Rels(first) => cells.of_rels(&[first])?.0,
        Source::Types => None,
    });
    match column.map(Column::typed) {
        Some(Typed::Texts(_, texts)) => texts,
        _ => &[],
    }
}
