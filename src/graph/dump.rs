//! The canonical text of a graph, and its hash: equal graphs, equal texts.
//!
//! One statement a line, each section sorted, ids instead of numbers, so that the order in which a reader found things
//! plays no part. What a definition derives is left out: it follows from the graph and its rules.
//!
//! Lists that mean a set (labels, the ends that a type allows, the nodes of a chain entry) are sorted; lists that mean an
//! order (periods, voices, citations, the entries of a history) are kept as they are.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::Snapshot;
use super::line::{Section, line_of, lines};
use crate::value::RelId;

/// The canonical text of a graph.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, NewNode, Schema, dump};
/// let graph = |ids: [&str; 2]| {
///     let mut builder = Builder::new(Schema::default());
///     for id in ids {
///         builder.node(NewNode { id: id.into(), ..NewNode::default() }).unwrap();
///     }
///     builder.finish()
/// };
/// assert_eq!(dump(&graph(["bmw", "volkswagen"])), dump(&graph(["volkswagen", "bmw"])));
/// ```
#[must_use]
pub fn dump(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    write_all(snapshot, &mut |line| {
        text.push_str(line);
        text.push('\n');
    });
    text
}

/// SHA-256 of the canonical text, in hexadecimal: names a version of a graph.
#[must_use]
pub fn hash(snapshot: &Snapshot) -> String {
    digest(|line| write_all(snapshot, line))
}

/// SHA-256 of lines, in hexadecimal.
#[must_use]
pub fn digest(write: impl FnOnce(&mut dyn FnMut(&str))) -> String {
    let mut digest = Sha256::new();
    write(&mut |line| {
        digest.update(line);
        digest.update("\n");
    });
    digest.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The canonical line of a relationship: tells it from others between the same nodes, unless they are equal.
#[must_use]
pub fn dump_rel(snapshot: &Snapshot, rel: RelId) -> String {
    line_of(snapshot, rel).text
}

fn write_all(snapshot: &Snapshot, line: &mut dyn FnMut(&str)) {
    line("portolan graph 1");
    for section in Section::ALL {
        for said in lines(snapshot, section) {
            line(&said.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{dump, hash};
    use crate::graph::{Builder, Meta, Modality, NewNode, NewRel, Schema, Snapshot};
    use crate::value::{Duration, LocalTime, Value};

    fn graph(ids: [&str; 3], notes: [&str; 2], modality: Modality) -> Snapshot {
        let mut builder = Builder::new(Schema::default());
        for id in ids {
            let properties = vec![("name".to_owned(), Value::from(id)), ("size".to_owned(), Value::from(1))];
            let labels = vec!["B".to_owned(), "A".to_owned()];
            let node = NewNode { id: id.into(), labels, properties, ..NewNode::default() };
            assert!(builder.node(node).is_ok());
        }
        for note in notes {
            let meta = Meta { note: Some(note.into()), modality, ..Meta::default() };
            let (Some(start), Some(end)) = (builder.find("a"), builder.find("b")) else { continue };
            let kind = "USES".to_owned();
            builder.rel(NewRel { kind, start, end, properties: vec![], histories: vec![], meta });
        }
        builder.finish()
    }

    #[test]
    fn the_order_of_insertion_plays_no_part() {
        let one = graph(["a", "b", "c"], ["x", "y"], Modality::Fact);
        let other = graph(["c", "b", "a"], ["y", "x"], Modality::Fact);
        assert_eq!(dump(&one), dump(&other));
        assert_eq!(hash(&one), hash(&other));
        assert_eq!(hash(&one).len(), 64);
    }

    #[test]
    fn every_part_of_a_statement_is_in_it() {
        let fact = graph(["a", "b", "c"], ["x", "y"], Modality::Fact);
        for other in [
            graph(["a", "b", "d"], ["x", "y"], Modality::Fact),
            graph(["a", "b", "c"], ["x", "x"], Modality::Fact),
            graph(["a", "b", "c"], ["x", "y"], Modality::Claim),
        ] {
            assert_ne!(dump(&fact), dump(&other));
            assert_ne!(hash(&fact), hash(&other));
        }
    }

    #[test]
    fn a_date_is_not_the_text_that_looks_like_it() {
        let with = |value: Value| {
            let mut builder = Builder::new(Schema::default());
            let properties = vec![("on".to_owned(), value)];
            assert!(builder.node(NewNode { id: "a".into(), properties, ..NewNode::default() }).is_ok());
            dump(&builder.finish())
        };
        let date = "2025-04-04".parse().map_or(Value::Null, Value::Date);
        assert_ne!(with(date), with(Value::from("2025-04-04")));
        assert_ne!(with(Value::Int(1)), with(Value::Float(1.0)));
        let time = LocalTime::read("12:00").map_or(Value::Null, Value::LocalTime);
        assert_ne!(with(time), with(Value::from("12:00")));
        let duration = |text: &str| text.parse::<Duration>().map_or(Value::Null, Value::from);
        assert_ne!(with(duration("P1D")), with(Value::from("P1D")));
        assert_ne!(with(duration("P1D")), with(duration("PT24H")));
    }
}
