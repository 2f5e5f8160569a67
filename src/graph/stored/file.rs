//! The file: a mark and a version, sections one after the other, where each is, and at the very end where that is said.
//!
//! Each section has a checksum, and so has the directory. A file that was cut has no end, and is refused for it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde::de::DeserializeOwned;

use super::Unopened;
use super::bytes::{Broken, Input, put};

/// No text begins like this, and a transfer that changes the ends of lines shows.
pub const MARK: [u8; 12] = *b"\x89portolan\r\n\x1a";
/// Of the layout of all sections. Whatever changes one of them has the next.
pub const VERSION: u32 = 1;
const END: [u8; 4] = *b"end\n";
/// Length and checksum of the directory, and the mark of the end.
const TRAILER: usize = 16;
const HEAD: usize = MARK.len() + 4;

/// Where a section is, how long it is and its checksum.
type Place = (u64, u64, u32);

/// Writes sections as a file.
pub struct Writer<W> {
    out: W,
    at: u64,
    directory: Vec<(String, Place)>,
}

impl<W: Write> Writer<W> {
    /// Begins the file.
    pub fn begin(mut out: W) -> io::Result<Self> {
        out.write_all(&MARK)?;
        out.write_all(&VERSION.to_le_bytes())?;
        Ok(Self { out, at: HEAD as u64, directory: Vec::new() })
    }

    /// Adds a section.
    pub fn section(&mut self, key: String, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.directory.push((key, (self.at, bytes.len() as u64, crc32fast::hash(bytes))));
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Ends the file.
    pub fn end(mut self) -> io::Result<()> {
        let mut directory = Vec::new();
        put(&mut directory, &self.directory);
        self.out.write_all(&directory)?;
        self.out.write_all(&(directory.len() as u64).to_le_bytes())?;
        self.out.write_all(&crc32fast::hash(&directory).to_le_bytes())?;
        self.out.write_all(&END)?;
        self.out.flush()
    }
}

/// A file whose directory was read.
#[derive(Debug)]
pub struct Sections {
    file: Mutex<File>,
    places: BTreeMap<String, Place>,
    /// What turned out to be damaged.
    pub damage: Damage,
}

/// What turned out to be damaged of a file when it was read: whoever works with what was read looks here before answering.
#[derive(Debug, Default)]
pub struct Damage(OnceLock<String>);

impl Damage {
    /// The first section that could not be read, and why.
    pub fn found(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

impl Sections {
    /// Reads head and directory.
    pub fn open(mut file: File) -> Result<Self, Unopened> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut head = [0; HEAD];
        file.rewind()?;
        if length < HEAD as u64 {
            return Err(Unopened::Foreign);
        }
        file.read_exact(&mut head)?;
        let (mark, version) = head.split_at(MARK.len());
        if mark != MARK {
            return Err(Unopened::Foreign);
        }
        let version = version.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
        if version != VERSION {
            return Err(Unopened::Version { version });
        }
        let Some(before) = length.checked_sub((HEAD + TRAILER) as u64) else { return Err(Unopened::Cut) };
        file.seek(SeekFrom::End(-(TRAILER as i64)))?;
        let mut trailer = [0; TRAILER];
        file.read_exact(&mut trailer)?;
        let (size, rest) = trailer.split_at(8);
        let size = size.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        if rest[4..] != END {
            return Err(Unopened::Cut);
        }
        if size > before {
            return Err(Unopened::Damaged { section: "directory".to_owned() });
        }
        let mut directory = vec![0; size as usize];
        file.seek(SeekFrom::End(-((TRAILER as u64 + size) as i64)))?;
        file.read_exact(&mut directory)?;
        let damaged = |_| Unopened::Damaged { section: "directory".to_owned() };
        if crc32fast::hash(&directory).to_le_bytes() != rest[..4] {
            return Err(damaged(Broken));
        }
        let places: Vec<(String, Place)> = Input(&directory).get().map_err(damaged)?;
        let end = HEAD as u64 + before - size;
        if places.iter().any(|(_, (at, length, _))| at.checked_add(*length).is_none_or(|after| after > end)) {
            return Err(damaged(Broken));
        }
        Ok(Self { file: Mutex::new(file), places: places.into_iter().collect(), damage: Damage::default() })
    }

    /// The bytes of a section, whose checksum is right; or why not.
    fn bytes(&self, key: &str) -> Result<Vec<u8>, String> {
        let (at, length, checksum) = *self.places.get(key).ok_or("is missing")?;
        let mut bytes = vec![0; length as usize];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes));
            read.map_err(|why| format!("cannot be read: {why}"))?;
        }
        if crc32fast::hash(&bytes) == checksum {
            Ok(bytes)
        } else {
            Err("is damaged: its checksum is wrong".to_owned())
        }
    }

    /// What `read` makes of a section, all of it; or why not.
    pub fn read<T>(&self, key: &str, read: impl FnOnce(&mut Input<'_>) -> Result<T, Broken>) -> Result<T, String> {
        let bytes = self.bytes(key)?;
        let mut input = Input(&bytes);
        let made = read(&mut input).and_then(|made| input.end().map(|()| made));
        made.map_err(|Broken| "is damaged: what it holds makes no sense".to_owned())
    }

    /// A section that is one structure; or why it cannot be read.
    pub fn whole<T: DeserializeOwned>(&self, key: &str) -> Result<T, String> {
        self.read(key, |input| {
            let whole: Result<T, Broken> = input.get();
            whole
        })
    }

    /// What `read` makes of a section; where it cannot be read, that is noted under its name and `instead` stands in for it.
    pub fn read_or<T>(
        &self,
        key: &str,
        name: &str,
        read: impl FnOnce(&mut Input<'_>) -> Result<T, Broken>,
        instead: impl FnOnce() -> T,
    ) -> T {
        self.read(key, read).unwrap_or_else(|why| {
            // Of several the first is told.
            let _ = self.damage.0.set(format!("the section `{name}` {why}"));
            instead()
        })
    }
}
