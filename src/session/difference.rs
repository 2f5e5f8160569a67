//! What made a row appear or vanish: the statements that it rests on and that do not hold on the other side, and those of the
//! other side that took their effect away.

use crate::graph::{Entity, GraphView, Statement};
use crate::question::miss::hidden_because;
use crate::question::words::words;
use crate::value::{Day, NodeId};

use super::side::Side;

/// The most statements of which the words of one row speak.
const TOLD: usize = 2;

/// What made the difference for one row.
pub(super) struct Difference {
    /// In words.
    pub because: String,
    pub statements: Vec<Statement>,
}

/// Two views of the record, one of which has a row that the other has not.
#[derive(Clone, Copy)]
pub(super) struct Sides<'g> {
    pub own: GraphView<'g>,
    pub other: GraphView<'g>,
    /// What the other is to the own: `before` or `after`.
    pub word: &'static str,
}

/// Statements with what is to be said about them.
type Told = Vec<(Statement, String)>;

impl Sides<'_> {
    /// Of a row of the own side: what is missing on the other of the set of statements that misses least.
    pub fn difference(self, side: &Side, row: usize) -> Difference {
        let told = side.sets.get(row).into_iter().flatten().map(|set| self.told(set));
        let told = told.min_by_key(Vec::len).unwrap_or_default();
        if told.is_empty() {
            let because = match (side.grouped, self.word) {
                (true, _) => "other rows of its group changed",
                (false, "before") => "something went that the query wants absent",
                (false, _) => "something came that the query wants absent",
            };
            return Difference { because: because.to_owned(), statements: Vec::new() };
        }
        let mut statements: Vec<Statement> = told.iter().map(|(statement, _)| *statement).collect();
        for measure in self.clipping(&told) {
            statements.extend(self.only(measure, true).into_iter().chain(self.only(measure, false)));
        }
        statements.sort_unstable();
        statements.dedup();
        let mut words: Vec<&str> = told.iter().map(|(_, because)| because.as_str()).collect();
        words.dedup();
        let more = words.len().saturating_sub(TOLD);
        words.truncate(TOLD);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        Difference { because: format!("{}{more}", words.join("; ")), statements }
    }

    fn told(self, set: &[Statement]) -> Told {
        let mut told: Told = set
            .iter()
            .filter_map(|statement| {
                let because = self.missing(*statement)?;
                Some((*statement, format!("{} ({because})", words(self.own.snapshot(), *statement))))
            })
            .collect();
        // A value of a history is told by its entry.
        let historic: Vec<Entity> = told.iter().filter_map(|(statement, _)| self.owner(*statement)).collect();
        let is_told =
            |statement: Statement| matches!(statement, Statement::Entity(entity) if historic.contains(&entity));
        told.retain(|(statement, _)| !is_told(*statement));
        let ends: Vec<NodeId> = told.iter().flat_map(|(statement, _)| self.ends(*statement)).collect();
        told.retain(
            |(statement, _)| !matches!(statement, Statement::Entity(Entity::Node(node)) if ends.contains(node)),
        );
        if told.is_empty() {
            return self.superseding(set);
        }
        for measure in self.clipping(&told) {
            for entry in self.only(measure, true) {
                if told.iter().any(|(known, _)| *known == entry) {
                    continue;
                }
                let because = self.missing(entry).unwrap_or_else(|| self.word.to_owned());
                told.push((entry, format!("{} ({because})", words(self.own.snapshot(), entry))));
            }
        }
        told
    }

    /// The measures that clip one of these statements on the other side.
    fn clipping(self, told: &Told) -> Vec<NodeId> {
        let clipping = |(statement, _): &(Statement, String)| match statement {
            Statement::Entity(entity) if self.other.snapshot().holds(*statement) => self.other.clipping(*entity),
            _ => None,
        };
        told.iter().filter_map(clipping).collect()
    }

    /// The entries of a chain that hold on the own side, or on the other, and there only.
    fn only(self, node: NodeId, on_own: bool) -> Vec<Statement> {
        let (here, there) = if on_own { (self.own, self.other) } else { (self.other, self.own) };
        if !(here.snapshot().has_node(node) && there.snapshot().has_node(node)) {
            return Vec::new();
        }
        let there = deciding(there, node);
        deciding(here, node).into_iter().filter(|entry| !there.contains(entry)).collect()
    }

    /// Whose history an entry is of.
    fn owner(self, statement: Statement) -> Option<Entity> {
        match statement {
            Statement::History(entry) => Some(self.own.snapshot().history_entry(entry).entity),
            Statement::Entity(_) | Statement::Status(_) => None,
        }
    }

    fn ends(self, statement: Statement) -> Vec<NodeId> {
        match statement {
            Statement::Entity(Entity::Rel(rel)) => {
                let (_, start, end) = self.own.snapshot().rel(rel);
                vec![start, end]
            }
            Statement::Entity(Entity::Node(_)) | Statement::Status(_) | Statement::History(_) => Vec::new(),
        }
    }

    /// Why a statement does not hold on the other side; `None` where it does.
    fn missing(self, statement: Statement) -> Option<String> {
        let Self { own, other, word } = self;
        let theirs = other.snapshot();
        if !theirs.holds(statement) {
            return Some(if word == "before" { "assumed" } else { "assumed away" }.to_owned());
        }
        let because = match statement {
            Statement::Entity(entity) => match hidden_because(other, entity) {
                Some(because) => because,
                None => {
                    let (mine, theirs) = (own.properties(entity), other.properties(entity));
                    let keys = mine.keys().chain(theirs.keys());
                    let key = keys.into_iter().find(|key| mine.get(*key) != theirs.get(*key))?;
                    match theirs.get(key) {
                        Some(value) => format!("{key} is {value}"),
                        None => format!("no {key}"),
                    }
                }
            },
            Statement::Status(number) => {
                let entry = theirs.chain_entry(number);
                if !entry.counts(other.frame().known) {
                    "not known".to_owned()
                } else if other.frame().day().is_some_and(|day| day < entry.on.first()) {
                    "not yet".to_owned()
                } else if other.frame().day().is_some_and(|day| entry.end.day() <= day) {
                    "over".to_owned()
                } else {
                    return None;
                }
            }
            Statement::History(number) => {
                let entry = theirs.history_entry(number);
                match other.entry_read(entry.entity, entry.key) {
                    Some(read) if read == number => return None,
                    Some(read) => theirs.history_entry(read).value.to_string(),
                    None => "no value".to_owned(),
                }
            }
        };
        Some(format!("{word}: {because}"))
    }

    /// The entries of a chain that the row rests on which decide on the other side, and on the own not yet or no longer.
    fn superseding(self, set: &[Statement]) -> Told {
        let rests_on_chain = |node: &NodeId| {
            let chain = self.own.snapshot().chain(*node);
            set.iter().any(|statement| matches!(statement, Statement::Status(entry) if chain.contains(entry)))
        };
        let nodes = set.iter().flat_map(|statement| match statement {
            Statement::Entity(Entity::Node(node)) => vec![*node],
            other => self.ends(*other),
        });
        let mut told = Told::new();
        for node in nodes.filter(rests_on_chain) {
            for entry in self.only(node, false) {
                if !told.iter().any(|(known, _)| *known == entry) {
                    told.push((entry, format!("{} ({})", words(self.other.snapshot(), entry), self.word)));
                }
            }
        }
        told
    }
}

/// The entries of a chain that hold on the day of a frame.
fn deciding(view: GraphView<'_>, node: NodeId) -> Vec<Statement> {
    let day = view.frame().day().or(view.frame().known).unwrap_or_else(Day::today);
    let holds = |statement: &Statement| match statement {
        Statement::Status(entry) => {
            let entry = view.snapshot().chain_entry(*entry);
            entry.on.first() <= day && day < entry.end.day()
        }
        Statement::Entity(_) | Statement::History(_) => false,
    };
    view.deciding(node).filter(holds).collect()
}
