//! Place: how far from the left each column stands, and how far from the top each of its cells.
//!
//! A cell wishes to be level with what it is linked to. Of all places that keep the order of a column and the room between its
//! cells, those are taken whose squared distances from the wishes, weighted, sum to the least: an isotonic regression, exact
//! and in one pass (pool adjacent violators).

use super::boxes::Boxes;
use super::columns::{Cell, Columns, columns};
use super::order::order;
use super::pack::Part;
use super::{Area, Point};

const ROUNDS: usize = 64;
/// Rounds at the end in which both sides count.
const LAST: usize = 24;
/// Height that a bend takes.
const BEND: f64 = 6.0;
/// Between two columns, at least and at most; how much of the way that a link climbs there is added.
const GAP: (f64, f64) = (24.0, 84.0);
const CLIMB: f64 = 0.14;

/// Places the boxes of a part.
pub(super) fn place(boxes: &Boxes, part: &[usize]) -> Part {
    let links: Vec<(usize, usize)> =
        boxes.links.iter().filter(|(left, _)| part.binary_search(left).is_ok()).copied().collect();
    let mut columns = columns(part, &links);
    order(&mut columns);
    let is_node = |cell: usize| matches!(columns.cells[cell], Cell::Box(at) if at < boxes.captions.len());
    let written = |cell: usize| match columns.cells[cell] {
        Cell::Box(at) => boxes.sizes[at],
        Cell::Bend => (0.0, BEND),
    };
    // Nodes of a column are as wide as the widest: their outlines are in line.
    let mut sizes: Vec<(f64, f64)> = (0..columns.cells.len()).map(written).collect();
    for column in &columns.columns {
        let nodes = || column.iter().filter(|cell| is_node(**cell));
        let widest = nodes().map(|cell| sizes[*cell].0).fold(0.0, f64::max);
        let nodes: Vec<usize> = nodes().copied().collect();
        for cell in nodes {
            sizes[cell].0 = widest;
        }
    }
    let size = |cell: usize| sizes[cell];
    let ys = heights(&columns, &size, &is_node);
    let top = (0..ys.len()).map(|cell| ys[cell] - size(cell).1 / 2.0).fold(f64::MAX, f64::min);
    let y = |cell: usize| ys[cell] - top;
    // Across.
    let mut edges = Vec::new();
    let mut x = 0.0;
    for column in &columns.columns {
        let width = column.iter().map(|cell| size(*cell).0).fold(0.0, f64::max);
        let climbs = column.iter().flat_map(|cell| columns.after[*cell].iter().map(|to| (ys[*to] - ys[*cell]).abs()));
        edges.push((x, x + width));
        x += width + (GAP.0 + CLIMB * climbs.fold(0.0, f64::max)).min(GAP.1);
    }
    let mut found = Part::default();
    let mut column_of = vec![0; columns.cells.len()];
    for (at, column) in columns.columns.iter().enumerate() {
        for cell in column {
            column_of[*cell] = at;
            let (width, height) = size(*cell);
            let (left, right) = edges[at];
            let corner = Point { x: f64::midpoint(left, right) - width / 2.0, y: y(*cell) - height / 2.0 };
            if let Cell::Box(of) = columns.cells[*cell] {
                found.areas.push((of, Area { corner, width, height }));
            }
        }
    }
    let ports = ports(&columns, &ys, &size, &is_node);
    for ((left, right), way) in &columns.ways {
        let mut points = Vec::new();
        for (nth, cell) in way.iter().enumerate() {
            let (width, _) = size(*cell);
            let (from, to) = edges[column_of[*cell]];
            let middle = f64::midpoint(from, to);
            let level = |other: usize| y(*cell) + ports(*cell, other);
            if nth > 0 {
                let y = level(way[nth - 1]);
                points.push(Point { x: from, y });
                points.push(Point { x: if nth + 1 < way.len() { to } else { middle - width / 2.0 }, y });
            }
            if nth == 0 {
                let y = level(way[1]);
                points.push(Point { x: middle + width / 2.0, y });
                points.push(Point { x: to, y });
            }
        }
        found.ways.push(((*left, *right), points));
    }
    found.width = edges.last().map_or(0.0, |(_, right)| *right);
    found.height = (0..ys.len()).map(|cell| y(cell) + size(cell).1 / 2.0).fold(0.0, f64::max);
    found
}

