//! Parallel: work on all cores, gathered in the order of its parts. The only threads of the crate.

use rayon::prelude::*;

/// What `work` makes of each part, in the order of the parts.
///
/// # Examples
/// ```
/// assert_eq!(portolan::parallel::map(vec![1, 2, 3], |n| n * 2), [2, 4, 6]);
/// ```
pub fn map<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    parts.into_par_iter().map(work).collect()
}
