//! Portolan beside other engines on the generated trade graph: `cargo bench --bench peers -- DIR [--threads N] [--json FILE]
//! [--beside FILE] [--only q1,q2] [--times N] [--plans] [--stored] [--ask FILE]`.
//!
//! `DIR` holds the CSV files of the graph and `params.json`. The queries are those that the other engines of openCypher get. Each is
//! run once, then twenty times (`--times`) with each of five parameter sets (once where it takes over 20 ms; not again where it takes over
//! 10 s); a time is that of the text to all rows, and the table has medians of the clock. `--json` writes the measurement for the
//! table of all engines; `--beside` reads the measurements of others, compares the answers and prints the best of them. `--plans` prints
//! what each operator gave instead; with `--stored` the queries are asked of the graph that was stored in a file and opened again.
//! `--ask` asks the queries of a file instead, a name and a query separated by a tab in each line, for about a second each:
//! `benches/trade/other.tsv` has some of all kinds.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "trade/queries.rs"]
mod queries;
#[allow(dead_code, reason = "it reads one form of the graph and times in its own way")]
mod trade;

use std::collections::BTreeMap;
use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use portolan::graph::{self, store};
use portolan::limits::Limits;
use portolan::session::{Answer, Engine, Session};
use portolan::value::{Date, Value};
use queries::queries;
use serde_json::{Value as Json, json};
use trade::Dates;
use trade::clock::{at_once, cpu};

struct Arguments {
    dir: PathBuf,
    threads: usize,
    json: Option<PathBuf>,
    beside: Option<PathBuf>,
    only: Option<String>,
    times: usize,
    plans: bool,
    stored: bool,
    ask: Option<PathBuf>,
}

