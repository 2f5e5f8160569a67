//! What a frame did to the statements of some types: shown, hidden and why.

use std::collections::BTreeSet;

use crate::value::{Day, NodeId, Periods};

use super::parts::flag;
use super::{Entity, GraphView, LabelId, Statement, TypeId, ValidTime};

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
    /// Counts the relationships of `types` and the nodes with `labels`; the plan of a query plays no part.
    #[must_use]
    pub fn count(view: GraphView<'_>, types: &[TypeId], labels: &[LabelId]) -> Self {
        let snapshot = view.snapshot();
        let mut footer = Footer::default();
        for rel_type in types {
            let clips = snapshot.clips(*rel_type);
            for rel in snapshot.rels_of(*rel_type) {
                let (_, start, _) = snapshot.rel(rel);
                footer.add(view, Entity::Rel(rel), view.shows_rel(rel), clips.then_some(start));
            }
        }
        let nodes: BTreeSet<NodeId> = labels.iter().flat_map(|label| snapshot.labelled(*label)).collect();
        for node in nodes.into_iter().filter(|node| !view.shows_node(*node)) {
            footer.add(view, Entity::Node(node), false, None);
        }
        footer
    }

    /// Counts one statement; `measure` is the node whose being in force clips it.
    fn add(&mut self, view: GraphView<'_>, entity: Entity, shown: bool, measure: Option<NodeId>) {
        let (snapshot, frame) = (view.snapshot(), view.frame());
        let flags = snapshot.flags(entity);
        let meta = snapshot.meta(Statement::Entity(entity));
        if shown {
            self.undated += usize::from(flags & flag::UNDATED != 0);
            let projected = measure.zip(frame.day()).is_some_and(|(measure, day)| {
                snapshot.status(measure).is_some() && snapshot.horizon(measure).is_some_and(|seen| day > seen)
            });
            self.projected += usize::from(projected);
            self.hindsight += usize::from(frame.known.is_some() && meta.learnt.is_none());
            return;
        }
        let including = frame.including;
        let on = |periods: &Periods| match frame.valid {
            ValidTime::All => !periods.is_empty(),
            ValidTime::AsOf(day) => periods.contains(day),
            ValidTime::During(period) => periods.overlaps(period),
        };
        let status = measure.and_then(|measure| view.status(measure));
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
        let hidden = &mut self.hidden;
        let counter = if !including.unrealised && flags & flag::UNREALISED != 0 {
            &mut hidden.unrealised
        } else if !including.deprecated && flags & flag::DEPRECATED != 0 {
            &mut hidden.deprecated
        } else if flags & flag::NEGATED != 0 {
            &mut hidden.negated
        } else if frame.known.is_some_and(|day| !is_known(day)) {
            &mut hidden.not_known
        } else if !on(snapshot.own_validity(entity)) {
            &mut hidden.outside
        } else if !including.unknown && status.is_some_and(|status| on(&status.unknown)) {
            &mut hidden.unknown_status
        } else if status.is_some_and(|status| !on(&status.in_force)) {
            &mut hidden.not_in_force
        } else {
            &mut hidden.outside
        };
        *counter += 1;
    }
}
