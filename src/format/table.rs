//! Tables: the rows of a CSV, TSV or JSON Lines file, each with its place.

use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, Span, code};

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
        let ending = file.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "jsonl" | "ndjson" => json_lines(file),
            "tsv" => separated(file, b'\t'),
            _ => separated(file, b','),
        }
    }
}

fn separated(file: Arc<SourceText>, by: u8) -> Table {
    // A mark of the byte order is no part of the first name.
    let skipped = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(by).flexible(true).from_reader(&file.text.as_bytes()[skipped..]);
    let place = |position: Option<&csv::Position>| position.map_or(0, |position| position.byte() as usize) + skipped;
    let line = |from: usize| {
        let rest = &file.text[from..];
        Span::new(from, from + rest.find('\n').map_or(rest.len(), |end| end).min(rest.trim_end().len()))
    };
    let bad = |at: usize, why: String| {
        let wrong = Diagnostic::new(code::UNREADABLE, "a row that cannot be read");
        wrong.at(line(at.min(file.text.len())), why).in_file(&file)
    };
    let columns: Vec<String> = match reader.headers() {
        Ok(headers) => headers.iter().map(str::to_owned).collect(),
        Err(unread) => {
            let wrong = vec![bad(place(unread.position()), unread.to_string())];
            return Table { file, columns: Vec::new(), rows: Vec::new(), wrong };
        }
    };
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) if record.len() == columns.len() => {
                let span = line(place(record.position()));
                rows.push(Record { span, cells: record.iter().map(|cell| Some(cell.to_owned())).collect() });
            }
            Ok(record) => {
                let why = format!("{} cells where the first row names {} columns", record.len(), columns.len());
                problems.push(bad(place(record.position()), why));
            }
            Err(wrong) => problems.push(bad(place(wrong.position()), wrong.to_string())),
        }
    }
    Table { file, columns, rows, wrong: problems }
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
