//! A picture as SVG: laid out, coloured and shaped by kind, the words of a relationship in the middle of it.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::kind::Kind;
use super::layout::{Area, Caption, Label, Layout, NAME_LINE, Point, SMALL_LINE};
use super::picture::{Node, Picture};
use super::sheet::{self, HEAD, Legend, MARGIN, Sign};
use super::standing::Standing;
use super::xml::{Escaped, Px};
use super::{counted, shape};

/// Where a drawing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file of its own: it has its title, its style, and what it cites where a pointer rests.
    Alone,
    /// In a page that has these.
    Page,
}

/// Draws a picture that was laid out.
#[must_use]
pub fn draw(picture: &Picture, layout: &Layout, place: Place) -> String {
    let alone = place == Place::Alone;
    let below = about(picture);
    let title_width = if alone { sheet::head_width(&picture.title, &below) } else { 0.0 };
    let width = (layout.width + 2.0 * MARGIN).max(title_width).max(420.0);
    let legend = Legend::new(signs(picture), width);
    let top = if alone { HEAD + 14.0 } else { MARGIN };
    let height = top + layout.height + 26.0 + legend.height;
    let origin = Point { x: (width - layout.width) / 2.0, y: top };
    let mut out = String::new();
    sheet::open(&mut out, (width, height), &picture.title, &picture.question, alone);
    if alone {
        sheet::head(&mut out, &picture.title, &below);
    }
    lines(&mut out, picture, layout, (origin, place));
    for (label, area) in &layout.labels {
        words(&mut out, picture, label, moved(*area, origin), place);
    }
    for (at, (node, (caption, area))) in picture.nodes.iter().zip(&layout.nodes).enumerate() {
        thing(&mut out, (at, node), caption, moved(*area, origin), place);
    }
    legend.draw(&mut out, top + layout.height + 26.0, width);
    out.push_str("</svg>\n");
    out
}

/// How much there is.
pub(super) fn about(picture: &Picture) -> String {
    format!("{}, {}", counted(picture.nodes.len(), "node"), counted(picture.edges.len(), "relationship"))
}

fn moved(area: Area, origin: Point) -> Area {
    Area { corner: Point { x: area.corner.x + origin.x, y: area.corner.y + origin.y }, ..area }
}

/// What the picture has of kinds and of lines that are not whole.
fn signs(picture: &Picture) -> Vec<(Sign, String)> {
    let kinds = Kind::ALL.into_iter().filter(|kind| picture.nodes.iter().any(|node| node.kind == *kind));
    let has = |standing: Standing| {
        let of_edges = picture.edges.iter().any(|edge| edge.standing == standing);
        of_edges || (standing != Standing::Holds && picture.nodes.iter().any(|node| node.standing == standing))
    };
    let lines: Vec<Standing> = Standing::ALL.into_iter().filter(|standing| has(*standing)).collect();
    // A line that is whole needs no words where all are.
    let lines = lines.clone().into_iter().filter(|_| lines != [Standing::Holds]);
    let kinds = kinds.map(|kind| (Sign::Kind(kind), kind.look().words.to_owned()));
    kinds.chain(lines.map(|standing| (Sign::Line(standing), standing.words().to_owned()))).collect()
}

