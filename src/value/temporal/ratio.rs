//! Exact fractions, so that `duration({months: 0.1}) * 3` is what a person computes, not what binary floats make of it.

use crate::value::Value;

/// A number as `numerator / denominator`, the denominator above zero.
///
/// A float is the decimal number that it is written as: `0.1` is one tenth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub(super) numerator: i128,
    pub(super) denominator: i128,
}

/// Digits after the point that are kept: enough for a nanosecond of the longest unit, a month.
const DIGITS: u32 = 16;

impl Ratio {
    /// The fraction that a number is; `None` for what is no number, is not finite, or is beyond all durations.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(value) => Some(Self { numerator: i128::from(*value), denominator: 1 }),
            Value::Float(value) if value.is_finite() => Self::of_decimal(&format!("{value:e}")),
            _ => None,
        }
    }

    /// The fraction of a decimal number such as `-1.5e-3` or `2,5`.
    #[must_use]
    pub fn of_decimal(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once('e') {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
        if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let fraction = &fraction[..fraction.len().min(DIGITS as usize)];
        let mut numerator: i128 = format!("{whole}{fraction}").parse().ok()?;
        let mut places = fraction.len() as i64 - exponent;
        if places < 0 {
            numerator = numerator.checked_mul(10_i128.checked_pow(u32::try_from(-places).ok()?)?)?;
            places = 0;
        }
        while places > i64::from(DIGITS) && numerator != 0 {
            numerator /= 10;
            places -= 1;
        }
        let denominator = 10_i128.pow(places.clamp(0, i64::from(DIGITS)) as u32);
        Some(Self { numerator, denominator })
    }

    /// One divided by it; `None` for zero, and where it is too close to it.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        let numerator = self.denominator * self.numerator.signum();
        (self.numerator != 0).then_some(Self { numerator, denominator: self.numerator.abs() })
    }

    /// This many of a unit, in parts of which the unit has `parts`; cut towards zero.
    #[must_use]
    pub fn times(self, parts: i128) -> Option<i128> {
        let whole = (self.numerator / self.denominator).checked_mul(parts)?;
        whole.checked_add((self.numerator % self.denominator).checked_mul(parts)? / self.denominator)
    }
}

/// `a / b` to the nearest whole number, halves to the even one; `b` above zero.
pub(super) fn rounded(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    let up = rest > b - rest || (rest == b - rest && quotient % 2 != 0);
    quotient + i128::from(up)
}

#[cfg(test)]
mod tests {
    use super::{Ratio, rounded};
    use crate::value::Value;

    #[test]
    fn a_float_is_the_decimal_number_that_it_is_written_as() {
        let parts = |value: f64| Ratio::of(&Value::Float(value)).and_then(|ratio| ratio.times(1000));
        assert_eq!(parts(0.1), Some(100));
        assert_eq!(parts(-12.345), Some(-12_345));
        assert_eq!(parts(1.5e3), Some(1_500_000));
        assert_eq!(parts(1e-300), Some(0));
        assert_eq!(parts(1e300), None);
        assert_eq!(parts(f64::NAN), None);
    }

    #[test]
    fn halves_are_rounded_to_the_even_number() {
        assert_eq!([1, 3, 5, -1, -3].map(|a| rounded(a, 2)), [0, 2, 2, 0, -2]);
        assert_eq!([4, 5, -4, -5].map(|a| rounded(a, 3)), [1, 2, -1, -2]);
    }
}
