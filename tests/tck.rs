//! The openCypher suite: every scenario runs, and each that fails is in the list of expected failures.
//!
//! `PORTOLAN_TCK` is the folder of the suite (`../shared/tck` otherwise; of another folder the list says nothing, and none
//! is expected to fail), `PORTOLAN_TCK_ONLY` runs the scenarios whose file or name contains it and tells their
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
#[path = "tck/literal.rs"]
mod literal;
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
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use run::{COUNTS, Failure, Verdict, run};
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
        assert!(!instances.is_empty(), "no scenario's file or name contains `{only}`");
    }

    assert!(suite.is_ours || !is_set("PORTOLAN_TCK_UPDATE"), "the list is about {} only", suite::OURS);
    let verdicts = run_all(&instances, &suite.graphs);
    let is_verbose = is_set("PORTOLAN_TCK_VERBOSE");
    let (mut report, mut failures) = (Vec::new(), Vec::new());
    for (instance, verdict) in instances.iter().zip(&verdicts) {
        let key = instance.key();
        if only.is_some() {
            report.push(format!("{key}\n{}", verdict.story));
        }
        if let Some(Failure { reason, message }) = &verdict.failure {
            if only.is_some() || is_verbose {
                report.push(format!("FAILS {key}\n  {message}\n"));
            }
            failures.push((key, reason.clone(), message.clone()));
        }
    }
    if is_verbose {
        let reasons = expected::by_reason(&failures);
        report.extend(reasons.iter().map(|(reason, keys)| format!("{:5} {reason}", keys.len())));
    }
    let disagreements = if suite.is_ours {
        against_list(&instances, &failures, only.is_none())
    } else {
        failures.iter().map(|(key, _, message)| format!("FAILS {key}\n  {message}\n")).collect()
    };
    report.extend(disagreements.iter().cloned());
    let count = |at: usize| verdicts.iter().filter(|verdict| verdict.counts[at]).count();
    let counts: Vec<String> = COUNTS.iter().enumerate().map(|(at, name)| format!("{name} {}", count(at))).collect();
    report.push(format!("tck: {} executed, {}\n", verdicts.len(), counts.join(", ")));
    // The harness may have begun a line.
    say(&format!("\n{}", report.join("\n")));
    assert!(disagreements.is_empty(), "{} scenarios do not do as they should", disagreements.len());
}

/// What does not agree with the list of expected failures; where it is to be written, nothing.
fn against_list(instances: &[Instance], failures: &[expected::Failed], is_all: bool) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(expected::FILE);
    if is_set("PORTOLAN_TCK_UPDATE") {
        assert!(is_all, "the list is written from a run of everything: unset PORTOLAN_TCK_ONLY");
        std::fs::write(&path, expected::write(failures)).unwrap();
        return Vec::new();
    }
    let list = expected::read(&std::fs::read_to_string(&path).unwrap());
    let run = instances.iter().map(Instance::key).collect();
    expected::disagreements(&list, &run, failures, is_all)
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
