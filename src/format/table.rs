//! Tables: the rows of a CSV, TSV or JSON Lines file, each with its place.

use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::parallel;

use super::separated::{self, Cells, Head};

/// A table whose cells are texts; the schema says what they mean.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file.
    pub file: Arc<SourceText>,
    /// The names of its columns, in order.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Record>,
    /// Rows that cannot be read, each at its place.
    pub wrong: Vec<Diagnostic>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Record {
    /// Where it stands.
    pub span: Span,
    /// A cell for each column; none where a JSON object lacks the key or has null.
    pub cells: Vec<Option<String>>,
}

impl Table {
    /// Whether a file of this name is divided by commas.
    pub(super) fn is_comma_separated(name: &str) -> bool {
        !matches!(ending(name).as_str(), "jsonl" | "ndjson" | "tsv")
    }

    /// Reads a file by its ending: `.jsonl` and `.ndjson` hold an object a line, `.tsv` is divided by tabs, anything else by commas
    /// (RFC 4180), with the names of the columns in the first row.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use portolan::{diag::SourceText, format::table::Table};
    /// let table = Table::read(Arc::new(SourceText::new("codes.csv", "code,name\n01,\"Animals; live\"\n")));
    /// assert_eq!(table.columns, ["code", "name"]);
    /// assert_eq!(table.rows[0].cells[1].as_deref(), Some("Animals; live"));
    /// ```
    #[must_use]
    pub fn read(file: Arc<SourceText>) -> Self {
        match ending(&file.name).as_str() {
            "jsonl" | "ndjson" => json_lines(file),
            "tsv" => separated(file, b'\t'),
            _ => separated(file, b','),
        }
    }
}

fn ending(name: &str) -> String {
    name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase()
}

fn separated(file: Arc<SourceText>, by: u8) -> Table {
    let Head { columns, body } = Head::of(&file.text, by);
    let read = |piece| {
        let (mut rows, mut wrong) = (Vec::new(), Vec::new());
        separated::records(&file.text, piece, by, |cells| {
            if cells.len() == columns.len() {
                let cells_of_row = cells.iter().map(|cell| Some(cell.to_owned())).collect();
                rows.push(Record { span: line(&file.text, cells.at), cells: cells_of_row });
            } else {
                wrong.push(misfit(&file, cells, columns.len()));
            }
        });
        (rows, wrong)
    };
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for (more, problems) in parallel::map(separated::pieces(file.text.as_bytes(), body, by), read) {
        rows.extend(more);
        wrong.extend(problems);
    }
    Table { file, columns, rows, wrong }
}

/// The line that begins at a byte.
pub(super) fn line(text: &str, from: usize) -> Span {
    let rest = &text[from..];
    Span::new(from, from + rest.find('\n').map_or(rest.len(), |end| end).min(rest.trim_end().len()))
}

/// That a record has not a cell for each column.
pub(super) fn misfit(file: &Arc<SourceText>, cells: &Cells<'_>, n_columns: usize) -> Diagnostic {
    let why = format!("{} cells where the first row names {n_columns} columns", cells.len());
    let wrong = Diagnostic::new(code::UNREADABLE, "a row that cannot be read");
    wrong.at(line(&file.text, cells.at), why).in_file(file)
}

fn json_lines(file: Arc<SourceText>) -> Table {
    let mut columns: Vec<String> = Vec::new();
    let (mut rows, mut problems) = (Vec::<Record>::new(), Vec::new());
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let span = Span::new(at, at + line.trim_end().len());
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        let read =
            serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line).map_err(|wrong| wrong.to_string());
        let cells = read.and_then(|object| {
            let mut cells = vec![None; columns.len()];
            for (key, value) in object {
                let column = columns.iter().position(|column| *column == key).unwrap_or_else(|| {
                    columns.push(key);
                    cells.push(None);
                    columns.len() - 1
                });
                cells[column] = match value {
                    serde_json::Value::Null => None,
                    serde_json::Value::String(text) => Some(text),
                    plain @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_)) => Some(plain.to_string()),
                    _ => return Err(format!("`{}` is a list or an object; a cell is one value", columns[column])),
                };
            }
            Ok(cells)
        });
        match cells {
            Ok(cells) => rows.push(Record { span, cells }),
            Err(why) => {
                let wrong = Diagnostic::new(code::UNREADABLE, "a row that cannot be read");
                problems.push(wrong.at(span, why).in_file(&file));
            }
        }
    }
    for row in &mut rows {
        row.cells.resize(columns.len(), None);
    }
    Table { file, columns, rows, wrong: problems }
}
