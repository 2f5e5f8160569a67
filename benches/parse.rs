//! From text to tree and to plan: `cargo bench --bench parse`.
//!
//! A query of one kilobyte is read in well under a millisecond, and what nests a hundred levels deep is not much slower than
//! what stands side by side: the grammar never tries a bracket twice.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use divan::{Bencher, black_box};
use portolan::graph::{Builder, Schema};
use portolan::limits::Limits;
use portolan::parse::parse;
use portolan::session::Engine;

fn main() {
    divan::main();
}

/// A question as a researcher asks it, of a little over 1,024 bytes.
fn kilobyte() -> String {
    "\
AS OF '2025-10-21' MATCH (m:Measure)-[:COVERS]->(x:Material), (x)-[:INPUT_OF]->{0,3}(p:Product)-[:USED_BY]->(c:Company)
WHERE m.kind IN ['export licence', 'export ban'] AND (x.name STARTS WITH 'dys' OR x.symbol = 'Tb') AND NOT c.name =~ '.*test.*'
OPTIONAL MATCH (c)-[h:HEADQUARTERED_IN]->(country:Country {bloc: 'EU'})
WITH m, x, p, c, country, count(DISTINCT h) AS offices, [s IN split(c.name, ' ') WHERE size(s) > 2 | toUpper(s)] AS words
WHERE offices >= 0 AND all(w IN words WHERE w <> 'INC') AND EXISTS { (c)-[:SUPPLIES]->(:Company {listed: true}) }
RETURN m.name AS measure, x.name AS material, collect(DISTINCT p.name)[0..5] AS products, c.name AS company,
CASE WHEN country IS NULL THEN 'elsewhere' ELSE country.name END AS place, round(100.0 * avg(p.share), 1) AS percent,
reduce(total = 0, w IN words | total + size(w)) AS letters, date.truncate('month', m.announced) + duration('P3M') AS due,
{code: x.hs, all: [(x)-[:CLASSIFIED_AS]->(h:HSCode) WHERE h.level = 6 | h.code]} AS codes
ORDER BY percent DESC, company SKIP 5 LIMIT 25"
        .to_owned()
}

/// `depth` brackets around a one.
fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("RETURN {}1{} AS x", open.repeat(depth), close.repeat(depth))
}

#[divan::bench]
fn a_query_of_one_kilobyte(bencher: Bencher) {
    let query = kilobyte();
    bencher.bench(|| parse(black_box(&query)).unwrap());
}

#[divan::bench]
fn a_query_of_one_kilobyte_explained(bencher: Bencher) {
    let query = format!("EXPLAIN {}", kilobyte());
    let session = Engine::new(Builder::new(Schema::default()).finish(), &[]).unwrap().session();
    bencher.bench(|| session.run(black_box(&query), &Limits::default()).unwrap());
}

#[divan::bench(args = [1, 10, 100])]
fn parentheses(bencher: Bencher, depth: usize) {
    let query = nested("(", ")", depth);
    bencher.bench(|| parse(black_box(&query)).unwrap());
}

#[divan::bench(args = [1, 10, 100])]
fn lists(bencher: Bencher, depth: usize) {
    let query = nested("[", "]", depth);
    bencher.bench(|| parse(black_box(&query)).unwrap());
}

#[divan::bench(args = [1, 10, 100])]
fn maps(bencher: Bencher, depth: usize) {
    let query = nested("{a: ", "}", depth);
    bencher.bench(|| parse(black_box(&query)).unwrap());
}

#[divan::bench(args = [1, 10, 100])]
fn calls(bencher: Bencher, depth: usize) {
    let query = nested("abs(", ")", depth);
    bencher.bench(|| parse(black_box(&query)).unwrap());
}
