//! Writing: the language against a graph of vectors and maps, and two writers against each other.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod writing;

use std::borrow::Cow;
use std::sync::Arc;

use portolan::graph::{Builder, Entity, RelDef, Schema, Statement, Validity, dump};
use portolan::limits::Limits;
use portolan::procedure::{Context, Procedure, Run};
use portolan::session::{Changes, Engine, Session};
use portolan::value::Value;
use portolan::value::text::Shown;
use proptest::prelude::*;

use writing::Graph;

fn engine() -> Engine {
    Engine::new(Builder::new(Schema::default()).finish(), &[]).unwrap()
}

fn ask(session: &Session, query: &str) -> Vec<String> {
    let answer = session.run(query, &Limits::default()).unwrap();
    let shown = |row: &Vec<_>| {
        let cells: Vec<String> = row.iter().map(|value| Shown(value, &answer.entities).to_string()).collect();
        cells.join(" ")
    };
    let mut rows: Vec<String> = answer.rows.iter().map(shown).collect();
    rows.sort();
    rows
}

/// Nodes and relationships as lines, in the form of [`Graph::lines`].
fn lines(session: &Session) -> Vec<String> {
    let mut lines = ask(session, "MATCH (n) RETURN labels(n), properties(n)");
    lines.extend(ask(session, "MATCH (a)-[r]->(b) RETURN a.k, type(r), b.k, properties(r)"));
    lines
}

/// Runs a statement; what it changed, or nothing where it failed.
fn run(session: &Session, text: &str) -> Option<Changes> {
    match session.run(text, &Limits::default()) {
        Ok(answer) => Some(answer.changes.unwrap_or_default()),
        Err(wrong) => {
            // A statement of the generator is well formed: it fails by its values, while it runs.
            assert!(wrong.iter().all(|diagnostic| diagnostic.code.id.starts_with('R')), "{text}: {wrong:#?}");
            None
        }
    }
}

fn sum(a: Changes, b: Changes) -> Changes {
    Changes {
        nodes_created: a.nodes_created + b.nodes_created,
        nodes_deleted: a.nodes_deleted + b.nodes_deleted,
        relationships_created: a.relationships_created + b.relationships_created,
        relationships_deleted: a.relationships_deleted + b.relationships_deleted,
        properties_set: a.properties_set + b.properties_set,
        labels_set: a.labels_set + b.labels_set,
        ..a
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A session that commits each statement, one long statement, and the model have the same graph in the end.
    #[test]
    fn statements_change_the_graph_as_the_model_says(
        bytes in prop::collection::vec(any::<[u8; 6]>(), 4..14),
    ) {
        let (committed, whole) = (engine().session(), engine().session());
        let mut model = Graph::default();
        let mut good: Vec<String> = Vec::new();
        let mut said = Vec::new();
        let mut total = Changes::default();
        for (number, bytes) in bytes.into_iter().enumerate() {
            if model.size() > 60 {
                break;
            }
            // Without something to match most statements would do nothing.
            let kind = if number < 3 { 0 } else { bytes[0] };
            let statement = writing::Statement::new(number, [kind, bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]]);
            let text = statement.text.clone();
            said.push(text.clone());
            let before = dump(&committed.engine.snapshot());
            let mut after = model.clone();
            let expected = after.run(&statement);
            let changes = run(&committed, &text);
            prop_assert_eq!(changes, expected, "{}", said.join(";\n"));
            if expected.is_some() {
                model = after;
                total = sum(total, changes.unwrap_or_default());
                good.push(text);
            } else {
                prop_assert_eq!(before, dump(&committed.engine.snapshot()), "a failure changed something: {}", said.join(";\n"));
            }
            prop_assert_eq!(lines(&committed), model.lines(), "{}", said.join(";\n"));
        }
        // What each saw as a version of its own, the clauses of one statement see as a draft.
        let one = good.iter().map(|text| format!("{text} WITH count(*) AS done"));
        let text = one.chain(["RETURN done".to_owned()]).collect::<Vec<_>>().join(" ");
        if !good.is_empty() {
            prop_assert_eq!(run(&whole, &text), Some(total), "{}", text);
            prop_assert_eq!(lines(&whole), model.lines(), "{}", text);
        }
    }
}

