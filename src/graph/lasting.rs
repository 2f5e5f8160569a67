//! How long the relationships of a type hold, where their table alone tells it: whoever follows many of them asks once.

use crate::value::{Day, Period, RelId};

use super::csr::{PeriodColumn, RelTable};
use super::{GraphView, TypeId};

/// The days of the relationships of one type.
pub struct RelDays<'g> {
    base: u32,
    days: &'g PeriodColumn,
}

impl RelDays<'_> {
    /// Those of a relationship of the type; an empty period where there are none.
    #[must_use]
    #[inline]
    pub fn of(&self, rel: RelId) -> Period {
        self.days.hull(rel.0 - self.base)
    }
}

impl<'g> GraphView<'g> {
    /// The table of a type, if it tells on which days each of the type holds in this frame.
    fn telling(self, rel_type: TypeId) -> Option<&'g RelTable> {
        let snapshot = self.snapshot();
        let table = &*snapshot.rels[rel_type.0 as usize];
        let tells = !self.knows_a_day()
            && (!self.frame().including.unknown || table.statements.unknown.is_empty())
            && table.statements.effective.is_simple()
            && !snapshot.patch.touches(rel_type)
            && !snapshot.is_derived_type(rel_type);
        tells.then_some(table)
    }

    /// The days of the relationships of a type; `None` where each has to be asked.
    #[must_use]
    pub fn days_of_type(self, rel_type: TypeId) -> Option<RelDays<'g>> {
        self.telling(rel_type).map(|table| RelDays { base: table.base, days: &table.statements.effective })
    }

    /// Whether each relationship of a type holds on every day of a window, so that whoever follows one holds as long as before. At the
    /// ends of all time that is told where all of the type say the same of themselves.
    #[must_use]
    pub fn all_hold(self, rel_type: TypeId, window: Period) -> bool {
        let Some(table) = self.telling(rel_type) else { return false };
        let statements = &table.statements;
        if window.from != Day::MIN && window.to != Day::MAX {
            return statements.effective.all_cover(window);
        }
        let is_known = |meta: u32| self.snapshot().metas[meta as usize].validity.unknown_ends() == (false, false);
        statements.effective.is_always() && statements.meta.all().is_some_and(is_known)
    }
}
