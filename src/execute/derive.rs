//! Derived relationships and labels: what `DEFINE` names, made for one frame.
//!
//! A definition is run once per frame, and what it gives is laid over the snapshot as one more relationship table (or
//! label): patterns, paths, functions and exports then see it like any other. What each derived thing rests on is kept
//! beside, so that lineage goes through it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::graph::{DerivedRel, Entity, Frame, SharedView, Snapshot, Statement};
use crate::limits::Limits;
use crate::plan::{Defined, Definition};
use crate::procedure::Procedures;
use crate::value::{Instant, NodeId, Periods, RelId, Value};

use super::lineage::minimal;
use super::{Failure, Query, Reading, Worker, execute};

/// What derived relationships and labels rest on.
#[derive(Clone, Debug, Default)]
pub struct Derivations {
    rels: BTreeMap<RelId, Vec<Vec<Statement>>>,
    labels: BTreeMap<(NodeId, String), Vec<Vec<Statement>>>,
}

impl Derivations {
    /// The sets a derived relationship rests on; `None` for a stored statement.
    #[must_use]
    pub fn of_statement(&self, statement: Statement) -> Option<Vec<Vec<Statement>>> {
        match statement {
            Statement::Entity(Entity::Rel(rel)) => self.rels.get(&rel).cloned(),
            Statement::Entity(Entity::Node(_)) | Statement::Status(_) | Statement::History(_) => None,
        }
    }

    /// The sets a derived label of a node rests on.
    #[must_use]
    pub fn of_label(&self, node: NodeId, label: &str) -> Option<Vec<Vec<Statement>>> {
        self.labels.get(&(node, label.to_owned())).cloned()
    }
}

/// The definitions that these names need, each after what it reads.
#[must_use]
pub fn needed<'d>(
    definitions: &'d [Definition],
    types: &BTreeSet<String>,
    labels: &BTreeSet<String>,
) -> Vec<&'d Definition> {
    // Definitions are kept in an order in which each comes after what it reads (see `order`).
    let (mut types, mut labels) = (types.clone(), labels.clone());
    let mut found = Vec::new();
    for definition in definitions.iter().rev() {
        let wanted = match &definition.defined {
            Defined::Type(name, _) => types.contains(name),
            Defined::Label(name) => labels.contains(name),
        };
        if wanted {
            types.extend(definition.types.iter().cloned());
            labels.extend(definition.labels.iter().cloned());
            found.push(definition);
        }
    }
    found.reverse();
    found
}

/// Lays what a definition gives in a frame over a snapshot.
///
/// # Errors
/// [`Failure`] where the definition's query fails.
pub fn derive(
    definition: &Definition,
    snapshot: &Arc<Snapshot>,
    frame: Frame,
    limits: &Limits,
    now: Instant,
    derivations: &mut Derivations,
) -> Result<Snapshot, Failure> {
    let (params, procedures) = (BTreeMap::new(), Procedures::default());
    let query = Query {
        limits: limits.clone(),
        params: &params,
        procedures: &procedures,
        now,
        learnt: None,
        reading: &Reading::Nothing,
        lineage: true,
        alternatives: true,
    };
    let mut worker = Worker::new(&query, SharedView::new(snapshot.clone(), frame));
    match &definition.defined {
        Defined::Label(label) => {
            let rows = execute(&definition.plan, 1, &mut worker)?;
            let mut nodes = BTreeSet::new();
            for (row, id) in rows.rows.iter().zip(&rows.lineage) {
                if let Value::Node(node) = row[0] {
                    nodes.insert(node);
                    derivations.labels.insert((node, label.clone()), worker.lineage.sets(*id, derivations).0);
                }
            }
            Ok(snapshot.with_label(label, &nodes))
        }
        Defined::Type(kind, keys) => {
            let rows = execute(&definition.plan, keys.len() + 2, &mut worker)?;
            let mut found: Vec<(DerivedRel, Vec<Vec<Statement>>)> = Vec::new();
            for (row, id) in rows.rows.into_iter().zip(rows.lineage) {
                let mut values = row.into_iter();
                let (Some(Value::Node(start)), Some(Value::Node(end))) = (values.next(), values.next()) else {
                    continue;
                };
                let sets = worker.lineage.sets(id, derivations).0;
                let properties = keys.iter().cloned().zip(values).collect();
                let periods = validity(snapshot, frame, &sets);
                found.push((DerivedRel { start, end, properties, periods }, sets));
            }
            found.sort_by_key(|(rel, _)| (rel.start, rel.end));
            // At most one relationship per type, start and end: rows that the properties told apart are one.
            found.dedup_by(|later, earlier| {
                let same = (later.0.start, later.0.end) == (earlier.0.start, earlier.0.end);
                if same {
                    earlier.0.periods = earlier.0.periods.union(&later.0.periods);
                    earlier.1.append(&mut later.1);
                }
                same
            });
            let (rels, sets): (Vec<_>, Vec<_>) = found.into_iter().unzip();
            let (overlaid, first) = snapshot.with_type(kind, rels);
            for (place, sets) in sets.into_iter().enumerate() {
                derivations.rels.insert(RelId(first.0 + place as u32), minimal(sets).0);
            }
            Ok(overlaid)
        }
    }
}

/// The days on which at least one derivation holds whole. Under a known day the frame has settled it already.
fn validity(snapshot: &Snapshot, frame: Frame, sets: &[Vec<Statement>]) -> Periods {
    if frame.known.is_some() || frame.including.unknown {
        return Periods::always();
    }
    let days = |statement: &Statement| match statement {
        Statement::Entity(entity) => snapshot.effective(*entity),
        Statement::Status(_) | Statement::History(_) => Periods::always(),
    };
    sets.iter()
        .map(|set| set.iter().fold(Periods::always(), |all, statement| all.intersect(&days(statement))))
        .fold(Periods::default(), |either, set| either.union(&set))
}
