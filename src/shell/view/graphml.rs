//! A picture as GraphML, which yEd, Cytoscape, igraph and NetworkX read.
//!
//! Source: the GraphML primer, with its attributes extension.

use std::fmt::Write;

use super::column::{Column, OF_EDGES, OF_NODES};
use super::picture::Picture;
use super::xml::Escaped;

/// Writes a picture in GraphML.
#[must_use]
pub fn write(picture: &Picture) -> String {
    let mut out = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="frame" for="graph" attr.name="frame" attr.type="string"/>
<key id="query" for="graph" attr.name="query" attr.type="string"/>
<key id="label" for="node" attr.name="label" attr.type="string"/>
"#,
    );
    keys(&mut out, "node", &OF_NODES);
    keys(&mut out, "edge", &OF_EDGES);
    out.push_str("<graph edgedefault=\"directed\">\n");
    data(&mut out, "frame", &picture.title);
    data(&mut out, "query", &picture.question);
    out.push('\n');
    for node in &picture.nodes {
        let _ = write!(out, r#"<node id="{}">"#, Escaped(&node.id));
        data(&mut out, "label", &node.name);
        cells(&mut out, "node", node, &OF_NODES);
        out.push_str("</node>\n");
    }
    for edge in &picture.edges {
        let end = |at: usize| Escaped(&picture.nodes[at].id);
        let (id, from, to) = (Escaped(&edge.id), end(edge.from), end(edge.to));
        let _ = write!(out, r#"<edge id="{id}" source="{from}" target="{to}">"#);
        cells(&mut out, "edge", edge, &OF_EDGES);
        out.push_str("</edge>\n");
    }
    out.push_str("</graph>\n</graphml>\n");
    out
}

fn keys<T>(out: &mut String, of: &str, columns: &[Column<T>]) {
    for (at, column) in columns.iter().enumerate() {
        let name = column.name;
        let _ = writeln!(out, r#"<key id="{of}-{at}" for="{of}" attr.name="{name}" attr.type="string"/>"#);
    }
}

fn cells<T>(out: &mut String, kind: &str, of: &T, columns: &[Column<T>]) {
    for (at, column) in columns.iter().enumerate() {
        data(out, &format!("{kind}-{at}"), &(column.cell)(of));
    }
}

fn data(out: &mut String, key: &str, text: &str) {
    if !text.is_empty() {
        let _ = write!(out, r#"<data key="{key}">{}</data>"#, Escaped(text));
    }
}
