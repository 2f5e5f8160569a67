//! The engine from text to cited rows, on a graph small enough to read.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use portolan::diag::SourceText;
use portolan::graph::{
    Builder, ChainEntry, Citation, End, Meta, Modality, NewEntry, NewNode, NewRel, RelDef, Schema, Source, Start,
    State, Validity, WrittenPeriod,
};
use portolan::limits::Limits;
use portolan::session::{Answer, Engine};
use portolan::value::{Date, NodeId, Value};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

struct Small {
    builder: Builder,
    meta: Meta,
}

impl Small {
    fn node(&mut self, id: &str, label: &str) -> NodeId {
        let text = |value: &str| Value::from(value);
        let node = NewNode {
            id: id.into(),
            labels: vec![label.into()],
            properties: vec![("id".into(), text(id)), ("name".into(), text(id))],
            histories: vec![],
            meta: Meta { validity: Validity::Always, ..Meta::default() },
        };
        self.builder.node(node).unwrap()
    }

    fn rel(&mut self, start: NodeId, kind: &str, end: NodeId) {
        self.rel_with(start, kind, end, self.meta.clone());
    }

    fn rel_with(&mut self, start: NodeId, kind: &str, end: NodeId, meta: Meta) {
        self.builder.rel(NewRel { kind: kind.into(), start, end, properties: vec![], histories: vec![], meta });
    }

    fn entry(&mut self, of: NodeId, state: State, on: &str, end: End, known: &str) {
        let meta = Meta { learnt: Some(date(known)), ..self.meta.clone() };
        let entry =
            ChainEntry { state, on: date(on), end, by: None, de_facto: false, part: None, assumed: false, meta };
        self.builder.status(NewEntry { of: vec![of], entry });
    }
}

/// A carmaker, a car, a motor, a magnet, an element, a control of it, and a control that was suspended before its start.
fn engine() -> Engine {
    let mut schema = Schema::default();
    schema.relationships.insert("COVERS".into(), RelDef { in_force: true, ..RelDef::default() });
    schema.relationships.insert("CONTAINS".into(), RelDef { timeless: true, ..RelDef::default() });
    let mut builder = Builder::new(schema);
    let source =
        Source { id: "notice".into(), publisher: "MOFCOM".into(), title: "Notice".into(), ..Source::default() };
    let source = builder.source(source).unwrap();
    let citation = Citation { source, at: Some("item 1".into()), quote: None, retrieved: None };
    let meta = Meta { validity: Validity::Always, citations: vec![citation], ..Meta::default() };
    let mut small = Small { builder, meta };
    let maker = small.node("volkswagen", "Company");
    let other = small.node("bmw", "Company");
    let car = small.node("electric-car", "Product");
    let motor = small.node("traction-motor", "Product");
    let magnet = small.node("ndfeb-magnet", "Product");
    let dysprosium = small.node("dysprosium", "Material");
    let holmium = small.node("holmium", "Material");
    let control = small.node("cn-2025-18", "ExportLicensingRequirement");
    let late = small.node("cn-2025-57", "ExportLicensingRequirement");
    small.rel(maker, "MAKES", car);
    small.rel(other, "MAKES", car);
    let denial = Meta { negated: true, modality: Modality::Claim, ..small.meta.clone() };
    small.rel_with(other, "USES", magnet, denial);
    small.rel(car, "CONTAINS", motor);
    small.rel(motor, "CONTAINS", magnet);
    small.rel(magnet, "CONTAINS", dysprosium);
    small.rel(control, "COVERS", dysprosium);
    small.rel(late, "COVERS", holmium);
    let considered = Meta { modality: Modality::Considered, ..small.meta.clone() };
    let period = WrittenPeriod { from: Start::On(date("2025-01-01")), to: End::Unknown };
    let considered = Meta { validity: Validity::In(vec![period]), ..considered };
    small.rel_with(maker, "OWNS", other, considered);
    small.entry(control, State::InForce, "2025-04-04", End::Unknown, "2025-04-04");
    let through = End::Through(date("2026-11-10"));
    small.entry(late, State::Suspended, "2025-11-07", through, "2025-11-07");
    small.entry(late, State::InForce, "2025-11-08", End::Unknown, "2025-10-09");
    small.entry(late, State::Unknown, "2026-11-11", End::Unknown, "2026-11-11");
    let rules = [
        "DEFINE (c:Manufacturer) AS MATCH (c:Company)-[:MAKES]->(:Product)",
        "DEFINE (c:Company)-[:DEPENDS_ON {hops: min(length(p))}]->(m:Material) AS
         MATCH p = (c)-[:MAKES|USES]->()-[:CONTAINS]->{0,6}(m)
         WHERE NOT EXISTS { MATCH (c)-[no:USES]->(x) WHERE polarity(no) = 'not' AND x IN nodes(p) }",
    ];
    let rules = std::sync::Arc::new(SourceText::new("rules.cypher", rules.join(";\n")));
    Engine::new(small.builder.finish(), &[rules]).expect("the rules can be used")
}

