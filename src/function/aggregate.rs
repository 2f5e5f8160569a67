//! Functions of groups of rows.

use std::cmp::Ordering;

use crate::diag::code;
use crate::value::{Value, add, divide, order};

use super::{Accumulator, AggregateFunction, FunctionError, wrong_type};

struct Count(i64);

impl Accumulator for Count {
    fn add(&mut self, _: &[Value]) -> Result<(), FunctionError> {
        self.0 += 1;
        Ok(())
    }
    fn finish(self: Box<Self>) -> Value {
        Value::Int(self.0)
    }
}

struct Collect(Vec<Value>);

impl Accumulator for Collect {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        self.0.push(arguments[0].clone());
        Ok(())
    }
    fn finish(self: Box<Self>) -> Value {
        Value::list(self.0)
    }
}

/// The first value of the order (`Less`) or the last (`Greater`).
struct Extreme(Option<Value>, Ordering);

impl Accumulator for Extreme {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        if self.0.as_ref().is_none_or(|best| order(&arguments[0], best) == self.1) {
            self.0 = Some(arguments[0].clone());
        }
        Ok(())
    }
    fn finish(self: Box<Self>) -> Value {
        self.0.unwrap_or_default()
    }
}

/// A sum, and the number of its terms where the average is asked.
struct Sum {
    sum: Value,
    n: i64,
    average: bool,
}

impl Accumulator for Sum {
    fn add(&mut self, arguments: &[Value]) -> Result<(), FunctionError> {
        let function = if self.average { "avg" } else { "sum" };
        if !matches!(arguments[0], Value::Int(_) | Value::Float(_)) {
            return Err(wrong_type(function, &arguments[0], "a number"));
        }
        self.n += 1;
        self.sum = add(&self.sum, &arguments[0])
            .map_err(|wrong| FunctionError { code: code::ARITHMETIC, message: wrong.to_string() })?;
        Ok(())
    }
    fn finish(self: Box<Self>) -> Value {
        if !self.average {
            return self.sum;
        }
        if self.n == 0 { Value::Null } else { divide(&self.sum, &Value::Float(self.n as f64)).unwrap_or_default() }
    }
}

/// `avg(value)`.
pub(super) static AVG: AggregateFunction = AggregateFunction {
    name: "avg",
    arity: 1,
    signature: "(number) → float",
    summary: "The average.",
    example: ("UNWIND [1, 2, 3] AS x RETURN avg(x)", "2.0"),
    start: || Box::new(Sum { sum: Value::Int(0), n: 0, average: true }),
};

/// `collect(value)`.
pub(super) static COLLECT: AggregateFunction = AggregateFunction {
    name: "collect",
    arity: 1,
    signature: "(value) → list",
    summary: "The values, in the order of the rows.",
    example: ("UNWIND [1, 2, 3] AS x RETURN collect(x)", "[1, 2, 3]"),
    start: || Box::new(Collect(Vec::new())),
};

/// `count(value)`.
pub(super) static COUNT: AggregateFunction = AggregateFunction {
    name: "count",
    arity: 1,
    signature: "(value) → int",
    summary: "The number of values that are not null; `count(*)`: of rows.",
    example: ("UNWIND [1, 2, 3] AS x RETURN count(x)", "3"),
    start: || Box::new(Count(0)),
};

/// `max(value)`.
pub(super) static MAX: AggregateFunction = AggregateFunction {
    name: "max",
    arity: 1,
    signature: "(value) → value",
    summary: "The largest value.",
    example: ("UNWIND [1, 2, 3] AS x RETURN max(x)", "3"),
    start: || Box::new(Extreme(None, Ordering::Greater)),
};

/// `min(value)`.
pub(super) static MIN: AggregateFunction = AggregateFunction {
    name: "min",
    arity: 1,
    signature: "(value) → value",
    summary: "The smallest value.",
    example: ("UNWIND [1, 2, 3] AS x RETURN min(x)", "1"),
    start: || Box::new(Extreme(None, Ordering::Less)),
};

/// `sum(value)`.
pub(super) static SUM: AggregateFunction = AggregateFunction {
    name: "sum",
    arity: 1,
    signature: "(number) → number",
    summary: "The sum.",
    example: ("UNWIND [1, 2, 3] AS x RETURN sum(x)", "6"),
    start: || Box::new(Sum { sum: Value::Int(0), n: 0, average: false }),
};
