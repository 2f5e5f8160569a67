//! Comparing the rows of an answer with those of a scenario.

use std::fmt::Write as _;

use super::term::Term;

/// Columns and rows, wanted or given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Names, in order.
    pub columns: Vec<String>,
    /// One value for each column.
    pub rows: Vec<Vec<Term>>,
}

/// What of the order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Whether rows are a sequence; otherwise a multiset.
    pub of_rows: bool,
    /// Whether lists are sequences; otherwise multisets, nested ones too.
    pub of_lists: bool,
}

/// Why two tables are not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Other names, or in another order.
    Columns,
    /// The same rows, in another order.
    RowOrder,
    /// Rows that are missing, and rows that nobody asked for.
    Rows {
        /// Wanted, but not there.
        missing: Vec<String>,
        /// There, but not wanted.
        surplus: Vec<String>,
    },
}

/// Whether a table is the one that was wanted.
///
/// # Errors
/// The first [`Difference`]: columns, then rows.
pub fn compare(wanted: &Table, got: &Table, order: Order) -> Result<(), Difference> {
    if wanted.columns != got.columns {
        return Err(Difference::Columns);
    }
    let rows = |table: &Table| -> Vec<Vec<Term>> {
        let term = |term: &Term| if order.of_lists { term.clone() } else { term.clone().with_sorted_lists() };
        table.rows.iter().map(|row| row.iter().map(term).collect()).collect()
    };
    let (mut wanted, mut got) = (rows(wanted), rows(got));
    if wanted == got {
        return Ok(());
    }
    wanted.sort();
    got.sort();
    if wanted == got {
        return if order.of_rows { Err(Difference::RowOrder) } else { Ok(()) };
    }
    Err(Difference::Rows { missing: without(&wanted, &got), surplus: without(&got, &wanted) })
}

/// The rows that are left of some when each of the others has taken away one equal to it.
fn without(some: &[Vec<Term>], others: &[Vec<Term>]) -> Vec<String> {
    let mut left: Vec<&Vec<Term>> = some.iter().collect();
    for other in others {
        if let Some(at) = left.iter().position(|row| *row == other) {
            left.remove(at);
        }
    }
    left.into_iter().map(|row| shown_row(row)).collect()
}

fn shown_row(row: &[Term]) -> String {
    let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
    format!("| {} |", cells.join(" | "))
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "| {} |", self.columns.join(" | "))?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{}", shown_row(row)))
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Difference::Columns => f.write_str("other columns"),
            Difference::RowOrder => f.write_str("the rows are in another order"),
            Difference::Rows { missing, surplus } => {
                let mut text = String::new();
                for (rows, what) in [(missing, "missing"), (surplus, "not wanted")] {
                    rows.iter().try_for_each(|row| write!(text, "\n  {what}: {row}"))?;
                }
                write!(f, "other rows{text}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Difference, Order, Table, compare};
    use crate::term::Term;

    const EXACT: Order = Order { of_rows: true, of_lists: true };
    const ANY_ROWS: Order = Order { of_rows: false, of_lists: true };
    const ANY_LISTS: Order = Order { of_rows: true, of_lists: false };

    /// A table of columns `a` and `b`; rows are separated by semicolons, cells by bars.
    fn table(rows: &str) -> Table {
        let row = |row: &str| row.split('|').map(|cell| Term::read(cell.trim()).unwrap()).collect();
        let rows = rows.split(';').filter(|row| !row.trim().is_empty()).map(row).collect();
        Table { columns: vec!["a".to_owned(), "b".to_owned()], rows }
    }

    fn same(wanted: &str, got: &str, order: Order) -> bool {
        compare(&table(wanted), &table(got), order).is_ok()
    }

    #[test]
    fn rows_are_a_multiset_or_a_sequence_as_told() {
        assert!(same("1 | 2; 3 | 4", "3 | 4; 1 | 2", ANY_ROWS));
        assert!(!same("1 | 2; 3 | 4", "3 | 4; 1 | 2", EXACT));
        assert!(same("1 | 2; 3 | 4", "1 | 2; 3 | 4", EXACT));
        assert!(!same("1 | 2", "2 | 1", ANY_ROWS));
    }

    #[test]
    fn a_row_counts_as_often_as_it_is_there() {
        assert!(!same("1 | 2; 1 | 2", "1 | 2", ANY_ROWS));
        assert!(!same("1 | 2", "1 | 2; 1 | 2", ANY_ROWS));
        assert!(!same("1 | 2; 1 | 2; 3 | 4", "1 | 2; 3 | 4; 3 | 4", ANY_ROWS));
        assert!(!same("1 | 2", "", ANY_ROWS));
        assert!(!same("", "1 | 2", ANY_ROWS));
        assert!(same("", "", ANY_ROWS));
    }

    #[test]
    fn lists_are_sequences_unless_told() {
        assert!(!same("[1, 2] | 0", "[2, 1] | 0", EXACT));
        assert!(!same("[1, 2] | 0", "[2, 1] | 0", ANY_ROWS));
        assert!(same("[1, 2] | {k: [[3, 4]]}", "[2, 1] | {k: [[4, 3]]}", ANY_LISTS));
        assert!(!same("[1, 2] | 0", "[2, 2] | 0", ANY_LISTS));
    }

    #[test]
    fn columns_are_compared_by_name_and_order_even_without_rows() {
        let renamed = |names: [&str; 2]| Table { columns: names.map(str::to_owned).into(), ..table("") };
        assert_eq!(compare(&table(""), &renamed(["a", "b"]), ANY_ROWS), Ok(()));
        assert_eq!(compare(&table(""), &renamed(["b", "a"]), ANY_ROWS), Err(Difference::Columns));
        assert_eq!(compare(&table(""), &renamed(["a", "B"]), ANY_ROWS), Err(Difference::Columns));
        let fewer = Table { columns: vec!["a".to_owned()], rows: vec![] };
        assert_eq!(compare(&table(""), &fewer, ANY_ROWS), Err(Difference::Columns));
    }

    #[test]
    fn a_difference_names_the_rows_that_make_it() {
        let wrong = compare(&table("1 | 2; 3 | 4"), &table("1 | 2; 3 | 4.0"), ANY_ROWS).unwrap_err();
        assert_eq!(wrong.to_string(), "other rows\n  missing: | 3 | 4 |\n  not wanted: | 3 | 4.0 |");
    }
}
