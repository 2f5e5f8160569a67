//! The graph that ships answers what it promises to answer.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::OnceLock;

use portolan::format::curated;
use portolan::limits::Limits;
use portolan::session::{Answer, Engine};
use portolan::value::text::Shown;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
        let read = curated::read(&[folder]).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        Engine::new(read.snapshot, &read.rules).unwrap()
    })
}

fn ask(query: &str) -> Answer {
    engine().session().run(query, &Limits::default()).unwrap_or_else(|wrong| panic!("{query}: {wrong:?}"))
}

/// One line a row, columns separated by ` | `.
fn rows(query: &str) -> Vec<String> {
    let answer = ask(query);
    assert!(answer.warnings.is_empty(), "{query}: {:?}", answer.warnings);
    let shown = |row: &Vec<_>| {
        let cells: Vec<String> = row.iter().map(|value| Shown(value, &answer.entities).to_string()).collect();
        cells.join(" | ")
    };
    answer.rows.iter().map(shown).collect()
}

const QUESTION: &str = "MATCH (c:Manufacturer)-[:DEPENDS_ON]->(m:Material)<-[:COVERS]-(x:ExportLicensingRequirement)
    RETURN c.name AS manufacturer, collect(DISTINCT m.name) AS materials ORDER BY manufacturer";

#[test]
fn volkswagen_depends_on_a_licensed_material_in_october_2025_and_not_in_march() {
    let october = rows(&format!("AS OF '2025-10-21' {QUESTION}"));
    assert!(october.iter().any(|row| row.starts_with("'Volkswagen'") && row.contains("dysprosium")), "{october:#?}");
    let march = rows(&format!("AS OF '2025-03-01' {QUESTION}"));
    assert!(!march.is_empty() && !march.iter().any(|row| row.starts_with("'Volkswagen'")), "{march:#?}");
}

#[test]
fn every_row_of_the_question_rests_on_statements_with_sources() {
    let answer = ask(&format!("AS OF '2025-10-21' WHY {QUESTION}"));
    let why = answer.why.unwrap().all();
    assert_eq!(why.rows.len(), answer.rows.len());
    for note in &why.footnotes {
        assert!(!note.citations.is_empty(), "{note:?}");
    }
}

#[test]
fn bmw_is_not_reached_on_the_way_that_it_denies() {
    let october = rows(&format!("AS OF '2025-10-21' {QUESTION}"));
    assert!(!october.iter().any(|row| row.starts_with("'BMW'") || row.starts_with("'Renault'")), "{october:#?}");
    let makes = rows("MATCH (:Company {id: 'bmw'})-[:MAKES]->(p) RETURN p.id");
    assert_eq!(makes, ["'battery-electric-vehicle'"]);
    let denied = "MATCH (c:Company)-[u:USES]->(:Product {id: 'ndfeb-magnet'}) WHERE polarity(u) = 'not' RETURN c.id, u.in ORDER BY c.id";
    assert_eq!(rows(denied), ["'bmw' | 'traction-motor'", "'renault' | 'traction-motor'"]);
}

#[test]
fn exactly_seven_rare_earth_elements_are_under_a_licence_in_december_2025() {
    let query = "AS OF '2025-12-01' MATCH (:ExportLicensingRequirement)-[:COVERS]->(e:Element)-[:BROADER]->({id: 'rare-earths'})
        WITH DISTINCT e.id AS id ORDER BY id RETURN id";
    let expected = ["'dysprosium'", "'gadolinium'", "'lutetium'", "'samarium'", "'scandium'", "'terbium'", "'yttrium'"];
    assert_eq!(rows(query), expected);
}

