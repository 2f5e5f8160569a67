//! What a frame did to the statements of some types: shown, hidden and why.

use crate::value::{NodeId, RelId};

use super::holding::Holding;
use super::parts::flag;
use super::{Entity, GraphView, HiddenBy, Including, LabelId, Statement, TypeId, ValidTime};

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
    fn counter(&mut self, reason: HiddenBy) -> &mut usize {
        match reason {
            HiddenBy::Unrealised => &mut self.unrealised,
            HiddenBy::Deprecated => &mut self.deprecated,
            HiddenBy::Negated => &mut self.negated,
            HiddenBy::NotKnown => &mut self.not_known,
            HiddenBy::UnknownStatus => &mut self.unknown_status,
            HiddenBy::NotInForce => &mut self.not_in_force,
            HiddenBy::Outside => &mut self.outside,
        }
    }

    fn count(&mut self, reason: HiddenBy) {
        *self.counter(reason) += 1;
    }

    fn add(&mut self, other: Hidden) {
        self.unrealised += other.unrealised;
        self.deprecated += other.deprecated;
        self.negated += other.negated;
        self.not_known += other.not_known;
        self.unknown_status += other.unknown_status;
        self.not_in_force += other.not_in_force;
        self.outside += other.outside;
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
    /// The status of a measure was read by the law as written, after the last day somebody looked.
    pub status_projected: bool,
    /// Shown although nobody knows when they became known (only where the frame has a known day).
    pub hindsight: usize,
}

impl Footer {
    /// Counts the relationships of `types` and the nodes with `labels`; the plan of a query plays no part. In a frame asked
    /// before, and on any day where no measure clips a type, it costs what was changed since the parts were built; else a
    /// look at every statement.
    #[must_use]
    pub fn count(view: GraphView<'_>, types: &[TypeId], labels: &[LabelId]) -> Self {
        let mut footer = Footer { hidden: hidden_nodes(view, labels), ..Footer::default() };
        for rel_type in types {
            footer.add(of_type(view, *rel_type));
        }
        footer
    }

    fn add(&mut self, other: Footer) {
        self.hidden.add(other.hidden);
        self.undated += other.undated;
        self.projected += other.projected;
        self.status_projected |= other.status_projected;
        self.hindsight += other.hindsight;
    }

    /// Counts a relationship.
    fn count_rel(&mut self, view: GraphView<'_>, rel: RelId) {
        let entity = Entity::Rel(rel);
        match view.hides(entity) {
            Some(reason) => self.hidden.count(reason),
            None => self.show(view, entity),
        }
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

    /// Counts `n` relationships that no measure clips, everything known: their bits and days are all there is to ask.
    fn count_plain(&mut self, flags: u8, shown: bool, including: Including, n: usize) {
        if shown {
            self.undated += if flags & flag::UNDATED != 0 { n } else { 0 };
        } else {
            *self.hidden.counter(HiddenBy::flags(flags, including).unwrap_or(HiddenBy::Outside)) += n;
        }
    }
}

/// Relationships of a type.
fn of_type(view: GraphView<'_>, rel_type: TypeId) -> Footer {
    let (snapshot, frame) = (view.snapshot(), view.frame());
    let table = &snapshot.rels[rel_type.0 as usize];
    let is_plain = frame.known.is_none() && !snapshot.clips(rel_type);
    if snapshot.patch.alters(rel_type) {
        let mut footer = Footer::default();
        snapshot.rels_of(rel_type).for_each(|rel| footer.count_rel(view, rel));
        return footer;
    }
    let mut footer = table.footers.of(frame, || {
        let mut footer = Footer::default();
        if is_plain
            && let Some(flags) = table.statements.flags.all()
            && view.shows_all(&table.statements)
        {
            footer.count_plain(flags, true, frame.including, table.len());
            return footer;
        }
        if let ValidTime::AsOf(day) = frame.valid
            && is_plain
        {
            for held in table.holding.get_or_init(|| Holding::of(&table.statements)) {
                let shown = if HiddenBy::flags(held.flags, frame.including).is_some() { 0 } else { held.on(day) };
                footer.count_plain(held.flags, true, frame.including, shown);
                footer.count_plain(held.flags, false, frame.including, held.n - shown);
            }
            return footer;
        }
        for row in 0..table.len() as u32 {
            if is_plain {
                let flags = table.statements.flags[row as usize];
                footer.count_plain(flags, view.row_holds(&table.statements, row), frame.including, 1);
            } else {
                footer.count_rel(view, table.rel(row));
            }
        }
        footer
    });
    for rel in snapshot.patch.rels_of(rel_type) {
        match snapshot.patch.said.get(&Entity::Rel(rel)) {
            Some(said) if is_plain => footer.count_plain(said.flags, view.said_holds(said), frame.including, 1),
            _ => footer.count_rel(view, rel),
        }
    }
    footer
}

/// Nodes with one of the labels.
fn hidden_nodes(view: GraphView<'_>, labels: &[LabelId]) -> Hidden {
    let snapshot = view.snapshot();
    let patch = &snapshot.patch;
    let mut hidden = Hidden::default();
    let is_named = |of: &[LabelId]| labels.iter().any(|label| of.contains(label));
    if patch.nodes_altered {
        let named = snapshot.nodes().filter(|node| is_named(snapshot.labels(*node)));
        named.filter_map(|node| view.hides(Entity::Node(node))).for_each(|reason| hidden.count(reason));
        return hidden;
    }
    let nodes = &snapshot.nodes;
    let why_stored = |node: NodeId| {
        let shown = view.row_shows_node(node);
        (!shown).then(|| view.reason(Entity::Node(node)))
    };
    let by_set = nodes.hidden.of(view.frame(), || {
        let mut by_set = vec![Hidden::default(); nodes.label_sets.len()];
        if view.shows_all(&nodes.statements) {
            return by_set.into();
        }
        for (set, node) in nodes.labels.iter().zip((0..).map(NodeId)) {
            if let Some(reason) = why_stored(node) {
                by_set[*set as usize].count(reason);
            }
        }
        by_set.into()
    });
    for (set, of) in nodes.label_sets.iter().zip(by_set.iter()) {
        if is_named(set) {
            hidden.add(*of);
        }
    }
    // What a change added, took away, or gave other labels.
    let gone = patch.gone.iter().filter_map(|entity| match entity {
        Entity::Node(node) if !patch.labels.contains_key(node) => Some(*node),
        Entity::Node(_) | Entity::Rel(_) => None,
    });
    for node in patch.labels.keys().copied().chain(gone) {
        let is_stored = (node.0 as usize) < nodes.ids.len();
        if is_stored
            && is_named(snapshot.stored_labels(node))
            && let Some(reason) = why_stored(node)
        {
            *hidden.counter(reason) -= 1;
        }
        if !patch.is_gone(Entity::Node(node))
            && is_named(snapshot.labels(node))
            && let Some(reason) = view.hides(Entity::Node(node))
        {
            hidden.count(reason);
        }
    }
    hidden
}
