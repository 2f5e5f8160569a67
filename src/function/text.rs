//! Functions of text. Characters are Unicode scalar values.

use crate::diag::code;
use crate::value::Value;

use super::{FunctionError, ScalarFunction, Writer, unconvertible, wrong_type};

fn text<'a>(function: &str, value: &'a Value) -> Result<&'a str, FunctionError> {
    value.as_text().ok_or_else(|| wrong_type(function, value, "a text"))
}

/// The functions that make a text of one.
pub(super) static WRITERS: [(&ScalarFunction, Writer); 12] = [
    (&TO_LOWER, SMALL),
    (&LOWER, SMALL),
    (&TO_UPPER, CAPITAL),
    (&UPPER, CAPITAL),
    (&SUBSTRING, substring),
    (&LEFT, left),
    (&RIGHT, right),
    (&REPLACE, replace),
    (&TRIM, trim),
    (&L_TRIM, l_trim),
    (&R_TRIM, r_trim),
    (&B_TRIM, b_trim),
];

/// What such a function gives.
fn written(function: &str, write: Writer, arguments: &[Value]) -> Result<Value, FunctionError> {
    let mut made = String::new();
    write(text(function, &arguments[0])?, &arguments[1..], &mut made)?;
    Ok(Value::from(made))
}

/// In small letters.
const SMALL: Writer = |of, _, made| {
    recase(of, made, str::make_ascii_lowercase, str::to_lowercase);
    Ok(())
};

/// In capital letters.
const CAPITAL: Writer = |of, _, made| {
    recase(of, made, str::make_ascii_uppercase, str::to_uppercase);
    Ok(())
};

/// Most texts need no table for that.
fn recase(of: &str, made: &mut String, ascii: fn(&mut str), any: fn(&str) -> String) {
    if of.is_ascii() {
        let start = made.len();
        made.push_str(of);
        ascii(&mut made[start..]);
    } else {
        made.push_str(&any(of));
    }
}

fn substring(of: &str, rest: &[Value], made: &mut String) -> Result<(), FunctionError> {
    let from = count("substring", &rest[0])?;
    let length = rest.get(1).map(|length| count("substring", length)).transpose()?;
    let (from, to) = places(of, from, length);
    made.push_str(&of[from..to]);
    Ok(())
}

fn left(of: &str, rest: &[Value], made: &mut String) -> Result<(), FunctionError> {
    made.push_str(&of[..places(of, 0, Some(count("left", &rest[0])?)).1]);
    Ok(())
}

fn right(of: &str, rest: &[Value], made: &mut String) -> Result<(), FunctionError> {
    let skipped = of.chars().count().saturating_sub(count("right", &rest[0])?);
    made.push_str(&of[places(of, skipped, None).0..]);
    Ok(())
}

fn replace(of: &str, rest: &[Value], made: &mut String) -> Result<(), FunctionError> {
    let (what, by) = (text("replace", &rest[0])?, text("replace", &rest[1])?);
    made.push_str(&of.replace(what, by));
    Ok(())
}

fn trim(of: &str, _: &[Value], made: &mut String) -> Result<(), FunctionError> {
    cut_at("trim", of, (true, true), None, made)
}

fn l_trim(of: &str, rest: &[Value], made: &mut String) -> Result<(), FunctionError> {
    cut_at("lTrim", of, (true, false), rest.first(), made)
}

fn r_trim(of: &str, rest: &[Value], made: &mut String) -> Result<(), FunctionError> {
    cut_at("rTrim", of, (false, true), rest.first(), made)
}

fn b_trim(of: &str, rest: &[Value], made: &mut String) -> Result<(), FunctionError> {
    cut_at("bTrim", of, (true, true), rest.first(), made)
}

/// Without these characters, or white space, at its start and at its end.
fn cut_at(
    function: &str,
    of: &str,
    (start, end): (bool, bool),
    characters: Option<&Value>,
    made: &mut String,
) -> Result<(), FunctionError> {
    let these = characters.map(|these| text(function, these)).transpose()?;
    let is_cut = |c: char| these.map_or_else(|| c.is_whitespace(), |these| these.contains(c));
    let of = if start { of.trim_start_matches(is_cut) } else { of };
    made.push_str(if end { of.trim_end_matches(is_cut) } else { of });
    Ok(())
}

