//! The tree of a query: what was written, every part with its place.
//!
//! The tree holds the text's form, not its meaning: names are not looked up, defaults are not filled in, and what one
//! standard writes in two ways stays apart only where the meaning differs. [`Span`]s compare equal whatever they are
//! (see [`At`]), so that `parse(print(x)) == x` is a law one can state.

mod expr;
mod pattern;

pub use expr::{BinaryOp, CompareOp, Expr, ListQuantifier, Literal, MapItem, SubqueryKind, TypeExpr, UnaryOp};
pub use pattern::{
    Direction, LabelExpr, MatchMode, NodePattern, PathPart, PathPattern, Quantifier, RelationshipPattern, Restrictor,
    Selector,
};

use crate::diag::Span;

/// A part of the tree and where it was written; equality ignores the place.
#[derive(Clone, Copy, Debug, Eq)]
pub struct At<T> {
    /// The part.
    pub node: T,
    /// Its place in the query text.
    pub span: Span,
}

impl<T> At<T> {
    /// `node`, written at `span`.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// A name as written, back-ticks removed.
pub type Name = At<String>;

/// An expression with its place.
pub type Expression = At<Expr>;

/// One statement: the frame, the question, then what is asked or defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `EXPLAIN` or `PROFILE`, if written.
    pub mode: Option<Mode>,
    /// Which part of the record is seen.
    pub frame: Frame,
    /// `ASSUMING { … }`: updates that are made first, each after those before it, and forgotten.
    pub assuming: Vec<At<Vec<Clause>>>,
    /// `WHY`, `WHEN`, …
    pub question: Option<At<Question>>,
    /// The query or the definition.
    pub body: Body,
}

impl Statement {
    /// Whether a clause must follow for this to be a query: it ends in one that only hands rows on.
    #[must_use]
    pub fn wants_more(&self) -> bool {
        let Body::Query(query) = &self.body else { return false };
        let last = query.rest.last().map_or(&query.first, |(_, clauses)| clauses);
        last.last().is_some_and(|clause| clause.node.hands_on())
    }

    /// Whether this ends in a call of a procedure after which something is missed: the columns that are wanted of it or, where it
    /// is not the only clause, what becomes of them.
    #[must_use]
    pub fn ends_in_call(&self) -> bool {
        let Body::Query(query) = &self.body else { return false };
        let clauses = query.rest.last().map_or(&query.first, |(_, clauses)| clauses);
        let alone = clauses.len() == 1;
        let is_open = |kind: &ClauseKind| matches!(kind, ClauseKind::Call { yields, .. } if yields.is_none() || !alone);
        clauses.last().is_some_and(|clause| is_open(&clause.node))
    }
}

/// Show the plan instead of rows, or beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The plan only.
    Explain,
    /// The plan with what came.
    Profile,
}

/// The prefixes that choose the part of the record; each at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// `AS OF d` and the long forms.
    pub valid: Option<At<ValidTime>>,
    /// `AS KNOWN ON d`, `FOR SYSTEM_TIME AS OF d`.
    pub known: Option<Expression>,
    /// `INCLUDING …`; several may be written, with commas.
    pub including: Vec<At<Including>>,
}

/// Which days a statement must hold on.
#[derive(Clone, Debug, PartialEq)]
pub enum ValidTime {
    /// On that day.
    AsOf(Expression),
    /// On some day of `[from, to)`.
    FromTo(Expression, Expression),
    /// On some day of `[from, to]`.
    Between(Expression, Expression),
    /// No filter.
    All,
}

/// What is shown beside realised, undisputed statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Including {
    /// Planned, considered, proposed, threatened, expected.
    Unrealised,
    /// Of unknown status.
    Unknown,
    /// Known to be wrong.
    Deprecated,
    /// Everything.
    All,
}

/// What is asked about the rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The statements each row rests on.
    Why,
    /// Why a row with these values is absent.
    WhyNot(Expression),
    /// The periods in which each row holds.
    When,
    /// Rows gained and lost.
    Changes {
        /// Between what.
        between: Between,
        /// With the statements that made the difference.
        why: bool,
    },
}

/// The two answers that `CHANGES` compares.
#[derive(Clone, Debug, PartialEq)]
pub enum Between {
    /// Those of two days.
    Days(Expression, Expression),
    /// Those of two days of knowing.
    KnownDays(Expression, Expression),
    /// That of the record and that under an assumption.
    Assumption(Vec<Clause>),
}

/// What follows the prefixes.
#[expect(clippy::large_enum_variant, reason = "there is one per statement")]
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A query or update.
    Query(Query),
    /// `DEFINE`.
    Define(Define),
}

