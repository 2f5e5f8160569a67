//! RDF: what is written comes back, in every format and style, and SPARQL sees the very same triples.
#![cfg(feature = "rdf")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::sync::Arc;

use portolan::diag::SourceText;
use portolan::graph::{
    Builder, Cardinality, ChainEntry, Citation, Completeness, End, Entity, Frame, GraphView, LabelDef, Lens, Meta,
    Modality, NewEntry, NewNode, NewRel, PropertyDef, PropertyKind, RelDef, Schema, Snapshot, Source, Start, State,
    Statement, ValidTime, Validity, WrittenPeriod, dump,
};
use portolan::limits::Limits;
use portolan::rdf::{Base, Extent, FORMATS, Format, ResultFormat, Results, Style, Written, query, read, write};
use portolan::value::{Date, DateTime, Day, Duration, LocalDateTime, LocalTime, NodeId, Time, Value};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    date(text).day().unwrap()
}

fn period(from: Start, to: End) -> WrittenPeriod {
    WrittenPeriod { from, to }
}

fn schema() -> Schema {
    let is =
        |broader: &[&str]| LabelDef { is: broader.iter().map(ToString::to_string).collect(), ..LabelDef::default() };
    let mut schema = Schema {
        name: "Everything".into(),
        about: "One of each, with \"quotes\"\nand lines".into(),
        licence: Some("CC0".into()),
        base: "https://example.org/".into(),
        cutoff: Some(day("2026-02-28")),
        ..Schema::default()
    };
    schema.labels.insert("Actor".into(), LabelDef { about: "Who acts".into(), ..LabelDef::default() });
    schema.labels.insert("Company".into(), is(&["Organisation", "Actor"]));
    schema.labels.insert("Organisation".into(), is(&["Actor"]));
    schema.labels.insert("Manufacturer".into(), LabelDef { derived: true, ..is(&["Company"]) });
    // The name of a type and of a property too.
    schema.labels.insert("name".into(), LabelDef { about: "a label".into(), ..is(&["name", "rate"]) });
    let covers = RelDef {
        from: vec!["Measure".into()],
        to: vec!["Material".into(), "Product".into()],
        about: "What it covers".into(),
        in_force: true,
        cardinality: Some(Cardinality::FromOne),
        ..RelDef::default()
    };
    schema.relationships.insert("COVERS".into(), covers);
    schema.relationships.insert("CONTAINS".into(), RelDef { timeless: true, ..RelDef::default() });
    let name = RelDef { cardinality: Some(Cardinality::ToOne), about: "a type".into(), ..RelDef::default() };
    schema.relationships.insert("name".into(), name);
    for (kind, word) in PropertyKind::ALL {
        let def = PropertyDef {
            kind,
            list: kind == PropertyKind::Text,
            unit: "percent".into(),
            denominator: if kind == PropertyKind::Float { "the whole".into() } else { String::new() },
            about: "a property".into(),
            history: kind == PropertyKind::Int,
            of: vec!["Company".into(), "COVERS".into()],
            key: kind == PropertyKind::Id,
        };
        schema.properties.insert(if kind == PropertyKind::Id { "name".into() } else { word.to_owned() }, def);
    }
    schema
}

