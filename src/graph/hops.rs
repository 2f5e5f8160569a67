//! Relationships of one type followed from many nodes: what the frame asks of them is settled before the first.
//!
//! A single-day frame asks of each whether it holds on that day. Where many of a table are looked at in one frame, the answers are
//! kept as a bit each, so that what is hidden is not looked at again.

use std::hint::black_box;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::value::{Day, NodeId, RelId};

use super::csr::{RelTable, between};
use super::often::Often;
use super::view::Test;
use super::{GraphView, Step, TypeId, Typed};

/// The part of a table that is looked at in a frame before bits are kept of it: a fourth.
const PART: usize = 4;

/// Which relationships of a table a frame shows: kept once many of them were looked at.
#[derive(Debug, Default)]
pub(super) struct Mask {
    bits: Often<Vec<u64>>,
    /// Per node: how many that are shown are before its own; of those that come, and of those that leave.
    offsets: [OnceLock<Vec<u32>>; 2],
    /// The other ends of those that are shown, as if only they were stored.
    ends: [OnceLock<Vec<NodeId>>; 2],
}

impl Mask {
    /// The bits, if it is worth while by now: `more` are about to be looked at.
    fn bits(&self, table: &RelTable, day: Day, more: u32) -> Option<&[u64]> {
        let n = table.len() as u32;
        let bits = self.bits.get_for(more as usize, table.len() / PART, || {
            let shown = |row: u32| u64::from(table.statements.effective.hull_contains(row, day)) << (row % 64);
            (0..n).step_by(64).map(|first| (first..n.min(first + 64)).fold(0, |word, row| word | shown(row))).collect()
        });
        bits.map(Vec::as_slice)
    }

    /// Where those of each node would begin if only those with a bit were stored.
    fn offsets(&self, table: &RelTable, outgoing: bool, bits: &[u64]) -> &[u32] {
        self.offsets[usize::from(outgoing)].get_or_init(|| {
            let shown = |row: u32| u32::from(is_set(bits, row));
            let n_nodes = table.out_offsets().len().saturating_sub(1) as u32;
            let mut so_far = 0;
            let leaving = |node| table.out_rows(node).map(shown).sum::<u32>();
            let coming = |node| table.in_rows(node).iter().copied().map(shown).sum::<u32>();
            let counts = (0..n_nodes).map(NodeId).map(|node| if outgoing { leaving(node) } else { coming(node) });
            let ends = counts.map(|count| {
                so_far += count;
                so_far
            });
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// The other ends of those of a node that are shown.
    fn ends(&self, table: &RelTable, outgoing: bool, bits: &[u64], node: NodeId) -> &[NodeId] {
        let ends = self.ends[usize::from(outgoing)].get_or_init(|| {
            if outgoing {
                let all = table.targets.iter().zip(0..);
                return all.filter(|(_, row)| is_set(bits, *row)).map(|(end, _)| *end).collect();
            }
            let nodes = (0..table.in_offsets().len().saturating_sub(1) as u32).map(NodeId);
            let rows = nodes.flat_map(|node| table.in_rows(node));
            rows.copied().filter(|row| is_set(bits, *row)).map(|row| table.starts[row as usize]).collect()
        });
        let of_node = between(self.offsets(table, outgoing, bits), node);
        &ends[of_node.start as usize..of_node.end as usize]
    }
}

/// Relationships of one type, followed one way.
pub struct Hops<'g> {
    view: GraphView<'g>,
    rel_type: TypeId,
    table: &'g RelTable,
    outgoing: bool,
    /// Followed either way, a loop is met once.
    skips_loops: bool,
    test: Test,
    mask: Option<Arc<Mask>>,
    added: Added,
}

/// Nodes to which a change has added relationships.
enum Added {
    None,
    /// These, in order.
    Few(Vec<NodeId>),
    /// Each has to be asked.
    Many,
}

/// Relationships that are few.
const FEW: usize = 64;

impl Added {
    fn of(view: GraphView<'_>, rel_type: TypeId, outgoing: bool) -> Self {
        let patch = &view.snapshot().patch;
        if !patch.touches(rel_type) {
            return Added::None;
        }
        let few: Vec<NodeId> = patch.nodes_of(rel_type, outgoing).take(FEW + 1).collect();
        if few.len() > FEW { Added::Many } else { Added::Few(few) }
    }

    #[inline]
    fn to(&self, node: NodeId) -> bool {
        match self {
            Added::None => false,
            Added::Few(nodes) => nodes.binary_search(&node).is_ok(),
            Added::Many => true,
        }
    }
}

impl<'g> GraphView<'g> {
    /// Relationships of a type from their starts, or from their ends.
    #[must_use]
    pub fn hops(self, rel_type: TypeId, outgoing: bool) -> Hops<'g> {
        let table = &*self.snapshot().rels[rel_type.0 as usize];
        let test = self.test(rel_type, table);
        let mask = matches!(test, Test::Day(_)).then(|| table.masks.of(self.frame(), Arc::default));
        let added = Added::of(self, rel_type, outgoing);
        Hops { view: self, rel_type, table, outgoing, skips_loops: false, test, mask, added }
    }
}

impl Hops<'_> {
    /// The same without loops.
    #[must_use]
    pub fn without_loops(self) -> Self {
        let has_none = self.view.snapshot().shape(self.rel_type).is_some_and(|shape| !shape.has_loops);
        Self { skips_loops: !has_none, ..self }
    }

