//! What is known of a value before the query runs, and what cannot be right whatever the graph holds.
//!
//! A property, a parameter and whatever is computed of one may be anything: only what the text itself says counts.

use crate::diag::{Diagnostic, code};
use crate::parse::ast::{self, BinaryOp, Expression, UnaryOp};

use crate::function;
use crate::procedure::Type;

use crate::plan::Expr;

use super::Binder;
use super::scope::Scope;

/// What a name or an expression stands for, as far as it is known before the query runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    /// A name that a group has no single value of; whether `GROUP BY` says what is grouped by.
    Ungrouped(bool),
    Null,
    Boolean,
    Integer,
    Float,
    Text,
    /// A date, a time or a duration.
    Temporal,
    Map,
    /// A list whose elements are all of a kind.
    List(&'static Kind),
    Node,
    Rel,
    /// A group variable: one relationship per hop.
    RelList,
    Path,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Any | Kind::Ungrouped(_) => "a value",
            Kind::Null => "null",
            Kind::Boolean => "a truth value",
            Kind::Integer => "a number",
            Kind::Float => "a floating-point number",
            Kind::Text => "a text",
            Kind::Temporal => "a date, a time or a duration",
            Kind::Map => "a map",
            Kind::List(_) => "a list",
            Kind::Node => "a node",
            Kind::Rel => "a relationship",
            Kind::RelList => "a list of relationships",
            Kind::Path => "a path",
        }
    }

    /// The word without its article.
    pub(super) fn bare_word(self) -> &'static str {
        self.word().trim_start_matches("a ")
    }

    /// What a name stands for outside of what is repeated.
    pub(super) fn group(self) -> Kind {
        if self == Kind::Rel { Kind::RelList } else { self.list_of() }
    }

    /// The kinds that an argument of a procedure takes; nothing where it takes anything.
    pub(super) fn of_argument(kind: Type) -> &'static [Kind] {
        match kind {
            Type::Any => &[],
            Type::Boolean => &[Kind::Boolean],
            Type::Integer => &[Kind::Integer],
            Type::Float | Type::Number => &[Kind::Float],
            Type::String => &[Kind::Text],
            Type::List => &[Kind::List(&Kind::Any)],
            Type::Map => &[Kind::Map, Kind::Node, Kind::Rel],
            Type::Node => &[Kind::Node],
            Type::Relationship => &[Kind::Rel],
            Type::Path => &[Kind::Path],
        }
    }

    /// The kinds that a signature names: `list or text`; nothing where one of its words is no type.
    fn of_words(words: &str) -> Option<Vec<Kind>> {
        let kinds = words.split(" or ").map(|word| match word {
            "boolean" => Some(Kind::Boolean),
            "integer" => Some(Kind::Integer),
            "float" | "number" => Some(Kind::Float),
            "text" => Some(Kind::Text),
            "date" | "time" | "localtime" | "datetime" | "localdatetime" | "duration" => Some(Kind::Temporal),
            "map" => Some(Kind::Map),
            "list" => Some(Kind::List(&Kind::Any)),
            "node" => Some(Kind::Node),
            "relationship" => Some(Kind::Rel),
            "path" => Some(Kind::Path),
            _ => None,
        });
        kinds.collect()
    }

    /// Whether a value of this kind can stand where `wanted` is.
    pub(super) fn fits(self, wanted: Kind) -> bool {
        self.is_open()
            || self == wanted
            || (self.is_list() && wanted.is_list())
            || (self == Kind::Integer && wanted == Kind::Float)
    }

    /// Whether nothing is known against it being something else.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Kind::Any | Kind::Ungrouped(_) | Kind::Null)
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self, Kind::List(_) | Kind::RelList)
    }

    fn is_number(self) -> bool {
        matches!(self, Kind::Integer | Kind::Float)
    }

    /// Whether `- * / % ^` may work on it.
    fn is_reckoned_with(self) -> bool {
        self.is_open() || self.is_number() || self == Kind::Temporal
    }

    /// Whether `+` may work on both: it joins texts and lists with almost anything.
    fn adds_to(self, other: Kind) -> bool {
        let joins = |a: Kind, b: Kind| a == Kind::Text && (b.is_number() || matches!(b, Kind::Text | Kind::Boolean));
        self.is_open()
            || other.is_open()
            || self.is_list()
            || other.is_list()
            || joins(self, other)
            || joins(other, self)
            || (self.is_number() && other.is_number())
            || (self == Kind::Temporal && other == Kind::Temporal)
    }

    /// Whether `||` may work on both.
    fn joins_with(self, other: Kind) -> bool {
        let text = |kind: Kind| kind.is_open() || kind == Kind::Text;
        let list = |kind: Kind| kind.is_open() || kind.is_list();
        (text(self) && text(other)) || (list(self) && list(other))
    }

    /// Whether a property can be asked of it. A path and a group variable have an error of their own.
    fn has_properties(self) -> bool {
        match self {
            Kind::Any
            | Kind::Ungrouped(_)
            | Kind::Null
            | Kind::Temporal
            | Kind::Map
            | Kind::Node
            | Kind::Rel
            | Kind::RelList
            | Kind::Path => true,
            Kind::Boolean | Kind::Integer | Kind::Float | Kind::Text | Kind::List(_) => false,
        }
    }

    fn element(self) -> Kind {
        match self {
            Kind::List(element) => *element,
            Kind::RelList => Kind::Rel,
            _ => Kind::Any,
        }
    }

    fn list_of(self) -> Kind {
        Kind::List(match self {
            Kind::Any | Kind::Ungrouped(_) => &Kind::Any,
            Kind::Null => &Kind::Null,
            Kind::Boolean => &Kind::Boolean,
            Kind::Integer => &Kind::Integer,
            Kind::Float => &Kind::Float,
            Kind::Text => &Kind::Text,
            Kind::Temporal => &Kind::Temporal,
            Kind::Map => &Kind::Map,
            Kind::List(_) => &Kind::List(&Kind::Any),
            Kind::Node => &Kind::Node,
            Kind::Rel => &Kind::Rel,
            Kind::RelList => &Kind::RelList,
            Kind::Path => &Kind::Path,
        })
    }

    /// What is known of a value that is one or the other.
    fn or(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Null, kind) | (kind, Kind::Null) => kind,
            _ if self == other => self,
            _ => Kind::Any,
        }
    }
}