/// A graph with one of everything, and the names that are hard to write.
fn everything() -> Snapshot {
    let mut builder = Builder::new(schema());
    let full = Source {
        id: "cn 18#a".into(),
        publisher: "MOFCOM".into(),
        title: "Announcement \"No. 18\"".into(),
        date: Some(date("~2025-04")),
        url: Some("not an <IRI>".into()),
        locator: Some("shelf 3".into()),
        kind: Some("official".into()),
        language: Some("zh".into()),
        licence: Some("none".into()),
    };
    let full = builder.source(full).unwrap();
    let bare = builder.source(Source { id: "bare".into(), ..Source::default() }).unwrap();
    let mut node = |id: &str, labels: &[&str], properties: Vec<(&str, Value)>, meta: Meta| -> NodeId {
        let labels = labels.iter().map(ToString::to_string).collect();
        let properties = properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        builder.node(NewNode { id: id.into(), labels, properties, histories: vec![], meta }).unwrap()
    };
    let always = Meta { validity: Validity::Always, ..Meta::default() };
    let values = vec![
        ("name", Value::from("Bayerische \"Motoren\"\nWerke")),
        ("float", Value::Float(0.1)),
        ("infinite", Value::Float(f64::INFINITY)),
        ("whole", Value::Float(1.0)),
        ("int", Value::Int(i64::MIN)),
        ("bool", Value::Bool(false)),
        ("date", Value::Date(date("2025-04-04"))),
        ("month", Value::Date(date("2025-04"))),
        ("year", Value::Date(date("2025"))),
        ("about", Value::Date(date("~2025-11"))),
        ("localtime", Value::LocalTime(LocalTime::read("12:00").unwrap())),
        ("time", Value::Time(Time::read("12:31:14.5+05:45").unwrap())),
        ("localdatetime", Value::LocalDateTime(LocalDateTime::read("2025-04-04T12:31").unwrap())),
        ("datetime", DateTime::read("2025-04-04T12:31:14Z").unwrap().into()),
        ("zoned", DateTime::read("2025-10-26T02:30+01:00[Europe/Stockholm]").unwrap().into()),
        ("duration", "P1Y2M10DT2H30M".parse::<Duration>().unwrap().into()),
        ("signs", "P1M-1D".parse::<Duration>().unwrap().into()),
        ("aliases", Value::list(["BMW", "BMW", " \t<b>&amp;\\"].map(Value::from))),
        ("mixed", Value::list([Value::Null, Value::Int(1), Value::list([Value::Float(2.0)]), Value::list([])])),
        ("none", Value::list([])),
        ("1st key, with ü", Value::from("odd\r\u{1}")),
        ("period", Value::list([Value::from("no property name is reserved")])),
        ("blank", Value::from("  ")),
    ];
    let bmw = node("bmw", &["Company"], values, always.clone());
    let magnet = node("ndfeb magnet", &["Product", "name"], vec![("name", Value::Int(3))], Meta::default());
    let bare_node = node("", &[], vec![], Meta::default());
    let clause = node("cn-2025-18#1", &["Measure"], vec![], always.clone());
    let act = node("cn-2025/18", &["Instrument"], vec![], Meta { learnt: Some(date("2025-04-04")), ..always.clone() });
    node("..", &["A", "B-c", "_x"], vec![], Meta { deprecated: true, ..Meta::default() });

    let cite = Citation {
        source: full,
        at: Some("item 1".into()),
        quote: Some("\u{4e2d}\u{56fd}\r\n".into()),
        retrieved: Some(day("2026-01-01")),
    };
    let short = Citation { source: bare, at: None, quote: None, retrieved: None };
    let said = Meta {
        validity: Validity::In(vec![
            period(Start::On(date("2025")), End::Until(date("2025-06"))),
            period(Start::Unknown, End::Unknown),
            period(Start::Always, End::Through(date("~2026"))),
        ]),
        learnt: Some(date("2025-01-01")),
        retracted: Some(date("~2026-01")),
        modality: Modality::Claim,
        negated: true,
        deprecated: true,
        claimed_by: vec![magnet, bmw, magnet],
        citations: vec![cite.clone(), short.clone(), cite.clone()],
        note: Some("our own\nwords".into()),
    };
    let one = |from, to| Meta { validity: Validity::In(vec![period(from, to)]), ..Meta::default() };
    let metas = [
        said.clone(),
        always.clone(),
        one(Start::On(date("2024")), End::Unknown),
        one(Start::Unknown, End::Through(date("2026-02-28"))),
        one(Start::Always, End::Unknown),
        one(Start::Unknown, End::Unknown),
        Meta { validity: Validity::In(vec![]), ..Meta::default() },
        Meta { modality: Modality::Considered, citations: vec![short], ..Meta::default() },
    ];
    let mut rel = |start, kind: &str, end, properties: Vec<(&str, Value)>, histories, meta| {
        let properties = properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        builder.rel(NewRel { kind: kind.into(), start, end, properties, histories, meta });
    };
    for (number, meta) in metas.iter().enumerate() {
        rel(bmw, "USES", magnet, vec![("number", Value::Int(number as i64))], vec![], meta.clone());
    }
    rel(bmw, "name", magnet, vec![("name", Value::from("a name"))], vec![], Meta::default());
    rel(bmw, "odd type/1", bmw, vec![("list", Value::list([Value::Int(1)]))], vec![], Meta::default());
    rel(clause, "COVERS", magnet, vec![], vec![], always.clone());
    let rates = |values: &[(i64, &str)]| -> Vec<(Value, Meta)> {
        values.iter().map(|(rate, from)| (Value::Int(*rate), one(Start::On(date(from)), End::Unknown))).collect()
    };
    let history = vec![("rate".to_owned(), rates(&[(20, "2025"), (10, "2026"), (11, "2026")]))];
    rel(clause, "TARGETS", bmw, vec![("rate", Value::Int(99))], history, always.clone());
    let heads =
        vec![(Value::from("A"), said.clone()), (Value::Null, always.clone()), (Value::list([]), Meta::default())];
    builder.get_mut(bmw).unwrap().histories =
        vec![("head of office".into(), heads), ("int".into(), rates(&[(1, "2025-01-01")]))];

    let mut entry = |of: &[NodeId], state, on: &str, end, by, part: Option<&str>, meta: &Meta| {
        let part = part.map(str::to_owned);
        let entry = ChainEntry {
            state,
            on: date(on),
            end,
            by,
            de_facto: part.is_some(),
            part,
            assumed: false,
            meta: meta.clone(),
        };
        builder.status(NewEntry { of: of.to_vec(), entry });
    };
    entry(&[clause, act], State::Announced, "2025-04-04", End::Unknown, None, None, &always);
    entry(&[clause], State::InForce, "2025-04-04", End::Unknown, Some(act), None, &Meta::default());
    entry(&[clause], State::InForce, "2025-04-04", End::Unknown, Some(act), None, &said);
    entry(&[clause], State::Suspended, "~2025-11", End::Through(date("2026-11")), Some(act), Some("item 2"), &said);
    entry(&[clause], State::Unknown, "2027", End::Until(date("2028")), None, None, &Meta::default());
    entry(&[bare_node], State::StruckDown, "2020-02-02", End::Unknown, None, None, &always);
    builder.checked(clause, day("2026-01-15"));
    for (what, to) in [("COVERS", Some(day("2026-02-28"))), ("COVERS", None), ("a topic/1", None)] {
        builder.complete(Completeness { what: what.into(), of: act, to, meta: said.clone() });
    }
    builder.finish()
}

