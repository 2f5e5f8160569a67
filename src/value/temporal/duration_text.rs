//! How durations are written: `P1Y2M10DT2H30M`, and `P2012-02-02T14:37:21.545` on the way in.

use std::fmt;
use std::str::FromStr;

use super::clock::{Fraction, NANOS_PER_SECOND};
use super::duration::{Amounts, Duration};
use super::ratio::Ratio;
use super::{TemporalError, read};

impl fmt::Display for Duration {
    /// As short as it says everything; each amount has its own sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn part(f: &mut fmt::Formatter<'_>, amount: i64, unit: char) -> fmt::Result {
            if amount == 0 { Ok(()) } else { write!(f, "{amount}{unit}") }
        }
        if *self == Duration::ZERO {
            return f.write_str("PT0S");
        }
        f.write_str("P")?;
        part(f, self.months() / 12, 'Y')?;
        part(f, self.months() % 12, 'M')?;
        part(f, self.days(), 'D')?;
        let nanos = self.nanos();
        if nanos == 0 {
            return Ok(());
        }
        // Towards zero: of half a second less than none the fraction is negative, not the second before it.
        let second = i128::from(NANOS_PER_SECOND);
        let (seconds, fraction) = ((nanos / second) as i64, (nanos % second) as i64);
        f.write_str("T")?;
        part(f, seconds / 3600, 'H')?;
        part(f, seconds / 60 % 60, 'M')?;
        let seconds = seconds % 60;
        if seconds == 0 && fraction == 0 {
            return Ok(());
        }
        let sign = if nanos < 0 { "-" } else { "" };
        write!(f, "{sign}{}{}S", seconds.abs(), Fraction(fraction.abs()))
    }
}

impl FromStr for Duration {
    type Err = TemporalError;

    /// Reads every form of ISO 8601; any amount may have a sign and a decimal fraction.
    fn from_str(text: &str) -> Result<Self, TemporalError> {
        let wrong = || TemporalError::Text { kind: "duration", text: text.to_owned(), example: "P1Y2M10DT2H30M" };
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let body = unsigned.strip_prefix('P').ok_or_else(wrong)?;
        let amounts = designated(body).or_else(|| like_a_date(body)).ok_or_else(wrong)?;
        let duration = Duration::of_amounts(amounts)?;
        if negative { duration.negate() } else { Ok(duration) }
    }
}

/// Amounts with their units, each unit at most once and in this order; `None` where something else is there, or nothing.
fn amounts<const N: usize>(mut text: &str, units: [char; N]) -> Option<[Option<Ratio>; N]> {
    let mut found = [None; N];
    let mut next = 0;
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let unit = text[end..].chars().next()?;
        let place = next + units[next..].iter().position(|other| *other == unit)?;
        if !text[..end].bytes().next_back()?.is_ascii_digit() {
            return None;
        }
        found[place] = Some(Ratio::of_decimal(&text[..end])?);
        next = place + 1;
        text = &text[end + unit.len_utf8()..];
    }
    (next > 0).then_some(found)
}

/// `1Y2M10DT2H30M`, `2.5W`.
fn designated(body: &str) -> Option<Amounts> {
    let (date, time) = match body.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (body, None),
    };
    let nothing = date.is_empty() && time.is_some();
    let [years, months, weeks, days] = if nothing { [None; 4] } else { amounts(date, ['Y', 'M', 'W', 'D'])? };
    let [hours, minutes, seconds] = time.map_or(Some([None; 3]), |time| amounts(time, ['H', 'M', 'S']))?;
    let sum = |terms: &[(Option<Ratio>, i128)]| {
        terms.iter().try_fold(0_i128, |sum, (amount, units)| match amount {
            Some(amount) => sum.checked_add(amount.times(units * Amounts::UNIT)?),
            None => Some(sum),
        })
    };
    Some(Amounts {
        months: sum(&[(years, 12), (months, 1)])?,
        days: sum(&[(weeks, 7), (days, 1)])?,
        seconds: sum(&[(hours, 3600), (minutes, 60), (seconds, 1)])?,
    })
}

/// `2012-02-02T14:37:21.545`: years, months, days and a time, each as large as in a date at most.
fn like_a_date(body: &str) -> Option<Amounts> {
    let (date, time) = body.split_once('T')?;
    let digits: String = match date.len() {
        8 => date.to_owned(),
        10 if date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-' => date.split('-').collect(),
        _ => return None,
    };
    let number = |from: usize, to: usize| digits.get(from..to).filter(|_| digits.len() == 8).and_then(read::digits);
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    if month > 12 || day > 31 {
        return None;
    }
    let nanos = i128::from(read::clock(time)?.nanos());
    Some(Amounts {
        months: i128::from(year * 12 + month) * Amounts::UNIT,
        days: i128::from(day) * Amounts::UNIT,
        seconds: nanos * (Amounts::UNIT / i128::from(NANOS_PER_SECOND)),
    })
}

#[cfg(test)]
mod tests {
    use super::Duration;

    fn read(text: &str) -> Option<String> {
        text.parse::<Duration>().ok().map(|duration| duration.to_string())
    }

    #[test]
    fn fractions_go_to_the_next_smaller_amount() {
        for (text, shown) in [
            ("P0.75M", "P22DT19H51M49.5S"),
            ("P5M1.5D", "P5M1DT12H"),
            ("PT0.75M", "PT45S"),
            ("P2.5W", "P17DT12H"),
            ("P0,5Y", "P6M"),
            ("P0.5M-0.5D", "P14DT17H14M33S"),
            ("PT0.0000000015S", "PT0.000000002S"),
        ] {
            assert_eq!(read(text).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn amounts_do_not_turn_into_larger_ones_but_for_minutes_and_years() {
        for (text, shown) in [
            ("P14M40DT30H70M70S", "P1Y2M40DT31H11M10S"),
            ("P12Y5M-14DT16H", "P12Y5M-14DT16H"),
            ("-P1DT2H", "P-1DT-2H"),
            ("PT-1.999S", "PT-1.999S"),
            ("P2012-02-02T14:37:21.545", "P2012Y2M2DT14H37M21.545S"),
            ("P20120202T143721", "P2012Y2M2DT14H37M21S"),
            ("PT0S", "PT0S"),
        ] {
            assert_eq!(read(text).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn a_text_without_an_amount_or_with_units_out_of_order_is_no_duration() {
        for text in
            ["", "P", "PT", "P1", "P1H", "PT1D", "P1D1Y", "P1DT", "1Y", "P1.D", "P--1D", "P2012-13-02T00:00", "Pé"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
