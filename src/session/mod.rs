//! Session: the engine as its users see it. [`Engine`] holds a graph; a [`Session`] holds a user's settings and runs
//! statements.

mod answer;

pub use answer::Answer;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::graph::{Frame, Snapshot};
use crate::limits::Limits;
use crate::value::Value;

/// A graph that queries run on; cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    snapshot: Arc<Snapshot>,
    /// The text of the `DEFINE` statements, one each.
    rules: Arc<Vec<String>>,
}

impl Engine {
    /// An engine on a snapshot with the definitions of its derived relationships.
    ///
    /// # Errors
    /// The diagnostics of the definitions that cannot be used.
    pub fn new(snapshot: Snapshot, rules: Vec<String>) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self { snapshot: Arc::new(snapshot), rules: Arc::new(rules) })
    }

    /// The graph.
    #[must_use]
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The text of each definition.
    #[must_use]
    pub fn rules(&self) -> &[String] {
        &self.rules
    }

    /// A session with default settings.
    #[must_use]
    pub fn session(&self) -> Session {
        Session { engine: self.clone(), frame: Frame::default(), params: BTreeMap::new() }
    }
}

/// One user's settings on an engine.
#[derive(Clone, Debug)]
pub struct Session {
    /// The engine.
    pub engine: Engine,
    /// The frame of statements that do not say another.
    pub frame: Frame,
    /// Parameters by name.
    pub params: BTreeMap<String, Value>,
}

impl Session {
    /// Runs one statement.
    ///
    /// # Errors
    /// Every mistake that was found; warnings are in the answer.
    pub fn run(&self, text: &str, limits: &Limits) -> Result<Answer, Vec<Diagnostic>> {
        let _ = (text, limits, &self.params);
        Err(Vec::new())
    }
}
