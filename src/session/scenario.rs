//! Scenarios: updates with a name, assumed by the statements of a session for as long as they are on, and never saved.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::graph::Snapshot;
use crate::limits::Limits;
use crate::parse::{self, ast};
use crate::procedure::Called;
use crate::value::{Day, Instant, Value};

use super::ask::Ask;
use super::{Changes, Session};

/// What makes a statement of the updates, so that they are read like any other.
const BEFORE: &str = "ASSUMING ";
const AFTER: &str = "\nRETURN 0";

/// Updates with a name.
#[derive(Clone, Debug)]
struct Scenario {
    updates: Vec<ast::Clause>,
    /// As they were written, from brace to brace.
    written: Arc<SourceText>,
}

impl Scenario {
    /// Reads `{ SUSPEND m FROM '2026-01-01' }`.
    fn read(name: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let text = text.trim();
        let written = Arc::new(SourceText::new(format!("scenario {name}"), text));
        let place = |span, expected: &str| {
            let wrong = Diagnostic::new(code::SYNTAX, "a scenario is updates in braces");
            vec![
                wrong
                    .at(span, expected)
                    .help("such as `{ MATCH (m {id: 'cn-2025-57#1'}) SUSPEND m FROM '2026-01-01' }`"),
            ]
        };
        if !text.starts_with('{') {
            return Err(in_file(place(Span::new(0, text.len().min(1)), "expected `{`"), &written));
        }
        let whole = format!("{BEFORE}{text}{AFTER}");
        let read = parse::parse(&whole).map_err(|wrong| placed(wrong, &written))?;
        match read.assuming.into_iter().next() {
            Some(updates) if updates.span.end == BEFORE.len() + text.len() => {
                Ok(Self { updates: updates.node, written })
            }
            other => {
                let end = other.map_or(0, |updates| updates.span.end.saturating_sub(BEFORE.len()));
                let end = text.len() - text[end..].trim_start().len();
                Err(in_file(place(Span::new(end, text.len()), "expected nothing after the closing `}`"), &written))
            }
        }
    }
}

/// The same messages with places in the scenario's own text.
fn placed(mut wrong: Vec<Diagnostic>, written: &Arc<SourceText>) -> Vec<Diagnostic> {
    let end = written.text.len();
    for label in wrong.iter_mut().flat_map(|wrong| &mut wrong.labels) {
        let inside = |at: usize| at.saturating_sub(BEFORE.len()).min(end);
        label.span = Span::new(inside(label.span.start), inside(label.span.end));
    }
    in_file(wrong, written)
}

fn in_file(wrong: Vec<Diagnostic>, written: &Arc<SourceText>) -> Vec<Diagnostic> {
    wrong.into_iter().map(|wrong| wrong.in_file(written)).collect()
}

/// The version that scenarios gave, and what it was made from.
#[derive(Clone, Debug)]
struct Made {
    of: Arc<Snapshot>,
    on: Vec<String>,
    params: BTreeMap<String, Value>,
    day: Day,
    gave: Arc<Snapshot>,
}

/// The scenarios of a session: those that have a name, and those of them that are on.
#[derive(Clone, Debug, Default)]
pub struct Scenarios {
    named: BTreeMap<String, Scenario>,
    on: Vec<String>,
    /// Kept for the next statement.
    made: Arc<Mutex<Option<Made>>>,
}

impl Scenarios {
    /// The names of those that are on, in the order in which their updates are made.
    #[must_use]
    pub fn on(&self) -> &[String] {
        &self.on
    }

    /// The updates of those that are on, in their order.
    pub(super) fn updates(&self) -> impl Iterator<Item = &Vec<ast::Clause>> {
        self.on.iter().filter_map(|name| self.named.get(name)).map(|scenario| &scenario.updates)
    }

    /// Every name with its updates as they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.named.iter().map(|(name, scenario)| (name.as_str(), scenario.written.text.as_str()))
    }

    /// Whether there is one of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// Has the statements after this assume it, after those that are on already. `false` where there is none of this name.
    pub fn switch_on(&mut self, name: &str) -> bool {
        if self.has(name) && !self.on.iter().any(|on| on == name) {
            self.on.push(name.to_owned());
        }
        self.has(name)
    }

    /// Has the statements after this no longer assume it; it keeps its name. `false` where it was not on.
    pub fn switch_off(&mut self, name: &str) -> bool {
        let before = self.on.len();
        self.on.retain(|on| on != name);
        self.on.len() < before
    }

    /// Forgets it. `false` where there is none of this name.
    pub fn forget(&mut self, name: &str) -> bool {
        self.switch_off(name);
        self.named.remove(name).is_some()
    }
}

impl Session {
    /// Gives `updates`, clauses in braces, the name of a scenario, in place of one of the same name; says what they change
    /// under the scenarios that are on, with warnings. [`Scenarios::switch_on`] has statements assume it.
    ///
    /// # Errors
    /// Every mistake that was found in them, with its place in their text.
    pub fn name_scenario(
        &mut self,
        name: &str,
        updates: &str,
        limits: &Limits,
    ) -> Result<(Changes, Vec<Diagnostic>), Vec<Diagnostic>> {
        let scenario = Scenario::read(name, updates)?;
        let mut others = self.clone();
        others.scenarios.switch_off(name);
        let called = Called::default();
        let ask = Ask { session: &others, limits, now: Instant::now(), called: &called };
        let under = ask.under_scenarios(&self.engine.snapshot())?;
        let assumed = ask.assume(&scenario.updates, &under).map_err(|wrong| placed(wrong, &scenario.written))?;
        let warnings = placed(assumed.warnings, &scenario.written);
        self.scenarios.named.insert(name.to_owned(), scenario);
        self.scenarios.made = Arc::default();
        Ok((assumed.changes, warnings))
    }

    /// The record with what the scenarios that are on change in it.
    ///
    /// # Errors
    /// A scenario no longer fits the record, or met a limit.
    pub fn version(&self, limits: &Limits) -> Result<Arc<Snapshot>, Vec<Diagnostic>> {
        let called = Called::default();
        Ask { session: self, limits, now: Instant::now(), called: &called }.under_scenarios(&self.engine.snapshot())
    }
}

impl Ask<'_> {
    /// The version in which the scenarios that are on have been made, in their order.
    pub fn under_scenarios(self, record: &Arc<Snapshot>) -> Result<Arc<Snapshot>, Vec<Diagnostic>> {
        let Scenarios { named, on, made } = &self.session.scenarios;
        if on.is_empty() {
            return Ok(record.clone());
        }
        let (params, day) = (&self.session.params, self.now.day());
        let same =
            |made: &&Made| Arc::ptr_eq(&made.of, record) && made.on == *on && made.params == *params && made.day == day;
        let lock = || made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = lock().as_ref().filter(same) {
            return Ok(made.gave.clone());
        }
        let mut gave = record.clone();
        for scenario in on.iter().filter_map(|name| named.get(name)) {
            let assumed = self.assume(&scenario.updates, &gave);
            gave = assumed.map_err(|wrong| placed(wrong, &scenario.written))?.version;
        }
        let now = Made { of: record.clone(), on: on.clone(), params: params.clone(), day, gave: gave.clone() };
        *lock() = Some(now);
        Ok(gave)
    }
}
