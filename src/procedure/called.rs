//! The days that procedures were asked about: they are beside the frame of the query, and an answer says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::value::{Day, Value};

use super::{Procedure, argument};

/// What a call was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum On {
    Day(Day),
    /// From a day to the word `to` or `through` and another.
    Window(Day, &'static str, Day),
}

/// The days that were given as `day`, `from`, `to` and `through` to procedures, by their names; clones note in one place.
#[derive(Clone, Debug, Default)]
pub struct Called(Arc<Mutex<BTreeMap<String, BTreeSet<On>>>>);

/// Days that are named one by one.
const MOST: usize = 4;

impl Called {
    /// Notes the days among the arguments of a call.
    pub fn note(&self, procedure: &Procedure, values: &[Value]) {
        let given = |name: &str| {
            let at = procedure.arguments.iter().position(|field| field.name == name)?;
            values.get(at).and_then(argument::as_day)
        };
        let window = |word| Some(On::Window(given("from")?, word, given(word)?));
        let Some(on) = given("day").map(On::Day).or_else(|| window("to")).or_else(|| window("through")) else { return };
        let mut called = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match called.get_mut(&*procedure.name) {
            Some(known) => _ = known.insert(on),
            None => _ = called.insert(procedure.name.to_string(), BTreeSet::from([on])),
        }
    }

    /// Each procedure with its days in words: `trade.tariff as of 2025-10-15`.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let called = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        called.iter().map(|(procedure, asked)| format!("{procedure} {}", words(asked))).collect()
    }
}

fn words(asked: &BTreeSet<On>) -> String {
    let word = |on: &On| match on {
        On::Day(day) => day.to_string(),
        On::Window(from, word, to) => format!("from {from} {word} {to}"),
    };
    let is_day = asked.iter().all(|on| matches!(on, On::Day(_)));
    let listed = match (asked.first(), asked.last()) {
        (Some(first), Some(last)) if is_day && asked.len() > MOST => {
            format!("{} … {} ({} days)", word(first), word(last), asked.len())
        }
        _ => asked.iter().map(word).collect::<Vec<_>>().join(", "),
    };
    if is_day { format!("as of {listed}") } else { listed }
}
