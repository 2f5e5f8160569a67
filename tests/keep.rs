//! Keeping what a session adds: the log that survives it, and the file that it is saved as.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod keeping;
#[expect(dead_code, reason = "only the statements are needed here")]
mod writing;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use portolan::format::curated::added;
use portolan::graph::{Change, Draft, Entity, Snapshot, dump, hash};
use portolan::limits::Limits;
use portolan::log::{Changes, Left, Log, Record, Unusable, left};
use portolan::session::Engine;
use portolan::value::Value;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use keeping::{make, make_settled, small, steps, with_file};

/// The graph in which every node since `base` has its id as a property, as those of files have.
fn with_ids(base: &Snapshot, next: &Arc<Snapshot>) -> Arc<Snapshot> {
    let mut draft = Draft::new(next.clone());
    let key = next.catalog().key("id").unwrap();
    for node in next.nodes().filter(|node| node.0 >= base.node_bound()) {
        if next.property(Entity::Node(node), key).is_null() {
            let value = Value::text(next.node_id(node));
            draft.apply(Change::SetProperty { of: Entity::Node(node), key: "id".into(), value }).unwrap();
        }
    }
    draft.finish().0
}

/// The statements that only one of two graphs has.
fn differences(one: &Snapshot, other: &Snapshot) -> Vec<String> {
    let (one, other) = (dump(one), dump(other));
    let only = |a: &str, b: &str, sign: &str| -> Vec<String> {
        let mut left: Vec<&str> = b.lines().collect();
        let mut found = Vec::new();
        for line in a.lines() {
            match left.iter().position(|other| *other == line) {
                Some(at) => drop(left.swap_remove(at)),
                None => found.push(format!("{sign} {line}")),
            }
        }
        found
    };
    [only(&one, &other, "-"), only(&other, &one, "+")].concat()
}

