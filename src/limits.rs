//! Limits: cancel, deadline and memory in one checkpoint.
//!
//! Every loop over data calls [`Limits::checkpoint`]; every operator that holds rows takes a [`Reservation`], which
//! gives its bytes back when it is dropped. A query therefore ends within a batch of being told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The clock is read once in so many checkpoints: it costs more than what lies between two of them.
const READ_EVERY: u32 = 16;

/// Why a query was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// The user asked for it.
    #[error("stopped")]
    Cancelled,
    /// The time allowed is over.
    #[error("the time limit of {0:?} is over")]
    Deadline(Duration),
    /// The memory allowed is used up.
    #[error("the memory limit of {limit} bytes is used up")]
    Memory {
        /// Bytes allowed.
        limit: usize,
    },
}

/// What a query may use; clones share one state, so any clone can cancel.
#[derive(Clone, Debug)]
pub struct Limits {
    shared: Arc<Shared>,
    deadline: Option<(Instant, Duration)>,
}

#[derive(Debug)]
struct Shared {
    cancelled: AtomicBool,
    used: AtomicUsize,
    memory: usize,
    /// Checkpoints so far.
    passed: AtomicU32,
    /// Checkpoints that are left before it stops.
    #[cfg(test)]
    left: AtomicUsize,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(usize::MAX, None)
    }
}

impl Limits {
    /// At most `memory` bytes held by operators, at most `time` from now.
    #[must_use]
    pub fn new(memory: usize, time: Option<Duration>) -> Self {
        Self {
            shared: Arc::new(Shared {
                cancelled: AtomicBool::new(false),
                used: AtomicUsize::new(0),
                memory,
                passed: AtomicU32::new(0),
                #[cfg(test)]
                left: AtomicUsize::new(usize::MAX),
            }),
            deadline: time.map(|allowed| (Instant::now() + allowed, allowed)),
        }
    }

    /// Stops as if asked to after so many checkpoints: a test cannot be sure to ask in the middle of something.
    #[cfg(test)]
    pub(crate) fn after(checkpoints: usize) -> Self {
        let limits = Self::default();
        limits.shared.left.store(checkpoints, Ordering::Relaxed);
        limits
    }

    /// Checkpoints that are left.
    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        self.shared.left.load(Ordering::Relaxed)
    }

    /// Asks the query to stop at its next checkpoint; safe to call from a signal handler's thread.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop; its time plays no part.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed)
    }

    /// Goes on, or says why not.
    ///
    /// # Errors
    /// [`Stopped::Cancelled`] or [`Stopped::Deadline`].
    pub fn checkpoint(&self) -> Result<(), Stopped> {
        #[cfg(test)]
        if self.left() == 0 {
            self.cancel();
        } else {
            self.shared.left.fetch_sub(1, Ordering::Relaxed);
        }
        if self.is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        if let Some((end, allowed)) = self.deadline {
            let passed = self.shared.passed.load(Ordering::Relaxed);
            if passed.is_multiple_of(READ_EVERY) && Instant::now() >= end {
                return Err(Stopped::Deadline(allowed));
            }
            // Threads that count at once lose a count: then the clock is read a little later.
            self.shared.passed.store(passed.wrapping_add(1), Ordering::Relaxed);
        }
        Ok(())
    }

    /// An empty reservation, to be grown as rows are held.
    #[must_use]
    pub fn reservation(&self) -> Reservation {
        Reservation { shared: self.shared.clone(), bytes: 0 }
    }
}

/// Bytes an operator holds; given back on drop.
#[derive(Debug)]
pub struct Reservation {
    shared: Arc<Shared>,
    bytes: usize,
}

impl Reservation {
    /// Holds `bytes` more.
    ///
    /// # Errors
    /// [`Stopped::Memory`] where the limit does not allow it; nothing is added then.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Stopped> {
        let before = self.shared.used.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.shared.memory {
            self.shared.used.fetch_sub(bytes, Ordering::Relaxed);
            return Err(Stopped::Memory { limit: self.shared.memory });
        }
        self.bytes += bytes;
        Ok(())
    }

    /// Holds what another held as well.
    pub fn join(&mut self, mut other: Self) {
        self.bytes += std::mem::take(&mut other.bytes);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.shared.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
