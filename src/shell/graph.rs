//! Opening the graph: the one that ships, the user's files, or one that was stored.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, code};
use crate::format::curated::{self, Curated, Rows};
use crate::graph::{self, Opened};
use crate::parse;
use crate::session::Engine;

use super::progress;

/// The folder of the graph that ships: in the working folder, else where the program was built.
fn shipped() -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
    [PathBuf::from("graph-data"), built].into_iter().find(|folder| folder.is_dir())
}

/// Where the graph is read from: `paths`, or the graph that ships where there are none.
pub(super) fn places(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
    if !paths.is_empty() {
        return Ok(paths.to_vec());
    }
    let folder = shipped().ok_or_else(|| {
        let missing = Diagnostic::new(code::UNREADABLE, "there is no folder `graph-data` here");
        vec![missing.help("give the folder of a graph: portolan DIR")]
    })?;
    Ok(vec![folder])
}

/// Reads the graph at [`places`]: curated files, or one stored graph or file of RDF with rules beside it.
pub(super) fn read(paths: &[PathBuf]) -> Result<Curated, Vec<Diagnostic>> {
    if paths.is_empty() {
        return read(&places(paths)?);
    }
    if paths.iter().any(|path| is_stored(path)) {
        return stored(paths);
    }
    #[cfg(feature = "rdf")]
    if paths.iter().any(|path| is_rdf(path)) {
        return rdf(paths);
    }
    read_tables(paths, None)
}

/// The same, where tables that are imported stand in a folder, and not beside the files that import them.
pub(super) fn read_tables(paths: &[PathBuf], tables: Option<PathBuf>) -> Result<Curated, Vec<Diagnostic>> {
    if is_whole(paths) {
        return read(paths);
    }
    let (texts, unreadable) = curated::texts(paths);
    let rules: Vec<Arc<SourceText>> = texts.iter().filter(|text| is_rule(text)).cloned().collect();
    progress::read(texts, unreadable, tables, Rows::Columns).map_err(|mut wrong| {
        // Rules are only used on a graph, but their mistakes are shown with those of the other files.
        wrong.extend(misread(&rules));
        wrong
    })
}

fn is_rule(text: &SourceText) -> bool {
    text.name.ends_with(".cypher")
}

/// What cannot be read in rules.
fn misread(rules: &[Arc<SourceText>]) -> Vec<Diagnostic> {
    let wrong = rules.iter().filter_map(|file| parse::parse_script(&file.text).err().map(|wrong| (file, wrong)));
    wrong.flat_map(|(file, wrong)| wrong.into_iter().map(move |diagnostic| diagnostic.in_file(file))).collect()
}

/// Whether a path is a file that a graph is stored in.
pub(super) fn is_stored(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "portolan") && !path.is_dir()
}

/// A file that a graph is stored in is a whole graph with its rules: only more rules can stand beside it.
fn stored(paths: &[PathBuf]) -> Result<Curated, Vec<Diagnostic>> {
    let (graphs, others): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| is_stored(path));
    let (texts, mut wrong) = if others.is_empty() { Default::default() } else { curated::texts(&others) };
    let (more, texts): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| is_rule(text));
    wrong.extend(misread(&more));
    if graphs.len() != 1 || !texts.is_empty() || others.iter().any(|path| is_rdf(path)) {
        wrong.push(more_than_one(&graphs, &others, "give one stored graph"));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let Opened { snapshot, mut rules } = graph::open(&graphs[0]).map_err(|unopened| vec![unopened.told(&graphs[0])])?;
    let files = 1 + more.len();
    rules.extend(more);
    Ok(Curated { snapshot, rules, files, warnings: Vec::new(), imported: None })
}

/// That files do not go together.
fn more_than_one(graphs: &[PathBuf], others: &[PathBuf], help: &str) -> Diagnostic {
    let names: Vec<String> = graphs.iter().chain(others).map(|path| format!("`{}`", path.display())).collect();
    let mixed = Diagnostic::new(code::WRONG_SHAPE, format!("{} are more than one graph", names.join(" and ")));
    mixed.help(format!("{help}, and `.cypher` files of rules beside it if it needs them"))
}

/// The same as [`read`], with every part looked at, so that none turns out to be damaged later.
pub(super) fn read_whole(paths: &[PathBuf]) -> Result<Curated, Vec<Diagnostic>> {
    let read = read(paths)?;
    read.snapshot.read_all();
    match read.snapshot.damage() {
        Some(damage) => Err(vec![damage]),
        None => Ok(read),
    }
}

/// The same as [`open`], with every part looked at.
pub(super) fn open_whole(paths: &[PathBuf]) -> Result<(Engine, Vec<Diagnostic>), Vec<Diagnostic>> {
    engine(read_whole(paths)?)
}

/// Whether the graph is a file of RDF or a stored one, beside which no curated file can stand.
pub(super) fn is_whole(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| is_rdf(path) || is_stored(path))
}

/// Whether a path is a file of RDF.
#[cfg(feature = "rdf")]
pub(super) fn is_rdf(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| crate::rdf::Format::parse(&ending).is_some()) && !path.is_dir()
}

#[cfg(not(feature = "rdf"))]
pub(super) fn is_rdf(_: &Path) -> bool {
    false
}

/// A file of RDF is a whole graph: only rules can stand beside it.
#[cfg(feature = "rdf")]
fn rdf(paths: &[PathBuf]) -> Result<Curated, Vec<Diagnostic>> {
    use crate::rdf::{self, Format};

    let (graphs, others): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| is_rdf(path));
    let (texts, mut wrong) = curated::texts(paths);
    let (rules, mut texts): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| is_rule(text));
    wrong.extend(misread(&rules));
    if graphs.len() != 1 || texts.len() > 1 {
        wrong.push(more_than_one(&graphs, &others, "give one file of RDF"));
    }
    let ending = graphs[0].extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (Some(text), Some(format), true) = (texts.pop(), Format::parse(&ending), wrong.is_empty()) else {
        return Err(wrong);
    };
    let base = rdf::declared_base(&text, format).unwrap_or_default();
    let read = rdf::read(&text, format, &base)?;
    Ok(Curated {
        snapshot: read.builder.finish(),
        files: 1 + rules.len(),
        rules,
        warnings: read.warnings,
        imported: None,
    })
}

/// An engine on what `paths` hold, with warnings of what was left out. A source that nothing cites yet is a matter of
/// `portolan check`.
pub(super) fn open(paths: &[PathBuf]) -> Result<(Engine, Vec<Diagnostic>), Vec<Diagnostic>> {
    engine(read(paths)?)
}

fn engine(read: Curated) -> Result<(Engine, Vec<Diagnostic>), Vec<Diagnostic>> {
    let Curated { snapshot, rules, mut warnings, .. } = read;
    warnings.retain(|warning| !std::ptr::eq(warning.code, code::UNUSED_SOURCE));
    Ok((Engine::new(snapshot, &rules)?, warnings))
}
