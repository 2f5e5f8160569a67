//! Words: a statement as a person says it, with names for ids.

use crate::graph::{End, Entity, Snapshot, Start, Statement, Validity, WrittenPeriod};
use crate::value::{NodeId, Value};

/// A node's name, else its id.
#[must_use]
pub fn name(snapshot: &Snapshot, node: NodeId) -> String {
    let key = snapshot.catalog().key("name");
    let named = key.map(|key| snapshot.property(Entity::Node(node), key));
    match named.as_ref().and_then(Value::as_text) {
        Some(name) => name.to_owned(),
        None => snapshot.node_id(node).to_string(),
    }
}

/// A statement as a sentence.
#[must_use]
pub fn words(snapshot: &Snapshot, statement: Statement) -> String {
    let catalog = snapshot.catalog();
    match statement {
        Statement::Entity(Entity::Node(node)) => {
            let labels: Vec<&str> =
                snapshot.labels(node).iter().map(|label| catalog.label_name(*label).as_ref()).collect();
            format!("{} is {}", name(snapshot, node), labels.join(", "))
        }
        Statement::Entity(entity @ Entity::Rel(rel)) => {
            let (kind, start, end) = snapshot.rel(rel);
            let not = if snapshot.meta(statement).negated { "not " } else { "" };
            let properties = properties(snapshot, entity);
            format!("{} {not}{}{properties} {}", name(snapshot, start), catalog.type_name(kind), name(snapshot, end))
        }
        Statement::Status(number) => {
            let entry = snapshot.chain_entry(number);
            let of = snapshot.chained().find(|node| snapshot.chain(*node).contains(&number));
            let of = of.map_or(String::new(), |node| name(snapshot, node));
            format!("{of} {} from {}", entry.state.words(), entry.on)
        }
        Statement::History(number) => {
            let entry = snapshot.history_entry(number);
            let of = match entry.entity {
                Entity::Node(node) => name(snapshot, node),
                Entity::Rel(rel) => snapshot.rel_id(rel).to_string(),
            };
            format!("{of}: {} = {}", catalog.key_name(entry.key), entry.value)
        }
    }
}

/// ` {scope: 'exports'}`, or nothing where there are none.
#[must_use]
pub fn properties(snapshot: &Snapshot, entity: Entity) -> String {
    let properties: Vec<String> =
        snapshot.properties(entity).iter().map(|(key, value)| format!("{key}: {value}")).collect();
    if properties.is_empty() { String::new() } else { format!(" {{{}}}", properties.join(", ")) }
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
