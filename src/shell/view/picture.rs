//! The picture of an answer as data: what its rows name, before anybody decides where it stands or how it looks.
//!
//! Nodes and relationships are those that the rows name, with the ends of the relationships and the steps of the paths; a
//! relationship that the graph has between two of them and no row names is not there. Under `WHY` the statements that the rows
//! rest on are named as well.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::graph::{Entity, GraphView, Schema, SharedView, Statement};
use crate::question::{Footnote, footnote, words};
use crate::session::{Answer, Asked};
use crate::value::{Entities, NodeId, NodeValue, Periods, RelId, RelValue, Value};

use super::super::footer;
use super::kind::Kind;
use super::standing::Standing;

/// What an answer shows, to be drawn.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// The frame it was asked in.
    pub title: String,
    /// What was asked.
    pub question: String,
    /// Its nodes, in the order of their ids inside the graph.
    pub nodes: Vec<Node>,
    /// Its relationships, likewise.
    pub edges: Vec<Edge>,
}

/// A node of a picture.
#[derive(Clone, Debug)]
pub struct Node {
    /// The stable text id.
    pub id: Arc<str>,
    /// What a reader calls it.
    pub name: String,
    /// Its narrowest label, in words.
    pub class: String,
    /// The family of its labels.
    pub kind: Kind,
    /// Whether a measure is in force, and like questions.
    pub standing: Standing,
    /// The standing in words, with its day; empty where there is nothing to say.
    pub state: String,
    /// The days on which it is shown.
    pub days: Periods,
    /// What is said of it and by whom.
    pub note: Footnote,
}

/// A relationship of a picture.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The stable text id.
    pub id: Arc<str>,
    /// The place of its start among the nodes.
    pub from: usize,
    /// The place of its end among the nodes.
    pub to: usize,
    /// Its type.
    pub kind: Arc<str>,
    /// Its properties: `need: 'usual'`.
    pub properties: String,
    /// It says *no*.
    pub negated: bool,
    /// It follows from a definition.
    pub derived: bool,
    /// Whether it is in force, only planned, denied.
    pub standing: Standing,
    /// The standing in words, with its day; empty where there is nothing to say.
    pub state: String,
    /// The days on which it holds.
    pub days: Periods,
    /// What is said and by whom, with the words of its validity and its mood.
    pub note: Footnote,
}

impl Edge {
    /// Its type, with the *not* of a denial.
    #[must_use]
    pub fn headline(&self) -> String {
        if self.negated { format!("not {}", self.kind) } else { self.kind.to_string() }
    }

    /// What stands below its type: properties, when it holds, its mood and whether it is in force.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mood = if self.note.modality == "fact" { "" } else { self.note.modality };
        let parts = [self.properties.as_str(), &self.note.validity, mood, &self.state];
        parts.into_iter().filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Both in a line.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = vec![self.headline()];
        words.extend(self.remarks());
        words.join(", ")
    }
}

impl Picture {
    /// Of what the rows of an answer name; `None` where they name no node and no relationship.
    #[must_use]
    pub fn of(answer: &Answer) -> Option<Self> {
        let snapshot = answer.snapshot.as_ref()?;
        let shared = SharedView::new(snapshot.clone(), answer.frame);
        let mut drawing =
            Drawing { view: shared.view(), picture: Self::default(), places: BTreeMap::new(), seen: BTreeSet::new() };
        let entities = named(answer, drawing.view);
        for (id, node) in &entities.nodes {
            drawing.node(*id, node);
        }
        for (id, rel) in &entities.rels {
            let end = |node: NodeId| Some(&entities.nodes.get(&node)?.id);
            if let (Some(from), Some(to)) = (end(rel.start), end(rel.end)) {
                drawing.edge(*id, rel, (from, to));
            }
        }
        let question = answer.asked.as_ref().and_then(Asked::text).unwrap_or_default();
        let picture = Self { title: footer::asked(answer), question, ..drawing.picture };
        (!picture.nodes.is_empty()).then_some(picture)
    }
}

/// What the rows name, and under `WHY` what they rest on.
pub(super) fn named(answer: &Answer, view: GraphView<'_>) -> Entities {
    let mut entities = answer.entities.clone();
    for statement in answer.statements() {
        match statement {
            Statement::Entity(Entity::Node(node)) => {
                entities.nodes.entry(node).or_insert_with(|| view.node_value(node));
            }
            Statement::Entity(Entity::Rel(rel)) => {
                let shown = entities.rels.entry(rel).or_insert_with(|| view.rel_value(rel));
                for end in [shown.start, shown.end] {
                    entities.nodes.entry(end).or_insert_with(|| view.node_value(end));
                }
            }
            // Of an entry the node is drawn, where a row or a relationship names it.
            Statement::Status(_) | Statement::History(_) => {}
        }
    }
    entities
}

struct Drawing<'g> {
    view: GraphView<'g>,
    picture: Picture,
    /// Where nodes stand in the picture: what two runs of a question saw otherwise is one node of it.
    places: BTreeMap<Arc<str>, usize>,
    /// Relationships that are in it already, likewise.
    seen: BTreeSet<Arc<str>>,
}

