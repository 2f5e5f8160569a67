//! Portolan: a trade-policy knowledge graph with a query language.

pub mod bind;
pub mod diag;
pub mod execute;
pub mod format;
pub mod function;
pub mod graph;
pub mod limits;
pub mod log;
pub mod optimize;
pub mod parallel;
pub mod parse;
pub mod plan;
pub mod procedure;
pub mod question;
#[cfg(feature = "rdf")]
pub mod rdf;
pub mod session;
pub mod shell;
pub mod value;
