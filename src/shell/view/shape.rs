//! Shapes: each kind of node has its own, so that colour is never the only thing that tells them apart.

use super::kind::Kind;
use super::layout::{Area, Point};
use super::xml::Px;

/// The outline of a node, as an element of SVG.
pub(super) fn outline(kind: Kind, area: Area) -> String {
    let Area { corner: Point { x, y }, width, height } = area;
    let (right, bottom) = (x + width, y + height);
    let polygon = |points: &[(f64, f64)]| {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", Px(*x), Px(*y))).collect();
        format!(r#"<polygon points="{}"/>"#, points.join(" "))
    };
    let cut = |most: f64| most.min(height / 3.0);
    match kind {
        // A pill.
        Kind::Actor => {
            let round = Px((height / 2.0).min(18.0));
            let [x, y, width, height] = [x, y, width, height].map(Px);
            format!(r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{round}"/>"#)
        }
        // A sheet of paper with a corner turned down.
        Kind::Instrument => {
            let c = cut(11.0);
            let sheet = [(x, y), (right - c, y), (right, y + c), (right, bottom), (x, bottom)];
            let fold = format!("M{} {}v{}h{}", Px(right - c), Px(y), Px(c), Px(c));
            format!(r#"{}<path class="fold" d="{fold}"/>"#, polygon(&sheet))
        }
        Kind::Good => {
            let (c, middle) = (cut(11.0), y + height / 2.0);
            polygon(&[(x + c, y), (right - c, y), (right, middle), (right - c, bottom), (x + c, bottom), (x, middle)])
        }
        Kind::Event => {
            let c = cut(10.0);
            polygon(&[
                (x + c, y),
                (right - c, y),
                (right, y + c),
                (right, bottom - c),
                (right - c, bottom),
                (x + c, bottom),
                (x, bottom - c),
                (x, y + c),
            ])
        }
        // A bubble of speech.
        Kind::Said => {
            let r = cut(7.0);
            let [x0, y0, across, down, r, back, r_back] =
                [x + r, y, width - 2.0 * r, height - 2.0 * r, r, -(width - 2.0 * r - 16.0), -r].map(Px);
            let up = Px(-(height - 2.0 * r.0));
            format!(
                r#"<path d="M{x0} {y0}h{across}q{r} 0 {r} {r}v{down}q0 {r} {r_back} {r}h{back}l-8 6v-6h-8q{r_back} 0 {r_back} {r_back}v{up}q0 {r_back} {r} {r_back}z"/>"#
            )
        }
        Kind::Other => {
            let [x, y, width, height] = [x, y, width, height].map(Px);
            format!(r#"<rect x="{x}" y="{y}" width="{width}" height="{height}"/>"#)
        }
    }
}

/// The mark of a day on a timeline.
pub(super) fn mark(at: Point) -> String {
    format!(r#"<path class="mark" d="M{} {}l4.5 4.5-4.5 4.5-4.5-4.5z"/>"#, Px(at.x), Px(at.y - 4.5))
}
