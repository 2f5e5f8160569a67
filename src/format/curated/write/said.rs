//! What is said about a statement, as the keys of a curated file. What the reader takes for granted is left out; what no key
//! says is the reason why the statement cannot be written.

use crate::graph::{ChainEntry, Citation, End, Meta, Modality, Snapshot, Start, Validity, WrittenPeriod};
use crate::value::{Date, NodeId};

use super::layout::Item;
use crate::format::curated::meta::Of;

/// The keys of a mapping, in the order in which they are written.
pub(super) type Keys = Vec<(String, Item)>;

/// Why something cannot be written.
pub(super) type Wrong = String;

/// Where a statement stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub of: Of,
    /// What it is cited by if it does not say.
    pub inherited: &'a [Citation],
    /// When it became known if it does not say, where that is not the date of its earliest source.
    pub learnt: Option<Date>,
}

impl Place<'_> {
    /// A place that gives nothing.
    pub fn alone(of: Of) -> Self {
        Self { of, inherited: &[], learnt: None }
    }
}

pub(super) fn key(name: &str, item: Item) -> (String, Item) {
    (name.to_owned(), item)
}

fn day(date: Date) -> Item {
    Item::text(date.to_string())
}

/// Metadata; `id` gives the id of a voice, if the file can name it.
pub(super) fn meta(
    graph: &Snapshot,
    meta: &Meta,
    place: Place<'_>,
    id: &dyn Fn(NodeId) -> Option<String>,
) -> Result<Keys, Wrong> {
    let mut keys = validity(&meta.validity, place.of)?;
    keys.extend(rest(graph, meta, place, id)?);
    Ok(keys)
}

/// Metadata without the days on which it holds.
fn rest(graph: &Snapshot, meta: &Meta, place: Place<'_>, id: &dyn Fn(NodeId) -> Option<String>) -> Result<Keys, Wrong> {
    let Meta { learnt, retracted, modality, negated, deprecated, claimed_by, citations, note, .. } = meta;
    let mut keys = Keys::new();
    let earliest = || {
        let dates = citations.iter().filter_map(|cited| graph.source(cited.source).date);
        dates.min_by_key(|date| date.first())
    };
    let granted = place.learnt.or_else(|| if place.of == Of::Node { None } else { earliest() });
    match learnt {
        Some(date) if granted == Some(*date) => {}
        Some(date) => keys.push(key("known", day(*date))),
        None if granted.is_none() => {}
        None => return Err("nobody knows when it became known, and its source has a date".to_owned()),
    }
    let is_known = keys.first().and(*learnt);
    if retracted.zip(is_known).is_some_and(|(retracted, known)| retracted.last() < known.first()) {
        return Err("it was withdrawn before it became known".to_owned());
    }
    keys.extend(retracted.map(|date| key("retracted", day(date))));
    if *modality != Modality::Fact {
        keys.push(key("modality", Item::text(modality.word())));
    }
    if *negated {
        keys.push(key("not", Item::text("true")));
    }
    if *deprecated {
        keys.push(key("rank", Item::text("deprecated")));
    }
    if !claimed_by.is_empty() {
        let voice = |voice: &NodeId| {
            id(*voice).map(Item::Text).ok_or_else(|| format!("the voice `{}` cannot be written", graph.node_id(*voice)))
        };
        keys.push(key("claimed_by", Item::List(claimed_by.iter().map(voice).collect::<Result<_, _>>()?)));
    }
    keys.extend(note.as_ref().map(|note| key("note", Item::text(note))));
    if citations.is_empty() && !place.inherited.is_empty() {
        return Err("it has no source, and would be taken to have that of what it stands in".to_owned());
    }
    if citations.as_slice() != place.inherited {
        let cited = citations.iter().map(|citation| cited(graph, citation)).collect();
        keys.push(key("cite", Item::one_or_list(cited)));
    }
    Ok(keys)
}

