//! Hyperbolic functions.

use super::ScalarFunction;
use super::math::of;

/// `cosh(number) → float`.
pub(super) static COSH: ScalarFunction = ScalarFunction {
    name: "cosh",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The hyperbolic cosine.",
    example: ("cosh(0)", "1.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("cosh", arguments, f64::cosh),
};

/// `coth(number) → float`.
pub(super) static COTH: ScalarFunction = ScalarFunction {
    name: "coth",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The hyperbolic cotangent.",
    example: ("coth(1) > 1.31", "true"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("coth", arguments, |x| 1.0 / x.tanh()),
};

/// `sinh(number) → float`.
pub(super) static SINH: ScalarFunction = ScalarFunction {
    name: "sinh",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The hyperbolic sine.",
    example: ("sinh(0)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("sinh", arguments, f64::sinh),
};

/// `tanh(number) → float`.
pub(super) static TANH: ScalarFunction = ScalarFunction {
    name: "tanh",
    arity: (1, 1),
    signature: "(number) → float",
    summary: "The hyperbolic tangent.",
    example: ("tanh(0)", "0.0"),
    constant: true,
    strict: true,
    eval: |arguments, _| of("tanh", arguments, f64::tanh),
};
