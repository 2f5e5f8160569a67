//! What can stand where the cursor is: commands, labels, types, properties, functions, keywords, stored ids.

use std::collections::BTreeSet;

use crate::diag::Span;
use crate::function::{AGGREGATES, scalars};
use crate::graph::Snapshot;
use crate::parse::{KEYWORDS, TokenKind, tokens};
use crate::session::{Engine, Session};
use crate::value::{NodeId, TYPES};

use super::command::{COMMANDS, Command};
use super::help;
use super::render::RENDERERS;

/// Candidates that are offered at once.
const MOST: usize = 200;

/// Where the word at `pos` begins, and what could stand there instead of it.
#[must_use]
pub fn complete(text: &str, pos: usize, session: &Session) -> (usize, Vec<String>) {
    let before = text.get(..pos).unwrap_or(text);
    if let Some(command) = before.trim_start().strip_prefix(':') {
        let start = before.len() - command.len();
        return of_command(before, start, session);
    }
    of_query(before, 0, session)
}

/// Completes a command, whose name begins at `start`, or what follows it.
fn of_command(before: &str, start: usize, session: &Session) -> (usize, Vec<String>) {
    let Some((name, rest)) = before[start..].split_once(char::is_whitespace) else {
        let names = COMMANDS.iter().map(|command| command.name.to_owned());
        return (start, beginning(names, &before[start..]));
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return (before.len(), Vec::new()) };
    if command.arguments.contains("QUERY") || command.arguments.contains("EXPRESSION") {
        return of_query(before, before.len() - rest.len(), session);
    }
    if let Some(open) = rest.find('{') {
        return of_query(before, before.len() - rest.len() + open + 1, session);
    }
    // Words of help belong together; each is completed by itself.
    let last = if command.arguments.contains("WORD") { rest.rsplit(char::is_whitespace).next() } else { None };
    let word = last.unwrap_or(rest.trim_start());
    let mut found = beginning(arguments(command, session).into_iter(), word);
    if command.arguments.contains("ID") {
        found.extend(known_as(word, None, &session.engine.snapshot()));
        found.sort();
        found.dedup();
    }
    (before.len() - word.len(), found)
}

/// What can follow a command, by the words that say so in its help.
fn arguments(command: &Command, session: &Session) -> Vec<String> {
    let engine = &session.engine;
    let of_word = |word: &str| match word {
        "ID" => ids("", &engine.snapshot()),
        "MODE" => RENDERERS.iter().map(|mode| mode.name.to_owned()).collect(),
        "WORD" => help::words(session),
        "LABEL" => labels(engine),
        "TYPE" => types(engine),
        "PROPERTY" => keys(engine),
        "SCENARIO" => session.scenarios.iter().map(|(name, _)| name.to_owned()).collect(),
        _ if word.starts_with(char::is_lowercase) => vec![word.to_owned()],
        _ => Vec::new(),
    };
    command.arguments.split(|c: char| !c.is_alphanumeric()).flat_map(of_word).collect()
}

/// Completes the query that begins at `from`.
fn of_query(before: &str, from: usize, session: &Session) -> (usize, Vec<String>) {
    let engine = &session.engine;
    let query = &before[from..];
    let lexed = tokens(query);
    if let Some((span, TokenKind::Text)) = lexed.last()
        && span.end == query.len()
        && !closed(span.of(query))
    {
        let quoted = &query[span.start + 1..];
        return (from + span.start + 1, stored(quoted, key_before(&query[..span.start]), engine));
    }
    let at = query
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |at| at + query[at..].chars().next().map_or(1, char::len_utf8));
    let (head, word) = query.split_at(at);
    let start = from + at;
    let bracket = innermost(query, &lexed);
    let candidates = match (head.trim_end().chars().next_back(), bracket) {
        (Some('$'), _) => session.params.keys().cloned().collect(),
        (Some(':'), _) if head.trim_end().ends_with("::") => value_types(),
        (Some(':' | '|' | '&' | '!'), Some('[')) => types(engine),
        (Some(':' | '&' | '!' | '|'), Some('(')) | (Some(':'), None) => labels(engine),
        (Some('.'), _) => keys(engine),
        _ if word.is_empty() => return (start, Vec::new()),
        _ => words(engine),
    };
    let mut found = beginning(candidates.into_iter(), word);
    found.truncate(MOST);
    (start, found)
}

