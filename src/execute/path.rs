//! Searching paths: the operator; how a program runs along the graph is in `walk.rs`.
//!
//! Streams: holds one input batch and the paths of one row. Order: input order, then by last node, then by length under a
//! selector and depth first without. Lineage: `join` of the row and every relationship of the path; with a selector the row also rests on the
//! absence of shorter paths, which can only be said.

use std::collections::{BTreeSet, VecDeque};

use crate::plan::{Restrictor, Search, Selector, Slot};
use crate::value::{NodeId, Value};

use super::automaton::Automaton;
use super::expand::{collect_rels, joined};
use super::meet::{Back, Meeting};
use super::tree::{Pairs, Tree};
use super::walk::{Path, Place, Walker, allowed};
use super::{Batch, Failure, Input, Operator, Vector, Worker};

/// Which slots a search reads and fills.
#[derive(Clone, Copy)]
pub(super) struct Ends<'p> {
    pub from: Slot,
    pub to: Slot,
    pub into: bool,
    /// Gets the relationships of the path.
    pub path: Slot,
    pub different_from: &'p [Slot],
}

pub(super) struct Paths<'p> {
    input: Input<'p>,
    ends: Ends<'p>,
    search: &'p Search,
    /// Made when the first row is here: what comes before may have created the types that it follows.
    automaton: Option<Automaton<'p>>,
    current: Option<(Batch, usize)>,
    /// Paths of the last row that did not fit its batch.
    pending: VecDeque<Path>,
    /// What was asked between the ends of the last rows.
    pairs: Pairs,
}

impl<'p> Paths<'p> {
    pub(super) fn new(input: Input<'p>, ends: Ends<'p>, search: &'p Search) -> Self {
        Self { input, ends, search, automaton: None, current: None, pending: VecDeque::new(), pairs: Pairs::default() }
    }
}

impl Operator for Paths<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        loop {
            let (batch, row) = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(worker)? {
                    Some(batch) => (batch, 0),
                    None => return Ok(None),
                },
            };
            if self.pending.is_empty() {
                worker.query.limits.checkpoint()?;
                let made = self.automaton.take();
                let automaton = made.unwrap_or_else(|| Automaton::new(self.search, worker.view()));
                self.pending = self.row(&automaton, &batch, row, worker)?.into();
                self.automaton = Some(automaton);
            }
            let n = self.pending.len().min(worker.query.batch);
            let paths: Vec<Path> = self.pending.drain(..n).collect();
            let out = self.out(&batch, row, paths, worker);
            if !self.pending.is_empty() {
                self.current = Some((batch, row));
            } else if row + 1 < batch.len {
                self.current = Some((batch, row + 1));
            }
            if out.is_some() {
                return Ok(out);
            }
        }
    }
}

