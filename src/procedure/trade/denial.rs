//! What somebody says that is not so: it wins over the ways that wider statements open, and over the same statement.
//!
//! The rule of the graph that ships (`DEPENDS_ON`) says the same in the language.

use std::collections::BTreeSet;

use crate::graph::{Entity, GraphView, Statement, Step, ValidTime};
use crate::value::{NodeId, RelId};

use super::Reading;

/// Sets of nodes: a way that passes all of one set is closed.
#[derive(Clone, Default)]
pub(super) struct Denials(BTreeSet<BTreeSet<NodeId>>);

impl Denials {
    /// That a company does not use something or rely on it, at all or in something else (`in`), as the view shows it.
    pub(super) fn of(reading: Reading<'_>, company: NodeId) -> Self {
        let denied = ["USES", "RELIES_ON"].into_iter().flat_map(|rel_type| reading.denied(company, rel_type));
        Self(denied.map(|step| std::iter::once(step.node).chain(reading.scope(step.rel)).collect()).collect())
    }

    /// That goods do not contain or need something, by statements of these types, at all or in something else: whoever uses them gets it by
    /// other goods only.
    pub(super) fn of_goods(reading: Reading<'_>, types: &[&str]) -> Self {
        let snapshot = reading.0.snapshot();
        let types = types.iter().filter_map(|name| snapshot.catalog().rel_type(name));
        let denied = types.flat_map(|rel_type| snapshot.rels_of(rel_type)).filter(|rel| reading.denies(*rel));
        let passed = |rel: RelId| {
            let (_, goods, part) = snapshot.rel(rel);
            [goods, part].into_iter().chain(reading.scope(rel)).collect()
        };
        Self(denied.map(passed).collect())
    }

    /// Whether nothing is denied.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These and those of the others that are of what is reached alone.
    pub(super) fn and(mut self, others: &Self, is_reached: impl Fn(NodeId) -> bool) -> Self {
        self.0.extend(others.0.iter().filter(|set| set.iter().all(|node| is_reached(*node))).cloned());
        self
    }

    /// Sets of nodes, of which each open way passes by one whole set: by one node of every denial. Without a denial the one empty set. They
    /// multiply with each denial of several nodes.
    pub(super) fn detours(&self) -> BTreeSet<BTreeSet<NodeId>> {
        self.0.iter().fold(BTreeSet::from([BTreeSet::new()]), |detours, denial| {
            let with = |detour: &BTreeSet<NodeId>, node: NodeId| detour.iter().copied().chain([node]).collect();
            detours.iter().flat_map(|detour| denial.iter().map(move |node| with(detour, *node))).collect()
        })
    }
}

impl<'g> Reading<'g> {
    /// Whether a statement says no, and the frame shows it.
    fn denies(self, rel: RelId) -> bool {
        let denials = self.0.with_negated();
        denials.shows_rel(rel) && denials.snapshot().meta(Statement::Entity(Entity::Rel(rel))).negated
    }

    /// What statements of a type deny of a node.
    pub(super) fn denied(self, node: NodeId, rel_type: &str) -> impl Iterator<Item = Step> + 'g {
        Reading(self.0.with_negated()).out(node, rel_type).filter(move |step| self.denies(step.rel))
    }

    /// Of what statements of a type deny a node.
    pub(super) fn denied_of(self, node: NodeId, rel_type: &str) -> impl Iterator<Item = Step> + 'g {
        Reading(self.0.with_negated()).into(node, rel_type).filter(move |step| self.denies(step.rel))
    }

    /// What a denial is limited to.
    pub(super) fn scope(self, denial: RelId) -> Option<NodeId> {
        self.0.snapshot().node(&self.text(Entity::Rel(denial), "in")?)
    }

    /// What a node is related to by statements of a type that no statement of the same type without a scope denies.
    pub(super) fn stated(self, node: NodeId, rel_type: &str) -> impl Iterator<Item = Step> + 'g {
        let denied: Vec<Step> = self.denied(node, rel_type).collect();
        self.out(node, rel_type).filter(move |step| !self.is_denied(*step, &denied))
    }

    /// The same of those that lead to the node.
    pub(super) fn stated_of(self, node: NodeId, rel_type: &str) -> impl Iterator<Item = Step> + 'g {
        let denied: Vec<Step> = self.denied_of(node, rel_type).collect();
        self.into(node, rel_type).filter(move |step| !self.is_denied(*step, &denied))
    }

    fn is_denied(self, step: Step, denied: &[Step]) -> bool {
        let has_scope = |rel| ["in", "of", "goods"].iter().any(|key| !self.value(Entity::Rel(rel), key).is_null());
        denied.iter().any(|no| no.node == step.node && !has_scope(no.rel) && holds_with(self.0, no.rel, step.rel))
    }
}

/// Whether a denial holds on all days on which a statement does. Of one day both do.
fn holds_with(view: GraphView<'_>, denial: RelId, statement: RelId) -> bool {
    match view.frame().valid {
        ValidTime::AsOf(_) => true,
        ValidTime::During(_) | ValidTime::All => {
            let [no, yes] = [denial, statement].map(|rel| view.days(Entity::Rel(rel)));
            yes.intersect(&no) == yes
        }
    }
}
