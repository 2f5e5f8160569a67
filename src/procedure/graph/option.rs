//! What a call says in `options`, each taken by its key; what is wrong is told with what was expected.

use crate::diag::{code, nearest};
use crate::graph::{Cut, Direction, Weight};
use crate::value::{Map, Value};

use super::{Context, ProcedureError};

/// Options of one call.
#[derive(Clone, Copy)]
pub(super) struct Options<'o> {
    entries: &'o Map,
}

/// What stands for a way to follow relationships.
const DIRECTIONS: [(&str, Direction); 3] = [("out", Direction::Out), ("in", Direction::In), ("both", Direction::Both)];

/// `; did you mean …?` where a name is near.
fn meant<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, known).map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

/// A value that an algorithm cannot work with.
pub(super) fn wrong(what: impl Into<String>) -> ProcedureError {
    ProcedureError::Value(code::ARGUMENT_VALUE, what.into())
}

/// The same, of an option or argument.
pub(super) fn unfit(key: &str, given: &Value, expected: &str) -> ProcedureError {
    wrong(format!("`{key}` is {given}; expected {expected}"))
}

impl<'o> Options<'o> {
    /// The options, of which only these keys are taken.
    pub fn read(value: &'o Value, takes: &[&str]) -> Result<Self, ProcedureError> {
        let Value::Map(entries) = value else {
            let message = format!("`options` is {}; expected a map", value.described());
            return Err(ProcedureError::Value(code::TYPE_ERROR, message));
        };
        let options = Self { entries };
        if let Some(key) = entries.keys().find(|key| !takes.contains(&key.as_ref())) {
            let near = meant(key, takes.iter().copied());
            let expected = takes.join("`, `");
            return Err(wrong(format!("no option `{key}`; expected `{expected}`{near}")));
        }
        Ok(options)
    }

    fn get(self, key: &str) -> Option<&'o Value> {
        self.entries.get(key).filter(|value| !value.is_null())
    }

    fn texts(self, key: &str) -> Result<Option<Vec<&'o str>>, ProcedureError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let texts = match value {
            Value::List(list) => list.iter().map(Value::as_text).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        texts.map(Some).ok_or_else(|| unfit(key, value, "a list of texts"))
    }

    /// The property that is the weight.
    pub fn weight_name(self) -> &'o str {
        self.get("weight").and_then(Value::as_text).unwrap_or_default()
    }

    /// A number that a test takes.
    pub fn number(self, key: &str, takes: fn(f64) -> bool, expected: &str) -> Result<Option<f64>, ProcedureError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = match value {
            Value::Int(whole) => Some(*whole as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        };
        number.filter(|number| takes(*number)).map(Some).ok_or_else(|| unfit(key, value, expected))
    }

    /// A whole number of at least 1.
    pub fn count(self, key: &str) -> Result<Option<u64>, ProcedureError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Int(count @ 1..)) => Ok(Some(count.cast_unsigned())),
            Some(other) => Err(unfit(key, other, "a whole number of at least 1")),
        }
    }

    /// The way to follow relationships, one of the first `n` of out, in, both.
    fn direction(self, n: usize) -> Result<Direction, ProcedureError> {
        let (Some(value), known) = (self.get("direction"), &DIRECTIONS[..n]) else { return Ok(Direction::Out) };
        let found = known.iter().find(|(word, _)| Some(*word) == value.as_text());
        let words: Vec<String> = known.iter().map(|(word, _)| format!("'{word}'")).collect();
        found.map(|(_, direction)| *direction).ok_or_else(|| unfit("direction", value, &words.join(" or ")))
    }

    fn weight(self, context: &Context<'_>) -> Result<Option<Weight>, ProcedureError> {
        let default = self.number("default", |n| n.is_finite() && n >= 0.0, "a finite number of at least 0")?;
        let Some(value) = self.get("weight") else {
            return match default {
                None => Ok(None),
                Some(_) => Err(wrong("`default` without `weight`: it stands for a missing weight")),
            };
        };
        let name = value.as_text().ok_or_else(|| unfit("weight", value, "the name of a property"))?;
        let (catalog, schema) = (context.view.snapshot().catalog(), context.view.snapshot().schema());
        let key = catalog.key(name);
        if key.is_none() && !schema.properties.contains_key(name) {
            let near = meant(name, catalog.keys().chain(schema.properties.keys().map(String::as_str)));
            return Err(wrong(format!("nothing in this graph has the weight `{name}`{near}")));
        }
        Ok(Some(Weight { key, default }))
    }

    /// The part of the graph that is asked for.
    ///
    /// A name that nothing has is an error, not a warning as in a pattern: no row of the answer would show that it is empty.
    pub fn cut(self, context: &Context<'_>) -> Result<Cut, ProcedureError> {
        let snapshot = context.view.snapshot();
        let (catalog, schema) = (snapshot.catalog(), snapshot.schema());
        let unknown = |what: &str, name: &str, near: String| wrong(format!("this graph has no {what} `{name}`{near}"));
        let labels = self.texts("labels")?.map(|names| {
            let known = names.into_iter().map(|name| match catalog.label(name) {
                None if !schema.labels.contains_key(name) => {
                    let near = meant(name, catalog.labels().chain(schema.labels.keys().map(String::as_str)));
                    Err(unknown("label", name, near))
                }
                label => Ok(label),
            });
            known.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()
        });
        let types = self.texts("types")?.map(|names| {
            let known = names.into_iter().map(|name| match catalog.rel_type(name) {
                None if !schema.relationships.contains_key(name) => {
                    let near = meant(name, catalog.types().chain(schema.relationships.keys().map(String::as_str)));
                    Err(unknown("relationship type", name, near))
                }
                rel_type => Ok(rel_type),
            });
            known.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()
        });
        let mut types = types.unwrap_or_else(|| Ok(snapshot.stored_types().collect()))?;
        types.sort_unstable();
        types.dedup();
        let direction = self.direction(DIRECTIONS.len())?;
        let labels = labels.transpose()?;
        Ok(Cut { labels, types, direction, weight: self.weight(context)?, ..Cut::default() })
    }

    /// The same where both ways at once mean nothing.
    pub fn cut_one_way(self, context: &Context<'_>) -> Result<Cut, ProcedureError> {
        self.direction(DIRECTIONS.len() - 1)?;
        self.cut(context)
    }
}
