//! A picture as one page that needs no other: the drawing, a panel of citations, and the same as tables.
//!
//! Nothing is fetched, and the page says so: its policy lets run and apply only what was written here, known by hash. What is
//! told of a statement is written once, in the tables; the script copies it to the panel and builds nothing out of text.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::question::{Cited, Footnote};

use super::chart;
use super::layout::Layout;
use super::picture::Picture;
use super::sheet::STYLE;
use super::svg::{self, Place};
use super::timeline::Timeline;
use super::xml::Escaped;

const SCRIPT: &str = include_str!("page.js");

/// The page of a picture that was laid out.
#[must_use]
pub fn page(picture: &Picture, layout: &Layout) -> String {
    let drawing = svg::draw(picture, layout, Place::Page);
    let mut tables = String::new();
    statements(&mut tables, picture);
    nodes(&mut tables, picture);
    let keys = "Tab and Shift+Tab go from one to the next, Enter opens its citations, Escape leads back; + and − zoom, 0 shows all, \
                arrows move.";
    let stage = format!(
        r#"<div class="view">
<div class="stage" role="group" aria-label="Drawing. {keys}">
{drawing}<div class="tools"><button type="button" data-does="in" aria-label="zoom in">+</button><button type="button" data-does="out" aria-label="zoom out">−</button><button type="button" data-does="fit">all</button></div>
</div>
<aside class="panel" tabindex="-1" aria-live="polite" aria-label="Citations"><p>Point at a node or at words on a line, or reach it with Tab: what is said of it and where it stands is shown here. A click keeps it.</p><p>Drag to move; Ctrl and the wheel zoom.</p></aside>
</div>
"#
    );
    document(&picture.title, &svg::about(picture), &picture.question, &(stage + &tables), Some(SCRIPT))
}

/// The page of a timeline.
#[must_use]
pub fn timeline_page(timeline: &Timeline) -> String {
    let drawing = chart::draw(timeline, Place::Page);
    let mut body = format!("<div class=\"scroll\">\n{drawing}</div>\n");
    open_table(&mut body, "Measures", &["Measure", "What its status says", "Last looked at", "Id"]);
    for row in &timeline.rows {
        let (name, words, id) = (Escaped(&row.name), row.words(), Escaped(&row.id));
        let horizon = row.horizon.map(|day| day.to_string()).unwrap_or_default();
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\"><bdi>{name}</bdi></th><td>{words}</td><td>{horizon}</td><td><bdi>{id}</bdi></td></tr>"
        );
    }
    close_table(&mut body);
    open_table(&mut body, "Entries", &["Entry", "Day", "Mood", "Who says so", "Note", "Sources"]);
    let entries = timeline.rows.iter().flat_map(|row| row.entries.iter().map(move |entry| (row, entry)));
    for (at, (row, entry)) in entries.enumerate() {
        let statement = format!("{}: {}", row.name, entry.words);
        let note = Footnote { statement, validity: entry.day.to_string(), ..entry.note.clone() };
        self::row(&mut body, &format!("s{at}"), &note, note.modality);
    }
    close_table(&mut body);
    document(&timeline.title, &chart::about(timeline), &timeline.question, &body, None)
}

/// A page around what it shows.
fn document(title: &str, about: &str, question: &str, body: &str, script: Option<&str>) -> String {
    let style = format!("\n{STYLE}{}", include_str!("page.css"));
    let scripts = script.map_or_else(|| "'none'".to_owned(), |script| hashed(&format!("\n{script}")));
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {scripts}; base-uri 'none'; form-action 'none'",
        hashed(&style)
    );
    let (title, about, question) = (Escaped(title), Escaped(about), Escaped(question));
    let mut page = format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="count">{about}</p>
