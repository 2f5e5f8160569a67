//! Session: the engine as its users see it. [`Engine`] holds a graph; a [`Session`] holds a user's settings and runs
//! statements.

mod answer;
mod arrange;
mod ask;
mod bag;
mod changes;
mod citation;
mod compare;
mod difference;
mod engine;
mod keep;
mod prepared;
mod proof;
mod query;
mod sample;
mod scenario;
mod side;
mod silence;
mod unnamed;
mod when;
mod why_not;

pub use crate::execute::Reading;
pub use answer::{Answer, Changes};
pub use citation::{Asked, Citation};
pub use engine::Engine;
pub use keep::Recovered;
pub use scenario::Scenarios;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::graph::{Frame, Snapshot};
use crate::limits::Limits;
use crate::question::Proof;
use crate::value::{Instant, Value};

/// One user's settings on an engine.
#[derive(Clone, Debug)]
pub struct Session {
    /// The engine.
    pub engine: Engine,
    /// The frame of statements that do not say another.
    pub frame: Frame,
    /// Parameters by name.
    pub params: BTreeMap<String, Value>,
    /// Which files `LOAD CSV` may read: none, until somebody says so.
    pub reading: Reading,
    /// What its statements assume.
    pub scenarios: Scenarios,
    /// Rows that operators try to hand on at once, [`BATCH`](crate::execute::BATCH) to begin with: answers do not depend on it.
    pub batch: usize,
    /// Threads that may work on a statement at once, [`parallel::threads`](crate::parallel::threads) to begin with: answers do not depend on
    /// it, but for the last digits of sums of floats.
    pub threads: usize,
}

impl Session {
    /// Runs one statement.
    ///
    /// # Errors
    /// Every mistake that was found; warnings are in the answer.
    pub fn run(&self, text: &str, limits: &Limits) -> Result<Answer, Vec<Diagnostic>> {
        self.whole(query::run(self, text, limits))
    }

    /// What the row of this number, from 0, of the answer to a query follows from, step by step; the query is asked again.
    ///
    /// # Errors
    /// The query's mistakes; there is no such row, or the rows are those of several runs.
    pub fn proof(&self, text: &str, row: usize, limits: &Limits) -> Result<Proof, Vec<Diagnostic>> {
        self.whole(proof::proof(self, text, row, limits))
    }

    /// The graph with everything that its definitions derive in this session's frame, and what its scenarios assume.
    ///
    /// # Errors
    /// A definition met a limit, or failed.
    pub fn graph(&self, limits: &Limits) -> Result<Arc<Snapshot>, Vec<Diagnostic>> {
        let (types, labels) = (self.engine.derived_types(), self.engine.derived_labels());
        let stored = self.version(limits)?;
        let (snapshot, _) = self.engine.derived(&stored, &types, &labels, self.frame, limits, Instant::now())?;
        snapshot.read_all();
        self.whole(Ok(snapshot))
    }

    /// What was made of the graph, unless a part that was looked at turned out to be damaged: no answer rests on what was put in its place.
    fn whole<T>(&self, made: Result<T, Vec<Diagnostic>>) -> Result<T, Vec<Diagnostic>> {
        match self.engine.snapshot().damage() {
            Some(damage) => Err(vec![damage]),
            None => made,
        }
    }
}
