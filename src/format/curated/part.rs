//! The parts of a curated file and the keys of each: one table, which the reader holds itself to and the JSON Schema for
//! editors is written from.
//!
//! [`Fields`](super::fields::Fields) takes no key that its part does not have, so that a new key of the reader is a new line here.

use crate::graph::Modality;

/// A mapping that the format knows.
pub(super) struct Part {
    /// What messages call it.
    pub what: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its keys beside types and properties.
    pub keys: &'static [Group],
    /// Keys that it cannot do without.
    pub needs: &'static [&'static str],
    /// What a key in capitals takes here.
    pub types: Types,
    /// Whose properties its other keys are.
    pub owner: Owner,
}

/// Keys that belong together, with a name for them.
pub(super) type Group = (&'static str, &'static [Key]);

/// One key.
pub(super) struct Key {
    pub name: &'static str,
    pub takes: Takes,
    pub about: &'static str,
}

/// What stands after a key.
pub(super) enum Takes {
    Text,
    /// A date at any precision.
    Date,
    /// A date, or `always`.
    Start,
    /// A date to the day.
    Day,
    Flag,
    /// A word of a closed list.
    Word(fn() -> Vec<&'static str>),
    /// The id of a node.
    Id,
    /// The id of a node, or a list of them.
    Ids,
    /// The id of a document.
    Source,
    /// A label that files may give, or a list of them.
    Labels,
    /// Names that the schema itself declares, or one of them.
    Names,
    /// A citation, or a list of them.
    Citations,
    /// A value of the property whose history it stands in.
    Value,
    /// Another part.
    One(&'static Part),
    /// A list of another part.
    List(&'static Part),
    /// Texts, or one of them.
    Texts,
    /// Columns of a table, each with what its cells are or mean.
    Columns,
    /// Entries of a section, in whose texts `{column}` stands for a cell.
    Templates,
    /// Names, each with another part.
    Map(&'static Part),
}

/// What keys in capitals mean in a part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Types {
    /// They mean nothing.
    None,
    /// Ids or statements, any number of types.
    Statements,
    /// Ids, of one type.
    Ends,
}

/// Whose properties stand in a part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    None,
    Node,
    Relationship,
    Figure,
    /// Of any thing.
    Any,
    /// Of any thing, each as a history.
    Histories,
}

impl Part {
    /// The names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().flat_map(|(_, keys)| keys.iter().map(|key| key.name))
    }
}

const fn key(name: &'static str, takes: Takes, about: &'static str) -> Key {
    Key { name, takes, about }
}

/// A part that is keys only.
const fn plain(
    what: &'static str,
    about: &'static str,
    keys: &'static [Group],
    needs: &'static [&'static str],
) -> Part {
    Part { what, about, keys, needs, types: Types::None, owner: Owner::None }
}

/// The file.
pub(super) static FILE: Part = plain("a curated file", "a curated file of a graph", &[("file", SECTIONS)], &[]);

/// The sections of a curated file.
pub(super) const SECTIONS: &[Key] = &[
    key("sources", Takes::List(&SOURCE), "documents; a citation names one by its id"),
    key("instrument", Takes::One(&INSTRUMENT), "the legal act of this file; at most one a file"),
    key("measures", Takes::List(&MEASURE), "the clauses of the instrument; PROVIDES links each to it"),
    key("nodes", Takes::List(&NODE), "any other thing"),
    key("statements", Takes::List(&STATEMENT), "relationships of nodes that are declared elsewhere"),
    key("chains", Takes::List(&CHAIN), "entries of status chains that other files declare"),
    key("histories", Takes::List(&HISTORIES), "values of properties of things that other files declare"),
    key("figures", Takes::List(&FIGURE), "numbers with a denominator: each becomes an Observation node"),
    key("complete", Takes::List(&COMPLETE), "what the graph holds completely, of what, and until when"),
    key("import", Takes::List(&IMPORT), "tables whose rows become entries"),
];

