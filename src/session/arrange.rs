//! The end of a query that only arranges rows: its last `ORDER BY`, `SKIP` and `LIMIT`.
//!
//! What is asked of several runs together is arranged once, after they are put together.

use crate::execute::{self, Batch, Failure, Vector, Worker};
use crate::plan::Plan;
use crate::value::Value;

/// A plan cut in two.
pub(super) struct Arranged {
    /// What gives the rows.
    pub rows: Plan,
    /// How many columns they have, those that are only sorted by included.
    pub width: usize,
    /// What arranges them; it reads [`Plan::Argument`]. `None`: nothing.
    tail: Option<Plan>,
}

impl Arranged {
    /// Cuts off the last operators, `arranging` of them, of a plan that gives `width` columns.
    pub fn new(mut plan: Plan, width: usize, arranging: usize) -> Self {
        let mut cut = Vec::new();
        for _ in 0..arranging {
            let Some(input) = plan.children_mut().into_iter().next() else { break };
            let input = std::mem::replace(input, Plan::Argument);
            cut.push(std::mem::replace(&mut plan, input));
        }
        let width = match &plan {
            Plan::Project { items, .. } => items.len(),
            _ => width,
        };
        // Columns that were only sorted by are left out when rows are shown.
        let arranging = cut.into_iter().rev().filter(|operator| !matches!(operator, Plan::Project { .. }));
        let tail = arranging.reduce(|input, mut operator| {
            if let Some(place) = operator.children_mut().into_iter().next() {
                *place = input;
            }
            operator
        });
        Self { rows: plan, width, tail }
    }

    /// The order in which rows are shown, by their places.
    pub fn order(&self, rows: &[Vec<Value>], worker: &mut Worker<'_>) -> Result<Vec<usize>, Failure> {
        let Some(tail) = &self.tail else { return Ok((0..rows.len()).collect()) };
        let mut batch = Batch::from_rows(self.width, rows, None);
        batch.set(self.width, Vector::Ints((0..rows.len() as i64).collect()));
        let arranged = execute::over(tail, &batch, self.width + 1, worker)?;
        let place = |row: &Vec<Value>| match row[self.width] {
            Value::Int(place) => place as usize,
            _ => 0,
        };
        Ok(arranged.rows.iter().map(place).collect())
    }
}
