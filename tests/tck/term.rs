//! Values as the suite writes them: `(:A {p: 1})`, `[:T]`, `<(:A)-[:T]->()>`, `'text'`, `1.0`.
//!
//! A cell of a table and a value of an answer both become a [`Term`], and two terms are equal where they look the same: a
//! node is its labels and properties, whatever its id.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::literal;
use portolan::value::{Entities, NodeId, RelId, Value};

/// A value by its looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    Null,
    Bool(bool),
    Int(i64),
    Float(Float),
    /// A text, or a value of a type that has no literal, as it is printed.
    Text(String),
    List(Vec<Term>),
    Map(Properties),
    Node(Node),
    Rel(Rel),
    Path(Node, Vec<Hop>),
}

/// Values by name.
pub type Properties = BTreeMap<String, Term>;

/// A float; equal where it is printed the same: `NaN` to `NaN`, `0.0` not to `-0.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Float(u64);

impl From<f64> for Float {
    fn from(value: f64) -> Self {
        Float(if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() })
    }
}

/// A node's looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    pub labels: BTreeSet<String>,
    pub properties: Properties,
}

/// A relationship's looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rel {
    pub kind: String,
    pub properties: Properties,
}

/// A step of a path: over a relationship, along it or against it, to a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    pub is_forward: bool,
    pub rel: Rel,
    pub node: Node,
}

impl Term {
    /// Reads the cell of a table.
    ///
    /// # Errors
    /// What was not understood.
    pub fn read(cell: &str) -> Result<Term, String> {
        literal::read(cell)
    }

    /// What a value of an answer looks like.
    ///
    /// # Errors
    /// The answer does not show a node or relationship that it names.
    #[allow(
        clippy::match_wildcard_for_single_variants,
        reason = "the suite writes every type without a literal as text, and more such types are to come"
    )]
    pub fn of(value: &Value, entities: &Entities) -> Result<Term, String> {
        let term = match value {
            Value::Null => Term::Null,
            Value::Bool(value) => Term::Bool(*value),
            Value::Int(value) => Term::Int(*value),
            Value::Float(value) => Term::Float(Float::from(*value)),
            Value::Text(text) => Term::Text(text.to_string()),
            Value::List(values) => {
                Term::List(values.iter().map(|value| Term::of(value, entities)).collect::<Result<_, _>>()?)
            }
            Value::Map(map) => Term::Map(properties(map.iter(), entities)?),
            Value::Node(id) => Term::Node(node(*id, entities)?),
            Value::Rel(id) => Term::Rel(rel(*id, entities)?),
            Value::Path(path) => {
                let [first, others @ ..] = path.nodes.as_slice() else {
                    return Err("a path without nodes".to_owned());
                };
                if path.rels.len() != others.len() {
                    return Err(format!("a path of {} nodes and {} relationships", path.nodes.len(), path.rels.len()));
                }
                let mut hops = Vec::new();
                for ((from, to), id) in path.nodes.iter().zip(others).zip(&path.rels) {
                    let shown = entities.rels.get(id).ok_or_else(|| format!("relationship {} is not shown", id.0))?;
                    let is_forward = (shown.start, shown.end) == (*from, *to);
                    if !is_forward && (shown.end, shown.start) != (*from, *to) {
                        return Err(format!("relationship {} of a path is not between its nodes", id.0));
                    }
                    hops.push(Hop { is_forward, rel: rel(*id, entities)?, node: node(*to, entities)? });
                }
                Term::Path(node(*first, entities)?, hops)
            }
            printed => {
                let printed = printed.to_string();
                let bare = printed.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
                Term::Text(bare.unwrap_or(&printed).to_owned())
            }
        };
        Ok(term)
    }

    /// The value of a parameter.
    ///
    /// # Errors
    /// A node, a relationship or a path is no parameter.
    pub fn value(&self) -> Result<Value, String> {
        let value = match self {
            Term::Null => Value::Null,
            Term::Bool(value) => Value::Bool(*value),
            Term::Int(value) => Value::Int(*value),
            Term::Float(Float(bits)) => Value::Float(f64::from_bits(*bits)),
            Term::Text(text) => Value::text(text),
            Term::List(terms) => Value::list(terms.iter().map(Term::value).collect::<Result<Vec<_>, _>>()?),
            Term::Map(map) => {
                let entries = map.iter().map(|(key, term)| Ok((key.as_str(), term.value()?)));
                Value::map(entries.collect::<Result<Vec<_>, String>>()?)
            }
            Term::Node(_) | Term::Rel(_) | Term::Path(..) => return Err(format!("`{self}` cannot be a parameter")),
        };
        Ok(value)
    }

    /// This term with the elements of every list in it sorted, so that lists of the same elements are equal.
    #[must_use]
    pub fn with_sorted_lists(self) -> Term {
        let sort_all = |map: Properties| {
            map.into_iter().map(|(key, term)| (key, term.with_sorted_lists())).collect::<Properties>()
        };
        let of_node = |node: Node| Node { properties: sort_all(node.properties), ..node };
        let of_rel = |rel: Rel| Rel { properties: sort_all(rel.properties), ..rel };
        match self {
            Term::List(terms) => {
                let mut terms: Vec<Term> = terms.into_iter().map(Term::with_sorted_lists).collect();
                terms.sort();
                Term::List(terms)
            }
            Term::Map(map) => Term::Map(sort_all(map)),
            Term::Node(node) => Term::Node(of_node(node)),
            Term::Rel(rel) => Term::Rel(of_rel(rel)),
            Term::Path(first, hops) => {
                let hop = |hop: Hop| Hop { rel: of_rel(hop.rel), node: of_node(hop.node), ..hop };
                Term::Path(of_node(first), hops.into_iter().map(hop).collect())
            }
            Term::Null | Term::Bool(_) | Term::Int(_) | Term::Float(_) | Term::Text(_) => self,
        }
    }
}

