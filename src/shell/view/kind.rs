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

impl Look {
    /// Its outline as shares of red, green and blue, of 255.
    #[must_use]
    pub fn rgb(&self) -> (u8, u8, u8) {
        let share = |at: usize| self.line.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        (share(1).unwrap_or_default(), share(3).unwrap_or_default(), share(5).unwrap_or_default())
    }
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
        let (words, class, line, fill, graphviz, mermaid) = match self {
            Kind::Actor => ("actor", "actor", "#0072B2", "#E6F1F8", "box", ("([", "])")),
            Kind::Instrument => ("act or measure", "instrument", "#D55E00", "#FCEEE4", "note", ("[", "]")),
            Kind::Good => ("material or product", "good", "#009E73", "#E3F5EF", "hexagon", ("{{", "}}")),
            Kind::Event => ("event", "event", "#B0538C", "#F9ECF4", "octagon", (">", "]")),
            Kind::Said => ("claim or figure", "said", "#B57A00", "#FDF4DF", "parallelogram", ("[/", "/]")),
            Kind::Other => ("other", "other", "#5F6368", "#F2F3F4", "box", ("[[", "]]")),
        };
        Look { words, class, line, fill, graphviz, mermaid }
    }
}
