//! What stands in an expression, before its names are resolved.

use crate::function;
use crate::parse::ast::{self, Expression};

/// Visits an expression and its parts, subqueries left out.
pub(super) fn walk<'q>(expression: &'q Expression, visit: &mut dyn FnMut(&'q Expression)) {
    visit(expression);
    expression.node.children().into_iter().for_each(|part| walk(part, visit));
}

/// What of the row or the graph an expression reads, in words; nothing where it reads neither.
pub(super) fn reads(expression: &Expression) -> Option<&'static str> {
    let (mut own, mut used, mut graph) = (Vec::new(), Vec::new(), false);
    walk(expression, &mut |e| match &e.node {
        ast::Expr::Variable(name) => used.push(name),
        ast::Expr::MapProjection(name, _) => used.push(&name.node),
        ast::Expr::ListComprehension { variable, .. } | ast::Expr::Quantified { variable, .. } => {
            own.push(&variable.node);
        }
        ast::Expr::Reduce { accumulator, variable, .. } => own.extend([&accumulator.node, &variable.node]),
        ast::Expr::Pattern(_)
        | ast::Expr::PatternComprehension { .. }
        | ast::Expr::ShortestPath(_)
        | ast::Expr::Subquery(..) => graph = true,
        _ => {}
    });
    if used.iter().any(|name| !own.contains(name)) {
        return Some("a variable");
    }
    graph.then_some("the graph")
}

/// Whether an aggregate function is called in an expression, subqueries left out.
#[must_use]
pub fn has_aggregate(expression: &Expression) -> bool {
    let mut found = false;
    walk(expression, &mut |e| {
        found |= match &e.node {
            ast::Expr::CountStar => true,
            ast::Expr::Call { name, .. } => function::aggregate(&name.node).is_some(),
            _ => false,
        }
    });
    found
}
