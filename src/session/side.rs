//! One run of a question that takes several: its rows, and what tells them apart.

use std::sync::Arc;

use crate::diag::{Diagnostic, Span, code};
use crate::execute::{self, LineageId, Worker};
use crate::graph::{End, Frame, SharedView, Snapshot, Start, Statement, Validity};
use crate::parse::ast;
use crate::value::{Entities, Value};

use super::Answer;
use super::arrange::Arranged;
use super::ask::{Ask, Ready};
use super::bag::key;
use super::query::{entities, footer};

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
    /// Per row, where lineage is asked for: whether it rests on a statement of which nobody knows since when it holds, and
    /// on one of which nobody knows until when.
    pub unknown: Vec<(bool, bool)>,
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

impl Ask<'_> {
    /// Rows of several runs in the order that the query asks for; `whole` are the same rows with what is only sorted by.
    pub fn arrange(
        self,
        side: &Side,
        frame: Frame,
        mut rows: Vec<Vec<Value>>,
        whole: &[Vec<Value>],
    ) -> Result<Vec<Vec<Value>>, Vec<Diagnostic>> {
        let run = self.query(false);
        let mut worker = Worker::new(&run, SharedView::new(side.snapshot.clone(), frame));
        let order = side.arranged.order(whole, &mut worker).map_err(|failure| vec![failure.into()])?;
        Ok(order.into_iter().map(|place| std::mem::take(&mut rows[place])).collect())
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
        if let Some(clause) = bound.writes {
            let wrong = Diagnostic::new(code::FRAME_ON_WRITE, "a statement that writes is asked no question");
            return Err(vec![
                wrong.at(clause, "this writes").help("`CHANGES ASSUMING { … }` shows what an update would do"),
            ]);
        }
        let arranged = Arranged::new(plan, bound.columns.len(), bound.arranging);
        let run = self.query(lineage);
        let mut worker = Worker::new(&run, SharedView::new(snapshot.clone(), frame));
        let given = execute::execute(&arranged.rows, arranged.width, &mut worker);
        let given = given.map_err(|failure| vec![failure.into()])?;
        let view = worker.view();
        let unknown = |id: &LineageId| {
            let (sets, _) = worker.lineage.sets(*id, &derivations);
            // Of several sets that one counts which says most.
            let of_set = |set: &Vec<Statement>| {
                let ends: Vec<_> = set.iter().map(|statement| open_ends(&snapshot, *statement)).collect();
                (ends.iter().any(|(since, _)| *since), ends.iter().any(|(_, until)| *until))
            };
            let all: Vec<_> = sets.iter().map(of_set).collect();
            (all.iter().all(|(since, _)| *since), all.iter().all(|(_, until)| *until))
        };
        let unknown = given.lineage.iter().map(unknown).collect();
        let entities = entities(view, &given.rows);
        let footer = footer(view, &bound.types, &bound.labels);
        let keys = given.rows.iter().map(|row| key(&row[..bound.columns.len()], &entities)).collect();
        let answer = Answer { frame, footer, warnings: bound.warnings, ..Answer::default() };
        Ok(Side { columns: bound.columns, rows: given.rows, keys, entities, snapshot, arranged, answer, unknown })
    }
}

/// Whether nobody knows since when, and until when, a statement holds.
fn open_ends(snapshot: &Snapshot, statement: Statement) -> (bool, bool) {
    if let Statement::Status(entry) = statement {
        return (false, snapshot.chain_entry(entry).end == End::Unknown);
    }
    match &snapshot.meta(statement).validity {
        Validity::Unknown => (true, true),
        Validity::Always => (false, false),
        Validity::In(periods) => (
            periods.iter().any(|period| period.from == Start::Unknown),
            periods.iter().any(|period| period.to == End::Unknown),
        ),
    }
}