/// The first word of who only opens a stored graph.
const OPEN: &str = "--open";
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn arguments() -> Option<Arguments> {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let mut arguments = Arguments {
        dir: words.next()?.into(),
        threads: 1,
        json: None,
        beside: None,
        only: None,
        times: 20,
        plans: false,
        stored: false,
        ask: None,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--threads" => arguments.threads = words.next()?.parse().ok()?,
            "--json" => arguments.json = Some(words.next()?.into()),
            "--beside" => arguments.beside = Some(words.next()?.into()),
            "--plans" => arguments.plans = true,
            "--stored" => arguments.stored = true,
            "--ask" => arguments.ask = Some(words.next()?.into()),
            "--times" => arguments.times = words.next()?.parse().ok()?,
            "--only" => arguments.only = Some(words.next()?),
            _ => return None,
        }
    }
    Some(arguments)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, file, ..] = words.as_slice()
        && first == OPEN
    {
        return open_here(Path::new(file));
    }
    let Some(arguments) = arguments() else {
        println!(
            "usage: cargo bench --bench peers -- DIR [--threads N] [--json FILE] [--beside FILE] [--only q1,q2] [--times N] [--plans] [--stored] [--ask FILE]"
        );
        return;
    };
    portolan::parallel::use_threads(arguments.threads);
    let (began, computed) = (Instant::now(), cpu());
    let snapshot = trade::load(&arguments.dir, Dates::Properties).unwrap_or_else(|wrong| panic!("{wrong}"));
    let (s, c) = (began.elapsed().as_secs_f64(), cpu() - computed);
    let (n_nodes, n_rels) = (snapshot.catalog().n_nodes(), snapshot.catalog().n_rels());
    println!(
        "{n_nodes} nodes, {n_rels} relationships, read in {s:.2} s ({c:.2} s of the processor); largest size {:.0} MB",
        largest()
    );
    let file = std::env::temp_dir().join(format!("peers-{}.portolan", std::process::id()));
    let (began, computed) = (Instant::now(), cpu());
    store(&snapshot, &[], File::create(&file).unwrap()).unwrap();
    let (stored, stored_c) = (began.elapsed().as_secs_f64(), cpu() - computed);
    let disk = std::fs::metadata(&file).unwrap().len() as f64 / 1e6;
    println!(
        "stored in {stored:.2} s ({stored_c:.2} s of the processor), {disk:.1} MB; largest size {:.0} MB",
        largest()
    );
    let open = opened_elsewhere(&file, disk);
    println!(
        "opened and asked `RETURN 1` by another process in {:.1} ms, which is {:.0} MB then\n",
        open["s"].as_f64().unwrap() * 1e3,
        open["rss"].as_f64().unwrap()
    );
    let note = "with storing it in a file";
    let load =
        json!({"s": s + stored, "cpu": c + stored_c, "rss": largest(), "disk": disk, "v": VERSION, "note": note});
    let snapshot = if arguments.stored { graph::open(&file).unwrap().snapshot } else { snapshot };
    let engine = Engine::new(snapshot, &[]).unwrap();
    let _ = std::fs::remove_file(&file);
    if let Some(file) = &arguments.ask {
        return ask_others(file, &arguments, &engine.session());
    }
    let told_of_threads = || {
        if arguments.threads > 1 {
            let ratio = at_once(arguments.threads);
            println!("{} loops that share nothing take {ratio:.2} times as long as one of them\n", arguments.threads);
        }
    };
    told_of_threads();
    let params = Params::read(&arguments.dir);
    let others = arguments.beside.as_deref().map(Others::read);
    let head = others.as_ref().map_or("", |_| " best of others | of it | floor | of it | answers |");
    println!("| query | first | median | least |{head}");
    println!("| --- | ---: | ---: | ---: |{}", if head.is_empty() { "" } else { " ---: | ---: | ---: | ---: | --- |" });
    let mut measured = serde_json::Map::new();
    let (mut ratios, mut empty) = (Vec::new(), None);
    for (name, texts) in queries() {
        if arguments.only.as_ref().is_some_and(|only| !only.split(',').any(|other| other == name)) {
            continue;
        }
        if arguments.plans {
            let session = Session { params: params.of(name, 0), ..engine.session() };
            for text in &texts {
                println!("{name}\n{}", ask(&session, &format!("PROFILE {text}")).profile.unwrap_or_default());
            }
            continue;
        }
        let line = measure(name, &texts, &engine, &params, arguments.times);
        let beside = others.as_ref().map(|others| others.beside(&arguments, name, &line, &mut ratios));
        println!(
            "| {name} | {} | {} | {} |{}",
            shown(line.first),
            shown(line.wall),
            shown(line.least),
            beside.unwrap_or_default()
        );
        measured.insert(name.to_owned(), line.json(name));
        empty.get_or_insert_with(|| measure("empty", &["RETURN 1".to_owned()], &engine, &params, 20).wall);
    }
    if let Some(empty) = empty {
        println!("\n`RETURN 1` takes {}; largest size {:.0} MB", shown(empty), largest());
        told_of_threads();
    }
    if !ratios.is_empty() {
        let mean = ratios.iter().map(|ratio: &f64| ratio.ln()).sum::<f64>() / ratios.len() as f64;
        println!("geometric mean: {:.2} times as fast as the best of others", 1.0 / mean.exp());
    }
    if let Some(file) = arguments.json {
        let all = json!([{"peer": "portolan", "threads": arguments.threads, "load": load, "open": open, "rss": largest(), "q": measured}]);
        std::fs::write(file, serde_json::to_string(&all).unwrap()).unwrap();
    }
}

/// Asks the queries of a file.
fn ask_others(file: &Path, arguments: &Arguments, session: &Session) {
    println!("| query | first | median | rows | |\n| --- | ---: | ---: | ---: | --- |");
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let Some((name, text)) = line.split_once('\t') else { continue };
        if arguments.only.as_ref().is_some_and(|only| !only.split(',').any(|other| other == name)) {
            continue;
        }
        if arguments.plans {
            println!("{name}\n{}", ask(session, &format!("PROFILE {text}")).profile.unwrap_or_default());
            continue;
        }
        let (began, mut times, mut n_rows) = (Instant::now(), Vec::new(), 0);
        while times.is_empty() || (began.elapsed().as_secs_f64() < 1.0 && times.len() < 50) {
            let began = Instant::now();
            n_rows = black_box(ask(session, text)).rows.len();
            times.push(began.elapsed().as_secs_f64());
        }
        let first = times[0];
        times.sort_by(f64::total_cmp);
        println!("| {name} | {} | {} | {n_rows} | `{text}` |", shown(first), shown(times[times.len() / 2]));
    }
}

/// Opens a stored graph and asks it nothing much; tells how long that took.
fn open_here(file: &Path) {
    portolan::parallel::use_threads(1);
    let (began, computed) = (Instant::now(), cpu());
    let engine = Engine::new(graph::open(file).unwrap().snapshot, &[]).unwrap();
    ask(&engine.session(), "RETURN 1");
    println!("{}", json!({"s": began.elapsed().as_secs_f64(), "cpu": cpu() - computed, "rss": largest()}));
}

