//! Plan: what a query means, as a tree of operators over rows of slots.
//!
//! Names and types only: no node ids, no closures, no storage, so that any executor, or a lowering to another engine, can
//! read it. A row is a vector of slots; each operator says which slots it fills.

mod definition;
mod explain;
mod expr;
mod reads;
mod search;
mod write;

pub use definition::{Combine, Defined, Definition};
pub use explain::{annotated, explain};
pub use expr::{Aggregate, Expr, LabelTest, PathStep, Place, SubqueryKind};
pub use reads::Reads;
pub use search::{Register, Restrictor, Search, Selector, Step};
pub use write::{Assignment, NewItem, Said};

pub use crate::diag::Span;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A column of a row.
pub type Slot = usize;

/// Which way a relationship is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// From start to end.
    Out,
    /// From end to start.
    In,
    /// Either way.
    Both,
}

/// A node of a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatternNode {
    /// Its slot.
    pub slot: Slot,
    /// The slot is filled before the pattern is matched.
    pub bound: bool,
    /// What its labels must be.
    pub labels: Option<LabelTest>,
}

/// A relationship of a pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatternRel {
    /// Its slot; a list where it has a length.
    pub slot: Slot,
    /// Index of the node on its left.
    pub left: usize,
    /// Index of the node on its right.
    pub right: usize,
    /// As seen from the left.
    pub direction: Direction,
    /// Names of the types it may have; empty: any.
    pub types: Vec<String>,
    /// How many hops; `None`: one, not a list. The second number is `None` where there is no limit.
    pub length: Option<(u64, Option<u64>)>,
    /// Statements that say *no* match too.
    pub negated: bool,
    /// What every relationship of a variable-length pattern must meet; it is [`Expr::Local`] 0 of `locals` names.
    pub each: Option<Expr>,
    /// What lies between the two nodes, where it is more than relationships of one kind; the slot then gets the list of all
    /// relationships of the path, and `direction`, `types`, `length` and `each` say nothing.
    pub search: Option<Box<Search>>,
    /// Of a length: which nodes it comes to is all that matters, and not how often. Only where neither its slot nor what rows
    /// rest on is read.
    pub reach: bool,
}

impl PatternRel {
    /// The conditions on its hops.
    pub fn reads(&self) -> impl Iterator<Item = &Expr> {
        self.each.iter().chain(self.search.iter().flat_map(|search| search.conditions()))
    }
}

impl PatternRel {
    /// The same as seen from its right end.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let direction = match self.direction {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
            Direction::Both => Direction::Both,
        };
        Self { direction, ..self.clone() }
    }

    /// The slots that following it fills, beside those of its ends.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        let shown = self.search.iter().flat_map(|search| &search.shown).map(|(_, slot)| *slot);
        std::iter::once(self.slot).chain(shown)
    }

    /// What is tested while it is followed, to be rewritten.
    fn conditions_mut(&mut self) -> Vec<&mut Expr> {
        let inside = self.search.as_mut().map(|search| search.conditions_mut()).unwrap_or_default();
        self.each.iter_mut().chain(inside).collect()
    }

    /// Whether its slot is a list: more than one relationship may be followed.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.length.is_some() || self.search.is_some()
    }
}

/// A connected or unconnected graph pattern with the conditions on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// The nodes.
    pub nodes: Vec<PatternNode>,
    /// The relationships.
    pub rels: Vec<PatternRel>,
    /// Conditions, all of which must be true.
    pub conditions: Vec<Expr>,
    /// No relationship may occur twice.
    pub different: bool,
}

impl Pattern {
    /// The slots of its nodes, its relationships, and what is named inside of them.
    #[must_use]
    pub fn slots(&self) -> BTreeSet<Slot> {
        self.nodes.iter().map(|node| node.slot).chain(self.rels.iter().flat_map(PatternRel::slots)).collect()
    }
}

