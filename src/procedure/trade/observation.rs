//! Figures, as the vocabulary keeps them.

use std::collections::BTreeSet;

use crate::graph::{Entity, Statement};
use crate::value::NodeId;

use super::Reading;

/// One figure: what was measured of what, where, and how it is defined.
pub(super) struct Observation {
    pub node: NodeId,
    pub indicator: String,
    pub of: BTreeSet<NodeId>,
    pub places: BTreeSet<NodeId>,
    pub partners: BTreeSet<NodeId>,
    /// Least and most; equal where one value is given. Masses are in tonnes, whatever unit the source uses.
    pub range: (f64, f64),
    /// The same as the source has it, with its unit.
    pub written: String,
    pub year: Option<i64>,
    pub voices: Vec<String>,
    /// Unit, basis, denominator, stage and scope, where they are given: what a figure is one of.
    pub definition: [Option<String>; 5],
}

/// The parts of [`Observation::definition`].
pub(super) const DEFINITION: [&str; 5] = ["unit", "basis", "denominator", "stage", "scope"];

impl Observation {
    pub(super) fn part(&self, key: &str) -> Option<&str> {
        let at = DEFINITION.iter().position(|known| *known == key)?;
        self.definition[at].as_deref()
    }

    /// The value; the middle of a range, or its only end.
    pub(super) fn value(&self) -> f64 {
        match self.range {
            (low, high) if low.is_finite() && high.is_finite() => f64::midpoint(low, high),
            (low, high) => {
                if low.is_finite() {
                    low
                } else {
                    high
                }
            }
        }
    }
}

/// All figures that the view shows and that have a value, in the order of their ids.
pub(super) fn observations(reading: Reading<'_>) -> Vec<Observation> {
    reading.nodes("Observation").into_iter().filter_map(|node| observation(reading, node)).collect()
}

/// Units of mass in tonnes.
const TONNES: [(&str, f64); 5] =
    [("kg", 0.001), ("kt", 1e3), ("million t", 1e6), ("lb", 0.000_453_592_37), ("million lb", 453.592_37)];

/// The end of a value at which it is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Below,
    Above,
}

/// How notes begin that say of a value that it is a bound. That it is about so much bounds nothing.
const OPEN: [(&str, Open); 8] = [
    ("over", Open::Above),
    ("more than", Open::Above),
    ("above", Open::Above),
    ("at least", Open::Above),
    ("up to", Open::Below),
    ("at most", Open::Below),
    ("under", Open::Below),
    ("less than", Open::Below),
];

fn begins_with(note: &str, words: &str) -> bool {
    let rest = note.strip_prefix(words);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-'))
}

fn observation(reading: Reading<'_>, node: NodeId) -> Option<Observation> {
    let of = Entity::Node(node);
    let value = reading.number(of, "value");
    let remark = reading.0.snapshot().meta(Statement::Entity(of)).note.as_deref();
    let open = remark.and_then(|note| OPEN.iter().find(|(words, _)| begins_with(note, words))).map(|(_, end)| *end);
    let (low, high) = (
        reading.number(of, "low").or(value.filter(|_| open != Some(Open::Below))),
        reading.number(of, "high").or(value.filter(|_| open != Some(Open::Above))),
    );
    let steps: Vec<_> = reading.out(node, "OBSERVES").collect();
    let role = |role: &str| {
        let plays = |rel| reading.text(Entity::Rel(rel), "role").is_some_and(|played| played == role);
        steps.iter().filter(|step| plays(step.rel)).map(|step| step.node).collect()
    };
    let mut definition = DEFINITION.map(|key| reading.text(of, key));
    let tonnes = TONNES.iter().find(|(unit, _)| definition[0].as_deref() == Some(unit)).map(|(_, tonnes)| *tonnes);
    if tonnes.is_some() {
        definition[0] = Some("t".to_owned());
    }
    let number = match (low, high) {
        (Some(low), Some(high)) if low.total_cmp(&high).is_eq() => low.to_string(),
        (Some(low), Some(high)) => format!("{low}–{high}"),
        (Some(low), None) => format!("over {low}"),
        (None, high) => format!("up to {}", high?),
    };
    let written = reading.text(of, "unit").map_or(number.clone(), |unit| format!("{number} {unit}"));
    let scaled = |value: f64| value * tonnes.unwrap_or(1.0);
    Some(Observation {
        node,
        indicator: reading.text(of, "indicator")?,
        of: role("of"),
        places: role("in"),
        partners: role("partner"),
        range: (low.map_or(f64::NEG_INFINITY, scaled), high.map_or(f64::INFINITY, scaled)),
        written,
        year: reading.number(of, "year").map(|year| year as i64),
        voices: reading.voices(reading.0.snapshot().meta(Statement::Entity(of))),
        definition,
    })
}
