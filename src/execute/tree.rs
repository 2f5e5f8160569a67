//! Shortest paths from one node to all that it leads to, or to one from all that lead to it: one search, from which each of them is read.
//!
//! Who asks for paths between one node and many, a pair in each row, is answered from both ends (`meet.rs`) until that has looked at as
//! many relationships as there are to be looked at, and from such a search then: whichever would have been better, it takes twice as
//! long at most.
//!
//! Source: Moore, "The shortest path through a maze", 1959; for when to change, Karlin, Manasse, Rudolph, Sleator, "Competitive snoopy
//! caching", 1988.

use crate::limits::Reservation;
use crate::value::{NodeId, RelId};

use super::meet::{Back, Came, Meeting, Ways, way};
use super::walk::Path;
use super::{Failure, Worker};

/// All that was come to from one node.
pub(super) struct Tree {
    /// The nodes in order, each with its place in `came`.
    ends: Vec<(NodeId, u32)>,
    came: Vec<Came>,
    /// Where all paths are asked for.
    ways: Option<Ways>,
    /// The paths begin where the search began.
    forwards: bool,
    _held: Reservation,
}

impl Tree {
    /// From a node, which is an end itself where paths back to it are found like those to others.
    pub fn of(
        meeting: &Meeting<'_>,
        root: NodeId,
        forwards: bool,
        used: &[RelId],
        worker: &Worker<'_>,
    ) -> Result<Self, Failure> {
        let mut side = meeting.side(root, forwards, worker);
        if meeting.back() == Back::LikeOthers {
            side.may_come_back();
        }
        let mut held = worker.query.limits.reservation();
        held.grow(side.bytes())?;
        while side.depth < meeting.most && !side.frontier.is_empty() {
            let before = side.bytes();
            side.step(None, used, &mut 0, worker)?;
            held.grow(side.bytes() - before)?;
        }
        let ways = meeting.all.then(|| side.ways());
        let came = side.came;
        let mut ends: Vec<(NodeId, u32)> = came.iter().map(|came| came.node).zip(0..).skip(1).collect();
        ends.sort_unstable();
        held.grow(size_of_val(ends.as_slice()) + ways.as_ref().map_or(0, |_| 2 * size_of_val(came.as_slice())))?;
        Ok(Self { ends, came, ways, forwards, _held: held })
    }

    /// The paths between its root and every other end.
    pub fn paths(&self, held: &mut Reservation, worker: &Worker<'_>) -> Result<Vec<Path>, Failure> {
        let mut paths = Vec::with_capacity(self.ends.len());
        for end in &self.ends {
            paths.append(&mut self.at(*end, held, worker)?);
        }
        Ok(paths)
    }

    /// Those between its root and a node.
    pub fn paths_to(&self, node: NodeId, held: &mut Reservation, worker: &Worker<'_>) -> Result<Vec<Path>, Failure> {
        match self.ends.binary_search_by_key(&node, |(end, _)| *end) {
            Ok(at) => self.at(self.ends[at], held, worker),
            Err(_) => Ok(Vec::new()),
        }
    }

    fn at(
        &self,
        (end, place): (NodeId, u32),
        held: &mut Reservation,
        worker: &Worker<'_>,
    ) -> Result<Vec<Path>, Failure> {
        worker.query.limits.checkpoint()?;
        let ways = match &self.ways {
            Some(ways) => ways.all_to(end, held, worker)?,
            None => vec![way(&self.came, place as usize)],
        };
        let path = |mut rels: Vec<RelId>| {
            held.grow(size_of::<Path>() + size_of_val(rels.as_slice()))?;
            if self.forwards {
                rels.reverse();
            }
            Ok(Path { rels, end, shown: Vec::new() })
        };
        ways.into_iter().map(path).collect()
    }
}

/// Paths between two ends of each row, one of which may be the same for many.
#[derive(Default)]
pub(super) struct Pairs {
    /// What was asked of the last start, and of the last goal.
    last: [Option<Asked>; 2],
}

/// What was asked of a node.
struct Asked {
    node: NodeId,
    /// Relationships that were looked at for it.
    looked: usize,
    tree: Option<Tree>,
}

impl Pairs {
    /// The paths between two different nodes.
    pub fn between(
        &mut self,
        meeting: &Meeting<'_>,
        ends: [NodeId; 2],
        used: &[RelId],
        held: &mut Reservation,
        worker: &Worker<'_>,
    ) -> Result<Vec<Path>, Failure> {
        for (last, node) in self.last.iter_mut().zip(ends) {
            if last.as_ref().is_none_or(|last| last.node != node) {
                *last = Some(Asked { node, looked: 0, tree: None });
            }
        }
        // What may not be followed may be another in each row.
        if used.is_empty() {
            for (at, asked) in self.last.iter_mut().enumerate() {
                let Some(asked) = asked else { continue };
                if asked.tree.is_none() && asked.looked > meeting.n_hops(worker) {
                    asked.tree = Some(Tree::of(meeting, asked.node, at == 0, used, worker)?);
                }
                if let Some(tree) = &asked.tree {
                    return tree.paths_to(ends[1 - at], held, worker);
                }
            }
        }
        let mut looked = 0;
        let paths = meeting.between(ends, used, &mut looked, worker)?;
        self.last.iter_mut().flatten().for_each(|asked| asked.looked += looked);
        Ok(paths.into_iter().map(|rels| Path { rels, end: ends[1], shown: Vec::new() }).collect())
    }
}
