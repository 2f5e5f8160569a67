//! A writing session that is killed at any moment: what was acknowledged is there, what was not is there whole or not at all.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a session is killed.
const KILLS: u64 = 200;
/// Statements of a session.
const STATEMENTS: usize = 40;

const SCHEMA: &str = "
graph: {name: Tiny, about: a test, base: 'https://example.org/'}
labels: {Thing: {about: a thing}}
relationships: {PART: {about: a part}}
properties: {done: {type: int, about: a number}}
";
const FILE: &str = "
sources: [{id: atlas, publisher: A, title: Atlas}]
nodes: [{id: first, is: Thing, cite: atlas}]
";

fn graph(folder: &Path) -> PathBuf {
    let graph = folder.join("graph");
    fs::create_dir_all(&graph).unwrap();
    fs::write(graph.join("schema.yaml"), SCHEMA).unwrap();
    fs::write(graph.join("tiny.yaml"), FILE).unwrap();
    graph
}

fn start(graph: &Path, state: &Path, arguments: &[&str], input: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .arg(graph)
        .args(["--mode", "csv"])
        .args(arguments)
        .env("XDG_STATE_HOME", state)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // One that was killed does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child
}

/// What it wrote in whole lines until it ended, or was killed.
fn lines(child: Child) -> Vec<String> {
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let whole = output.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(ToOwned::to_owned).collect()
}

fn kill_after(child: &mut Child, after: Duration) {
    sleep(after);
    // It may have ended before.
    let _ = child.kill();
}

/// Numbers that look random: the moment itself is what no seed decides.
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[test]
fn of_a_session_killed_at_any_moment_every_acknowledged_statement_is_recovered_and_no_part_of_another() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kill");
    let _ = fs::remove_dir_all(&folder);
    let graph = graph(&folder);
    let statement = |n: usize| {
        format!(
            "CREATE (a:Thing {{id: 'a{n}'}})-[:PART]->(b:Thing {{id: 'b{n}'}}) SET b.done = {n} RETURN 'done {n}' AS done;\n"
        )
    };
    let script: String = (0..STATEMENTS).map(statement).collect();
    let ask = "MATCH (n:Thing) WHERE n.id <> 'first' OPTIONAL MATCH (n)-[:PART]->(m) RETURN n.id AS id, m.id AS part, n.done AS done ORDER BY id";
    let mut seed = 20_251_021;
    // How long a session takes that nobody kills.
    let began = Instant::now();
    let all = lines(start(&graph, &folder.join("whole"), &[], &script));
    let longest = u64::try_from(began.elapsed().as_micros()).unwrap();
    assert_eq!(all.iter().filter(|line| line.starts_with("done ")).count(), STATEMENTS);
    let (mut n_cut, mut n_done) = (0, 0);
    for kill in 0..KILLS {
        let state = folder.join(kill.to_string());
        let mut child = start(&graph, &state, &[], &script);
        kill_after(&mut child, Duration::from_micros(random(&mut seed) % (longest + longest / 4)));
        let acknowledged = lines(child).iter().filter(|line| line.starts_with("done ")).count();
        if kill % 2 == 0 {
            // Recovering can be killed too.
            let mut child = start(&graph, &state, &["--recover", "-c", "RETURN 1"], "");
            kill_after(&mut child, Duration::from_micros(random(&mut seed) % (longest / 2)));
            lines(child);
        }
        let rows = lines(start(&graph, &state, &["--recover", "-c", ask], ""));
        let recovered = rows.len().saturating_sub(1) / 2;
        let mut expected: Vec<String> =
            (0..recovered).flat_map(|n| [format!("a{n},b{n},"), format!("b{n},,{n}")]).collect();
        expected.sort_by_key(|line| line.split(',').next().map(ToOwned::to_owned));
        assert_eq!(rows[1..], expected, "kill {kill}");
        assert!(
            (acknowledged..=acknowledged + 1).contains(&recovered),
            "{acknowledged} acknowledged, {recovered} there"
        );
        n_cut += usize::from(acknowledged > 0 && acknowledged < STATEMENTS);
        n_done += acknowledged;
    }
    assert!(n_cut > 10 && n_done > 100, "too few were killed while they wrote: {n_cut} sessions, {n_done} statements");
    fs::remove_dir_all(&folder).unwrap();
}
