//! Several threads on one plan: rows that are all there are cut into parts, and each part goes through the operators above by itself.
//!
//! What the parts give is put together in their order, so that the same rows come in the same order as from one thread. Not where
//! rows carry what they rest on, which is numbered as it comes, nor under `PROFILE`, which measures one thread.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::limits::Reservation;
use crate::parallel;
use crate::plan::{PatternRel, Plan, Slot};

use super::expand::{count_hops, hops_of, seen, types};
use super::live::Live;
use super::{Batch, Failure, Given, Input, Operator, Vector, Worker, build_for};

/// Rows of fewer batches are one part: another thread would begin when they are done.
const FEWEST: usize = 16;

/// A plan of which the lowest operators are run first, and the others over parts of their rows.
pub(super) struct Split<'p> {
    plan: &'p Plan,
    /// The uppermost of the operators that are run first.
    lowest: &'p Plan,
    /// Gives its rows.
    source: Input<'p>,
    live: Live,
}

/// The operator whose rows can be cut: those between it and the plan look at one row after the other.
fn lowest(plan: &Plan) -> Option<&Plan> {
    match plan {
        Plan::Filter { input, .. }
        | Plan::Extend { input, .. }
        | Plan::Project { input, .. }
        | Plan::Expand { input, .. }
        | Plan::Fold { input, to_end: false, .. } => lowest(input),
        Plan::ScanNodes { input, .. } => (**input == Plan::Unit).then_some(plan),
        // One node is one row.
        Plan::SeekNodes { input, key, each, .. } => ((*each || key != "id") && **input == Plan::Unit).then_some(plan),
        Plan::Fold { to_end: true, .. } | Plan::Group { .. } | Plan::Distinct { .. } | Plan::Sort { .. } => Some(plan),
        _ => None,
    }
}

impl<'p> Split<'p> {
    /// `None` where a plan is run by one thread; also, unless what comes after the plan is `to_follow` in parts, where nothing of it is.
    pub(super) fn of(
        plan: &'p Plan,
        to_follow: bool,
        given: Given<'_>,
        worker: &Worker<'_>,
        live: &Live,
    ) -> Option<Self> {
        let alone = worker.threads == 1
            || worker.query.lineage
            || worker.days.is_some()
            || worker.profile.is_some()
            || plan.writes();
        let lowest = lowest(plan).filter(|lowest| !alone && (to_follow || !std::ptr::eq(plan, *lowest)))?;
        let (mut read, mut at) = (live.clone(), plan);
        while !std::ptr::eq(at, lowest) {
            (read, at) = (read.before(at), at.children().into_iter().next()?);
        }
        Some(Self { plan, lowest, source: build_for(lowest, given, worker, read), live: live.clone() })
    }

    /// The rows that can be cut.
    pub(super) fn rows(&mut self, worker: &mut Worker<'_>, held: &mut Reservation) -> Result<Arc<Batch>, Failure> {
        let rows = self.source.all(worker)?;
        held.grow(rows.bytes())?;
        Ok(Arc::new(rows))
    }

    /// What gives the rows of the plan that come of these.
    pub(super) fn over(&self, all: &Arc<Batch>, rows: Range<usize>, worker: &Worker<'_>) -> Input<'p> {
        let argument = Batch::default();
        let given = Given { argument: &argument, lowest: Some((self.lowest, all, &rows)) };
        build_for(self.plan, given, worker, self.live.clone())
    }

    /// What it takes to work on each row, in hops: those that it is first followed by, where it is known how many these are, and the rest.
    /// `own`: a hop that is followed after the plan.
    pub(super) fn works(&self, rows: &Batch, own: Option<(Slot, &PatternRel)>, worker: &Worker<'_>) -> Works {
        let mut hops: Vec<(Slot, &PatternRel)> = own.into_iter().collect();
        let mut at = self.plan;
        while !std::ptr::eq(at, self.lowest) {
            if let Plan::Expand { from, rel, .. } | Plan::Fold { from, rel, .. } = at {
                hops.push((*from, rel));
            }
            let Some(below) = at.children().into_iter().next() else { break };
            at = below;
        }
        let first = hops.pop().filter(|(_, rel)| !rel.is_list());
        let counts = first.and_then(|(from, rel)| {
            let Some(Vector::Nodes(starts)) = rows.columns.get(from) else { return None };
            let types = types(&rel.types, worker.view());
            count_hops(starts, &hops_of(&types, rel.direction, seen(worker.view(), rel)))
        });
        let catalog = worker.view().snapshot().catalog();
        let of_a_node = |rel: &PatternRel| {
            let types = rel.types.iter().filter_map(|name| catalog.rel_type(name));
            let n: usize = types.map(|of| catalog.n_of_type(of)).sum();
            (n / catalog.n_nodes().max(1)).max(1)
        };
        let times = hops.into_iter().fold(1_usize, |times, (_, rel)| times.saturating_mul(of_a_node(rel)));
        Works { each: counts.map_or(Each::Alike(rows.len), Each::Hops), times }
    }
}

/// What it takes to work on rows.
pub(super) struct Works {
    each: Each,
    /// So many rows come of one by what is followed after the first hop, about.
    times: usize,
}

enum Each {
    /// The same for each of so many.
    Alike(usize),
    /// More where more hops are followed from one.
    Hops(Vec<i64>),
}

impl Works {
    /// So many hops take as long as what else is done for a row.
    const HOPS_A_ROW: usize = 16;

