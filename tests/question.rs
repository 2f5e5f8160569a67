//! The laws of `WHEN`, `CHANGES`, `ASSUMING` and `WHY NOT`, on random graphs, frames and queries: each question is answered by asking the
//! plain query on every day.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod random;

use portolan::graph::{Frame, Including, SharedView, Statement, ValidTime};
use portolan::limits::Limits;
use portolan::session::{Answer, Engine, Session};
use portolan::value::{Day, Entities, Value};
use proptest::prelude::*;

use random::{LAST_DAY, Model, Step};

/// Patterns, optional parts, negation, unions, distinct rows, groups, selectors, paths, inner limits, statement functions.
const QUERIES: &[&str] = &[
    "MATCH (a)-[r:R]->(b) RETURN a.p AS x, b.p AS y",
    "MATCH (a)-[r]->(b) RETURN a, r, b",
    "MATCH (m:Measure)-[:COVERS]->(x) RETURN m, x ORDER BY x.p",
    "MATCH (a:B) OPTIONAL MATCH (a)-[:S]->(b) RETURN a, b.p AS p",
    "MATCH (a) WHERE NOT EXISTS { (a)-[:R]->() } RETURN a.p AS p",
    "MATCH (a)-[:R]->(b) RETURN DISTINCT b.p AS p",
    "MATCH (a)-[:R]->(b) RETURN a.p AS p, count(*) AS n, max(b.p) AS most ORDER BY n",
    "MATCH (a) RETURN count(*) AS n",
    "MATCH (a:A) RETURN a.p AS x UNION ALL MATCH (b:B) RETURN b.p AS x",
    "MATCH (a:A) RETURN a.p AS x UNION MATCH (b:B) RETURN b.p AS x",
    "MATCH ANY SHORTEST (a)-[:R|S]->+(b) RETURN a, b",
    "MATCH p = (a)-[:R*1..2]->(b) RETURN p",
    "MATCH (m) RETURN status(m) AS state, in_force(m) AS holds, count(*) AS n",
    "MATCH (a)-[:R]->(b) WITH a, b ORDER BY b.p, elementId(a), elementId(b) LIMIT 2 RETURN a",
    "MATCH (a)-[:FAR]->(b) RETURN a, b",
    "MATCH (a)-[:BINDS]->(b) RETURN a.p AS x, b.p AS y",
    "MATCH (a) RETURN [(a)-[:S]->(b) | b.p] AS list, {id: elementId(a)} AS map",
];

/// Those without groups, negation and optional parts.
const POSITIVE: &[&str] = &[
    "MATCH (a)-[r:R]->(b) RETURN a.p AS x, b.p AS y",
    "MATCH (a)-[r]->(b) RETURN a, r, b",
    "MATCH (m:Measure)-[:COVERS]->(x) RETURN m, x ORDER BY x.p",
    "MATCH (a)-[:R]->(b) RETURN DISTINCT b.p AS p",
    "MATCH p = (a)-[:R*1..2]->(b) RETURN p",
    "MATCH (a)-[:FAR]->(b) RETURN a, b",
];

/// Derived relationships that the queries name.
const DEFINITIONS: &[&str] = &[
    "DEFINE (a)-[:FAR]->(b) AS MATCH (a)-[:R]->{1,2}(b)",
    "DEFINE (a)-[:BINDS]->(b) AS MATCH (a)-[:S]->(b) FILTER in_force(a) OR NOT EXISTS { (b)-[:R]->() }",
];

/// Queries with a variable `a`, cut after their last clause but `RETURN`.
const ROWS_OF_A: &[(&str, &str)] = &[
    ("MATCH (a)-[r:R]->(b:B)", "RETURN b.p AS p"),
    ("MATCH (b)<-[:S]-(a:A), (a)-[:R]->(c)", "RETURN c"),
    ("MATCH (a) WHERE NOT EXISTS { (a)-[:R]->() } AND a.p > 0", "RETURN a.p AS p"),
    ("MATCH (a) WHERE EXISTS { MATCH (a)-[:R]->(b) WHERE b.p > 1 }", "RETURN a.p AS p"),
    ("MATCH (b:B) OPTIONAL MATCH (b)-[:S]->(a) WITH a WHERE a.p = 1", "RETURN a.p AS p"),
    ("MATCH (a)-[:FAR]->(b)", "RETURN b"),
    ("MATCH (a)-[:BINDS]->(b:B)", "RETURN b"),
    ("MATCH p = (a)-[:R*1..2]->(b {p: 2})", "RETURN length(p) AS n"),
    ("MATCH ANY SHORTEST (a)-[:R|S]->+(b:B)", "RETURN b"),
    ("MATCH (a:Measure) WHERE in_force(a)", "RETURN status(a) AS state"),
    ("MATCH (a) WITH a, count { (a)-->() } AS n WHERE n > 1", "RETURN n"),
];

