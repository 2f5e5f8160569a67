//! Expressions, and what they are made of.

use std::collections::BTreeSet;

use super::{Expression, LabelExpr, Name, PathPattern, Query};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// `null`, `true`, `42`, `1.5`, `'text'`.
    Literal(Literal),
    /// A name.
    Variable(String),
    /// `$name`.
    Parameter(String),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{key: value}`.
    Map(Vec<(Name, Expression)>),
    /// `x.key`.
    Property(Box<Expression>, Name),
    /// `x[i]`.
    Index(Box<Expression>, Box<Expression>),
    /// `x[a..b]`.
    Slice(Box<Expression>, Option<Box<Expression>>, Option<Box<Expression>>),
    /// `NOT x`, `-x`, `+x`.
    Unary(UnaryOp, Box<Expression>),
    /// `a + b`.
    Binary(BinaryOp, Box<Expression>, Box<Expression>),
    /// `a < b <= c`: two or more comparisons in a row.
    Compare(Box<Expression>, Vec<(CompareOp, Expression)>),
    /// `x IS NULL` (`true`), `x IS NOT NULL` (`false`).
    IsNull(Box<Expression>, bool),
    /// `x:A|B`, `x IS LABELED A`; `false`: `IS NOT LABELED`.
    HasLabels(Box<Expression>, LabelExpr, bool),
    /// `x IS :: TYPE`; `false`: `IS NOT ::`.
    IsType(Box<Expression>, TypeExpr, bool),
    /// `name(DISTINCT a, b)`; the name as written, with dots.
    Call {
        /// The name.
        name: Name,
        /// `DISTINCT`.
        distinct: bool,
        /// The arguments.
        arguments: Vec<Expression>,
    },
    /// `count(*)`.
    CountStar,
    /// `CASE [x] WHEN … THEN … [ELSE …] END`.
    Case {
        /// The value compared, if any.
        subject: Option<Box<Expression>>,
        /// `(when, then)`.
        branches: Vec<(Expression, Expression)>,
        /// `ELSE`.
        otherwise: Option<Box<Expression>>,
    },
    /// `[x IN list WHERE p | e]`.
    ListComprehension {
        /// The element's name.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// `WHERE`.
        filter: Option<Box<Expression>>,
        /// After the bar.
        result: Option<Box<Expression>>,
    },
    /// `[p = (a)-->(b) WHERE q | e]`.
    PatternComprehension {
        /// The pattern.
        pattern: Box<PathPattern>,
        /// `WHERE`.
        filter: Option<Box<Expression>>,
        /// After the bar.
        result: Box<Expression>,
    },
    /// `all(x IN list WHERE p)`, `any`, `none`, `single`.
    Quantified {
        /// Which.
        kind: ListQuantifier,
        /// The element's name.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// The condition; `None`: the element itself.
        filter: Option<Box<Expression>>,
    },
    /// `reduce(acc = init, x IN list | e)`.
    Reduce {
        /// The accumulator's name.
        accumulator: Name,
        /// Its first value.
        init: Box<Expression>,
        /// The element's name.
        variable: Name,
        /// The list.
        list: Box<Expression>,
        /// The step.
        step: Box<Expression>,
    },
    /// `x {.key, .*, other: e, y}`.
    MapProjection(Name, Vec<MapItem>),
    /// A pattern as a condition, `(a)-->(b)`.
    Pattern(Box<PathPattern>),
    /// `shortestPath((a)-[*]->(b))` as a value.
    ShortestPath(Box<PathPattern>),
    /// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`; a bare pattern is a `MATCH` of it without `RETURN`.
    Subquery(SubqueryKind, Box<Query>),
}

