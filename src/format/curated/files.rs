//! Which files make up a graph, and their texts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, code};
use crate::parallel;

/// The texts of these files and of every file below these folders, in the order of their names.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Arc<SourceText>>, Vec<Diagnostic>> {
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            walk(path, &mut files, &mut wrong);
        } else {
            files.push(path.clone());
        }
    }
    let mut texts = Vec::with_capacity(files.len());
    for (path, read) in parallel::map(files, |path| (path.clone(), fs::read(path))) {
        let name = path.display().to_string();
        match read.map(String::from_utf8) {
            Ok(Ok(text)) => texts.push(Arc::new(SourceText { name, text })),
            Ok(Err(_)) => wrong.push(unreadable(&path, "it is not UTF-8 text")),
            Err(error) => wrong.push(unreadable(&path, &error.to_string())),
        }
    }
    if texts.is_empty() && wrong.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let empty = Diagnostic::new(code::UNREADABLE, format!("no `.yaml` file in {}", names.join(", ")));
        wrong.push(empty.help("give a folder of curated files, such as `graph-data`"));
    }
    if wrong.is_empty() { Ok(texts) } else { Err(wrong) }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>, wrong: &mut Vec<Diagnostic>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return wrong.push(unreadable(folder, &error.to_string())),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // A link may lead back up: only real folders are entered.
        if path.is_dir() && !path.is_symlink() && !hidden {
            walk(&path, files, wrong);
        } else if !hidden && path.extension().is_some_and(|ext| ext == "yaml" || ext == "yml" || ext == "cypher") {
            files.push(path);
        }
    }
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::new(code::UNREADABLE, format!("cannot read `{}`: {why}", path.display()))
}
