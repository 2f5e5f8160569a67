//! Where an answer says something by absence, it says for what the graph is stated to be complete.

use std::collections::BTreeSet;

use crate::bind::{Absence, Sought};
use crate::execute::Worker;
use crate::graph::GraphView;
use crate::parse::{self, TokenKind};
use crate::question::silence::{Lack, Silence, silence};
use crate::value::Value;

use super::{Answer, Session};

/// What one or several runs of a query looked for, and whether it was there.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    absence: Absence,
    absent: bool,
    counted_none: bool,
}

impl Heard {
    /// After a run.
    pub fn new(absence: Absence, worker: &Worker<'_>) -> Self {
        Self { absence, absent: worker.absent, counted_none: worker.counted_none }
    }

    /// With what another run of the same query met.
    pub fn and(&mut self, other: &Self) {
        self.absent |= other.absent;
        self.counted_none |= other.counted_none;
    }

    /// What is to be said of an answer with so many rows.
    pub fn silence(&self, view: GraphView<'_>, rows: usize) -> Option<Silence> {
        let Absence { sought, denied, counted, always } = &self.absence;
        if rows == 0 {
            return about(view, Lack::Rows, sought);
        }
        let of_count = || about(view, Lack::Count, counted).filter(|_| self.counted_none);
        let of_denied = || about(view, Lack::Found, denied).filter(|_| self.absent || *always);
        of_count().or_else(of_denied)
    }
}

/// What is stated of what is looked for; nothing where nothing is.
pub(super) fn about(view: GraphView<'_>, lack: Lack, sought: &Sought) -> Option<Silence> {
    let (catalog, schema) = (view.snapshot().catalog(), view.snapshot().schema());
    let is_type = |name: &&String| catalog.rel_type(name).is_some() || schema.relationships.contains_key(*name);
    let is_label = |name: &&String| catalog.label(name).is_some() || schema.labels.contains_key(*name);
    // A name that nothing has is warned of, and no more is to be said.
    let names: BTreeSet<String> =
        sought.types.iter().filter(is_type).chain(sought.labels.iter().filter(is_label)).cloned().collect();
    (sought.anything || !names.is_empty()).then(|| silence(view, lack, &names))
}

/// Puts first what a statement speaks of.
pub(super) fn arrange(answer: &mut Answer, session: &Session, text: &str) {
    let Some(silence) = &mut answer.silence else { return };
    let written = parse::tokens(text).into_iter().filter(|(_, kind)| *kind == TokenKind::Text);
    let written = written.map(|(span, _)| span.of(text).trim_matches(['\'', '"']));
    let given = session.params.values().filter_map(Value::as_text);
    silence.put_first(&written.chain(given).collect::<Vec<_>>());
}