fn properties<'a>(
    entries: impl Iterator<Item = (&'a Arc<str>, &'a Value)>,
    entities: &Entities,
) -> Result<Properties, String> {
    entries.map(|(key, value)| Ok((key.to_string(), Term::of(value, entities)?))).collect()
}

fn node(id: NodeId, entities: &Entities) -> Result<Node, String> {
    let shown = entities.nodes.get(&id).ok_or_else(|| format!("node {} is not shown", id.0))?;
    let labels = shown.labels.iter().map(ToString::to_string).collect();
    Ok(Node { labels, properties: properties(shown.properties.iter(), entities)? })
}

fn rel(id: RelId, entities: &Entities) -> Result<Rel, String> {
    let shown = entities.rels.get(&id).ok_or_else(|| format!("relationship {} is not shown", id.0))?;
    Ok(Rel { kind: shown.kind.to_string(), properties: properties(shown.properties.iter(), entities)? })
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Null => f.write_str("null"),
            Term::Bool(value) => write!(f, "{value}"),
            Term::Int(value) => write!(f, "{value}"),
            Term::Float(Float(bits)) => match f64::from_bits(*bits) {
                f64::INFINITY => f.write_str("Inf"),
                f64::NEG_INFINITY => f.write_str("-Inf"),
                value => write!(f, "{value:?}"),
            },
            Term::Text(text) => write!(f, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Term::List(terms) => {
                let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", terms.join(", "))
            }
            Term::Map(map) => f.write_str(&shown_map(map)),
            Term::Node(node) => node.fmt(f),
            Term::Rel(rel) => rel.fmt(f),
            Term::Path(first, hops) => {
                write!(f, "<{first}")?;
                for Hop { is_forward, rel, node } in hops {
                    let (before, after) = if *is_forward { ("-", "->") } else { ("<-", "-") };
                    write!(f, "{before}{rel}{after}{node}")?;
                }
                f.write_str(">")
            }
        }
    }
}

fn shown_map(map: &Properties) -> String {
    let entries: Vec<String> = map.iter().map(|(key, term)| format!("{key}: {term}")).collect();
    format!("{{{}}}", entries.join(", "))
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: String = self.labels.iter().flat_map(|label| [":", label]).collect();
        let gap = if labels.is_empty() || self.properties.is_empty() { "" } else { " " };
        let properties = if self.properties.is_empty() { String::new() } else { shown_map(&self.properties) };
        write!(f, "({labels}{gap}{properties})")
    }
}