    /// Relationships that a node has, those included that the frame hides or that were deleted.
    #[must_use]
    #[inline]
    pub fn most(&self, node: NodeId) -> usize {
        self.most_up_to(node, usize::MAX)
    }

    /// The same, where more than so many are not counted.
    #[must_use]
    #[inline]
    pub fn most_up_to(&self, node: NodeId, enough: usize) -> usize {
        let stored = if self.outgoing { self.table.out_rows(node).len() } else { self.table.in_rows(node).len() };
        if !self.added.to(node) || stored > enough {
            return stored;
        }
        let patch = &self.view.snapshot().patch;
        let (rel_type, enough) = (self.rel_type, enough.saturating_sub(stored).saturating_add(1));
        let added = if self.outgoing {
            patch.leaving(rel_type, node).take(enough).count()
        } else {
            patch.reaching(rel_type, node).take(enough).count()
        };
        stored + added
    }

    /// How many there are of a node, where that is known without a look at each.
    #[must_use]
    #[inline]
    pub fn count(&self, node: NodeId) -> Option<usize> {
        self.are_counted().then(|| self.most(node))
    }

    /// Adds how many there are of each node to a number of its own; none where that takes a look at each.
    #[must_use]
    pub fn count_all(&self, nodes: &[NodeId], counts: &mut [i64]) -> Option<()> {
        if matches!(self.added, Added::Many) || self.skips_loops {
            return None;
        }
        let stored = if self.outgoing { self.table.out_offsets() } else { self.table.in_offsets() };
        // A node that was added later has none in the table.
        let rows = |offsets: &[u32], node: &NodeId| match offsets.get(node.0 as usize..node.0 as usize + 2) {
            Some(&[from, to]) => to - from,
            _ => 0,
        };
        let offsets = match (self.test, &self.mask) {
            (Test::Nothing, _) => stored,
            (Test::Day(day), Some(mask)) => {
                let more = nodes.iter().map(|node| rows(stored, node)).sum();
                mask.offsets(self.table, self.outgoing, mask.bits(self.table, day, more)?)
            }
            _ => return None,
        };
        for (node, count) in nodes.iter().zip(counts) {
            *count += i64::from(rows(offsets, node));
            if self.added.to(*node) {
                *count += self.added(*node).count() as i64;
            }
        }
        Some(())
    }

    /// Where those of a node are stored, and where they end; none where that takes a look at each.
    #[must_use]
    #[inline]
    pub fn stored(&self, node: NodeId) -> Option<(Range<usize>, &[NodeId])> {
        let rows = (self.outgoing && self.are_counted()).then(|| self.table.out_rows(node))?;
        let rows = rows.start as usize..rows.end as usize;
        Some((rows.clone(), &self.table.targets[rows]))
    }

    /// The other ends of all of a node, in the order of [`Self::each`], where they stand side by side.
    #[must_use]
    #[inline]
    pub fn ends(&self, node: NodeId) -> Option<&[NodeId]> {
        if self.skips_loops || !matches!(self.added, Added::None) {
            return None;
        }
        match (self.test, &self.mask) {
            (Test::Nothing, _) if self.outgoing => self.stored(node).map(|(_, ends)| ends),
            (Test::Nothing, _) => self.table.sources(node),
            (_, Some(mask)) => Some(mask.ends(self.table, self.outgoing, mask.bits.get()?, node)),
            _ => None,
        }
    }

