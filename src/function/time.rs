//! Functions of dates.

use crate::diag::code;
use crate::value::{Date, Value};

use super::{FunctionError, ScalarFunction, wrong_type};

/// A part of a date: `year`, `month`, `day`; null where it is not known. `None` where there is no such part.
#[must_use]
pub fn date_component(date: Date, key: &str) -> Option<Value> {
    let known = |same: bool, value: i64| if same { Value::Int(value) } else { Value::Null };
    let (first, last) = (date.first().ymd()?, date.last().ymd()?);
    Some(match key {
        "year" => Value::Int(i64::from(first.0)),
        "month" => known(first.1 == last.1, i64::from(first.1)),
        "day" => known(first == last, i64::from(first.2)),
        _ => return None,
    })
}

/// `date(text?) → date`.
pub(super) static DATE: ScalarFunction = ScalarFunction {
    name: "date",
    arity: (0, 1),
    signature: "(text?) → date",
    summary: "Today, or the date of a text at the precision it is written with.",
    example: ("date('2025-10-21')", "'2025-10-21'"),
    constant: true,
    strict: true,
    eval: |arguments, context| match arguments.first() {
        None => Ok(Value::from(context.today)),
        Some(date @ Value::Date(_)) => Ok(date.clone()),
        Some(Value::Text(text)) => match text.parse::<Date>() {
            Ok(date) => Ok(Value::Date(date)),
            Err(wrong) => Err(FunctionError { code: code::ARGUMENT_VALUE, message: wrong.to_string() }),
        },
        Some(other) => Err(wrong_type("date", other, "a text such as '2025-10-21'")),
    },
};
