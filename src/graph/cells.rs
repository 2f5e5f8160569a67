//! The values of a property where they are stored, one thing after the other: nothing is cloned to be looked at.

use std::ops::Range;
use std::sync::Arc;

use crate::value::{Date, NodeId, RelId, Value};

use super::snapshot::Kept;
use super::{Column, GraphView, KeyId, RelTable, Snapshot};

/// A value where it is stored.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'g> {
    /// Nothing is known.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A date.
    Date(Date),
    /// A text.
    Text(&'g Arc<str>),
    /// A text that lies among others.
    Str(&'g str),
    /// Any other value.
    Other(&'g Value),
}

impl<'g> Cell<'g> {
    /// The text, if it is one.
    #[must_use]
    pub fn text(self) -> Option<&'g str> {
        match self {
            Cell::Text(text) => Some(text),
            Cell::Str(text) => Some(text),
            _ => None,
        }
    }
}

impl<'g> From<&'g Value> for Cell<'g> {
    fn from(value: &'g Value) -> Self {
        match value {
            Value::Null => Cell::Null,
            Value::Bool(value) => Cell::Bool(*value),
            Value::Int(value) => Cell::Int(*value),
            Value::Float(value) => Cell::Float(*value),
            Value::Date(value) => Cell::Date(*value),
            Value::Text(value) => Cell::Text(value),
            other => Cell::Other(other),
        }
    }
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Value::Null,
            Cell::Bool(value) => Value::Bool(value),
            Cell::Int(value) => Value::Int(value),
            Cell::Float(value) => Value::Float(value),
            Cell::Date(value) => Value::Date(value),
            Cell::Text(value) => Value::Text(value.clone()),
            Cell::Str(value) => Value::from(value),
            Cell::Other(value) => value.clone(),
        }
    }
}

/// The values of one property, where they are those of the stored columns.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'g> {
    snapshot: &'g Snapshot,
    key: KeyId,
    nodes: Option<&'g Column>,
    /// The table that the last relationship was in, and its values.
    last: Option<(&'g RelTable, Option<&'g Column>)>,
}

impl<'g> GraphView<'g> {
    /// The values of a property; `None` where the columns alone do not tell them, because it has histories or was changed.
    #[must_use]
    pub fn cells(self, key: KeyId) -> Option<Cells<'g>> {
        let snapshot = self.snapshot();
        let patch = &snapshot.patch;
        let stored = !snapshot.is_historic(key) && patch.gone.is_empty() && patch.set_values(key).next().is_none();
        let nodes = snapshot.properties.get(&key).map(|column| &**column);
        stored.then_some(Cells { snapshot, key, nodes, last: None })
    }
}

impl<'g> Cells<'g> {
    /// That of a node.
    #[must_use]
    pub fn node(&self, node: NodeId) -> Cell<'g> {
        self.nodes.map_or(Cell::Null, |column| column.cell(node.0))
    }

    /// The column of nodes.
    #[must_use]
    pub fn of_nodes(&self) -> Option<&'g Column> {
        self.nodes
    }

    /// The column of relationships that are all in one table, and the number of the first that is there; `None` where they are not.
    #[must_use]
    pub fn of_rels(&self, rels: &[RelId]) -> Option<(Option<&'g Column>, RelId)> {
        let Kept::Row(_, table, _) = self.snapshot.locate(*rels.first()?) else { return None };
        let n = table.len() as u32;
        // All are looked at, with no branch to be guessed.
        let is_here =
            rels.iter().map(|rel| usize::from(rel.0.wrapping_sub(table.base) < n)).sum::<usize>() == rels.len();
        is_here.then(|| (table.properties.get(self.key), RelId(table.base)))
    }

    /// The same of those that follow one another from the first number to the last; `None` where there are none.
    #[must_use]
    pub fn of_run(&self, run: &Range<u32>) -> Option<(Option<&'g Column>, RelId)> {
        if run.is_empty() {
            return None;
        }
        let Kept::Row(_, table, _) = self.snapshot.locate(RelId(run.start)) else { return None };
        let is_here = run.end - table.base <= table.len() as u32;
        is_here.then(|| (table.properties.get(self.key), RelId(table.base)))
    }

    /// That of a relationship.
    pub fn rel(&mut self, rel: RelId) -> Cell<'g> {
        if let Some((table, column)) = self.last {
            let row = rel.0.wrapping_sub(table.base);
            if (row as usize) < table.len() {
                return column.map_or(Cell::Null, |column| column.cell(row));
            }
        }
        match self.snapshot.locate(rel) {
            Kept::Row(_, table, row) => {
                let column = table.properties.get(self.key);
                self.last = Some((table, column));
                column.map_or(Cell::Null, |column| column.cell(row))
            }
            Kept::Added(_) => Cell::Null,
        }
    }
}
