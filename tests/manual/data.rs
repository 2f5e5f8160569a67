//! `graph-data/README.md`: prose, with what it counts and shows written anew from the files.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use portolan::diag::SourceText;
use portolan::format::curated;
use portolan::graph::{Schema, Snapshot};
use portolan::limits::Limits;
use portolan::shell::report;
use serde_json::Value;

use super::transcript::ships;
use super::yaml;

/// What the folders and files of the graph are about, in the order in which one reads them.
const TOPICS: &[(&str, &str)] = &[
    ("china", "export controls, licences, lists of foreign entities, tariffs, port fees and procurement of China"),
    ("united-states", "tariffs, export controls, exclusions, stockpile and procurement of the United States"),
    ("european-union", "raw materials, duties on electric cars and steel, the carbon border, Nexperia"),
    ("other-countries", "export bans and quotas of other producers, chip controls of the Netherlands, Japan in 2010"),
    ("agreements.yaml", "partnerships, memoranda and trade agreements"),
    ("lists", "official lists of critical materials and strategic projects"),
    ("materials.yaml", "elements, materials and their groups"),
    ("uses", "what is in what, from magnets and batteries to medicine"),
    ("goods.yaml", "goods that measures name as a whole"),
    ("codes", "codes of the Harmonized System"),
    ("companies", "makers, plants, suppliers, shares, deals and stoppages"),
    ("figures", "shares and quantities of mining and refining, effects of the controls"),
    ("actors", "countries, public bodies and persons"),
    ("events.yaml", "summits, calls and announcements to 2025"),
    ("events-2026.yaml", "what happened, or was due, in 2026"),
    ("seed-article.yaml", "one article of October 2025, taken apart sentence by sentence"),
    ("taxonomy", "classes of measures after Global Trade Alert, and what we put where"),
];

/// Files that are told of elsewhere on the page.
const ELSEWHERE: &[&str] = &["README.md", "schema.yaml", "sources.yaml", "rules", "questions"];

/// What the sorts of documents are.
const SORTS: &[(&str, &str)] = &[
    ("official", "the publisher's own page of the act, or of the body that speaks"),
    ("official-text-copy", "the text of an act or speech, copied or translated by others"),
    ("law-firm", "a summary for clients"),
    ("reference", "an encyclopedia, a register, a company about itself"),
    ("trade", "the trade press"),
    ("news", "newspapers and agencies"),
    ("analysis", "research and comment"),
    ("dataset", "a table of figures or codes"),
    ("seed", "the article that the graph began with"),
];

/// The page with what stands between markers anew.
pub fn page(text: &str) -> String {
    // As stored: what definitions derive is in no file.
    let snapshot = &ships().engine.snapshot();
    let mut page = text.to_owned();
    fill(&mut page, "topics", &topics(snapshot.schema()));
    fill(&mut page, "counts", &counts(snapshot));
    fill(&mut page, "cutoff", &cutoff(snapshot));
    fill(&mut page, "complete", &complete(snapshot));
    fill(&mut page, "sources", &sources(snapshot));
    let mistake = format!("```\n{}\n```\n", mistake(&page));
    fill(&mut page, "mistake", &mistake);
    page
}

