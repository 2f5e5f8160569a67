//! `portolan import`: tables by a mapping, checked beside a graph and written as a curated file, or stored with the graph in one file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::SourceText;
use crate::format::curated::{self, Curated, Imported, Rows};
use crate::session::Engine;

use super::{Settings, graph, new_file, progress, report, screen, store};

/// Which tables, beside which graph, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// Curated files whose `import:` says how rows become nodes and statements; with `--to` any files and folders of a graph.
    #[arg(required = true)]
    mappings: Vec<PathBuf>,
    /// The folder of the tables, if they are not beside the mappings.
    #[arg(long, value_name = "DIR")]
    tables: Option<PathBuf>,
    /// A folder or file of the graph that the rows are added to; without any, the graph that ships.
    #[arg(long, value_name = "PATH")]
    graph: Vec<PathBuf>,
    /// The curated file to write, or `-` for standard output; without one the rows are only checked.
    #[arg(short = 'o', long, value_name = "FILE.yaml")]
    output: Option<PathBuf>,
    /// Stores the whole graph of these files, and of `--graph` if that is given, in one file that is opened at once.
    #[arg(long, value_name = "FILE.portolan", conflicts_with = "output")]
    to: Option<PathBuf>,
}

/// Reads all or nothing; gives the exit code.
pub(super) fn import(import: &Import, settings: &Settings) -> io::Result<u8> {
    if let Some(to) = &import.to {
        return store(import, to, settings);
    }
    let file = import.output.as_deref().filter(|path| path.as_os_str() != "-");
    if let Some(Err(wrong)) = file.map(new_file::free) {
        report::tell(&wrong, &SourceText::new("", ""), settings.color)?;
        return Ok(2);
    }
    let read = graph::places(&import.graph).and_then(|places| {
        let paths: Vec<PathBuf> = places.into_iter().chain(import.mappings.clone()).collect();
        let (texts, unreadable) = curated::texts(&paths);
        progress::read(texts, unreadable, import.tables.clone(), Rows::Entries)
    });
    let imported = match read {
        Ok(read) => read.imported,
        Err(wrong) => return super::wrong_data(&wrong, settings.color),
    };
    let Some(Imported { text, n_nodes, n_rels }) = imported else {
        let help = "write `import:` with a table and what its rows say: docs/curated-files.md";
        return super::wrong_usage("no file imports a table".to_owned(), help);
    };
    let what = match (file, &import.output) {
        (Some(file), _) => {
            if let Err(wrong) = new_file::write(file, &text) {
                return super::wrong_data(&[wrong], settings.color);
            }
            format!("written to {}", file.display())
        }
        (None, Some(_)) => {
            io::stdout().write_all(text.as_bytes())?;
            "written".to_owned()
        }
        (None, None) => "checked, and nothing written: give `-o FILE.yaml`".to_owned(),
    };
    let (nodes, rels) = (screen::counted(n_nodes, "node"), screen::counted(n_rels, "relationship"));
    writeln!(io::stderr(), "{nodes}, {rels}: {what}")?;
    Ok(0)
}

/// Stores the graph of the files in one; gives the exit code.
fn store(import: &Import, to: &Path, settings: &Settings) -> io::Result<u8> {
    if let Err(wrong) = store::check(to) {
        report::tell(&wrong, &SourceText::new("", ""), settings.color)?;
        return Ok(2);
    }
    let paths: Vec<PathBuf> = import.graph.iter().chain(&import.mappings).cloned().collect();
    let Curated { snapshot, rules, warnings, .. } = match graph::read_tables(&paths, import.tables.clone()) {
        Ok(read) => read,
        Err(wrong) => return super::wrong_data(&wrong, settings.color),
    };
    // Rules that cannot be used are told before they are stored.
    let stored = Engine::new(snapshot.clone(), &rules)
        .and_then(|_| store::write(&snapshot, &rules, to).map_err(|wrong| vec![wrong]));
    let said = match stored {
        Ok(said) => said,
        Err(wrong) => return super::wrong_data(&wrong, settings.color),
    };
    super::warn(&warnings, settings.color)?;
    writeln!(io::stderr(), "{said}")?;
    Ok(0)
}
