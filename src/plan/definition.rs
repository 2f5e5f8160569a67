//! Definitions: derived names with the plans that derive them.

use std::collections::BTreeSet;

use super::{Plan, Reads};

/// What a definition gives a name to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defined {
    /// A relationship type; the plan's columns are start, end and these properties.
    Type(String, Vec<(String, Combine)>),
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

    /// A property that has no one value where the relationship is derived more than once.
    #[must_use]
    pub fn mixed(&self) -> Option<&str> {
        match self {
            Defined::Type(_, keys) => {
                keys.iter().find(|(_, combine)| *combine == Combine::First).map(|(key, _)| &**key)
            }
            Defined::Label(_) => None,
        }
    }
}

/// Which value a property has where the same relationship is derived more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// The first: one plan gives every relationship once.
    First,
    /// The least.
    Least,
    /// The greatest.
    Greatest,
}

/// A definition with its names resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The name.
    pub defined: Defined,
    /// What derives it: the parts of its `UNION`.
    pub plans: Vec<Plan>,
    /// Types it reads.
    pub types: BTreeSet<String>,
    /// Labels it reads.
    pub labels: BTreeSet<String>,
    /// It may change on any day on which something does, not only statements of the types above.
    pub sees_all: bool,
    /// Definitions of one number read each other, those of a lower number come before.
    pub stratum: usize,
}

impl Definition {
    /// Whether it reads a name.
    #[must_use]
    pub fn reads(&self, defined: &Defined) -> bool {
        match defined {
            Defined::Type(name, _) => self.types.contains(name),
            Defined::Label(name) => self.labels.contains(name),
        }
    }

    /// How each part reads names.
    #[must_use]
    pub fn parts(&self) -> Vec<Reads> {
        self.plans.iter().map(Reads::of_definition).collect()
    }
}