fn ask(text: &str) -> Answer {
    engine().session().run(text, &Limits::default()).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"))
}

/// The rows as text, a line each.
fn rows(text: &str) -> Vec<String> {
    let row = |row: &Vec<Value>| row.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    ask(text).rows.iter().map(row).collect()
}

const QUESTION: &str =
    "WHY MATCH (c:Manufacturer)-[:DEPENDS_ON]->(m:Material)<-[:COVERS]-(x:ExportLicensingRequirement)
     RETURN c.name AS manufacturer, collect(DISTINCT m.name) AS materials ORDER BY manufacturer";

#[test]
fn a_manufacturer_depends_on_a_material_while_its_control_is_in_force() {
    assert_eq!(rows(&format!("AS OF '2025-10-21' {QUESTION}")), ["'volkswagen' | ['dysprosium']"]);
    assert!(rows(&format!("AS OF '2025-03-01' {QUESTION}")).is_empty());
}

#[test]
fn why_names_every_statement_on_the_way_with_its_source() {
    let why = ask(&format!("AS OF '2025-10-21' {QUESTION}")).why.expect("asked for").all();
    let said: Vec<&str> = why.footnotes.iter().map(|note| note.statement.as_str()).collect();
    for statement in [
        "volkswagen MAKES electric-car",
        "electric-car CONTAINS traction-motor",
        "traction-motor CONTAINS ndfeb-magnet",
        "ndfeb-magnet CONTAINS dysprosium",
        "cn-2025-18 COVERS dysprosium",
        "cn-2025-18 in force from 2025-04-04",
    ] {
        assert!(said.contains(&statement), "{statement} is not among {said:#?}");
    }
    assert!(why.footnotes.iter().all(|note| note.citations[0].source == "notice"));
}

#[test]
fn a_denial_wins_over_the_generic_path_it_speaks_of() {
    assert_eq!(rows("MATCH (c)-[d:DEPENDS_ON]->(m) RETURN c.id, d.hops"), ["'volkswagen' | 4"]);
}

#[test]
fn a_statement_that_says_no_is_matched_only_where_its_polarity_is_asked_for() {
    assert!(rows("MATCH (c)-[u:USES]->(m) RETURN c.id").is_empty());
    assert_eq!(rows("MATCH (c)-[u:USES]->(m) WHERE polarity(u) = 'not' RETURN c.id"), ["'bmw'"]);
}

#[test]
fn a_measure_suspended_before_its_start_has_no_day_in_force_and_then_an_unknown_status() {
    let on =
        |day: &str| rows(&format!("MATCH (m {{id: 'cn-2025-57'}}) RETURN status(m, '{day}'), in_force(m, '{day}')"));
    assert_eq!(on("2025-11-08"), ["'suspended' | false"]);
    assert_eq!(on("2026-11-10"), ["'suspended' | false"]);
    assert_eq!(on("2026-11-11"), ["'unknown' | false"]);
    assert!(rows("AS OF '2026-12-01' MATCH (m {id: 'cn-2025-57'})-[:COVERS]->(x) RETURN x.id").is_empty());
    assert_eq!(
        rows("AS OF '2026-12-01' INCLUDING UNKNOWN MATCH (m {id: 'cn-2025-57'})-[:COVERS]->(x) RETURN x.id"),
        ["'holmium'"]
    );
}

#[test]
fn what_was_known_before_the_suspension_knows_nothing_of_it() {
    let known = "AS OF '2025-12-01' AS KNOWN ON '2025-10-15'";
    assert_eq!(
        rows(&format!("{known} MATCH (m)-[:COVERS]->(x) RETURN x.id ORDER BY x.id")),
        ["'dysprosium'", "'holmium'"]
    );
    assert_eq!(rows("AS OF '2025-12-01' MATCH (m)-[:COVERS]->(x) RETURN x.id"), ["'dysprosium'"]);
}

