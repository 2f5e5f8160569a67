//! Values as literals, each with the datatype that keeps its type and precision.

use std::fmt::Write;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode};

use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Precision, Time, Value, calendar};

use super::Base;

/// A date known only about: `~2025-11`.
const APPROXIMATE: &str = "approximateDate";
/// A day by its number from 1970-01-01, where no calendar date of four digits names it.
const DAY_NUMBER: &str = "dayNumber";
/// Of a time or duration that XML Schema cannot say, as the language writes it: an offset of more than 14 hours or with
/// seconds, a zone with a name, a year of more than four digits, a duration with amounts of different signs.
const TIME: &str = "time";
/// As [`TIME`].
const DATE_TIME: &str = "dateTime";
/// As [`TIME`], without a zone.
const LOCAL_DATE_TIME: &str = "localDateTime";
/// As [`TIME`].
const DURATION: &str = "duration";
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
        Value::LocalTime(value) => Some(Literal::new_typed_literal(with_seconds(*value), xsd::TIME)),
        Value::Time(value) => Some(time(*value, base)),
        Value::LocalDateTime(value) => Some(local_date_time(*value, base)),
        Value::DateTime(value) => Some(date_time(value, base)),
        Value::Duration(value) => Some(duration(**value, base)),
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

/// Whether XML Schema writes the year of this day as the language does.
fn four_digits(days: i64) -> bool {
    (0..=9999).contains(&calendar::to_ymd(days).0)
}

/// The literal of a date, at its precision.
pub(super) fn date(date: Date, base: &Base) -> Literal {
    let text = date.to_string();
    if date.is_about() {
        return Literal::new_typed_literal(text, datatype(base, APPROXIMATE));
    }
    match date.precision() {
        Precision::Day if !four_digits(date.first_days()) => {
            Literal::new_typed_literal(date.first_days().to_string(), datatype(base, DAY_NUMBER))
        }
        Precision::Day => Literal::new_typed_literal(text, xsd::DATE),
        Precision::Month => Literal::new_typed_literal(text, xsd::G_YEAR_MONTH),
        Precision::Year => Literal::new_typed_literal(text, xsd::G_YEAR),
    }
}

/// A time as XML Schema writes it: seconds are always there.
fn with_seconds(time: LocalTime) -> String {
    let text = time.to_string();
    if text.len() == "12:00".len() { text + ":00" } else { text }
}

/// Whether XML Schema can say an offset: whole minutes, at most 14 hours.
fn is_xsd(offset: crate::value::Offset) -> bool {
    offset.seconds() % 60 == 0 && offset.seconds().abs() <= 14 * 3600
}

fn time(time: Time, base: &Base) -> Literal {
    if is_xsd(time.offset) {
        return Literal::new_typed_literal(format!("{}{}", with_seconds(time.local), time.offset), xsd::TIME);
    }
    Literal::new_typed_literal(time.to_string(), datatype(base, TIME))
}

fn local_date_time(at: LocalDateTime, base: &Base) -> Literal {
    if four_digits(at.days) {
        let date = Date::of_days(at.days).map_or_else(String::new, |date| date.to_string());
        return Literal::new_typed_literal(format!("{date}T{}", with_seconds(at.time)), xsd::DATE_TIME);
    }
    Literal::new_typed_literal(at.to_string(), datatype(base, LOCAL_DATE_TIME))
}

fn date_time(at: &DateTime, base: &Base) -> Literal {
    if at.zone_name().is_none() && is_xsd(at.offset()) && four_digits(at.local().days) {
        let local = local_date_time(at.local(), base);
        return Literal::new_typed_literal(format!("{}{}", local.value(), at.offset()), xsd::DATE_TIME);
    }
    Literal::new_typed_literal(at.to_string(), datatype(base, DATE_TIME))
}

/// XML Schema has one sign for all amounts, before the `P`.
fn duration(duration: Duration, base: &Base) -> Literal {
    let signs = [duration.months().signum(), duration.days().signum(), duration.nanos().signum() as i64];
    let text = duration.to_string();
    let kind = if duration.months() == 0 { xsd::DAY_TIME_DURATION } else { xsd::DURATION };
    match (signs.contains(&1), signs.contains(&-1)) {
        (_, false) => Literal::new_typed_literal(text, kind),
        (false, true) => Literal::new_typed_literal(format!("-{}", text.replace('-', "")), kind),
        (true, true) => Literal::new_typed_literal(text, datatype(base, DURATION)),
    }
}

