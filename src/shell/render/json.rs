//! JSON (RFC 8259): one array of row objects, or a line for each.
//!
//! A date, a time and a duration are texts; a node is `{id, labels, properties}`, a relationship `{id, type, start, end, properties}`. Under `WHY`
//! each row has a member `why`: its sets of statements, each with its sources.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::{Renderer, Room};
use crate::question::{Reasons, Why};
use crate::session::Answer;
use crate::value::{NodeId, RelId, Value};

/// `json`.
pub static JSON: Renderer = Renderer { name: "json", summary: "one array of row objects", write: write_array };
/// `jsonl`.
pub static JSONL: Renderer = Renderer { name: "jsonl", summary: "a row object on each line", write: write_lines };

fn write_array(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    let reasons = answer.why.as_ref().map(Why::all);
    let rows: Vec<Json> = (0..answer.rows.len()).map(|row| object(answer, row, reasons.as_ref())).collect();
    serde_json::to_writer_pretty(&mut *out, &rows)?;
    writeln!(out)
}

fn write_lines(answer: &Answer, _room: Room, out: &mut dyn Write) -> io::Result<()> {
    let reasons = answer.why.as_ref().map(Why::all);
    for row in 0..answer.rows.len() {
        serde_json::to_writer(&mut *out, &object(answer, row, reasons.as_ref()))?;
        writeln!(out)?;
    }
    Ok(())
}

fn object(answer: &Answer, row: usize, why: Option<&Reasons>) -> Json {
    let values = answer.columns.iter().zip(&answer.rows[row]);
    let mut object: Map<String, Json> = values.map(|(name, v)| (name.clone(), value(v, answer))).collect();
    if let Some(why) = why {
        object.insert("why".into(), reasons(why, row));
    }
    Json::Object(object)
}

/// The sets of a row, each a list of statements.
fn reasons(why: &Reasons, row: usize) -> Json {
    let statement = |number: &usize| why.note(*number).map(|note| json!(note));
    let sets = why.rows.get(row).map(Vec::as_slice).unwrap_or_default();
    sets.iter().map(|set| set.iter().filter_map(statement).collect::<Json>()).collect()
}

fn value(value_: &Value, answer: &Answer) -> Json {
    match value_ {
        Value::Null => Json::Null,
        Value::Bool(yes) => json!(yes),
        Value::Int(number) => json!(number),
        // JSON has no NaN and no infinity: they are written as texts.
        Value::Float(number) if !number.is_finite() => json!(value_.to_string()),
        Value::Float(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Date(date) => json!(date.to_string()),
        Value::LocalTime(time) => json!(time.to_string()),
        Value::Time(time) => json!(time.to_string()),
        Value::LocalDateTime(at) => json!(at.to_string()),
        Value::DateTime(at) => json!(at.to_string()),
        Value::Duration(duration) => json!(duration.to_string()),
        Value::List(list) => list.iter().map(|v| value(v, answer)).collect(),
        Value::Map(map) => Json::Object(map.iter().map(|(key, v)| (key.to_string(), value(v, answer))).collect()),
        Value::Node(id) => node(*id, answer),
        Value::Rel(id) => relationship(*id, answer),
        Value::Path(path) => json!({
            "nodes": path.nodes.iter().map(|id| node(*id, answer)).collect::<Json>(),
            "relationships": path.rels.iter().map(|id| relationship(*id, answer)).collect::<Json>(),
        }),
    }
}

fn node(id: NodeId, answer: &Answer) -> Json {
    let Some(node) = answer.entities.nodes.get(&id) else { return Json::Null };
    let properties: Map<_, _> = node.properties.iter().map(|(key, v)| (key.to_string(), value(v, answer))).collect();
    json!({"id": node.id, "labels": node.labels, "properties": properties})
}

fn relationship(id: RelId, answer: &Answer) -> Json {
    let Some(rel) = answer.entities.rels.get(&id) else { return Json::Null };
    let properties: Map<_, _> = rel.properties.iter().map(|(key, v)| (key.to_string(), value(v, answer))).collect();
    let end = |id: NodeId| answer.entities.nodes.get(&id).map(|node| node.id.clone());
    json!({"id": rel.id, "type": rel.kind, "start": end(rel.start), "end": end(rel.end), "properties": properties})
}
