//! Question: what is asked about rows beside the rows themselves.

mod why;

pub use why::{Cited, Footnote, Why, why};
