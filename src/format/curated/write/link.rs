//! What links nodes: relationships and chain entries, in the node that they leave or in a section of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::format::curated::fields::is_type;
use crate::format::curated::meta::Of;
use crate::graph::{Change, Citation, Entity, NewEntry, Schema, Statement};
use crate::value::{NodeId, RelId};

use super::layout::Item;
use super::said::{self, Keys, Place, Wrong, key};
use super::{Nodes, Section, Writer, is_taken, shown};

/// Relationships by start and type: what is said, and of which ends.
type Statements = BTreeMap<(Arc<str>, String), Vec<(Keys, Vec<String>)>>;

impl Writer<'_> {
    /// Relationships: in their start, where that is new and gives them no source that they have not; else statements.
    pub(super) fn rels(&mut self, rels: &[RelId], nodes: &mut Nodes) -> Section {
        // What is equal but for the end is one statement. The same target again is another one.
        let (mut inside, mut alone) = (Statements::new(), Statements::new());
        for rel in rels {
            let (rel_type, start, end) = self.next.rel(*rel);
            let kind = self.next.catalog().type_name(rel_type).to_string();
            let start_id = self.next.node_id(start).clone();
            let meta = self.next.meta(Statement::Entity(Entity::Rel(*rel)));
            let of_start = self.next.meta(Statement::Entity(Entity::Node(start))).citations.clone();
            let nests = nodes.contains_key(&start_id) && (!meta.citations.is_empty() || of_start.is_empty());
            let inherited = if nests { of_start.as_slice() } else { &[] };
            match self.rel(*rel, &kind, (start, end), inherited) {
                Ok(keys) => {
                    self.file.n_statements += 1;
                    let place = if nests { &mut inside } else { &mut alone };
                    let equal = place.entry((start_id, kind)).or_default();
                    let target = self.next.node_id(end).to_string();
                    match equal.iter_mut().find(|(said, ends)| *said == keys && !ends.contains(&target)) {
                        Some((_, ends)) => ends.push(target),
                        None => equal.push((keys, vec![target])),
                    }
                }
                Err(why) => {
                    let about = format!("`{}`: {why}", shown(self.next, *rel));
                    let change = self.anew(*rel);
                    self.leave(about, change);
                }
            }
        }
        let ends = |mut ends: Vec<String>| {
            ends.sort();
            Item::one_or_list(ends.into_iter().map(Item::Text).collect())
        };
        for ((start, kind), statements) in inside {
            let Some((_, keys)) = nodes.get_mut(&start) else { continue };
            let one = |(said, targets): (Keys, Vec<String>)| {
                if said.is_empty() && targets.len() == 1 {
                    return ends(targets);
                }
                Item::Map(std::iter::once(key("to", ends(targets))).chain(said).collect())
            };
            keys.push((kind, Item::one_or_list(statements.into_iter().map(one).collect())));
        }
        let mut section = Section::new();
        for ((start, kind), statements) in alone {
            for (said, targets) in statements {
                let uncited = !said.iter().any(|(name, _)| name == "cite");
                let mut keys = vec![key("subject", Item::text(&*start)), (kind.clone(), ends(targets))];
                keys.extend(said);
                section.push((keys, uncited));
            }
        }
        section
    }

    /// Properties and metadata of a relationship.
    fn rel(
        &self,
        rel: RelId,
        kind: &str,
        (start, end): (NodeId, NodeId),
        inherited: &[Citation],
    ) -> Result<Keys, Wrong> {
        let Some(def) = self.schema.relationships.get(kind) else {
            return Err(format!("the schema declares no type `{kind}`"));
        };
        if !is_type(kind) {
            return Err(format!("`{kind}` is not in capitals, as types are in a file"));
        }
        for (how, allowed, node) in [("starts from", &def.from, start), ("ends at", &def.to, end)] {
            let Some(id) = self.id(node) else {
                return Err(format!("`{}` cannot be written", self.next.node_id(node)));
            };
            if !Schema::allows(allowed, &self.labels_in_files(node)) {
                return Err(format!("the schema says that it {how} {}, and `{id}` is none", allowed.join(", ")));
            }
        }
        let owners = [kind.to_owned()];
        let (mut keys, mut props) = (Keys::new(), Keys::new());
        for (name, value) in self.properties(Entity::Rel(rel)) {
            let item = self.property(&name, &value, &owners).map_err(|why| format!("`{name}`: {why}"))?;
            if is_taken(&name) { props.push((name, item)) } else { keys.push((name, item)) }
        }
        let meta = self.next.meta(Statement::Entity(Entity::Rel(rel)));
        keys.extend(self.histories(Entity::Rel(rel), &owners, &meta.citations, meta.learnt)?);
        if !props.is_empty() {
            keys.push(key("props", Item::Map(props)));
        }
        let of = if def.timeless { Of::Timeless } else { Of::Statement };
        let place = Place { of, inherited, learnt: None };
        keys.extend(said::meta(self.next, meta, place, &|voice| self.id(voice))?);
        Ok(keys)
    }

    /// Chain entries: in their node, where that is new, theirs alone and gives them no source; else chains.
    pub(super) fn entries(&mut self, entries: &[(u32, Vec<NodeId>)], nodes: &mut Nodes) -> Section {
        let mut inside: BTreeMap<Arc<str>, Vec<Item>> = BTreeMap::new();
        let mut alone: BTreeMap<Vec<String>, Vec<(Keys, bool)>> = BTreeMap::new();
        for (number, of) in entries {
            let entry = self.next.chain_entry(*number);
            let ids: Option<Vec<String>> = of.iter().map(|node| self.id(*node)).collect();
            let single = match of.as_slice() {
                [one] => Some((self.next.node_id(*one).clone(), *one)),
                _ => None,
            };
            let home = single.filter(|(id, node)| {
                let citations = &self.next.meta(Statement::Entity(Entity::Node(*node))).citations;
                nodes.contains_key(id) && (!entry.meta.citations.is_empty() || citations.is_empty())
            });
            let inherited = home.as_ref().map_or(&[][..], |(_, node)| {
                self.next.meta(Statement::Entity(Entity::Node(*node))).citations.as_slice()
            });
            let keys = match &ids {
                Some(_) => said::entry(self.next, entry, inherited, &|node| self.id(node)),
                None => Err("what it is about cannot be written".to_owned()),
            };
            match (keys, ids) {
                (Ok(keys), Some(mut ids)) => {
                    self.file.n_statements += 1;
                    let uncited = entry.meta.citations.is_empty();
                    if let Some((id, _)) = home {
                        inside.entry(id).or_default().push(Item::Map(keys));
                    } else {
                        ids.sort();
                        alone.entry(ids).or_default().push((keys, uncited));
                    }
                }
                (Err(why), _) => {
                    let of_first = of.first().map_or("", |node| self.next.node_id(*node));
                    let about = format!("the status `{}` of `{of_first}` from {}: {why}", entry.state.key(), entry.on);
                    self.leave(about, Change::AddStatus(NewEntry { of: of.clone(), entry: entry.clone() }));
                }
                (Ok(_), None) => {}
            }
        }
        for (id, entries) in inside {
            if let Some((_, keys)) = nodes.get_mut(&id) {
                keys.push(key("status", Item::List(entries)));
            }
        }
        let chain = |(of, entries): (Vec<String>, Vec<(Keys, bool)>)| {
            let uncited = entries.iter().any(|(_, uncited)| *uncited);
            let of = Item::one_or_list(of.into_iter().map(Item::Text).collect());
            let entries = entries.into_iter().map(|(keys, _)| Item::Map(keys)).collect();
            (vec![key("of", of), key("status", Item::List(entries))], uncited)
        };
        alone.into_iter().map(chain).collect()
    }
}
