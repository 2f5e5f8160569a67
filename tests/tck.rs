//! The openCypher suite: every scenario runs, and each that fails is in the list of expected failures.
//!
//! `PORTOLAN_TCK` is the folder of the suite (`../shared/tck` otherwise; of another folder the list says nothing, and
//! failures are only reported), `PORTOLAN_TCK_ONLY` runs the scenarios whose file or name contains it and tells their
//! story, `PORTOLAN_TCK_VERBOSE=1` tells every failure, `PORTOLAN_TCK_UPDATE=1` writes the list.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "tck/compare.rs"]
mod compare;
#[path = "tck/effects.rs"]
mod effects;
#[path = "tck/expected.rs"]
mod expected;
#[path = "tck/gherkin.rs"]
mod gherkin;
#[path = "tck/parsing.rs"]
mod parsing;
#[path = "tck/run.rs"]
mod run;
#[path = "tck/step.rs"]
mod step;
#[path = "tck/suite.rs"]
mod suite;
#[path = "tck/term.rs"]
mod term;
#[path = "tck/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use run::{Failure, Verdict, run};
use suite::{Instance, Suite};

/// Bytes of stack for a scenario: as many as the program's own thread has.
const STACK: usize = 8 << 20;

/// Prints even where the test harness captures what a test prints: the counts are for whoever runs it.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).unwrap();
}

fn is_set(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| !value.is_empty() && value != "0")
}

#[test]
fn every_scenario_passes_or_is_expected_to_fail() {
    let suite = match Suite::find() {
        Ok(suite) => suite,
        Err(message) => return say(&format!("tck: skipped: {message}\n")),
    };
    let mut instances = suite.read().unwrap();
    let keys: BTreeSet<String> = instances.iter().map(Instance::key).collect();
    assert_eq!(keys.len(), instances.len(), "two scenarios of a file have the same name");
    let only = std::env::var("PORTOLAN_TCK_ONLY").ok().filter(|only| !only.is_empty());
    if let Some(only) = &only {
        instances.retain(|instance| instance.key().contains(only));
    }

    let verdicts = run_all(&instances, &suite.graphs);
    let mut report = "\n".to_owned();
    let mut failures = Vec::new();
    for (instance, verdict) in instances.iter().zip(&verdicts) {
        let key = instance.key();
        if only.is_some() {
            let _ = write!(report, "{key}\n{}", verdict.story);
        }
        if let Some(Failure { reason, message }) = &verdict.failure {
            if only.is_some() || is_set("PORTOLAN_TCK_VERBOSE") {
                let _ = writeln!(report, "FAILS {key}\n  {message}");
            }
            failures.push((key, reason.clone()));
        }
    }
    if is_set("PORTOLAN_TCK_VERBOSE") {
        for (reason, keys) in expected::by_reason(&failures) {
            let _ = writeln!(report, "{:5} {reason}", keys.len());
        }
    }
    let disagreements = if suite.is_ours { against_list(&instances, &failures, only.is_none()) } else { Vec::new() };
    for line in &disagreements {
        let _ = writeln!(report, "{line}");
    }
    let count = |counts: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| counts(verdict)).count();
    let _ = writeln!(
        report,
        "tck: {} executed, outcome {}, type {}, phase {}, detail {}",
        verdicts.len(),
        count(|verdict| verdict.outcome),
        count(|verdict| verdict.kind),
        count(|verdict| verdict.phase),
        count(|verdict| verdict.detail),
    );
    say(&report);
    assert!(disagreements.is_empty(), "{} scenarios are not as {} says", disagreements.len(), expected::FILE);
}

/// What does not agree with the list of expected failures; where it is to be written, nothing.
fn against_list(instances: &[Instance], failures: &[(String, String)], is_all: bool) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(expected::FILE);
    if is_set("PORTOLAN_TCK_UPDATE") {
        assert!(is_all, "the list is written from a run of everything: unset PORTOLAN_TCK_ONLY");
        std::fs::write(&path, expected::write(failures)).unwrap();
        return Vec::new();
    }
    let list = expected::read(&std::fs::read_to_string(&path).unwrap());
    let run = instances.iter().map(Instance::key).collect();
    let failed = failures.iter().map(|(key, _)| key.clone()).collect();
    expected::disagreements(&list, &run, &failed, is_all)
}

/// Verdicts in the order of the scenarios, which run on as many threads as there are cores.
fn run_all(instances: &[Instance], graphs: &Path) -> Vec<Verdict> {
    let (next, verdicts) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let work = || {
                while let Some((number, instance)) = {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    instances.get(number).map(|instance| (number, instance))
                } {
                    let verdict = run(&instance.scenario, graphs);
                    verdicts.lock().unwrap().push((number, verdict));
                }
            };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap();
    verdicts.sort_by_key(|(number, _)| *number);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}