    /// All of it, in rows.
    fn whole(&self) -> usize {
        let once = match &self.each {
            Each::Alike(n) => *n,
            Each::Hops(hops) => hops.len() + hops.iter().sum::<i64>() as usize / Self::HOPS_A_ROW,
        };
        once.saturating_mul(self.times)
    }

    /// How many batches of rows it is, if that is enough for another thread.
    pub fn batches(&self, worker: &Worker<'_>) -> Option<usize> {
        let batches = self.whole() / worker.query.batch;
        (worker.threads > 1 && batches >= FEWEST).then_some(batches)
    }

    /// So many parts of the rows, with about as much to do for each; fewer where single rows are much.
    pub fn parts(&self, n: usize) -> Vec<Range<usize>> {
        let hops = match &self.each {
            Each::Alike(n_rows) => return (0..n).map(|part| n_rows * part / n..n_rows * (part + 1) / n).collect(),
            Each::Hops(hops) => hops,
        };
        let whole = (hops.len() * Self::HOPS_A_ROW) as i64 + hops.iter().sum::<i64>();
        let (mut parts, mut from, mut left) = (Vec::with_capacity(n), 0, 0);
        for (row, hops) in hops.iter().enumerate() {
            left += (Self::HOPS_A_ROW as i64 + hops) * n as i64;
            if left >= whole {
                parts.push(from..row + 1);
                (from, left) = (row + 1, left % whole);
            }
        }
        parts.extend((from < hops.len()).then_some(from..hops.len()));
        parts
    }
}

/// What `work` makes of each, at once, in their order; where several fail, the first failure.
pub(super) fn at_once<T: Send, R: Send>(
    tasks: impl Iterator<Item = T>,
    worker: &mut Worker<'_>,
    work: impl Fn(T, &mut Worker<'_>) -> Result<R, Failure> + Send + Sync,
) -> Result<Vec<R>, Failure> {
    let tasks = tasks.map(|task| (task, worker.alone())).collect();
    let done = parallel::beside(tasks, |(task, mut worker)| (work(task, &mut worker), Told::by(worker)));
    let results = done.into_iter().map(|(result, told)| {
        told.to(worker);
        result
    });
    results.collect()
}

/// What a worker has found out beside its rows.
struct Told {
    absent: bool,
    counted_none: bool,
    status_projected: bool,
    warnings: Vec<Diagnostic>,
}

impl Told {
    fn by(worker: Worker<'_>) -> Self {
        let Worker { absent, counted_none, status_projected, warnings, .. } = worker;
        Self { absent, counted_none, status_projected, warnings }
    }

    fn to(self, worker: &mut Worker<'_>) {
        worker.absent |= self.absent;
        worker.counted_none |= self.counted_none;
        worker.status_projected |= self.status_projected;
        worker.warn(self.warnings.into_iter());
    }
}

/// The rows of a plan, by all threads.
///
/// Holds some batches of each of some parts, and reserves them. Order: that of the plan. No lineage.
pub(super) struct Exchange<'p> {
    split: Split<'p>,
    /// Nothing is asked yet: the rows are not there.
    rows: Option<Rows>,
    /// Parts that are worked on, the first being the next to be handed on.
    parts: VecDeque<Part<'p>>,
}

/// Rows that are cut into parts.
struct Rows {
    all: Arc<Batch>,
    /// The parts that nobody works on yet.
    open: VecDeque<Range<usize>>,
    _held: Reservation,
}

/// A part of the rows, and what came of it.
struct Part<'p> {
    operator: Input<'p>,
    /// Batches that wait to be handed on.
    waiting: VecDeque<(Batch, Reservation)>,
    /// How it ended.
    end: Option<Result<(), Failure>>,
}

