//! RDF (PROV-O, in Turtle): each row an entity, under `WHY` derived from the statements it rests on.

use std::io::{self, Write};

use super::{Renderer, Room};
use crate::graph::{SharedView, Statement};
use crate::rdf::{Base, Format, Named, Row, write_answer};
use crate::session::Answer;

/// `prov`.
pub static PROV: Renderer =
    Renderer { name: "prov", summary: "RDF: rows, and under `WHY` the statements they were derived from", write };

fn write(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    // What only reports what it did has no rows.
    let Some(snapshot) = &answer.snapshot else { return Ok(()) };
    let base = Base::new(&snapshot.schema().base).unwrap_or_default();
    let ways: Vec<Vec<Vec<(Statement, String)>>> = (0..answer.rows.len()).map(|row| ways(answer, row)).collect();
    let rows = answer.rows.iter().zip(&ways).map(|(values, ways)| Row { values, ways });
    let shared = SharedView::new(snapshot.clone(), answer.frame);
    let named = Named { view: shared.view(), entities: &answer.entities };
    write_answer(named, &answer.columns, rows, Format::Turtle, &base, out)
}

/// The sets of statements of a row, with their words.
fn ways(answer: &Answer, row: usize) -> Vec<Vec<(Statement, String)>> {
    let Some(why) = &answer.why else { return Vec::new() };
    let note = |number: &usize| why.footnotes.iter().find(|note| note.number == *number);
    let set = |set: &Vec<usize>| {
        let notes = set.iter().filter_map(note);
        notes.map(|note| (note.of, note.statement.clone())).collect()
    };
    why.rows.get(row).into_iter().flatten().map(set).collect()
}
