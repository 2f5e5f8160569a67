//! `WHEN`: each row with the periods in which it holds (snapshot semantics: Dignös, Glavic, Niu, Gamper & Böhlen 2019).
//!
//! The query is asked on the first day of every period in which nothing changes; what holds in periods that touch is joined,
//! keeping how often. The last `ORDER BY`, `SKIP` and `LIMIT` arrange the result; everything before acts in each period.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bind;
use crate::diag::{Diagnostic, code};
use crate::execute::{Failure, derive};
use crate::graph::{Frame, Snapshot, ValidTime};
use crate::parse::ast;
use crate::value::{Day, Period, Value};

use super::Answer;
use super::ask::Ask;
use super::bag::Gathered;
use super::query::{is_free, names_of};
use super::side::one_run;

/// A row of the result: the n-th of its kind.
struct Held {
    periods: Vec<Period>,
    /// Its place among the rows gathered.
    place: usize,
    /// Nobody knows since when, or until when: `?` instead of an end that is open.
    unknown: (bool, bool),
}

impl Ask<'_> {
    /// Each row with the periods in which it holds.
    pub fn when(
        self,
        statement: &ast::Statement,
        query: &ast::Query,
        stored: &Arc<Snapshot>,
        frame: Frame,
    ) -> Result<Answer, Vec<Diagnostic>> {
        one_run(statement, "WHEN")?;
        let window = match frame.valid {
            ValidTime::All => Period::ALWAYS,
            ValidTime::During(period) => period,
            ValidTime::AsOf(day) => {
                let wrong = Diagnostic::new(code::FRAME_DATE, format!("`WHEN` asks of every day, the frame of {day}"));
                let span = statement.frame.valid.as_ref().map(|valid| valid.span);
                let wrong = span.map_or(wrong.clone(), |span| wrong.at(span, "expected no day"));
                return Err(vec![
                    wrong.help("`FOR VALID_TIME FROM a TO b` asks of a part of time; `:asof off` of all"),
                ]);
            }
        };
        let bounds = self.bounds(statement, query, stored)?;
        let days: Vec<Day> = bounds.into_iter().filter(|day| window.from < *day && *day < window.to).collect();
        let starts = std::iter::once(window.from).chain(days.iter().copied());
        let ends = days.iter().copied().chain([window.to]);
        let mut gathered = Gathered::default();
        let mut held: BTreeMap<Vec<String>, Vec<Held>> = BTreeMap::new();
        let (mut rows, mut whole) = (Vec::new(), Vec::new());
        let mut kept = self.limits.reservation();
        let mut last = None;
        for period in starts.zip(ends).map(|(from, to)| Period::new(from, to)) {
            // Before the first bound every day is like the day before it.
            let day = if period.from == Day::MIN {
                Day(period.to.0.saturating_sub(1).max(Day::MIN.0 + 1))
            } else {
                period.from
            };
            let open = period.from == Day::MIN || period.to == Day::MAX;
            let side = self.side(query, stored, Frame { valid: ValidTime::AsOf(day), ..frame }, open)?;
            let mut met: BTreeMap<&[String], usize> = BTreeMap::new();
            for (at, key) in side.keys.iter().enumerate() {
                let nth = met.entry(key).or_default();
                let kind = held.entry(key.clone()).or_default();
                if kind.len() == *nth {
                    kind.push(Held { periods: Vec::new(), place: rows.len(), unknown: (false, false) });
                    let bytes: usize = side.rows[at].iter().map(Value::bytes).sum();
                    // The row to show, the row to sort by, and what tells it apart.
                    kept.grow(3 * bytes).map_err(|stopped| vec![Failure::from(stopped).into()])?;
                    rows.push(gathered.row(&side.rows[at][..side.columns.len()], &side.entities));
                    whole.push(side.rows[at].clone());
                }
                let row = &mut kind[*nth];
                *nth += 1;
                match row.periods.last_mut() {
                    Some(before) if before.to == period.from => before.to = period.to,
                    _ => row.periods.push(period),
                }
                let (since, until) = side.is_open(at);
                row.unknown.0 |= since && period.from == Day::MIN;
                row.unknown.1 |= until && period.to == Day::MAX;
            }
            last = Some(side);
        }
        let Some(side) = last else { return Ok(Answer::default()) };
        for row in held.into_values().flatten() {
            rows[row.place].push(Value::list(row.periods.iter().map(|period| shown(*period, row.unknown))));
        }
        let order = self.order(&side, frame, &whole)?;
        let rows = order.into_iter().map(|place| std::mem::take(&mut rows[place])).collect();
        let columns = side.columns.into_iter().chain(["when".to_owned()]).collect();
        Ok(Answer { frame, footer: None, columns, rows, entities: gathered.entities, ..side.answer })
    }

    /// The days on which the answer can change: those of the types that the query and the definitions it needs read.
    fn bounds(
        self,
        statement: &ast::Statement,
        query: &ast::Query,
        stored: &Arc<Snapshot>,
    ) -> Result<BTreeSet<Day>, Vec<Diagnostic>> {
        let engine = &self.session.engine;
        let bound = bind::bind(query, names_of(stored, &self.session.params, engine.procedures()))?;
        is_free("when", statement, &bound.columns)?;
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

/// A period as a value, as `validity` has it: an end that is open is null, one that nobody knows `'?'`.
fn shown(period: Period, (since, until): (bool, bool)) -> Value {
    let end = |day: Day, open: Day, unknown: bool| match (day == open, unknown) {
        (false, _) => Value::from(day),
        (true, true) => Value::from("?"),
        (true, false) => Value::Null,
    };
    Value::map([("from", end(period.from, Day::MIN, since)), ("until", end(period.to, Day::MAX, until))])
}
