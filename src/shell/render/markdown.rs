//! A table of GitHub Flavored Markdown.

use std::io::{self, Write};

use super::{Renderer, Room, cell, footnotes};
use crate::session::Answer;

/// `markdown`.
pub static MARKDOWN: Renderer = Renderer { name: "markdown", summary: "a Markdown table", write };

fn write(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    if !answer.columns.is_empty() {
        let mut header = answer.columns.clone();
        header.extend(answer.why.as_ref().map(|_| "why".to_owned()));
        line(&header, out)?;
        line(&vec!["---".to_owned(); header.len()], out)?;
        for (i, row) in answer.rows.iter().enumerate() {
            let mut cells: Vec<String> = row.iter().map(|value| cell(value, answer)).collect();
            cells.extend(answer.why.as_ref().map(|why| footnotes::numbers(why, i)));
            line(&cells, out)?;
        }
    }
    answer.why.as_ref().map_or(Ok(()), |why| footnotes::write(why, 0..answer.rows.len(), out))
}

fn line(cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    let escaped = cells.iter().map(|cell| cell.replace('\\', "\\\\").replace('|', "\\|").replace('\n', "<br>"));
    writeln!(out, "| {} |", escaped.collect::<Vec<_>>().join(" | "))
}