<pre class="query">{question}</pre>
{body}</main>
"#
    );
    if let Some(script) = script {
        let _ = writeln!(page, "<script>\n{script}</script>");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn open_table(out: &mut String, title: &str, heads: &[&str]) {
    let heads = heads.join("</th><th scope=\"col\">");
    let _ = writeln!(
        out,
        "<h2>{title}</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">{heads}</th></tr></thead>\n<tbody>"
    );
}

fn close_table(out: &mut String) {
    out.push_str("</tbody>\n</table></div>\n");
}

fn statements(out: &mut String, picture: &Picture) {
    if picture.edges.is_empty() {
        return;
    }
    open_table(out, "Statements", &["Statement", "When", "Standing", "Who says so", "Note", "Sources"]);
    for (at, edge) in picture.edges.iter().enumerate() {
        let mood = if edge.note.modality == "fact" { "" } else { edge.note.modality };
        let derived = if edge.derived { "follows from a definition" } else { "" };
        let standing: Vec<&str> = [mood, &edge.state, derived].into_iter().filter(|part| !part.is_empty()).collect();
        row(out, &format!("e{at}"), &edge.note, &standing.join(", "));
    }
    close_table(out);
}

fn nodes(out: &mut String, picture: &Picture) {
    open_table(out, "Nodes", &["Name", "What it is", "Standing", "Id", "Note", "Sources"]);
    for (at, node) in picture.nodes.iter().enumerate() {
        let (name, class, state) = (Escaped(&node.name), Escaped(&node.class), Escaped(&node.state));
        let _ = write!(
            out,
            "<tr id=\"n{at}\"><th scope=\"row\"><bdi>{name}</bdi></th><td>{class}</td><td>{state}</td><td><bdi>{}</bdi></td>",
            Escaped(&node.id)
        );
        remark(out, &node.note);
        sources(out, &node.note.citations);
        out.push_str("</tr>\n");
    }
    close_table(out);
}

/// A statement with what is said of it.
fn row(out: &mut String, id: &str, note: &Footnote, standing: &str) {
    let voices = note.claimed_by.join(", carried by ");
    let _ = write!(
        out,
        "<tr id=\"{id}\"><th scope=\"row\"><bdi>{}</bdi></th><td>{}</td><td>{}</td><td><bdi>{}</bdi></td>",
        Escaped(&note.statement),
        Escaped(&note.validity),
        Escaped(standing),
        Escaped(&voices)
    );
    remark(out, note);
    sources(out, &note.citations);
    out.push_str("</tr>\n");
}

/// A cell of the remark on a statement.
fn remark(out: &mut String, note: &Footnote) {
    let _ = write!(out, "<td><bdi>{}</bdi></td>", Escaped(note.note.as_deref().unwrap_or_default()));
}

/// A cell of citations: publisher, title, date, place, and the address where it is one of the web.
fn sources(out: &mut String, citations: &[Cited]) {
    out.push_str("<td>");
    if !citations.is_empty() {
        out.push_str("<ul>");
        for cited in citations {
            let _ = write!(out, "<li><bdi>{}</bdi>: ", Escaped(&cited.publisher));
            let title = Escaped(&cited.title);
            let _ = match cited.url.as_deref() {
                Some(url) if is_of_the_web(url) => {
                    write!(out, "<a href=\"{}\" rel=\"noopener noreferrer\"><bdi>{title}</bdi></a>", Escaped(url))
                }
                Some(place) => write!(out, "<bdi>{title}</bdi>, {}", Escaped(place)),
                None => write!(out, "<bdi>{title}</bdi>"),
            };
            for part in [&cited.date, &cited.at].into_iter().flatten() {
                let _ = write!(out, ", <bdi>{}</bdi>", Escaped(part));
            }
            out.push_str("</li>");
        }
        out.push_str("</ul>");
    }
    out.push_str("</td>");
}

/// Whether a browser may be sent there: an address of another scheme could be a script.
fn is_of_the_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// What a policy knows an inline text by.
fn hashed(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().chain(&[0, 0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for sign in 0..4 {
            let six = bits >> (18 - 6 * sign) & 63;
            text.push(if sign <= three.len() { char::from(SIGNS[six as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, is_of_the_web};

    #[test]
    fn bytes_in_base_64_are_those_of_the_standard() {
        let of = |text: &str| base64(text.as_bytes());
        assert_eq!([of(""), of("f"), of("fo"), of("foo"), of("foob")], ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert!(is_of_the_web("https://example.org/a"));
        assert!(!is_of_the_web("javascript:alert(1)") && !is_of_the_web("data:text/html,x"));
    }
}
