//! Reading ISO 8601: dates by month, week, quarter or day of the year, times, offsets and zones, with separators (extended)
//! or without (basic). What is left out at the end has its least value.

use super::clock::{DateTime, LocalDateTime, LocalTime, Time};
use super::zone::{Offset, Zone};
use super::{Date, DateError, TemporalError, calendar};

/// The number of a run of digits.
pub(super) fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A year and the rest: four digits, or a sign and up to nine that something must end.
fn year(text: &str) -> Option<(i64, &str, bool)> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (0, text),
    };
    if sign == 0 {
        return Some((digits(unsigned.get(..4)?)?, &unsigned[4..], false));
    }
    let end = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
    (end <= 9).then_some(())?;
    Some((sign * digits(&unsigned[..end])?, &unsigned[end..], true))
}

/// A number of so many digits after a letter, and another after a separator that is there in the extended form.
fn lettered(rest: &str, extended: bool, widths: (usize, usize)) -> Option<(i64, i64)> {
    let first = digits(rest.get(..widths.0)?)?;
    let after = &rest[widths.0..];
    if after.is_empty() {
        return Some((first, 1));
    }
    let second = if extended { after.strip_prefix('-')? } else { after };
    Some((first, digits(second).filter(|_| second.len() == widths.1)?))
}

/// The day of a date.
fn day(text: &str) -> Option<i64> {
    let (year, rest, signed) = year(text)?;
    if rest.is_empty() {
        return calendar::from_ymd(year, 1, 1);
    }
    let (extended, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if let Some(rest) = rest.strip_prefix('W') {
        let (week, day) = lettered(rest, extended, (2, 1))?;
        return calendar::from_week(year, week, day);
    }
    if let Some(rest) = rest.strip_prefix('Q') {
        let (quarter, day) = lettered(rest, extended, (1, 2))?;
        return calendar::from_quarter(year, quarter, day);
    }
    if signed && !extended {
        return None;
    }
    match (extended, rest.len()) {
        (_, 3) => calendar::from_ordinal(year, digits(rest)?),
        (_, 2) => calendar::from_ymd(year, digits(rest)?, 1),
        (false, 4) => calendar::from_ymd(year, digits(rest.get(..2)?)?, digits(&rest[2..])?),
        (true, 5) => {
            let (month, day) = rest.split_once('-')?;
            calendar::from_ymd(year, digits(month).filter(|_| month.len() == 2)?, digits(day)?)
        }
        _ => None,
    }
}

/// A time of day without a zone.
pub(super) fn clock(text: &str) -> Option<LocalTime> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let extended = whole.contains(':');
    let parts: Vec<&str> = if extended {
        whole.split(':').collect()
    } else {
        (0..whole.len()).step_by(2).map(|at| whole.get(at..at + 2)).collect::<Option<_>>()?
    };
    if parts.is_empty() || parts.len() > 3 || (fraction.is_some() && parts.len() < 3) {
        return None;
    }
    let mut numbers = [0; 3];
    for (number, part) in numbers.iter_mut().zip(&parts) {
        *number = digits(part).filter(|_| part.len() == 2)?;
    }
    let nanos = match fraction {
        None => 0,
        Some(fraction) if fraction.len() <= 9 => digits(fraction)? * 10_i64.pow(9 - fraction.len() as u32),
        Some(_) => return None,
    };
    LocalTime::new(numbers[0], numbers[1], numbers[2], nanos)
}

/// `Z`, `+01:00`, `+0100`, `+01`, `+01:00:30`.
fn offset(text: &str) -> Option<Offset> {
    if text == "Z" || text == "z" {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => return None,
    };
    // Hours, minutes and seconds are written like a time; a fraction is not.
    if rest.contains(['.', ',']) {
        return None;
    }
    let (hours, minutes, seconds, _) = clock(rest)?.hmsn();
    Offset::new(sign * (hours * 3600 + minutes * 60 + seconds))
}

