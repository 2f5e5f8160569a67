//! A condition that no candidate meets: what exists where nothing should, the values that decide, the rows that are kept instead.

use crate::diag::Diagnostic;
use crate::graph::{Entity, GraphView, Statement};
use crate::parse::ast::{
    self, At, Clause, ClauseKind, Expr, Expression, PathPattern, Projection, SubqueryKind, UnaryOp,
};
use crate::parse::{print_clause, print_expression};
use crate::question::words::words;
use crate::value::text::Shown;
use crate::value::{Entities, Value};

use super::miss::{Miss, SHOWN};
use super::wanted::Step;
use super::{Found, LOOK, Search, call, filter, variable};

/// The most statements that are cited for one value.
const TOLD: usize = 8;

impl Search<'_> {
    /// Conditions of which one is not met; `clauses` leave rows.
    pub(super) fn at_conditions(
        &self,
        mut clauses: Vec<Clause>,
        conditions: Vec<Expression>,
        found: &mut Found,
    ) -> Result<(), Vec<Diagnostic>> {
        for condition in conditions {
            let with = [clauses.as_slice(), &[filter(condition.clone())]].concat();
            let Some(n) = self.left(with.clone())? else { continue };
            found.trail.push((print_expression(&condition), n));
            if n > 0 {
                clauses = with;
                continue;
            }
            return self.at_condition(clauses, &condition, found);
        }
        found.misses.push(Miss::nothing(clauses.last().map(print_clause).unwrap_or_default()));
        Ok(())
    }

    fn at_condition(
        &self,
        clauses: Vec<Clause>,
        condition: &Expression,
        found: &mut Found,
    ) -> Result<(), Vec<Diagnostic>> {
        match &condition.node {
            Expr::Subquery(SubqueryKind::Exists, query) if query.rest.is_empty() => {
                let all: Vec<Step> = clauses
                    .into_iter()
                    .chain(query.first.iter().filter(|clause| !matches!(clause.node, ClauseKind::Return(_))).cloned())
                    .map(|clause| Step { text: print_clause(&clause), clause, wanted: Vec::new() })
                    .collect();
                let inside = self.explain(&all)?;
                let known = found.trail.len();
                found.trail.extend(inside.trail.into_iter().skip(known));
                found.misses.extend(inside.misses);
                Ok(())
            }
            Expr::Pattern(pattern) => {
                let exists = exists(pattern, condition);
                self.at_condition(clauses, &exists, found)
            }
            Expr::Unary(UnaryOp::Not, inner) => self.at_denial(clauses, condition, inner, found),
            _ => self.at_values(clauses, condition, found),
        }
    }

    /// `NOT EXISTS { … }` where something exists: what does.
    fn at_denial(
        &self,
        clauses: Vec<Clause>,
        condition: &Expression,
        inner: &Expression,
        found: &mut Found,
    ) -> Result<(), Vec<Diagnostic>> {
        let inner = match &inner.node {
            Expr::Pattern(pattern) => exists(pattern, inner),
            _ => inner.clone(),
        };
        let Expr::Subquery(SubqueryKind::Exists, query) = &inner.node else {
            return self.at_values(clauses, condition, found);
        };
        let matching = query.first.iter().filter(|clause| !matches!(clause.node, ClauseKind::Return(_)));
        let names: Vec<String> = matching
            .clone()
            .filter_map(|clause| match &clause.node {
                ClauseKind::Match { patterns, .. } => Some(patterns.iter().flat_map(super::grow::names_of)),
                _ => None,
            })
            .flatten()
            .collect();
        let before = clauses.clone();
        let all: Vec<Clause> = clauses.into_iter().chain(matching.cloned()).collect();
        // What is there beyond the row is what the names of the subquery stand for.
        let items: Vec<(String, Expression)> = names.iter().map(|name| (name.clone(), variable(name))).collect();
        let Some(rows) = self.look(all, items, SHOWN as i64, self.frame, false)? else {
            return self.at_values(before, condition, found);
        };
        let mut told: Vec<Vec<Statement>> = Vec::new();
        for row in &rows.rows {
            let rels: Vec<Statement> = row
                .iter()
                .filter_map(|value| if let Value::Rel(rel) = value { Some(Entity::Rel(*rel)) } else { None })
                .map(Statement::Entity)
                .collect();
            if !told.contains(&rels) {
                told.push(rels);
            }
        }
        for statements in told {
            let what: Vec<String> = statements.iter().map(|statement| words(self.stored, *statement)).collect();
            found.misses.push(Miss {
                step: print_expression(condition),
                what: what.join("; "),
                reason: "negated",
                because: "it is there, and the condition wants it not to be".to_owned(),
                statements,
            });
        }
        Ok(())
    }

    /// A condition on values: what the nearest rows have instead.
    fn at_values(
        &self,
        clauses: Vec<Clause>,
        condition: &Expression,
        found: &mut Found,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut read: Vec<Expression> = Vec::new();
        leaves(condition, &mut read);
        // Whose value it is comes first.
        let whose = read.iter().filter_map(|leaf| match &leaf.node {
            Expr::Property(of, _) if matches!(of.node, Expr::Variable(_)) => Some((**of).clone()),
            _ => None,
        });
        let whose: Vec<Expression> = whose.collect();
        whose.iter().rev().for_each(|of| read.insert(0, of.clone()));
        read.dedup();
        let items = read.iter().enumerate().map(|(at, leaf)| (format!("{at}"), leaf.clone())).collect();
        let Some(rows) = self.look(clauses, items, SHOWN as i64, self.frame, true)? else {
            found.misses.push(Miss::nothing(print_expression(condition)));
            return Ok(());
        };
        let shared = self.shared();
        let mut told: Vec<String> = Vec::new();
        for (row, sets) in rows.rows.iter().zip(&rows.sets) {
            let values = read.iter().zip(row).map(|(leaf, value)| {
                format!("{} is {}", print_expression(leaf), shown(value, &rows.entities, shared.view()))
            });
            let what = values.collect::<Vec<_>>().join(", ");
            if told.contains(&what) {
                continue;
            }
            told.push(what.clone());
            let because = if row.iter().any(Value::is_null) {
                "a value that is not known meets no condition"
            } else {
                "the condition does not hold of it"
            };
            found.misses.push(Miss {
                step: print_expression(condition),
                what,
                reason: "filter",
                because: because.to_owned(),
                // A row of a group rests on many, of which none tells why.
                statements: sets.first().filter(|set| set.len() <= TOLD).cloned().unwrap_or_default(),
            });
        }
        Ok(())
    }

    /// `SKIP` and `LIMIT`: the rows that are kept instead.
    pub(super) fn at_paging(
        &self,
        wanted: Vec<Clause>,
        kept: Vec<Clause>,
        projection: &Projection,
        text: &str,
        found: &mut Found,
    ) -> Result<(), Vec<Diagnostic>> {
        let items: Vec<(String, Expression)> = projection
            .items
            .iter()
            .filter_map(|item| item.alias.as_ref())
            .map(|alias| (alias.node.clone(), variable(&alias.node)))
            .collect();
        let shared = self.shared();
        let one = |clauses| -> Result<String, Vec<Diagnostic>> {
            let rows = self.look(clauses, items.clone(), LOOK, self.frame, false)?;
            let Some((rows, row)) = rows.as_ref().and_then(|rows| Some((rows, rows.rows.last()?))) else {
                return Ok("no row".to_owned());
            };
            let values = items.iter().zip(row);
            let words =
                values.map(|((name, _), value)| format!("{name} is {}", shown(value, &rows.entities, shared.view())));
            Ok(words.collect::<Vec<_>>().join(", "))
        };
        let what = one(wanted)?;
        let because = format!("the last row that `SKIP` and `LIMIT` keep: {}", one(kept)?);
        found.misses.push(Miss { step: text.to_owned(), what, reason: "limit", because, statements: Vec::new() });
        Ok(())
    }
}

