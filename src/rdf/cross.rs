//! Cross products that can be stopped.
//!
//! The library asks the dataset for each pattern that shares a variable with what it has, but lists the product of two
//! that share none by itself, without end for a query that multiplies thousands by thousands. Asked one inside the other
//! (`LATERAL`), which means the same where nothing is shared, each row asks the dataset, and there a query is stopped.

use std::collections::BTreeSet;

use oxigraph::model::Variable;
use spargebra::Query;
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

/// The same query, its products asked one pattern inside the other.
pub(super) fn lateral(mut query: Query) -> Query {
    match &mut query {
        Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => rewrite(pattern),
    }
    query
}

fn rewrite(pattern: &mut GraphPattern) {
    match pattern {
        GraphPattern::Bgp { patterns } => *pattern = apart(std::mem::take(patterns)),
        GraphPattern::Join { left, right } => {
            if let (GraphPattern::Bgp { patterns }, GraphPattern::Bgp { patterns: more }) = (&mut **left, &mut **right)
            {
                let all = std::mem::take(patterns).into_iter().chain(std::mem::take(more));
                *pattern = apart(all.collect());
            } else {
                rewrite(left);
                rewrite(right);
            }
        }
        GraphPattern::LeftJoin { left, right, .. }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => {
            rewrite(left);
            rewrite(right);
        }
        GraphPattern::Filter { inner, .. }
        | GraphPattern::Graph { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Group { inner, .. }
        | GraphPattern::Service { inner, .. } => rewrite(inner),
        GraphPattern::Path { .. } | GraphPattern::Values { .. } => {}
    }
}

/// Patterns in groups that share a name within and none between, each asked inside the one before.
fn apart(patterns: Vec<TriplePattern>) -> GraphPattern {
    let mut groups: Vec<(BTreeSet<String>, Vec<TriplePattern>)> = Vec::new();
    for pattern in patterns {
        let mut names = BTreeSet::new();
        names_of(&pattern, &mut names);
        let (joined, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(known, _)| !known.is_disjoint(&names));
        groups = others;
        let mut members = Vec::new();
        for (known, patterns) in joined {
            names.extend(known);
            members.extend(patterns);
        }
        members.push(pattern);
        groups.push((names, members));
    }
    let mut groups = groups.into_iter().map(|(_, patterns)| GraphPattern::Bgp { patterns });
    let first = groups.next().unwrap_or_default();
    groups.fold(first, |left, right| GraphPattern::Lateral { left: Box::new(left), right: Box::new(right) })
}

/// The variables and blank nodes of a pattern.
fn names_of(pattern: &TriplePattern, names: &mut BTreeSet<String>) {
    for term in [&pattern.subject, &pattern.object] {
        match term {
            TermPattern::Variable(variable) => add(variable, names),
            TermPattern::BlankNode(node) => {
                names.insert(node.to_string());
            }
            TermPattern::Triple(inner) => names_of(inner, names),
            TermPattern::NamedNode(_) | TermPattern::Literal(_) => {}
        }
    }
    if let NamedNodePattern::Variable(variable) = &pattern.predicate {
        add(variable, names);
    }
}

fn add(variable: &Variable, names: &mut BTreeSet<String>) {
    names.insert(variable.to_string());
}
