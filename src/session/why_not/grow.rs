//! A pattern as the sequence of parts that it is made of, each with all before it, so that one can see which is the first
//! that nothing matches.
//!
//! Trees in, trees out: nothing is run here.

use std::collections::BTreeSet;

use crate::parse::ast::{At, Expr, Expression, NodePattern, PathPart, PathPattern, RelationshipPattern};
use crate::parse::print_path;

/// A pattern up to one of its parts.
pub(super) struct Part {
    /// Everything up to here.
    pub patterns: Vec<PathPattern>,
    /// The variables in it.
    pub names: BTreeSet<String>,
    /// What is new, as it is written.
    pub text: String,
    pub new: New,
}

/// What a part adds.
pub(super) enum New {
    /// A node without conditions.
    Node,
    /// What is asked of a node that is there: labels, properties, a condition.
    Asked(String, Box<NodePattern>),
    /// A relationship from a node that is there to one that is new.
    Relationship { near: String, far: String, rel: Box<RelationshipPattern>, outwards: bool },
    /// A path that is taken whole.
    Path,
}

/// The parts of these patterns. They grow from nodes with `known` names, else from those of which a value is `wanted`.
pub(super) fn parts(patterns: &[PathPattern], known: &BTreeSet<String>, wanted: &BTreeSet<String>) -> Vec<Part> {
    let mut open: Vec<PathPattern> = patterns.to_vec();
    let mut unnamed = 0;
    for pattern in &mut open {
        name_all(pattern, &mut unnamed);
    }
    let (mut done, mut found): (Vec<PathPattern>, Vec<Part>) = (Vec::new(), Vec::new());
    let mut seen = known.clone();
    while !open.is_empty() {
        // What hangs together with what is there comes first.
        let touching = |names: &BTreeSet<String>| {
            open.iter().position(|pattern| names_of(pattern).iter().any(|name| names.contains(name)))
        };
        let pattern = open.remove(touching(&seen).or_else(|| touching(wanted)).unwrap_or(0));
        grow(&pattern, &done, &seen, wanted, &mut found);
        seen.extend(names_of(&pattern));
        done.push(pattern);
    }
    found
}

/// The path part by part, from a node that is known to its right end, then to its left.
fn grow(
    pattern: &PathPattern,
    done: &[PathPattern],
    seen: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
    found: &mut Vec<Part>,
) {
    let whole = |text: String, found: &mut Vec<Part>| {
        let patterns = [done, std::slice::from_ref(pattern)].concat();
        let names = patterns.iter().flat_map(names_of).collect();
        found.push(Part { patterns, names, text, new: New::Path });
    };
    let parts = match pattern.alternatives.as_slice() {
        [(_, parts)] if alternates(parts) => parts,
        alternatives => {
            let texts: Vec<String> = alternatives.iter().map(|(_, parts)| written(parts)).collect();
            return whole(texts.join(" | "), found);
        }
    };
    let name = |at: usize| if let PathPart::Node(node) = &parts[at] { variable(node) } else { String::new() };
    let nodes: Vec<usize> = (0..parts.len()).step_by(2).collect();
    let among = |names: &BTreeSet<String>| nodes.iter().copied().find(|at| names.contains(&name(*at)));
    let start = among(seen).or_else(|| among(wanted)).unwrap_or(0);
    let mut growing: Vec<PathPart> = vec![bare(&parts[start])];
    let mut add = |growing: &[PathPart], text: String, new: New| {
        let mut path = PathPattern::plain(growing.to_vec(), pattern.span.span);
        path.restrictor.clone_from(&pattern.restrictor);
        let patterns: Vec<PathPattern> = done.iter().cloned().chain([path]).collect();
        let names = patterns.iter().flat_map(names_of).collect();
        found.push(Part { patterns, names, text, new });
    };
    if !seen.contains(&name(start)) {
        add(&growing, written(&growing), New::Node);
    }
    let asked =
        |at: usize, growing: &mut Vec<PathPart>, place: usize, add: &mut dyn FnMut(&[PathPart], String, New)| {
            let PathPart::Node(node) = &parts[at] else { return };
            if node.labels.is_some() || node.properties.is_some() || node.filter.is_some() {
                growing[place] = parts[at].clone();
                add(growing, written(&parts[at..=at]), New::Asked(variable(node), Box::new(node.clone())));
            }
        };
    asked(start, &mut growing, 0, &mut add);
    for at in (start..parts.len().saturating_sub(2)).step_by(2) {
        growing.extend([parts[at + 1].clone(), bare(&parts[at + 2])]);
        let text = written(&[bare(&parts[at]), parts[at + 1].clone(), bare(&parts[at + 2])]);
        add(&growing, text, step(&parts[at + 1], name(at), name(at + 2), true));
        let place = growing.len() - 1;
        asked(at + 2, &mut growing, place, &mut add);
    }
    for at in (2..=start).rev().step_by(2) {
        growing.splice(0..0, [bare(&parts[at - 2]), parts[at - 1].clone()]);
        let text = written(&[bare(&parts[at - 2]), parts[at - 1].clone(), bare(&parts[at])]);
        add(&growing, text, step(&parts[at - 1], name(at), name(at - 2), false));
        asked(at - 2, &mut growing, 0, &mut add);
    }
    if pattern.variable.is_some() || pattern.selector.is_some() {
        whole(written(parts), found);
    }
}

