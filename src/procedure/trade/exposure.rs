//! How an actor is exposed to a material or a country, over its own goods and those of its suppliers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::graph::{Entity, GraphView, Modality, Statement, Step, ValidTime};
use crate::limits::Reservation;
use crate::procedure::{Context, Field, Procedure, ProcedureError, Rows, Run, Type, argument, column, maybe};
use crate::value::{NodeId, Path, RelId, Value};

use super::denial::Denials;
use super::{Reading, lens};

/// The ways by which an actor is exposed to a material or a country on a day, one row a way, with what each contributes.
///
/// A way leads from the actor over none to three suppliers (`SUPPLIES`, against its direction; nobody twice, so that cycles end) to a company
/// that uses or makes a good (`USES`, `MAKES`), and on over the kind that the good is (`BROADER`, once) and what is in it (`CONTAINS`) to the
/// material, by the fewest steps; or, of a country, to a company that has its seat there or is said to rely on it (`HEADQUARTERED_IN`,
/// `RELIES_ON`). Where the `goods` of the last delivery are stated, they share a word with the goods of the way behind it; what a supplier makes of
/// what it gets is not known, so that earlier deliveries are taken as they are. A statement that a company does not use something closes the ways
/// over it, where it has a scope (`in`) those that also pass the scope.
///
/// `share` is the product of the shares of the deliveries and of the use, from 0 to 1; null where one of them is not known. `low` and
/// `high` take an unknown share as 0 and as 1. `grade` says how much the way proves: `proven` where the actor itself uses the material and
/// that is a fact, `reported` where each step is stated but one is a claim or a delivery, `possible` where the way leads through goods in
/// general. The frame's known day and moods hold; its valid time gives way to `day`. In the order of suppliers passed, then of names.
///
/// # Errors
/// An id that no node has; what is no day.
pub(in crate::procedure) static EXPOSURE: Procedure = Procedure {
    name: Cow::Borrowed("trade.exposure"),
    arguments: Cow::Borrowed(&[ACTOR, TO, DAY]),
    yields: Cow::Borrowed(&[PATH, VIA, SHARE, LOW, HIGH, GRADE]),
    summary: Cow::Borrowed(
        "The ways by which an actor is exposed to a material or a country on a day, over its goods and up to three suppliers, with what each contributes and proves.",
    ),
    notes: Cow::Borrowed(
        "`share` is the product of the shares on the way, from 0 to 1, null where one is not known; `low` and `high` take what is not known as 0 and as 1. `grade` is proven, reported or possible. Nobody is passed twice.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.exposure('trumpf', 'ytterbium', '2026-01-01') YIELD via, grade RETURN collect([size(via), grade])",
        ),
        Cow::Borrowed("[[0, 'proven']]"),
    ),
    run: Run::Built(exposure),
};
const ACTOR: Field = column("actor", Type::Any);
const TO: Field = column("to", Type::Any);
const DAY: Field = column("day", Type::Any);
const PATH: Field = column("path", Type::Path);
const VIA: Field = column("via", Type::List);
const SHARE: Field = maybe("share", Type::Float);
const LOW: Field = column("low", Type::Float);
const HIGH: Field = column("high", Type::Float);
const GRADE: Field = column("grade", Type::String);

/// Suppliers that a way passes at most.
const MOST_SUPPLIERS: usize = 3;
/// Steps of what is in what.
const MOST_PARTS: usize = 7;

fn exposure(values: &[Value], context: &Context<'_>) -> Rows {
    let actor = argument::node(&EXPOSURE, 0, values, context)?;
    let to = argument::node(&EXPOSURE, 1, values, context)?;
    let lens = lens(context, ValidTime::AsOf(argument::day(&EXPOSURE, 2, values)?));
    let reading = Reading(GraphView::new(context.view.snapshot(), &lens));
    let held = context.limits.reservation();
    let mut search = Search { reading, to, context, ends: BTreeMap::new(), rows: Vec::new(), held };
    search.from(&mut Way { nodes: vec![actor], rels: Vec::new(), goods: Vec::new() })?;
    search.rows.sort_by_key(|(way, _)| (way.len(), way.iter().map(|node| reading.name(*node)).collect::<Vec<_>>()));
    Ok(search.rows.into_iter().map(|(_, row)| row).collect())
}

/// A way as far as it has come: the actor, then its supplier, that one's supplier, ….
struct Way {
    nodes: Vec<NodeId>,
    rels: Vec<RelId>,
    /// What each delivery is of, where it is stated.
    goods: Vec<Option<String>>,
}

/// How a company comes by the material: its goods and what is in them.
#[derive(Clone, Default)]
struct End {
    nodes: Vec<NodeId>,
    rels: Vec<RelId>,
}

struct Search<'g> {
    reading: Reading<'g>,
    to: NodeId,
    context: &'g Context<'g>,
    ends: BTreeMap<NodeId, Option<End>>,
    rows: Vec<(Vec<NodeId>, Vec<Value>)>,
    held: Reservation,
}

