//! Execute: a plan becomes rows.
//!
//! [`Plan`] → [`execute`] → [`Rows`]. Operators pull batches from their inputs; the one match from [`Plan`] to [`Operator`]
//! is in this file. Every operator says in its header what it holds, in which order it gives rows, and what it does to
//! lineage.
//!
//! Invariant: sees the graph through the view only; nothing here compares dates or looks at moods.

mod aggregate;
mod asking;
mod automaton;
mod batch;
mod call;
mod closing;
mod columnwise;
mod comparison;
mod days;
pub mod derive;
mod distinct;
mod eval;
mod expand;
mod first;
mod fold;
mod group;
mod hop;
mod join;
mod kernel;
mod keyed;
mod lineage;
mod linked;
mod live;
mod load;
mod meet;
mod member;
mod merged;
mod nodes;
mod numbers;
mod path;
mod profile;
mod regular;
mod row;
mod said;
mod sample;
mod scan;
mod seen;
mod sort;
mod split;
mod strings;
mod subquery;
mod tally;
mod trail;
mod tree;
mod truth;
mod unwind;
mod values;
mod walk;
mod write;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Span, code};
use crate::function::{Context, FunctionError};
use crate::graph::{Draft, GraphView, Lens, SharedView, Statement};
use crate::limits::{Limits, Stopped};
use crate::plan::{Expr, Plan};
use crate::procedure::{Called, ProcedureError, Procedures};
use crate::value::{ArithmeticError, Date, Instant, NodeId, Periods, Value};

pub use batch::{BATCH, Batch, Vector};
pub use days::Days;
pub use eval::constant;
pub use lineage::{ALTERNATIVES, Derived, Leaf, Lineage, LineageId};
pub use load::Reading;
pub use profile::{Measure, Profile};
pub use sample::sample;
pub use strings::Strings;
pub use tally::{Tally, tallied};

/// What a query runs on.
#[derive(Clone, Debug)]
pub struct Query<'q> {
    /// What it may use.
    pub limits: Limits,
    /// Parameters.
    pub params: &'q BTreeMap<String, Value>,
    /// What `CALL` can name.
    pub procedures: &'q Procedures,
    /// The days that they are asked about.
    pub called: Called,
    /// The clock, one instant for the whole query.
    pub now: Instant,
    /// When what it writes becomes known; `None`: it is known at all times.
    pub learnt: Option<Date>,
    /// Which files it may read.
    pub reading: &'q Reading,
    /// Whether rows carry what they rest on.
    pub lineage: bool,
    /// The rows of a group are alternatives (a definition) rather than all needed (an aggregate).
    pub alternatives: bool,
    /// Rows that an operator tries to give at once: the rows that come out do not depend on it.
    pub batch: usize,
    /// Threads that may work on it at once: the same rows come in the same order from any number, but for the last digits of sums.
    pub threads: usize,
    /// Expressions are evaluated row by row: the plain way, beside which the quick one is tested.
    pub by_row: bool,
}

/// What operators of one thread share.
#[derive(Debug)]
pub struct Worker<'q> {
    /// The query.
    pub query: &'q Query<'q>,
    /// The graph, with what the query has written so far.
    pub draft: Draft,
    /// What the frame shows of it.
    pub lens: Arc<Lens>,
    /// Formulas of the rows so far.
    pub lineage: Lineage,
    /// Their days, which they carry in the place of formulas.
    pub days: Option<Days>,
    /// Something was looked for where it need not be, and was not found.
    pub absent: bool,
    /// All rows there were to count or to gather were none.
    pub counted_none: bool,
    /// The status of a measure was read of a day after the last on which somebody looked.
    pub status_projected: bool,
    /// What procedures warned of.
    pub warnings: Vec<Diagnostic>,
    /// What each operator did so far, where that is asked.
    pub profile: Option<Profile>,
    /// Lists that every row is looked for in, by all who work on the statement.
    pub lists: Arc<member::Lists>,
    /// The list of its own that the last row was looked for in.
    last: member::Last,
    /// Regular expressions that texts were held against, by all who work on the statement.
    pub patterns: Arc<regular::Patterns>,
    /// What nodes of rows lead to, where subqueries ask whether they are linked.
    links: linked::Links,
    /// Threads that it may have work done by at once.
    pub threads: usize,
}