/// One operator and its inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Plan {
    /// One row with no slot filled.
    Unit,
    /// The rows that the operator around hands in.
    Argument,
    /// Every match of a pattern, for each row. `order_pattern` turns it into the operators below.
    Match {
        /// The rows.
        input: Box<Plan>,
        /// The pattern.
        pattern: Pattern,
    },
    /// Every node with a label (`None`: every node), for each row.
    ScanNodes {
        /// The rows.
        input: Box<Plan>,
        /// The slot filled.
        slot: Slot,
        /// The label.
        label: Option<String>,
    },
    /// The nodes whose property has a value, or one of several, for each row.
    SeekNodes {
        /// The rows.
        input: Box<Plan>,
        /// The slot filled.
        slot: Slot,
        /// The property.
        key: String,
        /// The value.
        value: Expr,
        /// The value is a list: each node that has one of its elements is found once.
        each: bool,
    },
    /// Every relationship of a node, with the node at its other end, for each row.
    Expand {
        /// The rows.
        input: Box<Plan>,
        /// The node it starts at.
        from: Slot,
        /// The relationship, as seen from `from`.
        rel: PatternRel,
        /// The node at the other end.
        to: Slot,
        /// `to` is filled already and must be that node.
        into: bool,
        /// Relationships matched before, which may not come again.
        different_from: Vec<Slot>,
    },
    /// Every relationship of a node, added up and not listed.
    Fold {
        /// The rows.
        input: Box<Plan>,
        /// The node it starts at.
        from: Slot,
        /// The relationship, as seen from `from`; one with a length comes to each node once.
        rel: PatternRel,
        /// The node at the other end.
        to: Slot,
        /// Another node, and a relationship that leads from it to the same end: each hop counts as often as there are such.
        also: Option<(Slot, PatternRel)>,
        /// There is one row for each node at the other end, with nothing else of its rows; otherwise each row that has such a
        /// relationship stays as it is.
        to_end: bool,
        /// What must be true of each relationship.
        conditions: Vec<Expr>,
        /// What is added up over those that are made one row, and the slots of the sums.
        sums: Vec<(Slot, Expr)>,
    },
    /// Rows for which a condition is true.
    Filter {
        /// The rows.
        input: Box<Plan>,
        /// The condition.
        condition: Expr,
    },
    /// Slots added to each row.
    Extend {
        /// The rows.
        input: Box<Plan>,
        /// Slot and value.
        items: Vec<(Slot, Expr)>,
    },
    /// New rows of exactly these values.
    Project {
        /// The rows.
        input: Box<Plan>,
        /// The values.
        items: Vec<Expr>,
    },
    /// One row per group: its keys, then its aggregates.
    Group {
        /// The rows.
        input: Box<Plan>,
        /// What makes a group; empty: all rows are one, even none.
        keys: Vec<Expr>,
        /// What is computed of it.
        aggregates: Vec<Aggregate>,
    },
    /// Equal rows once, the first one.
    Distinct {
        /// The rows.
        input: Box<Plan>,
    },
    /// Rows in order; `true`: descending. Stable.
    Sort {
        /// The rows.
        input: Box<Plan>,
        /// The keys.
        keys: Vec<(Expr, bool)>,
        /// Rows after the first so many, all of these numbers together, are not read, and of those only the last number; none: all are.
        first: Vec<Expr>,
    },
    /// Rows after the first so many.
    Skip {
        /// The rows.
        input: Box<Plan>,
        /// How many.
        count: Expr,
    },
    /// The first so many rows.
    Limit {
        /// The rows.
        input: Box<Plan>,
        /// How many.
        count: Expr,
    },
    /// One row per element of a list.
    Unwind {
        /// The rows.
        input: Box<Plan>,
        /// The list.
        list: Expr,
        /// The slot of the element.
        slot: Slot,
        /// The slot of its position and the number of the first.
        position: Option<(Slot, i64)>,
    },
    /// One row per record of a CSV file.
    Load {
        /// The rows.
        input: Box<Plan>,
        /// The file's name.
        file: Expr,
        /// Where the query names it.
        place: Place,
        /// The slot of the record.
        slot: Slot,
        /// A record is a map by the names in the first line; otherwise a list.
        headers: bool,
        /// The byte between two fields.
        separator: u8,
    },
    /// The rows of `inner` for each row; the row itself, with nulls, where there are none.
    Optional {
        /// The rows.
        input: Box<Plan>,
        /// What may match; reads [`Plan::Argument`].
        inner: Box<Plan>,
        /// The slots that are null where it does not match.
        slots: Vec<Slot>,
    },
    /// The rows of `inner` for each row by itself, added to it.
    Apply {
        /// The rows.
        input: Box<Plan>,
        /// The subquery; reads [`Plan::Argument`].
        inner: Box<Plan>,
        /// The slots that its columns fill; `None`: it has no columns, and the row is given once.
        slots: Option<Vec<Slot>>,
        /// A row for which it has no rows is given with nulls.
        optional: bool,
    },
    /// The rows of a procedure for each row.
    Call {
        /// The rows.
        input: Box<Plan>,
        /// Its name.
        procedure: String,
        /// Where the query calls it.
        place: Place,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// Which of its columns fill which slots.
        yields: Vec<(usize, Slot)>,
        /// A row for which it has no rows is given with nulls.
        optional: bool,
    },
    /// Nodes and relationships created for each row.
    Create {
        /// The rows.
        input: Box<Plan>,
        /// What is created, in order.
        items: Vec<NewItem>,
    },
    /// The matches of a pattern for each row; where there is none, the pattern is created.
    Merge {
        /// The rows.
        input: Box<Plan>,
        /// The matches; reads [`Plan::Argument`].
        inner: Box<Plan>,
        /// What is created where nothing matches.
        items: Vec<NewItem>,
        /// What is set where it was created.
        on_create: Vec<Assignment>,
        /// What is set where it was found.
        on_match: Vec<Assignment>,
    },
    /// Properties and labels set for each row.
    Set {
        /// The rows.
        input: Box<Plan>,
        /// The changes, in order.
        items: Vec<Assignment>,
    },
    /// Nodes, relationships and paths deleted for each row.
    Delete {
        /// The rows.
        input: Box<Plan>,
        /// What is deleted.
        targets: Vec<Expr>,
        /// The relationships of nodes are deleted with them.
        detach: bool,
    },
    /// A plan that writes, run for each element of a list; the rows are given unchanged.
    Foreach {
        /// The rows.
        input: Box<Plan>,
        /// The list.
        list: Expr,
        /// The slot of the element.
        slot: Slot,
        /// What is done; reads [`Plan::Argument`].
        body: Box<Plan>,
    },
    /// Rows of the first, then rows of the second.
    Union {
        /// The parts.
        parts: Vec<Plan>,
    },
}

