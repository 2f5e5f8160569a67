//! The graph as one file that is opened at once: `:store`, and `portolan import … --to`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, code};
use crate::graph::{self, Snapshot, Unstored};

use super::graph::is_stored;
use super::new_file::{self, NewFile, unwritable};
use super::screen::counted;
use super::state::Shell;

/// Whether a file may be written that has this name.
pub(super) fn check(to: &Path) -> Result<(), Diagnostic> {
    if is_stored(to) {
        return new_file::free(to);
    }
    let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("`{}` is no name of a stored graph", to.display()));
    Err(wrong.help("let it end in `.portolan`"))
}

/// Writes a graph and its rules; says what it wrote. The file is there whole or not at all.
pub(super) fn write(snapshot: &Snapshot, rules: &[Arc<SourceText>], to: &Path) -> Result<String, Diagnostic> {
    let written = || -> Result<u64, Unstored> {
        let mut file = NewFile::create(to)?;
        graph::store(snapshot, rules, &mut file)?;
        file.keep()?;
        Ok(fs::metadata(to)?.len())
    };
    let bytes = written().map_err(|why| unwritable(to, why))?;
    let size = if bytes < 1_000_000 { format!("{} kB", bytes / 1000) } else { format!("{:.1} MB", bytes as f64 / 1e6) };
    let catalog = snapshot.catalog();
    let (nodes, rels) = (counted(catalog.n_nodes(), "node"), counted(catalog.n_rels(), "relationship"));
    Ok(format!("{nodes}, {rels}: stored in {}, {size}", to.display()))
}

/// `:store`: the graph with all that this session changed and defined; `Err` is why nothing was written.
pub(super) fn store(shell: &mut Shell, name: &str) -> io::Result<Result<(), Diagnostic>> {
    let to = PathBuf::from(name);
    if name.is_empty() {
        let missing = Diagnostic::new(code::COMMAND_ARGUMENT, "a file is missing");
        return Ok(Err(missing.help("name one, such as `:store graph.portolan`")));
    }
    if !shell.saved.contains(&to)
        && let Err(wrong) = check(&to)
    {
        return Ok(Err(wrong));
    }
    let engine = &shell.session.engine;
    let rules = engine.definition_texts();
    let rules = (!rules.is_empty()).then(|| Arc::new(SourceText::new("rules.cypher", rules.join(";\n\n") + ";\n")));
    match write(&engine.snapshot(), rules.as_slice(), &to) {
        Ok(said) => {
            shell.tell(&said)?;
            shell.saved.insert(to);
            Ok(Ok(()))
        }
        Err(wrong) => Ok(Err(wrong)),
    }
}
