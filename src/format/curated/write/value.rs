//! A value as the texts that the schema types again.

use crate::graph::{PropertyDef, PropertyKind};
use crate::value::{Date, Value};

use super::layout::Item;
use super::said::Wrong;

/// The value of a property; `is_id` says whether a text is the id of a node that the file can name.
pub(super) fn write(value: &Value, def: &PropertyDef, is_id: &dyn Fn(&str) -> bool) -> Result<Item, Wrong> {
    match (value, def.list) {
        (Value::List(values), true) => {
            Ok(Item::List(values.iter().map(|value| one(value, def.kind, is_id)).collect::<Result<_, _>>()?))
        }
        (_, true) => Err(format!("it is {}, and the schema says it is a list", value.described())),
        (_, false) => one(value, def.kind, is_id),
    }
}

fn one(value: &Value, kind: PropertyKind, is_id: &dyn Fn(&str) -> bool) -> Result<Item, Wrong> {
    let text = match (kind, value) {
        (PropertyKind::Text, Value::Text(text)) => text.to_string(),
        (PropertyKind::Id, Value::Text(text)) if is_id(text) => text.to_string(),
        // The schema types what is written: a whole number is a number, and a text that is a date a date.
        (PropertyKind::Int | PropertyKind::Float, Value::Int(number)) => number.to_string(),
        (PropertyKind::Float, Value::Float(number)) if number.is_finite() => shortest(*number),
        (PropertyKind::Bool, Value::Bool(flag)) => flag.to_string(),
        (PropertyKind::Date, Value::Date(date)) => date.to_string(),
        (PropertyKind::Date, Value::Text(text)) if text.parse::<Date>().is_ok() => text.to_string(),
        (PropertyKind::Id, Value::Text(text)) => return Err(format!("no node is called `{text}` there")),
        (PropertyKind::Float, Value::Float(number)) => return Err(format!("it is {number}, and no number is")),
        (kind, value) => {
            let expected = match kind {
                PropertyKind::Text | PropertyKind::Id => "a text",
                PropertyKind::Int => "a whole number",
                PropertyKind::Float => "a number",
                PropertyKind::Bool => "a truth value",
                PropertyKind::Date => "a date",
            };
            return Err(format!("it is {}, and the schema says it is {expected}", value.described()));
        }
    };
    Ok(Item::Text(text))
}

fn shortest(number: f64) -> String {
    let (plain, scientific) = (number.to_string(), format!("{number:e}"));
    if plain.len() <= scientific.len() + 4 { plain } else { scientific }
}
