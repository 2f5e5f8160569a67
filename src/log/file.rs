//! The file of a session that is running.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::graph::{self, Snapshot};
use crate::value::{DateTime, Instant, Offset, Zone};

use super::Record;
use super::left::Left;
use super::line::Chain;

/// The version of the format that is written, and the newest that is read.
pub(super) const FORMAT: u32 = 1;

/// The ending of a log.
pub(super) const ENDING: &str = "log";

/// The first line of a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Header {
    #[serde(rename = "portolan log")]
    pub format: u32,
    /// When the session made its first change.
    pub began: String,
    /// Where its graph is.
    pub graph: Vec<String>,
    /// The hash of the graph before the first change.
    pub hash: String,
    /// The names of logs whose records this one has taken over.
    pub took: Vec<String>,
}

/// Where a session writes down what it changes. The file is made with the first record, and locked while the session runs.
#[derive(Debug)]
pub struct Log {
    folder: PathBuf,
    graph: Vec<String>,
    open: Option<Open>,
    n_unsaved: usize,
}

/// A file with at least its header.
#[derive(Debug)]
struct Open {
    file: File,
    path: PathBuf,
    header: Header,
    /// Contents of its lines after the header, as far as they are on disk.
    contents: Vec<String>,
    chain: Chain,
    length: u64,
    /// Something after `length` could not be taken away again.
    is_torn: bool,
}

impl Log {
    /// A log in this folder, of the graph at these places. Nothing is written yet.
    #[must_use]
    pub fn new(folder: PathBuf, graph: Vec<String>) -> Self {
        Self { folder, graph, open: None, n_unsaved: 0 }
    }

    /// Where logs of earlier sessions are looked for, and the graph that they have to be of.
    #[must_use]
    pub fn place(&self) -> (&Path, &[String]) {
        (&self.folder, &self.graph)
    }

    /// Statements that stand in no other file.
    #[must_use]
    pub fn n_unsaved(&self) -> usize {
        self.n_unsaved
    }

    /// The file, once there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.open.as_ref().map(|open| open.path.as_path())
    }

    /// Writes a record, and returns when it is on disk. `base` is the graph before the session's first change.
    ///
    /// # Errors
    /// It could not be written; then it is not in the log.
    pub fn append(&mut self, base: &Snapshot, record: &Record) -> io::Result<()> {
        let content = serde_json::to_string(record)?;
        if self.open.is_none() {
            self.open = Some(self.create(base, Vec::new(), Vec::new())?);
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        open.append(content)?;
        match record {
            Record::Changed { .. } | Record::Defined { .. } => self.n_unsaved += 1,
            Record::Saved { rest, .. } => self.n_unsaved = rest.len(),
        }
        Ok(())
    }

    /// Takes over these records of an earlier session, and removes its log: either is done whatever happens between, because
    /// the new file names the log that it took over.
    ///
    /// # Errors
    /// They could not be written; then both logs are as they were. Of a log that cannot be removed nothing is told: it
    /// is not offered again.
    pub fn take_over(&mut self, base: &Snapshot, records: &[Record], left: Left) -> io::Result<()> {
        let (mut contents, mut took) = match &self.open {
            Some(open) => (open.contents.clone(), open.header.took.clone()),
            None => (Vec::new(), Vec::new()),
        };
        for record in records {
            contents.push(serde_json::to_string(record)?);
        }
        took.push(left.name());
        took.extend(left.took().iter().cloned());
        if records.is_empty() && self.open.is_none() {
            return left.remove();
        }
        let open = self.create(base, took, contents)?;
        self.open = Some(open);
        self.n_unsaved += records.len();
        let _ = left.remove();
        Ok(())
    }

    /// Removes the file: everything in it stands elsewhere, or is not wanted.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(&mut self) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            fs::remove_file(&open.path)?;
            sync_folder(&self.folder);
        }
        self.n_unsaved = 0;
        Ok(())
    }

    /// A file with these contents, in place of the one that is there.
    fn create(&self, base: &Snapshot, took: Vec<String>, contents: Vec<String>) -> io::Result<Open> {
        fs::create_dir_all(&self.folder)?;
        let header = match &self.open {
            Some(open) => Header { took, ..open.header.clone() },
            None => Header { format: FORMAT, began: now(), graph: self.graph.clone(), hash: graph::hash(base), took },
        };
        let path = self.open.as_ref().map_or_else(|| free(&self.folder, &header.began), |open| open.path.clone());
        // Nobody sees a log without its header: it gets its name when it has one.
        let unnamed = path.with_extension("new");
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&unnamed)?;
        file.lock()?;
        let mut open =
            Open { file, path, header, contents: Vec::new(), chain: Chain::default(), length: 0, is_torn: false };
        let written = open.begin(contents).and_then(|()| fs::rename(&unnamed, &open.path));
        if let Err(error) = written {
            let _ = fs::remove_file(&unnamed);
            return Err(error);
        }
        sync_folder(&self.folder);
        Ok(open)
    }
}

impl Open {
    /// Writes the header and these contents.
    fn begin(&mut self, contents: Vec<String>) -> io::Result<()> {
        let (mut text, mut chain) = self.chain.line(&serde_json::to_string(&self.header)?);
        for content in &contents {
            let (line, next) = chain.line(content);
            text.push_str(&line);
            chain = next;
        }
        self.file.write_all(text.as_bytes())?;
        self.file.sync_all()?;
        (self.contents, self.chain, self.length) = (contents, chain, text.len() as u64);
        Ok(())
    }

    fn append(&mut self, content: String) -> io::Result<()> {
        if self.is_torn {
            self.cut()?;
        }
        let (line, chain) = self.chain.line(&content);
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What was written of it must not be taken for a record, nor stand before the next one.
            self.is_torn = true;
            let _ = self.cut();
            return Err(error);
        }
        (self.chain, self.length) = (chain, self.length + line.len() as u64);
        self.contents.push(content);
        Ok(())
    }

    /// Takes away what follows the last whole record.
    fn cut(&mut self) -> io::Result<()> {
        use std::io::Seek;

        self.file.set_len(self.length)?;
        self.file.seek(io::SeekFrom::Start(self.length))?;
        self.file.sync_all()?;
        self.is_torn = false;
        Ok(())
    }
}

/// The clock in UTC, to the second.
fn now() -> String {
    const SECOND: i128 = 1_000_000_000;
    let seconds = Instant::now().nanos().div_euclid(SECOND);
    let at = DateTime::of_instant(Instant::of_nanos(seconds * SECOND), &Zone::Fixed(Offset::UTC));
    at.map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

/// A name that no log has: names in order are logs in order of time.
fn free(folder: &Path, began: &str) -> PathBuf {
    let time: String = began.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let process = std::process::id();
    let mut n = 0;
    loop {
        let path = folder.join(format!("{time}-{process}-{n}.{ENDING}"));
        if !path.exists() && !path.with_extension("new").exists() {
            return path;
        }
        n += 1;
    }
}

/// Makes sure that a file has its name after a power cut too; where a system has no such thing, it needs none.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
