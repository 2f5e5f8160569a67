//! What a word means here: a command, a word of the language, a function, a procedure, a name of the schema.

use crate::diag::code::CODES;
use crate::function::{AGGREGATES, scalars};
use crate::parse::{KEYWORDS, Keyword};
use crate::session::Session;
use crate::value::TYPES;

use super::command::COMMANDS;
use super::{complete, describe};

/// All meanings of a word, or of a few words that belong together such as `ORDER BY`; letter case plays no part.
pub(super) fn meanings(text: &str, session: &Session) -> Vec<String> {
    let wanted = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (wanted, command_only) = match wanted.strip_prefix(':') {
        Some(command) => (command, true),
        None => (wanted.as_str(), false),
    };
    let is = |name: &str| name.eq_ignore_ascii_case(wanted);
    let mut found = Vec::new();
    for command in COMMANDS.iter().filter(|command| is(command.name)) {
        let title = format!("command :{} {}", command.name, command.arguments);
        entry(&mut found, title.trim_end(), &[command.summary]);
    }
    if command_only {
        return found;
    }
    for keyword in keywords(wanted) {
        let more = format!("“{}” in docs/language.md", keyword.chapter);
        entry(&mut found, &format!("keyword {}", keyword.word), &[keyword.summary, keyword.example, &more]);
    }
    for code in CODES.iter().filter(|code| is(code.id)) {
        let standard = match code.standard() {
            none if none.is_empty() => none,
            standard => format!("openCypher: {standard}"),
        };
        entry(&mut found, &format!("code {}", code.id), &[code.meaning, &standard]);
    }
    for named in TYPES.iter().filter(|named| named.names.iter().any(|name| is(name))) {
        let example = format!("RETURN $x IS :: {}", named.names[0]);
        entry(&mut found, &format!("type {}", named.names.join(", ")), &[named.summary, &example]);
    }
    for function in scalars().filter(|function| is(function.name)) {
        let title = format!("function {}{}", function.name, function.signature);
        entry(&mut found, &title, &[function.summary, &gives(function.example)]);
    }
    for function in AGGREGATES.iter().filter(|function| is(function.name)) {
        let title = format!("aggregate {}{}", function.name, function.signature);
        entry(&mut found, &title, &[function.summary, &gives(function.example)]);
    }
    for procedure in session.engine.procedures().iter().filter(|procedure| is(&procedure.name)) {
        let (query, value) = &procedure.example;
        let example = if query.is_empty() { String::new() } else { gives((query, value)) };
        entry(
            &mut found,
            &format!("procedure {}{}", procedure.name, procedure.signature()),
            &[&procedure.summary, &procedure.notes, &example],
        );
    }
    for name in complete::schema_names(&session.engine).into_iter().filter(|name| is(name)) {
        found.extend(describe::schema(&session.engine, &name));
    }
    found
}

/// Everything that has a meaning.
pub(super) fn words(session: &Session) -> Vec<String> {
    let commands = COMMANDS.iter().map(|command| command.name.to_owned());
    let codes = CODES.iter().map(|code| code.id.to_owned());
    let types = TYPES.iter().map(|named| named.names[0].to_owned());
    commands
        .chain(types)
        .chain(codes)
        .chain(complete::words(&session.engine))
        .chain(complete::schema_names(&session.engine))
        .collect()
}

fn entry(found: &mut Vec<String>, title: &str, lines: &[&str]) {
    found.push(title.to_owned());
    found.extend(lines.iter().filter(|line| !line.is_empty()).map(|line| format!("    {line}")));
}

fn gives((example, value): (&str, &str)) -> String {
    format!("{example}  gives  {value}")
}

/// The keyword of a word; of several words, the keywords that are about all of them together.
fn keywords(wanted: &str) -> Vec<&'static Keyword> {
    let wanted = wanted.to_uppercase();
    let of_word = |word: &str| KEYWORDS.iter().find(|keyword| keyword.word == word);
    let Some(all) = wanted.split(' ').map(of_word).collect::<Option<Vec<_>>>() else { return Vec::new() };
    if all.len() < 2 {
        return all;
    }
    let mut found = all.clone();
    found.retain(|keyword| keyword.example.to_uppercase().contains(&wanted) || keyword.summary.contains(&wanted));
    if found.is_empty() {
        found = all;
    }
    // The word that only says where it belongs is left out where another says what it means.
    if found.iter().any(|keyword| !keyword.summary.starts_with("as in ")) {
        found.retain(|keyword| !keyword.summary.starts_with("as in "));
    }
    found.sort_by_key(|keyword| keyword.word);
    found.dedup_by_key(|keyword| keyword.word);
    found
}

#[cfg(test)]
mod tests {
    use super::keywords;

    fn words(wanted: &str) -> Vec<&'static str> {
        keywords(wanted).into_iter().map(|keyword| keyword.word).collect()
    }

    #[test]
    fn words_that_belong_together_are_explained_by_those_that_mean_something() {
        for (wanted, expected) in [
            ("order by", &["ORDER"][..]),
            ("GROUP BY", &["GROUP"]),
            ("as of", &["AS", "OF"]),
            ("AS KNOWN ON", &["KNOWN"]),
            ("load csv with headers", &["HEADERS"]),
            ("detach delete", &["DETACH"]),
            ("all shortest", &["ALL", "SHORTEST"]),
            ("is not null", &["IS"]),
            ("in transactions", &["TRANSACTIONS"]),
            ("order nothing", &[]),
        ] {
            assert_eq!(words(wanted), expected, "{wanted}");
        }
    }
}
