//! Optimize: the same rows, sooner.
//!
//! [`Plan`] → [`optimize`] → [`Plan`]. [`RULES`] run in order, each over the whole plan, subqueries included. A rule
//! states what it keeps; the rows are the same as a bag with every rule off.

mod apart;
mod cost;
mod course;
mod different;
mod exchange;
mod find;
mod first;
mod fold;
mod identity;
mod keep;
mod order_pattern;
mod reach;
mod same;
mod sum;
mod top;

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use crate::graph::{Catalog, LabelId, Population, Shape, Snapshot, Twins, TypeId};
use crate::plan::{Expr, PatternRel, Plan};

pub use keep::Sampler;

/// What a rule leaves as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeps {
    /// The bag of rows; neither their order nor what each rests on.
    Rows,
    /// The bag of rows and each row's lineage; not their order.
    RowsAndLineage,
}

/// One rewriting of plans.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as `EXPLAIN` writes it.
    pub name: &'static str,
    /// What it leaves as it was.
    pub keeps: Keeps,
    /// Rewrites one operator, whose inputs were rewritten before.
    pub apply: fn(Plan, &Facts<'_>) -> Plan,
}

/// Every rule, in the order in which they run.
pub static RULES: &[Rule] = &[
    Rule { name: "first", keeps: Keeps::Rows, apply: first::first },
    Rule { name: "identity", keeps: Keeps::Rows, apply: identity::identity },
    Rule { name: "fold", keeps: Keeps::Rows, apply: fold::fold },
    Rule { name: "order_pattern", keeps: Keeps::RowsAndLineage, apply: order_pattern::order_pattern },
    Rule { name: "reach", keeps: Keeps::RowsAndLineage, apply: reach::reach },
    Rule { name: "different", keeps: Keeps::Rows, apply: different::different },
    Rule { name: "top", keeps: Keeps::Rows, apply: top::top },
];

/// What a rule may rely on.
pub struct Facts<'g> {
    snapshot: &'g Snapshot,
    /// The plan changes nothing: what the graph is like stays so while it runs.
    lasting: bool,
    /// Who tests conditions on a sample, if anybody does.
    sampler: Option<&'g dyn Sampler>,
    known: RefCell<Known>,
}

/// What was asked before while this plan was made.
#[derive(Debug, Default)]
struct Known {
    shapes: Vec<(TypeId, Option<Arc<Shape>>)>,
    samples: Vec<(Expr, Population, Option<[usize; 2]>)>,
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("lasting", &self.lasting).field("known", &self.known).finish_non_exhaustive()
    }
}

impl<'g> Facts<'g> {
    fn new(snapshot: &'g Snapshot, lasting: bool, sampler: Option<&'g dyn Sampler>) -> Self {
        Self { snapshot, lasting, sampler, known: RefCell::default() }
    }

