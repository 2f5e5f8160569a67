//! `WHEN`: each row with the periods in which it holds (snapshot semantics: Dignös, Glavic, Niu, Gamper & Böhlen 2019).
//!
//! Where the plan allows it, periods are carried through its operators (`carry.rs`). Otherwise the query is asked on the first
//! day of every period in which nothing changes (`slices.rs`), which is what `WHEN` means. Either way what holds in periods
//! that touch is joined, keeping how often, and the last `ORDER BY`, `SKIP` and `LIMIT` arrange the result; everything before
//! acts in each period.

mod carry;
mod slices;
mod tally;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bind::Bound;
use crate::diag::{Diagnostic, code};
use crate::execute::Failure;
use crate::graph::{Frame, SharedView, Snapshot, ValidTime};
use crate::limits::{Limits, Reservation};
use crate::parse::ast;
use crate::value::{Day, Entities, Period, Value};

use super::Answer;
use super::arrange::Arranged;
use super::ask::{Ask, Ready};
use super::bag::Gathered;
use super::query::is_free;
use super::side::{asked_nothing, one_run};
use super::silence::Heard;

/// A row of the result: the n-th of its kind.
struct Held {
    periods: Vec<Period>,
    /// Its place among the rows gathered.
    place: usize,
    /// Nobody knows since when, or until when: `?` instead of an end that is open.
    unknown: (bool, bool),
}

/// Rows of one period.
struct Slice<'s> {
    period: Period,
    rows: &'s [Vec<Value>],
    keys: &'s [Vec<String>],
    entities: &'s Entities,
    /// How many columns are shown.
    width: usize,
}

/// The rows of all periods, put together.
struct Gathering {
    gathered: Gathered,
    held: BTreeMap<Vec<String>, Vec<Held>>,
    rows: Vec<Vec<Value>>,
    /// The same rows with what is only sorted by.
    whole: Vec<Vec<Value>>,
    /// What the runs looked for.
    heard: Heard,
    kept: Reservation,
}

impl Gathering {
    fn new(limits: &Limits) -> Self {
        Self {
            gathered: Gathered::default(),
            held: BTreeMap::new(),
            rows: Vec::new(),
            whole: Vec::new(),
            heard: Heard::default(),
            kept: limits.reservation(),
        }
    }

    /// Takes in what a run looked for.
    fn hear(&mut self, run: &Heard) {
        let before = std::mem::replace(&mut self.heard, run.clone());
        self.heard.and(&before);
    }

    /// Takes in the rows of a period; `is_open` tells of a row whether nobody knows since when, and until when, it holds.
    fn add(&mut self, slice: &Slice<'_>, is_open: impl Fn(usize) -> (bool, bool)) -> Result<(), Vec<Diagnostic>> {
        let mut met: BTreeMap<&[String], usize> = BTreeMap::new();
        let Period { from, to } = slice.period;
        for (at, key) in slice.keys.iter().enumerate() {
            let nth = met.entry(key).or_default();
            self.hold(slice, at, *nth)?;
            let Some(row) = self.held.get_mut(key).and_then(|kind| kind.get_mut(*nth)) else { continue };
            *nth += 1;
            match row.periods.last_mut() {
                Some(before) if before.to == from => before.to = to,
                _ => row.periods.push(slice.period),
            }
            if slice.period.reaches_an_end() {
                let (since, until) = is_open(at);
                row.unknown.0 |= since && from == Day::MIN;
                row.unknown.1 |= until && to == Day::MAX;
            }
        }
        Ok(())
    }

    /// Makes a place for the `nth` row of its kind, where there is none yet.
    fn hold(&mut self, slice: &Slice<'_>, at: usize, nth: usize) -> Result<(), Vec<Diagnostic>> {
        let kind = self.held.entry(slice.keys[at].clone()).or_default();
        if kind.len() > nth {
            return Ok(());
        }
        kind.push(Held { periods: Vec::new(), place: self.rows.len(), unknown: (false, false) });
        let row = &slice.rows[at];
        // The row to show, the row to sort by, and what tells it apart.
        let bytes: usize = row.iter().map(Value::bytes).sum();
        self.kept.grow(3 * bytes).map_err(|stopped| vec![Failure::from(stopped).into()])?;
        self.rows.push(self.gathered.row(&row[..slice.width], slice.entities));
        self.whole.push(row.clone());
        Ok(())
    }

    /// The rows with their periods, in the order they came; the same with what is only sorted by; what they name.
    fn finish(self) -> (Vec<Vec<Value>>, Vec<Vec<Value>>, Entities) {
        let mut rows = self.rows;
        for row in self.held.into_values().flatten() {
            rows[row.place].push(Value::list(row.periods.iter().map(|period| shown(*period, row.unknown))));
        }
        (rows, self.whole, self.gathered.entities)
    }
}

/// A query that is asked when its rows hold.
#[derive(Clone, Copy)]
struct When<'a> {
    ask: Ask<'a>,
    text: &'a str,
    query: &'a ast::Query,
    stored: &'a Arc<Snapshot>,
    /// Of which the valid time is the window.
    frame: Frame,
    window: Period,
    /// What the names of the query mean in the record.
    bound: &'a Bound,
    /// The query as it was made ready when it was asked before, to be run once.
    ready: Option<&'a Arc<Ready>>,
}

/// What is left of the runs beside their rows: of the last one.
struct Ran {
    snapshot: Arc<Snapshot>,
    arranged: Arranged,
    warnings: Vec<Diagnostic>,
    gathering: Gathering,
}

impl Ask<'_> {
    /// Each row with the periods in which it holds.
    pub fn when(
        self,
        text: &str,
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
        let all_time = Frame { valid: ValidTime::All, ..frame };
        let ready = self.session.engine.prepared.known(self.session, text, (stored, all_time));
        let first;
        let bound = match &ready {
            Some(ready) => &ready.bound,
            None => {
                first = self.bound(query, stored)?;
                &first
            }
        };
        asked_nothing(bound)?;
        is_free("when", statement, &bound.columns)?;
        let when = When { ask: self, text, query, stored, frame, window, bound, ready: ready.as_ref() };
        let ran = match when.carried()? {
            Some(ran) => ran,
            None => when.sliced()?,
        };
        let Ran { snapshot, arranged, warnings, gathering } = ran;
        let heard = gathering.heard.clone();
        let (mut rows, whole, entities) = gathering.finish();
        let view = SharedView::new(snapshot.clone(), frame);
        let order = self.order(&arranged, view.clone(), &whole)?;
        let rows: Vec<_> = order.into_iter().map(|place| std::mem::take(&mut rows[place])).collect();
        let silence = heard.silence(view.view(), rows.len());
        let columns = bound.columns.iter().cloned().chain(["when".to_owned()]).collect();
        let snapshot = Some(snapshot);
        Ok(Answer { columns, rows, entities, snapshot, warnings, frame, silence, ..Answer::default() })
    }
}

/// A period cut at these days.
fn parts(window: Period, days: impl IntoIterator<Item = Day>) -> Vec<Period> {
    let inside: BTreeSet<Day> = days.into_iter().filter(|day| window.from < *day && *day < window.to).collect();
    let starts = std::iter::once(window.from).chain(inside.iter().copied());
    let ends = inside.iter().copied().chain([window.to]);
    starts.zip(ends).map(|(from, to)| Period::new(from, to)).collect()
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
