//! The relationships of a type in bytes: how many leave each node, where each ends, and what is said of them. Properties are sections
//! of their own.

use crate::graph::RelTable;
use crate::graph::parts::StatementColumns;
use crate::value::{NodeId, Periods};

use super::bytes::{Broken, Input};
use super::ints::{get_as, get_ints, put_ints};
use super::statements::{get_statements, put_statements};

/// Adds a table.
pub fn put_rels(out: &mut Vec<u8>, table: &RelTable) {
    let degrees = table.out_offsets.windows(2).map(|offsets| u64::from(offsets[1] - offsets[0]));
    put_ints(out, &degrees.collect::<Vec<_>>());
    put_ints(out, &table.targets.iter().map(|node| u64::from(node.0)).collect::<Vec<_>>());
    put_statements(out, &table.statements);
}

/// Reads a table of so many relationships among so many nodes, with numbers from `base` on.
pub fn get_rels(input: &mut Input<'_>, [base, n, n_nodes, n_metas]: [usize; 4]) -> Result<RelTable, Broken> {
    let degrees = get_ints(input, n_nodes)?;
    if degrees.iter().try_fold(0_u64, |sum, degree| sum.checked_add(*degree)) != Some(n as u64) {
        return Err(Broken);
    }
    let mut starts = Vec::with_capacity(n);
    for (degree, node) in degrees.iter().zip(0..) {
        starts.resize(starts.len() + *degree as usize, NodeId(node));
    }
    let node = |node| u32::try_from(node).ok().filter(|node| (*node as usize) < n_nodes).map(NodeId).ok_or(Broken);
    let targets = get_as(input, n, node)?;
    if !starts.iter().zip(&targets).is_sorted() {
        return Err(Broken);
    }
    let statements = get_statements(input, n, n_metas)?;
    Ok(RelTable::new(base as u32, n_nodes, (starts, targets), statements))
}

/// What stands in for a table that cannot be read: as many relationships, of which nothing is known.
pub fn no_rels([base, n, n_nodes, _]: [usize; 4]) -> RelTable {
    let nodes = || vec![NodeId(0); n];
    RelTable::new(base as u32, n_nodes.max(1), (nodes(), nodes()), StatementColumns::plain(0, 0, &Periods::always(), n))
}
