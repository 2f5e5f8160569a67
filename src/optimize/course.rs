//! In which order a pattern is matched: the course that is expected to cost least.
//!
//! From each node that it may be worth while to begin with, greedily: the next step is the one that leaves the fewest rows, with all
//! conditions tested that can be tested then. Of these courses the cheapest is taken. A node that is looked up by a value that one
//! node has may come at any time; a relationship between two nodes that are there leaves few rows, and so comes soon.
//!
//! Source: Fegaras, "A new heuristic for optimizing large queries", DEXA 1998 (greedy by the rows that a join leaves).

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::graph::{LabelId, Population};
use crate::plan::{Expr, Pattern, PatternRel, Plan, Slot};

use super::Facts;
use super::cost::{self, Arrival, Estimate, Start};
use super::find::{self, Sought};
use super::keep::part;

/// The next thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A node is found by itself: by this condition, or by its label.
    Find { node: usize, by: Option<usize> },
    /// A relationship is followed.
    Follow { rel: usize, from_left: bool },
}

/// How to begin, and what is left for the end. No node is looked up on the way: it would be read later, and what is read keeps rows
/// apart that could be one.
pub(super) struct Course<'a> {
    /// The node of this place in the pattern is found first, where nothing is there already.
    pub start: Option<usize>,
    /// Relationships that lead to these slots are followed last: they are read later, and nothing else is.
    pub last: &'a BTreeSet<Slot>,
}

/// So many more rows does a step seem to leave that is left for the end.
const LATER: f64 = 1e12;

/// Patterns of more nodes are begun in one way.
const MOST: usize = 12;

/// The steps of the cheapest course, or of the cheapest that is as `course` says.
pub(super) fn cheapest(pattern: &Pattern, input: &Plan, facts: &Facts<'_>, course: Option<&Course<'_>>) -> Vec<Step> {
    let choosing = Choosing::new(pattern, facts, course);
    let begun = choosing.begun(input);
    let starts = course.map_or_else(|| choosing.starts(), |course| course.start.into_iter().collect());
    let is_alone = starts.len() <= 1;
    let from = |start: &usize| {
        let step = choosing.find(*start, &begun);
        choosing.go_on(choosing.after(&begun, step, !is_alone), !is_alone)
    };
    let courses = starts.iter().filter(|start| !begun.filled(pattern.nodes[**start].slot)).map(from);
    let cheapest = courses.min_by(|a, b| a.estimate.cost.total_cmp(&b.estimate.cost));
    cheapest.unwrap_or_else(|| choosing.go_on(begun, false)).steps
}

/// The nodes that it may be worth while to begin with; none where something is there already.
pub(super) fn starts(pattern: &Pattern, facts: &Facts<'_>) -> Vec<usize> {
    Choosing::new(pattern, facts, None).starts()
}

/// The steps in the order of the text, with nothing looked up.
pub(super) fn in_order(pattern: &Pattern, facts: &Facts<'_>) -> Vec<Step> {
    let choosing = Choosing { sought: vec![Vec::new(); pattern.nodes.len()], ..Choosing::new(pattern, facts, None) };
    let mut so_far = choosing.begun(&Plan::Unit);
    loop {
        let follow = choosing.follows(&so_far).next();
        let find = || (0..pattern.nodes.len()).find(|node| !so_far.filled(pattern.nodes[*node].slot));
        let Some(step) = follow.or_else(|| find().map(|node| Step::Find { node, by: None })) else {
            return so_far.steps;
        };
        so_far = choosing.after(&so_far, step, false);
    }
}

struct Choosing<'a> {
    pattern: &'a Pattern,
    facts: &'a Facts<'a>,
    course: Option<&'a Course<'a>>,
    /// The slots of the pattern that each condition reads.
    reads: Vec<Vec<Slot>>,
    /// Those that what is asked of the hops of each relationship reads.
    asked: Vec<Vec<Slot>>,
    /// The conditions that each node can be looked up by.
    sought: Vec<Vec<LookUp>>,
}

#[derive(Clone)]
struct LookUp {
    condition: usize,
    reads: Vec<Slot>,
    expected: f64,
    /// What it asks of a node no other has.
    of_one: bool,
    /// How many nodes are gone through in the time in which one is found.
    passed: f64,
}

