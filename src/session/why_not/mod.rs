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

use crate::diag::{Diagnostic, code};
use crate::execute::{self, Worker};
use crate::graph::{Frame, GraphView, SharedView, Snapshot, Statement};
use crate::parse::ast::{
    self, At, Clause, ClauseKind, CompareOp, Expr, Expression, Literal, Name, Paging, Projection, ProjectionItem,
};
use crate::question::Why;
use crate::question::silence::Lack;
use crate::value::{Entities, Value};

use super::Answer;
use super::ask::{Ask, Ready};
use super::query::{entities, footer};
use super::side::one_run;
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
        if let Some(clause) = bound.writes {
            let wrong = Diagnostic::new(code::FRAME_ON_WRITE, "a statement that writes is asked no question");
            return Err(vec![wrong.at(clause, "this writes").help("write first, then ask")]);
        }
        let search = Search { ask: self, stored, frame, depth: 0 };
        let wanted = search.wanted(wanted)?;
        let parts = std::iter::once(&query.first).chain(query.rest.iter().map(|(_, clauses)| clauses));
        let mut found = Vec::new();
        for clauses in parts {
            let steps = steps(clauses, &wanted, stored).map_err(|wrong| vec![wrong])?;
            found.push(search.explain(&steps)?);
        }
        let shared = SharedView::new(snapshot.clone(), frame);
        let answer = answer(shared.view(), &found);
        let footer = footer(shared.view(), &bound.types, &bound.labels);
        let absent = found.iter().flat_map(|found| &found.misses).any(|miss| miss.reason == "absent");
        let silence =
            about(shared.view(), Lack::Found, &bound.absence.sought).filter(|_| absent && !answer.rows.is_empty());
        Ok(Answer { frame, footer, silence, warnings: bound.warnings, snapshot: Some(snapshot), ..answer })
    }
}

