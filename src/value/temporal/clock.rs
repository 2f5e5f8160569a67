//! Times of day, and dates with them: without a zone (local) and with one.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use super::date::Written;
use super::zone::{self, Offset, Zone};
use super::{TemporalError, calendar};
use crate::value::{Day, Value};

/// Nanoseconds of a second.
pub const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// Nanoseconds of a day.
pub const NANOS_PER_DAY: i64 = 86_400 * NANOS_PER_SECOND;

/// A point of the system's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i128);

impl Instant {
    /// The instant of the system's clock.
    #[must_use]
    pub fn now() -> Self {
        let now = std::time::SystemTime::now();
        Self(match now.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => after.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        })
    }

    /// The instant of nanoseconds from 1970-01-01 UTC.
    #[must_use]
    pub fn of_nanos(nanos: i128) -> Self {
        Self(nanos)
    }

    /// Nanoseconds from 1970-01-01 UTC.
    #[must_use]
    pub fn nanos(self) -> i128 {
        self.0
    }

    /// The day in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        Day::nearest(self.0.div_euclid(i128::from(NANOS_PER_DAY)) as i64)
    }
}

/// A time of day, as nanoseconds from midnight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct LocalTime(u64);

impl LocalTime {
    /// The start of the day.
    pub const MIDNIGHT: LocalTime = LocalTime(0);

    /// The time of hour, minute, second and nanosecond, if there is one.
    #[must_use]
    pub fn new(hour: i64, minute: i64, second: i64, nanosecond: i64) -> Option<Self> {
        let exists = (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second)
            && (0..NANOS_PER_SECOND).contains(&nanosecond);
        exists.then(|| Self((((hour * 60 + minute) * 60 + second) * NANOS_PER_SECOND + nanosecond) as u64))
    }

    /// The time this many nanoseconds after midnight, days left out.
    #[must_use]
    pub fn wrapping(nanos: i128) -> Self {
        Self(nanos.rem_euclid(i128::from(NANOS_PER_DAY)) as u64)
    }

    /// Nanoseconds from midnight.
    #[must_use]
    pub fn nanos(self) -> u64 {
        self.0
    }

    /// Hour, minute, second, nanosecond.
    #[must_use]
    pub fn hmsn(self) -> (i64, i64, i64, i64) {
        let (seconds, nanos) = (self.0 as i64 / NANOS_PER_SECOND, self.0 as i64 % NANOS_PER_SECOND);
        (seconds / 3600, seconds / 60 % 60, seconds % 60, nanos)
    }
}

impl fmt::Display for LocalTime {
    /// `12:00`, `12:31:14`, `12:31:14.645`: as short as it says everything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second, nanos) = self.hmsn();
        write!(f, "{hour:02}:{minute:02}")?;
        if second == 0 && nanos == 0 {
            return Ok(());
        }
        write!(f, ":{second:02}{}", Fraction(nanos))
    }
}

/// Nanoseconds after a decimal point, without zeros at the end; nothing where there are none.
pub(super) struct Fraction(pub i64);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Ok(());
        }
        let digits = format!("{:09}", self.0);
        write!(f, ".{}", digits.trim_end_matches('0'))
    }
}

/// A time of day at an offset from UTC. Two are equal in the language where they are the same instant of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Time {
    /// What the clock shows.
    pub local: LocalTime,
    /// Where.
    pub offset: Offset,
}

impl Time {
    /// By the instant.
    #[must_use]
    pub fn order(self, other: Self) -> Ordering {
        zone::time_instant(self.local, self.offset).cmp(&zone::time_instant(other.local, other.offset))
    }

    /// The same instant at another offset.
    #[must_use]
    pub fn at(self, offset: Offset) -> Self {
        let nanos = zone::time_instant(self.local, self.offset) + offset.seconds() * NANOS_PER_SECOND;
        Self { local: LocalTime::wrapping(i128::from(nanos)), offset }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, self.offset)
    }
}

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct LocalDateTime {
    /// Days from 1970-01-01.
    pub days: i64,
    /// The time of day.
    pub time: LocalTime,
}

