//! Curated files: the YAML of `graph-data/`, read strictly.
//!
//! All mistakes of all files are found in one run, each with its place and the nearest name; with one mistake nothing is
//! loaded. Two passes: `declare` notes every source and id, then `node`, `chain` and `figure` link them, so that order
//! and division into files play no part. `docs/curated-files.md` is the format.

mod chain;
mod declare;
mod fields;
mod figure;
mod files;
mod history;
mod import;
mod json_schema;
mod meta;
mod node;
mod part;
mod plain;
mod progress;
mod property;
mod reader;
mod schema;
mod template;
mod tidy;
mod write;
mod yaml;

use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, code};
use crate::graph::{Schema, Snapshot};
use crate::parallel;

pub use files::texts;
pub use json_schema::json_schema;
pub use progress::Progress;
pub use tidy::formatted;
pub use write::{Added, Unsaid, added};

use declare::get;
use progress::Stage;
use reader::Reader;
use yaml::{Content, Yaml};

/// The vocabulary of files that come without one.
const DEFAULT_SCHEMA: &str = include_str!("../../../graph-data/schema.yaml");

/// A graph read from curated files.
#[derive(Clone, Debug)]
pub struct Curated {
    /// The graph.
    pub snapshot: Snapshot,
    /// The files with definitions of derived relationships.
    pub rules: Vec<Arc<SourceText>>,
    /// Files read.
    pub files: usize,
    /// What is not wrong but should be known, such as a source that nothing cites.
    pub warnings: Vec<Diagnostic>,
    /// What files that import tables say, if there are such.
    pub imported: Option<Imported>,
}

/// What files that import tables say with the rows of these.
#[derive(Clone, Debug)]
pub struct Imported {
    /// All of it, as one curated file without tables.
    pub text: String,
    /// Nodes that it declares.
    pub n_nodes: usize,
    /// Relationships that it states.
    pub n_rels: usize,
}

/// What becomes of the rows of tables that are imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Entries, which can be written as a file.
    Entries,
    /// Columns of the graph where their templates allow it, which is quicker; entries else.
    Columns,
}

/// Reads files and folders; of a folder every `.yaml` and `.cypher` file below it.
///
/// # Errors
/// Every mistake of every file.
pub fn read(paths: &[PathBuf]) -> Result<Curated, Vec<Diagnostic>> {
    let (texts, unreadable) = texts(paths);
    read_with(texts, unreadable)
}

/// Reads texts as files; the one named `schema.yaml` is the schema, those that end in `.cypher` are rules.
///
/// # Errors
/// Every mistake of every text.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portolan::{diag::SourceText, format::curated};
/// let text = "
/// sources:
///   - {id: atlas, publisher: A. Cartographer, title: Atlas}
/// nodes:
///   - {id: france, is: Country, name: France, cite: atlas}
/// ";
/// let read = curated::read_texts(vec![Arc::new(SourceText::new("atlas.yaml", text))]).unwrap();
/// assert_eq!(read.snapshot.catalog().n_nodes(), 1);
///
/// let wrong = text.replace("is: Country", "is: Contry");
/// let wrong = curated::read_texts(vec![Arc::new(SourceText::new("atlas.yaml", wrong))]).unwrap_err();
/// assert_eq!(wrong[0].help, ["did you mean `Country`?"]);
/// ```
pub fn read_texts(texts: Vec<Arc<SourceText>>) -> Result<Curated, Vec<Diagnostic>> {
    read_with(texts, Vec::new())
}

/// Reads texts, beside files that could not be read.
///
/// # Errors
/// Every mistake of every text, and that files could not be read.
pub fn read_with(texts: Vec<Arc<SourceText>>, unreadable: Vec<Diagnostic>) -> Result<Curated, Vec<Diagnostic>> {
    read_watched(texts, unreadable, None, Rows::Columns, &Arc::default())
}

/// The same, while somebody may look from another thread how far it has come. Tables that are imported stand in a folder, or beside the
/// files that import them; `rows` says whether what they say is also given as a curated file.
///
/// # Errors
/// Every mistake of every text and row, and that files could not be read.
pub fn read_watched(
    texts: Vec<Arc<SourceText>>,
    unreadable: Vec<Diagnostic>,
    tables: Option<PathBuf>,
    rows: Rows,
    progress: &Arc<Progress>,
) -> Result<Curated, Vec<Diagnostic>> {
    if rows == Rows::Columns && texts.iter().any(|text| text.text.contains("import:")) {
        let (texts, unreadable) = (texts.clone(), unreadable.clone());
        // Whatever is wrong is told by who reads row by row.
        if let Ok(read) = read_as(texts, unreadable, tables.clone(), Rows::Columns, progress) {
            return Ok(read);
        }
    }
    read_as(texts, unreadable, tables, Rows::Entries, progress)
}