/// What was done, and what is known then.
#[derive(Clone)]
struct SoFar {
    steps: Vec<Step>,
    /// Slots that have a value.
    filled: Vec<Slot>,
    /// Relationships that were followed.
    followed: Vec<bool>,
    /// Conditions that were tested.
    tested: Vec<bool>,
    /// A label that each node has.
    labels: Vec<Option<LabelId>>,
    /// How each was come to.
    arrivals: Vec<Option<Arrival>>,
    estimate: Estimate,
}

impl SoFar {
    fn filled(&self, slot: Slot) -> bool {
        self.filled.contains(&slot)
    }

    fn has(&self, slots: &[Slot]) -> bool {
        slots.iter().all(|slot| self.filled(*slot))
    }
}

impl<'a> Choosing<'a> {
    fn new(pattern: &'a Pattern, facts: &'a Facts<'a>, course: Option<&'a Course<'a>>) -> Self {
        let own = pattern.slots();
        let of_pattern =
            |slots: BTreeSet<Slot>| slots.into_iter().filter(|slot| own.contains(slot)).collect::<Vec<_>>();
        let read = |exprs: &mut dyn Iterator<Item = &Expr>| {
            let mut slots = BTreeSet::new();
            exprs.for_each(|expr| expr.slots(&mut slots));
            of_pattern(slots)
        };
        let look_up = |slot: Slot, (condition, expr): (usize, &Expr)| {
            let sought = Sought::of(expr, slot)?;
            Some(LookUp {
                condition,
                reads: of_pattern(sought.reads()),
                expected: sought.expected(facts)?,
                of_one: facts.is_of_one(sought.key),
                passed: facts.passed_by(sought.key),
            })
        };
        let conditions = || pattern.conditions.iter().enumerate();
        Self {
            reads: pattern.conditions.iter().map(|condition| read(&mut std::iter::once(condition))).collect(),
            asked: pattern.rels.iter().map(|rel| read(&mut rel.reads())).collect(),
            sought: pattern
                .nodes
                .iter()
                .map(|node| conditions().filter_map(|condition| look_up(node.slot, condition)).collect())
                .collect(),
            pattern,
            facts,
            course,
        }
    }

    /// Before the first step.
    fn begun(&self, input: &Plan) -> SoFar {
        let Pattern { nodes, rels, conditions, .. } = self.pattern;
        let filled: Vec<Slot> = nodes.iter().filter(|node| node.bound).map(|node| node.slot).collect();
        let known = |slot: Slot| match cost::population(slot, input, self.facts) {
            Some(Population::Nodes(label)) => Some(label),
            _ => None,
        };
        let labels = nodes.iter().map(|node| match find::label(node, self.facts) {
            Some((name, _)) => self.facts.label(name),
            None if node.bound => known(node.slot),
            None => None,
        });
        let so_far = SoFar {
            steps: Vec::with_capacity(nodes.len() + rels.len()),
            followed: vec![false; rels.len()],
            tested: vec![false; conditions.len()],
            labels: labels.collect(),
            arrivals: vec![None; nodes.len()],
            estimate: Estimate::ONE,
            filled,
        };
        self.tested(so_far, false)
    }

    /// The nodes that it may be worth while to begin with: those that are one node, if there are such.
    fn starts(&self) -> Vec<usize> {
        let nodes = &self.pattern.nodes;
        if nodes.iter().any(|node| node.bound) {
            return Vec::new();
        }
        let nothing: &[Slot] = &[];
        let n = |node: usize| {
            self.cheapest_look_up(node, |reads| reads == nothing).map_or_else(|| self.n_scanned(node), |by| by.expected)
        };
        let all = 0..nodes.len();
        let single: Vec<usize> = all.clone().filter(|node| n(*node) <= 1.0).collect();
        if !single.is_empty() {
            return single;
        }
        if nodes.len() <= MOST {
            all.collect()
        } else {
            all.min_by(|a, b| n(*a).total_cmp(&n(*b))).into_iter().collect()
        }
    }

