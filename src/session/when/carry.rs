//! `WHEN` with periods carried through the plan: one run instead of one a period.
//!
//! Patterns, filters, distinct rows and unions are run once over all time with lineage; the days on which a row holds are
//! those of its formula. What groups or cuts rows after them is run for each period in which other rows reach it. Everything
//! else (optional and negated parts, selectors, subqueries, procedures; what reads the frame itself; nodes with histories or
//! derived labels in the rows, which look another way on another day) is left to `slices.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::execute::derive;
use crate::execute::{self, Batch, Failure, Rows, Worker};
use crate::function;
use crate::graph::{Entity, Frame, GraphView, SharedView, Snapshot, Statement, ValidTime};
use crate::limits::Stopped;
use crate::parse::ast;
use crate::plan::{Defined, Expr, LabelTest, Plan, Selector};
use crate::value::{Day, Entities, Period, Periods, Value};

use super::super::Answer;
use super::super::arrange::Arranged;
use super::super::ask::{Ask, Ready};
use super::super::bag::key;
use super::super::query::{entities, grouped};
use super::super::side::{Side, open_ends};
use super::super::silence::Heard;
use super::{Gathering, Slice};

impl Ask<'_> {
    /// Runs the query once, if its plan allows it; gives the run.
    pub(super) fn carried(
        self,
        query: &ast::Query,
        stored: &Arc<Snapshot>,
        frame: Frame,
        window: Period,
        gathering: &mut Gathering,
    ) -> Result<Option<Side>, Vec<Diagnostic>> {
        let all_time = Frame { valid: ValidTime::All, ..frame };
        let Ready { plan, snapshot, derivations, bound, .. } = self.ready(query, stored, all_time)?;
        let width = bound.columns.len();
        let mut arranged = Arranged::new(plan, width, bound.arranging);
        let carrying = Carrying { snapshot: &snapshot };
        if bound.writes.is_some() || !self.definitions_carry(&bound.types, &bound.labels, &carrying) {
            return Ok(None);
        }
        let Some((lower, lower_width, upper)) = carrying.split(&arranged.rows, arranged.width) else { return Ok(None) };
        let run = self.query(true);
        let mut worker = Worker::new(&run, SharedView::new(snapshot.clone(), all_time));
        let Some(given) = ran(execute::execute(&lower, lower_width, &mut worker))? else { return Ok(None) };
        let shared = worker.shared();
        let days = |id: &_| {
            let days = derive::periods(&worker.lineage, *id, shared.view(), &derivations);
            days.intersect(&[window].into_iter().collect())
        };
        let periods: Vec<Periods> = given.lineage.iter().map(days).collect();
        let shown = entities(shared.view(), &given.rows);
        if changes(&snapshot, &shown, upper.is_none()) {
            return Ok(None);
        }
        let is_grouped = grouped(&arranged.rows);
        let ends = Ends { view: shared.view(), window };
        match upper {
            None => {
                let keys: Vec<Vec<String>> = given.rows.iter().map(|row| key(&row[..width], &shown)).collect();
                let slice = |period| Slice { period, rows: &given.rows, keys: &keys, entities: &shown, width };
                let sets = |row: usize| worker.lineage.sets(given.lineage[row], &derivations).0;
                gathering.add_rows(&slice(window), &periods, |row| ends.open(&sets(row)))?;
            }
            Some(upper) => {
                for period in changing(&periods, window) {
                    let alive: Vec<usize> = (0..periods.len()).filter(|row| periods[*row].overlaps(period)).collect();
                    let rows: Vec<Vec<Value>> = alive.iter().map(|row| given.rows[*row].clone()).collect();
                    let lineage = alive.iter().map(|row| given.lineage[*row]).collect();
                    let batch = Batch::from_rows(lower_width, &rows, Some(lineage));
                    let Some(above) = ran(execute::over(&upper, &batch, arranged.width, &mut worker))? else {
                        *gathering = Gathering::new(self.limits);
                        return Ok(None);
                    };
                    let shown = entities(shared.view(), &above.rows);
                    if changes(&snapshot, &shown, true) {
                        *gathering = Gathering::new(self.limits);
                        return Ok(None);
                    }
                    let keys: Vec<Vec<String>> = above.rows.iter().map(|row| key(&row[..width], &shown)).collect();
                    let slice = Slice { period, rows: &above.rows, keys: &keys, entities: &shown, width };
                    let sets = |row: usize| worker.lineage.sets(above.lineage[row], &derivations).0;
                    gathering.add(&slice, |row| ends.open(&sets(row)))?;
                }
            }
        }
        let heard = Heard::new(bound.absence, &worker);
        gathering.hear(&heard);
        arranged.rows = Plan::Unit;
        let answer = Answer { frame, warnings: bound.warnings, ..Answer::default() };
        Ok(Some(Side {
            columns: bound.columns,
            rows: Vec::new(),
            keys: Vec::new(),
            entities: shown,
            snapshot,
            arranged,
            answer,
            heard,
            sets: Vec::new(),
            grouped: is_grouped,
        }))
    }

    /// Whether periods are carried through the definitions that a query needs: then a derived relationship looks the same on
    /// every day on which it holds.
    fn definitions_carry(self, types: &BTreeSet<String>, labels: &BTreeSet<String>, carrying: &Carrying<'_>) -> bool {
        let definitions = self.session.engine.definitions();
        derive::needed(&definitions, types, labels).into_iter().all(|definition| {
            let same = match &definition.defined {
                Defined::Type(_, keys) => keys.is_empty(),
                Defined::Label(_) => true,
            };
            same && definition.plans.iter().all(|plan| carrying.plan(plan))
        })
    }
}

