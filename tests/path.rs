//! Paths against an oracle: what the definitions of GQL say, by trying every walk, on random small multigraphs with loops and
//! parallel relationships. Every restrictor, selector, quantifier, direction and filter.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use portolan::graph::{Builder, Meta, NewNode, NewRel, Schema, Validity};
use portolan::limits::Limits;
use portolan::session::{Engine, Session};
use portolan::value::Value;
use proptest::prelude::*;

/// A relationship: type, start, end, weight.
type Rel = (bool, usize, usize, i64);

#[derive(Clone, Debug)]
struct Graph {
    /// Whether a node has the label `A`.
    nodes: Vec<bool>,
    rels: Vec<Rel>,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Out,
    In,
    Both,
}

/// A pattern as the oracle sees it.
#[derive(Clone, Debug)]
enum Part {
    /// A node that is asked for something.
    Node(Ask),
    /// A relationship: its way, its type and its weight, where they matter.
    Rel(Way, Option<bool>, Option<i64>),
    /// Parts one after the other, between `least` and `most` times.
    Repeat(Vec<Part>, usize, Option<usize>),
    /// This or that; `true`: what went this way counts apart from what went that.
    Either(bool, Vec<Part>, Vec<Part>),
    /// Parts that may be left out.
    Maybe(Vec<Part>),
    /// Parts with a restrictor of their own.
    Within(Restrictor, Vec<Part>),
}

/// What a node must be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ask {
    Anything,
    Labelled,
    /// The node of this number.
    Number(usize),
    /// The last node of the path.
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Restrictor {
    None,
    Walk,
    Trail,
    Acyclic,
    Simple,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Selector {
    All,
    Any,
    AnyShortest,
    AllShortest,
    Shortest(usize),
    Groups(usize),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = |parts: &[Part]| parts.iter().map(ToString::to_string).collect::<String>();
        match self {
            Part::Node(ask) => write!(f, "({ask})"),
            Part::Rel(way, kind, weight) => {
                let kind = kind.map_or("", |kind| if kind { ":R" } else { ":S" });
                // No names: what has the same relationships is the same path, whichever part of the pattern matched which.
                let weight = weight.map_or(String::new(), |weight| format!(" {{w: {weight}}}"));
                match way {
                    Way::Out => write!(f, "-[{kind}{weight}]->"),
                    Way::In => write!(f, "<-[{kind}{weight}]-"),
                    Way::Both => write!(f, "-[{kind}{weight}]-"),
                }
            }
            Part::Repeat(parts, least, most) => {
                let most = most.map_or(String::new(), |most| most.to_string());
                match parts.as_slice() {
                    [rel @ Part::Rel(..)] => write!(f, "{rel}{{{least},{most}}}"),
                    parts => write!(f, "({}){{{least},{most}}}", all(parts)),
                }
            }
            Part::Either(apart, a, b) => write!(f, "({} {} {})", all(a), if *apart { "|+|" } else { "|" }, all(b)),
            Part::Maybe(parts) => write!(f, "({})?", all(parts)),
            Part::Within(restrictor, parts) => write!(f, "({restrictor}{})", all(parts)),
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ask::Anything => Ok(()),
            Ask::Labelled => write!(f, ":A"),
            Ask::Number(number) => write!(f, "{{n: {number}}}"),
            Ask::Last => write!(f, "{{n: last.n}}"),
        }
    }
}

impl fmt::Display for Restrictor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Restrictor::None => "",
            Restrictor::Walk => "WALK ",
            Restrictor::Trail => "TRAIL ",
            Restrictor::Acyclic => "ACYCLIC ",
            Restrictor::Simple => "SIMPLE ",
        })
    }
}

/// A walk: its relationships and the nodes it passed, the first one included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Walk {
    rels: Vec<usize>,
    nodes: Vec<usize>,
    /// Ways it took of those that count apart.
    ways: Vec<bool>,
    /// The node it must end at.
    end: Option<usize>,
    /// Parts that it is in the middle of: what may not repeat, and since which length.
    within: Vec<(Restrictor, usize)>,
}

