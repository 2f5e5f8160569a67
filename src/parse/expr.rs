//! Expressions: a flat row of operands and operators, put in order by a Pratt table.

use std::sync::LazyLock;

use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::ast::{
    At, BinaryOp, CompareOp, Expr, Expression, ListQuantifier, MapItem, Name, PathPattern, SubqueryKind, UnaryOp,
};
use super::build::{Build, MAX_DEPTH, MAX_NESTING, Pair, hole, unquoted};
use super::grammar::Rule;
use crate::diag::{Diagnostic, Span, code};

/// openCypher's order of precedence, loosest first; operators of one line associate to the left.
static ORDER: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::k_or))
        .op(left(Rule::k_xor))
        .op(left(Rule::k_and))
        .op(Op::prefix(Rule::k_not))
        .op(left(Rule::equal)
            | left(Rule::not_equal)
            | left(Rule::less)
            | left(Rule::less_equal)
            | left(Rule::greater)
            | left(Rule::greater_equal))
        .op(left(Rule::starts_with)
            | left(Rule::ends_with)
            | left(Rule::k_contains)
            | left(Rule::k_in)
            | left(Rule::matches)
            | Op::postfix(Rule::is_null)
            | Op::postfix(Rule::is_type)
            | Op::postfix(Rule::is_labeled)
            | Op::postfix(Rule::is_labeled_before_bar)
            | Op::postfix(Rule::is_type_before_bar))
        .op(left(Rule::add) | left(Rule::subtract) | left(Rule::concat))
        .op(left(Rule::multiply) | left(Rule::divide) | left(Rule::modulo))
        .op(left(Rule::power))
        .op(Op::prefix(Rule::negative) | Op::prefix(Rule::positive))
        .op(Op::postfix(Rule::property)
            | Op::postfix(Rule::subscript)
            | Op::postfix(Rule::has_labels)
            | Op::postfix(Rule::has_labels_before_bar))
});

/// A part of a row that is being put in order.
struct Operand {
    expression: Expression,
    depth: usize,
    /// A comparison without parentheses, which one more comparison prolongs.
    chain: bool,
}

impl Operand {
    fn new(node: Expr, span: Span, depth: usize) -> Self {
        Self { expression: At::new(node, span), depth, chain: false }
    }
}

impl Build {
    /// An `expr`, `expr_before_bar` or `day`.
    pub fn expr(&self, pair: Pair<'_>) -> Expression {
        let span = self.span(&pair);
        if longest_run_of_prefixes(&pair) > MAX_NESTING {
            self.too_deep(span);
            return hole(span);
        }
        let before = self.take_depth();
        let conditions = if self.take_condition() { conditions(&pair) } else { Vec::new() };
        let built = self.nested(span, || self.row(pair.into_inner(), &conditions));
        self.take_depth();
        let operand = built.unwrap_or_else(|| Operand { expression: hole(span), depth: 1, chain: false });
        self.saw_depth(before.max(operand.depth));
        operand.expression
    }

    /// An atom with accesses, as `SET` and `REMOVE` have it; `None` unless the last access is `.key`.
    pub fn target(&self, pair: Pair<'_>) -> Option<(Expression, Name)> {
        let operand = self.row(pair.into_inner(), &[]);
        self.saw_depth(operand.depth);
        match operand.expression.node {
            Expr::Property(object, key) => Some((*object, key)),
            _ => None,
        }
    }

