//! `WHEN` as it is defined: the query is asked on the first day of every period in which nothing changes.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::execute::derive;
use crate::graph::{Frame, ValidTime};
use crate::value::{Day, Period};

use super::super::side::Side;
use super::{Gathering, Ran, Slice, When, parts};

impl When<'_> {
    /// Asks in every period of the window.
    pub(super) fn sliced(self) -> Result<Ran, Vec<Diagnostic>> {
        let mut gathering = Gathering::new(self.ask.limits);
        let mut ask = |period: Period| -> Result<Side, Vec<Diagnostic>> {
            let valid = ValidTime::AsOf(first_day(period));
            let side =
                self.ask.side(self.query, self.stored, Frame { valid, ..self.frame }, period.reaches_an_end())?;
            let Side { rows, keys, entities, .. } = &side;
            let slice = Slice { period, rows, keys, entities, width: side.columns.len() };
            gathering.add(&slice, |row| side.is_open(row))?;
            gathering.hear(&side.heard);
            Ok(side)
        };
        let mut periods = parts(self.window, self.bounds()).into_iter();
        let mut side = ask(periods.next().unwrap_or(self.window))?;
        for period in periods {
            side = ask(period)?;
        }
        Ok(Ran { snapshot: side.snapshot, arranged: side.arranged, warnings: side.answer.warnings, gathering })
    }

    /// The days on which the answer can change: those of the types that the query and the definitions it needs read.
    fn bounds(self) -> BTreeSet<Day> {
        let definitions = self.ask.session.engine.definitions();
        let needed = derive::needed(&definitions, &self.bound.types, &self.bound.labels);
        if self.bound.sees_all || needed.iter().any(|definition| definition.sees_all) {
            return self.stored.bounds(None);
        }
        let read = self.bound.types.iter().chain(needed.iter().flat_map(|definition| &definition.types));
        let types = read.filter_map(|name| self.stored.catalog().rel_type(name)).collect();
        self.stored.bounds(Some(&types))
    }
}

/// A day of a period; before the first bound every day is like the day before it.
fn first_day(period: Period) -> Day {
    if period.from == Day::MIN { Day(period.to.0.saturating_sub(1).max(Day::MIN.0 + 1)) } else { period.from }
}
