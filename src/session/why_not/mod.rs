//! `WHY NOT {c: 'x'} Q`: why a row is not in the answer.
//!
//! The query is asked again clause by clause, with the wanted values put to the clauses that bring their names, and inside
//! the first clause that leaves no row part by part (`grow.rs`). What fails there is the step; `miss.rs` and
//! `condition.rs` say what comes nearest and what keeps it out. Each look is a plain query, so that every part means what it means in the answer.
//!
//! Source: Chapman and Jagadish, "Why not?", SIGMOD 2009 (the operator that loses the row); Huang, Chen, Doan, Naughton, "On
//! the provenance of non-answers to queries over extracted data", VLDB 2008 (what would have to be there).

mod condition;
mod grow;
mod miss;
mod wanted;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::bind::has_aggregate;
use crate::diag::{Diagnostic, Span, code};
use crate::execute::{self, Worker};
use crate::graph::{Frame, SharedView, Snapshot, Statement};
use crate::parse::ast::{
    self, At, Clause, ClauseKind, CompareOp, Expr, Expression, Literal, Name, Paging, Projection, ProjectionItem,
};
use crate::question::Why;
use crate::question::silence::Lack;
use crate::value::{Entities, Value};

use super::Answer;
use super::ask::{Ask, Ready};
use super::query::{entities, footer};
use super::side::{asked_nothing, one_run};
use super::silence::about;

use miss::Miss;
use wanted::{Step, Wanted, steps};

/// The most rows that one look counts.
const LOOK: i64 = 100;

/// The most definitions that are looked into, one inside the other.
const DEPTH: usize = 3;

/// Looking for the step that loses a row.
#[derive(Clone, Copy)]
struct Search<'a> {
    ask: Ask<'a>,
    stored: &'a Arc<Snapshot>,
    frame: Frame,
    /// How many definitions are around.
    depth: usize,
}

/// What was found out.
#[derive(Default)]
struct Found {
    /// What each part left, in order.
    trail: Vec<(String, usize)>,
    misses: Vec<Miss>,
    /// The row is there.
    is_there: bool,
}

/// The rows of a look.
struct Rows {
    rows: Vec<Vec<Value>>,
    /// Per row, where lineage is asked for, the sets of statements it rests on.
    sets: Vec<Vec<Vec<Statement>>>,
    entities: Entities,
}

impl Ask<'_> {
    /// Why the row with the wanted values is not in the answer: a row for each of the nearest misses.
    pub fn why_not(
        self,
        statement: &ast::Statement,
        query: &ast::Query,
        wanted: &Expression,
        stored: &Arc<Snapshot>,
        frame: Frame,
    ) -> Result<Answer, Vec<Diagnostic>> {
        one_run(statement, "WHY NOT")?;
        let Ready { bound, snapshot, .. } = self.ready(query, stored, frame)?;
        asked_nothing(&bound)?;
        let search = Search { ask: self, stored, frame, depth: 0 };
        let wanted = search.wanted(wanted)?;
        let parts = std::iter::once(&query.first).chain(query.rest.iter().map(|(_, clauses)| clauses));
        let mut found = Vec::new();
        for clauses in parts {
            let steps = steps(clauses, &wanted, stored).map_err(|wrong| vec![wrong])?;
            found.push(search.explain(&steps)?);
        }
        let shared = SharedView::new(snapshot.clone(), frame);
        let answer = answer(snapshot.clone(), &found);
        let footer = footer(shared.view(), &bound.types, &bound.labels);
        let absent = found.iter().flat_map(|found| &found.misses).any(|miss| miss.reason == "absent");
        let silence =
            about(shared.view(), Lack::Found, &bound.absence.sought).filter(|_| absent && !answer.rows.is_empty());
        Ok(Answer { frame, footer, silence, warnings: bound.warnings, snapshot: Some(snapshot), ..answer })
    }
}

/// Misses as rows, with the statements they speak of as their reasons.
fn answer(graph: Arc<Snapshot>, found: &[Found]) -> Answer {
    let is_there = found.iter().any(|found| found.is_there);
    let misses: Vec<&Miss> = found.iter().filter(|_| !is_there).flat_map(|found| &found.misses).collect();
    let sets: Vec<Vec<Statement>> = misses.iter().map(|miss| miss.statements.clone()).collect();
    let mut why = Why::of(graph, sets);
    if is_there {
        why.remarks.push("a row with these values is in the answer; `WHY` shows what it rests on".to_owned());
    } else {
        why.remarks.extend(found.iter().map(|found| trail(&found.trail)));
    }
    let text = |text: &str| Value::from(text);
    let row = |miss: &&Miss| vec![text(&miss.step), text(&miss.what), text(miss.reason), text(&miss.because)];
    Answer {
        columns: ["step", "nearest", "reason", "because"].map(str::to_owned).to_vec(),
        rows: misses.iter().map(row).collect(),
        why: Some(why),
        ..Answer::default()
    }
}

