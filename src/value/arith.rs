//! `+ - * / % ^` as openCypher has them.

use super::{Ratio, TemporalError, Value, shift};

/// Why two values could not be combined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// No such operation on these types.
    #[error("`{operator}` does not work on {left} and {right}")]
    Types {
        /// The operator.
        operator: &'static str,
        /// Type of the left operand.
        left: &'static str,
        /// Type of the right operand.
        right: &'static str,
    },
    /// An integer was divided by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// The result does not fit 64 bits.
    #[error("the result of `{0}` does not fit a 64-bit integer")]
    Overflow(&'static str),
    /// The result is no date or duration.
    #[error(transparent)]
    Temporal(#[from] TemporalError),
}

type Outcome = Result<Value, ArithmeticError>;

fn types(operator: &'static str, left: &Value, right: &Value) -> ArithmeticError {
    ArithmeticError::Types { operator, left: left.described(), right: right.described() }
}

/// What an operator makes of two numbers.
#[derive(Debug)]
pub struct Numeric {
    operator: &'static str,
    /// Of whole numbers; `None` where that is an error, or for `^`, which takes them as floats.
    pub ints: fn(i64, i64) -> Option<i64>,
    /// Of floats.
    pub floats: fn(f64, f64) -> f64,
}

static ADD: Numeric = Numeric { operator: "+", ints: i64::checked_add, floats: |a, b| a + b };
static SUBTRACT: Numeric = Numeric { operator: "-", ints: i64::checked_sub, floats: |a, b| a - b };
static MULTIPLY: Numeric = Numeric { operator: "*", ints: i64::checked_mul, floats: |a, b| a * b };
static DIVIDE: Numeric = Numeric { operator: "/", ints: i64::checked_div, floats: |a, b| a / b };
/// The smallest number by -1 leaves 0, as any other does.
static MODULO: Numeric =
    Numeric { operator: "%", ints: |a, b| (b != 0).then(|| a.wrapping_rem(b)), floats: |a, b| a % b };
static POWER: Numeric = Numeric { operator: "^", ints: |_, _| None, floats: f64::powf };

impl Numeric {
    /// That of `+ - * / % ^`.
    #[must_use]
    pub fn of(operator: char) -> Option<&'static Self> {
        [&ADD, &SUBTRACT, &MULTIPLY, &DIVIDE, &MODULO, &POWER].into_iter().find(|of| of.operator.starts_with(operator))
    }
}

fn numeric(of: &Numeric, a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(a), Value::Int(b)) => {
            (of.ints)(*a, *b).map(Value::Int).ok_or(ArithmeticError::Overflow(of.operator))
        }
        (Value::Float(a), Value::Float(b)) => Ok(Value::Float((of.floats)(*a, *b))),
        (Value::Int(a), Value::Float(b)) => Ok(Value::Float((of.floats)(*a as f64, *b))),
        (Value::Float(a), Value::Int(b)) => Ok(Value::Float((of.floats)(*a, *b as f64))),
        _ => Err(types(of.operator, a, b)),
    }
}

/// What an operator as it is written makes of two values: `+ - * / % ^`, and `|` for `||`.
///
/// # Errors
/// As [`add`].
pub fn combined(operator: char, a: &Value, b: &Value) -> Outcome {
    match operator {
        '+' => add(a, b),
        '|' => concat(a, b),
        '-' => subtract(a, b),
        '*' => multiply(a, b),
        '/' => divide(a, b),
        '%' => modulo(a, b),
        _ => power(a, b),
    }
}

