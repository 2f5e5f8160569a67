//! Why a frame hides a statement.

use crate::value::{Day, NodeId, Periods};

use super::parts::flag;
use super::{Entity, GraphView, Including, Statement, ValidTime};

/// The first reason that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HiddenBy {
    /// Planned, considered, proposed, threatened or expected.
    Unrealised,
    /// Known to be wrong.
    Deprecated,
    /// It says *no*.
    Negated,
    /// Learnt later, or withdrawn before.
    NotKnown,
    /// The measure's status is not known on the day.
    UnknownStatus,
    /// The measure was not in force.
    NotInForce,
    /// Outside its own period.
    Outside,
}

impl HiddenBy {
    /// The reason that needs no more than these bits of a statement.
    pub(super) fn flags(flags: u8, including: Including) -> Option<Self> {
        let reasons = [
            (flag::UNREALISED, including.unrealised, HiddenBy::Unrealised),
            (flag::DEPRECATED, including.deprecated, HiddenBy::Deprecated),
            (flag::NEGATED, false, HiddenBy::Negated),
        ];
        reasons.into_iter().find(|(bit, shown, _)| flags & bit != 0 && !shown).map(|(.., reason)| reason)
    }
}

impl GraphView<'_> {
    /// Why the frame hides a statement; `None` where it shows it.
    #[must_use]
    pub fn hides(self, entity: Entity) -> Option<HiddenBy> {
        let shown = match entity {
            Entity::Node(node) => self.shows_node(node),
            Entity::Rel(rel) => self.shows_rel(rel),
        };
        (!shown).then(|| self.reason(entity))
    }

    /// Why the frame hides a statement that it does not show.
    pub(super) fn reason(self, entity: Entity) -> HiddenBy {
        let (snapshot, frame) = (self.snapshot(), self.frame());
        let flags = snapshot.flags(entity);
        let meta = snapshot.meta(Statement::Entity(entity));
        let on = |periods: &Periods| match frame.valid {
            ValidTime::All => !periods.is_empty(),
            ValidTime::AsOf(day) => periods.contains(day),
            ValidTime::During(period) => periods.overlaps(period),
        };
        let status = self.clipping(entity).and_then(|measure| self.status(measure));
        let ends = match entity {
            Entity::Node(node) => [node, node],
            Entity::Rel(rel) => {
                let (_, start, end) = snapshot.rel(rel);
                [start, end]
            }
        };
        let is_known = |day: Day| {
            let known = |node: NodeId| snapshot.meta(Statement::Entity(Entity::Node(node))).known_on(day);
            meta.known_on(day) && ends.into_iter().all(known)
        };
        let including = frame.including;
        if let Some(reason) = HiddenBy::flags(flags, including) {
            reason
        } else if frame.known.is_some_and(|day| !is_known(day)) {
            HiddenBy::NotKnown
        } else if !on(snapshot.own_validity(entity)) {
            HiddenBy::Outside
        } else if !including.unknown && status.is_some_and(|status| on(&status.unknown)) {
            HiddenBy::UnknownStatus
        } else if status.is_some_and(|status| !on(&status.in_force)) {
            HiddenBy::NotInForce
        } else {
            HiddenBy::Outside
        }
    }

    /// The measure whose being in force clips a relationship.
    #[must_use]
    pub fn clipping(self, entity: Entity) -> Option<NodeId> {
        let Entity::Rel(rel) = entity else { return None };
        let (rel_type, start, _) = self.snapshot().rel(rel);
        self.snapshot().clips(rel_type).then_some(start)
    }
}