/// What is known of an expression.
pub(super) fn kind_of(expression: &Expression, scope: &Scope) -> Kind {
    let of = |e: &Expression| kind_of(e, scope);
    match &expression.node {
        ast::Expr::Literal(literal) => match literal {
            ast::Literal::Null => Kind::Null,
            ast::Literal::Bool(_) => Kind::Boolean,
            ast::Literal::Int(_) => Kind::Integer,
            ast::Literal::Float(_) => Kind::Float,
            ast::Literal::Text(_) => Kind::Text,
        },
        ast::Expr::Variable(name) => scope.get(name).map_or(Kind::Any, |(_, kind)| kind),
        ast::Expr::List(items) => items.iter().map(of).reduce(Kind::or).unwrap_or(Kind::Any).list_of(),
        ast::Expr::Map(_) | ast::Expr::MapProjection(..) => Kind::Map,
        ast::Expr::Slice(..) | ast::Expr::PatternComprehension { .. } => Kind::Any.list_of(),
        ast::Expr::ListComprehension { list, result: None, .. } => of(list).element().list_of(),
        ast::Expr::ListComprehension { .. } => Kind::Any.list_of(),
        ast::Expr::IsNull(..)
        | ast::Expr::HasLabels(..)
        | ast::Expr::IsType(..)
        | ast::Expr::Compare(..)
        | ast::Expr::Quantified { .. }
        | ast::Expr::Pattern(_)
        | ast::Expr::Subquery(ast::SubqueryKind::Exists, _) => Kind::Boolean,
        ast::Expr::Subquery(ast::SubqueryKind::Count, _) | ast::Expr::CountStar => Kind::Integer,
        ast::Expr::Subquery(ast::SubqueryKind::Collect, _) => Kind::Any.list_of(),
        ast::Expr::Unary(UnaryOp::Not, _) => Kind::Boolean,
        ast::Expr::Unary(UnaryOp::Plus | UnaryOp::Minus, operand) => of(operand),
        ast::Expr::Binary(operator, left, right) => match operator {
            BinaryOp::Or
            | BinaryOp::Xor
            | BinaryOp::And
            | BinaryOp::In
            | BinaryOp::StartsWith
            | BinaryOp::EndsWith
            | BinaryOp::Contains
            | BinaryOp::Matches => Kind::Boolean,
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Modulo
            | BinaryOp::Power
            | BinaryOp::Concat => match (of(left), of(right)) {
                (a, b) if a.is_list() || b.is_list() => Kind::Any.list_of(),
                (Kind::Text, b) if !b.is_open() => Kind::Text,
                (a, Kind::Text) if !a.is_open() => Kind::Text,
                (Kind::Integer, Kind::Integer) if *operator != BinaryOp::Power => Kind::Integer,
                (a, b) if a.is_number() && b.is_number() => Kind::Float,
                (Kind::Temporal, Kind::Temporal) => Kind::Temporal,
                _ => Kind::Any,
            },
        },
        ast::Expr::Case { branches, otherwise, .. } => {
            let values = branches.iter().map(|(_, then)| of(then));
            let otherwise = otherwise.as_ref().map_or(Kind::Null, |e| of(e));
            values.fold(otherwise, Kind::or)
        }
        ast::Expr::Call { name, arguments, .. } if name.node.eq_ignore_ascii_case("collect") => {
            arguments.first().map_or(Kind::Any, of).list_of()
        }
        ast::Expr::Call { name, .. } => {
            let scalar = function::scalar(&name.node).map(|function| function.signature);
            let signature = scalar.or_else(|| function::aggregate(&name.node).map(|function| function.signature));
            // A number of either sort is one that nothing is known of.
            let words = signature.map(function::result).filter(|words| *words != "number");
            match words.and_then(Kind::of_words).as_deref() {
                Some([kind]) => *kind,
                _ => Kind::Any,
            }
        }
        ast::Expr::ShortestPath(pattern) => match pattern.selector.as_ref().map(|selector| selector.node) {
            Some(ast::Selector::AllShortestPaths) => Kind::Path.list_of(),
            _ => Kind::Path,
        },
        ast::Expr::Property(..) | ast::Expr::Parameter(_) | ast::Expr::Index(..) | ast::Expr::Reduce { .. } => {
            Kind::Any
        }
    }
}

