//! Question: what is asked about rows beside the rows themselves.

pub mod miss;
mod proof;
pub mod silence;
mod why;
pub mod words;

pub use proof::{Proof, Step, proof};
pub use why::{Cited, Footnote, Reasons, Why, footnote};