fn count(function: &str, value: &Value) -> Result<usize, FunctionError> {
    match value {
        Value::Int(n) if *n >= 0 => Ok(*n as usize),
        Value::Int(n) => Err(FunctionError {
            code: code::NUMBER_OUT_OF_RANGE,
            message: format!("`{function}` was given {n}; expected a number from 0 on"),
        }),
        other => Err(wrong_type(function, other, "a whole number")),
    }
}

/// Two places of a text, counted in characters, the second after the first: where they are in bytes.
fn places(of: &str, from: usize, length: Option<usize>) -> (usize, usize) {
    if of.is_ascii() {
        let from = from.min(of.len());
        return (from, length.map_or(of.len(), |length| from.saturating_add(length).min(of.len())));
    }
    let place = |of: &str, n: usize| of.char_indices().nth(n).map_or(of.len(), |(at, _)| at);
    let from = place(of, from);
    (from, length.map_or(of.len(), |length| from + place(&of[from..], length)))
}

/// The parts of a text between separators; of several that begin at one place the first of the list counts.
fn parts<'t>(of: &'t str, separators: &[&str]) -> impl Iterator<Item = &'t str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while let Some(character) = of[at..].chars().next() {
        let found = separators.iter().find(|one| if one.is_empty() { at > start } else { of[at..].starts_with(**one) });
        match found {
            Some(separator) => {
                parts.push(&of[start..at]);
                at += separator.len();
                start = at;
            }
            None => at += character.len_utf8(),
        }
    }
    parts.push(&of[start..]);
    parts.into_iter()
}