fn read_as(
    texts: Vec<Arc<SourceText>>,
    unreadable: Vec<Diagnostic>,
    tables: Option<PathBuf>,
    rows: Rows,
    progress: &Arc<Progress>,
) -> Result<Curated, Vec<Diagnostic>> {
    let files = texts.len();
    let (rules, texts): (Vec<_>, Vec<_>) = texts.into_iter().partition(|text| text.name.ends_with(".cypher"));
    let mut reader = Reader::new(Schema::default());
    reader.problems = unreadable;
    let mut trees: Vec<(Arc<SourceText>, Yaml)> = Vec::with_capacity(texts.len());
    progress.begin(Stage::Files, texts.len());
    let parsed = parallel::map(texts, |text| {
        let tree = yaml::read(&text.text);
        progress.step();
        (text, tree)
    });
    for (text, tree) in parsed {
        match tree {
            Ok(tree) => trees.push((text, tree)),
            Err(wrong) if is_schema(&text) => return Err(vec![wrong.in_file(&text)]),
            Err(wrong) => reader.problems.push(wrong.in_file(&text)),
        }
    }
    // What is declared in a file that could not be read is not missing: it is only not known.
    let is_whole = reader.problems.is_empty();
    let mut reader = with_schema(&mut trees, reader);
    reader.tables = tables;
    reader.progress = progress.clone();
    // A further history is added to a node that stands by itself.
    reader.in_columns = rows == Rows::Columns && !trees.iter().any(|(_, tree)| get(tree, "histories").is_some());
    // What a file or a row refers to may be declared in any file, so that those without tables come first.
    trees.sort_by_key(|(_, tree)| import::imports(tree));
    let (plain, importing) = trees.split_at(trees.partition_point(|(_, tree)| !import::imports(tree)));
    progress.begin(Stage::Ids, trees.iter().map(|(_, tree)| entries(tree)).sum());
    reader.each(plain, Reader::declare);
    let n_nodes = reader.builder.n_nodes();
    reader.each(importing, Reader::declare);
    let tables = reader.imported(&trees);
    if reader.beyond_columns {
        return Err(reader.problems);
    }
    progress.begin(Stage::Entries, trees.iter().chain(&tables).map(|(_, tree)| entries(tree)).sum());
    reader.each(plain, Reader::file);
    let n_rels = reader.builder.n_rels();
    reader.each(importing, Reader::file);
    reader.each(&tables, Reader::file);
    reader.add_histories();
    if !is_whole {
        let unknown = |wrong: &Diagnostic| {
            std::ptr::eq(wrong.code, code::DANGLING_ID) || std::ptr::eq(wrong.code, code::UNKNOWN_SOURCE)
        };
        let before = reader.problems.len();
        reader.problems.retain(|wrong| !unknown(wrong));
        let n_left_out = before - reader.problems.len();
        if let Some(first) = reader.problems.first_mut().filter(|_| n_left_out > 0) {
            first
                .notes
                .push(format!("{n_left_out} ids were not found, which may be declared in what could not be read"));
        }
    }
    if !reader.problems.is_empty() {
        return Err(in_order(reader.problems));
    }
    let warnings = unused_sources(&reader);
    let imported = (!importing.is_empty() && rows == Rows::Entries).then(|| Imported {
        text: import::written(importing, &tables),
        n_nodes: reader.builder.n_nodes() - n_nodes,
        n_rels: reader.builder.n_rels() - n_rels,
    });
    progress.begin(Stage::Graph, reader.builder.n_nodes());
    Ok(Curated { snapshot: reader.builder.finish(), rules, files, warnings, imported })
}

