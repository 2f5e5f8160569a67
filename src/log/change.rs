//! One change, with names instead of numbers, so that it can be made to another version of the graph.
//!
//! A node is named by its id, a relationship by its type and ends. Where there are several of one type between two nodes,
//! what is said in them tells them apart, by a digest of their canonical lines: not by a place, which another order of the
//! files would change.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::graph::{self, ChainEntry, Change, Entity, Meta, NewEntry, NewNode, NewRel, Snapshot, State};
use crate::value::{NodeId, RelId, Value};

use super::said::{Ending, Said, date, node};
use super::{Unresolved, line, value};

/// A node or relationship.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum Named {
    Node(String),
    Rel {
        kind: String,
        start: String,
        end: String,
        /// Which of several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        like: Option<String>,
    },
}

type Pairs<T> = Vec<(String, T)>;

/// What a node or relationship is created with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct With {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    properties: Pairs<Json>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    histories: Pairs<Vec<(Json, Said)>>,
    #[serde(default)]
    said: Said,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum NamedChange {
    CreateNode {
        id: String,
        labels: Vec<String>,
        with: With,
    },
    CreateRel {
        kind: String,
        start: String,
        end: String,
        with: With,
    },
    Set {
        of: Named,
        key: String,
        value: Json,
    },
    /// An entry of a history.
    Entry {
        of: Named,
        key: String,
        value: Json,
        said: Said,
    },
    Label {
        node: String,
        label: String,
        on: bool,
    },
    Delete(Named),
    Status {
        of: Vec<String>,
        state: String,
        on: String,
        #[serde(default)]
        end: Ending,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(default)]
        de_facto: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
        said: Said,
    },
}

impl NamedChange {
    /// Names a change that is about to be made to `graph`.
    pub fn of(graph: &Snapshot, change: &Change) -> Result<Self, value::Wrong> {
        Self::named(graph, change, false)
    }

    /// The same, where there may be more relationships beside the one that is changed when the change is made again.
    pub fn among_others(graph: &Snapshot, change: &Change) -> Result<Self, value::Wrong> {
        Self::named(graph, change, true)
    }

    fn named(graph: &Snapshot, change: &Change, among: bool) -> Result<Self, value::Wrong> {
        let id = |node: NodeId| graph.node_id(node).to_string();
        Ok(match change {
            Change::CreateNode(new) => Self::CreateNode {
                id: new.id.clone(),
                labels: new.labels.clone(),
                with: With::of(graph, &new.properties, &new.histories, &new.meta)?,
            },
            Change::CreateRel(new) => Self::CreateRel {
                kind: new.kind.clone(),
                start: id(new.start),
                end: id(new.end),
                with: With::of(graph, &new.properties, &new.histories, &new.meta)?,
            },
            Change::SetProperty { of, key, value } => {
                Self::Set { of: Named::of(graph, *of, among), key: key.clone(), value: value::write(value)? }
            }
            Change::AddEntry { of, key, value, meta } => Self::Entry {
                of: Named::of(graph, *of, among),
                key: key.clone(),
                value: value::write(value)?,
                said: Said::of(graph, meta),
            },
            Change::SetLabel { node, label, on } => Self::Label { node: id(*node), label: label.clone(), on: *on },
            Change::Delete(entity) => Self::Delete(Named::of(graph, *entity, among)),
            Change::AddStatus(new) => Self::Status {
                of: new.of.iter().map(|node| id(*node)).collect(),
                state: new.entry.state.key().to_owned(),
                on: new.entry.on.to_string(),
                end: Ending::of(new.entry.end),
                by: new.entry.by.map(id),
                de_facto: new.entry.de_facto,
                part: new.entry.part.clone(),
                said: Said::of(graph, &new.entry.meta),
            },
        })
    }

    /// The change as `graph` numbers it.
    pub fn read(&self, graph: &Snapshot) -> Result<Change, Unresolved> {
        Ok(match self {
            Self::CreateNode { id, labels, with } => {
                let (properties, histories, meta) = with.read(graph)?;
                Change::CreateNode(NewNode { id: id.clone(), labels: labels.clone(), properties, histories, meta })
            }
            Self::CreateRel { kind, start, end, with } => {
                let (properties, histories, meta) = with.read(graph)?;
                let (start, end) = (node(graph, start)?, node(graph, end)?);
                Change::CreateRel(NewRel { kind: kind.clone(), start, end, properties, histories, meta })
            }
            Self::Set { of, key, value } => {
                Change::SetProperty { of: of.read(graph)?, key: key.clone(), value: read_value(value)? }
            }
            Self::Entry { of, key, value, said } => Change::AddEntry {
                of: of.read(graph)?,
                key: key.clone(),
                value: read_value(value)?,
                meta: said.read(graph)?,
            },
            Self::Label { node: id, label, on } => {
                Change::SetLabel { node: node(graph, id)?, label: label.clone(), on: *on }
            }
            Self::Delete(of) => Change::Delete(of.read(graph)?),
            Self::Status { of, state, on, end, by, de_facto, part, said } => {
                let state =
                    State::parse(state).ok_or_else(|| Unresolved::Unreadable(format!("no status `{state}`")))?;
                let entry = ChainEntry {
                    state,
                    on: date(on)?,
                    end: end.read()?,
                    by: by.as_deref().map(|id| node(graph, id)).transpose()?,
                    de_facto: *de_facto,
                    part: part.clone(),
                    assumed: false,
                    meta: said.read(graph)?,
                };
                let of = of.iter().map(|id| node(graph, id)).collect::<Result<_, _>>()?;
                Change::AddStatus(NewEntry { of, entry })
            }
        })
    }
}