    /// Reads a little of what is stored of each of these nodes, all at once: memory that is far is waited for once then, and not node by
    /// node when they are followed.
    pub fn fetch(&self, nodes: &[NodeId]) {
        let read = |ends: &[NodeId]| ends.first().map_or(0, |node| node.0) ^ ends.last().map_or(0, |node| node.0);
        black_box(nodes.iter().fold(0, |all, node| all ^ self.ends(*node).map_or(0, read)));
    }

    /// The relationships of nodes that follow one another, if they do so as well: those of the first node, then those of the next.
    /// None where that takes a look at each.
    #[must_use]
    pub fn run(&self, nodes: &[NodeId]) -> Option<Range<u32>> {
        let (first, last) = (*nodes.first()?, *nodes.last()?);
        let follow =
            (first.0..).zip(nodes).map(|(next, node)| usize::from(next == node.0)).sum::<usize>() == nodes.len();
        let is_run = follow && self.outgoing && self.are_counted();
        is_run.then(|| {
            let (first, last) = (self.table.out_rows(first), self.table.out_rows(last));
            self.table.rel(first.start).0..self.table.rel(last.end).0
        })
    }

    /// The other ends of nodes of which each has one; none where some have none or several, or where that takes a look at each.
    #[must_use]
    pub fn one_each(&self, nodes: &[NodeId]) -> Option<Vec<NodeId>> {
        let is_one = |node: Option<&NodeId>| node.is_some_and(|node| self.table.out_rows(*node).len() == 1);
        if !(self.outgoing && self.are_counted() && is_one(nodes.first()) && is_one(nodes.last())) {
            return None;
        }
        // Whether all have one is told when all are read: no branch is guessed.
        let mut have_one = true;
        let mut end = |node: &NodeId| {
            let rows = self.table.out_rows(*node);
            have_one &= rows.len() == 1;
            self.table.targets.get(rows.start as usize).map_or(*node, |end| *end)
        };
        let ends = nodes.iter().map(&mut end).collect();
        have_one.then_some(ends)
    }

    /// How many there are of all nodes at most, where nothing was added.
    #[must_use]
    pub fn most_of_all(&self) -> Option<usize> {
        matches!(self.added, Added::None).then(|| self.table.len())
    }

    /// The numbers between which the nodes are that they lead to.
    #[must_use]
    pub fn span(&self) -> Range<u32> {
        match self.added {
            Added::None => self.table.span(self.outgoing),
            Added::Few(_) | Added::Many => 0..self.view.snapshot().node_bound(),
        }
    }

    /// A property of all of them, where each has a float that is stored, to be read by [`Self::row`].
    #[must_use]
    pub fn floats(&self, key: &str) -> Option<&[f64]> {
        let key = self.view.snapshot().catalog().key(key)?;
        let column = self.table.properties.get(key)?;
        match (&self.added, self.view.cells(key)?, column.typed()) {
            (Added::None, _, Typed::Floats(values)) if column.is_full(self.table.len()) => Some(values),
            _ => None,
        }
    }

    /// Where a stored one stands among all that are stored.
    #[must_use]
    #[inline]
    pub fn row(&self, rel: RelId) -> usize {
        (rel.0 - self.table.base) as usize
    }

    /// The one that is stored there.
    #[must_use]
    #[inline]
    pub fn rel(&self, row: usize) -> RelId {
        self.table.rel(row as u32)
    }

    #[inline]
    fn are_counted(&self) -> bool {
        matches!((&self.test, &self.added), (Test::Nothing, Added::None)) && !self.skips_loops
    }

    /// Calls `visit` for each of a node: the stored ones by their other end, then those that were added.
    #[inline]
    pub fn each(&self, node: NodeId, mut visit: impl FnMut(Step)) {
        let mut visit = |step: Step| {
            if !(self.skips_loops && step.node == node) {
                visit(step);
            }
        };
        let table = self.table;
        if self.outgoing {
            let rows = table.out_rows(node);
            let mut out = |row: u32| visit(Step { rel: table.rel(row), node: table.targets[row as usize] });
            match (self.test, self.bits(rows.len())) {
                (Test::Nothing, _) => rows.for_each(out),
                (_, Some(bits)) => set_bits(bits, rows.start, rows.end, out),
                (test, None) => {
                    rows.filter(|row| self.view.passes(test, self.rel_type, table, *row)).for_each(&mut out);
                }
            }
        } else {
            self.each_coming(node, &mut visit);
        }
        if self.added.to(node) {
            self.added(node).for_each(visit);
        }
    }

