//! What names are in use: labels, relationship types and property keys, as the frame shows them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::graph::Entity;
use crate::value::Value;

use super::{Context, Field, Procedure, Rows, Run, Type, column};

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Vec<Value>> {
    let sorted: BTreeSet<&str> = names.into_iter().collect();
    sorted.into_iter().map(|name| vec![Value::text(name)]).collect()
}

/// `db.labels() :: (label :: STRING)`.
pub(super) static LABELS: Procedure = Procedure {
    name: Cow::Borrowed("db.labels"),
    arguments: Cow::Borrowed(&[]),
    yields: Cow::Borrowed(&[LABEL]),
    summary: Cow::Borrowed("The labels that some node has, in alphabetical order."),
    notes: Cow::Borrowed(""),
    example: (
        Cow::Borrowed("CALL db.labels() YIELD label RETURN collect(label)"),
        Cow::Borrowed("['Element', 'Material', 'Measure', 'Organisation', 'Product']"),
    ),
    run: Run::Built(labels),
};
const LABEL: Field = column("label", Type::String);

fn labels(_: &[Value], context: &Context<'_>) -> Rows {
    let (snapshot, mut found) = (context.view.snapshot(), BTreeSet::new());
    for node in context.view.nodes() {
        context.limits.checkpoint()?;
        found.extend(snapshot.labels(node).iter().copied());
    }
    Ok(names(found.into_iter().map(|label| snapshot.catalog().label_name(label).as_ref())))
}

/// `db.relationshipTypes() :: (relationshipType :: STRING)`.
pub(super) static RELATIONSHIP_TYPES: Procedure = Procedure {
    name: Cow::Borrowed("db.relationshipTypes"),
    arguments: Cow::Borrowed(&[]),
    yields: Cow::Borrowed(&[RELATIONSHIP_TYPE]),
    summary: Cow::Borrowed("The types that some relationship has, in alphabetical order."),
    notes: Cow::Borrowed(""),
    example: (
        Cow::Borrowed("CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType)"),
        Cow::Borrowed("['CONTAINS']"),
    ),
    run: Run::Built(relationship_types),
};
const RELATIONSHIP_TYPE: Field = column("relationshipType", Type::String);

fn relationship_types(_: &[Value], context: &Context<'_>) -> Rows {
    let (snapshot, mut found) = (context.view.snapshot(), BTreeSet::new());
    for rel in context.view.rels() {
        context.limits.checkpoint()?;
        found.insert(snapshot.rel(rel).0);
    }
    Ok(names(found.into_iter().map(|rel_type| snapshot.catalog().type_name(rel_type).as_ref())))
}

/// `db.propertyKeys() :: (propertyKey :: STRING)`.
pub(super) static PROPERTY_KEYS: Procedure = Procedure {
    name: Cow::Borrowed("db.propertyKeys"),
    arguments: Cow::Borrowed(&[]),
    yields: Cow::Borrowed(&[PROPERTY_KEY]),
    summary: Cow::Borrowed("The properties that some node or relationship has, in alphabetical order."),
    notes: Cow::Borrowed(""),
    example: (
        Cow::Borrowed("CALL db.propertyKeys() YIELD propertyKey RETURN collect(propertyKey)"),
        Cow::Borrowed("['rate']"),
    ),
    run: Run::Built(property_keys),
};
const PROPERTY_KEY: Field = column("propertyKey", Type::String);

fn property_keys(_: &[Value], context: &Context<'_>) -> Rows {
    let mut found = BTreeSet::new();
    let nodes = context.view.nodes().map(Entity::Node);
    for entity in nodes.chain(context.view.rels().map(Entity::Rel)) {
        context.limits.checkpoint()?;
        found.extend(context.view.properties(entity).into_keys());
    }
    Ok(names(found.iter().map(AsRef::as_ref)))
}
