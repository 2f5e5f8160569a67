//! A value as JSON that a person can read and that comes back the same.
//!
//! What JSON has stands for itself; anything else is an object with one key, its type. A float is a text, because JSON has
//! neither NaN nor a rule for the last digit. A temporal value is its text where that text reads back as the same
//! value, and otherwise its parts.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Value};

/// Why a value cannot be written, or read.
pub(super) type Wrong = String;

/// The JSON of a value that a property can hold.
pub(super) fn write(value: &Value) -> Result<Json, Wrong> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Text(text) => json!(&**text),
        Value::Float(value) => json!({ "float": format!("{value:?}") }),
        Value::Date(date) => temporal("date", date, |text| text.parse::<Date>().ok())?,
        Value::LocalTime(time) => temporal("local time", time, |text| LocalTime::read(text).ok())?,
        Value::Time(time) => temporal("time", time, |text| Time::read(text).ok())?,
        Value::LocalDateTime(at) => temporal("local date and time", at, |text| LocalDateTime::read(text).ok())?,
        Value::DateTime(at) => temporal("date and time", &**at, |text| DateTime::read(text).ok())?,
        Value::Duration(duration) => temporal("duration", &**duration, |text| text.parse::<Duration>().ok())?,
        Value::List(list) => Json::Array(list.iter().map(write).collect::<Result<_, _>>()?),
        Value::Map(map) => {
            let entries: Result<Map<_, _>, Wrong> =
                map.iter().map(|(key, value)| Ok((key.to_string(), write(value)?))).collect();
            json!({ "map": entries? })
        }
        Value::Node(_) | Value::Rel(_) | Value::Path(_) => {
            return Err(format!("{} is no value of a property", value.described()));
        }
    })
}

fn temporal<T: Serialize + ToString + PartialEq>(
    name: &str,
    value: &T,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Json, Wrong> {
    let text = value.to_string();
    if read(&text).is_some_and(|back| back == *value) {
        return Ok(json!({ name: text }));
    }
    let parts = serde_json::to_value(value).map_err(|wrong| wrong.to_string())?;
    Ok(json!({ name: { "parts": parts } }))
}

/// The value of a JSON that [`write()`] made.
pub(super) fn read(json: &Json) -> Result<Value, Wrong> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::String(text) => Value::text(text),
        Json::Number(number) => Value::Int(number.as_i64().ok_or_else(|| format!("{number} is no integer"))?),
        Json::Array(list) => Value::List(list.iter().map(read).collect::<Result<_, _>>()?),
        Json::Object(object) => {
            let mut entries = object.iter();
            let (Some((name, inner)), None) = (entries.next(), entries.next()) else {
                return Err("a value has one type".to_owned());
            };
            match (name.as_str(), inner) {
                ("float", Json::String(text)) => {
                    Value::Float(text.parse().map_err(|_| format!("`{text}` is no float"))?)
                }
                ("map", Json::Object(map)) => {
                    let entries: Result<Vec<_>, Wrong> =
                        map.iter().map(|(key, value)| Ok((key.as_str(), read(value)?))).collect();
                    Value::map(entries?)
                }
                ("date", inner) => Value::Date(back(inner, |text| text.parse().ok())?),
                ("local time", inner) => Value::LocalTime(back(inner, |text| LocalTime::read(text).ok())?),
                ("time", inner) => Value::Time(back(inner, |text| Time::read(text).ok())?),
                ("local date and time", inner) => {
                    Value::LocalDateTime(back(inner, |text| LocalDateTime::read(text).ok())?)
                }
                ("date and time", inner) => Value::DateTime(Arc::new(back(inner, |text| DateTime::read(text).ok())?)),
                ("duration", inner) => Value::Duration(Arc::new(back(inner, |text| text.parse().ok())?)),
                _ => return Err(format!("no type of values is called `{name}`")),
            }
        }
    })
}

fn back<T: DeserializeOwned>(inner: &Json, read: impl Fn(&str) -> Option<T>) -> Result<T, Wrong> {
    let wrong = || format!("{inner} is no such value");
    match inner {
        Json::String(text) => read(text).ok_or_else(wrong),
        Json::Object(object) => {
            let parts = object.get("parts").cloned().ok_or_else(wrong)?;
            serde_json::from_value(parts).map_err(|_| wrong())
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Value};

    fn comes_back(value: &Value) {
        let json = write(value).map(|json| json.to_string()).unwrap_or_default();
        let back = serde_json::from_str(&json).map_err(|wrong| wrong.to_string()).and_then(|json| read(&json));
        assert_eq!(back.map(|back| format!("{back:?}")), Ok(format!("{value:?}")), "{json}");
    }

    #[test]
    fn every_value_of_a_property_comes_back_the_same() {
        let date = |text: &str| text.parse::<Date>().map_or(Value::Null, Value::Date);
        let duration = |text: &str| text.parse::<Duration>().map_or(Value::Null, Value::from);
        let floats = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.1 + 0.2, 1e300, 5e-324, 1.0];
        let mut values: Vec<Value> = floats.into_iter().map(Value::Float).collect();
        values.extend([i64::MIN, i64::MAX, 0].map(Value::Int));
        values.extend(["", "\"\\\u{0}\u{2028}\u{1f600}", "float"].map(Value::from));
        values.extend(["2025", "~2025", "2025-11", "~2025-11-03", "2025-11-03", "-0044", "+999999999-12-31"].map(date));
        values.extend(["P1Y-2M3DT-4.000000001S", "PT0S", "P1D", "PT24H", "P-1D"].map(duration));
        values.extend(LocalTime::read("23:59:59.999999999").map(Value::LocalTime));
        values.extend(Time::read("00:00+18:00").map(Value::Time));
        values.extend(LocalDateTime::read("-999999999-01-01T00:00").map(Value::LocalDateTime));
        for text in ["2025-10-26T02:30+01:00[Europe/Berlin]", "2025-10-26T02:30+02:00[Europe/Berlin]", "2025-01-01T00Z"]
        {
            values.extend(DateTime::read(text).map(Value::from));
        }
        let all = Value::list(values.clone());
        values.push(Value::map([("", all.clone()), ("map", Value::map([("date", Value::Null)]))]));
        values.push(all);
        assert!(values.iter().filter(|value| value.is_null()).count() == 0 && values.len() > 30);
        values.iter().for_each(comes_back);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for text in
            ["{}", r#"{"float": "x"}"#, r#"{"a": 1, "b": 2}"#, "1.5", r#"{"date": "2025-13"}"#, r#"{"date": {}}"#]
        {
            let json = serde_json::from_str(text).unwrap_or_default();
            assert!(read(&json).is_err(), "{text}");
        }
    }
}
