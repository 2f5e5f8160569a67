//! Lineage: which statements a row rests on, as a formula over statements.
//!
//! `join`: both are needed. `merge`: either suffices. The author of an operator must choose. A formula is read by giving each
//! [`Leaf`] a value and saying what join and merge do to values ([`Lineage::fold`]): [`Lineage::sets`] unfolds it into its
//! minimal sets of statements, [`Lineage::periods`] into the days on which it holds.
//!
//! Source: Green, Karvounarakis, Tannen, "Provenance semirings", PODS 2007 (the semiring of positive Boolean formulas, and
//! that of periods: Dignös, Glavic, Niu, Gamper, Böhlen, "Snapshot semantics for temporal multiset relations", VLDB 2019).

use std::cell::Cell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{Entity, Snapshot, Statement, TypeId};
use crate::value::{NodeId, Periods, RelId};

use super::derive::Derivations;

/// What a row rests on: a statement, a formula of one [`Lineage`], or a set of [`Days`](super::Days).
///
/// Its upper half says which of these; the lower is a number. Statements are named by themselves, so that rows that follow
/// relationships look nothing up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineageId(u64);

mod kind {
    pub const FORMULA: u64 = 0;
    pub const NODE: u64 = 1;
    pub const REL: u64 = 2;
    pub const STATUS: u64 = 3;
    pub const HISTORY: u64 = 4;
    pub const DERIVED: u64 = 5;
}

impl LineageId {
    /// Nothing is needed.
    pub const NONE: LineageId = LineageId(0);

    fn new(kind: u64, number: u32) -> Self {
        Self(kind << 32 | u64::from(number))
    }

    /// The formula, or the set of days, of this number.
    pub(super) fn numbered(number: usize) -> Self {
        Self::new(kind::FORMULA, number as u32)
    }

