//! A picture as GEXF 1.3, for Gephi: every node and relationship with the days on which it holds, as spells.
//!
//! Source: the specification of GEXF 1.3, in which the bounds of a spell are days of it.

use std::fmt::Write;

use crate::value::{Day, Periods};

use super::column::{Column, OF_EDGES, OF_NODES};
use super::picture::Picture;
use super::xml::Escaped;

/// Writes a picture in GEXF.
#[must_use]
pub fn write(picture: &Picture) -> String {
    let (title, question) = (Escaped(&picture.title), Escaped(&picture.question));
    let mut out = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
<meta><creator>Portolan</creator><description>{title}: {question}</description></meta>
<graph defaultedgetype="directed" mode="dynamic" timeformat="date" timerepresentation="interval" idtype="string">
"#
    );
    attributes(&mut out, "node", &OF_NODES);
    attributes(&mut out, "edge", &OF_EDGES);
    out.push_str("<nodes>\n");
    for node in &picture.nodes {
        let _ = write!(out, r#"<node id="{}" label="{}">"#, Escaped(&node.id), Escaped(&node.name));
        values(&mut out, node, &OF_NODES);
        spells(&mut out, &node.days);
        let (r, g, b) = node.kind.look().rgb();
        let _ = writeln!(out, r#"<viz:color r="{r}" g="{g}" b="{b}"/></node>"#);
    }
    out.push_str("</nodes>\n<edges>\n");
    for edge in &picture.edges {
        let end = |at: usize| Escaped(&picture.nodes[at].id);
        let _ = write!(
            out,
            r#"<edge id="{}" source="{}" target="{}" label="{}" kind="{}">"#,
            Escaped(&edge.id),
            end(edge.from),
            end(edge.to),
            Escaped(&edge.headline()),
            Escaped(&edge.kind)
        );
        values(&mut out, edge, &OF_EDGES);
        spells(&mut out, &edge.days);
        out.push_str("</edge>\n");
    }
    out.push_str("</edges>\n</graph>\n</gexf>\n");
    out
}

fn attributes<T>(out: &mut String, class: &str, columns: &[Column<T>]) {
    let _ = writeln!(out, r#"<attributes class="{class}" mode="static">"#);
    for (at, column) in columns.iter().enumerate() {
        let _ = writeln!(out, r#"<attribute id="{at}" title="{}" type="string"/>"#, column.name);
    }
    out.push_str("</attributes>\n");
}

fn values<T>(out: &mut String, of: &T, columns: &[Column<T>]) {
    out.push_str("<attvalues>");
    for (at, column) in columns.iter().enumerate() {
        let cell = (column.cell)(of);
        if !cell.is_empty() {
            let _ = write!(out, r#"<attvalue for="{at}" value="{}"/>"#, Escaped(&cell));
        }
    }
    out.push_str("</attvalues>");
}

/// The days; none where it is every day, which is what no spell means.
fn spells(out: &mut String, days: &Periods) {
    if days.is_empty() || *days == Periods::always() {
        return;
    }
    out.push_str("<spells>");
    for period in days.as_slice() {
        out.push_str("<spell");
        if period.from != Day::MIN {
            let _ = write!(out, r#" start="{}""#, period.from);
        }
        if period.to != Day::MAX {
            let _ = write!(out, r#" end="{}""#, period.last());
        }
        out.push_str("/>");
    }
    out.push_str("</spells>");
}
