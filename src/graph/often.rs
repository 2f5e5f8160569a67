//! What is made once it was asked for often enough to be worth while.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Something that is made when it was asked for often enough; a copy begins anew.
#[derive(Debug)]
pub(super) struct Often<T> {
    asked: AtomicU32,
    made: OnceLock<T>,
}

impl<T> Default for Often<T> {
    fn default() -> Self {
        Self { asked: AtomicU32::new(0), made: OnceLock::new() }
    }
}

impl<T> Clone for Often<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> Often<T> {
    /// The thing, if it is there.
    pub fn get(&self) -> Option<&T> {
        self.made.get()
    }

    /// The thing, if it is there or is made now: where it was asked for `enough` times with these `more`.
    #[inline]
    pub fn get_for(&self, more: usize, enough: usize, make: impl FnOnce() -> T) -> Option<&T> {
        if let Some(made) = self.made.get() {
            return Some(made);
        }
        let asked = self.asked.fetch_add(more as u32, Ordering::Relaxed).saturating_add(more as u32);
        (asked as usize >= enough).then(|| self.made.get_or_init(make))
    }
}

#[cfg(test)]
mod tests {
    use super::Often;

    #[test]
    fn it_is_made_once_and_not_before_it_was_asked_for_often_enough() {
        let often = Often::default();
        assert_eq!(
            [often.get_for(3, 10, || 1), often.get_for(6, 10, || 2), often.get_for(1, 10, || 3)],
            [None, None, Some(&3)]
        );
        assert_eq!(often.get_for(1, 1000, || 4), Some(&3));
        assert_eq!(often.clone().get_for(3, 10, || 5), None);
    }
}
