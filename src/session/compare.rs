//! Two graphs with their definitions, compared.

use crate::graph::diff::{self, Became, Difference, Kind, Part};
use crate::parse;

use super::Engine;

impl Engine {
    /// Every difference from this graph to another: what [`diff::diff`] finds, and in the definitions.
    #[must_use]
    pub fn differences(&self, other: &Engine) -> Vec<Difference> {
        let (before, after) = (self.written(), other.written());
        let text = |define| parse::print_define(define);
        let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
        let mut found = diff::diff(&self.snapshot(), &other.snapshot());
        for name in names {
            let (was, is) = (before.get(name).map(|d| text(d)), after.get(name).map(|d| text(d)));
            let became = match (&was, &is) {
                (Some(was), Some(is)) if was == is => continue,
                (None, _) => Became::Added,
                (_, None) => Became::Removed,
                _ => Became::Changed,
            };
            let parts = vec![Part { name: "text".to_owned(), was, is }];
            found.push(Difference { kind: Kind::Definition, became, subject: name.clone(), parts });
        }
        found.sort_by_key(|difference| difference.kind);
        found
    }
}
