//! Types of values, as GQL's `IS ::` tests them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Value;

/// A type. Null is of every type but [`Type::Nothing`] and those that say [`Type::NotNull`] (ISO/IEC 39075, 4.14).
///
/// # Examples
/// ```
/// use portolan::value::{Type, Value};
/// let numbers = Type::List(Box::new(Type::Either(vec![Type::Integer, Type::Float])));
/// assert!(numbers.holds(&Value::list([Value::Int(1), Value::Float(0.5), Value::Null])));
/// assert!(!numbers.holds(&Value::list([Value::from("1")])));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// Every value.
    Any,
    /// No value, not even null.
    Nothing,
    /// Null alone.
    Null,
    /// `true` and `false`.
    Boolean,
    /// Whole numbers.
    Integer,
    /// Floating-point numbers.
    Float,
    /// Texts.
    String,
    /// Dates.
    Date,
    /// Times of day.
    LocalTime,
    /// Times of day at an offset.
    ZonedTime,
    /// Dates with a time of day.
    LocalDateTime,
    /// Dates with a time of day in a zone.
    ZonedDateTime,
    /// Amounts of time.
    Duration,
    /// Nodes.
    Node,
    /// Relationships.
    Relationship,
    /// Paths.
    Path,
    /// Maps.
    Map,
    /// What a property can hold: a scalar, or a list of scalars.
    PropertyValue,
    /// Lists whose elements are all of a type.
    List(Box<Type>),
    /// What is of one of these types.
    Either(Vec<Type>),
    /// What is of this type and not null.
    NotNull(Box<Type>),
}

/// The types that have names of their own, each under the names it goes by; the first is the one to show.
pub static TYPE_NAMES: &[(Type, &[&str])] = &[
    (Type::Any, &["ANY", "ANY VALUE"]),
    (Type::Nothing, &["NOTHING"]),
    (Type::Null, &["NULL"]),
    (Type::Boolean, &["BOOLEAN", "BOOL"]),
    (Type::Integer, &["INTEGER", "INT", "SIGNED INTEGER", "INTEGER64", "INT64"]),
    (Type::Float, &["FLOAT", "FLOAT64", "DOUBLE"]),
    (Type::String, &["STRING", "VARCHAR"]),
    (Type::Date, &["DATE"]),
    (Type::LocalTime, &["LOCAL TIME", "TIME WITHOUT TIME ZONE"]),
    (Type::ZonedTime, &["ZONED TIME", "TIME WITH TIME ZONE"]),
    (Type::LocalDateTime, &["LOCAL DATETIME", "TIMESTAMP WITHOUT TIME ZONE"]),
    (Type::ZonedDateTime, &["ZONED DATETIME", "TIMESTAMP WITH TIME ZONE"]),
    (Type::Duration, &["DURATION"]),
    (Type::Node, &["NODE", "ANY NODE", "VERTEX", "ANY VERTEX"]),
    (Type::Relationship, &["RELATIONSHIP", "ANY RELATIONSHIP", "EDGE", "ANY EDGE"]),
    (Type::Path, &["PATH"]),
    (Type::Map, &["MAP", "ANY MAP", "RECORD", "ANY RECORD"]),
    (Type::PropertyValue, &["PROPERTY VALUE", "ANY PROPERTY VALUE"]),
];

impl Type {
    /// The type of this name, in upper case with one space between words.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Type> {
        TYPE_NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(of_name, _)| of_name)
    }

    /// Whether a value is of this type.
    #[must_use]
    pub fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Type::Nothing, _) => false,
            (Type::NotNull(of), _) => !value.is_null() && of.holds(value),
            (Type::Either(types), _) => types.iter().any(|of| of.holds(value)),
            (_, Value::Null) | (Type::Any, _) => true,
            (Type::PropertyValue, Value::List(list)) => list.iter().all(Value::is_scalar),
            (Type::PropertyValue, _) => value.is_scalar(),
            (Type::List(of), Value::List(list)) => list.iter().all(|element| of.holds(element)),
            (Type::Boolean, Value::Bool(_))
            | (Type::Integer, Value::Int(_))
            | (Type::Float, Value::Float(_))
            | (Type::String, Value::Text(_))
            | (Type::Date, Value::Date(_))
            | (Type::LocalTime, Value::LocalTime(_))
            | (Type::ZonedTime, Value::Time(_))
            | (Type::LocalDateTime, Value::LocalDateTime(_))
            | (Type::ZonedDateTime, Value::DateTime(_))
            | (Type::Duration, Value::Duration(_))
            | (Type::Map, Value::Map(_))
            | (Type::Node, Value::Node(_))
            | (Type::Relationship, Value::Rel(_))
            | (Type::Path, Value::Path(_)) => true,
            _ => false,
        }
    }
}

/// As it is written in a query.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::List(of) => write!(f, "LIST<{of}>"),
            Type::Either(types) => {
                let types: Vec<String> = types.iter().map(ToString::to_string).collect();
                write!(f, "ANY<{}>", types.join(" | "))
            }
            Type::NotNull(of) => write!(f, "{of} NOT NULL"),
            plain => {
                let names = TYPE_NAMES.iter().find(|(of_name, _)| of_name == plain).map(|(_, names)| *names);
                f.write_str(names.and_then(<[_]>::first).unwrap_or(&""))
            }
        }
    }
}
