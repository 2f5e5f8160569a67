//! Functions that turn a value into one of another type. The `…OrNull` forms give null where the plain ones fail.

use crate::value::Value;

use super::{Context, FunctionError, ScalarFunction, unconvertible};

/// What the plain function gives; null instead of an error.
pub(super) fn or_null(plain: &ScalarFunction, arguments: &[Value], context: &Context<'_>) -> Value {
    (plain.eval)(arguments, context).unwrap_or_default()
}

fn to_boolean(value: &Value) -> Result<Value, FunctionError> {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::Int(number) => Ok(Value::Bool(*number != 0)),
        Value::Text(text) => Ok(match text.trim() {
            word if word.eq_ignore_ascii_case("true") => Value::Bool(true),
            word if word.eq_ignore_ascii_case("false") => Value::Bool(false),
            _ => Value::Null,
        }),
        other => Err(unconvertible("toBoolean", other, "a truth value, a whole number or a text")),
    }
}

/// `toBoolean(value) → bool`.
pub(super) static TO_BOOLEAN: ScalarFunction = ScalarFunction {
    name: "toBoolean",
    arity: (1, 1),
    signature: "(value) → boolean",
    summary: "A text or whole number as a truth value; null where the text is neither `true` nor `false`.",
    example: ("toBoolean('true')", "true"),
    constant: true,
    strict: true,
    eval: |arguments, _| to_boolean(&arguments[0]),
};

/// `toBooleanOrNull(value) → value`.
pub(super) static TO_BOOLEAN_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toBooleanOrNull",
    arity: (1, 1),
    signature: "(value) → value",
    summary: "The value as `toBoolean` gives it; null where that fails.",
    example: ("toBooleanOrNull([])", "null"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(or_null(&TO_BOOLEAN, arguments, context)),
};

/// `toFloatOrNull(value) → value`.
pub(super) static TO_FLOAT_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toFloatOrNull",
    arity: (1, 1),
    signature: "(value) → value",
    summary: "The value as `toFloat` gives it; null where that fails.",
    example: ("toFloatOrNull([])", "null"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(or_null(&super::number::TO_FLOAT, arguments, context)),
};

/// `toIntegerOrNull(value) → value`.
pub(super) static TO_INTEGER_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toIntegerOrNull",
    arity: (1, 1),
    signature: "(value) → value",
    summary: "The value as `toInteger` gives it; null where that fails.",
    example: ("toIntegerOrNull([])", "null"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(or_null(&super::number::TO_INTEGER, arguments, context)),
};

/// `toStringOrNull(value) → value`.
pub(super) static TO_STRING_OR_NULL: ScalarFunction = ScalarFunction {
    name: "toStringOrNull",
    arity: (1, 1),
    signature: "(value) → value",
    summary: "The value as `toString` gives it; null where that fails.",
    example: ("toStringOrNull([])", "null"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(or_null(&super::text::TO_STRING, arguments, context)),
};