impl<'p> Part<'p> {
    /// Parts that are worked on for each thread: so many that none waits long for the others.
    const FOR_A_THREAD: usize = 16;
    /// Batches of a part that may wait.
    const MOST_WAITING: usize = 8;

    fn new(operator: Input<'p>) -> Self {
        Self { operator, waiting: VecDeque::new(), end: None }
    }

    fn wants_more(&self) -> bool {
        self.end.is_none() && self.waiting.len() < Self::MOST_WAITING
    }

    /// Goes on until it is over or enough is waiting.
    fn fill(&mut self, worker: &mut Worker<'_>) {
        while self.wants_more() {
            match self.more(worker) {
                Ok(Some(more)) => self.waiting.push_back(more),
                Ok(None) => self.end = Some(Ok(())),
                Err(failure) => self.end = Some(Err(failure)),
            }
        }
    }

    fn more(&mut self, worker: &mut Worker<'_>) -> Result<Option<(Batch, Reservation)>, Failure> {
        let Some(batch) = self.operator.next(worker)? else { return Ok(None) };
        let mut held = worker.query.limits.reservation();
        held.grow(batch.bytes())?;
        Ok(Some((batch, held)))
    }
}

impl<'p> Exchange<'p> {
    /// What gives the rows of a plan.
    pub(super) fn or_alone(plan: &'p Plan, given: Given<'_>, worker: &Worker<'_>, live: Live) -> Input<'p> {
        match Split::of(plan, false, given, worker, &live) {
            Some(split) => Box::new(Self { split, rows: None, parts: VecDeque::new() }),
            None => build_for(plan, given, worker, live),
        }
    }

    fn rows(&mut self, worker: &mut Worker<'_>) -> Result<Rows, Failure> {
        let mut held = worker.query.limits.reservation();
        let all = self.split.rows(worker, &mut held)?;
        let works = self.split.works(&all, None, worker);
        let open = if all.len > 0 { works.parts(works.batches(worker).unwrap_or(1)).into() } else { VecDeque::new() };
        Ok(Rows { all, open, _held: held })
    }

    /// Begins parts until enough are worked on.
    fn begin(&mut self, worker: &mut Worker<'_>) -> Result<(), Failure> {
        if self.rows.is_none() {
            self.rows = Some(self.rows(worker)?);
        }
        while self.parts.len() < Part::FOR_A_THREAD * worker.threads
            && let Some(rows) = &mut self.rows
            && let Some(part) = rows.open.pop_front()
        {
            self.parts.push_back(Part::new(self.split.over(&rows.all, part, worker)));
        }
        Ok(())
    }
}

impl Operator for Exchange<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        loop {
            if self.parts.is_empty() {
                self.begin(worker)?;
            }
            let Some(first) = self.parts.front_mut() else { return Ok(None) };
            if let Some((batch, _)) = first.waiting.pop_front() {
                return Ok(Some(batch));
            }
            if let Some(end) = first.end.take() {
                end?;
                self.parts.pop_front();
                continue;
            }
            self.begin(worker)?;
            match self.parts.make_contiguous() {
                // It is all there is.
                [part] => part.fill(worker),
                parts => {
                    let open = parts.iter_mut().filter(|part| part.wants_more());
                    at_once(open, worker, |part, worker| {
                        part.fill(worker);
                        Ok(())
                    })?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Each, Works};

    #[test]
    fn parts_are_all_rows_once_in_order_and_none_has_much_more_to_do() {
        let hops: Vec<i64> = (0..500).map(|row| 2000 / (row + 1)).collect();
        for each in [Each::Alike(500), Each::Hops(hops.clone()), Each::Hops(vec![0; 3])] {
            let works = Works { each, times: 1 };
            let n_rows = if let Each::Hops(hops) = &works.each { hops.len() } else { 500 };
            for n in [1, 2, 7] {
                let parts = works.parts(n);
                assert!(parts.len() <= n.max(1));
                let ends: Vec<usize> = parts.iter().flat_map(|part| [part.start, part.end]).collect();
                assert_eq!((ends.first(), ends.last()), (Some(&0), Some(&n_rows)));
                assert!(ends[1..ends.len() - 1].chunks(2).all(|pair| pair[0] == pair[1]), "{parts:?}");
            }
        }
        let of = |rows: &std::ops::Range<usize>| hops[rows.clone()].iter().sum::<i64>() + 16 * rows.len() as i64;
        let [first, second] =
            Works { each: Each::Hops(hops.clone()), times: 3 }.parts(2).try_into().unwrap_or_default();
        assert!((of(&first) - of(&second)).abs() <= 2016 * 2, "{first:?} {second:?}");
    }
}
