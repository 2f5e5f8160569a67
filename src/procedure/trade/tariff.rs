//! The stack of duties on a good, between an importer and an origin, on a day.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::graph::{Entity, GraphView, Statement, Step, ValidTime};
use crate::procedure::{Context, Field, Procedure, Rows, Run, Type, argument, column, maybe};
use crate::value::{NodeId, Value};

use super::goods::{Fit, Goods};
use super::{Reading, lens};

/// The duties that an importer charges on a good of an origin on a day, one row a layer.
///
/// A layer is a measure on imports that states a rate, covers the good (as that kind, a broader one, its HS code, or everything),
/// targets the origin (the country, a maker seated there, a group, or all) and is an act of the importer or of a bloc it is a
/// member of. What covers a code covers all below it; what covers another code below one that is above the good's own is another good's.
/// Rates are in percent of the value. `low` and `high` are what the layer adds to the total: both the rate where it is
/// surely charged; from 0 where it covers only some of these goods (a narrower kind, a code of some, `extent: part`), or an exclusion is not detailed enough to tell whether the good is carved
/// out; 0 where the good is carved out or a layer beside it displaces this one (a `STACKS_WITH` that says not). For a
/// country whose makers have rates of their own they span these. For everything (`all-goods`) they are those of a good that no exclusion
/// names. `because` says what decided; `beside` names the layers that are stated to be charged together with it: of others
/// the record does not say so, and the sum is what would be charged if all are.
///
/// The frame's known day and moods hold; its valid time gives way to `day`.
///
/// # Errors
/// An id that no node has; what is no day.
pub(in crate::procedure) static TARIFF: Procedure = Procedure {
    name: Cow::Borrowed("trade.tariff"),
    arguments: Cow::Borrowed(&[PRODUCT, IMPORTER, ORIGIN, DAY]),
    yields: Cow::Borrowed(&[LAYER, INSTRUMENT, LAW, RATE, LOW, HIGH, BECAUSE, BESIDE]),
    summary: Cow::Borrowed(
        "The duties that an importer charges on a good of an origin on a day, one row a layer: its rate in percent, what it adds at least and at most, why, and beside which others it is stated to be charged.",
    ),
    notes: Cow::Borrowed(
        "Nodes may be given by their ids. A layer covers the good itself, a broader kind of it, or a code above its own: never its siblings below the same code. `low` and `high` differ where the layer covers only some of these goods, where an exclusion is not detailed enough to tell, and where makers have rates of their own; a layer that is carved out or displaced adds 0. For `all-goods` they are those of a good that no exclusion names. The sum is what is charged if all layers stack: `beside` tells of which the record says so.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.tariff('all-goods', 'united-states', 'china', '2025-04-20') YIELD low, high RETURN [sum(low), sum(high)]",
        ),
        Cow::Borrowed("[145.0, 145.0]"),
    ),
    run: Run::Built(tariff),
};
const PRODUCT: Field = column("product", Type::Any);
const IMPORTER: Field = column("importer", Type::Any);
const ORIGIN: Field = column("origin", Type::Any);
const DAY: Field = column("day", Type::Any);
const LAYER: Field = column("layer", Type::Node);
const INSTRUMENT: Field = column("instrument", Type::Node);
const LAW: Field = maybe("law", Type::Node);
const RATE: Field = maybe("rate", Type::Float);
const LOW: Field = column("low", Type::Float);
const HIGH: Field = column("high", Type::Float);
const BECAUSE: Field = column("because", Type::List);
const BESIDE: Field = column("beside", Type::List);

fn tariff(values: &[Value], context: &Context<'_>) -> Rows {
    let [good, importer, origin] = [0, 1, 2].map(|at| argument::node(&TARIFF, at, values, context));
    let (good, importer, origin) = (good?, importer?, origin?);
    let lens = lens(context, ValidTime::AsOf(argument::day(&TARIFF, 3, values)?));
    let reading = Reading(GraphView::new(context.view.snapshot(), &lens));
    let question = Question {
        reading,
        goods: Goods::new(reading, good),
        importers: reading.closure(importer, &["MEMBER_OF"]),
        origin,
        places: reading.closure(origin, &["HEADQUARTERED_IN", "LOCATED_IN", "MEMBER_OF", "PART_OF"]),
    };
    let mut layers = Vec::new();
    for measure in reading.nodes("ImportMeasure") {
        context.limits.checkpoint()?;
        layers.extend(question.layer(measure));
    }
    question.displace(&mut layers);
    Ok(layers.iter().map(|layer| question.row(layer, &layers)).collect())
}

struct Question<'g> {
    reading: Reading<'g>,
    goods: Goods<'g>,
    /// The importer and the blocs it is a member of.
    importers: BTreeSet<NodeId>,
    origin: NodeId,
    /// The origin, the country it is in, and what they are members of.
    places: BTreeSet<NodeId>,
}

struct Layer {
    measure: NodeId,
    instrument: NodeId,
    rate: Option<f64>,
    low: f64,
    high: f64,
    because: Vec<String>,
}

