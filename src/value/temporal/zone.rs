//! Offsets from UTC, and time zones that know when theirs changes.

use std::fmt;
use std::sync::{Arc, LazyLock};

use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};

use super::clock::{LocalDateTime, LocalTime, NANOS_PER_DAY, NANOS_PER_SECOND};
use super::{TemporalError, calendar};

/// Seconds east of UTC; at most 18 hours either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Offset(i32);

impl Offset {
    /// No offset.
    pub const UTC: Offset = Offset(0);
    /// The farthest from UTC, in seconds.
    pub const FARTHEST: i32 = 18 * 3600;

    /// The offset of this many seconds east of UTC.
    #[must_use]
    pub fn new(seconds: i64) -> Option<Self> {
        let seconds = i32::try_from(seconds).ok()?;
        (-Self::FARTHEST..=Self::FARTHEST).contains(&seconds).then_some(Self(seconds))
    }

    /// Seconds east of UTC.
    #[must_use]
    pub fn seconds(self) -> i64 {
        i64::from(self.0)
    }

    fn nanos(self) -> i128 {
        i128::from(self.0) * i128::from(NANOS_PER_SECOND)
    }
}

impl fmt::Display for Offset {
    /// `Z`, `+01:00`, `-00:00:05`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("Z");
        }
        let (sign, seconds) = (if self.0 < 0 { '-' } else { '+' }, self.0.abs());
        write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
    }
}

/// A time zone: a fixed offset, or a name of the time zone database as the database spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Zone {
    /// The same offset at all times.
    Fixed(Offset),
    /// Such as `Europe/Stockholm`.
    Named(Arc<str>),
}

/// The bundled database: the machine's own may be missing, or say something else.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

fn lookup(name: &str) -> TimeZone {
    // Names are checked where they come in.
    DATABASE.get(name).unwrap_or(TimeZone::UTC)
}

/// The database knows years to 9999; its rules repeat with the calendar, and before its first entry nothing changes. This
/// is the day of a year it knows that has the same offsets.
fn known_day(days: i64) -> i64 {
    /// After the last entry of the database, with a cycle of the calendar to spare.
    const LATE: i64 = calendar::days_from(9500, 1, 1);
    /// Before its first entry.
    const EARLY: i64 = calendar::days_from(-9000, 1, 1);
    if days >= LATE { LATE + (days - LATE) % calendar::DAYS_OF_CYCLE } else { days.max(EARLY) }
}

fn offset(of: jiff::tz::Offset) -> Offset {
    Offset(of.seconds())
}

impl Zone {
    /// UTC.
    pub const UTC: Zone = Zone::Fixed(Offset::UTC);

    /// The zone of a name, however it is capitalised; a space stands for `_`.
    ///
    /// # Errors
    /// [`TemporalError::UnknownZone`].
    pub fn named(name: &str) -> Result<Self, TemporalError> {
        let unknown = || TemporalError::UnknownZone(name.to_owned());
        let zone = DATABASE.get(&name.replace(' ', "_")).map_err(|_| unknown())?;
        Ok(Zone::Named(zone.iana_name().ok_or_else(unknown)?.into()))
    }

    /// The offset at an instant, in nanoseconds from 1970-01-01 UTC.
    #[must_use]
    pub fn offset_at(&self, instant: i128) -> Offset {
        match self {
            Zone::Fixed(offset) => *offset,
            Zone::Named(name) => {
                let day = i128::from(NANOS_PER_DAY);
                let known = i128::from(known_day(instant.div_euclid(day) as i64)) * day + instant.rem_euclid(day);
                Timestamp::from_nanosecond(known).map_or(Offset::UTC, |at| offset(lookup(name).to_offset(at)))
            }
        }
    }

