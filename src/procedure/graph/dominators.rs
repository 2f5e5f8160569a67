//! What every path from a node has to pass.

use std::borrow::Cow;

use crate::graph::{Cut, Entering};
use crate::limits::Stopped;
use crate::value::{NodeId, Value};

use super::{
    Context, Field, NODE, Network, OPTIONS_FIELD, Options, Procedure, ProcedureError, Rows, Run, START, Type, column,
};

/// `graph.dominators(start, options) :: (node :: NODE, dominator :: NODE)`: the last node that all paths to it pass.
///
/// One node dominates another where every path from the start to that one passes it; the immediate dominator is the nearest, and
/// those of a node are found by following it. Nodes that the start does not lead to have no row, nor has the start.
/// Time: edges · log nodes.
///
/// # Source
/// Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph", ACM Transactions on Programming Languages and
/// Systems 1, 1979 (the simpler of its two versions).
pub(in super::super) static DOMINATORS: Procedure = Procedure {
    name: Cow::Borrowed("graph.dominators"),
    arguments: Cow::Borrowed(&[START, OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODE, DOMINATOR]),
    summary: Cow::Borrowed(
        "Each node that the start leads to, with its immediate dominator: the last node that every path to it passes.",
    ),
    notes: Cow::Borrowed(
        "Without that node, nothing of the start would arrive. The start itself has no row. Takes `labels`, `types`, `direction`. \
         Lengauer and Tarjan 1979.",
    ),
    example: (
        Cow::Borrowed(
            "MATCH (a:Product)-[:CONTAINS]->(:Product) CALL graph.dominators(a) YIELD node, dominator \
             RETURN collect([elementId(node), elementId(dominator)])",
        ),
        Cow::Borrowed("[['dysprosium', 'ndfeb-magnet'], ['ndfeb-magnet', 'electric-car']]"),
    ),
    run: Run::Built(dominators),
};
const DOMINATOR: Field = column("dominator", Type::Node);

fn dominators(arguments: &[Value], context: &Context<'_>) -> Rows {
    let options = Options::read(&arguments[1], &["labels", "types", "direction"])?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let start = network.place(&arguments[0], "start")?;
    network.hold(network.n_nodes() as usize * 2 * size_of::<Value>())?;
    let mut found = immediate(&mut network, start)?;
    found.sort_unstable();
    let row = |(node, dominator): (u32, u32)| vec![network.node_value(node), network.node_value(dominator)];
    Ok(found.into_iter().map(row).collect())
}

/// The immediate dominator of each node that a start leads to in a cut.
pub(in super::super) fn dominators_of(
    cut: &Cut,
    start: NodeId,
    context: &Context<'_>,
) -> Result<Vec<(NodeId, NodeId)>, ProcedureError> {
    let none = Value::map::<&str>([]);
    let mut network = Network::new(cut, Options::read(&none, &[])?, context)?;
    let start = network.place(&Value::Node(start), "start")?;
    let found = immediate(&mut network, start)?;
    Ok(found.into_iter().map(|(node, before)| (network.node(node), network.node(before))).collect())
}

const NONE: u32 = u32::MAX;

/// Nodes by the place at which a search in depth finds them; all arrays below count in places.
struct Found {
    /// The node of each place.
    nodes: Vec<u32>,
    /// The place of each node.
    places: Vec<u32>,
    /// The place from which each was found.
    parents: Vec<u32>,
}

impl Found {
    fn new(network: &mut Network<'_>, start: u32) -> Result<Self, Stopped> {
        let n = network.n_nodes() as usize;
        network.hold(n * 5 * size_of::<u32>())?;
        let mut found = Self { nodes: vec![start], places: vec![NONE; n], parents: vec![0] };
        found.places[start as usize] = 0;
        let mut stack = vec![(0, network.row(start))];
        while let Some((place, edges)) = stack.last_mut() {
            let Some(edge) = edges.next() else {
                stack.pop();
                continue;
            };
            let target = network.edge(edge).target;
            if found.places[target as usize] == NONE {
                network.limits.checkpoint()?;
                let next = found.nodes.len() as u32;
                found.places[target as usize] = next;
                found.nodes.push(target);
                found.parents.push(*place);
                stack.push((next, network.row(target)));
            }
        }
        Ok(found)
    }

    fn before<'a>(&'a self, network: &'a Network<'_>, entering: &'a Entering, place: u32) -> impl Iterator<Item = u32> {
        let edges = entering.row(self.nodes[place as usize]).iter();
        edges.map(|edge| self.places[network.edge(*edge as usize).source as usize]).filter(|place| *place != NONE)
    }
}

/// The trees that have been joined so far, with the best semidominator on the way up.
struct Forest {
    above: Vec<u32>,
    best: Vec<u32>,
    semi: Vec<u32>,
    path: Vec<u32>,
}

impl Forest {
    /// The place with the least semidominator between this one and the root of its tree, which is left out.
    fn best(&mut self, place: u32) -> u32 {
        if self.above[place as usize] == NONE {
            return place;
        }
        let mut at = place;
        while self.above[self.above[at as usize] as usize] != NONE {
            self.path.push(at);
            at = self.above[at as usize];
        }
        while let Some(at) = self.path.pop() {
            let above = self.above[at as usize] as usize;
            if self.semi[self.best[above] as usize] < self.semi[self.best[at as usize] as usize] {
                self.best[at as usize] = self.best[above];
            }
            self.above[at as usize] = self.above[above];
        }
        self.best[place as usize]
    }
}

/// Each node that is found, but for the start, with its immediate dominator.
fn immediate(network: &mut Network<'_>, start: u32) -> Result<Vec<(u32, u32)>, Stopped> {
    let found = Found::new(network, start)?;
    let entering = network.entering(network.limits)?;
    let n = found.nodes.len();
    network.hold(n * 7 * size_of::<u32>())?;
    let each = || (0..n as u32).collect::<Vec<u32>>();
    let mut forest = Forest { above: vec![NONE; n], best: each(), semi: each(), path: Vec::new() };
    let mut dominator = vec![0; n];
    // Lists of the places that have a semidominator: the first, and the next after each.
    let (mut first, mut next) = (vec![NONE; n], vec![NONE; n]);
    for place in (1..n as u32).rev() {
        network.limits.checkpoint()?;
        let at = place as usize;
        for before in found.before(network, &entering, place) {
            let best = forest.best(before);
            forest.semi[at] = forest.semi[at].min(forest.semi[best as usize]);
        }
        let semi = forest.semi[at] as usize;
        (next[at], first[semi]) = (first[semi], place);
        let parent = found.parents[at];
        forest.above[at] = parent;
        let mut listed = std::mem::replace(&mut first[parent as usize], NONE);
        while listed != NONE {
            let best = forest.best(listed);
            let nearer = forest.semi[best as usize] < forest.semi[listed as usize];
            dominator[listed as usize] = if nearer { best } else { parent };
            listed = next[listed as usize];
        }
    }
    for place in 1..n {
        if dominator[place] != forest.semi[place] {
            dominator[place] = dominator[dominator[place] as usize];
        }
    }
    Ok((1..n).map(|place| (found.nodes[place], found.nodes[dominator[place] as usize])).collect())
}
