//! Which goods a measure covers: by kinds, and by the codes of the Harmonized System.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Entity, Step};
use crate::value::{NodeId, RelId};

use super::Reading;

/// How a good stands to what a measure names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// Nothing connects the two.
    Not,
    /// The measure names something narrower: some goods of this kind.
    Part,
    /// Some of these goods are classified there and others not.
    Perhaps,
    /// All goods of this kind.
    Whole,
}

/// How a good stands to what a measure names, and the statements that say so: of what is what kind, and under which code.
pub(super) struct Found {
    pub fit: Fit,
    pub over: Vec<RelId>,
}

impl Found {
    fn not() -> Self {
        Self { fit: Fit::Not, over: Vec::new() }
    }

    /// The better fit; of two that are as good the first.
    fn or(self, other: Self) -> Self {
        if other.fit > self.fit { other } else { self }
    }
}

/// What a good is a kind of: whether wholly, and from which narrower kind by which statement it was found; the good itself by none.
struct Kind {
    wholly: bool,
    by: Option<(NodeId, RelId)>,
}

type Kinds = BTreeMap<NodeId, Kind>;

/// A good with all that it is a kind of.
pub(super) struct Goods<'g> {
    reading: Reading<'g>,
    good: NodeId,
    kinds: Kinds,
    /// The codes among the kinds by their digits.
    codes: Vec<(String, NodeId)>,
    /// The codes that it is classified under itself: only what is below these can be some of it.
    own: Vec<(String, NodeId)>,
    /// Its digits where it is a code.
    code: Option<String>,
    pub is_everything: bool,
}

impl<'g> Goods<'g> {
    pub(super) fn new(reading: Reading<'g>, good: NodeId) -> Self {
        let kinds = kinds(reading, good);
        let codes = kinds.keys().filter_map(|kind| Some((digits(reading, *kind)?, *kind))).collect();
        let own = classified(reading, good);
        Self {
            reading,
            good,
            kinds,
            codes,
            own,
            code: digits(reading, good),
            is_everything: reading.is_everything(good),
        }
    }

    /// How the good stands to what a measure names.
    pub(super) fn fit(&self, named: NodeId) -> Found {
        if self.kinds.contains_key(&named) {
            return self.as_kind(named);
        }
        if self.reading.is_everything(named) {
            return Found { fit: Fit::Whole, over: Vec::new() };
        }
        if self.is_everything {
            return Found::not();
        }
        let by_code = match digits(self.reading, named) {
            Some(covered) => self.fit_of_code(&covered),
            None => self.fit_of_goods(named),
        };
        if by_code.fit > Fit::Not {
            return by_code;
        }
        let narrower = kinds(self.reading, named);
        if narrower.contains_key(&self.good) {
            return Found { fit: Fit::Part, over: way(&narrower, self.good) };
        }
        Found::not()
    }

    /// What is one of its kinds.
    fn as_kind(&self, kind: NodeId) -> Found {
        let wholly = self.kinds.get(&kind).is_some_and(|kind| kind.wholly);
        Found { fit: if wholly { Fit::Whole } else { Fit::Perhaps }, over: way(&self.kinds, kind) }
    }

    /// A code covers what is below it, of which the good is; a finer one than its own covers some of it. The codes above its own have
    /// other goods below them.
    fn fit_of_code(&self, covered: &str) -> Found {
        let below = self.codes.iter().filter(|(code, _)| code.starts_with(covered));
        let fit = below.map(|(_, code)| self.as_kind(*code)).fold(Found::not(), Found::or);
        let finer = || self.own.iter().find(|(code, _)| covered.starts_with(code.as_str()));
        match (fit.fit, finer()) {
            (Fit::Not, Some((_, own))) => Found { fit: Fit::Part, over: way(&self.kinds, *own) },
            _ => fit,
        }
    }

    /// Goods that are classified under a code: what is asked of that code or one below it is all of them where they are all of the code,
    /// else some; of a code above it some. Goods without a code of their own are some of their kind's.
    fn fit_of_goods(&self, named: NodeId) -> Found {
        let (reading, Some(asked)) = (self.reading, &self.code) else { return Found::not() };
        let mut best = Found::not();
        for (good, by) in narrower(reading, named) {
            for step in reading.stated(good, "HAS_CODE") {
                let Some(code) = digits(reading, step.node) else { continue };
                let is_all = reading.text(Entity::Rel(step.rel), "extent").is_some_and(|extent| extent == "exact");
                let fit = match (asked.starts_with(&code), code.starts_with(asked.as_str())) {
                    (true, _) if is_all => Fit::Whole,
                    (false, false) => continue,
                    _ => Fit::Part,
                };
                best = best.or(Found { fit, over: by.iter().copied().chain([step.rel]).collect() });
            }
        }
        if best.fit > Fit::Not {
            return best;
        }
        let broader = kinds(reading, named);
        let is_of_it = |code: &str| asked.starts_with(code) || code.starts_with(asked.as_str());
        match classified(reading, named).iter().find(|(code, _)| is_of_it(code)) {
            Some((_, code)) => Found { fit: Fit::Part, over: way(&broader, *code) },
            None => best,
        }
    }

