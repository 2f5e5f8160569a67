//! Nodes in bytes: the labels of each, and what is said of them. Ids and properties are sections of their own.

use crate::graph::LabelId;
use crate::graph::parts::{Ids, Nodes, StatementColumns};
use crate::value::{NodeId, Periods};

use super::bytes::{Broken, Input, put};
use super::ints::{get_as, put_ints};
use super::statements::{get_statements, put_statements};

/// Adds nodes.
pub fn put_nodes(out: &mut Vec<u8>, nodes: &Nodes) {
    let sets: Vec<Vec<u32>> = nodes.label_sets.iter().map(|set| set.iter().map(|label| label.0).collect()).collect();
    put(out, &sets);
    put_ints(out, &nodes.labels.iter().map(|set| u64::from(*set)).collect::<Vec<_>>());
    put_statements(out, &nodes.statements);
}

/// Reads nodes with these ids, with labels and metadata below these numbers.
pub fn get_nodes(input: &mut Input<'_>, ids: &Ids, n_labels: usize, n_metas: usize) -> Result<Nodes, Broken> {
    let sets: Vec<Vec<u32>> = input.get()?;
    if sets.iter().flatten().any(|label| *label as usize >= n_labels) {
        return Err(Broken);
    }
    let set = |set| u32::try_from(set).ok().filter(|set| (*set as usize) < sets.len()).ok_or(Broken);
    let labels = get_as(input, ids.len(), set)?;
    let statements = get_statements(input, ids.len(), n_metas)?;
    let label_sets: Vec<Vec<LabelId>> = sets.iter().map(|set| set.iter().copied().map(LabelId).collect()).collect();
    let mut nodes = Nodes { ids: ids.clone(), labels, label_sets, statements, ..Nodes::default() };
    nodes.list_labelled(n_labels);
    Ok(nodes)
}

/// What stands in for nodes that cannot be read: as many, without labels.
pub fn no_nodes(ids: &Ids, n_labels: usize) -> Nodes {
    Nodes {
        ids: ids.clone(),
        labels: vec![0; ids.len()],
        label_sets: vec![Vec::new()],
        by_label: vec![Vec::<NodeId>::new(); n_labels],
        statements: StatementColumns::plain(0, 0, &Periods::always(), ids.len()),
        ..Nodes::default()
    }
}
