//! Bind: names become slots, functions and types.
//!
//! [`ast::Query`] → [`bind`] → [`Bound`]. Afterwards every variable is a slot, every function is one of the table, and
//! every message points into the query text. All mistakes are reported, not only the first.
//!
//! Invariant: reads the catalog and the schema, never the graph: the same query binds the same way on an empty graph.

mod absence;
mod aggregate;
mod call;
mod define;
mod expr;
mod frame;
mod kind;
mod path;
mod pattern;
mod projection;
mod said;
mod scope;
mod subquery;
mod types;
mod walk;
mod write;

use std::collections::{BTreeMap, BTreeSet};

pub use absence::{Absence, Named, Sought, named};
pub use define::define;
pub use frame::{FramePart, frame};
pub use walk::has_aggregate;

use crate::diag::{Diagnostic, Span, code};
use crate::graph::{Catalog, Schema};
use crate::parse::ast::{self, Clause, ClauseKind};
use crate::plan::{Expr, Place, Plan, Slot};
use crate::procedure::Procedures;
use crate::value::Value;

use kind::Kind;
use scope::Scope;

/// What binding may look at: names, never data.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// Labels, types and keys in use.
    pub catalog: &'a Catalog,
    /// Those that are declared.
    pub schema: &'a Schema,
    /// Parameters by name.
    pub params: &'a BTreeMap<String, Value>,
    /// What `CALL` can name.
    pub procedures: &'a Procedures,
}

/// A query with its names resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// What it means.
    pub plan: Plan,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Unknown names, with the nearest ones.
    pub warnings: Vec<Diagnostic>,
    /// How many of its last operators only arrange rows: the `ORDER BY`, `SKIP` and `LIMIT` of its last `RETURN`.
    pub arranging: usize,
    /// Relationship types it names.
    pub types: BTreeSet<String>,
    /// Labels it names.
    pub labels: BTreeSet<String>,
    /// It may change on any day on which something does: a pattern names no type, or a function or procedure asks more than
    /// what is visible.
    pub sees_all: bool,
    /// Property keys it names, and where first.
    pub keys: BTreeMap<String, Span>,
    /// The first clause that changes the graph, if one does.
    pub writes: Option<Span>,
    /// Types of relationships that it may create, and where first.
    pub creates: BTreeMap<String, Span>,
    /// What it says by what it does not find.
    pub absence: Absence,
    /// The values of parameters were looked at, and not only their names.
    pub by_params: bool,
}

/// Resolves the names of a query.
///
/// # Errors
/// Every mistake found, in source order.
pub fn bind(query: &ast::Query, names: Names<'_>) -> Result<Bound, Vec<Diagnostic>> {
    let mut binder = Binder::new(names);
    let bound = binder.query(query, &Scope::default(), &Plan::Unit, true);
    Ok(Bound { absence: absence::absence(query), ..binder.finish(bound)? })
}

/// The rows of a query and the names of their columns.
struct Rows {
    plan: Plan,
    columns: Vec<String>,
}

#[expect(clippy::struct_excessive_bools, reason = "each says something else of a query")]
struct Binder<'a> {
    names: Names<'a>,
    diagnostics: Vec<Diagnostic>,
    /// Slots of the row so far.
    width: Slot,
    /// Variables of the comprehensions around.
    locals: Vec<String>,
    /// Set while the items of a grouping projection are bound.
    group: Option<projection::Grouping>,
    /// The items of a projection and what they are, while its sort keys are bound.
    named: Vec<(ast::Expression, Expr)>,
    types: BTreeSet<String>,
    labels: BTreeSet<String>,
    keys: BTreeMap<String, Span>,
    /// Names that nothing in the graph has are no mistake here.
    quiet: bool,
    /// Names of what the statement itself creates.
    made: BTreeSet<String>,
    /// Types of relationships it may create.
    creates: BTreeMap<String, Span>,
    /// The values of parameters were looked at.
    by_params: bool,
    /// A pattern names no type, or something asks more than what is visible.
    sees_all: bool,
    /// Operators of the last projection that only arrange its rows.
    arranging: usize,
    /// The first clause that writes.
    writes: Option<Span>,
    /// Names that a `WITH` did not hand on.
    left: BTreeSet<String>,
    /// Inside `DEFINE`, whose text is not that of the query that will read it: no expression keeps its place.
    defining: bool,
}