impl Expr {
    /// The expressions that it is made of, one level down. A pattern or a query inside is not looked into.
    #[must_use]
    pub fn children(&self) -> Vec<&Expression> {
        match self {
            Expr::Literal(_)
            | Expr::Variable(_)
            | Expr::Parameter(_)
            | Expr::CountStar
            | Expr::Pattern(_)
            | Expr::PatternComprehension { .. }
            | Expr::ShortestPath(_)
            | Expr::Subquery(..) => Vec::new(),
            Expr::List(items) | Expr::Call { arguments: items, .. } => items.iter().collect(),
            Expr::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
            Expr::Property(of, _)
            | Expr::Unary(_, of)
            | Expr::IsNull(of, _)
            | Expr::HasLabels(of, ..)
            | Expr::IsType(of, ..) => vec![of],
            Expr::Index(a, b) | Expr::Binary(_, a, b) => vec![a, b],
            Expr::Slice(of, from, to) => {
                [Some(of), from.as_ref(), to.as_ref()].into_iter().flatten().map(|e| &**e).collect()
            }
            Expr::Compare(first, others) => {
                std::iter::once(&**first).chain(others.iter().map(|(_, other)| other)).collect()
            }
            Expr::Case { subject, branches, otherwise } => {
                let pairs = branches.iter().flat_map(|(condition, value)| [condition, value]);
                subject.as_deref().into_iter().chain(pairs).chain(otherwise.as_deref()).collect()
            }
            Expr::ListComprehension { list, filter, result, .. } => {
                std::iter::once(&**list).chain(filter.as_deref()).chain(result.as_deref()).collect()
            }
            Expr::Quantified { list, filter, .. } => std::iter::once(&**list).chain(filter.as_deref()).collect(),
            Expr::Reduce { init, list, step, .. } => vec![init, list, step],
            Expr::MapProjection(_, items) => items
                .iter()
                .filter_map(|item| match item {
                    MapItem::Entry(_, value) => Some(value),
                    MapItem::Property(_) | MapItem::All | MapItem::Variable(_) => None,
                })
                .collect(),
        }
    }

    /// Every name of a variable in it, those of its own comprehensions included; `None` where a pattern or a query inside
    /// may name others.
    #[must_use]
    pub fn names(&self) -> Option<BTreeSet<&str>> {
        let mut names = BTreeSet::new();
        match self {
            Expr::Pattern(_) | Expr::ShortestPath(_) | Expr::Subquery(..) | Expr::PatternComprehension { .. } => {
                return None;
            }
            Expr::Variable(name) => drop(names.insert(name.as_str())),
            Expr::MapProjection(name, items) => {
                names.insert(name.node.as_str());
                names.extend(items.iter().filter_map(|item| match item {
                    MapItem::Variable(name) => Some(name.node.as_str()),
                    MapItem::Property(_) | MapItem::All | MapItem::Entry(..) => None,
                }));
            }
            _ => {}
        }
        for child in self.children() {
            names.extend(child.node.names()?);
        }
        Some(names)
    }

    /// The conditions that `AND` joins, from left to right.
    #[must_use]
    pub fn conjuncts(condition: &Expression) -> Vec<&Expression> {
        match &condition.node {
            Expr::Binary(BinaryOp::And, a, b) => {
                let mut all = Self::conjuncts(a);
                all.extend(Self::conjuncts(b));
                all
            }
            _ => vec![condition],
        }
    }
}

/// An item of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapItem {
    /// `.key`.
    Property(Name),
    /// `.*`.
    All,
    /// `key: e`.
    Entry(Name, Expression),
    /// `y`.
    Variable(Name),
}

/// What a subquery gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubqueryKind {
    /// Whether there is a row.
    Exists,
    /// How many rows.
    Count,
    /// The list of values.
    Collect,
}

/// A value written out.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// `42`, `0x2A`, `0o52`.
    Int(i64),
    /// `1.5`, `.5`, `1e3`.
    Float(f64),
    /// `'text'`, escapes resolved.
    Text(String),
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum UnaryOp {
    /// `NOT`.
    Not,
    /// `-`.
    Minus,
    /// `+`.
    Plus,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum BinaryOp {
    /// `OR`.
    Or,
    /// `XOR`.
    Xor,
    /// `AND`.
    And,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `^`.
    Power,
    /// `||` (GQL).
    Concat,
    /// `STARTS WITH`.
    StartsWith,
    /// `ENDS WITH`.
    EndsWith,
    /// `CONTAINS`.
    Contains,
    /// `=~`.
    Matches,
    /// `IN`.
    In,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum CompareOp {
    /// `=`.
    Equal,
    /// `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
}

/// Quantifiers over a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ListQuantifier {
    /// `all`.
    All,
    /// `any`.
    Any,
    /// `none`.
    None,
    /// `single`.
    Single,
}

/// A type as `IS ::` names it.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeExpr {
    /// `ZONED DATETIME`: in upper case, one space between words.
    Name(Name),
    /// `LIST<T>`, or `LIST` of anything.
    List(Option<Box<TypeExpr>>),
    /// `A | B`, `ANY<A | B>`.
    Either(Vec<TypeExpr>),
    /// `T NOT NULL`.
    NotNull(Box<TypeExpr>),
}
