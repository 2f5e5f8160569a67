//! `docs/schema.md`: what `graph-data/schema.yaml` declares, with an example of each relationship type from the graph.

use std::fmt::Write;

use portolan::graph::{Cardinality, PropertyDef, PropertyKind, RelDef, Schema};
use portolan::limits::Limits;
use portolan::session::Session;
use portolan::value::{Entities, text::Shown};

use super::transcript::ships;

const HEAD: &str = "\
# The schema

What the graph that ships is made of: written from `graph-data/schema.yaml`, the one source of what is checked when files are
read, of completion, and of `:schema` and `:help NAME` at the prompt. A graph of your own may declare another: see
[curated-files.md](curated-files.md).
";

const LABELS: &str = "
## Labels
A node has one or more; whatever has a label has every broader one too, so that a pattern `(:Measure)` finds an `ExportBan`.

| label | is a | meaning |
| --- | --- | --- |
";

const TYPES: &str = "
## Relationship types
Read a row as “from TYPE to”: the meaning tells what the node at the end is to the one at the start, or what the start does. What
holds *while in force* holds on the days on which the measure it starts from is in force; what holds *always* needs no dates; all
else holds in the periods that are written. The examples are undisputed facts of the graph where it has one.

| type | from | to | how many | holds | meaning | example |
| --- | --- | --- | --- | --- | --- | --- |
";

const DERIVED: &str = "
## Derived
Nobody writes these: definitions in `graph-data/rules/` give them, and `WHY` goes through them to the statements.

| | given by |
| --- | --- |
";

const PROPERTIES: &str = "
## Properties
*Of* names the labels and types that have it; narrower labels have it too. A property with a *history* may have other values at other
times, and is read as of the day that is asked about. What is measured stands in figures, nodes of the label `Observation`: a
figure carries its own unit and denominator.

| property | type | unit | denominator | meaning | of |
| --- | --- | --- | --- | --- | --- |
";

const IDS: &str = "
## External ids
They say which thing of the world a node is. Each names one node of a label: the same value twice is a mistake.

| property | of | meaning |
| --- | --- | --- |
";

/// The page.
pub fn page() -> String {
    let session = ships();
    let snapshot = session.graph(&Limits::default()).unwrap();
    let schema = snapshot.schema();
    let mut page = HEAD.to_owned();
    page.push_str(LABELS);
    for (name, def) in &schema.labels {
        let given = if def.derived { " (given by a rule)" } else { "" };
        row(&mut page, &[name.as_str(), &def.is.join(", "), &format!("{}{given}", def.about)]);
    }
    page.push_str(TYPES);
    for (name, def) in &schema.relationships {
        let cells = [&ends(&def.from), &ends(&def.to), many(def), holds(def), &def.about, &example(&session, name)];
        row(&mut page, &[&[name.as_str()], &cells[..]].concat());
    }
    page.push_str(DERIVED);
    for rule in &session.engine.derived_types() {
        row(&mut page, &[rule, &file_of(rule)]);
    }
    for label in &session.engine.derived_labels() {
        row(&mut page, &[label, &file_of(label)]);
    }
    page.push_str(PROPERTIES);
    for (name, def) in &schema.properties {
        row(&mut page, &[name, &kind(def), &def.unit, &def.denominator, &def.about, &ends(&def.of)]);
    }
    page.push_str(IDS);
    for (name, def) in schema.properties.iter().filter(|(_, def)| def.key) {
        row(&mut page, &[name, &ends(&def.of), &def.about]);
    }
    page.push_str(&iris(schema));
    page
}

fn row(page: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn ends(labels: &[String]) -> String {
    if labels.is_empty() { "any".to_owned() } else { labels.join(", ") }
}

fn many(def: &RelDef) -> &'static str {
    match def.cardinality {
        None => "any number",
        Some(Cardinality::ToOne) => "at most one from a node",
        Some(Cardinality::FromOne) => "at most one to a node",
    }
}

fn holds(def: &RelDef) -> &'static str {
    match def {
        RelDef { in_force: true, .. } => "while in force",
        RelDef { timeless: true, .. } => "always",
        _ => "as written",
    }
}

fn kind(def: &PropertyDef) -> String {
    let (_, word) = PropertyKind::ALL.into_iter().find(|(kind, _)| *kind == def.kind).unwrap();
    let list = if def.list { "list of " } else { "" };
    let history = if def.history { ", with a history" } else { "" };
    format!("{list}{word}{history}")
}

/// The shortest statement of a type: it stays the same when longer ones come and go.
fn example(session: &Session, kind: &str) -> String {
    let found = |frame: &str, filter: &str| {
        let query = format!(
            "{frame} MATCH (a)-[r:{kind}]->(b) {filter}
             WITH coalesce(a.name, a.id) AS start, coalesce(b.name, b.id) AS end ORDER BY size(start + end), start, end
             RETURN start + ' {kind} ' + end LIMIT 1"
        );
        session.run(&query, &Limits::default()).unwrap_or_else(|wrong| panic!("{query}: {wrong:?}")).rows
    };
    let mut rows = found("", "WHERE modality(r) = 'fact'");
    if rows.is_empty() {
        rows = found("INCLUDING UNREALISED", "");
    }
    let shown = rows.first().map(|row| Shown(&row[0], &Entities::default()).to_string());
    shown.map_or_else(|| "none yet".to_owned(), |text| text.trim_matches(['\'', '"']).to_owned())
}

/// Where a definition stands, as a link.
fn file_of(name: &str) -> String {
    let stands = |file: &std::path::PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        let mut heads = code.split("DEFINE ").skip(1).filter_map(|rest| rest.split(" AS\n").next());
        let gives = heads.any(|head| head.contains(&format!(":{name}")));
        gives.then(|| file.file_name().unwrap().to_string_lossy().into_owned())
    };
    let mut files: Vec<_> =
        std::fs::read_dir(super::path("graph-data/rules")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let file = files.iter().find_map(stands).unwrap_or_else(|| panic!("no rule gives {name}"));
    format!("[{file}](../graph-data/rules/{file})")
}

fn iris(schema: &Schema) -> String {
    format!(
        "\nOf a code of a nomenclature `nomenclature`, `edition` and `code` together say which it is. In RDF a node with the id
`bmw` is <{}id/bmw>, a name of this page <{}ns/NAME>: see [rdf.md](rdf.md).\n",
        schema.base, schema.base
    )
}
