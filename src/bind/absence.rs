//! What an answer says by what it does not hold: which types and labels a query looks for, and which of them it looks for in
//! vain where a row can still come of it. A procedure looks for what its table says.
//!
//! No rows speak of everything that patterns look for. Of a row that is there, these rest on something absent: `NOT` of a
//! pattern, an `EXISTS`, or a label; what an optional pattern, a count or a list of matches did not find; a list or a count of
//! rows of which something is said not to be in it. A condition that a pattern is there is none of them.
//!
//! Invariant: reads the tree only; no name is resolved.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Span;
use crate::parse::ast::{
    BinaryOp, Clause, ClauseKind, CompareOp, Expr, Expression, LabelExpr, ListQuantifier, Literal, Name, PathPart,
    PathPattern, Projection, Query, SubqueryKind, UnaryOp,
};

use crate::procedure;

use super::walk;

/// What a pattern looks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sought {
    /// Relationship types.
    pub types: BTreeSet<String>,
    /// Labels of nodes that no relationship leads to.
    pub labels: BTreeSet<String>,
    /// Nodes or relationships of any name.
    pub anything: bool,
}

impl Sought {
    fn extend(&mut self, other: &Self) {
        self.types.extend(other.types.iter().cloned());
        self.labels.extend(other.labels.iter().cloned());
        self.anything |= other.anything;
    }
}

/// What a query says by absence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Absence {
    /// Everything that it looks for.
    pub sought: Sought,
    /// What of it need not be there for a row.
    pub denied: Sought,
    /// What of it is counted or gathered in one row, which is there also where nothing was found.
    pub counted: Sought,
    /// A row rests on what is denied whatever was found; else only where something was looked for and not found.
    pub always: bool,
}

/// A text that a node is asked to have as a property: `(x {name: 'CPTPP'})`, `x.name = 'CPTPP'`.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The property.
    pub key: String,
    /// The text.
    pub text: String,
    /// Where the text is written.
    pub span: Span,
}

/// The texts that nodes are asked to have as properties, in the order in which they are written.
#[must_use]
pub fn named(query: &Query) -> Vec<Named> {
    let mut walk = Walk::default();
    walk.query(query);
    walk.named
}

/// What a query says by absence.
pub(super) fn absence(query: &Query) -> Absence {
    let mut walk = Walk::default();
    walk.query(query);
    let mut found = walk.found;
    let rests_on_absence = |clause: &Clause| match &clause.node {
        ClauseKind::Match { optional: false, filter: Some(filter), .. } => denies_pattern(filter),
        _ => false,
    };
    found.always |= query.rest.is_empty() && query.first.iter().any(rests_on_absence);
    found
}

/// Whether a condition is true only where a pattern is not met.
fn denies_pattern(condition: &Expression) -> bool {
    match &condition.node {
        Expr::Binary(BinaryOp::And, a, b) => denies_pattern(a) || denies_pattern(b),
        Expr::Unary(UnaryOp::Not, of) => matches!(of.node, Expr::Pattern(_) | Expr::Subquery(SubqueryKind::Exists, _)),
        _ => false,
    }
}

/// What the truth of an expression does to a row.
#[derive(Clone, Copy, PartialEq)]
enum Stance {
    /// The row is there where it is true.
    True,
    /// The row is there where it is not.
    False,
    /// Its value is read.
    Value,
}

#[derive(Default)]
struct Walk<'q> {
    found: Absence,
    /// Inside something that need not be there.
    denied: bool,
    /// What the query looked for so far, those around it left out.
    here: Sought,
    /// Names of what was made of several rows, and what was looked for to have those.
    gathered: BTreeMap<&'q str, Sought>,
    /// Texts that nodes are asked to have.
    named: Vec<Named>,
}

impl<'q> Walk<'q> {
    fn query(&mut self, query: &'q Query) {
        let around = std::mem::take(&mut self.here);
        for clauses in std::iter::once(&query.first).chain(query.rest.iter().map(|(_, clauses)| clauses)) {
            for clause in clauses {
                self.clause(clause);
            }
        }
        self.here.extend(&around);
    }