impl Walk {
    fn from(start: usize) -> Self {
        Walk { rels: Vec::new(), nodes: vec![start], ways: Vec::new(), end: None, within: Vec::new() }
    }

    /// The part from a length on.
    fn since(&self, length: usize) -> Self {
        Walk { rels: self.rels[length..].to_vec(), nodes: self.nodes[length..].to_vec(), ..Walk::from(0) }
    }

    fn meets(&self, restrictor: Restrictor) -> bool {
        let all_different = |items: &[usize]| items.iter().collect::<BTreeSet<_>>().len() == items.len();
        let n = self.nodes.len();
        match restrictor {
            Restrictor::Walk => true,
            // A pattern of openCypher is relationship-unique where nothing else is said.
            Restrictor::None | Restrictor::Trail => all_different(&self.rels),
            Restrictor::Acyclic => all_different(&self.nodes),
            Restrictor::Simple => all_different(&self.nodes[1..]) && (n < 2 || all_different(&self.nodes[..n - 1])),
        }
    }
}

/// Paths by their ends.
type ByEnds<T> = BTreeMap<(usize, usize), Vec<T>>;

struct Oracle<'g> {
    graph: &'g Graph,
    longest: usize,
    restrictor: Restrictor,
    /// A longer walk was met and not followed.
    cut: Cell<bool>,
}

impl Oracle<'_> {
    /// Calls `then` with every walk that goes on from `walk` along the parts.
    fn along(&self, parts: &[Part], walk: &Walk, then: &mut dyn FnMut(&Walk)) {
        let Some((part, rest)) = parts.split_first() else { return then(walk) };
        let here = walk.nodes[walk.nodes.len() - 1];
        match part {
            Part::Node(ask) => match ask {
                Ask::Labelled if !self.graph.nodes[here] => {}
                Ask::Number(number) if *number != here => {}
                Ask::Last if walk.end.is_some_and(|end| end != here) => {}
                Ask::Last => self.along(rest, &Walk { end: Some(here), ..walk.clone() }, then),
                _ => self.along(rest, walk, then),
            },
            Part::Rel(way, kind, weight) => {
                for (i, (of, start, end, w)) in self.graph.rels.iter().enumerate() {
                    if kind.is_some_and(|kind| kind != *of) || weight.is_some_and(|weight| *w != weight) {
                        continue;
                    }
                    let out = (*start == here).then_some(*end);
                    let back = (*end == here).then_some(*start);
                    let to = match way {
                        Way::Out => out,
                        Way::In => back,
                        Way::Both => out.or(back),
                    };
                    let Some(to) = to else { continue };
                    let mut next = walk.clone();
                    next.rels.push(i);
                    next.nodes.push(to);
                    self.cut.set(self.cut.get() || next.rels.len() > self.longest);
                    let within = next.within.iter().all(|(own, since)| next.since(*since).meets(*own));
                    if next.rels.len() <= self.longest && next.meets(self.restrictor) && within {
                        self.along(rest, &next, then);
                    }
                }
            }
            Part::Repeat(parts, least, most) => self.rounds((parts, *least, *most), 0, walk, rest, then),
            Part::Either(apart, a, b) => {
                for (way, parts) in [(false, a), (true, b)] {
                    let mut walk = walk.clone();
                    walk.ways.extend(apart.then_some(way));
                    self.along(parts, &walk, &mut |walk| self.along(rest, walk, then));
                }
            }
            Part::Maybe(parts) => self.rounds((parts, 0, Some(1)), 0, walk, rest, then),
            Part::Within(restrictor, parts) => {
                let mut walk = walk.clone();
                walk.within.push((*restrictor, walk.rels.len()));
                self.along(parts, &walk, &mut |walk| {
                    let mut walk = walk.clone();
                    walk.within.pop();
                    self.along(rest, &walk, then);
                });
            }
        }
    }

    fn rounds(
        &self,
        repeat: (&[Part], usize, Option<usize>),
        done: usize,
        walk: &Walk,
        rest: &[Part],
        then: &mut dyn FnMut(&Walk),
    ) {
        let (parts, least, most) = repeat;
        if done >= least {
            self.along(rest, walk, then);
        }
        if most.is_none_or(|most| done < most) {
            self.along(parts, walk, &mut |walk| self.rounds(repeat, done + 1, walk, rest, then));
        }
    }

    /// Every match, by the ends of its path, in order.
    fn paths(&self, parts: &[Part]) -> ByEnds<Walk> {
        let mut found: ByEnds<Walk> = BTreeMap::new();
        for start in 0..self.graph.nodes.len() {
            self.along(parts, &Walk::from(start), &mut |walk| {
                let last = walk.nodes[walk.nodes.len() - 1];
                if walk.end.is_none_or(|end| end == last) {
                    found.entry((start, last)).or_default().push(Walk { end: None, ..walk.clone() });
                }
            });
        }
        for walks in found.values_mut() {
            walks.sort();
        }
        found
    }
}

