//! What a query did to the graph: the difference between the graph before and after, whatever the engine says of it.

use std::collections::{BTreeMap, BTreeSet};

use portolan::graph::{Entity, Snapshot};

/// The names of the counts, in order.
const NAMES: [&str; 8] =
    ["+nodes", "-nodes", "+relationships", "-relationships", "+properties", "-properties", "+labels", "-labels"];

/// How many of each were added and taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects([usize; 8]);

impl Effects {
    /// Reads a table of names and counts; a name that is not there counts 0.
    ///
    /// # Errors
    /// A name that is none or comes twice, or a count that is none.
    pub fn read(rows: &[Vec<String>]) -> Result<Effects, String> {
        let (mut effects, mut seen) = (Effects::default(), BTreeSet::new());
        for row in rows {
            let [name, count] = row.as_slice() else {
                return Err("side effects are a table of two columns".to_owned());
            };
            let at = NAMES.iter().position(|known| known == name).ok_or_else(|| format!("no side effect `{name}`"))?;
            effects.0[at] = count.parse().map_err(|_| format!("`{count}` is not a number of side effects"))?;
            if !seen.insert(at) {
                return Err(format!("side effect `{name}` is there twice"));
            }
        }
        Ok(effects)
    }

    /// The difference between two versions of a graph.
    #[must_use]
    pub fn between(before: &Graph, after: &Graph) -> Effects {
        let properties = |graph: &Graph, other: &Graph| {
            graph.properties.iter().filter(|(of, value)| other.properties.get(*of) != Some(*value)).count()
        };
        Effects([
            after.nodes.difference(&before.nodes).count(),
            before.nodes.difference(&after.nodes).count(),
            after.rels.difference(&before.rels).count(),
            before.rels.difference(&after.rels).count(),
            properties(after, before),
            properties(before, after),
            after.labels.difference(&before.labels).count(),
            before.labels.difference(&after.labels).count(),
        ])
    }
}

impl std::fmt::Display for Effects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = NAMES.iter().zip(self.0).filter(|(_, count)| *count > 0);
        let shown: Vec<String> = counts.map(|(name, count)| format!("{name} {count}")).collect();
        f.write_str(if shown.is_empty() { "none" } else { "" })?;
        f.write_str(&shown.join(", "))
    }
}

/// What of a version of a graph side effects are counted in.
///
/// Nodes and relationships are told apart by their numbers, which a write leaves to those that stay. A version that
/// numbers them anew would look as if all of them were deleted and created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    nodes: BTreeSet<Entity>,
    rels: BTreeSet<Entity>,
    /// Each once, however many nodes have it.
    labels: BTreeSet<String>,
    /// Values by owner and name, as structure: `NaN` is the same as before, `1` is another value than `1.0`.
    properties: BTreeMap<(Entity, String), String>,
}

impl From<&Snapshot> for Graph {
    fn from(version: &Snapshot) -> Self {
        let nodes: BTreeSet<Entity> = version.nodes().map(Entity::Node).collect();
        let rels: BTreeSet<Entity> = version.rels().map(Entity::Rel).collect();
        let labels = version.nodes().flat_map(|node| version.labels(node));
        let labels = labels.map(|label| version.catalog().label_name(*label).to_string()).collect();
        let properties = nodes.iter().chain(&rels).flat_map(|of| {
            let values = version.properties(*of).into_iter();
            values.map(|(key, value)| ((*of, key.to_string()), format!("{value:?}")))
        });
        Graph { properties: properties.collect(), labels, nodes, rels }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Effects, Graph};
    use portolan::graph::{Builder, Change, Draft, Entity, NewNode, NewRel, Schema, Snapshot};
    use portolan::value::{NodeId, RelId, Value};

    fn node(id: &str, labels: &[&str]) -> Change {
        let labels = labels.iter().map(ToString::to_string).collect();
        Change::CreateNode(NewNode {
            id: id.to_owned(),
            labels,
            properties: vec![("p".to_owned(), Value::Int(1))],
            ..NewNode::default()
        })
    }

