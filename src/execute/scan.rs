//! Finding nodes: by label, or by the value of a property.
//!
//! Streams: holds one input batch. Order: input order, then the order of nodes. Lineage: `join` of the row and the node's
//! own statement, because the node may be all there is of the row; what gives it a derived label is joined too.

use std::sync::Arc;

use crate::graph::{Entity, KeyId, Statement};
use crate::plan::{Expr, Slot};
use crate::value::{NodeId, Value, equal};

use super::eval::{Row, no_list};
use super::live::Live;
use super::member::Members;
use super::{Batch, Failure, Input, Operator, Vector, Worker, drained};

/// Every node with a label.
pub(super) struct Scan<'p> {
    input: Input<'p>,
    slot: Slot,
    label: Option<&'p str>,
    live: Live,
    /// The nodes, found once, when the first row is here.
    nodes: Option<Found>,
    /// The batch that is worked on, the row and the node to go on with.
    current: Option<(Batch, usize, usize)>,
    derived: bool,
}

/// Nodes that were found.
enum Found {
    /// These.
    Listed(Vec<NodeId>),
    /// So many: nobody asks which.
    Counted(usize),
}

impl Found {
    fn len(&self) -> usize {
        match self {
            Found::Listed(nodes) => nodes.len(),
            Found::Counted(n) => *n,
        }
    }
}

impl<'p> Scan<'p> {
    pub(super) fn new(input: Input<'p>, slot: Slot, label: Option<&'p str>, live: Live, worker: &Worker<'_>) -> Self {
        let derived = label.is_some_and(|label| worker.view().snapshot().is_derived_label(label));
        Self { input, slot, label, live, nodes: None, current: None, derived }
    }

    fn find(&self, worker: &Worker<'_>) -> Found {
        let view = worker.view();
        let only_how_many = !self.live.reads(self.slot) && !worker.query.lineage;
        let label = match self.label.map(|name| view.snapshot().catalog().label(name)) {
            None => None,
            Some(None) => return Found::Counted(0),
            Some(label) => label,
        };
        if let Some(n) = only_how_many.then(|| view.count_nodes(label)).flatten() {
            return Found::Counted(n);
        }
        Found::Listed(label.map_or_else(|| view.nodes().collect(), |label| view.list_nodes_with(label)))
    }
}

impl Operator for Scan<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        self.some(worker.query.batch, worker)
    }

    fn all(&mut self, worker: &mut Worker<'_>) -> Result<Batch, Failure> {
        drained(|| self.some(usize::MAX, worker))
    }
}

impl Scan<'_> {
    /// The next nodes of a row, or all nodes of each of several.
    fn some(&mut self, at_most: usize, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        loop {
            worker.query.limits.checkpoint()?;
            let (batch, row, at) = match self.current.take() {
                Some(current) => current,
                None => match self.input.next(worker)? {
                    Some(batch) => (batch, 0, 0),
                    None => return Ok(None),
                },
            };
            if row == batch.len {
                continue;
            }
            // Once a row is here, the clauses before have written what they write.
            let nodes = self.nodes.take().unwrap_or_else(|| self.find(worker));
            if nodes.len() == 0 {
                return Ok(None);
            }
            let n_rows = if at == 0 { (worker.query.batch / nodes.len()).min(batch.len - row).max(1) } else { 1 };
            let n = (nodes.len() - at).min(at_most);
            let next = if at + n == nodes.len() { (row + n_rows, 0) } else { (row, at + n) };
            let rows = row as u32..(row + n_rows) as u32;
            let mut out = match n_rows {
                1 => batch.repeated(row, n),
                _ => batch.gather(&rows.flat_map(|row| std::iter::repeat_n(row, n)).collect::<Vec<_>>()),
            };
            if let Found::Listed(nodes) = &nodes {
                let found = nodes[at..at + n].repeat(n_rows);
                join_nodes(&mut out, &found, self.label.filter(|_| self.derived), worker);
                out.set(self.slot, Vector::Nodes(found));
            }
            self.nodes = Some(nodes);
            self.current = Some((batch, next.0, next.1));
            return Ok(Some(out));
        }
    }
}

