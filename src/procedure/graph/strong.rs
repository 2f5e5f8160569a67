//! What leads to each other: strong components, and those of them that hold a cycle.

use std::borrow::Cow;

use petgraph::algo::kosaraju_scc;

use crate::limits::Stopped;
use crate::value::Value;

use super::components::{COMPONENT, SIZE, columns};
use super::watch::Watched;
use super::{Columns, Context, Field, NODE, Network, OPTIONS_FIELD, Options, Procedure, Rows, Run, Type, column};

/// `graph.strong_components(options) :: (node :: NODE, component :: INTEGER, size :: INTEGER)`: strongly connected components.
///
/// Numbered as `graph.components` numbers its own. Time: linear.
///
/// # Source
/// Kosaraju, unpublished, 1978; Sharir, "A strong-connectivity algorithm and its applications in data flow analysis", Computers &
/// Mathematics with Applications 7, 1981; petgraph's `kosaraju_scc`.
pub(in super::super) static STRONG_COMPONENTS: Procedure = Procedure {
    name: Cow::Borrowed("graph.strong_components"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODE, COMPONENT, SIZE]),
    summary: Cow::Borrowed("Each node with its strong component: the nodes that it leads to and that lead back to it."),
    notes: Cow::Borrowed(
        "Components are numbered from 1, the largest first, equally large ones by their first node; `size` is the number of nodes. \
         Takes `labels`, `types`. Kosaraju 1978, Sharir 1981.",
    ),
    example: (
        Cow::Borrowed("CALL graph.strong_components() YIELD component, size RETURN [max(component), max(size)]"),
        Cow::Borrowed("[5, 1]"),
    ),
    run: Run::Columns(strong_components),
};

fn strong_components(arguments: &[Value], context: &Context<'_>) -> Columns {
    let options = Options::read(&arguments[0], &["labels", "types"])?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let mut first = network.array(0, network.n_nodes() as usize)?;
    for set in sets(&mut network)? {
        for node in &set {
            first[*node as usize] = set[0];
        }
    }
    Ok(columns(network.nodes(), |node| first[node as usize], context)?)
}

/// The strongly connected sets, the nodes of each in order.
fn sets(network: &mut Network<'_>) -> Result<Vec<Vec<u32>>, Stopped> {
    // Two orders of the nodes, a stack that holds an edge at most once, and the sets.
    network.hold(network.n_nodes() as usize * 32 + network.n_edges() * size_of::<u32>())?;
    let watched = Watched::new(network)?;
    let mut sets = watched.whole(kosaraju_scc(&watched))?;
    for set in &mut sets {
        set.sort_unstable();
    }
    Ok(sets)
}

/// `graph.cycles(options) :: (nodes :: LIST)`: the strongly connected sets that hold a cycle.
///
/// The smallest set first, then by first node; the nodes of a set in the order of the graph. Every cycle lies within one of the
/// sets, and through every node of a set there is one: the cycles themselves may be too many to be told. Time: linear.
///
/// # Source
/// As `graph.strong_components`.
pub(in super::super) static CYCLES: Procedure = Procedure {
    name: Cow::Borrowed("graph.cycles"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODES]),
    summary: Cow::Borrowed("The sets of nodes that lead to each other round a cycle, the smallest set first."),
    notes: Cow::Borrowed(
        "A set is a strong component of several nodes, or a node with a relationship to itself: every cycle lies within one set, and \
         through each of its nodes there is one. Equally large sets by their first node, nodes in the order of the graph. The cycles \
         themselves can be more than anyone could read: ask `graph.shortest_path`, or a pattern, for those of one node. Takes \
         `labels`, `types`.",
    ),
    example: (Cow::Borrowed("CALL graph.cycles() YIELD nodes RETURN count(nodes)"), Cow::Borrowed("0")),
    run: Run::Built(cycles),
};
const NODES: Field = column("nodes", Type::List);

fn cycles(arguments: &[Value], context: &Context<'_>) -> Rows {
    let options = Options::read(&arguments[0], &["labels", "types"])?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let mut sets = sets(&mut network)?;
    let has_loop = |node: u32| network.row(node).any(|edge| network.edge(edge).target == node);
    sets.retain(|set| set.len() > 1 || set.iter().any(|node| has_loop(*node)));
    sets.sort_by_key(|set| (set.len(), set[0]));
    Ok(sets.iter().map(|set| vec![Value::list(set.iter().map(|node| network.node_value(*node)))]).collect())
}
