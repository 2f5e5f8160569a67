//! How concentrated the supply of a material is.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, code, nearest};
use crate::graph::{Entity, GraphView, Statement, ValidTime};
use crate::procedure::{Cited, CitedRows, Context, Field, Procedure, Run, Type, argument, column, maybe};
use crate::value::{NodeId, Value};

use super::observation::{Observation, observations};
use super::{Reading, lens};

/// The Herfindahl–Hirschman index of the supply of a material at a stage in a year, and the suppliers with their shares, one row for each
/// source, indicator and total.
///
/// The index is the sum of the squared shares in percent, from near 0 to 10,000 (a single supplier). It is worked out of the
/// figures of countries that have the same indicator, unit, basis, denominator and voices. Where these are quantities, `total` is
/// once the sum of the rows and once the world total that the source prints, if it does and the two differ. Where they are
/// shares, it is 100. What no row tells of counts nothing in `hhi`, and as one supplier more in `hhi_high`. A range counts as its
/// middle. `without` leaves a supplier out of rows and totals: the supply if it falls away. A year of null takes the
/// figures without a year.
///
/// A stage or a year that no figure of the material has is warned of, with those that there are.
///
/// The valid time of the query's frame plays no part; figures that are only expected are hidden as everywhere.
///
/// # Errors
/// An id that no node has.
///
/// Source: Herfindahl (1950); the thresholds in use are those of the Merger Guidelines of the United States (2023): above 1,800 highly
/// concentrated.
pub(in crate::procedure) static CONCENTRATION: Procedure = Procedure {
    name: Cow::Borrowed("trade.concentration"),
    arguments: Cow::Borrowed(&[MATERIAL, STAGE, YEAR, WITHOUT]),
    yields: Cow::Borrowed(&[CLAIMED_BY, INDICATOR, TOTAL, TOTAL_IS, UNIT, HHI, HHI_HIGH, SUPPLIERS]),
    summary: Cow::Borrowed(
        "The Herfindahl–Hirschman index of a material's supply at a stage in a year, by source, with the suppliers and their shares in percent; `without` leaves one out.",
    ),
    notes: Cow::Borrowed(
        "The index is the sum of the squared shares in percent, up to 10,000 (Herfindahl 1950; above 1,800 the Merger Guidelines of the United States of 2023 speak of high concentration). What no row tells of counts nothing in `hhi`, and as one supplier more in `hhi_high`. `total` is once the sum of the rows and once what the source prints. A year of null takes the figures without a year. Of a stage or year that no figure of the material has, a warning names those that there are: stages are words of the sources, such as mine, refinery, smelter.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.concentration('rare-earths', 'mine', 2024, 'china') YIELD total_is, hhi RETURN collect([total_is, round(hhi)])",
        ),
        Cow::Borrowed("[['sum of the rows', 2327.0], ['as printed', 2439.0]]"),
    ),
    run: Run::Cited(concentration),
};
const MATERIAL: Field = column("material", Type::Any);
const STAGE: Field = column("stage", Type::String);
const YEAR: Field = maybe("year", Type::Integer);
const WITHOUT: Field =
    Field { name: Cow::Borrowed("without"), kind: Type::Any, nullable: true, default: Some(|| Value::Null) };
const CLAIMED_BY: Field = column("claimed_by", Type::List);
const INDICATOR: Field = column("indicator", Type::String);
const TOTAL: Field = column("total", Type::Float);
const TOTAL_IS: Field = column("total_is", Type::String);
const UNIT: Field = maybe("unit", Type::String);
const HHI: Field = column("hhi", Type::Float);
const HHI_HIGH: Field = column("hhi_high", Type::Float);
const SUPPLIERS: Field = column("suppliers", Type::List);

/// What figures have to share to be parts of one whole.
type Whole = (Vec<String>, String, Option<String>, Option<String>, Option<String>);

#[derive(Default)]
struct Figures {
    suppliers: BTreeMap<NodeId, f64>,
    world: Option<f64>,
    /// Those that it is made of.
    said: Vec<Statement>,
}

