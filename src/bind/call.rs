//! `CALL` of a procedure.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Span, code};
use crate::function;
use crate::parse::ast;
use crate::plan::{Expr, Place, Plan, Slot};
use crate::procedure::{Field, Procedure};
use crate::value::Value;

use super::Binder;
use super::expr::given;
use super::kind::{Kind, kind_of};
use super::scope::Scope;
use super::walk::has_aggregate;

/// A call as it is written.
pub(super) struct Call<'q> {
    pub optional: bool,
    pub name: &'q ast::Name,
    pub arguments: Option<&'q [ast::Expression]>,
    pub yields: Option<&'q ast::Yield>,
    /// It is the whole query: its columns are the query's.
    pub alone: bool,
    pub span: Span,
}

impl Binder<'_> {
    /// The plan after the call, and the names of the columns that a call on its own gives.
    pub(super) fn call_procedure(&mut self, input: Plan, scope: &mut Scope, call: &Call<'_>) -> (Plan, Vec<String>) {
        let all = self.names.procedures;
        self.sees_all = true;
        let Some(procedure) = all.find(&call.name.node) else {
            let missing = Diagnostic::new(code::UNKNOWN_PROCEDURE, format!("no procedure `{}`", call.name.node))
                .at(call.name.span, "not a procedure of this engine");
            self.report(match function::foreign(&call.name.node) {
                Some(why) => missing.help(why),
                None => missing.nearest(&call.name.node, all.iter().map(|procedure| procedure.name.as_ref())),
            });
            // What it would have given is no second mistake.
            for (field, alias) in call.yields.map(|yields| yields.items.as_slice()).unwrap_or_default() {
                self.declare(scope, alias.as_ref().unwrap_or(field), Kind::Any);
            }
            return (input, Vec::new());
        };
        let arguments = self.arguments(procedure, scope, call);
        let (yields, names) = self.yields(procedure, scope, call);
        let slots: Vec<Slot> = yields.iter().map(|(_, slot)| *slot).collect();
        let (procedure, place, optional) = (procedure.name.to_string(), Place(call.span), call.optional);
        let mut plan = Plan::Call { input: Box::new(input), procedure, place, arguments, yields, optional };
        if let Some(filter) = call.yields.and_then(|yields| yields.filter.as_ref()) {
            let condition = self.truth(filter, scope, "a condition");
            plan = Plan::Filter { input: Box::new(plan), condition };
        }
        if call.alone {
            plan = Plan::Project { input: Box::new(plan), items: slots.into_iter().map(Expr::Slot).collect() };
        }
        (plan, names)
    }

    fn arguments(&mut self, procedure: &Procedure, scope: &Scope, call: &Call<'_>) -> Vec<Expr> {
        let signature = || format!("expected `{}{}`", procedure.name, procedure.signature());
        let Some(arguments) = call.arguments else {
            if !call.alone {
                self.report(
                    Diagnostic::new(code::ARGUMENT_PASSING, "a call inside a query needs its arguments written out")
                        .at(call.span, signature()),
                );
            }
            let params = self.names.params;
            let is_given = |field: &&Field| field.default.is_none() || params.contains_key(field.name.as_ref());
            let given: Vec<ast::Expression> = procedure
                .arguments
                .iter()
                .take_while(is_given)
                .map(|field| ast::Expression::new(ast::Expr::Parameter(field.name.to_string()), call.span))
                .collect();
            for argument in &given {
                self.named_in(argument);
            }
            return given.iter().map(|argument| self.expr(argument, scope)).collect();
        };
        if !(procedure.n_required()..=procedure.arguments.len()).contains(&arguments.len()) {
            self.report(
                Diagnostic::new(code::NUMBER_OF_ARGUMENTS, given(&procedure.name, arguments.len()))
                    .at(call.span, signature()),
            );
        }
        let mut bound = Vec::with_capacity(arguments.len());
        for (place, argument) in arguments.iter().enumerate() {
            if has_aggregate(argument) {
                self.misplaced_aggregate(argument.span);
                continue;
            }
            if let Some(field) = procedure.arguments.get(place) {
                self.check_argument(procedure, field, argument, scope);
            }
            self.named_in(argument);
            bound.push(self.expr(argument, scope));
        }
        bound
    }

    /// Notes the labels and types that options name, so that what is derived of these names is there to be found.
    fn named_in(&mut self, options: &ast::Expression) {
        let mut note = |key: &str, names: Vec<&str>| match key {
            "labels" => self.labels.extend(names.into_iter().map(str::to_owned)),
            "types" => self.types.extend(names.into_iter().map(str::to_owned)),
            _ => {}
        };
        match &options.node {
            ast::Expr::Map(entries) => {
                self.by_params |= !entries.iter().all(|(_, value)| is_written_out(value));
                for (key, value) in entries {
                    note(&key.node, literal_texts(value, self.names.params));
                }
            }
            ast::Expr::Parameter(name) => {
                self.by_params = true;
                if let Some(Value::Map(entries)) = self.names.params.get(name) {
                    for (key, value) in entries.iter() {
                        note(key, texts(value));
                    }
                }
            }
            _ => {}
        }
    }

    /// An argument that can never be of the type that is wanted.
    fn check_argument(&mut self, procedure: &Procedure, field: &Field, argument: &ast::Expression, scope: &Scope) {
        let found = kind_of(argument, scope);
        let wanted = Kind::of_argument(field.kind);
        let fits = match found {
            Kind::Null => field.nullable,
            _ => wanted.is_empty() || wanted.iter().any(|wanted| found.fits(*wanted)),
        };
        if !fits {
            let message = format!("`{}` takes no {} as `{}`", procedure.name, found.bare_word(), field.name);
            self.report(
                Diagnostic::new(code::ARGUMENT_TYPE, message)
                    .at(argument.span, format!("expected {}", field.kind.word())),
            );
        }
    }

    /// The columns that are handed on: those named, all of them where the call stands alone.
    fn yields(
        &mut self,
        procedure: &Procedure,
        scope: &mut Scope,
        call: &Call<'_>,
    ) -> (Vec<(usize, Slot)>, Vec<String>) {
        let all = call.yields.map_or(call.alone, |yields| yields.all);
        if all && !call.alone {
            self.report(
                Diagnostic::new(code::SYNTAX, "`YIELD *` inside a query").at(call.span, "expected the columns by name"),
            );
        }
        let written = call.yields.map(|yields| yields.items.as_slice()).unwrap_or_default();
        let whole = procedure.yields.iter().map(|field| ast::Name::new(field.name.to_string(), call.span));
        let items: Vec<(ast::Name, Option<ast::Name>)> =
            if all { whole.map(|name| (name, None)).collect() } else { written.to_vec() };
        let (mut found, mut names) = (Vec::new(), Vec::new());
        for (field, alias) in items {
            let Some(place) = procedure.yields.iter().position(|column| column.name == field.node) else {
                self.report(
                    Diagnostic::new(code::UNKNOWN_COLUMN, format!("`{}` gives no `{}`", procedure.name, field.node))
                        .at(field.span, format!("expected a column of `{}{}`", procedure.name, procedure.signature()))
                        .nearest(&field.node, procedure.yields.iter().map(|column| column.name.as_ref())),
                );
                self.declare(scope, alias.as_ref().unwrap_or(&field), Kind::Any);
                continue;
            };
            let name = alias.unwrap_or(field);
            found.push((place, self.declare(scope, &name, Kind::Any)));
            names.push(name.node);
        }
        (found, names)
    }
}

/// The texts in a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::List(list) => list.iter().filter_map(Value::as_text).collect(),
        _ => Vec::new(),
    }
}

/// Whether no parameter has a part in it.
fn is_written_out(value: &ast::Expression) -> bool {
    match &value.node {
        ast::Expr::Literal(_) => true,
        ast::Expr::List(items) => items.iter().all(is_written_out),
        _ => false,
    }
}

/// The texts of a list that is written out or a parameter.
fn literal_texts<'q>(list: &'q ast::Expression, params: &'q BTreeMap<String, Value>) -> Vec<&'q str> {
    match &list.node {
        ast::Expr::List(items) => items
            .iter()
            .filter_map(|item| match &item.node {
                ast::Expr::Literal(ast::Literal::Text(text)) => Some(text.as_ref()),
                ast::Expr::Parameter(name) => params.get(name).and_then(Value::as_text),
                _ => None,
            })
            .collect(),
        ast::Expr::Parameter(name) => params.get(name).map(texts).unwrap_or_default(),
        _ => Vec::new(),
    }
}
