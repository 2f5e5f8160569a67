//! Functions of lists.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::code;
use crate::value::Value;

use super::{FunctionError, ScalarFunction, wrong_type};

/// The longest list that `range` makes.
const LONGEST: i64 = 10_000_000;

fn list<'a>(function: &str, value: &'a Value) -> Result<&'a Arc<[Value]>, FunctionError> {
    match value {
        Value::List(list) => Ok(list),
        other => Err(wrong_type(function, other, "a list")),
    }
}

/// Whole numbers of which each is as far from the one before.
#[derive(Clone, Copy, Debug)]
pub struct Progression {
    from: i64,
    step: i64,
    /// How many they are.
    pub len: usize,
}

impl Progression {
    /// Those that `range` gives for these arguments.
    ///
    /// # Errors
    /// Where an argument is no whole number, the step is 0, or they are too many.
    pub fn of(arguments: &[Value]) -> Result<Self, FunctionError> {
        let int = |value: &Value| match value {
            Value::Int(value) => Ok(*value),
            other => Err(wrong_type("range", other, "a whole number")),
        };
        let (from, to) = (int(&arguments[0])?, int(&arguments[1])?);
        let step = arguments.get(2).map_or(Ok(1), int)?;
        let wrong = |message: String| FunctionError { code: code::NUMBER_OUT_OF_RANGE, message };
        if step == 0 {
            return Err(wrong("the step of `range` is 0; expected any other whole number".into()));
        }
        let n = (i128::from(to) - i128::from(from)) / i128::from(step) + 1;
        if n > i128::from(LONGEST) {
            return Err(wrong(format!("`range` would have {n} elements; at most {LONGEST} are made")));
        }
        let is_empty = (step > 0 && from > to) || (step < 0 && from < to);
        Ok(Self { from, step, len: if is_empty { 0 } else { n as usize } })
    }

    /// Those at these places.
    pub fn part(self, places: Range<usize>) -> impl Iterator<Item = i64> {
        places.map(move |place| (i128::from(self.from) + place as i128 * i128::from(self.step)) as i64)
    }
}

/// `coalesce(value, …) → value`.
pub(super) static COALESCE: ScalarFunction = ScalarFunction {
    name: "coalesce",
    arity: (1, 255),
    signature: "(value, …) → value",
    summary: "The first value that is not null.",
    example: ("coalesce(null, 2)", "2"),
    constant: true,
    strict: false,
    eval: |arguments, context| {
        let _ = context;
        Ok(arguments.iter().find(|v| !v.is_null()).cloned().unwrap_or_default())
    },
};

/// `head(list) → value`.
pub(super) static HEAD: ScalarFunction = ScalarFunction {
    name: "head",
    arity: (1, 1),
    signature: "(list) → value",
    summary: "The first element.",
    example: ("head([1, 2])", "1"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        Ok(list("head", &arguments[0])?.first().cloned().unwrap_or_default())
    },
};

/// `last(list) → value`.
pub(super) static LAST: ScalarFunction = ScalarFunction {
    name: "last",
    arity: (1, 1),
    signature: "(list) → value",
    summary: "The last element.",
    example: ("last([1, 2])", "2"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        Ok(list("last", &arguments[0])?.last().cloned().unwrap_or_default())
    },
};

/// `range(from, to, step?) → list`.
pub(super) static RANGE: ScalarFunction = ScalarFunction {
    name: "range",
    arity: (2, 3),
    signature: "(from: integer, to: integer, step?: integer) → list",
    summary: "The whole numbers from one to another, both included.",
    example: ("range(1, 3)", "[1, 2, 3]"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        let all = Progression::of(arguments)?;
        Ok(Value::list(all.part(0..all.len).map(Value::Int)))
    },
};

/// `reverse(list or text) → list or text`.
pub(super) static REVERSE: ScalarFunction = ScalarFunction {
    name: "reverse",
    arity: (1, 1),
    signature: "(list or text) → list or text",
    summary: "The elements or characters from last to first.",
    example: ("reverse([1, 2])", "[2, 1]"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Text(text) => Ok(Value::from(text.chars().rev().collect::<String>())),
            other => Ok(Value::list(list("reverse", other)?.iter().rev().cloned())),
        }
    },
};

/// `size(list or text) → int`.
pub(super) static SIZE: ScalarFunction = ScalarFunction {
    name: "size",
    arity: (1, 1),
    signature: "(list or text) → integer",
    summary: "The number of elements or characters.",
    example: ("size([1, 2])", "2"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Text(text) => Ok(Value::Int(text.chars().count() as i64)),
            other => Ok(Value::Int(list("size", other)?.len() as i64)),
        }
    },
};

/// `tail(list) → list`.
pub(super) static TAIL: ScalarFunction = ScalarFunction {
    name: "tail",
    arity: (1, 1),
    signature: "(list) → list",
    summary: "All elements but the first.",
    example: ("tail([1, 2])", "[2]"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        Ok(Value::list(list("tail", &arguments[0])?.iter().skip(1).cloned()))
    },
};

/// `isEmpty(list, map or text) → bool`.
pub(super) static IS_EMPTY: ScalarFunction = ScalarFunction {
    name: "isEmpty",
    arity: (1, 1),
    signature: "(list or map or text) → boolean",
    summary: "Whether nothing is in it.",
    example: ("isEmpty([])", "true"),
    constant: true,
    strict: true,
    eval: |arguments, _| match &arguments[0] {
        Value::Text(text) => Ok(Value::Bool(text.is_empty())),
        Value::Map(map) => Ok(Value::Bool(map.is_empty())),
        other => Ok(Value::Bool(list("isEmpty", other)?.is_empty())),
    },
};

/// `nullIf(value, other) → value`.
pub(super) static NULL_IF: ScalarFunction = ScalarFunction {
    name: "nullIf",
    arity: (2, 2),
    signature: "(value, other) → value",
    summary: "The value; null where it equals the other.",
    example: ("nullIf(1, 1)", "null"),
    constant: true,
    strict: false,
    eval: |arguments, _| {
        let same = crate::value::equal(&arguments[0], &arguments[1]) == Some(true);
        Ok(if same { Value::Null } else { arguments[0].clone() })
    },
};

/// `exists(value) → bool`.
pub(super) static EXISTS: ScalarFunction = ScalarFunction {
    name: "exists",
    arity: (1, 1),
    signature: "(value) → boolean",
    summary: "Whether a property is there, or a pattern matches; the older form of `IS NOT NULL` and `EXISTS { … }`.",
    example: ("exists({a: 1}.b)", "false"),
    constant: true,
    strict: false,
    eval: |arguments, _| Ok(Value::Bool(!arguments[0].is_null())),
};
