//! `:save`: what this session added, as a file that can stand beside those of the graph.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, code};
use crate::format::curated::{self, Added};
use crate::graph::{self, Change, Snapshot};
use crate::log::{Changes, Record};
use crate::session::Engine;

use super::graph::{is_stored, is_whole, read};
use super::new_file::{self, unwritable};
use super::screen::counted;
use super::state::Shell;

/// Mistakes and left out changes that are shown at once.
const SHOWN: usize = 20;

/// Writes what was added to a file; `Err` is why nothing was written.
pub(super) fn save(shell: &mut Shell, name: &str) -> io::Result<Result<(), Diagnostic>> {
    let path = PathBuf::from(name);
    if let Err(wrong) = check(shell, &path) {
        return Ok(Err(wrong));
    }
    let engine = shell.session.engine.clone();
    let (base, next) = (engine.base().clone(), engine.snapshot());
    let added = curated::added(&base, &next);
    let (rules, replacing): (Vec<_>, Vec<_>) =
        engine.typed_definitions().into_iter().partition(|(.., replaces)| !replaces);
    for unsaid in added.rest.iter().take(SHOWN) {
        told(shell, format!("not saved: {}", unsaid.about))?;
    }
    if added.rest.len() > SHOWN {
        shell.tell(&format!("… and {} more, which are not shown", added.rest.len() - SHOWN))?;
    }
    for (name, ..) in &replacing {
        told(shell, format!("not saved: the definition of `{name}`, which a file of the graph defines too"))?;
    }
    if added.n_statements == 0 && rules.is_empty() {
        let refused = |message: &str| Diagnostic::new(code::COMMAND_ARGUMENT, message);
        return Ok(Err(if added.rest.is_empty() && replacing.is_empty() {
            refused("this session has added nothing")
        } else {
            refused("nothing of what this session changed can stand in a further file")
                .help("change the files that state it by hand")
        }));
    }
    let rest = match rest(&base, &next, &added) {
        Ok(mut rest) => {
            rest.extend(replacing.into_iter().map(|(_, statement, _)| Record::Defined { statement }));
            rest
        }
        Err(why) => return Ok(Err(unwritable(&path, why))),
    };
    // Comments and definitions alone are no curated file.
    let mut files = Vec::new();
    if added.n_statements > 0 {
        files.push((path.clone(), added.text.clone()));
    }
    if !rules.is_empty() {
        let texts: Vec<&str> = rules.iter().map(|(_, text, _)| text.as_str()).collect();
        files.push((path.with_extension("cypher"), texts.join(";\n\n") + ";\n"));
    }
    for (path, text) in &files {
        if let Err(wrong) = new_file::write(path, text) {
            return Ok(Err(wrong));
        }
        shell.saved.insert(path.clone());
    }
    let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    let n = [(added.n_statements, "statement"), (rules.len(), "definition")];
    let n: Vec<String> = n.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(n, what)).collect();
    shell.tell(&format!("{} saved in {}", n.join(" and "), names.join(" and ")))?;
    let paths: Vec<PathBuf> = files.into_iter().map(|(path, _)| path).collect();
    let Some(hash) = verified(shell, &paths, &added, &next)? else { return Ok(Ok(())) };
    let file = fs::canonicalize(&path).unwrap_or(path).display().to_string();
    let n_rest = rest.len();
    if let Err(wrong) = engine.saved(file, hash, rest) {
        shell.wrong(&wrong)?;
    } else if n_rest > 0 {
        shell.tell(&format!("{} not saved; the log of this session keeps them", counted(n_rest, "change")))?;
    }
    Ok(Ok(()))
}

fn told(shell: &Shell, message: String) -> io::Result<()> {
    shell.say(&Diagnostic::new(code::NOT_SAVED, message), &SourceText::new("", ""), 0)
}

