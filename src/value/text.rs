//! How values are written: as in the language, so that what is shown can be typed again.

use std::fmt;

use super::{Entities, Value};

/// A value with the entities it names, written as openCypher writes it: `(:Company {name: 'BMW'})`, `[:USES]`, `'text'`.
pub struct Shown<'a>(pub &'a Value, pub &'a Entities);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown(value, entities) = self;
        match value {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Int(value) => write!(f, "{value}"),
            Value::Float(value) => write_float(f, *value),
            Value::Text(text) => write_quoted(f, text),
            Value::Date(date) => write!(f, "'{date}'"),
            Value::LocalTime(time) => write!(f, "'{time}'"),
            Value::Time(time) => write!(f, "'{time}'"),
            Value::LocalDateTime(at) => write!(f, "'{at}'"),
            Value::DateTime(at) => write!(f, "'{at}'"),
            Value::Duration(duration) => write!(f, "'{duration}'"),
            Value::List(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    f.write_str(if i == 0 { "" } else { ", " })?;
                    Shown(value, entities).fmt(f)?;
                }
                f.write_str("]")
            }
            Value::Map(map) => write_map(f, map.iter(), entities),
            Value::Node(id) => match entities.nodes.get(id) {
                Some(node) => {
                    f.write_str("(")?;
                    for label in &node.labels {
                        write!(f, ":{}", name(label))?;
                    }
                    if !node.properties.is_empty() {
                        f.write_str(if node.labels.is_empty() { "" } else { " " })?;
                        write_map(f, node.properties.iter(), entities)?;
                    }
                    f.write_str(")")
                }
                None => write!(f, "(#{})", id.0),
            },
            Value::Rel(id) => match entities.rels.get(id) {
                Some(rel) => {
                    write!(f, "[:{}", name(&rel.kind))?;
                    if !rel.properties.is_empty() {
                        f.write_str(" ")?;
                        write_map(f, rel.properties.iter(), entities)?;
                    }
                    f.write_str("]")
                }
                None => write!(f, "[#{}]", id.0),
            },
            Value::Path(path) => {
                f.write_str("<")?;
                for (i, node) in path.nodes.iter().enumerate() {
                    if i > 0 {
                        let rel = path.rels[i - 1];
                        let forward = entities.rels.get(&rel).is_none_or(|r| r.start == path.nodes[i - 1]);
                        f.write_str(if forward { "-" } else { "<-" })?;
                        Shown(&Value::Rel(rel), entities).fmt(f)?;
                        f.write_str(if forward { "->" } else { "-" })?;
                    }
                    Shown(&Value::Node(*node), entities).fmt(f)?;
                }
                f.write_str(">")
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(self, &Entities::default()).fmt(f)
    }
}

fn write_map<'a, K: AsRef<str> + 'a>(
    f: &mut fmt::Formatter<'_>,
    entries: impl Iterator<Item = (&'a K, &'a Value)>,
    entities: &Entities,
) -> fmt::Result {
    f.write_str("{")?;
    for (i, (key, value)) in entries.enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        write!(f, "{}: ", name(key.as_ref()))?;
        fmt::Display::fmt(&Shown(value, entities), f)?;
    }
    f.write_str("}")
}

/// A float always shows that it is one: `1.0`, `1e100`, `NaN`.
fn write_float(f: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    if value.is_nan() {
        return f.write_str("NaN");
    }
    if value.is_infinite() {
        return f.write_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
    if value != 0.0 && !(1e-5..1e16).contains(&value.abs()) {
        return write!(f, "{value:e}");
    }
    write!(f, "{value:?}")
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("'")?;
    for c in text.chars() {
        match c {
            '\'' => f.write_str("\\'")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("'")
}

/// A name as the language writes it, in back-ticks where it needs them.
#[must_use]
pub fn name(name: &str) -> std::borrow::Cow<'_, str> {
    let mut chars = name.chars();
    let plain =
        chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_');
    if plain { name.into() } else { format!("`{}`", name.replace('`', "``")).into() }
}
