//! What a frame did to the statements of some types: shown, hidden and why.

use crate::value::{Day, Periods};

use super::parts::flag;
use super::{GraphView, TypeId};

/// How many statements a frame hides, by the first reason that applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Hidden {
    /// Planned, considered, proposed, threatened or expected.
    pub unrealised: usize,
    /// Known to be wrong.
    pub deprecated: usize,
    /// They say *no*.
    pub negated: usize,
    /// Learnt later, or withdrawn before.
    pub not_known: usize,
    /// The measure's status is not known on the day.
    pub unknown_status: usize,
    /// The measure was not in force.
    pub not_in_force: usize,
    /// Outside their own period.
    pub outside: usize,
}

/// What a frame did to the statements of the types a query names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Footer {
    /// Hidden, by reason.
    pub hidden: Hidden,
    /// Shown although their period is not known.
    pub undated: usize,
    /// Shown by the law as written, after the last day somebody looked.
    pub projected: usize,
    /// Shown although nobody knows when they became known (only where the frame has a known day).
    pub hindsight: usize,
}

impl Footer {
    /// Counts the relationships of `types`; the plan of a query plays no part.
    #[must_use]
    pub fn count(view: GraphView<'_>, types: &[TypeId]) -> Self {
        let snapshot = view.snapshot();
        let frame = view.frame();
        let mut footer = Footer::default();
        for rel_type in types {
            let clips = snapshot.clips(*rel_type);
            for rel in snapshot.rels_of(*rel_type) {
                let flags = snapshot.flags(super::Entity::Rel(rel));
                let (_, start, _) = snapshot.rel(rel);
                if view.shows_rel(rel) {
                    footer.undated += usize::from(flags & flag::UNDATED != 0);
                    let projected = clips
                        && frame.day().is_some_and(|day| {
                            snapshot.status(start).is_some() && snapshot.horizon(start).is_some_and(|seen| day > seen)
                        });
                    footer.projected += usize::from(projected);
                    let meta = snapshot.meta(super::Statement::Entity(super::Entity::Rel(rel)));
                    footer.hindsight += usize::from(frame.known.is_some() && meta.learnt.is_none());
                    continue;
                }
                let hidden = &mut footer.hidden;
                let including = frame.including;
                let meta = snapshot.meta(super::Statement::Entity(super::Entity::Rel(rel)));
                let on = |periods: &Periods| match frame.day() {
                    Some(day) => periods.contains(day),
                    None => !periods.is_empty(),
                };
                let counter = if !including.unrealised && flags & flag::UNREALISED != 0 {
                    &mut hidden.unrealised
                } else if !including.deprecated && flags & flag::DEPRECATED != 0 {
                    &mut hidden.deprecated
                } else if flags & flag::NEGATED != 0 {
                    &mut hidden.negated
                } else if frame.known.is_some_and(|day: Day| !meta.known_on(day)) {
                    &mut hidden.not_known
                } else if !on(snapshot.own_validity(super::Entity::Rel(rel))) {
                    &mut hidden.outside
                } else if clips && view.status(start).is_some_and(|status| on(&status.unknown)) {
                    &mut hidden.unknown_status
                } else if clips && view.status(start).is_some_and(|status| !on(&status.in_force)) {
                    &mut hidden.not_in_force
                } else {
                    &mut hidden.outside
                };
                *counter += 1;
            }
        }
        footer
    }
}
