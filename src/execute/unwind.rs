//! Lists become rows.
//!
//! Streams: holds one input batch, and the list of one row. Order: input order, then that of the list. Lineage: the input row's and
//! what the list rests on.

use std::ops::Range;
use std::sync::Arc;

use crate::function::Progression;
use crate::plan::{Expr, Slot};
use crate::value::Value;

use super::eval::{Row, elements};
use super::live::Live;
use super::{Batch, Failure, Input, LineageId, Operator, Vector, Worker};

/// One row per element of a list; `null` gives none, any other value one.
pub(super) struct Unwind<'p> {
    input: Input<'p>,
    list: &'p Expr,
    slot: Slot,
    position: Option<(Slot, i64)>,
    live: Live,
    current: Option<Current>,
}

/// The batch that is worked on, and the row to go on with.
struct Current {
    batch: Batch,
    row: usize,
    /// The list of that row, if some of its elements were given.
    open: Option<Open>,
}

/// The list of a row.
struct Open {
    elements: Elements,
    evidence: LineageId,
    /// The next to be given.
    at: usize,
}

/// The elements of a list.
enum Elements {
    Listed(Arc<[Value]>),
    /// Of `range`, which need not be listed.
    Numbers(Progression),
}

impl Elements {
    fn len(&self) -> usize {
        match self {
            Elements::Listed(elements) => elements.len(),
            Elements::Numbers(numbers) => numbers.len,
        }
    }
}

/// Elements that were given, each with the row it belongs to.
#[derive(Default)]
struct Given {
    rows: Vec<u32>,
    values: Vec<Value>,
    numbers: Vec<i64>,
    positions: Vec<i64>,
    evidence: Vec<LineageId>,
}

impl Given {
    /// `first`: the position of the first element, where positions are asked for; `lineage`: what they rest on is asked for.
    fn add(&mut self, row: usize, open: &Open, places: Range<usize>, first: Option<i64>, lineage: bool) {
        self.rows.extend(std::iter::repeat_n(row as u32, places.len()));
        if lineage {
            self.evidence.extend(std::iter::repeat_n(open.evidence, places.len()));
        }
        if let Some(first) = first {
            self.positions.extend(places.clone().map(|place| place as i64 + first));
        }
        match &open.elements {
            Elements::Listed(elements) => self.values.extend_from_slice(&elements[places]),
            Elements::Numbers(numbers) => self.numbers.extend(numbers.part(places)),
        }
    }
}

impl<'p> Unwind<'p> {
    pub(super) fn new(input: Input<'p>, list: &'p Expr, slot: Slot, position: Option<(Slot, i64)>, live: Live) -> Self {
        Self { input, list, slot, position, live, current: None }
    }

    /// The list of a row.
    fn open(&self, batch: &Batch, row: usize, worker: &mut Worker<'_>) -> Result<Open, Failure> {
        let mut here = Row::new(batch, row);
        let elements = match numbers(self.list).filter(|_| !worker.query.by_row) {
            None => Elements::Listed(elements(here.eval(self.list, worker)?)),
            Some(arguments) => {
                let arguments = arguments.iter().map(|argument| here.eval(argument, worker));
                let arguments = arguments.collect::<Result<Vec<_>, _>>().map_err(|failure| failure.of(self.list))?;
                if arguments.iter().any(Value::is_null) {
                    Elements::Listed(Arc::default())
                } else {
                    let numbers = Progression::of(&arguments);
                    Elements::Numbers(numbers.map_err(|error| Failure::from(error).of(self.list))?)
                }
            }
        };
        Ok(Open { elements, evidence: here.evidence, at: 0 })
    }

    /// Elements of the lists from this row on, some of them.
    fn some(&self, current: &mut Current, worker: &mut Worker<'_>) -> Result<Given, Failure> {
        let mut given = Given::default();
        let first = self.position.map(|(_, first)| first);
        while current.row < current.batch.len && given.rows.len() < worker.query.batch {
            worker.query.limits.checkpoint()?;
            let mut open = match current.open.take() {
                Some(open) => open,
                None => self.open(&current.batch, current.row, worker)?,
            };
            let end = open.elements.len().min(open.at + worker.query.batch - given.rows.len());
            given.add(current.row, &open, open.at..end, first, worker.query.lineage);
            if end == open.elements.len() {
                current.row += 1;
            } else {
                open.at = end;
                current.open = Some(open);
            }
        }
        Ok(given)
    }

    fn out(&self, batch: &Batch, given: Given, worker: &mut Worker<'_>) -> Batch {
        let mut out = batch.gather_live(&given.rows, &self.live);
        out.rests_on(&given.evidence, worker);
        let are_numbers = given.numbers.len() == given.rows.len();
        let elements = if are_numbers { Vector::Ints(given.numbers) } else { given.values.into_iter().collect() };
        out.set(self.slot, elements);
        if let Some((slot, _)) = self.position {
            out.set(slot, Vector::Ints(given.positions));
        }
        out
    }
}

/// The arguments of `range`.
fn numbers(list: &Expr) -> Option<&[Expr]> {
    match list.bare() {
        Expr::Call(name, arguments) if name == "range" => Some(arguments),
        _ => None,
    }
}

impl Operator for Unwind<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(worker)? {
                    Some(batch) => Current { batch, row: 0, open: None },
                    None => return Ok(None),
                },
            };
            let given = self.some(&mut current, worker)?;
            let out = (!given.rows.is_empty()).then(|| self.out(&current.batch, given, worker));
            if current.row < current.batch.len {
                self.current = Some(current);
            }
            if out.is_some() {
                return Ok(out);
            }
        }
    }
}
