//! Tables in curated files: the rows of a file become entries by a template.
//!
//! A row is filled into the template as a tree whose every part stands at the row, and then read like any other entry: what is wrong
//! with it is told of the row, and with one mistake nothing is loaded.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::format::columns::Columns;
use crate::format::table::{Record, Table};

use super::declare::get;
use super::fields::{Fields, is_type};
use super::part;
use super::plain::{Plain, Said};
use super::progress::Stage;
use super::reader::Reader;
use super::template::{Part, Piece, Template, parts};
use super::write::layout;
use super::yaml::{Content, Entry, Yaml};

/// What the members of `import` say of one table.
pub(super) struct Mapping<'y> {
    table: Rows,
    /// Cells that say nothing.
    missing: Vec<String>,
    /// Rows that are left out: where a column, by its place, has one of these cells.
    skip: Vec<(usize, Vec<String>)>,
    /// What the cells of a column, by its place, stand for.
    pub words: BTreeMap<usize, BTreeMap<String, String>>,
    /// Templates by the section they are of.
    templates: Vec<(&'static str, &'y Yaml)>,
}

/// Where the rows of a table come from.
enum Rows {
    /// A CSV file, whose rows are read when they are needed.
    Columns(Columns),
    /// Rows that were read.
    Read(Table),
}

impl Rows {
    /// The names of its columns.
    fn columns(&self) -> &[String] {
        match self {
            Rows::Columns(columns) => columns.names(),
            Rows::Read(table) => &table.columns,
        }
    }
}

impl Mapping<'_> {
    /// The names of the columns of its table.
    pub fn columns(&self) -> &[String] {
        self.table.columns()
    }

    /// Its table, if it can be read into columns.
    pub fn in_columns(&self) -> Option<&Columns> {
        if let Rows::Columns(columns) = &self.table { Some(columns) } else { None }
    }

    /// Whether a row with these cells is left out.
    pub fn leaves_out<'c>(&self, cell: impl Fn(usize) -> Option<&'c str>) -> bool {
        let is_skipped = |cell: &str, cells: &[String]| cells.iter().any(|skipped| skipped == cell);
        self.skip.iter().any(|(column, cells)| cell(*column).is_some_and(|cell| is_skipped(cell, cells)))
    }
}

/// Sections that a template can be of.
const SECTIONS: [&str; 3] = ["nodes", "statements", "figures"];

