//! `WHEN` as it is defined: the query is asked on the first day of every period in which nothing changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::bind;
use crate::diag::Diagnostic;
use crate::execute::derive;
use crate::graph::{Frame, Snapshot, ValidTime};
use crate::parse::ast;
use crate::value::{Day, Period};

use super::super::ask::Ask;
use super::super::query::names_of;
use super::super::side::Side;
use super::{Gathering, Slice};

impl Ask<'_> {
    /// Asks in every period of the window; gives the last of the runs.
    pub(super) fn sliced(
        self,
        query: &ast::Query,
        stored: &Arc<Snapshot>,
        frame: Frame,
        window: Period,
        gathering: &mut Gathering,
    ) -> Result<Side, Vec<Diagnostic>> {
        let bounds = self.bounds(query, stored)?;
        let mut from = window.from;
        let ends = bounds.into_iter().filter(|day| window.from < *day && *day < window.to);
        let mut ends: Vec<Day> = ends.chain([window.to]).collect();
        ends.reverse();
        loop {
            let period = Period::new(from, ends.pop().unwrap_or(window.to));
            let day = first_day(period);
            let open = period.from == Day::MIN || period.to == Day::MAX;
            let side = self.side(query, stored, Frame { valid: ValidTime::AsOf(day), ..frame }, open)?;
            let slice = Slice {
                period,
                rows: &side.rows,
                keys: &side.keys,
                entities: &side.entities,
                width: side.columns.len(),
            };
            gathering.add(&slice, |row| side.is_open(row))?;
            gathering.hear(&side.heard);
            if ends.is_empty() {
                return Ok(side);
            }
            from = period.to;
        }
    }

    /// The days on which the answer can change: those of the types that the query and the definitions it needs read.
    fn bounds(self, query: &ast::Query, stored: &Arc<Snapshot>) -> Result<BTreeSet<Day>, Vec<Diagnostic>> {
        let engine = &self.session.engine;
        let bound = bind::bind(query, names_of(stored, &self.session.params, engine.procedures()))?;
        let definitions = engine.definitions();
        let needed = derive::needed(&definitions, &bound.types, &bound.labels);
        if bound.sees_all || needed.iter().any(|definition| definition.sees_all) {
            return Ok(stored.bounds(None));
        }
        let read = bound.types.iter().chain(needed.iter().flat_map(|definition| &definition.types));
        let types = read.filter_map(|name| stored.catalog().rel_type(name)).collect();
        Ok(stored.bounds(Some(&types)))
    }
}

/// A day of a period; before the first bound every day is like the day before it.
fn first_day(period: Period) -> Day {
    if period.from == Day::MIN { Day(period.to.0.saturating_sub(1).max(Day::MIN.0 + 1)) } else { period.from }
}
