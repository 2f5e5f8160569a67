//! Comparing values: three-valued equality and less-than, and the total order of `ORDER BY`.
//!
//! Source: openCypher 9, "Comparability and equality" and "Orderability and equivalence". A date that is not known to the
//! day compares as `null` with any date that its range meets.

use std::cmp::Ordering;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::{Date, Value};

/// `a = b`: `None` is `null`.
///
/// # Examples
/// ```
/// use portolan::value::{equal, Value};
/// assert_eq!(equal(&Value::Int(1), &Value::Float(1.0)), Some(true));
/// assert_eq!(equal(&Value::Null, &Value::Null), None);
/// ```
#[must_use]
pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all_equal(a.iter().zip(b.iter()))
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.len() != b.len() || !a.keys().eq(b.keys()) {
                return Some(false);
            }
            all_equal(a.values().zip(b.values()))
        }
        (Value::Date(a), Value::Date(b)) => match compare_dates(*a, *b) {
            Some(ordering) => Some(ordering.is_eq()),
            None if a == b => Some(true),
            None => None,
        },
        (Value::LocalTime(a), Value::LocalTime(b)) => Some(a == b),
        (Value::Time(a), Value::Time(b)) => Some(a.order(*b).is_eq()),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => Some(a == b),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.order(b).is_eq()),
        (Value::Duration(a), Value::Duration(b)) => Some(a == b),
        (Value::Int(a), Value::Float(b)) | (Value::Float(b), Value::Int(a)) => {
            Some(compare_int_float(*a, *b) == Some(Ordering::Equal))
        }
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Int(a), Value::Int(b)) => Some(a == b),
        #[expect(clippy::float_cmp, reason = "equality of the language is exact")]
        (Value::Float(a), Value::Float(b)) => Some(a == b),
        (Value::Text(a), Value::Text(b)) => Some(a == b),
        (Value::Node(a), Value::Node(b)) => Some(a == b),
        (Value::Rel(a), Value::Rel(b)) => Some(a == b),
        (Value::Path(a), Value::Path(b)) => Some(a == b),
        _ => Some(false),
    }
}

/// What equal values have in common: of two values that have another one each, neither equals the other. Values that are not looked for
/// by hash share theirs with all of their kind.
///
/// # Examples
/// ```
/// use portolan::value::{mark, Value};
/// assert_eq!(mark(&Value::Int(1)), mark(&Value::Float(1.0)));
/// assert_ne!(mark(&Value::Int(1)), mark(&Value::from("1")));
/// ```
#[must_use]
pub fn mark(value: &Value) -> u64 {
    match value {
        Value::Text(text) => mark_of_text(text),
        Value::Int(number) => mark_of_number(*number as f64),
        Value::Float(number) => mark_of_number(*number),
        Value::Date(date) => mark_of_date(*date),
        other => FxBuildHasher.hash_one(other.described()),
    }
}

/// The same of a text.
pub(crate) fn mark_of_text(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// Of a number: whole numbers beyond 2^53 share theirs with those that round to the same float.
pub(crate) fn mark_of_number(number: f64) -> u64 {
    // Both zeros are equal.
    FxBuildHasher.hash_one((number + 0.0).to_bits())
}

/// Of a date: one that is known to the day equals those of the same day only, any other one itself.
pub(crate) fn mark_of_date(date: Date) -> u64 {
    match date.days() {
        Some(day) => FxBuildHasher.hash_one(("day", day)),
        None => FxBuildHasher.hash_one(date),
    }
}

fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut unknown = false;
    for (a, b) in pairs {
        match equal(a, b) {
            Some(false) => return Some(false),
            None => unknown = true,
            Some(true) => {}
        }
    }
    (!unknown).then_some(true)
}

/// How `a` stands to `b` for `<`, `<=`, `>`, `>=`; `None` where the answer is `null`.
///
/// Values of different types are not comparable, nor are maps, entities and durations, whose months have no length; `NaN` is not ordered, and the caller answers
/// `false` for it where both are numbers (see [`Comparison::Unordered`]).
#[must_use]
pub fn less(a: &Value, b: &Value) -> Comparison {
    let of = |ordering: Option<Ordering>| ordering.map_or(Comparison::Unordered, Comparison::Ordered);
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => of(a.partial_cmp(b)),
        (Value::Int(a), Value::Float(b)) => of(compare_int_float(*a, *b)),
        (Value::Float(a), Value::Int(b)) => of(compare_int_float(*b, *a).map(Ordering::reverse)),
        (Value::Text(a), Value::Text(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => compare_dates(*a, *b).map_or(Comparison::Unknown, Comparison::Ordered),
        (Value::LocalTime(a), Value::LocalTime(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Comparison::Ordered(a.order(*b)),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Comparison::Ordered(a.order(b)),
        (Value::List(a), Value::List(b)) => {
            for (a, b) in a.iter().zip(b.iter()) {
                match less(a, b) {
                    Comparison::Ordered(Ordering::Equal) => {}
                    other => return other,
                }
            }
            Comparison::Ordered(a.len().cmp(&b.len()))
        }
        _ => Comparison::Unknown,
    }
}

/// What comparing two values gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are ordered so.
    Ordered(Ordering),
    /// Both are numbers and one is `NaN`: every comparison is false.
    Unordered,
    /// `null`.
    Unknown,
}

fn compare_dates(a: Date, b: Date) -> Option<Ordering> {
    match (a.days(), b.days()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ if a.last_days() < b.first_days() => Some(Ordering::Less),
        _ if b.last_days() < a.first_days() => Some(Ordering::Greater),
        _ => None,
    }
}

/// Exact comparison: an `i64` beyond 2^53 is not rounded to a float first.
fn compare_int_float(a: i64, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    if b >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if b < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    let whole = b.trunc();
    Some(a.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&(b - whole)).unwrap_or(Ordering::Equal)))
}

