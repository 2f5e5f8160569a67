//! The engine as the runner sees it: the one place to adapt when a session learns to write.

use std::sync::Arc;
use std::time::Duration;

use portolan::diag::Diagnostic;
use portolan::graph::{Builder, Schema, Snapshot};
use portolan::limits::Limits;
use portolan::session::{Answer, Engine, Session};
use portolan::value::Value;

use super::step::Procedure;

/// Bytes that a query of the suite may hold.
const MEMORY: usize = 1 << 30;
/// Time that a query of the suite may take: all are small, so that a longer one does not end.
const TIME: Duration = Duration::from_secs(20);

/// A session on a graph of its own, empty at first.
pub struct World {
    session: Session,
}

impl World {
    /// A session on an empty graph without a schema.
    ///
    /// # Errors
    /// The engine cannot be opened.
    pub fn empty() -> Result<World, Vec<Diagnostic>> {
        let engine = Engine::new(Builder::new(Schema::default()).finish(), Vec::new())?;
        Ok(World { session: engine.session() })
    }

    /// Runs a query; what it writes is in [`World::graph`] afterwards.
    ///
    /// # Errors
    /// As the session: every mistake that was found.
    pub fn run(&mut self, query: &str) -> Result<Answer, Vec<Diagnostic>> {
        self.session.run(query, &Limits::new(MEMORY, Some(TIME)))
    }

    /// The version of the graph that the next query sees.
    #[must_use]
    pub fn graph(&self) -> Arc<Snapshot> {
        self.session.engine.snapshot().clone()
    }

    /// Gives a parameter its value.
    pub fn set_parameter(&mut self, name: &str, value: Value) {
        self.session.params.insert(name.to_owned(), value);
    }
}

/// Makes a procedure known to the queries that follow.
///
/// # Errors
/// Always, until sessions have procedures.
pub fn register_procedure(_world: &mut World, _procedure: &Procedure) -> Result<(), String> {
    Err("procedures are not supported".to_owned())
}