/// The keys that are metadata wherever a statement stands.
pub(super) const METADATA: Group = (
    "metadata",
    &[
        key("from", Takes::Start, "first day it holds, or `always`; missing: not known"),
        key("until", Takes::Date, "first day it no longer holds; missing: not known"),
        key("through", Takes::Date, "last day it holds, in place of `until`"),
        key("periods", Takes::List(&PERIOD), "where it holds in several periods"),
        key(
            "known",
            Takes::Date,
            "day it became known; missing: publication of the instrument, else the source's date",
        ),
        key("retracted", Takes::Date, "day it was withdrawn"),
        key("modality", Takes::Word(modalities), "the mood it is said in; missing: fact"),
        key("not", Takes::Flag, "true: the statement says *no*; its scope is an ordinary property such as `in`"),
        key("rank", Takes::Word(|| vec!["normal", "deprecated"]), "deprecated: a claim known to be wrong"),
        key("claimed_by", Takes::Ids, "voices, ids of actors; speaker first, last carrier last"),
        key("cite", Takes::Citations, "sources; inherited from what it stands in where missing"),
        key("note", Takes::Text, "a remark in our own words"),
    ],
);

/// For a property whose name is a key.
const BESIDE: Group = ("beside", &[key("props", Takes::One(&PROPS), "properties whose names are keys here")]);

fn modalities() -> Vec<&'static str> {
    Modality::ALL.map(Modality::word).to_vec()
}

/// What sorts of document there are.
pub(super) const KINDS: [&str; 9] =
    ["seed", "official", "official-text-copy", "law-firm", "reference", "trade", "news", "analysis", "dataset"];

pub(super) static SOURCE: Part = plain(
    "a source",
    "a document",
    &[(
        "source",
        &[
            key("id", Takes::Text, "what citations call it"),
            key("publisher", Takes::Text, "who published it"),
            key("title", Takes::Text, "its title"),
            key("date", Takes::Date, "its date as printed"),
            key("url", Takes::Text, "where it is read"),
            key("locator", Takes::Text, "where it is found without an address"),
            key("kind", Takes::Word(|| KINDS.to_vec()), "what sort of document it is"),
            key("language", Takes::Text, "its language, such as `en`"),
            key("licence", Takes::Text, "its terms of use"),
        ],
    )],
    &["id", "publisher", "title"],
);

/// Keys of every node.
const IDENTITY: Group = (
    "node",
    &[
        key("id", Takes::Text, "the stable id, which no other node has"),
        key("is", Takes::Labels, "its labels; broader ones follow from the schema"),
        key("status", Takes::List(&CHAIN_ENTRY), "its status chain; the measures of an instrument share that"),
        key("checked", Takes::Day, "last day somebody looked for a later act"),
    ],
);

const fn node(what: &'static str, about: &'static str, needs: &'static [&'static str]) -> Part {
    Part { what, about, keys: &[IDENTITY, METADATA, BESIDE], needs, types: Types::Statements, owner: Owner::Node }
}

pub(super) static INSTRUMENT: Part = node("`instrument`", "the legal act of this file", &["id", "cite"]);
pub(super) static MEASURE: Part = node("a measure", "a clause of the instrument", &["id", "is"]);
pub(super) static NODE: Part = node("a node", "a thing", &["id", "is", "cite"]);

pub(super) static STATEMENT: Part = Part {
    what: "a statement",
    about: "a relationship: one key in capitals with the id it ends at, or a list of them",
    keys: &[
        ("statement", &[key("subject", Takes::Ids, "where it starts: an id, or a list of them")]),
        METADATA,
        BESIDE,
    ],
    needs: &["subject", "cite"],
    types: Types::Ends,
    owner: Owner::Relationship,
};

/// A statement below the node that it leaves.
pub(super) static NESTED: Part = Part {
    what: "a statement",
    about: "a relationship with what is said about it",
    keys: &[("nested", &[key("to", Takes::Ids, "where it ends: an id, or a list of them")]), METADATA, BESIDE],
    needs: &["to"],
    types: Types::None,
    owner: Owner::Relationship,
};

/// A target without a word about it.
pub(super) static TARGET: Part = plain("a target", "a target that is only named", &[METADATA, BESIDE], &[]);

pub(super) static PROPS: Part =
    Part { what: "`props`", about: "properties", keys: &[], needs: &[], types: Types::None, owner: Owner::Any };

pub(super) static PERIOD: Part = plain(
    "a period",
    "a period in which a statement holds",
    &[(
        "period",
        &[
            key("from", Takes::Start, "first day, or `always`"),
            key("until", Takes::Date, "first day it no longer holds"),
            key("through", Takes::Date, "last day it holds, in place of `until`"),
        ],
    )],
    &[],
);

pub(super) static CITATION: Part = plain(
    "a citation",
    "a document and a place in it",
    &[(
        "citation",
        &[
            key("source", Takes::Source, "id of the document"),
            key("at", Takes::Text, "place in it, such as a page or clause"),
            key("quote", Takes::Text, "its words, where you may copy them"),
            key("retrieved", Takes::Day, "day it was read"),
        ],
    )],
    &["source"],
);

