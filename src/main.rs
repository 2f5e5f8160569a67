//! `portolan QUERY`: runs one statement and writes its rows, a line each, columns separated by tabs.

use std::io::Write;

use anyhow::{Context, anyhow};
use portolan::graph::{Builder, Schema};
use portolan::limits::Limits;
use portolan::session::Engine;
use portolan::value::text::Shown;

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(wrong) => {
            let _ = writeln!(std::io::stderr(), "error: {wrong:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let query = std::env::args().nth(1).context("give a query: portolan \"RETURN 1 + 1 AS two\"")?;
    let said = |wrong: Vec<portolan::diag::Diagnostic>| {
        let lines: Vec<String> = wrong.iter().map(|d| format!("{d} {}", d.help.join(" "))).collect();
        anyhow!(lines.join("\n"))
    };
    let engine = Engine::new(Builder::new(Schema::default()).finish(), Vec::new()).map_err(said)?;
    let answer = engine.session().run(&query, &Limits::default()).map_err(said)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", answer.columns.join("\t"))?;
    for row in &answer.rows {
        let cells: Vec<String> = row.iter().map(|value| Shown(value, &answer.entities).to_string()).collect();
        writeln!(out, "{}", cells.join("\t"))?;
    }
    Ok(())
}
