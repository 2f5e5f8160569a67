//! The pipeline, on one screen.
//!
//! parse → frame → bind → derive → optimize → execute → answer. Each step is a stage's one function; what is here is only
//! the order, and which diagnostics belong to which text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use crate::bind::Names;
use crate::diag::{Diagnostic, Span, code};
use crate::execute::{self, Measure, Profile, Worker, derive::Derivations};
use crate::graph::{Change, Draft, Footer, Frame, GraphView, Refusal, SharedView, Snapshot};
use crate::limits::Limits;
use crate::optimize::{self, Keeps};
use crate::parse::ast;
use crate::plan;
use crate::procedure::{Called, Procedures};
use crate::question::Why;
use crate::value::{self, Entities, Value};

use super::ask::{Ask, Ready};
use super::sample::Sample;
use super::silence::{self, Heard};
use super::{Answer, Asked, Changes, Session, unnamed};

/// Runs one statement of a session.
pub(super) fn run(session: &Session, text: &str, limits: &Limits) -> Result<Answer, Vec<Diagnostic>> {
    let began = Instant::now();
    let statement = session.engine.prepared.statement(text)?;
    let query = match &statement.body {
        ast::Body::Query(query) => query,
        ast::Body::Define(define) => {
            allow_define(&statement, define.span.span)?;
            let warnings = session.engine.define(define, || session.engine.keep_definition(text))?;
            let changes = Some(Changes { definitions: 1, ..Changes::default() });
            return Ok(Answer {
                warnings,
                changes,
                frame: session.frame,
                elapsed: began.elapsed(),
                ..Answer::default()
            });
        }
    };
    let called = Called::default();
    let ask = Ask { session, limits, now: value::Instant::now(), called: &called };
    let stored = session.engine.snapshot();
    let frame = ask.frame(&statement.frame, &stored)?;
    let record = stored.clone();
    let stored = ask.under_scenarios(&record)?;
    let mut warnings = Vec::new();
    let mut assume = |updates: &[ast::Clause], stored: &Arc<Snapshot>| -> Result<Arc<Snapshot>, Vec<Diagnostic>> {
        let mut assumed = ask.assume(updates, stored)?;
        warnings.append(&mut assumed.warnings);
        Ok(assumed.version)
    };
    let stored = statement.assuming.iter().try_fold(stored, |stored, updates| assume(&updates.node, &stored))?;
    let mut answer = match statement.question.as_ref().map(|question| &question.node) {
        Some(ast::Question::Changes { between, why }) => {
            let (sides, assuming) = match between {
                ast::Between::Days(from, to) => (ask.on_days(&statement, false, [from, to], &stored)?, false),
                ast::Between::KnownDays(from, to) => (ask.on_days(&statement, true, [from, to], &stored)?, false),
                ast::Between::Assumption(updates) => {
                    let assumed = assume(updates, &stored)?;
                    ([(stored, frame), (assumed, frame)], true)
                }
            };
            Answer { assuming, ..ask.changes(&statement, query, sides, *why)? }
        }
        Some(ast::Question::When) => ask.when(text, &statement, query, &stored, frame)?,
        Some(ast::Question::WhyNot(wanted)) => ask.why_not(&statement, query, wanted, &stored, frame)?,
        _ => one(&ask, text, &statement, query, &stored, frame)?,
    };
    answer.warnings.splice(0..0, warnings);
    answer.assuming |= !statement.assuming.is_empty();
    answer.scenarios = session.scenarios.on().to_vec();
    let assumed = answer.assuming || !answer.scenarios.is_empty();
    if let Some(why) = answer.why.as_mut().filter(|_| assumed) {
        why.assume_beyond(record.clone());
    }
    silence::arrange(&mut answer, session, text);
    unnamed::warn(&mut answer, query);
    answer.asked = Some(Asked::statement(&ask, record, statement, &answer));
    answer.called = called.words();
    answer.elapsed = began.elapsed();
    Ok(answer)
}