    /// What a clock in this zone showed, and its offset then.
    ///
    /// A time that clocks skipped is as much later as they were put forward. Of a time that they showed twice it is the
    /// `preferred` offset, else the earlier.
    #[must_use]
    pub fn resolve(&self, local: LocalDateTime, preferred: Option<Offset>) -> (LocalDateTime, Offset) {
        let name = match self {
            Zone::Fixed(offset) => return (local, *offset),
            Zone::Named(name) => name,
        };
        let (year, month, day) = calendar::to_ymd(known_day(local.days));
        let (hour, minute, second, nanosecond) = local.time.hmsn();
        let Ok(at) = civil::DateTime::new(
            year as i16,
            month as i8,
            day as i8,
            hour as i8,
            minute as i8,
            second as i8,
            nanosecond as i32,
        ) else {
            return (local, Offset::UTC);
        };
        match lookup(name).to_ambiguous_timestamp(at).offset() {
            AmbiguousOffset::Unambiguous { offset: only } => (local, offset(only)),
            AmbiguousOffset::Fold { before, after } => {
                let (before, after) = (offset(before), offset(after));
                (local, if preferred == Some(after) { after } else { before })
            }
            AmbiguousOffset::Gap { before, after } => {
                let (before, after) = (offset(before), offset(after));
                (local.plus_nanos(after.nanos() - before.nanos()).unwrap_or(local), after)
            }
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Fixed(offset) => offset.fmt(f),
            Zone::Named(name) => f.write_str(name),
        }
    }
}

/// Nanoseconds from 1970-01-01 UTC of what a clock with this offset shows.
pub(super) fn instant(local: LocalDateTime, offset: Offset) -> i128 {
    local.nanos() - offset.nanos()
}

/// What a clock with this offset shows at an instant.
pub(super) fn local(instant: i128, offset: Offset) -> Option<LocalDateTime> {
    LocalDateTime::of_nanos(instant + offset.nanos())
}

/// Nanoseconds from midnight UTC; less than none where the day is another.
pub(super) fn time_instant(time: LocalTime, offset: Offset) -> i64 {
    time.nanos() as i64 - offset.seconds() * NANOS_PER_SECOND
}

#[cfg(test)]
mod tests {
    use super::{Offset, Zone, calendar};
    use crate::value::temporal::{LocalDateTime, LocalTime};

    fn at(zone: &str, year: i64, month: i64, day: i64) -> Option<String> {
        let days = calendar::from_ymd(year, month, day)?;
        let local = LocalDateTime { days, time: LocalTime::new(2, 30, 0, 0)? };
        let (local, offset) = Zone::named(zone).ok()?.resolve(local, None);
        Some(format!("{local}{offset}"))
    }

    #[test]
    fn a_skipped_hour_is_an_hour_later() {
        assert_eq!(at("Europe/Stockholm", 2025, 3, 30).as_deref(), Some("2025-03-30T03:30+02:00"));
    }

    #[test]
    fn of_an_hour_shown_twice_it_is_the_earlier() {
        assert_eq!(at("Europe/Stockholm", 2025, 10, 26).as_deref(), Some("2025-10-26T02:30+02:00"));
    }

    #[test]
    fn the_rules_go_on_in_years_that_the_database_does_not_reach() {
        let at = |year, month| at("europe/stockholm", year, month, 1);
        assert_eq!(at(999_999_999, 7).as_deref(), Some("+999999999-07-01T02:30+02:00"));
        assert_eq!(at(999_999_999, 12).as_deref(), Some("+999999999-12-01T02:30+01:00"));
        assert_eq!(at(-999_999_999, 7).as_deref(), Some("-999999999-07-01T02:30+00:53:28"));
    }

    #[test]
    fn a_zone_has_the_name_that_the_database_gives_it() {
        assert_eq!(Zone::named("america/los angeles").map(|zone| zone.to_string()), Ok("America/Los_Angeles".into()));
        assert!(Zone::named("Europe/Atlantis").is_err());
    }

    #[test]
    fn an_offset_is_at_most_eighteen_hours() {
        assert_eq!(Offset::new(64_800).map(|offset| offset.to_string()), Some("+18:00".to_owned()));
        assert_eq!(Offset::new(-64_801), None);
        assert_eq!(Offset::new(-7_507).map(|offset| offset.to_string()), Some("-02:05:07".to_owned()));
    }
}
