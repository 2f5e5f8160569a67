//! Chance: numbers that nobody can foretell, from the seeds of the standard library's hash maps.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// 64 random bits.
pub(super) fn bits() -> u64 {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    // Each `RandomState` has a key of its own; the count tells draws of one key apart.
    RandomState::new().hash_one(DRAWN.fetch_add(1, Ordering::Relaxed))
}

/// A number from 0 up to, not including, 1: 53 random bits, as many as a float holds.
pub(super) fn unit() -> f64 {
    (bits() >> 11) as f64 / (1_u64 << 53) as f64
}