fn session(graph: &Graph) -> Session {
    let mut builder = Builder::new(Schema::default());
    let meta = Meta { validity: Validity::Always, ..Meta::default() };
    let nodes: Vec<_> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(i, labelled)| {
            let labels = if *labelled { vec!["A".into()] } else { vec!["B".into()] };
            let properties = vec![("n".to_owned(), Value::Int(i as i64))];
            let id = i.to_string().as_str().into();
            builder.node(NewNode { id, labels, properties, meta: meta.clone(), ..NewNode::default() }).unwrap()
        })
        .collect();
    for (i, (kind, start, end, weight)) in graph.rels.iter().enumerate() {
        builder.rel(NewRel {
            kind: if *kind { "R".into() } else { "S".into() },
            start: nodes[*start],
            end: nodes[*end],
            properties: vec![("i".into(), Value::Int(i as i64)), ("w".into(), Value::Int(*weight))],
            histories: Vec::new(),
            meta: meta.clone(),
        });
    }
    Engine::new(builder.finish(), &[]).unwrap().session()
}

fn int(value: &Value) -> usize {
    match value {
        Value::Int(int) => usize::try_from(*int).unwrap(),
        other => panic!("{other}"),
    }
}

/// The paths that the query gives, by their ends: relationships only.
fn asked(session: &Session, query: &str) -> Result<ByEnds<Vec<usize>>, String> {
    let answer = session.run(query, &Limits::default()).map_err(|wrong| format!("{query}: {wrong:?}"))?;
    let mut found: ByEnds<Vec<usize>> = BTreeMap::new();
    for row in &answer.rows {
        let Value::List(rels) = &row[2] else { panic!("{query}") };
        found.entry((int(&row[0]), int(&row[1]))).or_default().push(rels.iter().map(int).collect());
    }
    Ok(found)
}

fn rel() -> BoxedStrategy<Part> {
    let way = prop_oneof![Just(Way::Out), Just(Way::In), Just(Way::Both)];
    (way, prop::option::of(any::<bool>()), prop::option::weighted(0.25, 0..2_i64))
        .prop_map(|(w, k, l)| Part::Rel(w, k, l))
        .boxed()
}

fn bounds() -> BoxedStrategy<(usize, Option<usize>)> {
    (0..3_usize, prop::option::weighted(0.6, 0..3_usize))
        .prop_map(|(least, more)| {
            let most = more.map(|more| least + more);
            (least, most.map(|most| most.max(1)))
        })
        .boxed()
}

fn ask() -> BoxedStrategy<Ask> {
    prop_oneof![
        14 => Just(Ask::Anything), 3 => Just(Ask::Labelled), 1 => (0..4_usize).prop_map(Ask::Number), 1 => Just(Ask::Last),
    ]
    .boxed()
}

