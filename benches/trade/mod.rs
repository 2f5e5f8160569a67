//! The generated trade graph: CSV files into a graph.
//!
//! A file is named after what it holds: `Company.csv` nodes of a label, `SUPPLIES_Company_Company.csv` relationships of a type.
//! The first column of a node is its `id`, the first two of a relationship are the ids of its ends. A file is read into columns,
//! added and forgotten, so that memory is what the graph needs.

pub mod clock;

use std::error::Error;
use std::path::{Path, PathBuf};

use portolan::diag::Diagnostic;
use portolan::format::columns::{Cells, Columns, Filled, Kind};
use portolan::graph::{Builder, ColumnBuilder, Ids, Meta, NewNodes, NewRels, PropertyKind, Schema, Snapshot};
use portolan::parallel;
use portolan::value::{Date, Day};

/// Where the days of a relationship go: `since` and `until`, `valid_from` and `valid_to`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// They are properties, and a query compares them.
    Properties,
    /// They say when the relationship holds.
    Validity,
    /// The same, and only what holds on this day is there.
    Only(Day),
}

/// Columns that say from when and until when.
const FROM: [&str; 2] = ["since", "valid_from"];
const UNTIL: [&str; 2] = ["until", "valid_to"];

/// The graph of the files in a folder. Ids are texts, in a property as well, so that an index finds them.
pub fn load(dir: &Path, dates: Dates) -> Result<Snapshot, Box<dyn Error>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    let (rels, nodes): (Vec<_>, Vec<_>) = files.iter().partition(|file| stem(file).contains('_'));
    if nodes.is_empty() || rels.is_empty() {
        return Err(format!("no node and relationship files in {}", dir.display()).into());
    }
    let mut builder = Builder::new(Schema::default());
    for file in nodes {
        read_nodes(file, &mut builder)?;
    }
    let ids = builder.ids();
    let tables = parallel::map(rels, |file| read_rels(file, &ids, dates).map_err(|wrong| wrong.to_string()));
    for table in tables {
        builder.add_rels(table?)?;
    }
    Ok(builder.finish())
}

fn stem(file: &Path) -> &str {
    file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}

fn read_nodes(file: &Path, builder: &mut Builder) -> Result<(), Box<dyn Error>> {
    let table = Columns::open(file).map_err(told)?;
    let kinds: Vec<Kind> = table.names().iter().map(|name| Kind::Value(kind(name))).collect();
    let columns = table.read(&kinds, None, |_| true).map_err(first)?;
    let properties: Vec<(String, ColumnBuilder)> =
        table.names().iter().cloned().zip(columns.into_iter().map(Filled::values)).collect();
    let ids = properties.first().map(|(_, ids)| ids.clone()).unwrap_or_default();
    builder.add_nodes(NewNodes { labels: vec![stem(file).to_owned()], ids, properties, meta: Meta::default() })?;
    Ok(())
}

fn read_rels(file: &Path, ids: &Ids<'_>, dates: Dates) -> Result<NewRels, Box<dyn Error>> {
    let table = Columns::open(file).map_err(told)?;
    let names = table.names();
    let kinds = (0..names.len()).map(|at| if at < 2 { Kind::Node } else { Kind::Value(kind(&names[at])) });
    let is_day = |days: [&str; 2]| names.iter().position(|name| days.contains(&name.as_str()));
    let (from, until) = (is_day(FROM), is_day(UNTIL));
    let day = |cells: &Cells<'_>, at: Option<usize>| cells.get(at?).parse::<Date>().ok();
    let wanted = |cells: &Cells<'_>| match dates {
        Dates::Properties | Dates::Validity => true,
        Dates::Only(on) => {
            day(cells, from).is_none_or(|from| from.first() <= on)
                && day(cells, until).is_none_or(|until| on < until.first())
        }
    };
    let columns = table.read(&kinds.collect::<Vec<_>>(), Some(ids), wanted).map_err(first)?;
    // `LOCATED_IN_Company_Country`: the labels of the ends come last.
    let kind = stem(file).rsplitn(3, '_').last().unwrap_or_default().to_owned();
    let mut rels = NewRels { kind, ..NewRels::default() };
    for (at, (name, column)) in names.iter().zip(columns).enumerate() {
        match at {
            0 => rels.starts = column.nodes(),
            1 => rels.ends = column.nodes(),
            _ if dates != Dates::Properties && [from, until].contains(&Some(at)) => {
                rels.days.get_or_insert_default()[usize::from(until == Some(at))] = column.values();
            }
            _ => rels.properties.push((name.clone(), column.values())),
        }
    }
    Ok(rels)
}

/// What the values of a column are.
fn kind(name: &str) -> PropertyKind {
    match name {
        "share" | "rate" | "revenue" => PropertyKind::Float,
        "sector" | "level" => PropertyKind::Int,
        "critical" => PropertyKind::Bool,
        "issued" | "founded" => PropertyKind::Date,
        _ if FROM.contains(&name) || UNTIL.contains(&name) => PropertyKind::Date,
        _ => PropertyKind::Text,
    }
}

fn told(wrong: Diagnostic) -> Box<dyn Error> {
    wrong.message.into()
}

/// The first of some mistakes.
fn first(wrong: Vec<Diagnostic>) -> Box<dyn Error> {
    wrong.into_iter().next().map_or_else(|| "nothing is wrong".into(), told)
}
