//! Rows of a CSV file for each row.
//!
//! Holds one batch of a file. Order: input order, then the file's. Lineage: the input row's; a file is no statement.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use crate::diag::code;
use crate::plan::{Expr, Place, Slot};
use crate::value::Value;

use super::eval::Row;
use super::{Batch, Failure, Input, Operator, Worker};

/// Longest record that is read, in bytes: 16 MiB. A quote that is never closed would swallow the rest of the file.
const MOST: usize = 16 << 20;

/// Which files a query may read, and the folder that relative paths count from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// None.
    #[default]
    Nothing,
    /// Those in this folder and below it.
    Within(PathBuf),
    /// All.
    Anything(PathBuf),
}

impl Reading {
    /// Opens a file that a query names by path, or by `file:///` and a path from the folder.
    fn open(&self, name: &str) -> Result<File, Failure> {
        let refused = |why: &str| Err(Failure::Value(code::UNREADABLE_FILE, format!("`{name}` {why}")));
        let folder = match self {
            Reading::Nothing => return refused("cannot be read: no file may be read here"),
            Reading::Within(folder) | Reading::Anything(folder) => folder,
        };
        let local = name.strip_prefix("file:///").or_else(|| name.strip_prefix("file://")).unwrap_or(name);
        if local.contains("://") {
            return refused("is not a file; only files are read, by their path");
        }
        let opened = folder.join(local).canonicalize().and_then(|path| Ok((path.metadata()?, path)));
        let (metadata, path) = match opened {
            Ok(found) => found,
            Err(error) => return refused(&format!("cannot be read: {error}")),
        };
        if matches!(self, Reading::Within(_)) && !within(folder, &path) {
            return refused("is outside of the folder that may be read; `--allow-read` allows any file");
        }
        if !metadata.is_file() {
            return refused("is not a file");
        }
        File::open(path).or_else(|error| refused(&format!("cannot be read: {error}")))
    }
}

/// Whether a path without links and dots leads into a folder.
fn within(folder: &Path, path: &Path) -> bool {
    folder.canonicalize().is_ok_and(|folder| path.starts_with(folder))
}

/// A file, of which no more is read for one record than is allowed.
struct Bounded {
    file: BufReader<File>,
    seen: Arc<Seen>,
}

/// What a record and its file have shown so far.
struct Seen {
    /// Bytes that the record may still take.
    left: AtomicUsize,
    /// The last byte that ends no line.
    last: AtomicU8,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        let left = self.seen.left.load(Ordering::Relaxed);
        if n > left {
            return Err(io::Error::other(format!(
                "a record is longer than {} MiB; is a quote not closed?",
                MOST >> 20
            )));
        }
        self.seen.left.store(left - n, Ordering::Relaxed);
        if let Some(last) = buffer[..n].iter().rfind(|byte| !matches!(byte, b'\n' | b'\r')) {
            self.seen.last.store(*last, Ordering::Relaxed);
        }
        Ok(n)
    }
}

/// The records of a file.
struct Records {
    name: String,
    reader: csv::Reader<Bounded>,
    seen: Arc<Seen>,
    separator: u8,
    record: csv::StringRecord,
    /// The names of the columns in their order as texts, and which column each is.
    headers: Option<Vec<(Arc<str>, usize)>>,
    /// The line of the last record, where its last field can only have stood in quotes.
    quoted: Option<u64>,
}

impl Records {
    fn open(name: &str, shape: Shape, worker: &Worker<'_>) -> Result<Self, Failure> {
        let seen = Arc::new(Seen { left: AtomicUsize::new(MOST), last: AtomicU8::new(0) });
        let file = Bounded { file: BufReader::new(worker.query.reading.open(name)?), seen: seen.clone() };
        let reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(shape.separator).from_reader(file);
        let record = csv::StringRecord::new();
        let (name, separator) = (name.to_owned(), shape.separator);
        let mut records = Self { name, reader, seen, separator, record, headers: None, quoted: None };
        if shape.headers && records.advance()? {
            let mut headers: Vec<(Arc<str>, usize)> = Vec::new();
            for header in &records.record {
                if headers.iter().any(|(other, _)| **other == *header) {
                    return Err(records.wrong(&format!("two columns are named `{header}`")));
                }
                headers.push((header.into(), headers.len()));
            }
            headers.sort_unstable();
            records.headers = Some(headers);
        }
        Ok(records)
    }