/// A time without its zone, and the zone: where a letter, a sign or a bracket begins it.
fn before_zone(text: &str) -> (&str, &str) {
    text.split_at(text.find(['Z', 'z', '+', '-', '[']).unwrap_or(text.len()))
}

/// Without the `T` that may begin a time.
fn after_t(text: &str) -> &str {
    text.strip_prefix(['T', 't']).unwrap_or(text)
}

fn local(text: &str) -> Option<LocalDateTime> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, clock(time)?),
        None => (text, LocalTime::MIDNIGHT),
    };
    Some(LocalDateTime { days: day(date)?, time })
}

fn wrong(kind: &'static str, text: &str, example: &'static str) -> TemporalError {
    let day = text.split(['T', 't']).next().unwrap_or(text);
    match day.parse::<Date>() {
        Err(DateError::NoSuchDay(_)) => TemporalError::NoSuchDay { kind, text: text.to_owned() },
        _ => TemporalError::Text { kind, text: text.to_owned(), example },
    }
}

impl Date {
    /// Reads a date as the language has it: always a day, the first of a month or year without one.
    ///
    /// # Errors
    /// [`TemporalError::Text`].
    ///
    /// # Examples
    /// ```
    /// use portolan::value::Date;
    /// for text in ["2015-07-21", "20150721", "2015-W30-2", "2015-202", "2015-Q3-21"] {
    ///     assert_eq!(Date::read(text).unwrap().to_string(), "2015-07-21");
    /// }
    /// assert_eq!(Date::read("2015-07").unwrap().to_string(), "2015-07-01");
    /// ```
    pub fn read(text: &str) -> Result<Self, TemporalError> {
        day(text).and_then(Date::of_days).ok_or_else(|| wrong("date", text, "2015-07-21"))
    }
}

impl LocalTime {
    /// Reads a time of day.
    ///
    /// # Errors
    /// [`TemporalError::Text`].
    pub fn read(text: &str) -> Result<Self, TemporalError> {
        clock(after_t(text)).ok_or_else(|| wrong("local time", text, "21:40:32.142"))
    }
}

impl Time {
    /// Reads a time of day with its offset; without one it is in UTC.
    ///
    /// # Errors
    /// [`TemporalError::Text`].
    pub fn read(text: &str) -> Result<Self, TemporalError> {
        let (time, zone) = before_zone(after_t(text));
        let offset = if zone.is_empty() { Some(Offset::UTC) } else { offset(zone) };
        let read = clock(time).zip(offset).map(|(local, offset)| Time { local, offset });
        read.ok_or_else(|| wrong("time", text, "21:40:32.142+01:00"))
    }
}

impl LocalDateTime {
    /// Reads a date with a time of day, midnight where there is none.
    ///
    /// # Errors
    /// [`TemporalError::Text`].
    pub fn read(text: &str) -> Result<Self, TemporalError> {
        local(text).ok_or_else(|| wrong("local date and time", text, "2015-07-21T21:40:32.142"))
    }
}

impl DateTime {
    /// Reads a date with a time of day and an offset, a zone in brackets, or both; without either it is in UTC.
    ///
    /// # Errors
    /// [`TemporalError`] where the text is none, no zone has the name, or the zone has another offset then.
    pub fn read(text: &str) -> Result<Self, TemporalError> {
        let wrong = || wrong("date and time", text, "2015-07-21T21:40:32.142+02:00[Europe/Stockholm]");
        let at = text.find(['T', 't']).unwrap_or(text.len());
        let (time, zone) = before_zone(&text[at..]);
        let local = local(&text[..at + time.len()]).ok_or_else(wrong)?;
        let (before, name) = match zone.split_once('[') {
            Some((before, name)) => (before, Some(name.strip_suffix(']').ok_or_else(wrong)?)),
            None => (zone, None),
        };
        let offset = if before.is_empty() { None } else { Some(offset(before).ok_or_else(wrong)?) };
        let Some(name) = name else {
            return Ok(Self::new(local, &Zone::Fixed(offset.unwrap_or_default()), None));
        };
        let zone = Zone::named(name)?;
        let read = Self::new(local, &zone, offset);
        match offset {
            Some(offset) if offset != read.offset() => {
                Err(TemporalError::OffsetOfZone { zone: zone.to_string(), offset: offset.to_string() })
            }
            _ => Ok(read),
        }
    }
}

