//! Measures by partner, heading of the Harmonized System and month: ready to be joined with trade flows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diag::code;
use crate::graph::{Entity, GraphView, Step, ValidTime};
use crate::procedure::{Context, Field, Procedure, ProcedureError, Rows, Run, Type, argument, column, maybe};
use crate::value::{Day, NodeId, Period, Periods, Value};

use super::goods::headings;
use super::{Reading, lens};

/// On how many days of each month a measure hit a partner's goods under a heading: one row for each measure, partner, heading and
/// month from the one of `from` through the one of `through`.
///
/// `hs6` are the first six digits of a code that the measure covers, or that goods it covers (and narrower kinds of them) have; a code of
/// fewer digits is left as it is. `whole` is false where the measure covers only some goods of the heading: a finer line, or goods
/// that share the heading with others, or that it is said not to cover in part. What it is said not to cover, or not to target, has no days. A day counts where both the covering and the target hold, which the measure's being in force clips; months without one
/// have 0, and what has no day at all is left out. `partner` of null takes all that are targeted; else
/// the rows are those of the targets that hit the partner: itself, a group it is a member of, or everyone. Days after the last one on which
/// somebody looked are the law as written.
///
/// # Errors
/// An id that no node has; what is no day; a window of more than 100 years.
pub(in crate::procedure) static PANEL: Procedure = Procedure {
    name: Cow::Borrowed("trade.panel"),
    arguments: Cow::Borrowed(&[MEASURES, PARTNER, FROM, THROUGH]),
    yields: Cow::Borrowed(&[MEASURE, TARGET, HS6, WHOLE, MONTH, DAYS]),
    summary: Cow::Borrowed(
        "Measures by partner (null: all), HS heading and month, with the days on which they held: ready to be joined with trade flows.",
    ),
    notes: Cow::Borrowed(
        "`whole` is false where the measure covers only some goods of the heading. Months without a day have 0; what has no day at all is left out. At most 100 years.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.panel(['us-s301-review-2024#magnets'], 'china', '2025-12-01', '2026-02-28') YIELD hs6, month, days RETURN collect([hs6, month, days])",
        ),
        Cow::Borrowed("[['850511', '2025-12', 0], ['850511', '2026-01', 31], ['850511', '2026-02', 28]]"),
    ),
    run: Run::Built(panel),
};
const MEASURES: Field = column("measures", Type::List);
const PARTNER: Field = maybe("partner", Type::Any);
const FROM: Field = column("from", Type::Any);
const THROUGH: Field = column("through", Type::Any);
const MEASURE: Field = column("measure", Type::Node);
const TARGET: Field = column("target", Type::Node);
const HS6: Field = column("hs6", Type::String);
const WHOLE: Field = column("whole", Type::Boolean);
const MONTH: Field = column("month", Type::String);
const DAYS: Field = column("days", Type::Integer);

const MOST_MONTHS: usize = 1200;
/// Bytes of a row.
const ROW: usize = 6 * size_of::<Value>() + size_of::<Vec<Value>>();

fn panel(values: &[Value], context: &Context<'_>) -> Rows {
    let partner = (!values[1].is_null()).then(|| argument::node(&PANEL, 1, values, context)).transpose()?;
    let months = months(argument::day(&PANEL, 2, values)?, argument::day(&PANEL, 3, values)?)?;
    let lens = lens(context, ValidTime::All);
    let reading = Reading(GraphView::new(context.view.snapshot(), &lens));
    let partners = partner.map(|partner| reading.closure(partner, &["MEMBER_OF"])).unwrap_or_default();
    let Value::List(measures) = &values[0] else { return Ok(Vec::new()) };
    let (mut rows, mut held) = (Vec::new(), context.limits.reservation());
    for measure in measures.iter() {
        let measure = argument::node_of(&PANEL, 0, measure, context)?;
        // A heading that two covered goods share is held on the days of either, and whole where one of them makes it so.
        let mut covered: BTreeMap<String, (bool, Periods)> = BTreeMap::new();
        for step in reading.out(measure, "COVERS") {
            context.limits.checkpoint()?;
            for (heading, whole) in headings(reading, step.node) {
                let known = covered.entry(heading).or_default();
                *known = (known.0 || whole, known.1.union(&reading.0.days(Entity::Rel(step.rel))));
            }
        }
        for no in reading.denied(measure, "COVERS") {
            context.limits.checkpoint()?;
            let denied = reading.0.days(Entity::Rel(no.rel));
            for (code, all) in headings(reading, no.node) {
                for (heading, (whole, days)) in covered.iter_mut().filter(|(heading, _)| code.starts_with(*heading)) {
                    if all && *heading == code {
                        *days = days.minus(&denied);
                    } else {
                        *whole = false;
                    }
                }
            }
        }
        let is_hit = |named| partner.is_none() || reading.is_everything(named) || partners.contains(&named);
        for target in reading.out(measure, "TARGETS").filter(|step| is_hit(step.node)) {
            let is_spared = |no: &Step| no.node == target.node || partners.contains(&no.node);
            let spared = reading.denied(measure, "TARGETS").filter(is_spared);
            let spared = spared.fold(Periods::default(), |days, no| days.union(&reading.0.days(Entity::Rel(no.rel))));
            let hit = reading.0.days(Entity::Rel(target.rel)).minus(&spared);
            for (heading, (whole, days)) in &covered {
                context.limits.checkpoint()?;
                held.grow(months.len() * ROW)?;
                let days = hit.intersect(days);
                rows.extend(of_months(&months, &days, measure, target.node, (heading, *whole)));
            }
        }
    }
    Ok(rows)
}

fn of_months(
    months: &[(String, Period)],
    held: &Periods,
    measure: NodeId,
    target: NodeId,
    (heading, whole): (&str, bool),
) -> Vec<Vec<Value>> {
    let counts: Vec<i64> = months.iter().map(|(_, month)| held.intersect(&Periods::from(*month)).n_days()).collect();
    if counts.iter().all(|days| *days == 0) {
        return Vec::new();
    }
    let row = |((month, _), days): (&(String, Period), i64)| {
        vec![
            Value::Node(measure),
            Value::Node(target),
            Value::from(heading),
            Value::Bool(whole),
            Value::from(month.as_str()),
            Value::Int(days),
        ]
    };
    months.iter().zip(counts).map(row).collect()
}

/// The months from the one of a day through the one of another, with their names.
fn months(from: Day, through: Day) -> Result<Vec<(String, Period)>, ProcedureError> {
    let ((mut year, mut at), last) = (from.month(), through.month());
    let mut months = Vec::new();
    while (year, at) <= last {
        let next = if at == 12 { (year + 1, 1) } else { (year, at + 1) };
        let first = |(year, month)| Day::new(year, month, 1);
        if let (Some(begins), Some(ends)) = (first((year, at)), first(next)) {
            months.push((format!("{year:04}-{at:02}"), Period::new(begins, ends)));
        }
        (year, at) = next;
        if months.len() > MOST_MONTHS {
            let message = "a window of more than 100 years; ask for fewer months".to_owned();
            return Err(ProcedureError::Value(code::ARGUMENT_VALUE, message));
        }
    }
    Ok(months)
}
