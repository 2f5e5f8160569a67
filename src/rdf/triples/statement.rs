//! The triples of what is said about a statement, and of the entries of chains, histories and completeness.

use crate::graph::{Citation, End, Entity, KeyId, Meta, Modality, Start, Validity, WrittenPeriod};
use crate::rdf::Style;
use crate::rdf::word::{self, Word};
use crate::value::{Date, NodeId, Value};

use super::{Id, Mapping, Triples, is_writable};

impl Triples<'_, '_> {
    /// Everything said about `subject`.
    pub(super) fn meta(&mut self, subject: &Id, meta: &Meta) {
        let Meta { validity, learnt, retracted, modality, negated, deprecated, claimed_by, citations, note } = meta;
        self.validity(subject, validity);
        for (word, date) in [(word::LEARNT, learnt), (word::RETRACTED, retracted)] {
            if let Some(date) = date {
                self.push_date(subject, word, *date);
            }
        }
        if *modality != Modality::Fact {
            self.push(subject, word::MODALITY, Id::Word(Word::modality(*modality)));
        }
        if *negated {
            self.push(subject, word::POLARITY, Id::Word(word::NOT));
        }
        if *deprecated {
            self.push(subject, word::RANK, Id::Word(word::DEPRECATED));
        }
        self.voices(subject, claimed_by);
        for (place, citation) in citations.iter().enumerate() {
            self.citation(subject, place + 1, citation);
        }
        self.push_some(subject, word::NOTE, note.as_ref());
    }

    /// One period stands beside the statement itself; several are parts of it, numbered.
    fn validity(&mut self, subject: &Id, validity: &Validity) {
        match validity {
            Validity::Unknown => {}
            Validity::Always => self.push(subject, word::VALIDITY, Id::Word(word::ALWAYS)),
            Validity::In(periods) => match periods.as_slice() {
                [] => self.push(subject, word::PERIOD, Id::Word(word::NIL)),
                [period] if *period != WrittenPeriod::default() => self.period(subject, *period),
                periods => {
                    for (place, period) in periods.iter().enumerate() {
                        let part = Self::part(subject, format!("period-{}", place + 1));
                        self.push(subject, word::PERIOD, part.clone());
                        self.period(&part, *period);
                    }
                }
            },
        }
    }

    fn period(&mut self, subject: &Id, period: WrittenPeriod) {
        match period.from {
            Start::Unknown => {}
            Start::Always => self.push(subject, word::FROM, Id::Word(word::ALWAYS)),
            Start::On(date) => self.push_date(subject, word::FROM, date),
        }
        self.end(subject, period.to, word::UNTIL, word::THROUGH);
    }

    fn end(&mut self, subject: &Id, end: End, until: Word, through: Word) {
        match end {
            End::Unknown => {}
            End::Until(date) => self.push_date(subject, until, date),
            End::Through(date) => self.push_date(subject, through, date),
        }
    }

    /// An `rdf:List` of voices, speaker first.
    fn voices(&mut self, subject: &Id, voices: &[NodeId]) {
        let Some(_) = voices.first() else { return };
        let part = |place: usize| Self::part(subject, format!("voice-{place}"));
        self.push(subject, word::CLAIMED_BY, part(1));
        for (place, voice) in voices.iter().enumerate() {
            let item = part(place + 1);
            self.push(&item, word::FIRST, Id::Node(*voice));
            let last = place + 1 == voices.len();
            self.push(&item, word::REST, if last { Id::Word(word::NIL) } else { part(place + 2) });
        }
    }

    fn citation(&mut self, subject: &Id, place: usize, citation: &Citation) {
        let part = Self::part(subject, format!("citation-{place}"));
        self.push(subject, word::CITATION, part.clone());
        self.push(&part, word::SOURCE, Id::Source(citation.source));
        self.push_some(&part, word::AT, citation.at.as_ref());
        self.push_some(&part, word::QUOTE, citation.quote.as_ref());
        if let Some(day) = citation.retrieved {
            self.push_date(&part, word::RETRIEVED, Date::exact(day));
        }
    }

    /// What a statement says, in the style of the mapping.
    pub(super) fn says(&mut self, statement: &Id, said: [Id; 3]) {
        match self.mapping.style {
            Style::Reified => {
                let [subject, predicate, object] = said;
                self.push(statement, word::TYPE, Id::Word(word::STATEMENT));
                self.push(statement, word::SUBJECT, subject);
                self.push(statement, word::PREDICATE, predicate);
                self.push(statement, word::OBJECT, object);
            }
            Style::Rdf12 => self.push(statement, word::REIFIES, Id::Triple(said.into())),
            Style::None => {}
        }
    }

    pub(super) fn status(&mut self, number: u32) {
        let mapping = self.mapping;
        let entry = mapping.view.snapshot().chain_entry(number);
        let id = &Id::Status(number);
        self.push(id, word::TYPE, Id::Word(word::STATUS_ENTRY));
        for node in &mapping.entries[number as usize].0 {
            self.push(id, word::OF, Id::Node(*node));
        }
        self.push(id, word::STATE, Id::Word(Word::state(entry.state)));
        self.push_date(id, word::ON, entry.on);
        self.end(id, entry.end, word::ANNOUNCED_UNTIL, word::ANNOUNCED_THROUGH);
        if let Some(by) = entry.by {
            self.push(id, word::BY, Id::Node(by));
        }
        self.push_some(id, word::PART, entry.part.as_ref());
        self.push_flag(id, word::DE_FACTO, entry.de_facto);
        self.meta(id, &entry.meta);
    }

    pub(super) fn history(&mut self, number: u32) {
        let entry = self.mapping.view.snapshot().history_entry(number);
        if !is_writable(&entry.value) {
            return;
        }
        let id = &Id::History(number);
        self.push(id, word::TYPE, Id::Word(word::HISTORY_ENTRY));
        self.says_value(id, entry.entity, entry.key, &entry.value);
        self.meta(id, &entry.meta);
    }

    /// A stored value that a history hides.
    pub(super) fn stored(&mut self, entity: Entity, key: KeyId) {
        let value = self.mapping.view.snapshot().property(entity, key);
        let hidden = !self.mapping.view.snapshot().history(entity, key).is_empty();
        if value.is_null() || !hidden || !is_writable(&value) {
            return;
        }
        let id = &Id::Stored(entity, key);
        self.push(id, word::TYPE, Id::Word(word::STORED_VALUE));
        self.says_value(id, entity, key, &value);
    }

    /// That a property of a thing is a value.
    fn says_value(&mut self, statement: &Id, entity: Entity, key: KeyId, value: &Value) {
        let name = self.mapping.view.snapshot().catalog().key_name(key).clone();
        let object = self.value(statement, &Self::fragment(&name), value);
        if let Some(object) = object {
            self.says(statement, [Self::entity(entity), Mapping::key(&name), object]);
        }
    }

    pub(super) fn complete(&mut self, number: u32) {
        let Some(complete) = self.mapping.view.snapshot().complete().get(number as usize) else { return };
        let id = &Id::Complete(number);
        self.push(id, word::TYPE, Id::Word(word::COMPLETENESS));
        self.push_text(id, word::WHAT, &complete.what);
        self.push(id, word::OF, Id::Node(complete.of));
        if let Some(day) = complete.to {
            self.push_date(id, word::TO, Date::exact(day));
        }
        self.meta(id, &complete.meta);
    }
}
