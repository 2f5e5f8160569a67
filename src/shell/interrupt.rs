//! Ctrl-C: it stops what runs, and the script that it is part of. Where nothing runs it ends a program that nobody types into.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::limits::{Limits, Stopped};

/// What Ctrl-C stops.
#[derive(Debug, Default)]
pub(super) struct Interrupt {
    running: Mutex<Option<Limits>>,
    /// Something was stopped: what was to come after it is not run.
    pub stopped: AtomicBool,
    /// Somebody types at a prompt, who leaves by other means.
    pub typed_into: AtomicBool,
}

impl Interrupt {
    /// Has Ctrl-C stop what uses `limits`, until the result is dropped.
    pub fn attend(this: &Arc<Self>, limits: &Limits) -> Attending {
        this.set(Some(limits.clone()));
        Attending(this.clone())
    }

    fn set(&self, limits: Option<Limits>) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    /// Ctrl-C was pressed; whether the program has to end.
    pub fn pressed(&self) -> bool {
        match self.running.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(limits) => {
                self.stopped.store(true, Ordering::Relaxed);
                limits.cancel();
                false
            }
            None => !self.typed_into.load(Ordering::Relaxed),
        }
    }
}

/// While it lives, Ctrl-C stops one piece of work.
pub(super) struct Attending(Arc<Interrupt>);

impl Drop for Attending {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// Writes until it is told to stop, and then fails with [`Stopped`].
pub(super) struct Stoppable<'l, W> {
    out: W,
    limits: &'l Limits,
}

impl<'l, W> Stoppable<'l, W> {
    pub fn new(out: W, limits: &'l Limits) -> Self {
        Self { out, limits }
    }
}

impl<W: Write> Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.limits.is_cancelled() {
            return Err(io::Error::other(Stopped::Cancelled));
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
