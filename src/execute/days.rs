//! Days: when a row holds, carried with it in the place of a formula.
//!
//! The same rules as those of a formula ([`Lineage`](super::Lineage)): where both are needed the days in both, where either
//! suffices the days in either. A row of no day is left out as soon as that is known.
//!
//! Source: Dignös, Glavic, Niu, Gamper, Böhlen, "Snapshot semantics for temporal multiset relations", VLDB 2019 (the semiring
//! of periods).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::graph::{Entity, GraphView, Statement};
use crate::value::{Day, NodeId, Period, Periods};

use super::derive::Derivations;
use super::expand::in_force_by;
use super::{Derived, LineageId};

/// Sets of days, by number; the first is the whole window.
#[derive(Debug)]
pub struct Days {
    window: Period,
    sets: Vec<Set>,
    numbers: FxHashMap<Set, LineageId>,
    derivations: Arc<Derivations>,
}

/// Some days of the window.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Set {
    /// From the first to the last; an empty period where there is none.
    hull: Period,
    /// The periods, where they are several.
    several: Option<Periods>,
    /// Nobody knows since when, or until when: asked where the set reaches an end of all time.
    open: Open,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Open {
    since: bool,
    until: bool,
}

impl Set {
    const NONE: Set =
        Set { hull: Period { from: Day::MAX, to: Day::MIN }, several: None, open: Open { since: false, until: false } };

    fn of(days: Periods, open: Open) -> Self {
        match days.as_slice() {
            [] => Self::NONE,
            [one] => Self { hull: *one, several: None, open },
            [first, .., last] => Self { hull: Period::new(first.from, last.to), several: Some(days), open },
        }
    }

    fn days(&self) -> Periods {
        self.several.clone().unwrap_or_else(|| self.hull.into())
    }
}

impl Days {
    /// Of rows that hold in this window, and may rest on these derivations.
    #[must_use]
    pub fn new(window: Period, derivations: Arc<Derivations>) -> Self {
        let mut days = Self { window, sets: Vec::new(), numbers: FxHashMap::default(), derivations };
        // `LineageId::NONE`: nothing is needed.
        days.number(Set { hull: window, several: None, open: Open::default() });
        days
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> Period {
        self.window
    }

    fn number(&mut self, set: Set) -> LineageId {
        let next = LineageId::numbered(self.sets.len());
        *self.numbers.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            next
        })
    }

    fn set(&self, id: LineageId) -> &Set {
        &self.sets[id.number()]
    }

    /// The days of this number.
    #[must_use]
    pub fn get(&self, id: LineageId) -> Periods {
        self.set(id).days()
    }

    /// Whether it is the set of no day.
    #[must_use]
    pub fn is_empty(&self, id: LineageId) -> bool {
        self.set(id).hull.is_empty()
    }

    /// Whether nobody knows since when, and until when, a row of these days holds: everything that it rests on at that end of
    /// all time has something of which nobody knows.
    #[must_use]
    pub fn is_open(&self, id: LineageId) -> (bool, bool) {
        let Open { since, until } = self.set(id).open;
        (since, until)
    }

    /// Days in both.
    pub fn join(&mut self, a: LineageId, b: LineageId) -> LineageId {
        match (a, b) {
            (LineageId::NONE, other) | (other, LineageId::NONE) => other,
            _ if a == b => a,
            _ => {
                let (one, other) = (self.set(a), self.set(b));
                let open =
                    Open { since: one.open.since || other.open.since, until: one.open.until || other.open.until };
                let both = match (&one.several, &other.several) {
                    (None, None) => self.cut(one.hull, other.hull, open),
                    _ => self.set_of(one.days().intersect(&other.days()), open),
                };
                self.number(both)
            }
        }
    }

    /// Days in either.
    pub fn merge(&mut self, a: LineageId, b: LineageId) -> LineageId {
        if a == b {
            return a;
        }
        let (one, other) = (self.set(a), self.set(b));
        let days = one.days().union(&other.days());
        // What holds there without anything unknown tells.
        let known = |at: fn(&Set, Period) -> bool, open: fn(Open) -> bool| {
            [one, other].into_iter().filter(|set| at(set, self.window)).all(|set| open(set.open))
        };
        let since = known(|set, window| set.hull.from == window.from, |open| open.since);
        let until = known(|set, window| set.hull.to == window.to, |open| open.until);
        let either = self.set_of(days, Open { since, until });
        self.number(either)
    }

    /// These days, and on how far they reach what is open of them.
    fn set_of(&self, days: Periods, open: Open) -> Set {
        let mut set = Set::of(days, open);
        set.open.since &= set.hull.from == self.window.from;
        set.open.until &= set.hull.to == self.window.to;
        set
    }

    /// Whether no day of the window is at an end of all time, so that nothing that is open is asked.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.window.from != Day::MIN && self.window.to != Day::MAX
    }

    /// The days of `id` in a period, of a window that is closed.
    pub fn within(&mut self, id: LineageId, period: Period) -> LineageId {
        let set = self.set(id);
        if set.several.is_none() {
            if period.from <= set.hull.from && set.hull.to <= period.to {
                return id;
            }
            let both = self.cut(set.hull, period, Open::default());
            return self.number(both);
        }
        let both = self.set_of(set.days().intersect(&period.into()), Open::default());
        self.number(both)
    }

    fn cut(&self, a: Period, b: Period, open: Open) -> Set {
        let hull = Period::new(a.from.max(b.from), a.to.min(b.to));
        if hull.is_empty() {
            return Set::NONE;
        }
        let since = open.since && (hull.from == self.window.from);
        let until = open.until && (hull.to == self.window.to);
        Set { hull, several: None, open: Open { since, until } }
    }

    /// The days of `id` on which this statement holds as well.
    pub fn with(&mut self, id: LineageId, statement: Statement, view: GraphView<'_>) -> LineageId {
        let Statement::Entity(entity) = statement else { return id };
        if let Some(of) = derived(entity, view) {
            let set = self.set_of_derived(&of, view);
            return self.join(id, set);
        }
        let (set, period, open) = (self.set(id), view.period(entity), self.unknown_ends(entity, view));
        let both = match (period, &set.several) {
            (Some(period), None) if open == Open::default() => {
                let cut = self.cut(set.hull, period, set.open);
                if cut == *set {
                    return id;
                }
                cut
            }
            _ => {
                let days = period.map_or_else(|| view.days(entity), Periods::from);
                let set = self.set_of(days.intersect(&self.window.into()), open);
                let set = self.number(set);
                return self.join(id, set);
            }
        };
        self.number(both)
    }

    /// The days on which what gives a node this derived label holds.
    pub fn label(&mut self, node: NodeId, label: &str, view: GraphView<'_>) -> LineageId {
        self.set_of_derived(&Derived::Label(node, label.to_owned()), view)
    }

    fn set_of_derived(&mut self, of: &Derived, view: GraphView<'_>) -> LineageId {
        let days = self.derivations.periods(of).intersect(&self.window.into());
        let set = self.set_of(days, self.derived_ends(of, view));
        self.number(set)
    }

    /// Whether nobody knows since when, and until when, something holds; only where the window reaches that end of all time.
    fn unknown_ends(&self, entity: Entity, view: GraphView<'_>) -> Open {
        let asked = Open { since: self.window.from == Day::MIN, until: self.window.to == Day::MAX };
        if asked == Open::default() {
            return asked;
        }
        let snapshot = view.snapshot();
        let (since, mut until) = snapshot.unknown_ends(Statement::Entity(entity));
        if let Entity::Rel(rel) = entity {
            let last = in_force_by(view, rel, Day(Day::MAX.0 - 1));
            until |= last.is_some_and(|entry| snapshot.unknown_ends(entry).1);
        }
        Open { since: since && asked.since, until: until && asked.until }
    }

    /// The same of something derived: every set of statements that it rests on at that end has one of which nobody knows.
    fn derived_ends(&self, of: &Derived, view: GraphView<'_>) -> Open {
        let sets = self.derivations.sets(of);
        let every = |end: Period, open: fn((bool, bool)) -> bool| {
            let holds = |statement: &Statement| match statement {
                Statement::Entity(entity) => view.days(*entity).overlaps(end),
                Statement::Status(_) | Statement::History(_) => true,
            };
            let mut held = sets.iter().filter(|set| set.iter().all(holds)).peekable();
            let is_open = |set: &Vec<Statement>| set.iter().any(|one| open(view.snapshot().unknown_ends(*one)));
            held.peek().is_some() && held.all(is_open)
        };
        let first = Period::new(Day::MIN, Day(Day::MIN.0 + 1));
        let last = Period::new(Day(Day::MAX.0 - 1), Day::MAX);
        Open {
            since: self.window.from == Day::MIN && every(first, |ends| ends.0),
            until: self.window.to == Day::MAX && every(last, |ends| ends.1),
        }
    }
}