/// The states of a chain; an entry has exactly one.
pub(super) const STATES: Group = (
    "state",
    &[
        key("considered", Takes::Date, "somebody weighs it"),
        key("proposed", Takes::Date, "it is proposed by who may decide"),
        key("announced", Takes::Date, "it is made public that it will be"),
        key("adopted", Takes::Date, "it is decided"),
        key("in_force", Takes::Date, "it applies from this day"),
        key("suspended", Takes::Date, "it does not apply for a time"),
        key("reinstated", Takes::Date, "it applies again"),
        key("withdrawn", Takes::Date, "it is taken back before it applied"),
        key("repealed", Takes::Date, "it is ended by an act"),
        key("expired", Takes::Date, "its term is over"),
        key("struck_down", Takes::Date, "a court has ended it"),
        key("replaced", Takes::Date, "another act took its place"),
        key("unknown", Takes::Date, "nobody tells how it stands from this day"),
    ],
);

pub(super) static CHAIN_ENTRY: Part = plain(
    "an entry of a status chain",
    "one state with its first day, and what is said about it",
    &[
        STATES,
        (
            "entry",
            &[
                key("by", Takes::Id, "the act that did it"),
                key("on", Takes::Ids, "the measures that it is limited to"),
                key("de_facto", Takes::Flag, "true: so in practice, without an act"),
                key("part", Takes::Text, "the part that it is limited to, in words"),
            ],
        ),
        METADATA,
    ],
    &[],
);

pub(super) static CHAIN: Part = plain(
    "a chain",
    "entries of chains that other files declare; each has its own `cite`",
    &[(
        "chain",
        &[
            key("of", Takes::Ids, "whose chain: an id, or a list of them that shares the entries"),
            key("status", Takes::List(&CHAIN_ENTRY), "the entries"),
        ],
    )],
    &["of", "status"],
);

/// The value of a property that changes.
pub(super) static HISTORY: Part = plain(
    "a history",
    "values with the periods in which they hold",
    &[("history", &[key("history", Takes::List(&HISTORY_ENTRY), "the values, each a statement of its own")])],
    &["history"],
);

pub(super) static HISTORY_ENTRY: Part = plain(
    "an entry of a history",
    "a value, and what is said about it",
    &[("value", &[key("value", Takes::Value, "the value")]), METADATA],
    &["value"],
);

pub(super) static HISTORIES: Part = Part {
    what: "a history",
    about: "values of properties that another file declares; each has its own `cite`",
    keys: &[("histories", &[key("of", Takes::Id, "whose properties")]), BESIDE],
    needs: &["of"],
    types: Types::None,
    owner: Owner::Histories,
};

pub(super) static FIGURE: Part = Part {
    what: "a figure",
    about: "a number, with what it is a number of",
    keys: &[
        (
            "figure",
            &[
                key("id", Takes::Text, "its id; missing: made of what it is a figure of"),
                key("of", Takes::Ids, "what was measured: an id, or a list of them"),
                key("in", Takes::Ids, "the place it was measured in"),
                key("partner", Takes::Ids, "the other side of a flow"),
            ],
        ),
        METADATA,
        BESIDE,
    ],
    needs: &["of", "indicator", "cite"],
    types: Types::None,
    owner: Owner::Figure,
};

pub(super) static COMPLETE: Part = plain(
    "a claim of completeness",
    "what the graph holds completely",
    &[
        (
            "complete",
            &[
                key("what", Takes::Text, "a relationship type, a label, or a topic in words"),
                key("of", Takes::Ids, "an instrument, a list, any node; or a list of them"),
                key("to", Takes::Day, "last day it is complete for; missing: no day limits it"),
            ],
        ),
        METADATA,
    ],
    &["what", "of", "cite"],
);

pub(super) static IMPORT: Part = plain(
    "an import",
    "a table, and what a row of it says",
    &[(
        "import",
        &[
            key("table", Takes::Text, "path of the table from this file: .csv, .tsv or .jsonl"),
            key("missing", Takes::Texts, "cells that say nothing"),
            key("skip", Takes::Columns, "rows that are left out: where a column has one of these cells"),
            key("words", Takes::Columns, "what the cells of a column stand for"),
            key("nodes", Takes::Templates, "nodes of a row, in whose texts `{column}` stands for a cell"),
            key("statements", Takes::Templates, "statements of a row, likewise"),
            key("figures", Takes::Templates, "figures of a row, likewise"),
        ],
    )],
    &["table"],
);

