//! Properties: texts typed by the schema, single, in lists, or in histories.

use crate::diag::{Diagnostic, code};
use crate::graph::{Meta, PropertyDef, PropertyKind};
use crate::value::Value;

use super::fields::Fields;
use super::meta::{Inherited, Of};
use super::part::{self, Part};
use super::reader::Reader;
use super::yaml::{Content, Entry, Yaml};

/// The properties of a node or relationship.
#[derive(Default)]
pub(super) struct Properties {
    pub values: Vec<(String, Value)>,
    pub histories: Vec<(String, Vec<(Value, Meta)>)>,
}

impl Reader {
    /// Reads everything that is left in `fields` as properties of a thing of these labels, or of this type.
    pub fn properties(&mut self, fields: &mut Fields<'_>, owners: &[String], inherited: &Inherited) -> Properties {
        let mut found = Properties::default();
        let mut entries = Vec::new();
        if let Some(props) = fields.take("props")
            && let Some(mut inner) = Fields::of(props, &part::PROPS, self)
        {
            entries.extend(inner.take_rest());
        }
        let n_props = entries.len();
        entries.extend(fields.take_rest());
        for (place, entry) in entries.iter().enumerate() {
            let in_props = &entries[..n_props.min(place)];
            if let Some(first) = in_props.iter().find(|other| other.key == entry.key) {
                let twice = Diagnostic::new(code::DUPLICATE_KEY, format!("`{}` is written twice", entry.key));
                self.wrong(twice.at(entry.at, "the second time").at(first.at, "the first time"));
            }
            self.property(entry, fields.part(), owners, inherited, &mut found);
        }
        found
    }

    fn property(
        &mut self,
        entry: &Entry,
        part: &'static Part,
        owners: &[String],
        inherited: &Inherited,
        found: &mut Properties,
    ) {
        let Some(def) = self.builder.schema().properties.get(&entry.key).cloned() else {
            let schema = self.builder.schema();
            let mut names: Vec<String> = part.names().map(ToOwned::to_owned).collect();
            names.extend(schema.properties.keys().chain(schema.relationships.keys()).cloned());
            return self.unknown_key(entry, &names.iter().map(String::as_str).collect::<Vec<_>>());
        };
        let is_known = owners.iter().any(|owner| {
            let schema = self.builder.schema();
            schema.labels.contains_key(owner) || schema.relationships.contains_key(owner)
        });
        if is_known && !def.of.is_empty() && !def.of.iter().any(|of| owners.contains(of)) {
            let wrong = Diagnostic::new(code::UNKNOWN_KEY, format!("`{}` is a property of other things", entry.key))
                .at(entry.at, format!("the schema gives it to {}", def.of.join(", ")));
            return self.wrong(wrong);
        }
        if let Content::Map(_) = entry.value.value {
            if let Some(history) = self.history(entry, &def, inherited) {
                found.histories.push((entry.key.clone(), history));
            }
            return;
        }
        let value = if def.list {
            let values = entry.value.each().iter().filter_map(|yaml| self.value(yaml, &entry.key, &def)).collect();
            Some(Value::List(values))
        } else {
            self.value(&entry.value, &entry.key, &def)
        };
        found.values.extend(value.map(|value| (entry.key.clone(), value)));
    }

    /// `{history: [{value, from, …}, …]}`.
    fn history(&mut self, entry: &Entry, def: &PropertyDef, inherited: &Inherited) -> Option<Vec<(Value, Meta)>> {
        if !def.history {
            let wrong = Diagnostic::new(code::WRONG_SHAPE, format!("`{}` does not change over time", entry.key));
            self.wrong(wrong.at(entry.value.span, "expected one value").help("say `history: true` in the schema"));
            return None;
        }
        let mut outer = Fields::of(&entry.value, &part::HISTORY, self)?;
        let list = outer.need("history", self)?;
        outer.finish(self);
        let mut entries = Vec::new();
        for yaml in self.members(list, "history") {
            let Some(mut fields) = Fields::of(yaml, &part::HISTORY_ENTRY, self) else { continue };
            let value = fields.need("value", self).and_then(|yaml| self.value(yaml, &entry.key, def));
            let meta = self.meta(&mut fields, inherited, Of::Statement);
            fields.finish(self);
            entries.extend(value.map(|value| (value, meta)));
        }
        Some(entries)
    }

    /// One value of a property.
    pub fn value(&mut self, yaml: &Yaml, key: &str, def: &PropertyDef) -> Option<Value> {
        let text = self.text(yaml, &format!("a value of `{key}`"))?;
        let value = match def.kind {
            PropertyKind::Text => Some(Value::text(text)),
            PropertyKind::Int => text.parse().ok().map(Value::Int),
            PropertyKind::Float => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float),
            PropertyKind::Bool => text.parse().ok().map(Value::Bool),
            PropertyKind::Date => match text.parse() {
                Ok(date) => Some(Value::Date(date)),
                Err(wrong) => {
                    self.bad_date(yaml.span, &wrong);
                    return None;
                }
            },
            PropertyKind::Id => {
                self.node_id(yaml)?;
                Some(Value::text(text))
            }
        };
        if value.is_none() {
            let wrong = Diagnostic::new(code::BAD_VALUE, format!("`{text}` is no value of `{key}`"));
            self.wrong(wrong.at(yaml.span, def.kind.expected()));
        }
        value
    }
}
