//! Printing of expressions.

use std::fmt::Write as _;

use super::ast::{
    BinaryOp, CompareOp, Expr, Expression, ListQuantifier, Literal, MapItem, Name, SubqueryKind, UnaryOp,
};
use super::print::Printer;

/// How tightly an expression holds together; one that holds less than its place needs stands in parentheses.
mod level {
    pub const OR: u8 = 1;
    pub const XOR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    pub const COMPARE: u8 = 5;
    pub const PREDICATE: u8 = 6;
    pub const ADD: u8 = 7;
    pub const MULTIPLY: u8 = 8;
    pub const POWER: u8 = 9;
    pub const SIGN: u8 = 10;
    pub const ACCESS: u8 = 11;
    pub const ATOM: u8 = 12;
}

impl Printer {
    /// An expression where any may stand.
    pub fn expr(&mut self, expression: &Expression) {
        self.at_least(expression, 0);
    }

    /// An expression where only a day, a source or a voice may stand.
    pub fn day(&mut self, expression: &Expression) {
        if has_label_test(&expression.node) {
            self.parenthesised(expression);
        } else {
            self.at_least(expression, level::ADD);
        }
    }

    fn parenthesised(&mut self, expression: &Expression) {
        self.put("(");
        self.expr(expression);
        self.put(")");
    }

    fn at_least(&mut self, expression: &Expression, needed: u8) {
        if level_of(&expression.node) < needed {
            self.parenthesised(expression);
        } else {
            self.bare(&expression.node);
        }
    }

    /// The right side of `-` or `<`, which must not read like the beginning of a relationship.
    fn after_dash(&mut self, expression: &Expression, needed: u8) {
        let start = self.out.len();
        self.at_least(expression, needed);
        if self.out[start..].starts_with(['-', '[']) {
            self.out.insert(start, '(');
            self.put(")");
        }
    }

    /// The first element of a list or argument of a function: `[x IN xs, …` would read like a comprehension.
    fn first_element(&mut self, expression: &Expression) {
        let start = self.out.len();
        self.expr(expression);
        if self.out[start..].contains(" IN ") && level_of(&expression.node) < level::ATOM {
            self.out.insert(start, '(');
            self.put(")");
        }
    }

    fn elements(&mut self, elements: &[Expression]) {
        let mut first = true;
        self.list(elements, |printer, element| {
            if std::mem::take(&mut first) { printer.first_element(element) } else { printer.expr(element) }
        });
    }

    /// What a key, an index or a label follows.
    fn object(&mut self, object: &Expression) {
        if matches!(object.node, Expr::HasLabels(..)) {
            self.parenthesised(object);
        } else {
            self.at_least(object, level::ACCESS);
        }
    }

    /// `object.key`.
    pub fn property(&mut self, object: &Expression, key: &Name) {
        self.object(object);
        self.put(".");
        self.free_name(key);
    }

