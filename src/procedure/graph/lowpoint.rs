//! What holds the graph together: the relationships and the nodes without which it falls apart.
//!
//! Both come out of one walk in depth, which notes for each node the earliest one that is reached from below it otherwise than by
//! the relationship that led there.

use std::borrow::Cow;

use crate::graph::{Cut, Direction};
use crate::limits::Stopped;
use crate::value::{RelId, Value};

use super::{Context, NODE, Network, OPTIONS_FIELD, Options, Procedure, ProcedureError, RELATIONSHIP, Rows, Run};

/// `graph.bridges(options) :: (relationship :: RELATIONSHIP)`: relationships whose ends nothing else connects.
///
/// Whichever way relationships point. Of parallel relationships none is a bridge. Time: linear.
///
/// # Source
/// Tarjan, "A note on finding the bridges of a graph", Information Processing Letters 2, 1974.
pub(in super::super) static BRIDGES: Procedure = Procedure {
    name: Cow::Borrowed("graph.bridges"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[RELATIONSHIP]),
    summary: Cow::Borrowed(
        "The relationships without which a component would fall apart, whichever way relationships point.",
    ),
    notes: Cow::Borrowed("Of parallel relationships none is a bridge. Takes `labels`, `types`. Tarjan 1974."),
    example: (
        Cow::Borrowed("CALL graph.bridges() YIELD relationship RETURN collect(elementId(relationship))"),
        Cow::Borrowed("['electric-car/CONTAINS/ndfeb-magnet', 'ndfeb-magnet/CONTAINS/dysprosium']"),
    ),
    run: Run::Built(bridges),
};

/// `graph.articulation_points(options) :: (node :: NODE)`: nodes that all ways between some others pass.
///
/// Whichever way relationships point. Time: linear.
///
/// # Source
/// Hopcroft and Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", Communications of the ACM 16, 1973.
pub(in super::super) static ARTICULATION_POINTS: Procedure = Procedure {
    name: Cow::Borrowed("graph.articulation_points"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODE]),
    summary: Cow::Borrowed("The nodes without which a component would fall apart, whichever way relationships point."),
    notes: Cow::Borrowed("Takes `labels`, `types`. Hopcroft and Tarjan 1973."),
    example: (
        Cow::Borrowed("CALL graph.articulation_points() YIELD node RETURN collect(elementId(node))"),
        Cow::Borrowed("['ndfeb-magnet']"),
    ),
    run: Run::Built(articulation_points),
};

fn bridges(arguments: &[Value], context: &Context<'_>) -> Rows {
    let mut bridges = vital(arguments, context, |vital, _| vital.bridges)?;
    bridges.sort_unstable();
    Ok(bridges.into_iter().map(|rel| vec![Value::Rel(rel)]).collect())
}

fn articulation_points(arguments: &[Value], context: &Context<'_>) -> Rows {
    vital(arguments, context, |vital, network| {
        let points = (0..network.n_nodes()).filter(|node| vital.points[*node as usize]);
        points.map(|node| vec![network.node_value(node)]).collect()
    })
}

fn vital<T>(
    arguments: &[Value],
    context: &Context<'_>,
    taken: impl FnOnce(Vital, &Network<'_>) -> T,
) -> Result<T, ProcedureError> {
    let options = Options::read(&arguments[0], &["labels", "types"])?;
    let cut = Cut { direction: Direction::Both, ..options.cut(context)? };
    let mut network = Network::new(&cut, options, context)?;
    let found = Vital::new(&mut network)?;
    Ok(taken(found, &network))
}

/// What holds the graph together.
struct Vital {
    bridges: Vec<RelId>,
    /// Whether each node is an articulation point.
    points: Vec<bool>,
}

/// A node on the way from the root to where the walk is.
struct Standing {
    node: u32,
    /// The relationship that led to it; the root has none.
    by: Option<RelId>,
    edges: std::ops::Range<usize>,
    /// The earliest place that is reached from here or below.
    low: u32,
    /// Nodes that were found from here.
    n_below: u32,
}

impl Vital {
    fn new(network: &mut Network<'_>) -> Result<Self, Stopped> {
        let n = network.n_nodes() as usize;
        network.hold(n * size_of::<Standing>())?;
        // Places count from 1; 0 is not found yet.
        let (mut places, mut last) = (network.array(0_u32, n)?, 0);
        let mut vital = Self { bridges: Vec::new(), points: network.array(false, n)? };
        let mut stack: Vec<Standing> = Vec::new();
        for root in 0..n as u32 {
            if places[root as usize] > 0 {
                continue;
            }
            network.limits.checkpoint()?;
            last += 1;
            places[root as usize] = last;
            stack.push(Standing { node: root, by: None, edges: network.row(root), low: last, n_below: 0 });
            while let Some(here) = stack.last_mut() {
                let Some(edge) = here.edges.next() else {
                    let Some(done) = stack.pop() else { break };
                    vital.close(&done, stack.last_mut(), &places);
                    continue;
                };
                let (rel, target) = (network.rel(edge), network.edge(edge).target);
                let place = places[target as usize];
                // Back along the relationship that led here is no other way; along a parallel one it is.
                if here.by == Some(rel) {
                    continue;
                }
                if place > 0 {
                    here.low = here.low.min(place);
                    continue;
                }
                network.limits.checkpoint()?;
                here.n_below += 1;
                last += 1;
                places[target as usize] = last;
                let edges = network.row(target);
                stack.push(Standing { node: target, by: Some(rel), edges, low: last, n_below: 0 });
            }
        }
        network.hold(vital.bridges.len() * size_of::<Value>())?;
        Ok(vital)
    }

    /// All below a node was walked.
    fn close(&mut self, done: &Standing, above: Option<&mut Standing>, places: &[u32]) {
        let (Some(above), Some(rel)) = (above, done.by) else {
            self.points[done.node as usize] |= done.n_below > 1;
            return;
        };
        above.low = above.low.min(done.low);
        let place = places[above.node as usize];
        if done.low > place {
            self.bridges.push(rel);
        }
        if above.by.is_some() && done.low >= place {
            self.points[above.node as usize] = true;
        }
    }
}
