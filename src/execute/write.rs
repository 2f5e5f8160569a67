//! Clauses that write.
//!
//! Hold all their input, and reserve it: a clause reads the graph as it was before it, so every row has to be there before
//! the first change is made. `MERGE` and `FOREACH` see what they did for the rows before. Order: input order. Lineage: none,
//! because a question about a statement that writes is refused.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::diag::code;
use crate::graph::{ChainEntry, Change, End, Entity, Meta, NewEntry, NewNode, NewRel, Refusal, Start, State, Validity};
use crate::limits::Reservation;
use crate::plan::{Assignment, Expr, NewItem, Plan, Said, Slot};
use crate::value::{Map, NodeId, RelId, Value};

use super::eval::{Row, elements};
use super::said;
use super::{Batch, Failure, Input, Operator, Vector, Worker, build};

/// What is done with each batch of rows.
pub(super) enum Action<'p> {
    Create(&'p [NewItem]),
    Merge { inner: &'p Plan, items: &'p [NewItem], on_create: &'p [Assignment], on_match: &'p [Assignment] },
    Set(&'p [Assignment]),
    Delete { targets: &'p [Expr], detach: bool },
    Foreach { list: &'p Expr, slot: Slot, body: &'p Plan },
}

pub(super) struct Write<'p> {
    input: Input<'p>,
    action: Action<'p>,
    done: Option<(VecDeque<Batch>, Reservation)>,
}

impl<'p> Write<'p> {
    pub(super) fn new(input: Input<'p>, action: Action<'p>) -> Self {
        Self { input, action, done: None }
    }

    fn all(&mut self, worker: &mut Worker<'_>) -> Result<(VecDeque<Batch>, Reservation), Failure> {
        let mut held = worker.query.limits.reservation();
        let mut rows = Vec::new();
        while let Some(batch) = self.input.next(worker)? {
            worker.query.limits.checkpoint()?;
            held.grow(batch.bytes())?;
            rows.push(batch);
        }
        let done = match &self.action {
            Action::Delete { targets, detach } => {
                delete(&rows, targets, *detach, worker)?;
                rows.into()
            }
            action => {
                let mut done = VecDeque::with_capacity(rows.len());
                for batch in rows {
                    done.extend(action.on(batch, worker)?);
                }
                done
            }
        };
        Ok((done, held))
    }
}

impl Operator for Write<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        if self.done.is_none() {
            self.done = Some(self.all(worker)?);
        }
        Ok(self.done.as_mut().and_then(|(batches, _)| batches.pop_front()))
    }
}

impl Action<'_> {
    fn on(&self, mut batch: Batch, worker: &mut Worker<'_>) -> Result<Vec<Batch>, Failure> {
        match self {
            Action::Create(items) => {
                create(&mut batch, items, worker)?;
                Ok(vec![batch])
            }
            Action::Set(items) => {
                set(&batch, items, worker)?;
                Ok(vec![batch])
            }
            Action::Merge { inner, items, on_create, on_match } => {
                let mut out = Vec::new();
                for row in 0..batch.len as u32 {
                    worker.query.limits.checkpoint()?;
                    let mut row = batch.gather(&[row]);
                    let found = merged(&row, inner, items, worker)?;
                    if found.is_empty() {
                        create(&mut row, items, worker)?;
                        set(&row, on_create, worker)?;
                        out.push(row);
                    } else {
                        for found in &found {
                            set(found, on_match, worker)?;
                        }
                        out.extend(found);
                    }
                }
                Ok(out)
            }
            Action::Foreach { list, slot, body } => {
                for row in 0..batch.len {
                    let list = Row::new(&batch, row).eval(list, worker)?;
                    for element in elements(list).iter() {
                        worker.query.limits.checkpoint()?;
                        let mut argument = batch.gather(&[row as u32]);
                        argument.set(*slot, [element.clone()].into_iter().collect());
                        let mut body = build(body, &argument, worker);
                        while body.next(worker)?.is_some() {}
                    }
                }
                Ok(vec![batch])
            }
            // All rows at once: see `Write::all`.
            Action::Delete { .. } => Ok(vec![batch]),
        }
    }
}

