//! Pack: parts that nothing links, on shelves from left to right and from top to bottom, the great ones first.

use std::collections::BTreeMap;

use super::{Area, Point};

/// Between two parts.
const BETWEEN: f64 = 28.0;
/// Width of a shelf, at least, so that a few nodes do not stand one below the other.
const SHELF: f64 = 900.0;
/// How much wider than high the whole is to be.
const SHAPE: f64 = 1.5;

/// A part of a picture, its places counted from its own corner.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub width: f64,
    pub height: f64,
    pub areas: Vec<(usize, Area)>,
    /// The points that links pass, from left to right.
    pub ways: Vec<((usize, usize), Vec<Point>)>,
}

/// All parts, their places counted from one corner.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pub width: f64,
    pub height: f64,
    pub areas: Vec<Area>,
    ways: BTreeMap<(usize, usize), Vec<Point>>,
}

pub(super) fn pack(mut parts: Vec<Part>, n_boxes: usize) -> Packed {
    let surface: f64 = parts.iter().map(|part| (part.width + BETWEEN) * (part.height + BETWEEN)).sum();
    let widest = parts.iter().map(|part| part.width).fold(0.0, f64::max);
    let shelf = widest.max((surface * SHAPE).sqrt()).max(SHELF);
    // The sort is stable: parts of the same size stay in the order of their nodes.
    parts.sort_by_key(|part| std::cmp::Reverse(part.areas.len()));
    let mut packed = Packed { areas: vec![Area::default(); n_boxes], ..Packed::default() };
    let (mut x, mut y, mut high) = (0.0, 0.0, 0.0_f64);
    for part in parts {
        if x > 0.0 && x + part.width > shelf {
            (x, y, high) = (0.0, y + high + BETWEEN, 0.0);
        }
        let moved = |point: Point| Point { x: point.x + x, y: point.y + y };
        for (at, area) in part.areas {
            packed.areas[at] = Area { corner: moved(area.corner), ..area };
        }
        for (link, points) in part.ways {
            packed.ways.insert(link, points.into_iter().map(moved).collect());
        }
        packed.width = packed.width.max(x + part.width);
        packed.height = packed.height.max(y + part.height);
        high = high.max(part.height);
        x += part.width + BETWEEN;
    }
    packed
}

impl Packed {
    /// The points from a box to another one; `backward` where the second stands on the left.
    pub fn between(&self, from: usize, to: usize, backward: bool) -> Vec<Point> {
        let link = if backward { (to, from) } else { (from, to) };
        // A loop comes back the way it went.
        let found = self.ways.get(&link).cloned();
        let is_back = backward || found.is_none();
        let mut points = found.or_else(|| self.ways.get(&(to, from)).cloned()).unwrap_or_default();
        if is_back {
            points.reverse();
        }
        points
    }
}
