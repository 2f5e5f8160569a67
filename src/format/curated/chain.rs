//! Status chains: `status:` of an instrument, a measure or any other node.

use crate::diag::{Diagnostic, code};
use crate::graph::{ChainEntry, End, NewEntry, State};
use crate::value::NodeId;

use super::fields::Fields;
use super::meta::{Inherited, Of};
use super::node::Act;
use super::part;
use super::reader::Reader;
use super::yaml::Yaml;

impl Reader {
    /// The chain of an instrument, which its measures share.
    pub fn chain(&mut self, act: &Act<'_>, measures: &[NodeId]) {
        let mut all = vec![act.node];
        all.extend(measures);
        for yaml in act.status.map(|yaml| self.members(yaml, "status")).unwrap_or_default() {
            self.chain_entry(yaml, &all, measures, &act.inherited);
        }
    }

    /// `{of: …, status: …}`: entries that the chains of nodes have beside those where they are declared.
    pub fn further(&mut self, yaml: &Yaml) {
        let Some(mut fields) = Fields::of(yaml, &part::CHAIN, self) else { return };
        let mut of = Vec::new();
        for one in fields.need("of", self).map(Yaml::each).unwrap_or_default() {
            let Some(node) = self.node_id(one) else { continue };
            if of.contains(&node) {
                let twice = Diagnostic::new(code::DUPLICATE_ID, "the same node twice in one chain");
                self.wrong(twice.at(one.span, "it says nothing more"));
            } else {
                of.push(node);
            }
        }
        let status = fields.need("status", self);
        fields.finish(self);
        for yaml in status.map(|yaml| self.members(yaml, "status")).unwrap_or_default() {
            self.chain_entry(yaml, &of, &of, &Inherited::default());
        }
    }

    /// One entry of the chain of `of`; `on:` limits it to some of `parts`.
    pub fn chain_entry(&mut self, yaml: &Yaml, of: &[NodeId], parts: &[NodeId], inherited: &Inherited) {
        let Some(mut fields) = Fields::of(yaml, &part::CHAIN_ENTRY, self) else { return };
        let found: Vec<_> = State::ALL
            .into_iter()
            .filter_map(|state| fields.take_entry(state.key()).map(|entry| (state, entry)))
            .collect();
        let mut days: Vec<_> =
            found.iter().map(|(state, entry)| (*state, self.date(&entry.value, "the first day of a state"))).collect();
        let on = days.first().and_then(|(_, on)| *on);
        let end = self.end(&mut fields);
        if let (Some(on), Some((end, span))) = (on, end)
            && end.day() <= on.first()
        {
            let wrong = Diagnostic::new(code::BAD_PERIOD, "a state that ends before it begins");
            self.wrong(wrong.at(span, format!("expected a day after {on}")));
        }
        let by = fields.take("by").and_then(|yaml| self.node_id(yaml));
        let of = match fields.take("on") {
            Some(yaml) => self.limited(yaml, parts),
            None => of.to_vec(),
        };
        let de_facto = fields.take("de_facto").is_some_and(|yaml| self.flag(yaml, "`de_facto`"));
        let part = fields.take("part").and_then(|yaml| self.text(yaml, "a part").map(ToOwned::to_owned));
        // An act that did it made it known.
        let learnt = by.and_then(|by| self.published.get(&by).copied()).or(inherited.learnt);
        let inherited = Inherited { learnt, from: None, ..inherited.clone() };
        let meta = self.meta(&mut fields, &inherited, Of::Statement);
        // A misspelt state is an unknown key, and said so.
        let misspelt = days.is_empty() && !fields.is_done();
        fields.finish(self);
        if days.len() != 1 && !misspelt {
            let states: Vec<&str> = State::ALL.iter().map(|state| state.key()).collect();
            let wrong = Diagnostic::new(code::WRONG_SHAPE, format!("an entry has one state, not {}", days.len()))
                .at(yaml.span, format!("expected one of {}", states.join(", ")));
            self.wrong(wrong);
        }
        if let Some((state, Some(on))) = days.pop() {
            let end = end.map_or(End::Unknown, |(end, _)| end);
            let entry = ChainEntry { state, on, end, by, de_facto, part, assumed: false, meta };
            self.builder.status(NewEntry { of, entry });
        }
    }

    fn limited(&mut self, yaml: &Yaml, parts: &[NodeId]) -> Vec<NodeId> {
        let mut limited = Vec::new();
        for one in yaml.each() {
            let Some(node) = self.node_id(one) else { continue };
            if parts.contains(&node) {
                limited.push(node);
            } else {
                let wrong = Diagnostic::new(code::DANGLING_ID, "`on` names a measure of another file");
                self.wrong(wrong.at(one.span, "expected a measure of this instrument"));
            }
        }
        limited
    }
}
