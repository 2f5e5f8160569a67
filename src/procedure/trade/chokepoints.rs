//! Through what all ways of a material to its users lead.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Cut, Cuts, Direction, GraphView, ValidTime};
use crate::procedure::graph::dominators_of;
use crate::procedure::{Context, Field, Procedure, ProcedureError, Rows, Run, Type, argument, column};
use crate::value::{NodeId, Value};

use super::denial::Denials;
use super::{Reading, lens};

/// The materials and goods without which companies would not be reached by a material on a day: every way from the material to the company,
/// over what it is in (`CONTAINS`, `BROADER`, `NEEDS`) and who uses or makes that (`USES`, `MAKES`), passes them.
///
/// Denials win as for `trade.exposure`: that a company does not use, make or rely on something closes its ways over it, that goods do not
/// contain something, need it or are of its kind those over both.
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
        "Immediate dominators (Lengauer and Tarjan 1979) over `CONTAINS`, `BROADER`, `NEEDS`, `USES` and `MAKES`; what a company is said not to use or make, or goods not to contain, is no way to it. Of the least set of relationships between two nodes `graph.min_cut` tells.",
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
    let on_the_day = Context { view, cuts: &Cuts::default(), ..*context };
    let denials = Denials::of_goods(reading, &["CONTAINS", "NEEDS", "BROADER"]);
    let supply = Supply { reading, material, cut, denials, context: &on_the_day };
    let dominators = supply.dominators(BTreeSet::new())?;
    let mut lost: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    let mut users = 0;
    for company in dominators.keys().filter(|node| reading.is(**node, "Company")) {
        context.limits.checkpoint()?;
        let Some(passed) = supply.passed(*company, &dominators)? else { continue };
        users += 1;
        for node in passed {
            lost.entry(node).or_default().insert(*company);
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

/// Each node that a material reaches, with the last one that all ways to it pass.
type Dominators = BTreeMap<NodeId, NodeId>;

struct Supply<'g> {
    reading: Reading<'g>,
    material: NodeId,
    cut: Cut,
    /// What is said not to be in goods.
    denials: Denials,
    context: &'g Context<'g>,
}

impl Supply<'_> {
    fn dominators(&self, without: BTreeSet<NodeId>) -> Result<Dominators, ProcedureError> {
        let cut = Cut { without, ..self.cut.clone() };
        Ok(dominators_of(&cut, self.material, self.context)?.into_iter().collect())
    }

    /// What every open way to a company passes; `None` where denials close them all.
    fn passed(&self, company: NodeId, all: &Dominators) -> Result<Option<BTreeSet<NodeId>>, ProcedureError> {
        let mut passed: Option<BTreeSet<NodeId>> = None;
        let denials = Denials::of(self.reading, company)
            .and(&self.denials, |node| node == self.material || all.contains_key(&node));
        for avoided in denials.detours() {
            self.context.limits.checkpoint()?;
            let found = match avoided {
                // Without the material there is no way.
                avoided if avoided.contains(&self.material) => continue,
                avoided if avoided.is_empty() => self.on_the_way(company, all),
                avoided => self.on_the_way(company, &self.dominators(avoided)?),
            };
            // A node that one detour does not pass is no choke point.
            passed = match (passed, found) {
                (Some(passed), Some(found)) => Some(&passed & &found),
                (passed, found) => found.or(passed),
            };
        }
        Ok(passed)
    }

    fn on_the_way(&self, company: NodeId, dominators: &Dominators) -> Option<BTreeSet<NodeId>> {
        let before = |node: &NodeId| dominators.get(node).copied();
        let way_to = |last: NodeId| -> BTreeSet<NodeId> {
            std::iter::successors(Some(last), before).filter(|node| *node != self.material).collect()
        };
        let own = ["USES", "MAKES", "NEEDS"];
        if own.iter().all(|rel_type| self.reading.denied(company, rel_type).next().is_none()) {
            return dominators.get(&company).copied().map(way_to);
        }
        // What is denied of the company itself is no step to it: what its other goods have in common is left.
        let goods = own.iter().flat_map(|rel_type| self.reading.stated(company, rel_type)).map(|step| step.node);
        let reached = goods.filter(|good| *good == self.material || dominators.contains_key(good));
        reached.map(way_to).reduce(|passed, other| &passed & &other)
    }
}