/// The plans an operator reads, by one list for reading and replacing them.
macro_rules! inputs {
    ($plan:expr, $iter:ident) => {
        match $plan {
            Plan::Unit | Plan::Argument => Vec::new(),
            Plan::Match { input, .. }
            | Plan::ScanNodes { input, .. }
            | Plan::SeekNodes { input, .. }
            | Plan::Expand { input, .. }
            | Plan::Fold { input, .. }
            | Plan::Filter { input, .. }
            | Plan::Extend { input, .. }
            | Plan::Project { input, .. }
            | Plan::Group { input, .. }
            | Plan::Distinct { input }
            | Plan::Sort { input, .. }
            | Plan::Skip { input, .. }
            | Plan::Limit { input, .. }
            | Plan::Unwind { input, .. }
            | Plan::Load { input, .. }
            | Plan::Call { input, .. }
            | Plan::Create { input, .. }
            | Plan::Set { input, .. }
            | Plan::Delete { input, .. } => vec![input],
            Plan::Optional { input, inner, .. }
            | Plan::Apply { input, inner, .. }
            | Plan::Merge { input, inner, .. }
            | Plan::Foreach { input, body: inner, .. } => vec![input, inner],
            Plan::Union { parts } => parts.$iter().collect(),
        }
    };
}