fn written(snapshot: &Snapshot, frame: Frame, style: Style, format: Format) -> (String, Written) {
    let lens = Lens::new(snapshot, frame);
    let mut text = Vec::new();
    let written =
        write(GraphView::new(snapshot, &lens), Extent::Whole, style, format, &Base::default(), &mut text).unwrap();
    (String::from_utf8(text).unwrap(), written)
}

fn back(text: &str, format: Format) -> Snapshot {
    let file = Arc::new(SourceText::new("graph", text));
    let found = read(&file, format, &Base::default()).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{text}"));
    assert_eq!(found.warnings, []);
    found.builder.finish()
}

/// Every style that keeps everything, in every format that holds it.
fn lossless() -> impl Iterator<Item = (Style, Format)> {
    let styles = [Style::Reified, Style::Rdf12];
    let all = styles.into_iter().flat_map(|style| FORMATS.iter().map(move |info| (style, info)));
    all.filter(|(style, info)| *style == Style::Reified || info.rdf12).map(|(style, info)| (style, info.format))
}

fn as_of(text: &str) -> Frame {
    Frame { valid: ValidTime::AsOf(day(text)), ..Frame::default() }
}

#[test]
fn a_graph_with_everything_in_it_comes_back_the_same() {
    let snapshot = everything();
    for (style, format) in lossless() {
        for frame in [Frame::default(), as_of("2026-05-01")] {
            let (text, written) = written(&snapshot, frame, style, format);
            assert_eq!(written.lost, []);
            assert_eq!(dump(&back(&text, format)), dump(&snapshot), "{style:?} {format:?}");
        }
    }
}

