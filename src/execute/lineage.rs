//! Lineage: which statements a row rests on, as a formula over statements.
//!
//! `join`: both are needed. `merge`: either suffices. The author of an operator must choose. [`Lineage::sets`] unfolds a
//! formula into its minimal sets of statements.
//!
//! Source: Green, Karvounarakis, Tannen, "Provenance semirings", PODS 2007 (the semiring of positive Boolean formulas).

use std::collections::HashMap;

use crate::graph::Statement;
use crate::value::NodeId;

use super::derive::Derivations;

/// A formula of one [`Lineage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineageId(u32);

impl LineageId {
    /// Nothing is needed.
    pub const NONE: LineageId = LineageId(0);
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Formula {
    None,
    Statement(Statement),
    /// A derived label of a node.
    Label(NodeId, String),
    Join(LineageId, LineageId),
    Merge(LineageId, LineageId),
}

/// The most alternatives that are kept of one row.
pub const ALTERNATIVES: usize = 8;

/// Interned formulas.
#[derive(Debug)]
pub struct Lineage {
    formulas: Vec<Formula>,
    numbers: HashMap<Formula, u32>,
    /// A row rests on something that is not there, too.
    pub absent: bool,
}

impl Default for Lineage {
    fn default() -> Self {
        Self { formulas: vec![Formula::None], numbers: HashMap::new(), absent: false }
    }
}

impl Lineage {
    fn intern(&mut self, formula: Formula) -> LineageId {
        if let Some(number) = self.numbers.get(&formula) {
            return LineageId(*number);
        }
        let number = self.formulas.len() as u32;
        self.formulas.push(formula.clone());
        self.numbers.insert(formula, number);
        LineageId(number)
    }

    /// This statement is needed.
    pub fn statement(&mut self, statement: Statement) -> LineageId {
        self.intern(Formula::Statement(statement))
    }

    /// What gives a node this derived label is needed.
    pub fn label(&mut self, node: NodeId, label: &str) -> LineageId {
        self.intern(Formula::Label(node, label.to_owned()))
    }

    /// Both are needed.
    pub fn join(&mut self, a: LineageId, b: LineageId) -> LineageId {
        match (a, b) {
            (LineageId::NONE, other) | (other, LineageId::NONE) => other,
            _ if a == b => a,
            _ => self.intern(Formula::Join(a, b)),
        }
    }

    /// Either suffices.
    pub fn merge(&mut self, a: LineageId, b: LineageId) -> LineageId {
        if a == b { a } else { self.intern(Formula::Merge(a, b)) }
    }

    /// The minimal sets of statements that suffice, smallest first, at most [`ALTERNATIVES`]; whether some were cut.
    #[must_use]
    pub fn sets(&self, id: LineageId, derived: &Derivations) -> (Vec<Vec<Statement>>, bool) {
        let mut unfold = Unfold { lineage: self, derived, done: HashMap::new(), cut: false };
        let sets = unfold.sets(id);
        (sets, unfold.cut)
    }
}

type Sets = Vec<Vec<Statement>>;

struct Unfold<'a> {
    lineage: &'a Lineage,
    derived: &'a Derivations,
    done: HashMap<LineageId, Sets>,
    cut: bool,
}

impl Unfold<'_> {
    /// Formulas grow to the left as rows join, deeper than a stack may: an explicit one.
    fn sets(&mut self, root: LineageId) -> Sets {
        let mut stack = vec![root];
        while let Some(id) = stack.last().copied() {
            if self.done.contains_key(&id) {
                stack.pop();
                continue;
            }
            let formula = &self.lineage.formulas[id.0 as usize];
            let sets = match formula {
                Formula::None => vec![Vec::new()],
                Formula::Statement(statement) => {
                    self.derived.of_statement(*statement).unwrap_or_else(|| vec![vec![*statement]])
                }
                Formula::Label(node, label) => self.derived.of_label(*node, label).unwrap_or_else(|| vec![Vec::new()]),
                Formula::Join(a, b) | Formula::Merge(a, b) => {
                    let missing: Vec<_> = [*a, *b].into_iter().filter(|part| !self.done.contains_key(part)).collect();
                    if !missing.is_empty() {
                        stack.extend(missing);
                        continue;
                    }
                    let (a, b) = (&self.done[a], &self.done[b]);
                    let both: Sets = if matches!(formula, Formula::Join(..)) {
                        a.iter().flat_map(|a| b.iter().map(|b| a.iter().chain(b).copied().collect())).collect()
                    } else {
                        a.iter().chain(b).cloned().collect()
                    };
                    let (sets, cut) = minimal(both);
                    self.cut |= cut;
                    sets
                }
            };
            self.done.insert(id, sets);
            stack.pop();
        }
        self.done.remove(&root).unwrap_or_default()
    }
}

/// The sets that hold no other, smallest first; whether the cap cut some.
pub(super) fn minimal(mut sets: Sets) -> (Sets, bool) {
    for set in &mut sets {
        set.sort_unstable();
        set.dedup();
    }
    sets.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut kept: Sets = Vec::new();
    for set in sets {
        let holds = |small: &Vec<Statement>| small.iter().all(|s| set.binary_search(s).is_ok());
        if !kept.iter().any(holds) {
            if kept.len() == ALTERNATIVES {
                return (kept, true);
            }
            kept.push(set);
        }
    }
    (kept, false)
}
