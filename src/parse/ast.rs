//! The tree of a query: what was written, every part with its place.
//!
//! The tree holds the text's form, not its meaning: names are not looked up, defaults are not filled in, and what one
//! standard writes in two ways stays apart only where the meaning differs. [`Span`]s compare equal whatever they are
//! (see [`At`]), so that `parse(print(x)) == x` is a law one can state.

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
    /// `ASSUMING { … }`: updates that are made first, and forgotten.
    pub assuming: Option<At<Vec<Clause>>>,
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
    /// Rows gained and lost between two days (`known`: two days of knowing).
    Changes {
        /// Over recorded time.
        known: bool,
        /// First day.
        from: Expression,
        /// Second day.
        to: Expression,
    },
    /// Rows gained and lost by an assumption.
    ChangesAssuming(Vec<Clause>),
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
    /// The clauses that derive it.
    pub query: Vec<Clause>,
    /// Where the whole of it was written.
    pub span: At<()>,
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
    /// `x.key = value` (`x` may be any expression).
    Property(Expression, Name, Expression),
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
