//! The template of an import: an entry with cells in its texts.

use super::fields::is_type;
use super::yaml::{Content, Yaml};

/// A template as rows are filled into it: every cell is known by its place.
pub(super) enum Template {
    Empty,
    Text(Vec<Piece>),
    List(Vec<Template>),
    Map {
        entries: Vec<(String, Template)>,
        /// Whether it relates its subject to something, and is nothing without.
        relates: bool,
    },
}

impl Template {
    pub fn new(yaml: &Yaml, columns: &[String]) -> Self {
        let new = |yaml| Self::new(yaml, columns);
        match &yaml.value {
            Content::Empty => Self::Empty,
            Content::Text(text) => {
                let piece = |part| match part {
                    Part::Text(text) => (!text.is_empty()).then(|| Piece::Text(text.to_owned())),
                    Part::Cell { column, first } => {
                        let at = columns.iter().position(|known| known == column)?;
                        Some(Piece::Cell { at, first })
                    }
                };
                Self::Text(parts(text).into_iter().filter_map(piece).collect())
            }
            Content::List(list) => Self::List(list.iter().map(new).collect()),
            Content::Map(map) => Self::Map {
                entries: map.iter().map(|entry| (entry.key.clone(), new(&entry.value))).collect(),
                relates: map.iter().any(|entry| is_type(&entry.key)) && map.iter().any(|entry| entry.key == "subject"),
            },
        }
    }
}

/// A part of a template's text, with the place of its column.
pub(super) enum Piece {
    Text(String),
    Cell { at: usize, first: Option<usize> },
}

/// A part of a template's text.
#[derive(Clone, Copy)]
pub(super) enum Part<'t> {
    Text(&'t str),
    /// `{column}`, or `{column:6}` for its first six characters.
    Cell {
        column: &'t str,
        first: Option<usize>,
    },
}

pub(super) fn parts(mut text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some((before, rest)) = text.split_once('{') {
        let Some((cell, after)) = rest.split_once('}') else { break };
        let (column, first) = match cell.rsplit_once(':').map(|(column, n)| (column, n.parse::<usize>())) {
            Some((column, Ok(n))) => (column, Some(n)),
            _ => (cell, None),
        };
        parts.extend([Part::Text(before), Part::Cell { column, first }]);
        text = after;
    }
    parts.push(Part::Text(text));
    parts
}