    fn rel(start: u32, end: u32) -> Change {
        Change::CreateRel(NewRel {
            kind: "R".to_owned(),
            start: NodeId(start),
            end: NodeId(end),
            properties: vec![("p".to_owned(), Value::Int(1))],
            histories: vec![],
            meta: portolan::graph::Meta::default(),
        })
    }

    fn set(of: Entity, value: Value) -> Change {
        Change::SetProperty { of, key: "p".to_owned(), value }
    }

    fn label(node: u32, label: &str, on: bool) -> Change {
        Change::SetLabel { node: NodeId(node), label: label.to_owned(), on }
    }

    /// Two nodes with a label each, and a relationship.
    fn small() -> Snapshot {
        changed(Builder::new(Schema::default()).finish(), [node("a", &["A"]), node("b", &["B"]), rel(0, 1)])
    }

    fn changed<const N: usize>(base: Snapshot, changes: [Change; N]) -> Snapshot {
        let mut draft = Draft::new(Arc::new(base));
        for change in changes {
            draft.apply(change).unwrap();
        }
        (*draft.finish().0).clone()
    }

    fn effects<const N: usize>(changes: [Change; N]) -> String {
        let before = small();
        let after = changed(before.clone(), changes);
        Effects::between(&Graph::from(&before), &Graph::from(&after)).to_string()
    }

    const A: Entity = Entity::Node(NodeId(0));
    const R: Entity = Entity::Rel(RelId(0));

    #[test]
    fn properties_of_what_is_created_or_deleted_count() {
        assert_eq!(effects([node("c", &["A"])]), "+nodes 1, +properties 1");
        assert_eq!(effects([rel(1, 0)]), "+relationships 1, +properties 1");
        assert_eq!(effects([Change::Delete(R)]), "-relationships 1, -properties 1");
        assert_eq!(
            effects([Change::Delete(R), Change::Delete(A)]),
            "-nodes 1, -relationships 1, -properties 2, -labels 1"
        );
    }

    #[test]
    fn a_changed_value_is_one_property_less_and_one_more() {
        assert_eq!(effects([set(A, Value::Int(2))]), "+properties 1, -properties 1");
        assert_eq!(effects([set(R, Value::Float(1.0))]), "+properties 1, -properties 1");
        assert_eq!(effects([set(A, Value::Null)]), "-properties 1");
        assert_eq!(effects([set(A, Value::Int(1))]), "none");
    }

    #[test]
    fn a_label_counts_when_its_first_node_gets_it_and_its_last_one_loses_it() {
        assert_eq!(effects([label(0, "C", true), label(1, "C", true)]), "+labels 1");
        assert_eq!(effects([label(0, "B", true)]), "none");
        assert_eq!(effects([label(0, "A", false)]), "-labels 1");
        assert_eq!(effects([label(0, "B", true), label(1, "B", false)]), "none");
    }

    #[test]
    fn what_is_created_and_deleted_again_leaves_nothing_to_count() {
        assert_eq!(effects([node("c", &["C"]), Change::Delete(Entity::Node(NodeId(2)))]), "none");
        assert_eq!(
            effects([Change::Delete(R), rel(0, 1)]),
            "+relationships 1, -relationships 1, +properties 1, -properties 1"
        );
    }

    #[test]
    fn a_table_of_side_effects_says_nothing_else() {
        let read = |rows: &[&[&str]]| {
            Effects::read(&rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect::<Vec<_>>())
        };
        assert_eq!(read(&[&["+nodes", "2"], &["-labels", "1"]]).unwrap().to_string(), "+nodes 2, -labels 1");
        assert_ne!(read(&[&["+nodes", "2"]]), read(&[&["+nodes", "1"]]));
        assert_eq!(read(&[]), Ok(Effects::default()));
        for wrong in [&["nodes", "1"][..], &["+nodes", "-1"], &["+nodes", "x"], &["+nodes"], &["+nodes", "1", "2"]] {
            assert!(read(&[wrong]).is_err(), "{wrong:?}");
        }
        assert!(read(&[&["+nodes", "1"], &["+nodes", "1"]]).is_err());
    }
}
