//! What is said about a statement that is written: expressions become metadata.

use crate::diag::{code, nearest};
use crate::graph::{Citation, End, Meta, Modality, SourceId, Start, Validity, WrittenPeriod};
use crate::plan::{Expr, Said};
use crate::value::{Date, NodeId, Value};

use super::eval::Row;
use super::{Failure, Worker};

/// The metadata of a new statement.
pub(super) fn meta(said: &Said, row: &mut Row<'_>, worker: &mut Worker<'_>) -> Result<Meta, Failure> {
    let from = said.from.as_ref().map(|day| date(day, row, worker)).transpose()?;
    let until = said.until.as_ref().map(|day| date(day, row, worker)).transpose()?;
    if let (Some(first), Some(end), Some(written)) = (from, until, &said.until)
        && end.last() <= first.first()
    {
        let message = format!("what holds from {first} cannot end on {end}; expected a later day");
        return Err(Failure::Value(code::ARGUMENT_VALUE, message).of(written));
    }
    let learnt = match &said.known {
        Some(day) => Some(date(day, row, worker)?),
        None => worker.query.learnt,
    };
    let validity = match (from, until) {
        (None, None) => Validity::Unknown,
        (from, until) => Validity::In(vec![WrittenPeriod {
            from: from.map_or(Start::Unknown, Start::On),
            to: until.map_or(End::Unknown, End::Until),
        }]),
    };
    let mut citations = Vec::new();
    for document in &said.citing {
        let source = source(document, row, worker)?;
        citations.push(Citation { source, at: None, quote: None, retrieved: None });
    }
    let claimed_by = said.claimed_by.iter().map(|voice| node(voice, row, worker)).collect::<Result<_, _>>()?;
    let modality = said.modality.as_deref().and_then(Modality::parse).unwrap_or(Modality::Fact);
    Ok(Meta { validity, learnt, modality, claimed_by, citations, ..Meta::default() })
}

/// A date, or a text that is one.
pub(super) fn date(day: &Expr, row: &mut Row<'_>, worker: &mut Worker<'_>) -> Result<Date, Failure> {
    let found = match row.eval(day, worker)? {
        Value::Date(date) => Ok(date),
        Value::Text(text) => text.parse::<Date>().map_err(|wrong| wrong.to_string()),
        other => Err(format!("a day is {}; expected a date, such as '2025-10-21'", other.described())),
    };
    found.map_err(|message| Failure::Value(code::ARGUMENT_VALUE, message).of(day))
}

fn source(document: &Expr, row: &mut Row<'_>, worker: &mut Worker<'_>) -> Result<SourceId, Failure> {
    let value = row.eval(document, worker)?;
    let sources = worker.view().snapshot().sources();
    let Some(id) = value.as_text() else {
        let message = format!("a source is named by its id, not by {}", value.described());
        return Err(Failure::Value(code::TYPE_ERROR, message).of(document));
    };
    match sources.iter().position(|source| *source.id == *id) {
        Some(at) => Ok(SourceId(at as u32)),
        None => Err(unknown("source", id, sources.iter().map(|source| &*source.id)).of(document)),
    }
}

/// A node, or the text that is its id.
fn node(voice: &Expr, row: &mut Row<'_>, worker: &mut Worker<'_>) -> Result<NodeId, Failure> {
    let value = row.eval(voice, worker)?;
    let snapshot = worker.view().snapshot();
    match &value {
        Value::Node(node) => Ok(*node),
        Value::Text(id) => match snapshot.node(id) {
            Some(node) => Ok(node),
            None => Err(unknown("voice", id, snapshot.nodes().map(|node| &**snapshot.node_id(node))).of(voice)),
        },
        other => {
            let message = format!("a voice is {}; expected a node or its id", other.described());
            Err(Failure::Value(code::TYPE_ERROR, message).of(voice))
        }
    }
}

fn unknown<'a>(what: &str, id: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let near = nearest(id, known).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
    Failure::Value(code::UNKNOWN_REFERENCE, format!("no {what} `{id}`{near}"))
}
