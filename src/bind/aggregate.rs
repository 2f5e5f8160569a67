//! Aggregates: what a grouping projection computes of a group, and what of its items is a key.

use crate::diag::{Diagnostic, Span, code};
use crate::function;
use crate::parse::ast::{self, Expression};
use crate::plan::{Aggregate, Expr, Place};
use crate::value::Value;

use super::Binder;
use super::expr::given;
use super::scope::Scope;
use super::walk::has_aggregate;

impl Binder<'_> {
    pub(super) fn misplaced_aggregate(&mut self, span: Span) {
        self.report(
            Diagnostic::new(code::INVALID_AGGREGATION, "an aggregate cannot stand here")
                .at(span, "expected in `WITH` or `RETURN`"),
        );
    }

    /// In a sort key: an item that is written there again. A variable of a comprehension may mean something else.
    pub(super) fn named_item(&self, expression: &Expression) -> Option<Expr> {
        let same = |(item, _): &&(Expression, Expr)| item.node == expression.node;
        self.named.iter().find(same).filter(|_| self.locals.is_empty()).map(|(_, bound)| bound.clone())
    }

    /// Inside a grouping projection: what is a key, an alias or an aggregate, as a slot of the grouped rows.
    pub(super) fn grouped_part(&mut self, expression: &Expression, scope: &Scope) -> Option<Expr> {
        let group = self.group.as_ref().filter(|group| !group.inside)?;
        if let Some(key) = group.keys.iter().position(|key| key.node == expression.node) {
            // Beside an aggregate only a name, or a property of one, is told apart from what is grouped by.
            let simple = match &expression.node {
                ast::Expr::Property(of, _) => matches!(of.node, ast::Expr::Variable(_)),
                other => matches!(other, ast::Expr::Variable(_) | ast::Expr::Literal(_) | ast::Expr::Parameter(_)),
            };
            if !group.explicit && !simple && group.whole != expression.span {
                self.report(
                    Diagnostic::new(code::AMBIGUOUS_AGGREGATION, "a computed item is used beside an aggregate")
                        .at(expression.span, "is it the item, or computed anew for each row?")
                        .help("compute it in a `WITH` before, and use its name"),
                );
            }
            return Some(Expr::Slot(key));
        }
        let sorting = group.sorting.is_some();
        match &expression.node {
            ast::Expr::Variable(name) => {
                if let Some((_, expr)) = group.aliases.iter().find(|(alias, _)| alias == name) {
                    return Some(expr.clone());
                }
                if let Some((Expr::Local(local), _)) = scope.get(name) {
                    return Some(Expr::Local(*local));
                }
                if sorting {
                    let after = group.sorting.clone().unwrap_or_default();
                    return Some(self.variable(name, expression.span, &after));
                }
                if scope.get(name).is_some() {
                    let explicit = group.explicit;
                    self.ungrouped(name, expression.span, explicit);
                    return Some(Expr::Constant(Value::Null));
                }
                None
            }
            ast::Expr::CountStar if self.locals.is_empty() => {
                Some(self.aggregate("*", false, &[], expression.span, scope))
            }
            ast::Expr::Call { name, distinct, arguments } if self.locals.is_empty() => {
                let function = function::aggregate(&name.node)?;
                self.check_arguments((function.name, function.signature), arguments, scope);
                if arguments.len() != function.arity {
                    self.report(
                        Diagnostic::new(code::NUMBER_OF_ARGUMENTS, given(function.name, arguments.len()))
                            .at(expression.span, format!("expected `{}{}`", function.name, function.signature)),
                    );
                }
                if arguments.iter().any(has_aggregate) {
                    self.report(
                        Diagnostic::new(code::NESTED_AGGREGATION, "an aggregate inside an aggregate")
                            .at(expression.span, "aggregate in two steps, with `WITH` between"),
                    );
                    return Some(Expr::Constant(Value::Null));
                }
                Some(self.aggregate(function.name, *distinct, arguments, expression.span, scope))
            }
            _ => None,
        }
    }

    pub(super) fn aggregate(
        &mut self,
        function: &str,
        distinct: bool,
        arguments: &[Expression],
        span: Span,
        scope: &Scope,
    ) -> Expr {
        if let Some(group) = &mut self.group {
            group.inside = true;
        }
        let after = self.group.as_ref().and_then(|group| group.sorting.clone());
        let bound = arguments.iter().map(|e| self.expr(e, scope)).collect();
        let aggregate = Aggregate {
            function: function.to_owned(),
            distinct,
            arguments: bound,
            order: Vec::new(),
            first: None,
            place: Place(span),
        };
        if let (Some(after), Some(group)) = (after, &self.group)
            && !group.aggregates.contains(&aggregate)
        {
            // A sort key sees the grouped rows only: an aggregate that is not among them reads names that are gone.
            for argument in arguments {
                self.expr(argument, &after);
            }
        }
        let Some(group) = &mut self.group else { return Expr::Constant(Value::Null) };
        group.inside = false;
        let at = group.aggregates.iter().position(|other| *other == aggregate).unwrap_or_else(|| {
            group.aggregates.push(aggregate);
            group.aggregates.len() - 1
        });
        Expr::Slot(group.keys.len() + at)
    }

    /// A name beside an aggregate that a group has no single value of.
    pub(super) fn ungrouped(&mut self, name: &str, span: Span, explicit: bool) {
        let (not, help) = if explicit { ("grouped by", "to `GROUP BY`") } else { ("an item of its own", "as an item") };
        let message = format!("`{name}` is neither aggregated nor {not}");
        self.report(
            Diagnostic::new(code::AMBIGUOUS_AGGREGATION, message)
                .at(span, "which of the group's values is meant?")
                .help(format!("add `{name}`, or what is read of it, {help}")),
        );
    }
}