/// Over all time a query may meet values, and hold rows, that it meets on no day: then the days are asked one by one.
fn ran(given: Result<Rows, Failure>) -> Result<Option<Rows>, Vec<Diagnostic>> {
    match given {
        Ok(rows) => Ok(Some(rows)),
        Err(Failure::Value(..) | Failure::Placed(..) | Failure::Stopped(Stopped::Memory { .. })) => Ok(None),
        Err(stopped @ Failure::Stopped(_)) => Err(vec![stopped.into()]),
    }
}

impl Gathering {
    /// Takes in rows each of which holds in periods of its own.
    fn add_rows(
        &mut self,
        all: &Slice<'_>,
        periods: &[Periods],
        is_open: impl Fn(usize) -> (bool, bool),
    ) -> Result<(), Vec<Diagnostic>> {
        let mut kinds: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
        for (row, key) in all.keys.iter().enumerate().filter(|(row, _)| !periods[*row].is_empty()) {
            kinds.entry(key).or_default().push(row);
        }
        // In the order in which rows came: places are given away in it.
        let mut kinds: Vec<Vec<usize>> = kinds.into_values().collect();
        kinds.sort_unstable();
        for rows in kinds {
            let own: Vec<Periods> = rows.iter().map(|row| periods[*row].clone()).collect();
            for period in changing(&own, all.period) {
                let alive: Vec<usize> = rows.iter().copied().filter(|row| periods[*row].overlaps(period)).collect();
                let picked: Vec<Vec<Value>> = alive.iter().map(|row| all.rows[*row].clone()).collect();
                let keys: Vec<Vec<String>> = alive.iter().map(|row| all.keys[*row].clone()).collect();
                let slice = Slice { period, rows: &picked, keys: &keys, entities: all.entities, width: all.width };
                self.add(&slice, |at| is_open(alive[at]))?;
            }
        }
        Ok(())
    }
}

/// The parts of a window in which the same of these periods hold.
fn changing(periods: &[Periods], window: Period) -> Vec<Period> {
    let bounds = periods.iter().flat_map(Periods::as_slice).flat_map(|period| [period.from, period.to]);
    let inside: BTreeSet<Day> = bounds.filter(|day| window.from < *day && *day < window.to).collect();
    let starts = std::iter::once(window.from).chain(inside.iter().copied());
    let ends = inside.iter().copied().chain([window.to]);
    starts.zip(ends).map(|(from, to)| Period::new(from, to)).collect()
}

/// Whether one of these things may look another way on another day: it has a history or, where rows show it, a node may have
/// a derived label.
fn changes(snapshot: &Snapshot, named: &Entities, are_shown: bool) -> bool {
    let nodes = named.nodes.keys().map(|node| Entity::Node(*node));
    let rels = named.rels.keys().map(|rel| Entity::Rel(*rel));
    (are_shown && snapshot.has_derived_labels() && !named.nodes.is_empty())
        || nodes.chain(rels).any(|entity| snapshot.histories(entity).next().is_some())
}

/// The two ends of all time, as far as they are asked about.
struct Ends<'g> {
    view: GraphView<'g>,
    window: Period,
}

impl Ends<'_> {
    /// Whether nobody knows since when, and until when, a row holds: every set of statements that it rests on at that end of
    /// time has one of which nobody knows.
    fn open(&self, sets: &[Vec<Statement>]) -> (bool, bool) {
        let holds = |set: &&Vec<Statement>, end: Period| {
            set.iter().all(|statement| match statement {
                Statement::Entity(entity) => self.view.days(*entity).overlaps(end),
                Statement::Status(_) | Statement::History(_) => true,
            })
        };
        let every = |end: Period, open: fn((bool, bool)) -> bool| {
            let mut held = sets.iter().filter(|set| holds(set, end)).peekable();
            let is_open =
                |set: &Vec<Statement>| set.iter().any(|statement| open(open_ends(self.view.snapshot(), *statement)));
            held.peek().is_some() && held.all(is_open)
        };
        let first = Period::new(self.window.from, Day(self.window.from.0.saturating_add(1)));
        let last = Period::new(Day(self.window.to.0.saturating_sub(1)), self.window.to);
        (every(first, |ends| ends.0), every(last, |ends| ends.1))
    }
}

/// Which plans carry periods.
struct Carrying<'s> {
    snapshot: &'s Snapshot,
}

