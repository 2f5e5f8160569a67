//! Where somebody is who follows relationships at random, and now and then begins anywhere.

use std::borrow::Cow;

use crate::graph::Direction;
use crate::limits::Stopped;
use crate::value::Value;

use super::{Column, Columns, Context, Field, NODE, Network, OPTIONS_FIELD, Options, Procedure, Run, Type, column};

/// `graph.pagerank(options) :: (node :: NODE, score :: FLOAT)`: the share of time that a random walk spends at each node.
///
/// Scores sum to 1, the highest first, equal ones in the order of the graph. The walk follows a relationship with the probability
/// `damping`, each in proportion to its weight, and otherwise begins at any node alike, as it does where none leads on. Rounds go
/// on until scores change by no more than `tolerance` in all, or as often as `rounds` says. Time: linear in the edges a round.
///
/// # Source
/// Brin and Page, "The anatomy of a large-scale hypertextual Web search engine", Computer Networks 30, 1998; Langville and Meyer,
/// "Deeper inside PageRank", Internet Mathematics 1, 2004 (nodes from which none leads on).
pub(in super::super) static PAGERANK: Procedure = Procedure {
    name: Cow::Borrowed("graph.pagerank"),
    arguments: Cow::Borrowed(&[OPTIONS_FIELD]),
    yields: Cow::Borrowed(&[NODE, SCORE]),
    summary: Cow::Borrowed(
        "Each node with the share of time that a walk spends there which follows relationships at random, the highest first.",
    ),
    notes: Cow::Borrowed(
        "Scores sum to 1; equal ones in the order of the graph. A relationship is followed with the probability `damping` (0.85 unless \
         given, at least 0 and below 1), each in proportion to its weight; else, and where none leads on, the walk goes to any node alike. \
         Rounds go on until scores change by no more than `tolerance` in all (1e-10 unless given, at least 1e-14), or for as many `rounds` as \
         are given, whichever is first. Takes `labels`, `types`, `weight`, `default`, `direction`, `damping`, `tolerance`, `rounds`. Brin and Page 1998.",
    ),
    example: (
        Cow::Borrowed(
            "CALL graph.pagerank({labels: ['Product', 'Material']}) YIELD node, score RETURN collect([elementId(node), round(score, 4)])",
        ),
        Cow::Borrowed("[['dysprosium', 0.4744], ['ndfeb-magnet', 0.3412], ['electric-car', 0.1844]]"),
    ),
    run: Run::Columns(pagerank),
};
pub(super) const SCORE: Field = column("score", Type::Float);

fn pagerank(arguments: &[Value], context: &Context<'_>) -> Columns {
    let takes = ["labels", "types", "weight", "default", "direction", "damping", "tolerance", "rounds"];
    let options = Options::read(&arguments[0], &takes)?;
    let damping = options.number("damping", |d| (0.0..1.0).contains(&d), "a number of at least 0 and below 1")?;
    // Below this, rounding alone may change scores from round to round for ever.
    let tolerance = options.number("tolerance", |t| (1e-14..1.0).contains(&t), "a number from 1e-14 to below 1")?;
    let rounds = options.count("rounds")?;
    let mut cut = options.cut(context)?;
    let until = Until { tolerance: tolerance.or(rounds.is_none().then_some(1e-10)), rounds };
    let damping = damping.unwrap_or(0.85);
    if cut.weight.is_some() {
        let mut network = Network::new(&cut, options, context)?;
        let scores = weighted(&mut network, damping, until)?;
        return Ok(ranked(&mut network, &scores)?);
    }
    // Who is led to takes from those that lead there: each score is written once a round.
    cut.bare = true;
    cut.direction = match cut.direction {
        Direction::Out => Direction::In,
        Direction::In => Direction::Out,
        Direction::Both => Direction::Both,
    };
    let mut network = Network::new(&cut, options, context)?;
    let scores = unweighted(&mut network, damping, until)?;
    Ok(ranked(&mut network, &scores)?)
}

/// When rounds end.
#[derive(Clone, Copy)]
struct Until {
    tolerance: Option<f64>,
    rounds: Option<u64>,
}

