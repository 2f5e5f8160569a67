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

/// A type that has a name of its own.
#[derive(Debug)]
pub struct NamedType {
    /// The type.
    pub of: Type,
    /// The names it goes by; the first is the one to show.
    pub names: &'static [&'static str],
    /// Which values are of it.
    pub summary: &'static str,
}

const fn named(of: Type, names: &'static [&'static str], summary: &'static str) -> NamedType {
    NamedType { of, names, summary }
}

/// The types that have names of their own.
pub static TYPES: &[NamedType] = &[
    named(Type::Any, &["ANY", "ANY VALUE"], "every value"),
    named(Type::Boolean, &["BOOLEAN", "BOOL"], "`true` and `false`"),
    named(Type::Integer, &["INTEGER", "INT", "SIGNED INTEGER", "INTEGER64", "INT64"], "whole numbers"),
    named(Type::Float, &["FLOAT", "FLOAT64", "DOUBLE"], "floating-point numbers"),
    named(Type::String, &["STRING", "VARCHAR"], "texts"),
    named(Type::Date, &["DATE"], "dates, also those known to the month or year"),
    named(Type::LocalTime, &["LOCAL TIME", "TIME WITHOUT TIME ZONE"], "times of day"),
    named(Type::ZonedTime, &["ZONED TIME", "TIME WITH TIME ZONE"], "times of day at an offset from UTC"),
    named(Type::LocalDateTime, &["LOCAL DATETIME", "TIMESTAMP WITHOUT TIME ZONE"], "dates with a time of day"),
    named(Type::ZonedDateTime, &["ZONED DATETIME", "TIMESTAMP WITH TIME ZONE"], "dates with a time of day in a zone"),
    named(Type::Duration, &["DURATION"], "amounts of time"),
    named(Type::Map, &["MAP", "ANY MAP", "RECORD", "ANY RECORD"], "maps"),
    named(Type::Node, &["NODE", "ANY NODE", "VERTEX", "ANY VERTEX"], "nodes"),
    named(Type::Relationship, &["RELATIONSHIP", "ANY RELATIONSHIP", "EDGE", "ANY EDGE"], "relationships"),
    named(Type::Path, &["PATH"], "paths"),
    named(
        Type::PropertyValue,
        &["PROPERTY VALUE", "ANY PROPERTY VALUE"],
        "what a property can hold: neither map nor part of the graph, or a list of such",
    ),
    named(Type::Null, &["NULL"], "null alone"),
    named(Type::Nothing, &["NOTHING"], "no value, not even null"),
];

impl Type {
    /// The type of this name, in upper case with one space between words.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Type> {
        TYPES.iter().find(|named| named.names.contains(&name)).map(|named| &named.of)
    }

    /// The narrowest type that a value is of; types of a list's elements stand in the order of [`TYPES`].
    #[must_use]
    pub fn of(value: &Value) -> Type {
        if let Value::List(list) = value {
            let mut types: Vec<Type> = Vec::new();
            for element in list.iter().filter(|element| !element.is_null()).map(Type::of) {
                if !types.contains(&element) {
                    types.push(element);
                }
            }
            if list.iter().any(Value::is_null) {
                types = types.into_iter().map(|of| if let Type::NotNull(of) = of { *of } else { of }).collect();
            }
            types.sort_by_cached_key(|of| (of.place(), of.to_string()));
            let element = match (types.len(), list.is_empty()) {
                (0, true) => Type::Nothing,
                (0, false) => Type::Null,
                (1, _) => types.swap_remove(0),
                _ => Type::Either(types),
            };
            return Type::NotNull(Box::new(Type::List(Box::new(element))));
        }
        if value.is_null() {
            return Type::Null;
        }
        let narrow = TYPES.iter().map(|named| &named.of).filter(|of| !matches!(of, Type::Any | Type::PropertyValue));
        narrow.into_iter().find(|of| of.holds(value)).map_or(Type::Any, |of| Type::NotNull(Box::new(of.clone())))
    }

    /// Its place among the types that have names; lists come last.
    fn place(&self) -> usize {
        let bare = if let Type::NotNull(of) = self { of } else { self };
        TYPES.iter().position(|named| named.of == *bare).unwrap_or(TYPES.len())
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
            plain => f.write_str(TYPES.iter().find(|named| named.of == *plain).map_or("", |named| named.names[0])),
        }
    }
}
