//! Words: a statement as a person says it, with names for ids.

use std::fmt::Write;

use crate::graph::{End, Entity, Snapshot, Start, Statement, Validity, WrittenPeriod};

/// A statement as a sentence.
#[must_use]
pub fn words(snapshot: &Snapshot, statement: Statement) -> String {
    let catalog = snapshot.catalog();
    match statement {
        Statement::Entity(Entity::Node(node)) => {
            let labels: Vec<&str> =
                snapshot.labels(node).iter().map(|label| catalog.label_name(*label).as_ref()).collect();
            format!("{} is {}", snapshot.name(node), labels.join(", "))
        }
        Statement::Entity(entity @ Entity::Rel(rel)) => {
            let (kind, start, end) = snapshot.rel(rel);
            let not = if snapshot.meta(statement).negated { "not " } else { "" };
            let (start, kind, end) = (snapshot.name(start), catalog.type_name(kind), snapshot.name(end));
            let properties = properties(snapshot, entity);
            let ends = start.len() + not.len() + kind.len() + end.len();
            let mut words = String::with_capacity(ends + properties.len() + 2);
            for part in [&start, " ", not, kind, &properties, " ", &end] {
                words.push_str(part);
            }
            words
        }
        Statement::Status(number) => {
            let entry = snapshot.chain_entry(number);
            let of = snapshot.chained().find(|node| snapshot.chain(*node).contains(&number));
            let of = of.map_or_else(|| "".into(), |node| snapshot.name(node));
            format!("{of} {} from {}", entry.state.words(), entry.on)
        }
        Statement::History(number) => {
            let entry = snapshot.history_entry(number);
            let of = match entry.entity {
                Entity::Node(node) => snapshot.name(node),
                Entity::Rel(rel) => snapshot.rel_id(rel),
            };
            format!("{of}: {} = {}", catalog.key_name(entry.key), entry.value)
        }
    }
}

/// ` {scope: 'exports'}`, or nothing where there are none.
#[must_use]
pub fn properties(snapshot: &Snapshot, entity: Entity) -> String {
    let mut words = String::new();
    let mut properties = snapshot.property_list(entity);
    properties.sort_unstable_by_key(|(key, _)| *key);
    for (key, value) in properties {
        let before = if words.is_empty() { " {" } else { ", " };
        // A text takes all that is written to it.
        let _ = write!(words, "{before}{key}: {value}");
    }
    if !words.is_empty() {
        words.push('}');
    }
    words
}

/// When something holds, in words and as written.
#[must_use]
pub fn validity(validity: &Validity) -> String {
    let period = |period: &WrittenPeriod| match period.from {
        Start::Unknown => format!("from an unknown day{}", end(&period.to)),
        Start::Always => format!("always{}", end(&period.to)),
        Start::On(date) => format!("from {date}{}", end(&period.to)),
    };
    match validity {
        Validity::Unknown => "period not known".to_owned(),
        Validity::Always => String::new(),
        Validity::In(periods) => periods.iter().map(period).collect::<Vec<_>>().join(", "),
    }
}

/// ` until 2026-11-10`; nothing where no end is known.
#[must_use]
pub fn end(end: &End) -> String {
    match end {
        End::Unknown => String::new(),
        End::Until(date) => format!(" until {date}"),
        End::Through(date) => format!(" through {date}"),
    }
}