impl Paths<'_> {
    fn out(&self, batch: &Batch, row: usize, mut paths: Vec<Path>, worker: &mut Worker<'_>) -> Option<Batch> {
        let before = batch.lineage(row);
        let mut lineage = Vec::new();
        if batch.lineage.is_some() {
            paths.retain(|path| {
                let id = path.rels.iter().fold(before, |id, rel| joined(id, *rel, worker));
                let holds = !worker.never(id);
                lineage.extend(holds.then_some(id));
                holds
            });
            worker.lineage.absent |= self.search.selector != Selector::All;
        }
        if paths.is_empty() {
            return None;
        }
        let mut out = batch.gather(&vec![row as u32; paths.len()]);
        let lists = paths.iter().map(|path| Value::list(path.rels.iter().map(|rel| Value::Rel(*rel))));
        out.set(self.ends.path, Vector::Values(lists.collect()));
        for (at, (_, slot)) in self.search.shown.iter().enumerate() {
            out.set(*slot, paths.iter().map(|path| path.shown[at].clone()).collect());
        }
        if !self.ends.into {
            out.set(self.ends.to, Vector::Nodes(paths.iter().map(|path| path.end).collect()));
        }
        if out.lineage.is_some() {
            out.lineage = Some(lineage);
        }
        Some(out)
    }

    fn row(
        &mut self,
        automaton: &Automaton<'_>,
        batch: &Batch,
        row: usize,
        worker: &mut Worker<'_>,
    ) -> Result<Vec<Path>, Failure> {
        let Value::Node(start) = batch.get(self.ends.from, row) else { return Ok(Vec::new()) };
        let goal = match (self.ends.into, batch.get(self.ends.to, row)) {
            (false, _) => None,
            (true, Value::Node(node)) => Some(node),
            (true, _) => return Ok(Vec::new()),
        };
        let mut used = Vec::new();
        for slot in self.ends.different_from {
            collect_rels(&batch.get(*slot, row), &mut used);
        }
        let place = Place { batch, row, start, used: &used };
        match Meeting::of(automaton) {
            Some(meeting) => self.shortest(&meeting, place, goal, worker),
            None => self.walked(automaton, place, goal, worker),
        }
    }

    /// The shortest paths, where nothing else is asked of them.
    fn shortest(
        &mut self,
        meeting: &Meeting<'_>,
        Place { start, used, .. }: Place<'_>,
        goal: Option<NodeId>,
        worker: &Worker<'_>,
    ) -> Result<Vec<Path>, Failure> {
        let mut held = worker.query.limits.reservation();
        if let Some(goal) = goal.filter(|goal| *goal != start) {
            return self.pairs.between(meeting, [start, goal], used, &mut held, worker);
        }
        let tree = || Tree::of(meeting, start, true, used, worker);
        let back = match meeting.back() {
            Back::LikeOthers if goal.is_some() => return tree()?.paths_to(start, &mut held, worker),
            Back::None | Back::LikeOthers => Vec::new(),
            Back::Empty => vec![Vec::new()],
            Back::ByOthers => meeting.round(start, used, &mut held, worker)?,
        };
        let back = back.into_iter().map(|rels| Path { rels, end: start, shown: Vec::new() });
        if goal.is_some() {
            return Ok(back.collect());
        }
        let mut paths = tree()?.paths(&mut held, worker)?;
        let before = paths.partition_point(|path| path.end < start);
        paths.splice(before..before, back);
        Ok(paths)
    }

    /// The paths that are found by walking along the program.
    fn walked(
        &self,
        automaton: &Automaton<'_>,
        place: Place<'_>,
        goal: Option<NodeId>,
        worker: &mut Worker<'_>,
    ) -> Result<Vec<Path>, Failure> {
        let start = place.start;
        let limits = &worker.query.limits;
        let walker = |restrictor, goal| Walker::new(automaton, place, restrictor, goal, limits);
        let restrictor = self.search.restrictor;
        if self.search.selector == Selector::All {
            let mut walker = walker(restrictor, goal);
            walker.all(worker)?;
            return Ok(walker.found.into_values().flatten().collect());
        }
        if automaton.by_history && restrictor != Restrictor::Walk {
            let mut bound = walker(restrictor, goal);
            bound.shortest(worker)?;
            return Ok(bound.found.into_values().flatten().collect());
        }
        let mut free = walker(Restrictor::Walk, goal);
        free.shortest(worker)?;
        let mut kept = Vec::new();
        for (end, walks) in std::mem::take(&mut free.found) {
            let (good, bad): (Vec<Path>, Vec<Path>) =
                walks.into_iter().partition(|walk| allowed(restrictor, start, walk, worker));
            // Of every length there is one: then the others of these lengths are merely left out.
            let lengths = |paths: &[Path]| paths.iter().map(|path| path.rels.len()).collect::<BTreeSet<_>>();
            let groups = matches!(self.search.selector, Selector::ShortestGroups(_));
            if bad.is_empty() || (groups && lengths(&bad).is_subset(&lengths(&good))) {
                kept.extend(good);
            } else {
                let mut bound = walker(restrictor, Some(end));
                bound.shortest(worker)?;
                kept.extend(bound.found.into_values().flatten());
            }
        }
        Ok(kept)
    }
}