fn join_nodes(batch: &mut Batch, nodes: &[NodeId], derived: Option<&str>, worker: &mut Worker<'_>) {
    if let Some(lineage) = &mut batch.lineage {
        for (id, node) in lineage.iter_mut().zip(nodes) {
            *id = worker.with(*id, Statement::Entity(Entity::Node(*node)));
            if let Some(label) = derived {
                *id = worker.with_label(*id, *node, label);
            }
        }
    }
}

/// What nodes are looked up by.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'p> {
    /// A value.
    One(&'p Expr),
    /// Any element of a list.
    Each(&'p Expr),
}

/// The nodes whose property has a value, or one of several.
pub(super) struct Seek<'p> {
    input: Input<'p>,
    slot: Slot,
    key: &'p str,
    wanted: Wanted<'p>,
}

impl<'p> Seek<'p> {
    pub(super) fn new(input: Input<'p>, slot: Slot, key: &'p str, wanted: Wanted<'p>) -> Self {
        Self { input, slot, key, wanted }
    }

    /// The nodes that are found for a row.
    fn found(&self, mut row: Row<'_>, key: Option<KeyId>, worker: &mut Worker<'_>) -> Result<Vec<NodeId>, Failure> {
        match self.wanted {
            Wanted::One(value) => Ok(find(&row.eval(value, worker)?, key, worker)),
            Wanted::Each(list) => match row.eval(list, worker)? {
                Value::Null => Ok(Vec::new()),
                Value::List(values) => Ok(find_each(&values, key, worker)),
                other => Err(no_list(&other).of(list)),
            },
        }
    }
}

/// The nodes whose property has a value of a list, each once.
fn find_each(values: &Arc<[Value]>, key: Option<KeyId>, worker: &Worker<'_>) -> Vec<NodeId> {
    let view = worker.view();
    let snapshot = view.snapshot();
    let Some(key) = key else { return Vec::new() };
    // Many values are looked for in one go over the nodes.
    let is_short = values.len() <= snapshot.catalog().n_nodes();
    if is_short && !snapshot.is_historic(key) {
        let found = values.iter().flat_map(|value| look_up(value, key, values.len(), worker));
        let mut nodes: Vec<NodeId> = found.collect();
        nodes.sort_unstable();
        nodes.dedup();
        return nodes;
    }
    let members = Members::of(values);
    let has = |node: &NodeId| members.has(&view.property(Entity::Node(*node), key)) == Some(true);
    view.nodes().filter(has).collect()
}

/// The nodes whose property has a value.
fn find(wanted: &Value, key: Option<KeyId>, worker: &Worker<'_>) -> Vec<NodeId> {
    let Some(key) = key else { return Vec::new() };
    if !worker.view().snapshot().is_historic(key) {
        return look_up(wanted, key, 1, worker);
    }
    let view = worker.view();
    let has = |node: &NodeId| equal(&view.property(Entity::Node(*node), key), wanted) == Some(true);
    view.nodes().filter(has).collect()
}

/// The nodes whose stored property has a value, one of so many that are looked up.
fn look_up(wanted: &Value, key: KeyId, looks: usize, worker: &Worker<'_>) -> Vec<NodeId> {
    let view = worker.view();
    let mut nodes = view.snapshot().nodes_like(key, wanted, looks);
    let is_it = |node: &NodeId| match wanted {
        // Where one is looked for, nothing but it is found.
        Value::Text(_) => true,
        _ => equal(&view.property(Entity::Node(*node), key), wanted) == Some(true),
    };
    nodes.retain(|node| view.shows_node(*node) && is_it(node));
    nodes
}

impl Operator for Seek<'_> {
    fn next(&mut self, worker: &mut Worker<'_>) -> Result<Option<Batch>, Failure> {
        while let Some(batch) = self.input.next(worker)? {
            let key = worker.view().snapshot().catalog().key(self.key);
            let (mut rows, mut nodes) = (Vec::new(), Vec::new());
            for row in 0..batch.len {
                worker.query.limits.checkpoint()?;
                for node in self.found(Row::new(&batch, row), key, worker)? {
                    rows.push(row as u32);
                    nodes.push(node);
                }
            }
            if !rows.is_empty() {
                let mut out = batch.gather(&rows);
                join_nodes(&mut out, &nodes, None, worker);
                out.set(self.slot, Vector::Nodes(nodes));
                return Ok(Some(out));
            }
        }
        Ok(None)
    }
}
