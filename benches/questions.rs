//! What a question costs beside the plain query: `cargo bench --bench questions -- DIR [PART…]`.
//!
//! `DIR` holds the CSV files of the generated trade graph. Prints the tables of docs/performance.md; with names of parts
//! (`frame`, `when`, `why`, `assuming`, `commit`) only those, with names of queries (`q4`) only these.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its tables")]

mod trade;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use portolan::diag::code;
use portolan::graph::Snapshot;
use portolan::limits::Limits;
use portolan::session::{Answer, Engine, Session};
use portolan::value::{Date, Map, Value};
use trade::Dates;
use trade::clock::{cpu, median, pair};

const DAY: &str = "2024-06-01";
/// The window of `WHEN`: the month after the day.
const WINDOW: [&str; 2] = [DAY, "2024-07-01"];

/// Queries on dated relationships, with the name of the parameter that has five values; `IN_FORCE(x)` is where a filter on the
/// days is written by hand.
const PLAIN: [(&str, &str, &str); 7] = [
    (
        "q2 whom a company supplies",
        "q2",
        "MATCH (c:Company {id: $p})-[s:SUPPLIES]->(t:Company) WHERE s.share > 0.05 IN_FORCE(s) RETURN t.id, s.share",
    ),
    (
        "q3 users of licensed materials",
        "q3",
        "MATCH (k:Country {iso: $p})-[:IMPOSES]->(x:Measure {kind: 'licence'})-[v:COVERS]->(m:Material) WHERE true IN_FORCE(v)
         WITH DISTINCT m MATCH (m)<-[:USES]-(c:Company) RETURN count(DISTINCT c.id)",
    ),
    (
        "q4 the same through 1–4 hops",
        "q4",
        "MATCH (k:Country {iso: $p})-[:IMPOSES]->(x:Measure {kind: 'licence'})-[v:COVERS]->(m:Material) WHERE true IN_FORCE(v)
         WITH DISTINCT m MATCH (m)<-[:CONTAINS*1..4]-(p:Product) WITH DISTINCT p
         MATCH (p)<-[:USES]-(c:Company) RETURN count(DISTINCT c.id)",
    ),
    (
        "q5 reach of 1–2 hops",
        "q5",
        "MATCH (a:Company {id: $p})-[s:SUPPLIES]->(m:Company) WHERE true IN_FORCE(s)
         MATCH (m)-[t:SUPPLIES]->(b:Company) WHERE true IN_FORCE(t) RETURN count(DISTINCT b.id)",
    ),
    (
        "q8 second suppliers by country, of one country",
        "q3",
        "MATCH (h:Country {iso: $p})<-[:LOCATED_IN]-(a:Company)-[s:SUPPLIES]->(b:Company)-[t:SUPPLIES]->(c:Company)-[:LOCATED_IN]->(k:Country)
         WHERE true IN_FORCE(s) IN_FORCE(t) RETURN k.iso, count(*) AS n ORDER BY n DESC, k.iso LIMIT 10",
    ),
    (
        "q9 supplies by country",
        "",
        "MATCH (k:Country)<-[:LOCATED_IN]-(a:Company)-[s:SUPPLIES]->(b:Company) WHERE true IN_FORCE(s) RETURN k.iso, count(*)",
    ),
    (
        "q11 exposure by country, one hop",
        "q11",
        "MATCH (m:Material {id: $p})<-[u:USES]-(e:Company)-[s:SUPPLIES]->(c:Company)-[:LOCATED_IN]->(k:Country) WHERE true IN_FORCE(s)
         RETURN k.iso, sum(u.share * s.share)",
    ),
];

