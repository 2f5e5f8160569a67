//! How a node is found where nothing leads to it: by what a condition asks of one of its properties, or by its label.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::plan::{Expr, PatternNode, Place, Slot};
use crate::value::Value;

use super::{Facts, cost};

/// What a condition asks of a property, as a look-up takes it.
pub(super) struct Sought<'e> {
    pub key: &'e str,
    value: Cow<'e, Expr>,
    /// Any element of the value will do.
    pub each: bool,
    place: Option<Place>,
}

impl<'e> Sought<'e> {
    /// Of `x.key = value`, `x.key IN list`, or several of the first joined by `OR`; `None` of anything else.
    pub fn of(condition: &'e Expr, slot: Slot) -> Option<Self> {
        let place = if let Expr::Placed(_, place) = condition { Some(*place) } else { None };
        let one = |key, value, each| Self { key, value: Cow::Borrowed(value), each, place };
        match condition.bare() {
            Expr::Compare(operator, a, b) if operator == "=" => match (key_of(a, slot), key_of(b, slot)) {
                (Some(key), _) if !reads(b, slot) => Some(one(key, b, false)),
                (_, Some(key)) if !reads(a, slot) => Some(one(key, a, false)),
                _ => None,
            },
            Expr::In(of, list) => key_of(of, slot).filter(|_| !reads(list, slot)).map(|key| one(key, list, true)),
            Expr::Or(a, b) => {
                let (a, b) = (Self::of(a, slot)?, Self::of(b, slot)?);
                let values = [a.values()?, b.values()?].concat();
                (a.key == b.key).then_some(Self { value: Cow::Owned(Expr::List(values)), each: true, place, ..a })
            }
            _ => None,
        }
    }

    /// The values of which any will do, where they are the same for every row and cannot be wrong.
    fn values(&self) -> Option<Vec<Expr>> {
        let is_sure = |value: &Expr| matches!(value.bare(), Expr::Constant(_) | Expr::Parameter(_));
        match (&*self.value, self.each) {
            (Expr::List(values), true) => values.iter().all(is_sure).then(|| values.clone()),
            (value, false) => is_sure(value).then(|| vec![value.clone()]),
            _ => None,
        }
    }

    /// The value, or the list of values; what is wrong with it is wrong where the condition is written.
    pub fn value(&self) -> Expr {
        let value = self.value.clone().into_owned();
        match self.place {
            Some(place) if value.place().is_none() => Expr::Placed(Box::new(value), place),
            _ => value,
        }
    }

    /// What the value reads of the row.
    pub fn reads(&self) -> BTreeSet<Slot> {
        let mut slots = BTreeSet::new();
        self.value.slots(&mut slots);
        slots
    }

    /// Nodes that are expected to have it; `None` where they are not found sooner than by looking at all.
    pub fn expected(&self, facts: &Facts<'_>) -> Option<f64> {
        Some(facts.found_by(self.key)? * if self.each { facts.n_elements(&self.value) } else { 1.0 })
    }

    /// Whether it is what a look-up by this key and value asks.
    pub fn is(&self, key: &str, value: &Expr, each: bool) -> bool {
        self.key == key && self.each == each && self.value.bare() == value.bare()
    }
}

/// The condition that a look-up meets.
pub(super) fn asked(slot: Slot, key: &str, value: &Expr, each: bool) -> Expr {
    let (of, value) = (Box::new(Expr::Property(Box::new(Expr::Slot(slot)), key.to_owned())), Box::new(value.clone()));
    if each { Expr::In(of, value) } else { Expr::Compare("=".to_owned(), of, value) }
}

/// The property of a slot that an expression is.
fn key_of(expr: &Expr, slot: Slot) -> Option<&str> {
    match expr.bare() {
        Expr::Property(of, key) if *of.bare() == Expr::Slot(slot) => Some(key),
        _ => None,
    }
}

fn reads(expr: &Expr, slot: Slot) -> bool {
    let mut slots = BTreeSet::new();
    expr.slots(&mut slots);
    slots.contains(&slot)
}

/// The label of a node that the fewest nodes have, and how many have it.
pub(super) fn label<'p>(node: &'p PatternNode, facts: &Facts<'_>) -> Option<(&'p str, f64)> {
    let required = node.labels.as_ref().map(|labels| labels.required()).unwrap_or_default();
    let counted = required.into_iter().map(|name| (name, cost::n_with(facts.label(name), facts)));
    counted.min_by(|a, b| a.1.total_cmp(&b.1))
}

/// Elements that a list is expected to have, where nobody knows.
pub(super) const A_LIST: f64 = 10.0;

/// Elements that a list has as it is written.
pub(super) fn n_written(list: &Expr) -> Option<f64> {
    match list.bare() {
        Expr::List(items) => Some(items.len() as f64),
        Expr::Constant(Value::List(items)) => Some(items.len() as f64),
        Expr::Constant(Value::Null) => Some(0.0),
        _ => None,
    }
}
