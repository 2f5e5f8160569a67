//! A table of GitHub Flavored Markdown.

use std::io::{self, Write};

use super::{Renderer, Room, cell, footnotes};
use crate::question::Why;
use crate::session::Answer;

/// `markdown`.
pub static MARKDOWN: Renderer = Renderer { name: "markdown", summary: "a Markdown table", write };

fn write(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    let reasons = answer.why.as_ref().map(Why::all);
    if !answer.columns.is_empty() {
        let mut header = answer.columns.clone();
        header.extend(reasons.as_ref().map(|_| "why".to_owned()));
        line(&header, out)?;
        line(&vec!["---".to_owned(); header.len()], out)?;
        for (i, row) in answer.rows.iter().enumerate() {
            let mut cells: Vec<String> = row.iter().map(|value| cell(value, answer)).collect();
            cells.extend(reasons.as_ref().map(|reasons| footnotes::numbers(reasons, i)));
            line(&cells, out)?;
        }
    }
    reasons.map_or(Ok(()), |reasons| footnotes::write(&reasons, out))
}

fn line(cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    let escaped = cells.iter().map(|cell| cell.replace('\\', "\\\\").replace('|', "\\|").replace('\n', "<br>"));
    writeln!(out, "| {} |", escaped.collect::<Vec<_>>().join(" | "))
}
