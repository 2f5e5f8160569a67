//! A YAML file as an editor sees it: values of JSON, typed by the core schema of YAML 1.2.

use granit_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// The value of a document without anchors and tags.
pub fn value(text: &str) -> Value {
    let (mut open, mut done): (Vec<Open>, Value) = (Vec::new(), Value::Null);
    for event in Parser::new_from_str(text) {
        let value = match event.unwrap().0 {
            Event::Scalar(text, ScalarStyle::Plain, ..) => plain(&text),
            Event::Scalar(text, ..) => Value::from(text.into_owned()),
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop().unwrap() {
                Open::List(list) => Value::from(list),
                Open::Map(map, _) => Value::from(map),
            },
            _ => continue,
        };
        match open.last_mut() {
            None => done = value,
            Some(Open::List(list)) => list.push(value),
            Some(Open::Map(map, key)) => match key.take() {
                None => *key = Some(value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)),
                Some(key) => drop(map.insert(key, value)),
            },
        }
    }
    done
}

/// A scalar without quotes: `NO` is a text, `2025` a number, `2025-04-04` a text.
fn plain(text: &str) -> Value {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::from(true),
        "false" | "False" | "FALSE" => Value::from(false),
        _ if digits(unsigned) => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
        _ if unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') => {
            // The control code 2E902 is a number without end to YAML, which JSON has no word for.
            let number = text.parse().ok().and_then(serde_json::Number::from_f64);
            number.map_or_else(|| Value::from(text), Value::from)
        }
        _ => Value::from(text),
    }
}
