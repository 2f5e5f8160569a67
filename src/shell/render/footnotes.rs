//! The reasons of an answer as numbered footnotes.

use std::io::{self, Write};

use crate::question::Reasons;

use super::super::screen::printable;

/// The numbers of the statements of the `nth` row told of: `[1][2]`; alternatives are separated by `or`.
pub(super) fn numbers(reasons: &Reasons, nth: usize) -> String {
    let sets = reasons.rows.get(nth).map(Vec::as_slice).unwrap_or_default();
    let set = |set: &Vec<usize>| set.iter().map(|number| format!("[{number}]")).collect::<Vec<_>>().concat();
    sets.iter().map(set).collect::<Vec<_>>().join(" or ")
}

/// The statements with their sources.
pub(super) fn write(reasons: &Reasons, out: &mut dyn Write) -> io::Result<()> {
    if !reasons.footnotes.is_empty() {
        writeln!(out)?;
    }
    for note in &reasons.footnotes {
        writeln!(out, "[{}] {}", note.number, printable(&note.line()))?;
    }
    for remark in &reasons.remarks {
        writeln!(out, "    {}", printable(remark))?;
    }
    Ok(())
}
