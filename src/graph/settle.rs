//! Settle: a version whose parts hold what the patch over them held, so that it is read from plain arrays again.
//!
//! A change costs its own size because it goes into a patch, and a patch is slower to read than arrays: so once a good part of a version is
//! its patch, the next one is built of both. Nodes keep their numbers; relationships are numbered anew, as those of a type stand in the order
//! of their ends, and [`Settled`] remembers which is which. Deleted nodes keep their places, as nothing else may have their numbers.
//!
//! Source: the levels of a log-structured merge tree (O'Neil, Cheng, Gawlick, O'Neil, "The log-structured merge-tree", 1996), here two.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use crate::parallel;
use crate::value::{NodeId, RelId, Value};

use super::assemble::sorted;
use super::csr::{Properties, RelTable};
use super::deferred::Deferred;
use super::distinct::Texts;
use super::parts::{Entity, Histories, Ids, Nodes, Said, StatementColumns};
use super::patch::{AddedRel, DERIVED, Patch};
use super::rel_statements::Known;
use super::same::Same;
use super::{Column, ColumnBuilder, KeyId, LabelId, Snapshot, TypeId};

/// Changes, at least, for which parts are built anew.
const FEWEST: usize = 10_000;

/// The part of a version that changes have to be: a fourth. Then each thing that was added is moved no more than a few times.
const PART: usize = 4;

/// What a version that was settled knows of the versions before it: which number a relationship would have, had its parts never been built
/// anew (its *first* number), and what changed in what they hold.
#[derive(Debug)]
pub(super) struct Settled {
    /// The first number of each relationship in the tables.
    first: Vec<RelId>,
    /// The first number of the next relationship.
    next: u32,
    /// And back; made when it is first asked.
    numbers: OnceLock<HashMap<RelId, RelId>>,
    /// What was changed or deleted that stood in the parts, by first numbers.
    pub values: BTreeSet<(KeyId, Entity)>,
    pub labels: BTreeSet<NodeId>,
    pub gone: BTreeSet<Entity>,
    /// Deleted nodes that stayed.
    n_left: usize,
}

impl Snapshot {
    /// The same node or relationship as an earlier version numbers it, from which this one came by drafts; `None` where it was added since.
    #[must_use]
    pub fn earlier(&self, base: &Snapshot, entity: Entity) -> Option<Entity> {
        match entity {
            Entity::Node(node) => (node.0 < base.node_bound()).then_some(entity),
            Entity::Rel(rel) => base.numbered(self.first_number(rel)).map(Entity::Rel),
        }
    }

    /// The number that a relationship would have, had the parts never been built anew: the same in every version that has it.
    pub(super) fn first_number(&self, rel: RelId) -> RelId {
        match &self.settled {
            Some(settled) if !self.is_derived_rel(rel) => match rel.0.checked_sub(self.n_stored_rels) {
                None => settled.first[rel.0 as usize],
                Some(added) => RelId(settled.next + added),
            },
            _ => rel,
        }
    }

    /// The relationship with this first number, if there is one.
    pub(super) fn numbered(&self, first: RelId) -> Option<RelId> {
        let Some(settled) = &self.settled else { return (first.0 < self.rel_bound()).then_some(first) };
        if let Some(added) = first.0.checked_sub(settled.next) {
            return (added < self.patch.rels.len() as u32).then(|| RelId(self.n_stored_rels + added));
        }
        let by_first = || settled.first.iter().copied().zip((0..).map(RelId)).collect();
        settled.numbers.get_or_init(by_first).get(&first).copied()
    }

    /// A first number above that of every relationship.
    pub(super) fn first_bound(&self) -> u32 {
        self.settled.as_ref().map_or(self.n_stored_rels, |settled| settled.next) + self.patch.rels.len() as u32
    }

    /// An entity with the first number of a relationship.
    pub(super) fn first_entity(&self, entity: Entity) -> Entity {
        match entity {
            Entity::Node(_) => entity,
            Entity::Rel(rel) => Entity::Rel(self.first_number(rel)),
        }
    }

