//! The frame: which part of the record is seen.

use std::fmt;

use crate::value::{Day, Period};

/// Which days a statement must hold on to be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValidTime {
    /// No filter: also what never held.
    #[default]
    All,
    /// This day.
    AsOf(Day),
    /// Some day of the period.
    During(Period),
}

/// What is seen beside realised, undisputed statements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Including {
    /// Planned, considered, proposed, threatened, expected.
    pub unrealised: bool,
    /// Of unknown status.
    pub unknown: bool,
    /// Known to be wrong.
    pub deprecated: bool,
}

impl Including {
    /// Everything. A statement that says *no* is not hidden, and still matches no pattern but one that asks for polarity.
    pub const ALL: Self = Self { unrealised: true, unknown: true, deprecated: true };
}

/// Which part of the record a query sees. The default is all time, all known, realised only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frame {
    /// Valid time.
    pub valid: ValidTime,
    /// As known on this day; `None`: now.
    pub known: Option<Day>,
    /// What else is seen.
    pub including: Including,
}

impl Frame {
    /// All time, all known, everything included.
    pub const OPEN: Self = Self { valid: ValidTime::All, known: None, including: Including::ALL };

    /// The day of a single-day frame.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        match self.valid {
            ValidTime::AsOf(day) => Some(day),
            ValidTime::All | ValidTime::During(_) => None,
        }
    }
}

impl fmt::Display for Frame {
    /// As a reader says it: `as of 2025-10-21, as known on 2025-10-15, realised only`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.valid {
            ValidTime::All => f.write_str("all time")?,
            ValidTime::AsOf(day) => write!(f, "as of {day}")?,
            ValidTime::During(period) => write!(f, "from {} through {}", period.from, period.last())?,
        }
        if let Some(day) = self.known {
            write!(f, ", as known on {day}")?;
        }
        let Including { unrealised, unknown, deprecated } = self.including;
        if !unrealised && !unknown && !deprecated {
            return f.write_str(", realised only");
        }
        if unrealised && unknown && deprecated {
            return f.write_str(", including all");
        }
        let words = [(unrealised, "unrealised"), (unknown, "unknown status"), (deprecated, "deprecated")];
        f.write_str(", including ")?;
        let mut first = true;
        for (_, word) in words.into_iter().filter(|(on, _)| *on) {
            write!(f, "{}{word}", if first { "" } else { " and " })?;
            first = false;
        }
        Ok(())
    }
}
