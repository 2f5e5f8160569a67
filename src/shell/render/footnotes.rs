//! The reasons of an answer as numbered footnotes.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::question::Why;

use super::super::screen::printable;

/// The numbers of a row's statements: `[1][2]`; alternatives are separated by `or`.
pub(super) fn numbers(why: &Why, row: usize) -> String {
    let sets = why.rows.get(row).map(Vec::as_slice).unwrap_or_default();
    let set = |set: &Vec<usize>| set.iter().map(|number| format!("[{number}]")).collect::<Vec<_>>().concat();
    sets.iter().map(set).collect::<Vec<_>>().join(" or ")
}

/// The statements of these rows with their sources.
pub(super) fn write(why: &Why, rows: impl Iterator<Item = usize>, out: &mut dyn Write) -> io::Result<()> {
    let named: BTreeSet<usize> = rows.filter_map(|row| why.rows.get(row)).flatten().flatten().copied().collect();
    if !named.is_empty() {
        writeln!(out)?;
    }
    for note in why.footnotes.iter().filter(|note| named.contains(&note.number)) {
        writeln!(out, "[{}] {}", note.number, printable(&note.line()))?;
    }
    for remark in &why.remarks {
        writeln!(out, "    {}", printable(remark))?;
    }
    Ok(())
}