/// The matches of a row's pattern, as it is in the graph by now.
fn merged(row: &Batch, inner: &Plan, items: &[NewItem], worker: &mut Worker<'_>) -> Result<Vec<Batch>, Failure> {
    for item in items {
        if let Some((key, _)) = properties(row, 0, item, worker)?.iter().find(|(_, value)| value.is_null()) {
            let message =
                format!("`MERGE` on `{key}`, which is null here: nothing equals null, so it would never be found");
            let wrong = Failure::Value(code::MERGE_NULL, message);
            return Err(item.properties().map_or(wrong.clone(), |map| wrong.of(entry(map, key))));
        }
    }
    let mut found = Vec::new();
    let mut inner = build(inner, row, worker);
    while let Some(batch) = inner.next(worker)? {
        found.push(batch);
    }
    Ok(found)
}

/// Creates the items of each row, one after the other, and fills their slots.
fn create(batch: &mut Batch, items: &[NewItem], worker: &mut Worker<'_>) -> Result<(), Failure> {
    for item in items {
        let (mut nodes, mut rels) = (Vec::new(), Vec::new());
        for row in 0..batch.len {
            worker.query.limits.checkpoint()?;
            let properties = properties(batch, row, item, worker)?;
            let mut meta = said::meta(item.said(), &mut Row::new(batch, row), worker)?;
            let change = match item {
                NewItem::Node { labels, .. } => {
                    let id = stable_id(&properties, worker);
                    let labels = labels.clone();
                    Change::CreateNode(NewNode { id, labels, properties, histories: Vec::new(), meta })
                }
                NewItem::Rel { start, end, kind, .. } => {
                    let (start, end) = (end_of(batch, row, *start)?, end_of(batch, row, *end)?);
                    let kind = kind.clone();
                    let def = worker.draft.version().schema().relationships.get(&kind);
                    if def.is_some_and(|def| def.timeless) && meta.validity == Validity::Unknown {
                        meta.validity = Validity::Always;
                    }
                    Change::CreateRel(NewRel { kind, start, end, properties, histories: Vec::new(), meta })
                }
            };
            // Refused is a value that another node has: it stands among the properties.
            let placed = |wrong: Failure| item.properties().map_or(wrong.clone(), |map| wrong.of(map));
            match worker.change(change).map_err(placed)? {
                Some(Entity::Node(node)) => nodes.push(node),
                Some(Entity::Rel(rel)) => rels.push(rel),
                None => {}
            }
        }
        let column = if matches!(item, NewItem::Node { .. }) { Vector::Nodes(nodes) } else { Vector::Rels(rels) };
        batch.set(item.slot(), column);
    }
    Ok(())
}

fn end_of(batch: &Batch, row: usize, slot: Slot) -> Result<NodeId, Failure> {
    match batch.get(slot, row) {
        Value::Node(node) => Ok(node),
        other => Err(Failure::Value(
            code::TYPE_ERROR,
            format!("a relationship cannot be created at {}; expected a node at each end", other.described()),
        )),
    }
}

/// The properties that an item is created with.
fn properties(
    batch: &Batch,
    row: usize,
    item: &NewItem,
    worker: &mut Worker<'_>,
) -> Result<Vec<(String, Value)>, Failure> {
    let Some(map) = item.properties() else { return Ok(Vec::new()) };
    let given = Row::new(batch, row).eval(map, worker)?;
    let all = properties_of(&given, worker).map_err(|wrong| wrong.of(map))?;
    let stored = |(key, value): (&Arc<str>, &Value)| {
        let value = storable(key, value.clone()).map_err(|wrong| wrong.of(entry(map, key)))?;
        Ok((key.to_string(), value))
    };
    all.iter().map(stored).collect()
}

/// The expression that gives a property: an entry of the map where it is written out.
fn entry<'p>(map: &'p Expr, key: &str) -> &'p Expr {
    let Expr::Placed(of, _) = map else { return map };
    let Expr::Map(entries) = &**of else { return map };
    entries.iter().find(|(name, _)| name.as_deref() == Some(key)).map_or(map, |(_, value)| value)
}

/// The entries of a map, or the properties of a node or relationship.
fn properties_of(map: &Value, worker: &Worker<'_>) -> Result<Map, Failure> {
    match map {
        Value::Map(map) => Ok(map.clone()),
        Value::Node(node) => Ok(worker.view().properties(Entity::Node(*node)).into()),
        Value::Rel(rel) => Ok(worker.view().properties(Entity::Rel(*rel)).into()),
        Value::Null => Ok(Map::default()),
        other => Err(Failure::Value(
            code::TYPE_ERROR,
            format!("properties cannot be taken from {}; expected a map", other.described()),
        )),
    }
}