#[test]
fn the_october_announcements_were_never_in_force_and_nobody_knows_after_10_november_2026() {
    for number in [55, 56, 57, 58] {
        let status =
            |day: &str| rows(&format!("MATCH (m {{id: 'cn-2025-{number}#1'}}) RETURN status(m, date('{day}'))"));
        assert_eq!(status("2025-11-06"), ["'announced'"]);
        assert_eq!(status("2025-11-08"), ["'suspended'"]);
        assert_eq!(status("2026-11-10"), ["'suspended'"]);
        assert_eq!(status("2026-11-11"), ["'unknown'"]);
        let covers = format!("MATCH ({{id: 'cn-2025-{number}#1'}})-[:COVERS]->(x) RETURN count(x)");
        for day in ["2025-11-08", "2026-05-01", "2026-11-10", "2026-11-20"] {
            assert_eq!(rows(&format!("AS OF '{day}' {covers}")), ["0"], "No. {number} on {day}");
        }
    }
}

#[test]
fn as_known_on_15_october_the_october_controls_are_announced_and_not_suspended() {
    let query = "AS OF '2025-10-15' AS KNOWN ON '2025-10-15' MATCH (:Instrument)-[:PROVIDES]->(m:Measure)
        WHERE m.id IN ['cn-2025-55#1', 'cn-2025-56#1', 'cn-2025-57#1', 'cn-2025-58#1'] RETURN DISTINCT status(m)";
    assert_eq!(rows(query), ["'announced'"]);
    let later = "AS OF '2025-12-01' AS KNOWN ON '2025-10-15' MATCH (m {id: 'cn-2025-57#1'}) RETURN in_force(m)";
    assert_eq!(rows(later), ["true"]);
}

#[test]
fn a_listed_company_is_not_hit_while_its_listing_is_suspended_and_stays_on_the_list() {
    let hit = "MATCH (m:EntityListing)-[:TARGETS]->({id: 'skydio'}) RETURN m.id";
    assert_eq!(rows(&format!("AS OF '2025-05-13' {hit} ORDER BY m.id")), ["'cn-2025-13#1'", "'cn-uel-2025-7#1'"]);
    assert_eq!(rows(&format!("AS OF '2025-05-14' {hit}")), ["'cn-2025-13#1'"]);
    assert!(rows(&format!("AS OF '2025-12-01' {hit}")).is_empty());
    let lists = "AS OF '2025-12-01' MATCH ({id: 'skydio'})-[:LISTED_ON]->(l) RETURN l.id ORDER BY l.id";
    assert_eq!(rows(lists), ["'cn-export-control-list'", "'cn-unreliable-entity-list'"]);
}

#[test]
fn the_control_list_holds_every_name_of_its_eleven_announcements() {
    let query = "MATCH (i:Instrument)-[:AMENDS]->({id: 'cn-export-control-list'}), (i)-[:PROVIDES]->(m)
        RETURN count(DISTINCT i), COUNT { MATCH (c)-[:LISTED_ON]->({id: 'cn-export-control-list'}) RETURN DISTINCT c }";
    assert_eq!(rows(query), ["11 | 153"]);
}

#[test]
fn what_is_only_considered_is_hidden_unless_asked_for() {
    let query = "MATCH (p:Plan) WHERE p.name CONTAINS 'purchasing' RETURN count(p) > 0";
    assert_eq!(rows(query), ["false"]);
    assert_eq!(rows(&format!("INCLUDING UNREALISED {query}")), ["true"]);
}

#[test]
fn both_figures_for_china_s_part_of_mining_stand_side_by_side_with_who_says_so() {
    let query = "MATCH (o:Observation)-[:OBSERVES {role: 'of'}]->({id: 'rare-earths'}), (o)-[:OBSERVES {role: 'in'}]->({id: 'china'})
        WHERE o.indicator = 'mine-output-share' RETURN o.value, o.year, claimed_by(o)";
    let found = rows(query);
    for row in
        ["60.0 | null | ['International Energy Agency', 'Realist English']", "69.2 | 2024 | ['US Geological Survey']"]
    {
        assert!(found.iter().any(|line| line == row), "{row} in {found:#?}");
    }
}

