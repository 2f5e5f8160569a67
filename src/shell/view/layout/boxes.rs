//! Boxes: the texts of a picture with their sizes, and the links between them, of which no way leads back to its beginning.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lettering::{width, wrap};
use super::super::picture::{Edge, Picture};
use super::super::standing::Standing;

/// Size of the letters of names, in pixels.
pub(in super::super) const NAME: f64 = 13.0;
/// Size of the letters below names, and of all on relationships.
pub(in super::super) const SMALL: f64 = 10.5;
/// From one line of names to the next.
pub(in super::super) const NAME_LINE: f64 = 16.0;
/// From one small line to the next.
pub(in super::super) const SMALL_LINE: f64 = 13.0;
/// Between a node's text and its outline, at the sides, where some shapes need room, and above and below.
const MARGIN: (f64, f64) = (18.0, 9.0);
/// Width of a line of a name, and of one on a relationship.
const ROOM: (f64, f64) = (180.0, 128.0);

/// The text of a node.
#[derive(Clone, Debug)]
pub struct Caption {
    /// Its name, in lines.
    pub name: Vec<String>,
    /// What it is, and whether in force, in lines.
    pub below: Vec<String>,
}

/// The words of one relationship, or of several that say the same.
#[derive(Clone, Debug)]
pub struct Label {
    /// The type, in lines.
    pub head: Vec<String>,
    /// What stands below it.
    pub below: Vec<String>,
    /// Whose words they are: places among the relationships of the picture.
    pub edges: Vec<usize>,
    /// How firmly what they say stands.
    pub standing: Standing,
}

/// The boxes that a relationship passes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub from: usize,
    pub label: usize,
    pub to: usize,
    /// It is drawn against the direction of the columns.
    pub backward: bool,
}

/// Nodes first, then labels.
pub(super) struct Boxes {
    pub captions: Vec<Caption>,
    pub labels: Vec<Label>,
    /// Width and height.
    pub sizes: Vec<(f64, f64)>,
    pub routes: Vec<Route>,
    /// From the box on the left to that on the right.
    pub links: BTreeSet<(usize, usize)>,
}

pub(super) fn boxes(picture: &Picture) -> Boxes {
    let n_nodes = picture.nodes.len();
    let mut sizes = Vec::new();
    let mut captions = Vec::new();
    for node in &picture.nodes {
        let name = wrap(&node.name, NAME, ROOM.0, 4);
        let mut below = wrap(&node.class, SMALL, ROOM.0, 2);
        if !node.state.is_empty() {
            below.extend(wrap(&node.state, SMALL, ROOM.0, 2));
        }
        below.retain(|line| !line.is_empty());
        let wide = widest(&name, NAME).max(widest(&below, SMALL)).max(34.0);
        let high = name.len() as f64 * NAME_LINE + below.len() as f64 * SMALL_LINE;
        sizes.push((wide + 2.0 * MARGIN.0, high + 2.0 * MARGIN.1));
        captions.push(Caption { name, below });
    }
    let backward = backward(picture);
    let mut labels: Vec<Label> = Vec::new();
    let mut routes = vec![Route { from: 0, label: 0, to: 0, backward: false }; picture.edges.len()];
    let mut links = BTreeSet::new();
    for group in sharing(&picture.edges, &backward) {
        let label = n_nodes + labels.len();
        let first = &picture.edges[group[0]];
        let head = wrap(&first.headline(), SMALL, ROOM.1, 3);
        let mut below: Vec<String> = first.remarks().iter().flat_map(|remark| wrap(remark, SMALL, ROOM.1, 3)).collect();
        if first.derived {
            below.push("by definition".to_owned());
        }
        let wide = widest(&head, SMALL).max(widest(&below, SMALL)) + 10.0;
        sizes.push((wide, (head.len() + below.len()) as f64 * SMALL_LINE + 4.0));
        for edge in &group {
            let Edge { from, to, .. } = picture.edges[*edge];
            let route = Route { from, label, to, backward: backward[*edge] };
            let (left, right) = if route.backward { (to, from) } else { (from, to) };
            links.insert((left, label));
            // What leads to itself goes out to its words and comes back.
            links.insert(if from == to { (left, label) } else { (label, right) });
            routes[*edge] = route;
        }
        labels.push(Label { head, below, standing: first.standing, edges: group });
    }
    Boxes { captions, labels, sizes, routes, links }
}

