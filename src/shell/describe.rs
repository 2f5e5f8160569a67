//! What the graph says about itself: its schema, one node, its documents.

use crate::diag::{Diagnostic, code};
use crate::graph::{
    Cardinality, Completeness, Entity, Frame, GraphView, Lens, Meta, Modality, PropertyDef, PropertyKind, RelDef,
    Snapshot, Statement,
};
use crate::question::silence::{Extent, extent};
use crate::question::{footnote, words};
use crate::session::Engine;
use crate::value::{Entities, NodeId, text::Shown};

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
        format!("  {kind:<28} {n:>6}  {} ({})", def.about, ends(def))
    });
    section("Relationship types", types.collect());
    let derived = engine.derived_labels().into_iter().chain(engine.derived_types());
    section("Derived by rules", derived.filter(|name| wanted(name)).map(|name| format!("  {name}")).collect());
    let properties = schema
        .properties
        .iter()
        .filter(|(key, _)| wanted(key))
        .map(|(key, def)| format!("  {key:<28} {} ({})", def.about, values(def)));
    section("Properties", properties.collect());
    lines
}

/// `Product|Material → Product|Material, always`.
fn ends(def: &RelDef) -> String {
    let any = |ends: &[String]| if ends.is_empty() { "any".to_owned() } else { ends.join("|") };
    let holds = match def {
        RelDef { in_force: true, .. } => ", while the measure is in force",
        RelDef { timeless: true, .. } => ", always",
        _ => "",
    };
    let many = match def.cardinality {
        None => "",
        Some(Cardinality::ToOne) => ", at most one from each",
        Some(Cardinality::FromOne) => ", at most one to each",
    };
    format!("{} → {}{holds}{many}", any(&def.from), any(&def.to))
}

/// `float in percent of customs value, may change over time; of ImportTariff`.
fn values(def: &PropertyDef) -> String {
    let kind = PropertyKind::ALL.iter().find(|(kind, _)| *kind == def.kind).map_or("", |(_, word)| word);
    let part = |before: &str, part: &str| if part.is_empty() { String::new() } else { format!("{before}{part}") };
    [
        if def.list { format!("list of {kind}") } else { kind.to_owned() },
        part(" in ", &def.unit),
        part(" of ", &def.denominator),
        part("", if def.history { ", may change over time" } else { "" }),
        part("", if def.key { ", names one node" } else { "" }),
        part("; of ", &def.of.join("|")),
    ]
    .concat()
}

/// Everything said about a node in a frame, denials too: its properties, its status chain, its relationships,
/// each with when it holds, in which mood, who says so and where.
pub(super) fn node(snapshot: &Snapshot, frame: Frame, text: &str) -> Result<Vec<String>, Diagnostic> {
    let text = text.trim_matches(['\'', '"']);
    let node = find(snapshot, text)?;
    let lens = Lens::new(snapshot, frame);
    let view = GraphView::new(snapshot, &lens).with_negated();
    let entities = Entities::default();
    let value = view.node_value(node);
    let mut lines = vec![format!(
        "{} ({}){}",
        value.id,
        value.labels.join(", "),
        said(view, Statement::Entity(Entity::Node(node)))
    )];
    if !view.shows_node(node) {
        lines.push(format!("  is hidden {frame}"));
    }
    for (key, value) in &value.properties {
        lines.push(format!("  {key}: {}", Shown(value, &entities)));
        lines.extend(history(view, node, key));
    }
    let entries = snapshot.chain(node).iter().map(|number| (snapshot.chain_entry(*number), Statement::Status(*number)));
    let mut chain: Vec<_> = entries.filter(|(entry, _)| is_shown(&entry.meta, frame)).collect();
    chain.sort_by_key(|(entry, _)| entry.on.first());
    for (entry, statement) in chain {
        let not = if entry.meta.negated { "not " } else { "" };
        let part = entry.part.as_ref().map_or_else(String::new, |part| format!(" in part ({part})"));
        let (state, end) = (entry.state.words(), words::end(&entry.end));
        lines.push(format!("  {not}{state}{part} {}{end}{}", entry.on, said(view, statement)));
    }
    for rel in view.rels().filter(|rel| view.shows_rel(*rel)) {
        let (kind, start, end) = snapshot.rel(rel);
        let statement = Statement::Entity(Entity::Rel(rel));
        let not = if snapshot.meta(statement).negated { "not " } else { "" };
        let properties = words::properties(snapshot, Entity::Rel(rel));
        let arrow = format!("[{not}{}{properties}]", snapshot.catalog().type_name(kind));
        let said = said(view, statement);
        if start == node {
            lines.push(format!("  -{arrow}-> {}{said}", snapshot.node_id(end)));
        } else if end == node {
            lines.push(format!("  <-{arrow}- {}{said}", snapshot.node_id(start)));
        }
    }
    Ok(lines)
}

