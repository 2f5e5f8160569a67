//! RDF: the graph as triples, to be written, read back and asked in SPARQL.
//!
//! One mapping for all: `triples` says which triples a node, a statement or a source is. [`write()`] puts
//! them in a file, [`query`] answers SPARQL from them without making them all, and [`read()`] takes them apart again.
//!
//! | IRI | what |
//! | --- | --- |
//! | `ns/Company`, `ns/USES`, `ns/share` | labels, relationship types, properties |
//! | `id/bmw` | a node |
//! | `stmt/bmw/USES/ndfeb-magnet` | a relationship as a statement; `/2` after it for the second of several |
//! | `stmt/cn-2025-18+in_force/2025-04-04` | an entry of a status chain |
//! | `stmt/bmw@ceo/1` | an entry of a property's history |
//! | `src/cn18` | a document |
//! | `meta/from`, `meta/citation` | what is said about statements |
//! | `id/bmw#aliases/1`, `stmt/…#citation-1` | a part of what stands before the `#` |
//!
//! The words for metadata stand in `meta/`, apart from `ns/`, because no property name is reserved. No blank node is ever
//! written, so that two exports can be compared line by line.
//!
//! Invariant: the only folder that names an RDF library.

mod answer;
mod cross;
mod dataset;
mod format;
mod iri;
mod literal;
mod read;
mod sparql;
mod triples;
mod word;
mod write;

pub use answer::{Named, Row, write_answer};
pub use format::{FORMATS, Format, FormatInfo};
pub use iri::Base;
pub use read::{Read, declared_base, read};

pub use sparql::{RESULT_FORMATS, ResultFormat, Results, query, stopped};
pub use write::{Extent, Lost, WriteError, Written, write};

/// How statements are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// Each statement is an IRI with `rdf:subject`, `rdf:predicate`, `rdf:object`: any RDF tool reads it.
    ///
    /// Source: RDF 1.1 Schema, section 5.3.
    #[default]
    Reified,
    /// Each statement is an IRI that reifies a triple term.
    ///
    /// Source: RDF 1.2 Concepts, section 1.5.
    Rdf12,
    /// Plain triples only; what is said about statements is lost.
    None,
}

impl Style {
    /// Every style with its word on the command line and what it is good for.
    pub const ALL: [(Style, &'static str, &'static str); 3] = [
        (Style::Reified, "reified", "each statement an IRI, in standard reification; every RDF tool reads it"),
        (Style::Rdf12, "rdf12", "each statement reifies a triple term, as in RDF 1.2"),
        (Style::None, "none", "plain triples only; loses what is said about statements"),
    ];

    /// The style of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, name, _)| *name == word).map(|(style, ..)| style)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(style, ..)| *style == self).map_or("", |(_, word, _)| word)
    }
}