#[test]
fn of_two_writers_the_second_is_told_and_changes_nothing() {
    let engine = engine();
    let first = engine.session();
    // The first writer commits while the statement of the second is running.
    let meanwhile = move |_: &[Value], _: &Context<'_>| {
        first.run("CREATE (:Measure {id: 'first'})", &Limits::default()).unwrap();
        Ok(Vec::new())
    };
    let second = engine.with_procedure(Procedure {
        name: Cow::Borrowed("test.meanwhile"),
        arguments: Cow::Borrowed(&[]),
        yields: Cow::Borrowed(&[]),
        summary: Cow::Borrowed("lets the first writer write"),
        notes: Cow::Borrowed(""),
        example: (Cow::Borrowed(""), Cow::Borrowed("")),
        run: Run::Given(Arc::new(meanwhile)),
    });
    let session = second.session();
    let wrong = session.run("CALL test.meanwhile() CREATE (:Measure {id: 'second'})", &Limits::default()).unwrap_err();
    assert_eq!(wrong[0].code.id, "R218");
    assert_eq!(wrong[0].help, ["nothing was changed; run the statement again"]);
    assert_eq!(ask(&session, "MATCH (m:Measure) RETURN m.id"), ["'first'"]);
}

#[test]
fn a_relationship_of_a_type_that_holds_always_holds_always_unless_it_says_when() {
    let mut schema = Schema::default();
    schema.relationships.insert("CONTAINS".into(), RelDef { timeless: true, ..RelDef::default() });
    let session = Engine::new(Builder::new(schema).finish(), &[]).unwrap().session();
    let validity = |statement: &str| {
        session.run(statement, &Limits::default()).unwrap();
        let graph = session.engine.snapshot();
        let last = graph.rels().max().unwrap();
        graph.meta(Statement::Entity(Entity::Rel(last))).validity.clone()
    };
    assert_eq!(validity("CREATE ()-[:CONTAINS]->()"), Validity::Always);
    assert_eq!(validity("MERGE (:A)-[:CONTAINS]->(:B)"), Validity::Always);
    assert_eq!(validity("CREATE ()-[:USES]->()"), Validity::Unknown);
    assert!(matches!(validity("CREATE ()-[:CONTAINS]->() VALID FROM '2025-01-01'"), Validity::In(_)));
}