impl Reader {
    /// What the tables of these files hold, as files of their own; less what was added already, in columns.
    pub fn imported(&mut self, trees: &[(Arc<SourceText>, Yaml)]) -> Vec<(Arc<SourceText>, Yaml)> {
        let mut mappings = Vec::new();
        for (file, tree) in trees {
            self.file = file.clone();
            for yaml in get(tree, "import").map(|yaml| self.members(yaml, "import")).unwrap_or_default() {
                mappings.extend(self.mapping(yaml).map(|mapping| (file.clone(), mapping)));
            }
        }
        // What is said row by row of a type may repeat a row of columns, so that all of a type are one or the other.
        let mut by_rows = HashSet::new();
        for (_, mapping) in &mappings {
            for (_, template) in mapping.templates.iter().filter(|(section, _)| *section == "statements") {
                if Plain::of_statements(template, mapping, self.builder.schema()).is_none() {
                    by_rows.extend(pairs(Some(template)).map(|(key, ..)| key.to_owned()));
                }
            }
        }
        let (mut imported, mut said) = (Vec::new(), HashSet::new());
        let mut keys: Option<Keys> = None;
        let mut statements = Vec::new();
        for (file, mapping) in &mappings {
            if self.beyond_columns {
                return imported;
            }
            self.file = file.clone();
            let mut others = Vec::new();
            for (section, template) in &mapping.templates {
                let schema = self.builder.schema();
                let is_open = self.in_columns && mapping.in_columns().is_some();
                let plain = match *section {
                    "nodes" if is_open => Plain::of_nodes(template, mapping, schema),
                    "statements" if is_open => match Plain::of_statements(template, mapping, schema) {
                        Some((kind, plain)) if !by_rows.contains(kind) => {
                            statements.push((file, mapping, kind, plain));
                            continue;
                        }
                        _ => None,
                    },
                    _ => None,
                };
                match plain {
                    Some(plain) => self.has_columns(|reader| reader.plain_nodes(&plain, mapping)),
                    None => others.push((*section, *template)),
                }
            }
            if others.is_empty() {
                continue;
            }
            let read;
            let table = match &mapping.table {
                Rows::Read(table) => table,
                Rows::Columns(columns) => {
                    read = Table::read(columns.file().clone());
                    &read
                }
            };
            self.problems.extend(table.wrong.iter().cloned());
            let keys = keys.get_or_insert_with(|| keys_of(trees, self));
            let new = |(section, yaml)| (section, Template::new(yaml, mapping.columns()));
            let templates: Vec<(&'static str, Template)> = others.into_iter().map(new).collect();
            let filling = Filling { mapping, table, templates: &templates, reader: self, said: &mut said, keys };
            let rows = filling.entries();
            // Tables that come after see what this one declares.
            self.declare(&rows);
            imported.push((table.file.clone(), rows));
        }
        // Every node is there by now.
        let said = Said::default();
        for (file, mapping, kind, plain) in statements {
            self.file = file.clone();
            self.has_columns(|reader| reader.plain_statements((kind, &plain), mapping, &said));
        }
        imported
    }

    /// Adds something in columns, and notes where it could not be.
    fn has_columns(&mut self, add: impl FnOnce(&mut Self) -> Option<()>) {
        if !self.beyond_columns {
            self.beyond_columns = add(self).is_none();
        }
    }

    fn mapping<'y>(&mut self, yaml: &'y Yaml) -> Option<Mapping<'y>> {
        let mut fields = Fields::of(yaml, &part::IMPORT, self)?;
        let table = fields.need("table", self).and_then(|yaml| self.table(yaml));
        let missing = fields.take("missing").map(|yaml| self.texts(yaml, "a cell")).unwrap_or_default();
        let left_out = pairs(fields.take("skip")).collect::<Vec<_>>();
        let translated = pairs(fields.take("words")).collect::<Vec<_>>();
        let mut templates = Vec::new();
        for section in SECTIONS {
            let list = fields.take(section).map(|yaml| self.members(yaml, section)).unwrap_or_default();
            templates.extend(list.iter().map(|template| (section, template)));
        }
        fields.finish(self);
        let before = self.problems.len();
        let table = table?;
        for (_, template) in &templates {
            self.check_columns(template, &table);
        }
        for (column, at, _) in left_out.iter().chain(&translated) {
            self.check_column(column, *at, &table);
        }
        let place = |column: &str| table.columns().iter().position(|known| known == column);
        let mut skip = Vec::new();
        for (column, _, cells) in &left_out {
            let cells = self.texts(cells, "a cell");
            skip.extend(place(column).map(|column| (column, cells)));
        }
        let meanings = |yaml| {
            let meant = |(cell, _, meant): (&str, _, &Yaml)| Some((cell.to_owned(), meant.text()?.to_owned()));
            pairs(Some(yaml)).filter_map(meant).collect()
        };
        let words = translated.iter().filter_map(|(column, _, yaml)| Some((place(column)?, meanings(*yaml)))).collect();
        let table = match table {
            Rows::Columns(columns) => Rows::Columns(columns.without(missing.clone())),
            read @ Rows::Read(_) => read,
        };
        // Of a wrong template every row would be wrong.
        (self.problems.len() == before).then_some(Mapping { table, missing, skip, words, templates })
    }

    /// The table of a path that counts from the folder of the file.
    fn table(&mut self, yaml: &Yaml) -> Option<Rows> {
        let path = self.text(yaml, "the path of a table")?;
        let folder = self.tables.as_deref().or_else(|| Path::new(&self.file.name).parent());
        let beside = folder.map_or_else(|| path.into(), |folder| folder.join(path));
        let text = match fs::read_to_string(&beside) {
            Ok(text) => text,
            Err(why) => {
                let wrong = Diagnostic::new(code::UNREADABLE, format!("cannot read `{}`: {why}", beside.display()));
                self.wrong(wrong.at(yaml.span, "expected a table: .csv, .tsv or .jsonl"));
                return None;
            }
        };
        let file = Arc::new(SourceText { name: beside.display().to_string(), text });
        let is_separated = Table::is_comma_separated(&file.name);
        Some(if is_separated { Rows::Columns(Columns::of(file)) } else { Rows::Read(Table::read(file)) })
    }

    fn check_column(&mut self, column: &str, at: Span, table: &Rows) {
        if !table.columns().iter().any(|known| known == column) {
            let known = table.columns().iter().map(String::as_str);
            let wrong = Diagnostic::new(code::UNKNOWN_KEY, format!("no column `{column}`"));
            self.wrong(wrong.at(at, "the table has no such column").nearest(column, known));
        }
    }

    /// Columns that a template names and the table has not.
    fn check_columns(&mut self, template: &Yaml, table: &Rows) {
        match &template.value {
            Content::Empty => {}
            Content::Text(text) => {
                for part in parts(text) {
                    let Part::Cell { column, .. } = part else { continue };
                    self.check_column(column, template.span, table);
                }
            }
            Content::List(list) => list.iter().for_each(|one| self.check_columns(one, table)),
            Content::Map(map) => map.iter().for_each(|entry| self.check_columns(&entry.value, table)),
        }
    }
}

