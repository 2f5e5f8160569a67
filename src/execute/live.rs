//! Which slots of a row are read later: the others need not be carried along.

use crate::plan::{Aggregate, Expr, Plan, Slot};

/// Slots that are read; `None`: any may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Live(Option<Vec<bool>>);

impl Live {
    /// Only what is added.
    fn nothing() -> Self {
        Self(Some(Vec::new()))
    }

    /// Only those that an expression reads.
    pub fn of(expr: &Expr) -> Self {
        Self::nothing().with([expr])
    }

    fn slot(&mut self, slot: Slot) {
        if let Some(live) = &mut self.0 {
            if live.len() <= slot {
                live.resize(slot + 1, false);
            }
            live[slot] = true;
        }
    }

    fn with<'e>(mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Self {
        if self.0.is_some() {
            let mut slots = std::collections::BTreeSet::new();
            exprs.into_iter().for_each(|expr| expr.slots(&mut slots));
            for slot in slots {
                self.slot(slot);
            }
        }
        self
    }

    /// Whether a slot is read.
    pub fn reads(&self, slot: Slot) -> bool {
        self.0.as_ref().is_none_or(|live| live.get(slot).copied().unwrap_or_default())
    }

    /// Only these slots.
    pub fn of_slots(slots: impl IntoIterator<Item = Slot>) -> Self {
        let mut live = Self::nothing();
        slots.into_iter().for_each(|slot| live.slot(slot));
        live
    }

    /// These slots and those.
    fn and(mut self, others: Self) -> Self {
        match others.0 {
            None => others,
            Some(others) => {
                others.iter().enumerate().filter(|(_, read)| **read).for_each(|(slot, _)| self.slot(slot));
                self
            }
        }
    }

    /// What operators over [`Plan::Argument`] need of it, where all is read of what they give.
    pub fn of_argument(over: &Plan) -> Self {
        Self::default().below(over)
    }

    /// The same, where this is read of what they give.
    pub fn below(self, over: &Plan) -> Self {
        let (mut live, mut plan) = (self, over);
        while let Some(input) = plan.children().into_iter().next() {
            (live, plan) = (live.before(plan), input);
        }
        live
    }

    /// What an operator needs of its input, where this is read of what it gives.
    pub fn before(self, plan: &Plan) -> Self {
        match plan {
            Plan::Project { items, .. } => Self::nothing().with(items),
            Plan::Group { keys, aggregates, .. } => {
                Self::nothing().with(keys).with(aggregates.iter().flat_map(Aggregate::reads))
            }
            Plan::Filter { condition, .. } => self.with([condition]),
            Plan::Extend { items, .. } => {
                // A list of hops that is only turned round is not read by that.
                let is_turned = |slot: Slot, item: &Expr| matches!(item, Expr::Call(name, of) if name == "reverse" && matches!(of.as_slice(), [Expr::Slot(turned)] if *turned == slot));
                let read: Vec<&Expr> = items
                    .iter()
                    .filter(|(slot, item)| self.reads(*slot) || !is_turned(*slot, item))
                    .map(|(_, item)| item)
                    .collect();
                self.with(read)
            }
            Plan::Sort { keys, .. } => self.with(keys.iter().map(|(key, _)| key)),
            Plan::Unwind { list, .. } => self.with([list]),
            Plan::SeekNodes { value, .. } => self.with([value]),
            Plan::ScanNodes { .. } | Plan::Skip { .. } | Plan::Limit { .. } => self,
            Plan::Fold { from, rel, also, to_end, conditions, sums, .. } => {
                let kept = if *to_end { Self::nothing() } else { self };
                let mut live = kept.with(rel.reads().chain(conditions).chain(sums.iter().map(|(_, sum)| sum)));
                live.slot(*from);
                if let Some((other, _)) = also {
                    live.slot(*other);
                }
                live
            }
            Plan::Expand { from, rel, to, into, different_from, .. } => {
                let mut live = self.with(rel.reads());
                live.slot(*from);
                if *into {
                    live.slot(*to);
                }
                for slot in different_from {
                    live.slot(*slot);
                }
                live
            }
            // A row that is not matched is given as it is.
            Plan::Optional { inner, .. } => self.clone().and(self.below(inner)),
            _ => Self::default(),
        }
    }
}