/// Whether a meaning says more than the name that it is the meaning of.
fn says_more(name: &str, about: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('_', " ");
    let name: Vec<String> = plain(name).split(' ').map(ToOwned::to_owned).collect();
    let filler = ["a", "an", "the", "is", "of", "in", "it"];
    plain(about).split_whitespace().any(|word| !filler.contains(&word) && !name.iter().any(|part| part == word))
}

#[test]
fn every_label_type_and_property_of_the_schema_says_in_one_line_what_it_means() {
    let snapshot = engine().snapshot();
    let schema = snapshot.schema();
    let labels = schema.labels.iter().map(|(name, def)| (name, &def.about));
    let types = schema.relationships.iter().map(|(name, def)| (name, &def.about));
    let properties = schema.properties.iter().map(|(name, def)| (name, &def.about));
    let silent = |(name, about): &(&String, &String)| !says_more(name, about) || about.contains('\n');
    let lacking: Vec<&String> = labels.chain(types).chain(properties).filter(silent).map(|(name, _)| name).collect();
    assert!(lacking.is_empty(), "no meaning in graph-data/schema.yaml: {lacking:?}");
}

#[test]
fn every_file_is_laid_out_as_fmt_does() {
    let home = concat!(env!("CARGO_MANIFEST_DIR"), "/graph-data");
    let (texts, _) = curated::texts(&[home.into()]);
    let otherwise: Vec<&str> = texts
        .iter()
        .filter(|file| Path::new(&file.name).extension().is_some_and(|ending| ending == "yaml"))
        .filter(|file| curated::formatted(&file.text).unwrap() != file.text)
        .map(|file| file.name.as_str())
        .collect();
    assert!(otherwise.is_empty(), "`portolan fmt graph-data` writes anew {otherwise:?}");
}

#[test]
fn every_statement_is_cited_and_no_source_is_still_to_be_found() {
    let uncited = "INCLUDING ALL MATCH ()-[r]->() WHERE size(sources(r)) = 0 RETURN count(r)";
    assert_eq!(rows(uncited), ["0"]);
    let many = "INCLUDING ALL MATCH ()-[r]->() RETURN count(r) >= 400";
    assert_eq!(rows(many), ["true"]);
}

#[test]
fn the_additional_rate_on_china_is_the_sum_of_its_layers_on_each_day() {
    let query =
        "MATCH (law:Instrument)<-[:BASED_ON]-(act:Instrument)-[:PROVIDES]->(m:ImportTariff)-[:TARGETS]->({id: 'china'})
        WHERE law.id IN ['us-ieepa', 'us-trade-act-122'] RETURN sum(m.rate)";
    let days = [
        ("2025-02-04", "10.0"),
        ("2025-03-04", "20.0"),
        ("2025-04-05", "30.0"),
        ("2025-04-09", "104.0"),
        ("2025-04-20", "145.0"),
        ("2025-06-01", "30.0"),
        ("2026-01-01", "20.0"),
        ("2026-03-01", "10.0"),
    ];
    for (day, rate) in days {
        assert_eq!(rows(&format!("AS OF '{day}' {query}")), [rate], "{day}");
    }
}

#[test]
fn the_undertaking_frees_one_car_from_the_countervailing_duty_and_leaves_it_the_ordinary_one() {
    let query = "MATCH (m:ImportMeasure)-[:COVERS]->({id: 'cn-87038010'}), (m)-[t:TARGETS]->(x)
        WHERE x.id IN ['volkswagen-anhui', 'all-origins'] RETURN sum(coalesce(t.rate, m.rate))";
    assert_eq!(rows(&format!("AS OF '2026-02-01' {query}")), ["30.7"]);
    assert_eq!(rows(&format!("AS OF '2026-03-01' {query}")), ["10.0"]);
}

#[cfg(feature = "rdf")]
mod rdf {
    use std::sync::Arc;

