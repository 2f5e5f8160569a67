//! How many statements of a table hold on a day: a step function, so that a day that was not asked about before costs a search.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::value::Day;

use super::parts::StatementColumns;

/// The statements of a table with the same bits.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    pub flags: u8,
    /// How many there are.
    pub n: usize,
    /// From each of these days on, until the next, so many hold.
    steps: Vec<(Day, usize)>,
}

impl Holding {
    /// Of the statements of a table, by their bits.
    pub fn of(statements: &StatementColumns) -> Vec<Self> {
        let mut by_flags: BTreeMap<u8, (usize, FxHashMap<Day, isize>)> = BTreeMap::new();
        for (row, flags) in (0..).zip(statements.flags.iter()) {
            let (n, changes) = by_flags.entry(flags).or_default();
            *n += 1;
            let mut add = |from: Day, to: Day| {
                *changes.entry(from).or_default() += 1;
                *changes.entry(to).or_default() -= 1;
            };
            match statements.effective.period(row) {
                Some(period) if period.is_empty() => {}
                Some(period) => add(period.from, period.to),
                None => statements.effective.get(row).as_slice().iter().for_each(|period| add(period.from, period.to)),
            }
        }
        let steps = |changes: FxHashMap<Day, isize>| {
            let in_order: BTreeMap<Day, isize> = changes.into_iter().collect();
            let mut n = 0_usize;
            let step = |(day, change): (Day, isize)| {
                n = n.saturating_add_signed(change);
                (day, n)
            };
            in_order.into_iter().map(step).collect()
        };
        by_flags.into_iter().map(|(flags, (n, changes))| Self { flags, n, steps: steps(changes) }).collect()
    }

    /// How many hold on a day.
    pub fn on(&self, day: Day) -> usize {
        let after = self.steps.partition_point(|(from, _)| *from <= day);
        after.checked_sub(1).map_or(0, |at| self.steps[at].1)
    }
}