impl Drawing<'_> {
    fn node(&mut self, id: NodeId, value: &NodeValue) {
        if self.places.contains_key(&value.id) {
            return;
        }
        let snapshot = self.view.snapshot();
        let statement = Statement::Entity(Entity::Node(id));
        let held = snapshot.holds(statement) && *snapshot.node_id(id) == value.id;
        let (standing, state) = if held { Standing::of_node(self.view, id) } else { Default::default() };
        let schema = snapshot.schema();
        self.places.insert(value.id.clone(), self.picture.nodes.len());
        self.picture.nodes.push(Node {
            id: value.id.clone(),
            name: called(value),
            class: class(schema, value),
            kind: Kind::of(schema, &value.labels),
            standing,
            state,
            days: if held { self.view.days(Entity::Node(id)) } else { Periods::default() },
            note: if held { footnote(snapshot, 0, statement) } else { unsaid(statement, called(value)) },
        });
    }

    fn edge(&mut self, id: RelId, value: &RelValue, ends: (&Arc<str>, &Arc<str>)) {
        let (Some(from), Some(to)) = (self.places.get(ends.0).copied(), self.places.get(ends.1).copied()) else {
            return;
        };
        if !self.seen.insert(value.id.clone()) {
            return;
        }
        let snapshot = self.view.snapshot();
        let entity = Entity::Rel(id);
        let statement = Statement::Entity(entity);
        let held = snapshot.holds(statement) && snapshot.rel_id(id) == value.id;
        let derived = held && snapshot.is_derived_rel(id);
        let sentence = || format!("{} {} {}", self.picture.nodes[from].name, value.kind, self.picture.nodes[to].name);
        let mut note = if held { footnote(snapshot, 0, statement) } else { unsaid(statement, sentence()) };
        let days = if held { self.view.days(entity) } else { Periods::default() };
        if derived {
            note.validity = if days == Periods::always() { String::new() } else { days.to_string() };
        }
        let (standing, state) = if held { Standing::of_rel(self.view, id) } else { Default::default() };
        let properties = if held { words::properties(snapshot, entity) } else { String::new() };
        self.picture.edges.push(Edge {
            id: value.id.clone(),
            from,
            to,
            kind: value.kind.clone(),
            properties: properties.trim().trim_matches(['{', '}']).to_owned(),
            negated: held && snapshot.meta(statement).negated,
            derived,
            standing,
            state,
            days,
            note,
        });
    }
}

/// What a reader calls a node: its name; of what was said or measured, that.
pub(super) fn called(node: &NodeValue) -> String {
    let text = |key: &str| match node.properties.get(key) {
        Some(Value::Text(text)) => Some(text.to_string()),
        _ => None,
    };
    text("name").or_else(|| text("text")).or_else(|| figure(node)).unwrap_or_else(|| node.id.to_string())
}

/// `share of imports: 98 percent`, of a node that has an indicator and a value, or the two ends of a range.
fn figure(node: &NodeValue) -> Option<String> {
    let Some(Value::Text(indicator)) = node.properties.get("indicator") else { return None };
    let number = |key: &str| node.properties.get(key).map(ToString::to_string);
    let value = number("value").or_else(|| Some(format!("{} to {}", number("low")?, number("high")?)))?;
    let unit = match node.properties.get("unit") {
        Some(Value::Text(unit)) => format!(" {unit}"),
        _ => String::new(),
    };
    Some(format!("{indicator}: {value}{unit}"))
}

/// The narrowest of a node's labels, in words: `export licensing requirement`. A label that a rule gives only where there is no other.
pub(super) fn class(schema: &Schema, node: &NodeValue) -> String {
    let is_broader = |label: &str| {
        let narrower =
            |other: &&Arc<str>| other.as_ref() != label && schema.closure(other).iter().any(|of| of == label);
        node.labels.iter().filter(|other| !is_derived(schema, other)).any(|other| narrower(&other))
    };
    let narrowest = |label: &&Arc<str>| !is_broader(label) && !is_derived(schema, label);
    let label = node.labels.iter().find(narrowest).or_else(|| node.labels.first());
    label.map(|label| spaced(label)).unwrap_or_default()
}

fn is_derived(schema: &Schema, label: &str) -> bool {
    schema.labels.get(label).is_some_and(|def| def.derived)
}

/// `ExportBan` as `export ban`.
fn spaced(label: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for c in label.chars() {
        let begins = c.is_uppercase() && before.is_lowercase();
        if begins {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
        before = c;
    }
    words
}

/// A note on what only another run of the question saw: of that the graph at hand says nothing.
fn unsaid(of: Statement, statement: String) -> Footnote {
    let (validity, claimed_by, citations) = (String::new(), Vec::new(), Vec::new());
    Footnote { number: 0, of, statement, validity, modality: "fact", claimed_by, note: None, citations, assumed: false }
}
