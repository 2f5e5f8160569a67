//! Layout: where the parts of a picture stand. The same picture is laid out the same way every time.
//!
//! Layered, from left to right: relationships point to the right where they can, and the words of a relationship are a box of
//! their own in the column between its ends, so that no text can cover another. Relationships that say the same of one node share
//! their words.
//!
//! 1. `boxes`: texts become boxes, relationships links between boxes without a cycle.
//! 2. `columns`: each box gets a column; a link that passes a column bends there.
//! 3. `order`: the boxes of a column are ordered so that few links cross.
//! 4. `place`: boxes get their height on the page, as level with what they are linked to as their order allows.
//! 5. `pack`: parts that nothing links stand beside and below each other.
//!
//! # Source
//! Sugiyama, Tagawa, Toda: Methods for Visual Understanding of Hierarchical System Structures, 1981; Gansner, Koutsofios, North, Vo: A
//! Technique for Drawing Directed Graphs, 1993.

mod boxes;
mod columns;
mod order;
mod pack;
mod place;

use super::picture::Picture;

pub use boxes::{Caption, Label};
pub(super) use boxes::{NAME_LINE, SMALL_LINE};

/// Nodes beyond which a laid out picture is not readable any more.
pub const MOST_NODES: usize = 200;
/// Relationships beyond which it is not.
pub const MOST_EDGES: usize = 600;

/// A place on the page, in pixels from the left and the top.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A rectangle on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Its left upper corner.
    pub corner: Point,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Area {
    /// The middle of it.
    #[must_use]
    pub fn middle(self) -> Point {
        Point { x: self.corner.x + self.width / 2.0, y: self.corner.y + self.height / 2.0 }
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let apart = |from: f64, length: f64, other_from: f64, other_length: f64| {
            from + length <= other_from || other_from + other_length <= from
        };
        !apart(self.corner.x, self.width, other.corner.x, other.width)
            && !apart(self.corner.y, self.height, other.corner.y, other.height)
    }
}

/// A relationship as it is drawn: from its start to its words, and from there to its end.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The points that the first half passes through, from the start on.
    pub start: Vec<Point>,
    /// Those of the second half, up to the end.
    pub end: Vec<Point>,
}

/// A picture with the places of its parts.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Width of all of it.
    pub width: f64,
    /// Height of all of it.
    pub height: f64,
    /// The nodes' texts and places, in the order of the picture.
    pub nodes: Vec<(Caption, Area)>,
    /// The words of relationships and their places.
    pub labels: Vec<(Label, Area)>,
    /// The relationships, in the order of the picture.
    pub courses: Vec<Course>,
}

/// Lays out a picture; `None` where it has more than can be read.
#[must_use]
pub fn lay_out(picture: &Picture) -> Option<Layout> {
    if picture.nodes.len() > MOST_NODES || picture.edges.len() > MOST_EDGES {
        return None;
    }
    let boxes = boxes::boxes(picture);
    let parts: Vec<pack::Part> = boxes.parts().into_iter().map(|part| place::place(&boxes, &part)).collect();
    let packed = pack::pack(parts, boxes.sizes.len());
    let course = |route: &boxes::Route| Course {
        start: packed.between(route.from, route.label, route.backward),
        end: packed.between(route.label, route.to, route.backward),
    };
    let courses = boxes.routes.iter().map(course).collect();
    let (nodes, labels) = packed.areas.split_at(boxes.captions.len());
    Some(Layout {
        width: packed.width,
        height: packed.height,
        nodes: boxes.captions.into_iter().zip(nodes.iter().copied()).collect(),
        labels: boxes.labels.into_iter().zip(labels.iter().copied()).collect(),
        courses,
    })
}