fn read_value(json: &Json) -> Result<Value, Unresolved> {
    value::read(json).map_err(Unresolved::Unreadable)
}

impl With {
    fn of(
        graph: &Snapshot,
        properties: &[(String, Value)],
        histories: &[(String, Vec<(Value, Meta)>)],
        meta: &Meta,
    ) -> Result<Self, value::Wrong> {
        let written = |(key, value): &(String, Value)| Ok((key.clone(), value::write(value)?));
        let entry = |(value, meta): &(Value, Meta)| Ok((value::write(value)?, Said::of(graph, meta)));
        let history = |(key, entries): &(String, Vec<_>)| {
            Ok((key.clone(), entries.iter().map(entry).collect::<Result<_, value::Wrong>>()?))
        };
        Ok(Self {
            properties: properties.iter().map(written).collect::<Result<_, value::Wrong>>()?,
            histories: histories.iter().map(history).collect::<Result<_, value::Wrong>>()?,
            said: Said::of(graph, meta),
        })
    }

    #[expect(clippy::type_complexity, reason = "the three parts of what is created")]
    fn read(&self, graph: &Snapshot) -> Result<(Pairs<Value>, Pairs<Vec<(Value, Meta)>>, Meta), Unresolved> {
        let value = |(key, json): &(String, Json)| Ok((key.clone(), read_value(json)?));
        let entry = |(json, said): &(Json, Said)| Ok((read_value(json)?, said.read(graph)?));
        let history = |(key, entries): &(String, Vec<_>)| {
            Ok((key.clone(), entries.iter().map(entry).collect::<Result<_, Unresolved>>()?))
        };
        Ok((
            self.properties.iter().map(value).collect::<Result<_, Unresolved>>()?,
            self.histories.iter().map(history).collect::<Result<_, Unresolved>>()?,
            self.said.read(graph)?,
        ))
    }
}

impl Named {
    fn of(graph: &Snapshot, entity: Entity, among: bool) -> Self {
        match entity {
            Entity::Node(node) => Named::Node(graph.node_id(node).to_string()),
            Entity::Rel(rel) => {
                let (rel_type, start, end) = graph.rel(rel);
                let several = among || graph.between(rel_type, start, end).nth(1).is_some();
                Named::Rel {
                    kind: graph.catalog().type_name(rel_type).to_string(),
                    start: graph.node_id(start).to_string(),
                    end: graph.node_id(end).to_string(),
                    like: several.then(|| digest(graph, rel)),
                }
            }
        }
    }

    fn read(&self, graph: &Snapshot) -> Result<Entity, Unresolved> {
        let (kind, start, end, like) = match self {
            Named::Node(id) => return node(graph, id).map(Entity::Node),
            Named::Rel { kind, start, end, like } => (kind, start, end, like),
        };
        let shown = || format!("{start}-[:{kind}]->{end}");
        let (from, to) = (node(graph, start)?, node(graph, end)?);
        let stored = graph.catalog().rel_type(kind);
        let all: Vec<RelId> = stored.into_iter().flat_map(|rel_type| graph.between(rel_type, from, to)).collect();
        let found = match (like, all.as_slice()) {
            (_, []) => return Err(Unresolved::NoRel(shown())),
            (None, [one]) => Some(*one),
            (None, _) => return Err(Unresolved::SeveralRels(shown())),
            // Those that are equal can stand for each other.
            (Some(like), all) => all.iter().copied().find(|rel| digest(graph, *rel) == *like),
        };
        found.map(Entity::Rel).ok_or_else(|| Unresolved::NoSuchRel(shown()))
    }
}

/// What tells a relationship from others between the same nodes.
fn digest(graph: &Snapshot, rel: RelId) -> String {
    line::checksum(&[&graph::dump_rel(graph, rel)])
}