/// The same in a process of its own, which knows nothing of the graph yet.
fn opened_elsewhere(file: &Path, disk: f64) -> Json {
    let output = Command::new(std::env::current_exe().unwrap()).arg(OPEN).arg(file).output().unwrap();
    let mut open: Json = serde_json::from_slice(&output.stdout).unwrap();
    open["disk"] = disk.into();
    open["v"] = VERSION.into();
    open["note"] = "".into();
    open
}

/// The largest size of this process so far, in MB.
fn largest() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok())
        .map_or(0.0, |kilobytes| kilobytes / 1024.0)
}

struct Line {
    first: f64,
    wall: f64,
    least: f64,
    cpu: Option<f64>,
    runs: usize,
    answers: BTreeMap<usize, Json>,
}

impl Line {
    fn json(&self, name: &str) -> Json {
        let answers: serde_json::Map<String, Json> =
            self.answers.iter().map(|(at, answer)| (at.to_string(), answer.clone())).collect();
        let rss = largest();
        json!({"q": name, "first": self.first, "wall": self.wall, "lo": self.least, "cpu": self.cpu, "n": self.runs, "ans": answers, "rss": rss})
    }
}

fn measure(name: &str, texts: &[String], engine: &Engine, params: &Params, times: usize) -> Line {
    let sessions: Vec<Session> = (0..5).map(|at| Session { params: params.of(name, at), ..engine.session() }).collect();
    let run = |at: usize| -> Vec<Answer> { texts.iter().map(|text| ask(&sessions[at], text)).collect() };
    let mut answers = BTreeMap::new();
    let began = Instant::now();
    let answer = run(0);
    let first = began.elapsed().as_secs_f64();
    answers.insert(0, canonical(name, &answer));
    let sets = if first < 4.0 {
        5
    } else if first < 10.0 {
        3
    } else {
        0
    };
    let repeats = if first < 0.02 { times } else { 1 };
    let (mut walls, mut cpus) = (Vec::new(), Vec::new());
    for at in 0..sets {
        for _ in 0..repeats {
            let (began, computed) = (Instant::now(), cpu());
            let answer = black_box(run(at));
            walls.push(began.elapsed().as_secs_f64());
            cpus.push(cpu() - computed);
            answers.entry(at).or_insert_with(|| canonical(name, &answer));
        }
    }
    walls.sort_by(f64::total_cmp);
    cpus.sort_by(f64::total_cmp);
    Line {
        first,
        wall: walls.get(walls.len() / 2).copied().unwrap_or(first),
        least: walls.first().copied().unwrap_or(first),
        cpu: cpus.get(cpus.len() / 2).copied(),
        runs: walls.len().max(1),
        answers,
    }
}

fn ask(session: &Session, text: &str) -> Answer {
    session.run(text, &Limits::default()).unwrap_or_else(|wrong| panic!("{text}: {}", wrong[0].message))
}

/// An answer in the form in which those of all engines are compared.
fn canonical(name: &str, answers: &[Answer]) -> Json {
    let rows = || answers.iter().flat_map(|answer| &answer.rows);
    let by_amount = |mut rows: Vec<(String, f64)>| {
        rows.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        rows
    };
    match name {
        "q1" => {
            let row = rows().next().unwrap();
            json!([text(&row[0]), six(number(&row[1]))])
        }
        "q2" => {
            let mut found: Vec<(i64, f64)> = rows().map(|row| (id(&row[0]), six(number(&row[1])))).collect();
            found.sort_by(|a, b| a.partial_cmp(b).unwrap());
            json!(found)
        }
        "q6" => rows().next().map_or(Json::Null, |row| json!(number(&row[0]) as i64)),
        "q8" | "q9" => {
            let found = by_amount(rows().map(|row| (text(&row[0]), number(&row[1]))).collect());
            json!(found.into_iter().map(|(name, n)| (name, n as i64)).collect::<Vec<_>>())
        }
        "q11" => {
            let mut sums: BTreeMap<String, f64> = BTreeMap::new();
            rows().for_each(|row| *sums.entry(text(&row[0])).or_default() += number(&row[1]));
            let found = by_amount(sums.into_iter().collect());
            json!(found.into_iter().take(10).map(|(name, sum)| (name, six(sum))).collect::<Vec<_>>())
        }
        "q12b" => json!(rows().map(|row| id(&row[0])).collect::<Vec<_>>()),
        _ => json!(number(&rows().next().unwrap()[0]) as i64),
    }
}

fn text(value: &Value) -> String {
    let Value::Text(text) = value else { panic!("{value} is no text") };
    text.to_string()
}

