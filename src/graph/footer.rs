//! What a frame did to the statements of some types: shown, hidden and why.

use std::collections::BTreeSet;

use crate::value::NodeId;

use super::parts::flag;
use super::{Entity, GraphView, HiddenBy, LabelId, Statement, TypeId};

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

impl Hidden {
    fn count(&mut self, reason: HiddenBy) {
        let counter = match reason {
            HiddenBy::Unrealised => &mut self.unrealised,
            HiddenBy::Deprecated => &mut self.deprecated,
            HiddenBy::Negated => &mut self.negated,
            HiddenBy::NotKnown => &mut self.not_known,
            HiddenBy::UnknownStatus => &mut self.unknown_status,
            HiddenBy::NotInForce => &mut self.not_in_force,
            HiddenBy::Outside => &mut self.outside,
        };
        *counter += 1;
    }
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
        for rel in types.iter().flat_map(|rel_type| snapshot.rels_of(*rel_type)) {
            let entity = Entity::Rel(rel);
            match view.hides(entity) {
                Some(reason) => footer.hidden.count(reason),
                None => footer.show(view, entity),
            }
        }
        let nodes: BTreeSet<NodeId> = labels.iter().flat_map(|label| snapshot.labelled(*label)).collect();
        for reason in nodes.into_iter().filter_map(|node| view.hides(Entity::Node(node))) {
            footer.hidden.count(reason);
        }
        footer
    }

    /// Counts what there is to say of a statement that is shown.
    fn show(&mut self, view: GraphView<'_>, entity: Entity) {
        let (snapshot, frame) = (view.snapshot(), view.frame());
        self.undated += usize::from(snapshot.flags(entity) & flag::UNDATED != 0);
        let projected = view.clipping(entity).zip(frame.day()).is_some_and(|(measure, day)| {
            snapshot.status(measure).is_some() && snapshot.horizon(measure).is_some_and(|seen| day > seen)
        });
        self.projected += usize::from(projected);
        let learnt = snapshot.meta(Statement::Entity(entity)).learnt;
        self.hindsight += usize::from(frame.known.is_some() && learnt.is_none());
    }
}
