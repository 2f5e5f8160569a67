//! What stands in an expression, before its names are resolved.

use crate::function;
use crate::parse::ast::{self, Expression};

/// Visits an expression and its parts, subqueries left out.
pub(super) fn walk<'q>(expression: &'q Expression, visit: &mut dyn FnMut(&'q Expression)) {
    visit(expression);
    let mut each = |parts: &[&'q Expression]| parts.iter().for_each(|part| walk(part, visit));
    match &expression.node {
        ast::Expr::Literal(_)
        | ast::Expr::Variable(_)
        | ast::Expr::Parameter(_)
        | ast::Expr::CountStar
        | ast::Expr::Pattern(_)
        | ast::Expr::ShortestPath(_)
        | ast::Expr::Subquery(..) => {}
        ast::Expr::List(items) => each(&items.iter().collect::<Vec<_>>()),
        ast::Expr::Call { arguments, .. } => each(&arguments.iter().collect::<Vec<_>>()),
        ast::Expr::Map(entries) => each(&entries.iter().map(|(_, e)| e).collect::<Vec<_>>()),
        ast::Expr::Property(a, _)
        | ast::Expr::Unary(_, a)
        | ast::Expr::IsNull(a, _)
        | ast::Expr::HasLabels(a, ..)
        | ast::Expr::IsType(a, ..) => each(&[a]),
        ast::Expr::Index(a, b) | ast::Expr::Binary(_, a, b) => each(&[a, b]),
        ast::Expr::Slice(a, from, to) => {
            each(&std::iter::once(a).chain(from).chain(to).map(AsRef::as_ref).collect::<Vec<_>>());
        }
        ast::Expr::Compare(a, rest) => {
            each(&[a]);
            each(&rest.iter().map(|(_, b)| b).collect::<Vec<_>>());
        }
        ast::Expr::Case { subject, branches, otherwise } => {
            each(&subject.iter().chain(otherwise).map(AsRef::as_ref).collect::<Vec<_>>());
            each(&branches.iter().flat_map(|(when, then)| [when, then]).collect::<Vec<_>>());
        }
        ast::Expr::ListComprehension { list, filter, result, .. } => {
            each(&std::iter::once(list).chain(filter).chain(result).map(AsRef::as_ref).collect::<Vec<_>>());
        }
        ast::Expr::PatternComprehension { .. } => {}
        ast::Expr::Quantified { list, filter, .. } => {
            each(&std::iter::once(list).chain(filter).map(AsRef::as_ref).collect::<Vec<_>>());
        }
        ast::Expr::Reduce { init, list, step, .. } => each(&[init, list, step]),
        ast::Expr::MapProjection(_, items) => {
            for item in items {
                if let ast::MapItem::Entry(_, value) = item {
                    each(&[value]);
                }
            }
        }
    }
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

/// Whether an aggregate function is called in it.
pub(super) fn has_aggregate(expression: &Expression) -> bool {
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