impl LocalDateTime {
    /// Nanoseconds from the start of 1970-01-01 as the same clock shows it.
    #[must_use]
    pub fn nanos(self) -> i128 {
        i128::from(self.days) * i128::from(NANOS_PER_DAY) + i128::from(self.time.nanos())
    }

    /// The inverse of [`Self::nanos`], if the calendar has the day.
    #[must_use]
    pub fn of_nanos(nanos: i128) -> Option<Self> {
        let days = i64::try_from(nanos.div_euclid(i128::from(NANOS_PER_DAY))).ok()?;
        calendar::has(days).then(|| Self { days, time: LocalTime::wrapping(nanos) })
    }

    /// This many nanoseconds later.
    #[must_use]
    pub fn plus_nanos(self, nanos: i128) -> Option<Self> {
        Self::of_nanos(self.nanos().checked_add(nanos)?)
    }
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", Written(self.days), self.time)
    }
}

/// A date and a time of day in a zone. Two are equal in the language where they are the same instant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct DateTime {
    local: LocalDateTime,
    offset: Offset,
    name: Option<Arc<str>>,
}

impl DateTime {
    /// What a clock in a zone shows; see [`Zone::resolve`] for times that it skipped or showed twice.
    #[must_use]
    pub fn new(local: LocalDateTime, zone: &Zone, preferred: Option<Offset>) -> Self {
        let (local, offset) = zone.resolve(local, preferred);
        Self { local, offset, name: if let Zone::Named(name) = zone { Some(name.clone()) } else { None } }
    }

    /// An instant in a zone.
    ///
    /// # Errors
    /// [`TemporalError::OutOfRange`] where the calendar does not reach it.
    pub fn of_instant(instant: Instant, zone: &Zone) -> Result<Self, TemporalError> {
        let offset = zone.offset_at(instant.nanos());
        let local = zone::local(instant.nanos(), offset).ok_or(TemporalError::OutOfRange("the date and time"))?;
        Ok(Self { local, offset, name: if let Zone::Named(name) = zone { Some(name.clone()) } else { None } })
    }

    /// What the clock shows.
    #[must_use]
    pub fn local(&self) -> LocalDateTime {
        self.local
    }

    /// The offset from UTC then.
    #[must_use]
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// The name of the zone, if it has one.
    #[must_use]
    pub fn zone_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.name.clone().map_or(Zone::Fixed(self.offset), Zone::Named)
    }

    /// The instant.
    #[must_use]
    pub fn instant(&self) -> Instant {
        Instant(zone::instant(self.local, self.offset))
    }

    /// By the instant.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        self.instant().cmp(&other.instant())
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, self.offset)?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, "[{name}]"))
    }
}

/// The parts that a temporal value has: what another can be put together from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Days from 1970-01-01.
    pub days: Option<i64>,
    /// The time of day.
    pub time: Option<LocalTime>,
    /// The zone.
    pub zone: Option<Zone>,
    /// The offset from UTC, where there is a zone.
    pub offset: Option<Offset>,
}

impl Parts {
    /// The parts of a value; `None` for what is no temporal instant, and for a date that is not known to the day.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Date(date) => Some(Self { days: Some(date.days()?), ..Self::default() }),
            Value::LocalTime(time) => Some(Self { time: Some(*time), ..Self::default() }),
            Value::Time(Time { local, offset }) => Some(Self {
                time: Some(*local),
                zone: Some(Zone::Fixed(*offset)),
                offset: Some(*offset),
                ..Self::default()
            }),
            Value::LocalDateTime(LocalDateTime { days, time }) => {
                Some(Self { days: Some(*days), time: Some(*time), ..Self::default() })
            }
            Value::DateTime(at) => Some(Self {
                days: Some(at.local.days),
                time: Some(at.local.time),
                zone: Some(at.zone()),
                offset: Some(at.offset),
            }),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::Duration(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Node(_)
            | Value::Rel(_)
            | Value::Path(_) => None,
        }
    }
}