    /// Whether changes are so great a part of it that it should be settled.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        // Nodes that were deleted before the last time are still there.
        let n_changes = self.patch.n_changes() - self.settled.as_ref().map_or(0, |settled| settled.n_left);
        n_changes >= FEWEST && n_changes >= (self.catalog.n_nodes() + self.catalog.n_rels()) / PART
    }

    /// The same version with all that was changed in its parts, but for deleted nodes, which stay there and are hidden.
    #[must_use]
    pub fn settled(&self) -> Snapshot {
        debug_assert!(self.derived_types.is_empty() && self.derived_labels.is_empty(), "what is derived is not stored");
        let nodes = self.settled_nodes();
        let keys = self.keys(|key| self.properties.contains_key(&key) || self.patch.set_of_nodes(key).next().is_some());
        let columns = parallel::map(keys, |key| (key, self.settled_property(key, &nodes.ids.texts)));
        let (mut metas, mut widest) = (self.metas.clone(), self.widest.clone());
        if !self.patch.metas.is_empty() {
            metas.to_mut().extend(self.patch.metas.iter().map(|(meta, _)| meta.clone()));
            widest.to_mut().extend(self.patch.metas.iter().map(|(_, days)| days.clone()));
        }
        let known = Known::new(&metas, &widest, &nodes.statements, &self.chains);
        let types = (0..self.rels.len() as u32).map(TypeId).collect();
        let tables = parallel::map(types, |rel_type| self.settled_table(rel_type, nodes.ids.len(), &known));

        let (mut rels, mut segments, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for ((mut table, before), rel_type) in tables.into_iter().zip((0..).map(TypeId)) {
            let base = numbers.len() as u32;
            if table.base != base {
                table.to_mut().base = base;
            }
            numbers.extend(before);
            segments.push((base, rel_type));
            rels.push(table);
        }
        let any_of_rels = self.histories.of.keys().any(|(of, _)| matches!(of, Entity::Rel(_)));
        let now: HashMap<RelId, RelId> =
            if any_of_rels { numbers.iter().copied().zip((0..).map(RelId)).collect() } else { HashMap::new() };
        let histories = self.histories_renumbered(&now);
        let mut patch = Patch::default();
        patch.gone.extend(self.gone_nodes().map(Entity::Node));
        let settled = self.settled_as(&numbers);
        Snapshot {
            schema: self.schema.clone(),
            catalog: self.catalog.clone(),
            nodes: nodes.into(),
            properties: columns.into_iter().collect(),
            rels,
            metas,
            widest,
            chains: self.chains.clone(),
            histories,
            sources: self.sources.clone(),
            complete: self.complete.clone(),
            patch: Arc::new(patch),
            n_stored_rels: numbers.len() as u32,
            segments,
            derived_types: BTreeSet::new(),
            derived_labels: BTreeSet::new(),
            from: self.from.clone(),
            settled: Some(Arc::new(settled)),
        }
    }

    /// What is remembered of the relationships with these numbers, in the order of those that they get, and of what changed.
    fn settled_as(&self, numbers: &[RelId]) -> Settled {
        let before = self.settled.as_deref();
        let (n_nodes, n_rels) = (self.nodes.ids.len() as u32, self.n_stored_rels);
        let was_stored = |entity: &Entity| match entity {
            Entity::Node(node) => node.0 < n_nodes,
            Entity::Rel(rel) => rel.0 < n_rels,
        };
        let mut values = before.map_or_else(BTreeSet::new, |before| before.values.clone());
        let set = self.patch.values.keys().filter(|(_, entity)| was_stored(entity));
        values.extend(set.map(|(key, entity)| (*key, self.first_entity(*entity))));
        let mut labels = before.map_or_else(BTreeSet::new, |before| before.labels.clone());
        labels.extend(self.patch.labels.keys().filter(|node| node.0 < n_nodes));
        let mut gone = before.map_or_else(BTreeSet::new, |before| before.gone.clone());
        gone.extend(self.patch.gone.iter().map(|entity| self.first_entity(*entity)));
        Settled {
            first: numbers.iter().map(|rel| self.first_number(*rel)).collect(),
            next: self.first_bound(),
            numbers: OnceLock::new(),
            n_left: self.gone_nodes().count(),
            values,
            labels,
            gone,
        }
    }

    fn settled_nodes(&self) -> Nodes {
        let (stored, patch, bound) = (&*self.nodes, &*self.patch, self.node_bound());
        let mut sets: HashMap<&[LabelId], u32> =
            stored.label_sets.iter().zip(0..).map(|(set, number)| (set.as_slice(), number)).collect();
        let mut label_sets = stored.label_sets.clone();
        let mut number_of = |set| {
            *sets.entry(set).or_insert_with(|| {
                label_sets.push(set.to_vec());
                label_sets.len() as u32 - 1
            })
        };
        let mut labels = stored.labels.clone();
        // Of each of those that were added something is said.
        labels.resize(bound as usize, 0);
        for (node, set) in &patch.labels {
            labels[node.0 as usize] = number_of(set);
        }
        for node in self.gone_nodes() {
            labels[node.0 as usize] = number_of(&[]);
        }
        let mut statements = if patch.nodes_altered { StatementColumns::default() } else { stored.statements.clone() };
        for node in (statements.meta.len() as u32..bound).map(|row| Entity::Node(NodeId(row))) {
            let (effective, unknown) = (self.effective(node), self.days_unknown(node));
            statements.push(Said { meta: self.meta_number(node), flags: self.flags(node), effective, unknown });
        }
        statements.shrink();
        let ids = Ids::new(bound as usize, self.settled_ids());
        let mut nodes = Nodes { ids, labels, label_sets, statements, ..Nodes::default() };
        nodes.list_labelled(self.catalog.labels().len());
        nodes
    }

    fn gone_nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.patch.gone.iter().filter_map(|entity| match entity {
            Entity::Node(node) => Some(*node),
            Entity::Rel(_) => None,
        })
    }

    /// The ids of all nodes. Those that were deleted have another one each, as their own may be that of a later node.
    fn settled_ids(&self) -> Deferred<Texts> {
        let mut ids = self.nodes.ids.texts.clone();
        if self.gone_nodes().next().is_none() {
            if !self.patch.ids.is_empty() {
                let texts = ids.to_mut();
                for id in &self.patch.ids {
                    texts.intern_shared(id);
                }
            }
            return ids;
        }
        let mut texts = Texts::default();
        for node in (0..self.node_bound()).map(NodeId) {
            if self.patch.is_gone(Entity::Node(node)) {
                let mut id = format!("\0{}", node.0);
                while self.node(&id).is_some() || texts.find(&id).is_some() {
                    id.push('\0');
                }
                texts.intern(&id);
            } else {
                texts.intern_shared(self.node_id(node));
            }
        }
        texts.into()
    }

    /// The properties of which this is so.
    fn keys(&self, is_so: impl Fn(KeyId) -> bool) -> Vec<KeyId> {
        (0..self.catalog.keys().len() as u32).map(KeyId).filter(|key| is_so(*key)).collect()
    }

    /// The values of a property of nodes; shares the texts of their ids where it has the same.
    fn settled_property(&self, key: KeyId, ids: &Deferred<Texts>) -> Deferred<Column> {
        let stored = self.properties.get(&key);
        let set: Vec<(u32, &Value)> = self.patch.set_of_nodes(key).map(|(node, value)| (node.0, value)).collect();
        match stored {
            Some(stored) if set.is_empty() => stored.clone(),
            _ => {
                let mut column = with(stored.map(|column| &**column), self.nodes.ids.len(), &set).finish();
                column.share(ids);
                column.into()
            }
        }
    }

    /// The table of a type, and the number that each relationship in it had; a table of which nothing changed is shared.
    fn settled_table(&self, rel_type: TypeId, n_nodes: usize, known: &Known<'_>) -> (Deferred<RelTable>, Vec<RelId>) {
        let shared = &self.rels[rel_type.0 as usize];
        let stored = &**shared;
        let n_stored = stored.len() as u32;
        let rows = RelId(stored.base)..RelId(stored.base + n_stored);
        if !self.patch.touches(rel_type) && !self.patch.sets_some(rows) {
            return (shared.clone(), (0..n_stored).map(|row| stored.rel(row)).collect());
        }
        let mut added: Vec<RelId> = self.patch.rels_of(rel_type).collect();
        added.sort_unstable();
        let number = |place: u32| match place.checked_sub(n_stored) {
            None => stored.rel(place),
            Some(place) => added[place as usize],
        };
        let of_added = |end: fn(&AddedRel) -> NodeId| {
            let patch = &self.patch;
            added.iter().map(move |rel| end(&patch.rels[(rel.0 - self.n_stored_rels) as usize]))
        };
        let starts: Vec<NodeId> = stored.starts.iter().copied().chain(of_added(|rel| rel.start)).collect();
        let ends: Vec<NodeId> = stored.targets.iter().copied().chain(of_added(|rel| rel.end)).collect();
        let mut order = sorted(n_nodes, &starts, &ends).unwrap_or_else(|| (0..starts.len() as u32).collect());
        order.retain(|place| !self.patch.is_gone(Entity::Rel(number(*place))));

        let place = |rel: RelId| match rel.0.checked_sub(stored.base).filter(|row| *row < n_stored) {
            None => added.binary_search(&rel).ok().map(|at| n_stored + at as u32),
            row => row,
        };
        let column = |key: KeyId| {
            let set = self.patch.set_of_rels(key).filter_map(|(rel, value)| Some((place(rel)?, value)));
            let set: Vec<(u32, &Value)> = set.collect();
            let stored = stored.properties.get(key);
            let has_some = stored.is_some() || !set.is_empty();
            has_some.then(|| (key, with(stored, n_stored as usize, &set).finish().reordered(&order)))
        };
        let columns = parallel::map(self.keys(|_| true), column);
        let properties: Properties = columns.into_iter().flatten().collect();

        let picked = |nodes: &[NodeId]| order.iter().map(|place| nodes[*place as usize]).collect::<Vec<_>>();
        let (starts, ends) = (picked(&starts), picked(&ends));
        let numbers: Vec<RelId> = order.iter().map(|place| number(*place)).collect();
        let mut metas = Same::default();
        for rel in &numbers {
            metas.push(self.meta_number(Entity::Rel(*rel)));
        }
        metas.shrink();
        let statements = known.statements(self.clips(rel_type), &starts, &ends, &metas);
        let mut table = RelTable::new(0, n_nodes, (starts, ends), statements);
        table.properties = properties;
        table.sort_incoming();
        (table.into(), numbers)
    }

    /// The histories with relationships as they are numbered now.
    fn histories_renumbered(&self, now: &HashMap<RelId, RelId>) -> Deferred<Histories> {
        if now.is_empty() {
            return self.histories.clone();
        }
        // Of what is gone nobody asks any more.
        let renumbered = |entity: Entity| match entity {
            Entity::Rel(rel) => Entity::Rel(now.get(&rel).copied().unwrap_or(RelId(DERIVED - 1))),
            Entity::Node(_) => entity,
        };
        let mut histories = (*self.histories).clone();
        histories.entries.iter_mut().for_each(|entry| entry.entity = renumbered(entry.entity));
        let of = histories.of.iter().map(|((entity, key), entries)| ((renumbered(*entity), *key), entries.clone()));
        histories.of = of.collect();
        histories.into()
    }
}

/// A column of so many positions with what was set of them and of those that follow, in order.
fn with(stored: Option<&Column>, n: usize, set: &[(u32, &Value)]) -> ColumnBuilder {
    let n_changed = set.partition_point(|(place, _)| (*place as usize) < n);
    let (changed, added) = set.split_at(n_changed);
    let (mut builder, rest) = match stored {
        None => (ColumnBuilder::default(), set),
        Some(stored) if changed.is_empty() => (ColumnBuilder::resumed(stored, n), added),
        Some(stored) => {
            let mut builder = ColumnBuilder::default();
            let mut changed = changed.iter().peekable();
            for row in 0..n as u32 {
                let value = changed.next_if(|(place, _)| *place == row).map(|(_, value)| (*value).clone());
                builder.push(value.unwrap_or_else(|| stored.get(row)));
            }
            (builder, added)
        }
    };
    for (place, value) in rest {
        builder.skip_to(*place as usize);
        builder.push((*value).clone());
    }
    builder
}
