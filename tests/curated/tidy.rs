//! `portolan fmt` lays entries out anew and changes nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use portolan::diag::SourceText;
use portolan::format::curated::{self, formatted};
use portolan::graph;

/// What stands in a text that is a comment, line by line.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.trim_start().strip_prefix('#')).collect()
}

#[test]
fn the_graph_that_ships_is_the_same_graph_laid_out_anew_and_keeps_every_comment() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
    let (texts, unreadable) = curated::texts(&[folder]);
    assert_eq!(unreadable, []);
    let anew: Vec<Arc<SourceText>> = texts
        .iter()
        .map(|file| {
            let is_rule = Path::new(&file.name).extension().is_some_and(|ending| ending == "cypher");
            let text = if is_rule { file.text.clone() } else { formatted(&file.text).unwrap() };
            assert_eq!(comments(&text), comments(&file.text), "{}", file.name);
            Arc::new(SourceText::new(file.name.clone(), text))
        })
        .collect();
    for file in anew.iter().filter(|file| file.name.ends_with("yaml")) {
        assert!(formatted(&file.text).unwrap() == file.text, "{} is not laid out at once", file.name);
    }
    let dump = |texts| graph::dump(&curated::read_texts(texts).unwrap_or_else(|wrong| panic!("{wrong:#?}")).snapshot);
    assert!(dump(anew) == dump(texts), "another graph");
}

#[test]
fn what_fits_stands_on_a_line_and_what_does_not_has_a_line_for_each_key() {
    let long = "x".repeat(120);
    let text = format!("nodes:\n  - {{id: a, name: {long},\n     cite: s}}\n  - id: b\n    cite: \"s\"\n");
    let anew = format!("nodes:\n  - id: a\n    name: {long}\n    cite: s\n  - {{id: b, cite: s}}\n");
    assert_eq!(formatted(&text).unwrap(), anew);
}

#[test]
fn the_order_of_keys_and_entries_and_what_stands_between_them_stays() {
    let text = "# A file.\n\nnodes:\n\n  # Second first.\n  - {cite: s, id: b}\n\n  - {id: a, cite: s}   # why\nfigures: [{of: a}]\n";
    assert_eq!(formatted(text).unwrap(), text);
}

#[test]
fn an_entry_with_a_comment_inside_stays_as_it_is_written() {
    let text = "nodes:\n  - id: a\n    # from the gazette\n    cite:   s\n  - id:  b # likewise\n    cite: s\n";
    assert_eq!(formatted(text).unwrap(), text);
}

#[test]
fn a_key_of_the_instrument_is_laid_out_alone() {
    let text = "instrument:\n  id: a\n  status:\n    - announced: 2025-04-04\n    - {in_force:   2025-05-05}\n  # who\n  ISSUED_BY: [ b ]\n";
    let anew = "instrument:\n  id: a\n  status: [{announced: 2025-04-04}, {in_force: 2025-05-05}]\n  # who\n  ISSUED_BY: [b]\n";
    assert_eq!(formatted(text).unwrap(), anew);
}

#[test]
fn texts_that_no_layout_may_touch_stay() {
    for text in [
        "",
        "nodes:\n",
        "nodes:\n  - id: a\n    note: |\n      two\n      lines\n    name:\n",
        "nodes: [{id:  a}, {id:  b}]\n",
        "labels:\n  A:   {about: aligned}\ngraph: {}\n",
    ] {
        assert_eq!(formatted(text).unwrap(), text);
    }
    assert!(formatted("nodes: [").is_err());
}

#[test]
fn files_are_written_where_they_stand_and_only_named_by_check() {
    let file: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tidy.yaml");
    let run = |check: &[&str]| {
        let mut portolan = std::process::Command::new(env!("CARGO_BIN_EXE_portolan"));
        let output = portolan.arg("fmt").arg(&file).args(check).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let text = "nodes:\n  - id: a\n    cite: s\n";
    std::fs::write(&file, text).unwrap();
    let named = format!("{}\n", file.display());
    assert_eq!(run(&["--check"]), (Some(1), named.clone()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert_eq!(run(&[]), (Some(0), named));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "nodes:\n  - {id: a, cite: s}\n");
    assert_eq!(run(&["--check"]), (Some(0), String::new()));
    std::fs::write(&file, "nodes: [").unwrap();
    assert_eq!(run(&[]).0, Some(3));
}
