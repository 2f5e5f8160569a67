//! Chains, histories, sources and completeness in bytes: few, of many parts, as their types derive it. What they name is
//! held to be there.

use crate::graph::parts::{Chains, Completeness, Entity, Histories, HistoryEntry};
use crate::graph::{ChainEntry, KeyId, Meta, Source};
use crate::value::{Day, NodeId, RelId};

use super::bytes::{Broken, Input, put, put_number};
use super::value::{get_value, put_value};

/// How much there is of what may be named.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    pub nodes: usize,
    pub rels: usize,
    pub keys: usize,
    pub sources: usize,
}

fn within(ok: bool) -> Result<(), Broken> {
    if ok { Ok(()) } else { Err(Broken) }
}

impl Bounds {
    fn node(&self, node: NodeId) -> Result<(), Broken> {
        within((node.0 as usize) < self.nodes)
    }

    /// That what metadata names is there.
    pub fn meta(&self, meta: &Meta) -> Result<(), Broken> {
        meta.claimed_by.iter().try_for_each(|node| self.node(*node))?;
        within(meta.citations.iter().all(|cited| (cited.source.0 as usize) < self.sources))
    }
}

/// Adds chains; what they say of days follows from their entries.
pub fn put_chains(out: &mut Vec<u8>, chains: &Chains) {
    put(out, &chains.entries.iter().collect::<Vec<_>>());
    put(out, &chains.of.iter().collect::<Vec<_>>());
    put(out, &chains.checked.iter().collect::<Vec<_>>());
}

/// Reads chains.
pub fn get_chains(input: &mut Input<'_>, bounds: &Bounds) -> Result<Chains, Broken> {
    let entries: Vec<ChainEntry> = input.get()?;
    let of: Vec<(NodeId, Vec<u32>)> = input.get()?;
    let checked: Vec<(NodeId, Day)> = input.get()?;
    for entry in &entries {
        entry.by.map_or(Ok(()), |by| bounds.node(by))?;
        bounds.meta(&entry.meta)?;
    }
    for (node, numbers) in &of {
        bounds.node(*node)?;
        within(numbers.iter().all(|number| (*number as usize) < entries.len()))?;
    }
    checked.iter().try_for_each(|(node, _)| bounds.node(*node))?;
    let nodes: Vec<NodeId> = of.iter().map(|(node, _)| *node).collect();
    let (of, checked) = (of.into_iter().collect(), checked.into_iter().collect());
    let mut chains = Chains { entries: entries.into_iter().collect(), of, checked, ..Chains::default() };
    for node in nodes {
        chains.compile(node);
    }
    Ok(chains)
}

/// Adds histories.
pub fn put_histories(out: &mut Vec<u8>, histories: &Histories) {
    put_number(out, histories.entries.len() as u64);
    for HistoryEntry { entity, key, value, meta } in &histories.entries {
        let (kind, number) = match entity {
            Entity::Node(node) => (0, node.0),
            Entity::Rel(rel) => (1, rel.0),
        };
        out.push(kind);
        put_number(out, u64::from(number));
        put_number(out, u64::from(key.0));
        put_value(out, value);
        put(out, meta);
    }
}

/// Reads histories. The entries of a property are in their order.
pub fn get_histories(input: &mut Input<'_>, bounds: &Bounds) -> Result<Histories, Broken> {
    let mut histories = Histories::default();
    for number in 0..input.small()? {
        let entity = match (input.byte()?, input.small()?) {
            (0, node) if (node as usize) < bounds.nodes => Entity::Node(NodeId(node)),
            (1, rel) if (rel as usize) < bounds.rels => Entity::Rel(RelId(rel)),
            _ => return Err(Broken),
        };
        let key = KeyId(input.small()?);
        within((key.0 as usize) < bounds.keys)?;
        let (value, meta) = (get_value(input)?, input.get()?);
        bounds.meta(&meta)?;
        histories.entries.push_back(HistoryEntry { entity, key, value, meta });
        histories.of.entry((entity, key)).or_default().push(number);
        histories.keys.insert(key);
    }
    Ok(histories)
}

/// Reads so many sources.
pub fn get_sources(input: &mut Input<'_>, n: usize) -> Result<Vec<Source>, Broken> {
    let sources: Vec<Source> = input.get()?;
    within(sources.len() == n)?;
    Ok(sources)
}

/// Reads what is complete.
pub fn get_complete(input: &mut Input<'_>, bounds: &Bounds) -> Result<Vec<Completeness>, Broken> {
    let all: Vec<Completeness> = input.get()?;
    for complete in &all {
        bounds.node(complete.of)?;
        bounds.meta(&complete.meta)?;
    }
    Ok(all)
}
