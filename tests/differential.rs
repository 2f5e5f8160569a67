//! The quick way beside the plain one: every shortcut gives the rows that it would give without.
//!
//! On random small multigraphs with loops, parallel relationships, cycles and missing properties, a query is run as a user runs it;
//! with every rule of the optimiser off and rows looked at one by one; and under `WHY`, which follows every path. The bags of rows are
//! the same. Many of the queries stand where a shortcut is not allowed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use portolan::bind::{self, Names};
use portolan::execute::{BATCH, Failure, Query, Reading, Worker, execute};
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
            let since = Value::Date(format!("20{:02}-{:02}-28", at % 7, 1 + at % 3).parse().unwrap());
            let until = Value::Date(["2003-02-28", "2003-03", "~2004"][at % 3].parse().unwrap());
            let until = (at % 4 > 0).then_some(("until".to_owned(), until));
            let code = Value::from(format!("c{at}").as_str());
            let properties = x.into_iter().chain(until).chain(
                [("name", name), ("number", Value::Int(at as i64)), ("code", code), ("since", since)]
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
        let t = (end % 4 > 0).then(|| ("t".to_owned(), Value::from(["south", "straße", "c1"][start % 3])));
        let w = w.map(|w| ("w".to_owned(), Value::Float(w as f64 / 2.0)));
        let properties = w.into_iter().chain(t).chain([v]).collect();
        let (start, end) = (ids[start % ids.len()], ids[end % ids.len()]);
        builder.rel(NewRel { kind, start, end, properties, histories: Vec::new(), meta: known.clone() });
    }
    builder.finish()
}

/// What is matched.
const MATCHES: [&str; 40] = [
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
    "MATCH p = shortestPath((a {number: 0})-[r:R*]->(b))",
    "MATCH p = allShortestPaths((a)-[r*..3]-(b:A))",
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
    "MATCH (a)-[t:R]->(b)-[s:S]->(c)<-[r:R]-(a) WHERE r.v <= s.v",
    "MATCH (a)-[t]->(b)-[s:S]->(c)<-[r:R]-(a) WHERE s.w <> r.w OR t.v = s.v",
    "MATCH (a)-[r:R]->(b)-[s:S]->(c) WHERE c.x > 1 AND r.w < 1.0",
    "MATCH (a)-[r:R]->(c)<-[s:R]-(b) WHERE c.name <> 'north'",
    "MATCH (a:A)-[r:R]->(c:N), (c)-[s:S]-(b {id: 'n1'}) WHERE c.id IN ['n0', 'n2', a.id]",
    "MATCH (a:A), (b:N)-[r:R]->(c) WHERE a.name = b.name",
    "MATCH (c)<-[r:R]-(a)-[s:R]->(b) WHERE c.number IN [b.number, 0, 1.0]",
    "UNWIND ['n1', 'n1', null, 'n2'] AS id MATCH (a)-[r:R]->(b) WHERE a.id IN [id, 'n2', id]",
    "MATCH (a)-[r:R]->(b) OPTIONAL MATCH (b)-[s:S]->(c) WHERE c.id IN ['n0', 'n0', a.id]",
];

/// Patterns that are counted by smaller ones: what has to differ may be the same in one of them.
const APART: [&str; 40] = [
    "MATCH (a)-[r:R]->(b)<-[s:R]-(c) WHERE a.code < c.code",
    "MATCH (a)-[r:R]-(b)-[s:R]-(c)-[t:R]-(a) WHERE id(a) < id(b) AND id(b) < id(c)",
    "MATCH (a)-[r:R]->(b), (c)-[s:R]->(b) WHERE elementId(a) > elementId(c) AND r.v > -0.5 AND s.v > -0.5",
    "MATCH (a)-[r:R]->(b)<-[s:S]-(c) WHERE a.code < c.code",
    "MATCH (a)-[r:R]-(b)-[s:S]-(c)-[t:R]-(d) WHERE a.code < d.code",
    "MATCH (a)-[r:R]-(b)-[s:S]->(c)-[t:R]-(d) WHERE a.code < d.code",
    "MATCH (a:A)-[r:R]->(b)<-[s:R]-(c) WHERE c.code < a.code",
    "MATCH (a)-[r:R]->(b)<-[s:R]-(c), (b)-[t:S]->(d), (b)-[u:S]->(e) WHERE a.code < c.code AND d.code > e.code",
    "MATCH (a)-[r:R]->(b) MATCH (c)-[s:R]->(b) WHERE a.code < c.code AND a.x = c.x",
    "MATCH (a)-[r:R]->(b)<-[s:R]-(c), (b)<-[t:R]-(d) WHERE a.code < c.code AND a.code < d.code",
    "MATCH (a)-[r:R]->(b)<-[s:R]-(c), (b)<-[t:R]-(d) WHERE a.code < c.code AND c.code < d.code AND a.code < d.code",
    "MATCH (a)-[r:R]-(b)-[s:R]-(c)",
    "MATCH (a)-[r:R]-(b)-[s:R]-(c)-[t:R]-(d)",
    "MATCH (a)-[r:R]->(b)-[s:R]->(c)-[t:R]->(d)",
    "MATCH (a)-[r:R]->(b)-[s:R]->(c)-[t:R]->(d)-[u:R]->(e)",
    "MATCH (a:A)-[r:R]-(b)-[s:R]-(c)-[t:R]-(a)",
    "MATCH (a)-[r:R]-(b)-[s:R]->(c:A)",
    "MATCH (a)-[t:R]->(b)-[s:S]->(c)<-[r:R]-(a) WHERE r.v < s.v",
    "MATCH (a)-[t:R]->(b)-[s:S]-(c)-[r:R]->(a) WHERE s.v <> r.v",
    "MATCH (a)-[r]-(b)-[s]->(c)",
    "MATCH (a)-[r:R|S]-(b:A)-[s:S]-(c)",
    "MATCH (b)<-[r:R]-(a)-[s:R]->(c)-[t:S]->(d) WHERE b <> c",
    "MATCH (a)-[r:R]-(b)-[s:R]-(c) WHERE a <> c",
    "MATCH (a)-[r:R]->(b)<-[s:S]-(c), (c)-[t:R]->(d) WHERE a <> c AND b <> d",
    "MATCH (a)-[r:R]-(b) MATCH (b)-[s:R]-(c)-[t:R]->(d) WHERE a <> d",
    "MATCH (a:A)-[r:R]->(b), (c)-[s:R]->(d:A) WHERE c.x > 0",
    "MATCH (a)-[r:R]-(b)-[s:S]-(c) WHERE NOT (a)-[:R]-(c)",
    "MATCH (a)-[r:R]->(b)-[s:R]->(c) WHERE NOT (a)-[:R]->(c) AND (c)<-[:S]-(b)",
    "MATCH (a)-[r:R]->(b)-[s:S]->(c) WHERE NOT (b)-[:R]->(a) AND NOT (a)-[:R]->(b)",
    "MATCH (a)-[r:R]-(b)-[s:R]-(c) WHERE NOT EXISTS { (c)-[:S]-(a) } AND a.name <> c.name",
    "MATCH (a)-[:R*2]-(b)",
    "MATCH (a)-[:R*1..3]->(b)",
    "MATCH (a:A)-[:R*1..2]-(b)-[s:S]->(c)",
    "MATCH (a)-[:R*1..2]->(b)<-[:S*1..2]-(c) WHERE a <> b",
    "MATCH (a)-[r:R*1..2]->(b)-[s:R]->(c)",
    "MATCH (a)-[r:R]->(b) OPTIONAL MATCH (b)-[s:S]-(c)",
    "MATCH (a:A) OPTIONAL MATCH (a)-[r:R]-(b) OPTIONAL MATCH (a)-[s:S]->(c:A) WHERE c.x > a.x",
    "MATCH (a) OPTIONAL MATCH (a)-[r:R]->(b) OPTIONAL MATCH (b)-[s:S]->(c)",
    "MATCH (a)-[r:R]-(b) OPTIONAL MATCH (a)-[:S]->(x)-[:R]->(c)",
    "MATCH (a)-[r:S]->(b)-[s:R]->(c) OPTIONAL MATCH (d:A) WHERE d.x = c.x",
];

