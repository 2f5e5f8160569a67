//! Durations: made of a text or of amounts, and between two dates or times.

use crate::diag::code;
use crate::value::{Amounts, Between, Duration, Map, Parts, Ratio, TemporalError, Value, between};

use super::temporal::is_vague;
use super::{FunctionError, ScalarFunction, wrong_type};

/// The amounts that a duration has, and how many parts of its own one is worth.
const UNITS: [(&str, Amounts); 11] = [
    ("years", Amounts { months: 12 * Amounts::UNIT, days: 0, seconds: 0 }),
    ("quarters", Amounts { months: 3 * Amounts::UNIT, days: 0, seconds: 0 }),
    ("months", Amounts { months: Amounts::UNIT, days: 0, seconds: 0 }),
    ("weeks", Amounts { months: 0, days: 7 * Amounts::UNIT, seconds: 0 }),
    ("days", Amounts { months: 0, days: Amounts::UNIT, seconds: 0 }),
    ("hours", Amounts { months: 0, days: 0, seconds: 3600 * Amounts::UNIT }),
    ("minutes", Amounts { months: 0, days: 0, seconds: 60 * Amounts::UNIT }),
    ("seconds", Amounts { months: 0, days: 0, seconds: Amounts::UNIT }),
    ("milliseconds", Amounts { months: 0, days: 0, seconds: Amounts::UNIT / 1000 }),
    ("microseconds", Amounts { months: 0, days: 0, seconds: Amounts::UNIT / 1_000_000 }),
    ("nanoseconds", Amounts { months: 0, days: 0, seconds: Amounts::UNIT / 1_000_000_000 }),
];

fn of_map(map: &Map) -> Result<Value, FunctionError> {
    let names = || UNITS.map(|(name, _)| name).join(", ");
    let wrong = |message: String| Err(FunctionError { code: code::ARGUMENT_VALUE, message });
    if map.is_empty() {
        return wrong(format!("`duration` was given no amount; expected some of {}", names()));
    }
    let mut sum = Amounts::default();
    let mut known = true;
    for (key, value) in map.iter() {
        let Some((_, unit)) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) else {
            return wrong(format!("a duration has no amount `{key}`; expected one of {}", names()));
        };
        if !matches!(value, Value::Int(_) | Value::Float(_) | Value::Null) {
            return Err(wrong_type("duration", value, &format!("a number of `{key}`")));
        }
        if value.is_null() {
            known = false;
            continue;
        }
        let amount = Ratio::of(value);
        let add = |sum: i128, parts: i128| sum.checked_add(amount?.times(parts)?);
        let out_of_range = || FunctionError {
            code: code::NUMBER_OUT_OF_RANGE,
            message: format!("`duration` was given {value} {key}; expected a number that fits 64 bits"),
        };
        sum = Amounts {
            months: add(sum.months, unit.months).ok_or_else(out_of_range)?,
            days: add(sum.days, unit.days).ok_or_else(out_of_range)?,
            seconds: add(sum.seconds, unit.seconds).ok_or_else(out_of_range)?,
        };
    }
    if known { Ok(Value::from(Duration::of_amounts(sum)?)) } else { Ok(Value::Null) }
}

/// `duration(text or amounts) → duration`.
pub(super) static DURATION: ScalarFunction = ScalarFunction {
    name: "duration",
    arity: (1, 1),
    signature: "(text or amounts) → duration",
    summary: "An amount of time; fractions go to the next smaller amount.",
    example: ("duration({months: 5, days: 1.5})", "'P5M1DT12H'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Text(text) => Ok(Value::from(text.parse::<Duration>()?)),
            Value::Map(map) => of_map(map),
            duration @ Value::Duration(_) => Ok(duration.clone()),
            other => Err(wrong_type("duration", other, "a text such as 'P1Y2M', or a map of amounts")),
        }
    },
};

fn difference(function: &str, arguments: &[Value], what: Between) -> Result<Value, FunctionError> {
    if arguments.iter().any(is_vague) {
        return Ok(Value::Null);
    }
    let parts = |value: &Value| Parts::of(value).ok_or_else(|| wrong_type(function, value, "a date or time"));
    let difference: Result<Duration, TemporalError> = between(&parts(&arguments[0])?, &parts(&arguments[1])?, what);
    Ok(Value::from(difference?))
}

/// `duration.between(from, to) → duration`.
pub(super) static BETWEEN: ScalarFunction = ScalarFunction {
    name: "duration.between",
    arity: (2, 2),
    signature: "(from, to) → duration",
    summary: "From one date or time to another: months, then days, then the rest.",
    example: ("duration.between(date('1984-10-11'), date('2015-06-24'))", "'P30Y8M13D'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        difference("duration.between", arguments, Between::All)
    },
};

/// `duration.inMonths(from, to) → duration`.
pub(super) static IN_MONTHS: ScalarFunction = ScalarFunction {
    name: "duration.inMonths",
    arity: (2, 2),
    signature: "(from, to) → duration",
    summary: "The whole months from one date or time to another.",
    example: ("duration.inMonths(date('1984-10-11'), date('2015-06-24'))", "'P30Y8M'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        difference("duration.inMonths", arguments, Between::Months)
    },
};

/// `duration.inDays(from, to) → duration`.
pub(super) static IN_DAYS: ScalarFunction = ScalarFunction {
    name: "duration.inDays",
    arity: (2, 2),
    signature: "(from, to) → duration",
    summary: "The whole days from one date or time to another.",
    example: ("duration.inDays(date('2014-10-11'), date('2015-08-06'))", "'P299D'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        difference("duration.inDays", arguments, Between::Days)
    },
};

/// `duration.inSeconds(from, to) → duration`.
pub(super) static IN_SECONDS: ScalarFunction = ScalarFunction {
    name: "duration.inSeconds",
    arity: (2, 2),
    signature: "(from, to) → duration",
    summary: "The seconds from one date or time to another, with their fractions.",
    example: ("duration.inSeconds(localtime('12:34:54.7'), localtime('12:34:55.3'))", "'PT0.6S'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        difference("duration.inSeconds", arguments, Between::Seconds)
    },
};