    fn n_scanned(&self, node: usize) -> f64 {
        let label = find::label(&self.pattern.nodes[node], self.facts);
        label.map_or(self.facts.catalog().n_nodes() as f64, |(_, n)| n)
    }

    fn cheapest_look_up(&self, node: usize, ready: impl Fn(&[Slot]) -> bool) -> Option<&LookUp> {
        let ready = self.sought[node].iter().filter(|by| ready(&by.reads));
        let is_quicker = |by: &&LookUp| by.expected <= 1.0 || by.expected * by.passed <= self.n_scanned(node);
        ready.min_by(|a, b| a.expected.total_cmp(&b.expected)).filter(is_quicker)
    }

    /// How a node is found by itself.
    fn find(&self, node: usize, so_far: &SoFar) -> Step {
        Step::Find { node, by: self.cheapest_look_up(node, |reads| so_far.has(reads)).map(|by| by.condition) }
    }

    /// Goes on to the end.
    fn go_on(&self, mut so_far: SoFar, estimated: bool) -> SoFar {
        loop {
            let next: Vec<Step> = self.next(&so_far);
            let estimated = estimated || next.len() > 1;
            let after = next.into_iter().map(|step| self.after(&so_far, step, estimated));
            let left = |after: &SoFar| self.left(after);
            let best =
                after.min_by(|a, b| left(a).total_cmp(&left(b)).then(a.estimate.cost.total_cmp(&b.estimate.cost)));
            match best {
                Some(best) => so_far = best,
                None => return so_far,
            }
        }
    }

    /// Rows that are left after the last step, or seem to be.
    fn left(&self, after: &SoFar) -> f64 {
        let read_later = |slot: Slot| self.course.is_some_and(|course| course.last.contains(&slot));
        let is_later = match after.steps.last() {
            Some(Step::Follow { rel, from_left }) => {
                let rel = &self.pattern.rels[*rel];
                read_later(rel.slot) || read_later(self.pattern.nodes[ends(rel, *from_left).1].slot)
            }
            _ => false,
        };
        after.estimate.rows * if is_later { LATER } else { 1.0 }
    }

    /// What may be done next: a relationship that can be followed, a look-up of one node; only where there is nothing of these, any node.
    fn next(&self, so_far: &SoFar) -> Vec<Step> {
        let is_open = |node: &usize| !so_far.filled(self.pattern.nodes[*node].slot);
        let is_one =
            |node: usize| self.cheapest_look_up(node, |reads| so_far.has(reads)).is_some_and(|by| by.expected <= 1.0);
        let open = || (0..self.pattern.nodes.len()).filter(is_open);
        // A search between two nodes is far shorter than one from a node to all.
        let waits = |step: &Step| match step {
            Step::Follow { rel, from_left } => {
                let rel = &self.pattern.rels[*rel];
                let to = ends(rel, *from_left).1;
                rel.search.is_some() && is_open(&to) && is_one(to)
            }
            Step::Find { .. } => false,
        };
        let follows = self.follows(so_far).filter(|step| !waits(step));
        let single = open().filter(|node| self.course.is_none() && is_one(*node)).map(|node| self.find(node, so_far));
        let mut next: Vec<Step> = follows.chain(single).collect();
        if next.is_empty() {
            next.extend(open().map(|node| self.find(node, so_far)));
        }
        next
    }

    /// The relationships that can be followed now.
    fn follows(&self, so_far: &SoFar) -> impl Iterator<Item = Step> {
        let open = (0..self.pattern.rels.len()).filter(|rel| !so_far.followed[*rel] && so_far.has(&self.asked[*rel]));
        open.flat_map(|rel| [true, false].map(|from_left| (rel, from_left))).filter_map(|(index, from_left)| {
            let rel = &self.pattern.rels[index];
            let (from, to) = ends(rel, from_left);
            let [from, to] = [from, to].map(|node| so_far.filled(self.pattern.nodes[node].slot));
            // A search goes from left to right only; a single one between two nodes is the same either way.
            let is_other = !from_left && (rel.search.is_some() || (to && !rel.is_list()));
            (from && !is_other).then_some(Step::Follow { rel: index, from_left })
        })
    }

