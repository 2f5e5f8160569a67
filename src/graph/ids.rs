//! Nodes by their ids, while a graph is built: for tables of many relationships.

use crate::value::NodeId;

use super::distinct::Texts;

/// Looks up nodes by their ids. Ids that count on from one node to the next, as registers number what they hold, are found by
/// arithmetic, others by hash.
#[derive(Debug)]
pub struct Ids<'b> {
    texts: &'b Texts,
    /// By their first number.
    runs: Vec<Run>,
}

/// Nodes that follow one another, and whose ids do.
#[derive(Clone, Copy, Debug)]
struct Run {
    number: u64,
    node: u32,
    n: u32,
}

/// Nodes of a run, at least, on average: shorter ones are not worth the search.
const SHORTEST: usize = 16;

/// The number that is written like this: without a sign, and without a zero before it.
fn number(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    if digits.is_empty() || digits.len() > 18 || (digits[0] == b'0' && digits.len() > 1) {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    Some(number)
}

impl<'b> Ids<'b> {
    pub(super) fn new(texts: &'b Texts) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (text, node) in texts.list().iter().zip(0..) {
            let Some(number) = number(text) else { continue };
            match runs.last_mut() {
                Some(run) if run.node + run.n == node && run.number + u64::from(run.n) == number => run.n += 1,
                _ => runs.push(Run { number, node, n: 1 }),
            }
            if runs.len() > texts.list().len() / SHORTEST + 1 {
                runs.clear();
                break;
            }
        }
        runs.sort_unstable_by_key(|run| run.number);
        Self { texts, runs }
    }

    /// The node of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<NodeId> {
        if let Some(number) = number(id).filter(|_| !self.runs.is_empty()) {
            let after = self.runs.partition_point(|run| run.number <= number);
            if let Some(run) = after.checked_sub(1).map(|at| self.runs[at])
                && let Some(place) = u32::try_from(number - run.number).ok().filter(|place| *place < run.n)
            {
                return Some(NodeId(run.node + place));
            }
        }
        self.texts.find(id).map(NodeId)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, Texts};
    use crate::value::NodeId;

    #[test]
    fn numbers_that_count_on_and_other_texts_are_found_alike() {
        let mut texts = Texts::default();
        let numbers = (500..600).chain(7..90).chain([0, 3]).map(|number| number.to_string());
        for id in numbers.chain(["x", "", "0500", "+7", "99999999999999999999"].map(str::to_owned)) {
            texts.intern(&id);
        }
        let ids = Ids::new(&texts);
        assert_eq!(ids.runs.len(), 4);
        for (text, number) in texts.list().iter().zip(0..) {
            assert_eq!(ids.find(text), Some(NodeId(number)), "{text}");
        }
        for absent in ["600", "499", "90", "1", "007", "00", "-7", "18446744073709551616"] {
            assert_eq!(ids.find(absent), None, "{absent}");
        }
    }
}
