//! Trade procedures: what the vocabulary of trade policy says, worked out for questions that a pattern cannot ask.
//!
//! They read labels and relationship types of `graph-data/schema.yaml` by name; in a graph that lacks one, nothing is found by it.

mod chokepoints;
mod concentration;
mod conflicts;
mod denial;
mod endings;
mod exposure;
mod goods;
mod in_force;
mod observation;
mod origin;
mod panel;
mod standing;
mod tariff;
mod timeline;

pub(super) use chokepoints::CHOKEPOINTS;
pub(super) use concentration::CONCENTRATION;
pub(super) use conflicts::CONFLICTS;
pub(super) use endings::ENDINGS;
pub(super) use exposure::EXPOSURE;
pub(super) use in_force::IN_FORCE;
pub(super) use panel::PANEL;
pub(super) use tariff::TARIFF;
pub(super) use timeline::TIMELINE;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::graph::{Citation, Entity, Frame, GraphView, Lens, Meta, Statement, Step, ValidTime};
use crate::value::{Date, Day, NodeId, RelId, Value};

use super::{Context, Procedure};

/// The relationship types and labels without which each gives no rows.
pub(super) static LOOKS_FOR: &[(&Procedure, &[&str], &[&str])] = &[
    (&IN_FORCE, &[], &["Measure"]),
    (&ENDINGS, &[], &["Measure"]),
    (&TARIFF, &["COVERS", "TARGETS"], &[]),
    (&EXPOSURE, &["USES", "MAKES", "CONTAINS", "SUPPLIES"], &[]),
    (&CHOKEPOINTS, &["USES", "MAKES", "CONTAINS"], &[]),
    (&CONCENTRATION, &[], &["Observation"]),
    (&CONFLICTS, &[], &["Observation"]),
    (&PANEL, &["COVERS", "TARGETS"], &[]),
];

/// The lens of the query's frame, but for its valid time.
fn lens(context: &Context<'_>, valid: ValidTime) -> Lens {
    Lens::new(context.view.snapshot(), Frame { valid, ..context.view.frame() })
}

/// A view read by the names of the vocabulary.
#[derive(Clone, Copy)]
struct Reading<'g>(GraphView<'g>);

impl<'g> Reading<'g> {
    fn out(self, node: NodeId, rel_type: &str) -> impl Iterator<Item = Step> + 'g {
        let found = self.0.snapshot().catalog().rel_type(rel_type);
        found.into_iter().flat_map(move |rel_type| self.0.outgoing(rel_type, node))
    }

    fn into(self, node: NodeId, rel_type: &str) -> impl Iterator<Item = Step> + 'g {
        let found = self.0.snapshot().catalog().rel_type(rel_type);
        found.into_iter().flat_map(move |rel_type| self.0.incoming(rel_type, node))
    }

    /// The nodes of a label, in the order of their ids.
    fn nodes(self, label: &str) -> Vec<NodeId> {
        let snapshot = self.0.snapshot();
        let mut nodes: Vec<NodeId> =
            snapshot.catalog().label(label).into_iter().flat_map(|label| self.0.nodes_with(label)).collect();
        nodes.sort_by_key(|node| snapshot.node_id(*node).clone());
        nodes
    }

    fn is(self, node: NodeId, label: &str) -> bool {
        self.0.snapshot().catalog().label(label).is_some_and(|label| self.0.has_label(node, label))
    }

    fn value(self, of: Entity, key: &str) -> Value {
        self.0.snapshot().catalog().key(key).map_or(Value::Null, |key| self.0.property(of, key))
    }

    fn number(self, of: Entity, key: &str) -> Option<f64> {
        match self.value(of, key) {
            Value::Float(number) => Some(number),
            Value::Int(number) => Some(number as f64),
            _ => None,
        }
    }

    /// The entry of a history that a property is read from, if it is one.
    fn said(self, of: Entity, key: &str) -> Option<Statement> {
        let key = self.0.snapshot().catalog().key(key)?;
        self.0.entry_read(of, key).map(Statement::History)
    }

    fn text(self, of: Entity, key: &str) -> Option<String> {
        match self.value(of, key) {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// The name of a node; its id where it has none.
    fn name(self, node: NodeId) -> String {
        self.0.snapshot().name(node).to_string()
    }

    /// Everything, as a measure that names no goods or no country covers it.
    fn is_everything(self, node: NodeId) -> bool {
        self.text(Entity::Node(node), "kind").is_some_and(|kind| kind == "everything")
    }

    /// The node and all that relationships of these types lead to, over any number of steps.
    fn closure(self, from: NodeId, rel_types: &[&str]) -> BTreeSet<NodeId> {
        let (mut found, mut next) = (BTreeSet::from([from]), vec![from]);
        while let Some(node) = next.pop() {
            for rel_type in rel_types {
                next.extend(self.stated(node, rel_type).map(|step| step.node).filter(|node| found.insert(*node)));
            }
        }
        found
    }

    /// The shortest way from a node to another over relationships of these types: nodes after the first, and relationships.
    fn way(self, from: NodeId, to: NodeId, rel_types: &[&str]) -> Option<(Vec<NodeId>, Vec<RelId>)> {
        let (mut came, mut next) = (BTreeMap::new(), VecDeque::from([from]));
        while let Some(node) = next.pop_front() {
            if node == to {
                let back = std::iter::successors(came.get(&to), |(before, _)| came.get(before));
                let (mut nodes, mut rels, mut at) = (Vec::new(), Vec::new(), to);
                for (before, rel) in back {
                    nodes.push(at);
                    rels.push(*rel);
                    at = *before;
                }
                nodes.reverse();
                rels.reverse();
                return Some((nodes, rels));
            }
            for step in rel_types.iter().flat_map(|rel_type| self.stated(node, rel_type)) {
                if step.node != from && !came.contains_key(&step.node) {
                    came.insert(step.node, (node, step.rel));
                    next.push_back(step.node);
                }
            }
        }
        None
    }

    /// The names of a statement's voices, speaker first.
    fn voices(self, meta: &Meta) -> Vec<String> {
        meta.claimed_by.iter().map(|voice| self.name(*voice)).collect()
    }

    /// The ids of the documents that a statement cites.
    fn sources(self, meta: &Meta) -> Value {
        let id = |citation: &Citation| Value::Text(self.0.snapshot().source(citation.source).id.clone());
        Value::list(meta.citations.iter().map(id))
    }
}

/// A day as a value; null where it is without end.
fn day(day: Day) -> Value {
    if day == Day::MIN || day == Day::MAX { Value::Null } else { Value::Date(Date::exact(day)) }
}
