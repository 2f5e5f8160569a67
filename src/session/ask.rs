//! What every question does with a query: settle its frame, make it ready for a version, run it, assume something first.

use std::sync::Arc;

use crate::bind::{self, Bound, Names};
use crate::diag::{Diagnostic, code};
use crate::execute::{self, Query, Reading, Worker, derive::Derivations};
use crate::graph::{Frame, Including, SharedView, Snapshot, ValidTime};
use crate::limits::Limits;
use crate::optimize::{self, Keeps};
use crate::parse::ast;
use crate::plan::Plan;
use crate::procedure::Called;
use crate::value::{Date, Day, Instant, Period, Value};

use super::query::{kept, names_of};
use super::sample::Sample;
use super::{Changes, Session};

/// What all runs of one statement share.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub session: &'a Session,
    pub limits: &'a Limits,
    pub now: Instant,
    /// The days that procedures are asked about.
    pub called: &'a Called,
}

/// A query made ready for one version of the graph in one frame.
#[derive(Debug)]
pub(super) struct Ready {
    pub plan: Plan,
    /// The version with everything derived that the query names.
    pub snapshot: Arc<Snapshot>,
    pub derivations: Arc<Derivations>,
    /// What binding found; its plan is the one above.
    pub bound: Bound,
    /// What it sees.
    pub frame: Frame,
}

/// A version in which something is assumed.
pub(super) struct Assumed {
    pub version: Arc<Snapshot>,
    /// How much the updates change.
    pub changes: Changes,
    /// Such as a label that nothing has.
    pub warnings: Vec<Diagnostic>,
}

