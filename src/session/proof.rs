//! The proof of one row of an answer, found by asking again.

use std::sync::Arc;

use crate::diag::{Diagnostic, code};
use crate::execute::{self, Worker};
use crate::graph::SharedView;
use crate::limits::Limits;
use crate::parse::{self, ast};
use crate::procedure::Called;
use crate::question::{self, Proof};
use crate::value::Instant;

use super::Session;
use super::ask::{Ask, Ready};

/// What the row of this number, from 0, of the answer to a query follows from.
pub(super) fn proof(session: &Session, text: &str, row: usize, limits: &Limits) -> Result<Proof, Vec<Diagnostic>> {
    let statement = parse::parse(text)?;
    let none = |message: &str, help: &str| Err(vec![Diagnostic::new(code::ARGUMENT_VALUE, message).help(help)]);
    let ast::Body::Query(query) = &statement.body else { return none("a definition has no rows", "ask a query first") };
    let plain = statement.question.as_ref().is_none_or(|question| question.node == ast::Question::Why);
    if !plain || statement.mode.is_some() {
        return none("a row of this answer stands for several runs", "ask the plain query `AS OF` one of the days");
    }
    let called = Called::default();
    let ask = Ask { session, limits, now: Instant::now(), called: &called };
    let record = session.engine.snapshot();
    let frame = ask.frame(&statement.frame, &record)?;
    let mut stored = ask.under_scenarios(&record)?;
    for updates in &statement.assuming {
        stored = ask.assume(&updates.node, &stored)?.version;
    }
    let Ready { plan, snapshot, derivations, bound, frame } = ask.ready(query, &stored, frame)?;
    if bound.writes.is_some() {
        return none("a statement that writes has no proof", "ask for what it wrote");
    }
    let run = ask.query(true);
    let mut worker = Worker::new(&run, SharedView::new(Arc::clone(&snapshot), frame));
    let rows = execute::execute(&plan, bound.columns.len(), &mut worker).map_err(|failure| vec![failure.into()])?;
    let Some(id) = rows.lineage.get(row) else {
        let last = match rows.rows.len() {
            0 => "the answer has no rows".to_owned(),
            n => format!("the last row is {n}"),
        };
        return none(&format!("there is no row {}", row + 1), &last);
    };
    let mut proof = question::proof(worker.view(), &worker.lineage, *id, &derivations);
    // Of what the record holds nothing is marked.
    proof.mark_assumed(&record);
    Ok(proof)
}
