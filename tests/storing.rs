//! Graphs come in by rows, by tables and from a file that one was stored in, and are the same.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::Arc;

use portolan::diag::SourceText;
use portolan::format::curated;
use portolan::graph::{
    Builder, ColumnBuilder, End, Entity, Meta, NewNode, NewNodes, NewRel, NewRels, Opened, Schema, Snapshot, Start,
    Unfit, Unopened, Unstored, Validity, WrittenPeriod, dump, hash, open, store,
};
use portolan::value::{Date, Day, NodeId, Value};
use proptest::collection::vec;
use proptest::prelude::*;

/// A relationship as numbers: type, start, end, share, first day and day after the last.
type Row = (usize, u8, u8, Option<u8>, Option<u8>, Option<u8>);

fn date(day: u8) -> Date {
    Date::exact(Day(i32::from(day)))
}

fn labels(of: usize) -> Vec<String> {
    vec![["Company", "Material"][of].to_owned()]
}

fn share(share: Option<u8>) -> Value {
    // Now and then of another type, which makes a column mixed.
    share.map_or(Value::Null, |n| if n == 7 { Value::from("seven") } else { Value::Float(f64::from(n) / 8.0) })
}

fn validity(from: Option<u8>, until: Option<u8>) -> Validity {
    let period = WrittenPeriod {
        from: from.map_or(Start::Unknown, |day| Start::On(date(day))),
        to: until.map_or(End::Unknown, |day| End::Until(date(day))),
    };
    if period == WrittenPeriod::default() { Validity::Always } else { Validity::In(vec![period]) }
}

/// The parts of a graph: nodes of one label each, relationships of one type each.
fn graph(nodes: &[(usize, usize)], rels: &[(usize, Vec<Row>)], tables: impl Fn(usize) -> bool) -> Snapshot {
    let mut builder = Builder::new(Schema::default());
    let always = Meta { validity: Validity::Always, ..Meta::default() };
    for (at, (label, n)) in nodes.iter().enumerate() {
        let first = builder.n_nodes();
        let ids = (first..first + n).map(|number| format!("n{number}"));
        if tables(at) {
            let mut column = ColumnBuilder::default();
            ids.for_each(|id| column.push_text(&id));
            let properties = vec![("id".to_owned(), column.clone())];
            let (labels, ids) = (labels(*label), column);
            builder.add_nodes(NewNodes { labels, ids, properties, meta: always.clone() }).unwrap();
        } else {
            for id in ids {
                let properties = vec![("id".to_owned(), Value::text(&id))];
                let (labels, meta) = (labels(*label), always.clone());
                builder.node(NewNode { id, labels, properties, meta, ..NewNode::default() }).unwrap();
            }
        }
    }
    let n_nodes = builder.n_nodes();
    let node = |number: u8| NodeId((number as usize % n_nodes) as u32);
    for (at, (kind, rows)) in rels.iter().enumerate() {
        let kind = ["SUPPLIES", "USES"][*kind].to_owned();
        if tables(at + nodes.len()) {
            let mut table = NewRels { kind, meta: always.clone(), ..NewRels::default() };
            let mut columns: [ColumnBuilder; 3] = Default::default();
            for (_, start, end, amount, from, until) in rows {
                table.starts.push(node(*start));
                table.ends.push(node(*end));
                columns[0].push(share(*amount));
                columns[1].push(from.map_or(Value::Null, |day| Value::Date(date(day))));
                columns[2].push(until.map_or(Value::Null, |day| Value::Date(date(day))));
            }
            let [shares, from, until] = columns;
            table.properties.push(("share".to_owned(), shares));
            table.days = Some([from, until]);
            builder.add_rels(table).unwrap();
        } else {
            for (_, start, end, amount, from, until) in rows {
                let (start, end) = (node(*start), node(*end));
                let meta = Meta { validity: validity(*from, *until), ..Meta::default() };
                let properties = vec![("share".to_owned(), share(*amount))];
                builder.rel(NewRel { kind: kind.clone(), start, end, properties, histories: vec![], meta });
            }
        }
    }
    builder.finish()
}

fn row() -> impl Strategy<Value = Row> {
    let day = || proptest::option::of(0_u8..9);
    (Just(0), 0_u8..40, 0_u8..40, proptest::option::of(0_u8..8), day(), day())
}

/// Relationships in the order of their numbers, with their properties.
fn in_order(graph: &Snapshot) -> Vec<String> {
    let rels = graph.rels();
    rels.map(|rel| format!("{} {:?}", graph.rel_id(rel), graph.properties(portolan::graph::Entity::Rel(rel)))).collect()
}

proptest! {
    #[test]
    fn tables_and_rows_give_the_same_graph(
        nodes in vec((0_usize..2, 1_usize..30), 1..4),
        rels in vec((0_usize..2, vec(row(), 0..120)), 0..5),
        mixed in any::<u16>(),
    ) {
        let by_row = graph(&nodes, &rels, |_| false);
        let by_table = graph(&nodes, &rels, |_| true);
        prop_assert_eq!(dump(&by_row), dump(&by_table));
        prop_assert_eq!(in_order(&by_row), in_order(&by_table));
        let mixed = graph(&nodes, &rels, |at| mixed >> (at % 16) & 1 == 1);
        prop_assert_eq!(dump(&by_row), dump(&mixed));
    }
}

/// The bytes of a graph's file.
fn stored(graph: &Snapshot, rules: &[Arc<SourceText>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    store(graph, rules, &mut bytes).unwrap();
    bytes
}

/// What is opened of these bytes.
fn opened(name: &str, bytes: &[u8]) -> Result<Opened, Unopened> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    open(&path)
}

