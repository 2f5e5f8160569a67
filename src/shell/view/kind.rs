//! What sort of thing a node is, by the broadest of its labels: which colour and which shape it has.

use std::sync::Arc;

use crate::graph::Schema;

/// A family of labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Who acts: a country, a ministry, a company.
    Actor,
    /// What is decided: an act, a measure, a list.
    Instrument,
    /// What is traded: a material, a product, know-how.
    Good,
    /// What happened.
    Event,
    /// What is said: a claim, a figure.
    Said,
    /// Anything else.
    #[default]
    Other,
}

/// How a kind looks. The colours are those of Okabe and Ito, which people who do not tell red from green keep apart.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Its words in the legend.
    pub words: &'static str,
    /// The class of its shapes in the style sheet, and its name in formats that have such.
    pub class: &'static str,
    /// Its outline.
    pub line: &'static str,
    /// What it is filled with.
    pub fill: &'static str,
    /// Its shape in Graphviz.
    pub graphviz: &'static str,
    /// What encloses it in Mermaid.
    pub mermaid: (&'static str, &'static str),
}

impl Kind {
    /// Every kind, in the order of the legend.
    pub const ALL: [Kind; 6] = [Kind::Actor, Kind::Instrument, Kind::Good, Kind::Event, Kind::Said, Kind::Other];

    /// The kind of a node with these labels: that of the first label that the families name, the broader ones of a label included.
    #[must_use]
    pub fn of(schema: &Schema, labels: &[Arc<str>]) -> Self {
        let families = labels.iter().flat_map(|label| schema.closure(label)).map(|label| Self::family(&label));
        families.filter(|kind| *kind != Kind::Other).min().unwrap_or_default()
    }

    fn family(label: &str) -> Self {
        match label {
            "Actor" => Kind::Actor,
            "Instrument" | "Plan" | "Measure" | "List" | "Licence" | "Agreement" | "Target" => Kind::Instrument,
            "Material" | "Product" | "Technology" | "ProductCode" => Kind::Good,
            "Event" | "Dispute" => Kind::Event,
            "Claim" | "Observation" => Kind::Said,
            _ => Kind::Other,
        }
    }

    /// How it looks.
    #[must_use]
    pub fn look(self) -> Look {
        match self {
            Kind::Actor => Look {
                words: "actor",
                class: "actor",
                line: "#0072B2",
                fill: "#E6F1F8",
                graphviz: "box",
                mermaid: ("([", "])"),
            },
            Kind::Instrument => Look {
                words: "act or measure",
                class: "instrument",
                line: "#D55E00",
                fill: "#FCEEE4",
                graphviz: "note",
                mermaid: ("[", "]"),
            },
            Kind::Good => Look {
                words: "material or product",
                class: "good",
                line: "#009E73",
                fill: "#E3F5EF",
                graphviz: "hexagon",
                mermaid: ("{{", "}}"),
            },
            Kind::Event => Look {
                words: "event",
                class: "event",
                line: "#B0538C",
                fill: "#F9ECF4",
                graphviz: "octagon",
                mermaid: (">", "]"),
            },
            Kind::Said => Look {
                words: "claim or figure",
                class: "said",
                line: "#B57A00",
                fill: "#FDF4DF",
                graphviz: "parallelogram",
                mermaid: ("[/", "/]"),
            },
            Kind::Other => Look {
                words: "other",
                class: "other",
                line: "#5F6368",
                fill: "#F2F3F4",
                graphviz: "box",
                mermaid: ("[[", "]]"),
            },
        }
    }
}
