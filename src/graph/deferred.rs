//! A part of a graph that is made when it is first looked at.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// A part that is there, or is read from a file when it is first looked at. Cloning shares it.
pub(super) struct Deferred<T>(Arc<Inner<T>>);

struct Inner<T> {
    made: OnceLock<T>,
    make: Option<Make<T>>,
}

type Make<T> = Box<dyn Fn() -> T + Send + Sync>;

impl<T: Default> Deferred<T> {
    /// A part that is made when it is first looked at.
    pub fn new(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { made: OnceLock::new(), make: Some(Box::new(make)) }))
    }
}

impl<T> From<T> for Deferred<T> {
    fn from(part: T) -> Self {
        Self(Arc::new(Inner { made: OnceLock::from(part), make: None }))
    }
}

impl<T> Clone for Deferred<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Default> Default for Deferred<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: Default> Deref for Deferred<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.made.get_or_init(|| self.0.make.as_ref().map(|make| make()).unwrap_or_default())
    }
}

impl<T: Clone + Default> Deferred<T> {
    /// The part, to be changed: one that is shared is copied first.
    pub fn to_mut(&mut self) -> &mut T {
        if Arc::get_mut(&mut self.0).is_none_or(|inner| inner.made.get().is_none()) {
            *self = Self::from((**self).clone());
        }
        match Arc::get_mut(&mut self.0).and_then(|inner| inner.made.get_mut()) {
            Some(part) => part,
            None => unreachable!("it is made, and nobody else has it"),
        }
    }
}

impl<T> Deferred<T> {
    /// Whether two are the same part, not only equal ones.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: fmt::Debug> fmt::Debug for Deferred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.made.get() {
            Some(part) => part.fmt(f),
            None => f.write_str("not read yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Deferred;

    #[test]
    fn a_part_is_made_once_and_only_when_it_is_looked_at() {
        let n_made = Arc::new(AtomicUsize::new(0));
        let counter = n_made.clone();
        let part = Deferred::new(move || counter.fetch_add(1, Ordering::Relaxed) + 41);
        let shared = part.clone();
        assert_eq!(n_made.load(Ordering::Relaxed), 0);
        assert_eq!((*part + 1, *shared + 1, n_made.load(Ordering::Relaxed)), (42, 42, 1));
        assert!(part.is(&shared) && !part.is(&Deferred::from(41)));
        let mut changed = shared.clone();
        *changed.to_mut() += 1;
        *changed.to_mut() += 1;
        assert_eq!((*part, *shared, *changed), (41, 41, 43));
    }
}
