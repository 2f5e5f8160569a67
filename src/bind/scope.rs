//! Names in sight.

use crate::plan::Expr;

use super::kind::Kind;

/// The names in sight, in the order they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    names: Vec<(String, Expr, Kind)>,
}

impl Scope {
    pub(super) fn get(&self, name: &str) -> Option<(&Expr, Kind)> {
        self.names.iter().rev().find(|(n, ..)| n == name).map(|(_, expr, kind)| (expr, *kind))
    }

    pub(super) fn set(&mut self, name: &str, expr: Expr, kind: Kind) {
        self.names.push((name.to_owned(), expr, kind));
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, ..)| name.as_str())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(String, Expr, Kind)> {
        self.names.iter()
    }
}
