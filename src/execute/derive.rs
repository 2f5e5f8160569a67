//! Derived relationships and labels: what `DEFINE` names, made for one frame.
//!
//! Definitions that read each other are run together, round by round, until nothing new is derived; each round sees what
//! the rounds before gave, and where a part reads only one derived thing, only what is new of it. What they give is laid
//! over the snapshot as one more relationship table (or label) each: patterns, paths, functions and exports then see it like
//! any other. What each derived thing rests on is kept beside, so that lineage and time go through it.
//!
//! Source: Bancilhon and Ramakrishnan, "An amateur's introduction to recursive query processing strategies", SIGMOD 1986
//! (semi-naive evaluation).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::code;
use crate::graph::{DerivedRel, Frame, GraphView, SharedView, Snapshot, Statement};
use crate::limits::Limits;
use crate::plan::{Combine, Defined, Definition, Plan};
use crate::procedure::{Called, Procedures};
use crate::value::{Instant, NodeId, Periods, Value, order};

use super::lineage::minimal;
use super::{BATCH, Derived, Failure, Leaf, Lineage, LineageId, Query, Reading, Worker, execute};

/// What derived relationships and labels rest on.
#[derive(Clone, Debug, Default)]
pub struct Derivations {
    of: BTreeMap<Derived, Derivation>,
}

/// What one derived thing rests on.
#[derive(Clone, Debug, Default)]
struct Derivation {
    /// Each time it was derived: a formula that may name other derived things, and the number of the part that gave it.
    formulas: Vec<(usize, Arc<Lineage>, LineageId)>,
    /// The minimal sets of statements.
    sets: Vec<Vec<Statement>>,
    /// The days on which one of its derivations holds whole.
    periods: Periods,
}

impl Derivations {
    /// The sets of statements that something derived rests on.
    #[must_use]
    pub fn sets(&self, of: &Derived) -> &[Vec<Statement>] {
        self.of.get(of).map_or(&[], |derivation| &derivation.sets)
    }

    /// The days on which something derived holds.
    #[must_use]
    pub fn periods(&self, of: &Derived) -> Periods {
        self.of.get(of).map(|derivation| derivation.periods.clone()).unwrap_or_default()
    }

    /// What something derived follows from at once, each set by itself.
    #[must_use]
    pub fn steps(&self, of: &Derived) -> Vec<Vec<Leaf>> {
        let formulas = self.of.get(of).into_iter().flat_map(|derivation| &derivation.formulas);
        minimal(formulas.flat_map(|(_, lineage, id)| lineage.steps(*id).0).collect()).0
    }
}

/// The definitions that these names need, each after what it reads.
#[must_use]
pub fn needed<'d>(
    definitions: &'d [Definition],
    types: &BTreeSet<String>,
    labels: &BTreeSet<String>,
) -> Vec<&'d Definition> {
    let (mut types, mut labels) = (types.clone(), labels.clone());
    let is_wanted =
        |definition: &&Definition, types: &BTreeSet<String>, labels: &BTreeSet<String>| match &definition.defined {
            Defined::Type(name, _) => types.contains(name),
            Defined::Label(name) => labels.contains(name),
        };
    let mut n_found = 0;
    loop {
        let found: Vec<_> = definitions.iter().filter(|definition| is_wanted(definition, &types, &labels)).collect();
        if found.len() == n_found {
            return found;
        }
        n_found = found.len();
        for definition in found {
            types.extend(definition.types.iter().cloned());
            labels.extend(definition.labels.iter().cloned());
        }
    }
}