    /// Reads the next record; `false` after the last.
    fn advance(&mut self) -> Result<bool, Failure> {
        self.seen.left.store(MOST, Ordering::Relaxed);
        let first = self.reader.position().byte() == 0;
        let more = match self.reader.read_record(&mut self.record) {
            Ok(more) => more,
            Err(error) => return Err(self.wrong(&reason(&error))),
        };
        if let (false, Some(line)) = (more, self.quoted)
            && self.seen.last.load(Ordering::Relaxed) != b'"'
        {
            return Err(self.wrong_at(line, "a quote is never closed"));
        }
        let in_quotes = |byte: u8| matches!(byte, b'\n' | b'\r') || byte == self.separator;
        let last = self.record.iter().next_back().filter(|field| field.bytes().any(in_quotes));
        self.quoted = last.and(self.record.position()).map(csv::Position::line);
        if first && self.record.get(0).is_some_and(|field| field.starts_with('\u{feff}')) {
            let fields: Vec<&str> = self.record.iter().collect();
            self.record = fields.iter().map(|field| field.trim_start_matches('\u{feff}')).collect();
        }
        Ok(more)
    }

    fn wrong(&self, what: &str) -> Failure {
        self.wrong_at(self.record.position().unwrap_or(self.reader.position()).line(), what)
    }

    fn wrong_at(&self, line: u64, what: &str) -> Failure {
        Failure::Value(code::BAD_CSV, format!("line {line} of `{}`: {what}", self.name))
    }

    /// The next record as a value: a map by the names of the columns, or a list.
    fn next(&mut self) -> Result<Option<Value>, Failure> {
        if !self.advance()? {
            return Ok(None);
        }
        let value = |text: &str| if text.is_empty() { Value::Null } else { Value::text(text) };
        let Some(headers) = &self.headers else { return Ok(Some(Value::list(self.record.iter().map(value)))) };
        if self.record.len() > headers.len() {
            let (n, known) = (self.record.len(), headers.len());
            return Err(self.wrong(&format!("{n} fields, where the first line names {known} columns")));
        }
        let entry =
            |(name, column): &(Arc<str>, usize)| (name.clone(), self.record.get(*column).map_or(Value::Null, value));
        Ok(Some(Value::Map(headers.iter().map(entry).collect())))
    }
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "is not text in UTF-8".to_owned(),
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

/// How a file is laid out.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub headers: bool,
    pub separator: u8,
}

pub(super) struct Load<'p> {
    input: Input<'p>,
    file: &'p Expr,
    place: Place,
    slot: Slot,
    shape: Shape,
    /// The input rows, the one whose file is read, and what is left of that.
    at: Option<(Batch, usize, Records)>,
}

impl<'p> Load<'p> {
    pub(super) fn new(input: Input<'p>, file: &'p Expr, place: Place, slot: Slot, shape: Shape) -> Self {
        Self { input, file, place, slot, shape, at: None }
    }

    /// The next input row with its file opened.
    fn open(&mut self, worker: &mut Worker<'_>) -> Result<bool, Failure> {
        let (batch, row) = match self.at.take() {
            Some((batch, row, _)) if row + 1 < batch.len => (batch, row + 1),
            _ => match self.input.next(worker)? {
                Some(batch) => (batch, 0),
                None => return Ok(false),
            },
        };
        let records = match Row::new(&batch, row).eval(self.file, worker)? {
            Value::Text(name) => Records::open(&name, self.shape, worker)?,
            other => {
                let message = format!("a file is named by a text, not by {}", other.described());
                return Err(Failure::Value(code::TYPE_ERROR, message));
            }
        };
        self.at = Some((batch, row, records));
        Ok(true)
    }
}

impl Operator for Load<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        self.read(worker).map_err(|failure| failure.at(self.place.0))
    }
}

impl Load<'_> {
    fn read(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        loop {
            worker.query.limits.checkpoint()?;
            let Some((batch, row, records)) = &mut self.at else {
                if self.open(worker)? {
                    continue;
                }
                return Ok(None);
            };
            let mut held = worker.query.limits.reservation();
            let mut values = Vec::new();
            while values.len() < worker.query.batch
                && let Some(value) = records.next()?
            {
                held.grow(value.bytes())?;
                values.push(value);
            }
            if values.is_empty() {
                if self.open(worker)? {
                    continue;
                }
                return Ok(None);
            }
            let mut out = batch.gather(&vec![*row as u32; values.len()]);
            out.set(self.slot, values.into_iter().collect());
            return Ok(Some(out));
        }
    }
}
