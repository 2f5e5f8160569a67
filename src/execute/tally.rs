//! Rows that are equal in one node and rest on the same: one row, with how many they were.

use rustc_hash::FxHashMap;

use crate::plan::{Plan, Slot};
use crate::value::NodeId;

use super::live::Live;
use super::{Batch, Failure, Given, LineageId, Vector, Worker, build_for};

/// Which node tells rows apart, and where their number goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Its slot.
    pub node: Slot,
    /// The slot of how many rows there were.
    pub times: Slot,
}

/// Runs a plan of which nothing but a node of each row is read; each with the same lineage once, in the order in which they came
/// first. `None`: it gives something else than nodes.
///
/// # Errors
/// As [`execute`](super::execute).
pub fn tallied(plan: &Plan, tally: Tally, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
    let mut held = worker.query.limits.reservation();
    let unit = Batch::unit(worker.query.lineage);
    let mut operator = build_for(plan, Given::argument(&unit), worker, Live::of_slots([tally.node]));
    let mut places: FxHashMap<(NodeId, LineageId), u32> = FxHashMap::default();
    let (mut nodes, mut ids, mut times) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(batch) = operator.next(worker)? {
        let before = nodes.len();
        let Some(Vector::Nodes(come)) = batch.columns.get(tally.node) else { return Ok(None) };
        for (row, node) in come.iter().enumerate() {
            let id = batch.lineage(row);
            let place = *places.entry((*node, id)).or_insert_with(|| {
                nodes.push(*node);
                ids.push(id);
                times.push(0_i64);
                nodes.len() as u32 - 1
            });
            times[place as usize] += 1;
        }
        held.grow((nodes.len() - before) * 3 * size_of::<(NodeId, LineageId, u32)>())?;
    }
    let mut rows = Batch { len: nodes.len(), lineage: worker.query.lineage.then_some(ids), ..Batch::default() };
    rows.set(tally.node, Vector::Nodes(nodes));
    rows.set(tally.times, Vector::Ints(times));
    Ok(Some(rows))
}