#[test]
fn a_part_holds_what_its_statements_name_and_can_be_read_alone() {
    let snapshot = everything();
    let rel = snapshot.rels().next().unwrap();
    let (_, start, end) = snapshot.rel(rel);
    let part = BTreeSet::from([Statement::Entity(Entity::Rel(rel))]);
    let lens = Lens::new(&snapshot, Frame::default());
    let mut text = Vec::new();
    let view = GraphView::new(&snapshot, &lens);
    let extent = Extent::Of(&part);
    let written = write(view, extent, Style::Reified, Format::NTriples, &Base::default(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(written.triples, text.lines().count());
    let whole = self::written(&snapshot, Frame::default(), Style::Reified, Format::NTriples).0;
    let all: BTreeSet<&str> = whole.lines().collect();
    assert!(text.lines().all(|line| all.contains(line)), "a part says nothing that the whole does not");
    assert!(text.lines().count() < all.len());
    let back = back(&text, Format::NTriples);
    assert_eq!(back.rels().count(), 1);
    let (_, from, to) = back.rel(back.rels().next().unwrap());
    assert_eq!((back.node_id(from), back.node_id(to)), (snapshot.node_id(start), snapshot.node_id(end)));
    let meta = |graph: &Snapshot, rel| graph.meta(Statement::Entity(Entity::Rel(rel))).citations.len();
    assert_eq!(meta(&back, back.rels().next().unwrap()), meta(&snapshot, rel));
}

#[test]
fn six_formats_hold_the_same_triples() {
    let snapshot = everything();
    let lines = |text: &str| -> BTreeSet<String> { text.lines().map(str::to_owned).collect() };
    let (ntriples, reified) = written(&snapshot, Frame::default(), Style::Reified, Format::NTriples);
    assert_eq!(lines(&ntriples).len(), reified.triples, "no triple is written twice");
    for info in FORMATS {
        let (text, other) = written(&snapshot, Frame::default(), Style::Reified, info.format);
        assert_eq!(other.triples, reified.triples);
        let (again, _) = written(&back(&text, info.format), Frame::default(), Style::Reified, Format::NTriples);
        assert_eq!(lines(&again), lines(&ntriples), "{}", info.title);
    }
}

fn ask_in(snapshot: &Snapshot, frame: Frame, style: Style, text: &str) -> Results {
    let lens = Lens::new(snapshot, frame);
    let view = GraphView::new(snapshot, &lens);
    query(view, text, style, &Base::default(), &Limits::default()).unwrap_or_else(|wrong| panic!("{text}: {wrong:#?}"))
}

fn count(results: &Results) -> usize {
    results.rows()[0][0].parse().unwrap()
}

/// Subject, predicate and object of a line of N-Triples.
fn terms(line: &str) -> [&str; 3] {
    let (subject, rest) = line.split_once(' ').unwrap();
    let (predicate, object) = rest.split_once(' ').unwrap();
    [subject, predicate, object.strip_suffix(" .").unwrap()]
}

#[test]
fn sparql_sees_the_triples_that_are_written_and_no_others() {
    let snapshot = everything();
    for (style, _, _) in Style::ALL {
        for frame in [Frame::default(), as_of("2026-05-01"), as_of("2020-01-01")] {
            let (_, written) = written(&snapshot, frame, style, Format::NTriples);
            let all = ask_in(&snapshot, frame, style, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }");
            assert_eq!(count(&all), written.triples, "{style:?} {frame}");
        }
    }
}

#[test]
fn every_pattern_finds_what_is_written() {
    let snapshot = everything();
    for (style, frame) in
        [(Style::Reified, as_of("2026-05-01")), (Style::Rdf12, Frame::default()), (Style::None, Frame::default())]
    {
        let (text, _) = written(&snapshot, frame, style, Format::NTriples);
        let triples: Vec<[&str; 3]> = text.lines().map(terms).collect();
        let mut asked = BTreeSet::new();
        for triple in &triples {
            for bound in 1..8 {
                let is_bound = |place: usize| bound & (1 << place) != 0;
                let part = |place: usize| if is_bound(place) { triple[place] } else { ["?s", "?p", "?o"][place] };
                let pattern = [part(0), part(1), part(2)].join(" ");
                if asked.insert(pattern.clone()) {
                    let meets =
                        |other: &&[&str; 3]| (0..3).all(|place| !is_bound(place) || other[place] == triple[place]);
                    let text = format!("SELECT (COUNT(*) AS ?n) {{ {pattern} }}");
                    let found = count(&ask_in(&snapshot, frame, style, &text));
                    assert_eq!(found, triples.iter().filter(meets).count(), "{style:?} {pattern}");
                }
            }
        }
    }
}

#[test]
fn the_plain_triple_is_stated_only_where_it_is_realised_and_seen() {
    let snapshot = everything();
    let stated = |frame, pattern: &str| {
        ask_in(&snapshot, frame, Style::Reified, &format!("ASK {{ {pattern} }}")).truth().unwrap()
    };
    let covers = "<https://w3id.org/portolan/id/cn-2025-18%231> ns:COVERS ?x";
    assert!(stated(Frame::default(), covers));
    assert!(stated(as_of("2026-05-01"), covers));
    assert!(!stated(as_of("2024-01-01"), covers));
    // The statement is there all the same.
    assert!(stated(as_of("2024-01-01"), "?st rdf:predicate ns:COVERS ; rdf:object ?x"));
    // A history reads as of the day, and has no plain triple where there is no day.
    assert!(stated(as_of("2025-06-01"), "?st rdf:predicate ns:TARGETS ; ns:rate 20"));
    assert!(!stated(Frame::default(), "?st rdf:predicate ns:TARGETS ; ns:rate ?rate"));
}

#[test]
fn sparql_joins_statements_with_their_sources() {
    let snapshot = everything();
    let text = "SELECT ?title ?at { ?st rdf:subject id:bmw ; rdf:predicate ns:USES ; meta:polarity meta:not ;
                meta:citation ?cite . ?cite dcterms:source ?source . OPTIONAL { ?cite meta:at ?at }
                ?source dcterms:title ?title } LIMIT 1";
    let results = ask_in(&snapshot, Frame::default(), Style::Reified, text);
    assert_eq!(results.columns(), ["title", "at"]);
    assert_eq!(results.rows(), [["Announcement \"No. 18\"", "item 1"]]);
    let text = "SELECT ?n (COUNT(?st) AS ?sts) { ?st rdf:reifies <<( id:bmw ns:USES ?magnet )>> ; ns:number ?n }
                GROUP BY ?n ORDER BY ?n LIMIT 2";
    assert_eq!(ask_in(&snapshot, Frame::default(), Style::Rdf12, text).rows(), [["0", "1"], ["1", "1"]]);
    let text = "SELECT ?voice { ?st meta:claimedBy/rdf:rest*/rdf:first ?voice . ?st rdf:subject id:bmw
                FILTER NOT EXISTS { ?st a meta:HistoryEntry } }";
    assert_eq!(ask_in(&snapshot, Frame::default(), Style::Reified, text).rows().len(), 3);
}

