//! Files that the shell writes: a name that is taken is refused, and a file has its name only when it is whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, code};

/// Refuses a name that a file has already.
pub(super) fn free(path: &Path) -> Result<(), Diagnostic> {
    if path.exists() {
        let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("there is a file `{}` already", path.display()));
        return Err(wrong.help("give a name that is free"));
    }
    Ok(())
}

/// That a file cannot be written, and why.
pub(super) fn unwritable(path: &Path, why: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::new(code::UNWRITABLE, format!("cannot write `{}`: {why}", path.display()))
}

/// Writes a text as a file, whole or not at all; one that has the name is replaced.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let whole = || {
        let mut file = NewFile::create(path)?;
        file.write_all(text.as_bytes())?;
        file.keep()
    };
    whole().map_err(|why| unwritable(path, why))
}

/// A file on its way: dropped before it is kept, nothing is left of it.
pub(super) struct NewFile {
    file: File,
    path: PathBuf,
    /// What it is called until then: a hidden file is none of the graph.
    until: PathBuf,
}

impl NewFile {
    /// Begins a file.
    pub fn create(path: &Path) -> io::Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let until = path.with_file_name(format!(".{name}.new"));
        Ok(Self { file: File::create(&until)?, path: path.to_owned(), until })
    }

    /// Gives the file its name.
    pub fn keep(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.until, &self.path)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Of a file that was kept there is nothing to remove.
        let _ = fs::remove_file(&self.until);
    }
}
