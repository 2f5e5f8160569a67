//! A JSON Schema of curated files, for editors: which keys and values may stand where, and what each means.
//!
//! Written from the table that the reader holds itself to ([`part`]) and from the schema of a graph. It refuses nothing that
//! the reader takes; what needs other files (whether an id is declared, whether an end fits) only `portolan check` can say.
//!
//! What depends on the sort of value (an id or a statement, one or a list) is `if` and `else`, not `anyOf`, so that an editor
//! tells what is wrong with what was meant; but for the words of a closed list. Nothing is typed by YAML: a text may look like a number.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::graph::{PropertyDef, PropertyKind, RelDef, Schema};

use super::part::{self, Key, Owner, Part, Takes, Types};

type Object = Map<String, Value>;

/// The JSON Schema (draft 2020-12) of the curated files of a graph with this schema, and of a `schema.yaml`.
///
/// # Examples
/// ```
/// use portolan::{format::curated::json_schema, graph::Schema};
/// let of_files = json_schema(&Schema::default());
/// assert_eq!(of_files["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// ```
#[must_use]
pub fn json_schema(schema: &Schema) -> Value {
    let mut writer = Writer { schema, defs: BTreeMap::new() };
    let curated = writer.part(&part::FILE);
    let vocabulary = writer.part(&part::SCHEMA);
    // A `schema.yaml` is told from other files by a section that only it has.
    let is_vocabulary = json!({"type": "object", "anyOf": [{"required": ["graph"]}, {"required": ["labels"]}]});
    let defs: Object = writer.defs.into_iter().collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": if schema.name.is_empty() { "Curated files".to_owned() } else { format!("Curated files of {}", schema.name) },
        "description": schema.about,
        "if": is_vocabulary,
        "then": vocabulary,
        "else": curated,
        "$defs": defs,
    })
}

struct Writer<'s> {
    schema: &'s Schema,
    /// By name; one that is still being written is null. A name of the schema follows a colon, which no key of the format has
    /// before it.
    defs: BTreeMap<String, Value>,
}

impl Writer<'_> {
    /// A reference to a definition, which is written when it is named first.
    fn def(&mut self, name: &str, write: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.defs.contains_key(name) {
            self.defs.insert(name.to_owned(), Value::Null);
            let value = write(self);
            self.defs.insert(name.to_owned(), value);
        }
        json!({"$ref": format!("#/$defs/{}", pointer(name))})
    }

    fn part(&mut self, part: &'static Part) -> Value {
        let name = part.keys.first().map_or("props", |(name, _)| name);
        // Parts that share their first keys are told apart by what they need.
        let name =
            if part.owner == Owner::Node { format!("{name} with {}", part.needs.join(", ")) } else { name.into() };
        self.def(&name, |writer| writer.object(part, None))
    }

    /// A mapping; `value` is what a history is of, where the part is one of its entries.
    fn object(&mut self, part: &'static Part, value: Option<&Value>) -> Value {
        let mut keys = Object::new();
        self.properties(part.owner, &mut keys);
        for (group, of_group) in part.keys {
            for key in *of_group {
                // What is read before properties stands before them here too.
                keys.shift_remove(key.name);
                let written = match (&key.takes, value) {
                    (Takes::Value, Some(value)) => value.clone(),
                    _ => self.def(&format!("{group}.{}", key.name), |writer| writer.key(key)),
                };
                keys.insert(key.name.to_owned(), written);
            }
        }
        self.types(part.types, &mut keys);
        mapping(part, &keys)
    }

    fn key(&mut self, key: &'static Key) -> Value {
        let value = match &key.takes {
            Takes::Text => text(),
            Takes::Date | Takes::Start => date(matches!(key.takes, Takes::Start)),
            Takes::Day => json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
            Takes::Flag => json!({"type": "boolean"}),
            Takes::Word(words) => json!({"enum": words()}),
            Takes::Id | Takes::Source => text(),
            Takes::Texts => one_or_list(&text()),
            Takes::Columns => {
                json!({"type": "object", "additionalProperties": {"type": ["object", "array", "string", "number", "boolean"]}})
            }
            // What a cell will be is not known yet: the rows are checked when they are read.
            Takes::Templates => json!({"type": ["array", "null"], "items": {"type": "object"}}),
            Takes::Ids => one_or_list(&text()),
            Takes::Labels => self.labels(),
            Takes::Names => one_or_list(&json!({"type": "string"})),
            Takes::Citations => {
                let citation = self.part(&part::CITATION);
                one_or_list(&json!({"if": {"type": "object"}, "then": citation, "else": text()}))
            }
            // Outside the history of a property nothing says what it is a value of.
            Takes::Value => json!({}),
            Takes::One(part) => self.part(part),
            Takes::List(part) => json!({"type": ["array", "null"], "items": self.part(part)}),
            Takes::Map(part) => json!({"type": "object", "additionalProperties": self.part(part)}),
        };
        described(key.about, value)
    }

    /// Labels that a file may give.
    fn labels(&mut self) -> Value {
        self.def("labels", |writer| {
            let labels = writer.schema.labels.iter().filter(|(_, def)| !def.derived);
            let (names, about): (Vec<_>, Vec<_>) = labels.map(|(name, def)| (name, &def.about)).unzip();
            // Not of the standard, which says that what is unknown is passed over; editors show it beside each word.
            let one = json!({"enum": names, "enumDescriptions": about});
            // Of `anyOf` a language server offers the words where nothing is written yet, of `if` it does not.
            json!({"anyOf": [one, {"type": "array", "items": one}]})
        })
    }

    fn types(&mut self, types: Types, keys: &mut Object) {
        let schema = self.schema;
        for (name, def) in &schema.relationships {
            let written = match types {
                Types::None => return,
                Types::Ends => self.def(&format!("end:{name}"), |_| described(&about_type(def), one_or_list(&text()))),
                Types::Statements => self.def(&format!("type:{name}"), |writer| {
                    let nested = writer
                        .def(&format!("statement:{name}"), |writer| described(&about_type(def), writer.nested(name)));
                    let target = json!({"if": {"type": "object"}, "then": nested, "else": text()});
                    described(&about_type(def), one_or_list(&target))
                }),
            };
            keys.insert(name.clone(), written);
        }
    }

    /// A statement below its node, with the properties of its type only.
    fn nested(&mut self, kind: &str) -> Value {
        let schema = self.schema;
        let mut keys = Object::new();
        for (name, def) in &schema.properties {
            if def.of.is_empty() || def.of.iter().any(|of| of == kind) {
                keys.insert(name.clone(), self.property(name, def));
            }
        }
        for (group, of_group) in part::NESTED.keys {
            for key in *of_group {
                keys.shift_remove(key.name);
                keys.insert(key.name.to_owned(), self.def(&format!("{group}.{}", key.name), |writer| writer.key(key)));
            }
        }
        mapping(&part::NESTED, &keys)
    }

    fn properties(&mut self, owner: Owner, keys: &mut Object) {
        let schema = self.schema;
        for (name, def) in &schema.properties {
            let fits = def.of.is_empty()
                || match owner {
                    Owner::None => false,
                    Owner::Any => true,
                    Owner::Node => def.of.iter().any(|of| schema.labels.contains_key(of)),
                    Owner::Relationship => def.of.iter().any(|of| schema.relationships.contains_key(of)),
                    Owner::Figure => schema.closure("Observation").iter().any(|label| def.of.contains(label)),
                    Owner::Histories => true,
                };
            if owner != Owner::None && fits && (owner != Owner::Histories || def.history) {
                keys.insert(name.clone(), self.property(name, def));
            }
        }
    }

    fn property(&mut self, name: &str, def: &PropertyDef) -> Value {
        self.def(&format!("property:{name}"), |writer| {
            let one = value(def.kind);
            let plain = if def.list { one_or_list(&one) } else { one.clone() };
            if !def.history {
                return described(&about_property(def), plain);
            }
            let entry = writer.object(&part::HISTORY_ENTRY, Some(&one));
            let keys = [("history".to_owned(), json!({"type": ["array", "null"], "items": entry}))];
            let history = mapping(&part::HISTORY, &keys.into_iter().collect());
            described(&about_property(def), json!({"if": {"type": "object"}, "then": history, "else": plain}))
        })
    }
}

