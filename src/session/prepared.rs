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

/// What a statement was made ready for.
#[derive(Debug)]
struct For {
    frame: Frame,
    /// Names of the parameters that were given.
    params: Vec<String>,
    ready: Arc<Ready>,
}

#[derive(Debug, Default)]
struct Kept {
    statements: FxHashMap<Box<str>, Arc<ast::Statement>>,
    /// The version that those below are ready for.
    version: Option<Arc<Snapshot>>,
    ready: FxHashMap<Box<str>, For>,
}

/// All that are kept.
#[derive(Debug, Default)]
pub(super) struct Prepared(Mutex<Kept>);

impl Prepared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The statement of a text.
    pub fn statement(&self, text: &str) -> Result<Arc<ast::Statement>, Vec<Diagnostic>> {
        if let Some(statement) = self.kept().statements.get(text) {
            return Ok(statement.clone());
        }
        let statement = Arc::new(parse::parse(text)?);
        if text.len() <= LONGEST {
            let mut kept = self.kept();
            if kept.statements.len() >= KEPT {
                *kept = Kept::default();
            }
            kept.statements.insert(text.into(), statement.clone());
        }
        Ok(statement)
    }

    /// What the query of a text is ready as, where nothing changed that it was bound by.
    pub fn known(
        &self,
        session: &Session,
        text: &str,
        (version, frame): (&Arc<Snapshot>, Frame),
    ) -> Option<Arc<Ready>> {
        let kept = self.kept();
        let fits = |of: &&For| of.frame == frame && of.params.iter().eq(session.params.keys());
        let of = kept.ready.get(text).filter(fits).filter(|_| is_same(kept.version.as_ref(), version));
        of.map(|of| of.ready.clone())
    }

    /// What the query of a text is ready as: as it was, where nothing changed that it was bound by; else what `anew` gives.
    pub fn ready(
        &self,
        session: &Session,
        text: &str,
        (version, frame): (&Arc<Snapshot>, Frame),
        anew: impl FnOnce() -> Result<Ready, Vec<Diagnostic>>,
    ) -> Result<Arc<Ready>, Vec<Diagnostic>> {
        if let Some(ready) = self.known(session, text, (version, frame)) {
            return Ok(ready);
        }
        let ready = Arc::new(anew()?);
        // What is derived is kept elsewhere, by what it was derived from; what is only assumed is gone with its statement.
        let lasts = ready.bound.writes.is_none()
            && !ready.bound.by_params
            && Arc::ptr_eq(&ready.snapshot, version)
            && Arc::ptr_eq(version, &session.engine.snapshot());
        let mut kept = self.kept();
        if lasts && kept.statements.contains_key(text) {
            if !is_same(kept.version.as_ref(), version) {
                kept.ready.clear();
                kept.version = Some(version.clone());
            }
            let params = session.params.keys().cloned().collect();
            kept.ready.insert(text.into(), For { frame, params, ready: ready.clone() });
        }
        Ok(ready)
    }

    /// Forgets what statements were made ready for: a name means something else now.
    pub fn forget(&self) {
        self.kept().ready.clear();
    }
}

fn is_same(known: Option<&Arc<Snapshot>>, version: &Arc<Snapshot>) -> bool {
    known.is_some_and(|known| Arc::ptr_eq(known, version))
}
