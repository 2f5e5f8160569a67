//! The parts of a snapshot, made of what a builder collected: in passes along its tables, whatever way these came.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::parallel;
use crate::value::{NodeId, RelId};

use super::builder::{Builder, NewEntry, NewHistory, NodePart};
use super::catalog::Names;
use super::csr::{RelTable, by_node, offsets};
use super::deferred::Deferred;
use super::distinct::Distinct;
use super::parts::{Chains, Histories, Ids, Nodes, Said};
use super::patch::Patch;
use super::rel_statements::Known;
use super::same::Same;
use super::{Catalog, Column, ColumnBuilder, Entity, KeyId, LabelId, Meta, Snapshot, TypeId};

/// Columns under construction by property.
type Columns = BTreeMap<KeyId, ColumnBuilder>;

/// The relationships of one type, in the order they came.
#[derive(Default)]
struct Rels {
    starts: Vec<NodeId>,
    ends: Vec<NodeId>,
    metas: Same<u32>,
    columns: Columns,
    /// Histories by the relationship's place.
    histories: Vec<(u32, NewHistory)>,
}

/// The snapshot of what was collected.
pub(super) fn assemble(mut builder: Builder) -> Snapshot {
    let (mut types, mut keys) = (Names::default(), Names::default());
    let mut metas = Distinct::default();
    // Number 0 is what derived relationships carry: nothing is said about them.
    metas.intern(Meta::default());
    let chains = chains(&mut builder);
    let mut histories = Histories::default();
    let (nodes, labels, properties) = nodes(&mut builder, &chains, &mut keys, &mut metas, &mut histories);
    let rels = rels(&mut builder, &mut types, &mut keys, &mut metas);

    let metas = metas.into_list();
    let widest: Vec<_> = metas.iter().map(|meta| meta.validity.periods()).collect();
    let in_force = |name: &str| builder.schema.relationships.get(name).is_some_and(|def| def.in_force);
    let known = Known::new(&metas, &widest, &nodes.statements, &chains);
    let mut base = 0;
    let mut parts = Vec::with_capacity(rels.len());
    for (name, rels) in types.iter().zip(rels) {
        parts.push((base, in_force(name), rels));
        base += parts.last().map_or(0, |(.., rels)| rels.starts.len() as u32);
    }
    let n_nodes = nodes.ids.len();
    let tables = parallel::map(parts, |(base, clips, rels)| table(base, n_nodes, clips, rels, &known));
    let mut rels = Vec::with_capacity(tables.len());
    for (table, of_rels) in tables {
        for (row, (key, entries)) in of_rels {
            histories.add(Entity::Rel(RelId(table.base + row)), KeyId(keys.intern(&key)), entries);
        }
        rels.push(Deferred::from(table));
    }

    let catalog = Catalog {
        n_nodes,
        n_by_label: nodes.by_label.iter().map(Vec::len).collect(),
        n_by_type: rels.iter().map(|table| table.len()).collect(),
        labels,
        types,
        keys,
    };
    Snapshot {
        schema: Arc::new(builder.schema),
        catalog: Arc::new(catalog),
        nodes: nodes.into(),
        properties,
        segments: rels.iter().zip(0..).map(|(table, rel_type)| (table.base, TypeId(rel_type))).collect(),
        rels,
        metas: metas.into(),
        widest: widest.into(),
        chains: chains.into(),
        histories: histories.into(),
        sources: builder.sources.into(),
        complete: builder.complete.into(),
        patch: Arc::<Patch>::default(),
        n_stored_rels: base,
        derived_types: BTreeSet::new(),
        derived_labels: BTreeSet::new(),
        from: None,
        settled: None,
    }
}

fn chains(builder: &mut Builder) -> Chains {
    let checked = std::mem::take(&mut builder.checked).into_iter().collect();
    let mut chains = Chains { checked, ..Chains::default() };
    for NewEntry { of, entry } in std::mem::take(&mut builder.entries) {
        chains.add(&of, entry);
    }
    let nodes: Vec<NodeId> = chains.of.keys().copied().collect();
    for node in nodes {
        chains.compile(node);
    }
    chains
}

fn nodes(
    builder: &mut Builder,
    chains: &Chains,
    keys: &mut Names,
    metas: &mut Distinct<Meta>,
    histories: &mut Histories,
) -> (Nodes, Names, BTreeMap<KeyId, Deferred<Column>>) {
    let mut ids = std::mem::take(&mut builder.ids);
    ids.shrink();
    let n_nodes = ids.list().len();
    let mut nodes = Nodes { ids: Ids::new(n_nodes, ids.into()), ..Nodes::default() };
    nodes.labels.reserve_exact(n_nodes);
    let (mut labels, mut columns) = (Names::default(), Columns::new());
    let mut sets: HashMap<Vec<String>, u32> = HashMap::new();
    let schema = &builder.schema;
    let mut label_set = |written: &[String], nodes: &mut Nodes| {
        let mut closed: Vec<String> = written.iter().flat_map(|label| schema.closure(label)).collect();
        closed.sort_unstable();
        closed.dedup();
        *sets.entry(closed).or_insert_with_key(|closed| {
            nodes.label_sets.push(closed.iter().map(|label| LabelId(labels.intern(label))).collect());
            nodes.label_sets.len() as u32 - 1
        })
    };
    for (first, part) in std::mem::take(&mut builder.nodes) {
        match part {
            NodePart::Rows(rows) => {
                for (node, row) in rows.into_iter().zip(first..) {
                    let set = label_set(&node.labels, &mut nodes);
                    nodes.labels.push(set);
                    for (key, value) in node.properties {
                        set_at(&mut columns, KeyId(keys.intern(&key)), row, value);
                    }
                    for (key, entries) in node.histories {
                        histories.add(Entity::Node(NodeId(row)), KeyId(keys.intern(&key)), entries);
                    }
                    let said = Said::of_node(0, &node.meta, chains.status.get(&NodeId(row)));
                    nodes.statements.push(Said { meta: metas.intern(node.meta), ..said });
                }
            }
            NodePart::Table(table, n) => {
                let set = label_set(&table.labels, &mut nodes);
                nodes.labels.resize(nodes.labels.len() + n, set);
                for (key, column) in table.properties {
                    let all = columns.entry(KeyId(keys.intern(&key))).or_default();
                    all.skip_to(first as usize);
                    all.append(column);
                }
                let plain = Said::of_node(metas.intern(table.meta.clone()), &table.meta, None);
                for row in first..first + n as u32 {
                    let status = chains.status.get(&NodeId(row));
                    match status {
                        None => nodes.statements.push_plain(plain.meta, plain.flags, &plain.effective),
                        Some(_) => nodes.statements.push(Said::of_node(plain.meta, &table.meta, status)),
                    }
                }
            }
        }
    }
    nodes.statements.shrink();
    nodes.list_labelled(labels.iter().len());
    let columns = parallel::map(columns.into_iter().collect(), |(key, column)| {
        let mut column = column.finish();
        column.share(&nodes.ids.texts);
        (key, Deferred::from(column))
    });
    (nodes, labels, columns.into_iter().collect())
}

