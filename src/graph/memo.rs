//! What was worked out in a frame, kept for the next query in it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::Frame;

/// Frames that are remembered.
const KEPT: usize = 8;

/// The last few frames, with what was worked out in each. A copy remembers nothing: it is made to be changed.
#[derive(Debug)]
pub(super) struct Memo<T>(Mutex<VecDeque<(Frame, T)>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T: Clone> Memo<T> {
    /// What `work` gives in this frame, or gave before.
    pub fn of(&self, frame: Frame, work: impl FnOnce() -> T) -> T {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = kept().iter().find(|(other, _)| *other == frame) {
            return known.clone();
        }
        let new = work();
        let mut kept = kept();
        kept.truncate(KEPT - 1);
        kept.push_front((frame, new.clone()));
        new
    }
}