/// The entries of a mapping; anything else has none.
fn pairs(yaml: Option<&Yaml>) -> impl Iterator<Item = (&str, Span, &Yaml)> {
    let entries = match yaml.map(|yaml| &yaml.value) {
        Some(Content::Map(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|entry| (entry.key.as_str(), entry.at, &entry.value))
}

/// The rows of a table on their way into entries.
struct Filling<'m, 'y> {
    mapping: &'m Mapping<'y>,
    table: &'m Table,
    /// Those templates that rows are filled into.
    templates: &'m [(&'static str, Template)],
    reader: &'m mut Reader,
    /// Ids of nodes that rows declared, and what they said of them: tables repeat themselves.
    said: &'m mut HashSet<String>,
    keys: &'m mut Keys,
}

/// Nodes by the values of properties that the schema calls a key, such as `iso3`.
type Keys = HashMap<(String, String), String>;

/// The keys of what files declare.
fn keys_of(trees: &[(Arc<SourceText>, Yaml)], reader: &Reader) -> Keys {
    let nodes = trees.iter().filter_map(|(_, tree)| get(tree, "nodes")).flat_map(Yaml::each);
    nodes
        .filter_map(|node| Some((get(node, "id")?.text()?, node)))
        .flat_map(|(id, node)| keyed(node, reader).into_iter().map(move |key| (key, id.to_owned())))
        .collect()
}

/// The keys that a node is written with.
fn keyed(node: &Yaml, reader: &Reader) -> Vec<(String, String)> {
    let is_key = |name: &str| reader.builder.schema().properties.get(name).is_some_and(|def| def.key);
    let found = pairs(Some(node)).filter(|(name, ..)| is_key(name));
    found.filter_map(|(name, _, value)| Some((name.to_owned(), value.text()?.to_owned()))).collect()
}

impl Filling<'_, '_> {
    fn entries(mut self) -> Yaml {
        let (mapping, table, templates) = (self.mapping, self.table, self.templates);
        self.reader.file = table.file.clone();
        let mut sections: BTreeMap<&'static str, Vec<Yaml>> = BTreeMap::new();
        self.reader.progress.begin(Stage::Rows, table.rows.len());
        for row in &table.rows {
            self.reader.progress.step();
            if mapping.leaves_out(|at| row.cells.get(at).and_then(Option::as_deref)) {
                continue;
            }
            for (section, template) in templates {
                let Some(entry) = self.fill(template, row) else { continue };
                match *section {
                    "nodes" => self.node(entry, row, &mut sections),
                    _ if self.said.insert(fingerprint(&entry)) => sections.entry(section).or_default().push(entry),
                    _ => {}
                }
            }
        }
        let start = Span::new(0, 0);
        let section = |(key, list): (&'static str, Vec<Yaml>)| Entry {
            key: key.to_owned(),
            at: start,
            value: Yaml { span: start, value: Content::List(list) },
        };
        Yaml { span: start, value: Content::Map(sections.into_iter().map(section).collect()) }
    }