/// Whether a text ends in a zone, as XML Schema writes it.
fn has_offset(text: &str) -> bool {
    text.ends_with('Z')
        || text.len() > 6 && text.is_char_boundary(text.len() - 6) && text[text.len() - 6..].starts_with(['+', '-'])
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
    if datatype == xsd::TIME {
        let time = if has_offset(text) {
            Time::read(text).map(Value::Time)
        } else {
            LocalTime::read(text).map(Value::LocalTime)
        };
        return time.map_err(|_| wrong("a time such as 12:31:14+01:00"));
    }
    if datatype == xsd::DATE_TIME {
        let at = if text.contains('T') && has_offset(text) {
            DateTime::read(text).map(Value::from)
        } else {
            LocalDateTime::read(text).map(Value::LocalDateTime)
        };
        return at.map_err(|_| wrong("a date and time such as 2025-04-04T12:31:14+01:00"));
    }
    if datatype == xsd::DURATION || datatype == xsd::DAY_TIME_DURATION || datatype == xsd::YEAR_MONTH_DURATION {
        return text.parse::<Duration>().map(Value::from).map_err(|_| wrong("a duration such as P1Y2M10DT2H30M"));
    }
    match base.strip(datatype.as_str()).and_then(|rest| rest.strip_prefix("meta/")) {
        Some(APPROXIMATE) => parsed("a date: write ~2025, ~2025-04 or ~2025-04-04"),
        Some(DAY_NUMBER) => {
            text.parse().ok().and_then(Date::of_days).map(Value::Date).ok_or_else(|| wrong("the number of a day"))
        }
        Some(TIME) => Time::read(text).map(Value::Time).map_err(|wrong| wrong.to_string()),
        Some(DATE_TIME) => DateTime::read(text).map(Value::from).map_err(|wrong| wrong.to_string()),
        Some(LOCAL_DATE_TIME) => LocalDateTime::read(text).map(Value::LocalDateTime).map_err(|wrong| wrong.to_string()),
        Some(DURATION) => text.parse::<Duration>().map(Value::from).map_err(|wrong| wrong.to_string()),
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
    use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time, Value};

    /// Times and durations that XML Schema can say, and some that it cannot.
    fn times() -> Vec<Value> {
        let local = ["12:00", "12:31:14.645876123"].iter().flat_map(|text| LocalTime::read(text)).map(Value::LocalTime);
        let time = ["12:00Z", "12:31:14.5-14:00", "12:00+18:00", "12:00+02:05:59"];
        let time = time.iter().flat_map(|text| Time::read(text)).map(Value::Time);
        let local_date_time = ["2025-04-04T12:00", "0000-01-01T12:31:14.5", "+12025-04-04T12:00", "-0044-03-15T12:00"];
        let local_date_time =
            local_date_time.iter().flat_map(|text| LocalDateTime::read(text)).map(Value::LocalDateTime);
        let date_time = [
            "2025-04-04T12:00Z",
            "2025-04-04T12:31:14.5-05:00",
            "2025-04-04T12:00+18:00",
            "+12025-04-04T12:00Z",
            "2025-10-26T02:30+01:00[Europe/Stockholm]",
        ];
        let date_time = date_time.iter().flat_map(|text| DateTime::read(text)).map(Value::from);
        let duration = ["PT0S", "P1Y2M10DT2H30M", "-P14DT16H12M0.5S", "P5M-1DT12H", "PT-0.000000001S", "P1DT25H"];
        let duration = duration.iter().flat_map(|text| text.parse::<Duration>()).map(Value::from);
        let times: Vec<Value> = local.chain(time).chain(local_date_time).chain(date_time).chain(duration).collect();
        assert_eq!(times.len(), 21);
        times
    }

    #[test]
    fn what_xml_schema_can_say_has_its_datatype() {
        let kind = |value: Value| write(&value, &Base::default()).map(|literal| literal.to_string());
        let at = |text: &str| DateTime::read(text).map_or(Value::Null, Value::from);
        let xsd = "^^<http://www.w3.org/2001/XMLSchema#";
        assert_eq!(kind(at("2025-04-04T12:00Z")), Some(format!("\"2025-04-04T12:00:00Z\"{xsd}dateTime>")));
        let duration = |text: &str| text.parse::<Duration>().map_or(Value::Null, Value::from);
        assert_eq!(kind(duration("PT-1.5S")), Some(format!("\"-PT1.5S\"{xsd}dayTimeDuration>")));
        let mixed = kind(duration("P1M-1D"));
        assert!(mixed.is_some_and(|literal| literal.contains("\"P1M-1D\"") && literal.ends_with("meta/duration>")));
    }

    #[test]
    fn every_scalar_comes_back() {
        let base = Base::default();
        let dates = ["2025", "2025-11", "2025-11-08", "~2025", "~2025-11", "~2025-11-08", "0001-01-01"];
        let mut values: Vec<Value> = dates.iter().filter_map(|text| text.parse().ok().map(Value::Date)).collect();
        assert_eq!(values.len(), dates.len());
        values.extend(
            [i64::from(i32::MAX), -4_000_000, 365_241_780_471]
                .iter()
                .filter_map(|days| Date::of_days(*days))
                .map(Value::Date),
        );
        values.extend([true, false].map(Value::Bool));
        values.extend([i64::MIN, 0, i64::MAX].map(Value::Int));
        values.extend([f64::INFINITY, -f64::INFINITY, 0.1, 1e300, 5e-324, -0.0, 1.0].map(Value::Float));
        values.extend(["", " a\n\t\"b\\ ", "a\rb\u{0}\u{FFFF}\"\\n", "é😀"].map(Value::from));
        for value in values.into_iter().chain(times()) {
            let literal = write(&value, &base).map(|literal| read(&literal, &base));
            assert_eq!(literal, Some(Ok(value)));
        }
        let nan = write(&Value::Float(f64::NAN), &base).map(|literal| read(&literal, &base));
        assert!(matches!(nan, Some(Ok(Value::Float(value))) if value.is_nan()));
    }
}