/// A node by its name, any other value as it is shown.
fn shown(value: &Value, entities: &Entities, view: GraphView<'_>) -> String {
    match value {
        Value::Node(node) => view.snapshot().name(*node).to_string(),
        other => Shown(other, entities).to_string(),
    }
}

/// The parts of a condition whose values decide: properties, variables and calls, outermost first.
fn leaves(expression: &Expression, found: &mut Vec<Expression>) {
    match &expression.node {
        Expr::Literal(_) | Expr::Parameter(_) => {}
        Expr::HasLabels(of, ..) => {
            let labels = call("labels", (**of).clone(), expression.span);
            add(&labels, found);
        }
        Expr::Property(..) | Expr::Variable(_) | Expr::Call { .. } | Expr::Subquery(..) => add(expression, found),
        Expr::ListComprehension { .. } | Expr::Quantified { .. } | Expr::Reduce { .. } => add(expression, found),
        other => other.children().into_iter().for_each(|child| leaves(child, found)),
    }
}

fn add(leaf: &Expression, found: &mut Vec<Expression>) {
    if !found.contains(leaf) {
        found.push(leaf.clone());
    }
}

/// A pattern as the condition that it has a match.
fn exists(pattern: &PathPattern, at: &Expression) -> Expression {
    let clause = ClauseKind::Match { optional: false, mode: None, patterns: vec![pattern.clone()], filter: None };
    let query = ast::Query { first: vec![At::new(clause, at.span)], rest: Vec::new() };
    At::new(Expr::Subquery(SubqueryKind::Exists, Box::new(query)), at.span)
}
