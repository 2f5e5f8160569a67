//! `CHANGES`: rows gained and lost between two days, two days of knowing, or the record and an assumption.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, code};
use crate::execute::Worker;
use crate::graph::{Frame, SharedView, Snapshot};
use crate::parse::ast::{self, At, Question, ValidTime};
use crate::value::Value;

use super::Answer;
use super::ask::Ask;
use super::bag::Gathered;
use super::query::is_free;
use super::side::one_run;

impl Ask<'_> {
    /// The difference of two answers as bags: what only the first has is lost, what only the second has is gained. The last
    /// `ORDER BY`, `SKIP` and `LIMIT` arrange the difference.
    pub fn changes(
        self,
        statement: &ast::Statement,
        question: &Question,
        query: &ast::Query,
        stored: &Arc<Snapshot>,
        frame: Frame,
    ) -> Result<Answer, Vec<Diagnostic>> {
        one_run(statement, "CHANGES")?;
        let sides = match question {
            Question::Changes { known: false, from, to } => {
                if let Some(valid) = &statement.frame.valid {
                    let wrong = Diagnostic::new(code::FRAME_DATE, "the days are said twice");
                    return Err(vec![wrong.at(valid.span, "`CHANGES FROM … TO …` says them")]);
                }
                let on = |day: &ast::Expression| {
                    let valid = Some(At::new(ValidTime::AsOf(day.clone()), day.span));
                    self.frame(&ast::Frame { valid, ..statement.frame.clone() }, stored)
                };
                [(stored.clone(), on(from)?), (stored.clone(), on(to)?)]
            }
            Question::Changes { known: true, from, to } => {
                if let Some(known) = &statement.frame.known {
                    let wrong = Diagnostic::new(code::FRAME_DATE, "the days of knowing are said twice");
                    return Err(vec![wrong.at(known.span, "`CHANGES KNOWN FROM … TO …` says them")]);
                }
                let on = |day: &ast::Expression| {
                    self.frame(&ast::Frame { known: Some(day.clone()), ..statement.frame.clone() }, stored)
                };
                [(stored.clone(), on(from)?), (stored.clone(), on(to)?)]
            }
            Question::ChangesAssuming(updates) => [(stored.clone(), frame), (self.assume(updates, stored)?, frame)],
            Question::Why | Question::WhyNot(_) | Question::When => {
                return Ok(Answer::default());
            }
        };
        let [(before, from), (after, to)] = sides;
        let (before, after) = (self.side(query, &before, from, false)?, self.side(query, &after, to, false)?);
        is_free("change", statement, &before.columns)?;
        let assuming = matches!(question, Question::ChangesAssuming(_));
        let (lost, gained) = (only(&before.keys, &after.keys), only(&after.keys, &before.keys));
        let mut gathered = Gathered::default();
        let (mut rows, mut whole) = (Vec::new(), Vec::new());
        for (change, side, places) in [("lost", &before, lost), ("gained", &after, gained)] {
            for place in places {
                let shown = &side.rows[place][..side.columns.len()];
                let row = gathered.row(shown, &side.entities);
                rows.push(std::iter::once(Value::from(change)).chain(row).collect::<Vec<_>>());
                whole.push(side.rows[place].clone());
            }
        }
        let run = self.query(false);
        let mut worker = Worker::new(&run, SharedView::new(after.snapshot, to));
        let order = after.arranged.order(&whole, &mut worker).map_err(|failure| vec![failure.into()])?;
        let columns = std::iter::once("change".to_owned()).chain(after.columns).collect();
        let rows = order.into_iter().map(|place| std::mem::take(&mut rows[place])).collect();
        Ok(Answer { compared: Some(from), assuming, columns, rows, entities: gathered.entities, ..after.answer })
    }
}

/// The rows that one side has and the other has not, in their order.
fn only(rows: &[Vec<String>], others: &[Vec<String>]) -> Vec<usize> {
    let mut count: BTreeMap<&[String], usize> = BTreeMap::new();
    for row in others {
        *count.entry(row).or_default() += 1;
    }
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        match count.get_mut(row.as_slice()) {
            Some(left @ 1..) => *left -= 1,
            _ => found.push(at),
        }
    }
    found
}
