//! The sheet that a drawing stands on: its title above, its legend below, and the style of both.

use std::fmt::Write;

use super::kind::Kind;
use super::layout::{Area, Point};
use super::lettering::width;
use super::shape;
use super::standing::Standing;
use super::xml::{Escaped, Px};

/// Between the drawing and the edge of the sheet.
pub(super) const MARGIN: f64 = 28.0;
/// Height of the title with the line below it.
pub(super) const HEAD: f64 = 66.0;
const LEGEND_LINE: f64 = 24.0;
const LETTERS: f64 = 11.0;

/// How everything looks; the page has the same.
pub(super) const STYLE: &str = include_str!("drawing.css");

/// What a drawing is opened with: its size, what it is for those who do not see it, its style where it stands alone.
pub(super) fn open(out: &mut String, size: (f64, f64), title: &str, about: &str, alone: bool) {
    let (width, height) = (Px(size.0), Px(size.1));
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="drawing" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="{}" aria-labelledby="drawing-title drawing-about">"#,
        if alone { "img" } else { "group" },
    );
    let _ = writeln!(out, r#"<title id="drawing-title">{}</title>"#, Escaped(title));
    let _ = writeln!(out, r#"<desc id="drawing-about">{}</desc>"#, Escaped(about));
    if alone {
        let _ = writeln!(out, "<style>\n{STYLE}</style>");
        let _ = writeln!(out, r#"<rect class="sheet" width="100%" height="100%"/>"#);
    }
}

/// The title and the line below it.
pub(super) fn head(out: &mut String, title: &str, below: &str) {
    let mut letters = title.chars();
    let title: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let _ = writeln!(out, r#"<text class="title" x="{}" y="34">{}</text>"#, Px(MARGIN), Escaped(&title));
    let _ = writeln!(out, r#"<text class="below" x="{}" y="52">{}</text>"#, Px(MARGIN), Escaped(below));
}

/// The width that the title needs.
pub(super) fn head_width(title: &str, below: &str) -> f64 {
    width(title, 17.0).max(width(below, 12.0)) + 2.0 * MARGIN
}

/// What a legend explains.
pub(super) enum Sign {
    Kind(Kind),
    Line(Standing),
    /// A bar, by its class.
    Bar(&'static str),
    /// A mark of an entry.
    Mark,
    /// The line of today.
    Today,
}

/// Signs with their words, in lines.
pub(super) struct Legend {
    placed: Vec<(Point, Sign, String)>,
    pub height: f64,
}

impl Legend {
    /// Lays it out in a width.
    pub fn new(signs: Vec<(Sign, String)>, room: f64) -> Self {
        let (mut x, mut y) = (MARGIN, 0.0);
        let mut placed = Vec::new();
        for (sign, words) in signs {
            let wide = 38.0 + width(&words, LETTERS) + 20.0;
            if x > MARGIN && x + wide > room - MARGIN {
                (x, y) = (MARGIN, y + LEGEND_LINE);
            }
            placed.push((Point { x, y }, sign, words));
            x += wide;
        }
        let height = if placed.is_empty() { 0.0 } else { y + LEGEND_LINE + 22.0 };
        Self { placed, height }
    }

    /// Draws it below `top`.
    pub fn draw(&self, out: &mut String, top: f64, room: f64) {
        if self.placed.is_empty() {
            return;
        }
        let line = Px(top);
        let _ =
            writeln!(out, r#"<g class="legend"><path class="rule" d="M{} {line}H{}"/>"#, Px(MARGIN), Px(room - MARGIN));
        for (Point { x, y }, sign, words) in &self.placed {
            let middle = top + 22.0 + y;
            let _ = match sign {
                Sign::Kind(kind) => {
                    let area = Area { corner: Point { x: *x, y: middle - 8.0 }, width: 30.0, height: 16.0 };
                    writeln!(out, r#"<g class="node {}">{}</g>"#, kind.look().class, shape::outline(*kind, area))
                }
                Sign::Line(standing) => writeln!(
                    out,
                    r#"<g class="edge {}"><path d="M{} {middle}h30"/></g>"#,
                    standing.class(),
                    Px(*x),
                    middle = Px(middle)
                ),
                Sign::Bar(class) => writeln!(
                    out,
                    r#"<rect class="bar {class}"{} x="{}" y="{}" width="30" height="12"/>"#,
                    if *class == "suspended" { " fill=\"url(#hatch)\"" } else { "" },
                    Px(*x),
                    Px(middle - 6.0)
                ),
                Sign::Mark => writeln!(out, "{}", shape::mark(Point { x: x + 15.0, y: middle })),
                Sign::Today => writeln!(out, r#"<path class="today" d="M{} {}v18"/>"#, Px(x + 15.0), Px(middle - 9.0)),
            };
            let (x, y) = (Px(x + 38.0), Px(middle + 4.0));
            let _ = writeln!(out, r#"<text class="words" x="{x}" y="{y}">{}</text>"#, Escaped(words));
        }
        out.push_str("</g>\n");
    }
}
