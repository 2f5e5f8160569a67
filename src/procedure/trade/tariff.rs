//! The stack of duties on a good, between an importer and an origin, on a day.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::graph::{Entity, GraphView, Statement, Step, ValidTime};
use crate::procedure::{Cited, CitedRows, Context, Field, Procedure, Run, Type, argument, column, maybe};
use crate::value::{Day, NodeId, RelId, Value};

use super::goods::{Fit, Found, Goods};
use super::standing::standing;
use super::{Reading, lens};

/// The duties that an importer charges on a good of an origin on a day, one row a layer.
///
/// A layer is a measure on imports that states a rate, covers the good (as that kind, a broader one, its HS code, or everything),
/// targets the origin (the country, a maker seated there, a group, or all) and is an act of the importer or of a bloc it is a
/// member of. What covers a code covers all below it; what covers another code below one that is above the good's own is another good's. Asked
/// by a code, what covers goods that are classified there, or under a code above or below it, covers some of these, and all where the
/// goods are all of their code (`extent: exact`).
/// Rates are in percent of the value. `low` and `high` are what the layer adds to the total: both the rate where it is
/// surely charged; from 0 where it covers only some of these goods (a narrower kind, a code of some, `extent: part`), or an exclusion is not detailed enough to tell whether the good is carved
/// out, or nobody knows whether it is in force on the day; 0 where the good is carved out or a layer beside it displaces this one (a `STACKS_WITH` that says not). For a
/// country whose makers have rates of their own they span these. For everything (`all-goods`) they are those of a good that no exclusion
/// names. `because` says what decided; `beside` names the layers that are stated to be charged together with it: of others
/// the record does not say so, and the sum is what would be charged if all are.
///
/// What ended in law and was still applied in fact on the day (an end or a suspension that is `de_facto` came later) counts, and `because`
/// says so, as it does where the status is not known, `INCLUDING UNKNOWN` or not, and of days after the last on which somebody looked.
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
        "Nodes may be given by their ids. A layer covers the good itself, a broader kind of it, or a code above its own: never its siblings below the same code. Asked by a code, a layer on goods classified under it, or under a code above or below it, covers some of these. `WHY` cites the rate, the target, the status, the coverage and the way from the good to what is covered. `low` and `high` differ where the layer covers only some of these goods, where an exclusion is not detailed enough to tell, where nobody knows whether it is in force on the day, and where makers have rates of their own; a layer that is carved out or displaced adds 0. What ended in law and was still applied counts, and `because` says so. For `all-goods` they are those of a good that no exclusion names. The sum is what is charged if all layers stack: `beside` tells of which the record says so. Of layers that each cover some of these goods, such as different lines below one code, no one good may pay all.",
    ),
    example: (
        Cow::Borrowed(
            "CALL trade.tariff('all-goods', 'united-states', 'china', '2025-04-20') YIELD low, high RETURN [sum(low), sum(high)]",
        ),
        Cow::Borrowed("[145.0, 145.0]"),
    ),
    run: Run::Cited(tariff),
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

