//! Portolan: a trade-policy knowledge graph with a query language.

pub mod diag;
pub mod limits;
pub mod parse;