    fn catalog(&self) -> &'g Catalog {
        self.snapshot.catalog()
    }

    /// What all relationships that a part of a pattern can meet have in common, by type; `None` where nobody knows, or where it may
    /// be otherwise before the plan has run.
    fn shapes(&self, rel: &PatternRel) -> Option<Vec<Arc<Shape>>> {
        if self.lasting { self.shapes_now(rel) } else { None }
    }

    /// The same as it is now: enough for whoever expects, and relies on nothing.
    fn shapes_now(&self, rel: &PatternRel) -> Option<Vec<Arc<Shape>>> {
        if rel.types.is_empty() || rel.search.is_some() {
            return None;
        }
        let types = rel.types.iter().filter_map(|name| self.catalog().rel_type(name));
        types.map(|rel_type| self.shape(rel_type)).collect()
    }

    fn shape(&self, rel_type: TypeId) -> Option<Arc<Shape>> {
        let shapes = &mut self.known.borrow_mut().shapes;
        if let Some((_, shape)) = shapes.iter().find(|(other, _)| *other == rel_type) {
            return shape.clone();
        }
        let shape = self.snapshot.shape(rel_type);
        shapes.push((rel_type, shape.clone()));
        shape
    }

    /// Whether one of those that a part of a pattern can meet may end where it starts.
    fn may_be_loops(&self, rel: &PatternRel) -> bool {
        self.shapes(rel).is_none_or(|shapes| shapes.iter().any(|shape| shape.has_loops))
    }

    /// Which relationships of the one type that a part of a pattern can meet are between the same two nodes.
    fn twins(&self, rel: &PatternRel) -> Option<Twins> {
        let [name] = rel.types.as_slice() else { return None };
        self.lasting.then(|| self.snapshot.twins(self.catalog().rel_type(name)?))?
    }

    /// What a sample says of a condition: as it said before, or what `anew` gives.
    fn remembered(
        &self,
        condition: &Expr,
        of: Population,
        anew: impl FnOnce() -> Option<[usize; 2]>,
    ) -> Option<[usize; 2]> {
        let is_this = |(other, population, _): &&(Expr, Population, _)| *population == of && other == condition;
        if let Some((.., counts)) = self.known.borrow().samples.iter().find(is_this) {
            return *counts;
        }
        let counts = anew();
        self.known.borrow_mut().samples.push((condition.clone(), of, counts));
        counts
    }

    /// Nodes that are expected where one looks up a value that some have of a property; `None` where that is a look at all nodes.
    fn found_by(&self, key: &str) -> Option<f64> {
        if key == "id" {
            return Some(1.0);
        }
        let Some(key) = self.catalog().key(key) else { return Some(1.0) };
        if self.snapshot.is_historic(key) {
            return None;
        }
        Some(self.snapshot.alike(key))
    }

    /// How many nodes are gone through in the time in which one is found by its value: numbers are compared many at once.
    fn passed_by(&self, key: &str) -> f64 {
        let are_numbers = self.catalog().key(key).is_some_and(|key| self.snapshot.has_other_than_texts(key));
        if key == "id" || !are_numbers { 1.0 } else { 16.0 }
    }

    /// Whether what one node has of a property hardly another one has.
    fn is_of_one(&self, key: &str) -> bool {
        self.found_by(key).is_some_and(|found| found <= 1.0)
    }

    /// Elements that a list is expected to have.
    fn n_elements(&self, list: &Expr) -> f64 {
        let given = || match (list.bare(), self.sampler) {
            (Expr::Parameter(name), Some(sampler)) => sampler.n_elements(name).map(|n| n as f64),
            _ => None,
        };
        find::n_written(list).or_else(given).unwrap_or(find::A_LIST)
    }

    /// How many different texts nodes have of a property; `None` where they have others too.
    fn different(&self, key: &str) -> Option<f64> {
        Some(self.snapshot.n_texts(self.catalog().key(key)?)? as f64)
    }

    /// Whether all relationships that a part of a pattern can meet have a finite float of a property.
    fn is_finite(&self, rel: &PatternRel, key: &str) -> bool {
        let Some(key) = self.catalog().key(key).filter(|_| self.lasting && !rel.types.is_empty()) else { return false };
        let mut types = rel.types.iter().filter_map(|name| self.catalog().rel_type(name));
        types.all(|rel_type| self.snapshot.is_finite(rel_type, key))
    }

    /// Whether every node has a text of this property, and no two have the same.
    fn each_has_its_own(&self, key: &str) -> bool {
        self.lasting && self.catalog().key(key).is_some_and(|key| self.snapshot.each_has_its_own(key))
    }

    fn label(&self, name: &str) -> Option<LabelId> {
        self.catalog().label(name)
    }
}

/// Rewrites a plan by every rule that keeps what is `needed` of it; where there is a choice, by what the sampler finds.
#[must_use]
pub fn optimize(mut plan: Plan, snapshot: &Snapshot, needed: Keeps, sampler: Option<&dyn Sampler>) -> Plan {
    let facts = Facts::new(snapshot, !plan.writes(), sampler);
    for rule in RULES.iter().filter(|rule| rule.keeps >= needed) {
        plan = rewrite(plan, rule.apply, &facts);
    }
    plan
}

/// How many rows each operator of a plan is expected to give: what the optimiser goes by.
///
/// From how many nodes have a label, how many relationships a type has between which labels, and how many texts a property; what a
/// condition keeps is measured on a sample where it reads one node or one relationship, and else guessed by its form.
pub fn expected_rows<'g>(
    plan: &Plan,
    snapshot: &'g Snapshot,
    sampler: Option<&'g dyn Sampler>,
) -> impl Fn(&Plan) -> f64 + use<'g> {
    let facts = Facts::new(snapshot, !plan.writes(), sampler);
    move |operator| cost::estimate(operator, &facts).rows
}

/// Lowers patterns in the order of the text: the plan without optimisation, as the oracle of every rule.
#[must_use]
pub fn lower(plan: Plan, snapshot: &Snapshot) -> Plan {
    rewrite(plan, order_pattern::text_order, &Facts::new(snapshot, false, None))
}

fn rewrite(mut plan: Plan, apply: fn(Plan, &Facts<'_>) -> Plan, facts: &Facts<'_>) -> Plan {
    for child in plan.children_mut() {
        *child = rewrite(std::mem::replace(child, Plan::Unit), apply, facts);
    }
    for expr in plan.expressions_mut() {
        rewrite_expr(expr, apply, facts);
    }
    apply(plan, facts)
}

fn rewrite_expr(expr: &mut Expr, apply: fn(Plan, &Facts<'_>) -> Plan, facts: &Facts<'_>) {
    if let Expr::Subquery { plan, .. } = expr {
        **plan = rewrite(std::mem::replace(plan, Plan::Unit), apply, facts);
    }
    for child in expr.children_mut() {
        rewrite_expr(child, apply, facts);
    }
}
