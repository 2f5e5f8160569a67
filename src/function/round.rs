//! Rounding to a number of decimal places.
//!
//! What is rounded is the number as it is written, not the nearest binary fraction of it: `round(1.005, 2)` is 1.01.

use crate::diag::code;
use crate::value::Value;

use super::{FunctionError, ScalarFunction, wrong_type};

/// Which of two neighbours a number becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
}

const MODES: [(&str, Mode); 7] = [
    ("UP", Mode::Up),
    ("DOWN", Mode::Down),
    ("CEILING", Mode::Ceiling),
    ("FLOOR", Mode::Floor),
    ("HALF_UP", Mode::HalfUp),
    ("HALF_DOWN", Mode::HalfDown),
    ("HALF_EVEN", Mode::HalfEven),
];

/// The most decimal places that are asked for: no float has more.
const MOST_PLACES: i64 = 1100;

/// The nearest whole number; halves go up.
fn whole(value: f64) -> f64 {
    let below = value.floor();
    if value - below >= 0.5 { below + 1.0 } else { below }
}

fn to_places(value: f64, places: i64, mode: Mode) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    // `1.25` is the digits 125 and the exponent 0: 1.25e0.
    let written = format!("{:e}", value.abs());
    let Some((digits, exponent)) = written.split_once('e') else { return value };
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_digit).collect();
    let exponent: i64 = exponent.parse().unwrap_or_default();
    let n_kept = exponent + 1 + places;
    if n_kept >= digits.len() as i64 {
        return value;
    }
    // With less than none kept a nought stands before the first digit, so that it is less than a half.
    let (kept, rest): (&[u8], &[u8]) =
        usize::try_from(n_kept).map_or((&[], b"0".as_slice()), |n_kept| digits.split_at(n_kept));
    let half = rest.cmp([b'5'].as_slice());
    let (even, negative) = (kept.last().is_none_or(|digit| (digit - b'0').is_multiple_of(2)), value < 0.0);
    let further = match mode {
        Mode::Up => true,
        Mode::Down => false,
        Mode::Ceiling => !negative,
        Mode::Floor => negative,
        Mode::HalfUp => half.is_ge(),
        Mode::HalfDown => half.is_gt(),
        Mode::HalfEven => half.is_gt() || (half.is_eq() && !even),
    };
    let kept = kept.iter().fold(0_u128, |number, digit| number * 10 + u128::from(digit - b'0'));
    let rounded: f64 = format!("{}e{}", kept + u128::from(further), -places).parse().unwrap_or(value);
    if negative { -rounded } else { rounded }
}

fn round(arguments: &[Value]) -> Result<Value, FunctionError> {
    let value = match &arguments[0] {
        Value::Int(value) => *value as f64,
        Value::Float(value) => *value,
        other => return Err(wrong_type("round", other, "a number")),
    };
    let places = match arguments.get(1) {
        None => return Ok(Value::Float(whole(value))),
        Some(Value::Int(places)) => (*places).clamp(-MOST_PLACES, MOST_PLACES),
        Some(other) => return Err(wrong_type("round", other, "a whole number of decimal places")),
    };
    let mode = match arguments.get(2) {
        None => Mode::HalfUp,
        Some(Value::Text(name)) => {
            let found = MODES.iter().find(|(mode, _)| mode.eq_ignore_ascii_case(name));
            let modes: Vec<&str> = MODES.iter().map(|(name, _)| *name).collect();
            let message = || format!("`round` has no mode `{name}`; expected one of {}", modes.join(", "));
            found.ok_or_else(|| FunctionError { code: code::ARGUMENT_VALUE, message: message() })?.1
        }
        Some(other) => return Err(wrong_type("round", other, "the name of a mode, such as 'HALF_EVEN'")),
    };
    Ok(Value::Float(to_places(value, places, mode)))
}

/// `round(number, places?, mode?) → float`.
pub(super) static ROUND: ScalarFunction = ScalarFunction {
    name: "round",
    arity: (1, 3),
    signature: "(number, places?: integer, mode?: text) → float",
    summary: "The nearest whole number, or that many decimal places; halves go up, or as the mode says.",
    example: ("round(3.14159, 3)", "3.142"),
    constant: true,
    strict: true,
    eval: |arguments, _| round(arguments),
};