/// The derived relationship that it is.
fn derived(entity: Entity, view: GraphView<'_>) -> Option<Derived> {
    let Entity::Rel(rel) = entity else { return None };
    let snapshot = view.snapshot();
    snapshot.is_derived_rel(rel).then(|| {
        let (rel_type, start, end) = snapshot.rel(rel);
        Derived::Rel(rel_type, start, end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(window: Period) -> Days {
        Days::new(window, Arc::default())
    }

    fn set(days: &mut Days, from: i32, to: i32, since: bool) -> LineageId {
        let open = Open { since, until: false };
        let set = days.set_of(Period::new(Day(from), Day(to)).into(), open);
        days.number(set)
    }

    #[test]
    fn both_are_needed_on_the_days_of_both_and_either_suffices_on_the_days_of_either() {
        let mut all = days(Period::new(Day(0), Day(100)));
        let (a, b) = (set(&mut all, 0, 30, false), set(&mut all, 20, 40, false));
        let both = all.join(a, b);
        assert_eq!(all.get(both), Period::new(Day(20), Day(30)).into());
        let c = set(&mut all, 60, 70, false);
        let either = all.merge(a, c);
        assert_eq!(all.get(either).as_slice().len(), 2);
        let none = all.join(b, c);
        assert!(all.is_empty(none));
        assert_eq!(all.join(LineageId::NONE, a), a);
    }

    #[test]
    fn one_thing_that_is_known_makes_the_end_of_several_known() {
        let mut all = days(Period::ALWAYS);
        let open = set(&mut all, i32::MIN, 30, true);
        let known = set(&mut all, i32::MIN, 20, false);
        let both = all.join(open, known);
        assert!(all.is_open(both).0, "both are needed, and of one nobody knows");
        let either = all.merge(open, known);
        assert!(!all.is_open(either).0, "the other suffices");
        let later = set(&mut all, 5, 20, false);
        let cut = all.join(open, later);
        assert!(!all.is_open(cut).0, "it begins on a day that is known");
    }
}
