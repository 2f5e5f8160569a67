//! The duration from one temporal value to another.

use super::clock::{Instant, LocalDateTime, LocalTime, NANOS_PER_DAY, Parts};
use super::zone::{self, Offset, Zone};
use super::{Duration, TemporalError, calendar};

/// In which amounts a difference is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Months, then the days left, then the rest.
    All,
    /// Whole months alone.
    Months,
    /// Whole days alone.
    Days,
    /// Seconds and nanoseconds alone.
    Seconds,
}

/// What a clock shows, and where it is if that is known.
struct Moment {
    local: LocalDateTime,
    zone: Option<(Zone, Offset)>,
}

impl Moment {
    /// Missing parts are taken from the other value: the day, so that only the times differ, and the zone. A date without a
    /// time is its midnight.
    fn new(parts: &Parts, other: &Parts) -> Self {
        // Of two times of day both are on the same day, whichever.
        let days = parts.days.or(other.days).unwrap_or(0);
        let local = LocalDateTime { days, time: parts.time.unwrap_or(LocalTime::MIDNIGHT) };
        Self::at(local, parts.zone.as_ref().or(other.zone.as_ref()), parts.offset)
    }

    fn at(local: LocalDateTime, zone: Option<&Zone>, preferred: Option<Offset>) -> Self {
        match zone {
            None => Self { local, zone: None },
            Some(zone) => {
                let (local, offset) = zone.resolve(local, preferred);
                Self { local, zone: Some((zone.clone(), offset)) }
            }
        }
    }

    fn nanos(&self) -> i128 {
        self.zone.as_ref().map_or(self.local.nanos(), |(_, offset)| zone::instant(self.local, *offset))
    }

    /// What a clock in another's zone shows at this moment.
    fn seen_from(&self, other: &Self) -> LocalDateTime {
        let Some((zone, _)) = &other.zone else { return self.local };
        let instant = Instant::of_nanos(self.nanos());
        super::DateTime::of_instant(instant, zone).map_or(self.local, |at| at.local())
    }

    fn moved(&self, days: Option<i64>) -> Option<Self> {
        let local = LocalDateTime { days: days?, time: self.local.time };
        Some(Self::at(local, self.zone.as_ref().map(|(zone, _)| zone), self.zone.as_ref().map(|(_, offset)| *offset)))
    }
}

/// Whole months from one to another.
fn months(from: LocalDateTime, to: LocalDateTime) -> i64 {
    // A day that is not over does not count.
    let day = match from.days.cmp(&to.days) {
        std::cmp::Ordering::Less if to.time < from.time => to.days - 1,
        std::cmp::Ordering::Greater if to.time > from.time => to.days + 1,
        _ => to.days,
    };
    calendar::months_between(from.days, day)
}

fn days(from: LocalDateTime, to: LocalDateTime) -> i64 {
    ((to.nanos() - from.nanos()) / i128::from(NANOS_PER_DAY)) as i64
}

/// The duration from one value to another; negative where the other is earlier.
///
/// Values that have both a date differ in months and days; else only the times differ, on the day of the one that has it.
///
/// # Errors
/// [`TemporalError::OutOfRange`] where it does not fit a duration.
pub fn between(from: &Parts, to: &Parts, what: Between) -> Result<Duration, TemporalError> {
    let (start, end) = (Moment::new(from, to), Moment::new(to, from));
    let dated = from.days.is_some() && to.days.is_some();
    let seen = end.seen_from(&start);
    match what {
        Between::Seconds => Duration::new(0, 0, end.nanos() - start.nanos()),
        Between::Months => Duration::new(if dated { months(start.local, seen) } else { 0 }, 0, 0),
        Between::Days => Duration::new(0, if dated { days(start.local, seen) } else { 0 }, 0),
        Between::All if dated => {
            let out_of_range = TemporalError::OutOfRange("the duration");
            let months = months(start.local, seen);
            let later = start.moved(calendar::add_months(start.local.days, months)).ok_or(out_of_range.clone())?;
            let days = days(later.local, seen);
            let later = later.moved(later.local.days.checked_add(days)).ok_or(out_of_range)?;
            Duration::new(months, days, end.nanos() - later.nanos())
        }
        Between::All => Duration::new(0, 0, end.nanos() - start.nanos()),
    }
}