impl<'q> Worker<'q> {
    /// A worker on a version of the graph, seen through a frame.
    #[must_use]
    pub fn new(query: &'q Query<'q>, graph: SharedView) -> Self {
        let (draft, lens, lineage) = (Draft::new(graph.snapshot), graph.lens, Lineage::default());
        let (absent, counted_none, status_projected) = (false, false, false);
        let (days, warnings, profile) = (None, Vec::new(), None);
        let (lists, patterns, threads) = (Arc::default(), Arc::default(), query.threads);
        let (last, links) = (member::Last::default(), linked::Links::default());
        Self {
            query,
            draft,
            lens,
            lineage,
            days,
            absent,
            counted_none,
            status_projected,
            warnings,
            profile,
            lists,
            last,
            patterns,
            links,
            threads,
        }
    }

    /// Another one on what this one sees now, for a thread of its own.
    fn alone(&self) -> Self {
        let (lists, patterns) = (self.lists.clone(), self.patterns.clone());
        Self { threads: 1, lists, patterns, ..Self::new(self.query, self.shared()) }
    }

    /// The graph through the frame.
    #[must_use]
    pub fn view(&self) -> GraphView<'_> {
        GraphView::new(self.draft.version(), &self.lens)
    }

    /// The graph as it is now, to be read while the worker is busy with something else.
    #[must_use]
    pub fn shared(&self) -> SharedView {
        SharedView { snapshot: self.draft.version().clone(), lens: self.lens.clone() }
    }

    /// Warns of something, if it was not told before.
    fn warn(&mut self, warnings: impl Iterator<Item = Diagnostic>) {
        for warning in warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }

    /// What rests on this and on the statement.
    fn with(&mut self, id: LineageId, statement: Statement) -> LineageId {
        let snapshot = self.draft.version();
        if let Some(days) = &mut self.days {
            return days.with(id, statement, GraphView::new(snapshot, &self.lens));
        }
        let leaf = self.lineage.statement(statement, snapshot);
        self.lineage.join(id, leaf)
    }

    /// What rests on this and on what gives a node a derived label.
    fn with_label(&mut self, id: LineageId, node: NodeId, label: &str) -> LineageId {
        let leaf = match &mut self.days {
            Some(days) => days.label(node, label, GraphView::new(self.draft.version(), &self.lens)),
            None => self.lineage.label(node, label),
        };
        self.join(id, leaf)
    }

    /// Both are needed.
    fn join(&mut self, a: LineageId, b: LineageId) -> LineageId {
        match &mut self.days {
            Some(days) => days.join(a, b),
            None => self.lineage.join(a, b),
        }
    }

    /// All of them are needed.
    fn all(&mut self, parts: &[LineageId]) -> LineageId {
        match &mut self.days {
            Some(days) => parts.iter().fold(LineageId::NONE, |all, part| days.join(all, *part)),
            None => self.lineage.all(parts),
        }
    }

    /// Any one of them suffices; there is one at least.
    fn any(&mut self, parts: &[LineageId]) -> LineageId {
        match (&mut self.days, parts) {
            (Some(days), [first, others @ ..]) => others.iter().fold(*first, |any, part| days.merge(any, *part)),
            _ => self.lineage.any(parts),
        }
    }

    /// The days of a row, where rows carry them.
    #[must_use]
    pub fn held(&self, id: LineageId) -> Periods {
        self.days.as_ref().map_or_else(Periods::always, |days| days.get(id))
    }

    /// Whether nobody knows since when, and until when, a row holds; only where rows carry days.
    #[must_use]
    pub fn is_open(&self, id: LineageId) -> (bool, bool) {
        self.days.as_ref().map_or((false, false), |days| days.is_open(id))
    }

    /// Whether a row that rests on this holds on no day.
    fn never(&self, id: LineageId) -> bool {
        self.days.as_ref().is_some_and(|days| days.is_empty(id))
    }

    fn context(&self) -> Context<'_> {
        Context { view: self.view(), now: self.query.now, limits: &self.query.limits }
    }
}

