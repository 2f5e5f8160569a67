//! Patterns: nodes, relationships and the paths they make.

use super::{At, Expression, Metadata, Name};

/// GQL's match modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchMode {
    /// No relationship twice (the default).
    DifferentRelationships,
    /// Anything may repeat.
    RepeatableElements,
}

/// One path pattern, with its name, selector and restrictor.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    /// `p = …`.
    pub variable: Option<Name>,
    /// `shortestPath(…)`, `ANY SHORTEST`, ….
    pub selector: Option<At<Selector>>,
    /// `TRAIL`, ….
    pub restrictor: Option<At<Restrictor>>,
    /// Alternatives of `|` (`false`) and `|+|` (`true`); the first has no operator of its own, its flag is `false`.
    pub alternatives: Vec<(bool, Vec<PathPart>)>,
    /// What is said about the statements it creates (updates only).
    pub metadata: Metadata,
    /// Where it was written.
    pub span: At<()>,
}

/// Which of the matching paths are kept, per pair of ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `ALL`.
    All,
    /// `ANY [k]`.
    Any(u64),
    /// `ANY SHORTEST`.
    AnyShortest,
    /// `ALL SHORTEST`.
    AllShortest,
    /// `SHORTEST k`.
    Shortest(u64),
    /// `SHORTEST k GROUPS`.
    ShortestGroups(u64),
    /// openCypher's `shortestPath((a)-[*]->(b))`.
    ShortestPath,
    /// openCypher's `allShortestPaths(…)`.
    AllShortestPaths,
}

/// What may not repeat in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restrictor {
    /// Anything may.
    Walk,
    /// No relationship twice.
    Trail,
    /// No node twice.
    Acyclic,
    /// No node twice, but the last may be the first.
    Simple,
}

/// One element of a path pattern, from left to right.
#[derive(Clone, Debug, PartialEq)]
pub enum PathPart {
    /// `(…)`.
    Node(NodePattern),
    /// `-[…]->`.
    Relationship(RelationshipPattern),
    /// `((a)-[]->(b) WHERE …){1,3}`.
    Group {
        /// The pattern within; its own name, selector and restrictor may stand in the parentheses.
        pattern: Box<PathPattern>,
        /// `WHERE …` within.
        filter: Option<Expression>,
        /// How often; `None`: once, without repetition.
        quantifier: Option<At<Quantifier>>,
    },
}

/// How often a part repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantifier {
    /// At least.
    pub least: u64,
    /// At most; `None`: without end.
    pub most: Option<u64>,
    /// Written as GQL's `?`: nothing is bound to a list.
    pub optional: bool,
}

/// `(x:Label {key: value} WHERE …)`.
#[derive(Clone, Debug, PartialEq)]
pub struct NodePattern {
    /// The name.
    pub variable: Option<Name>,
    /// `:A&(B|C)`.
    pub labels: Option<At<LabelExpr>>,
    /// `{…}` or `$parameter`.
    pub properties: Option<Expression>,
    /// `WHERE …`.
    pub filter: Option<Expression>,
    /// Where it was written.
    pub span: At<()>,
}

/// `-[x:T {key: value} WHERE …]->{1,3}`.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipPattern {
    /// The name.
    pub variable: Option<Name>,
    /// `:A|B`.
    pub types: Option<At<LabelExpr>>,
    /// `{…}` or `$parameter`.
    pub properties: Option<Expression>,
    /// `WHERE …`.
    pub filter: Option<Expression>,
    /// Which way.
    pub direction: Direction,
    /// `*1..3` inside the brackets (openCypher): a legacy variable length.
    pub length: Option<At<Quantifier>>,
    /// `{1,3}`, `+`, `*`, `?` after the arrow (GQL).
    pub quantifier: Option<At<Quantifier>>,
    /// Where it was written.
    pub span: At<()>,
}

/// Which way a relationship is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Direction {
    /// `-->`.
    Out,
    /// `<--`.
    In,
    /// `--` and `<-->`.
    Both,
}

/// A condition on labels or types.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelExpr {
    /// One name.
    Name(Name),
    /// `%`.
    Any,
    /// `!x`.
    Not(Box<LabelExpr>),
    /// `a&b`, and openCypher's `:A:B`.
    And(Box<LabelExpr>, Box<LabelExpr>),
    /// `a|b`.
    Or(Box<LabelExpr>, Box<LabelExpr>),
}