    /// Its place among those of its kind.
    #[must_use]
    pub fn number(self) -> usize {
        self.0 as u32 as usize
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

/// The most alternatives that are kept of one row.
pub const ALTERNATIVES: usize = 8;

/// All of some parts are needed, or any one of them.
#[derive(Clone, Copy, Debug)]
struct Formula {
    all: bool,
    /// Where its parts begin and end among those of all formulas.
    from: u32,
    to: u32,
}

/// Formulas.
#[derive(Clone, Debug)]
pub struct Lineage {
    /// The first is [`LineageId::NONE`], all of nothing.
    formulas: Vec<Formula>,
    parts: Vec<LineageId>,
    derived: Vec<Leaf>,
    derived_numbers: FxHashMap<Derived, u32>,
    /// A row rests on something that is not there, too.
    pub absent: bool,
    /// A procedure gave rows, and may have read more than they show.
    pub called: bool,
}

impl Default for Lineage {
    fn default() -> Self {
        Self {
            formulas: vec![Formula { all: true, from: 0, to: 0 }],
            parts: Vec::new(),
            derived: Vec::new(),
            derived_numbers: FxHashMap::default(),
            absent: false,
            called: false,
        }
    }
}

impl Lineage {
    fn formula(&mut self, all: bool, parts: &[LineageId]) -> LineageId {
        let from = self.parts.len() as u32;
        self.parts.extend_from_slice(parts);
        self.formulas.push(Formula { all, from, to: self.parts.len() as u32 });
        LineageId::numbered(self.formulas.len() - 1)
    }

    fn derived(&mut self, derived: Derived) -> LineageId {
        let next = self.derived.len() as u32;
        let number = *self.derived_numbers.entry(derived.clone()).or_insert(next);
        if number == next {
            self.derived.push(Leaf::Derived(derived));
        }
        LineageId::new(kind::DERIVED, number)
    }

    /// This statement is needed; where it is a derived relationship, what it follows from.
    pub fn statement(&mut self, statement: Statement, snapshot: &Snapshot) -> LineageId {
        match statement {
            Statement::Entity(Entity::Rel(rel)) if snapshot.is_derived_rel(rel) => {
                let (rel_type, start, end) = snapshot.rel(rel);
                self.derived(Derived::Rel(rel_type, start, end))
            }
            Statement::Entity(Entity::Node(node)) => LineageId::new(kind::NODE, node.0),
            Statement::Entity(Entity::Rel(rel)) => LineageId::new(kind::REL, rel.0),
            Statement::Status(entry) => LineageId::new(kind::STATUS, entry),
            Statement::History(entry) => LineageId::new(kind::HISTORY, entry),
        }
    }

    /// What gives a node this derived label is needed.
    pub fn label(&mut self, node: NodeId, label: &str) -> LineageId {
        self.derived(Derived::Label(node, label.to_owned()))
    }

    /// Both are needed.
    pub fn join(&mut self, a: LineageId, b: LineageId) -> LineageId {
        match (a, b) {
            (LineageId::NONE, other) | (other, LineageId::NONE) => other,
            _ if a == b => a,
            _ => self.formula(true, &[a, b]),
        }
    }

    /// All of them are needed.
    pub fn all(&mut self, parts: &[LineageId]) -> LineageId {
        match parts {
            [] => LineageId::NONE,
            [one] => *one,
            _ => self.formula(true, parts),
        }
    }

    /// Any one of them suffices.
    pub fn any(&mut self, parts: &[LineageId]) -> LineageId {
        match parts {
            [one] => *one,
            _ if parts.contains(&LineageId::NONE) => LineageId::NONE,
            _ => self.formula(false, parts),
        }
    }

    fn parts(&self, formula: Formula) -> &[LineageId] {
        &self.parts[formula.from as usize..formula.to as usize]
    }

    /// What is named: a statement or something derived, or else a formula.
    fn part(&self, id: LineageId) -> Part {
        let number = id.0 as u32;
        let entity = |entity| Part::Leaf(Leaf::Statement(Statement::Entity(entity)));
        match id.0 >> 32 {
            kind::NODE => entity(Entity::Node(NodeId(number))),
            kind::REL => entity(Entity::Rel(RelId(number))),
            kind::STATUS => Part::Leaf(Leaf::Statement(Statement::Status(number))),
            kind::HISTORY => Part::Leaf(Leaf::Statement(Statement::History(number))),
            kind::DERIVED => Part::Leaf(self.derived[number as usize].clone()),
            _ => Part::Formula(self.formulas[number as usize]),
        }
    }

    /// The minimal sets of statements that suffice, smallest first, at most [`ALTERNATIVES`]; whether some were cut.
    #[must_use]
    pub fn sets(&self, id: LineageId, derived: &Derivations) -> (Vec<Vec<Statement>>, bool) {
        self.lean_sets(id, derived, |_| {})
    }

    /// The same of sets from which `lean` takes what the rest of a set implies: two that only differed in that are one.
    #[must_use]
    pub fn lean_sets(
        &self,
        id: LineageId,
        derived: &Derivations,
        lean: impl Fn(&mut Vec<Statement>),
    ) -> (Vec<Vec<Statement>>, bool) {
        if let Some(mut set) = self.stated(id) {
            lean(&mut set);
            return (vec![set], false);
        }
        let of_leaf = |leaf: &Leaf| match leaf {
            Leaf::Statement(statement) => vec![vec![*statement]],
            Leaf::Derived(of) => derived.sets(of).to_vec(),
        };
        self.unfolded(id, of_leaf, lean)
    }

    /// The same where some derivations are kept here and some there.
    pub(super) fn sets_in(&self, id: LineageId, derived: &[&Derivations]) -> Sets<Statement> {
        let known = |of: &Derived| derived.iter().map(|derived| derived.sets(of)).find(|sets| !sets.is_empty());
        let of_leaf = |leaf: &Leaf| match leaf {
            Leaf::Statement(statement) => vec![vec![*statement]],
            Leaf::Derived(of) => known(of).unwrap_or_default().to_vec(),
        };
        self.unfolded(id, of_leaf, |_| {}).0
    }

    /// The same in steps: what follows from a definition is not followed.
    #[must_use]
    pub fn steps(&self, id: LineageId) -> (Vec<Vec<Leaf>>, bool) {
        self.unfolded(id, |leaf| vec![vec![leaf.clone()]], |_| {})
    }

    fn unfolded<T: Ord + Clone>(
        &self,
        id: LineageId,
        of_leaf: impl Fn(&Leaf) -> Sets<T>,
        lean: impl Fn(&mut Vec<T>),
    ) -> (Sets<T>, bool) {
        let cut = Cell::new(false);
        let kept = |mut sets: Sets<T>| {
            sets.iter_mut().for_each(&lean);
            let (sets, more) = minimal(sets);
            cut.set(cut.get() | more);
            sets
        };
        let of_leaf = |of: &Leaf| kept(of_leaf(of));
        let sets = self.fold(id, &vec![Vec::new()], of_leaf, |a, b, both| {
            kept(if both {
                a.iter().flat_map(|a| b.iter().map(|b| a.iter().chain(b).cloned().collect())).collect()
            } else {
                a.iter().chain(b).cloned().collect()
            })
        });
        (sets, cut.get())
    }

    /// The one set of a formula of statements all of which are needed.
    fn stated(&self, id: LineageId) -> Option<Vec<Statement>> {
        let mut set = Vec::new();
        let is_stated = self.needed(id, |leaf| match leaf {
            Leaf::Statement(statement) => {
                set.push(statement);
                true
            }
            Leaf::Derived(_) => false,
        });
        set.sort_unstable();
        set.dedup();
        is_stated.then_some(set)
    }

    /// A set that suffices: of a formula of some size not the smallest, for which every alternative would have to be unfolded.
    #[must_use]
    pub fn sufficient(&self, id: LineageId, derived: &Derivations) -> Option<Vec<Statement>> {
        /// Formulas up to this size are unfolded.
        const SMALL: usize = 256;
        if let Some(set) = self.stated(id) {
            return Some(set);
        }
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
            match self.part(id) {
                Part::Leaf(Leaf::Statement(statement)) => set.push(statement),
                Part::Leaf(Leaf::Derived(of)) => set.extend(derived.sets(&of).first().into_iter().flatten()),
                Part::Formula(formula) if formula.all => stack.extend(self.parts(formula)),
                Part::Formula(formula) => {
                    stack.extend(self.parts(formula).iter().min_by_key(|part| sizes.get(part)));
                }
            }
        }
        set.sort_unstable();
        set.dedup();
        Some(set)
    }

    /// Visits the leaves of a formula all of which are needed, while `visit` says so; whether it came to the end, which it
    /// does not where some are alternatives.
    fn needed(&self, id: LineageId, mut visit: impl FnMut(Leaf) -> bool) -> bool {
        /// Formulas of this size are told apart by a look at each.
        const FEW: usize = 64;
        let (mut stack, mut seen) = (vec![id], FxHashSet::default());
        let mut steps = 0;
        while let Some(id) = stack.pop() {
            match self.part(id) {
                Part::Leaf(leaf) if !visit(leaf.clone()) => return false,
                Part::Leaf(_) => {}
                Part::Formula(formula) if !formula.all => return false,
                Part::Formula(formula) => {
                    steps += 1;
                    // Beyond, parts that are shared are gone through once.
                    if steps <= FEW || seen.insert(id) {
                        stack.extend(self.parts(formula));
                    }
                }
            }
        }
        true
    }

    /// The days on which a formula holds.
    #[must_use]
    pub fn periods(&self, id: LineageId, leaf: impl Fn(&Leaf) -> Periods) -> Periods {
        let mut days = Periods::always();
        let all = self.needed(id, |of| {
            days = days.intersect(&leaf(&of));
            true
        });
        if all {
            return days;
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
            let value = match self.part(id) {
                Part::Leaf(of) => leaf(&of),
                Part::Formula(formula) => {
                    let before = stack.len();
                    stack.extend(self.parts(formula).iter().filter(|part| !done.contains_key(part)));
                    if stack.len() > before {
                        continue;
                    }
                    let mut parts = self.parts(formula).iter().map(|part| &done[part]);
                    let first = parts.next().unwrap_or(none).clone();
                    parts.fold(first, |so_far, part| two(&so_far, part, formula.all))
                }
            };
            done.insert(id, value);
            stack.pop();
        }
        done
    }
}

enum Part {
    Leaf(Leaf),
    Formula(Formula),
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