/// `toLower(text) → text`.
pub(super) static TO_LOWER: ScalarFunction = ScalarFunction {
    name: "toLower",
    arity: (1, 1),
    signature: "(text) → text",
    summary: "The text in small letters.",
    example: ("toLower('AbC')", "'abc'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("toLower", SMALL, arguments),
};

/// `toUpper(text) → text`.
pub(super) static TO_UPPER: ScalarFunction = ScalarFunction {
    name: "toUpper",
    arity: (1, 1),
    signature: "(text) → text",
    summary: "The text in capitals.",
    example: ("toUpper('AbC')", "'ABC'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("toUpper", CAPITAL, arguments),
};

/// `replace(text, what, by) → text`.
pub(super) static REPLACE: ScalarFunction = ScalarFunction {
    name: "replace",
    arity: (3, 3),
    signature: "(text, what: text, by: text) → text",
    summary: "The text with every `what` replaced.",
    example: ("replace('a-b', '-', '+')", "'a+b'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("replace", replace, arguments),
};

/// `split(text, separator) → list`.
pub(super) static SPLIT: ScalarFunction = ScalarFunction {
    name: "split",
    arity: (2, 2),
    signature: "(text, separators: text or list) → list",
    summary: "The parts of the text between separators; an empty separator stands between any two characters.",
    example: ("split('a,b', ',')", "['a', 'b']"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        let of = text("split", &arguments[0])?;
        match &arguments[1] {
            Value::List(list) => {
                let separators = list.iter().map(|one| text("split", one)).collect::<Result<Vec<_>, _>>()?;
                Ok(Value::list(parts(of, &separators).map(Value::from)))
            }
            one => Ok(match text("split", one)? {
                "" => Value::list(parts(of, &[""]).map(Value::from)),
                separator => Value::list(of.split(separator).map(Value::from)),
            }),
        }
    },
};

/// `substring(text, from, length?) → text`.
pub(super) static SUBSTRING: ScalarFunction = ScalarFunction {
    name: "substring",
    arity: (2, 3),
    signature: "(text, from: integer, length?: integer) → text",
    summary: "The characters from a place on, counted from 0.",
    example: ("substring('hello', 1, 3)", "'ell'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("substring", substring, arguments),
};

/// `toString(value) → text`.
pub(super) static TO_STRING: ScalarFunction = ScalarFunction {
    name: "toString",
    arity: (1, 1),
    signature: "(value) → text",
    summary: "A number, truth value, date, time or duration as text.",
    example: ("toString(1.5)", "'1.5'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            value @ Value::Text(_) => Ok(value.clone()),
            value @ (Value::Bool(_) | Value::Int(_) | Value::Float(_)) => Ok(Value::from(value.to_string())),
            Value::Date(date) => Ok(Value::from(date.to_string())),
            Value::LocalTime(time) => Ok(Value::from(time.to_string())),
            Value::Time(time) => Ok(Value::from(time.to_string())),
            Value::LocalDateTime(at) => Ok(Value::from(at.to_string())),
            Value::DateTime(at) => Ok(Value::from(at.to_string())),
            Value::Duration(duration) => Ok(Value::from(duration.to_string())),
            other => {
                Err(unconvertible("toString", other, "a text, a number, a truth value, a date, a time or a duration"))
            }
        }
    },
};

/// `trim(text) → text`.
pub(super) static TRIM: ScalarFunction = ScalarFunction {
    name: "trim",
    arity: (1, 1),
    signature: "(text) → text",
    summary: "The text without white space at its ends.",
    example: ("trim('  a ')", "'a'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("trim", trim, arguments),
};

/// `left(text, length) → text`.
pub(super) static LEFT: ScalarFunction = ScalarFunction {
    name: "left",
    arity: (2, 2),
    signature: "(text, length: integer) → text",
    summary: "The first characters.",
    example: ("left('hello', 2)", "'he'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("left", left, arguments),
};

/// `right(text, length) → text`.
pub(super) static RIGHT: ScalarFunction = ScalarFunction {
    name: "right",
    arity: (2, 2),
    signature: "(text, length: integer) → text",
    summary: "The last characters.",
    example: ("right('hello', 2)", "'lo'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("right", right, arguments),
};

/// `lTrim(text) → text`.
pub(super) static L_TRIM: ScalarFunction = ScalarFunction {
    name: "lTrim",
    arity: (1, 2),
    signature: "(text, characters?: text) → text",
    summary: "The text without these characters, or white space, at its start.",
    example: ("lTrim('  a ')", "'a '"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("lTrim", l_trim, arguments),
};

/// `rTrim(text) → text`.
pub(super) static R_TRIM: ScalarFunction = ScalarFunction {
    name: "rTrim",
    arity: (1, 2),
    signature: "(text, characters?: text) → text",
    summary: "The text without these characters, or white space, at its end.",
    example: ("rTrim(' a  ')", "' a'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("rTrim", r_trim, arguments),
};

/// `bTrim(text, characters?) → text`.
pub(super) static B_TRIM: ScalarFunction = ScalarFunction {
    name: "bTrim",
    arity: (1, 2),
    signature: "(text, characters?: text) → text",
    summary: "The text without these characters, or white space, at its ends.",
    example: ("bTrim('--a-', '-')", "'a'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("bTrim", b_trim, arguments),
};

/// `char_length(text) → int`.
pub(super) static CHAR_LENGTH: ScalarFunction = ScalarFunction {
    name: "char_length",
    arity: (1, 1),
    signature: "(text) → integer",
    summary: "The number of characters.",
    example: ("char_length('hé')", "2"),
    constant: true,
    strict: true,
    eval: |arguments, _| Ok(Value::Int(text("char_length", &arguments[0])?.chars().count() as i64)),
};

/// `upper(text) → text`.
pub(super) static UPPER: ScalarFunction = ScalarFunction {
    name: "upper",
    arity: (1, 1),
    signature: "(text) → text",
    summary: "The text in capitals; GQL's name of `toUpper`.",
    example: ("upper('a')", "'A'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("upper", CAPITAL, arguments),
};

/// `lower(text) → text`.
pub(super) static LOWER: ScalarFunction = ScalarFunction {
    name: "lower",
    arity: (1, 1),
    signature: "(text) → text",
    summary: "The text in small letters; GQL's name of `toLower`.",
    example: ("lower('A')", "'a'"),
    constant: true,
    strict: true,
    eval: |arguments, _| written("lower", SMALL, arguments),
};

/// `randomUUID() → text`.
pub(super) static RANDOM_UUID: ScalarFunction = ScalarFunction {
    name: "randomUUID",
    arity: (0, 0),
    signature: "() → text",
    summary: "A random identifier (RFC 9562, version 4); another at each call.",
    example: ("size(randomUUID())", "36"),
    constant: false,
    strict: true,
    eval: |_, _| {
        let (high, low) = (super::chance::bits(), super::chance::bits());
        Ok(Value::from(format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )))
    },
};
