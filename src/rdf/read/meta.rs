//! What a file says about a statement.

use oxigraph::model::Term;

use crate::graph::{Citation, End, Meta, Modality, Start, Validity, WrittenPeriod};
use crate::rdf::word::{self, Word};

use super::Reader;
use super::document::name_of;

impl Reader {
    /// Everything said about a subject.
    pub(super) fn meta(&mut self, at: usize) -> Meta {
        Meta {
            validity: self.validity(at),
            learnt: self.date(at, word::LEARNT),
            retracted: self.date(at, word::RETRACTED),
            modality: self.modality(at),
            negated: self.is(at, word::POLARITY, word::NOT),
            deprecated: self.is(at, word::RANK, word::DEPRECATED),
            claimed_by: self.voices(at),
            citations: self.citations(at),
            note: self.text(at, word::NOTE),
        }
    }

    fn validity(&mut self, at: usize) -> Validity {
        let always = self.is(at, word::VALIDITY, word::ALWAYS);
        let own = self.period(at);
        let parts = self.parts(at, word::PERIOD);
        let written = [always, own != WrittenPeriod::default(), !parts.is_empty()];
        if written.iter().filter(|written| **written).count() > 1 {
            self.wrong(at, "a statement always holds, or in one period, or in a list of periods");
        }
        if always {
            return Validity::Always;
        }
        if parts.is_empty() {
            return if own == WrittenPeriod::default() { Validity::Unknown } else { Validity::In(vec![own]) };
        }
        let mut periods = Vec::new();
        for part in parts {
            if self.as_word(&part) == Some(word::NIL) {
                continue;
            }
            // A period of which neither end is known has no triples of its own.
            let at = name_of(&part).and_then(|name| self.document.find(&name));
            periods.push(at.map_or(WrittenPeriod::default(), |at| self.period(at)));
        }
        Validity::In(periods)
    }

    fn period(&mut self, at: usize) -> WrittenPeriod {
        let from = if self.says(at, word::FROM, word::ALWAYS) {
            Start::Always
        } else {
            self.date(at, word::FROM).map_or(Start::Unknown, Start::On)
        };
        WrittenPeriod { from, to: self.end(at, word::UNTIL, word::THROUGH) }
    }

    pub(super) fn end(&mut self, at: usize, until: Word, through: Word) -> End {
        match (self.date(at, until), self.date(at, through)) {
            (None, None) => End::Unknown,
            (Some(date), None) => End::Until(date),
            (None, Some(date)) => End::Through(date),
            (Some(_), Some(date)) => {
                self.wrong(at, format!("a period ends with `{}` or `{}`, not with both", until.local, through.local));
                End::Through(date)
            }
        }
    }

    fn modality(&mut self, at: usize) -> Modality {
        let Some(found) = self.word(at, word::MODALITY) else { return Modality::Fact };
        Modality::parse(found.local).unwrap_or_else(|| {
            self.wrong(at, format!("`{}` is no modality", found.local));
            Modality::Fact
        })
    }

    /// Takes the triple that says this very word; whether there was one.
    fn says(&mut self, at: usize, predicate: Word, object: Word) -> bool {
        let iri = self.base.word(object);
        let predicate = super::document::Predicate::Word(predicate);
        let is = |object: &Term| matches!(object, Term::NamedNode(node) if node.as_str() == iri);
        !self.document.take_where(at, |fact| fact.predicate == predicate && is(&fact.object)).is_empty()
    }

    /// Whether a predicate says this word, the only one it can say.
    fn is(&mut self, at: usize, predicate: Word, only: Word) -> bool {
        match self.word(at, predicate) {
            None => false,
            Some(found) if found == only => true,
            Some(found) => {
                self.wrong(at, format!("`{}` can be `{}`, not `{}`", predicate.local, only.local, found.local));
                false
            }
        }
    }

    fn voices(&mut self, at: usize) -> Vec<crate::value::NodeId> {
        let mut voices = Vec::new();
        for head in self.document.take(at, word::CLAIMED_BY) {
            // A voice that stands there by itself is a list of one.
            let named = matches!(&head, Term::NamedNode(node) if self.node_id(node.as_str()).is_some());
            let items = if named { vec![head] } else { self.list(at, &head) };
            for item in items {
                voices.extend(self.as_node(at, &item));
            }
        }
        voices
    }

    fn citations(&mut self, at: usize) -> Vec<Citation> {
        let mut citations = Vec::new();
        for part in self.parts(at, word::CITATION) {
            let Some(at) = name_of(&part).and_then(|name| self.document.find(&name)) else {
                self.wrong(at, format!("the citation {part} says nothing"));
                continue;
            };
            let Some(document) = self.one(at, word::SOURCE) else {
                self.wrong(at, "a citation needs a `source`");
                continue;
            };
            let source = self.as_source(at, &document);
            let (quote, retrieved) = (self.text(at, word::QUOTE), self.day(at, word::RETRIEVED));
            let at = self.text(at, word::AT);
            citations.extend(source.map(|source| Citation { source, at, quote, retrieved }));
        }
        citations
    }

    /// The numbered parts of a subject, in order.
    fn parts(&mut self, at: usize, predicate: Word) -> Vec<Term> {
        let mut parts = self.document.take(at, predicate);
        parts.sort_by_key(|part| name_of(part).map_or(0, |name| number_after(&name, '-')));
        parts
    }
}

/// The number after the last `mark`; 0 where there is none.
pub(super) fn number_after(name: &str, mark: char) -> usize {
    name.rsplit_once(mark).and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}
