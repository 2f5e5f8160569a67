//! The measures of an answer over time, as data: on which days each is in force, suspended, or of unknown status.
//!
//! A measure is a node with a status chain. After the last day on which somebody looked for a later act, what its chain says is
//! the law as written: projected.

use std::sync::Arc;

use crate::graph::{Entity, GraphView, SharedView, State, Statement};
use crate::question::{Footnote, footnote};
use crate::session::{Answer, Asked};
use crate::value::{Day, NodeId, Period, Periods};

use super::super::footer;
use super::picture;

/// What a chain says of a span of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// In force.
    InForce,
    /// It would be in force but for a suspension.
    Suspended,
    /// Nobody knows.
    Unknown,
}

impl Phase {
    /// Every phase, in the order of the legend.
    pub const ALL: [Phase; 3] = [Phase::InForce, Phase::Suspended, Phase::Unknown];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Phase::InForce => State::InForce.words(),
            Phase::Suspended => State::Suspended.words(),
            Phase::Unknown => "status not known",
        }
    }

    /// The class of its bars in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Phase::InForce => "in-force",
            Phase::Suspended => "suspended",
            Phase::Unknown => "unknown",
        }
    }
}

/// Days of which a chain says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The days.
    pub period: Period,
    /// What it says.
    pub phase: Phase,
    /// Nobody has looked at these days yet.
    pub projected: bool,
}

/// An entry of a chain.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its first day.
    pub day: Day,
    /// What happened, in a word or two.
    pub words: String,
    /// What is said of it and by whom.
    pub note: Footnote,
}

/// A measure.
#[derive(Clone, Debug)]
pub struct Row {
    /// The stable text id.
    pub id: Arc<str>,
    /// What a reader calls it.
    pub name: String,
    /// Its narrowest label, in words.
    pub class: String,
    /// What its chain says, in order.
    pub spans: Vec<Span>,
    /// The entries of its chain that the frame shows, in order.
    pub entries: Vec<Entry>,
    /// The last day on which somebody looked.
    pub horizon: Option<Day>,
}

/// Measures over time.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The frame it was asked in.
    pub title: String,
    /// What was asked.
    pub question: String,
    /// The day of the frame, else today.
    pub today: Day,
    /// Which of the two, in words.
    pub today_words: String,
    /// The measures, the one that begins first on top.
    pub rows: Vec<Row>,
    /// The days that are shown.
    pub days: Period,
}

impl Timeline {
    /// Of the measures that an answer names; `None` where it names none that has a status. `today` is the day of the line, where
    /// the frame has none.
    #[must_use]
    pub fn of(answer: &Answer, today: Day) -> Option<Self> {
        let shared = SharedView::new(answer.snapshot.clone()?, answer.frame);
        let view = shared.view();
        let entities = picture::named(answer, view);
        let held = |node: NodeId| view.snapshot().holds(Statement::Entity(Entity::Node(node)));
        let mut rows: Vec<Row> = entities
            .nodes
            .iter()
            .filter(|(node, _)| held(**node) && view.status(**node).is_some())
            .map(|(node, value)| Row {
                id: value.id.clone(),
                name: picture::called(value),
                class: picture::class(view.snapshot().schema(), value),
                spans: spans(view, *node),
                entries: entries(view, *node),
                horizon: view.snapshot().horizon(*node),
            })
            .collect();
        rows.sort_by_key(|row| (row.begins(), row.name.clone(), row.id.clone()));
        let (today, today_words) = match (answer.frame.day(), answer.frame.known) {
            (Some(day), _) => (day, format!("as of {day}")),
            (None, Some(day)) => (day, format!("as known on {day}")),
            (None, None) => (today, format!("today, {today}")),
        };
        let days = shown(&rows, today);
        let question = answer.asked.as_ref().and_then(Asked::text).unwrap_or_default();
        (!rows.is_empty()).then(|| Self { title: footer::asked(answer), question, today, today_words, rows, days })
    }
}

impl Row {
    /// Its first day in force, suspended or unknown; else that of its first entry.
    #[must_use]
    pub fn begins(&self) -> Day {
        let first = self.spans.first().map(|span| span.period.from);
        first.or_else(|| self.entries.first().map(|entry| entry.day)).unwrap_or(Day::MAX)
    }

    /// What its chain says, in a line.
    #[must_use]
    pub fn words(&self) -> String {
        if self.spans.is_empty() {
            return "no day in force is stated".to_owned();
        }
        self.spans.iter().map(Span::words).collect::<Vec<_>>().join("; ")
    }
}

impl Span {
    /// `suspended from 2025-11-10 through 2026-11-09`.
    #[must_use]
    pub fn words(&self) -> String {
        let from = if self.period.from == Day::MIN { String::new() } else { format!(" from {}", self.period.from) };
        let to = if self.period.to == Day::MAX { String::new() } else { format!(" through {}", self.period.last()) };
        let projected = if self.projected { " (projected)" } else { "" };
        format!("{}{from}{to}{projected}", self.phase.words())
    }
}

fn spans(view: GraphView<'_>, node: NodeId) -> Vec<Span> {
    let Some(status) = view.status(node) else { return Vec::new() };
    let looked = view.snapshot().horizon(node).map_or(Day::MAX, Day::next);
    let seen = Periods::from(Period::new(Day::MIN, looked));
    let mut spans = Vec::new();
    for (phase, days) in
        [(Phase::InForce, &status.in_force), (Phase::Suspended, &status.suspended), (Phase::Unknown, &status.unknown)]
    {
        // What is unknown is not projected: nobody knows it either way.
        let parts = if phase == Phase::Unknown {
            vec![(days.clone(), false)]
        } else {
            vec![(days.intersect(&seen), false), (days.minus(&seen), true)]
        };
        for (part, projected) in parts {
            spans.extend(part.as_slice().iter().map(|period| Span { period: *period, phase, projected }));
        }
    }
    spans.sort_by_key(|span| (span.period, span.phase));
    spans
}

fn entries(view: GraphView<'_>, measure: NodeId) -> Vec<Entry> {
    let snapshot = view.snapshot();
    let shown =
        snapshot.chain(measure).iter().filter(|entry| view.shows_statement(&snapshot.chain_entry(**entry).meta));
    let told = |number: &u32| {
        let entry = snapshot.chain_entry(*number);
        Entry {
            day: entry.on.first(),
            words: entry.state.words().to_owned(),
            note: footnote(snapshot, 0, Statement::Status(*number)),
        }
    };
    let mut entries: Vec<Entry> = shown.map(told).collect();
    entries.sort_by_key(|entry| entry.day);
    entries
}

/// The days between the first and the last that anything is said of, with a margin.
fn shown(rows: &[Row], today: Day) -> Period {
    let bounds = rows.iter().flat_map(|row| {
        let spans = row.spans.iter().flat_map(|span| [span.period.from, span.period.to]);
        spans.chain(row.entries.iter().map(|entry| entry.day)).chain(row.horizon)
    });
    let finite = bounds.filter(|day| *day != Day::MIN && *day != Day::MAX);
    let (from, to) = finite.fold((today, today), |(from, to), day| (from.min(day), to.max(day)));
    let margin = (i64::from(to.0) - i64::from(from.0)) / 40 + 10;
    Period::new(Day::nearest(i64::from(from.0) - margin), Day::nearest(i64::from(to.0) + margin))
}
