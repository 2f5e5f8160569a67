//! The law of reading: whatever the text, it is read in steps that its length bounds, and gives a statement that can be
//! printed and read again, or mistakes with their places.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, OnceLock};

use portolan::bind::{self, Names};
use portolan::diag::Diagnostic;
use portolan::graph::{Builder, Meta, NewNode, NewRel, Schema, Snapshot};
use portolan::optimize;
use portolan::parse::{self, ast};
use portolan::procedure::Procedures;
use portolan::value::{NodeId, Value};

/// Rules of the grammar that may be tried: so many for a text, and so many for each byte of it.
const STEPS: (usize, usize) = (2_000, 1_000);

/// A graph with a few names, so that some are known and others are not.
fn graph() -> &'static Snapshot {
    static GRAPH: OnceLock<Snapshot> = OnceLock::new();
    GRAPH.get_or_init(|| {
        let mut builder = Builder::new(Schema::default());
        for (id, label) in [("china", "Country"), ("ban", "Measure")] {
            let properties = vec![("name".to_owned(), Value::text(id))];
            let labels = vec![label.to_owned()];
            assert!(builder.node(NewNode { id: id.to_owned(), labels, properties, ..NewNode::default() }).is_ok());
        }
        let (start, end) = (NodeId(1), NodeId(0));
        let (properties, histories) = (Vec::new(), Vec::new());
        builder.rel(NewRel { kind: "TARGETS".to_owned(), start, end, properties, histories, meta: Meta::default() });
        builder.finish()
    })
}

/// The limit of steps is the library's own, and one for all threads: whoever reads holds this meanwhile.
pub static READING: Mutex<()> = Mutex::new(());

/// Panics where the law does not hold.
pub fn check(text: &str) {
    let _alone = READING.lock();
    let read = bounded(text);
    for (span, _) in parse::tokens(text) {
        assert!(text.get(span.start..span.end).is_some(), "a token outside of {text:?}");
    }
    let _ = (parse::progress(text), parse::split(text), parse::first_end(text), parse::lead(text));
    if let Err(wrong) = parse::parse_script(text) {
        placed(&wrong, text);
    }
    match read {
        Err(wrong) => placed(&wrong, text),
        Ok(statement) => {
            printed(&statement, text);
            bound(&statement, text);
        }
    }
}

/// What a text is read as, once freely and once in so many steps as its length allows.
fn bounded(text: &str) -> Result<ast::Statement, Vec<Diagnostic>> {
    let read = parse::parse(text);
    pest::set_call_limit(NonZeroUsize::new(STEPS.0 + STEPS.1 * text.len()));
    let again = parse::parse(text);
    pest::set_call_limit(None);
    assert_eq!(read, again, "more steps than its length allows: {text:?}");
    read
}

fn printed(statement: &ast::Statement, text: &str) {
    let printed = parse::print(statement);
    match parse::parse(&printed) {
        Ok(again) => assert_eq!(again, *statement, "{text:?} is printed as another statement, {printed:?}"),
        Err(wrong) => panic!("{text:?} is printed as {printed:?}, which cannot be read: {wrong:?}"),
    }
}

fn bound(statement: &ast::Statement, text: &str) {
    let graph = graph();
    let params = BTreeMap::from([("id".to_owned(), Value::text("china")), ("n".to_owned(), Value::Int(1))]);
    let procedures = Procedures::default();
    let names = Names { catalog: graph.catalog(), schema: graph.schema(), params: &params, procedures: &procedures };
    if let Err(wrong) = bind::frame(&statement.frame, names) {
        placed(&wrong, text);
    }
    match &statement.body {
        ast::Body::Query(query) => {
            let bound = bind::bind(query, names);
            assert_eq!(bound, bind::bind(query, names), "{text:?} means another thing the second time");
            match bound {
                Ok(bound) => {
                    placed(&bound.warnings, text);
                    let _ =
                        portolan::plan::explain(&optimize::optimize(bound.plan, graph, optimize::Keeps::Rows, None));
                }
                Err(wrong) => placed(&wrong, text),
            }
        }
        ast::Body::Define(define) => match bind::define(define, names, []) {
            Ok((_, warnings)) => placed(&warnings, text),
            Err(wrong) => placed(&wrong, text),
        },
    }
}

/// Panics where a message has no place, or one that does not lie in the text.
pub fn placed(wrong: &[Diagnostic], text: &str) {
    for diagnostic in wrong {
        assert!(!diagnostic.message.is_empty() && !diagnostic.labels.is_empty(), "{text:?}: {diagnostic:?}");
        for label in &diagnostic.labels {
            let span = label.span;
            assert!(text.get(span.start..span.end).is_some(), "{text:?}: {diagnostic:?}");
        }
    }
}
