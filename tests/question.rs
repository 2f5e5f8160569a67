//! The laws of `WHEN`, `CHANGES`, `ASSUMING` and `WHY NOT`, on random graphs, frames and queries: each question is answered by asking the
//! plain query on every day.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod random;

use std::collections::BTreeSet;

use portolan::graph::{Entity, Frame, Including, SharedView, Statement, ValidTime};
use portolan::limits::Limits;
use portolan::session::{Answer, Engine, Scenarios, Session};
use portolan::value::{Day, Entities, NodeId, RelId, Value};
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
    "MATCH (a)-[:R]->(b)-[:FIXED]->(c)-[:S]->(d) RETURN c.p AS p, count(*) AS n",
    "MATCH (a)-[:R]->(b)-[:FIXED*1..3]->(c) WITH DISTINCT c MATCH (c)<-[:FIXED]-(d) RETURN count(DISTINCT d.p) AS n",
    "MATCH (a)-[:FAR]->(b) RETURN a, b",
    "MATCH (a)-[:BINDS]->(b) RETURN a.p AS x, b.p AS y",
    "MATCH (a)-[r:REACH]->(b:Reached) RETURN a, b, r.n AS n",
    "MATCH (a)-[:EVEN]->(b) RETURN a, b",
    "MATCH (a:Reached) RETURN a.p AS p, count(*) AS n",
    "MATCH (a:Reached&!C)-[:S]->(b) RETURN elementId(a) AS a, elementId(b) AS b",
    "MATCH (a)-[:R]->(b:!Reached) RETURN elementId(a) AS a",
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
    "MATCH (a)-[:REACH]->(b:Reached) RETURN elementId(a) AS a, elementId(b) AS b",
    "MATCH (a)-[:EVEN]->(b) RETURN a, b",
    "MATCH (a)-[:R]->(b) WHERE EXISTS { (b)-[:S]->() } RETURN a.p AS x UNION MATCH (m:Measure) WHERE in_force(m) RETURN m.p AS x",
];

/// Derived relationships that the queries name.
const DEFINITIONS: &[&str] = &[
    "DEFINE (a)-[:FAR]->(b) AS MATCH (a)-[:R]->{1,2}(b)",
    "DEFINE (a)-[:REACH {n: min(k)}]->(b) AS MATCH (a)-[:R]->(b) LET k = 1
     UNION MATCH (a)-[r:REACH]->()-[:R|S]->(b) LET k = r.n + 1",
    "DEFINE (x:Reached) AS MATCH (x:B) UNION MATCH (:Reached)-[:S]->(x)",
    "DEFINE (a)-[:ODD]->(b) AS MATCH (a)-[:S]->(b) UNION MATCH (a)-[:EVEN]->()-[:S]->(b)",
    "DEFINE (a)-[:EVEN]->(b) AS MATCH (a)-[:ODD]->()-[:ODD]->(b) UNION MATCH (a)-[:ODD]->()-[:S]->(b)",
    "DEFINE (a)-[:BINDS]->(b) AS MATCH (a)-[:S]->(b) FILTER in_force(a) OR NOT EXISTS { (b)-[:R]->() }",
];

/// Queries that group or cut rows of `a`, and what gives the ids of those that are in the answer.
const GROUPS_OF_A: &[(&str, &str)] = &[
    (
        "MATCH (a)-[:R]->(b) WITH b, count(*) AS n WHERE n > 1 RETURN b.p AS p",
        "MATCH (a)-[:R]->(b) WITH b, count(*) AS n, collect(elementId(a)) AS ids WHERE n > 1 UNWIND ids AS id RETURN id",
    ),
    (
        "MATCH (a)-[:R|S]->(b) RETURN b.p AS p, count(*) AS n ORDER BY n DESC, p LIMIT 1",
        "MATCH (a)-[:R|S]->(b) WITH b.p AS p, count(*) AS n, collect(elementId(a)) AS ids ORDER BY n DESC, p LIMIT 1
         UNWIND ids AS id RETURN id",
    ),
    (
        "MATCH (a) WITH a ORDER BY a.p, elementId(a) SKIP 1 LIMIT 2 MATCH (a)-[:R]->(b) RETURN b",
        "MATCH (a) WITH a ORDER BY a.p, elementId(a) SKIP 1 LIMIT 2 MATCH (a)-[:R]->(b) RETURN elementId(a) AS id",
    ),
    (
        "MATCH (a)-[:R]->(b) WITH DISTINCT b ORDER BY elementId(b) LIMIT 1 RETURN b.p AS p",
        "MATCH (a)-[:R]->(b) WITH b, collect(elementId(a)) AS ids ORDER BY elementId(b) LIMIT 1 UNWIND ids AS id RETURN id",
    ),
    (
        "MATCH (a)-[:R]->(b) WITH a, count(b) AS n WITH n, count(*) AS times WHERE times > 1 RETURN n",
        "MATCH (a)-[:R]->(b) WITH a, count(b) AS n WITH n, count(*) AS times, collect(elementId(a)) AS ids WHERE times > 1
         UNWIND ids AS id RETURN id",
    ),
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

/// What may stand before a query.
const PREFIXES: &[&str] = &[
    "",
    "AS OF date('1970-01-04')",
    "FOR VALID_TIME ALL INCLUDING ALL",
    "FOR VALID_TIME BETWEEN '1970-01-02' AND '1970-01-05' INCLUDING DEPRECATED",
    "AS KNOWN ON '1970-01-03' WHEN",
    "CHANGES FROM '1970-01-02' TO '1970-01-06'",
    "AS OF '1970-01-04' CHANGES KNOWN FROM '1970-01-02' TO '1970-01-06'",
    "ASSUMING { CREATE (:A {p: 'a\\nb // c'}) }",
    "CHANGES ASSUMING { MATCH (a:A) SET a.p = 7 }",
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
        let after = match period.get("from").unwrap() {
            Value::Date(from) => from.day().unwrap() <= day,
            _ => true,
        };
        let before = match period.get("until").unwrap() {
            Value::Date(until) => day < until.day().unwrap(),
            _ => true,
        };
        after && before
    })
}

