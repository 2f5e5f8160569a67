//! Lineage: which statements a row rests on, as a formula over statements.
//!
//! `join`: both are needed. `merge`: either suffices. The author of an operator must choose. A formula is read by giving each
//! [`Leaf`] a value and saying what join and merge do to values ([`Lineage::fold`]): [`Lineage::sets`] unfolds it into its
//! minimal sets of statements, [`Lineage::periods`] into the days on which it holds.
//!
//! Source: Green, Karvounarakis, Tannen, "Provenance semirings", PODS 2007 (the semiring of positive Boolean formulas, and
//! that of periods: Dignös, Glavic, Niu, Gamper, Böhlen, "Snapshot semantics for temporal multiset relations", VLDB 2019).

use std::collections::HashMap;

use crate::graph::{Entity, Snapshot, Statement, TypeId};
use crate::value::{NodeId, Periods};

use super::derive::Derivations;

/// A formula of one [`Lineage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineageId(u32);

impl LineageId {
    /// Nothing is needed.
    pub const NONE: LineageId = LineageId(0);
}

/// What a formula is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leaf {
    /// Somebody states it.
    Statement(Statement),
    /// It follows from a definition.
    Derived(Derived),
}

/// Something derived. There is at most one relationship of a derived type between two nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Derived {
    /// A relationship.
    Rel(TypeId, NodeId, NodeId),
    /// A label of a node.
    Label(NodeId, String),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Formula {
    None,
    Leaf(Leaf),
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

    /// This statement is needed; where it is a derived relationship, what it follows from.
    pub fn statement(&mut self, statement: Statement, snapshot: &Snapshot) -> LineageId {
        let leaf = match statement {
            Statement::Entity(Entity::Rel(rel)) if snapshot.is_derived_rel(rel) => {
                let (rel_type, start, end) = snapshot.rel(rel);
                Leaf::Derived(Derived::Rel(rel_type, start, end))
            }
            stated => Leaf::Statement(stated),
        };
        self.intern(Formula::Leaf(leaf))
    }

    /// What gives a node this derived label is needed.
    pub fn label(&mut self, node: NodeId, label: &str) -> LineageId {
        self.intern(Formula::Leaf(Leaf::Derived(Derived::Label(node, label.to_owned()))))
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
        self.unfolded(id, |leaf| match leaf {
            Leaf::Statement(statement) => vec![vec![*statement]],
            Leaf::Derived(of) => derived.sets(of).to_vec(),
        })
    }

    /// The same where some derivations are kept here and some there.
    pub(super) fn sets_in(&self, id: LineageId, derived: &[&Derivations]) -> Sets<Statement> {
        let known = |of: &Derived| derived.iter().map(|derived| derived.sets(of)).find(|sets| !sets.is_empty());
        let sets = self.unfolded(id, |leaf| match leaf {
            Leaf::Statement(statement) => vec![vec![*statement]],
            Leaf::Derived(of) => known(of).unwrap_or_default().to_vec(),
        });
        sets.0
    }

    /// The same in steps: what follows from a definition is not followed.
    #[must_use]
    pub fn steps(&self, id: LineageId) -> (Vec<Vec<Leaf>>, bool) {
        self.unfolded(id, |leaf| vec![vec![leaf.clone()]])
    }

    fn unfolded<T: Ord + Clone>(&self, id: LineageId, leaf: impl Fn(&Leaf) -> Sets<T>) -> (Sets<T>, bool) {
        let mut cut = false;
        let mut kept = |sets| {
            let (sets, more) = minimal(sets);
            cut |= more;
            sets
        };
        let sets = self.fold(id, &vec![Vec::new()], leaf, |a, b, both| {
            kept(if both {
                a.iter().flat_map(|a| b.iter().map(|b| a.iter().chain(b).cloned().collect())).collect()
            } else {
                a.iter().chain(b).cloned().collect()
            })
        });
        (sets, cut)
    }

    /// The days on which a formula holds.
    #[must_use]
    pub fn periods(&self, id: LineageId, leaf: impl Fn(&Leaf) -> Periods) -> Periods {
        let either = |a: &Periods, b: &Periods, both| if both { a.intersect(b) } else { a.union(b) };
        self.fold(id, &Periods::always(), leaf, either)
    }

    /// The value of a formula: `none` of what needs nothing, `leaf` of the statements, `two` of two values of which both are
    /// needed (`true`) or either suffices.
    fn fold<T: Clone>(
        &self,
        root: LineageId,
        none: &T,
        leaf: impl Fn(&Leaf) -> T,
        mut two: impl FnMut(&T, &T, bool) -> T,
    ) -> T {
        let mut done: HashMap<LineageId, T> = HashMap::new();
        // Formulas grow to the left as rows join, deeper than a stack may: an explicit one.
        let mut stack = vec![root];
        while let Some(id) = stack.last().copied() {
            if done.contains_key(&id) {
                stack.pop();
                continue;
            }
            let formula = &self.formulas[id.0 as usize];
            let value = match formula {
                Formula::None => none.clone(),
                Formula::Leaf(of) => leaf(of),
                Formula::Join(a, b) | Formula::Merge(a, b) => {
                    let missing: Vec<_> = [*a, *b].into_iter().filter(|part| !done.contains_key(part)).collect();
                    if !missing.is_empty() {
                        stack.extend(missing);
                        continue;
                    }
                    two(&done[a], &done[b], matches!(formula, Formula::Join(..)))
                }
            };
            done.insert(id, value);
            stack.pop();
        }
        done.remove(&root).unwrap_or_else(|| none.clone())
    }
}

type Sets<T> = Vec<Vec<T>>;

/// The sets that hold no other, smallest first; whether the cap cut some.
pub(super) fn minimal<T: Ord>(mut sets: Sets<T>) -> (Sets<T>, bool) {
    for set in &mut sets {
        set.sort_unstable();
        set.dedup();
    }
    sets.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut kept: Sets<T> = Vec::new();
    for set in sets {
        let holds = |small: &Vec<T>| small.iter().all(|s| set.binary_search(s).is_ok());
        if !kept.iter().any(holds) {
            if kept.len() == ALTERNATIVES {
                return (kept, true);
            }
            kept.push(set);
        }
    }
    (kept, false)
}
