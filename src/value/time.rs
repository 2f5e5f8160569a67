//! Days, periods and sets of periods: when statements hold.

use std::fmt;

use super::temporal::{Instant, Written, calendar};

/// A day, counted from 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Day(pub i32);

impl Day {
    /// Before every day; the start of a period that has no known start.
    pub const MIN: Day = Day(i32::MIN);
    /// After every day; the end of a period that has no known end.
    pub const MAX: Day = Day(i32::MAX);

    /// The day of the system's clock, in UTC.
    #[must_use]
    pub fn today() -> Self {
        Instant::now().day()
    }

    /// The day of this calendar date, if there is one that periods have.
    #[must_use]
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        i32::try_from(calendar::from_ymd(year, month, day)?).ok().map(Day)
    }

    /// The day with this number, or the bound on that side where periods have none.
    #[must_use]
    pub fn nearest(days: i64) -> Self {
        Day(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
    }

    /// The next day; the bounds stay what they are.
    #[must_use]
    pub fn next(self) -> Self {
        if self == Day::MIN || self == Day::MAX { self } else { Day(self.0 + 1) }
    }

    /// Its year and month.
    #[must_use]
    pub fn month(self) -> (i64, i64) {
        let (year, month, _) = calendar::to_ymd(i64::from(self.0));
        (year, month)
    }

    /// The day before; the bounds stay what they are.
    #[must_use]
    pub fn previous(self) -> Self {
        if self == Day::MIN || self == Day::MAX { self } else { Day(self.0 - 1) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Day::MIN | Day::MAX => f.write_str("?"),
            Day(days) => Written(i64::from(days)).fmt(f),
        }
    }
}

/// Days from `from` up to, not including, `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Day after the last.
    pub to: Day,
}

impl Period {
    /// Every day.
    pub const ALWAYS: Period = Period { from: Day::MIN, to: Day::MAX };

    /// The days of `[from, to)`.
    #[must_use]
    pub fn new(from: Day, to: Day) -> Self {
        Self { from, to }
    }

    /// Its last day; [`Day::MAX`] where it has none.
    #[must_use]
    pub fn last(self) -> Day {
        if self.to == Day::MAX { self.to } else { Day(self.to.0.saturating_sub(1)) }
    }

    /// Whether it has no first day, or no last.
    #[must_use]
    pub fn reaches_an_end(self) -> bool {
        self.from == Day::MIN || self.to == Day::MAX
    }

    /// Whether it has no day.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }
}

/// A set of days as sorted, disjoint, non-adjacent, non-empty periods (PostgreSQL's `datemultirange`).
///
/// # Examples
/// ```
/// use portolan::value::{Day, Period, Periods};
/// let held = Periods::from(Period::new(Day(10), Day(20)));
/// let suspended = Periods::from(Period::new(Day(12), Day(15)));
/// let in_force = held.minus(&suspended);
/// assert!(in_force.contains(Day(11)) && !in_force.contains(Day(12)) && in_force.contains(Day(15)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Periods(Vec<Period>);

impl From<Period> for Periods {
    fn from(period: Period) -> Self {
        [period].into_iter().collect()
    }
}

impl FromIterator<Period> for Periods {
    /// The union of the periods.
    fn from_iter<I: IntoIterator<Item = Period>>(periods: I) -> Self {
        let mut sorted: Vec<Period> = periods.into_iter().filter(|p| !p.is_empty()).collect();
        sorted.sort_unstable();
        let mut joined: Vec<Period> = Vec::with_capacity(sorted.len());
        for period in sorted {
            match joined.last_mut() {
                Some(last) if period.from <= last.to => last.to = last.to.max(period.to),
                _ => joined.push(period),
            }
        }
        Self(joined)
    }
}

impl Periods {
    /// Every day.
    #[must_use]
    pub fn always() -> Self {
        Period::ALWAYS.into()
    }

    /// How many days.
    #[must_use]
    pub fn n_days(&self) -> i64 {
        self.0.iter().map(|period| i64::from(period.to.0) - i64::from(period.from.0)).sum()
    }

    /// The periods, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Period] {
        &self.0
    }

    /// Whether there is no day in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `day` is in it.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        let after = self.0.partition_point(|p| p.from <= day);
        after > 0 && day < self.0[after - 1].to
    }

    /// Whether some day of `period` is in it.
    #[must_use]
    pub fn overlaps(&self, period: Period) -> bool {
        !period.is_empty() && self.0.iter().any(|p| p.from < period.to && period.from < p.to)
    }

    /// Days in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).copied().collect()
    }

    /// Days in both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut i, mut j) = (0, 0);
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(j)) {
            let period = Period::new(a.from.max(b.from), a.to.min(b.to));
            if !period.is_empty() {
                both.push(period);
            }
            if a.to <= b.to { i += 1 } else { j += 1 }
        }
        Self(both)
    }

    /// Days in this and not in `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.intersect(&other.complement())
    }

    fn complement(&self) -> Self {
        let mut from = Day::MIN;
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        for period in &self.0 {
            gaps.push(Period::new(from, period.from));
            from = period.to;
        }
        gaps.push(Period::new(from, Day::MAX));
        Self(gaps.into_iter().filter(|p| !p.is_empty()).collect())
    }
}

impl fmt::Display for Periods {
    /// `[2025-04-04, 2025-11-08) [2026-11-11, ?)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, period) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { " " })?;
            write!(f, "[{}, {})", period.from, period.to)?;
        }
        Ok(())
    }
}
