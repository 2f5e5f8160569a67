//! The quick way beside the plain one: every shortcut gives the rows that it would give without.
//!
//! On random small multigraphs with loops, parallel relationships, cycles and missing properties, a query is run as a user runs it;
//! with every rule of the optimiser off and rows looked at one by one; and under `WHY`, which follows every path. The bags of rows are
//! the same. Many of the queries stand where a shortcut is not allowed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use portolan::bind::{self, Names};
use portolan::execute::{BATCH, Query, Reading, Worker, execute};
use portolan::graph::{Builder, Frame, Meta, NewNode, NewRel, Schema, SharedView, Snapshot, Validity};
use portolan::limits::Limits;
use portolan::optimize;
use portolan::parse::{self, ast};
use portolan::plan::Plan;
use portolan::procedure::{Called, Procedures};
use portolan::session::{Engine, Session};
use portolan::value::{Instant, Value, order};
use proptest::prelude::*;

/// A relationship: its type, start, end, and weight, where it has one.
type Rel = (bool, usize, usize, Option<i64>);

fn graph(nodes: &[(bool, Option<i64>)], rels: &[Rel]) -> Snapshot {
    let mut builder = Builder::new(Schema::default());
    let known = Meta { validity: Validity::Always, ..Meta::default() };
    let ids: Vec<_> = nodes
        .iter()
        .enumerate()
        .map(|(at, (labelled, x))| {
            let name = Value::from(["north", "south", "nowhere"][at % 3]);
            let x = x.map(|x| ("x".to_owned(), if x % 2 == 0 { Value::Int(x) } else { Value::Float(x as f64) }));
            let properties = x.into_iter().chain(
                [("name", name), ("number", Value::Int(at as i64)), ("code", Value::from(format!("c{at}").as_str()))]
                    .map(|(key, value)| (key.to_owned(), value)),
            );
            let labels = if *labelled { vec!["A".to_owned(), "N".to_owned()] } else { vec!["N".to_owned()] };
            let node = NewNode {
                id: format!("n{at}"),
                labels,
                properties: properties.collect(),
                meta: known.clone(),
                ..NewNode::default()
            };
            builder.node(node).unwrap()
        })
        .collect();
    for (kind, start, end, w) in rels {
        let kind = if *kind { "R" } else { "S" }.to_owned();
        // Sums of products of `v` may be shared by paths, as each relationship has one; `w` may be missing. Sums come to nothing often.
        let v = ("v".to_owned(), Value::Float(((start + end * 2) % 3) as f64 / 2.0 - 0.5));
        let properties = w.map(|w| ("w".to_owned(), Value::Float(w as f64 / 2.0))).into_iter().chain([v]).collect();
        let (start, end) = (ids[start % ids.len()], ids[end % ids.len()]);
        builder.rel(NewRel { kind, start, end, properties, histories: Vec::new(), meta: known.clone() });
    }
    builder.finish()
}