impl Carrying<'_> {
    /// Cuts a plan in two: the greatest part at its bottom that carries periods, with its width, and what is above, reading
    /// [`Plan::Argument`]; `None` where something above reads the graph.
    fn split(&self, plan: &Plan, width: usize) -> Option<(Plan, usize, Option<Plan>)> {
        if self.plan(plan) {
            return Some((plan.clone(), width, None));
        }
        let (input, above) = self.above(plan)?;
        let (lower, width, rest) = self.split(input, above)?;
        let mut upper = plan.clone();
        let mut place = upper.children_mut();
        let place = place.first_mut()?;
        **place = rest.unwrap_or(Plan::Argument);
        Some((lower, width, Some(upper)))
    }

    /// The input of an operator that reads rows only, and the number of slots that it fills.
    fn above<'p>(&self, plan: &'p Plan) -> Option<(&'p Plan, usize)> {
        let input = match plan {
            Plan::Group { input, keys, aggregates } => {
                let arguments = aggregates.iter().flat_map(|aggregate| &aggregate.arguments);
                keys.iter().chain(arguments).all(|expr| self.expr(expr)).then_some(input)?
            }
            Plan::Sort { input, keys } => keys.iter().all(|(key, _)| self.expr(key)).then_some(input)?,
            Plan::Skip { input, count } | Plan::Limit { input, count } => self.expr(count).then_some(input)?,
            Plan::Filter { input, condition } => self.expr(condition).then_some(input)?,
            Plan::Project { input, items } => items.iter().all(|item| self.expr(item)).then_some(input)?,
            Plan::Extend { input, items } => items.iter().all(|(_, item)| self.expr(item)).then_some(input)?,
            Plan::Unwind { input, list, .. } => self.expr(list).then_some(input)?,
            Plan::Distinct { input } => input,
            _ => return None,
        };
        Some((input, width_of(input)))
    }

    /// Whether a row of a plan, run over all time, holds on exactly the days of its formula.
    fn plan(&self, plan: &Plan) -> bool {
        let own = match plan {
            // What gives a node a derived label is in the formula of a row that found it by this label.
            Plan::Unit | Plan::Distinct { .. } | Plan::Union { .. } | Plan::ScanNodes { .. } => true,
            Plan::Filter { condition: Expr::HasLabels(of, test), .. } => {
                let required = test.required();
                self.derived(test).iter().all(|label| required.contains(&label.as_str())) && self.expr(of)
            }
            Plan::SeekNodes { key, value, .. } => self.is_lasting(key) && self.expr(value),
            Plan::Expand { rel, .. } => {
                let all = rel.search.as_ref().is_none_or(|search| search.selector == Selector::All);
                all && rel.reads().all(|condition| self.expr(condition))
            }
            Plan::Filter { condition, .. } => self.expr(condition),
            Plan::Extend { items, .. } => items.iter().all(|(_, item)| self.expr(item)),
            Plan::Project { items, .. } => items.iter().all(|item| self.expr(item)),
            Plan::Unwind { list, .. } => self.expr(list),
            _ => false,
        };
        own && plan.children().into_iter().all(|child| self.plan(child))
    }

    /// The derived labels in a test.
    fn derived(&self, test: &LabelTest) -> Vec<String> {
        let mut names = Vec::new();
        test.names(&mut names);
        names.retain(|label| self.snapshot.is_derived_label(label));
        names
    }

    /// Whether a property has the same value on every day.
    fn is_lasting(&self, key: &str) -> bool {
        self.snapshot.catalog().key(key).is_none_or(|key| !self.snapshot.is_historic(key))
    }

    /// Whether an expression has the same value on every day.
    fn expr(&self, expr: &Expr) -> bool {
        let own = match expr {
            Expr::Property(_, key) => self.is_lasting(key),
            Expr::HasLabels(_, test) => self.derived(test).is_empty(),
            // A projection of everything that a thing has.
            Expr::Map(entries) => entries.iter().all(|(key, _)| key.is_some()),
            Expr::Call(name, _) => function::scalar(name).is_some_and(|function| !function::reads_frame(function)),
            Expr::Index(..) | Expr::Subquery { .. } => false,
            _ => true,
        };
        own && expr.children().into_iter().all(|child| self.expr(child))
    }
}

/// The number of slots that a plan fills.
fn width_of(plan: &Plan) -> usize {
    let own = match plan {
        Plan::Project { items, .. } => return items.len(),
        Plan::Group { keys, aggregates, .. } => return keys.len() + aggregates.len(),
        Plan::Union { parts } => return parts.iter().map(width_of).max().unwrap_or(0),
        Plan::ScanNodes { slot, .. } | Plan::SeekNodes { slot, .. } => slot + 1,
        Plan::Expand { rel, to, .. } => {
            let shown = rel.search.iter().flat_map(|search| &search.shown).map(|(_, slot)| *slot);
            shown.chain([rel.slot, *to]).max().unwrap_or(0) + 1
        }
        Plan::Extend { items, .. } => items.iter().map(|(slot, _)| slot + 1).max().unwrap_or(0),
        Plan::Unwind { slot, position, .. } => position.map_or(0, |(slot, _)| slot + 1).max(slot + 1),
        _ => 0,
    };
    plan.children().into_iter().map(width_of).max().unwrap_or(0).max(own)
}