/// `left after each step: (c) 1, (c)-[:USES]->(x) none`.
fn trail(trail: &[(String, usize)]) -> String {
    let count = |n: usize| match n {
        0 => "none".to_owned(),
        n if n as i64 == LOOK => format!("{n} or more"),
        n => n.to_string(),
    };
    let words: Vec<String> = trail.iter().map(|(text, n)| format!("`{text}` {}", count(*n))).collect();
    format!("left after each step: {}", words.join(", "))
}

impl Search<'_> {
    /// The wanted values with their names.
    fn wanted(&self, wanted: &Expression) -> Result<Vec<Wanted>, Vec<Diagnostic>> {
        let item = ("wanted".to_owned(), wanted.clone());
        let rows = self.run(vec![], vec![item], 1, self.frame, false)?;
        let value = rows.rows.into_iter().flatten().next();
        let Some(Value::Map(values)) = value else {
            let wrong = Diagnostic::new(code::TYPE_ERROR, "the wanted values are no map");
            return Err(vec![wrong.at(wanted.span, "expected a map, such as `{c: 'volkswagen'}`")]);
        };
        let written: Vec<(Name, Expression)> = match &wanted.node {
            Expr::Map(entries) => entries.clone(),
            _ => values
                .keys()
                .map(|key| At::new(key.to_string(), wanted.span))
                .map(|name| (name.clone(), property(wanted.clone(), &name)))
                .collect(),
        };
        let value = |name: &Name| values.get(name.node.as_str()).cloned().unwrap_or(Value::Null);
        Ok(written.into_iter().map(|(name, written)| Wanted { value: value(&name), name, written }).collect())
    }

    /// Runs clauses and gives these items of at most `limit` of their rows.
    fn run(
        &self,
        mut clauses: Vec<Clause>,
        items: Vec<(String, Expression)>,
        limit: i64,
        frame: Frame,
        lineage: bool,
    ) -> Result<Rows, Vec<Diagnostic>> {
        let distinct = !lineage && !items.is_empty();
        clauses.push(returning(items, distinct, limit));
        let query = ast::Query { first: clauses, rest: Vec::new() };
        let Ready { plan, snapshot, derivations, bound, .. } = self.ask.ready(&query, self.stored, frame)?;
        let run = self.ask.query(lineage);
        let mut worker = Worker::new(&run, SharedView::new(snapshot, frame));
        let given = execute::execute(&plan, bound.columns.len(), &mut worker);
        let given = given.map_err(|failure| vec![failure.into()])?;
        let sets = given.lineage.iter().map(|id| worker.lineage.sets(*id, &derivations).0).collect();
        Ok(Rows { sets, entities: entities(worker.view(), &given.rows), rows: given.rows })
    }

    /// The same; `None` where the clauses cannot stand by themselves, or fail on these rows.
    fn look(
        &self,
        clauses: Vec<Clause>,
        items: Vec<(String, Expression)>,
        limit: i64,
        frame: Frame,
        lineage: bool,
    ) -> Result<Option<Rows>, Vec<Diagnostic>> {
        match self.run(clauses, items, limit, frame, lineage) {
            Ok(rows) => Ok(Some(rows)),
            Err(wrong) if wrong.iter().any(is_final) => Err(wrong),
            Err(_) => Ok(None),
        }
    }

    /// How many rows are left, up to [`LOOK`]; `None` where the clauses cannot stand by themselves.
    fn left(&self, clauses: Vec<Clause>) -> Result<Option<usize>, Vec<Diagnostic>> {
        Ok(self.look(clauses, Vec::new(), LOOK, self.frame, false)?.map(|rows| rows.rows.len()))
    }

    /// Goes through the clauses to the first that leaves no row.
    fn explain(&self, steps: &[Step]) -> Result<Found, Vec<Diagnostic>> {
        let mut found = Found::default();
        let mut so_far = SoFar::default();
        for step in steps {
            let next = so_far.after(step);
            let Some(n) = self.left(next.wanted.clone())?.filter(|n| *n > 0) else {
                self.in_clause(&so_far, step, &mut found)?;
                return Ok(found);
            };
            found.trail.push((step.text.clone(), n));
            so_far = next;
        }
        found.is_there = true;
        Ok(found)
    }

    /// Looks into the clause that leaves no row.
    fn in_clause(&self, so_far: &SoFar, step: &Step, found: &mut Found) -> Result<(), Vec<Diagnostic>> {
        let span = step.clause.span;
        let (before, known) = (&so_far.wanted, &so_far.known);
        let with = |clause: ClauseKind| [before.as_slice(), &[At::new(clause, span)]].concat();
        match &step.clause.node {
            ClauseKind::Match { optional: false, mode, patterns, filter: condition } => {
                let matching = |patterns: &[ast::PathPattern]| {
                    let patterns = patterns.to_vec();
                    with(ClauseKind::Match { optional: false, mode: *mode, patterns, filter: None })
                };
                let wanted_names = step.wanted.iter().filter_map(|one| one.node.names()).flatten();
                let wanted_names = wanted_names.map(str::to_owned).collect();
                let mut last = before.clone();
                for part in grow::parts(patterns, known, &wanted_names) {
                    let in_sight = |one: &&Expression| {
                        let names = one.node.names();
                        names.is_some_and(|names| names.iter().all(|n| part.names.contains(*n) || known.contains(*n)))
                    };
                    let mut clauses = matching(&part.patterns);
                    clauses.extend(step.wanted.iter().filter(in_sight).cloned().map(filter));
                    let Some(n) = self.left(clauses.clone())? else { continue };
                    found.trail.push((part.text.clone(), n));
                    if n == 0 {
                        return self.at_part(&last, &clauses, &part, found);
                    }
                    last = clauses;
                }
                let conditions =
                    step.wanted.iter().chain(condition.iter().flat_map(Expr::conjuncts)).cloned().collect();
                self.at_conditions(matching(patterns), conditions, found)
            }
            ClauseKind::Filter(condition) => {
                let conditions = step.wanted.iter().chain(Expr::conjuncts(condition)).cloned().collect();
                self.at_conditions(before.clone(), conditions, found)
            }
            ClauseKind::With(projection) => {
                let unfiltered = Projection { filter: None, ..projection.clone() };
                let unpaged = Projection { paging: Paging::default(), ..unfiltered.clone() };
                let is_cut = projection.paging != Paging::default();
                if is_cut {
                    let all = so_far.projected(&unpaged, span, &step.wanted);
                    let kept = so_far.projected(&unfiltered, span, &step.wanted);
                    if self.left(all.clone())?.is_some_and(|n| n > 0) && self.left(kept)? == Some(0) {
                        found.trail.push((step.text.clone(), 0));
                        let kept = [so_far.plain.as_slice(), &[At::new(ClauseKind::With(unfiltered), span)]].concat();
                        return self.at_paging(all, kept, projection, &step.text, found);
                    }
                }
                let conditions =
                    step.wanted.iter().chain(projection.filter.iter().flat_map(Expr::conjuncts)).cloned().collect();
                self.at_conditions(so_far.projected(&unfiltered, span, &[]), conditions, found)
            }
            _ => {
                found.trail.push((step.text.clone(), 0));
                if step.wanted.is_empty() || self.left(with(step.clause.node.clone()))? == Some(0) {
                    found.misses.push(Miss::nothing(step.text.clone()));
                    return Ok(());
                }
                self.at_conditions(with(step.clause.node.clone()), step.wanted.clone(), found)
            }
        }
    }
}