impl fmt::Display for Rel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let properties =
            if self.properties.is_empty() { String::new() } else { format!(" {}", shown_map(&self.properties)) };
        write!(f, "[:{}{properties}]", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::Term;
    use portolan::value::{Date, Entities, NodeId, NodeValue, Path, RelId, RelValue, Value};

    fn read(cell: &str) -> Term {
        Term::read(cell).unwrap()
    }

    #[test]
    fn every_kind_of_value_is_read_and_printed() {
        let cells = [
            "null",
            "true",
            "false",
            "0",
            "-7",
            "1.0",
            "-0.5",
            "NaN",
            "Inf",
            "-Inf",
            "'a b'",
            "'\\''",
            "'\\\\'",
            "[]",
            "[1, 'a', [null]]",
            "{}",
            "{k: 1, l: {m: []}}",
            "()",
            "(:A:B)",
            "({p: 1})",
            "(:A {p: 'x'})",
            "[:T]",
            "[:T {p: 1.0}]",
            "<()>",
            "<(:A)-[:R {p: 1}]->()<-[:S]-({q: 2})>",
            "[(:A), [:T]]",
        ];
        for cell in cells {
            assert_eq!(read(cell).to_string(), cell);
        }
    }

    #[test]
    fn spaces_between_tokens_and_the_order_of_names_mean_nothing() {
        assert_eq!(read("( :B:A {b:1 , a : 2} )"), read("(:A:B {a: 2, b: 1})"));
        assert_eq!(read("[ 1,2 ]"), read("[1, 2]"));
    }

    #[test]
    fn what_looks_different_is_different() {
        let pairs = [
            ("1", "1.0"),
            ("0.0", "-0.0"),
            ("1.0", "1.0000000000000002"),
            ("1", "'1'"),
            ("null", "'null'"),
            ("true", "'true'"),
            ("'a'", "'A'"),
            ("'a'", "'a '"),
            ("[1, 2]", "[2, 1]"),
            ("[1]", "[1, 1]"),
            ("[]", "null"),
            ("{}", "()"),
            ("{a: 1}", "{a: 1, b: null}"),
            ("{a: 1}", "{b: 1}"),
            ("(:A)", "(:A:B)"),
            ("(:A)", "(:B)"),
            ("()", "({p: 1})"),
            ("({p: 1})", "({p: 1.0})"),
            ("[:T]", "[:S]"),
            ("[:T]", "[:T {p: 1}]"),
            ("<(:A)>", "(:A)"),
            ("<(:A)-[:R]->(:B)>", "<(:A)<-[:R]-(:B)>"),
            ("<(:A)-[:R]->(:B)>", "<(:B)<-[:R]-(:A)>"),
            ("<()-[:R]->()>", "<()-[:R]->()-[:R]->()>"),
            ("NaN", "null"),
            ("Inf", "-Inf"),
        ];
        for (a, b) in pairs {
            assert_ne!(read(a), read(b), "{a} and {b}");
        }
        assert_eq!(read("NaN"), read("NaN"));
        assert_eq!(read("1e2"), read("100.0"));
    }

    #[test]
    fn only_lists_lose_their_order_when_told_to() {
        let sorted = |cell: &str| read(cell).with_sorted_lists();
        assert_eq!(sorted("[[2, 1], {k: ['b', 'a']}]"), sorted("[{k: ['a', 'b']}, [1, 2]]"));
        assert_eq!(sorted("(:A {p: [2, 1]})"), sorted("(:A {p: [1, 2]})"));
        assert_ne!(sorted("[1, 1, 2]"), sorted("[1, 2, 2]"));
        assert_ne!(sorted("[1, 2]"), sorted("[1, 2, 2]"));
        assert_ne!(sorted("<(:A)-[:R]->(:B)>"), sorted("<(:B)-[:R]->(:A)>"));
    }

    #[test]
    fn a_cell_that_is_no_value_is_an_error() {
        let wrong = [
            "",
            "x",
            "nul",
            "1 2",
            "--1",
            "1-2",
            "1.2.3",
            "'a",
            "'a'b",
            "'\\q'",
            "'\\u12'",
            "[1, 2",
            "[1,, 2]",
            "[1 2]",
            "{a}",
            "{a: 1",
            "{a: 1, a: 2}",
            "(A)",
            "(:A",
            "(:)",
            "[:T:S]",
            "[:]",
            "<>",
            "<(:A)-[:R]-(:B)>",
            "<(:A)<-[:R]->(:B)>",
            "<(:A)-[:R]->>",
            "<(:A)",
            "9223372036854775808",
            "\"a\"",
            "Nan",
        ];
        for cell in wrong {
            assert!(Term::read(cell).is_err(), "{cell:?} was read as {:?}", Term::read(cell));
        }
    }

    #[test]
    fn a_parameter_is_the_value_that_its_cell_says() {
        let cell = "{a: [1, 2.5, 'x', null, true]}";
        assert_eq!(Term::of(&read(cell).value().unwrap(), &Entities::default()).unwrap(), read(cell));
        assert!(read("[(:A)]").value().is_err());
    }

    fn entities() -> Entities {
        let mut entities = Entities::default();
        for (number, label) in [(0, "A"), (1, "B")] {
            let node = NodeValue { id: label.into(), labels: vec![label.into()], properties: [].into() };
            entities.nodes.insert(NodeId(number), node);
        }
        let properties = [("p".into(), Value::Int(1))].into();
        let rel = RelValue { id: "r".into(), kind: "R".into(), start: NodeId(0), end: NodeId(1), properties };
        entities.rels.insert(RelId(0), rel);
        entities
    }

    #[test]
    fn a_path_of_an_answer_is_read_in_its_own_direction() {
        let shown = |nodes: [u32; 2]| {
            let path = Path { nodes: nodes.map(NodeId).into(), rels: vec![RelId(0)] };
            Term::of(&Value::Path(path.into()), &entities())
        };
        assert_eq!(shown([0, 1]), Ok(read("<(:A)-[:R {p: 1}]->(:B)>")));
        assert_eq!(shown([1, 0]), Ok(read("<(:B)<-[:R {p: 1}]-(:A)>")));
        assert!(shown([0, 0]).is_err(), "the relationship is not between these nodes");
    }

    #[test]
    fn a_node_that_the_answer_does_not_show_is_an_error() {
        assert!(Term::of(&Value::Node(NodeId(7)), &entities()).is_err());
        assert!(Term::of(&Value::list([Value::Rel(RelId(7))]), &entities()).is_err());
    }

    #[test]
    fn a_value_without_a_literal_is_the_text_it_is_printed_as() {
        let date: Date = "2025-10-21".parse().unwrap();
        assert_eq!(Term::of(&Value::Date(date), &Entities::default()), Ok(read("'2025-10-21'")));
    }
}