/// The same without aggregates, for `WHY`.
const ROWS: [(&str, &str, &str); 5] = [
    ("q2 whom a company supplies", "q2", PLAIN[0].2),
    (
        "q3 users of licensed materials",
        "q3",
        "MATCH (k:Country {iso: $p})-[:IMPOSES]->(x:Measure {kind: 'licence'})-[v:COVERS]->(m:Material)<-[:USES]-(c:Company)
         RETURN x.title, m.name, c.id",
    ),
    (
        "q3 the same, companies once",
        "q3",
        "MATCH (k:Country {iso: $p})-[:IMPOSES]->(x:Measure {kind: 'licence'})-[v:COVERS]->(m:Material)<-[:USES]-(c:Company)
         RETURN DISTINCT c.id",
    ),
    (
        "q5 2 hops",
        "q5",
        "MATCH (a:Company {id: $p})-[:SUPPLIES]->(m:Company)-[:SUPPLIES]->(b:Company) RETURN m.id, b.id",
    ),
    (
        "q11 exposure, one hop",
        "q11",
        "MATCH (m:Material {id: $p})<-[u:USES]-(e:Company)-[s:SUPPLIES]->(c:Company)-[:LOCATED_IN]->(k:Country)
         RETURN k.iso, c.id, u.share * s.share",
    ),
];

const ASSUMED: &str = "MATCH (a:Company {id: $a}), (b:Company {id: $b}) CREATE (a)-[:SUPPLIES {share: 0.1}]->(b)";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let Some((dir, parts)) = arguments.split_first() else {
        println!("usage: cargo bench --bench questions -- DIR [frame] [when] [why] [assuming] [commit]");
        println!(
            "DIR holds the CSV files of the generated trade graph (Company.csv, SUPPLIES_Company_Company.csv, …, params.json)"
        );
        return;
    };
    let (queries, parts): (Vec<&String>, Vec<&String>) = parts.iter().partition(|part| part.starts_with('q'));
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|other| *other == part);
    let dir = Path::new(dir);
    let params = Params { only: queries.into_iter().cloned().collect(), ..Params::read(dir) };
    let whole = Bench::new(load(dir, "validity", Dates::Validity), &params);
    if wanted("frame") {
        let day = DAY.parse::<Date>().unwrap().first();
        let only = Bench::new(load(dir, "only what holds that day", Dates::Only(day)), &params);
        let written = Bench::new(load(dir, "properties", Dates::Properties), &params);
        frame(&whole, &only, &written);
    }
    if wanted("when") {
        when(&whole);
    }
    if wanted("why") {
        why(&whole);
    }
    if wanted("assuming") {
        assuming(&whole);
    }
    if wanted("commit") {
        commit(&whole);
    }
}

fn load(dir: &Path, what: &str, dates: Dates) -> Snapshot {
    let began = cpu();
    let snapshot = trade::load(dir, dates).unwrap_or_else(|wrong| panic!("{wrong}"));
    let (n_nodes, n_rels) = (snapshot.catalog().n_nodes(), snapshot.catalog().n_rels());
    println!("{what}: {n_nodes} nodes, {n_rels} relationships, read in {:.1} s\n", cpu() - began);
    snapshot
}

/// Values of the generator's parameters; ids are texts.
struct Params {
    values: BTreeMap<String, Vec<Value>>,
    /// Names of the queries that are asked; none: all.
    only: Vec<String>,
}

impl Params {
    fn read(dir: &Path) -> Self {
        let text = std::fs::read_to_string(dir.join("params.json")).unwrap();
        let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        let value = |value: &serde_json::Value| Value::from(value.as_str().map_or(value.to_string(), str::to_owned));
        let lists =
            read.into_iter().filter_map(|(name, list)| Some((name, list.as_array()?.iter().map(value).collect())));
        Self { values: lists.collect(), only: Vec::new() }
    }

    fn of(&self, name: &str) -> Vec<Value> {
        self.values.get(name).cloned().unwrap_or_else(|| vec![Value::Null])
    }
}

/// A graph, asked with each value of a parameter in turn.
struct Bench<'p> {
    engine: Engine,
    params: &'p Params,
}

impl<'p> Bench<'p> {
    fn new(snapshot: Snapshot, params: &'p Params) -> Self {
        Self { engine: Engine::new(snapshot, &[]).unwrap(), params }
    }

    /// Whether a query is asked, by the first word of its name.
    fn asks(&self, name: &str) -> bool {
        let only = &self.params.only;
        only.is_empty() || only.iter().any(|other| name.split(' ').next() == Some(other))
    }

