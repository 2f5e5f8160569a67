//! What expires, revives or is due, by day.

use std::borrow::Cow;

use crate::graph::{Entity, GraphView, State, Statement, ValidTime, Validity};
use crate::procedure::{Context, Field, Procedure, Rows, Run, Type, argument, column, maybe};
use crate::value::{Day, NodeId, Value};

use super::{Reading, day, lens};

/// What ends or begins by the record from one day through another: terms that expire, suspensions that end, acts that take
/// effect, and relationships and pledges whose period ends.
///
/// `object` is the act that did it, or the other end of the relationship. `day` is the first day of the new state, `last` the last day of the old one. Where a notice suspends “until” a day, both
/// readings are there: the day itself, and the day after. `after` is what the chain says of `day`: where somebody
/// extended a suspension it is still suspended, and where nobody looked it is unknown. The valid time of the query's frame plays no part, its
/// known day and moods do. In the order of days, then of ids.
///
/// # Errors
/// What is no day.
pub(in crate::procedure) static ENDINGS: Procedure = Procedure {
    name: Cow::Borrowed("trade.endings"),
    arguments: Cow::Borrowed(&[FROM, THROUGH]),
    yields: Cow::Borrowed(&[DAY, LAST, SUBJECT, WHAT, OBJECT, AFTER, SOURCES]),
    summary: Cow::Borrowed(
        "What expires, revives or is due from one day through another: the first day of the new state, the last of the old, and what the record says of it afterwards.",
    ),
    notes: Cow::Borrowed(
        "Where a notice suspends “until” a day, both readings are there: `last` is the day, `day` the one after. `object` is the act that did it, or the other end of a relationship. `after` is unknown where nobody looked. The valid time of the query's frame plays no part.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.endings('2026-11-01', '2026-11-30') YIELD last, subject, what WHERE subject.id = 'cn-2025-57#1' RETURN [toString(last), what]",
        ),
        Cow::Borrowed("['2026-11-10', 'suspension ends']"),
    ),
    run: Run::Built(endings),
};
const FROM: Field = column("from", Type::Any);
const THROUGH: Field = column("through", Type::Any);
const DAY: Field = column("day", Type::Any);
const LAST: Field = column("last", Type::Any);
const SUBJECT: Field = column("subject", Type::Node);
const WHAT: Field = column("what", Type::String);
const OBJECT: Field = maybe("object", Type::Node);
const AFTER: Field = maybe("after", Type::String);
const SOURCES: Field = column("sources", Type::List);

fn endings(values: &[Value], context: &Context<'_>) -> Rows {
    let (from, through) = (argument::day(&ENDINGS, 0, values)?, argument::day(&ENDINGS, 1, values)?);
    let lens = lens(context, ValidTime::All);
    let view = GraphView::new(context.view.snapshot(), &lens);
    let mut search = Search { reading: Reading(view), from, through, rows: Vec::new() };
    for node in view.nodes() {
        context.limits.checkpoint()?;
        if view.status(node).is_some() && search.reading.is(node, "Measure") {
            search.measure(node);
        }
    }
    for rel in view.rels() {
        context.limits.checkpoint()?;
        let meta = view.snapshot().meta(Statement::Entity(Entity::Rel(rel)));
        if let (Some(ends), false) = (written_end(&meta.validity), view.snapshot().is_derived_rel(rel)) {
            let (rel_type, start, end) = view.snapshot().rel(rel);
            let what = format!("no longer {}", view.snapshot().catalog().type_name(rel_type));
            search.end(ends, start, (&what, Some(end)), search.reading.sources(meta));
        }
    }
    let ids = |row: &Found| (row.day, view.snapshot().node_id(row.subject).clone());
    search.rows.sort_by_key(ids);
    Ok(search.rows.into_iter().map(|found| found.row).collect())
}

struct Found {
    day: Day,
    subject: NodeId,
    row: Vec<Value>,
}

struct Search<'g> {
    reading: Reading<'g>,
    from: Day,
    through: Day,
    rows: Vec<Found>,
}

impl Search<'_> {
    /// The entries of a measure's chain that begin or end within the days.
    fn measure(&mut self, node: NodeId) {
        let (view, reading) = (self.reading.0, self.reading);
        for entry in view.snapshot().chain(node) {
            let entry = view.snapshot().chain_entry(*entry);
            if !entry.counts(view.frame().known) {
                continue;
            }
            // That nobody looked is told by what comes after.
            if entry.state != State::Unknown && self.from <= entry.on.last() && entry.on.first() <= self.through {
                let dated = (Value::Date(entry.on), day(entry.on.first().previous()));
                let what = (entry.state.words(), entry.by);
                self.row(entry.on.first(), dated, node, what, reading.sources(&entry.meta));
            }
            if let Some(end) = entry.end.stated() {
                let what = if entry.state == State::Suspended { "suspension ends" } else { "term ends" };
                self.end(end, node, (what, entry.by), reading.sources(&entry.meta));
            }
        }
    }

    /// Takes an end that one of its two readings puts within the days.
    fn end(&mut self, end: Day, subject: NodeId, what: (&str, Option<NodeId>), sources: Value) {
        if self.from <= end && end.previous() <= self.through {
            self.row(end, (day(end), day(end.previous())), subject, what, sources);
        }
    }

    fn row(
        &mut self,
        day: Day,
        dated: (Value, Value),
        subject: NodeId,
        (what, object): (&str, Option<NodeId>),
        sources: Value,
    ) {
        let after = self.reading.0.state_on(subject, day);
        let row = vec![
            dated.0,
            dated.1,
            Value::Node(subject),
            Value::text(what),
            object.map_or(Value::Null, Value::Node),
            after.map_or(Value::Null, |state| Value::from(state.words())),
            sources,
        ];
        self.rows.push(Found { day, subject, row });
    }
}

/// The first day on which a statement no longer holds, where its last period has a written end.
fn written_end(validity: &Validity) -> Option<Day> {
    match validity {
        Validity::Unknown | Validity::Always => None,
        Validity::In(periods) => periods.last().and_then(|period| period.to.stated()),
    }
}