/// A value that a property can hold: a scalar or a list of scalars.
fn storable(key: &str, value: Value) -> Result<Value, Failure> {
    let wrong = match &value {
        Value::List(list) => {
            list.iter().find(|element| !element.is_scalar()).map(|e| format!("a list with {} in it", e.described()))
        }
        other if other.is_scalar() => None,
        other => Some(other.described().to_owned()),
    };
    match wrong {
        None => Ok(value),
        Some(wrong) => Err(Failure::Value(
            code::PROPERTY_TYPE,
            format!(
                "`{key}` cannot hold {wrong}; expected a number, a text, a truth value, a date, a time, a duration or a list of these"
            ),
        )),
    }
}

/// The stable id of a new node: its property `id` where that is a text and free, else a number.
fn stable_id(properties: &[(String, Value)], worker: &Worker<'_>) -> String {
    let version = worker.draft.version();
    let own = properties.iter().find(|(key, _)| key == "id").and_then(|(_, value)| value.as_text());
    if let Some(own) = own.filter(|id| !id.is_empty() && version.node(id).is_none()) {
        return own.to_owned();
    }
    let numbers = version.node_bound()..;
    let free = numbers.map(|number| format!("node-{number}")).find(|id| version.node(id).is_none());
    free.unwrap_or_default()
}

