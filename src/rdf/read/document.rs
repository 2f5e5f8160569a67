//! A parsed file: triples by subject, each taken once; what nobody takes is reported.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use oxigraph::io::RdfParser;
use oxigraph::model::{NamedOrBlankNode, Term};

use crate::diag::{Diagnostic, Severity, SourceText, Span, code};
use crate::rdf::iri::decode_name;
use crate::rdf::word::Word;
use crate::rdf::{Base, Format};

/// After so many mistakes a file is not what it says it is.
const MOST_ERRORS: usize = 20;

/// A predicate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Predicate {
    /// A word of a vocabulary that we use.
    Word(Word),
    /// `ns/…`
    Name(Arc<str>),
    /// Any other.
    Other(Arc<str>),
}

/// A triple less its subject.
pub(super) struct Fact {
    pub predicate: Predicate,
    pub object: Term,
    taken: bool,
}

/// All triples of one subject, in the order of the file.
pub(super) struct Subject {
    /// Its IRI; `_:` and its name where it is a blank node.
    pub name: Arc<str>,
    pub facts: Vec<Fact>,
}

/// All triples of a file.
pub(super) struct Document {
    pub subjects: Vec<Subject>,
    by_name: HashMap<Arc<str>, usize>,
    file: Arc<SourceText>,
    base: Base,
}

impl Document {
    /// Parses a file.
    ///
    /// # Errors
    /// Every mistake that the parser found, up to a bound.
    pub(super) fn parse(file: &Arc<SourceText>, format: Format, base: &Base) -> Result<Self, Vec<Diagnostic>> {
        let mut document =
            Self { subjects: Vec::new(), by_name: HashMap::new(), file: file.clone(), base: base.clone() };
        let mut predicates = HashMap::new();
        let mut errors = Vec::new();
        let parser = RdfParser::from_format(format.library());
        let parser = match parser.with_base_iri(base.as_str()) {
            Ok(parser) => parser,
            Err(wrong) => return Err(vec![Diagnostic::new(code::BAD_BASE, wrong.to_string())]),
        };
        for quad in parser.for_slice(file.text.as_bytes()) {
            let quad = match quad {
                Ok(quad) => quad,
                Err(wrong) => {
                    // What the library says begins with the place, which has its own.
                    let said = wrong.to_string();
                    let why =
                        said.split_once(": ").filter(|_| wrong.location().is_some()).map_or(&*said, |(_, why)| why);
                    let message = format!("this is not {}: {}", format.info().title, lower(why));
                    let mut diagnostic = Diagnostic::new(code::BAD_RDF, message).in_file(file);
                    if let Some(at) = wrong.location() {
                        let span = Span::new(at.start.offset as usize, at.end.offset as usize);
                        diagnostic = diagnostic.at(span, "cannot be read here");
                    }
                    errors.push(diagnostic);
                    if errors.len() == MOST_ERRORS {
                        break;
                    }
                    continue;
                }
            };
            let predicate = predicates
                .entry(quad.predicate)
                .or_insert_with_key(|predicate| document.predicate(predicate.as_str()))
                .clone();
            let at = document.subject(&subject_name(&quad.subject));
            document.subjects[at].facts.push(Fact { predicate, object: quad.object, taken: false });
        }
        if errors.is_empty() { Ok(document) } else { Err(errors) }
    }

    fn predicate(&self, iri: &str) -> Predicate {
        if let Some(word) = self.base.find_word(iri) {
            return Predicate::Word(word);
        }
        match self.local(iri, "ns/").and_then(decode_name) {
            Some(name) => Predicate::Name(name.into()),
            None => Predicate::Other(iri.into()),
        }
    }

    fn subject(&mut self, name: &str) -> usize {
        if let Some(at) = self.by_name.get(name) {
            return *at;
        }
        let name: Arc<str> = name.into();
        self.by_name.insert(name.clone(), self.subjects.len());
        self.subjects.push(Subject { name, facts: Vec::new() });
        self.subjects.len() - 1
    }