/// The entries of a property's history, each with what is said of it.
fn history(view: GraphView<'_>, node: NodeId, key: &str) -> Vec<String> {
    let snapshot = view.snapshot();
    let Some(key) = snapshot.catalog().key(key) else { return Vec::new() };
    let entry = |number: u32| {
        let value = &snapshot.history_entry(number).value;
        format!("    {}{}", Shown(value, &Entities::default()), said(view, Statement::History(number)))
    };
    view.history(Entity::Node(node), key).map(entry).collect()
}

/// Whether a frame shows an entry of a status chain.
fn is_shown(meta: &Meta, frame: Frame) -> bool {
    (frame.including.deprecated || !meta.deprecated)
        && (frame.including.unrealised || meta.modality.is_realised())
        && frame.known.is_none_or(|day| meta.known_on(day))
}

/// The node of an id, else the one that has the text as its name.
fn find(snapshot: &Snapshot, text: &str) -> Result<NodeId, Diagnostic> {
    let named = snapshot.called(text);
    let ids = || named.iter().map(|node| format!("`{}`", snapshot.node_id(*node))).collect::<Vec<_>>().join(", ");
    match named.as_slice() {
        [node] => Ok(*node),
        [] => {
            let ids = snapshot.nodes().map(|node| snapshot.node_id(node).as_ref());
            Err(Diagnostic::new(code::COMMAND_ARGUMENT, format!("no node `{text}`")).nearest(text, ids))
        }
        _ => Err(Diagnostic::new(code::COMMAND_ARGUMENT, format!("`{text}` is the name of several nodes: {}", ids()))),
    }
}

/// `, from 2025-04-04 · claim · Reuters · note: over [cn18, m18]`.
fn said(view: GraphView<'_>, statement: Statement) -> String {
    let note = footnote(view.snapshot(), 0, statement);
    let ids: Vec<&str> = note.citations.iter().map(|citation| citation.source.as_str()).collect();
    let parts = [
        (", ", note.validity),
        (" · ", if note.modality == Modality::Fact.word() { String::new() } else { note.modality.to_owned() }),
        (" · ", note.claimed_by.join(", ")),
        (
            " · ",
            if view.snapshot().meta(statement).deprecated { "known to be wrong".to_owned() } else { String::new() },
        ),
        (" · note: ", note.note.unwrap_or_default()),
        (" ", if ids.is_empty() { String::new() } else { format!("[{}]", ids.join(", ")) }),
    ];
    parts.into_iter().filter(|(_, part)| !part.is_empty()).flat_map(|(sign, part)| [sign.to_owned(), part]).collect()
}

/// What is stated to be complete in a frame, or what of it is about one name.
pub(super) fn complete(snapshot: &Snapshot, frame: Frame, name: &str) -> Vec<String> {
    let lens = Lens::new(snapshot, frame);
    let view = GraphView::new(snapshot, &lens);
    let line = |stated: &Completeness| {
        let Extent { of, name, to, sources, reaches } = extent(view, stated);
        let to = to.map_or_else(String::new, |day| format!(" through {day}"));
        let past = if reaches { "" } else { "; the frame sees later days" };
        (of.clone(), format!("{} of {name} ({of}){to}{past} [{}]", stated.what, sources.join(", ")))
    };
    let wanted = view.complete().filter(|stated| {
        name.is_empty()
            || stated.what == name
            || **snapshot.node_id(stated.of) == *name
            || *snapshot.name(stated.of) == *name
    });
    let mut lines: Vec<(String, String)> = wanted.map(line).collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
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
