//! Arguments that procedures share: an entity by itself or by its id, a day by a date or a text.

use crate::diag::{code, nearest};
use crate::value::{Date, Day, NodeId, Value};

use super::{Context, Procedure, ProcedureError};

/// The node that the argument at a place gives: a node, or the id of one that the graph has.
pub(super) fn node(
    procedure: &Procedure,
    at: usize,
    values: &[Value],
    context: &Context<'_>,
) -> Result<NodeId, ProcedureError> {
    node_of(procedure, at, &values[at], context)
}

/// The same of one value of an argument that is a list.
pub(super) fn node_of(
    procedure: &Procedure,
    at: usize,
    value: &Value,
    context: &Context<'_>,
) -> Result<NodeId, ProcedureError> {
    let snapshot = context.view.snapshot();
    match value {
        Value::Node(node) => Ok(*node),
        Value::Text(id) => snapshot.node(id).ok_or_else(|| {
            let ids = snapshot.nodes().map(|node| snapshot.node_id(node).as_ref());
            let hint = nearest(id, ids).map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
            let message = format!("{}, and no node has this id{hint}", given(procedure, at, &format!("'{id}'")));
            ProcedureError::Value(code::UNKNOWN_REFERENCE, message)
        }),
        other => {
            let given = given(procedure, at, other.described());
            let message = format!("{given}; expected a node or its id, such as 'china'");
            Err(ProcedureError::Value(code::TYPE_ERROR, message))
        }
    }
}

/// The day that the argument at a place gives: a date known to the day, or the text of one.
pub(super) fn day(procedure: &Procedure, at: usize, values: &[Value]) -> Result<Day, ProcedureError> {
    let day = match &values[at] {
        Value::Date(date) => date.day(),
        Value::Text(text) => text.parse::<Date>().ok().and_then(Date::day),
        _ => None,
    };
    day.ok_or_else(|| {
        let given = given(procedure, at, &values[at].to_string());
        let message = format!("{given}; expected a day, such as date('2025-10-21')");
        ProcedureError::Value(code::TYPE_ERROR, message)
    })
}

fn given(procedure: &Procedure, at: usize, what: &str) -> String {
    format!("`{}` is {what}", procedure.arguments[at].name)
}