fn ships() -> (Snapshot, Vec<Arc<SourceText>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data");
    let read = curated::read(&[folder]).unwrap();
    (read.snapshot, read.rules)
}

proptest! {
    #[test]
    fn a_stored_graph_is_opened_as_it_was(
        nodes in vec((0_usize..2, 1_usize..30), 1..4),
        rels in vec((0_usize..2, vec(row(), 0..120)), 0..5),
        tables in any::<u16>(),
    ) {
        let graph = graph(&nodes, &rels, |at| tables >> (at % 16) & 1 == 1);
        let bytes = stored(&graph, &[]);
        let read = opened("as-it-was.portolan", &bytes).unwrap().snapshot;
        prop_assert_eq!(dump(&graph), dump(&read));
        prop_assert_eq!(in_order(&graph), in_order(&read));
        prop_assert_eq!(stored(&read, &[]), bytes);
        prop_assert!(read.damage().is_none());
    }
}

#[test]
fn the_graph_that_ships_is_opened_with_its_rules_as_it_was_stored() {
    let (graph, rules) = ships();
    let bytes = stored(&graph, &rules);
    let read = opened("ships.portolan", &bytes).unwrap();
    assert_eq!(read.rules, rules);
    assert_eq!(read.snapshot.schema(), graph.schema());
    assert!(dump(&graph) == dump(&read.snapshot), "they differ");
    for (before, after) in graph.chained().zip(read.snapshot.chained()) {
        assert_eq!((before, graph.status(before)), (after, read.snapshot.status(after)));
    }
    for rel in graph.rels() {
        let entity = Entity::Rel(rel);
        assert_eq!(graph.effective(entity), read.snapshot.effective(entity));
    }
    assert_eq!(stored(&read.snapshot, &read.rules), bytes);
}

/// Of `tests/golden/small`, as it was when the layout got its version: `portolan import tests/golden/small --to tests/stored/VERSION.portolan`.
/// If it can no longer be opened, or gives another graph, the layout has changed: count its version up, and keep a file of that one.
#[test]
fn a_file_that_was_stored_before_is_opened_as_long_as_the_layout_has_its_version() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored/1.portolan");
    let opened = open(&path).unwrap();
    assert_eq!(hash(&opened.snapshot), HASH);
    assert!(opened.snapshot.damage().is_none());
    assert_eq!(opened.rules.len(), 1);
    // The version stands after the mark.
    assert_eq!(stored(&opened.snapshot, &opened.rules)[12..16], std::fs::read(&path).unwrap()[12..16]);
}

const HASH: &str = "0c39a07fd4017305fc90c9e4e537cdda782dc4ad8d6d6f83e75a32d99a9a598d";

#[test]
fn a_file_that_is_damaged_anywhere_is_refused_or_noted_and_never_believed() {
    let (graph, rules) = ships();
    let (bytes, whole) = (stored(&graph, &rules), dump(&graph));
    for at in (0..bytes.len()).step_by(bytes.len() / 60).chain(bytes.len() - 20..bytes.len()) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        if let Ok(Opened { snapshot, .. }) = opened("damaged.portolan", &damaged) {
            // Whatever is asked is answered somehow, and the damage is told of.
            assert!(dump(&snapshot) != whole || snapshot.damage().is_some());
            snapshot.read_all();
            assert!(snapshot.damage().is_some(), "byte {at}");
            assert!(matches!(store(&snapshot, &[], Vec::new()), Err(Unstored::Damaged(_))));
        }
    }
    for length in [0, 5, 12, 16, 40, bytes.len() / 2, bytes.len() - 1] {
        let refused = opened("cut.portolan", &bytes[..length]);
        assert!(matches!(refused, Err(Unopened::Foreign | Unopened::Cut)), "{length} bytes");
    }
    let mut newer = bytes.clone();
    newer[12] += 1;
    assert!(matches!(opened("newer.portolan", &newer), Err(Unopened::Version { version: 2 })));
}

#[test]
fn a_table_that_does_not_fit_is_not_added() {
    let texts = |texts: &[&str]| {
        let mut column = ColumnBuilder::default();
        for text in texts {
            column.push_text(text);
        }
        column
    };
    let mut builder = Builder::new(Schema::default());
    let nodes = |ids: ColumnBuilder| NewNodes { labels: labels(0), ids, ..NewNodes::default() };
    builder.add_nodes(nodes(texts(&["bmw", "audi"]))).unwrap();
    assert_eq!(builder.add_nodes(nodes(texts(&["man", "audi"]))), Err(Unfit::Taken { row: 1 }));
    assert_eq!(builder.add_nodes(nodes(texts(&["man", "man"]))), Err(Unfit::Taken { row: 1 }));
    let mut gap = texts(&["man"]);
    gap.push_null();
    assert_eq!(builder.add_nodes(nodes(gap)), Err(Unfit::NoId { row: 1 }));
    let rels = |starts: &[u32], ends: &[u32]| NewRels {
        kind: "SUPPLIES".to_owned(),
        starts: starts.iter().copied().map(NodeId).collect(),
        ends: ends.iter().copied().map(NodeId).collect(),
        ..NewRels::default()
    };
    assert_eq!(builder.add_rels(rels(&[0, 1], &[1, 2])), Err(Unfit::NoNode { row: 1 }));
    assert!(matches!(builder.add_rels(rels(&[0], &[1, 0])), Err(Unfit::Length { n: 2, rows: 1, .. })));
    let days = Some([texts(&["today"]), ColumnBuilder::default()]);
    assert_eq!(builder.add_rels(NewRels { days, ..rels(&[0], &[1]) }), Err(Unfit::NoDate));
    let snapshot = builder.finish();
    assert_eq!((snapshot.catalog().n_nodes(), snapshot.catalog().n_rels()), (2, 0));
}