    /// What is known after a step, with what that costs if it is asked.
    fn after(&self, so_far: &SoFar, step: Step, estimated: bool) -> SoFar {
        let mut after = so_far.clone();
        after.steps.push(step);
        match step {
            Step::Find { node, by } => {
                after.filled.push(self.pattern.nodes[node].slot);
                let found = by.and_then(|by| self.sought[node].iter().find(|look_up| look_up.condition == by));
                after.estimate = match found {
                    Some(LookUp { condition, expected, of_one, .. }) => {
                        after.tested[*condition] = true;
                        let of_label = |label| self.kept(*condition, &after) * cost::n_with(Some(label), self.facts);
                        let labelled = after.labels[node].filter(|_| estimated && !of_one).map(of_label);
                        after.estimate.sought(labelled.map_or(*expected, |labelled| labelled.min(*expected)))
                    }
                    None => after.estimate.scanned(self.n_scanned(node)),
                };
            }
            Step::Follow { rel: index, from_left } => {
                let rel = &self.pattern.rels[index];
                let (from, to) = ends(rel, from_left);
                let slot = self.pattern.nodes[to].slot;
                let into = after.filled(slot);
                after.followed[index] = true;
                after.filled.extend(rel.slots());
                let is_last = after.followed.iter().all(|followed| *followed);
                if estimated || !is_last {
                    let rel = if from_left { Cow::Borrowed(rel) } else { Cow::Owned(rel.reversed()) };
                    if estimated {
                        after.estimate = self.followed(&after, &rel, [from, to], into);
                    }
                    if !into {
                        after.labels[to] = after.labels[to].or_else(|| cost::end(&rel, self.facts));
                        // There is a row for each relationship that leads away, as if it were come back by.
                        after.arrivals[from] =
                            after.arrivals[from].or_else(|| Arrival::by(&rel.reversed(), self.facts));
                        after.arrivals[to] = Arrival::by(&rel, self.facts);
                    }
                }
                if !into {
                    after.filled.push(slot);
                }
            }
        }
        self.tested(after, estimated)
    }

    /// What following a relationship, as seen from where it is followed, is expected to give; labels are tested then.
    fn followed(&self, so_far: &SoFar, rel: &PatternRel, [from, to]: [usize; 2], into: bool) -> Estimate {
        let start = Start { label: so_far.labels[from], arrival: so_far.arrivals[from] };
        if into {
            return so_far.estimate.closed(rel, start, so_far.labels[to], self.facts);
        }
        let estimate = so_far.estimate.followed(rel, start, self.facts);
        match &self.pattern.nodes[to].labels {
            Some(test) => estimate.tested(cost::labelled(test, rel, self.facts)),
            None => estimate,
        }
    }

    /// Tests every condition that can be tested by now.
    fn tested(&self, mut so_far: SoFar, estimated: bool) -> SoFar {
        for (condition, reads) in self.reads.iter().enumerate() {
            if so_far.tested[condition] || !so_far.has(reads) {
                continue;
            }
            so_far.tested[condition] = true;
            if estimated {
                so_far.estimate = so_far.estimate.tested(self.kept(condition, &so_far));
            }
        }
        so_far
    }

    /// The part that a condition keeps.
    fn kept(&self, condition: usize, so_far: &SoFar) -> f64 {
        let of = |slot: Slot| self.population(slot, so_far);
        part(&self.pattern.conditions[condition], &of, self.facts)
    }

    fn population(&self, slot: Slot, so_far: &SoFar) -> Option<Population> {
        let node = self.pattern.nodes.iter().position(|node| node.slot == slot);
        match node {
            Some(node) => so_far.labels[node].map(Population::Nodes),
            None => {
                let rel = self.pattern.rels.iter().find(|rel| rel.slot == slot)?;
                cost::single(rel, self.facts).map(Population::Rels)
            }
        }
    }
}