/// The file `schema.yaml`.
pub(super) static SCHEMA: Part = plain(
    "a schema",
    "the vocabulary of a graph",
    &[(
        "schema",
        &[
            key("graph", Takes::One(&GRAPH), "what the graph is"),
            key("labels", Takes::Map(&LABEL), "labels by name"),
            key("relationships", Takes::Map(&TYPE), "relationship types by name, in capitals"),
            key("properties", Takes::Map(&PROPERTY), "properties by name"),
        ],
    )],
    &["graph", "labels", "relationships", "properties"],
);

pub(super) static GRAPH: Part = plain(
    "`graph`",
    "what the graph is",
    &[(
        "graph",
        &[
            key("name", Takes::Text, "its name"),
            key("about", Takes::Text, "what it is about"),
            key("licence", Takes::Text, "its terms of use"),
            key("base", Takes::Text, "what its IRIs begin with, with a slash at its end"),
            key("cutoff", Takes::Day, "last day somebody looked, where a chain does not say otherwise"),
        ],
    )],
    &[],
);

const MEANING: &str = "what it means, in one line";

pub(super) static LABEL: Part = plain(
    "a label",
    "a sort of thing",
    &[(
        "label",
        &[
            key("is", Takes::Names, "the next broader labels"),
            key("derived", Takes::Flag, "true: a rule gives it, no file"),
            key("about", Takes::Text, MEANING),
        ],
    )],
    &["about"],
);

pub(super) static TYPE: Part = plain(
    "a relationship type",
    "a sort of relationship",
    &[(
        "type",
        &[
            key("from", Takes::Names, "labels it may start from; missing: any"),
            key("to", Takes::Names, "labels it may end at; missing: any"),
            key(
                "effect",
                Takes::Word(|| vec!["in_force"]),
                "it holds only while the measure it starts from is in force",
            ),
            key("timeless", Takes::Flag, "true: it holds always"),
            key("one", Takes::Word(|| vec!["to", "from"]), "at most one leaves (`to`) or reaches (`from`) a node"),
            key("about", Takes::Text, MEANING),
        ],
    )],
    &["about"],
);

pub(super) static PROPERTY: Part = plain(
    "a property",
    "a property of nodes or relationships",
    &[(
        "property",
        &[
            key("type", Takes::Word(kinds), "the type of its values"),
            key("list", Takes::Flag, "true: several values"),
            key("unit", Takes::Text, "unit of its values"),
            key("denominator", Takes::Text, "what a share is a share of"),
            key("history", Takes::Flag, "true: it may change over time"),
            key("of", Takes::Names, "labels and types that have it; missing: any"),
            key("key", Takes::Flag, "true: it names one node of a label"),
            key("about", Takes::Text, MEANING),
        ],
    )],
    &["type", "about"],
);

fn kinds() -> Vec<&'static str> {
    crate::graph::PropertyKind::ALL.map(|(_, word)| word).to_vec()
}

/// A section of `schema.yaml`, whose keys are names.
pub(super) static NAMES: Part = plain("a section of the schema", "names with their definitions", &[], &[]);

#[cfg(test)]
mod tests {
    use super::{Part, SECTIONS, STATES, Takes};
    use crate::graph::State;

    #[test]
    fn the_states_of_a_chain_are_those_of_the_graph() {
        let names: Vec<&str> = STATES.1.iter().map(|key| key.name).collect();
        assert_eq!(names, State::ALL.map(State::key));
    }

    fn reached<'p>(part: &'p Part, found: &mut Vec<&'p Part>) {
        if found.iter().any(|other| std::ptr::eq(*other, part)) {
            return;
        }
        found.push(part);
        for (_, keys) in part.keys {
            for key in *keys {
                if let Takes::One(inner) | Takes::List(inner) | Takes::Map(inner) = key.takes {
                    reached(inner, found);
                }
            }
        }
    }

    #[test]
    fn no_part_has_a_key_twice_and_every_section_says_what_it_is() {
        let mut found = Vec::new();
        reached(&super::FILE, &mut found);
        reached(&super::SCHEMA, &mut found);
        for part in found {
            let mut names: Vec<&str> = part.names().collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{}", part.what);
        }
        assert!(SECTIONS.iter().all(|key| !key.about.is_empty()));
    }
}
