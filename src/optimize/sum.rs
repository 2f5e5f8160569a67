//! What is added up over rows that are made one: how often they come, or products of what relationships say.

use crate::plan::{Aggregate, Expr, PatternRel, Plan, Slot};
use crate::value::Value;

use super::Facts;

/// What is added up over the rows that are made one.
pub(super) struct Sum {
    /// Where it is.
    pub slot: Slot,
    /// What is multiplied, each read of the relationship in a slot.
    pub factors: Vec<(Slot, Expr)>,
    /// It is a number of rows, and not of a measure.
    counts: bool,
    /// Of rows in which this slot is not null.
    pub present: Option<Slot>,
    /// The slot has the sum of some rows by now.
    pub started: bool,
}

impl Sum {
    /// `count(*)`, or a sum of products of what relationships say: each a finite float, as in another order it adds up to the same.
    pub fn of(aggregate: &Aggregate, slot: Slot, input: &Plan, facts: &Facts<'_>) -> Option<Self> {
        let start = |factors, counts| Some(Self { slot, factors, counts, present: None, started: false });
        match (aggregate.function.as_str(), aggregate.arguments.as_slice()) {
            ("*", []) => start(Vec::new(), true),
            ("count", [Expr::Slot(counted)]) if is_matched(*counted, input) => start(Vec::new(), true),
            ("count", [Expr::Slot(counted)]) if is_optional(*counted, input) => {
                Some(Self { present: Some(*counted), ..start(Vec::new(), true)? })
            }
            ("sum", [product]) => {
                let mut factors = Vec::new();
                multiplied(product, &mut factors)?;
                let is_float =
                    |(slot, key): &(Slot, &str)| followed(*slot, input).is_some_and(|rel| facts.is_finite(rel, key));
                let property =
                    |(slot, key): (Slot, &str)| (slot, Expr::Property(Box::new(Expr::Slot(slot)), key.to_owned()));
                factors.iter().all(is_float).then_some(())?;
                start(factors.into_iter().map(property).collect(), false)
            }
            _ => None,
        }
    }

    /// Over the hops by these relationships: what so far is times what they add to the product.
    pub fn over(&self, rels: &[Slot]) -> Expr {
        self.times(self.factors.iter().filter(|(slot, _)| rels.contains(slot)).map(|(_, factor)| factor.clone()))
    }

    /// What so far is times these.
    pub fn times(&self, factors: impl IntoIterator<Item = Expr>) -> Expr {
        let so_far = self.started.then_some(Expr::Slot(self.slot));
        let product = so_far.into_iter().chain(factors).reduce(|a, b| Expr::Arithmetic('*', Box::new(a), Box::new(b)));
        product.unwrap_or(Expr::Constant(if self.counts { Value::Int(1) } else { Value::Float(1.0) }))
    }

    pub fn reads(&self, rel: Slot) -> bool {
        self.factors.iter().any(|(slot, _)| *slot == rel)
    }
}

/// The properties that a product multiplies.
fn multiplied<'e>(expr: &'e Expr, found: &mut Vec<(Slot, &'e str)>) -> Option<()> {
    match expr {
        Expr::Placed(of, _) => multiplied(of, found),
        Expr::Arithmetic('*', a, b) => {
            multiplied(a, found)?;
            multiplied(b, found)
        }
        Expr::Property(of, key) => {
            let Expr::Slot(slot) = &**of else { return None };
            found.push((*slot, key));
            Some(())
        }
        _ => None,
    }
}

/// The single relationship that fills a slot in the part of a plan that may be folded.
pub(super) fn followed(slot: Slot, plan: &Plan) -> Option<&PatternRel> {
    match plan {
        Plan::Expand { rel, .. } if rel.slot == slot => (!rel.is_list()).then_some(rel),
        Plan::Expand { input, .. }
        | Plan::Filter { input, .. }
        | Plan::Optional { input, .. }
        | Plan::ScanNodes { input, .. }
        | Plan::SeekNodes { input, .. } => followed(slot, input),
        _ => None,
    }
}

/// Whether a slot has a node or relationship that was matched, and never null.
fn is_matched(slot: Slot, plan: &Plan) -> bool {
    match plan {
        Plan::Expand { input, rel, to, .. } => rel.slot == slot || *to == slot || is_matched(slot, input),
        Plan::ScanNodes { input, slot: found, .. } | Plan::SeekNodes { input, slot: found, .. } => {
            *found == slot || is_matched(slot, input)
        }
        Plan::Filter { input, .. } | Plan::Optional { input, .. } => is_matched(slot, input),
        _ => false,
    }
}

/// Whether a slot has what was matched, or null where it was not.
pub(super) fn is_optional(slot: Slot, plan: &Plan) -> bool {
    match plan {
        Plan::Optional { input, slots, .. } => slots.contains(&slot) || is_optional(slot, input),
        Plan::Filter { input, .. } => is_optional(slot, input),
        _ => false,
    }
}
