//! A graph of vectors and maps, and what a statement may do to it: the oracle of writing.

mod statement;

use std::collections::{BTreeMap, BTreeSet};

use portolan::session::Changes;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Int(i64),
    Text(String),
}

pub use statement::Statement;

use Value::{Int, Text};

type Properties = BTreeMap<String, Value>;

#[derive(Clone, Debug)]
struct Node {
    labels: BTreeSet<&'static str>,
    properties: Properties,
}

#[derive(Clone, Debug)]
struct Rel {
    start: usize,
    kind: &'static str,
    end: usize,
    properties: Properties,
}

/// Nodes and relationships in the order they came; what was deleted leaves a hole.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Option<Node>>,
    rels: Vec<Option<Rel>>,
    done: Changes,
}

/// The statement cannot be run to its end.
struct Failed;

type Done = Result<(), Failed>;

#[derive(Clone, Copy)]
enum Thing {
    Node(usize),
    Rel(usize),
}

impl Graph {
    /// What a statement changed; nothing where it failed, and the graph is not to be used then.
    pub fn run(&mut self, statement: &Statement) -> Option<Changes> {
        self.done = Changes::default();
        (statement.change)(self).ok().map(|()| self.done)
    }

    pub fn size(&self) -> usize {
        self.nodes.iter().flatten().count() + self.rels.iter().flatten().count()
    }

    pub fn lines(&self) -> Vec<String> {
        let mut nodes: Vec<String> = self
            .nodes
            .iter()
            .flatten()
            .map(|node| {
                let labels: Vec<String> = node.labels.iter().map(|label| format!("'{label}'")).collect();
                format!("[{}] {}", labels.join(", "), shown(&node.properties))
            })
            .collect();
        let key = |node: usize| self.get(Thing::Node(node), "k").map_or("null".to_owned(), |key| one(&key));
        let mut rels: Vec<String> = self
            .rels
            .iter()
            .flatten()
            .map(|rel| format!("{} '{}' {} {}", key(rel.start), rel.kind, key(rel.end), shown(&rel.properties)))
            .collect();
        nodes.sort();
        rels.sort();
        nodes.extend(rels);
        nodes
    }

    fn labelled(&self, label: &str) -> Vec<usize> {
        let has = |at: &usize| self.nodes[*at].as_ref().is_some_and(|node| node.labels.contains(label));
        (0..self.nodes.len()).filter(has).collect()
    }

    /// Nodes of a label whose property `p` is this.
    fn with_p(&self, label: &str, p: i64) -> Vec<usize> {
        let mut found = self.labelled(label);
        found.retain(|node| self.get(Thing::Node(*node), "p") == Some(Int(p)));
        found
    }

    /// Pairs of nodes of two labels.
    fn pairs(&self, a: &str, b: &str) -> Vec<(usize, usize)> {
        let ends = self.labelled(b);
        self.labelled(a).into_iter().flat_map(|a| ends.iter().map(move |b| (a, *b))).collect()
    }

    /// Relationships of a type that start at a label, with their ends.
    fn steps(&self, label: &str, kind: &str) -> Vec<(usize, usize, usize)> {
        let starts = self.labelled(label);
        let all = self.rels.iter().enumerate().filter_map(|(at, rel)| Some((at, rel.as_ref()?)));
        let fits = all.filter(|(_, rel)| rel.kind == kind && starts.contains(&rel.start));
        fits.map(|(at, rel)| (rel.start, at, rel.end)).collect()
    }

    fn properties(&self, of: Thing) -> &Properties {
        static NONE: Properties = Properties::new();
        match of {
            Thing::Node(at) => self.nodes[at].as_ref().map_or(&NONE, |node| &node.properties),
            Thing::Rel(at) => self.rels[at].as_ref().map_or(&NONE, |rel| &rel.properties),
        }
    }

    fn get(&self, of: Thing, key: &str) -> Option<Value> {
        self.properties(of).get(key).cloned()
    }

    fn int(&self, node: usize, key: &str) -> Option<i64> {
        match self.get(Thing::Node(node), key)? {
            Int(value) => Some(value),
            Text(_) => None,
        }
    }

    fn key(&self, node: usize) -> String {
        match self.get(Thing::Node(node), "k") {
            Some(Text(key)) => key,
            other => panic!("a node without a key: {other:?}"),
        }
    }