/// Why there are no more rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Stopped by its limits.
    Stopped(Stopped),
    /// A value was wrong.
    Value(&'static Code, String),
    /// A value was wrong, and this part of the query gave it.
    Placed(Span, &'static Code, String),
}

impl Failure {
    /// The same, placed at `span`; the innermost place stays.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        match self {
            Failure::Value(code, message) => Failure::Placed(span, code, message),
            placed_or_stopped => placed_or_stopped,
        }
    }

    /// The same, placed where `expr` is written.
    #[must_use]
    pub fn of(self, expr: &Expr) -> Self {
        match expr.place() {
            Some(span) => self.at(span),
            None => self,
        }
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        Failure::Stopped(stopped)
    }
}

impl From<FunctionError> for Failure {
    fn from(error: FunctionError) -> Self {
        Failure::Value(error.code, error.message)
    }
}

impl From<ProcedureError> for Failure {
    fn from(error: ProcedureError) -> Self {
        match error {
            ProcedureError::Stopped(stopped) => Failure::Stopped(stopped),
            ProcedureError::Value(code, message) => Failure::Value(code, message),
        }
    }
}

impl From<ArithmeticError> for Failure {
    fn from(error: ArithmeticError) -> Self {
        let code = match error {
            ArithmeticError::Types { .. } => code::TYPE_ERROR,
            ArithmeticError::DivisionByZero | ArithmeticError::Overflow(_) | ArithmeticError::Temporal(_) => {
                code::ARITHMETIC
            }
        };
        Failure::Value(code, error.to_string())
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Value(code, message) => Diagnostic::new(code, message),
            Failure::Placed(span, code, message) => Diagnostic::new(code, message).at(span, "in this part"),
            Failure::Stopped(Stopped::Cancelled) => Diagnostic::new(code::STOPPED, "stopped"),
            Failure::Stopped(stopped @ Stopped::Deadline(_)) => Diagnostic::new(code::DEADLINE, stopped.to_string()),
            Failure::Stopped(stopped @ Stopped::Memory { .. }) => {
                Diagnostic::new(code::OUT_OF_MEMORY, stopped.to_string()).help("filter sooner, or return less at once")
            }
        }
    }
}

/// Gives rows, a batch at a time.
pub trait Operator: Send {
    /// The next batch; never an empty one; `None` when there are no more.
    ///
    /// # Errors
    /// [`Failure`]; the operator is not asked again.
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure>;

    /// All rows at once, for whoever asks for them before the first [`Self::next`].
    ///
    /// # Errors
    /// As of that.
    fn all(&mut self, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
        drained(|| self.next(worker))
    }
}

/// What is given until there is no more.
fn drained(mut next: impl FnMut() -> Result<Option<Batch>, Failure>) -> Result<Batch, Failure> {
    let mut all = Batch::default();
    while let Some(batch) = next()? {
        all.append(batch);
    }
    Ok(all)
}

use batch::Parts;
use live::Live;
use split::{Exchange, Split};

type Input<'p> = Box<dyn Operator + 'p>;

/// All rows of a plan.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// One formula per row, where lineage was asked for.
    pub lineage: Vec<LineageId>,
}

/// Runs a plan; its rows have `width` columns.
///
/// # Errors
/// [`Failure`] where a value is wrong or a limit is reached; no row is given then.
pub fn execute(plan: &Plan, width: usize, worker: &mut Worker<'_>) -> Result<Rows, Failure> {
    over(plan, &Batch::unit(worker.query.lineage), width, worker)
}

