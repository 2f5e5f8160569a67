//! Status chains: what happened to a measure, and the days on which it is in force by it.

use crate::value::{Date, Day, NodeId, Period, Periods};

use super::{End, Meta};

/// A state that an act puts a measure in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum State {
    /// Thought about.
    Considered,
    /// Put forward.
    Proposed,
    /// Made public.
    Announced,
    /// Decided.
    Adopted,
    /// In force.
    InForce,
    /// Set aside for a time.
    Suspended,
    /// Back before its suspension ended.
    Reinstated,
    /// Given up.
    Withdrawn,
    /// Ended by an act.
    Repealed,
    /// Ended by its own term.
    Expired,
    /// Ended by a court.
    StruckDown,
    /// Another took its place.
    Replaced,
    /// Nobody looked, or no source tells.
    Unknown,
}

impl State {
    /// Every state.
    pub const ALL: [State; 13] = [
        State::Considered,
        State::Proposed,
        State::Announced,
        State::Adopted,
        State::InForce,
        State::Suspended,
        State::Reinstated,
        State::Withdrawn,
        State::Repealed,
        State::Expired,
        State::StruckDown,
        State::Replaced,
        State::Unknown,
    ];

    /// The key in curated files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            State::Considered => "considered",
            State::Proposed => "proposed",
            State::Announced => "announced",
            State::Adopted => "adopted",
            State::InForce => "in_force",
            State::Suspended => "suspended",
            State::Reinstated => "reinstated",
            State::Withdrawn => "withdrawn",
            State::Repealed => "repealed",
            State::Expired => "expired",
            State::StruckDown => "struck_down",
            State::Replaced => "replaced",
            State::Unknown => "unknown",
        }
    }

    /// The words in answers.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            State::InForce => "in force",
            State::StruckDown => "struck down",
            other => other.key(),
        }
    }

    /// The state of a key.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether an entry of this state tells whether a measure is in force: the others only tell that somebody spoke of it.
    fn tells(self) -> bool {
        match self {
            State::Considered | State::Proposed | State::Announced | State::Adopted | State::Unknown => false,
            State::InForce | State::Suspended | State::Reinstated => true,
            State::Withdrawn | State::Repealed | State::Expired | State::StruckDown | State::Replaced => true,
        }
    }

    fn ends(self) -> bool {
        matches!(self, State::Withdrawn | State::Repealed | State::Expired | State::StruckDown | State::Replaced)
    }

    /// Whether it takes a measure out of force, for good or for a time.
    #[must_use]
    pub fn stops(self) -> bool {
        self.ends() || self == State::Suspended
    }
}

/// One entry of a chain; a statement of its own.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChainEntry {
    /// The state.
    pub state: State,
    /// Its first day.
    pub on: Date,
    /// Its announced end.
    pub end: End,
    /// The act that did it.
    pub by: Option<NodeId>,
    /// In fact, though not in law.
    pub de_facto: bool,
    /// Which part of the measure.
    pub part: Option<String>,
    /// It is assumed, and no part of the record.
    pub assumed: bool,
    /// What is said about the entry.
    pub meta: Meta,
}

impl ChainEntry {
    /// Whether it counts towards being in force: a fact, not denied, known by `known`.
    #[must_use]
    pub fn counts(&self, known: Option<Day>) -> bool {
        self.meta.modality == super::Modality::Fact
            && !self.meta.negated
            && !self.meta.deprecated
            && self.part.is_none()
            && known.is_none_or(|day| self.meta.known_on(day))
    }

    /// Whether who wrote it had `other` before him: it became known later, or it is assumed, and by that known at all times.
    fn is_written_after(&self, other: &Self) -> bool {
        match (self.meta.learnt, other.meta.learnt) {
            (Some(own), Some(other)) => own.first() > other.last(),
            (None, Some(_)) => self.assumed,
            (_, None) => false,
        }
    }
}

/// What a chain says about every day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Days on which it is in force.
    pub in_force: Periods,
    /// Days on which it would be in force but for a suspension.
    pub suspended: Periods,
    /// Days of which nobody knows.
    pub unknown: Periods,
    /// Days after it ended or was suspended in law on which it was applied all the same, until it ended in fact.
    pub in_fact: Periods,
    /// The day of the first entry: the measure exists from then on.
    pub begins: Option<Day>,
}

