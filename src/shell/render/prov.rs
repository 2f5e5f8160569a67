//! RDF (PROV-O, in Turtle): each row an entity, under `WHY` derived from the statements it rests on.

use std::io::{self, Write};

use super::{Renderer, Room};
use crate::graph::{SharedView, Statement};
use crate::question::{Reasons, Why};
use crate::rdf::{Base, Format, Named, Row, write_answer};
use crate::session::Answer;

/// `prov`.
pub static PROV: Renderer =
    Renderer { name: "prov", summary: "RDF: rows, and under `WHY` the statements they were derived from", write };

fn write(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    // What only reports what it did has no rows.
    let Some(snapshot) = &answer.snapshot else { return Ok(()) };
    let base = Base::new(&snapshot.schema().base).unwrap_or_default();
    let reasons = answer.why.as_ref().map(Why::all).unwrap_or_default();
    let ways: Vec<Vec<Vec<(Statement, String)>>> = (0..answer.rows.len()).map(|row| ways(&reasons, row)).collect();
    let rows = answer.rows.iter().zip(&ways).map(|(values, ways)| Row { values, ways });
    let shared = SharedView::new(snapshot.clone(), answer.frame);
    let named = Named { view: shared.view(), entities: &answer.entities };
    write_answer(named, &answer.columns, rows, Format::Turtle, &base, out)
}

/// The sets of statements of a row, with their words.
fn ways(reasons: &Reasons, row: usize) -> Vec<Vec<(Statement, String)>> {
    let set = |set: &Vec<usize>| {
        let notes = set.iter().filter_map(|number| reasons.note(*number));
        notes.map(|note| (note.of, note.statement.clone())).collect()
    };
    reasons.rows.get(row).into_iter().flatten().map(set).collect()
}