/// The clauses up to one of them.
#[derive(Default)]
struct SoFar {
    /// With what is wanted of their rows.
    wanted: Vec<Clause>,
    /// For all rows: a group and a limit count those as well that are not wanted. What is wanted is carried along in columns.
    plain: Vec<Clause>,
    /// What is wanted of the rows of `plain`.
    asked: Vec<Expression>,
    /// The names in sight.
    known: BTreeSet<String>,
}

impl SoFar {
    /// One clause more.
    fn after(&self, step: &Step) -> Self {
        let Step { clause, wanted, .. } = step;
        let mut next = Self { known: self.known.clone(), plain: self.plain.clone(), ..Self::default() };
        let brought = wanted::brings(&clause.node);
        if let ClauseKind::With(projection) = &clause.node {
            let (carried, asked) = carrying(projection, &self.asked);
            next.plain.push(At::new(ClauseKind::With(carried), clause.span));
            next.asked = asked;
            next.wanted = self.projected(projection, clause.span, wanted);
            if !projection.all {
                next.known = BTreeSet::new();
            }
        } else {
            next.plain.push(clause.clone());
            next.asked.clone_from(&self.asked);
            next.wanted = self.wanted.iter().cloned().chain([clause.clone()]).collect();
            next.wanted.extend(wanted.iter().cloned().map(filter));
        }
        next.known.extend(brought);
        next.asked.extend_from_slice(wanted);
        next
    }

