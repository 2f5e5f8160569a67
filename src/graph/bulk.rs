//! Nodes and relationships as tables: a column a property, nothing allocated for a row.

use crate::value::{Date, NodeId};

use super::same::Same;
use super::{ColumnBuilder, End, Meta, Start, Validity, WrittenPeriod};

/// Nodes to be added that have the same labels and of which the same is said: a row each.
#[derive(Clone, Debug, Default)]
pub struct NewNodes {
    /// Labels as written; broader ones follow from the schema.
    pub labels: Vec<String>,
    /// The stable text ids; unique, and one for every row.
    pub ids: ColumnBuilder,
    /// Properties; as many positions as rows, or fewer where the last ones have no value.
    pub properties: Vec<(String, ColumnBuilder)>,
    /// What is said about all of them.
    pub meta: Meta,
}

/// Relationships of one type to be added: a row each.
#[derive(Clone, Debug, Default)]
pub struct NewRels {
    /// Their type.
    pub kind: String,
    /// Where each starts.
    pub starts: Vec<NodeId>,
    /// Where each ends.
    pub ends: Vec<NodeId>,
    /// Properties; as many positions as rows, or fewer where the last ones have no value.
    pub properties: Vec<(String, ColumnBuilder)>,
    /// The first day of each and the first on which it no longer holds; a row with neither holds as `meta` says.
    pub days: Option<[ColumnBuilder; 2]>,
    /// What is said about all of them.
    pub meta: Meta,
}

/// Why a table cannot be added. Rows are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// A node needs an id.
    #[error("row {row} has no id, or one that is no text")]
    NoId {
        /// The first such row.
        row: usize,
    },
    /// An id names one node.
    #[error("the id of row {row} is that of another node")]
    Taken {
        /// The first such row.
        row: usize,
    },
    /// Starts, ends and columns are of the same rows.
    #[error("{column} has {n} rows where the table has {rows}")]
    Length {
        /// Which column.
        column: String,
        /// Its rows.
        n: usize,
        /// Those of the table.
        rows: usize,
    },
    /// A relationship is between two nodes that were added.
    #[error("row {row} starts or ends at a node that was not added")]
    NoNode {
        /// The first such row.
        row: usize,
    },
    /// A period is from day to day.
    #[error("a day of a period is no date")]
    NoDate,
}

/// A column is not of more rows than its table.
pub(super) fn fits(column: &str, n: usize, rows: usize) -> Result<(), Unfit> {
    if n <= rows { Ok(()) } else { Err(Unfit::Length { column: column.to_owned(), n, rows }) }
}

impl NewRels {
    /// Whether it can be added to so many nodes.
    pub(super) fn check(&self, n_nodes: usize) -> Result<(), Unfit> {
        let rows = self.starts.len();
        if self.ends.len() != rows {
            return Err(Unfit::Length { column: "the ends".to_owned(), n: self.ends.len(), rows });
        }
        let days = self.days.iter().flatten().map(|column| ("a day of the period", column));
        let columns = self.properties.iter().map(|(key, column)| (key.as_str(), column)).chain(days);
        for (key, column) in columns {
            fits(key, column.len(), rows)?;
        }
        if self.days.iter().flatten().any(|column| column.dates().is_none()) {
            return Err(Unfit::NoDate);
        }
        let is_new = |node: &NodeId| node.0 as usize >= n_nodes;
        match self.starts.iter().zip(&self.ends).position(|(start, end)| is_new(start) || is_new(end)) {
            Some(row) => Err(Unfit::NoNode { row }),
            None => Ok(()),
        }
    }

    /// The number of what is said of each row; `number` gives that of metadata.
    pub(super) fn metas(&mut self, mut number: impl FnMut(Meta) -> u32) -> Same<u32> {
        let n = self.starts.len();
        let days = self.days.take().map(|days| days.map(|column| column.dates().unwrap_or_default()));
        let Some([from, until]) = days else { return Same::All(number(std::mem::take(&mut self.meta)), n) };
        let mut known = rustc_hash::FxHashMap::<(Option<Date>, Option<Date>), u32>::default();
        let mut metas = Same::default();
        for row in 0..n {
            let day = |days: &[Option<Date>]| days.get(row).copied().flatten();
            let (from, until) = (day(&from), day(&until));
            metas.push(*known.entry((from, until)).or_insert_with(|| {
                let mut meta = self.meta.clone();
                if from.is_some() || until.is_some() {
                    let from = from.map_or(Start::Unknown, Start::On);
                    meta.validity =
                        Validity::In(vec![WrittenPeriod { from, to: until.map_or(End::Unknown, End::Until) }]);
                }
                number(meta)
            }));
        }
        metas.shrink();
        metas
    }
}