/// The graph of a model with the definitions, seen through a frame.
fn session_on(model: &Model, frame: Frame) -> Session {
    let session = Engine::new(model.build(), &[]).unwrap().session();
    for definition in DEFINITIONS {
        ask(&session, definition);
    }
    // A few rows at once: what is handed on in parts is the same as whole.
    Session { frame, batch: 3, threads: 2, ..session }
}

/// Of a renumbered model: these statements alone, with the nodes that they need.
fn only(model: &Model, kept: &BTreeSet<Statement>) -> Model {
    let has = |entity| kept.contains(&Statement::Entity(entity));
    let mut only = model.clone();
    for (at, rel) in only.rels.iter_mut().enumerate() {
        if !has(Entity::Rel(RelId(at as u32))) {
            *rel = None;
        }
    }
    let mut number = 0..;
    only.entries.retain(|_| number.next().is_some_and(|entry| kept.contains(&Statement::Status(entry))));
    let ends = only.rels.iter().flatten().flat_map(|rel| [rel.start, rel.end]);
    let chained = only.entries.iter().flat_map(|entry| entry.of.iter().copied().chain(entry.entry.by));
    let needed: BTreeSet<NodeId> = ends.chain(chained).collect();
    for (at, node) in only.nodes.iter_mut().enumerate() {
        let id = NodeId(at as u32);
        if !needed.contains(&id) && !has(Entity::Node(id)) {
            *node = None;
        }
    }
    only
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

/// Pairs that a walk of an odd number of steps joins; each is a text `a | b`.
fn of_odd_length(steps: &[String]) -> Vec<String> {
    let ends = |step: &String| step.split_once(" | ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let steps: Vec<(String, String)> = steps.iter().map(ends).collect();
    let mut found: BTreeSet<(String, String, bool)> = steps.iter().map(|(a, b)| (a.clone(), b.clone(), true)).collect();
    loop {
        let longer = found.iter().flat_map(|(a, via, odd)| {
            let next = steps.iter().filter(move |(from, _)| from == via);
            next.map(move |(_, b)| (a.clone(), b.clone(), !odd))
        });
        let all: BTreeSet<_> = found.iter().cloned().chain(longer).collect();
        if all.len() == found.len() {
            return all.into_iter().filter(|(.., odd)| *odd).map(|(a, b, _)| format!("{a} | {b}")).collect();
        }
        found = all;
    }
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
    session_on(&model(steps), frame)
}

fn model(steps: &[Step]) -> Model {
    let mut model = Model::default();
    for step in steps {
        model.change(*step);
    }
    model.renumbered()
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

    /// `WHEN Q` tells what asking day by day tells, and of an end that is open whether it is unknown: an optional part that
    /// changes nothing has the days asked one by one.
    #[test]
    fn when_carries_what_it_tells_day_by_day(steps in steps(), frame in frame(), query in prop::sample::select(QUERIES)) {
        let session = session(&steps, frame);
        let carried = bag(&ask(&session, &format!("WHEN {query}")));
        let sliced = bag(&ask(&session, &format!("WHEN OPTIONAL MATCH (none:Nothing) WITH count(*) AS one {query}")));
        prop_assert_eq!(carried, sliced, "{} {}", frame, query);
    }

    /// `WHY`: on the graph of one set of statements alone the row is there, and less any of them it is not.
    #[test]
    fn a_set_of_statements_suffices_alone_and_none_of_it_can_be_left_out(
        steps in steps(),
        frame in frame(),
        day in prop::option::of((0..=LAST_DAY).prop_map(Day)),
        query in prop::sample::select(POSITIVE),
    ) {
        let valid = day.map_or(ValidTime::All, ValidTime::AsOf);
        let frame = Frame { valid, ..frame };
        let model = model(&steps);
        let answer = ask(&session_on(&model, frame), &format!("WHY {query}"));
        let why = answer.why.as_ref().unwrap().all();
        let shown = |kept: &BTreeSet<Statement>| bag(&ask(&session_on(&only(&model, kept), frame), query));
        // A function rests on all entries of a chain that decide; a measure without a chain is not clipped at all.
        let is_fewest = !query.contains("in_force");
        for (values, sets) in answer.rows.iter().zip(&why.rows).take(6) {
            let row = row(values, &answer);
            for set in sets.iter().take(2) {
                let set: BTreeSet<Statement> = set.iter().map(|number| why.footnotes[number - 1].of).collect();
                prop_assert!(shown(&set).contains(&row), "{} {}: {} of {:?}", frame, query, row, set);
                for left in set.iter().filter(|left| is_fewest && matches!(left, Statement::Entity(_))) {
                    let mut less = set.clone();
                    less.remove(left);
                    prop_assert!(!shown(&less).contains(&row), "{} {}: {} without {:?} of {:?}", frame, query, row, left, set);
                }
            }
        }
    }

    /// A definition that reads itself gives what paths of any length give.
    #[test]
    fn a_recursive_definition_gives_what_paths_of_any_length_give(steps in steps(), frame in frame(), day in 0..=LAST_DAY) {
        let session = session(&steps, frame);
        let reached = on(&session, Day(day), "MATCH (a)-[r:REACH]->(b) RETURN elementId(a), elementId(b), r.n");
        let paths = on(&session, Day(day), "MATCH p = ANY SHORTEST WALK (a)-[:R]->(z)-[:R|S]->*(b)
            RETURN elementId(a), elementId(b), min(length(p))");
        prop_assert_eq!(reached, paths);
        let steps = on(&session, Day(day), "MATCH (a)-[:S]->(b) RETURN DISTINCT elementId(a), elementId(b)");
        let odd = on(&session, Day(day), "MATCH (a)-[:ODD]->(b) RETURN elementId(a), elementId(b)");
        prop_assert_eq!(odd, of_odd_length(&steps));
    }

    /// A derived relationship holds on the days on which one of its derivations holds whole.
    #[test]
    fn a_derived_relationship_holds_on_the_days_on_which_it_would_be_derived(steps in steps(), day in 0..=LAST_DAY) {
        let session = session(&steps, Frame::default());
        let derived = "MATCH (a)-[r:FAR|REACH|ODD|EVEN]->(b) RETURN elementId(a) AS a, type(r) AS kind, elementId(b) AS b";
        let answer = ask(&session, &format!("{derived}, validity(r) AS v"));
        let holding = answer.rows.iter().filter_map(|values| values.split_last());
        let holding = holding.filter(|(periods, _)| holds(periods, Day(day)));
        let mut found: Vec<String> = holding.map(|(_, values)| row(values, &answer)).collect();
        found.sort();
        prop_assert_eq!(found, on(&session, Day(day), derived));
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
            prop_assert!(why.why.unwrap().all().rows.iter().all(|sets| !sets[0].is_empty()), "{} {}: {:?}", frame, query, answer.rows);
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

    /// Scenarios that are on give what assuming their updates one after the other gives, also once the record has changed; what
    /// a statement assumes comes after them.
    #[test]
    fn scenarios_give_what_assuming_their_updates_gives(
        steps in steps(),
        frame in frame(),
        query in prop::sample::select(QUERIES),
        updates in prop::collection::vec(prop::sample::select(UPDATES), 3),
        committed in prop::sample::select(UPDATES),
    ) {
        let mut session = session(&steps, frame);
        let limits = Limits::default();
        let [first, second, own] = [0, 1, 2].map(|at| updates[at]);
        let named = [("first", first), ("second", second)].map(|(name, update)| {
            let named = session.name_scenario(name, &format!("{{ {update} }}"), &limits);
            named.is_ok() && session.scenarios.switch_on(name)
        });
        let on: Vec<&str> = [first, second].into_iter().zip(named).filter(|(_, on)| *on).map(|(update, _)| update).collect();
        let plain = Session { scenarios: Scenarios::default(), ..session.clone() };
        let same = || {
            let own: Vec<&str> = on.iter().copied().chain([own]).collect();
            for (assumed, question) in [(on.clone(), query.to_owned()), (own, format!("ASSUMING {{ {} }} {query}", updates[2]))] {
                let inline = format!("ASSUMING {{ {} }} {query}", assumed.join(" WITH count(*) AS one "));
                let (a, b) = (session.run(&question, &limits), plain.run(&inline, &limits));
                match (a, b) {
                    (Ok(a), Ok(b)) => prop_assert_eq!(bag(&a), bag(&b), "{}", inline),
                    (Err(a), Err(b)) => prop_assert_eq!(a[0].code, b[0].code),
                    (a, b) => prop_assert!(false, "{inline}: {a:?} {b:?}"),
                }
            }
            Ok(())
        };
        same()?;
        let record = Session { frame: Frame::default(), ..plain.clone() };
        if record.run(committed, &limits).is_ok() {
            same()?;
        }
    }

    /// Whoever has the citation of an answer and its graph has the answer, without the session it was asked in.
    #[test]
    fn an_answer_is_had_again_from_its_citation(
        steps in steps(),
        frame in frame(),
        query in prop::sample::select(QUERIES),
        prefix in prop::sample::select(PREFIXES),
        update in prop::sample::select(UPDATES),
    ) {
        let mut session = session(&steps, frame);
        let fresh = session.engine.session();
        if session.name_scenario("named", &format!("{{ {update} }}"), &Limits::default()).is_ok() {
            session.scenarios.switch_on("named");
        }
        let Ok(answer) = session.run(&format!("{prefix} {query}"), &Limits::default()) else { return Ok(()) };
        let citation = answer.asked.as_ref().unwrap().citation();
        prop_assert_eq!(&citation.graph, &portolan::graph::hash(&fresh.engine.snapshot()));
        let again = ask(&fresh, &citation.query);
        prop_assert_eq!(bag(&again), bag(&answer), "{}", citation.query);
        prop_assert_eq!((again.frame, again.compared), (answer.frame, answer.compared));
        prop_assert_eq!(again.asked.unwrap().citation().query, citation.query);
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
        let why = answer.why.unwrap().all();
        for (values, sets) in answer.rows.iter().zip(&why.rows) {
            let spoken_of = sets[0].first().map(|number| why.footnotes[number - 1].of);
            if let (Some(Statement::Entity(entity)), true) = (spoken_of, values[2] == Value::from("frame")) {
                prop_assert!(shared.view().hides(entity).is_some(), "{} {} {:?}", id, found, values);
            }
        }
    }

    /// A group and a limit count the rows that are not wanted as well: a wanted member is in the answer with its group.
    #[test]
    fn why_not_tells_of_members_whose_group_is_not_there(
        steps in steps(),
        frame in frame(),
        day in 0..=LAST_DAY,
        (query, there) in prop::sample::select(GROUPS_OF_A),
        wanted in any::<prop::sample::Index>(),
    ) {
        let session = session(&steps, Frame { valid: ValidTime::AsOf(Day(day)), ..frame });
        let graph = session.engine.snapshot();
        let nodes: Vec<_> = graph.nodes().collect();
        prop_assume!(!nodes.is_empty());
        let id = Value::from(&**graph.node_id(*wanted.get(&nodes)));
        let is_there = ask(&session, there).rows.iter().any(|row| row[0] == id);
        let answer = ask(&session, &format!("WHY NOT {{a: {id}}} {query}"));
        prop_assert_eq!(answer.rows.is_empty(), is_there, "{} {} {:?}", id, query, answer.why);
    }
}

/// A group of so many rows that its formula is not unfolded: each of its nodes is reached in two ways, and one of them is told.
#[test]
fn a_group_of_many_rows_is_told_with_statements_that_suffice_for_it() {
    let session = Engine::new(Model::default().build(), &[]).unwrap().session();
    ask(&session, "UNWIND range(1, 200) AS i CREATE (b:B), (:A)-[:R]->(b), (:A)-[:R]->(b)");
    let answer = ask(&session, "WHY MATCH (:A)-[:R]->(b:B) WITH DISTINCT b RETURN count(b) AS n");
    assert_eq!(answer.rows, [[Value::Int(200)]]);
    let why = answer.why.unwrap().all();
    let graph = session.engine.snapshot();
    let end = |number: &usize| match why.footnotes[number - 1].of {
        Statement::Entity(Entity::Rel(rel)) => graph.rel(rel).2,
        other => panic!("{other:?}"),
    };
    let ends: BTreeSet<NodeId> = why.rows[0][0].iter().map(end).collect();
    assert_eq!((why.rows[0].len(), why.rows[0][0].len(), ends.len()), (1, 200, 200));
}
