//! `portolan match`: a list of names beside the nodes that they may mean, for somebody to review.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::SourceText;
use crate::format::table::Table;
use crate::graph::{Frame, SharedView};
use crate::question::Names;

use super::{Settings, graph, screen};

/// Which names, and among what.
#[derive(Debug, clap::Args)]
pub(super) struct Matching {
    /// A table of names: .csv, .tsv or .jsonl.
    names: PathBuf,
    /// Folders and files of the graph; without any, the graph that ships.
    paths: Vec<PathBuf>,
    /// The column of the names; without one, the first.
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Only nodes of this label, such as Company, Country or Material.
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,
    /// Candidates for a name, at most.
    #[arg(long, value_name = "N", default_value_t = 3)]
    most: usize,
    /// Leaves out what is less alike than this, from 0 to 1.
    #[arg(long, value_name = "SCORE", default_value_t = 0.85)]
    least: f64,
}

/// Writes the table of candidates, a row for each and one without a node for a name that has none; gives the exit code.
pub(super) fn matching(asked: &Matching, settings: &Settings) -> io::Result<u8> {
    let text = match fs::read_to_string(&asked.names) {
        Ok(text) => text,
        Err(why) => {
            let message = format!("cannot read `{}`: {why}", asked.names.display());
            return super::wrong_usage(message, "give a table of names: .csv, .tsv or .jsonl");
        }
    };
    let table = Table::read(Arc::new(SourceText { name: asked.names.display().to_string(), text }));
    if !table.wrong.is_empty() {
        return super::wrong_data(&table.wrong, settings.color);
    }
    let known = || {
        format!("the table has {}", table.columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
    };
    let column = match &asked.column {
        None if table.columns.is_empty() => {
            return super::wrong_usage("the table is empty".to_owned(), "give one with names");
        }
        None => 0,
        Some(name) => match table.columns.iter().position(|column| column == name) {
            Some(at) => at,
            None => return super::wrong_usage(format!("no column `{name}`"), &known()),
        },
    };
    let (engine, warnings) = match graph::places(&asked.paths).and_then(|paths| graph::open_whole(&paths)) {
        Ok(opened) => opened,
        Err(wrong) => return super::wrong_data(&wrong, settings.color),
    };
    super::warn(&warnings, settings.color)?;
    let shared = SharedView::new(engine.snapshot(), Frame::default());
    let view = shared.view();
    let label = match &asked.label {
        None => None,
        Some(name) => match view.snapshot().catalog().label(name) {
            Some(label) => Some(label),
            None => {
                return super::wrong_usage(format!("no label `{name}`"), "`:schema` in the prompt lists the labels");
            }
        },
    };
    let names = Names::of(view, label);
    let cells = table.rows.iter().filter_map(|row| row.cells.get(column)?.clone());
    let cells: Vec<String> = cells.filter(|cell| !cell.trim().is_empty()).collect();
    let found = crate::parallel::map(cells, |cell| {
        let matches = names.matches(&cell, asked.most, asked.least);
        (cell, matches)
    });
    let mut out = csv::Writer::from_writer(io::stdout().lock());
    out.write_record(["name", "id", "matched", "how", "score"])?;
    let (mut sure, mut likely, mut none) = (0, 0, 0);
    for (cell, matches) in &found {
        match matches.as_slice() {
            [] => none += 1,
            [one] if one.score >= 1.0 => sure += 1,
            _ => likely += 1,
        }
        if matches.is_empty() {
            out.write_record([cell, "", "", "", ""])?;
        }
        for one in matches {
            let score = format!("{:.2}", one.score);
            out.write_record([cell, view.snapshot().node_id(one.node).as_ref(), &one.text, one.how.word(), &score])?;
        }
    }
    out.flush()?;
    let names = screen::counted(found.len(), "name");
    writeln!(
        io::stderr(),
        "{names}: {sure} the name of one node, {likely} to be reviewed, {none} without a candidate"
    )?;
    Ok(0)
}