    /// Calls `visit` for each stored one that reaches a node.
    fn each_coming(&self, node: NodeId, visit: &mut impl FnMut(Step)) {
        let (table, rows) = (self.table, self.table.in_rows(node));
        let mut come = |row: &u32| visit(Step { rel: table.rel(*row), node: table.starts[*row as usize] });
        match (self.test, self.bits(rows.len())) {
            (Test::Nothing, _) => match table.sources(node) {
                Some(starts) => {
                    rows.iter().zip(starts).for_each(|(row, start)| visit(Step { rel: table.rel(*row), node: *start }));
                }
                None => rows.iter().for_each(come),
            },
            (_, Some(bits)) => {
                rows.iter().filter(|row| is_set(bits, **row)).for_each(come);
            }
            (test, None) => {
                rows.iter().filter(|row| self.view.passes(test, self.rel_type, table, **row)).for_each(&mut come);
            }
        }
    }

    /// Calls `visit` for each of a node: where it stands, as [`Self::row`] says of one that is stored, and the other end.
    #[inline]
    pub fn each_row(&self, node: NodeId, mut visit: impl FnMut(usize, NodeId)) {
        let bits = self.mask.as_ref().and_then(|mask| mask.bits.get());
        match bits {
            Some(bits) if self.outgoing && !self.skips_loops && matches!(self.added, Added::None) => {
                let (rows, ends) = (self.table.out_rows(node), &self.table.targets);
                set_bits(bits, rows.start, rows.end, |row| visit(row as usize, ends[row as usize]));
            }
            _ => self.each(node, |step| visit(self.row(step.rel), step.node)),
        }
    }

    /// Calls `visit` for the first few of a node.
    pub fn first<T>(&self, node: NodeId, few: usize, mut visit: impl FnMut(Step) -> T) {
        if let (true, Some(_)) = (self.outgoing, self.count(node)) {
            for row in self.table.out_rows(node).take(few) {
                visit(Step { rel: self.table.rel(row), node: self.table.targets[row as usize] });
            }
            return;
        }
        let mut left = few;
        self.each(node, |step| {
            if left > 0 {
                left -= 1;
                visit(step);
            }
        });
    }

    /// Adds the relationships of a node and their other ends, where these are asked for, in the order of [`Self::each`]; gives how
    /// many there are.
    #[inline]
    #[expect(clippy::must_use_candidate, reason = "called for what it adds as well")]
    pub fn extend(&self, node: NodeId, rels: Option<&mut Vec<RelId>>, mut nodes: Option<&mut Vec<NodeId>>) -> usize {
        if let Some((rows, ends)) = self.stored(node) {
            if let Some(nodes) = nodes {
                match ends {
                    // Of many types each node has one.
                    [end] => nodes.push(*end),
                    ends => nodes.extend_from_slice(ends),
                }
            }
            if let Some(rels) = rels {
                rels.extend(rows.map(|row| self.table.rel(row as u32)));
            }
            return ends.len();
        }
        if rels.is_none()
            && let Some(nodes) = &mut nodes
            && let Some(ends) = self.ends(node)
        {
            nodes.extend_from_slice(ends);
            return ends.len();
        }
        let bits = self.mask.as_ref().and_then(|mask| mask.bits.get());
        if let (true, Added::None, Some(bits)) = (self.outgoing && !self.skips_loops, &self.added, bits) {
            let (rows, ends) = (self.table.out_rows(node), &self.table.targets);
            let of_nodes = nodes.map(|nodes| pick(nodes, &rows, bits, |row| ends[row as usize]));
            let of_rels = rels.map(|rels| pick(rels, &rows, bits, |row| self.table.rel(row)));
            return of_nodes.or(of_rels).unwrap_or_else(|| {
                let mut n = 0;
                set_bits(bits, rows.start, rows.end, |_| n += 1);
                n
            });
        }
        let (mut rels, mut nodes, mut n) = (rels, nodes, 0);
        self.each(node, |step| {
            n += 1;
            if let Some(rels) = &mut rels {
                rels.push(step.rel);
            }
            if let Some(nodes) = &mut nodes {
                nodes.push(step.node);
            }
        });
        n
    }

    fn bits(&self, more: usize) -> Option<&[u64]> {
        match (&self.mask, self.test) {
            (Some(mask), Test::Day(day)) => mask.bits(self.table, day, more as u32),
            _ => None,
        }
    }

