//! The temporal types of openCypher: dates, times of day, both together, with and without a time zone, and durations.
//!
//! Source: openCypher CIP2015-08-06, "Date and time"; ISO 8601 for how they are written. The calendar is the proleptic
//! Gregorian one from year -999,999,999 to 999,999,999; the time zone database is bundled, so that the same question has
//! the same answer on every machine.

mod between;
pub mod calendar;
mod clock;
mod component;
mod date;
mod duration;
mod duration_text;
#[cfg(test)]
mod laws;
mod ratio;
mod read;
mod shift;
mod zone;

pub use between::{Between, between};
pub use clock::{DateTime, Instant, LocalDateTime, LocalTime, NANOS_PER_DAY, NANOS_PER_SECOND, Parts, Time};
pub use component::{component, component_of_days};
pub(super) use date::Written;
pub use date::{Date, DateError, Precision};
pub use duration::{Amounts, Duration};
pub use ratio::Ratio;
pub use shift::shift;
pub use zone::{Offset, Zone};

/// Why a temporal value could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemporalError {
    /// The text is not one of the type.
    #[error("`{text}` is not a {kind}: expected a text such as `{example}`")]
    Text {
        /// What was to be read.
        kind: &'static str,
        /// What was there.
        text: String,
        /// What could have been there.
        example: &'static str,
    },
    /// The text is written like one, and the calendar does not have its day.
    #[error("`{text}` is not a {kind}: the calendar has no such day")]
    NoSuchDay {
        /// What was to be read.
        kind: &'static str,
        /// What was there.
        text: String,
    },
    /// The time zone database has no such name.
    #[error("there is no time zone `{0}`: expected an offset such as `+01:00` or a name such as `Europe/Stockholm`")]
    UnknownZone(String),
    /// A text gives an offset that its zone does not have then.
    #[error("`{zone}` is not at `{offset}` at that time: leave the offset out, or write the zone's own")]
    OffsetOfZone {
        /// The zone.
        zone: String,
        /// The offset beside it.
        offset: String,
    },
    /// Beyond the years of the calendar, or the whole numbers of a duration.
    #[error("{0} is out of range: expected years from -999999999 to 999999999, and durations that fit 64-bit integers")]
    OutOfRange(&'static str),
}
