//! A picture for Graphviz, which lays it out itself.

use std::fmt::Write;

use super::picture::Picture;
use super::standing::Standing;

/// Writes a picture in DOT.
#[must_use]
pub fn write(picture: &Picture) -> String {
    let mut out = String::from("digraph portolan {\n");
    let _ = writeln!(out, "  label={}; labelloc=t; rankdir=LR;", quoted(&picture.title));
    out.push_str("  node [fontname=\"Helvetica\", style=filled]; edge [fontname=\"Helvetica\", fontsize=10];\n");
    for (at, node) in picture.nodes.iter().enumerate() {
        let look = node.kind.look();
        let parts = [node.name.as_str(), &node.class, &node.state];
        let lines: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let style = if node.standing == Standing::Holds { "filled" } else { "filled,dashed" };
        let _ = writeln!(
            out,
            "  n{at} [id={}, label={}, shape={}, style={}, color=\"{}\", fillcolor=\"{}\"];",
            quoted(&node.id),
            quoted(&lines.join("\n")),
            look.graphviz,
            quoted(style),
            look.line,
            look.fill,
        );
    }
    for edge in &picture.edges {
        let mut lines = vec![edge.headline()];
        lines.extend(edge.remarks());
        let _ = writeln!(
            out,
            "  n{} -> n{} [id={}, label={}, style={}, color=\"{}\"];",
            edge.from,
            edge.to,
            quoted(&edge.id),
            quoted(&lines.join("\n")),
            if edge.standing == Standing::Holds { "solid" } else { "dashed" },
            colour(edge.standing),
        );
    }
    out.push_str("}\n");
    out
}

fn colour(standing: Standing) -> &'static str {
    match standing {
        Standing::Holds | Standing::Suspended => "#616e7c",
        Standing::Projected | Standing::Unknown | Standing::Unrealised => "#8794a1",
        Standing::NotInForce | Standing::Wrong => "#aab4be",
        Standing::Denied => "#a32035",
    }
}

/// A text in double quotes. Only the quote ends it, and a backslash would be read with what follows; a line ends in `\n`.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            // Graphviz reads entities as HTML does.
            '&' => quoted.push_str("&amp;"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
