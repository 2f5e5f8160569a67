//! `portolan diff`: two versions of a graph, statement by statement.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::graph::diff::{Became, Difference, Kind, Part};

use super::{Settings, graph, screen};

/// Which graphs, and how their difference is written.
#[derive(Debug, clap::Args)]
pub(super) struct Diff {
    /// A folder or a file of the first graph.
    from: PathBuf,
    /// A folder or a file of the second graph.
    to: PathBuf,
    /// How differences are written: text, for a reader, or json.
    #[arg(long, value_name = "MODE", default_value = "text")]
    mode: Mode,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Mode {
    Text,
    Json,
}

/// Compares; gives the exit code: 0 where there is no difference, 1 where there is one.
pub(super) fn diff(diff: &Diff, settings: &Settings) -> io::Result<u8> {
    let mut engines = Vec::new();
    for path in [&diff.from, &diff.to] {
        match graph::open_whole(std::slice::from_ref(path)) {
            Ok((engine, warnings)) => {
                super::warn(&warnings, settings.color)?;
                engines.push(engine);
            }
            Err(wrong) => return super::wrong_data(&wrong, settings.color),
        }
    }
    let [from, to] = engines.as_slice() else { return Ok(3) };
    let mut found = from.differences(to);
    if graph::is_rdf(&diff.from) != graph::is_rdf(&diff.to) {
        let before = found.len();
        found.retain(|difference| difference.kind != Kind::Definition);
        if found.len() < before {
            writeln!(io::stderr(), "definitions are not compared: a file of RDF holds none")?;
        }
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    match diff.mode {
        Mode::Text => text(&found, &mut out)?,
        Mode::Json => {
            serde_json::to_writer_pretty(&mut out, &found)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    writeln!(io::stderr(), "{}", counts(&found))?;
    Ok(u8::from(!found.is_empty()))
}

/// One difference a line, and below it what is different.
fn text(found: &[Difference], out: &mut impl Write) -> io::Result<()> {
    for (kind, _, title) in Kind::ALL {
        let of_kind: Vec<&Difference> = found.iter().filter(|difference| difference.kind == kind).collect();
        if !of_kind.is_empty() {
            writeln!(out, "{title}")?;
        }
        for Difference { became, subject, parts, .. } in of_kind {
            let sign = sign(*became);
            writeln!(out, "{}", screen::printable(&format!("  {sign} {subject}")))?;
            for Part { name, was, is } in parts {
                let said = match (was, is) {
                    (Some(was), Some(is)) => format!("{was} → {is}"),
                    (Some(said), None) if *became == Became::Changed => format!("{said} → nothing"),
                    (None, Some(said)) if *became == Became::Changed => format!("nothing → {said}"),
                    (said, other) => said.as_ref().or(other.as_ref()).cloned().unwrap_or_default(),
                };
                let indented = said.replace('\n', "\n        ");
                writeln!(out, "{}", screen::printable(&format!("      {name}: {indented}")))?;
            }
        }
    }
    Ok(())
}

fn sign(became: Became) -> char {
    match became {
        Became::Added => '+',
        Became::Removed => '-',
        Became::Changed => '~',
    }
}

/// `2 nodes added, 1 relationship changed`.
fn counts(found: &[Difference]) -> String {
    let mut parts = Vec::new();
    for (kind, one, many) in Kind::ALL {
        for (became, word) in [(Became::Added, "added"), (Became::Removed, "removed"), (Became::Changed, "changed")] {
            match found.iter().filter(|difference| difference.kind == kind && difference.became == became).count() {
                0 => {}
                1 => parts.push(format!("1 {one} {word}")),
                n => parts.push(format!("{n} {many} {word}")),
            }
        }
    }
    if parts.is_empty() { "no difference".to_owned() } else { parts.join(", ") }
}
