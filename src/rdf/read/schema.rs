//! What a file says of the graph itself: its schema and its documents.

use std::collections::BTreeSet;

use oxigraph::model::Term;

use crate::graph::{Cardinality, LabelDef, PropertyDef, PropertyKind, RelDef, Schema, Source};
use crate::rdf::iri::{decode_id, decode_name};
use crate::rdf::word::{self, Word};

use super::Reader;

impl Reader {
    pub(super) fn schema(&mut self) -> Schema {
        let mut schema = Schema::default();
        if let Some(at) = self.document.find(self.base.as_str()) {
            self.take_class(at, word::GRAPH);
            schema.name = self.text(at, word::TITLE).unwrap_or_default();
            schema.about = self.text(at, word::DESCRIPTION).unwrap_or_default();
            schema.licence = self.text(at, word::LICENSE);
            schema.base = self.text(at, word::BASE).unwrap_or_default();
            schema.cutoff = self.day(at, word::CUTOFF);
        }
        for at in 0..self.document.subjects.len() {
            let iri = self.document.subjects[at].name.clone();
            let Some(name) = self.document.local(&iri, "ns/").and_then(decode_name) else { continue };
            if self.take_class(at, word::LABEL_DEF) {
                let is = self.names(at, word::SUB_CLASS_OF);
                let about = self.text(at, word::COMMENT).unwrap_or_default();
                let derived = self.flag(at, word::DERIVED);
                schema.labels.insert(name.clone(), LabelDef { is, about, derived });
            }
            if self.take_class(at, word::DERIVED_LABEL) {
                self.derived_labels.insert(name.clone());
            }
            if self.take_class(at, word::TYPE_DEF) {
                let def = RelDef {
                    from: self.names(at, word::DOMAIN_INCLUDES),
                    to: self.names(at, word::RANGE_INCLUDES),
                    about: self.text(at, word::DEFINITION).unwrap_or_default(),
                    in_force: self.flag(at, word::IN_FORCE),
                    timeless: self.flag(at, word::TIMELESS),
                    cardinality: self.cardinality(at),
                };
                schema.relationships.insert(name.clone(), def);
            }
            if self.take_class(at, word::PROPERTY_DEF) {
                let def = PropertyDef {
                    kind: self.kind(at),
                    list: self.flag(at, word::LIST),
                    unit: self.text(at, word::UNIT).unwrap_or_default(),
                    denominator: self.text(at, word::DENOMINATOR).unwrap_or_default(),
                    about: self.text(at, word::DESCRIPTION).unwrap_or_default(),
                    history: self.flag(at, word::HISTORY),
                    of: self.names(at, word::OF),
                    key: self.flag(at, word::KEY),
                };
                schema.properties.insert(name, def);
            }
        }
        schema
    }

    /// A set of names.
    fn names(&mut self, at: usize, word: Word) -> Vec<String> {
        let mut names = BTreeSet::new();
        for object in self.document.take(at, word) {
            let name = match &object {
                Term::NamedNode(node) => self.document.local(node.as_str(), "ns/").and_then(decode_name),
                _ => None,
            };
            match name {
                Some(name) => drop(names.insert(name)),
                None => self.wrong(at, format!("{object} is no name of this graph")),
            }
        }
        names.into_iter().collect()
    }

    fn cardinality(&mut self, at: usize) -> Option<Cardinality> {
        match self.word(at, word::CARDINALITY)? {
            word::TO_ONE => Some(Cardinality::ToOne),
            word::FROM_ONE => Some(Cardinality::FromOne),
            other => {
                self.wrong(at, format!("`{}` is no cardinality: write `ToOne` or `FromOne`", other.local));
                None
            }
        }
    }

    fn kind(&mut self, at: usize) -> PropertyKind {
        let found = self.word(at, word::KIND);
        let kind = PropertyKind::ALL.iter().find(|(_, name)| found.is_some_and(|word| word.local == *name));
        match kind {
            Some((kind, _)) => *kind,
            None => {
                self.wrong(at, "a property needs a kind: text, int, float, bool, date or id");
                PropertyKind::Text
            }
        }
    }

    pub(super) fn sources(&mut self) {
        for at in 0..self.document.subjects.len() {
            let iri = self.document.subjects[at].name.clone();
            let Some(id) = self.document.local(&iri, "src/").and_then(decode_id) else { continue };
            self.take_class(at, word::DOCUMENT);
            let source = Source {
                id: id.into(),
                publisher: self.text(at, word::PUBLISHER).unwrap_or_default(),
                title: self.text(at, word::TITLE).unwrap_or_default(),
                date: self.date(at, word::DATE),
                url: self.text(at, word::URL),
                locator: self.text(at, word::LOCATOR),
                kind: self.text(at, word::KIND_OF_DOCUMENT),
                language: self.text(at, word::LANGUAGE),
                licence: self.text(at, word::LICENSE),
            };
            // One subject a document: the id is not taken.
            let _ = self.builder.source(source);
        }
    }
}
