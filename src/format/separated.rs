//! Separated values (RFC 4180): the records of a text, read in pieces that end where a record does.
//!
//! A quote is one only where a cell begins, as the library reads it, so that a piece can be cut where the quotes before it are
//! closed; each is then read by itself, on any thread. Records do not depend on where the text is cut.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Bytes of a piece, about.
const PIECE: usize = 1 << 20;

/// A record: its cells, and the byte where it begins.
#[derive(Debug)]
pub struct Cells<'r> {
    text: &'r str,
    /// Where each cell ends.
    ends: &'r [usize],
    /// Its first byte in the file.
    pub(super) at: usize,
}

impl<'r> Cells<'r> {
    /// How many cells.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a record has a cell")]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell; empty where there are not so many.
    #[must_use]
    pub fn get(&self, at: usize) -> &'r str {
        let from = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or_default() };
        self.ends.get(at).and_then(|end| self.text.get(from..*end)).unwrap_or_default()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'r str> {
        (0..self.len()).map(|at| self.get(at))
    }
}

/// Room for the cells of a record.
#[derive(Default)]
struct Room {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Room {
    fn cells(&self, n_bytes: usize, n_ends: usize, at: usize) -> Cells<'_> {
        // A cell is a part of a text between bytes that are characters, and so a text itself.
        let text = str::from_utf8(&self.bytes[..n_bytes]).unwrap_or_default();
        Cells { text, ends: &self.ends[..n_ends], at }
    }

    /// Reads the record that begins at `from`; gives how many of its bytes and cells are filled, and where the next begins. No record
    /// is left where it gives none.
    fn fill(&mut self, reader: &mut Reader, text: &[u8], mut from: usize) -> Option<(usize, usize, usize)> {
        let (mut n_bytes, mut n_ends) = (0, 0);
        loop {
            let (result, read, written, ended) =
                reader.read_record(&text[from..], &mut self.bytes[n_bytes..], &mut self.ends[n_ends..]);
            from += read;
            n_bytes += written;
            n_ends += ended;
            match result {
                ReadRecordResult::OutputFull => self.bytes.resize((2 * self.bytes.len()).max(1024), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize((2 * self.ends.len()).max(16), 0),
                // Empty input says that nothing comes after it.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => return Some((n_bytes, n_ends, from)),
                ReadRecordResult::End => return None,
            }
        }
    }
}

fn reader(by: u8) -> Reader {
    let mut reader = ReaderBuilder::new().delimiter(by).build();
    // It takes a mark of the byte order away from what it reads first, which may be any part of a file.
    reader.read_record(b"\n", &mut [], &mut []);
    reader
}

/// Whether a byte that is not quoted ends a record.
fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Calls `each` with every record of a piece of a text.
pub(super) fn records(text: &str, piece: Range<usize>, by: u8, mut each: impl FnMut(&Cells<'_>)) {
    let mut reader = reader(by);
    let bytes = &text.as_bytes()[..piece.end];
    let mut room = Room::default();
    let mut next = piece.start;
    loop {
        // Empty lines are no records.
        next += bytes[next..].iter().take_while(|byte| is_end(**byte)).count();
        let at = next;
        let Some((n_bytes, n_ends, after)) = room.fill(&mut reader, bytes, at) else { return };
        next = after;
        each(&room.cells(n_bytes, n_ends, at));
    }
}

/// The first record of a text, which names its columns.
pub(super) struct Head {
    /// The names, in order.
    pub columns: Vec<String>,
    /// Where the records begin.
    pub body: usize,
}

impl Head {
    /// Of a text whose cells are divided by `by`.
    pub fn of(text: &str, by: u8) -> Self {
        // A mark of the byte order is no part of the first name.
        let mut begin = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let bytes = text.as_bytes();
        begin += bytes[begin..].iter().take_while(|byte| is_end(**byte)).count();
        let mut reader = reader(by);
        let mut room = Room::default();
        let Some((n_bytes, n_ends, body)) = room.fill(&mut reader, bytes, begin) else {
            return Self { columns: Vec::new(), body: bytes.len() };
        };
        let columns = room.cells(n_bytes, n_ends, begin).iter().map(str::to_owned).collect();
        Self { columns, body }
    }
}

/// The text from `from` on in pieces that begin and end between two records.
pub(super) fn pieces(text: &[u8], from: usize, by: u8) -> Vec<Range<usize>> {
    pieces_of(text, from, by, PIECE)
}

fn pieces_of(text: &[u8], from: usize, by: u8, size: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity((text.len() - from) / size + 1);
    let (mut start, mut at) = (from, from);
    while at < text.len() {
        // From here on up to the next quote nothing is quoted.
        let open =
            memchr::memchr_iter(b'"', &text[at..]).map(|quote| at + quote).find(|quote| opens(text, from, *quote, by));
        let until = open.unwrap_or(text.len());
        while start + size < until {
            let Some(end) = memchr::memchr(b'\n', &text[at.max(start + size)..until]) else { break };
            let end = at.max(start + size) + end + 1;
            pieces.push(start..end);
            start = end;
        }
        at = open.map_or(text.len(), |open| closed(text, open));
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    pieces
}

/// Whether a quote that stands in no quoted cell begins one.
fn opens(text: &[u8], from: usize, quote: usize, by: u8) -> bool {
    quote == from || is_end(text[quote - 1]) || text[quote - 1] == by
}

/// Where what was quoted from `open` on has ended; the end of the text where it never does.
fn closed(text: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(quote) = memchr::memchr(b'"', &text[at.min(text.len())..]) {
        at += quote + 1;
        if text.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{pieces_of, records};

    type Record = (usize, Vec<String>);

    fn read(text: &str, size: usize) -> Vec<Record> {
        let mut all = Vec::new();
        for piece in pieces_of(text.as_bytes(), 0, b',', size) {
            records(text, piece, b',', |cells| all.push((cells.at, cells.iter().map(str::to_owned).collect())));
        }
        all
    }

    proptest! {
        #[test]
        fn records_do_not_depend_on_where_the_text_is_cut(
            parts in vec(prop::sample::select(vec!["\"", "\"\"", "a", "é", ",", "\n", "\r\n", "\r", " "]), 0..60),
            size in 1_usize..20,
        ) {
            let text = parts.concat();
            let whole = read(&text, usize::MAX / 2);
            prop_assert_eq!(read(&text, size), whole.clone());
            let library = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> =
                library.into_records().map(|record| record.unwrap_or_default().iter().map(str::to_owned).collect()).collect();
            let cells: Vec<Vec<String>> = whole.into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(cells, expected);
        }
    }
}