/// The answer in one frame, of one version.
fn one(
    ask: &Ask<'_>,
    text: &str,
    statement: &ast::Statement,
    query: &ast::Query,
    stored: &Arc<Snapshot>,
    frame: Frame,
) -> Result<Answer, Vec<Diagnostic>> {
    let why = statement.question.as_ref().is_some_and(|question| question.node == ast::Question::Why);
    let asked = frame;
    let needed = if why { Keeps::RowsAndLineage } else { Keeps::Rows };
    let prepared = &ask.session.engine.prepared;
    let ready = prepared.ready(ask.session, text, (stored, asked), || ask.ready_for(query, stored, asked, needed))?;
    let Ready { plan, snapshot, derivations, bound, frame } = &*ready;
    let frame = *frame;
    if let Some(clause) = bound.writes {
        allow_write(statement, clause, asked, ask.session.scenarios.on())?;
    }
    if why {
        is_free("why", statement, &bound.columns)?;
    }
    let (columns, warnings) = (bound.columns.clone(), bound.warnings.clone());
    let mut answer = Answer { columns, warnings, frame, ..Answer::default() };
    if statement.mode == Some(ast::Mode::Explain) {
        answer.plan = Some(explained(plan, &Sample::new(*ask, snapshot, frame), snapshot));
        return Ok(answer);
    }
    let run = ask.query(why);
    let mut worker = Worker::new(&run, SharedView::new(snapshot.clone(), frame));
    worker.profile = (statement.mode == Some(ast::Mode::Profile)).then(Profile::default);
    let rows = execute::execute(plan, answer.columns.len(), &mut worker).map_err(|failure| vec![failure.into()])?;
    answer.profile = worker.profile.as_ref().map(|profile| profiled(plan, profile));
    if why {
        let lineage = std::mem::take(&mut worker.lineage);
        answer.why = Some(Why::new(snapshot.clone(), lineage, rows.lineage, derivations.clone(), grouped(plan)));
    }
    let view = worker.view();
    if !answer.columns.is_empty() {
        answer.entities = entities(view, &rows.rows);
        answer.rows = rows.rows;
    }
    answer.footer = with_status(footer(view, &bound.types, &bound.labels), &worker);
    if bound.writes.is_none() && !answer.columns.is_empty() {
        answer.silence = Heard::new(bound.absence.clone(), &worker).silence(view, answer.rows.len());
    }
    answer.warnings.extend(history_warning(view, &bound.keys));
    answer.warnings.extend(worker.warnings.iter().cloned());
    answer.snapshot = Some(worker.draft.version().clone());
    if bound.writes.is_some() {
        let (version, delta) = worker.draft.finish();
        answer.changes = Some(Changes::count(&delta));
        if !delta.is_empty() {
            let next = kept(stored, snapshot, version, &delta)?;
            if let Some(damage) = next.damage() {
                return Err(vec![damage]);
            }
            ask.session.engine.commit(stored, next, text, &delta).map_err(|wrong| vec![wrong])?;
        }
    }
    Ok(answer)
}

/// The plan, and beside each operator the rows that it is expected to give.
fn explained(plan: &plan::Plan, sample: &Sample<'_>, snapshot: &Snapshot) -> String {
    let expected = optimize::expected_rows(plan, snapshot, Some(sample));
    plan::annotated(plan, &|operator| match expected(operator) {
        rows if rows < 0.5 => "fewer than 1 row".to_owned(),
        rows if rows < 1.5 => "about 1 row".to_owned(),
        rows => format!("about {rows:.0} rows"),
    })
}

/// The plan, and beside each operator what it gave and the time it took by itself.
fn profiled(plan: &plan::Plan, profile: &Profile) -> String {
    plan::annotated(plan, &|operator| {
        let Measure { rows, time } = profile.of(operator);
        format!("{rows:>9} {:<4} {:>9.3} ms", if rows == 1 { "row" } else { "rows" }, time.as_secs_f64() * 1000.0)
    })
}

/// A definition holds in every frame, and is asked no question.
fn allow_define(statement: &ast::Statement, define: Span) -> Result<(), Vec<Diagnostic>> {
    let asked = statement.question.is_some() || !statement.assuming.is_empty();
    let plain = statement.frame == ast::Frame::default() && !asked && statement.mode.is_none();
    if plain {
        return Ok(());
    }
    let wrong = Diagnostic::new(code::BAD_DEFINITION, "a definition holds in every frame, and is asked no question");
    Err(vec![wrong.at(define, "expected nothing before this")])
}

/// A statement that writes changes the whole record: it sees all of it, and is asked no question.
fn allow_write(
    statement: &ast::Statement,
    clause: Span,
    frame: Frame,
    scenarios: &[String],
) -> Result<(), Vec<Diagnostic>> {
    let refused = |message: &str, help: &str| {
        Err(vec![Diagnostic::new(code::FRAME_ON_WRITE, message).at(clause, "this writes").help(help)])
    };
    if statement.frame != ast::Frame::default() {
        return refused("a statement that writes has no frame", "leave out `AS OF`, `AS KNOWN ON` and `INCLUDING`");
    }
    if statement.question.is_some() || !statement.assuming.is_empty() {
        return refused("a statement that writes is asked no question", "write first, then ask");
    }
    if frame != Frame::default() {
        return refused(
            "a statement that writes sees the whole record, and this session sees a part",
            "in the shell: `:asof off`, `:known off`, `:including off`",
        );
    }
    if !scenarios.is_empty() {
        let message = format!(
            "a statement that writes changes the record, and this session assumes `{}`",
            scenarios.join("`, `")
        );
        return refused(
            &message,
            "in the shell: `:assume off`; what is written now would rest on what is only assumed",
        );
    }
    Ok(())
}