    /// What is looked for here need not be there.
    fn in_vain(&mut self, body: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.denied, true);
        body(self);
        self.denied = around;
    }

    fn clause(&mut self, clause: &'q Clause) {
        match &clause.node {
            ClauseKind::Match { optional: true, patterns, filter, .. } => {
                self.in_vain(|walk| walk.matched(patterns, filter.as_ref()));
            }
            ClauseKind::Match { patterns, filter, .. } => self.matched(patterns, filter.as_ref()),
            ClauseKind::With(projection) | ClauseKind::Return(projection) => self.projection(projection),
            ClauseKind::Filter(condition) => self.expr(condition, Stance::True),
            ClauseKind::Unwind { list, .. } => self.expr(list, Stance::Value),
            ClauseKind::Let(items) => self.all(items.iter().map(|(_, value)| value), Stance::Value),
            ClauseKind::OrderBy(paging) => self.all(paging.order.iter().map(|(key, _)| key), Stance::Value),
            ClauseKind::Call { optional, procedure: name, arguments, yields, .. } => {
                let (types, labels) = procedure::looks_for(&name.node);
                if *optional {
                    self.in_vain(|walk| walk.seek_all(types, labels));
                } else {
                    self.seek_all(types, labels);
                }
                self.all(arguments.iter().flatten(), Stance::Value);
                let filter = yields.as_ref().and_then(|yields| yields.filter.as_ref());
                self.all(filter, Stance::True);
            }
            ClauseKind::CallSubquery { optional: true, query, .. } => self.in_vain(|walk| walk.query(query)),
            ClauseKind::CallSubquery { query, .. } => self.query(query),
            // What writes says what it did.
            ClauseKind::Finish
            | ClauseKind::Next
            | ClauseKind::Create { .. }
            | ClauseKind::Merge { .. }
            | ClauseKind::Set(_)
            | ClauseKind::Remove(_)
            | ClauseKind::Delete { .. }
            | ClauseKind::Foreach { .. }
            | ClauseKind::LoadCsv { .. }
            | ClauseKind::Verb { .. } => {}
        }
    }

    fn projection(&mut self, projection: &'q Projection) {
        for item in &projection.items {
            self.expr(&item.expression, Stance::Value);
            if walk::has_aggregate(&item.expression) {
                let here = self.here.clone();
                self.gathered.extend(item.alias.as_ref().map(|alias| (alias.node.as_str(), here)));
            }
        }
        let mut items = projection.items.iter().map(|item| walk::has_aggregate(&item.expression)).peekable();
        if items.peek().is_some() && items.all(|gathers| gathers) {
            self.found.counted.extend(&self.here);
        }
        self.all(projection.paging.order.iter().map(|(key, _)| key), Stance::Value);
        self.all(&projection.filter, Stance::True);
    }

    fn matched(&mut self, patterns: &'q [PathPattern], filter: Option<&'q Expression>) {
        for pattern in patterns {
            self.path(pattern);
        }
        self.all(filter, Stance::True);
    }

    fn path(&mut self, path: &'q PathPattern) {
        for (_, parts) in &path.alternatives {
            let alone = parts.len() == 1;
            for part in parts {
                match part {
                    PathPart::Node(node) => {
                        let labels = node.labels.as_ref().map(|labels| &labels.node);
                        if alone {
                            self.seek(labels, |sought| &mut sought.labels);
                        }
                        if let Some(labels) = labels {
                            self.not_labelled(labels, false);
                        }
                        for (key, value) in node.properties.iter().flat_map(|map| entries(&map.node)) {
                            self.name(&key.node, value);
                        }
                        self.all(&node.filter, Stance::True);
                    }
                    PathPart::Relationship(rel) => {
                        self.seek(rel.types.as_ref().map(|types| &types.node), |sought| &mut sought.types);
                        self.all(&rel.filter, Stance::True);
                    }
                    PathPart::Group { pattern, filter, .. } => {
                        self.path(pattern);
                        self.all(filter, Stance::True);
                    }
                }
            }
        }
    }

    /// A node is asked to have this value, if it is a text that is written out.
    fn name(&mut self, key: &str, value: &Expression) {
        if let Expr::Literal(Literal::Text(text)) = &value.node {
            self.named.push(Named { key: key.to_owned(), text: text.clone(), span: value.span });
        }
    }

    /// Looks for what has one of these names, or for anything.
    fn seek(&mut self, names: Option<&LabelExpr>, of: impl Fn(&mut Sought) -> &mut BTreeSet<String>) {
        let mut known = BTreeSet::new();
        let open = names.is_none_or(|names| !asserted(names, &mut known));
        let found = &mut self.found;
        let denied = self.denied.then_some(&mut found.denied);
        for sought in [&mut found.sought, &mut self.here].into_iter().chain(denied) {
            sought.anything |= open;
            of(sought).extend(known.iter().cloned());
        }
    }

    /// Looks for what has one of these names, as a procedure does.
    fn seek_all(&mut self, types: &[&str], labels: &[&str]) {
        let found = &mut self.found;
        let denied = self.denied.then_some(&mut found.denied);
        for sought in [&mut found.sought, &mut self.here].into_iter().chain(denied) {
            sought.types.extend(types.iter().map(|name| (*name).to_owned()));
            sought.labels.extend(labels.iter().map(|name| (*name).to_owned()));
        }
    }

    /// Labels that something must not have to be found.
    fn not_labelled(&mut self, labels: &LabelExpr, negated: bool) {
        match labels {
            LabelExpr::Name(name) if negated => {
                self.found.denied.labels.insert(name.node.clone());
                self.found.always = true;
            }
            LabelExpr::Name(_) | LabelExpr::Any => {}
            LabelExpr::Not(inner) => self.not_labelled(inner, !negated),
            LabelExpr::And(a, b) | LabelExpr::Or(a, b) => {
                self.not_labelled(a, negated);
                self.not_labelled(b, negated);
            }
        }
    }

    fn all(&mut self, expressions: impl IntoIterator<Item = &'q Expression>, stance: Stance) {
        for expression in expressions {
            self.expr(expression, stance);
        }
    }

    fn expr(&mut self, expression: &'q Expression, stance: Stance) {
        match &expression.node {
            Expr::Unary(UnaryOp::Not, of) => {
                let turned = match stance {
                    Stance::True => Stance::False,
                    Stance::False => Stance::True,
                    Stance::Value => Stance::Value,
                };
                self.expr(of, turned);
            }
            Expr::Binary(BinaryOp::And | BinaryOp::Or, a, b) => {
                self.expr(a, stance);
                self.expr(b, stance);
            }
            Expr::Pattern(pattern) if stance == Stance::True => self.path(pattern),
            Expr::Subquery(SubqueryKind::Exists, query) if stance == Stance::True => self.query(query),
            Expr::Call { name, arguments, .. } if name.node.eq_ignore_ascii_case("exists") => {
                self.all(arguments, stance);
            }
            Expr::Compare(count, others) if stance == Stance::True && is_some(others) => match &count.node {
                Expr::Subquery(SubqueryKind::Count, query) => self.query(query),
                _ => self.expr(count, Stance::Value),
            },
            Expr::Pattern(pattern) | Expr::ShortestPath(pattern) => self.in_vain(|walk| walk.path(pattern)),
            Expr::Subquery(_, query) => self.in_vain(|walk| walk.query(query)),
            Expr::PatternComprehension { pattern, filter, result } => self.in_vain(|walk| {
                walk.path(pattern);
                walk.all(filter.as_deref(), Stance::True);
                walk.expr(result, Stance::Value);
            }),
            Expr::HasLabels(of, labels, has) => {
                if stance != Stance::Value {
                    self.not_labelled(labels, (stance == Stance::False) == *has);
                }
                self.expr(of, Stance::Value);
            }
            _ => {
                if let Some((key, value)) = equality(&expression.node).filter(|_| stance == Stance::True) {
                    self.name(key, value);
                }
                for name in self.denies_gathered(expression, stance) {
                    self.found.denied.extend(&self.gathered[name]);
                    self.found.always = true;
                }
                self.all(expression.node.children(), Stance::Value);
            }
        }
    }

    /// Of what was made of several rows, that of which a row says that something is not in it: `NOT x IN xs`, `none(… IN xs …)`,
    /// `n = 0`.
    fn denies_gathered(&self, expression: &'q Expression, stance: Stance) -> Vec<&'q str> {
        let says_no = match (&expression.node, stance) {
            (_, Stance::False) => true,
            (Expr::Quantified { kind, .. }, Stance::True) => *kind == ListQuantifier::None,
            (Expr::Compare(_, others), Stance::True) => {
                matches!(
                    others.as_slice(),
                    [(CompareOp::Equal, Expression { node: Expr::Literal(Literal::Int(0)), .. })]
                ) || matches!(others.as_slice(), [(CompareOp::Equal, Expression { node: Expr::List(items), .. })] if items.is_empty())
            }
            _ => false,
        };
        let mut read = Vec::new();
        walk::walk(expression, &mut |part| match &part.node {
            Expr::Variable(name) if says_no && self.gathered.contains_key(name.as_str()) => read.push(name.as_str()),
            _ => {}
        });
        read
    }
}

