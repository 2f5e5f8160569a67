//! Functions of nodes, relationships and paths.

use std::sync::Arc;

use crate::diag::code;
use crate::graph::Entity;
use crate::value::{Path, Value};

use super::{Context, FunctionError, ScalarFunction, unconvertible};

pub(super) fn entity(function: &str, value: &Value) -> Result<Entity, FunctionError> {
    match value {
        Value::Node(node) => Ok(Entity::Node(*node)),
        Value::Rel(rel) => Ok(Entity::Rel(*rel)),
        other => Err(unconvertible(function, other, "a node or a relationship")),
    }
}

fn path<'a>(function: &str, value: &'a Value) -> Result<&'a Arc<Path>, FunctionError> {
    match value {
        Value::Path(path) => Ok(path),
        other => Err(unconvertible(function, other, "a path")),
    }
}

fn rel(function: &str, value: &Value) -> Result<crate::value::RelId, FunctionError> {
    match value {
        Value::Rel(rel) => Ok(*rel),
        other => Err(unconvertible(function, other, "a relationship")),
    }
}

/// `elementId(node or relationship) → text`.
pub(super) static ELEMENT_ID: ScalarFunction = ScalarFunction {
    name: "elementId",
    arity: (1, 1),
    signature: "(node or relationship) → text",
    summary: "The stable id.",
    example: ("elementId(n)", "'dysprosium'"),
    constant: true,
    strict: true,
    eval: |arguments, context| match entity("elementId", &arguments[0])? {
        Entity::Node(node) => Ok(Value::Text(context.view.snapshot().node_id(node).clone())),
        Entity::Rel(rel) => Ok(Value::Text(context.view.snapshot().rel_id(rel))),
    },
};

/// `endNode(relationship) → node`.
pub(super) static END_NODE: ScalarFunction = ScalarFunction {
    name: "endNode",
    arity: (1, 1),
    signature: "(relationship) → node",
    summary: "Where it ends.",
    example: ("endNode(r)", "(:Element:Material)"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(Value::Node(context.view.snapshot().rel(rel("endNode", &arguments[0])?).2)),
};

/// A node or relationship that the statement has not deleted.
fn present(function: &str, value: &Value, context: &Context<'_>) -> Result<Entity, FunctionError> {
    let entity = entity(function, value)?;
    if context.view.snapshot().is_gone(entity) {
        let message = format!("`{function}` was given {} that was deleted", value.described());
        return Err(FunctionError { code: code::DELETED_ENTITY, message });
    }
    Ok(entity)
}

/// `keys(node, relationship or map) → list`.
pub(super) static KEYS: ScalarFunction = ScalarFunction {
    name: "keys",
    arity: (1, 1),
    signature: "(node or relationship or map) → list",
    summary: "The names of its properties.",
    example: ("keys({a: 1})", "['a']"),
    constant: true,
    strict: true,
    eval: |arguments, context| match &arguments[0] {
        Value::Map(map) => Ok(Value::list(map.keys().map(|key| Value::Text(key.clone())))),
        other => {
            let properties = context.view.properties(present("keys", other, context)?);
            Ok(Value::list(properties.into_keys().map(Value::Text)))
        }
    },
};

/// `labels(node) → list`.
pub(super) static LABELS: ScalarFunction = ScalarFunction {
    name: "labels",
    arity: (1, 1),
    signature: "(node) → list",
    summary: "The labels, broader ones included.",
    example: ("labels(n)", "['Element', 'Material']"),
    constant: true,
    strict: true,
    eval: |arguments, context| match present("labels", &arguments[0], context)? {
        Entity::Node(node) => Ok(context.view.snapshot().label_list(node)),
        Entity::Rel(_) => Err(unconvertible("labels", &arguments[0], "a node")),
    },
};

/// `length(path) → int`.
pub(super) static LENGTH: ScalarFunction = ScalarFunction {
    name: "length",
    arity: (1, 1),
    signature: "(path) → integer",
    summary: "The number of relationships.",
    example: ("length(p)", "2"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        Ok(Value::Int(path("length", &arguments[0])?.rels.len() as i64))
    },
};

/// `nodes(path) → list`.
pub(super) static NODES: ScalarFunction = ScalarFunction {
    name: "nodes",
    arity: (1, 1),
    signature: "(path) → list",
    summary: "The nodes, first to last.",
    example: ("nodes(p)", "[(:Product), (:Product), (:Element:Material)]"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        Ok(Value::list(path("nodes", &arguments[0])?.nodes.iter().map(|n| Value::Node(*n))))
    },
};

/// `properties(node, relationship or map) → map`.
pub(super) static PROPERTIES: ScalarFunction = ScalarFunction {
    name: "properties",
    arity: (1, 1),
    signature: "(node or relationship or map) → map",
    summary: "All properties, as of the frame.",
    example: ("properties({a: 1})", "{a: 1}"),
    constant: true,
    strict: true,
    eval: |arguments, context| match &arguments[0] {
        map @ Value::Map(_) => Ok(map.clone()),
        other => Ok(Value::map(context.view.properties(present("properties", other, context)?))),
    },
};

/// `relationships(path) → list`.
pub(super) static RELATIONSHIPS: ScalarFunction = ScalarFunction {
    name: "relationships",
    arity: (1, 1),
    signature: "(path) → list",
    summary: "The relationships, first to last.",
    example: ("relationships(p)", "[[:CONTAINS], [:CONTAINS]]"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        Ok(Value::list(path("relationships", &arguments[0])?.rels.iter().map(|r| Value::Rel(*r))))
    },
};

/// `startNode(relationship) → node`.
pub(super) static START_NODE: ScalarFunction = ScalarFunction {
    name: "startNode",
    arity: (1, 1),
    signature: "(relationship) → node",
    summary: "Where it starts.",
    example: ("startNode(r)", "(:Product)"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(Value::Node(context.view.snapshot().rel(rel("startNode", &arguments[0])?).1)),
};

/// `type(relationship) → text`.
pub(super) static TYPE: ScalarFunction = ScalarFunction {
    name: "type",
    arity: (1, 1),
    signature: "(relationship) → text",
    summary: "The type.",
    example: ("type(r)", "'CONTAINS'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let snapshot = context.view.snapshot();
        Ok(Value::Text(snapshot.catalog().type_name(snapshot.rel(rel("type", &arguments[0])?).0).clone()))
    },
};

/// `id(node or relationship) → int`.
pub(super) static ID: ScalarFunction = ScalarFunction {
    name: "id",
    arity: (1, 1),
    signature: "(node or relationship) → integer",
    summary: "A number of this version of the graph; `elementId` is stable.",
    example: ("id(n)", "0"),
    constant: true,
    strict: true,
    eval: |arguments, _| match entity("id", &arguments[0])? {
        Entity::Node(node) => Ok(Value::Int(i64::from(node.0))),
        Entity::Rel(rel) => Ok(Value::Int(i64::from(rel.0))),
    },
};
