//! Shares of a country in what a place gets, as figures state them: where goods come from.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, code, nearest};
use crate::graph::Step;
use crate::procedure::Context;
use crate::value::{Day, NodeId, RelId};

use super::Reading;
use super::observation::{Observation, observations};

/// A figure that gives a country's share in something.
pub(super) struct Origin {
    pub figure: NodeId,
    /// What it is a share of: a material or a good.
    pub of: NodeId,
    /// From the one to the figure, and from the figure to the country.
    pub rels: [RelId; 2],
    /// Whose supply it is a share of, and the statement that says so; `None`: of the supply of the world.
    pub place: Option<(NodeId, RelId)>,
    /// From 0 to 1, at least and at most.
    pub share: (f64, f64),
}

/// The figures of some indicators that give the share of a country in percent, of the last year by a day that each source has; those without
/// a year where it has no other. Of an indicator that no figure has, a warning names what is nearest.
pub(super) fn origins(
    reading: Reading<'_>,
    country: NodeId,
    indicators: &[&str],
    day: Day,
    context: &Context<'_>,
) -> Vec<Origin> {
    let known = observations(reading);
    let in_percent = known.iter().filter(|figure| figure.part("unit") == Some("percent"));
    let names: BTreeSet<&str> = in_percent.map(|figure| figure.indicator.as_str()).collect();
    for indicator in indicators.iter().filter(|name| !names.contains(**name)) {
        let warning = Diagnostic::new(code::UNKNOWN_FIGURE, format!("no figure in percent is a `{indicator}`"));
        let near = nearest(indicator, names.iter().copied()).map(|name| format!("did you mean '{name}'?"));
        context.told.tell(near.into_iter().fold(warning, Diagnostic::help));
    }
    let this_year = day.month().0;
    let is_share = |figure: &&Observation| {
        let of_country = if figure.partners.is_empty() { &figure.places } else { &figure.partners };
        figure.part("unit") == Some("percent")
            && indicators.contains(&figure.indicator.as_str())
            && of_country.len() == 1
            && of_country.contains(&country)
            && figure.year.is_none_or(|year| year <= this_year)
    };
    let shares: Vec<&Observation> = known.iter().filter(is_share).collect();
    let is_last = |figure: &&&Observation| {
        let same = |other: &&&Observation| {
            other.year > figure.year
                && other.indicator == figure.indicator
                && (&other.of, &other.places, &other.voices) == (&figure.of, &figure.places, &figure.voices)
        };
        !shares.iter().any(|other| same(&other))
    };
    shares.iter().filter(is_last).flat_map(|figure| of_figure(reading, figure, country)).collect()
}

fn of_figure(reading: Reading<'_>, figure: &Observation, country: NodeId) -> Vec<Origin> {
    let steps: Vec<Step> = reading.out(figure.node, "OBSERVES").collect();
    let said_of = |node: NodeId| steps.iter().find(|step| step.node == node).map(|step| step.rel);
    let place = figure.places.iter().find(|_| !figure.partners.is_empty()).copied();
    let place = place.and_then(|place| Some((place, said_of(place)?)));
    let (low, high) = figure.range;
    let share = ((low / 100.0).clamp(0.0, 1.0), (high / 100.0).clamp(0.0, 1.0));
    let origin = |of: &NodeId| {
        Some(Origin { figure: figure.node, of: *of, rels: [said_of(*of)?, said_of(country)?], place, share })
    };
    figure.of.iter().filter_map(origin).collect()
}
