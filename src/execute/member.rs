//! Whether a list that is the same for every row, or for many that follow one another, has an element: its scalars are hashed once.
//!
//! Three-valued as a comparison with each element is: null where the element is null, or where it was not found and the list
//! has a null. `1` is `1.0`, and `NaN` is nothing, not even itself. What is compared in part (lists, maps, dates not known to
//! the day) or seldom stands in a list of its own and is compared one by one.
//!
//! Holds the lists it was asked of, as long as the statement: they are written in the statement, or are its parameters. Of lists that rows
//! have, the last one.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::value::{NodeId, RelId, Value, equal};

/// The shortest list for which a set is made.
const SHORTEST: usize = 16;
/// So many elements are looked for in a list of a row before a set is made of it.
const SEVERAL: usize = 8;

/// A scalar or an entity, such that equal ones are the same.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Scalar {
    Bool(bool),
    Int(i64),
    /// The bits of a float that is no whole number of 64 bits.
    Float(u64),
    Text(Arc<str>),
    Node(NodeId),
    Rel(RelId),
}

impl Scalar {
    /// `None` of what is none of these; of `NaN` there is one that no list has.
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Int(value) => Some(Self::Int(*value)),
            Value::Float(value) => Some(Self::of_float(*value)),
            Value::Text(text) => Some(Self::Text(text.clone())),
            Value::Node(node) => Some(Self::Node(*node)),
            Value::Rel(rel) => Some(Self::Rel(*rel)),
            Value::Null
            | Value::Date(_)
            | Value::LocalTime(_)
            | Value::Time(_)
            | Value::LocalDateTime(_)
            | Value::DateTime(_)
            | Value::Duration(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Path(_) => None,
        }
    }

    fn of_float(value: f64) -> Self {
        whole(value).map_or(Self::Float(value.to_bits()), Self::Int)
    }
}

/// The whole number of 64 bits that a float is, if it is one.
pub(super) fn whole(value: f64) -> Option<i64> {
    // Both bounds are floats; the upper one is the first that is no integer of 64 bits.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
    (fits && value.fract() == 0.0).then_some(value as i64)
}

/// A list, made ready to be looked into.
#[derive(Debug)]
pub struct Members {
    /// Kept, so that no other list can stand in its place.
    list: Arc<[Value]>,
    scalars: FxHashSet<Scalar>,
    others: Vec<Value>,
    has_null: bool,
}

impl Members {
    /// Whether a list is so short that comparing with each element is quicker.
    pub(super) fn are_few(list: &[Value]) -> bool {
        list.len() < SHORTEST
    }

    pub(super) fn of(list: &Arc<[Value]>) -> Self {
        let mut members =
            Self { list: list.clone(), scalars: FxHashSet::default(), others: Vec::new(), has_null: false };
        for value in list.iter() {
            match Scalar::of(value) {
                Some(_) if matches!(value, Value::Float(float) if float.is_nan()) => {}
                Some(scalar) => drop(members.scalars.insert(scalar)),
                None if value.is_null() => members.has_null = true,
                None => members.others.push(value.clone()),
            }
        }
        members
    }

    pub(super) fn has(&self, element: &Value) -> Option<bool> {
        if element.is_null() {
            return self.list.is_empty().then_some(false);
        }
        let mut unknown = self.has_null;
        match Scalar::of(element) {
            Some(scalar) if self.scalars.contains(&scalar) => return Some(true),
            // Of what is not hashed nothing equals a scalar, or might.
            Some(_) => {}
            None => {
                for other in &self.others {
                    match equal(element, other) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => unknown = true,
                    }
                }
            }
        }
        (!unknown).then_some(false)
    }
}

/// The lists that were asked of, by where they stand; those who work on parts of a statement share them.
#[derive(Debug, Default)]
pub struct Lists(Mutex<FxHashMap<usize, Arc<Members>>>);