    use portolan::diag::SourceText;
    use portolan::graph::{Frame, GraphView, Lens, Snapshot, dump};
    use portolan::limits::Limits;
    use portolan::rdf::{Base, Extent, Format, Style, query, read, write};
    use portolan::value::Date;

    use super::engine;

    fn written(snapshot: &Snapshot, style: Style) -> (String, usize) {
        let lens = Lens::new(snapshot, Frame::default());
        let mut text = Vec::new();
        let view = GraphView::new(snapshot, &lens);
        let written = write(view, Extent::Whole, style, Format::Turtle, &Base::default(), &mut text).unwrap();
        assert_eq!(written.lost, []);
        (String::from_utf8(text).unwrap(), written.triples)
    }

    #[test]
    fn the_whole_graph_comes_back_from_rdf_the_same() {
        let snapshot = engine().session().graph(&Limits::default()).unwrap();
        for style in [Style::Reified, Style::Rdf12] {
            let (text, _) = written(&snapshot, style);
            let source = Arc::new(SourceText::new("graph.ttl", text));
            let back = read(&source, Format::Turtle, &Base::default()).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
            assert!(back.warnings.is_empty(), "{:?}", back.warnings);
            assert!(dump(&back.builder.finish()) == dump(&engine().snapshot()), "{style:?} differs");
        }
    }

    #[test]
    fn sparql_counts_the_triples_that_are_written() {
        let snapshot = engine().session().graph(&Limits::default()).unwrap();
        let lens = Lens::new(&snapshot, Frame::default());
        let text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }";
        let view = GraphView::new(&snapshot, &lens);
        let counted = query(view, text, Style::Reified, &Base::default(), &Limits::default()).unwrap();
        assert_eq!(counted.rows(), [[written(&snapshot, Style::Reified).1.to_string()]]);
    }

    #[test]
    fn sparql_and_the_graph_language_agree_on_who_depends_on_dysprosium() {
        let mut session = engine().session();
        session.frame.valid = portolan::graph::ValidTime::AsOf("2025-10-21".parse::<Date>().unwrap().first());
        let snapshot = session.graph(&Limits::default()).unwrap();
        let lens = Lens::new(&snapshot, session.frame);
        let text = "SELECT DISTINCT ?name { ?c a ns:Manufacturer ; ns:DEPENDS_ON id:dysprosium ; rdfs:label ?name }
                    ORDER BY ?name";
        let view = GraphView::new(&snapshot, &lens);
        let found = query(view, text, Style::None, &Base::default(), &Limits::default()).unwrap();
        let ours = super::rows(
            "AS OF '2025-10-21' MATCH (c:Manufacturer)-[:DEPENDS_ON]->({id: 'dysprosium'})
             RETURN DISTINCT c.name AS name ORDER BY name",
        );
        let theirs: Vec<String> = found.rows().iter().map(|row| format!("'{}'", row[0])).collect();
        assert!(!ours.is_empty());
        assert_eq!(theirs, ours);
    }
}

#[test]
fn no_set_of_reasons_holds_another() {
    let answer = ask("AS OF '2025-10-21' WHY
        MATCH (c:Manufacturer)-[:DEPENDS_ON]->(m:Material)<-[:COVERS]-(x:ExportLicensingRequirement) RETURN c.id, m.id, x.id");
    let reasons = answer.why.unwrap().all();
    assert!(reasons.rows.iter().any(|sets| sets.len() > 1));
    for sets in &reasons.rows {
        for (at, set) in sets.iter().enumerate() {
            let mut others = sets.iter().enumerate().filter(|(other, _)| *other != at);
            assert!(!others.any(|(_, other)| set.iter().all(|note| other.contains(note))), "{sets:?}");
        }
    }
    // What differs only in a node that a relationship names is no further alternative.
    assert!(!reasons.remarks.iter().any(|remark| remark.contains("more than")), "{:?}", reasons.remarks);
}
