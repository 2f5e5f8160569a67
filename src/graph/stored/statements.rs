//! What is said of the statements of a table, in bytes: the number of each one's metadata, its flags and its days.

use std::collections::BTreeMap;

use crate::graph::csr::PeriodColumn;
use crate::graph::parts::StatementColumns;
use crate::graph::same::Same;
use crate::value::{Day, Period, Periods};

use super::bytes::{Broken, Input, put, unzigzag, zigzag};
use super::ints::{get_as, put_ints};

/// Adds them.
pub fn put_statements(out: &mut Vec<u8>, statements: &StatementColumns) {
    let StatementColumns { meta, flags, any_flag, effective, unknown } = statements;
    put_same(out, meta, u64::from);
    put_same(out, flags, u64::from);
    out.push(*any_flag);
    let (hulls, common, overflow) = effective.parts();
    put_same(out, hulls, |period| bound(period.from));
    put_same(out, hulls, |period| bound(period.to));
    put(out, &common);
    put(out, overflow);
    put(out, unknown);
}

/// Reads those of so many statements, whose metadata are below a number.
pub fn get_statements(input: &mut Input<'_>, n: usize, n_metas: usize) -> Result<StatementColumns, Broken> {
    let number = |number| u32::try_from(number).ok().filter(|number| (*number as usize) < n_metas).ok_or(Broken);
    let meta = get_same(input, n, number)?;
    let flags = get_same(input, n, |flags| u8::try_from(flags).map_err(|_| Broken))?;
    let any_flag = input.byte()?;
    let from = get_same(input, n, day)?;
    let to = get_same(input, n, day)?;
    let hulls = match (from, to) {
        (Same::All(from, _), Same::All(to, _)) => Same::All(Period::new(from, to), n),
        (from, to) => Same::Each(from.iter().zip(to.iter()).map(|(from, to)| Period::new(from, to)).collect()),
    };
    let common = input.get()?;
    let overflow: BTreeMap<u32, Periods> = input.get()?;
    let effective = PeriodColumn::of_parts(hulls, common, overflow);
    Ok(StatementColumns { meta, flags, any_flag, effective, unknown: input.get()? })
}

/// Bounds that are not known are the least, so that days stay near to each other.
fn bound(day: Day) -> u64 {
    match day {
        Day::MAX => 0,
        Day::MIN => 1,
        day => zigzag(i64::from(day.0)) + 2,
    }
}

fn day(number: u64) -> Result<Day, Broken> {
    match number {
        0 => Ok(Day::MAX),
        1 => Ok(Day::MIN),
        number => i32::try_from(unzigzag(number - 2)).map(Day).map_err(|_| Broken),
    }
}

fn put_same<T: Copy + PartialEq>(out: &mut Vec<u8>, rows: &Same<T>, number: impl Fn(T) -> u64) {
    match rows.all() {
        Some(same) => {
            out.push(0);
            put_ints(out, &[number(same)]);
        }
        None => {
            out.push(1);
            put_ints(out, &rows.iter().map(number).collect::<Vec<_>>());
        }
    }
}

fn get_same<T: Copy + PartialEq>(
    input: &mut Input<'_>,
    n: usize,
    make: impl FnMut(u64) -> Result<T, Broken>,
) -> Result<Same<T>, Broken> {
    match input.byte()? {
        0 => Ok(Same::All(get_as(input, 1, make)?[0], n)),
        1 => Ok(Same::Each(get_as(input, n, make)?)),
        _ => Err(Broken),
    }
}