impl Lists {
    /// A list, made ready once.
    pub(super) fn of(&self, list: &Arc<[Value]>) -> Arc<Members> {
        let place = Arc::as_ptr(list).cast::<Value>() as usize;
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.entry(place).or_insert_with(|| Arc::new(Members::of(list))).clone()
    }

    /// Whether a list has an element, `None` for null.
    pub(super) fn has(&self, list: &Arc<[Value]>, element: &Value) -> Option<bool> {
        if Members::are_few(list) { contains(list, element) } else { self.of(list).has(element) }
    }
}

/// The list of a row that was asked of last: rows that follow one another often have the same.
#[derive(Debug, Default)]
pub(super) struct Last {
    list: Option<Arc<[Value]>>,
    /// How often it was asked of.
    asked: usize,
    members: Option<Members>,
}

impl Last {
    /// Whether a list has an element, `None` for null.
    pub fn has(&mut self, list: &Arc<[Value]>, element: &Value) -> Option<bool> {
        if Members::are_few(list) {
            return contains(list, element);
        }
        if !self.list.as_ref().is_some_and(|last| Arc::ptr_eq(last, list)) {
            *self = Self { list: Some(list.clone()), asked: 0, members: None };
        }
        self.asked += 1;
        if self.asked > SEVERAL {
            return self.members.get_or_insert_with(|| Members::of(list)).has(element);
        }
        contains(list, element)
    }
}

/// Whether a list has an element, `None` for null: each is compared.
pub(super) fn contains(list: &[Value], element: &Value) -> Option<bool> {
    let mut unknown = false;
    for candidate in list {
        match equal(element, candidate) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(false)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Last, Members, SEVERAL, contains};
    use crate::value::{NodeId, RelId, Value};

    fn values() -> Vec<Value> {
        let numbers = [0.0, -0.0, 1.0, 1.5, f64::NAN, f64::INFINITY, 9_223_372_036_854_775_808.0, -9.3e18, 1e300];
        let mut values: Vec<Value> = numbers.into_iter().map(Value::Float).collect();
        values.extend([0, 1, -1, i64::MAX, i64::MIN, (1 << 53) + 1].map(Value::Int));
        values.extend(["", "1", "true"].map(Value::from));
        values.extend([Value::Null, Value::Bool(true), Value::list([]), Value::list([Value::Null, Value::Int(1)])]);
        values.push(Value::list([Value::Int(1), Value::Int(1)]));
        values.push(Value::map([("k", Value::Null)]));
        values.push(Value::map([("k", Value::Int(1))]));
        let dates = ["2025-11", "~2025", "2025-11-03"].into_iter().filter_map(|date| date.parse().ok());
        values.extend(dates.map(Value::Date));
        values.extend([0, 1].map(|n| Value::Node(NodeId(n))));
        values.extend([0, 1].map(|n| Value::Rel(RelId(n))));
        values
    }

    #[test]
    fn a_set_says_of_every_value_what_comparing_with_each_says() {
        let values = values();
        // Every list of up to two of them, and all of them.
        let mut lists: Vec<Vec<Value>> = vec![Vec::new(), values.clone()];
        for a in &values {
            lists.push(vec![a.clone()]);
            lists.extend(values.iter().map(|b| vec![a.clone(), b.clone()]));
        }
        for list in lists {
            let members = Members::of(&Arc::from(list.as_slice()));
            for element in &values {
                assert_eq!(members.has(element), contains(&list, element), "{element} IN {list:?}");
            }
        }
    }

    #[test]
    fn a_list_that_is_asked_of_again_and_again_says_the_same_and_another_one_in_between_its_own() {
        let [all, some] = [values(), values().split_off(8)].map(Arc::<[Value]>::from);
        let mut last = Last::default();
        for list in [&all, &all, &some, &all] {
            for _ in 0..=SEVERAL {
                for element in &values() {
                    assert_eq!(last.has(list, element), contains(list, element), "{element}");
                }
            }
        }
    }
}
