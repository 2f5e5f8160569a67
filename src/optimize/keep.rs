//! What part of the rows a condition keeps: measured on a sample where it reads one node or one relationship, else guessed by its form.

use crate::graph::Population;
use crate::plan::{Expr, Slot};

use super::Facts;
use super::find::Sought;
use super::reach::is_the_same_each_time;

/// Tests conditions on some of the nodes or relationships that they are about; whoever runs queries can do that.
pub trait Sampler {
    /// How many of a sample meet a condition that reads nothing of the row but `slot`, and how many there are; `None` where that
    /// cannot be told.
    ///
    /// Of `#0.size > 9` and the nodes with the label `Company`: `Some([30, 128])` where 128 companies were looked at, and 30 are larger.
    fn sample(&self, condition: &Expr, slot: Slot, of: Population) -> Option<[usize; 2]>;

    /// How many elements a list has that a parameter gives.
    fn n_elements(&self, parameter: &str) -> Option<usize>;
}

/// The part of rows that a condition is expected to keep; `of` tells what a slot has.
pub(super) fn part(condition: &Expr, of: &dyn Fn(Slot) -> Option<Population>, facts: &Facts<'_>) -> f64 {
    match measured(condition, of, facts) {
        // Of a sample nothing was kept: it is less than half of one.
        Some([0, n]) => by_form(condition, of, facts).min(0.5 / n as f64),
        Some([kept, n]) => kept as f64 / n as f64,
        None => by_form(condition, of, facts),
    }
}

fn by_form(condition: &Expr, of: &dyn Fn(Slot) -> Option<Population>, facts: &Facts<'_>) -> f64 {
    match condition.bare() {
        Expr::Compare(operator, a, b) if operator == "=" => {
            let texts = [a, b].map(|side| match side.bare() {
                Expr::Property(_, key) => facts.different(key),
                _ => None,
            });
            texts.into_iter().flatten().fold(0.1, |_, texts| 1.0 / texts.max(1.0))
        }
        Expr::In(element, list) => {
            let texts = if let Expr::Property(_, key) = element.bare() { facts.different(key) } else { None };
            (facts.n_elements(list) * texts.map_or(0.1, |texts| 1.0 / texts.max(1.0))).min(1.0)
        }
        Expr::HasLabels(..) => 1.0,
        Expr::Text(..) => 0.1,
        Expr::And(a, b) => part(a, of, facts) * part(b, of, facts),
        Expr::Or(a, b) => (part(a, of, facts) + part(b, of, facts)).min(1.0),
        Expr::Not(not) => (1.0 - part(not, of, facts)).max(0.1),
        _ => 0.5,
    }
}

/// What a sample says of a condition.
fn measured(condition: &Expr, of: &dyn Fn(Slot) -> Option<Population>, facts: &Facts<'_>) -> Option<[usize; 2]> {
    let sampler = facts.sampler?;
    let mut slots = std::collections::BTreeSet::new();
    condition.slots(&mut slots);
    let [slot] = slots.into_iter().collect::<Vec<_>>()[..] else { return None };
    let population = of(slot)?;
    // What one node has, a sample would miss.
    let is_of_one = Sought::of(condition, slot).is_some_and(|sought| facts.is_of_one(sought.key));
    if is_of_one || !is_the_same_each_time(condition) || !is_quick(condition) {
        return None;
    }
    let counts = facts.remembered(condition, population, || sampler.sample(condition, slot, population));
    counts.filter(|[_, n]| *n > 0)
}

/// Whether it is evaluated in one go: not over the elements of lists, however many these are, nor with a local of an expression around.
fn is_quick(condition: &Expr) -> bool {
    let goes_over = matches!(
        condition,
        Expr::Comprehension { .. } | Expr::Quantified { .. } | Expr::Reduce { .. } | Expr::Local(_)
    );
    !goes_over && condition.children().into_iter().all(is_quick)
}
