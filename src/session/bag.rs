//! Rows of several runs, told apart by what is visible of them, and put in one answer.

use std::sync::Arc;

use crate::value::text::Shown;
use crate::value::{Entities, NodeId, Path, RelId, RelValue, Value};

/// What tells a row from others: of a node its id and what is visible of it, of a relationship its ends as well.
pub(super) fn key(row: &[Value], entities: &Entities) -> Vec<String> {
    row.iter().map(|value| key_of(value, entities)).collect()
}

fn key_of(value: &Value, entities: &Entities) -> String {
    match value {
        Value::Node(node) => entities
            .nodes
            .get(node)
            .map_or(String::new(), |node| format!("({} {:?} {:?})", node.id, node.labels, node.properties)),
        Value::Rel(rel) => entities.rels.get(rel).map_or(String::new(), |rel| {
            let end = |end| entities.nodes.get(end).map_or("", |node| &*node.id);
            format!("[{} {} {} {:?}]", end(&rel.start), rel.kind, end(&rel.end), rel.properties)
        }),
        Value::Path(path) => {
            let nodes: Vec<String> = path.nodes.iter().map(|node| key_of(&Value::Node(*node), entities)).collect();
            let rels: Vec<String> = path.rels.iter().map(|rel| key_of(&Value::Rel(*rel), entities)).collect();
            format!("<{nodes:?} {rels:?}>")
        }
        Value::List(list) => format!("{:?}", key(list, entities)),
        Value::Map(map) => {
            let entries = map.iter().map(|(name, value)| format!("{name:?}: {}", key_of(value, entities)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        scalar => Shown(scalar, entities).to_string(),
    }
}

/// The entities of an answer whose rows come from several runs. What looked otherwise in another run gets a number of its
/// own, so that one answer can show a thing as it was and as it is.
#[derive(Default)]
pub(super) struct Gathered {
    pub entities: Entities,
    /// Numbers given away, from the last one down.
    given: u32,
}

impl Gathered {
    /// A row of a run, with the numbers that this answer knows its entities by.
    pub fn row(&mut self, row: &[Value], run: &Entities) -> Vec<Value> {
        row.iter().map(|value| self.value(value, run)).collect()
    }

    fn value(&mut self, value: &Value, run: &Entities) -> Value {
        match value {
            Value::Node(node) => Value::Node(self.node(*node, run)),
            Value::Rel(rel) => Value::Rel(self.rel(*rel, run)),
            Value::Path(path) => Value::Path(Arc::new(Path {
                nodes: path.nodes.iter().map(|node| self.node(*node, run)).collect(),
                rels: path.rels.iter().map(|rel| self.rel(*rel, run)).collect(),
            })),
            Value::List(list) => Value::list(list.iter().map(|value| self.value(value, run)).collect::<Vec<_>>()),
            Value::Map(map) => {
                Value::map(map.iter().map(|(key, value)| (key.clone(), self.value(value, run))).collect::<Vec<_>>())
            }
            scalar => scalar.clone(),
        }
    }

    fn node(&mut self, id: NodeId, run: &Entities) -> NodeId {
        let Some(seen) = run.nodes.get(&id) else { return id };
        let known = &mut self.entities.nodes;
        let renamed = (u32::MAX - self.given..=u32::MAX).map(NodeId);
        if let Some(same) = std::iter::once(id).chain(renamed).find(|other| known.get(other) == Some(seen)) {
            return same;
        }
        let number = if known.contains_key(&id) { NodeId(self.next()) } else { id };
        self.entities.nodes.insert(number, seen.clone());
        number
    }

    fn rel(&mut self, id: RelId, run: &Entities) -> RelId {
        let Some(seen) = run.rels.get(&id) else { return id };
        let seen = RelValue { start: self.node(seen.start, run), end: self.node(seen.end, run), ..seen.clone() };
        let known = &mut self.entities.rels;
        let renamed = (u32::MAX - self.given..=u32::MAX).map(RelId);
        if let Some(same) = std::iter::once(id).chain(renamed).find(|other| known.get(other) == Some(&seen)) {
            return same;
        }
        let number = if known.contains_key(&id) { RelId(self.next()) } else { id };
        self.entities.rels.insert(number, seen);
        number
    }

    fn next(&mut self) -> u32 {
        self.given += 1;
        u32::MAX - self.given
    }
}
