//! The days on which what is visible can change.

use std::collections::BTreeSet;

use crate::value::{Day, Periods};

use super::{Entity, Snapshot};

impl Snapshot {
    /// Every day on which the answer of a single-day frame may be another one than on the day before: the bounds of all
    /// statements, chain entries and history entries, whatever the known day.
    #[must_use]
    pub fn bounds(&self) -> BTreeSet<Day> {
        let mut days = BTreeSet::new();
        let mut add =
            |periods: &Periods| days.extend(periods.as_slice().iter().flat_map(|period| [period.from, period.to]));
        for entity in self.nodes().map(Entity::Node).chain(self.rels().map(Entity::Rel)) {
            add(self.own_validity(entity));
        }
        for (_, entry) in self.history_entries() {
            add(&entry.meta.validity.periods());
        }
        for (_, entry) in self.chain_entries() {
            days.extend([entry.on.first(), entry.on.last(), entry.end.day(), entry.end.earliest()]);
        }
        days.remove(&Day::MIN);
        days.remove(&Day::MAX);
        days
    }
}
