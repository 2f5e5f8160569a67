//! The parser that pest makes of `grammar/query.pest`.

/// Text to pairs of [`Rule`].
#[derive(pest_derive::Parser)]
#[grammar = "grammar/query.pest"]
pub struct Grammar;