/// The words of a signature as a message says them: `list or text` is a list or a text.
fn articled(words: &str) -> String {
    let each = words.split(" or ").map(|word| match word {
        "boolean" => "a truth value".to_owned(),

        word if word.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {word}"),
        word => format!("a {word}"),
    });
    each.collect::<Vec<_>>().join(" or ")
}

/// The kind of what a list gives one by one.
pub(super) fn element_of(list: &Expression, scope: &Scope) -> Kind {
    kind_of(list, scope).element()
}

impl Binder<'_> {
    /// Reports an operand that can never be of a kind that is wanted.
    fn mismatch(&mut self, operand: &Expression, found: Kind, what: &str, expected: &str) {
        self.report(
            Diagnostic::new(code::ARGUMENT_TYPE, format!("{what} is {}", found.word()))
                .at(operand.span, format!("expected {expected}")),
        );
    }

    /// An expression that has to give a truth value.
    pub(super) fn truth(&mut self, operand: &Expression, scope: &Scope, what: &str) -> Expr {
        let found = kind_of(operand, scope);
        if !found.is_open() && found != Kind::Boolean {
            self.mismatch(operand, found, what, "a truth value");
        }
        let bound = self.expr(operand, scope);
        // What may turn out to be another value keeps its place for the message.
        if found.is_open() { self.placed(bound, operand.span) } else { bound }
    }

    /// A list is wanted.
    pub(super) fn want_list(&mut self, operand: &Expression, scope: &Scope, what: &str) {
        let found = kind_of(operand, scope);
        if !found.is_open() && !found.is_list() {
            self.mismatch(operand, found, what, "a list");
        }
    }

    /// A text is wanted.
    pub(super) fn want_text(&mut self, operand: &Expression, scope: &Scope, what: &str) {
        let found = kind_of(operand, scope);
        if !found.is_open() && found != Kind::Text {
            self.mismatch(operand, found, what, "a text");
        }
    }

    /// Something that has properties is wanted.
    pub(super) fn want_properties(&mut self, operand: &Expression, scope: &Scope) {
        let found = kind_of(operand, scope);
        if !found.has_properties() {
            self.report(
                Diagnostic::new(code::PROPERTY_OF_VALUE, format!("{} has no properties", found.word()))
                    .at(operand.span, "expected a node, a relationship or a map"),
            );
        }
    }

    /// Arguments that a function's signature does not take.
    pub(super) fn check_arguments(
        &mut self,
        (function, signature): (&str, &str),
        arguments: &[Expression],
        scope: &Scope,
    ) {
        for (at, argument) in arguments.iter().enumerate() {
            let found = kind_of(argument, scope);
            let Some(words) = function::argument(signature, at) else { continue };
            let Some(wanted) = Kind::of_words(words) else { continue };
            if !wanted.iter().any(|wanted| found.fits(*wanted)) {
                let message = format!("`{function}` was given {}", found.word());
                self.report(
                    Diagnostic::new(code::ARGUMENT_TYPE, message)
                        .at(argument.span, format!("expected {}", articled(words))),
                );
            }
        }
    }

    /// What an operator's operands can be.
    pub(super) fn check_operands(&mut self, operator: BinaryOp, left: &Expression, right: &Expression, scope: &Scope) {
        match operator {
            BinaryOp::In => self.want_list(right, scope, "what `IN` looks into"),
            BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo | BinaryOp::Power => {
                self.want_number(left, scope);
                self.want_number(right, scope);
            }
            BinaryOp::Add | BinaryOp::Concat => {
                let (a, b) = (kind_of(left, scope), kind_of(right, scope));
                let (fits, sign) = match operator {
                    BinaryOp::Add => (a.adds_to(b), "+"),
                    _ => (a.joins_with(b), "||"),
                };
                if !fits {
                    let message = format!("`{sign}` does not work on {} and {}", a.word(), b.word());
                    let expected =
                        if sign == "+" { "expected numbers, texts or lists" } else { "expected texts or lists" };
                    self.report(Diagnostic::new(code::ARGUMENT_TYPE, message).at(right.span, expected));
                }
            }
            // Bound as truth values.
            BinaryOp::Or | BinaryOp::Xor | BinaryOp::And => {}
            // Texts are compared with anything, to null.
            BinaryOp::StartsWith | BinaryOp::EndsWith | BinaryOp::Contains | BinaryOp::Matches => {}
        }
    }

    /// Something that can be reckoned with is wanted.
    pub(super) fn want_number(&mut self, operand: &Expression, scope: &Scope) {
        let found = kind_of(operand, scope);
        if !found.is_reckoned_with() {
            self.mismatch(operand, found, "an operand of an arithmetical operator", "a number");
        }
    }

    /// A target that can be changed in a way is wanted.
    pub(super) fn want_one_of(
        &mut self,
        operand: &Expression,
        scope: &Scope,
        wanted: &[Kind],
        what: &str,
        expected: &str,
    ) {
        let found = kind_of(operand, scope);
        if !found.is_open() && !wanted.contains(&found) {
            self.mismatch(operand, found, what, expected);
        }
    }
}
