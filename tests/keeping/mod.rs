//! A small graph, and random changes to it with everything that can be said about a statement.

use std::sync::Arc;

use portolan::diag::SourceText;
use portolan::format::curated::{Curated, read_texts};
use portolan::graph::{
    ChainEntry, Change, Citation, Draft, End, Entity, Meta, Modality, NewEntry, NewNode, NewRel, Snapshot, SourceId,
    Start, State, Validity, WrittenPeriod,
};
use portolan::value::{Date, NodeId, RelId, Value};
use proptest::prelude::*;

/// The files of the graph: a schema with one of each, and a few things.
pub const SCHEMA: &str = "
graph: {name: Small, about: a test, base: 'https://example.org/'}
labels:
  Actor: {about: who acts}
  Company: {is: Actor, about: a company}
  Maker: {is: Company, derived: true, about: a rule gives it}
  Measure: {about: a clause}
  Material: {about: a material}
relationships:
  COVERS: {from: Measure, to: Material, effect: in_force, about: what it covers}
  CONTAINS: {from: Material, to: Material, timeless: true, about: what is in it}
  USES: {from: Actor, to: [Material, Actor], about: buys it}
properties:
  name: {type: text, about: its name}
  aliases: {type: text, list: true, about: other names}
  size: {type: int, of: [Company, USES], about: how large}
  share: {type: float, about: how much}
  open: {type: bool, about: whether}
  published: {type: date, about: when}
  rate: {type: float, history: true, about: a rate}
  note: {type: text, about: taken by metadata}
  home: {type: id, about: a node}
";
pub const FILE: &str = "
sources:
  - {id: s0, publisher: P, title: T}
  - {id: s1, publisher: P, title: T, date: 2025-03}
  - {id: s2, publisher: P, title: T, date: 2024-12-31}
nodes:
  - {id: acme, is: Company, name: Acme, cite: s0, USES: [{to: ore, size: 1}, {to: ore, size: 2}, {to: ore, size: 2}]}
  - {id: law, is: Measure, published: 2025-01-01, cite: s1, status: [{in_force: 2025-02-01}], COVERS: ore,
     rate: {history: [{value: 1, from: 2025-01-01}]}}
  - {id: ore, is: Material, name: Ore, cite: s2, share: 0.5}
  - {id: alloy, is: Material, CONTAINS: ore, cite: s0}
";

pub fn files() -> Vec<Arc<SourceText>> {
    vec![Arc::new(SourceText::new("schema.yaml", SCHEMA)), Arc::new(SourceText::new("small.yaml", FILE))]
}

/// The graph of the files, with this one beside them.
pub fn with_file(text: &str) -> Curated {
    let mut files = files();
    if !text.is_empty() {
        files.push(Arc::new(SourceText::new("added.yaml", text)));
    }
    read_texts(files).unwrap_or_else(|wrong| panic!("{text}\n{wrong:#?}"))
}

pub fn small() -> Arc<Snapshot> {
    Arc::new(read_texts(files()).unwrap_or_else(|wrong| panic!("{wrong:#?}")).snapshot)
}

/// A random change; numbers are taken modulo what there is.
#[derive(Clone, Debug)]
pub struct Step {
    kind: u8,
    a: u8,
    b: u8,
    word: u8,
    value: Value,
    meta: Said,
}

/// Metadata before its voices are known.
#[derive(Clone, Debug)]
pub struct Said {
    validity: Validity,
    learnt: Option<Date>,
    retracted: Option<Date>,
    modality: Modality,
    negated: bool,
    deprecated: bool,
    voices: Vec<u8>,
    citations: Vec<Citation>,
    note: Option<String>,
}

fn dates() -> impl Strategy<Value = Date> {
    const TEXTS: &[&str] = &["2025-02-01", "2025-03", "~2025", "2024", "2025-06-30", "~2025-06-30", "2026-01-01"];
    prop::sample::select(TEXTS).prop_map(|text| text.parse().unwrap_or_else(|wrong| panic!("{wrong}")))
}

fn ends() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::Unknown), dates().prop_map(End::Until), dates().prop_map(End::Through)]
}

fn periods() -> impl Strategy<Value = WrittenPeriod> {
    let from = prop_oneof![Just(Start::Unknown), Just(Start::Always), dates().prop_map(Start::On)];
    (from, ends()).prop_map(|(from, to)| WrittenPeriod { from, to })
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        Just("p. 3: \"x\" # y".to_owned()),
        Just(String::new()),
        Just("null".to_owned()),
        any::<String>()
    ]
}

fn citations() -> impl Strategy<Value = Citation> {
    let (at, quote) = (prop::option::of(texts()), prop::option::weighted(0.2, texts()));
    let retrieved = prop::option::weighted(0.2, Just(portolan::value::Day(20_000)));
    (0u32..3, at, quote, retrieved).prop_map(|(source, at, quote, retrieved)| Citation {
        source: SourceId(source),
        at,
        quote,
        retrieved,
    })
}

fn said() -> impl Strategy<Value = Said> {
    let validity = prop_oneof![
        Just(Validity::Unknown),
        Just(Validity::Always),
        prop::collection::vec(periods(), 0..3).prop_map(Validity::In)
    ];
    let days = (prop::option::weighted(0.8, dates()), prop::option::weighted(0.1, dates()));
    let mood = (prop::sample::select(&Modality::ALL[..]), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    let rest = (prop::collection::vec(any::<u8>(), 0..3), prop::collection::vec(citations(), 0..3));
    (validity, days, mood, rest, prop::option::weighted(0.2, texts())).prop_map(
        |(validity, (learnt, retracted), (modality, negated, deprecated), (voices, citations), note)| Said {
            validity,
            learnt,
            retracted,
            modality,
            negated,
            deprecated,
            voices,
            citations,
            note,
        },
    )
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        any::<bool>().prop_map(Value::Bool),
        texts().prop_map(Value::from),
        dates().prop_map(Value::Date),
        Just(Value::Null),
        Just(Value::from("acme")),
        prop::collection::vec(texts().prop_map(Value::from), 0..3).prop_map(Value::list),
        Just("P1M2DT3.5S".parse::<portolan::value::Duration>().map_or(Value::Null, Value::from)),
    ]
}

