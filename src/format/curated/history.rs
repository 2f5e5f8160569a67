//! `histories:`, entries that the histories of nodes have beside those where they are declared.

use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::graph::Meta;
use crate::value::{NodeId, Value};

use super::fields::Fields;
use super::meta::Inherited;
use super::part;
use super::property::Properties;
use super::reader::Reader;
use super::yaml::Yaml;

/// Entries, and where they stand.
pub(super) struct Further {
    node: NodeId,
    key: String,
    entries: Vec<(Value, Meta)>,
    place: (Arc<SourceText>, Span),
}

impl Reader {
    /// `{of: …, PROPERTY: {history: …}}`.
    pub fn further_history(&mut self, yaml: &Yaml) {
        let Some(mut fields) = Fields::of(yaml, &part::HISTORIES, self) else { return };
        let of = fields.need("of", self).and_then(|yaml| self.node_id(yaml));
        let at = fields.start;
        let labels = of.map(|node| self.labels(node)).unwrap_or_default();
        let Properties { values, histories } = self.properties(&mut fields, &labels, &Inherited::default());
        if let Some((key, _)) = values.first() {
            let wrong = Diagnostic::new(code::WRONG_SHAPE, format!("`{key}` has a value here, and no history"));
            self.wrong(wrong.at(at, format!("expected `{key}: {{history: [{{value: …, from: …}}]}}`")));
        }
        let Some(node) = of else { return };
        for (key, entries) in histories {
            self.histories.push(Further { node, key, entries, place: (self.file.clone(), at) });
        }
    }

    /// Adds what [`Reader::further_history`] read, when all nodes are read.
    pub fn add_histories(&mut self) {
        for Further { node, key, entries, place: (file, at) } in std::mem::take(&mut self.histories) {
            let Some(built) = self.builder.get_mut(node) else { continue };
            if built.properties.iter().any(|(other, _)| *other == key) {
                let message = format!("`{key}` of `{}` has one value for all days where it is declared", built.id);
                let wrong = Diagnostic::new(code::DUPLICATE_KEY, message).at(at, "expected a property with a history");
                self.wrong(wrong.in_file(&file));
                continue;
            }
            match built.histories.iter_mut().find(|(other, _)| *other == key) {
                Some((_, before)) => before.extend(entries),
                None => built.histories.push((key, entries)),
            }
        }
    }
}
