//! `schema.yaml`: labels, relationship types and properties.

use crate::diag::{Diagnostic, code};
use crate::graph::{Cardinality, LabelDef, PropertyDef, PropertyKind, RelDef, Schema};

use super::fields::Fields;
use super::part;
use super::reader::Reader;
use super::yaml::{Content, Entry, Yaml};

/// Reads a schema file; its mistakes are the reader's.
pub(super) fn read(yaml: &Yaml, reader: &mut Reader) -> Schema {
    let mut schema = Schema::default();
    let Some(mut fields) = Fields::of(yaml, &part::SCHEMA, reader) else { return schema };
    if let Some(graph) = fields.need("graph", reader) {
        about(graph, &mut schema, reader);
    }
    let labels = entries("labels", &mut fields, reader);
    let relationships = entries("relationships", &mut fields, reader);
    let properties = entries("properties", &mut fields, reader);
    fields.finish(reader);
    for entry in &labels {
        schema.labels.extend(label(entry, reader).map(|def| (entry.key.clone(), def)));
    }
    for entry in &relationships {
        schema.relationships.extend(relationship(entry, reader).map(|def| (entry.key.clone(), def)));
    }
    for entry in &properties {
        schema.properties.extend(property(entry, reader).map(|def| (entry.key.clone(), def)));
    }
    check_circles(&labels, &schema, reader);
    for entry in labels.into_iter().chain(relationships).chain(properties) {
        check_labels(entry, &schema, reader);
    }
    schema
}

fn about(yaml: &Yaml, schema: &mut Schema, reader: &mut Reader) {
    let Some(mut fields) = Fields::of(yaml, &part::GRAPH, reader) else { return };
    let mut text = |key, reader: &mut Reader| {
        fields.take(key).and_then(|yaml| reader.text(yaml, key).map(ToOwned::to_owned)).unwrap_or_default()
    };
    schema.name = text("name", reader);
    schema.about = text("about", reader);
    schema.licence = Some(text("licence", reader)).filter(|licence| !licence.is_empty());
    schema.base = text("base", reader);
    if let Some(yaml) = super::declare::get(yaml, "base")
        && !is_base(&schema.base)
    {
        let wrong =
            Diagnostic::new(code::BAD_VALUE, format!("`{}` is no IRI that others can stand below", schema.base));
        reader.wrong(wrong.at(yaml.span, "expected such as https://example.org/graph/, with a slash at its end"));
    }
    schema.cutoff = fields.take("cutoff").and_then(|yaml| reader.day(yaml, "the cut-off day"));
    fields.finish(reader);
}

fn entries<'y>(section: &'static str, fields: &mut Fields<'y>, reader: &mut Reader) -> Vec<&'y Entry> {
    let yaml = fields.need(section, reader);
    yaml.and_then(|yaml| Fields::of(yaml, &part::NAMES, reader))
        .map(|mut fields| fields.take_rest())
        .unwrap_or_default()
}

/// What a definition means; of one that does not say it nothing, and that is a mistake.
fn meaning(fields: &mut Fields<'_>, reader: &mut Reader) -> String {
    let yaml = fields.need("about", reader);
    yaml.and_then(|yaml| reader.text(yaml, "a meaning")).unwrap_or_default().to_owned()
}

fn label(entry: &Entry, reader: &mut Reader) -> Option<LabelDef> {
    let mut fields = Fields::of(&entry.value, &part::LABEL, reader)?;
    let def = LabelDef {
        is: fields.take("is").map(|yaml| reader.texts(yaml, "a label")).unwrap_or_default(),
        about: meaning(&mut fields, reader),
        derived: fields.take("derived").is_some_and(|yaml| reader.flag(yaml, "`derived`")),
    };
    fields.finish(reader);
    Some(def)
}

fn relationship(entry: &Entry, reader: &mut Reader) -> Option<RelDef> {
    let mut fields = Fields::of(&entry.value, &part::TYPE, reader)?;
    let one = [("from", Cardinality::FromOne), ("to", Cardinality::ToOne)];
    let def = RelDef {
        from: fields.take("from").map(|yaml| reader.texts(yaml, "a label")).unwrap_or_default(),
        to: fields.take("to").map(|yaml| reader.texts(yaml, "a label")).unwrap_or_default(),
        about: meaning(&mut fields, reader),
        in_force: fields
            .take("effect")
            .is_some_and(|yaml| reader.word(yaml, "effect", &[("in_force", true)]).unwrap_or_default()),
        timeless: fields.take("timeless").is_some_and(|yaml| reader.flag(yaml, "`timeless`")),
        cardinality: fields.take("one").and_then(|yaml| reader.word(yaml, "end", &one)),
    };
    fields.finish(reader);
    Some(def)
}

fn property(entry: &Entry, reader: &mut Reader) -> Option<PropertyDef> {
    let mut fields = Fields::of(&entry.value, &part::PROPERTY, reader)?;
    let kinds = PropertyKind::ALL.map(|(kind, word)| (word, kind));
    let flag =
        |key, fields: &mut Fields<'_>, reader: &mut Reader| fields.take(key).is_some_and(|yaml| reader.flag(yaml, key));
    let def = PropertyDef {
        kind: fields
            .need("type", reader)
            .and_then(|yaml| reader.word(yaml, "type", &kinds))
            .unwrap_or(PropertyKind::Text),
        list: flag("list", &mut fields, reader),
        unit: fields.take("unit").and_then(|yaml| reader.text(yaml, "a unit")).unwrap_or_default().to_owned(),
        denominator: fields
            .take("denominator")
            .and_then(|yaml| reader.text(yaml, "a denominator"))
            .unwrap_or_default()
            .to_owned(),
        about: meaning(&mut fields, reader),
        history: flag("history", &mut fields, reader),
        of: fields.take("of").map(|yaml| reader.texts(yaml, "a label or type")).unwrap_or_default(),
        key: flag("key", &mut fields, reader),
    };
    fields.finish(reader);
    Some(def)
}

/// Whether a text can begin an IRI: a scheme, none of the characters that IRIs cannot hold, and a slash or hash at its end.
fn is_base(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    !scheme.is_empty()
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
        && text.ends_with(['/', '#'])
}

/// No label is broader than itself.
fn check_circles(labels: &[&Entry], schema: &Schema, reader: &mut Reader) {
    for entry in labels {
        let broader = schema.labels.get(&entry.key).map(|def| def.is.clone()).unwrap_or_default();
        if broader.iter().any(|label| schema.closure(label).contains(&entry.key)) {
            let wrong = Diagnostic::new(code::UNKNOWN_IN_SCHEMA, format!("`{}` is broader than itself", entry.key));
            reader.wrong(wrong.at(entry.at, "its `is` leads back to it"));
        }
    }
}

/// Every label or type that a definition names is itself defined.
fn check_labels(entry: &Entry, schema: &Schema, reader: &mut Reader) {
    let Content::Map(keys) = &entry.value.value else { return };
    for key in keys.iter().filter(|key| matches!(key.key.as_str(), "is" | "from" | "to" | "of")) {
        for yaml in key.value.each() {
            let Some(name) = yaml.text() else { continue };
            let is_type = key.key == "of" && schema.relationships.contains_key(name);
            if !is_type && !schema.labels.contains_key(name) {
                let wrong = Diagnostic::new(code::UNKNOWN_IN_SCHEMA, format!("no label `{name}`"));
                let names = schema.labels.keys().chain(schema.relationships.keys()).map(String::as_str);
                reader.wrong(wrong.at(yaml.span, "not defined in this schema").nearest(name, names));
            }
        }
    }
}