/// How many there are of them.
const COUNTS: [&str; 8] = [
    "RETURN count(*)",
    "RETURN count(b)",
    "RETURN a.name, count(*)",
    "RETURN b.number, count(*), count(a)",
    "RETURN a.number, b.x, count(b) AS n ORDER BY n DESC, a.number, b.x LIMIT 4",
    "RETURN b.name, a, count(*)",
    "RETURN a.number, count(b), count(*)",
    "WITH b, count(*) AS n WHERE n > 2 RETURN sum(n), count(b)",
];

/// What must hold.
const CONDITIONS: [&str; 29] = [
    "WHERE a.code >= b.code",
    "WHERE a.code < b.name OR b.code > a.code",
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
    "WHERE NOT EXISTS { MATCH (b)-[:R]->(x:A) WHERE x.number > a.number }",
    "WHERE EXISTS { (b)-[:S]->(:A) } AND NOT EXISTS { (a)-[:R]->(x) WHERE x.x = 1 }",
    "WHERE COUNT { (a)-[:S]->() } > 0 OR NOT (b)-[:R]->(:N)-[:S]->(:A)",
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
const RETURNS: [&str; 30] = [
    "RETURN labels(a), labels(b), count(*)",
    "RETURN a.code, b.code, count(*)",
    "RETURN DISTINCT b.code, b.name, a.x",
    "RETURN b.name, a.code, a.name, max(b.x), count(DISTINCT b.code)",
    "WITH a, a.name AS name, b.code AS code, count(*) AS n RETURN name, code, n ORDER BY n DESC, a.code, code LIMIT 3",
    "WITH DISTINCT a.code AS code, b RETURN code, count(b)",
    "RETURN a.name, collect(b.number), percentileCont(b.number, 0.3), max(b.name)",
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
    "RETURN a.number, COUNT { (b)-[:R]->() } AS n, [(a)-[:S]->(x) WHERE x.x > b.x | x.number], count(*)",
];

/// Columns that only hold where relationships are single, or paths are there.
const OF_PATHS: [&str; 3] = ["RETURN length(p)", "RETURN count(p)", "RETURN DISTINCT a.number, b.number, length(p)"];
const OF_LISTS: [&str; 3] =
    ["RETURN size(r), count(*)", "RETURN DISTINCT b.number, size(r)", "RETURN a.number, [x IN r | x.w]"];
const OF_RELS: [&str; 9] = [
    "RETURN type(r), r.t, count(*), count(DISTINCT type(r))",
    "RETURN sum(r.w)",
    "RETURN a.name, sum(r.w * r.w), count(r.w)",
    "RETURN DISTINCT r.w",
    "RETURN sum(r.v)",
    "RETURN b.name, sum(r.v * r.v), count(*)",
    "RETURN a.x, sum(r.v), count(DISTINCT b)",
    "RETURN r.t, count(*), count(DISTINCT a.name)",
    "WITH a, r UNWIND [a, r] AS x RETURN coalesce(x.t, x.name) AS t, count(DISTINCT x.t), count(*)",
];
/// What is added up along two relationships.
const OF_TWO: [&str; 3] = [
    "RETURN sum(r.v * s.v)",
    "RETURN b.name, sum(s.v * r.v), count(*)",
    "RETURN a.number, sum(s.v), sum(r.v * s.v * r.v)",
];

fn queries() -> impl Strategy<Value = String> {
    (0..MATCHES.len(), 0..CONDITIONS.len(), 0..RETURNS.len() + 12).prop_map(|(matched, condition, asked)| {
        let matched = MATCHES[matched];
        let condition = match CONDITIONS[condition] {
            more if matched.contains("WHERE") => more.replacen("WHERE", "AND", 1),
            condition => condition.to_owned(),
        };
        let asked = match asked.checked_sub(RETURNS.len()) {
            None => RETURNS[asked],
            Some(at) if matched.contains("p =") => OF_PATHS[at % 3],
            Some(at) if matched.contains('*') => OF_LISTS[at % 3],
            Some(at) if matched.contains("[s:S]->(c)") && !matched.contains("WITH") && at > 8 => OF_TWO[at - 9],
            Some(at) => OF_RELS[at % OF_RELS.len()],
        };
        format!("{matched} {condition} {asked}")
    })
}

/// Any pattern of up to four relationships: trees, cycles, several between the same two nodes, lists, in one clause or two of which the
/// second may be optional, with conditions on any two of its parts.
fn patterns() -> impl Strategy<Value = String> {
    const NODES: [&str; 5] = ["a", "b", "c", "d", "e"];
    let types = one_of(&["", ":R", ":R", ":S", ":S", ":R|S"]);
    let rel = (
        0..5_usize,
        0..5_usize,
        0..3_usize,
        types,
        prop_oneof![9 => Just(String::new()), 1 => one_of(&["*1..2", "*2", "*0..1"])],
    );
    let parts = (
        proptest::collection::vec(rel, 1..5),
        (0..8_usize, one_of(&["MATCH", "OPTIONAL MATCH"])),
        proptest::collection::vec((0..5_usize, one_of(&["A", "N", "A|N"])), 0..2),
        proptest::collection::vec((0..9_usize, any::<[proptest::sample::Index; 3]>()), 0..3),
        (0..12_usize, any::<[proptest::sample::Index; 3]>()),
    );
    parts.prop_map(|(rels, (first, clause), labels, conditions, (asked, of))| {
        let mut n_nodes = 1;
        let mut hops = Vec::new();
        for (at, (from, to, direction, types, length)) in rels.iter().enumerate() {
            // Each is connected with those before it.
            let from = from % n_nodes;
            let to = to % (n_nodes + 1);
            n_nodes = n_nodes.max(to + 1);
            let [left, right] = [["-", "->"], ["<-", "-"], ["-", "-"]][*direction];
            // Nobody reads a list.
            let name = if length.is_empty() { format!("r{at}") } else { String::new() };
            hops.push(format!("({}){left}[{name}{types}{length}]{right}({})", NODES[from], NODES[to]));
        }
        let node = |of: proptest::sample::Index| NODES[of.index(n_nodes)];
        let single: Vec<usize> = (0..rels.len()).filter(|at| rels[*at].4.is_empty()).collect();
        let rel = |of: proptest::sample::Index| match single.len() {
            0 => NODES[of.index(n_nodes)].to_owned(),
            n => format!("r{}", single[of.index(n)]),
        };
        let labels = labels.iter().map(|(at, label)| format!("{}:{label}", NODES[at % n_nodes]));
        let conditions = conditions.into_iter().map(|(kind, [x, y, z])| match kind {
            0 => format!("{} <> {}", node(x), node(y)),
            1 => format!("{}.v < {}.v", rel(x), rel(y)),
            2 => format!("{}.w = {}.w", rel(x), rel(y)),
            3 => format!("{}.number < {}.number", node(x), node(y)),
            4 => format!("{}.x <= {}.w", node(x), rel(y)),
            5 => format!("NOT ({})-[:R]->({})", node(x), node(y)),
            6 => format!("EXISTS {{ ({})-[:S]-()<-[:R]-({}) }}", node(x), node(y)),
            7 => format!("({}.name = {}.name OR {}.t IS NULL)", node(x), node(y), rel(z)),
            _ => format!("{}.x > 1", node(x)),
        });
        let conditions: Vec<String> = labels.chain(conditions).collect();
        let condition =
            if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        let [x, y, z] = of;
        let asked = match asked {
            0 => "count(*)".to_owned(),
            1 => format!("{}.number AS one, count(*) AS n", node(x)),
            2 => format!("{}.name AS one, {}.x AS two, count(*) AS n", node(x), node(y)),
            3 => format!("count(DISTINCT {})", node(x)),
            4 => format!("{}.number AS one, count(DISTINCT {}) AS m, count({}) AS n", node(x), node(y), rel(z)),
            5 => format!("DISTINCT {}.number AS one, {}.number AS two", node(x), node(y)),
            6 => format!("sum({}.v * {}.v)", rel(x), rel(y)),
            7 => format!("{}.name AS one, sum({}.v) AS m, sum({}.w) AS n", node(x), rel(y), rel(z)),
            8 => format!("{}.number AS one, avg({}.x) AS m, min({}.v) AS n", node(x), node(y), rel(z)),
            9 => format!("{}.t AS one, count(*) AS n", rel(x)),
            10 => format!("{}.number AS one, {}.number AS two, {}.v AS three", node(x), node(y), rel(z)),
            _ => format!("DISTINCT {}.v AS one, {}.name AS two", rel(x), node(y)),
        };
        let matched = match hops.split_at_checked(first) {
            Some((first @ [_, ..], second @ [_, ..])) => format!("{} {clause} {}", first.join(", "), second.join(", ")),
            _ => hops.join(", "),
        };
        format!("MATCH {matched} {condition} RETURN {asked}")
    })
}

/// One of some texts.
fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    (0..texts.len()).prop_map(|at| texts[at].to_owned())
}