impl Search<'_> {
    fn from(&mut self, way: &mut Way) -> Result<(), ProcedureError> {
        self.context.limits.checkpoint()?;
        let Some(last) = way.nodes.last().copied() else { return Ok(()) };
        if let Some(end) = self.end(last)?.filter(|end| self.is_of_goods(way, end)) {
            self.held.grow(16 * size_of::<Value>())?;
            self.row(way, &end);
        }
        if way.rels.len() == MOST_SUPPLIERS {
            return Ok(());
        }
        let suppliers: Vec<Step> = self.reading.into(last, "SUPPLIES").collect();
        for step in suppliers {
            if way.nodes.contains(&step.node) {
                continue;
            }
            way.nodes.push(step.node);
            way.rels.push(step.rel);
            way.goods.push(self.reading.text(Entity::Rel(step.rel), "goods"));
            self.from(way)?;
            way.nodes.pop();
            way.rels.pop();
            way.goods.pop();
        }
        Ok(())
    }

    /// The shortest way of a company itself to what is asked; looked for once.
    fn end(&mut self, company: NodeId) -> Result<Option<End>, ProcedureError> {
        if let Some(known) = self.ends.get(&company) {
            return Ok(known.clone());
        }
        let found = if self.reading.is(self.to, "Country") { self.seat(company) } else { self.parts(company)? };
        self.ends.insert(company, found.clone());
        Ok(found)
    }

    fn seat(&self, company: NodeId) -> Option<End> {
        let mut steps =
            ["RELIES_ON", "HEADQUARTERED_IN"].iter().flat_map(|rel_type| self.reading.out(company, rel_type));
        let step = steps.find(|step| step.node == self.to)?;
        Some(End { nodes: vec![step.node], rels: vec![step.rel] })
    }

    /// The shortest way over goods that no denial closes.
    fn parts(&self, company: NodeId) -> Result<Option<End>, ProcedureError> {
        let mut shortest: Option<End> = None;
        for avoided in Denials::of(self.reading, company).detours() {
            self.context.limits.checkpoint()?;
            let found = self.parts_but_for(company, &avoided);
            let is_shorter = |end: &End| shortest.as_ref().is_none_or(|known| end.rels.len() < known.rels.len());
            shortest = found.filter(is_shorter).or(shortest);
        }
        Ok(shortest)
    }

    fn parts_but_for(&self, company: NodeId, avoided: &BTreeSet<NodeId>) -> Option<End> {
        let mut came: BTreeMap<NodeId, (NodeId, RelId)> = BTreeMap::new();
        // What was reached, after how many parts, and whether the kind of a good may still be asked.
        let mut next: VecDeque<(NodeId, usize, bool)> = VecDeque::from([(company, 0, false)]);
        while let Some((node, parts, is_own)) = next.pop_front() {
            if node == self.to {
                return Some(back(company, node, &came));
            }
            if parts > MOST_PARTS {
                continue;
            }
            let rel_types: &[&str] = match (node == company, is_own) {
                (true, _) => &["USES", "MAKES"],
                (false, true) => &["CONTAINS", "BROADER"],
                (false, false) => &["CONTAINS"],
            };
            for step in rel_types.iter().flat_map(|rel_type| self.reading.out(node, rel_type)) {
                let is_open = step.node != company && !avoided.contains(&step.node);
                if is_open && !came.contains_key(&step.node) {
                    came.insert(step.node, (node, step.rel));
                    next.push_back((step.node, parts + 1, node == company));
                }
            }
        }
        None
    }

    /// Whether the last delivery may be of goods of the way behind it.
    fn is_of_goods(&self, way: &Way, end: &End) -> bool {
        let Some(last) = way.goods.last() else { return true };
        let Some(goods) = last else { return true };
        if self.reading.is(self.to, "Country") {
            return true;
        }
        let words = |text: &str| -> BTreeSet<String> {
            let lower = text.to_lowercase();
            lower
                .split(|c: char| !c.is_alphanumeric())
                .map(|word| word.trim_end_matches('s').to_owned())
                .filter(|word| word.len() > 2)
                .collect()
        };
        let delivered = words(goods);
        end.nodes.iter().any(|node| !words(&self.reading.name(*node)).is_disjoint(&delivered))
    }

    fn row(&mut self, way: &Way, end: &End) {
        let reading = self.reading;
        let share = |rel: &RelId| reading.number(Entity::Rel(*rel), "share").map(|share| share / 100.0);
        let used = end.rels.first().filter(|_| way.rels.is_empty()).and_then(share);
        let deliveries: Vec<Option<f64>> = way.rels.iter().map(share).chain(used.map(Some)).collect();
        let product = |unknown: f64| deliveries.iter().map(|share| share.unwrap_or(unknown)).product::<f64>();
        let known = !deliveries.is_empty() && deliveries.iter().all(Option::is_some);
        let rels: Vec<RelId> = way.rels.iter().chain(&end.rels).copied().collect();
        let is_fact =
            |rel: &RelId| reading.0.snapshot().meta(Statement::Entity(Entity::Rel(*rel))).modality == Modality::Fact;
        let grade = match (way.rels.len(), end.rels.len()) {
            (0, 1) if rels.iter().all(is_fact) => "proven",
            (_, 1) => "reported",
            _ => "possible",
        };
        let nodes: Vec<NodeId> = way.nodes.iter().chain(&end.nodes).copied().collect();
        let row = vec![
            Value::Path(Arc::new(Path { nodes, rels })),
            Value::list(way.nodes.iter().skip(1).map(|node| Value::Node(*node))),
            if known { Value::Float(product(0.0)) } else { Value::Null },
            Value::Float(if deliveries.is_empty() { 0.0 } else { product(0.0) }),
            Value::Float(product(1.0)),
            Value::from(grade),
        ];
        self.rows.push((way.nodes.clone(), row));
    }
}

/// The way from a company to what was found, over what came before.
fn back(company: NodeId, found: NodeId, came: &BTreeMap<NodeId, (NodeId, RelId)>) -> End {
    let mut end = End::default();
    let mut at = found;
    while at != company {
        let Some((before, rel)) = came.get(&at) else { break };
        end.nodes.push(at);
        end.rels.push(*rel);
        at = *before;
    }
    end.nodes.reverse();
    end.rels.reverse();
    end
}
