//! What type a value has.

use crate::value::Value;

use super::ScalarFunction;

/// The types in the order in which a list of several names them.
fn rank(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Text(_) => 2,
        Value::Int(_) => 3,
        Value::Float(_) => 4,
        Value::Date(_) => 5,
        Value::LocalTime(_) => 6,
        Value::Time(_) => 7,
        Value::LocalDateTime(_) => 8,
        Value::DateTime(_) => 9,
        Value::Duration(_) => 10,
        Value::Node(_) => 11,
        Value::Rel(_) => 12,
        Value::Map(_) => 13,
        Value::List(_) => 14,
        Value::Path(_) => 15,
    }
}

/// The type without saying that the value is not null.
fn bare(value: &Value) -> String {
    let word = match value {
        Value::Null => "NULL",
        Value::Bool(_) => "BOOLEAN",
        Value::Text(_) => "STRING",
        Value::Int(_) => "INTEGER",
        Value::Float(_) => "FLOAT",
        Value::Date(_) => "DATE",
        Value::LocalTime(_) => "LOCAL TIME",
        Value::Time(_) => "ZONED TIME",
        Value::LocalDateTime(_) => "LOCAL DATETIME",
        Value::DateTime(_) => "ZONED DATETIME",
        Value::Duration(_) => "DURATION",
        Value::Node(_) => "NODE",
        Value::Rel(_) => "RELATIONSHIP",
        Value::Map(_) => "MAP",
        Value::List(list) => return format!("LIST<{}>", elements(list)),
        Value::Path(_) => "PATH",
    };
    word.to_owned()
}

fn elements(list: &[Value]) -> String {
    let not_null = if list.iter().any(Value::is_null) { "" } else { " NOT NULL" };
    let mut types: Vec<(usize, String)> =
        list.iter().filter(|value| !value.is_null()).map(|value| (rank(value), bare(value) + not_null)).collect();
    types.sort();
    types.dedup();
    match (types.is_empty(), list.is_empty()) {
        (true, true) => "NOTHING".to_owned(),
        (true, false) => "NULL".to_owned(),
        _ => types.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(" | "),
    }
}

/// `valueType(value) → text`.
pub(super) static VALUE_TYPE: ScalarFunction = ScalarFunction {
    name: "valueType",
    arity: (1, 1),
    signature: "(value) → text",
    summary: "The most exact type of the value.",
    example: ("valueType([1, 'a', null])", "'LIST<STRING | INTEGER> NOT NULL'"),
    constant: true,
    strict: false,
    eval: |arguments, _| {
        let value = &arguments[0];
        Ok(Value::from(if value.is_null() { bare(value) } else { bare(value) + " NOT NULL" }))
    },
};
