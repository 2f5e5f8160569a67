//! Metadata in bytes. What differs from one statement to the next is mostly its days: these are packed as numbers, and the rest is
//! written once for all that share it.

use std::collections::HashMap;

use crate::graph::{End, Meta, Start, Validity, WrittenPeriod};
use crate::value::{Date, Day, Precision};

use super::bytes::{Broken, Input, put, unzigzag, zigzag};
use super::ints::{get_as, get_ints, put_ints};
use super::said::Bounds;

/// Validities that are not one period between days of the calendar.
const UNKNOWN: u64 = 0;
const ALWAYS: u64 = 1;
const OTHER: u64 = 2;
/// From here on: the first day, or what there is in its place.
const FIRST: u64 = 3;

/// Adds metadata.
pub fn put_metas(out: &mut Vec<u8>, metas: &[Meta]) {
    let (mut rests, mut numbers) = (Vec::<Meta>::new(), HashMap::<Meta, u64>::new());
    let mut others = Vec::new();
    let (mut of, mut starts, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for meta in metas {
        let (start, end) = match &meta.validity {
            Validity::Unknown => (UNKNOWN, None),
            Validity::Always => (ALWAYS, None),
            Validity::In(periods) => match periods.as_slice() {
                [period] => match (start(period.from), end(period.to)) {
                    (Some(start), Some(end)) => (start, Some(end)),
                    _ => (OTHER, None),
                },
                _ => (OTHER, None),
            },
        };
        if start == OTHER {
            others.push(&meta.validity);
        }
        starts.push(start);
        ends.extend(end);
        let rest = Meta { validity: Validity::Unknown, ..meta.clone() };
        of.push(*numbers.entry(rest).or_insert_with_key(|rest| {
            rests.push(rest.clone());
            rests.len() as u64 - 1
        }));
    }
    put(out, &rests);
    put_ints(out, &of);
    put_ints(out, &starts);
    put_ints(out, &ends);
    put(out, &others);
}

/// Reads so many.
pub fn get_metas(input: &mut Input<'_>, n: usize, bounds: &Bounds) -> Result<Vec<Meta>, Broken> {
    let rests: Vec<Meta> = input.get()?;
    rests.iter().try_for_each(|meta| bounds.meta(meta))?;
    let rest = |number| usize::try_from(number).ok().and_then(|number| rests.get(number)).cloned().ok_or(Broken);
    let mut metas = get_as(input, n, rest)?;
    let starts = get_ints(input, n)?;
    let n_ends = starts.iter().filter(|start| **start >= FIRST).count();
    let ends: Vec<End> = get_as(input, n_ends, end_of)?;
    let others: Vec<Validity> = input.get()?;
    let (mut ends, mut others) = (ends.into_iter(), others.into_iter());
    for (meta, start) in metas.iter_mut().zip(starts) {
        meta.validity = match start {
            UNKNOWN => Validity::Unknown,
            ALWAYS => Validity::Always,
            OTHER => others.next().ok_or(Broken)?,
            start => {
                let to = ends.next().ok_or(Broken)?;
                Validity::In(vec![WrittenPeriod { from: start_of(start)?, to }])
            }
        };
    }
    if others.next().is_none() { Ok(metas) } else { Err(Broken) }
}

/// The number of a day that is known to the day.
fn day(date: Date) -> Option<u64> {
    let known = date.precision() == Precision::Day && !date.is_about();
    date.day().filter(|_| known).map(|day| zigzag(i64::from(day.0)))
}

fn date(number: u64) -> Result<Date, Broken> {
    i32::try_from(unzigzag(number)).map(|day| Date::exact(Day(day))).map_err(|_| Broken)
}

fn start(start: Start) -> Option<u64> {
    match start {
        Start::Unknown => Some(FIRST),
        Start::Always => Some(FIRST + 1),
        Start::On(date) => Some(FIRST + 2 + day(date)?),
    }
}

fn start_of(number: u64) -> Result<Start, Broken> {
    match number - FIRST {
        0 => Ok(Start::Unknown),
        1 => Ok(Start::Always),
        number => date(number - 2).map(Start::On),
    }
}

fn end(end: End) -> Option<u64> {
    match end {
        End::Unknown => Some(0),
        End::Until(date) => Some(1 + 2 * day(date)?),
        End::Through(date) => Some(2 + 2 * day(date)?),
    }
}

fn end_of(number: u64) -> Result<End, Broken> {
    match number.checked_sub(1) {
        None => Ok(End::Unknown),
        Some(number) if number % 2 == 0 => date(number / 2).map(End::Until),
        Some(number) => date(number / 2).map(End::Through),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{Bounds, Input, get_metas, put_metas};
    use crate::graph::{End, Meta, Start, Validity, WrittenPeriod};
    use crate::value::{Date, Day};

    fn date(n: i16) -> Date {
        if n % 10 == 7 { "~2025-11".parse().unwrap_or(Date::exact(Day(0))) } else { Date::exact(Day(i32::from(n))) }
    }

    fn meta((kind, from, to): (u8, i16, i16)) -> Meta {
        let start = [Start::Unknown, Start::Always, Start::On(date(from))][kind as usize % 3];
        let end = [End::Unknown, End::Until(date(to)), End::Through(date(to))][kind as usize / 3 % 3];
        let period = WrittenPeriod { from: start, to: end };
        let validity = match kind / 9 {
            0 => Validity::Unknown,
            1 => Validity::Always,
            2 => Validity::In(vec![period, period]),
            _ => Validity::In(vec![period]),
        };
        Meta { validity, negated: kind % 7 == 0, ..Meta::default() }
    }

    proptest! {
        #[test]
        fn metadata_is_read_as_it_was_written(metas in vec((0_u8..90, any::<i16>(), any::<i16>()).prop_map(meta), 0..300)) {
            let mut out = Vec::new();
            put_metas(&mut out, &metas);
            let mut input = Input(&out);
            prop_assert_eq!(get_metas(&mut input, metas.len(), &Bounds::default()), Ok(metas));
            prop_assert_eq!(input.end(), Ok(()));
        }
    }
}
