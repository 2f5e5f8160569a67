//! `WHEN` with periods carried through the plan: one run instead of one a period.
//!
//! Patterns, filters, distinct rows and unions are run once over all time, and each row carries the days on which it holds.
//! What groups or cuts rows after them is run for each period in which other rows reach it. Everything else (optional and
//! negated parts, selectors, subqueries, procedures; what reads the frame itself; nodes with histories or derived labels in
//! the rows, which look another way on another day) is left to `slices.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostic;
use crate::execute::{self, Batch, Days, Failure, Worker, derive};
use crate::function;
use crate::graph::{Entity, Frame, SharedView, Snapshot, ValidTime};
use crate::limits::Stopped;
use crate::plan::{Aggregate, Defined, Expr, LabelTest, Plan, Selector};
use crate::value::{Day, Entities, Period, Periods, Value};

use super::super::arrange::Arranged;
use super::super::ask::Ready;
use super::super::bag::key;
use super::super::query::entities;
use super::super::silence::Heard;
use super::tally::over_tallied;
use super::{Gathering, Ran, Slice, When, parts};

impl When<'_> {
    /// Runs the query once, if its plan allows it.
    pub(super) fn carried(self) -> Result<Option<Ran>, Vec<Diagnostic>> {
        let carrying = Carrying { snapshot: self.stored, derived_labels: self.ask.session.engine.derived_labels() };
        let all_time = Frame { valid: ValidTime::All, ..self.frame };
        let ready = match self.ready {
            Some(ready) => ready.clone(),
            None if self.definitions_carry(&carrying) => {
                let anew = || self.ask.ready(self.query, self.stored, all_time);
                let session = self.ask.session;
                session.engine.prepared.ready(session, self.text, (self.stored, all_time), anew)?
            }
            None => return Ok(None),
        };
        let Ready { plan, snapshot, derivations, bound, .. } = &*ready;
        let width = bound.columns.len();
        let arranged = Arranged::new(plan.clone(), width, bound.arranging);
        let Some((lower, upper)) = carrying.split(&arranged.rows) else { return Ok(None) };
        let graph = SharedView::new(snapshot.clone(), all_time);
        let (run, plain) = (self.ask.query(true), self.ask.query(false));
        let mut worker = Worker::new(&run, graph.clone());
        worker.days = Some(Days::new(self.window, derivations.clone()));
        let mut upper = upper;
        let mut below = None;
        if let Some((over, tally)) = upper.as_ref().and_then(over_tallied) {
            let Some(tallied) = ran(execute::tallied(&lower, tally, &mut worker))? else { return Ok(None) };
            below = tallied;
            if below.is_some() {
                upper = Some(over);
            }
        }
        if below.is_none() {
            below = ran(execute::gathered(&lower, upper.as_ref(), &mut worker))?;
        }
        let Some(below) = below else { return Ok(None) };
        let mut gathering = Gathering::new(self.ask.limits);
        match upper {
            None => {
                let rows: Vec<Vec<Value>> = (0..below.len).map(|row| below.row(row, arranged.width)).collect();
                let shown = entities(graph.view(), &rows);
                if look_otherwise(snapshot, &shown) {
                    return Ok(None);
                }
                let keys: Vec<Vec<String>> = rows.iter().map(|row| key(&row[..width], &shown)).collect();
                let all = Slice { period: self.window, rows: &rows, keys: &keys, entities: &shown, width };
                gathering.add_rows(&all, &below, &worker)?;
            }
            Some(upper) => {
                // Only at the ends of all time it matters what the rows rest on.
                let mut plain = Worker::new(&plain, graph.clone());
                let alive = Alive::new(&below, &worker);
                for period in parts(self.window, alive.bounds()) {
                    let mut batch = below.gather(&alive.rows(&below, period));
                    let worker = if period.reaches_an_end() {
                        &mut worker
                    } else {
                        batch.lineage = None;
                        &mut plain
                    };
                    let above = ran(execute::over(&upper, &batch, arranged.width, worker))?;
                    let Some(above) = above else { return Ok(None) };
                    let shown = entities(graph.view(), &above.rows);
                    if look_otherwise(snapshot, &shown) {
                        return Ok(None);
                    }
                    let keys: Vec<Vec<String>> = above.rows.iter().map(|row| key(&row[..width], &shown)).collect();
                    let slice = Slice { period, rows: &above.rows, keys: &keys, entities: &shown, width };
                    gathering
                        .add(&slice, |row| above.lineage.get(row).map_or((false, false), |id| worker.is_open(*id)))?;
                }
                gathering.hear(&Heard::new(bound.absence.clone(), &plain));
            }
        }
        gathering.hear(&Heard::new(bound.absence.clone(), &worker));
        Ok(Some(Ran { snapshot: snapshot.clone(), arranged, warnings: bound.warnings.clone(), gathering }))
    }

    /// Whether periods are carried through the definitions that the query needs: then a derived relationship looks the same
    /// on every day on which it holds.
    fn definitions_carry(self, carrying: &Carrying<'_>) -> bool {
        let definitions = self.ask.session.engine.definitions();
        derive::needed(&definitions, &self.bound.types, &self.bound.labels).into_iter().all(|definition| {
            let same = match &definition.defined {
                Defined::Type(_, keys) => keys.is_empty(),
                Defined::Label(_) => true,
            };
            same && definition.plans.iter().all(|plan| carrying.plan(plan))
        })
    }
}