    /// Whether the record says nothing of what these goods are, so that no one can tell whether the good is among them.
    pub(super) fn is_undetailed(&self, named: NodeId) -> bool {
        let reading = self.reading;
        !reading.is(named, "ProductCode")
            && reading.into(named, "BROADER").next().is_none()
            && ["HAS_CODE", "BROADER"].iter().all(|rel_type| reading.out(named, rel_type).next().is_none())
    }
}

/// What a good is a kind of, itself first, and whether wholly: over `BROADER`, `HAS_CODE` and `PARENT`.
fn kinds(reading: Reading<'_>, good: NodeId) -> Kinds {
    let mut kinds = Kinds::new();
    let mut next = vec![(good, Kind { wholly: true, by: None })];
    while let Some((node, kind)) = next.pop() {
        let wholly = kind.wholly;
        if kinds.get(&node).is_some_and(|before| before.wholly || !wholly) {
            continue;
        }
        kinds.insert(node, kind);
        let found = |step: &Step, wholly: bool| (step.node, Kind { wholly, by: Some((node, step.rel)) });
        for rel_type in ["BROADER", "PARENT"] {
            next.extend(reading.stated(node, rel_type).map(|step| found(&step, wholly)));
        }
        let codes: Vec<Step> = reading.stated(node, "HAS_CODE").collect();
        let headings =
            codes.iter().map(|step| digits(reading, step.node).map(|digits| digits[..digits.len().min(6)].to_owned()));
        let one_heading = headings.collect::<BTreeSet<_>>().len() == 1;
        next.extend(codes.iter().map(|step| {
            let part = reading.text(Entity::Rel(step.rel), "extent").is_some_and(|extent| extent == "part");
            found(step, wholly && one_heading && !part)
        }));
    }
    kinds
}

/// The statements from a good to one of its kinds.
fn way(kinds: &Kinds, to: NodeId) -> Vec<RelId> {
    let before = |kind: &NodeId| kinds.get(kind).and_then(|kind| kind.by).map(|(narrower, _)| narrower);
    let mut over: Vec<RelId> = std::iter::successors(Some(to), before)
        .filter_map(|kind| kinds.get(&kind).and_then(|kind| kind.by).map(|(_, rel)| rel))
        .collect();
    over.reverse();
    over
}

/// The codes that a good is classified under, by their digits: a code itself, else those that it has, else those of the nearest broader
/// kinds that have some.
fn classified(reading: Reading<'_>, good: NodeId) -> Vec<(String, NodeId)> {
    let (mut seen, mut kinds) = (BTreeSet::from([good]), vec![good]);
    while !kinds.is_empty() {
        let codes = kinds
            .iter()
            .flat_map(|kind| std::iter::once(*kind).chain(reading.stated(*kind, "HAS_CODE").map(|step| step.node)));
        let found: Vec<(String, NodeId)> = codes.filter_map(|code| Some((digits(reading, code)?, code))).collect();
        if !found.is_empty() {
            return found;
        }
        let broader = kinds.iter().flat_map(|kind| reading.stated(*kind, "BROADER")).map(|step| step.node);
        kinds = broader.filter(|kind| seen.insert(*kind)).collect();
    }
    Vec::new()
}

/// The digits of a code of the Harmonized System or of a nomenclature built on it, which all begin with the same six (HS
/// Convention, article 3); zeros at the end divide no further and are left out.
fn digits(reading: Reading<'_>, node: NodeId) -> Option<String> {
    let nomenclature = reading.text(Entity::Node(node), "nomenclature")?;
    let built_on_it = ["HS", "HTS", "CN", "China customs"].iter().any(|known| nomenclature.starts_with(known));
    let code = reading.text(Entity::Node(node), "code").filter(|_| built_on_it)?;
    let mut digits: String = code.chars().filter(char::is_ascii_digit).collect();
    while digits.len() > 6 && digits.ends_with("00") {
        digits.truncate(digits.len() - 2);
    }
    (digits.len() >= 2).then_some(digits)
}

/// The headings of the Harmonized System, six digits or fewer, under which goods fall that a measure names: a code itself, the codes of
/// a good and of narrower kinds of it; and whether it is all of the heading.
pub(super) fn headings(reading: Reading<'_>, named: NodeId) -> BTreeMap<String, bool> {
    let mut headings = BTreeMap::new();
    let mut take = |code: NodeId, wholly: bool| {
        if let Some(digits) = digits(reading, code) {
            let heading = digits[..digits.len().min(6)].to_owned();
            *headings.entry(heading).or_default() |= wholly && digits.len() <= 6;
        }
    };
    take(named, true);
    for good in narrower(reading, named).keys() {
        for step in reading.stated(*good, "HAS_CODE") {
            let exact = reading.text(Entity::Rel(step.rel), "extent").is_none_or(|extent| extent == "exact");
            take(step.node, exact);
        }
    }
    headings
}

/// A good and all narrower kinds of it, each with the statements that say so.
fn narrower(reading: Reading<'_>, named: NodeId) -> BTreeMap<NodeId, Vec<RelId>> {
    let (mut found, mut next) = (BTreeMap::from([(named, Vec::new())]), vec![named]);
    while let Some(good) = next.pop() {
        let over = found.get(&good).cloned().unwrap_or_default();
        for step in reading.stated_of(good, "BROADER") {
            found.entry(step.node).or_insert_with(|| {
                next.push(step.node);
                over.iter().copied().chain([step.rel]).collect()
            });
        }
    }
    found
}