impl Zone {
    /// Reads an offset or a name.
    ///
    /// # Errors
    /// [`TemporalError::UnknownZone`].
    pub fn read(text: &str) -> Result<Self, TemporalError> {
        offset(text).map_or_else(|| Zone::named(text), |offset| Ok(Zone::Fixed(offset)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, DateTime, LocalTime, Time, Zone};

    #[test]
    fn a_date_is_read_in_every_form_of_the_standard() {
        for (text, shown) in [
            ("2015-07-21", "2015-07-21"),
            ("20150721", "2015-07-21"),
            ("2015-07", "2015-07-01"),
            ("201507", "2015-07-01"),
            ("2015-W30-2", "2015-07-21"),
            ("2015W302", "2015-07-21"),
            ("2015-W30", "2015-07-20"),
            ("2015W30", "2015-07-20"),
            ("2015-202", "2015-07-21"),
            ("2015202", "2015-07-21"),
            ("2015-Q3-21", "2015-07-21"),
            ("2015Q321", "2015-07-21"),
            ("2015-Q3", "2015-07-01"),
            ("2015", "2015-01-01"),
            ("+2015-W13-4", "2015-03-26"),
            ("+12015-07-21", "+12015-07-21"),
            ("-0044-03-15", "-0044-03-15"),
        ] {
            assert_eq!(Date::read(text).map(|date| date.to_string()), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_date() {
        for text in [
            "2015-02-29",
            "2015-13",
            "2015-W54",
            "2014-W53-1",
            "2015-366",
            "2015-Q5",
            "15-07-21",
            "2015-7-21",
            "2015-07-21T00:00",
            "",
            "é",
            "2015-é",
            "+9999999999",
        ] {
            assert!(Date::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_has_separators_or_none() {
        for (text, shown) in [
            ("21:40:32.142", "21:40:32.142"),
            ("214032,142", "21:40:32.142"),
            ("T21:40", "21:40"),
            ("2140", "21:40"),
            ("21", "21:00"),
        ] {
            assert_eq!(LocalTime::read(text).map(|time| time.to_string()), Ok(shown.to_owned()));
        }
        for text in ["24:00", "21:60", "2:40", "21:4032", "214", "21:40.5", "21:40:32.", "21:40:32.1234567891"] {
            assert!(LocalTime::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_offset_has_hours_alone_or_minutes_and_seconds_too() {
        for (text, shown) in [
            ("2140-00:00", "21:40Z"),
            ("2140-02", "21:40-02:00"),
            ("21:40+0545", "21:40+05:45"),
            ("22+18:00", "22:00+18:00"),
            ("12:00+02:05:59", "12:00+02:05:59"),
        ] {
            assert_eq!(Time::read(text).map(|time| time.to_string()), Ok(shown.to_owned()));
        }
        assert!(Time::read("12:00+19:00").is_err());
        assert!(Zone::read("+1:00").is_err());
    }

    #[test]
    fn an_offset_beside_a_zone_says_which_of_two_hours_is_meant() {
        let read = |text: &str| DateTime::read(text).map(|at| at.to_string()).ok();
        for text in ["2025-10-26T02:30+02:00[Europe/Stockholm]", "2025-10-26T02:30+01:00[Europe/Stockholm]"] {
            assert_eq!(read(text).as_deref(), Some(text));
        }
        assert_eq!(read("2025-10-26T02:30+05:00[Europe/Stockholm]"), None);
        assert_eq!(read("2025-07-01[Europe/Stockholm]"), None);
        assert_eq!(read("2025-07-01T00[UTC]").as_deref(), Some("2025-07-01T00:00Z[UTC]"));
    }
}