/// What JSON makes of any text: it may look like a number or a truth value.
fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn date(or_always: bool) -> Value {
    let date = "~?[+-]?[0-9]{4,9}(-[0-9]{2}(-[0-9]{2})?)?";
    let pattern = if or_always { format!("^({date}|always)$") } else { format!("^{date}$") };
    // A year alone looks like a number.
    json!({"type": ["string", "integer"], "pattern": pattern})
}

fn value(kind: PropertyKind) -> Value {
    match kind {
        PropertyKind::Text | PropertyKind::Id => text(),
        PropertyKind::Int => json!({"type": ["integer", "string"], "pattern": "^[+-]?[0-9]+$"}),
        PropertyKind::Float => {
            let pattern = "^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?$";
            json!({"type": ["number", "string"], "pattern": pattern})
        }
        PropertyKind::Bool => json!({"type": "boolean"}),
        PropertyKind::Date => date(false),
    }
}

/// A mapping of these keys and no others.
fn mapping(part: &Part, keys: &Object) -> Value {
    let mut object =
        json!({"description": part.about, "type": "object", "properties": keys, "additionalProperties": false});
    if !part.needs.is_empty() {
        object["required"] = json!(part.needs);
    }
    object
}

fn one_or_list(one: &Value) -> Value {
    json!({"if": {"type": "array"}, "then": {"items": one}, "else": one})
}

/// With a description before it, which stands beside a reference too.
fn described(about: &str, value: Value) -> Value {
    let mut out = json!({"description": about});
    if let (Value::Object(out), Value::Object(value)) = (&mut out, value) {
        out.extend(value);
        out["description"] = about.into();
    }
    out
}

fn about_type(def: &RelDef) -> String {
    let ends = |labels: &[String]| if labels.is_empty() { "anything".to_owned() } else { labels.join(", ") };
    let holds = match def {
        RelDef { in_force: true, .. } => " Holds while the measure is in force.",
        RelDef { timeless: true, .. } => " Holds always.",
        _ => "",
    };
    format!("{}. From {} to {}.{holds}", def.about, ends(&def.from), ends(&def.to))
}

fn about_property(def: &PropertyDef) -> String {
    let mut about = def.about.clone();
    for (before, part) in [(", in ", &def.unit), (" of ", &def.denominator)] {
        if !part.is_empty() {
            about.push_str(before);
            about.push_str(part);
        }
    }
    about.push('.');
    if def.kind == PropertyKind::Id {
        about.push_str(" The id of a node.");
    }
    if def.history {
        about.push_str(" May change over time: {history: [{value, from, cite}]}.");
    }
    if !def.of.is_empty() {
        about.push_str(" Of ");
        about.push_str(&def.of.join(", "));
        about.push('.');
    }
    about
}

/// A name in the fragment of a reference: names of a schema may hold any character.
fn pointer(name: &str) -> String {
    let escaped = name.replace('~', "~0").replace('/', "~1");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    escaped
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
