//! Optimize: the same rows, sooner.
//!
//! [`Plan`] → [`optimize`] → [`Plan`]. [`RULES`] run in order, each over the whole plan, subqueries included. A rule
//! states what it keeps; the rows are the same as a bag with every rule off.

mod order_pattern;
mod reach;

use crate::graph::Catalog;
use crate::plan::{Expr, Plan};

/// What a rule leaves as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
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
    pub apply: fn(Plan, &Catalog) -> Plan,
}

/// Every rule, in the order in which they run.
pub static RULES: &[Rule] = &[
    Rule { name: "order_pattern", keeps: Keeps::RowsAndLineage, apply: order_pattern::order_pattern },
    Rule { name: "reach", keeps: Keeps::RowsAndLineage, apply: reach::reach },
];

/// Rewrites a plan by every rule.
#[must_use]
pub fn optimize(mut plan: Plan, catalog: &Catalog) -> Plan {
    for rule in RULES {
        plan = rewrite(plan, rule.apply, catalog);
    }
    plan
}

/// Lowers patterns in the order of the text: the plan without optimisation, as the oracle of every rule.
#[must_use]
pub fn lower(plan: Plan, catalog: &Catalog) -> Plan {
    rewrite(plan, order_pattern::text_order, catalog)
}

fn rewrite(mut plan: Plan, apply: fn(Plan, &Catalog) -> Plan, catalog: &Catalog) -> Plan {
    for child in plan.children_mut() {
        *child = rewrite(std::mem::replace(child, Plan::Unit), apply, catalog);
    }
    for expr in plan.expressions_mut() {
        rewrite_expr(expr, apply, catalog);
    }
    apply(plan, catalog)
}

fn rewrite_expr(expr: &mut Expr, apply: fn(Plan, &Catalog) -> Plan, catalog: &Catalog) {
    if let Expr::Subquery { plan, .. } = expr {
        **plan = rewrite(std::mem::replace(plan, Plan::Unit), apply, catalog);
    }
    for child in expr.children_mut() {
        rewrite_expr(child, apply, catalog);
    }
}
