//! What the optimiser asks while it plans: it knows plans, and not how they are run.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::execute::{self, Worker};
use crate::graph::{Frame, Population, SharedView, Snapshot};
use crate::optimize::Sampler;
use crate::plan::{Expr, Slot};
use crate::value::Value;

use super::ask::Ask;

/// Tests conditions in a frame of a version, with the parameters that are given.
pub(super) struct Sample<'a> {
    ask: Ask<'a>,
    snapshot: &'a Arc<Snapshot>,
    frame: Frame,
    /// Made when it is needed: most queries leave no choice.
    view: OnceCell<SharedView>,
}

impl<'a> Sample<'a> {
    pub fn new(ask: Ask<'a>, snapshot: &'a Arc<Snapshot>, frame: Frame) -> Self {
        Self { ask, snapshot, frame, view: OnceCell::new() }
    }
}

impl Sampler for Sample<'_> {
    fn sample(&self, condition: &Expr, slot: Slot, of: Population) -> Option<[usize; 2]> {
        let view = self.view.get_or_init(|| SharedView::new(self.snapshot.clone(), self.frame));
        let query = self.ask.query(false);
        execute::sample(condition, slot, of, &mut Worker::new(&query, view.clone()))
    }

    fn n_elements(&self, parameter: &str) -> Option<usize> {
        match self.ask.session.params.get(parameter)? {
            Value::List(list) => Some(list.len()),
            _ => None,
        }
    }
}