fn set(batch: &Batch, items: &[Assignment], worker: &mut Worker<'_>) -> Result<(), Failure> {
    for row in 0..batch.len {
        worker.query.limits.checkpoint()?;
        for item in items {
            let mut row = Row::new(batch, row);
            match item {
                Assignment::Property { of: owner, key, value } => {
                    let (of, new) = (row.eval(owner, worker)?, row.eval(value, worker)?);
                    let Some(of) = thing(&of, "properties are set of").map_err(at(owner))? else { continue };
                    let new = storable(key, new).map_err(at(value))?;
                    worker.change(Change::SetProperty { of, key: key.clone(), value: new }).map_err(at(owner))?;
                }
                Assignment::Entry { of: owner, key, value, said } => {
                    let (of, new) = (row.eval(owner, worker)?, row.eval(value, worker)?);
                    let Some(of) = thing(&of, "properties are set of").map_err(at(owner))? else { continue };
                    let new = storable(key, new).map_err(at(value))?;
                    if new.is_null() {
                        let message = format!(
                            "an entry of `{key}` is null; expected a value: say of the one that ends `VALID FROM … UNTIL …`"
                        );
                        return Err(Failure::Value(code::TYPE_ERROR, message).of(value));
                    }
                    let meta = said::meta(said, &mut row, worker)?;
                    worker.change(Change::AddEntry { of, key: key.clone(), value: new, meta }).map_err(at(owner))?;
                }
                Assignment::Properties { of: owner, map, replace } => {
                    let (of, given) = (row.eval(owner, worker)?, row.eval(map, worker)?);
                    let Some(of) = thing(&of, "properties are set of").map_err(at(owner))? else { continue };
                    let new = properties_of(&given, worker).map_err(at(map))?;
                    let old = if *replace { worker.view().properties(of) } else { BTreeMap::new() };
                    let gone = old.into_keys().filter(|key| !new.contains_key(key)).map(|key| (key, Value::Null));
                    let set = new.iter().map(|(key, value)| (key.clone(), value.clone()));
                    for (key, value) in gone.chain(set).collect::<Vec<_>>() {
                        let value = storable(&key, value).map_err(at(map))?;
                        worker.change(Change::SetProperty { of, key: key.to_string(), value }).map_err(at(owner))?;
                    }
                }
                Assignment::Status { of: owner, state, said } => {
                    let of = row.eval(owner, worker)?;
                    let node = match thing(&of, "a status is added to").map_err(at(owner))? {
                        None => continue,
                        Some(Entity::Node(node)) => node,
                        Some(Entity::Rel(_)) => {
                            let message = "a relationship has no status; expected a measure";
                            return Err(Failure::Value(code::TYPE_ERROR, message.into()).of(owner));
                        }
                    };
                    let change = status(node, state, said, &mut row, worker)?;
                    worker.change(change).map_err(at(owner))?;
                }
                Assignment::Labels { of: owner, labels, on } => {
                    let of = row.eval(owner, worker)?;
                    let node = match thing(&of, "labels are set of").map_err(at(owner))? {
                        None => continue,
                        Some(Entity::Node(node)) => node,
                        Some(Entity::Rel(_)) => {
                            let message = "a relationship has a type, not labels: it cannot be changed";
                            return Err(Failure::Value(code::TYPE_ERROR, message.into()).of(owner));
                        }
                    };
                    for label in labels {
                        worker.change(Change::SetLabel { node, label: label.clone(), on: *on }).map_err(at(owner))?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// An entry of a status chain.
fn status(
    node: NodeId,
    state: &str,
    said: &Said,
    row: &mut Row<'_>,
    worker: &mut Worker<'_>,
) -> Result<Change, Failure> {
    let meta = said::meta(said, row, worker)?;
    let (on, end) = match &meta.validity {
        Validity::In(periods) => periods.first().map_or((None, End::Unknown), |period| match period.from {
            Start::On(day) => (Some(day), period.to),
            Start::Unknown | Start::Always => (None, period.to),
        }),
        Validity::Unknown | Validity::Always => (None, End::Unknown),
    };
    let (Some(state), Some(on)) = (State::parse(state), on) else {
        return Err(Failure::Value(code::ARGUMENT_VALUE, "a status begins on a day".to_owned()));
    };
    // The days are those of the state, not of the entry that tells it.
    let meta = Meta { validity: Validity::Unknown, ..meta };
    // Only what is assumed is learnt on no day.
    let assumed = worker.query.learnt.is_none();
    let entry = ChainEntry { state, on, end, by: None, de_facto: false, part: None, assumed, meta };
    Ok(Change::AddStatus(NewEntry { of: vec![node], entry }))
}

/// Places a failure where an expression is written.
fn at(expr: &Expr) -> impl Fn(Failure) -> Failure + '_ {
    |wrong| wrong.of(expr)
}

/// A node or relationship; `None` for null.
fn thing(value: &Value, what: &str) -> Result<Option<Entity>, Failure> {
    match value {
        Value::Null => Ok(None),
        Value::Node(node) => Ok(Some(Entity::Node(*node))),
        Value::Rel(rel) => Ok(Some(Entity::Rel(*rel))),
        other => Err(Failure::Value(
            code::TYPE_ERROR,
            format!("{what} {}; expected a node or a relationship", other.described()),
        )),
    }
}

/// Deletes what all rows name: relationships first, so that the order in which they are named plays no part.
fn delete(rows: &[Batch], targets: &[Expr], detach: bool, worker: &mut Worker<'_>) -> Result<(), Failure> {
    // With the target that names each.
    let (mut nodes, mut rels): (BTreeMap<NodeId, &Expr>, BTreeMap<RelId, &Expr>) = Default::default();
    for batch in rows {
        for row in 0..batch.len {
            for target in targets {
                match Row::new(batch, row).eval(target, worker)? {
                    Value::Null => {}
                    Value::Node(node) => nodes.extend([(node, target)]),
                    Value::Rel(rel) => rels.extend([(rel, target)]),
                    Value::Path(path) => {
                        nodes.extend(path.nodes.iter().map(|node| (*node, target)));
                        rels.extend(path.rels.iter().map(|rel| (*rel, target)));
                    }
                    other => {
                        let message = format!(
                            "{} cannot be deleted; expected a node, a relationship or a path",
                            other.described()
                        );
                        return Err(Failure::Value(code::TYPE_ERROR, message).of(target));
                    }
                }
            }
        }
    }
    if detach {
        let version = worker.draft.version();
        for (node, target) in &nodes {
            let stored = version.rels_at(*node).into_iter().filter(|rel| !version.is_derived_rel(*rel));
            rels.extend(stored.map(|rel| (rel, *target)));
        }
    }
    let rels = rels.into_iter().map(|(rel, target)| (Entity::Rel(rel), target));
    for (entity, target) in rels.chain(nodes.into_iter().map(|(node, target)| (Entity::Node(node), target))) {
        worker.query.limits.checkpoint()?;
        if !worker.draft.version().is_gone(entity) {
            worker.change(Change::Delete(entity)).map_err(at(target))?;
        }
    }
    Ok(())
}

impl Worker<'_> {
    /// Makes a change, which everything after it sees.
    fn change(&mut self, change: Change) -> Result<Option<Entity>, Failure> {
        self.draft.apply(change).map_err(|refusal| {
            let code = match refusal {
                Refusal::Connected { .. } => code::CONNECTED_NODE,
                Refusal::Gone => code::DELETED_ENTITY,
                _ => code::REFUSED_CHANGE,
            };
            Failure::Value(code, refusal.to_string())
        })
    }
}