/// The total order of `ORDER BY`, which also says when two values are one group: maps, nodes, relationships, lists, paths,
/// dates and times (with a zone, without, dates alone, times with an offset, without), durations, text, booleans, numbers,
/// `NaN`, `null`; `null` equals `null`.
#[must_use]
pub fn order(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Rel(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::DateTime(_) => 5,
        Value::LocalDateTime(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::LocalTime(_) => 9,
        Value::Duration(_) => 10,
        Value::Text(_) => 11,
        Value::Bool(_) => 12,
        Value::Int(_) | Value::Float(_) => 13,
        Value::Null => 14,
    };
    match (a, b) {
        (Value::Map(a), Value::Map(b)) => a.len().cmp(&b.len()).then_with(|| a.keys().cmp(b.keys())).then_with(|| {
            a.values().zip(b.values()).map(|(a, b)| order(a, b)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        }),
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Rel(a), Value::Rel(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| order(a, b))
            .find(|o| o.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len())),
        (Value::Path(a), Value::Path(b)) => a.nodes.cmp(&b.nodes).then_with(|| a.rels.cmp(&b.rels)),
        (Value::DateTime(a), Value::DateTime(b)) => a.order(b),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.order(*b),
        (Value::LocalTime(a), Value::LocalTime(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.order(**b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => order_floats(*a, *b),
        (Value::Int(a), Value::Float(b)) => compare_int_float(*a, *b).unwrap_or(Ordering::Less),
        (Value::Float(a), Value::Int(b)) => compare_int_float(*b, *a).map_or(Ordering::Greater, Ordering::reverse),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// The first eight bytes of a text as a number: of two texts with other ones the lower comes first.
pub(crate) fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let n = text.len().min(bytes.len());
    bytes[..n].copy_from_slice(&text.as_bytes()[..n]);
    u64::from_be_bytes(bytes)
}

/// The same of two floats: `NaN` is the largest number and equals itself.
#[must_use]
pub fn order_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::{Comparison, equal, less, order};
    use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Value};

    fn date(text: &str) -> Value {
        Date::read(text).map_or(Value::Null, Value::Date)
    }

    fn time(text: &str) -> Value {
        Time::read(text).map_or(Value::Null, Value::Time)
    }

    fn date_time(text: &str) -> Value {
        DateTime::read(text).map_or(Value::Null, Value::from)
    }

    fn duration(text: &str) -> Value {
        text.parse::<Duration>().map_or(Value::Null, Value::from)
    }

    #[test]
    fn types_are_ordered_before_their_values() {
        let local_time = LocalTime::read("00:00").map_or(Value::Null, Value::LocalTime);
        let local_date_time = LocalDateTime::read("2025-01-01T00:00").map_or(Value::Null, Value::LocalDateTime);
        let ordered = [
            Value::map([("a", Value::Int(1))]),
            Value::list([Value::Int(1)]),
            date_time("2025-01-01T00:00Z"),
            local_date_time,
            date("2025-01-01"),
            time("00:00Z"),
            local_time,
            duration("PT0S"),
            Value::from("a"),
            Value::Bool(false),
            Value::Int(0),
            Value::Float(f64::NAN),
            Value::Null,
        ];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(order(a, b), i.cmp(&j), "{a} and {b}");
            }
        }
    }

    #[test]
    fn the_same_instant_elsewhere_is_equal_and_in_the_same_group() {
        let (here, there) = (date_time("2025-01-01T01:00+01:00"), date_time("2025-01-01T00:00[Europe/London]"));
        assert_eq!((equal(&here, &there), order(&here, &there)), (Some(true), Ordering::Equal));
        let (here, there) = (time("12:00+01:00"), time("11:30Z"));
        assert_eq!(less(&here, &there), Comparison::Ordered(Ordering::Less));
    }

    #[test]
    fn durations_are_equal_amount_by_amount_and_not_less_than_one_another() {
        let (day, hours) = (duration("P1D"), duration("PT24H"));
        assert_eq!(equal(&day, &duration("P1D")), Some(true));
        assert_eq!(equal(&day, &hours), Some(false));
        assert_eq!(less(&day, &hours), Comparison::Unknown);
        assert_eq!(order(&duration("P1M"), &duration("P31D")), Ordering::Less);
        assert_eq!(order(&duration("P1M"), &duration("P30D")), Ordering::Greater);
    }

    #[test]
    fn a_date_of_which_the_day_is_not_known_compares_as_null_where_it_may_be_the_same() {
        let november = "2025-11".parse::<Date>().map_or(Value::Null, Value::Date);
        assert_eq!(equal(&november, &date("2025-11-08")), None);
        assert_eq!(less(&november, &date("2025-12-01")), Comparison::Ordered(Ordering::Less));
        assert_eq!(equal(&november, &date("2025-12-01")), Some(false));
    }
}
