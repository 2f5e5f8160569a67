//! Tables of `docs/conformance.md`: what of a standard holds, each with an example that is run on an empty graph.

use portolan::limits::Limits;
use portolan::session::Answer;
use portolan::value::text::Shown;

use super::transcript::empty;

/// How such a table begins.
pub const HEAD: &str = "| what | | example | gives |";

/// What the second column may say, and whether its example then ends with an error.
pub const STATES: &[(&str, bool)] =
    &[("holds", false), ("added", false), ("differs", false), ("an error", true), ("refused", true)];

/// The cells of a row.
pub fn cells(row: &str) -> Vec<String> {
    let kept = row.trim().trim_matches('|').replace("\\|", "\u{0}");
    kept.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

/// The statement of a row's example.
pub fn statement(cells: &[String]) -> &str {
    cells[2].trim_matches('`')
}

/// The row with what its example gives now.
pub fn anew(row: &str) -> String {
    if row.starts_with("| ---") {
        return row.to_owned();
    }
    let mut cells = cells(row);
    cells.resize(4, String::new());
    cells[3] = gives(statement(&cells));
    let escaped = cells.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>();
    format!("| {} |", escaped.join(" | "))
}

/// Rows, or what was changed, or the first message with its help.
fn gives(statement: &str) -> String {
    match empty().run(statement, &Limits::default()) {
        Ok(answer) if answer.plan.is_some() => "the plan".to_owned(),
        Ok(answer) if answer.columns.is_empty() => {
            answer.changes.map_or("nothing".to_owned(), |changes| changes.to_string())
        }
        Ok(answer) if answer.rows.is_empty() => "no rows".to_owned(),
        Ok(answer) => answer.rows.iter().map(|row| shown(&answer, row)).collect::<Vec<_>>().join("; "),
        Err(wrong) => {
            let said = std::iter::once(&wrong[0].message).chain(&wrong[0].help).map(String::as_str);
            format!("{}: {}", wrong[0].code.id, said.collect::<Vec<_>>().join(" — "))
        }
    }
}

fn shown(answer: &Answer, row: &[portolan::value::Value]) -> String {
    let values = row.iter().map(|value| format!("`{}`", Shown(value, &answer.entities)));
    values.collect::<Vec<_>>().join(", ")
}
