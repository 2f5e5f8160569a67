//! What is said of relationships: their own metadata, their ends and the status of the measure that they start from, taken together.

use crate::value::{NodeId, Periods};

use super::Meta;
use super::parts::{Chains, Said, StatementColumns, flag};
use super::same::Same;

/// What has to be known for it.
pub(super) struct Known<'k> {
    metas: &'k [Meta],
    /// The days of each metadata.
    widest: &'k [Periods],
    /// Its bits.
    flags: Vec<u8>,
    nodes: &'k StatementColumns,
    chains: &'k Chains,
    /// No node hides what starts or ends at it.
    plain_nodes: bool,
}

impl<'k> Known<'k> {
    pub fn new(metas: &'k [Meta], widest: &'k [Periods], nodes: &'k StatementColumns, chains: &'k Chains) -> Self {
        let plain_nodes = nodes.any_flag & flag::INHERITED == 0 && nodes.effective.is_always();
        Self { metas, widest, flags: metas.iter().map(flag::of).collect(), nodes, chains, plain_nodes }
    }

    /// What is said of relationships with this metadata; `clips`: the status of the measure they start from does so.
    pub fn statements(&self, clips: bool, starts: &[NodeId], ends: &[NodeId], metas: &Same<u32>) -> StatementColumns {
        let clips = clips && !self.chains.status.is_empty();
        if let (Some(meta), true, false) = (metas.all(), self.plain_nodes, clips) {
            let at = meta as usize;
            return StatementColumns::plain(meta, self.flags[at], &self.widest[at], starts.len());
        }
        let mut statements = StatementColumns::default();
        for (row, (start, end)) in starts.iter().zip(ends).enumerate() {
            let meta = metas[row];
            let at = meta as usize;
            let status = if clips { self.chains.status.get(start) } else { None };
            if status.is_none() && self.plain_nodes {
                statements.push_plain(meta, self.flags[at], &self.widest[at]);
                continue;
            }
            let days = [start, end].map(|node| self.nodes.effective.get(node.0));
            let ends =
                [(start, &days[0]), (end, &days[1])].map(|(node, days)| (self.nodes.flags[node.0 as usize], days));
            statements.push(Said::of_rel(meta, &self.metas[at], ends, status));
        }
        statements.shrink();
        statements
    }
}
