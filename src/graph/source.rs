//! Documents, and places in them.

use std::sync::Arc;

use crate::value::{Date, Day};

/// A document of one graph version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct SourceId(pub u32);

/// A document that statements cite.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// The stable text id.
    pub id: Arc<str>,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its date, as printed.
    pub date: Option<Date>,
    /// Where it is on the web.
    pub url: Option<String>,
    /// Where it is, if not at an address.
    pub locator: Option<String>,
    /// What sort of document: official, official-text-copy, news, ….
    pub kind: Option<String>,
    /// ISO 639 code.
    pub language: Option<String>,
    /// Terms of use.
    pub licence: Option<String>,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Citation {
    /// The document.
    pub source: SourceId,
    /// Page, clause, table.
    pub at: Option<String>,
    /// The words themselves; for users' own graphs.
    pub quote: Option<String>,
    /// When it was read.
    pub retrieved: Option<Day>,
}
