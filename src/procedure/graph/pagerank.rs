//! Where somebody is who follows relationships at random, and now and then begins anywhere.

use std::borrow::Cow;
use std::ops::Range;

use crate::graph::Direction;
use crate::limits::Stopped;
use crate::parallel;
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
        let sums = parallel::beside(next.chunks(CHUNK).collect(), |next| next.iter().sum::<f64>());
        let all = sums.into_iter().sum::<f64>() + anywhere * n as f64;
        let parts = score.chunks(CHUNK).zip(next.chunks_mut(CHUNK)).collect();
        let changes = parallel::beside(parts, |(score, next)| {
            let mut change = 0.0;
            for (score, next) in score.iter().zip(next) {
                *next = (*next + anywhere) / all;
                change += (score - *next).abs();
            }
            change
        });
        std::mem::swap(&mut score, &mut next);
        if until.tolerance.is_some_and(|tolerance| changes.into_iter().sum::<f64>() <= tolerance) {
            break;
        }
    }
    Ok(score)
}

/// Nodes of which a thread does simple sums before it takes others: sums are the same however many threads there are.
const CHUNK: usize = 1 << 13;

/// Of a network that is turned round: a node has those that lead to it.
fn unweighted(network: &mut Network<'_>, damping: f64, until: Until) -> Result<Vec<f64>, Stopped> {
    let n = network.n_nodes();
    let rows = Rows::new(network)?;
    let mut degree = network.array(0_u32, n as usize)?;
    for part in &rows.parts {
        network.limits.checkpoint()?;
        rows.sources[part.sources.clone()].iter().for_each(|source| degree[*source as usize] += 1);
    }
    let leads_nowhere: Vec<u32> = (0..n).filter(|node| degree[*node as usize] == 0).collect();
    let part_of = |degree: u32| if degree > 0 { damping / f64::from(degree) } else { 0.0 };
    let (mut part, mut share) = (network.array(0.0, n as usize)?, network.array(0.0, n as usize)?);
    part.iter_mut().zip(degree).for_each(|(part, degree)| *part = part_of(degree));
    let in_rows = rounds(network, damping, until, |network, score, next| {
        let idle = leads_nowhere.iter().map(|node| score[*node as usize]).sum();
        let parts = share.chunks_mut(CHUNK).zip(score.chunks(CHUNK)).zip(part.chunks(CHUNK)).collect();
        parallel::beside(parts, |((share, score), part)| {
            share.iter_mut().zip(score).zip(part).for_each(|((share, score), part)| *share = score * part);
        });
        rows.sum(network, &share, next)?;
        Ok(idle)
    })?;
    let mut score = network.array(0.0, n as usize)?;
    rows.nodes.iter().zip(in_rows).for_each(|(node, in_row)| score[*node as usize] = in_row);
    Ok(score)
}

/// The sources of each node, those of nodes with as many one after the other: how long a loop over them is can be guessed. Nodes are
/// numbered by their rows here, so that each part of the rows writes what lies one beside the other.
struct Rows {
    /// The nodes of the rows.
    nodes: Vec<u32>,
    /// Their sources, by row.
    sources: Vec<u32>,
    /// Of about as many sources each.
    parts: Vec<Part>,
}

/// Some rows.
#[derive(Default)]
struct Part {
    sources: Range<usize>,
    /// So many sources have so many rows, in order.
    lengths: Vec<(usize, usize)>,
}

impl Part {
    /// Sources of a part, but for the last row, and rows of it at most.
    const SOURCES: usize = 1 << 15;

    fn n_rows(&self) -> usize {
        self.lengths.iter().map(|(_, n_rows)| n_rows).sum()
    }

    /// Of so many rows of each length.
    fn all(lengths: impl Iterator<Item = (usize, usize)>) -> Vec<Self> {
        let (mut parts, mut part) = (Vec::new(), Part::default());
        for (length, mut left) in lengths {
            while left > 0 {
                let room = (Self::SOURCES.saturating_sub(part.sources.len()) / length.max(1)).max(1).min(left);
                part.lengths.push((length, room));
                part.sources.end += room * length;
                left -= room;
                if part.sources.len() >= Self::SOURCES || left > 0 || part.n_rows() >= Self::SOURCES {
                    let end = part.sources.end;
                    parts.push(std::mem::replace(&mut part, Part { sources: end..end, lengths: Vec::new() }));
                }
            }
        }
        parts.push(part);
        parts
    }
}

impl Rows {
    fn new(network: &mut Network<'_>) -> Result<Self, Stopped> {
        let n = network.n_nodes();
        let (mut nodes, mut row_of) = (network.array(0_u32, n as usize)?, network.array(0_u32, n as usize)?);
        let longest = (0..n).map(|node| network.targets(node).len()).max().unwrap_or_default();
        let mut ends = network.array(0_usize, longest + 2)?;
        (0..n).for_each(|node| ends[network.targets(node).len() + 1] += 1);
        let parts = Part::all(ends[1..].iter().copied().enumerate());
        for length in 1..ends.len() {
            ends[length] += ends[length - 1];
        }
        for node in 0..n {
            let place = &mut ends[network.targets(node).len()];
            nodes[*place] = node;
            row_of[node as usize] = *place as u32;
            *place += 1;
        }
        network.hold(network.n_edges() * size_of::<u32>())?;
        let mut from = 0;
        let rows = parts.iter().map(|part| {
            let rows = from..from + part.n_rows();
            from = rows.end;
            &nodes[rows]
        });
        let (limits, projection) = (network.limits, network.projection());
        let sources = parallel::beside(rows.collect(), |nodes: &[u32]| {
            limits.checkpoint()?;
            let mut sources = Vec::with_capacity(nodes.iter().map(|node| projection.targets(*node).len()).sum());
            for node in nodes {
                sources.extend(projection.targets(*node).iter().map(|source| row_of[*source as usize]));
            }
            Ok(sources)
        });
        let sources = sources.into_iter().collect::<Result<Vec<_>, Stopped>>()?.concat();
        Ok(Self { nodes, sources, parts })
    }

    /// The sum of what the sources of each row share.
    fn sum(&self, network: &Network<'_>, share: &[f64], mut sums: &mut [f64]) -> Result<(), Stopped> {
        let parts = self.parts.iter().map(|part| {
            let (these, rest) = std::mem::take(&mut sums).split_at_mut(part.n_rows());
            sums = rest;
            (part, these)
        });
        let limits = network.limits;
        let done = parallel::beside(parts.collect(), |(part, mut sums)| {
            limits.checkpoint()?;
            let mut sources = &self.sources[part.sources.clone()];
            for (length, n_rows) in &part.lengths {
                let (these, rest) = sums.split_at_mut(*n_rows);
                sums = rest;
                for sum in these {
                    let (row, rest) = sources.split_at(*length);
                    sources = rest;
                    *sum = row.iter().map(|source| share[*source as usize]).sum();
                }
            }
            Ok(())
        });
        done.into_iter().collect()
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
    parallel::sort(&mut order);
    let nodes = order.iter().map(|(_, node)| network.node(*node)).collect();
    Ok(vec![Column::Nodes(nodes), Column::Floats(order.iter().map(|(_, node)| scores[*node as usize]).collect())])
}

/// A number that is less the more a score is, in the order of [`f64::total_cmp`]: it is compared in one step.
fn descending(score: f64) -> u64 {
    let bits = score.to_bits();
    if bits >> 63 == 0 { !(bits | 1 << 63) } else { bits }
}
