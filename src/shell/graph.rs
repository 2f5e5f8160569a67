//! Opening the graph: the one that ships, or the user's files.

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, code};
use crate::format::curated::{self, Curated};
use crate::session::Engine;

/// The folder of the graph that ships: in the working folder, else where the program was built.
fn shipped() -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
    [PathBuf::from("graph-data"), built].into_iter().find(|folder| folder.is_dir())
}

/// Reads `paths`, or the graph that ships where there are none.
pub(super) fn read(paths: &[PathBuf]) -> Result<Curated, Vec<Diagnostic>> {
    if !paths.is_empty() {
        return curated::read(paths);
    }
    let folder = shipped().ok_or_else(|| {
        let missing = Diagnostic::new(code::UNREADABLE, "there is no folder `graph-data` here");
        vec![missing.help("give the folder of a graph: portolan DIR")]
    })?;
    curated::read(&[folder])
}

/// An engine on what `paths` hold.
pub(super) fn open(paths: &[PathBuf]) -> Result<Engine, Vec<Diagnostic>> {
    let Curated { snapshot, rules, .. } = read(paths)?;
    Engine::new(snapshot, rules)
}