fn fill(page: &mut String, marker: &str, content: &str) {
    let begin = format!("<!-- {marker} -->\n");
    let start = page.find(&begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
    let end = start + page[start..].find("<!-- end -->").unwrap();
    page.replace_range(start..end, content);
}

fn folder() -> PathBuf {
    super::path("graph-data")
}

/// The values of the curated files at or below a path.
fn values(path: &Path) -> Vec<Value> {
    if !path.is_dir() {
        return vec![yaml::value(&std::fs::read_to_string(path).unwrap())];
    }
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let curated = |path: &PathBuf| path.is_dir() || path.extension().is_some_and(|extension| extension == "yaml");
    entries.filter(curated).flat_map(|path| values(&path)).collect()
}

fn topics(schema: &Schema) -> String {
    let entries = std::fs::read_dir(folder()).unwrap();
    for entry in entries {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let is_told = TOPICS.iter().any(|(topic, _)| *topic == name) || ELSEWHERE.contains(&name.as_str());
        assert!(is_told, "tests/manual/data.rs does not say what graph-data/{name} is about");
    }
    let mut table = "\
| where | what | acts | clauses | other things | statements | figures |
| --- | --- | --: | --: | --: | --: | --: |
"
    .to_owned();
    for (name, about) in TOPICS {
        let files = values(&folder().join(name));
        let of = |section: &str| files.iter().filter_map(|file| file[section].as_array()).flatten().collect::<Vec<_>>();
        let nodes = of("nodes");
        let (acts, clauses) = (labelled(&nodes, "Instrument", schema), labelled(&nodes, "Measure", schema));
        let _ = writeln!(
            table,
            "| [{name}]({name}) | {about} | {} | {} | {} | {} | {} |",
            acts + files.iter().filter(|file| file["instrument"].is_object()).count(),
            clauses + of("measures").len(),
            nodes.len() - acts - clauses,
            of("statements").len(),
            of("figures").len(),
        );
    }
    table
}

/// How many nodes have a label or a narrower one.
fn labelled(nodes: &[&Value], label: &str, schema: &Schema) -> usize {
    let written = |node: &Value| match &node["is"] {
        Value::Array(labels) => labels.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>(),
    };
    let has = |node: &Value| written(node).iter().any(|written| schema.closure(written).contains(&label.to_owned()));
    nodes.iter().filter(|node| has(node)).count()
}

fn counts(snapshot: &Snapshot) -> String {
    let catalog = snapshot.catalog();
    let nodes = [
        ("acts", "Instrument"),
        ("clauses", "Measure"),
        ("materials", "Material"),
        ("products", "Product"),
        ("companies", "Company"),
        ("plants and mines", "Facility"),
        ("countries", "Country"),
        ("events", "Event"),
        ("claims", "Claim"),
        ("figures", "Observation"),
    ];
    let of = |(what, label): (&str, &str)| {
        format!("{} {what}", catalog.label(label).map_or(0, |label| catalog.n_with_label(label)))
    };
    format!(
        "{} things ({}, and others), {} relationships between them, {} entries of status chains, {} entries of histories, {} documents.\n",
        catalog.n_nodes(),
        nodes.map(of).join(", "),
        catalog.n_rels(),
        snapshot.chain_entries().count(),
        snapshot.history_entries().count(),
        snapshot.sources().len(),
    )
}

fn cutoff(snapshot: &Snapshot) -> String {
    let day = portolan::value::Date::exact(snapshot.schema().cutoff.unwrap());
    let checked = snapshot.chained().filter(|node| snapshot.checked(*node).is_some()).count();
    format!(
        "The last day that somebody looked is **{day}**; {checked} acts and clauses carry a day of their own (`checked`). What
was announced for later days is taken as it was written, and the line below an answer says that it is projected.\n"
    )
}

fn complete(snapshot: &Snapshot) -> String {
    let session = ships();
    let query = "CALL graph.complete() YIELD what, of, to
                 RETURN what, of.name AS name, coalesce(toString(to), 'any day') ORDER BY what, name";
    let answer = session.run(query, &Limits::default()).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    assert_eq!(answer.rows.len(), snapshot.complete().len());
    let mut table = "| what | of | through |\n| --- | --- | --- |\n".to_owned();
    for row in &answer.rows {
        let cells: Vec<String> = row.iter().map(|value| value.to_string().trim_matches('\'').to_owned()).collect();
        let _ = writeln!(table, "| {} |", cells.join(" | "));
    }
    table
}

fn sources(snapshot: &Snapshot) -> String {
    let mut table = "| sort | documents | what |\n| --- | --: | --- |\n".to_owned();
    let count = |sort: &str| snapshot.sources().iter().filter(|source| source.kind.as_deref() == Some(sort)).count();
    for (sort, about) in SORTS {
        let _ = writeln!(table, "| {sort} | {} | {about} |", count(sort));
    }
    let told: usize = SORTS.iter().map(|(sort, _)| count(sort)).sum();
    assert_eq!(
        told,
        snapshot.sources().len(),
        "a source of no sort, or of one that tests/manual/data.rs does not know"
    );
    table
}

/// What is said of the page's own example with a letter left out; with it there is no mistake.
fn mistake(page: &str) -> String {
    let fact = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (texts, unreadable) = curated::texts(&[folder()]);
    let read = |fact: String| {
        let texts = texts.iter().cloned().chain([Arc::new(SourceText::new("plant.yaml", fact))]).collect();
        curated::read_with(texts, unreadable.clone())
    };
    assert!(read(fact.to_owned()).is_ok(), "the example of the page is wrong");
    let wrong = read(fact.replace("Facility", "Facilty")).map(drop).unwrap_err();
    let nowhere = SourceText::new("", "");
    wrong.iter().map(|diagnostic| report(diagnostic, &nowhere, false)).collect::<Vec<_>>().join("\n")
}
