//! Columns: a CSV file into typed columns, in pieces on all cores, nothing allocated for a row.
//!
//! What comes of it is the same however many threads read it: pieces are put together in their order, and mistakes are told in the
//! order of the rows.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, code};
use crate::graph::{ColumnBuilder, Ids, PropertyKind};
use crate::parallel;
use crate::value::{NodeId, Value};

pub use super::separated::Cells;

use super::separated::{self, Head};
use super::table::{line, misfit};

/// A file of comma-separated values whose first record names its columns.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portolan::diag::SourceText;
/// use portolan::format::columns::{Columns, Kind};
/// use portolan::graph::PropertyKind;
/// use portolan::value::Value;
/// let file = Columns::of(Arc::new(SourceText::new("codes.csv", "code,rate\n01,2.5\n02,\n")));
/// let kinds = [Kind::Value(PropertyKind::Text), Kind::Value(PropertyKind::Float)];
/// let [_, rates] = file.read(&kinds, None, |_| true).unwrap().try_into().unwrap();
/// assert_eq!(rates.into_values(), [Value::Float(2.5), Value::Null]);
/// ```
#[derive(Clone, Debug)]
pub struct Columns {
    file: Arc<SourceText>,
    names: Vec<String>,
    /// Where the records begin.
    body: usize,
    /// Cells that say nothing, as an empty one does; where there are such, blanks around a cell are no part of it.
    nothing: Option<Vec<String>>,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Values of a type; none where a cell is empty.
    Value(PropertyKind),
    /// Ids of nodes.
    Node,
    /// Nothing that is wanted.
    Skipped,
}

/// A column as it was read.
#[derive(Clone, Debug)]
pub enum Filled {
    /// Values, row by row.
    Values(ColumnBuilder),
    /// Nodes, row by row.
    Nodes(Vec<NodeId>),
    /// A column that was not wanted.
    Skipped,
}

impl Filled {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Value(_) => Filled::Values(ColumnBuilder::default()),
            Kind::Node => Filled::Nodes(Vec::new()),
            Kind::Skipped => Filled::Skipped,
        }
    }

    /// Adds the value or node of a cell; gives whether it is of its kind.
    fn push(&mut self, kind: Kind, cell: &str, ids: Option<&Ids<'_>>) -> bool {
        let (values, kind) = match (self, kind) {
            (Filled::Skipped, _) | (_, Kind::Skipped) => return true,
            (Filled::Nodes(nodes), _) => {
                let node = ids.and_then(|ids| ids.find(cell));
                nodes.extend(node);
                return node.is_some();
            }
            (_, Kind::Node) => return false,
            (Filled::Values(values), Kind::Value(kind)) => (values, kind),
        };
        if cell.is_empty() {
            values.push_null();
            return true;
        }
        match kind {
            PropertyKind::Text | PropertyKind::Id => values.push_text(cell),
            PropertyKind::Int => return cell.parse().map(|value| values.push_int(value)).is_ok(),
            PropertyKind::Float => {
                let number = cell.parse().ok().filter(|number: &f64| number.is_finite());
                return number.map(|number| values.push_float(number)).is_some();
            }
            PropertyKind::Bool => return cell.parse().map(|value| values.push_bool(value)).is_ok(),
            PropertyKind::Date => return cell.parse().map(|value| values.push_date(value)).is_ok(),
        }
        true
    }

    /// The rows of all parts, one after the other.
    fn concat(parts: Vec<Self>) -> Self {
        match parts.first() {
            Some(Filled::Values(_)) => {
                Filled::Values(ColumnBuilder::concat(parts.into_iter().map(Filled::values).collect()))
            }
            Some(Filled::Nodes(_)) => {
                let n = parts.iter().map(|part| if let Filled::Nodes(nodes) = part { nodes.len() } else { 0 }).sum();
                let mut all = Vec::with_capacity(n);
                for part in parts {
                    all.extend(part.nodes());
                }
                Filled::Nodes(all)
            }
            Some(Filled::Skipped) | None => Filled::Skipped,
        }
    }

    /// The values; none where it has nodes.
    #[must_use]
    pub fn values(self) -> ColumnBuilder {
        match self {
            Filled::Values(values) => values,
            Filled::Nodes(_) | Filled::Skipped => ColumnBuilder::default(),
        }
    }

    /// The nodes; none where it has values.
    #[must_use]
    pub fn nodes(self) -> Vec<NodeId> {
        match self {
            Filled::Nodes(nodes) => nodes,
            Filled::Values(_) | Filled::Skipped => Vec::new(),
        }
    }

    /// The values as they are in the language.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        self.values().into_values()
    }
}

