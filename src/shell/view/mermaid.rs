//! A picture as a flowchart of Mermaid, which is drawn where a Markdown file shows it.

use std::fmt::Write;

use super::kind::Kind;
use super::picture::Picture;
use super::standing::Standing;

/// Writes a picture in Mermaid.
#[must_use]
pub fn write(picture: &Picture) -> String {
    let mut out = String::from("flowchart LR\n");
    let _ = writeln!(out, "  accTitle: {}", plain(&picture.title));
    for (at, node) in picture.nodes.iter().enumerate() {
        let look = node.kind.look();
        let parts = [node.name.as_str(), &node.class, &node.state];
        let lines: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).map(escaped).collect();
        let (open, close) = look.mermaid;
        let _ = writeln!(out, "  n{at}{open}\"{}\"{close}:::{}", lines.join("<br>"), look.class);
    }
    for edge in &picture.edges {
        let mut lines = vec![escaped(&edge.headline())];
        lines.extend(edge.remarks().iter().map(|remark| escaped(remark)));
        let arrow = if edge.standing == Standing::Holds { "-->" } else { "-.->" };
        let _ = writeln!(out, "  n{} {arrow}|\"{}\"| n{}", edge.from, lines.join("<br>"), edge.to);
    }
    for kind in Kind::ALL.into_iter().filter(|kind| picture.nodes.iter().any(|node| node.kind == *kind)) {
        let look = kind.look();
        let _ = writeln!(out, "  classDef {} fill:{},stroke:{},color:#1f2933", look.class, look.fill, look.line);
    }
    let dashed = |standing: Standing| standing != Standing::Holds;
    let dashed: Vec<String> =
        (0..picture.nodes.len()).filter(|at| dashed(picture.nodes[*at].standing)).map(|at| format!("n{at}")).collect();
    if !dashed.is_empty() {
        let _ = writeln!(out, "  classDef dashed stroke-dasharray:6 4\n  class {} dashed", dashed.join(","));
    }
    out
}

/// A text inside double quotes: whatever Mermaid could read as more than text is written by its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            ' ' | '-' | '.' | ',' | ':' | '/' | '(' | ')' | '\'' | '?' | '+' | '=' => escaped.push(c),
            c if c.is_control() => escaped.push(' '),
            c if c.is_ascii_punctuation() => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text that ends with its line, and has no sign that Mermaid could read as more.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '#' | ';' | '%' | '{' | '}' | '<' | '>') { ' ' } else { c })
        .collect()
}
