use std::fs::File;
use std::path::PathBuf;

use proptest::prelude::*;

use super::{Part, TypeId, Writer, encoded, open, store};
use crate::graph::{Builder, ChainEntry, End, Entity, KeyId, Meta, NewEntry, NewNode, NewRel, Snapshot, Start, State};
use crate::graph::{Citation, Completeness, Schema, Source, SourceId, Validity, WrittenPeriod};
use crate::value::{Date, Day, NodeId, Value};

/// A graph that has something in every section.
fn graph() -> Snapshot {
    let date = |day| Date::exact(Day(day));
    let held = |from, to| WrittenPeriod { from: Start::On(date(from)), to: End::Until(date(to)) };
    let said = Meta {
        validity: Validity::In(vec![held(3, 9), held(20, 30)]),
        claimed_by: vec![NodeId(0)],
        citations: vec![Citation { source: SourceId(0), at: None, quote: None, retrieved: Some(Day(7)) }],
        ..Meta::default()
    };
    let mut builder = Builder::new(Schema::default());
    builder.source(Source { id: "atlas".into(), title: "Atlas".to_owned(), ..Source::default() }).ok();
    for n in 0..9_i32 {
        let list = Value::List(vec![Value::Int(i64::from(n)), Value::text("x")].into());
        let value = if n % 4 == 3 { list } else { Value::Float(f64::from(n) / 7.0) };
        let properties = vec![("name".to_owned(), Value::text(&format!("name {n}"))), ("rate".to_owned(), value)];
        let histories = vec![("size".to_owned(), vec![(Value::Date(date(n)), said.clone())])];
        let labels = vec!["Measure".to_owned()];
        builder.node(NewNode { id: format!("n{n}"), labels, properties, histories, meta: said.clone() }).ok();
        if n > 0 {
            let (start, end) = (NodeId(0), NodeId(n as u32));
            let properties = vec![("share".to_owned(), Value::Int(i64::from(n)))];
            let meta = if n < 5 { said.clone() } else { Meta::default() };
            builder.rel(NewRel { kind: "COVERS".to_owned(), start, end, properties, histories: Vec::new(), meta });
        }
    }
    let (end, by, meta) = (End::Unknown, Some(NodeId(1)), said.clone());
    let entry =
        ChainEntry { state: State::InForce, on: date(2), end, by, de_facto: false, part: None, assumed: false, meta };
    builder.status(NewEntry { of: vec![NodeId(0), NodeId(2)], entry });
    builder.checked(NodeId(0), Day(40));
    builder.complete(Completeness { what: "COVERS".to_owned(), of: NodeId(0), to: None, meta: said });
    builder.finish()
}

fn parts() -> [Part; 13] {
    let (key, rel_type) = (KeyId(0), TypeId(0));
    let known = [Part::Contents, Part::Schema, Part::Rules, Part::Ids, Part::Nodes, Part::Property(key)];
    let [contents, schema, rules, ids, nodes, name] = known;
    let (rels, share) = (Part::Rels(rel_type), Part::RelProperty(rel_type, KeyId(2)));
    [
        contents,
        schema,
        rules,
        ids,
        nodes,
        name,
        rels,
        share,
        Part::Metas,
        Part::Chains,
        Part::Histories,
        Part::Sources,
        Part::Complete,
    ]
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{}-{name}", std::process::id()))
}

#[test]
fn a_graph_with_something_in_every_section_is_opened_as_it_was() {
    let (graph, path) = (graph(), file("every-section.portolan"));
    let written = File::create(&path).map(|file| store(&graph, &[], file));
    assert!(matches!(written, Ok(Ok(()))), "{written:?}");
    let opened = open(&path);
    let Ok(opened) = opened else { panic!("{opened:?}") };
    assert_eq!(crate::graph::dump(&graph), crate::graph::dump(&opened.snapshot));
    let entity = Entity::Node(NodeId(1));
    assert_eq!(graph.effective(entity), opened.snapshot.effective(entity));
    for (part, name) in
        parts().into_iter().zip(["contents", "schema", "rules", "ids", "nodes", "name of nodes", "COVERS"])
    {
        assert_eq!(part.name(&graph.catalog), name);
    }
}

proptest! {
    /// Whatever a section holds under a checksum that is right, it is read or refused.
    #[test]
    fn sections_of_any_bytes_are_read_or_noted(
        part in 0_usize..13,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let graph = graph();
        let path = file(&format!("any-bytes-{part}.portolan"));
        let mut writer = Writer::begin(File::create(&path)?)?;
        let names = graph.properties.keys().map(|key| Part::Property(*key)).filter(|part| part.name(&graph.catalog) != "name of nodes");
        for (at, known) in parts().into_iter().chain(names).enumerate() {
            let mut bytes = encoded(&graph, &[], known);
            if at == part && !bytes.is_empty() {
                for (place, byte) in &changes {
                    *place.get_mut(&mut bytes) = *byte;
                }
                bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
            }
            writer.section(known.key(), &bytes)?;
        }
        writer.end()?;
        if let Ok(opened) = open(&path) {
            opened.snapshot.read_all();
            let _ = opened.snapshot.damage();
        }
        std::fs::remove_file(&path)?;
    }
}