/// Whether the file may be written.
fn check(shell: &Shell, path: &Path) -> Result<(), Diagnostic> {
    let refused = |message: String, help: &str| Err(Diagnostic::new(code::COMMAND_ARGUMENT, message).help(help));
    let shown = path.display();
    if path.as_os_str().is_empty() {
        return refused("a file is missing".to_owned(), "name one, such as `:save added.yaml`");
    }
    if !path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
        return refused(format!("`{shown}` is no name of a curated file"), "let it end in `.yaml`");
    }
    if is_whole(&shell.paths) {
        let from = if shell.paths.iter().any(|path| is_stored(path)) { "a stored file" } else { "RDF" };
        return refused(
            format!("a curated file cannot stand beside a graph that was read from {from}"),
            "write the whole graph: `:export FILE.ttl`",
        );
    }
    let also = [path.to_owned(), path.with_extension("cypher")];
    also.iter().filter(|path| !shell.saved.contains(*path)).try_for_each(|path| new_file::free(path))
}

/// What the file does not say, as records of the log.
fn rest(base: &Arc<Snapshot>, next: &Snapshot, added: &Added) -> Result<Vec<Record>, String> {
    let groups: Vec<&[Change]> = added.rest.iter().map(|unsaid| unsaid.changes.as_slice()).collect();
    let named = Changes::rest(base, next, &groups)?;
    let record = |(about, changes): (String, Changes)| Record::Changed { statement: about, changes };
    Ok(added.rest.iter().map(|unsaid| unsaid.about.clone()).zip(named).map(record).collect())
}

/// Reads the files of the graph with the new ones, as the next session will, and tells what is wrong with them. Gives the hash of
/// that graph; of one that only lacks sources the hash of this session's; nothing where the files do not go together.
fn verified(shell: &mut Shell, files: &[PathBuf], added: &Added, next: &Snapshot) -> io::Result<Option<String>> {
    let inside = |file: &PathBuf| {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        shell.paths.iter().any(|path| whole(file).starts_with(whole(path)))
    };
    let outside: Vec<PathBuf> = files.iter().filter(|file| !inside(file)).cloned().collect();
    let paths: Vec<PathBuf> = shell.paths.iter().chain(&outside).cloned().collect();
    if !outside.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        shell.tell(&format!("not in a folder of this graph; to open both: portolan {}", names.join(" ")))?;
    }
    let read = read(&paths).and_then(|read| {
        let hash = graph::hash(&read.snapshot);
        Engine::new(read.snapshot, &read.rules).map(|_| hash)
    });
    let wrong = match read {
        Ok(hash) => return Ok(Some(hash)),
        Err(wrong) => wrong,
    };
    let (uncited, others): (Vec<_>, Vec<_>) =
        wrong.into_iter().partition(|wrong| std::ptr::eq(wrong.code, code::NO_CITATION));
    let nothing = SourceText::new("", "");
    for wrong in others.iter().take(SHOWN) {
        shell.say(wrong, &nothing, 0)?;
    }
    if !uncited.is_empty() {
        let n = counted(added.n_uncited, "place");
        let mut warning = Diagnostic::new(
            code::SAVED_WITHOUT_SOURCE,
            format!("{n} of the file without a source: until each has one, the graph with it cannot be opened"),
        )
        .help("write `cite: SOURCE` there; `:sources` lists the documents")
        .help("in a statement: `CREATE … CITING 'SOURCE'`");
        for wrong in uncited.iter().take(SHOWN) {
            if let (Some(file), Some(label)) = (&wrong.file, wrong.labels.first()) {
                let place = file.position(label.span.start);
                warning = warning.note(format!("{}:{}:{}", file.name, place.line, place.column));
            }
        }
        if uncited.len() > SHOWN {
            warning = warning.note(format!("and {} more", uncited.len() - SHOWN));
        }
        shell.say(&warning, &nothing, 0)?;
    }
    if !others.is_empty() {
        shell.tell("the file does not go with those of the graph; the log of this session stays")?;
        return Ok(None);
    }
    Ok(Some(graph::hash(next)))
}
