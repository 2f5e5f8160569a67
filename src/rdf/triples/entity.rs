//! The triples of nodes and relationships, and of the values of their properties.

use std::sync::Arc;

use crate::graph::{Entity, Statement, TypeId};
use crate::rdf::word;
use crate::rdf::{Style, iri, literal};
use crate::value::{Date, NodeId, RelId, Value};

use super::{Id, Mapping, Triples};

impl Triples<'_, '_> {
    pub(super) fn node(&mut self, node: NodeId) {
        let mapping = self.mapping;
        if !mapping.has_node(node) {
            return;
        }
        let id = &Id::Node(node);
        self.labels(node);
        self.properties(id, Entity::Node(node), None);
        if mapping.style != Style::None {
            let snapshot = mapping.view.snapshot();
            if let Some(day) = snapshot.checked(node) {
                self.push_date(id, word::CHECKED, Date::exact(day));
            }
            self.meta(id, snapshot.meta(Statement::Entity(Entity::Node(node))));
        }
        self.plain(node, None, None);
    }

    /// That a node is what it is.
    pub(super) fn labels(&mut self, node: NodeId) {
        let id = &Id::Node(node);
        let labels = self.mapping.specific(node);
        if labels.is_empty() {
            self.push(id, word::TYPE, Id::Word(word::NODE));
        }
        for label in labels {
            self.push(id, word::TYPE, Id::Name(label));
        }
    }

    /// The plain triples of the relationships that leave a node; those of one type, or to one node, where asked for.
    pub(super) fn plain(&mut self, node: NodeId, only: Option<&Arc<str>>, to: Option<&Id>) {
        let mapping = self.mapping;
        let snapshot = mapping.view.snapshot();
        let catalog = snapshot.catalog();
        let types = match only {
            None => 0..catalog.types().len() as u32,
            Some(name) => catalog.rel_type(name).map_or(0..0, |found| found.0..found.0 + 1),
        };
        for rel_type in types.map(TypeId) {
            let name = Id::Name(catalog.type_name(rel_type).clone());
            if let Some(Id::Node(end)) = to {
                if snapshot.between(rel_type, node, *end).any(|rel| mapping.is_plain(rel)) {
                    self.list.push([Id::Node(node), name, Id::Node(*end)]);
                }
                continue;
            }
            // Several between two nodes are one plain triple; they stand side by side.
            let mut last = None;
            for step in mapping.view.outgoing(rel_type, node).filter(|step| mapping.is_plain(step.rel)) {
                if last != Some(step.node) {
                    self.list.push([Id::Node(node), name.clone(), Id::Node(step.node)]);
                    last = Some(step.node);
                }
            }
        }
    }

    pub(super) fn rel(&mut self, rel: RelId) {
        let id = &Id::Rel(rel);
        self.states(rel);
        self.properties(id, Entity::Rel(rel), None);
        self.meta(id, self.mapping.view.snapshot().meta(Statement::Entity(Entity::Rel(rel))));
    }

    /// What a relationship says.
    pub(super) fn states(&mut self, rel: RelId) {
        let snapshot = self.mapping.view.snapshot();
        let (rel_type, start, end) = snapshot.rel(rel);
        let id = &Id::Rel(rel);
        let name = snapshot.catalog().type_name(rel_type).clone();
        self.says(id, [Id::Node(start), Id::Name(name), Id::Node(end)]);
        self.push_flag(id, word::DERIVED, self.mapping.is_derived(rel));
    }

