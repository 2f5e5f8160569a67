//! `docs/functions.md`, which is the tables of functions and procedures and nothing else.

use std::fmt::Write;

use portolan::function::{AGGREGATES, FUNCTIONS};
use portolan::procedure::PROCEDURES;

const HEAD: &str = "# Functions

Written from the tables that the engine itself reads; the examples are run as tests. Letter case of a name plays no part. A `?`
marks what may be left out; a null argument gives null unless the text says otherwise. In the prompt, `:help NAME` shows one.
In the examples `n` is a node, `m` a measure, `r` a relationship and `p` a path.
";

/// The page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for family in FUNCTIONS {
        chapter(&mut page, family.name, family.about);
        for function in family.functions {
            entry(&mut page, function.name, function.signature, function.summary, function.example);
        }
    }
    let about = "One value for a group of rows; nulls play no part. `DISTINCT` before the argument takes equal values once. \
                 What a group is, says the [manual](language.md#groups).";
    chapter(&mut page, "Aggregates", about);
    for function in AGGREGATES {
        entry(&mut page, function.name, function.signature, function.summary, function.example);
    }
    chapter(&mut page, "Procedures", "What `CALL` names. Each gives rows of the columns that `YIELD` can name.");
    for procedure in PROCEDURES {
        let (query, gives) = &procedure.example;
        entry(&mut page, &procedure.name, &procedure.signature(), &procedure.summary, (query, gives));
    }
    page
}

fn chapter(page: &mut String, name: &str, about: &str) {
    let _ = writeln!(page, "\n## {name}");
    if !about.is_empty() {
        let _ = writeln!(page, "{about}");
    }
}

fn entry(page: &mut String, name: &str, signature: &str, summary: &str, (example, gives): (&str, &str)) {
    let _ = writeln!(page, "\n### {name}\n`{name}{signature}`: {summary}\n`{example}` gives `{gives}`.");
}