impl<'a> Binder<'a> {
    fn new(names: Names<'a>) -> Self {
        Self {
            names,
            diagnostics: Vec::new(),
            width: 0,
            defining: false,
            locals: Vec::new(),
            group: None,
            named: Vec::new(),
            by_params: false,
            types: BTreeSet::new(),
            labels: BTreeSet::new(),
            keys: BTreeMap::new(),
            quiet: false,
            made: BTreeSet::new(),
            creates: BTreeMap::new(),
            sees_all: false,
            arranging: 0,
            writes: None,
            left: BTreeSet::new(),
        }
    }

    fn finish(mut self, rows: Rows) -> Result<Bound, Vec<Diagnostic>> {
        // A missing name is the last thing to mend: what is wrong with the expression comes first.
        self.diagnostics.sort_by_key(|d| {
            (std::ptr::eq(d.code, code::NO_EXPRESSION_ALIAS), d.labels.first().map(|label| label.span))
        });
        self.diagnostics.dedup();
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            self.diagnostics.retain(Diagnostic::is_error);
            return Err(self.diagnostics);
        }
        Ok(Bound {
            plan: rows.plan,
            columns: rows.columns,
            warnings: self.diagnostics,
            types: self.types,
            labels: self.labels,
            sees_all: self.sees_all,
            keys: self.keys,
            arranging: self.arranging,
            writes: self.writes,
            creates: self.creates,
            absence: Absence::default(),
            by_params: self.by_params,
        })
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn slot(&mut self) -> Slot {
        self.width += 1;
        self.width - 1
    }

    /// `must_return`: a query of its own, which has to end in `RETURN`.
    fn query(&mut self, query: &ast::Query, scope: &Scope, input: &Plan, must_return: bool) -> Rows {
        let width = self.width;
        let before = self.diagnostics.len();
        let mut first = self.clauses(&query.first, scope.clone(), input.clone(), must_return);
        if query.rest.is_empty() {
            return first;
        }
        let mut parts = vec![std::mem::replace(&mut first.plan, Plan::Unit)];
        let mut kinds = BTreeSet::new();
        for (union, clauses) in &query.rest {
            kinds.insert(union.node == ast::Union::All);
            self.width = width;
            self.left.clear();
            let part = self.clauses(clauses, scope.clone(), input.clone(), must_return);
            if part.columns != first.columns && !self.diagnostics[before..].iter().any(Diagnostic::is_error) {
                self.report(
                    Diagnostic::new(code::DIFFERENT_COLUMNS, "the parts of a `UNION` have different columns").at(
                        union.span,
                        format!("expected `{}`, found `{}`", first.columns.join("`, `"), part.columns.join("`, `")),
                    ),
                );
            }
            parts.push(part.plan);
        }
        if let (2.., Some((union, _))) = (kinds.len(), query.rest.last()) {
            self.report(
                Diagnostic::new(code::MIXED_UNION, "`UNION` and `UNION ALL` are mixed")
                    .at(union.span, "use one of them"),
            );
        }
        let all = Plan::Union { parts };
        let plan = if kinds.contains(&true) { all } else { Plan::Distinct { input: Box::new(all) } };
        self.width = first.columns.len();
        self.arranging = 0;
        Rows { plan, columns: first.columns }
    }

