//! Dates at the precision they were written with.

use std::fmt;
use std::str::FromStr;

use super::super::time::Day;
use super::calendar;

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
/// Only curated data has dates that are not known to the day; what the language makes of a text is exact, see
/// [`Date::read`].
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
    /// Days from 1970-01-01.
    first: i64,
    precision: Precision,
    about: bool,
}

impl Date {
    /// A date known to the day.
    #[must_use]
    pub fn exact(day: Day) -> Self {
        Self { first: i64::from(day.0), precision: Precision::Day, about: false }
    }

    /// The date of a number of days from 1970-01-01, if the calendar has it.
    #[must_use]
    pub fn of_days(days: i64) -> Option<Self> {
        calendar::has(days).then_some(Self { first: days, precision: Precision::Day, about: false })
    }

    /// Days from 1970-01-01, if the date is known to the day.
    #[must_use]
    pub fn days(self) -> Option<i64> {
        (self.precision == Precision::Day && !self.about).then_some(self.first)
    }

    /// The day that it is [`exact`](Self::exact) of, if there is one.
    #[must_use]
    pub fn exact_day(self) -> Option<Day> {
        i32::try_from(self.days()?).ok().map(Day)
    }

    /// The day, if it is known exactly; beyond the days that periods have, the nearest of them.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        self.days().map(Day::nearest)
    }

    /// The first day it may be.
    #[must_use]
    pub fn first(self) -> Day {
        Day::nearest(self.first)
    }

    /// The last day it may be.
    #[must_use]
    pub fn last(self) -> Day {
        Day::nearest(self.last_days())
    }

    /// Days from 1970-01-01 of the first day it may be.
    #[must_use]
    pub fn first_days(self) -> i64 {
        self.first
    }

    /// Days from 1970-01-01 of the last day it may be.
    #[must_use]
    pub fn last_days(self) -> i64 {
        let (year, month, _) = calendar::to_ymd(self.first);
        match self.precision {
            Precision::Day => self.first,
            Precision::Month => self.first + calendar::days_of_month(year, month) - 1,
            Precision::Year => self.first + calendar::days_of_year(year) - 1,
        }
    }

    /// How much of it is known.
    #[must_use]
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// Whether it is only about then.
    #[must_use]
    pub fn is_about(self) -> bool {
        self.about
    }
}

/// A year as ISO 8601 writes it: four digits, or more with a sign.
pub(super) struct Year(pub i64);

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            year if year < 0 => write!(f, "-{:04}", -year),
            year if year > 9999 => write!(f, "+{year}"),
            year => write!(f, "{year:04}"),
        }
    }
}

/// A day as ISO 8601 writes it.
pub(in super::super) struct Written(pub i64);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = calendar::to_ymd(self.0);
        write!(f, "{}-{month:02}-{day:02}", Year(year))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.about { "~" } else { "" })?;
        let (year, month, _) = calendar::to_ymd(self.first);
        match self.precision {
            Precision::Day => Written(self.first).fmt(f),
            Precision::Month => write!(f, "{}-{month:02}", Year(year)),
            Precision::Year => Year(year).fmt(f),
        }
    }
}

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// It is not written like one.
    #[error("`{0}` is not a date: write 2025, 2025-04 or 2025-04-04, with `~` before it for \"about\"")]
    Form(String),
    /// The calendar does not have it.
    #[error("`{0}` is not a date: the calendar has no such day")]
    NoSuchDay(String),
}

/// A day of the calendar that is written as most are: `2025-04-04`.
fn plain_day(text: &str) -> Option<Date> {
    let digits: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let number = |from: usize, to: usize| {
        digits[from..to].iter().try_fold(0, |number, byte| {
            let digit = i64::from(byte.wrapping_sub(b'0'));
            (digit <= 9).then_some(number * 10 + digit)
        })
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let first =
        if (digits[4], digits[7]) == (b'-', b'-') { calendar::from_ymd(year, month, day)? } else { return None };
    Some(Date { first, precision: Precision::Day, about: false })
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads a date as curated data writes it, and keeps its precision.
    fn from_str(text: &str) -> Result<Self, DateError> {
        if let Some(day) = plain_day(text) {
            return Ok(day);
        }
        let wrong = || DateError::Form(text.to_owned());
        let (about, rest) = match text.strip_prefix('~') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (sign, digits) = match rest.as_bytes().first() {
            Some(b'-') => (-1, &rest[1..]),
            Some(b'+') => (1, &rest[1..]),
            _ => (0, rest),
        };
        let mut parts = digits.split('-');
        let mut number = |least: usize, most: usize| -> Result<Option<i64>, DateError> {
            match parts.next() {
                None => Ok(None),
                Some(part) if (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()) => {
                    part.parse().map(Some).map_err(|_| wrong())
                }
                Some(_) => Err(wrong()),
            }
        };
        let year = number(4, if sign == 0 { 4 } else { 9 })?.ok_or_else(wrong)?;
        let year = if sign < 0 { -year } else { year };
        let month = number(2, 2)?;
        let day = number(2, 2)?;
        if parts.next().is_some() {
            return Err(wrong());
        }
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        let first = calendar::from_ymd(year, month.unwrap_or(1), day.unwrap_or(1))
            .ok_or_else(|| DateError::NoSuchDay(text.to_owned()))?;
        Ok(Self { first, precision, about })
    }
}
