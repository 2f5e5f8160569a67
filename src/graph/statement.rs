//! What is said about a statement: when it holds, when it became known, in what mood, by whom, on which source.

use crate::value::{Date, Day, NodeId, Period, Periods};

use super::{Citation, Entity};

/// In what mood something is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Modality {
    /// It is so.
    #[default]
    Fact,
    /// It is about so.
    Estimate,
    /// Somebody says so.
    Claim,
    /// Decided, not begun.
    Planned,
    /// Thought about.
    Considered,
    /// Put forward.
    Proposed,
    /// Announced as a threat.
    Threatened,
    /// Likely or possible.
    Expected,
}

impl Modality {
    /// Every modality, realised ones first.
    pub const ALL: [Modality; 8] = [
        Modality::Fact,
        Modality::Estimate,
        Modality::Claim,
        Modality::Planned,
        Modality::Considered,
        Modality::Proposed,
        Modality::Threatened,
        Modality::Expected,
    ];

    /// The word in files and answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Modality::Fact => "fact",
            Modality::Estimate => "estimate",
            Modality::Claim => "claim",
            Modality::Planned => "planned",
            Modality::Considered => "considered",
            Modality::Proposed => "proposed",
            Modality::Threatened => "threatened",
            Modality::Expected => "expected",
        }
    }

    /// The modality of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|modality| modality.word() == word)
    }

    /// Whether it is hidden unless asked for.
    #[must_use]
    pub fn is_realised(self) -> bool {
        matches!(self, Modality::Fact | Modality::Estimate | Modality::Claim)
    }
}

/// The start of a period, as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Start {
    /// Not known.
    #[default]
    Unknown,
    /// No start: it always held.
    Always,
    /// The first day.
    On(Date),
}

/// The end of a period, as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum End {
    /// Not known.
    #[default]
    Unknown,
    /// The first day it no longer holds.
    Until(Date),
    /// The last day it holds.
    Through(Date),
}

impl End {
    /// The first day after it, read at its widest; [`Day::MAX`] where not known.
    #[must_use]
    pub fn day(self) -> Day {
        match self {
            End::Unknown => Day::MAX,
            // An inexact day is read at its widest: the state may have held on any day of the range but the last.
            End::Until(date) => date.last(),
            End::Through(date) => date.last().next(),
        }
    }

    /// The same, where it is known.
    #[must_use]
    pub fn stated(self) -> Option<Day> {
        (self != End::Unknown).then(|| self.day())
    }

    /// The earliest day that may be the first one after it; [`Day::MAX`] where not known.
    #[must_use]
    pub fn earliest(self) -> Day {
        match self {
            End::Unknown => Day::MAX,
            End::Until(date) => date.first(),
            End::Through(date) => date.first().next(),
        }
    }
}

/// One period, as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct WrittenPeriod {
    /// Its start.
    pub from: Start,
    /// Its end.
    pub to: End,
}

impl WrittenPeriod {
    /// The days it may hold on, read at its widest.
    #[must_use]
    pub fn widest(self) -> Period {
        let from = match self.from {
            Start::Unknown | Start::Always => Day::MIN,
            Start::On(date) => date.first(),
        };
        Period::new(from, self.to.day())
    }
}

/// When a statement holds, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Validity {
    /// No date is given: not known.
    #[default]
    Unknown,
    /// It always holds: written so, or its type is timeless.
    Always,
    /// In these periods.
    In(Vec<WrittenPeriod>),
}

impl Validity {
    /// Whether an end of it is not known.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        match self {
            Validity::Unknown => true,
            Validity::Always => false,
            Validity::In(periods) => periods.iter().any(|period| period.to == End::Unknown),
        }
    }

    /// Whether nobody knows since when it holds, and until when.
    #[must_use]
    pub fn unknown_ends(&self) -> (bool, bool) {
        match self {
            Validity::Unknown => (true, true),
            Validity::Always => (false, false),
            Validity::In(periods) => (periods.iter().any(|period| period.from == Start::Unknown), self.is_endless()),
        }
    }

    /// The days it may hold on, read at its widest; a bound that is not known is open.
    #[must_use]
    pub fn periods(&self) -> Periods {
        match self {
            Validity::Unknown | Validity::Always => Periods::always(),
            Validity::In(periods) => periods.iter().map(|p| p.widest()).collect(),
        }
    }

    /// Whether a bound is missing that nobody said is open.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        match self {
            Validity::Unknown => false,
            Validity::Always => true,
            Validity::In(periods) => periods.iter().all(|p| p.from != Start::Unknown),
        }
    }
}

/// Everything said about a statement. Statements with the same metadata share one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Meta {
    /// When it holds.
    pub validity: Validity,
    /// When it became known; `None`: not known, so it is visible always.
    pub learnt: Option<Date>,
    /// When it was withdrawn.
    pub retracted: Option<Date>,
    /// Its mood.
    pub modality: Modality,
    /// It says *no*.
    pub negated: bool,
    /// Known to be wrong.
    pub deprecated: bool,
    /// Voices, speaker first, carrier last.
    pub claimed_by: Vec<NodeId>,
    /// Where it stands.
    pub citations: Vec<Citation>,
    /// A remark.
    pub note: Option<String>,
}

impl Meta {
    /// Whether it was known on `day`: learnt by then and not yet withdrawn.
    #[must_use]
    pub fn known_on(&self, day: Day) -> bool {
        self.learnt.is_none_or(|learnt| learnt.first() <= day) && self.retracted.is_none_or(|end| day < end.first())
    }

    /// The remark in one line, as it is shown: what cannot be printed, or would turn the line around, is shown as the sign for that.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let shown = |c: char| if c.is_control() || turns(c) { '\u{fffd}' } else { c };
        let line = self.note.as_ref()?.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then(|| line.chars().map(shown).collect())
    }
}

/// A statement of a graph version: what an answer can rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statement {
    /// A node or a relationship.
    Entity(Entity),
    /// An entry of a status chain.
    Status(u32),
    /// An entry of a property history.
    History(u32),
}
