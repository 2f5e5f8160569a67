//! A timeline as SVG: a bar for each measure, marks at its entries, and the line of today.

use std::fmt::Write;

use crate::value::{Day, Period};

use super::layout::Point;
use super::lettering::{width, wrap};
use super::sheet::{self, HEAD, Legend, MARGIN, Sign};
use super::svg::Place;
use super::timeline::{Phase, Row, Timeline};
use super::xml::{Escaped, Px};
use super::{counted, shape};

/// Measures beyond which a timeline is not readable any more.
pub const MOST_ROWS: usize = 200;

/// Width of the names, and of the days.
const NAMES: f64 = 300.0;
const DAYS: f64 = 900.0;
const BAR: f64 = 14.0;
const SMALL: f64 = 9.5;
/// Room of the axis, above and below.
const AXIS: f64 = 40.0;

/// Draws a timeline.
#[must_use]
pub fn draw(timeline: &Timeline, place: Place) -> String {
    let alone = place == Place::Alone;
    let names: Vec<Vec<String>> = timeline.rows.iter().map(|row| wrap(&row.name, 12.5, NAMES - 14.0, 3)).collect();
    let heights: Vec<f64> = names.iter().map(|lines| lines.len() as f64 * 15.0 + 26.0).collect();
    let top = if alone { HEAD } else { 16.0 };
    let whole = NAMES + DAYS + 2.0 * MARGIN;
    let rows_end = top + AXIS + heights.iter().sum::<f64>();
    let legend = Legend::new(signs(timeline), whole);
    let mut out = String::new();
    sheet::open(&mut out, (whole, rows_end + AXIS + legend.height), &timeline.title, &timeline.question, alone);
    out.push_str(concat!(
        r#"<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">"#,
        r##"<rect width="6" height="6" fill="#fceee4"/><rect width="2" height="6" fill="#d55e00"/></pattern></defs>"##,
        "\n"
    ));
    if alone {
        sheet::head(&mut out, &timeline.title, &about(timeline));
    }
    let scale = Scale { days: timeline.days };
    let mut y = top + AXIS;
    for (nth, height) in heights.iter().enumerate() {
        if nth % 2 == 0 {
            let [x, y, width, height] = [MARGIN - 8.0, y, NAMES + DAYS + 16.0, *height].map(Px);
            let _ = writeln!(out, r#"<rect class="band" x="{x}" y="{y}" width="{width}" height="{height}"/>"#);
        }
        y += height;
    }
    axis(&mut out, &scale, (top + AXIS, rows_end));
    let mut y = top + AXIS;
    for ((row, name), height) in timeline.rows.iter().zip(&names).zip(&heights) {
        line(&mut out, row, name, (y, *height), &scale);
        y += height;
    }
    let x = scale.x(timeline.today);
    let (from, to) = (Px(top + AXIS - 8.0), Px(rows_end + 6.0));
    let _ = writeln!(out, r#"<path class="today" d="M{} {from}V{to}"/>"#, Px(x));
    let half = width(&timeline.today_words, 11.0) / 2.0;
    let x = x.clamp(MARGIN + NAMES + half, MARGIN + NAMES + DAYS - half);
    let (x, y) = (Px(x), Px(rows_end + 18.0));
    let _ = writeln!(out, r#"<text class="today-name" x="{x}" y="{y}">{}</text>"#, Escaped(&timeline.today_words));
    legend.draw(&mut out, rows_end + AXIS, whole);
    out.push_str("</svg>\n");
    out
}

/// How much there is.
pub(super) fn about(timeline: &Timeline) -> String {
    counted(timeline.rows.len(), "measure")
}

struct Scale {
    days: Period,
}

impl Scale {
    /// Where a day begins.
    fn x(&self, day: Day) -> f64 {
        let day = day.clamp(self.days.from, self.days.to);
        let since = |from: Day, to: Day| (i64::from(to.0) - i64::from(from.0)) as f64;
        MARGIN + NAMES + since(self.days.from, day) / since(self.days.from, self.days.to).max(1.0) * DAYS
    }
}

/// Lines at the beginnings of years, quarters or months: as many as there is room for.
fn axis(out: &mut String, scale: &Scale, (from, to): (f64, f64)) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let n_months = (i64::from(scale.days.to.0) - i64::from(scale.days.from.0)) / 30 + 1;
    let step = [1, 3, 12, 24, 60, 120, 600, 1200].into_iter().find(|step| n_months / step <= 24).unwrap_or(12_000);
    let (year, month) = scale.days.from.month();
    let first = (year * 12 + month - 1).div_euclid(step) * step;
    out.push_str("<g class=\"axis\">\n");
    for nth in 0..40 {
        let (year, month) = ((first + nth * step).div_euclid(12), (first + nth * step).rem_euclid(12));
        let Some(day) = Day::new(year, month + 1, 1).filter(|day| *day <= scale.days.to) else { break };
        if day < scale.days.from {
            continue;
        }
        let x = Px(scale.x(day));
        let (line, name, words) = match month {
            0 => (" class=\"year\"", " class=\"year-name\"", year.to_string()),
            month => ("", "", MONTHS[month as usize].to_owned()),
        };
        let _ = writeln!(out, r#"<path{line} d="M{x} {}V{}"/>"#, Px(from), Px(to));
        let _ = writeln!(out, r#"<text{name} x="{x}" y="{}">{words}</text>"#, Px(from - 12.0));
    }
    out.push_str("</g>\n");
}

/// The name of a measure, its bars, the marks of its entries, and the days where they fit.
fn line(out: &mut String, row: &Row, name: &[String], (top, height): (f64, f64), scale: &Scale) {
    let about = format!("{}: {}", row.name, row.words());
    let _ = writeln!(out, r#"<g class="row" role="img" aria-label="{}">"#, Escaped(&about));
    let mut y = top + 18.0;
    for line in name {
        let _ = write!(out, r#"<text class="name" x="{}" y="{}">{}</text>"#, Px(MARGIN), Px(y), Escaped(line));
        y += 15.0;
    }
    let _ =
        writeln!(out, r#"<text class="what" x="{}" y="{}">{}</text>"#, Px(MARGIN), Px(y - 1.0), Escaped(&row.class));
    let middle = top + height / 2.0 - 4.0;
    let mut text_from = 0.0;
    for span in &row.spans {
        let (left, right) = (scale.x(span.period.from), scale.x(span.period.to));
        if right <= left {
            continue;
        }
        let projected = if span.projected { " projected" } else { "" };
        // The style sheet gives every other bar its fill; this one is of the drawing's own pattern.
        let hatch = if span.phase == Phase::Suspended { " fill=\"url(#hatch)\"" } else { "" };
        let [x, y, wide, high] = [left, middle - BAR / 2.0, (right - left).max(1.5), BAR].map(Px);
        let _ = writeln!(
            out,
            r#"<rect class="bar {}{projected}"{hatch} x="{x}" y="{y}" width="{wide}" height="{high}"><title>{}</title></rect>"#,
            span.phase.class(),
            Escaped(&format!("{}: {}", row.name, span.words())),
        );
        // Where a bar only goes on as projected nothing happens.
        let goes_on = span.projected && row.horizon.map(Day::next) == Some(span.period.from);
        let ends = !row.spans.iter().any(|next| next.period.from == span.period.to);
        for day in [(!goes_on).then_some(span.period.from), ends.then_some(span.period.to)].into_iter().flatten() {
            let (x, words) = (scale.x(day), day.to_string());
            let wide = width(&words, SMALL);
            let fits = x >= text_from && x + wide <= MARGIN + NAMES + DAYS + 8.0;
            if fits && day != Day::MIN && day != Day::MAX {
                let y = Px(middle + BAR / 2.0 + 12.0);
                let _ = writeln!(out, r#"<text class="day" x="{}" y="{y}">{words}</text>"#, Px(x));
                text_from = x + wide + 8.0;
            }
        }
    }
    for entry in &row.entries {
        let at = Point { x: scale.x(entry.day), y: middle - BAR / 2.0 - 1.0 };
        let _ = writeln!(out, "<g>{}<title>{}</title></g>", shape::mark(at), Escaped(&entry.note.line()));
    }
    out.push_str("</g>\n");
}

fn signs(timeline: &Timeline) -> Vec<(Sign, String)> {
    let spans = || timeline.rows.iter().flat_map(|row| &row.spans);
    let bars = Phase::ALL.into_iter().filter(|phase| spans().any(|span| span.phase == *phase));
    let mut signs: Vec<(Sign, String)> =
        bars.map(|phase| (Sign::Bar(phase.class()), phase.words().to_owned())).collect();
    if spans().any(|span| span.projected) {
        signs.push((Sign::Bar("in-force projected"), "projected beyond the last check".to_owned()));
    }
    signs.push((Sign::Mark, "entry of its status".to_owned()));
    signs.push((Sign::Today, timeline.today_words.clone()));
    signs
}
