//! A column in bytes: which positions have a value, then the values, packed by their type.

use std::sync::OnceLock;

use crate::graph::Column;
use crate::graph::column::{TextValues, Values};
use crate::graph::deferred::Deferred;
use crate::graph::distinct::Texts;
use crate::graph::rows::Rows;

use super::bytes::{Broken, Input, put, put_number, room, unzigzag, zigzag};
use super::ints::{get_as, get_ints, put_ints};
use super::texts::{get_texts, put_texts};
use super::value::{get_value, put_value};

/// Digits after the point that decimal numbers are tried with.
const DIGITS: u32 = 6;
/// Numbers up to this are whole in binary floating point.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Adds a column; `ids` are the ids of nodes, which a column may share.
pub fn put_column(out: &mut Vec<u8>, column: &Column, ids: &Deferred<Texts>) {
    put_rows(out, &column.rows);
    match &column.values {
        Values::Bools(values) => {
            out.push(0);
            put_ints(out, &values.iter().map(|value| u64::from(*value)).collect::<Vec<_>>());
        }
        Values::Ints(values) => {
            out.push(1);
            put_ints(out, &values.iter().map(|value| zigzag(*value)).collect::<Vec<_>>());
        }
        Values::Floats(values) => put_floats(out, values),
        Values::Days(values) => {
            out.push(4);
            put_ints(out, &values.iter().map(|day| zigzag(i64::from(*day))).collect::<Vec<_>>());
        }
        Values::Dates(values) => {
            out.push(5);
            put(out, values);
        }
        Values::Texts(values) if values.codes.is_none() && values.texts.is(ids) => out.push(6),
        Values::Texts(values) => {
            out.push(7);
            put_texts(out, values.texts.list());
            out.push(u8::from(values.codes.is_some()));
            if let Some(codes) = &values.codes {
                put_ints(out, &codes.iter().map(|code| u64::from(*code)).collect::<Vec<_>>());
            }
        }
        Values::Mixed(values) => {
            out.push(8);
            for value in values {
                put_value(out, value);
            }
        }
    }
}

/// Reads a column of no more than so many positions.
pub fn get_column(input: &mut Input<'_>, bound: usize, ids: &Deferred<Texts>) -> Result<Column, Broken> {
    let rows = get_rows(input, bound)?;
    let n = rows.len();
    let day = |number| i32::try_from(unzigzag(number)).map_err(|_| Broken);
    let values = match input.byte()? {
        0 => Values::Bools(get_as(input, n, |number| Ok(number == 1))?),
        1 => Values::Ints(get_as(input, n, |number| Ok(unzigzag(number)))?),
        2 => {
            let digits = u32::from(input.byte()?);
            let scale = 10_f64.powi(digits.min(DIGITS) as i32);
            Values::Floats(get_as(input, n, |number| Ok(unzigzag(number) as f64 / scale))?)
        }
        3 => {
            let bytes = input.take(n.checked_mul(8).ok_or(Broken)?)?;
            let float = |bytes: &[u8]| bytes.try_into().map(f64::from_le_bytes).map_err(|_| Broken);
            Values::Floats(bytes.chunks_exact(8).map(float).collect::<Result<_, _>>()?)
        }
        4 => Values::Days(get_as(input, n, day)?),
        5 => Values::Dates(input.get()?),
        6 => Values::Texts(TextValues { codes: None, texts: ids.clone(), standing: OnceLock::default() }),
        7 => {
            let texts = get_texts(input)?;
            let n_texts = texts.len();
            let codes = match input.byte()? {
                0 if n_texts == n => None,
                1 => Some(get_as(input, n, |code| {
                    u32::try_from(code).ok().filter(|code| (*code as usize) < n_texts).ok_or(Broken)
                })?),
                _ => return Err(Broken),
            };
            Values::Texts(TextValues { codes, texts: Texts::of(texts).into(), standing: OnceLock::default() })
        }
        8 => {
            let mut values = room(n.min(input.0.len()))?;
            for _ in 0..n {
                values.push(get_value(input)?);
            }
            Values::Mixed(values)
        }
        _ => return Err(Broken),
    };
    match &values {
        Values::Dates(dates) if dates.len() != n => Err(Broken),
        _ => Ok(Column::of(rows, values)),
    }
}