/// What is matched.
const MATCHES: [&str; 36] = [
    "MATCH (a:A)-[r:R]->(b)",
    "MATCH (a)-[r:R]->(b)-[s:S]->(c)",
    "MATCH (a)-[r:R]->(b)-[s:R]->(c)-[t:R]->(a)",
    "MATCH (a)-[r:R]->(b)<-[s:R]-(c)",
    "MATCH (a)-[r]-(b)",
    "MATCH (a {number: 0})-[r:R*1..3]->(b)",
    "MATCH (a {number: 0})-[r:R*0..2]->(b)",
    "MATCH (a {number: 0})-[r:R*2..3]->(b)",
    "MATCH (a {number: 0})-[r:R*1..3]-(b)",
    "MATCH (a {number: 0})<-[r:R*1..4]-(b:A)",
    "MATCH (a {number: 0})-[r:R*1..3 {w: 1.0}]->(b)",
    "MATCH (a)-[r:R*1..2]->(b)-[s:R]->(c)",
    "MATCH (a)-[r:R*1..2]->(b), (a)-[s:S]->(b)",
    "MATCH (a:A)-[r:R*1..2]->(b:A)-[t:S*1..2]->(c)",
    "MATCH (a {number: 0}), (b {number: 1}) MATCH p = shortestPath((a)-[r:R*..4]->(b))",
    "MATCH (a {number: 0}), (b {number: 1}) MATCH p = shortestPath((a)-[r*..3]-(b))",
    "MATCH p = ANY SHORTEST (a {number: 0})-[r:R]->{1,4}(b {id: 'n1'})",
    "MATCH (a:A) OPTIONAL MATCH (a)-[r:R]->(b)",
    "MATCH (a)-[r:R]->(b)-[s:R]->(c)",
    "MATCH (a)-[r:R]->(b)<-[s:S]-(c:A)",
    "MATCH (a {number: 0})-[r:R]->(b)-[s:R]->(c)-[t:S]->(d)",
    "MATCH (c)<-[r:R]-(b)<-[s:S]-(a:A)",
    "MATCH (a)-[r:R]->(b)-[s]-(c)",
    "MATCH (a)-[r:R {w: 1.0}]->(b)-[s:S]->(c) WHERE s.v >= 0.0",
    "MATCH (a)-[r:R]->(b)-[s:S]->(c)-[t:R]->(d)",
    "MATCH (a:A)-[r:R]->(b) WITH DISTINCT b MATCH (b)-[s:S]->(c) WITH DISTINCT b, c AS a MATCH (a)-[r:R]->(d)",
    "MATCH (a)-[r:S]->(b)-[s:S]->(a)",
    "MATCH (a:A)-[r:R]->(b), (c)-[s:R]->(b), (a)-[t:S]->(c)",
    "MATCH (a:A)-[r:R]->(b:N)<-[s:S]-(c:A)-[t:R]->(a)",
    "MATCH (a)-[r:R]->(b)-[s:S]->(c) WHERE c.x > 1 AND r.w < 1.0",
    "MATCH (a)-[r:R]->(c)<-[s:R]-(b) WHERE c.name <> 'north'",
    "MATCH (a:A)-[r:R]->(c:N), (c)-[s:S]-(b {id: 'n1'}) WHERE c.id IN ['n0', 'n2', a.id]",
    "MATCH (a:A), (b:N)-[r:R]->(c) WHERE a.name = b.name",
    "MATCH (c)<-[r:R]-(a)-[s:R]->(b) WHERE c.number IN [b.number, 0, 1.0]",
    "UNWIND ['n1', 'n1', null, 'n2'] AS id MATCH (a)-[r:R]->(b) WHERE a.id IN [id, 'n2', id]",
    "MATCH (a)-[r:R]->(b) OPTIONAL MATCH (b)-[s:S]->(c) WHERE c.id IN ['n0', 'n0', a.id]",
];

/// What must hold.
const CONDITIONS: [&str; 24] = [
    "",
    "WHERE a.x > 1",
    "WHERE a.x > 1 AND (b.x IS NULL OR b.x <= $limit)",
    "WHERE NOT (a.x = b.x) OR b.name STARTS WITH 'n'",
    "WHERE a.name CONTAINS 'o' AND b.name <> 'south'",
    "WHERE b.x >= a.x AND b.name ENDS WITH 'h'",
    "WHERE a.x = 2.0 OR b:A",
    "WHERE b.missing IS NULL AND NOT b:A",
    "WHERE a.missing > 1 OR a.x < $limit",
    "WHERE a.name < b.name",
    "WHERE a <> b",
    "WHERE a.name =~ 'n.*th?' OR b.name =~ '(no)?where'",
    "WHERE a.id IN ['n1', 'n0', 'n1', null, 'missing', 4]",
    "WHERE b.id IN $ids",
    "WHERE b.id IN $ids AND a.id IN ['n0', 'n2'] AND a.x > 0",
    "WHERE b.id IN $nothing OR a.id IN []",
    "WHERE a.id IN $nothing",
    "WHERE a.name IN ['south', 'north', 'south', null] AND b.number IN [0, 2.0, null, 3]",
    "WHERE b.id = 'n1' OR b.id = 'n2' OR 'n1' = b.id",
    "WHERE a.id = 'n0' OR a.id = null OR a.name = 'south'",
    "WHERE a.id = 'n0' AND b.name = 'south' AND b.x >= 0",
    "WHERE NOT a.id IN ['n0', null]",
    "WHERE a.name IN [b.name, 'north'] AND b.code IN ['c0', 'c1', 'c1', null, 2]",
    "WHERE a.code = 'c1' OR a.code = $code",
];

/// What is asked of it.
const RETURNS: [&str; 22] = [
    "RETURN count(*)",
    "RETURN count(DISTINCT b.name)",
    "RETURN count(DISTINCT b)",
    "RETURN DISTINCT b.number",
    "RETURN a.name, count(*)",
    "RETURN a.name, count(DISTINCT b), min(b.x), max(a.x)",
    "RETURN b.x, count(*), sum(a.x)",
    "RETURN a.x, b.name, count(b.x)",
    "RETURN a, b.name, collect(b.x)",
    "RETURN a.number, b.number",
    "WITH DISTINCT b MATCH (b)-[:S]->(d) RETURN count(*), count(DISTINCT d.name)",
    "WITH a, max(b.x) AS most RETURN a.name, most",
    "WITH b, count(*) AS n RETURN b.number, n",
    "WITH DISTINCT a.name AS name, b RETURN name, count(*)",
    "RETURN size([n IN collect(DISTINCT b.number) WHERE n > 1])",
    "RETURN DISTINCT a.x, b.x",
    "RETURN b.name, count(a)",
    "RETURN count(*), count(DISTINCT a.name), max(b.x)",
    "RETURN a.number, count(*) AS n ORDER BY n DESC, a.number LIMIT 2",
    "RETURN b.number, count(a.x), count(*)",
    "RETURN count(DISTINCT b.code)",
    "RETURN count(DISTINCT a.code), count(DISTINCT b)",
];

