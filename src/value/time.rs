//! The calendar: days, dates as they were written, periods and sets of periods.

use std::fmt;
use std::str::FromStr;

use jiff::civil;

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
        let seconds =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Day((seconds / 86_400) as i32)
    }

    /// The day of this calendar date, if there is one.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self::from_civil)
    }

    /// The next day; the bounds stay what they are.
    #[must_use]
    pub fn next(self) -> Self {
        if self == Day::MIN || self == Day::MAX { self } else { Day(self.0 + 1) }
    }

    /// Year, month, day; `None` for the bounds.
    #[must_use]
    pub fn ymd(self) -> Option<(i16, i8, i8)> {
        self.civil().map(|date| (date.year(), date.month(), date.day()))
    }

    fn from_civil(date: civil::Date) -> Self {
        let epoch = civil::Date::constant(1970, 1, 1);
        Day(date.duration_since(epoch).as_hours() as i32 / 24)
    }

    fn civil(self) -> Option<civil::Date> {
        let epoch = civil::Date::constant(1970, 1, 1);
        epoch.checked_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24)).ok()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.civil() {
            Some(date) => write!(f, "{date}"),
            None => f.write_str("?"),
        }
    }
}

/// How much of a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Precision {
    /// The day.
    Day,
    /// The month.
    Month,
    /// The year.
    Year,
}

/// A date at the precision it was written with: `2025-04-04`, `2024-11`, `2024`, `~2025-11` (about).
///
/// # Examples
/// ```
/// use portolan::value::{Date, Day};
/// let november: Date = "~2025-11".parse().unwrap();
/// assert_eq!(Some(november.first()), Day::new(2025, 11, 1));
/// assert_eq!(Some(november.last()), Day::new(2025, 11, 30));
/// assert_eq!(november.to_string(), "~2025-11");
/// assert!("2025-02-30".parse::<Date>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Date {
    first: Day,
    precision: Precision,
    about: bool,
}

impl Date {
    /// A date known to the day.
    #[must_use]
    pub fn exact(day: Day) -> Self {
        Self { first: day, precision: Precision::Day, about: false }
    }

    /// The day, if it is known exactly.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        (self.precision == Precision::Day && !self.about).then_some(self.first)
    }

    /// The first day it may be.
    #[must_use]
    pub fn first(self) -> Day {
        self.first
    }

    /// The last day it may be.
    #[must_use]
    pub fn last(self) -> Day {
        let Some(date) = self.first.civil() else { return self.first };
        match self.precision {
            Precision::Day => self.first,
            Precision::Month => Day::from_civil(date.last_of_month()),
            Precision::Year => Day::from_civil(date.last_of_year()),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.about { "~" } else { "" })?;
        match (self.first.civil(), self.precision) {
            (None, _) => f.write_str("?"),
            (Some(date), Precision::Day) => write!(f, "{date}"),
            (Some(date), Precision::Month) => write!(f, "{:04}-{:02}", date.year(), date.month()),
            (Some(date), Precision::Year) => write!(f, "{:04}", date.year()),
        }
    }
}

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date: write 2025, 2025-04 or 2025-04-04, with `~` before it for \"about\"")]
pub struct DateError(String);

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let wrong = || DateError(text.to_owned());
        let (about, digits) = match text.strip_prefix('~') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut parts = digits.split('-');
        let mut number = |width: usize| -> Result<Option<i16>, DateError> {
            match parts.next() {
                None => Ok(None),
                Some(part) if part.len() == width && part.bytes().all(|b| b.is_ascii_digit()) => {
                    part.parse().map(Some).map_err(|_| wrong())
                }
                Some(_) => Err(wrong()),
            }
        };
        let year = number(4)?.ok_or_else(wrong)?;
        let month = number(2)?;
        let day = number(2)?;
        if parts.next().is_some() {
            return Err(wrong());
        }
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        let first = Day::new(year, month.unwrap_or(1) as i8, day.unwrap_or(1) as i8).ok_or_else(wrong)?;
        Ok(Self { first, precision, about })
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
