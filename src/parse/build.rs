//! What every part of the tree is built with: places, names, depth, and the list of what was wrong.
//!
//! Building never fails half-way: a bad literal is noted and stands in the tree as `null`, so that one reading of the
//! text reports all of them.

use std::cell::{Cell, RefCell};

use pest::iterators::Pair as PestPair;

use super::ast::{At, Expr, Expression, Literal, Name};
use super::grammar::Rule;
use super::token::TokenKind;
use crate::diag::{Code, Diagnostic, Span, code};

/// How deep brackets and `CASE` may nest.
pub const MAX_NESTING: usize = 128;
/// How deep the tree of one expression may grow; a chain `1 + 1 + … + 1` of that many terms is the usual way there.
///
/// Every later stage walks the tree by recursion, so this bounds the stack they need.
pub const MAX_DEPTH: usize = 500;

/// One rule that matched.
pub type Pair<'i> = PestPair<'i, Rule>;

/// The state of one building.
pub struct Build {
    /// Where the statement starts in the whole text.
    offset: usize,
    /// Where the tokens of the statement end, comments left out.
    ends: Vec<usize>,
    problems: RefCell<Vec<Diagnostic>>,
    /// How many expressions are being built around this one.
    nesting: Cell<usize>,
    /// Whether the next expression is a condition, where a pattern may stand.
    condition: Cell<bool>,
    /// The deepest of the expressions built since the last [`Build::take_depth`].
    deepest: Cell<usize>,
}

impl Build {
    /// A building of `statement`, which starts at byte `offset` of the whole text.
    pub fn new(statement: &str, offset: usize) -> Self {
        let tokens = super::token::lexemes(statement).into_iter();
        Self {
            offset,
            ends: tokens.filter(|token| token.kind != TokenKind::Comment).map(|token| token.span.end).collect(),
            problems: RefCell::default(),
            nesting: Cell::new(0),
            condition: Cell::new(false),
            deepest: Cell::new(0),
        }
    }

    /// All that was wrong, in source order.
    pub fn problems(self) -> Vec<Diagnostic> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.labels.first().map_or(0, |label| label.span.start));
        problems
    }

    /// Notes a mistake.
    pub fn wrong(&self, code: &'static Code, message: &str, span: Span, expected: &str) {
        self.note(Diagnostic::new(code, message).at(span, expected));
    }

    /// Notes a mistake that is already in words.
    pub fn note(&self, problem: Diagnostic) {
        self.problems.borrow_mut().push(problem);
    }

    /// Notes, once, that the text is nested too deep.
    pub fn too_deep(&self, span: Span) {
        let mut problems = self.problems.borrow_mut();
        if !problems.iter().any(|problem| problem.code == code::TOO_DEEP) {
            problems.push(too_deep(span, MAX_DEPTH));
        }
    }

    /// Where a pair was written.
    pub fn span(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        Span::new(span.start() + self.offset, self.end(pair) + self.offset)
    }

    /// The text of a pair as it was written.
    pub fn source<'i>(&self, pair: &Pair<'i>) -> &'i str {
        let length = self.end(pair).saturating_sub(pair.as_span().start());
        pair.as_str().get(..length).unwrap_or_else(|| pair.as_str())
    }

    /// Where the last token of a pair ends; pest counts the spaces and comments it skipped after it.
    fn end(&self, pair: &Pair<'_>) -> usize {
        let span = pair.as_span();
        let n_before = self.ends.partition_point(|end| *end <= span.end());
        let last = n_before.checked_sub(1).and_then(|last| self.ends.get(last));
        last.copied().filter(|end| *end > span.start()).unwrap_or_else(|| span.end())
    }

    /// A name without its back-ticks.
    pub fn name(&self, pair: &Pair<'_>) -> Name {
        At::new(unquoted(pair.as_str()), self.span(pair))
    }

    /// A dotted name, without spaces, comments and back-ticks.
    pub fn dotted_name(&self, pair: &Pair<'_>) -> Name {
        let parts = super::token::words(pair.as_str());
        At::new(parts.into_iter().map(unquoted).collect::<Vec<_>>().join("."), self.span(pair))
    }

    /// The number of a quantifier or a selector.
    pub fn count(&self, pair: &Pair<'_>) -> u64 {
        pair.as_str().trim().parse().unwrap_or_else(|_| {
            self.wrong(
                code::INTEGER_OVERFLOW,
                "a number is too large",
                self.span(pair),
                "at most 18446744073709551615",
            );
            0
        })
    }

    /// Says whether the next expression is a condition.
    pub fn expect_condition(&self, condition: bool) {
        self.condition.set(condition);
    }

    /// Whether the expression that starts now is a condition; those within are not, unless somebody says so.
    pub fn take_condition(&self) -> bool {
        self.condition.replace(false)
    }

    /// Depth of the deepest expression built since the last call.
    pub fn take_depth(&self) -> usize {
        self.deepest.replace(0)
    }

    /// Says that an expression of this depth was built.
    pub fn saw_depth(&self, depth: usize) {
        self.deepest.set(self.deepest.get().max(depth));
    }

    /// Builds what nests one level deeper, or gives `None` where that is too deep.
    pub fn nested<T>(&self, span: Span, build: impl FnOnce() -> T) -> Option<T> {
        // Brackets were counted before; what is left is `CASE`, which needs none.
        if self.nesting.get() > 2 * MAX_NESTING {
            self.too_deep(span);
            return None;
        }
        self.nesting.set(self.nesting.get() + 1);
        let whole = build();
        self.nesting.set(self.nesting.get() - 1);
        Some(whole)
    }
}

/// The message for a text that nests too deep.
pub fn too_deep(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(code::TOO_DEEP, "the text is nested too deep")
        .at(span, format!("more than {limit} levels"))
        .help("name a part of it with `WITH … AS` or `LET`, or write a long chain of `OR` as `x IN [ … ]`")
}

/// Stands for what could not be built.
pub fn hole(span: Span) -> Expression {
    At::new(Expr::Literal(Literal::Null), span)
}

/// A name without its back-ticks; a doubled back-tick inside is one.
pub fn unquoted(text: &str) -> String {
    match text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(inner) => inner.replace("``", "`"),
        None => text.to_owned(),
    }
}