/// Columns that only hold where relationships are single, or paths are there.
const OF_PATHS: [&str; 3] = ["RETURN length(p)", "RETURN count(p)", "RETURN DISTINCT a.number, b.number, length(p)"];
const OF_LISTS: [&str; 3] =
    ["RETURN size(r), count(*)", "RETURN DISTINCT b.number, size(r)", "RETURN a.number, [x IN r | x.w]"];
const OF_RELS: [&str; 6] = [
    "RETURN sum(r.w)",
    "RETURN a.name, sum(r.w * r.w), count(r.w)",
    "RETURN DISTINCT r.w",
    "RETURN sum(r.v)",
    "RETURN b.name, sum(r.v * r.v), count(*)",
    "RETURN a.x, sum(r.v), count(DISTINCT b)",
];
/// What is added up along two relationships.
const OF_TWO: [&str; 3] = [
    "RETURN sum(r.v * s.v)",
    "RETURN b.name, sum(s.v * r.v), count(*)",
    "RETURN a.number, sum(s.v), sum(r.v * s.v * r.v)",
];

fn queries() -> impl Strategy<Value = String> {
    (0..MATCHES.len(), 0..CONDITIONS.len(), 0..RETURNS.len() + 9).prop_map(|(matched, condition, asked)| {
        let matched = MATCHES[matched];
        let condition = match CONDITIONS[condition] {
            more if matched.contains("WHERE") => more.replace("WHERE", "AND"),
            condition => condition.to_owned(),
        };
        let asked = match asked.checked_sub(RETURNS.len()) {
            None => RETURNS[asked],
            Some(at) if matched.contains("p =") => OF_PATHS[at % 3],
            Some(at) if matched.contains('*') => OF_LISTS[at % 3],
            Some(at) if matched.contains("[s:S]->(c)") && !matched.contains("WITH") && at > 5 => OF_TWO[at - 6],
            Some(at) => OF_RELS[at % 6],
        };
        format!("{matched} {condition} {asked}")
    })
}

