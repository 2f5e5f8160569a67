//! Through what all ways of a material to its users lead.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Cut, Cuts, Direction, GraphView, ValidTime};
use crate::procedure::graph::dominators_of;
use crate::procedure::{Context, Field, Procedure, Rows, Run, Type, argument, column};
use crate::value::{NodeId, Value};

use super::{Reading, lens};

/// The materials and goods without which companies would not be reached by a material on a day: every way from the material to the company,
/// over what it is in (`CONTAINS`, `BROADER`, `NEEDS`) and who uses or makes that (`USES`, `MAKES`), passes them.
///
/// `lost` are the companies that only this node connects, `users` how many companies the material reaches at all. A node is its own cut: of the
/// least set of relationships whose loss separates a material from one company, `graph.min_cut` tells. What the record does not say of
/// suppliers is no way: shares of a country in the supply are figures, for `trade.concentration`. The frame's known day and moods hold; its
/// valid time gives way to `day`. The node that most depend on first, then by name.
///
/// # Errors
/// An id that no node has; what is no day.
pub(in crate::procedure) static CHOKEPOINTS: Procedure = Procedure {
    name: Cow::Borrowed("trade.chokepoints"),
    arguments: Cow::Borrowed(&[MATERIAL, DAY]),
    yields: Cow::Borrowed(&[NODE, LOST, USERS]),
    summary: Cow::Borrowed(
        "The goods that every way from a material to some companies passes on a day: with each the companies that are lost without it, and how many the material reaches.",
    ),
    notes: Cow::Borrowed(
        "Immediate dominators (Lengauer and Tarjan 1979) over `CONTAINS`, `BROADER`, `NEEDS`, `USES` and `MAKES`. Of the least set of relationships between two nodes `graph.min_cut` tells.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.chokepoints('ytterbium', '2026-01-01') YIELD node, lost RETURN collect([node.name, size(lost)])",
        ),
        Cow::Borrowed("[['fibre laser', 1], ['ytterbium-doped fibre core', 1]]"),
    ),
    run: Run::Built(chokepoints),
};
const MATERIAL: Field = column("material", Type::Any);
const DAY: Field = column("day", Type::Any);
const NODE: Field = column("node", Type::Node);
const LOST: Field = column("lost", Type::List);
const USERS: Field = column("users", Type::Integer);

const WAYS: [&str; 5] = ["CONTAINS", "BROADER", "NEEDS", "USES", "MAKES"];

fn chokepoints(values: &[Value], context: &Context<'_>) -> Rows {
    let material = argument::node(&CHOKEPOINTS, 0, values, context)?;
    let lens = lens(context, ValidTime::AsOf(argument::day(&CHOKEPOINTS, 1, values)?));
    let view = GraphView::new(context.view.snapshot(), &lens);
    let reading = Reading(view);
    let catalog = view.snapshot().catalog();
    let types = WAYS.iter().filter_map(|name| catalog.rel_type(name)).collect();
    let cut = Cut { types, direction: Direction::In, ..Cut::default() };
    let on_the_day = Context { view, limits: context.limits, cuts: &Cuts::default() };
    let dominator: BTreeMap<NodeId, NodeId> = dominators_of(&cut, material, &on_the_day)?.into_iter().collect();
    let mut lost: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    let mut users = 0;
    for company in dominator.keys().filter(|node| reading.is(**node, "Company")) {
        context.limits.checkpoint()?;
        users += 1;
        let mut at = *company;
        while let Some(before) = dominator.get(&at).copied().filter(|before| *before != material) {
            lost.entry(before).or_default().insert(*company);
            at = before;
        }
    }
    let mut found: Vec<(NodeId, Vec<NodeId>)> =
        lost.into_iter().map(|(node, lost)| (node, lost.into_iter().collect())).collect();
    found.sort_by_cached_key(|(node, lost)| (std::cmp::Reverse(lost.len()), reading.name(*node)));
    let row = |(node, mut lost): (NodeId, Vec<NodeId>)| {
        lost.sort_by_cached_key(|company| reading.name(*company));
        vec![Value::Node(node), Value::list(lost.into_iter().map(Value::Node)), Value::Int(users)]
    };
    Ok(found.into_iter().map(row).collect())
}
