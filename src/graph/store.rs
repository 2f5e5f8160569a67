//! The store: which version of a graph is the current one.
//!
//! One writer at a time wins: a commit names the version it started from, and fails where another came first. Readers
//! never wait and never see half a change, because a version never changes.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::Snapshot;

/// Another commit came first: the changes were made to a version that is no longer the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the graph was changed by somebody else meanwhile")]
pub struct Conflict;

/// The current version of a graph.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, Schema, Store};
/// let store = Store::new(Builder::new(Schema::default()).finish());
/// let (mine, yours) = (store.current(), store.current());
/// store.commit(&mine, mine.clone()).unwrap();
/// assert_eq!(yours.catalog().n_nodes(), 0);
/// ```
#[derive(Debug)]
pub struct Store {
    current: RwLock<Arc<Snapshot>>,
    /// Held by who commits, while what comes before the commit is done: readers do not wait for it.
    committing: Mutex<()>,
}

impl Store {
    /// A store of one version.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        Self { current: RwLock::new(Arc::new(snapshot)), committing: Mutex::default() }
    }

    /// The current version.
    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes `next` the current version, if `base` still is.
    ///
    /// # Errors
    /// [`Conflict`]; the current version stays.
    pub fn commit(&self, base: &Arc<Snapshot>, next: Arc<Snapshot>) -> Result<(), Conflict> {
        self.commit_after(base, next, || Ok(()))
    }

    /// Makes `next` the current version, if `base` still is, after something was done that must come first, such as
    /// writing it down: nobody else commits between the two.
    ///
    /// # Errors
    /// [`Conflict`], and then nothing was done, or what went wrong with it; the current version stays.
    pub fn commit_after<E: From<Conflict>>(
        &self,
        base: &Arc<Snapshot>,
        next: Arc<Snapshot>,
        first: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let _committing = self.committing.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&self.current(), base) {
            return Err(Conflict.into());
        }
        first()?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}
