//! Value: what an expression gives and a property holds.
//!
//! Nodes and relationships are ids here; [`Entities`] holds what an answer shows of them, so that rows leave the engine
//! complete and a value stays one word wide inside it.

mod arith;
mod compare;
mod entity;
mod map;
mod temporal;
pub mod text;
mod time;
mod types;

pub use arith::{ArithmeticError, Numeric, add, combined, concat, divide, modulo, multiply, negate, power, subtract};
pub use compare::{Comparison, equal, less, mark, order, order_floats};
pub(crate) use compare::{first_bytes, mark_of_date, mark_of_number};
pub use entity::{Entities, NodeId, NodeValue, Path, RelId, RelValue};
pub use map::Map;
pub use temporal::{
    Amounts, Between, Date, DateError, DateTime, Duration, Instant, LocalDateTime, LocalTime, NANOS_PER_DAY,
    NANOS_PER_SECOND, Offset, Parts, Precision, Ratio, TemporalError, Time, Zone, between, calendar, component,
    component_of_days, shift,
};
pub use time::{Day, Period, Periods};
pub use types::{NamedType, TYPES, Type};

use std::sync::Arc;

/// A value of the language. Equality is structural (`null == null`, `NaN != NaN`): for the language's own three-valued
/// equality see [`equal`], for its order [`order`].
///
/// # Examples
/// ```
/// use portolan::value::Value;
/// assert_eq!(Value::from("dysprosium").to_string(), "'dysprosium'");
/// ```
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Value {
    /// Nothing is known.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// 64-bit whole number.
    Int(i64),
    /// 64-bit binary floating point number.
    Float(f64),
    /// Unicode text.
    Text(Arc<str>),
    /// A date at the precision it was written with.
    Date(Date),
    /// A time of day.
    LocalTime(LocalTime),
    /// A time of day at an offset from UTC.
    Time(Time),
    /// A date and a time of day.
    LocalDateTime(LocalDateTime),
    /// A date and a time of day in a time zone.
    DateTime(Arc<DateTime>),
    /// An amount of time.
    Duration(Arc<Duration>),
    /// A list, which may mix types.
    List(Arc<[Value]>),
    /// A map, ordered by key.
    Map(Map),
    /// A node.
    Node(NodeId),
    /// A relationship.
    Rel(RelId),
    /// A path.
    Path(Arc<Path>),
}

impl Value {
    /// The type's name as openCypher writes it in messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        let described = self.described();
        described.split_once(' ').map_or(described, |(_, name)| name)
    }

    /// What it is, in a sentence: `an integer`, `null`.
    #[must_use]
    pub fn described(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Text(_) => "a text",
            Value::Date(_) => "a date",
            Value::LocalTime(_) => "a local time",
            Value::Time(_) => "a time",
            Value::LocalDateTime(_) => "a local date and time",
            Value::DateTime(_) => "a date and time",
            Value::Duration(_) => "a duration",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Node(_) => "a node",
            Value::Rel(_) => "a relationship",
            Value::Path(_) => "a path",
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether it is neither made of other values nor a part of the graph.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        !matches!(self, Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Rel(_) | Value::Path(_))
    }

    /// Bytes it holds, roughly: what a reservation counts. What is shared is counted by each who shares it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Value>()
            + match self {
                Value::Text(text) => text.len(),
                Value::List(list) => list.iter().map(Value::bytes).sum(),
                Value::Map(map) => map.iter().map(|(key, value)| key.len() + value.bytes()).sum(),
                Value::Path(path) => (path.nodes.len() + path.rels.len()) * 4,
                Value::DateTime(_) => size_of::<DateTime>(),
                Value::Duration(_) => size_of::<Duration>(),
                Value::Null
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::Date(_)
                | Value::LocalTime(_)
                | Value::Time(_)
                | Value::LocalDateTime(_)
                | Value::Node(_)
                | Value::Rel(_) => 0,
            }
    }

    /// A list of these values.
    pub fn list(values: impl IntoIterator<Item = Value>) -> Self {
        Value::List(values.into_iter().collect())
    }

    /// A map of these entries; of two with one key the later stays.
    pub fn map<K: Into<Arc<str>>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Value::Text(text.into())
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}
impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.into())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value.into())
    }
}
impl From<Day> for Value {
    fn from(value: Day) -> Self {
        Value::Date(Date::exact(value))
    }
}
impl From<DateTime> for Value {
    fn from(value: DateTime) -> Self {
        Value::DateTime(Arc::new(value))
    }
}
impl From<Duration> for Value {
    fn from(value: Duration) -> Self {
        Value::Duration(Arc::new(value))
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn a_value_is_three_words_wide() {
        assert_eq!(size_of::<Value>(), 24);
    }
}