/// The same changes, written and read.
fn through_text(changes: &Changes) -> Changes {
    serde_json::from_str(&serde_json::to_string(changes).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_down_of_a_statement_makes_the_same_graph_again(steps in prop::collection::vec(steps(), 0..30)) {
        let base = small();
        let (version, delta) = make(&base, &steps).finish();
        let changes = through_text(&Changes::of(&base, &delta).unwrap());
        prop_assert_eq!(differences(&changes.apply(&base).unwrap(), &version), Vec::<String>::new());
    }

    #[test]
    fn the_graph_with_the_saved_file_and_what_it_cannot_say_is_the_graph_of_the_session(
        steps in prop::collection::vec(steps().prop_map(keeping::Step::cited), 0..30),
        settled_after in 0..40_usize,
    ) {
        let base = small();
        let (version, _) = make_settled(&base, &steps, settled_after).finish();
        let saved = added(&base, &version);
        prop_assert_eq!(saved.n_uncited, 0);
        let read = Arc::new(with_file(&saved.text).snapshot);
        let groups: Vec<&[Change]> = saved.rest.iter().map(|unsaid| unsaid.changes.as_slice()).collect();
        let mut whole = read;
        for rest in Changes::rest(&base, &version, &groups).unwrap() {
            let next = through_text(&rest).apply(&whole);
            prop_assert!(next.is_ok(), "{:?} {:?}\n{}", next, rest, saved.text);
            whole = next.unwrap();
        }
        let (whole, session) = (with_ids(&base, &whole), with_ids(&base, &version));
        prop_assert_eq!(differences(&whole, &session), Vec::<String>::new(), "{}", saved.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whenever the parts of a version were built anew, the same was done to the graph that the session began with.
    #[test]
    fn what_was_done_to_a_graph_is_the_same_however_often_it_was_settled(
        steps in prop::collection::vec(steps(), 0..30),
        [first, second] in [0..30_usize, 0..30_usize],
    ) {
        let settled = |draft: &Draft| Arc::new(draft.version().settled());
        let base = small();
        let half = steps.len().min(first.min(second));
        // What the session began with may have changes of its own.
        let began = make(&base, &steps[..half]).finish().0;
        let plain = make(&began, &steps[half..]);
        let often = make_settled(&settled(&Draft::new(began.clone())), &steps[half..], first.max(second).saturating_sub(half));
        prop_assert_eq!(differences(often.version(), plain.version()), Vec::<String>::new());
        for version in [often.version().clone(), settled(&often), settled(&Draft::new(settled(&plain)))] {
            for from in [&base, &began] {
                let (saved, wanted) = (added(from, &version), added(from, plain.version()));
                prop_assert_eq!(&saved.text, &wanted.text);
                let about = |added: &portolan::format::curated::Added| {
                    added.rest.iter().map(|unsaid| unsaid.about.clone()).collect::<Vec<_>>()
                };
                prop_assert_eq!(about(&saved), about(&wanted));
            }
        }
    }
}

/// A folder for logs that no other test uses.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("keep").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn log(folder: &Path) -> Log {
    Log::new(folder.to_owned(), vec!["small".to_owned()])
}

fn engine(folder: &Path) -> Engine {
    Engine::new(Arc::unwrap_or_clone(small()), &[]).unwrap().with_log(log(folder))
}

fn run(engine: &Engine, statement: &str) {
    engine.session().run(statement, &Limits::default()).unwrap_or_else(|wrong| panic!("{statement}: {wrong:#?}"));
}

/// The one log that a session left.
fn one_left(folder: &Path) -> Left {
    let (mut logs, unusable) = left(folder, &["small".to_owned()]);
    assert_eq!((logs.len(), unusable), (1, Vec::new()));
    logs.remove(0)
}

/// What the log of a session does to a graph with this hash.
fn missing(left: &Left, hash: &str) -> Vec<Record> {
    left.missing(hash, |_| false)
}

fn texts(records: &[Record]) -> Vec<&str> {
    records.iter().filter_map(Record::statement).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Also of statements that fail on the way: they are not in the log.
    #[test]
    fn a_session_that_ends_without_a_word_is_recovered_statement_by_statement(
        bytes in prop::collection::vec(any::<[u8; 6]>(), 1..12),
    ) {
        let folder = folder("statements");
        let session = engine(&folder).session();
        let mut n_committed = 0;
        for (number, bytes) in bytes.into_iter().enumerate() {
            let statement = writing::Statement::new(number, bytes);
            let changed = session.run(&statement.text, &Limits::default()).ok().and_then(|answer| answer.changes);
            n_committed += usize::from(changed.is_some_and(|changes| changes != portolan::session::Changes::default()));
        }
        let before = session.engine.snapshot();
        drop(session);
        if n_committed > 0 {
            let left = one_left(&folder);
            let records = missing(&left, &hash(&small()));
            let again = engine(&folder);
            let recovered = again.recover(left, &records).unwrap();
            prop_assert_eq!((recovered.refused, recovered.n_done), (Vec::new(), records.len()));
            prop_assert_eq!(records.len(), n_committed);
            prop_assert_eq!(differences(&again.snapshot(), &before), Vec::<String>::new());
        }
    }
}

#[test]
fn the_log_of_a_session_that_runs_is_not_offered_and_two_sessions_have_two() {
    let folder = folder("running");
    let (one, other) = (engine(&folder), engine(&folder));
    assert!(left(&folder, &["small".to_owned()]).0.is_empty());
    run(&one, "CREATE (:Company {id: 'one'})");
    run(&other, "CREATE (:Company {id: 'other'})");
    assert!(left(&folder, &["small".to_owned()]).0.is_empty());
    drop(one);
    let first = one_left(&folder);
    assert_eq!(texts(&missing(&first, "")), ["CREATE (:Company {id: 'one'})"]);
    // Who looks holds it: nobody else is offered the same.
    assert!(left(&folder, &["small".to_owned()]).0.is_empty());
    drop((first, other));
    assert_eq!(left(&folder, &["small".to_owned()]).0.len(), 2);
    assert!(left(&folder, &["another graph".to_owned()]).0.is_empty());
}

#[test]
fn a_statement_that_cannot_be_written_down_changes_nothing_and_says_so() {
    let folder = folder("unwritable");
    let file = folder.join("a file");
    std::fs::write(&file, "").unwrap();
    let engine = engine(&file.join("sessions"));
    let before = engine.snapshot();
    let wrong = engine.session().run("CREATE (:Company {id: 'lost'})", &Limits::default()).unwrap_err();
    assert_eq!((wrong.len(), wrong[0].code.id), (1, "R225"));
    assert!(Arc::ptr_eq(&before, &engine.snapshot()));
    let wrong = engine.session().run("DEFINE (a:Company)-[:NEAR]->(b:Company) AS MATCH (a), (b)", &Limits::default());
    assert_eq!(wrong.unwrap_err()[0].code.id, "R225");
    assert!(engine.derived_types().is_empty());
}

#[test]
fn a_damaged_or_newer_log_is_refused_and_a_torn_record_is_as_if_it_had_never_been() {
    let folder = folder("damaged");
    let session = engine(&folder);
    run(&session, "CREATE (:Company {id: 'one'})");
    run(&session, "CREATE (:Company {id: 'two'})");
    drop(session);
    let path = one_left(&folder).path().to_owned();
    let whole = std::fs::read(&path).unwrap();
    let of_small = || left(&folder, &["small".to_owned()]);
    let lines: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] == b'\n').collect();
    for cut in 0..whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let n_whole = lines.iter().filter(|end| **end < cut).count();
        let (logs, unusable) = of_small();
        match n_whole {
            0 => assert!(matches!(unusable[..], [Unusable::Damaged { line: 1, .. }]), "{cut}: {unusable:?}"),
            n => assert_eq!(texts(&missing(&logs[0], "")).len(), n - 1, "{cut}"),
        }
    }
    for at in (0..whole.len() - 1).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        std::fs::write(&path, &bytes).unwrap();
        let (logs, unusable) = of_small();
        assert!(logs.is_empty() && matches!(unusable[..], [Unusable::Damaged { .. }]), "{at}: {unusable:?}");
    }
    let header = "{\"portolan log\": 2, \"from\": \"the future\"}";
    let checksum = Sha256::digest(header)[..8].iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    std::fs::write(&path, format!("{} {checksum} {header}\n", header.len())).unwrap();
    assert!(matches!(of_small().1[..], [Unusable::Newer { format: 2, .. }]), "{:?}", of_small().1);
}

