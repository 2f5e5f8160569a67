//! `WITH` and `RETURN`: new rows, grouped where an aggregate is among the items.

use crate::diag::{Diagnostic, Span, code};
use crate::parse::ast::{self, Expression};
use crate::plan::{Aggregate, Expr, Plan};

use super::Binder;
use super::kind::{Kind, kind_of};
use super::scope::Scope;
use super::walk::{has_aggregate, walk};

/// The items of a grouping projection while they are bound: what is a key, what is computed of a group.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    /// As written, with the slot it has in the grouped rows.
    pub keys: Vec<Expression>,
    pub aggregates: Vec<Aggregate>,
    /// The keys stand in `GROUP BY`, so that nothing is left to guess.
    pub explicit: bool,
    /// Names given to items, for `ORDER BY`.
    pub aliases: Vec<(String, Expr)>,
    /// Inside an aggregate's arguments, where the row is the one before grouping.
    pub inside: bool,
    /// The item or sort key that is bound, so that a part of it is told from the whole.
    pub whole: crate::diag::Span,
    /// Names after the grouping, while sort keys are bound: they see nothing else.
    pub sorting: Option<Scope>,
}

impl Grouping {
    /// The names that a query beside an aggregate sees: as slots of the grouped rows, or as known to have no single value.
    pub(super) fn names(&self, before: &Scope) -> Scope {
        let mut names = Scope::default();
        if let Some(after) = &self.sorting {
            for (name, _, kind) in after.iter() {
                if let Some((_, expr)) = self.aliases.iter().find(|(alias, _)| alias == name) {
                    names.set(name, expr.clone(), *kind);
                }
            }
            return names;
        }
        for (name, expr, kind) in before.iter() {
            let key = self.keys.iter().position(|key| matches!(&key.node, ast::Expr::Variable(of) if of == name));
            match (key, expr) {
                (Some(key), _) => names.set(name, Expr::Slot(key), *kind),
                (None, Expr::Local(_)) => names.set(name, expr.clone(), *kind),
                (None, _) => names.set(name, Expr::Slot(0), Kind::Ungrouped(self.explicit)),
            }
        }
        names
    }
}

/// One item: its name, what it is, and what kind of thing.
struct Item<'q> {
    name: String,
    expression: std::borrow::Cow<'q, Expression>,
}