/// `DEFINE (a:A)-[:T {key: aggregate}]->(b:B) AS query-without-return`, or `DEFINE (a:Label) AS …` for a derived label.
#[derive(Clone, Debug, PartialEq)]
pub struct Define {
    /// The derived pattern.
    pub pattern: PathPattern,
    /// What derives it; nothing is returned.
    pub query: Query,
    /// Where the whole of it was written.
    pub span: At<()>,
}

impl Define {
    /// The names of what is defined: start and end of the relationship; of a label, the node twice.
    #[must_use]
    pub fn ends(&self) -> Option<[&Name; 2]> {
        let [(_, parts)] = self.pattern.alternatives.as_slice() else { return None };
        match parts.as_slice() {
            [PathPart::Node(node)] => Some([node.variable.as_ref()?; 2]),
            [PathPart::Node(left), PathPart::Relationship(rel), PathPart::Node(right)] => match rel.direction {
                Direction::Out => Some([left.variable.as_ref()?, right.variable.as_ref()?]),
                Direction::In => Some([right.variable.as_ref()?, left.variable.as_ref()?]),
                Direction::Both => None,
            },
            _ => None,
        }
    }

    /// What it is derived from: the parts of its query, each followed by what the pattern asks of the ends of a relationship.
    #[must_use]
    pub fn parts(&self) -> Vec<Vec<Clause>> {
        let parts = std::iter::once(&self.query.first).chain(self.query.rest.iter().map(|(_, part)| part));
        parts.map(|part| self.with_ends(part)).collect()
    }

    fn with_ends(&self, clauses: &[Clause]) -> Vec<Clause> {
        let mut clauses = clauses.to_vec();
        let parts = self.pattern.alternatives.iter().flat_map(|(_, parts)| parts);
        let nodes = parts.filter_map(|part| if let PathPart::Node(node) = part { Some(node) } else { None });
        let nodes: Vec<&NodePattern> = nodes.collect();
        for node in nodes.iter().filter(|_| nodes.len() == 2) {
            if let (Some(variable), Some(labels)) = (&node.variable, &node.labels) {
                let subject = At::new(Expr::Variable(variable.node.clone()), variable.span);
                let test = At::new(Expr::HasLabels(Box::new(subject), labels.node.clone(), true), labels.span);
                clauses.push(At::new(ClauseKind::Filter(test), labels.span));
            }
        }
        clauses
    }
}

/// One or more single queries.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The first part.
    pub first: Vec<Clause>,
    /// `UNION` parts, in order.
    pub rest: Vec<(At<Union>, Vec<Clause>)>,
}

/// How two parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Union {
    /// Equal rows once.
    Distinct,
    /// All rows.
    All,
}

/// One clause with its place.
pub type Clause = At<ClauseKind>;

/// The clauses of openCypher and GQL.
#[expect(clippy::large_enum_variant, reason = "a query has few clauses, and a box would show in every match")]
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `[OPTIONAL] MATCH … [WHERE …]`.
    Match {
        /// `OPTIONAL`.
        optional: bool,
        /// `DIFFERENT RELATIONSHIPS` or `REPEATABLE ELEMENTS`, if written.
        mode: Option<MatchMode>,
        /// The comma-separated patterns.
        patterns: Vec<PathPattern>,
        /// The filter.
        filter: Option<Expression>,
    },
    /// `WITH …`.
    With(Projection),
    /// `RETURN …`.
    Return(Projection),
    /// `FINISH`.
    Finish,
    /// `UNWIND list AS x`, and `FOR x IN list [WITH ORDINALITY i | WITH OFFSET i]`.
    Unwind {
        /// What is unwound.
        list: Expression,
        /// The element's name.
        variable: Name,
        /// Position counted from 1 (ordinality, `true`) or 0 (offset, `false`).
        position: Option<(bool, Name)>,
    },
    /// `FILTER [WHERE] …`.
    Filter(Expression),
    /// `LET x = …, …`.
    Let(Vec<(Name, Expression)>),
    /// `ORDER BY` and paging as a clause of its own (GQL).
    OrderBy(Paging),
    /// `NEXT`: the rows of the part before feed the part after.
    Next,
    /// `CREATE …` and `INSERT …`.
    Create {
        /// What is created.
        patterns: Vec<PathPattern>,
    },
    /// `MERGE pattern …`.
    Merge {
        /// What is found or created.
        pattern: PathPattern,
        /// `ON CREATE SET` (`true`) and `ON MATCH SET` (`false`), in order.
        actions: Vec<(bool, Vec<SetItem>)>,
    },
    /// `SET …`.
    Set(Vec<SetItem>),
    /// `REMOVE …`.
    Remove(Vec<RemoveItem>),
    /// `[DETACH] DELETE …`.
    Delete {
        /// `DETACH`.
        detach: bool,
        /// What is deleted.
        targets: Vec<Expression>,
    },
    /// `FOREACH (x IN list | updates)`.
    Foreach {
        /// The element's name.
        variable: Name,
        /// The list.
        list: Expression,
        /// The updates.
        updates: Vec<Clause>,
    },
    /// `[OPTIONAL] CALL procedure(…) [YIELD … [WHERE …]]`.
    Call {
        /// `OPTIONAL`.
        optional: bool,
        /// The name, with dots.
        procedure: Name,
        /// The arguments; `None`: taken from parameters (stand-alone call without parentheses).
        arguments: Option<Vec<Expression>>,
        /// What is yielded.
        yields: Option<Yield>,
    },
    /// `CALL [(x, y)] { query }`.
    CallSubquery {
        /// `OPTIONAL`.
        optional: bool,
        /// Imported names: `None` where no list is written, `(*)` is `Some(["*"])`.
        imports: Option<Vec<Name>>,
        /// The query.
        query: Box<Query>,
        /// `IN TRANSACTIONS` was written, which is refused in bind.
        in_transactions: bool,
    },
    /// `LOAD CSV [WITH HEADERS] FROM url AS row [FIELDTERMINATOR c]`.
    LoadCsv {
        /// `WITH HEADERS`.
        headers: bool,
        /// Where from.
        url: Expression,
        /// The row's name.
        variable: Name,
        /// The separator.
        separator: Option<String>,
    },
    /// `SUSPEND m FROM d [UNTIL d]`, `REINSTATE`, `REPEAL`, `ENACT`.
    Verb {
        /// Which.
        verb: Verb,
        /// The measure.
        measure: Expression,
        /// First day.
        from: Expression,
        /// End, if written.
        until: Option<Expression>,
        /// What is said about the entry.
        metadata: Metadata,
    },
}

