//! Statements that were asked before, parsed, and ready for the version and frame that they were last asked of.
//!
//! Whoever asks the same text again, with other values of its parameters, waits for its rows only.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::diag::Diagnostic;
use crate::graph::{Frame, Snapshot};
use crate::parse::{self, ast};

use super::Session;
use super::ask::Ready;

/// Texts that are kept; when there are more, all are forgotten: those in use come back at once.
const KEPT: usize = 512;
/// Bytes of a text that is kept.
const LONGEST: usize = 1 << 14;

/// What is kept of a text.
#[derive(Debug)]
struct Prepared {
    statement: Arc<ast::Statement>,
    ready: Option<For>,
}

/// What a statement was made ready for.
#[derive(Debug)]
struct For {
    version: Arc<Snapshot>,
    frame: Frame,
    /// Names of the parameters that were given.
    params: Vec<String>,
    ready: Arc<Ready>,
}

/// All that are kept.
#[derive(Debug, Default)]
pub(super) struct Prepareds(Mutex<FxHashMap<Box<str>, Prepared>>);

impl Prepareds {
    fn kept(&self) -> MutexGuard<'_, FxHashMap<Box<str>, Prepared>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The statement of a text.
    pub fn statement(&self, text: &str) -> Result<Arc<ast::Statement>, Vec<Diagnostic>> {
        if let Some(prepared) = self.kept().get(text) {
            return Ok(prepared.statement.clone());
        }
        let statement = Arc::new(parse::parse(text)?);
        if text.len() <= LONGEST {
            let mut kept = self.kept();
            if kept.len() >= KEPT {
                kept.clear();
            }
            kept.insert(text.into(), Prepared { statement: statement.clone(), ready: None });
        }
        Ok(statement)
    }

    /// What the query of a text is ready as: as it was, where nothing changed that it was bound by; else what `anew` gives.
    pub fn ready(
        &self,
        session: &Session,
        text: &str,
        (version, frame): (&Arc<Snapshot>, Frame),
        anew: impl FnOnce() -> Result<Ready, Vec<Diagnostic>>,
    ) -> Result<Arc<Ready>, Vec<Diagnostic>> {
        let is_same = |of: &&For| {
            Arc::ptr_eq(&of.version, version) && of.frame == frame && of.params.iter().eq(session.params.keys())
        };
        if let Some(of) = self.kept().get(text).and_then(|prepared| prepared.ready.as_ref()).filter(is_same) {
            return Ok(of.ready.clone());
        }
        let ready = Arc::new(anew()?);
        // What is derived is kept elsewhere, by what it was derived from.
        let lasts = ready.bound.writes.is_none() && !ready.bound.by_params && Arc::ptr_eq(&ready.snapshot, version);
        if lasts {
            let mut kept = self.kept();
            // An older version is not held for a text that nobody asks any more.
            for prepared in kept.values_mut() {
                prepared.ready.take_if(|of| !Arc::ptr_eq(&of.version, version));
            }
            if let Some(prepared) = kept.get_mut(text) {
                let params = session.params.keys().cloned().collect();
                prepared.ready = Some(For { version: version.clone(), frame, params, ready: ready.clone() });
            }
        }
        Ok(ready)
    }

    /// Forgets what statements were made ready for: a name means something else now.
    pub fn forget(&self) {
        for prepared in self.kept().values_mut() {
            prepared.ready = None;
        }
    }
}
