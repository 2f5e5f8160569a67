//! Arguments that procedures share: an entity by itself or by its id, a day by a date or a text.

use crate::diag::{code, nearest};
use crate::graph::{Entity, KeyId};
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
            let of_another = || known_as(id, context).map(|node| format!("; it is another name of '{node}'"));
            let like = || nearest(id, ids).map(|near| format!("; did you mean '{near}'?"));
            let hint = of_another().or_else(like).unwrap_or_default();
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

/// The id of a node that has this text as its name, as an alias, or as a property that the schema calls a key, such as `iso2`.
fn known_as<'q>(text: &str, context: &Context<'q>) -> Option<&'q str> {
    fn is(value: &Value, text: &str) -> bool {
        match value {
            Value::Text(other) => other.eq_ignore_ascii_case(text),
            Value::List(list) => list.iter().any(|other| is(other, text)),
            _ => false,
        }
    }
    let (view, snapshot) = (context.view, context.view.snapshot());
    let keys = snapshot.schema().properties.iter().filter(|(_, def)| def.key).map(|(name, _)| name.as_str());
    let keys: Vec<KeyId> = keys.chain(["name", "aliases"]).filter_map(|name| snapshot.catalog().key(name)).collect();
    let has_it = |node: &NodeId| keys.iter().any(|key| is(&view.property(Entity::Node(*node), *key), text));
    view.nodes().find(has_it).map(|node| snapshot.node_id(node).as_ref())
}

/// The day that the argument at a place gives: a date known to the day, or the text of one.
pub(super) fn day(procedure: &Procedure, at: usize, values: &[Value]) -> Result<Day, ProcedureError> {
    as_day(&values[at]).ok_or_else(|| {
        let given = given(procedure, at, &values[at].to_string());
        let message = format!("{given}; expected a day, such as date('2025-10-21')");
        ProcedureError::Value(code::TYPE_ERROR, message)
    })
}

/// The day that a value is, or is the text of.
pub(super) fn as_day(value: &Value) -> Option<Day> {
    match value {
        Value::Date(date) => date.day(),
        Value::Text(text) => text.parse::<Date>().ok().and_then(Date::day),
        _ => None,
    }
}

fn given(procedure: &Procedure, at: usize, what: &str) -> String {
    format!("`{}` is {what}", procedure.arguments[at].name)
}
