//! Functions of numbers from analysis: logarithms, angles, chance.

use crate::value::Value;

use super::{FunctionError, ScalarFunction, wrong_type};

fn number(function: &str, value: &Value) -> Result<f64, FunctionError> {
    match value {
        Value::Int(value) => Ok(*value as f64),
        Value::Float(value) => Ok(*value),
        other => Err(wrong_type(function, other, "a number")),
    }
}

pub(super) fn of(function: &str, arguments: &[Value], compute: fn(f64) -> f64) -> Result<Value, FunctionError> {
    number(function, &arguments[0]).map(|x| Value::Float(compute(x)))
}

/// `acos(number) → float`.
pub(super) static ACOS: ScalarFunction = ScalarFunction {
    name: "acos",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The angle of a cosine, in radians.",
    example: ("acos(1)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("acos", arguments, f64::acos),
};

/// `asin(number) → float`.
pub(super) static ASIN: ScalarFunction = ScalarFunction {
    name: "asin",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The angle of a sine, in radians.",
    example: ("asin(0)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("asin", arguments, f64::asin),
};

/// `atan(number) → float`.
pub(super) static ATAN: ScalarFunction = ScalarFunction {
    name: "atan",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The angle of a tangent, in radians.",
    example: ("atan(0)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("atan", arguments, f64::atan),
};

/// `cos(number) → float`.
pub(super) static COS: ScalarFunction = ScalarFunction {
    name: "cos",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The cosine of an angle in radians.",
    example: ("cos(0)", "1.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("cos", arguments, f64::cos),
};

/// `cot(number) → float`.
pub(super) static COT: ScalarFunction = ScalarFunction {
    name: "cot",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The cotangent of an angle in radians.",
    example: ("cot(1) > 0.64", "true"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("cot", arguments, |x| 1.0 / x.tan()),
};

/// `degrees(number) → float`.
pub(super) static DEGREES: ScalarFunction = ScalarFunction {
    name: "degrees",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "An angle in radians as degrees.",
    example: ("degrees(pi())", "180.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("degrees", arguments, f64::to_degrees),
};

/// `exp(number) → float`.
pub(super) static EXP: ScalarFunction = ScalarFunction {
    name: "exp",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "e to that power.",
    example: ("exp(0)", "1.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("exp", arguments, f64::exp),
};

/// `haversin(number) → float`.
pub(super) static HAVERSIN: ScalarFunction = ScalarFunction {
    name: "haversin",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "Half the versed sine of an angle in radians.",
    example: ("haversin(0)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("haversin", arguments, |x| (1.0 - x.cos()) / 2.0),
};

/// `log(number) → float`.
pub(super) static LOG: ScalarFunction = ScalarFunction {
    name: "log",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The natural logarithm.",
    example: ("log(1)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("log", arguments, f64::ln),
};

/// `log10(number) → float`.
pub(super) static LOG10: ScalarFunction = ScalarFunction {
    name: "log10",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The logarithm to base 10.",
    example: ("log10(1000)", "3.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("log10", arguments, f64::log10),
};

/// `radians(number) → float`.
pub(super) static RADIANS: ScalarFunction = ScalarFunction {
    name: "radians",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "An angle in degrees as radians.",
    example: ("radians(180) = pi()", "true"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("radians", arguments, f64::to_radians),
};

/// `sin(number) → float`.
pub(super) static SIN: ScalarFunction = ScalarFunction {
    name: "sin",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The sine of an angle in radians.",
    example: ("sin(0)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("sin", arguments, f64::sin),
};

/// `tan(number) → float`.
pub(super) static TAN: ScalarFunction = ScalarFunction {
    name: "tan",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The tangent of an angle in radians.",
    example: ("tan(0)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("tan", arguments, f64::tan),
};

/// `atan2(y, x) → float`.
pub(super) static ATAN2: ScalarFunction = ScalarFunction {
    name: "atan2",
    arity: (2, 2),
    signature: "(y: number, x: number) → float",
    summary: "The angle of a point, in radians.",
    example: ("atan2(0, 1)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| Ok(Value::Float(number("atan2", &arguments[0])?.atan2(number("atan2", &arguments[1])?))),
};

/// `e() → float`.
pub(super) static E: ScalarFunction = ScalarFunction {
    name: "e",
    arity: (0, 0),
    signature: "() → float",
    summary: "The base of natural logarithms.",
    example: ("e() > 2.718", "true"),
    constant: true,
    strict: true,
    eval: |_, _| Ok(Value::Float(std::f64::consts::E)),
};

/// `pi() → float`.
pub(super) static PI: ScalarFunction = ScalarFunction {
    name: "pi",
    arity: (0, 0),
    signature: "() → float",
    summary: "The circumference of a circle of diameter 1.",
    example: ("pi() > 3.1415", "true"),
    constant: true,
    strict: true,
    eval: |_, _| Ok(Value::Float(std::f64::consts::PI)),
};

/// `isNaN(number) → bool`.
pub(super) static IS_NAN: ScalarFunction = ScalarFunction {
    name: "isNaN",
    arity: (1, 1),
    signature: "(number) → boolean",
    summary: "Whether it is not a number.",
    example: ("isNaN(0.0 / 0.0)", "true"),
    constant: true,
    strict: true,
    eval: |arguments, _| Ok(Value::Bool(number("isNaN", &arguments[0])?.is_nan())),
};

/// `rand() → float`.
pub(super) static RAND: ScalarFunction = ScalarFunction {
    name: "rand",
    arity: (0, 0),
    signature: "() → float",
    summary: "A number drawn from 0 up to, not including, 1; another at each call.",
    example: ("0 <= rand() AND rand() < 1", "true"),
    constant: false,
    strict: true,
    eval: |_, _| Ok(Value::Float(super::chance::unit())),
};