impl Question<'_> {
    /// The measure as a layer on this good, if it is one.
    fn layer(&self, measure: NodeId) -> Option<Layer> {
        let reading = self.reading;
        let instrument = self.act_of_importer(measure)?;
        let covers = reading.out(measure, "COVERS").map(|step| {
            let part = reading.text(Entity::Rel(step.rel), "extent").is_some_and(|extent| extent == "part");
            let fit = self.goods.fit(step.node);
            (if part { fit.min(Fit::Part) } else { fit }, step.node)
        });
        let (fit, covered) = covers.max()?;
        let (rate, low, high) = self.rate(measure)?;
        let mut layer = Layer { measure, instrument, rate, low, high, because: Vec::new() };
        match fit {
            Fit::Not => return None,
            Fit::Part | Fit::Perhaps => {
                layer.low = 0.0;
                let some = if fit == Fit::Part { "some of these" } else { "where some of these are classified" };
                layer.because.push(format!("covers {}, {some}", reading.name(covered)));
            }
            Fit::Whole => layer.because.push(format!("covers {}", reading.name(covered))),
        }
        self.exclude(&mut layer);
        Some(layer)
    }

    /// The act that provides the measure, where the importer or one of its blocs issued it.
    fn act_of_importer(&self, measure: NodeId) -> Option<NodeId> {
        let reading = self.reading;
        let mut acts = reading.into(measure, "PROVIDES").map(|step| step.node);
        let is_of_importer = |act: &NodeId| {
            reading.out(*act, "ISSUED_BY").any(|step| {
                let over = reading.closure(step.node, &["PART_OF"]);
                over.iter().any(|issuer| self.importers.contains(issuer))
            })
        };
        acts.find(is_of_importer)
    }

    /// The rate, and the least and most that it can be, of a measure that targets the origin.
    fn rate(&self, measure: NodeId) -> Option<(Option<f64>, f64, f64)> {
        let reading = self.reading;
        let general = reading.number(Entity::Node(measure), "rate");
        let targets: Vec<_> = reading.out(measure, "TARGETS").collect();
        let own = |rel| reading.number(Entity::Rel(rel), "rate");
        // The narrower target decides: the origin itself, before its country, before everyone.
        let hit = |step: &&Step| self.places.contains(&step.node) || reading.is_everything(step.node);
        let nearness =
            |step: &&Step| (step.node == self.origin, !reading.is_everything(step.node), own(step.rel).is_some());
        let nearest = targets.iter().filter(hit).max_by_key(nearness)?;
        if let Some(rate) = own(nearest.rel).or(general) {
            return Some((Some(rate), rate, rate));
        }
        let makers = targets.iter().filter(|step| !reading.is(step.node, "Country")).filter_map(|step| own(step.rel));
        let (low, high) =
            makers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), rate| (low.min(rate), high.max(rate)));
        (low <= high).then_some((None, low, high))
    }

    /// Takes what is carved out of the measure off a layer.
    fn exclude(&self, layer: &mut Layer) {
        let reading = self.reading;
        let mut excluded: Vec<NodeId> = reading.out(layer.measure, "EXCLUDES").map(|step| step.node).collect();
        excluded.sort_by_key(|node| reading.name(*node));
        for named in excluded {
            let name = reading.name(named);
            if self.goods.is_everything {
                layer.because.push(format!("but for {name}"));
            } else if self.places.contains(&named) || self.goods.fit(named) == Fit::Whole {
                (layer.low, layer.high) = (0.0, 0.0);
                layer.because.push(format!("excludes {name}"));
            } else if self.goods.fit(named) > Fit::Not {
                layer.low = 0.0;
                layer.because.push(format!("excludes {name}, which some of these goods are"));
            } else if self.goods.is_undetailed(named) {
                layer.low = 0.0;
                layer.because.push(format!("excludes {name}, which is not detailed"));
            }
        }
    }

    /// A layer that is stated not to be charged beside another gives way to it.
    fn displace(&self, layers: &mut [Layer]) {
        let negated = Reading(self.reading.0.with_negated());
        for at in 0..layers.len() {
            let not_beside: Vec<NodeId> = negated
                .out(layers[at].measure, "STACKS_WITH")
                .filter(|step| self.reading.0.snapshot().meta(Statement::Entity(Entity::Rel(step.rel))).negated)
                .map(|step| step.node)
                .collect();
            let displacing = layers.iter().filter(|other| not_beside.contains(&other.measure) && other.high > 0.0);
            let mut because = Vec::new();
            let (mut low, mut high) = (layers[at].low, layers[at].high);
            for other in displacing {
                low = 0.0;
                if other.low > 0.0 {
                    high = 0.0;
                }
                because.push(format!("is not charged beside {}", self.reading.name(other.measure)));
            }
            (layers[at].low, layers[at].high) = (low, high);
            layers[at].because.append(&mut because);
        }
    }

    fn row(&self, layer: &Layer, layers: &[Layer]) -> Vec<Value> {
        let reading = self.reading;
        let law = reading.out(layer.instrument, "BASED_ON").map(|step| step.node).min();
        let stacks = |other: &&Layer| {
            let stated = |from: NodeId, to: NodeId| reading.out(from, "STACKS_WITH").any(|step| step.node == to);
            stated(layer.measure, other.measure) || stated(other.measure, layer.measure)
        };
        let beside = layers.iter().filter(stacks).map(|other| Value::from(reading.name(other.measure).as_str()));
        vec![
            Value::Node(layer.measure),
            Value::Node(layer.instrument),
            law.map_or(Value::Null, Value::Node),
            layer.rate.map_or(Value::Null, Value::Float),
            Value::Float(layer.low),
            Value::Float(layer.high),
            Value::list(layer.because.iter().map(|why| Value::from(why.as_str()))),
            Value::list(beside),
        ]
    }
}
