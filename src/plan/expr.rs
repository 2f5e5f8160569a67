//! Expressions of a plan: slots, constants and resolved function names.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diag::Span;
use crate::value::{Type, Value};

use super::{Plan, Slot};

/// What a row's values are computed by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// One that can fail, with its place in the query for the message.
    Placed(Box<Expr>, Place),
    /// The same for every row.
    Constant(Value),
    /// A slot of the row.
    Slot(Slot),
    /// A variable of a comprehension around, counted from the outermost.
    Local(usize),
    /// `$name`.
    Parameter(String),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{key: value}`, and map projections: a `None` key takes over all entries of its value.
    Map(Vec<(Option<Arc<str>>, Expr)>),
    /// `x.key`.
    Property(Box<Expr>, String),
    /// `x[i]`.
    Index(Box<Expr>, Box<Expr>),
    /// `x[a..b]`.
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// `NOT x`.
    Not(Box<Expr>),
    /// `-x`.
    Negate(Box<Expr>),
    /// `a AND b`, three-valued.
    And(Box<Expr>, Box<Expr>),
    /// `a OR b`, three-valued.
    Or(Box<Expr>, Box<Expr>),
    /// `a XOR b`, three-valued.
    Xor(Box<Expr>, Box<Expr>),
    /// `a + b` and the like; the operator as written.
    Arithmetic(char, Box<Expr>, Box<Expr>),
    /// `a = b` and the like; the operator as written: `=`, `<>`, `<`, `<=`, `>`, `>=`.
    Compare(String, Box<Expr>, Box<Expr>),
    /// `a STARTS WITH b`, `ENDS WITH`, `CONTAINS`, `=~`.
    Text(String, Box<Expr>, Box<Expr>),
    /// `a IN b`.
    In(Box<Expr>, Box<Expr>),
    /// `x IS NULL`.
    IsNull(Box<Expr>),
    /// `x:Label`, of a node or a relationship.
    HasLabels(Box<Expr>, LabelTest),
    /// `x IS :: T`.
    IsType(Box<Expr>, Type),
    /// A function of the table by its name there.
    Call(String, Vec<Expr>),
    /// `CASE`: conditions with their values, then the value otherwise.
    Case(Vec<(Expr, Expr)>, Box<Expr>),
    /// `[x IN list WHERE filter | result]`; `x` is the next local.
    Comprehension {
        /// The list.
        list: Box<Expr>,
        /// Kept where true.
        filter: Option<Box<Expr>>,
        /// The value; `None`: the element.
        result: Option<Box<Expr>>,
    },
    /// `all(x IN list WHERE filter)`; `x` is the next local.
    Quantified {
        /// `all`, `any`, `none`, `single`.
        kind: String,
        /// The list.
        list: Box<Expr>,
        /// The condition.
        filter: Box<Expr>,
    },
    /// `reduce(a = init, x IN list | step)`; `a` and `x` are the next two locals.
    Reduce {
        /// The first value.
        init: Box<Expr>,
        /// The list.
        list: Box<Expr>,
        /// The next value.
        step: Box<Expr>,
    },
    /// A path through these slots.
    Path(Vec<PathStep>),
    /// A subquery that is run for the row.
    Subquery {
        /// What it gives.
        kind: SubqueryKind,
        /// The query; its [`Plan::Argument`] is the row, followed by the locals from slot `width` on.
        plan: Box<Plan>,
        /// Number of slots of the row around.
        width: usize,
        /// Those of them that it reads.
        reads: Vec<Slot>,
        /// The locals that it reads.
        locals: Vec<usize>,
    },
}

/// A place in the query. It equals any other, so that the same expression written twice is computed once.
#[derive(Clone, Copy, Debug, Eq, Serialize, Deserialize)]
pub struct Place(pub Span);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PathStep {
    /// A node.
    Node(Slot),
    /// A relationship, or a list of them, to be followed from the node before.
    Rel(Slot),
}

impl PathStep {
    /// Its slot.
    #[must_use]
    pub fn slot(&self) -> Slot {
        match self {
            PathStep::Node(slot) | PathStep::Rel(slot) => *slot,
        }
    }
}

/// What a subquery gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubqueryKind {
    /// Whether there is a row.
    Exists,
    /// How many rows.
    Count,
    /// The values of its first column.
    Collect,
}

/// A condition on labels or on a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabelTest {
    /// It has this one.
    Is(String),
    /// It has any.
    Any,
    /// Not that.
    Not(Box<LabelTest>),
    /// Both.
    And(Box<LabelTest>, Box<LabelTest>),
    /// Either.
    Or(Box<LabelTest>, Box<LabelTest>),
}

impl LabelTest {
    /// Whether it holds of something with these names.
    pub fn holds(&self, has: &impl Fn(&str) -> bool, any: bool) -> bool {
        match self {
            LabelTest::Is(name) => has(name),
            LabelTest::Any => any,
            LabelTest::Not(test) => !test.holds(has, any),
            LabelTest::And(a, b) => a.holds(has, any) && b.holds(has, any),
            LabelTest::Or(a, b) => a.holds(has, any) || b.holds(has, any),
        }
    }

    /// The names in it.
    pub fn names(&self, found: &mut Vec<String>) {
        match self {
            LabelTest::Is(name) => found.push(name.clone()),
            LabelTest::Any => {}
            LabelTest::Not(test) => test.names(found),
            LabelTest::And(a, b) | LabelTest::Or(a, b) => {
                a.names(found);
                b.names(found);
            }
        }
    }

    /// Names every one of which a node must have.
    #[must_use]
    pub fn required(&self) -> Vec<&str> {
        match self {
            LabelTest::Is(name) => vec![name],
            LabelTest::And(a, b) => a.required().into_iter().chain(b.required()).collect(),
            LabelTest::Any | LabelTest::Not(_) | LabelTest::Or(..) => Vec::new(),
        }
    }
}

/// An aggregate function over the rows of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Its name in the table; `count(*)` is `*`, the first of what `collect` gives is `head`.
    pub function: String,
    /// Equal arguments once.
    pub distinct: bool,
    /// The arguments.
    pub arguments: Vec<Expr>,
    /// The order in which it takes the rows, equal ones as they come; `true`: descending.
    pub order: Vec<(Expr, bool)>,
    /// Of what is collected only the first so many are read.
    pub first: Option<usize>,
    /// Where it is written.
    pub place: Place,
}

impl Aggregate {
    /// What it reads of the rows.
    pub fn reads(&self) -> impl Iterator<Item = &Expr> {
        self.arguments.iter().chain(self.order.iter().map(|(key, _)| key))
    }

    /// The same, to be rewritten.
    pub fn reads_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        self.arguments.iter_mut().chain(self.order.iter_mut().map(|(key, _)| key))
    }
}

/// The parts of an expression, by one list for reading and rewriting them.
macro_rules! parts {
    ($expr:expr, $iter:ident, $as:ident) => {
        match $expr {
            Expr::Constant(_) | Expr::Slot(_) | Expr::Local(_) | Expr::Parameter(_) | Expr::Path(_) => Vec::new(),
            Expr::List(items) | Expr::Call(_, items) => items.$iter().collect(),
            Expr::Map(entries) => entries.$iter().map(|(_, e)| e).collect(),
            Expr::Placed(a, _)
            | Expr::Property(a, _)
            | Expr::Not(a)
            | Expr::Negate(a)
            | Expr::IsNull(a)
            | Expr::IsType(a, _)
            | Expr::HasLabels(a, _) => vec![a],
            Expr::Index(a, b)
            | Expr::And(a, b)
            | Expr::Or(a, b)
            | Expr::Xor(a, b)
            | Expr::Arithmetic(_, a, b)
            | Expr::Compare(_, a, b)
            | Expr::Text(_, a, b)
            | Expr::In(a, b) => vec![a, b],
            Expr::Slice(a, from, to) => std::iter::once(a).chain(from).chain(to).map(|e| e.$as()).collect(),
            Expr::Case(branches, otherwise) => {
                branches.$iter().flat_map(|(when, then)| [when, then]).chain([otherwise.$as()]).collect()
            }
            Expr::Comprehension { list, filter, result } => {
                std::iter::once(list).chain(filter).chain(result).map(|e| e.$as()).collect()
            }
            Expr::Quantified { list, filter, .. } => vec![list, filter],
            Expr::Reduce { init, list, step } => vec![init, list, step],
            Expr::Subquery { .. } => Vec::new(),
        }
    };
}

impl Expr {
    /// Where it is written, as far as that is kept.
    #[must_use]
    pub fn place(&self) -> Option<Span> {
        match self {
            Expr::Placed(_, place) => Some(place.0),
            _ => None,
        }
    }

    /// The same without the place where it is written.
    #[must_use]
    pub fn bare(&self) -> &Expr {
        match self {
            Expr::Placed(of, _) => of.bare(),
            other => other,
        }
    }

    /// The locals it reads.
    #[must_use]
    pub fn locals(&self) -> BTreeSet<usize> {
        match self {
            Expr::Local(local) => BTreeSet::from([*local]),
            Expr::Subquery { locals, .. } => locals.iter().copied().collect(),
            other => other.children().into_iter().flat_map(Expr::locals).collect(),
        }
    }

    /// The parts of an expression, to be read.
    #[must_use]
    pub fn children(&self) -> Vec<&Expr> {
        parts!(self, iter, as_ref)
    }

    /// The parts of an expression, to be rewritten.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        parts!(self, iter_mut, as_mut)
    }

    /// The slots of the row that it reads, to be renamed; those of subqueries are not among them.
    pub fn slots_mut(&mut self) -> Vec<&mut Slot> {
        match self {
            Expr::Slot(slot) => vec![slot],
            Expr::Path(steps) => steps.iter_mut().map(|(PathStep::Node(slot) | PathStep::Rel(slot))| slot).collect(),
            other => other.children_mut().into_iter().flat_map(Expr::slots_mut).collect(),
        }
    }

    /// The slots of the row that it reads.
    pub fn slots(&self, found: &mut std::collections::BTreeSet<Slot>) {
        match self {
            Expr::Slot(slot) => {
                found.insert(*slot);
            }
            Expr::Path(steps) => found.extend(steps.iter().map(PathStep::slot)),
            Expr::Subquery { reads, .. } => found.extend(reads),
            other => other.children().into_iter().for_each(|child| child.slots(found)),
        }
    }
}