/// Sets a value; of two at one place the later one stays, and a null sets none.
fn set_at(columns: &mut Columns, key: KeyId, row: u32, value: crate::value::Value) {
    if !value.is_null() {
        columns.entry(key).or_default().set(row as usize, value);
    }
}

/// The relationships by type, in the order of types.
fn rels(builder: &mut Builder, types: &mut Names, keys: &mut Names, metas: &mut Distinct<Meta>) -> Vec<Rels> {
    let mut by_type: Vec<Rels> = Vec::new();
    for rel in std::mem::take(&mut builder.rels) {
        let all = of_type(&rel.kind, types, &mut by_type);
        let row = all.starts.len() as u32;
        all.starts.push(rel.start);
        all.ends.push(rel.end);
        all.metas.push(metas.intern(rel.meta));
        for (key, value) in rel.properties {
            set_at(&mut all.columns, KeyId(keys.intern(&key)), row, value);
        }
        all.histories.extend(rel.histories.into_iter().map(|history| (row, history)));
    }
    for mut table in std::mem::take(&mut builder.rel_tables) {
        let all = of_type(&table.kind, types, &mut by_type);
        let first = all.starts.len();
        let said = table.metas(|meta| metas.intern(meta));
        for (key, column) in table.properties {
            let columns = all.columns.entry(KeyId(keys.intern(&key))).or_default();
            columns.skip_to(first);
            columns.append(column);
        }
        if first == 0 {
            (all.starts, all.ends, all.metas) = (table.starts, table.ends, said);
        } else {
            all.starts.extend(table.starts);
            all.ends.extend(table.ends);
            all.metas.append(&said);
        }
    }
    by_type
}

/// The relationships of the type of this name.
fn of_type<'r>(name: &str, types: &mut Names, by_type: &'r mut Vec<Rels>) -> &'r mut Rels {
    let rel_type = types.intern(name) as usize;
    if rel_type == by_type.len() {
        by_type.push(Rels::default());
    }
    &mut by_type[rel_type]
}

/// The table of a type, and the histories of its relationships by row.
fn table(base: u32, n_nodes: usize, clips: bool, rels: Rels, known: &Known<'_>) -> (RelTable, Vec<(u32, NewHistory)>) {
    let Rels { mut starts, mut ends, mut metas, columns, mut histories } = rels;
    let order = sorted(n_nodes, &starts, &ends);
    if let Some(order) = &order {
        let picked = |nodes: &[NodeId]| order.iter().map(|row| nodes[*row as usize]).collect::<Vec<_>>();
        starts = picked(&starts);
        ends = picked(&ends);
        metas = metas.reordered(order);
        let mut row_of = vec![0; order.len()];
        if !histories.is_empty() {
            for (place, row) in order.iter().zip(0..) {
                row_of[*place as usize] = row;
            }
            for (row, _) in &mut histories {
                *row = row_of[*row as usize];
            }
            histories.sort_by_key(|(row, _)| *row);
        }
    }
    let finish = |(key, column): (KeyId, ColumnBuilder)| {
        let column = column.finish();
        match &order {
            None => (key, column),
            Some(order) => (key, column.reordered(order)),
        }
    };
    let columns = parallel::map(columns.into_iter().collect(), finish);
    starts.shrink_to_fit();
    ends.shrink_to_fit();
    let statements = known.statements(clips, &starts, &ends, &metas);
    let mut table = RelTable::new(base, n_nodes, (starts, ends), statements);
    table.properties = columns.into_iter().collect();
    table.sort_incoming();
    (table, histories)
}

/// The places of relationships by start, then end, in their order where both are the same; none where they are so already.
pub(super) fn sorted(n_nodes: usize, starts: &[NodeId], ends: &[NodeId]) -> Option<Vec<u32>> {
    let both = |row: usize| (starts[row], ends[row]);
    if (1..starts.len()).all(|row| both(row - 1) <= both(row)) {
        return None;
    }
    let by_end = by_node(&offsets(n_nodes, ends), ends.iter().copied().zip(0..));
    let in_turn = by_end.iter().map(|row| (starts[*row as usize], *row));
    Some(by_node(&offsets(n_nodes, starts), in_turn))
}