impl<'a> Ask<'a> {
    fn names<'s>(self, snapshot: &'s Snapshot) -> Names<'s>
    where
        'a: 's,
    {
        names_of(snapshot, &self.session.params, self.session.engine.procedures())
    }

    /// What a run may use.
    pub fn query(self, lineage: bool) -> Query<'a> {
        let Session { engine, params, reading, batch, threads, .. } = self.session;
        let (limits, procedures) = (self.limits.clone(), engine.procedures());
        let (now, learnt) = (self.now, Some(Date::exact(self.now.day())));
        let called = self.called.clone();
        Query {
            limits,
            params,
            procedures,
            called,
            now,
            learnt,
            reading,
            lineage,
            alternatives: false,
            batch: *batch,
            threads: *threads,
            by_row: false,
        }
    }

    /// What the names of a query mean in a version.
    pub fn bound(self, query: &ast::Query, stored: &Snapshot) -> Result<Bound, Vec<Diagnostic>> {
        let bound = bind::bind(query, self.names(stored))?;
        let derived = self.session.engine.derived_types();
        if let Some((name, span)) = bound.creates.iter().find(|(name, _)| derived.contains(*name)) {
            let wrong =
                Diagnostic::new(code::REFUSED_CHANGE, format!("`{name}` is derived: it follows from its definition"));
            return Err(vec![wrong.at(*span, "expected a type that is stored").help("`:schema` says what is derived")]);
        }
        Ok(bound)
    }

    /// Resolves names, derives what they need, and puts patterns in order.
    pub fn ready(self, query: &ast::Query, stored: &Arc<Snapshot>, frame: Frame) -> Result<Ready, Vec<Diagnostic>> {
        self.ready_for(query, stored, frame, Keeps::RowsAndLineage)
    }

    /// The same where not all is asked that plans can tell.
    pub fn ready_for(
        self,
        query: &ast::Query,
        stored: &Arc<Snapshot>,
        frame: Frame,
        needed: Keeps,
    ) -> Result<Ready, Vec<Diagnostic>> {
        let first = self.bound(query, stored)?;
        // What changes the record sees all of it.
        let frame = if first.writes.is_some() { Frame::OPEN } else { frame };
        let engine = &self.session.engine;
        let (snapshot, derivations) =
            engine.derived(stored, &first.types, &first.labels, frame, self.limits, self.now)?;
        // Derived names are in the catalog now: counts and warnings come out right.
        let mut bound = if Arc::ptr_eq(&snapshot, stored) { first } else { bind::bind(query, self.names(&snapshot))? };
        let plan = std::mem::replace(&mut bound.plan, Plan::Unit);
        let plan = optimize::optimize(plan, &snapshot, needed, Some(&Sample::new(self, &snapshot, frame)));
        Ok(Ready { plan, snapshot, derivations, bound, frame })
    }

    /// The version in which these updates were made: they see the whole record, and nothing of it is saved.
    pub fn assume(self, updates: &[ast::Clause], stored: &Arc<Snapshot>) -> Result<Assumed, Vec<Diagnostic>> {
        if updates.is_empty() {
            return Ok(Assumed { version: stored.clone(), changes: Changes::default(), warnings: Vec::new() });
        }
        let query = ast::Query { first: updates.to_vec(), rest: Vec::new() };
        let Ready { plan, snapshot, bound, .. } = self.ready(&query, stored, Frame::OPEN)?;
        if bound.writes.is_none() {
            let nothing = Diagnostic::new(code::INVALID_CLAUSE, "nothing is assumed: these clauses change nothing");
            let span = updates[0].span.to(updates[updates.len() - 1].span);
            return Err(vec![nothing.at(span, "expected a clause such as `CREATE`, `SET` or `DELETE`")]);
        }
        // What is assumed is known at all times.
        let run = Query { learnt: None, ..self.query(false) };
        let mut worker = Worker::new(&run, SharedView::new(snapshot.clone(), Frame::OPEN));
        execute::execute(&plan, 0, &mut worker).map_err(|failure| vec![failure.into()])?;
        let (version, delta) = worker.draft.finish();
        let changes = Changes::count(&delta);
        let version = kept(stored, &snapshot, version, &delta)?;
        Ok(Assumed { version, changes, warnings: bound.warnings })
    }

    /// The statement's frame over the session's.
    pub fn frame(self, written: &ast::Frame, stored: &Arc<Snapshot>) -> Result<Frame, Vec<Diagnostic>> {
        let part = bind::frame(written, self.names(stored))?;
        let query = Query { reading: &Reading::Nothing, ..self.query(false) };
        let mut worker = Worker::new(&query, SharedView::new(stored.clone(), Frame::default()));
        let mut dates = Vec::new();
        for (expr, span) in &part.dates {
            let value = execute::constant(expr, &mut worker)
                .map_err(|failure| vec![Diagnostic::from(failure).at(*span, "in the frame")])?;
            let date = match &value {
                Value::Date(date) => Ok(*date),
                Value::Text(text) => text.parse::<Date>().map_err(|wrong| wrong.to_string()),
                other => Err(format!("the frame's date is {}", other.described())),
            };
            let date = date.map_err(|message| {
                vec![Diagnostic::new(code::FRAME_DATE, message).at(*span, "expected a date, such as '2025-10-21'")]
            })?;
            dates.push((date, *span));
        }
        let mut frame = self.session.frame;
        if part.known
            && let Some((date, span)) = dates.pop()
        {
            frame.known = Some(exact(date, span)?);
        }
        match (&part.valid, dates.as_slice()) {
            (Some(ast::ValidTime::AsOf(_)), [(day, span)]) => frame.valid = ValidTime::AsOf(exact(*day, *span)?),
            (Some(ast::ValidTime::FromTo(..)), [(a, _), (b, _)]) => {
                frame.valid = ValidTime::During(Period::new(a.first(), b.first()));
            }
            (Some(ast::ValidTime::Between(..)), [(a, _), (b, _)]) => {
                frame.valid = ValidTime::During(Period::new(a.first(), b.last().next()));
            }
            (Some(ast::ValidTime::All), _) => frame.valid = ValidTime::All,
            _ => {}
        }
        for including in &part.including {
            let on = &mut frame.including;
            match including {
                ast::Including::Unrealised => on.unrealised = true,
                ast::Including::Unknown => on.unknown = true,
                ast::Including::Deprecated => on.deprecated = true,
                ast::Including::All => {
                    *on = Including::ALL;
                }
            }
        }
        Ok(frame)
    }
}

fn exact(date: Date, span: crate::diag::Span) -> Result<Day, Vec<Diagnostic>> {
    date.day().ok_or_else(|| {
        let wrong = Diagnostic::new(code::FRAME_DATE, format!("`{date}` is not known to the day"))
            .at(span, "expected one day")
            .help("for a month or a year write `FOR VALID_TIME BETWEEN a AND b`");
        vec![wrong]
    })
}