/// Lays what definitions that read each other (or a single one) give in a frame over a snapshot.
///
/// # Errors
/// [`Failure`] where the query of a definition fails, or a property of a recursive one grows without end.
pub fn derive(
    stratum: &[&Definition],
    snapshot: &Arc<Snapshot>,
    frame: Frame,
    limits: &Limits,
    now: Instant,
    derivations: &mut Derivations,
) -> Result<Snapshot, Failure> {
    let (params, procedures) = (BTreeMap::new(), Procedures::default());
    let query = Query {
        limits: limits.clone(),
        params: &params,
        procedures: &procedures,
        called: Called::default(),
        now,
        learnt: None,
        reading: &Reading::Nothing,
        lineage: true,
        alternatives: true,
        batch: BATCH,
        threads: 1,
        by_row: false,
    };
    let mut made: Vec<Made> = stratum.iter().map(|definition| Made::new(definition)).collect();
    let parts: Vec<Part<'_>> = stratum.iter().enumerate().flat_map(|(at, of)| Part::of(at, of, stratum)).collect();
    let is_recursive = parts.iter().any(|part| part.reads != Reads::Nothing);
    let (mut round, mut idle) = (0, 0);
    loop {
        limits.checkpoint()?;
        let [all, new] =
            [false, true].map(|only_new| Arc::new(laid(snapshot, &made, only_new, &|_| Periods::always())));
        for made in &mut made {
            made.new.clear();
        }
        for (number, part) in parts.iter().enumerate() {
            if round > 0 && part.reads == Reads::Nothing {
                continue;
            }
            if part.reads == Reads::More {
                // It gives again what it gave before.
                made[part.of].forget(number);
            }
            let seen = if part.reads == Reads::Once && round > 0 { &new } else { &all };
            let mut worker = Worker::new(&query, SharedView::new(seen.clone(), frame));
            let width = made[part.of].width();
            let rows = execute(part.plan, width, &mut worker)?;
            let lineage = Arc::new(worker.lineage);
            for (row, id) in rows.rows.into_iter().zip(rows.lineage) {
                made[part.of].add(row, (number, &lineage, id), &all);
            }
        }
        if !is_recursive || made.iter().all(|made| made.new.is_empty()) {
            break;
        }
        // Where nothing is new but values still change, they go round a cycle: each has its turn once.
        let n: usize = made.iter().map(|made| made.found.len()).sum();
        idle = if made.iter().any(Made::has_new) { 0 } else { idle + 1 };
        if idle > n {
            let names: Vec<&str> = stratum.iter().map(|definition| definition.defined.name()).collect();
            let message =
                format!("a property of `{}` grows without end: each round of a cycle changes it", names.join("`, `"));
            return Err(Failure::Value(code::BAD_DEFINITION, message));
        }
        made.iter_mut().for_each(Made::end_round);
        round += 1;
    }
    let open = made.iter_mut().flat_map(|made| std::mem::take(&mut made.derivations)).collect();
    let shared = SharedView::new(snapshot.clone(), frame);
    let solved = solve(open, is_recursive, shared.view(), limits, derivations)?;
    derivations.of.extend(solved);
    Ok(laid(snapshot, &made, false, &|of| derivations.periods(of)))
}

/// A part of a definition's query, and how it reads the definitions that it is run with.
struct Part<'p> {
    /// The place of its definition.
    of: usize,
    plan: &'p Plan,
    reads: Reads,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// It reads none of them: it is run once.
    Nothing,
    /// It reads one of them once: a row with something new rests on nothing else of them.
    Once,
    More,
}

impl<'p> Part<'p> {
    fn of(at: usize, definition: &'p Definition, stratum: &[&Definition]) -> impl Iterator<Item = Self> {
        let counts = definition
            .parts()
            .into_iter()
            .map(|part| stratum.iter().map(|other| part.count(other.defined.name()).unwrap_or(2)).sum::<usize>());
        let counts: Vec<usize> = counts.collect();
        definition.plans.iter().zip(counts).map(move |(plan, count)| {
            let reads = match count {
                0 => Reads::Nothing,
                1 => Reads::Once,
                _ => Reads::More,
            };
            Self { of: at, plan, reads }
        })
    }
}

/// What names a derived thing within its definition: start and end, of a label the node twice.
type Ends = (NodeId, NodeId);

/// What a definition has given so far.
struct Made<'d> {
    defined: &'d Defined,
    /// The properties of each.
    found: BTreeMap<Ends, Vec<Value>>,
    /// What is new or has changed since the round before.
    new: BTreeSet<Ends>,
    /// How many there were after the round before.
    before: usize,
    /// What each rests on, in the order in which it was found.
    derivations: Vec<(Derived, Derivation)>,
    places: BTreeMap<Ends, usize>,
}