/// `a + b`: numbers and durations add, a duration moves a date or time, texts and lists join, a list takes an element at
/// either end.
///
/// # Errors
/// [`ArithmeticError`] where the types do not combine or the sum does not fit.
pub fn add(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::List(a), Value::List(b)) => Ok(Value::list(a.iter().chain(b.iter()).cloned())),
        (Value::List(list), value) if !value.is_null() => {
            Ok(Value::list(list.iter().cloned().chain(std::iter::once(value.clone()))))
        }
        (value, Value::List(list)) if !value.is_null() => {
            Ok(Value::list(std::iter::once(value.clone()).chain(list.iter().cloned())))
        }
        (Value::Text(a), Value::Text(b)) => Ok(Value::from([&**a, &**b].concat())),
        (Value::Text(a), Value::Int(_) | Value::Float(_) | Value::Bool(_)) => Ok(Value::from(format!("{a}{b}"))),
        (Value::Int(_) | Value::Float(_) | Value::Bool(_), Value::Text(b)) => Ok(Value::from(format!("{a}{b}"))),
        (Value::Duration(a), Value::Duration(b)) => Ok(Value::from(a.plus(**b)?)),
        (value, Value::Duration(by)) | (Value::Duration(by), value) => match shift(value, **by) {
            Some(moved) => Ok(moved?),
            None => numeric(&ADD, a, b),
        },
        _ => numeric(&ADD, a, b),
    }
}

/// `a || b`: texts and lists join with their like.
///
/// # Errors
/// As [`add`].
pub fn concat(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(_), Value::List(_)) | (Value::Text(_), Value::Text(_)) => add(a, b),
        _ => Err(types("||", a, b)),
    }
}

/// `a - b`.
///
/// # Errors
/// As [`add`].
pub fn subtract(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Duration(a), Value::Duration(b)) => Ok(Value::from(a.minus(**b)?)),
        (value, Value::Duration(by)) => match shift(value, by.negate()?) {
            Some(moved) => Ok(moved?),
            None => numeric(&SUBTRACT, a, b),
        },
        _ => numeric(&SUBTRACT, a, b),
    }
}

/// `a * b`.
///
/// # Errors
/// As [`add`].
pub fn multiply(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::Duration(duration), number @ (Value::Int(_) | Value::Float(_)))
        | (number @ (Value::Int(_) | Value::Float(_)), Value::Duration(duration)) => {
            let factor = Ratio::of(number).ok_or(TemporalError::OutOfRange("the duration"))?;
            Ok(Value::from(duration.times(factor)?))
        }
        _ => numeric(&MULTIPLY, a, b),
    }
}

/// `a / b`: integers divide without remainder, towards zero.
///
/// # Errors
/// As [`add`]; an integer divided by zero is an error, a float is not.
pub fn divide(a: &Value, b: &Value) -> Outcome {
    if let (Value::Int(_), Value::Int(0)) = (a, b) {
        return Err(ArithmeticError::DivisionByZero);
    }
    if let (Value::Duration(duration), Value::Int(_) | Value::Float(_)) = (a, b) {
        let divisor = Ratio::of(b).ok_or(TemporalError::OutOfRange("the duration"))?;
        let factor = divisor.inverse().ok_or(ArithmeticError::DivisionByZero)?;
        return Ok(Value::from(duration.times(factor)?));
    }
    numeric(&DIVIDE, a, b)
}

/// `a % b`, with the sign of `a`.
///
/// # Errors
/// As [`divide`].
pub fn modulo(a: &Value, b: &Value) -> Outcome {
    if let (Value::Int(_), Value::Int(0)) = (a, b) {
        return Err(ArithmeticError::DivisionByZero);
    }
    numeric(&MODULO, a, b)
}

/// `a ^ b`, always a float.
///
/// # Errors
/// As [`add`].
pub fn power(a: &Value, b: &Value) -> Outcome {
    let float = |value: &Value| match value {
        Value::Int(value) => Value::Float(*value as f64),
        other => other.clone(),
    };
    numeric(&POWER, &float(a), &float(b))
}

/// `-a`.
///
/// # Errors
/// As [`add`].
pub fn negate(a: &Value) -> Outcome {
    match a {
        Value::Null => Ok(Value::Null),
        Value::Int(value) => value.checked_neg().map(Value::Int).ok_or(ArithmeticError::Overflow("-")),
        Value::Float(value) => Ok(Value::Float(-value)),
        Value::Duration(duration) => Ok(Value::from(duration.negate()?)),
        other => Err(types("-", other, &Value::Null)),
    }
}
