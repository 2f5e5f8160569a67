//! Write: what was added to a graph as a file that can stand beside those it was read from.
//!
//! Base and later version → [`added`] → text, and the changes that no further file can make, each with its reason. The graph
//! of all files, with these changes, is the later version; but every node that is read has its id as a property too.

pub(super) mod layout;
mod link;
mod said;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use crate::graph::{
    Change, Citation, Difference, Entity, Meta, NewNode, NewRel, PropertyDef, Schema, Snapshot, Statement,
};
use crate::value::{Date, NodeId, RelId, Value};

use super::fields::is_type;
use super::meta::Of;
use super::part::METADATA;
use layout::Item;
use said::{Keys, Place, Wrong, key};

/// Keys of nodes and statements that mean something other than a property; see also [`METADATA`].
const TAKEN: [&str; 8] = ["id", "is", "status", "checked", "to", "subject", "history", "props"];

/// What was added to a graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    /// The file; empty where there is nothing to say.
    pub text: String,
    /// How many nodes, relationships and chain entries are in it.
    pub n_statements: usize,
    /// How many of them have no source, which a file needs: each follows a comment that says so.
    pub n_uncited: usize,
    /// What the file does not say, and why; each is a comment at its top too.
    pub rest: Vec<Unsaid>,
}

/// What no further file can say.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsaid {
    /// What it is, and why it cannot be said.
    pub about: String,
    /// The changes that make it, numbered as in the later version. An entry of a history is one of a node.
    pub changes: Vec<Change>,
}

/// What `next` has beyond `base`, from which it came by drafts.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portolan::diag::SourceText;
/// use portolan::format::curated::{added, read_texts};
/// use portolan::graph::{Change, Draft, NewNode};
/// let text = "sources: [{id: atlas, publisher: A, title: Atlas}]\nnodes: [{id: eu, is: Bloc, name: EU, cite: atlas}]";
/// let base = Arc::new(read_texts(vec![Arc::new(SourceText::new("a.yaml", text))]).unwrap().snapshot);
/// let mut draft = Draft::new(base.clone());
/// let france = NewNode { id: "france".into(), labels: vec!["Country".into()], ..NewNode::default() };
/// draft.apply(Change::CreateNode(france)).unwrap();
/// let added = added(&base, draft.version());
/// assert!(added.text.contains("- {id: france, is: Country}"));
/// assert_eq!((added.n_statements, added.n_uncited), (1, 1));
/// ```
#[must_use]
pub fn added(base: &Snapshot, next: &Snapshot) -> Added {
    let difference = Difference::between(base, next);
    let mut writer = Writer { base, next, schema: next.schema(), absent: BTreeMap::new(), file: Added::default() };
    let (mut last, mut further) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
    for change in &difference.changes {
        let about = writer.about(change);
        match change {
            Change::AddEntry { of: Entity::Node(node), key, value, meta } => {
                further.entry((*node, key)).or_default().push((
                    value,
                    meta,
                    Unsaid { about, changes: vec![change.clone()] },
                ));
            }
            Change::AddEntry { of: Entity::Rel(rel), .. } | Change::SetProperty { of: Entity::Rel(rel), .. }
                if difference.has_entry(*rel) =>
            {
                // Its entries may name what was added, and so tell it from others only afterwards: it is made anew.
                let Some(entity) = next.earlier(base, Entity::Rel(*rel)) else { continue };
                let changes = vec![Change::Delete(entity), writer.anew(*rel)];
                if !last.iter().any(|unsaid: &Unsaid| unsaid.changes[0] == changes[0]) {
                    last.push(Unsaid { about, changes });
                }
            }
            _ => writer.leave(about, change.clone()),
        }
    }
    let mut nodes = Nodes::new();
    let mut open: Vec<NodeId> = difference.nodes.clone();
    // Which nodes can be written decides what can name them, until nothing more falls away.
    loop {
        let before = open.len();
        let mut kept = Vec::with_capacity(before);
        for node in std::mem::take(&mut open) {
            match writer.check_node(node) {
                Ok(()) => kept.push(node),
                Err(why) => {
                    writer.absent.insert(node, why);
                }
            }
        }
        open = kept;
        if open.len() == before {
            break;
        }
    }
    for (node, why) in writer.absent.clone() {
        // In the order in which they were created, so that each finds its voices; entries of histories may name later ones.
        last.extend(writer.leave_node(node, &why));
    }
    for node in open {
        let keys = writer.node(node);
        nodes.insert(next.node_id(node).clone(), (node, keys));
    }
    let mut histories = Section::new();
    for ((node, key), entries) in further {
        let said: Vec<(&Value, &Meta)> = entries.iter().map(|(value, meta, _)| (*value, *meta)).collect();
        match writer.further_history(node, key, &said) {
            Some(keys) => histories.push((keys, said.iter().any(|(_, meta)| meta.citations.is_empty()))),
            // All or none: the order of those that begin on one day is that in which they were added.
            None => last.extend(entries.into_iter().map(|(.., unsaid)| unsaid)),
        }
    }
    let statements = writer.rels(&difference.rels, &mut nodes);
    let chains = writer.entries(&difference.entries, &mut nodes);
    writer.file.rest.extend(last);
    let nodes = nodes.into_values().map(|(node, keys)| writer.with_metadata(node, keys)).collect();
    writer.finish([("nodes", nodes), ("statements", statements), ("chains", chains), ("histories", histories)])
}