fn widest(lines: &[String], size: f64) -> f64 {
    lines.iter().map(|line| width(line, size)).fold(0.0, f64::max)
}

/// The relationships in groups that share their words: of several with the same start or the same end, the greater group.
fn sharing(edges: &[Edge], backward: &[bool]) -> Vec<Vec<usize>> {
    type Said = (usize, bool, bool, Standing, String);
    let key = |at: usize, out: bool| -> Said {
        let edge = &edges[at];
        (if out { edge.from } else { edge.to }, out, backward[at], edge.standing, edge.words())
    };
    let mut groups: BTreeMap<Said, Vec<usize>> = BTreeMap::new();
    let apart = |edge: &Edge| edge.from == edge.to;
    for at in (0..edges.len()).filter(|at| !apart(&edges[*at])) {
        for out in [true, false] {
            groups.entry(key(at, out)).or_default().push(at);
        }
    }
    let mut shared: Vec<Vec<usize>> = groups.into_values().filter(|group| group.len() > 1).collect();
    shared.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
    let mut taken = vec![false; edges.len()];
    let mut found: Vec<Vec<usize>> = Vec::new();
    for group in shared {
        // Two statements with the same words about the same two nodes have their words each.
        let mut ends = BTreeSet::new();
        let free = group.into_iter().filter(|at| !taken[*at]);
        let free: Vec<usize> = free.filter(|at| ends.insert((edges[*at].from, edges[*at].to))).collect();
        if free.len() > 1 {
            for at in &free {
                taken[*at] = true;
            }
            found.push(free);
        }
    }
    found.extend((0..edges.len()).filter(|at| !taken[*at]).map(|at| vec![at]));
    found.sort();
    found
}

/// Which relationships lead back to where a way of others begins: these are drawn from right to left, and a loop as well.
fn backward(picture: &Picture) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Never,
        Open,
        Done,
    }
    let n = picture.nodes.len();
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut n_in = vec![0_usize; n];
    for (at, edge) in picture.edges.iter().enumerate() {
        out[edge.from].push(at);
        n_in[edge.to] += 1;
    }
    let mut backward = vec![false; picture.edges.len()];
    let mut seen = vec![Seen::Never; n];
    // Where nothing leads to is a good place to begin.
    let mut starts: Vec<usize> = (0..n).collect();
    starts.sort_by_key(|node| n_in[*node]);
    for start in starts {
        if seen[start] != Seen::Never {
            continue;
        }
        seen[start] = Seen::Open;
        let mut open = vec![(start, 0)];
        while let Some((node, next)) = open.last_mut() {
            let Some(edge) = out[*node].get(*next).copied() else {
                seen[*node] = Seen::Done;
                open.pop();
                continue;
            };
            *next += 1;
            let to = picture.edges[edge].to;
            match seen[to] {
                Seen::Never => {
                    seen[to] = Seen::Open;
                    open.push((to, 0));
                }
                Seen::Open => backward[edge] = to != picture.edges[edge].from,
                Seen::Done => {}
            }
        }
    }
    backward
}

impl Boxes {
    /// The boxes in parts between which there is no link, each in order.
    pub fn parts(&self) -> Vec<Vec<usize>> {
        let mut beside: Vec<Vec<usize>> = vec![Vec::new(); self.sizes.len()];
        for (left, right) in &self.links {
            beside[*left].push(*right);
            beside[*right].push(*left);
        }
        let mut seen = vec![false; self.sizes.len()];
        let mut parts = Vec::new();
        for first in 0..self.sizes.len() {
            if std::mem::replace(&mut seen[first], true) {
                continue;
            }
            let mut part = vec![first];
            let mut next = 0;
            while let Some(at) = part.get(next).copied() {
                next += 1;
                for other in &beside[at] {
                    if !std::mem::replace(&mut seen[*other], true) {
                        part.push(*other);
                    }
                }
            }
            part.sort_unstable();
            parts.push(part);
        }
        parts
    }
}
