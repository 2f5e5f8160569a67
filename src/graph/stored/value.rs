//! A value of the language in bytes. Times are written as their types derive it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::value::Value;

use super::bytes::{Broken, DEEPEST, Input, put, put_bytes, put_number, unzigzag, zigzag};

/// Adds a value.
pub fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0),
        Value::Bool(value) => out.push(1 + u8::from(*value)),
        Value::Int(value) => {
            out.push(3);
            put_number(out, zigzag(*value));
        }
        Value::Float(value) => {
            out.push(4);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Value::Text(text) => {
            out.push(5);
            put_bytes(out, text.as_bytes());
        }
        Value::List(list) => {
            out.push(6);
            put_number(out, list.len() as u64);
            list.iter().for_each(|value| put_value(out, value));
        }
        Value::Map(map) => {
            out.push(7);
            put_number(out, map.len() as u64);
            for (key, value) in map.iter() {
                put_bytes(out, key.as_bytes());
                put_value(out, value);
            }
        }
        Value::Date(value) => put_tagged(out, 8, value),
        Value::LocalTime(value) => put_tagged(out, 9, value),
        Value::Time(value) => put_tagged(out, 10, value),
        Value::LocalDateTime(value) => put_tagged(out, 11, value),
        Value::DateTime(value) => put_tagged(out, 12, value),
        Value::Duration(value) => put_tagged(out, 13, value),
        Value::Node(value) => put_tagged(out, 14, value),
        Value::Rel(value) => put_tagged(out, 15, value),
        Value::Path(value) => put_tagged(out, 16, value),
    }
}

fn put_tagged(out: &mut Vec<u8>, tag: u8, value: &impl Serialize) {
    out.push(tag);
    put(out, value);
}

/// Reads a value.
pub fn get_value(input: &mut Input<'_>) -> Result<Value, Broken> {
    nested(input, DEEPEST)
}

fn nested(input: &mut Input<'_>, deeper: usize) -> Result<Value, Broken> {
    let next = || deeper.checked_sub(1).ok_or(Broken);
    Ok(match input.byte()? {
        0 => Value::Null,
        1 => Value::Bool(false),
        2 => Value::Bool(true),
        3 => Value::Int(unzigzag(input.number()?)),
        4 => Value::Float(f64::from_le_bytes(input.take(8)?.try_into().map_err(|_| Broken)?)),
        5 => Value::text(input.text()?),
        6 => {
            let mut list = Vec::new();
            for _ in 0..input.number()? {
                list.push(nested(input, next()?)?);
            }
            Value::List(list.into())
        }
        7 => {
            let mut map = BTreeMap::<Arc<str>, Value>::new();
            for _ in 0..input.number()? {
                map.insert(input.text()?.into(), nested(input, next()?)?);
            }
            Value::Map(map.into())
        }
        8 => Value::Date(input.get()?),
        9 => Value::LocalTime(input.get()?),
        10 => Value::Time(input.get()?),
        11 => Value::LocalDateTime(input.get()?),
        12 => Value::DateTime(input.get()?),
        13 => Value::Duration(input.get()?),
        14 => Value::Node(input.get()?),
        15 => Value::Rel(input.get()?),
        16 => Value::Path(input.get()?),
        _ => return Err(Broken),
    })
}
