//! A line for each value: for narrow screens and for reading aloud.

use std::io::{self, Write};

use super::{Renderer, Room, cell, footnotes, left_out};
use crate::session::Answer;

/// `line`.
pub static LINE: Renderer = Renderer { name: "line", summary: "a line for each value", write };

fn write(answer: &Answer, room: Room, out: &mut dyn Write) -> io::Result<()> {
    let (head, tail) = room.shown(answer.rows.len());
    let shown = || (0..head).chain(tail..answer.rows.len());
    let reasons = answer.why.as_ref().map(|why| why.reasons(shown()));
    for (nth, i) in shown().enumerate() {
        let row = &answer.rows[i];
        if i > 0 {
            writeln!(out)?;
        }
        if i == tail && tail > head {
            writeln!(out, "{}\n", left_out(tail - head))?;
        }
        for (column, value) in answer.columns.iter().zip(row) {
            writeln!(out, "{column}: {}", cell(value, answer))?;
        }
        if let Some(reasons) = &reasons {
            writeln!(out, "why: {}", footnotes::numbers(reasons, nth))?;
        }
    }
    reasons.map_or(Ok(()), |reasons| footnotes::write(&reasons, out))
}
