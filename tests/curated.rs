//! Curated files: what is read, and what is said about every mistake.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::print_stderr, reason = "a test says what it skipped")]

#[path = "curated/json_schema.rs"]
mod json_schema;
#[path = "curated/tidy.rs"]
mod tidy;
#[path = "curated/yaml.rs"]
mod yaml;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use portolan::diag::{Diagnostic, SourceText};
use portolan::format::curated::{self, Curated, Rows};
use portolan::graph;
use portolan::limits::Limits;
use portolan::session::{Answer, Engine};
use portolan::value::Value;
use portolan::value::text::Shown;
use proptest::prelude::*;

const SOURCES: &str = "
sources:
  - {id: gazette, publisher: The Ministry, title: Gazette, date: 2025-04-04}
  - {id: daily, publisher: The Daily, title: News, date: 2025-10-20}
nodes:
  - {id: ministry, is: PublicBody, name: Ministry, cite: gazette}
  - {id: dysprosium, is: Element, name: dysprosium, cite: gazette}
  - {id: holmium, is: Element, name: holmium, cite: gazette}
";

const ACT: &str = "
instrument:
  id: act-1
  name: Act 1
  published: 2025-04-04
  ISSUED_BY: ministry
  cite: {source: gazette, at: preamble}
  status:
    - {announced: 2025-04-04}
    - {suspended: 2025-11-07, through: 2026-11-10, known: 2025-11-07, on: act-1#2}
measures:
  - id: act-1#1
    is: ExportLicensingRequirement
    name: first
    status: [{in_force: 2025-04-04}]
    COVERS: dysprosium
  - id: act-1#2
    is: ExportLicensingRequirement
    name: second
    status: [{in_force: 2025-11-08}]
    COVERS: {to: [holmium], note: a remark}
statements:
  - {subject: ministry, RELIES_ON: dysprosium, from: ~2025-11, modality: claim, claimed_by: ministry, cite: daily}
";

fn read(texts: &[(&str, &str)]) -> Result<Curated, Vec<Diagnostic>> {
    curated::read_texts(texts.iter().map(|(name, text)| Arc::new(SourceText::new(*name, *text))).collect())
}

fn ask(query: &str) -> Answer {
    let read = read(&[("sources.yaml", SOURCES), ("act.yaml", ACT)]).unwrap();
    let engine = Engine::new(read.snapshot, &read.rules).unwrap();
    engine.session().run(query, &Limits::default()).unwrap()
}

/// One line a row, columns separated by ` | `.
fn rows(query: &str) -> Vec<String> {
    let answer = ask(query);
    let shown = |row: &Vec<_>| {
        let cells: Vec<String> = row.iter().map(|value| Shown(value, &answer.entities).to_string()).collect();
        cells.join(" | ")
    };
    answer.rows.iter().map(shown).collect()
}

/// `file:line:column code message`, as a user would look the place up.
fn places(wrong: &[Diagnostic]) -> Vec<String> {
    let place = |diagnostic: &Diagnostic| {
        let file = diagnostic.file.as_ref().unwrap();
        let at = file.position(diagnostic.labels.first().map_or(0, |label| label.span.start));
        format!("{}:{}:{} {} {}", file.name, at.line, at.column, diagnostic.code.id, diagnostic.message)
    };
    wrong.iter().map(place).collect()
}

/// The mistakes of a file that stands beside the sources.
fn mistakes(text: &str) -> Vec<String> {
    places(&read(&[("sources.yaml", SOURCES), ("a.yaml", text)]).unwrap_err())
}

#[test]
fn the_order_of_files_and_sections_plays_no_part() {
    let one = read(&[("sources.yaml", SOURCES), ("act.yaml", ACT)]).unwrap();
    let other = read(&[("act.yaml", ACT), ("sources.yaml", SOURCES)]).unwrap();
    assert_eq!(one.snapshot.catalog().n_nodes(), other.snapshot.catalog().n_nodes());
    assert_eq!(one.snapshot.catalog().n_rels(), other.snapshot.catalog().n_rels());
}

#[test]
fn a_clause_covers_while_it_is_in_force() {
    let query = "MATCH (m:Measure)-[:COVERS]->(x:Material) RETURN m.id, x.id ORDER BY m.id";
    assert_eq!(rows(&format!("AS OF '2025-04-03' {query}")), [""; 0]);
    assert_eq!(rows(&format!("AS OF '2025-12-01' {query}")), ["'act-1#1' | 'dysprosium'"]);
    let both = ["'act-1#1' | 'dysprosium'", "'act-1#2' | 'holmium'"];
    assert_eq!(rows(&format!("AS OF '2026-11-11' {query}")), both);
}

#[test]
fn what_an_act_says_is_known_since_its_publication_and_a_suspension_since_it_was_made_known() {
    let query = "MATCH (m:Measure)-[:COVERS]->(x) RETURN x.id";
    assert_eq!(rows(&format!("AS OF '2025-12-01' AS KNOWN ON '2025-10-15' {query}")), ["'dysprosium'", "'holmium'"]);
    assert_eq!(rows(&format!("AS OF '2025-12-01' AS KNOWN ON '2025-04-03' {query}")), [""; 0]);
}

#[test]
fn a_clause_has_the_citation_of_its_act_and_a_claim_its_own() {
    assert_eq!(
        rows("MATCH (:Measure {id: 'act-1#1'})-[c:COVERS]->() RETURN sources(c)[0].at, valid_from(c)"),
        ["'preamble' | '2025-04-04'"]
    );
    assert_eq!(
        rows("MATCH ()-[r:RELIES_ON]->() RETURN valid_from(r), modality(r), recorded(r).learnt"),
        ["'~2025-11' | 'claim' | '2025-10-20'"]
    );
}

#[test]
fn five_mistakes_are_five_messages_each_at_its_place() {
    let text = "
instrument: {id: act-2, name: Act 2, published: 2025-13-04, cite: gazette}
measures:
  - {id: act-2#1, is: ExportBan, name: ban, COVERS: [dysprosum]}
nodes:
  - {id: ministry, is: PublicBody, name: again, cite: gazette}
  - {id: other, is: Country, naem: Other, cite: gazette}
statements:
  - {subject: ministry, RELIES_ON: holmium, from: 2025}
";
    let wrong = read(&[("sources.yaml", SOURCES), ("a.yaml", text)]).unwrap_err();
    assert_eq!(
        places(&wrong),
        [
            "a.yaml:2:49 D305 `2025-13-04` is not a date: the calendar has no such day",
            "a.yaml:4:54 D303 no node `dysprosum`",
            "a.yaml:6:10 D304 `ministry` is declared twice",
            "a.yaml:7:30 D302 no key `naem` here",
            "a.yaml:9:6 D306 a statement without a source",
        ]
    );
    assert_eq!(wrong[1].help, ["did you mean `dysprosium`?"]);
    assert_eq!(wrong[3].help, ["did you mean `name`?"]);
    assert_eq!(wrong[2].notes, ["the first time at sources.yaml:6:10"]);
}

#[test]
fn a_statement_names_a_declared_type_between_nodes_that_it_allows() {
    assert_eq!(
        mistakes("statements:\n  - {subject: ministry, COVERS: holmium, cite: gazette}"),
        ["a.yaml:2:25 D309 `ministry` is a PublicBody, and COVERS starts from Measure"]
    );
    assert_eq!(
        mistakes("statements:\n  - {subject: ministry, RELY_ON: holmium, cite: gazette}"),
        ["a.yaml:2:25 D308 no relationship type `RELY_ON`"]
    );
}

#[test]
fn a_label_is_declared_and_not_one_that_a_rule_gives() {
    assert_eq!(
        mistakes("nodes:\n  - {id: x, is: Manufacturer, name: X, cite: gazette}"),
        ["a.yaml:2:17 D308 `Manufacturer` is given by a rule"]
    );
}

#[test]
fn a_period_has_one_end_and_ends_after_it_begins() {
    let statement =
        |dates: &str| format!("statements:\n  - {{subject: ministry, RELIES_ON: holmium, {dates}, cite: daily}}");
    assert_eq!(
        mistakes(&statement("from: 2025-02-01, until: 2025-02-01")),
        ["a.yaml:2:70 D311 a period that ends before it begins"]
    );
    assert_eq!(
        mistakes(&statement("until: 2025-02-01, through: 2025-02-01")),
        ["a.yaml:2:64 D311 both `until` and `through`"]
    );
}

#[test]
fn text_that_is_not_yaml_is_one_message_at_its_place() {
    let wrong = mistakes("nodes:\n  - {id: x, is: [Country, name: X");
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].starts_with("a.yaml:2:") && wrong[0].contains("D301"), "{wrong:?}");
}