    /// The sessions of a parameter's values.
    fn sessions(&self, param: &str) -> Vec<Session> {
        let session = |value: Value| {
            let ends = [("a", self.params.of("q1")[0].clone()), ("b", self.params.of("q2")[0].clone())];
            let params = ends.into_iter().chain([("p", value), ("d", Value::Date(DAY.parse().unwrap()))]);
            Session { params: params.map(|(name, value)| (name.to_owned(), value)).collect(), ..self.engine.session() }
        };
        self.params.of(param).into_iter().map(session).collect()
    }

    /// The answers, one for each value of the parameter.
    fn answers(&self, param: &str, query: &str) -> Vec<Answer> {
        self.sessions(param).iter().map(|session| ask(session, query)).collect()
    }

    /// Seconds of a query, all values of its parameter in turn, per value; and the answers. Endless where it takes over a minute.
    fn time(&self, param: &str, query: &str) -> (f64, Vec<Answer>) {
        let sessions = self.sessions(param);
        let began = cpu();
        let Some(answers) = sessions.iter().map(|session| asked(session, query)).collect::<Option<Vec<_>>>() else {
            return (f64::INFINITY, Vec::new());
        };
        let first = cpu() - began;
        if first > 5.0 {
            return (first / sessions.len() as f64, answers);
        }
        let all = median(|| sessions.iter().for_each(|session| drop(std::hint::black_box(ask(session, query)))));
        (all / sessions.len() as f64, answers)
    }
}

/// The answer; none where it takes over a minute.
fn asked(session: &Session, query: &str) -> Option<Answer> {
    match session.run(query, &Limits::new(usize::MAX, Some(Duration::from_secs(60)))) {
        Ok(answer) => Some(answer),
        Err(wrong) if wrong.iter().any(|wrong| wrong.code.id == code::DEADLINE.id) => None,
        Err(wrong) => panic!("{query}: {wrong:?}"),
    }
}

fn ask(session: &Session, query: &str) -> Answer {
    asked(session, query).unwrap()
}

/// The query with the filter on the days written by hand, or without it.
fn by_hand(query: &str, filtered: bool) -> String {
    let mut text = String::new();
    for (at, part) in query.split("IN_FORCE(").enumerate() {
        let Some((name, rest)) = part.split_once(')').filter(|_| at > 0) else {
            text.push_str(part);
            continue;
        };
        let (from, until) = if name == "v" { ("valid_from", "valid_to") } else { ("since", "until") };
        if filtered {
            let filter = format!("AND {name}.{from} <= $d AND ({name}.{until} IS NULL OR {name}.{until} > $d)");
            text.push_str(&filter);
        }
        text.push_str(rest);
    }
    text
}

/// Seconds in a unit that suits them.
fn shown(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s if s.is_infinite() => "over a minute".to_owned(),
        s => format!("{s:.2} s"),
    }
}

fn n_rows(answers: &[Answer]) -> usize {
    answers.iter().map(|answer| answer.rows.len()).sum::<usize>() / answers.len().max(1)
}

fn sorted(answers: &[Answer]) -> Vec<Vec<String>> {
    let rows = |answer: &Answer| {
        // The order of a sum of floats is that of the rows.
        let rounded = |value: &Value| match value {
            Value::Float(value) => format!("{value:.9}"),
            other => other.to_string(),
        };
        let mut rows: Vec<String> =
            answer.rows.iter().map(|row| row.iter().map(rounded).collect::<Vec<_>>().join(",")).collect();
        rows.sort();
        rows
    };
    answers.iter().map(rows).collect()
}

