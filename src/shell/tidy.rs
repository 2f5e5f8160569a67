//! `portolan fmt`: curated files with their entries laid out in one form.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, SourceText};
use crate::format::curated;

use super::{Colour, graph, new_file, screen};

/// Writes the files that are laid out otherwise, or only names them; gives the exit code. Where one cannot be read, none is written.
pub(super) fn fmt(paths: &[PathBuf], only_check: bool, colour: Colour) -> io::Result<u8> {
    let changed = match graph::places(paths).and_then(|paths| changed(&paths)) {
        Ok(changed) => changed,
        Err(wrong) => return super::wrong_data(&wrong, colour),
    };
    let mut out = io::stdout().lock();
    for (name, anew) in &changed {
        if !only_check && let Err(wrong) = new_file::write(Path::new(name), anew) {
            return super::wrong_data(&[wrong], colour);
        }
        writeln!(out, "{name}")?;
    }
    let counted = screen::counted(changed.len(), "file");
    writeln!(io::stderr(), "{counted} {}", if only_check { "would be written anew" } else { "written anew" })?;
    Ok(u8::from(only_check && !changed.is_empty()))
}

/// The files that would not stay as they are, with what they would be.
fn changed(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let (texts, mut wrong) = curated::texts(paths);
    let mut changed = Vec::new();
    for file in texts.iter().filter(|file| !file.name.ends_with(".cypher")) {
        let SourceText { name, text } = &**file;
        match curated::formatted(text) {
            Ok(anew) if anew != *text => changed.push((name.clone(), anew)),
            Ok(_) => {}
            Err(mistake) => wrong.push(mistake.in_file(file)),
        }
    }
    if wrong.is_empty() { Ok(changed) } else { Err(wrong) }
}