/// The nodes that it is followed from, and to.
pub(super) fn ends(rel: &PatternRel, from_left: bool) -> (usize, usize) {
    if from_left { (rel.left, rel.right) } else { (rel.right, rel.left) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use crate::graph::{Builder, Meta, NewNode, NewRel, Schema};
    use crate::limits::Limits;
    use crate::session::{Engine, Session};
    use crate::value::Value;

    /// Companies that supply one another and use materials: 400 companies, 8 relationships of each to others, 1 to one of 10 materials.
    fn session() -> Session {
        let mut builder = Builder::new(Schema::default());
        let mut node = |label: &str, at: i64| {
            let (id, kind) = (format!("{label}{at}"), if at == 7 { "rare" } else { "common" });
            let properties = [("size", Value::Int(at)), ("kind", Value::from(kind))];
            let properties = properties.map(|(key, value)| (key.to_owned(), value)).into();
            builder.node(NewNode { id, labels: vec![label.to_owned()], properties, ..NewNode::default() }).unwrap()
        };
        let materials: Vec<_> = (0..10).map(|at| node("Material", at)).collect();
        let companies: Vec<_> = (0..400).map(|at| node("Company", at)).collect();
        let mut rel = |kind: &str, start, end, nth: usize| {
            let properties = [("nth".to_owned(), Value::Int(nth as i64))].into();
            let (kind, histories, meta) = (kind.to_owned(), Vec::new(), Meta::default());
            builder.rel(NewRel { kind, start, end, properties, histories, meta });
        };
        for (at, company) in companies.iter().enumerate() {
            rel("USES", *company, materials[at % 10], at);
            for nth in 1..9 {
                rel("SUPPLIES", *company, companies[(at + 1 + nth * 31) % 400], nth);
            }
        }
        let params = [("few".to_owned(), Value::list([Value::from("Company3"), Value::from("Company4")]))].into();
        Session { params, ..Engine::new(builder.finish(), &[]).unwrap().session() }
    }

    /// How a query finds nodes and follows relationships, in this order.
    fn steps(query: &str) -> Vec<String> {
        let plan = session().run(&format!("EXPLAIN {query}"), &Limits::default()).unwrap().plan.unwrap();
        let lines = plan.lines().rev().map(|line| line.trim().split("  ").next().unwrap_or_default().to_owned());
        let is_step = |line: &String| ["ScanNodes", "SeekNodes", "Expand"].iter().any(|name| line.starts_with(name));
        lines.filter(is_step).map(|line| line.replace("Nodes", "")).collect()
    }

    #[test]
    fn what_closes_a_cycle_comes_before_what_multiplies_rows() {
        let query =
            "MATCH (a:Company)-[:USES]->(m:Material), (b:Company)-[:USES]->(m), (a)-[:SUPPLIES]->(b) RETURN a.id, b.id";
        let steps = steps(query);
        assert!(steps[3].ends_with(" into") && steps[2].contains("SUPPLIES"), "{steps:?}");
    }

    #[test]
    fn a_node_of_which_a_sample_shows_little_is_begun_with() {
        let end = "MATCH (a:Company)-[:SUPPLIES]->(b:Company) WHERE b.size < 6 RETURN a.id";
        assert_eq!(steps(end), ["Scan #1:Company", "Expand (#1)<-[#2:SUPPLIES]-(#0)"]);
        let start = "MATCH (a:Company)-[:SUPPLIES]->(b:Company) WHERE a.size < 6 RETURN b.id";
        assert_eq!(steps(start), ["Scan #0:Company", "Expand (#0)-[#2:SUPPLIES]->(#1)"]);
        let both = "MATCH (a:Company)-[:SUPPLIES]->(b:Company) WHERE a.size < 390 AND b.size > 380 RETURN a.id";
        assert_eq!(steps(both), ["Scan #1:Company", "Expand (#1)<-[#2:SUPPLIES]-(#0)"]);
    }

    #[test]
    fn what_a_relationship_must_be_is_measured_too() {
        // Of what a company supplies little is asked for, of what it uses all.
        let query = "MATCH (x:Company)<-[s:SUPPLIES]-(a:Company)-[t:SUPPLIES]->(y:Company) \
                     WHERE s.nth > 0 AND t.nth > 7 RETURN x.id, y.id";
        let steps = steps(query);
        assert_eq!(steps[1..], ["Expand (#1)-[#4:SUPPLIES]->(#3)", "Expand (#1)-[#2:SUPPLIES]->(#0)"]);
    }

    #[test]
    fn a_text_that_one_kind_of_node_seldom_has_is_counted_there() {
        // Every tenth material is rare, one of 400 companies is.
        let query = "MATCH (a:Company)-[:USES]->(m:Material) WHERE a.kind = 'rare' AND m.kind = 'rare' RETURN a.id";
        assert_eq!(steps(query), ["Seek #0 where kind = 'rare'", "Expand (#0)-[#2:USES]->(#1)"]);
    }

    #[test]
    fn one_node_is_looked_up_wherever_it_stands() {
        let query =
            "MATCH (a:Company {id: 'Company1'})-[:SUPPLIES]->(m)<-[:SUPPLIES]-(b:Company {id: 'Company2'}) RETURN m.id";
        let steps = steps(query);
        assert!(
            steps[0].starts_with("Seek") && steps[1].starts_with("Seek") && steps[3].ends_with("into"),
            "{steps:?}"
        );
    }

    #[test]
    fn each_of_a_list_is_looked_up() {
        for asked in ["a.id IN ['Company3', 'Company4']", "a.id IN $few", "a.id = 'Company3' OR a.id = 'Company4'"] {
            let steps = steps(&format!("MATCH (a:Company)-[:USES]->(m:Material) WHERE {asked} RETURN m.id"));
            assert!(steps[0].starts_with("Seek #0 where id IN"), "{steps:?}");
        }
        assert_eq!(steps("MATCH (a:Company) WHERE a.size IN [3, 4] RETURN a.id"), ["Seek #0 where size IN [3, 4]"]);
        // What begins with a list of another node waits for that one.
        let of_another =
            "MATCH (a:Company {id: 'Company1'})-[:SUPPLIES]->(b), (c:Company) WHERE c.id IN [b.id] RETURN c.id";
        assert_eq!(steps(of_another)[2], "Seek #3 where id IN [#1.id]");
    }

    #[test]
    fn where_many_relationships_lead_to_one_node_that_node_is_expected_where_one_is_followed() {
        // Each of 100 supplies the first of all and the next; 2 supply the one before as well.
        let mut builder = Builder::new(Schema::default());
        let node =
            |at: usize| NewNode { id: format!("c{at}"), labels: vec!["Company".to_owned()], ..NewNode::default() };
        let nodes: Vec<_> = (0..=100).map(|at| builder.node(node(at)).unwrap()).collect();
        for at in 1..=100 {
            let more = if at > 98 { vec![at - 1] } else { Vec::new() };
            for end in [0, 1 + at % 100].into_iter().chain(more) {
                let (start, end) = (nodes[at], nodes[end]);
                let (kind, meta) = ("SUPPLIES".to_owned(), Meta::default());
                builder.rel(NewRel { kind, start, end, properties: [].into(), histories: Vec::new(), meta });
            }
        }
        let engine = Engine::new(builder.finish(), &[]).unwrap();
        let expected = |pattern: &str| {
            let query = format!("EXPLAIN MATCH {pattern} RETURN a.id, b.id, c.id");
            let plan = engine.session().run(&query, &Limits::default()).unwrap().plan.unwrap();
            plan.lines().find_map(|line| line.split_once("about ")).unwrap().1.to_owned()
        };
        // 100 lead to the first, 2 to each of two others, 1 to each of 98; 2 leave each but two, which 3 leave.
        assert_eq!(expected("(a)-[:SUPPLIES]->(b)<-[:SUPPLIES]-(c)"), "10106 rows");
        assert_eq!(expected("(a)<-[:SUPPLIES]-(b)-[:SUPPLIES]->(c)"), "410 rows");
        assert_eq!(expected("(a)-[:SUPPLIES]->(b)-[:SUPPLIES]->(c)"), "207 rows");
    }

    #[test]
    fn what_is_bound_is_begun_with() {
        let query =
            "MATCH (b:Company) WITH b LIMIT 3 MATCH (m:Material)<-[:USES]-(a:Company)-[:SUPPLIES]->(b) RETURN m.id";
        let steps = steps(query);
        assert_eq!(steps[1..], ["Expand (#0)<-[#4:SUPPLIES]-(#2)", "Expand (#2)-[#3:USES]->(#1)"]);
    }
}