impl Plan {
    /// The plans an operator reads, in order.
    #[must_use]
    pub fn children(&self) -> Vec<&Plan> {
        inputs!(self, iter)
    }

    /// Whether running it changes the graph.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(
            self,
            Plan::Create { .. } | Plan::Merge { .. } | Plan::Set { .. } | Plan::Delete { .. } | Plan::Foreach { .. }
        ) || self.children().into_iter().any(Plan::writes)
    }

    /// The plans an operator reads, to be replaced.
    pub fn children_mut(&mut self) -> Vec<&mut Plan> {
        inputs!(self, iter_mut)
    }

    /// The slots that it and its inputs read: those of a row around, and its own. (Nothing is changed.)
    pub fn slots_read(&mut self, found: &mut BTreeSet<Slot>) {
        if let Plan::Match { pattern, .. } = self {
            found.extend(pattern.nodes.iter().filter(|node| node.bound).map(|node| node.slot));
        }
        if let Plan::Create { items, .. } | Plan::Merge { items, .. } = self {
            for item in items {
                if let NewItem::Rel { start, end, .. } = item {
                    found.extend([*start, *end]);
                }
            }
        }
        self.expressions_mut().into_iter().for_each(|expr| expr.slots(found));
        self.children_mut().into_iter().for_each(|child| child.slots_read(found));
    }

    /// The expressions an operator evaluates, to be rewritten.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Plan::Unit
            | Plan::Argument
            | Plan::ScanNodes { .. }
            | Plan::Distinct { .. }
            | Plan::Optional { .. }
            | Plan::Apply { .. }
            | Plan::Union { .. } => Vec::new(),
            Plan::Match { pattern, .. } => {
                let rels = pattern.rels.iter_mut().flat_map(PatternRel::conditions_mut);
                rels.chain(pattern.conditions.iter_mut()).collect()
            }
            Plan::Expand { rel, .. } => rel.conditions_mut(),
            Plan::Fold { rel, conditions, sums, .. } => {
                let sums = sums.iter_mut().map(|(_, sum)| sum);
                rel.conditions_mut().into_iter().chain(conditions).chain(sums).collect()
            }
            Plan::SeekNodes { value, .. } => vec![value],
            Plan::Filter { condition, .. } => vec![condition],
            Plan::Extend { items, .. } => items.iter_mut().map(|(_, item)| item).collect(),
            Plan::Project { items, .. } => items.iter_mut().collect(),
            Plan::Group { keys, aggregates, .. } => {
                keys.iter_mut().chain(aggregates.iter_mut().flat_map(Aggregate::reads_mut)).collect()
            }
            Plan::Sort { keys, first, .. } => keys.iter_mut().map(|(key, _)| key).chain(first).collect(),
            Plan::Skip { count, .. } | Plan::Limit { count, .. } => vec![count],
            Plan::Unwind { list, .. } | Plan::Foreach { list, .. } | Plan::Load { file: list, .. } => vec![list],
            Plan::Create { items, .. } => items.iter_mut().flat_map(NewItem::expressions_mut).collect(),
            Plan::Set { items, .. } => items.iter_mut().flat_map(Assignment::expressions_mut).collect(),
            Plan::Merge { items, on_create, on_match, .. } => {
                let created = items.iter_mut().flat_map(NewItem::expressions_mut);
                let set = on_create.iter_mut().chain(on_match).flat_map(Assignment::expressions_mut);
                created.chain(set).collect()
            }
            Plan::Delete { targets: list, .. } | Plan::Call { arguments: list, .. } => list.iter_mut().collect(),
        }
    }
}
