//! Patterns: paths, nodes, relationships, labels.

use super::ast::{
    At, ClauseKind, Direction, LabelExpr, Metadata, Name, NodePattern, PathPart, PathPattern, Quantifier, Query,
    RelationshipPattern, Restrictor, Selector,
};
use super::build::{Build, MAX_DEPTH, Pair};
use super::grammar::Rule;
use crate::diag::{Span, code};

impl PathPattern {
    /// A path with no name, selector, restrictor or metadata.
    #[must_use]
    pub fn plain(parts: Vec<PathPart>, span: Span) -> Self {
        Self {
            variable: None,
            selector: None,
            restrictor: None,
            alternatives: vec![(false, parts)],
            metadata: Metadata::default(),
            span: At::new((), span),
        }
    }
}

impl Build {
    /// A `path_pattern`.
    pub fn path_pattern(&self, pair: Pair<'_>) -> PathPattern {
        let span = self.span(&pair);
        let mut pattern = PathPattern::plain(Vec::new(), span);
        for part in pair.into_inner() {
            let at = self.span(&part);
            match part.as_rule() {
                Rule::path_variable => pattern.variable = self.path_variable(part),
                Rule::shortest => {
                    let inner = self.shortest(part);
                    pattern.selector = inner.selector;
                    pattern.alternatives = inner.alternatives;
                }
                Rule::selector => pattern.selector = Some(At::new(self.selector(part), at)),
                Rule::restrictor => pattern.restrictor = Some(At::new(restrictor(&part), at)),
                Rule::path_union => pattern.alternatives = self.path_union(part),
                _ => {}
            }
        }
        pattern
    }

    /// A `pattern_predicate`: a path and nothing else.
    pub fn bare_path(&self, pair: Pair<'_>) -> PathPattern {
        let span = self.span(&pair);
        PathPattern::plain(self.path(pair), span)
    }

    /// `shortestPath(…)` and `allShortestPaths(…)`.
    pub fn shortest(&self, pair: Pair<'_>) -> PathPattern {
        let span = self.span(&pair);
        let mut pattern = PathPattern::plain(Vec::new(), span);
        for part in pair.into_inner() {
            let at = self.span(&part);
            match part.as_rule() {
                Rule::k_shortestpath => pattern.selector = Some(At::new(Selector::ShortestPath, at)),
                Rule::k_allshortestpaths => pattern.selector = Some(At::new(Selector::AllShortestPaths, at)),
                Rule::path => pattern.alternatives = vec![(false, self.path(part))],
                _ => {}
            }
        }
        pattern
    }