    fn bare(&mut self, expression: &Expr) {
        match expression {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Variable(name) => self.word(name),
            Expr::Parameter(name) => {
                self.put("$");
                if name.bytes().all(|digit| digit.is_ascii_digit()) && !name.is_empty() {
                    self.put(name);
                } else {
                    self.word(name);
                }
            }
            Expr::List(elements) => {
                self.put("[");
                self.elements(elements);
                self.put("]");
            }
            Expr::Map(entries) => {
                self.put("{");
                self.list(entries, |printer, (key, value)| printer.entry(key, value));
                self.put("}");
            }
            Expr::Property(object, key) => self.property(object, key),
            Expr::Index(object, index) => {
                self.object(object);
                self.put("[");
                self.expr(index);
                self.put("]");
            }
            Expr::Slice(object, from, to) => {
                self.object(object);
                self.put("[");
                if let Some(from) = from {
                    self.expr(from);
                }
                self.put(" .. ");
                if let Some(to) = to {
                    self.expr(to);
                }
                self.put("]");
            }
            Expr::Unary(op, operand) => {
                let (sign, needed) = match op {
                    UnaryOp::Not => ("NOT ", level::NOT),
                    UnaryOp::Minus => ("-", level::SIGN),
                    UnaryOp::Plus => ("+", level::SIGN),
                };
                self.put(sign);
                let start = self.out.len();
                self.at_least(operand, needed);
                // `-9223372036854775808` is one literal.
                if *op == UnaryOp::Minus && self.out[start..].starts_with("9223372036854775808") {
                    self.out.insert(start, '(');
                    self.put(")");
                }
            }
            Expr::Binary(op, left, right) => {
                let (sign, own) = binary(*op);
                self.at_least(left, own);
                self.put(sign);
                if *op == BinaryOp::Subtract {
                    self.after_dash(right, own + 1);
                } else {
                    self.at_least(right, own + 1);
                }
            }
            Expr::Compare(first, rest) => {
                self.at_least(first, level::PREDICATE);
                for (op, operand) in rest {
                    self.put(comparison(*op));
                    if *op == CompareOp::Less {
                        self.after_dash(operand, level::PREDICATE);
                    } else {
                        self.at_least(operand, level::PREDICATE);
                    }
                }
            }
            Expr::IsNull(operand, yes) => {
                self.at_least(operand, level::PREDICATE);
                self.put(if *yes { " IS NULL" } else { " IS NOT NULL" });
            }
            Expr::IsType(operand, name, yes) => {
                self.at_least(operand, level::PREDICATE);
                self.put(if *yes { " IS :: " } else { " IS NOT :: " });
                self.put(&name.to_string());
            }
            Expr::HasLabels(operand, labels, true) => {
                self.object(operand);
                self.put(":");
                self.label_expr(labels, 1);
            }
            Expr::HasLabels(operand, labels, false) => {
                self.at_least(operand, level::PREDICATE);
                self.put(" IS NOT LABELED ");
                self.label_expr(labels, 1);
            }
            Expr::Pattern(pattern) | Expr::ShortestPath(pattern) => self.path_pattern(pattern),
            Expr::Subquery(kind, query) => {
                self.put(match kind {
                    SubqueryKind::Exists => "EXISTS { ",
                    SubqueryKind::Count => "COUNT { ",
                    SubqueryKind::Collect => "COLLECT { ",
                });
                self.query(query, " ");
                self.put(" }");
            }
            Expr::Call { .. }
            | Expr::CountStar
            | Expr::Case { .. }
            | Expr::ListComprehension { .. }
            | Expr::PatternComprehension { .. }
            | Expr::Quantified { .. }
            | Expr::Reduce { .. }
            | Expr::MapProjection(..) => self.form(expression),
        }
    }

    /// The expressions with a form of their own.
    fn form(&mut self, expression: &Expr) {
        match expression {
            Expr::Call { name, distinct, arguments } => {
                let special = ["all", "any", "none", "single", "reduce", "shortestpath", "allshortestpaths"];
                if special.iter().any(|word| name.node.eq_ignore_ascii_case(word)) {
                    let _ = write!(self.out, "`{}`", name.node);
                } else {
                    self.dotted(&name.node);
                }
                self.put(if *distinct { "(DISTINCT " } else { "(" });
                self.list(arguments, Self::expr);
                self.put(")");
            }
            Expr::CountStar => self.put("count(*)"),
            Expr::Case { subject, branches, otherwise } => {
                self.put("CASE");
                if let Some(subject) = subject {
                    self.put(" ");
                    self.expr(subject);
                }
                for (when, then) in branches {
                    self.put(" WHEN ");
                    self.expr(when);
                    self.put(" THEN ");
                    self.expr(then);
                }
                if let Some(otherwise) = otherwise {
                    self.put(" ELSE ");
                    self.expr(otherwise);
                }
                self.put(" END");
            }
            Expr::ListComprehension { variable, list, filter, result } => {
                self.put("[");
                self.bound(variable, list);
                self.filter(filter.as_deref());
                if let Some(result) = result {
                    self.put(" | ");
                    self.expr(result);
                }
                self.put("]");
            }
            Expr::PatternComprehension { pattern, filter, result } => {
                self.put("[");
                self.path_pattern(pattern);
                self.filter(filter.as_deref());
                self.put(" | ");
                self.expr(result);
                self.put("]");
            }
            Expr::Quantified { kind, variable, list, filter } => {
                self.put(match kind {
                    ListQuantifier::All => "all(",
                    ListQuantifier::Any => "any(",
                    ListQuantifier::None => "none(",
                    ListQuantifier::Single => "single(",
                });
                self.bound(variable, list);
                self.filter(filter.as_deref());
                self.put(")");
            }
            Expr::Reduce { accumulator, init, variable, list, step } => {
                self.put("reduce(");
                self.name(accumulator);
                self.put(" = ");
                self.expr(init);
                self.put(", ");
                self.bound(variable, list);
                self.put(" | ");
                self.expr(step);
                self.put(")");
            }
            Expr::MapProjection(object, items) => {
                self.name(object);
                self.put(" {");
                self.list(items, |printer, item| match item {
                    MapItem::Property(key) => {
                        printer.put(".");
                        printer.free_name(key);
                    }
                    MapItem::All => printer.put(".*"),
                    MapItem::Entry(key, value) => printer.entry(key, value),
                    MapItem::Variable(name) => printer.name(name),
                });
                self.put("}");
            }
            Expr::Literal(_)
            | Expr::Variable(_)
            | Expr::Parameter(_)
            | Expr::List(_)
            | Expr::Map(_)
            | Expr::Property(..)
            | Expr::Index(..)
            | Expr::Slice(..)
            | Expr::Unary(..)
            | Expr::Binary(..)
            | Expr::Compare(..)
            | Expr::IsNull(..)
            | Expr::HasLabels(..)
            | Expr::IsType(..)
            | Expr::Pattern(_)
            | Expr::ShortestPath(_)
            | Expr::Subquery(..) => self.bare(expression),
        }
    }

