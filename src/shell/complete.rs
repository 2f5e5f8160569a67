//! What can stand where the cursor is: commands, labels, types, properties, functions, keywords, stored ids.

use crate::function::{AGGREGATES, FUNCTIONS};
use crate::graph::Snapshot;
use crate::parse::{KEYWORDS, TokenKind, tokens};
use crate::session::Engine;

use super::command::COMMANDS;

/// Candidates that are offered at once.
const MOST: usize = 200;

/// Where the word at `pos` begins, and what could stand there instead of it.
#[must_use]
pub fn complete(text: &str, pos: usize, engine: &Engine) -> (usize, Vec<String>) {
    let before = text.get(..pos).unwrap_or(text);
    if let Some(command) = before.trim_start().strip_prefix(':')
        && !command.contains(char::is_whitespace)
    {
        let start = before.len() - command.len();
        let names = COMMANDS.iter().map(|known| known.name.to_owned());
        return (start, names.filter(|name| name.starts_with(command)).collect());
    }
    let lexed = tokens(before);
    if let Some((span, TokenKind::Text)) = lexed.last()
        && span.end == before.len()
        && !closed(span.of(before))
    {
        let quoted = &before[span.start + 1..];
        return (span.start + 1, stored(quoted, key_before(&before[..span.start]), engine));
    }
    let start = before
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let (head, word) = before.split_at(start);
    let sign = head.trim_end().chars().next_back();
    let candidates = match sign {
        Some(':' | '|' | '&' | '!') if inside_brackets(head) => types(engine),
        Some(':' | '&' | '!') => labels(engine),
        Some('.') => engine.snapshot().catalog().keys().map(str::to_owned).collect(),
        _ if word.is_empty() => return (start, Vec::new()),
        _ => words(engine),
    };
    let folded = word.to_lowercase();
    let mut found: Vec<String> =
        candidates.into_iter().filter(|name| name.to_lowercase().starts_with(&folded)).take(MOST).collect();
    found.sort();
    found.dedup();
    (start, found)
}

fn closed(text: &str) -> bool {
    text.len() > 1 && text.chars().next() == text.chars().next_back()
}

/// Whether the innermost open bracket is that of a relationship.
fn inside_brackets(head: &str) -> bool {
    head.rfind('[') > head.rfind(']').max(head.rfind('(')) && head.contains('[')
}

fn labels(engine: &Engine) -> Vec<String> {
    let snapshot = engine.snapshot();
    let names = snapshot.catalog().labels().map(str::to_owned).chain(snapshot.schema().labels.keys().cloned());
    names.chain(engine.derived_names().map(str::to_owned)).collect()
}

fn types(engine: &Engine) -> Vec<String> {
    let snapshot = engine.snapshot();
    let names = snapshot.catalog().types().map(str::to_owned).chain(snapshot.schema().relationships.keys().cloned());
    names.chain(engine.derived_names().map(str::to_owned)).collect()
}

fn words(engine: &Engine) -> Vec<String> {
    let keywords = KEYWORDS.iter().map(|keyword| keyword.word.to_owned());
    let functions = FUNCTIONS.iter().map(|function| function.name.to_owned());
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

/// Stored texts that begin so: values of a property, else ids; letter case plays no part.
fn stored(start: &str, key: Option<&str>, engine: &Engine) -> Vec<String> {
    let snapshot = engine.snapshot();
    let folded = start.to_lowercase();
    let key = key.filter(|key| *key != "id").and_then(|key| snapshot.catalog().key(key));
    let mut found: Vec<String> = match key {
        Some(key) => snapshot.texts(key).filter(|text| text.to_lowercase().starts_with(&folded)).collect(),
        None => ids(&folded, &snapshot),
    };
    found.sort();
    found.dedup();
    found.truncate(MOST);
    found
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
        let properties = vec![("symbol".to_owned(), Value::text("Dy"))];
        let node =
            NewNode { id: "dysprosium".into(), labels: vec!["Element".into()], properties, ..NewNode::default() };
        assert!(builder.node(node).is_ok());
        let Ok(engine) = Engine::new(builder.finish(), Vec::new()) else { panic!("no rules") };
        complete(text, text.len(), &engine).1
    }

    #[test]
    fn what_is_offered_depends_on_the_place() {
        assert_eq!(offered("MATCH (e:Ele"), ["Element"]);
        assert_eq!(offered("MATCH (e) RETURN e.sym"), ["symbol"]);
        assert_eq!(offered("MATCH (e {id: 'dys"), ["dysprosium"]);
        assert_eq!(offered("MATCH (e {symbol: 'd"), ["Dy"]);
        assert_eq!(offered("MATCH (e) WHERE e.symbol = 'D"), ["Dy"]);
        assert_eq!(offered("MATCH (e) RETU"), ["RETURN"]);
        assert_eq!(offered(":sche"), ["schema"]);
        assert_eq!(offered("RETURN 1 "), [""; 0]);
    }
}