    fn clauses(&mut self, clauses: &[Clause], mut scope: Scope, mut plan: Plan, must_return: bool) -> Rows {
        let mut columns: Option<Vec<String>> = None;
        let clauses_are_one = clauses.len() == 1;
        let written_last = clauses.last().map(|clause| clause.span);
        let mut clauses = clauses.iter().peekable();
        while let Some(clause) = clauses.next() {
            let continues = matches!(clauses.peek().map(|next| &next.node), Some(ClauseKind::Next));
            match &clause.node {
                ClauseKind::Match { optional, mode, patterns, filter } => {
                    let different = *mode != Some(ast::MatchMode::RepeatableElements);
                    if *mode == Some(ast::MatchMode::DifferentRelationships) {
                        self.refuse_walks(patterns);
                    }
                    plan = self.match_clause(plan, &mut scope, *optional, different, patterns, filter.as_ref());
                }
                ClauseKind::With(projection) => {
                    plan = self.projection(plan, &mut scope, projection, true, clause.span).0;
                }
                ClauseKind::Return(projection) => {
                    let (next, names) = self.projection(plan, &mut scope, projection, false, clause.span);
                    plan = next;
                    if let (false, Some(after)) = (continues, clauses.peek()) {
                        self.report(
                            Diagnostic::new(code::INVALID_CLAUSE, "`RETURN` is not the last clause")
                                .at(after.span, "nothing may follow it")
                                .help("use `WITH` to hand rows on"),
                        );
                    }
                    columns = Some(names);
                }
                ClauseKind::Next => columns = None,
                ClauseKind::Finish => {
                    columns = Some(Vec::new());
                    self.arranging = 0;
                }
                ClauseKind::Unwind { list, variable, position } => {
                    let element = kind::element_of(list, &scope);
                    let list = self.expr(list, &scope);
                    let slot = self.declare(&mut scope, variable, element);
                    let position = position
                        .as_ref()
                        .map(|(one, name)| (self.declare(&mut scope, name, Kind::Any), i64::from(*one)));
                    plan = Plan::Unwind { input: Box::new(plan), list, slot, position };
                }
                ClauseKind::Filter(condition) => {
                    let condition = self.truth(condition, &scope, "a condition");
                    plan = Plan::Filter { input: Box::new(plan), condition };
                }
                ClauseKind::Let(items) => {
                    for (name, value) in items {
                        let kind = kind::kind_of(value, &scope);
                        let value = self.expr(value, &scope);
                        let slot = self.declare(&mut scope, name, kind);
                        plan = Plan::Extend { input: Box::new(plan), items: vec![(slot, value)] };
                    }
                }
                ClauseKind::OrderBy(paging) => {
                    let keys =
                        paging.order.iter().map(|(key, down)| (self.expr(key, &scope), *down)).collect::<Vec<_>>();
                    if !keys.is_empty() {
                        plan = Plan::Sort { input: Box::new(plan), keys, first: Vec::new() };
                    }
                    plan = self.page(plan, paging);
                }
                ClauseKind::Call { optional, procedure, arguments, yields } => {
                    let call = call::Call {
                        optional: *optional,
                        name: procedure,
                        arguments: arguments.as_deref(),
                        yields: yields.as_ref(),
                        alone: clauses_are_one && must_return,
                        span: clause.span,
                    };
                    let names;
                    (plan, names) = self.call_procedure(plan, &mut scope, &call);
                    if call.alone {
                        columns = Some(names);
                    }
                }
                ClauseKind::CallSubquery { optional, imports, query, in_transactions } => {
                    if *in_transactions {
                        self.report(
                            Diagnostic::new(code::NOT_SUPPORTED, "`IN TRANSACTIONS`: a statement is one transaction")
                                .at(clause.span, "this would be several")
                                .help("leave it out: a statement is done whole or not at all"),
                        );
                    }
                    plan = self.call_subquery(plan, &mut scope, imports.as_deref(), query, *optional);
                }
                ClauseKind::LoadCsv { headers, url, variable, separator } => {
                    let separator = self.separator(separator.as_deref(), clause.span);
                    self.want_text(url, &scope, "the name of a file");
                    let file = self.expr(url, &scope);
                    if self.defining {
                        self.report(
                            Diagnostic::new(code::BAD_DEFINITION, "a definition rests on the graph alone")
                                .at(clause.span, "this reads a file"),
                        );
                    }
                    let kind = if *headers { Kind::Map } else { Kind::List(&Kind::Text) };
                    let slot = self.declare(&mut scope, variable, kind);
                    let (headers, place) = (*headers, Place(url.span));
                    plan = Plan::Load { input: Box::new(plan), file, place, slot, headers, separator };
                }
                ClauseKind::Create { .. }
                | ClauseKind::Merge { .. }
                | ClauseKind::Set(_)
                | ClauseKind::Remove(_)
                | ClauseKind::Delete { .. }
                | ClauseKind::Foreach { .. }
                | ClauseKind::Verb { .. } => match self.update(plan, &mut scope, clause) {
                    Ok(next) | Err(next) => plan = next,
                },
            }
            if columns.is_some()
                && !matches!(clause.node, ClauseKind::Return(_) | ClauseKind::Finish | ClauseKind::Call { .. })
            {
                columns = None;
            }
            if clauses.peek().is_none() && is_update(&clause.node) {
                columns = Some(Vec::new());
            }
            if let Some(next) = clauses.peek().filter(|next| is_update(&clause.node) && is_reading(&next.node)) {
                self.report(
                    Diagnostic::new(code::INVALID_CLAUSE, "a clause that reads follows one that writes")
                        .at(next.span, "expected `WITH` before it")
                        .help("`WITH *` hands everything on"),
                );
            }
        }
        match columns {
            Some(columns) => Rows { plan, columns },
            None => {
                if must_return && !self.failed() {
                    let end = written_last.map_or(Span::new(0, 0), |clause| Span::new(clause.end, clause.end));
                    self.report(
                        Diagnostic::new(code::INVALID_CLAUSE, "the query does not say what to return")
                            .at(end, "expected `RETURN` after this"),
                    );
                }
                Rows { plan, columns: Vec::new() }
            }
        }
    }