fn concentration(values: &[Value], context: &Context<'_>) -> CitedRows {
    let material = argument::node(&CONCENTRATION, 0, values, context)?;
    let without = (!values[3].is_null()).then(|| argument::node(&CONCENTRATION, 3, values, context)).transpose()?;
    let lens = lens(context, ValidTime::All);
    let reading = Reading(GraphView::new(context.view.snapshot(), &lens));
    let year = match values[2] {
        Value::Int(year) => Some(year),
        _ => None,
    };
    let is_asked = |figure: &&Observation| {
        figure.of.len() == 1
            && figure.of.contains(&material)
            && figure.partners.is_empty()
            && figure.year == year
            && matches!(&values[1], Value::Text(stage) if figure.part("stage") == Some(stage.as_ref()))
    };
    let known = observations(reading);
    let mut wholes: BTreeMap<Whole, Figures> = BTreeMap::new();
    for figure in known.iter().filter(is_asked) {
        context.limits.checkpoint()?;
        let part = |key| figure.part(key).map(str::to_owned);
        let whole = (figure.voices.clone(), figure.indicator.clone(), part("unit"), part("basis"), part("denominator"));
        let figures = wholes.entry(whole).or_default();
        figures.said.push(Statement::Entity(Entity::Node(figure.node)));
        let places: Vec<NodeId> = figure.places.iter().copied().collect();
        match places.as_slice() {
            [] => figures.world = Some(figure.value()),
            [place] if reading.is(*place, "Country") => *figures.suppliers.entry(*place).or_default() += figure.value(),
            // Others that are counted together are no supplier.
            _ => {}
        }
    }
    let mut rows = Vec::new();
    for ((voices, indicator, unit, ..), mut figures) in wholes {
        let gone = without.and_then(|place| figures.suppliers.remove(&place)).unwrap_or(0.0);
        if figures.suppliers.is_empty() {
            continue;
        }
        let sum: f64 = figures.suppliers.values().sum();
        let totals = if unit.as_deref() == Some("percent") {
            vec![(100.0 - gone, "all")]
        } else {
            let printed = figures
                .world
                .map(|world| (world - gone, "as printed"))
                .filter(|(total, _)| total.total_cmp(&sum).is_ne());
            [Some((sum, "sum of the rows")), printed].into_iter().flatten().collect()
        };
        for (total, total_is) in totals.into_iter().filter(|(total, _)| *total > 0.0) {
            let shares = shares(&figures.suppliers, total);
            let hhi: f64 = shares.iter().map(|(_, share)| share * share).sum();
            let rest = (100.0 - shares.iter().map(|(_, share)| share).sum::<f64>()).max(0.0);
            let supplier = |(place, share): &(NodeId, f64)| {
                Value::map([("supplier", Value::Node(*place)), ("share", Value::Float(*share))])
            };
            let values = vec![
                Value::list(voices.iter().map(|voice| Value::from(voice.as_str()))),
                Value::from(indicator.as_str()),
                Value::Float(total),
                Value::from(total_is),
                unit.as_deref().map_or(Value::Null, Value::from),
                Value::Float(hhi),
                Value::Float(hhi + rest * rest),
                Value::list(shares.iter().map(supplier)),
            ];
            rows.push(Cited { values, rests_on: figures.said.clone() });
        }
    }
    if let (true, Value::Text(stage)) = (rows.is_empty(), &values[1]) {
        let of_material: Vec<&Observation> = known.iter().filter(|figure| figure.of.contains(&material)).collect();
        context.told.tell(missing(&reading.name(material), &of_material, stage, year));
    }
    Ok(rows)
}

/// What figures of a material there are instead, where none has a stage, or a year at that stage, or none is of a supplier that is left.
fn missing(material: &str, figures: &[&Observation], stage: &str, year: Option<i64>) -> Diagnostic {
    let stages: BTreeSet<&str> = figures.iter().filter_map(|figure| figure.part("stage")).collect();
    let of_stage = figures.iter().filter(|figure| figure.part("stage") == Some(stage));
    let years: BTreeSet<Option<i64>> = of_stage.map(|figure| figure.year).collect();
    let shown = |year: &Option<i64>| year.map_or("null".to_owned(), |year| year.to_string());
    let warning = |message: String| Diagnostic::new(code::UNKNOWN_FIGURE, message);
    let of_stages = |warning: Diagnostic| {
        let quoted: Vec<String> = stages.iter().map(|stage| format!("'{stage}'")).collect();
        if quoted.is_empty() { warning } else { warning.help(format!("its figures are of {}", quoted.join(", "))) }
    };
    if years.is_empty() {
        let none = warning(format!("no figure of {material} has the stage '{stage}'"));
        return match nearest(stage, stages.iter().copied()) {
            Some(near) => none.help(format!("did you mean '{near}'?")),
            None => of_stages(none),
        };
    }
    if years.contains(&year) {
        return of_stages(warning(format!("no supplier of {material} is left at the stage '{stage}'")));
    }
    let known: Vec<String> = years.iter().map(shown).collect();
    warning(format!("no figure of {material} at the stage '{stage}' has the year {}", shown(&year)))
        .help(format!("there are figures of {}", known.join(", ")))
}

/// The shares in percent, the largest first.
fn shares(suppliers: &BTreeMap<NodeId, f64>, total: f64) -> Vec<(NodeId, f64)> {
    let mut shares: Vec<(NodeId, f64)> =
        suppliers.iter().map(|(place, value)| (*place, 100.0 * value / total)).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares
}
