//! The words of the vocabularies that are written: standard ones where they fit, our own in `meta/` otherwise.

use crate::graph::{Modality, PropertyKind, State};

/// A vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Space {
    /// Our own: `meta/` below the base.
    Meta,
    Rdf,
    Rdfs,
    Dcterms,
    Skos,
    Schema,
}

impl Space {
    /// The standard vocabularies with their usual prefix.
    pub(super) const STANDARD: [(Space, &'static str, &'static str); 5] = [
        (Space::Rdf, "rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        (Space::Rdfs, "rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        (Space::Dcterms, "dcterms", "http://purl.org/dc/terms/"),
        (Space::Skos, "skos", "http://www.w3.org/2004/02/skos/core#"),
        (Space::Schema, "schema", "https://schema.org/"),
    ];
}

/// A word of a vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Word {
    pub space: Space,
    pub local: &'static str,
}

macro_rules! words {
    ($($name:ident = $space:ident $local:literal;)*) => {
        $(pub(super) const $name: Word = Word { space: Space::$space, local: $local };)*
        const WORDS: &[Word] = &[$($name),*];
    };
}

words! {
    TYPE = Rdf "type";
    STATEMENT = Rdf "Statement";
    SUBJECT = Rdf "subject";
    PREDICATE = Rdf "predicate";
    OBJECT = Rdf "object";
    REIFIES = Rdf "reifies";
    FIRST = Rdf "first";
    REST = Rdf "rest";
    NIL = Rdf "nil";

    LABEL = Rdfs "label";
    COMMENT = Rdfs "comment";
    SUB_CLASS_OF = Rdfs "subClassOf";
    TITLE = Dcterms "title";
    DESCRIPTION = Dcterms "description";
    LICENSE = Dcterms "license";
    PUBLISHER = Dcterms "publisher";
    DATE = Dcterms "date";
    KIND_OF_DOCUMENT = Dcterms "type";
    LANGUAGE = Dcterms "language";
    SOURCE = Dcterms "source";
    DEFINITION = Skos "definition";
    NOTE = Skos "note";
    URL = Schema "url";
    DOMAIN_INCLUDES = Schema "domainIncludes";
    RANGE_INCLUDES = Schema "rangeIncludes";

    // Classes.
    GRAPH = Meta "Graph";
    NODE = Meta "Node";
    DOCUMENT = Meta "Source";
    STATUS_ENTRY = Meta "StatusEntry";
    HISTORY_ENTRY = Meta "HistoryEntry";
    STORED_VALUE = Meta "StoredValue";
    COMPLETENESS = Meta "Completeness";
    LABEL_DEF = Meta "Label";
    TYPE_DEF = Meta "RelationshipType";
    PROPERTY_DEF = Meta "Property";
    DERIVED_LABEL = Meta "DerivedLabel";

    // What is said about a statement.
    VALIDITY = Meta "validity";
    ALWAYS = Meta "Always";
    PERIOD = Meta "period";
    FROM = Meta "from";
    UNTIL = Meta "until";
    THROUGH = Meta "through";
    LEARNT = Meta "learnt";
    RETRACTED = Meta "retracted";
    MODALITY = Meta "modality";
    POLARITY = Meta "polarity";
    NOT = Meta "not";
    RANK = Meta "rank";
    DEPRECATED = Meta "deprecated";
    CLAIMED_BY = Meta "claimedBy";
    CITATION = Meta "citation";
    AT = Meta "at";
    QUOTE = Meta "quote";
    RETRIEVED = Meta "retrieved";
    DERIVED = Meta "derived";
    NULL = Meta "Null";

    // Chains, completeness, documents.
    STATE = Meta "state";
    ON = Meta "on";
    ANNOUNCED_UNTIL = Meta "announcedUntil";
    ANNOUNCED_THROUGH = Meta "announcedThrough";
    BY = Meta "by";
    OF = Meta "of";
    PART = Meta "part";
    DE_FACTO = Meta "deFacto";
    CHECKED = Meta "checked";
    WHAT = Meta "what";
    TO = Meta "to";
    LOCATOR = Meta "locator";

    // The schema.
    BASE = Meta "base";
    CUTOFF = Meta "cutoff";
    IN_FORCE = Meta "inForceOnly";
    TIMELESS = Meta "timeless";
    CARDINALITY = Meta "cardinality";
    TO_ONE = Meta "ToOne";
    FROM_ONE = Meta "FromOne";
    KIND = Meta "kind";
    LIST = Meta "list";
    UNIT = Meta "unit";
    DENOMINATOR = Meta "denominator";
    HISTORY = Meta "history";
    KEY = Meta "key";
}

impl Word {
    /// A mood.
    pub(super) fn modality(modality: Modality) -> Self {
        Word { space: Space::Meta, local: modality.word() }
    }

    /// A state of a chain.
    pub(super) fn state(state: State) -> Self {
        Word { space: Space::Meta, local: state.key() }
    }

    /// The type of a property.
    pub(super) fn kind(kind: PropertyKind) -> Self {
        let local = PropertyKind::ALL.iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word);
        Word { space: Space::Meta, local }
    }

    /// The word of this name, if we use it.
    pub(super) fn find(space: Space, local: &str) -> Option<Self> {
        let known = WORDS.iter().copied().find(|word| word.space == space && word.local == local);
        if known.is_some() || space != Space::Meta {
            return known;
        }
        let modality = Modality::parse(local).map(Word::modality);
        let state = || State::parse(local).map(Word::state);
        let kind = || PropertyKind::ALL.iter().find(|(_, word)| *word == local).map(|(kind, _)| Word::kind(*kind));
        modality.or_else(state).or_else(kind)
    }
}

/// Whether nodes or relationships can have a predicate; the others stand in the few blocks of the schema, of documents and
/// of entries.
pub(super) fn is_of_many(word: Word) -> bool {
    const FEW: &[Word] = &[
        COMMENT,
        SUB_CLASS_OF,
        TITLE,
        DESCRIPTION,
        LICENSE,
        PUBLISHER,
        DATE,
        KIND_OF_DOCUMENT,
        LANGUAGE,
        DEFINITION,
        URL,
        DOMAIN_INCLUDES,
        RANGE_INCLUDES,
        STATE,
        ON,
        ANNOUNCED_UNTIL,
        ANNOUNCED_THROUGH,
        BY,
        OF,
        PART,
        DE_FACTO,
        WHAT,
        TO,
        LOCATOR,
        BASE,
        CUTOFF,
        IN_FORCE,
        TIMELESS,
        CARDINALITY,
        KIND,
        LIST,
        UNIT,
        DENOMINATOR,
        HISTORY,
        KEY,
    ];
    !FEW.contains(&word)
}
