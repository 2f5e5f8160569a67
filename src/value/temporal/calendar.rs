//! The proleptic Gregorian calendar: the number of a day to its year, month, week and quarter, and back.
//!
//! Days are counted from 1970-01-01. Everything is a 64-bit integer, so that no year of openCypher is out of reach, and
//! what does not exist (a 30th of February) is `None`.
//!
//! Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (civil from days and back); ISO 8601 for weeks.

use std::ops::RangeInclusive;

/// The years of openCypher.
pub const YEARS: RangeInclusive<i64> = -999_999_999..=999_999_999;

/// The number of the first day, -999999999-01-01.
pub const FIRST_DAY: i64 = days_from(-999_999_999, 1, 1);
/// The number of the last day, 999999999-12-31.
pub const LAST_DAY: i64 = days_from(999_999_999, 12, 31);

/// Days of 400 years, after which the calendar repeats, weekdays included.
pub const DAYS_OF_CYCLE: i64 = 146_097;

/// Number of a day whose month and day are known to exist.
pub(super) const fn days_from(year: i64, month: i64, day: i64) -> i64 {
    // The year starts in March, so that the leap day is its last.
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * DAYS_OF_CYCLE + day_of_cycle - 719_468
}

/// Whether this is a day of the calendar.
#[must_use]
pub fn has(days: i64) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&days)
}

/// Number of days of a year.
#[must_use]
pub fn days_of_year(year: i64) -> i64 {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    365 + i64::from(leap)
}

/// Number of days of a month, from 1 to 12.
#[must_use]
pub fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => days_of_year(year) - 337,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day of a year, month and day.
///
/// # Examples
/// ```
/// use portolan::value::calendar::{from_ymd, to_ymd};
/// assert_eq!(from_ymd(1970, 1, 2), Some(1));
/// assert_eq!(from_ymd(2025, 2, 30), None);
/// assert_eq!(to_ymd(-1), (1969, 12, 31));
/// ```
#[must_use]
pub fn from_ymd(year: i64, month: i64, day: i64) -> Option<i64> {
    let exists = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
    exists.then(|| days_from(year, month, day))
}

/// The day of a year, month and day; a day after the month's last is its last.
#[must_use]
pub fn from_ymd_at_most(year: i64, month: i64, day: i64) -> Option<i64> {
    from_ymd(year, month, if (1..=12).contains(&month) { day.min(days_of_month(year, month)) } else { day })
}

/// Year, month and day of a day.
///
/// Of days for which numbers of 32 bits do, as Neri and Schneider, "Euclidean affine functions and their application to calendar
/// algorithms", Software: Practice and Experience 2023.
#[must_use]
#[inline]
pub fn to_ymd(days: i64) -> (i64, i64, i64) {
    /// Cycles of 400 years by which days are moved, so that none is below 0.
    const MOVED: i64 = 82;
    if !(-12_000_000..1_000_000_000).contains(&days) {
        return to_ymd_of_any(days);
    }
    let n = 4 * (days + 719_468 + DAYS_OF_CYCLE * MOVED) as u32 + 3;
    let (century, day_of_century) = (n / DAYS_OF_CYCLE as u32, n % DAYS_OF_CYCLE as u32 / 4);
    let product = 2_939_745 * u64::from(4 * day_of_century + 3);
    let (year_of_century, day_of_year) = ((product >> 32) as u32, product as u32 / 2_939_745 / 4);
    let n = 2141 * day_of_year + 197_913;
    let (month, day) = (n >> 16, (n & 0xffff) / 2141);
    // A year begins in March here.
    let is_next = day_of_year >= 306;
    let year = i64::from(100 * century + year_of_century) - 400 * MOVED + i64::from(is_next);
    (year, i64::from(month) - 12 * i64::from(is_next), i64::from(day) + 1)
}

fn to_ymd_of_any(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let cycle = days.div_euclid(DAYS_OF_CYCLE);
    let day_of_cycle = days.rem_euclid(DAYS_OF_CYCLE);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (cycle * 400 + year_of_cycle + i64::from(month <= 2), month, day)
}

