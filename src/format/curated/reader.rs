//! What the parts of the reader share: the graph that grows, the file being read, the mistakes found so far, and how a
//! text becomes an id, a date, a word of a list.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::{Diagnostic, SourceText, Span, code};
use crate::graph::{Builder, NewNode, Schema, SourceId};
use crate::value::{Date, Day, NodeId, Periods};

use super::history::Further;
use super::progress::Progress;
use super::yaml::{Content, Entry, Yaml};

/// Mistakes up to which the nearest name is looked for.
const SUGGESTIONS: usize = 100;

/// The state of reading.
pub(super) struct Reader {
    pub builder: Builder,
    /// The file being read.
    pub file: Arc<SourceText>,
    pub problems: Vec<Diagnostic>,
    /// How far it has come.
    pub progress: Arc<Progress>,
    /// Where tables are that are imported, if not beside the file.
    pub tables: Option<PathBuf>,
    /// Rows of tables may go into columns, where nobody asks for them as entries.
    pub in_columns: bool,
    /// Something could not go into columns that should: it is read again row by row.
    pub beyond_columns: bool,
    /// Where each id was declared first.
    pub declared: HashMap<String, (Arc<SourceText>, Span)>,
    /// Where each source was declared first.
    pub sources: HashMap<String, (Arc<SourceText>, Span)>,
    /// The publication day of an instrument: its acts became known on it.
    pub published: HashMap<NodeId, Date>,
    /// Labels with all broader ones, by labels as written.
    closures: HashMap<Vec<String>, Arc<[String]>>,
    /// The values of key properties seen, with their nodes.
    pub keys: BTreeMap<(String, String), NodeId>,
    /// Entries of histories of nodes that may be declared in another file.
    pub histories: Vec<Further>,
    /// The relationships of types of which a node has one at a time, by type and that node.
    pub singles: BTreeMap<(String, NodeId), Vec<(NodeId, Periods)>>,
}

impl Reader {
    pub fn new(schema: Schema) -> Self {
        Self {
            builder: Builder::new(schema),
            file: Arc::new(SourceText::new("", "")),
            problems: Vec::new(),
            progress: Arc::default(),
            tables: None,
            in_columns: false,
            beyond_columns: false,
            declared: HashMap::new(),
            sources: HashMap::new(),
            published: HashMap::new(),
            closures: HashMap::new(),
            keys: BTreeMap::new(),
            histories: Vec::new(),
            singles: BTreeMap::new(),
        }
    }

    /// Adds a mistake in the file being read.
    /// Reads a part of each of these files.
    pub fn each(&mut self, files: &[(Arc<SourceText>, Yaml)], part: fn(&mut Self, &Yaml)) {
        for (file, tree) in files {
            self.file = file.clone();
            part(self, tree);
        }
    }

    pub fn wrong(&mut self, diagnostic: Diagnostic) {
        let diagnostic = if diagnostic.file.is_none() { diagnostic.in_file(&self.file) } else { diagnostic };
        self.problems.push(diagnostic);
    }

