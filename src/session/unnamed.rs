//! Where nothing was found because no node is called so, the answer says it, and who may be meant.
//!
//! Looked for only where there are no rows, or rows that say something by absence, such as a count of nothing; names only in a graph of up
//! to [`MOST_NODES`] nodes: an answer that found what it looked for pays nothing.

use crate::bind::{self, Named};
use crate::diag::{Diagnostic, code};
use crate::graph::{GraphView, SharedView, Snapshot};
use crate::parse::ast;
use crate::question::{How, Match, Names};
use crate::value::Value;

use super::{Answer, Changes};

/// The largest graph whose names are compared.
const MOST_NODES: usize = 100_000;
/// The most names of a statement that are told of.
const MOST_NAMES: usize = 3;
/// The most nodes that are proposed for one.
const MOST_MATCHES: usize = 3;
/// How like a proposed name has to be.
const LIKE: f64 = 0.85;

/// Warns of names that no node has, where there is nothing else to show.
pub(super) fn warn(answer: &mut Answer, query: &ast::Query) {
    let Some(snapshot) = answer.snapshot.clone() else { return };
    let none = (answer.rows.is_empty() || answer.silence.is_some())
        && answer.changes.as_ref().is_none_or(|changes| *changes == Changes::default());
    if !none {
        return;
    }
    let mut unnamed = bind::named(query);
    unnamed.retain(|named| is_name(&snapshot, &named.key) && !has_it(&snapshot, named));
    unnamed.truncate(MOST_NAMES);
    if unnamed.is_empty() {
        return;
    }
    let shared = SharedView::new(snapshot, answer.frame);
    let names = names(shared.view());
    answer.warnings.extend(unnamed.iter().map(|named| warning(shared.view(), &names, named)));
}

fn names(view: GraphView<'_>) -> Names {
    if view.snapshot().catalog().n_nodes() > MOST_NODES { Names::default() } else { Names::of(view, None) }
}

/// Whether nodes are told apart by this property.
fn is_name(snapshot: &Snapshot, key: &str) -> bool {
    key == "id" || key == "name" || snapshot.schema().properties.get(key).is_some_and(|def| def.key)
}

/// Whether some node has it, in whatever frame and with whatever label.
fn has_it(snapshot: &Snapshot, named: &Named) -> bool {
    let key = snapshot.catalog().key(&named.key);
    key.is_some_and(|key| !snapshot.find_nodes(key, &Value::text(&named.text)).is_empty())
}

fn warning(view: GraphView<'_>, names: &Names, asked: &Named) -> Diagnostic {
    let Named { key, text, span } = asked;
    let message = format!("no node has the {key} '{text}'");
    let warning = Diagnostic::new(code::NOBODY_NAMED, message).at(*span, "nothing is found by this");
    let found = names.matches(text, MOST_MATCHES, LIKE);
    found.iter().fold(warning, |warning, found| warning.help(words(view, found)))
}

/// Who may be meant, and by what.
fn words(view: GraphView<'_>, found: &Match) -> String {
    let snapshot = view.snapshot();
    let (id, name, text) = (snapshot.node_id(found.node), snapshot.name(found.node), &found.text);
    match found.how {
        How::Id if **id == **text => format!("`{id}` is the id of '{name}'"),
        How::Id => format!("'{text}' is a code of '{name}', whose id is `{id}`"),
        How::Name => format!("'{text}' is the name of the node `{id}`"),
        How::Alias => format!("'{text}' is an alias of '{name}', whose id is `{id}`"),
        How::Like => format!("did you mean '{text}', the node `{id}`?"),
    }
}