    /// Those that a change has added, and the frame shows.
    fn added(&self, node: NodeId) -> impl Iterator<Item = Step> {
        let patch = &self.view.snapshot().patch;
        let (out, come) = if self.outgoing {
            (Some(patch.leaving(self.rel_type, node)), None)
        } else {
            (None, Some(patch.reaching(self.rel_type, node)))
        };
        let all = out.into_iter().flatten().chain(come.into_iter().flatten());
        all.filter(|(rel, _)| self.view.shows_patched(*rel)).map(|(rel, node)| Step { rel, node })
    }
}

/// Adds the values of rows whose bits are set; gives how many these are.
#[inline]
fn pick<T>(to: &mut Vec<T>, rows: &Range<u32>, bits: &[u64], value: impl Fn(u32) -> T) -> usize {
    let before = to.len();
    to.reserve(rows.len());
    set_bits(bits, rows.start, rows.end, |row| to.push(value(row)));
    to.len() - before
}

#[inline]
fn is_set(bits: &[u64], at: u32) -> bool {
    bits[(at / 64) as usize] >> (at % 64) & 1 == 1
}

/// Calls `visit` for each bit that is set from here to there.
#[inline]
fn set_bits(bits: &[u64], from: u32, to: u32, mut visit: impl FnMut(u32)) {
    let mut at = from;
    while at < to {
        let (word, shift) = (at / 64, at % 64);
        let end = to.min((word + 1) * 64);
        let width = end - at;
        let mut here = bits[word as usize] >> shift;
        if width < 64 {
            here &= (1 << width) - 1;
        }
        while here != 0 {
            visit(at + here.trailing_zeros());
            here &= here - 1;
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::set_bits;
    use crate::graph::{
        Builder, End, Frame, Meta, NewNode, NewRel, Schema, SharedView, Start, ValidTime, Validity, WrittenPeriod,
    };
    use crate::value::{Date, NodeId};

    #[test]
    fn the_other_ends_of_a_node_stand_side_by_side_in_any_frame_once_many_were_looked_at() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let mut builder = Builder::new(Schema::default());
        let node = |at: usize| NewNode { id: format!("n{at}"), ..NewNode::default() };
        let nodes: Vec<NodeId> = (0..9).map(|at| builder.node(node(at)).unwrap()).collect();
        for at in 0..60 {
            let years = (2000 + at % 7, 2003 + at % 7);
            let from = Start::On(date(&format!("{}-05-01", years.0)));
            let to = if at % 5 == 0 { End::Unknown } else { End::Until(date(&format!("{}-02-01", years.1))) };
            let validity = Validity::In(vec![WrittenPeriod { from, to }]);
            let (start, end) = (nodes[at * 7 % 9], nodes[at * at % 8]);
            let (kind, meta) = ("T".to_owned(), Meta { validity, ..Meta::default() });
            builder.rel(NewRel { kind, start, end, properties: [].into(), histories: Vec::new(), meta });
        }
        let snapshot = std::sync::Arc::new(builder.finish());
        let rel_type = snapshot.catalog().rel_type("T").unwrap();
        let days = ["2001-06-01", "2004-01-01", "2030-01-01"].map(|day| ValidTime::AsOf(date(day).first()));
        for valid in [ValidTime::All].into_iter().chain(days) {
            let view = SharedView::new(snapshot.clone(), Frame { valid, ..Frame::default() });
            for outgoing in [true, false] {
                let hops = view.view().hops(rel_type, outgoing);
                // The second time all were looked at once.
                for all_known in [false, true] {
                    for node in &nodes {
                        let mut each = Vec::new();
                        hops.each(*node, |step| each.push(step.node));
                        let ends = hops.ends(*node);
                        assert!(ends.is_some() || !all_known, "{valid:?} {node:?}");
                        assert!(ends.is_none_or(|ends| ends == each), "{valid:?} {node:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_bits_between_two_places_are_visited_in_order() {
        let bits = [u64::MAX, 0b1010 | 1 << 63, 1];
        for (from, to) in [(0, 0), (0, 1), (60, 70), (63, 129), (64, 128), (3, 3), (0, 129)] {
            let mut met = Vec::new();
            set_bits(&bits, from, to, |at| met.push(at));
            let is_set = |at: &u32| bits[(at / 64) as usize] >> (at % 64) & 1 == 1;
            assert_eq!(met, (from..to).filter(is_set).collect::<Vec<_>>(), "from {from} to {to}");
        }
    }
}
