//! The part of the graph that an algorithm works on, and the way from its numbers back to values.

use std::ops::Deref;
use std::sync::Arc;

use crate::graph::{Cut, CutError, GraphView, Projection};
use crate::limits::{Limits, Reservation, Stopped};
use crate::value::{Path, Value};

use super::option::{unfit, wrong};
use super::{Context, Options, ProcedureError};

/// A projection, and what is held while an algorithm runs on it.
pub(super) struct Network<'q> {
    projection: Arc<Projection>,
    pub view: GraphView<'q>,
    pub limits: &'q Limits,
    held: Reservation,
}

impl Deref for Network<'_> {
    type Target = Projection;
    fn deref(&self) -> &Projection {
        &self.projection
    }
}

impl<'q> Network<'q> {
    pub fn new(cut: &Cut, options: Options<'_>, context: &Context<'q>) -> Result<Self, ProcedureError> {
        let (view, limits) = (context.view, context.limits);
        let projection = context.cuts.cut(view, cut, limits).map_err(|error| match error {
            CutError::Stopped(stopped) => stopped.into(),
            CutError::Weight(rel, value) => {
                let weight = options.weight_name();
                let expected = "expected a finite number of at least 0";
                let rel = view.snapshot().rel_id(rel);
                wrong(match value {
                    Value::Null => format!("no `{weight}` at `{rel}`; {expected}, or the option `default`"),
                    value => format!("`{weight}` of `{rel}` is {value}; {expected}"),
                })
            }
        })?;
        Ok(Self { projection, view, limits, held: limits.reservation() })
    }

    /// The projection, for petgraph.
    pub fn projection(&self) -> &Projection {
        &self.projection
    }

    pub fn n_nodes(&self) -> u32 {
        petgraph::visit::NodeCount::node_count(&*self.projection) as u32
    }

    /// One of these for each node, each edge, …; reserved as long as the network lives.
    pub fn array<T: Clone>(&mut self, value: T, len: usize) -> Result<Vec<T>, Stopped> {
        self.held.grow(len * size_of::<T>())?;
        Ok(vec![value; len])
    }

    /// Reserves bytes as long as the network lives.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Stopped> {
        self.held.grow(bytes)
    }

    /// Looks at the limits every so many nodes of a loop over all of them, which does little for each.
    pub fn checkpoint_at(&self, node: u32) -> Result<(), Stopped> {
        if node.is_multiple_of(1024) { self.limits.checkpoint() } else { Ok(()) }
    }

    /// The number of a node that an argument names.
    pub fn place(&self, value: &Value, argument: &str) -> Result<u32, ProcedureError> {
        let number = match value {
            Value::Node(node) => self.number(*node).ok_or_else(|| self.view.snapshot().node_id(*node).as_ref()),
            other => return Err(unfit(argument, other, "a node")),
        };
        number.map_err(|id| {
            let why = "which is none of the nodes: the frame hides it or `labels` leaves it out";
            wrong(format!("`{argument}` is `{id}`, {why}"))
        })
    }

    /// What a person calls a node.
    pub fn name(&self, node: u32) -> &'q Arc<str> {
        self.view.snapshot().node_id(self.node(node))
    }

    /// A node as a value.
    pub fn node_value(&self, node: u32) -> Value {
        Value::Node(self.node(node))
    }

    /// Edges one after the other as a value.
    pub fn path(&self, start: u32, edges: &[usize]) -> Value {
        let nodes = edges.iter().map(|edge| self.node(self.edge(*edge).target));
        let nodes = std::iter::once(self.node(start)).chain(nodes).collect();
        Value::Path(Arc::new(Path { nodes, rels: edges.iter().map(|edge| self.rel(*edge)).collect() }))
    }
}
