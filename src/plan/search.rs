//! A path pattern as a program: what a walk through the graph has to meet, step by step.
//!
//! The program is a Thompson automaton with counters and registers. A register holds what a variable stands for; conditions
//! read register `i` as [`Expr::Local`] `i`, and the row before the pattern by its slots.

use serde::{Deserialize, Serialize};

use super::{Direction, Expr, Slot};

/// A number of a register.
pub type Register = usize;

/// What may not repeat in a path (GQL's restrictors).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Restrictor {
    /// Anything may.
    Walk,
    /// No relationship twice.
    Trail,
    /// No node twice.
    Acyclic,
    /// No node twice, but the last may be the first.
    Simple,
}

/// Which of the paths between the same two ends are kept (GQL's selectors).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selector {
    /// All.
    All,
    /// So many of the shortest.
    Shortest(u64),
    /// All of the so many least lengths.
    ShortestGroups(u64),
}

/// A step of the program. Without another word the next step follows; after the last the path is complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// The node that was reached must be that of the register, or is put there; and it must meet a condition.
    Node(Register, Option<Expr>),
    /// A relationship is followed and put into the register; it must meet a condition.
    Follow {
        /// Where it is put.
        register: Register,
        /// As seen from the left.
        direction: Direction,
        /// Names of the types it may have; empty: any.
        types: Vec<String>,
        /// What it must meet.
        condition: Option<Expr>,
    },
    /// Goes on at each of these steps.
    Either(Vec<usize>),
    /// Goes on at that step.
    Jump(usize),
    /// Sets a counter to zero, and these registers to empty lists.
    Begin(usize, Vec<Register>),
    /// Goes round again to `body` as long as the counter is below `most`; past it once it is at least `least`.
    Repeat {
        /// The counter.
        counter: usize,
        /// Fewest rounds.
        least: u64,
        /// Most rounds; `None`: without end.
        most: Option<u64>,
        /// The first step of a round.
        body: usize,
    },
    /// Ends a round: appends the first register to the list in the second, and empties the first.
    Gather(Vec<(Register, Register)>),
    /// A condition on what was found so far.
    Test(Expr),
    /// Paths that went through different branches count apart.
    Branch(usize),
    /// A part of the path begins here.
    Open(usize),
    /// It ends here, and is put into a register.
    Close(usize, Option<Register>),
}

impl Step {
    /// What it must meet.
    #[must_use]
    pub fn condition(&self) -> Option<&Expr> {
        match self {
            Step::Node(_, condition) | Step::Follow { condition, .. } => condition.as_ref(),
            Step::Test(condition) => Some(condition),
            _ => None,
        }
    }
}

/// A search for paths, from the left node of a pattern to the right one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// The steps.
    pub program: Vec<Step>,
    /// Number of registers.
    pub registers: usize,
    /// Number of counters.
    pub counters: usize,
    /// Registers that are seen outside, with their slots.
    pub shown: Vec<(Register, Slot)>,
    /// What may not repeat.
    pub restrictor: Restrictor,
    /// What may not repeat in each part.
    pub parts: Vec<Restrictor>,
    /// What is kept.
    pub selector: Selector,
}

impl Search {
    /// The conditions in it, to be rewritten.
    pub fn conditions_mut(&mut self) -> Vec<&mut Expr> {
        fn condition(step: &mut Step) -> Option<&mut Expr> {
            match step {
                Step::Node(_, condition) | Step::Follow { condition, .. } => condition.as_mut(),
                Step::Test(condition) => Some(condition),
                _ => None,
            }
        }
        self.program.iter_mut().filter_map(condition).collect()
    }

    /// Names of the types it follows.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        let types = self.program.iter().flat_map(|step| match step {
            Step::Follow { types, .. } => types.as_slice(),
            _ => &[],
        });
        types.map(String::as_str)
    }

    /// The conditions in it.
    pub fn conditions(&self) -> impl Iterator<Item = &Expr> {
        self.program.iter().filter_map(Step::condition)
    }
}