#[test]
fn what_no_longer_applies_is_told_by_name_and_nothing_of_it_is_done() {
    let folder = folder("changed");
    let session = engine(&folder);
    run(&session, "CREATE (:Company {id: 'new'})");
    run(
        &session,
        "MATCH (n {id: 'alloy'}) CREATE (:Material {id: 'half'}), (n)-[:CONTAINS]->(:Material {id: 'other half'})",
    );
    run(&session, "MATCH (n {id: 'new'}) SET n.name = 'New'");
    drop(session);
    // The files have lost the alloy.
    let mut draft = Draft::new(small());
    for statement in ["rel", "node"] {
        let alloy = draft.version().node("alloy").unwrap();
        let of = if statement == "rel" { Entity::Rel(draft.version().rels_at(alloy)[0]) } else { Entity::Node(alloy) };
        draft.apply(Change::Delete(of)).unwrap();
    }
    let now = Arc::unwrap_or_clone(draft.finish().0);
    let left = one_left(&folder);
    assert!(!left.is_of(&hash(&now)));
    let records = missing(&left, &hash(&now));
    let again = Engine::new(now, &[]).unwrap().with_log(log(&folder));
    let recovered = again.recover(left, &records).unwrap();
    assert_eq!(recovered.n_done, 2);
    let (statement, why) = &recovered.refused[0];
    assert!(statement.starts_with("MATCH (n {id: 'alloy'})") && why == "there is no node `alloy`", "{recovered:?}");
    let graph = again.snapshot();
    assert!(graph.node("new").is_some() && graph.node("half").is_none());
    let aside = std::fs::read_to_string(recovered.aside.unwrap()).unwrap();
    assert!(aside.contains("other half") && !aside.contains("'new'"), "{aside}");
}

