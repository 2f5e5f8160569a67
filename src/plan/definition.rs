//! Definitions: derived names with the plans that derive them.

use std::collections::BTreeSet;

use super::Plan;

/// What a definition gives a name to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defined {
    /// A relationship type; the plan's columns are start, end and these properties.
    Type(String, Vec<String>),
    /// A label; the plan's only column is the node.
    Label(String),
}

impl Defined {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Defined::Type(name, _) | Defined::Label(name) => name,
        }
    }
}

/// A definition with its names resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The name.
    pub defined: Defined,
    /// What derives it.
    pub plan: Plan,
    /// Types it reads.
    pub types: BTreeSet<String>,
    /// Labels it reads.
    pub labels: BTreeSet<String>,
    /// It may change on any day on which something does, not only statements of the types above.
    pub sees_all: bool,
}