fn put_floats(out: &mut Vec<u8>, values: &[f64]) {
    for digits in 0..=DIGITS {
        let scale = 10_f64.powi(digits as i32);
        let whole = |value: &f64| {
            let scaled = (value * scale).round();
            let fits = scaled.abs() < WHOLE && (scaled / scale).to_bits() == value.to_bits();
            fits.then(|| zigzag(scaled as i64))
        };
        if let Some(whole) = values.iter().map(whole).collect::<Option<Vec<u64>>>() {
            out.extend([2, digits as u8]);
            return put_ints(out, &whole);
        }
    }
    out.push(3);
    for value in values {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

fn put_rows(out: &mut Vec<u8>, rows: &Rows) {
    match rows {
        Rows::Range(rows) if rows.start == 0 => {
            out.push(0);
            put_number(out, rows.len() as u64);
        }
        Rows::Range(rows) => put_rows(out, &Rows::spelled(rows.clone().collect())),
        Rows::Few(rows) => {
            out.push(1);
            put_number(out, rows.len() as u64);
            put_ints(out, &rows.iter().map(|row| u64::from(*row)).collect::<Vec<_>>());
        }
        Rows::Many { bits, .. } => {
            out.push(2);
            put_number(out, bits.len() as u64);
            put_ints(out, bits);
        }
    }
}

fn get_rows(input: &mut Input<'_>, bound: usize) -> Result<Rows, Broken> {
    let kind = input.byte()?;
    let n = usize::try_from(input.number()?).map_err(|_| Broken)?;
    let rows = match kind {
        0 if n <= bound => return Ok(Rows::all(n)),
        1 if n <= bound => {
            let mut least = 0;
            let row = |row| {
                let row = u32::try_from(row).ok().filter(|row| *row >= least).ok_or(Broken)?;
                least = row.checked_add(1).ok_or(Broken)?;
                Ok(row)
            };
            let rows = get_as(input, n, row)?;
            if rows.is_empty() {
                return Err(Broken);
            }
            Rows::of(rows)
        }
        2 if n <= bound.div_ceil(64) => {
            let bits = get_ints(input, n)?;
            if bits.iter().all(|word| *word == 0) {
                return Err(Broken);
            }
            Rows::of_bits(bits)
        }
        _ => return Err(Broken),
    };
    let beyond = rows.len().checked_sub(1).is_some_and(|last| rows.row(last) as usize >= bound);
    if beyond { Err(Broken) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{Input, get_column, put_column};
    use crate::graph::Column;
    use crate::graph::deferred::Deferred;
    use crate::value::{Date, Day, Value};

    fn value((kind, n): (u8, i16)) -> Value {
        match kind {
            0 => Value::Null,
            1 => Value::Int(i64::from(n) << (n & 31)),
            2 => Value::Float(f64::from(n) / 100.0),
            3 => Value::Float(1.0 / f64::from(n)),
            4 => Value::Bool(n > 0),
            5 => Value::Date(Date::exact(Day(i32::from(n)))),
            6 => "~2025-11".parse().map_or(Value::Null, Value::Date),
            7 => Value::text(&format!("t{n}")),
            8 => Value::text(&format!("t{}", n % 7)),
            _ => Value::List(vec![Value::Int(i64::from(n)), Value::Null].into()),
        }
    }

    proptest! {
        #[test]
        fn a_column_is_read_as_it_was_written(kind in 0_u8..10, parts in vec((0_u8..20, any::<i16>()), 0..400), gap in 1_u32..90) {
            let other = |k: u8| if k < 6 { 0 } else if k == 6 && kind == 9 { 1 } else { kind };
            let values = parts.into_iter().map(|(k, n)| value((other(k), n)));
            let column = Column::new((0..).step_by(gap as usize).zip(values).collect());
            let bound = 400 * gap as usize;
            let (mut out, ids) = (Vec::new(), Deferred::default());
            put_column(&mut out, &column, &ids);
            let mut input = Input(&out);
            let read = get_column(&mut input, bound, &ids);
            prop_assert_eq!(input.end(), Ok(()));
            let Ok(read) = read else { panic!("what was written is read") };
            for row in 0..bound as u32 {
                let (before, after) = (column.get(row), read.get(row));
                prop_assert_eq!(format!("{before:?}"), format!("{after:?}"));
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300), first in vec(0_u8..10, 3), bound in 0_usize..900) {
            let bytes = [first, bytes].concat();
            if let Ok(column) = get_column(&mut Input(&bytes), bound, &Deferred::default()) {
                for row in 0..bound as u32 {
                    let _ = (column.get(row), column.find(&column.get(row)));
                }
            }
        }
    }
}
