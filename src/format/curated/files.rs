//! Which files make up a graph, and their texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::parallel;

/// The texts of these files and of every `.yaml` and `.cypher` file below these folders, in the order of their names, and
/// what could not be read. The `.cypher` files of a folder `questions` are left out: they ask, and define nothing.
#[must_use]
pub fn texts(paths: &[PathBuf]) -> (Vec<Arc<SourceText>>, Vec<Diagnostic>) {
    let mut walk = Walk::default();
    for path in paths {
        if path.is_dir() {
            walk.folder(path);
        } else {
            walk.files.push(path.clone());
        }
    }
    let Walk { files, mut wrong, .. } = walk;
    let mut texts = Vec::with_capacity(files.len());
    for (path, read) in parallel::map(files, |path| (path.clone(), read(&path))) {
        match read {
            Ok(bytes) => match text(path.display().to_string(), bytes) {
                Ok(text) => texts.push(Arc::new(text)),
                Err(diagnostic) => wrong.push(diagnostic),
            },
            Err(why) => wrong.push(unreadable(&path, &why)),
        }
    }
    if texts.is_empty() && wrong.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let empty = Diagnostic::new(code::UNREADABLE, format!("no `.yaml` file in {}", names.join(", ")));
        wrong.push(empty.help("give a folder of curated files, such as `graph-data`"));
    }
    (texts, wrong)
}

/// A pipe or device would be waited for without end.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let kind = fs::metadata(path).map_err(|error| error.to_string())?;
    if !kind.is_file() {
        return Err("it is not a file".to_owned());
    }
    fs::read(path).map_err(|error| error.to_string())
}

fn text(name: String, bytes: Vec<u8>) -> Result<SourceText, Diagnostic> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceText { name, text }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let shown = Arc::new(SourceText { name, text: String::from_utf8_lossy(error.as_bytes()).into_owned() });
            let wrong = Diagnostic::new(code::UNREADABLE, "the file is not UTF-8 text");
            Err(wrong.at(Span::new(at, at + '\u{fffd}'.len_utf8()), "this is none").in_file(&shown))
        }
    }
}

#[derive(Default)]
struct Walk {
    files: Vec<PathBuf>,
    wrong: Vec<Diagnostic>,
    /// Folders as they really are: a link may lead back up.
    seen: BTreeSet<PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path) {
        if fs::canonicalize(folder).is_ok_and(|real| !self.seen.insert(real)) {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.wrong.push(unreadable(folder, &error.to_string())),
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.sort();
        let asks = folder.file_name().is_some_and(|name| name == "questions");
        for path in paths {
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if hidden {
                continue;
            }
            if path.is_dir() {
                self.folder(&path);
            } else if path.extension().is_some_and(|ext| ext == "yaml" || ext == "yml" || (ext == "cypher" && !asks)) {
                self.files.push(path);
            }
        }
    }
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::new(code::UNREADABLE, format!("cannot read `{}`: {why}", path.display()))
}