/// Expressions over two nodes and a relationship between them that give a number or null, or fail.
fn number() -> BoxedStrategy<String> {
    let leaves = [
        "a.number",
        "b.number",
        "a.x",
        "b.x",
        "r.w",
        "r.v",
        "size(a.name)",
        "a.missing",
        "0",
        "1",
        "3",
        "0.5",
        "$limit",
    ];
    let leaves = prop_oneof![
        (0..leaves.len()).prop_map(move |at| leaves[at].to_owned()),
        one_of(&["a.since.year", "b.until.month", "b.since.dayOfWeek", "a.until.year", "date('2020-02-29').day"]),
    ];
    let deeper = |inner: BoxedStrategy<String>| {
        let operator = one_of(&["+", "-", "*", "/", "%", "^"]);
        let function = one_of(&["abs", "toFloat", "sign", "round", "-"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, operator, b)| format!("({a} {operator} {b})")),
            (function, inner.clone()).prop_map(|(function, of)| format!("{function}({of})")),
            (inner.clone(), inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c, d)| format!("CASE WHEN {a} < {b} THEN {c} WHEN {a} = 1 THEN {d} END")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, at)| format!("[{a}, {b}, 7][toInteger({at})]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("size([{a}, {b}, {a}][toInteger({b})..])")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
        ]
    };
    leaves.prop_recursive(3, 12, 4, move |inner| deeper(inner.boxed())).boxed()
}

