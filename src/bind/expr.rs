//! Expressions: variables become slots, calls become functions of the table.

use crate::diag::{Diagnostic, Span, code};
use crate::function;
use crate::parse::ast::{self, At, Expression};
use crate::plan::{Expr, Place, Plan, SubqueryKind};
use crate::value::Value;

use super::Binder;
use super::kind::{Kind, element_of, kind_of};
use super::scope::Scope;

/// How many arguments a call has, as a message says it.
pub(super) fn given(name: &str, n: usize) -> String {
    format!("`{name}` was given {n} argument{}", if n == 1 { "" } else { "s" })
}

/// Whether computing it can fail by a value that is not known before. Conditions are left as they are, so that they can be
/// taken apart.
fn can_fail(expr: &Expr) -> bool {
    use Expr::{Arithmetic, Call, HasLabels, In, Index, Negate, Property, Slice, Text};
    match expr {
        Property(of, _) | HasLabels(of, _) => !matches!(**of, Expr::Slot(_)),
        Call(..) | Arithmetic(..) | Index(..) | Slice(..) | In(..) | Text(..) | Negate(_) => true,
        _ => false,
    }
}

impl Binder<'_> {
    /// An expression with its names resolved.
    pub(super) fn expr(&mut self, expression: &Expression, scope: &Scope) -> Expr {
        if let Some(item) = self.named_item(expression) {
            return item;
        }
        let bound = match self.grouped_part(expression, scope) {
            Some(grouped) => return grouped,
            None => self.unplaced(expression, scope),
        };
        // A property of a node or relationship can be asked for, unless that has been deleted.
        let of_value = |of| self.writes.is_some() || kind_of(of, scope) == Kind::Any;
        let risky = match &expression.node {
            ast::Expr::Property(of, _) => of_value(of),
            ast::Expr::HasLabels(of, ..) => kind_of(of, scope) == Kind::Any,
            _ => false,
        };
        if risky || can_fail(&bound) { self.placed(bound, expression.span) } else { bound }
    }

    /// An expression that keeps its place in the text.
    pub(super) fn placed(&self, expr: Expr, span: Span) -> Expr {
        if self.defining || expr.place().is_some() { expr } else { Expr::Placed(Box::new(expr), Place(span)) }
    }

    fn unplaced(&mut self, expression: &Expression, scope: &Scope) -> Expr {
        let span = expression.span;
        let b = |binder: &mut Self, e: &Expression| Box::new(binder.expr(e, scope));
        match &expression.node {
            ast::Expr::Literal(literal) => Expr::Constant(match literal {
                ast::Literal::Null => Value::Null,
                ast::Literal::Bool(value) => Value::Bool(*value),
                ast::Literal::Int(value) => Value::Int(*value),
                ast::Literal::Float(value) => Value::Float(*value),
                ast::Literal::Text(text) => Value::from(text.as_str()),
            }),
            ast::Expr::Variable(name) => self.variable(name, span, scope),
            ast::Expr::Parameter(name) => {
                if !self.names.params.contains_key(name) {
                    self.report(
                        Diagnostic::new(code::MISSING_PARAMETER, format!("no value for the parameter `${name}`"))
                            .at(span, "set it first")
                            .help(format!("in the shell: `:param {name} = VALUE`"))
                            .nearest(name, self.names.params.keys().map(String::as_str)),
                    );
                }
                Expr::Parameter(name.clone())
            }
            ast::Expr::List(items) => Expr::List(items.iter().map(|item| self.expr(item, scope)).collect()),
            ast::Expr::Map(entries) => {
                let entry = |(key, value): &(ast::Name, _)| (Some(key.node.as_str().into()), self.expr(value, scope));
                Expr::Map(entries.iter().map(entry).collect())
            }
            ast::Expr::Property(of, key) => {
                if let ast::Expr::Variable(name) = &of.node
                    && let Some((_, kind)) = scope.get(name)
                {
                    match kind {
                        Kind::Node | Kind::Rel => self.key(key),
                        Kind::Path | Kind::RelList => self.report(
                            Diagnostic::new(
                                code::INVALID_PROPERTY_ACCESS,
                                format!("`{name}` is {}, which has no properties", kind.word()),
                            )
                            .at(span, "expected a node, a relationship or a map"),
                        ),
                        _ => {}
                    }
                }
                self.want_properties(of, scope);
                Expr::Property(b(self, of), key.node.clone())
            }
            ast::Expr::Index(of, at) => {
                let found = kind_of(of, scope);
                if matches!(found, Kind::Node | Kind::Rel) {
                    if let Some(key) = text_of(at) {
                        self.key(&key);
                    }
                } else if !found.is_open() && !found.is_list() && found != Kind::Map {
                    let message = format!("{} has no elements", found.word());
                    self.report(
                        Diagnostic::new(code::PROPERTY_OF_VALUE, message).at(of.span, "expected a list or a map"),
                    );
                }
                Expr::Index(b(self, of), b(self, at))
            }
            ast::Expr::Slice(of, from, to) => {
                let of = b(self, of);
                let from = from.as_ref().map(|e| b(self, e));
                let to = to.as_ref().map(|e| b(self, e));
                Expr::Slice(of, from, to)
            }
            ast::Expr::Unary(operator, of) => {
                let of = if *operator == ast::UnaryOp::Not {
                    self.truth(of, scope, "the operand of `NOT`")
                } else {
                    self.want_number(of, scope);
                    self.expr(of, scope)
                };
                match operator {
                    ast::UnaryOp::Not => Expr::Not(Box::new(of)),
                    ast::UnaryOp::Plus => of,
                    ast::UnaryOp::Minus => match of {
                        Expr::Constant(Value::Int(value)) if value != i64::MIN => Expr::Constant(Value::Int(-value)),
                        Expr::Constant(Value::Float(value)) => Expr::Constant(Value::Float(-value)),
                        of => Expr::Negate(Box::new(of)),
                    },
                }
            }
            ast::Expr::Binary(operator, left, right) => {
                self.check_operands(*operator, left, right, scope);
                let logical = match operator {
                    ast::BinaryOp::And => Some("an operand of `AND`"),
                    ast::BinaryOp::Or => Some("an operand of `OR`"),
                    ast::BinaryOp::Xor => Some("an operand of `XOR`"),
                    _ => None,
                };
                let mut side = |of| match logical {
                    Some(what) => Box::new(self.truth(of, scope, what)),
                    None => b(self, of),
                };
                let (left, right) = (side(left), side(right));
                binary(*operator, left, right)
            }
            ast::Expr::Compare(first, rest) => {
                let mut left = self.expr(first, scope);
                let mut all: Option<Expr> = None;
                for (operator, right) in rest {
                    let right = self.expr(right, scope);
                    let pair = Expr::Compare(comparison(*operator).to_owned(), Box::new(left), Box::new(right.clone()));
                    all = Some(match all {
                        None => pair,
                        Some(before) => Expr::And(Box::new(before), Box::new(pair)),
                    });
                    left = right;
                }
                all.unwrap_or(Expr::Constant(Value::Null))
            }
            ast::Expr::IsNull(of, is) => {
                let test = Expr::IsNull(b(self, of));
                if *is { test } else { Expr::Not(Box::new(test)) }
            }
            ast::Expr::HasLabels(of, labels, is) => {
                let of_node =
                    !matches!(&of.node, ast::Expr::Variable(name) if matches!(scope.get(name), Some((_, Kind::Rel))));
                let test = self.labels(labels, of_node);
                let test = Expr::HasLabels(b(self, of), test);
                if *is { test } else { Expr::Not(Box::new(test)) }
            }
            ast::Expr::IsType(of, written, is) => {
                let test = Expr::IsType(b(self, of), self.type_expr(written));
                if *is { test } else { Expr::Not(Box::new(test)) }
            }
            ast::Expr::Call { name, distinct, arguments } => self.call(name, *distinct, arguments, span, scope),
            ast::Expr::CountStar => {
                self.misplaced_aggregate(span);
                Expr::Constant(Value::Null)
            }
            ast::Expr::Case { subject, branches, otherwise } => {
                let subject = subject.as_ref().map(|e| self.expr(e, scope));
                let branches = branches
                    .iter()
                    .map(|(when, then)| {
                        let when = match &subject {
                            Some(subject) => {
                                let when = self.expr(when, scope);
                                Expr::Compare("=".into(), Box::new(subject.clone()), Box::new(when))
                            }
                            None => self.truth(when, scope, "a condition of `CASE`"),
                        };
                        (when, self.expr(then, scope))
                    })
                    .collect();
                let otherwise = otherwise.as_ref().map_or(Expr::Constant(Value::Null), |e| self.expr(e, scope));
                Expr::Case(branches, Box::new(otherwise))
            }
            ast::Expr::ListComprehension { variable, list, filter, result } => {
                self.want_list(list, scope, "what a comprehension goes through");
                let element = element_of(list, scope);
                let list = b(self, list);
                let inner = self.local(variable, element, scope);
                let filter = filter.as_ref().map(|e| Box::new(self.truth(e, &inner, "a condition")));
                let result = result.as_ref().map(|e| Box::new(self.expr(e, &inner)));
                self.locals.pop();
                Expr::Comprehension { list, filter, result }
            }
            ast::Expr::Quantified { kind, variable, list, filter } => {
                self.want_list(list, scope, "what a quantifier goes through");
                let element = element_of(list, scope);
                let list = b(self, list);
                let inner = self.local(variable, element, scope);
                let itself = Expression::new(ast::Expr::Variable(variable.node.clone()), variable.span);
                let filter = self.truth(filter.as_deref().unwrap_or(&itself), &inner, "a condition");
                self.locals.pop();
                let kind = match kind {
                    ast::ListQuantifier::All => "all",
                    ast::ListQuantifier::Any => "any",
                    ast::ListQuantifier::None => "none",
                    ast::ListQuantifier::Single => "single",
                };
                Expr::Quantified { kind: kind.to_owned(), list, filter: Box::new(filter) }
            }
            ast::Expr::Reduce { accumulator, init, variable, list, step } => {
                self.want_list(list, scope, "what `reduce` goes through");
                let element = element_of(list, scope);
                let (init, list) = (b(self, init), b(self, list));
                let inner = self.local(accumulator, Kind::Any, scope);
                let inner = self.local(variable, element, &inner);
                let step = Box::new(self.expr(step, &inner));
                self.locals.pop();
                self.locals.pop();
                Expr::Reduce { init, list, step }
            }
            ast::Expr::MapProjection(name, items) => {
                let itself = Expression::new(ast::Expr::Variable(name.node.clone()), name.span);
                self.want_properties(&itself, scope);
                let of = self.expr(&itself, scope);
                let nothing = (Expr::IsNull(Box::new(of.clone())), Expr::Constant(Value::Null));
                let entries = items
                    .iter()
                    .map(|item| match item {
                        ast::MapItem::Property(key) => {
                            if matches!(scope.get(&name.node), Some((_, Kind::Node | Kind::Rel))) {
                                self.key(key);
                            }
                            (Some(key.node.as_str().into()), Expr::Property(Box::new(of.clone()), key.node.clone()))
                        }
                        ast::MapItem::All => (None, of.clone()),
                        ast::MapItem::Entry(key, value) => (Some(key.node.as_str().into()), self.expr(value, scope)),
                        ast::MapItem::Variable(name) => {
                            let variable = Expression::new(ast::Expr::Variable(name.node.clone()), name.span);
                            (Some(name.node.as_str().into()), self.expr(&variable, scope))
                        }
                    })
                    .collect();
                Expr::Case(vec![nothing], Box::new(Expr::Map(entries)))
            }
            ast::Expr::Pattern(pattern) => {
                self.check_predicate(pattern, scope);
                self.pattern_subquery(SubqueryKind::Exists, pattern, None, None, scope)
            }
            ast::Expr::PatternComprehension { pattern, filter, result } => {
                let filter = filter.as_deref();
                self.pattern_subquery(SubqueryKind::Collect, pattern, filter, Some(result), scope)
            }
            ast::Expr::Subquery(kind, query) => {
                let kind = match kind {
                    ast::SubqueryKind::Exists => SubqueryKind::Exists,
                    ast::SubqueryKind::Count => SubqueryKind::Count,
                    ast::SubqueryKind::Collect => SubqueryKind::Collect,
                };
                self.subquery(kind, scope, |binder, scope| {
                    let writes = binder.writes.take();
                    let rows = binder.query(query, &scope, &Plan::Argument, kind == SubqueryKind::Collect);
                    if let Some(clause) = std::mem::replace(&mut binder.writes, writes) {
                        binder.report(
                            Diagnostic::new(code::INVALID_CLAUSE, "a query inside an expression changes nothing")
                                .at(clause, "this writes")
                                .help("`CALL { … }` and `FOREACH` write for each row"),
                        );
                    }
                    if kind == SubqueryKind::Collect && rows.columns.len() != 1 {
                        binder.report(
                            Diagnostic::new(code::SYNTAX, "`COLLECT { … }` returns one column")
                                .at(span, format!("found {}", rows.columns.len())),
                        );
                    }
                    rows.plan
                })
            }
            ast::Expr::ShortestPath(pattern) => self.shortest_path(pattern, scope),
        }
    }

    pub(super) fn variable(&mut self, name: &str, span: Span, scope: &Scope) -> Expr {
        if let Some((expr, kind)) = scope.get(name) {
            let expr = expr.clone();
            if let Kind::Ungrouped(explicit) = kind {
                self.ungrouped(name, span, explicit);
            }
            return expr;
        }
        self.report(
            Diagnostic::new(code::UNDEFINED_VARIABLE, format!("no variable `{name}`"))
                .at(span, "not in sight here")
                .nearest(name, scope.names()),
        );
        if self.left.contains(name)
            && let Some(wrong) = self.diagnostics.last_mut()
        {
            wrong.help.push(format!("the `WITH` before it does not hand `{name}` on; add it there"));
        }
        Expr::Constant(Value::Null)
    }

    /// A scope with one more local on top.
    fn local(&mut self, variable: &ast::Name, kind: Kind, scope: &Scope) -> Scope {
        let mut inner = scope.clone();
        inner.set(&variable.node, Expr::Local(self.locals.len()), kind);
        self.locals.push(variable.node.clone());
        inner
    }

    fn call(&mut self, name: &ast::Name, distinct: bool, arguments: &[Expression], span: Span, scope: &Scope) -> Expr {
        if function::aggregate(&name.node).is_some() {
            self.misplaced_aggregate(span);
            return Expr::Constant(Value::Null);
        }
        let Some(function) = function::scalar(&name.node) else {
            let missing = Diagnostic::new(code::UNKNOWN_FUNCTION, format!("no function `{}`", name.node))
                .at(name.span, "not a function of this language");
            let known = function::scalars().map(|f| f.name).chain(function::AGGREGATES.iter().map(|f| f.name));
            self.report(match function::foreign(&name.node) {
                Some(why) => missing.help(why),
                None => missing.nearest(&name.node, known),
            });
            return Expr::Constant(Value::Null);
        };
        if let ("exists", [pattern]) = (function.name, arguments)
            && matches!(pattern.node, ast::Expr::Pattern(_))
        {
            return self.expr(pattern, scope);
        }
        if distinct {
            self.report(
                Diagnostic::new(code::SYNTAX, format!("`DISTINCT` does not go with `{}`", function.name))
                    .at(span, "only aggregates take it"),
            );
        }
        let (least, most) = function.arity;
        if arguments.len() < least || arguments.len() > most {
            self.report(
                Diagnostic::new(code::NUMBER_OF_ARGUMENTS, given(function.name, arguments.len()))
                    .at(span, format!("expected `{}{}`", function.name, function.signature)),
            );
        }
        self.sees_all |= function::asks_of_the_day(function);
        self.check_arguments((function.name, function.signature), arguments, scope);
        if let ([_, key], true) = (arguments, function.signature.contains(", key)")) {
            // A history is read whole, and not as of a day.
            if let Some(key) = text_of(key).filter(|key| key.node != function::CHAIN) {
                self.check_key(&key);
            }
        }
        Expr::Call(function.name.to_owned(), arguments.iter().map(|e| self.expr(e, scope)).collect())
    }
}

