//! Whether something that is drawn is in force, only planned or denied, and on which day that was asked.
//!
//! The day is that of the frame; where the frame has none, the last day on which somebody looked. No clock is asked: the same
//! answer is the same picture tomorrow.

use crate::graph::{Entity, GraphView, Meta, Modality, State, Statement};
use crate::value::{Day, NodeId, RelId};

/// How firmly something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is so.
    #[default]
    Holds,
    /// In force by the law as written, on a day that nobody has looked at yet.
    Projected,
    /// The measure is suspended.
    Suspended,
    /// The measure is not in force: not yet, or not any more.
    NotInForce,
    /// Nobody knows whether the measure is in force.
    Unknown,
    /// Only planned, considered, proposed, threatened or expected.
    Unrealised,
    /// It says *no*.
    Denied,
    /// Known to be wrong.
    Wrong,
}

impl Standing {
    /// Every standing, in the order of the legend.
    pub const ALL: [Standing; 8] = [
        Standing::Holds,
        Standing::Projected,
        Standing::Suspended,
        Standing::NotInForce,
        Standing::Unknown,
        Standing::Unrealised,
        Standing::Denied,
        Standing::Wrong,
    ];

    /// Its words in the legend.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Standing::Holds => "holds",
            Standing::Projected => "projected beyond the last check",
            Standing::Suspended => "suspended",
            Standing::NotInForce => "not in force",
            Standing::Unknown => "status not known",
            Standing::Unrealised => "planned or weighed",
            Standing::Denied => "denied",
            Standing::Wrong => "known to be wrong",
        }
    }

    /// The class of its lines in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Standing::Holds => "holds",
            Standing::Projected => "projected",
            Standing::Suspended => "suspended",
            Standing::NotInForce => "not-in-force",
            Standing::Unknown => "unknown",
            Standing::Unrealised => "unrealised",
            Standing::Denied => "denied",
            Standing::Wrong => "wrong",
        }
    }

    /// Of a node, and its words.
    pub(super) fn of_node(view: GraphView<'_>, node: NodeId) -> (Self, String) {
        let meta = view.snapshot().meta(Statement::Entity(Entity::Node(node)));
        Self::said(meta).unwrap_or_else(|| Self::in_force(view, node))
    }

    /// Of a relationship, and its words: its own, else that of the measure that clips it.
    pub(super) fn of_rel(view: GraphView<'_>, rel: RelId) -> (Self, String) {
        let entity = Entity::Rel(rel);
        let said = Self::said(view.snapshot().meta(Statement::Entity(entity)));
        said.or_else(|| view.clipping(entity).map(|measure| Self::in_force(view, measure))).unwrap_or_default()
    }

    fn said(meta: &Meta) -> Option<(Self, String)> {
        if meta.deprecated {
            return Some((Standing::Wrong, "known to be wrong".to_owned()));
        }
        if meta.negated {
            return Some((Standing::Denied, String::new()));
        }
        match meta.modality {
            Modality::Fact | Modality::Estimate | Modality::Claim => None,
            // The mood is told with the statement.
            Modality::Planned
            | Modality::Considered
            | Modality::Proposed
            | Modality::Threatened
            | Modality::Expected => Some((Standing::Unrealised, String::new())),
        }
    }

    fn in_force(view: GraphView<'_>, measure: NodeId) -> (Self, String) {
        let horizon = view.snapshot().horizon(measure);
        let Some(day) = day(view, horizon).filter(|_| view.status(measure).is_some()) else {
            return Default::default();
        };
        let words = |state: &str| format!("{state} on {day}");
        match view.state_on(measure, day) {
            Some(State::InForce | State::Reinstated) => match horizon.filter(|seen| *seen < day) {
                Some(seen) => (Standing::Projected, format!("projected: last looked at on {seen}")),
                None => Default::default(),
            },
            Some(state @ State::Suspended) => (Standing::Suspended, words(state.words())),
            Some(State::Unknown) => (Standing::Unknown, words("status not known")),
            Some(state) => (Standing::NotInForce, words(state.words())),
            None => (Standing::NotInForce, words("not in force")),
        }
    }
}

/// The day on which it is asked what is in force.
fn day(view: GraphView<'_>, horizon: Option<Day>) -> Option<Day> {
    view.frame().day().or(horizon)
}
