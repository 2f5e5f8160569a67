//! `WHY`: the statements each row rests on, with their sources.

/// One statement that a row rests on, as a numbered note says it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Footnote {
    /// From 1.
    pub number: usize,
    /// The statement in words: `NdFeB magnet CONTAINS dysprosium`.
    pub statement: String,
    /// When it holds, in words; empty where timeless.
    pub validity: String,
    /// Its mood: fact, estimate, claim, ….
    pub modality: &'static str,
    /// Voices, speaker first.
    pub claimed_by: Vec<String>,
    /// Its places in documents.
    pub citations: Vec<Cited>,
}

/// A place in a document, as a note says it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Cited {
    /// The document's id.
    pub source: String,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: Option<String>,
    /// Page, clause, table.
    pub at: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

/// The reasons for the rows of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Why {
    /// The statements, numbered in the order in which rows name them.
    pub footnotes: Vec<Footnote>,
    /// Per row: its alternative sets of footnote numbers; each set alone suffices.
    pub rows: Vec<Vec<Vec<usize>>>,
    /// What the reader should know: lineage of a group, a cap that cut.
    pub remarks: Vec<String>,
}
