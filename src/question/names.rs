//! Names of somebody else's list, matched to nodes: by id, by name and alias, and by likeness with a score.

use std::collections::BTreeMap;

use crate::graph::{Entity, GraphView, LabelId};
use crate::value::{NodeId, Value};

/// Why a node is a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The text is its id, or a property that the schema calls a key.
    Id,
    /// The text is its name, but for letter case, marks and the legal form of a company.
    Name,
    /// The text is one of its aliases, likewise.
    Alias,
    /// The text is like one of these.
    Like,
}

impl How {
    /// Its word in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            How::Id => "id",
            How::Name => "name",
            How::Alias => "alias",
            How::Like => "like",
        }
    }
}

/// A node that a text may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The node.
    pub node: NodeId,
    /// Which of its texts.
    pub text: String,
    /// Why.
    pub how: How,
    /// From 0 to 1: how alike the two are (Jaro–Winkler, at least 0.9 where one has all words of the other); 1 where they are the same.
    pub score: f64,
}

/// The texts by which nodes are known.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Each text with what it is compared by.
    texts: Vec<(String, String, NodeId, How)>,
    /// The places of texts by what they are compared by.
    same: BTreeMap<String, Vec<usize>>,
}

impl Names {
    /// The names of the nodes that a view shows; with a label only of those that have it.
    #[must_use]
    pub fn of(view: GraphView<'_>, label: Option<LabelId>) -> Self {
        let snapshot = view.snapshot();
        let mut names = Names::default();
        let keys: Vec<_> =
            snapshot.schema().properties.iter().filter(|(_, def)| def.key).map(|(name, _)| name).collect();
        for node in view.nodes().filter(|node| label.is_none_or(|label| view.has_label(*node, label))) {
            let value = |name: &str| {
                snapshot.catalog().key(name).map_or(Value::Null, |key| view.property(Entity::Node(node), key))
            };
            names.add(snapshot.node_id(node), node, How::Id);
            for key in &keys {
                names.add_value(&value(key), node, How::Id);
            }
            names.add_value(&value("name"), node, How::Name);
            names.add_value(&value("aliases"), node, How::Alias);
        }
        names
    }

    fn add_value(&mut self, value: &Value, node: NodeId, how: How) {
        match value {
            Value::Text(text) => self.add(text, node, how),
            Value::List(list) => list.iter().for_each(|one| self.add_value(one, node, how)),
            _ => {}
        }
    }

    fn add(&mut self, text: &str, node: NodeId, how: How) {
        let compared = plain(text);
        self.same.entry(compared.clone()).or_default().push(self.texts.len());
        self.texts.push((text.to_owned(), compared, node, how));
    }

    /// The nodes that a text may mean, the likeliest first, at most `most` of them and none with a score under `least`. Where some have
    /// the very text, others that are only like it are left out.
    #[must_use]
    pub fn matches(&self, text: &str, most: usize, least: f64) -> Vec<Match> {
        let wanted = plain(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut found: BTreeMap<NodeId, Match> = BTreeMap::new();
        let mut take = |at: usize, how: How, score: f64| {
            let (text, _, node, _) = &self.texts[at];
            let better = Match { node: *node, text: text.clone(), how, score };
            let known = found.entry(*node).or_insert_with(|| better.clone());
            if (better.score, known.how) > (known.score, better.how) {
                *known = better;
            }
        };
        for at in self.same.get(&wanted).into_iter().flatten() {
            take(*at, self.texts[*at].3, 1.0);
        }
        if !self.same.contains_key(&wanted) {
            // Ids are made of names, and of what is said of them.
            for (at, (_, compared, ..)) in self.texts.iter().enumerate().filter(|(_, text)| text.3 != How::Id) {
                let score = likeness(&wanted, compared);
                if score >= least {
                    take(at, How::Like, score);
                }
            }
        }
        let mut found: Vec<Match> = found.into_values().collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (a.how, &a.text).cmp(&(b.how, &b.text))));
        found.truncate(most);
        found
    }
}

/// The score of a text all of whose words the other has as well.
const CONTAINED: f64 = 0.9;

/// How alike two texts are, from 0 to 1. Codes of a few letters are like too much to be like anything.
fn likeness(a: &str, b: &str) -> f64 {
    let (shorter, longer) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let words: Vec<&str> = longer.split(' ').collect();
    // Scripts without spaces have no words to look for.
    let contained = if shorter.is_ascii() {
        shorter.chars().count() > 2 && shorter.split(' ').all(|word| words.contains(&word))
    } else {
        shorter.chars().count() > 2 && longer.contains(shorter)
    };
    let alike = if shorter.chars().count() > 3 { strsim::jaro_winkler(a, b) } else { 0.0 };
    if contained { alike.max(CONTAINED) } else { alike }
}

/// Legal forms, which lists write or leave out as they like.
const FORMS: [&str; 18] = [
    "ag",
    "se",
    "sa",
    "spa",
    "nv",
    "bv",
    "plc",
    "ltd",
    "limited",
    "inc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "kg",
    "llc",
    "oyj",
];

/// A text as names are compared: small letters and digits in words, without the legal form at its end.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|last| FORMS.contains(last)) {
        words.pop();
    }
    words.join(" ")
}