/// The entries of a section: their keys, and whether they lack a source.
type Section = Vec<(Keys, bool)>;
/// The nodes of the file by id, with the keys so far.
type Nodes = BTreeMap<Arc<str>, (NodeId, Keys)>;

struct Writer<'g> {
    base: &'g Snapshot,
    next: &'g Snapshot,
    schema: &'g Schema,
    /// Nodes that cannot be written, so that nothing in the file can name them.
    absent: BTreeMap<NodeId, Wrong>,
    file: Added,
}

impl Writer<'_> {
    /// The id of a node, if the file can name it.
    fn id(&self, node: NodeId) -> Option<String> {
        (!self.absent.contains_key(&node)).then(|| self.next.node_id(node).to_string())
    }

    fn names(&self, id: &str) -> bool {
        self.next.node(id).is_some_and(|node| !self.absent.contains_key(&node))
    }

    fn leave(&mut self, about: String, change: Change) {
        self.file.rest.push(Unsaid { about, changes: vec![change] });
    }

    /// What a change does to a thing of another file.
    fn about(&self, change: &Change) -> String {
        let named = |graph: &Snapshot, entity: &Entity| match entity {
            Entity::Node(node) => format!("`{}`", self.base.node_id(*node)),
            Entity::Rel(rel) => format!("`{}`", shown(graph, *rel)),
        };
        let thing = |entity: &Entity| named(self.next, entity);
        match change {
            Change::Delete(entity) => format!("{} was deleted, and another file states it", named(self.base, entity)),
            Change::SetProperty { of, key, value: Value::Null } => {
                format!("`{key}` of {} was removed, and another file states it", thing(of))
            }
            Change::SetProperty { of, key, value } => {
                format!("`{key}` of {} is {value} now, and another file states it", thing(of))
            }
            Change::AddEntry { of, key, value, .. } => {
                format!("`{key}` of {} has the value {value} as well, and another file states it", thing(of))
            }
            Change::SetLabel { node, label, on } => {
                let how = if *on { "was given" } else { "has lost" };
                format!("{} {how} the label `{label}`, and another file declares it", thing(&Entity::Node(*node)))
            }
            Change::CreateNode(_) | Change::CreateRel(_) | Change::AddStatus(_) => String::new(),
        }
    }

    fn label_names(&self, node: NodeId) -> Vec<String> {
        let names = self.next.labels(node).iter().map(|label| self.next.catalog().label_name(*label).to_string());
        names.collect()
    }

    /// The narrowest labels that the schema declares: the broader ones follow from them.
    fn written_labels(&self, node: NodeId) -> Vec<String> {
        let declared = |name: &String| self.schema.labels.get(name).is_some_and(|def| !def.derived);
        let names: Vec<String> = self.label_names(node).into_iter().filter(declared).collect();
        let follows =
            |name: &String| names.iter().any(|other| other != name && self.schema.closure(other).contains(name));
        names.iter().filter(|name| !follows(name)).cloned().collect()
    }

    /// All labels that a node has by the files.
    fn labels_in_files(&self, node: NodeId) -> Vec<String> {
        if node.0 < self.base.node_bound() {
            let labels = self.base.labels(node).iter();
            return labels.map(|label| self.base.catalog().label_name(*label).to_string()).collect();
        }
        let written = self.written_labels(node);
        let all: BTreeSet<String> = written.iter().flat_map(|label| self.schema.closure(label)).collect();
        all.into_iter().collect()
    }

    /// Whether a node can be written at all.
    fn check_node(&self, node: NodeId) -> Result<(), Wrong> {
        let id = self.next.node_id(node);
        if id.is_empty() || id.chars().any(char::is_control) {
            return Err("its id is empty, or has control characters".to_owned());
        }
        if self.base.node(id).is_some() {
            return Err("another file declares a node of this id".to_owned());
        }
        if self.written_labels(node).is_empty() {
            return Err("it has no label that the schema declares".to_owned());
        }
        let meta = self.next.meta(Statement::Entity(Entity::Node(node)));
        said::meta(self.next, meta, Place::alone(Of::Node), &|voice| self.id(voice))?;
        self.histories(Entity::Node(node), &self.labels_in_files(node), &meta.citations, None).map(|_| ())
    }

    /// Leaves a node out; gives the entries of its histories, which come last.
    fn leave_node(&mut self, node: NodeId, why: &str) -> Option<Unsaid> {
        let entity = Entity::Node(node);
        let new = NewNode {
            id: self.next.node_id(node).to_string(),
            labels: self.label_names(node),
            properties: self.properties(entity),
            histories: Vec::new(),
            meta: self.next.meta(Statement::Entity(entity)).clone(),
        };
        let about = format!("the history of the node `{}`: {why}", new.id);
        self.leave(format!("the node `{}`: {why}", new.id), Change::CreateNode(new));
        let entries = self.all_histories(entity).into_iter().flat_map(|(key, entries)| {
            let entry = move |(value, meta)| Change::AddEntry { of: entity, key: key.clone(), value, meta };
            entries.into_iter().map(entry)
        });
        let changes: Vec<Change> = entries.collect();
        (!changes.is_empty()).then_some(Unsaid { about, changes })
    }

    /// A relationship as a change that creates it.
    fn anew(&self, rel: RelId) -> Change {
        let (rel_type, start, end) = self.next.rel(rel);
        let entity = Entity::Rel(rel);
        Change::CreateRel(NewRel {
            kind: self.next.catalog().type_name(rel_type).to_string(),
            start,
            end,
            properties: self.properties(entity),
            histories: self.all_histories(entity),
            meta: self.next.meta(Statement::Entity(entity)).clone(),
        })
    }

    fn properties(&self, entity: Entity) -> Vec<(String, Value)> {
        self.next.properties(entity).into_iter().map(|(key, value)| (key.to_string(), value)).collect()
    }

    fn all_histories(&self, entity: Entity) -> Vec<(String, Vec<(Value, Meta)>)> {
        let entry = |number: &u32| {
            let entry = self.next.history_entry(*number);
            (entry.value.clone(), entry.meta.clone())
        };
        let histories = self.next.histories(entity);
        histories
            .map(|(key, entries)| (self.next.catalog().key_name(key).to_string(), entries.iter().map(entry).collect()))
            .collect()
    }

    /// Histories in the place of a thing that has these citations and became known then.
    fn histories(
        &self,
        entity: Entity,
        owners: &[String],
        citations: &[Citation],
        learnt: Option<Date>,
    ) -> Result<Keys, Wrong> {
        let mut keys = Keys::new();
        for (name, entries) in self.all_histories(entity) {
            let def = self.schema.properties.get(&name).filter(|def| def.history && owns(&def.of, owners));
            let Some(def) = def else { return Err(format!("the schema declares no history `{name}` of it")) };
            let mut list = Vec::new();
            for (value, meta) in entries {
                list.push(self.history_entry(&value, &meta, def, citations, learnt)?);
            }
            keys.push((name, Item::Map(vec![key("history", Item::List(list))])));
        }
        Ok(keys)
    }

    /// Entries that were added to the history of a node of another file, if all of them can be written.
    fn further_history(&mut self, node: NodeId, name: &str, entries: &[(&Value, &Meta)]) -> Option<Keys> {
        let owners = self.labels_in_files(node);
        let def = self.schema.properties.get(name).filter(|def| def.history && owns(&def.of, &owners))?;
        let catalog = self.base.catalog();
        let has_value = catalog.key(name).is_some_and(|key| !self.base.property(Entity::Node(node), key).is_null());
        if has_value || self.next.property(Entity::Node(node), self.next.catalog().key(name)?) != Value::Null {
            return None;
        }
        let entry = |(value, meta): &(&Value, &Meta)| self.history_entry(value, meta, def, &[], None).ok();
        let list: Vec<Item> = entries.iter().map(entry).collect::<Option<_>>()?;
        self.file.n_statements += list.len();
        let history = (name.to_owned(), Item::Map(vec![key("history", Item::List(list))]));
        let of = key("of", Item::text(&**self.next.node_id(node)));
        // A name that means something else here stands apart.
        Some(vec![of, if is_taken(name) { key("props", Item::Map(vec![history])) } else { history }])
    }

    fn history_entry(
        &self,
        value: &Value,
        meta: &Meta,
        def: &PropertyDef,
        inherited: &[Citation],
        learnt: Option<Date>,
    ) -> Result<Item, Wrong> {
        let mut entry = vec![key("value", value::write(value, def, &|id| self.names(id))?)];
        let place = Place { of: Of::Statement, inherited, learnt };
        entry.extend(said::meta(self.next, meta, place, &|voice| self.id(voice))?);
        Ok(Item::Map(entry))
    }

    /// A property, if the schema has it for things of these labels or this type.
    fn property(&self, name: &str, value: &Value, owners: &[String]) -> Result<Item, Wrong> {
        match self.schema.properties.get(name) {
            None => Err("the schema declares no such property".to_owned()),
            Some(def) if !owns(&def.of, owners) => Err(format!("the schema gives it to {} only", def.of.join(", "))),
            Some(def) => value::write(value, def, &|id| self.names(id)),
        }
    }

    /// A node's labels and properties; what stands in it and its metadata follow.
    fn node(&mut self, node: NodeId) -> Keys {
        let entity = Entity::Node(node);
        let id = self.next.node_id(node).to_string();
        let all = self.labels_in_files(node);
        let labels: Vec<Item> = self.written_labels(node).into_iter().map(Item::Text).collect();
        for label in self.label_names(node).into_iter().filter(|label| !all.contains(label)) {
            let derived = self.schema.labels.get(&label).is_some_and(|def| def.derived);
            let why = if derived { "a rule gives it" } else { "the schema does not declare it" };
            let change = Change::SetLabel { node, label: label.clone(), on: true };
            self.leave(format!("the label `{label}` of `{id}`: {why}"), change);
        }
        let mut keys = vec![key("id", Item::text(&id)), key("is", Item::one_or_list(labels))];
        let (mut plain, mut props) = (Keys::new(), Keys::new());
        for (name, value) in self.properties(entity) {
            let item = if name == "id" {
                if value.as_text() == Some(&id) {
                    continue;
                }
                // It was set later: the session, its log and every other statement of the file know the node by the first.
                Err(format!(
                    "it was created with the id `{id}`, by which the file names it; give `CREATE` the id that it is to have"
                ))
            } else {
                self.property(&name, &value, &all)
            };
            match item {
                Ok(item) if is_taken(&name) => props.push((name, item)),
                Ok(item) => plain.push((name, item)),
                Err(why) => {
                    let about = format!("`{name}` of `{id}`: {why}");
                    self.leave(about, Change::SetProperty { of: entity, key: name, value });
                }
            }
        }
        let citations = self.next.meta(Statement::Entity(entity)).citations.clone();
        plain.extend(self.histories(entity, &all, &citations, None).unwrap_or_default());
        // What a reader looks for first.
        plain.sort_by_key(|(name, _)| (name != "name", name.clone()));
        keys.extend(plain);
        if !props.is_empty() {
            keys.push(key("props", Item::Map(props)));
        }
        keys
    }

    /// A node with all that stands in it, and what is said about it at its end.
    fn with_metadata(&mut self, node: NodeId, mut keys: Keys) -> (Keys, bool) {
        let meta = self.next.meta(Statement::Entity(Entity::Node(node)));
        // It was looked at before: see `check_node`.
        keys.extend(said::meta(self.next, meta, Place::alone(Of::Node), &|voice| self.id(voice)).unwrap_or_default());
        self.file.n_statements += 1;
        (keys, meta.citations.is_empty())
    }

    fn finish(mut self, sections: [(&str, Section); 4]) -> Added {
        if self.file.n_statements == 0 {
            return self.file;
        }
        let mut text = String::new();
        if !self.file.rest.is_empty() {
            text.push_str("# What no further file can say, and this one does not:\n");
            for unsaid in &self.file.rest {
                let about: String = unsaid.about.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                let _ = writeln!(text, "# - {about}");
            }
        }
        for (name, section) in sections {
            if section.is_empty() {
                continue;
            }
            let _ = writeln!(text, "{}{name}:", if text.is_empty() { "" } else { "\n" });
            for (keys, uncited) in section {
                if uncited {
                    self.file.n_uncited += 1;
                    text.push_str("  # no source yet: write `cite: SOURCE` here\n");
                }
                text.push_str("  -");
                Item::Map(keys).write(&mut text, 4);
                text.push('\n');
            }
        }
        self.file.text = text;
        self.file
    }
}

/// Whether a property cannot stand among the other keys.
fn is_taken(name: &str) -> bool {
    is_type(name) || METADATA.1.iter().any(|key| key.name == name) || TAKEN.contains(&name)
}

/// Whether a property that the schema gives to `of` can stand at a thing of these labels, or this type.
fn owns(of: &[String], owners: &[String]) -> bool {
    of.is_empty() || of.iter().any(|owner| owners.contains(owner))
}

fn shown(graph: &Snapshot, rel: RelId) -> String {
    let (rel_type, start, end) = graph.rel(rel);
    format!("{}-[:{}]->{}", graph.node_id(start), graph.catalog().type_name(rel_type), graph.node_id(end))
}
