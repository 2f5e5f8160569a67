//! The engine as the runner sees it.

use std::sync::Arc;
use std::time::Duration;

use portolan::diag::Diagnostic;
use portolan::graph::{Builder, Schema, Snapshot};
use portolan::limits::Limits;
use portolan::procedure::{self as engine, Context, Field, Run, Type};
use portolan::session::{Answer, Engine, Session};
use portolan::value::{Value, order};

use super::step::Procedure;
use super::term::Term;

/// Bytes that a query of the suite may hold.
const MEMORY: usize = 1 << 30;
/// Time that a query of the suite may take: all are small, so that a longer one does not end.
const TIME: Duration = Duration::from_secs(20);

/// A session on a graph of its own, empty at first.
pub struct World {
    session: Session,
}

impl World {
    /// A session on an empty graph without a schema.
    ///
    /// # Errors
    /// The engine cannot be opened.
    pub fn empty() -> Result<World, Vec<Diagnostic>> {
        let engine = Engine::new(Builder::new(Schema::default()).finish(), &[])?;
        Ok(World { session: engine.session() })
    }

    /// Runs a query; what it writes is in [`World::graph`] afterwards.
    ///
    /// # Errors
    /// As the session: every mistake that was found.
    pub fn run(&mut self, query: &str) -> Result<Answer, Vec<Diagnostic>> {
        self.session.run(query, &Limits::new(MEMORY, Some(TIME)))
    }

    /// The version of the graph that the next query sees.
    #[must_use]
    pub fn graph(&self) -> Arc<Snapshot> {
        self.session.engine.snapshot()
    }

    /// Gives a parameter its value.
    pub fn set_parameter(&mut self, name: &str, value: Value) {
        self.session.params.insert(name.to_owned(), value);
    }
}

/// Makes a procedure known to the queries that follow: of its rows it gives those whose first columns equal the arguments.
///
/// # Errors
/// A type that no procedure has, or a value that no procedure gives.
pub fn register_procedure(world: &mut World, procedure: &Procedure) -> Result<(), String> {
    let fields = |fields: &[(String, String)]| -> Result<Vec<Field>, String> {
        let field = |(name, text): &(String, String)| {
            let bare = text.trim_end_matches('?');
            let kind = Type::ALL.iter().find(|(_, known)| *known == bare).map(|(kind, _)| *kind);
            let kind = kind.ok_or_else(|| format!("no procedure has the type {text}"))?;
            Ok(Field { name: name.clone().into(), kind, nullable: text.ends_with('?'), default: None })
        };
        fields.iter().map(field).collect()
    };
    let rows = procedure.rows.iter().map(|row| row.iter().map(Term::value).collect::<Result<Vec<Value>, _>>());
    let rows: Vec<Vec<Value>> = rows.collect::<Result<_, _>>()?;
    let n_arguments = procedure.arguments.len();
    let run = move |arguments: &[Value], _: &Context<'_>| {
        let same = |row: &&Vec<Value>| row.iter().zip(arguments).all(|(a, b)| order(a, b).is_eq());
        Ok(rows.iter().filter(same).map(|row| row[n_arguments..].to_vec()).collect())
    };
    let made = engine::Procedure {
        name: procedure.name.clone().into(),
        arguments: fields(&procedure.arguments)?.into(),
        yields: fields(&procedure.results)?.into(),
        summary: "a table of the suite".into(),
        notes: "".into(),
        example: ("".into(), "".into()),
        run: Run::Given(Arc::new(run)),
    };
    world.session.engine = world.session.engine.clone().with_procedure(made);
    Ok(())
}
