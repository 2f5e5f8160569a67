//! Where somebody is who follows relationships at random, and now and then begins anywhere.

use std::borrow::Cow;

use crate::limits::Stopped;
use crate::value::Value;

use super::{Context, Field, NODE, Network, OPTIONS_FIELD, Options, Procedure, Rows, Run, Type, column};

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
    run: Run::Built(pagerank),
};
pub(super) const SCORE: Field = column("score", Type::Float);

fn pagerank(arguments: &[Value], context: &Context<'_>) -> Rows {
    let takes = ["labels", "types", "weight", "default", "direction", "damping", "tolerance", "rounds"];
    let options = Options::read(&arguments[0], &takes)?;
    let damping = options.number("damping", |d| (0.0..1.0).contains(&d), "a number of at least 0 and below 1")?;
    // Below this, rounding alone may change scores from round to round for ever.
    let tolerance = options.number("tolerance", |t| (1e-14..1.0).contains(&t), "a number from 1e-14 to below 1")?;
    let rounds = options.count("rounds")?;
    let mut network = Network::new(&options.cut(context)?, options, context)?;
    let scores =
        scores(&mut network, damping.unwrap_or(0.85), tolerance.or(rounds.is_none().then_some(1e-10)), rounds)?;
    Ok(ranked(&mut network, &scores)?)
}

fn scores(
    network: &mut Network<'_>,
    damping: f64,
    tolerance: Option<f64>,
    rounds: Option<u64>,
) -> Result<Vec<f64>, Stopped> {
    let n = network.n_nodes() as usize;
    let alike = 1.0 / n as f64;
    let (mut score, mut next) = (network.array(alike, n)?, network.array(0.0, n)?);
    // The largest weight and the sum of the others in terms of it: a sum of weights may be no finite number.
    let (mut largest, mut sum) = (network.array(0.0_f64, n)?, network.array(0.0, n)?);
    for node in 0..n {
        network.checkpoint_at(node as u32)?;
        let weights = || network.row(node as u32).map(|edge| network.edge(edge).weight);
        largest[node] = weights().fold(0.0, f64::max);
        sum[node] = weights().map(|weight| weight / largest[node]).sum();
    }
    let mut round = 0;
    while n > 0 && rounds.is_none_or(|rounds| round < rounds) {
        round += 1;
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
        let anywhere = (1.0 - damping + damping * idle) * alike;
        for score in &mut next {
            *score += anywhere;
        }
        // What rounding lost or added is spread, so that scores sum to 1 however many rounds there are.
        let all: f64 = next.iter().sum();
        for score in &mut next {
            *score /= all;
        }
        let change: f64 = score.iter().zip(&next).map(|(was, is)| (was - is).abs()).sum();
        std::mem::swap(&mut score, &mut next);
        if tolerance.is_some_and(|tolerance| change <= tolerance) {
            break;
        }
    }
    Ok(score)
}

/// The nodes with their scores, the highest first.
pub(super) fn ranked(network: &mut Network<'_>, scores: &[f64]) -> Result<Vec<Vec<Value>>, Stopped> {
    network.hold(scores.len() * 2 * size_of::<Value>())?;
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    order.sort_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]));
    let row = |node: u32| vec![network.node_value(node), Value::Float(scores[node as usize])];
    Ok(order.into_iter().map(row).collect())
}