fn frame(whole: &Bench<'_>, only: &Bench<'_>, written: &Bench<'_>) {
    println!("| query | plain | `AS OF` a day | on what holds that day | ratio | filter by hand |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (name, param, query) in PLAIN.into_iter().filter(|(name, ..)| whole.asks(name)) {
        let plain = by_hand(query, false);
        let (a, _) = whole.time(param, &plain);
        let as_of = format!("AS OF '{DAY}' {plain}");
        let (framed, there) = (whole.answers(param, &as_of), only.answers(param, &plain));
        let [b, c, ratio] = {
            let (framed, there) = (whole.sessions(param), only.sessions(param));
            let n = framed.len() as f64;
            let run = |sessions: &[Session], query: &str| {
                for session in sessions {
                    drop(std::hint::black_box(ask(session, query)));
                }
            };
            let [b, c, ratio] = pair(|| run(&framed, &as_of), || run(&there, &plain));
            [b / n, c / n, ratio]
        };
        let (d, filtered) = written.time(param, &by_hand(query, true));
        assert_eq!(sorted(&framed), sorted(&there), "{name}");
        assert_eq!(sorted(&framed), sorted(&filtered), "{name}");
        println!("| {name} | {} | {} | {} | {ratio:.2} | {} |", shown(a), shown(b), shown(c), shown(d));
    }
    println!();
    // What the table leaves out, as it asks the same day again: in a frame that was not asked before the hidden are counted.
    let (name, param, query) = PLAIN[0];
    let session = whole.sessions(param).remove(0);
    let times: Vec<f64> =
        (1..=20).map(|day| first(&session, &format!("AS OF '2023-01-{day:02}' {}", by_hand(query, false)))).collect();
    println!("{name}, each time on a day not asked before: {}\n", middle(&times));
}

/// Seconds of one run.
fn first(session: &Session, query: &str) -> f64 {
    let began = cpu();
    drop(std::hint::black_box(ask(session, query)));
    cpu() - began
}

/// The median, in a unit that suits it.
fn middle(times: &[f64]) -> String {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    shown(times[times.len() / 2])
}

/// The periods of the window in which an answer of `WHEN` does not change.
fn n_periods(answer: &Answer) -> usize {
    let mut bounds: BTreeSet<String> = BTreeSet::new();
    for periods in answer.rows.iter().filter_map(|row| row.last()) {
        let Value::List(periods) = periods else { continue };
        for period in periods.iter() {
            let Value::Map(period) = period else { continue };
            bounds.extend(period.values().map(ToString::to_string));
        }
    }
    bounds.retain(|day| !WINDOW.contains(&day.as_str()) && day != "null");
    bounds.len() + 1
}

/// The rows of an answer of `WHEN` that hold on a day, without their periods.
fn on(answer: &Answer, day: &str) -> Answer {
    let day = day.parse::<Date>().unwrap().first();
    let bound = |period: &Map, key: &str| match period.get(key) {
        Some(Value::Date(date)) => Some(date.first()),
        _ => None,
    };
    let holds = |period: &Value| match period {
        Value::Map(period) => {
            bound(period, "from").is_none_or(|from| from <= day)
                && bound(period, "until").is_none_or(|until| day < until)
        }
        _ => false,
    };
    let held = answer.rows.iter().filter(|row| match row.last() {
        Some(Value::List(periods)) => periods.iter().any(holds),
        _ => false,
    });
    let rows = held.map(|row| row[..row.len() - 1].to_vec()).collect();
    Answer { rows, ..Answer::default() }
}

fn when(whole: &Bench<'_>) {
    let [from, until] = WINDOW;
    println!("| query | plain | `WHEN`, of a month | rows | output periods | a period beside the plain query |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (name, param, query) in PLAIN.into_iter().filter(|(name, ..)| whole.asks(name)) {
        let plain = by_hand(query, false);
        let (a, _) = whole.time(param, &plain);
        let (b, answers) = whole.time(param, &format!("FOR VALID_TIME FROM '{from}' TO '{until}' WHEN {plain}"));
        // The last `LIMIT` is of the rows with their periods.
        let all = plain.split(" ORDER BY").next().unwrap_or_default();
        let when = whole.answers(param, &format!("FOR VALID_TIME FROM '{from}' TO '{until}' WHEN {all}"));
        for day in [DAY, "2024-06-15", "2024-06-30"] {
            let there = whole.answers(param, &format!("AS OF '{day}' {all}"));
            let held: Vec<Answer> = when.iter().map(|answer| on(answer, day)).collect();
            assert_eq!(sorted(&held), sorted(&there), "{name} on {day}");
        }
        let periods = answers.iter().map(n_periods).sum::<usize>() as f64 / answers.len().max(1) as f64;
        let rows = n_rows(&answers);
        println!("| {name} | {} | {} | {rows} | {periods:.0} | {:.2} |", shown(a), shown(b), b / a / periods);
    }
    println!();
}

