//! What each operator gave and how long it took, under `PROFILE`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::plan::Plan;

use super::{Batch, Failure, Input, Operator, Worker};

/// What an operator did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Rows it gave, over all its runs.
    pub rows: u64,
    /// Time it took, that of the operators it reads included.
    pub time: Duration,
}

/// The measures of a run.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// By the operator's address: a plan stays where it is while it runs, and an operator inside a subquery runs often.
    measures: BTreeMap<usize, Measure>,
}

fn address(plan: &Plan) -> usize {
    std::ptr::from_ref(plan).addr()
}

impl Profile {
    /// Rows an operator gave, and the time it took by itself.
    #[must_use]
    pub fn of(&self, plan: &Plan) -> Measure {
        let whole = |plan: &Plan| self.measures.get(&address(plan)).copied().unwrap_or_default();
        let Measure { rows, time } = whole(plan);
        let inputs: Duration = plan.children().into_iter().map(|input| whole(input).time).sum();
        Measure { rows, time: time.saturating_sub(inputs) }
    }
}

/// An operator that is watched.
pub(super) struct Watched<'p> {
    pub operator: Input<'p>,
    pub plan: &'p Plan,
}

impl Operator for Watched<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        let began = Instant::now();
        let batch = self.operator.next(worker)?;
        if let Some(profile) = &mut worker.profile {
            let measure = profile.measures.entry(address(self.plan)).or_default();
            measure.time += began.elapsed();
            measure.rows += batch.as_ref().map_or(0, |batch| batch.len as u64);
        }
        Ok(batch)
    }
}
