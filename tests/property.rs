//! Laws, on random graphs: what must hold whatever the input.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod random;

use std::collections::BTreeSet;
use std::sync::Arc;

use portolan::graph::diff::{Became, Difference, Kind, Part, diff};
use portolan::graph::{
    self, Draft, Entity, Footer, Frame, GraphView, Hidden, HiddenBy, Including, Lens, Snapshot, Statement, TypeId,
    ValidTime,
};
use portolan::value::{Day, Period};
use proptest::prelude::*;

use random::{Model, Step};

/// Frames that tell the days, moods and known days of a random graph apart.
fn frames() -> impl Iterator<Item = Frame> {
    let days = (0..=random::LAST_DAY).step_by(3).map(|day| ValidTime::AsOf(Day(day)));
    let valid = days.chain([ValidTime::All, ValidTime::During(Period::new(Day(4), Day(9)))]);
    let including = [Including::default(), Including::ALL, Including { unknown: true, ..Including::default() }];
    valid.flat_map(move |valid| {
        let known = [None, Some(Day(5)), Some(Day(10))];
        known.into_iter().flat_map(move |known| including.map(|including| Frame { valid, known, including }))
    })
}

/// What a frame shows: nodes with their labels and relationships with their ids, the latter found in three ways.
fn seen(snapshot: &Snapshot, frame: Frame) -> (BTreeSet<String>, [Vec<String>; 3]) {
    let lens = Lens::new(snapshot, frame);
    let view = GraphView::new(snapshot, &lens);
    let labels = |node| {
        let names = snapshot.labels(node).iter().map(|label| snapshot.catalog().label_name(*label).to_string());
        names.collect::<Vec<_>>().join(":")
    };
    let nodes = view.nodes().map(|node| format!("{}:{}", snapshot.node_id(node), labels(node)));
    let ends = |rel| {
        let (rel_type, start, end) = snapshot.rel(rel);
        let value = view.rel_value(rel);
        let (start, end) = (snapshot.node_id(start), snapshot.node_id(end));
        format!("{start} {} {end} {:?}", snapshot.catalog().type_name(rel_type), value.properties)
    };
    let types = || (0..snapshot.catalog().types().len() as u32).map(TypeId);
    let from_both = |out: bool| {
        let at = |(t, node)| {
            if out { view.outgoing(t, node).collect::<Vec<_>>() } else { view.incoming(t, node).collect() }
        };
        snapshot
            .nodes()
            .flat_map(|node| types().map(move |t| (t, node)))
            .flat_map(at)
            .map(|step| ends(step.rel))
            .collect()
    };
    let mut found: [Vec<String>; 3] = [view.rels().map(ends).collect(), from_both(true), from_both(false)];
    for rels in &mut found {
        rels.sort();
    }
    (nodes.collect(), found)
}

/// The graph, stored in a file and opened again.
fn opened(graph: &Snapshot, name: &str) -> Snapshot {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    graph::store(graph, &[], std::fs::File::create(&path).unwrap()).unwrap();
    graph::open(&path).unwrap().snapshot
}

