//! The house keeps its layers: rustc checks none inside a crate, so this file reads the sources.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

/// Who may name whom; a folder may always name itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("limits", &[]),
    ("parallel", &[]),
    ("value", &["diag"]),
    ("graph", &["value", "limits", "diag", "parallel"]),
    ("parse", &["value", "diag"]),
    ("plan", &["value", "diag"]),
    ("function", &["graph", "value", "limits", "diag"]),
    ("procedure", &["graph", "value", "limits", "parallel", "diag"]),
    ("bind", &["parse", "plan", "function", "procedure", "graph", "value", "diag"]),
    ("optimize", &["plan", "graph", "function", "value", "diag"]),
    ("execute", &["plan", "graph", "function", "procedure", "limits", "parallel", "value", "diag"]),
    ("format", &["graph", "value", "diag", "parallel"]),
    ("log", &["graph", "value", "diag"]),
    ("rdf", &["graph", "value", "diag", "limits"]),
    ("question", &["execute", "plan", "graph", "value", "diag", "limits"]),
    (
        "session",
        &[
            "question",
            "format",
            "log",
            "execute",
            "optimize",
            "bind",
            "plan",
            "function",
            "procedure",
            "parse",
            "graph",
            "value",
            "limits",
            "parallel",
            "diag",
        ],
    ),
    (
        "shell",
        &[
            "session", "rdf", "question", "format", "log", "parse", "function", "graph", "value", "limits", "diag",
            "parallel",
        ],
    ),
];

/// A word that may stand in some places only.
const HOMES: &[(&str, &[&str])] = &[
    ("Rule::", &["parse/"]),
    ("petgraph", &["graph/projection.rs", "procedure/graph/"]),
    ("anyhow", &["main.rs"]),
    ("crc32fast", &["graph/stored/file.rs"]),
    ("csv_core", &["format/separated.rs"]),
    ("hashbrown", &["graph/distinct.rs"]),
    ("rayon", &["parallel.rs"]),
    ("std::thread", &["parallel.rs"]),
    ("rustyline", &["shell/repl.rs"]),
    (
        "clap",
        &[
            "shell/mod.rs",
            "shell/diff.rs",
            "shell/exchange.rs",
            "shell/import.rs",
            "shell/matching.rs",
            "shell/screen.rs",
            "shell/view/draw.rs",
        ],
    ),
    ("comfy_table", &["shell/render/table.rs"]),
    ("annotate_snippets", &["shell/report.rs"]),
    ("granit_parser", &["format/curated/yaml.rs"]),
    ("sha2", &["graph/dump.rs", "log/line.rs", "shell/view/html.rs"]),
    ("jiff", &["value/temporal/"]),
    ("lz4_flex", &["graph/stored/texts.rs"]),
    ("postcard", &["graph/stored/bytes.rs"]),
    ("oxigraph", &["rdf/"]),
    ("spareval", &["rdf/"]),
    ("spargebra", &["rdf/"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

/// Every file below `src` by its path there, comments and tests left out.
fn code() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        (name, lines.collect::<Vec<_>>().join("\n"))
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_layer_names_only_layers_below_it() {
    let mut wrong = Vec::new();
    for (file, text) in code() {
        let layer = file.split('/').next().unwrap().trim_end_matches(".rs");
        if matches!(layer, "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("src/{file}: `{layer}` is no layer of the house"));
            continue;
        };
        for (at, _) in text.match_indices("crate::") {
            let rest = &text[at + "crate::".len()..];
            let named: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if named != layer && !allowed.contains(&named.as_str()) {
                wrong.push(format!("src/{file}: `{layer}` names `{named}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_that_have_a_home_stay_there() {
    let strays = |(file, text): (String, String)| {
        let away =
            |(word, homes): &&(&str, &[&str])| text.contains(word) && !homes.iter().any(|home| file.starts_with(home));
        HOMES.iter().filter(away).map(|(word, _)| format!("src/{file}: `{word}`")).collect::<Vec<_>>()
    };
    let wrong: Vec<String> = code().into_iter().flat_map(strays).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