/// Updates whose effect on the record does not depend on a frame.
const UPDATES: &[&str] = &[
    "CREATE (:A {p: 1})-[:R {q: 1}]->(:B {p: 2})",
    "MATCH (a:A) SET a.p = 9",
    "MATCH (a)-[r:R]->(b) DELETE r",
    "MATCH (a:A) DETACH DELETE a",
    "MATCH (a:B) CREATE (a)-[:R]->(a)",
];

/// A value with what is visible of it, whatever its number.
fn text(value: &Value, entities: &Entities) -> String {
    match value {
        Value::Node(id) => {
            let node = &entities.nodes[id];
            format!("({} {:?} {:?})", node.id, node.labels, node.properties)
        }
        Value::Rel(id) => {
            let rel = &entities.rels[id];
            let [start, end] = [rel.start, rel.end].map(|end| entities.nodes[&end].id.clone());
            format!("[{start} {} {end} {:?}]", rel.kind, rel.properties)
        }
        Value::Path(path) => {
            let nodes: Vec<String> = path.nodes.iter().map(|id| text(&Value::Node(*id), entities)).collect();
            let rels: Vec<String> = path
                .rels
                .iter()
                .map(|id| format!("{} {:?}", entities.rels[id].kind, entities.rels[id].properties))
                .collect();
            format!("{nodes:?}{rels:?}")
        }
        Value::List(list) => format!("{:?}", list.iter().map(|value| text(value, entities)).collect::<Vec<_>>()),
        other => other.to_string(),
    }
}

fn row(values: &[Value], answer: &Answer) -> String {
    values.iter().map(|value| text(value, &answer.entities)).collect::<Vec<_>>().join(" | ")
}

fn bag(answer: &Answer) -> Vec<String> {
    let mut rows: Vec<String> = answer.rows.iter().map(|values| row(values, answer)).collect();
    rows.sort();
    rows
}

fn ask(session: &Session, query: &str) -> Answer {
    session.run(query, &Limits::default()).unwrap_or_else(|wrong| panic!("{query}: {wrong:?}"))
}

fn on(session: &Session, day: Day, query: &str) -> Vec<String> {
    let frame = Frame { valid: ValidTime::AsOf(day), ..session.frame };
    bag(&ask(&Session { frame, ..session.clone() }, query))
}

/// Whether a list of periods, as `WHEN` gives it, has a day in it.
fn holds(periods: &Value, day: Day) -> bool {
    let Value::List(periods) = periods else { panic!("{periods}") };
    periods.iter().any(|period| {
        let Value::Map(period) = period else { panic!("{period}") };
        let after = match &period["from"] {
            Value::Date(from) => from.day().unwrap() <= day,
            _ => true,
        };
        let before = match &period["until"] {
            Value::Date(until) => day < until.day().unwrap(),
            _ => true,
        };
        after && before
    })
}

/// The bag of the first less that of the second.
fn less(from: &[String], other: &[String]) -> Vec<String> {
    let mut other = other.to_vec();
    let mut left = from.to_vec();
    left.retain(|row| match other.iter().position(|o| o == row) {
        Some(at) => {
            other.remove(at);
            false
        }
        None => true,
    });
    left
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any::<[u8; 7]>().prop_map(Step::from), 0..40)
}

fn frame() -> impl Strategy<Value = Frame> {
    let including = prop_oneof![
        Just(Including::default()),
        Just(Including::ALL),
        Just(Including { unknown: true, ..Including::default() }),
    ];
    let known = prop::option::of((0..=LAST_DAY).prop_map(Day));
    (known, including).prop_map(|(known, including)| Frame { valid: ValidTime::All, known, including })
}