    /// The operands that start at `conditions` are conditions.
    fn row<'i>(&self, pairs: impl Iterator<Item = Pair<'i>>, conditions: &[usize]) -> Operand {
        ORDER
            .map_primary(|pair| {
                let span = self.span(&pair);
                let condition = conditions.binary_search(&pair.as_span().start()).is_ok();
                let node = self.atom(pair, condition);
                self.bounded(Operand::new(node, span, self.take_depth() + 1))
            })
            .map_prefix(|op, right| self.prefix(&op, right))
            .map_postfix(|left, op| self.postfix(left, op))
            .map_infix(|left, op, right| self.infix(left, &op, right))
            .parse(pairs)
    }

    /// Cuts the tree off where it grows too deep, so that it never gets deep enough to hurt.
    fn bounded(&self, operand: Operand) -> Operand {
        if operand.depth <= MAX_DEPTH {
            return operand;
        }
        let span = operand.expression.span;
        self.too_deep(span);
        Operand { expression: hole(span), depth: 1, chain: false }
    }

    fn prefix(&self, op: &Pair<'_>, right: Operand) -> Operand {
        let span = self.span(op).to(right.expression.span);
        let unary = match op.as_rule() {
            Rule::k_not => UnaryOp::Not,
            Rule::negative => UnaryOp::Minus,
            _ => UnaryOp::Plus,
        };
        self.bounded(Operand::new(Expr::Unary(unary, Box::new(right.expression)), span, right.depth + 1))
    }

    fn postfix(&self, left: Operand, op: Pair<'_>) -> Operand {
        let span = left.expression.span.to(self.span(&op));
        let object = Box::new(left.expression);
        let before = self.take_depth();
        let rule = op.as_rule();
        let negated = op.clone().into_inner().any(|part| part.as_rule() == Rule::k_not);
        let node = match rule {
            Rule::is_null => Expr::IsNull(object, !negated),
            Rule::is_type | Rule::is_type_before_bar => match op.into_inner().last() {
                Some(part) => Expr::IsType(object, self.type_expr(part), !negated),
                None => object.node,
            },
            Rule::property => match op.into_inner().next() {
                Some(key) => Expr::Property(object, self.name(&key)),
                None => object.node,
            },
            Rule::subscript => self.subscript(object, op),
            // The label expressions, with and without a bar.
            _ => match op.into_inner().find(|part| matches!(part.as_rule(), Rule::label_expr | Rule::label_and)) {
                Some(labels) => Expr::HasLabels(object, self.label_expr(labels), !negated),
                None => object.node,
            },
        };
        let depth = left.depth.max(self.take_depth()) + 1;
        self.saw_depth(before);
        self.bounded(Operand::new(node, span, depth))
    }

    fn subscript(&self, object: Box<Expression>, pair: Pair<'_>) -> Expr {
        let (mut first, mut second, mut slice) = (None, None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::dots => slice = true,
                Rule::expr if slice => second = Some(Box::new(self.expr(part))),
                Rule::expr => first = Some(Box::new(self.expr(part))),
                _ => {}
            }
        }
        match first {
            Some(index) if !slice => Expr::Index(object, index),
            from => Expr::Slice(object, from, second),
        }
    }

    fn infix(&self, left: Operand, op: &Pair<'_>, right: Operand) -> Operand {
        let span = left.expression.span.to(right.expression.span);
        let depth = left.depth.max(right.depth) + 1;
        let Some(compare) = comparison(op.as_rule()) else {
            let node = Expr::Binary(binary(op.as_rule()), Box::new(left.expression), Box::new(right.expression));
            return self.bounded(Operand::new(node, span, depth));
        };
        let node = match left.expression.node {
            Expr::Compare(first, mut rest) if left.chain => {
                rest.push((compare, right.expression));
                Expr::Compare(first, rest)
            }
            _ => Expr::Compare(Box::new(left.expression), vec![(compare, right.expression)]),
        };
        let depth = if left.chain { left.depth.max(right.depth + 1) } else { depth };
        self.bounded(Operand { expression: At::new(node, span), depth, chain: true })
    }

    /// An operand; `condition`: it is a condition, or one of several that `AND`, `OR`, `XOR`, `NOT` connect.
    fn atom(&self, pair: Pair<'_>, condition: bool) -> Expr {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::variable => Expr::Variable(unquoted(pair.as_str())),
            Rule::parameter => Expr::Parameter(unquoted(&pair.as_str()[1..])),
            Rule::paren => match pair.into_inner().find(|part| part.as_rule() == Rule::expr) {
                Some(inner) => {
                    self.expect_condition(condition);
                    self.expr(inner).node
                }
                None => hole(span).node,
            },
            Rule::case_expr => self.case(pair),
            Rule::subquery => self.subquery(pair),
            Rule::count_star => Expr::CountStar,
            Rule::quantified => self.quantified(pair),
            Rule::reduce => self.reduce(pair),
            Rule::shortest => Expr::ShortestPath(Box::new(self.shortest(pair))),
            Rule::pattern_predicate if !condition => {
                self.pattern_as_value(span);
                hole(span).node
            }
            Rule::pattern_predicate => Expr::Pattern(Box::new(self.bare_path(pair))),
            Rule::list_comprehension => self.list_comprehension(pair),
            Rule::pattern_comprehension => self.pattern_comprehension(pair),
            Rule::list => Expr::List(self.exprs(pair)),
            Rule::map => Expr::Map(self.map_entries(pair)),
            Rule::function_call => self.function_call(pair),
            Rule::trim_side => self.trim_side(pair),
            Rule::map_projection => self.map_projection(&pair),
            _ => Expr::Literal(self.literal(&pair)),
        }
    }

    /// All expressions directly in `pair`.
    pub fn exprs(&self, pair: Pair<'_>) -> Vec<Expression> {
        pair.into_inner().filter(|part| part.as_rule() == Rule::expr).map(|part| self.expr(part)).collect()
    }

    /// The first expression in `pair`.
    pub fn only_expr(&self, pair: Pair<'_>) -> Expression {
        let span = self.span(&pair);
        let found =
            pair.into_inner().find(|part| matches!(part.as_rule(), Rule::expr | Rule::expr_before_bar | Rule::day));
        found.map_or_else(|| hole(span), |part| self.expr(part))
    }

    /// The condition in `pair`, a `WHERE` for instance.
    pub fn condition(&self, pair: Pair<'_>) -> Expression {
        self.expect_condition(true);
        self.only_expr(pair)
    }

    fn pattern_as_value(&self, span: Span) {
        let problem = Diagnostic::new(code::SYNTAX, "a pattern is a condition, not a value")
            .at(span, "a value was expected")
            .help(
                "write `EXISTS { … }` for whether it matches, `COUNT { … }` for how often, `[… | x]` for what it finds",
            );
        self.note(problem);
    }

    /// A `map` or `parameter` as an expression.
    pub fn map_or_parameter(&self, pair: Pair<'_>) -> Expression {
        let span = self.span(&pair);
        let node = self.atom(pair, false);
        At::new(node, span)
    }

    fn map_entries(&self, pair: Pair<'_>) -> Vec<(Name, Expression)> {
        pair.into_inner()
            .filter(|part| part.as_rule() == Rule::map_entry)
            .filter_map(|entry| self.map_entry(entry))
            .collect()
    }

    fn map_entry(&self, pair: Pair<'_>) -> Option<(Name, Expression)> {
        let key = pair.clone().into_inner().next()?;
        Some((self.name(&key), self.only_expr(pair)))
    }

    fn case(&self, pair: Pair<'_>) -> Expr {
        let (mut subject, mut branches, mut otherwise) = (None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::case_subject => subject = Some(Box::new(self.only_expr(part))),
                Rule::case_else => otherwise = Some(Box::new(self.only_expr(part))),
                Rule::case_branch => {
                    let mut both = part.into_inner().filter(|part| part.as_rule() == Rule::expr);
                    if let (Some(when), Some(then)) = (both.next(), both.next()) {
                        self.expect_condition(subject.is_none());
                        branches.push((self.expr(when), self.expr(then)));
                    }
                }
                _ => {}
            }
        }
        Expr::Case { subject, branches, otherwise }
    }

    fn subquery(&self, pair: Pair<'_>) -> Expr {
        let (mut kind, mut query) = (SubqueryKind::Exists, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_count => kind = SubqueryKind::Count,
                Rule::k_collect => kind = SubqueryKind::Collect,
                Rule::bare_patterns => query = Some(self.bare_patterns(part)),
                Rule::query => query = Some(self.query(part)),
                _ => {}
            }
        }
        Expr::Subquery(kind, Box::new(query.unwrap_or(super::ast::Query { first: Vec::new(), rest: Vec::new() })))
    }

    fn quantified(&self, pair: Pair<'_>) -> Expr {
        let mut kind = ListQuantifier::All;
        let bound = self.bound(pair, |part| match part.as_rule() {
            Rule::k_any => kind = ListQuantifier::Any,
            Rule::k_none => kind = ListQuantifier::None,
            Rule::k_single => kind = ListQuantifier::Single,
            _ => {}
        });
        Expr::Quantified { kind, variable: bound.variable, list: Box::new(bound.list), filter: bound.filter }
    }

    fn list_comprehension(&self, pair: Pair<'_>) -> Expr {
        let bound = self.bound(pair, |_| {});
        Expr::ListComprehension {
            variable: bound.variable,
            list: Box::new(bound.list),
            filter: bound.filter,
            result: bound.result,
        }
    }

    /// `x IN list WHERE filter | result`, in whatever brackets.
    fn bound<'i>(&self, pair: Pair<'i>, mut other: impl FnMut(&Pair<'i>)) -> Bound {
        let span = self.span(&pair);
        let (mut variable, mut list, mut filter, mut result) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::variable => variable = Some(self.name(&part)),
                Rule::where_before_bar | Rule::r#where => filter = Some(Box::new(self.condition(part))),
                Rule::expr | Rule::expr_before_bar if list.is_none() => list = Some(self.expr(part)),
                Rule::expr => result = Some(Box::new(self.expr(part))),
                _ => other(&part),
            }
        }
        Bound {
            variable: variable.unwrap_or_else(|| At::new(String::new(), span)),
            list: list.unwrap_or_else(|| hole(span)),
            filter,
            result,
        }
    }

    fn reduce(&self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::variable => names.push(self.name(&part)),
                Rule::expr | Rule::expr_before_bar => values.push(self.expr(part)),
                _ => {}
            }
        }
        let (mut names, mut values) = (names.into_iter(), values.into_iter());
        let mut name = || names.next().unwrap_or_else(|| At::new(String::new(), span));
        let mut value = || Box::new(values.next().unwrap_or_else(|| hole(span)));
        Expr::Reduce { accumulator: name(), init: value(), variable: name(), list: value(), step: value() }
    }

    fn pattern_comprehension(&self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let mut pattern = PathPattern::plain(Vec::new(), span);
        let (mut filter, mut result) = (None, hole(span));
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path_variable => pattern.variable = self.path_variable(part),
                Rule::path => {
                    pattern.span = At::new((), self.span(&part));
                    pattern.alternatives = vec![(false, self.path(part))];
                }
                Rule::where_before_bar => filter = Some(Box::new(self.condition(part))),
                Rule::expr => result = self.expr(part),
                _ => {}
            }
        }
        Expr::PatternComprehension { pattern: Box::new(pattern), filter, result: Box::new(result) }
    }

    fn function_call(&self, pair: Pair<'_>) -> Expr {
        let (mut name, mut distinct, mut arguments) = (At::new(String::new(), self.span(&pair)), false, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::function_name => name = self.dotted_name(&part),
                Rule::k_distinct => distinct = true,
                Rule::expr => {
                    // `exists((a)-->(b))`, as openCypher once had it.
                    self.expect_condition(name.node.eq_ignore_ascii_case("exists"));
                    arguments.push(self.expr(part));
                }
                _ => {}
            }
        }
        Expr::Call { name, distinct, arguments }
    }

    /// `trim(BOTH 'x' FROM text)`: a call of `bTrim`, `lTrim` or `rTrim`.
    fn trim_side(&self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let side = pair.clone().into_inner().find(|part| part.as_rule() == Rule::side);
        let function = match side.map_or_else(String::new, |side| side.as_str().to_ascii_lowercase()).as_str() {
            "leading" => "lTrim",
            "trailing" => "rTrim",
            _ => "bTrim",
        };
        let mut arguments = self.exprs(pair);
        arguments.reverse();
        Expr::Call { name: At::new(function.to_owned(), span), distinct: false, arguments }
    }

    fn map_projection(&self, pair: &Pair<'_>) -> Expr {
        let mut parts = pair.clone().into_inner();
        let object = parts.next().map_or_else(|| At::new(String::new(), self.span(pair)), |part| self.name(&part));
        let items = parts.filter_map(|part| match part.as_rule() {
            Rule::every_property => Some(MapItem::All),
            Rule::own_property => part.into_inner().next().map(|key| MapItem::Property(self.name(&key))),
            Rule::map_entry => self.map_entry(part).map(|(key, value)| MapItem::Entry(key, value)),
            Rule::variable => Some(MapItem::Variable(self.name(&part))),
            _ => None,
        });
        Expr::MapProjection(object, items.collect())
    }
}

