//! Format: files in, graph out. A folder or file per format.

pub mod columns;
pub mod curated;
mod separated;
pub mod table;
