//! Lineage: which statements a row rests on, as a formula over statements.
//!
//! `join`: both are needed. `merge`: either suffices. The author of an operator must choose. A formula is read by giving each
//! [`Leaf`] a value and saying what join and merge do to values ([`Lineage::fold`]): [`Lineage::sets`] unfolds it into its
//! minimal sets of statements, [`Lineage::periods`] into the days on which it holds.
//!
//! Source: Green, Karvounarakis, Tannen, "Provenance semirings", PODS 2007 (the semiring of positive Boolean formulas, and
//! that of periods: Dignös, Glavic, Niu, Gamper, Böhlen, "Snapshot semantics for temporal multiset relations", VLDB 2019).

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{Entity, Snapshot, Statement, TypeId};
use crate::value::{NodeId, Periods};

use super::derive::Derivations;

/// What a row rests on: a formula of one [`Lineage`], or a set of [`Days`](super::Days).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineageId(u32);

impl LineageId {
    /// Nothing is needed.
    pub const NONE: LineageId = LineageId(0);

    pub(super) fn numbered(number: usize) -> Self {
        Self(number as u32)
    }

    /// Its place among those of its kind.
    #[must_use]
    pub fn number(self) -> usize {
        self.0 as usize
    }
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Formula {
    None,
    /// The leaf of this number.
    Leaf(u32),
    Join(LineageId, LineageId),
    Merge(LineageId, LineageId),
}

/// The most alternatives that are kept of one row.
pub const ALTERNATIVES: usize = 8;

/// Interned formulas.
#[derive(Debug)]
pub struct Lineage {
    formulas: Vec<Formula>,
    numbers: FxHashMap<Formula, u32>,
    leaves: Vec<Leaf>,
    leaf_numbers: FxHashMap<Leaf, LineageId>,
    /// A row rests on something that is not there, too.
    pub absent: bool,
}

impl Default for Lineage {
    fn default() -> Self {
        Self {
            formulas: vec![Formula::None],
            numbers: FxHashMap::default(),
            leaves: Vec::new(),
            leaf_numbers: FxHashMap::default(),
            absent: false,
        }
    }
}

impl Lineage {
    fn intern(&mut self, formula: Formula) -> LineageId {
        let next = self.formulas.len() as u32;
        let number = *self.numbers.entry(formula).or_insert(next);
        if number == next {
            self.formulas.push(formula);
        }
        LineageId(number)
    }

    fn leaf(&mut self, leaf: Leaf) -> LineageId {
        if let Some(id) = self.leaf_numbers.get(&leaf) {
            return *id;
        }
        let id = LineageId(self.formulas.len() as u32);
        self.formulas.push(Formula::Leaf(self.leaves.len() as u32));
        self.leaves.push(leaf.clone());
        self.leaf_numbers.insert(leaf, id);
        id
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
        self.leaf(leaf)
    }

    /// What gives a node this derived label is needed.
    pub fn label(&mut self, node: NodeId, label: &str) -> LineageId {
        self.leaf(Leaf::Derived(Derived::Label(node, label.to_owned())))
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
        if let Some(set) = self.stated(id) {
            return (vec![set], false);
        }
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

    /// The one set of a formula of statements all of which are needed.
    fn stated(&self, id: LineageId) -> Option<Vec<Statement>> {
        let stated = |leaf: &Leaf| match leaf {
            Leaf::Statement(statement) => Some(*statement),
            Leaf::Derived(_) => None,
        };
        let mut set: Vec<Statement> = self.needed(id)?.into_iter().map(stated).collect::<Option<_>>()?;
        set.sort_unstable();
        set.dedup();
        Some(set)
    }

    /// A set that suffices: of a formula of some size not the smallest, for which every alternative would have to be unfolded.
    #[must_use]
    pub fn sufficient(&self, id: LineageId, derived: &Derivations) -> Option<Vec<Statement>> {
        /// Formulas up to this size are unfolded.
        const SMALL: usize = 256;
        let few = |leaf: &Leaf| match leaf {
            Leaf::Statement(_) => 1,
            Leaf::Derived(of) => derived.sets(of).first().map_or(usize::MAX, Vec::len),
        };
        let fewer = |a: &usize, b: &usize, both| if both { a.saturating_add(*b) } else { *a.min(b) };
        let sizes = self.folded(id, &0, few, fewer);
        if sizes.len() <= SMALL {
            return self.sets(id, derived).0.into_iter().next();
        }
        let (mut set, mut stack, mut seen) = (Vec::new(), vec![id], FxHashSet::default());
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.formulas[id.0 as usize] {
                Formula::None => {}
                Formula::Leaf(leaf) => match &self.leaves[leaf as usize] {
                    Leaf::Statement(statement) => set.push(*statement),
                    Leaf::Derived(of) => set.extend(derived.sets(of).first().into_iter().flatten()),
                },
                Formula::Join(a, b) => stack.extend([a, b]),
                Formula::Merge(a, b) => stack.push(if sizes[&b] < sizes[&a] { b } else { a }),
            }
        }
        set.sort_unstable();
        set.dedup();
        Some(set)
    }

    /// The leaves of a formula all of which are needed; `None` where some are alternatives.
    fn needed(&self, id: LineageId) -> Option<Vec<&Leaf>> {
        /// Formulas of this size are told apart by a look at each.
        const FEW: usize = 64;
        let (mut leaves, mut stack, mut seen) = (Vec::new(), vec![id], FxHashSet::default());
        let mut steps = 0;
        while let Some(id) = stack.pop() {
            steps += 1;
            // Beyond, parts that are shared are gone through once.
            if steps > FEW && !seen.insert(id) {
                continue;
            }
            match self.formulas[id.0 as usize] {
                Formula::None => {}
                Formula::Leaf(leaf) => leaves.push(&self.leaves[leaf as usize]),
                Formula::Join(a, b) => stack.extend([a, b]),
                Formula::Merge(..) => return None,
            }
        }
        Some(leaves)
    }

    /// The days on which a formula holds.
    #[must_use]
    pub fn periods(&self, id: LineageId, leaf: impl Fn(&Leaf) -> Periods) -> Periods {
        if let Some(leaves) = self.needed(id) {
            return leaves.into_iter().fold(Periods::always(), |days, of| days.intersect(&leaf(of)));
        }
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
        two: impl FnMut(&T, &T, bool) -> T,
    ) -> T {
        self.folded(root, none, leaf, two).remove(&root).unwrap_or_else(|| none.clone())
    }

    /// The same of every formula in it.
    fn folded<T: Clone>(
        &self,
        root: LineageId,
        none: &T,
        leaf: impl Fn(&Leaf) -> T,
        mut two: impl FnMut(&T, &T, bool) -> T,
    ) -> FxHashMap<LineageId, T> {
        let mut done: FxHashMap<LineageId, T> = FxHashMap::default();
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
                Formula::Leaf(of) => leaf(&self.leaves[*of as usize]),
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
        done
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
