//! A sample of the nodes of a label, or of the relationships of a type: evenly spaced, and the same every time.

use super::{Entity, GraphView, LabelId, TypeId};
use crate::value::NodeId;

/// What a sample is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Population {
    /// The nodes with a label.
    Nodes(LabelId),
    /// The relationships of a type.
    Rels(TypeId),
}

impl GraphView<'_> {
    /// At most so many nodes or relationships, evenly spaced among those that are stored; without those that the frame hides.
    ///
    /// Four of 100 are those in the places 12, 37, 62 and 87.
    #[must_use]
    pub fn sample(self, of: Population, n: usize) -> Vec<Entity> {
        let snapshot = self.snapshot();
        match of {
            Population::Nodes(label) => {
                let stored = snapshot.nodes.by_label.get(label.0 as usize).map_or(&[][..], Vec::as_slice);
                let has = |node: &NodeId| snapshot.labels(*node).contains(&label) && self.shows_node(*node);
                spaced(stored.len(), n).map(|at| stored[at]).filter(has).map(Entity::Node).collect()
            }
            Population::Rels(rel_type) => {
                let table = &*snapshot.rels[rel_type.0 as usize];
                let rels = spaced(table.len(), n).map(|row| table.rel(row as u32));
                rels.filter(|rel| self.shows_rel(*rel)).map(Entity::Rel).collect()
            }
        }
    }
}

/// At most `n` places among so many, as far from one another as can be.
fn spaced(among: usize, n: usize) -> impl Iterator<Item = usize> {
    let taken = n.min(among);
    // The middle of each of the stretches that are equally long.
    (0..taken).map(move |nth| (2 * nth + 1) * among / (2 * taken))
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn a_sample_is_spread_over_all_and_takes_none_twice() {
        assert_eq!(spaced(0, 3).collect::<Vec<_>>(), Vec::<usize>::new());
        assert_eq!(spaced(2, 3).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(spaced(100, 4).collect::<Vec<_>>(), [12, 37, 62, 87]);
    }
}
