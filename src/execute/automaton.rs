//! A search made ready for a graph: its types looked up, and what tells two of its runs apart.

use std::collections::{BTreeSet, HashSet};

use crate::graph::{GraphView, TypeId};
use crate::plan::{Expr, Restrictor, Search, Step};

use super::expand::types as types_named;

/// A search made ready for a graph.
pub(super) struct Automaton<'p> {
    pub search: &'p Search,
    /// Per step: the types it follows.
    pub types: Vec<Vec<TypeId>>,
    /// Registers whose value decides what may follow.
    pub telling: Vec<usize>,
    /// Registers that are seen in the end, or gathered into one that is.
    pub seen: Vec<usize>,
    /// A condition reads what was gathered on the way: no two walks are alike.
    pub by_history: bool,
    /// Per counter: the rounds after which the way out is open.
    pub least: Vec<u64>,
    /// Per part: whether how it was walked decides what may follow.
    pub part_tells: Vec<bool>,
}

impl<'p> Automaton<'p> {
    pub fn new(search: &'p Search, view: GraphView<'_>) -> Self {
        let of_step = |step: &Step| match step {
            Step::Follow { types, .. } => types_named(types, view),
            _ => Vec::new(),
        };
        let telling = telling(search);
        Self {
            search,
            types: search.program.iter().map(of_step).collect(),
            by_history: gathered(search).any(|register| telling.contains(&register)),
            least: least(search),
            part_tells: part_tells(search, &telling),
            telling,
            seen: seen(search),
        }
    }
}

/// The rounds that each repetition asks for.
fn least(search: &Search) -> Vec<u64> {
    let mut least = Vec::new();
    for step in &search.program {
        if let Step::Repeat { counter, least: rounds, .. } = step {
            least.resize(least.len().max(counter + 1), 0);
            least[*counter] = *rounds;
        }
    }
    least
}

/// Registers that a condition reads, or that two nodes of the pattern share.
fn telling(search: &Search) -> Vec<usize> {
    let mut met = HashSet::new();
    let shared = search.program.iter().filter_map(|step| match step {
        Step::Node(register, _) if !met.insert(*register) => Some(*register),
        _ => None,
    });
    let found: BTreeSet<usize> = search.conditions().flat_map(Expr::locals).chain(shared).collect();
    found.into_iter().filter(|register| *register < search.registers).collect()
}

/// Parts that restrict how they go on, or whose walk a condition reads.
fn part_tells(search: &Search, telling: &[usize]) -> Vec<bool> {
    let mut tells: Vec<bool> = search.parts.iter().map(|restrictor| *restrictor != Restrictor::Walk).collect();
    for step in &search.program {
        if let Step::Close(part, Some(register)) = step {
            tells[*part] |= telling.contains(register);
        }
    }
    tells
}

/// Registers that hold a list, or a part of the path.
fn gathered(search: &Search) -> impl Iterator<Item = usize> {
    search.program.iter().flat_map(|step| match step {
        Step::Gather(pairs) => pairs.iter().filter(|(from, to)| from != to).map(|(_, to)| *to).collect(),
        Step::Close(_, Some(register)) => vec![*register],
        _ => Vec::new(),
    })
}

/// Registers that are shown, and those that are gathered for it.
fn seen(search: &Search) -> Vec<usize> {
    let gathered = search.program.iter().flat_map(|step| match step {
        Step::Gather(pairs) => pairs.as_slice(),
        _ => &[],
    });
    let sources = gathered.filter(|(from, to)| from != to).map(|(from, _)| *from);
    search.shown.iter().map(|(register, _)| *register).chain(sources).collect()
}
