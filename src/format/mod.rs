//! Format: files in, graph out. A folder or file per format.

pub mod curated;
pub mod table;
