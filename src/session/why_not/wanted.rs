//! The values that a row is wanted with, as conditions on the clauses that bring them.

use std::collections::BTreeSet;

use crate::bind::has_aggregate;
use crate::diag::{Diagnostic, Span, code};
use crate::graph::Snapshot;
use crate::parse::ast::{
    At, BinaryOp, Clause, ClauseKind, Expr, Expression, Literal, Name, PathPart, PathPattern, Projection,
};
use crate::parse::print_clause;
use crate::value::{NodeId, Value};

use super::grow::names_of;
use super::{call, equals, property};

/// A wanted value.
#[derive(Clone)]
pub(super) struct Wanted {
    /// The variable or column.
    pub name: Name,
    /// The value as it is written.
    pub written: Expression,
    pub value: Value,
}

/// A clause, and what is wanted of the rows after it.
pub(super) struct Step {
    pub clause: Clause,
    /// As it is written.
    pub text: String,
    pub wanted: Vec<Expression>,
}

/// The clauses of a query, each with the wanted values whose names it brings. The last `RETURN` hands its columns on.
pub(super) fn steps(clauses: &[Clause], wanted: &[Wanted], snapshot: &Snapshot) -> Result<Vec<Step>, Diagnostic> {
    let mut steps: Vec<Step> = clauses
        .iter()
        .map(|clause| Step { clause: handing_on(clause), text: print_clause(clause), wanted: Vec::new() })
        .collect();
    for one in wanted {
        let (at, condition) = place(&steps, one, snapshot)?;
        steps[at].wanted.push(condition);
    }
    Ok(steps)
}

fn handing_on(clause: &Clause) -> Clause {
    let ClauseKind::Return(projection) = &clause.node else { return clause.clone() };
    let mut projection = projection.clone();
    for item in &mut projection.items {
        let named = || At::new(item.text.clone(), item.expression.span);
        item.alias = Some(item.alias.take().unwrap_or_else(named));
    }
    At::new(ClauseKind::With(projection), clause.span)
}

/// The first clause after which a wanted value can be asked for, and how.
fn place(steps: &[Step], wanted: &Wanted, snapshot: &Snapshot) -> Result<(usize, Expression), Diagnostic> {
    let mut name = wanted.name.node.as_str();
    for (at, step) in steps.iter().enumerate().rev() {
        match &step.clause.node {
            ClauseKind::With(projection) => {
                let Some(item) = item(projection, name) else { continue };
                match &item.node {
                    Expr::Variable(other) => name = other,
                    _ => {
                        let ask = |of: Expression| equals(of, wanted.written.clone());
                        return Ok(match before(&steps[..at], item) {
                            Some(earlier) => (earlier, ask(item.clone())),
                            None => (at, ask(At::new(Expr::Variable(name.to_owned()), wanted.name.span))),
                        });
                    }
                }
            }
            ClauseKind::Match { patterns, .. } if is_element(patterns, name) => {
                return Ok((at, element(name, patterns, wanted, snapshot)?));
            }
            clause if brings(clause).contains(name) => {
                let read = At::new(Expr::Variable(name.to_owned()), wanted.name.span);
                return Ok((at, equals(read, wanted.written.clone())));
            }
            _ => {}
        }
    }
    let all: BTreeSet<String> = steps.iter().flat_map(|step| brings(&step.clause.node)).collect();
    let unknown = format!("`{}` is no variable and no column of the query", wanted.name.node);
    let unknown = Diagnostic::new(code::UNDEFINED_VARIABLE, unknown).at(wanted.name.span, "which value is wanted?");
    Err(unknown.nearest(&wanted.name.node, all.iter().map(String::as_str)))
}

fn item<'p>(projection: &'p Projection, name: &str) -> Option<&'p Expression> {
    let named = |alias: &Option<Name>| alias.as_ref().is_some_and(|alias| alias.node == name);
    projection.items.iter().find(|item| named(&item.alias)).map(|item| &item.expression)
}

/// The first clause after which an item could be computed, since the last projection; `None`: only after its own.
fn before(steps: &[Step], item: &Expression) -> Option<usize> {
    let names = item.node.names()?;
    if has_aggregate(item) || names.is_empty() {
        return None;
    }
    let since = steps.iter().rposition(|step| matches!(step.clause.node, ClauseKind::With(_))).unwrap_or(0);
    let mut seen = BTreeSet::new();
    (since..steps.len()).find(|at| {
        seen.extend(brings(&steps[*at].clause.node));
        names.iter().all(|name| seen.contains(*name))
    })
}

