//! The generated trade graph: CSV files into a graph.
//!
//! A file is named after what it holds: `Company.csv` nodes of a label, `SUPPLIES_Company_Company.csv` relationships of a type.
//! The first column of a node is its `id`, the first two of a relationship are the ids of its ends. A row is read, added and
//! forgotten, so that memory is what the graph needs.

pub mod clock;

use std::error::Error;
use std::path::{Path, PathBuf};

use csv::{Reader, StringRecord};
use portolan::graph::{Builder, End, Meta, NewNode, NewRel, Schema, Snapshot, Start, Validity, WrittenPeriod};
use portolan::value::{Date, Day, NodeId, Value};

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
    for file in rels {
        read_rels(file, &mut builder, dates)?;
    }
    Ok(builder.finish())
}

fn stem(file: &Path) -> &str {
    file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}

fn read_nodes(file: &Path, builder: &mut Builder) -> Result<(), Box<dyn Error>> {
    let label = stem(file).to_owned();
    each_row(file, |header, row| {
        let properties = header.iter().zip(row).map(|(key, text)| Ok((key.to_owned(), value(key, text)?)));
        let node = NewNode {
            id: row[0].to_owned(),
            labels: vec![label.clone()],
            properties: properties.collect::<Result<_, Box<dyn Error>>>()?,
            ..NewNode::default()
        };
        builder.node(node).map_err(|_| format!("two nodes of the id {}", &row[0]))?;
        Ok(())
    })
}

fn read_rels(file: &Path, builder: &mut Builder, dates: Dates) -> Result<(), Box<dyn Error>> {
    // `LOCATED_IN_Company_Country`: the labels of the ends come last.
    let kind = stem(file).rsplitn(3, '_').last().unwrap_or_default().to_owned();
    each_row(file, |header, row| {
        let end = |id: &str| builder.find(id).ok_or_else(|| format!("no node of the id {id}"));
        let (start, end): (NodeId, NodeId) = (end(&row[0])?, end(&row[1])?);
        let (mut properties, mut period) = (Vec::new(), WrittenPeriod::default());
        for (key, text) in header.iter().zip(row).skip(2).filter(|(_, text)| !text.is_empty()) {
            if dates != Dates::Properties && FROM.contains(&key) {
                period.from = Start::On(text.parse()?);
            } else if dates != Dates::Properties && UNTIL.contains(&key) {
                period.to = End::Until(text.parse()?);
            } else {
                properties.push((key.to_owned(), value(key, text)?));
            }
        }
        if let Dates::Only(day) = dates
            && !(period.widest().from <= day && day < period.widest().to)
        {
            return Ok(());
        }
        let validity = if period == WrittenPeriod::default() { Validity::Unknown } else { Validity::In(vec![period]) };
        let meta = Meta { validity, ..Meta::default() };
        builder.rel(NewRel { kind: kind.clone(), start, end, properties, histories: Vec::new(), meta });
        Ok(())
    })
}

/// The value of a text in this column; none is null.
fn value(key: &str, text: &str) -> Result<Value, Box<dyn Error>> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    Ok(match key {
        "share" | "rate" | "revenue" => Value::Float(text.parse()?),
        "sector" | "level" => Value::Int(text.parse()?),
        "critical" => Value::Bool(text.parse()?),
        "issued" | "founded" => Value::Date(text.parse::<Date>()?),
        _ if FROM.contains(&key) || UNTIL.contains(&key) => Value::Date(text.parse::<Date>()?),
        _ => Value::from(text),
    })
}

fn each_row(
    file: &Path,
    mut row: impl FnMut(&StringRecord, &StringRecord) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::from_path(file)?;
    let (header, mut record) = (reader.headers()?.clone(), StringRecord::new());
    while reader.read_record(&mut record)? {
        row(&header, &record).map_err(|wrong| format!("{}: {wrong}", file.display()))?;
    }
    Ok(())
}
