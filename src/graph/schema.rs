//! What `schema.yaml` declares: labels, relationship types, properties, units.
//!
//! The schema is the one source of the checks at load, of `:schema` and completion, and of the ontology.

use std::collections::BTreeMap;

use crate::value::Day;

/// The vocabulary of a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Schema {
    /// The graph's name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The terms of use.
    pub licence: Option<String>,
    /// Base of the IRIs, ending in `/`.
    pub base: String,
    /// The last day somebody looked, where a chain does not say otherwise.
    pub cutoff: Option<Day>,
    /// Labels by name.
    pub labels: BTreeMap<String, LabelDef>,
    /// Relationship types by name.
    pub relationships: BTreeMap<String, RelDef>,
    /// Properties by name.
    pub properties: BTreeMap<String, PropertyDef>,
}

/// One label.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LabelDef {
    /// The next broader labels.
    pub is: Vec<String>,
    /// What it means.
    pub about: String,
    /// Nodes get it from a rule, not from a file.
    pub derived: bool,
}

/// One relationship type.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RelDef {
    /// Labels it may start from; empty: any.
    pub from: Vec<String>,
    /// Labels it may end at; empty: any.
    pub to: Vec<String>,
    /// What it means.
    pub about: String,
    /// It holds only while the measure it starts from is in force.
    pub in_force: bool,
    /// It holds always.
    pub timeless: bool,
    /// How many it may have at each end.
    pub cardinality: Option<Cardinality>,
}

/// How many relationships of a type a node may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Cardinality {
    /// At most one leaves a node.
    ToOne,
    /// At most one reaches a node.
    FromOne,
}

/// One property.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PropertyDef {
    /// The type of its values.
    pub kind: PropertyKind,
    /// Several values are allowed.
    pub list: bool,
    /// Unit, such as `percent`; empty: none.
    pub unit: String,
    /// What a share is a share of; empty: it is none.
    pub denominator: String,
    /// What it means.
    pub about: String,
    /// It may change over time.
    pub history: bool,
    /// Labels and types that have it; empty: any.
    pub of: Vec<String>,
    /// It identifies a node of its label.
    pub key: bool,
}

/// The type of a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum PropertyKind {
    /// Text.
    #[default]
    Text,
    /// Whole number.
    Int,
    /// Number.
    Float,
    /// `true` or `false`.
    Bool,
    /// A date, at any precision.
    Date,
    /// The id of a node.
    Id,
}

impl PropertyKind {
    /// Every kind with its word in the schema file.
    pub const ALL: [(PropertyKind, &'static str); 6] = [
        (PropertyKind::Text, "text"),
        (PropertyKind::Int, "int"),
        (PropertyKind::Float, "float"),
        (PropertyKind::Bool, "bool"),
        (PropertyKind::Date, "date"),
        (PropertyKind::Id, "id"),
    ];

    /// What is expected of a value, in words.
    #[must_use]
    pub fn expected(self) -> &'static str {
        match self {
            PropertyKind::Text | PropertyKind::Date | PropertyKind::Id => "expected a text",
            PropertyKind::Int => "expected a whole number",
            PropertyKind::Float => "expected a number",
            PropertyKind::Bool => "expected `true` or `false`",
        }
    }
}

impl Schema {
    /// A label and all broader ones, the label first, each once; unknown labels stand for themselves.
    #[must_use]
    pub fn closure(&self, label: &str) -> Vec<String> {
        let mut found = vec![label.to_owned()];
        let mut next = 0;
        while next < found.len() {
            if let Some(def) = self.labels.get(&found[next]) {
                for broader in &def.is {
                    if !found.contains(broader) {
                        found.push(broader.clone());
                    }
                }
            }
            next += 1;
        }
        found
    }

    /// Whether a node with these labels (closed) may stand at an end that allows `allowed`.
    #[must_use]
    pub fn allows(allowed: &[String], labels: &[String]) -> bool {
        allowed.is_empty() || allowed.iter().any(|label| labels.contains(label))
    }
}
