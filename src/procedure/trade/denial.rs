//! What somebody says that a company does not use: it wins over the ways that wider statements open.
//!
//! The rule of the graph that ships (`DEPENDS_ON`) says the same in the language.

use std::collections::BTreeSet;

use crate::graph::{Entity, Statement, Step};
use crate::value::NodeId;

use super::Reading;

/// A statement that a company does not use something, at all or in something else.
struct Denial {
    of: NodeId,
    within: Option<NodeId>,
}

/// What is denied of a company.
pub(super) struct Denials(Vec<Denial>);

impl Denials {
    /// The denials that the view shows.
    pub(super) fn of(reading: Reading<'_>, company: NodeId) -> Self {
        let snapshot = reading.0.snapshot();
        let is_denial = |step: &Step| snapshot.meta(Statement::Entity(Entity::Rel(step.rel))).negated;
        let scope = |step: &Step| snapshot.node(&reading.text(Entity::Rel(step.rel), "in")?);
        let denied = Reading(reading.0.with_negated()).out(company, "USES").filter(is_denial);
        Self(denied.map(|step| Denial { of: step.node, within: scope(&step) }).collect())
    }

    /// Sets of nodes, of which each open way passes by one whole set: by what is denied, or where it is denied of a scope only, by that or
    /// by the scope. Without a denial the one empty set. They double with each denial that has a scope.
    pub(super) fn detours(&self) -> Vec<BTreeSet<NodeId>> {
        self.0.iter().fold(vec![BTreeSet::new()], |detours, denial| {
            let either: BTreeSet<NodeId> = std::iter::once(denial.of).chain(denial.within).collect();
            let with = |detour: &BTreeSet<NodeId>, node: NodeId| detour.iter().copied().chain([node]).collect();
            detours.iter().flat_map(|detour| either.iter().map(move |node| with(detour, *node))).collect()
        })
    }
}
