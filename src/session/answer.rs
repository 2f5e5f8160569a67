//! What a statement gives.

use std::time::Duration;

use crate::diag::Diagnostic;
use crate::graph::{Footer, Frame};
use crate::question::Why;
use crate::value::{Entities, Value};

/// The rows of a statement and everything to be said about them.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// The nodes and relationships that the rows name.
    pub entities: Entities,
    /// Warnings, such as a label that no node has.
    pub warnings: Vec<Diagnostic>,
    /// The frame it was asked in.
    pub frame: Frame,
    /// What the frame hid, of the types the query names; `None` where it names none.
    pub footer: Option<Footer>,
    /// The reasons, under `WHY`.
    pub why: Option<Why>,
    /// The plan, under `EXPLAIN`.
    pub plan: Option<String>,
    /// Time taken from text to rows.
    pub elapsed: Duration,
}