impl Status {
    /// Compiles the entries that were known by `known` (`None`: all).
    ///
    /// In force is the union of `[start, end)` over the entries that say so, less the suspensions; an end is the first
    /// ending entry from the start on, or the entry's own announced end; a reinstatement cuts a suspension short. The status
    /// is unknown from the day of an entry that says so until the next that tells, also one of the same day; that nobody knew does
    /// not outlast what was written of an earlier day since, or is assumed of one. An end or a suspension that is one in fact only
    /// (`de_facto`) ends what was still applied after the one in law. The order of the entries plays no part. A date that is not known to the day is read so that the measure is in force for as long
    /// as it may have been.
    #[must_use]
    pub fn compile<'a>(entries: impl IntoIterator<Item = &'a ChainEntry>, known: Option<Day>) -> Self {
        let mut all = Vec::new();
        let mut begins: Option<Day> = None;
        for entry in entries {
            if known.is_none_or(|day| entry.meta.known_on(day)) && !entry.meta.negated && !entry.meta.deprecated {
                begins = Some(begins.map_or(entry.on.first(), |day| day.min(entry.on.first())));
            }
            if entry.counts(known) {
                all.push(entry);
            }
        }
        let ends: Vec<Day> = all.iter().filter(|e| e.state.ends()).map(|e| e.on.last()).collect();
        let first_from =
            |days: &mut dyn Iterator<Item = Day>, from: Day| days.filter(|day| *day >= from).min().unwrap_or(Day::MAX);
        let due: Periods = all
            .iter()
            .filter(|entry| entry.state == State::InForce)
            .map(|entry| {
                let from = entry.on.first();
                Period::new(from, entry.end.day().min(first_from(&mut ends.iter().copied(), from)))
            })
            .collect();
        let suspended: Periods = all
            .iter()
            .filter(|entry| entry.state == State::Suspended)
            .map(|entry| {
                let from = entry.on.last();
                let back = &mut all.iter().filter(|e| e.state == State::Reinstated).map(|e| e.on.first());
                Period::new(from, entry.end.earliest().min(first_from(back, from)))
            })
            .collect();
        let tells = |entry: &&&ChainEntry| entry.state.tells();
        let unknown: Periods = all
            .iter()
            .filter(|entry| entry.state == State::Unknown)
            .filter(|nobody| {
                !all.iter().filter(tells).any(|e| e.on.first() < nobody.on.first() && e.is_written_after(nobody))
            })
            .map(|entry| {
                let from = entry.on.first();
                let later = &mut all.iter().filter(tells).map(|e| e.on.first());
                Period::new(from, entry.end.day().min(first_from(later, from)))
            })
            .collect();
        let in_force = due.minus(&suspended).minus(&unknown);
        let in_fact = applied_after(&all, &in_force).minus(&in_force).minus(&unknown);
        Status { suspended: due.intersect(&suspended).minus(&unknown), in_force, unknown, in_fact, begins }
    }

    /// The state on `day`: the latest entry by then, except that a suspension that has ended gives way to what it
    /// suspended, and a term that is over has expired.
    #[must_use]
    pub fn on<'a>(
        &self,
        entries: impl IntoIterator<Item = &'a ChainEntry>,
        day: Day,
        known: Option<Day>,
    ) -> Option<State> {
        if self.unknown.contains(day) {
            return Some(State::Unknown);
        }
        if self.in_force.contains(day) {
            return Some(State::InForce);
        }
        // It would be in force by now: the entry that says so is later than the suspension, and does not end it.
        if self.suspended.contains(day) {
            return Some(State::Suspended);
        }
        entries
            .into_iter()
            .filter(|entry| entry.counts(known) && entry.on.first() <= day)
            .filter(|entry| entry.state != State::Suspended || day < entry.end.day())
            .max_by_key(|entry| (entry.on.first(), entry.state))
            .map(|entry| match entry.state {
                // It is not in force on this day, so what put it in force is over.
                State::InForce | State::Reinstated => State::Expired,
                other => other,
            })
    }
}

/// From each last day in law until the end in fact that followed.
fn applied_after(entries: &[&ChainEntry], in_force: &Periods) -> Periods {
    let stops = |entry: &&&ChainEntry| entry.state.stops();
    let in_law = |until: Day| {
        let stopped = entries.iter().filter(stops).filter(|entry| !entry.de_facto).map(|entry| entry.on.first());
        stopped.filter(|day| *day < until && in_force.contains(day.previous())).max()
    };
    let in_fact = entries.iter().filter(stops).filter(|entry| entry.de_facto);
    in_fact.filter_map(|entry| Some(Period::new(in_law(entry.on.first())?, entry.on.first()))).collect()
}

#[cfg(test)]
mod tests {
    use super::{ChainEntry, State, Status};
    use crate::graph::{End, Meta};
    use crate::value::{Date, Day};

    fn entry(state: State, on: &str, end: End) -> ChainEntry {
        let on = on.parse().unwrap_or(Date::exact(Day(0)));
        ChainEntry { state, on, end, by: None, de_facto: false, part: None, assumed: false, meta: Meta::default() }
    }

    #[test]
    fn a_suspension_that_begins_before_the_start_leaves_no_day_in_force_in_either_order() {
        let through = End::Through("2026-11-10".parse().unwrap_or(Date::exact(Day(0))));
        let mut chain = vec![
            entry(State::Suspended, "2025-11-07", through),
            entry(State::InForce, "2025-11-08", End::Unknown),
            entry(State::Unknown, "2026-11-11", End::Unknown),
        ];
        let status = Status::compile(&chain, None);
        assert_eq!(status.in_force.to_string(), "");
        assert_eq!(status.unknown.to_string(), "[2026-11-11, ?)");
        chain.reverse();
        assert_eq!(Status::compile(&chain, None), status);
    }