fn binary(operator: ast::BinaryOp, left: Box<Expr>, right: Box<Expr>) -> Expr {
    use ast::BinaryOp as Op;
    match operator {
        Op::Or => Expr::Or(left, right),
        Op::Xor => Expr::Xor(left, right),
        Op::And => Expr::And(left, right),
        Op::Add => Expr::Arithmetic('+', left, right),
        Op::Subtract => Expr::Arithmetic('-', left, right),
        Op::Multiply => Expr::Arithmetic('*', left, right),
        Op::Divide => Expr::Arithmetic('/', left, right),
        Op::Modulo => Expr::Arithmetic('%', left, right),
        Op::Power => Expr::Arithmetic('^', left, right),
        Op::Concat => Expr::Arithmetic('|', left, right),
        Op::StartsWith => Expr::Text("STARTS WITH".into(), left, right),
        Op::EndsWith => Expr::Text("ENDS WITH".into(), left, right),
        Op::Contains => Expr::Text("CONTAINS".into(), left, right),
        Op::Matches => Expr::Text("=~".into(), left, right),
        Op::In => Expr::In(left, Box::new(written_out(*right))),
    }
}

/// A list of constants as one: it is made once, and not for every row.
fn written_out(list: Expr) -> Expr {
    let constant = |item: &Expr| match item {
        Expr::Constant(value) => Some(value.clone()),
        _ => None,
    };
    match &list {
        Expr::List(items) => items.iter().map(constant).collect::<Option<Vec<Value>>>().map(Value::list),
        _ => None,
    }
    .map_or(list, Expr::Constant)
}

fn comparison(operator: ast::CompareOp) -> &'static str {
    match operator {
        ast::CompareOp::Equal => "=",
        ast::CompareOp::NotEqual => "<>",
        ast::CompareOp::Less => "<",
        ast::CompareOp::LessEqual => "<=",
        ast::CompareOp::Greater => ">",
        ast::CompareOp::GreaterEqual => ">=",
    }
}

/// The name that a literal text is.
fn text_of(text: &Expression) -> Option<ast::Name> {
    let ast::Expr::Literal(ast::Literal::Text(name)) = &text.node else { return None };
    Some(At::new(name.clone(), text.span))
}
