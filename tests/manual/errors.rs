//! `docs/errors.md`: every code.

use std::fmt::Write;

use portolan::diag::code::CODES;
use portolan::diag::{Code, Severity};

/// The stages, by the letter of their codes.
const STAGES: &[(char, &str, &str)] = &[
    ('P', "Reading", "The text of a statement is not one of the language."),
    ('B', "Names and kinds", "Found before a statement runs, from its text, the graph's names and the schema."),
    ('R', "Running", "Found while a statement runs: a value, a limit, a change that the graph does not allow."),
    ('D', "Curated files", "Found when files of a graph are read; with one error nothing is loaded."),
    ('X', "Exchange", "Found when RDF is read, written or asked."),
    ('S', "The shell", "Found in a command, or in what is typed."),
];

pub fn page() -> String {
    let mut out = "\
# Errors and warnings

Every message has a code. Where openCypher names the mistake, the code carries its type, its phase and its detail, as the
standard's test suite compares them. `:help CODE` shows the same at the prompt. Written from the table; see `tests/golden/error/` for what
each looks like.
"
    .to_owned();
    for (letter, stage, about) in STAGES {
        let _ = write!(out, "\n## {stage}\n{about}\n\n| code | what is wrong | openCypher |\n| --- | --- | --- |\n");
        let mut codes: Vec<&Code> = CODES.iter().copied().filter(|code| code.id.starts_with(*letter)).collect();
        codes.sort_by_key(|code| code.id);
        for code in codes {
            let warning = if code.severity == Severity::Warning { " (a warning)" } else { "" };
            let _ = writeln!(out, "| {} | {}{warning} | {} |", code.id, code.meaning, code.standard());
        }
    }
    out
}