/// Runs a plan over these rows, which [`Plan::Argument`] gives.
///
/// # Errors
/// As [`execute`].
pub fn over(plan: &Plan, rows: &Batch, width: usize, worker: &mut Worker<'_>) -> Result<Rows, Failure> {
    let mut held = worker.query.limits.reservation();
    let mut operator = Exchange::or_alone(plan, Given::argument(rows), worker, Live::default());
    let mut rows = Rows::default();
    while let Some(batch) = operator.next(worker)? {
        for row in 0..batch.len {
            let values = batch.row(row, width);
            held.grow(values.iter().map(Value::bytes).sum())?;
            rows.rows.push(values);
        }
        rows.lineage.extend(batch.lineage.unwrap_or_default());
    }
    Ok(rows)
}

/// Runs a plan; its rows stay in columns, and only what operators `over` them read is there.
///
/// # Errors
/// As [`execute`].
pub fn gathered(plan: &Plan, over: Option<&Plan>, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
    let mut held = worker.query.limits.reservation();
    let live = over.map_or_else(Live::default, Live::of_argument);
    let unit = Batch::unit(worker.query.lineage);
    let mut operator = build_for(plan, Given::argument(&unit), worker, live);
    let mut rows = Batch::default();
    while let Some(batch) = operator.next(worker)? {
        held.grow(batch.bytes())?;
        rows.append(batch);
    }
    Ok(rows)
}

/// Rows that are there before a plan is run.
#[derive(Clone, Copy)]
struct Given<'a> {
    /// What [`Plan::Argument`] gives.
    argument: &'a Batch,
    /// What an operator of the plan gives, which is not run again.
    lowest: Option<(&'a Plan, &'a Arc<Batch>, &'a Range<usize>)>,
}

impl<'a> Given<'a> {
    fn argument(argument: &'a Batch) -> Self {
        Self { argument, lowest: None }
    }
}

/// The operators of a plan; `argument` is what [`Plan::Argument`] gives.
fn build<'p>(plan: &'p Plan, argument: &Batch, worker: &Worker<'_>) -> Input<'p> {
    build_for(plan, Given::argument(argument), worker, Live::default())
}

/// The same, where only these slots are read of what it gives.
fn build_for<'p>(plan: &'p Plan, given: Given<'_>, worker: &Worker<'_>, live: Live) -> Input<'p> {
    if let Some((_, all, rows)) = given.lowest.filter(|(lowest, ..)| std::ptr::eq(*lowest, plan)) {
        return Box::new(Parts::of(all.clone(), rows.clone()));
    }
    let operator = unwatched(plan, given, worker, live);
    if worker.profile.is_some() { Box::new(profile::Watched { operator, plan }) } else { operator }
}

