//! The triples of what the graph says about itself: its name, its schema, its documents.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::graph::{Cardinality, SourceId};
use crate::rdf::word::{self, Word};
use crate::value::Date;

use super::{Id, Mapping, Triples};

impl Mapping<'_> {
    /// The names that the schema declares or a definition gives, sorted.
    pub(in crate::rdf) fn names(&self) -> BTreeSet<Arc<str>> {
        let snapshot = self.view.snapshot();
        let schema = snapshot.schema();
        let declared = schema.labels.keys().chain(schema.relationships.keys()).chain(schema.properties.keys());
        let derived = snapshot.catalog().labels().filter(|name| snapshot.is_derived_label(name));
        declared.map(String::as_str).chain(derived).map(Arc::from).collect()
    }
}

impl Triples<'_, '_> {
    pub(super) fn graph(&mut self) {
        let schema = self.mapping.view.snapshot().schema();
        let graph = &Id::Graph;
        self.push(graph, word::TYPE, Id::Word(word::GRAPH));
        self.push_filled(graph, word::TITLE, &schema.name);
        self.push_filled(graph, word::DESCRIPTION, &schema.about);
        self.push_some(graph, word::LICENSE, schema.licence.as_ref());
        self.push_filled(graph, word::BASE, &schema.base);
        if let Some(day) = schema.cutoff {
            self.push_date(graph, word::CUTOFF, Date::exact(day));
        }
    }

    /// What the schema says of a name; it may be that of a label, a type and a property, so each has words of its own.
    pub(super) fn definitions(&mut self, name: &Arc<str>) {
        let snapshot = self.mapping.view.snapshot();
        let schema = snapshot.schema();
        let id = &Id::Name(name.clone());
        if let Some(def) = schema.labels.get(&**name) {
            self.push(id, word::TYPE, Id::Word(word::LABEL_DEF));
            self.push_names(id, word::SUB_CLASS_OF, &def.is);
            self.push_filled(id, word::COMMENT, &def.about);
            self.push_flag(id, word::DERIVED, def.derived);
        }
        if snapshot.is_derived_label(name) {
            self.push(id, word::TYPE, Id::Word(word::DERIVED_LABEL));
        }
        if let Some(def) = schema.relationships.get(&**name) {
            self.push(id, word::TYPE, Id::Word(word::TYPE_DEF));
            self.push_names(id, word::DOMAIN_INCLUDES, &def.from);
            self.push_names(id, word::RANGE_INCLUDES, &def.to);
            self.push_filled(id, word::DEFINITION, &def.about);
            self.push_flag(id, word::IN_FORCE, def.in_force);
            self.push_flag(id, word::TIMELESS, def.timeless);
            match def.cardinality {
                None => {}
                Some(Cardinality::ToOne) => self.push(id, word::CARDINALITY, Id::Word(word::TO_ONE)),
                Some(Cardinality::FromOne) => self.push(id, word::CARDINALITY, Id::Word(word::FROM_ONE)),
            }
        }
        if let Some(def) = schema.properties.get(&**name) {
            self.push(id, word::TYPE, Id::Word(word::PROPERTY_DEF));
            self.push(id, word::KIND, Id::Word(Word::kind(def.kind)));
            self.push_names(id, word::OF, &def.of);
            self.push_filled(id, word::DESCRIPTION, &def.about);
            self.push_filled(id, word::UNIT, &def.unit);
            self.push_filled(id, word::DENOMINATOR, &def.denominator);
            self.push_flag(id, word::LIST, def.list);
            self.push_flag(id, word::HISTORY, def.history);
            self.push_flag(id, word::KEY, def.key);
        }
    }

    /// A set of names.
    fn push_names(&mut self, subject: &Id, predicate: Word, names: &[String]) {
        for name in names.iter().collect::<BTreeSet<_>>() {
            self.push(subject, predicate, Id::Name(name.as_str().into()));
        }
    }

    pub(super) fn source(&mut self, number: SourceId) {
        let Some(source) = self.mapping.view.snapshot().sources().get(number.0 as usize) else { return };
        let id = &Id::Source(number);
        self.push(id, word::TYPE, Id::Word(word::DOCUMENT));
        self.push_filled(id, word::TITLE, &source.title);
        self.push_filled(id, word::PUBLISHER, &source.publisher);
        if let Some(date) = source.date {
            self.push_date(id, word::DATE, date);
        }
        self.push_some(id, word::URL, source.url.as_ref());
        self.push_some(id, word::LOCATOR, source.locator.as_ref());
        self.push_some(id, word::KIND_OF_DOCUMENT, source.kind.as_ref());
        self.push_some(id, word::LANGUAGE, source.language.as_ref());
        self.push_some(id, word::LICENSE, source.licence.as_ref());
    }
}
