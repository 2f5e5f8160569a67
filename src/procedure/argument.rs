//! Arguments that procedures share: an entity by itself or by its id, a day by a date or a text.

use std::sync::Arc;

use crate::diag::{code, nearest};
use crate::value::{Date, Day, NodeId, Value};

use super::{Context, ProcedureError};

/// The node that an argument gives: a node, or the id of one that the graph has.
pub(super) fn node(value: &Value, context: &Context<'_>) -> Result<NodeId, ProcedureError> {
    match value {
        Value::Node(node) => Ok(*node),
        Value::Text(id) => named(id, context),
        other => {
            let message = format!("expected a node or its id, such as 'china', not {}", other.described());
            Err(ProcedureError::Value(code::TYPE_ERROR, message))
        }
    }
}

fn named(id: &Arc<str>, context: &Context<'_>) -> Result<NodeId, ProcedureError> {
    let snapshot = context.view.snapshot();
    snapshot.node(id).ok_or_else(|| {
        let ids = snapshot.nodes().map(|node| snapshot.node_id(node).as_ref());
        let hint = nearest(id, ids).map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
        ProcedureError::Value(code::UNKNOWN_REFERENCE, format!("no node has the id '{id}'{hint}"))
    })
}

/// The day that an argument gives: a date known to the day, or the text of one.
pub(super) fn day(value: &Value) -> Result<Day, ProcedureError> {
    let day = match value {
        Value::Date(date) => date.day(),
        Value::Text(text) => text.parse::<Date>().ok().and_then(Date::day),
        _ => None,
    };
    day.ok_or_else(|| {
        let message = format!("expected a day, such as date('2025-10-21'), not {}", value.described());
        ProcedureError::Value(code::TYPE_ERROR, message)
    })
}
