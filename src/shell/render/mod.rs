//! Render: an answer as text. [`RENDERERS`] is the whole list; each mode is a file.

mod csv;
mod footnotes;
mod json;
mod line;
mod markdown;
#[cfg(feature = "rdf")]
mod prov;
mod table;

use std::io::{self, Write};

use crate::session::Answer;
use crate::value::{Value, text::Shown};

use line::LINE;

/// What an answer has to fit in.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Columns of the screen.
    pub width: usize,
    /// Rows to be shown; of more, the first and the last. `None` shows all.
    pub rows: Option<usize>,
}

impl Room {
    /// The rows of `n` that are shown: those before the first number, and those from the second on.
    fn shown(self, n: usize) -> (usize, usize) {
        let head = self.rows.filter(|rows| *rows < n).map_or(n, |rows| rows.div_ceil(2));
        let tail = self.rows.map_or(n, |rows| n.saturating_sub(rows / 2)).max(head);
        (head, tail)
    }
}

/// What is said of rows that are not shown.
fn left_out(rows: usize) -> String {
    format!("{rows} rows between the first and the last are not shown; `:rows all` shows them")
}

/// A way to write an answer's rows.
#[derive(Debug)]
pub struct Renderer {
    /// Its name in `--mode` and `:mode`.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes an answer.
    pub write: fn(&Answer, Room, &mut dyn Write) -> io::Result<()>,
}

/// Every mode, the default first.
pub static RENDERERS: &[&Renderer] = &[
    &table::TABLE,
    &LINE,
    &csv::CSV,
    &json::JSON,
    &json::JSONL,
    &markdown::MARKDOWN,
    #[cfg(feature = "rdf")]
    &prov::PROV,
];

/// The mode of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Renderer> {
    RENDERERS.iter().find(|renderer| renderer.name == name).copied()
}

/// A value as a person reads it: a text without quotes, nothing for `null`.
fn cell(value: &Value, answer: &Answer) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => date.to_string(),
        Value::LocalTime(time) => time.to_string(),
        Value::Time(time) => time.to_string(),
        Value::LocalDateTime(at) => at.to_string(),
        Value::DateTime(at) => at.to_string(),
        Value::Duration(duration) => duration.to_string(),
        other => Shown(other, &answer.entities).to_string(),
    };
    super::screen::printable(&text)
}