    /// What stands between the fields of a CSV file.
    fn separator(&mut self, written: Option<&str>, span: Span) -> u8 {
        match written.map(str::as_bytes) {
            None => b',',
            Some([byte]) => *byte,
            Some(_) => {
                let wrong = Diagnostic::new(code::ARGUMENT_TYPE, "fields are separated by one plain character");
                self.report(wrong.at(span, "expected one such as `FIELDTERMINATOR ';'`"));
                b','
            }
        }
    }

    /// By itself `WALK` lifts the default; a match mode that is written holds for the whole `MATCH`.
    fn refuse_walks(&mut self, patterns: &[ast::PathPattern]) {
        let walks = patterns.iter().filter_map(|path| path.restrictor.as_ref());
        for walk in walks.filter(|restrictor| restrictor.node == ast::Restrictor::Walk) {
            self.report(
                Diagnostic::new(code::NOT_SUPPORTED, "`WALK` under `DIFFERENT RELATIONSHIPS`")
                    .at(walk.span, "this allows what the match mode forbids")
                    .help("leave out the match mode, or write `TRAIL`"),
            );
        }
    }

    /// A clause that writes; the plan as it was where it is another.
    fn update(&mut self, plan: Plan, scope: &mut Scope, clause: &Clause) -> Result<Plan, Plan> {
        if is_update(&clause.node) {
            self.writes.get_or_insert(clause.span);
        }
        Ok(match &clause.node {
            ClauseKind::Create { patterns } => self.create(plan, scope, patterns),
            ClauseKind::Merge { pattern, actions } => self.merge(plan, scope, pattern, actions),
            ClauseKind::Set(items) => self.set(plan, scope, items),
            ClauseKind::Remove(items) => self.remove(plan, scope, items),
            ClauseKind::Delete { detach, targets } => self.delete(plan, scope, targets, *detach),
            ClauseKind::Foreach { variable, list, updates } => self.foreach(plan, scope, variable, list, updates),
            ClauseKind::Verb { verb, measure, from, until, metadata } => {
                self.verb(plan, scope, (*verb, measure), (from, until.as_ref()), metadata)
            }
            _ => return Err(plan),
        })
    }

    /// `CALL { … }`: a query for each row, which sees the names it imports.
    fn call_subquery(
        &mut self,
        input: Plan,
        scope: &mut Scope,
        imports: Option<&[ast::Name]>,
        query: &ast::Query,
        optional: bool,
    ) -> Plan {
        let mut inner = Scope::default();
        match imports {
            Some([all]) if all.node == "*" => inner = scope.clone(),
            Some(names) => {
                for name in names {
                    match scope.get(&name.node) {
                        Some((expr, kind)) => inner.set(&name.node, expr.clone(), kind),
                        None => drop(self.variable(&name.node, name.span, scope)),
                    }
                }
            }
            // The older form imports by a leading `WITH`.
            None => {
                let first = std::iter::once(&query.first).chain(query.rest.iter().map(|(_, clauses)| clauses));
                if first.into_iter().any(|part| matches!(part.first().map(|c| &c.node), Some(ClauseKind::With(_)))) {
                    inner = scope.clone();
                }
            }
        }
        let width = self.width;
        let rows = self.query(query, &inner, &Plan::Argument, false);
        self.width = width;
        let names: Vec<ast::Name> =
            rows.columns.iter().map(|name| ast::Name::new(name.clone(), Span::default())).collect();
        // Names that are wrong in the subquery itself have been told of.
        if self.failed() {
            for name in &names {
                scope.set(&name.node, Expr::Constant(Value::Null), Kind::Any);
            }
            return input;
        }
        let slots: Vec<Slot> = names.iter().map(|name| self.declare(scope, name, Kind::Any)).collect();
        let slots = (!slots.is_empty()).then_some(slots);
        Plan::Apply { input: Box::new(input), inner: Box::new(rows.plan), slots, optional }
    }