fn unwatched<'p>(plan: &'p Plan, given: Given<'_>, worker: &Worker<'_>, live: Live) -> Input<'p> {
    let lineage = worker.query.lineage;
    let build = |input: &'p Plan, given: Given<'_>, worker: &Worker<'_>| {
        build_for(input, given, worker, live.clone().before(plan))
    };
    // Of an operator that asks for all rows before it gives one.
    let build_whole = |input: &'p Plan| Exchange::or_alone(input, given, worker, live.clone().before(plan));
    match plan {
        Plan::Unit => Box::new(row::Once::new(Batch::unit(lineage))),
        Plan::Argument => Box::new(row::Once::new(given.argument.clone())),
        Plan::Match { .. } => Box::new(row::Unlowered),
        Plan::ScanNodes { input, slot, label } => {
            Box::new(scan::Scan::new(build(input, given, worker), *slot, label.as_deref(), live, worker))
        }
        Plan::SeekNodes { input, slot, key, value, each } => {
            let wanted = if *each { scan::Wanted::Each(value) } else { scan::Wanted::One(value) };
            Box::new(scan::Seek::new(build(input, given, worker), *slot, key, wanted))
        }
        Plan::Expand { input, from, rel, to, into, different_from } => {
            let input = build(input, given, worker);
            if let Some(search) = &rel.search {
                let ends = path::Ends { from: *from, to: *to, into: *into, path: rel.slot, different_from };
                return Box::new(path::Paths::new(input, ends, search));
            }
            Box::new(expand::Expand::new(
                input,
                expand::Shape { from: *from, to: *to, into: *into, rel, different_from },
                live,
            ))
        }
        Plan::Fold { input, from, rel, to, also, to_end, conditions, sums } => {
            let (from, to, to_end) = (*from, *to, *to_end);
            let hop = hop::Shape { from, rel, to, also: also.as_ref(), conditions };
            let shape = fold::Shape { hop, to_end, sums };
            let read = live.clone().before(plan);
            let is_cut = to_end && rel.length.is_none();
            let split = if is_cut { Split::of(input, true, given, worker, &read) } else { None };
            let source = split.map_or_else(|| fold::Source::Whole(build(input, given, worker)), fold::Source::Split);
            Box::new(fold::Fold::new(source, shape, live))
        }
        Plan::Filter { input, condition } => Box::new(row::Filter::new(build(input, given, worker), condition)),
        Plan::Extend { input, items } => Box::new(row::Extend::new(build(input, given, worker), items)),
        Plan::Project { input, items } => Box::new(row::Project::new(build(input, given, worker), items)),
        Plan::Group { input, keys, aggregates } => {
            let shape = group::Shape { keys, aggregates, lasting: !input.writes() };
            let read = live.clone().before(plan);
            let split = if shape.can_be_split() { Split::of(input, false, given, worker, &read) } else { None };
            let source = split.map_or_else(|| group::Source::Whole(build_whole(input)), group::Source::Split);
            Box::new(group::Group::new(source, shape))
        }
        Plan::Distinct { input } => Box::new(distinct::Distinct::new(build(input, given, worker))),
        Plan::Sort { input, keys, first } => Box::new(sort::Sort::new(build_whole(input), keys, first)),
        Plan::Skip { input, count } => Box::new(row::Page::skip(build(input, given, worker), count)),
        Plan::Limit { input, count } => Box::new(row::Page::limit(build(input, given, worker), count, input.writes())),
        Plan::Unwind { input, list, slot, position } => {
            Box::new(unwind::Unwind::new(build(input, given, worker), list, *slot, *position, live))
        }
        Plan::Load { input, file, place, slot, headers, separator } => {
            let shape = load::Shape { headers: *headers, separator: *separator };
            Box::new(load::Load::new(build(input, given, worker), file, *place, *slot, shape))
        }
        Plan::Optional { input, inner, slots } => {
            Box::new(join::Optional::new(build(input, given, worker), inner, slots, live))
        }
        Plan::Apply { input, inner, slots, optional } => {
            let input = build(input, given, worker);
            Box::new(join::Apply::new(input, inner, slots.as_deref(), *optional))
        }
        Plan::Call { input, procedure, place, arguments, yields, optional } => {
            let input = build(input, given, worker);
            Box::new(call::Call::new(input, (procedure, *place), arguments, yields, *optional))
        }
        Plan::Create { input, items } => {
            Box::new(write::Write::new(build(input, given, worker), write::Action::Create(items)))
        }
        Plan::Merge { input, inner, items, on_create, on_match } => {
            let action = write::Action::Merge { inner, items, on_create, on_match };
            Box::new(write::Write::new(build(input, given, worker), action))
        }
        Plan::Set { input, items } => {
            Box::new(write::Write::new(build(input, given, worker), write::Action::Set(items)))
        }
        Plan::Delete { input, targets, detach } => {
            let action = write::Action::Delete { targets, detach: *detach };
            Box::new(write::Write::new(build(input, given, worker), action))
        }
        Plan::Foreach { input, list, slot, body } => {
            let action = write::Action::Foreach { list, slot: *slot, body };
            Box::new(write::Write::new(build(input, given, worker), action))
        }
        Plan::Union { parts } => {
            Box::new(join::Union::new(parts.iter().map(|part| build(part, given, worker)).collect()))
        }
    }
}
