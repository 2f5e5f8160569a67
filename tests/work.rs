//! What the queries of the benchmark do, without a clock: the rows that each operator of their plans gives, on a small graph of the same
//! shape. A plan that goes wrong gives more.
//!
//! `PORTOLAN_GOLDEN=rewrite cargo test --test work` writes them anew; read the difference.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../benches/trade/queries.rs"]
mod queries;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use portolan::graph::{Builder, Meta, NewNode, NewRel, Schema, Snapshot};
use portolan::limits::Limits;
use portolan::session::{Engine, Session};
use portolan::value::{Date, NodeId, Value};

/// Numbers that look random and are the same every time (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    /// The next, below `bound`; small ones come more often, as large suppliers have more customers.
    fn below(&mut self, bound: usize) -> usize {
        let mut next = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
        };
        (next() * next() * bound as f64) as usize
    }

    fn date(&mut self) -> Value {
        let date = format!("20{:02}-{:02}-15", 18 + self.below(8), 1 + self.below(12));
        Value::Date(date.parse::<Date>().unwrap())
    }
}

/// The graph in the making.
struct Making {
    builder: Builder,
    numbers: Numbers,
}

impl Making {
    fn nodes(
        &mut self,
        label: &str,
        n: usize,
        properties: impl Fn(usize) -> Vec<(&'static str, Value)>,
    ) -> Vec<NodeId> {
        let node = |at: usize| NewNode {
            id: format!("{label}{at}"),
            labels: vec![label.to_owned()],
            properties: std::iter::once(("id", Value::from(format!("{label}{at}"))))
                .chain(properties(at))
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
            ..NewNode::default()
        };
        (0..n).map(|at| self.builder.node(node(at)).unwrap()).collect()
    }

    fn rel(&mut self, kind: &str, start: NodeId, end: NodeId, properties: Vec<(String, Value)>) {
        let (kind, histories, meta) = (kind.to_owned(), Vec::new(), Meta::default());
        self.builder.rel(NewRel { kind, start, end, properties, histories, meta });
    }

    /// So many relationships from each start; dated ones begin, and half of them end.
    fn rels(&mut self, kind: &str, starts: &[NodeId], ends: &[NodeId], each: usize, dates: Option<[&str; 2]>) {
        for start in starts {
            for nth in 0..each {
                let mut properties =
                    vec![("share".to_owned(), Value::Float((1 + self.numbers.below(99)) as f64 / 100.0))];
                if let Some([from, until]) = dates {
                    properties.push((from.to_owned(), self.numbers.date()));
                    if nth % 2 == 0 {
                        properties.push((until.to_owned(), self.numbers.date()));
                    }
                }
                let end = ends[self.numbers.below(ends.len())];
                if end != *start {
                    self.rel(kind, *start, end, properties);
                }
            }
        }
    }
}

fn trade() -> Snapshot {
    let mut making = Making { builder: Builder::new(Schema::default()), numbers: Numbers(7) };
    let countries = making.nodes("Country", 25, |at| vec![("iso", Value::from(format!("C{at}")))]);
    let materials = making.nodes("Material", 50, |_| Vec::new());
    let products = making.nodes("Product", 200, |_| Vec::new());
    let name = |at: usize| {
        let words = ["Nord", "Ostsee", "Magnet", "Delta", "Rare"];
        vec![("name", Value::from(format!("{} {at}", words[at % 5]))), ("revenue", Value::Float(at as f64))]
    };
    let companies = making.nodes("Company", 4000, name);
    let kind = |at: usize| vec![("kind", Value::from(if at.is_multiple_of(4) { "licence" } else { "tariff" }))];
    let measures = making.nodes("Measure", 400, kind);
    making.rels("LOCATED_IN", &companies, &countries, 1, None);
    making.rels("SUPPLIES", &companies, &companies, 8, Some(["since", "until"]));
    making.rels("USES", &companies, &products, 3, None);
    making.rels("USES", &companies, &materials, 1, None);
    making.rels("CONTAINS", &products, &products, 2, None);
    making.rels("CONTAINS", &products, &materials, 2, None);
    making.rels("COVERS", &measures, &materials, 1, Some(["valid_from", "valid_to"]));
    making.rels("COVERS", &measures, &products, 2, Some(["valid_from", "valid_to"]));
    for (at, measure) in measures.iter().enumerate() {
        let start = countries[at % countries.len()];
        making.rel("IMPOSES", start, *measure, Vec::new());
    }
    making.builder.finish()
}

fn session() -> Session {
    let text = |text: &str| Value::from(text.to_owned());
    let params = [
        ("id", text("Company17")),
        ("iso", text("C4")),
        ("d", Value::Date("2019-06-01".parse::<Date>().unwrap())),
        ("a", text("Company3000")),
        ("b", text("Company40")),
        ("m", text("Material3")),
        ("p", text("Ma")),
    ];
    let params: BTreeMap<String, Value> = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Session { params, ..Engine::new(trade(), &[]).unwrap().session() }
}

/// The plan of a query, each operator with the rows it gave.
fn work(session: &Session, query: &str) -> String {
    let profile = session.run(&format!("PROFILE {query}"), &Limits::default()).unwrap().profile.unwrap();
    let mut text = String::new();
    for line in profile.lines() {
        // The time is no part of it.
        let (before, _) = line.rsplit_once(" row").unwrap();
        let (operator, rows) = before.trim_end().rsplit_once(' ').unwrap();
        writeln!(text, "{rows:>8}  {}", operator.trim_end()).unwrap();
    }
    text
}

#[test]
fn the_queries_of_the_benchmark_give_as_many_rows_at_each_step_as_they_did() {
    let session = session();
    let mut text = String::new();
    for (name, queries) in queries::queries() {
        for query in queries {
            writeln!(text, "{name}\n{}", work(&session, &query)).unwrap();
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/work.txt");
    if std::env::var_os("PORTOLAN_GOLDEN").is_some_and(|value| value == "rewrite") {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, expected, "other work than in {}: is it less?", path.display());
}

#[test]
fn a_list_becomes_rows_as_far_as_they_are_read() {
    let work = work(&session(), "UNWIND range(1, 1000000) AS x WITH x WHERE x % 2 = 0 RETURN x LIMIT 3");
    let unwound = work.lines().find(|line| line.contains("Unwind")).unwrap();
    let rows: usize = unwound.split_whitespace().next().unwrap().parse().unwrap();
    assert!(rows < 10_000, "{work}");
}