    fn entry(&mut self, key: &Name, value: &Expression) {
        self.free_name(key);
        self.put(": ");
        self.expr(value);
    }

    fn bound(&mut self, variable: &Name, list: &Expression) {
        self.name(variable);
        self.put(" IN ");
        self.expr(list);
    }

    fn literal(&mut self, literal: &Literal) {
        let _ = match literal {
            Literal::Null => write!(self.out, "null"),
            Literal::Bool(value) => write!(self.out, "{value}"),
            Literal::Int(value) => write!(self.out, "{value}"),
            Literal::Float(value) => write!(self.out, "{value:?}"),
            Literal::Text(text) => {
                self.text(text);
                Ok(())
            }
        };
    }

    /// A text in single quotes.
    pub fn text(&mut self, text: &str) {
        self.put("'");
        for character in text.chars() {
            match character {
                '\'' => self.put("\\'"),
                '\\' => self.put("\\\\"),
                '\n' => self.put("\\n"),
                '\r' => self.put("\\r"),
                '\t' => self.put("\\t"),
                control if control.is_control() => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(control));
                }
                plain => self.out.push(plain),
            }
        }
        self.put("'");
    }
}

/// Whether `x:Label` stands in it outside brackets.
fn has_label_test(expression: &Expr) -> bool {
    match expression {
        Expr::HasLabels(..) => true,
        Expr::Unary(_, x) | Expr::Property(x, _) | Expr::Index(x, _) | Expr::Slice(x, ..) => has_label_test(&x.node),
        Expr::Binary(_, left, right) => has_label_test(&left.node) || has_label_test(&right.node),
        _ => false,
    }
}

fn level_of(expression: &Expr) -> u8 {
    match expression {
        Expr::Binary(op, ..) => binary(*op).1,
        Expr::Compare(..) => level::COMPARE,
        Expr::IsNull(..) | Expr::IsType(..) | Expr::HasLabels(_, _, false) => level::PREDICATE,
        Expr::Unary(UnaryOp::Not, _) => level::NOT,
        Expr::Unary(UnaryOp::Minus | UnaryOp::Plus, _) => level::SIGN,
        Expr::Property(..) | Expr::Index(..) | Expr::Slice(..) | Expr::HasLabels(_, _, true) => level::ACCESS,
        Expr::Literal(_)
        | Expr::Variable(_)
        | Expr::Parameter(_)
        | Expr::List(_)
        | Expr::Map(_)
        | Expr::Call { .. }
        | Expr::CountStar
        | Expr::Case { .. }
        | Expr::ListComprehension { .. }
        | Expr::PatternComprehension { .. }
        | Expr::Quantified { .. }
        | Expr::Reduce { .. }
        | Expr::MapProjection(..)
        | Expr::Pattern(_)
        | Expr::ShortestPath(_)
        | Expr::Subquery(..) => level::ATOM,
    }
}

fn binary(op: BinaryOp) -> (&'static str, u8) {
    match op {
        BinaryOp::Or => (" OR ", level::OR),
        BinaryOp::Xor => (" XOR ", level::XOR),
        BinaryOp::And => (" AND ", level::AND),
        BinaryOp::Add => (" + ", level::ADD),
        BinaryOp::Subtract => (" - ", level::ADD),
        BinaryOp::Concat => (" || ", level::ADD),
        BinaryOp::Multiply => (" * ", level::MULTIPLY),
        BinaryOp::Divide => (" / ", level::MULTIPLY),
        BinaryOp::Modulo => (" % ", level::MULTIPLY),
        BinaryOp::Power => (" ^ ", level::POWER),
        BinaryOp::StartsWith => (" STARTS WITH ", level::PREDICATE),
        BinaryOp::EndsWith => (" ENDS WITH ", level::PREDICATE),
        BinaryOp::Contains => (" CONTAINS ", level::PREDICATE),
        BinaryOp::Matches => (" =~ ", level::PREDICATE),
        BinaryOp::In => (" IN ", level::PREDICATE),
    }
}

fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => " = ",
        CompareOp::NotEqual => " <> ",
        CompareOp::Less => " < ",
        CompareOp::LessEqual => " <= ",
        CompareOp::Greater => " > ",
        CompareOp::GreaterEqual => " >= ",
    }
}
