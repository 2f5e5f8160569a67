//! A table that fits the terminal; cells wrap.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

use super::{Renderer, cell, footnotes};
use crate::session::Answer;

/// `table`.
pub static TABLE: Renderer = Renderer { name: "table", summary: "a table that fits the screen", write };

fn write(answer: &Answer, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if !answer.columns.is_empty() {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        let mut header = answer.columns.clone();
        header.extend(answer.why.as_ref().map(|_| "why".to_owned()));
        table.set_header(header);
        for (i, row) in answer.rows.iter().enumerate() {
            let mut cells: Vec<String> = row.iter().map(|value| cell(value, answer)).collect();
            cells.extend(answer.why.as_ref().map(|why| footnotes::numbers(why, i)));
            table.add_row(cells);
        }
        writeln!(out, "{table}")?;
    }
    answer.why.as_ref().map_or(Ok(()), |why| footnotes::write(why, out))
}