    fn create_node<'l>(
        &mut self,
        labels: impl IntoIterator<Item = &'static str>,
        properties: impl IntoIterator<Item = (&'l str, Option<Value>)>,
    ) -> usize {
        let properties = stored(properties);
        self.nodes.push(Some(Node { labels: labels.into_iter().collect(), properties }));
        self.done.nodes_created += 1;
        self.nodes.len() - 1
    }

    fn create_rel<'l>(
        &mut self,
        start: usize,
        kind: &'static str,
        end: usize,
        properties: impl IntoIterator<Item = (&'l str, Option<Value>)>,
    ) -> Thing {
        self.rels.push(Some(Rel { start, kind, end, properties: stored(properties) }));
        self.done.relationships_created += 1;
        Thing::Rel(self.rels.len() - 1)
    }

    fn set(&mut self, of: Thing, key: &str, value: Option<Value>) {
        let properties = match of {
            Thing::Node(at) => self.nodes[at].as_mut().map(|node| &mut node.properties),
            Thing::Rel(at) => self.rels[at].as_mut().map(|rel| &mut rel.properties),
        };
        let Some(properties) = properties else { panic!("`{key}` of something deleted") };
        if properties.get(key) != value.as_ref() {
            self.done.properties_set += 1;
        }
        match value {
            Some(value) => drop(properties.insert(key.to_owned(), value)),
            None => drop(properties.remove(key)),
        }
    }

    fn replace(&mut self, of: Thing, new: &Properties) {
        let gone: Vec<String> = self.properties(of).keys().filter(|key| !new.contains_key(*key)).cloned().collect();
        for key in &gone {
            self.set(of, key, None);
        }
        for (key, value) in new {
            self.set(of, key, Some(value.clone()));
        }
    }

    fn label(&mut self, node: usize, label: &'static str, on: bool) {
        let labels = &mut self.nodes[node].as_mut().unwrap().labels;
        let changed = if on { labels.insert(label) } else { labels.remove(label) };
        self.done.labels_set += usize::from(changed);
    }

    fn delete(
        &mut self,
        nodes: impl IntoIterator<Item = usize>,
        rels: impl IntoIterator<Item = usize>,
        detach: bool,
    ) -> Done {
        let nodes: BTreeSet<usize> = nodes.into_iter().collect();
        let mut rels: BTreeSet<usize> = rels.into_iter().collect();
        let at_node = |rel: &Rel| nodes.contains(&rel.start) || nodes.contains(&rel.end);
        let connected = (0..self.rels.len()).filter(|at| self.rels[*at].as_ref().is_some_and(at_node));
        let connected: BTreeSet<usize> = connected.collect();
        if detach {
            rels.extend(connected);
        } else if !connected.is_subset(&rels) {
            return Err(Failed);
        }
        self.done.relationships_deleted += rels.len();
        self.done.nodes_deleted += nodes.len();
        for at in rels {
            self.rels[at] = None;
        }
        for at in nodes {
            self.nodes[at] = None;
        }
        Ok(())
    }

    /// `MERGE (x:label {p: p})`: all that match, or else a new node with the key.
    fn merge(&mut self, label: &'static str, p: Option<i64>, key: impl Fn(i64) -> String) -> Result<Merged, Failed> {
        let p = p.ok_or(Failed)?;
        let found = self.with_p(label, p);
        if !found.is_empty() {
            return Ok(Merged::Found(found));
        }
        let new = self.create_node([label], [("p", Some(Int(p)))]);
        self.set(Thing::Node(new), "k", Some(Text(key(p))));
        Ok(Merged::New(new))
    }
}

enum Merged {
    Found(Vec<usize>),
    New(usize),
}

fn stored<'l>(properties: impl IntoIterator<Item = (&'l str, Option<Value>)>) -> Properties {
    properties.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn one(value: &Value) -> String {
    match value {
        Int(value) => value.to_string(),
        Text(text) => format!("'{text}'"),
    }
}

fn shown(properties: &Properties) -> String {
    let entries: Vec<String> = properties.iter().map(|(key, value)| format!("{key}: {}", one(value))).collect();
    format!("{{{}}}", entries.join(", "))
}