#[test]
fn a_file_of_another_shape_says_what_was_expected() {
    assert_eq!(mistakes("- a\n- b"), ["a.yaml:1:1 D313 a curated file is a mapping, not a list"]);
    assert_eq!(mistakes("nodes: yes"), ["a.yaml:1:8 D313 `nodes` is a list, not a text"]);
}

#[test]
fn folders_and_files_that_are_not_there_are_named() {
    let wrong = curated::read(&["no/such/folder".into()]).unwrap_err();
    assert!(wrong[0].message.starts_with("cannot read `no/such/folder`"), "{wrong:?}");
}

/// `CODE message` of each mistake of a file beside the sources.
fn said(text: &str) -> Vec<String> {
    let wrong = read(&[("sources.yaml", SOURCES), ("wrong.yaml", text)]).unwrap_err();
    wrong.iter().map(|diagnostic| format!("{} {}", diagnostic.code.id, diagnostic.message)).collect()
}

#[test]
fn one_mistake_is_said_once() {
    let misspelt_source = ACT.replace("{source: gazette, at: preamble}", "gazete");
    assert_eq!(said(&misspelt_source), ["D307 no source `gazete`"]);
    let subject = "statements:\n  - {sbject: ministry, RELIES_ON: dysprosium, cite: daily}\n";
    assert_eq!(said(subject), ["D312 `subject` is missing"]);
    let label = "nodes:\n  - {id: x, is: company, name: X, MAKES: holmium, cite: daily}\n";
    assert_eq!(said(label), ["D308 no label `company`"]);
    let state = "nodes:\n  - {id: x, is: Event, name: X, status: [{in_forse: 2025-01-01}], cite: daily}\n";
    assert_eq!(said(state), ["D302 no key `in_forse` here"]);
    let number =
        "figures:\n  - {indicator: share, of: holmium, value: 60%, unit: percent, denominator: all, cite: daily}\n";
    assert_eq!(said(number), ["D310 `60%` is no value of `value`"]);
}