fn tariff(values: &[Value], context: &Context<'_>) -> CitedRows {
    let [good, importer, origin] = [0, 1, 2].map(|at| argument::node(&TARIFF, at, values, context));
    let (good, importer, origin, day) = (good?, importer?, origin?, argument::day(&TARIFF, 3, values)?);
    let [on_the_day, always] = [ValidTime::AsOf(day), ValidTime::All].map(|valid| lens(context, valid));
    let reading = Reading(GraphView::new(context.view.snapshot(), &on_the_day));
    let question = Question {
        reading,
        always: GraphView::new(context.view.snapshot(), &always),
        day,
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
    /// The same without a day: a measure that is not in force in law says all the same what it covers.
    always: GraphView<'g>,
    day: Day,
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
    rests_on: Vec<Statement>,
}

impl Layer {
    fn rests_on(&mut self, step: Step) {
        self.rests_on_all(&[step.rel]);
    }

    fn rests_on_all(&mut self, rels: &[RelId]) {
        self.rests_on.extend(rels.iter().map(|rel| Statement::Entity(Entity::Rel(*rel))));
    }
}

/// The rate of a measure for an origin: as it is stated, the least and the most that it can be, and what says so.
struct Rate {
    stated: Option<f64>,
    low: f64,
    high: f64,
    said: Vec<Statement>,
}

impl<'g> Question<'g> {
    /// The measure as a layer on this good, if it is one.
    fn layer(&self, measure: NodeId) -> Option<Layer> {
        let reading = self.reading;
        let provides = self.act_of_importer(measure)?;
        let standing = standing(reading.0, measure, self.day)?;
        let covers = self.says(measure, "COVERS").map(|step| {
            let part = reading.text(Entity::Rel(step.rel), "extent").is_some_and(|extent| extent == "part");
            let Found { fit, over } = self.goods.fit(step.node);
            (if part { fit.min(Fit::Part) } else { fit }, step, over)
        });
        let (fit, covered, over) = covers.max_by_key(|(fit, step, _)| (*fit, step.node))?;
        let Rate { stated, low, high, said } = self.rate(measure)?;
        let mut layer = Layer {
            measure,
            instrument: provides.node,
            rate: stated,
            low,
            high,
            because: Vec::new(),
            rests_on: [standing.entries, said].concat(),
        };
        layer.rests_on(provides);
        layer.rests_on(covered);
        layer.rests_on_all(&over);
        let name = reading.name(covered.node);
        match fit {
            Fit::Not => return None,
            Fit::Part | Fit::Perhaps => {
                layer.low = 0.0;
                let some = if fit == Fit::Part { "some of these" } else { "where some of these are classified" };
                layer.because.push(format!("covers {name}, {some}"));
            }
            Fit::Whole => layer.because.push(format!("covers {name}")),
        }
        if !standing.is_sure {
            layer.low = 0.0;
        }
        layer.because.extend(standing.because);
        self.exclude(&mut layer);
        Some(layer)
    }

    /// What a measure says by relationships of a type that hold on the day, whether it is in force then or not.
    fn says(&self, measure: NodeId, rel_type: &str) -> impl Iterator<Item = Step> {
        self.said_of(Reading(self.always), measure, rel_type)
    }

    /// What somebody says that a measure does not.
    fn denies(&self, measure: NodeId, rel_type: &str) -> impl Iterator<Item = Step> {
        let snapshot = self.always.snapshot();
        let said = self.said_of(Reading(self.always.with_negated()), measure, rel_type);
        said.filter(|step| snapshot.meta(Statement::Entity(Entity::Rel(step.rel))).negated)
    }

    fn said_of(&self, through: Reading<'g>, measure: NodeId, rel_type: &str) -> impl Iterator<Item = Step> {
        let (view, day) = (self.reading.0, self.day);
        let holds = move |step: &Step| {
            view.snapshot().own_validity(Entity::Rel(step.rel)).contains(day) && view.shows_node(step.node)
        };
        through.out(measure, rel_type).filter(holds)
    }

    /// The act that provides the measure, where the importer or one of its blocs issued it.
    fn act_of_importer(&self, measure: NodeId) -> Option<Step> {
        let reading = self.reading;
        let mut acts = reading.into(measure, "PROVIDES");
        let is_of_importer = |act: &Step| {
            reading.out(act.node, "ISSUED_BY").any(|step| {
                let over = reading.closure(step.node, &["PART_OF"]);
                over.iter().any(|issuer| self.importers.contains(issuer))
            })
        };
        acts.find(is_of_importer)
    }

    /// The rate of a measure that targets the origin.
    fn rate(&self, measure: NodeId) -> Option<Rate> {
        let reading = self.reading;
        let targets: Vec<_> = self.says(measure, "TARGETS").collect();
        let rate = |of: Entity| Some((reading.number(of, "rate")?, reading.said(of, "rate")));
        let own = |step: &Step| rate(Entity::Rel(step.rel));
        // The narrower target decides: the origin itself, before its country, before everyone.
        let hit = |step: &&Step| self.places.contains(&step.node) || reading.is_everything(step.node);
        let nearness =
            |step: &&Step| (step.node == self.origin, !reading.is_everything(step.node), own(step).is_some());
        let nearest = targets.iter().filter(hit).max_by_key(nearness)?;
        let target = |step: &Step| Statement::Entity(Entity::Rel(step.rel));
        if let Some((rate, entry)) = own(nearest).or_else(|| rate(Entity::Node(measure))) {
            let said = std::iter::once(target(nearest)).chain(entry).collect();
            return Some(Rate { stated: Some(rate), low: rate, high: rate, said });
        }
        let mut makers =
            Rate { stated: None, low: f64::INFINITY, high: f64::NEG_INFINITY, said: vec![target(nearest)] };
        for step in targets.iter().filter(|step| !reading.is(step.node, "Country")) {
            if let Some((rate, entry)) = own(step) {
                (makers.low, makers.high) = (makers.low.min(rate), makers.high.max(rate));
                makers.said.extend(std::iter::once(target(step)).chain(entry));
            }
        }
        (makers.low <= makers.high).then_some(makers)
    }

    /// Takes what is carved out of the measure, or said not to be covered by it, off a layer.
    fn exclude(&self, layer: &mut Layer) {
        let reading = self.reading;
        let carved_out = self.says(layer.measure, "EXCLUDES").map(|step| (step, "excludes"));
        let denied = self.denies(layer.measure, "COVERS").map(|step| (step, "does not cover"));
        let missed = self.denies(layer.measure, "TARGETS").map(|step| (step, "does not target"));
        let missed = missed.filter(|(step, _)| self.places.contains(&step.node));
        let mut excluded: Vec<(Step, &str)> = carved_out.chain(denied).chain(missed).collect();
        excluded.sort_by_key(|(step, _)| reading.name(step.node));
        for (step, excludes) in excluded {
            let (named, name) = (step.node, reading.name(step.node));
            if self.goods.is_everything && !self.places.contains(&named) {
                layer.because.push(format!("but for {name}"));
                continue;
            }
            let Found { fit, over } = self.goods.fit(named);
            let (none_left, because) = if self.places.contains(&named) || fit == Fit::Whole {
                (true, format!("{excludes} {name}"))
            } else if fit > Fit::Not {
                (false, format!("{excludes} {name}, which some of these goods are"))
            } else if self.goods.is_undetailed(named) {
                (false, format!("{excludes} {name}, which is not detailed"))
            } else {
                continue;
            };
            layer.low = 0.0;
            if none_left {
                layer.high = 0.0;
            }
            layer.because.push(because);
            layer.rests_on(step);
            layer.rests_on_all(&over);
        }
    }

    /// A layer that is stated not to be charged beside another gives way to it, unless that one gives way itself: those come first that
    /// others give way to.
    fn displace(&self, layers: &mut [Layer]) {
        let not_beside: Vec<Vec<Step>> =
            layers.iter().map(|layer| self.denies(layer.measure, "STACKS_WITH").collect()).collect();
        let gives_way = |layer: usize, to: NodeId| not_beside[layer].iter().find(|step| step.node == to);
        let mut waiting: Vec<usize> = (0..layers.len()).collect();
        while !waiting.is_empty() {
            let is_ready = |at: &usize| {
                !waiting.iter().any(|other| other != at && gives_way(*at, layers[*other].measure).is_some())
            };
            // Of those that give way to each other the first does.
            let place = waiting.iter().position(is_ready).unwrap_or(0);
            let at = waiting.remove(place);
            let mut displaced = Vec::new();
            for (_, other) in layers.iter().enumerate().filter(|(place, other)| *place != at && other.high > 0.0) {
                if let Some(step) = gives_way(at, other.measure) {
                    displaced.push((*step, other.low > 0.0, self.reading.name(other.measure)));
                }
            }
            let layer = &mut layers[at];
            for (step, surely, other) in displaced {
                layer.low = 0.0;
                if surely {
                    layer.high = 0.0;
                }
                layer.because.push(format!("is not charged beside {other}"));
                layer.rests_on(step);
            }
        }
    }

    fn row(&self, layer: &Layer, layers: &[Layer]) -> Cited {
        let reading = self.reading;
        let law = reading.out(layer.instrument, "BASED_ON").min_by_key(|step| step.node);
        let stacks = |other: &&Layer| {
            let stated = |from: NodeId, to: NodeId| self.says(from, "STACKS_WITH").any(|step| step.node == to);
            stated(layer.measure, other.measure) || stated(other.measure, layer.measure)
        };
        let beside = layers.iter().filter(stacks).map(|other| Value::from(reading.name(other.measure).as_str()));
        let values = vec![
            Value::Node(layer.measure),
            Value::Node(layer.instrument),
            law.map_or(Value::Null, |step| Value::Node(step.node)),
            layer.rate.map_or(Value::Null, Value::Float),
            Value::Float(layer.low),
            Value::Float(layer.high),
            Value::list(layer.because.iter().map(|why| Value::from(why.as_str()))),
            Value::list(beside),
        ];
        Cited { values, rests_on: layer.rests_on.clone() }
    }
}