    fn on(chain: &[ChainEntry], day: &str) -> Option<State> {
        let day = day.parse().ok().and_then(Date::day)?;
        let status = Status::compile(chain, None);
        assert_eq!(status.in_force.contains(day), status.on(chain, day, None) == Some(State::InForce), "{day}");
        status.on(chain, day, None)
    }

    fn until(day: &str) -> End {
        End::Until(day.parse().unwrap_or(Date::exact(Day(0))))
    }

    #[test]
    fn a_term_that_is_over_has_expired_whatever_was_suspended_in_it() {
        let term = [entry(State::InForce, "2025-02-01", until("2025-05-01"))];
        assert_eq!(on(&term, "2025-04-30"), Some(State::InForce));
        assert_eq!(on(&term, "2025-05-01"), Some(State::Expired));
        let suspended = [
            entry(State::InForce, "2025-02-01", until("2025-05-01")),
            entry(State::Suspended, "2025-04-01", until("2025-06-01")),
        ];
        assert_eq!(on(&suspended, "2025-04-15"), Some(State::Suspended));
        assert_eq!(on(&suspended, "2025-06-01"), Some(State::Expired));
        let twice = [
            entry(State::InForce, "2025-01-01", until("2025-02-01")),
            entry(State::InForce, "2025-03-01", End::Unknown),
        ];
        assert_eq!(on(&twice, "2025-02-15"), Some(State::Expired));
        assert_eq!(on(&twice, "2025-03-01"), Some(State::InForce));
    }

    #[test]
    fn a_reinstatement_on_the_day_of_the_suspension_undoes_it_and_an_announcement_does_not_end_what_is_unknown() {
        let chain = [
            entry(State::InForce, "2025-01-01", End::Unknown),
            entry(State::Suspended, "2025-02-01", End::Unknown),
            entry(State::Reinstated, "2025-02-01", End::Unknown),
            entry(State::Unknown, "2025-03-01", End::Unknown),
            entry(State::Announced, "2025-04-01", End::Unknown),
        ];
        assert_eq!(on(&chain, "2025-02-10"), Some(State::InForce));
        assert_eq!(on(&chain, "2025-04-10"), Some(State::Unknown));
    }

    #[test]
    fn an_end_in_a_month_leaves_it_in_force_as_long_as_it_may_have_been() {
        let chain =
            [entry(State::InForce, "2025-01-01", End::Unknown), entry(State::Repealed, "2025-06", End::Unknown)];
        assert_eq!(on(&chain, "2025-06-29"), Some(State::InForce));
        assert_eq!(on(&chain, "2025-06-30"), Some(State::Repealed));
    }

    fn learnt(state: State, on: &str, learnt: Option<&str>) -> ChainEntry {
        let mut entry = entry(state, on, End::Unknown);
        entry.meta.learnt = learnt.and_then(|day| day.parse().ok());
        entry.assumed = learnt.is_none();
        entry
    }

    #[test]
    fn what_is_assumed_or_learnt_since_of_an_earlier_day_wins_over_what_nobody_knew() {
        let chain = |reinstated: Option<&str>, nobody_knew: Option<&str>| {
            [
                learnt(State::InForce, "2025-01-01", Some("2025-01-01")),
                entry(State::Suspended, "2025-11-09", until("2026-11-28")),
                learnt(State::Reinstated, "2026-11-11", reinstated),
                learnt(State::Unknown, "2026-11-28", nobody_knew),
            ]
        };
        assert_eq!(on(&chain(None, Some("2026-11-23")), "2026-12-01"), Some(State::InForce));
        assert_eq!(on(&chain(Some("2026-11-29"), Some("2026-11-23")), "2026-12-01"), Some(State::InForce));
        // Who wrote that nobody knows had the reinstatement before him.
        assert_eq!(on(&chain(Some("2026-11-12"), Some("2026-11-23")), "2026-12-01"), Some(State::Unknown));
        assert_eq!(on(&chain(None, None), "2026-12-01"), Some(State::Unknown));
    }

    #[test]
    fn what_is_struck_down_is_applied_in_fact_until_it_is_not() {
        let mut stops = entry(State::StruckDown, "2026-02-24", End::Unknown);
        stops.de_facto = true;
        let mut chain = vec![
            entry(State::InForce, "2025-02-04", End::Unknown),
            entry(State::StruckDown, "2026-02-20", End::Unknown),
            stops,
        ];
        let status = Status::compile(&chain, None);
        assert_eq!(status.in_force.to_string(), "[2025-02-04, 2026-02-20)");
        assert_eq!(status.in_fact.to_string(), "[2026-02-20, 2026-02-24)");
        chain.pop();
        assert_eq!(Status::compile(&chain, None).in_fact.to_string(), "");
    }
}