/// Misses as rows, with the statements they speak of as their reasons.
fn answer(view: GraphView<'_>, found: &[Found]) -> Answer {
    let is_there = found.iter().any(|found| found.is_there);
    let misses: Vec<&Miss> = found.iter().filter(|_| !is_there).flat_map(|found| &found.misses).collect();
    let sets: Vec<Vec<Statement>> = misses.iter().map(|miss| miss.statements.clone()).collect();
    let mut why = Why::of(view, &sets);
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
        let (mut before, mut plain): (Vec<Clause>, Vec<Clause>) = (Vec::new(), Vec::new());
        let mut asked: Vec<Expression> = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for step in steps {
            let mut after = before.clone();
            after.push(step.clause.clone());
            after.extend(step.wanted.iter().cloned().map(filter));
            let all: Vec<Expression> = asked.iter().chain(&step.wanted).cloned().collect();
            let cut = match Self::paged(&plain, step, &asked) {
                Some(paged) => self.left(paged)? == Some(0),
                None => false,
            };
            if let Some(n) = self.left(after.clone())?.filter(|n| *n > 0 && !cut) {
                found.trail.push((step.text.clone(), n));
                match &step.clause.node {
                    ClauseKind::With(projection) if !projection.all => known = wanted::brings(&step.clause.node),
                    clause => known.extend(wanted::brings(clause)),
                }
                before = after;
                plain.push(step.clause.clone());
                asked = all;
                continue;
            }
            self.in_clause((&before, &plain), step, &known, &mut found)?;
            return Ok(found);
        }
        found.is_there = true;
        Ok(found)
    }

    /// Whether `SKIP` and `LIMIT` cut the wanted rows off: they count all rows, not only those. The clauses that say so, where
    /// the projection can carry what is wanted along.
    fn paged(plain: &[Clause], step: &Step, wanted: &[Expression]) -> Option<Vec<Clause>> {
        let ClauseKind::With(projection) = &step.clause.node else { return None };
        let grouped =
            projection.distinct || projection.items.iter().any(|item| wanted::has_aggregate(&item.expression.node));
        if projection.paging == Paging::default() || grouped {
            return None;
        }
        let mut carried = projection.clone();
        let mut clauses = plain.to_vec();
        let mut asked = step.wanted.clone();
        for (at, condition) in wanted.iter().enumerate() {
            let name = format!(" {at}");
            let alias = Some(At::new(name.clone(), condition.span));
            carried.items.push(ProjectionItem { expression: condition.clone(), alias, text: name.clone() });
            asked.push(variable(&name));
        }
        clauses.push(At::new(ClauseKind::With(carried), step.clause.span));
        clauses.extend(asked.into_iter().map(filter));
        Some(clauses)
    }

    /// Looks into the clause that leaves no row; `plain` are the clauses before without what is wanted.
    fn in_clause(
        &self,
        (before, plain): (&[Clause], &[Clause]),
        step: &Step,
        known: &BTreeSet<String>,
        found: &mut Found,
    ) -> Result<(), Vec<Diagnostic>> {
        let span = step.clause.span;
        let with = |clause: ClauseKind| [before, &[At::new(clause, span)]].concat();
        match &step.clause.node {
            ClauseKind::Match { optional: false, mode, patterns, filter: condition } => {
                let matching = |patterns: &[ast::PathPattern]| {
                    let patterns = patterns.to_vec();
                    with(ClauseKind::Match { optional: false, mode: *mode, patterns, filter: None })
                };
                let wanted_names = step.wanted.iter().filter_map(|one| one.node.names()).flatten();
                let wanted_names = wanted_names.map(str::to_owned).collect();
                let mut last = before.to_vec();
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
                self.at_conditions(before.to_vec(), conditions, found)
            }
            ClauseKind::With(projection) => {
                let all = Projection { paging: Paging::default(), filter: None, ..projection.clone() };
                let unpaged = with(ClauseKind::With(all));
                let wanted: Vec<Clause> = unpaged.into_iter().chain(step.wanted.iter().cloned().map(filter)).collect();
                if self.left(wanted.clone())?.is_some_and(|n| n > 0) && projection.paging != Paging::default() {
                    found.trail.push((step.text.clone(), 0));
                    let cut = Projection { filter: None, ..projection.clone() };
                    let kept = [plain, &[At::new(ClauseKind::With(cut), span)]].concat();
                    return self.at_paging(wanted, kept, projection, &step.text, found);
                }
                let paged = with(ClauseKind::With(Projection { filter: None, ..projection.clone() }));
                let conditions =
                    step.wanted.iter().chain(projection.filter.iter().flat_map(Expr::conjuncts)).cloned().collect();
                self.at_conditions(paged, conditions, found)
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

/// Whether a mistake ends the search: it was stopped, or met a limit.
fn is_final(wrong: &Diagnostic) -> bool {
    [code::STOPPED, code::DEADLINE, code::OUT_OF_MEMORY].iter().any(|code| std::ptr::eq(*code, wrong.code))
}

fn filter(condition: Expression) -> Clause {
    let span = condition.span;
    At::new(ClauseKind::Filter(condition), span)
}

fn returning(items: Vec<(String, Expression)>, distinct: bool, limit: i64) -> Clause {
    let span = crate::diag::Span::default();
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
    At::new(Expr::Variable(name.to_owned()), crate::diag::Span::default())
}

fn property(of: Expression, key: &Name) -> Expression {
    let span = of.span;
    At::new(Expr::Property(Box::new(of), key.clone()), span)
}

fn equals(a: Expression, b: Expression) -> Expression {
    let span = a.span;
    At::new(Expr::Compare(Box::new(a), vec![(CompareOp::Equal, b)]), span)
}

fn call(name: &str, argument: Expression, span: crate::diag::Span) -> Expression {
    At::new(Expr::Call { name: At::new(name.to_owned(), span), distinct: false, arguments: vec![argument] }, span)
}
