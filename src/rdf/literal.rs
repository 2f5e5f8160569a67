//! Values as literals, each with the datatype that keeps its type and precision.

use std::fmt::Write;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode};

use crate::value::{Date, Day, Value};

use super::Base;

/// A date known only about: `~2025-11`.
const APPROXIMATE: &str = "approximateDate";
/// A day by its number from 1970-01-01, where no calendar date of four digits names it.
const DAY_NUMBER: &str = "dayNumber";
/// A text with characters that XML cannot hold, with the escapes of JSON.
const ESCAPED: &str = "escapedText";

fn datatype(base: &Base, local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{}meta/{local}", base.as_str()))
}

/// The literal of a scalar; `None` for what is none.
pub(super) fn write(value: &Value, base: &Base) -> Option<Literal> {
    match value {
        Value::Bool(value) => Some(Literal::from(*value)),
        Value::Int(value) => Some(Literal::from(*value)),
        Value::Float(value) => Some(Literal::from(*value)),
        Value::Text(value) => Some(text(value, base)),
        Value::Date(value) => Some(date(*value, base)),
        Value::Null | Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Rel(_) | Value::Path(_) => None,
    }
}

/// The literal of a text.
///
/// Source: XML 1.0, sections 2.2 (which characters there are) and 2.11 (a carriage return does not survive).
pub(super) fn text(text: &str, base: &Base) -> Literal {
    let xml = |c: char| matches!(c, '\t' | '\n') || (c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    if text.chars().all(xml) {
        return Literal::new_simple_literal(text);
    }
    let escaped = text.chars().fold(String::with_capacity(text.len() + 8), |mut escaped, c| {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            c if xml(c) && c >= ' ' => escaped.push(c),
            c => drop(write!(escaped, "\\u{:04x}", u32::from(c))),
        }
        escaped
    });
    Literal::new_typed_literal(escaped, datatype(base, ESCAPED))
}

/// The literal of a date, at its precision.
pub(super) fn date(date: Date, base: &Base) -> Literal {
    let text = date.to_string();
    if text.parse() != Ok(date) {
        return Literal::new_typed_literal(date.first().0.to_string(), datatype(base, DAY_NUMBER));
    }
    match text.len() {
        _ if text.starts_with('~') => Literal::new_typed_literal(text, datatype(base, APPROXIMATE)),
        4 => Literal::new_typed_literal(text, xsd::G_YEAR),
        7 => Literal::new_typed_literal(text, xsd::G_YEAR_MONTH),
        _ => Literal::new_typed_literal(text, xsd::DATE),
    }
}

/// The value of a literal, or why it is none.
pub(super) fn read(literal: &Literal, base: &Base) -> Result<Value, String> {
    let (text, datatype) = (literal.value(), literal.datatype());
    let wrong = |what: &str| format!("`{text}` is not {what}");
    let parsed = |what: &str| text.parse::<Date>().map(Value::Date).map_err(|_| wrong(what));
    if datatype == xsd::STRING || datatype == rdf::LANG_STRING {
        return Ok(Value::from(text));
    }
    if datatype == xsd::BOOLEAN {
        return match text {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err(wrong("true or false")),
        };
    }
    if datatype == xsd::INTEGER || datatype == xsd::LONG || datatype == xsd::INT {
        return text.parse().map(Value::Int).map_err(|_| wrong("a 64-bit integer"));
    }
    if datatype == xsd::DOUBLE || datatype == xsd::FLOAT || datatype == xsd::DECIMAL {
        return match text {
            "INF" | "+INF" => Ok(Value::Float(f64::INFINITY)),
            "-INF" => Ok(Value::Float(f64::NEG_INFINITY)),
            _ => text.parse().map(Value::Float).map_err(|_| wrong("a number")),
        };
    }
    if datatype == xsd::DATE || datatype == xsd::G_YEAR || datatype == xsd::G_YEAR_MONTH {
        return parsed("a date: write 2025, 2025-04 or 2025-04-04");
    }
    match base.strip(datatype.as_str()).and_then(|rest| rest.strip_prefix("meta/")) {
        Some(APPROXIMATE) => parsed("a date: write ~2025, ~2025-04 or ~2025-04-04"),
        Some(DAY_NUMBER) => {
            text.parse().map(|day| Value::Date(Date::exact(Day(day)))).map_err(|_| wrong("the number of a day"))
        }
        Some(ESCAPED) => serde_json::from_str::<String>(&format!("\"{text}\""))
            .map(Value::from)
            .map_err(|_| wrong("a text with the escapes of JSON")),
        _ => Err(format!("the datatype <{}> is not known", datatype.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use crate::rdf::Base;
    use crate::value::{Date, Day, Value};

    #[test]
    fn every_scalar_comes_back() {
        let base = Base::default();
        let dates = ["2025", "2025-11", "2025-11-08", "~2025", "~2025-11", "~2025-11-08", "0001-01-01"];
        let mut values: Vec<Value> = dates.iter().filter_map(|text| text.parse().ok().map(Value::Date)).collect();
        assert_eq!(values.len(), dates.len());
        values.extend([Day::MAX, Day::MIN, Day(-4_000_000)].map(|day| Value::Date(Date::exact(day))));
        values.extend([true, false].map(Value::Bool));
        values.extend([i64::MIN, 0, i64::MAX].map(Value::Int));
        values.extend([f64::INFINITY, -f64::INFINITY, 0.1, 1e300, 5e-324, -0.0, 1.0].map(Value::Float));
        values.extend(["", " a\n\t\"b\\ ", "a\rb\u{0}\u{FFFF}\"\\n", "é😀"].map(Value::from));
        for value in values {
            let literal = write(&value, &base).map(|literal| read(&literal, &base));
            assert_eq!(literal, Some(Ok(value)));
        }
        let nan = write(&Value::Float(f64::NAN), &base).map(|literal| read(&literal, &base));
        assert!(matches!(nan, Some(Ok(Value::Float(value))) if value.is_nan()));
    }
}