#[test]
fn recovered_statements_are_in_the_log_of_the_new_session_and_offered_once() {
    let folder = folder("twice");
    for id in ["one", "two"] {
        run(&engine(&folder), &format!("CREATE (:Company {{id: '{id}'}})"));
    }
    let again = engine(&folder);
    run(&again, "CREATE (:Company {id: 'three'})");
    let (logs, _) = left(&folder, &["small".to_owned()]);
    // As if the process died after the new log was written and before the old ones were removed.
    let copies: Vec<(PathBuf, Vec<u8>)> =
        logs.iter().map(|left| (left.path().to_owned(), std::fs::read(left.path()).unwrap())).collect();
    for left in logs {
        let records = missing(&left, &hash(&small()));
        assert_eq!(again.recover(left, &records).unwrap().n_done, 1);
    }
    assert_eq!(again.log(|log| log.n_unsaved()), Some(3));
    drop(again);
    for (path, bytes) in &copies {
        std::fs::write(path, bytes).unwrap();
    }
    let left = one_left(&folder);
    let records = missing(&left, &hash(&small()));
    assert_eq!(texts(&records).len(), 3);
    assert!(copies.iter().all(|(path, _)| !path.exists()));
}

#[test]
fn after_a_save_only_what_came_later_is_missing_in_the_graph_with_the_file() {
    let folder = folder("saved");
    let session = engine(&folder);
    run(&session, "CREATE (:Company {id: 'one'}) CITING 's0'");
    let rest = Record::Defined { statement: "what no file can say".to_owned() };
    session.saved("one.yaml".to_owned(), "the hash with one".to_owned(), vec![rest]).unwrap();
    assert_eq!(session.log(|log| log.n_unsaved()), Some(1));
    run(&session, "CREATE (:Company {id: 'two'}) CITING 's0'");
    drop(session);
    let left = one_left(&folder);
    assert_eq!(texts(&missing(&left, "the hash with one"))[..1], ["what no file can say"]);
    assert_eq!(texts(&missing(&left, "the hash with one")).len(), 2);
    // Without the file nothing of it is there.
    assert_eq!(texts(&missing(&left, &hash(&small())))[0], "CREATE (:Company {id: 'one'}) CITING 's0'");
    // Another graph, in which the file is.
    assert_eq!(texts(&left.missing("another", |file| file == Path::new("one.yaml"))).len(), 2);
}

#[test]
fn a_definition_that_was_typed_is_recovered() {
    let folder = folder("definition");
    let session = engine(&folder);
    run(&session, "DEFINE (a:Company)-[:NEAR]->(b:Company) AS MATCH (a), (b)");
    drop(session);
    let left = one_left(&folder);
    let records = missing(&left, "");
    let again = engine(&folder);
    assert_eq!(again.recover(left, &records).unwrap().n_done, 1);
    assert!(again.derived_types().contains("NEAR"));
    assert_eq!(again.typed_definitions()[0].1, "DEFINE (a:Company)-[:NEAR]->(b:Company) AS\nMATCH (a), (b)");
}

#[test]
fn an_engine_writes_nothing_down_unless_it_is_told_where() {
    let engine = Engine::new(Arc::unwrap_or_clone(small()), &[]).unwrap();
    run(&engine, "CREATE (:Company {id: 'one'})");
    assert_eq!(engine.log(|log| log.n_unsaved()), None);
}
