//! The components that a temporal value has, read like properties: `d.year`, `t.hour`, `duration.months`.

use super::clock::{LocalTime, NANOS_PER_SECOND, Parts};
use super::{Date, Duration, TemporalError, calendar};
use crate::value::{Day, Value};

/// A component of a temporal value, its name however it is capitalised; `None` where the type has no such component.
///
/// Of a date that is not known to the day a component is null where it is not the same on every day that it may be.
///
/// # Errors
/// [`TemporalError::OutOfRange`] where a duration has more of a unit than an integer holds.
#[must_use]
pub fn component(value: &Value, name: &str) -> Option<Result<Value, TemporalError>> {
    let name = name.to_ascii_lowercase();
    let name = name.as_str();
    let found = match value {
        Value::Date(date) => of_date(*date, name),
        Value::LocalTime(_) | Value::Time(_) | Value::LocalDateTime(_) => of_parts(&Parts::of(value)?, name),
        Value::DateTime(at) => {
            let instant = at.instant().nanos();
            let whole = |unit: i64| Some(Value::Int(instant.div_euclid(i128::from(unit)) as i64));
            match name {
                "epochseconds" => whole(NANOS_PER_SECOND),
                "epochmillis" => whole(NANOS_PER_SECOND / 1000),
                _ => of_parts(&Parts::of(value)?, name),
            }
        }
        Value::Duration(duration) => return of_duration(**duration, name),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Rel(_)
        | Value::Path(_) => None,
    };
    found.map(Ok)
}

/// A component of many dates known to the day; `None` where dates have no such component.
#[must_use]
pub fn component_of_days(days: &[Day], name: &str) -> Option<Vec<i64>> {
    let of = of_days(&name.to_ascii_lowercase())?;
    Some(days.iter().map(|day| of(i64::from(day.0))).collect())
}

fn of_date(date: Date, name: &str) -> Option<Value> {
    let of = of_days(name)?;
    let first = of(date.first_days());
    // The ends agree also where the days between do not: on the first and last day of a year it may be Monday.
    let by_month = matches!(name, "year" | "quarter" | "month");
    let known = date.days().is_some() || (by_month && of(date.last_days()) == first);
    Some(if known { Value::Int(first) } else { Value::Null })
}

/// What gives a component of a day, by its number of days from 1970-01-01.
fn of_days(name: &str) -> Option<fn(i64) -> i64> {
    Some(match name {
        "year" => |days| calendar::to_ymd(days).0,
        "quarter" => |days| calendar::quarter(calendar::to_ymd(days).1),
        "month" => |days| calendar::to_ymd(days).1,
        "week" => |days| calendar::to_week(days).1,
        "weekyear" => |days| calendar::to_week(days).0,
        "day" => |days| calendar::to_ymd(days).2,
        "dayofquarter" | "quarterday" => calendar::day_of_quarter,
        "ordinalday" => calendar::ordinal_day,
        "dayofweek" | "weekday" => calendar::weekday,
        _ => return None,
    })
}

fn of_time(time: LocalTime, name: &str) -> Option<i64> {
    let (hour, minute, second, nanosecond) = time.hmsn();
    Some(match name {
        "hour" => hour,
        "minute" => minute,
        "second" => second,
        "millisecond" => nanosecond / 1_000_000,
        "microsecond" => nanosecond / 1000,
        "nanosecond" => nanosecond,
        _ => return None,
    })
}

fn of_parts(parts: &Parts, name: &str) -> Option<Value> {
    if let (Some(zone), Some(offset)) = (&parts.zone, parts.offset) {
        match name {
            "timezone" => return Some(Value::from(zone.to_string())),
            "offset" => return Some(Value::from(offset.to_string())),
            "offsetminutes" => return Some(Value::Int(offset.seconds() / 60)),
            "offsetseconds" => return Some(Value::Int(offset.seconds())),
            _ => {}
        }
    }
    let date = parts.days.and_then(|days| Some(of_days(name)?(days)));
    date.or_else(|| of_time(parts.time?, name)).map(Value::Int)
}

fn of_duration(duration: Duration, name: &str) -> Option<Result<Value, TemporalError>> {
    let (months, days, seconds) = (duration.months(), duration.days(), duration.seconds());
    let nanos = duration.nanos_of_second();
    // A duration of more than 292 years has more nanoseconds than an integer holds.
    let fractions = |per_second: i64| {
        let amount = duration.nanos().div_euclid(i128::from(NANOS_PER_SECOND / per_second));
        i64::try_from(amount).map(Value::Int).map_err(|_| TemporalError::OutOfRange("the component"))
    };
    Some(Ok(Value::Int(match name {
        "years" => months / 12,
        "quarters" => months / 3,
        "months" => months,
        "weeks" => days / 7,
        "days" => days,
        "hours" => seconds / 3600,
        "minutes" => seconds / 60,
        "seconds" => seconds,
        "milliseconds" => return Some(fractions(1000)),
        "microseconds" => return Some(fractions(1_000_000)),
        "nanoseconds" => return Some(fractions(1_000_000_000)),
        "quartersofyear" => months / 3 % 4,
        "monthsofyear" => months % 12,
        "monthsofquarter" => months % 3,
        "daysofweek" => days % 7,
        "minutesofhour" => seconds / 60 % 60,
        "secondsofminute" => seconds % 60,
        "millisecondsofsecond" => nanos / 1_000_000,
        "microsecondsofsecond" => nanos / 1000,
        "nanosecondsofsecond" => nanos,
        _ => return None,
    })))
}
