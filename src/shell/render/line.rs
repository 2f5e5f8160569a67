//! A line for each value: for narrow screens and for reading aloud.

use std::io::{self, Write};

use super::{Renderer, Room, cell, footnotes};
use crate::session::Answer;

/// `line`.
pub static LINE: Renderer = Renderer { name: "line", summary: "a line for each value", write };

fn write(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    for (i, row) in answer.rows.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        for (column, value) in answer.columns.iter().zip(row) {
            writeln!(out, "{column}: {}", cell(value, answer))?;
        }
        if let Some(why) = &answer.why {
            writeln!(out, "why: {}", footnotes::numbers(why, i))?;
        }
    }
    answer.why.as_ref().map_or(Ok(()), |why| footnotes::write(why, 0..answer.rows.len(), out))
}