fn session(steps: &[Step], frame: Frame) -> Session {
    let mut model = Model::default();
    for step in steps {
        model.change(*step);
    }
    let session = Engine::new(model.build(), &[]).unwrap().session();
    for definition in DEFINITIONS {
        ask(&session, definition);
    }
    Session { frame, ..session }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// `WHEN Q` restricted to a day is `AS OF` that day `Q`, as bags; no row has two periods that touch.
    #[test]
    fn when_tells_of_every_day_what_as_of_tells(steps in steps(), frame in frame(), query in prop::sample::select(QUERIES)) {
        let session = session(&steps, frame);
        let answer = ask(&session, &format!("WHEN {query}"));
        for day in (-2..=LAST_DAY + 2).map(Day) {
            let mut found: Vec<String> = answer
                .rows
                .iter()
                .filter_map(|values| values.split_last())
                .filter(|(periods, _)| holds(periods, day))
                .map(|(_, values)| row(values, &answer))
                .collect();
            found.sort();
            prop_assert_eq!(found, on(&session, day, query), "{:?} {} {}", day, frame, query);
        }
    }

    /// `CHANGES` is the difference of two answers as bags, between two days and two days of knowing.
    #[test]
    fn changes_are_what_one_answer_has_and_the_other_has_not(
        steps in steps(),
        frame in frame(),
        query in prop::sample::select(QUERIES),
        (a, b) in (0..=LAST_DAY, 0..=LAST_DAY),
    ) {
        let session = session(&steps, frame);
        let differs = |answer: &Answer, before: &[String], after: &[String]| {
            let changed = |word: &str| {
                let rows = answer.rows.iter().filter(|values| values[0] == Value::from(word));
                let mut rows: Vec<String> = rows.map(|values| row(&values[1..], answer)).collect();
                rows.sort();
                rows
            };
            (changed("lost"), changed("gained")) != (less(before, after), less(after, before))
        };
        let (from, to) = (Day(a), Day(b));
        let answer = ask(&session, &format!("CHANGES FROM '{from}' TO '{to}' {query}"));
        prop_assert!(!differs(&answer, &on(&session, from, query), &on(&session, to, query)), "{} {}", frame, query);
        // `WHY` beside it changes no row, and of a positive query finds a statement for each.
        let why = ask(&session, &format!("CHANGES FROM '{from}' TO '{to}' WHY {query}"));
        let plain: Vec<String> = why.rows.iter().map(|values| row(&values[..values.len() - 1], &why)).collect();
        let rows: Vec<String> = answer.rows.iter().map(|values| row(values, &answer)).collect();
        prop_assert_eq!(plain, rows);
        if POSITIVE.contains(&query) {
            prop_assert!(why.why.unwrap().rows.iter().all(|sets| !sets[0].is_empty()), "{} {}: {:?}", frame, query, answer.rows);
        }
        let knowing = |day| bag(&ask(&Session { frame: Frame { known: Some(day), ..frame }, ..session.clone() }, query));
        let answer = ask(&session, &format!("CHANGES KNOWN FROM '{from}' TO '{to}' {query}"));
        prop_assert!(!differs(&answer, &knowing(from), &knowing(to)), "known: {} {}", frame, query);
    }

    /// Assuming nothing changes nothing; assuming something gives what committing it gives, and is forgotten.
    #[test]
    fn an_assumption_gives_what_committing_it_gives_and_is_forgotten(
        steps in steps(),
        including in frame(),
        query in prop::sample::select(QUERIES),
        update in prop::sample::select(UPDATES),
        day in 0..=LAST_DAY,
    ) {
        let frame = Frame { known: None, ..including };
        let session = session(&steps, frame);
        let plain = bag(&ask(&session, query));
        prop_assert_eq!(bag(&ask(&session, &format!("ASSUMING {{ }} {query}"))), plain.clone());
        let committed = Session { frame: Frame::default(), ..session.clone() };
        let assumed = match session.run(&format!("ASSUMING {{ {update} }} {query}"), &Limits::default()) {
            Ok(answer) => answer,
            // What the record does not allow is not assumed either.
            Err(wrong) => {
                let refused = committed.run(update, &Limits::default()).unwrap_err();
                prop_assert_eq!(refused[0].code, wrong[0].code);
                return Ok(());
            }
        };
        let as_of = format!("AS OF '{}' ASSUMING {{ {update} }} {query}", Day(day));
        let assumed_on = bag(&ask(&session, &as_of));
        prop_assert_eq!(bag(&ask(&session, query)), plain, "an assumption was kept: {}", update);
        ask(&committed, update);
        prop_assert_eq!(bag(&assumed), bag(&ask(&session, query)), "{} {}", update, query);
        prop_assert_eq!(assumed_on, on(&session, Day(day), query), "{} {}", update, query);
    }

    /// `WHY NOT` finds a miss where there is no row, and only there; what it calls hidden is hidden.
    #[test]
    fn why_not_tells_of_rows_that_are_not_there_and_of_what_hides_them(
        steps in steps(),
        frame in frame(),
        day in 0..=LAST_DAY,
        (found, returned) in prop::sample::select(ROWS_OF_A),
        wanted in any::<prop::sample::Index>(),
    ) {
        let frame = Frame { valid: ValidTime::AsOf(Day(day)), ..frame };
        let session = session(&steps, frame);
        let graph = session.engine.snapshot();
        let nodes: Vec<_> = graph.nodes().collect();
        prop_assume!(!nodes.is_empty());
        let id = graph.node_id(*wanted.get(&nodes));
        let is_there = !ask(&session, &format!("{found} FILTER elementId(a) = '{id}' {returned}")).rows.is_empty();
        let answer = ask(&session, &format!("WHY NOT {{a: '{id}'}} {found} {returned}"));
        prop_assert_eq!(answer.rows.is_empty(), is_there, "{} {} {:?}", id, found, answer.why);
        let shared = SharedView::new(graph.clone(), frame);
        let why = answer.why.unwrap();
        for (values, sets) in answer.rows.iter().zip(&why.rows) {
            let spoken_of = sets[0].first().map(|number| why.footnotes[number - 1].of);
            if let (Some(Statement::Entity(entity)), true) = (spoken_of, values[2] == Value::from("frame")) {
                prop_assert!(shared.view().hides(entity).is_some(), "{} {} {:?}", id, found, values);
            }
        }
    }
}