/// The middle of every cell, from the top.
fn heights(columns: &Columns, size: &dyn Fn(usize) -> (f64, f64), is_node: &dyn Fn(usize) -> bool) -> Vec<f64> {
    let mut ys = vec![0.0; columns.cells.len()];
    let margin = |cell: usize| match (columns.cells[cell], is_node(cell)) {
        (Cell::Bend, _) => 2.0,
        (Cell::Box(_), true) => 9.0,
        (Cell::Box(_), false) => 5.0,
    };
    let gap = |upper: usize, lower: usize| size(upper).1 / 2.0 + size(lower).1 / 2.0 + margin(upper) + margin(lower);
    for column in &columns.columns {
        let mut y = 0.0;
        for (nth, cell) in column.iter().enumerate() {
            y += if nth == 0 { 0.0 } else { gap(column[nth - 1], *cell) };
            ys[*cell] = y;
        }
        // Every column begins around the same line.
        for cell in column {
            ys[*cell] -= y / 2.0;
        }
    }
    let stiffness = |a: usize, b: usize| match (columns.cells[a], columns.cells[b]) {
        (Cell::Bend, Cell::Bend) => 8.0,
        (Cell::Bend, Cell::Box(_)) | (Cell::Box(_), Cell::Bend) => 3.0,
        (Cell::Box(_), Cell::Box(_)) => 1.0,
    };
    for round in 0..ROUNDS {
        let n = columns.columns.len();
        for step in 0..n {
            let column = &columns.columns[if round % 2 == 0 { step } else { n - 1 - step }];
            let last = round + LAST >= ROUNDS;
            let wish = |cell: &usize| {
                let (before, after) = (&columns.before[*cell], &columns.after[*cell]);
                let beside: Vec<usize> = match round % 2 {
                    _ if last => before.iter().chain(after).copied().collect(),
                    0 => before.clone(),
                    _ => after.clone(),
                };
                let weight: f64 = beside.iter().map(|other| stiffness(*cell, *other)).sum();
                let sum: f64 = beside.iter().map(|other| stiffness(*cell, *other) * ys[*other]).sum();
                if weight > 0.0 { (sum / weight, weight) } else { (ys[*cell], 0.05) }
            };
            let wishes: Vec<(f64, f64)> = column.iter().map(wish).collect();
            let gaps: Vec<f64> = column.windows(2).map(|pair| gap(pair[0], pair[1])).collect();
            for (cell, y) in column.iter().zip(settle(&wishes, &gaps)) {
                ys[*cell] = y;
            }
        }
    }
    ys
}

/// The places nearest to the wishes, each with its weight, that are at least `gaps` apart.
fn settle(wishes: &[(f64, f64)], gaps: &[f64]) -> Vec<f64> {
    // Without the room between, places need only not descend.
    let mut offsets = vec![0.0];
    for gap in gaps {
        offsets.push(offsets.last().copied().unwrap_or(0.0) + gap);
    }
    // Cells that stand as close as they can: their weight, the weighted sum of their wishes, and how many they are.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for ((wish, weight), offset) in wishes.iter().zip(&offsets) {
        pools.push((*weight, weight * (wish - offset), 1));
        while let [.., upper, lower] = pools.as_slice() {
            if upper.1 / upper.0 <= lower.1 / lower.0 {
                break;
            }
            let joined = (upper.0 + lower.0, upper.1 + lower.1, upper.2 + lower.2);
            pools.truncate(pools.len() - 2);
            pools.push(joined);
        }
    }
    let places = pools.into_iter().flat_map(|(weight, sum, n)| std::iter::repeat_n(sum / weight, n));
    places.zip(offsets).map(|(place, offset)| place + offset).collect()
}

/// How far from the middle of a cell a link to another one touches it: links of a node are fanned out, so that they can be told
/// apart; those of words meet.
fn ports<'a>(
    columns: &'a Columns,
    ys: &'a [f64],
    size: &'a dyn Fn(usize) -> (f64, f64),
    is_node: &'a dyn Fn(usize) -> bool,
) -> impl Fn(usize, usize) -> f64 + 'a {
    const APART: f64 = 10.0;
    move |cell, other| {
        if !is_node(cell) {
            return 0.0;
        }
        let beside = if columns.after[cell].contains(&other) { &columns.after[cell] } else { &columns.before[cell] };
        let mut sorted = beside.clone();
        sorted.sort_by(|a, b| ys[*a].total_cmp(&ys[*b]));
        let place = sorted.iter().position(|of| *of == other).unwrap_or(0) as f64;
        let room = (size(cell).1 - 20.0).max(0.0);
        let apart = APART.min(room / (sorted.len().max(2) - 1) as f64);
        (place - (sorted.len() - 1) as f64 / 2.0) * apart
    }
}

#[cfg(test)]
mod tests {
    use super::settle;

    #[test]
    fn what_wishes_the_same_place_stands_around_it_and_the_rest_has_its_wish() {
        assert_eq!(settle(&[(0.0, 1.0), (10.0, 1.0), (10.0, 1.0)], &[4.0, 4.0]), [0.0, 8.0, 12.0]);
        assert_eq!(settle(&[(5.0, 3.0), (1.0, 1.0)], &[2.0]), [3.5, 5.5]);
    }
}