pub fn steps() -> impl Strategy<Value = Step> {
    let numbers = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>());
    (numbers, values(), said()).prop_map(|((kind, a, b, word), value, meta)| Step { kind, a, b, word, value, meta })
}

/// Makes those changes that can be made.
pub fn make(base: &Arc<Snapshot>, steps: &[Step]) -> Draft {
    make_settled(base, steps, steps.len())
}

/// The same, settling the version after so many of them.
pub fn make_settled(base: &Arc<Snapshot>, steps: &[Step], after: usize) -> Draft {
    let mut draft = Draft::new(base.clone());
    for (number, step) in steps.iter().enumerate() {
        if number == after {
            draft = Draft::new(Arc::new(draft.version().settled()));
        }
        if let Some(change) = step.change(draft.version(), number) {
            // What is refused changes nothing.
            let _ = draft.apply(change);
        }
    }
    draft
}

impl Step {
    /// The same with a source.
    pub fn cited(mut self) -> Self {
        if self.meta.citations.is_empty() {
            self.meta.citations.push(Citation { source: SourceId(1), at: None, quote: None, retrieved: None });
        }
        self
    }

    /// The value; of a property that is a number, a file says no other than the schema's sort of number.
    fn value_of(&self, key: &str) -> Value {
        match &self.value {
            Value::Int(number) if matches!(key, "share" | "rate") => Value::Float(*number as f64),
            other => other.clone(),
        }
    }

    fn change(&self, graph: &Snapshot, number: usize) -> Option<Change> {
        let nodes: Vec<NodeId> = graph.nodes().collect();
        let mut rels: Vec<RelId> = graph.rels().collect();
        // In an order that does not change when they are numbered anew.
        rels.sort_by_cached_key(|rel| graph.rel_id(*rel));
        let node = |number: u8| nodes[number as usize % nodes.len()];
        let word = |words: &[&str]| words[self.word as usize % words.len()].to_owned();
        let meta = Meta {
            validity: self.meta.validity.clone(),
            learnt: self.meta.learnt,
            retracted: self.meta.retracted,
            modality: self.meta.modality,
            negated: self.meta.negated,
            deprecated: self.meta.deprecated,
            claimed_by: self.meta.voices.iter().map(|voice| node(*voice)).collect(),
            citations: self.meta.citations.clone(),
            note: self.meta.note.clone(),
        };
        let keys = ["name", "aliases", "size", "share", "open", "published", "note", "home", "unheard", "id"];
        let key = keys[self.b as usize % keys.len()].to_owned();
        let properties = vec![(key.clone(), self.value_of(&key))];
        let entity = || {
            if self.a.is_multiple_of(2) || rels.is_empty() {
                Entity::Node(node(self.a / 2))
            } else {
                Entity::Rel(rels[self.a as usize / 2 % rels.len()])
            }
        };
        Some(match self.kind % 13 {
            0..=2 => {
                let labels = vec![word(&["Company", "Measure", "Material", "Material", "Actor", "Maker", "Unheard"])];
                let history = (self.value_of("rate"), Meta { learnt: meta.learnt, ..meta.clone() });
                let histories =
                    if self.a.is_multiple_of(5) { vec![("rate".to_owned(), vec![history])] } else { Vec::new() };
                let id = if self.b.is_multiple_of(9) { "ore: #2".to_owned() } else { format!("new-{number}") };
                Change::CreateNode(NewNode { id, labels, properties, histories, meta })
            }
            3..=6 => {
                let (start, end) = (node(self.a), node(self.b));
                let kind = word(&["COVERS", "CONTAINS", "CONTAINS", "USES", "USES", "UNHEARD"]);
                let properties = if self.b.is_multiple_of(3) { properties } else { Vec::new() };
                Change::CreateRel(NewRel { kind, start, end, properties, histories: Vec::new(), meta })
            }
            7 => {
                let value = self.value_of(&key);
                Change::SetProperty { of: entity(), key, value }
            }
            8 => {
                let label = word(&["Company", "Maker", "Unheard", "Material"]);
                Change::SetLabel { node: node(self.a), label, on: self.b.is_multiple_of(2) }
            }
            9 => Change::Delete(entity()),
            10 => {
                let key = word(&["rate", "rate", "share", "name"]);
                let value = self.value_of(&key);
                Change::AddEntry { of: entity(), key, value, meta }
            }
            _ => {
                let mut of = vec![node(self.a)];
                of.extend(Some(node(self.b)).filter(|other| *other != of[0] && self.word.is_multiple_of(3)));
                let entry = ChainEntry {
                    state: State::ALL[self.word as usize % State::ALL.len()],
                    on: "2025-01-15".parse().ok()?,
                    end: match &meta.validity {
                        Validity::In(periods) => periods.first().map_or(End::Unknown, |period| period.to),
                        Validity::Unknown | Validity::Always => End::Unknown,
                    },
                    by: self.b.is_multiple_of(4).then(|| node(self.word)),
                    de_facto: self.b.is_multiple_of(7),
                    part: self.meta.note.clone(),
                    assumed: false,
                    meta,
                };
                Change::AddStatus(NewEntry { of, entry })
            }
        })
    }
}
