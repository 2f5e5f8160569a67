//! One run of a question that takes several: its rows, and what tells them apart.

use std::sync::Arc;

use crate::bind::Bound;
use crate::diag::{Diagnostic, Span, code};
use crate::execute::{self, Worker};
use crate::graph::{Frame, SharedView, Snapshot, Statement};
use crate::parse::ast;
use crate::value::{Entities, Value};

use super::Answer;
use super::arrange::Arranged;
use super::ask::{Ask, Ready};
use super::bag::key;
use super::query::{entities, footer, grouped, with_status};
use super::silence::Heard;

/// A run.
pub(super) struct Side {
    pub columns: Vec<String>,
    /// With what is only sorted by.
    pub rows: Vec<Vec<Value>>,
    pub keys: Vec<Vec<String>>,
    pub entities: Entities,
    pub snapshot: Arc<Snapshot>,
    pub arranged: Arranged,
    /// What is said beside the rows.
    pub answer: Answer,
    /// What it looked for.
    pub heard: Heard,
    /// Per row, where lineage is asked for: the sets of statements that it rests on.
    pub sets: Vec<Vec<Vec<Statement>>>,
    /// A row stands for several.
    pub grouped: bool,
}

/// `EXPLAIN` and `PROFILE` show one run.
pub(super) fn one_run(statement: &ast::Statement, question: &str) -> Result<(), Vec<Diagnostic>> {
    let Some(mode) = statement.mode else { return Ok(()) };
    let word = if mode == ast::Mode::Explain { "EXPLAIN" } else { "PROFILE" };
    let wrong = Diagnostic::new(code::SYNTAX, format!("`{word}` shows one run, and `{question}` takes several"));
    let place = statement.question.as_ref().map_or(Span::default(), |question| question.span);
    Err(vec![
        wrong.at(place, "expected no question here").help("leave the question out, and ask `AS OF` one of the days"),
    ])
}

/// A question of a query that writes is refused.
pub(super) fn asked_nothing(bound: &Bound) -> Result<(), Vec<Diagnostic>> {
    let Some(clause) = bound.writes else { return Ok(()) };
    let wrong = Diagnostic::new(code::FRAME_ON_WRITE, "a statement that writes is asked no question");
    Err(vec![wrong.at(clause, "this writes").help("`CHANGES ASSUMING { … }` shows what an update would do")])
}

impl Ask<'_> {
    /// The order that the query asks for of rows of several runs, as their places; `whole` are the rows with what is only
    /// sorted by.
    pub fn order(
        self,
        arranged: &Arranged,
        graph: SharedView,
        whole: &[Vec<Value>],
    ) -> Result<Vec<usize>, Vec<Diagnostic>> {
        let run = self.query(false);
        arranged.order(whole, &mut Worker::new(&run, graph)).map_err(|failure| vec![failure.into()])
    }

    /// Runs the query once.
    pub fn side(
        self,
        query: &ast::Query,
        stored: &Arc<Snapshot>,
        frame: Frame,
        lineage: bool,
    ) -> Result<Side, Vec<Diagnostic>> {
        let Ready { plan, snapshot, bound, derivations, .. } = self.ready(query, stored, frame)?;
        asked_nothing(&bound)?;
        let arranged = Arranged::new(plan, bound.columns.len(), bound.arranging);
        let run = self.query(lineage);
        let mut worker = Worker::new(&run, SharedView::new(snapshot.clone(), frame));
        let given = execute::execute(&arranged.rows, arranged.width, &mut worker);
        let given = given.map_err(|failure| vec![failure.into()])?;
        let view = worker.view();
        let sets = given.lineage.iter().map(|id| worker.lineage.sets(*id, &derivations).0).collect();
        let entities = entities(view, &given.rows);
        let footer = with_status(footer(view, &bound.types, &bound.labels), &worker);
        let keys = given.rows.iter().map(|row| key(&row[..bound.columns.len()], &entities)).collect();
        let warnings = [bound.warnings, worker.warnings.clone()].concat();
        let answer = Answer { warnings, frame, footer, ..Answer::default() };
        let grouped = grouped(&arranged.rows);
        let heard = Heard::new(bound.absence, &worker);
        let (columns, rows) = (bound.columns, given.rows);
        Ok(Side { columns, rows, keys, entities, snapshot, arranged, answer, heard, sets, grouped })
    }
}

impl Side {
    /// Whether a row rests on a statement of which nobody knows since when it holds, and on one of which nobody knows until
    /// when. Of several sets that one counts which says most.
    pub fn is_open(&self, row: usize) -> (bool, bool) {
        let of_set = |set: &Vec<Statement>| {
            let ends: Vec<_> = set.iter().map(|statement| self.snapshot.unknown_ends(*statement)).collect();
            (ends.iter().any(|(since, _)| *since), ends.iter().any(|(_, until)| *until))
        };
        let all: Vec<_> = self.sets.get(row).into_iter().flatten().map(of_set).collect();
        let every = |open: fn(&(bool, bool)) -> bool| !all.is_empty() && all.iter().all(open);
        (every(|ends| ends.0), every(|ends| ends.1))
    }
}