fn entries(map: &Expr) -> &[(Name, Expression)] {
    match map {
        Expr::Map(entries) => entries,
        _ => &[],
    }
}

/// The property and the value of `x.key = value` or `value = x.key`.
fn equality(expression: &Expr) -> Option<(&str, &Expression)> {
    let Expr::Compare(left, others) = expression else { return None };
    let [(CompareOp::Equal, right)] = others.as_slice() else { return None };
    match (&left.node, &right.node) {
        (Expr::Property(_, key), _) => Some((&key.node, right)),
        (_, Expr::Property(_, key)) => Some((&key.node, left)),
        _ => None,
    }
}

/// Whether what comes before has to be more than none: `> 0`, `>= 1`.
fn is_some(others: &[(CompareOp, Expression)]) -> bool {
    match others {
        [(CompareOp::Greater, least)] => matches!(least.node, Expr::Literal(Literal::Int(0..))),
        [(CompareOp::GreaterEqual, least)] => matches!(least.node, Expr::Literal(Literal::Int(1..))),
        _ => false,
    }
}

/// Adds the names of which one must be there; `false` where none must.
fn asserted(names: &LabelExpr, found: &mut BTreeSet<String>) -> bool {
    match names {
        LabelExpr::Name(name) => {
            found.insert(name.node.clone());
            true
        }
        LabelExpr::Any | LabelExpr::Not(_) => false,
        LabelExpr::And(a, b) => asserted(a, found) | asserted(b, found),
        LabelExpr::Or(a, b) => asserted(a, found) & asserted(b, found),
    }
}