    /// The patterns of `EXISTS { … }` without `MATCH`, as the `MATCH` they mean.
    pub fn bare_patterns(&self, pair: Pair<'_>) -> Query {
        let span = self.span(&pair);
        let (mut patterns, mut filter) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path_pattern => patterns.push(self.path_pattern(part)),
                Rule::r#where => filter = Some(self.condition(part)),
                _ => {}
            }
        }
        let clause = ClauseKind::Match { optional: false, mode: None, patterns, filter };
        Query { first: vec![At::new(clause, span)], rest: Vec::new() }
    }

    /// The name in `p = `.
    pub fn path_variable(&self, pair: Pair<'_>) -> Option<Name> {
        pair.into_inner().next().map(|name| self.name(&name))
    }

    fn selector(&self, pair: Pair<'_>) -> Selector {
        let Some(kind) = pair.into_inner().next() else { return Selector::All };
        let rule = kind.as_rule();
        let count = kind.into_inner().find(|part| part.as_rule() == Rule::count).map(|part| self.count(&part));
        match rule {
            Rule::all_shortest => Selector::AllShortest,
            Rule::any_shortest => Selector::AnyShortest,
            Rule::shortest_groups => Selector::ShortestGroups(count.unwrap_or(1)),
            Rule::shortest_k => Selector::Shortest(count.unwrap_or(1)),
            Rule::any_k => Selector::Any(count.unwrap_or(1)),
            _ => Selector::All,
        }
    }

    fn path_union(&self, pair: Pair<'_>) -> Vec<(bool, Vec<PathPart>)> {
        let (mut multiset, mut alternatives) = (false, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path_operator => multiset = part.as_str() == "|+|",
                Rule::path => alternatives.push((multiset, self.path(part))),
                _ => {}
            }
        }
        alternatives
    }

    /// A `path`: nodes, relationships and groups.
    pub fn path(&self, pair: Pair<'_>) -> Vec<PathPart> {
        pair.into_inner()
            .filter_map(|part| match part.as_rule() {
                Rule::node => Some(PathPart::Node(self.node(part))),
                Rule::relationship => Some(PathPart::Relationship(self.relationship(part))),
                Rule::group => Some(self.group(part)),
                _ => None,
            })
            .collect()
    }

    fn group(&self, pair: Pair<'_>) -> PathPart {
        let mut pattern = PathPattern::plain(Vec::new(), self.span(&pair));
        let (mut filter, mut quantifier) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path_pattern => pattern = self.path_pattern(part),
                Rule::r#where => filter = Some(self.condition(part)),
                Rule::quantifier => quantifier = Some(self.quantifier(part)),
                _ => {}
            }
        }
        PathPart::Group { pattern: Box::new(pattern), filter, quantifier }
    }

    fn node(&self, pair: Pair<'_>) -> NodePattern {
        let span = At::new((), self.span(&pair));
        let mut node = NodePattern { variable: None, labels: None, properties: None, filter: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::variable => node.variable = Some(self.name(&part)),
                Rule::labels => node.labels = self.labels(part),
                Rule::map | Rule::parameter => node.properties = Some(self.map_or_parameter(part)),
                Rule::r#where => node.filter = Some(self.condition(part)),
                _ => {}
            }
        }
        node
    }

    fn relationship(&self, pair: Pair<'_>) -> RelationshipPattern {
        let mut relationship = RelationshipPattern {
            variable: None,
            types: None,
            properties: None,
            filter: None,
            direction: Direction::Both,
            length: None,
            quantifier: None,
            span: At::new((), self.span(&pair)),
        };
        let (mut left, mut right) = (false, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::arrow_left => left = true,
                Rule::arrow_right => right = true,
                Rule::quantifier => relationship.quantifier = Some(self.quantifier(part)),
                Rule::relationship_detail => self.relationship_detail(part, &mut relationship),
                _ => {}
            }
        }
        relationship.direction = match (left, right) {
            (true, false) => Direction::In,
            (false, true) => Direction::Out,
            (true, true) | (false, false) => Direction::Both,
        };
        relationship
    }

    fn relationship_detail(&self, pair: Pair<'_>, relationship: &mut RelationshipPattern) {
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::variable => relationship.variable = Some(self.name(&part)),
                Rule::labels => relationship.types = self.labels(part),
                Rule::length => relationship.length = Some(self.length(part)),
                Rule::map | Rule::parameter => relationship.properties = Some(self.map_or_parameter(part)),
                Rule::r#where => relationship.filter = Some(self.condition(part)),
                _ => {}
            }
        }
    }

    /// openCypher's `*1..3`: without a lower bound it is 1.
    fn length(&self, pair: Pair<'_>) -> At<Quantifier> {
        let span = self.span(&pair);
        let mut length = Quantifier { least: 1, most: None, optional: false };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::least => length.least = self.count(&part),
                Rule::most => length.most = Some(self.count(&part)),
                Rule::exactly => {
                    length.least = self.count(&part);
                    length.most = Some(length.least);
                }
                _ => {}
            }
        }
        At::new(length, span)
    }

    /// GQL's `{1,3}`, `+`, `*`, `?`: without a lower bound it is 0.
    fn quantifier(&self, pair: Pair<'_>) -> At<Quantifier> {
        let span = self.span(&pair);
        let text = pair.as_str();
        let mut quantifier = Quantifier { least: u64::from(text == "+"), most: None, optional: text == "?" };
        if quantifier.optional {
            quantifier.most = Some(1);
        }
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::least => quantifier.least = self.count(&part),
                Rule::most => quantifier.most = Some(self.count(&part)),
                Rule::exactly => {
                    quantifier.least = self.count(&part);
                    quantifier.most = Some(quantifier.least);
                }
                _ => {}
            }
        }
        if quantifier.most.is_some_and(|most| most < quantifier.least) {
            self.wrong(
                code::SYNTAX,
                "a quantifier's upper bound is below its lower bound",
                span,
                "expected the lower one first, such as `{1,3}`",
            );
        }
        At::new(quantifier, span)
    }

    fn labels(&self, pair: Pair<'_>) -> Option<At<LabelExpr>> {
        let labels = pair.into_inner().find(|part| part.as_rule() == Rule::label_expr)?;
        let span = self.span(&labels);
        Some(At::new(self.label_expr(labels), span))
    }

    /// A `label_expr` or `label_and`.
    pub fn label_expr(&self, pair: Pair<'_>) -> LabelExpr {
        let span = self.span(&pair);
        let size = pair.clone().into_inner().flatten();
        if size.filter(|part| matches!(part.as_rule(), Rule::label_unary | Rule::bang)).count() > MAX_DEPTH {
            self.too_deep(span);
            return LabelExpr::Any;
        }
        self.label_terms(pair)
    }

    fn label_terms(&self, pair: Pair<'_>) -> LabelExpr {
        let join = |left, right| LabelExpr::And(Box::new(left), Box::new(right));
        let either = |left, right| LabelExpr::Or(Box::new(left), Box::new(right));
        let disjunction = pair.as_rule() == Rule::label_expr;
        let terms = pair.into_inner().filter_map(|part| match part.as_rule() {
            Rule::label_and => Some(self.label_terms(part)),
            Rule::label_unary => Some(self.label_unary(part)),
            _ => None,
        });
        let whole = if disjunction { terms.reduce(either) } else { terms.reduce(join) };
        whole.unwrap_or(LabelExpr::Any)
    }

    fn label_unary(&self, pair: Pair<'_>) -> LabelExpr {
        let (mut n_bangs, mut label) = (0_usize, LabelExpr::Any);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::bang => n_bangs += 1,
                Rule::name => label = LabelExpr::Name(self.name(&part)),
                Rule::label_expr => label = self.label_terms(part),
                _ => {}
            }
        }
        (0..n_bangs).fold(label, |inner, _| LabelExpr::Not(Box::new(inner)))
    }
}

fn restrictor(pair: &Pair<'_>) -> Restrictor {
    match pair.clone().into_inner().next().map(|part| part.as_rule()) {
        Some(Rule::k_trail) => Restrictor::Trail,
        Some(Rule::k_acyclic) => Restrictor::Acyclic,
        Some(Rule::k_simple) => Restrictor::Simple,
        _ => Restrictor::Walk,
    }
}
