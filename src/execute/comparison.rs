//! `=`, `<>`, `<`, `<=`, `>`, `>=`: what each asks of two values.

use std::cmp::Ordering;

use crate::graph::Cell;
use crate::value::{Comparison, Value, equal, less};

use super::truth::Truths;

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Equal,
    Differs,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Test {
    /// That of an operator as it is written.
    pub fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            "=" => Test::Equal,
            "<>" => Test::Differs,
            "<" => Test::Less,
            "<=" => Test::AtMost,
            ">" => Test::Greater,
            ">=" => Test::AtLeast,
            _ => return None,
        })
    }

    /// The same with its sides changed.
    pub fn turned(self) -> Self {
        match self {
            Test::Equal | Test::Differs => self,
            Test::Less => Test::Greater,
            Test::AtMost => Test::AtLeast,
            Test::Greater => Test::Less,
            Test::AtLeast => Test::AtMost,
        }
    }

    /// Whether it holds of two values that are ordered so; without an order they only differ.
    pub fn of_ordering(self, ordering: Option<Ordering>) -> bool {
        match self {
            Test::Equal => ordering == Some(Ordering::Equal),
            Test::Differs => ordering != Some(Ordering::Equal),
            Test::Less => ordering == Some(Ordering::Less),
            Test::AtMost => ordering.is_some_and(Ordering::is_le),
            Test::Greater => ordering == Some(Ordering::Greater),
            Test::AtLeast => ordering.is_some_and(Ordering::is_ge),
        }
    }

    /// Whether it holds of each of some and the one beside it.
    pub fn of_pairs<T: PartialOrd>(self, a: &[T], b: &[T]) -> Truths {
        let pairs = a.iter().zip(b);
        match self {
            Test::Equal => Truths::known(pairs.map(|(a, b)| a == b)),
            Test::Differs => Truths::known(pairs.map(|(a, b)| a != b)),
            Test::Less => Truths::known(pairs.map(|(a, b)| a < b)),
            Test::AtMost => Truths::known(pairs.map(|(a, b)| a <= b)),
            Test::Greater => Truths::known(pairs.map(|(a, b)| a > b)),
            Test::AtLeast => Truths::known(pairs.map(|(a, b)| a >= b)),
        }
    }

    /// Whether it holds of values where they are stored; `None` is null.
    pub fn holds(self, a: Cell<'_>, b: Cell<'_>) -> Option<bool> {
        if let (Some(a), Some(b)) = (a.text(), b.text()) {
            return Some(match self {
                Test::Equal => a == b,
                Test::Differs => a != b,
                _ => self.of_ordering(Some(a.cmp(b))),
            });
        }
        let ordering = match (a, b) {
            (Cell::Int(a), Cell::Int(b)) => Some(a.cmp(&b)),
            // NaN is ordered with nothing, and equal to nothing.
            (Cell::Float(a), Cell::Float(b)) => a.partial_cmp(&b),
            (Cell::Null, _) | (_, Cell::Null) => return None,
            (a, b) => return self.of_values(&Value::from(a), &Value::from(b)),
        };
        Some(self.of_ordering(ordering))
    }

    /// Whether it holds of two values; `None` is null.
    pub fn of_values(self, a: &Value, b: &Value) -> Option<bool> {
        match self {
            Test::Equal => equal(a, b),
            Test::Differs => equal(a, b).map(|same| !same),
            Test::Less | Test::AtMost | Test::Greater | Test::AtLeast => match less(a, b) {
                Comparison::Unknown => None,
                Comparison::Unordered => Some(false),
                Comparison::Ordered(ordering) => Some(self.of_ordering(Some(ordering))),
            },
        }
    }
}
