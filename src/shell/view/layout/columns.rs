//! Columns: each box stands to the right of those that link to it, as near to them as it can, and a link over several columns
//! bends in each that it passes.

use std::collections::BTreeMap;

/// Something in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A box.
    Box(usize),
    /// A place where a link passes.
    Bend,
}

/// The columns of a part of a picture. Cells are numbered; links lead from a column to the next.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub cells: Vec<Cell>,
    pub columns: Vec<Vec<usize>>,
    pub before: Vec<Vec<usize>>,
    pub after: Vec<Vec<usize>>,
    /// The cells that a link passes, from its left end to its right one.
    pub ways: BTreeMap<(usize, usize), Vec<usize>>,
}

/// Puts boxes in columns; `links` lead from left to right and never round.
pub(super) fn columns(part: &[usize], links: &[(usize, usize)]) -> Columns {
    let place: BTreeMap<usize, usize> = part.iter().enumerate().map(|(place, at)| (*at, place)).collect();
    let links: Vec<(usize, usize)> = links.iter().map(|(left, right)| (place[left], place[right])).collect();
    let ranks = ranks(part.len(), &links);
    let mut found = Columns { cells: part.iter().map(|at| Cell::Box(*at)).collect(), ..Columns::default() };
    found.columns = vec![Vec::new(); ranks.iter().max().map_or(0, |most| most + 1)];
    found.before = vec![Vec::new(); part.len()];
    found.after = vec![Vec::new(); part.len()];
    for (cell, rank) in ranks.iter().enumerate() {
        found.columns[*rank].push(cell);
    }
    for (left, right) in links {
        let mut way = vec![left];
        for rank in ranks[left] + 1..ranks[right] {
            let bend = found.cells.len();
            found.cells.push(Cell::Bend);
            found.before.push(Vec::new());
            found.after.push(Vec::new());
            found.columns[rank].push(bend);
            way.push(bend);
        }
        way.push(right);
        for pair in way.windows(2) {
            found.after[pair[0]].push(pair[1]);
            found.before[pair[1]].push(pair[0]);
        }
        found.ways.insert((part[left], part[right]), way);
    }
    found
}

/// The longest way to each box; then those that more links leave than reach move towards what they link to.
fn ranks(n: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (left, right) in links {
        after[*left].push(*right);
        before[*right].push(*left);
    }
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut sorted: Vec<usize> = (0..n).filter(|at| waiting[*at] == 0).collect();
    let mut ranks = vec![0; n];
    let mut next = 0;
    while let Some(at) = sorted.get(next).copied() {
        next += 1;
        for to in &after[at] {
            ranks[*to] = ranks[*to].max(ranks[at] + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                sorted.push(*to);
            }
        }
    }
    for _ in 0..2 {
        for at in sorted.iter().rev().copied() {
            let nearest = after[at].iter().map(|to| ranks[*to] - 1).min();
            if let Some(nearest) = nearest.filter(|_| after[at].len() > before[at].len()) {
                ranks[at] = nearest;
            }
        }
    }
    let least = ranks.iter().min().copied().unwrap_or(0);
    ranks.iter().map(|rank| rank - least).collect()
}
