//! `docs/functions.md`, which is the tables of functions and procedures and nothing else.

use std::fmt::Write;

use portolan::function::{AGGREGATES, FUNCTIONS};
use portolan::procedure::{OPTIONS, PROCEDURES, Procedure};

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
    let about = "What `CALL` names. Each gives rows of the columns that `YIELD` can name; an argument with a `=` may be left out.";
    chapter(&mut page, "Procedures", about);
    let (algorithms, others): (Vec<&Procedure>, Vec<&Procedure>) =
        PROCEDURES.iter().partition(|procedure| procedure.arguments.iter().any(|field| field.name == "options"));
    for procedure in others {
        procedure_entry(&mut page, procedure);
    }
    chapter(&mut page, "Graph algorithms", &format!("Procedures, named by `CALL` too. {OPTIONS}"));
    for procedure in algorithms {
        procedure_entry(&mut page, procedure);
    }
    page
}

fn procedure_entry(page: &mut String, procedure: &Procedure) {
    let (query, gives) = &procedure.example;
    let text = if procedure.notes.is_empty() {
        procedure.summary.to_string()
    } else {
        format!("{} {}", procedure.summary, procedure.notes)
    };
    entry(page, &procedure.name, &procedure.signature(), &text, (query, gives));
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
