//! The proof of a row: what it follows from, step by step, down to what somebody states.

use std::collections::BTreeSet;

use crate::execute::derive::Derivations;
use crate::execute::{Derived, Leaf, Lineage, LineageId};
use crate::graph::{Entity, GraphView, Snapshot, Statement};
use crate::value::NodeId;

use super::{Footnote, footnote};

/// What a row, or something derived, follows from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// All of them are needed.
    pub steps: Vec<Step>,
    /// How many other ways there are, as far as they are kept.
    pub others: usize,
}

impl Proof {
    /// Marks what the record does not hold: the question assumes it.
    pub fn mark_assumed(&mut self, record: &Snapshot) {
        for step in &mut self.steps {
            match step {
                Step::Stated(note, below) => {
                    for note in std::iter::once(&mut **note).chain(below) {
                        note.assumed = !record.holds(note.of);
                    }
                }
                Step::Derived(_, proof) => proof.mark_assumed(record),
            }
        }
    }

    /// The proof as a tree, a line for each step.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.draw("", &mut lines);
        lines
    }

    fn draw(&self, before: &str, lines: &mut Vec<String>) {
        let n = self.steps.len();
        for (at, step) in self.steps.iter().enumerate() {
            let is_last = at + 1 == n && self.others == 0;
            let (here, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            match step {
                Step::Stated(note, entries) => {
                    lines.push(format!("{before}{here}{}", note.line()));
                    for (at, entry) in entries.iter().enumerate() {
                        let here = if at + 1 == entries.len() { "└─ " } else { "├─ " };
                        lines.push(format!("{before}{below}{here}{}", entry.line()));
                    }
                }
                Step::Derived(words, proof) => {
                    lines.push(format!("{before}{here}{words}, which follows from"));
                    proof.draw(&format!("{before}{below}"), lines);
                }
            }
        }
        match self.others {
            0 => {}
            1 => lines.push(format!("{before}└─ or in another way")),
            n => lines.push(format!("{before}└─ or in {n} other ways")),
        }
    }
}

/// One step of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody states it; below it what else is stated that it stands on: the entry that puts a measure in force.
    Stated(Box<Footnote>, Vec<Footnote>),
    /// It follows from a definition.
    Derived(String, Proof),
}

/// The shortest proof of a row with this lineage.
#[must_use]
pub fn proof(view: GraphView<'_>, lineage: &Lineage, id: LineageId, derivations: &Derivations) -> Proof {
    let mut around = BTreeSet::new();
    Proving { view, derivations }.shortest(lineage.steps(id).0, &mut around)
}

struct Proving<'a> {
    view: GraphView<'a>,
    derivations: &'a Derivations,
}

impl Proving<'_> {
    /// Of several sets of steps the one that needs the fewest statements, and nothing of what it is to prove.
    fn shortest(&self, ways: Vec<Vec<Leaf>>, around: &mut BTreeSet<Derived>) -> Proof {
        let circular = |leaf: &Leaf| matches!(leaf, Leaf::Derived(derived) if around.contains(derived));
        let ways: Vec<Vec<Leaf>> = ways.into_iter().filter(|way| !way.iter().any(circular)).collect();
        let others = ways.len().saturating_sub(1);
        let Some(way) = ways.into_iter().min_by_key(|way| self.cost(way)) else { return Proof::default() };
        Proof { steps: self.steps(&way, around), others }
    }

    fn cost(&self, way: &[Leaf]) -> usize {
        let of = |leaf: &Leaf| match leaf {
            Leaf::Statement(_) => 1,
            Leaf::Derived(derived) => self.derivations.sets(derived).first().map_or(usize::MAX / 64, Vec::len),
        };
        way.iter().map(of).sum()
    }

    fn steps(&self, way: &[Leaf], around: &mut BTreeSet<Derived>) -> Vec<Step> {
        let ends: BTreeSet<NodeId> = way.iter().flat_map(|leaf| self.ends(leaf)).collect();
        let measures: BTreeSet<NodeId> = way.iter().filter_map(|leaf| self.measure(leaf)).collect();
        let in_chain = |entry: u32, node: NodeId| self.view.snapshot().chain(node).contains(&entry);
        let mut steps = Vec::new();
        for leaf in way {
            match leaf {
                // A relationship says that its ends are there.
                Leaf::Statement(Statement::Entity(Entity::Node(node))) if ends.contains(node) => {}
                // It stands below what it puts in force.
                Leaf::Statement(Statement::Status(entry)) if measures.iter().any(|m| in_chain(*entry, *m)) => {}
                Leaf::Statement(statement) => {
                    let below = self.measure(leaf).map_or(Vec::new(), |measure| {
                        let entries = way.iter().filter_map(|other| match other {
                            Leaf::Statement(entry @ Statement::Status(number)) => {
                                in_chain(*number, measure).then_some(*entry)
                            }
                            _ => None,
                        });
                        entries.map(|entry| footnote(self.view.snapshot(), 0, entry)).collect()
                    });
                    steps.push(Step::Stated(Box::new(footnote(self.view.snapshot(), 0, *statement)), below));
                }
                Leaf::Derived(derived) => {
                    around.insert(derived.clone());
                    let proof = self.shortest(self.derivations.steps(derived), around);
                    around.remove(derived);
                    steps.push(Step::Derived(self.words(derived), proof));
                }
            }
        }
        steps
    }

    /// The nodes at the ends of a relationship.
    fn ends(&self, leaf: &Leaf) -> Vec<NodeId> {
        match leaf {
            Leaf::Statement(Statement::Entity(Entity::Rel(rel))) => {
                let (_, start, end) = self.view.snapshot().rel(*rel);
                vec![start, end]
            }
            Leaf::Derived(Derived::Rel(_, start, end)) => vec![*start, *end],
            Leaf::Derived(Derived::Label(node, _)) => vec![*node],
            Leaf::Statement(_) => Vec::new(),
        }
    }

    /// The measure that has to be in force for a relationship to hold.
    fn measure(&self, leaf: &Leaf) -> Option<NodeId> {
        match leaf {
            Leaf::Statement(Statement::Entity(entity)) => self.view.clipping(*entity),
            Leaf::Statement(_) | Leaf::Derived(_) => None,
        }
    }

    fn words(&self, derived: &Derived) -> String {
        let snapshot = self.view.snapshot();
        match derived {
            Derived::Rel(rel_type, start, end) => {
                let kind = snapshot.catalog().type_name(*rel_type);
                format!("{} {kind} {}", snapshot.name(*start), snapshot.name(*end))
            }
            Derived::Label(node, label) => format!("{} is {label}", snapshot.name(*node)),
        }
    }
}