fn cited(graph: &Snapshot, citation: &Citation) -> Item {
    let Citation { source, at, quote, retrieved } = citation;
    let source = Item::text(&*graph.source(*source).id);
    let mut keys = vec![key("source", source.clone())];
    keys.extend(at.as_ref().map(|at| key("at", Item::text(at))));
    keys.extend(quote.as_ref().map(|quote| key("quote", Item::text(quote))));
    keys.extend(retrieved.map(|read| key("retrieved", day(Date::exact(read)))));
    if keys.len() == 1 { source } else { Item::Map(keys) }
}

fn validity(validity: &Validity, of: Of) -> Result<Keys, Wrong> {
    match validity {
        Validity::Always if of == Of::Timeless => Ok(Keys::new()),
        Validity::Always => Ok(vec![key("from", Item::text("always"))]),
        Validity::Unknown if of == Of::Timeless => {
            Err("nobody knows when it holds, and its type holds always".to_owned())
        }
        Validity::Unknown => Ok(Keys::new()),
        Validity::In(periods) => match periods.as_slice() {
            // Alone, it would be read as what always holds.
            [one] if *one != (WrittenPeriod { from: Start::Always, to: End::Unknown }) => period(one),
            [] => Err("it holds in no period".to_owned()),
            several => in_periods(several),
        },
    }
}

fn in_periods(several: &[WrittenPeriod]) -> Result<Keys, Wrong> {
    let several = several.iter().map(|one| period(one).map(Item::Map)).collect::<Result<_, _>>()?;
    Ok(vec![key("periods", Item::List(several))])
}

fn period(period: &WrittenPeriod) -> Result<Keys, Wrong> {
    if *period == WrittenPeriod::default() {
        return Err("one of its periods has no day".to_owned());
    }
    if period.widest().is_empty() {
        return Err("one of its periods ends before it begins".to_owned());
    }
    let from = match period.from {
        Start::Unknown => None,
        Start::Always => Some(key("from", Item::text("always"))),
        Start::On(date) => Some(key("from", day(date))),
    };
    Ok(from.into_iter().chain(end(period.to)).collect())
}

fn end(end: End) -> Option<(String, Item)> {
    match end {
        End::Unknown => None,
        End::Until(date) => Some(key("until", day(date))),
        End::Through(date) => Some(key("through", day(date))),
    }
}

/// An entry of a status chain that stands where `inherited` is cited.
pub(super) fn entry(
    graph: &Snapshot,
    entry: &ChainEntry,
    inherited: &[Citation],
    id: &dyn Fn(NodeId) -> Option<String>,
) -> Result<Keys, Wrong> {
    let ChainEntry { state, on, end: until, by, de_facto, part, meta, assumed: _ } = entry;
    if until.day() <= on.first() {
        return Err("it ends before it begins".to_owned());
    }
    let mut keys = vec![key(state.key(), day(*on))];
    keys.extend(end(*until));
    if let Some(by) = by {
        let act = id(*by).ok_or_else(|| format!("the act `{}` cannot be written", graph.node_id(*by)))?;
        keys.push(key("by", Item::Text(act)));
    }
    if *de_facto {
        keys.push(key("de_facto", Item::text("true")));
    }
    keys.extend(part.as_ref().map(|part| key("part", Item::text(part))));
    // `until` is the end of the state here.
    match &meta.validity {
        Validity::In(several) if !several.is_empty() => keys.extend(in_periods(several)?),
        other => keys.extend(validity(other, Of::Statement)?),
    }
    let published = by.and_then(|by| published(graph, by));
    let place = Place { of: Of::Statement, inherited, learnt: published };
    keys.extend(rest(graph, meta, place, id)?);
    Ok(keys)
}

/// The day on which an act was published, which its entries became known on.
fn published(graph: &Snapshot, act: NodeId) -> Option<Date> {
    let key = graph.catalog().key("published")?;
    match graph.property(crate::graph::Entity::Node(act), key) {
        crate::value::Value::Date(date) => Some(date),
        crate::value::Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}
