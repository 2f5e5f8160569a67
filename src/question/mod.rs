//! Question: what is asked about rows beside the rows themselves.

pub mod miss;
mod why;
pub mod words;

pub use why::{Cited, Footnote, Why, footnote, why};
