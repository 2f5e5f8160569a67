//! Functions of numbers.

use crate::value::Value;

use super::{FunctionError, ScalarFunction, unconvertible, wrong_type};

fn float(function: &str, value: &Value, of: fn(f64) -> f64) -> Result<Value, FunctionError> {
    match value {
        Value::Int(value) => Ok(Value::Float(of(*value as f64))),
        Value::Float(value) => Ok(Value::Float(of(*value))),
        other => Err(wrong_type(function, other, "a number")),
    }
}

/// A float cut towards zero.
fn whole(value: f64) -> Result<Value, FunctionError> {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
        return Ok(Value::Int(value as i64));
    }
    let message = format!("`toInteger` was given {value:e}; expected a number that fits 64 bits");
    Err(FunctionError { code: crate::diag::code::NUMBER_OUT_OF_RANGE, message })
}

/// The number that a text is, as the language writes numbers.
fn written(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let named = matches!(text, "NaN" | "Infinity" | "-Infinity");
    text.parse().ok().filter(|_| number || named)
}

/// `abs(number) → number`.
pub(super) static ABS: ScalarFunction = ScalarFunction {
    name: "abs",
    arity: (1, 1),
    signature: "(number) → number",
    summary: "The number without its sign.",
    example: ("abs(-3)", "3"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Int(value) => value.checked_abs().map(Value::Int).ok_or_else(|| FunctionError {
                code: crate::diag::code::NUMBER_OUT_OF_RANGE,
                message: format!("`abs({value})` does not fit 64 bits"),
            }),
            other => float("abs", other, f64::abs),
        }
    },
};

/// `ceil(number) → number`.
pub(super) static CEIL: ScalarFunction = ScalarFunction {
    name: "ceil",
    arity: (1, 1),
    signature: "(number) → number",
    summary: "The next whole number above, as a float.",
    example: ("ceil(1.2)", "2.0"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        float("ceil", &arguments[0], f64::ceil)
    },
};

/// `floor(number) → number`.
pub(super) static FLOOR: ScalarFunction = ScalarFunction {
    name: "floor",
    arity: (1, 1),
    signature: "(number) → number",
    summary: "The next whole number below, as a float.",
    example: ("floor(1.8)", "1.0"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        float("floor", &arguments[0], f64::floor)
    },
};

/// `sign(number) → int`.
pub(super) static SIGN: ScalarFunction = ScalarFunction {
    name: "sign",
    arity: (1, 1),
    signature: "(number) → integer",
    summary: "-1, 0 or 1.",
    example: ("sign(-2.5)", "-1"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Int(value) => Ok(Value::Int(value.signum())),
            Value::Float(value) => Ok(Value::Int(i64::from(*value > 0.0) - i64::from(*value < 0.0))),
            other => Err(wrong_type("sign", other, "a number")),
        }
    },
};

/// `sqrt(number) → number`.
pub(super) static SQRT: ScalarFunction = ScalarFunction {
    name: "sqrt",
    arity: (1, 1),
    signature: "(number) → number",
    summary: "The square root.",
    example: ("sqrt(9)", "3.0"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        float("sqrt", &arguments[0], f64::sqrt)
    },
};

/// `toFloat(value) → float`.
pub(super) static TO_FLOAT: ScalarFunction = ScalarFunction {
    name: "toFloat",
    arity: (1, 1),
    signature: "(value) → float",
    summary: "A number or text as a float; null where the text is none.",
    example: ("toFloat('1.5')", "1.5"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Text(text) => Ok(written(text).into()),
            Value::Int(value) => Ok(Value::Float(*value as f64)),
            Value::Float(value) => Ok(Value::Float(*value)),
            other => Err(unconvertible("toFloat", other, "a number or a text")),
        }
    },
};

/// `toInteger(value) → int`.
pub(super) static TO_INTEGER: ScalarFunction = ScalarFunction {
    name: "toInteger",
    arity: (1, 1),
    signature: "(value) → integer",
    summary: "A number or text as a whole number, cut towards zero; null where the text is none.",
    example: ("toInteger('42')", "42"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Int(value) => Ok(Value::Int(*value)),
            Value::Float(value) => whole(*value),
            Value::Text(text) => match (text.trim().parse::<i64>(), written(text)) {
                (Ok(value), _) => Ok(Value::Int(value)),
                (Err(_), Some(value)) if value.is_finite() => whole(value),
                _ => Ok(Value::Null),
            },
            other => Err(unconvertible("toInteger", other, "a number or a text")),
        }
    },
};
