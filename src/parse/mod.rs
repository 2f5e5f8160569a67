//! Parse: text becomes a tree.

pub mod ast;
