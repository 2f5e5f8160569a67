//! What type a value has.

use crate::value::{Type, Value};

use super::ScalarFunction;

/// `valueType(value) → text`.
pub(super) static VALUE_TYPE: ScalarFunction = ScalarFunction {
    name: "valueType",
    arity: (1, 1),
    signature: "(value) → text",
    summary: "The narrowest type of the value, as `IS ::` tests it.",
    example: ("valueType([1, null])", "'LIST<INTEGER> NOT NULL'"),
    constant: true,
    strict: false,
    eval: |arguments, _| Ok(Value::from(Type::of(&arguments[0]).to_string())),
};