#[test]
fn answers_are_written_in_the_formats_of_sparql() {
    let snapshot = everything();
    let rows = ask_in(&snapshot, Frame::default(), Style::Reified, "SELECT ?x { id:bmw ns:about ?x }");
    let text = |results: &Results, format| {
        let mut text = Vec::new();
        results.write(format, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    assert_eq!(text(&rows, ResultFormat::Csv), "x\r\n~2025-11\r\n");
    assert_eq!(text(&rows, ResultFormat::Tsv), "?x\n\"~2025-11\"^^<https://w3id.org/portolan/meta/approximateDate>\n");
    assert!(text(&rows, ResultFormat::Json).contains("\"value\":\"~2025-11\""));
    assert!(text(&rows, ResultFormat::Xml).contains("~2025-11"));
    let truth = ask_in(&snapshot, Frame::default(), Style::Reified, "ASK { id:bmw a ns:Company }");
    assert_eq!(truth.rows(), [["true"]]);
    let graph = ask_in(&snapshot, Frame::default(), Style::None, "CONSTRUCT { ?x a ns:Firm } { ?x a ns:Company }");
    assert!(graph.is_graph());
    assert_eq!(graph.rows(), [["id:bmw", "rdf:type", "ns:Firm"]]);
    let mut text = Vec::new();
    graph.write_graph(Format::Turtle, &mut text).unwrap();
    assert!(String::from_utf8(text).unwrap().ends_with("id:bmw a ns:Firm .\n"));
    let described = ask_in(&snapshot, Frame::default(), Style::Reified, "DESCRIBE src:bare");
    assert!(described.rows().iter().any(|row| row == &["src:bare", "rdf:type", "meta:Source"]));
}

#[test]
fn a_query_that_is_none_says_where() {
    let snapshot = everything();
    let lens = Lens::new(&snapshot, Frame::default());
    let view = GraphView::new(&snapshot, &lens);
    let wrong = |text: &str| query(view, text, Style::Reified, &Base::default(), &Limits::default()).unwrap_err();
    let found = wrong("SELECT ?x\nWHERE { ?x a }");
    assert_eq!(found.code.id, "X402");
    assert!((18..=23).contains(&found.labels[0].span.start), "at the triple or behind it");
    let place = |text: &str, word: &str| {
        let found = wrong(text);
        assert_eq!(&text[found.labels[0].span.start..found.labels[0].span.end], word, "{found:?}");
        found
    };
    assert!(place("SELEKT ?x { ?x a ns:Company }", "SELEKT").help[0].contains("SELECT"));
    assert!(place("SELECT ?x { ?x a ns:Company FILTR(?x > 1) } LIMIT 10", "FILTR").help[0].contains("FILTER"));
    assert!(place("SELECT ?x { ?x a ns:Company } LIMT 10 OFFSET 20", "LIMT").help[0].contains("LIMIT"));
    place("SELECT ?x { ?x ns:y ?z FILTER(?z > ) } LIMIT 10 OFFSET 10", ")");
    assert_eq!(place("SELECT ?x { ?x nope:y ?z }", "nope:y").message, "the prefix `nope` is not declared");
    assert!(wrong("INSERT DATA { id:a a ns:B }").help[0].contains("does not change"));
    assert_eq!(wrong("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }").code.id, "X402");
    assert_eq!(wrong(&format!("SELECT * {}", "{".repeat(100_000))).code.id, "X402");
    assert_eq!(wrong(&format!("ASK {{ FILTER({}true) }}", "!".repeat(100_000))).code.id, "X402");
}

#[test]
fn a_query_stops_when_it_is_told_to() {
    let snapshot = everything();
    let lens = Lens::new(&snapshot, Frame::default());
    let view = GraphView::new(&snapshot, &lens);
    let text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
    let run = |limits: &Limits| query(view, text, Style::Reified, &Base::default(), limits).unwrap_err().code.id;
    let cancelled = Limits::default();
    cancelled.cancel();
    assert_eq!(run(&cancelled), "R209");
    let begun = std::time::Instant::now();
    assert_eq!(run(&Limits::new(usize::MAX, Some(std::time::Duration::from_millis(50)))), "R210");
    assert!(begun.elapsed().as_secs() < 5);
    let rows = "SELECT * { ?a ?b ?c . ?d ?e ?f }";
    let small = Limits::new(10_000, None);
    assert_eq!(query(view, rows, Style::Reified, &Base::default(), &small).unwrap_err().code.id, "R211");
}
