//! Which measures are in force on a day.

use std::borrow::Cow;

use crate::graph::{GraphView, ValidTime};
use crate::procedure::{Context, Field, Procedure, Rows, Run, Type, argument, column, maybe};
use crate::value::{Period, Value};

use super::{Reading, day, lens};

/// The measures that are in force on a day by their status chains, since when and until when.
///
/// `until` is the first day on which it is no longer in force, as written by then; null where no end is known. A day after the last
/// one on which somebody looked is projected: the law as written. The valid time of the query's frame plays no part, its known
/// day and moods do. In the order of `since`, then of ids.
///
/// # Errors
/// What is no day.
pub(in crate::procedure) static IN_FORCE: Procedure = Procedure {
    name: Cow::Borrowed("trade.in_force"),
    arguments: Cow::Borrowed(&[DAY]),
    yields: Cow::Borrowed(&[MEASURE, SINCE, UNTIL, PROJECTED]),
    summary: Cow::Borrowed(
        "The measures in force on a day by their status chains, since when and until when (null: no end is known); projected: after the last day somebody looked.",
    ),
    notes: Cow::Borrowed(""),
    example: (
        Cow::Borrowed(
            "CALL trade.in_force('2025-10-21') YIELD measure, since WHERE measure.id = 'cn-2025-18#1' RETURN toString(since)",
        ),
        Cow::Borrowed("'2025-04-04'"),
    ),
    run: Run::Built(in_force),
};
const DAY: Field = column("day", Type::Any);
const MEASURE: Field = column("measure", Type::Node);
const SINCE: Field = maybe("since", Type::Any);
const UNTIL: Field = maybe("until", Type::Any);
const PROJECTED: Field = column("projected", Type::Boolean);

fn in_force(values: &[Value], context: &Context<'_>) -> Rows {
    let asked = argument::day(&values[0])?;
    let lens = lens(context, ValidTime::All);
    let reading = Reading(GraphView::new(context.view.snapshot(), &lens));
    let mut found = Vec::new();
    for node in reading.nodes("Measure") {
        context.limits.checkpoint()?;
        let Some(status) = reading.0.status(node) else { continue };
        let holds = |period: &&Period| period.from <= asked && asked < period.to;
        let Some(period) = status.in_force.as_slice().iter().find(holds) else { continue };
        let projected = reading.0.snapshot().horizon(node).is_some_and(|horizon| horizon < asked);
        found.push((period.from, vec![Value::Node(node), day(period.from), day(period.to), Value::Bool(projected)]));
    }
    found.sort_by_key(|(since, _)| *since);
    Ok(found.into_iter().map(|(_, row)| row).collect())
}
