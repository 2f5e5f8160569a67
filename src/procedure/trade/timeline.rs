//! All that is dated of one thing, in order.

use std::borrow::Cow;

use crate::graph::{Entity, GraphView, Meta, Statement, Step, ValidTime, Validity};
use crate::procedure::{Context, Field, Procedure, Rows, Run, Type, argument, column, maybe};
use crate::value::{Date, Day, NodeId, Value};

use super::{Reading, day, lens};

/// Everything dated that the record has of a node, in order: dates it has as properties, the entries of its chain and of those of the
/// measures it provides, the values of its histories, what happened or was said about it, and its relationships, each with its period, mood and sources. What is denied begins with `not`.
///
/// `until` is the first day it no longer holds; null where no end is known. What has no date is left out. The valid time of
/// the query's frame plays no part, its known day and moods do.
///
/// # Errors
/// An id that no node has.
pub(in crate::procedure) static TIMELINE: Procedure = Procedure {
    name: Cow::Borrowed("trade.timeline"),
    arguments: Cow::Borrowed(&[ENTITY]),
    yields: Cow::Borrowed(&[FROM, UNTIL, SUBJECT, WHAT, OBJECT, MODALITY, SOURCES]),
    summary: Cow::Borrowed(
        "Everything dated of a node, in order: its dates, its status chain and those of the measures it provides, its histories, events and claims about it, and its relationships.",
    ),
    notes: Cow::Borrowed(
        "What has no date is left out; what is denied begins with `not`. The valid time of the query's frame plays no part; its known day and moods do.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.timeline('us-eo-14195') YIELD from, what WHERE what STARTS WITH 'rate' RETURN collect([toString(from), what])",
        ),
        Cow::Borrowed("[['2025-02-04', 'rate = 10.0'], ['2025-03-04', 'rate = 20.0'], ['2025-11-10', 'rate = 10.0']]"),
    ),
    run: Run::Built(timeline),
};
const ENTITY: Field = column("entity", Type::Any);
const FROM: Field = column("from", Type::Any);
const UNTIL: Field = maybe("until", Type::Any);
const SUBJECT: Field = column("subject", Type::Node);
const WHAT: Field = column("what", Type::String);
const OBJECT: Field = maybe("object", Type::Node);
const MODALITY: Field = column("modality", Type::String);
const SOURCES: Field = column("sources", Type::List);

fn timeline(values: &[Value], context: &Context<'_>) -> Rows {
    let node = argument::node(&TIMELINE, 0, values, context)?;
    let lens = lens(context, ValidTime::All);
    let view = GraphView::new(context.view.snapshot(), &lens);
    let mut line = Line { reading: Reading(view), rows: Vec::new() };
    line.dates(node);
    let provided: Vec<NodeId> = line.reading.out(node, "PROVIDES").map(|step| step.node).collect();
    for of in [node].into_iter().chain(provided) {
        context.limits.checkpoint()?;
        // What a measure inherits from its act is told of the act.
        line.chain(of, if of == node { &[] } else { view.snapshot().chain(node) });
        line.histories(of);
    }
    let about: Vec<Step> = line.reading.into(node, "ABOUT").collect();
    for step in about {
        context.limits.checkpoint()?;
        line.event(step.node, node);
    }
    for rel_type in view.snapshot().stored_types() {
        context.limits.checkpoint()?;
        let name = view.snapshot().catalog().type_name(rel_type);
        for step in view.with_negated().outgoing(rel_type, node) {
            line.statement(node, name, Some(step.node), view.snapshot().meta(Statement::Entity(Entity::Rel(step.rel))));
        }
        for step in view.with_negated().incoming(rel_type, node).filter(|step| step.node != node) {
            line.statement(step.node, name, Some(node), view.snapshot().meta(Statement::Entity(Entity::Rel(step.rel))));
        }
    }
    // What happens on one day stays in the order in which it was found.
    line.rows.sort_by_key(|(day, _)| *day);
    Ok(line.rows.into_iter().map(|(_, row)| row).collect())
}

struct Line<'g> {
    reading: Reading<'g>,
    rows: Vec<(Day, Vec<Value>)>,
}

impl Line<'_> {
    /// Properties that are dates.
    fn dates(&mut self, node: NodeId) {
        let view = self.reading.0;
        let meta = view.snapshot().meta(Statement::Entity(Entity::Node(node)));
        for (key, value) in view.properties(Entity::Node(node)) {
            if let Value::Date(date) = value {
                self.row(date, Value::Null, node, (&key, None), meta);
            }
        }
    }

    /// What happened or was said about the node, on its day.
    fn event(&mut self, event: NodeId, about: NodeId) {
        let view = self.reading.0;
        let value = |key| self.reading.value(Entity::Node(event), key);
        let (Value::Date(date), last) = (value("date"), value("date_end")) else { return };
        let until = if let Value::Date(last) = last { day(last.last().next()) } else { Value::Null };
        let meta = view.snapshot().meta(Statement::Entity(Entity::Node(event)));
        self.row(date, until, event, ("is about", Some(about)), meta);
    }

    fn chain(&mut self, node: NodeId, but: &[u32]) {
        let view = self.reading.0;
        for entry in view.snapshot().chain(node).iter().filter(|entry| !but.contains(entry)) {
            let entry = view.snapshot().chain_entry(*entry);
            if view.shows_statement(&Meta { negated: false, ..entry.meta.clone() }) {
                let end = entry.end.stated().map_or(Value::Null, day);
                self.row(entry.on, end, node, (entry.state.words(), entry.by), &entry.meta);
            }
        }
    }

    fn histories(&mut self, node: NodeId) {
        let view = self.reading.0;
        for (key, _) in view.snapshot().histories(Entity::Node(node)) {
            let name = view.snapshot().catalog().key_name(key);
            for entry in view.history(Entity::Node(node), key) {
                let entry = view.snapshot().history_entry(entry);
                self.statement(node, &format!("{name} = {}", entry.value), None, &entry.meta);
            }
        }
    }

    /// A statement, once for each of its periods that has a first day.
    fn statement(&mut self, subject: NodeId, what: &str, object: Option<NodeId>, meta: &Meta) {
        let Validity::In(periods) = &meta.validity else { return };
        for period in periods {
            let end = period.to.stated().map_or(Value::Null, day);
            if let crate::graph::Start::On(from) = period.from {
                self.row(from, end, subject, (what, object), meta);
            }
        }
    }

    fn row(&mut self, from: Date, until: Value, subject: NodeId, (what, object): (&str, Option<NodeId>), meta: &Meta) {
        let what = if meta.negated { format!("not {what}") } else { what.to_owned() };
        let row = vec![
            Value::Date(from),
            until,
            Value::Node(subject),
            Value::from(what.as_str()),
            object.map_or(Value::Null, Value::Node),
            Value::from(meta.modality.word()),
            self.reading.sources(meta),
        ];
        self.rows.push((from.first(), row));
    }
}
