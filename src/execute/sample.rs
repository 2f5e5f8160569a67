//! What a condition keeps, measured on a few nodes or relationships: what the optimiser goes by.

use crate::graph::{Entity, Population};
use crate::plan::{Expr, Slot};

use super::{Batch, Vector, Worker, row};

/// Nodes or relationships that a condition is tested on.
const SAMPLE: usize = 128;

/// How many of a sample meet a condition that reads nothing but the slot they are in, and how many there are; `None` where that
/// cannot be told. Of `#0.size > 9` and the nodes with a label: `Some([30, 128])` where 128 were looked at, and 30 are larger.
///
/// Nothing is told of it: what is wrong in the condition is told when the query runs.
#[must_use]
pub fn sample(condition: &Expr, slot: Slot, of: Population, worker: &mut Worker<'_>) -> Option<[usize; 2]> {
    let found = worker.view().sample(of, SAMPLE);
    let vector = match of {
        Population::Nodes(_) => Vector::Nodes(
            found
                .iter()
                .filter_map(|entity| if let Entity::Node(node) = entity { Some(*node) } else { None })
                .collect(),
        ),
        Population::Rels(_) => Vector::Rels(
            found.iter().filter_map(|entity| if let Entity::Rel(rel) = entity { Some(*rel) } else { None }).collect(),
        ),
    };
    let mut batch = Batch { len: found.len(), ..Batch::default() };
    batch.set(slot, vector);
    let (kept, _) = row::kept(&batch, condition, worker).ok()?;
    Some([kept.len(), found.len()])
}
