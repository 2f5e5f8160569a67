//! What a picture says of its nodes and relationships, a column each: for the formats that are tables inside.

use crate::question::{Cited, Footnote};
use crate::value::Periods;

use super::picture::{Edge, Node};

/// A column of such a table.
pub(super) struct Column<T> {
    pub name: &'static str,
    /// Its cell; empty where there is nothing to say.
    pub cell: fn(&T) -> String,
}

pub(super) static OF_NODES: [Column<Node>; 6] = [
    Column { name: "class", cell: |node| node.class.clone() },
    Column { name: "kind", cell: |node| node.kind.look().words.to_owned() },
    Column { name: "standing", cell: |node| node.state.clone() },
    Column { name: "days", cell: |node| days(&node.days) },
    Column { name: "note", cell: |node| node.note.note.clone().unwrap_or_default() },
    Column { name: "sources", cell: |node| sources(&node.note) },
];

pub(super) static OF_EDGES: [Column<Edge>; 11] = [
    Column { name: "type", cell: |edge| edge.kind.to_string() },
    Column { name: "negated", cell: |edge| edge.negated.to_string() },
    Column { name: "derived", cell: |edge| edge.derived.to_string() },
    Column { name: "properties", cell: |edge| edge.properties.clone() },
    Column { name: "when", cell: |edge| edge.note.validity.clone() },
    Column { name: "days", cell: |edge| days(&edge.days) },
    Column { name: "modality", cell: |edge| edge.note.modality.to_owned() },
    Column { name: "claimed by", cell: |edge| edge.note.claimed_by.join(", carried by ") },
    Column { name: "standing", cell: |edge| edge.state.clone() },
    Column { name: "note", cell: |edge| edge.note.note.clone().unwrap_or_default() },
    Column { name: "sources", cell: |edge| sources(&edge.note) },
];

fn days(days: &Periods) -> String {
    if *days == Periods::always() { String::new() } else { days.to_string() }
}

fn sources(note: &Footnote) -> String {
    let line = |cited: &Cited| match &cited.url {
        Some(url) => format!("{}, {url}", cited.line()),
        None => cited.line(),
    };
    note.citations.iter().map(line).collect::<Vec<_>>().join("; ")
}