    fn failed(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// A new name; the name must be free.
    fn declare(&mut self, scope: &mut Scope, name: &ast::Name, kind: Kind) -> Slot {
        if scope.get(&name.node).is_some() {
            self.report(
                Diagnostic::new(code::VARIABLE_ALREADY_BOUND, format!("`{}` is bound already", name.node))
                    .at(name.span, "choose another name"),
            );
        }
        let slot = self.slot();
        scope.set(&name.node, Expr::Slot(slot), kind);
        slot
    }

    /// A new name for something computed; the name must be free.
    fn declare_as(&mut self, scope: &mut Scope, name: &ast::Name, expr: Expr, kind: Kind) {
        if scope.get(&name.node).is_some() {
            self.report(
                Diagnostic::new(code::VARIABLE_ALREADY_BOUND, format!("`{}` is bound already", name.node))
                    .at(name.span, "choose another name"),
            );
        }
        scope.set(&name.node, expr, kind);
    }

    /// `SKIP` and `LIMIT`, which may not read the row.
    fn page(&mut self, mut plan: Plan, paging: &ast::Paging) -> Plan {
        if let Some(skip) = &paging.skip {
            let count = self.count(skip, "SKIP");
            plan = Plan::Skip { input: Box::new(plan), count };
        }
        if let Some(limit) = &paging.limit {
            let count = self.count(limit, "LIMIT");
            plan = Plan::Limit { input: Box::new(plan), count };
        }
        plan
    }

    fn count(&mut self, count: &ast::Expression, clause: &str) -> Expr {
        if let Some(what) = walk::reads(count) {
            self.report(
                Diagnostic::new(code::NON_CONSTANT, format!("`{clause}` reads {what}"))
                    .at(count.span, "expected a number, or something computed from parameters"),
            );
            return Expr::Constant(Value::Null);
        }
        let before = self.diagnostics.len();
        let bound = self.expr(count, &Scope::default());
        if self.diagnostics.len() > before {
            return bound;
        }
        let wrong = |code, what: &str| {
            Diagnostic::new(code, format!("`{clause}` {what}")).at(count.span, "expected a whole number from 0 on")
        };
        let unplaced = match &bound {
            Expr::Placed(of, _) => of,
            other => other,
        };
        match unplaced {
            Expr::Constant(Value::Int(n)) if *n >= 0 => {}
            Expr::Constant(Value::Int(_)) => self.report(wrong(code::NEGATIVE_INTEGER, "is negative")),
            Expr::Constant(_) => self.report(wrong(code::INVALID_COUNT, "is not a whole number")),
            _ if !matches!(kind::kind_of(count, &Scope::default()), Kind::Any | Kind::Null | Kind::Integer) => {
                self.report(wrong(code::INVALID_COUNT, "is not a whole number"));
            }
            _ => {}
        }
        self.placed(bound, count.span)
    }
}

fn is_update(clause: &ClauseKind) -> bool {
    matches!(
        clause,
        ClauseKind::Create { .. }
            | ClauseKind::Merge { .. }
            | ClauseKind::Set(_)
            | ClauseKind::Remove(_)
            | ClauseKind::Delete { .. }
            | ClauseKind::Foreach { .. }
            | ClauseKind::Verb { .. }
    )
}

fn is_reading(clause: &ClauseKind) -> bool {
    matches!(
        clause,
        ClauseKind::Match { .. } | ClauseKind::Unwind { .. } | ClauseKind::LoadCsv { .. } | ClauseKind::Call { .. }
    )
}