fn value_types() -> Vec<String> {
    TYPES.iter().map(|named| named.names[0].to_owned()).chain(["LIST<".to_owned()]).collect()
}

/// Those that begin with a word, in order and once; letter case plays no part.
fn beginning(candidates: impl Iterator<Item = String>, word: &str) -> Vec<String> {
    let folded = word.to_lowercase();
    let mut found: Vec<String> = candidates.filter(|name| name.to_lowercase().starts_with(&folded)).collect();
    found.sort();
    found.dedup();
    found
}

fn closed(text: &str) -> bool {
    text.len() > 1 && text.chars().next() == text.chars().next_back()
}

/// The innermost bracket that is open.
fn innermost(query: &str, lexed: &[(Span, TokenKind)]) -> Option<char> {
    let mut open = Vec::new();
    for (span, _) in lexed.iter().filter(|(_, kind)| *kind == TokenKind::Bracket) {
        match span.of(query).chars().next() {
            Some(bracket @ ('(' | '[' | '{')) => open.push(bracket),
            _ => {
                open.pop();
            }
        }
    }
    open.pop()
}

fn labels(engine: &Engine) -> Vec<String> {
    let snapshot = engine.snapshot();
    let names = snapshot.catalog().labels().map(str::to_owned).chain(snapshot.schema().labels.keys().cloned());
    names.chain(engine.derived_labels()).collect()
}

fn types(engine: &Engine) -> Vec<String> {
    let snapshot = engine.snapshot();
    let names = snapshot.catalog().types().map(str::to_owned).chain(snapshot.schema().relationships.keys().cloned());
    names.chain(engine.derived_types()).collect()
}

/// Labels, relationship types and properties, each name once.
pub(super) fn schema_names(engine: &Engine) -> BTreeSet<String> {
    let properties = engine.snapshot().schema().properties.keys().cloned().collect::<Vec<_>>();
    labels(engine).into_iter().chain(types(engine)).chain(properties).collect()
}

fn keys(engine: &Engine) -> Vec<String> {
    engine.snapshot().catalog().keys().map(str::to_owned).collect()
}

/// What can stand where nothing tells what is meant.
pub(super) fn words(engine: &Engine) -> Vec<String> {
    let keywords = KEYWORDS.iter().map(|keyword| keyword.word.to_owned());
    let functions = scalars().map(|function| function.name.to_owned());
    let aggregates = AGGREGATES.iter().map(|function| function.name.to_owned());
    let procedures = engine.procedures().iter().map(|procedure| procedure.name.to_string());
    keywords.chain(functions).chain(aggregates).chain(procedures).collect()
}

/// The property that a text is compared with: `name` of `{name: '` and `n.name = '`.
fn key_before(head: &str) -> Option<&str> {
    let head = head.trim_end();
    let head = head.strip_suffix([':', '='])?.trim_end();
    let start = head.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    head.get(start..).filter(|key| !key.is_empty())
}

/// Stored texts that begin so: values of a property, else ids; letter case plays no part. Instead of an alias stands the name, or the id, of
/// what it is an alias of.
fn stored(start: &str, key: Option<&str>, engine: &Engine) -> Vec<String> {
    let snapshot = engine.snapshot();
    let folded = start.to_lowercase();
    let named = key.filter(|key| *key != "id");
    let mut found: Vec<String> = match named.and_then(|key| snapshot.catalog().key(key)) {
        Some(key) => snapshot.texts(key).filter(|text| text.to_lowercase().starts_with(&folded)).collect(),
        None => ids(&folded, &snapshot),
    };
    if named.is_none_or(|key| key == "name") {
        found.extend(known_as(start, named, &snapshot));
    }
    found.sort();
    found.dedup();
    found.truncate(MOST);
    found
}