/// Values that are equal in more than one form, that equal nothing, and that look like others.
fn like_others() -> impl Strategy<Value = Value> {
    let texts = ["1", "2024-05-01", ""].map(Value::from);
    let dates = ["2024-05-01", "2024-05-02", "2024-05", "~2024-05"].map(|text| Value::Date(text.parse().unwrap()));
    let floats = [-0.0, 0.5, f64::NAN, f64::INFINITY, 9_007_199_254_740_992.0].map(Value::Float);
    let large = [1 << 53, (1 << 53) + 1, i64::MAX].map(Value::Int);
    let others = [Value::Null, Value::Bool(true), Value::list([Value::Int(1)])];
    let few: Vec<Value> = [&texts[..], &dates, &floats, &large, &others].concat();
    prop_oneof![
        3 => (0..40_i64).prop_map(Value::Int),
        2 => (0..40_i64).prop_map(|n| Value::Float(n as f64)),
        1 => prop::sample::select(few),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// However nodes came to have their values, a look-up finds those that a look at each of them finds.
    #[test]
    fn nodes_are_found_by_a_value_as_if_each_were_looked_at(
        read in prop::collection::vec(like_others(), 0..60),
        made in prop::collection::vec(like_others(), 0..20),
        set in prop::collection::vec((0..80_i64, like_others()), 0..20),
        gone in prop::collection::vec(0..80_i64, 0..5),
        settled in any::<bool>(),
        wanted in prop::collection::vec(like_others(), 1..12),
    ) {
        let mut builder = Builder::new(Schema::default());
        for (k, value) in read.iter().enumerate() {
            let properties = vec![("k".to_owned(), Value::Int(k as i64)), ("n".to_owned(), value.clone())];
            let node = portolan::graph::NewNode { id: format!("t{k}"), labels: vec!["T".to_owned()], properties, ..Default::default() };
            prop_assert!(builder.node(node).is_ok());
        }
        let mut session = Engine::new(builder.finish(), &[]).unwrap().session();
        let with = |session: &mut Session, values: &[(&str, Value)], query: &str| {
            session.params = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            ask(session, query)
        };
        let first = Value::Int(read.len() as i64);
        let made = Value::list(made);
        // It is looked for before and after it is set.
        let look = "MATCH (x:T {n: $v}) RETURN x.k";
        for value in &wanted[..wanted.len() / 2] {
            with(&mut session, &[("v", value.clone())], look);
        }
        with(&mut session, &[("made", made), ("first", first)],
             "UNWIND range(0, size($made) - 1) AS at CREATE (:T {k: $first + at, n: $made[at]})");
        for (k, value) in set {
            with(&mut session, &[("v", value.clone())], look);
            with(&mut session, &[("k", Value::Int(k)), ("v", value)], "MATCH (x:T {k: $k}) SET x.n = $v");
        }
        for k in gone {
            with(&mut session, &[("k", Value::Int(k))], "MATCH (x:T {k: $k}) DELETE x");
        }
        if settled {
            session = Engine::new(session.engine.snapshot().settled(), &[]).unwrap().session();
        }
        for value in &wanted {
            let given = [("v", value.clone())];
            let each = with(&mut session, &given, "MATCH (x:T) WHERE NOT x.n <> $v RETURN x.k");
            prop_assert_eq!(with(&mut session, &given, look), each, "{}", value);
        }
        let given = [("list", Value::list(wanted))];
        let each = with(&mut session, &given, "MATCH (x:T) WHERE any(v IN $list WHERE x.n = v) RETURN x.k");
        prop_assert_eq!(with(&mut session, &given, "MATCH (x:T) WHERE x.n IN $list RETURN x.k"), each);
    }
}

#[test]
fn a_version_is_settled_once_even_where_nodes_were_deleted() {
    let session = engine().session();
    let run = |statement: &str| assert!(session.run(statement, &Limits::default()).is_ok(), "{statement}");
    run("UNWIND range(1, 12000) AS n CREATE (:T {n: n})-[:NEXT]->(:T {n: -n})");
    run("MATCH (x:T) WHERE x.n > 20 DETACH DELETE x");
    let settled = session.engine.snapshot();
    assert!(!settled.is_unsettled());
    run("MATCH (x:T {n: -7}) SET x.n = 7");
    let next = session.engine.snapshot();
    assert!(!next.is_unsettled());
    assert_eq!(ask(&session, "MATCH (x:T {n: 7})-[r]-(y) RETURN count(*), sum(y.n)"), ["2 14"]);
    assert_eq!(ask(&session, "MATCH (x:T) RETURN count(*), sum(x.n)"), ["12020 -72005776"]);
    // What is deleted leaves its id.
    run("CREATE (:T {id: 'node-41', n: 41})");
    assert_eq!(ask(&session, "MATCH (x {id: 'node-41'}) RETURN x.n"), ["41"]);
}

#[test]
fn a_number_is_looked_up_where_nodes_have_many_and_else_the_label_is_gone_through() {
    let session = engine().session();
    let create =
        "UNWIND range(1, 12000) AS n CREATE (:T {n: n, few: n % 3, day: date('2020-01-01') + duration({days: n})})";
    assert!(session.run(create, &Limits::default()).is_ok());
    let plan = |condition: &str| {
        let query = format!("EXPLAIN MATCH (x:T) WHERE {condition} RETURN x.n");
        session.run(&query, &Limits::default()).unwrap().plan.unwrap()
    };
    for sought in ["x.n = 7", "x.n IN [7, 8.0]", "x.day = date('2021-05-01')"] {
        assert!(plan(sought).contains("SeekNodes"), "{}", plan(sought));
    }
    assert!(plan("x.few = 1").contains("ScanNodes"), "{}", plan("x.few = 1"));
}
