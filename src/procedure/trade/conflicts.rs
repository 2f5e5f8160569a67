//! Statements that disagree, told apart from those that define the thing differently.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Entity, GraphView, Statement, ValidTime};
use crate::procedure::{Context, Field, Procedure, Rows, Run, Type, column};
use crate::value::{NodeId, Value};

use super::observation::{DEFINITION, Observation, observations};
use super::{Reading, lens};

/// Pairs of statements that cannot both be so, or would not if they meant the same.
///
/// Figures of the same indicator, things, places and partners whose values (ranges: all of them) differ *disagree* where year, unit,
/// basis, denominator, stage and scope are the same or given by neither; else they are *defined differently*, and `differ` names in
/// what. A bound (`low` or `high` alone, or a note that begins with over, at least, up to, …) is a range without its other end. Figures of two known years are no pair. A relationship that one statement affirms and another denies, for the same ends, disagrees
/// where both hold on a day; where one of them holds only in a scope (`in`), it is defined differently. Which figures are shown follows the query's frame, its valid time apart. In the order of kinds, then of
/// the first statement's id.
///
/// `a` and `b` are the figures, or the two ends of the relationships; `values` their values as the sources have them; masses are compared in tonnes.
pub(in crate::procedure) static CONFLICTS: Procedure = Procedure {
    name: Cow::Borrowed("trade.conflicts"),
    arguments: Cow::Borrowed(&[]),
    yields: Cow::Borrowed(&[KIND, A, B, VALUES, DIFFER, VOICES]),
    summary: Cow::Borrowed(
        "Pairs of statements that disagree, and pairs of figures that differ but define the thing differently (`differ` names in what), with their values and voices.",
    ),
    notes: Cow::Borrowed(
        "Figures disagree where year, unit, basis, denominator, stage and scope are the same; masses are compared in tonnes, and a value beyond a bound (over 90) is within it. So does a relationship that one statement affirms and another denies on the same day.",
    ),
    example: (
        Cow::Borrowed("CALL trade.conflicts() YIELD a, values WHERE a.indicator = 'refined-output' RETURN values"),
        Cow::Borrowed("['839 t', '750000 kg']"),
    ),
    run: Run::Built(conflicts),
};
const KIND: Field = column("kind", Type::String);
const A: Field = column("a", Type::Node);
const B: Field = column("b", Type::Node);
const VALUES: Field = column("values", Type::List);
const DIFFER: Field = column("differ", Type::List);
const VOICES: Field = column("voices", Type::List);

const DISAGREE: &str = "disagree";
const DEFINED: &str = "defined differently";

fn conflicts(_: &[Value], context: &Context<'_>) -> Rows {
    let lens = lens(context, ValidTime::All);
    let reading = Reading(GraphView::new(context.view.snapshot(), &lens));
    let mut rows = figures(reading, context)?;
    rows.extend(denied(reading, context)?);
    let id = |row: &Vec<Value>| match row[1] {
        Value::Node(node) => reading.0.snapshot().node_id(node).to_string(),
        _ => String::new(),
    };
    rows.sort_by_cached_key(|row| (!matches!(&row[0], Value::Text(kind) if kind.as_ref() == DISAGREE), id(row)));
    Ok(rows)
}

/// What figures have to be of to be compared at all.
type Subject<'o> = (&'o str, &'o BTreeSet<NodeId>, &'o BTreeSet<NodeId>, &'o BTreeSet<NodeId>);

fn figures(reading: Reading<'_>, context: &Context<'_>) -> Rows {
    let all = observations(reading);
    let mut by_subject: BTreeMap<Subject<'_>, Vec<&Observation>> = BTreeMap::new();
    for figure in &all {
        let subject = (figure.indicator.as_str(), &figure.of, &figure.places, &figure.partners);
        by_subject.entry(subject).or_default().push(figure);
    }
    let (mut rows, mut held) = (Vec::new(), context.limits.reservation());
    for figures in by_subject.values() {
        for (at, a) in figures.iter().enumerate() {
            context.limits.checkpoint()?;
            for b in &figures[at + 1..] {
                let other_year = a.year.zip(b.year).is_some_and(|(a, b)| a != b);
                let overlap = a.range.0 <= b.range.1 && b.range.0 <= a.range.1;
                if !other_year && !overlap {
                    held.grow(16 * size_of::<Value>())?;
                    rows.push(pair(a, b));
                }
            }
        }
    }
    Ok(rows)
}

fn pair(a: &Observation, b: &Observation) -> Vec<Value> {
    let year = (a.year != b.year).then_some("year");
    let parts = DEFINITION.into_iter().filter(|part| a.part(part) != b.part(part));
    let differ: Vec<Value> = year.into_iter().chain(parts).map(Value::from).collect();
    let voices = |figure: &Observation| Value::list(figure.voices.iter().map(|voice| Value::from(voice.as_str())));
    vec![
        Value::from(if differ.is_empty() { DISAGREE } else { DEFINED }),
        Value::Node(a.node),
        Value::Node(b.node),
        Value::list([a, b].map(|figure| Value::from(figure.written.as_str()))),
        Value::list(differ),
        Value::list([voices(a), voices(b)]),
    ]
}

/// Relationships that one statement affirms and another denies.
fn denied(reading: Reading<'_>, context: &Context<'_>) -> Rows {
    let view = reading.0.with_negated();
    let snapshot = view.snapshot();
    let is_negated = |rel| snapshot.meta(Statement::Entity(Entity::Rel(rel))).negated;
    let mut rows = Vec::new();
    for denial in view.rels() {
        context.limits.checkpoint()?;
        if !is_negated(denial) {
            continue;
        }
        let (rel_type, start, end) = snapshot.rel(denial);
        for affirmed in view.outgoing(rel_type, start).filter(|step| step.node == end && !is_negated(step.rel)) {
            let days = [denial, affirmed.rel].map(|rel| view.days(Entity::Rel(rel)));
            if days[0].intersect(&days[1]).is_empty() {
                continue;
            }
            let name = snapshot.catalog().type_name(rel_type);
            let voices = |rel| {
                let voices = reading.voices(snapshot.meta(Statement::Entity(Entity::Rel(rel))));
                Value::list(voices.iter().map(|voice| Value::from(voice.as_str())))
            };
            let scope = |rel| reading.value(Entity::Rel(rel), "in");
            let same_scope = scope(denial) == scope(affirmed.rel);
            rows.push(vec![
                Value::from(if same_scope { DISAGREE } else { DEFINED }),
                Value::Node(start),
                Value::Node(end),
                Value::list([Value::text(name.as_ref()), Value::from(format!("not {name}").as_str())]),
                Value::list((!same_scope).then(|| Value::from("in"))),
                Value::list([voices(affirmed.rel), voices(denial)]),
            ]);
        }
    }
    Ok(rows)
}
