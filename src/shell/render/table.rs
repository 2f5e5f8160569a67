//! A table that fits the terminal; cells wrap, and where they would be too narrow to read, each value has a line.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

use super::{LINE, Renderer, Room, cell, footnotes, left_out};
use crate::session::Answer;

/// `table`.
pub static TABLE: Renderer = Renderer { name: "table", summary: "a table that fits the screen", write };

/// Narrowest columns that can be read, on average, with the line between them.
const NARROWEST: usize = 9;

fn write(answer: &Answer, room: Room, out: &mut dyn Write) -> io::Result<()> {
    let n = answer.rows.len();
    if answer.columns.len() * NARROWEST > room.width {
        return (LINE.write)(answer, room, out);
    }
    let (head, tail) = room.shown(n);
    let shown = || (0..head).chain(tail..n);
    let reasons = answer.why.as_ref().map(|why| why.reasons(shown()));
    if !answer.columns.is_empty() {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(room.width).unwrap_or(u16::MAX));
        let mut header = answer.columns.clone();
        header.extend(reasons.as_ref().map(|_| "why".to_owned()));
        let width = header.len();
        table.set_header(header);
        for (nth, i) in shown().enumerate() {
            if i == tail && tail > head {
                table.add_row(vec!["⋮"; width]);
            }
            let mut cells: Vec<String> = answer.rows[i].iter().map(|value| cell(value, answer)).collect();
            cells.extend(reasons.as_ref().map(|reasons| footnotes::numbers(reasons, nth)));
            table.add_row(cells);
        }
        writeln!(out, "{table}")?;
        if tail > head {
            writeln!(out, "{}", left_out(tail - head))?;
        }
    }
    reasons.map_or(Ok(()), |reasons| footnotes::write(&reasons, out))
}
