//! How a plan reads names: whether more of what is named can only give it more rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::Value;

use super::{Expr, LabelTest, Plan, Search, Selector, SubqueryKind};

/// The relationship types and labels that a plan reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Where more can only give more; how often. What is followed any number of times counts twice.
    pub growing: BTreeMap<String, usize>,
    /// Where more can give less, or something else: under negation, in aggregates, selectors, optional and cut parts.
    pub otherwise: BTreeSet<String>,
}

impl Reads {
    /// Of a part of a definition. Its own last grouping, by start and end, keeps every pair.
    #[must_use]
    pub fn of_definition(plan: &Plan) -> Self {
        let mut reads = Self::default();
        let mut plan = plan;
        loop {
            reads.operator(plan, true);
            match plan {
                Plan::Project { input, .. } | Plan::Distinct { input } | Plan::Extend { input, .. } => plan = input,
                Plan::Group { input, keys, .. } if !keys.is_empty() => {
                    reads.plan(input, true);
                    return reads;
                }
                _ => {
                    plan.children().into_iter().for_each(|child| reads.below(plan, child, true));
                    return reads;
                }
            }
        }
    }

    /// How often a name is read; `None` where more of it can give less.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<usize> {
        if self.otherwise.contains(name) { None } else { Some(self.growing.get(name).copied().unwrap_or(0)) }
    }

    fn name(&mut self, name: &str, times: usize, growing: bool) {
        if growing {
            *self.growing.entry(name.to_owned()).or_default() += times;
        } else {
            self.otherwise.insert(name.to_owned());
        }
    }

    fn plan(&mut self, plan: &Plan, growing: bool) {
        self.operator(plan, growing);
        plan.children().into_iter().for_each(|child| self.below(plan, child, growing));
    }

    /// A plan that another reads.
    fn below(&mut self, plan: &Plan, child: &Plan, growing: bool) {
        let is_input = plan.children().first().is_some_and(|first| std::ptr::eq(*first, child));
        let keeps = match plan {
            Plan::Group { .. } | Plan::Skip { .. } | Plan::Limit { .. } => false,
            Plan::Optional { .. } | Plan::Apply { optional: true, .. } => is_input,
            _ => true,
        };
        self.plan(child, growing && keeps);
    }

    /// What the operator itself reads.
    fn operator(&mut self, plan: &Plan, growing: bool) {
        match plan {
            Plan::Match { pattern, .. } => {
                for rel in &pattern.rels {
                    self.rel(&rel.types, rel.length.is_some(), rel.search.as_deref(), growing);
                    rel.reads().for_each(|condition| self.condition(condition, growing));
                }
                let labels = pattern.nodes.iter().filter_map(|node| node.labels.as_ref());
                labels.for_each(|labels| self.labels(labels, growing));
                pattern.conditions.iter().for_each(|condition| self.condition(condition, growing));
            }
            Plan::Expand { rel, .. } => {
                self.rel(&rel.types, rel.length.is_some(), rel.search.as_deref(), growing);
                rel.reads().for_each(|condition| self.condition(condition, growing));
            }
            Plan::Fold { rel, also, conditions, sums, .. } => {
                if let Some((_, also)) = also {
                    self.rel(&also.types, false, None, growing && sums.is_empty());
                }
                self.rel(&rel.types, rel.length.is_some(), rel.search.as_deref(), growing && sums.is_empty());
                rel.reads().chain(conditions).for_each(|condition| self.condition(condition, growing));
            }
            Plan::ScanNodes { label: Some(label), .. } => self.name(label, 1, growing),
            Plan::Filter { condition, .. } => self.condition(condition, growing),
            // What an algorithm says of a graph may be something else of a larger one.
            Plan::Call { arguments, .. } => {
                for argument in arguments {
                    self.options(argument);
                    self.condition(argument, false);
                }
            }
            // The list of expressions is kept for rewriting; a definition is small.
            other => other.clone().expressions_mut().into_iter().for_each(|expr| self.condition(expr, false)),
        }
    }

    /// Names that the options of a procedure may hold: its texts.
    fn options(&mut self, options: &Expr) {
        match options {
            Expr::Constant(Value::Text(name)) => self.name(name, 1, false),
            other => other.children().into_iter().for_each(|child| self.options(child)),
        }
    }

    fn rel(&mut self, types: &[String], is_list: bool, search: Option<&Search>, growing: bool) {
        let times = if is_list { 2 } else { 1 };
        for name in types {
            self.name(name, times, growing);
        }
        if let Some(search) = search {
            let all = search.selector == Selector::All;
            search.types().for_each(|name| self.name(name, 2, growing && all));
        }
    }

    fn labels(&mut self, test: &LabelTest, growing: bool) {
        match test {
            LabelTest::Is(name) => self.name(name, 1, growing),
            LabelTest::Any => {}
            LabelTest::Not(inner) => self.labels(inner, false),
            LabelTest::And(a, b) | LabelTest::Or(a, b) => {
                self.labels(a, growing);
                self.labels(b, growing);
            }
        }
    }

    fn condition(&mut self, condition: &Expr, growing: bool) {
        match condition {
            Expr::Placed(inner, _) => self.condition(inner, growing),
            Expr::And(a, b) | Expr::Or(a, b) => {
                self.condition(a, growing);
                self.condition(b, growing);
            }
            Expr::HasLabels(of, test) => {
                self.labels(test, growing);
                self.condition(of, false);
            }
            Expr::Subquery { kind, plan, .. } => self.plan(plan, growing && *kind == SubqueryKind::Exists),
            other => other.children().into_iter().for_each(|child| self.condition(child, false)),
        }
    }
}