impl<'d> Made<'d> {
    fn new(definition: &'d Definition) -> Self {
        Self {
            defined: &definition.defined,
            found: BTreeMap::new(),
            new: BTreeSet::new(),
            before: 0,
            derivations: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Columns of its plans.
    fn width(&self) -> usize {
        match self.defined {
            Defined::Type(_, keys) => keys.len() + 2,
            Defined::Label(_) => 1,
        }
    }

    fn has_new(&self) -> bool {
        self.found.len() > self.before
    }

    fn end_round(&mut self) {
        self.before = self.found.len();
    }

    /// Takes in a row. Several rows of the same ends are one thing.
    fn add(&mut self, row: Vec<Value>, formula: (usize, &Arc<Lineage>, LineageId), laid: &Snapshot) {
        let mut values = row.into_iter();
        let (ends, derived) = match (self.defined, values.next(), values.next()) {
            (Defined::Label(label), Some(Value::Node(node)), _) => ((node, node), Derived::Label(node, label.clone())),
            (Defined::Type(name, _), Some(Value::Node(start)), Some(Value::Node(end))) => {
                let Some(rel_type) = laid.catalog().rel_type(name) else { return };
                ((start, end), Derived::Rel(rel_type, start, end))
            }
            // An optional part may leave an end null: nothing is derived of it.
            _ => return,
        };
        let values: Vec<Value> = values.collect();
        match self.found.get_mut(&ends) {
            None => {
                self.found.insert(ends, values);
                self.new.insert(ends);
            }
            Some(known) => {
                let Defined::Type(_, keys) = self.defined else { return self.rest(ends, derived, formula) };
                let mut changed = false;
                for ((known, value), (_, combine)) in known.iter_mut().zip(values).zip(keys) {
                    let better = match combine {
                        Combine::First => false,
                        Combine::Least => known.is_null() || (!value.is_null() && order(&value, known).is_lt()),
                        Combine::Greatest => known.is_null() || (!value.is_null() && order(&value, known).is_gt()),
                    };
                    if better {
                        *known = value;
                        changed = true;
                    }
                }
                if changed {
                    self.new.insert(ends);
                }
            }
        }
        self.rest(ends, derived, formula);
    }

    /// Forgets the formulas of a part.
    fn forget(&mut self, part: usize) {
        for (_, derivation) in &mut self.derivations {
            derivation.formulas.retain(|(number, ..)| *number != part);
        }
    }

    /// Notes what a derived thing rests on.
    fn rest(&mut self, ends: Ends, derived: Derived, (part, lineage, id): (usize, &Arc<Lineage>, LineageId)) {
        let place = *self.places.entry(ends).or_insert_with(|| {
            self.derivations.push((derived, Derivation::default()));
            self.derivations.len() - 1
        });
        self.derivations[place].1.formulas.push((part, lineage.clone(), id));
    }
}

/// The snapshot with what was made laid over it: all, or only what is new.
fn laid(snapshot: &Snapshot, made: &[Made<'_>], only_new: bool, periods: &dyn Fn(&Derived) -> Periods) -> Snapshot {
    let mut laid = snapshot.clone();
    for made in made {
        let shown = made.found.iter().filter(|(ends, _)| !only_new || made.new.contains(ends));
        match made.defined {
            Defined::Label(label) => {
                laid = laid.with_label(label, &shown.map(|((node, _), _)| *node).collect());
            }
            Defined::Type(name, keys) => {
                let next = laid.next_type();
                let rels = shown.map(|((start, end), values)| DerivedRel {
                    start: *start,
                    end: *end,
                    properties: keys.iter().map(|(key, _)| key.clone()).zip(values.iter().cloned()).collect(),
                    periods: periods(&Derived::Rel(next, *start, *end)),
                });
                laid = laid.with_type(name, rels.collect()).0;
            }
        }
    }
    laid
}

/// What each derived thing rests on and when it holds: the least solution of the formulas, which may name each other.
fn solve(
    open: Vec<(Derived, Derivation)>,
    is_recursive: bool,
    view: GraphView<'_>,
    limits: &Limits,
    known: &Derivations,
) -> Result<BTreeMap<Derived, Derivation>, Failure> {
    let order: Vec<Derived> = open.iter().map(|(derived, _)| derived.clone()).collect();
    let mut solved = Derivations { of: open.into_iter().collect() };
    loop {
        let mut changed = false;
        for derived in &order {
            limits.checkpoint()?;
            let Some(derivation) = solved.of.get(derived) else { continue };
            let (mut sets, mut periods) = (Vec::new(), Periods::default());
            for (_, lineage, id) in &derivation.formulas {
                let both = [&solved, known];
                sets.extend(lineage.sets_in(*id, &both));
                periods = periods.union(&lineage.periods(*id, |leaf| days(leaf, view, &both)));
            }
            let (sets, _) = minimal(sets);
            if let Some(derivation) = solved.of.get_mut(derived)
                && (derivation.sets != sets || derivation.periods != periods)
            {
                changed = true;
                (derivation.sets, derivation.periods) = (sets, periods);
            }
        }
        if !changed || !is_recursive {
            return Ok(solved.of);
        }
    }
}

/// The days on which a leaf holds.
fn days(leaf: &Leaf, view: GraphView<'_>, derivations: &[&Derivations]) -> Periods {
    match leaf {
        Leaf::Statement(Statement::Entity(entity)) => view.days(*entity),
        // What they say is in the days of what they clip.
        Leaf::Statement(Statement::Status(_) | Statement::History(_)) => Periods::always(),
        Leaf::Derived(derived) => {
            derivations.iter().map(|of| of.periods(derived)).find(|days| !days.is_empty()).unwrap_or_default()
        }
    }
}

/// The days on which a row with this lineage holds.
#[must_use]
pub fn periods(lineage: &Lineage, id: LineageId, view: GraphView<'_>, derivations: &Derivations) -> Periods {
    lineage.periods(id, |leaf| days(leaf, view, &[derivations]))
}