#[test]
fn a_mistake_does_not_hide_the_others_beside_it() {
    let entry = "nodes:\n  - {id: x, is: Event, name: X, status: [{in_forse: 2025-01-99, cite: nope, unitl: 2025-01-01}], cite: daily}\n";
    assert_eq!(said(entry), ["D302 no key `in_forse` here", "D307 no source `nope`", "D302 no key `unitl` here"]);
    let type_ =
        "nodes:\n  - {id: x, is: Company, name: X, MAKS: {to: holmum, from: 2025-99-99, cite: nope}, cite: daily}\n";
    let found = said(type_);
    for code in ["D308", "D303", "D305", "D307"] {
        assert!(found.iter().any(|line| line.starts_with(code)), "{code} in {found:?}");
    }
    let nameless = "nodes:\n  - {is: Compny, nmae: X, cite: nope}\n";
    let found = said(nameless);
    for code in ["D312", "D308", "D302", "D307"] {
        assert!(found.iter().any(|line| line.starts_with(code)), "{code} in {found:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_mistakes_of_the_others() {
    let wrong = read(&[
        ("sources.yaml", SOURCES),
        ("broken.yaml", "nodes:\n  - {id: \"broken\n"),
        ("other.yaml", "nodes:\n  - {id: x, is: Compny, name: X, MEMBER_OF: broken, cite: daily}\n"),
    ])
    .unwrap_err();
    let codes: Vec<&str> = wrong.iter().map(|diagnostic| diagnostic.code.id).collect();
    // `broken` may be declared in what could not be read: that is a note, not a mistake.
    assert_eq!(codes, ["D301", "D308"]);
    assert!(wrong.iter().any(|diagnostic| diagnostic.notes.iter().any(|note| note.contains("1 ids were not found"))));
}

#[test]
fn what_can_mean_nothing_is_refused() {
    let node = |rest: &str| format!("nodes:\n  - {{id: x, is: Company, name: X, cite: daily, {rest}}}\n");
    for (text, code) in [
        ("nodes:\n  - {id: x, is: [], name: X, cite: daily}\n".to_owned(), "D312"),
        (node("MEMBER_OF: {to: ministry, periods: []}"), "D311"),
        (node("USES: [holmium, holmium]"), "D304"),
        (node("USES: {to: holmium, known: 2025-05-01, retracted: 2025-01-01}"), "D311"),
        (node("USES: {to: holmium, in: here, props: {in: there}}"), "D316"),
        (
            "figures:\n  - {indicator: share, of: holmium, low: 5, high: 1, unit: percent, denominator: all, cite: daily}\n"
                .to_owned(),
            "D310",
        ),
        ("sources:\n  - {id: s, publisher: P, title: T, kind: nonsense}\n".to_owned(), "D310"),
    ] {
        let found = said(&text);
        assert!(found.iter().any(|line| line.starts_with(code)), "{code} in {found:?} of {text}");
    }
}

#[test]
fn a_thing_is_part_of_one_thing_at_a_time_unless_that_is_contested() {
    let countries =
        "nodes:\n  - {id: g, is: Country, name: G, cite: daily}\n  - {id: h, is: Country, name: H, cite: daily}\n";
    let body = |of: &str| format!("{countries}  - {{id: b, is: PublicBody, name: B, PART_OF: {of}, cite: daily}}\n");
    assert_eq!(said(&body("[g, h]")), ["D309 `b` has one PART_OF at a time, and `g` holds on the same days"]);
    for fine in [
        "[{to: g, from: 2020-01-01, until: 2021-01-01}, {to: h, from: 2021-01-01}]",
        "[{to: g}, {to: h, modality: claim, claimed_by: ministry}]",
    ] {
        assert!(read(&[("sources.yaml", SOURCES), ("body.yaml", &body(fine))]).is_ok(), "{fine}");
    }
}

#[test]
fn an_act_makes_known_what_it_does_wherever_it_is_declared() {
    let text = "
nodes:
  - {id: repeal, is: Instrument, name: Repeal, published: 2025-03-20, cite: gazette}
instrument:
  id: act-2
  name: Act 2
  published: 2025-01-01
  cite: gazette
measures:
  - {id: m, is: ExportBan, name: M, COVERS: holmium, status: [{in_force: 2025-02-01}, {repealed: 2025-04-01, by: repeal}]}
";
    let read = read(&[("sources.yaml", SOURCES), ("act-2.yaml", text)]).unwrap();
    let engine = Engine::new(read.snapshot, &read.rules).unwrap();
    let status = |known: &str| {
        let query = format!("AS OF '2025-06-10' AS KNOWN ON '{known}' MATCH (m:ExportBan) RETURN status(m)");
        engine.session().run(&query, &Limits::default()).unwrap().rows[0][0].to_string()
    };
    assert_eq!(status("2025-03-19"), "'in force'");
    assert_eq!(status("2025-03-20"), "'repealed'");
}

#[test]
fn a_file_of_mistakes_is_answered_as_fast_as_it_is_long() {
    let mut many = String::from("nodes:\n");
    for i in 0..20_000 {
        many.push_str("  - {id: n");
        many.push_str(&i.to_string());
        many.push_str(", is: Company, name: N, HEADQUARTERED_IN: m");
        many.push_str(&i.to_string());
        many.push_str(", cite: daily}\n");
    }
    assert_eq!(said(&many).len(), 20_000);
    let keys: Vec<String> = (0..20_000).map(|i| format!("k{i}: v")).collect();
    let wide = format!("nodes:\n  - {{id: x, is: Company, name: N, cite: daily, {}}}\n", keys.join(", "));
    assert_eq!(said(&wide).len(), 20_000);
}

#[test]
fn an_entry_in_another_file_is_the_entry_that_would_stand_in_the_act() {
    let entry =
        "{withdrawn: 2025-12-01, by: ministry, part: first, known: 2025-12-02, cite: {source: daily, at: p. 3}}";
    let act = ACT.replace(
        "status: [{in_force: 2025-04-04}]\n    COVERS",
        &format!("status: [{{in_force: 2025-04-04}}, {entry}]\n    COVERS"),
    );
    assert_ne!(act, ACT);
    let apart = format!("chains:\n  - {{of: act-1#1, status: [{entry}]}}\n");
    let inside = read(&[("s.yaml", SOURCES), ("a.yaml", &act)]).unwrap();
    let beside = read(&[("s.yaml", SOURCES), ("a.yaml", ACT), ("b.yaml", &apart)]).unwrap();
    assert_eq!(graph::dump(&inside.snapshot), graph::dump(&beside.snapshot));
}

#[test]
fn an_entry_of_a_history_in_another_file_is_the_entry_that_would_stand_in_the_node() {
    let tariff =
        "nodes:\n  - {id: duty, is: ImportTariff, cite: gazette, rate: {history: [{value: 10, from: 2025-02-04}]}}\n";
    let entry = "{value: 20, from: 2025-03-04, known: 2025-03-03, cite: {source: daily, at: p. 3}}";
    let whole = tariff.replace("2025-02-04}]", &format!("2025-02-04}}, {entry}]"));
    let apart = format!("histories:\n  - {{of: duty, rate: {{history: [{entry}]}}}}\n");
    let inside = read(&[("s.yaml", SOURCES), ("t.yaml", &whole)]).unwrap();
    for files in [["t.yaml", "u.yaml"], ["u.yaml", "t.yaml"]] {
        let text = |name: &str| if name == "t.yaml" { tariff } else { apart.as_str() };
        let texts = [("s.yaml", SOURCES), (files[0], text(files[0])), (files[1], text(files[1]))];
        assert_eq!(graph::dump(&inside.snapshot), graph::dump(&read(&texts).unwrap().snapshot));
    }
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_mappings_of_public_tables_load_every_row() {
    let tables = here("../shared/data");
    if !tables.is_dir() {
        eprintln!("skipped: the public tables are not here");
        return;
    }
    let mappings = ["hs-2022", "us-section-301", "countries"].map(|name| here(&format!("docs/import/{name}.yaml")));
    let paths: Vec<PathBuf> = [here("graph-data")].into_iter().chain(mappings).collect();
    let (texts, unreadable) = curated::texts(&paths);
    let read = curated::read_watched(texts, unreadable, Some(tables.clone()), Rows::Entries, &Arc::default()).unwrap();
    let engine = Engine::new(read.snapshot, &read.rules).unwrap();
    let count = |query: &str| match engine.session().run(query, &Limits::default()).unwrap().rows[0][0] {
        Value::Int(count) => usize::try_from(count).unwrap(),
        ref other => panic!("{query}: {other}"),
    };
    // The tables themselves are the oracle.
    let cells = |name: &str, column: usize| -> Vec<String> {
        let mut reader = csv::Reader::from_path(tables.join(name)).unwrap();
        reader.records().map(|record| record.unwrap()[column].to_owned()).collect()
    };
    let lines: BTreeSet<String> = cells("us-section-301-lines.csv", 0).into_iter().collect();
    let of_chapter_28 = lines.iter().filter(|line| line.starts_with("28")).count();
    let listed = "MATCH (:ProductCode {nomenclature: 'HTS'})-[:LISTED_ON]->(l:List) WHERE l.name STARTS WITH 'Section 301' RETURN count(*)";
    assert_eq!(count(listed), cells("us-section-301-lines.csv", 0).len());
    let under_28 = "MATCH (:ProductCode {code: '28', nomenclature: 'HS'})<-[:PARENT]-{1,4}(line:ProductCode {nomenclature: 'HTS'})-[:LISTED_ON]->(l:List)
                    WHERE l.name STARTS WITH 'Section 301' RETURN count(DISTINCT line)";
    assert_eq!(count(under_28), of_chapter_28);
    let tree = cells("harmonized-system-2022.csv", 1).iter().filter(|code| *code != "TOTAL").count();
    assert!(count("MATCH (c:ProductCode {nomenclature: 'HS', edition: '2022'}) RETURN count(c)") >= tree);
    assert_eq!(count("MATCH (c:Country {iso3: 'DZA'}) WHERE 'Алжир' IN c.aliases RETURN count(c)"), 1);
    let iso: BTreeSet<String> = cells("country-codes.csv", 2).into_iter().collect();
    assert!(count("MATCH (c:Country) WHERE c.iso3 IS NOT NULL RETURN count(c)") >= iso.len());
}

/// A graph of companies and whom they supply, from two tables; `mappings` say how.
fn by_tables(
    name: &str,
    companies: &str,
    supplies: &str,
    mappings: &str,
) -> [Result<graph::Snapshot, Vec<Diagnostic>>; 2] {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("companies.csv"), companies).unwrap();
    std::fs::write(folder.join("supplies.csv"), supplies).unwrap();
    let text = format!(
        "sources:\n  - {{id: s, publisher: P, title: T, date: 2024-05-01}}\nnodes:\n  - {{id: c0, is: Company, name: here, cite: s}}\nimport:\n{mappings}"
    );
    let texts = vec![Arc::new(SourceText::new(folder.join("m.yaml").display().to_string(), text))];
    let rows = curated::read_watched(texts.clone(), Vec::new(), None, Rows::Entries, &Arc::default());
    let columns = curated::read_watched(texts, Vec::new(), None, Rows::Columns, &Arc::default());
    // Rows that were read as entries can be written as such.
    let went = columns.as_ref().is_ok_and(|read| read.imported.is_none());
    assert!(name != "all-in-columns" || went);
    [rows, columns].map(|read| read.map(|read| read.snapshot))
}

#[test]
fn plain_templates_go_into_columns() {
    let (companies, supplies) =
        ("kind,id,name\none,c1,a\none,c2,b\n", "from,to,share,since,end\nc1,c2,0.5,2024,\nc0,c1,,,\n");
    let [rows, columns] = by_tables("all-in-columns", companies, supplies, &[COMPANIES, SUPPLIES].concat());
    assert_eq!(graph::dump(&rows.unwrap()), graph::dump(&columns.unwrap()));
}

const COMPANIES: &str = "
  - table: companies.csv
    missing: [n/a]
    skip: {kind: total}
    nodes:
      - {id: \"{id}\", is: Company, name: \"{name}\", modality: estimate, cite: s}
";
const SUPPLIES: &str = "
  - table: supplies.csv
    statements:
      - {subject: \"{from}\", SUPPLIES: \"{to}\", share: \"{share}\", from: \"{since}\", until: \"{end}\", cite: s}
";
/// The same table, filled into entries.
const ENTRIES: &str = "
  - table: supplies.csv
    statements:
      - {subject: \"{from}\", SUPPLIES: [\"{to}\"], note: \"by {from}\", cite: s}
";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 120, ..ProptestConfig::default() })]

    /// Rows that go into columns are the graph that the same rows are as entries, and their mistakes are the same.
    #[test]
    fn tables_in_columns_are_what_they_are_row_by_row(
        companies in prop::collection::vec((1_u8..12, 0_u8..40), 0..12),
        supplies in prop::collection::vec((0_u8..12, 0_u8..12, 0_u8..40, 0_u8..40), 0..14),
        how in 0_u8..4,
    ) {
        let mut table = "kind,id,name\n".to_owned();
        for (place, (id, odd)) in companies.iter().enumerate() {
            let name = match odd { 0 => "n/a", 1 => "", 2 => "\"two\nlines\"", 3 => " blanks ", _ => "plain" };
            let kind = if *odd == 4 { "total" } else { "one" };
            // Most ids are new.
            let id = if *odd == 5 { usize::from(*id) } else { place + 1 };
            writeln!(table, "{kind},c{id},{name}").unwrap();
        }
        let mut rels = "from,to,share,since,end\n".to_owned();
        for (from, to, odd, days) in supplies {
            let bound = companies.len() as u8 + 1;
            let to = match odd { 0 => "nobody".to_owned(), 1 => String::new(), _ => format!("c{}", to % bound) };
            let share = match odd { 2 => "much".to_owned(), 3 => String::new(), odd => format!("{}.5", odd % 3) };
            let (since, end) = match days {
                0 => ("2024-02-30", ""),
                1 => ("2024-05-01", "2024-04-01"),
                2 => ("always", ""),
                3..=9 => ("2024-05", "~2025"),
                10..=20 => ("", "2024-06-01"),
                21..=30 => ("2023-01-01", "2025-01-01"),
                _ => ("", ""),
            };
            writeln!(rels, "c{},{to},{share},{since},{end}", from % bound).unwrap();
        }
        let mappings = match how {
            0 => [COMPANIES, SUPPLIES].concat(),
            1 => [SUPPLIES, COMPANIES].concat(),
            2 => [COMPANIES, ENTRIES, SUPPLIES].concat(),
            _ => [COMPANIES, SUPPLIES, SUPPLIES].concat(),
        };
        let [by_rows, by_columns] = by_tables("in-columns", &table, &rels, &mappings);
        match (by_rows, by_columns) {
            (Ok(rows), Ok(columns)) => prop_assert_eq!(graph::dump(&rows), graph::dump(&columns)),
            (Err(rows), Err(columns)) => prop_assert_eq!(rows, columns),
            (rows, columns) => prop_assert!(false, "{:?} and {:?}", rows.is_ok(), columns.is_ok()),
        }
    }
}
