//! One object as what it stands for: a text, a date, a word, a list, a node.

use oxigraph::model::Term;

use crate::diag::Diagnostic;
use crate::graph::{NewNode, Source, SourceId};
use crate::rdf::iri::decode_id;
use crate::rdf::literal;
use crate::rdf::word::{self, Word};
use crate::value::{Date, Day, NodeId, Value};

use super::Reader;
use super::document::name_of;

/// How deep lists may stand in lists.
const DEEPEST: usize = 64;

impl Reader {
    pub(super) fn wrong(&mut self, at: usize, message: impl Into<String>) {
        let error = self.document.error(at, message);
        self.errors.push(error);
    }

    /// Takes a class of a subject; whether it had it.
    pub(super) fn take_class(&mut self, at: usize, class: Word) -> bool {
        let iri = self.base.word(class);
        let is = |object: &Term| matches!(object, Term::NamedNode(node) if node.as_str() == iri);
        let wanted = super::document::Predicate::Word(word::TYPE);
        !self.document.take_where(at, |fact| fact.predicate == wanted && is(&fact.object)).is_empty()
    }

    /// The one object of a predicate.
    pub(super) fn one(&mut self, at: usize, word: Word) -> Option<Term> {
        let mut objects = self.document.take(at, word);
        if objects.len() > 1 {
            self.wrong(at, format!("`{}` is said {} times, and once is allowed", word.local, objects.len()));
        }
        objects.pop()
    }

    fn literal(&mut self, at: usize, word: Word) -> Option<Value> {
        let object = self.one(at, word)?;
        let value = match &object {
            Term::Literal(found) => literal::read(found, &self.base),
            _ => Err(format!("{object} is no literal")),
        };
        value.map_err(|wrong| self.wrong(at, format!("`{}`: {wrong}", word.local))).ok()
    }

    pub(super) fn text(&mut self, at: usize, word: Word) -> Option<String> {
        match self.literal(at, word)? {
            Value::Text(text) => Some(text.to_string()),
            other => {
                self.wrong(at, format!("`{}` needs a text and has {}", word.local, other.described()));
                None
            }
        }
    }

    pub(super) fn date(&mut self, at: usize, word: Word) -> Option<Date> {
        match self.literal(at, word)? {
            Value::Date(date) => Some(date),
            other => {
                self.wrong(at, format!("`{}` needs a date and has {}", word.local, other.described()));
                None
            }
        }
    }

    pub(super) fn day(&mut self, at: usize, word: Word) -> Option<Day> {
        let date = self.date(at, word)?;
        if date.day().is_none() {
            self.wrong(at, format!("`{}` needs a day and has `{date}`", word.local));
        }
        date.day()
    }

    pub(super) fn flag(&mut self, at: usize, word: Word) -> bool {
        match self.literal(at, word) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(other) => {
                self.wrong(at, format!("`{}` needs true or false and has {}", word.local, other.described()));
                false
            }
        }
    }

    /// The word that an object is.
    pub(super) fn as_word(&self, object: &Term) -> Option<Word> {
        match object {
            Term::NamedNode(node) => self.base.find_word(node.as_str()),
            _ => None,
        }
    }

    pub(super) fn word(&mut self, at: usize, word: Word) -> Option<Word> {
        let object = self.one(at, word)?;
        let found = self.as_word(&object);
        if found.is_none() {
            self.wrong(at, format!("`{}`: {object} is not a word that we know", word.local));
        }
        found
    }

    /// The id of the node that an IRI names.
    pub(super) fn node_id(&self, iri: &str) -> Option<String> {
        self.document.local(iri, "id/").and_then(decode_id)
    }

    /// The node that an object is; one that nothing else describes is added, with a warning.
    pub(super) fn as_node(&mut self, at: usize, object: &Term) -> Option<NodeId> {
        let id = match object {
            Term::NamedNode(node) => self.node_id(node.as_str()),
            _ => None,
        };
        let Some(id) = id else {
            self.wrong(
                at,
                format!("{object} is not a node of this graph: its IRI should begin with {}id/", self.base.as_str()),
            );
            return None;
        };
        if let Some(node) = self.builder.find(&id) {
            return Some(node);
        }
        self.undescribed("node", &id);
        self.builder.node(NewNode { id, ..NewNode::default() }).ok()
    }

    /// The document that an object is; one that nothing describes is added, with a warning.
    pub(super) fn as_source(&mut self, at: usize, object: &Term) -> Option<SourceId> {
        let id = match object {
            Term::NamedNode(node) => self.document.local(node.as_str(), "src/").and_then(decode_id),
            _ => None,
        };
        let Some(id) = id else {
            let base = self.base.as_str();
            self.wrong(at, format!("{object} is not a document of this graph: its IRI should begin with {base}src/"));
            return None;
        };
        if let Some(source) = self.builder.find_source(&id) {
            return Some(source);
        }
        self.undescribed("document", &id);
        self.builder.source(Source { id: id.into(), ..Source::default() }).ok()
    }

    fn undescribed(&mut self, what: &str, id: &str) {
        let message = format!("{what} `{id}` is named, and nothing describes it");
        let code = crate::diag::code::FOREIGN_RDF;
        self.warnings.push(Diagnostic::new(code, message).note("it is added with its id alone"));
    }

    /// The objects of a list.
    pub(super) fn list(&mut self, at: usize, head: &Term) -> Vec<Term> {
        let mut items = Vec::new();
        let mut rest = Some(head.clone());
        while let Some(object) = rest.take() {
            if self.as_word(&object) == Some(word::NIL) {
                break;
            }
            // A list that comes back to itself ends here, because an item is taken once.
            let item = name_of(&object).and_then(|name| self.document.find(&name));
            let first = item.and_then(|item| self.one(item, word::FIRST));
            let (Some(item), Some(first)) = (item, first) else {
                self.wrong(at, format!("{object} is not a list that ends"));
                break;
            };
            items.push(first);
            rest = self.one(item, word::REST);
            if rest.is_none() {
                self.wrong(item, "a list has no `rest`: write rdf:nil at its end");
            }
        }
        items
    }

    /// The value of a property; `None` with an error where it is none.
    pub(super) fn value(&mut self, at: usize, object: &Term) -> Option<Value> {
        self.nested(at, object, 0)
    }

    fn nested(&mut self, at: usize, object: &Term, depth: usize) -> Option<Value> {
        if let Term::Literal(found) = object {
            return literal::read(found, &self.base).map_err(|wrong| self.wrong(at, wrong)).ok();
        }
        if self.as_word(object) == Some(word::NULL) {
            return Some(Value::Null);
        }
        if depth > DEEPEST {
            self.wrong(at, format!("lists in lists, more than {DEEPEST} deep"));
            return None;
        }
        let mut values = Vec::new();
        for item in self.list(at, object) {
            values.push(self.nested(at, &item, depth + 1)?);
        }
        Some(Value::list(values))
    }
}
