//! Why a frame hides a statement, as a person says it: `suspended on 2025-11-07, one day before it was due`.

use crate::graph::{End, Entity, GraphView, HiddenBy, State, Statement, ValidTime};
use crate::value::{Date, Day, NodeId, Period};

use super::words::end;

/// Why the frame hides a statement, in words; `None` where it shows it.
#[must_use]
pub fn hidden_because(view: GraphView<'_>, entity: Entity) -> Option<String> {
    let reason = view.hides(entity)?;
    let meta = view.snapshot().meta(Statement::Entity(entity));
    Some(match reason {
        HiddenBy::Unrealised => {
            let ends = ends(view, entity).into_iter().find(|end| view.hides(Entity::Node(*end)).is_some());
            match ends.filter(|_| meta.modality.is_realised()) {
                Some(node) => format!("{} is {}", view.snapshot().name(node), mood(view, node)),
                None => format!("it is {}, not realised", meta.modality.word()),
            }
        }
        HiddenBy::Deprecated => "it is known to be wrong".to_owned(),
        HiddenBy::Negated => "it says no".to_owned(),
        HiddenBy::NotKnown => not_known(view, entity),
        HiddenBy::UnknownStatus => "nobody knows whether the measure is in force then".to_owned(),
        HiddenBy::NotInForce => match view.clipping(entity) {
            Some(measure) => not_in_force(view, measure),
            None => "not in force".to_owned(),
        },
        HiddenBy::Outside => outside(view, entity),
    })
}

fn mood(view: GraphView<'_>, node: NodeId) -> &'static str {
    view.snapshot().meta(Statement::Entity(Entity::Node(node))).modality.word()
}

fn ends(view: GraphView<'_>, entity: Entity) -> Vec<NodeId> {
    match entity {
        Entity::Node(_) => Vec::new(),
        Entity::Rel(rel) => {
            let (_, start, end) = view.snapshot().rel(rel);
            vec![start, end]
        }
    }
}

fn not_known(view: GraphView<'_>, entity: Entity) -> String {
    let all = std::iter::once(entity).chain(ends(view, entity).into_iter().map(Entity::Node));
    let learnt = all.filter_map(|entity| view.snapshot().meta(Statement::Entity(entity)).learnt).max();
    let retracted = view.snapshot().meta(Statement::Entity(entity)).retracted;
    match (retracted, learnt) {
        (Some(day), _) if view.frame().known.is_some_and(|known| day.first() <= known) => {
            format!("withdrawn on {day}")
        }
        (_, Some(day)) => format!("not known before {day}"),
        (_, None) => "not known then".to_owned(),
    }
}

/// Why a measure is not in force: the state that its chain leaves it in.
fn not_in_force(view: GraphView<'_>, measure: NodeId) -> String {
    let snapshot = view.snapshot();
    let Some(day) = view.frame().day() else { return "the measure is never in force in this time".to_owned() };
    let entries: Vec<_> = view
        .deciding(measure)
        .filter_map(|entry| match entry {
            Statement::Status(number) => Some(snapshot.chain_entry(number)),
            Statement::Entity(_) | Statement::History(_) => None,
        })
        .collect();
    let due = entries.iter().filter(|entry| entry.state == State::InForce).map(|entry| entry.on).min();
    let last = |state: State| {
        entries.iter().filter(|entry| entry.state == state && entry.on.first() <= day).max_by_key(|entry| entry.on)
    };
    match view.state_on(measure, day) {
        Some(State::Suspended) => {
            let Some(entry) = last(State::Suspended) else { return "suspended".to_owned() };
            let before = match due.and_then(Date::day).zip(entry.on.day()) {
                Some((due, on)) if on < due => format!(", {} before it was due", days(on, due)),
                _ => String::new(),
            };
            match entry.end {
                End::Unknown => format!("suspended on {}{before}", entry.on),
                _ => format!("suspended from {}{}{before}", entry.on, end(&entry.end)),
            }
        }
        state => {
            let next = due.filter(|due| day < due.first());
            let due = next.map(|due| match due.day() {
                Some(first) => format!("due on {due}, {} later", days(day, first)),
                None => format!("due on {due}"),
            });
            let state = state.map(|state| match last(state) {
                Some(entry) => format!("{} on {}", state.words(), entry.on),
                None => state.words().to_owned(),
            });
            let said: Vec<String> = state.into_iter().chain(due).collect();
            if said.is_empty() { "not in force".to_owned() } else { said.join("; ") }
        }
    }
}

/// The entries of a chain that say why a measure is not in force: those up to the day, and when it is due.
#[must_use]
pub fn telling(view: GraphView<'_>, measure: NodeId) -> Vec<Statement> {
    let tells = |statement: &Statement| match statement {
        Statement::Status(number) => {
            let entry = view.snapshot().chain_entry(*number);
            entry.state == State::InForce || view.frame().day().is_none_or(|day| entry.on.first() <= day)
        }
        Statement::Entity(_) | Statement::History(_) => false,
    };
    view.deciding(measure).filter(tells).collect()
}

/// How far its own period, or that of one of its ends, is from the day.
fn outside(view: GraphView<'_>, entity: Entity) -> String {
    let snapshot = view.snapshot();
    let own = snapshot.own_validity(entity);
    let misses = |periods: &[Period]| match view.frame().valid {
        ValidTime::All => periods.is_empty(),
        ValidTime::AsOf(day) => !periods.iter().any(|period| period.from <= day && day < period.to),
        ValidTime::During(during) => !periods.iter().any(|period| period.from < during.to && during.from < period.to),
    };
    if !misses(own.as_slice()) {
        let hidden = ends(view, entity).into_iter().find(|end| view.hides(Entity::Node(*end)).is_some());
        return match (hidden, entity) {
            (Some(end), _) => format!("{} is not there then", snapshot.name(end)),
            (None, Entity::Node(node)) => match view.status(node).and_then(|status| status.begins) {
                Some(begins) => format!("not there before {begins}"),
                None => "not there then".to_owned(),
            },
            (None, Entity::Rel(_)) => "its ends are not there together then".to_owned(),
        };
    }
    let (first, last) = match view.frame().valid {
        ValidTime::All => return "it never holds".to_owned(),
        ValidTime::AsOf(day) => (day, day),
        ValidTime::During(period) => (period.from, period.last()),
    };
    let before = own.as_slice().iter().filter(|period| period.to <= first).map(|period| period.to).max();
    let after = own.as_slice().iter().filter(|period| last < period.from).map(|period| period.from).min();
    match (before, after) {
        (Some(end), Some(start)) => format!("it held until {end} and holds again from {start}"),
        (Some(end), None) => format!("it held until {end}, {} before", days(end, first.next())),
        (None, Some(start)) => format!("it begins on {start}, {} later", days(last, start)),
        (None, None) => "it holds on no day".to_owned(),
    }
}

/// `one day`, `14 days`.
fn days(from: Day, to: Day) -> String {
    match i64::from(to.0) - i64::from(from.0) {
        1 => "one day".to_owned(),
        n => format!("{n} days"),
    }
}