/// Over all time a query may meet values, and hold rows, that it meets on no day: then the days are asked one by one.
fn ran<T>(given: Result<T, Failure>) -> Result<Option<T>, Vec<Diagnostic>> {
    match given {
        Ok(rows) => Ok(Some(rows)),
        Err(Failure::Value(..) | Failure::Placed(..) | Failure::Stopped(Stopped::Memory { .. })) => Ok(None),
        Err(stopped @ Failure::Stopped(_)) => Err(vec![stopped.into()]),
    }
}

/// When rows of a batch hold: many of them on the same days.
struct Alive {
    /// By number; none where no row has it.
    days: Vec<Periods>,
}

impl Alive {
    fn new(batch: &Batch, worker: &Worker<'_>) -> Self {
        let mut days = Vec::new();
        for id in batch.lineage.iter().flatten() {
            if days.len() <= id.number() {
                days.resize(id.number() + 1, Periods::default());
            }
            if days[id.number()].is_empty() {
                days[id.number()] = worker.held(*id);
            }
        }
        Self { days }
    }

    fn bounds(&self) -> impl Iterator<Item = Day> {
        bounds(&self.days)
    }

    /// The rows that hold in a period in which none begins or ends.
    fn rows(&self, batch: &Batch, period: Period) -> Vec<u32> {
        let holds: Vec<bool> = self.days.iter().map(|days| days.overlaps(period)).collect();
        let ids = batch.lineage.iter().flatten().enumerate();
        ids.filter(|(_, id)| holds[id.number()]).map(|(row, _)| row as u32).collect()
    }
}

impl Gathering {
    /// Takes in rows each of which holds in periods of its own.
    fn add_rows(&mut self, all: &Slice<'_>, batch: &Batch, worker: &Worker<'_>) -> Result<(), Vec<Diagnostic>> {
        let periods: Vec<Periods> = batch.lineage.iter().flatten().map(|id| worker.held(*id)).collect();
        let mut kinds: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
        for (row, key) in all.keys.iter().enumerate().filter(|(row, _)| !periods[*row].is_empty()) {
            kinds.entry(key).or_default().push(row);
        }
        // In the order in which rows came: places are given away in it.
        let mut kinds: Vec<Vec<usize>> = kinds.into_values().collect();
        kinds.sort_unstable();
        for rows in kinds {
            for period in parts(all.period, bounds(rows.iter().map(|row| &periods[*row]))) {
                let alive: Vec<usize> = rows.iter().copied().filter(|row| periods[*row].overlaps(period)).collect();
                let picked: Vec<Vec<Value>> = alive.iter().map(|row| all.rows[*row].clone()).collect();
                let keys: Vec<Vec<String>> = alive.iter().map(|row| all.keys[*row].clone()).collect();
                let slice = Slice { period, rows: &picked, keys: &keys, entities: all.entities, width: all.width };
                self.add(&slice, |at| worker.is_open(batch.lineage(alive[at])))?;
            }
        }
        Ok(())
    }
}

/// The days on which something begins or ends.
fn bounds<'p>(all: impl IntoIterator<Item = &'p Periods>) -> impl Iterator<Item = Day> {
    all.into_iter().flat_map(Periods::as_slice).flat_map(|period| [period.from, period.to])
}

/// Whether one of these things may look another way on another day: it has a history, or may have a derived label.
fn look_otherwise(snapshot: &Snapshot, named: &Entities) -> bool {
    let nodes = named.nodes.keys().map(|node| Entity::Node(*node));
    let rels = named.rels.keys().map(|rel| Entity::Rel(*rel));
    (snapshot.has_derived_labels() && !named.nodes.is_empty())
        || nodes.chain(rels).any(|entity| snapshot.histories(entity).next().is_some())
}

/// Which plans carry periods.
struct Carrying<'s> {
    snapshot: &'s Snapshot,
    derived_labels: BTreeSet<String>,
}

impl Carrying<'_> {
    /// Cuts a plan in two: the greatest part at its bottom that carries periods, and what is above, reading
    /// [`Plan::Argument`]; `None` where something above reads the graph.
    fn split(&self, plan: &Plan) -> Option<(Plan, Option<Plan>)> {
        if self.plan(plan) {
            return Some((plan.clone(), None));
        }
        let (lower, rest) = self.split(self.above(plan)?)?;
        let mut upper = plan.clone();
        let mut place = upper.children_mut();
        let place = place.first_mut()?;
        **place = rest.unwrap_or(Plan::Argument);
        Some((lower, Some(upper)))
    }

    /// The input of an operator that reads rows only.
    fn above<'p>(&self, plan: &'p Plan) -> Option<&'p Plan> {
        Some(match plan {
            Plan::Group { input, keys, aggregates } => {
                let arguments = aggregates.iter().flat_map(Aggregate::reads);
                keys.iter().chain(arguments).all(|expr| self.expr(expr)).then_some(input)?
            }
            Plan::Sort { input, keys, .. } => keys.iter().all(|(key, _)| self.expr(key)).then_some(input)?,
            Plan::Skip { input, count } | Plan::Limit { input, count } => self.expr(count).then_some(input)?,
            Plan::Filter { input, condition } => self.expr(condition).then_some(input)?,
            Plan::Project { input, items } => items.iter().all(|item| self.expr(item)).then_some(input)?,
            Plan::Extend { input, items } => items.iter().all(|(_, item)| self.expr(item)).then_some(input)?,
            Plan::Unwind { input, list, .. } => self.expr(list).then_some(input)?,
            Plan::Distinct { input } => input,
            _ => return None,
        })
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
        names.retain(|label| self.derived_labels.contains(label));
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
