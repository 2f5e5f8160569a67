//! The reasons of an answer as numbered footnotes.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::question::{Footnote, Why};

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
        writeln!(out, "[{}] {}", note.number, printable(&words(note)))?;
    }
    for remark in &why.remarks {
        writeln!(out, "    {}", printable(remark))?;
    }
    Ok(())
}

/// A footnote in a line.
pub(super) fn words(note: &Footnote) -> String {
    let mut text = note.statement.clone();
    if !note.validity.is_empty() {
        text = format!("{text}, {}", note.validity);
    }
    if note.modality != "fact" {
        let voices = note.claimed_by.join(", carried by ");
        let of = if voices.is_empty() { "" } else { " of " };
        text = format!("{text} ({}{of}{voices})", note.modality);
    }
    if note.assumed {
        return format!("{text} — assumed");
    }
    if note.citations.is_empty() {
        return format!("{text} — no source is given");
    }
    let cited: Vec<String> = note
        .citations
        .iter()
        .map(|cited| {
            let mut parts = vec![cited.publisher.clone(), cited.title.clone()];
            parts.extend(cited.date.clone());
            parts.extend(cited.at.clone());
            parts.join(", ")
        })
        .collect();
    format!("{text} — {}", cited.join("; "))
}
