//! `date.truncate('month', value, {day: 2})`: where the unit of a value begins.

use crate::diag::code;
use crate::value::{DateTime, LocalTime, Map, Parts, Value, Zone, calendar};

use super::temporal::{Kind, is_vague};
use super::temporal_map::{Base, compose};
use super::{Context, FunctionError, wrong_type};

/// A unit: its name, and where it begins.
struct Unit {
    name: &'static str,
    start: Start,
}

enum Start {
    /// The first day of the unit that a day is in.
    Day(fn(i64) -> Option<i64>),
    /// So many nanoseconds of a day are one.
    Time(u64),
}

/// The first day of the years that begin with a multiple of `years`.
fn years(day: i64, years: i64) -> Option<i64> {
    let (year, ..) = calendar::to_ymd(day);
    calendar::from_ymd(year.div_euclid(years) * years, 1, 1)
}

/// Every unit, from the longest to the shortest.
static UNITS: [Unit; 14] = [
    Unit { name: "millennium", start: Start::Day(|day| years(day, 1000)) },
    Unit { name: "century", start: Start::Day(|day| years(day, 100)) },
    Unit { name: "decade", start: Start::Day(|day| years(day, 10)) },
    Unit { name: "year", start: Start::Day(|day| years(day, 1)) },
    Unit { name: "weekYear", start: Start::Day(|day| calendar::from_week(calendar::to_week(day).0, 1, 1)) },
    Unit { name: "quarter", start: Start::Day(|day| Some(day - calendar::day_of_quarter(day) + 1)) },
    Unit { name: "month", start: Start::Day(|day| Some(day - calendar::to_ymd(day).2 + 1)) },
    Unit { name: "week", start: Start::Day(|day| Some(day - calendar::weekday(day) + 1)) },
    Unit { name: "day", start: Start::Day(Some) },
    Unit { name: "hour", start: Start::Time(3_600_000_000_000) },
    Unit { name: "minute", start: Start::Time(60_000_000_000) },
    Unit { name: "second", start: Start::Time(1_000_000_000) },
    Unit { name: "millisecond", start: Start::Time(1_000_000) },
    Unit { name: "microsecond", start: Start::Time(1000) },
];

fn unit(function: &str, value: &Value) -> Result<&'static Unit, FunctionError> {
    let Value::Text(text) = value else { return Err(wrong_type(function, value, "the name of a unit")) };
    UNITS.iter().find(|unit| unit.name.eq_ignore_ascii_case(text)).ok_or_else(|| {
        let names: Vec<&str> = UNITS.iter().map(|unit| unit.name).collect();
        let message = format!("there is no unit `{text}`; expected one of {}", names.join(", "));
        FunctionError { code: code::ARGUMENT_VALUE, message }
    })
}

/// `date.truncate(unit, value?, components?)` and those of the other types.
pub(super) fn truncate(kind: Kind, arguments: &[Value], context: &Context<'_>) -> Result<Value, FunctionError> {
    let function = format!("{}.truncate", kind.name());
    let unit = unit(&function, &arguments[0])?;
    let now;
    let value = match arguments.get(1) {
        Some(value) => value,
        None => {
            now = Value::from(DateTime::of_instant(context.now, &Zone::UTC)?);
            &now
        }
    };
    if is_vague(value) {
        return Ok(Value::Null);
    }
    let parts = Parts::of(value).ok_or_else(|| wrong_type(&function, value, "a date or time"))?;
    let parts = kind.select(value, parts)?;
    let too = |what: &str| {
        let message = format!("`{function}` cannot truncate {} to the {}: {what}", value.described(), unit.name);
        FunctionError { code: code::ARGUMENT_VALUE, message }
    };
    let (days, time, below) = match unit.start {
        Start::Day(start) => {
            if !kind.has_date() && unit.name != "day" {
                return Err(too("a time of day has no unit longer than a day"));
            }
            let days = parts.days.map(|day| start(day).filter(|day| calendar::has(*day)));
            if days == Some(None) {
                return Err(too("the calendar does not reach back so far"));
            }
            (days.flatten(), LocalTime::MIDNIGHT, 0)
        }
        Start::Time(length) => {
            let Some(time) = parts.time.filter(|_| kind.has_time()) else {
                return Err(too("a date has no unit shorter than a day"));
            };
            let below = if length < 1_000_000_000 { length as i64 } else { 0 };
            (parts.days, LocalTime::wrapping(i128::from(time.nanos() / length * length)), below)
        }
    };
    // The fields of the third argument are of what clocks show: a zone among them does not move it.
    let base = Base { parts: Parts { days, time: Some(time), ..parts }, shifts: false, below };
    match arguments.get(2) {
        None => compose(kind, &Map::default(), base, context.now),
        Some(Value::Map(map)) => compose(kind, map, base, context.now),
        Some(other) => Err(wrong_type(&function, other, "a map of components")),
    }
}
