//! Figures: numbers with a denominator, each an Observation node; and what the graph claims to hold completely.

use crate::diag::{Diagnostic, code};
use crate::graph::Completeness;
use crate::value::Value;

use super::declare::figure_id;
use super::fields::Fields;
use super::meta::{Inherited, Of};
use super::part;
use super::property::Properties;
use super::reader::Reader;
use super::yaml::Yaml;

/// What a figure is observed of, and the role it is said in.
const ROLES: [&str; 3] = ["of", "in", "partner"];

impl Reader {
    /// Reads a figure.
    pub fn figure(&mut self, yaml: &Yaml) {
        let Some(mut fields) = Fields::of(yaml, &part::FIGURE, self) else { return };
        let (id, span) = figure_id(yaml);
        fields.take("id");
        let Some(node) = self.builder.find(&id) else { return };
        let mut subjects = Vec::new();
        for role in ROLES {
            let entry = fields.take_entry(role);
            if role == "of" && entry.is_none() {
                let wrong = Diagnostic::new(code::MISSING_KEY, "a figure is a figure of something");
                self.wrong(wrong.at(span, "expected `of: ID` beside it"));
            }
            for one in entry.into_iter().flat_map(|entry| entry.value.each()) {
                subjects.extend(self.node_id(one).map(|node| (role, node, one.span)));
            }
        }
        // What was counted for a year stays counted: a figure holds always, and carries its year as a property.
        let cited = fields.has("cite");
        let meta = self.meta(&mut fields, &Inherited::default(), Of::Timeless);
        let inner = Inherited { citations: meta.citations.clone(), cited, learnt: meta.learnt, from: None };
        let written = |key: &str| fields.has(key);
        let (has_indicator, has_value) = (written("indicator"), ["value", "low", "high"].into_iter().any(written));
        let labels = self.labels(node);
        let Properties { mut values, histories } = self.properties(&mut fields, &labels, &inner);
        let number = |key: &str| match values.iter().find(|(name, _)| name == key) {
            Some((_, Value::Float(number))) => Some(*number),
            Some((_, Value::Int(number))) => Some(*number as f64),
            _ => None,
        };
        if let (Some(low), Some(high)) = (number("low"), number("high"))
            && high < low
        {
            let wrong = Diagnostic::new(code::BAD_VALUE, format!("`low` is {low} and `high` is {high}"));
            self.wrong(wrong.at(span, "expected the lower bound first"));
        }
        for (there, key) in [(has_indicator, "indicator"), (has_value, "value")] {
            if !there {
                let wrong = Diagnostic::new(code::MISSING_KEY, format!("a figure without `{key}`"));
                self.wrong(wrong.at(span, format!("expected `{key}: …` beside it")));
            }
        }
        for (role, subject, at) in subjects {
            let said = Properties { values: vec![("role".into(), Value::text(role))], histories: Vec::new() };
            self.link("OBSERVES", node, &[(subject, at)], &meta, &said, at);
        }
        values.insert(0, ("id".to_owned(), Value::text(&id)));
        if let Some(built) = self.builder.get_mut(node) {
            built.properties = values;
            built.histories = histories;
            built.meta = meta;
        }
    }

    /// Reads what the graph claims to hold completely.
    pub fn complete(&mut self, yaml: &Yaml) {
        let Some(mut fields) = Fields::of(yaml, &part::COMPLETE, self) else { return };
        let what = fields.need("what", self).and_then(|yaml| self.text(yaml, "a type or topic").map(ToOwned::to_owned));
        let of = fields.need("of", self).map(|yaml| self.node_ids(yaml)).unwrap_or_default();
        let to = fields.take("to").and_then(|yaml| self.day(yaml, "`to`"));
        let meta = self.meta(&mut fields, &Inherited::default(), Of::Statement);
        fields.finish(self);
        for of in of {
            let what = what.clone().unwrap_or_default();
            self.builder.complete(Completeness { what, of, to, meta: meta.clone() });
        }
    }
}