fn id(value: &Value) -> i64 {
    text(value).parse().unwrap()
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Int(n) => *n as f64,
        Value::Float(n) => *n,
        other => panic!("{other} is no number"),
    }
}

/// Six digits of a number.
fn six(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap()
}

/// Parameter sets, as `params.json` has them.
struct Params(Json);

impl Params {
    fn read(dir: &Path) -> Self {
        Self(serde_json::from_str(&std::fs::read_to_string(dir.join("params.json")).unwrap()).unwrap())
    }

    fn of(&self, name: &str, at: usize) -> BTreeMap<String, Value> {
        let names: &[&str] = match name {
            "q1" | "q2" | "q5" => &["id"],
            "q3" | "q4" => &["iso"],
            "q6" => &["a", "b"],
            "q10a" | "q10b" => &["p"],
            "q11" => &["m"],
            _ => &[],
        };
        let given = &self.0[name][at];
        let values = given.as_array().cloned().unwrap_or_else(|| vec![given.clone()]);
        // Ids are texts here.
        let value = |json: &Json| Value::from(json.as_str().map_or_else(|| json.to_string(), str::to_owned).as_str());
        let mut params: BTreeMap<String, Value> =
            names.iter().map(|name| (*name).to_owned()).zip(values.iter().map(value)).collect();
        let day: Date = self.0["date"].as_str().unwrap().parse().unwrap();
        params.insert("d".to_owned(), Value::Date(day));
        params
    }
}

/// What others measured.
struct Others(Vec<Json>);

impl Others {
    fn read(file: &Path) -> Self {
        let all: Json = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        Self(match all {
            Json::Array(all) => all,
            Json::Object(all) => all
                .into_iter()
                .map(|(key, mut of)| {
                    of["scale"] = key.split('|').next().into();
                    of
                })
                .collect(),
            other => panic!("{other} are no measurements"),
        })
    }

    /// The cells of a line: the best of the others at the same scale and on as many threads, the floor, whether the answers agree.
    fn beside(&self, arguments: &Arguments, name: &str, line: &Line, ratios: &mut Vec<f64>) -> String {
        let scale = arguments.dir.file_name().unwrap().to_string_lossy().into_owned();
        let here: Vec<&Json> = self
            .0
            .iter()
            .filter(|of| of["scale"].is_null() || of["scale"] == scale.as_str())
            .filter(|of| of["threads"] == arguments.threads || of["peer"] == "floor")
            .collect();
        let time = |of: &&Json| of["q"][name]["wall"].as_f64().filter(|wall| *wall > 0.0);
        let is_floor = |of: &&Json| of["peer"] == "floor";
        let best = here.iter().copied().filter(|of| !is_floor(of)).filter_map(|of| time(&of)).min_by(f64::total_cmp);
        let floor = here.iter().copied().filter(is_floor).find_map(|of| time(&of));
        ratios.extend(best.map(|best| line.wall / best));
        let agree = agree(name, line, &here);
        let part =
            |of: Option<f64>| of.map_or(" | |".to_owned(), |of| format!(" {} | {:.2} |", shown(of), line.wall / of));
        format!("{}{} {agree} |", part(best), part(floor))
    }
}

/// Most of the answers that others give, beside ours.
fn agree(name: &str, line: &Line, others: &[&Json]) -> &'static str {
    let mut compared = 0;
    for (at, ours) in &line.answers {
        let given: Vec<&Json> =
            others.iter().map(|of| &of["q"][name]["ans"][at.to_string()]).filter(|answer| !answer.is_null()).collect();
        if given.is_empty() {
            continue;
        }
        compared += 1;
        if given.iter().filter(|theirs| same(name, ours, theirs)).count() * 2 < given.len() {
            return "**differ**";
        }
    }
    if compared == 0 { "not compared" } else { "agree" }
}

fn same(name: &str, a: &Json, b: &Json) -> bool {
    let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
    match name {
        "q12b" => list(a).iter().all(|id| list(b).contains(id)),
        "q11" => {
            let (a, b) = (list(a), list(b));
            let close =
                |a: &Json, b: &Json| (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() <= 2e-5 * a.as_f64().unwrap();
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a[0] == b[0] && close(&a[1], &b[1]))
        }
        "q1" | "q2" => {
            let numbers = |json: &Json| json.to_string().replace(".0,", ",").replace(".0]", "]");
            numbers(a) == numbers(b)
        }
        _ => a == b,
    }
}

fn shown(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