impl Binder<'_> {
    /// The plan after a projection and the names of its columns; `scope` becomes the names after it.
    pub(super) fn projection(
        &mut self,
        input: Plan,
        scope: &mut Scope,
        projection: &ast::Projection,
        with: bool,
        span: Span,
    ) -> (Plan, Vec<String>) {
        let items = self.items(scope, projection, with, span);
        let columns: Vec<String> = items.iter().map(|item| item.name.trim_end_matches('\u{0}').to_owned()).collect();
        let grouped = projection.group_by.is_some() || items.iter().any(|item| has_aggregate(&item.expression));
        let n = items.len();
        let kinds: Vec<Kind> = items.iter().map(|item| kind_of(&item.expression, scope)).collect();
        let mut after = Scope::default();
        for (slot, (item, kind)) in items.iter().zip(&kinds).enumerate() {
            after.set(&item.name, Expr::Slot(slot), *kind);
        }

        // `WITH … WHERE` sees the names before it as well, as long as the rows are the same ones.
        let reads_before = |filter: &Expression| {
            let mut names = Vec::new();
            walk(filter, &mut |e| {
                if let ast::Expr::Variable(name) = &e.node {
                    names.push(name.clone());
                }
            });
            names.iter().any(|name| after.get(name).is_none() && scope.get(name).is_some())
        };
        let rides = !grouped && !projection.distinct && projection.filter.as_ref().is_some_and(reads_before);

        let (mut plan, bound, mut keys) = if grouped {
            self.grouped(input, scope, &items, projection)
        } else {
            let bound: Vec<Expr> = items.iter().map(|item| self.expr(&item.expression, scope)).collect();
            let keys = if projection.distinct {
                Vec::new()
            } else {
                let mut both = scope.clone();
                for (slot, item) in items.iter().enumerate() {
                    both.set(&item.name, bound[slot].clone(), kinds[slot]);
                }
                self.named = named(&items, &bound);
                let keys = projection.paging.order.iter().map(|(key, _)| self.expr(key, &both)).collect();
                self.named.clear();
                keys
            };
            (input, bound, keys)
        };

        // Sort keys and conditions that are not columns ride along and are cut off at the end.
        let order: Vec<bool> = projection.paging.order.iter().map(|(_, down)| *down).collect();
        let n_keys = keys.len();
        if let Some(filter) = projection.filter.as_ref().filter(|_| rides) {
            let mut both = scope.clone();
            for (slot, item) in items.iter().enumerate() {
                both.set(&item.name, bound[slot].clone(), kinds[slot]);
            }
            keys.push(self.truth(filter, &both, "a condition"));
        }
        plan = Plan::Project { input: Box::new(plan), items: bound.into_iter().chain(keys).collect() };
        self.width = n + n_keys + usize::from(rides);
        let pages = usize::from(projection.paging.skip.is_some()) + usize::from(projection.paging.limit.is_some());
        let mut arranging = pages;
        if projection.distinct {
            if n_keys > 0 {
                // Grouped rows are distinct by their keys; a sort key may be an aggregate of its own.
                let cut = (0..n).map(Expr::Slot).collect();
                plan = Plan::Sort { input: Box::new(plan), keys: sort_keys(n, &order), first: Vec::new() };
                plan = Plan::Project { input: Box::new(plan), items: cut };
                plan = Plan::Distinct { input: Box::new(plan) };
            } else {
                plan = Plan::Distinct { input: Box::new(plan) };
                self.width = n;
                let keys = self.distinct_keys(&items, &after, projection);
                if !keys.is_empty() {
                    plan = Plan::Sort { input: Box::new(plan), keys, first: Vec::new() };
                    arranging += 1;
                }
            }
            plan = self.page(plan, &projection.paging);
        } else {
            if n_keys > 0 {
                plan = Plan::Sort { input: Box::new(plan), keys: sort_keys(n, &order), first: Vec::new() };
                // The columns that were only sorted by are cut off as well.
                arranging += 2;
            }
            plan = self.page(plan, &projection.paging);
            if rides {
                plan = Plan::Filter { input: Box::new(plan), condition: Expr::Slot(n + n_keys) };
            }
            if n_keys > 0 || rides {
                plan = Plan::Project { input: Box::new(plan), items: (0..n).map(Expr::Slot).collect() };
            }
        }
        self.width = n;
        if with {
            self.left.extend(scope.names().filter(|name| after.get(name).is_none()).map(ToOwned::to_owned));
        }
        self.arranging = arranging;
        *scope = after;
        if let Some(filter) = projection.filter.as_ref().filter(|_| !rides) {
            let condition = self.truth(filter, scope, "a condition");
            plan = Plan::Filter { input: Box::new(plan), condition };
        }
        (plan, columns)
    }

    fn items<'q>(&mut self, scope: &Scope, projection: &'q ast::Projection, with: bool, span: Span) -> Vec<Item<'q>> {
        let mut items: Vec<Item<'q>> = Vec::new();
        if projection.all {
            let mut names: Vec<&str> = scope.names().collect();
            names.sort_unstable();
            names.dedup();
            if names.is_empty() && projection.items.is_empty() && !with {
                self.report(
                    Diagnostic::new(code::NO_VARIABLES, "`*` stands for no name: none is in sight")
                        .at(span, "expected names in what stands before this"),
                );
            }
            for name in names {
                let variable = Expression::new(ast::Expr::Variable(name.to_owned()), crate::diag::Span::default());
                items.push(Item { name: name.to_owned(), expression: std::borrow::Cow::Owned(variable) });
            }
        }
        for item in &projection.items {
            let name = match (&item.alias, &item.expression.node) {
                (Some(alias), _) => alias.node.clone(),
                (None, ast::Expr::Variable(name)) => name.clone(),
                (None, _) => {
                    if with {
                        self.report(
                            Diagnostic::new(code::NO_EXPRESSION_ALIAS, "`WITH` needs a name for this expression")
                                .at(item.expression.span, "expected `AS name` after it"),
                        );
                    }
                    item.text.clone()
                }
            };
            if items.iter().any(|other| other.name == name) {
                let span = item.alias.as_ref().map_or(item.expression.span, |alias| alias.span);
                self.report(
                    Diagnostic::new(code::COLUMN_NAME_CONFLICT, format!("two columns are named `{name}`"))
                        .at(span, "choose another name with `AS`"),
                );
            }
            items.push(Item { name, expression: std::borrow::Cow::Borrowed(&item.expression) });
        }
        items
    }

    fn grouped(
        &mut self,
        input: Plan,
        scope: &Scope,
        items: &[Item<'_>],
        projection: &ast::Projection,
    ) -> (Plan, Vec<Expr>, Vec<Expr>) {
        let written = match &projection.group_by {
            Some(keys) => keys.iter().map(|key| self.group_key(key, items)).collect(),
            // openCypher groups by every item that aggregates nothing.
            None => {
                let plain = items.iter().filter(|item| !has_aggregate(&item.expression));
                plain.map(|item| item.expression.clone().into_owned()).collect::<Vec<_>>()
            }
        };
        let keys = written.iter().map(|key| self.expr(key, scope)).collect();
        let explicit = projection.group_by.is_some();
        self.group = Some(Grouping { keys: written, explicit, ..Grouping::default() });
        let bound: Vec<Expr> = items.iter().map(|item| self.grouped_whole(&item.expression, scope)).collect();
        if let Some(group) = &mut self.group {
            group.aliases = items.iter().zip(&bound).map(|(item, expr)| (item.name.clone(), expr.clone())).collect();
            let mut after = Scope::default();
            for (slot, item) in items.iter().enumerate() {
                after.set(&item.name, Expr::Slot(slot), kind_of(&item.expression, scope));
            }
            group.sorting = Some(after);
        }
        let sort: Vec<Expr> = projection.paging.order.iter().map(|(key, _)| self.grouped_whole(key, scope)).collect();
        let aggregates = self.group.take().unwrap_or_default().aggregates;
        (Plan::Group { input: Box::new(input), keys, aggregates }, bound, sort)
    }

    /// What `GROUP BY` groups by: an item, where that is what the name stands for, or what the rows before it have.
    fn group_key(&mut self, key: &Expression, items: &[Item<'_>]) -> Expression {
        let item = match &key.node {
            ast::Expr::Variable(name) => items.iter().find(|item| item.name == *name),
            _ => None,
        };
        let meant = item.map_or(key, |item| &item.expression);
        if has_aggregate(meant) {
            self.report(
                Diagnostic::new(code::INVALID_AGGREGATION, "an aggregate is no key to group by")
                    .at(key.span, "expected what each row has by itself"),
            );
            return Expression::new(ast::Expr::Literal(ast::Literal::Null), key.span);
        }
        meant.clone()
    }

    fn grouped_whole(&mut self, expression: &Expression, scope: &Scope) -> Expr {
        if let Some(group) = &mut self.group {
            group.whole = expression.span;
        }
        self.expr(expression, scope)
    }

    /// After `DISTINCT` only the columns are left to sort by.
    fn distinct_keys(&mut self, items: &[Item<'_>], after: &Scope, projection: &ast::Projection) -> Vec<(Expr, bool)> {
        self.named = named(items, &(0..items.len()).map(Expr::Slot).collect::<Vec<_>>());
        let keys = projection.paging.order.iter().map(|(key, down)| (self.expr(key, after), *down)).collect();
        self.named.clear();
        keys
    }
}

/// The items with what they are: a sort key may write them again, even where a name among them is taken by another.
fn named(items: &[Item<'_>], bound: &[Expr]) -> Vec<(Expression, Expr)> {
    let told_apart = |item: &Item<'_>| match &item.expression.node {
        ast::Expr::Literal(_) => false,
        ast::Expr::Variable(name) => items.iter().all(|other| other.name != *name),
        _ => true,
    };
    let pairs = items.iter().zip(bound).filter(|(item, _)| told_apart(item));
    pairs.map(|(item, expr)| (item.expression.clone().into_owned(), expr.clone())).collect()
}

fn sort_keys(n: usize, order: &[bool]) -> Vec<(Expr, bool)> {
    order.iter().enumerate().map(|(i, down)| (Expr::Slot(n + i), *down)).collect()
}