fn why(whole: &Bench<'_>) {
    println!("| query | rows | plain | `WHY` | ratio | with the reasons for all rows | ratio | a row told of |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let unaggregated = ROWS.len();
    let all = ROWS.into_iter().chain(PLAIN.into_iter().skip(1)).enumerate();
    for (at, (name, param, query)) in all.filter(|(_, (name, ..))| whole.asks(name)) {
        let plain = by_hand(query, false);
        let (a, answers) = whole.time(param, &plain);
        let why = format!("WHY {plain}");
        let (b, _) = whole.time(param, &why);
        let sessions = whole.sessions(param);
        let told = |session: &Session| drop(std::hint::black_box(ask(session, &why).why.map(|why| why.all())));
        let c = median(|| sessions.iter().for_each(told)) / sessions.len() as f64;
        let aggregated = if at < unaggregated { "" } else { ", aggregated" };
        let rows = n_rows(&answers);
        println!(
            "| {name}{aggregated} | {rows} | {} | {} | {:.2} | {} | {:.2} | {} |",
            shown(a),
            shown(b),
            b / a,
            shown(c),
            c / a,
            shown((c - b) / rows as f64)
        );
    }
    println!();
}

fn assuming(whole: &Bench<'_>) {
    println!("| query | plain | under an assumption | ratio | more | allocated, plain | more |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, param, query) in PLAIN.into_iter().filter(|(name, ..)| whole.asks(name)) {
        let plain = by_hand(query, false);
        let assumed = format!("ASSUMING {{ {ASSUMED} }} {plain}");
        let (a, _) = whole.time(param, &plain);
        let (b, _) = whole.time(param, &assumed);
        let session = whole.sessions(param).remove(0);
        let allocated = |text: &str| allocation_counter::measure(|| drop(ask(&session, text))).bytes_total as i64;
        let (before, after) = (allocated(&plain), allocated(&assumed));
        let more = if b < a { format!("−{}", shown(a - b)) } else { shown(b - a) };
        println!(
            "| {name} | {} | {} | {:.2} | {more} | {} kB | {} kB |",
            shown(a),
            shown(b),
            b / a,
            before / 1000,
            (after - before) / 1000
        );
    }
    println!();
}

fn commit(whole: &Bench<'_>) {
    let session = whole.sessions("").remove(0);
    let ids: Vec<Value> =
        ask(&session, "MATCH (c:Company) RETURN c.id LIMIT 1100").rows.into_iter().flatten().collect();
    let base = whole.engine.snapshot();
    let mut times = Vec::new();
    for ends in ids.windows(2).take(1001) {
        let params = [("a", ends[0].clone()), ("b", ends[1].clone())];
        let session = Session {
            params: params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            ..session.clone()
        };
        let began = cpu();
        let answer = ask(&session, ASSUMED);
        times.push(cpu() - began);
        assert_eq!(answer.changes.unwrap().relationships_created, 1);
    }
    let reading = || median(|| drop(ask(&session, "MATCH (a:Company {id: $a}), (b:Company {id: $b}) RETURN 1")));
    println!("| one relationship committed into {} | time of the statement |", base.catalog().n_rels());
    println!("| --- | ---: |");
    println!("| the first | {} |", shown(times[0]));
    println!("| the 2nd to 22nd, median | {} |", middle(&times[1..22]));
    println!("| the 980th to 1,000th, median | {} |", middle(&times[979..1000]));
    println!("| finding the two companies alone | {} |", shown(reading()));
    for (name, param, query) in [PLAIN[0], PLAIN[4]] {
        let (after, _) = whole.time(param, &by_hand(query, false));
        println!("| {name}, after 1,001 commits | {} |", shown(after));
    }
    println!();
}