    /// These clauses and a projection, with what was wanted before it and of its own rows. Only what neither groups nor cuts
    /// gives the same of the wanted rows alone.
    fn projected(&self, projection: &Projection, span: Span, wanted: &[Expression]) -> Vec<Clause> {
        let reads_all = projection.paging != Paging::default() || groups(projection);
        let (mut clauses, projection, asked) = if reads_all && !self.asked.is_empty() {
            let (carried, asked) = carrying(projection, &self.asked);
            (self.plain.clone(), carried, asked)
        } else {
            (self.wanted.clone(), projection.clone(), Vec::new())
        };
        clauses.push(At::new(ClauseKind::With(projection), span));
        clauses.extend(asked.into_iter().chain(wanted.iter().cloned()).map(filter));
        clauses
    }
}

fn groups(projection: &Projection) -> bool {
    let aggregates = |item: &ProjectionItem| has_aggregate(&item.expression);
    projection.group_by.is_some() || projection.items.iter().any(aggregates)
}

/// A projection with a column for each condition, 1 where a row meets it, or one of the rows that it stands for; and these
/// columns as conditions.
fn carrying(projection: &Projection, conditions: &[Expression]) -> (Projection, Vec<Expression>) {
    let mut carried = projection.clone();
    // Rows that are equal are a group as well.
    let in_groups = projection.distinct || groups(projection);
    carried.distinct = projection.distinct && conditions.is_empty();
    let mut asked = Vec::new();
    for (at, condition) in conditions.iter().enumerate() {
        let span = condition.span;
        let number = |n| At::new(Expr::Literal(Literal::Int(n)), span);
        let branches = vec![(condition.clone(), number(1))];
        let met = At::new(Expr::Case { subject: None, branches, otherwise: Some(Box::new(number(0))) }, span);
        let expression = if in_groups { call("max", met, span) } else { met };
        // No name that a query can write, or that is given to a part of a pattern.
        let name = format!(" wanted {at}");
        carried.items.push(ProjectionItem { expression, alias: Some(At::new(name.clone(), span)), text: name.clone() });
        asked.push(equals(At::new(Expr::Variable(name), span), number(1)));
    }
    (carried, asked)
}

/// Whether a mistake ends the search: it was stopped, or met a limit.
fn is_final(wrong: &Diagnostic) -> bool {
    [code::STOPPED, code::DEADLINE, code::OUT_OF_MEMORY].iter().any(|code| std::ptr::eq(*code, wrong.code))
}

fn filter(condition: Expression) -> Clause {
    let span = condition.span;
    At::new(ClauseKind::Filter(condition), span)
}

fn returning(items: Vec<(String, Expression)>, distinct: bool, limit: i64) -> Clause {
    let span = Span::default();
    let literal = |value: i64| At::new(Expr::Literal(Literal::Int(value)), span);
    let items = if items.is_empty() { vec![("n".to_owned(), literal(1))] } else { items };
    let items = items.into_iter().map(|(name, expression)| ProjectionItem {
        alias: Some(At::new(name.clone(), span)),
        text: name,
        expression,
    });
    let paging = Paging { limit: Some(literal(limit)), ..Paging::default() };
    let projection = Projection { distinct, all: false, items: items.collect(), group_by: None, paging, filter: None };
    At::new(ClauseKind::Return(projection), span)
}

fn variable(name: &str) -> Expression {
    At::new(Expr::Variable(name.to_owned()), Span::default())
}

fn property(of: Expression, key: &Name) -> Expression {
    let span = of.span;
    At::new(Expr::Property(Box::new(of), key.clone()), span)
}

fn equals(a: Expression, b: Expression) -> Expression {
    let span = a.span;
    At::new(Expr::Compare(Box::new(a), vec![(CompareOp::Equal, b)]), span)
}

fn call(name: &str, argument: Expression, span: Span) -> Expression {
    At::new(Expr::Call { name: At::new(name.to_owned(), span), distinct: false, arguments: vec![argument] }, span)
}
