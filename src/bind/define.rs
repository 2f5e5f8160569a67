//! `DEFINE`: a derived relationship or label, as the plan that derives it.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, code};
use crate::parse::ast::{self, At, ClauseKind};
use crate::plan::{Combine, Defined, Definition, Plan};

use super::{Binder, Names, Rows, Scope};

/// Resolves the names of a definition, which may also name what is `derived` by others. Names that nothing has are warned of.
///
/// # Errors
/// Every mistake found.
pub fn define<'d>(
    define: &ast::Define,
    names: Names<'_>,
    derived: impl IntoIterator<Item = &'d Defined>,
) -> Result<(Definition, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (defined, projection) = shape(define).map_err(|wrong| vec![wrong])?;
    if let Defined::Type(name, _) = &defined
        && names.catalog.rel_type(name).is_some()
    {
        let taken = Diagnostic::new(code::BAD_DEFINITION, format!("`{name}` is a type of stored relationships"));
        return Err(vec![taken.at(define.pattern.span.span, "expected a name of its own")]);
    }
    let mut binder = Binder::new(names);
    binder.defining = true;
    binder.made = derived.into_iter().map(|defined| defined.name().to_owned()).collect();
    // It may read itself.
    binder.made.insert(defined.name().to_owned());
    if let Defined::Type(_, keys) = &defined {
        binder.made.extend(keys.iter().map(|(key, _)| key.clone()));
    }
    let mut plans = Vec::new();
    let mut columns = Vec::new();
    for mut clauses in define.parts() {
        clauses.push(At::new(ClauseKind::Return(projection.clone()), define.span.span));
        (binder.width, binder.left) = (0, BTreeSet::new());
        let rows = binder.clauses(&clauses, Scope::default(), Plan::Unit, true);
        plans.push(rows.plan);
        columns = rows.columns;
    }
    if let Some(clause) = binder.writes {
        let wrong = Diagnostic::new(code::BAD_DEFINITION, "a definition changes nothing");
        binder.report(wrong.at(clause, "this writes").help("`CREATE` and the like stand in a statement of their own"));
    }
    let bound = binder.finish(Rows { plan: Plan::Unit, columns })?;
    let (types, labels, sees_all) = (bound.types, bound.labels, bound.sees_all);
    let definition = Definition { defined, plans, types, labels, sees_all, stratum: 0 };
    if definition.plans.len() > 1
        && let Some(key) = definition.defined.mixed()
    {
        let wrong = format!("`{key}` has no one value where several parts derive the same relationship");
        let wrong = Diagnostic::new(code::BAD_DEFINITION, wrong).at(define.pattern.span.span, "in this pattern");
        return Err(vec![wrong.help("beside `UNION` a property is a `min(…)` or a `max(…)`")]);
    }
    Ok((definition, bound.warnings))
}

fn shape(define: &ast::Define) -> Result<(Defined, ast::Projection), Diagnostic> {
    let wrong = |message: &str| {
        Diagnostic::new(code::BAD_DEFINITION, message).at(
            define.span.span,
            "expected `DEFINE (a:A)-[:NAME {key: aggregate}]->(b:B) AS …` or `DEFINE (a:NAME) AS …`",
        )
    };
    let [(_, parts)] = define.pattern.alternatives.as_slice() else {
        return Err(wrong("a definition has one pattern"));
    };
    let item = |name: &ast::Name, expression: ast::Expression| ast::ProjectionItem {
        expression,
        alias: Some(name.clone()),
        text: name.node.clone(),
    };
    let variable = |node: &ast::NodePattern| -> Result<ast::Name, Diagnostic> {
        node.variable.clone().ok_or_else(|| wrong("the nodes of a definition need names"))
    };
    let read = |name: &ast::Name| At::new(ast::Expr::Variable(name.node.clone()), name.span);
    let projection = |items: Vec<ast::ProjectionItem>| ast::Projection {
        distinct: true,
        all: false,
        items,
        group_by: None,
        paging: ast::Paging::default(),
        filter: None,
    };
    match parts.as_slice() {
        [ast::PathPart::Node(node)] => {
            let Some(At { node: ast::LabelExpr::Name(label), .. }) = &node.labels else {
                return Err(wrong("a defined node has one label"));
            };
            let name = variable(node)?;
            let items = vec![item(&name, read(&name))];
            Ok((Defined::Label(label.node.clone()), projection(items)))
        }
        [ast::PathPart::Node(left), ast::PathPart::Relationship(rel), ast::PathPart::Node(right)] => {
            let Some(At { node: ast::LabelExpr::Name(kind), .. }) = &rel.types else {
                return Err(wrong("a defined relationship has one type"));
            };
            let (start, end) = match rel.direction {
                ast::Direction::Out => (left, right),
                ast::Direction::In => (right, left),
                ast::Direction::Both => return Err(wrong("a defined relationship has a direction")),
            };
            let (start_name, end_name) = (variable(start)?, variable(end)?);
            let mut items = vec![item(&start_name, read(&start_name)), item(&end_name, read(&end_name))];
            let mut keys = Vec::new();
            if let Some(properties) = &rel.properties {
                let ast::Expr::Map(entries) = &properties.node else {
                    return Err(wrong("the properties of a defined relationship are written out"));
                };
                for (key, value) in entries {
                    keys.push((key.node.clone(), combine(value)));
                    let text = ast::Name::new(format!("{}\u{0}", key.node), key.span);
                    items.push(item(&text, value.clone()));
                }
            }
            Ok((Defined::Type(kind.node.clone(), keys), projection(items)))
        }
        _ => Err(wrong("a definition names one node or one relationship")),
    }
}

/// Which value a property has where several parts derive the same relationship.
fn combine(value: &ast::Expression) -> Combine {
    match &value.node {
        ast::Expr::Call { name, .. } if name.node.eq_ignore_ascii_case("min") => Combine::Least,
        ast::Expr::Call { name, .. } if name.node.eq_ignore_ascii_case("max") => Combine::Greatest,
        _ => Combine::First,
    }
}
