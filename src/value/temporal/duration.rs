//! An amount of time, as four amounts that do not turn into one another: how long a month is depends on the month, how
//! long a day is on the zone.

use std::cmp::Ordering;

use super::TemporalError;
use super::clock::NANOS_PER_SECOND;
use super::ratio::{Ratio, rounded};

/// Seconds of an average month: a twelfth of the Gregorian year of 365.2425 days. It is what a fraction of a month is worth.
const SECONDS_PER_MONTH: i128 = 2_629_746;
const SECONDS_PER_DAY: i128 = 86_400;

/// Months, days, seconds and nanoseconds.
///
/// # Examples
/// ```
/// use portolan::value::Duration;
/// let duration: Duration = "P0.75M".parse().unwrap();
/// assert_eq!(duration.to_string(), "P22DT19H51M49.5S");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Duration {
    months: i64,
    days: i64,
    seconds: i64,
    /// From 0 to 999,999,999, so that half a second less than none is second -1 and 500,000,000 of these.
    nanos: u32,
}

/// Amounts with fractions, each in parts of [`Amounts::UNIT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Months.
    pub months: i128,
    /// Days.
    pub days: i128,
    /// Seconds, with hours, minutes and fractions.
    pub seconds: i128,
}

impl Amounts {
    /// The parts of one month, one day, one second.
    pub const UNIT: i128 = 10_i128.pow(18);
}

fn out_of_range() -> TemporalError {
    TemporalError::OutOfRange("the duration")
}

/// Whole days and the seconds left over, both of one sign, of whole days and a fraction in seconds of which a day has
/// `day`.
fn carry(days: i128, seconds: i128, day: i128) -> (i128, i128) {
    let (days, rest) = (days + seconds.div_euclid(day), seconds.rem_euclid(day));
    if days < 0 && rest > 0 { (days + 1, rest - day) } else { (days, rest) }
}

impl Duration {
    /// No time.
    pub const ZERO: Duration = Duration { months: 0, days: 0, seconds: 0, nanos: 0 };

    /// The duration of months, days and nanoseconds.
    ///
    /// # Errors
    /// [`TemporalError::OutOfRange`] where the seconds do not fit 64 bits.
    pub fn new(months: i64, days: i64, nanos: i128) -> Result<Self, TemporalError> {
        let second = i128::from(NANOS_PER_SECOND);
        let seconds = i64::try_from(nanos.div_euclid(second)).map_err(|_| out_of_range())?;
        Ok(Self { months, days, seconds, nanos: nanos.rem_euclid(second) as u32 })
    }

    /// The duration of amounts with fractions: a fraction of a month goes to the days, of a day to the seconds.
    ///
    /// # Errors
    /// [`TemporalError::OutOfRange`] where an amount does not fit 64 bits.
    pub fn of_amounts(amounts: Amounts) -> Result<Self, TemporalError> {
        let unit = Amounts::UNIT;
        let Amounts { months, days, seconds } = amounts;
        let fraction = days % unit * SECONDS_PER_DAY + months % unit * SECONDS_PER_MONTH;
        let (whole_days, rest) = carry(days / unit, fraction, SECONDS_PER_DAY * unit);
        let seconds = seconds.checked_add(rest).ok_or_else(out_of_range)?;
        let nanos = rounded(seconds, unit / i128::from(NANOS_PER_SECOND));
        let whole = |amount: i128| i64::try_from(amount).map_err(|_| out_of_range());
        Self::new(whole(months / unit)?, whole(whole_days)?, nanos)
    }

    /// Whole months, years included.
    #[must_use]
    pub fn months(self) -> i64 {
        self.months
    }

    /// Whole days, weeks included.
    #[must_use]
    pub fn days(self) -> i64 {
        self.days
    }

    /// Whole seconds, hours and minutes included, the nearest below.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after the whole second.
    #[must_use]
    pub fn nanos_of_second(self) -> i64 {
        i64::from(self.nanos)
    }

    /// Seconds and nanoseconds together, as nanoseconds.
    #[must_use]
    pub fn nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS_PER_SECOND) + i128::from(self.nanos)
    }

    /// The same amounts the other way.
    ///
    /// # Errors
    /// [`TemporalError::OutOfRange`] where one does not fit 64 bits.
    pub fn negate(self) -> Result<Self, TemporalError> {
        Self::ZERO.minus(self)
    }

    /// Amount by amount.
    ///
    /// # Errors
    /// [`TemporalError::OutOfRange`] where one does not fit 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, TemporalError> {
        let months = self.months.checked_add(other.months).ok_or_else(out_of_range)?;
        let days = self.days.checked_add(other.days).ok_or_else(out_of_range)?;
        Self::new(months, days, self.nanos() + other.nanos())
    }

    /// Amount by amount.
    ///
    /// # Errors
    /// [`TemporalError::OutOfRange`] where one does not fit 64 bits.
    pub fn minus(self, other: Self) -> Result<Self, TemporalError> {
        let months = self.months.checked_sub(other.months).ok_or_else(out_of_range)?;
        let days = self.days.checked_sub(other.days).ok_or_else(out_of_range)?;
        Self::new(months, days, self.nanos() - other.nanos())
    }

    /// Amount by amount; fractions go to the next smaller amount, to the nearest nanosecond.
    ///
    /// # Errors
    /// [`TemporalError::OutOfRange`] where one does not fit 64 bits.
    pub fn times(self, factor: Ratio) -> Result<Self, TemporalError> {
        self.scaled(factor).ok_or_else(out_of_range)
    }

    fn scaled(self, Ratio { numerator, denominator }: Ratio) -> Option<Self> {
        let split = |amount: i64| {
            let product = i128::from(amount).checked_mul(numerator)?;
            Some((product / denominator, product % denominator))
        };
        let ((months, of_month), (days, of_day), (seconds, of_second)) =
            (split(self.months)?, split(self.days)?, split(self.seconds)?);
        // From here on in parts of a second, of which a second has `denominator`.
        let fraction = of_day.checked_mul(SECONDS_PER_DAY)?.checked_add(of_month.checked_mul(SECONDS_PER_MONTH)?)?;
        let (days, rest) = carry(days, fraction, denominator.checked_mul(SECONDS_PER_DAY)?);
        let second = i128::from(NANOS_PER_SECOND);
        let parts =
            (of_second + rest).checked_mul(second)?.checked_add(i128::from(self.nanos).checked_mul(numerator)?)?;
        let nanos = seconds.checked_mul(second)?.checked_add(rounded(parts, denominator))?;
        Self::new(i64::try_from(months).ok()?, i64::try_from(days).ok()?, nanos).ok()
    }

    /// The order of `ORDER BY`: by length, a month counted as an average one and a day as 24 hours; equal lengths by their
    /// amounts, so that only equal durations are equal.
    #[must_use]
    pub fn order(self, other: Self) -> Ordering {
        let length = |duration: Self| {
            let seconds = i128::from(duration.months) * SECONDS_PER_MONTH + i128::from(duration.days) * SECONDS_PER_DAY;
            seconds * i128::from(NANOS_PER_SECOND) + duration.nanos()
        };
        length(self).cmp(&length(other)).then_with(|| self.cmp(&other))
    }
}
