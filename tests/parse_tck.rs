//! Every query of the openCypher suite parses, or fails to, as its scenario says.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and says what it left out")]

use std::path::{Path, PathBuf};

use portolan::parse::{parse, print};

/// Details that parsing itself reports; every other error is for a later stage, so that its query must parse.
const OURS: &[&str] = &[
    "UnexpectedSyntax",
    "IntegerOverflow",
    "FloatingPointOverflow",
    "InvalidNumberLiteral",
    "InvalidUnicodeLiteral",
    "InvalidUnicodeCharacter",
    "InvalidRelationshipPattern",
];

struct Scenario {
    name: String,
    queries: Vec<String>,
    /// The detail of the error that the last query has.
    detail: Option<String>,
}

#[test]
fn every_query_of_the_suite_parses_or_fails_as_its_scenario_says() {
    let folder = std::env::var_os("PORTOLAN_TCK").map_or_else(|| PathBuf::from("../shared/tck"), PathBuf::from);
    let mut files = Vec::new();
    feature_files(&folder.join("features"), &mut files);
    if files.is_empty() {
        eprintln!("skipped: no features in {}; set PORTOLAN_TCK to the folder of the suite", folder.display());
        return;
    }
    let (mut n_queries, mut wrong) = (0, Vec::new());
    for file in files {
        for scenario in scenarios(&std::fs::read_to_string(&file).unwrap()) {
            let last = scenario.queries.len().saturating_sub(1);
            for (at, query) in scenario.queries.iter().enumerate() {
                n_queries += 1;
                let wanted = scenario.detail.as_deref().filter(|detail| at == last && OURS.contains(detail));
                let parsed = parse(query);
                if let Ok(statement) = &parsed {
                    let printed = print(statement);
                    if parse(&printed).as_ref() != Ok(statement) {
                        wrong.push(format!("{query}\n  is printed as\n{printed}\n  {:?}", parse(&printed).err()));
                    }
                }
                let got = parsed.err().and_then(|problems| problems.into_iter().next());
                if got.as_ref().map(|problem| problem.code.detail) != wanted {
                    let got = got
                        .map_or_else(|| "it parses".to_owned(), |problem| format!("{problem}: {:?}", problem.labels));
                    wrong.push(format!(
                        "{}: {}\n{query}\n  wanted {wanted:?}, but {got}",
                        file.display(),
                        scenario.name
                    ));
                }
            }
        }
    }
    eprintln!("{n_queries} queries, {} not as wanted", wrong.len());
    assert!(wrong.is_empty(), "{} of {n_queries} queries:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

fn feature_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            feature_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "feature") {
            files.push(path);
        }
    }
}

/// The scenarios of a feature file, outlines written out.
fn scenarios(text: &str) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        if line.trim().starts_with("Scenario") {
            blocks.push(Vec::new());
        }
        if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    for block in blocks {
        let template = scenario(&block);
        let rows = examples(&block);
        if rows.is_empty() {
            scenarios.push(template);
            continue;
        }
        for row in rows {
            let fill = |text: &str| {
                row.iter().fold(text.to_owned(), |text, (key, value)| text.replace(&format!("<{key}>"), value))
            };
            scenarios.push(Scenario {
                name: template.name.clone(),
                queries: template.queries.iter().map(|query| fill(query)).collect(),
                detail: template.detail.as_deref().map(fill),
            });
        }
    }
    scenarios
}

fn scenario(block: &[&str]) -> Scenario {
    let (mut queries, mut open, mut detail) = (Vec::new(), None::<Vec<&str>>, None);
    for line in block {
        let line = line.trim_end();
        if line.trim() == "\"\"\"" {
            match open.take() {
                Some(lines) => queries.push(lines.join("\n")),
                None => open = Some(Vec::new()),
            }
        } else if let Some(lines) = &mut open {
            lines.push(line);
        } else if line.contains("should be raised at") {
            detail = line.rsplit(": ").next().map(str::to_owned);
        }
    }
    Scenario { name: block.first().map_or("", |line| line.trim()).to_owned(), queries, detail }
}

/// The rows of the tables after `Examples:`, as pairs of column and value.
fn examples(block: &[&str]) -> Vec<Vec<(String, String)>> {
    let (mut rows, mut header, mut inside) = (Vec::new(), None::<Vec<String>>, false);
    for line in block {
        let line = line.trim();
        if line.starts_with("Examples:") {
            (inside, header) = (true, None);
        } else if inside && line.starts_with('|') {
            let cells = cells(line);
            match &header {
                None => header = Some(cells),
                Some(names) => rows.push(names.iter().cloned().zip(cells).collect()),
            }
        }
    }
    rows
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim_start_matches('|').strip_suffix('|').unwrap_or(line);
    let kept = inner.replace("\\|", "\u{0}");
    kept.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}
