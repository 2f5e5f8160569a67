//! Logs that earlier sessions left.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Record;
use super::file::{ENDING, FORMAT, Header};
use super::line;

/// The log of a session that is over; nobody else can take it while this is held.
#[derive(Debug)]
pub struct Left {
    path: PathBuf,
    header: Header,
    records: Vec<Record>,
    /// Keeps the lock.
    _file: File,
}

/// Why a log cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// A line is not as it was written.
    #[error("line {line} of `{}` is not as it was written", path.display())]
    Damaged {
        /// The log.
        path: PathBuf,
        /// The first line that is wrong.
        line: usize,
    },
    /// A later version wrote it.
    #[error("a newer version wrote `{}`, in format {format}; this one reads formats up to {FORMAT}", path.display())]
    Newer {
        /// The log.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// The system does not let it be read.
    #[error("cannot read `{}`: {why}", path.display())]
    Unreadable {
        /// The log or the folder.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
}

/// The logs in a folder that earlier sessions left of the graph at these places, in order of time, and those that cannot be
/// used. What a session that still runs writes is left out; what stands elsewhere already is removed.
#[must_use]
pub fn left(folder: &Path, graph: &[String]) -> (Vec<Left>, Vec<Unusable>) {
    let (mut all, mut unusable) = (Vec::new(), Vec::new());
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // No session has changed anything yet, or could.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return (all, unusable);
        }
        Err(error) => {
            unusable.push(Unusable::Unreadable { path: folder.to_owned(), why: error.to_string() });
            return (all, unusable);
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    let (mut found, mut took) = (Vec::new(), BTreeSet::new());
    for path in paths.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == ENDING)) {
        match open(&path) {
            Ok(None) => {}
            Ok(Some((header, _))) if header.graph != graph => {}
            Ok(Some((header, rest))) => {
                took.extend(header.took.iter().cloned());
                found.push((path, header, rest));
            }
            Err(wrong) => unusable.push(wrong),
        }
    }
    for (path, header, (file, records)) in found {
        let records = match records {
            Ok(records) => records,
            Err(line) => {
                unusable.push(Unusable::Damaged { path, line });
                continue;
            }
        };
        let left = Left { path, header, records, _file: file };
        if took.contains(&left.name()) {
            // Its records are in the log that took them over.
            let _ = left.remove();
        } else {
            all.push(left);
        }
    }
    (all, unusable)
}

type Contents = (File, Result<Vec<Record>, usize>);

/// A log that no process holds; its records, or the number of the line that is wrong.
fn open(path: &Path) -> Result<Option<(Header, Contents)>, Unusable> {
    #[derive(Deserialize)]
    struct Version {
        #[serde(rename = "portolan log")]
        format: u32,
    }

    let unreadable = |why: String| Unusable::Unreadable { path: path.to_owned(), why };
    let mut file = match File::open(path) {
        Ok(file) => file,
        // Its session ended well meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(unreadable(error.to_string())),
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
    let damaged = |line| Unusable::Damaged { path: path.to_owned(), line };
    let first = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let header = match line::read(first).map_err(|damage| damaged(damage.line))?.first() {
        None => return Err(damaged(1)),
        Some(text) => {
            let version: Version = serde_json::from_str(text).map_err(|_| damaged(1))?;
            if version.format > FORMAT {
                return Err(Unusable::Newer { path: path.to_owned(), format: version.format });
            }
            serde_json::from_str(text).map_err(|_| damaged(1))?
        }
    };
    let records = line::read(&bytes).map_err(|damage| damage.line).and_then(|lines| {
        let record = |(at, text): (usize, &&str)| serde_json::from_str(text).map_err(|_| at + 2);
        lines[1..].iter().enumerate().map(record).collect()
    });
    Ok(Some((header, (file, records))))
}

impl Left {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// When the session made its first change.
    #[must_use]
    pub fn began(&self) -> &str {
        &self.header.began
    }

    pub(super) fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    pub(super) fn took(&self) -> &[String] {
        &self.header.took
    }

    /// What is not in the graph whose hash this is, in order; a save leads with what its file could not hold. Where the graph
    /// is none that the session had or saved, everything since its last save counts if that file is still there and `is_loaded`,
    /// else everything.
    #[must_use]
    pub fn missing(&self, hash: &str, is_loaded: impl Fn(&Path) -> bool) -> Vec<Record> {
        let saves = self.records.iter().enumerate().rev();
        let mut saves = saves.filter_map(|(at, record)| match record {
            Record::Saved { file, graph, rest } => Some((at, file, graph, rest)),
            Record::Changed { .. } | Record::Defined { .. } => None,
        });
        let save = if let Some(save) = saves.clone().find(|(_, _, graph, _)| *graph == hash) {
            Some(save)
        } else if self.header.hash == hash {
            None
        } else {
            saves.next().filter(|(_, file, ..)| is_loaded(Path::new(file)))
        };
        let (from, rest) = save.map_or((0, &[][..]), |(at, _, _, rest)| (at + 1, rest.as_slice()));
        let later = self.records[from..].iter().filter(|record| record.statement().is_some());
        rest.iter().chain(later).cloned().collect()
    }

    /// Whether the graph with this hash is the one that the session began with.
    #[must_use]
    pub fn is_of(&self, hash: &str) -> bool {
        let saved = |record: &Record| matches!(record, Record::Saved { graph, .. } if graph == hash);
        self.header.hash == hash || self.records.iter().any(saved)
    }

    /// Writes records that do not apply any more to a file beside the log, one a line; gives its path.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn set_aside(&self, records: &[&Record]) -> io::Result<PathBuf> {
        let path = self.path.with_extension("refused");
        let mut file = File::create(&path)?;
        for record in records {
            writeln!(file, "{}", serde_json::to_string(record)?)?;
        }
        file.sync_all()?;
        Ok(path)
    }

    /// Removes the log.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}