    /// Stored properties; of a property with a history the value on the day of the frame, if the frame is one day.
    pub(super) fn properties(&mut self, subject: &Id, entity: Entity, only: Option<&str>) {
        let view = self.mapping.view;
        let snapshot = view.snapshot();
        let catalog = snapshot.catalog();
        let stored: Vec<(Arc<str>, Value)> = match only {
            None => snapshot.properties(entity).into_iter().collect(),
            Some(name) => {
                catalog.key(name).map(|key| (name.into(), snapshot.property(entity, key))).into_iter().collect()
            }
        };
        for (name, value) in stored {
            let hidden = catalog
                .key(&name)
                .is_some_and(|key| snapshot.is_historic(key) && !snapshot.history(entity, key).is_empty());
            if !hidden {
                self.property(subject, &name, &value);
            }
        }
        let seen = match entity {
            Entity::Node(node) => view.shows_node(node),
            Entity::Rel(rel) => view.shows_rel(rel),
        };
        if seen && view.frame().day().is_some() {
            for (key, _) in snapshot.histories(entity) {
                let name = catalog.key_name(key).clone();
                if only.is_none_or(|only| *only == *name) {
                    self.property(subject, &name, &view.property(entity, key));
                }
            }
        }
    }

    fn property(&mut self, subject: &Id, name: &Arc<str>, value: &Value) {
        if value.is_null() {
            return;
        }
        if let Some(object) = self.value(subject, &Self::fragment(name), value) {
            self.list.push([subject.clone(), Mapping::key(name), object]);
        }
    }

    /// The object that stands for a value; a list is an `rdf:List` whose items are parts of `of`, numbered.
    ///
    /// `None` for what no property can hold: a map, a node, a relationship, a path.
    pub(super) fn value(&mut self, of: &Id, fragment: &str, value: &Value) -> Option<Id> {
        let items = match value {
            Value::Null => return Some(Id::Word(word::NULL)),
            Value::List(items) => items,
            scalar => return literal::write(scalar, &self.mapping.base).map(|literal| Id::Literal(Arc::new(literal))),
        };
        if !is_writable(value) {
            return None;
        }
        let part = |place: usize| Self::part(of, format!("{fragment}/{place}"));
        for (place, item) in items.iter().enumerate() {
            let at = part(place + 1);
            let object = self.value(of, &format!("{fragment}/{}", place + 1), item)?;
            self.push(&at, word::FIRST, object);
            let last = place + 1 == items.len();
            self.push(&at, word::REST, if last { Id::Word(word::NIL) } else { part(place + 2) });
        }
        Some(if items.is_empty() { Id::Word(word::NIL) } else { part(1) })
    }

    /// Where the items of a list property are.
    pub(super) fn fragment(name: &str) -> String {
        let mut fragment = String::with_capacity(name.len());
        iri::encode_name(name, &mut fragment);
        fragment
    }

    pub(super) fn entity(entity: Entity) -> Id {
        match entity {
            Entity::Node(node) => Id::Node(node),
            Entity::Rel(rel) => Id::Rel(rel),
        }
    }
}

/// Whether a value of a property has triples.
pub(in crate::rdf) fn is_writable(value: &Value) -> bool {
    match value {
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::LocalTime(_)
        | Value::Time(_)
        | Value::LocalDateTime(_)
        | Value::DateTime(_)
        | Value::Duration(_) => true,
        Value::List(values) => values.iter().all(is_writable),
        Value::Map(_) | Value::Node(_) | Value::Rel(_) | Value::Path(_) => false,
    }
}

impl Mapping<'_> {
    /// The labels of a node from which the schema gives the others back, and those that a definition gives.
    pub(in crate::rdf) fn specific(&self, node: NodeId) -> Vec<Arc<str>> {
        let snapshot = self.view.snapshot();
        let stored = snapshot.labels(node);
        if let Some(known) = self.specific.borrow().get(stored) {
            return known.clone();
        }
        let names = stored.iter().map(|label| snapshot.catalog().label_name(*label).clone());
        let (derived, mut kept): (Vec<_>, Vec<_>) = names.partition(|name| snapshot.is_derived_label(name));
        let mut at = 0;
        while at < kept.len() {
            let implied = |other: &Arc<str>| {
                *other != kept[at] && snapshot.schema().closure(other).iter().any(|broader| **broader == *kept[at])
            };
            if kept.iter().any(implied) {
                kept.remove(at);
            } else {
                at += 1;
            }
        }
        kept.extend(derived);
        self.specific.borrow_mut().insert(stored.to_vec(), kept.clone());
        kept
    }
}
