//! The six formats of RDF.

use oxigraph::io::{JsonLdProfileSet, RdfFormat};

/// A format of RDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Turtle.
    Turtle,
    /// TriG: Turtle with named graphs.
    TriG,
    /// N-Triples: a triple a line.
    NTriples,
    /// N-Quads: N-Triples with named graphs.
    NQuads,
    /// RDF/XML.
    RdfXml,
    /// JSON-LD.
    JsonLd,
}

/// What there is to know about a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatInfo {
    /// The format.
    pub format: Format,
    /// Its word on the command line.
    pub name: &'static str,
    /// Its name in sentences.
    pub title: &'static str,
    /// How files of it end, the usual ending first.
    pub extensions: &'static [&'static str],
    /// Its IANA media type.
    pub media_type: &'static str,
    /// Whether the library writes triple terms in it.
    pub rdf12: bool,
}

/// Every format.
pub static FORMATS: &[FormatInfo] = &[
    FormatInfo {
        format: Format::Turtle,
        name: "turtle",
        title: "Turtle",
        extensions: &["ttl", "turtle"],
        media_type: "text/turtle",
        rdf12: true,
    },
    FormatInfo {
        format: Format::TriG,
        name: "trig",
        title: "TriG",
        extensions: &["trig"],
        media_type: "application/trig",
        rdf12: true,
    },
    FormatInfo {
        format: Format::NTriples,
        name: "ntriples",
        title: "N-Triples",
        extensions: &["nt"],
        media_type: "application/n-triples",
        rdf12: true,
    },
    FormatInfo {
        format: Format::NQuads,
        name: "nquads",
        title: "N-Quads",
        extensions: &["nq"],
        media_type: "application/n-quads",
        rdf12: true,
    },
    FormatInfo {
        format: Format::RdfXml,
        name: "rdfxml",
        title: "RDF/XML",
        extensions: &["rdf", "owl", "rdfxml"],
        media_type: "application/rdf+xml",
        rdf12: true,
    },
    FormatInfo {
        format: Format::JsonLd,
        name: "jsonld",
        title: "JSON-LD",
        extensions: &["jsonld"],
        media_type: "application/ld+json",
        rdf12: false,
    },
];

impl Format {
    /// What there is to know about it.
    #[must_use]
    pub fn info(self) -> &'static FormatInfo {
        FORMATS.iter().find(|info| info.format == self).unwrap_or(&FORMATS[0])
    }

    /// The format of a word, a title or a file's ending, in any case.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim_start_matches('.').to_lowercase();
        FORMATS
            .iter()
            .find(|info| {
                info.name == word || info.title.to_lowercase() == word || info.extensions.contains(&word.as_str())
            })
            .map(|info| info.format)
    }

    pub(super) fn library(self) -> RdfFormat {
        match self {
            Format::Turtle => RdfFormat::Turtle,
            Format::TriG => RdfFormat::TriG,
            Format::NTriples => RdfFormat::NTriples,
            Format::NQuads => RdfFormat::NQuads,
            Format::RdfXml => RdfFormat::RdfXml,
            Format::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        }
    }
}
