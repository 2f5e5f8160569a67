//! Which goods a measure covers: by kinds, and by the codes of the Harmonized System.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Entity, Step};
use crate::value::NodeId;

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

/// A good with all that it is a kind of.
pub(super) struct Goods<'g> {
    reading: Reading<'g>,
    good: NodeId,
    /// What it is a kind of, and whether wholly.
    kinds: BTreeMap<NodeId, bool>,
    /// The digits of the codes among them, and whether it is wholly classified there.
    codes: Vec<(String, bool)>,
    /// The digits of the codes that it is classified under itself: only what is below these can be some of it.
    own: Vec<String>,
    pub is_everything: bool,
}

impl<'g> Goods<'g> {
    pub(super) fn new(reading: Reading<'g>, good: NodeId) -> Self {
        let kinds = kinds(reading, good);
        let codes = kinds.iter().filter_map(|(kind, wholly)| Some((digits(reading, *kind)?, *wholly))).collect();
        let own = classified(reading, good);
        Self { reading, good, kinds, codes, own, is_everything: reading.is_everything(good) }
    }

    /// How the good stands to what a measure names.
    pub(super) fn fit(&self, named: NodeId) -> Fit {
        match self.kinds.get(&named) {
            Some(true) => return Fit::Whole,
            Some(false) => return Fit::Perhaps,
            None if self.reading.is_everything(named) => return Fit::Whole,
            None if self.is_everything => return Fit::Not,
            None => {}
        }
        let by_code = digits(self.reading, named).map_or(Fit::Not, |covered| self.fit_of_code(&covered));
        if by_code == Fit::Not && kinds(self.reading, named).contains_key(&self.good) { Fit::Part } else { by_code }
    }

    /// A code covers what is below it, of which the good is; a finer one than its own covers some of it. The codes above its own have
    /// other goods below them.
    fn fit_of_code(&self, covered: &str) -> Fit {
        let below = self.codes.iter().filter(|(code, _)| code.starts_with(covered));
        let fit = below.map(|(_, wholly)| if *wholly { Fit::Whole } else { Fit::Perhaps }).max();
        let is_finer = || self.own.iter().any(|code| covered.starts_with(code.as_str()));
        fit.unwrap_or_else(|| if is_finer() { Fit::Part } else { Fit::Not })
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
fn kinds(reading: Reading<'_>, good: NodeId) -> BTreeMap<NodeId, bool> {
    let mut kinds = BTreeMap::new();
    let mut next = vec![(good, true)];
    while let Some((node, wholly)) = next.pop() {
        if kinds.get(&node).is_some_and(|before| *before || !wholly) {
            continue;
        }
        kinds.insert(node, wholly);
        for rel_type in ["BROADER", "PARENT"] {
            next.extend(reading.out(node, rel_type).map(|step| (step.node, wholly)));
        }
        let codes: Vec<Step> = reading.out(node, "HAS_CODE").collect();
        let headings =
            codes.iter().map(|step| digits(reading, step.node).map(|digits| digits[..digits.len().min(6)].to_owned()));
        let one_heading = headings.collect::<BTreeSet<_>>().len() == 1;
        next.extend(codes.iter().map(|step| {
            let part = reading.text(Entity::Rel(step.rel), "extent").is_some_and(|extent| extent == "part");
            (step.node, wholly && one_heading && !part)
        }));
    }
    kinds
}

/// The digits of the codes that a good is classified under: a code itself, else those that it has, else those of the nearest broader
/// kinds that have some.
fn classified(reading: Reading<'_>, good: NodeId) -> Vec<String> {
    let (mut seen, mut kinds) = (BTreeSet::from([good]), vec![good]);
    while !kinds.is_empty() {
        let codes = kinds
            .iter()
            .flat_map(|kind| std::iter::once(*kind).chain(reading.out(*kind, "HAS_CODE").map(|step| step.node)));
        let digits: Vec<String> = codes.filter_map(|code| digits(reading, code)).collect();
        if !digits.is_empty() {
            return digits;
        }
        let broader = kinds.iter().flat_map(|kind| reading.out(*kind, "BROADER")).map(|step| step.node);
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
    let (mut seen, mut next) = (BTreeSet::from([named]), vec![named]);
    while let Some(good) = next.pop() {
        for step in reading.out(good, "HAS_CODE") {
            let exact = reading.text(Entity::Rel(step.rel), "extent").is_none_or(|extent| extent == "exact");
            take(step.node, exact);
        }
        next.extend(reading.into(good, "BROADER").map(|step| step.node).filter(|node| seen.insert(*node)));
    }
    headings
}