impl ClauseKind {
    /// Whether it only makes rows for a clause after it, and so cannot be a query's last.
    #[must_use]
    pub const fn hands_on(&self) -> bool {
        use ClauseKind::{Filter, Let, LoadCsv, Match, Next, OrderBy, Unwind, With};
        matches!(self, Match { .. } | With(_) | Unwind { .. } | Filter(_) | Let(_) | OrderBy(_) | Next | LoadCsv { .. })
    }
}

/// What happens to a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Stops being in force for a time.
    Suspend,
    /// Comes back before its suspension ends.
    Reinstate,
    /// Ends.
    Repeal,
    /// Comes into force.
    Enact,
}

/// What a `CALL` hands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Yield {
    /// `YIELD *` was written.
    pub all: bool,
    /// `(field, alias)`.
    pub items: Vec<(Name, Option<Name>)>,
    /// `WHERE …`.
    pub filter: Option<Expression>,
}

/// The body of `WITH` and `RETURN`.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// `DISTINCT`.
    pub distinct: bool,
    /// `*`.
    pub all: bool,
    /// The items.
    pub items: Vec<ProjectionItem>,
    /// `GROUP BY …` (GQL); `None` where not written.
    pub group_by: Option<Vec<Expression>>,
    /// `ORDER BY`, `SKIP`, `LIMIT`.
    pub paging: Paging,
    /// `WHERE …` after `WITH`.
    pub filter: Option<Expression>,
}

/// `expression [AS name]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectionItem {
    /// What is computed.
    pub expression: Expression,
    /// The name given.
    pub alias: Option<Name>,
    /// The text of the expression, which names the column where no alias is given; only trimmed.
    pub text: String,
}

/// `ORDER BY … SKIP … LIMIT …`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paging {
    /// Sort keys; `true`: descending.
    pub order: Vec<(Expression, bool)>,
    /// `SKIP`, `OFFSET`.
    pub skip: Option<Expression>,
    /// `LIMIT`.
    pub limit: Option<Expression>,
}

/// One assignment.
#[derive(Clone, Debug, PartialEq)]
pub enum SetItem {
    /// `x.key = value` (`x` may be any expression), and what is said about the value: then it is an entry of a history.
    Property(Expression, Name, Expression, Box<Metadata>),
    /// `x = map`.
    Replace(Name, Expression),
    /// `x += map`.
    Merge(Name, Expression),
    /// `x:A:B`.
    Labels(Name, Vec<Name>),
}

/// One removal.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem {
    /// `x.key`.
    Property(Expression, Name),
    /// `x:A:B`.
    Labels(Name, Vec<Name>),
}

/// `VALID FROM … UNTIL … KNOWN ON … CITING … AS planned CLAIMED BY …`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// `VALID FROM`.
    pub from: Option<Expression>,
    /// `UNTIL`.
    pub until: Option<Expression>,
    /// `KNOWN ON`.
    pub known: Option<Expression>,
    /// `CITING a, b`.
    pub citing: Vec<Expression>,
    /// `AS planned`.
    pub modality: Option<Name>,
    /// `CLAIMED BY a, b`.
    pub claimed_by: Vec<Expression>,
}