/// `()-[]->()`, where nodes are asked for something now and then.
fn hop() -> BoxedStrategy<Vec<Part>> {
    (ask(), rel(), ask()).prop_map(|(a, rel, b)| vec![Part::Node(a), rel, Part::Node(b)]).boxed()
}

fn own_restrictor() -> impl Strategy<Value = Restrictor> {
    prop_oneof![Just(Restrictor::Trail), Just(Restrictor::Acyclic), Just(Restrictor::Simple), Just(Restrictor::Walk)]
}

fn part() -> BoxedStrategy<Vec<Part>> {
    let repeated = (hop(), bounds()).prop_map(|(hop, (least, most))| vec![Part::Repeat(hop, least, most)]);
    let two = (hop(), hop(), bounds())
        .prop_map(|(a, b, (least, most))| vec![Part::Repeat([a, b[1..].to_vec()].concat(), least, most)]);
    let nested = (hop(), hop(), bounds(), bounds()).prop_map(|(a, b, (l, m), (least, most))| {
        let inner = Part::Repeat(a, l, m);
        vec![Part::Repeat([vec![inner], b].concat(), least, most)]
    });
    let quantified = (rel(), bounds()).prop_map(|(rel, (least, most))| vec![Part::Repeat(vec![rel], least, most)]);
    let either = (any::<bool>(), hop(), hop()).prop_map(|(apart, a, b)| vec![Part::Either(apart, a, b)]);
    let within = (any::<bool>(), hop(), hop(), bounds())
        .prop_map(|(apart, a, b, (least, most))| vec![Part::Repeat(vec![Part::Either(apart, a, b)], least, most)]);
    let maybe = (hop(), bounds(), any::<bool>()).prop_map(|(hop, (least, most), once)| {
        vec![Part::Maybe(if once { hop } else { vec![Part::Repeat(hop, least, most)] })]
    });
    // A part within its own restrictor, once or repeated.
    let own = (own_restrictor(), hop(), hop(), bounds(), prop::option::of(bounds())).prop_map(
        |(restrictor, a, b, (least, most), again)| {
            let parts = [vec![Part::Repeat(a, least, most)], b].concat();
            match again {
                None => vec![Part::Within(restrictor, parts)],
                Some((least, most)) => vec![Part::Repeat(vec![Part::Within(restrictor, parts)], least, most)],
            }
        },
    );
    prop_oneof![
        3 => rel().prop_map(|rel| vec![rel]), 3 => quantified, 3 => repeated, 2 => two, 1 => nested, 2 => either, 1 => within,
        1 => maybe, 2 => own,
    ]
    .boxed()
}

fn pattern() -> impl Strategy<Value = Vec<Part>> {
    (ask(), prop::collection::vec((part(), ask()), 1..3)).prop_map(|(first, parts)| {
        let rest = parts.into_iter().flat_map(|(mut part, label)| {
            part.push(Part::Node(label));
            part
        });
        std::iter::once(Part::Node(first)).chain(rest).collect()
    })
}

fn graph() -> impl Strategy<Value = Graph> {
    (1..5_usize).prop_flat_map(|n| {
        let rels = prop::collection::vec((any::<bool>(), 0..n, 0..n, 0..2_i64), 0..6);
        (prop::collection::vec(any::<bool>(), n), rels).prop_map(|(nodes, rels)| Graph { nodes, rels })
    })
}

/// Whether openCypher has it too: nodes and relationships, the latter repeated at most.
fn is_plain(parts: &[Part]) -> bool {
    parts.iter().all(|part| match part {
        Part::Node(_) | Part::Rel(..) => true,
        Part::Repeat(parts, ..) => matches!(parts.as_slice(), [Part::Rel(..)]),
        Part::Either(..) | Part::Maybe(_) | Part::Within(..) => false,
    })
}

