//! The days on which what is visible can change.

use std::collections::BTreeSet;

use crate::value::{Day, Periods};

use super::{End, Entity, Snapshot, Statement, TypeId};

impl Snapshot {
    /// Every day on which the answer of a single-day frame may be another one than on the day before, whatever the known
    /// day: the bounds of nodes, of relationships of these `types` (`None`: of all, and of everything else that is dated), of
    /// histories, and of the chains that clip one of the types.
    #[must_use]
    pub fn bounds(&self, types: Option<&BTreeSet<TypeId>>) -> BTreeSet<Day> {
        let mut days = BTreeSet::new();
        let mut add =
            |periods: &Periods| days.extend(periods.as_slice().iter().flat_map(|period| [period.from, period.to]));
        self.nodes().for_each(|node| add(self.own_validity(Entity::Node(node))));
        for rel in self.rels() {
            let (rel_type, ..) = self.rel(rel);
            if types.is_none_or(|types| types.contains(&rel_type)) {
                add(self.own_validity(Entity::Rel(rel)));
            }
        }
        for (_, entry) in self.history_entries() {
            add(&entry.meta.validity.periods());
        }
        let clipped = types.is_none_or(|types| types.iter().any(|rel_type| self.clips(*rel_type)));
        for (_, entry) in self.chain_entries() {
            // A measure is there from its first entry on, whether or not anything is clipped.
            days.insert(entry.on.first());
            if clipped {
                days.extend([entry.on.last(), entry.end.day(), entry.end.earliest()]);
            }
        }
        days.remove(&Day::MIN);
        days.remove(&Day::MAX);
        days
    }

    /// Whether nobody knows since when, and until when, a statement holds.
    #[must_use]
    pub fn unknown_ends(&self, statement: Statement) -> (bool, bool) {
        match statement {
            Statement::Status(entry) => (false, self.chain_entry(entry).end == End::Unknown),
            Statement::Entity(_) | Statement::History(_) => self.meta(statement).validity.unknown_ends(),
        }
    }
}
