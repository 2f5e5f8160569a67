//! Portolan: a trade-policy knowledge graph with a query language.

pub mod diag;
pub mod graph;
pub mod limits;
pub mod function;
pub mod question;
pub mod session;
pub mod parse;
pub mod value;
