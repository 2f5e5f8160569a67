//! No rows is not "no": what an answer does not say, because nobody states that the graph holds all of it.

use std::collections::BTreeSet;
use std::fmt;

use crate::graph::{Completeness, GraphView, Schema, ValidTime};
use crate::value::Day;

/// The most that one line names.
const MOST: usize = 3;

/// What may look like a "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lack {
    /// There are no rows.
    Rows,
    /// A row counts or gathers, and there was nothing to count.
    Count,
    /// A row rests on something that was not found.
    Found,
}

/// What nobody states to be complete, of what an answer says by absence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Silence {
    /// What may look like a "no".
    pub lack: Lack,
    /// Per relationship type or label, for what it is stated to be complete; without any, the graph as a whole is meant.
    pub names: Vec<(String, Vec<Extent>)>,
}

/// For what something is stated to be complete.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Extent {
    /// The id of what it is complete for.
    pub of: String,
    /// Its name.
    pub name: String,
    /// The last day it is complete for; `None`: nothing limits it.
    pub to: Option<Day>,
    /// The ids of the documents that are cited for it.
    pub sources: Vec<String>,
    /// The days that the frame sees are among those it is complete for; always where the frame sees all time.
    pub reaches: bool,
}

/// What is stated of these names, in the frame.
#[must_use]
pub fn silence(view: GraphView<'_>, lack: Lack, names: &BTreeSet<String>) -> Silence {
    let schema = view.snapshot().schema();
    let stated: Vec<&Completeness> = view.complete().collect();
    let of_name = |name: &String| {
        let is = broader(schema, name);
        let about = stated.iter().filter(|stated| is.contains(stated.what.as_str()));
        let mut extents: Vec<Extent> = about.map(|stated| extent(view, stated)).collect();
        extents.sort_by(|a, b| (&a.of, a.to).cmp(&(&b.of, b.to)));
        (name.clone(), extents)
    };
    Silence { lack, names: names.iter().map(of_name).collect() }
}

impl Silence {
    /// Puts first what these texts name: an id or the beginning of one, as that of an act is of its clauses', or a name.
    pub fn put_first(&mut self, texts: &[&str]) {
        let named = |extent: &Extent| texts.iter().any(|text| *text == extent.name || text.starts_with(&extent.of));
        for (_, extents) in &mut self.names {
            extents.sort_by_key(|extent| !named(extent));
        }
    }
}

/// One statement of completeness, as the frame sees it.
#[must_use]
pub fn extent(view: GraphView<'_>, stated: &Completeness) -> Extent {
    let snapshot = view.snapshot();
    let last = match view.frame().valid {
        ValidTime::All => None,
        ValidTime::AsOf(day) => Some(day),
        ValidTime::During(period) => Some(period.last()),
    };
    Extent {
        of: snapshot.node_id(stated.of).to_string(),
        name: snapshot.name(stated.of).to_string(),
        to: stated.to,
        sources: stated.meta.citations.iter().map(|cited| snapshot.source(cited.source).id.to_string()).collect(),
        reaches: last.zip(stated.to).is_none_or(|(last, to)| last <= to),
    }
}

/// A label with everything that it is a kind of: what is complete for a kind is complete for what belongs to it.
fn broader<'s>(schema: &'s Schema, name: &'s str) -> BTreeSet<&'s str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![name]);
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(schema.labels.get(name).into_iter().flat_map(|def| def.is.iter().map(String::as_str)));
        }
    }
    found
}

impl fmt::Display for Silence {
    /// `no rows is not “no”: COVERS is complete for act-1 through 2026-06-30 [gazette-1], not for others`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.lack {
            Lack::Rows => "no rows is not “no”: ",
            Lack::Count => "nothing counted is not “none”: ",
            Lack::Found => "not found is not “no”: ",
        })?;
        let unstated: Vec<String> =
            self.names.iter().filter(|(_, extents)| extents.is_empty()).map(|(name, _)| name.clone()).collect();
        let mut said: Vec<String> = self.names.iter().filter_map(|(name, extents)| stated(name, extents)).collect();
        match unstated.len() {
            0 if said.is_empty() => said.push("nothing says that the graph is complete".to_owned()),
            0 => {}
            1 => said.push(format!("nothing says that {} is complete", unstated[0])),
            _ => said.push(format!("nothing says that {} are complete", listed(&unstated))),
        }
        f.write_str(&said.join("; "))
    }
}

/// For what a name is stated to be complete, in words; nothing where it is not.
fn stated(name: &str, extents: &[Extent]) -> Option<String> {
    let (now, past): (Vec<&Extent>, Vec<&Extent>) = extents.iter().partition(|extent| extent.reaches);
    match (now.as_slice(), past.as_slice()) {
        ([], []) => None,
        (now, []) => Some(format!("{name} is complete for {}, not for others", shown(now))),
        ([], past) => Some(format!("{name} is complete only for {}, and this asks of later days", shown(past))),
        (now, past) => {
            let (now, past) = (shown(now), shown(past));
            Some(format!(
                "{name} is complete for {now}, not for others, and for {past} only, of which this asks later days"
            ))
        }
    }
}

/// `act-1, act-2 and 4 more through 2026-06-30`; of one the documents as well.
fn shown(extents: &[&Extent]) -> String {
    let until = |extent: &Extent| extent.to.map_or_else(String::new, |day| format!(" through {day}"));
    match extents {
        [one] if one.sources.is_empty() => format!("{}{}", one.of, until(one)),
        [one] => format!("{}{} [{}]", one.of, until(one), one.sources.join(", ")),
        [first, rest @ ..] if rest.iter().all(|extent| extent.to == first.to) => {
            listed(&extents.iter().map(|extent| extent.of.clone()).collect::<Vec<_>>()) + &until(first)
        }
        _ => listed(&extents.iter().map(|extent| format!("{}{}", extent.of, until(extent))).collect::<Vec<_>>()),
    }
}

/// `a, b and 4 more`.
fn listed(items: &[String]) -> String {
    let more = items.len().saturating_sub(MOST);
    let (mut shown, last) = match items {
        [.., last] if more == 0 => (items[..items.len() - 1].to_vec(), last.clone()),
        _ => (items[..MOST.min(items.len())].to_vec(), format!("{more} more")),
    };
    if shown.is_empty() {
        return last;
    }
    let head = shown.join(", ");
    shown.clear();
    format!("{head} and {last}")
}
