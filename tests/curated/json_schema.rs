//! The JSON Schema for editors takes what the reader takes, and says where something is wrong.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use portolan::format::curated;

use super::yaml;

fn validator(folder: &str) -> Validator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let schema = curated::schema(&[folder]).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    let written = curated::json_schema(&schema);
    assert!(jsonschema::meta::is_valid(&written));
    jsonschema::draft202012::new(&written).unwrap()
}

/// Where something is wrong, and what: one line a mistake.
fn mistakes(validator: &Validator, text: &str) -> Vec<String> {
    let value = yaml::value(text);
    validator.iter_errors(&value).map(|wrong| format!("{}: {wrong}", wrong.instance_path())).collect()
}

/// The places of the mistakes in a file of the graph that ships, and a word of each message.
fn places(text: &str) -> Vec<String> {
    mistakes(&validator("graph-data"), text)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn every_file_that_the_reader_takes_is_taken() {
    for folder in ["graph-data", "docs/import", "tests/golden/small"] {
        let validator = validator(folder);
        let mut found = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
        assert!(found.len() > 2, "{found:?}");
        for path in found {
            let wrong = mistakes(&validator, &std::fs::read_to_string(&path).unwrap());
            assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
        }
    }
}

#[test]
fn the_file_of_the_tests_with_something_of_everything_is_taken() {
    for text in [super::SOURCES, super::ACT] {
        assert_eq!(places(text), [""; 0]);
    }
}

/// Mistakes that are each told at one place with one word of the message.
const WRONG: &[(&str, &str, &str)] = &[
    ("nodse: []", "", "nodse"),
    ("sources: {id: a}", "/sources", "array"),
    ("sources: [{id: a, publisher: P}]", "/sources/0", "title"),
    ("sources: [{id: a, publisher: P, title: T, kind: rumour}]", "/sources/0/kind", "rumour"),
    ("nodes: [{id: a, is: Country, naem: A, cite: s}]", "/nodes/0", "naem"),
    ("nodes: [{id: a, is: Contry, cite: s}]", "/nodes/0/is", "Contry"),
    ("nodes: [{id: a, is: [Company, Contry], cite: s}]", "/nodes/0/is", "Contry"),
    ("nodes: [{id: a, is: Manufacturer, cite: s}]", "/nodes/0/is", "Manufacturer"),
    ("nodes: [{id: a, is: Country}]", "/nodes/0", "cite"),
    ("nodes: [{id: a, is: Country, name: [A], cite: s}]", "/nodes/0/name", "[\"A\"]"),
    ("nodes: [{id: a, is: Country, cite: {at: page 1}}]", "/nodes/0/cite", "source"),
    ("nodes: [{id: a, is: Country, cite: {source: s, retrieved: 2025}}]", "/nodes/0/cite/retrieved", "2025"),
    ("nodes: [{id: a, is: Company, MAKE: b, cite: s}]", "/nodes/0", "MAKE"),
    ("nodes: [{id: a, is: Company, MAKES: [b, {from: 2025}], cite: s}]", "/nodes/0/MAKES/1", "to"),
    ("nodes: [{id: a, is: Company, MAKES: {to: b, need: some}, cite: s}]", "/nodes/0/MAKES", "need"),
    ("nodes: [{id: a, is: Company, MAKES: {to: b, modality: fakt}, cite: s}]", "/nodes/0/MAKES/modality", "fakt"),
    ("statements: [{subject: a, MAKES: b, from: spring, cite: s}]", "/statements/0/from", "spring"),
    ("statements: [{subject: a, MAKES: b, not: maybe, cite: s}]", "/statements/0/not", "maybe"),
    ("statements: [{MAKES: b, cite: s}]", "/statements/0", "subject"),
    ("measures: [{id: a, is: ImportTariff, rate: ten}]", "/measures/0/rate", "ten"),
    (
        "measures: [{id: a, is: ImportTariff, rate: {history: [{value: 1}, {value: ten}]}}]",
        "/measures/0/rate/history/1/value",
        "ten",
    ),
    ("measures: [{id: a, is: ExportBan, status: [{in_farce: 2025}]}]", "/measures/0/status/0", "in_farce"),
    ("chains: [{of: a}]", "/chains/0", "status"),
    ("histories: [{of: a, name: B}]", "/histories/0", "name"),
    ("figures: [{indicator: i, of: a, value: many, cite: s}]", "/figures/0/value", "many"),
    ("complete: [{what: COVERS, of: a, to: 2025-02, cite: s}]", "/complete/0/to", "2025-02"),
    ("labels: {A: {is: B}}", "", "graph"),
];

#[test]
fn a_mistake_is_told_at_its_place_with_the_word_that_is_wrong() {
    let validator = validator("graph-data");
    for (text, place, word) in WRONG {
        let wrong = mistakes(&validator, text);
        let at = format!("{place}: ");
        assert!(wrong.iter().any(|wrong| wrong.starts_with(&at) && wrong.contains(word)), "{text}: {wrong:#?}");
        assert!(super::read(&[("a.yaml", text)]).is_err(), "the reader takes {text}");
    }
}

#[test]
fn a_folder_without_a_schema_has_the_one_that_ships() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data/uses");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
    assert_eq!(curated::schema(&[folder]), curated::schema(&[shipped]));
}

#[test]
fn what_a_key_means_stands_beside_it() {
    let schema = curated::schema(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data")]).unwrap();
    let written = curated::json_schema(&schema);
    let about = |name: &str| written["$defs"][name]["description"].as_str().unwrap_or_default().to_owned();
    assert!(about("type:COVERS").contains("From Measure to Material, Product, Technology, ProductCode"));
    assert!(about("property:rate").contains("in percent of customs value"));
    assert!(about("metadata.until").contains("first day it no longer holds"));
    let undescribed: Vec<&String> =
        written["$defs"].as_object().unwrap().keys().filter(|name| about(name).is_empty()).collect();
    assert_eq!(undescribed, ["labels"]);
}
