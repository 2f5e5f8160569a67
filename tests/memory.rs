//! What a graph costs in memory, a relationship and a property at a time; a process of its own, because it counts every allocation.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use allocation_counter::measure;
use portolan::graph::{Builder, ColumnBuilder, Meta, NewNodes, NewRels, Schema, Snapshot, open, store};
use portolan::parallel;
use portolan::value::{Date, Day, NodeId};

const N_NODES: u32 = 1000;
/// With so many a node costs next to nothing beside its relationships.
const N_RELS: u32 = 1_000_000;

/// Adds the value of a relationship to a column.
type Push = fn(&mut ColumnBuilder, u32);

/// What relationships can have, with the bytes that `docs/performance.md` says it costs each.
const PROPERTIES: [(&str, Push, f64); 6] = [
    ("float", |column, row| column.push_float(f64::from(row) / 7.0), 8.0),
    ("whole number", |column, row| column.push_int(i64::from(row)), 8.0),
    ("date", |column, row| column.push_date(Date::exact(Day((row % 9000) as i32))), 4.0),
    ("truth value", |column, row| column.push_bool(row % 3 == 0), 1.0),
    ("text of a few", |column, row| column.push_text(["mined", "refined"][row as usize % 2]), 4.0),
    // A bit says which relationships have one, and four bytes in eight words how many before.
    (
        "date of every second one",
        |column, row| if row % 2 == 0 { column.push_date(Date::exact(Day(7))) } else { column.push_null() },
        2.19,
    ),
];

fn graph(property: Option<Push>) -> Snapshot {
    let mut builder = Builder::new(Schema::default());
    let mut ids = ColumnBuilder::default();
    (0..N_NODES).for_each(|number| ids.push_text(&number.to_string()));
    builder.add_nodes(NewNodes { labels: vec!["Company".to_owned()], ids, ..NewNodes::default() }).unwrap();
    let node = |row: u32, factor: u32| NodeId(row.wrapping_mul(factor) % N_NODES);
    let (starts, ends) =
        ((0..N_RELS).map(|row| node(row, 7919)).collect(), (0..N_RELS).map(|row| node(row, 104_729)).collect());
    let properties = property.map(|push| {
        let mut column = ColumnBuilder::default();
        (0..N_RELS).for_each(|row| push(&mut column, row));
        ("property".to_owned(), column)
    });
    let properties = properties.into_iter().collect();
    let rels = NewRels { kind: "SUPPLIES".to_owned(), starts, ends, properties, days: None, meta: Meta::default() };
    builder.add_rels(rels).unwrap();
    builder.finish()
}

/// Bytes that are held after this, a relationship.
fn held(make: impl Fn() -> Snapshot + Sync) -> f64 {
    // On the one thread that does the work, as the counter counts by thread.
    let bytes = parallel::map(vec![()], |()| {
        let mut kept = None;
        let measured = measure(|| kept = Some(make()));
        assert!(kept.is_some());
        measured.bytes_current
    });
    bytes[0] as f64 / f64::from(N_RELS)
}

fn assert_about(what: &str, bytes: f64, stated: f64) {
    assert!((bytes / stated - 1.0).abs() < 0.1, "{what}: {bytes:.2} bytes, and docs/performance.md says {stated}");
}

#[test]
fn a_relationship_and_its_properties_cost_what_is_stated() {
    parallel::use_threads(1);
    // Where it starts, where it ends, and its place among those that reach its end.
    let plain = held(|| graph(None));
    assert_about("a relationship", plain, 12.0);
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory.portolan");
    for (name, push, stated) in PROPERTIES {
        assert_about(name, held(|| graph(Some(push))) - plain, stated);
    }
    // The same when it was opened from a file and everything looked at.
    store(&graph(Some(PROPERTIES[0].1)), &[], std::fs::File::create(&path).unwrap()).unwrap();
    let opened = held(|| {
        let snapshot = open(&path).unwrap().snapshot;
        snapshot.read_all();
        let incoming = snapshot.reaching(portolan::graph::TypeId(0), NodeId(0)).count();
        assert!(incoming > 0);
        snapshot
    });
    assert_about("a relationship with a float, opened", opened, 20.0);
}
