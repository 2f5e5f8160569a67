//! How an actor is exposed to a material or a country, over its own goods and those of its suppliers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::diag::code;
use crate::graph::{Entity, GraphView, Modality, Statement, Step, ValidTime};
use crate::limits::Reservation;
use crate::procedure::{Context, Field, Procedure, ProcedureError, Rows, Run, Type, argument, column, maybe};
use crate::value::{NodeId, Path, RelId, Value};

use super::denial::Denials;
use super::origin::{Origin, origins};
use super::{Reading, lens};

/// The ways by which an actor is exposed to a material or a country on a day, one row a way, with what each contributes.
///
/// A way leads from the actor over none to three suppliers (`SUPPLIES`, against its direction; nobody twice, so that cycles end) to a company
/// that uses or makes a good (`USES`, `MAKES`), and on over the kind that the good is (`BROADER`, once) and what is in it (`CONTAINS`) to the
/// material, by the fewest steps; or, of a country, to a company that has its seat there or is said to rely on it (`HEADQUARTERED_IN`,
/// `RELIES_ON`). Where the `goods` of the last delivery are stated, they share a word with the goods of the way behind it; what a supplier makes of
/// what it gets is not known, so that earlier deliveries are taken as they are. Denials win: that a company does not use something or rely on it
/// closes the ways over it, that goods do not contain something the ways over both, where a denial has a scope (`in`) those that also pass the
/// scope; that somebody does not supply another closes the delivery, where it names goods that of these goods; that one does not make
/// a good, is no kind of it or has no seat there, the step itself.
///
/// `share_of` names one indicator of figures or several, such as `import-value-share`: then ways to a country lead also from an actor over its
/// goods and what is in them to a figure that gives the country's share in percent: in the supply of a place that the actor is, is in or is a
/// member of, or, where the figure names no partner, in that of the world. Each figure is a way of its own, of the last year by the day that
/// its source has. A country or bloc itself reaches the figures of its own supply without goods between.
///
/// `share` is the product of the shares of the deliveries, of the use and of the figure, from 0 to 1; null where one of them is not known. `low` and
/// `high` take an unknown share as 0 and as 1, and a range of a figure at its ends. `grade` says how much the way proves: `proven` where the actor itself uses the material and
/// that is a fact, or where the figure is of the actor's own supply and no claim or estimate, `reported` where each step is stated but one is a
/// claim, an estimate or a delivery, `possible` where the way leads through goods in general, or to a figure of a wider supply: that all use what
/// the place imports. The frame's known day and moods hold; its valid time gives way to `day`. In the order of suppliers passed, then of names.
///
/// # Errors
/// An id that no node has; what is no day.
pub(in crate::procedure) static EXPOSURE: Procedure = Procedure {
    name: Cow::Borrowed("trade.exposure"),
    arguments: Cow::Borrowed(&[ACTOR, TO, DAY, SHARE_OF]),
    yields: Cow::Borrowed(&[PATH, VIA, SHARE, LOW, HIGH, GRADE]),
    summary: Cow::Borrowed(
        "The ways by which an actor is exposed to a material or a country on a day, over its goods and up to three suppliers, with what each contributes and proves.",
    ),
    notes: Cow::Borrowed(
        "`share` is the product of the shares on the way, from 0 to 1, null where one is not known; `low` and `high` take what is not known as 0 and as 1. A share is stated on a delivery or a use (`share`, in percent), or by a figure: `share_of` names indicators of figures in percent, such as `'import-value-share'` or `['refining-share', 'mine-output-share']`, by which goods lead to a country: its share in the imports of the place that the actor is in, or in the world; each figure is a way of its own, of the last year by the day. `grade` is proven, reported or possible. Nobody is passed twice.",
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
const SHARE_OF: Field =
    Field { name: Cow::Borrowed("share_of"), kind: Type::Any, nullable: true, default: Some(|| Value::Null) };
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
    let day = argument::day(&EXPOSURE, 2, values)?;
    let lens = lens(context, ValidTime::AsOf(day));
    let reading = Reading(GraphView::new(context.view.snapshot(), &lens));
    let held = context.limits.reservation();
    let origins = origins(reading, to, &indicators(&values[3])?, day, context);
    let denials = Some(Denials::of_goods(reading, &["CONTAINS", "NEEDS"])).filter(|denials| !denials.is_empty());
    let mut search = Search { reading, to, context, origins, denials, ends: BTreeMap::new(), rows: Vec::new(), held };
    search.from(&mut Way { nodes: vec![actor], rels: Vec::new(), goods: Vec::new() })?;
    search.rows.sort_by_cached_key(|(passed, row)| {
        let names = |nodes: &[NodeId]| nodes.iter().map(|node| reading.name(*node)).collect::<Vec<_>>();
        let behind = match row.first() {
            Some(Value::Path(path)) => names(&path.nodes),
            _ => Vec::new(),
        };
        (passed.len(), names(passed), behind)
    });
    Ok(search.rows.into_iter().map(|(_, row)| row).collect())
}

/// The indicators that a text or a list of texts names.
fn indicators(value: &Value) -> Result<Vec<&str>, ProcedureError> {
    let texts = match value {
        Value::Null => Some(Vec::new()),
        Value::Text(text) => Some(vec![text.as_ref()]),
        Value::List(list) => list.iter().map(Value::as_text).collect(),
        _ => None,
    };
    texts.ok_or_else(|| {
        let message =
            format!("`share_of` is {value}; expected an indicator of figures, such as 'import-value-share', or a list");
        ProcedureError::Value(code::TYPE_ERROR, message)
    })
}

/// A way as far as it has come: the actor, then its supplier, that one's supplier, ….
struct Way {
    nodes: Vec<NodeId>,
    rels: Vec<RelId>,
    /// What each delivery is of, where it is stated.
    goods: Vec<Option<String>>,
}

/// How a company comes by the material, or by what comes from the country: its goods and what is in them.
#[derive(Clone, Default)]
struct End {
    nodes: Vec<NodeId>,
    rels: Vec<RelId>,
    /// The figure that it ends with, if it does.
    share: Option<Share>,
}

/// What a figure says.
#[derive(Clone, Copy)]
struct Share {
    low: f64,
    high: f64,
    /// The figure is of the supply of the actor itself, so that no goods lead to it.
    is_own: bool,
}

struct Search<'g> {
    reading: Reading<'g>,
    to: NodeId,
    context: &'g Context<'g>,
    /// Figures that give a share of the country that is asked about.
    origins: Vec<Origin>,
    /// What is said not to be in goods, where something is.
    denials: Option<Denials>,
    ends: BTreeMap<NodeId, Vec<End>>,
    rows: Vec<(Vec<NodeId>, Vec<Value>)>,
    held: Reservation,
}

