//! What the graph says about itself: its schema, one node, its documents.

use crate::diag::{Diagnostic, code};
use crate::graph::{Entity, GraphView, Lens, Snapshot, Statement};
use crate::session::{Engine, Session};
use crate::value::{Entities, RelId, text::Shown};

/// The schema, or what it says of one name.
pub(super) fn schema(engine: &Engine, name: &str) -> Vec<String> {
    let snapshot = engine.snapshot();
    let (schema, catalog) = (snapshot.schema(), snapshot.catalog());
    let wanted = |candidate: &str| name.is_empty() || candidate == name;
    let mut lines = Vec::new();
    let mut section = |title: &str, found: Vec<String>| {
        if !found.is_empty() {
            lines.push(title.to_owned());
            lines.extend(found);
        }
    };
    let labels = schema.labels.iter().filter(|(label, _)| wanted(label)).map(|(label, def)| {
        let n = catalog.label(label).map_or(0, |id| catalog.n_with_label(id));
        let is = if def.is.is_empty() { String::new() } else { format!(" (a {})", def.is.join(", ")) };
        let derived = if def.derived { ", derived" } else { "" };
        format!("  {label:<28} {n:>6}{derived}  {}{is}", def.about)
    });
    section("Labels", labels.collect());
    let types = schema.relationships.iter().filter(|(kind, _)| wanted(kind)).map(|(kind, def)| {
        let n = catalog.rel_type(kind).map_or(0, |id| catalog.n_of_type(id));
        let any = |ends: &[String]| if ends.is_empty() { "any".to_owned() } else { ends.join("|") };
        format!("  {kind:<28} {n:>6}  {} ({} → {})", def.about, any(&def.from), any(&def.to))
    });
    section("Relationship types", types.collect());
    let derived = engine.derived_names().filter(|derived| wanted(derived)).map(|derived| format!("  {derived}"));
    section("Derived by rules", derived.collect());
    let properties = schema.properties.iter().filter(|(key, _)| wanted(key)).map(|(key, def)| {
        let unit = if def.unit.is_empty() { String::new() } else { format!(" in {}", def.unit) };
        let history = if def.history { ", may change over time" } else { "" };
        format!("  {key:<28} {}{unit}{history}", def.about)
    });
    section("Properties", properties.collect());
    lines
}

/// Everything said about a node, in the session's frame.
pub(super) fn node(session: &Session, id: &str) -> Result<Vec<String>, Diagnostic> {
    let snapshot = &*session.engine.snapshot();
    let id = id.trim_matches(['\'', '"']);
    let Some(node) = snapshot.node(id) else {
        let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("no node `{id}`"));
        return Err(wrong.nearest(id, snapshot.nodes().map(|node| snapshot.node_id(node).as_ref())));
    };
    let lens = Lens::new(snapshot, session.frame);
    let view = GraphView::new(snapshot, &lens);
    let entities = Entities::default();
    let value = view.node_value(node);
    let mut lines = vec![format!("{} ({})", value.id, value.labels.join(", "))];
    lines.extend(value.properties.iter().map(|(key, value)| format!("  {key}: {}", Shown(value, &entities))));
    for entry in snapshot.chain(node) {
        let entry_ = snapshot.chain_entry(*entry);
        let end = match entry_.end {
            crate::graph::End::Unknown => String::new(),
            crate::graph::End::Until(date) => format!(" until {date}"),
            crate::graph::End::Through(date) => format!(" through {date}"),
        };
        let source = sources_of(snapshot, Statement::Status(*entry));
        lines.push(format!("  {} {}{end}{source}", entry_.state.words(), entry_.on));
    }
    for rel in view.rels().filter(|rel| view.shows_rel(*rel)) {
        let (kind, start, end) = snapshot.rel(rel);
        if start == node || end == node {
            lines.push(line(snapshot, rel, snapshot.catalog().type_name(kind), start == node));
        }
    }
    Ok(lines)
}

fn line(snapshot: &Snapshot, rel: RelId, kind: &str, leaves: bool) -> String {
    let (_, start, end) = snapshot.rel(rel);
    let source = sources_of(snapshot, Statement::Entity(Entity::Rel(rel)));
    if leaves {
        format!("  -[{kind}]-> {}{source}", snapshot.node_id(end))
    } else {
        format!("  <-[{kind}]- {}{source}", snapshot.node_id(start))
    }
}

/// ` [cn18, m18]`.
fn sources_of(snapshot: &Snapshot, statement: Statement) -> String {
    let cited = &snapshot.meta(statement).citations;
    let ids: Vec<&str> = cited.iter().map(|citation| snapshot.source(citation.source).id.as_ref()).collect();
    if ids.is_empty() { String::new() } else { format!(" [{}]", ids.join(", ")) }
}

/// The documents with a text in id, publisher or title.
pub(super) fn sources(snapshot: &Snapshot, text: &str) -> Vec<String> {
    let wanted = text.to_lowercase();
    let line = |source: &crate::graph::Source| {
        let date = source.date.map_or_else(String::new, |date| format!(", {date}"));
        let url = source.url.as_deref().unwrap_or_default();
        format!("{}: {}, {}{date} {url}", source.id, source.publisher, source.title)
    };
    snapshot.sources().iter().map(line).filter(|line| line.to_lowercase().contains(&wanted)).collect()
}