/// The vocabulary that files are read by: their `schema.yaml`, or the one that ships where there is none. The other files
/// may have mistakes.
///
/// # Errors
/// Every mistake of the schema, and that files could not be read.
pub fn schema(paths: &[PathBuf]) -> Result<Schema, Vec<Diagnostic>> {
    let (texts, unreadable) = texts(paths);
    let mut reader = Reader::new(Schema::default());
    reader.problems = unreadable;
    let mut trees = Vec::new();
    for text in texts.into_iter().filter(|text| is_schema(text)) {
        let tree = yaml::read(&text.text).map_err(|wrong| vec![wrong.in_file(&text)])?;
        trees.push((text, tree));
    }
    let reader = with_schema(&mut trees, reader);
    if reader.problems.is_empty() { Ok(reader.builder.schema().clone()) } else { Err(in_order(reader.problems)) }
}

/// By file and place, each once: both passes look at the shape of a section.
fn in_order(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |diagnostic: &Diagnostic| {
        let file = diagnostic.file.as_ref().map(|file| file.name.clone());
        (file, diagnostic.labels.first().map(|label| label.span.start))
    };
    problems.sort_by_cached_key(place);
    problems.dedup();
    problems
}

/// How many entries the sections of a file have.
fn entries(tree: &Yaml) -> usize {
    match &tree.value {
        Content::Map(sections) => sections.iter().map(|section| section.value.each().len()).sum(),
        Content::Empty | Content::Text(_) | Content::List(_) => 0,
    }
}

fn is_schema(text: &SourceText) -> bool {
    text.name.rsplit(['/', '\\']).next() == Some("schema.yaml")
}

/// Takes the schema file out of the trees and begins to read by it.
fn with_schema(trees: &mut Vec<(Arc<SourceText>, Yaml)>, mut reader: Reader) -> Reader {
    let (mut schemas, others): (Vec<_>, Vec<_>) = trees.drain(..).partition(|(text, _)| is_schema(text));
    *trees = others;
    for (file, tree) in schemas.drain(schemas.len().min(1)..) {
        reader.file = file;
        let second = Diagnostic::new(code::WRONG_SHAPE, "a second `schema.yaml`");
        reader.wrong(second.at(tree.span, "expected one schema for one graph"));
    }
    let schema = match schemas.pop() {
        Some((file, tree)) => {
            reader.file = file;
            schema::read(&tree, &mut reader)
        }
        None => {
            let shipped = Arc::new(SourceText::new("schema.yaml", DEFAULT_SCHEMA));
            reader.file = shipped.clone();
            match yaml::read(DEFAULT_SCHEMA) {
                Ok(tree) => schema::read(&tree, &mut reader),
                Err(wrong) => {
                    reader.wrong(wrong);
                    Schema::default()
                }
            }
        }
    };
    let mut begun = Reader::new(schema);
    begun.problems = reader.problems;
    begun
}

impl Reader {
    /// The second pass over a file.
    fn file(&mut self, file: &Yaml) {
        let act = get(file, "instrument").and_then(|yaml| self.instrument(yaml));
        let mut measures = Vec::new();
        for yaml in get(file, "measures").map(|yaml| self.members(yaml, "measures")).unwrap_or_default() {
            self.progress.step();
            self.measure(yaml, act.as_ref());
            let id = get(yaml, "id").and_then(Yaml::text);
            measures.extend(id.and_then(|id| self.builder.find(id)));
        }
        if let Some(act) = &act {
            self.chain(act, &measures);
        }
        let section = |section: &'static str, reader: &mut Reader, read: fn(&mut Reader, &Yaml)| {
            for yaml in get(file, section).map(|yaml| reader.members(yaml, section)).unwrap_or_default() {
                reader.progress.step();
                read(reader, yaml);
            }
        };
        section("nodes", self, Reader::other);
        section("statements", self, Reader::statement);
        section("chains", self, Reader::further);
        section("histories", self, Reader::further_history);
        section("figures", self, Reader::figure);
        section("complete", self, Reader::complete);
    }
}

/// A warning for each source that nothing cites.
fn unused_sources(reader: &Reader) -> Vec<Diagnostic> {
    let cited = reader.builder.cited();
    let unused = reader.builder.sources().iter().filter(|source| !cited.contains(&source.id));
    unused
        .map(|source| {
            let wrong = Diagnostic::new(code::UNUSED_SOURCE, format!("nothing cites the source `{}`", source.id));
            match reader.sources.get(&*source.id) {
                Some((file, span)) => wrong.at(*span, "cite it, or leave it out").in_file(file),
                None => wrong,
            }
        })
        .collect()
}