/// The version that was written, without what was derived for the statement to read: that is not part of the record.
pub(super) fn kept(
    stored: &Arc<Snapshot>,
    seen: &Arc<Snapshot>,
    version: Arc<Snapshot>,
    delta: &[Change],
) -> Result<Arc<Snapshot>, Vec<Diagnostic>> {
    if Arc::ptr_eq(stored, seen) {
        return Ok(version);
    }
    let mut draft = Draft::new(stored.clone());
    for change in delta {
        let refused = |refusal: Refusal| vec![Diagnostic::new(code::REFUSED_CHANGE, refusal.to_string())];
        draft.apply(change.clone()).map_err(refused)?;
    }
    Ok(draft.finish().0)
}

pub(super) fn names_of<'a>(
    snapshot: &'a Snapshot,
    params: &'a BTreeMap<String, Value>,
    procedures: &'a Procedures,
) -> Names<'a> {
    Names { catalog: snapshot.catalog(), schema: snapshot.schema(), params, procedures }
}

/// A question adds a column of its own to those of the query.
pub(super) fn is_free(name: &str, statement: &ast::Statement, columns: &[String]) -> Result<(), Vec<Diagnostic>> {
    let Some(question) = statement.question.as_ref().filter(|_| columns.iter().any(|column| column == name)) else {
        return Ok(());
    };
    let taken = Diagnostic::new(code::COLUMN_NAME_CONFLICT, format!("two columns are named `{name}`"));
    Err(vec![taken.at(question.span, "this adds one of that name").help("choose another name with `AS`")])
}

/// Whether a row stands for several: then its statements suffice, but are not the fewest.
pub(super) fn grouped(plan: &plan::Plan) -> bool {
    matches!(plan, plan::Plan::Group { .. }) || plan.children().into_iter().any(grouped)
}

/// What the rows show of the nodes and relationships they name.
pub(super) fn entities(view: GraphView<'_>, rows: &[Vec<Value>]) -> Entities {
    let mut entities = Entities::default();
    let mut open: Vec<&Value> = rows.iter().flatten().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Node(node) => {
                entities.nodes.entry(*node).or_insert_with(|| view.node_value(*node));
            }
            Value::Rel(rel) => {
                let shown = entities.rels.entry(*rel).or_insert_with(|| view.rel_value(*rel));
                for end in [shown.start, shown.end] {
                    entities.nodes.entry(end).or_insert_with(|| view.node_value(end));
                }
            }
            Value::Path(path) => {
                for node in &path.nodes {
                    entities.nodes.entry(*node).or_insert_with(|| view.node_value(*node));
                }
                for rel in &path.rels {
                    entities.rels.entry(*rel).or_insert_with(|| view.rel_value(*rel));
                }
            }
            Value::List(list) => open.extend(list.iter()),
            Value::Map(map) => open.extend(map.values()),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::LocalTime(_)
            | Value::Time(_)
            | Value::LocalDateTime(_)
            | Value::DateTime(_)
            | Value::Duration(_) => {}
        }
    }
    entities
}

/// What the frame hid of the stored types and the labels that the query names, whatever its plan.
pub(super) fn footer(view: GraphView<'_>, types: &BTreeSet<String>, labels: &BTreeSet<String>) -> Option<Footer> {
    let catalog = view.snapshot().catalog();
    let named: Vec<_> = types.iter().filter_map(|name| catalog.rel_type(name)).collect();
    let stored: Vec<_> = view.snapshot().stored_types().filter(|t| named.contains(t)).collect();
    let labels: Vec<_> = labels.iter().filter_map(|name| catalog.label(name)).collect();
    (!stored.is_empty() || !labels.is_empty()).then(|| Footer::count(view, &stored, &labels))
}

/// With what the query read of the status of measures.
pub(super) fn with_status(footer: Option<Footer>, worker: &Worker<'_>) -> Option<Footer> {
    if !worker.status_projected {
        return footer;
    }
    Some(Footer { status_projected: true, ..footer.unwrap_or_default() })
}

fn history_warning(view: GraphView<'_>, keys: &BTreeMap<String, Span>) -> Option<Diagnostic> {
    if view.frame().day().is_some() {
        return None;
    }
    let snapshot = view.snapshot();
    let historic = |name: &String| snapshot.catalog().key(name).is_some_and(|key| snapshot.is_historic(key));
    let (key, span) = keys.iter().find(|(name, _)| historic(name))?;
    Some(
        Diagnostic::new(code::HISTORY_TODAY, format!("`{key}` changes over time and is read as of today"))
            .at(*span, "which of its values?")
            .help(format!("ask `AS OF` a day, or for all of them with `history(x, '{key}')`")),
    )
}

/// What derivations of a frame gave, kept for the next statement in it.
#[derive(Clone, Debug)]
pub(super) struct Overlay {
    /// The version it was derived from.
    pub of: Arc<Snapshot>,
    pub snapshot: Arc<Snapshot>,
    pub derivations: Arc<Derivations>,
}
