//! Queries and patterns inside expressions.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, code};
use crate::parse::ast::{self, At, Expression};
use crate::plan::{Expr, Plan, SubqueryKind};
use crate::value::Value;

use super::Binder;
use super::scope::Scope;

impl Binder<'_> {
    /// A pattern as a condition says something about the names in sight: it brings no new ones, and a node alone says
    /// nothing.
    pub(super) fn check_predicate(&mut self, pattern: &ast::PathPattern, scope: &Scope) {
        let parts = pattern.alternatives.iter().flat_map(|(_, parts)| parts);
        let names = parts.clone().filter_map(|part| match part {
            ast::PathPart::Node(node) => node.variable.as_ref(),
            ast::PathPart::Relationship(rel) => rel.variable.as_ref(),
            ast::PathPart::Group { .. } => None,
        });
        let mut known = true;
        for name in names {
            if scope.get(&name.node).is_none() {
                known = false;
                self.variable(&name.node, name.span, scope);
            }
        }
        if known && parts.count() == 1 {
            self.report(
                Diagnostic::new(code::ARGUMENT_TYPE, "a node is not a condition")
                    .at(pattern.span.span, "expected a pattern with a relationship, or a truth value"),
            );
        }
    }

    /// `shortestPath((a)-[*]->(b))` as a value: a path or null; `allShortestPaths`: a list of paths.
    pub(super) fn shortest_path(&mut self, pattern: &ast::PathPattern, scope: &Scope) -> Expr {
        let parts = pattern.alternatives.iter().flat_map(|(_, parts)| parts);
        for end in [parts.clone().next(), parts.last()].into_iter().flatten() {
            let ast::PathPart::Node(node) = end else { continue };
            if let Some(name) = &node.variable {
                self.variable(&name.node, name.span, scope);
            } else {
                self.report(
                    Diagnostic::new(code::SYNTAX, "a shortest path as a value has two known ends")
                        .at(pattern.span.span, "expected names in sight at both ends")
                        .help("`MATCH p = shortestPath(…)` finds the ends as well"),
                );
            }
        }
        // No name that can be typed begins like this.
        let path = At::new("\u{0}path".to_owned(), pattern.span.span);
        let named = ast::PathPattern { variable: Some(path.clone()), ..pattern.clone() };
        let found = At::new(ast::Expr::Variable(path.node), path.span);
        let all = self.pattern_subquery(SubqueryKind::Collect, &named, None, Some(&found), scope);
        match pattern.selector.as_ref().map(|selector| selector.node) {
            Some(ast::Selector::ShortestPath) => Expr::Index(Box::new(all), Box::new(Expr::Constant(Value::Int(0)))),
            _ => all,
        }
    }

    pub(super) fn pattern_subquery(
        &mut self,
        kind: SubqueryKind,
        pattern: &ast::PathPattern,
        filter: Option<&Expression>,
        result: Option<&Expression>,
        scope: &Scope,
    ) -> Expr {
        self.subquery(kind, scope, |binder, mut scope| {
            let patterns = std::slice::from_ref(pattern);
            let plan = binder.match_clause(Plan::Argument, &mut scope, false, true, patterns, filter);
            match result {
                None => plan,
                Some(result) => {
                    let item = binder.expr(result, &scope);
                    Plan::Project { input: Box::new(plan), items: vec![item] }
                }
            }
        })
    }

    /// A query inside an expression: it sees the row around, and the locals as slots after it.
    pub(super) fn subquery(
        &mut self,
        kind: SubqueryKind,
        scope: &Scope,
        body: impl FnOnce(&mut Self, Scope) -> Plan,
    ) -> Expr {
        let before = self.width;
        let group = self.group.take();
        let named = std::mem::take(&mut self.named);
        let grouped = group.as_ref().filter(|group| !group.inside).map(|group| group.names(scope));
        if let (Some(_), Some(group)) = (&grouped, &group) {
            self.width = before.max(group.keys.len() + group.aggregates.len());
        }
        let width = self.width;
        let scope = grouped.as_ref().unwrap_or(scope);
        let locals = std::mem::take(&mut self.locals);
        let mut inner = Scope::default();
        for (name, expr, kind) in scope.iter() {
            let expr = match expr {
                Expr::Local(local) => Expr::Slot(width + local),
                other => other.clone(),
            };
            inner.set(name, expr, *kind);
        }
        self.width = width + locals.len();
        let mut plan = Box::new(body(self, inner));
        let mut read = BTreeSet::new();
        plan.slots_read(&mut read);
        let reads = read.range(..width).copied().collect();
        let read_locals = read.range(width..width + locals.len()).map(|slot| slot - width).collect();
        self.width = before;
        self.locals = locals;
        self.group = group;
        self.named = named;
        Expr::Subquery { kind, plan, width, reads, locals: read_locals }
    }
}
