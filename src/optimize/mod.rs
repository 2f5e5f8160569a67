//! Optimize: the same rows, sooner.
//!
//! [`Plan`] → [`optimize`] → [`Plan`]. [`RULES`] run in order, each over the whole plan, subqueries included. A rule
//! states what it keeps; the rows are the same as a bag with every rule off.

mod cost;
mod different;
mod fold;
mod order_pattern;
mod reach;
mod top;

use crate::graph::{Catalog, LabelId, Shape, Snapshot};
use crate::plan::{Expr, PatternRel, Plan};

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
    Rule { name: "fold", keeps: Keeps::Rows, apply: fold::fold },
    Rule { name: "order_pattern", keeps: Keeps::RowsAndLineage, apply: order_pattern::order_pattern },
    Rule { name: "reach", keeps: Keeps::RowsAndLineage, apply: reach::reach },
    Rule { name: "different", keeps: Keeps::Rows, apply: different::different },
    Rule { name: "top", keeps: Keeps::Rows, apply: top::top },
];

/// What a rule may rely on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'g> {
    snapshot: &'g Snapshot,
    /// The plan changes nothing: what the graph is like stays so while it runs.
    lasting: bool,
}

impl<'g> Facts<'g> {
    fn catalog(&self) -> &'g Catalog {
        self.snapshot.catalog()
    }

    /// What all relationships that a part of a pattern can meet have in common, by type; `None` where nobody knows.
    fn shapes(&self, rel: &PatternRel) -> Option<Vec<Shape>> {
        if !self.lasting || rel.types.is_empty() || rel.search.is_some() {
            return None;
        }
        let types = rel.types.iter().filter_map(|name| self.catalog().rel_type(name));
        types.map(|rel_type| self.snapshot.shape(rel_type)).collect()
    }

    /// Nodes that are expected to have a value that some have of a property.
    fn expected(&self, key: &str) -> f64 {
        if key == "id" {
            return 1.0;
        }
        let some = 1.0 + self.catalog().n_nodes() as f64 / 1000.0;
        self.catalog().key(key).and_then(|key| self.snapshot.alike(key)).unwrap_or(some)
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

/// Rewrites a plan by every rule that keeps what is `needed` of it.
#[must_use]
pub fn optimize(mut plan: Plan, snapshot: &Snapshot, needed: Keeps) -> Plan {
    let facts = Facts { snapshot, lasting: !plan.writes() };
    for rule in RULES.iter().filter(|rule| rule.keeps >= needed) {
        plan = rewrite(plan, rule.apply, &facts);
    }
    plan
}

/// How many rows a plan is expected to give: what the optimiser goes by.
///
/// From how many nodes have a label, how many relationships a type has, and how many texts a property; what a condition keeps is a
/// guess by its form.
#[must_use]
pub fn expected_rows(plan: &Plan, snapshot: &Snapshot) -> f64 {
    cost::estimate(plan, &Facts { snapshot, lasting: !plan.writes() }).rows
}

/// Lowers patterns in the order of the text: the plan without optimisation, as the oracle of every rule.
#[must_use]
pub fn lower(plan: Plan, snapshot: &Snapshot) -> Plan {
    rewrite(plan, order_pattern::text_order, &Facts { snapshot, lasting: false })
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