/// Scores after as many rounds as there are to be; `round` gives those of one from those of the one before, and the sum of what
/// goes nowhere, which is spread.
fn rounds(
    network: &mut Network<'_>,
    damping: f64,
    until: Until,
    mut round: impl FnMut(&Network<'_>, &[f64], &mut [f64]) -> Result<f64, Stopped>,
) -> Result<Vec<f64>, Stopped> {
    let n = network.n_nodes() as usize;
    let alike = 1.0 / n as f64;
    let (mut score, mut next) = (network.array(alike, n)?, network.array(0.0, n)?);
    let mut so_far = 0;
    while n > 0 && until.rounds.is_none_or(|rounds| so_far < rounds) {
        so_far += 1;
        let idle = round(network, &score, &mut next)?;
        let anywhere = (1.0 - damping + damping * idle) * alike;
        // What rounding lost or added is spread, so that scores sum to 1 however many rounds there are.
        let all = next.iter().sum::<f64>() + anywhere * n as f64;
        let mut change = 0.0;
        for (score, next) in score.iter().zip(&mut next) {
            *next = (*next + anywhere) / all;
            change += (score - *next).abs();
        }
        std::mem::swap(&mut score, &mut next);
        if until.tolerance.is_some_and(|tolerance| change <= tolerance) {
            break;
        }
    }
    Ok(score)
}

/// Of a network that is turned round: a node has those that lead to it.
fn unweighted(network: &mut Network<'_>, damping: f64, until: Until) -> Result<Vec<f64>, Stopped> {
    let n = network.n_nodes();
    let (mut degree, mut share) = (network.array(0_u32, n as usize)?, network.array(0.0, n as usize)?);
    for node in 0..n {
        network.checkpoint_at(node)?;
        network.targets(node).iter().for_each(|source| degree[*source as usize] += 1);
    }
    let leads_nowhere: Vec<u32> = (0..n).filter(|node| degree[*node as usize] == 0).collect();
    let part_of = |degree: u32| if degree > 0 { damping / f64::from(degree) } else { 0.0 };
    let mut part = network.array(0.0, n as usize)?;
    part.iter_mut().zip(degree).for_each(|(part, degree)| *part = part_of(degree));
    let rows = Rows::new(network)?;
    rounds(network, damping, until, |network, score, next| {
        let idle = leads_nowhere.iter().map(|node| score[*node as usize]).sum();
        share.iter_mut().zip(score).zip(&part).for_each(|((share, score), part)| *share = score * part);
        rows.sum(network, &share, next)?;
        Ok(idle)
    })
}

/// The sources of each node, those of nodes with as many one after the other: how long a loop over them is can be guessed.
struct Rows {
    /// Nodes by how many sources they have.
    nodes: Vec<u32>,
    /// Their sources.
    sources: Vec<u32>,
    /// So many sources have so many nodes, in order.
    lengths: Vec<(usize, usize)>,
}

impl Rows {
    fn new(network: &mut Network<'_>) -> Result<Self, Stopped> {
        let n = network.n_nodes();
        let mut nodes = network.array(0_u32, n as usize)?;
        let longest = (0..n).map(|node| network.targets(node).len()).max().unwrap_or_default();
        let mut ends = network.array(0_usize, longest + 2)?;
        (0..n).for_each(|node| ends[network.targets(node).len() + 1] += 1);
        let counts = ends[1..].iter().copied().enumerate();
        let lengths = counts.filter(|(_, n_nodes)| *n_nodes > 0).collect();
        for length in 1..ends.len() {
            ends[length] += ends[length - 1];
        }
        for node in 0..n {
            let place = &mut ends[network.targets(node).len()];
            nodes[*place] = node;
            *place += 1;
        }
        let n_sources = (0..n).map(|node| network.targets(node).len()).sum::<usize>();
        network.hold(n_sources * size_of::<u32>())?;
        let mut sources = Vec::with_capacity(n_sources);
        for node in &nodes {
            network.checkpoint_at(*node)?;
            sources.extend_from_slice(network.targets(*node));
        }
        Ok(Self { nodes, sources, lengths })
    }

    /// The sum of what the sources of each node share.
    fn sum(&self, network: &Network<'_>, share: &[f64], sums: &mut [f64]) -> Result<(), Stopped> {
        let (mut nodes, mut sources) = (self.nodes.as_slice(), self.sources.as_slice());
        for (length, n_nodes) in &self.lengths {
            let (these, rest) = nodes.split_at(*n_nodes);
            nodes = rest;
            for (node, at) in these.iter().zip(0..) {
                network.checkpoint_at(at)?;
                let (row, rest) = sources.split_at(*length);
                sources = rest;
                sums[*node as usize] = row.iter().map(|source| share[*source as usize]).sum();
            }
        }
        Ok(())
    }
}

fn weighted(network: &mut Network<'_>, damping: f64, until: Until) -> Result<Vec<f64>, Stopped> {
    let n = network.n_nodes() as usize;
    // The largest weight and the sum of the others in terms of it: a sum of weights may be no finite number.
    let (mut largest, mut sum) = (network.array(0.0_f64, n)?, network.array(0.0, n)?);
    for node in 0..n {
        network.checkpoint_at(node as u32)?;
        let weights = || network.row(node as u32).map(|edge| network.edge(edge).weight);
        largest[node] = weights().fold(0.0, f64::max);
        sum[node] = weights().map(|weight| weight / largest[node]).sum();
    }
    rounds(network, damping, until, |network, score, next| {
        next.fill(0.0);
        let mut idle = 0.0;
        for node in 0..n {
            network.checkpoint_at(node as u32)?;
            if largest[node] > 0.0 {
                let share = damping * score[node] / sum[node];
                for edge in network.row(node as u32) {
                    let edge = network.edge(edge);
                    next[edge.target as usize] += share * (edge.weight / largest[node]);
                }
            } else {
                idle += score[node];
            }
        }
        Ok(idle)
    })
}

/// The nodes with their scores, the highest first.
pub(super) fn ranked(network: &mut Network<'_>, scores: &[f64]) -> Result<Vec<Column>, Stopped> {
    network.hold(scores.len() * (size_of::<u32>() + 2 * size_of::<u64>()))?;
    let mut order: Vec<(u64, u32)> = scores.iter().map(|score| descending(*score)).zip(0..).collect();
    order.sort_unstable();
    let nodes = order.iter().map(|(_, node)| network.node(*node)).collect();
    Ok(vec![Column::Nodes(nodes), Column::Floats(order.iter().map(|(_, node)| scores[*node as usize]).collect())])
}

/// A number that is less the more a score is, in the order of [`f64::total_cmp`]: it is compared in one step.
fn descending(score: f64) -> u64 {
    let bits = score.to_bits();
    if bits >> 63 == 0 { !(bits | 1 << 63) } else { bits }
}