    /// The nearest of some names, as help. Of a file that is wrong throughout nobody reads all suggestions, and each costs
    /// a look at every name.
    fn suggest<'n>(&self, wrong: Diagnostic, name: &str, names: impl IntoIterator<Item = &'n str>) -> Diagnostic {
        if self.problems.len() < SUGGESTIONS { wrong.nearest(name, names) } else { wrong }
    }

    /// A key that no part of the format knows.
    pub fn unknown_key(&mut self, entry: &Entry, known: &[&str]) {
        let wrong = Diagnostic::new(code::UNKNOWN_KEY, format!("no key `{}` here", entry.key))
            .at(entry.at, "not a key of this part, nor a property the schema declares");
        let wrong = self.suggest(wrong, &entry.key, known.iter().copied());
        self.wrong(wrong);
    }

    /// A text, of which `what` says what it stands for.
    pub fn text<'y>(&mut self, yaml: &'y Yaml, what: &str) -> Option<&'y str> {
        let text = yaml.text();
        if text.is_none() {
            let wrong = Diagnostic::new(code::WRONG_SHAPE, format!("{what} is a text, not {}", yaml.kind()));
            self.wrong(wrong.at(yaml.span, format!("expected {what}")));
        }
        text
    }

    /// One text or a list of them.
    pub fn texts(&mut self, yaml: &Yaml, what: &str) -> Vec<String> {
        yaml.each().iter().filter_map(|one| self.text(one, what).map(ToOwned::to_owned)).collect()
    }

    /// A date, at the precision it is written with.
    pub fn date(&mut self, yaml: &Yaml, what: &str) -> Option<Date> {
        let text = self.text(yaml, what)?;
        text.parse().map_err(|wrong| self.bad_date(yaml.span, &wrong)).ok()
    }

    pub fn bad_date(&mut self, span: Span, wrong: &crate::value::DateError) {
        let message = Diagnostic::new(code::BAD_DATE, wrong.to_string());
        self.wrong(message.at(span, "expected a date, such as 2025-04-04, 2025-04 or ~2025"));
    }

    /// A date that must be one day.
    pub fn day(&mut self, yaml: &Yaml, what: &str) -> Option<Day> {
        let date = self.date(yaml, what)?;
        let day = date.day();
        if day.is_none() {
            let wrong = Diagnostic::new(code::BAD_DATE, format!("{what} is one day, not `{date}`"));
            self.wrong(wrong.at(yaml.span, "expected a day, such as 2025-04-04"));
        }
        day
    }

    /// `true` or `false`.
    pub fn flag(&mut self, yaml: &Yaml, what: &str) -> bool {
        match yaml.text() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                let wrong = Diagnostic::new(code::BAD_VALUE, format!("{what} is `true` or `false`"));
                self.wrong(wrong.at(yaml.span, "expected `true` or `false`"));
                false
            }
        }
    }

    /// A word of a closed list.
    pub fn word<T>(&mut self, yaml: &Yaml, what: &str, words: &[(&str, T)]) -> Option<T>
    where
        T: Copy,
    {
        let text = self.text(yaml, what)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let wrong = Diagnostic::new(code::BAD_VALUE, format!("`{text}` is no {what}"))
                .at(yaml.span, format!("expected one of {}", list.join(", ")));
            self.wrong(wrong.nearest(text, list));
        }
        found
    }

    /// The node of an id.
    pub fn node_id(&mut self, yaml: &Yaml) -> Option<NodeId> {
        let id = self.text(yaml, "the id of a node")?;
        let found = self.builder.find(id);
        if found.is_none() {
            let wrong =
                Diagnostic::new(code::DANGLING_ID, format!("no node `{id}`")).at(yaml.span, "no file declares this id");
            let wrong = self.suggest(wrong, id, self.declared.keys().map(String::as_str));
            self.wrong(wrong);
        }
        found
    }

    /// One id or a list of them.
    pub fn node_ids(&mut self, yaml: &Yaml) -> Vec<NodeId> {
        yaml.each().iter().filter_map(|one| self.node_id(one)).collect()
    }

    /// The document of an id.
    pub fn source_id(&mut self, yaml: &Yaml) -> Option<SourceId> {
        let id = self.text(yaml, "the id of a source")?;
        let found = self.builder.find_source(id);
        if found.is_none() {
            let wrong = Diagnostic::new(code::UNKNOWN_SOURCE, format!("no source `{id}`"))
                .at(yaml.span, "no file declares this source");
            let wrong = self.suggest(wrong, id, self.builder.sources().iter().map(|source| source.id.as_ref()));
            self.wrong(wrong);
        }
        found
    }

    /// A node for what has no usable id: it is read on for its other mistakes, and with one nothing is loaded.
    pub fn nameless(&mut self) -> NodeId {
        let id = format!("\u{0}{}", self.problems.len());
        match self.builder.node(NewNode { id, ..NewNode::default() }) {
            Ok(node) | Err(node) => node,
        }
    }

    /// The labels of a node with all broader ones.
    pub fn labels(&mut self, node: NodeId) -> Arc<[String]> {
        let written = self.builder.labels(node);
        if let Some(closed) = self.closures.get(written) {
            return closed.clone();
        }
        let schema = self.builder.schema();
        let closed: Arc<[String]> = written.iter().flat_map(|label| schema.closure(label)).collect();
        self.closures.insert(written.to_vec(), closed.clone());
        closed
    }

    /// Reads the members of a list; anything else is one member, nothing is none.
    pub fn members<'y>(&mut self, yaml: &'y Yaml, what: &str) -> &'y [Yaml] {
        match &yaml.value {
            Content::List(list) => list,
            Content::Empty => &[],
            _ => {
                let wrong = Diagnostic::new(code::WRONG_SHAPE, format!("`{what}` is a list, not {}", yaml.kind()));
                self.wrong(wrong.at(yaml.span, "expected `- …` entries"));
                &[]
            }
        }
    }
}
