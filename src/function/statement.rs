//! What is said about a statement: when it holds, in what mood, by whom, where it stands. Never clipped by the frame.

use crate::graph::{ChainEntry, End, Entity, Meta, Start, State, Statement, Validity, WrittenPeriod};
use crate::value::{Date, Day, Period, Periods, Value};

use super::graph::entity;
use super::{CHAIN, Context, FunctionError, ScalarFunction, wrong_type};

fn meta<'q>(function: &str, value: &Value, context: &Context<'q>) -> Result<&'q Meta, FunctionError> {
    Ok(context.view.snapshot().meta(Statement::Entity(entity(function, value)?)))
}

fn bounds(period: &WrittenPeriod) -> (Value, Value) {
    let from = match period.from {
        Start::On(date) => Value::Date(date),
        Start::Unknown | Start::Always => Value::Null,
    };
    let until = match period.to {
        End::Until(date) => Value::Date(date),
        End::Through(_) => Value::from(period.to.day()),
        End::Unknown => Value::Null,
    };
    (from, until)
}

fn periods(validity: &Validity) -> Vec<(Value, Value)> {
    match validity {
        Validity::Unknown | Validity::Always => vec![(Value::Null, Value::Null)],
        Validity::In(periods) => periods.iter().map(bounds).collect(),
    }
}

/// When a statement holds, as written; what has a chain and no dates of its own holds from its first entry on, what is derived
/// as long as one of its derivations does.
fn validity_of(function: &str, value: &Value, context: &Context<'_>) -> Result<Validity, FunctionError> {
    let snapshot = context.view.snapshot();
    if let Value::Rel(rel) = value
        && snapshot.is_derived_rel(*rel)
    {
        let written = |period: &Period| WrittenPeriod {
            from: if period.from == Day::MIN { Start::Unknown } else { Start::On(Date::exact(period.from)) },
            to: if period.to == Day::MAX { End::Unknown } else { End::Until(Date::exact(period.to)) },
        };
        return Ok(Validity::In(snapshot.effective(Entity::Rel(*rel)).as_slice().iter().map(written).collect()));
    }
    let meta = meta(function, value, context)?;
    if let (Value::Node(node), Validity::Unknown) = (value, &meta.validity)
        && let Some(begins) = context.view.status(*node).and_then(|status| status.begins)
    {
        let from = Start::On(Date::exact(begins));
        return Ok(Validity::In(vec![WrittenPeriod { from, to: End::Unknown }]));
    }
    Ok(meta.validity.clone())
}

fn validity(validity: &Validity) -> Value {
    Value::list(periods(validity).into_iter().map(|(from, until)| Value::map([("from", from), ("until", until)])))
}

fn sources(meta: &Meta, context: &Context<'_>) -> Value {
    Value::list(meta.citations.iter().map(|citation| {
        let source = context.view.snapshot().source(citation.source);
        Value::map([
            ("id", Value::Text(source.id.clone())),
            ("publisher", Value::from(source.publisher.as_str())),
            ("title", Value::from(source.title.as_str())),
            ("date", source.date.map_or(Value::Null, Value::Date)),
            ("at", citation.at.as_deref().map_or(Value::Null, Value::from)),
            ("url", source.url.as_deref().map_or(Value::Null, Value::from)),
        ])
    }))
}

/// The day of the second argument; else the frame's, else the day it knows, else today.
fn day(function: &str, argument: Option<&Value>, context: &Context<'_>) -> Result<Day, FunctionError> {
    let wrong = |value: &Value| wrong_type(function, value, "a date known to the day");
    match argument {
        None => Ok(context.view.frame().day().or(context.view.frame().known).unwrap_or(context.now.day())),
        Some(value @ Value::Date(date)) => date.day().ok_or_else(|| wrong(value)),
        Some(value @ Value::Text(text)) => text.parse::<Date>().ok().and_then(Date::day).ok_or_else(|| wrong(value)),
        Some(other) => Err(wrong(other)),
    }
}

fn state(function: &str, arguments: &[Value], context: &Context<'_>) -> Result<Option<State>, FunctionError> {
    let Value::Node(node) = arguments[0] else { return Err(wrong_type(function, &arguments[0], "a node")) };
    Ok(context.view.state_on(node, day(function, arguments.get(1), context)?))
}