    /// A node that is there already stays as it is, and only what the row relates it to is added.
    fn node(&mut self, entry: Yaml, row: &Record, sections: &mut BTreeMap<&'static str, Vec<Yaml>>) {
        let Some(id) = get(&entry, "id").and_then(Yaml::text).map(str::to_owned) else {
            let wrong = Diagnostic::new(code::MISSING_KEY, "this row gives no `id`");
            return self.reader.wrong(wrong.at(row.span, "a cell of it is empty, or says nothing"));
        };
        // A key that a node has already tells that the row is of this node.
        let keys = keyed(&entry, self.reader);
        let id = keys.iter().find_map(|key| self.keys.get(key).cloned()).unwrap_or(id);
        self.keys.extend(keys.into_iter().map(|key| (key, id.clone())));
        let is_new = self.reader.builder.find(&id).is_none() && self.said.insert(format!("id {id}"));
        let Content::Map(entries) = entry.value else { return };
        let (related, own): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| is_type(&entry.key));
        let cite = own.iter().find(|entry| entry.key == "cite").cloned();
        let mut node = own;
        for relationship in related {
            if !self.said.insert(format!("{id} {} {}", relationship.key, fingerprint(&relationship.value))) {
                continue;
            }
            if is_new {
                node.push(relationship);
            } else {
                let statements = sections.entry("statements").or_default();
                statements.extend(as_statements(&id, relationship, cite.as_ref(), row.span));
            }
        }
        if is_new {
            sections.entry("nodes").or_default().push(Yaml { span: row.span, value: Content::Map(node) });
        }
    }

    /// The template with the cells of a row; none where a cell that it needs says nothing.
    fn fill(&mut self, template: &Template, row: &Record) -> Option<Yaml> {
        let value = match template {
            Template::Empty => Content::Empty,
            Template::Text(pieces) => Content::Text(self.text(pieces, row)?),
            Template::List(list) => {
                let filled: Vec<Yaml> = list.iter().filter_map(|one| self.fill(one, row)).collect();
                if filled.is_empty() && !list.is_empty() {
                    return None;
                }
                Content::List(filled)
            }
            Template::Map { entries, relates } => {
                let mut filled = Vec::with_capacity(entries.len());
                for (key, template) in entries {
                    match self.fill(template, row) {
                        Some(value) => filled.push(Entry { key: key.clone(), at: row.span, value }),
                        None if matches!(key.as_str(), "to" | "subject" | "source") => return None,
                        None => {}
                    }
                }
                if *relates && !filled.iter().any(|entry| is_type(&entry.key)) {
                    return None;
                }
                Content::Map(filled)
            }
        };
        Some(Yaml { span: row.span, value })
    }

    fn text(&mut self, pieces: &[Piece], row: &Record) -> Option<String> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Cell { at, first } => {
                    let cell = row.cells.get(*at)?.as_deref()?.trim();
                    if cell.is_empty() || self.mapping.missing.iter().any(|missing| missing == cell) {
                        return None;
                    }
                    let cell = match self.mapping.words.get(at) {
                        None => cell,
                        Some(words) => match words.get(cell) {
                            Some(word) => word,
                            None => {
                                self.unknown_word(*at, cell, row);
                                return None;
                            }
                        },
                    };
                    match first {
                        None => text.push_str(cell),
                        Some(first) => text.extend(cell.chars().take(*first)),
                    }
                }
            }
        }
        Some(text)
    }

    fn unknown_word(&mut self, column: usize, cell: &str, row: &Record) {
        let mapping = self.mapping;
        let message = format!("`{cell}` is none of the words for `{}`", mapping.columns()[column]);
        let known = mapping.words.get(&column).into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        let wrong = Diagnostic::new(code::BAD_VALUE, message).at(row.span, "in this row");
        self.reader.wrong(wrong.nearest(cell, known));
    }
}

/// A relationship in an entry of a node as entries of `statements`: what a target has beside it stands beside it there.
fn as_statements(id: &str, relationship: Entry, cite: Option<&Entry>, at: Span) -> Vec<Yaml> {
    let Entry { key, value, .. } = relationship;
    let targets = match value.value {
        Content::List(list) => list,
        Content::Empty | Content::Text(_) | Content::Map(_) => vec![value],
    };
    let entry = |key: &str, value: Content| Entry { key: key.to_owned(), at, value: Yaml { span: at, value } };
    let statement = |target: Yaml| {
        let mut said = vec![entry("subject", Content::Text(id.to_owned()))];
        match target.value {
            Content::Map(entries) => {
                let named = |entry: Entry| if entry.key == "to" { Entry { key: key.clone(), ..entry } } else { entry };
                said.extend(entries.into_iter().map(named));
            }
            other => said.push(entry(&key, other)),
        }
        if !said.iter().any(|entry| entry.key == "cite") {
            said.extend(cite.cloned());
        }
        Yaml { span: at, value: Content::Map(said) }
    };
    targets.into_iter().map(statement).collect()
}

/// The texts of an entry, to tell whether another says the same.
fn fingerprint(yaml: &Yaml) -> String {
    match &yaml.value {
        Content::Empty => "~".to_owned(),
        Content::Text(text) => format!("{text:?}"),
        Content::List(list) => list.iter().map(fingerprint).collect::<Vec<_>>().join(","),
        Content::Map(map) => {
            map.iter().map(|entry| format!("{}:{}", entry.key, fingerprint(&entry.value))).collect::<Vec<_>>().join(";")
        }
    }
}

/// Whether a file imports tables.
pub(super) fn imports(tree: &Yaml) -> bool {
    get(tree, "import").is_some()
}

/// What these files say beside their tables, and the tables themselves, as a curated file.
pub(super) fn written(importing: &[(Arc<SourceText>, Yaml)], tables: &[(Arc<SourceText>, Yaml)]) -> String {
    let mut sections: Vec<(&str, Vec<&Yaml>)> = Vec::new();
    for (key, _, yaml) in importing.iter().chain(tables).flat_map(|(_, tree)| pairs(Some(tree))) {
        if key != "import" {
            match sections.iter_mut().find(|(section, _)| *section == key) {
                Some((_, members)) => members.extend(yaml.each()),
                None => sections.push((key, yaml.each().iter().collect())),
            }
        }
    }
    let mut text = String::new();
    for (section, members) in sections {
        text.push_str(section);
        text.push(':');
        for member in members {
            text.push_str("\n  -");
            layout::Item::from(member).write(&mut text, 4);
        }
        text.push('\n');
    }
    text
}