/// The same difference, seen from the other side.
fn turned(difference: &Difference) -> Difference {
    let became = match difference.became {
        Became::Added => Became::Removed,
        Became::Removed => Became::Added,
        Became::Changed => Became::Changed,
    };
    let turned = |part: &Part| Part { name: part.name.clone(), was: part.is.clone(), is: part.was.clone() };
    Difference { became, parts: difference.parts.iter().map(turned).collect(), ..difference.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Two graphs have no difference exactly if their texts are equal; from the other side what was added was removed.
    #[test]
    fn graphs_differ_in_what_their_texts_differ(
        common in prop::collection::vec(any::<[u8; 7]>(), 0..30),
        more in prop::collection::vec(any::<[u8; 7]>(), 0..5),
        other in prop::collection::vec(any::<[u8; 7]>(), 0..5),
    ) {
        let built = |more: &[[u8; 7]]| {
            let mut model = Model::default();
            for step in common.iter().chain(more) {
                model.change(Step::from(*step));
            }
            model.build()
        };
        let (a, b) = (built(&more), built(&other));
        let found = diff(&a, &b);
        prop_assert_eq!(found.is_empty(), graph::dump(&a) == graph::dump(&b), "{:#?}", found);
        let count = |found: &[Difference], became| found.iter().filter(|difference| difference.became == became).count();
        let back: Vec<Difference> = diff(&b, &a).iter().map(turned).collect();
        for became in [Became::Added, Became::Removed, Became::Changed] {
            prop_assert_eq!(count(&found, became), count(&back, became));
        }
        for kind in [Kind::Node, Kind::Relationship] {
            let added = |became| found.iter().filter(|d| d.kind == kind && d.became == became).count();
            let size = |graph: &Snapshot| if kind == Kind::Node { graph.nodes().count() } else { graph.rels().count() };
            prop_assert_eq!(size(&a) + added(Became::Added), size(&b) + added(Became::Removed));
        }
    }
}

/// What a frame does to the relationships of type `R` and `COVERS` and the nodes labelled `A` or `D`.
fn footer(snapshot: &Snapshot, frame: Frame) -> Footer {
    let lens = Lens::new(snapshot, frame);
    let catalog = snapshot.catalog();
    let types: Vec<_> = ["R", "COVERS"].into_iter().filter_map(|name| catalog.rel_type(name)).collect();
    let labels: Vec<_> = ["A", "D"].into_iter().filter_map(|name| catalog.label(name)).collect();
    Footer::count(GraphView::new(snapshot, &lens), &types, &labels)
}

/// The same, statement by statement.
fn counted(snapshot: &Snapshot, frame: Frame) -> Footer {
    let lens = Lens::new(snapshot, frame);
    let view = GraphView::new(snapshot, &lens);
    let mut footer = Footer::default();
    let named = |name: &str| ["R", "COVERS", "A", "D"].contains(&name);
    let rels = snapshot.rels().filter(|rel| named(snapshot.catalog().type_name(snapshot.rel(*rel).0)));
    for entity in rels.map(Entity::Rel) {
        let meta = snapshot.meta(Statement::Entity(entity));
        if view.hides(entity).is_none() {
            footer.undated += usize::from(!meta.validity.is_dated());
            footer.hindsight += usize::from(frame.known.is_some() && meta.learnt.is_none());
        }
        count(&mut footer.hidden, view.hides(entity));
    }
    let labelled = |node: &_| snapshot.labels(*node).iter().any(|label| named(snapshot.catalog().label_name(*label)));
    for node in snapshot.nodes().filter(labelled) {
        count(&mut footer.hidden, view.hides(Entity::Node(node)));
    }
    footer
}

fn count(hidden: &mut Hidden, reason: Option<HiddenBy>) {
    let counter = match reason {
        None => return,
        Some(HiddenBy::Unrealised) => &mut hidden.unrealised,
        Some(HiddenBy::Deprecated) => &mut hidden.deprecated,
        Some(HiddenBy::Negated) => &mut hidden.negated,
        Some(HiddenBy::NotKnown) => &mut hidden.not_known,
        Some(HiddenBy::UnknownStatus) => &mut hidden.unknown_status,
        Some(HiddenBy::NotInForce) => &mut hidden.not_in_force,
        Some(HiddenBy::Outside) => &mut hidden.outside,
    };
    *counter += 1;
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// view(delta) = commit(delta): a draft of a graph that was stored and opened reads like the graph built of the same statements, and
    /// its footers count them.
    #[test]
    fn a_draft_reads_like_the_graph_built_anew(
        base in prop::collection::vec(any::<[u8; 7]>().prop_map(Step::from), 0..40),
        changes in prop::collection::vec(any::<[u8; 7]>().prop_map(Step::from), 0..40),
    ) {
        let mut model = Model::default();
        for step in &base {
            model.change(*step);
        }
        let built = model.build();
        let stored = Arc::new(opened(&built, "draft.portolan"));
        let before = graph::dump(&built);
        let mut model = model.renumbered();
        let mut draft = Draft::new(stored.clone());
        for step in &changes {
            let Some(change) = model.change(*step) else { continue };
            draft.apply(change).unwrap();
        }
        let rebuilt = model.build();
        prop_assert_eq!(graph::dump(draft.version()), graph::dump(&rebuilt));
        prop_assert_eq!(before, graph::dump(&stored), "the version it came from has changed");
        for frame in frames() {
            let (nodes, rels) = seen(draft.version(), frame);
            prop_assert_eq!((&nodes, &rels), (&seen(&rebuilt, frame).0, &seen(&rebuilt, frame).1), "{}", frame);
            prop_assert!(rels[0] == rels[1] && rels[1] == rels[2], "{}: {:?}", frame, rels);
            // What was counted of the version it came from is kept, and may not be counted for what was changed.
            prop_assert_eq!(footer(&stored, frame), counted(&stored, frame), "{}, before", frame);
            prop_assert_eq!(footer(draft.version(), frame), counted(draft.version(), frame), "{}", frame);
        }
        let settled = Arc::new(draft.version().settled());
        prop_assert_eq!(graph::dump(&settled), graph::dump(&rebuilt), "settled");
        for frame in frames() {
            let (nodes, rels) = seen(&settled, frame);
            prop_assert_eq!((&nodes, &rels[0]), (&seen(&rebuilt, frame).0, &seen(&rebuilt, frame).1[0]), "{}, settled", frame);
            prop_assert!(rels[0] == rels[1] && rels[1] == rels[2], "{}, settled: {:?}", frame, rels);
            prop_assert_eq!(footer(&settled, frame), counted(&settled, frame), "{}, settled", frame);
        }
        for rel in settled.rels() {
            let Some(Entity::Rel(before)) = settled.earlier(draft.version(), Entity::Rel(rel)) else { panic!("it was there") };
            prop_assert_eq!(settled.rel_id(rel), draft.version().rel_id(before));
        }
        let counts = |snapshot: &Snapshot| (snapshot.catalog().n_nodes(), snapshot.catalog().n_rels());
        prop_assert_eq!(counts(draft.version()), counts(&rebuilt));
        let again = draft.delta().iter().try_fold(Draft::new(stored.clone()), |mut again, change| {
            again.apply(change.clone()).map(|_| again)
        });
        prop_assert_eq!(graph::dump(again.unwrap().version()), graph::dump(&rebuilt), "the same changes once more");
    }
}

#[test]
fn a_refused_change_changes_nothing() {
    let mut model = Model::default();
    for kind in [0, 0, 1, 4] {
        model.change(Step { kind, ..Step::default() });
    }
    let stored = Arc::new(model.build());
    let mut draft = Draft::new(stored.clone());
    let taken =
        graph::NewNode { id: stored.node_id(portolan::value::NodeId(0)).to_string(), ..graph::NewNode::default() };
    let refused = draft.apply(graph::Change::CreateNode(taken)).unwrap_err();
    assert_eq!(refused, graph::Refusal::IdTaken("n0".into()));
    let connected = draft.apply(graph::Change::Delete(Entity::Node(portolan::value::NodeId(0)))).unwrap_err();
    assert!(matches!(connected, graph::Refusal::Connected { n_rels: 1, .. }), "{connected}");
    assert!(draft.delta().is_empty());
    assert_eq!(graph::dump(draft.version()), graph::dump(&stored));
}