/// Whether the status of a measure on a day that is asked for goes on from the last day on which somebody looked. That nobody knows it is not
/// projected, nor is that an act had ended it by then; what is asked of no day is read as of today.
pub(super) fn projects(function: &ScalarFunction, arguments: &[Value], context: &Context<'_>) -> bool {
    let (view, frame) = (context.view, context.view.frame());
    let [Value::Node(node), rest @ ..] = arguments else { return false };
    if rest.is_empty() && frame.day().or(frame.known).is_none() {
        return false;
    }
    let Ok(day) = day(function.name, rest.first(), context) else { return false };
    let ended = |state: State| state.stops() && state != State::Suspended;
    let projected = |seen: Day| {
        day > seen
            && view.state_on(*node, day).is_some_and(|state| state != State::Unknown)
            && !view.state_on(*node, seen).is_some_and(ended)
    };
    view.snapshot().horizon(*node).is_some_and(projected)
}

/// The statements that a function's value rests on beside its arguments: entries of chains and histories.
pub(super) fn evidence(function: &ScalarFunction, arguments: &[Value], context: &Context<'_>) -> Vec<Statement> {
    let is = |other: &ScalarFunction| std::ptr::eq(function, other);
    match arguments {
        [Value::Node(node), rest @ ..] if is(&STATUS) || is(&IN_FORCE) => {
            let Ok(day) = day(function.name, rest.first(), context) else { return Vec::new() };
            let snapshot = context.view.snapshot();
            let by_then = |statement: &Statement| match statement {
                Statement::Status(entry) => snapshot.chain_entry(*entry).on.first() <= day,
                Statement::Entity(_) | Statement::History(_) => false,
            };
            let read = context.view.deciding(*node).filter(by_then);
            let said = |statement: &Statement| match statement {
                Statement::Status(entry) => Some(snapshot.chain_entry(*entry)),
                Statement::Entity(_) | Statement::History(_) => None,
            };
            // One entry is enough for a state: without the others the chain would say the same of the day.
            let state = context.view.state_on(*node, day);
            let says = |entry: &&ChainEntry| match state {
                Some(State::InForce) => entry.state == State::InForce && day < entry.end.day(),
                Some(State::Suspended) => entry.state == State::Suspended && day < entry.end.day(),
                // A term that is over, or what was reinstated after it.
                Some(State::Expired) => {
                    matches!(entry.state, State::Expired | State::InForce | State::Reinstated)
                }
                Some(state) => entry.state == state,
                None => false,
            };
            let of = read.filter(|statement| said(statement).as_ref().is_some_and(says));
            of.max_by_key(|statement| said(statement).map(|entry| (entry.on.first(), entry.state)))
                .into_iter()
                .collect()
        }
        [Value::Node(node), ..] if is(&DAYS_IN_FORCE) => context.view.deciding(*node).collect(),
        [Value::Node(node), Value::Text(key)] if is(&HISTORY) && key.as_ref() == CHAIN => {
            context.view.snapshot().chain(*node).iter().map(|entry| Statement::Status(*entry)).collect()
        }
        [of, Value::Text(key)] if is(&HISTORY) => {
            let key = context.view.snapshot().catalog().key(key);
            match (entity("history", of), key) {
                (Ok(entity), Some(key)) => context.view.history(entity, key).map(Statement::History).collect(),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn history(arguments: &[Value], context: &Context<'_>) -> Result<Value, FunctionError> {
    let of = entity("history", &arguments[0])?;
    let Value::Text(key) = &arguments[1] else {
        return Err(wrong_type("history", &arguments[1], "the name of a property, or 'status'"));
    };
    let (view, snapshot) = (context.view, context.view.snapshot());
    if let (Entity::Node(node), CHAIN) = (of, key.as_ref()) {
        let entries = snapshot.chain(node).iter().map(|entry| snapshot.chain_entry(*entry));
        let mut entries: Vec<&ChainEntry> = entries.filter(|entry| view.shows_statement(&entry.meta)).collect();
        entries.sort_by_key(|entry| (entry.on.first(), entry.state));
        return Ok(Value::list(entries.into_iter().map(|entry| {
            let (from, until) = bounds(&WrittenPeriod { from: Start::On(entry.on), to: entry.end });
            let act = entry.by.map_or(Value::Null, Value::Node);
            let also = [("by", act), ("de_facto", Value::Bool(entry.de_facto))];
            entry_of(Value::from(entry.state.words()), (from, until), &entry.meta, context, also)
        })));
    }
    let Some(key) = snapshot.catalog().key(key) else { return Ok(Value::list([])) };
    if snapshot.history(of, key).is_empty() {
        // What never changed has one value, as long as the thing is there.
        let value = snapshot.property(of, key);
        let days = periods(&validity_of("history", &arguments[0], context)?).swap_remove(0);
        let entry = || entry_of(value.clone(), days, snapshot.meta(Statement::Entity(of)), context, []);
        return Ok(Value::list((!value.is_null()).then(entry)));
    }
    Ok(Value::list(view.history(of, key).map(|number| {
        let entry = snapshot.history_entry(number);
        let days = periods(&entry.meta.validity).swap_remove(0);
        entry_of(entry.value.clone(), days, &entry.meta, context, [])
    })))
}

/// An entry of a history or chain: its value and days, and all that is said of it.
fn entry_of<const N: usize>(
    value: Value,
    (from, until): (Value, Value),
    meta: &Meta,
    context: &Context<'_>,
    also: [(&'static str, Value); N],
) -> Value {
    let said = [
        ("value", value),
        ("from", from),
        ("until", until),
        ("modality", Value::from(meta.modality.word())),
        ("deprecated", Value::Bool(meta.deprecated)),
        ("claimed_by", voices(meta, context)),
        ("note", remark(meta)),
        ("sources", sources(meta, context)),
    ];
    Value::map(said.into_iter().chain(also))
}

fn voices(meta: &Meta, context: &Context<'_>) -> Value {
    let snapshot = context.view.snapshot();
    Value::list(meta.claimed_by.iter().map(|voice| Value::Text(snapshot.name(*voice))))
}

fn remark(meta: &Meta) -> Value {
    meta.remark().map_or(Value::Null, Value::from)
}

/// `claimed_by(node or relationship) → list`.
pub(super) static CLAIMED_BY: ScalarFunction = ScalarFunction {
    name: "claimed_by",
    arity: (1, 1),
    signature: "(node or relationship) → list",
    summary: "The names of the voices, speaker first.",
    example: ("claimed_by(r)", "['IEA']"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(voices(meta("claimed_by", &arguments[0], context)?, context)),
};

/// `history(node or relationship, key) → list`.
pub(super) static HISTORY: ScalarFunction = ScalarFunction {
    name: "history",
    arity: (2, 2),
    signature: "(node or relationship, key) → list",
    summary: "Every value that a property had, with its period, mood, rank, voices, remark and sources; of 'status' the entries of a measure's chain, with the act that did it.",
    example: ("[entry IN history(m, 'rate') | entry.value]", "[20]"),
    constant: true,
    strict: true,
    eval: |arguments, context| history(arguments, context),
};

/// `in_force(measure, day?) → boolean`.
pub(super) static IN_FORCE: ScalarFunction = ScalarFunction {
    name: "in_force",
    arity: (1, 2),
    signature: "(measure, day?) → boolean",
    summary: "Whether a measure is in force on a day (the frame's, else its known day, else today).",
    example: ("in_force(m, '2025-10-21')", "true"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let state = state("in_force", arguments, context)?;
        // Before its first entry a measure is not in force; of what has no chain nobody says.
        let has_chain = matches!(arguments[0], Value::Node(node) if context.view.status(node).is_some());
        Ok(has_chain.then_some(state == Some(State::InForce)).into())
    },
};

/// `days_in_force(measure, from?, through?) → integer`.
pub(super) static DAYS_IN_FORCE: ScalarFunction = ScalarFunction {
    name: "days_in_force",
    arity: (1, 3),
    signature: "(measure, from?, through?) → integer",
    summary: "On how many days a measure was in force, up to the last day somebody looked; of days from `from` through `through`.",
    example: ("days_in_force(m, '2025-10-21', '2025-10-30')", "10"),
    constant: true,
    strict: true,
    eval: |arguments, context| days_in_force(arguments, context),
};

fn days_in_force(arguments: &[Value], context: &Context<'_>) -> Result<Value, FunctionError> {
    let name = "days_in_force";
    let Value::Node(node) = arguments[0] else { return Err(wrong_type(name, &arguments[0], "a node")) };
    let (view, now) = (context.view, context.now.day());
    let Some(status) = view.status(node) else { return Ok(Value::Null) };
    let bound = |at: usize| arguments.get(at).map(|bound| day(name, Some(bound), context)).transpose();
    let from = bound(1)?.unwrap_or(Day::MIN);
    let through = bound(2)?.unwrap_or_else(|| view.snapshot().horizon(node).unwrap_or(now));
    let asked: Periods = [Period::new(from, through.next())].into_iter().collect();
    Ok(Value::Int(status.in_force.intersect(&asked).n_days()))
}

/// `modality(node or relationship) → text`.
pub(super) static MODALITY: ScalarFunction = ScalarFunction {
    name: "modality",
    arity: (1, 1),
    signature: "(node or relationship) → text",
    summary: "Its mood: fact, estimate, claim, planned, ….",
    example: ("modality(r)", "'fact'"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(Value::from(meta("modality", &arguments[0], context)?.modality.word())),
};

/// `note(node or relationship) → text`.
pub(super) static NOTE: ScalarFunction = ScalarFunction {
    name: "note",
    arity: (1, 1),
    signature: "(node or relationship) → text",
    summary: "The remark on it, in one line: what its source says of its scope; null where there is none.",
    example: ("note(r)", "'with later amendments'"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(remark(meta("note", &arguments[0], context)?)),
};

/// `polarity(node or relationship) → text`.
pub(super) static POLARITY: ScalarFunction = ScalarFunction {
    name: "polarity",
    arity: (1, 1),
    signature: "(node or relationship) → text",
    summary: "`positive`, or `not` where the statement says no.",
    example: ("polarity(r)", "'positive'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        Ok(Value::from(if meta("polarity", &arguments[0], context)?.negated { "not" } else { "positive" }))
    },
};

/// `recorded(node or relationship) → map`.
pub(super) static RECORDED: ScalarFunction = ScalarFunction {
    name: "recorded",
    arity: (1, 1),
    signature: "(node or relationship) → map",
    summary: "When it became known and when it was withdrawn.",
    example: ("recorded(r)", "{learnt: '2025-04-04', retracted: null}"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let meta = meta("recorded", &arguments[0], context)?;
        let date = |date: Option<Date>| date.map_or(Value::Null, Value::Date);
        Ok(Value::map([("learnt", date(meta.learnt)), ("retracted", date(meta.retracted))]))
    },
};

/// `sources(node or relationship) → list`.
pub(super) static SOURCES: ScalarFunction = ScalarFunction {
    name: "sources",
    arity: (1, 1),
    signature: "(node or relationship) → list",
    summary: "Where it stands: documents with the place in each.",
    example: ("[source IN sources(r) | source.id]", "['notice']"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(sources(meta("sources", &arguments[0], context)?, context)),
};

/// `status(measure, day?) → text`.
pub(super) static STATUS: ScalarFunction = ScalarFunction {
    name: "status",
    arity: (1, 2),
    signature: "(measure, day?) → text",
    summary: "The state of a measure on a day (the frame's, else its known day, else today).",
    example: ("status(m, '2025-10-21')", "'in force'"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(state("status", arguments, context)?.map(|state| Value::from(state.words())).into()),
};

/// `valid_from(node or relationship) → date`.
pub(super) static VALID_FROM: ScalarFunction = ScalarFunction {
    name: "valid_from",
    arity: (1, 1),
    signature: "(node or relationship) → date",
    summary: "The first day, as written; null where it is not known.",
    example: ("valid_from(r)", "'2025-04-04'"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(periods(&validity_of("valid_from", &arguments[0], context)?).swap_remove(0).0),
};

/// `valid_to(node or relationship) → date`.
pub(super) static VALID_TO: ScalarFunction = ScalarFunction {
    name: "valid_to",
    arity: (1, 1),
    signature: "(node or relationship) → date",
    summary: "The first day it no longer holds; null where it is not known.",
    example: ("valid_to(r)", "'2026-11-11'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        Ok(periods(&validity_of("valid_to", &arguments[0], context)?).pop().map_or(Value::Null, |(_, until)| until))
    },
};

/// `validity(node or relationship) → list`.
pub(super) static VALIDITY: ScalarFunction = ScalarFunction {
    name: "validity",
    arity: (1, 1),
    signature: "(node or relationship) → list",
    summary: "The periods in which it holds, as written.",
    example: ("validity(r)", "[{from: '2025-04-04', until: '2026-11-11'}]"),
    constant: true,
    strict: true,
    eval: |arguments, context| Ok(validity(&validity_of("validity", &arguments[0], context)?)),
};