fn params(limit: i64) -> BTreeMap<String, Value> {
    let ids = ["n2", "n0", "missing", "n2", "new"].map(Value::from);
    let ids = ids.into_iter().chain([Value::Null, Value::Int(1)]);
    let params = [
        ("limit", Value::Int(limit)),
        ("ids", Value::list(ids)),
        ("nothing", Value::Null),
        ("code", Value::from("c0")),
    ];
    params.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Rows as a bag; lists by what is in them, since the order in which rows come is not promised.
fn bag(mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    fn settled(value: &Value) -> Value {
        match value {
            Value::List(list) => {
                let mut list: Vec<Value> = list.iter().map(settled).collect();
                list.sort_by(order);
                Value::list(list)
            }
            // Sums of halves are exact, so that they do not depend on the order.
            other => other.clone(),
        }
    }
    for value in rows.iter_mut().flatten() {
        *value = settled(value);
    }
    rows.sort_by(|a, b| {
        a.iter().zip(b).map(|(a, b)| order(a, b)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    rows
}

fn asked(session: &Session, text: &str) -> Vec<Vec<Value>> {
    bag(session.run(text, &Limits::default()).unwrap_or_else(|wrong| panic!("{text}: {}", wrong[0].message)).rows)
}

/// The rows without any rule, row by row.
fn plainly(session: &Session, text: &str) -> Vec<Vec<Value>> {
    let statement = parse::parse(text).unwrap();
    let ast::Body::Query(query) = &statement.body else { panic!("{text} is no query") };
    let snapshot = session.engine.snapshot();
    let procedures = Procedures::default();
    let names = Names {
        catalog: snapshot.catalog(),
        schema: snapshot.schema(),
        params: &session.params,
        procedures: &procedures,
    };
    let mut bound = bind::bind(query, names).unwrap();
    let plan = optimize::lower(std::mem::replace(&mut bound.plan, Plan::Unit), &snapshot);
    let query = Query {
        limits: Limits::default(),
        params: &session.params,
        procedures: &procedures,
        called: Called::default(),
        now: Instant::now(),
        learnt: None,
        reading: &Reading::Nothing,
        lineage: false,
        alternatives: false,
        batch: BATCH,
        threads: 1,
        by_row: true,
    };
    let mut worker = Worker::new(&query, SharedView::new(snapshot, Frame::default()));
    bag(execute(&plan, bound.columns.len(), &mut worker).unwrap().rows)
}

/// Holds a query in a session on a graph to the plain way; it gives three rows.
fn gives_three_rows_as_plainly(nodes: &[(bool, Option<i64>)], rels: &[Rel], [threads, batch]: [usize; 2], query: &str) {
    let engine = Engine::new(graph(nodes, rels), &[]).unwrap();
    let session = Session { threads, batch, ..engine.session() };
    let rows = asked(&session, query);
    assert_eq!((rows.len(), &rows), (3, &plainly(&session, query)), "{query}");
}

#[test]
fn what_adds_up_to_nothing_is_counted_all_the_same() {
    // Node 1 is come to with a half and less than nothing by a half, node 4 with nothing, node 3 with a half.
    let nodes = [(true, Some(1)); 6];
    let rels = [(true, 0, 1), (true, 4, 1), (true, 2, 4), (true, 2, 3), (false, 1, 5), (false, 4, 2), (false, 3, 0)];
    let rels = rels.map(|(kind, start, end)| (kind, start, end, None));
    for asked_for in
        ["b.number, sum(r.v * s.v), count(*)", "b.number, sum(r.v), count(*)", "c.number, sum(r.v), count(*)"]
    {
        let query = format!("MATCH (a)-[r:R]->(b)-[s:S]->(c) RETURN {asked_for}");
        gives_three_rows_as_plainly(&nodes, &rels, [1, BATCH], &query);
    }
}

#[test]
fn what_adds_up_to_nothing_in_the_part_of_one_thread_is_counted_all_the_same() {
    // Every relationship adds nothing; node 39 is come to from the last nodes only.
    let nodes = [(true, Some(1)); 40];
    let ends =
        [(0, 38), (2, 37)].into_iter().flat_map(|(first, end)| (first..30).step_by(3).map(move |start| (start, end)));
    let rels = ends.chain([(31, 39), (34, 39)]).map(|(start, end)| (true, start, end, None));
    let rels: Vec<Rel> = rels.chain([37, 38, 39].map(|start| (false, start, 36, None))).collect();
    let query = "MATCH (a)-[r:R]->(b)-[s:S]->(c) RETURN b.number, sum(r.v * s.v), count(*)";
    gives_three_rows_as_plainly(&nodes, &rels, [2, 1], query);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_query_gives_the_same_rows_quickly_and_plainly(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 2..7),
        rels in proptest::collection::vec((any::<bool>(), 0..7_usize, 0..7_usize, proptest::option::of(0..4_i64)), 0..14),
        queries in proptest::collection::vec(queries(), 24),
        limit in 0..5_i64,
        // A few rows at once, or many: what operators hand on in parts is the same as whole.
        batch in prop_oneof![Just(BATCH), 1..5_usize],
        threads in 1..4_usize,
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let params = params(limit);
        let session = Session { params, batch, threads, ..engine.session() };
        for query in &queries {
            let quickly = asked(&session, query);
            prop_assert_eq!(&quickly, &asked(&session, query), "asked again: {}", query);
            prop_assert_eq!(&quickly, &plainly(&session, query), "without rules: {}", query);
            prop_assert_eq!(&quickly, &asked(&session, &format!("WHY {query}")), "with reasons: {}", query);
        }
        // After a change a prepared text is another one.
        session.run("CREATE (:A:N {id: 'new', number: 9, x: 3})-[:R {w: 1.0}]->(:N {number: 10, name: 'north'})", &Limits::default()).unwrap();
        for query in &queries {
            let after = asked(&session, query);
            prop_assert_eq!(&after, &plainly(&session, query), "after a change: {}", query);
            prop_assert_eq!(&after, &asked(&session, &format!("WHY {query}")), "with reasons after a change: {}", query);
        }
    }

    #[test]
    fn several_threads_give_the_rows_of_one_in_their_order(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 24..60),
        rels in proptest::collection::vec((any::<bool>(), 0..60_usize, 0..60_usize, proptest::option::of(0..4_i64)), 40..140),
        queries in proptest::collection::vec(queries(), 12),
        threads in 2..5_usize,
        batch in 1..3_usize,
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let params = params(2);
        let one = Session { params, threads: 1, batch, ..engine.session() };
        let several = Session { threads, ..one.clone() };
        for query in &queries {
            let [rows, others] = [&one, &several].map(|session| {
                session.run(query, &Limits::default()).unwrap_or_else(|wrong| panic!("{query}: {}", wrong[0].message)).rows
            });
            prop_assert_eq!(rows, others, "{} in batches of {} on {} threads", query, batch, threads);
        }
    }
}
