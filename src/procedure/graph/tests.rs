//! Every algorithm stops wherever it is told to: at each of its checkpoints, of which none is far from the next.

use crate::graph::{Builder, Cut, Cuts, Frame, GraphView, Lens, NewNode, NewRel, NodeId, Projection, Schema, Snapshot};
use crate::limits::{Limits, Stopped};
use crate::procedure::{Context, PROCEDURES, Procedure, ProcedureError, Told};
use crate::value::Value;

const N: u32 = 3000;

/// A ring, on which relationships of one type lead on and of the other back.
fn ring() -> Snapshot {
    let mut builder = Builder::new(Schema::default());
    for number in 0..N {
        assert!(builder.node(NewNode { id: format!("n{number}"), ..NewNode::default() }).is_ok());
    }
    let mut rel = |kind: &str, start: u32, end: u32| {
        let (kind, meta) = (kind.to_owned(), crate::graph::Meta::default());
        builder.rel(NewRel {
            kind,
            start: NodeId(start),
            end: NodeId(end),
            properties: vec![],
            histories: vec![],
            meta,
        });
    };
    for number in 1..N {
        rel("ON", number - 1, number);
        rel("BACK", number, number - 1);
    }
    rel("BACK", 0, N - 1);
    builder.finish()
}

/// Values for its arguments.
fn arguments(procedure: &Procedure) -> Vec<Value> {
    let types = if procedure.name == "graph.topological_order" { vec!["ON"] } else { vec!["ON", "BACK"] };
    let ends = match procedure.name.as_ref() {
        // From each node there is a search: some are enough.
        "graph.k_shortest" => [10, 40],
        _ => [10, N / 2],
    };
    let value = |field: &crate::procedure::Field| match field.name.as_ref() {
        "start" => Value::Node(NodeId(ends[0])),
        "end" => Value::Node(NodeId(ends[1])),
        "k" => Value::Int(2),
        _ => Value::map([("types", Value::list(types.iter().map(|name| Value::text(name))))]),
    };
    procedure.arguments.iter().map(value).collect()
}

#[test]
fn an_algorithm_stops_at_every_checkpoint() {
    let snapshot = ring();
    let lens = Lens::new(&snapshot, Frame::default());
    let view = GraphView::new(&snapshot, &lens);
    let all = Limits::after(usize::MAX);
    let cut = Cut { types: snapshot.stored_types().collect(), ..Cut::default() };
    assert!(Projection::new(view, &cut, &all).is_ok());
    let of_projection = usize::MAX - all.left();
    let algorithms =
        PROCEDURES.iter().filter(|procedure| procedure.arguments.iter().any(|field| field.name == "options"));
    for procedure in algorithms {
        // Betweenness looks at each node from each node, twice: a part of it has to do.
        let is_long = procedure.name == "graph.betweenness";
        let limits = Limits::after(if is_long { 50_000 } else { usize::MAX });
        let before = limits.left();
        let given = procedure.call(
            arguments(procedure),
            &Context { view, limits: &limits, cuts: &Cuts::default(), told: &Told::default() },
        );
        assert_eq!(given.is_ok(), !is_long, "{}", procedure.name);
        let n = before - limits.left();
        // Components are found in the stored relationships, without a projection.
        let least = match procedure.name.as_ref() {
            "graph.components" => 2 * N as usize / 1024,
            _ => of_projection + N as usize / 64,
        };
        assert!(n >= least, "{} looks at its limits {n} times, not {least}", procedure.name);
        for at in (0..n).step_by(n.div_ceil(50)) {
            let limits = Limits::after(at);
            let given = procedure.call(
                arguments(procedure),
                &Context { view, limits: &limits, cuts: &Cuts::default(), told: &Told::default() },
            );
            assert_eq!(given, Err(ProcedureError::Stopped(Stopped::Cancelled)), "{} after {at} of {n}", procedure.name);
        }
    }
}

#[test]
fn a_part_of_the_graph_is_cut_once_for_the_rows_of_a_batch() {
    let snapshot = ring();
    let lens = Lens::new(&snapshot, Frame::default());
    let (view, limits, cuts) = (GraphView::new(&snapshot, &lens), Limits::after(usize::MAX), Cuts::default());
    let context = Context { view, limits: &limits, cuts: &cuts, told: &Told::default() };
    let procedure = &super::SHORTEST_PATH;
    let checkpoints = || {
        let before = limits.left();
        assert!(procedure.call(arguments(procedure), &context).is_ok());
        before - limits.left()
    };
    let (first, second) = (checkpoints(), checkpoints());
    let before = limits.left();
    let cut = Cut { types: snapshot.stored_types().collect(), ..Cut::default() };
    assert!(Projection::new(view, &cut, &limits).is_ok());
    assert_eq!(second + (before - limits.left()), first);
}