/// The names that a clause adds to a row.
pub(super) fn brings(clause: &ClauseKind) -> BTreeSet<String> {
    match clause {
        ClauseKind::Match { patterns, .. } => patterns.iter().flat_map(names_of).collect(),
        ClauseKind::With(projection) | ClauseKind::Return(projection) => {
            projection.items.iter().filter_map(|item| item.alias.as_ref()).map(|name| name.node.clone()).collect()
        }
        ClauseKind::Unwind { variable, position, .. } => {
            let position = position.iter().map(|(_, name)| name.node.clone());
            std::iter::once(variable.node.clone()).chain(position).collect()
        }
        ClauseKind::Let(items) => items.iter().map(|(name, _)| name.node.clone()).collect(),
        ClauseKind::LoadCsv { variable, .. } => BTreeSet::from([variable.node.clone()]),
        ClauseKind::Call { yields: Some(yields), .. } => {
            yields.items.iter().map(|(name, alias)| alias.as_ref().unwrap_or(name).node.clone()).collect()
        }
        ClauseKind::CallSubquery { query, .. } => {
            query.first.last().map(|last| brings(&handing_on(last).node)).unwrap_or_default()
        }
        _ => BTreeSet::new(),
    }
}

fn is_element(patterns: &[PathPattern], name: &str) -> bool {
    parts(patterns).any(|part| variable(part) == Some(name))
}

fn parts(patterns: &[PathPattern]) -> impl Iterator<Item = &PathPart> {
    patterns.iter().flat_map(|pattern| &pattern.alternatives).flat_map(|(_, parts)| parts)
}

fn variable(part: &PathPart) -> Option<&str> {
    match part {
        PathPart::Node(node) => node.variable.as_ref(),
        PathPart::Relationship(rel) => rel.variable.as_ref(),
        PathPart::Group { .. } => None,
    }
    .map(|name| name.node.as_str())
}

/// A text names a node, or a relationship, by its id, a node also by its name; a map says what properties it has.
fn element(
    name: &str,
    patterns: &[PathPattern],
    wanted: &Wanted,
    snapshot: &Snapshot,
) -> Result<Expression, Diagnostic> {
    let span = wanted.written.span;
    let read = || At::new(Expr::Variable(name.to_owned()), wanted.name.span);
    match &wanted.value {
        Value::Text(text) => {
            let is_node = parts(patterns).any(|part| matches!(part, PathPart::Node(_)) && variable(part) == Some(name));
            let id =
                if is_node { snapshot.node_id(named(text, span, snapshot)?).to_string() } else { text.to_string() };
            let literal = At::new(Expr::Literal(Literal::Text(id)), span);
            Ok(equals(call("elementId", read(), span), literal))
        }
        Value::Map(map) if !map.is_empty() => {
            let value = |key: &Name| match &wanted.written.node {
                Expr::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone()),
                _ => None,
            };
            let conditions = map.keys().map(|key| {
                let key = At::new(key.to_string(), span);
                let value = value(&key).unwrap_or_else(|| property(wanted.written.clone(), &key));
                equals(property(read(), &key), value)
            });
            let and = |a, b| At::new(Expr::Binary(BinaryOp::And, Box::new(a), Box::new(b)), span);
            Ok(conditions.reduce(and).unwrap_or_else(read))
        }
        other => {
            let wrong = format!("`{name}` is a node or a relationship, and {} names none", other.described());
            Err(Diagnostic::new(code::TYPE_ERROR, wrong).at(span, "expected an id, a name, or a map of properties"))
        }
    }
}

/// The node with this id, or else the only one with this name.
fn named(text: &str, span: Span, snapshot: &Snapshot) -> Result<NodeId, Diagnostic> {
    match snapshot.called(text).as_slice() {
        [node] => Ok(*node),
        [] => {
            let wrong = Diagnostic::new(code::UNKNOWN_REFERENCE, format!("no node has the id or the name '{text}'"));
            let ids: Vec<&str> = snapshot.nodes().map(|node| &**snapshot.node_id(node)).collect();
            Err(wrong.at(span, "which node is wanted?").nearest(text, ids))
        }
        several => {
            let ids: Vec<String> = several.iter().map(|node| format!("'{}'", snapshot.node_id(*node))).collect();
            let wrong = Diagnostic::new(code::UNKNOWN_REFERENCE, format!("{} nodes are named '{text}'", several.len()));
            Err(wrong.at(span, "which node is wanted?").help(format!("their ids are {}", ids.join(", "))))
        }
    }
}