impl Columns {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn open(path: &Path) -> Result<Self, Diagnostic> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Self::of(Arc::new(SourceText { name: path.display().to_string(), text }))),
            Err(why) => Err(Diagnostic::new(code::UNREADABLE, format!("cannot read `{}`: {why}", path.display()))),
        }
    }

    /// Of a text.
    #[must_use]
    pub fn of(file: Arc<SourceText>) -> Self {
        let Head { columns: names, body } = Head::of(&file.text, b',');
        Self { file, names, body, nothing: None }
    }

    /// The same where these cells say nothing, and blanks around a cell are no part of it.
    #[must_use]
    pub fn without(self, nothing: Vec<String>) -> Self {
        Self { nothing: Some(nothing), ..self }
    }

    /// A cell of a record, as it is read; empty where it says nothing.
    #[must_use]
    pub fn cell<'r>(&self, cells: &Cells<'r>, at: usize) -> &'r str {
        let cell = cells.get(at);
        match &self.nothing {
            None => cell,
            Some(nothing) => {
                Some(cell.trim()).filter(|cell| !nothing.iter().any(|other| other == cell)).unwrap_or_default()
            }
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Arc<SourceText> {
        &self.file
    }

    /// About how many records it has: as many as lines.
    pub(super) fn n_lines(&self) -> usize {
        memchr::memchr_iter(b'\n', self.file.text.as_bytes()).count()
    }

    /// The names of the columns.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Reads the columns by their kinds, one for each; of the records those that are `wanted`. Nodes are looked up in `ids`.
    ///
    /// # Errors
    /// Every cell that is not of its kind, and every record with more or fewer cells than there are columns.
    pub fn read(
        &self,
        kinds: &[Kind],
        ids: Option<&Ids<'_>>,
        wanted: impl Fn(&Cells<'_>) -> bool + Sync,
    ) -> Result<Vec<Filled>, Vec<Diagnostic>> {
        self.read_some(&(0..).zip(kinds.iter().copied()).collect::<Vec<_>>(), ids, wanted)
    }

    /// The same of some columns, by their places.
    ///
    /// # Errors
    /// The same.
    pub fn read_some(
        &self,
        kinds: &[(usize, Kind)],
        ids: Option<&Ids<'_>>,
        wanted: impl Fn(&Cells<'_>) -> bool + Sync,
    ) -> Result<Vec<Filled>, Vec<Diagnostic>> {
        let piece = |piece| {
            let mut columns: Vec<Filled> = kinds.iter().map(|(_, kind)| Filled::of(*kind)).collect();
            let mut wrong = Vec::new();
            separated::records(&self.file.text, piece, b',', |cells| {
                if cells.len() != self.names.len() {
                    return wrong.push(misfit(&self.file, cells, self.names.len()));
                }
                if !wanted(cells) {
                    return;
                }
                for ((at, kind), column) in kinds.iter().zip(&mut columns) {
                    if !column.push(*kind, self.cell(cells, *at), ids) {
                        wrong.push(self.unfit(cells, *at, *kind));
                    }
                }
            });
            (columns, wrong)
        };
        let pieces = separated::pieces(self.file.text.as_bytes(), self.body, b',');
        let mut parts: Vec<Vec<Filled>> = kinds.iter().map(|_| Vec::with_capacity(pieces.len())).collect();
        let mut wrong = Vec::new();
        for (columns, problems) in parallel::map(pieces, piece) {
            wrong.extend(problems);
            parts.iter_mut().zip(columns).for_each(|(parts, column)| parts.push(column));
        }
        if wrong.is_empty() { Ok(parallel::map(parts, Filled::concat)) } else { Err(wrong) }
    }

    /// That a cell is not of the kind of its column.
    fn unfit(&self, cells: &Cells<'_>, at: usize, kind: Kind) -> Diagnostic {
        let (cell, name) = (cells.get(at), self.names.get(at).map_or("", String::as_str));
        let (code, message, expected) = match kind {
            Kind::Node => (code::DANGLING_ID, format!("no node `{cell}`"), "nothing declares it"),
            Kind::Value(kind) => (code::BAD_VALUE, format!("`{cell}` is no value of `{name}`"), kind.expected()),
            Kind::Skipped => (code::BAD_VALUE, format!("`{cell}` is no value of `{name}`"), "nothing is expected"),
        };
        Diagnostic::new(code, message).at(line(&self.file.text, cells.at), expected).in_file(&self.file)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use std::sync::Arc;

    use super::{Columns, Kind};
    use crate::diag::{SourceText, code};
    use crate::graph::{Builder, NewNode, PropertyKind, Schema};
    use crate::value::NodeId;

    fn file(text: String) -> Columns {
        Columns::of(Arc::new(SourceText::new("supplies.csv", text)))
    }

    const KINDS: [Kind; 3] = [Kind::Node, Kind::Value(PropertyKind::Float), Kind::Skipped];

    #[test]
    fn every_mistake_is_told_of_its_line_in_the_order_of_the_lines() {
        let mut builder = Builder::new(Schema::default());
        builder.node(NewNode { id: "7".to_owned(), ..NewNode::default() }).ok();
        let plain = format!("7,0.5,\"{}\n\"\"\n\"\n\r\n", "x".repeat(1000));
        // Of several pieces, with records over several lines and without anything in them.
        let mut text = "to,share,note\r\n".to_owned();
        for row in 0..3000 {
            text.push_str(match row {
                100 => "8,0.5,\n",
                1500 => "7,half,\n",
                2500 => "7,0.5\n",
                _ => &plain,
            });
        }
        let wrong = file(text).read(&KINDS, Some(&builder.ids()), |_| true).unwrap_err();
        let told: Vec<_> = wrong.iter().map(|wrong| (wrong.code.id, wrong.message.as_str())).collect();
        let expected = [
            (code::DANGLING_ID.id, "no node `8`"),
            (code::BAD_VALUE.id, "`half` is no value of `share`"),
            (code::UNREADABLE.id, "a row that cannot be read"),
        ];
        assert_eq!(told, expected);
        let lines = wrong.iter().map(|wrong| wrong.file.as_ref().unwrap().position(wrong.labels[0].span.start));
        let lines: Vec<_> = lines.map(|position| (position.line, position.column)).collect();
        assert_eq!(lines, [(2 + 100 * 4, 1), (3 + 1499 * 4, 1), (4 + 2498 * 4, 1)]);
    }

    #[test]
    fn records_that_are_not_wanted_leave_no_row() {
        let mut builder = Builder::new(Schema::default());
        for id in ["a", "b"] {
            builder.node(NewNode { id: id.to_owned(), ..NewNode::default() }).ok();
        }
        let file = file("to,share,note\na,1,\nb,x,left out\nb,,".to_owned());
        let read = file.read(&KINDS, Some(&builder.ids()), |cells| cells.get(2).is_empty()).unwrap();
        let [to, share, note] = read.try_into().unwrap();
        assert_eq!((to.nodes(), share.values().len()), (vec![NodeId(0), NodeId(1)], 2));
        assert!(note.nodes().is_empty());
    }
}
