//! `CHANGES`: rows gained and lost between two days, two days of knowing, or the record and an assumption.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, code};
use crate::graph::{Frame, SharedView, Snapshot};
use crate::parse::ast::{self, At, ValidTime};
use crate::question::Why;
use crate::value::Value;

use super::Answer;
use super::ask::Ask;
use super::bag::Gathered;
use super::difference::Sides;
use super::query::is_free;
use super::side::one_run;

/// A version and the frame it is asked in.
pub(super) type Asked = (Arc<Snapshot>, Frame);

impl Ask<'_> {
    /// The record on two days, or as it was `known` on them.
    pub fn on_days(
        self,
        statement: &ast::Statement,
        known: bool,
        days: [&ast::Expression; 2],
        stored: &Arc<Snapshot>,
    ) -> Result<[Asked; 2], Vec<Diagnostic>> {
        let frame = &statement.frame;
        let (said, question) = if known {
            (frame.known.as_ref().map(|day| day.span), "`CHANGES KNOWN FROM … TO …` says them")
        } else {
            (frame.valid.as_ref().map(|valid| valid.span), "`CHANGES FROM … TO …` says them")
        };
        if let Some(span) = said {
            return Err(vec![Diagnostic::new(code::FRAME_DATE, "the days are said twice").at(span, question)]);
        }
        let on = |day: &ast::Expression| {
            let mut frame = frame.clone();
            if known {
                frame.known = Some(day.clone());
            } else {
                frame.valid = Some(At::new(ValidTime::AsOf(day.clone()), day.span));
            }
            self.frame(&frame, stored)
        };
        Ok([(stored.clone(), on(days[0])?), (stored.clone(), on(days[1])?)])
    }

    /// The difference of two answers as bags: what only the first has is lost, what only the second has is gained. The last
    /// `ORDER BY`, `SKIP` and `LIMIT` arrange the difference.
    pub fn changes(
        self,
        statement: &ast::Statement,
        query: &ast::Query,
        [(before, from), (after, to)]: [Asked; 2],
        why: bool,
    ) -> Result<Answer, Vec<Diagnostic>> {
        one_run(statement, "CHANGES")?;
        let views = [(&before, from), (&after, to)].map(|(version, frame)| SharedView::new(version.clone(), frame));
        let before = self.side(query, &before, from, why)?;
        let added: &[&str] = if why { &["change", "because", "why"] } else { &["change"] };
        added.iter().try_for_each(|name| is_free(name, statement, &before.columns))?;
        let after = self.side(query, &after, to, why)?;
        let (lost, gained) = (only(&before.keys, &after.keys), only(&after.keys, &before.keys));
        let mut gathered = Gathered::default();
        let (mut rows, mut whole, mut differences) = (Vec::new(), Vec::new(), Vec::new());
        let [was, is] = &views;
        for (change, side, places, [own, other]) in
            [("lost", &before, lost, [was, is]), ("gained", &after, gained, [is, was])]
        {
            for place in places {
                let row = gathered.row(&side.rows[place][..side.columns.len()], &side.entities);
                rows.push(std::iter::once(Value::from(change)).chain(row).collect::<Vec<Value>>());
                whole.push(side.rows[place].clone());
                if why {
                    let word = if change == "lost" { "after" } else { "before" };
                    differences.push(Sides { own: own.view(), other: other.view(), word }.difference(side, place));
                }
            }
        }
        let order = self.order(&after.arranged, SharedView::new(after.snapshot.clone(), to), &whole)?;
        let mut heard = after.heard;
        heard.and(&before.heard);
        let silence = heard.silence(is.view(), order.len());
        let mut columns: Vec<String> = std::iter::once("change".to_owned()).chain(after.columns).collect();
        let (entities, snapshot) = (gathered.entities, Some(after.snapshot));
        let mut answer = Answer { compared: Some(from), silence, entities, snapshot, ..after.answer };
        if why {
            columns.push("because".to_owned());
            for (row, difference) in rows.iter_mut().zip(&differences) {
                row.push(Value::from(difference.because.as_str()));
            }
            let sets: Vec<_> = order.iter().map(|place| std::mem::take(&mut differences[*place].statements)).collect();
            answer.why = Some(Why::of(is.snapshot.clone(), sets));
        }
        answer.columns = columns;
        answer.rows = order.into_iter().map(|place| std::mem::take(&mut rows[place])).collect();
        Ok(answer)
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
