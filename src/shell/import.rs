//! `portolan import`: tables by a mapping, checked beside a graph and written as a curated file.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::format::curated;

use super::{Settings, graph, screen};

/// Which tables, beside which graph, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// Curated files whose `import:` says how rows become nodes and statements.
    #[arg(required = true)]
    mappings: Vec<PathBuf>,
    /// The folder of the tables, if they are not beside the mappings.
    #[arg(long, value_name = "DIR")]
    tables: Option<PathBuf>,
    /// A folder or file of the graph that the rows are added to; without any, the graph that ships.
    #[arg(long, value_name = "PATH")]
    graph: Vec<PathBuf>,
    /// The curated file to write; without one the rows are only checked.
    #[arg(short = 'o', long, value_name = "FILE.yaml")]
    output: Option<PathBuf>,
}

/// Reads all or nothing; gives the exit code.
pub(super) fn import(import: &Import, settings: &Settings) -> io::Result<u8> {
    if let Some(taken) = import.output.as_ref().filter(|file| file.exists()) {
        let message = format!("there is a file `{}` already", taken.display());
        return super::wrong_usage(message, "give `-o` a name that is free");
    }
    let read = graph::read(&import.graph).and_then(|base| {
        let paths: Vec<PathBuf> = graph::places(&import.graph)?.into_iter().chain(import.mappings.clone()).collect();
        let (texts, unreadable) = curated::texts(&paths);
        Ok((base, curated::read_importing(texts, unreadable, import.tables.clone())?))
    });
    let (base, next) = match read {
        Ok(read) => read,
        Err(wrong) => return super::wrong_data(&wrong, settings.color),
    };
    let Some(text) = next.imported else {
        let help = "write `import:` with a table and what its rows say: docs/curated-files.md";
        return super::wrong_usage("no file imports a table".to_owned(), help);
    };
    let (before, after) = (base.snapshot.catalog(), next.snapshot.catalog());
    let nodes = screen::counted(after.n_nodes() - before.n_nodes(), "node");
    let rels = screen::counted(after.n_rels() - before.n_rels(), "relationship");
    let what = match &import.output {
        None => "checked, and nothing written: give `-o FILE.yaml`".to_owned(),
        Some(file) => {
            let mut out = File::create(file)?;
            out.write_all(text.as_bytes())?;
            out.sync_all()?;
            format!("written to {}", file.display())
        }
    };
    writeln!(io::stdout(), "{nodes}, {rels}: {what}")?;
    Ok(0)
}