/// The day of the week, from 1 (Monday) to 7.
#[must_use]
pub fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// The day of the year, from 1.
#[must_use]
pub fn ordinal_day(days: i64) -> i64 {
    days - days_from(to_ymd(days).0, 1, 1) + 1
}

/// The day of a year and a day of the year.
#[must_use]
pub fn from_ordinal(year: i64, ordinal: i64) -> Option<i64> {
    let exists = YEARS.contains(&year) && (1..=days_of_year(year)).contains(&ordinal);
    exists.then(|| days_from(year, 1, 1) + ordinal - 1)
}

/// Monday of week 1: the week with the year's first Thursday, which is the week of 4 January.
fn first_monday(week_year: i64) -> i64 {
    let fourth = days_from(week_year, 1, 4);
    fourth - weekday(fourth) + 1
}

/// Number of weeks of a week year: 52 or 53.
#[must_use]
pub fn weeks_of_year(week_year: i64) -> i64 {
    (first_monday(week_year + 1) - first_monday(week_year)) / 7
}

/// The day of a week year, a week of it and a day of the week.
#[must_use]
pub fn from_week(week_year: i64, week: i64, day: i64) -> Option<i64> {
    let exists = YEARS.contains(&week_year) && (1..=weeks_of_year(week_year)).contains(&week) && (1..=7).contains(&day);
    exists.then(|| first_monday(week_year) + (week - 1) * 7 + day - 1).filter(|days| has(*days))
}

/// The week year of a day, and the week of it.
#[must_use]
pub fn to_week(days: i64) -> (i64, i64) {
    // A week belongs to the year of its Thursday.
    let thursday = days - weekday(days) + 4;
    let (year, ..) = to_ymd(thursday);
    (year, (thursday - days_from(year, 1, 1)) / 7 + 1)
}

/// The day of a year, a quarter of it and a day of the quarter.
#[must_use]
pub fn from_quarter(year: i64, quarter: i64, day: i64) -> Option<i64> {
    if !(YEARS.contains(&year) && (1..=4).contains(&quarter)) {
        return None;
    }
    let first = quarter * 3 - 2;
    let length: i64 = (first..first + 3).map(|month| days_of_month(year, month)).sum();
    (1..=length).contains(&day).then(|| days_from(year, first, 1) + day - 1)
}

/// The quarter of a month.
#[must_use]
pub fn quarter(month: i64) -> i64 {
    (month + 2) / 3
}

/// The day of the quarter, from 1.
#[must_use]
pub fn day_of_quarter(days: i64) -> i64 {
    let (year, month, _) = to_ymd(days);
    days - days_from(year, quarter(month) * 3 - 2, 1) + 1
}

/// The day some months later; where the month has no such day, its last.
#[must_use]
pub fn add_months(days: i64, months: i64) -> Option<i64> {
    let (year, month, day) = to_ymd(days);
    let months = (year * 12 + month - 1).checked_add(months)?;
    from_ymd_at_most(months.div_euclid(12), months.rem_euclid(12) + 1, day)
}

/// Whole months from one day to another, negative where the other is earlier.
#[must_use]
pub fn months_between(from: i64, to: i64) -> i64 {
    // A month has less than 32 days: a number of months and days that orders like dates and divides into months.
    let packed = |days: i64| {
        let (year, month, day) = to_ymd(days);
        (year * 12 + month) * 32 + day
    };
    (packed(to) - packed(from)) / 32
}

#[cfg(test)]
mod tests {
    use super::{to_ymd, to_ymd_of_any};

    #[test]
    fn days_have_the_same_year_month_and_day_in_few_bits_as_in_many() {
        let near = -150_000..150_000;
        let bounds = (-12_000_100..-11_999_900).chain(999_999_900..1_000_000_100);
        let apart = (-100_000_000..1_100_000_000).step_by(9_973);
        for days in near.chain(bounds).chain(apart) {
            assert_eq!(to_ymd(days), to_ymd_of_any(days), "{days} days after 1970-01-01");
        }
    }
}
