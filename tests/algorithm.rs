//! Graph algorithms against their definitions, tried out on random small multigraphs with loops and parallel relationships, in
//! every direction, with and without weights, labels and types.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use portolan::graph::{Builder, LabelDef, Meta, NewNode, NewRel, PropertyDef, PropertyKind, RelDef, Schema, Validity};
use portolan::limits::Limits;
use portolan::session::{Engine, Session};
use portolan::value::{NodeId, Value};
use proptest::prelude::*;

/// A relationship: whether its type is `R` (else `S`), start, end, weight.
type Rel = (bool, usize, usize, u8);

#[derive(Clone, Debug)]
struct Graph {
    /// Whether a node has the label `A`.
    nodes: Vec<bool>,
    rels: Vec<Rel>,
}

/// What an algorithm is asked about.
#[derive(Clone, Copy, Debug)]
struct Asked {
    labelled: bool,
    typed: bool,
    weighted: bool,
    way: &'static str,
}

/// An edge as the definitions see it: the number of its relationship, from, to, weight.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Edge {
    rel: usize,
    from: usize,
    to: usize,
    weight: f64,
}

/// Graphs of which everything can be tried.
fn graphs() -> impl Strategy<Value = Graph> {
    graphs_within(6, 9)
}

/// Graphs of fewer nodes and relationships than that.
fn graphs_within(n_nodes: usize, n_rels: usize) -> impl Strategy<Value = Graph> {
    (1..n_nodes).prop_flat_map(move |n| {
        let rel = (any::<bool>(), 0..n, 0..n, 0..4_u8);
        let nodes = proptest::collection::vec(any::<bool>(), n);
        (nodes, proptest::collection::vec(rel, 0..n_rels)).prop_map(|(nodes, rels)| Graph { nodes, rels })
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let ways = prop_oneof![Just("out"), Just("in"), Just("both")];
    (any::<bool>(), any::<bool>(), any::<bool>(), ways).prop_map(|(labelled, typed, weighted, way)| Asked {
        labelled,
        typed,
        weighted,
        way,
    })
}

impl Graph {
    fn session(&self) -> Session {
        let mut schema = Schema::default();
        schema.labels.insert("A".into(), LabelDef::default());
        schema.relationships.insert("R".into(), RelDef::default());
        let weight = PropertyDef { kind: PropertyKind::Int, ..PropertyDef::default() };
        schema.properties.insert("w".into(), weight);
        let mut builder = Builder::new(schema);
        let meta = Meta { validity: Validity::Always, ..Meta::default() };
        for (number, labelled) in self.nodes.iter().enumerate() {
            let labels = if *labelled { vec!["A".to_owned()] } else { Vec::new() };
            let properties = vec![("n".to_owned(), Value::Int(number as i64))];
            let node =
                NewNode { id: format!("n{number}"), labels, properties, meta: meta.clone(), ..NewNode::default() };
            builder.node(node).unwrap();
        }
        for (number, (is_r, start, end, weight)) in self.rels.iter().enumerate() {
            builder.rel(NewRel {
                kind: if *is_r { "R" } else { "S" }.to_owned(),
                start: NodeId(*start as u32),
                end: NodeId(*end as u32),
                properties: vec![
                    ("i".to_owned(), Value::Int(number as i64)),
                    ("w".to_owned(), Value::Int(i64::from(*weight))),
                ],
                histories: vec![],
                meta: meta.clone(),
            });
        }
        Engine::new(builder.finish(), &[]).unwrap().session()
    }

    fn has(&self, node: usize, asked: Asked) -> bool {
        !asked.labelled || self.nodes[node]
    }

    fn members(&self, asked: Asked) -> Vec<usize> {
        (0..self.nodes.len()).filter(|node| self.has(*node, asked)).collect()
    }

    fn edges(&self, asked: Asked) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (rel, (is_r, start, end, weight)) in self.rels.iter().copied().enumerate() {
            if (asked.typed && !is_r) || !self.has(start, asked) || !self.has(end, asked) {
                continue;
            }
            let weight = if asked.weighted { f64::from(weight) } else { 1.0 };
            if asked.way != "in" {
                edges.push(Edge { rel, from: start, to: end, weight });
            }
            if asked.way == "in" || (asked.way == "both" && start != end) {
                edges.push(Edge { rel, from: end, to: start, weight });
            }
        }
        edges
    }
}

impl Asked {
    /// The options of an algorithm that takes these.
    fn options(self, takes: &[&str]) -> String {
        let all = [
            ("labels", self.labelled, "['A']"),
            ("types", self.typed, "['R']"),
            ("weight", self.weighted, "'w'"),
            ("direction", true, &format!("'{}'", self.way)),
        ];
        let given = all.into_iter().filter(|(key, is_given, _)| *is_given && takes.contains(key));
        format!("{{{}}}", given.map(|(key, _, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(", "))
    }
}

const ALL: &[&str] = &["labels", "types", "weight", "direction"];

fn rows(session: &Session, query: &str) -> Vec<Vec<Value>> {
    session.run(query, &Limits::default()).unwrap_or_else(|wrong| panic!("{query}: {}", wrong[0].message)).rows
}

fn number(value: &Value) -> usize {
    match value {
        Value::Int(number) => *number as usize,
        other => panic!("{other} is no number"),
    }
}

fn float(value: &Value) -> f64 {
    match value {
        Value::Float(number) => *number,
        other => panic!("{other} is no float"),
    }
}

fn numbers(value: &Value) -> Vec<usize> {
    match value {
        Value::List(list) => list.iter().map(number).collect(),
        other => panic!("{other} is no list"),
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// Every path from one node to another that comes to no node twice.
fn simple_paths(edges: &[Edge], from: usize, to: usize) -> Vec<Vec<Edge>> {
    fn go(
        edges: &[Edge],
        at: usize,
        to: usize,
        path: &mut Vec<Edge>,
        met: &mut Vec<usize>,
        found: &mut Vec<Vec<Edge>>,
    ) {
        if at == to {
            found.push(path.clone());
            return;
        }
        for edge in edges.iter().filter(|edge| edge.from == at) {
            if !met.contains(&edge.to) {
                path.push(*edge);
                met.push(edge.to);
                go(edges, edge.to, to, path, met, found);
                path.pop();
                met.pop();
            }
        }
    }
    let mut found = Vec::new();
    go(edges, from, to, &mut Vec::new(), &mut vec![from], &mut found);
    found
}

fn cost(path: &[Edge]) -> f64 {
    path.iter().map(|edge| edge.weight).sum()
}

/// The nodes that one leads to, itself included, without passing another.
fn reached(edges: &[Edge], from: usize, without: Option<usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([from]);
    loop {
        let next: Vec<usize> = edges
            .iter()
            .filter(|edge| found.contains(&edge.from) && Some(edge.to) != without && Some(edge.from) != without)
            .map(|edge| edge.to)
            .filter(|to| !found.contains(to))
            .collect();
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}

/// The sets of nodes, each with the least of it.
fn grouped(rows: &[Vec<Value>]) -> BTreeMap<usize, usize> {
    let mut least = BTreeMap::new();
    for row in rows {
        let first = least.entry(number(&row[1])).or_insert(usize::MAX);
        *first = (*first).min(number(&row[0]));
    }
    rows.iter().map(|row| (number(&row[0]), least[&number(&row[1])])).collect()
}

/// Components are numbered by size, then by their first node, and rows by component, then node.
fn assert_ranked(rows: &[Vec<Value>]) {
    let of = grouped(rows);
    let size = |node: usize| of.values().filter(|first| **first == of[&node]).count();
    let key = |row: &Vec<Value>| {
        let node = number(&row[0]);
        (usize::MAX - size(node), of[&node], node)
    };
    assert!(rows.is_sorted_by_key(key), "{rows:?}");
    for row in rows {
        assert_eq!(number(&row[2]), size(number(&row[0])));
    }
    let mut components: Vec<usize> = rows.iter().map(|row| number(&row[1])).collect();
    components.dedup();
    assert_eq!(components, (1..=components.len()).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_cheapest_paths_are_those_that_trying_all_finds(graph in graphs(), asked in asked()) {
        let (session, edges, options) = (graph.session(), graph.edges(asked), asked.options(ALL));
        let told = "cost, [n IN nodes(path) | n.n] AS nodes, [r IN relationships(path) | r.i] AS rels";
        for from in graph.members(asked) {
            for to in graph.members(asked) {
                let ends = format!("MATCH (a {{n: {from}}}), (b {{n: {to}}})");
                let mut all = simple_paths(&edges, from, to);
                all.sort_by(|a, b| cost(a).total_cmp(&cost(b)).then(a.len().cmp(&b.len())));
                let one = rows(&session, &format!("{ends} CALL graph.shortest_path(a, b, {options}) YIELD path, cost RETURN {told}"));
                let some = rows(&session, &format!("{ends} CALL graph.k_shortest(a, b, 2, {options}) YIELD path, cost RETURN {told}"));
                let every = rows(&session, &format!("{ends} CALL graph.k_shortest(a, b, 999, {options}) YIELD rank, path, cost RETURN {told}, rank"));
                prop_assert_eq!(one.len(), all.len().min(1));
                prop_assert_eq!(some.len(), all.len().min(2));
                for found in [&one, &some, &every] {
                    for (row, expected) in found.iter().zip(&all) {
                        let of = |row: &Vec<Value>| (float(&row[0]), numbers(&row[2]).len());
                        prop_assert_eq!(of(row), (cost(expected), expected.len()));
                    }
                }
                let told = |row: &Vec<Value>| (numbers(&row[1]), numbers(&row[2]));
                let expected = |path: &Vec<Edge>| {
                    let nodes = std::iter::once(from).chain(path.iter().map(|edge| edge.to)).collect::<Vec<_>>();
                    (nodes, path.iter().map(|edge| edge.rel).collect::<Vec<_>>())
                };
                let (given, wanted): (BTreeSet<_>, BTreeSet<_>) =
                    (every.iter().map(told).collect(), all.iter().map(expected).collect());
                prop_assert_eq!(every.len(), given.len());
                prop_assert_eq!(given, wanted);
                prop_assert!(every.iter().enumerate().all(|(at, row)| number(&row[3]) == at + 1));
            }
        }
    }

    #[test]
    fn components_are_what_path_patterns_reach(graph in graphs()) {
        let session = graph.session();
        for (procedure, pattern) in [("components", "-[:R]-*"), ("strong_components", "-[:R]->*")] {
            let call = format!("CALL graph.{procedure}({{types: ['R']}}) YIELD node, component, size RETURN node.n, component, size");
            let found = rows(&session, &call);
            prop_assert_eq!(found.len(), graph.nodes.len());
            assert_ranked(&found);
            let of = grouped(&found);
            let reached = rows(&session, &format!("MATCH ANY SHORTEST (a){pattern}(b) RETURN a.n, b.n"));
            let reached: BTreeSet<(usize, usize)> = reached.iter().map(|row| (number(&row[0]), number(&row[1]))).collect();
            for a in 0..graph.nodes.len() {
                for b in 0..graph.nodes.len() {
                    let both = reached.contains(&(a, b)) && reached.contains(&(b, a));
                    prop_assert_eq!(of[&a] == of[&b], both, "{} {} {}", procedure, a, b);
                }
            }
        }
    }

    #[test]
    fn components_keep_to_labels_and_types(graph in graphs_within(13, 26), asked in asked()) {
        let (session, options) = (graph.session(), asked.options(&["labels", "types"]));
        for (procedure, way) in [("components", "both"), ("strong_components", "out")] {
            let edges = graph.edges(Asked { way, ..asked });
            let found = rows(&session, &format!("CALL graph.{procedure}({options}) YIELD node, component, size RETURN node.n, component, size"));
            assert_ranked(&found);
            let of = grouped(&found);
            prop_assert_eq!(of.keys().copied().collect::<Vec<_>>(), graph.members(asked));
            for a in graph.members(asked) {
                let from = reached(&edges, a, None);
                for b in graph.members(asked) {
                    prop_assert_eq!(of[&a] == of[&b], from.contains(&b) && reached(&edges, b, None).contains(&a));
                }
            }
        }
    }

    #[test]
    fn a_set_of_cycles_is_what_leads_back_to_itself(graph in graphs_within(13, 26), asked in asked()) {
        let edges = graph.edges(Asked { way: "out", ..asked });
        let call = format!("CALL graph.cycles({}) YIELD nodes RETURN [n IN nodes | n.n]", asked.options(&["labels", "types"]));
        let found: Vec<Vec<usize>> = rows(&graph.session(), &call).iter().map(|row| numbers(&row[0])).collect();
        let back = |node: usize| edges.iter().any(|edge| edge.from == node && reached(&edges, edge.to, None).contains(&node));
        let mut expected = BTreeSet::new();
        for node in graph.members(asked).into_iter().filter(|node| back(*node)) {
            let set: Vec<usize> = reached(&edges, node, None).into_iter().filter(|other| reached(&edges, *other, None).contains(&node)).collect();
            expected.insert((set.len(), set));
        }
        prop_assert_eq!(found, expected.into_iter().map(|(_, set)| set).collect::<Vec<_>>());
    }

    #[test]
    fn an_order_puts_each_node_after_what_leads_to_it_or_names_a_cycle(graph in graphs_within(13, 26), asked in asked()) {
        let asked = Asked { way: if asked.way == "both" { "out" } else { asked.way }, ..asked };
        let edges = graph.edges(asked);
        let call = format!("CALL graph.topological_order({}) YIELD node, place RETURN node.n, place", asked.options(&["labels", "types", "direction"]));
        match graph.session().run(&call, &Limits::default()) {
            Ok(answer) => {
                let places: BTreeMap<usize, usize> = answer.rows.iter().map(|row| (number(&row[0]), number(&row[1]))).collect();
                prop_assert_eq!(places.keys().copied().collect::<Vec<_>>(), graph.members(asked));
                prop_assert!(edges.iter().all(|edge| places[&edge.from] < places[&edge.to]));
                let order: Vec<usize> = answer.rows.iter().map(|row| number(&row[0])).collect();
                for (at, node) in order.iter().enumerate() {
                    // Of what might have come here, it is the first.
                    let might = order[at..].iter().filter(|other| edges.iter().all(|edge| edge.to != **other || order[..at].contains(&edge.from)));
                    prop_assert_eq!(Some(node), might.min());
                }
            }
            Err(wrong) => {
                let names: Vec<usize> = wrong[0].message.split('`').skip(3).step_by(2).map(|id| id[1..].parse().unwrap()).collect();
                prop_assert!(names.len() > 1 && names.first() == names.last(), "{}", wrong[0].message);
                for step in names.windows(2) {
                    prop_assert!(edges.iter().any(|edge| (edge.from, edge.to) == (step[0], step[1])), "{}", wrong[0].message);
                }
                prop_assert_eq!(names[1..].iter().collect::<BTreeSet<_>>().len(), names.len() - 1);
            }
        }
    }

    #[test]
    fn a_dominator_is_the_last_node_without_which_another_is_not_reached(graph in graphs_within(13, 26), asked in asked()) {
        let (session, edges, options) = (graph.session(), graph.edges(asked), asked.options(&["labels", "types", "direction"]));
        for start in graph.members(asked) {
            let found = rows(&session, &format!("MATCH (s {{n: {start}}}) CALL graph.dominators(s, {options}) YIELD node, dominator RETURN node.n, dominator.n"));
            let found: Vec<(usize, usize)> = found.iter().map(|row| (number(&row[0]), number(&row[1]))).collect();
            let all = reached(&edges, start, None);
            let dominates = |a: usize, b: usize| a == b || a == start || !reached(&edges, start, Some(a)).contains(&b);
            let expected = all.iter().filter(|node| **node != start).map(|node| {
                let strict = all.iter().filter(|other| *other != node && dominates(**other, *node));
                let n_above = |other: &usize| all.iter().filter(|above| dominates(**above, *other)).count();
                (*node, *strict.max_by_key(|other| n_above(other)).unwrap())
            });
            prop_assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn without_a_bridge_or_an_articulation_point_there_are_more_components(graph in graphs_within(13, 26), asked in asked()) {
        let (session, options) = (graph.session(), asked.options(&["labels", "types"]));
        let (edges, members) = (graph.edges(Asked { way: "both", ..asked }), graph.members(asked));
        let components = |edges: &[Edge], without: Option<usize>| {
            let sets: BTreeSet<_> = members.iter().filter(|node| Some(**node) != without).map(|node| reached(edges, *node, without)).collect();
            sets.len()
        };
        let whole = components(&edges, None);
        let found = rows(&session, &format!("CALL graph.bridges({options}) YIELD relationship AS r RETURN r.i"));
        let found: BTreeSet<usize> = found.iter().map(|row| number(&row[0])).collect();
        let others = |rel: usize| edges.iter().copied().filter(|edge| edge.rel != rel).collect::<Vec<_>>();
        let rels: BTreeSet<usize> = edges.iter().map(|edge| edge.rel).collect();
        prop_assert_eq!(found, rels.into_iter().filter(|rel| components(&others(*rel), None) > whole).collect::<BTreeSet<_>>());
        let found = rows(&session, &format!("CALL graph.articulation_points({options}) YIELD node RETURN node.n"));
        let found: Vec<usize> = found.iter().map(|row| number(&row[0])).collect();
        prop_assert_eq!(found, members.iter().copied().filter(|node| components(&edges, Some(*node)) > whole).collect::<Vec<_>>());
    }

    #[test]
    fn the_greatest_flow_is_the_least_cut(graph in graphs(), asked in asked()) {
        let (session, edges, options) = (graph.session(), graph.edges(asked), asked.options(ALL));
        let members = graph.members(asked);
        for from in &members {
            for to in members.iter().filter(|to| *to != from) {
                let ends = format!("MATCH (a {{n: {from}}}), (b {{n: {to}}})");
                let flow = rows(&session, &format!("{ends} CALL graph.max_flow(a, b, {options}) YIELD relationship AS r, flow, capacity, total RETURN r.i, flow, capacity, total"));
                let cut = rows(&session, &format!("{ends} CALL graph.min_cut(a, b, {options}) YIELD relationship AS r, capacity RETURN r.i, capacity"));
                let total = flow.first().map_or(0.0, |row| float(&row[3]));
                // Every cut: a set of nodes with the start, without the end.
                let sets = (0..1_usize << graph.nodes.len()).filter(|set| set >> from & 1 == 1 && set >> to & 1 == 0);
                let across = |set: usize| edges.iter().filter(|edge| set >> edge.from & 1 == 1 && set >> edge.to & 1 == 0).map(|edge| edge.weight).sum::<f64>();
                let least = sets.map(across).fold(f64::INFINITY, f64::min);
                prop_assert!(near(total, least), "{} {}", total, least);
                prop_assert!(near(total, cut.iter().map(|row| float(&row[1])).sum()));
                let gone: BTreeSet<usize> = cut.iter().map(|row| number(&row[0])).collect();
                let is_left = |edge: &Edge| edge.weight > 0.0 && !gone.contains(&edge.rel);
                let left: Vec<Edge> = edges.iter().copied().filter(is_left).collect();
                prop_assert!(!reached(&left, *from, None).contains(to));
                // What comes in goes out; of an undirected relationship only the amount is told.
                let mut balance = vec![0.0; graph.nodes.len()];
                for row in &flow {
                    let edge = edges.iter().find(|edge| edge.rel == number(&row[0])).unwrap();
                    prop_assert!(float(&row[1]) > 0.0 && float(&row[1]) <= float(&row[2]) && near(float(&row[2]), edge.weight));
                    balance[edge.from] -= float(&row[1]);
                    balance[edge.to] += float(&row[1]);
                }
                if asked.way != "both" {
                    balance[*from] += total;
                    balance[*to] -= total;
                    prop_assert!(balance.iter().all(|amount| near(*amount, 0.0)), "{:?}", balance);
                }
            }
        }
    }

    #[test]
    fn scores_are_where_a_walk_at_random_is(graph in graphs(), asked in asked(), damping in 0..10_u8) {
        let (edges, members, damping) = (graph.edges(asked), graph.members(asked), f64::from(damping) / 10.0);
        let options = asked.options(ALL).replace('{', &format!("{{tolerance: 1e-12, damping: {damping:?}, "));
        let found = rows(&graph.session(), &format!("CALL graph.pagerank({options}) YIELD node, score RETURN node.n, score"));
        let scores: BTreeMap<usize, f64> = found.iter().map(|row| (number(&row[0]), float(&row[1]))).collect();
        prop_assert_eq!(scores.keys().copied().collect::<Vec<_>>(), members.clone());
        prop_assert!(members.is_empty() || near(scores.values().sum(), 1.0));
        prop_assert!(found.is_sorted_by(|a, b| float(&a[1]) >= float(&b[1])));
        let out = |node: usize| edges.iter().filter(|edge| edge.from == node).map(|edge| edge.weight).sum::<f64>();
        let idle: f64 = members.iter().filter(|node| out(**node) <= 0.0).map(|node| scores[node]).sum();
        for node in &members {
            let arrives: f64 = edges.iter().filter(|edge| edge.to == *node && edge.weight > 0.0).map(|edge| scores[&edge.from] * edge.weight / out(edge.from)).sum();
            let expected = damping * arrives + (1.0 - damping + damping * idle) / members.len() as f64;
            prop_assert!(near(scores[node], expected), "{} {} {}", node, scores[node], expected);
        }
    }

    #[test]
    fn betweenness_is_the_share_of_cheapest_paths_that_pass(graph in graphs(), asked in asked()) {
        let mut graph = graph;
        for rel in &mut graph.rels {
            // For nothing one could go round and round.
            rel.3 = rel.3.max(1);
        }
        let (edges, members) = (graph.edges(asked), graph.members(asked));
        let call = format!("CALL graph.betweenness({}) YIELD node, score RETURN node.n, score", asked.options(ALL));
        let found = rows(&graph.session(), &call);
        prop_assert!(found.is_sorted_by(|a, b| float(&a[1]) >= float(&b[1])));
        let mut expected: BTreeMap<usize, f64> = members.iter().map(|node| (*node, 0.0)).collect();
        for from in &members {
            for to in members.iter().filter(|to| *to != from) {
                let all = simple_paths(&edges, *from, *to);
                let least = all.iter().map(|path| cost(path)).fold(f64::INFINITY, f64::min);
                let cheapest: Vec<_> = all.iter().filter(|path| cost(path) <= least).collect();
                for node in members.iter().filter(|node| *node != from && *node != to) {
                    let pass = cheapest.iter().filter(|path| path.iter().any(|edge| edge.from == *node)).count();
                    if pass > 0 {
                        let pairs = if asked.way == "both" { 2.0 } else { 1.0 };
                        *expected.get_mut(node).unwrap() += pass as f64 / cheapest.len() as f64 / pairs;
                    }
                }
            }
        }
        prop_assert_eq!(found.len(), expected.len());
        for row in &found {
            prop_assert!(near(float(&row[1]), expected[&number(&row[0])]), "{:?} {:?}", row, expected);
        }
    }
}

/// A ladder of so many rungs, on which there is much to find.
fn ladder(rungs: usize) -> Session {
    let mut rels = Vec::new();
    for at in 0..rungs {
        let (left, right) = (2 * at, 2 * at + 1);
        rels.extend([(true, left, right, 1), (false, right, left, 2)]);
        if at + 1 < rungs {
            rels.extend([(true, left, left + 2, 1), (true, right, right + 2, 2), (false, left, right + 2, 3)]);
        }
    }
    Graph { nodes: vec![true; 2 * rungs], rels }.session()
}

#[test]
fn what_takes_long_ends_soon_after_its_time() {
    let session = ladder(4000);
    let ends = "MATCH (a {n: 0}), (b {n: 7999})";
    for query in [
        "CALL graph.betweenness() YIELD score RETURN count(*)".to_owned(),
        "CALL graph.betweenness({weight: 'w'}) YIELD score RETURN count(*)".to_owned(),
        "CALL graph.pagerank({damping: 0.999999999, tolerance: 1e-14, types: ['R']}) YIELD score RETURN count(*)"
            .to_owned(),
        format!("{ends} CALL graph.k_shortest(a, b, 1000000) YIELD rank RETURN count(*)"),
    ] {
        let begun = Instant::now();
        let limits = Limits::new(usize::MAX, Some(Duration::from_millis(200)));
        let wrong = session.run(&query, &limits).unwrap_err();
        assert_eq!(wrong[0].code.id, "R210", "{query}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{query} took {:?}", begun.elapsed());
    }
}

#[test]
fn what_holds_more_than_it_may_is_refused() {
    let session = ladder(4000);
    let ends = "MATCH (a {n: 0}), (b {n: 7999})";
    for call in [
        "CALL graph.components() YIELD node".to_owned(),
        "CALL graph.strong_components() YIELD node".to_owned(),
        "CALL graph.cycles() YIELD nodes".to_owned(),
        "CALL graph.topological_order({types: ['R']}) YIELD node".to_owned(),
        "MATCH (a {n: 0}) CALL graph.dominators(a) YIELD node".to_owned(),
        "CALL graph.bridges() YIELD relationship".to_owned(),
        "CALL graph.pagerank() YIELD node".to_owned(),
        format!("{ends} CALL graph.shortest_path(a, b) YIELD path"),
        format!("{ends} CALL graph.max_flow(a, b) YIELD flow"),
    ] {
        let query = format!("{call} RETURN count(*)");
        assert!(session.run(&query, &Limits::new(64 << 20, None)).is_ok(), "{query}");
        // The projection alone takes 336 kB: with an array of each algorithm it is too much.
        for memory in [1000, 340_000] {
            let wrong = session.run(&query, &Limits::new(memory, None)).unwrap_err();
            assert_eq!(wrong[0].code.id, "R211", "{query} within {memory}");
        }
    }
}

#[test]
fn no_stack_is_as_deep_as_the_graph() {
    let n = 100_000;
    let session = Graph { nodes: vec![true; n], rels: (1..n).map(|at| (true, at - 1, at, 1)).collect() }.session();
    let ends = format!("MATCH (a {{n: 0}}), (b {{n: {}}})", n - 1);
    for (call, expected) in [
        ("CALL graph.components() YIELD component AS it RETURN max(it)".to_owned(), 1),
        ("CALL graph.strong_components() YIELD component AS it RETURN max(it)".to_owned(), n),
        ("CALL graph.cycles() YIELD nodes RETURN count(*)".to_owned(), 0),
        ("CALL graph.topological_order() YIELD place AS it RETURN max(it)".to_owned(), n),
        ("MATCH (a {n: 0}) CALL graph.dominators(a) YIELD node RETURN count(*)".to_owned(), n - 1),
        ("CALL graph.bridges() YIELD relationship RETURN count(*)".to_owned(), n - 1),
        ("CALL graph.articulation_points() YIELD node RETURN count(*)".to_owned(), n - 2),
        (format!("{ends} CALL graph.shortest_path(a, b) YIELD path RETURN length(path)"), n - 1),
        (format!("{ends} CALL graph.max_flow(a, b) YIELD flow RETURN count(*)"), n - 1),
        (format!("{ends} CALL graph.min_cut(a, b) YIELD capacity RETURN count(*)"), 1),
    ] {
        assert_eq!(number(&rows(&session, &call)[0][0]), expected, "{call}");
    }
}

#[test]
fn a_derived_relationship_counts_where_a_parameter_names_it() {
    let mut session = Graph { nodes: vec![true; 3], rels: vec![(true, 0, 1, 1), (false, 1, 2, 1)] }.session();
    session.run("DEFINE (a)-[:NEAR]->(b) AS MATCH (a)-[:R]->(b)", &Limits::default()).unwrap();
    let names = Value::list([Value::text("NEAR")]);
    session.params.insert("types".to_owned(), names.clone());
    session.params.insert("name".to_owned(), Value::text("NEAR"));
    session.params.insert("options".to_owned(), Value::map([("types", names)]));
    for options in ["$options", "{types: $types}", "{types: [$name]}", "{types: ['NEAR']}"] {
        let call = format!("CALL graph.components({options}) YIELD component RETURN max(component)");
        assert_eq!(rows(&session, &call)[0][0], Value::Int(2), "{options}");
    }
    // Without arguments written out they are parameters; what has a default need not be given.
    assert_eq!(rows(&session, "CALL graph.components").len(), 3);
    assert_eq!(rows(&session, "CALL graph.components")[2][1], Value::Int(2));
    session.params.clear();
    assert_eq!(rows(&session, "CALL graph.components")[2][1], Value::Int(1));
    assert_eq!(rows(&session, "CALL graph.components()")[2][1], Value::Int(1));
}