/// The ids, or the names, of nodes that have an alias that begins so, or for an id a name.
fn known_as(start: &str, key: Option<&str>, snapshot: &Snapshot) -> Vec<String> {
    let folded = start.to_lowercase();
    if folded.is_empty() {
        return Vec::new();
    }
    let begins = |text: &str| text.to_lowercase().starts_with(&folded);
    let is_known = |node: &NodeId| {
        snapshot.aliases(*node).iter().any(|alias| begins(alias)) || (key.is_none() && begins(&snapshot.name(*node)))
    };
    let shown =
        |node: NodeId| if key.is_none() { snapshot.node_id(node).to_string() } else { snapshot.name(node).to_string() };
    snapshot.nodes().filter(is_known).map(shown).collect()
}

fn ids(start: &str, snapshot: &Snapshot) -> Vec<String> {
    let ids = snapshot.nodes().map(|node| snapshot.node_id(node));
    ids.filter(|id| id.to_lowercase().starts_with(start)).map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::complete;
    use crate::graph::{Builder, NewNode, Schema};
    use crate::session::Engine;
    use crate::value::Value;

    fn offered(text: &str) -> Vec<String> {
        let mut builder = Builder::new(Schema::default());
        let aliases = Value::list([Value::text("Диспрозий")]);
        let name = Value::text("dysprosium metal");
        let properties =
            vec![("symbol".to_owned(), Value::text("Dy")), ("aliases".to_owned(), aliases), ("name".to_owned(), name)];
        let node =
            NewNode { id: "dysprosium".into(), labels: vec!["Element".into()], properties, ..NewNode::default() };
        assert!(builder.node(node).is_ok());
        let Ok(engine) = Engine::new(builder.finish(), &[]) else { panic!("no rules") };
        let mut session = engine.session();
        session.params.insert("element".to_owned(), Value::Null);
        complete(text, text.len(), &session).1
    }

    #[test]
    fn what_is_offered_depends_on_the_place() {
        assert_eq!(offered("RETURN 1 IS :: INT"), ["INTEGER"]);
        assert_eq!(offered("MATCH (e:Ele"), ["Element"]);
        assert_eq!(offered("MATCH (e) RETURN e.sym"), ["symbol"]);
        assert_eq!(offered("MATCH (e {id: 'dys"), ["dysprosium"]);
        assert_eq!(offered("MATCH (e {symbol: 'd"), ["Dy"]);
        assert_eq!(offered("MATCH (e) WHERE e.symbol = 'D"), ["Dy"]);
        assert_eq!(offered("MATCH (e {id: 'дис"), ["dysprosium"]);
        assert_eq!(offered("MATCH (e {name: 'Ди"), ["dysprosium metal"]);
        assert_eq!(offered("CALL trade.tariff('Ди"), ["dysprosium"]);
        assert_eq!(offered(":describe Ди"), ["dysprosium"]);
        assert_eq!(offered("MATCH (e) RETU"), ["RETURN"]);
        assert_eq!(offered(":sche"), ["schema"]);
        assert_eq!(offered(":mode js"), ["json", "jsonl"]);
        assert_eq!(
            offered(":help tim"),
            ["time", "time.realtime", "time.statement", "time.transaction", "time.truncate", "timestamp", "timing"]
        );
        assert_eq!(offered(":help order by"), ["BY"]);
        assert_eq!(offered(":help ele"), ["ELEMENTS", "Element", "elementId"]);
        assert_eq!(offered(":describe dys"), ["dysprosium"]);
        assert_eq!(offered(":including unr"), ["unrealised"]);
        assert_eq!(offered(":explain MATCH (e:Ele"), ["Element"]);
        assert_eq!(offered("RETURN $el"), ["element"]);
        assert_eq!(offered("MATCH (e {symbol: toS"), ["toString", "toStringList", "toStringOrNull"]);
        assert_eq!(offered("RETURN 1 "), [""; 0]);
    }
}