#[test]
fn what_is_only_considered_is_hidden_until_asked_for_and_the_footer_says_so() {
    let answer = ask("MATCH (a)-[:OWNS]->(b) RETURN a.id");
    assert!(answer.rows.is_empty());
    assert_eq!(answer.footer.expect("a type is named").hidden.unrealised, 1);
    assert_eq!(rows("INCLUDING UNREALISED MATCH (a)-[:OWNS]->(b) RETURN a.id"), ["'volkswagen'"]);
}

#[test]
fn a_misspelt_label_warns_with_the_nearest_one() {
    let answer = ask("MATCH (c:Compny) RETURN c");
    assert_eq!(answer.warnings[0].code.id, "B103");
    assert_eq!(answer.warnings[0].help, ["did you mean `Company`?"]);
}

#[test]
fn expressions_group_sort_and_page_as_in_opencypher() {
    assert_eq!(rows("UNWIND [3, 1, 2, 1] AS x WITH DISTINCT x ORDER BY x DESC LIMIT 2 RETURN collect(x)"), ["[3, 2]"]);
    assert_eq!(rows("UNWIND [1, null, 2] AS x RETURN count(*), count(x), sum(x), avg(x)"), ["3 | 2 | 3 | 1.5"]);
    assert_eq!(rows("RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x * 10] AS odd"), ["[10, 30, 50]"]);
    assert_eq!(
        rows("MATCH (c:Company) OPTIONAL MATCH (c)-[:OWNS]->(o) RETURN c.id, o ORDER BY c.id"),
        ["'bmw' | null", "'volkswagen' | null"]
    );
    assert_eq!(rows("RETURN 1 AS x UNION RETURN 1 AS x UNION RETURN 2 AS x"), ["1", "2"]);
}

#[test]
fn every_mistake_of_a_query_is_reported() {
    let wrong = engine().session().run("MATCH (n) RETURN m, nofunction(n), $p", &Limits::default()).unwrap_err();
    let codes: Vec<&str> = wrong.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(codes, ["B101", "B106", "B109"]);
}

#[test]
fn a_stopped_query_ends_with_a_diagnostic() {
    let limits = Limits::default();
    limits.cancel();
    let wrong = engine().session().run("MATCH (a), (b), (c), (d) RETURN count(*)", &limits).unwrap_err();
    assert_eq!(wrong[0].code.id, "R209");
}

#[test]
fn what_this_version_does_not_run_is_refused_by_name() {
    let text = "CALL { RETURN 1 AS x } IN TRANSACTIONS RETURN x";
    let wrong = engine().session().run(text, &Limits::default()).unwrap_err();
    assert_eq!(wrong[0].code.id, "B122");
}

#[test]
fn a_query_that_holds_more_than_it_may_ends_with_a_diagnostic_and_the_session_goes_on() {
    let session = engine().session();
    let limits = Limits::new(1 << 20, None);
    for text in [
        "UNWIND range(1, 100000) AS x RETURN collect('a text of some length, number ' + toString(x))",
        "UNWIND range(1, 100000) AS x WITH x ORDER BY -x RETURN collect(x)[50000]",
        "UNWIND range(1, 100000) AS x RETURN DISTINCT x",
        "UNWIND range(1, 100000) AS x RETURN toString(x)",
    ] {
        let wrong = session.run(text, &limits).unwrap_err();
        assert_eq!(wrong[0].code.id, "R211", "{text}: {wrong:?}");
    }
    assert_eq!(session.run("RETURN 1 AS x", &limits).unwrap().rows.len(), 1);
}

#[test]
fn a_long_list_is_looked_into_once_a_row_and_not_once_an_element() {
    let mut session = Engine::new(Builder::new(Schema::default()).finish(), &[]).unwrap().session();
    let names = (0..200_000).map(|n| Value::text(&format!("name {n}")));
    session.params.insert("names".into(), Value::list(names.chain([Value::Null])));
    let within = Limits::new(usize::MAX, Some(std::time::Duration::from_secs(20)));
    let query =
        "UNWIND range(1, 20000) AS n WITH 'name ' + toString(n * 11) IN $names AS there RETURN there, count(*) AS n";
    let answer = session.run(query, &within).unwrap();
    // What is not there may be the null.
    let expected = [[Value::Bool(true), Value::Int(18_181)], [Value::Null, Value::Int(1_819)]];
    assert_eq!(answer.rows, expected);
}
