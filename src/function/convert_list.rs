//! Functions that turn every element of a list into another type; null stands for what cannot be turned.

use crate::value::Value;

use super::convert::or_null;
use super::{Context, FunctionError, ScalarFunction, convert, number, text, wrong_type};

fn each(
    function: &str,
    plain: &ScalarFunction,
    arguments: &[Value],
    context: &Context<'_>,
) -> Result<Value, FunctionError> {
    let Value::List(list) = &arguments[0] else { return Err(wrong_type(function, &arguments[0], "a list")) };
    let turned = list.iter().map(|element| match element {
        Value::Null => Value::Null,
        element => or_null(plain, std::slice::from_ref(element), context),
    });
    Ok(Value::list(turned))
}

/// `toBooleanList(list) → list`.
pub(super) static TO_BOOLEAN_LIST: ScalarFunction = ScalarFunction {
    name: "toBooleanList",
    arity: (1, 1),
    signature: "(list) → list",
    summary: "Each element as `toBoolean` gives it; null where that fails.",
    example: ("toBooleanList(['true', 'x', []])", "[true, null, null]"),
    constant: true,
    strict: true,
    eval: |arguments, context| each("toBooleanList", &convert::TO_BOOLEAN, arguments, context),
};

/// `toFloatList(list) → list`.
pub(super) static TO_FLOAT_LIST: ScalarFunction = ScalarFunction {
    name: "toFloatList",
    arity: (1, 1),
    signature: "(list) → list",
    summary: "Each element as `toFloat` gives it; null where that fails.",
    example: ("toFloatList(['1.5', 2, []])", "[1.5, 2.0, null]"),
    constant: true,
    strict: true,
    eval: |arguments, context| each("toFloatList", &number::TO_FLOAT, arguments, context),
};

/// `toIntegerList(list) → list`.
pub(super) static TO_INTEGER_LIST: ScalarFunction = ScalarFunction {
    name: "toIntegerList",
    arity: (1, 1),
    signature: "(list) → list",
    summary: "Each element as `toInteger` gives it; null where that fails.",
    example: ("toIntegerList(['1', 2.5, []])", "[1, 2, null]"),
    constant: true,
    strict: true,
    eval: |arguments, context| each("toIntegerList", &number::TO_INTEGER, arguments, context),
};

/// `toStringList(list) → list`.
pub(super) static TO_STRING_LIST: ScalarFunction = ScalarFunction {
    name: "toStringList",
    arity: (1, 1),
    signature: "(list) → list",
    summary: "Each element as `toString` gives it; null where that fails.",
    example: ("toStringList([1, 'a', []])", "['1', 'a', null]"),
    constant: true,
    strict: true,
    eval: |arguments, context| each("toStringList", &text::TO_STRING, arguments, context),
};
