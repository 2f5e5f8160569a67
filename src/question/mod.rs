//! Question: what is asked about rows beside the rows themselves.

pub mod miss;
mod names;
mod proof;
pub mod silence;
mod why;
pub mod words;

pub use names::{How, Match, Names};
pub use proof::{Proof, Step, proof};
pub use why::{Cited, Footnote, Reasons, Why, footnote};
