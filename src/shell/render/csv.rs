//! Comma-separated values (RFC 4180) with a header; under `WHY` a last column with the ids of the sources.

use std::io::{self, Write};

use super::{Renderer, Room, cell};
use crate::question::{Reasons, Why};
use crate::session::Answer;

/// `csv`.
pub static CSV: Renderer = Renderer { name: "csv", summary: "comma-separated values with a header", write };

fn write(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let reasons = answer.why.as_ref().map(Why::all);
    let mut header = answer.columns.clone();
    header.extend(reasons.as_ref().map(|_| "sources".to_owned()));
    if !header.is_empty() {
        writer.write_record(&header)?;
    }
    for (i, row) in answer.rows.iter().enumerate() {
        let mut cells: Vec<String> = row.iter().map(|value| cell(value, answer)).collect();
        cells.extend(reasons.as_ref().map(|reasons| sources(reasons, i)));
        if !cells.is_empty() {
            writer.write_record(&cells)?;
        }
    }
    writer.flush()
}

/// The sources of a row's statements, each once.
fn sources(reasons: &Reasons, row: usize) -> String {
    let mut found: Vec<&str> = Vec::new();
    for number in reasons.rows.get(row).into_iter().flatten().flatten() {
        let note = reasons.note(*number);
        for cited in note.into_iter().flat_map(|note| &note.citations) {
            if !found.contains(&cited.source.as_str()) {
                found.push(&cited.source);
            }
        }
    }
    found.join(" ")
}
