//! A temporal value and a duration later.

use super::clock::{DateTime, Instant, LocalDateTime, LocalTime, NANOS_PER_DAY, Time};
use super::{Date, Duration, TemporalError, calendar};
use crate::value::Value;

/// The value a duration later, of the same type: months first, then days, then the rest.
///
/// A day that the month does not have is its last. Amounts that a type has no place for are left out, but whole days of
/// hours move a date. In a zone, months and days keep the time that clocks show, hours count as they pass. Null for a date
/// that is not known to the day; `None` for what has no time.
///
/// # Errors
/// [`TemporalError::OutOfRange`] where the calendar does not reach it.
pub fn shift(value: &Value, by: Duration) -> Option<Result<Value, TemporalError>> {
    let moved = match value {
        Value::Date(date) => match date.days() {
            None => return Some(Ok(Value::Null)),
            Some(days) => {
                let whole = (by.nanos() / i128::from(NANOS_PER_DAY)) as i64;
                days_later(days, by).and_then(|days| days.checked_add(whole)).and_then(Date::of_days).map(Value::Date)
            }
        },
        Value::LocalTime(time) => Some(Value::LocalTime(later(*time, by))),
        Value::Time(Time { local, offset }) => Some(Value::Time(Time { local: later(*local, by), offset: *offset })),
        Value::LocalDateTime(at) => {
            local_later(*at, by).and_then(|at| at.plus_nanos(by.nanos())).map(Value::LocalDateTime)
        }
        Value::DateTime(at) => date_time_later(at, by).map(Value::from),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Duration(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Rel(_)
        | Value::Path(_) => return None,
    };
    Some(moved.ok_or(TemporalError::OutOfRange("the date")))
}

fn days_later(days: i64, by: Duration) -> Option<i64> {
    calendar::add_months(days, by.months())?.checked_add(by.days())
}

fn later(time: LocalTime, by: Duration) -> LocalTime {
    LocalTime::wrapping(i128::from(time.nanos()) + by.nanos())
}

/// Months and days later, at the same time of day.
fn local_later(at: LocalDateTime, by: Duration) -> Option<LocalDateTime> {
    // Days may lead out of the calendar and hours back into it.
    days_later(at.days, by).map(|days| LocalDateTime { days, time: at.time })
}

fn date_time_later(at: &DateTime, by: Duration) -> Option<DateTime> {
    let zone = at.zone();
    let day = DateTime::new(local_later(at.local(), by)?, &zone, Some(at.offset()));
    let instant = Instant::of_nanos(day.instant().nanos().checked_add(by.nanos())?);
    DateTime::of_instant(instant, &zone).ok()
}