impl Search<'_> {
    fn from(&mut self, way: &mut Way) -> Result<(), ProcedureError> {
        self.context.limits.checkpoint()?;
        let Some(last) = way.nodes.last().copied() else { return Ok(()) };
        for end in self.ends(last)?.into_iter().filter(|end| self.is_of_goods(way, end)).collect::<Vec<_>>() {
            self.held.grow(16 * size_of::<Value>())?;
            self.row(way, &end);
        }
        if way.rels.len() == MOST_SUPPLIERS {
            return Ok(());
        }
        let suppliers: Vec<Step> = self.reading.stated_of(last, "SUPPLIES").collect();
        let denied: Vec<Step> = self.reading.denied_of(last, "SUPPLIES").collect();
        for step in suppliers {
            if way.nodes.contains(&step.node) || denied.iter().any(|no| self.is_denied(step, *no, way)) {
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

    /// Whether a denial that has a scope, in goods or in something on the way, is of a delivery.
    fn is_denied(&self, delivery: Step, no: Step, way: &Way) -> bool {
        let goods = |rel| self.reading.text(Entity::Rel(rel), "goods");
        let are_its_goods = match (goods(no.rel), goods(delivery.rel)) {
            (None, _) => true,
            (Some(denied), Some(delivered)) => !words(&denied).is_disjoint(&words(&delivered)),
            (Some(_), None) => false,
        };
        let is_in_scope = self.reading.scope(no.rel).is_none_or(|scope| way.nodes.contains(&scope));
        delivery.node == no.node && are_its_goods && is_in_scope
    }

    /// The shortest ways of a company itself to what is asked, to a country by each figure; looked for once.
    fn ends(&mut self, company: NodeId) -> Result<Vec<End>, ProcedureError> {
        if let Some(known) = self.ends.get(&company) {
            return Ok(known.clone());
        }
        let mut found = Vec::new();
        if self.reading.is(self.to, "Country") {
            found.extend(self.seat(company));
            for origin in &self.origins {
                found.extend(self.by_figure(company, origin)?);
            }
        } else {
            found.extend(self.parts(company, self.to)?);
        }
        self.ends.insert(company, found.clone());
        Ok(found)
    }

    /// The way of an actor to a country by a figure: over the goods that the figure is of, or as the one whose supply it is of.
    fn by_figure(&self, actor: NodeId, origin: &Origin) -> Result<Option<End>, ProcedureError> {
        let reading = self.reading;
        let is_place = reading.is(actor, "Country") || reading.is(actor, "Bloc");
        let [of, to_country] = origin.rels;
        let (low, high) = origin.share;
        let (mut end, first) = match origin.place {
            Some((place, rel)) if is_place => {
                let Some(end) = reading.way(actor, place, &["MEMBER_OF"]) else { return Ok(None) };
                (end, rel)
            }
            None if is_place => return Ok(None),
            Some((place, _)) if reading.way(actor, place, &["HEADQUARTERED_IN", "MEMBER_OF"]).is_none() => {
                return Ok(None);
            }
            _ if reading.denied(actor, "RELIES_ON").any(|step| step.node == self.to) => return Ok(None),
            _ => match self.parts(actor, origin.of)? {
                Some(End { nodes, rels, .. }) => ((nodes, rels), of),
                None => return Ok(None),
            },
        };
        let is_own = end.0.is_empty();
        end.0.extend([origin.figure, self.to]);
        end.1.extend([first, to_country]);
        Ok(Some(End { nodes: end.0, rels: end.1, share: Some(Share { low, high, is_own }) }))
    }

    fn seat(&self, company: NodeId) -> Option<End> {
        let mut steps =
            ["RELIES_ON", "HEADQUARTERED_IN"].iter().flat_map(|rel_type| self.reading.stated(company, rel_type));
        let step = steps.find(|step| step.node == self.to)?;
        Some(End { nodes: vec![step.node], rels: vec![step.rel], share: None })
    }

    /// The shortest way over goods that no denial closes.
    fn parts(&self, company: NodeId, to: NodeId) -> Result<Option<End>, ProcedureError> {
        let mut shortest: Option<End> = None;
        let denials = match self.denials.as_ref() {
            Some(of_goods) => {
                let reached = self.reached(company);
                Denials::of(self.reading, company).and(of_goods, |node| reached.contains(&node))
            }
            None => Denials::of(self.reading, company),
        };
        for avoided in denials.detours() {
            self.context.limits.checkpoint()?;
            let found = self.parts_but_for(company, to, &avoided);
            let is_shorter = |end: &End| shortest.as_ref().is_none_or(|known| end.rels.len() < known.rels.len());
            shortest = found.filter(is_shorter).or(shortest);
        }
        Ok(shortest)
    }

    /// All that a company's goods lead to.
    fn reached(&self, company: NodeId) -> BTreeSet<NodeId> {
        let mut came = BTreeMap::new();
        self.walk(company, None, &BTreeSet::new(), &mut came);
        came.into_keys().collect()
    }

    fn parts_but_for(&self, company: NodeId, to: NodeId, avoided: &BTreeSet<NodeId>) -> Option<End> {
        let mut came = BTreeMap::new();
        self.walk(company, Some(to), avoided, &mut came).then(|| back(company, to, &came))
    }

    /// Goes over goods until something is found.
    fn walk(
        &self,
        company: NodeId,
        to: Option<NodeId>,
        avoided: &BTreeSet<NodeId>,
        came: &mut BTreeMap<NodeId, (NodeId, RelId)>,
    ) -> bool {
        // What was reached, after how many parts, and whether the kind of a good may still be asked.
        let mut next: VecDeque<(NodeId, usize, bool)> = VecDeque::from([(company, 0, false)]);
        while let Some((node, parts, is_own)) = next.pop_front() {
            if Some(node) == to {
                return true;
            }
            if parts > MOST_PARTS {
                continue;
            }
            let rel_types: &[&str] = match (node == company, is_own) {
                (true, _) => &["USES", "MAKES"],
                (false, true) => &["CONTAINS", "BROADER"],
                (false, false) => &["CONTAINS"],
            };
            for step in rel_types.iter().flat_map(|rel_type| self.reading.stated(node, rel_type)) {
                let is_open = step.node != company && !avoided.contains(&step.node);
                if is_open && !came.contains_key(&step.node) {
                    came.insert(step.node, (node, step.rel));
                    next.push_back((step.node, parts + 1, node == company));
                }
            }
        }
        false
    }

    /// Whether the last delivery may be of goods of the way behind it.
    fn is_of_goods(&self, way: &Way, end: &End) -> bool {
        let Some(last) = way.goods.last() else { return true };
        let Some(goods) = last else { return true };
        if self.reading.is(self.to, "Country") {
            return true;
        }
        let delivered = words(goods);
        end.nodes.iter().any(|node| !words(&self.reading.name(*node)).is_disjoint(&delivered))
    }

    fn row(&mut self, way: &Way, end: &End) {
        let reading = self.reading;
        let share = |rel: &RelId| reading.number(Entity::Rel(*rel), "share").map(|share| share / 100.0);
        let used = end.rels.first().filter(|_| way.rels.is_empty() && !end.share.is_some_and(|share| share.is_own));
        let stated = way.rels.iter().map(share).chain(used.and_then(share).map(Some));
        let stated = stated.map(|share| share.map(|share| (share, share)));
        let shares: Vec<_> = stated.chain(end.share.map(|share| Some((share.low, share.high)))).collect();
        let low: f64 = shares.iter().map(|share| share.map_or(0.0, |(low, _)| low)).product();
        let high: f64 = shares.iter().map(|share| share.map_or(1.0, |(_, high)| high)).product();
        let is_exact = |share: &Option<(f64, f64)>| share.is_some_and(|(low, high)| low.total_cmp(&high).is_eq());
        let known = !shares.is_empty() && shares.iter().all(is_exact);
        let rels: Vec<RelId> = way.rels.iter().chain(&end.rels).copied().collect();
        let meta = |statement| reading.0.snapshot().meta(Statement::Entity(statement)).modality;
        let is_fact = |rel: &RelId| meta(Entity::Rel(*rel)) == Modality::Fact;
        let is_figure_fact = end.nodes.first().is_none_or(|figure| meta(Entity::Node(*figure)) == Modality::Fact);
        let grade = match (way.rels.len(), end.rels.len(), end.share) {
            (0, 2, Some(Share { is_own: true, .. })) if rels.iter().all(is_fact) && is_figure_fact => "proven",
            (_, 2, Some(Share { is_own: true, .. })) => "reported",
            (_, _, Some(_)) => "possible",
            (0, 1, None) if rels.iter().all(is_fact) => "proven",
            (_, 1, None) => "reported",
            (_, _, None) => "possible",
        };
        let nodes: Vec<NodeId> = way.nodes.iter().chain(&end.nodes).copied().collect();
        let row = vec![
            Value::Path(Arc::new(Path { nodes, rels })),
            Value::list(way.nodes.iter().skip(1).map(|node| Value::Node(*node))),
            if known { Value::Float(low) } else { Value::Null },
            Value::Float(if shares.is_empty() { 0.0 } else { low }),
            Value::Float(high),
            Value::from(grade),
        ];
        self.rows.push((way.nodes.clone(), row));
    }
}

/// The words of goods, but for short ones and their plurals.
fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).map(|word| word.trim_end_matches('s').to_owned());
    words.filter(|word| word.len() > 2).collect()
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
