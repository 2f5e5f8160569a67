//! `=`, `<>`, `<`, `<=`, `>`, `>=`: what each asks of two values.

use std::cmp::Ordering;

use crate::graph::Cell;
use crate::value::{Comparison, Value, equal, less};

/// What a comparison asks of the order of two values.
#[derive(Clone, Copy)]
pub(super) enum Test {
    Equal(bool),
    Ordered(fn(Ordering) -> bool),
}

impl Test {
    /// That of an operator as it is written.
    pub fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            "=" => Test::Equal(true),
            "<>" => Test::Equal(false),
            "<" => Test::Ordered(Ordering::is_lt),
            "<=" => Test::Ordered(Ordering::is_le),
            ">" => Test::Ordered(Ordering::is_gt),
            ">=" => Test::Ordered(Ordering::is_ge),
            _ => return None,
        })
    }

    /// Whether it holds of values where they are stored; `None` is null.
    pub fn holds(self, a: Cell<'_>, b: Cell<'_>) -> Option<bool> {
        let ordering = match (a, b) {
            (Cell::Int(a), Cell::Int(b)) => Some(a.cmp(&b)),
            // NaN is ordered with nothing, and equal to nothing.
            (Cell::Float(a), Cell::Float(b)) => a.partial_cmp(&b),
            (Cell::Text(a), Cell::Text(b)) if matches!(self, Test::Equal(_)) => {
                return Some((a == b) == matches!(self, Test::Equal(true)));
            }
            (Cell::Text(a), Cell::Text(b)) => Some(a.cmp(b)),
            (Cell::Null, _) | (_, Cell::Null) => return None,
            (a, b) => return self.of_values(&Value::from(a), &Value::from(b)),
        };
        Some(match self {
            Test::Equal(same) => (ordering == Some(Ordering::Equal)) == same,
            Test::Ordered(is) => ordering.is_some_and(is),
        })
    }

    /// Whether it holds of two values; `None` is null.
    pub fn of_values(self, a: &Value, b: &Value) -> Option<bool> {
        match self {
            Test::Equal(wanted) => equal(a, b).map(|same| same == wanted),
            Test::Ordered(is) => match less(a, b) {
                Comparison::Unknown => None,
                Comparison::Unordered => Some(false),
                Comparison::Ordered(ordering) => Some(is(ordering)),
            },
        }
    }
}
