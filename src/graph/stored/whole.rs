//! What an opened graph is asked as a whole: whether it is all there.

use crate::diag::{Diagnostic, code};
use crate::graph::Snapshot;

impl Snapshot {
    /// Whether nothing was changed or derived since its parts were built.
    pub(in crate::graph) fn is_as_built(&self) -> bool {
        self.patch.is_empty() && self.histories.gone.is_empty() && !self.has_derived()
    }

    /// Whether it was changed since, and nothing derived.
    pub(in crate::graph) fn has_only_changes(&self) -> bool {
        !self.patch.is_empty() && !self.has_derived()
    }

    fn has_derived(&self) -> bool {
        !self.derived_types.is_empty() || !self.derived_labels.is_empty()
    }

    /// Reads everything that was not looked at yet; [`Snapshot::damage`] then knows of all damage.
    pub fn read_all(&self) {
        let _ = (self.nodes.ids.texts.list(), &*self.metas, &*self.widest);
        let _ = (&*self.chains, &*self.histories, &*self.sources, &*self.complete);
        for column in self.properties.values() {
            let _ = &**column;
        }
        for table in &self.rels {
            for key in table.properties.keys() {
                let _ = table.properties.get(*key);
            }
        }
    }

    /// The section of its file that turned out to be damaged when it was first looked at, and how.
    pub(in crate::graph) fn damaged(&self) -> Option<&str> {
        self.from.as_ref()?.damage.found()
    }

    /// That a part of its file turned out to be damaged when it was first looked at: what was read of the graph since may lack what is
    /// there, and no answer can rest on it.
    #[must_use]
    pub fn damage(&self) -> Option<Diagnostic> {
        let damage = self.damaged()?;
        let wrong = Diagnostic::new(code::DAMAGED, format!("the file of this graph is damaged: {damage}"));
        Some(wrong.help("store the graph again: `portolan import … --to FILE.portolan`"))
    }
}
