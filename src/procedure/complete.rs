//! What the graph is stated to hold completely, as the frame's known day and moods show it.

use std::borrow::Cow;

use crate::value::{Date, Value};

use super::{Context, Field, Procedure, Rows, Run, Type, column, maybe};

/// `graph.complete() :: (what :: STRING, of :: NODE, to :: ANY?, sources :: LIST)`.
pub(super) static COMPLETE: Procedure = Procedure {
    name: Cow::Borrowed("graph.complete"),
    arguments: Cow::Borrowed(&[]),
    yields: Cow::Borrowed(&[WHAT, OF, TO, SOURCES]),
    summary: Cow::Borrowed(
        "What the graph is stated to hold completely: a relationship type, a label or a topic, of what, to which day, by which documents.",
    ),
    notes: Cow::Borrowed(""),
    example: (
        Cow::Borrowed("CALL graph.complete() YIELD what, of, to RETURN collect([what, elementId(of), toString(to)])"),
        Cow::Borrowed("[['CONTAINS', 'electric-car', '2026-11-10']]"),
    ),
    run: Run::Built(complete),
};
const WHAT: Field = column("what", Type::String);
const OF: Field = column("of", Type::Node);
const TO: Field = maybe("to", Type::Any);
const SOURCES: Field = column("sources", Type::List);

fn complete(_: &[Value], context: &Context<'_>) -> Rows {
    let snapshot = context.view.snapshot();
    let row = |stated: &crate::graph::Completeness| {
        let sources = stated.meta.citations.iter().map(|cited| Value::text(snapshot.source(cited.source).id.as_ref()));
        let to = stated.to.map_or(Value::Null, |day| Value::Date(Date::exact(day)));
        vec![Value::text(&stated.what), Value::Node(stated.of), to, Value::list(sources)]
    };
    let mut rows = Vec::new();
    for stated in context.view.complete() {
        context.limits.checkpoint()?;
        rows.push(row(stated));
    }
    Ok(rows)
}
