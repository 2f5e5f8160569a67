//! How far a long read has come, for whoever watches it from another thread.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What is being done, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Files,
    Rows,
    Ids,
    Entries,
    Graph,
}

/// Each with its words and what it counts.
const STAGES: [(Stage, &str, &str); 5] = [
    (Stage::Files, "reading", "files"),
    (Stage::Rows, "filling in", "rows"),
    (Stage::Ids, "noting the ids of", "entries"),
    (Stage::Entries, "linking", "entries"),
    (Stage::Graph, "arranging", "nodes"),
];

/// How far a read has come: files, rows of tables, entries. The one who reads counts, another may look at any time.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicUsize,
    done: AtomicUsize,
    of: AtomicUsize,
}

impl Progress {
    /// Begins to count anew, up to a number.
    pub(super) fn begin(&self, stage: Stage, of: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
        let place = STAGES.iter().position(|(known, ..)| *known == stage).unwrap_or_default();
        self.stage.store(place, Ordering::Relaxed);
    }

    /// One more is done.
    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// In words: `linking 1200 of 5600 entries`.
    #[must_use]
    pub fn words(&self) -> String {
        let (done, of) = (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed));
        let (_, verb, what) = STAGES[self.stage.load(Ordering::Relaxed).min(STAGES.len() - 1)];
        if done == 0 { format!("{verb} {of} {what}") } else { format!("{verb} {} of {of} {what}", done.min(of)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Progress, Stage};

    #[test]
    fn what_is_done_is_counted_in_words() {
        let progress = Progress::default();
        progress.begin(Stage::Rows, 20);
        assert_eq!(progress.words(), "filling in 20 rows");
        progress.step();
        assert_eq!(progress.words(), "filling in 1 of 20 rows");
        progress.begin(Stage::Entries, 2);
        assert_eq!(progress.words(), "linking 2 entries");
    }
}