    /// The subject of this name, if it has triples.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// What stands after a folder in one of our IRIs without a fragment.
    pub(super) fn local<'a>(&self, iri: &'a str, folder: &str) -> Option<&'a str> {
        self.base.strip(iri)?.strip_prefix(folder).filter(|local| !local.contains('#'))
    }

    /// Whether a subject has a triple with this predicate.
    pub(super) fn has(&self, at: usize, word: Word) -> bool {
        self.subjects[at].facts.iter().any(|fact| fact.predicate == Predicate::Word(word))
    }

    /// The objects of a predicate, each once; they count as understood.
    pub(super) fn take(&mut self, at: usize, word: Word) -> Vec<Term> {
        self.take_where(at, |fact| fact.predicate == Predicate::Word(word))
            .into_iter()
            .map(|(_, object)| object)
            .collect()
    }

    /// The triples for which `wanted` holds, each once; they count as understood.
    pub(super) fn take_where(&mut self, at: usize, mut wanted: impl FnMut(&Fact) -> bool) -> Vec<(Predicate, Term)> {
        let mut taken: Vec<(Predicate, Term)> = Vec::new();
        for fact in &mut self.subjects[at].facts {
            if !fact.taken && wanted(fact) {
                fact.taken = true;
                taken.push((fact.predicate.clone(), fact.object.clone()));
            }
        }
        if taken.len() > 1 {
            let mut seen = std::collections::HashSet::new();
            taken.retain(|fact| seen.insert(fact.clone()));
        }
        taken
    }

    /// An error about a subject, at its first place in the file if it can be found.
    pub(super) fn error(&self, at: usize, message: impl Into<String>) -> Diagnostic {
        let diagnostic = Diagnostic::new(code::BAD_RDF, message).in_file(&self.file);
        let name = &self.subjects[at].name;
        match self.place(name) {
            Some(span) => diagnostic.at(span, ""),
            None => diagnostic.note(format!("it is said of <{name}>")),
        }
    }

    fn place(&self, name: &str) -> Option<Span> {
        let text = &self.file.text;
        let local = self.base.strip(name).and_then(|path| path.split_once('/')).map(|(_, local)| local);
        let spellings = [Some(name.to_owned()), local.map(|local| local.replace('/', "\\/"))];
        let spelling =
            spellings.into_iter().flatten().find(|spelling| spelling.len() > 2 && text.contains(spelling))?;
        let start = text.find(&spelling)?;
        Some(Span::new(start, start + spelling.len()))
    }

    /// A warning for each predicate, or class, that nobody understood, with the first example.
    pub(super) fn foreign(&self) -> Vec<Diagnostic> {
        let mut by_message: BTreeMap<String, (usize, String)> = BTreeMap::new();
        for subject in &self.subjects {
            for fact in subject.facts.iter().filter(|fact| !fact.taken) {
                let predicate = match &fact.predicate {
                    Predicate::Word(word) => self.base.word(*word),
                    Predicate::Name(name) => self.base.name(name),
                    Predicate::Other(iri) => iri.to_string(),
                };
                let message = match &fact.object {
                    Term::NamedNode(class) if predicate == self.base.word(crate::rdf::word::TYPE) => {
                        format!("this graph has no place for the class <{}>", class.as_str())
                    }
                    _ => format!("this graph has no place for <{predicate}>"),
                };
                let example = || format!("<{}> <{predicate}> {}", subject.name, fact.object);
                by_message.entry(message).or_insert_with(|| (0, example())).0 += 1;
            }
        }
        by_message
            .into_iter()
            .map(|(message, (count, example))| {
                let several = if count == 1 { String::new() } else { format!(" ({count} times)") };
                Diagnostic { severity: Severity::Warning, ..Diagnostic::new(code::FOREIGN_RDF, message + &several) }
                    .note(format!("left out: {example}"))
                    .in_file(&self.file)
            })
            .collect()
    }
}

/// The name of a subject.
pub(super) fn subject_name(subject: &NamedOrBlankNode) -> String {
    match subject {
        NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
        NamedOrBlankNode::BlankNode(node) => node.to_string(),
    }
}

/// The name that an object has as a subject.
pub(super) fn name_of(object: &Term) -> Option<String> {
    match object {
        Term::NamedNode(node) => Some(node.as_str().to_owned()),
        Term::BlankNode(node) => Some(node.to_string()),
        Term::Literal(_) | Term::Triple(_) => None,
    }
}

/// The library's messages begin with a capital; ours do not.
fn lower(message: &str) -> String {
    let mut chars = message.chars();
    let second_is_lower = message.chars().nth(1).is_some_and(char::is_lowercase);
    match chars.next() {
        Some(first) if second_is_lower => first.to_lowercase().chain(chars).collect(),
        _ => message.to_owned(),
    }
}