/// A name bound to the elements of a list.
struct Bound {
    variable: Name,
    list: Expression,
    filter: Option<Box<Expression>>,
    result: Option<Box<Expression>>,
}

/// The Pratt table recurses once per prefix in a row.
fn longest_run_of_prefixes(row: &Pair<'_>) -> usize {
    let (mut run, mut longest) = (0, 0);
    for part in row.clone().into_inner() {
        run = if matches!(part.as_rule(), Rule::k_not | Rule::negative | Rule::positive) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Where the operands start that only `AND`, `OR`, `XOR` and `NOT` connect: in a condition, each is a condition.
fn conditions(row: &Pair<'_>) -> Vec<usize> {
    let logic = |rule| matches!(rule, Rule::k_and | Rule::k_or | Rule::k_xor | Rule::k_not);
    let parts: Vec<(Rule, usize)> =
        row.clone().into_inner().map(|part| (part.as_rule(), part.as_span().start())).collect();
    let connected = |at: Option<usize>| at.and_then(|at| parts.get(at)).is_none_or(|(rule, _)| logic(*rule));
    let operands = parts.iter().enumerate().filter(|(at, (rule, _))| {
        !logic(*rule) && connected(Some(at + 1)) && (*at == 0 || connected(at.checked_sub(1)))
    });
    operands.map(|(_, (_, start))| *start).collect()
}

fn comparison(rule: Rule) -> Option<CompareOp> {
    Some(match rule {
        Rule::equal => CompareOp::Equal,
        Rule::not_equal => CompareOp::NotEqual,
        Rule::less => CompareOp::Less,
        Rule::less_equal => CompareOp::LessEqual,
        Rule::greater => CompareOp::Greater,
        Rule::greater_equal => CompareOp::GreaterEqual,
        _ => return None,
    })
}

fn binary(rule: Rule) -> BinaryOp {
    match rule {
        Rule::k_or => BinaryOp::Or,
        Rule::k_xor => BinaryOp::Xor,
        Rule::k_and => BinaryOp::And,
        Rule::subtract => BinaryOp::Subtract,
        Rule::multiply => BinaryOp::Multiply,
        Rule::divide => BinaryOp::Divide,
        Rule::modulo => BinaryOp::Modulo,
        Rule::power => BinaryOp::Power,
        Rule::concat => BinaryOp::Concat,
        Rule::starts_with => BinaryOp::StartsWith,
        Rule::ends_with => BinaryOp::EndsWith,
        Rule::k_contains => BinaryOp::Contains,
        Rule::matches => BinaryOp::Matches,
        Rule::k_in => BinaryOp::In,
        _ => BinaryOp::Add,
    }
}
