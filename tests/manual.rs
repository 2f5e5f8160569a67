//! The manual says what the program does.
//!
//! `docs/functions.md` is what the tables give, `docs/schema.md` what the schema of the graph that ships says. In the other
//! pages every transcript and every example of a table is repeated, and what stands between markers is written from a table; the
//! rest is prose. `PORTOLAN_MANUAL=rewrite cargo test --test manual` writes all of it anew; read the difference before you keep it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod transcript;

#[path = "manual/data.rs"]
mod data;
#[path = "manual/errors.rs"]
mod errors;
#[path = "manual/functions.rs"]
mod functions;
#[path = "manual/page.rs"]
mod page;
#[path = "manual/schema.rs"]
mod schema;
#[path = "manual/table.rs"]
mod table;
#[path = "curated/yaml.rs"]
mod yaml;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use portolan::diag::code;
use portolan::limits::Limits;
use portolan::parse::ast::{Body, ClauseKind};
use portolan::parse::{KEYWORDS, TokenKind, parse, tokens};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_default()
}

/// Holds a page to what it should be, or makes it so.
fn hold(name: &str, anew: impl FnOnce(&str) -> String) {
    let was = read(name);
    let now = anew(&was);
    if std::env::var_os("PORTOLAN_MANUAL").is_some_and(|value| value == "rewrite") {
        fs::write(path(name), now).unwrap();
    } else if let Some(wrong) = transcript::difference(name, &was, &now) {
        panic!("{wrong}");
    }
}

#[test]
fn the_page_of_functions_is_what_the_tables_give() {
    hold("docs/functions.md", |_| functions::page());
}

#[test]
fn the_page_of_errors_is_what_the_table_gives() {
    hold("docs/errors.md", |_| errors::page());
}

#[test]
fn the_page_of_the_schema_is_what_the_graph_that_ships_declares() {
    hold("docs/schema.md", |_| schema::page());
}

#[test]
fn the_page_of_the_graph_counts_what_its_files_hold_and_its_example_is_read() {
    hold("graph-data/README.md", data::page);
}

#[test]
fn every_link_of_the_page_of_the_graph_leads_somewhere() {
    let text = read("graph-data/README.md");
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for link in links.filter(|link| !link.starts_with("http")) {
        let file = link.split('#').next().unwrap();
        assert!(path("graph-data").join(file).exists(), "{link}");
    }
}

#[test]
fn every_transcript_of_the_manual_repeats_itself() {
    hold("docs/language.md", |text| page::anew("docs/language.md", text));
}

#[test]
fn every_example_of_conformance_gives_what_the_page_says() {
    hold("docs/conformance.md", |text| page::anew("docs/conformance.md", text));
}

#[test]
fn what_conformance_calls_refused_is_an_error_and_what_it_says_holds_is_none() {
    let text = read("docs/conformance.md");
    let mut rows = 0;
    for row in text.lines().filter(|line| line.starts_with("| ") && line.matches(" | ").count() > 2) {
        if row == table::HEAD || row.starts_with("| ---") {
            continue;
        }
        rows += 1;
        let cells = table::cells(row);
        let state = table::STATES.iter().find(|(state, _)| *state == cells[1]);
        let (_, fails) = state.unwrap_or_else(|| panic!("no state `{}`: {row}", cells[1]));
        let failed = transcript::empty().run(table::statement(&cells), &Limits::default()).is_err();
        assert_eq!(failed, *fails, "{row}");
    }
    assert!(rows > 100, "only {rows} rows");
}

/// Whether a statement uses a word, and not only in a text or a comment.
fn uses(statement: &str, word: &str) -> bool {
    let is_word = |kind: &TokenKind| !matches!(kind, TokenKind::Text | TokenKind::Comment);
    tokens(statement).iter().any(|(span, kind)| is_word(kind) && span.of(statement).eq_ignore_ascii_case(word))
}

#[test]
fn every_keyword_is_in_a_chapter_that_shows_it() {
    let chapters = page::chapters(&read("docs/language.md"));
    let mut missing = Vec::new();
    for keyword in KEYWORDS {
        let chapter = chapters.iter().find(|chapter| chapter.title == keyword.chapter && chapter.has_keywords);
        let shown = chapter.is_some_and(|chapter| chapter.statements.iter().any(|text| uses(text, keyword.word)));
        if !shown {
            missing.push(format!("`{}` in “{}”", keyword.word, keyword.chapter));
        }
    }
    assert!(missing.is_empty(), "no transcript shows {}", missing.join(", "));
}

#[test]
fn every_example_of_a_keyword_runs_on_the_graph_that_ships_or_is_refused_by_name() {
    let mut wrong = Vec::new();
    for keyword in KEYWORDS.iter().filter(|keyword| keyword.chapter != "CSV files") {
        match transcript::ships().run(keyword.example, &Limits::default()) {
            Ok(answer) if answer.warnings.is_empty() => {}
            Ok(answer) => wrong.push(format!("{}: {}", keyword.example, answer.warnings[0].message)),
            Err(refused) if refused[0].code == code::NOT_SUPPORTED => {}
            Err(refused) => wrong.push(format!("{}: {}", keyword.example, refused[0].message)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rule of the grammar that a clause is read by.
fn rule(kind: &ClauseKind) -> &'static str {
    match kind {
        ClauseKind::Match { .. } => "match_clause",
        ClauseKind::With(_) => "with",
        ClauseKind::Return(_) => "return_clause",
        ClauseKind::Finish => "finish",
        ClauseKind::Unwind { position: None, .. } => "unwind",
        ClauseKind::Unwind { position: Some(_), .. } => "for_clause",
        ClauseKind::Filter(_) => "filter",
        ClauseKind::Let(_) => "let_clause",
        ClauseKind::OrderBy(_) => "order_clause",
        ClauseKind::Next => "next",
        ClauseKind::Create { .. } => "create",
        ClauseKind::Merge { .. } => "merge",
        ClauseKind::Set(_) => "set",
        ClauseKind::Remove(_) => "remove",
        ClauseKind::Delete { .. } => "delete",
        ClauseKind::Foreach { .. } => "foreach",
        ClauseKind::Call { .. } => "call",
        ClauseKind::CallSubquery { .. } => "call_subquery",
        ClauseKind::LoadCsv { .. } => "load_csv",
        ClauseKind::Verb { .. } => "verb",
    }
}

#[test]
fn every_clause_of_the_grammar_is_shown() {
    let grammar = read("grammar/query.pest");
    let (_, clause) = grammar.split_once("\nclause = {").unwrap();
    let rules = clause.split('}').next().unwrap().split('|').map(str::trim);
    let mut shown = BTreeSet::new();
    for chapter in page::chapters(&read("docs/language.md")) {
        for statement in chapter.statements {
            let Ok(statement) = parse(&statement) else { continue };
            let Body::Query(query) = statement.body else { continue };
            let rest = query.rest.iter().flat_map(|(_, clauses)| clauses);
            shown.extend(query.first.iter().chain(rest).map(|clause| rule(&clause.node)));
        }
    }
    let missing: Vec<&str> = rules.filter(|rule| !shown.contains(rule)).collect();
    assert!(missing.is_empty(), "no transcript shows {missing:?}");
}
