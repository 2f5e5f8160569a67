//! How a measure stands on a day: in force by law, applied all the same, or nobody knows.

use crate::graph::{ChainEntry, GraphView, State, Statement};
use crate::value::{Day, NodeId};

/// A measure that applies, or may, with what there is to say of it and the entries of its chain that decide.
pub(super) struct Standing {
    /// Whether it surely applies.
    pub is_sure: bool,
    /// What a reader has to know; nothing where it is in force by law and somebody looked since.
    pub because: Option<String>,
    /// The entries that decide.
    pub entries: Vec<Statement>,
}

/// How a measure stands; `None` where it does not apply.
pub(super) fn standing(view: GraphView<'_>, measure: NodeId, day: Day) -> Option<Standing> {
    let Some(status) = view.status(measure) else {
        return Some(Standing { is_sure: true, because: None, entries: Vec::new() });
    };
    let chain = Chain { view, measure, day };
    if status.in_force.contains(day) {
        Some(chain.in_force())
    } else if status.in_fact.contains(day) {
        Some(chain.in_fact())
    } else if status.unknown.contains(day) {
        let entries = chain.last(|entry| entry.state == State::Unknown).map(|(statement, _)| statement);
        let because = Some("its status on the day is not known".to_owned());
        Some(Standing { is_sure: false, because, entries: entries.into_iter().collect() })
    } else {
        None
    }
}

struct Chain<'g> {
    view: GraphView<'g>,
    measure: NodeId,
    day: Day,
}

impl<'g> Chain<'g> {
    fn entries(&self) -> impl Iterator<Item = (Statement, &'g ChainEntry)> {
        let snapshot = self.view.snapshot();
        self.view.deciding(self.measure).filter_map(|statement| match statement {
            Statement::Status(number) => Some((statement, snapshot.chain_entry(number))),
            Statement::Entity(_) | Statement::History(_) => None,
        })
    }

    /// The last entry of a kind by the day.
    fn last(&self, is: impl Fn(&ChainEntry) -> bool) -> Option<(Statement, &'g ChainEntry)> {
        let by_then = self.entries().filter(|(_, entry)| entry.on.first() <= self.day && is(entry));
        by_then.max_by_key(|(_, entry)| entry.on.first())
    }

    fn in_force(&self) -> Standing {
        let decides = |entry: &ChainEntry| entry.state == State::InForce && self.day < entry.end.day();
        let by = self.last(decides);
        let looked = self.view.snapshot().horizon(self.measure);
        let because = if by.is_some_and(|(_, entry)| entry.de_facto) {
            Some("is applied in fact, not in law".to_owned())
        } else {
            looked.filter(|looked| *looked < self.day).map(|looked| format!("projected: nobody looked after {looked}"))
        };
        Standing { is_sure: true, because, entries: by.into_iter().map(|(statement, _)| statement).collect() }
    }

    fn in_fact(&self) -> Standing {
        let in_law = self.last(|entry| entry.state.stops() && !entry.de_facto);
        let later =
            self.entries().filter(|(_, entry)| entry.state.stops() && entry.de_facto && self.day < entry.on.first());
        let in_fact = later.min_by_key(|(_, entry)| entry.on.first());
        let because = in_law.zip(in_fact).map(|((_, law), (_, fact))| {
            let last = fact.on.first().previous();
            format!("{} from {}, and applied all the same through {last}", law.state.words(), law.on)
        });
        let entries = [in_law, in_fact].into_iter().flatten().map(|(statement, _)| statement).collect();
        Standing { is_sure: true, because, entries }
    }
}