fn text() -> BoxedStrategy<String> {
    let leaves =
        one_of(&["a.name", "b.name", "a.code", "b.code", "'north'", "a.missing", "b.id", "r.t", "r.t", "type(r)"]);
    prop_oneof![
        leaves.clone(),
        (leaves.clone(), leaves.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
        (leaves.clone(), number()).prop_map(|(a, b)| format!("({a} || toString({b}))")),
        leaves.clone().prop_map(|of| format!("toUpper({of})")),
        (leaves.clone(), leaves.clone()).prop_map(|(a, b)| format!("coalesce({a}, {b}, a.name)")),
        (leaves.clone(), 0..4_i64).prop_map(|(of, n)| format!("right(substring({of}, {n}, 3), 2) + left({of}, {n})")),
        (leaves.clone(), one_of(&["'o'", "''", "'th'", "null"])).prop_map(|(of, by)| format!("split({of}, {by})[0]")),
        (leaves, number()).prop_map(|(of, n)| format!("CASE {n} WHEN 1 THEN {of} WHEN 2 THEN 'two' ELSE null END")),
    ]
    .boxed()
}

fn day() -> BoxedStrategy<String> {
    one_of(&["a.since", "b.since", "a.until", "b.until", "date('2003-02-28')", "date('2003-03')", "a.missing"]).boxed()
}

/// Conditions on them.
fn condition() -> BoxedStrategy<String> {
    fn compared(of: BoxedStrategy<String>) -> BoxedStrategy<String> {
        let operator = one_of(&["=", "<>", "<", "<=", ">", ">="]);
        (of.clone(), operator, of).prop_map(|(a, operator, b)| format!("{a} {operator} {b}")).boxed()
    }
    let leaves = prop_oneof![
        compared(number()),
        compared(text()),
        compared(day()),
        one_of(&[
            "a = b",
            "a <> b",
            "a:A",
            "b:A|N",
            "a.x IN [0, 1.0, null]",
            "b.name IN ['south', 'north']",
            "a.number IN []"
        ]),
        one_of(&[
            "r = r",
            "b.since IN [date('2001-02-28'), date('2003')]",
            "a.x IN [9,1,2,3,4,5,6,7,8,10,11,12,13,14,15,16,17]"
        ]),
        (number(), number()).prop_map(|(a, b)| format!("{a} IN [{b}, 1]")),
        text().prop_map(|of| format!("{of} STARTS WITH 'n'")),
        text().prop_map(|of| format!("{of} CONTAINS 'o'")),
        number().prop_map(|of| format!("{of} IS NULL")),
        number().prop_map(|of| format!("{of} IS :: INTEGER")),
    ];
    let deeper = |inner: BoxedStrategy<String>| {
        let operator = one_of(&["AND", "OR", "XOR"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, operator, b)| format!("({a} {operator} {b})")),
            inner.clone().prop_map(|of| format!("NOT ({of})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("CASE WHEN {a} THEN {b} ELSE {c} END")),
        ]
    };
    leaves.prop_recursive(2, 6, 3, move |inner| deeper(inner.boxed())).boxed()
}

/// Queries with expressions where rows are filtered, shown, put in order, grouped and compared.
fn computing() -> impl Strategy<Value = String> {
    let value = || prop_oneof![number(), text(), day(), condition()];
    let matched = one_of(&[
        "MATCH (a)-[r:R]->(b)",
        "MATCH (b)-[r]-(a)",
        "MATCH (a:A) OPTIONAL MATCH (a)-[r]->(b)",
        "MATCH (b)<-[r:S]-(a)",
    ]);
    let kept = prop_oneof![condition(), Just("true".to_owned())];
    (matched, kept, value(), value(), number(), 0..7_usize).prop_map(|(matched, condition, one, other, n, form)| {
        let start = format!("{matched} WITH a, b, r WHERE {condition}");
        match form {
            0 => format!("{start} RETURN a.number, b.number, {one} AS one, {other} AS other"),
            1 => format!("{start} RETURN {one} AS one, count(*), count({other}), min({n}), max({n})"),
            2 => format!("{start} RETURN {one} AS one, {other} AS other, sum(a.number), count(DISTINCT {n})"),
            3 => format!("{start} RETURN DISTINCT {one} AS one, {other} AS other, a.number % 2 AS n"),
            4 => format!("{start} RETURN count(DISTINCT {one}), avg(b.number), collect(DISTINCT {other})"),
            5 => format!(
                "{start} RETURN {one} AS one, a.number AS a, b.number AS b ORDER BY one DESC, {n}, a, b LIMIT 3"
            ),
            _ => format!("{start} RETURN a.number AS a, b.number AS b ORDER BY {n}, a DESC, b SKIP 1 LIMIT $limit"),
        }
    })
}

/// Rows around subqueries: each has `a` and `b`, some of them null.
const AROUND: [&str; 15] = [
    "MATCH (a)-[:R]->(b)",
    "MATCH (a), (b)",
    "MATCH (a), (c), (b)",
    "MATCH (b:A), (c), (d), (a)",
    "MATCH (a:A) OPTIONAL MATCH (a)-[:S]->(b)",
    "MATCH (a) OPTIONAL MATCH (a)-[r:R]->(b) OPTIONAL MATCH (b)-[s:S]->(c:A) WHERE c.x > a.x OR s.v > r.v",
    "MATCH (a)-[r:R]->(c) OPTIONAL MATCH p = (c)-[:S]->(b)-[:R]->(a) WITH a, b, c, length(p) AS n",
    "OPTIONAL MATCH (a {number: 99}) OPTIONAL MATCH (a)-[:R]->(b)",
    "UNWIND range(0, 5) AS n MATCH (a {number: n}) OPTIONAL MATCH (a)-[r:R]->(b:A) WHERE r.w > 0",
    "MATCH (a) OPTIONAL MATCH (b:A {name: a.name}) WHERE b.number > a.number",
    "MATCH (a) CALL { WITH a MATCH (a)-[:R]->(b) RETURN b }",
    "MATCH (a) OPTIONAL CALL { WITH a MATCH (a)-[:R]->(b) RETURN b, a.x AS v ORDER BY b.number LIMIT 2 }",
    "MATCH (a) CALL { WITH a OPTIONAL MATCH (a)<-[:S]-(b) RETURN b, b.x AS v } WITH a, b, v",
    "MATCH (a) OPTIONAL MATCH (a)-[:S*1..2]->(b)",
    "MATCH (a) UNWIND [a.x, a.name, null, 1] AS v OPTIONAL MATCH (b) WHERE b.x = v OR b.name = v WITH a, b, v",
];

/// What subqueries match: each has `x`.
const INSIDE: [&str; 20] = [
    "(a)-[:R]->(x)",
    "(a)-[:R]-(x:A)",
    "(b)<-[:S]-(x)",
    "(b)-[q:R]-(x) WHERE q.w > 0.5 AND x.x > a.x",
    "(a)-[q:R]->(x)-[:S]->(b)",
    "(a)-[:R]->(x)<-[:R]-(b)",
    "(b)-[:R]-(x)-[:R]-(a) WHERE x.x > 1",
    "(a)-[q:R*1..2]->(x)<-[p]-(b) WHERE p.w <> x.x",
    "(a)-[q:R]-(x)-[p]->(y)-[:R]-(b) WHERE 4 / y.number > 1 OR q.w = p.w",
    "(a)-->(x)-[:R]->(y) WHERE y.name <> b.name",
    "(a)-[:R*1..2]->(x)",
    "(x:A {name: a.name})",
    "(x {number: b.number})-[:S]->(y)",
    "(x), (y:A) WHERE x.x > a.x AND y.x = b.x",
    "(b)-[:R]->(x) WHERE EXISTS { MATCH (x)-[:S]->(y) WHERE y.number > a.number }",
    "(b)-[:S]->(x) WHERE COUNT { (x)-[:R]->() } > 1 OR NOT EXISTS { (x)-[:R]->(a) }",
    "(a)-[:R]->(x) OPTIONAL MATCH (x)-[:S]->(y)",
    "(a)-[:R]->(x) UNWIND [x.x, b.number] AS y WITH x, y WHERE y > 1",
    "ANY SHORTEST (a)-[:R]->{1,3}(x)",
    "(b)-[:R]->(x) WHERE 4 / x.number > 1",
];

/// Those that link `a` and `b`.
const LINKS: std::ops::Range<usize> = 4..9;

/// What is asked of them, where `1` and `2` stand for what they match.
const ASKED: [&str; 22] = [
    "WHERE EXISTS { MATCH 1 } RETURN a.number, b.number",
    "WHERE NOT EXISTS { MATCH 1 } RETURN count(*)",
    "WHERE a.x > 1 AND NOT EXISTS { MATCH 1 } AND COUNT { MATCH 2 } < 3 RETURN a.number, b.number",
    "WHERE b.x IS NULL OR COUNT { MATCH 1 } > 1 RETURN a.number, b.number",
    "WHERE NOT (EXISTS { MATCH 1 } OR a.x > 1) RETURN a.number, b.number",
    "WHERE (a)-[:S]->() XOR EXISTS { MATCH 1 } RETURN a.number, b.number",
    "WHERE (b)-[:R]->(:A) RETURN a.number, size([(a)-[:R]->(x) | x.number])",
    "WHERE NOT (a)-[:S]->(b) AND NOT (a)-[:R]-() RETURN a.number, b.number",
    "RETURN a.number, EXISTS { MATCH 1 }, COUNT { MATCH 2 }",
    "RETURN a.number, COLLECT { MATCH 1 RETURN x.number }, [(b)-[:R]->(x) WHERE x.x > a.x | x.x + a.x]",
    "RETURN CASE WHEN EXISTS { MATCH 1 } THEN COUNT { MATCH 2 } ELSE -1 END AS n, count(*)",
    "RETURN CASE WHEN a.x > 1 THEN EXISTS { MATCH 1 } WHEN COUNT { MATCH 2 } > 1 THEN 'many' END, b.number",
    "WITH a, b, COUNT { MATCH 1 } AS n WHERE n > 0 RETURN a.number, n, b.number",
    "RETURN COUNT { MATCH 1 } AS n, count(*), max(COUNT { MATCH 2 })",
    "RETURN a.number, [n IN [1, 2] | n + COUNT { MATCH 1 }]",
    "RETURN a.number, [n IN [0, 1] WHERE EXISTS { MATCH (a)-[:R]->(x) WHERE x.number > n } | n]",
    "RETURN a.number, [n IN COLLECT { MATCH 1 RETURN x.number } WHERE n > 0]",
    "WITH a, COLLECT { MATCH 1 RETURN x } AS xs UNWIND xs AS x RETURN a.number, x.number",
    "RETURN a.number, EXISTS { MATCH 1 RETURN x.number }, COUNT { MATCH 2 RETURN x }, COUNT { MATCH 2 RETURN DISTINCT x.x }",
    "RETURN a.number ORDER BY COUNT { MATCH 1 }, a.number, b.number LIMIT 3",
    "RETURN {n: COUNT { MATCH 1 }, e: EXISTS { MATCH 2 }}, COUNT { MATCH 1 } + COUNT { MATCH 2 } * 2, b.number",
    "RETURN a {.number, xs: COLLECT { MATCH 1 RETURN x.x }}, EXISTS { MATCH 2 } AND a.x > 1",
];

/// Lists that become rows, and nodes of which it matters only how many they are.
const LISTS: [&str; 16] = [
    "MATCH (a) FOR x IN range(a.number, 6) WITH ORDINALITY i RETURN a.number, x, i",
    "MATCH (a) FOR x IN [a.x, null, a.name] WITH OFFSET i FOR y IN [i, x] WITH OFFSET j RETURN x, i, y, j",
    "MATCH (a:A) RETURN count(*)",
    "MATCH (a), (b:A) RETURN count(*), count(b)",
    "MATCH (a) RETURN 1",
    "MATCH (a:A) WITH 1 AS one MATCH (b:Missing) RETURN one",
    "MATCH (a:A) OPTIONAL MATCH (b:N) RETURN a.number, count(*)",
    "UNWIND range(1, 20) AS x RETURN x, x * 2",
    "UNWIND range(10, 1, -3) AS x WITH x WHERE x > 3 RETURN collect(x)",
    "MATCH (a) UNWIND range(0, a.number) AS x RETURN a.number, x",
    "MATCH (a) UNWIND range(a.number, a.x) AS x RETURN a.number, x",
    "MATCH (a) UNWIND [a.x, a.name, null, [1, a.number]] AS x UNWIND x AS y RETURN a.number, x, y",
    "UNWIND range(1, 4) AS x UNWIND range(x, 4) AS y RETURN x, y SKIP 2 LIMIT 5",
    "UNWIND range(3, 1) AS x RETURN x",
    "MATCH (a) UNWIND range(1, 3, a.number) AS x RETURN x",
    "UNWIND [1, 2.0, 'three', null, [4]] AS x RETURN x",
];

fn asking() -> impl Strategy<Value = String> {
    let asking =
        (0..AROUND.len(), 0..ASKED.len(), 0..INSIDE.len(), 0..INSIDE.len()).prop_map(|(around, asked, a, b)| {
            let asked = ASKED[asked].replace("MATCH 1", &format!("MATCH {}", INSIDE[a]));
            let with = if around > 4 { " WITH *" } else { "" };
            format!("{}{with} {}", AROUND[around], asked.replace("MATCH 2", &format!("MATCH {}", INSIDE[b])))
        });
    prop_oneof![7 => asking, 1 => (0..LISTS.len()).prop_map(|at| LISTS[at].to_owned())]
}

/// Queries that read the first of what groups collect in an order, which is total on what is collected.
fn first_ones() -> impl Strategy<Value = String> {
    let keys = proptest::collection::vec((prop_oneof![number(), text(), day()], any::<bool>()), 0..3);
    let values = prop_oneof![number(), text(), day(), Just("b".to_owned()), Just("b.x".to_owned())];
    let group = one_of(&["a.name AS g, ", "a.number AS g, ", "r.w AS g, ", ""]);
    let asked = one_of(&[
        "collect(v) AS l, count(*) AS n RETURN *, l[0] AS first",
        "collect(v) AS l, count(*) AS n WITH *, l[0] AS first RETURN first, n",
        "collect(v) AS l, count(*) AS n RETURN l[0] AS first, n",
        "head(collect(v)) AS h, collect(v)[..2] AS l, collect(u)[1] AS m RETURN *",
        "collect(DISTINCT v)[0] AS first WHERE first IS NOT NULL RETURN *",
        "collect(DISTINCT v) AS l, collect(u) AS m RETURN l[0], m[0], m[2], size(l[..1]), [x IN [1] | head(l)]",
        "collect(v) AS l WHERE l[1] = l[0] RETURN l[..3]",
        "collect(v)[-1] AS last, collect(v)[0] AS first RETURN *",
        "count(v) AS n, sum(a.number) AS s, max(u) AS m RETURN *",
    ]);
    (keys, values, group, asked).prop_map(|(keys, value, group, asked)| {
        let keys = keys.into_iter().chain([("v".to_owned(), false), ("u".to_owned(), false)]);
        let by: Vec<String> = keys.map(|(key, down)| format!("{key}{}", if down { " DESC" } else { "" })).collect();
        let by = by.join(", ");
        format!("MATCH (a)-[r]->(b) WITH a, r, {value} AS v, r.w AS u ORDER BY {by} WITH {group}{asked}")
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

/// Rows as they read: `NaN` is what it is.
fn shown(rows: &impl std::fmt::Debug) -> String {
    format!("{rows:?}")
}

fn asked(session: &Session, text: &str) -> Vec<Vec<Value>> {
    bag(session.run(text, &Limits::default()).unwrap_or_else(|wrong| panic!("{text}: {}", wrong[0].message)).rows)
}

/// The rows without any rule, row by row.
fn plainly(session: &Session, text: &str) -> Vec<Vec<Value>> {
    bag(lowered(session, text, true, BATCH).unwrap())
}

/// The rows without any rule, in their order.
fn lowered(session: &Session, text: &str, by_row: bool, batch: usize) -> Result<Vec<Vec<Value>>, Failure> {
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
        batch,
        threads: 1,
        by_row,
    };
    let mut worker = Worker::new(&query, SharedView::new(snapshot, Frame::default()));
    Ok(execute(&plan, bound.columns.len(), &mut worker)?.rows)
}

/// Holds a query in a session on a graph to the plain way; it gives three rows.
fn gives_three_rows_as_plainly(nodes: &[(bool, Option<i64>)], rels: &[Rel], [threads, batch]: [usize; 2], query: &str) {
    let engine = Engine::new(graph(nodes, rels), &[]).unwrap();
    let session = Session { threads, batch, ..engine.session() };
    let rows = asked(&session, query);
    assert_eq!((rows.len(), &rows), (3, &plainly(&session, query)), "{query}");
}

/// The relationships without those that end where they start, lead the same way as another one, or lead back.
fn without(rels: Vec<Rel>, n_nodes: usize, [loops, twins, opposites]: [bool; 3]) -> Vec<Rel> {
    let mut kept: Vec<Rel> = Vec::new();
    for (kind, start, end, w) in rels {
        let (start, end) = (start % n_nodes, end % n_nodes);
        let is_there = |start, end| kept.iter().any(|(k, s, e, _)| (*k, *s, *e) == (kind, start, end));
        let is_left_out = (!loops && start == end)
            || (!twins && is_there(start, end))
            || (!opposites && start != end && is_there(end, start));
        if !is_left_out {
            kept.push((kind, start, end, w));
        }
    }
    kept
}

#[test]
fn patterns_are_counted_by_smaller_ones_where_listing_them_takes_longer() {
    // Each of thirty nodes leads to four others, and none leads back.
    let nodes = [(true, Some(1)); 30];
    let rels = (0..30).flat_map(|start| [1, 4, 9, 13].map(move |more| (start, (start + more) % 30)));
    let rels: Vec<Rel> = rels.flat_map(|(start, end)| [true, false].map(|kind| (kind, start, end, None))).collect();
    let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
    let session = engine.session();
    for pattern in [
        "(a)-[r:R]-(b)-[s:R]-(c)",
        "(a)-[r:R]-(b)-[s:R]-(c)-[t:R]-(d)",
        "(a)-[r:R]->(b)-[s:R]->(c)-[t:R]->(d)-[u:R]->(e)",
        "(a)-[r:R]-(b)-[s:R]-(c)-[t:S]->(d) WHERE a <> c",
        "(a)-[r:R]-(b)-[s:R]-(c)-[t:S]->(d) WHERE NOT (a)-[:R]-(c)",
        "(a)-[:R*1..3]->(b)",
    ] {
        let query = format!("MATCH {pattern} RETURN b.number, count(*)");
        let plan = session.run(&format!("EXPLAIN {query}"), &Limits::default()).unwrap().plan.unwrap();
        assert!(plan.contains("Fold") && plan.contains("Union"), "{pattern}:\n{plan}");
        assert_eq!(asked(&session, &query), plainly(&session, &query), "{query}");
    }
}

#[test]
fn of_nodes_that_can_be_exchanged_half_the_rows_in_which_they_differ_are_in_order() {
    // Each of forty nodes leads to six others, and none leads back.
    let nodes = [(true, Some(1)); 40];
    let rels = (0..40).flat_map(|start| [1, 3, 4, 9, 13, 17].map(move |more| (true, start, (start + more) % 40, None)));
    let engine = Engine::new(graph(&nodes, &rels.collect::<Vec<Rel>>()), &[]).unwrap();
    let session = engine.session();
    let is_counted = |pattern: &str| {
        let query = format!("MATCH {pattern}");
        let plan = session.run(&format!("EXPLAIN {query}"), &Limits::default()).unwrap().plan.unwrap();
        assert_eq!(asked(&session, &query), plainly(&session, &query), "{query}");
        plan.contains(" / ")
    };
    for pattern in [
        "(a)-[:R]->(b)<-[:R]-(c) WHERE a.code < c.code RETURN b.number, count(*)",
        "(a)-[r:R]->(b)<-[s:R]-(c) WHERE a.code > c.code AND r.v < 1 AND s.v < 1 RETURN b.number, count(*)",
        "(a)-[:R]-(b)-[:R]-(c) WHERE id(a) < id(c) RETURN b.number, count(*)",
        "(a)-[:R]->(b), (c)-[:R]->(b), (d)-[:R]->(b) WHERE a.code < c.code AND c.code < d.code RETURN b.number, count(*)",
        "(a)-[:R]->(b)-[:R]-(c)<-[:R]-(d) WHERE elementId(a) < elementId(d) RETURN count(*)",
    ] {
        assert!(is_counted(pattern), "{pattern}");
    }
    for pattern in [
        "(a)-[:R]->(b)-[:R]-(c)<-[:R]-(d) WHERE a.code < d.code RETURN b.number, count(*)",
        "(a)-[:R]->(b)-[:R]->(c) WHERE a.code < c.code RETURN b.number, count(*)",
        "(a)-[r:R]->(b)<-[:R]-(c) WHERE a.code < c.code AND r.v < 1 RETURN b.number, count(*)",
        "(a)-[:R]->(b)<-[:R]-(c) WHERE a.name < c.name RETURN b.number, count(*)",
        "(a)-[:R]->(b)<-[:R]-(c) WHERE a.code <= c.code RETURN b.number, count(*)",
        "(a)-[:R]->(b)<-[:R]-(c) WHERE b.code < c.code RETURN b.number, count(*)",
    ] {
        assert!(!is_counted(pattern), "{pattern}");
    }
}

#[test]
fn a_pattern_in_which_too_much_has_to_differ_is_listed() {
    let rels = (0..12).map(|start| (true, start, (start * 5 + 1) % 12, None)).collect::<Vec<Rel>>();
    let engine = Engine::new(graph(&[(true, Some(1)); 12], &rels), &[]).unwrap();
    let hops = |hop: &str, n: usize| vec![hop; n].join("()");
    for pattern in [hops("-[:R]-", 12), hops("-[:R*1..4]-", 12), hops("-[:R*4]->", 8), hops("-[:R|S]-", 9)] {
        let query = format!("EXPLAIN MATCH (){pattern}() RETURN count(*)");
        let plan = engine.session().run(&query, &Limits::default()).unwrap().plan.unwrap();
        assert!(!plan.contains("Union"), "{query}:\n{plan}");
    }
}

#[test]
fn a_loop_is_not_followed_twice() {
    let counted = |rels: &[Rel], pattern: &str| {
        let engine = Engine::new(graph(&[(true, None), (true, None)], rels), &[]).unwrap();
        asked(&engine.session(), &format!("MATCH {pattern} RETURN count(*)"))
    };
    let (one, two) = ([(true, 0, 0, None), (true, 0, 1, None)], [(true, 0, 0, None), (true, 0, 0, None)]);
    let patterns = ["(a)-[:R]->(b)-[:R]->(c)", "(a)-[:R]->(b)-[:R]->(a)", "(a)-[:R]->(b)-[:R]->(c), (a)-[:R]->(c)"];
    // The loop, then away from it; each of two loops after the other; three would be needed.
    for (pattern, (of_one, of_two)) in patterns.into_iter().zip([(1, 2), (0, 2), (0, 0)]) {
        assert_eq!(counted(&one, pattern), [[Value::Int(of_one)]], "{pattern}");
        assert_eq!(counted(&two, pattern), [[Value::Int(of_two)]], "{pattern}");
    }
}

#[test]
fn two_directed_relationships_that_are_one_with_a_third_are_a_loop_where_they_lead_opposite_ways() {
    // So many loops that it is worth while to count smaller patterns.
    let rels = [(true, 0, 2), (true, 2, 2), (true, 0, 2), (true, 2, 2), (true, 2, 0), (false, 1, 0)];
    let loops = [(false, 0, 0); 6];
    let rels: Vec<Rel> = rels.iter().chain(&loops).map(|(kind, start, end)| (*kind, *start, *end, None)).collect();
    let engine = Engine::new(graph(&[(false, None); 3], &rels), &[]).unwrap();
    let query = "MATCH (a)-[:R]->(b), (b)-[:S]-(c), (a)-[:R|S]-(d), (a)<-[:R]-(e) RETURN count(*)";
    assert_eq!(asked(&engine.session(), query), plainly(&engine.session(), query));
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
fn what_is_only_counted_is_as_much_as_is_listed_in_any_frame_and_after_any_change() {
    /// What counts, and what lists the same.
    const PAIRS: [(&str, &str); 7] = [
        ("MATCH (n:A) RETURN count(*)", "MATCH (n:A) RETURN count(n.number)"),
        ("MATCH (n) RETURN count(*)", "MATCH (n) RETURN count(n.number)"),
        ("MATCH (n:N), (m:A) RETURN count(*)", "MATCH (n:N), (m:A) RETURN count(n.number + m.number)"),
        ("MATCH (n:N) RETURN 1", "MATCH (n:N) WITH n, n.number AS m RETURN 1"),
        (
            "MATCH (n) RETURN n.number, COUNT { (n)-[:R]->() } AS c",
            "MATCH (n) OPTIONAL MATCH (n)-[r:R]->() RETURN n.number, count(r) AS c",
        ),
        ("MATCH (n) WHERE EXISTS { (n)-[:R]-() } RETURN n.number", "MATCH (n)-[r:R]-() RETURN DISTINCT n.number"),
        (
            "MATCH (n) WHERE NOT (n)<-[:R]-(:A) RETURN n.number",
            "MATCH (n) OPTIONAL MATCH (n)<-[r:R]-(:A) WITH n, count(r) AS c WHERE c = 0 RETURN n.number",
        ),
    ];
    let nodes = [true, false, true, true, false].map(|labelled| (labelled, Some(1)));
    let rels = [(true, 0, 1), (true, 0, 2), (true, 3, 3), (false, 1, 4)];
    let engine = Engine::new(graph(&nodes, &rels.map(|(kind, start, end)| (kind, start, end, None))), &[]).unwrap();
    let session = engine.session();
    for change in [
        "RETURN 1",
        "CREATE (:A:N {id: 'old', number: 10}) VALID FROM '2010-01-01' UNTIL '2015-01-01'",
        "CREATE ({id: 'bare', number: 11}) VALID FROM '2018-01-01'",
        "MATCH (a {number: 0}), (b {number: 4}) CREATE (a)-[:R]->(b) VALID FROM '2012-01-01' UNTIL '2013-01-01'",
        "CREATE (:A {id: 'meant', number: 12}) AS planned",
        "MATCH (n {number: 1}) SET n:A",
        "MATCH (n {number: 2}) REMOVE n:A",
        "MATCH (n {number: 3}) DETACH DELETE n",
    ] {
        session.run(change, &Limits::default()).unwrap();
        for frame in [
            "",
            "AS OF '2012-06-01'",
            "AS OF '2020-01-01'",
            "INCLUDING ALL",
            "AS OF '2012-06-01' INCLUDING UNREALISED",
            "ASSUMING { CREATE (:A:N {number: 20})-[:R]->(:N {number: 21}) }",
            "AS OF '2020-01-01' ASSUMING { MATCH (n {number: 0}) DETACH DELETE n }",
            "ASSUMING { MATCH (n {number: 4}) SET n:A }",
            "WHY",
        ] {
            for (counts, lists) in PAIRS {
                let [counted, listed] = [counts, lists].map(|query| asked(&session, &format!("{frame} {query}")));
                assert_eq!(counted, listed, "{frame} {counts}, after {change}");
            }
        }
    }
}

#[test]
fn what_is_added_up_of_a_hop_below_a_subquery_is_added_up_above_it() {
    let nodes = [(true, Some(1)); 6];
    let rels = [(true, 0, 1), (true, 4, 1), (true, 2, 4), (true, 2, 3), (false, 1, 5), (false, 4, 2), (false, 3, 0)];
    let rels = rels.map(|(kind, start, end)| (kind, start, end, None));
    let query = "MATCH (a)-[r:R]->(b)-[s:S]->(c) WHERE NOT EXISTS { MATCH (b)-[:S]->(a) } RETURN b.number, sum(r.v)";
    let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
    let session = engine.session();
    let rows = plainly(&session, query);
    assert_eq!((rows.len(), rows), (2, asked(&session, query)));
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
    fn any_pattern_gives_the_same_rows_quickly_and_plainly(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..4_i64)), 3..7),
        rels in proptest::collection::vec((any::<bool>(), 0..7_usize, 0..7_usize, proptest::option::of(0..3_i64)), 6..26),
        queries in proptest::collection::vec(patterns(), 24),
        threads in 1..3_usize,
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let session = Session { threads, ..engine.session() };
        for query in &queries {
            let quickly = asked(&session, query);
            prop_assert_eq!(&quickly, &plainly(&session, query), "without rules: {}", query);
            prop_assert_eq!(&quickly, &asked(&session, &format!("WHY {query}")), "with reasons: {}", query);
        }
    }

    #[test]
    fn what_is_counted_by_smaller_patterns_is_as_much_as_is_listed(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..3_i64)), 4..10),
        rels in proptest::collection::vec((any::<bool>(), 0..9_usize, 0..9_usize, Just(None)), 20..70),
        (has_loops, has_twins, has_opposites) in any::<(bool, bool, bool)>(),
        queries in proptest::collection::vec((0..APART.len(), 0..COUNTS.len()), 12),
        threads in 1..3_usize,
    ) {
        let engine = Engine::new(graph(&nodes, &without(rels, nodes.len(), [has_loops, has_twins, has_opposites])), &[]).unwrap();
        let session = Session { threads, ..engine.session() };
        for (pattern, counts) in &queries {
            let query = format!("{} {}", APART[*pattern], COUNTS[*counts]);
            prop_assert_eq!(asked(&session, &query), plainly(&session, &query), "{}", query);
        }
        session.run("MATCH (a {number: 0}), (b {number: 1}) CREATE (a)-[:R]->(a), (b)-[:R]->(a), (b)-[:S]->(a)", &Limits::default()).unwrap();
        for (pattern, counts) in &queries {
            let query = format!("{} {}", APART[*pattern], COUNTS[*counts]);
            prop_assert_eq!(asked(&session, &query), plainly(&session, &query), "after a change: {}", query);
        }
    }

    #[test]
    fn an_expression_gives_the_same_values_or_an_error_for_many_rows_at_once_and_row_by_row(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 2..7),
        rels in proptest::collection::vec((any::<bool>(), 0..7_usize, 0..7_usize, proptest::option::of(0..4_i64)), 0..14),
        queries in proptest::collection::vec(computing(), 24),
        limit in 0..5_i64,
        batch in prop_oneof![Just(BATCH), 1..5_usize],
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let params = params(limit);
        let session = Session { params, batch, ..engine.session() };
        for query in &queries {
            let quickly = session.run(query, &Limits::default()).map(|answer| bag(answer.rows));
            let plainly = lowered(&session, query, true, BATCH).map(bag);
            if let (Err(wrong), Ok(_)) = (&quickly, &plainly) {
                prop_assert!(false, "{}: {}", query, wrong[0].message);
            }
            prop_assert_eq!(shown(&quickly.ok()), shown(&plainly.ok()), "{}", query);
        }
    }

    #[test]
    fn rows_come_in_the_order_of_values_and_no_more_than_are_asked_for(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 2..7),
        rels in proptest::collection::vec((any::<bool>(), 0..7_usize, 0..7_usize, proptest::option::of(0..4_i64)), 0..30),
        keys in proptest::collection::vec((prop_oneof![number(), text(), day()], any::<bool>()), 1..4),
        page in proptest::option::of((0..3_usize, 0..9_usize)),
        batch in prop_oneof![Just(BATCH), 1..5_usize],
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let session = Session { params: params(2), batch, ..engine.session() };
        let shows: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        let start = format!("MATCH (a)-[r]->(b) RETURN {}", shows.join(", "));
        let by: Vec<String> = keys.iter().map(|(key, down)| format!("{key}{}", if *down { " DESC" } else { "" })).collect();
        let cut = page.map_or_else(String::new, |(skip, limit)| format!(" SKIP {skip} LIMIT {limit}"));
        let query = format!("{start} ORDER BY {}{cut}", by.join(", "));
        if let (Ok(all), Ok(found)) = (session.run(&start, &Limits::default()), session.run(&query, &Limits::default())) {
            let mut rows = all.rows;
            rows.sort_by(|a, b| {
                let each = keys.iter().enumerate().map(|(at, (_, down))| {
                    let ordering = order(&a[at], &b[at]);
                    if *down { ordering.reverse() } else { ordering }
                });
                each.into_iter().find(|ordering| ordering.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
            });
            let (skip, limit) = page.unwrap_or((0, usize::MAX));
            let rows: Vec<_> = rows.into_iter().skip(skip).take(limit).collect();
            let equivalent = |(a, b): (&Vec<Value>, &Vec<Value>)| a.iter().zip(b).all(|(a, b)| order(a, b).is_eq());
            prop_assert!(rows.len() == found.rows.len() && rows.iter().zip(&found.rows).all(equivalent), "{}", query);
        }
    }

    #[test]
    fn the_first_of_each_group_are_those_of_all_rows_in_order(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 2..7),
        rels in proptest::collection::vec((any::<bool>(), 0..7_usize, 0..7_usize, proptest::option::of(0..4_i64)), 0..30),
        queries in proptest::collection::vec(first_ones(), 12),
        batch in prop_oneof![Just(BATCH), 1..5_usize],
        threads in 1..4_usize,
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let session = Session { params: params(2), batch, threads, ..engine.session() };
        for query in &queries {
            let quickly = session.run(query, &Limits::default()).map(|answer| bag(answer.rows));
            let plainly = lowered(&session, query, true, BATCH).map(bag);
            prop_assert_eq!(shown(&quickly.ok()), shown(&plainly.ok()), "{}", query);
        }
    }

    #[test]
    fn several_threads_give_the_rows_of_one_in_their_order(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 24..60),
        rels in proptest::collection::vec((any::<bool>(), 0..60_usize, 0..60_usize, proptest::option::of(0..4_i64)), 40..140),
        queries in proptest::collection::vec(prop_oneof![queries().boxed(), computing().boxed()], 12),
        threads in 2..5_usize,
        batch in 1..3_usize,
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let params = params(2);
        let one = Session { params, threads: 1, batch, ..engine.session() };
        let several = Session { threads, ..one.clone() };
        for query in &queries {
            let [rows, others] = [&one, &several].map(|session| session.run(query, &Limits::default()).ok().map(|answer| answer.rows));
            prop_assert_eq!(shown(&rows), shown(&others), "{} in batches of {} on {} threads", query, batch, threads);
        }
    }

    #[test]
    fn two_nodes_are_linked_whichever_of_them_repeats(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 3..7),
        rels in proptest::collection::vec((any::<bool>(), 0..7_usize, 0..7_usize, proptest::option::of(0..4_i64)), 3..14),
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        for around in ["(a), (c), (d), (b)", "(b), (c), (d), (a)"] {
            for links in &INSIDE[LINKS] {
                let query = format!("MATCH {around} WITH a, b WHERE EXISTS {{ MATCH {links} }} RETURN a.number, b.number");
                let [plainly, at_once] = [true, false].map(|by_row| lowered(&engine.session(), &query, by_row, BATCH));
                prop_assert_eq!(at_once.ok(), plainly.ok(), "{}", query);
            }
        }
    }

    #[test]
    fn subqueries_and_optional_matches_give_at_once_what_they_give_row_by_row(
        nodes in proptest::collection::vec((any::<bool>(), proptest::option::of(0..5_i64)), 2..7),
        rels in proptest::collection::vec((any::<bool>(), 0..7_usize, 0..7_usize, proptest::option::of(0..4_i64)), 0..14),
        queries in proptest::collection::vec(asking(), 12),
        batch in prop_oneof![Just(BATCH), 2..5_usize],
        threads in 1..4_usize,
    ) {
        let engine = Engine::new(graph(&nodes, &rels), &[]).unwrap();
        let session = Session { batch, threads, ..engine.session() };
        for query in &queries {
            let plainly = lowered(&session, query, true, BATCH);
            let at_once = lowered(&session, query, false, batch);
            let Ok(rows) = &plainly else {
                prop_assert!(at_once.is_err(), "fails row by row: {}", query);
                continue;
            };
            prop_assert_eq!(&at_once, &plainly, "in their order: {}", query);
            if query.contains("LIMIT") {
                continue;
            }
            let Ok(quickly) = session.run(query, &Limits::default()) else { continue };
            let rows = bag(rows.clone());
            prop_assert_eq!(&bag(quickly.rows), &rows, "with rules: {}", query);
            if let Ok(why) = session.run(&format!("WHY {query}"), &Limits::default()) {
                prop_assert_eq!(&bag(why.rows), &rows, "with reasons: {}", query);
            }
        }
    }
}