/// The lines between boxes: what relationships share, such as the way to their common words, is one line.
fn lines(out: &mut String, picture: &Picture, layout: &Layout, (origin, place): (Point, Place)) {
    let shifted = |points: &[Point]| {
        let mut needed: Vec<Point> = Vec::new();
        for point in points.iter().map(|point| Point { x: point.x + origin.x, y: point.y + origin.y }) {
            // Of points on one level only the ends say anything.
            if let [.., first, last] = needed.as_slice()
                && is_level(*first, *last)
                && is_level(*last, point)
            {
                needed.pop();
            }
            if needed.last() != Some(&point) {
                needed.push(point);
            }
        }
        needed
    };
    for (label, _) in &layout.labels {
        let mut drawn: BTreeMap<(String, bool), Vec<usize>> = BTreeMap::new();
        for edge in &label.edges {
            let course = &layout.courses[*edge];
            let paths = [(curve(&shifted(&course.start)), false), (headed(shifted(&course.end)), true)];
            for path in paths {
                drawn.entry(path).or_default().push(*edge);
            }
        }
        for ((path, _), edges) in drawn {
            let of: Vec<String> = edges.iter().map(|edge| format!("e{edge}")).collect();
            let _ = write!(out, r#"<g class="edge {}" data-of="{}">"#, label.standing.class(), of.join(" "));
            if place == Place::Alone {
                let notes: Vec<String> = edges.iter().map(|edge| picture.edges[*edge].note.line()).collect();
                let _ = write!(out, "<title>{}</title>", Escaped(&notes.join("\n")));
            }
            let _ = writeln!(out, "{path}</g>");
        }
    }
}

fn is_level(a: Point, b: Point) -> bool {
    (a.y - b.y).abs() < 0.05
}

/// A line that ends in the head of an arrow.
fn headed(mut points: Vec<Point>) -> String {
    let [.., before, tip] = points.as_mut_slice() else { return String::new() };
    let way = if tip.x >= before.x { 1.0 } else { -1.0 };
    let head = format!(r#"<path class="head" d="M{} {}l{back} -4v8z"/>"#, Px(tip.x), Px(tip.y), back = Px(-8.0 * way));
    // The line ends where the head begins.
    tip.x -= 6.0 * way;
    curve(&points) + &head
}

/// A line through points that leaves and reaches each of them level.
fn curve(points: &[Point]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!(r#"<path d="M{} {}"#, Px(first.x), Px(first.y));
    for pair in points.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        let _ = if is_level(from, to) {
            write!(path, "H{}", Px(to.x))
        } else {
            let middle = Px(f64::midpoint(from.x, to.x));
            write!(path, "C{middle} {} {middle} {} {} {}", Px(from.y), Px(to.y), Px(to.x), Px(to.y))
        };
    }
    path + "\"/>"
}

fn words(out: &mut String, picture: &Picture, label: &Label, area: Area, place: Place) {
    let of: Vec<String> = label.edges.iter().map(|edge| format!("e{edge}")).collect();
    let notes: Vec<String> = label.edges.iter().map(|edge| picture.edges[*edge].note.line()).collect();
    let _ = write!(
        out,
        r#"<g class="label {}" data-of="{}"{}>"#,
        label.standing.class(),
        of.join(" "),
        reached(place, &notes)
    );
    if place == Place::Alone {
        let _ = write!(out, "<title>{}</title>", Escaped(&notes.join("\n")));
    } else {
        ring(out, area);
    }
    let lines = label.head.iter().map(|line| ("type", line)).chain(label.below.iter().map(|line| ("", line)));
    let mut y = area.corner.y + 2.0 + SMALL_LINE - 3.0;
    for (class, line) in lines {
        text(out, class, Point { x: area.middle().x, y }, line);
        y += SMALL_LINE;
    }
    out.push_str("</g>\n");
}

fn thing(out: &mut String, (at, node): (usize, &Node), caption: &Caption, area: Area, place: Place) {
    let told = node.note.line();
    let _ = write!(
        out,
        r#"<g class="node {} {}" data-of="n{at}"{}>"#,
        node.kind.look().class,
        node.standing.class(),
        reached(place, std::slice::from_ref(&told)),
    );
    if place == Place::Alone {
        let _ = write!(out, "<title>{}</title>", Escaped(&format!("{told} ({})", node.id)));
    }
    out.push_str(&shape::outline(node.kind, area));
    if place == Place::Page {
        ring(out, area);
    }
    let high = caption.name.len() as f64 * NAME_LINE + caption.below.len() as f64 * SMALL_LINE;
    let middle = area.middle();
    let mut y = middle.y - high / 2.0 + NAME_LINE - 4.0;
    for line in &caption.name {
        text(out, "name", Point { x: middle.x, y }, line);
        y += NAME_LINE;
    }
    y -= 2.0;
    for line in &caption.below {
        text(out, "", Point { x: middle.x, y }, line);
        y += SMALL_LINE;
    }
    out.push_str("</g>\n");
}

/// What makes a thing one that the keyboard reaches and a screen reader tells.
fn reached(place: Place, notes: &[String]) -> String {
    match place {
        Place::Alone => String::new(),
        Place::Page => format!(r#" tabindex="0" role="button" aria-label="{}""#, Escaped(&notes.join("; "))),
    }
}

/// Drawn around what has the focus, and what a pointer meets.
fn ring(out: &mut String, area: Area) {
    let [x, y, width, height] = [area.corner.x - 4.0, area.corner.y - 4.0, area.width + 8.0, area.height + 8.0].map(Px);
    let _ = write!(out, r#"<rect class="ring" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>"#);
}

/// A line of text: an element of its own, so that one that runs from right to left leaves its neighbours as they are.
fn text(out: &mut String, class: &str, at: Point, line: &str) {
    let class = if class.is_empty() { String::new() } else { format!(r#" class="{class}""#) };
    let _ = write!(out, r#"<text{class} x="{}" y="{}">{}</text>"#, Px(at.x), Px(at.y), Escaped(line));
}