fn step(part: &PathPart, near: String, far: String, outwards: bool) -> New {
    match part {
        PathPart::Relationship(rel) => New::Relationship { near, far, rel: Box::new(rel.clone()), outwards },
        PathPart::Node(_) | PathPart::Group { .. } => New::Path,
    }
}

/// Whether nodes and what joins them take turns.
fn alternates(parts: &[PathPart]) -> bool {
    parts.len() % 2 == 1
        && parts.iter().enumerate().all(|(at, part)| matches!(part, PathPart::Node(_)) == (at % 2 == 0))
}

fn variable(node: &NodePattern) -> String {
    node.variable.as_ref().map_or(String::new(), |name| name.node.clone())
}

/// A node with its name only.
fn bare(part: &PathPart) -> PathPart {
    match part {
        PathPart::Node(node) => {
            PathPart::Node(NodePattern { labels: None, properties: None, filter: None, ..node.clone() })
        }
        other => other.clone(),
    }
}

/// No name that a query can write holds a space.
fn is_given(name: &str) -> bool {
    name.starts_with(' ')
}

/// Gives a name to every node and relationship that has none.
fn name_all(pattern: &mut PathPattern, given: &mut usize) {
    let span = pattern.span.span;
    let mut name = |variable: &mut Option<At<String>>| {
        if variable.is_none() {
            *given += 1;
            *variable = Some(At::new(format!(" {given}"), span));
        }
    };
    for (_, parts) in &mut pattern.alternatives {
        for part in parts {
            match part {
                PathPart::Node(node) => name(&mut node.variable),
                PathPart::Relationship(rel) => name(&mut rel.variable),
                PathPart::Group { .. } => {}
            }
        }
    }
}

/// The text of a part of a path, without the names that were given here.
fn written(parts: &[PathPart]) -> String {
    let mut parts = parts.to_vec();
    for part in &mut parts {
        let variable = match part {
            PathPart::Node(node) => &mut node.variable,
            PathPart::Relationship(rel) => &mut rel.variable,
            PathPart::Group { .. } => continue,
        };
        if variable.as_ref().is_some_and(|name| is_given(&name.node)) {
            *variable = None;
        }
    }
    print_path(&parts)
}

/// The variables of a pattern.
pub(super) fn names_of(pattern: &PathPattern) -> Vec<String> {
    let inside = pattern.alternatives.iter().flat_map(|(_, parts)| parts).flat_map(|part| match part {
        PathPart::Node(node) => node.variable.iter().map(|name| name.node.clone()).collect(),
        PathPart::Relationship(rel) => rel.variable.iter().map(|name| name.node.clone()).collect(),
        PathPart::Group { pattern, .. } => names_of(pattern),
    });
    inside.chain(pattern.variable.iter().map(|name| name.node.clone())).collect()
}

/// What is asked of a node, one by one: `n:Label`, `n.key = value`, the condition beside it.
pub(super) fn conditions(node: &NodePattern) -> Vec<Expression> {
    let Some(variable) = &node.variable else { return Vec::new() };
    let read = || At::new(Expr::Variable(variable.node.clone()), variable.span);
    let mut found = Vec::new();
    if let Some(labels) = &node.labels {
        found.push(At::new(Expr::HasLabels(Box::new(read()), labels.node.clone(), true), labels.span));
    }
    if let Some(At { node: Expr::Map(entries), .. }) = &node.properties {
        found.extend(entries.iter().map(|(key, value)| super::equals(super::property(read(), key), value.clone())));
    }
    found.extend(node.filter.iter().flat_map(Expr::conjuncts).cloned());
    found
}