fn is_unbounded(parts: &[Part]) -> bool {
    parts.iter().any(|part| match part {
        Part::Node(_) | Part::Rel(..) => false,
        Part::Repeat(parts, _, most) => most.is_none() || is_unbounded(parts),
        Part::Either(_, a, b) => is_unbounded(a) || is_unbounded(b),
        Part::Maybe(parts) => is_unbounded(parts),
        Part::Within(restrictor, parts) => *restrictor == Restrictor::Walk && is_unbounded(parts),
    })
}

/// Whether a path may come twice.
fn is_apart(parts: &[Part]) -> bool {
    parts.iter().any(|part| match part {
        Part::Node(_) | Part::Rel(..) => false,
        Part::Repeat(parts, ..) | Part::Maybe(parts) | Part::Within(_, parts) => is_apart(parts),
        Part::Either(apart, a, b) => *apart || is_apart(a) || is_apart(b),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_path_pattern_gives_what_the_definitions_say(
        graph in graph(),
        pattern in pattern(),
        restrictor in prop_oneof![
            Just(Restrictor::None), Just(Restrictor::Walk), Just(Restrictor::Trail),
            Just(Restrictor::Acyclic), Just(Restrictor::Simple),
        ],
        selector in prop_oneof![
            2 => Just(Selector::All), 1 => Just(Selector::Any), 1 => Just(Selector::AnyShortest),
            1 => Just(Selector::AllShortest), 1 => (1..4_usize).prop_map(Selector::Shortest),
            1 => (1..4_usize).prop_map(Selector::Groups),
        ],
    ) {
        let walk = restrictor == Restrictor::Walk;
        // Walks may go on without end: the oracle tries those up to this length.
        let longest = if walk { 6 } else { 16 };
        let words = match selector {
            Selector::All => "ALL ".to_owned(),
            Selector::Any => "ANY ".to_owned(),
            Selector::AnyShortest => "ANY SHORTEST ".to_owned(),
            Selector::AllShortest => "ALL SHORTEST ".to_owned(),
            Selector::Shortest(k) => format!("SHORTEST {k} "),
            Selector::Groups(k) => format!("SHORTEST {k} GROUPS "),
        };
        let (last, before) = pattern.split_last().unwrap();
        let mut text: String = before.iter().map(ToString::to_string).collect();
        text.push_str(&last.to_string().replacen('(', "(last", 1));
        let query = format!(
            "MATCH p = {words}{restrictor}{text} RETURN head(nodes(p)).n, last(nodes(p)).n, [r IN relationships(p) | r.i]"
        );
        let oracle = Oracle { graph: &graph, longest, restrictor, cut: Cell::new(false) };
        let mut all = oracle.paths(&pattern);
        let cut = oracle.cut.get();
        // openCypher has a row for each match, GQL one for each path.
        let plain = selector == Selector::All && is_plain(&pattern) && matches!(restrictor, Restrictor::None | Restrictor::Trail);
        if !plain {
            all.values_mut().for_each(Vec::dedup);
        }
        let session = session(&graph);
        if walk && selector == Selector::All {
            if is_unbounded(&pattern) {
                let refused = asked(&session, &query).unwrap_err();
                prop_assert!(refused.contains("B139"), "{}", refused);
                return Ok(());
            }
            if cut {
                return Ok(());
            }
        }
        let mut found = asked(&session, &query).map_err(TestCaseError::fail)?;
        for given in found.values_mut() {
            given.retain(|path| !cut || path.len() <= longest);
        }
        found.retain(|_, given| !given.is_empty());
        prop_assert_eq!(
            found.keys().collect::<Vec<_>>(), all.keys().collect::<Vec<_>>(), "{}", query
        );
        for (ends, paths) in &all {
            let given = &found[ends];
            let distinct: BTreeSet<&Vec<usize>> = given.iter().collect();
            prop_assert!(plain || is_apart(&pattern) || distinct.len() == given.len(), "a path twice: {} {:?}", query, ends);
            let mut lengths: Vec<usize> = paths.iter().map(|walk| walk.rels.len()).collect();
            lengths.sort_unstable();
            let groups = |k: usize| {
                let mut different = lengths.clone();
                different.dedup();
                let most = different.get(k - 1).copied().unwrap_or(usize::MAX);
                lengths.iter().copied().filter(|length| *length <= most).collect::<Vec<_>>()
            };
            let first = |k: usize| lengths.iter().copied().take(k).collect::<Vec<_>>();
            let wanted = match selector {
                Selector::All => lengths.clone(),
                Selector::Any | Selector::AnyShortest => first(1),
                Selector::AllShortest => groups(1),
                Selector::Shortest(k) => first(k),
                Selector::Groups(k) => groups(k),
            };
            let mut got: Vec<usize> = given.iter().map(Vec::len).collect();
            got.sort_unstable();
            prop_assert_eq!(got, wanted, "{} {:?}", query, ends);
            let known: BTreeSet<&Vec<usize>> = paths.iter().map(|walk| &walk.rels).collect();
            prop_assert!(distinct.is_subset(&known), "no such path: {} {:?} {:?}", query, ends, given);
        }
    }

    #[test]
    fn shortest_paths_between_given_nodes_and_from_one_to_all_are_the_shortest_of_all(
        nodes in prop::collection::vec(any::<bool>(), 2..8),
        rels in prop::collection::vec((prop::bool::weighted(0.8), 0..8_usize, 0..8_usize, 0..2_i64), 0..9),
        asked_for in prop::collection::vec((0..3_usize, prop_oneof![Just(""), Just(":R")], prop_oneof![Just("*"), Just("*..3"), Just("*0..2"), Just("*0..")]), 2),
    ) {
        let n = nodes.len();
        let rels = rels.into_iter().map(|(kind, start, end, weight)| (kind, start % n, end % n, weight)).collect();
        let session = session(&Graph { nodes, rels });
        for (way, types, length) in asked_for {
            let [left, right] = [["-", "->"], ["<-", "-"], ["-", "-"]][way];
            let path = format!("(a){left}[{types}{length}]{right}(b)");
            let rows = "RETURN a.n, b.n, [r IN relationships(p) | r.i]";
            let shortest = asked(&session, &format!("MATCH p = {path} {rows}")).map_err(TestCaseError::fail)?;
            let shortest: BTreeMap<(usize, usize), BTreeSet<Vec<usize>>> = shortest.into_iter().map(|(ends, paths)| {
                let least = paths.iter().map(Vec::len).min().unwrap_or_default();
                (ends, paths.into_iter().filter(|path| path.len() == least).collect())
            }).collect();
            for (all, one) in [("ALL SHORTEST ", "ANY SHORTEST "), ("allShortestPaths(", "shortestPath(")] {
                let close = if all.ends_with('(') { ")" } else { "" };
                // From both ends, of which one is the same for many rows, and from one end to all that it leads to.
                for given in ["MATCH (a), (b)", "MATCH (b) MATCH (a)", "MATCH (a)", "MATCH (b)"] {
                    let found = |words: &str| asked(&session, &format!("{given} MATCH p = {words}{path}{close} {rows}"));
                    let all = found(all).map_err(TestCaseError::fail)?;
                    for paths in all.values() {
                        prop_assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), paths.len(), "a path twice: {} {}", given, &path);
                    }
                    let all: BTreeMap<(usize, usize), BTreeSet<Vec<usize>>> =
                        all.into_iter().map(|(ends, paths)| (ends, paths.into_iter().collect())).collect();
                    prop_assert_eq!(&all, &shortest, "{} all of {}", given, &path);
                    let one = found(one).map_err(TestCaseError::fail)?;
                    prop_assert_eq!(one.keys().collect::<Vec<_>>(), shortest.keys().collect::<Vec<_>>(), "{} one of {}", given, &path);
                    for (ends, paths) in &one {
                        prop_assert!(paths.len() == 1 && shortest[ends].contains(&paths[0]), "{} one of {}: {:?}", given, &path, paths);
                    }
                }
            }
        }
    }
}
