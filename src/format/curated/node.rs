//! The second pass: instruments, measures and other nodes, with what leaves them.

use crate::diag::{Diagnostic, Span, code};
use crate::graph::{Cardinality, Meta, Modality, NewRel, RelDef, Schema};
use crate::value::{NodeId, Value};

use super::fields::Fields;
use super::meta::{Inherited, Of};
use super::part;
use super::property::Properties;
use super::reader::Reader;
use super::yaml::{Content, Entry, Yaml};

/// What a file's instrument gives to its measures.
pub(super) struct Act<'y> {
    pub node: NodeId,
    pub inherited: Inherited,
    /// Its chain, which its measures share.
    pub status: Option<&'y Yaml>,
    /// The last day somebody looked.
    pub checked: Option<&'y Yaml>,
}

impl Reader {
    /// Reads the instrument of a file.
    pub fn instrument<'y>(&mut self, yaml: &'y Yaml) -> Option<Act<'y>> {
        let mut fields = Fields::of(yaml, &part::INSTRUMENT, self)?;
        let node = fields.take("id").and_then(|yaml| self.node_id(yaml)).unwrap_or_else(|| self.nameless());
        fields.take("is");
        let published = self.published.get(&node).copied();
        let status = fields.take("status");
        let checked = fields.take("checked");
        if let Some(day) = checked.and_then(|yaml| self.day(yaml, "`checked`")) {
            self.builder.checked(node, day);
        }
        // The chain says from when it exists; without one it exists from its publication.
        let from = if status.is_some() { None } else { published };
        let inherited = Inherited { learnt: published, from, ..Inherited::default() };
        let inherited = Inherited { from: published, ..self.node(node, &mut fields, &inherited, published) };
        Some(Act { node, inherited, status, checked })
    }

    /// Reads a measure of `act`, and links it to it.
    pub fn measure(&mut self, yaml: &Yaml, act: Option<&Act<'_>>) {
        let Some(mut fields) = Fields::of(yaml, &part::MEASURE, self) else { return };
        let node = fields.take("id").and_then(|yaml| self.node_id(yaml)).unwrap_or_else(|| self.nameless());
        fields.take("is");
        let status = fields.take("status");
        let checked = fields.take("checked").or(act.and_then(|act| act.checked));
        if let Some(day) = checked.and_then(|yaml| self.day(yaml, "`checked`")) {
            self.builder.checked(node, day);
        }
        let mut inherited = act.map(|act| act.inherited.clone()).unwrap_or_default();
        let published = inherited.from;
        if status.is_some() || act.is_some_and(|act| act.status.is_some()) {
            inherited.from = None;
        }
        let inherited = self.node(node, &mut fields, &inherited, published);
        for yaml in status.map(|yaml| self.members(yaml, "status")).unwrap_or_default() {
            self.chain_entry(yaml, &[node], &[node], &inherited);
        }
        if let Some(act) = act {
            let mut nothing = Fields::nothing(yaml.span);
            let meta = self.meta(&mut nothing, &act.inherited, Of::Statement);
            self.link("PROVIDES", act.node, &[(node, yaml.span)], &meta, &Properties::default(), yaml.span);
        }
    }

    /// Reads any other node.
    pub fn other(&mut self, yaml: &Yaml) {
        let Some(mut fields) = Fields::of(yaml, &part::NODE, self) else { return };
        let node = fields.take("id").and_then(|yaml| self.node_id(yaml)).unwrap_or_else(|| self.nameless());
        fields.take("is");
        let status = fields.take("status");
        if let Some(day) = fields.take("checked").and_then(|yaml| self.day(yaml, "`checked`")) {
            self.builder.checked(node, day);
        }
        let inherited = self.node(node, &mut fields, &Inherited::default(), None);
        for yaml in status.map(|yaml| self.members(yaml, "status")).unwrap_or_default() {
            self.chain_entry(yaml, &[node], &[node], &inherited);
        }
    }

    /// Metadata, relationships and properties of a node; gives what stands in it inherits.
    fn node(
        &mut self,
        node: NodeId,
        fields: &mut Fields<'_>,
        inherited: &Inherited,
        published: Option<crate::value::Date>,
    ) -> Inherited {
        let cited = fields.has("cite") || inherited.cited;
        let meta = self.meta(fields, inherited, Of::Node);
        let inner = Inherited { citations: meta.citations.clone(), cited, learnt: inherited.learnt, from: published };
        for entry in fields.take_types() {
            self.relationships(node, entry, &inner);
        }
        let labels = self.labels(node);
        let Properties { mut values, histories } = self.properties(fields, &labels, &inner);
        self.check_keys(node, &labels, &values, fields.start);
        if let Some(built) = self.builder.get_mut(node) {
            values.insert(0, ("id".to_owned(), Value::text(&built.id)));
            built.properties = values;
            built.histories = histories;
            built.meta = meta;
        }
        inner
    }

    /// A key property names one node of a label.
    fn check_keys(&mut self, node: NodeId, labels: &[String], values: &[(String, Value)], at: Span) {
        for (key, value) in values {
            let is_key = self.builder.schema().properties.get(key).is_some_and(|def| def.key);
            if !is_key {
                continue;
            }
            let slot = (key.clone(), format!("{}:{value}", labels.first().map_or("", String::as_str)));
            if let Some(other) = self.keys.get(&slot) {
                let other = self.builder.id(*other);
                let twice = Diagnostic::new(code::DUPLICATE_ID, format!("`{other}` has {key} {value} too"));
                self.wrong(twice.at(at, format!("`{key}` names one thing of a label")));
            } else {
                self.keys.insert(slot, node);
            }
        }
    }

    /// `TYPE: target`, a statement, or a list of these, inside a node.
    fn relationships(&mut self, start: NodeId, entry: &Entry, inherited: &Inherited) {
        let def = self.rel_def(entry);
        let (mut plain, mut first) = (Vec::new(), None);
        for yaml in entry.value.each() {
            if let Content::Map(_) = yaml.value {
                let Some(mut fields) = Fields::of(yaml, &part::NESTED, self) else { continue };
                let to = fields.need("to", self).map(|to| self.ends(to)).unwrap_or_default();
                self.statement_of(&entry.key, &def, start, &to, &mut fields, inherited, entry.at);
            } else {
                first.get_or_insert(yaml.span);
                plain.extend(self.node_id(yaml).map(|node| (node, yaml.span)));
            }
        }
        if let Some(span) = first {
            let mut nothing = Fields::nothing(span);
            self.statement_of(&entry.key, &def, start, &plain, &mut nothing, inherited, entry.at);
        }
    }

    /// `{subject: …, TYPE: …, metadata and properties}`.
    pub fn statement(&mut self, yaml: &Yaml) {
        let Some(mut fields) = Fields::of(yaml, &part::STATEMENT, self) else { return };
        let subjects = fields.need("subject", self).map(|yaml| self.node_ids(yaml)).unwrap_or_default();
        let types = fields.take_types();
        if types.len() != 1 {
            let message = format!("a statement has one relationship type, not {}", types.len());
            let wrong = Diagnostic::new(code::WRONG_SHAPE, message);
            self.wrong(wrong.at(yaml.span, "expected one key in capitals, such as `USES: …`"));
        }
        let defs: Vec<RelDef> = types.iter().map(|entry| self.rel_def(entry)).collect();
        let def = defs.first().cloned().unwrap_or_default();
        // The keys are taken once, and the statement is the same for every subject.
        let kind = types.first().map_or("", |entry| entry.key.as_str());
        let (meta, properties) = self.said(kind, &def, &mut fields, &Inherited::default());
        for entry in types {
            let to = self.ends(&entry.value);
            for subject in &subjects {
                self.link(&entry.key, *subject, &to, &meta, &properties, entry.at);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a statement, each once")]
    fn statement_of(
        &mut self,
        kind: &str,
        def: &RelDef,
        start: NodeId,
        to: &[(NodeId, Span)],
        fields: &mut Fields<'_>,
        inherited: &Inherited,
        at: Span,
    ) {
        let (meta, properties) = self.said(kind, def, fields, inherited);
        self.link(kind, start, to, &meta, &properties, at);
    }

    /// Metadata and properties of a relationship.
    pub fn said(
        &mut self,
        kind: &str,
        def: &RelDef,
        fields: &mut Fields<'_>,
        inherited: &Inherited,
    ) -> (Meta, Properties) {
        let of = if def.timeless { Of::Timeless } else { Of::Statement };
        let cited = fields.has("cite") || inherited.cited;
        let meta = self.meta(fields, inherited, of);
        let inner = Inherited { citations: meta.citations.clone(), cited, learnt: meta.learnt, from: None };
        let properties = self.properties(fields, &[kind.to_owned()], &inner);
        (meta, properties)
    }

    /// What the schema says of a type; of one it does not know nothing, so that the rest can be read for its mistakes.
    fn rel_def(&mut self, entry: &Entry) -> RelDef {
        let schema = self.builder.schema();
        let def = schema.relationships.get(&entry.key).cloned();
        if def.is_none() {
            let wrong = Diagnostic::new(code::UNKNOWN_IN_SCHEMA, format!("no relationship type `{}`", entry.key))
                .at(entry.at, "the schema does not declare it")
                .nearest(&entry.key, schema.relationships.keys().map(String::as_str));
            self.wrong(wrong);
        }
        def.unwrap_or_default()
    }

    fn ends(&mut self, yaml: &Yaml) -> Vec<(NodeId, Span)> {
        yaml.each().iter().filter_map(|one| self.node_id(one).map(|node| (node, one.span))).collect()
    }

    /// Adds one relationship for each end, each between nodes that its type allows.
    pub fn link(
        &mut self,
        kind: &str,
        start: NodeId,
        to: &[(NodeId, Span)],
        meta: &Meta,
        properties: &Properties,
        at: Span,
    ) {
        let Some(def) = self.builder.schema().relationships.get(kind).cloned() else { return };
        self.check_end(kind, "starts from", &def.from, start, at);
        for (place, (end, span)) in to.iter().enumerate() {
            self.check_end(kind, "ends at", &def.to, *end, *span);
            if to[..place].iter().any(|(other, _)| other == end) {
                let twice = Diagnostic::new(code::DUPLICATE_ID, "the same target twice in one statement");
                self.wrong(twice.at(*span, "it says nothing more"));
            }
            self.check_single(kind, def.cardinality, (start, *end), meta, *span);
            self.builder.rel(NewRel {
                kind: kind.to_owned(),
                start,
                end: *end,
                properties: properties.values.clone(),
                histories: properties.histories.clone(),
                meta: meta.clone(),
            });
        }
    }

    /// A type that the schema allows once at a node is not there twice on one day. Only undisputed facts are compared:
    /// contested statements stand side by side.
    fn check_single(
        &mut self,
        kind: &str,
        cardinality: Option<Cardinality>,
        (start, end): (NodeId, NodeId),
        meta: &Meta,
        at: Span,
    ) {
        let (node, other) = match cardinality {
            None => return,
            Some(Cardinality::ToOne) => (start, end),
            Some(Cardinality::FromOne) => (end, start),
        };
        if meta.modality != Modality::Fact || meta.negated || meta.deprecated {
            return;
        }
        let periods = meta.validity.periods();
        let seen = self.singles.entry((kind.to_owned(), node)).or_default();
        let clash = seen.iter().find(|(_, held)| !held.intersect(&periods).is_empty()).map(|(first, _)| *first);
        seen.push((other, periods));
        if let Some(first) = clash {
            let (node, first) = (self.builder.id(node), self.builder.id(first));
            let message = format!("`{node}` has one {kind} at a time, and `{first}` holds on the same days");
            self.wrong(Diagnostic::new(code::WRONG_ENDS, message).at(at, "a second one"));
        }
    }

    fn check_end(&mut self, kind: &str, how: &str, allowed: &[String], node: NodeId, at: Span) {
        let labels = self.labels(node);
        // A node whose labels are wrong is reported for them.
        let is_known = labels.iter().any(|label| self.builder.schema().labels.contains_key(label));
        if is_known && !Schema::allows(allowed, &labels) {
            let (id, labels) = (self.builder.id(node), self.builder.labels(node).join(", "));
            let message = format!("`{id}` is a {labels}, and {kind} {how} {}", allowed.join(", "));
            self.wrong(Diagnostic::new(code::WRONG_ENDS, message).at(at, "does not fit"));
        }
    }
}
